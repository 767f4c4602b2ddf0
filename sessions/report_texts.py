"""The text of a report that goes out: what the session makes of itself, or what the facilitator made of that.

An edited text has *versions*.  The newest that counts is what goes out; a newcomer would expect that a save replaces
the version before it, and so it does, but only while somebody writes on: see `to_drop`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from sessions.text import clean

MOST_CHARS = 400_000
"""The longest text that can be edited: some 150 pages."""
MOST_VERSIONS = 100

Kind = Literal["edit", "back", "merged", "automatic", "aside"]
"""How a version came about: by writing, by going back to an earlier one, by taking over what the session added, by
going back to the automatic text; or it was set aside, because somebody else had saved first."""

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR

_LINE_ENDS = re.compile("\r\n|[\r\x85\u2028\u2029]")


@dataclass(frozen=True)
class Source:
    """The Markdown source that every form of a report is made from."""

    text: str
    edited: bool = False
    """whether a person wrote it; otherwise it is the automatic one"""
    at: int = 0
    """since when it is so, ms since 1970; of the automatic one, when the session last changed"""
    version: int = 0
    """which version it is; 0 when nobody ever edited"""


@dataclass(frozen=True)
class Automatic:
    """The text that a session makes of itself after *seq* events; *as_of* is how it says when that was."""

    seq: int
    at: int
    as_of: str
    text: str


@dataclass(frozen=True)
class Version:
    """One version of an edited text, without the text: who (which device) left it so, and when (ms since 1970)."""

    number: int
    at: int
    kind: Kind
    device: str
    agent: str
    chars: int


def tidied(text: str) -> str:
    """*text* as it is kept: without invisible tricks, its lines and their indentation as they were written."""
    lines = [_tidied_line(line) for line in _LINE_ENDS.sub("\n", text).split("\n")]
    return "\n".join(lines).strip("\n") + "\n"


def _tidied_line(line: str) -> str:
    kept = clean(line, newlines=False)
    if not kept:
        return ""
    indent = line[: len(line) - len(line.lstrip(" \t"))]
    # Two blanks at the end of a line break it.
    return f"{indent}{kept}{'  ' if line.endswith('  ') else ''}"


def to_drop(versions: Sequence[Version], now: int) -> list[int]:
    """The numbers of the versions that need not be kept; *versions* are oldest first.

    While somebody writes on, one version for each minute stays; after an hour one for each ten minutes, after a day
    one for each hour.  What came before another device, a going back, a taking over or a large deletion always stays,
    and what was set aside; but never more than MOST_VERSIONS in all.
    """
    lines = [version for version in versions if version.kind != "aside"]
    dropped = {
        before.number
        for before, after in pairwise(lines)
        if before.kind == after.kind == "edit"
        and before.device == after.device
        and after.chars >= 0.9 * before.chars
        and before.at // (span := _span(now - before.at)) == after.at // span
    }
    kept = [version.number for version in versions if version.number not in dropped]
    return sorted(dropped | set(kept[:-MOST_VERSIONS]))


def _span(age: int) -> int:
    """Of versions of this age one is kept for each so many ms."""
    if age < HOUR:
        return MINUTE
    return 10 * MINUTE if age < DAY else HOUR


_BROWSERS = {
    "Edg": "Edge",
    "OPR": "Opera",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "CriOS": "Chrome",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
_SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Macintosh": "macOS",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}


def agent_of(user_agent: str) -> str:
    """A browser's own words about itself in short, for people to know their devices by: `Firefox, Windows`."""
    found = (
        next((name for mark, name in names.items() if mark in user_agent), "")
        for names in (_BROWSERS, _SYSTEMS)
    )
    return ", ".join(filter(None, found))

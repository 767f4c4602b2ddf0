"""Which words in a report are somebody's own: for that participant alone, and found by what they wrote.

An edited report has no ids, so a piece of text is somebody's own when it reads exactly as what they wrote.  When two
people wrote the same, each finds it marked; nobody learns who wrote anything else.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from html import unescape
from typing import Any

from sessions.session import Session

_TAG = re.compile(r"""<(/?)([a-z][a-z0-9]*)(?:[^<>"']|"[^"]*"|'[^']*')*>""")
_HOLDERS = {"li", "td", "th", "p"}
_QUOTES = "\"'“”‘’«»„"


def own_texts(session: Session, participant: str) -> set[str]:
    """What this participant wrote in cards, remarks and answers, each folded to one line."""
    steps = session.mine(participant)["steps"]
    return {folded for text in _written(steps.values()) if (folded := _folded(text))}


def _written(steps: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for step in steps:
        yield from (card["text"] for card in step.get("cards", {}).values())
        yield from (score.get("remark", "") for score in step.get("scores", {}).values())
        yield from (answer for answer in step.get("answers", {}).values() if isinstance(answer, str))


def mark_own(html: str, own: set[str]) -> tuple[str, int]:
    """Sanitised *html* with what is in *own* inside ``<mark>``, and how often that was.

    What counts is the text at the beginning of a paragraph, list item or cell, up to the first remark in italics.
    """
    marked: list[str] = []
    count = done = 0
    start = -1
    for tag in _TAG.finditer(html):
        closing, name = tag[1], tag[2]
        if name == "br":
            continue
        if start >= 0 and _folded(unescape(_TAG.sub(" ", html[start : tag.start()]))) in own:
            marked += [html[done:start], "<mark>", html[start : tag.start()].rstrip(), "</mark>"]
            done = start + len(html[start : tag.start()].rstrip())
            count += 1
        start = tag.end() if name in _HOLDERS and not closing else -1
    return "".join([*marked, html[done:]]), count


def _folded(text: str) -> str:
    return " ".join(text.split()).strip(_QUOTES).strip()

"""What people type, made safe to keep: one normal form, no invisible tricks.

A newcomer would expect escaping here.  It is not: `clean` decides what is *stored*; every output (HTML, Markdown,
e-mail) escapes for itself.
"""

import re
import unicodedata

MARKS_PER_BASE = 4
"""More combining marks than this on one letter is a prank that climbs over the lines above; no script needs it."""

_LINE_ENDS = re.compile("\r\n|[\r\x85\u2028\u2029]")
_UNWANTED = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f"  # controls, but not the newline
    "\ud800-\udfff"  # lone surrogates: cannot be encoded
    "\u202a-\u202e\u2066-\u2069"  # bidi embeddings, overrides and isolates: make text read differently from what it says
    "\ufdd0-\ufdef\ufeff\ufffe\uffff]"  # byte order mark and noncharacters
)
_PLAIN = re.compile("[ -~\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2015\u2018-\u201f\u2026\u20ac]*")
"""One line of western European letters and signs: nearly all that is typed, with nothing in it to change."""
_BLANK_LINES = re.compile("\n{3,}")
_HALVES = re.compile("[\ud800-\udfff]")


def clean(text: str, *, newlines: bool = True) -> str:
    """*text* in Unicode's composed form (NFC), trimmed, without control characters or bidi tricks.

    Blank lines come one at a time; with ``newlines=False`` everything is folded to one line.  Joiners (emoji) stay.
    A text with nothing to see in it comes back empty.
    """
    if _PLAIN.fullmatch(text):
        return text.strip()
    text = _LINE_ENDS.sub("\n", text).replace("\t", " ")
    text = _UNWANTED.sub("", text)
    if not text.isascii():
        # Sorting marks into canonical order takes quadratic time, so a tower loses most of its floors first.
        text = _limit_marks(text, most=32)
        text = _limit_marks(unicodedata.normalize("NFC", text), most=MARKS_PER_BASE)
    if not any(map(_visible, text)):
        return ""
    lines = [line.rstrip() for line in text.split("\n")]
    if newlines:
        return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()
    return " ".join(line.strip() for line in lines if line)


def is_whole(text: str) -> bool:
    """Whether *text* holds no half of a character, which could be neither stored nor sent."""
    return text.isascii() or not _HALVES.search(text)


def _limit_marks(text: str, *, most: int) -> str:
    """Drop every combining mark after the first *most* on the same base character."""
    kept: list[str] = []
    marks = 0
    for char in text:
        kind = unicodedata.category(char)
        if kind[0] == "M":
            marks += 1
        # An invisible joiner is not a new base, or it could be used to go on stacking.
        elif kind != "Cf":
            marks = 0
        if marks <= most or kind == "Cf":
            kept.append(char)
    return "".join(kept)


def _visible(char: str) -> bool:
    return not char.isspace() and unicodedata.category(char) not in ("Cf", "Cc")

"""Drawing in SVG: shapes, and text that is measured and wrapped before anybody has seen it.

A drawing is the same for report, screen and paper: colours are presentation attributes, which no security policy
forbids, with a class beside each so that a page may recolour it in the dark.  It has no ids, scripts or references,
so many fit on one page.  Widths of letters are those of a wide font; in any other font a text is shorter.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape

from sessions.tones import Tone

WIDTH = 640
"""Units of a drawing from side to side.  On A4 a unit is about 0.28 mm, so that 13 units make 10 points."""

EDGE = 2
"""Around it is room for the width of a line."""

BODY, SMALL = 13.0, 11.0
LEADING = 1.28
FONT = "'Open Sans', system-ui, 'Segoe UI', Roboto, 'Noto Sans', sans-serif"

_EMS = {
    0.28: "',.:;ijl !()IJ|",
    0.4: '-[]ft"/\\{}r`',
    0.52: "?_csvyzkx*FLST^",
    0.6: "$+0123456789<=>EPVXYZaeog~",
    0.66: "#ABCKRbdhnpqu",
    0.78: "&DGHNUOQw",
    0.8: "█▏▎▍▌▋▊▉",
    0.95: "%@Mm—…W",
}
_EM = {char: em for em, chars in _EMS.items() for char in chars}
_OTHER_EM = 0.66
_BOLD = 1.06
NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PIECES = re.compile(r"\s+|[^\s/–-]+[/–-]*|[/–-]+")


def width_of(text: str, size: float = BODY, *, bold: bool = False) -> float:
    """About how wide *text* is, rather too wide than too narrow."""
    return _ems(text) * size * (_BOLD if bold else 1)


@lru_cache(4_096)
def _ems(text: str) -> float:
    """Its width in letters of size 1: the same words come back in every table and figure."""
    return sum(map(_em, text))


def _em(char: str) -> float:
    known = _EM.get(char)
    if known is not None:
        return known
    if unicodedata.combining(char):
        return 0
    if unicodedata.east_asian_width(char) in "WF":
        return 1.1
    # An accent does not make a letter wider.
    base = unicodedata.normalize("NFD", char)[0]
    return _EM.get(base, _OTHER_EM)


def wrapped(text: str, width: float, size: float = BODY, *, bold: bool = False, most: int = 99) -> list[str]:
    """*text* in lines, one at least, of at most this *width*; what does not fit in *most* ends in an ellipsis."""
    lines = [""]
    for piece in _pieces(" ".join(text.split()), width, size, bold):
        if width_of((lines[-1] + piece).rstrip(), size, bold=bold) <= width or not lines[-1]:
            lines[-1] += piece
        else:
            lines.append(piece)
        lines[-1] = lines[-1] if lines[-1].strip() else ""
    lines = [line.strip() for line in lines if line.strip()] or [""]
    if len(lines) <= most:
        return lines
    last = lines[most - 1]
    while last and width_of(f"{last}…", size, bold=bold) > width:
        last = last[:-1]
    return [*lines[: most - 1], f"{last.rstrip()}…"]


def _pieces(text: str, width: float, size: float, bold: bool) -> Iterator[str]:
    """What may stand at an end of a line: words, parts of them after a hyphen, and letters of what is too long."""
    for piece in _PIECES.findall(text):
        if width_of(piece, size, bold=bold) <= width:
            yield piece
            continue
        rest = ""
        for char in piece:
            if rest and width_of(rest + char, size, bold=bold) > width:
                yield rest
                rest = ""
            rest += char
        yield rest


def plain(text: str) -> str:
    """*text* on one line of XML, which some characters may not stand in."""
    return escape(" ".join(NO_XML.sub("", text).split()))


def number(value: float) -> str:
    """A coordinate, to a tenth of a unit."""
    return f"{value:.1f}".removesuffix(".0")


@dataclass
class Drawing:
    """What was drawn so far; y grows downwards."""

    parts: list[str] = field(default_factory=list)

    def rect(self, x: float, y: float, width: float, height: float, tone: Tone, radius: float = 2) -> None:
        """A rectangle with the pattern of its tone, which tells it from others in grey."""
        place = f'x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(height)}"'
        edge = f' stroke="{tone.edge}"' if tone.edge else ""
        self.parts.append(
            f'<rect class="{tone.name}" {place} rx="{number(radius)}" fill="{tone.fill}"{edge}/>'
        )
        if lines := _pattern(tone.pattern, x, y, width, height):
            self.parts.append(
                f'<path class="{tone.name}-lines" d="{lines}" stroke="{tone.lines}" fill="none"/>'
            )

    def line(
        self, x1: float, y1: float, x2: float, y2: float, tone: Tone, width: float = 1, dash: str = ""
    ) -> None:
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        self.parts.append(
            f'<path class="{tone.name}-line" d="M{number(x1)} {number(y1)}L{number(x2)} {number(y2)}" '
            f'stroke="{tone.fill}" stroke-width="{number(width)}"{dashed}/>'
        )

    def circle(self, x: float, y: float, radius: float, tone: Tone) -> None:
        edge = f' stroke="{tone.edge}" stroke-width="1.5"' if tone.edge else ""
        self.parts.append(
            f'<circle class="{tone.name}" cx="{number(x)}" cy="{number(y)}" r="{number(radius)}" '
            f'fill="{tone.fill}"{edge}/>'
        )

    def diamond(self, x: float, y: float, radius: float, tone: Tone) -> None:
        corners = [(x, y - radius), (x + radius, y), (x, y + radius), (x - radius, y)]
        points = " ".join(f"{number(a)},{number(b)}" for a, b in corners)
        self.parts.append(
            f'<polygon class="{tone.name}" points="{points}" fill="{tone.fill}" stroke="#fff" stroke-width="1.2"/>'
        )

    def text(
        self,
        x: float,
        y: float,
        text: str,
        tone: Tone,
        size: float = BODY,
        *,
        bold: bool = False,
        anchor: str = "start",
        halo: str = "",
        upwards: bool = False,
    ) -> None:
        """One line of text on the base line *y*; with a *halo* it can be read on a pattern."""
        more = f' text-anchor="{anchor}"' if anchor != "start" else ""
        more += ' font-weight="600"' if bold else ""
        more += (
            f' stroke="{halo}" stroke-width="4" stroke-linejoin="round" paint-order="stroke"' if halo else ""
        )
        more += f' transform="rotate(-90 {number(x)} {number(y)})"' if upwards else ""
        self.parts.append(
            f'<text class="{tone.name}" x="{number(x)}" y="{number(y)}" font-size="{number(size)}" '
            f'fill="{tone.fill}"{more}>{plain(text)}</text>'
        )

    def paragraph(
        self,
        x: float,
        y: float,
        lines: list[str],
        tone: Tone,
        size: float = BODY,
        *,
        bold: bool = False,
        anchor: str = "start",
    ) -> float:
        """Lines under each other, from their upper edge *y*; the lower edge comes back."""
        for line in lines:
            self.text(x, y + size, line, tone, size, bold=bold, anchor=anchor)
            y += size * LEADING
        return y

    def finished(self, height: float, title: str, description: str) -> str:
        """The SVG, which says what it shows to those who do not see it."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{-EDGE} {-EDGE} {WIDTH + 2 * EDGE} '
            f'{number(height + 2 * EDGE)}" role="img" font-family="{FONT}">'
            f"<title>{plain(title)}</title><desc>{plain(description)}</desc>{''.join(self.parts)}</svg>"
        )


def _pattern(kind: str, x: float, y: float, width: float, height: float) -> str:
    """The path of the lines across a rectangle; nothing where it is plain."""
    match kind:
        case "slanted":
            return _slanted(x, y, width, height, 6)
        case "dense":
            return _slanted(x, y, width, height, 4)
        case "level":
            return "".join(f"M{number(x)} {number(y + at)}h{number(width)}" for at in _steps(height, 5))
    return ""


def _slanted(x: float, y: float, width: float, height: float, gap: float) -> str:
    path = []
    for start in _steps(width + height, gap):
        # From the lower or right edge up to the left or upper one, within the rectangle.
        x1, y1 = (x + start, y + height) if start <= width else (x + width, y + height - (start - width))
        x0, y0 = (x, y + height - start) if start <= height else (x + start - height, y)
        path.append(f"M{number(x0)} {number(y0)}L{number(x1)} {number(y1)}")
    return "".join(path)


def _steps(length: float, gap: float) -> Iterator[float]:
    at = gap / 2
    while at < length:
        yield at
        at += gap

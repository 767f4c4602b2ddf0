"""A report as the HTML of a mail, and as its plain text: what Outlook, Gmail and a phone can all show.

Tables for the layout, every look in a ``style`` attribute, a ``bgcolor`` beside every background, no picture of any
kind; bars are cells with a colour.  The one ``<style>`` only adds dark colours where a program can read it.  A newcomer
would inline a stylesheet with a library; a report has some twenty tags and no classes, so a table of styles is less.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Any

from sessions.markdown import Node, to_nodes
from sessions.texts import Language

MOST_BYTES = 76_000
"""Of the report.  Gmail cuts off what is longer than 102 kB; the rest is for the longest covering text and the frame."""
WIDTH = 640
BAR_BLOCKS = 20

_FONT = "Arial,sans-serif"
_INK, _MUTED, _ACCENT = "#14202b", "#51606d", "#0b5c8a"
_PAGE, _PAPER, _SOFT, _LINE = "#f6f4ef", "#ffffff", "#f1efe9", "#d3d0c7"
_TEXT = f"font:16px/24px {_FONT};color:{_INK}"
SOME_COLUMNS = 5
"""A table of more is in smaller letters, so that most fit where a mail is read on a computer."""
WORDY_COLUMNS = 4
"""Of a table with so many columns of words nobody follows a row as plain text."""
_LARGE, _SMALL = "14px Arial", "12px Arial"
# A report has thousands of cells, so theirs is short; the colour comes from the table around them.
_CELL = f"border-bottom:1px solid {_LINE};font:{_LARGE}"
_STYLES: Mapping[str, str] = {
    "h1": f"margin:0 0 12px;font:bold 24px/30px {_FONT};color:{_INK}",
    "h2": f"margin:28px 0 10px;padding:0 0 4px;border-bottom:2px solid {_ACCENT};font:bold 20px/26px {_FONT};color:{_INK}",
    "h3": f"margin:22px 0 8px;font:bold 17px/23px {_FONT};color:{_INK}",
    "h4": f"margin:16px 0 6px;font:bold 15px/21px {_FONT};color:{_INK}",
    "p": f"margin:0 0 12px;{_TEXT}",
    "ul": "margin:0 0 12px;padding:0 0 0 24px",
    "ol": "margin:0 0 12px;padding:0 0 0 28px",
    "li": f"margin:0 0 4px;{_TEXT}",
    "a": f"color:{_ACCENT}",
    "blockquote": f"margin:0 0 12px;padding:0 0 0 12px;border-left:4px solid {_LINE}",
    "code": "font-family:Consolas,monospace",
    "pre": "margin:0 0 12px;font:14px/20px Consolas,monospace;white-space:pre-wrap",
}
_HEAD_CELL = f"{_CELL.replace('font:', 'font:bold ')};background-color:{_SOFT}"
_TAGS = {"h5": "h4", "h6": "h4"}
_KEPT: Mapping[str, tuple[str, ...]] = {"a": ("href",), "ol": ("start",), "th": ("scope",)}
# Only where a program reads it: dark colours, and nothing that the rest needs.
_DARK = (
    "@media (prefers-color-scheme:dark){"
    ".dt{background-color:#0f1720!important}"
    ".dt-in{background-color:#18232e!important}"
    ".dt-in *,.dt-foot{color:#e8eef3!important;border-color:#45525f!important}"
    ".dt-in a{color:#7cc4f0!important}"
    ".dt-head{background-color:#243240!important}"
    ".dt-bar{background-color:#7cc4f0!important}}"
)
LEFT = ' align="left"'
_BARRED = ' width="45%"'
_LETTER = re.compile(r"[^\W\d_]")
_BAR = re.compile("█*[▏▎▍▌▋▊▉]?")
_EIGHTHS = " ▏▎▍▌▋▊▉"


@dataclass(frozen=True)
class Piece:
    """A part of a chapter from one heading of the third level to the next."""

    html: str
    text: str


@dataclass(frozen=True)
class Chapter:
    """A part of a report from one heading of the second level to the next; the first one has no title."""

    title: str
    pieces: tuple[Piece, ...]

    @property
    def html(self) -> str:
        return "".join(piece.html for piece in self.pieces)

    @property
    def text(self) -> str:
        return "\n\n".join(piece.text for piece in self.pieces if piece.text)

    @property
    def bytes(self) -> int:
        return len(self.html.encode())

    def beginning(self, room: int) -> "Chapter | None":
        """As many whole pieces as fit into so many bytes; None when that is nothing but the introduction."""
        for last in range(len(self.pieces) - 1, 1, -1):
            start = replace(self, pieces=self.pieces[:last])
            if start.bytes <= room:
                return start
        return None


def chapters(markdown: str) -> list[Chapter]:
    """The parts of a report, as the HTML of a mail and as plain text."""
    parts = _split(to_nodes(markdown, document=True), "h2")
    return [
        Chapter(
            _words(part[0]) if _is(part[0], "h2") else "",
            tuple(Piece("".join(map(_html, piece)), plain(piece)) for piece in _split(part, "h3")),
        )
        for part in parts
    ]


def _split(nodes: Iterable[Node], tag: str) -> list[list[Node]]:
    """The nodes from one heading to the next, those before the first one too."""
    parts: list[list[Node]] = [[]]
    for node in nodes:
        if _is(node, tag):
            parts.append([])
        parts[-1].append(node)
    return [part for part in parts if part]


def paragraphs(text: str) -> str:
    """What somebody typed, as paragraphs."""
    blocks = (block.strip("\n") for block in re.split(r"\n\s*\n", text) if block.strip())
    return "".join(
        f'<p style="{_STYLES["p"]}">{"<br>".join(map(_escaped, block.split(chr(10))))}</p>'
        for block in blocks
    )


def notice(text: str) -> str:
    """A sentence of ours that has to be seen."""
    style = f"padding:10px 12px;background-color:{_SOFT};border-left:4px solid {_ACCENT};{_TEXT}"
    return (
        f"{_layout('margin:0 0 12px;width:100%', '100%')}<tr>"
        f'<td class="dt-head" bgcolor="{_SOFT}" style="{style}">{_escaped(text)}</td></tr></table>'
    )


def document(language: Language, title: str, cover: str, report: str, foot: str) -> str:
    """The whole mail; *cover* and *report* are HTML of this module, the others text."""
    inner = (
        f"{_layout(f'width:100%;max-width:{WIDTH}px;table-layout:fixed;background-color:{_PAPER}', str(WIDTH), _PAPER, 'dt-in')}"
        f'<tr><td align="left" style="padding:20px 16px 8px;{_TEXT}">{cover}</td></tr>'
        f'<tr><td align="left" style="padding:16px 16px 20px;border-top:1px solid {_LINE};{_TEXT}">{report}</td></tr></table>'
    )
    below = f"padding:12px 16px;font:13px/19px {_FONT};color:{_MUTED}"
    return (
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{_escaped(title)}</title><style>{_DARK}</style></head>\n"
        f'<body class="dt" bgcolor="{_PAGE}" style="margin:0;padding:0;background-color:{_PAGE}">\n'
        f"{_layout(f'width:100%;table-layout:fixed;background-color:{_PAGE}', '100%', _PAGE, 'dt')}"
        '<tr><td align="center" style="padding:16px 8px">\n'
        # Outlook does not know max-width.
        f'<!--[if mso]><table role="presentation" width="{WIDTH}" cellpadding="0" cellspacing="0" border="0"><tr><td><![endif]-->\n'
        f"{inner}\n<!--[if mso]></td></tr></table><![endif]-->\n"
        f'</td></tr><tr><td class="dt-foot" align="center" style="{below}">{_escaped(foot)}</td></tr></table>\n</body></html>\n'
    )


def _layout(style: str, width: str, colour: str = "", name: str = "") -> str:
    """The start of a table that only holds things in place."""
    more = f' bgcolor="{colour}"' if colour else ""
    more += f' class="{name}"' if name else ""
    return f'<table role="presentation" width="{width}" cellpadding="0" cellspacing="0" border="0"{more} style="{style}">'


def _escaped(text: str) -> str:
    return escape(text, quote=False)


def _html(node: Node, head: bool = False, small: bool = False) -> str:
    """A node with its look; *head* inside the head of a table, *small* inside one of many columns."""
    if isinstance(node, str):
        return _escaped(node)
    name, attributes, *children = node
    tag = str(_TAGS.get(name, name))
    match tag, attributes.get("class"):
        case "table", _:
            return _table(children)
        case "span", "bar":
            return _bar(_words(node))
        case (("div" | "span"), _):
            return "".join(map(_html, children))
        case "br", _:
            return "<br>"
        case "hr", _:
            return f'<p style="margin:16px 0;border-top:1px solid {_LINE};font-size:1px;line-height:1px">&nbsp;</p>'
    kept = "".join(f' {one}="{escape(attributes[one])}"' for one in _KEPT.get(tag, ()) if attributes.get(one))
    if tag in ("td", "th"):
        barred = any(isinstance(child, list) and child[1].get("class") == "bar" for child in children)
        look = _cell_look(attributes.get("class", ""), head, barred)
        kept += look.replace(_LARGE, _SMALL) if small else look
        kept += LEFT if tag == "th" and "align" not in kept else ""
    elif tag == "tr":
        kept += ' valign="top"'
    elif tag in _STYLES:
        kept += f' style="{_STYLES[tag]}"'
    inside = "".join(_html(child, head or tag == "thead", small) for child in children)
    return f"<{tag}{kept}>{inside}</{tag}>"


def _cell_look(kind: str, head: bool, barred: bool) -> str:
    look = ' align="right"' if kind == "number" else ""
    if head:
        # In a heading what is not said is the middle.
        return f'{look or LEFT} class="dt-head" bgcolor="{_SOFT}" style="{_HEAD_CELL}"'
    return f'{look}{_BARRED if barred else ""} style="{_CELL}"'


def _table(children: Sequence[Node]) -> str:
    """A table of figures.  Where it is too wide, a program that can scrolls it alone."""
    columns = max((len(row[2:]) for part in children for row in part[2:]), default=0)
    inside = "".join(_html(child, small=columns > SOME_COLUMNS) for child in children)
    look = f"width:100%;border-collapse:collapse;color:{_INK}"
    return (
        '<div style="margin:0 0 16px;overflow-x:auto">'
        f'<table width="100%" cellpadding="6" cellspacing="0" border="0" style="{look}">{inside}</table></div>'
    )


def _bar(blocks: str) -> str:
    """A bar of blocks as a table with a colour: every program can show that, as long as it is."""
    if not blocks or not _BAR.fullmatch(blocks):
        return _escaped(blocks)
    eighths = _EIGHTHS.index(blocks[-1]) if blocks[-1] in _EIGHTHS else 0
    length = blocks.count("█") + eighths / 8
    share = max(1, min(100, round(length / BAR_BLOCKS * 100)))
    look = f"width:{share}%;background-color:{_ACCENT}"
    return f'{_layout(look, f"{share}%", _ACCENT, "dt-bar")}<tr><td style="font:10px Arial">&nbsp;</td></tr></table>'


def _is(node: Node, tag: str) -> bool:
    return not isinstance(node, str) and node[0] == tag


def _words(node: Node) -> str:
    """All text of a node, on one line."""
    if isinstance(node, str):
        return node.replace("\n", " ")
    if node[0] == "br":
        return " "
    return "".join(map(_words, node[2:]))


# as plain text


def plain(nodes: Iterable[Node]) -> str:
    """What the nodes say, for who reads no HTML."""
    return "\n\n".join(text for node in nodes if (text := "\n".join(_lines(node)).strip("\n")))


def _lines(node: Node) -> Iterator[str]:
    """The lines of a block."""
    if isinstance(node, str):
        yield node.replace("\n", " ").strip()
        return
    tag, _, *children = node
    match tag:
        case "h1" | "h2":
            title = _inline(node)
            yield title
            yield ("=" if tag == "h1" else "-") * min(len(title), 72)
        case "ul" | "ol":
            yield from _list(node)
        case "table":
            yield from _rows([row[2:] for part in children for row in part[2:]])
        case "blockquote":
            yield from (f"> {line}" for line in plain(children).split("\n"))
        case "pre":
            yield from "".join(map(_verbatim, children)).split("\n")
        case "hr":
            yield "-" * 20
        case "div":
            for child in children:
                yield from _lines(child)
        case _:
            yield from _inline(node).split("\n")


def _rows(rows: list[list[Any]]) -> Iterator[str]:
    """A table: a line for each row; where that is a long line of words, each row as a list of what it says."""
    head, *others = [[_inline(cell) for cell in row] for row in rows]
    columns = ("".join(column) for column in zip(*others, strict=False))
    if sum(not said or bool(_LETTER.search(said)) for said in columns) < WORDY_COLUMNS:
        yield from map(" | ".join, [head, *others])
        return
    labels = [f"  {label}: " if label else "  " for label in head[1:]]
    for first, *more in others:
        yield f"- {first}"
        yield from (f"{label}{said}" for label, said in zip(labels, more, strict=False) if said)


def _list(node: list[Any]) -> Iterator[str]:
    tag, attributes, *items = node
    number = int(attributes.get("start") or 1)
    for at, item in enumerate(items, number):
        mark = f"{at}. " if tag == "ol" else "- "
        first = True
        for line in _item(item[2:]):
            yield f"{mark}{line}" if first else f"{' ' * len(mark)}{line}"
            first = False


def _item(children: Sequence[Node]) -> Iterator[str]:
    """The lines of an item: text, with lists and paragraphs in between."""
    said: list[Node] = []
    for child in [*children, ["", {}]]:
        if isinstance(child, str) or child[0] in ("strong", "em", "a", "code", "br", "span"):
            said.append(child)
            continue
        if text := _inline(["p", {}, *said]):
            yield from text.split("\n")
        said = []
        if child[0]:
            yield from _lines(child)


def _inline(node: Node) -> str:
    """Text in a line; a line break stays one."""
    if isinstance(node, str):
        return node.replace("\n", " ")
    tag, attributes, *children = node
    if tag == "br":
        return "\n"
    said = "".join(map(_inline, children))
    if tag in ("p", "td", "th", "h1", "h2", "h3", "h4", "h5", "h6"):
        said = "\n".join(line.strip() for line in said.split("\n")).strip()
    if tag in ("td", "th"):
        return said.replace("\n", " ")
    target = attributes.get("href", "").removeprefix("mailto:")
    return f"{said} <{target}>" if tag == "a" and target and target != said else said


def _verbatim(node: Node) -> str:
    return node if isinstance(node, str) else "".join(map(_verbatim, node[2:]))

"""Markdown in two directions: what people typed goes *into* it escaped, a whole text comes *out* as HTML or nodes.

Escaped text reads the same in every Markdown program.  HTML inside Markdown is not supported: it shows as the text that
it is.  Whatever the text, rendering takes time in proportion to its length: the parser (pulldown-cmark, in Rust) sees to
that for its part, and what is nested without end is cut off here, before anything looks at it twice.
"""

import re
from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

import nh3
import pyromark

from sessions.text import clean

MAX_CHARS = 4_000_000
"""More than the report of the largest session; `to_html` refuses what is longer."""

MAX_DEPTH = 20
"""Tags nested deeper than this are left out; their text stays."""

TAGS = {
    "p",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "li",
    "strong",
    "em",
    "a",
    "blockquote",
    "code",
    "pre",
}
TAGS |= {"br", "hr", "table", "thead", "tbody", "tr", "th", "td"}
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}, "th": {"class", "scope"}, "td": {"class"}}
ATTRIBUTES |= {"div": {"class", "tabindex"}, "span": {"class", "aria-hidden"}}
SCHEMES = ("http://", "https://", "mailto:")


class Safe(str):
    """Text that is Markdown already: escaped, or written by us.  Templates print it as it is."""

    __slots__ = ()


_INLINE = re.compile(
    r"""
    [\\`*_\[\]|\#]          # code, emphasis, links, cells, headings
    | [<~]                  # tags; strike-through
    | &(?=[\#a-zA-Z])       # entities
    | :(?=//)               # addresses that some programs make into a link by themselves
    | (?<=\bwww)\.
    | (?<=\w)@(?=\w)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_LINE_START = re.compile(
    r"""
    ^(?: [-+=>]             # lists, rules, underlined headings, quotations
    | :(?=-)                # the ruler under the head of a table
    | (?P<number>\d+)[.)](?=\s|$) )
    """,
    re.VERBOSE,
)
_AS_ENTITY = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", ":": "&#58;", "@": "&#64;", "~": "&#126;", "=": "&#61;"}
)
"""The rest gets a backslash, which older Markdown programs do not understand in front of these."""


def escape(text: str) -> Safe:
    """*text* as the content of one paragraph or list item.  Its lines stay lines; blank ones fold away.

    The lines after the first are indented by two, which keeps them inside a ``- `` item and harms no paragraph.
    """
    lines = (line.strip() for line in clean(text).split("\n"))
    return Safe("  \n  ".join(_escape_line(line) for line in lines if line))


def escape_cell(text: str) -> Safe:
    """*text* on one line: a table cell, a heading, or a part of a sentence."""
    return Safe(_escape_line(clean(text, newlines=False)))


def _escape_line(line: str) -> str:
    return _LINE_START.sub(_escape_start, _INLINE.sub(_escape_char, line))


def _escape_char(match: re.Match[str]) -> str:
    return _escaped(match[0])


def _escape_start(match: re.Match[str]) -> str:
    number = match["number"] or ""
    return number + _escaped(match[0].removeprefix(number))


def _escaped(char: str) -> str:
    entity = char.translate(_AS_ENTITY)
    return entity if entity != char else f"\\{char}"


_ANGLE = "\ufdd0"
"""Stands for ``<`` while the parser looks, so that it finds no HTML: a character that is none, for use inside a program."""
_ANGLES = re.compile(r"\\([!-/:-@\[-`{-~])|<")
_FOREIGN = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufdd0-\ufdef\ud800-\udfff]")
"""Such characters that were already there, controls, lone surrogates."""


def to_html(text: str, *, document: bool = False) -> str:
    """Sanitised HTML of a whole Markdown text.

    In a *document* the first cell of a table row is its heading, tables can scroll in a ``div.table``, and bars of
    blocks are kept from screen readers, who would spell them out.  Raises ValueError when the text is too long.
    """
    if len(text) > MAX_CHARS:
        raise ValueError(f"Markdown of {len(text)} characters; at most {MAX_CHARS}")
    hidden = _ANGLES.sub(_without_angle, _FOREIGN.sub("", text))
    html = pyromark.html(hidden, options=pyromark.Options.ENABLE_TABLES).rstrip()
    shaped = _TAG.sub(_Shaping(document), html)
    if document:
        shaped = _BAR_CELL.sub(r'\1<span aria-hidden="true" class="bar">\2</span>', shaped)
    # In an address it has become the code of its bytes.
    restored = shaped.replace(_ANGLE, "&lt;").replace("%EF%B7%90", "%3C")
    tags = TAGS | {"div", "span"} if document else TAGS
    return nh3.clean(restored, tags=tags, attributes=ATTRIBUTES, attribute_filter=_whole_addresses)


def _without_angle(match: re.Match[str]) -> str:
    return _ANGLE if match[0] in ("<", "\\<") else match[0]


_TAG = re.compile("<(/?)([a-z][a-z0-9]*)([^>]*)>")
_ALT = re.compile(' alt="([^"]*)"')
_BAR_CELL = re.compile("(<t[dh][^>]*>)([█▏▎▍▌▋▊▉]+)(?=</t)")


class _Shaping:
    """Called for each tag of the parser's, in order; gives what `to_html` promises in its place."""

    EMPTY = {"br", "hr"}

    def __init__(self, document: bool) -> None:
        self.document = document
        self.depth = 0
        self.first_of_row = True
        self.cell = "td"

    def __call__(self, tag: re.Match[str]) -> str:
        closing, name, attributes = tag.groups()
        if name in self.EMPTY:
            return tag[0]
        if name == "img":
            alt = _ALT.search(attributes)
            return alt[1] if alt else ""
        if closing:
            self.depth -= 1
            return self._closed(name, tag[0]) if self.depth < MAX_DEPTH else ""
        self.depth += 1
        return self._opened(name, attributes, tag[0]) if self.depth <= MAX_DEPTH else ""

    def _opened(self, name: str, attributes: str, tag: str) -> str:
        match name:
            case "tr":
                self.first_of_row = True
            case "th" | "td":
                return self._cell(name, 'class="number" ' if "right" in attributes else "")
            case "table" if self.document:
                # On a phone it is scrolled sideways; by the keyboard too.
                return f'<div class="table" tabindex="0">{tag}'
        return tag

    def _cell(self, name: str, number: str) -> str:
        """Headings say what they head; columns of numbers are marked as such, without a style."""
        heads_row = name == "td" and self.first_of_row and self.document
        self.first_of_row = False
        self.cell = "th" if heads_row else name
        scope = {"th": "col", "td": ""}[name] if not heads_row else "row"
        return f'<{self.cell} {number}scope="{scope}">' if scope else f"<td {number}>"

    def _closed(self, name: str, tag: str) -> str:
        if name in ("th", "td"):
            return f"</{self.cell}>"
        return f"{tag}</div>" if name == "table" and self.document else tag


def _whole_addresses(tag: str, name: str, value: str) -> str | None:
    """Leave out relative links: a report is read far from this server, and a strange scheme may pass for one."""
    return value if name != "href" or value.lower().startswith(SCHEMES) else None


Node = str | list[Any]
"""A text, or ``[tag, attributes, *children]`` with nodes as children: what the pages draw without innerHTML."""


def to_tree(text: str) -> list[Node]:
    """The nodes of a Markdown text.  The page has its own heading, so a text starts at the second level."""
    return _nodes(text, {"h1": "h2", "h4": "h3", "h5": "h3", "h6": "h3"})


def to_nodes(text: str, *, document: bool = False) -> list[Node]:
    """The nodes of a Markdown text that stands on its own, with its headings as they are."""
    return _nodes(text, {}, document)


def _nodes(text: str, headings: Mapping[str, str], document: bool = False) -> list[Node]:
    parser = _TreeParser(headings)
    parser.feed(to_html(text, document=document))
    parser.close()
    return parser.root


class _TreeParser(HTMLParser):
    """Builds the tree from sanitised HTML, in which every tag is known and closed."""

    EMPTY = {"br", "hr"}
    OF_BLOCKS = {"", "ul", "ol", "blockquote", "table", "thead", "tbody", "tr"}

    def __init__(self, headings: Mapping[str, str]) -> None:
        super().__init__(convert_charrefs=True)
        self.headings = headings
        self.root: list[Node] = []
        # The list that children are added to and the tag it belongs to, outermost first.
        self.open: list[tuple[str, list[Any]]] = [("", self.root)]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        tag = self.headings.get(tag, tag)
        node: list[Any] = [tag, {name: value or "" for name, value in attrs}]
        self.open[-1][1].append(node)
        if tag not in self.EMPTY:
            self.open.append((tag, node))

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.EMPTY and len(self.open) > 1:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        tag, inside = self.open[-1]
        if data.strip() or tag not in self.OF_BLOCKS:
            inside.append(data)

"""Markdown in two directions: what people typed goes *into* it escaped, a whole text comes *out* as HTML or nodes.

Escaped text reads the same in every Markdown program.  HTML inside Markdown is not supported: it shows as the text that
it is.  Python-Markdown takes quadratic time over escapes; `to_html` therefore takes every escaped character out of its
sight first, and puts it back afterwards.  What else would take long is seen to in `sessions/markdown_limits.py`.
"""

import re
from collections.abc import Mapping
from html import escape as escape_html
from html import unescape as unescape_html
from html.parser import HTMLParser
from typing import Any
from xml.etree.ElementTree import Element, SubElement

import nh3
from markdown.treeprocessors import Treeprocessor

from sessions.markdown_limits import STAND_INS, Bounded, shallow
from sessions.text import clean

MAX_CHARS = 4_000_000
"""More than the report of the largest session; `to_html` refuses what is longer."""

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


_HIDE = re.compile(
    r"\\([!-/:-@\[-`{-~])|(&(?:amp|lt|gt|quot|apos|\#[0-9]{2,3}|\#x[0-9a-f]{2});)|(<)", re.IGNORECASE
)
_RESTORE = str.maketrans({stand_in: escape_html(mark) for mark, stand_in in STAND_INS.items()})
_FOREIGN = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufdd0-\ufdef\ud800-\udfff]")
"""Stand-ins that were already there, the controls that Python-Markdown uses for the same purpose, lone surrogates."""


def to_html(text: str, *, document: bool = False) -> str:
    """Sanitised HTML of a whole Markdown text.

    In a *document* the first cell of a table row is its heading, tables can scroll in a ``div.table``, and bars of
    blocks are kept from screen readers, who would spell them out.  Raises ValueError when the text is too long.
    """
    if len(text) > MAX_CHARS:
        raise ValueError(f"Markdown of {len(text)} characters; at most {MAX_CHARS}")
    markdown = Bounded()
    markdown.treeprocessors.register(_Tables(), "tables", 1)
    if document:
        markdown.treeprocessors.register(_DocumentTables(), "document-tables", 0)
    html = markdown.convert(shallow(_HIDE.sub(_hide, _FOREIGN.sub("", text))))
    tags = TAGS | {"div", "span"} if document else TAGS
    return nh3.clean(
        html.translate(_RESTORE), tags=tags, attributes=ATTRIBUTES, attribute_filter=_whole_addresses
    )


def _whole_addresses(tag: str, name: str, value: str) -> str | None:
    """Leave out relative links: a report is read far from this server, and a strange scheme may pass for one."""
    return value if name != "href" or value.lower().startswith(SCHEMES) else None


def _hide(match: re.Match[str]) -> str:
    mark = match[1] or unescape_html(match[0])
    return STAND_INS.get(mark, match[0])


class _Tables(Treeprocessor):
    """Headings say what they head; columns of numbers are marked as such, without inline styles."""

    DATE = re.compile(r"\d{1,2} \w{3,12} \d{4}|€ [0-9.,]+")

    def run(self, root: Element) -> None:
        for row in root.iter("tr"):
            for cell in row:
                if cell.tag == "th":
                    cell.set("scope", "col")
                if cell.attrib.pop("align", "") == "right":
                    cell.set("class", "number")
                if cell.text and self.DATE.fullmatch(cell.text):
                    # A narrow column puts the year below, and neither the day nor the € by itself.
                    cell.text = cell.text.replace(" ", "\xa0", 1)


class _DocumentTables(Treeprocessor):
    """What `to_html` promises of tables in a document."""

    BARS = re.compile("[█▏▎▍▌▋▊▉]+")

    def run(self, root: Element) -> None:
        for row in root.iter("tr"):
            if row[0].tag == "td":
                row[0].tag = "th"
                row[0].set("scope", "row")
            for cell in row:
                if cell.text and self.BARS.fullmatch(cell.text):
                    bar = SubElement(cell, "span", {"class": "bar", "aria-hidden": "true"})
                    bar.text, cell.text = cell.text, ""
        for parent in list(root.iter()):
            for place, table in enumerate(parent):
                if table.tag == "table":
                    # On a phone it is scrolled sideways; by the keyboard too.
                    parent[place] = Element("div", {"class": "table", "tabindex": "0"})
                    parent[place].append(table)


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

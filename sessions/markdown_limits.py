"""Python-Markdown, kept from what takes it longer than the length of a text: it looks at most of a text again for every
heading, bracket or level in it.

A text is handled in three places.  `shallow` looks at whole lines before they are parsed, `_Parser` gives the parser one
small piece at a time where it would go through the rest of the text for each of them, and `_FewMarks` looks at each text
in which links and emphasis are about to be sought.  Whatever is past a limit shows as the characters that it is.
"""

import re
import string
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.blockparser import BlockParser
from markdown.extensions.sane_lists import SaneListExtension
from markdown.extensions.tables import TableExtension
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

# Unicode has 32 characters that are no characters, for use inside a program only; ASCII has 32 punctuation marks.
STAND_INS = {mark: chr(0xFDD0 + place) for place, mark in enumerate(string.punctuation)}
"""They stand for those that mean something in Markdown, while Python-Markdown looks."""

MAX_DEPTH = 20
"""Tags nested deeper than this are left out; their text stays."""
MAX_LINE = 10_000
"""Characters of a line with Markdown in it."""
MAX_PIECE = 10_000
"""Characters of a paragraph or a list item; a longer one goes on in another paragraph."""
MAX_BLANK = 10
"""Newlines in a row."""
MAX_MARKS = {"[": 30, "`": 100, "*": 300, "_": 300}
"""How often each may mean something in one text: a paragraph, a cell, an item of a list."""

_MARKER = "(?:>|(?:[-+*]|[0-9]+[.])(?= ))"
_LEVEL = re.compile(f" *{_MARKER}")
_LEVELS = re.compile(f"^(?: *{_MARKER})* *", re.MULTILINE)
_LONG_LINE = re.compile(f"[^\n]{{{MAX_LINE + 1},}}")
_TICKED_LINE = re.compile(f"^(?:[^\n`]*`){{{MAX_MARKS['`'] + 1}}}[^\n]*", re.MULTILINE)
_HIDE_ALL = str.maketrans(STAND_INS)
_INDENT = 4
"""Spaces of one level, in Python-Markdown."""


def shallow(text: str) -> str:
    """*text* without levels beyond `MAX_DEPTH`, without Markdown in endless lines, and with at most so many blank lines."""
    lines = re.sub("(?<=\n) +(?=\n)", "", text.expandtabs(_INDENT))
    lines = re.sub(f"\n{{{MAX_BLANK + 1},}}", "\n" * MAX_BLANK, lines)
    lines = _LONG_LINE.sub(lambda line: line[0].translate(_HIDE_ALL), lines)
    lines = _TICKED_LINE.sub(lambda line: line[0].replace("`", STAND_INS["`"]), lines)
    return _LEVELS.sub(_few_levels, lines)


def _few_levels(levels: re.Match[str]) -> str:
    start: str = levels[0]
    if len(start) <= MAX_DEPTH:
        return start
    depth = end = 0
    while level := _LEVEL.match(levels.string, levels.start() + end, levels.end() + 1):
        depth += 1 + (len(level[0]) - len(level[0].lstrip(" "))) // _INDENT
        if depth > MAX_DEPTH:
            return start[:end] + " "
        end += len(level[0])
    return start[: end + _INDENT * (MAX_DEPTH - depth + 1)]


class Bounded(Markdown):
    """With tables and lists that mean what they say; knows no HTML, of which `<` must have been taken out."""

    def __init__(self) -> None:
        super().__init__(extensions=[TableExtension(use_align_attribute=True), SaneListExtension()])
        self.preprocessors.deregister("html_block")
        for name in ("autolink", "automail", "html"):
            self.inlinePatterns.deregister(name)
        self.treeprocessors.register(_FewMarks(), "few-marks", 30)
        self.treeprocessors.register(_Flat(), "flat", 15)

    def build_parser(self) -> "Bounded":
        super().build_parser()
        parser = _Parser(self)
        parser.blockprocessors = self.parser.blockprocessors
        for processor in parser.blockprocessors:
            processor.parser = parser
        self.parser = parser
        return self


class _Parser(BlockParser):
    """Parses a block in pieces that are parsed the same by themselves, as long as nothing in it goes on without end."""

    def parseBlocks(self, parent: Element, blocks: list[str]) -> None:  # noqa: N802 (it is the library's)
        for block in blocks:
            for piece in self._pieces(parent, block):
                super().parseBlocks(parent, [piece])

    def _pieces(self, parent: Element, block: str) -> Iterator[str]:
        if "\n" not in block:
            yield block
        elif "|" in block and self._is_table(parent, block):
            yield block if _is_full(block) else block.replace("|", STAND_INS["|"])
        else:
            yield from _pieces(block.split("\n"))

    def _is_table(self, parent: Element, block: str) -> bool:
        first = "\n".join(block.split("\n", 2)[:2])
        return bool(self.blockprocessors["table"].test(parent, first)) and bool(
            self.blockprocessors["table"].test(parent, block)
        )


def _is_full(table: str) -> bool:
    """Whether at least half of its cells are written; Python-Markdown makes all those that are not."""
    rows = table.split("\n")
    return (rows[0].count("|") + 1) * len(rows) <= 2 * table.count("|") + 2 * len(rows)


_STARTS = re.compile(r"#| {0,3}\[[^\[\]]*\]:")
"""What is always the first line of something: a heading, the address of a link."""
_ENDS = re.compile(r"#| {0,3}(?:(?:- {0,2}){3,}|(?:_ {0,2}){3,}|(?:\* {0,2}){3,}) *$|(?:=+|-+) *$")
"""What is always the last line of something: a heading, a rule."""
_BULLET, _NUMBER = (re.compile(rf" {{0,3}}{mark} ") for mark in ("[-+*]", r"[0-9]+\."))


def _pieces(lines: list[str]) -> Iterator[str]:
    piece: list[str] = []
    length = 0
    item: re.Pattern[str] | None = None
    for line in lines:
        if item and item.match(line):
            length = 0
        if piece and (length > MAX_PIECE or _STARTS.match(line)):
            yield "\n".join(piece)
            piece, length = [], 0
        if not piece:
            item = next((mark for mark in (_BULLET, _NUMBER) if mark.match(line)), None)
        piece.append(line)
        length += len(line) + 1
        if _ENDS.match(line):
            yield "\n".join(piece)
            piece, length = [], 0
    if piece:
        yield "\n".join(piece)


class _FewMarks(Treeprocessor):
    """Leaves so many marks of each kind in each text; for every one of them the rest of that text is gone through."""

    def run(self, root: Element) -> None:
        for element in root.iter():
            element.text = _with_few_marks(element.text)
            element.tail = _with_few_marks(element.tail)


_MARKED = re.compile(r"[][*_`!&\\]|  \n")


def _with_few_marks(text: Any) -> Any:
    if not text or isinstance(text, AtomicString):
        return text
    if not _MARKED.search(text):
        return AtomicString(text)
    for mark, most in MAX_MARKS.items():
        if text.count(mark) > most:
            parts = text.split(mark, most)
            text = mark.join(parts[:-1]) + mark + parts[-1].replace(mark, STAND_INS[mark])
    return text


class _Flat(Treeprocessor):
    """Pictures become what they say, and what is nested too deep its words: an element of no name shows its content."""

    NAMELESS = "nameless"

    def run(self, root: Element) -> None:
        level = [root]
        for _ in range(MAX_DEPTH + 1):
            for picture in (element for element in level if element.tag == "img"):
                picture.text = picture.get("alt")
                self._unname(picture)
            level = [child for element in level for child in element]
        for element in level:
            for deeper in element.iter():
                self._unname(deeper)

    def _unname(self, element: Element) -> None:
        element.tag = self.NAMELESS
        element.attrib.clear()

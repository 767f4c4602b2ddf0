"""Pasted lists: lines as people copy them from a mail, a document or a spreadsheet, made into items.

A newcomer might take each line as it is.  People paste bullets, numbers, empty lines and the same line twice; a
spreadsheet brings tabs or semicolons, and quotes around what holds one.
"""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass

from sessions.agenda import MAX_TITLE, MOST_ENTRIES
from sessions.items import Item
from sessions.message import TooLarge
from sessions.text import clean

MAX_PASTED = 100_000
"""Characters in what is pasted."""
MAX_ITEM_TEXT = 2_000

_OPEN_CELL = re.compile(r'(?:^|[\t;])\s*"')
_LONGEST_CELL = 20
"""Lines in one cell of a spreadsheet."""
_BULLET = re.compile(r"^(?:[-–—*•·▪◦]|\(?\d{1,3}[.)])\s+")


@dataclass(frozen=True)
class Pasted:
    """The items of a list: those that were there, then the new ones; ``doubled`` lines said what was there already."""

    items: tuple[Item, ...]
    added: int
    doubled: int


def pasted_items(text: str, there: Sequence[Item] = (), prefix: str = "i") -> Pasted:
    """The items in *text* behind those that are *there*; raises TooLarge when they are too many or too long."""
    if len(text) > MAX_PASTED:
        raise TooLarge("paste.too_long", most=MAX_PASTED)
    titles = {item.title.casefold() for item in there}
    ids = {item.id for item in there}
    found = list(there)
    doubled = n = 0
    for title, more in _lines(text):
        if title.casefold() in titles:
            doubled += 1
            continue
        if len(title) > MAX_TITLE:
            raise TooLarge("agenda.too_long", most=MAX_TITLE, length=len(title), text=title[:40])
        titles.add(title.casefold())
        n += 1
        while f"{prefix}{n}" in ids:
            n += 1
        found.append(Item(f"{prefix}{n}", title, more[:MAX_ITEM_TEXT]))
    if len(found) > MOST_ENTRIES:
        raise TooLarge("agenda.too_many", most=MOST_ENTRIES, n=len(found))
    return Pasted(tuple(found), len(found) - len(there), doubled)


def _lines(text: str) -> list[tuple[str, str]]:
    """Title and further text of each line that says something."""
    text = text.removeprefix("\ufeff")
    plain = [line for line in re.split(r"\r\n|[\r\n\x85\u2028\u2029]", text) if line.strip()]
    lines = _whole_rows(plain)
    separator = _separator(lines)
    # Without one a quote is just a quote.
    rows = (
        [next(csv.reader([line], delimiter=separator)) for line in lines]
        if separator
        else [[line] for line in plain]
    )
    found = []
    for row in rows:
        cells = [cell for cell in (clean(cell, newlines=False) for cell in row) if cell]
        # A first column of numbers counts the lines.
        if len(cells) > 1 and re.fullmatch(r"\d{1,4}[.)]?", cells[0]):
            cells = cells[1:]
        if cells and (title := _BULLET.sub("", cells[0]).strip()):
            found.append((title, " – ".join(cells[1:])))
    return found


def _whole_rows(lines: Sequence[str]) -> list[str]:
    """*lines*, in which a cell between quotes that goes on over several lines is one line again."""
    rows: list[str] = []
    at = 0
    while at < len(lines):
        end = at + 1
        if _OPEN_CELL.search(lines[at]) and lines[at].count('"') % 2:
            # A quote that nobody closes is just a quote.
            later = range(at + 1, min(len(lines), at + _LONGEST_CELL))
            end = next((n + 1 for n in later if lines[n].count('"') % 2), end)
        rows.append(" ".join(lines[at:end]))
        at = end
    return rows


def _separator(lines: Sequence[str]) -> str:
    """What parts the columns: a tab, or a semicolon that stands in every line."""
    if any("\t" in line.strip() for line in lines):
        return "\t"
    return ";" if len(lines) > 1 and all(";" in line for line in lines) else ""

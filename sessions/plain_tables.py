"""Tables of Markdown, lined up for whoever reads them as plain text."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

WIDEST = 140
"""Characters of a table that still fits on the line of an editor; a wider one stays as it is."""

_BORDER = re.compile(r"(?<!\\)\|")
_RULER = re.compile(r":?-+:?")


def aligned(text: str) -> str:
    """*text* with its tables lined up; what they say stays the same."""
    return "".join(
        "".join(_lined_up(list(lines)) if is_table else lines)
        for is_table, lines in groupby(text.splitlines(keepends=True), lambda line: line.startswith("|"))
    )


def _lined_up(lines: Sequence[str]) -> Iterable[str]:
    rows = [[cell.strip() for cell in _BORDER.split(line.strip())[1:-1]] for line in lines]
    # Code may hold a bar that is no border.
    sound = len({len(row) for row in rows}) == 1 and not any("`" in line for line in lines)
    if not sound or len(rows) < 2 or not rows[1] or not all(map(_RULER.fullmatch, rows[1])):
        return lines
    widths = [
        max(3, *(_width(cell) for n, cell in enumerate(column) if n != 1))
        for column in zip(*rows, strict=True)
    ]
    if sum(widths) + 3 * len(widths) + 1 > WIDEST:
        return lines
    return _padded(rows, widths)


def _padded(rows: Sequence[Sequence[str]], widths: Sequence[int]) -> Iterator[str]:
    right = [ruler.endswith(":") for ruler in rows[1]]
    for n, row in enumerate(rows):
        columns = zip(row, widths, right, strict=True)
        if n == 1:
            cells = [f"{'-' * (width + 1)}:" if last else "-" * (width + 2) for _, width, last in columns]
            yield f"|{'|'.join(cells)}|\n"
        else:
            cells = [_fill(cell, width, to_right=last) for cell, width, last in columns]
            yield f"| {' | '.join(cells)} |\n"


def _fill(cell: str, width: int, *, to_right: bool) -> str:
    blanks = " " * (width - _width(cell))
    return blanks + cell if to_right else cell + blanks


def _width(cell: str) -> int:
    """How many places *cell* takes in letters of one width."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in cell
    )

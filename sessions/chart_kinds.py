"""The kinds of charts, as data: words and figures that everyone may see, in the language of their session."""

from dataclasses import dataclass

from sessions.results import Distribution


@dataclass(frozen=True)
class Bar:
    """One distribution; ``name`` tells it from the others of its row, ``before`` marks that of a first round."""

    answers: Distribution
    name: str = ""
    before: bool = False


@dataclass(frozen=True)
class Row:
    """The bars of one item; without a title they are all there is."""

    title: str
    bars: tuple[Bar, ...]
    reference: int | None = None
    """the point that another project or session gave"""


@dataclass(frozen=True)
class Bars:
    """Distributions on one scale, low points left of the middle and high ones right of it."""

    title: str
    points: tuple[str, ...]
    rows: tuple[Row, ...]
    off: str = ""
    reference: str = ""


@dataclass(frozen=True)
class Medians:
    """The middle answers to one item: of everybody, and per group in the order of ``Dots.groups``."""

    title: str
    total: float
    groups: tuple[float | None, ...]


@dataclass(frozen=True)
class Dots:
    """Where groups stand on a scale, item by item."""

    title: str
    points: tuple[str, ...]
    groups: tuple[str, ...]
    rows: tuple[Medians, ...]


@dataclass(frozen=True)
class Spot:
    """An item in a matrix: its middle answers, and how far the middle half of the answers spreads."""

    title: str
    across: float
    up: float
    spread: tuple[float, float] = (0, 0)
    quadrant: str = ""


@dataclass(frozen=True)
class Matrix:
    """Items on two criteria; ``quadrants`` are the names of the quarters, as `sessions.rating_plan.Quadrants` has them."""

    title: str
    across: str
    up: str
    points: tuple[str, ...]
    spots: tuple[Spot, ...]
    quadrants: tuple[str, str, str, str] | None = None
    """high and high, high and low, low and high, low and low"""


@dataclass(frozen=True)
class Cell:
    """What stands in a cell: a part of the most, 0 to 1, the figure (empty where there is none), and one behind it."""

    part: float
    figure: str
    note: str = ""


@dataclass(frozen=True)
class HeatMap:
    """Rows against columns; a cell that is None can hold nothing.  ``meaning`` says what the figures are."""

    title: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[Cell | None, ...], ...]
    meaning: str = ""
    first: int = 1
    """the number of the first column, where they are numbered"""
    numbered: tuple[int, ...] = ()
    """the numbers of the rows, where rows and columns are the same items"""


@dataclass(frozen=True)
class Share:
    """What one item got: a number, its part of the most (0 to 1), and both in words."""

    title: str
    part: float
    told: str


@dataclass(frozen=True)
class Tally:
    """Plain bars, one for each item."""

    title: str
    rows: tuple[Share, ...]


Chart = Bars | Dots | Matrix | HeatMap | Tally

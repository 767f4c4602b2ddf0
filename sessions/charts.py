"""Pictures of results: SVG for report, screen and paper, and the same in words for those who do not see it.

One chart gives one and the same text always.  The kinds of charts are in `sessions/chart_kinds.py`, what shapes and
letters are made of in `sessions/drawing.py`; `sessions/report_figures.py` makes the charts of a session.
"""

from collections.abc import Iterable

from sessions.chart_grids import draw_heat_map, draw_matrix
from sessions.chart_kinds import (
    Bar,
    Bars,
    Cell,
    Chart,
    Dots,
    HeatMap,
    Matrix,
    Medians,
    Row,
    Share,
    Spot,
    Tally,
)
from sessions.chart_rows import between, draw_bars, draw_dots, draw_tally
from sessions.texts import Texts

__all__ = [
    "Bar",
    "Bars",
    "Cell",
    "Chart",
    "Dots",
    "HeatMap",
    "Matrix",
    "Medians",
    "Row",
    "Share",
    "Spot",
    "Tally",
    "alternative",
    "svg",
]


def svg(chart: Chart, texts: Texts) -> str:
    """The picture of *chart*, with its title and its words inside."""
    match chart:
        case Bars():
            drawing, height = draw_bars(chart, texts)
        case Dots():
            drawing, height = draw_dots(chart, texts)
        case Matrix():
            drawing, height = draw_matrix(chart)
        case HeatMap():
            drawing, height = draw_heat_map(chart)
        case Tally():
            drawing, height = draw_tally(chart)
    return drawing.finished(height, chart.title, alternative(chart, texts))


def alternative(chart: Chart, texts: Texts) -> str:
    """What the picture of *chart* shows, in a few sentences."""
    match chart:
        case Bars():
            said = _bars_in_words(chart, texts)
        case Dots():
            said = _dots_in_words(chart, texts)
        case Matrix():
            said = _matrix_in_words(chart)
        case HeatMap():
            said = _heat_map_in_words(chart)
        case Tally():
            said = (f"{row.title}: {row.told}" for row in chart.rows)
    return ". ".join(said) + "."


def _bars_in_words(chart: Bars, texts: Texts) -> Iterable[str]:
    for row in chart.rows:
        for bar in row.bars:
            name = " – ".join(part for part in (row.title, bar.name) if part)
            counts = [
                f"{word} {count}"
                for word, count in zip(chart.points, bar.answers.counts, strict=True)
                if count
            ]
            if bar.answers.off:
                counts.append(f"{chart.off} {bar.answers.off}")
            yield f"{name}: {', '.join(counts) or texts.t('rating.no_answers')}".removeprefix(": ")
        if row.reference:
            yield f"{chart.reference}: {chart.points[row.reference - 1]}"


def _dots_in_words(chart: Dots, texts: Texts) -> Iterable[str]:
    for row in chart.rows:
        told = [f"{texts.t('rating.everyone')} {between(row.total, chart.points)}"]
        told += [
            f"{group} {between(median, chart.points)}"
            for group, median in zip(chart.groups, row.groups, strict=True)
            if median is not None
        ]
        yield f"{row.title}: {', '.join(told)}"


def _matrix_in_words(chart: Matrix) -> Iterable[str]:
    for place, spot in enumerate(chart.spots, 1):
        told = [
            f"{chart.across} {between(spot.across, chart.points)}",
            f"{chart.up} {between(spot.up, chart.points)}",
        ]
        yield f"{place} {spot.title}: {', '.join([*told, *([spot.quadrant] if spot.quadrant else [])])}"


def _heat_map_in_words(chart: HeatMap) -> Iterable[str]:
    if chart.meaning:
        yield chart.meaning.rstrip(".")
    for title, cells in zip(chart.rows, chart.cells, strict=True):
        told = [
            f"{column} {cell.figure}{f' ({cell.note})' if cell.note else ''}"
            for column, cell in zip(chart.columns, cells, strict=True)
            if cell and cell.figure
        ]
        yield f"{title}: {', '.join(told) or '–'}"

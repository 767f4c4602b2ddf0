"""How charts of two directions are drawn: items in a matrix, and rows against columns in tones."""

from collections.abc import Sequence

from sessions.chart_kinds import Cell, HeatMap, Matrix, Spot
from sessions.drawing import BODY, LEADING, SMALL, WIDTH, Drawing, wrapped
from sessions.tones import ACCENT, EDGE, INK, LINE, MUTED, SELF, SOFT, SPREAD, Tone, heat_tone

SIDE = 376
"""Of the square in which items of a matrix stand."""

MARGIN = 26
INSET = 34
"""Between the outer points and the edge, where the names of the quarters stand."""

RADIUS = 11
LEFT = 208
FEW_COLUMNS = 4
"""More columns than these carry numbers; their titles stand below."""

CELL = 30


def draw_matrix(chart: Matrix) -> tuple[Drawing, float]:
    """The picture and its height: the square, and beside or below it which number is which item."""
    drawing = Drawing()
    _field(drawing, chart)
    for spot in chart.spots:
        _spread(drawing, spot, len(chart.points))
    for places in _together(chart.spots).values():
        _spots(drawing, chart, places)
    lower = SIDE + MARGIN + 4
    return drawing, max(lower, _key(drawing, chart, lower))


def _field(drawing: Drawing, chart: Matrix) -> None:
    points = len(chart.points)
    left, right, top, bottom = MARGIN, MARGIN + SIDE, 0.0, float(SIDE)
    drawing.rect(left, top, SIDE, SIDE, SOFT, radius=4)
    for point in range(1, points + 1):
        drawing.line(_x(point, points), top, _x(point, points), bottom, LINE)
        drawing.line(left, _y(point, points), right, _y(point, points), LINE)
    middle = (points + 1) / 2
    drawing.line(_x(middle, points), top, _x(middle, points), bottom, EDGE, 1.5)
    drawing.line(left, _y(middle, points), right, _y(middle, points), EDGE, 1.5)
    low, high = chart.points[0], chart.points[-1]
    for upwards, title in ((False, chart.across), (True, chart.up)):
        for at, anchor, words, tone, room in (
            (0, "start", low, MUTED, 0.22),
            (0.5, "middle", title, INK, 0.54),
            (1, "end", high, MUTED, 0.22),
        ):
            [line] = wrapped(words, room * SIDE, SMALL, bold=tone is INK, most=1)
            x = MARGIN - 10 if upwards else left + at * SIDE
            y = bottom - at * SIDE if upwards else bottom + 16
            drawing.text(x, y, line, tone, SMALL, bold=tone is INK, anchor=anchor, upwards=upwards)
    if chart.quadrants:
        high_high, high_low, low_high, low_low = chart.quadrants
        for name, x, y, anchor in (
            (high_high, right - 6, 16, "end"),
            (high_low, right - 6, bottom - 7, "end"),
            (low_high, left + 6, 16, "start"),
            (low_low, left + 6, bottom - 7, "start"),
        ):
            [line] = wrapped(name, SIDE / 2 - 12, SMALL, most=1)
            drawing.text(x, y, line, MUTED, SMALL, anchor=anchor, halo=SOFT.fill)


def _x(point: float, points: int) -> float:
    return MARGIN + INSET + (point - 1) / (points - 1) * (SIDE - 2 * INSET)


def _y(point: float, points: int) -> float:
    return SIDE - (_x(point, points) - MARGIN)


def _together(spots: Sequence[Spot]) -> dict[tuple[float, float], list[tuple[int, Spot]]]:
    """The items by their places, each with its number."""
    places: dict[tuple[float, float], list[tuple[int, Spot]]] = {}
    for n, spot in enumerate(spots, 1):
        places.setdefault((spot.across, spot.up), []).append((n, spot))
    return places


def _spots(drawing: Drawing, chart: Matrix, here: Sequence[tuple[int, Spot]]) -> None:
    """The items of one place beside each other, in lines, within the square."""
    points = len(chart.points)
    _, first = here[0]
    x, y = _x(first.across, points), _y(first.up, points)
    beside = min(len(here), 5)
    step = 2 * RADIUS - 2
    half = (beside - 1) * step / 2
    x = min(max(x, MARGIN + RADIUS + half + 2), MARGIN + SIDE - RADIUS - half - 2)
    lines = -(-len(here) // beside)
    y = min(max(y, RADIUS + (lines - 1) * step / 2 + 2), SIDE - RADIUS - (lines - 1) * step / 2 - 2)
    for at, (n, _) in enumerate(here):
        row, column = divmod(at, beside)
        cx, cy = x - half + column * step, y + (row - (lines - 1) / 2) * step
        drawing.circle(cx, cy, RADIUS, Tone(ACCENT.name, ACCENT.fill, edge="#ffffff"))
        drawing.text(cx, cy + 4, str(n), Tone("on-accent", ACCENT.ink), SMALL, bold=True, anchor="middle")


def _spread(drawing: Drawing, spot: Spot, points: int) -> None:
    """The middle half of the answers, as far as it lies within the scale."""

    def within(point: float) -> float:
        return min(points, max(1, point))

    wide, tall = spot.spread[0] / 2, spot.spread[1] / 2
    x, y = _x(spot.across, points), _y(spot.up, points)
    if wide:
        drawing.line(
            _x(within(spot.across - wide), points), y, _x(within(spot.across + wide), points), y, SPREAD, 3
        )
    if tall:
        drawing.line(x, _y(within(spot.up - tall), points), x, _y(within(spot.up + tall), points), SPREAD, 3)


def _key(drawing: Drawing, chart: Matrix, lower: float) -> float:
    """Which number is which item: beside the square as long as there is room, then below it in two columns."""
    x, y = MARGIN + SIDE + 18.0, 0.0
    titles = [wrapped(spot.title, WIDTH - x - 26, SMALL, most=3) for spot in chart.spots]
    heights = [len(lines) * SMALL * LEADING + 7 for lines in titles]
    beside = 0
    for (place, lines), height in zip(enumerate(titles, 1), heights, strict=True):
        if y + height > SIDE:
            break
        _entry(drawing, x, y, place, lines)
        y += height
        beside = place
    return _below(drawing, chart, beside, lower) if beside < len(titles) else y


def _below(drawing: Drawing, chart: Matrix, done: int, y: float) -> float:
    column = WIDTH / 2
    for first in range(done, len(chart.spots), 2):
        deepest = 0.0
        for at, spot in enumerate(chart.spots[first : first + 2]):
            lines = wrapped(spot.title, column - 40, SMALL, most=2)
            _entry(drawing, at * column, y + 8, first + at + 1, lines)
            deepest = max(deepest, len(lines) * SMALL * LEADING + 7)
        y += deepest
    return y + 10


def _entry(drawing: Drawing, x: float, y: float, place: int, lines: Sequence[str]) -> None:
    drawing.text(x + 18, y + SMALL, str(place), INK, SMALL, bold=True, anchor="end")
    drawing.paragraph(x + 25, y, list(lines), INK, SMALL)


# rows against columns


def draw_heat_map(chart: HeatMap) -> tuple[Drawing, float]:
    """The picture and its height."""
    drawing = Drawing()
    count = len(chart.columns)
    numbered = count > FEW_COLUMNS or bool(chart.numbered)
    column = min((WIDTH - LEFT) / max(count, 1), 104 if not numbered else 44)
    y = _column_heads(drawing, chart, column, numbered)
    for place, (title, cells) in enumerate(zip(chart.rows, chart.cells, strict=True)):
        label = f"{chart.numbered[place]}. {title}" if chart.numbered else title
        lines = wrapped(label, LEFT - 14, most=3)
        height = max(CELL, len(lines) * BODY * LEADING + 6)
        drawing.paragraph(0, y + (height - len(lines) * BODY * LEADING) / 2, lines, INK)
        for at, cell in enumerate(cells):
            _cell(drawing, cell, LEFT + at * column, y, column, height)
        y += height
    if numbered and not chart.numbered:
        y = _column_key(drawing, chart, y + 10)
    return drawing, y + 2


def _column_heads(drawing: Drawing, chart: HeatMap, column: float, numbered: bool) -> float:
    heads = [
        [str(chart.first + at)] if numbered else wrapped(title, column - 6, SMALL, most=4)
        for at, title in enumerate(chart.columns)
    ]
    tallest = max(map(len, heads), default=0)
    for at, lines in enumerate(heads):
        above = (tallest - len(lines)) * SMALL * LEADING
        drawing.paragraph(
            LEFT + (at + 0.5) * column, above, lines, MUTED, SMALL, bold=numbered, anchor="middle"
        )
    return tallest * SMALL * LEADING + 5


def _cell(drawing: Drawing, cell: Cell | None, x: float, y: float, width: float, height: float) -> None:
    if cell is None:
        drawing.rect(x + 1, y + 1, width - 2, height - 2, SELF)
        return
    tone = heat_tone(cell.part)
    drawing.rect(x + 1, y + 1, width - 2, height - 2, tone)
    ink = Tone(f"on-{tone.name}", tone.ink)
    figure = f"{cell.figure} ({cell.note})" if cell.note else cell.figure or "·"
    size = BODY if len(figure) * 8 < width else SMALL
    drawing.text(
        x + width / 2, y + height / 2 + size * 0.36, figure, ink, size, bold=cell.part > 0, anchor="middle"
    )


def _column_key(drawing: Drawing, chart: HeatMap, y: float) -> float:
    """Which number is which column, in two columns of their own."""
    half = WIDTH / 2
    for first in range(0, len(chart.columns), 2):
        deepest = 0.0
        for at, title in enumerate(chart.columns[first : first + 2]):
            lines = wrapped(title, half - 40, SMALL, most=3)
            _entry(drawing, at * half, y, chart.first + first + at, lines)
            deepest = max(deepest, len(lines) * SMALL * LEADING + 5)
        y += deepest
    return y

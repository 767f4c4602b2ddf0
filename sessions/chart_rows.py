"""How charts with a row for each item are drawn: diverging bars, groups on a scale, plain bars."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor

from sessions.chart_kinds import Bar, Bars, Dots, Medians, Row, Tally
from sessions.drawing import BODY, LEADING, SMALL, WIDTH, Drawing, width_of, wrapped
from sessions.results import Distribution
from sessions.texts import Texts
from sessions.tones import ACCENT, EDGE, INK, LINE, MARK, MUTED, OFF, SOFT, Tone, scale_tones

LEFT = 208
"""Titles stand left of this."""

GAP = 12
BAR, THIN = 26, 18
NARROWEST = 15
"""However few answers a segment stands for, its number fits."""

MARK_RADIUS = 9.5
MOST_POINTS_IN_WORDS = 6


def between(median: float, points: Sequence[str]) -> str:
    """The word of a median, or the two it lies between."""
    low, high = points[floor(median) - 1], points[ceil(median) - 1]
    return low if low == high else f"{low} / {high}"


# diverging bars


def draw_bars(chart: Bars, texts: Texts) -> tuple[Drawing, float]:
    """The picture and its height."""
    drawing = Drawing()
    tones = scale_tones(len(chart.points))
    y = _legend(drawing, _bar_legend(chart, tones), 0) + GAP
    frame = _frame([bar.answers for row in chart.rows for bar in row.bars])
    top, axis = y, LEFT + frame.left
    drawing.parts.append("")
    axis_at = len(drawing.parts) - 1
    for row in chart.rows:
        y = _row(drawing, row, tones, frame, y, texts) + GAP
    line = Drawing()
    line.line(axis, top - 4, axis, y - GAP + 4, EDGE)
    drawing.parts[axis_at] = line.parts[0]
    return drawing, y - GAP + 6


def _bar_legend(chart: Bars, tones: Sequence[Tone]) -> Iterator[tuple[Tone | str, str]]:
    yield from zip(tones, chart.points, strict=True)
    if chart.off and any(bar.answers.off for row in chart.rows for bar in row.bars):
        yield OFF, chart.off
    if chart.reference and any(row.reference for row in chart.rows):
        yield "diamond", chart.reference


def _legend(drawing: Drawing, entries: Iterable[tuple[Tone | str, str]], y: float) -> float:
    """What each tone, letter or sign stands for, in lines; the lower edge comes back."""
    x = 0.0
    for sign, word in entries:
        mark = 14 if isinstance(sign, Tone) or sign == "diamond" else 2 * MARK_RADIUS
        lines = wrapped(word, WIDTH - mark - 8, SMALL)
        wide = mark + 6 + max(width_of(line, SMALL) for line in lines)
        if x and x + wide > WIDTH:
            x, y = 0, y + 22
        if isinstance(sign, Tone):
            drawing.rect(x, y + 2, 14, 14, sign)
        elif sign == "diamond":
            drawing.diamond(x + 7, y + 9, 6, INK)
        else:
            _mark(drawing, x + MARK_RADIUS, y + 9, sign)
        lower = drawing.paragraph(x + mark + 6, y + 2, lines, INK, SMALL)
        x += wide + 18
        if len(lines) > 1:
            x, y = WIDTH, lower - 20
    return y + 20


@dataclass(frozen=True)
class Frame:
    """The room that all bars share: units left and right of the axis, and for one answer of a bar of so many."""

    left: float
    right: float
    unit: float

    def widths(self, answers: Distribution) -> list[float]:
        """How wide each point is drawn, and last what is off the scale."""
        whole = answers.n + answers.off
        return [
            max(count / whole * self.unit, NARROWEST) if count else 0
            for count in (*answers.counts, answers.off)
        ]


def _frame(all_answers: Sequence[Distribution]) -> Frame:
    """The largest unit with which every bar fits, so that the axes stand under each other."""
    given = [answers for answers in all_answers if answers.n + answers.off]
    room = WIDTH - LEFT
    unit = float(room)
    for _ in range(40):
        frame = Frame(0, 0, unit)
        sides = [_sides(frame.widths(answers)) for answers in given] or [(0, 0, 0)]
        left, right, off = (max(side) for side in zip(*sides, strict=True))
        # What is off the scale stands behind the widest bar, in a column of its own.
        needed = left + right + (off + GAP if off else 0)
        if needed <= room:
            return Frame(left, right, unit)
        unit *= max(room / needed, 0.5) * 0.995
    return Frame(left, right, unit)


def _sides(widths: Sequence[float]) -> tuple[float, float, float]:
    """How far a bar reaches left and right of the axis, and how wide its part off the scale is."""
    *points, off = widths
    half, odd = divmod(len(points), 2)
    middle = points[half] / 2 if odd else 0
    return sum(points[:half]) + middle, sum(points[len(points) - half :]) + middle, off


def _row(drawing: Drawing, row: Row, tones: Sequence[Tone], frame: Frame, y: float, texts: Texts) -> float:
    if len(row.bars) == 1 and not row.bars[0].name:
        return _bar(drawing, row.bars[0], row.title, row, tones, frame, y, texts)
    if row.title:
        y = drawing.paragraph(0, y, wrapped(row.title, WIDTH, bold=True, most=3), INK, bold=True) + 4
    for bar in row.bars:
        y = _bar(drawing, bar, bar.name, row if bar is row.bars[-1] else None, tones, frame, y, texts) + 4
    return y - 4


def _bar(
    drawing: Drawing,
    bar: Bar,
    name: str,
    row: Row | None,
    tones: Sequence[Tone],
    frame: Frame,
    y: float,
    texts: Texts,
) -> float:
    """One bar with its name and how many answers there are; the lower edge comes back."""
    lower = drawing.paragraph(0, y, wrapped(name, LEFT - GAP, most=4) if name else [], INK)
    lower = drawing.paragraph(0, lower, wrapped(_summary(bar, texts), LEFT - GAP, SMALL), MUTED, SMALL)
    height = THIN if bar.before else BAR
    if bar.answers.n + bar.answers.off:
        _segments(drawing, bar.answers, tones, frame, y + 1, height)
        if row and row.reference:
            _reference(drawing, bar.answers, row.reference, frame, y - 2)
    else:
        drawing.text(LEFT + frame.left + 8, y + height / 2 + 4, texts.t("rating.no_answers"), MUTED, SMALL)
    return max(lower, y + height + 2)


def _summary(bar: Bar, texts: Texts) -> str:
    answers = texts.t("rating.answers", n=bar.answers.n)
    match bar.answers.agreement:
        case "agreed":
            return f"{answers}, {texts.t('rating.agreed')}"
        case "mixed":
            return f"{answers}, {texts.t('rating.mixed')}"
        case "divided":
            return f"{answers}, {texts.t('rating.divided')}"
    return answers


def _segments(
    drawing: Drawing, answers: Distribution, tones: Sequence[Tone], frame: Frame, y: float, height: float
) -> None:
    widths = frame.widths(answers)
    x = LEFT + frame.left - _sides(widths)[0]
    for count, width, tone in zip(answers.counts, widths, tones, strict=False):
        if count:
            _segment(drawing, x, y, width, height, tone, count)
            x += width
    if answers.off:
        _segment(drawing, LEFT + frame.left + frame.right + GAP, y, widths[-1], height, OFF, answers.off)


def _segment(
    drawing: Drawing, x: float, y: float, width: float, height: float, tone: Tone, count: int
) -> None:
    drawing.rect(x + 1, y, width - 2, height, tone)
    size = BODY if height == BAR else SMALL
    ink = Tone(f"on-{tone.name}", tone.ink)
    halo = tone.fill if tone.pattern else ""
    drawing.text(
        x + width / 2,
        y + height / 2 + size * 0.36,
        str(count),
        ink,
        size,
        bold=True,
        anchor="middle",
        halo=halo,
    )


def _reference(drawing: Drawing, answers: Distribution, point: int, frame: Frame, y: float) -> None:
    """A diamond over the middle of the point, or where it would begin."""
    widths = frame.widths(answers)
    x = LEFT + frame.left - _sides(widths)[0] + sum(widths[: point - 1]) + widths[point - 1] / 2
    drawing.diamond(x, y, 6, INK)


# groups on a scale


def draw_dots(chart: Dots, texts: Texts) -> tuple[Drawing, float]:
    """The picture and its height."""
    drawing = Drawing()
    letters = [_letter(place) for place in range(len(chart.groups))]
    y = _legend(
        drawing, [*zip(letters, chart.groups, strict=True), ("diamond", texts.t("rating.everyone"))], 0
    )
    column = (WIDTH - LEFT) / len(chart.points)
    y = _heads(drawing, chart.points, column, y + GAP)
    for row in chart.rows:
        y = _medians(drawing, row, letters, len(chart.points), y)
    return drawing, y + 2


def _letter(place: int) -> str:
    return (chr(64 + place // 26) if place >= 26 else "") + chr(65 + place % 26)


def _heads(drawing: Drawing, points: Sequence[str], column: float, y: float) -> float:
    """The words of the points over their columns; on a long scale numbers, with the words of the ends."""
    if len(points) <= MOST_POINTS_IN_WORDS:
        heads = [wrapped(word, column - 6, SMALL, most=4) for word in points]
    else:
        heads = [[str(point)] for point in range(1, len(points) + 1)]
        ends = f"1 = {points[0]}, {len(points)} = {points[-1]}"
        y = drawing.paragraph(LEFT, y, wrapped(ends, WIDTH - LEFT, SMALL), MUTED, SMALL) + 2
    tallest = max(map(len, heads))
    for place, lines in enumerate(heads):
        above = (tallest - len(lines)) * SMALL * LEADING
        drawing.paragraph(LEFT + (place + 0.5) * column, y + above, lines, MUTED, SMALL, anchor="middle")
    return y + tallest * SMALL * LEADING + 4


def _medians(drawing: Drawing, row: Medians, letters: Sequence[str], points: int, y: float) -> float:
    title = wrapped(row.title, LEFT - GAP, most=4)
    column = (WIDTH - LEFT) / points

    def place(median: float) -> float:
        return LEFT + (median - 0.5) * column

    here: dict[float, list[str]] = {row.total: ["diamond"]}
    for letter, median in zip(letters, row.groups, strict=True):
        if median is not None:
            here.setdefault(median, []).append(letter)
    apart = min((high - low for low, high in pairwise(sorted(here))), default=1)
    beside = max(1, int(column * min(apart, 1) // (2 * MARK_RADIUS + 1)))
    deepest = max(_lines(signs, beside) for signs in here.values())
    height = max(len(title) * BODY * LEADING, deepest * (2 * MARK_RADIUS + 2)) + 12
    middle = y + height / 2
    drawing.line(0, y, WIDTH, y, LINE)
    drawing.paragraph(0, middle - len(title) * BODY * LEADING / 2, title, INK)
    for point in range(1, points + 1):
        drawing.line(place(point), y + 3, place(point), y + height - 2, LINE, dash="2 3")
    if len(here) > 1:
        drawing.line(place(min(here)), middle, place(max(here)), middle, EDGE, 2)
    for median, signs in here.items():
        for lines, start in enumerate(range(0, len(signs), beside)):
            level = middle + (lines - (_lines(signs, beside) - 1) / 2) * (2 * MARK_RADIUS + 2)
            together = signs[start : start + beside]
            for at, sign in enumerate(together):
                x = place(median) + (at - (len(together) - 1) / 2) * (2 * MARK_RADIUS + 1)
                if sign == "diamond":
                    drawing.diamond(x, level, 8, INK)
                else:
                    _mark(drawing, x, level, sign)
    return y + height


def _lines(signs: Sequence[str], beside: int) -> int:
    return ceil(len(signs) / beside)


def _mark(drawing: Drawing, x: float, y: float, letter: str) -> None:
    drawing.circle(x, y, MARK_RADIUS, MARK)
    drawing.text(x, y + 4, letter, INK, SMALL, bold=True, anchor="middle")


# plain bars


def draw_tally(chart: Tally) -> tuple[Drawing, float]:
    """The picture and its height."""
    drawing = Drawing()
    aside = max((width_of(row.told, SMALL) for row in chart.rows), default=0) + 10
    room = WIDTH - LEFT - aside
    y = 0.0
    for row in chart.rows:
        lower = drawing.paragraph(0, y, wrapped(row.title, LEFT - GAP, most=4), INK)
        wide = row.part * room
        drawing.rect(LEFT, y, room, 18, SOFT)
        if wide:
            drawing.rect(LEFT, y, wide, 18, ACCENT)
        drawing.text(LEFT + room + 8, y + 13, row.told, INK, SMALL)
        y = max(lower, y + 18) + 8
    return drawing, y

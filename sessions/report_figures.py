"""Which figures a report has: the charts of a session, by the id that a line ``[[figure: id]]`` names.

``<step>`` is the whole round, ``<step>.organisations`` compares the organisations, ``<step>.<item>`` is one item of it
(or one closing question of a page).  What is too much for one picture goes on in ``<step>.part-2`` and further.  Only
what is revealed is drawn, and no more than the tables of the report tell.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from babel.numbers import format_decimal, format_percent

from sessions.charts import Bar, Bars, Cell, Chart, Dots, HeatMap, Matrix, Medians, Row, Share, Spot, Tally
from sessions.outcome import Crossed, Dotted, Linked, Scored
from sessions.rating_plan import Plan, Scale
from sessions.results import OTHER, Distribution
from sessions.texts import Texts, texts

if TYPE_CHECKING:
    from sessions.session import Session

Part = TypeVar("Part")

MOST_ROWS = 14
MOST_COLUMNS = 14
"""What fits on one page of paper, with titles of three lines."""


def figures(session: "Session") -> Mapping[str, Chart]:
    """Id -> chart, in the order of the report."""
    found: dict[str, Chart] = {}
    local = texts(session.info.language)
    for step, activity in session.activities.items():
        content = activity.report(session)
        plan = session.steps[step].plan
        for id, chart in _of_step(plan, content, local, session.plan.join.organisations):
            # An item that is called as a part of the round is would hide that part.
            found.setdefault(f"{step}.{id}" if id else step, chart)
    return found


def _of_step(
    plan: Any, content: Mapping[str, Any], local: Texts, listed: Sequence[str]
) -> Iterator[tuple[str, Chart]]:
    match plan.kind:
        case "rating" if content.get("revealed") and content["lines"]:
            yield from Drawn(plan, content, local, listed).charts()
        case "page":
            for told in content.get("questions", ()):
                if told.figures and told.figures.n:
                    yield told.question.id, _question(told.question.label, told.question.scale, told.figures)


def _question(label: str, scale: Scale, answers: Distribution) -> Bars:
    return Bars(label, tuple(scale.points), (Row("", (Bar(answers),)),), scale.off)


class Drawn:
    """The charts of one round that is revealed; *listed* are the organisations that a playbook names, in order."""

    def __init__(
        self, plan: Plan, content: Mapping[str, Any], local: Texts, listed: Sequence[str] = ()
    ) -> None:
        self.plan, self.content, self.local, self.listed = plan, content, local, listed
        self.lines: Sequence[Any] = content["lines"]
        self.points = tuple(plan.scale.points) if plan.scale else ()

    def charts(self) -> Iterator[tuple[str, Chart]]:
        """What follows the id of the step -> chart."""
        if self.plan.form == "scale" and not self.plan.criteria:
            yield from self._distributions()
        elif self.plan.form == "dots":
            yield from self._in_parts(self._tally())
        elif self.plan.form == "choice":
            yield from self._in_parts(self._chosen())
        elif len(self.content["criteria"]) == 2 and not self.plan.cascade:
            yield from ((("", chart),) if (chart := self._matrix()).spots else ())
        else:
            yield from self._in_parts(self._crossed())

    def _in_parts(self, charts: Iterable[Chart]) -> Iterator[tuple[str, Chart]]:
        """One chart bears the id of the step, those that go on from there are numbered."""
        for n, chart in enumerate(charts, 1):
            if n == 1:
                yield "", chart
            else:
                yield (
                    f"part-{n}",
                    replace(chart, title=self.local.t("report.figure.part", title=chart.title, n=n)),
                )

    # one scale

    def _distributions(self) -> Iterator[tuple[str, Chart]]:
        reference = self.content["reference"]
        points = dict(reference.scores) if reference else {}
        label = reference.label if reference else ""
        off = self.plan.scale.off if self.plan.scale else ""
        title = self.local.t("report.figure.bars", title=self.plan.title)
        if not any(line.result.n for line in self.lines):
            return
        lines = sorted(self.lines, key=lambda line: line.result.divided_rank)
        rows = [Row(line.item.title, self._rounds(line), points.get(line.item.id)) for line in lines]
        most = MOST_ROWS // max(len(row.bars) for row in rows) + 2
        yield from self._in_parts(
            Bars(title, self.points, tuple(some), off, label) for some in _parts(rows, most)
        )
        yield from self._compared(lines)
        for line in self.lines:
            if line.result.organisations:
                title = self.local.t("report.figure.item", title=line.item.title)
                row = Row("", self._groups(line), points.get(line.item.id))
                yield line.item.id, Bars(title, self.points, (row,), off, label)

    def _rounds(self, line: Any) -> tuple[Bar, ...]:
        """The answers, and those of a first round above them."""
        if line.before and line.before.total.n:
            return (
                Bar(line.before.total, self.local.t("rating.before"), before=True),
                Bar(line.result.total, self.local.t("rating.now")),
            )
        return (Bar(line.result.total),)

    def _groups(self, line: Any) -> tuple[Bar, ...]:
        result: Scored = line.result
        groups = [Bar(answers, self._name(name)) for name, answers in result.organisations]
        return (*groups, Bar(result.total, self.local.t("rating.everyone")))

    def _name(self, organisation: str) -> str:
        return self.local.t("rating.other_organisations") if organisation == OTHER else organisation

    def _compared(self, lines: Sequence[Any]) -> Iterator[tuple[str, Chart]]:
        """The middle answers of the organisations, on one scale under each other."""
        compared = [line for line in lines if line.result.organisations and line.result.total.n]
        named = dict.fromkeys(name for line in compared for name, _ in line.result.organisations)
        groups = [
            *(name for name in self.listed if name in named),
            *(n for n in named if n not in self.listed),
        ]
        groups.sort(key=OTHER.__eq__)
        rows = [
            Medians(
                line.item.title,
                line.result.total.median,
                tuple(dict(line.result.organisations).get(name, NOBODY).median for name in groups),
            )
            for line in compared
        ]
        title = self.local.t("report.figure.organisations", title=self.plan.title)
        names = tuple(map(self._name, groups))
        for n, some in enumerate(_parts(rows, MOST_ROWS), 1):
            chart = _without_empty(Dots(title, self.points, names, tuple(some)))
            if n == 1:
                yield "organisations", chart
            else:
                more = self.local.t("report.figure.part", title=title, n=n)
                yield f"organisations.part-{n}", replace(chart, title=more)

    # dots, choices, criteria

    def _tally(self) -> Iterator[Tally]:
        most = self.content["most"]
        lines = sorted(self.lines, key=lambda line: line.result.rank)
        shares = [
            Share(line.item.title, line.result.dots / most, self._dots(line.result)) for line in lines if most
        ]
        title = self.local.t("report.figure.dots", title=self.plan.title)
        return (Tally(title, tuple(some)) for some in _parts(shares, MOST_ROWS + 6))

    def _dots(self, result: Dotted) -> str:
        told = self.local.t("rating.dots", n=result.dots)
        if result.share is None:
            return told
        return f"{told}, {format_percent(result.share, '0%', locale=self.local.language)}"

    def _chosen(self) -> Iterator[HeatMap]:
        targets = self.content["targets"]
        most = max((line.result.most for line in self.lines), default=0)

        def cell(line: Any, target: Any) -> Cell:
            result: Linked = line.result
            count = result.targets.get(target.id, 0)
            return Cell(count / most, str(count)) if count else Cell(0, "")

        title = self.local.t("report.figure.choice", title=self.plan.title)
        return self._grid(title, targets, cell, lambda target: target.title)

    def _crossed(self) -> Iterator[HeatMap]:
        criteria = list(self.content["criteria"].items())
        steps = len(self.points) - 1

        def cell(line: Any, criterion: tuple[str, Mapping[str, Any]]) -> Cell | None:
            result: Crossed = line.result
            answers = result.criteria.get(criterion[0])
            if answers is None:
                return None
            if answers.median is None or answers.highest is None:
                return Cell(0, "")
            note = str(answers.highest) if self.plan.cascade else ""
            return Cell((answers.median - 1) / steps, self._number(answers.median), note)

        if self.plan.cascade:
            title, meaning = "report.figure.cascade", self.local.t("report.doc.cascade_means")
        else:
            title, meaning = "report.figure.criteria", self.local.t("rating.criteria_cells")
        if not any(line.result.n for line in self.lines):
            return iter(())
        return self._grid(
            self.local.t(title, title=self.plan.title), criteria, cell, lambda one: one[1]["title"], meaning
        )

    def _grid(
        self,
        title: str,
        columns: Sequence[Any],
        cell: Callable[[Any, Any], Cell | None],
        named: Callable[[Any], str],
        meaning: str = "",
    ) -> Iterator[HeatMap]:
        """A table of cells, in as many pictures as it takes."""
        numbers = {line.item.id: n for n, line in enumerate(self.lines, 1)}
        for first in range(0, len(columns), MOST_COLUMNS):
            across = columns[first : first + MOST_COLUMNS]
            for lines in _parts(self.lines, MOST_ROWS):
                yield HeatMap(
                    title,
                    tuple(line.item.title for line in lines),
                    tuple(map(named, across)),
                    tuple(tuple(cell(line, column) for column in across) for line in lines),
                    meaning,
                    first + 1,
                    tuple(numbers[line.item.id] for line in lines) if self.plan.cascade else (),
                )

    def _matrix(self) -> Matrix:
        (across, across_view), (up, up_view) = self.content["criteria"].items()
        quadrants = self.plan.quadrants
        known = [line for line in self.lines if all(line.result.criteria[id].n for id in (across, up))]
        title = self.local.t(
            "report.figure.matrix", title=self.plan.title, across=across_view["title"], up=up_view["title"]
        )
        return Matrix(
            title,
            across_view["title"],
            up_view["title"],
            self.points,
            tuple(self._spot(line, line.result.criteria[across], line.result.criteria[up]) for line in known),
            (quadrants.high_high, quadrants.high_low, quadrants.low_high, quadrants.low_low)
            if quadrants
            else None,
        )

    def _spot(self, line: Any, across: Distribution, up: Distribution) -> Spot:
        assert across.median is not None
        assert up.median is not None
        quadrant = (
            getattr(self.plan.quadrants, line.quadrant) if self.plan.quadrants and line.quadrant else ""
        )
        return Spot(line.item.title, across.median, up.median, (across.spread or 0, up.spread or 0), quadrant)

    def _number(self, value: float) -> str:
        return str(format_decimal(value, "0.#", locale=self.local.language))


NOBODY = Distribution(())


def _without_empty(chart: Dots) -> Dots:
    """The chart without the groups that stand nowhere in it."""
    kept = [n for n in range(len(chart.groups)) if any(row.groups[n] is not None for row in chart.rows)]
    rows = tuple(replace(row, groups=tuple(row.groups[n] for n in kept)) for row in chart.rows)
    return replace(chart, groups=tuple(chart.groups[n] for n in kept), rows=rows)


def _parts(rows: Sequence[Part], most: int) -> Iterator[Sequence[Part]]:
    """The rows in parts of about the same size, none longer than *most*."""
    parts = -(-len(rows) // most)
    size = -(-len(rows) // max(parts, 1))
    return (rows[first : first + size] for first in range(0, len(rows), size or 1))

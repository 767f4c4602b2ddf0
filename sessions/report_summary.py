"""The report in short: what stood out in each round, and what is still open.

Everything here is worked out from the sections of a report, so it cannot know more than they tell.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from sessions.outcome import Crossed, Dotted, Linked, Scored
from sessions.report_wording import Wording
from sessions.results import most_divided

if TYPE_CHECKING:
    from sessions.rating_report import Line
    from sessions.report import Section

MOST = 3
"""How many items are named for each thing that stood out."""

What = Literal["all", "highest", "divided", "dots", "chosen", "quadrant"]
Open = Literal["not_discussed", "no_conclusion", "unrevealed", "covered", "unseen"]

LABELS: Mapping[What, str] = {
    "all": "report.doc.short_all",
    "highest": "report.doc.short_highest",
    "divided": "report.doc.short_divided",
    "dots": "report.doc.short_dots",
    "chosen": "report.doc.short_chosen",
    "quadrant": "report.doc.short_quadrant",
}
"""The texts that say what stood out."""

OPEN: Mapping[Open, str] = {
    "not_discussed": "report.doc.open_not_discussed",
    "no_conclusion": "report.doc.open_no_conclusion",
    "unrevealed": "report.doc.open_unrevealed",
    "covered": "report.doc.open_covered",
    "unseen": "report.doc.open_unseen",
}
"""The texts that say what is open."""

WHOLE_STEP: Mapping[Open, str] = {
    "unrevealed": "report.doc.short_unrevealed",
    "unseen": "report.doc.short_unseen",
}
"""The texts that say in short how many steps are open as a whole."""


@dataclass(frozen=True)
class Ranked:
    """One item that stood out, and why, in words."""

    id: str
    title: str
    told: str = ""


@dataclass(frozen=True)
class Standout:
    """What stood out in the round *step*; ``name`` is that of a quarter of a matrix.

    ``where`` names the round, and its second round if that counts as well.
    """

    step: str
    where: str
    what: What
    items: tuple[Ranked, ...]
    name: str = ""


@dataclass(frozen=True)
class OpenPoint:
    """What is not finished in *step*: how much, and which items if these can be named."""

    what: Open
    step: str
    title: str
    number: int
    items: tuple[str, ...] = ()


def standouts(sections: Sequence["Section"], say: Wording) -> tuple[Standout, ...]:
    """What stood out, round by round; a second round stands in for the first, for the items that it asked again."""
    rounds = {section.id: section for section in sections if section.content.get("revealed")}
    later: dict[str, dict[str, Line]] = {}
    where = {id: say.local.t("report.doc.short_where", title=section.title) for id, section in rounds.items()}
    for section in rounds.values():
        first = section.content["plan"].again
        answered = {line.item.id: line for line in section.content["lines"] if line.result.n}
        if first in rounds and answered:
            later.setdefault(first, {}).update(answered)
            titles = {"first": rounds[first].title, "second": section.title}
            where[first] = say.local.t("report.doc.short_rounds", **titles)
    return tuple(
        Standout(section.id, where[section.id], what, items, name)
        for section in rounds.values()
        if section.content["plan"].again not in rounds
        for what, items, name in _of_round(section.content, later.get(section.id, {}), say)
        if items
    )


Found = Iterator[tuple[What, tuple[Ranked, ...], str]]


def _of_round(content: Mapping[str, Any], later: Mapping[str, "Line"], say: Wording) -> Found:
    lines = [later.get(line.item.id, line) for line in content["lines"]]
    plan = content["plan"]
    if plan.dots:
        yield "dots", _dotted(lines, say), ""
    elif plan.form == "choice":
        yield "chosen", _chosen(lines, content["targets"], say), ""
    elif not plan.criteria:
        yield from _scored(lines, plan.scale.points, say)
    elif plan.quadrants:
        name = plan.quadrants.high_high
        best = [line for line in lines if line.quadrant == "high_high"]
        best.sort(key=lambda line: -(line.result.mean or 0) if isinstance(line.result, Crossed) else 0)
        yield "quadrant", tuple(Ranked(line.item.id, line.item.title) for line in best[:MOST]), name


def _scored(lines: Sequence["Line"], points: Sequence[str], say: Wording) -> Found:
    scored = {
        line.item.id: (line.item.title, line.result.total)
        for line in lines
        if isinstance(line.result, Scored) and line.result.total.n
    }
    answers = {id: total for id, (_, total) in scored.items()}

    def ranked(ids: Iterable[str], *told: Any) -> tuple[Ranked, ...]:
        return tuple(Ranked(id, scored[id][0], ", ".join(tell(answers[id]) for tell in told)) for id in ids)

    def middle(total: Any) -> str:
        return say.middle(total, points)

    def number(total: Any) -> str:
        return say.local.t("rating.answers", n=total.n)

    if len(scored) <= MOST - 1:
        yield "all", ranked(scored, middle, say.agreement, number), ""
        return
    highest = sorted(answers, key=lambda id: (-(answers[id].mean or 0), -answers[id].n))
    yield "highest", ranked(highest[:MOST], middle, number), ""
    divided = [id for id in most_divided(answers) if answers[id].agreement != "agreed"]
    yield "divided", ranked(divided[:MOST], say.agreement, number), ""


def _dotted(lines: Sequence["Line"], say: Wording) -> tuple[Ranked, ...]:
    dotted = [(line.item, line.result) for line in lines if isinstance(line.result, Dotted)]
    best = sorted((pair for pair in dotted if pair[1].dots), key=lambda pair: pair[1].rank)
    return tuple(
        Ranked(item.id, item.title, say.local.t("report.doc.dots", n=result.dots))
        for item, result in best[:MOST]
    )


def _chosen(lines: Sequence["Line"], targets: Iterable[Any], say: Wording) -> tuple[Ranked, ...]:
    results = [line.result for line in lines if isinstance(line.result, Linked)]
    times = {target.id: sum(result.targets.get(target.id, 0) for result in results) for target in targets}
    best = sorted((target for target in targets if times[target.id]), key=lambda target: -times[target.id])
    return tuple(
        Ranked(target.id, target.title, say.local.t("report.doc.times", n=times[target.id]))
        for target in best[:MOST]
    )


def open_points(sections: Iterable["Section"]) -> Iterator[OpenPoint]:
    """What is not finished, besides actions that nobody agreed on yet."""
    for section in sections:
        content = section.content
        for what, number, items in _open_in(content):
            if number:
                yield OpenPoint(what, section.id, section.title, number, tuple(items))


def counted(points: Iterable[OpenPoint]) -> Iterator[tuple[str, int]]:
    """The texts that say in short what is open, each with its number."""
    numbers: dict[str, int] = {}
    for point in points:
        whole_step = point.what in WHOLE_STEP
        key = WHOLE_STEP[point.what] if whole_step else OPEN[point.what]
        numbers[key] = numbers.get(key, 0) + (1 if whole_step else point.number)
    yield from numbers.items()


def _open_in(content: Mapping[str, Any]) -> Iterator[tuple[Open, int, Sequence[str]]]:
    left = [item.title for item in content.get("left", ())]
    yield "not_discussed", len(left), left
    undecided = [
        talked.item.title
        for talked in content.get("talked", ())
        if content["decisions"] and not talked.conclusion.decision
    ]
    yield "no_conclusion", len(undecided), undecided
    if not content.get("revealed", True):
        yield "unrevealed", content["answered"], ()
    yield "covered", content.get("covered", 0), ()
    yield "unseen", content.get("unseen", 0), ()

"""What the report tells of a round: its items with what came of them, and what people added and remarked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sessions.activity import Contribution
from sessions.items import Item
from sessions.message import FACILITATOR
from sessions.outcome import Crossed, Dotted, Linked, Result, Scored, quadrant_of, shift_of
from sessions.results import OTHER

if TYPE_CHECKING:
    from sessions.activities.rating import Rating
    from sessions.session import Session


@dataclass(frozen=True)
class Line:
    """One item in the report."""

    item: Item
    result: Result
    before: Scored | None = None
    shift: str | None = None
    quadrant: str | None = None


def told(round: "Rating", session: "Session") -> Mapping[str, Any]:
    """What ``templates/_report_rating.md`` tells; empty when nobody answered or added anything."""
    answered, _ = round.counts(session)
    contributions = _contributions(round, session)
    if not answered and not contributions:
        return {}
    plan, results = round.plan, round.results(session)
    shown = results.values()
    return {
        "form": plan.form,
        "plan": plan,
        "answered": answered,
        "on_behalf": round.on_behalf,
        "revealed": round.revealed,
        "reference": plan.reference if plan.reference and round.reference_shown else None,
        "lines": _lines(round, session, results),
        "criteria": round.criterion_views(session) or {},
        "targets": [
            target
            for target in round.targets(session)
            if any(isinstance(result, Linked) and target.id in result.targets for result in shown)
        ],
        "some_small": any(
            name == OTHER
            for result in shown
            if isinstance(result, Scored)
            for name, _ in result.organisations
        ),
        "added": [one.item.title for one in round.everything_added() if not one.hidden],
        "most": max((result.dots for result in shown if isinstance(result, Dotted)), default=0),
        "answers": sum(result.n for result in shown),
        "contributions": contributions,
    }


def _lines(round: "Rating", session: "Session", results: Mapping[str, Result]) -> list[Line]:
    before = round.before(session)
    items = [item for item in round.items(session) if item.id in results]
    return [_line(item, results[item.id], before, cascade=round.plan.cascade) for item in items]


def _line(item: Item, result: Result, before: Mapping[str, Scored], *, cascade: bool) -> Line:
    match result:
        case Scored():
            first = before.get(item.id)
            return Line(item, result, before=first, shift=shift_of(first, result))
        case Crossed() if not cascade:
            return Line(item, result, quadrant=quadrant_of(result))
    return Line(item, result)


def _contributions(round: "Rating", session: "Session") -> list[Contribution]:
    """What people added, and the remarks that everyone may read."""
    added = [
        Contribution(about=round.plan.title, text=one.item.title, by_facilitator=one.author == FACILITATOR)
        for one in round.everything_added()
        if not one.hidden
    ]
    titles = round.by_id(session)
    remarks = [
        Contribution(about=titles[id].title, text=remark)
        for id, result in round.results(session).items()
        if isinstance(result, Scored)
        for remark in result.remarks
    ]
    return [*added, *remarks]

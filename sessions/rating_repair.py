"""What brings a round back to how it was before a facilitator did something with it; see ``repair``."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from sessions.message import Rejected
from sessions.outcome import NOTHING, Answer
from sessions.rating_messages import (
    Chose,
    DotsGiven,
    Given,
    ItemAdded,
    ItemDropped,
    ItemHidden,
    PeopleTallied,
    Rated,
    ReferenceShown,
    Reopened,
    Revealed,
    Tallied,
    TargetAdded,
)
from sessions.rating_plan import Plan
from sessions.rating_tables import NO_TABLE, organisation_of

if TYPE_CHECKING:
    from sessions.activities.rating import Added, Rating


def turned_back(now: "Rating", here: "Rating", there: "Rating") -> Iterator[Any]:
    """The events that make of what differs from *there* to *here* what it was *there*; raises Rejected."""
    step = now.plan.id
    if here.shown != there.shown:
        if now.shown != here.shown:
            raise Rejected("undo.changed_since")
        if here.kept and not there.shown:
            raise Rejected("rating.kept")
        yield Revealed(step) if there.shown else Reopened(step)
    if here.reference_shown != there.reference_shown:
        if now.reference_shown != here.reference_shown:
            raise Rejected("undo.changed_since")
        yield ReferenceShown(step, there.reference_shown)
    entered = [*_counted_back(step, here, there), *_answered_back(now, here, there)]
    if entered and now.shown:
        raise Rejected("rating.closed")
    yield from entered
    for event, present, became, was in (
        (ItemAdded, now.added, here.added, there.added),
        (TargetAdded, now.own_targets, here.own_targets, there.own_targets),
    ):
        yield from _added_back(step, event, present, became, was)


def _counted_back(step: str, here: "Rating", there: "Rating") -> Iterator[Any]:
    """What brings back what was counted for people without a phone."""
    for key in {**there.tables, **here.tables}:
        old, entered = there.tables.get(key, NO_TABLE), here.tables.get(key, NO_TABLE)
        if old.people != entered.people:
            yield PeopleTallied(step, old.people, organisation_of(key))
        for item, criterion in {**old.rows, **entered.rows}:
            row = old.row(item, criterion)
            if row != entered.row(item, criterion):
                yield Tallied(step, item, dict(row), organisation_of(key), criterion)


def _answered_back(now: "Rating", here: "Rating", there: "Rating") -> Iterator[Given]:
    """What brings back the answers that were entered for organisations without a phone."""
    for voice in sorted(here.spoken_for | there.spoken_for):
        became, was = here.answers.get(voice, {}), there.answers.get(voice, {})
        for item in {**was, **became}:
            old, entered = was.get(item, NOTHING), became.get(item, NOTHING)
            if old == entered:
                continue
            if now.answers.get(voice, {}).get(item, NOTHING) != entered or voice not in now.spoken_for:
                raise Rejected("undo.changed_since")
            yield from _given(now.plan, item, entered, old, voice)


def _given(plan: Plan, item: str, before: Answer, after: Answer, organisation: str) -> Iterator[Given]:
    """The events that make of one answer another."""
    match plan.form:
        case "dots":
            yield DotsGiven(plan.id, item, after.dots, organisation, on_behalf=True)
        case "choice":
            yield Chose(plan.id, item, after.targets, organisation, on_behalf=True)
        case _ if plan.criteria:
            for criterion in {**before.criteria, **after.criteria}:
                score = after.criteria.get(criterion)
                if score != before.criteria.get(criterion):
                    yield Rated(
                        plan.id,
                        item,
                        score,
                        criterion=criterion,
                        organisation=organisation,
                        on_behalf=True,
                    )
        case _:
            yield Rated(
                plan.id,
                item,
                after.score,
                after.remark,
                reasons=after.reasons,
                organisation=organisation,
                on_behalf=True,
            )


def _added_back(
    step: str,
    event: type[ItemAdded | TargetAdded],
    now: "Mapping[str, Added]",
    became: "Mapping[str, Added]",
    was: "Mapping[str, Added]",
) -> Iterator[Any]:
    """The events that bring back which items or targets there were, and which of them were hidden."""
    for id in {**was, **became}:
        if was.get(id) == became.get(id):
            continue
        if now.get(id) != became.get(id):
            raise Rejected("undo.changed_since")
        if id not in was:
            yield ItemDropped(step, id)
        elif id not in became:
            yield event(step, id, was[id].item.title)
        else:
            yield ItemHidden(step, id, was[id].hidden)

"""What of a round leaves the room in an exported log.

Who knows every answer knows those of a small organisation.  So a round that was revealed leaves as its results; an open
one that goes on leaves as the answers that stand now, and nobody is to be found behind them.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from sessions.canvas_export import ANONYMOUS
from sessions.message import FACILITATOR, Record
from sessions.rating_messages import (
    Chose,
    DotsGiven,
    Given,
    ItemAdded,
    PeopleTallied,
    Rated,
    Reopened,
    Revealed,
    Tallied,
    TargetAdded,
    voice_of,
)
from sessions.rating_tables import NO_TABLE, table_key

if TYPE_CHECKING:
    from sessions.activities.rating import Rating
    from sessions.session import Session


def exported(round: "Rating", record: Record, session: "Session") -> Record | None:
    """The record as it may leave; None when nobody may see it."""
    happened = record.event
    match happened:
        case Rated() | DotsGiven() | Chose():
            if round.shown or round.plan.blind or not _stands(round, happened, record):
                return None
            voice = voice_of(record)
            nameless = replace(happened, organisation="", on_behalf=voice in round.spoken_for)
            return replace(record, actor=_alias(record, round.pseudonyms[voice]), event=nameless)
        case Tallied() | PeopleTallied():
            if round.shown or round.plan.blind or not _counts(round, happened, record):
                return None
            place = list(round.tables).index(table_key(record)) + 1
            return replace(
                record, actor=_alias(record, f"table-{place}"), event=replace(happened, organisation="")
            )
        case ItemAdded() | TargetAdded() if record.actor != FACILITATOR:
            return replace(record, actor=ANONYMOUS)
        case Revealed() | Reopened() if not round.shown:
            return None
        case Revealed(kept=None):
            return replace(record, event=Revealed(happened.step, round.outcome(session)))
    return record


def whole(round: "Rating", record: Record) -> Record | None:
    """The record as it may leave when nothing that was shown is left out; None when nobody may see it."""
    match record.event:
        case Rated() | DotsGiven() | Chose() as given:
            # One that was changed before the reveal nobody was to see.
            return record if round.revealed and _stands(round, given, record) else None
        case Tallied() | PeopleTallied() if not round.revealed:
            return None
        case Revealed() | Reopened() if not round.shown:
            return None
    return record


def _stands(round: "Rating", given: Given, record: Record) -> bool:
    """Whether this is the answer that counts now, and not one that was changed or taken back."""
    voice = voice_of(record)
    answer = round.answers.get(voice, {}).get(given.item)
    if answer is None or (given.organisation and round.is_deserted(voice)):
        return False
    match given:
        case Rated(criterion="", score=score, remark=remark, reasons=reasons):
            return (answer.score, answer.remark, answer.reasons) == (score, remark, tuple(reasons))
        case Rated(criterion=criterion, score=score):
            return answer.criteria.get(criterion) == score
        case DotsGiven(dots=dots):
            return answer.dots == dots
        case Chose(targets=targets):
            return answer.targets == tuple(targets)


def _counts(round: "Rating", entered: Tallied | PeopleTallied, record: Record) -> bool:
    """Whether this is what stands for people without a phone."""
    table = round.tables.get(table_key(record), NO_TABLE)
    match entered:
        case PeopleTallied(people=people):
            return people == table.people > 0
        case Tallied(item=item, counts=counts, criterion=criterion):
            return bool(counts) and counts == table.row(item, criterion)


def _alias(record: Record, alias: object) -> str:
    return record.actor if record.actor.startswith(ANONYMOUS) else f"{ANONYMOUS}-{alias}"

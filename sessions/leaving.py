"""Leaving: a session's log as a file, for three kinds of readers.

Its *facilitator* gets what a facilitator may see, and can bring it in again as the same session.  *Others* get what everyone
may see, and no person's name or id.  The *host*, who can read the database anyway, gets who answered what as well.  What is
still hidden is in none of the three: whoever has a file that can be brought in could reveal it there.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Literal

import msgspec

from sessions.agenda_messages import StepAdded, StepEdited
from sessions.canvas_messages import CardHidden, PutBack
from sessions.message import FACILITATOR, Record, event_line
from sessions.parking import Settled
from sessions.people import Entered
from sessions.rating_messages import ItemHidden
from sessions.session import Session
from sessions.session_messages import Created, withheld, without_code

Reader = Literal["facilitator", "others", "host"]

TAKEN_OFF = "…"
"""Stands for what a facilitator took off the wall."""


def lines_for(reader: Reader, session: Session, records: Iterable[Record]) -> Iterator[dict[str, Any]]:
    """The log, one exported line after the other, as *reader* may have it."""
    records = [replace(record, event=without_code(record.event)) for record in session.past(records)]
    lines: Iterator[dict[str, Any]]
    match reader:
        case "host":
            lines = map(event_line, _whole(session, records))
        case "others":
            lines = _for_others(session, records)
        case "facilitator":
            lines = map(event_line, session.exported(records))
    for line in lines:
        # A code lets people in; where a log comes from is said by a signature, see `Tickets.origin`.
        line["body"].pop("formerly", None)
        yield line


def _whole(session: Session, records: Iterable[Record]) -> Iterator[Record]:
    for record in records:
        step = getattr(record.event, "step", None)
        activity = session.activities.get(step) if step else None
        found = activity.whole(record, session) if activity else None if step else record
        yield found or withheld(record)


# for others


def _for_others(session: Session, records: list[Record]) -> Iterator[dict[str, Any]]:
    off = _taken_off(records)
    people = {id: f"person-{person.order}" for id, person in session.people.items()}
    # Also who never said who they are, and did something in vain.
    strangers = dict.fromkeys(
        record.actor for record in records if record.actor not in {*people, FACILITATOR}
    )
    people |= {id: f"stranger-{n}" for n, id in enumerate(filter(None, strangers), 1)}
    for record in session.exported(records):
        yield _renamed(event_line(replace(record, event=_for_everyone(record.event, off))), people)


def _taken_off(records: Iterable[Record]) -> set[str]:
    """The ids of cards, items and thoughts that a facilitator hid."""
    hidden: dict[str, bool] = {}
    for record in records:
        match record.event:
            case (
                CardHidden(card=id, hidden=off)
                | ItemHidden(item=id, hidden=off)
                | Settled(thought=id, hidden=off)
            ):
                hidden[id] = off
    return {id for id, off in hidden.items() if off}


def _for_everyone(event: Any, off: set[str]) -> Any:
    """The event without what is for facilitators alone: names, notes, and what they took off the wall."""
    match event:
        case Entered():
            return replace(event, name="")
        case Created(plan=plan):
            steps = [_without_notes(step) for step in plan.steps]
            return replace(event, plan=msgspec.structs.replace(plan, steps=steps))
        case StepAdded(plan=plan) | StepEdited(plan=plan):
            return replace(event, plan=_without_notes(plan))
        case PutBack(cards=cards):
            blank = {id: _blank(placed) if id in off else placed for id, placed in cards.items()}
            return replace(event, cards=blank)
    ids = {getattr(event, name, None) for name in ("card", "item", "target", "thought")}
    return _blank(event) if ids & off else event


def _without_notes(step: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in step.items() if name != "notes"}


def _blank(event: Any) -> Any:
    """The same without what somebody typed."""
    words: dict[str, Any] = {name: TAKEN_OFF for name in ("text", "title") if getattr(event, name, None)}
    if getattr(event, "fields", None):
        words["fields"] = {}
    return replace(event, **words) if words else event


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    """*value* with other words for ids, wherever they stand as a word of their own."""
    match value:
        case str():
            return names.get(value, value)
        case dict():
            return {names.get(key, key): _renamed(inner, names) for key, inner in value.items()}
        case list() | tuple():
            return [_renamed(inner, names) for inner in value]
    return value

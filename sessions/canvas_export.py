"""A canvas as it leaves the room: without cards that nobody may read yet, and without names where there are none."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sessions.canvas_messages import (
    CardAdded,
    CardEdited,
    CardJoined,
    CardMoved,
    CardRemoved,
    CardSupported,
    CardTaken,
    Placed,
    PutBack,
)
from sessions.card import Card
from sessions.message import FACILITATOR, Record

if TYPE_CHECKING:
    from sessions.activities.canvas import Canvas

ANONYMOUS = "anonymous"
"""Who did something in an anonymous step, in an exported log; a number follows where people are counted."""


def nameless(canvas: "Canvas", event: Any) -> bool:
    """Whether nobody is to know who caused this: it happened in an anonymous step, or to an anonymous card."""
    id: str = getattr(event, "card", "")
    return getattr(event, "anonymous", False) or (id in canvas.cards and canvas.cards[id].anonymous)


def exported(canvas: "Canvas", record: Record) -> Record | None:
    """The record as others may have it; None for one that nobody may read."""
    event, cards = record.event, canvas.cards
    id: str = getattr(event, "card", "")
    if _unread(canvas, event):
        return None
    if isinstance(event, CardAdded) and event.anonymous:
        event = replace(event, organisation="")
    if isinstance(event, PutBack):
        return replace(record, event=_exported_put_back(canvas, event))
    if record.actor == FACILITATOR:
        return replace(record, event=event)
    match event:
        case CardSupported() | CardTaken() | CardJoined() if nameless(canvas, event) or (
            id not in cards and record.actor in canvas.numbers
        ):
            # People are counted here: each is somebody, but nobody knows who.
            who = (
                f"{ANONYMOUS}.{canvas.numbers[record.actor]}" if record.actor in canvas.numbers else ANONYMOUS
            )
            return replace(record, actor=who)
        case CardAdded() | CardEdited() | CardMoved() | CardRemoved():
            unknown = nameless(canvas, event) or (id not in cards and not isinstance(event, CardAdded))
            return replace(record, actor=ANONYMOUS if unknown else record.actor, event=event)
    return record


def whole(canvas: "Canvas", record: Record) -> Record | None:
    """The record as the facilitator's own log has it; None for one that nobody may read."""
    if _unread(canvas, record.event):
        return None
    if isinstance(record.event, PutBack):
        return replace(record, event=replace(record.event, cards=_readable(canvas, record.event)))
    return record


def _unread(canvas: "Canvas", event: Any) -> bool:
    """Whether nobody may read this card yet, or nobody was to: it was taken back, perhaps before the reveal."""
    id: str = getattr(event, "card", "")
    if id in canvas.cards:
        return canvas.cards[id].covered
    return isinstance(event, CardEdited) or (isinstance(event, CardAdded) and event.covered)


def _readable(canvas: "Canvas", was: PutBack) -> dict[str, Placed]:
    return {
        id: placed for id, placed in was.cards.items() if id in canvas.cards and not canvas.cards[id].covered
    }


def _exported_put_back(canvas: "Canvas", was: PutBack) -> PutBack:
    """Without what stands on cards that nobody may read, or that nobody was to."""
    cards = {
        id: replace(placed, taken_by=_alias(canvas, placed.taken_by, canvas.cards[id]))
        for id, placed in _readable(canvas, was).items()
    }
    return replace(was, cards=cards)


def _alias(canvas: "Canvas", who: str | None, card: Card) -> str | None:
    """Who took a card, as an exported log has it."""
    if not who or not card.anonymous:
        return who
    return f"{ANONYMOUS}.{canvas.numbers[who]}" if who in canvas.numbers else ANONYMOUS

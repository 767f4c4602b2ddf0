"""What may change of a canvas once people have written on it, and what becomes of the cards that it began with."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sessions.boards import Box, Plan
from sessions.card import Card
from sessions.cards import Cards
from sessions.fields import Field
from sessions.message import Rejected
from sessions.shelf import Shelf


def is_untouched(card: Card) -> bool:
    """Whether nobody did anything with a card that stood there from the start."""
    return not (
        card.author
        or card.parent
        or card.edited
        or card.hidden
        or card.fields
        or card.supporters
        or card.joint
        or card.group
        or card.into
        or card.behind
        or card.taken_by
        or card.joined
    )


def check_promises(old: Plan, new: Plan, *, started: bool, written: bool) -> None:
    """Raises Rejected when cards that were written unseen or without a name would not stay so."""
    if old.blind and not new.blind and (started or written):
        raise Rejected("agenda.promised_blind", title=old.title)
    if new.blind and not old.blind and written:
        raise Rejected("agenda.already_seen", title=old.title)
    if old.anonymous and not new.anonymous and (started or written):
        raise Rejected("agenda.promised_anonymous", title=old.title)


def check_board(old: Plan, new: Plan, cards: Cards) -> None:
    """Raises Rejected when the boxes of *new* have no place for what stands on the board."""
    touched: dict[str, list[Card]] = {}
    for card in cards.values():
        if not is_untouched(card):
            touched.setdefault(card.box, []).append(card)
    if touched and old.rows != new.rows:
        raise Rejected("agenda.rows_in_use", title=old.title)
    for box in old.boxes:
        here = touched.get(box.id, [])
        if here and box.id not in new.by_id:
            raise Rejected("agenda.box_in_use", title=box.title)
        if here:
            for id, field in old.asked[box.id].items():
                _check_field(field, new.asked[box.id].get(id), here)


def _check_field(old: Field, new: Field | None, cards: list[Card]) -> None:
    # Which of the cards that nobody sees yet have a value is not to be found out.
    if not any(card.fields.get(old.id) or card.covered for card in cards):
        return
    if new is None:
        raise Rejected("agenda.field_in_use", title=old.label)
    if (new.kind, new.items) != (old.kind, old.items):
        raise Rejected("agenda.field_kind_in_use", title=old.label)
    # A value is the number of an option.
    moved = any(
        option in old.options and old.options.index(option) != n for n, option in enumerate(new.options)
    )
    if moved or len(new.options) < len(old.options):
        raise Rejected("agenda.options_in_use", title=old.label)


Unplanned = Mapping[tuple[str, str], tuple[Card, ...]]
"""Box and text of what a plan began with and no longer does, and the cards that went with it.

There are none when somebody had removed them, or done something with them.  When the plan has it again, the same cards
come back to where they stood, or nothing comes.
"""


def with_ready_made(cards: Cards, unplanned: Unplanned, old: Plan, new: Plan) -> tuple[Cards, Unplanned]:
    """The cards, with those that *new* begins with in place of those of *old* that nobody did anything with."""
    cards, known = _as_new(cards), dict(unplanned)
    for box in old.boxes:
        after = new.by_id[box.id].cards if box.id in new.by_id else []
        for text in dict.fromkeys(box.cards):
            if text not in after:
                known[box.id, text] = there = _untouched(cards, box.id, text)
                for card in there:
                    cards = cards.removed(card.id)
    for box in new.boxes:
        before = old.by_id[box.id].cards if box.id in old.by_id else []
        for text, times in Counter(text for text in box.cards if text not in before).items():
            if (box.id, text) in known:
                for card in known.pop((box.id, text)):
                    cards = _back(cards, new.id, box, card)
            else:
                for _ in range(times):
                    cards = _begun_with(cards, new.id, box, text)
    return cards, known


def _untouched(cards: Cards, box: str, text: str) -> tuple[Card, ...]:
    return tuple(card for card in cards.cell(box) if card.text == text and is_untouched(card))


def _back(cards: Cards, step: str, box: Box, card: Card) -> Cards:
    """With *card* where it stood, unless another one has its name by now."""
    return _begun_with(cards, step, box, card.text) if cards.has(card.id) else cards.added(card)


def _begun_with(cards: Cards, step: str, box: Box, text: str) -> Cards:
    n = 1
    while cards.has(f"{box.id}.{n}"):
        n += 1
    return cards.added(Card(f"{box.id}.{n}", box.id, text, cards.latest + 1, author="", via=step))


def _as_new(cards: Cards) -> Cards:
    """The same cards, without what was remembered of how they were shown."""
    fresh: dict[str, Any] = {
        name: Shelf(dict(getattr(cards, name).items()))
        for name in ("shelf", "groups")
        if len(getattr(cards, name))
    }
    return replace(cards, **fresh)

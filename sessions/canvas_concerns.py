"""Whose own part of a canvas changes with an event: who wrote, supports, took or joins the cards that it touches."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from sessions.canvas_messages import (
    CardEdited,
    CardHidden,
    CardMoved,
    CardRemoved,
    CardRestored,
    CardsCovered,
    CardsGrouped,
    CardsMerged,
    CardSplit,
    CardsUngrouped,
    CardSupported,
    CardTaken,
    PutBack,
)
from sessions.card import Card

if TYPE_CHECKING:
    from sessions.activities.canvas import Canvas


def concerns(canvas: "Canvas", event: Any) -> Iterable[str]:
    """The people whose ``mine`` has to be made anew; *canvas* is the board before the event."""
    cards = canvas.cards
    match event:
        case CardsUngrouped(cards=ids):
            return {cards[id].author for id in ids if id in cards}
        case CardsGrouped(cards=ids):
            # They may come to stand in another box, and so in another step's part of who supports them.
            return set().union(*(_about(canvas, cards.front(id)) for id in ids if id in cards))
        case CardsMerged(cards=ids) | CardSplit(cards=ids):
            fronts = {cards.front(id) for id in (getattr(event, "card", ""), *ids) if id in cards}
            return set().union(*(_about(canvas, id) for id in fronts))
        case CardRemoved(card=id) | CardSupported(card=id) | CardTaken(card=id) if id in cards:
            return _about(canvas, cards.front(id))
        case CardEdited(card=id) | CardHidden(card=id) if id in cards:
            return (cards[id].author,)
        case CardRestored(card=id) if id in canvas.removed:
            return _people_of(canvas.removed[id])
        case CardsCovered(via=via):
            return {card.author for card in cards.values() if card.via == via} - {""}
        case PutBack() as was:
            return _put_back_for(canvas, was)
        case CardMoved(card=id, box=box, order=order) if id in cards:
            others = [card for card in cards.cell(box) if card.id != id]
            renumbered = others if cards.crowds(order, others) else ()
            return {*_about(canvas, cards.front(id)), *(card.author for card in renumbered)}
    return ()


def _put_back_for(canvas: "Canvas", was: PutBack) -> set[str]:
    """Everybody in whose own part one of these cards stands, stood, or comes to stand."""
    ids = {*was.cards, *was.gone}
    for id in list(ids):
        ids |= {placed.into or "" for placed in (was.cards.get(id),) if placed}
        if card := canvas.cards.get(id):
            ids |= {card.into, *card.behind}
    known = [card for id in ids if (card := canvas.cards.get(id))]
    coming = [canvas.removed[id] for id in was.restored if id in canvas.removed]
    return set().union(*map(_people_of, [*known, *coming]))


def _people_of(card: Card) -> set[str]:
    """Everybody who wrote, supports, took or joins this card."""
    return {card.author, *card.supporters, *card.joint, *card.joined, card.taken_by} - {""}


def _about(canvas: "Canvas", id: str) -> set[str]:
    """Everybody in whose own part this card stands, or one behind it."""
    card = canvas.cards[id]
    written = {canvas.cards[one].author for one in (id, *card.behind)}
    return {*written, *card.supporters, *card.joint, *card.joined, card.taken_by} - {""}

"""What brings the cards of a board back to where they were before a facilitator did something with them.

Two moments of one board are compared, so whatever a command changes can be undone without knowing the command.  What
people do with a card besides (supporting, joining) is never looked at and stays.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from sessions.canvas_messages import (
    BoxLocked,
    CardHidden,
    CardRemoved,
    CardsCovered,
    CardsUncovered,
    Covered,
    GroupPlaced,
    Placed,
    PutBack,
    Revealed,
)
from sessions.card import Card, Group
from sessions.cards import Cards
from sessions.message import Rejected

if TYPE_CHECKING:
    from sessions.activities.canvas import Canvas
    from sessions.session import Session

PLACED = (
    "box",
    "row",
    "order",
    "group",
    "into",
    "behind",
    "text",
    "fields",
    "origins",
    "edited",
    "taken_by",
)
LONGEST_QUOTE = 60


def turned_back(now: "Canvas", here: "Canvas", there: "Canvas", session: "Session") -> Iterator[Any]:
    """The events that make of what differs from *there* to *here* what it was *there*; see ``repair``."""
    step = now.plan.id
    for box in sorted(here.locked ^ there.locked):
        if (box in now.locked) != (box in here.locked):
            raise Rejected("undo.changed_since")
        yield BoxLocked(step, box, box in there.locked)
    if here.revealed != there.revealed:
        if now.revealed != here.revealed:
            raise Rejected("undo.changed_since")
        board = now.board(session)
        if there.revealed:
            yield from (Revealed(step), CardsUncovered(board.plan.id, via=step))
        else:
            _workless(board.cards, step)
            yield from (Covered(step), CardsCovered(board.plan.id, via=step))
    if here.cards is not there.cards:
        yield from _put_back(now, here, there)


def _workless(cards: Cards, via: str) -> None:
    """Raises Rejected when anybody did anything with what was written in the step *via*: it cannot be covered."""
    for card in cards.values():
        if card.via == via and (card.group or card.into or card.behind or card.supporters or card.joined):
            raise Rejected("undo.worked_with")


def _put_back(now: "Canvas", here: "Canvas", there: "Canvas") -> Iterator[Any]:
    owner, cards = now.plan.id, now.cards
    placed: dict[str, Placed] = {}
    hidden: list[CardHidden] = []
    restored: list[str] = []
    gone: list[str] = []
    missing = ""
    differing_ids = _differing(here.cards, there.cards)
    removed = [id for id in differing_ids if id in there.removed and id not in there.cards]
    follow = {one for id in removed for one in _beside(here.cards.get(id))}
    for id in differing_ids:
        was, became = there.cards.get(id), here.cards.get(id)
        if id in follow:
            continue
        if was is None:
            if became:
                _untouched(cards.get(id), became)
                if id not in removed:
                    gone.append(id)
        elif became is None:
            if id in cards or id not in now.removed:
                raise Rejected("undo.changed_card", text=_quote(was))
            restored.append(id)
            placed[id] = Placed(group=was.group, into=was.into, behind=list(was.behind))
        elif id not in cards:
            # Whoever wrote it has taken it back: the others can still go where they were.
            missing = _quote(became)
            if (was.into, was.behind) != (became.into, became.behind):
                raise Rejected("undo.changed_card", text=missing)
        else:
            differing = [name for name in PLACED if getattr(was, name) != getattr(became, name)]
            if was.hidden != became.hidden:
                _as_left(cards[id], became, ["hidden"])
                hidden.append(CardHidden(owner, id, was.hidden))
            if differing:
                _as_left(cards[id], became, differing)
                placed[id] = Placed(**{name: _plain(getattr(was, name)) for name in differing})
    groups = dict(_groups(now.cards, here.cards, there.cards))
    unbrought = sorted(here.brought - there.brought)
    if placed or groups or restored or gone or unbrought:
        yield PutBack(owner, placed, groups, restored, gone, unbrought)
    elif missing and not (hidden or removed):
        raise Rejected("undo.changed_card", text=missing)
    yield from hidden
    yield from (CardRemoved(owner, id) for id in removed)


def _beside(card: Card | None) -> Iterable[str]:
    """The cards that go along when this one is removed."""
    return (card.into, *card.behind) if card else ()


def _differing(here: Cards, there: Cards) -> Iterable[str]:
    """The ids of the cards that may be otherwise in one of the two."""
    found: dict[str, None] = {}
    for older, newer in here.shelf.changes(there.shelf):
        for id in (*older, *newer):
            if older.get(id) is not newer.get(id):
                found[id] = None
    return found


def _as_left(now: Card, here: Card, names: Iterable[str]) -> None:
    """Raises Rejected when somebody changed the card since."""
    if any(getattr(now, name) != getattr(here, name) for name in names):
        raise Rejected("undo.changed_card", text=_quote(now))


def _untouched(now: Card | None, here: Card) -> None:
    """Raises Rejected when anybody did anything with a card that was brought in."""
    if now is None:
        raise Rejected("undo.changed_card", text=_quote(here))
    _as_left(now, here, [*PLACED, "hidden", "supporters", "joint", "joined"])


def _groups(now: Cards, here: Cards, there: Cards) -> Iterator[tuple[str, GroupPlaced]]:
    """The groups that have to be there again, or otherwise than now."""
    for older, newer in here.groups.changes(there.groups):
        for id in {**older, **newer}:
            was, became, is_now = older.get(id), newer.get(id), now.groups.get(id)
            if was is None or (became and _group(was) == _group(became)):
                continue
            if (is_now and became and _group(is_now) != _group(became)) or (became and not is_now):
                raise Rejected("undo.changed_group", title=became.title)
            yield id, _group(was)


def _group(group: Group) -> GroupPlaced:
    return GroupPlaced(group.title, group.box, group.order, group.row)


def _plain(value: Any) -> Any:
    """A value as it stands in an event."""
    if isinstance(value, tuple):
        return list(value)
    return value if isinstance(value, str | int | float | bool) else dict(value)


def _quote(card: Card) -> str:
    text = " ".join(card.text.split())
    return text if len(text) <= LONGEST_QUOTE else f"{text[: LONGEST_QUOTE - 1]}…"

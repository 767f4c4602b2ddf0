"""canvas: boxes that people fill with cards.

A canvas step either owns its boxes and cards, or works on the ``board`` of an earlier canvas step: then it only has
its own permissions, and its events name that earlier step.  While a step is blind its cards are *covered*: in
nobody's view, not even the facilitator's, until the reveal.  Authors always see their own cards in ``mine``.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import sha256
from operator import is_
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from sessions.activity import Activity, Audience, present
from sessions.boards import Box
from sessions.boards import Plan as Plan
from sessions.canvas_report import told_board
from sessions.cards import Card, Cards, Group
from sessions.fields import Field, Known, missing, read_fields
from sessions.items import From, Item, Link, Offer, choice, decision_on, upstream, waits
from sessions.message import (
    FACILITATOR,
    MAX_TEXT,
    Actor,
    Fields,
    Forbidden,
    Id,
    Invalid,
    Record,
    Rejected,
    TooLarge,
    command,
    event,
)
from sessions.people import Entered

if TYPE_CHECKING:
    from sessions.session import Session

ANONYMOUS = "anonymous"
"""Who did something in an anonymous step, in an exported log; a number follows where people are counted."""
MAX_CARDS_A_PERSON = 300
MAX_TITLE = 120
LONGEST_ID = 64


@command("canvas.add_card")
@dataclass(frozen=True)
class AddCard:
    step: Id
    card: Id
    box: Id
    text: str
    fields: Fields = field(default_factory=dict)
    row: Id | None = None


@command("canvas.edit_card")
@dataclass(frozen=True)
class EditCard:
    """``fields`` are merged key by key, an empty one is cleared: two people can fill in different ones."""

    step: Id
    card: Id
    text: str | None = None
    fields: Fields | None = None


@command("canvas.move_card")
@dataclass(frozen=True)
class MoveCard:
    step: Id
    card: Id
    box: Id
    before: Id | None = None
    row: Id | None = None


@command("canvas.remove_card")
@dataclass(frozen=True)
class RemoveCard:
    step: Id
    card: Id


@command("canvas.support_card")
@dataclass(frozen=True)
class SupportCard:
    step: Id
    card: Id
    on: bool


@command("canvas.take_card")
@dataclass(frozen=True)
class TakeCard:
    """``fields`` are some of those that make a card agreed: the owner, the date."""

    step: Id
    card: Id
    on: bool
    fields: Fields = field(default_factory=dict)


@command("canvas.join_card")
@dataclass(frozen=True)
class JoinCard:
    step: Id
    card: Id
    on: bool


@command("canvas.hide_card", steering=True)
@dataclass(frozen=True)
class HideCard:
    step: Id
    card: Id
    hidden: bool


@command("canvas.group_cards", steering=True)
@dataclass(frozen=True)
class GroupCards:
    """Put cards into a group; ``title`` matters when it is new."""

    step: Id
    group: Id
    cards: list[Id]
    title: str = ""


@command("canvas.rename_group", steering=True)
@dataclass(frozen=True)
class RenameGroup:
    step: Id
    group: Id
    title: str


@command("canvas.ungroup_cards", steering=True)
@dataclass(frozen=True)
class UngroupCards:
    step: Id
    cards: list[Id]


@command("canvas.merge_cards", steering=True)
@dataclass(frozen=True)
class MergeCards:
    """Put ``cards`` behind ``card``."""

    step: Id
    card: Id
    cards: list[Id]


@command("canvas.split_card", steering=True)
@dataclass(frozen=True)
class SplitCard:
    """Bring out what stands behind the card, or the card itself when it stands behind another."""

    step: Id
    card: Id


@command("canvas.lock_box", steering=True)
@dataclass(frozen=True)
class LockBox:
    step: Id
    box: Id
    locked: bool


@command("canvas.prefill", steering=True)
@dataclass(frozen=True)
class Prefill:
    step: Id


@command("canvas.reveal", steering=True)
@dataclass(frozen=True)
class Reveal:
    step: Id


# In every event ``step`` is the step that owns the board; ``via`` is the step in which it happened, ``anonymous``
# that this step is.  Fields with a default came later: old logs do without.


@event("canvas.card_added")
@dataclass(frozen=True)
class CardAdded:
    step: str
    via: str
    card: str
    box: str
    text: str
    fields: Fields
    organisation: str
    anonymous: bool
    covered: bool
    row: str = ""
    origins: dict[str, str] = field(default_factory=dict)
    order: float = 0


@event("canvas.card_prefilled")
@dataclass(frozen=True)
class CardPrefilled:
    """A card that nobody wrote: the item ``parent``, which ``origin`` shows, taken over."""

    step: str
    via: str
    card: str
    box: str
    text: str
    order: float
    parent: str
    origin: str


@event("canvas.card_edited")
@dataclass(frozen=True)
class CardEdited:
    step: str
    card: str
    text: str
    fields: Fields
    origins: dict[str, str] = field(default_factory=dict)
    by_another: bool | None = None
    anonymous: bool = False


@event("canvas.card_moved")
@dataclass(frozen=True)
class CardMoved:
    step: str
    card: str
    box: str
    order: float
    row: str = ""
    origins: dict[str, str] = field(default_factory=dict)
    anonymous: bool = False


@event("canvas.card_removed")
@dataclass(frozen=True)
class CardRemoved:
    step: str
    card: str


@event("canvas.card_supported")
@dataclass(frozen=True)
class CardSupported:
    step: str
    card: str
    on: bool
    anonymous: bool = False


@event("canvas.card_taken")
@dataclass(frozen=True)
class CardTaken:
    """``on`` false gives it back.  ``fields`` are all of the card's fields after that."""

    step: str
    card: str
    on: bool
    fields: Fields
    anonymous: bool = False


@event("canvas.card_joined")
@dataclass(frozen=True)
class CardJoined:
    step: str
    card: str
    on: bool
    organisation: str
    anonymous: bool = False


@event("canvas.card_hidden")
@dataclass(frozen=True)
class CardHidden:
    step: str
    card: str
    hidden: bool


@event("canvas.cards_grouped")
@dataclass(frozen=True)
class CardsGrouped:
    step: str
    group: str
    title: str
    box: str
    row: str
    order: float
    cards: list[str]


@event("canvas.group_renamed")
@dataclass(frozen=True)
class GroupRenamed:
    step: str
    group: str
    title: str


@event("canvas.cards_ungrouped")
@dataclass(frozen=True)
class CardsUngrouped:
    step: str
    cards: list[str]


@event("canvas.cards_merged")
@dataclass(frozen=True)
class CardsMerged:
    step: str
    card: str
    cards: list[str]


@event("canvas.card_split")
@dataclass(frozen=True)
class CardSplit:
    """``cards`` are those that stood behind and do no longer."""

    step: str
    cards: list[str]


@event("canvas.box_locked")
@dataclass(frozen=True)
class BoxLocked:
    step: str
    box: str
    locked: bool


@event("canvas.revealed")
@dataclass(frozen=True)
class Revealed:
    step: str


@event("canvas.cards_uncovered")
@dataclass(frozen=True)
class CardsUncovered:
    step: str
    via: str


@dataclass(frozen=True, eq=False)
class Lens:
    """How one step shows the board's cards to one audience; compared by identity, so that a Shelf remembers."""

    audience: Audience
    boxes: frozenset[str]
    agreed_with: tuple[str, ...] = ()

    def __call__(self, card: Card) -> dict[str, Any] | None:
        if card.covered or card.into or card.box not in self.boxes:
            return None
        if card.hidden and self.audience == "everyone":
            return None
        return card.view(self.audience, self.agreed_with)


@dataclass(frozen=True, eq=False)
class GroupLens:
    """How one step shows the board's groups to one audience."""

    audience: Audience
    boxes: frozenset[str]

    def __call__(self, group: Group) -> dict[str, Any] | None:
        if group.box not in self.boxes or (not group.shown and self.audience == "everyone"):
            return None
        return group.view()


class Seen(NamedTuple):
    """How one step shows its board to one audience: what stays the same from version to version."""

    boxes: frozenset[str]
    unchanging: dict[str, Any]
    lens: Lens
    group_lens: GroupLens


@dataclass(frozen=True)
class Canvas(Activity):
    """A canvas step.  All but ``plan``, ``revealed`` and ``memory`` is the board's, and empty with a step that shares one."""

    plan: Plan
    revealed: bool
    cards: Cards = field(default_factory=Cards)
    locked: frozenset[str] = frozenset()
    """boxes in which only the facilitator may change anything"""
    brought: frozenset[str] = frozenset()
    """cards that were brought in, also when they were removed since"""
    numbers: Mapping[str, int] = field(default_factory=dict)
    """participant -> who they are in an exported log where they did something without a name"""
    memory: dict[str, Any] = field(default_factory=dict, compare=False)
    """parts of views and what they were made from: the same for all versions of this step"""

    @classmethod
    def planned(cls, plan: Plan) -> Self:
        cards = Cards()
        for box in plan.boxes:
            for n, text in enumerate(box.cards, 1):
                card = Card(f"{box.id}.{n}", box.id, text, cards.latest + 1, author="", via=plan.id)
                cards = cards.added(card)
        return cls(plan, revealed=not plan.blind, cards=cards, memory={})

    # deciding

    def decide(self, command: Any, actor: Actor, session: "Session") -> list[Any]:
        board = self.board(session)
        owner, cards = board.plan.id, board.cards
        match command:
            case AddCard():
                return [self._added(command, actor, board, session)]
            case EditCard():
                return self._edited(command, actor, board, session)
            case MoveCard():
                return self._moved(command, actor, board, session)
            case RemoveCard(card=id):
                if id not in cards:
                    return []
                self._workable(id, actor, board, removing=True)
                return [CardRemoved(owner, id)]
            case SupportCard(card=id, on=on):
                card = self._open_card(cards.front(id), actor, board)
                if not self.plan.supportable:
                    raise Rejected("canvas.no_support")
                if on == (actor.id in card.supporters | card.joint):
                    return []
                return [CardSupported(owner, card.id, on, self.plan.anonymous)]
            case TakeCard():
                return self._taken(command, actor, board, session)
            case JoinCard():
                return self._joined(command, actor, board, session)
            case HideCard(card=id, hidden=hidden):
                card = board._card(id)
                if card.covered or card.into:
                    raise Rejected("canvas.card_gone")
                return [CardHidden(owner, id, hidden)] if hidden != card.hidden else []
            case LockBox(box=box, locked=locked):
                self._open_box(board, box, actor)
                return [BoxLocked(owner, box, locked)] if locked != (box in board.locked) else []
            case Prefill():
                return self.arriving(session)
            case Reveal():
                here = self.plan.id
                return [] if self.revealed else [Revealed(here), CardsUncovered(owner, via=here)]
        return self._arranged(command, board, session)

    def _arranged(self, command: Any, board: "Canvas", session: "Session") -> list[Any]:
        """What the facilitator does with several cards: those that are gone by now stay out of it."""
        owner, cards = board.plan.id, board.cards
        match command:
            case GroupCards():
                return self._grouped(command, board, session)
            case RenameGroup(group=group, title=title):
                if group not in cards.groups:
                    raise Rejected("canvas.group_gone")
                title = _title(title)
                return [GroupRenamed(owner, group, title)] if title != cards.groups[group].title else []
            case UngroupCards(cards=ids):
                grouped = [id for id in self._still_there(ids, board) if cards[id].group]
                return [CardsUngrouped(owner, grouped)] if grouped else []
            case MergeCards(card=front, cards=ids):
                front, *others = self._still_there([front, *ids], board) or [""]
                if not others or front != cards.front(command.card):
                    raise Rejected("canvas.card_gone")
                return [CardsMerged(owner, front, others)]
            case SplitCard(card=id):
                card = board._card(id)
                out = [id] if card.into else list(card.behind)
                return [CardSplit(owner, out)] if out else []
        raise Invalid("command.unknown")

    def _added(self, wanted: AddCard, actor: Actor, board: "Canvas", session: "Session") -> CardAdded:
        _unused(wanted.card, session)
        theirs = board.cards.own.get(actor.id, ())
        if len(theirs) >= MAX_CARDS_A_PERSON:
            raise TooLarge("canvas.too_many", most=MAX_CARDS_A_PERSON)
        most = self.plan.per_person
        if most and actor.role != FACILITATOR and self._written(theirs, board) >= most:
            raise Rejected("canvas.limit", most=most)
        self._open_box(board, wanted.box, actor)
        self._check_text(board, wanted.box, wanted.text)
        row = _row(wanted.row or "", board, session)
        asked = board.plan.asked[wanted.box]
        fields = read_fields(wanted.fields, asked, _known(session), before={})
        if refusal := missing(fields, asked):
            raise refusal
        person = session.people.get(actor.id)
        return CardAdded(
            step=board.plan.id,
            via=self.plan.id,
            card=wanted.card,
            box=wanted.box,
            text=wanted.text,
            fields=fields,
            organisation=person.organisation if person else "",
            anonymous=self.plan.anonymous,
            covered=not self.revealed,
            row=row,
            origins=_origins(None, wanted.box, row, fields, board, session),
            order=board.cards.latest + 1,
        )

    def _edited(self, wanted: EditCard, actor: Actor, board: "Canvas", session: "Session") -> list[Any]:
        card = self._workable(wanted.card, actor, board)
        text = card.text if wanted.text is None else wanted.text
        if text != card.text:
            self._check_text(board, card.box, text)
        asked = board.plan.asked[card.box]
        fields = read_fields(wanted.fields or {}, asked, _known(session), before=card.fields)
        if (text, fields) == (card.text, dict(card.fields)):
            return []
        edited = CardEdited(
            step=board.plan.id,
            card=card.id,
            text=text,
            fields=fields,
            origins=_origins(card, card.box, card.row, fields, board, session),
            by_another=text != card.text and actor.id != card.author,
            anonymous=self.plan.anonymous,
        )
        owner = board._owner_field(card.box, session)
        if card.taken_by and owner and not fields.get(owner):
            # Whose name is taken off a card has it no longer.
            return [edited, CardTaken(board.plan.id, card.id, False, fields, self.plan.anonymous)]
        return [edited]

    def _moved(self, wanted: MoveCard, actor: Actor, board: "Canvas", session: "Session") -> list[Any]:
        card = self._workable(wanted.card, actor, board)
        self._open_box(board, wanted.box, actor)
        row = card.row
        if wanted.row is not None and wanted.row != card.row:
            row = _row(wanted.row, board, session)
        order = board.cards.numbered_before(card, wanted.box, wanted.before)
        if (wanted.box, row, order) == (card.box, card.row, card.order):
            return []
        origins = _origins(card, wanted.box, row, card.fields, board, session)
        return [
            CardMoved(board.plan.id, card.id, wanted.box, order, row, origins, anonymous=self.plan.anonymous)
        ]

    def _taken(self, wanted: TakeCard, actor: Actor, board: "Canvas", session: "Session") -> list[Any]:
        if not self.plan.takeable:
            raise Rejected("canvas.not_takeable")
        card = self._open_card(board.cards.front(wanted.card), actor, board)
        owner = board._owner_field(card.box, session)
        own = card.taken_by == actor.id
        if not wanted.on:
            if not own:
                return []
            fields = {id: value for id, value in card.fields.items() if id != owner}
            return [CardTaken(board.plan.id, card.id, False, fields, self.plan.anonymous)]
        if not own and (card.taken_by or (owner and card.fields.get(owner))):
            raise Rejected("canvas.taken")
        agreed_with = self.agreed_with(session)
        asked = {id: of for id, of in board.plan.asked[card.box].items() if id in agreed_with}
        fields = read_fields(wanted.fields, asked, _known(session), before=card.fields)
        if owner and not fields.get(owner):
            raise Rejected("canvas.field_missing", field=asked[owner].label)
        if own and fields == dict(card.fields):
            return []
        return [CardTaken(board.plan.id, card.id, True, fields, self.plan.anonymous)]

    def _joined(self, wanted: JoinCard, actor: Actor, board: "Canvas", session: "Session") -> list[Any]:
        if actor.role != "participant":
            raise Forbidden("participants_only")
        if not self.plan.takeable:
            raise Rejected("canvas.not_takeable")
        card = self._open_card(board.cards.front(wanted.card), actor, board)
        if wanted.on == (actor.id in card.joined):
            return []
        person = session.people.get(actor.id)
        organisation = person.organisation if person and wanted.on and not self.plan.anonymous else ""
        return [CardJoined(board.plan.id, card.id, wanted.on, organisation, self.plan.anonymous)]

    def _grouped(self, wanted: GroupCards, board: "Canvas", session: "Session") -> list[Any]:
        cards, owner = board.cards, board.plan.id
        ids = self._still_there(wanted.cards, board)
        if not ids:
            raise Rejected("canvas.card_gone")
        if known := cards.groups.get(wanted.group):
            if known.box not in self._focus(board):
                raise Rejected("canvas.box_closed")
            ids = [id for id in ids if cards[id].group != known.id]
            place = (known.title, known.box, known.row, known.order)
            return [CardsGrouped(owner, known.id, *place, ids)] if ids else []
        title = _title(wanted.title)
        _unused(wanted.group, session)
        first = cards[ids[0]]
        return [CardsGrouped(owner, wanted.group, title, first.box, first.row, first.order, ids)]

    def _still_there(self, ids: Iterable[str], board: "Canvas") -> list[str]:
        """Those of the cards that everyone may see in this step; of merged ones the card in front."""
        focus = self._focus(board)
        fronts = dict.fromkeys(board.cards.front(id) for id in ids)
        found = ((id, board.cards.get(id)) for id in fronts)
        return [id for id, card in found if card and card.shown and card.box in focus]

    def _written(self, ids: Iterable[str], board: "Canvas") -> int:
        """How many of these cards were written in this step."""
        return sum(board.cards[id].via == self.plan.id for id in ids)

    def _open_box(self, board: "Canvas", box: str, actor: Actor) -> None:
        if box not in board.boxes:
            raise Rejected("canvas.unknown_box")
        if self.plan.focus and box not in self.plan.focus:
            raise Rejected("canvas.box_closed")
        if box in board.locked and actor.role != FACILITATOR:
            raise Rejected("canvas.box_locked", title=board.boxes[box].title)

    def _check_text(self, board: "Canvas", box: str, text: str) -> None:
        if not text:
            raise Rejected("canvas.empty")
        most = self.plan.fits(board.plan, box)
        if len(text) > most:
            raise TooLarge("text.too_long", most=most, length=len(text))

    def _card(self, id: str) -> Card:
        if id not in self.cards:
            raise Rejected("canvas.card_gone")
        return self.cards[id]

    def _open_card(self, id: str, actor: Actor, board: "Canvas") -> Card:
        """The card, when everyone may see it and this step is about its box."""
        card = board._card(id)
        if not card.shown:
            raise Rejected("canvas.card_gone")
        self._open_box(board, card.box, actor)
        return card

    def _workable(self, id: str, actor: Actor, board: "Canvas", *, removing: bool = False) -> Card:
        """The card, when *actor* may change it and this step is about its box."""
        card = board._card(id)
        shared = self.plan.editable == "everyone" and card.shown and not removing
        steered = actor.role == FACILITATOR and not card.covered
        if not (actor.id == card.author or shared or steered):
            raise Rejected("canvas.not_yours")
        self._open_box(board, card.box, actor)
        return card

    # evolving

    def evolve(self, record: Record) -> Self:
        match record.event:
            case Entered(organisation=organisation):
                return self._with(self.cards.speaking_for(record.actor, organisation))
            case Revealed():
                return replace(self, revealed=True)
            case CardsUncovered(via=via):
                return self._with(self.cards.uncovered(via))
            case BoxLocked(box=box, locked=locked):
                return replace(self, locked=self.locked | {box} if locked else self.locked - {box})
            case CardPrefilled(card=id, parent=parent, origin=origin) as prefilled:
                card = Card(
                    id=id,
                    box=prefilled.box,
                    text=prefilled.text,
                    order=prefilled.order,
                    author="",
                    via=prefilled.via,
                    parent=parent,
                    origins={parent: origin},
                )
                return replace(self, cards=self.cards.added(card), brought=self.brought | {id})
            case CardAdded() as added:
                card = Card(
                    id=added.card,
                    box=added.box,
                    text=added.text,
                    order=added.order or self.cards.latest + 1,
                    author=record.actor,
                    via=added.via,
                    organisation=added.organisation,
                    fields=added.fields,
                    anonymous=added.anonymous,
                    covered=added.covered,
                    row=added.row,
                    origins=added.origins,
                )
                return self._with(self.cards.added(card))
        return self._numbering(record)._with(self._changed(record))

    def _changed(self, record: Record) -> Cards:
        """The cards after an event about some that are there; about others it says nothing any more."""
        cards, event = self.cards, record.event
        id = getattr(event, "card", "")
        match event:
            case CardsGrouped(group=group, cards=ids):
                place = Group(group, event.title, event.box, event.order, event.row)
                return cards.grouped(place, filter(cards.__contains__, ids))
            case GroupRenamed(group=group, title=title) if group in cards.groups:
                return cards.renamed(group, title)
            case CardsUngrouped(cards=ids):
                return cards.ungrouped(filter(cards.__contains__, ids))
            case CardSplit(cards=ids):
                return cards.split(one for one in ids if one in cards and cards[one].into)
        if id not in cards:
            return cards
        match event:
            case CardEdited(text=text, fields=fields, origins=origins, by_another=by_another):
                if by_another is None:
                    by_another = record.actor != cards[id].author
                edited = cards[id].edited or by_another
                return cards.edited(id, text=text, fields=fields, origins=origins, edited=edited)
            case CardMoved(box=box, row=row, order=order, origins=origins):
                return cards.moved(id, box, row, order).edited(id, origins=origins)
            case CardRemoved():
                return cards.removed(id)
            case CardSupported(on=on):
                return cards.supported_by(record.actor, id, on)
            case CardTaken(on=on, fields=fields):
                return cards.taken_by(record.actor if on else "", id, fields)
            case CardJoined(on=on, organisation=organisation):
                return cards.joined_by(record.actor, id, on, organisation)
            case CardHidden(hidden=hidden):
                return cards.hidden(id, hidden)
            case CardsMerged(cards=ids):
                return cards.merged(id, (one for one in ids if one in cards and one != id))
        return cards

    def _with(self, cards: Cards) -> Self:
        return replace(self, cards=cards) if cards is not self.cards else self

    def _numbering(self, record: Record) -> Self:
        """With a number for whoever does something without a name for the first time."""
        who = record.actor
        if who == FACILITATOR or who in self.numbers or not self._nameless(record.event):
            return self
        return replace(self, numbers={**self.numbers, who: len(self.numbers) + 1})

    def _nameless(self, event: Any) -> bool:
        """Whether nobody is to know who caused this: it happened in an anonymous step, or to an anonymous card."""
        id: str = getattr(event, "card", "")
        return getattr(event, "anonymous", False) or (id in self.cards and self.cards[id].anonymous)

    def concerns(self, event: Any) -> Iterable[str]:
        cards = self.cards
        match event:
            case CardsGrouped(cards=ids) | CardsUngrouped(cards=ids):
                return {cards[id].author for id in ids if id in cards}
            case CardsMerged(cards=ids) | CardSplit(cards=ids):
                fronts = {cards.front(id) for id in (getattr(event, "card", ""), *ids) if id in cards}
                return set().union(*map(self._about, fronts))
            case CardRemoved(card=id) | CardSupported(card=id) | CardTaken(card=id) if id in cards:
                return self._about(cards.front(id))
            case CardEdited(card=id) | CardHidden(card=id) if id in cards:
                return (cards[id].author,)
            case CardMoved(card=id, box=box, order=order) if id in cards:
                others = [card for card in cards.cell(box) if card.id != id]
                return {card.author for card in (cards[id], *(others if cards.crowds(order, others) else ()))}
        return ()

    def _about(self, id: str) -> set[str]:
        """Everybody in whose own part this card stands, or one behind it."""
        card = self.cards[id]
        written = {self.cards[one].author for one in (id, *card.behind)}
        return {*written, *card.supporters, *card.joint, *card.joined, card.taken_by} - {""}

    # the board

    def board(self, session: "Session") -> "Canvas":
        """The canvas that owns the boxes and cards this step works on."""
        owner = session.activities[self.plan.board] if self.plan.board else self
        assert isinstance(owner, Canvas)
        return owner

    @cached_property
    def boxes(self) -> Mapping[str, Box]:
        """The boxes of an owning canvas by id."""
        return self.plan.by_id

    def shown_cards(self, session: "Session") -> Iterator[Card]:
        """The cards everyone may see in this step: box by box, in their order."""
        board = self.board(session)
        place = {box: n for n, box in enumerate(board.boxes)}
        focus = self._focus(board)
        seen = (card for card in board.cards.values() if card.shown and card.box in focus)
        yield from sorted(seen, key=lambda card: (place[card.box], card.order))

    def shows_card(self, id: str, session: "Session") -> bool:
        """Whether everyone may see this card in this step."""
        card = self.board(session).cards.get(id)
        return card is not None and card.shown and card.box in self._focus(self.board(session))

    def tells_who_is_at(self, card: str, session: "Session") -> bool:
        """Whether others may know on whose behalf somebody is busy with this card: where people fill in rows together."""
        shared = self.plan.editable == "everyone" or self.plan.look == "table"
        return shared and not self.plan.anonymous and self.shows_card(card, session)

    def _focus(self, board: "Canvas") -> frozenset[str]:
        """The boxes that this step is about."""
        focus: frozenset[str] = self._kept("focus", (), lambda: frozenset(self.plan.focus or board.boxes))
        return focus

    def agreed_with(self, session: "Session") -> tuple[str, ...]:
        """The fields that make a card of this board agreed, as the first step that names some has it."""

        def make() -> tuple[str, ...]:
            board = self.board(session)
            return next((tuple(plan.agreed_with) for plan in _plans(board, session) if plan.agreed_with), ())

        found: tuple[str, ...] = self._kept("agreed_with", (), make)
        return found

    def _owner_field(self, box: str, session: "Session") -> str:
        """The field for who takes a card on: the first of a person among those that make it agreed, else the first."""
        asked = self.plan.asked[box]
        of_person = [id for id in self.agreed_with(session) if asked[id].kind == "person"]
        return next(iter(of_person or self.agreed_with(session)), "")

    def _earlier_steps(self, session: "Session", board: "Canvas") -> dict[str, frozenset[str]]:
        """The steps before this one that work on the same board, and the boxes that each is the first to be about."""
        found: dict[str, frozenset[str]] = {}
        for id, other in session.activities.items():
            if other is self:
                break
            if isinstance(other, Canvas) and other.board(session) is board:
                found[id] = other._focus(board).difference(*found.values())
        return found

    # for later steps

    def arriving(self, session: "Session") -> list[Any]:
        plan, board = self.plan, self.board(session)
        if not plan.prefill:
            return []
        found = choice(plan.prefill, session)
        box = plan.prefill_box or next(iter(self.plan.focus or board.boxes))
        brought = {item.id: _brought_id(plan.id, item.id) for item in found.items}
        new = [item for item in found.items if brought[item.id] not in board.brought]
        return [
            CardPrefilled(
                step=board.plan.id,
                via=plan.id,
                card=brought[item.id],
                box=box,
                text=item.title[:MAX_TEXT],
                order=board.cards.latest + n,
                parent=item.id,
                origin=found.homes[item.id],
            )
            for n, item in enumerate(new[:MAX_CARDS_A_PERSON], 1)
            if brought[item.id] not in board.cards
        ]

    def offered(self, what: Offer, session: "Session", boxes: Collection[str] = ()) -> list[Item]:
        board = self.board(session)
        if what == "boxes":
            return [Item(box.id, box.title, box.prompt) for box in board.plan.boxes]
        cards = [card for card in self.shown_cards(session) if not boxes or card.box in boxes]
        if what == "cards":
            return [Item(card.id, card.text) for card in cards]
        return list(_with_groups(cards, board.cards, list(board.boxes)))

    def standing(self, session: "Session") -> Mapping[str, float] | None:
        if not self.revealed:
            return None
        cards = self.board(session).cards
        found: dict[str, float] = {}
        for card in self.shown_cards(session):
            found[card.id] = card.support
            if card.group:
                found[card.group] = cards.groups[card.group].support
        return found

    def links(self, session: "Session") -> Iterable[Link]:
        for card in self.shown_cards(session):
            for parent, step in card.origins.items():
                yield Link(card.id, parent, step)
            if card.group:
                yield Link(card.group, card.id, self.plan.id)

    def grounds(self, what: Offer, session: "Session") -> tuple[object, ...]:
        # Boxes stay as they were planned, whatever is written in them.
        board = self.board(session)
        return (board.plan,) if what == "boxes" else (self.revealed, board.cards)

    # showing

    def inputs(self, session: "Session") -> tuple[object, ...]:
        board = self.board(session)
        parts = [part for source in self._shown_sources(board) for part in upstream(source, session)]
        return (self, board, *parts)

    def _shown_sources(self, board: "Canvas") -> list[From]:
        plan = board.plan
        return [*([plan.rows] if plan.rows else []), *plan.linking.values(), *self._waited_for(board)]

    def _waited_for(self, board: "Canvas") -> list[From]:
        return [self.plan.prefill] if self.plan.prefill and not board.brought else []

    def view(self, audience: Audience, session: "Session") -> Mapping[str, Any]:
        board = self.board(session)
        cards, plan = board.cards, board.plan
        seen: Seen = self._kept(audience, (), lambda: self._seen_by(audience, session))
        shown: dict[str, Any] = {
            **seen.unchanging,
            "boxes": self._kept(
                "boxes", (board.locked,), lambda: self.plan.box_views(plan, seen.boxes, board.locked)
            ),
            "cards": cards.shelf.map(seen.lens),
            "groups": cards.groups.map(seen.group_lens),
            "revealed": self.revealed,
            "contributors": len(cards.own),
            "counts": {box: n for box, n in cards.counts.items() if n and box in seen.boxes},
        }
        if plan.rows:
            shown["rows"] = self._items_view(plan.rows, session)
        if plan.linking:
            shown["links"] = {
                id: self._links_view(id, source, session) for id, source in plan.linking.items()
            }
        if waiting := next(filter(None, (waits(one, session) for one in self._shown_sources(board))), ""):
            shown["waiting"] = waiting
        return shown

    def _seen_by(self, audience: Audience, session: "Session") -> "Seen":
        board, plan = self.board(session), self.plan
        focus, agreed_with = self._focus(board), self.agreed_with(session)
        earlier = self._earlier_steps(session, board)
        unchanging = present(
            layout=None if plan.focus else (board.plan.layout or None),
            top=board.plan.top.view() if board.plan.top else None,
            bottom=board.plan.bottom.view() if board.plan.bottom else None,
            look=plan.look,
            # The same card twice would be twice as many bytes on every phone.
            cards_of={step: True for step, boxes in earlier.items() if boxes & focus} or None,
            blind=plan.blind,
            anonymous=plan.anonymous,
            supportable=plan.supportable,
            takeable=plan.takeable or None,
            agreed_with=dict.fromkeys(agreed_with, True) or None,
            per_person=plan.per_person or None,
            editable=plan.editable,
            grouping=plan.grouping or None,
        )
        lens = Lens(audience, self._first_here(session, board), agreed_with)
        return Seen(focus, unchanging, lens, GroupLens(audience, focus))

    def _kept(self, name: str, grounds: tuple[object, ...], make: Any) -> Any:
        """What *make* gives, the same object as long as it is made from the same objects."""
        known = self.memory.get(name)
        if known is None or len(known[0]) != len(grounds) or not all(map(is_, known[0], grounds)):
            known = self.memory[name] = grounds, make()
        return known[1]

    def _items_view(self, source: From, session: "Session") -> dict[str, Any]:
        def make() -> dict[str, Any]:
            return {
                item.id: present(
                    title=item.title,
                    text=item.text or None,
                    order=n,
                    decision=decision_on(item.id, session) or None,
                )
                for n, item in enumerate(choice(source, session).items, 1)
            }

        made: dict[str, Any] = self._kept("rows", (choice(source, session), *session.decided), make)
        return made

    def _links_view(self, field: str, source: From, session: "Session") -> dict[str, Any]:
        found = choice(source, session)

        def make() -> dict[str, Any]:
            return {item.id: {"title": item.title, "order": n} for n, item in enumerate(found.items, 1)}

        made: dict[str, Any] = self._kept(f"links.{field}", (found,), make)
        return made

    def mine(self, participant: str, session: "Session") -> Mapping[str, Any]:
        board = self.board(session)
        first, focus = self._first_here(session, board), self._focus(board)
        own, supported = board.cards.of(participant)
        cards = {card.id: card.own_view for card in own if card.box in first}
        backed = {card.id: True for card in supported if card.box in first}
        taken, joined = (
            {id: True for id in ids.get(participant, ()) if board.cards[id].box in focus}
            for ids in (board.cards.taken, board.cards.joined)
        )
        written = self._written((card.id for card in own), board)
        if not (cards or backed or taken or joined or (written and self.plan.per_person)):
            return {}
        return present(
            cards=cards,
            supported=backed,
            taken=taken or None,
            joined=joined or None,
            left=max(0, self.plan.per_person - written) if written and self.plan.per_person else None,
        )

    # leaving the room

    def exported(self, record: Record, session: "Session") -> Record | None:
        event, cards = record.event, self.cards
        id: str = getattr(event, "card", "")
        match event:
            case CardAdded(covered=True) | CardEdited() if id not in cards:
                # Taken back, perhaps before the reveal: then nobody was to read it.
                return None
            case CardAdded(anonymous=True):
                event = replace(event, organisation="")
        if id in cards and cards[id].covered:
            return None
        if record.actor == FACILITATOR:
            return replace(record, event=event)
        match event:
            case CardSupported() | CardTaken() | CardJoined() if self._nameless(event) or (
                id not in cards and record.actor in self.numbers
            ):
                # People are counted here: each is somebody, but nobody knows who.
                who = (
                    f"{ANONYMOUS}.{self.numbers[record.actor]}" if record.actor in self.numbers else ANONYMOUS
                )
                return replace(record, actor=who)
            case CardAdded() | CardEdited() | CardMoved() | CardRemoved():
                nameless = self._nameless(event) or (id not in cards and not isinstance(event, CardAdded))
                return replace(record, actor=ANONYMOUS if nameless else record.actor, event=event)
        return record

    def report(self, session: "Session") -> Mapping[str, Any]:
        board = self.board(session)
        boxes = self._first_here(session, board)
        return told_board(self, boxes, session) if boxes else {}

    def _first_here(self, session: "Session", board: "Canvas") -> frozenset[str]:
        """The boxes that no earlier step is about: views and the report tell of their cards in this step only."""
        found: frozenset[str] = self._kept(
            "first", (), lambda: self._focus(board).difference(*self._earlier_steps(session, board).values())
        )
        return found


def _plans(board: Canvas, session: "Session") -> Iterator[Plan]:
    """The plans of all steps that work on *board*, the owner's first."""
    for activity in session.activities.values():
        if isinstance(activity, Canvas) and activity.board(session) is board:
            yield activity.plan


def _unused(id: str, session: "Session") -> None:
    """Raises Rejected when another card or group has this id: an id means one thing in a whole session."""
    for activity in session.activities.values():
        if isinstance(activity, Canvas) and activity.plan.boxes and activity.cards.has(id):
            raise Rejected("canvas.card_exists")


def _row(row: str, board: Canvas, session: "Session") -> str:
    """The row, when it is one of this board's; a board without rows has the row that is empty."""
    rows = board.plan.rows
    if row not in (choice(rows, session).by_id if rows else [""]):
        raise Rejected("canvas.unknown_row")
    return row


def _origins(
    card: Card | None, box: str, row: str, fields: Mapping[str, str], board: Canvas, session: "Session"
) -> dict[str, str]:
    """Item -> step in which it is shown, for everything that a card with this row and these fields comes from."""
    plan, before = board.plan, card.origins if card else {}
    sources = [(row, plan.rows)] if row and plan.rows else []
    for id, source in plan.linking.items():
        if id in plan.asked[box]:
            sources += [(linked, source) for linked in fields.get(id, "").split()]
    found = {card.parent: before[card.parent]} if card and card.parent in before else {}
    for id, source in sources:
        # What is there no longer was there once.
        if home := choice(source, session).homes.get(id) or before.get(id):
            found[id] = home
    return found


def _known(session: "Session") -> Known:
    def items(field: Field) -> Collection[str]:
        return choice(field.items, session).by_id if field.items else ()

    def organisations() -> Iterable[str]:
        yield from session.plan.join.organisations
        yield from (person.organisation for person in session.people.values() if person.organisation)

    return Known(items, organisations)


def _title(typed: str) -> str:
    title = " ".join(typed.split())
    if not title:
        raise Rejected("canvas.group_title")
    if len(title) > MAX_TITLE:
        raise TooLarge("text.too_long", most=MAX_TITLE, length=len(title))
    return title


def _brought_id(step: str, item: str) -> str:
    """The id of the card as which a step brings in an item: the same each time, so that it comes once."""
    id = f"{step}.{item}"
    return id if len(id) <= LONGEST_ID else sha256(id.encode()).hexdigest()[:32]


def _with_groups(cards: Iterable[Card], board: Cards, boxes: list[str]) -> Iterator[Item]:
    """Groups and the cards in none, box by box, in their order."""
    groups: dict[str, list[Card]] = {}
    places: list[tuple[int, float, Card]] = []
    for card in cards:
        place = boxes.index(card.box)
        if not card.group:
            places.append((place, card.order, card))
        elif card.group in groups:
            groups[card.group].append(card)
        else:
            groups[card.group] = [card]
            places.append((place, board.groups[card.group].order, card))
    for _, _, card in sorted(places, key=lambda place: place[:2]):
        if card.group:
            texts = " · ".join(one.text for one in groups[card.group])
            yield Item(card.group, board.groups[card.group].title, texts)
        else:
            yield Item(card.id, card.text)

"""canvas: boxes that people fill with cards.

A canvas step either owns its boxes and cards, or works on the ``board`` of an earlier canvas step: then it only has
its own permissions, and its events name that earlier step.  While a step is blind its cards are *covered*: in
nobody's view, not even the facilitator's, until the reveal.  Authors always see their own cards in ``mine``.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any, ClassVar, Self

import msgspec

from sessions.activity import Activity, Audience, Contribution, StepPlan, numbered, present
from sessions.items import Item, Offer
from sessions.message import (
    FACILITATOR,
    MAX_TEXT,
    Actor,
    Fields,
    Id,
    Invalid,
    Record,
    Rejected,
    TooLarge,
    command,
    event,
)
from sessions.people import Entered
from sessions.shelf import Shelf

if TYPE_CHECKING:
    from sessions.session import Session

ANONYMOUS = "anonymous"
"""Who wrote a card of an anonymous step, in an exported log."""
MAX_CARDS_A_PERSON = 300
TIGHTEST = 1e-6
"""When two cards come closer than this in order, their box is numbered afresh."""


class Strip(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text above or below the board."""

    title: str
    text: str = ""


class Box(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """One box of the board; ``cards`` stand in it from the start, ``suggestions`` can be taken over."""

    id: Id
    title: str
    prompt: str = ""
    example: str = ""
    max_chars: int | None = None
    suggestions: list[str] = []
    cards: list[str] = []


class Plan(StepPlan, frozen=True, kw_only=True):
    """Either ``boxes`` (an own board) or ``board`` (an earlier step's); ``layout`` is rows of grid areas."""

    offers: ClassVar[frozenset[Offer]] = frozenset({"cards", "groups", "boxes"})

    boxes: list[Box] = []
    board: str = ""
    focus: list[str] = []
    layout: list[str] = []
    top: Strip | None = None
    bottom: Strip | None = None
    blind: bool = False
    anonymous: bool = False
    supportable: bool = True
    max_chars: int = 280

    def references(self) -> Mapping[str, str]:
        return {"board": self.board} if self.board else {}

    def refers_to(self, field: str) -> str:
        return "canvas"

    def box_ids(self, earlier: Mapping[str, StepPlan]) -> Collection[str]:
        owner = earlier.get(self.board, self)
        return [box.id for box in getattr(owner, "boxes", ())]

    def problems(self, earlier: Mapping[str, StepPlan]) -> Mapping[str, str]:
        found: dict[str, str] = {}
        owner = earlier.get(self.board, self)
        assert isinstance(owner, Plan)
        boxes = [box.id for box in owner.boxes]
        if owner.board:
            found["board"] = f"step {owner.id!r} works on a board itself: name {owner.board!r}"
        if bool(self.board) == bool(self.boxes):
            found["boxes"] = "give either boxes or the board of an earlier canvas, not both or neither"
        if len(set(boxes)) != len(boxes):
            found["boxes"] = "two boxes have the same id"
        if boxes and (strange := set(self.focus) - set(boxes)):
            found["focus"] = f"there is no box {min(strange)!r}"
        areas = {area for row in self.layout for area in row.split()} - {"."}
        if self.layout and areas != set(boxes):
            found["layout"] = f"the areas and the boxes differ: {', '.join(sorted(areas ^ set(boxes)))}"
        if len({len(row.split()) for row in self.layout}) > 1:
            found["layout"] = "every row needs the same number of areas"
        for box in owner.boxes:
            most = self.max_chars if box.max_chars is None else box.max_chars
            if not 1 <= most <= MAX_TEXT:
                found["max_chars"] = f"give a number from 1 to {MAX_TEXT}"
            for brought, texts in (("cards", box.cards), ("suggestions", box.suggestions)):
                if longer := [text for text in texts if len(text) > most]:
                    found[f"boxes.{brought}"] = (
                        f"{longer[0][:40]!r} is longer than the {most} that fit in {box.id!r}"
                    )
        return found


@command("canvas.add_card")
@dataclass(frozen=True)
class AddCard:
    step: Id
    card: Id
    box: Id
    text: str
    fields: Fields = field(default_factory=dict)


@command("canvas.edit_card")
@dataclass(frozen=True)
class EditCard:
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


@command("canvas.hide_card", steering=True)
@dataclass(frozen=True)
class HideCard:
    step: Id
    card: Id
    hidden: bool


@command("canvas.reveal", steering=True)
@dataclass(frozen=True)
class Reveal:
    step: Id


# In every event ``step`` is the step that owns the board; ``via`` is the step in which it happened.


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


@event("canvas.card_edited")
@dataclass(frozen=True)
class CardEdited:
    step: str
    card: str
    text: str
    fields: Fields


@event("canvas.card_moved")
@dataclass(frozen=True)
class CardMoved:
    step: str
    card: str
    box: str
    order: float


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


@event("canvas.card_hidden")
@dataclass(frozen=True)
class CardHidden:
    step: str
    card: str
    hidden: bool


@event("canvas.revealed")
@dataclass(frozen=True)
class Revealed:
    step: str


@event("canvas.cards_uncovered")
@dataclass(frozen=True)
class CardsUncovered:
    step: str
    via: str


@dataclass(frozen=True)
class Card:
    """One card.  ``via`` is the step it was written in, ``covered`` that this step is blind and not revealed."""

    id: str
    box: str
    text: str
    order: float
    author: str
    via: str
    organisation: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    supporters: frozenset[str] = frozenset()
    anonymous: bool = False
    covered: bool = False
    edited: bool = False
    hidden: bool = False

    @property
    def shown(self) -> bool:
        """Whether everyone may see it."""
        return not (self.covered or self.hidden)

    def told(self, about: str) -> Contribution:
        """The card as the report tells it; an anonymous card was written for nobody."""
        return Contribution(
            about=about,
            text=self.text,
            organisation="" if self.anonymous else self.organisation,
            support=len(self.supporters),
            prefilled=not self.author,
            by_facilitator=self.author == FACILITATOR and not self.anonymous,
        )

    @cached_property
    def own(self) -> dict[str, Any]:
        """The card as its author sees it."""
        return present(
            box=self.box,
            text=self.text,
            order=self.order,
            fields=dict(self.fields),
            support=0 if self.covered else len(self.supporters),
            edited=self.edited or None,
            hidden=self.hidden or None,
        )

    def view(self, audience: Audience) -> dict[str, Any]:
        """The card as *audience* sees it; an anonymous card names nobody to anybody."""
        named = not self.anonymous
        return present(
            box=self.box,
            text=self.text,
            order=self.order,
            fields=dict(self.fields),
            support=len(self.supporters),
            by=(self.organisation or None) if named else None,
            edited=self.edited or None,
            hidden=(self.hidden or None) if audience == "facilitator" else None,
            author=(self.author or None) if named and audience == "facilitator" else None,
        )


@dataclass(frozen=True, eq=False)
class Lens:
    """How one step shows the board's cards to one audience; compared by identity, so that a Shelf remembers."""

    audience: Audience
    boxes: frozenset[str]

    def __call__(self, card: Card) -> dict[str, Any] | None:
        if card.covered or card.box not in self.boxes or (card.hidden and self.audience == "everyone"):
            return None
        return card.view(self.audience)


@dataclass(frozen=True)
class Canvas(Activity):
    """A canvas step.  All but ``plan``, ``revealed`` and ``memory`` is the board's, and empty with a step that shares one."""

    plan: Plan
    revealed: bool
    cards: Shelf[Card] = field(default_factory=Shelf)
    own: Shelf[tuple[str, ...]] = field(default_factory=Shelf)
    """participant -> ids of their cards, oldest first"""
    supported: Shelf[frozenset[str]] = field(default_factory=Shelf)
    """participant -> ids of the cards they support"""
    counts: Mapping[str, int] = field(default_factory=dict)
    """box -> number of cards that are not hidden, covered ones included"""
    latest: float = 0
    memory: dict[Audience, tuple[Lens, dict[str, Any]]] = field(default_factory=dict, compare=False)
    """audience -> how this step sees cards, and its boxes: made once, the same for all versions of this step"""
    places: dict[str, frozenset[str]] = field(default_factory=dict, compare=False)
    """what ``_first_here`` has found, once for all versions of this step"""

    @classmethod
    def planned(cls, plan: Plan) -> Self:
        canvas = cls(plan, revealed=not plan.blind)
        for box in plan.boxes:
            for n, text in enumerate(box.cards, 1):
                card = Card(f"{box.id}.{n}", box.id, text, canvas.latest + 1, author="", via=plan.id)
                canvas = canvas._with(card, latest=card.order)
        return canvas

    # deciding

    def decide(self, command: Any, actor: Actor, session: "Session") -> list[Any]:
        board = self.board(session)
        owner = board.plan.id
        match command:
            case AddCard():
                return [self._added(command, actor, board, session)]
            case EditCard(card=id):
                card = self._workable(id, actor, board)
                text = card.text if command.text is None else command.text
                fields = card.fields if command.fields is None else command.fields
                self._check_text(board, card.box, text)
                _check_fields(fields)
                changed = (text, dict(fields)) != (card.text, dict(card.fields))
                return [CardEdited(owner, id, text, dict(fields))] if changed else []
            case MoveCard(card=id, box=box, before=before):
                card = self._workable(id, actor, board)
                self._open_box(board, box)
                order = board._order_before(card, box, before)
                return [CardMoved(owner, id, box, order)] if (box, order) != (card.box, card.order) else []
            case RemoveCard(card=id):
                if id not in board.cards:
                    return []
                self._workable(id, actor, board)
                return [CardRemoved(owner, id)]
            case SupportCard(card=id, on=on):
                card = board._shown(id)
                self._open_box(board, card.box)
                if not self.plan.supportable:
                    raise Rejected("canvas.no_support")
                return [CardSupported(owner, id, on)] if on != (actor.id in card.supporters) else []
            case HideCard(card=id, hidden=hidden):
                card = board._card(id)
                return [CardHidden(owner, id, hidden)] if hidden != card.hidden else []
            case Reveal():
                here = self.plan.id
                return [] if self.revealed else [Revealed(here), CardsUncovered(owner, via=here)]
        raise Invalid("command.unknown")

    def _added(self, wanted: AddCard, actor: Actor, board: "Canvas", session: "Session") -> CardAdded:
        if wanted.card in board.cards:
            raise Rejected("canvas.card_exists")
        if len(board.own.get(actor.id, ())) >= MAX_CARDS_A_PERSON:
            raise TooLarge("canvas.too_many", most=MAX_CARDS_A_PERSON)
        self._open_box(board, wanted.box)
        self._check_text(board, wanted.box, wanted.text)
        _check_fields(wanted.fields)
        person = session.people.get(actor.id)
        return CardAdded(
            step=board.plan.id,
            via=self.plan.id,
            card=wanted.card,
            box=wanted.box,
            text=wanted.text,
            fields=wanted.fields,
            organisation=person.organisation if person else "",
            anonymous=self.plan.anonymous,
            covered=not self.revealed,
        )

    def _open_box(self, board: "Canvas", box: str) -> None:
        if box not in board.boxes:
            raise Rejected("canvas.unknown_box")
        if self.plan.focus and box not in self.plan.focus:
            raise Rejected("canvas.box_closed")

    def _check_text(self, board: "Canvas", box: str, text: str) -> None:
        if not text:
            raise Rejected("canvas.empty")
        most = board.boxes[box].max_chars or self.plan.max_chars
        if len(text) > most:
            raise TooLarge("text.too_long", most=most, length=len(text))

    def _card(self, id: str) -> Card:
        if id not in self.cards:
            raise Rejected("canvas.card_gone")
        return self.cards[id]

    def _shown(self, id: str) -> Card:
        if not self._card(id).shown:
            raise Rejected("canvas.card_gone")
        return self.cards[id]

    def _workable(self, id: str, actor: Actor, board: "Canvas") -> Card:
        """The card, when *actor* may change it and this step is about its box."""
        card = board._card(id)
        if actor.id != card.author and (actor.role != FACILITATOR or card.covered):
            raise Rejected("canvas.not_yours")
        self._open_box(board, card.box)
        return card

    def _order_before(self, card: Card, box: str, before: str | None) -> float:
        """The order that puts *card* in *box* just before the card *before*, or last without one."""
        if before is None or before not in self.cards or self.cards[before].box != box or before == card.id:
            return card.order if box == card.box and before == card.id else self.latest + 1
        others = sorted(
            other.order for other in self.cards.values() if other.box == box and other.id != card.id
        )
        after = self.cards[before].order
        lower = max((order for order in others if order < after), default=after - 2)
        return (lower + after) / 2

    # evolving

    def evolve(self, record: Record) -> Self:
        match record.event:
            case CardAdded() as added:
                card = Card(
                    id=added.card,
                    box=added.box,
                    text=added.text,
                    order=self.latest + 1,
                    author=record.actor,
                    via=added.via,
                    organisation=added.organisation,
                    fields=added.fields,
                    anonymous=added.anonymous,
                    covered=added.covered,
                )
                mine = (*self.own.get(card.author, ()), card.id)
                return self._with(card, latest=card.order, own=self.own.set(card.author, mine))
            case CardEdited(card=id, text=text, fields=fields) if id in self.cards:
                card = self.cards[id]
                edited = card.edited or record.actor != card.author
                return self._with(replace(card, text=text, fields=fields, edited=edited))
            case CardMoved(card=id, box=box, order=order) if id in self.cards:
                moved = replace(self.cards[id], box=box, order=order)
                return self._with(moved, latest=max(self.latest, order))._spaced(box)
            case CardRemoved(card=id) if id in self.cards:
                return self._without(self.cards[id])
            case CardSupported(card=id, on=on) if id in self.cards:
                who, card = record.actor, self.cards[id]
                supporters = card.supporters | {who} if on else card.supporters - {who}
                theirs = self.supported.get(who, frozenset())
                supported = self.supported.set(who, theirs | {id} if on else theirs - {id})
                return self._with(replace(card, supporters=supporters), supported=supported)
            case CardHidden(card=id, hidden=hidden) if id in self.cards:
                return self._with(replace(self.cards[id], hidden=hidden))
            case Entered(organisation=organisation):
                return self._speaking_for(record.actor, organisation)
            case Revealed():
                return replace(self, revealed=True)
            case CardsUncovered(via=via):
                uncovered = {
                    id: replace(card, covered=False) if card.via == via else card
                    for id, card in self.cards.items()
                }
                return replace(self, cards=Shelf(uncovered))
        return self

    def _with(self, card: Card, **changes: Any) -> Self:
        counts = dict(self.counts)
        if (old := self.cards.get(card.id)) and not old.hidden:
            counts[old.box] -= 1
        if not card.hidden:
            counts[card.box] = counts.get(card.box, 0) + 1
        return replace(self, cards=self.cards.set(card.id, card), counts=counts, **changes)

    def _without(self, card: Card) -> Self:
        counts = dict(self.counts)
        if not card.hidden:
            counts[card.box] -= 1
        own = self.own
        if card.author in own:
            rest = tuple(id for id in own[card.author] if id != card.id)
            own = own.set(card.author, rest) if rest else own.without(card.author)
        return replace(self, cards=self.cards.without(card.id), counts=counts, own=own)

    def _spaced(self, box: str) -> Self:
        """This canvas with the cards of *box* numbered afresh, if moving has brought two too close together."""
        cards = sorted((card for card in self.cards.values() if card.box == box), key=lambda card: card.order)
        orders = [card.order for card in cards]
        if all(after - before > TIGHTEST for before, after in pairwise(orders)):
            return self
        shelf = self.cards
        for n, card in enumerate(cards, 1):
            shelf = shelf.set(card.id, replace(card, order=float(n)))
        return replace(self, cards=shelf, latest=max(self.latest, float(len(cards))))

    def _speaking_for(self, person: str, organisation: str) -> Self:
        """This canvas with the cards of *person* saying that they were written for *organisation*."""
        shelf = self.cards
        for id in self.own.get(person, ()):
            shelf = shelf.set(id, replace(shelf[id], organisation=organisation))
        return replace(self, cards=shelf) if shelf is not self.cards else self

    def concerns(self, event: Any) -> Iterable[str]:
        match event:
            case CardEdited() | CardSupported() | CardHidden() if event.card in self.cards:
                return (self.cards[event.card].author,)
            case CardRemoved(card=id) if id in self.cards:
                return (self.cards[id].author, *self.cards[id].supporters)
            case CardMoved(card=id, box=box, order=order) if id in self.cards:
                others = [card for card in self.cards.values() if card.box == box and card.id != id]
                # Too close to another, and the whole box is about to be numbered afresh.
                crowded = any(abs(card.order - order) <= TIGHTEST for card in others)
                return {card.author for card in (self.cards[id], *(others if crowded else ()))}
        return ()

    # showing

    def board(self, session: "Session") -> "Canvas":
        """The canvas that owns the boxes and cards this step works on."""
        owner = session.activities[self.plan.board] if self.plan.board else self
        assert isinstance(owner, Canvas)
        return owner

    @cached_property
    def boxes(self) -> Mapping[str, Box]:
        """The boxes of an owning canvas by id."""
        return {box.id: box for box in self.plan.boxes}

    def shown_cards(self, session: "Session") -> Iterator[Card]:
        """The cards everyone may see in this step: box by box, in their order."""
        board = self.board(session)
        place = {box: n for n, box in enumerate(board.boxes)}
        focus = self._focus(board)
        seen = (card for card in board.cards.values() if card.shown and card.box in focus)
        yield from sorted(seen, key=lambda card: (place[card.box], card.order))

    def shows_card(self, id: str, session: "Session") -> bool:
        """Whether everyone may see this card in this step."""
        board = self.board(session)
        return id in board.cards and board.cards[id].shown and board.cards[id].box in self._focus(board)

    # for later steps

    def offered(self, what: Offer, session: "Session", boxes: Collection[str] = ()) -> list[Item]:
        if what == "boxes":
            return [Item(box.id, box.title, box.prompt) for box in self.board(session).plan.boxes]
        # Cards in no group yet stand for themselves.
        return [
            Item(card.id, card.text) for card in self.shown_cards(session) if not boxes or card.box in boxes
        ]

    def standing(self, session: "Session") -> Mapping[str, float] | None:
        if not self.revealed:
            return None
        return {card.id: len(card.supporters) for card in self.shown_cards(session)}

    def grounds(self, what: Offer, session: "Session") -> tuple[object, ...]:
        # Boxes stay as they were planned, whatever is written in them.
        return (self.board(session).plan,) if what == "boxes" else self.inputs(session)

    # showing, to each their own

    def inputs(self, session: "Session") -> tuple[object, ...]:
        return (self, self.board(session))

    def view(self, audience: Audience, session: "Session") -> Mapping[str, Any]:
        board = self.board(session)
        plan, focus = self.plan, self._focus(board)
        if audience not in self.memory:
            self.memory[audience] = Lens(audience, self._first_here(session, board)), self._box_views(board)
        lens, boxes = self.memory[audience]
        return present(
            boxes=boxes,
            layout=None if plan.focus else (board.plan.layout or None),
            top=_strip(board.plan.top),
            bottom=_strip(board.plan.bottom),
            cards=board.cards.map(lens),
            # The same card twice would be twice as many bytes on every phone.
            cards_of={
                step: True for step, boxes in self._earlier_steps(session, board).items() if boxes & focus
            }
            or None,
            groups={},
            blind=plan.blind,
            revealed=self.revealed,
            anonymous=plan.anonymous,
            supportable=plan.supportable,
            contributors=len(board.own),
            counts={box: n for box, n in board.counts.items() if n and box in focus},
        )

    def mine(self, participant: str, session: "Session") -> Mapping[str, Any]:
        board = self.board(session)
        first = self._first_here(session, board)
        own, supported_cards = board._theirs(participant)
        cards = {card.id: card.own for card in own if card.box in first}
        supported = {card.id: True for card in supported_cards if card.box in first}
        return {"cards": cards, "supported": supported} if cards or supported else {}

    def _theirs(self, participant: str) -> tuple[list[Card], list[Card]]:
        """The cards of one participant, and those they support; looked up once for all steps on this board."""
        if participant not in self._looked_up:
            own = [self.cards[id] for id in self.own.get(participant, ())]
            supported = (self.cards.get(id) for id in self.supported.get(participant, ()))
            self._looked_up[participant] = own, [card for card in supported if card]
        return self._looked_up[participant]

    @cached_property
    def _looked_up(self) -> dict[str, tuple[list[Card], list[Card]]]:
        return {}

    def exported(self, record: Record, session: "Session") -> Record | None:
        event = record.event
        match event:
            case CardAdded(covered=True) | CardEdited() if event.card not in self.cards:
                # Taken back, perhaps before the reveal: then nobody was to read it.
                return None
            case CardAdded(card=id, anonymous=anonymous):
                event = replace(event, organisation="") if anonymous else event
            case CardEdited(card=id) | CardMoved(card=id) | CardRemoved(card=id):
                anonymous = id not in self.cards or self.cards[id].anonymous
            case _:
                return record
        if id in self.cards and self.cards[id].covered:
            return None
        nameless = anonymous and record.actor != FACILITATOR
        return replace(record, actor=ANONYMOUS if nameless else record.actor, event=event)

    def report(self, session: "Session") -> Mapping[str, Any]:
        board = self.board(session)
        told = self._first_here(session, board)
        boxes = [box for box in board.plan.boxes if box.id in told]
        if not boxes:
            return {}
        cards: dict[str, list[Contribution]] = {box.id: [] for box in boxes}
        for card in self.shown_cards(session):
            if card.box in told:
                cards[card.box].append(card.told(about=board.boxes[card.box].title))
        return {
            "boxes": [{"title": box.title, "prompt": box.prompt, "cards": cards[box.id]} for box in boxes],
            "contributions": [card for box in boxes for card in cards[box.id]],
            "covered": sum(
                card.covered and not card.hidden and card.box in told for card in board.cards.values()
            ),
            "strips": [strip for strip in (self.plan.top, self.plan.bottom) if strip],
        }

    def _first_here(self, session: "Session", board: "Canvas") -> frozenset[str]:
        """The boxes that no earlier step is about: views and the report tell of their cards in this step only."""
        if "first" not in self.places:
            earlier = self._earlier_steps(session, board).values()
            self.places["first"] = self._focus(board).difference(*earlier)
        return self.places["first"]

    def _earlier_steps(self, session: "Session", board: "Canvas") -> dict[str, frozenset[str]]:
        """The steps before this one that work on the same board, and the boxes that each is the first to be about."""
        found: dict[str, frozenset[str]] = {}
        for id, other in session.activities.items():
            if other is self:
                break
            if isinstance(other, Canvas) and other.board(session) is board:
                found[id] = other._focus(board).difference(*found.values())
        return found

    def _focus(self, board: "Canvas") -> frozenset[str]:
        return frozenset(self.plan.focus) or frozenset(board.boxes)

    def _box_views(self, board: "Canvas") -> dict[str, Any]:
        focus = self._focus(board)
        return {
            box.id: present(
                title=box.title,
                prompt=box.prompt or None,
                example=box.example or None,
                order=n,
                area=box.id if board.plan.layout and not self.plan.focus else None,
                fields={},
                max_chars=box.max_chars or self.plan.max_chars,
                suggestions=numbered(box.suggestions) or None,
            )
            for n, box in enumerate(board.plan.boxes, 1)
            if box.id in focus
        }


def _check_fields(fields: Mapping[str, str]) -> None:
    # No box declares fields yet, so a card that brings some is not understood.
    if fields:
        raise Rejected("canvas.unknown_field", field=min(fields))


def _strip(strip: Strip | None) -> dict[str, str] | None:
    return {"title": strip.title, "text": strip.text} if strip else None

"""What the wishes of people make happen on a canvas, or why not: one sentence that they can act on."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sessions.boards import Plan
from sessions.canvas_messages import (
    AddCard,
    BoxLocked,
    CardAdded,
    CardEdited,
    CardHidden,
    CardJoined,
    CardMoved,
    CardRemoved,
    CardRestored,
    CardsGrouped,
    CardsMerged,
    CardSplit,
    CardsUncovered,
    CardsUngrouped,
    CardSupported,
    CardTaken,
    EditCard,
    GroupCards,
    GroupRenamed,
    HideCard,
    JoinCard,
    LockBox,
    MergeCards,
    MoveCard,
    Prefill,
    RemoveCard,
    RenameGroup,
    RestoreCard,
    Reveal,
    Revealed,
    SplitCard,
    SupportCard,
    TakeCard,
    UngroupCards,
)
from sessions.card import Card
from sessions.fields import Field, Known, missing, read_fields
from sessions.items import choice
from sessions.message import FACILITATOR, Actor, Forbidden, Invalid, Rejected, TooLarge
from sessions.people import known_organisation
from sessions.text import clean

if TYPE_CHECKING:
    from sessions.activities.canvas import Canvas
    from sessions.session import Session

MAX_CARDS_A_PERSON = 300
MAX_TITLE = 120


@dataclass(frozen=True)
class Deciding:
    """One wish of *actor* in *step*, which works on the cards of *board*."""

    step: "Canvas"
    board: "Canvas"
    actor: Actor
    session: "Session"

    def events(self, command: Any) -> list[Any]:
        """What *command* causes; raises Refused."""
        owner, cards = self.board.plan.id, self.board.cards
        match command:
            case AddCard():
                return [self._added(command)]
            case EditCard():
                return self._edited(command)
            case MoveCard():
                return self._moved(command)
            case RemoveCard(card=id):
                if id not in cards:
                    return []
                self._workable(id, removing=True)
                return [CardRemoved(owner, id)]
            case SupportCard(card=id, on=on):
                card = self._open_card(cards.front(id))
                if not self.plan.supportable:
                    raise Rejected("canvas.no_support")
                if on == (self.actor.id in card.supporters | card.joint):
                    return []
                return [CardSupported(owner, card.id, on, self.plan.anonymous)]
            case TakeCard():
                return self._taken(command)
            case JoinCard():
                return self._joined(command)
            case HideCard(card=id, hidden=hidden):
                card = self._card(id)
                if card.covered or card.into:
                    raise Rejected("canvas.card_gone")
                return [CardHidden(owner, id, hidden)] if hidden != card.hidden else []
            case RestoreCard(card=id):
                if id in cards:
                    return []
                if id not in self.board.removed:
                    raise Rejected("canvas.card_gone")
                self._open_box(self.board.removed[id].box)
                return [CardRestored(owner, id)]
            case LockBox(box=box, locked=locked):
                self._open_box(box)
                return [BoxLocked(owner, box, locked)] if locked != (box in self.board.locked) else []
            case Prefill():
                return self.step.arriving(self.session)
            case Reveal():
                here = self.plan.id
                return [] if self.step.revealed else [Revealed(here), CardsUncovered(owner, via=here)]
        return self._arranged(command)

    def _arranged(self, command: Any) -> list[Any]:
        """What the facilitator does with several cards: those that are gone by now stay out of it."""
        owner, cards = self.board.plan.id, self.board.cards
        match command:
            case GroupCards():
                return self._grouped(command)
            case RenameGroup(group=group, title=title):
                if group not in cards.groups:
                    raise Rejected("canvas.group_gone")
                title = _title(title)
                return [GroupRenamed(owner, group, title)] if title != cards.groups[group].title else []
            case UngroupCards(cards=ids):
                grouped = [id for id in self._still_there(ids) if cards[id].group]
                return [CardsUngrouped(owner, grouped)] if grouped else []
            case MergeCards(card=front, cards=ids):
                front, *others = self._still_there([front, *ids]) or [""]
                if not others or front != cards.front(command.card):
                    raise Rejected("canvas.card_gone")
                return [CardsMerged(owner, front, others)]
            case SplitCard(card=id):
                card = self._card(id)
                out = [id] if card.into else list(card.behind)
                return [CardSplit(owner, out)] if out else []
        raise Invalid("command.unknown")

    def _added(self, wanted: AddCard) -> CardAdded:
        self._unused(wanted.card)
        theirs = self.board.cards.own.get(self.actor.id, ())
        if len(theirs) >= MAX_CARDS_A_PERSON:
            raise TooLarge("canvas.too_many", most=MAX_CARDS_A_PERSON)
        most = self.plan.per_person
        if most and self.actor.role != FACILITATOR and self._written(theirs) >= most:
            raise Rejected("canvas.limit", most=most)
        self._open_box(wanted.box)
        self._check_text(wanted.box, wanted.text)
        row = self._row(wanted.row or "")
        asked = self.board.plan.asked[wanted.box]
        fields = read_fields(wanted.fields, asked, self._known(), before={})
        if refusal := missing(fields, asked):
            raise refusal
        return CardAdded(
            step=self.board.plan.id,
            via=self.plan.id,
            card=wanted.card,
            box=wanted.box,
            text=wanted.text,
            fields=fields,
            organisation=self._on_behalf_of(wanted.organisation),
            anonymous=self.plan.anonymous,
            covered=not self.step.revealed,
            row=row,
            origins=self._origins(None, wanted.box, row, fields),
            order=self.board.cards.latest + 1,
        )

    def _on_behalf_of(self, given: str) -> str:
        """The organisation for which a card is written."""
        if not given:
            return self.session.organisation_of(self.actor.id)
        if self.actor.role != FACILITATOR:
            raise Forbidden("forbidden")
        people = self.session.people.values()
        return known_organisation(clean(given, newlines=False), self.session.plan.join, people)

    def _edited(self, wanted: EditCard) -> list[Any]:
        card = self._workable(wanted.card)
        text = card.text if wanted.text is None else wanted.text
        if text != card.text:
            self._check_text(card.box, text)
        asked = self.board.plan.asked[card.box]
        fields = read_fields(wanted.fields or {}, asked, self._known(), before=card.fields)
        if (text, fields) == (card.text, dict(card.fields)):
            return []
        edited = CardEdited(
            step=self.board.plan.id,
            card=card.id,
            text=text,
            fields=fields,
            origins=self._origins(card, card.box, card.row, fields),
            by_another=text != card.text and self.actor.id != card.author,
            anonymous=self.plan.anonymous,
        )
        owner = self._owner_field(card.box)
        if card.taken_by and owner and not fields.get(owner):
            # Whose name is taken off a card has it no longer.
            return [edited, CardTaken(self.board.plan.id, card.id, False, fields, self.plan.anonymous)]
        return [edited]

    def _moved(self, wanted: MoveCard) -> list[Any]:
        card = self._workable(wanted.card)
        self._open_box(wanted.box)
        row = card.row
        if wanted.row is not None and wanted.row != card.row:
            row = self._row(wanted.row)
        order = self.board.cards.numbered_before(card, wanted.box, wanted.before)
        if (wanted.box, row, order) == (card.box, card.row, card.order):
            return []
        origins = self._origins(card, wanted.box, row, card.fields)
        return [
            CardMoved(
                self.board.plan.id, card.id, wanted.box, order, row, origins, anonymous=self.plan.anonymous
            )
        ]

    def _taken(self, wanted: TakeCard) -> list[Any]:
        if not self.plan.takeable:
            raise Rejected("canvas.not_takeable")
        if not wanted.on:
            return self._given_back(wanted.card)
        card = self._open_card(self.board.cards.front(wanted.card))
        owner = self._owner_field(card.box)
        own = card.taken_by == self.actor.id
        if not own and (card.taken_by or (owner and card.fields.get(owner))):
            raise Rejected("canvas.taken")
        agreed_with = self.step.agreed_with(self.session)
        asked = {id: of for id, of in self.board.plan.asked[card.box].items() if id in agreed_with}
        fields = read_fields(wanted.fields, asked, self._known(), before=card.fields)
        if owner and not fields.get(owner):
            raise Rejected("canvas.field_missing", field=asked[owner].label)
        if own and fields == dict(card.fields):
            return []
        return [CardTaken(self.board.plan.id, card.id, True, fields, self.plan.anonymous)]

    def _given_back(self, id: str) -> list[Any]:
        """The card that its taker gives back, also when it was merged or hidden since."""
        card = self._card(id)
        self._open_box(card.box)
        if card.taken_by != self.actor.id:
            return []
        owner = self._owner_field(card.box)
        fields = {id: value for id, value in card.fields.items() if id != owner}
        return [CardTaken(self.board.plan.id, card.id, False, fields, self.plan.anonymous)]

    def _joined(self, wanted: JoinCard) -> list[Any]:
        if self.actor.role != "participant":
            raise Forbidden("participants_only")
        if not self.plan.takeable:
            raise Rejected("canvas.not_takeable")
        if wanted.on:
            card = self._open_card(self.board.cards.front(wanted.card))
        else:
            card = self._card(wanted.card)
            self._open_box(card.box)
        if wanted.on == (self.actor.id in card.joined):
            return []
        person = self.session.people.get(self.actor.id)
        organisation = person.organisation if person and wanted.on and not self.plan.anonymous else ""
        return [CardJoined(self.board.plan.id, card.id, wanted.on, organisation, self.plan.anonymous)]

    def _grouped(self, wanted: GroupCards) -> list[Any]:
        cards, owner = self.board.cards, self.board.plan.id
        ids = self._still_there(wanted.cards)
        if not ids:
            raise Rejected("canvas.card_gone")
        if known := cards.groups.get(wanted.group):
            if known.box not in self.step.focus(self.board):
                raise Rejected("canvas.box_closed")
            ids = [id for id in ids if cards[id].group != known.id]
            place = (known.title, known.box, known.row, known.order)
            return [CardsGrouped(owner, known.id, *place, ids)] if ids else []
        title = _title(wanted.title)
        self._unused(wanted.group)
        first = cards[ids[0]]
        return [CardsGrouped(owner, wanted.group, title, first.box, first.row, first.order, ids)]

    def _still_there(self, ids: Iterable[str]) -> list[str]:
        """Those of the cards that everyone may see in this step; of merged ones the card in front."""
        focus = self.step.focus(self.board)
        fronts = dict.fromkeys(self.board.cards.front(id) for id in ids)
        found = ((id, self.board.cards.get(id)) for id in fronts)
        return [id for id, card in found if card and card.shown and card.box in focus]

    def _written(self, ids: Iterable[str]) -> int:
        """How many of these cards were written in this step."""
        return sum(self.board.cards[id].via == self.plan.id for id in ids)

    def _open_box(self, box: str) -> None:
        if box not in self.board.boxes:
            raise Rejected("canvas.unknown_box")
        if self.plan.focus and box not in self.plan.focus:
            raise Rejected("canvas.box_closed")
        if box in self.board.locked and self.actor.role != FACILITATOR:
            raise Rejected("canvas.box_locked", title=self.board.boxes[box].title)

    def _check_text(self, box: str, text: str) -> None:
        if not text:
            raise Rejected("canvas.empty")
        most = self.plan.fits(self.board.plan, box)
        if len(text) > most:
            raise TooLarge("text.too_long", most=most, length=len(text))

    def _card(self, id: str) -> Card:
        if id not in self.board.cards:
            raise Rejected("canvas.card_gone")
        return self.board.cards[id]

    def _open_card(self, id: str) -> Card:
        """The card, when everyone may see it and this step is about its box."""
        card = self._card(id)
        if not card.shown:
            raise Rejected("canvas.card_gone")
        self._open_box(card.box)
        return card

    def _workable(self, id: str, *, removing: bool = False) -> Card:
        """The card, when *actor* may change it and this step is about its box."""
        card = self._card(id)
        shared = self.plan.editable == "everyone" and card.shown and not removing
        steered = self.actor.role == FACILITATOR and not card.covered
        if not (self.actor.id == card.author or shared or steered):
            raise Rejected("canvas.not_yours")
        self._open_box(card.box)
        return card

    # what it is checked against

    @property
    def plan(self) -> Plan:
        """What people may do in this step."""
        return self.step.plan

    def _owner_field(self, box: str) -> str:
        """The field for who takes a card on: of those that make it agreed the first of a person, else the first."""
        asked = self.board.plan.asked[box]
        agreed_with = [id for id in self.step.agreed_with(self.session) if id in asked]
        of_person = [id for id in agreed_with if asked[id].kind == "person"]
        return next(iter(of_person or agreed_with), "")

    def _unused(self, id: str) -> None:
        """Raises Rejected when another card, group or item has this id."""
        if self.session.holds(id):
            raise Rejected("canvas.card_exists")

    def _row(self, row: str) -> str:
        """The row, when it is one of this board's; a board without rows has the row that is empty."""
        rows = self.board.plan.rows
        if row not in (choice(rows, self.session).by_id if rows else [""]):
            raise Rejected("canvas.unknown_row")
        return row

    def _origins(self, card: Card | None, box: str, row: str, fields: Mapping[str, str]) -> dict[str, str]:
        """Item -> step in which it is shown, for everything that a card with this row and these fields comes from."""
        plan, before = self.board.plan, card.origins if card else {}
        sources = [(row, plan.rows)] if row and plan.rows else []
        for id, source in plan.linking.items():
            if id in plan.asked[box]:
                sources += [(linked, source) for linked in fields.get(id, "").split()]
        found = {card.parent: before[card.parent]} if card and card.parent in before else {}
        for id, source in sources:
            # What is there no longer was there once.
            if home := choice(source, self.session).homes.get(id) or before.get(id):
                found[id] = home
        return found

    def _known(self) -> Known:
        def items(field: Field) -> Collection[str]:
            return choice(field.items, self.session).by_id if field.items else ()

        def organisations() -> Iterable[str]:
            yield from self.session.plan.join.organisations
            yield from (person.organisation for person in self.session.people.values() if person.organisation)

        return Known(items, organisations)


def _title(typed: str) -> str:
    title = " ".join(typed.split())
    if not title:
        raise Rejected("canvas.group_title")
    if len(title) > MAX_TITLE:
        raise TooLarge("text.too_long", most=MAX_TITLE, length=len(title))
    return title

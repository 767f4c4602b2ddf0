"""canvas: boxes that people fill with cards.

A canvas step either owns its boxes and cards, or works on the ``board`` of an earlier canvas step: then it only has
its own permissions, and its events name that earlier step.  While a step is blind its cards are *covered*: in
nobody's view, not even the facilitator's, until the reveal.  Authors always see their own cards in ``mine``.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import sha256
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from sessions.activity import Activity, Audience, kept, present
from sessions.boards import Box
from sessions.boards import Plan as Plan
from sessions.canvas_concerns import concerns
from sessions.canvas_decide import MAX_CARDS_A_PERSON, Deciding
from sessions.canvas_export import exported, nameless, whole
from sessions.canvas_messages import (
    BoxLocked,
    CardAdded,
    CardEdited,
    CardHidden,
    CardJoined,
    CardMoved,
    CardPrefilled,
    CardRemoved,
    CardRestored,
    CardsCovered,
    CardsGrouped,
    CardsMerged,
    CardSplit,
    CardsUncovered,
    CardsUngrouped,
    CardSupported,
    CardTaken,
    Covered,
    GroupRenamed,
    PutBack,
    Revealed,
)
from sessions.canvas_repair import turned_back
from sessions.canvas_replan import Unplanned, check_board, check_promises, is_untouched, with_ready_made
from sessions.canvas_report import told_board
from sessions.card import Card, Group
from sessions.cards import Cards
from sessions.copying import copied
from sessions.items import From, Item, Link, Offer, choice, decision_on, upstream, waits
from sessions.message import FACILITATOR, MAX_TEXT, Actor, Record, Rejected
from sessions.people import Entered
from sessions.progress import progress

if TYPE_CHECKING:
    from sessions.delivers import Deliverable
    from sessions.session import Session

LONGEST_ID = 64


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
    removed: Mapping[str, Card] = field(default_factory=dict)
    """cards that a facilitator removed, as they were then"""
    withdrawn: frozenset[str] = frozenset()
    """those of them that were there by an act that was undone: they are in no list"""
    unplanned: Unplanned = field(default_factory=dict)
    """cards that the plan began with once and no longer does"""
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

    # what happens

    def decide(self, command: Any, actor: Actor, session: "Session") -> list[Any]:
        return Deciding(self, self.board(session), actor, session).events(command)

    def evolve(self, record: Record) -> Self:
        match record.event:
            case Entered(organisation=organisation):
                return self._with(self.cards.speaking_for(record.actor, organisation))
            case Revealed():
                return replace(self, revealed=True)
            case Covered():
                return replace(self, revealed=False)
            case CardsUncovered(via=via):
                return self._with(self.cards.uncovered(via))
            case CardsCovered(via=via):
                return self._with(self.cards.uncovered(via, covered=True))
            case PutBack() as was:
                return self._put_back(was)
            case CardRestored(card=id) if id in self.removed and id not in self.cards:
                return self._put_back(PutBack(self.plan.id, restored=[id]))
            case CardRemoved(card=id) if record.actor == FACILITATOR and id in self.cards:
                removed = {**self.removed, id: self.cards[id]}
                return replace(self, removed=removed, cards=self.cards.removed(id))
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

    def _put_back(self, was: PutBack) -> Self:
        """With cards as they were; of those that are not there (any more) it says nothing."""
        coming = [self.removed[id] for id in was.restored if id in self.removed and id not in self.cards]
        going = {id: self.cards[id] for id in was.gone if id in self.cards}
        there = {card.id for card in coming}
        changes = {
            id: {
                name: tuple(value) if name == "behind" else value
                for name, value in vars(placed).items()
                if value is not None
            }
            for id, placed in was.cards.items()
            if id in there or (id in self.cards and id not in going)
        }
        groups = [
            Group(id, group.title, group.box, group.order, group.row) for id, group in was.groups.items()
        ]
        others = {id: card for id, card in self.removed.items() if id not in there}
        return replace(
            self,
            cards=self.cards.put_back(changes, groups, coming, going),
            removed={**others, **going},
            withdrawn=self.withdrawn.difference(there).union(going),
            brought=self.brought.difference(was.unbrought) | {card.id for card in coming if card.parent},
        )

    def _with(self, cards: Cards) -> Self:
        return copied(self, cards=cards) if cards is not self.cards else self

    def _numbering(self, record: Record) -> Self:
        """With a number for whoever does something without a name for the first time."""
        who = record.actor
        if who == FACILITATOR or who in self.numbers or not nameless(self, record.event):
            return self
        return replace(self, numbers={**self.numbers, who: len(self.numbers) + 1})

    def concerns(self, event: Any) -> Iterable[str]:
        return concerns(self, event)

    def holds(self, id: str) -> bool:
        return bool(self.plan.boxes) and (self.cards.has(id) or id in self.removed)

    # when the agenda is edited

    def check_plan(self, plan: Plan, session: "Session", *, started: bool) -> None:
        check_promises(self.plan, plan, started=started, written=self.contributed(session))
        if (self.plan.board, bool(self.plan.boxes)) != (plan.board, bool(plan.boxes)):
            if self.contributed(session):
                raise Rejected("agenda.board_in_use", title=self.plan.title)
        elif plan.boxes:
            check_board(self.plan, plan, self.cards)

    def replanned(self, plan: Plan) -> Self:
        cards, unplanned = with_ready_made(self.cards, self.unplanned, self.plan, plan)
        return replace(
            self,
            plan=plan,
            revealed=self.revealed if plan.blind == self.plan.blind else not plan.blind,
            cards=cards,
            unplanned=unplanned,
            memory={},
        )

    def contributed(self, session: "Session") -> bool:
        if not self.plan.board:
            return any(not is_untouched(card) for card in self.cards.values())
        return any(card.via == self.plan.id for card in self.board(session).cards.values())

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

    def shown_cards(self, session: "Session") -> list[Card]:
        """The cards everyone may see in this step: box by box, in their order."""
        board = self.board(session)
        lists = tuple(self._lists(board))
        return kept(self.memory, "shown", lists, lambda: list(chain.from_iterable(lists)))

    def _lists(self, board: "Canvas", boxes: Collection[str] = ()) -> Iterator[list[Card]]:
        """The shown cards of each box this step is about; with *boxes* only of these."""
        focus = self.focus(board)
        asked = (box for box in board.boxes if box in focus and (not boxes or box in boxes))
        return map(board.cards.shown_in, asked)

    def shows_card(self, id: str, session: "Session") -> bool:
        """Whether everyone may see this card in this step."""
        card = self.board(session).cards.get(id)
        return card is not None and card.shown and card.box in self.focus(self.board(session))

    def tells_who_is_at(self, card: str, session: "Session") -> bool:
        """Whether others may know on whose behalf somebody is busy with this card: where people fill in rows together."""
        shared = self.plan.editable == "everyone" or self.plan.look == "table"
        return shared and not self.plan.anonymous and self.shows_card(card, session)

    def focus(self, board: "Canvas") -> frozenset[str]:
        """The boxes that this step is about."""
        return kept(self.memory, "focus", (), lambda: frozenset(self.plan.focus or board.boxes))

    def agreed_with(self, session: "Session") -> tuple[str, ...]:
        """The fields that make a card of this board agreed, as the first step that names some has it."""

        def make() -> tuple[str, ...]:
            board = self.board(session)
            return next((tuple(plan.agreed_with) for plan in _plans(board, session) if plan.agreed_with), ())

        return kept(self.memory, "agreed_with", (), make)

    def _homes(self, session: "Session", board: "Canvas") -> dict[str, frozenset[str]]:
        """The steps that work on the board, and the boxes whose cards are told of in each.

        That is the owner, then the first step that is about a box in particular, then the first that shows it at all;
        a step that is skipped comes last.
        """
        found: dict[str, frozenset[str]] = {}
        there = {
            id: other
            for id, other in session.activities.items()
            if isinstance(other, Canvas) and other.board(session) is board
        }
        skipped = {id for id in there if session.steps[id].skipped}
        for id in sorted(
            there, key=lambda id: (id in skipped, there[id] is not board, not there[id].plan.focus)
        ):
            found[id] = there[id].focus(board).difference(*found.values())
        return found

    # the way back

    def about(self, event: Any, session: "Session", there: "Canvas") -> str:
        board, before = self.board(session), there.board(session)
        if group := getattr(event, "title", ""):
            return str(group)
        if box := getattr(event, "box", "") if isinstance(event, BoxLocked) else "":
            return board.boxes[box].title
        ids = [getattr(event, "card", ""), *getattr(event, "cards", ())]
        found = (board.cards.get(id) or before.cards.get(id) for id in ids if id)
        card = next((card for card in found if card), None)
        return card.text if card and not card.covered else ""

    def turned_back(self, here: "Canvas", there: "Canvas", session: "Session") -> Iterable[Any]:
        return turned_back(self, here, there, session)

    def planned_back(self, now: "Canvas", here: "Canvas", there: "Canvas") -> Iterable[Any]:
        if self.revealed != there.revealed and now.revealed == here.revealed:
            yield Revealed(self.plan.id) if there.revealed else Covered(self.plan.id)

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
            return [card.item for card in cards]
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
            if card.origins:
                yield from (Link(card.id, parent, step) for parent, step in card.origins.items())
            if card.group:
                yield Link(card.group, card.id, self.plan.id)

    def grounds(self, what: Offer, session: "Session", boxes: Collection[str] = ()) -> tuple[object, ...]:
        # Boxes stay as they were planned, whatever is written in them.
        board = self.board(session)
        if what == "boxes":
            return (board.plan,)
        return (self.revealed, board.cards.groups, *self._lists(board, boxes))

    def delivered(self, wanted: "Deliverable", session: "Session") -> tuple[int, int]:
        agreed_with = self.agreed_with(session)
        cards = [card for card in self.shown_cards(session) if card.touched]
        done = [
            card
            for card in cards
            if all(card.fields.get(field) for field in wanted.filled)
            and (not wanted.agreed or card.agreed(agreed_with))
        ]
        if wanted.boxes:
            return len({card.box for card in done}.intersection(wanted.boxes)), len(wanted.boxes)
        return len(done), len(cards)

    # showing

    def inputs(self, session: "Session") -> tuple[object, ...]:
        board = self.board(session)
        parts = [part for source in self._shown_sources(board) for part in upstream(source, session)]
        return (self, board, session.people, *parts)

    def _shown_sources(self, board: "Canvas") -> list[From]:
        plan = board.plan
        return [*([plan.rows] if plan.rows else []), *plan.linking.values(), *self._waited_for(board)]

    def _waited_for(self, board: "Canvas") -> list[From]:
        return [self.plan.prefill] if self.plan.prefill and not board.brought else []

    def view(self, audience: Audience, session: "Session") -> Mapping[str, Any]:
        board = self.board(session)
        cards, plan = board.cards, board.plan
        seen = kept(self.memory, audience, (), lambda: self._seen_by(audience, session))
        shown: dict[str, Any] = {
            **seen.unchanging,
            "boxes": kept(
                self.memory,
                "boxes",
                (board.locked,),
                lambda: self.plan.box_views(plan, seen.boxes, board.locked),
            ),
            "cards": cards.shelf.map(seen.lens),
            "groups": cards.groups.map(seen.group_lens),
            "revealed": self.revealed,
            "contributors": len(cards.own),
            "counts": {box: n for box, n in cards.counts.items() if n and box in seen.boxes},
        }
        if audience == "facilitator":
            # The same for all steps on this board.
            grounds = (session.people, cards.own)
            shown["progress"] = kept(board.memory, "progress", grounds, lambda: progress(session, cards.own))
            if removed := self._removed_views(board, seen.lens):
                shown["removed"] = removed
        if plan.rows:
            shown["rows"] = self._rows_view(plan.rows, session)
        if plan.linking:
            shown["links"] = {
                id: self._links_view(id, source, session) for id, source in plan.linking.items()
            }
        if waiting := next(filter(None, (waits(one, session) for one in self._shown_sources(board))), ""):
            shown["waiting"] = waiting
        return shown

    @staticmethod
    def _removed_views(board: "Canvas", lens: Lens) -> dict[str, Any]:
        """The cards that a facilitator removed and may bring back."""
        return {
            id: present(
                text=card.text, box=card.box, by=None if card.anonymous else card.organisation or None
            )
            for id, card in board.removed.items()
            if not card.covered and card.box in lens.boxes and id not in board.withdrawn
        }

    def _seen_by(self, audience: Audience, session: "Session") -> "Seen":
        board, plan = self.board(session), self.plan
        focus, agreed_with = self.focus(board), self.agreed_with(session)
        homes = self._homes(session, board)
        unchanging = present(
            layout=None if plan.focus else (board.plan.layout or None),
            top=board.plan.top.view() if board.plan.top else None,
            bottom=board.plan.bottom.view() if board.plan.bottom else None,
            look=plan.look,
            # The same card twice would be twice as many bytes on every phone.
            cards_of={step: True for step, boxes in homes.items() if boxes & focus and step != self.plan.id}
            or None,
            blind=plan.blind,
            anonymous=plan.anonymous,
            supportable=plan.supportable,
            takeable=plan.takeable or None,
            agreed_with=dict.fromkeys(agreed_with, True) or None,
            per_person=plan.per_person or None,
            editable=plan.editable,
            grouping=plan.grouping or None,
            prefill=dict.fromkeys(plan.prefill.steps, True)
            if plan.prefill and audience == "facilitator"
            else None,
        )
        lens = Lens(audience, self._first_here(session, board), agreed_with)
        return Seen(focus, unchanging, lens, GroupLens(audience, focus))

    def _rows_view(self, source: From, session: "Session") -> dict[str, Any]:
        found = choice(source, session)

        def make() -> dict[str, Any]:
            return self._entries(
                "row",
                [(item, n, decision_on(item.id, session)) for n, item in enumerate(found.items, 1)],
                lambda item, n, word: present(
                    title=item.title, text=item.text or None, order=n, decision=word or None
                ),
            )

        return kept(self.memory, "rows", (found, *session.decided), make)

    def _links_view(self, field: str, source: From, session: "Session") -> dict[str, Any]:
        found = choice(source, session)

        def make() -> dict[str, Any]:
            return self._entries(
                f"link.{field}",
                [(item, n, "") for n, item in enumerate(found.items, 1)],
                lambda item, n, word: {"title": item.title, "order": n},
            )

        return kept(self.memory, f"links.{field}", (found,), make)

    def _entries(
        self,
        name: str,
        items: list[tuple[Item, int, str]],
        view: Callable[[Item, int, str], dict[str, Any]],
    ) -> dict[str, Any]:
        """Items by id as they are shown; of those that are as they were, the objects that were made before."""
        before, now = self.memory.get(name, {}), {}
        for told in items:
            id = told[0].id
            known = before.get(id)
            now[id] = known if known and known[0] == told else (told, view(*told))
        self.memory[name] = now
        return {id: made for id, (_, made) in now.items()}

    def mine(self, participant: str, session: "Session") -> Mapping[str, Any]:
        return self.board(session).parts(participant, session).get(self.plan.id, {})

    def parts(self, participant: str, session: "Session") -> Mapping[str, Mapping[str, Any]]:
        """Step -> what is this participant's own there, of all steps that work on this board; looked up once for all."""
        if participant not in self._parts:
            cards = self.cards
            known = (cards.own, cards.supported, cards.taken, cards.joined)
            anything = any(participant in of for of in known)
            self._parts[participant] = self._own_parts(participant, session) if anything else {}
        return self._parts[participant]

    @cached_property
    def _parts(self) -> dict[str, Mapping[str, Mapping[str, Any]]]:
        return {}

    def _own_parts(self, participant: str, session: "Session") -> Mapping[str, Mapping[str, Any]]:
        steps, home = self._places(session)
        found: dict[str, dict[str, Any]] = {}

        def part(step: str) -> dict[str, Any]:
            return found.setdefault(step, {"cards": {}, "supported": {}})

        own, supported = self.cards.of(participant)
        for card in own:
            if card.box in home:
                part(home[card.box])["cards"][card.id] = card.own_view
        for card in supported:
            if card.box in home:
                part(home[card.box])["supported"][card.id] = True
        for what in ("taken", "joined"):
            for id in getattr(self.cards, what).get(participant, ()):
                for step, boxes, _ in steps:
                    if self.cards[id].box in boxes:
                        part(step).setdefault(what, {})[id] = True
        for step, _, per_person in steps:
            if per_person and (written := sum(card.via == step for card in own)):
                part(step)["left"] = max(0, per_person - written)
        return found

    def _places(self, session: "Session") -> tuple[list[tuple[str, frozenset[str], int]], dict[str, str]]:
        """Of this board: the steps with the boxes each is about and how much one may write there; the home of each box."""

        def make() -> tuple[list[tuple[str, frozenset[str], int]], dict[str, str]]:
            homes = self._homes(session, self)
            plans = {plan.id: plan for plan in _plans(self, session)}
            focus = {step: frozenset(plans[step].focus or self.boxes) for step in homes}
            steps = [(step, focus[step], plans[step].per_person) for step in homes]
            return steps, {box: step for step, boxes in homes.items() for box in boxes}

        return kept(self.memory, "places", (), make)

    # leaving the room

    def exported(self, record: Record, session: "Session") -> Record | None:
        return exported(self, record)

    def whole(self, record: Record, session: "Session") -> Record | None:
        return whole(self, record)

    def report(self, session: "Session") -> Mapping[str, Any]:
        board = self.board(session)
        boxes = self._first_here(session, board)
        return told_board(self, boxes, session) if boxes else {}

    def _first_here(self, session: "Session", board: "Canvas") -> frozenset[str]:
        """The boxes whose cards views and the report tell of in this step only."""
        return kept(self.memory, "first", (), lambda: self._homes(session, board)[self.plan.id])


def _plans(board: Canvas, session: "Session") -> Iterator[Plan]:
    """The plans of all steps that work on *board*, the owner's first."""
    for activity in session.activities.values():
        if isinstance(activity, Canvas) and activity.board(session) is board:
            yield activity.plan


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
            yield card.item

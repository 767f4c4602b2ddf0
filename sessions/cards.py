"""Cards: everything that hangs on one board, and who did what to it.

The one thing a newcomer gets wrong: two indexes tell the same story, a card's ``supporters`` and a person's
``supported``; only the methods here change either.
"""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from typing import Any, Generic, NamedTuple, Self, TypeVar

from sessions.card import Card, Group, Ids
from sessions.copying import copied
from sessions.shelf import Shelf

TIGHTEST = 1e-6
"""When two cards come closer than this in order, their box is numbered afresh."""

_NONE: list[Card] = []
C = TypeVar("C")


class Sorted(NamedTuple):
    """The cards of one version: those that everyone may see by box and in order, and all by author and id."""

    shown: Mapping[str, list[Card]]
    written: Mapping[str, Mapping[str, Card]]


class Sorting:
    """Keeps cards sorted along what changes from version to version, for all versions of one board."""

    def __init__(self) -> None:
        # One object, so that whoever makes a report in another thread never sees half of a step.
        self._known: tuple[Shelf[Card], Sorted] = Shelf(), Sorted({}, {})

    def at(self, shelf: Shelf[Card]) -> Sorted:
        """The cards of this version; the list of a box in which nothing changed is the one given before."""
        older, before = self._known
        shown: _Kept[list[Card]] = _Kept(before.shown, list)
        written: _Kept[dict[str, Card]] = _Kept(before.written, dict)
        for pair in shelf.changes(older):
            for id in {**pair[0], **pair[1]}:
                old, new = pair[0].get(id), pair[1].get(id)
                if old is new:
                    continue
                if old is not None:
                    written.of(old.author).pop(id, None)
                    if old.shown:
                        cards = shown.of(old.box)
                        del cards[bisect_left(cards, old.place, key=_place)]
                if new is not None:
                    written.of(new.author)[id] = new
                    if new.shown:
                        insort(shown.of(new.box), new, key=_place)
        self._known = shelf, Sorted(shown.all, written.all)
        return self._known[1]


class _Kept(Generic[C]):
    """Collections by name, of which those that are asked for are copies: what was there stays as it was."""

    def __init__(self, before: Mapping[str, Any], kind: Callable[..., C]) -> None:
        self.all: dict[str, C] = dict(before)
        self._kind = kind
        self._fresh: set[str] = set()

    def of(self, name: str) -> C:
        if name not in self._fresh:
            self._fresh.add(name)
            self.all[name] = self._kind(self.all.get(name, ()))
        return self.all[name]


def _place(card: Card) -> tuple[float, str]:
    return card.place


@dataclass(frozen=True)
class Cards:
    """The cards of one board.  Every method gives the next version and leaves this one as it is."""

    shelf: Shelf[Card] = field(default_factory=Shelf)
    groups: Shelf[Group] = field(default_factory=Shelf)
    own: Shelf[tuple[str, ...]] = field(default_factory=Shelf)
    """participant -> ids of their cards, oldest first"""
    supported: Shelf[Ids] = field(default_factory=Shelf)
    """participant -> ids of the cards they support"""
    taken: Shelf[Ids] = field(default_factory=Shelf)
    """participant -> ids of the cards they took"""
    joined: Shelf[Ids] = field(default_factory=Shelf)
    """participant -> ids of the cards they joined"""
    counts: Mapping[str, int] = field(default_factory=dict)
    """box -> number of cards that are not hidden, covered ones included"""
    latest: float = 0
    sorting: Sorting = field(default_factory=Sorting, compare=False)
    """shared by all versions"""

    def __contains__(self, id: object) -> bool:
        return id in self.shelf

    def __getitem__(self, id: str) -> Card:
        return self.shelf[id]

    def get(self, id: str) -> Card | None:
        """The card, if it is there."""
        return self.shelf.get(id)

    def values(self) -> Iterable[Card]:
        """All cards, in no order."""
        return self.shelf.values()

    def has(self, id: str) -> bool:
        """Whether a card or group has this id."""
        return id in self.shelf or (len(self.groups) > 0 and id in self.groups)

    def front(self, id: str) -> str:
        """The card in front of this one: itself, unless it was merged into another."""
        card = self.shelf.get(id)
        return card.into or id if card else id

    def cell(self, box: str) -> Iterator[Card]:
        """The cards of a box, in no order."""
        return (card for card in self.shelf.values() if card.box == box)

    def crowds(self, order: float, others: Iterable[Card]) -> bool:
        """Whether a card with this order comes so close to one of the others that its box is numbered afresh."""
        return any(abs(card.order - order) <= TIGHTEST for card in others)

    def of(self, participant: str) -> tuple[list[Card], list[Card]]:
        """The cards of one participant, and those they support."""
        own = list(self._sorted.written.get(participant, {}).values())
        supported = {self.front(id): None for id in self.supported.get(participant, ())}
        return own, [self.shelf[id] for id in supported]

    def shown_in(self, box: str) -> list[Card]:
        """The cards of a box that everyone may see, in order; the same list as long as it holds the same."""
        return self._sorted.shown.get(box, _NONE)

    @cached_property
    def _sorted(self) -> Sorted:
        return self.sorting.at(self.shelf)

    # cards

    def added(self, card: Card) -> Self:
        """With a new card."""
        own = self.own
        if card.author:
            own = own.set(card.author, (*own.get(card.author, ()), card.id))
        return self._put(card, own=own, latest=max(self.latest, card.order))

    def edited(self, id: str, **changes: Any) -> Self:
        """With other words on a card: nothing that is counted."""
        return replace(self, shelf=self.shelf.set(id, replace(self.shelf[id], **changes)))

    def hidden(self, id: str, hidden: bool) -> Self:
        """With a card hidden, or shown again."""
        return self._put(replace(self.shelf[id], hidden=hidden))

    def uncovered(self, via: str, *, covered: bool = False) -> Self:
        """With the cards that were written in the step *via* for everybody to see, or *covered* again."""
        entries = {
            id: replace(card, covered=covered) if card.via == via else card for id, card in self.shelf.items()
        }
        return replace(self, shelf=Shelf(entries))

    def moved(self, id: str, box: str, row: str, order: float) -> Self:
        """With a card elsewhere; in another box or on another row it leaves its group."""
        card = self.shelf[id]
        stays = (box, row) == (card.box, card.row)
        moved = replace(card, box=box, row=row, order=order, group=card.group if stays else "")
        cards = self._put(moved, latest=max(self.latest, order))
        # Behind all others there is room.
        return cards if order > self.latest else cards._spaced(box)

    def removed(self, id: str) -> Self:
        """Without a card.  The first of those behind it takes its place."""
        card, cards = self.shelf[id], self
        if card.into:
            cards = cards._behind(card.into, tuple(one for one in cards[card.into].behind if one != id))
        if card.behind:
            heir, *rest = card.behind
            place: dict[str, Any] = {
                "box": card.box,
                "row": card.row,
                "order": card.order,
                "group": card.group,
            }
            cards = cards._behind(id, ())._put(replace(cards[heir], into="", **place))
            for one in rest:
                cards = cards._put(replace(cards[one], into=heir))
            cards = cards._behind(heir, tuple(rest))
        return cards._without(cards[id])

    def numbered_before(self, card: Card, box: str, before: str | None) -> float:
        """The order that puts *card* in *box* just before the card *before*, or last without one."""
        if before is None or before not in self or self.shelf[before].box != box or before == card.id:
            return card.order if box == card.box and before == card.id else self.latest + 1
        after = self.shelf[before].order
        others = (other.order for other in self.cell(box) if other.id != card.id)
        lower = max((order for order in others if order < after), default=after - 2)
        return (lower + after) / 2

    # what a facilitator takes back

    def put_back(
        self,
        changes: Mapping[str, Mapping[str, Any]],
        groups: Iterable[Group],
        restored: Iterable[Card],
        gone: Iterable[str],
    ) -> Self:
        """With cards as they were: *changes* holds by card what of it is otherwise.

        *groups* are those that have to be there, *restored* cards that come back, and *gone* those that go.
        """
        cards = self
        for id in gone:
            cards = cards._without(cards[id])
        for card in restored:
            cards = cards._returned(card)
        place = {group.id: group for group in groups}
        for group in place.values():
            if known := cards.groups.get(group.id):
                group = replace(group, cards=known.cards, shown=known.shown, support=known.support)
                cards = replace(cards, groups=cards.groups.set(group.id, group))
        for id, change in changes.items():
            after = replace(cards[id], **change)
            if after.group and after.group not in cards.groups:
                found = place.get(after.group) or self.groups[after.group]
                found = replace(found, cards=(), shown=0, support=0)
                cards = replace(cards, groups=cards.groups.set(after.group, found))
            cards = cards._put(after, latest=max(cards.latest, after.order))
            cards = cards._taken_as(cards[id], self.shelf[id].taken_by if id in self.shelf else "")
        for id, change in changes.items():
            if "behind" in change:
                cards = cards._behind(id, tuple(change["behind"]))
        return cards

    def _returned(self, card: Card) -> Self:
        """With a card that was away, and all that people did with it; for itself, in no group."""
        alone = replace(card, group="", into="", behind=(), joint=Ids())
        cards = self.added(alone)
        supported, joined = cards.supported, cards.joined
        for who in card.supporters:
            supported = supported.set(who, supported.get(who, Ids()) | {card.id})
        for who in card.joined:
            joined = joined.set(who, joined.get(who, Ids()) | {card.id})
        cards = replace(cards, supported=supported, joined=joined)
        return cards._taken_as(alone, "")

    def _taken_as(self, card: Card, before: str) -> Self:
        """With the index of who took what true to *card*, which *before* had."""
        if card.taken_by == before:
            return self
        taken = self.taken
        if before:
            taken = taken.set(before, taken.get(before, Ids()) - {card.id})
        if card.taken_by:
            taken = taken.set(card.taken_by, taken.get(card.taken_by, Ids()) | {card.id})
        return replace(self, taken=taken)

    # what people do with cards

    def supported_by(self, who: str, id: str, on: bool) -> Self:
        """With the support of *who* given or taken back; taken back also from the cards behind."""
        cards = self._backed(who, id, on)
        for one in () if on else self.shelf[id].behind:
            cards = cards._backed(who, one, on)
        return cards

    def taken_by(self, who: str, id: str, fields: Mapping[str, str]) -> Self:
        """With an action that *who* takes on; nobody for an empty *who*.  *fields* is what is filled in then."""
        card, taken = self.shelf[id], self.taken
        if card.taken_by:
            taken = taken.set(card.taken_by, taken.get(card.taken_by, Ids()) - {id})
        if who:
            taken = taken.set(who, taken.get(who, Ids()) | {id})
        changed = replace(card, taken_by=who, fields=fields)
        return replace(self, shelf=self.shelf.set(id, changed), taken=taken)

    def joined_by(self, who: str, id: str, on: bool, organisation: str) -> Self:
        """With *who* joining an action, on behalf of *organisation*, or no longer."""
        card, theirs = self.shelf[id], self.joined.get(who, Ids())
        others = {one: name for one, name in card.joined.items() if one != who}
        changed = replace(card, joined={**others, who: organisation} if on else others)
        return replace(
            self,
            shelf=self.shelf.set(id, changed),
            joined=self.joined.set(who, theirs | {id} if on else theirs - {id}),
        )

    def speaking_for(self, person: str, organisation: str) -> Self:
        """With what *person* wrote and joined said on behalf of *organisation*."""
        shelf = self.shelf
        for id in self.own.get(person, ()):
            shelf = shelf.set(id, replace(shelf[id], organisation=organisation))
        for id in self.joined.get(person, ()):
            # Who joined without a name goes on without.
            if shelf[id].joined.get(person):
                shelf = shelf.set(id, replace(shelf[id], joined={**shelf[id].joined, person: organisation}))
        return replace(self, shelf=shelf) if shelf is not self.shelf else self

    # groups

    def grouped(self, group: Group, ids: Iterable[str]) -> Self:
        """With these cards in *group*, in its box and on its row."""
        cards = self
        if group.id not in self.groups:
            cards = replace(cards, groups=cards.groups.set(group.id, group))
        for id in ids:
            card = cards[id]
            stays = (card.box, card.row) == (group.box, group.row)
            order = card.order if stays else cards.latest + 1
            cards = cards._put(replace(card, box=group.box, row=group.row, order=order, group=group.id))
            cards = replace(cards, latest=max(cards.latest, order))
        return cards._group_gone(group.id)

    def ungrouped(self, ids: Iterable[str]) -> Self:
        """With these cards in no group."""
        cards = self
        for id in ids:
            cards = cards._put(replace(cards[id], group=""))
        return cards

    def renamed(self, id: str, title: str) -> Self:
        """With another title for a group."""
        return replace(self, groups=self.groups.set(id, replace(self.groups[id], title=title)))

    # merging

    def merged(self, id: str, ids: Iterable[str]) -> Self:
        """With the cards *ids*, and what stood behind those, behind the card *id*."""
        cards, behind = self, list(self.shelf[id].behind)
        for one in ids:
            for other in (one, *cards[one].behind):
                behind.append(other)
                cards = cards._put(replace(cards[other], into=id, group="", behind=(), joint=Ids()))
        return cards._behind(id, tuple(behind))

    def split(self, ids: Iterable[str]) -> Self:
        """With these cards standing for themselves again, where they stood before."""
        cards = self
        for id in ids:
            card = cards[id]
            front = cards[card.into]
            same = (card.box, card.row) == (front.box, front.row)
            cards = cards._behind(front.id, tuple(one for one in front.behind if one != id))
            cards = cards._put(replace(cards[id], into="", group=front.group if same else ""))
        return cards

    # keeping the indexes true

    def _put(self, card: Card, **changes: Any) -> Self:
        """With one card as it is now, and *changes* besides; counts and groups follow."""
        old = self.shelf.get(card.id)
        counts = dict(self.counts)
        if old and old.counted:
            counts[old.box] -= 1
        if card.counted:
            counts[card.box] = counts.get(card.box, 0) + 1
        cards = copied(self, shelf=self.shelf.set(card.id, card), counts=counts, **changes)
        if old and old.group and old.group != card.group:
            cards = cards._in_group(old.group, without=card.id)
        return cards._in_group(card.group, card.id) if card.group else cards

    def _without(self, card: Card) -> Self:
        counts = dict(self.counts)
        if card.counted:
            counts[card.box] -= 1
        own = self.own
        if card.author in own:
            rest = tuple(id for id in own[card.author] if id != card.id)
            own = own.set(card.author, rest) if rest else own.without(card.author)
        supported, taken, joined = self.supported, self.taken, self.joined
        for who in card.supporters:
            supported = supported.set(who, supported[who] - {card.id})
        for who in card.joined:
            joined = joined.set(who, joined[who] - {card.id})
        if card.taken_by:
            taken = taken.set(card.taken_by, taken[card.taken_by] - {card.id})
        cards = replace(
            self,
            shelf=self.shelf.without(card.id),
            counts=counts,
            own=own,
            supported=supported,
            taken=taken,
            joined=joined,
        )
        return cards._in_group(card.group, without=card.id) if card.group else cards

    def _backed(self, who: str, id: str, on: bool) -> Self:
        card = self.shelf[id]
        theirs = self.supported.get(who, Ids())
        supporters = card.supporters | {who} if on else card.supporters - {who}
        supported = self.supported.set(who, theirs | {id} if on else theirs - {id})
        cards = self._put(replace(card, supporters=supporters), supported=supported)
        return cards._behind(card.into, cards[card.into].behind) if card.into else cards

    def _behind(self, id: str, behind: tuple[str, ...]) -> Self:
        """With these cards behind a card, which counts who supports one of them."""
        joint = Ids().union(*(self.shelf[one].supporters for one in behind))
        return self._put(replace(self.shelf[id], behind=behind, joint=joint))

    def _in_group(self, id: str, card: str = "", without: str = "") -> Self:
        """With a group reckoned anew, one card more or less in it."""
        group = self.groups[id]
        ids = tuple(one for one in group.cards if one != without)
        if card and card not in ids:
            ids = (*ids, card)
        shown = [one for one in (self.shelf[one] for one in ids) if one.shown]
        support = len(Ids().union(*(one.supporters | one.joint for one in shown)))
        counted = replace(group, cards=ids, shown=len(shown), support=support)
        return replace(self, groups=self.groups.set(id, counted))._group_gone(id)

    def _group_gone(self, id: str) -> Self:
        """Without a group that has no cards."""
        return self if self.groups[id].cards else replace(self, groups=self.groups.without(id))

    def _spaced(self, box: str) -> Self:
        """With the cards of *box* numbered afresh, if moving has brought two too close together."""
        cards = sorted(self.cell(box), key=lambda card: card.order)
        orders = [card.order for card in cards]
        if all(after - before > TIGHTEST for before, after in pairwise(orders)):
            return self
        shelf = self.shelf
        for n, card in enumerate(cards, 1):
            shelf = shelf.set(card.id, replace(card, order=float(n)))
        return replace(self, shelf=shelf, latest=max(self.latest, float(len(cards))))

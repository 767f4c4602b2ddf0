"""Items: what people rate, talk through and build on, and how a step takes them from earlier steps.

An item keeps its id from step to step: a card that is rated, then discussed, then has measures written for it, is the
same item all along.  A newcomer might look for a list of items somewhere: there is none.  A step that takes its items
from others asks for them whenever it is looked at; ``chosen`` remembers the answer as long as those steps stay as they
are.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from operator import is_
from typing import TYPE_CHECKING, Literal, NamedTuple

import msgspec

from sessions.message import Id
from sessions.texts import Said, said

if TYPE_CHECKING:
    from sessions.activity import Activity, StepPlan
    from sessions.session import Session

Offer = Literal["cards", "groups", "boxes", "items", "targets"]
"""What a step may have for later steps."""

KEPT = 4
"""Choices that are remembered for each source: what is decided on runs ahead of what is shown."""

_KINDS: Mapping[Offer, Said] = {
    "cards": said("plan.kind.canvas"),
    "groups": said("plan.kind.canvas"),
    "boxes": said("plan.kind.canvas"),
    "items": said("plan.kind.rating_or_discussion"),
    "targets": said("plan.kind.rating_by_choice"),
}


class Item(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is rated or discussed.  Its id stays the same from step to step and from session to session."""

    id: Id
    title: str
    text: str = ""


class Link(NamedTuple):
    """``child`` came from ``parent``, which is shown in ``step``."""

    child: str
    parent: str
    step: str


class From(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, dict=True):
    """Where items come from: exactly one of the first five, and what is left out of it."""

    cards_of: list[str] = []
    """the cards everyone may see in these canvas steps"""
    groups_of: list[str] = []
    """their groups; a card in no group stands for itself"""
    boxes_of: str = ""
    """the boxes of a canvas"""
    items_of: list[str] = []
    """the items of ratings and discussions"""
    targets_of: list[str] = []
    """what ratings by choice let people choose from"""
    boxes: list[str] = []
    """of cards and groups: only those in these boxes"""
    top: int = 0
    """only the best so many, by the source's own measure; nothing before its reveal"""
    discussed: bool = False
    """of discussions: only what was discussed"""
    decided: list[str] = []
    """of discussions: only what was concluded with one of these words"""

    @property
    def offer(self) -> Offer:
        """What is taken from the steps."""
        if self.groups_of:
            return "groups"
        if self.boxes_of:
            return "boxes"
        if self.items_of:
            return "items"
        return "targets" if self.targets_of else "cards"

    @property
    def steps(self) -> list[str]:
        """The steps it is taken from."""
        return [self.boxes_of] if self.boxes_of else getattr(self, f"{self.offer}_of")

    def references(self) -> Mapping[str, str]:
        """Field -> id of the step that is named there."""
        if self.boxes_of:
            return {"boxes_of": self.boxes_of}
        return {f"{self.offer}_of[{n}]": step for n, step in enumerate(self.steps)}

    def problems(self, earlier: Mapping[str, "StepPlan"]) -> Mapping[str, Said]:
        """Field -> what is wrong with it; *earlier* are the plans it may name."""
        sources = ("cards_of", "groups_of", "boxes_of", "items_of", "targets_of")
        if sum(bool(getattr(self, name)) for name in sources) != 1:
            return {"": said("plan.one_source", sources=", ".join(sources))}
        for field, step in self.references().items():
            if step not in earlier:
                return {field: said("plan.no_earlier", step=step)}
            if self.offer not in earlier[step].offers:
                return {field: said("plan.other_kind", step=step, kind=_KINDS[self.offer])}
        found: dict[str, Said] = {}
        plans = [earlier[step] for step in self.steps]
        if self.boxes and self.offer not in ("cards", "groups"):
            found["boxes"] = said("plan.only_cards")
        elif strange := set(self.boxes) - {box for plan in plans for box in plan.box_ids(earlier)}:
            found["boxes"] = said("plan.no_box", box=min(strange))
        if self.top < 0 or (self.top and self.offer == "boxes"):
            found["top"] = said("plan.top")
        if self.discussed or self.decided:
            field = "discussed" if self.discussed else "decided"
            if any(plan.kind != "discussion" for plan in plans):
                found[field] = said("plan.only_discussion")
            elif strange := set(self.decided) - {word for plan in plans for word in plan.decision_words}:
                found["decided"] = said("plan.no_decision", word=min(strange))
        return found

    @cached_property
    def known(self) -> "list[tuple[tuple[object, ...], Chosen]]":
        """What was looked at and what it gave, newest first; see ``choice``."""
        return []


@dataclass(frozen=True)
class Chosen:
    """What a source gave."""

    items: list[Item]
    homes: Mapping[str, str]
    """item -> the first step of the source in which it is shown"""
    origins: Mapping[str, Mapping[str, str]]
    """item -> parent -> the step in which that parent is shown"""
    waiting: str = ""

    @cached_property
    def by_id(self) -> Mapping[str, Item]:
        """The items by their ids."""
        return {item.id: item for item in self.items}


Source = From | list[Item]


def chosen(source: Source, session: "Session") -> list[Item]:
    """The items that *source* gives now, in order, each id once; the same list as long as nothing changed."""
    return source if isinstance(source, list) else choice(source, session).items


def waits(source: Source, session: "Session") -> str:
    """The step whose reveal is missing before there are items; empty when none is."""
    return "" if isinstance(source, list) else choice(source, session).waiting


def upstream(source: Source, session: "Session") -> tuple[object, ...]:
    """What item views depend on, for ``inputs``: as long as these are the same objects, so are the items."""
    return session.decided if isinstance(source, list) else (choice(source, session), *session.decided)


def decision_on(id: str, session: "Session") -> str:
    """The word with which the item was concluded in a discussion, the last one on the agenda; or empty."""
    return next((words[id] for words in reversed(session.decided) if id in words), "")


def origins(source: Source, id: str, session: "Session") -> Mapping[str, str]:
    """Parent -> step in which it is shown, of an item that came from something; else empty."""
    return {} if isinstance(source, list) else choice(source, session).origins.get(id, {})


def choice(source: From, session: "Session") -> Chosen:
    """Everything about what *source* gives now; the same object as long as it gives the same."""
    # Asked for time and again while one state is looked at.
    taken = session.taken.get(id(source))
    if taken is None or taken[0] is not source:
        taken = session.taken[id(source)] = source, _remembered(source, session)
    return taken[1]


def grounds(source: From, session: "Session") -> tuple[object, ...]:
    """Everything that the steps of *source* look at for it."""
    activities = session.activities
    return tuple(
        part
        for step in source.steps
        for part in activities[step].grounds(source.offer, session, source.boxes)
    )


def _remembered(source: From, session: "Session") -> Chosen:
    now = grounds(source, session)
    for looked_at, found in source.known:
        if len(looked_at) == len(now) and all(map(is_, looked_at, now)):
            return found
    made = _choose(source, session)
    # A card that is supported once more is still the same item: whoever builds on it need not look again.
    same = next((found for _, found in source.known if found == made), made)
    source.known.insert(0, (now, same))
    del source.known[KEPT:]
    return same


def _choose(source: From, session: "Session") -> Chosen:
    sources = {step: session.activities[step] for step in source.steps}
    items: dict[str, Item] = {}
    homes: dict[str, str] = {}
    for step, activity in sources.items():
        for item in _let_through(source, activity, session):
            items.setdefault(item.id, item)
            homes.setdefault(item.id, step)
    waiting = ""
    if source.top or not items:
        waiting = next((step for step, one in sources.items() if one.standing(session) is None), "")
    if source.top:
        # Nothing that a hidden measure says may be told, not by the choice or order of things either.
        items = {} if waiting else dict(_best(items, sources.values(), session)[: source.top])
    found: dict[str, dict[str, str]] = {}
    for activity in sources.values():
        for child, parent, step in activity.links(session):
            if child in items:
                found.setdefault(child, {})[parent] = step
    return Chosen(list(items.values()), {id: homes[id] for id in items}, found, waiting)


def _let_through(source: From, activity: "Activity", session: "Session") -> Iterator[Item]:
    for item in activity.offered(source.offer, session, source.boxes):
        if source.discussed and item.id not in activity.talked_through:
            continue
        if source.decided and activity.decided.get(item.id) not in source.decided:
            continue
        yield item


def _best(
    items: Mapping[str, Item], sources: Iterable["Activity"], session: "Session"
) -> list[tuple[str, Item]]:
    """The items, best first; what was measured twice stands where the later step has it."""
    standing: dict[str, float] = {}
    for activity in sources:
        standing.update(activity.standing(session) or {})
    lowest = float("-inf")
    return sorted(items.items(), key=lambda pair: -standing.get(pair[0], lowest))

"""discussion: items talked through one by one, and what was concluded about each.

The facilitator puts one item in the spotlight, which phones and screen follow, and writes down a decision, a note and
who takes it further.  What is concluded here is the item's status in every other step.  Participants talk; there is
nothing for them to send.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from sessions.activity import Activity, Audience, StepPlan, present
from sessions.items import (
    From,
    Item,
    Link,
    Offer,
    choice,
    chosen,
    decision_on,
    grounds,
    origins,
    upstream,
    waits,
)
from sessions.lineage import Trail, trail
from sessions.message import Actor, Id, Invalid, Record, Rejected, TooLarge, command, event
from sessions.texts import Said, said

if TYPE_CHECKING:
    from sessions.delivers import Deliverable
    from sessions.session import Session

MAX_NOTE = 1_000
MAX_WHO = 120


class Plan(StepPlan, frozen=True, kw_only=True):
    """``decisions`` are the words to conclude with; without any there is only a note to write."""

    offers: ClassVar[frozenset[Offer]] = frozenset({"items"})

    items: From | list[Item]
    order: Literal["divided", "given", "best"] = "divided"
    decisions: list[str] = []
    question: str = ""

    def sources(self) -> Mapping[str, From]:
        return {"items": self.items} if isinstance(self.items, From) else {}

    def listed(self) -> Mapping[str, list[Item]]:
        return {"items": self.items} if isinstance(self.items, list) else {}

    @property
    def decision_words(self) -> Collection[str]:
        return self.decisions

    def problems(self, earlier: Mapping[str, StepPlan]) -> Mapping[str, Said]:
        found: dict[str, Said] = {}
        if self.items == []:
            found["items"] = said("plan.nothing_to_discuss")
        if len(set(self.decisions)) != len(self.decisions) or "" in self.decisions:
            found["decisions"] = said("plan.decision_words")
        return found


@command("discussion.spotlight", steering=True)
@dataclass(frozen=True)
class Spotlight:
    """``item`` absent takes the light off."""

    step: Id
    item: Id | None = None


@command("discussion.conclude", steering=True)
@dataclass(frozen=True)
class Conclude:
    """A field that is absent stays as it is, an empty one is taken back; ``decision`` is one of the words."""

    step: Id
    item: Id
    decision: str | None = None
    note: str | None = None
    who: str | None = None


@command("discussion.mark", steering=True)
@dataclass(frozen=True)
class Mark:
    step: Id
    item: Id
    discussed: bool


@event("discussion.spotlit", act=True)
@dataclass(frozen=True)
class Spotlit:
    step: str
    item: str = ""


@event("discussion.concluded", act=True)
@dataclass(frozen=True)
class Concluded:
    """What stands after this event; nothing stands when all three are empty."""

    step: str
    item: str
    decision: str = ""
    note: str = ""
    who: str = ""


@event("discussion.marked", act=True)
@dataclass(frozen=True)
class Marked:
    step: str
    item: str
    discussed: bool


@dataclass(frozen=True)
class Conclusion:
    """What stands about one item; any of it may be empty."""

    decision: str = ""
    note: str = ""
    who: str = ""


@dataclass(frozen=True)
class Talked:
    """One item as the report tells it."""

    item: Item
    conclusion: Conclusion
    trail: tuple[Trail, ...]


@dataclass(frozen=True)
class Discussion(Activity):
    """One discussion; ``conclusions`` and ``discussed`` may know items that are hidden by now."""

    plan: Plan
    spotlight: str = ""
    conclusions: Mapping[str, Conclusion] = field(default_factory=dict)
    discussed: frozenset[str] = frozenset()
    words: Mapping[str, str] = field(default_factory=dict)
    """item -> the decision in ``conclusions``; a new mapping only when a word changed"""

    @classmethod
    def planned(cls, plan: Plan) -> Self:
        return cls(plan)

    # deciding

    def decide(self, command: Any, actor: Actor, session: "Session") -> list[Any]:
        step = self.plan.id
        match command:
            case Spotlight(item=item):
                if item is not None:
                    self._known(item, session)
                return [Spotlit(step, item or "")] if (item or "") != self.spotlight else []
            case Conclude(item=item):
                self._known(item, session)
                return self._concluded(command)
            case Mark(item=item, discussed=discussed):
                self._known(item, session)
                return [Marked(step, item, discussed)] if discussed != (item in self.discussed) else []
        raise Invalid("command.unknown")

    def _known(self, item: str, session: "Session") -> None:
        if all(item != one.id for one in self.items(session)):
            raise Rejected("discussion.unknown_item")

    def _concluded(self, wanted: Conclude) -> list[Any]:
        if wanted.decision and wanted.decision not in self.plan.decisions:
            raise Rejected("discussion.unknown_decision")
        for text, most in ((wanted.note, MAX_NOTE), (wanted.who, MAX_WHO)):
            if text and len(text) > most:
                raise TooLarge("text.too_long", most=most, length=len(text))
        old = self.conclusions.get(wanted.item, Conclusion())
        new = Conclusion(
            old.decision if wanted.decision is None else wanted.decision,
            old.note if wanted.note is None else wanted.note,
            old.who if wanted.who is None else wanted.who,
        )
        if new == old:
            return []
        return [Concluded(self.plan.id, wanted.item, new.decision, new.note, new.who)]

    def evolve(self, record: Record) -> Self:
        match record.event:
            case Spotlit(item=item):
                return replace(self, spotlight=item)
            case Concluded() as concluded:
                return self._with(concluded)
            case Marked(item=item, discussed=discussed):
                others = self.discussed - {item}
                return replace(self, discussed=others | {item} if discussed else others)
        return self

    def _with(self, new: Concluded) -> Self:
        conclusions = {item: of for item, of in self.conclusions.items() if item != new.item}
        discussed = self.discussed
        if new.decision or new.note or new.who:
            conclusions[new.item] = Conclusion(new.decision, new.note, new.who)
            discussed |= {new.item}
        words = {item: of.decision for item, of in conclusions.items() if of.decision}
        return replace(
            self,
            conclusions=conclusions,
            discussed=self.discussed if discussed == self.discussed else discussed,
            words=self.words if words == self.words else words,
        )

    # the way back

    def about(self, event: Any, session: "Session", there: "Discussion") -> str:
        return next((item.title for item in self.items(session) if item.id == event.item), "")

    def turned_back(self, here: "Discussion", there: "Discussion", session: "Session") -> Iterable[Any]:
        step = self.plan.id
        if here.spotlight != there.spotlight:
            if self.spotlight != here.spotlight:
                raise Rejected("undo.changed_since")
            yield Spotlit(step, there.spotlight)
        discussed = set(here.discussed)
        for item in {**here.conclusions, **there.conclusions}:
            was, became = there.conclusions.get(item), here.conclusions.get(item)
            if was != became:
                if self.conclusions.get(item) != became:
                    raise Rejected("undo.changed_since")
                old = was or Conclusion()
                yield Concluded(step, item, old.decision, old.note, old.who)
                # Whatever is concluded counts as discussed.
                discussed |= {item} if was else set()
        for item in sorted(discussed ^ there.discussed):
            yield Marked(step, item, item in there.discussed)

    def concerns(self, event: Any) -> Iterable[str]:
        return ()

    # when the agenda is edited

    def check_plan(self, plan: Plan, session: "Session", *, started: bool) -> None:
        used = set(self.words.values())
        for word in self.plan.decisions:
            if word in used and word not in plan.decisions:
                raise Rejected("agenda.decision_used", word=word)
        if plan.items == self.plan.items:
            return
        kept = {item.id for item in plan.items} if isinstance(plan.items, list) else set()
        for item in self.items(session):
            if item.id not in kept and (item.id in self.conclusions or item.id in self.discussed):
                raise Rejected("agenda.item_concluded", title=item.title)

    def replanned(self, plan: Plan) -> Self:
        return replace(self, plan=plan)

    def contributed(self, session: "Session") -> bool:
        return bool(self.conclusions or self.discussed)

    # items

    def items(self, session: "Session") -> list[Item]:
        """What is talked through, in its order; nothing as long as that order is not to be told."""
        items = chosen(self.plan.items, session)
        if self.plan.order == "given" or not isinstance(self.plan.items, From):
            return items
        place: dict[str, float] = {}
        for step in self.plan.items.steps:
            source = session.activities[step]
            of = source.division(session) if self.plan.order == "divided" else source.standing(session)
            if of is None:
                return []
            place.update(of)
        lowest = float("-inf")
        return sorted(items, key=lambda item: -place.get(item.id, lowest))

    def _waiting(self, session: "Session") -> str:
        """The step whose reveal is missing before there is something to talk about; empty when none is."""
        source = self.plan.items
        if not isinstance(source, From):
            return ""
        if missing := waits(source, session):
            return missing
        if self.plan.order == "given":
            return ""
        activities = session.activities
        return next((step for step in source.steps if activities[step].standing(session) is None), "")

    def _rounds(self, session: "Session") -> Mapping[str, str]:
        """Item -> the rating whose results belong to it."""
        source = self.plan.items
        if not isinstance(source, From):
            return {}
        return {
            item: found
            for item, home in choice(source, session).homes.items()
            if (found := _round(home, item, session))
        }

    # for later steps

    def offered(self, what: Offer, session: "Session", boxes: Collection[str] = ()) -> list[Item]:
        return self.items(session)

    def standing(self, session: "Session") -> Mapping[str, float] | None:
        if self._waiting(session):
            return None
        return {item.id: -n for n, item in enumerate(self.items(session))}

    def division(self, session: "Session") -> Mapping[str, float] | None:
        return self.standing(session)

    def links(self, session: "Session") -> Iterable[Link]:
        # What came from what is the same here as where it was taken from.
        source = self.plan.items
        if isinstance(source, From):
            for child, parents in choice(source, session).origins.items():
                for parent, step in parents.items():
                    yield Link(child, parent, step)

    def grounds(self, what: Offer, session: "Session", boxes: Collection[str] = ()) -> tuple[object, ...]:
        # Whatever stands in the light, later steps are the same.
        return (self.plan, self.words, self.discussed, *self._upstream(session))

    def delivered(self, wanted: "Deliverable", session: "Session") -> tuple[int, int]:
        items = [item.id for item in self.items(session)]
        words = wanted.decided or self.plan.decisions
        # Without words to choose from, a note will do.
        done = (self.words.get(id) in words if words else id in self.conclusions for id in items)
        return sum(done), len(items)

    @property
    def decided(self) -> Mapping[str, str]:
        return self.words

    @property
    def talked_through(self) -> Collection[str]:
        return self.discussed

    # showing

    def inputs(self, session: "Session") -> tuple[object, ...]:
        return (self, *self._upstream(session))

    def _upstream(self, session: "Session") -> tuple[object, ...]:
        source = self.plan.items
        if not isinstance(source, From):
            return session.decided
        # The order of things rests on more than the items: on how they came out.
        return (*upstream(source, session), *grounds(source, session))

    def view(self, audience: Audience, session: "Session") -> Mapping[str, Any]:
        items = self.items(session)
        rounds = self._rounds(session)
        main = next((rounds[item.id] for item in items if item.id in rounds), "")
        here = {item.id for item in items}
        return present(
            items={
                item.id: present(
                    title=item.title,
                    text=item.text or None,
                    order=n,
                    decision=decision_on(item.id, session) or None,
                    of=rounds[item.id] if rounds.get(item.id, main) != main else None,
                    **{"from": dict(origins(self.plan.items, item.id, session)) or None},
                )
                for n, item in enumerate(items, 1)
            },
            of=main or None,
            waiting=self._waiting(session) or None,
            spotlight=self.spotlight if self.spotlight in here else None,
            decisions={str(n): {"title": word, "order": n} for n, word in enumerate(self.plan.decisions, 1)},
            conclusions={
                id: present(decision=of.decision or None, note=of.note or None, who=of.who or None)
                for id, of in self.conclusions.items()
                if id in here
            },
            discussed={item.id: True for item in items if item.id in self.discussed},
            question=self.plan.question or None,
        )

    def mine(self, participant: str, session: "Session") -> Mapping[str, Any]:
        return {}

    def exported(self, record: Record, session: "Session") -> Record | None:
        return record

    def report(self, session: "Session") -> Mapping[str, Any]:
        items = self.items(session)
        talked = [item for item in items if item.id in self.conclusions or item.id in self.discussed]
        if not talked:
            return {}
        return {
            "question": self.plan.question,
            "decisions": self.plan.decisions,
            "talked": [
                Talked(
                    item,
                    self.conclusions.get(item.id, Conclusion()),
                    tuple(trail(item.id, session)),
                )
                for item in talked
            ],
            "left": [item for item in items if item not in talked],
            "conclusions": sum(1 for item in talked if item.id in self.conclusions),
        }


def _round(step: str, item: str, session: "Session") -> str:
    """The rating in which the item was answered, looking back from *step*; empty when there is none."""
    activity = session.activities[step]
    if isinstance(activity, Discussion):
        source = activity.plan.items
        home = choice(source, session).homes.get(item, "") if isinstance(source, From) else ""
        return _round(home, item, session) if home else ""
    return step if session.steps[step].plan.kind == "rating" else ""

"""The parking lot: thoughts that do not belong to the current step, to come back to; open in every step.

A parked thought is for the whole room, on behalf of an organisation and never by name.  Who parked it may take it back;
a facilitator may mark it as dealt with, or take it off the wall.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from sessions.activity import Audience, present
from sessions.message import FACILITATOR, Actor, Forbidden, Id, Record, Rejected, TooLarge, command, event

MAX_THOUGHT = 280
MAX_THOUGHTS_A_PERSON = 30
WITHHELD = "anonymous"


@command("session.park")
@dataclass(frozen=True)
class Park:
    thought: Id
    text: str


@command("session.unpark")
@dataclass(frozen=True)
class Unpark:
    """Takes back one's own thought."""

    thought: Id


@command("session.settle", steering=True)
@dataclass(frozen=True)
class Settle:
    """``settled``: it has been dealt with; ``hidden``: nobody else is to see it."""

    thought: Id
    settled: bool | None = None
    hidden: bool | None = None


@event("session.parked", act=True)
@dataclass(frozen=True)
class Parked:
    """``order`` says after which others it stands, also in an exported log without these."""

    thought: str
    text: str
    organisation: str
    order: int


@event("session.unparked", act=True)
@dataclass(frozen=True)
class Unparked:
    thought: str


@event("session.settled", act=True)
@dataclass(frozen=True)
class Settled:
    """What holds after this event."""

    thought: str
    settled: bool
    hidden: bool


@dataclass(frozen=True)
class Thought:
    """Something that was parked; ``order`` counts what came first."""

    id: str
    text: str
    organisation: str
    author: str
    order: int
    settled: bool = False
    hidden: bool = False

    def view(self, audience: Audience) -> dict[str, Any] | None:
        """The thought as *audience* sees it; None when it does not."""
        if self.hidden and audience == "everyone":
            return None
        return present(
            text=self.text,
            order=self.order,
            by=self.organisation or None,
            settled=self.settled or None,
            hidden=self.hidden or None,
        )


@dataclass(frozen=True)
class Parking:
    """All thoughts that are parked, by id."""

    thoughts: Mapping[str, Thought] = field(default_factory=dict)
    latest: int = 0

    def decide(self, wanted: Any, actor: Actor, organisation: str) -> list[Any] | None:
        """The events of one of the commands here; None for any other.  *organisation* is for whom *actor* speaks."""
        match wanted:
            case Park(thought=id, text=text):
                return [Parked(id, self._text(id, text, actor), organisation, self.latest + 1)]
            case Unpark(thought=id):
                thought = self.thoughts.get(id)
                if thought is None:
                    return []
                if thought.author != actor.id:
                    raise Forbidden("parking.not_yours")
                return [Unparked(id)]
            case Settle(thought=id, settled=settled, hidden=hidden):
                thought = self._known(id)
                after = Settled(
                    id,
                    thought.settled if settled is None else settled,
                    thought.hidden if hidden is None else hidden,
                )
                same = (after.settled, after.hidden) == (thought.settled, thought.hidden)
                return [] if same else [after]
        return None

    def _text(self, id: str, text: str, actor: Actor) -> str:
        if id in self.thoughts:
            raise Rejected("parking.exists")
        text = " ".join(text.split())
        if not text:
            raise Rejected("canvas.empty")
        if len(text) > MAX_THOUGHT:
            raise TooLarge("text.too_long", most=MAX_THOUGHT, length=len(text))
        theirs = sum(thought.author == actor.id for thought in self.thoughts.values())
        if actor.id != FACILITATOR and theirs >= MAX_THOUGHTS_A_PERSON:
            raise TooLarge("parking.too_many", most=MAX_THOUGHTS_A_PERSON)
        return text

    def _known(self, id: str) -> Thought:
        if id not in self.thoughts:
            raise Rejected("parking.gone")
        return self.thoughts[id]

    def evolve(self, record: Record) -> Self:
        """The parking lot after *record*; the same object when that says nothing about it."""
        match record.event:
            case Parked(thought=id, text=text, organisation=organisation, order=order):
                thought = Thought(id, text, organisation, record.actor, order)
                latest = max(self.latest, thought.order)
                return replace(self, thoughts={**self.thoughts, id: thought}, latest=latest)
            case Unparked(thought=id) if id in self.thoughts:
                return replace(self, thoughts={key: one for key, one in self.thoughts.items() if key != id})
            case Settled(thought=id, settled=settled, hidden=hidden) if id in self.thoughts:
                after = replace(self.thoughts[id], settled=settled, hidden=hidden)
                return replace(self, thoughts={**self.thoughts, id: after})
        return self

    def turned_back(self, here: "Parking", there: "Parking") -> Iterator[Any]:
        """The events that undo what a facilitator changed from *there* to *here*; see ``repair``."""
        for id in {**there.thoughts, **here.thoughts}:
            was, became, now = there.thoughts.get(id), here.thoughts.get(id), self.thoughts.get(id)
            if was == became:
                continue
            if now != became:
                raise Rejected("undo.changed_since")
            if was is None:
                yield Unparked(id)
            elif became is None:
                yield Parked(id, was.text, was.organisation, was.order)
            else:
                yield Settled(id, was.settled, was.hidden)

    def view(self, audience: Audience) -> dict[str, Any]:
        """The thoughts by id."""
        seen = {id: thought.view(audience) for id, thought in self.thoughts.items()}
        return {id: view for id, view in seen.items() if view}

    def mine(self, participant: str) -> dict[str, Any]:
        """The thoughts of one participant."""
        return {id: True for id, thought in self.thoughts.items() if thought.author == participant}

    def told(self) -> list[Thought]:
        """What the report tells of, in order."""
        return [thought for thought in self.thoughts.values() if not thought.hidden]

    def exported(self, record: Record) -> Record | None:
        """The record as it may leave in an exported log; None when nobody may see it."""
        match record.event:
            case Parked(thought=id) if id not in self.thoughts:
                return None
        if isinstance(record.event, Parked | Unparked) and record.actor != FACILITATOR:
            return replace(record, actor=WITHHELD)
        return record

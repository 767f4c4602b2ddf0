"""Repair: what a facilitator did, in the order in which it was done, and the way back.

An *act* is all that one command of a facilitator made happen.  Undoing it appends the events that bring back what stood
before: the log only ever grows.  What a newcomer would get wrong: nothing here turns the session back in time.  Whatever
people did meanwhile stays, and an act is only undone as long as what it changed is still as it left it.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal, Self

from sessions import bilingual, checklist
from sessions.activity import Activity, present
from sessions.agenda import Agenda
from sessions.agenda_repair import info_turned_back, join_turned_back, turned_back
from sessions.delivers import Deliverable
from sessions.message import ACTS, FACILITATOR, Closed, Record, Rejected, command, event
from sessions.parking import Parking
from sessions.people import Join
from sessions.steering import Clock, Steering

if TYPE_CHECKING:
    from sessions.session import Session, Step
    from sessions.session_messages import Info

MOST_ACTS = 40
"""Acts that can be undone: each holds on to the state before and after it."""
LONGEST_ABOUT = 80


@command("session.undo", steering=True)
@dataclass(frozen=True)
class Undo:
    """``act`` is the seq of one of the acts in the view; absent it is the last one that was not undone."""

    act: int | None = None


@command("session.redo", steering=True)
@dataclass(frozen=True)
class Redo:
    """``act`` as with undo; absent it is the one that was undone last."""

    act: int | None = None


@event("session.restored")
@dataclass(frozen=True)
class Restored:
    """What of the session itself is again as it was; what is None, or is not named, stays as it is."""

    state: Literal["lobby", "live", "closed"] | None = None
    to: str | None = None
    clock: Clock | None = None
    entered: dict[str, int] | None = None
    locked: dict[str, bool] = field(default_factory=dict)
    door_closed: bool | None = None
    blocked: dict[str, bool] = field(default_factory=dict)
    starts: int | None = None
    code: str | None = None


@event("session.undone")
@dataclass(frozen=True)
class Undone:
    """Stands after the events that undid the act which ended with the event *act*."""

    act: int


@event("session.redone")
@dataclass(frozen=True)
class Redone:
    act: int


@dataclass(frozen=True, eq=False)
class Stand:
    """All that an act may change, as it was at one moment."""

    state: Literal["lobby", "live", "closed"]
    step: str
    clock: Clock
    steps: Mapping[str, "Step"]
    steering: Steering
    parking: Parking
    activities: Mapping[str, Activity]
    agenda: Agenda
    info: "Info"
    join: Join
    delivers: list[Deliverable]
    other: Mapping[str, str]

    @classmethod
    def of(cls, session: "Session") -> Self:
        """What stands in *session* now."""
        return cls(
            state=session.state,
            step=session.step,
            clock=session.clock,
            steps=session.steps,
            steering=session.steering,
            parking=session.parking,
            activities=session.activities,
            agenda=session.agenda,
            info=session.info,
            join=session.plan.join,
            delivers=session.plan.delivers,
            other=session.plan.other,
        )


@dataclass(frozen=True)
class Act:
    """What one command of a facilitator made happen; ``seq`` is that of its last event, ``what`` its first event."""

    seq: int
    at: int
    what: str
    step: str
    about: str
    before: Stand = field(compare=False, repr=False)
    after: Stand = field(compare=False, repr=False)

    def view(self, *, undone: bool) -> dict[str, Any]:
        """The act as the facilitator sees it."""
        return present(
            at=self.at,
            what=self.what,
            step=self.step or None,
            about=self.about or None,
            undone=undone or None,
            order=self.seq,
        )


@dataclass(frozen=True)
class Acts:
    """The acts of a session: those that stand, those that were undone (the latest last), and one that is under way."""

    done: tuple[Act, ...] = ()
    undone: tuple[Act, ...] = ()
    begun: Stand | None = field(default=None, compare=False)
    first: Any = None
    """the event that tells what the act under way is"""

    def noted(self, record: Record, before: "Session", after: "Session") -> Self:
        """The acts after *record*, which led from *before* to *after*."""
        if record.actor != FACILITATOR:
            # Of an exported log the end of an act may be withheld.
            return self._ended() if self.begun else self
        happened = record.event
        match happened:
            case Undone(act=seq):
                found = _with(self.done, seq)
                return self._ended(
                    done=tuple(one for one in self.done if one.seq != seq), undone=(*self.undone, *found)
                )
            case Redone(act=seq):
                found = _with(self.undone, seq)
                done = tuple(sorted((*self.done, *found), key=lambda one: one.seq))
                return self._ended(done=done, undone=tuple(one for one in self.undone if one.seq != seq))
        begun = self.begun or Stand.of(before)
        first = self.first or (happened if type(happened) in ACTS else None)
        if record.command is None:
            return replace(self, begun=begun, first=first)
        if first is None:
            return self._ended() if self.begun else self
        step = getattr(first, "step", None) or getattr(first, "to", None) or getattr(first, "at", None) or ""
        there = begun.activities.get(getattr(first, "step", ""))
        about = after.activities[step].about(first, after, there) if there else after.about(first)
        act = Act(record.seq, record.at, first.type, step, about[:LONGEST_ABOUT], begun, Stand.of(after))
        return self._ended(done=(*self.done, act)[-MOST_ACTS:], undone=())

    def _ended(self, **changes: Any) -> Self:
        return replace(self, begun=None, first=None, **changes)

    def view(self) -> dict[str, Any]:
        """Act by act what was done and what was undone, for the facilitator."""
        return {
            **{str(act.seq): act.view(undone=False) for act in self.done},
            **{str(act.seq): act.view(undone=True) for act in self.undone},
        }


def _with(acts: tuple[Act, ...], seq: int) -> tuple[Act, ...]:
    return tuple(act for act in acts if act.seq == seq)


def undoing(wanted: Undo | Redo, session: "Session") -> list[Any]:
    """The events that undo or redo an act; raises Rejected when there is none, or it does not fit any more."""
    acts = session.acts.done if isinstance(wanted, Undo) else session.acts.undone
    if wanted.act is not None:
        acts = _with(acts, wanted.act)
    if not acts and wanted.act is not None:
        raise Rejected("undo.gone")
    if not acts:
        raise Rejected("undo.nothing_undo" if isinstance(wanted, Undo) else "undo.nothing_redo")
    act = acts[-1]
    if isinstance(wanted, Undo):
        return [*_turned(session, here=act.after, there=act.before), Undone(act.seq)]
    return [*_turned(session, here=act.before, there=act.after), Redone(act.seq)]


def _turned(session: "Session", here: Stand, there: Stand) -> Iterator[Any]:
    """The events that make of what differs between two moments again what it was *there*."""
    if session.state == "closed" and here.state == there.state:
        raise Closed("closed")
    if restored := _restored(session, here, there):
        yield restored
    agenda = list(turned_back(session, here.agenda, there.agenda))
    yield from agenda
    yield from info_turned_back(session.info, here.info, there.info)
    yield from join_turned_back(session.plan.join, here.join, there.join)
    yield from checklist.turned_back(session.plan.delivers, here.delivers, there.delivers)
    yield from bilingual.turned_back(session.plan.other, here.other, there.other)
    if here.agenda.steps != there.agenda.steps:
        # All activities were planned anew, and only that could have changed them.
        yield from _planned_back(session, here, there, agenda)
        return
    yield from session.parking.turned_back(here.parking, there.parking)
    for id, activity in session.activities.items():
        was, became = there.activities.get(id), here.activities.get(id)
        if was is not None and became is not None and was is not became:
            yield from activity.turned_back(became, was, session)


def _planned_back(session: "Session", here: Stand, there: Stand, agenda: Iterable[Any]) -> Iterator[Any]:
    """What of the steps did not come back by the events that bring back their plans."""
    after = session
    for happened in agenda:
        after = after.evolve(Record(after.seq + 1, after.changed, FACILITATOR, happened))
    for id, activity in after.activities.items():
        now, was, became = (some.get(id) for some in (session.activities, there.activities, here.activities))
        if now and was and became and was is not became:
            yield from activity.planned_back(now, became, was)


def _restored(session: "Session", here: Stand, there: Stand) -> Restored | None:
    """What has to change in the session itself; None when nothing has."""
    now = Stand.of(session)
    changes: dict[str, Any] = {}
    # In the lobby the step is whatever stands first on the agenda.
    in_lobby = here.state == there.state == "lobby"
    if not in_lobby and (here.state, here.step) != (there.state, there.step):
        if (now.state, now.step) != (here.state, here.step):
            raise Rejected("undo.elsewhere")
        if there.step not in session.steps:
            raise Rejected("undo.gone")
        changes |= {"state": there.state, "to": there.step}
    if here.clock != there.clock:
        _same(now.clock, here.clock)
        changes["clock"] = there.clock
    if here.steering.entered != there.steering.entered:
        changes["entered"] = dict(there.steering.entered)
    # A step that comes back has its lock with it.
    if locked := _changed(
        *(_locks(some, here.steps.keys() & there.steps.keys()) for some in (now, here, there))
    ):
        changes["locked"] = locked
    if blocked := _changed(_marks(now), _marks(here), _marks(there)):
        changes["blocked"] = blocked
    for name in ("door_closed", "starts", "code"):
        if getattr(here.steering, name) != getattr(there.steering, name):
            _same(getattr(now.steering, name), getattr(here.steering, name))
            changes[name] = getattr(there.steering, name)
    return Restored(**changes) if changes else None


def _changed(now: Mapping[str, bool], here: Mapping[str, bool], there: Mapping[str, bool]) -> dict[str, bool]:
    """Name -> what it was there, for everything that is otherwise here."""
    found = {}
    for name in here.keys() | there.keys():
        if here.get(name, False) != there.get(name, False):
            _same(now.get(name, False), here.get(name, False))
            found[name] = there.get(name, False)
    return found


def _same(now: object, here: object) -> None:
    if now != here:
        raise Rejected("undo.changed_since")


def _locks(stand: Stand, ids: Collection[str]) -> dict[str, bool]:
    return {id: step.locked for id, step in stand.steps.items() if id in ids}


def _marks(stand: Stand) -> dict[str, bool]:
    return dict.fromkeys(stand.steering.blocked, True)

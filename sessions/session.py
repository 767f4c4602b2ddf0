"""Session: one workshop.  People, an agenda of steps, the step that is current, and each step's activity.

``decide`` may refuse and changes nothing; ``evolve`` never refuses and asks nobody; ``view`` is what a role may see.
The one thing a newcomer gets wrong: *locked* decides where people may contribute; *current* only says what is shown.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from itertools import takewhile
from typing import Any, Literal

import msgspec

from sessions.activities import KINDS
from sessions.activity import Activity, Audience, StepPlan, numbered, present
from sessions.agenda import MOST_STEPS, Agenda, Planning, info_edited, join_edited
from sessions.agenda_messages import (
    AddStep,
    CopyStep,
    DeliversEdited,
    EditDelivers,
    EditInfo,
    EditJoin,
    EditStep,
    InfoEdited,
    JoinEdited,
    MakeUp,
    MoveStep,
    RemoveStep,
    SkipStep,
    StepAdded,
    StepEdited,
    StepMoved,
    StepRemoved,
    StepSkipped,
    Translate,
    Translated,
)
from sessions.agenda_time import spare_minutes
from sessions.bilingual import after as translated
from sessions.bilingual import translating
from sessions.checklist import checklist_edited
from sessions.copying import copied
from sessions.items import Chosen, From
from sessions.lineage import Lineage
from sessions.message import (
    INSIDE,
    SCREEN,
    STEERING,
    Actor,
    Closed,
    Forbidden,
    Full,
    Record,
    Refused,
    Rejected,
)
from sessions.parking import Parked, Parking, Settled, Unparked
from sessions.people import Enter, Entered, Person, entering
from sessions.repair import Acts, Redo, Redone, Restored, Undo, Undone, undoing
from sessions.session_messages import (
    Close,
    Created,
    Go,
    Info,
    LockStep,
    Plan,
    Reopen,
    Reopened,
    ReportShared,
    SessionClosed,
    SetTimer,
    ShareReport,
    StepLocked,
    TimerSet,
    Unchanged,
    Went,
    Withheld,
    withheld,
    without_code,
)
from sessions.steering import Clock, CodeChanged, PersonBlocked, Steering, TimerPaused
from sessions.steps import named_steps, step_plan

MAX_PEOPLE = 1_000

State = Literal["lobby", "live", "closed"]


@dataclass(frozen=True)
class Step:
    """A step of the agenda; ``revision`` counts how often it was edited."""

    plan: StepPlan
    order: int
    locked: bool = False
    skipped: bool = False
    revision: int = 0

    @cached_property
    def builds_on(self) -> set[str]:
        """The earlier steps that it takes something from."""
        return named_steps(self.plan)

    @cached_property
    def view(self) -> dict[str, Any]:
        """The step as everyone sees it."""
        plan = self.plan
        return present(
            kind=plan.kind,
            title=plan.title,
            order=self.order,
            minutes=plan.minutes,
            locked=self.locked,
            instruction=plan.instruction or None,
        )

    @cached_property
    def facilitator_view(self) -> dict[str, Any]:
        """The step with what is for the facilitator alone."""
        own = present(
            notes=self.plan.notes or None,
            skipped=self.skipped or None,
            revision=self.revision or None,
            spare=spare_minutes(self.plan.minutes) or None,
        )
        return {**self.view, **own}


Memo = dict[tuple[str, Audience], tuple[tuple[object, ...], Any]]
"""Parts of a view and what they were made from, so that an unchanged part stays the same object."""


@dataclass(frozen=True)
class Session:
    """The state after ``seq`` events."""

    code: str
    info: Info
    plan: Plan
    seq: int
    created: int
    steps: Mapping[str, Step]
    activities: Mapping[str, Activity]
    step: str
    state: State = "lobby"
    timer_ends: int | None = None
    people: Mapping[str, Person] = field(default_factory=dict)
    steering: Steering = field(default_factory=Steering)
    parking: Parking = field(default_factory=Parking)
    acts: Acts = field(default_factory=Acts)
    """what a facilitator did, and can take back"""
    removed: Mapping[str, tuple[Step, Activity]] = field(default_factory=dict)
    """steps that were taken off the agenda, as they were then: with all they had they come back"""
    changed: int = 0
    """When the last event happened, ms since 1970."""
    shared: bool = False
    """Whether the report is shared with who took part."""
    formerly: tuple[str, ...] = ()
    """Codes of the sessions that this one was brought in from: who took part there is the same person here."""

    @classmethod
    def of(cls, code: str, records: Iterable[Record]) -> "Session":
        """The session that a log tells of; raises ValueError for an empty log or one with holes."""
        found: Session | None = None
        for record in records:
            if record.seq != (found.seq if found else 0) + 1:
                raise ValueError(f"session {code}: event {record.seq} follows {found.seq if found else 0}")
            found = found.evolve(record) if found else cls.begin(code, record)
        if found is None:
            raise ValueError(f"session {code}: the log is empty")
        return found

    @classmethod
    def begin(cls, code: str, record: Record) -> "Session":
        """The session after its first event."""
        created: Created = record.event
        plans = [step_plan(raw) for raw in created.plan.steps]
        return cls(
            code=code,
            info=created.info,
            plan=created.plan,
            seq=record.seq,
            created=record.at,
            steps={plan.id: Step(plan, n) for n, plan in enumerate(plans, 1)},
            activities={plan.id: KINDS[plan.kind][1].planned(plan) for plan in plans},
            step=plans[0].id,
            changed=record.at,
            formerly=tuple(created.formerly),
        )

    @property
    def entry(self) -> str:
        """The code by which newcomers come in; ``code`` stays the name of the session when that was changed."""
        return self.steering.code or self.code

    @cached_property
    def decided(self) -> tuple[Mapping[str, str], ...]:
        """Item -> word, for each discussion that decided something; see ``items.decision_on``."""
        return tuple(words for activity in self.activities.values() if (words := activity.decided))

    @cached_property
    def taken(self) -> dict[int, tuple[From, Chosen]]:
        """What each source gives in this state, as far as somebody asked; see ``items.choice``."""
        return {}

    @cached_property
    def lineage(self) -> Lineage:
        """What came from what in this session."""
        return Lineage(self)

    # deciding

    def decide(self, wanted: Any, actor: Actor) -> list[Any]:
        """The events that the command *wanted* causes; raises Refused and changes nothing."""
        if actor.role in ("screen", "observer") or (type(wanted) in STEERING and actor.role != "facilitator"):
            raise Forbidden("forbidden")
        if type(wanted) in INSIDE and not actor.inside:
            raise Forbidden("forbidden")
        if actor.role == "participant":
            self.steering.admit(actor.id, self.people)
        if isinstance(wanted, Undo | Redo):
            return undoing(wanted, self)
        if self.state == "closed" and not isinstance(wanted, Reopen | ShareReport):
            raise Closed("closed")
        for events in (
            self.steering.decide(wanted, self.people, self.timer_ends),
            self.parking.decide(wanted, actor, self.organisation_of(actor.id)),
        ):
            if events is not None:
                return events
        match wanted:
            case Enter():
                return self._entered(wanted, actor)
            case Go(step=step, expect=expect):
                self._known(step)
                if expect is not None and expect != self.step:
                    raise Rejected("step.moved", title=self.steps[self.step].plan.title)
                if (step, "live") == (self.step, self.state):
                    return []
                unskipped = [StepSkipped(step, False)] if self.steps[step].skipped else []
                return [*unskipped, Went(step), *self.activities[step].arriving(self)]
            case LockStep(step=step, locked=locked):
                return [StepLocked(step, locked)] if self._known(step).locked != locked else []
            case SetTimer(ends=ends):
                return [TimerSet(ends)] if Clock(ends) != self.clock else []
            case Close():
                last = (event for activity in self.activities.values() for event in activity.closing(self))
                return [*last, SessionClosed()]
            case Reopen():
                return [Reopened()] if self.state == "closed" else []
            case EditInfo():
                return info_edited(wanted, self.info)
            case EditJoin():
                return join_edited(wanted, self.plan.join)
            case EditDelivers():
                return checklist_edited(wanted, self)
            case Translate():
                return translating(wanted, self)
            case AddStep() | CopyStep() | EditStep() | MoveStep() | SkipStep() | RemoveStep() | MakeUp():
                return Planning(self).events(wanted)
            case ShareReport(shared=shared):
                return [ReportShared(shared)] if shared != self.shared else []
        return self._decide_in_step(wanted, actor)

    def turned_away(self, actor: Actor) -> Refused | None:
        """Why this participant may not even look; None when they may."""
        try:
            if actor.role == "participant":
                self.steering.admit(actor.id, self.people)
        except Refused as refused:
            return refused
        return None

    def _decide_in_step(self, wanted: Any, actor: Actor) -> list[Any]:
        step = self._known(wanted.step)
        if not wanted.type.startswith(f"{step.plan.kind}."):
            raise Rejected("step.other_kind")
        if step.locked and actor.role == "participant":
            raise Rejected("step.locked")
        return self.activities[step.plan.id].decide(wanted, actor, self)

    def _known(self, step: str) -> Step:
        if step not in self.steps:
            raise Rejected("step.unknown")
        return self.steps[step]

    def _entered(self, wanted: Enter, actor: Actor) -> list[Any]:
        if actor.role != "participant":
            raise Forbidden("participants_only")
        if actor.id not in self.people and len(self.people) >= MAX_PEOPLE:
            raise Full("full", most=MAX_PEOPLE)
        old = self.people.get(actor.id)
        entered = entering(wanted, old, self.plan.join, self.people.values())
        return [entered] if old is None or entered != old.entered else []

    # evolving

    def evolve(self, record: Record) -> "Session":
        """The session after one more record."""
        after = self._after(record)
        acts = self.acts.noted(record, self, after)
        return copied(after, acts=acts) if acts is not self.acts else after

    def _after(self, record: Record) -> "Session":
        after = partial(copied, self, seq=record.seq, changed=record.at)
        match record.event:
            case Entered():
                return after(**self._with_person(record))
            case Went(to=step) if step in self.steps:
                steering = self.steering.went(step, record.at)
                return after(step=step, state="live", timer_ends=None, steering=steering)
            case StepLocked(at=step, locked=locked) if step in self.steps:
                return after(steps={**self.steps, step: replace(self.steps[step], locked=locked)})
            case TimerSet(ends=ends):
                return after(timer_ends=ends, steering=replace(self.steering, paused=None))
            case TimerPaused(left=left):
                return after(timer_ends=None, steering=replace(self.steering, paused=left))
            case SessionClosed():
                return after(state="closed", timer_ends=None, steering=replace(self.steering, paused=None))
            case Reopened():
                return after(state="live")
            case ReportShared(shared=shared):
                # That says nothing new, so the report does not become younger by it.
                return after(shared=shared, changed=self.changed)
            case InfoEdited() as edited:
                return after(info=msgspec.structs.replace(self.info, **vars(edited)))
            case JoinEdited(join=join):
                return after(plan=msgspec.structs.replace(self.plan, join=join))
            case DeliversEdited(delivers=delivers):
                return after(plan=msgspec.structs.replace(self.plan, delivers=delivers))
            case Translated(texts=texts):
                other = translated(self.plan.other, texts)
                return after(plan=msgspec.structs.replace(self.plan, other=other))
            case StepAdded() | StepEdited() | StepMoved() | StepSkipped() | StepRemoved() as edited:
                return after(**self._with_agenda(self.agenda.after(edited), edited))
            case Restored():
                return after(**self._as_it_was(record.event))
            case Unchanged() | Withheld() | Undone() | Redone():
                return after()
            case Parked() | Unparked() | Settled():
                return after(parking=self.parking.evolve(record))
        if (steering := self.steering.evolve(record.event)) is not self.steering:
            return after(steering=steering)
        id: str = getattr(record.event, "step", "")
        if id not in self.activities:
            return after()
        return after(activities={**self.activities, id: self.activities[id].evolve(record)})

    def _as_it_was(self, was: Restored) -> dict[str, Any]:
        """What a Restored changes, by field."""
        steering, clock = self.steering, was.clock or self.clock
        blocked = {person for person, blocked in was.blocked.items() if blocked}
        return {
            "state": was.state or self.state,
            "step": was.to if was.to in self.steps else self.step,
            "timer_ends": clock.ends,
            "steps": {
                id: replace(step, locked=was.locked.get(id, step.locked)) if id in was.locked else step
                for id, step in self.steps.items()
            }
            if was.locked
            else self.steps,
            "steering": replace(
                steering,
                paused=clock.left,
                entered=steering.entered if was.entered is None else was.entered,
                door_closed=steering.door_closed if was.door_closed is None else was.door_closed,
                blocked=steering.blocked.difference(was.blocked) | blocked,
                starts=steering.starts if was.starts is None else was.starts,
                code=steering.code if was.code is None else was.code,
            ),
        }

    def _with_person(self, record: Record) -> dict[str, Any]:
        old = self.people.get(record.actor)
        order = old.order if old else len(self.people) + 1
        people = {**self.people, record.actor: Person(record.actor, order, record.event)}
        # Who somebody is may matter in every step: a card says on whose behalf it was written.
        activities = {step: activity.evolve(record) for step, activity in self.activities.items()}
        removed = {id: (step, activity.evolve(record)) for id, (step, activity) in self.removed.items()}
        return {"people": people, "activities": activities, "removed": removed}

    def _with_agenda(self, agenda: Agenda, edited: Any) -> dict[str, Any]:
        """The steps of another agenda.  All are planned anew: what one remembers of others may not be true any more."""
        plans = [step_plan(raw) for raw in agenda.steps]
        steps = {}
        back = self._coming_back(edited)
        for n, plan in enumerate(plans, 1):
            old = self.steps.get(plan.id) or (back[0] if back and edited.at == plan.id else Step(plan, n))
            again = isinstance(edited, StepEdited) and edited.at == plan.id
            steps[plan.id] = replace(
                old,
                plan=plan,
                order=n,
                skipped=plan.id in agenda.skipped,
                revision=old.revision + again,
            )
        first = next((id for id, step in steps.items() if not step.skipped), plans[0].id)
        return {
            "plan": msgspec.structs.replace(self.plan, steps=list(agenda.steps)),
            "steps": steps,
            "activities": {plan.id: self._replanned(plan, back) for plan in plans},
            "removed": self._removed(edited, steps),
            "step": self.step if self.step in steps and self.state != "lobby" else first,
        }

    def _coming_back(self, edited: Any) -> tuple[Step, Activity] | None:
        """The step that was removed, and comes back by this event."""
        found = self.removed.get(edited.at) if isinstance(edited, StepAdded) and edited.again else None
        return found if found and found[0].plan.kind == edited.plan["kind"] else None

    def _removed(self, edited: Any, left: Collection[str]) -> Mapping[str, tuple[Step, Activity]]:
        """The steps that are not there any more, the last ones only."""
        others = {id: one for id, one in self.removed.items() if id not in left}
        if isinstance(edited, StepRemoved) and edited.at in self.steps and edited.at not in left:
            others[edited.at] = self.steps[edited.at], self.activities[edited.at]
        return dict(list(others.items())[-MOST_STEPS:])

    def _replanned(self, plan: StepPlan, back: tuple[Step, Activity] | None) -> Activity:
        if plan.id in self.activities:
            return self.activities[plan.id].replanned(plan)
        if back:
            return back[1].replanned(plan)
        activity = KINDS[plan.kind][1].planned(plan)
        for person in self.people.values():
            # As if the step had been there when they came.
            activity = activity.evolve(Record(self.seq, self.changed, person.id, person.entered))
        return activity

    @cached_property
    def agenda(self) -> Agenda:
        """The steps as plain data."""
        skipped = frozenset(id for id, step in self.steps.items() if step.skipped)
        return Agenda(self.plan.steps, skipped)

    def concerns(self, event: Any) -> Iterable[str]:
        """The participants, besides its sender, whose ``mine`` *event* is about to change."""
        step: str = getattr(event, "step", "")
        if step in self.activities:
            return self.activities[step].concerns(event)
        if isinstance(event, CodeChanged) or (isinstance(event, Restored) and event.code is not None):
            return (SCREEN,)
        changed = isinstance(event, StepAdded | StepEdited | StepMoved | StepSkipped | StepRemoved)
        return self.people if changed else ()

    # showing

    def view(self, audience: Audience, memo: Memo | None = None) -> dict[str, Any]:
        """What *audience* may see, as protocol.md has it.

        With a *memo* that is kept between calls, parts that did not change are the same objects as before.
        """
        memo = {} if memo is None else memo

        def part(name: str, inputs: tuple[object, ...], make: Any) -> Any:
            known = memo.get((name, audience))
            if known and len(known[0]) == len(inputs) and all(map(lambda a, b: a is b, known[0], inputs)):
                return known[1]
            made = make()
            memo[name, audience] = inputs, made
            return made

        steps = {}
        for id, activity in self.activities.items():
            steps[id] = part(f"steps.{id}", activity.inputs(self), lambda a=activity: a.view(audience, self))
        whole = {
            "session": part(
                "session",
                (self.info, self.plan, self.state, self.step, self.timer_ends, self.steering, self.shared),
                self._session_view,
            ),
            "agenda": part("agenda", (self.steps,), self._agenda[audience]),
        }
        if self.parking.thoughts:
            whole["parking"] = part("parking", (self.parking,), lambda: self.parking.view(audience))
        if audience == "facilitator":
            whole["people"] = part("people", (self.people,), self._people_view)
            whole["steering"] = part("steering", (self.steering,), self.steering.facilitator_view)
            whole["acts"] = part("acts", (self.acts,), self.acts.view)
        return {**whole, "steps": steps}

    def mine(self, participant: str) -> dict[str, Any]:
        """What only this participant may see: who they are, their cards, their scores; a screen: the code to show."""
        person = self.people.get(participant)
        steps = {
            id: part for id, activity in self.activities.items() if (part := activity.mine(participant, self))
        }
        parked = self.parking.mine(participant)
        code = self.steering.code if participant == SCREEN else ""
        return present(
            person=person.card if person else None, parked=parked or None, steps=steps, code=code or None
        )

    def exported(self, records: Iterable[Record]) -> Iterator[Record]:
        """The log as its facilitator may have it: without hidden scores and cards, nameless where that was promised.

        What happened after this moment is left out: whether it is hidden is not known here.  See ``leaving``.
        """
        for record in self.past(records):
            step = getattr(record.event, "step", None)
            if isinstance(record.event, CodeChanged | Restored):
                yield replace(record, event=without_code(record.event))
            elif isinstance(record.event, Parked | Unparked):
                yield self.parking.exported(record) or withheld(record)
            elif step is None:
                yield record
            else:
                activity = self.activities.get(step)
                yield (activity.exported(record, self) if activity else None) or withheld(record)

    def past(self, records: Iterable[Record]) -> Iterator[Record]:
        """Those of the records that led to this state."""
        return takewhile(lambda record: record.seq <= self.seq, records)

    def holds(self, id: str) -> bool:
        """Whether something has this id already: an id means one thing in a whole session."""
        return any(activity.holds(id) for activity in self.activities.values())

    @property
    def arrived(self) -> Collection[str]:
        """The steps that the facilitator has been at."""
        return self.steering.entered.keys()

    @property
    def clock(self) -> Clock:
        """The timer as it stands."""
        return Clock(self.timer_ends, self.steering.paused)

    def organisation_of(self, person: str) -> str:
        """On whose behalf somebody is here; empty when they did not say."""
        return self.people[person].organisation if person in self.people else ""

    def about(self, happened: Any) -> str:
        """In a few words what an event of the session itself is about, besides a step; for the list of acts."""
        if isinstance(happened, PersonBlocked):
            entered = self.people[happened.person].entered
            return entered.name or entered.organisation
        if isinstance(happened, CodeChanged):
            return f"{happened.code[:4]} {happened.code[4:]}"
        return happened.text if isinstance(happened, Parked) else ""

    @cached_property
    def by_organisation(self) -> Mapping[str, list[str]]:
        """Organisation -> the participants who speak for it, in the order in which they came; "" for none."""
        groups: dict[str, list[str]] = {}
        for person in self.people.values():
            groups.setdefault(person.organisation, []).append(person.id)
        return groups

    def _session_view(self) -> dict[str, Any]:
        info = self.info
        return present(
            **self._join_view,
            code=self.code,
            title=info.title,
            language=info.language,
            state=self.state,
            step=self.step,
            date=info.date or None,
            place=info.place or None,
            client=info.client or None,
            purpose=info.purpose or None,
            names=info.names,
            rehearsal=info.rehearsal or None,
            shared=self.shared or None,
            timer={"ends": self.timer_ends} if self.timer_ends is not None else None,
            **self.steering.view(),
        )

    @cached_property
    def _join_view(self) -> dict[str, Any]:
        join = self.plan.join
        ask = {"name": join.name, "organisation": join.organisation}
        return {
            "organisation_label": join.organisation_label,
            "organisations": _titled(join.organisations),
            "ask": {**ask, **{k: _titled(v) for k, v in (("role", join.role), ("level", join.level)) if v}},
        }

    @property
    def _agenda(self) -> dict[Audience, Any]:
        return {
            "everyone": lambda: {id: step.view for id, step in self.steps.items() if not step.skipped},
            "facilitator": lambda: {id: step.facilitator_view for id, step in self.steps.items()},
        }

    def _people_view(self) -> dict[str, Any]:
        return {id: person.view for id, person in self.people.items()}


def _titled(texts: list[str]) -> dict[str, Any]:
    return {id: {"title": entry["text"], "order": entry["order"]} for id, entry in numbered(texts).items()}

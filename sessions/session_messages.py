"""What is asked of a session as a whole, and what happened to it; what it is made of when it is created."""

from dataclasses import dataclass, field, replace
from typing import Annotated, Any, Literal

import msgspec

from sessions.delivers import Deliverable
from sessions.message import FACILITATOR, Id, Record, command, event
from sessions.people import Join
from sessions.repair import Restored
from sessions.steering import CodeChanged


class Info(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """What the session is called and about; ``names`` says whether names may be shown and reported.

    ``rehearsal`` marks a session that nobody means: robots take part in it, and it is cleaned away.
    """

    title: str
    language: Literal["nl", "en"]
    playbook: str
    date: str = ""
    place: str = ""
    client: str = ""
    purpose: str = ""
    names: bool = False
    rehearsal: bool = False


class Plan(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The plan of a session: what is asked of people, what is to come of it, and the steps as plain data.

    Each activity's Plan says what is in its steps.  ``language`` is what the texts are in, that of the session when
    empty; ``other`` is what they are in the other language, for the playbook that may be made of it.
    """

    join: Join
    steps: list[dict[str, Any]]
    delivers: list[Deliverable] = []
    language: Literal["", "nl", "en"] = ""
    other: dict[str, str] = {}


@command("session.go", steering=True)
@dataclass(frozen=True)
class Go:
    """``expect`` is the step the facilitator saw, so that a double "next" never skips one."""

    step: Id
    expect: Id | None = None


@command("session.lock_step", steering=True)
@dataclass(frozen=True)
class LockStep:
    step: Id
    locked: bool


@command("session.timer", steering=True)
@dataclass(frozen=True)
class SetTimer:
    """``ends`` is in ms since 1970, on the server's clock; absent switches the timer off."""

    ends: Annotated[int, msgspec.Meta(ge=0, le=2**53)] | None = None


@command("session.close", steering=True)
@dataclass(frozen=True)
class Close:
    pass


@command("session.reopen", steering=True)
@dataclass(frozen=True)
class Reopen:
    pass


@command("session.share_report", steering=True)
@dataclass(frozen=True)
class ShareReport:
    """Whether participants may read the report, and so find it on their phones."""

    shared: bool


@event("session.created")
@dataclass(frozen=True)
class Created:
    """Holds the whole plan, so that a log tells its story without the playbook it began with.

    ``formerly`` are the codes of sessions of this server that it was brought in from, the latest first.
    """

    info: Info
    plan: Plan
    formerly: list[str] = field(default_factory=list)


@event("session.went", act=True)
@dataclass(frozen=True)
class Went:
    to: str


@event("session.step_locked", act=True)
@dataclass(frozen=True)
class StepLocked:
    at: str
    locked: bool


@event("session.timer_set", act=True)
@dataclass(frozen=True)
class TimerSet:
    ends: int | None


@event("session.closed", act=True)
@dataclass(frozen=True)
class SessionClosed:
    pass


@event("session.reopened", act=True)
@dataclass(frozen=True)
class Reopened:
    pass


@event("session.report_shared")
@dataclass(frozen=True)
class ReportShared:
    shared: bool


@event("session.unchanged")
@dataclass(frozen=True)
class Unchanged:
    """A command that changed nothing when it came.

    It stands in the log so that it changes nothing either when it comes again, after others: whoever did not hear the
    answer sends it once more, be it to a server that was started anew.
    """


@event("session.withheld")
@dataclass(frozen=True)
class Withheld:
    """Stands in an exported log for an event that nobody may see before its reveal, or nobody elsewhere."""


def withheld(record: Record) -> Record:
    """What stands in the place of a record that nobody may see.

    Nor who did it: what is told later without a name would have one here.  A facilitator has none.
    """
    return replace(
        record, actor=record.actor if record.actor == FACILITATOR else "withheld", event=Withheld()
    )


def without_code(happened: Any) -> Any:
    """The event as it leaves this server, or comes from another: the codes here lead to the sessions here."""
    match happened:
        case CodeChanged():
            return Withheld()
        case Restored():
            return replace(happened, code=None)
    return happened

"""What a facilitator wants of the agenda and of the session as a whole, and what became of them.

A step is ``at`` in these events, not ``step``: they are the session's own, and no activity of that step hears them.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

import msgspec

from sessions.delivers import Deliverable
from sessions.message import Id, command, event
from sessions.people import Asked, Join

Data = dict[str, Any]


@command("session.add_step", steering=True, longest={"plan": 20_000})
@dataclass(frozen=True)
class AddStep:
    """``plan`` is a step as a playbook has it, without its id; ``before`` absent puts it last."""

    step: Id
    plan: Data
    before: Id | None = None


@command("session.copy_step", steering=True)
@dataclass(frozen=True)
class CopyStep:
    """A new step ``copy`` after ``step``, planned the same; nothing that people brought in goes along."""

    step: Id
    copy: Id
    title: str


@command("session.edit_step", steering=True, longest={"plan": 20_000})
@dataclass(frozen=True)
class EditStep:
    """``revision`` is of the step that was edited, so that nobody overwrites what somebody else just wrote."""

    step: Id
    plan: Data
    revision: int | None = None


@command("session.move_step", steering=True)
@dataclass(frozen=True)
class MoveStep:
    step: Id
    before: Id | None = None


@command("session.skip_step", steering=True)
@dataclass(frozen=True)
class SkipStep:
    step: Id
    skipped: bool


@command("session.remove_step", steering=True)
@dataclass(frozen=True)
class RemoveStep:
    step: Id


@command("session.edit_info", steering=True)
@dataclass(frozen=True)
class EditInfo:
    """A field that is absent stays as it is; ``expect`` has fields as they were when they were edited."""

    title: str | None = None
    language: Literal["nl", "en"] | None = None
    date: Annotated[str, msgspec.Meta(pattern=r"^(\d{4}-\d{2}-\d{2})?$")] | None = None
    place: str | None = None
    client: str | None = None
    purpose: str | None = None
    names: bool | None = None
    expect: Data | None = None


@command("session.edit_join", steering=True)
@dataclass(frozen=True)
class EditJoin:
    """A field that is absent stays as it is; ``expect`` has fields as they were when they were edited."""

    name: Asked | None = None
    organisation: Asked | None = None
    organisation_label: str | None = None
    organisations: list[str] | None = None
    role: list[str] | None = None
    level: list[str] | None = None
    expect: Data | None = None


@command("session.edit_delivers", steering=True)
@dataclass(frozen=True)
class EditDelivers:
    """The whole checklist; ``expect`` is the one that was edited, so that nobody overwrites what somebody else wrote."""

    delivers: list[Data]
    expect: list[Data] | None = None


@command("session.translate", steering=True, longest={"texts": 20_000, "expect": 20_000})
@dataclass(frozen=True)
class Translate:
    """Texts of the plan, each with what it is in the other language; ``expect`` is what that was before."""

    texts: dict[str, str]
    expect: dict[str, str] | None = None


@command("session.make_up", steering=True)
@dataclass(frozen=True)
class MakeUp:
    """Take ``minutes`` from ``step``, which has ``of`` minutes as the facilitator saw it, and give them to ``to``.

    ``to`` is the step that took longer; absent it is the start that came late.
    """

    step: Id
    minutes: Annotated[int, msgspec.Meta(ge=1, le=10_000)]
    of: int
    to: Id | None = None


Editing = AddStep | CopyStep | EditStep | MoveStep | SkipStep | RemoveStep | MakeUp


@event("session.step_added", act=True)
@dataclass(frozen=True)
class StepAdded:
    """``plan`` is a step as a playbook has it; an empty ``before`` puts it last.

    With ``again`` it is a step that was removed, and comes back as it stood then.
    """

    at: str
    plan: Data
    before: str = ""
    again: bool = False


@event("session.step_edited", act=True)
@dataclass(frozen=True)
class StepEdited:
    """``plan`` is the whole step as it is from now on."""

    at: str
    plan: Data


@event("session.step_moved", act=True)
@dataclass(frozen=True)
class StepMoved:
    at: str
    before: str = ""


@event("session.step_skipped", act=True)
@dataclass(frozen=True)
class StepSkipped:
    at: str
    skipped: bool


@event("session.step_removed", act=True)
@dataclass(frozen=True)
class StepRemoved:
    at: str


@event("session.info_edited", act=True)
@dataclass(frozen=True)
class InfoEdited:
    """What the session is about from now on: every field of its info that people may change."""

    title: str
    language: Literal["nl", "en"]
    date: str
    place: str
    client: str
    purpose: str
    names: bool


@event("session.join_edited", act=True)
@dataclass(frozen=True)
class JoinEdited:
    join: Join


@event("session.delivers_edited", act=True)
@dataclass(frozen=True)
class DeliversEdited:
    """The whole checklist, as it is from now on."""

    delivers: list[Deliverable]


@event("session.translated", act=True)
@dataclass(frozen=True)
class Translated:
    """Texts of the plan and what they are in the other language; an empty one is in one language again."""

    texts: dict[str, str]


Edited = StepAdded | StepEdited | StepMoved | StepSkipped | StepRemoved

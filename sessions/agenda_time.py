"""Planned minutes: how many a step can spare, and how a session that is late makes up for it.

The minutes move from a step to come to the one that took longer.  So the plan holds again from there on, and the planned
end stays where it was.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sessions.agenda_messages import MakeUp, StepEdited
from sessions.message import Rejected
from sessions.steering import StartPlanned

if TYPE_CHECKING:
    from sessions.session import Session

SHORTEST = 3
"""Minutes that a step keeps, whatever happens."""
MINUTE_MS = 60_000


def spare_minutes(minutes: int) -> int:
    """What a step of so many minutes can do without: it keeps half of them, and enough to be worth its while."""
    return max(0, minutes - max(SHORTEST, (minutes + 1) // 2))


def made_up(wanted: MakeUp, session: "Session") -> list[Any]:
    """The events that take minutes from one step and give them to another; raises Rejected."""
    raw = {str(step["id"]): step for step in session.plan.steps}
    if wanted.step not in raw or (wanted.to is not None and wanted.to not in raw) or wanted.step == wanted.to:
        raise Rejected("agenda.step_gone")
    step = session.steps[wanted.step].plan
    if step.minutes != wanted.of:
        # Somebody else was faster: pressed twice, it is shortened once.
        raise Rejected("agenda.changed_just_now", title=step.title)
    if wanted.minutes > (spare := spare_minutes(step.minutes)):
        raise Rejected("agenda.no_spare", title=step.title, n=step.minutes - spare)
    shorter = StepEdited(wanted.step, _lasting(raw[wanted.step], step.minutes - wanted.minutes))
    if wanted.to is not None:
        longer = session.steps[wanted.to].plan.minutes + wanted.minutes
        return [shorter, StepEdited(wanted.to, _lasting(raw[wanted.to], longer))]
    starts = session.steering.starts
    return [shorter, StartPlanned(starts + wanted.minutes * MINUTE_MS)] if starts else [shorter]


def _lasting(raw: Mapping[str, Any], minutes: int) -> dict[str, Any]:
    """A step as data, with another number of minutes."""
    return {**raw, "minutes": minutes}

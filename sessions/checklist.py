"""The checklist of what a session must deliver, as the facilitator writes it before and during the session.

The list is edited as a whole.  What a newcomer would get wrong: a line may speak of a step that was taken off the agenda
since; it stays in the list, unticked, until somebody edits the list and is told of it.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from sessions.agenda import tidied
from sessions.agenda_messages import DeliversEdited, EditDelivers
from sessions.delivers import Deliverable
from sessions.message import Rejected

if TYPE_CHECKING:
    from sessions.session import Session


def as_data(delivers: Sequence[Deliverable]) -> list[dict[str, Any]]:
    """The checklist as a playbook has it."""
    return [msgspec.to_builtins(one) for one in delivers]


def checklist_edited(wanted: EditDelivers, session: "Session") -> list[Any]:
    """What *wanted* makes of the checklist; raises Refused with a sentence that names the line."""
    now = session.plan.delivers
    if wanted.expect is not None and wanted.expect != as_data(now):
        raise Rejected("agenda.checklist_meanwhile")
    plans = {id: step.plan for id, step in session.steps.items()}
    lines = []
    for n, raw in enumerate(tidied(wanted.delivers), 1):
        told = {"line": str(n), "text": str(raw.get("text", ""))[:60]}
        try:
            line = msgspec.convert(raw, Deliverable)
        except msgspec.ValidationError as problem:
            raise Rejected("agenda.deliver", **told, problem=str(problem)) from None
        if line.step and line.step not in plans:
            raise Rejected("agenda.deliver_step_gone", **told)
        for _, wrong in line.problems(plans):
            raise Rejected("agenda.deliver", **told, problem=wrong)
        lines.append(line)
    return [DeliversEdited(lines)] if lines != now else []


def turned_back(now: list[Deliverable], here: list[Deliverable], there: list[Deliverable]) -> list[Any]:
    """The events that make of the checklist, as it was *here*, again what it was *there*; raises Rejected."""
    if here == there:
        return []
    if now != here:
        raise Rejected("undo.changed_since")
    return [DeliversEdited(there)]

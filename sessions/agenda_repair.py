"""Changes of the agenda, taken back: as commands of the same kind, so that what people brought in since is as safe."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sessions.agenda import Agenda, Planning, info_edited
from sessions.agenda_messages import (
    AddStep,
    EditInfo,
    EditStep,
    InfoEdited,
    JoinEdited,
    MoveStep,
    RemoveStep,
    StepSkipped,
)
from sessions.message import Rejected
from sessions.people import Join

if TYPE_CHECKING:
    from sessions.session import Session
    from sessions.session_messages import Info


def turned_back(session: "Session", here: Agenda, there: Agenda) -> Iterator[Any]:
    """The events that undo what led from *there* to *here*; raises Refused when something else came of it since."""
    now, planning = session.agenda, Planning(session)
    before, after, current = (
        {str(step["id"]): step for step in agenda.steps} for agenda in (there, here, now)
    )
    for id in after.keys() - before.keys():
        yield from planning.events(RemoveStep(id))
    for id in before.keys() - after.keys():
        following = _following(list(before), id, current)
        for added in planning.events(AddStep(id, before[id], following)):
            yield replace(added, again=True)
            if id in there.skipped:
                yield StepSkipped(id, True)
    edits: dict[str, Any] = {}
    for id in before.keys() & after.keys():
        if before[id] == after[id]:
            continue
        if current.get(id) != after[id]:
            raise Rejected("undo.changed_since")
        edits.update((edit.at, edit) for edit in planning.events(EditStep(id, before[id])))
    yield from edits.values()
    if before.keys() == after.keys() and list(before) != list(after):
        if list(current) != list(after):
            raise Rejected("undo.changed_since")
        moved = _moved(list(after), list(before))
        yield from planning.events(MoveStep(moved, _following(list(before), moved, current)))
    for id in (here.skipped ^ there.skipped) & before.keys() & after.keys():
        if id in current and (id in now.skipped) == (id in here.skipped):
            yield StepSkipped(id, id in there.skipped)


def _following(ids: list[str], id: str, present: Mapping[str, Any]) -> str | None:
    """The first of those after *id* that is still there; None when it was the last."""
    return next((other for other in ids[ids.index(id) + 1 :] if other in present), None)


def _moved(ids: list[str], others: list[str]) -> str:
    """The one whose place differs: without it both lists are the same."""

    def without(id: str, some: list[str]) -> list[str]:
        return [one for one in some if one != id]

    return next(id for id in ids if without(id, ids) == without(id, others))


def info_turned_back(info: "Info", here: "Info", there: "Info") -> list[Any]:
    """The events that make of *info*, as it was *here*, again what it was *there*; raises Refused."""
    if here == there:
        return []
    if info != here:
        raise Rejected("undo.changed_since")
    return info_edited(
        EditInfo(**{name: getattr(there, name) for name in InfoEdited.__dataclass_fields__}), info
    )


def join_turned_back(join: Join, here: Join, there: Join) -> list[Any]:
    """The same for what people are asked."""
    if here == there:
        return []
    if join != here:
        raise Rejected("undo.changed_since")
    return [JoinEdited(there)]

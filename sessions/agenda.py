"""The agenda as the facilitator writes it, before and during the session: what may be changed, and what happens then.

What people contributed survives every change, and what was promised to be hidden stays so: an activity says which new
plan it cannot live with (``Activity.check_plan``), and takes the new one over (``Activity.replanned``).  A step's id
never changes.  The one thing a newcomer gets wrong: a change of one step is checked with the whole agenda, because
others may build on it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec

from sessions.agenda_messages import (
    AddStep,
    CopyStep,
    Data,
    Edited,
    EditInfo,
    Editing,
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
)
from sessions.agenda_time import made_up
from sessions.message import Rejected, TooLarge
from sessions.people import MAX_NAME, Join
from sessions.steps import ID, BadStep, check_steps
from sessions.text import clean
from sessions.texts import said

if TYPE_CHECKING:
    from sessions.session import Session
    from sessions.session_messages import Info

MOST_STEPS = 100
MOST_ENTRIES = 200
"""Entries in any list of a step: items, boxes, words."""
MAX_TITLE = 200
LONGEST = {"text": 20_000, "notes": 4_000}
"""Characters that fit in these fields of a step; in others fewer, see ``_most``."""
_ONE_LINE = (
    "title",
    "label",
    "points",
    "options",
    "decisions",
    "decided",
    "off",
    "unit",
    "text_label",
    "tags",
)
"""Fields whose texts are one line of at most MAX_TITLE characters."""

FIELDS = frozenset(
    {
        "agenda.field.add_prompt",
        "agenda.field.addable",
        "agenda.field.again",
        "agenda.field.agreed_with",
        "agenda.field.anonymous",
        "agenda.field.blind",
        "agenda.field.board",
        "agenda.field.bottom",
        "agenda.field.boxes",
        "agenda.field.criteria",
        "agenda.field.decisions",
        "agenda.field.dots",
        "agenda.field.editable",
        "agenda.field.fields",
        "agenda.field.focus",
        "agenda.field.grouping",
        "agenda.field.instruction",
        "agenda.field.items",
        "agenda.field.layout",
        "agenda.field.look",
        "agenda.field.mail",
        "agenda.field.max_chars",
        "agenda.field.max_per_item",
        "agenda.field.max_targets",
        "agenda.field.minutes",
        "agenda.field.multiple",
        "agenda.field.notes",
        "agenda.field.one_by_one",
        "agenda.field.order",
        "agenda.field.own_targets",
        "agenda.field.per",
        "agenda.field.per_person",
        "agenda.field.prefill",
        "agenda.field.prefill_box",
        "agenda.field.quadrants",
        "agenda.field.question",
        "agenda.field.questions",
        "agenda.field.reference",
        "agenda.field.remarks",
        "agenda.field.results_of",
        "agenda.field.rows",
        "agenda.field.scale",
        "agenda.field.supportable",
        "agenda.field.takeable",
        "agenda.field.targets",
        "agenda.field.text",
        "agenda.field.title",
        "agenda.field.top",
    }
)
"""What the fields of steps are called, in the catalogue."""


@dataclass(frozen=True)
class Agenda:
    """The steps as plain data in their order, and which of them are skipped."""

    steps: Sequence[Data]
    skipped: frozenset[str] = field(default_factory=frozenset)

    def after(self, happened: Edited) -> "Agenda":
        """The agenda after an event; one about a step that is not there says nothing any more."""
        steps = list(self.steps)
        ids = [str(step["id"]) for step in steps]
        match happened:
            case StepAdded(at=id, plan=plan, before=before) if id not in ids:
                steps.insert(_place(ids, before), plan)
                return Agenda(steps, self.skipped)
            case StepEdited(at=id, plan=plan) if id in ids:
                steps[ids.index(id)] = plan
                return Agenda(steps, self.skipped)
            case StepMoved(at=id, before=before) if id in ids and id != before:
                moved = steps.pop(ids.index(id))
                ids.remove(id)
                steps.insert(_place(ids, before), moved)
                return Agenda(steps, self.skipped)
            case StepSkipped(at=id, skipped=skipped) if id in ids:
                return Agenda(steps, self.skipped | {id} if skipped else self.skipped - {id})
            case StepRemoved(at=id) if id in ids and len(ids) > 1:
                return Agenda([step for step in steps if step["id"] != id], self.skipped - {id})
        return self


def _place(ids: list[str], before: str) -> int:
    return ids.index(before) if before in ids else len(ids)


@dataclass(frozen=True)
class Planning:
    """One wish of a facilitator about the agenda of *session*."""

    session: "Session"

    def events(self, wanted: Editing) -> list[Any]:
        """What *wanted* causes; raises Refused."""
        match wanted:
            case AddStep(step=id, plan=plan, before=before):
                return [self._added(id, self._tidy(id, plan), before or "")]
            case CopyStep():
                return [self._copied(wanted)]
            case EditStep():
                return self._edited(wanted)
            case MoveStep(step=id, before=before):
                moved = StepMoved(id, before or "")
                self._known(id)
                if self.session.agenda.after(moved) == self.session.agenda:
                    return []
                self._check(moved)
                return [moved]
            case SkipStep(step=id, skipped=skipped):
                if self._known(id).skipped == skipped:
                    return []
                if skipped:
                    self._dispensable(id)
                return [StepSkipped(id, skipped)]
            case RemoveStep(step=id):
                return [self._removed(id)]
            case MakeUp():
                return made_up(wanted, self.session)

    def _added(self, id: str, plan: Data, before: str) -> StepAdded:
        if not ID.fullmatch(id) or id in self.session.steps:
            raise Rejected("agenda.id")
        if len(self.session.steps) >= MOST_STEPS:
            raise TooLarge("agenda.many_steps", most=MOST_STEPS)
        added = StepAdded(id, plan, before)
        self._check(added)
        return added

    def _copied(self, wanted: CopyStep) -> StepAdded:
        original = self._raw(wanted.step)
        ids = list(self.session.steps)
        following = dict(zip(ids, [*ids[1:], ""], strict=True))
        plan = {**with_new_boxes(original, wanted.copy), "id": wanted.copy, "title": wanted.title}
        return self._added(wanted.copy, self._tidy(wanted.copy, plan), following[wanted.step])

    def _edited(self, wanted: EditStep) -> list[Any]:
        step = self._known(wanted.step)
        if wanted.revision is not None and wanted.revision != step.revision:
            raise Rejected("agenda.edited_meanwhile", title=step.plan.title)
        plan = self._tidy(wanted.step, wanted.plan)
        if plan.get("kind") != step.plan.kind:
            raise Rejected("agenda.other_kind", title=step.plan.title)
        if plan == self._raw(wanted.step):
            return []
        edits = [StepEdited(wanted.step, plan), *self._same_items(wanted.step, plan)]
        plans = self._check(*edits)
        for edit in edits:
            started = edit.at in self.session.arrived
            self.session.activities[edit.at].check_plan(plans[edit.at], self.session, started=started)
        return edits

    def _same_items(self, step: str, plan: Data) -> Iterator[StepEdited]:
        """The steps that list an item of *plan* too: one id means the same item in the whole session."""
        before = dict(_items(self._raw(step)))
        changed = {id: item for id, item in _items(plan) if id in before and before[id] != item}
        for other in self.session.plan.steps:
            if other["id"] != step and any(id in changed for id, _ in _items(other)):
                yield StepEdited(other["id"], _with_items(other, changed))

    def _removed(self, id: str) -> StepRemoved:
        step = self._known(id)
        self._dispensable(id)
        if self.session.activities[id].contributed(self.session):
            raise Rejected("agenda.contributed", title=step.plan.title)
        needed_by = [other.plan.title for other in self.session.steps.values() if id in other.builds_on]
        if needed_by:
            raise Rejected("agenda.needed", title=step.plan.title, others=_listed(needed_by))
        return StepRemoved(id)

    def _dispensable(self, id: str) -> None:
        """Raises Rejected when the session cannot do without this step now."""
        title = self.session.steps[id].plan.title
        if self.session.state == "live" and id == self.session.step:
            raise Rejected("agenda.current", title=title)
        if all(step.skipped for other, step in self.session.steps.items() if other != id):
            raise Rejected("agenda.last_step", title=title)

    def _check(self, *edits: Edited) -> Mapping[str, Any]:
        """The plans of the agenda after these events; raises Rejected with a sentence that names step and field."""
        after = self.session.agenda
        for edit in edits:
            after = after.after(edit)
        try:
            return check_steps(after.steps)
        except BadStep as wrong:
            titles = {step["id"]: str(step.get("title", "")) for step in after.steps}
            self._check_order(edits, after, titles)
            field = wrong.field.split("[")[0].split(".")[0]
            label = said(name) if (name := f"agenda.field.{field}") in FIELDS else field
            title = titles.get(wrong.step) or wrong.step
            raise Rejected("agenda.problem", title=title, field=label, problem=wrong.problem) from None

    def _check_order(self, edits: Sequence[Edited], after: Agenda, titles: Mapping[str, str]) -> None:
        """Raises Rejected when a step was moved to where it, or another one, misses what it builds on."""
        if not any(isinstance(edit, StepMoved) for edit in edits):
            return
        before: set[str] = set()
        for step in after.steps:
            for named in self.session.steps[step["id"]].builds_on - before:
                raise Rejected("agenda.order", title=titles[step["id"]], other=titles[named])
            before.add(step["id"])

    def _tidy(self, id: str, plan: Data) -> Data:
        tidy = tidied({**plan, "id": id})
        assert isinstance(tidy, dict)
        return tidy

    def _raw(self, id: str) -> Data:
        self._known(id)
        return next(step for step in self.session.plan.steps if step["id"] == id)

    def _known(self, id: str) -> Any:
        if id not in self.session.steps:
            raise Rejected("agenda.step_gone")
        return self.session.steps[id]


def tidied(value: Any, name: str = "") -> Any:
    """A step as data without what is empty by mistake; raises TooLarge for what is too long or too many."""
    match value:
        case str():
            text = clean(value, newlines=name not in _ONE_LINE)
            if len(text) > (most := _most(name)):
                raise TooLarge("agenda.too_long", most=most, length=len(text), text=text[:40])
            return text
        case dict():
            return {key: tidied(inner, str(key)) for key, inner in value.items() if inner is not None}
        case list():
            if len(value) > MOST_ENTRIES:
                raise TooLarge("agenda.too_many", most=MOST_ENTRIES, n=len(value))
            return [tidied(inner, name) for inner in value]
    return value


def _most(name: str) -> int:
    return MAX_TITLE if name in _ONE_LINE else LONGEST.get(name, 2_000)


def _items(step: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The items that a step lists, by id."""
    for name in ("items", "targets"):
        listed = step.get(name)
        for item in listed if isinstance(listed, list) else ():
            # One that is none of ours is told when the plan is checked.
            if isinstance(item, dict) and isinstance(item.get("id"), str):
                yield item["id"], item


def _with_items(step: Data, changed: Mapping[str, Any]) -> Data:
    return {
        name: [changed.get(item["id"], item) for item in value]
        if name in ("items", "targets") and isinstance(value, list)
        else value
        for name, value in step.items()
    }


def with_new_boxes(step: Data, copy: str) -> Data:
    """A canvas step whose boxes have ids of their own: cards that stand there from the start take theirs from it."""
    boxes = step.get("boxes")
    if not isinstance(boxes, list):
        return step
    ids = {box["id"]: f"{copy}-{n}" for n, box in enumerate(boxes, 1)}
    areas = ids | {".": "."}
    renamed: Data = {
        "boxes": [{**box, "id": ids[box["id"]]} for box in boxes],
        "focus": [ids[box] for box in step.get("focus", [])],
        "layout": [" ".join(areas[area] for area in row.split()) for row in step.get("layout", [])],
        "prefill_box": ids.get(step.get("prefill_box", ""), ""),
    }
    return {**step, **{name: value for name, value in renamed.items() if step.get(name)}}


def _listed(titles: Sequence[str]) -> str:
    return ", ".join(f"‘{title}’" for title in titles)


# the session itself


_LONGEST_INFO = {"title": 120, "place": 120, "client": 120, "purpose": 1_000}


def info_edited(wanted: EditInfo, info: "Info") -> list[Any]:
    """What *wanted* makes of the info of a session; raises Refused."""
    if wanted.names and not info.names:
        # People were told that their names stay out of the report, some of them perhaps this minute.
        raise Rejected("agenda.names_promised")
    given = _given(wanted, info)
    for name, most in _LONGEST_INFO.items():
        if name in given:
            given[name] = clean(given[name], newlines=name == "purpose")
            if len(given[name]) > most:
                raise TooLarge("text.too_long", most=most, length=len(given[name]))
    if not given.get("title", info.title):
        raise Rejected("agenda.title_missing")
    try:
        date.fromisoformat(given.get("date") or "2000-01-01")
    except ValueError:
        raise Rejected("new.date") from None
    before = {name: getattr(info, name) for name in InfoEdited.__dataclass_fields__}
    after = {**before, **given}
    return [InfoEdited(**after)] if after != before else []


def _given(wanted: EditInfo | EditJoin, now: "Info | Join") -> dict[str, Any]:
    """The fields that are to change; raises Rejected when somebody else has changed one of them meanwhile."""
    for name, before in (wanted.expect or {}).items():
        if getattr(now, name, before) != before:
            raise Rejected("agenda.session_meanwhile")
    fields = {name: value for name, value in vars(wanted).items() if value is not None}
    fields.pop("expect", None)
    return fields


def join_edited(wanted: EditJoin, join: Join) -> list[Any]:
    """What *wanted* makes of what people are asked; raises Refused."""
    given = _given(wanted, join)
    for name in ("organisations", "role", "level"):
        if name in given:
            given[name] = choices(given[name])
    if len(given.get("organisation_label", "")) > MAX_TITLE:
        raise TooLarge("text.too_long", most=MAX_TITLE, length=len(given["organisation_label"]))
    after = msgspec.structs.replace(join, **given)
    return [JoinEdited(after)] if after != join else []


def choices(typed: Sequence[str]) -> list[str]:
    """What people may choose from: each once, without empty ones; raises TooLarge."""
    found: dict[str, str] = {}
    for text in typed:
        line = clean(text, newlines=False)
        if len(line) > MAX_NAME:
            raise TooLarge("agenda.too_long", most=MAX_NAME, length=len(line), text=line[:40])
        if line:
            found.setdefault(line.casefold(), line)
    if len(found) > MOST_ENTRIES:
        raise TooLarge("agenda.too_many", most=MOST_ENTRIES, n=len(found))
    return list(found.values())

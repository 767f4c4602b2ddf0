"""Steps as plain data, and the one check of a whole agenda: of a playbook's, and of one that is edited.

A step may build on earlier ones only, so what is right depends on the whole agenda and on its order.  The one thing a
newcomer gets wrong: moving one step can make another one wrong.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from sessions.activities import KINDS
from sessions.activity import StepPlan
from sessions.items import Item
from sessions.texts import Said, said

_KINDS = {"canvas": "plan.kind.canvas", "rating": "plan.kind.rating"}
"""What a kind of step that others refer to is called."""
ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


class BadStep(Exception):
    """What is wrong with one step of an agenda: which step, which field of it, and why."""

    def __init__(self, step: str, field: str, problem: Said) -> None:
        super().__init__(f"step {step!r}, field {field}: {problem}")
        self.step, self.field, self.problem = step, field, problem


def step_plan(raw: Mapping[str, Any]) -> Any:
    """One step of a plan as its activity's Plan; raises KeyError (kind) or msgspec.ValidationError."""
    return msgspec.convert(raw, KINDS[raw["kind"]][0])


def check_steps(steps: Iterable[Mapping[str, Any]]) -> dict[str, StepPlan]:
    """The plans of an agenda by id, in order; raises BadStep."""
    earlier: dict[str, StepPlan] = {}
    for n, raw in enumerate(steps, 1):
        id = raw.get("id")
        if not isinstance(id, str) or not ID.fullmatch(id):
            raise BadStep(str(id or n), "id", said("plan.id"))
        if id in earlier:
            raise BadStep(id, "id", said("plan.same_step"))
        if str(raw.get("kind")) not in KINDS:
            raise BadStep(id, "kind", said("plan.kinds", kinds=", ".join(KINDS)))
        try:
            plan = step_plan(raw)
        except msgspec.ValidationError as problem:
            raise BadStep(id, field_of(problem), _wrong(problem)) from None
        for field, wrong in _problems(plan, earlier):
            raise BadStep(id, field, wrong)
        earlier[id] = plan
    return earlier


def _problems(plan: StepPlan, earlier: Mapping[str, StepPlan]) -> Iterator[tuple[str, Said]]:
    """Field -> what is wrong with it: first what it names, which the plan itself then may rely on."""
    if not plan.title.strip():
        yield "title", said("plan.no_title")
    for field, step in plan.references().items():
        wanted = plan.refers_to(field)
        if step not in earlier:
            yield field, said("plan.no_earlier", step=step)
        elif wanted and earlier[step].kind != wanted:
            yield field, said("plan.other_kind", step=step, kind=said(_KINDS[wanted]))
    for field, source in plan.sources().items():
        for inner, wrong in source.problems(earlier).items():
            yield f"{field}.{inner}" if inner else field, wrong
    yield from plan.problems(earlier).items()
    for step, before in earlier.items():
        if same := set(plan.brought_ids()) & set(before.brought_ids()):
            yield "boxes", said("plan.same_cards", box=min(same).rpartition(".")[0], step=step)
    # An item is known by its id in the whole session, so an id means one thing.
    known = {item.id: (item, step) for step, other in earlier.items() for item in listed_items(other)}
    for field, items in plan.listed().items():
        for item in items:
            other, step = known.get(item.id, (item, ""))
            if other != item:
                yield field, said("plan.other_item", item=item.id, step=step)


def listed_items(plan: StepPlan) -> Iterator[Item]:
    """The items that a step lists itself."""
    for items in plan.listed().values():
        yield from items


def named_steps(plan: StepPlan) -> set[str]:
    """The earlier steps that a step builds on."""
    return {
        *plan.references().values(),
        *(step for source in plan.sources().values() for step in source.steps),
    }


def field_of(problem: msgspec.ValidationError) -> str:
    """The field a msgspec error speaks of, as a path."""
    text = str(problem)
    path = found[1] if (found := re.search(r" - at `\$\.?([^`]*)`", text)) else ""
    name = found[1] if (found := re.search(r"field `([^`]*)`", text)) else ""
    return ".".join(part for part in (path, name) if part) or "?"


def _wrong(problem: msgspec.ValidationError) -> Said:
    """A msgspec error in words: what it expected is said in its own."""
    if "unknown field" in str(problem):
        return said("plan.unknown")
    if "missing required field" in str(problem):
        return said("plan.missing")
    return said("plan.type", problem=re.sub(r" - at `[^`]*`$", "", str(problem)))

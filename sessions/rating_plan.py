"""What a playbook may say of a rating: which items, in which form they are rated, and by whom.

There are three forms: a *scale* (with several criteria: a matrix), a budget of *dots*, and a *choice* among targets.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Literal

import msgspec

from sessions.activity import StepPlan
from sessions.items import From, Item, Offer
from sessions.message import Id
from sessions.texts import Said, said

Form = Literal["scale", "dots", "choice"]

MOST_DOTS = 100


class Reasons(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words that whoever chooses one of these *points* may tick, to say why."""

    points: list[int]
    tags: list[str]


class Scale(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """An ordinal scale: ``points`` are words, lowest first (point 1); ``off`` is the answer off the scale."""

    question: str
    points: list[str]
    off: str = ""
    reasons: list[Reasons] = []


class Criterion(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One of several questions that are asked of each item, on the same scale."""

    id: Id
    title: str
    question: str = ""


class Quadrants(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the quarters of a matrix are called; the first word is about the first criterion."""

    high_high: str
    high_low: str
    low_high: str
    low_low: str


class Reference(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The scores that another project or session gave, to be shown beside ours."""

    label: str
    scores: dict[str, int]
    notes: dict[str, str] = {}


class Plan(StepPlan, frozen=True, kw_only=True, dict=True):
    """``items`` are listed, or taken from earlier steps; exactly one of ``scale``, ``dots`` and ``targets`` is given."""

    items: list[Item] | From
    scale: Scale | None = None
    dots: Annotated[int, msgspec.Meta(ge=0, le=MOST_DOTS)] = 0
    max_per_item: Annotated[int, msgspec.Meta(ge=0, le=MOST_DOTS)] = 0
    targets: list[Item] | From | None = None
    multiple: bool = True
    max_targets: Annotated[int, msgspec.Meta(ge=0)] = 0
    own_targets: bool = False
    criteria: list[Criterion] | Literal["items"] = []
    quadrants: Quadrants | None = None
    per: Literal["person", "organisation"] = "person"
    again: str = ""
    addable: bool = False
    add_prompt: str = ""
    blind: bool = True
    remarks: bool = True
    one_by_one: bool = False
    reference: Reference | None = None

    @property
    def offers(self) -> frozenset[Offer]:  # type: ignore[override]
        """Only a choice has targets."""
        return frozenset({"items", "targets"} if self.form == "choice" else {"items"})

    @property
    def form(self) -> Form:
        if self.scale:
            return "scale"
        return "dots" if self.dots else "choice"

    @property
    def cascade(self) -> bool:
        """Whether each item is scored against every other."""
        return self.criteria == "items"

    @property
    def remarkable(self) -> bool:
        """Whether a score may come with a remark."""
        return self.remarks and self.form == "scale" and not self.criteria

    @property
    def points(self) -> int:
        """How many points the scale has; 0 without one."""
        return len(self.scale.points) if self.scale else 0

    def has_point(self, point: str) -> bool:
        """Whether *point* is on the scale: its number, or "none" where one may stand off it."""
        off = ["none"] if self.scale and self.scale.off else []
        return point in (*map(str, range(1, self.points + 1)), *off)

    @property
    def most_dots(self) -> int:
        """The most dots that fit on one item."""
        return min(self.dots, self.max_per_item or self.dots)

    @property
    def most_targets(self) -> int:
        """The most targets that may be chosen for one item; 0 when there is no limit."""
        return self.max_targets if self.multiple else 1

    @cached_property
    def own_ids(self) -> frozenset[str]:
        """The ids of the items and targets that the plan itself names."""
        return frozenset(item.id for items in self.listed().values() for item in items)

    @cached_property
    def reasons(self) -> Mapping[int, Mapping[str, str]]:
        """Point -> key -> word, for the points that have reasons to tick."""
        found: dict[int, dict[str, str]] = {}
        n = 0
        for group in self.scale.reasons if self.scale else ():
            for tag in group.tags:
                n += 1
                for point in group.points:
                    found.setdefault(point, {})[str(n)] = tag
        return found

    def sources(self) -> Mapping[str, From]:
        given = {"items": self.items, "targets": self.targets}
        return {field: source for field, source in given.items() if isinstance(source, From)}

    def listed(self) -> Mapping[str, list[Item]]:
        given = {"items": self.items, "targets": self.targets}
        return {field: items for field, items in given.items() if isinstance(items, list)}

    def references(self) -> Mapping[str, str]:
        return {"again": self.again} if self.again else {}

    def refers_to(self, field: str) -> str:
        return self.kind

    def problems(self, earlier: Mapping[str, StepPlan]) -> Mapping[str, Said]:
        return {
            **self._form_problems(),
            **self._scale_problems(),
            **self._list_problems(),
            **self._again_problems(earlier),
        }

    def _form_problems(self) -> dict[str, Said]:
        found: dict[str, Said] = {}
        if [self.scale is not None, self.dots > 0, self.targets is not None].count(True) != 1:
            found["scale"] = said("plan.one_form")
        if self.max_per_item and not self.dots:
            found["max_per_item"] = said("plan.only_dots")
        if self.max_per_item > self.dots > 0:
            found["max_per_item"] = said("plan.few_dots", dots=self.dots)
        if self.targets is None and (self.own_targets or self.max_targets or not self.multiple):
            found["targets"] = said("plan.only_targets")
        if self.max_targets and not self.multiple:
            found["max_targets"] = said("plan.one_target")
        if self.add_prompt and not self.addable:
            found["add_prompt"] = said("plan.not_addable")
        if self.quadrants and len(self.listed_criteria) != 2:
            found["quadrants"] = said("plan.quarters")
        if self.criteria and not self.scale:
            found["criteria"] = said("plan.criteria_scale")
        if self.reference and (not self.scale or self.criteria):
            found["reference"] = said("plan.reference_scale")
        return found

    @property
    def listed_criteria(self) -> list[Criterion]:
        """The criteria that are no items."""
        return self.criteria if isinstance(self.criteria, list) else []

    def _scale_problems(self) -> dict[str, Said]:
        found: dict[str, Said] = {}
        if not self.scale:
            return found
        if not 2 <= self.points <= 11:
            found["scale.points"] = said("plan.scale_points")
        if self.reference and any(not 1 <= point <= self.points for point in self.reference.scores.values()):
            found["reference.scores"] = said("plan.points_to", most=self.points)
        for group in self.scale.reasons:
            if not group.points or not group.tags:
                found["scale.reasons"] = said("plan.points_and_tags")
            if any(not 1 <= point <= self.points for point in group.points):
                found["scale.reasons"] = said("plan.points_to", most=self.points)
        if self.criteria and self.scale.reasons:
            found["scale.reasons"] = said("plan.reasons_criteria")
        listed = [criterion.id for criterion in self.listed_criteria]
        if len(listed) == 1:
            found["criteria"] = said("plan.one_criterion")
        if len(set(listed)) != len(listed):
            found["criteria"] = said("plan.same_criterion")
        return found

    def _list_problems(self) -> dict[str, Said]:
        found: dict[str, Said] = {}
        for field, items in self.listed().items():
            ids = [item.id for item in items]
            if len(set(ids)) != len(ids):
                found[field] = said("plan.same_item")
        if self.items == [] and not self.addable:
            found["items"] = said("plan.nothing_to_rate")
        if self.targets == [] and not self.own_targets:
            found["targets"] = said("plan.nothing_to_choose")
        if self.reference and isinstance(self.items, list):
            known = {item.id for item in self.items}
            if strange := self.reference.scores.keys() - known:
                found["reference.scores"] = said("plan.no_item", item=min(strange))
        return found

    def _again_problems(self, earlier: Mapping[str, StepPlan]) -> dict[str, Said]:
        first = earlier.get(self.again)
        if not isinstance(first, Plan):
            return {}
        if not self.scale or self.criteria or first.criteria or not first.scale:
            return {"again": said("plan.again_scale")}
        if first.scale.points != self.scale.points:
            return {"again": said("plan.again_other_scale", step=self.again)}
        return {}

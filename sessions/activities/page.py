"""page: a text, optionally with the results of an earlier step.  Nobody can do anything on a page but read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from sessions.activity import Activity, Audience, StepPlan, present
from sessions.markdown import to_tree
from sessions.message import Actor, Invalid, Record

if TYPE_CHECKING:
    from sessions.session import Session


class Plan(StepPlan, frozen=True, kw_only=True):
    """``text`` is Markdown; ``results_of`` names an earlier step whose results are shown below it."""

    text: str = ""
    results_of: str = ""

    def references(self) -> Mapping[str, str]:
        return {"results_of": self.results_of} if self.results_of else {}


@dataclass(frozen=True)
class Page(Activity):
    """A page is its plan."""

    plan: Plan

    @classmethod
    def planned(cls, plan: Plan) -> Self:
        return cls(plan)

    def decide(self, command: Any, actor: Actor, session: "Session") -> list[Any]:
        raise Invalid("command.unknown")

    def evolve(self, record: Record) -> Self:
        return self

    def concerns(self, event: Any) -> Iterable[str]:
        return ()

    def inputs(self, session: "Session") -> tuple[object, ...]:
        return (self,)

    def view(self, audience: Audience, session: "Session") -> Mapping[str, Any]:
        return self._view

    @cached_property
    def _view(self) -> dict[str, Any]:
        return present(body=to_tree(self.plan.text), shows=self.plan.results_of or None)

    def mine(self, participant: str, session: "Session") -> Mapping[str, Any]:
        return {}

    def exported(self, record: Record, session: "Session") -> Record | None:
        return record

    def report(self, session: "Session") -> Mapping[str, Any]:
        return {"text": self.plan.text} if self.plan.text else {}

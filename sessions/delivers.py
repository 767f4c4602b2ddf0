"""What a session must deliver: the checklist of a playbook, ticked from what is there.

A playbook says it as data: a text, and which step ticks it.  A newcomer might look for what each playbook must deliver:
it is nowhere in the code.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from sessions.texts import Said, said

if TYPE_CHECKING:
    from sessions.activity import StepPlan
    from sessions.session import Session


class Deliverable(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """One thing that must be there afterwards.  It is delivered by a ``step``, or ``elsewhere``: in another session."""

    text: str
    step: str = ""
    """the step that ticks it, once enough is there: cards, items with a result or a conclusion, answers, a text"""
    elsewhere: str = ""
    """in place of a step: the session in which this comes up"""
    boxes: list[str] = []
    """of a canvas: these boxes count, in place of cards, each as soon as a card in it does"""
    filled: list[str] = []
    """of a canvas: only cards in which all of these fields are filled in count"""
    agreed: bool = False
    """of a canvas: only agreed cards count"""
    decided: list[str] = []
    """of a discussion: only items that were concluded with one of these words count"""
    least: int = 1
    """how many there must be"""
    every: bool = False
    """all there are must count, not just the least"""

    def problems(self, plans: Mapping[str, "StepPlan"]) -> Iterator[tuple[str, Said]]:
        """Field -> what is wrong with it, for the author of the playbook; *plans* are those of all steps."""
        if not self.text:
            yield "text", said("plan.deliver_text")
        if bool(self.step) == bool(self.elsewhere):
            yield "step", said("plan.deliver_step")
            return
        if self.least < 1:
            yield "least", said("plan.positive")
        plan = plans.get(self.step)
        if plan is None:
            if self.step:
                yield "step", said("plan.no_step", step=self.step)
            elif conditions := [
                name for name in ("boxes", "filled", "agreed", "decided") if getattr(self, name)
            ]:
                yield conditions[0], said("plan.deliver_with_step")
            return
        known = {
            "boxes": (self.boxes, plan.box_ids(plans), said("plan.box")),
            "filled": (self.filled, plan.field_ids(plans), said("plan.field")),
            "decided": (self.decided, plan.decision_words, said("plan.decision")),
        }
        for name, (wanted, there, what) in known.items():
            for n, one in enumerate(wanted):
                if one not in there:
                    yield f"{name}[{n}]", said("plan.deliver_without", step=self.step, what=what, name=one)
        if self.agreed and not plan.agrees(plans):
            yield "agreed", said("plan.nothing_agreed", step=self.step)


@dataclass(frozen=True)
class Delivery:
    """How far a deliverable has come: ``done`` of ``total``."""

    wanted: Deliverable
    title: str = ""
    """of the step that delivers it"""
    done: int = 0
    total: int = 0

    @property
    def there(self) -> bool:
        """Whether it may be ticked."""
        enough = self.done >= self.wanted.least
        return enough and (self.done == self.total or not self.wanted.every)


def deliveries(session: "Session") -> Iterator[Delivery]:
    """How far everything has come that the plan of *session* must deliver, in its order."""
    for wanted in session.plan.delivers:
        step = session.steps.get(wanted.step)
        if step is None or step.skipped:
            # It is not in the report either.
            yield Delivery(wanted)
        else:
            done, total = session.activities[wanted.step].delivered(wanted, session)
            yield Delivery(wanted, step.plan.title, done, total)

"""What was agreed: the conclusions of discussions, and the cards of action boards with who does it and when.

A field is known by its kind, not by its name: the first person is who does it, the first date is when.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from sessions.canvas_report import Column, Entry, Table, Value, tabled
from sessions.fields import Kind
from sessions.lineage import Trail
from sessions.report_wording import Wording

if TYPE_CHECKING:
    from sessions.activities.discussion import Talked
    from sessions.report import Section


@dataclass(frozen=True)
class Action:
    """A card of an action board.  What nobody said yet is empty."""

    step: str
    entry: Entry

    @property
    def agreed(self) -> bool:
        """Whether everything is filled in that makes it agreed."""
        return bool(self.entry.agreed)

    @cached_property
    def owner(self) -> Value | None:
        """Who does it."""
        return self._first("person")

    @cached_property
    def due(self) -> Value | None:
        """When it will be done; ``value`` is as in ``2027-01-31``."""
        return self._first("date")

    @cached_property
    def organisation(self) -> Value | None:
        """On whose behalf."""
        return self._first("organisation")

    @property
    def others(self) -> Iterable[Value]:
        """What else was said in free text, such as who is to help."""
        return (value for value in self.entry.values if value.kind == "text")

    @property
    def who(self) -> str:
        """Who does it, on whose behalf; empty when nobody does."""
        owner, organisation = (value.told if value else "" for value in (self.owner, self.organisation))
        return f"{owner} ({organisation})".strip() if organisation else owner

    def _first(self, kind: Kind) -> Value | None:
        return next((value for value in self.entry.values if value.kind == kind), None)


@dataclass(frozen=True)
class Decision:
    """What a discussion came to about one item."""

    step: str
    talked: "Talked"


def actions(sections: Iterable["Section"]) -> tuple[Action, ...]:
    """The cards of all action boards: the agreed ones first, by date."""
    found = [
        Action(section.id, entry)
        for section in sections
        for entry in section.content.get("entries", ())
        if entry.agreed is not None
    ]
    return tuple(
        sorted(found, key=lambda one: (not one.agreed, one.due.value if one.agreed and one.due else ""))
    )


def decisions(sections: Iterable["Section"]) -> tuple[Decision, ...]:
    """What discussions decided, or gave somebody to do."""
    return tuple(
        Decision(section.id, talked)
        for section in sections
        for talked in section.content.get("talked", ())
        if talked.conclusion.decision or talked.conclusion.who
    )


def actions_table(
    told: Sequence[Action], trails: Mapping[str, Sequence[Trail]], say: Wording, *, needed: bool
) -> Table:
    """The actions as a table: what, who, with whom, when, and what it came from; *needed* adds what is missing."""
    t = say.local.t
    others = {value.field: value.label for action in told for value in action.others}
    texts = [{value.field: value.told for value in action.others} for action in told]
    return tabled(
        [
            Column(t("report.doc.col_action"), [action.entry.card.text for action in told], always=True),
            Column(t("report.doc.col_needed"), [", ".join(a.entry.needed) if needed else "" for a in told]),
            Column(_label(told, "owner") or t("report.doc.col_owner"), [action.who for action in told]),
            *(Column(label, [of.get(field, "") for of in texts]) for field, label in others.items()),
            Column(t("report.doc.col_with"), [say.joining(a.entry.partners, a.entry.joined) for a in told]),
            Column(
                _label(told, "due") or t("report.doc.col_due"),
                [action.due.told if action.due else "" for action in told],
            ),
            Column(
                t("report.doc.col_from"),
                [say.trail(trails.get(a.entry.id, ()), a.entry.card.text, most=2) for a in told],
            ),
        ]
    )


def decisions_table(told: Sequence[Decision], say: Wording) -> Table:
    """The decisions as a table."""
    t = say.local.t
    return tabled(
        [
            Column(t("rating.col_item"), [one.talked.item.title for one in told], always=True),
            Column(t("report.doc.conclusion"), [one.talked.conclusion.decision for one in told]),
            Column(t("report.doc.who"), [one.talked.conclusion.who for one in told]),
            Column(t("report.doc.note"), [one.talked.conclusion.note for one in told]),
        ]
    )


def _label(told: Sequence[Action], which: str) -> str:
    """What the playbook calls the field, when all boards call it the same."""
    labels = {value.label for action in told if (value := getattr(action, which))}
    return labels.pop() if len(labels) == 1 else ""

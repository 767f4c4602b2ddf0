"""How a round and answers to it look as views: what stays the same during a round, somebody's own answers, and entries."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from sessions.activity import present
from sessions.outcome import Answer
from sessions.rating_plan import Plan
from sessions.rating_tables import Table, asks_people, organisation_of

if TYPE_CHECKING:
    from sessions.activities.rating import Rating


def form_view(plan: Plan) -> dict[str, Any]:
    """What is asked, and how it can be answered."""
    return present(
        form=plan.form,
        scale=_scale_view(plan),
        dots=present(budget=plan.dots, per_item=plan.max_per_item or None) if plan.dots else None,
        choice=present(multiple=plan.multiple, most=plan.most_targets or None, own=plan.own_targets)
        if plan.form == "choice"
        else None,
        cascade=plan.cascade or None,
        quadrants=msgspec.structs.asdict(plan.quadrants) if plan.quadrants else None,
        per_organisation=plan.per == "organisation" or None,
        addable=plan.addable or None,
        add_prompt=plan.add_prompt or None,
        again=plan.again or None,
        blind=plan.blind,
        remarks=plan.remarkable,
        one_by_one=plan.one_by_one,
    )


def _scale_view(plan: Plan) -> dict[str, Any] | None:
    scale = plan.scale
    if not scale:
        return None
    return present(
        question=scale.question,
        points={str(n): word for n, word in enumerate(scale.points, 1)},
        off=scale.off or None,
        reasons={str(point): dict(words) for point, words in plan.reasons.items()} or None,
    )


def own_view(theirs: Mapping[str, Answer], plan: Plan) -> dict[str, Any]:
    """The answers of one voice, for whoever gave them."""
    match plan.form:
        case "dots":
            dots = {item: answer.dots for item, answer in theirs.items()}
            return {"dots": dots, "left": plan.dots - sum(dots.values())}
        case "choice":
            return {"choices": {item: dict.fromkeys(answer.targets, True) for item, answer in theirs.items()}}
    if plan.criteria:
        scores = {
            item: {"criteria": {id: {"score": score} for id, score in answer.criteria.items()}}
            for item, answer in theirs.items()
        }
        return {"scores": scores}
    return {
        "scores": {
            item: present(
                score=answer.score,
                remark=answer.remark or None,
                reasons=dict.fromkeys(answer.reasons, True) or None,
            )
            for item, answer in theirs.items()
        }
    }


def entered_views(round: "Rating") -> dict[str, Any]:
    """What a facilitator entered for people and organisations without a phone, to be changed until the reveal."""
    tables = sorted((organisation_of(key), key, table) for key, table in round.tables.items())
    return present(
        tallies={
            str(n): {"organisation": organisation, **_table_view(table, round.plan)}
            for n, (organisation, key, table) in enumerate(tables, 1)
            if organisation == key
        }
        or None,
        asks_people=asks_people(round.plan) or None,
        spoken={
            str(n): {"organisation": voice, **own_view(round.answers[voice], round.plan)}
            for n, voice in enumerate(round.without_phone, 1)
        }
        or None,
    )


def _table_view(table: Table, plan: Plan) -> dict[str, Any]:
    items: dict[str, Any] = {}
    for (item, criterion), row in table.rows.items():
        if criterion:
            items.setdefault(item, {})[criterion] = dict(row)
        else:
            items[item] = dict(row)
    given = sum(sum(row.values()) for row in table.rows.values())
    left = plan.dots * table.people - given if plan.form == "dots" and table.people else None
    return present(people=table.people or None, left=left, items=items)

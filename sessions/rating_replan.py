"""What may change of a rating once people have answered.

Of a hidden round only that somebody answered may be known: which items, and how, plays no part in a refusal.
"""

from collections.abc import Mapping

from sessions.items import Item
from sessions.message import Rejected
from sessions.rating_plan import Plan, Scale


def check_round(old: Plan, new: Plan, *, started: bool, answered: bool) -> None:
    """Raises Rejected when answers would lose their meaning, or be seen before they were to be."""
    if old.blind and not new.blind and (started or answered):
        raise Rejected("agenda.promised_blind", title=old.title)
    if not answered:
        return
    if new.blind and not old.blind:
        raise Rejected("agenda.already_seen", title=old.title)
    if _shape(old) != _shape(new) or _fits_less(old, new):
        raise Rejected("agenda.scale_answered", title=old.title)


def _shape(plan: Plan) -> tuple[object, ...]:
    """What the answers rest on, without its words."""
    return (plan.form, plan.per, _scale_shape(plan.scale), plan.cascade, bool(plan.criteria))


def _scale_shape(scale: Scale | None) -> tuple[object, ...]:
    if scale is None:
        return ()
    reasons = tuple((tuple(group.points), len(group.tags)) for group in scale.reasons)
    return (len(scale.points), bool(scale.off), reasons)


def _fits_less(old: Plan, new: Plan) -> bool:
    """Whether somebody may have given an answer that is not possible any more."""
    criteria = {criterion.id for criterion in old.listed_criteria}
    unlimited = 10**6
    return (
        new.dots < old.dots
        or new.most_dots < old.most_dots
        or (new.most_targets or unlimited) < (old.most_targets or unlimited)
        or not criteria <= {criterion.id for criterion in new.listed_criteria}
    )


def set_aside(old: Plan, new: Plan, before: Mapping[str, Item]) -> dict[str, Item]:
    """What is off the list now and was on it once."""
    listed = _listed(new)
    return {id: item for id, item in {**before, **_listed(old)}.items() if id not in listed}


def _listed(plan: Plan) -> dict[str, Item]:
    return {item.id: item for items in plan.listed().values() for item in items}

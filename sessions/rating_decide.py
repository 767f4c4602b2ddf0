"""What the wishes of people make happen in a rating, or why not: one sentence that they can act on."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sessions.message import Actor, Forbidden, Invalid, Rejected, TooLarge
from sessions.outcome import NOTHING, Answer
from sessions.people import known_organisation
from sessions.rating_messages import (
    FORMS,
    AddItem,
    AddTarget,
    Choose,
    Chose,
    DotsGiven,
    GiveDots,
    Given,
    HideItem,
    ItemAdded,
    ItemHidden,
    Rate,
    Rated,
    ReferenceShown,
    Reopen,
    Reopened,
    Reveal,
    Revealed,
    ShowReference,
    Tallied,
    Tally,
    TargetAdded,
)
from sessions.rating_plan import Plan
from sessions.results import Score
from sessions.text import clean

if TYPE_CHECKING:
    from sessions.activities.rating import Rating
    from sessions.session import Session

MAX_REMARK = 500
MAX_TITLE = 200
MAX_ADDED_A_PERSON = 20


@dataclass(frozen=True)
class Deciding:
    """One wish of *actor* in a round."""

    round: "Rating"
    actor: Actor
    session: "Session"

    @property
    def plan(self) -> Plan:
        return self.round.plan

    def decide(self, command: Any) -> list[Any]:
        match command:
            case Rate() | GiveDots() | Choose():
                return self._answered(command)
            case AddItem(item=id, title=title):
                if not self.plan.addable:
                    raise Rejected("rating.not_addable")
                return [ItemAdded(self.plan.id, id, self._new(id, title))]
            case AddTarget(target=id, title=title):
                if not self.plan.own_targets:
                    raise Rejected("rating.no_own_targets")
                return [TargetAdded(self.plan.id, id, self._new(id, title))]
            case HideItem(item=id, hidden=hidden):
                if (one := self.round.added.get(id) or self.round.own_targets.get(id)) is None:
                    raise Rejected("rating.unknown_item")
                return [ItemHidden(self.plan.id, id, hidden)] if hidden != one.hidden else []
            case Reveal():
                return [] if self.round.shown else [Revealed(self.plan.id)]
            case Tally():
                return self._tallied(command)
            case Reopen():
                if self.round.kept:
                    raise Rejected("rating.kept")
                return [Reopened(self.plan.id)] if self.round.shown else []
            case ShowReference(shown=shown):
                if not self.plan.reference:
                    raise Rejected("rating.no_reference")
                if not self.round.revealed:
                    raise Rejected("rating.not_revealed")
                return [ReferenceShown(self.plan.id, shown)] if shown != self.round.reference_shown else []
        raise Invalid("command.unknown")

    def _new(self, id: str, title: str) -> str:
        """The title of an item or target that may be added; raises Refused."""
        if self.round.shown:
            raise Rejected("rating.closed")
        if self.session.holds(id):
            raise Rejected("rating.item_exists")
        title = clean(title, newlines=False)
        if not title:
            raise Rejected("rating.blank")
        if len(title) > MAX_TITLE:
            raise TooLarge("text.too_long", most=MAX_TITLE, length=len(title))
        mine = sum(one.author == self.actor.id for one in self.round.everything_added())
        if self.actor.role == "participant" and mine >= MAX_ADDED_A_PERSON:
            raise TooLarge("rating.too_many", most=MAX_ADDED_A_PERSON)
        return title

    def _answered(self, wanted: Rate | GiveDots | Choose) -> list[Any]:
        if self.actor.role != "participant":
            raise Forbidden("participants_only")
        if FORMS[type(wanted)] != self.plan.form:
            raise Rejected("rating.other_form")
        if self.round.shown:
            raise Rejected("rating.closed")
        if wanted.item not in self.round.by_id(self.session):
            raise Rejected("rating.unknown_item")
        organisation = ""
        if self.plan.per == "organisation":
            person = self.session.people.get(self.actor.id)
            if person is None or not person.organisation:
                raise Rejected("rating.name_organisation")
            organisation = person.organisation
        theirs = self.round.answers.get(organisation or self.actor.id, {})
        match wanted:
            case Rate(criterion=None) if not self.plan.criteria:
                events = self._rated(wanted, theirs.get(wanted.item))
            case Rate():
                events = self._rated_by_criterion(wanted, theirs.get(wanted.item, NOTHING))
            case GiveDots():
                events = self._dotted(wanted, theirs)
            case Choose():
                events = self._chose(wanted, theirs.get(wanted.item, NOTHING))
        return [replace(given, organisation=organisation) if organisation else given for given in events]

    def _tallied(self, wanted: Tally) -> list[Any]:
        """What people without a phone answer, as a count for each point."""
        plan = self.plan
        if plan.form != "scale" or plan.criteria or plan.per == "organisation":
            raise Rejected("rating.no_tally")
        if self.round.shown:
            raise Rejected("rating.closed")
        if wanted.item not in self.round.by_id(self.session):
            raise Rejected("rating.unknown_item")
        for point in wanted.counts:
            self._check_score("none" if point == "none" else int(point))
        counts = {point: n for point, n in wanted.counts.items() if n}
        people = self.session.people.values()
        organisation = clean(wanted.organisation, newlines=False)
        organisation = known_organisation(organisation, self.session.plan.join, people)
        before = self.round.tallies.get(organisation, {}).get(wanted.item, {})
        return [Tallied(plan.id, wanted.item, counts, organisation)] if counts != before else []

    def _rated(self, wanted: Rate, old: Answer | None) -> list[Given]:
        if wanted.score is None:
            return [Rated(self.plan.id, wanted.item, None)] if old else []
        self._check_score(wanted.score)
        if wanted.remark is None:
            remark = old.remark if old else ""
        else:
            remark = wanted.remark
            if remark and not self.plan.remarkable:
                raise Rejected("rating.no_remarks")
            if len(remark) > MAX_REMARK:
                raise TooLarge("text.too_long", most=MAX_REMARK, length=len(remark))
        reasons = self._reasons(wanted, old)
        if old == Answer(wanted.score, remark, reasons):
            return []
        return [Rated(self.plan.id, wanted.item, wanted.score, remark, reasons=reasons)]

    def _check_score(self, score: Score) -> None:
        scale = self.plan.scale
        assert scale
        if score == "none":
            if not scale.off:
                raise Rejected("rating.off_scale", most=len(scale.points))
        elif not 1 <= score <= len(scale.points):
            raise Rejected("rating.off_scale", most=len(scale.points))

    def _reasons(self, wanted: Rate, old: Answer | None) -> tuple[str, ...]:
        """The reasons that stand with the score, in the order of the plan; raises Rejected."""
        offered = self.plan.reasons.get(wanted.score, {}) if isinstance(wanted.score, int) else {}
        if wanted.reasons is None:
            return tuple(key for key in offered if old and key in old.reasons)
        if wanted.reasons and not offered:
            raise Rejected("rating.no_reasons")
        if set(wanted.reasons) - offered.keys():
            raise Rejected("rating.unknown_reason")
        return tuple(key for key in offered if key in wanted.reasons)

    def _rated_by_criterion(self, wanted: Rate, old: Answer) -> list[Given]:
        if not wanted.criterion:
            raise Rejected("rating.criterion_missing")
        if wanted.criterion not in self.round.criteria_of(self.session).get(wanted.item, ()):
            raise Rejected("rating.unknown_criterion")
        if wanted.remark:
            raise Rejected("rating.no_remarks")
        if wanted.reasons:
            raise Rejected("rating.no_reasons")
        if wanted.score is not None:
            self._check_score(wanted.score)
        if old.criteria.get(wanted.criterion) == wanted.score:
            return []
        return [Rated(self.plan.id, wanted.item, wanted.score, criterion=wanted.criterion)]

    def _dotted(self, wanted: GiveDots, theirs: Mapping[str, Answer]) -> list[Given]:
        """The dots on the item, and those that are taken from items that are away to have enough."""
        plan, items = self.plan, self.round.by_id(self.session)
        if wanted.dots > plan.most_dots < plan.dots:
            raise Rejected("rating.cap", n=plan.most_dots)
        others = {id: answer.dots for id, answer in theirs.items() if id != wanted.item}
        spent = sum(dots for id, dots in others.items() if id in items)
        if spent + wanted.dots > plan.dots:
            raise Rejected("rating.budget", n=plan.dots, left=plan.dots - spent)
        if theirs.get(wanted.item, NOTHING).dots == wanted.dots:
            return []
        events: list[Given] = []
        short = sum(others.values()) + wanted.dots - plan.dots
        for id, dots in others.items():
            if short > 0 and id not in items:
                events.append(DotsGiven(plan.id, id, dots - min(short, dots)))
                short -= min(short, dots)
        return [*events, DotsGiven(plan.id, wanted.item, wanted.dots)]

    def _chose(self, wanted: Choose, old: Answer) -> list[Given]:
        targets = self.round.targets_by_id(self.session)
        # What was chosen before and is away may be sent along by a phone that has not heard of it.
        if any(target not in targets and target not in old.targets for target in wanted.targets):
            raise Rejected("rating.unknown_target")
        picked = tuple(target for target in dict.fromkeys(wanted.targets) if target in targets)
        most = self.plan.most_targets
        if most and len(picked) > most:
            raise Rejected("rating.too_many_targets", n=most)
        if wanted.targets:
            # It stays chosen as long as there is room for it.
            away = [target for target in old.targets if target not in targets]
            picked = (*picked, *(away[: most - len(picked)] if most else away))
        if set(picked) == set(old.targets):
            return []
        return [Chose(self.plan.id, wanted.item, picked)]

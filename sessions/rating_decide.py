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
    Tally,
    TallyPeople,
    TargetAdded,
)
from sessions.rating_plan import Plan
from sessions.rating_tally import Tallying
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
            case Tally() | TallyPeople():
                return Tallying.events(command, self.round, self.session)
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
        self._check_sender(wanted)
        if FORMS[type(wanted)] != self.plan.form:
            raise Rejected("rating.other_form")
        if self.round.shown:
            raise Rejected("rating.closed")
        if wanted.item not in self.round.by_id(self.session):
            raise Rejected("rating.unknown_item")
        organisation = self._organisation(wanted.organisation)
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
        if not organisation:
            return events
        on_behalf = self.actor.role == "facilitator"
        return [replace(given, organisation=organisation, on_behalf=on_behalf) for given in events]

    def _check_sender(self, wanted: Rate | GiveDots | Choose) -> None:
        """Raises Forbidden for an answer that is not the sender's to give."""
        match self.actor.role:
            case "participant" if wanted.organisation:
                raise Forbidden("forbidden")
            case "participant":
                return
            case "facilitator" if wanted.organisation:
                return
        raise Forbidden("participants_only")

    def _organisation(self, typed: str) -> str:
        """The organisation whose answer this is to be; empty where everybody answers for themselves."""
        if self.plan.per == "person":
            if typed:
                raise Rejected("rating.only_tally")
            return ""
        if typed:
            return self._spoken_for(typed)
        person = self.session.people.get(self.actor.id)
        if person is None or not person.organisation:
            raise Rejected("rating.name_organisation")
        return person.organisation

    def _spoken_for(self, typed: str) -> str:
        """The organisation without a phone for which a facilitator answers."""
        people = self.session.people.values()
        organisation = known_organisation(clean(typed, newlines=False), self.session.plan.join, people)
        # A facilitator neither sees nor overwrites what people answer themselves.
        if self.round.answers.get(organisation) and organisation not in self.round.spoken_for:
            raise Rejected("rating.answers_itself", organisation=organisation)
        return organisation

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
        if not self.plan.has_point(str(score)):
            raise Rejected("rating.off_scale", most=self.plan.points)

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

"""rating: a round in which everybody scores the same items.

A blind round keeps every score from everybody, the facilitator included, until the reveal; until then the view has
two counts and nothing else.  Scores are kept per participant, so that counting who is ready costs a look per person.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

import msgspec

from sessions.activity import Activity, Audience, Contribution, StepPlan, present
from sessions.items import From, Item, Offer, choice, chosen, decision_on, upstream
from sessions.message import Actor, Forbidden, Id, Invalid, Record, Rejected, TooLarge, command, event
from sessions.people import Entered
from sessions.results import OTHER, Distribution, by_organisation, distribution, most_divided
from sessions.texts import texts

if TYPE_CHECKING:
    from sessions.session import Session

Score = int | Literal["none"]

MAX_REMARK = 500


class Scale(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """An ordinal scale: ``points`` are words, lowest first (point 1); ``off`` is the answer off the scale."""

    question: str
    points: list[str]
    off: str = ""


class Reference(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The scores that another project or session gave, to be shown beside ours."""

    label: str
    scores: dict[str, int]
    notes: dict[str, str] = {}


class Plan(StepPlan, frozen=True, kw_only=True):
    """``items`` are listed, or taken from earlier steps."""

    offers: ClassVar[frozenset[Offer]] = frozenset({"items"})

    items: list[Item] | From
    scale: Scale
    blind: bool = True
    remarks: bool = True
    one_by_one: bool = False
    reference: Reference | None = None

    def sources(self) -> Mapping[str, From]:
        return {"items": self.items} if isinstance(self.items, From) else {}

    def listed(self) -> Mapping[str, list[Item]]:
        return {"items": self.items} if isinstance(self.items, list) else {}

    def problems(self, earlier: Mapping[str, StepPlan]) -> Mapping[str, str]:
        found: dict[str, str] = {}
        if len(self.scale.points) < 2:
            found["scale.points"] = "a scale needs at least two points"
        if isinstance(self.items, list):
            ids = [item.id for item in self.items]
            if not ids:
                found["items"] = "there is nothing to rate"
            if len(set(ids)) != len(ids):
                found["items"] = "two items have the same id"
        if self.reference:
            if isinstance(self.items, list) and (strange := set(self.reference.scores) - set(ids)):
                found["reference.scores"] = f"there is no item {min(strange)!r}"
            if any(not 1 <= point <= len(self.scale.points) for point in self.reference.scores.values()):
                found["reference.scores"] = f"points go from 1 to {len(self.scale.points)}"
        return found


@command("rating.rate")
@dataclass(frozen=True)
class Rate:
    """``score`` absent takes the answer back, its remark too."""

    step: Id
    item: Id
    score: Score | None = None
    remark: str | None = None


@command("rating.reveal", steering=True)
@dataclass(frozen=True)
class Reveal:
    step: Id


@command("rating.show_reference", steering=True)
@dataclass(frozen=True)
class ShowReference:
    step: Id
    shown: bool


@event("rating.rated")
@dataclass(frozen=True)
class Rated:
    """``remark`` is what stands after this event; without a score both are gone."""

    step: str
    item: str
    score: Score | None
    remark: str = ""


@event("rating.revealed")
@dataclass(frozen=True)
class Revealed:
    step: str


@event("rating.reference_shown")
@dataclass(frozen=True)
class ReferenceShown:
    step: str
    shown: bool


@dataclass(frozen=True)
class Answer:
    """One person's answer to one item."""

    score: Score
    remark: str = ""


@dataclass(frozen=True)
class Result:
    """What a revealed round says of one item."""

    item: Item
    total: Distribution
    organisations: tuple[tuple[str, Distribution], ...]
    remarks: tuple[str, ...]
    divided_rank: int


@dataclass(frozen=True)
class Rating(Activity):
    """One rating round; ``answers`` maps participant to item to answer.

    ``organisations`` is on whose behalf each participant spoke.  It stands still from the reveal on: somebody who then
    changed organisation would move one score from group to group, for everybody to see.
    """

    plan: Plan
    shown: bool = False
    reference_shown: bool = False
    answers: Mapping[str, Mapping[str, Answer]] = field(default_factory=dict)
    organisations: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def planned(cls, plan: Plan) -> Self:
        return cls(plan)

    @property
    def revealed(self) -> bool:
        """Whether results may be seen: at once in an open round, after the reveal in a blind one."""
        return self.shown or not self.plan.blind

    def decide(self, command: Any, actor: Actor, session: "Session") -> list[Any]:
        match command:
            case Rate():
                return self._rated(command, actor, session)
            case Reveal():
                return [] if self.shown else [Revealed(self.plan.id)]
            case ShowReference(shown=shown):
                if not self.plan.reference:
                    raise Rejected("rating.no_reference")
                if not self.revealed:
                    raise Rejected("rating.not_revealed")
                return [ReferenceShown(self.plan.id, shown)] if shown != self.reference_shown else []
        raise Invalid("command.unknown")

    def _rated(self, wanted: Rate, actor: Actor, session: "Session") -> list[Any]:
        if actor.role != "participant":
            raise Forbidden("participants_only")
        if self.shown:
            raise Rejected("rating.closed")
        if not self._has_item(wanted.item, session):
            raise Rejected("rating.unknown_item")
        old = self.answers.get(actor.id, {}).get(wanted.item)
        if wanted.score is None:
            return [Rated(self.plan.id, wanted.item, None)] if old else []
        scale = self.plan.scale
        if wanted.score == "none":
            if not scale.off:
                raise Rejected("rating.off_scale", most=len(scale.points))
        elif not 1 <= wanted.score <= len(scale.points):
            raise Rejected("rating.off_scale", most=len(scale.points))
        if wanted.remark is None:
            remark = old.remark if old else ""
        else:
            remark = wanted.remark
            if remark and not self.plan.remarks:
                raise Rejected("rating.no_remarks")
            if len(remark) > MAX_REMARK:
                raise TooLarge("text.too_long", most=MAX_REMARK, length=len(remark))
        if old == Answer(wanted.score, remark):
            return []
        return [Rated(self.plan.id, wanted.item, wanted.score, remark)]

    def evolve(self, record: Record) -> Self:
        match record.event:
            case Rated(item=item, score=score, remark=remark):
                theirs = dict(self.answers.get(record.actor, {}))
                if score is None:
                    theirs.pop(item, None)
                else:
                    theirs[item] = Answer(score, remark)
                return replace(self, answers={**self.answers, record.actor: theirs})
            case Revealed():
                return replace(self, shown=True)
            case Entered(organisation=organisation) if not self.shown:
                return replace(self, organisations={**self.organisations, record.actor: organisation})
            case ReferenceShown(shown=shown):
                return replace(self, reference_shown=shown)
        return self

    # items

    def items(self, session: "Session") -> list[Item]:
        """What is rated, in order."""
        return chosen(self.plan.items, session)

    def _has_item(self, id: str, session: "Session") -> bool:
        if isinstance(self.plan.items, From):
            return id in choice(self.plan.items, session).by_id
        return id in self._listed

    @cached_property
    def _listed(self) -> frozenset[str]:
        return frozenset(item.id for items in self.plan.listed().values() for item in items)

    # for later steps

    def offered(self, what: Offer, session: "Session", boxes: Collection[str] = ()) -> list[Item]:
        return self.items(session)

    def standing(self, session: "Session") -> Mapping[str, float] | None:
        if not self.shown:
            return None
        return {id: of.total.mean for id, of in self.results(session).items() if of.total.mean is not None}

    def division(self, session: "Session") -> Mapping[str, float] | None:
        if not self.shown:
            return None
        return {id: -result.divided_rank for id, result in self.results(session).items()}

    def grounds(self, what: Offer, session: "Session") -> tuple[object, ...]:
        # Before the reveal answers change nothing for others.
        return (self if self.shown else self.plan, *upstream(self.plan.items, session))

    # results

    def results(self, session: "Session") -> dict[str, Result]:
        """What the round says, item by item, in order; empty as long as it is not revealed."""
        if not self.revealed:
            return {}
        items = self.items(session)
        if self._known.get("items") is not items:
            self._known.update(items=items, results=self._reckoned(session))
        results: dict[str, Result] = self._known["results"]
        return results

    @cached_property
    def _known(self) -> dict[str, Any]:
        """The items, and the results with these: reckoning them again takes long."""
        return {}

    def _reckoned(self, session: "Session") -> dict[str, Result]:
        items = self.items(session)
        points = len(self.plan.scale.points)
        listed = session.plan.join.organisations
        order = [*listed, *sorted(set(self.organisations.values()) - {""})]
        answers = {
            item.id: [(who, a) for who, of in self.answers.items() if (a := of.get(item.id))]
            for item in items
        }
        totals = {id: distribution((a.score for _, a in given), points) for id, given in answers.items()}
        rank = {id: n for n, id in enumerate(most_divided(totals), 1)}
        return {
            item.id: Result(
                item=item,
                total=totals[item.id],
                # Only of a round that has ended: where three answers become four, the fourth could be told.
                organisations=self._compared(answers[item.id], points, order) if self.shown else (),
                # In the order of the alphabet: the order in which people answered could tell who wrote what.
                remarks=tuple(sorted((a.remark for _, a in answers[item.id] if a.remark), key=str.casefold)),
                divided_rank=rank[item.id],
            )
            for item in items
        }

    def _compared(
        self, given: Iterable[tuple[str, Answer]], points: int, order: Sequence[str]
    ) -> tuple[tuple[str, Distribution], ...]:
        # Somebody who named no organisation is in no group; "other" takes them.
        scores = ((self.organisations.get(who) or OTHER, answer.score) for who, answer in given)
        return tuple((group.organisation, group.answers) for group in by_organisation(scores, points, order))

    # showing

    def concerns(self, event: Any) -> Iterable[str]:
        return ()

    def inputs(self, session: "Session") -> tuple[object, ...]:
        return (self, session.people, *upstream(self.plan.items, session))

    def view(self, audience: Audience, session: "Session") -> Mapping[str, Any]:
        plan = self.plan
        items = self.items(session)
        return present(
            items={
                item.id: present(
                    title=item.title,
                    text=item.text or None,
                    order=n,
                    decision=decision_on(item.id, session) or None,
                )
                for n, item in enumerate(items, 1)
            },
            scale=self._scale,
            blind=plan.blind,
            revealed=self.revealed,
            remarks=plan.remarks,
            one_by_one=plan.one_by_one,
            answered=sum(1 for theirs in self.answers.values() if theirs),
            done=self._done(self.answers, items),
            progress=self._progress(session, items) if audience == "facilitator" else None,
            results=self._result_views(session) if self.revealed else None,
            reference=self._reference(audience),
        )

    def _done(self, people: Iterable[str], items: list[Item]) -> int:
        ids = {item.id for item in items}
        return sum(1 for who in people if ids and ids <= self.answers.get(who, {}).keys())

    def _progress(self, session: "Session", items: list[Item]) -> dict[str, Any]:
        nameless = texts(session.info.language).t("rating.no_organisation")
        groups: dict[str, list[str]] = {}
        for person in session.people.values():
            groups.setdefault(person.organisation or nameless, []).append(person.id)
        return {
            name: {
                "people": len(people),
                "answered": sum(1 for who in people if self.answers.get(who)),
                "done": self._done(people, items),
            }
            for name, people in groups.items()
        }

    @cached_property
    def _scale(self) -> dict[str, Any]:
        scale = self.plan.scale
        points = {str(n): word for n, word in enumerate(scale.points, 1)}
        return present(question=scale.question, points=points, off=scale.off or None)

    def _result_views(self, session: "Session") -> dict[str, Any]:
        other = texts(session.info.language).t("rating.other_organisations")
        return {
            id: present(
                **_figures(result.total),
                off=result.total.off,
                divided_rank=result.divided_rank,
                organisations={
                    name: {"title": other if name == OTHER else name, "order": n, **_figures(figures)}
                    for n, (name, figures) in enumerate(result.organisations, 1)
                }
                or None,
                remarks={str(n): remark for n, remark in enumerate(result.remarks, 1)} or None,
            )
            for id, result in self.results(session).items()
        }

    def _reference(self, audience: Audience) -> dict[str, Any] | None:
        reference = self.plan.reference
        if not (reference and self.revealed and (self.reference_shown or audience == "facilitator")):
            return None
        return {
            "label": reference.label,
            "shown": self.reference_shown,
            "scores": reference.scores,
            "notes": reference.notes,
        }

    def mine(self, participant: str, session: "Session") -> Mapping[str, Any]:
        theirs = self.answers.get(participant)
        if not theirs:
            return {}
        return {
            "scores": {
                item: present(score=answer.score, remark=answer.remark or None)
                for item, answer in theirs.items()
            }
        }

    def exported(self, record: Record, session: "Session") -> Record | None:
        return record if self.revealed or not isinstance(record.event, Rated) else None

    def report(self, session: "Session") -> Mapping[str, Any]:
        answered = sum(1 for theirs in self.answers.values() if theirs)
        if not answered:
            return {}
        plan = self.plan
        results = self.results(session)
        return {
            "scale": plan.scale,
            "answered": answered,
            "revealed": self.revealed,
            "reference": plan.reference if plan.reference and self.reference_shown else None,
            "results": list(results.values()),
            "most_divided": sorted(results.values(), key=lambda result: result.divided_rank),
            "some_small": any(
                name == OTHER for result in results.values() for name, _ in result.organisations
            ),
            "answers": sum(result.total.n + result.total.off for result in results.values()),
            "contributions": [
                Contribution(about=result.item.title, text=remark)
                for result in results.values()
                for remark in result.remarks
            ],
        }


def _figures(given: Distribution) -> dict[str, Any]:
    return present(
        n=given.n,
        counts={str(point): n for point, n in enumerate(given.counts, 1)},
        median=given.median,
        mean=given.mean,
        agreement=given.agreement,
        consensus=given.consensus,
    )

"""rating: a round in which everybody judges the same items, on a scale, with dots, or by choosing targets for them.

A blind round keeps every answer from everybody, the facilitator included, until the reveal; until then the view has
two counts and nothing else.  Answers are kept per *voice*: a participant, or an organisation in a round with one
answer for each.  Items may come and go while people answer: the answers to an item that is away wait for it.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Self

import msgspec

from sessions.activities.canvas import ANONYMOUS
from sessions.activity import Activity, Audience, Contribution, kept, present
from sessions.copying import copied
from sessions.items import (
    From,
    Item,
    Link,
    Offer,
    Source,
    choice,
    chosen,
    decision_on,
    origins,
    upstream,
    waits,
)
from sessions.message import FACILITATOR, Actor, Record, Rejected
from sessions.outcome import (
    NOTHING,
    Answer,
    Answers,
    Crossed,
    Dotted,
    Linked,
    Outcome,
    Result,
    Scored,
    crossed,
    division,
    dotted,
    linked,
    quadrant_of,
    result_view,
    scored,
    shift_of,
    standing,
)
from sessions.people import Entered
from sessions.rating_decide import Deciding
from sessions.rating_messages import (
    Chose,
    DotsGiven,
    Given,
    ItemAdded,
    ItemDropped,
    ItemHidden,
    Rated,
    ReferenceShown,
    Reopened,
    Revealed,
    Tallied,
    TargetAdded,
)
from sessions.rating_plan import Plan
from sessions.rating_replan import check_round, set_aside
from sessions.results import OTHER
from sessions.texts import texts

if TYPE_CHECKING:
    from sessions.delivers import Deliverable
    from sessions.session import Session

NO_ROUND: Mapping[str, Scored] = {}


@dataclass(frozen=True)
class Added:
    """An item or a target that somebody added during the round."""

    item: Item
    author: str
    hidden: bool = False


@dataclass(frozen=True)
class Line:
    """One item in the report."""

    item: Item
    result: Result
    before: Scored | None = None
    shift: str | None = None
    quadrant: str | None = None


@dataclass(frozen=True)
class Rating(Activity):
    """One rating round; ``answers`` maps voice to item to answer.

    ``organisations`` is on whose behalf each participant spoke.  It stands still from the reveal on: somebody who then
    changed organisation would move one score from group to group, for everybody to see.
    """

    plan: Plan
    shown: bool = False
    reference_shown: bool = False
    answers: Mapping[str, Mapping[str, Answer]] = field(default_factory=dict)
    organisations: Mapping[str, str] = field(default_factory=dict)
    meanwhile: Mapping[str, str] = field(default_factory=dict)
    """who spoke for whom since the reveal: it counts when the round is opened again"""
    tallies: Mapping[str, Mapping[str, Mapping[str, int]]] = field(default_factory=dict)
    """organisation -> item -> point -> how many people without a phone chose it"""
    deserted: frozenset[str] = frozenset()
    """organisations that nobody speaks for any more: where one voice is one organisation, theirs does not count"""
    added: Mapping[str, Added] = field(default_factory=dict)
    own_targets: Mapping[str, Added] = field(default_factory=dict)
    aside: Mapping[str, Item] = field(default_factory=dict)
    """items and targets that were taken off the list after people had answered: their answers wait for them"""
    kept: Outcome | None = None
    """what came of the round, in a session that was told from an exported log"""
    memory: dict[str, tuple[tuple[object, ...], Any]] = field(default_factory=dict, compare=False)
    """what was worked out last, and from what; the same for all versions of this step"""

    @classmethod
    def planned(cls, plan: Plan) -> Self:
        return cls(plan)

    @property
    def revealed(self) -> bool:
        """Whether results may be seen: at once in an open round, after the reveal in a blind one."""
        return self.shown or not self.plan.blind

    def _remembered(self, name: str, grounds: tuple[object, ...], make: Callable[[], Any]) -> Any:
        return kept(self.memory, name, grounds, make)

    def decide(self, command: Any, actor: Actor, session: "Session") -> list[Any]:
        return Deciding(self, actor, session).decide(command)

    # evolving

    def evolve(self, record: Record) -> Self:
        match record.event:
            case Rated(item=item, criterion=""):
                rated = record.event
                answer = (
                    Answer(rated.score, rated.remark, rated.reasons) if rated.score is not None else NOTHING
                )
                return self._with(record, item, answer)
            case Rated(item=item, criterion=criterion, score=score):
                scores = {**self._of(record, item).criteria, criterion: score}
                return self._with(
                    record, item, Answer(criteria={id: s for id, s in scores.items() if s is not None})
                )
            case DotsGiven(item=item, dots=dots):
                return self._with(record, item, Answer(dots=dots))
            case Chose(item=item, targets=targets):
                return self._with(record, item, Answer(targets=tuple(targets)))
            case ItemAdded(item=id, title=title):
                return replace(self, added={**self.added, id: Added(Item(id, title), record.actor)})
            case TargetAdded(target=id, title=title):
                return replace(
                    self, own_targets={**self.own_targets, id: Added(Item(id, title), record.actor)}
                )
            case ItemHidden(item=id, hidden=hidden) if id in self.added:
                return replace(self, added={**self.added, id: replace(self.added[id], hidden=hidden)})
            case ItemHidden(item=id, hidden=hidden) if id in self.own_targets:
                one = replace(self.own_targets[id], hidden=hidden)
                return replace(self, own_targets={**self.own_targets, id: one})
            case Revealed(kept=kept):
                return replace(self, shown=True, kept=kept)
            case Tallied(item=item, counts=counts, organisation=organisation):
                theirs = {id: of for id, of in self.tallies.get(organisation, {}).items() if id != item}
                theirs = {**theirs, item: counts} if counts else theirs
                others = {name: of for name, of in self.tallies.items() if name != organisation}
                return replace(self, tallies={**others, organisation: theirs} if theirs else others)
            case Reopened():
                after = replace(self, shown=False, kept=None, meanwhile={})
                for person, organisation in self.meanwhile.items():
                    after = after._speaking_for(person, organisation)
                return after
            case ItemDropped(item=id):
                return replace(
                    self, added=_without(self.added, id), own_targets=_without(self.own_targets, id)
                )
            case Entered(organisation=organisation) if self.shown:
                return replace(self, meanwhile={**self.meanwhile, record.actor: organisation})
            case Entered(organisation=organisation):
                return self._speaking_for(record.actor, organisation)
            case ReferenceShown(shown=shown):
                return replace(self, reference_shown=shown)
        return self

    def _of(self, record: Record, item: str) -> Answer:
        return self.answers.get(_voice(record), {}).get(item, NOTHING)

    def _with(self, record: Record, item: str, answer: Answer) -> Self:
        voice = _voice(record)
        theirs = dict(self.answers.get(voice, {}))
        if answer.empty:
            theirs.pop(item, None)
        else:
            theirs[item] = answer
        return copied(self, answers={**self.answers, voice: theirs})

    def _speaking_for(self, person: str, organisation: str) -> Self:
        organisations = {**self.organisations, person: organisation}
        before = self.organisations.get(person, "")
        deserted = self.deserted - {organisation}
        if before and before not in organisations.values():
            deserted |= {before}
        return replace(self, organisations=organisations, deserted=deserted)

    # the way back

    def about(self, event: Any, session: "Session", there: "Rating") -> str:
        if title := getattr(event, "title", ""):
            return str(title)
        if isinstance(event, Tallied):
            return event.organisation
        added = {**self.added, **self.own_targets}.get(getattr(event, "item", ""))
        return added.item.title if added else ""

    def turned_back(self, here: "Rating", there: "Rating", session: "Session") -> Iterator[Any]:
        step = self.plan.id
        if here.shown != there.shown:
            if self.shown != here.shown:
                raise Rejected("undo.changed_since")
            if here.kept and not there.shown:
                raise Rejected("rating.kept")
            yield Revealed(step) if there.shown else Reopened(step)
        if here.reference_shown != there.reference_shown:
            if self.reference_shown != here.reference_shown:
                raise Rejected("undo.changed_since")
            yield ReferenceShown(step, there.reference_shown)
        for organisation in {**there.tallies, **here.tallies}:
            old, entered = there.tallies.get(organisation, {}), here.tallies.get(organisation, {})
            for item in {**old, **entered}:
                if old.get(item) != entered.get(item):
                    yield Tallied(step, item, dict(old.get(item, {})), organisation)
        for event, now, became, was in (
            (ItemAdded, self.added, here.added, there.added),
            (TargetAdded, self.own_targets, here.own_targets, there.own_targets),
        ):
            yield from _added_back(step, event, now, became, was)

    def concerns(self, event: Any) -> Iterable[str]:
        if isinstance(event, Reopened):
            return self.meanwhile
        if isinstance(event, Given) and event.organisation:
            return [who for who, of in self.organisations.items() if of == event.organisation]
        return ()

    # when the agenda is edited

    def check_plan(self, plan: Plan, session: "Session", *, started: bool) -> None:
        check_round(self.plan, plan, started=started, answered=self._answered)

    def replanned(self, plan: Plan) -> Self:
        aside = set_aside(self.plan, plan, self.aside) if self._answered else {}
        return replace(self, plan=plan, aside=aside, memory={})

    def contributed(self, session: "Session") -> bool:
        return self._answered or bool(self.added or self.own_targets)

    @property
    def _answered(self) -> bool:
        """Whether anybody has answered anything: that much everyone may know."""
        return self.kept is not None or any(self.answers.values())

    # items and targets

    def items(self, session: "Session") -> list[Item]:
        """What is rated, in order: what was planned or comes from earlier steps, then what was added here."""
        items: list[Item] = self._listed("items", self.plan.items, self.added, session)[0]
        return items

    def targets(self, session: "Session") -> list[Item]:
        """What may be chosen, in order."""
        targets: list[Item] = self._listed("targets", self.plan.targets or [], self.own_targets, session)[0]
        return targets

    def by_id(self, session: "Session") -> Mapping[str, Item]:
        by_id: dict[str, Item] = self._listed("items", self.plan.items, self.added, session)[1]
        return by_id

    def targets_by_id(self, session: "Session") -> Mapping[str, Item]:
        by_id: dict[str, Item] = self._listed("targets", self.plan.targets or [], self.own_targets, session)[
            1
        ]
        return by_id

    def _listed(
        self, name: str, source: Source, added: Mapping[str, Added], session: "Session"
    ) -> tuple[list[Item], dict[str, Item]]:
        planned = chosen(source, session)
        known = self.memory.get(name)
        if known is None or known[0][0] is not planned or known[0][1] is not added:
            by_id = {item.id: item for item in planned}
            for id, one in added.items():
                if not one.hidden:
                    by_id.setdefault(id, one.item)
            known = self.memory[name] = (planned, added), (list(by_id.values()), by_id)
        found: tuple[list[Item], dict[str, Item]] = known[1]
        return found

    def criteria_of(self, session: "Session") -> Mapping[str, tuple[str, ...]]:
        """Item -> the criteria on which it is scored."""
        items = self.items(session)

        def criteria() -> dict[str, tuple[str, ...]]:
            ids = [item.id for item in items]
            if self.plan.cascade:
                return {id: tuple(other for other in ids if other != id) for id in ids}
            return dict.fromkeys(ids, tuple(criterion.id for criterion in self.plan.listed_criteria))

        found: dict[str, tuple[str, ...]] = self._remembered("criteria", (items,), criteria)
        return found

    def holds(self, id: str) -> bool:
        return id in self.plan.own_ids or id in self.added or id in self.own_targets

    def everything_added(self) -> tuple[Added, ...]:
        return (*self.added.values(), *self.own_targets.values())

    # for later steps

    def offered(self, what: Offer, session: "Session", boxes: Collection[str] = ()) -> list[Item]:
        return self.targets(session) if what == "targets" else self.items(session)

    def standing(self, session: "Session") -> Mapping[str, float] | None:
        return standing(self.results(session)) if self.shown else None

    def links(self, session: "Session") -> Iterator[Link]:
        if self.shown:
            for item, result in self.results(session).items():
                if isinstance(result, Linked):
                    yield from (Link(target, item, self.plan.id) for target in result.targets)

    def division(self, session: "Session") -> Mapping[str, float] | None:
        if not self.shown:
            return None
        return division(self.results(session))

    def grounds(self, what: Offer, session: "Session", boxes: Collection[str] = ()) -> tuple[object, ...]:
        # Before the reveal answers change nothing for others.
        own = (self,) if self.shown else (self.plan, self.added, self.own_targets)
        return (*own, *self._upstream(session))

    def delivered(self, wanted: "Deliverable", session: "Session") -> tuple[int, int]:
        answered = sum(1 for result in self.results(session).values() if result.n)
        return answered, len(self.items(session))

    def _upstream(self, session: "Session") -> tuple[object, ...]:
        targets = self.plan.targets
        return (
            *upstream(self.plan.items, session),
            *(upstream(targets, session) if isinstance(targets, From) else ()),
        )

    # results

    def results(self, session: "Session") -> dict[str, Result]:
        """What the round says, item by item, in order; empty as long as it is not revealed."""
        if not self.revealed:
            return {}
        items, kept = self.items(session), self.kept
        join = session.plan.join
        grounds = (
            items,
            kept or self.targets(session),
            self.answers,
            self.tallies,
            self.deserted,
            self.shown,
            join,
        )
        results: dict[str, Result] = self._remembered(
            "results",
            grounds,
            lambda: (
                {item.id: kept.items[item.id] for item in items if item.id in kept.items}
                if kept
                else self._reckoned(session)
            ),
        )
        return results

    def _reckoned(self, session: "Session") -> dict[str, Result]:
        voices = list(self._voices())
        answers: Answers = {
            item.id: [(who, answer) for who, of in voices if (answer := of.get(item.id))]
            for item in self.items(session)
        }
        points = self.plan.points
        match self.plan.form:
            case "dots":
                return dotted(answers)
            case "choice":
                return linked(answers, self.targets_by_id(session))
        if self.plan.criteria:
            return crossed(answers, points, self.criteria_of(session))
        listed = session.plan.join.organisations
        speaking = {**self.organisations, **self._tallied_voices()[1]}
        order = [*listed, *sorted(set(speaking.values()) - {""})]
        # Only of a round that has ended: where three answers become four, the fourth could be told.
        compared = self.shown and self.plan.per == "person"
        return scored(answers, points, speaking if compared else None, order)

    def _voices(self) -> Iterator[tuple[str, Mapping[str, Answer]]]:
        """Who has answered something, and what."""
        by_organisation = self.plan.per == "organisation"
        for voice, theirs in self.answers.items():
            if theirs and not (by_organisation and voice in self.deserted):
                yield voice, theirs
        yield from self._tallied_voices()[0].items()

    @property
    def on_behalf(self) -> int:
        """How many people without a phone took part."""
        return self.kept.on_behalf if self.kept else len(self._tallied_voices()[0])

    def _tallied_voices(self) -> tuple[Mapping[str, Mapping[str, Answer]], Mapping[str, str]]:
        """People without a phone: as many as answered about one item at most, and for whom each speaks.

        Who of them answered what is not known; that one voice has an answer to each item counts them, no more.
        """

        def make() -> tuple[dict[str, dict[str, Answer]], dict[str, str]]:
            voices: dict[str, dict[str, Answer]] = {}
            speaking: dict[str, str] = {}
            for organisation, items in self.tallies.items():
                for item, counts in items.items():
                    points = [point for point, n in sorted(counts.items()) for _ in range(n)]
                    for n, point in enumerate(points):
                        # A slash is in no participant's id.
                        voice = f"/{organisation}/{n}"
                        answer = Answer("none" if point == "none" else int(point))
                        voices.setdefault(voice, {})[item] = answer
                        speaking[voice] = organisation
            return voices, speaking

        found: tuple[dict[str, dict[str, Answer]], dict[str, str]] = self._remembered(
            "tallied", (self.tallies,), make
        )
        return found

    def outcome(self, session: "Session") -> Outcome:
        """What everyone may know of a round that is revealed."""
        answered, done = self._counts(session)
        return Outcome(answered, done, self.results(session), self.on_behalf)

    def _counts(self, session: "Session") -> tuple[int, int]:
        """How many have answered something, and how many everything."""
        if self.kept:
            return self.kept.answered, self.kept.done
        finished = self._finished(session)
        voices = [theirs for _, theirs in self._voices()]
        return len(voices), sum(map(finished, voices))

    def _finished(self, session: "Session") -> Callable[[Mapping[str, Answer]], bool]:
        """A function that tells whether one voice has answered everything there is."""
        items = self.by_id(session)
        ids = items.keys()
        if not ids:
            return lambda theirs: False
        if self.plan.form == "dots":
            most = min(self.plan.dots, self.plan.most_dots * len(ids))
            return lambda theirs: sum(answer.dots for id, answer in theirs.items() if id in ids) >= most
        if self.plan.form == "choice":
            targets = self.targets_by_id(session)
            return lambda theirs: (
                ids <= theirs.keys() and all(any(t in targets for t in theirs[id].targets) for id in ids)
            )
        if self.plan.criteria:
            wanted = [(id, criteria) for id, criteria in self.criteria_of(session).items() if criteria]
            return lambda theirs: (
                bool(wanted)
                and all(
                    id in theirs and all(criterion in theirs[id].criteria for criterion in criteria)
                    for id, criteria in wanted
                )
            )
        return lambda theirs: ids <= theirs.keys()

    # showing

    def inputs(self, session: "Session") -> tuple[object, ...]:
        own = (self, session.people, session.plan.join)
        return (*own, *self._upstream(session), *self._first_inputs(session))

    def _first_inputs(self, session: "Session") -> tuple[object, ...]:
        first = self._first(session)
        return first.inputs(session) if first else ()

    def _first(self, session: "Session") -> "Rating | None":
        """The first round, where this is the second."""
        first = session.activities.get(self.plan.again)
        return first if isinstance(first, Rating) else None

    def view(self, audience: Audience, session: "Session") -> Mapping[str, Any]:
        if audience == "facilitator":
            return self._view(audience, session)
        # Everyone is not told of who is here: where people come in by the hundreds this stays the same object.
        answers = (self.answers, self.tallies, self.added, self.own_targets)
        own = (*answers, self.deserted, self.kept, session.plan.join)
        grounds = (*own, self.shown, self.reference_shown, self._before(session), *self._upstream(session))
        view: dict[str, Any] = self._remembered("everyone", grounds, lambda: self._view(audience, session))
        return view

    def _view(self, audience: Audience, session: "Session") -> dict[str, Any]:
        to_facilitator = audience == "facilitator"
        answered, done = self._counts(session)
        return present(
            **self._remembered("form", (), self._form_view),
            items=self._item_views("items", self.plan.items, self.items(session), self.added, session),
            targets=self._target_views(session),
            criteria=self._criterion_views(session),
            waiting=waits(self.plan.items, session) or waits(self.plan.targets or [], session) or None,
            revealed=self.revealed,
            closed=(self.shown and not self.plan.blind) or None,
            answered=answered,
            done=done,
            on_behalf=self.on_behalf or None,
            tallies=self._tally_views() if to_facilitator and not self.shown else None,
            progress=self._progress(session) if to_facilitator and not self.kept else None,
            results=self._result_views(session) if self.revealed else None,
            reference=self._reference(audience),
            hidden_items=self._hidden_views() if to_facilitator else None,
        )

    def _form_view(self) -> dict[str, Any]:
        """What stays the same during the round."""
        plan = self.plan
        return present(
            form=plan.form,
            scale=self._scale_view(),
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

    def _scale_view(self) -> dict[str, Any] | None:
        scale = self.plan.scale
        if not scale:
            return None
        return present(
            question=scale.question,
            points={str(n): word for n, word in enumerate(scale.points, 1)},
            off=scale.off or None,
            reasons={str(point): dict(words) for point, words in self.plan.reasons.items()} or None,
        )

    def _item_views(
        self, name: str, source: Source, items: list[Item], added: Mapping[str, Added], session: "Session"
    ) -> dict[str, Any]:
        grounds = (items, choice(source, session) if isinstance(source, From) else source, *session.decided)
        views: dict[str, Any] = self._remembered(
            f"{name} shown",
            grounds,
            lambda: {
                item.id: {
                    **present(
                        title=item.title,
                        text=item.text or None,
                        order=n,
                        decision=decision_on(item.id, session) or None,
                        own=item.id in added or None,
                    ),
                    **present(**{"from": dict(origins(source, item.id, session)) or None}),
                }
                for n, item in enumerate(items, 1)
            },
        )
        return views

    def _target_views(self, session: "Session") -> dict[str, Any] | None:
        targets = self.plan.targets
        if targets is None:
            return None
        return self._item_views("targets", targets, self.targets(session), self.own_targets, session)

    def _criterion_views(self, session: "Session") -> dict[str, Any] | None:
        if not self.plan.criteria:
            return None
        if self.plan.cascade:
            return {
                item.id: {"title": item.title, "order": n} for n, item in enumerate(self.items(session), 1)
            }
        return {
            criterion.id: present(title=criterion.title, question=criterion.question or None, order=n)
            for n, criterion in enumerate(self.plan.listed_criteria, 1)
        }

    def _tally_views(self) -> dict[str, Any] | None:
        """What was entered for people without a phone, to be changed until the reveal."""
        return {
            str(n): {
                "organisation": name,
                "items": {item: dict(of) for item, of in self.tallies[name].items()},
            }
            for n, name in enumerate(sorted(self.tallies), 1)
        } or None

    def _hidden_views(self) -> dict[str, Any] | None:
        """What the facilitator took away, to be put back."""
        hidden = [one.item for one in self.everything_added() if one.hidden]
        return {item.id: {"title": item.title, "order": n} for n, item in enumerate(hidden, 1)} or None

    def _progress(self, session: "Session") -> dict[str, Any]:
        """For each organisation how many voices it has, and how many of these began and are done."""
        nameless = texts(session.info.language).t("rating.no_organisation")
        as_one = self.plan.per == "organisation"
        groups = {
            (name or nameless): [name] if as_one else people
            for name, people in session.by_organisation.items()
            if name or not as_one
        }
        if not (self.answers or self.tallies):
            return {name: {"people": len(group), "answered": 0, "done": 0} for name, group in groups.items()}
        finished = self._finished(session)
        tallied, speaking = self._tallied_voices()
        for voice, organisation in speaking.items():
            name = organisation or nameless
            groups[name] = [*groups.get(name, ()), voice]
        answers = {**self.answers, **tallied} if tallied else self.answers
        return {
            name: {
                "people": len(group),
                "answered": sum(1 for voice in group if answers.get(voice)),
                "done": sum(1 for voice in group if (of := answers.get(voice)) and finished(of)),
            }
            for name, group in groups.items()
        }

    def _result_views(self, session: "Session") -> dict[str, Any]:
        results, before = self.results(session), self._before(session)
        other = texts(session.info.language).t("rating.other_organisations")
        views: dict[str, Any] = self._remembered(
            "results shown",
            (results, before),
            lambda: {
                id: result_view(result, other=other, before=before.get(id), cascade=self.plan.cascade)
                for id, result in results.items()
            },
        )
        return views

    def _before(self, session: "Session") -> Mapping[str, Scored]:
        """What the first round says of our items, once it is revealed."""
        first = self._first(session)
        if first is None:
            return NO_ROUND
        results = first.results(session)
        before: dict[str, Scored] = self._remembered(
            "before",
            (results,),
            lambda: {id: result for id, result in results.items() if isinstance(result, Scored)},
        )
        return before

    def _reference(self, audience: Audience) -> dict[str, Any] | None:
        reference = self.plan.reference
        if not reference or not self.revealed or (audience == "everyone" and not self.reference_shown):
            return None
        return present(
            label=reference.label,
            shown=self.reference_shown,
            scores=reference.scores,
            notes=reference.notes or None,
        )

    def mine(self, participant: str, session: "Session") -> Mapping[str, Any]:
        by_organisation = self.plan.per == "organisation"
        voice = self.organisations.get(participant, "") if by_organisation else participant
        theirs = self.answers.get(voice)
        if not theirs:
            return {}
        return present(**self._own_view(theirs), by_us=by_organisation or None)

    def _own_view(self, theirs: Mapping[str, Answer]) -> dict[str, Any]:
        match self.plan.form:
            case "dots":
                dots = {item: answer.dots for item, answer in theirs.items()}
                return {"dots": dots, "left": self.plan.dots - sum(dots.values())}
            case "choice":
                return {
                    "choices": {item: dict.fromkeys(answer.targets, True) for item, answer in theirs.items()}
                }
        if self.plan.criteria:
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

    # leaving the room

    def exported(self, record: Record, session: "Session") -> Record | None:
        happened = record.event
        match happened:
            case Tallied():
                return None
            case Rated() | DotsGiven() | Chose():
                # Who knows every answer knows those of a small organisation: the revealed round tells its results.
                if self.shown or self.plan.blind or not self._stands(happened, record):
                    return None
                nameless = replace(happened, organisation="")
                return replace(record, actor=self._pseudonym(record), event=nameless)
            case ItemAdded() | TargetAdded() if record.actor != FACILITATOR:
                return replace(record, actor=ANONYMOUS)
            case Revealed() | Reopened() if not self.shown:
                return None
            case Revealed(kept=None):
                return replace(record, event=Revealed(happened.step, self.outcome(session)))
        return record

    def whole(self, record: Record, session: "Session") -> Record | None:
        match record.event:
            case Rated() | DotsGiven() | Chose() as given:
                # One that was changed before the reveal nobody was to see.
                return record if self.revealed and self._stands(given, record) else None
            case Tallied() if not self.revealed:
                return None
            case Revealed() | Reopened() if not self.shown:
                return None
        return record

    def _stands(self, given: Given, record: Record) -> bool:
        """Whether this is the answer that counts now, and not one that was changed or taken back."""
        voice = _voice(record)
        answer = self.answers.get(voice, {}).get(given.item)
        if answer is None or (given.organisation and voice in self.deserted):
            return False
        match given:
            case Rated(criterion="", score=score, remark=remark, reasons=reasons):
                return answer == Answer(score, remark, tuple(reasons))
            case Rated(criterion=criterion, score=score):
                return answer.criteria.get(criterion) == score
            case DotsGiven(dots=dots):
                return answer.dots == dots
            case Chose(targets=targets):
                return answer.targets == tuple(targets)

    def _pseudonym(self, record: Record) -> str:
        if record.actor.startswith(ANONYMOUS):
            return record.actor
        numbers: dict[str, int] = self._remembered(
            "pseudonyms", (self.answers,), lambda: {voice: n for n, voice in enumerate(self.answers, 1)}
        )
        return f"{ANONYMOUS}-{numbers[_voice(record)]}"

    def report(self, session: "Session") -> Mapping[str, Any]:
        answered, _ = self._counts(session)
        contributions = self._contributions(session)
        if not answered and not contributions:
            return {}
        plan, results, before = self.plan, self.results(session), self._before(session)
        lines = [
            self._line(item, results[item.id], before) for item in self.items(session) if item.id in results
        ]
        return {
            "form": plan.form,
            "plan": plan,
            "answered": answered,
            "on_behalf": self.on_behalf,
            "revealed": self.revealed,
            "reference": plan.reference if plan.reference and self.reference_shown else None,
            "lines": lines,
            "criteria": self._criterion_views(session) or {},
            "targets": [
                target
                for target in self.targets(session)
                if any(
                    isinstance(result, Linked) and target.id in result.targets for result in results.values()
                )
            ],
            "some_small": any(
                name == OTHER
                for result in results.values()
                if isinstance(result, Scored)
                for name, _ in result.organisations
            ),
            "added": [one.item.title for one in self.everything_added() if not one.hidden],
            "most": max(
                (result.dots for result in results.values() if isinstance(result, Dotted)), default=0
            ),
            "answers": sum(result.n for result in results.values()),
            "contributions": contributions,
        }

    def _line(self, item: Item, result: Result, before: Mapping[str, Scored]) -> Line:
        match result:
            case Scored():
                first = before.get(item.id)
                return Line(item, result, before=first, shift=shift_of(first, result))
            case Crossed() if not self.plan.cascade:
                return Line(item, result, quadrant=quadrant_of(result))
        return Line(item, result)

    def _contributions(self, session: "Session") -> list[Contribution]:
        """What people added, and the remarks that everyone may read."""
        added = [
            Contribution(about=self.plan.title, text=one.item.title, by_facilitator=one.author == FACILITATOR)
            for one in self.everything_added()
            if not one.hidden
        ]
        titles = self.by_id(session)
        remarks = [
            Contribution(about=titles[id].title, text=remark)
            for id, result in self.results(session).items()
            if isinstance(result, Scored)
            for remark in result.remarks
        ]
        return [*added, *remarks]


def _without(added: Mapping[str, Added], id: str) -> Mapping[str, Added]:
    return {key: one for key, one in added.items() if key != id} if id in added else added


def _added_back(
    step: str,
    event: type[ItemAdded | TargetAdded],
    now: Mapping[str, Added],
    became: Mapping[str, Added],
    was: Mapping[str, Added],
) -> Iterator[Any]:
    """The events that bring back which items or targets there were, and which of them were hidden."""
    for id in {**was, **became}:
        if was.get(id) == became.get(id):
            continue
        if now.get(id) != became.get(id):
            raise Rejected("undo.changed_since")
        if id not in was:
            yield ItemDropped(step, id)
        elif id not in became:
            yield event(step, id, was[id].item.title)
        else:
            yield ItemHidden(step, id, was[id].hidden)


def _voice(record: Record) -> str:
    """Whose answer it is."""
    voice: str = record.event.organisation or record.actor
    return voice

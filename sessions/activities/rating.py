"""rating: a round in which everybody judges the same items, on a scale, with dots, or by choosing targets for them.

A blind round keeps every answer from everybody, the facilitator included, until the reveal; until then the view has
two counts and nothing else.  Answers are kept per *voice*: a participant, or an organisation in a round with one
answer for each.  Items may come and go while people answer: the answers to an item that is away wait for it.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Self

from sessions import rating_export, rating_progress, rating_repair, rating_report
from sessions.activity import Activity, Audience, kept, present
from sessions.canvas_export import ANONYMOUS
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
from sessions.message import Actor, Record
from sessions.outcome import (
    NOTHING,
    Answer,
    Answers,
    Linked,
    Outcome,
    Result,
    Scored,
    crossed,
    division,
    dotted,
    linked,
    result_view,
    scored,
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
    PeopleTallied,
    Rated,
    ReferenceShown,
    Reopened,
    Revealed,
    Tallied,
    TargetAdded,
    voice_of,
)
from sessions.rating_plan import Plan
from sessions.rating_replan import check_round, set_aside
from sessions.rating_tables import Tables, table_key, voices_of, with_people, with_row
from sessions.rating_views import entered_views, form_view, own_view
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
    tables: Tables = field(default_factory=dict)
    """what was counted for people without a phone"""
    spoken_for: frozenset[str] = frozenset()
    """organisations without a phone, whose answers a facilitator entered; until somebody there answers on a phone"""
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
            case Tallied(item=item, counts=counts, criterion=criterion):
                return replace(self, tables=with_row(self.tables, table_key(record), item, criterion, counts))
            case PeopleTallied(people=people):
                return replace(self, tables=with_people(self.tables, table_key(record), people))
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
        return self.answers.get(voice_of(record), {}).get(item, NOTHING)

    def _with(self, record: Record, item: str, answer: Answer) -> Self:
        voice = voice_of(record)
        theirs = dict(self.answers.get(voice, {}))
        if answer.empty:
            theirs.pop(item, None)
        else:
            theirs[item] = answer
        spoken_for = self.spoken_for
        if record.event.on_behalf != (voice in spoken_for):
            spoken_for ^= {voice}
        return copied(self, answers={**self.answers, voice: theirs}, spoken_for=spoken_for)

    def _speaking_for(self, person: str, organisation: str) -> Self:
        organisations = {**self.organisations, person: organisation}
        before = self.organisations.get(person, "")
        deserted = self.deserted - {organisation}
        if before and before not in organisations.values():
            deserted |= {before}
        return replace(self, organisations=organisations, deserted=deserted)

    # the way back

    def about(self, event: Any, session: "Session", there: "Rating") -> str:
        if title := getattr(event, "title", "") or getattr(event, "organisation", ""):
            return str(title)
        added = {**self.added, **self.own_targets}.get(getattr(event, "item", ""))
        return added.item.title if added else ""

    def turned_back(self, here: "Rating", there: "Rating", session: "Session") -> Iterator[Any]:
        return rating_repair.turned_back(self, here, there)

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
        counted = any(table.rows for table in self.tables.values())
        return counted or self.kept is not None or any(self.answers.values())

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
            self.tables,
            self.spoken_for,
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
        speaking = {**self.organisations, **self.tallied_voices()[1]}
        order = [*listed, *sorted(set(speaking.values()) - {""})]
        # Only of a round that has ended: where three answers become four, the fourth could be told.
        compared = self.shown and self.plan.per == "person"
        return scored(answers, points, speaking if compared else None, order)

    def _voices(self) -> Iterator[tuple[str, Mapping[str, Answer]]]:
        """Who has answered something, and what."""
        for voice, theirs in self.answers.items():
            if theirs and not self.is_deserted(voice):
                yield voice, theirs
        yield from self.tallied_voices()[0].items()

    def is_deserted(self, voice: str) -> bool:
        """Whether these are the answers of an organisation for which nobody speaks any more."""
        return self.plan.per == "organisation" and voice in self.deserted - self.spoken_for

    @property
    def without_phone(self) -> list[str]:
        """The organisations for which a facilitator answered; those out of an exported log have no name."""
        answering = (voice for voice in self.spoken_for if self.answers.get(voice))
        return sorted(voice for voice in answering if not voice.startswith(f"{ANONYMOUS}-"))

    @property
    def on_behalf(self) -> int:
        """How many people, or organisations where each gives one answer, took part without a phone."""
        if self.kept:
            return self.kept.on_behalf
        spoken = sum(1 for voice in self.spoken_for if self.answers.get(voice))
        return spoken + len(self.tallied_voices()[0])

    def tallied_voices(self) -> tuple[Mapping[str, Mapping[str, Answer]], Mapping[str, str]]:
        """The voices of people without a phone, and for whom each speaks."""
        found: tuple[dict[str, dict[str, Answer]], dict[str, str]] = self._remembered(
            "tallied", (self.tables,), lambda: voices_of(self.tables, self.plan)
        )
        return found

    def outcome(self, session: "Session") -> Outcome:
        """What everyone may know of a round that is revealed."""
        answered, done = self.counts(session)
        return Outcome(answered, done, self.results(session), self.on_behalf)

    def counts(self, session: "Session") -> tuple[int, int]:
        """How many have answered something, and how many everything."""
        if self.kept:
            return self.kept.answered, self.kept.done
        finished = rating_progress.finished(self, session)
        voices = [theirs for _, theirs in self._voices()]
        return len(voices), sum(map(finished, voices))

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
        answers = (self.answers, self.tables, self.spoken_for, self.added, self.own_targets)
        own = (*answers, self.deserted, self.kept, session.plan.join)
        grounds = (*own, self.shown, self.reference_shown, self.before(session), *self._upstream(session))
        view: dict[str, Any] = self._remembered("everyone", grounds, lambda: self._view(audience, session))
        return view

    def _view(self, audience: Audience, session: "Session") -> dict[str, Any]:
        to_facilitator = audience == "facilitator"
        answered, done = self.counts(session)
        return present(
            **self._remembered("form", (), lambda: form_view(self.plan)),
            items=self._item_views("items", self.plan.items, self.items(session), self.added, session),
            targets=self._target_views(session),
            criteria=self.criterion_views(session),
            waiting=waits(self.plan.items, session) or waits(self.plan.targets or [], session) or None,
            revealed=self.revealed,
            closed=(self.shown and not self.plan.blind) or None,
            answered=answered,
            done=done,
            on_behalf=self.on_behalf or None,
            **(entered_views(self) if to_facilitator and not self.shown else {}),
            progress=rating_progress.progress(self, session) if to_facilitator and not self.kept else None,
            results=self._result_views(session) if self.revealed else None,
            reference=self._reference(audience),
            hidden_items=self._hidden_views() if to_facilitator else None,
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

    def criterion_views(self, session: "Session") -> dict[str, Any] | None:
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

    def _hidden_views(self) -> dict[str, Any] | None:
        """What the facilitator took away, to be put back."""
        hidden = [one.item for one in self.everything_added() if one.hidden]
        return {item.id: {"title": item.title, "order": n} for n, item in enumerate(hidden, 1)} or None

    def _result_views(self, session: "Session") -> dict[str, Any]:
        results, before = self.results(session), self.before(session)
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

    def before(self, session: "Session") -> Mapping[str, Scored]:
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
        return present(**own_view(theirs, self.plan), by_us=by_organisation or None)

    # leaving the room

    def exported(self, record: Record, session: "Session") -> Record | None:
        return rating_export.exported(self, record, session)

    def whole(self, record: Record, session: "Session") -> Record | None:
        return rating_export.whole(self, record)

    @property
    def pseudonyms(self) -> Mapping[str, int]:
        """A number for each voice that answered."""
        numbers: dict[str, int] = self._remembered(
            "pseudonyms", (self.answers,), lambda: {voice: n for n, voice in enumerate(self.answers, 1)}
        )
        return numbers

    def report(self, session: "Session") -> Mapping[str, Any]:
        return rating_report.told(self, session)


def _without(added: Mapping[str, Added], id: str) -> Mapping[str, Added]:
    return {key: one for key, one in added.items() if key != id} if id in added else added

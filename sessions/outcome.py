"""What a round says, item by item: from everybody's answers to what everyone may see of them.

A *voice* gave each answer: a person, or an organisation in a round with one answer for each.  An `Outcome` knows no
voices, so it can be shown, reported and kept in an exported log in the place of the answers.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from sessions.activity import present
from sessions.results import (
    OTHER,
    Distribution,
    Score,
    by_organisation,
    distribution,
    dot_counts,
    most_divided,
    quadrant,
    shift,
)


@dataclass(frozen=True)
class Answer:
    """One voice's answer to one item; the form of the round says which of these it uses."""

    score: Score | None = None
    remark: str = ""
    reasons: tuple[str, ...] = ()
    criteria: Mapping[str, Score] = field(default_factory=dict)
    dots: int = 0
    targets: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing is left of it."""
        return self.score is None and not (self.criteria or self.dots or self.targets)


NOTHING = Answer()

Answers = Mapping[str, Sequence[tuple[str, Answer]]]
"""Item -> who answered what, of the items that count now."""


class Scored(msgspec.Struct, frozen=True, tag="scale", omit_defaults=True):
    """One item on a scale.  ``organisations`` is empty where a comparison could give somebody away."""

    total: Distribution
    divided_rank: int
    organisations: tuple[tuple[str, Distribution], ...] = ()
    remarks: tuple[str, ...] = ()
    reasons: dict[str, int] = {}

    @property
    def n(self) -> int:
        """How many answered."""
        return self.total.n + self.total.off


class Crossed(msgspec.Struct, frozen=True, tag="criteria", omit_defaults=True):
    """One item on several criteria; ``people`` scored at least one of them."""

    people: int
    criteria: dict[str, Distribution] = {}

    @property
    def n(self) -> int:
        return sum(answers.n + answers.off for answers in self.criteria.values())

    @property
    def mean(self) -> float | None:
        """The average of the criteria's means; None without answers."""
        means = [answers.mean for answers in self.criteria.values() if answers.mean is not None]
        return sum(means) / len(means) if means else None


class Dotted(msgspec.Struct, frozen=True, tag="dots", omit_defaults=True):
    """One item's part of the dots (see `sessions.results.DotCount`)."""

    people: int
    dots: int
    rank: int
    share: float | None = None

    @property
    def n(self) -> int:
        return self.people


class Linked(msgspec.Struct, frozen=True, tag="choice", omit_defaults=True):
    """One item and how often each target was chosen for it; ``people`` chose at least one."""

    people: int
    targets: dict[str, int] = {}

    @property
    def n(self) -> int:
        return self.people

    @property
    def most(self) -> int:
        """How often the target was chosen that was chosen most."""
        return max(self.targets.values(), default=0)


Result = Scored | Crossed | Dotted | Linked


class Outcome(msgspec.Struct, frozen=True, omit_defaults=True):
    """What everyone may know of a round: how many took part and were done, and what came of each item.

    ``on_behalf`` of those who took part had no phone.
    """

    answered: int
    done: int
    items: dict[str, Result]
    on_behalf: int = 0


# from answers to results


def scored(
    answers: Answers, points: int, organisations: Mapping[str, str] | None, order: Sequence[str]
) -> dict[str, Result]:
    """Results on one scale; *organisations* says for whom each voice speaks, None compares nobody."""
    totals = {
        id: distribution((answer.score for _, answer in given if answer.score is not None), points)
        for id, given in answers.items()
    }
    rank = {id: n for n, id in enumerate(most_divided(totals), 1)}
    return {
        id: Scored(
            total=totals[id],
            divided_rank=rank[id],
            organisations=_compared(given, points, organisations, order) if organisations is not None else (),
            # In the order of the alphabet: the order in which people answered could tell who wrote what.
            remarks=tuple(sorted((a.remark for _, a in given if a.remark), key=lambda t: (t.casefold(), t))),
            reasons=_counted(reason for _, answer in given for reason in answer.reasons),
        )
        for id, given in answers.items()
    }


def _compared(
    given: Iterable[tuple[str, Answer]], points: int, organisations: Mapping[str, str], order: Sequence[str]
) -> tuple[tuple[str, Distribution], ...]:
    # Somebody who named no organisation is in no group; "other" takes them.
    scores = (
        (organisations.get(who) or OTHER, answer.score) for who, answer in given if answer.score is not None
    )
    return tuple((group.organisation, group.answers) for group in by_organisation(scores, points, order))


def crossed(answers: Answers, points: int, criteria: Mapping[str, Sequence[str]]) -> dict[str, Result]:
    """Results on several criteria; *criteria* says which belong to each item."""
    return {
        id: Crossed(
            people=sum(1 for _, a in given if any(criterion in a.criteria for criterion in criteria[id])),
            criteria={
                criterion: distribution(
                    (a.criteria[criterion] for _, a in given if criterion in a.criteria), points
                )
                for criterion in criteria[id]
            },
        )
        for id, given in answers.items()
    }


def dotted(answers: Answers) -> dict[str, Result]:
    """What each item got of the dots."""
    counted = dot_counts({id: [answer.dots for _, answer in given] for id, given in answers.items()})
    return {id: Dotted(got.people, got.dots, got.rank, got.share) for id, got in counted.items()}


def linked(answers: Answers, targets: Mapping[str, Any]) -> dict[str, Result]:
    """How often each of *targets* was chosen for each item, in their order."""
    results: dict[str, Result] = {}
    for id, given in answers.items():
        counts = _counted(target for _, answer in given for target in answer.targets)
        results[id] = Linked(
            people=sum(1 for _, answer in given if any(target in targets for target in answer.targets)),
            targets={target: counts[target] for target in targets if target in counts},
        )
    return results


def _counted(words: Iterable[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for word in words:
        counts[word] = counts.get(word, 0) + 1
    return dict(sorted(counts.items()))


def standing(results: Mapping[str, Result]) -> dict[str, float]:
    """What makes one item better than another: more dots, a higher mean, more people; nothing without answers."""
    found: dict[str, float] = {}
    for id, result in results.items():
        match result:
            case Scored(total=Distribution(mean=float() as mean)):
                found[id] = mean
            case Crossed() if result.mean is not None:
                found[id] = result.mean
            case Dotted(dots=measure) | Linked(people=measure) if measure:
                found[id] = float(measure)
    return found


def division(results: Mapping[str, Result]) -> dict[str, float]:
    """What makes one item more divided than another: its rank, or on several criteria the spread of these together."""
    found: dict[str, float] = {}
    for id, result in results.items():
        match result:
            case Scored():
                found[id] = -result.divided_rank
            case Crossed():
                found[id] = sum(answers.spread or 0 for answers in result.criteria.values())
    return found


# showing


def result_view(result: Result, *, other: str, before: Scored | None, cascade: bool) -> dict[str, Any]:
    """One result as everyone sees it; *other* is what small organisations are called, *before* the first round."""
    match result:
        case Scored():
            return _scored_view(result, other, before)
        case Crossed(people=people, criteria=criteria):
            return present(
                n=people,
                criteria={id: _criterion_view(answers, cascade) for id, answers in criteria.items()},
                quadrant=None if cascade else quadrant_of(result),
            )
        case Dotted():
            return present(n=result.people, dots=result.dots, rank=result.rank, share=result.share)
        case Linked(people=people, targets=targets):
            return {"n": people, "targets": targets}


def quadrant_of(result: Crossed) -> str | None:
    """The quarter of a matrix of two criteria."""
    if len(result.criteria) != 2:
        return None
    return quadrant(*result.criteria.values())


def shift_of(before: Scored | None, result: Scored) -> str | None:
    """Where the room went since the first round; None when one of the two has no answers."""
    if before is None or not before.total.n or not result.total.n:
        return None
    return shift(before.total.counts, result.total.counts)


def _scored_view(result: Scored, other: str, before: Scored | None) -> dict[str, Any]:
    return present(
        **_figures(result.total),
        consensus=result.total.consensus,
        off=result.total.off,
        divided_rank=result.divided_rank,
        organisations={
            name: {
                "title": other if name == OTHER else name,
                "order": n,
                **_figures(figures),
                **present(consensus=figures.consensus),
            }
            for n, (name, figures) in enumerate(result.organisations, 1)
        }
        or None,
        remarks={str(n): remark for n, remark in enumerate(result.remarks, 1)} or None,
        reasons=result.reasons or None,
        before=_figures(before.total) if before else None,
        shift=shift_of(before, result),
    )


def _criterion_view(answers: Distribution, cascade: bool) -> dict[str, Any]:
    return present(
        n=answers.n,
        off=answers.off,
        counts=_counts(answers),
        median=answers.median,
        mean=answers.mean,
        spread=answers.spread,
        highest=answers.highest if cascade else None,
    )


def _figures(given: Distribution) -> dict[str, Any]:
    return present(
        n=given.n,
        counts=_counts(given),
        median=given.median,
        mean=given.mean,
        agreement=given.agreement,
    )


def _counts(given: Distribution) -> dict[str, int]:
    return {str(point): n for point, n in enumerate(given.counts, 1)}

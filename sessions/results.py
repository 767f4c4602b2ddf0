"""What a round of scores says: distributions, agreement in words, and differences between organisations.

Words on a scale are an order, not distances: the distribution and its n come first, the mean only after.  Nothing
here knows people; `by_organisation` is also the place that keeps one person's score from being worked out.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate, pairwise
from typing import Literal

Score = int | Literal["none"]
"""A point of the scale (lowest is 1), or "none" for an answer off the scale: "can't judge"."""

Agreement = Literal["agreed", "mixed", "divided"]

Shift = Literal["up", "down", "same"]
"""Where a second round went, compared with the first."""

Quadrant = Literal["high_high", "high_low", "low_high", "low_low"]
"""Where an item lies in a matrix; the first word is about the first criterion."""

SMALLEST_GROUP = 3
"""Fewer answers than this are never shown on their own."""

OTHER = "_other"
"""Stands for the organisations that are too small to show; no playbook can name an organisation like this."""


@dataclass(frozen=True)
class Distribution:
    """The answers to one item; ``counts`` holds the number of answers per point, lowest point first.

    ``n`` counts answers on the scale, ``off`` those off it.  What needs answers to exist is None when n is 0.
    """

    counts: tuple[int, ...]
    off: int = 0
    n: int = 0
    median: float | None = None
    mean: float | None = None
    agreement: Agreement | None = None
    consensus: float | None = None

    @property
    def spread(self) -> float | None:
        """How far the middle half of the answers lies apart; None without answers."""
        return spread(self.counts) if self.n else None

    @property
    def highest(self) -> int | None:
        """The highest point that anybody chose; None without answers."""
        return max((point for point, count in enumerate(self.counts, 1) if count), default=None)


@dataclass(frozen=True)
class DotCount:
    """What one item got of a budget of dots.

    ``rank`` is 1 for the item with most dots; equals share a rank, and the ranks after them are skipped.  ``share``
    is its part of all dots that were given, None when nobody gave any.
    """

    people: int
    dots: int
    rank: int
    share: float | None = None


@dataclass(frozen=True)
class Group:
    """The answers of one organisation, or of `OTHER`: all that are too small to show, taken together."""

    organisation: str
    answers: Distribution


def distribution(scores: Iterable[Score], points: int) -> Distribution:
    """The distribution of *scores* over a scale of so many *points*.  Raises ValueError off the scale."""
    counts = [0] * points
    off = 0
    for score in scores:
        if score == "none":
            off += 1
        elif 1 <= score <= points:
            counts[score - 1] += 1
        else:
            raise ValueError(f"score {score} on a scale of {points} points")
    return _summary(counts, off)


def _summary(counts: Sequence[int], off: int) -> Distribution:
    if not any(counts):
        return Distribution(tuple(counts), off)
    return Distribution(
        counts=tuple(counts),
        off=off,
        n=sum(counts),
        median=median(counts),
        mean=mean(counts),
        agreement=agreement(counts),
        consensus=leik_consensus(counts),
    )


def median(counts: Sequence[int]) -> float:
    """The middle answer; halfway between two points when the two middle answers differ."""
    return quartile(counts, 2)


def quartile(counts: Sequence[int], number: int) -> float:
    """The point below which *number* quarters of the answers lie.

    On a border between two answers it is halfway between them, so that the second quartile is the median.
    Source: definition 2 of R. J. Hyndman and Y. Fan, "Sample quantiles in statistical packages", The American
    Statistician 50 (1996).
    """
    n = _total(counts)
    lower, upper = (_point_of_answer(counts, rank) for rank in ((n * number + 3) // 4 - 1, n * number // 4))
    return (lower + upper) / 2


def spread(counts: Sequence[int]) -> float:
    """The interquartile range: how many points the middle half of the answers spans, 0 when they are one.

    Unlike the standard deviation it asks nothing of the distance between two words.
    Source: J. W. Tukey, "Exploratory Data Analysis" (1977), with the quartiles above.
    """
    return quartile(counts, 3) - quartile(counts, 1)


def _point_of_answer(counts: Sequence[int], rank: int) -> int:
    """The point that the answer at *rank* (from 0, lowest first) was on."""
    return next(point for point, below in enumerate(accumulate(counts), start=1) if rank < below)


def mean(counts: Sequence[int]) -> float:
    """The average point, as if the distances between points were equal: secondary to the distribution."""
    return sum(point * count for point, count in enumerate(counts, start=1)) / _total(counts)


def agreement(counts: Sequence[int]) -> Agreement:
    """How far one distribution agrees, in a word.

    The ends speak first: a quarter or more at both ends is *divided*, whatever lies between.  Then the best pair of
    neighbouring points: at least 80 % is *agreed*, under 60 % *divided*, else *mixed*.  On a scale of two points a
    pair would be everybody, so there the best single point takes the place of the pair.
    """
    n = _total(counts)
    if len(counts) > 1 and 4 * min(counts[0], counts[-1]) >= n:
        return "divided"
    together = max(counts) if len(counts) <= 2 else max(low + high for low, high in pairwise(counts))
    if 5 * together >= 4 * n:
        return "agreed"
    return "divided" if 5 * together < 3 * n else "mixed"


def leik_consensus(counts: Sequence[int]) -> float:
    """Ordinal consensus of one distribution, 0 (split over both ends) to 1 (all on one point).

    *counts* holds the number of answers per point, lowest point first.  Raises ValueError when all are 0.
    Source: R. K. Leik, "A measure of ordinal consensus", Pacific Sociological Review 9 (1966).
    """
    n = _total(counts)
    if len(counts) == 1:
        return 1.0
    # Leik's D in whole numbers, so that equal consensus is equal to the last bit, and sorts as equal.
    spread = 2 * sum(min(below, n - below) for below in accumulate(counts))
    whole = n * (len(counts) - 1)
    return (whole - spread) / whole


CLEAR_SHIFT = (147, 1_000)
"""From this dominance on a shift is more than chance wobble: .147, as a fraction."""


def dominance(before: Sequence[int], after: Sequence[int]) -> Fraction:
    """How much more often an answer of *after* is higher than one of *before* than lower, from -1 to 1.

    Every answer is compared with every other, so only the order of the points counts.
    Source: N. Cliff, "Dominance statistics: ordinal analyses to answer ordinal questions", Psychological Bulletin
    114 (1993).
    """
    higher = sum(count * below for count, below in zip(after, accumulate(before, initial=0), strict=False))
    lower = sum(count * below for count, below in zip(before, accumulate(after, initial=0), strict=False))
    return Fraction(higher - lower, _total(before) * _total(after))


def shift(before: Sequence[int], after: Sequence[int]) -> Shift:
    """Where the room went from one round to the next.

    A median stands still while a third of the room moves, least of all on two points; so every pair of answers
    counts (`dominance`).  Below .147 it is called the same: J. Romano et al., "Appropriate statistics for ordinal
    level data" (2006).  Raises ValueError when one of the rounds has no answers.
    """
    moved = dominance(before, after)
    if abs(moved) < Fraction(*CLEAR_SHIFT):
        return "same"
    return "up" if moved > 0 else "down"


def dot_counts(given: Mapping[str, Sequence[int]]) -> dict[str, DotCount]:
    """What each item got, of item -> the dots that each person gave it (none: not in it, or 0)."""
    dots = {item: sum(theirs) for item, theirs in given.items()}
    whole = sum(dots.values())
    rank: dict[int, int] = {}
    for place, got in enumerate(sorted(dots.values(), reverse=True), 1):
        rank.setdefault(got, place)
    return {
        item: DotCount(
            people=sum(1 for one in given[item] if one),
            dots=got,
            rank=rank[got],
            share=got / whole if whole else None,
        )
        for item, got in dots.items()
    }


def quadrant(first: Distribution, second: Distribution) -> Quadrant | None:
    """The quarter of the matrix in which an item lies, by its medians; None when that cannot be said.

    A median precisely in the middle of the scale says neither high nor low: then the mean decides, and if that is
    in the middle as well, nothing does.
    """
    match _high(first), _high(second):
        case True, True:
            return "high_high"
        case True, False:
            return "high_low"
        case False, True:
            return "low_high"
        case False, False:
            return "low_low"
    return None


def _high(answers: Distribution) -> bool | None:
    middle = (1 + len(answers.counts)) / 2
    for measure in (answers.median, answers.mean):
        if measure is not None and measure != middle:
            return measure > middle
    return None


def _total(counts: Sequence[int]) -> int:
    n = sum(counts)
    if n == 0:
        raise ValueError("a distribution without answers has no middle, mean or agreement")
    return n


def most_divided(distributions: Mapping[str, Distribution]) -> list[str]:
    """The item ids, most divided first; on a tie more answers first, then the given order; unanswered ones last."""

    def order(item: str) -> tuple[bool, float, int]:
        answers = distributions[item]
        return (answers.consensus is None, answers.consensus or 0.0, -answers.n)

    return sorted(distributions, key=order)


def by_organisation(
    answers: Iterable[tuple[str, Score]], points: int, order: Sequence[str]
) -> tuple[Group, ...]:
    """The answers per organisation, in the given *order*, without giving anybody's score away.

    An organisation with fewer than three answers on the scale, or one that is not in *order*, goes into `OTHER`,
    which comes last.  When that leaves one or two answers there (or to be found by subtracting all the others from
    the total), the smallest organisation that was shown joins them.  With fewer than two groups left there is
    nothing to compare, and the answer is empty.  Answers off the scale are left out, also from the counts: they are
    told for the whole room only, since one "can't judge" in a small group points at a person.
    """
    scores: dict[str, list[Score]] = {organisation: [] for organisation in order if organisation != OTHER}
    others: list[Score] = []
    for organisation, score in answers:
        if score != "none":
            scores.get(organisation, others).append(score)
    shown: list[str] = []
    for organisation, theirs in scores.items():
        if len(theirs) >= SMALLEST_GROUP:
            shown.append(organisation)
        else:
            others += theirs
    if shown and 0 < len(others) < SMALLEST_GROUP:
        smallest = min(reversed(shown), key=lambda organisation: len(scores[organisation]))
        shown.remove(smallest)
        others += scores[smallest]
    groups = [Group(organisation, distribution(scores[organisation], points)) for organisation in shown]
    if others:
        groups.append(Group(OTHER, distribution(others, points)))
    return tuple(groups) if len(groups) > 1 else ()

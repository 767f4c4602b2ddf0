"""The measures, on examples worked out by hand, and the promise that no single score can be worked out."""

import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessions.results import (
    OTHER,
    SMALLEST_GROUP,
    Agreement,
    Distribution,
    DotCount,
    Quadrant,
    Score,
    Shift,
    agreement,
    by_organisation,
    distribution,
    dominance,
    dot_counts,
    leik_consensus,
    mean,
    median,
    most_divided,
    quadrant,
    quartile,
    shift,
    spread,
)

COUNTS = st.lists(st.integers(0, 40), min_size=2, max_size=7).filter(any)
ORGANISATIONS = ["provincie", "waterschap", "gemeente", "rijk"]
SCORES: st.SearchStrategy[Score] = st.one_of(st.integers(1, 4), st.just("none"))
ANSWERS = st.lists(st.tuples(st.sampled_from([*ORGANISATIONS, "", "elders"]), SCORES), max_size=40)


@pytest.mark.parametrize(
    ("counts", "consensus"),
    [
        ([0, 0, 9, 0, 0], 1.0),
        ([5, 0, 0, 0, 5], 0.0),
        # F = .2 .4 .6 .8 1, d = .2 .4 .4 .2 0, D = 2 x 1.2 / 4 = .6
        ([2, 2, 2, 2, 2], 0.4),
        # F = .1 .3 .8 1, d = .1 .3 .2 0, D = 2 x .6 / 3 = .4
        ([1, 2, 5, 2], 0.6),
        # F = .5 .5 1, d = .5 .5 0, D = 2 x 1 / 2 = 1
        ([1, 0, 1], 0.0),
        # F = .75 1, d = .25 0, D = 2 x .25 / 1 = .5
        ([3, 1], 0.5),
        ([4, 4, 0, 0, 0], 0.75),
        ([7], 1.0),
    ],
)
def test_leik_consensus_follows_the_worked_examples(counts: list[int], consensus: float) -> None:
    assert leik_consensus(counts) == pytest.approx(consensus)


@given(COUNTS)
def test_consensus_lies_between_none_and_full_and_has_no_direction(counts: list[int]) -> None:
    assert 0 <= leik_consensus(counts) <= 1
    assert leik_consensus(counts) == leik_consensus(counts[::-1])


@given(COUNTS, st.integers(2, 9))
def test_twice_the_same_room_agrees_equally_much(counts: list[int], times: int) -> None:
    larger = [count * times for count in counts]
    assert leik_consensus(larger) == leik_consensus(counts)
    assert agreement(larger) == agreement(counts)


@pytest.mark.parametrize(
    ("counts", "middle", "average"),
    [
        ([0, 0, 1, 0], 3.0, 3.0),
        ([1, 1, 1, 0], 2.0, 2.0),
        ([2, 2, 0, 0], 1.5, 1.5),
        ([1, 0, 0, 1], 2.5, 2.5),
        ([3, 0, 0, 1], 1.0, 1.75),
        ([0, 1, 2, 7], 4.0, 3.6),
    ],
)
def test_median_and_mean(counts: list[int], middle: float, average: float) -> None:
    assert median(counts) == middle
    assert mean(counts) == pytest.approx(average)


@pytest.mark.parametrize(
    ("counts", "word"),
    [
        ([0, 0, 8, 2, 0], "agreed"),
        ([1, 4, 4, 1, 0], "agreed"),  # exactly 80 % on two neighbours
        ([2, 4, 3, 1, 0], "mixed"),  # 70 %
        ([2, 3, 3, 2, 0], "mixed"),  # exactly 60 %
        ([20, 20, 20, 20, 20], "divided"),  # 40 %
        ([21, 29, 30, 20, 0], "divided"),  # 59 %
        ([5, 0, 0, 0, 5], "divided"),
        ([25, 0, 0, 50, 25], "divided"),  # 75 % on two neighbours, but a quarter at both ends
        ([24, 0, 0, 52, 24], "mixed"),
        ([1, 2, 1], "divided"),  # the ends speak before the neighbours, who have 75 %
        ([10, 70, 20], "agreed"),
        ([8, 2], "agreed"),
        ([76, 24], "mixed"),  # on two points a pair is everybody: one point has to have the 80 %
        ([3, 1], "divided"),
        ([5, 5], "divided"),
        ([0, 1], "agreed"),
        ([3], "agreed"),
    ],
)
def test_agreement_in_words(counts: list[int], word: Agreement) -> None:
    assert agreement(counts) == word


@pytest.mark.parametrize("measure", [median, mean, agreement, leik_consensus])
def test_no_answers_have_no_middle_and_no_agreement(measure: object) -> None:
    assert callable(measure)
    with pytest.raises(ValueError, match="without answers"):
        measure([0, 0, 0])


def test_a_distribution_counts_answers_on_and_off_the_scale() -> None:
    assert distribution([1, 4, "none", 4, "none"], 4) == Distribution(
        counts=(1, 0, 0, 2), off=2, n=3, median=4.0, mean=3.0, agreement="divided", consensus=1 / 3
    )


def test_a_distribution_of_nothing_has_no_measures() -> None:
    assert distribution([], 3) == Distribution((0, 0, 0))
    assert distribution(["none"], 3) == Distribution((0, 0, 0), off=1)


@pytest.mark.parametrize("score", [0, 5, -1])
def test_a_score_off_the_scale_is_a_bug(score: int) -> None:
    with pytest.raises(ValueError, match="on a scale of 4 points"):
        distribution([score], 4)


@pytest.mark.parametrize(
    ("counts", "first", "third", "width"),
    [
        ([0, 0, 9, 0], 3.0, 3.0, 0.0),
        ([1, 0, 0, 0], 1.0, 1.0, 0.0),
        # 1 1 | 2 2 | 3 3 | 4 4: the quarters end between equals
        ([2, 2, 2, 2], 1.5, 3.5, 2.0),
        # 1 | 2 | 3 | 4: halfway between the first and the second, the third and the fourth
        ([1, 1, 1, 1], 1.5, 3.5, 2.0),
        # 1 2 3 4 5: a quarter of 5 is 1.25, so the 2nd and the 4th
        ([1, 1, 1, 1, 1], 2.0, 4.0, 2.0),
        # 1 1 1 4: halfway between 1 and 1, and between 1 and 4
        ([3, 0, 0, 1], 1.0, 2.5, 1.5),
        # 1 1 1 4 4 4: the 2nd and the 5th of six
        ([3, 0, 0, 3], 1.0, 4.0, 3.0),
        ([0, 1, 5, 1], 3.0, 3.0, 0.0),
    ],
)
def test_the_spread_is_how_far_the_middle_half_lies_apart(
    counts: list[int], first: float, third: float, width: float
) -> None:
    assert (quartile(counts, 1), quartile(counts, 3)) == (first, third)
    assert spread(counts) == width
    assert Distribution(tuple(counts), n=sum(counts)).spread == width


def test_without_answers_there_is_no_spread_and_nothing_highest() -> None:
    assert Distribution((0, 0)).spread is None
    assert Distribution((0, 0)).highest is None
    assert distribution([1, 3, 3], 4).highest == 3


@given(COUNTS)
def test_the_median_lies_between_the_quartiles(counts: list[int]) -> None:
    assert quartile(counts, 1) <= median(counts) <= quartile(counts, 3)
    assert 0 <= spread(counts) <= len(counts) - 1
    assert spread(counts) == spread(counts[::-1])


@pytest.mark.parametrize(
    ("before", "after", "moved", "word"),
    [
        ([4, 0], [0, 4], Fraction(1), "up"),
        ([0, 4], [4, 0], Fraction(-1), "down"),
        # Of 16 pairs 3 x 3 go up and 1 x 1 down; the median of both rounds is an end.
        ([3, 1], [1, 3], Fraction(8, 16), "up"),
        # 4 x 5 up and 6 x 5 down of 100: less than .147
        ([5, 5], [6, 4], Fraction(-10, 100), "same"),
        ([5, 5], [7, 3], Fraction(-20, 100), "down"),
        # Both ends gain: nobody is higher on the whole.
        ([0, 2, 2, 0], [2, 0, 0, 2], Fraction(0), "same"),
        ([1, 2, 3, 4], [1, 2, 3, 4], Fraction(0), "same"),
        # The rounds need not be equally large: 4 pairs, 2 up.
        ([2, 0], [1, 1], Fraction(2, 4), "up"),
    ],
)
def test_a_second_round_is_compared_pair_by_pair(
    before: list[int], after: list[int], moved: Fraction, word: Shift
) -> None:
    assert dominance(before, after) == moved
    assert shift(before, after) == word


@given(
    st.integers(2, 7).flatmap(lambda n: st.tuples(*[st.lists(st.integers(0, 9), min_size=n, max_size=n)] * 2))
)
def test_there_and_back_is_the_opposite_shift(rounds: tuple[list[int], list[int]]) -> None:
    before, after = rounds
    if any(before) and any(after):
        assert dominance(before, after) == -dominance(after, before)
        assert -1 <= dominance(before, after) <= 1


def test_a_round_without_answers_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match="without answers"):
        shift([0, 0], [1, 0])


def test_dots_are_ranked_and_equals_share_a_rank() -> None:
    assert dot_counts({"a": [2, 1], "b": [3], "c": [], "d": [4, 0]}) == {
        "a": DotCount(people=2, dots=3, rank=2, share=0.3),
        "b": DotCount(people=1, dots=3, rank=2, share=0.3),
        "c": DotCount(people=0, dots=0, rank=4, share=0.0),
        "d": DotCount(people=1, dots=4, rank=1, share=0.4),
    }
    assert dot_counts({"a": [], "b": []})["b"] == DotCount(people=0, dots=0, rank=1)


@given(st.dictionaries(st.text(max_size=2), st.lists(st.integers(0, 5), max_size=9), max_size=8))
def test_dots_add_up(given_dots: dict[str, list[int]]) -> None:
    counted = dot_counts(given_dots)
    assert sum(item.dots for item in counted.values()) == sum(map(sum, given_dots.values()))
    if any(map(sum, given_dots.values())):
        assert sum(item.share or 0 for item in counted.values()) == pytest.approx(1)
    by_rank = sorted(counted.values(), key=lambda item: item.rank)
    assert [item.dots for item in by_rank] == sorted((item.dots for item in by_rank), reverse=True)


@pytest.mark.parametrize(
    ("first", "second", "place"),
    [
        ([0, 0, 0, 3], [0, 0, 3, 0], "high_high"),
        ([0, 0, 0, 3], [3, 0, 0, 0], "high_low"),
        ([0, 3, 0, 0], [0, 0, 3, 0], "low_high"),
        ([0, 3, 0, 0], [3, 0, 0, 0], "low_low"),
        # A median in the middle (2.5): the mean decides, 2.33 and 2.67 here.
        ([2, 1, 1, 2], [0, 0, 3, 0], None),
        ([2, 1, 2, 1], [0, 0, 3, 0], "low_high"),
        ([1, 2, 1, 2], [0, 0, 3, 0], "high_high"),
        ([0, 0, 0, 0], [0, 0, 3, 0], None),
    ],
)
def test_an_item_lies_in_a_quarter_of_the_matrix(
    first: list[int], second: list[int], place: Quadrant | None
) -> None:
    one, other = (
        distribution([point for point, n in enumerate(counts, 1) for _ in range(n)], 4)
        for counts in (first, second)
    )
    assert quadrant(one, other) == place


def test_most_divided_comes_first() -> None:
    items = {
        "eens": distribution([3, 3, 3], 4),
        "leeg": distribution([], 4),
        "gespleten": distribution([1, 4], 4),
        "ook leeg": distribution(["none"], 4),
        "gespleten, groter": distribution([1, 1, 4, 4], 4),
        "gespleten, later": distribution([4, 1], 4),
        "verdeeld": distribution([1, 2, 3, 4], 4),
    }
    assert most_divided(items) == [
        "gespleten, groter",
        "gespleten",
        "gespleten, later",
        "verdeeld",
        "eens",
        "leeg",
        "ook leeg",
    ]


def groups(*answers: tuple[str, list[Score]]) -> dict[str, tuple[int, ...]]:
    """The breakdown on a scale of four points as organisation -> counts."""
    flat = [(organisation, score) for organisation, scores in answers for score in scores]
    return {group.organisation: group.answers.counts for group in by_organisation(flat, 4, ORGANISATIONS)}


def test_organisations_come_in_the_order_of_the_session() -> None:
    shown = groups(("waterschap", [1, 1, 2]), ("provincie", [4, 4, 3, 3]))
    assert list(shown.items()) == [("provincie", (0, 0, 2, 2)), ("waterschap", (2, 1, 0, 0))]


def test_small_organisations_are_told_together() -> None:
    shown = groups(("provincie", [4, 4, 4]), ("waterschap", [1, 2]), ("gemeente", [3]), ("", [3]))
    assert shown == {"provincie": (0, 0, 0, 3), OTHER: (1, 1, 2, 0)}


def test_naming_an_organisation_twice_in_the_order_counts_it_once() -> None:
    answers: list[tuple[str, Score]] = [(name, 2) for name in ORGANISATIONS for _ in range(3)]
    twice = [*ORGANISATIONS, *ORGANISATIONS]
    assert by_organisation(answers, 4, twice) == by_organisation(answers, 4, ORGANISATIONS)


def test_the_smallest_organisation_joins_others_that_are_too_few() -> None:
    shown = groups(("provincie", [4] * 5), ("waterschap", [1] * 3), ("gemeente", [2] * 3), ("rijk", [3]))
    assert shown == {"provincie": (0, 0, 0, 5), "waterschap": (3, 0, 0, 0), OTHER: (0, 3, 1, 0)}


def test_one_group_is_no_comparison() -> None:
    assert groups(("provincie", [4, 4, 4])) == {}
    assert groups(("provincie", [4, 4, 4]), ("rijk", [1])) == {}
    assert groups(("provincie", [4, 4]), ("rijk", [1, 1])) == {}
    assert groups() == {}


def test_cannot_judge_is_told_for_the_whole_room_only() -> None:
    answers: list[tuple[str, Score]] = [(name, 2) for name in ("provincie", "rijk") for _ in range(3)]
    answers.append(("rijk", "none"))
    assert [group.answers.off for group in by_organisation(answers, 4, ORGANISATIONS)] == [0, 0]


@given(ANSWERS)
def test_shown_groups_add_up_to_the_whole(answers: list[tuple[str, Score]]) -> None:
    shown = by_organisation(answers, 4, ORGANISATIONS)
    if shown:
        per_point = zip(*(group.answers.counts for group in shown), strict=True)
        assert tuple(map(sum, per_point)) == distribution((score for _, score in answers), 4).counts


@given(ANSWERS)
def test_no_one_or_two_answers_can_be_singled_out(answers: list[tuple[str, Score]]) -> None:
    """Neither shown as a group, nor left over when shown groups are taken from the total."""
    shown = by_organisation(answers, 4, ORGANISATIONS)
    total = sum(score != "none" for _, score in answers)
    assert len(shown) != 1
    assert all(group.answers.n >= SMALLEST_GROUP for group in shown)
    assert all(group.answers.off == 0 for group in shown)
    for group in shown:
        assert total - group.answers.n not in (1, 2)
    assert total - sum(group.answers.n for group in shown) in ((0,) if shown else (total,))


@given(ANSWERS)
def test_who_answered_first_does_not_matter(answers: list[tuple[str, Score]]) -> None:
    shuffled = random.Random(len(answers)).sample(answers, len(answers))
    assert by_organisation(shuffled, 4, ORGANISATIONS) == by_organisation(answers, 4, ORGANISATIONS)

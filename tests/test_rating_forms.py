"""The forms of a round: dots, choice, criteria and reasons; one answer per organisation; a second round; added items."""

from typing import Any

import pytest

from sessions.message import FACILITATOR
from tests.play import AN, BO, CARLA, SCREEN, Story, canvas, discussion, play, rating

REASONED = {
    "question": "Acceptable?",
    "points": ["no", "yes"],
    "off": "no idea",
    "reasons": [{"points": [1], "tags": ["Substance", "Support", "Capacity"]}],
}
AXES = [{"id": "effect", "title": "Effect", "question": "How much?"}, {"id": "synergy", "title": "Synergy"}]
QUADRANTS = {"high_high": "Do", "high_low": "Aim", "low_high": "Join", "low_low": "Later"}
CARDS = {"cards_of": ["ideas"]}


def revealed(story: Story, step: str = "poll") -> Story:
    story.does(FACILITATOR, "rating.reveal", step=step)
    return story


def gives(story: Story, who: str, item: str, dots: Any) -> list[Any]:
    return story.does(who, "rating.dots", step="poll", item=item, dots=dots)


def chooses(story: Story, who: str, item: str, *targets: str) -> list[Any]:
    return story.does(who, "rating.choose", step="poll", item=item, targets=list(targets))


def hides(story: Story, card: str, hidden: bool = True) -> None:
    story.does(FACILITATOR, "canvas.hide_card", step="ideas", card=card, hidden=hidden)


# dots


def test_dots_are_counted_per_item_and_ranked():
    story = play(rating(dots=5, max_per_item=3, items=("i1", "i2", "i3", "i4")))
    for who, given in {AN: {"i1": 3, "i2": 2}, BO: {"i1": 1, "i3": 1}, CARLA: {"i2": 1, "i3": 2}}.items():
        for item, dots in given.items():
            gives(story, who, item, dots)
    view = revealed(story).step()
    assert view["form"] == "dots"
    assert view["dots"] == {"budget": 5, "per_item": 3}
    assert "scale" not in view
    assert view["results"] == {
        "i1": {"n": 2, "dots": 4, "rank": 1, "share": 0.4},
        "i2": {"n": 2, "dots": 3, "rank": 2, "share": 0.3},
        "i3": {"n": 2, "dots": 3, "rank": 2, "share": 0.3},
        "i4": {"n": 0, "dots": 0, "rank": 4, "share": 0.0},
    }


def test_own_dots_and_what_is_left_are_for_their_owner_alone():
    story = play(rating(dots=5)).enters(AN)
    gives(story, AN, "i1", 3)
    assert story.mine(AN)["steps"]["poll"] == {"dots": {"i1": 3}, "left": 2}
    assert story.mine(BO)["steps"] == {}
    assert "results" not in story.step(of="facilitator")
    gives(story, AN, "i1", 0)
    assert story.mine(AN)["steps"] == {}
    assert story.step()["answered"] == 0


def test_dots_are_how_many_there_are_and_not_how_many_come_on_top():
    story = play(rating(dots=3))
    gives(story, AN, "i1", 2)
    assert gives(story, AN, "i1", 2) == []
    gives(story, AN, "i1", 3)
    assert story.mine(AN)["steps"]["poll"]["dots"] == {"i1": 3}


def test_more_dots_than_the_budget_or_the_cap_are_refused_with_what_is_left():
    story = play(rating(dots=5, max_per_item=3))
    gives(story, AN, "i1", 3)
    assert story.refuses(AN, "rating.dots", step="poll", item="i2", dots=4)[1] == "rating.cap"
    gives(story, AN, "i2", 2)
    assert story.refuses(AN, "rating.dots", step="poll", item="i2", dots=3) == ("rejected", "rating.budget")
    assert story.mine(AN)["steps"]["poll"] == {"dots": {"i1": 3, "i2": 2}, "left": 0}


@pytest.mark.parametrize("dots", [-1, 2.5, True, "2", None, [2], 10**30])
def test_dots_that_are_no_number_cannot_be_understood(dots):
    story = play(rating(dots=3))
    assert story.refuses(AN, "rating.dots", step="poll", item="i1", dots=dots)[0] == "invalid"


def test_who_has_given_all_dots_is_done_also_where_fewer_fit():
    story = play(rating(dots=5, max_per_item=2))
    gives(story, AN, "i1", 2)
    assert (story.step()["answered"], story.step()["done"]) == (1, 0)
    gives(story, AN, "i2", 2)
    assert story.step()["done"] == 1


def test_dots_on_a_hidden_card_wait_and_come_back_with_it():
    story = play(canvas(), rating(items=CARDS, dots=3)).adds(AN, "c1").adds(AN, "c2")
    gives(story, BO, "c1", 2)
    gives(story, CARLA, "c2", 1)
    hides(story, "c1")
    results = revealed(story).step("poll")["results"]
    assert results == {"c2": {"n": 1, "dots": 1, "rank": 1, "share": 1.0}}
    hides(story, "c1", hidden=False)
    assert story.step("poll")["results"]["c1"]["dots"] == 2


def test_dots_that_wait_can_be_given_elsewhere_and_never_come_on_top_of_the_budget():
    story = play(canvas(), rating(items=CARDS, dots=3)).adds(AN, "c1").adds(AN, "c2").adds(AN, "c3")
    gives(story, BO, "c1", 2)
    gives(story, BO, "c2", 1)
    hides(story, "c1")
    gives(story, BO, "c3", 1)
    hides(story, "c1", hidden=False)
    assert story.mine(BO)["steps"]["poll"] == {"dots": {"c1": 1, "c2": 1, "c3": 1}, "left": 0}
    hides(story, "c1")
    assert story.refuses(BO, "rating.dots", step="poll", item="c3", dots=3)[1] == "rating.budget"
    gives(story, BO, "c3", 2)
    assert story.mine(BO)["steps"]["poll"]["dots"] == {"c2": 1, "c3": 2}


def test_dots_on_a_card_that_was_just_removed_are_refused():
    story = play(canvas(), rating(items=CARDS, dots=3)).adds(AN, "c1")
    story.does(AN, "canvas.remove_card", step="ideas", card="c1")
    assert story.refuses(BO, "rating.dots", step="poll", item="c1", dots=1)[1] == "rating.unknown_item"


# choice


def test_targets_are_counted_per_item():
    story = play(rating(targets=("t1", "t2", "t3")))
    chooses(story, AN, "i1", "t1", "t3")
    chooses(story, BO, "i1", "t3")
    assert story.mine(AN)["steps"]["poll"] == {"choices": {"i1": {"t1": True, "t3": True}}}
    assert story.mine(CARLA)["steps"] == {}
    view = revealed(story).step()
    assert view["choice"] == {"multiple": True, "own": False}
    assert view["targets"]["t2"] == {"title": "Target t2", "order": 2}
    assert view["results"] == {
        "i1": {"n": 2, "targets": {"t1": 1, "t3": 2}},
        "i2": {"n": 0, "targets": {}},
    }


def test_a_choice_is_all_that_is_chosen_and_can_be_taken_back():
    story = play(rating(targets=("t1", "t2")))
    chooses(story, AN, "i1", "t1")
    chooses(story, AN, "i1", "t2", "t2")
    assert chooses(story, AN, "i1", "t2") == []
    assert story.mine(AN)["steps"]["poll"]["choices"] == {"i1": {"t2": True}}
    chooses(story, AN, "i1")
    assert story.mine(AN)["steps"] == {}
    assert chooses(story, BO, "i1") == []


def test_a_target_that_is_not_there_refuses_the_whole_choice():
    story = play(rating(targets=("t1", "t2")))
    refusal = story.refuses(AN, "rating.choose", step="poll", item="i1", targets=["t1", "t9"])
    assert refusal == ("rejected", "rating.unknown_target")
    assert story.mine(AN)["steps"] == {}


@pytest.mark.parametrize(
    ("options", "most"), [({"max_targets": 2}, 2), ({"multiple": False}, 1), ({"max_targets": 1}, 1)]
)
def test_only_so_many_targets_can_be_chosen(options, most):
    story = play(rating(targets=("t1", "t2", "t3"), **options))
    assert story.step()["choice"]["most"] == most
    chooses(story, AN, "i1", *["t1", "t2", "t3"][:most])
    refusal = story.refuses(AN, "rating.choose", step="poll", item="i1", targets=["t1", "t2", "t3"])
    assert refusal == ("rejected", "rating.too_many_targets")


def test_a_target_of_ones_own_is_there_for_everybody_without_a_name():
    story = play(rating(targets=("t1",), own_targets=True)).enters(AN, name="An")
    story.does(AN, "rating.add_target", step="poll", target="t2", title="  One\nteam ")
    assert story.step()["targets"]["t2"] == {"title": "One team", "order": 2, "own": True}
    chooses(story, BO, "i1", "t2")
    assert revealed(story).step()["results"]["i1"]["targets"] == {"t2": 1}
    assert story.exported[2]["actor"] == "anonymous"
    refusal = story.refuses(AN, "rating.add_target", step="poll", target="t3", title="Late")
    assert refusal == ("rejected", "rating.closed")


def test_targets_that_are_away_do_not_count_and_come_back():
    story = play(canvas(), rating(targets=CARDS, max_targets=2)).adds(AN, "c1").adds(AN, "c2").adds(AN, "c3")
    chooses(story, BO, "i1", "c1", "c2")
    hides(story, "c1")
    assert story.refuses(BO, "rating.choose", step="poll", item="i2", targets=["c1"])[1] == (
        "rating.unknown_target"
    )
    chooses(story, BO, "i1", "c3")
    hides(story, "c1", hidden=False)
    assert story.mine(BO)["steps"]["poll"]["choices"]["i1"] == {"c3": True, "c1": True}
    hides(story, "c1")
    chooses(story, BO, "i1", "c2", "c3")
    hides(story, "c1", hidden=False)
    assert revealed(story).step("poll")["results"]["i1"]["targets"] == {"c2": 1, "c3": 1}


def test_a_phone_may_send_along_what_it_chose_before_and_what_is_away_now():
    story = play(canvas(), rating(targets=CARDS, max_targets=2)).adds(AN, "c1").adds(AN, "c2").adds(AN, "c3")
    chooses(story, BO, "i1", "c1")
    hides(story, "c1")
    chooses(story, BO, "i1", "c1", "c2")
    assert story.mine(BO)["steps"]["poll"]["choices"]["i1"] == {"c2": True, "c1": True}
    chooses(story, BO, "i1", "c1", "c2", "c3")
    assert story.mine(BO)["steps"]["poll"]["choices"]["i1"] == {"c2": True, "c3": True}
    refusal = story.refuses(CARLA, "rating.choose", step="poll", item="i1", targets=["c1"])
    assert refusal == ("rejected", "rating.unknown_target")


def test_done_with_choosing_is_a_target_that_is_there_for_every_item():
    story = play(canvas(), rating(targets=CARDS)).adds(AN, "c1").adds(AN, "c2")
    chooses(story, BO, "i1", "c1")
    chooses(story, BO, "i2", "c2")
    assert story.step("poll")["done"] == 1
    hides(story, "c2")
    assert (story.step("poll")["done"], story.step("poll")["answered"]) == (0, 1)


def test_a_target_comes_from_the_items_it_was_chosen_for_once_that_is_revealed():
    later = rating("next", items={"targets_of": ["poll"]}, dots=2)
    story = play(rating(targets=("t1", "t2")), later)
    chooses(story, AN, "i2", "t1")
    assert "from" not in story.step("next")["items"]["t1"]
    revealed(story)
    assert story.step("next")["items"]["t1"]["from"] == {"i2": "poll"}
    assert "from" not in story.step("next")["items"]["t2"]


# criteria


def rates(story: Story, who: str, item: str, **scores: Any) -> None:
    for criterion, score in scores.items():
        story.rates(who, item, score, criterion=criterion)


def test_two_criteria_make_a_matrix_with_median_spread_and_quadrant():
    story = play(rating(criteria=AXES, quadrants=QUADRANTS))
    for who, effect, synergy in [(AN, 4, 1), (BO, 3, 2), (CARLA, 4, "none")]:
        rates(story, who, "i1", effect=effect, synergy=synergy)
    assert story.mine(AN)["steps"]["poll"]["scores"] == {
        "i1": {"criteria": {"effect": {"score": 4}, "synergy": {"score": 1}}}
    }
    view = revealed(story).step()
    assert view["criteria"] == {
        "effect": {"title": "Effect", "question": "How much?", "order": 1},
        "synergy": {"title": "Synergy", "order": 2},
    }
    assert view["quadrants"] == QUADRANTS
    assert view["remarks"] is False
    assert view["results"]["i1"] == {
        "n": 3,
        "criteria": {
            "effect": {
                "n": 3,
                "off": 0,
                "counts": {"1": 0, "2": 0, "3": 1, "4": 2},
                "median": 4.0,
                "mean": pytest.approx(11 / 3),
                "spread": 1.0,
            },
            "synergy": {
                "n": 2,
                "off": 1,
                "counts": {"1": 1, "2": 1, "3": 0, "4": 0},
                "median": 1.5,
                "mean": 1.5,
                "spread": 1.0,
            },
        },
        "quadrant": "high_low",
    }
    assert "quadrant" not in view["results"]["i2"]


def test_a_score_on_one_criterion_leaves_the_others_alone_and_can_be_taken_back():
    story = play(rating(criteria=AXES))
    rates(story, AN, "i1", effect=4, synergy=1)
    rates(story, AN, "i1", effect=2)
    assert story.does(AN, "rating.rate", step="poll", item="i1", criterion="effect", score=2) == []
    story.does(AN, "rating.rate", step="poll", item="i1", criterion="synergy")
    assert story.mine(AN)["steps"]["poll"]["scores"] == {"i1": {"criteria": {"effect": {"score": 2}}}}
    story.does(AN, "rating.rate", step="poll", item="i1", criterion="effect")
    assert story.mine(AN)["steps"] == {}


def test_who_scored_every_item_on_every_criterion_is_done():
    story = play(rating(criteria=AXES))
    rates(story, AN, "i1", effect=4, synergy=1)
    rates(story, AN, "i2", effect=4)
    assert story.step()["done"] == 0
    rates(story, AN, "i2", synergy="none")
    assert story.step()["done"] == 1


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({}, "criterion_missing"),
        ({"criterion": "cost"}, "unknown_criterion"),
        ({"criterion": "effect", "score": 5}, "off_scale"),
        ({"criterion": "effect", "remark": "Because"}, "no_remarks"),
        ({"criterion": "effect", "reasons": ["1"]}, "no_reasons"),
    ],
)
def test_a_score_on_criteria_is_checked(fields, key):
    wanted = {"step": "poll", "item": "i1", "score": 2, **fields}
    assert play(rating(criteria=AXES)).refuses(AN, "rating.rate", **wanted) == ("rejected", f"rating.{key}")


def test_a_round_on_one_scale_knows_no_criteria():
    refusal = play(rating()).refuses(AN, "rating.rate", step="poll", item="i1", score=2, criterion="effect")
    assert refusal == ("rejected", "rating.unknown_criterion")


def test_in_a_cascade_every_item_is_scored_against_every_other():
    story = play(rating(items=("a", "b", "c"), criteria="items"))
    assert story.step()["cascade"] is True
    assert story.step()["criteria"]["b"] == {"title": "Item b", "order": 2}
    refusal = story.refuses(AN, "rating.rate", step="poll", item="a", criterion="a", score=1)
    assert refusal == ("rejected", "rating.unknown_criterion")
    rates(story, AN, "a", b=1, c=4)
    rates(story, BO, "a", b=3)
    result = revealed(story).step()["results"]["a"]
    assert result["n"] == 2
    assert list(result["criteria"]) == ["b", "c"]
    assert (result["criteria"]["b"]["median"], result["criteria"]["b"]["highest"]) == (2.0, 3)
    assert "quadrant" not in result


def test_a_cascade_without_the_card_of_a_column_goes_on():
    story = play(canvas(), rating(items=CARDS, criteria="items")).adds(AN, "c1").adds(AN, "c2").adds(AN, "c3")
    rates(story, BO, "c1", c2=1, c3=4)
    hides(story, "c2")
    assert story.refuses(BO, "rating.rate", step="poll", item="c1", criterion="c2", score=1)[1] == (
        "rating.unknown_criterion"
    )
    assert list(revealed(story).step("poll")["results"]["c1"]["criteria"]) == ["c3"]
    hides(story, "c2", hidden=False)
    assert story.step("poll")["results"]["c1"]["criteria"]["c2"]["n"] == 1


# reasons


def test_reasons_are_told_per_item_for_the_whole_room():
    story = play(rating(scale=REASONED))
    assert story.step()["scale"]["reasons"] == {"1": {"1": "Substance", "2": "Support", "3": "Capacity"}}
    story.rates(AN, "i1", 1, reasons=["3", "1", "3"]).rates(BO, "i1", 1, reasons=["1"]).rates(CARLA, "i1", 2)
    assert story.mine(AN)["steps"]["poll"]["scores"]["i1"] == {
        "score": 1,
        "reasons": {"1": True, "3": True},
    }
    result = revealed(story).step()["results"]["i1"]
    assert result["reasons"] == {"1": 2, "3": 1}
    assert "reasons" not in story.step()["results"]["i2"]


def test_reasons_go_with_the_point_they_belong_to():
    story = play(rating(scale=REASONED)).rates(AN, "i1", 1, reasons=["2"])
    story.rates(AN, "i1", 1, remark="hm")
    assert story.mine(AN)["steps"]["poll"]["scores"]["i1"]["reasons"] == {"2": True}
    story.rates(AN, "i1", 2)
    assert "reasons" not in story.mine(AN)["steps"]["poll"]["scores"]["i1"]
    story.rates(AN, "i1", 1)
    assert "reasons" not in story.mine(AN)["steps"]["poll"]["scores"]["i1"]


@pytest.mark.parametrize(
    ("score", "reasons", "key"),
    [(2, ["1"], "no_reasons"), ("none", ["1"], "no_reasons"), (1, ["4"], "unknown_reason")],
)
def test_a_reason_that_is_not_offered_is_refused(score, reasons, key):
    story = play(rating(scale=REASONED))
    refusal = story.refuses(AN, "rating.rate", step="poll", item="i1", score=score, reasons=reasons)
    assert refusal == ("rejected", f"rating.{key}")
    assert story.mine(AN)["steps"] == {}


# the wrong form


@pytest.mark.parametrize(
    ("options", "kind", "fields"),
    [
        ({}, "dots", {"dots": 1}),
        ({}, "choose", {"targets": []}),
        ({"dots": 3}, "rate", {"score": 1}),
        ({"dots": 3}, "choose", {"targets": []}),
        ({"targets": ("t1",)}, "rate", {"score": 1}),
        ({"targets": ("t1",)}, "dots", {"dots": 1}),
    ],
)
def test_an_answer_of_another_form_is_refused(options, kind, fields):
    refusal = play(rating(**options)).refuses(AN, f"rating.{kind}", step="poll", item="i1", **fields)
    assert refusal == ("rejected", "rating.other_form")


@pytest.mark.parametrize("who", [FACILITATOR, SCREEN])
@pytest.mark.parametrize(
    ("options", "kind", "fields"),
    [({"dots": 3}, "dots", {"dots": 1}), ({"targets": ("t1",)}, "choose", {"targets": ["t1"]})],
)
def test_only_participants_give_dots_and_choose(who, options, kind, fields):
    story = play(rating(**options))
    assert story.refuses(who, f"rating.{kind}", step="poll", item="i1", **fields)[0] == "forbidden"


@pytest.mark.parametrize(
    ("options", "kind", "fields"),
    [({"dots": 3}, "dots", {"dots": 0}), ({"targets": ("t1",)}, "choose", {"targets": []})],
)
def test_after_the_reveal_no_form_changes(options, kind, fields):
    story = revealed(play(rating(**options)))
    refusal = story.refuses(AN, f"rating.{kind}", step="poll", item="i1", **fields)
    assert refusal == ("rejected", "rating.closed")


# one answer for each organisation


def per_organisation(**options: Any) -> Story:
    story = play(rating(per="organisation", **options))
    return story.enters(AN, "Gemeente").enters(BO, "Gemeente").enters(CARLA, "Provincie")


def test_an_organisation_gives_one_answer_and_the_last_one_counts():
    story = per_organisation().rates(AN, "i1", 1, remark="First").rates(BO, "i1", 4).rates(CARLA, "i1", 2)
    assert story.step()["per_organisation"] is True
    own = {"scores": {"i1": {"score": 4, "remark": "First"}}, "by_us": True}
    assert story.mine(AN)["steps"]["poll"] == story.mine(BO)["steps"]["poll"] == own
    assert story.step()["answered"] == 2
    result = revealed(story).step()["results"]["i1"]
    assert (result["n"], result["counts"]["4"], result["counts"]["1"]) == (2, 1, 0)
    assert "organisations" not in result


def test_without_an_organisation_there_is_no_answer_for_one():
    story = per_organisation().enters("x", "")
    refusal = story.refuses("x", "rating.rate", step="poll", item="i1", score=1)
    assert refusal == ("rejected", "rating.name_organisation")
    assert story.refuses("stranger", "rating.rate", step="poll", item="i1", score=1) == refusal


def test_progress_counts_organisations():
    story = per_organisation().rates(AN, "i1", 1).rates(BO, "i2", 1)
    assert story.step(of="facilitator")["progress"] == {
        "Gemeente": {"people": 1, "answered": 1, "done": 1},
        "Provincie": {"people": 1, "answered": 0, "done": 0},
    }


def test_colleagues_hear_of_the_answer_of_their_organisation():
    story = per_organisation()
    happened = story.does(AN, "rating.rate", step="poll", item="i1", score=1)
    assert set(story.session.activities["poll"].concerns(happened[0])) == {AN, BO}


def test_an_organisation_that_nobody_speaks_for_any_more_does_not_count_until_somebody_does():
    story = per_organisation().rates(CARLA, "i1", 1).rates(AN, "i1", 4).enters(CARLA, "Provincie Noord")
    assert story.step()["answered"] == 1
    assert story.mine(CARLA)["steps"] == {}
    story.enters("x", "Provincie")
    assert story.mine("x")["steps"]["poll"]["scores"]["i1"] == {"score": 1}
    assert revealed(story).step()["results"]["i1"]["n"] == 2


def test_whoever_moves_to_another_organisation_after_the_reveal_reads_no_answer_of_theirs():
    story = revealed(per_organisation().rates(CARLA, "i1", 1).rates(AN, "i1", 4)).enters(CARLA, "Gemeente")
    assert story.mine(CARLA)["steps"]["poll"]["scores"]["i1"]["score"] == 1


def test_an_organisation_has_one_budget_of_dots():
    story = per_organisation(dots=3)
    gives(story, AN, "i1", 2)
    assert story.refuses(BO, "rating.dots", step="poll", item="i2", dots=2)[1] == "rating.budget"
    gives(story, BO, "i1", 3)
    assert story.mine(AN)["steps"]["poll"] == {"dots": {"i1": 3}, "left": 0, "by_us": True}
    assert revealed(story).step()["results"]["i1"] == {"n": 1, "dots": 3, "rank": 1, "share": 1.0}


# a second round


def test_a_second_round_stands_beside_the_first_with_where_it_went():
    story = play(rating(), rating("again", again="poll", items={"items_of": ["poll"]}))
    for n, (before, after) in enumerate([(1, 3), (2, 3), (2, 4), (4, 4)]):
        story.rates(f"p{n}", "i1", before).rates(f"p{n}", "i1", after, step="again")
    story.rates(AN, "i2", 4, step="again")
    revealed(story, "again")
    assert "before" not in story.step("again")["results"]["i1"]
    revealed(story)
    view = story.step("again")
    assert view["again"] == "poll"
    assert view["results"]["i1"]["before"] == {
        "n": 4,
        "counts": {"1": 1, "2": 2, "3": 0, "4": 1},
        "median": 2.0,
        "mean": 2.25,
        "agreement": "divided",
    }
    assert view["results"]["i1"]["shift"] == "up"
    assert view["results"]["i2"]["before"]["n"] == 0
    assert "shift" not in view["results"]["i2"]


def test_nothing_of_a_second_round_is_told_before_its_own_reveal():
    story = revealed(play(rating(), rating("again", again="poll")).rates(AN, "i1", 1))
    story.rates(AN, "i1", 4, step="again")
    assert "results" not in story.step("again")


def test_a_second_round_over_what_was_discussed():
    story = play(
        rating(),
        discussion(items={"items_of": ["poll"]}, order="given"),
        rating("again", again="poll", items={"items_of": ["talk"], "discussed": True}),
    )
    assert story.step("again")["items"] == {}
    story.does(FACILITATOR, "discussion.mark", step="talk", item="i2", discussed=True)
    assert list(story.step("again")["items"]) == ["i2"]


# items that people add


def added(story: Story, who: str, item: str, title: str) -> list[Any]:
    return story.does(who, "rating.add_item", step="poll", item=item, title=title)


def test_an_added_item_is_rated_like_the_others():
    story = play(rating(addable=True, add_prompt="What is missing?"))
    assert (story.step()["addable"], story.step()["add_prompt"]) == (True, "What is missing?")
    added(story, AN, "mine", " Tide\ngates ")
    assert story.step()["items"]["mine"] == {"title": "Tide gates", "order": 3, "own": True}
    story.rates(BO, "mine", 4)
    assert revealed(story).step()["results"]["mine"]["n"] == 1
    assert story.refuses(BO, "rating.add_item", step="poll", item="x", title="Late")[1] == "rating.closed"


def test_who_added_an_item_is_not_told():
    story = play(rating(addable=True)).enters(AN, name="An")
    added(story, AN, "mine", "Tide gates")
    added(story, FACILITATOR, "theirs", "Sluices")
    assert AN not in str(story.step(of="facilitator"))
    assert [line["actor"] for line in story.exported[2:]] == ["anonymous", "facilitator"]


@pytest.mark.parametrize(
    ("options", "item", "title", "key"),
    [
        ({}, "new", "New", "rating.not_addable"),
        ({"addable": True}, "i1", "New", "rating.item_exists"),
        ({"addable": True}, "new", " \n ", "rating.blank"),
        ({"addable": True}, "new", "x" * 201, "text.too_long"),
    ],
)
def test_an_item_that_cannot_be_added(options, item, title, key):
    story = play(rating(**options))
    assert story.refuses(AN, "rating.add_item", step="poll", item=item, title=title)[1] == key


def test_a_target_cannot_be_added_where_the_round_does_not_ask_for_it():
    story = play(rating(targets=("t1",)))
    refusal = story.refuses(AN, "rating.add_target", step="poll", target="t2", title="New")
    assert refusal == ("rejected", "rating.no_own_targets")


def test_one_person_cannot_fill_the_round_with_items():
    story = play(rating(addable=True))
    for n in range(20):
        added(story, AN, f"x{n}", f"Item {n}")
    assert story.refuses(AN, "rating.add_item", step="poll", item="y", title="More")[1] == "rating.too_many"
    added(story, BO, "y", "More")


def test_an_added_item_can_be_hidden_and_brought_back_with_its_answers():
    story = play(rating(addable=True))
    added(story, AN, "mine", "Tide gates")
    story.rates(BO, "mine", 4)
    hide = {"step": "poll", "item": "mine"}
    story.does(FACILITATOR, "rating.hide_item", **hide, hidden=True)
    assert story.does(FACILITATOR, "rating.hide_item", **hide, hidden=True) == []
    assert "Tide gates" not in str(story.everyone)
    assert story.step(of="facilitator")["hidden_items"] == {"mine": {"title": "Tide gates", "order": 1}}
    assert story.refuses(BO, "rating.rate", **hide, score=1)[1] == "rating.unknown_item"
    assert "mine" not in revealed(story).step()["results"]
    story.does(FACILITATOR, "rating.hide_item", **hide, hidden=False)
    assert story.step()["results"]["mine"]["counts"]["4"] == 1


def test_only_what_was_added_can_be_hidden_and_only_by_the_facilitator():
    story = play(rating(addable=True))
    added(story, AN, "mine", "Tide gates")
    assert story.refuses(FACILITATOR, "rating.hide_item", step="poll", item="i1", hidden=True)[1] == (
        "rating.unknown_item"
    )
    assert story.refuses(AN, "rating.hide_item", step="poll", item="mine", hidden=True)[0] == "forbidden"


def test_an_added_item_is_an_item_of_later_steps():
    story = play(rating(addable=True), rating("next", items={"items_of": ["poll"]}, dots=2))
    added(story, AN, "mine", "Tide gates")
    assert list(story.step("next")["items"]) == ["i1", "i2", "mine"]


# items from earlier steps


@pytest.mark.parametrize(
    ("options", "fields"),
    [
        ({}, ("rate", {"score": 4})),
        ({"dots": 3}, ("dots", {"dots": 2})),
        ({"targets": ("t1",)}, ("choose", {"targets": ["t1"]})),
        ({"criteria": AXES}, ("rate", {"score": 4, "criterion": "effect"})),
    ],
)
def test_the_best_items_come_through_only_after_the_reveal(options, fields):
    story = play(rating(**options), rating("next", items={"items_of": ["poll"], "top": 1}, dots=2))
    kind, answer = fields
    story.does(AN, f"rating.{kind}", step="poll", item="i2", **answer)
    assert (story.step("next")["items"], story.step("next")["waiting"]) == ({}, "poll")
    assert story.refuses(BO, "rating.dots", step="next", item="i2", dots=1)[1] == "rating.unknown_item"
    revealed(story)
    assert list(story.step("next")["items"]) == ["i2"]
    assert "waiting" not in story.step("next")


def test_what_a_discussion_decided_stands_with_the_item_in_every_later_step():
    story = play(
        rating(),
        discussion(items={"items_of": ["poll"]}, order="given", decisions=["Yes", "No"]),
        rating("next", dots=2),
    )
    story.does(FACILITATOR, "discussion.conclude", step="talk", item="i1", decision="No")
    assert story.step("next")["items"]["i1"]["decision"] == "No"
    assert "decision" not in story.step("next")["items"]["i2"]


# what a plan may say


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"dots": 3, "scale": REASONED}, "scale"),
        ({"scale": None}, "scale"),
        ({"max_per_item": 2}, "max_per_item"),
        ({"dots": 3, "max_per_item": 4}, "max_per_item"),
        ({"own_targets": True}, "targets"),
        ({"targets": ("t1",), "multiple": False, "max_targets": 2}, "max_targets"),
        ({"targets": ("t1", "t1")}, "targets"),
        ({"targets": ()}, "targets"),
        ({"items": ()}, "items"),
        ({"add_prompt": "More?"}, "add_prompt"),
        ({"quadrants": QUADRANTS}, "quadrants"),
        ({"quadrants": QUADRANTS, "criteria": "items"}, "quadrants"),
        ({"dots": 3, "criteria": AXES}, "criteria"),
        ({"criteria": AXES[:1]}, "criteria"),
        ({"criteria": [AXES[0], AXES[0]]}, "criteria"),
        ({"criteria": AXES, "reference": {"label": "L", "scores": {}}}, "reference"),
        ({"reference": {"label": "L", "scores": {"i9": 1}}}, "reference.scores"),
        ({"reference": {"label": "L", "scores": {"i1": 9}}}, "reference.scores"),
        ({"scale": {"question": "?", "points": ["a"] * 12}}, "scale.points"),
        ({"scale": {**REASONED, "reasons": [{"points": [3], "tags": ["x"]}]}}, "scale.reasons"),
        ({"scale": {**REASONED, "reasons": [{"points": [1], "tags": []}]}}, "scale.reasons"),
        ({"scale": REASONED, "criteria": AXES}, "scale.reasons"),
        ({"again": "first", "scale": REASONED}, "again"),
        ({"again": "first", "criteria": AXES}, "again"),
    ],
)
def test_a_plan_that_cannot_be_played_says_which_field(options, field):
    first, plan = (
        play(raw).session.steps[raw["id"]].plan for raw in (rating("first"), rating("poll", **options))
    )
    assert field in plan.problems({"first": first})


def test_a_plan_that_can_be_played_has_no_problems():
    first = rating("first")
    for options in (
        {"again": "first"},
        {"criteria": AXES, "quadrants": QUADRANTS},
        {"dots": 5, "max_per_item": 5},
        {"targets": (), "own_targets": True},
        {"items": [], "addable": True},
        {"scale": REASONED},
    ):
        earlier, plan = (
            play(raw).session.steps[raw["id"]].plan for raw in (first, rating("poll", **options))
        )
        assert plan.problems({"first": earlier}) == {}

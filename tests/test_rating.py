"""The rating round: scores are hidden until the reveal, and nobody's own score can be told from what is shown."""

import json

import pytest

from sessions.message import FACILITATOR, decode_event
from sessions.rating_messages import Rated
from tests.play import AN, BO, CARLA, SCREEN, Story, as_json, canvas, play, rating

REFERENCE = {"label": "Sterke Lekdijk", "scores": {"i1": 4}, "notes": {"i1": "Only then."}}


def revealed(story: Story) -> Story:
    story.does(FACILITATOR, "rating.reveal", step="poll")
    return story


# answering


def test_a_score_is_seen_by_nobody_but_who_gave_it():
    story = play(rating()).enters(AN).rates(AN, "i1", 3, remark="Every week")
    for of in ("everyone", "facilitator"):
        assert "results" not in story.step(of=of)
        assert "Every week" not in str(story.step(of=of))
    assert story.mine(AN)["steps"]["poll"] == {"scores": {"i1": {"score": 3, "remark": "Every week"}}}
    assert story.mine(BO)["steps"] == {}


def test_the_view_before_the_reveal_does_not_depend_on_what_was_answered():
    def told(low: int, high: object, remark: str) -> object:
        story = play(rating()).enters(AN).enters(BO, "Gemeente")
        story.rates(AN, "i1", low, remark=remark).rates(AN, "i2", high).rates(BO, "i1", high)
        return story.everyone, story.facilitator, story.mine(CARLA), story.exported

    assert told(1, 2, "no") == told(4, "none", "quite another remark")


def test_an_answer_can_be_changed_and_taken_back_until_the_reveal():
    story = play(rating()).rates(AN, "i1", 3, remark="hm").rates(AN, "i1", 2)
    assert story.mine(AN)["steps"]["poll"]["scores"]["i1"] == {"score": 2, "remark": "hm"}
    story.rates(AN, "i1", 2, remark="")
    assert story.mine(AN)["steps"]["poll"]["scores"]["i1"] == {"score": 2}
    story.does(AN, "rating.rate", step="poll", item="i1")
    assert story.mine(AN)["steps"] == {}
    assert story.step()["answered"] == 0
    assert revealed(story).step()["results"]["i1"]["n"] == 0


def test_the_same_answer_again_causes_nothing():
    story = play(rating()).rates(AN, "i1", 3, remark="hm")
    assert story.does(AN, "rating.rate", step="poll", item="i1", score=3) == []
    assert story.does(AN, "rating.rate", step="poll", item="i1", score=3, remark=" hm ") == []
    assert story.does(BO, "rating.rate", step="poll", item="i1") == []


@pytest.mark.parametrize("score", [0, 5, -1, 10**30])
def test_a_score_off_the_scale_is_refused(score):
    refusal = play(rating()).refuses(AN, "rating.rate", step="poll", item="i1", score=score)
    assert refusal == ("rejected", "rating.off_scale")


@pytest.mark.parametrize("score", ["3", "all", True, 2.5, [3], {"point": 3}])
def test_a_score_that_is_no_point_cannot_be_understood(score):
    assert play(rating()).refuses(AN, "rating.rate", step="poll", item="i1", score=score)[0] == "invalid"


def test_cannot_judge_is_an_answer_only_where_the_scale_offers_it():
    story = play(rating()).rates(AN, "i1", "none")
    assert story.mine(AN)["steps"]["poll"]["scores"] == {"i1": {"score": "none"}}
    scale = {"question": "Acceptable?", "points": ["no", "yes"]}
    refusal = play(rating(scale=scale)).refuses(AN, "rating.rate", step="poll", item="i1", score="none")
    assert refusal == ("rejected", "rating.off_scale")


def test_an_item_that_is_not_there_is_refused():
    refusal = play(rating()).refuses(AN, "rating.rate", step="poll", item="i3", score=1)
    assert refusal == ("rejected", "rating.unknown_item")


def test_a_remark_needs_a_round_that_takes_remarks():
    story = play(rating(remarks=False)).rates(AN, "i1", 3)
    refusal = story.refuses(AN, "rating.rate", step="poll", item="i1", score=3, remark="but")
    assert refusal == ("rejected", "rating.no_remarks")


def test_a_remark_has_a_limit():
    story = play(rating()).rates(AN, "i1", 3, remark="x" * 500)
    refusal = story.refuses(AN, "rating.rate", step="poll", item="i1", score=3, remark="x" * 501)
    assert refusal == ("too_large", "text.too_long")


@pytest.mark.parametrize("who", [FACILITATOR, SCREEN])
def test_only_participants_give_scores(who):
    assert play(rating()).refuses(who, "rating.rate", step="poll", item="i1", score=3)[0] == "forbidden"


# revealing


def test_after_the_reveal_nobody_changes_anything():
    story = revealed(play(rating()).rates(AN, "i1", 3))
    closed = ("rejected", "rating.closed")
    assert story.refuses(AN, "rating.rate", step="poll", item="i1", score=1) == closed
    assert story.refuses(AN, "rating.rate", step="poll", item="i1") == closed
    assert story.refuses(BO, "rating.rate", step="poll", item="i2", score=1) == closed
    assert story.does(FACILITATOR, "rating.reveal", step="poll") == []


@pytest.mark.parametrize("who", [AN, SCREEN])
def test_only_the_facilitator_reveals(who):
    assert play(rating()).refuses(who, "rating.reveal", step="poll")[0] == "forbidden"


def test_the_results_tell_the_distribution_and_what_follows_from_it():
    story = play(rating())
    for n, score in enumerate([1, 3, 4, 4, "none"]):
        story.rates(f"p{n}", "i1", score)
    results = revealed(story).step()["results"]
    assert results["i1"] == {
        "n": 4,
        "off": 1,
        "counts": {"1": 1, "2": 0, "3": 1, "4": 2},
        "median": 3.5,
        "mean": 3.0,
        "agreement": "divided",
        "consensus": pytest.approx(1 / 3),
        "divided_rank": 1,
    }
    assert results["i2"] == {"n": 0, "off": 0, "counts": dict.fromkeys("1234", 0), "divided_rank": 2}
    assert story.step(of="facilitator")["results"] == results


def test_an_open_round_shows_results_at_once_and_stays_open():
    story = play(rating(blind=False)).rates(AN, "i1", 3)
    assert story.step()["results"]["i1"]["n"] == 1
    story.rates(AN, "i1", 4).rates(BO, "i1", 4)
    assert story.step()["results"]["i1"]["counts"]["4"] == 2
    assert story.step()["revealed"] is True


def test_an_open_round_is_ended_by_the_reveal():
    story = revealed(play(rating(blind=False)).rates(AN, "i1", 3))
    assert story.refuses(AN, "rating.rate", step="poll", item="i1", score=1) == ("rejected", "rating.closed")


# who is ready


def test_progress_counts_who_began_and_who_is_done_and_by_organisation_for_the_facilitator():
    story = play(rating()).enters(AN, "Gemeente").enters(BO, "Gemeente").enters(CARLA, "")
    story.rates(AN, "i1", 3).rates(AN, "i2", "none").rates(BO, "i2", 1)
    view = story.step(of="facilitator")
    assert (view["answered"], view["done"]) == (2, 1)
    nobodys = next(name for name in view["progress"] if name != "Gemeente")
    assert view["progress"] == {
        "Gemeente": {"people": 2, "answered": 2, "done": 1},
        nobodys: {"people": 1, "answered": 0, "done": 0},
    }
    assert "progress" not in story.step()


# organisations


def test_an_organisation_with_three_answers_is_shown_and_smaller_ones_together():
    story = play(rating())
    for n in range(3):
        story.enters(f"g{n}", "Gemeente").rates(f"g{n}", "i1", 4)
        story.enters(f"s{n}", f"Small {n}").rates(f"s{n}", "i1", 1)
    shown = revealed(story).step()["results"]["i1"]["organisations"]
    assert [(group["n"], group["counts"]["4"]) for group in shown.values()] == [(3, 3), (3, 0)]
    assert "Small" not in str(shown)
    assert shown["Gemeente"]["title"] == "Gemeente"


def test_no_organisation_is_shown_when_that_would_point_at_a_person():
    story = play(rating()).enters("x", "Alone").rates("x", "i1", 1)
    for n in range(3):
        story.enters(f"g{n}", "Gemeente").rates(f"g{n}", "i1", 4)
    assert "organisations" not in revealed(story).step()["results"]["i1"]


def test_an_organisation_typed_in_other_capitals_is_the_same_group():
    story = play(rating())
    for who, organisation in zip(
        "abcdef", ["Rijk", "RIJK", "rijk", "Gemeente", "gemeente", "GEMEENTE"], strict=True
    ):
        story.enters(who, organisation).rates(who, "i1", 2)
    shown = revealed(story).step()["results"]["i1"]["organisations"]
    assert {name: group["n"] for name, group in shown.items()} == {"Rijk": 3, "Gemeente": 3}


def test_an_organisation_cannot_pass_for_the_rest():
    story = play(rating())
    for n in range(3):
        story.enters(f"o{n}", "_other").rates(f"o{n}", "i1", 1)
        story.enters(f"g{n}", "Gemeente").rates(f"g{n}", "i1", 4)
    shown = revealed(story).step()["results"]["i1"]["organisations"]
    assert [group["n"] for group in shown.values()] == [3, 3]


def test_whoever_changes_organisation_after_the_reveal_takes_no_score_along():
    story = play(rating())
    for n in range(4):
        story.enters(f"g{n}", "Gemeente").rates(f"g{n}", "i1", 4)
        story.enters(f"r{n}", "Rijk").rates(f"r{n}", "i1", n + 1)
    before = revealed(story).step()["results"]
    story.enters("r0", "Gemeente")
    assert story.step()["results"] == before
    assert story.facilitator["people"]["r0"]["organisation"] == "Gemeente"


def test_an_open_round_compares_organisations_only_when_it_has_ended():
    story = play(rating(blind=False))
    for n in range(3):
        story.enters(f"g{n}", "Gemeente").rates(f"g{n}", "i1", 4)
        story.enters(f"r{n}", "Rijk").rates(f"r{n}", "i1", 1)
    assert "organisations" not in story.step()["results"]["i1"]
    assert "organisations" in revealed(story).step()["results"]["i1"]


# remarks and the reference


def test_remarks_are_shown_without_names_and_not_in_the_order_of_answering():
    story = play(rating()).enters(AN, name="An").enters(BO, name="Bo")
    story.rates(BO, "i1", 3, remark="Zebra").rates(AN, "i1", 2, remark="apple").rates(CARLA, "i1", 2)
    assert revealed(story).step()["results"]["i1"]["remarks"] == {"1": "apple", "2": "Zebra"}


def test_a_reference_is_for_the_facilitator_after_the_reveal_and_for_everyone_when_shown():
    story = play(rating(reference=REFERENCE))
    refusal = story.refuses(FACILITATOR, "rating.show_reference", step="poll", shown=True)
    assert refusal == ("rejected", "rating.not_revealed")
    assert "reference" not in story.step(of="facilitator")
    revealed(story)
    assert "reference" not in story.step()
    assert story.step(of="facilitator")["reference"] == {**REFERENCE, "shown": False}
    story.does(FACILITATOR, "rating.show_reference", step="poll", shown=True)
    assert story.step()["reference"] == {**REFERENCE, "shown": True}
    story.does(FACILITATOR, "rating.show_reference", step="poll", shown=False)
    assert "reference" not in story.step()


def test_a_round_without_a_reference_has_none_to_show():
    story = revealed(play(rating()))
    refusal = story.refuses(FACILITATOR, "rating.show_reference", step="poll", shown=True)
    assert refusal == ("rejected", "rating.no_reference")


# items from earlier steps


def test_the_boxes_of_a_canvas_can_be_rated():
    boxes = [{"id": "b", "title": "B", "prompt": "Why?"}, {"id": "a", "title": "A"}]
    story = play({**canvas(), "boxes": boxes}, rating(items={"boxes_of": "ideas"})).rates(AN, "a", 2)
    assert story.step("poll")["items"] == {
        "b": {"title": "B", "text": "Why?", "order": 1},
        "a": {"title": "A", "order": 2},
    }


def test_cards_are_rated_box_by_box_under_their_own_id():
    story = play(canvas(), rating(items={"cards_of": ["ideas"]}))
    story.adds(AN, "c1", box="right").adds(AN, "c2").adds(BO, "c3", box="right").rates(BO, "c3", 4)
    assert list(story.step("poll")["items"]) == ["c2", "c1", "c3"]
    assert [item["order"] for item in story.step("poll")["items"].values()] == [1, 2, 3]
    assert revealed(story).step("poll")["results"]["c3"]["n"] == 1


def test_a_card_that_is_hidden_or_gone_is_no_longer_rated():
    story = play(canvas(), rating(items={"cards_of": ["ideas"]})).adds(AN, "c1").adds(AN, "c2").adds(AN, "c3")
    for card in ("c1", "c2", "c3"):
        story.rates(BO, card, 1)
    story.does(FACILITATOR, "canvas.hide_card", step="ideas", card="c1", hidden=True)
    story.does(AN, "canvas.remove_card", step="ideas", card="c2")
    assert story.refuses(BO, "rating.rate", step="poll", item="c1", score=2)[1] == "rating.unknown_item"
    assert list(revealed(story).step("poll")["results"]) == ["c3"]
    assert story.step("poll")["done"] == 1


def test_rating_the_cards_of_two_steps_on_one_board_lists_each_card_once():
    steps = [canvas("all"), canvas("some", board="all", focus=["left"])]
    story = play(*steps, rating(items={"cards_of": ["all", "some"]})).adds(AN, "c1", step="all")
    assert as_json(story.step("poll")["items"]) == {"c1": {"title": "Text of c1", "order": 1}}


# the exported log


def test_answers_never_leave_in_the_exported_log_but_the_results_do():
    story = play(rating()).rates(AN, "i1", 3, remark="unheard")
    assert [line["type"] for line in story.exported] == ["session.created", "session.withheld"]
    assert "unheard" not in str(story.exported)
    revealed(story)
    _, answer, reveal = story.exported
    assert answer["type"] == "session.withheld"
    assert reveal["body"]["kept"]["items"]["i1"]["remarks"] == ("unheard",)


def test_one_answer_is_one_event():
    story = play(rating())
    assert story.does(AN, "rating.rate", step="poll", item="i1", score=3, remark="x") == [
        Rated("poll", "i1", 3, "x")
    ]


def test_a_log_from_before_there_were_other_forms_still_tells_its_story():
    story = play(rating()).enters(AN)
    old = [
        ("rating.rated", {"step": "poll", "item": "i1", "score": 3, "remark": "x"}),
        ("rating.revealed", {"step": "poll"}),
    ]
    for kind, body in old:
        story.happens(AN, decode_event(kind, json.dumps(body)))
    assert story.step()["results"]["i1"]["counts"]["3"] == 1
    assert story.mine(AN)["steps"]["poll"] == {"scores": {"i1": {"score": 3, "remark": "x"}}}

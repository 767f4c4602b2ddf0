"""Talking items through one by one, and concluding on them."""

from typing import Any

import pytest

from sessions.message import FACILITATOR
from sessions.report import report_model, to_source
from tests.play import AN, BO, CARLA, Story, canvas, discussion, play, rating

RATED = {"items_of": ["poll"]}
ITEMS = ("i1", "i2", "i3")


def talk(**options: Any) -> Story:
    """A round of which i2 divides people most, then i3, and a discussion of it."""
    story = play(rating(items=ITEMS), discussion(items=RATED, **options))
    for who, scores in ((AN, (4, 1, 2)), (BO, (4, 4, 4)), (CARLA, (4, 4, 4))):
        for item, score in zip(ITEMS, scores, strict=True):
            story.rates(who, item, score)
    return story


def revealed(**options: Any) -> Story:
    story = talk(**options)
    story.does(FACILITATOR, "rating.reveal", step="poll")
    return story


def order(view: Any) -> list[str]:
    return sorted(view["items"], key=lambda id: view["items"][id]["order"])


# what is talked about


def test_the_most_divided_item_comes_first():
    view = revealed().step("talk")
    assert order(view) == ["i2", "i3", "i1"]
    assert view["of"] == "poll"
    assert "waiting" not in view


@pytest.mark.parametrize("by", ["divided", "best"])
def test_before_the_reveal_there_is_nothing_of_which_the_order_could_tell(by):
    view = talk(order=by).step("talk")
    assert view["items"] == {}
    assert view["waiting"] == "poll"


def test_in_the_given_order_nothing_has_to_be_waited_for():
    view = talk(order="given").step("talk")
    assert order(view) == list(ITEMS)
    assert "waiting" not in view


def test_the_best_can_come_first():
    assert order(revealed(order="best").step("talk")) == ["i1", "i3", "i2"]


def test_cards_are_talked_about_in_their_order():
    story = play(canvas(), discussion(items={"cards_of": ["ideas"]})).adds(AN, "c1").adds(BO, "c2")
    view = story.step("talk")
    assert order(view) == ["c1", "c2"]
    assert "of" not in view


def test_a_discussion_of_a_discussion_still_knows_the_round():
    steps = [rating(blind=False), discussion(items=RATED, order="given", decisions=["Yes"])]
    story = play(*steps, discussion("more", items={"items_of": ["talk"], "discussed": True}, order="given"))
    story.does(FACILITATOR, "discussion.mark", step="talk", item="i2", discussed=True)
    view = story.step("more")
    assert order(view) == ["i2"]
    assert view["of"] == "poll"


def test_of_two_rounds_each_item_knows_its_own():
    items = {"items_of": ["poll", "second"]}
    story = play(rating(), rating("second", items=("j1",)), discussion(items=items, order="given"))
    view = story.step("talk")
    assert view["of"] == "poll"
    assert view["items"]["j1"]["of"] == "second"
    assert "of" not in view["items"]["i1"]


# the spotlight


def test_the_spotlight_goes_from_item_to_item_and_off():
    story = revealed()
    story.does(FACILITATOR, "discussion.spotlight", step="talk", item="i2")
    assert story.step("talk")["spotlight"] == "i2"
    assert story.does(FACILITATOR, "discussion.spotlight", step="talk", item="i2") == []
    story.does(FACILITATOR, "discussion.spotlight", step="talk")
    assert "spotlight" not in story.step("talk")


def test_the_spotlight_is_off_when_its_card_is_hidden():
    story = play(canvas(), discussion(items={"cards_of": ["ideas"]})).adds(AN, "c1")
    story.does(FACILITATOR, "discussion.spotlight", step="talk", item="c1")
    story.does(FACILITATOR, "discussion.conclude", step="talk", item="c1", note="Not for everyone")
    story.does(FACILITATOR, "canvas.hide_card", step="ideas", card="c1", hidden=True)
    view = story.step("talk")
    assert "spotlight" not in view
    assert view["items"] == view["conclusions"] == view["discussed"] == {}
    story.does(FACILITATOR, "canvas.hide_card", step="ideas", card="c1", hidden=False)
    assert story.step("talk")["conclusions"]["c1"] == {"note": "Not for everyone"}


def test_only_what_is_there_can_be_put_in_the_spotlight():
    story = revealed()
    for command in ({"type": "discussion.spotlight"}, {"type": "discussion.conclude", "note": "x"}):
        kind = command.pop("type")
        refused = story.refuses(FACILITATOR, kind, step="talk", item="i9", **command)
        assert refused == ("rejected", "discussion.unknown_item")


@pytest.mark.parametrize("kind", ["spotlight", "conclude", "mark"])
def test_only_the_facilitator_steers(kind):
    extra = {"discussed": True} if kind == "mark" else {}
    refused = revealed().refuses(AN, f"discussion.{kind}", step="talk", item="i1", **extra)
    assert refused == ("forbidden", "forbidden")


# conclusions


def test_a_conclusion_is_a_word_a_note_and_who():
    story = revealed(decisions=["Accept", "Refuse"])
    assert story.step("talk")["decisions"]["2"] == {"title": "Refuse", "order": 2}
    told = {"decision": "Refuse", "note": "Too high", "who": "Water board"}
    story.does(FACILITATOR, "discussion.conclude", step="talk", item="i2", **told)
    view = story.step("talk")
    assert view["conclusions"] == {"i2": told}
    assert view["discussed"] == {"i2": True}
    assert view["items"]["i2"]["decision"] == "Refuse"


def test_what_is_not_sent_stays_and_what_is_empty_goes():
    story = revealed(decisions=["Accept", "Refuse"])
    story.does(FACILITATOR, "discussion.conclude", step="talk", item="i2", decision="Refuse", who="An")
    story.does(FACILITATOR, "discussion.conclude", step="talk", item="i2", note="Too high")
    story.does(FACILITATOR, "discussion.conclude", step="talk", item="i2", who="")
    assert story.step("talk")["conclusions"]["i2"] == {"decision": "Refuse", "note": "Too high"}
    story.does(FACILITATOR, "discussion.conclude", step="talk", item="i2", decision="", note="")
    view = story.step("talk")
    assert view["conclusions"] == {}
    assert view["discussed"] == {"i2": True}


def test_a_conclusion_is_the_status_of_the_item_in_later_steps():
    steps = [rating(), discussion(items=RATED, order="given", decisions=["Accept"])]
    again = rating("again", items={"items_of": ["talk"], "decided": ["Accept"]})
    story = play(*steps, again)
    assert story.step("again")["items"] == {}
    story.does(FACILITATOR, "discussion.conclude", step="talk", item="i1", decision="Accept")
    assert story.step("again")["items"] == {"i1": {"title": "Item i1", "order": 1, "decision": "Accept"}}


def test_a_decision_that_is_not_on_the_list_is_refused():
    story = revealed(decisions=["Accept"])
    refused = story.refuses(FACILITATOR, "discussion.conclude", step="talk", item="i1", decision="Perhaps")
    assert refused == ("rejected", "discussion.unknown_decision")


@pytest.mark.parametrize(("field", "most"), [("note", 1_000), ("who", 120)])
def test_a_conclusion_has_room_for_so_much(field, most):
    story = revealed()
    fits = {field: "x" * most}
    longer = {field: "x" * (most + 1)}
    refused = story.refuses(FACILITATOR, "discussion.conclude", step="talk", item="i1", **longer)
    assert refused == ("too_large", "text.too_long")
    assert story.does(FACILITATOR, "discussion.conclude", step="talk", item="i1", **fits)


def test_an_item_is_marked_as_discussed_and_not():
    story = revealed()
    story.does(FACILITATOR, "discussion.mark", step="talk", item="i1", discussed=True)
    assert story.step("talk")["discussed"] == {"i1": True}
    story.does(FACILITATOR, "discussion.mark", step="talk", item="i1", discussed=False)
    assert story.step("talk")["discussed"] == {}


# the report


def test_the_report_tells_what_was_concluded_and_what_is_left():
    story = revealed(decisions=["Accept", "Refuse"], question="What do we do?")
    told = {"decision": "Refuse", "note": "Too | high", "who": "Water board"}
    story.does(FACILITATOR, "discussion.conclude", step="talk", item="i2", **told)
    story.does(FACILITATOR, "discussion.mark", step="talk", item="i1", discussed=True)
    text = to_source(report_model(story.session)).split("## The talk")[1]
    assert "**What do we do?**" in text
    assert text.index("### Item i2") < text.index("### Item i1")
    assert "- **Decision:** Refuse" in text
    assert r"Too \| high" in text or "Too | high" in text
    assert "- **Who:** Water board" in text
    assert "Not discussed yet: Item i3" in text


def test_the_report_is_silent_about_a_discussion_that_did_not_take_place():
    assert "The talk" not in to_source(report_model(revealed().session))

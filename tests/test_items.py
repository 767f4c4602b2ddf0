"""Taking items from earlier steps, and knowing what they came from."""

from typing import Any

from sessions.items import From, chosen, waits
from sessions.lineage import trail
from sessions.message import FACILITATOR
from sessions.report import report_model, to_source
from tests.play import AN, BO, CARLA, Story, canvas, discussion, play, rating

RISKS = {"cards_of": ["ideas"]}
TARGETS = [{"id": "t1", "title": "Target 1"}]
ISSUES = [{"id": "i1", "title": "Item i1"}, {"id": "i2", "title": "Item i2"}]


def ids(story: Story, **source: Any) -> list[str]:
    return [item.id for item in chosen(From(**source), story.session)]


def conclude(story: Story, item: str, decision: str, *, step: str = "talk") -> None:
    story.does(FACILITATOR, "discussion.conclude", step=step, item=item, decision=decision)


# what is taken


def test_cards_are_taken_box_by_box_and_may_be_of_some_boxes_only():
    story = play(canvas()).adds(AN, "c1", box="right").adds(BO, "c2").adds(BO, "c3")
    assert ids(story, cards_of=["ideas"]) == ["c2", "c3", "c1"]
    assert ids(story, cards_of=["ideas"], boxes=["right"]) == ["c1"]


def test_boxes_are_taken_as_they_are_planned():
    assert ids(play(canvas()), boxes_of="ideas") == ["left", "right"]


def test_a_group_stands_for_its_cards_and_other_cards_for_themselves():
    story = play(canvas()).adds(AN, "c1").adds(BO, "c2").adds(CARLA, "c3")
    story.does(FACILITATOR, "canvas.group_cards", step="ideas", group="g1", cards=["c1", "c2"], title="Dikes")
    items = {item.id: item for item in chosen(From(groups_of=["ideas"]), story.session)}
    assert sorted(items) == ["c3", "g1"]
    assert items["g1"].title == "Dikes"
    assert "Text of c1" in items["g1"].text
    assert ids(story, cards_of=["ideas"]) == ["c1", "c2", "c3"]


def test_an_item_in_two_steps_is_taken_once():
    story = play(rating(items=("i1", "i2")), rating("more", items=("i2", "i3")))
    assert ids(story, items_of=["poll", "more"]) == ["i1", "i2", "i3"]


def test_what_was_taken_stays_the_same_list_as_long_as_nothing_changed_for_it():
    story = play(canvas(), canvas("other")).adds(AN, "c1")
    source = From(cards_of=["ideas"])
    before = chosen(source, story.session)
    story.adds(BO, "elsewhere", step="other").enters(CARLA)
    assert chosen(source, story.session) is before
    story.adds(BO, "c2")
    assert chosen(source, story.session) is not before


# the best


def test_the_best_cards_are_those_with_most_support():
    story = play(canvas()).adds(AN, "c1").adds(AN, "c2").adds(AN, "c3")
    for who, card in ((BO, "c3"), (CARLA, "c3"), (BO, "c2")):
        story.does(who, "canvas.support_card", step="ideas", card=card, on=True)
    assert ids(story, cards_of=["ideas"], top=2) == ["c3", "c2"]


def test_the_best_of_a_round_are_told_after_its_reveal_only():
    story = play(rating()).rates(AN, "i1", 1).rates(AN, "i2", 4)
    source = From(items_of=["poll"], top=1)
    assert chosen(source, story.session) == []
    assert waits(source, story.session) == "poll"
    story.does(FACILITATOR, "rating.reveal", step="poll")
    assert [item.id for item in chosen(source, story.session)] == ["i2"]
    assert waits(source, story.session) == ""


def test_what_nobody_answered_comes_last():
    story = play(rating()).rates(AN, "i2", 1)
    story.does(FACILITATOR, "rating.reveal", step="poll")
    assert ids(story, items_of=["poll"], top=2) == ["i2", "i1"]


def test_cards_that_are_covered_are_waited_for():
    story = play(canvas(blind=True)).adds(AN, "c1")
    source = From(cards_of=["ideas"])
    assert (chosen(source, story.session), waits(source, story.session)) == ([], "ideas")
    story.does(FACILITATOR, "canvas.reveal", step="ideas")
    assert waits(source, story.session) == ""


# what a discussion came to


def test_items_can_be_those_that_were_discussed_or_decided_on():
    talk = discussion(items={"items_of": ["poll"]}, order="given", decisions=["Yes", "No"])
    story = play(rating(items=("i1", "i2", "i3")), talk)
    conclude(story, "i1", "Yes")
    conclude(story, "i3", "No")
    assert ids(story, items_of=["talk"]) == ["i1", "i2", "i3"]
    assert ids(story, items_of=["talk"], discussed=True) == ["i1", "i3"]
    assert ids(story, items_of=["talk"], decided=["No"]) == ["i3"]


def test_the_last_decision_is_the_status():
    first = discussion(items={"items_of": ["poll"]}, order="given", decisions=["Yes", "No"])
    again = discussion("again", items={"items_of": ["talk"]}, order="given", decisions=["Later"])
    story = play(rating(), first, again)
    conclude(story, "i1", "No")
    assert story.step("again")["items"]["i1"]["decision"] == "No"
    conclude(story, "i1", "Later", step="again")
    assert story.step("again")["items"]["i1"]["decision"] == "Later"


# where it came from


def chain() -> Story:
    """Cards become a risk, which is discussed; measures are written for it, and one is grouped."""
    talk = discussion(items={"groups_of": ["ideas"]}, order="given", decisions=["Refuse"])
    measures = canvas("measures", rows={"items_of": ["talk"], "decided": ["Refuse"]})
    story = play(canvas(), talk, measures).adds(AN, "c1").adds(BO, "c2")
    story.does(FACILITATOR, "canvas.group_cards", step="ideas", group="g1", cards=["c1", "c2"], title="Flood")
    conclude(story, "g1", "Refuse")
    story.does(AN, "canvas.add_card", step="measures", card="m1", box="left", row="g1", text="Raise the dike")
    return story


def test_a_trail_goes_back_to_the_beginning_oldest_first():
    stations = trail("m1", chain().session)
    assert [one.id for one in stations] == ["c1", "c2", "g1"]
    assert stations[-1].title == "Flood"
    assert stations[-1].word == "Refuse"
    assert stations[0].step == "ideas"


def test_what_came_from_nothing_has_no_trail():
    assert trail("c1", chain().session) == []


def test_a_card_that_is_hidden_is_on_no_trail():
    story = chain()
    story.does(FACILITATOR, "canvas.hide_card", step="ideas", card="c2", hidden=True)
    assert [one.id for one in trail("m1", story.session)] == ["c1", "g1"]


def test_a_view_says_where_the_parents_are_shown():
    story = chain()
    assert story.step("talk")["items"]["g1"]["from"] == {"c1": "ideas", "c2": "ideas"}
    assert set(story.step("measures")["cards"]["m1"]["from"]) == {"g1"}


def test_the_report_prints_the_trail_of_what_was_discussed():
    talk = discussion(items={"cards_of": ["work"]}, order="given", decisions=["Yes"])
    work = canvas("work", ["a"], fields=[{"id": "for", "label": "For", "kind": "item", "items": RISKS}])
    story = play(canvas(), work, talk).adds(AN, "c1")
    fields = {"for": "c1"}
    story.does(AN, "canvas.add_card", step="work", card="m1", box="a", text="Raise it", fields=fields)
    conclude(story, "m1", "Yes")
    text = to_source(report_model(story.session)).split("## The talk")[1]
    assert "- **Where this comes from:** Text of c1" in text


def test_the_report_does_not_tell_twice_which_cards_are_in_a_group():
    text = to_source(report_model(chain().session)).split("## The talk")[1]
    assert text.split("## ")[1].count("Text of c1") == 1


def test_an_issue_is_older_than_the_factor_it_led_to_also_where_an_action_names_both():
    fields = [{"id": "about", "label": "About", "kind": "item", "items": {"cards_of": ["ideas", "factors"]}}]
    linked = [{"id": "for", "label": "For", "kind": "item", "items": RISKS}]
    story = play(canvas(), canvas("factors", ["a"], fields=linked), canvas("acts", ["b"], fields=fields))
    story.adds(AN, "issue")
    for step, box, card, of in (
        ("factors", "a", "factor", {"for": "issue"}),
        ("acts", "b", "act", {"about": "issue factor"}),
    ):
        story.does(AN, "canvas.add_card", step=step, card=card, box=box, text=card, fields=of)
    assert [(one.id, one.back) for one in trail("act", story.session)] == [("issue", 2), ("factor", 1)]


def test_what_leads_back_to_itself_ends():
    """Two rounds in which people choose for each item what it leads to, one against the other."""
    there = rating("there", scale=None, targets=TARGETS, blind=False)
    back = rating("back", items=("t1",), scale=None, targets=ISSUES, blind=False)
    story = play(there, back)
    story.does(AN, "rating.choose", step="there", item="i1", targets=["t1"])
    story.does(AN, "rating.choose", step="back", item="t1", targets=["i1"])
    for step in ("there", "back"):
        story.does(FACILITATOR, "rating.reveal", step=step)
    assert [one.id for one in trail("t1", story.session)] == ["i1"]
    assert [one.id for one in trail("i1", story.session)] == ["t1"]


def test_the_report_tells_the_status_of_an_item_where_it_is_rated_again():
    steps = [canvas(), discussion(items={"groups_of": ["ideas"]}, order="given", decisions=["Refuse"])]
    story = play(*steps, rating("again", items={"items_of": ["talk"], "decided": ["Refuse"]}))
    story.adds(AN, "c1")
    story.does(FACILITATOR, "canvas.group_cards", step="ideas", group="g1", cards=["c1"], title="Flood")
    conclude(story, "g1", "Refuse")
    story.rates(BO, "g1", 3, step="again")
    story.does(FACILITATOR, "rating.reveal", step="again")
    text = to_source(report_model(story.session)).split("## The again")[1]
    assert "- **Decision:** Refuse" in text

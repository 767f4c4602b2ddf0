"""What is done with cards together: group, merge, lock, take on, join, bring in, and stand on rows."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sessions.cards import Cards
from sessions.message import FACILITATOR, Refused, read_line
from sessions.patch import diff, merge
from sessions.session import Session
from tests.play import AN, BO, CARLA, CODE, Story, as_json, canvas, play

PEOPLE = (AN, BO, CARLA)
ACTIONS: dict[str, Any] = {
    "fields": [
        {"id": "due", "label": "Due", "kind": "date"},
        {"id": "owner", "label": "Owner", "kind": "person"},
        {"id": "note", "label": "Note", "kind": "text"},
    ],
    "agreed_with": ["due", "owner"],
    "takeable": True,
}


def steers(story: Story, kind: str, **fields: Any) -> list[Any]:
    return story.does(FACILITATOR, f"canvas.{kind}", **{"step": "ideas", **fields})


def refused(story: Story, kind: str, who: str = FACILITATOR, **fields: Any) -> str:
    return story.refuses(who, f"canvas.{kind}", **{"step": "ideas", **fields})[1].removeprefix("canvas.")


def group(story: Story, *cards: str, id: str = "g1", title: str = "Water") -> list[Any]:
    return steers(story, "group_cards", group=id, cards=list(cards), title=title)


@pytest.fixture
def story() -> Story:
    return play(canvas()).adds(AN, "c1").adds(BO, "c2").adds(AN, "c3", box="right")


# grouping


def test_cards_are_grouped_where_the_first_of_them_stands(story):
    story.does(AN, "canvas.support_card", step="ideas", card="c1", on=True)
    story.does(AN, "canvas.support_card", step="ideas", card="c3", on=True)
    story.does(BO, "canvas.support_card", step="ideas", card="c3", on=True)
    group(story, "c1", "c3")
    view = story.step()
    assert view["groups"] == {"g1": {"title": "Water", "box": "left", "order": 1, "support": 2}}
    assert {id: (card["box"], card.get("group")) for id, card in view["cards"].items()} == {
        "c1": ("left", "g1"),
        "c2": ("left", None),
        "c3": ("left", "g1"),
    }
    assert view["counts"] == {"left": 3}
    assert story.mine(AN)["steps"]["ideas"]["cards"]["c3"]["group"] == "g1"


def test_a_card_joins_a_group_that_is_there_and_leaves_the_one_it_was_in(story):
    group(story, "c1")
    group(story, "c3", id="g2", title="Green")
    assert group(story, "c1", id="g2", title="ignored") != []
    assert story.step()["groups"].keys() == {"g2"}
    assert story.step()["groups"]["g2"]["title"] == "Green"
    assert story.step()["cards"]["c1"]["box"] == "right"
    assert group(story, "c1", id="g2") == []


def test_a_group_without_cards_is_gone(story):
    group(story, "c1", "c2")
    steers(story, "ungroup_cards", cards=["c1"])
    story.does(BO, "canvas.remove_card", step="ideas", card="c2")
    assert story.step()["groups"] == {}
    assert refused(story, "rename_group", group="g1", title="New") == "group_gone"
    assert steers(story, "ungroup_cards", cards=["c1", "c2"]) == []


def test_a_card_that_moves_to_another_box_leaves_its_group_and_within_the_box_it_stays(story):
    group(story, "c1", "c2")
    story.does(AN, "canvas.move_card", step="ideas", card="c1", box="left")
    assert story.step()["cards"]["c1"]["group"] == "g1"
    story.does(AN, "canvas.move_card", step="ideas", card="c1", box="right")
    assert "group" not in story.step()["cards"]["c1"]


def test_grouping_cards_of_which_one_was_just_removed_groups_the_others(story):
    story.does(BO, "canvas.remove_card", step="ideas", card="c2")
    group(story, "c2", "c1")
    assert story.step()["groups"]["g1"]["box"] == "left"
    story.does(AN, "canvas.remove_card", step="ideas", card="c1")
    assert refused(story, "group_cards", group="g2", cards=["c1", "c2"], title="x") == "card_gone"
    assert story.step()["groups"] == {}


@pytest.mark.parametrize("title", ["", "  ", "\u200b"])
def test_a_group_needs_a_name(story, title):
    assert refused(story, "group_cards", group="g1", cards=["c1"], title=title) == "group_title"
    group(story, "c1")
    assert refused(story, "rename_group", group="g1", title=title) == "group_title"
    steers(story, "rename_group", group="g1", title=" Other  name ")
    assert story.step()["groups"]["g1"]["title"] == "Other name"


@pytest.mark.parametrize("id", ["c2", "far"])
def test_a_group_and_a_card_never_have_the_same_id(id):
    story = play(canvas(), canvas("other", ["box"])).adds(AN, "c1").adds(AN, "c2")
    story.adds(BO, "far", step="other", box="box")
    assert refused(story, "group_cards", group=id, cards=["c1"], title="x") == "card_exists"
    group(story, "c1")
    added = {"step": "other", "card": "g1", "box": "box", "text": "x"}
    assert refused(story, "add_card", AN, **added) == "card_exists"


def test_hidden_cards_count_in_no_group_for_everyone(story):
    story.does(BO, "canvas.support_card", step="ideas", card="c1", on=True)
    group(story, "c1")
    steers(story, "hide_card", card="c1", hidden=True)
    assert story.step()["groups"] == {}
    assert story.step(of="facilitator")["groups"]["g1"]["support"] == 0
    steers(story, "hide_card", card="c1", hidden=False)
    assert story.step()["groups"]["g1"]["support"] == 1


def test_only_the_facilitator_groups_merges_and_locks(story):
    for kind, fields in (
        ("group_cards", {"group": "g", "cards": ["c1"], "title": "x"}),
        ("rename_group", {"group": "g", "title": "x"}),
        ("ungroup_cards", {"cards": ["c1"]}),
        ("merge_cards", {"card": "c1", "cards": ["c2"]}),
        ("split_card", {"card": "c1"}),
        ("lock_box", {"box": "left", "locked": True}),
        ("prefill", {}),
    ):
        assert story.refuses(AN, f"canvas.{kind}", step="ideas", **fields)[0] == "forbidden"


def test_groups_and_single_cards_are_items_in_order(story):
    group(story, "c2", "c3")
    board: Any = story.session.activities["ideas"]
    assert [(item.id, item.title, item.text) for item in board.offered("groups", story.session)] == [
        ("c1", "Text of c1", ""),
        ("g1", "Water", "Text of c2 · Text of c3"),
    ]
    assert board.offered("groups", story.session, ["right"]) == []
    story.does(AN, "canvas.support_card", step="ideas", card="c3", on=True)
    assert story.session.activities["ideas"].standing(story.session) == {
        "c1": 0,
        "c2": 0,
        "c3": 1,
        "g1": 1,
    }


# merging


def test_merged_cards_stand_behind_one_that_counts_their_supporters_once(story):
    for who, card in ((AN, "c1"), (AN, "c2"), (BO, "c2"), (CARLA, "c3")):
        story.does(who, "canvas.support_card", step="ideas", card=card, on=True)
    steers(story, "merge_cards", card="c1", cards=["c2", "c3", "c1", "gone"])
    view = story.step()
    assert view["cards"].keys() == {"c1"}
    assert (view["cards"]["c1"]["support"], view["cards"]["c1"]["merged"]) == (3, 2)
    assert view["counts"] == {"left": 1}
    assert story.mine(BO)["steps"]["ideas"]["supported"] == {"c1": True}
    assert story.mine(BO)["steps"]["ideas"]["cards"]["c2"]["merged_into"] == "c1"
    # Taken back from the one in front is taken back from all.
    story.does(AN, "canvas.support_card", step="ideas", card="c2", on=False)
    assert story.step()["cards"]["c1"]["support"] == 2
    steers(story, "split_card", card="c1")
    cards = story.step()["cards"]
    assert {id: (card["box"], card["support"]) for id, card in cards.items()} == {
        "c1": ("left", 0),
        "c2": ("left", 1),
        "c3": ("right", 1),
    }


def test_merging_twice_puts_everything_behind_the_last(story):
    steers(story, "merge_cards", card="c1", cards=["c2"])
    steers(story, "merge_cards", card="c3", cards=["c2"])
    assert story.step()["cards"]["c3"]["merged"] == 2
    steers(story, "split_card", card="c2")
    assert story.step()["cards"].keys() == {"c2", "c3"}
    assert story.step()["cards"]["c3"]["merged"] == 1


def test_when_the_card_in_front_is_removed_the_first_behind_takes_its_place(story):
    group(story, "c1")
    steers(story, "merge_cards", card="c1", cards=["c3", "c2"])
    story.does(BO, "canvas.support_card", step="ideas", card="c1", on=True)
    story.does(AN, "canvas.remove_card", step="ideas", card="c1")
    [(id, card)] = story.step()["cards"].items()
    assert (id, card["box"], card["merged"], card["group"]) == ("c3", "left", 1, "g1")
    assert (
        "supported" not in story.mine(BO)["steps"]["ideas"]
        or not story.mine(BO)["steps"]["ideas"]["supported"]
    )
    steers(story, "split_card", card="c3")
    assert story.step()["cards"].keys() == {"c2", "c3"}


def test_merging_what_is_gone_is_refused(story):
    story.does(BO, "canvas.remove_card", step="ideas", card="c2")
    assert refused(story, "merge_cards", card="c1", cards=["c2"]) == "card_gone"
    assert refused(story, "merge_cards", card="c2", cards=["c1"]) == "card_gone"
    steers(story, "merge_cards", card="c1", cards=["c3", "c2"])
    assert story.step()["cards"]["c1"]["merged"] == 1


def test_covered_cards_stay_out_of_groups_and_merges():
    story = play(canvas(blind=True)).adds(AN, "c1").adds(BO, "c2")
    assert refused(story, "group_cards", group="g", cards=["c1", "c2"], title="x") == "card_gone"
    assert refused(story, "merge_cards", card="c1", cards=["c2"]) == "card_gone"
    assert refused(story, "hide_card", card="c1", hidden=True) == "card_gone"
    assert refused(story, "split_card", card="gone") == "card_gone"
    assert story.step(of="facilitator")["groups"] == {}


# any order


IDS = [f"c{n}" for n in range(6)]
cards = st.sampled_from(IDS)
deeds = st.one_of(
    st.tuples(st.just("group_cards"), st.lists(cards, min_size=1, max_size=3), st.sampled_from(["g1", "g2"])),
    st.tuples(st.just("ungroup_cards"), st.lists(cards, min_size=1, max_size=2)),
    st.tuples(st.just("merge_cards"), cards, st.lists(cards, min_size=1, max_size=3)),
    st.tuples(st.just("split_card"), cards),
    st.tuples(st.just("hide_card"), cards, st.booleans()),
    st.tuples(st.just("remove_card"), cards),
    st.tuples(st.just("move_card"), cards, st.sampled_from(["left", "right"])),
    st.tuples(st.just("support_card"), cards, st.booleans(), st.sampled_from(PEOPLE)),
)


def do(story: Story, deed: Any) -> None:
    kind, *what = deed
    who = what[2] if kind == "support_card" else FACILITATOR
    fields: dict[str, Any] = {
        "group_cards": lambda: {"cards": what[0], "group": what[1], "title": "T"},
        "ungroup_cards": lambda: {"cards": what[0]},
        "merge_cards": lambda: {"card": what[0], "cards": what[1]},
        "hide_card": lambda: {"card": what[0], "hidden": what[1]},
        "move_card": lambda: {"card": what[0], "box": what[1]},
        "support_card": lambda: {"card": what[0], "on": what[1]},
    }.get(kind, lambda: {"card": what[0]})()
    with suppress(Refused):
        story.does(who, f"canvas.{kind}", step="ideas", **fields)


@settings(max_examples=60, deadline=None)
@given(st.lists(deeds, max_size=25))
def test_whatever_is_grouped_merged_and_split_every_card_and_support_is_there_once(done):
    story = play(canvas())
    for n, id in enumerate(IDS):
        story.adds(PEOPLE[n % 3], id)
    views = {audience: story.session.view(audience) for audience in ("everyone", "facilitator")}
    told = {audience: as_json(view) for audience, view in views.items()}
    for deed in done:
        do(story, deed)
        for audience in views:
            fresh = story.session.view(audience)  # type: ignore[arg-type]
            told[audience] = merge(told[audience], as_json(diff(views[audience], fresh)))
            views[audience] = fresh
            assert told[audience] == as_json(fresh)
        check_indexes(story.session.activities["ideas"].cards)  # type: ignore[attr-defined]
    assert Session.of(CODE, story.log) == story.session


def check_indexes(cards: Cards) -> None:
    """Everything that is kept twice says the same twice."""
    every = {card.id: card for card in cards.values()}
    for card in every.values():
        assert not (card.into and card.behind)
        assert all(every[id].into == card.id for id in card.behind)
        assert not card.into or card.id in every[card.into].behind
        assert card.joint == frozenset[str]().union(*(every[id].supporters for id in card.behind))
        assert not card.group or card.id in cards.groups[card.group].cards
    for group in cards.groups.values():
        inside = [every[id] for id in group.cards]
        assert inside
        assert len(set(group.cards)) == len(group.cards)
        assert {(card.box, card.row, card.group) for card in inside} == {(group.box, group.row, group.id)}
        shown = [card for card in inside if card.shown]
        assert group.shown == len(shown)
        assert group.support == len(frozenset[str]().union(*(one.supporters | one.joint for one in shown)))
    for who, ids in cards.supported.items():
        assert {id for id, card in every.items() if who in card.supporters} == ids
    assert sum(map(len, cards.own.values())) == sum(bool(card.author) for card in every.values())
    for box in ("left", "right"):
        assert cards.counts.get(box, 0) == sum(card.box == box and card.counted for card in every.values())


# locking a box


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("add_card", {"card": "c9", "box": "left", "text": "x"}),
        ("edit_card", {"card": "c1", "text": "x"}),
        ("move_card", {"card": "c1", "box": "right"}),
        ("move_card", {"card": "c3", "box": "left"}),
        ("remove_card", {"card": "c1"}),
        ("support_card", {"card": "c2", "on": True}),
    ],
)
def test_in_a_locked_box_only_the_facilitator_changes_something(story, kind, fields):
    steers(story, "lock_box", box="left", locked=True)
    assert story.step()["boxes"]["left"]["locked"] is True
    assert refused(story, kind, AN, **fields) == "box_locked"
    steers(story, "edit_card", card="c1", text="Tidied up")
    assert steers(story, "lock_box", box="left", locked=True) == []
    steers(story, "lock_box", box="left", locked=False)
    assert "locked" not in story.step()["boxes"]["left"]
    story.does(AN, f"canvas.{kind}", step="ideas", **fields)


# so many cards each


def test_everybody_has_so_many_cards_in_a_step():
    story = play(canvas(per_person=2), canvas("more", board="ideas")).adds(AN, "c1").adds(AN, "c2")
    added = {"card": "c3", "box": "left", "text": "x"}
    assert refused(story, "add_card", AN, **added) == "limit"
    assert story.step()["per_person"] == 2
    assert story.mine(AN)["steps"]["ideas"]["left"] == 0
    story.adds(BO, "c4").adds(AN, "elsewhere", step="more").adds(FACILITATOR, "f1").adds(FACILITATOR, "f2")
    story.adds(FACILITATOR, "f3")
    story.does(AN, "canvas.remove_card", step="ideas", card="c1")
    assert story.mine(AN)["steps"]["ideas"]["left"] == 1
    story.adds(AN, "c5")


# taking on and joining


@pytest.fixture
def actions() -> Story:
    story = play(canvas("ideas", **ACTIONS)).enters(AN, "Waterschap", name="An").enters(BO, "Gemeente")
    return story.adds(AN, "a1").adds(BO, "a2")


def take(story: Story, who: str, card: str = "a1", on: bool = True, **fields: str) -> list[Any]:
    return story.does(who, "canvas.take_card", step="ideas", card=card, on=on, fields=fields)


def test_who_takes_an_action_on_fills_in_what_makes_it_agreed(actions):
    assert actions.step()["agreed_with"] == {"due": True, "owner": True}
    take(actions, BO, owner="Bo")
    card = actions.step()["cards"]["a1"]
    assert (card["taken"], card["fields"], "agreed" in card) == (True, {"owner": "Bo"}, False)
    take(actions, BO, due="2027-01-31")
    assert actions.step()["cards"]["a1"]["agreed"] is True
    assert actions.mine(BO)["steps"]["ideas"]["taken"] == {"a1": True}
    assert "taken" not in actions.mine(AN)["steps"]["ideas"]


def test_of_two_who_take_the_same_action_the_second_hears_it(actions):
    take(actions, BO, owner="Bo")
    again = {"card": "a1", "on": True, "fields": {"owner": "Carla"}}
    assert refused(actions, "take_card", CARLA, **again) == "taken"
    assert refused(actions, "take_card", FACILITATOR, **again) == "taken"
    assert take(actions, CARLA, on=False) == []
    take(actions, BO, on=False)
    assert actions.step()["cards"]["a1"]["fields"] == {}
    take(actions, CARLA, owner="Carla")
    assert actions.mine(BO)["steps"]["ideas"].get("taken") is None


def test_what_was_taken_on_can_be_given_back_also_when_it_was_merged_since(actions):
    take(actions, BO, owner="Bo")
    actions.does(CARLA, "canvas.join_card", step="ideas", card="a1", on=True)
    steers(actions, "merge_cards", card="a2", cards=["a1"])
    take(actions, BO, on=False)
    actions.does(CARLA, "canvas.join_card", step="ideas", card="a1", on=False)
    steers(actions, "split_card", card="a2")
    card = actions.step()["cards"]["a1"]
    assert (card["fields"], "taken" in card, "joined" in card) == ({}, False, False)


def test_an_action_with_an_owner_written_on_it_is_taken(actions):
    actions.does(AN, "canvas.edit_card", step="ideas", card="a1", fields={"owner": "Somebody"})
    assert refused(actions, "take_card", BO, card="a1", on=True, fields={"owner": "Bo"}) == "taken"


def test_an_owner_who_is_taken_off_the_card_has_it_no_longer(actions):
    take(actions, BO, owner="Bo")
    actions.does(AN, "canvas.edit_card", step="ideas", card="a1", fields={"owner": ""})
    assert "taken" not in actions.step()["cards"]["a1"]
    assert actions.mine(BO)["steps"]["ideas"].get("taken") is None
    take(actions, CARLA, owner="Carla")


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({}, "field_missing"),
        ({"due": "2027-01-31"}, "field_missing"),
        ({"owner": "Bo", "due": "soon"}, "bad_date"),
        ({"owner": "Bo", "note": "not for this"}, "unknown_field"),
    ],
)
def test_taking_on_asks_for_an_owner_and_nothing_else_is_filled_in(actions, fields, key):
    assert refused(actions, "take_card", BO, card="a1", on=True, fields=fields) == key
    assert "taken" not in actions.step()["cards"]["a1"]


def test_whoever_joins_is_counted_and_named_by_organisation(actions):
    for who in (BO, CARLA, AN):
        actions.does(who, "canvas.join_card", step="ideas", card="a1", on=True)
    card = actions.step()["cards"]["a1"]
    assert (card["joined"], card["with"]) == (3, {"1": "Gemeente", "2": "Waterschap"})
    assert actions.mine(BO)["steps"]["ideas"]["joined"] == {"a1": True}
    actions.enters(BO, "Provincie")
    assert actions.step()["cards"]["a1"]["with"] == {"1": "Provincie", "2": "Waterschap"}
    actions.does(BO, "canvas.join_card", step="ideas", card="a1", on=False)
    assert actions.step()["cards"]["a1"]["with"] == {"1": "Waterschap"}
    assert actions.does(BO, "canvas.join_card", step="ideas", card="a1", on=False) == []
    assert (
        actions.refuses(FACILITATOR, "canvas.join_card", step="ideas", card="a1", on=True)[0] == "forbidden"
    )


def test_only_where_it_is_asked_can_cards_be_taken_on(story):
    assert refused(story, "take_card", AN, card="c1", on=True) == "not_takeable"
    assert refused(story, "join_card", AN, card="c1", on=True) == "not_takeable"


def test_covered_and_hidden_actions_are_nobodys_to_take():
    story = play(canvas(blind=True, **ACTIONS)).adds(AN, "a1")
    for kind in ("take_card", "join_card"):
        extra = {"fields": {"owner": "Bo"}} if kind == "take_card" else {}
        assert refused(story, kind, BO, card="a1", on=True, **extra) == "card_gone"
    assert "joined" not in str(story.facilitator)


def test_in_an_anonymous_step_taking_on_tells_what_was_typed_and_nothing_else():
    story = play(canvas(anonymous=True, **ACTIONS)).enters(AN, "Hoogheemraadschap", name="Ypsilantis")
    story.enters(BO, "Gemeente").adds(AN, "a1").adds(AN, "a2")
    story.does(
        AN, "canvas.take_card", step="ideas", card="a1", on=True, fields={"owner": "the one with the hat"}
    )
    for card in ("a1", "a2"):
        story.does(AN, "canvas.join_card", step="ideas", card=card, on=True)
        story.does(AN, "canvas.support_card", step="ideas", card=card, on=True)
    story.does(BO, "canvas.support_card", step="ideas", card="a1", on=True)
    for of in ("everyone", "facilitator"):
        card = story.step(of=of)["cards"]["a1"]
        assert (card["fields"], card["joined"], "with" in card) == (
            {"owner": "the one with the hat"},
            1,
            False,
        )
        assert not {"by", "author"} & card.keys()
    lines = [line for line in story.exported if line["type"].startswith("canvas.")]
    for private in (AN, BO, "Hoogheemraadschap", "Ypsilantis"):
        assert private not in str(lines)
    # One number for one person, so that the copy counts as we do.
    assert {line["actor"] for line in lines} == {"anonymous", "anonymous.1", "anonymous.2"}
    steers(story, "merge_cards", card="a1", cards=["a2"])
    again = Session.of(CODE, list(story.session.exported(story.log)))
    assert as_json(again.view("everyone"))["steps"] == story.everyone["steps"]


def test_two_exports_laid_side_by_side_tell_nobody_who_wrote_what():
    story = play(canvas(blind=True, anonymous=True)).enters(AN).adds(AN, "c1")
    before = [line["actor"] for line in story.exported if line["seq"] == 3]
    steers(story, "reveal")
    after = [line["actor"] for line in story.exported if line["seq"] == 3]
    assert AN not in (*before, *after)


# bringing in


def test_coming_to_a_step_brings_in_what_is_new_once():
    story = play(canvas(), canvas("work", ["a", "b"], prefill={"groups_of": ["ideas"]}, prefill_box="b"))
    story.adds(AN, "c1").adds(BO, "c2").adds(BO, "c3")
    steers(story, "group_cards", group="g1", cards=["c1", "c2"], title="Water")
    story.does(FACILITATOR, "session.go", step="work")
    cards = story.step("work")["cards"]
    assert [(card["box"], card["text"], card["from"]) for card in cards.values()] == [
        ("b", "Water", {"g1": "ideas"}),
        ("b", "Text of c3", {"c3": "ideas"}),
    ]
    assert not any("by" in card for card in cards.values())
    [gone, _] = cards
    steers(story, "remove_card", step="work", card=gone)
    story.adds(AN, "c4")
    steers(story, "prefill", step="work")
    story.does(FACILITATOR, "session.go", step="ideas")
    story.does(FACILITATOR, "session.go", step="work")
    assert [card["text"] for card in story.step("work")["cards"].values()] == ["Text of c3", "Text of c4"]
    assert Session.of(CODE, story.log) == story.session


def test_nothing_covered_is_brought_in_and_the_step_says_what_it_waits_for():
    story = play(canvas(blind=True), canvas("work", ["a"], prefill={"cards_of": ["ideas"]}))
    story.adds(AN, "c1")
    story.does(FACILITATOR, "session.go", step="work")
    assert (story.step("work")["cards"], story.step("work")["waiting"]) == ({}, "ideas")
    steers(story, "reveal")
    steers(story, "prefill", step="work")
    assert [card["text"] for card in story.step("work")["cards"].values()] == ["Text of c1"]
    assert "waiting" not in story.step("work")


def test_what_was_brought_in_is_everyones_where_everyone_edits():
    work = canvas("work", ["a"], prefill={"cards_of": ["ideas"]}, editable="everyone")
    story = play(canvas(), work).adds(AN, "c1")
    story.does(FACILITATOR, "session.go", step="work")
    [id] = story.step("work")["cards"]
    story.does(BO, "canvas.edit_card", step="work", card=id, text="Sharper")
    assert story.step("work")["cards"][id]["text"] == "Sharper"
    assert story.step()["cards"]["c1"]["text"] == "Text of c1"


# rows


def test_cards_stand_on_rows_that_come_from_an_earlier_step():
    story = play(canvas(), canvas("grid", ["one", "two"], rows={"cards_of": ["ideas"]})).adds(AN, "r1")
    story.adds(AN, "r2")
    assert story.step("grid")["rows"] == {
        "r1": {"title": "Text of r1", "order": 1},
        "r2": {"title": "Text of r2", "order": 2},
    }
    added = {"step": "grid", "card": "c1", "box": "one", "text": "x"}
    for wrong in ({}, {"row": "gone"}, {"row": "c1"}):
        assert refused(story, "add_card", AN, **added, **wrong) == "unknown_row"
    story.does(AN, "canvas.add_card", **added, row="r1")
    assert story.step("grid")["cards"]["c1"]["from"] == {"r1": "ideas"}
    story.does(AN, "canvas.move_card", step="grid", card="c1", box="one", row="r2")
    card = story.step("grid")["cards"]["c1"]
    assert (card["row"], card["from"]) == ("r2", {"r2": "ideas"})
    moved = {"step": "grid", "card": "c1", "box": "two", "row": "gone"}
    assert refused(story, "move_card", AN, **moved) == "unknown_row"
    # Its row is gone: it stays where it is, and can still be worked on.
    story.does(AN, "canvas.remove_card", step="ideas", card="r2")
    story.does(AN, "canvas.move_card", step="grid", card="c1", box="two")
    assert story.step("grid")["cards"]["c1"]["row"] == "r2"
    assert story.mine(AN)["steps"]["grid"]["cards"]["c1"]["row"] == "r2"


def test_a_board_without_rows_has_none(story):
    added = {"card": "c9", "box": "left", "text": "x", "row": "c1"}
    assert refused(story, "add_card", AN, **added) == "unknown_row"


def test_groups_keep_to_one_row():
    story = play(canvas(), canvas("grid", ["one", "two"], rows={"cards_of": ["ideas"]})).adds(AN, "r1")
    story.adds(AN, "r2")
    for card, row in (("c1", "r1"), ("c2", "r2")):
        story.does(AN, "canvas.add_card", step="grid", card=card, box="one", text="x", row=row)
    steers(story, "group_cards", step="grid", group="g", cards=["c2", "c1"], title="Both")
    assert {card["row"] for card in story.step("grid")["cards"].values()} == {"r2"}
    assert story.step("grid")["groups"]["g"]["row"] == "r2"
    story.does(AN, "canvas.move_card", step="grid", card="c1", box="one", row="r1")
    assert "group" not in story.step("grid")["cards"]["c1"]


# what was there before


def test_a_log_from_before_all_this_still_tells_its_story():
    story = play(canvas())
    old: list[tuple[str, dict[str, Any]]] = [
        (
            "canvas.card_added",
            {
                "via": "ideas",
                "card": "c1",
                "box": "left",
                "text": "x",
                "fields": {},
                "organisation": "",
                "anonymous": False,
                "covered": False,
            },
        ),
        ("canvas.card_edited", {"card": "c1", "text": "y", "fields": {}}),
        ("canvas.card_moved", {"card": "c1", "box": "right", "order": 2.5}),
        ("canvas.card_supported", {"card": "c1", "on": True}),
        ("canvas.card_hidden", {"card": "c1", "hidden": True}),
    ]
    for n, (kind, body) in enumerate(old, 2):
        line = {"seq": n, "at": story.at, "actor": AN, "type": kind, "body": {"step": "ideas", **body}}
        story.session = story.session.evolve(read_line(line))
    assert story.step(of="facilitator")["cards"]["c1"] == {
        "box": "right",
        "text": "y",
        "order": 2.5,
        "fields": {},
        "support": 1,
        "hidden": True,
        "author": AN,
    }

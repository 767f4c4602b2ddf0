"""The canvas: what people may do with cards, and who sees them when."""

import pytest

from sessions.canvas_decide import MAX_CARDS_A_PERSON
from sessions.canvas_messages import CardAdded, CardsUncovered, Revealed
from sessions.message import FACILITATOR
from tests.play import AN, BO, SCREEN, Story, canvas, play, rating


def texts(story: Story, step: str = "ideas", box: str | None = None, of: str = "everyone") -> list[str]:
    """The texts of the cards that are shown, in their order."""
    here = story.step(step, of=of)
    elsewhere = (card for id in here.get("cards_of", ()) for card in story.step(id, of=of)["cards"].values())
    cards = [*here["cards"].values(), *(card for card in elsewhere if card["box"] in here["boxes"])]
    shown = sorted(cards, key=lambda card: card["order"])
    return [card["text"] for card in shown if box in (None, card["box"])]


# adding


def test_a_card_says_what_was_written_and_on_whose_behalf_but_not_by_whom():
    story = play(canvas()).enters(AN, "Waterschap", name="An de Vries")
    [added] = story.does(AN, "canvas.add_card", step="ideas", card="c1", box="left", text="Higher dikes")
    assert isinstance(added, CardAdded)
    assert story.step()["cards"] == {
        "c1": {
            "box": "left",
            "text": "Higher dikes",
            "order": 1,
            "fields": {},
            "support": 0,
            "by": "Waterschap",
        }
    }
    assert story.step(of="facilitator")["cards"]["c1"]["author"] == AN


def test_a_card_of_somebody_without_an_organisation_is_on_nobodys_behalf():
    story = play(canvas()).adds(AN, "c1")
    assert "by" not in story.step()["cards"]["c1"]


def test_cards_stand_in_the_order_in_which_they_were_added():
    story = play(canvas()).adds(AN, "z").adds(BO, "a").adds(AN, "m")
    assert texts(story) == ["Text of z", "Text of a", "Text of m"]


def test_a_text_is_cleaned_before_it_is_kept():
    story = play(canvas()).adds(AN, "c1", text="  caf\u0065\u0301\u202e \r\n\x00door ")
    assert texts(story) == ["café\ndoor"]


@pytest.mark.parametrize("text", ["", "   ", "\n\n", "\u200b\u2060"])
def test_an_empty_card_is_refused(text):
    story = play(canvas())
    refusal = story.refuses(AN, "canvas.add_card", step="ideas", card="c1", box="left", text=text)
    assert refusal == ("rejected", "canvas.empty")


def test_a_text_may_be_as_long_as_the_step_says_and_no_longer():
    story = play(canvas(max_chars=10)).adds(AN, "c1", text="0123456789")
    refusal = story.refuses(AN, "canvas.add_card", step="ideas", card="c2", box="left", text="0123456789a")
    assert refusal == ("too_large", "text.too_long")


def test_a_box_may_ask_for_shorter_or_longer_texts_than_the_step():
    boxes = [{"id": "left", "title": "Left", "max_chars": 3}, {"id": "right", "title": "Right"}]
    story = play({**canvas(max_chars=5), "boxes": boxes}).adds(AN, "c1", box="right", text="12345")
    refusal = story.refuses(AN, "canvas.add_card", step="ideas", card="c2", box="left", text="1234")
    assert refusal == ("too_large", "text.too_long")
    assert [box["max_chars"] for box in story.step()["boxes"].values()] == [3, 5]


def test_nobody_sends_more_than_the_longest_text_there_is():
    story = play(canvas(max_chars=2_000)).adds(AN, "c1", text="x" * 2_000)
    refusal = story.refuses(AN, "canvas.add_card", step="ideas", card="c2", box="left", text="x" * 2_001)
    assert refusal == ("too_large", "text.too_long")


def test_one_person_writes_at_most_so_many_cards_and_others_are_not_held_up():
    story = play(canvas())
    for n in range(MAX_CARDS_A_PERSON):
        story.adds(AN, f"c{n}")
    refusal = story.refuses(AN, "canvas.add_card", step="ideas", card="more", box="left", text="more")
    assert refusal == ("too_large", "canvas.too_many")
    story.adds(BO, "other")
    story.does(AN, "canvas.remove_card", step="ideas", card="c0")
    story.adds(AN, "more")


@pytest.mark.parametrize("box", ["middle", "__proto__", "left.1"])
def test_a_box_that_is_not_there_is_refused(box):
    refusal = play(canvas()).refuses(AN, "canvas.add_card", step="ideas", card="c1", box=box, text="x")
    assert refusal == ("rejected", "canvas.unknown_box")


def test_a_card_id_is_taken_once():
    story = play(canvas()).adds(AN, "c1", text="first")
    refusal = story.refuses(BO, "canvas.add_card", step="ideas", card="c1", box="left", text="second")
    assert refusal == ("rejected", "canvas.card_exists")
    assert texts(story) == ["first"]


@pytest.mark.parametrize("id", ["i1", "added"])
def test_a_card_cannot_take_the_id_of_an_item(id):
    story = play(canvas(), rating(addable=True))
    story.does(AN, "rating.add_item", step="poll", item="added", title="Two")
    refusal = story.refuses(BO, "canvas.add_card", step="ideas", card=id, box="left", text="x")
    assert refusal == ("rejected", "canvas.card_exists")
    story.adds(BO, "c1")
    refusal = story.refuses(AN, "rating.add_item", step="poll", item="c1", title="Three")
    assert refusal == ("rejected", "rating.item_exists")


@pytest.mark.parametrize(
    ("act", "where"),
    [
        ("move_card", {"card": "c1", "box": "right"}),
        ("group_cards", {"group": "g1", "cards": ["c2", "c1"], "title": "G"}),
    ],
)
def test_whoever_supports_a_card_hears_in_which_step_it_stands_now(act, where):
    story = play(
        canvas(focus=["left"]),
        canvas("other", board="ideas", focus=["right"]),
        canvas("whole", board="ideas"),
    )
    story.adds(AN, "c1").does(BO, "canvas.support_card", step="ideas", card="c1", on=True)
    story.does(FACILITATOR, "canvas.add_card", step="other", card="c2", box="right", text="x")
    assert story.mine(BO)["steps"]["ideas"]["supported"] == {"c1": True}
    before = story.session.activities["ideas"]
    [event] = story.does(FACILITATOR, f"canvas.{act}", step="whole", **where)
    assert BO in before.concerns(event)
    assert story.mine(BO)["steps"]["other"]["supported"] == {"c1": True}


def test_fields_that_no_box_declares_are_refused():
    story = play(canvas())
    fields = {"owner": "An"}
    refusal = story.refuses(
        AN, "canvas.add_card", step="ideas", card="c1", box="left", text="x", fields=fields
    )
    assert refusal == ("rejected", "canvas.unknown_field")


def test_the_screen_adds_nothing():
    refusal = play(canvas()).refuses(SCREEN, "canvas.add_card", step="ideas", card="c1", box="left", text="x")
    assert refusal[0] == "forbidden"


# changing


def test_an_author_changes_and_removes_their_own_card():
    story = play(canvas()).adds(AN, "c1")
    story.does(AN, "canvas.edit_card", step="ideas", card="c1", text="Better")
    assert texts(story) == ["Better"]
    assert "edited" not in story.step()["cards"]["c1"]
    story.does(AN, "canvas.remove_card", step="ideas", card="c1")
    assert story.step()["cards"] == {}
    assert story.step()["counts"] == {}
    assert story.step()["contributors"] == 0


def test_changing_a_card_into_what_it_is_causes_nothing():
    story = play(canvas()).adds(AN, "c1", text="same")
    assert story.does(AN, "canvas.edit_card", step="ideas", card="c1", text=" same ") == []
    assert story.does(AN, "canvas.edit_card", step="ideas", card="c1") == []


def test_an_edited_card_keeps_to_the_limits():
    story = play(canvas(max_chars=5)).adds(AN, "c1", text="12345")
    long = story.refuses(AN, "canvas.edit_card", step="ideas", card="c1", text="123456")
    empty = story.refuses(AN, "canvas.edit_card", step="ideas", card="c1", text=" ")
    assert (long[0], empty) == ("too_large", ("rejected", "canvas.empty"))


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("canvas.edit_card", {"text": "mine now"}),
        ("canvas.move_card", {"box": "right"}),
        ("canvas.remove_card", {}),
    ],
)
def test_nobody_changes_the_card_of_somebody_else(kind, fields):
    story = play(canvas()).adds(AN, "c1")
    assert story.refuses(BO, kind, step="ideas", card="c1", **fields) == ("rejected", "canvas.not_yours")


def test_what_the_facilitator_edits_says_so():
    story = play(canvas()).adds(AN, "c1")
    story.does(FACILITATOR, "canvas.edit_card", step="ideas", card="c1", text="Shorter")
    assert story.step()["cards"]["c1"]["edited"] is True
    story.does(AN, "canvas.edit_card", step="ideas", card="c1", text="My own again")
    assert story.step()["cards"]["c1"]["edited"] is True


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("canvas.edit_card", {"text": "x"}),
        ("canvas.move_card", {"box": "right"}),
        ("canvas.support_card", {"on": True}),
    ],
)
def test_a_card_that_is_gone_can_only_be_removed_again(kind, fields):
    story = play(canvas()).adds(AN, "c1")
    story.does(AN, "canvas.remove_card", step="ideas", card="c1")
    assert story.refuses(AN, kind, step="ideas", card="c1", **fields) == ("rejected", "canvas.card_gone")
    assert story.does(AN, "canvas.remove_card", step="ideas", card="c1") == []


def test_an_organisation_that_is_corrected_is_corrected_on_the_cards_too():
    story = play(canvas()).enters(AN, "Gemeente").adds(AN, "c1").adds(BO, "c2")
    story.enters(AN, "Provincie")
    cards = story.step()["cards"]
    assert (cards["c1"]["by"], "by" in cards["c2"]) == ("Provincie", False)


# moving


def test_a_card_moves_to_another_box_and_to_its_end():
    story = play(canvas()).adds(AN, "c1").adds(AN, "c2", box="right")
    story.does(AN, "canvas.move_card", step="ideas", card="c1", box="right")
    assert texts(story, box="right") == ["Text of c2", "Text of c1"]
    assert story.step()["counts"] == {"right": 2}


def test_a_card_moves_before_another():
    story = play(canvas()).adds(AN, "c1").adds(AN, "c2").adds(AN, "c3")
    story.does(AN, "canvas.move_card", step="ideas", card="c3", box="left", before="c2")
    assert texts(story) == ["Text of c1", "Text of c3", "Text of c2"]
    story.does(AN, "canvas.move_card", step="ideas", card="c3", box="left", before="c1")
    assert texts(story) == ["Text of c3", "Text of c1", "Text of c2"]


@pytest.mark.parametrize("before", ["gone", "c9", "elsewhere"])
def test_before_a_card_that_is_not_in_the_box_means_last(before):
    story = play(canvas()).adds(AN, "c1").adds(AN, "c2").adds(AN, "elsewhere", box="right")
    story.does(AN, "canvas.move_card", step="ideas", card="c1", box="left", before=before)
    assert texts(story, box="left") == ["Text of c2", "Text of c1"]


def test_before_itself_means_where_it_is():
    story = play(canvas()).adds(AN, "c1").adds(AN, "c2")
    assert story.does(AN, "canvas.move_card", step="ideas", card="c1", box="left", before="c1") == []


def test_moving_into_the_same_gap_a_thousand_times_keeps_the_order():
    story = play(canvas()).adds(AN, "first").adds(AN, "a").adds(AN, "b").adds(AN, "last")
    for n in range(1_000):
        moved, other = ("a", "b") if n % 2 else ("b", "a")
        story.does(AN, "canvas.move_card", step="ideas", card=moved, box="left", before=other)
        assert texts(story) == [f"Text of {id}" for id in ("first", moved, other, "last")]
    story.adds(AN, "new")
    assert texts(story)[-1] == "Text of new"


def test_a_box_of_another_canvas_is_no_place_to_move_to():
    story = play(canvas(), canvas("other", boxes=["far"])).adds(AN, "c1")
    refusal = story.refuses(AN, "canvas.move_card", step="ideas", card="c1", box="far")
    assert refusal == ("rejected", "canvas.unknown_box")


# supporting


def test_support_counts_people_and_can_be_taken_back():
    story = play(canvas()).adds(AN, "c1")
    for who in (AN, BO, BO):
        story.does(who, "canvas.support_card", step="ideas", card="c1", on=True)
    assert story.step()["cards"]["c1"]["support"] == 2
    assert story.mine(BO)["steps"]["ideas"]["supported"] == {"c1": True}
    story.does(BO, "canvas.support_card", step="ideas", card="c1", on=False)
    assert story.step()["cards"]["c1"]["support"] == 1
    assert story.mine(BO)["steps"] == {}


def test_supporting_twice_causes_nothing_the_second_time():
    story = play(canvas()).adds(AN, "c1")
    story.does(BO, "canvas.support_card", step="ideas", card="c1", on=True)
    assert story.does(BO, "canvas.support_card", step="ideas", card="c1", on=True) == []


def test_a_step_may_do_without_support():
    story = play(canvas(supportable=False)).adds(AN, "c1")
    refusal = story.refuses(BO, "canvas.support_card", step="ideas", card="c1", on=True)
    assert refusal == ("rejected", "canvas.no_support")


# hiding


def test_a_hidden_card_is_there_for_its_author_and_the_facilitator_only():
    story = play(canvas()).adds(AN, "c1", text="rude").adds(BO, "c2")
    story.does(FACILITATOR, "canvas.hide_card", step="ideas", card="c1", hidden=True)
    assert texts(story) == ["Text of c2"]
    assert story.step()["counts"] == {"left": 1}
    assert story.step(of="facilitator")["cards"]["c1"]["hidden"] is True
    assert story.mine(AN)["steps"]["ideas"]["cards"]["c1"]["hidden"] is True
    refusal = story.refuses(BO, "canvas.support_card", step="ideas", card="c1", on=True)
    assert refusal == ("rejected", "canvas.card_gone")
    story.does(FACILITATOR, "canvas.hide_card", step="ideas", card="c1", hidden=False)
    assert texts(story) == ["rude", "Text of c2"]


@pytest.mark.parametrize("who", [AN, SCREEN])
def test_only_the_facilitator_hides_and_reveals(who):
    story = play(canvas(blind=True)).adds(AN, "c1")
    hide = story.refuses(who, "canvas.hide_card", step="ideas", card="c1", hidden=True)
    reveal = story.refuses(who, "canvas.reveal", step="ideas")
    assert hide[0] == reveal[0] == "forbidden"


# blind


def test_cards_of_a_blind_step_are_in_nobodys_view_but_counted():
    story = play(canvas(blind=True)).enters(AN).adds(AN, "c1", text="covered").adds(BO, "c2", box="right")
    for view in (story.step(), story.step(of="facilitator")):
        assert view["cards"] == {}
        assert view["counts"] == {"left": 1, "right": 1}
        assert (view["blind"], view["revealed"], view["contributors"]) == (True, False, 2)


def test_an_author_sees_the_covered_card_and_works_on_it():
    story = play(canvas(blind=True)).adds(AN, "c1", text="covered")
    assert story.mine(AN)["steps"]["ideas"]["cards"]["c1"]["text"] == "covered"
    assert story.mine(BO)["steps"] == {}
    story.does(AN, "canvas.edit_card", step="ideas", card="c1", text="better")
    story.does(AN, "canvas.move_card", step="ideas", card="c1", box="right")
    assert story.mine(AN)["steps"]["ideas"]["cards"]["c1"]["box"] == "right"


@pytest.mark.parametrize("who", [BO, FACILITATOR])
def test_a_covered_card_is_nobody_elses(who):
    story = play(canvas(blind=True)).adds(AN, "c1")
    for kind, fields in (
        ("canvas.edit_card", {"text": "x"}),
        ("canvas.move_card", {"box": "right"}),
        ("canvas.remove_card", {}),
        ("canvas.support_card", {"on": True}),
    ):
        assert story.refuses(who, kind, step="ideas", card="c1", **fields)[0] == "rejected"


def test_the_reveal_shows_all_cards_and_what_comes_after_at_once():
    story = play(canvas(blind=True)).adds(AN, "c1").adds(BO, "c2")
    events = story.does(FACILITATOR, "canvas.reveal", step="ideas")
    assert events == [Revealed("ideas"), CardsUncovered("ideas", via="ideas")]
    story.adds(AN, "c3")
    assert texts(story) == ["Text of c1", "Text of c2", "Text of c3"]
    assert story.does(FACILITATOR, "canvas.reveal", step="ideas") == []


# anonymous


def test_an_anonymous_card_names_nobody_to_anybody():
    story = play(canvas(anonymous=True)).enters(AN, "Gemeente", name="An").adds(AN, "c1")
    for of in ("everyone", "facilitator"):
        card = story.step(of=of)["cards"]["c1"]
        assert card.keys() == {"box", "text", "order", "fields", "support"}
    assert "c1" in story.mine(AN)["steps"]["ideas"]["cards"]


def test_an_anonymous_card_stays_anonymous_when_its_author_enters_again():
    story = play(canvas(anonymous=True)).enters(AN, "Gemeente").adds(AN, "c1").enters(AN, "Provincie")
    assert "by" not in story.step(of="facilitator")["cards"]["c1"]


# what the playbook brings


def test_cards_of_the_playbook_stand_there_from_the_start_and_belong_to_the_facilitator():
    boxes = [{"id": "left", "title": "Left", "cards": ["One", "Two"]}, {"id": "right", "title": "Right"}]
    story = play({**canvas(), "boxes": boxes}).adds(AN, "c1")
    assert texts(story) == ["One", "Two", "Text of c1"]
    assert story.step()["contributors"] == 1
    refusal = story.refuses(AN, "canvas.remove_card", step="ideas", card="left.1")
    assert refusal == ("rejected", "canvas.not_yours")
    story.does(BO, "canvas.support_card", step="ideas", card="left.1", on=True)
    story.does(FACILITATOR, "canvas.remove_card", step="ideas", card="left.2")
    assert texts(story) == ["One", "Text of c1"]


def test_boxes_show_their_prompt_example_and_suggestions_in_order():
    boxes = [
        {"id": "b", "title": "B", "prompt": "Why?", "example": "Because", "suggestions": ["Yes", "No"]},
        {"id": "a", "title": "A"},
    ]
    step = {**canvas(), "boxes": boxes, "layout": ["b a"], "top": {"title": "Start", "text": "Here"}}
    view = play(step).step()
    assert view["boxes"]["b"] == {
        "title": "B",
        "prompt": "Why?",
        "example": "Because",
        "order": 1,
        "area": "b",
        "fields": {},
        "max_chars": 280,
        "suggestions": {"1": {"text": "Yes", "order": 1}, "2": {"text": "No", "order": 2}},
    }
    assert (view["boxes"]["a"]["order"], view["layout"], view["top"]) == (
        2,
        ["b a"],
        {"title": "Start", "text": "Here"},
    )


# several steps on one board


@pytest.fixture
def board() -> Story:
    return play(
        canvas("all", boxes=["left", "middle", "right"], focus=["left"]),
        canvas("blind", board="all", focus=["middle"], blind=True, anonymous=True),
        canvas("whole", board="all"),
    )


def test_a_step_on_the_board_of_another_shows_its_own_boxes(board):
    assert list(board.step("all")["boxes"]) == ["left"]
    assert list(board.step("blind")["boxes"]) == ["middle"]
    assert list(board.step("whole")["boxes"]) == ["left", "middle", "right"]


def test_a_card_is_on_the_board_for_every_step_that_shows_its_box(board):
    board.adds(AN, "c1", step="all", box="left").adds(BO, "c2", step="whole", box="right")
    assert texts(board, "all") == ["Text of c1"]
    assert texts(board, "whole") == ["Text of c1", "Text of c2"]
    assert texts(board, "blind") == []


def test_a_card_is_in_the_view_once(board):
    board.adds(AN, "c1", step="all", box="left").adds(BO, "c2", step="whole", box="right")
    assert [list(board.step(id)["cards"]) for id in ("all", "blind", "whole")] == [["c1"], [], ["c2"]]
    assert board.step("whole")["cards_of"] == {"all": True, "blind": True}
    assert "cards_of" not in board.step("blind")


def test_a_card_from_a_blind_step_stays_covered_on_the_whole_board_until_that_step_is_revealed(board):
    board.adds(AN, "c1", step="blind", box="middle", text="covered")
    board.adds(BO, "c2", step="whole", box="middle", text="open")
    assert texts(board, "whole", of="facilitator") == ["open"]
    assert texts(board, "blind") == ["open"]
    board.does(FACILITATOR, "canvas.reveal", step="blind")
    assert texts(board, "whole") == ["covered", "open"]
    assert "by" not in board.step("blind")["cards"]["c1"]


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("canvas.add_card", {"card": "c9", "box": "right", "text": "x"}),
        ("canvas.edit_card", {"card": "c1", "text": "x"}),
        ("canvas.move_card", {"card": "c1", "box": "left"}),
        ("canvas.move_card", {"card": "c2", "box": "right"}),
        ("canvas.support_card", {"card": "c1", "on": True}),
        ("canvas.remove_card", {"card": "c1"}),
    ],
)
def test_a_step_works_on_its_own_boxes_only(board, kind, fields):
    board.adds(AN, "c1", step="whole", box="right").adds(AN, "c2", step="all", box="left")
    assert board.refuses(AN, kind, step="all", **fields) == ("rejected", "canvas.box_closed")


def test_a_locked_step_cannot_be_reached_through_another_on_the_same_board(board):
    board.adds(AN, "c1", step="blind", box="middle")
    board.does(FACILITATOR, "session.lock_step", step="blind", locked=True)
    board.does(FACILITATOR, "session.lock_step", step="whole", locked=True)
    refusal = board.refuses(AN, "canvas.edit_card", step="all", card="c1", text="x")
    assert refusal == ("rejected", "canvas.box_closed")


# the exported log


def test_the_exported_log_withholds_covered_cards_and_gives_them_after_the_reveal():
    story = play(canvas(blind=True)).adds(AN, "c1", text="covered word")
    story.does(AN, "canvas.edit_card", step="ideas", card="c1", text="another word")
    assert "word" not in str(story.exported)
    story.does(FACILITATOR, "canvas.reveal", step="ideas")
    assert "covered word" in str(story.exported)


def test_a_card_that_was_taken_back_before_the_reveal_never_leaves():
    story = play(canvas(blind=True)).adds(AN, "c1", text="first thought")
    story.does(AN, "canvas.edit_card", step="ideas", card="c1", text="second thought")
    story.does(AN, "canvas.remove_card", step="ideas", card="c1")
    assert "thought" not in str(story.exported)
    story.does(FACILITATOR, "canvas.reveal", step="ideas")
    assert "thought" not in str(story.exported)


def test_the_exported_log_says_nothing_of_who_wrote_an_anonymous_card():
    story = play(canvas(anonymous=True)).enters(AN, "Hoogheemraadschap Zuid").adds(AN, "c1").adds(AN, "c2")
    story.does(AN, "canvas.edit_card", step="ideas", card="c1", text="other")
    story.does(AN, "canvas.move_card", step="ideas", card="c1", box="right")
    story.does(AN, "canvas.remove_card", step="ideas", card="c2")
    about_cards = [line for line in story.exported if line["type"].startswith("canvas.")]
    assert len(about_cards) == 5
    assert AN not in str(about_cards)
    assert "Hoogheemraadschap" not in str(about_cards)


def test_what_a_rating_takes_from_a_canvas_is_only_what_is_shown_there():
    story = play(canvas(blind=True), rating(items={"cards_of": ["ideas"]})).adds(AN, "c1")
    assert story.step("poll")["items"] == {}
    story.does(FACILITATOR, "canvas.reveal", step="ideas")
    assert story.step("poll")["items"] == {"c1": {"title": "Text of c1", "order": 1}}

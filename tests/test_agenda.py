"""The agenda, edited before and during the session: what changes, what is refused, and that nothing is lost."""

import json
import re
from typing import Any

import pytest

from sessions.activities import KINDS
from sessions.agenda import FIELDS, LONGEST, MOST_ENTRIES
from sessions.leaving import lines_for
from sessions.message import COMMANDS, FACILITATOR, Rejected, decode_command
from sessions.report import report_model
from sessions.session import Session
from sessions.texts import texts
from sessions.web.assets import STATIC
from tests.play import (
    AN,
    BO,
    CODE,
    ORGANISATIONS,
    SCREEN,
    Story,
    actor,
    canvas,
    discussion,
    page,
    play,
    rating,
)
from tests.privacy import check

EDITING = sorted(
    kind
    for kind in COMMANDS
    if kind.startswith("session.") and kind.endswith(("_step", "_info", "_join", "_delivers", "translate"))
)
ASKED = [{"id": "word", "label": "One word"}]
SCALE = {"question": "How much?", "points": ["little", "some", "much", "all"], "off": "no idea"}


@pytest.fixture
def story() -> Story:
    return play(
        page(minutes=5),
        canvas(),
        rating(),
        discussion(items={"items_of": ["poll"]}, decisions=["Yes", "No"]),
    ).enters(AN)


def raw(story: Story, step: str) -> dict[str, Any]:
    """The plan of a step as it is now."""
    return next(dict(one) for one in story.session.plan.steps if one["id"] == step)


def edit(story: Story, step: str, **changes: Any) -> list[Any]:
    return story.does(FACILITATOR, "session.edit_step", step=step, plan={**raw(story, step), **changes})


def refused(story: Story, step: str, **changes: Any) -> str:
    code, key = story.refuses(
        FACILITATOR, "session.edit_step", step=step, plan={**raw(story, step), **changes}
    )
    assert code in ("rejected", "too_large")
    return key


def sentence(story: Story, kind: str, **fields: Any) -> str:
    """What somebody reads who is refused, in Dutch."""
    command = decode_command({"id": "an-id-of-sixteen", "type": kind, **fields})
    with pytest.raises(Rejected) as found:
        story.session.decide(command, actor(FACILITATOR))
    return texts("nl").t(found.value.key, **found.value.params)


def agenda(story: Story, of: str = "everyone") -> list[str]:
    told = (story.everyone if of == "everyone" else story.facilitator)["agenda"]
    return sorted(told, key=lambda id: told[id]["order"])


# what can be done


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_of_a_step_can_be_edited_and_has_a_name(kind):
    fields = set(KINDS[kind][0].__struct_fields__) - {"id", "kind"}
    assert {f"agenda.field.{name}" for name in fields} <= FIELDS
    source = (STATIC / "parts" / "stepspec.js").read_text("utf-8")
    begin, form = source.split("STEP_SPECS = {")[0].split("const BEGIN")[1], source.split(f"\n  {kind}: [")[1]
    own = form.split("\n  ],")[0]
    assert fields - set(re.findall(r'name: "(\w+)"', begin + own)) == set()


def test_words_are_changed_while_people_work_and_what_they_gave_stays(story):
    story.adds(AN, "c1").rates(AN, "i1", 3)
    edit(story, "ideas", title="Other words", instruction="Write", minutes=9)
    edit(story, "poll", scale={**SCALE, "question": "Really?"})
    told = story.everyone
    assert told["agenda"]["ideas"]["title"] == "Other words"
    assert told["agenda"]["ideas"]["minutes"] == 9
    assert list(told["steps"]["ideas"]["cards"]) == ["c1"]
    assert told["steps"]["poll"]["scale"]["question"] == "Really?"
    assert told["steps"]["poll"]["answered"] == 1
    assert story.mine(AN)["steps"]["poll"]["scores"]["i1"]["score"] == 3


def test_a_step_is_added_where_it_is_wanted_and_can_be_used_at_once(story):
    story.does(FACILITATOR, "session.add_step", step="extra", plan=raw(story, "ideas"), before="poll")
    assert agenda(story) == ["welcome", "ideas", "extra", "poll", "talk"]
    story.adds(AN, "c1", step="extra")
    assert story.step("extra")["cards"]["c1"]["by"] == "Waterschap"
    story.does(FACILITATOR, "session.go", step="extra")
    assert story.everyone["session"]["step"] == "extra"


def test_people_who_came_before_a_round_was_added_are_compared_in_it():
    story = play(page())
    for n in range(3):
        story.enters(f"p-{n}", "Gemeente").enters(f"q-{n}", "Waterschap")
    story.does(FACILITATOR, "session.add_step", step="poll", plan=rating())
    for n in range(3):
        story.rates(f"p-{n}", "i1", 1).rates(f"q-{n}", "i1", 4)
    story.does(FACILITATOR, "rating.reveal", step="poll")
    found = story.step("poll")["results"]["i1"]["organisations"]
    assert {one["title"] for one in found.values()} == {"Gemeente", "Waterschap"}


def test_a_copy_stands_after_its_original_and_is_empty(story):
    edit(story, "ideas", boxes=[{"id": "left", "title": "Left", "cards": ["Ready"]}], layout=["left"])
    story.adds(AN, "c1")
    story.does(FACILITATOR, "session.copy_step", step="ideas", copy="again", title="Once more")
    assert agenda(story) == ["welcome", "ideas", "again", "poll", "talk"]
    copy = story.step("again")
    assert [card["text"] for card in copy["cards"].values()] == ["Ready"]
    assert copy["cards"].keys().isdisjoint(story.step("ideas")["cards"])
    assert len(copy["boxes"]) == 1


def test_a_step_is_moved_before_another_or_to_the_end(story):
    story.does(FACILITATOR, "session.move_step", step="ideas", before="welcome")
    assert agenda(story) == ["ideas", "welcome", "poll", "talk"]
    story.does(FACILITATOR, "session.move_step", step="welcome")
    assert agenda(story) == ["ideas", "poll", "talk", "welcome"]
    assert story.does(FACILITATOR, "session.move_step", step="welcome") == []


def test_in_the_lobby_the_first_step_is_whatever_stands_first(story):
    story.does(FACILITATOR, "session.move_step", step="ideas", before="welcome")
    assert story.everyone["session"]["step"] == "ideas"
    story.does(FACILITATOR, "session.skip_step", step="ideas", skipped=True)
    assert story.everyone["session"]["step"] == "welcome"
    story.does(FACILITATOR, "session.remove_step", step="welcome")
    assert story.everyone["session"]["step"] == "poll"


def test_a_skipped_step_is_not_on_phones_nor_in_the_report_and_comes_back_whole(story):
    story.adds(AN, "c1")
    story.does(FACILITATOR, "session.skip_step", step="ideas", skipped=True)
    assert "ideas" not in agenda(story)
    assert story.facilitator["agenda"]["ideas"]["skipped"] is True
    assert [section.kind for section in report_model(story.session).sections] == []
    story.does(FACILITATOR, "session.skip_step", step="ideas", skipped=False)
    assert agenda(story)[1] == "ideas"
    assert list(story.step("ideas")["cards"]) == ["c1"]
    assert [section.kind for section in report_model(story.session).sections] == ["canvas"]


def test_cards_of_a_skipped_owner_are_told_in_the_step_that_works_on_its_board():
    story = play(canvas(), canvas("more", board="ideas")).adds(AN, "c1")
    story.does(FACILITATOR, "session.go", step="more")
    story.does(FACILITATOR, "session.skip_step", step="ideas", skipped=True)
    [section] = report_model(story.session).sections
    assert section.title == "The more"
    assert list(story.step("more")["cards"]) == ["c1"]


def test_going_to_a_skipped_step_takes_it_up_again(story):
    story.does(FACILITATOR, "session.skip_step", step="poll", skipped=True)
    kinds = [event.type for event in story.does(FACILITATOR, "session.go", step="poll")]
    assert kinds == ["session.step_skipped", "session.went"]
    assert "poll" in agenda(story)


def test_notes_are_for_the_facilitator_alone(story):
    edit(story, "ideas", notes="Mind the mayor")
    assert story.facilitator["agenda"]["ideas"]["notes"] == "Mind the mayor"
    assert "mayor" not in json.dumps(story.everyone)


def test_an_item_is_the_same_in_every_step_that_lists_it():
    story = play(rating(), rating("second"))
    events = edit(story, "poll", items=[{"id": "i1", "title": "Renamed"}, {"id": "i2", "title": "Item i2"}])
    assert [event.at for event in events] == ["poll", "second"]
    assert story.step("second")["items"]["i1"]["title"] == "Renamed"


def test_an_item_that_was_taken_off_keeps_its_answers_until_it_comes_back(story):
    items = raw(story, "poll")["items"]
    story.rates(AN, "i1", 4)
    edit(story, "poll", items=items[1:])
    assert list(story.step("poll")["items"]) == ["i2"]
    assert list(story.session.activities["poll"].aside) == ["i1"]
    edit(story, "poll", items=items)
    assert story.session.activities["poll"].aside == {}
    assert story.mine(AN)["steps"]["poll"]["scores"]["i1"]["score"] == 4


def test_what_the_facilitator_wrote_on_the_spot_is_what_is_edited():
    story = play(page(text="Plan", editable=True))
    story.does(FACILITATOR, "page.write", step="welcome", text="Written")
    edit(story, "welcome", text="Edited")
    assert story.session.activities["welcome"].text == "Edited"  # type: ignore[attr-defined]


def test_ready_made_cards_follow_the_plan_unless_somebody_did_something_with_them():
    story = play({**canvas(), "boxes": [{"id": "left", "title": "Left", "cards": ["One", "Two"]}]})
    story.does(AN, "canvas.support_card", step="ideas", card="left.1", on=True)
    edit(story, "ideas", boxes=[{"id": "left", "title": "Left", "cards": ["Three"]}])
    texts_there = sorted(card["text"] for card in story.step("ideas")["cards"].values())
    assert texts_there == ["One", "Three"]


def test_what_the_session_is_about_is_changed_field_by_field(story):
    story.does(FACILITATOR, "session.edit_info", title="New title", place="Zwolle")
    story.does(FACILITATOR, "session.edit_info", date="2026-12-01")
    told = story.everyone["session"]
    assert (told["title"], told["place"], told["date"]) == ("New title", "Zwolle", "2026-12-01")
    story.does(FACILITATOR, "session.edit_info", date="")
    assert "date" not in story.everyone["session"]
    assert story.refuses(FACILITATOR, "session.edit_info", date="1 mei")[0] == "invalid"
    assert story.refuses(FACILITATOR, "session.edit_info", date="2026-02-30") == ("rejected", "new.date")
    assert story.refuses(FACILITATOR, "session.edit_info", title="") == ("rejected", "agenda.title_missing")


def test_organisations_to_choose_from_are_changed_and_empty_or_double_ones_left_out(story):
    story.does(
        FACILITATOR, "session.edit_join", organisations=[" Rijk ", "", "rijk", "Deltares"], name="required"
    )
    told = story.everyone["session"]
    assert [one["title"] for one in told["organisations"].values()] == ["Rijk", "Deltares"]
    assert told["ask"]["name"] == "required"


# what is refused, and in which words


def test_two_people_who_edit_one_step_do_not_overwrite_each_other(story):
    plan = raw(story, "ideas")
    send = {"step": "ideas", "plan": {**plan, "title": "Mine"}, "revision": 0}
    story.does(FACILITATOR, "session.edit_step", **send)
    assert story.facilitator["agenda"]["ideas"]["revision"] == 1
    again = {**send, "plan": {**plan, "title": "Yours"}}
    assert story.refuses(FACILITATOR, "session.edit_step", **again) == (
        "rejected",
        "agenda.edited_meanwhile",
    )
    assert story.everyone["agenda"]["ideas"]["title"] == "Mine"


def test_a_refusal_names_step_and_field_in_the_language_of_the_reader(story):
    plan = {**raw(story, "talk"), "items": {"items_of": ["nowhere"]}}
    told = sentence(story, "session.edit_step", step="talk", plan=plan)
    assert told == "Stap ‘The talk’, Onderwerpen: er is geen eerdere stap ‘nowhere’."
    plan = {**raw(story, "welcome"), "colour": "red"}
    told = sentence(story, "session.edit_step", step="welcome", plan=plan)
    assert told == "Stap ‘The welcome’, colour: is hier niet bekend."


def test_a_step_that_others_use_can_be_skipped_but_not_removed(story):
    told = sentence(story, "session.remove_step", step="poll")
    assert "‘The poll’" in told
    assert "‘The talk’" in told
    story.does(FACILITATOR, "session.skip_step", step="poll", skipped=True)


def test_a_step_stays_after_what_it_builds_on(story):
    told = sentence(story, "session.move_step", step="talk", before="welcome")
    assert told == "‘The talk’ gebruikt ‘The poll’, en moet dus erna komen."
    told = sentence(story, "session.move_step", step="poll")
    assert told == "‘The talk’ gebruikt ‘The poll’, en moet dus erna komen."


def test_a_later_step_may_not_lose_what_it_names(story):
    story = play(canvas(), discussion(items={"cards_of": ["ideas"], "boxes": ["right"]}))
    assert refused(story, "ideas", boxes=[{"id": "left", "title": "Left"}]) == "agenda.problem"


CONTRIBUTED: list[tuple[str, dict[str, Any]]] = [
    ("canvas.add_card", {"step": "ideas", "card": "c1", "box": "left", "text": "x"}),
    ("rating.rate", {"step": "poll", "item": "i1", "score": 1}),
    ("page.answer", {"step": "welcome", "question": "word", "text": "x"}),
]


@pytest.mark.parametrize(("kind", "fields"), CONTRIBUTED)
def test_a_step_with_contributions_is_never_removed(kind, fields):
    story = play(page(questions=ASKED), canvas(), rating(), page("end"))
    story.does(AN, kind, **fields)
    refusal = story.refuses(FACILITATOR, "session.remove_step", step=fields["step"])
    assert refusal == ("rejected", "agenda.contributed")


def test_a_round_with_votes_of_people_without_a_phone_is_not_removed_nor_given_a_scale_they_do_not_fit():
    counted = {"step": "poll", "item": "i1", "counts": {"4": 3}, "organisation": "Gemeente"}
    story = play(rating(), page("end"))
    story.does(FACILITATOR, "rating.tally", **counted)
    refusal = story.refuses(FACILITATOR, "session.remove_step", step="poll")
    assert refusal == ("rejected", "agenda.contributed")
    shorter = rating(scale={"question": "How much?", "points": ["little", "much"]})
    refusal = story.refuses(FACILITATOR, "session.edit_step", step="poll", plan=shorter)
    assert refusal == ("rejected", "agenda.scale_answered")


def test_the_current_step_and_the_last_one_stay(story):
    story.does(FACILITATOR, "session.go", step="ideas")
    for kind, more in (("session.remove_step", {}), ("session.skip_step", {"skipped": True})):
        assert story.refuses(FACILITATOR, kind, step="ideas", **more) == ("rejected", "agenda.current")
    alone = play(page())
    assert alone.refuses(FACILITATOR, "session.remove_step", step="welcome") == (
        "rejected",
        "agenda.last_step",
    )


BOARD = [{"id": "left", "title": "Left"}, {"id": "right", "title": "Right"}]
FIELD = {"id": "how", "label": "How", "kind": "choice", "options": ["A", "B"]}


def test_a_box_with_cards_stays_and_an_empty_one_may_go(story):
    story.adds(AN, "c1", box="left")
    assert refused(story, "ideas", boxes=BOARD[1:]) == "agenda.box_in_use"
    edit(story, "ideas", boxes=BOARD[:1])
    assert list(story.step("ideas")["boxes"]) == ["left"]


def test_a_field_that_is_filled_in_keeps_its_meaning():
    story = play(canvas(fields=[FIELD]))
    story.does(AN, "canvas.add_card", step="ideas", card="c1", box="left", text="x", fields={"how": "2"})
    for fields, key in (
        ([], "field_in_use"),
        ([{**FIELD, "kind": "text", "options": []}], "field_kind_in_use"),
        ([{**FIELD, "options": ["B", "A"]}], "options_in_use"),
    ):
        assert refused(story, "ideas", fields=fields) == f"agenda.{key}"
    edit(story, "ideas", fields=[{**FIELD, "options": ["A", "Bee", "C"]}])


def test_words_that_were_decided_with_and_items_that_were_concluded_stay():
    story = play(
        discussion(
            items=[{"id": "i1", "title": "One"}, {"id": "i2", "title": "Two"}], decisions=["Yes", "No"]
        )
    )
    story.does(FACILITATOR, "discussion.conclude", step="talk", item="i1", decision="Yes")
    assert refused(story, "talk", decisions=["No"]) == "agenda.decision_used"
    assert refused(story, "talk", items=[{"id": "i2", "title": "Two"}]) == "agenda.item_concluded"
    edit(story, "talk", decisions=["Yes", "Maybe"], items=[{"id": "i1", "title": "One"}])


@pytest.mark.parametrize(
    "changes",
    [
        {"scale": {**SCALE, "points": ["no", "yes"]}},
        {"scale": {"question": "?", "points": SCALE["points"]}},
        {"scale": None, "dots": 3},
        {"per": "organisation"},
        {"criteria": [{"id": "a", "title": "A"}, {"id": "b", "title": "B"}]},
    ],
)
def test_a_round_that_people_answered_keeps_its_form(story, changes):
    story.rates(AN, "i1", 3)
    assert refused(story, "poll", **changes) == "agenda.scale_answered"


# what was promised


def test_nothing_that_was_promised_to_be_hidden_is_uncovered_by_an_edit():
    story = play(canvas(blind=True, anonymous=True), rating(), page(questions=ASKED))
    story.enters(AN).adds(AN, "c1", text="mark1x").rates(AN, "i1", 3, remark="mark2x")
    story.does(AN, "page.answer", step="welcome", question="word", text="mark3x")
    assert refused(story, "ideas", blind=False) == "agenda.promised_blind"
    assert refused(story, "ideas", anonymous=False) == "agenda.promised_anonymous"
    assert refused(story, "poll", blind=False) == "agenda.promised_blind"
    edit(story, "ideas", title="Words")
    edit(story, "poll", title="Words", items=[{"id": "i9", "title": "New"}])
    check(story.session, story.log)
    assert story.step("ideas")["cards"] == {}
    assert "results" not in story.step("poll")


@pytest.mark.parametrize(("step", "option"), [("ideas", "blind"), ("ideas", "anonymous"), ("poll", "blind")])
def test_a_promise_holds_from_the_moment_that_people_may_write(step, option):
    story = play(page(), canvas(blind=True, anonymous=True), rating())
    edit(story, step, **{option: False})
    edit(story, step, **{option: True})
    story.does(FACILITATOR, "session.go", step=step)
    story.does(FACILITATOR, "session.go", step="welcome")
    assert refused(story, step, **{option: False}) == f"agenda.promised_{option}"


def test_an_open_step_can_be_closed_to_the_eye_only_before_there_is_something_to_see(story):
    edit(story, "ideas", blind=True)
    edit(story, "ideas", blind=False)
    story.adds(AN, "c1")
    assert refused(story, "ideas", blind=True) == "agenda.already_seen"


def test_which_items_have_dots_cannot_be_found_out_by_taking_them_off():
    one, other = (play(rating(dots=3)).enters(AN) for _ in range(2))
    one.does(AN, "rating.dots", step="poll", item="i1", dots=2)
    other.does(AN, "rating.dots", step="poll", item="i2", dots=2)
    for story in (one, other):
        edit(story, "poll", items=[{"id": "i2", "title": "Item i2"}])
    assert one.facilitator == other.facilitator


def test_names_that_were_to_stay_out_of_the_report_stay_out(story):
    assert story.refuses(FACILITATOR, "session.edit_info", names=True) == (
        "rejected",
        "agenda.names_promised",
    )
    named = play(page(), names=True).enters(AN, name="An")
    named.does(FACILITATOR, "session.edit_info", names=False)
    assert named.everyone["session"]["names"] is False
    for_others = list(lines_for("others", named.session, named.log))
    assert "An" not in json.dumps([line for line in for_others if line["type"] == "participant.entered"])


# bad input


def test_too_many_entries_and_too_long_texts_are_told_with_how_many_fit(story):
    items = [{"id": f"n{n}", "title": f"Item {n}"} for n in range(500)]
    assert refused(story, "poll", items=items) == "agenda.too_many"
    assert refused(story, "ideas", notes="x" * (LONGEST["notes"] + 1)) == "agenda.too_long"
    assert refused(story, "ideas", title="x" * 201) == "agenda.too_long"
    assert refused(story, "ideas", title=" ") == "agenda.problem"
    edit(story, "poll", items=items[:MOST_ENTRIES])


def test_an_item_whose_id_is_none_is_told_like_any_other_mistake(story):
    assert refused(story, "poll", items=[{"id": ["i1"], "title": "Item"}]) == "agenda.problem"


def test_what_is_typed_stays_text(story):
    edit(story, "poll", items=[{"id": "i1", "title": "<b>bold</b>\n=1+1"}])
    assert story.step("poll")["items"]["i1"]["title"] == "<b>bold</b> =1+1"


@pytest.mark.parametrize(
    "plan", [{}, {"kind": "quiz"}, {"kind": ["page"]}, {"kind": "page", "title": 3}, {"kind": "page"}]
)
def test_a_plan_that_is_none_is_refused_and_not_believed(story, plan):
    assert story.refuses(FACILITATOR, "session.add_step", step="new", plan=plan)[0] == "rejected"
    assert story.refuses(FACILITATOR, "session.edit_step", step="welcome", plan=plan)[0] == "rejected"


@pytest.mark.parametrize("who", [AN, SCREEN])
def test_the_agenda_is_the_facilitators(story, who):
    fields: dict[str, dict[str, Any]] = {
        "session.add_step": {"step": "new", "plan": page()},
        "session.copy_step": {"step": "ideas", "copy": "new", "title": "x"},
        "session.edit_step": {"step": "ideas", "plan": canvas()},
        "session.edit_info": {"title": "x"},
        "session.edit_join": {"name": "no"},
        "session.edit_delivers": {"delivers": []},
        "session.translate": {"texts": {}},
        "session.lock_step": {"step": "ideas", "locked": True},
        "session.skip_step": {"step": "ideas", "skipped": True},
    }
    for kind in EDITING:
        assert story.refuses(who, kind, **fields.get(kind, {"step": "ideas"}))[0] == "forbidden"


def test_two_who_edit_the_session_at_once_hear_of_each_other(story):
    story.does(FACILITATOR, "session.edit_info", title="One", expect={"title": "Dike and valley"})
    # Another field is nobody's business.
    story.does(FACILITATOR, "session.edit_info", place="Here", expect={"place": ""})
    stale = {"title": "Other", "expect": {"title": "Dike and valley"}}
    assert story.refuses(FACILITATOR, "session.edit_info", **stale) == (
        "rejected",
        "agenda.session_meanwhile",
    )
    join = {"organisations": ["Rijk"], "expect": {"organisations": ["Provincie"]}}
    assert story.refuses(FACILITATOR, "session.edit_join", **join)[1] == "agenda.session_meanwhile"
    story.does(FACILITATOR, "session.edit_join", **{**join, "expect": {"organisations": ORGANISATIONS}})
    assert story.session.info.title == "One"


def test_what_people_send_to_a_step_that_is_gone_comes_back_to_them(story):
    story.does(FACILITATOR, "session.remove_step", step="ideas")
    refusal = story.refuses(AN, "canvas.add_card", step="ideas", card="c1", box="left", text="x")
    assert refusal == ("rejected", "step.unknown")


# the log


def test_a_removed_step_leaves_a_log_that_can_be_told_and_exported(story):
    story.adds(AN, "c1").does(AN, "canvas.remove_card", step="ideas", card="c1")
    story.does(FACILITATOR, "session.remove_step", step="ideas")
    assert Session.of(CODE, story.log) == story.session
    assert len(story.exported) == len(story.log)
    story.does(FACILITATOR, "session.add_step", step="ideas", plan=canvas())
    check(story.session, story.log)


def wishes() -> list[tuple[str, dict[str, Any]]]:
    return [
        ("session.edit_step", {"step": "welcome", "plan": page(text="Other")}),
        ("session.add_step", {"step": "new", "plan": page(), "before": "poll"}),
        ("session.copy_step", {"step": "ideas", "copy": "new", "title": "Copy"}),
        ("session.move_step", {"step": "ideas", "before": "welcome"}),
        ("session.move_step", {"step": "welcome"}),
        ("session.skip_step", {"step": "poll", "skipped": True}),
        ("session.remove_step", {"step": "ideas"}),
        ("session.edit_info", {"title": "Other", "language": "nl"}),
        ("session.edit_join", {"organisations": ["Rijk"], "name": "no"}),
        ("session.edit_delivers", {"delivers": [{"text": "It", "step": "poll"}]}),
        ("session.translate", {"texts": {"The poll": "De peiling"}}),
    ]


@pytest.mark.parametrize(("kind", "fields"), wishes())
def test_every_change_can_be_taken_back_and_done_again(story, kind, fields):
    story.adds(BO, "c1").does(BO, "canvas.remove_card", step="ideas", card="c1")
    before, plan = seen(story), story.session.plan
    story.does(FACILITATOR, kind, **fields)
    changed = seen(story)
    story.adds(AN, "c2") if "ideas" in story.session.steps else None
    story.does(AN, "canvas.remove_card", step="ideas", card="c2") if "ideas" in story.session.steps else None
    story.does(FACILITATOR, "session.undo")
    assert seen(story) == before
    assert story.session.plan == plan
    story.does(FACILITATOR, "session.redo")
    assert seen(story) == changed
    assert Session.of(CODE, story.log) == story.session


def seen(story: Story) -> Any:
    """What everyone sees, but for counts of who wrote."""
    view = story.everyone
    for step in view["steps"].values():
        step.pop("contributors", None)
    return view


def test_what_people_brought_in_is_not_taken_back_with_the_step_it_is_in(story):
    story.does(FACILITATOR, "session.add_step", step="new", plan=canvas())
    story.adds(AN, "c1", step="new")
    assert story.refuses(FACILITATOR, "session.undo") == ("rejected", "agenda.contributed")
    edit(story, "ideas", boxes=[*BOARD, {"id": "third", "title": "Third"}])
    story.adds(AN, "c2", box="third")
    assert story.refuses(FACILITATOR, "session.undo") == ("rejected", "agenda.box_in_use")


def test_an_edit_is_not_taken_back_once_somebody_edited_on(story):
    edit(story, "ideas", title="One")
    first = story.log[-1].seq
    edit(story, "ideas", title="Two")
    assert story.refuses(FACILITATOR, "session.undo", act=first) == ("rejected", "undo.changed_since")


# the time


def makes_up(minutes: int, of: int, to: str | None = "welcome", step: str = "poll") -> Any:
    return {"step": step, "minutes": minutes, "of": of, **({"to": to} if to else {})}


@pytest.mark.parametrize(
    ("minutes", "spare"), [(0, 0), (3, 0), (4, 1), (5, 2), (6, 3), (7, 3), (20, 10), (45, 22)]
)
def test_a_step_can_do_without_half_its_minutes_and_keeps_a_few(minutes, spare):
    story = play(canvas(minutes=minutes))
    assert story.facilitator["agenda"]["ideas"].get("spare", 0) == spare
    assert "spare" not in story.everyone["agenda"]["ideas"]


def test_a_later_step_gives_its_minutes_to_the_one_that_took_longer():
    story = play(page(minutes=5), canvas(minutes=10), rating(minutes=20))
    story.does(FACILITATOR, "session.make_up", **makes_up(4, 20))
    agenda = story.everyone["agenda"]
    assert {id: step["minutes"] for id, step in agenda.items()} == {"welcome": 9, "ideas": 10, "poll": 16}
    # A second console that pressed at once shortens nothing more.
    refusal = story.refuses(FACILITATOR, "session.make_up", **makes_up(4, 20))
    assert refusal == ("rejected", "agenda.changed_just_now")
    assert story.refuses(FACILITATOR, "session.make_up", **makes_up(9, 16)) == (
        "rejected",
        "agenda.no_spare",
    )
    story.does(FACILITATOR, "session.undo")
    assert [step["minutes"] for step in story.everyone["agenda"].values()] == [5, 10, 20]


def test_a_session_that_began_late_moves_its_start():
    story = play(page(minutes=5), rating(minutes=20))
    story.does(FACILITATOR, "session.starts", at=1_000_000)
    story.does(FACILITATOR, "session.make_up", **makes_up(10, 20, to=None))
    assert story.facilitator["steering"]["starts"] == 1_600_000
    assert story.everyone["agenda"]["poll"]["minutes"] == 10
    story.does(FACILITATOR, "session.undo")
    assert story.facilitator["steering"]["starts"] == 1_000_000


def test_minutes_come_from_and_go_to_a_step_that_is_there():
    story = play(page(minutes=5), rating(minutes=20))
    for wanted in (
        makes_up(4, 20, to="gone"),
        makes_up(4, 20, step="gone"),
        makes_up(4, 20, to="poll"),
    ):
        assert story.refuses(FACILITATOR, "session.make_up", **wanted) == ("rejected", "agenda.step_gone")

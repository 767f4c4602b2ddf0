"""What a facilitator sets for the whole room: the clock, the door, the screen; and what people park for later."""

from typing import Any

import pytest

from sessions.leaving import lines_for
from sessions.message import FACILITATOR
from sessions.report import report_model, to_markdown, to_source
from tests.play import AN, BO, STARTED, Story, canvas, play, rating


@pytest.fixture
def story() -> Story:
    return play(canvas(), rating()).enters(AN).enters(BO, "Provincie")


def steers(story: Story, kind: str, **fields: Any) -> Any:
    story.does(FACILITATOR, f"session.{kind}", **fields)
    return story.everyone["session"]


# the clock


def test_a_paused_clock_keeps_what_is_left_and_runs_on_from_there(story):
    assert story.refuses(FACILITATOR, "session.pause_timer", left=1) == ("rejected", "timer.off")
    steers(story, "timer", ends=STARTED + 60_000)
    paused = steers(story, "pause_timer", left=45_000)
    assert (paused["paused"], "timer" in paused) == ({"left": 45_000}, False)
    running = steers(story, "timer", ends=STARTED + 99_000)
    assert (running["timer"], "paused" in running) == ({"ends": STARTED + 99_000}, False)


def test_a_paused_clock_is_stopped_and_does_not_come_along_to_the_next_step(story):
    for leave in ({"kind": "timer"}, {"kind": "go", "step": "poll"}, {"kind": "close"}):
        again = play(canvas(), rating())
        steers(again, "timer", ends=STARTED)
        steers(again, "pause_timer", left=1)
        assert "paused" not in steers(again, **leave)


def test_the_facilitator_reads_when_each_step_was_come_to(story):
    steers(story, "go", step="ideas")
    first = story.at
    steers(story, "go", step="poll")
    assert story.facilitator["steering"]["entered"] == {"ideas": first, "poll": story.at}
    steers(story, "starts", at=STARTED)
    assert story.facilitator["steering"]["starts"] == STARTED
    assert "steering" not in story.everyone
    steers(story, "starts")
    assert "starts" not in story.facilitator["steering"]


# the screen


def test_the_screen_is_told_what_lies_over_it_and_which_box_is_large(story):
    assert "screen" not in story.everyone["session"]
    assert steers(story, "screen", cover="blank")["screen"] == {"cover": "blank"}
    large = steers(story, "screen", step="ideas", box="left")["screen"]
    assert large == {"cover": "blank", "step": "ideas", "box": "left"}
    assert steers(story, "screen", cover="", box="", sort=True, compare=False)["screen"] == {
        "sort": True,
        "compare": False,
    }
    assert story.refuses(FACILITATOR, "session.screen", cover="fire")[0] == "invalid"


def test_the_screen_is_told_which_page_to_show_and_keeps_its_large_box(story):
    steers(story, "screen", step="ideas", box="left")
    turned = steers(story, "screen", step="round", page=3)["screen"]
    assert turned == {"step": "ideas", "box": "left", "paged": "round", "page": 3}
    assert story.refuses(FACILITATOR, "session.screen", step="round", page=-1)[0] == "invalid"


# the door, and who is let out


def test_with_the_door_closed_nobody_new_comes_in_and_who_is_inside_goes_on(story):
    assert steers(story, "door", closed=True)["door_closed"]
    assert story.refuses("p-NEW", "participant.enter", organisation="Gemeente") == ("full", "door")
    assert story.refuses("p-NEW", "session.park", thought="t", text="Hello") == ("full", "door")
    story.enters(AN, "Gemeente").adds(AN, "c1")
    assert "door_closed" not in steers(story, "door", closed=False)
    story.enters("p-NEW")


def test_somebody_who_is_blocked_can_do_nothing_and_what_they_wrote_stays(story):
    story.adds(AN, "c1")
    steers(story, "block", person=AN, blocked=True)
    for kind, fields in (
        ("canvas.add_card", {"step": "ideas", "card": "c2", "box": "left", "text": "More"}),
        ("participant.enter", {"organisation": "Other"}),
        ("session.unpark", {"thought": "t"}),
    ):
        assert story.refuses(AN, kind, **fields) == ("forbidden", "blocked")
    assert set(story.step()["cards"]) == {"c1"}
    assert story.facilitator["steering"]["blocked"] == {AN: True}
    steers(story, "block", person=AN, blocked=False)
    story.adds(AN, "c2")
    assert story.refuses(FACILITATOR, "session.block", person="p-NOBODY", blocked=True) == (
        "rejected",
        "person.unknown",
    )


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("session.door", {"closed": True}),
        ("session.block", {"person": BO, "blocked": True}),
        ("session.screen", {"cover": "blank"}),
        ("session.pause_timer", {"left": 1}),
        ("session.starts", {"at": 1}),
        ("session.settle", {"thought": "t1", "hidden": True}),
        ("rating.tally", {"step": "poll", "item": "i1", "counts": {"1": 1}}),
        ("rating.tally_people", {"step": "poll", "people": 1}),
        ("session.make_up", {"step": "poll", "minutes": 1, "of": 10}),
        ("rating.reopen", {"step": "poll"}),
        ("canvas.restore_card", {"step": "ideas", "card": "c1"}),
    ],
)
def test_only_the_facilitator_steers(story, kind, fields):
    assert story.refuses(AN, kind, **fields) == ("forbidden", "forbidden")


# the parking lot


def test_a_thought_is_parked_in_whatever_step_and_by_organisation_only(story):
    story.does(AN, "session.park", thought="t1", text="  Who\npays? ")
    assert story.everyone["parking"] == {"t1": {"text": "Who pays?", "order": 1, "by": "Waterschap"}}
    assert story.mine(AN)["parked"] == {"t1": True}
    assert "parked" not in story.mine(BO)
    steers(story, "lock_step", step="ideas", locked=True)
    story.does(BO, "session.park", thought="t2", text="Also in a step that is locked")


def test_a_thought_that_says_nothing_or_too_much_is_refused(story):
    for text, refusal in (
        (" \n ", ("rejected", "canvas.empty")),
        ("x" * 281, ("too_large", "text.too_long")),
    ):
        assert story.refuses(AN, "session.park", thought="t1", text=text) == refusal
    story.does(AN, "session.park", thought="t1", text="x" * 280)
    assert story.refuses(BO, "session.park", thought="t1", text="y") == ("rejected", "parking.exists")
    for n in range(2, 31):
        story.does(AN, "session.park", thought=f"t{n}", text="x")
    assert story.refuses(AN, "session.park", thought="t31", text="y") == ("too_large", "parking.too_many")


def test_only_who_parked_a_thought_takes_it_back(story):
    story.does(AN, "session.park", thought="t1", text="Who pays?")
    assert story.refuses(BO, "session.unpark", thought="t1") == ("forbidden", "parking.not_yours")
    story.does(AN, "session.unpark", thought="t1")
    assert "parking" not in story.everyone


def test_what_is_hidden_in_the_parking_lot_is_for_facilitators_alone(story):
    story.does(AN, "session.park", thought="t1", text="Rude")
    story.does(AN, "session.park", thought="t2", text="Kind")
    steers(story, "settle", thought="t1", hidden=True)
    steers(story, "settle", thought="t2", settled=True)
    assert set(story.everyone["parking"]) == {"t2"}
    assert story.facilitator["parking"]["t1"]["hidden"]
    report = to_markdown(to_source(report_model(story.session)))
    assert "Kind *(Waterschap · dealt with)*" in report
    assert "Rude" not in report
    for_others = list(lines_for("others", story.session, story.log))
    assert "Kind" in str(for_others)
    assert "Rude" not in str(for_others)
    assert AN not in [line["actor"] for line in story.exported if line["type"] == "session.parked"]


# people without a phone


def tallies(story: Story, counts: dict[str, int], organisation: str = "Gemeente", item: str = "i1") -> None:
    story.does(FACILITATOR, "rating.tally", step="poll", item=item, counts=counts, organisation=organisation)


def test_votes_of_people_without_a_phone_count_and_can_be_changed_until_the_reveal(story):
    story.rates(AN, "i1", 1)
    tallies(story, {"4": 5})
    tallies(story, {"4": 3, "2": 0, "none": 1})
    seen = story.facilitator["steps"]["poll"]
    assert seen["tallies"] == {"1": {"organisation": "Gemeente", "items": {"i1": {"4": 3, "none": 1}}}}
    assert (seen["answered"], seen["on_behalf"], "results" in seen) == (5, 4, False)
    assert seen["progress"]["Gemeente"] == {"people": 4, "answered": 4, "done": 0}
    assert "tallies" not in story.step("poll")
    story.does(FACILITATOR, "rating.reveal", step="poll")
    result = story.step("poll")["results"]["i1"]
    assert (result["n"], result["off"], result["counts"]) == (4, 1, {"1": 1, "2": 0, "3": 0, "4": 3})
    assert "tallies" not in story.facilitator["steps"]["poll"]
    assert story.refuses(FACILITATOR, "rating.tally", step="poll", item="i1", counts={"1": 1}) == (
        "rejected",
        "rating.closed",
    )


def test_few_people_without_a_phone_are_no_group_of_their_own(story):
    for n in range(4):
        story.enters(f"p-{n}", "Waterschap").rates(f"p-{n}", "i1", 2)
    tallies(story, {"4": 2})
    tallies(story, {"1": 3}, "Provincie")
    story.does(FACILITATOR, "rating.reveal", step="poll")
    groups = story.step("poll")["results"]["i1"].get("organisations", {})
    assert not any(name == "Gemeente" for name in groups)
    assert all(group["n"] >= 3 for group in groups.values())


def test_the_same_organisation_in_other_capitals_is_the_same(story):
    tallies(story, {"1": 1}, "gemeente")
    tallies(story, {"1": 2}, "GEMEENTE")
    assert story.step("poll")["answered"] == 2


def test_a_card_is_written_on_behalf_of_somebody_without_a_phone(story):
    card = {"step": "ideas", "card": "c1", "box": "left", "text": "Dry feet", "organisation": "gemeente"}
    assert story.refuses(AN, "canvas.add_card", **card) == ("forbidden", "forbidden")
    story.does(FACILITATOR, "canvas.add_card", **card)
    told = story.step()["cards"]["c1"]
    assert (told["by"], told["on_behalf"]) == ("Gemeente", True)
    assert "Gemeente, through the facilitator" in to_markdown(to_source(report_model(story.session)))

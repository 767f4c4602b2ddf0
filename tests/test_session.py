"""The session: steering, roles, and what each role sees of it."""

from typing import Any

import pytest

from sessions.message import FACILITATOR, Record
from sessions.rating_messages import Revealed
from sessions.room import Room
from sessions.session import Memo, Session
from sessions.session_messages import StepLocked, Went
from tests.play import (
    AN,
    BO,
    CODE,
    SCREEN,
    STARTED,
    Story,
    actor,
    as_json,
    canvas,
    discussion,
    page,
    play,
    rating,
)

ASKED = [{"id": "word", "label": "One word"}]


@pytest.fixture
def story() -> Story:
    return play(page(minutes=5, instruction="Read", notes="Take your time"), canvas(), rating())


# going through the agenda


def test_a_session_waits_in_the_lobby_at_its_first_step(story):
    assert (story.everyone["session"]["state"], story.everyone["session"]["step"]) == ("lobby", "welcome")


def test_the_first_go_makes_it_live_even_to_the_step_it_is_at(story):
    assert story.does(FACILITATOR, "session.go", step="welcome") == [Went("welcome")]
    assert story.everyone["session"]["state"] == "live"
    assert story.does(FACILITATOR, "session.go", step="welcome") == []


def test_a_double_next_never_skips_a_step(story):
    story.does(FACILITATOR, "session.go", step="ideas", expect="welcome")
    refusal = story.refuses(FACILITATOR, "session.go", step="poll", expect="welcome")
    assert refusal == ("rejected", "step.moved")
    assert story.everyone["session"]["step"] == "ideas"


def test_a_step_that_is_not_there_is_refused(story):
    refusal = ("rejected", "step.unknown")
    assert story.refuses(FACILITATOR, "session.go", step="nowhere") == refusal
    assert story.refuses(FACILITATOR, "session.lock_step", step="nowhere", locked=True) == refusal
    assert story.refuses(AN, "rating.rate", step="nowhere", item="i1", score=1) == refusal


def test_people_may_contribute_to_every_step_that_is_not_locked_whatever_is_current(story):
    story.adds(AN, "c1").rates(AN, "i1", 1)


def test_a_locked_step_takes_nothing_from_participants_until_it_is_opened(story):
    assert story.does(FACILITATOR, "session.lock_step", step="ideas", locked=True) == [
        StepLocked("ideas", True)
    ]
    assert story.everyone["agenda"]["ideas"]["locked"] is True
    refusal = story.refuses(AN, "canvas.add_card", step="ideas", card="c1", box="left", text="x")
    assert refusal == ("rejected", "step.locked")
    story.adds(FACILITATOR, "c2").rates(AN, "i1", 1)
    assert story.does(FACILITATOR, "session.lock_step", step="ideas", locked=True) == []
    story.does(FACILITATOR, "session.lock_step", step="ideas", locked=False)
    story.adds(AN, "c1")


def test_the_timer_is_set_switched_off_and_gone_at_the_next_step(story):
    story.does(FACILITATOR, "session.timer", ends=1_790_000_300_000)
    assert story.everyone["session"]["timer"] == {"ends": 1_790_000_300_000}
    story.does(FACILITATOR, "session.timer")
    assert "timer" not in story.everyone["session"]
    story.does(FACILITATOR, "session.timer", ends=1)
    story.does(FACILITATOR, "session.go", step="poll")
    assert "timer" not in story.everyone["session"]


@pytest.mark.parametrize("ends", [-1, 2**53 + 1, 1.5, "soon", True])
def test_a_timer_that_is_no_moment_is_not_understood(story, ends):
    assert story.refuses(FACILITATOR, "session.timer", ends=ends)[0] == "invalid"


# closing


def test_a_closed_session_takes_nothing_from_anybody(story):
    story.enters(AN).does(FACILITATOR, "session.close")
    assert story.everyone["session"]["state"] == "closed"
    for who, kind, fields in (
        (AN, "participant.enter", {"organisation": "Rijk"}),
        (AN, "rating.rate", {"step": "poll", "item": "i1", "score": 1}),
        (FACILITATOR, "session.go", {"step": "ideas"}),
        (FACILITATOR, "session.close", {}),
        (FACILITATOR, "rating.reveal", {"step": "poll"}),
    ):
        assert story.refuses(who, kind, **fields) == ("closed", "closed")


def test_a_closed_session_can_be_opened_again_and_goes_on(story):
    story.adds(AN, "c1").does(FACILITATOR, "session.close")
    assert story.does(FACILITATOR, "session.reopen") != []
    assert story.does(FACILITATOR, "session.reopen") == []
    story.adds(AN, "c2")
    assert story.everyone["session"]["state"] == "live"
    assert len(story.step("ideas")["cards"]) == 2


# roles


STEERING = [
    ("session.go", {"step": "ideas"}),
    ("session.lock_step", {"step": "ideas", "locked": True}),
    ("session.timer", {"ends": 1}),
    ("session.close", {}),
    ("session.reopen", {}),
    ("session.share_report", {"shared": True}),
    ("canvas.hide_card", {"step": "ideas", "card": "c1", "hidden": True}),
    ("canvas.reveal", {"step": "ideas"}),
    ("rating.reveal", {"step": "poll"}),
    ("rating.show_reference", {"step": "poll", "shown": True}),
]


@pytest.mark.parametrize("who", [AN, SCREEN])
@pytest.mark.parametrize(("kind", "fields"), STEERING)
def test_steering_is_for_the_facilitator(story, who, kind, fields):
    assert story.refuses(who, kind, **fields) == ("forbidden", "forbidden")


def test_only_participants_enter(story):
    for who in (FACILITATOR, SCREEN):
        assert story.refuses(who, "participant.enter", organisation="Rijk")[0] == "forbidden"


# views


def test_notes_and_people_are_for_the_facilitator_alone(story):
    story.enters(AN, "Gemeente", name="An")
    assert story.facilitator["agenda"]["welcome"]["notes"] == "Take your time"
    assert story.facilitator["people"] == {AN: {"name": "An", "organisation": "Gemeente", "order": 1}}
    assert story.everyone["agenda"]["welcome"] == {
        "kind": "page",
        "title": "The welcome",
        "order": 1,
        "minutes": 5,
        "locked": False,
        "instruction": "Read",
    }
    assert story.everyone.keys() == {"session", "agenda", "steps"}


def test_the_session_says_what_it_is_about_and_what_it_asks():
    story = play(page(), date="2026-11-21", place="Zwolle", join={"name": "no", "level": ["High", "Low"]})
    told = story.everyone["session"]
    assert (told["date"], told["place"], told["code"], told["names"]) == (
        "2026-11-21",
        "Zwolle",
        CODE,
        False,
    )
    assert told["ask"] == {
        "name": "no",
        "organisation": "optional",
        "level": {"1": {"title": "High", "order": 1}, "2": {"title": "Low", "order": 2}},
    }
    assert told["organisations"]["2"] == {"title": "Waterschap", "order": 2}
    assert "purpose" not in told


# the log


def test_a_log_with_a_hole_is_refused(story):
    story.enters(AN).enters(BO)
    with pytest.raises(ValueError, match="event 3 follows 1"):
        Session.of(CODE, [story.log[0], story.log[2]])


def test_an_empty_log_is_no_session():
    with pytest.raises(ValueError, match="empty"):
        Session.of(CODE, [])


def test_an_event_about_a_card_that_is_gone_harms_nobody(story):
    story.adds(AN, "c1")
    lines = story.log[1:]
    replayed = play(page(), canvas(), rating())
    replayed.happens(FACILITATOR, Revealed("poll"))
    for event in ("canvas.edit_card", "canvas.move_card"):
        story.does(
            AN, event, step="ideas", card="c1", **({"box": "right"} if "move" in event else {"text": "y"})
        )
    for record in story.log[len(lines) + 1 :]:
        replayed.happens(AN, record.event)
    assert replayed.step("ideas")["cards"] == {}


def test_a_session_of_the_past_is_as_it_was(story):
    before = story.session
    view = story.everyone
    story.enters(AN).adds(AN, "c1").rates(AN, "i1", 1)
    story.does(FACILITATOR, "session.close")
    assert Session.of(CODE, story.log[:1]) == before
    assert Story(before, []).everyone == view


def test_an_export_ends_at_the_moment_that_is_exported():
    story = play(canvas(blind=True)).adds(AN, "c1")
    moment = story.session
    story.adds(BO, "c2", text="Written a blink later")
    assert [record.seq for record in moment.exported(story.log)] == [1, 2]


def test_every_record_counts(story):
    story.enters(AN)
    record = Record(3, 5, AN, Went("poll"))
    after = story.session.evolve(record)
    assert (after.seq, after.changed, story.session.seq) == (3, 5, 2)


# what else happens when a step or the session begins or ends


def prefilled() -> Story:
    return play(canvas(), canvas("work", ["a", "b"], prefill={"cards_of": ["ideas"]}), page(questions=ASKED))


def test_going_to_a_step_brings_in_what_it_begins_with_but_once():
    story = prefilled().adds(AN, "c1").adds(BO, "c2")
    kinds = [event.type for event in story.does(FACILITATOR, "session.go", step="work")]
    assert kinds[0] == "session.went"
    assert len(kinds) == 3
    assert len(story.step("work")["cards"]) == 2
    assert story.does(FACILITATOR, "session.go", step="work") == []
    story.does(FACILITATOR, "session.go", step="ideas")
    assert [event.type for event in story.does(FACILITATOR, "session.go", step="work")] == ["session.went"]


def test_a_go_that_is_sent_twice_brings_in_everything_once():
    room = Room(prefilled().adds(AN, "c1").session, {})
    heard: list[Any] = []
    go = {"id": "a-go-of-sixteen-x", "type": "session.go", "step": "work", "expect": "ideas"}
    for _ in range(2):
        room.submit(actor(FACILITATOR), [go], STARTED, "en", heard.extend)
        _, head = room.take()
        room.settled(head)
    assert heard[0] == heard[1]
    assert heard[0]["ok"]
    assert len(as_json(room.head.view("everyone"))["steps"]["work"]["cards"]) == 1


def test_closing_shows_closing_answers_and_opening_again_hides_none():
    story = prefilled()
    story.does(AN, "page.answer", step="welcome", question="word", text="Hope")
    kinds = [event.type for event in story.does(FACILITATOR, "session.close")]
    assert kinds == ["page.revealed", "session.closed"]
    story.does(FACILITATOR, "session.reopen")
    assert story.step("welcome")["answers"]["word"]["texts"] == {"1": "Hope"}
    assert [event.type for event in story.does(FACILITATOR, "session.close")] == ["session.closed"]


def test_what_a_step_does_not_depend_on_leaves_its_view_the_same_object():
    later = rating("again", items={"items_of": ["poll"], "top": 1})
    talk = discussion(items={"items_of": ["poll"]}, order="given", decisions=["Yes"])
    story = play(rating(), canvas(), later, talk)
    memo: Memo = {}
    for who, kind, fields in (
        (AN, "rating.rate", {"step": "poll", "item": "i1", "score": 2}),
        (AN, "canvas.add_card", {"step": "ideas", "card": "c1", "box": "left", "text": "x"}),
        (FACILITATOR, "discussion.conclude", {"step": "talk", "item": "i1", "note": "x"}),
    ):
        before = story.session.view("everyone", memo)["steps"]
        story.does(who, kind, **fields)
        after = story.session.view("everyone", memo)["steps"]
        assert [step for step in after if after[step] is not before[step]] == [fields["step"]]

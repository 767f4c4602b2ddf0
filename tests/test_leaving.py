"""Saved logs: what comes back when one is brought in, and what neither its facilitator, others nor the host may read."""

import json
from typing import Any

import pytest

from sessions.leaving import TAKEN_OFF, Reader, lines_for
from sessions.message import FACILITATOR, Record
from sessions.report import report_model, to_markdown, to_source
from sessions.report_json import to_json
from sessions.session import Session
from sessions.session_messages import Unchanged
from sessions.transfer import coming_from, records_of
from tests.play import AN, BO, CODE, Story, as_json, canvas, page, play, rating
from tests.players import PLANS, SURNAME, played

every_plan = pytest.mark.parametrize("plan", PLANS)
READERS: tuple[Reader, ...] = ("facilitator", "others", "host")


def saved(story: Story, reader: Reader) -> bytes:
    lines = lines_for(reader, story.session, story.log)
    return "".join(json.dumps(line) + "\n" for line in lines).encode()


def brought_in(story: Story, reader: Reader) -> Session:
    """The session as it is once its log was saved and brought in."""
    return Session.of(CODE, records_of(saved(story, reader).splitlines()))


def reports(session: Session) -> tuple[str, str]:
    report = report_model(session)
    return to_markdown(to_source(report)), to_json(report)


# what comes back


@every_plan
def test_a_session_comes_back_as_it_was_for_everyone_its_facilitator_and_the_report(plan: str):
    story = played(plan)
    again = brought_in(story, "facilitator")
    views = again.view("everyone"), again.view("facilitator")
    for here, view in zip((story.everyone, story.facilitator), views, strict=True):
        there = as_json(view)
        _forget_how_many(here)
        _forget_how_many(there)
        assert there == here
    assert reports(again) == reports(story.session)


def _forget_how_many(view: dict[str, Any]) -> None:
    """How many did something is told by who did; of an anonymous step and of a round nobody is told that."""
    for step in view["steps"].values():
        for name in ("contributors", "mails", "progress"):
            step.pop(name, None)


@every_plan
def test_from_a_whole_log_everybody_has_back_what_is_theirs(plan: str):
    story = played(plan)
    again = brought_in(story, "host")
    assert as_json(again.view("everyone")) == story.everyone
    assert reports(again) == reports(story.session)
    for person in story.session.people:
        assert as_json(again.mine(person)) == _without_address(as_json(story.session.mine(person)))


def _without_address(mine: dict[str, Any]) -> dict[str, Any]:
    for step in mine["steps"].values():
        step.pop("mail", None)
    return {**mine, "steps": {id: step for id, step in mine["steps"].items() if step}}


@every_plan
def test_a_log_for_others_gives_the_same_report_and_names_nobody(plan: str):
    story = played(plan)
    content = saved(story, "others").decode()
    assert SURNAME not in content
    assert [person for person in story.session.people if person in content] == []
    assert reports(brought_in(story, "others")) == reports(story.session)


def test_own_cards_are_still_of_who_wrote_them():
    story = play(canvas()).enters(AN).adds(AN, "c1")
    again = brought_in(story, "facilitator")
    assert again.mine(AN) == story.session.mine(AN)
    assert "c1" in again.mine(AN)["steps"]["ideas"]["cards"]


def test_what_a_facilitator_did_can_be_undone_act_by_act_afterwards():
    story = play(page("welcome"), canvas()).enters(AN).adds(AN, "c1")
    story.does(FACILITATOR, "session.go", step="ideas")
    story.does(FACILITATOR, "canvas.hide_card", step="ideas", card="c1", hidden=True)
    again = Story(brought_in(story, "facilitator"), [*story.log], story.at)
    assert again.facilitator["acts"] == story.facilitator["acts"]
    again.does(FACILITATOR, "session.undo")
    assert "c1" in again.step("ideas")["cards"]
    assert again.session.step == "ideas"


def test_an_act_that_is_withheld_ends_where_it_ended():
    story = play(page("welcome"), rating(), canvas())
    story.does(FACILITATOR, "session.go", step="poll")
    story.does(FACILITATOR, "rating.tally", step="poll", item="i1", counts={"1": 3}, organisation="Gemeente")
    story.does(FACILITATOR, "session.go", step="ideas")
    again = Story(brought_in(story, "facilitator"), [*story.log], story.at)
    assert [act["what"] for act in again.facilitator["acts"].values()] == ["session.went", "session.went"]
    again.does(FACILITATOR, "session.undo")
    assert again.session.step == "poll"


def test_a_report_that_was_shared_there_is_not_shared_here():
    story = play(page())
    story.does(FACILITATOR, "session.share_report", shared=True)
    again = brought_in(story, "facilitator")
    assert (again.shared, again.seq, again.changed) == (False, story.session.seq, story.session.changed)


# what nobody gets


@pytest.mark.parametrize("reader", READERS)
def test_no_log_holds_what_is_hidden_or_what_was_changed_before_it_was_shown(reader: Reader):
    story = play(
        canvas(blind=True), rating(), page("welcome", mail=True, questions=[{"id": "q", "label": "And?"}])
    )
    story.adds(AN, "c1", text="an early card").rates(AN, "i1", 2, remark="a first remark")
    story.does(AN, "page.answer", step="welcome", question="q", text="an early answer")
    story.does(AN, "page.mail_me", step="welcome", address="an@voorbeeld.example")
    story.does(FACILITATOR, "rating.tally", step="poll", item="i1", counts={"1": 3}, organisation="Gemeente")
    content = saved(story, reader).decode()
    for secret in ("an early", "a first remark", '"counts"', "an@voorbeeld", "rating.rated"):
        assert secret not in content
    story.rates(AN, "i1", 3, remark="another remark")
    for kind, step in (("canvas", "ideas"), ("rating", "poll"), ("page", "welcome")):
        story.does(FACILITATOR, f"{kind}.reveal", step=step)
    content = saved(story, reader).decode()
    assert "an early card" in content
    assert "another remark" in content
    assert "an early answer" in content
    assert "a first remark" not in content
    assert "an@voorbeeld" not in content


def test_only_a_whole_log_tells_who_answered_what():
    story = play(rating(), canvas(anonymous=True)).enters(AN, name="An").enters(BO)
    story.rates(AN, "i1", 3).rates(BO, "i1", 1).adds(AN, "c1")
    story.does(FACILITATOR, "rating.reveal", step="poll")
    told = {
        reader: [
            line["actor"] for line in lines_for(reader, story.session, story.log) if "step" in line["body"]
        ]
        for reader in READERS
    }
    assert told["host"] == [AN, BO, AN, FACILITATOR]
    assert not {AN, BO} & {*told["facilitator"], *told["others"]}
    again = brought_in(story, "host")
    assert again.mine(AN)["steps"]["poll"]["scores"]["i1"]["score"] == 3
    assert "c1" in again.mine(AN)["steps"]["ideas"]["cards"]


def test_others_get_no_notes_and_nothing_that_was_taken_off_the_wall():
    story = play(canvas(notes="Mind the mayor"), rating(addable=True))
    story.adds(AN, "c1", text="Something rude").adds(AN, "c2", text="Something kind")
    story.does(AN, "rating.add_item", step="poll", item="extra", title="A rude item")
    story.does(AN, "session.park", thought="t1", text="A rude thought")
    story.does(FACILITATOR, "canvas.hide_card", step="ideas", card="c1", hidden=True)
    story.does(FACILITATOR, "rating.hide_item", step="poll", item="extra", hidden=True)
    story.does(FACILITATOR, "session.settle", thought="t1", hidden=True)
    mine, theirs = saved(story, "facilitator").decode(), saved(story, "others").decode()
    for word in ("rude", "Mind the mayor"):
        assert word in mine
        assert word not in theirs
    assert "Something kind" in theirs
    assert TAKEN_OFF in json.loads(theirs.splitlines()[1])["body"]["text"]
    assert as_json(brought_in(story, "others").view("everyone")) == story.everyone


@pytest.mark.parametrize("reader", READERS)
def test_a_log_does_not_say_in_its_lines_which_session_it_was(reader: Reader):
    log = coming_from(play(page()).log, ["12345678"])
    story = Story(Session.of(CODE, log), log)
    assert story.session.formerly == ("12345678",)
    assert "12345678" not in saved(story, reader).decode()
    assert brought_in(story, reader).formerly == ()


def test_others_do_not_learn_the_id_of_somebody_who_never_said_who_they_are():
    story = play(canvas())
    in_vain = Record(story.session.seq + 1, 0, "p-stranger", Unchanged())
    story = Story(story.session.evolve(in_vain), [*story.log, in_vain])
    assert "p-stranger" in saved(story, "host").decode()
    assert "p-stranger" not in saved(story, "others").decode()

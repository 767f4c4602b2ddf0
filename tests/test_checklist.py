"""The checklist of what must be delivered, edited on the console."""

import tomllib
from typing import Any

import pytest

from sessions.delivers import deliveries
from sessions.message import FACILITATOR
from sessions.own_playbooks import to_toml
from sessions.session import Session
from tests.play import AN, CODE, Story, canvas, discussion, page, play, rating

FIELDS = [{"id": "owner", "label": "Owner", "kind": "person"}]
LINES: list[dict[str, Any]] = [
    {"text": "Two ideas", "step": "ideas", "least": 2},
    {"text": "Somebody who does it", "step": "ideas", "filled": ["owner"], "agreed": True},
    {"text": "A conclusion", "step": "talk", "decided": ["Yes"], "every": True},
    {"text": "A budget", "elsewhere": "Session 2"},
]


@pytest.fixture
def story() -> Story:
    talk = discussion(items={"items_of": ["poll"]}, decisions=["Yes", "No"])
    return play(page(), canvas(fields=FIELDS, agreed_with=["owner"]), rating(), talk).enters(AN)


def writes(story: Story, lines: list[dict[str, Any]], **more: Any) -> list[Any]:
    return story.does(FACILITATOR, "session.edit_delivers", delivers=lines, **more)


def refused(story: Story, *lines: dict[str, Any], **more: Any) -> str:
    return story.refuses(FACILITATOR, "session.edit_delivers", delivers=list(lines), **more)[1]


def ticks(story: Story) -> list[tuple[str, bool]]:
    return [(one.wanted.text, one.there) for one in deliveries(story.session)]


def test_lines_are_added_ordered_and_removed_and_ticked_from_what_is_there(story):
    writes(story, LINES)
    story.adds(AN, "c1").adds(AN, "c2")
    assert ticks(story)[:2] == [("Two ideas", True), ("Somebody who does it", False)]
    writes(story, [LINES[3], LINES[0]])
    assert ticks(story) == [("A budget", False), ("Two ideas", True)]
    assert Session.of(CODE, story.log) == story.session
    assert tomllib.loads(to_toml(story.session).decode())["delivers"] == [LINES[3], LINES[0]]
    writes(story, [])
    assert ticks(story) == []
    assert "delivers" not in tomllib.loads(to_toml(story.session).decode())


def test_what_is_so_already_is_no_change(story):
    writes(story, LINES)
    assert writes(story, LINES) == []


def test_it_can_be_taken_back_and_done_again(story):
    writes(story, LINES[:1])
    writes(story, LINES)
    story.does(FACILITATOR, "session.undo")
    assert len(ticks(story)) == 1
    story.does(FACILITATOR, "session.redo")
    assert len(ticks(story)) == 4
    first = min(map(int, story.facilitator["acts"]))
    assert story.refuses(FACILITATOR, "session.undo", act=first)[1] == "undo.changed_since"


def test_two_who_edit_it_at_once_hear_of_each_other(story):
    writes(story, LINES[:1], expect=[])
    assert refused(story, LINES[1], expect=[]) == "agenda.checklist_meanwhile"
    writes(story, LINES[:2], expect=LINES[:1])


@pytest.mark.parametrize(
    "line",
    [
        {"text": ""},
        {"text": "x"},
        {"text": "x", "step": "ideas", "elsewhere": "there"},
        {"text": "x", "step": "ideas", "least": 0},
        {"text": "x", "step": "ideas", "boxes": ["nowhere"]},
        {"text": "x", "step": "poll", "agreed": True},
        {"text": "x", "step": "talk", "decided": ["Perhaps"]},
        {"text": "x", "elsewhere": "there", "agreed": True},
        {"text": "x", "step": 3},
        {"text": "x", "wrong": 3},
        {"step": "ideas"},
    ],
)
def test_a_line_that_makes_no_sense_is_refused(story, line):
    writes(story, LINES[:1])
    assert refused(story, LINES[0], line) == "agenda.deliver"
    assert len(ticks(story)) == 1


def test_a_line_about_a_step_that_is_gone_is_told_when_the_list_is_edited(story):
    writes(story, LINES[:1])
    story.does(FACILITATOR, "session.remove_step", step="ideas")
    assert ticks(story) == [("Two ideas", False)]
    assert refused(story, *LINES[:1], LINES[3]) == "agenda.deliver_step_gone"
    writes(story, [LINES[3]])


def test_too_many_lines_are_refused(story):
    assert refused(story, *[LINES[3]] * 201) == "agenda.too_many"

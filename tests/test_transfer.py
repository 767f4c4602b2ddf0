"""An exported log becomes a session again; what is no log is refused with the line and what is wrong with it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sessions.message import FACILITATOR
from sessions.report import report_model, to_source
from sessions.session import Session
from sessions.transfer import MOST_LINES, BadLog, records_of, retitled
from tests.play import Story, canvas, page, play, rating
from tests.recordings import recordings, session_of

CODE = "48271503"


def exported() -> list[dict[str, Any]]:
    story = play(canvas(), rating()).enters("p1").adds("p1", "c1").rates("p1", "i1", 3)
    return story.exported


def written(lines: list[dict[str, Any]]) -> list[bytes]:
    return [json.dumps(line).encode() for line in lines]


@pytest.mark.parametrize("recording", list(recordings()), ids=lambda path: path.stem)
def test_every_recording_can_be_brought_in_and_gives_its_report(recording: Path):
    records = records_of(recording.read_bytes().splitlines())
    there, here = session_of(recording), Session.of(CODE, records)
    assert to_source(report_model(here)).replace(CODE, there.code) == to_source(report_model(there))


def test_a_log_comes_back_with_another_title_when_one_is_given():
    records = retitled(records_of(written(exported())), "Once more")
    assert Session.of(CODE, records).info.title == "Once more"


def test_no_command_of_there_counts_as_answered_here():
    lines = exported()
    lines[1]["command"] = "a-command-of-there"
    assert "a-command-of-there" not in [record.command for record in records_of(written(lines))]


def test_what_was_done_there_is_undone_here_one_by_one():
    story = play(canvas(), rating()).enters("p1")
    for kind, fields in (("go", {"step": "ideas"}), ("go", {"step": "poll"}), ("door", {"closed": True})):
        story.does(FACILITATOR, f"session.{kind}", **fields)
    records = records_of(written(story.exported))
    here = Story(Session.of(CODE, records), records)
    assert [act["what"] for act in here.facilitator["acts"].values()] == [
        "session.went",
        "session.went",
        "session.door_set",
    ]
    here.does(FACILITATOR, "session.lock_step", step="ideas", locked=True)
    for _ in range(3):
        here.does(FACILITATOR, "session.undo")
    assert not here.session.steps["ideas"].locked
    assert (here.session.state, here.session.step, here.session.steering.door_closed) == (
        "live",
        "ideas",
        False,
    )


def test_a_log_that_never_says_where_an_act_ends_makes_no_act_of_what_comes_after():
    story = play(canvas(), rating()).enters("p1")
    story.does(FACILITATOR, "session.go", step="poll")
    lines = story.exported
    for line in lines:
        line.pop("command", None)
    records = records_of(written(lines))
    here = Story(Session.of(CODE, records), records)
    here.does(FACILITATOR, "session.lock_step", step="ideas", locked=True)
    here.does(FACILITATOR, "session.undo")
    assert (here.session.state, here.session.step) == ("live", "poll")


def test_texts_from_elsewhere_are_cleaned():
    lines = exported()
    lines[2]["body"]["text"] = "plain\u202etxt.exe\x00"
    assert records_of(written(lines))[2].event.text == "plaintxt.exe"


Change = Callable[[list[dict[str, Any]]], object]
WRONG: dict[str, tuple[int, str, Change]] = {
    "a line is missing": (3, "order", lambda lines: lines.pop(2)),
    "two lines changed places": (2, "order", lambda lines: lines.insert(1, lines.pop(2))),
    "it does not begin at the beginning": (1, "order", lambda lines: lines.pop(0)),
    "another beginning": (1, "start", lambda lines: lines[0].update(type="session.closed", body={})),
    "it begins twice": (5, "start", lambda lines: lines.append({**lines[0], "seq": 5})),
    "an unknown event": (2, "unknown", lambda lines: lines[1].update(type="session.exploded")),
    "a command instead of an event": (2, "unknown", lambda lines: lines[1].update(type="session.go")),
    "a body of something else": (2, "no_event", lambda lines: lines[1].update(body={"what": 1})),
    "no body": (2, "no_event", lambda lines: lines[1].pop("body")),
    "a field too many": (2, "no_event", lambda lines: lines[1].update(more=1)),
    "no time": (2, "no_event", lambda lines: lines[1].update(at=10**20)),
    "a time in words": (2, "no_event", lambda lines: lines[1].update(at="noon")),
    "an endless name": (2, "no_event", lambda lines: lines[1].update(actor="x" * 101)),
    "a step that is not there": (3, "nonsense", lambda lines: lines[2]["body"].update(step="elsewhere")),
    "an event of another kind of step": (3, "nonsense", lambda lines: lines[2]["body"].update(step="poll")),
    "an endless text": (3, "text_too_long", lambda lines: lines[2]["body"].update(text="x" * 50_000)),
    "an endless line": (3, "line_too_long", lambda lines: lines[2]["body"].update(text="x" * 700_000)),
    "an unknown kind of step": (
        1,
        "plan",
        lambda lines: lines[0]["body"]["plan"]["steps"][0].update(kind="x"),
    ),
    "a hidden score that is on no scale": (
        5,
        "nonsense",
        lambda lines: lines.append(
            {
                **lines[1],
                "seq": 5,
                "type": "rating.rated",
                "body": {"step": "poll", "item": "i1", "score": 99},
            }
        ),
    ),
    "a plan without steps": (1, "nonsense", lambda lines: lines[0]["body"]["plan"].update(steps=[])),
    "a reference to nowhere": (
        1,
        "plan",
        lambda lines: lines[0]["body"]["plan"]["steps"][1].update(items={"cards_of": ["nowhere"]}),
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_wrong_is_told_with_its_line(wrong: str):
    line, key, change = WRONG[wrong]
    lines = exported()
    change(lines)
    with pytest.raises(BadLog) as refusal:
        records_of(written(lines))
    assert (refusal.value.line, refusal.value.key) == (line, f"error.import.{key}")


@pytest.mark.parametrize(
    ("content", "line", "key"),
    [
        (b"", 0, "empty"),
        (b"\n \n", 0, "empty"),
        (b"hello", 1, "no_event"),
        (b"\xff\xfe\x00", 1, "no_event"),
        (b"[1, 2]", 1, "no_event"),
        (b"[" * 100_000, 1, "no_event"),
        (b'{"a":' * 100_000, 1, "no_event"),
        (b"PK\x03\x04 a zip", 1, "no_event"),
    ],
)
def test_a_file_of_something_else_is_refused(content: bytes, line: int, key: str):
    with pytest.raises(BadLog) as refusal:
        records_of(content.splitlines())
    assert (refusal.value.line, refusal.value.key) == (line, f"error.import.{key}")


def test_a_log_is_not_endless():
    first = written(play(page()).exported)[0]

    def endless() -> Any:
        yield first
        n = 1
        while True:
            n += 1
            yield b'{"seq":%d,"at":1,"actor":"x","type":"session.unchanged","body":{}}' % n

    with pytest.raises(BadLog) as refusal:
        records_of(endless())
    assert refusal.value.line == MOST_LINES + 1


def test_a_file_with_a_mark_at_its_start_and_empty_lines_is_read():
    lines = written(exported())
    assert len(records_of([b"\xef\xbb\xbf" + lines[0], b"", *lines[1:], b""])) == len(lines)

"""Golden reports: a recorded log gives exactly its report, and so does a plan that is played to its end."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from sessions.leaving import lines_for
from sessions.message import event_line, read_line
from sessions.playbook import shipped_playbooks
from sessions.report import report_model, to_markdown, to_source
from sessions.report_html import to_html_document
from sessions.report_json import to_json
from sessions.session import Session
from sessions.texts import LANGUAGES
from tests.play import Story, as_json
from tests.players import ADDRESS, PLANS, SURNAME, played, report_of
from tests.recordings import AS_DATA, CODE, PLAYED, golden, recordings, session_of

every_recording = pytest.mark.parametrize("recording", list(recordings()), ids=lambda path: path.stem)
every_plan = pytest.mark.parametrize("plan", PLANS)

story_of = cache(played)
"""Each plan is played once for all tests here."""


@every_recording
def test_a_recorded_log_gives_exactly_its_report(recording: Path) -> None:
    text = to_markdown(to_source(report_model(session_of(recording))))
    assert text == recording.with_suffix(".md").read_text("utf-8")


@every_recording
def test_a_recorded_log_gives_the_same_bytes_twice(recording: Path) -> None:
    first, second = (_document(session_of(recording)) for _ in range(2))
    assert first == second


def _document(session: Session) -> str:
    report = report_model(session)
    return to_html_document(report, to_source(report))


@every_plan
def test_a_plan_that_is_played_to_its_end_gives_exactly_its_report(plan: str) -> None:
    assert report_of(story_of(plan)) == golden(plan).read_text("utf-8")


@every_plan
def test_the_log_of_a_played_plan_told_again_is_the_same_session(plan: str) -> None:
    story = story_of(plan)
    again = Session.of(CODE, story.log)
    assert again == story.session
    for audience in ("everyone", "facilitator"):
        assert as_json(again.view(audience)) == as_json(story.session.view(audience))


@every_plan
def test_the_exported_log_of_a_played_plan_gives_the_same_report(plan: str) -> None:
    story = story_of(plan)
    lines = [json.dumps(event_line(record)) for record in story.session.exported(story.log)]
    again = Session.of(CODE, [read_line(json.loads(line)) for line in lines])
    assert to_markdown(to_source(report_model(again))) == report_of(story)
    assert to_json(report_model(again)) == to_json(report_model(story.session))


@every_plan
def test_the_report_of_a_played_plan_is_neat(plan: str) -> None:
    report = report_of(story_of(plan))
    assert report.startswith("# ")
    assert report.endswith("\n")
    assert "\n\n\n" not in report
    assert [line for line in report.splitlines() if line != line.rstrip() and not line.endswith("  ")] == []
    headings = [line for line in report.splitlines() if line.startswith("## ")]
    assert len(set(headings)) == len(headings)


@every_plan
def test_names_stay_with_the_facilitator_when_a_plan_is_played(plan: str) -> None:
    story = story_of(plan)
    assert SURNAME in json.dumps(story.facilitator)
    for_others = list(lines_for("others", story.session, story.log))
    assert SURNAME not in json.dumps([story.everyone, report_of(story), for_others])


@every_plan
def test_no_organisation_of_a_played_plan_is_told_apart_by_fewer_than_three(plan: str) -> None:
    for step in story_of(plan).everyone["steps"].values():
        for result in step.get("results", {}).values():
            if told := result.get("organisations"):
                numbers = [one["n"] for one in told.values()]
                assert min(numbers) >= 3
                assert result["n"] - sum(numbers) in (0, *range(3, 100))


@every_plan
def test_nothing_that_leaves_a_played_plan_tells_who_asked_for_the_report(plan: str) -> None:
    story = story_of(plan)
    domain = ADDRESS.split("@")[1]
    assert domain not in json.dumps(_all_that_leaves(story))
    assert sum(domain in json.dumps(story.mine(who)) for who in story.session.people) == (
        sum(1 for n, _ in enumerate(story.session.people) if n % 3 == 0) if _asks_for_mail(story) else 0
    )


def _all_that_leaves(story: Story) -> list[Any]:
    return [story.everyone, story.facilitator, report_of(story), story.exported]


def _asks_for_mail(story: Story) -> bool:
    return any(getattr(step.plan, "mail", False) for step in story.session.steps.values())


def test_every_shipped_playbook_is_played_in_both_languages() -> None:
    assert set(PLANS) >= {f"{id}/{language}" for id in shipped_playbooks() for language in LANGUAGES}


def test_there_is_no_report_of_a_plan_that_is_gone() -> None:
    assert set(PLAYED.iterdir()) == {AS_DATA, *map(golden, PLANS)}


@every_plan
def test_there_is_something_to_do_in_every_step_of_a_plan_that_is_played(plan: str) -> None:
    steps = story_of(plan).everyone["steps"]
    kinds = {id: step["kind"] for id, step in story_of(plan).everyone["agenda"].items()}
    things = {"rating": "items", "discussion": "items", "canvas": "boxes"}
    empty = [id for id, kind in kinds.items() if kind in things and not steps[id].get(things[kind])]
    assert empty == []

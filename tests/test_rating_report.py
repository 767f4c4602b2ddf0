"""What the report tells of each form of a round."""

import re
from itertools import pairwise
from typing import Any

import pytest

from sessions.message import FACILITATOR
from sessions.report import report_model, to_source
from sessions.report_html import to_html_document
from tests.play import AN, BO, CARLA, Story, discussion, play, rating

AXES = [{"id": "effect", "title": "Effect"}, {"id": "synergy", "title": "Synergy"}]
QUADRANTS = {"high_high": "Do", "high_low": "Aim", "low_high": "Join", "low_low": "Later"}
REASONED = {
    "question": "Acceptable?",
    "points": ["no", "yes"],
    "reasons": [{"points": [1], "tags": ["Substance", "Support"]}],
}


def section(story: Story, title: str = "The poll") -> str:
    """What the report says under one step, without the appendix."""
    markdown = re.sub(r"\[\[figure: .*\]\]\n\n", "", to_source(report_model(story.session)))
    return markdown.split(f"\n## {title}\n\n")[1].split("\n## ")[0]


def revealed(story: Story, step: str = "poll") -> Story:
    story.does(FACILITATOR, "rating.reveal", step=step)
    return story


def test_dots_are_a_table_with_bars_most_dots_first():
    story = play(rating(dots=5))
    for who, item, dots in [(AN, "i1", 1), (AN, "i2", 2), (BO, "i2", 3)]:
        story.does(who, "rating.dots", step="poll", item=item, dots=dots)
    assert (
        section(revealed(story)).strip()
        == """\
Everybody divided 5 dots.

| Item | Dots | Share | Participants | Distribution |
|---|--:|--:|--:|---|
| Item i2 | 5 | 83% | 2 | ████████████████████ |
| Item i1 | 1 | 17% | 1 | ████ |"""
    )


def test_a_choice_is_a_heat_map_of_the_targets_that_were_chosen():
    story = play(rating(targets=("t1", "t2", "t3")))
    for who, item, targets in [(AN, "i1", ["t1", "t3"]), (BO, "i1", ["t3"])]:
        story.does(who, "rating.choose", step="poll", item=item, targets=targets)
    assert (
        section(revealed(story)).strip()
        == """\
The numbers in the table stand for:

1. Target t1
2. Target t3

| Item | 1 | 2 | Participants |
|---|--:|--:|--:|
| Item i1 | 1 | **2** | 2 |
| Item i2 | · | · | 0 |"""
    )


def test_two_criteria_are_a_table_with_spread_and_quadrant():
    story = play(rating(criteria=AXES, quadrants=QUADRANTS))
    for who, effect, synergy in [(AN, 4, 1), (BO, 3, 2), (CARLA, 4, 1)]:
        for criterion, score in (("effect", effect), ("synergy", synergy)):
            story.rates(who, "i1", score, criterion=criterion)
    table = section(revealed(story)).split("\n\n")[2]
    assert (
        table
        == """\
| Item | Effect | Spread | Synergy | Spread | Answers | Lies in |
|---|---|--:|---|--:|--:|---|
| Item i1 | all | 1 | little | 1 | 3 | Aim |
| Item i2 | – | – | – | – | 0 | – |"""
    )


def test_a_cascade_is_a_table_of_rows_by_rows():
    story = play(rating(items=("a", "b"), criteria="items"))
    story.rates(AN, "a", 2, criterion="b").rates(BO, "a", 3, criterion="b")
    assert """\
| What happens first | 1 | 2 |
|---|---|---|
| 1. Item a |  | 2.5 (3) |
| 2. Item b | – |  |""" in section(revealed(story))


def test_reasons_stand_below_the_distribution_most_often_first():
    story = play(rating(scale=REASONED)).rates(AN, "i1", 1, reasons=["2"])
    story.rates(BO, "i1", 1, reasons=["1", "2"])
    assert "\nWhy: Support (2), Substance (1)\n" in section(revealed(story))


def test_a_second_round_tells_where_the_room_came_from_and_went():
    story = play(rating(scale=REASONED), rating("again", again="poll", scale=REASONED))
    for who in (AN, BO):
        story.rates(who, "i1", 1).rates(who, "i1", 2, step="again")
    told = section(revealed(revealed(story), "again"), "The again")
    assert "\nFirst round: largely agreed · middle: no · mean 1.0 · 2 answers → **↑ up**\n" in told
    assert told.count("First round") == 1


def test_one_answer_for_each_organisation_is_said_and_nobody_is_compared():
    story = play(rating(per="organisation"))
    for n in range(6):
        story.enters(f"p{n}", f"Organisation {n}").rates(f"p{n}", "i1", 3)
    told = section(revealed(story))
    assert told.count("Each organisation gave one answer.") == 1
    assert "Organisation 1" not in told


def test_what_people_added_is_told_before_and_after_the_reveal():
    story = play(rating(addable=True))
    story.does(AN, "rating.add_item", step="poll", item="own", title="Tide *gates*")
    assert "Added during the session:\n\n- Tide \\*gates\\*" in section(story)
    assert "### Tide \\*gates\\*" in section(revealed(story.rates(BO, "own", 3)))
    story.does(FACILITATOR, "rating.hide_item", step="poll", item="own", hidden=True)
    assert "gates" not in to_source(report_model(story.session))


@pytest.mark.parametrize(
    ("options", "kind", "answer"),
    [
        ({}, "rate", {"score": 2}),
        ({"criteria": AXES, "quadrants": QUADRANTS}, "rate", {"score": 2, "criterion": "effect"}),
        ({"criteria": "items"}, "rate", {"score": 2, "criterion": "i2"}),
        ({"dots": 3}, "dots", {"dots": 2}),
        ({"targets": ("t1",), "own_targets": True}, "choose", {"targets": ["t1"]}),
    ],
)
def test_no_title_breaks_a_table(options: dict[str, Any], kind: str, answer: dict[str, Any]):
    evil = "a | b\n# <b>c</b> *d*"
    items = [{"id": "i1", "title": evil}, {"id": "i2", "title": "|"}]
    story = play(rating(items=items, **options))
    story.does(AN, f"rating.{kind}", step="poll", item="i1", **answer)
    told = section(revealed(story))
    cells = re.compile(r"(?<!\\)\|")
    for table in re.findall(r"(?:^\|.*\n?)+", told, re.MULTILINE):
        assert len({len(cells.findall(row)) for row in table.splitlines()}) == 1
    assert "<b>" not in told
    report = report_model(story.session)
    assert "<b>c" not in to_html_document(report, to_source(report))


@pytest.mark.parametrize("options", [{}, {"dots": 3}, {"targets": ("t1",)}, {"criteria": AXES}])
def test_what_was_concluded_stands_apart_from_what_follows(options: dict[str, Any]):
    """A line right below a list would be read as part of its last entry."""
    talk = discussion(items={"items_of": ["poll"]}, order="given", decisions=["Yes"])
    story = play(rating(**options), talk)
    story.does(FACILITATOR, "discussion.conclude", step="talk", item="i1", decision="Yes")
    answer: dict[str, dict[str, Any]] = {
        "rate": {"score": 2},
        "dots": {"dots": 1},
        "choose": {"targets": ["t1"]},
    }
    kind = "dots" if "dots" in options else "choose" if "targets" in options else "rate"
    extra = {"criterion": "effect"} if "criteria" in options else {}
    for item in ("i1", "i2"):
        story.does(AN, f"rating.{kind}", step="poll", item=item, **answer[kind], **extra)
    told = section(revealed(story))
    assert "- **Decision:** Yes\n" in told
    for line, after in pairwise(told.splitlines()):
        if line.startswith(("- ", "|")) and after:
            assert after[0] == line[0]

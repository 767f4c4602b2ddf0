"""What the author of a playbook hears about a canvas that cannot be."""

from typing import Any

import msgspec
import pytest

from sessions.boards import MAX_CHARS, Plan
from sessions.steps import BadStep, check_steps
from tests.play import canvas, play, rating

FIELD = {"id": "owner", "label": "Owner", "kind": "person"}
ITEM = {"id": "about", "label": "About", "kind": "item", "items": {"cards_of": ["ideas"]}}
LEFT, RIGHT = {"id": "left", "title": "Left"}, {"id": "right", "title": "Right"}


def test_a_card_fits_as_on_the_board_wherever_it_is_written():
    board = canvas(max_chars=90)
    story = play(board, canvas("again", board="ideas"), canvas("short", board="ideas", max_chars=20))
    most = {step: story.step(step)["boxes"]["left"]["max_chars"] for step in ("ideas", "again", "short")}
    assert most == {"ideas": 90, "again": 90, "short": 20}
    assert play(canvas()).step()["boxes"]["left"]["max_chars"] == MAX_CHARS


def complaint(*steps: dict[str, Any]) -> str:
    with pytest.raises(BadStep) as found:
        check_steps(steps)
    return str(found.value)


@pytest.mark.parametrize(
    ("options", "field", "sentence"),
    [
        ({"fields": [FIELD, FIELD]}, "fields", "two fields have the same id"),
        ({"fields": [{**FIELD, "kind": "choice"}]}, "fields", "at least two options"),
        ({"fields": [{**FIELD, "kind": "colour"}]}, "fields[0].kind", "colour"),
        ({"fields": [{**FIELD, "color": "red"}]}, "fields[0].color", "unknown field"),
        ({"fields": [{**ITEM, "items": {"cards_of": ["later"]}}]}, "fields[0].items", "no earlier step"),
        ({"agreed_with": ["owner"]}, "agreed_with", "has no field 'owner'"),
        ({"prefill_box": "left"}, "prefill_box", "goes with prefill only"),
        ({"prefill": {"cards_of": ["ideas"]}, "prefill_box": "up"}, "prefill_box", "there is no box 'up'"),
        ({"prefill": {"cards_of": ["ideas"], "boxes": ["up"]}}, "prefill.boxes", "there is no box 'up'"),
        ({"rows": {"items_of": ["ideas"]}}, "rows.items_of[0]", "is no rating"),
        ({"rows": {}}, "rows", "give exactly one of"),
        ({"per_person": -1}, "per_person", "positive number"),
        ({"look": "spiral"}, "look", "spiral"),
        (
            {"rows": {"cards_of": ["ideas"]}, "prefill": {"cards_of": ["ideas"]}},
            "prefill",
            "a card needs a row here",
        ),
    ],
)
def test_what_is_wrong_with_a_canvas_is_said_with_step_and_field(options, field, sentence):
    said = complaint(canvas(), canvas("board", ["left", "right"], **options))
    assert "'board'" in said
    assert field in said
    assert sentence in said


@pytest.mark.parametrize(
    ("boxes", "sentence"),
    [
        (
            [{**LEFT, "fields": [FIELD]}, {**RIGHT, "fields": [{**FIELD, "kind": "date"}]}],
            "one thing in one box",
        ),
        ([{**LEFT, "fields": [{**FIELD, "label": ""}]}, RIGHT], "needs a label"),
    ],
)
def test_what_is_wrong_with_a_box_is_said(boxes, sentence):
    assert sentence in complaint({**canvas(), "boxes": boxes})


def test_what_belongs_to_the_board_is_given_with_the_board():
    said = complaint(canvas(), canvas("again", board="ideas", fields=[FIELD]))
    assert "give it in step 'ideas'" in said
    said = complaint(canvas(), canvas("again", board="ideas", rows={"boxes_of": "ideas"}))
    assert "give it in step 'ideas'" in said


def test_cards_that_stand_there_from_the_start_have_no_row():
    boxes = [{**LEFT, "cards": ["Ready made"]}]
    said = complaint(canvas(), {**canvas("grid", rows={"cards_of": ["ideas"]}), "boxes": boxes})
    assert "have no row" in said


def test_a_board_in_every_form_is_understood():
    check_steps(
        [
            canvas(grouping=True),
            rating(items={"groups_of": ["ideas"], "top": 3}),
            canvas("grid", ["left"], rows={"items_of": ["poll"], "top": 2}, look="lanes", per_person=3),
            canvas(
                "actions",
                fields=[FIELD, ITEM],
                agreed_with=["owner"],
                takeable=True,
                prefill={"cards_of": ["grid"], "boxes": ["left"]},
                prefill_box="right",
            ),
            canvas("shared", board="actions", look="table", editable="everyone"),
        ]
    )


def test_a_box_with_fields_of_its_own_does_without_those_of_the_step():
    raw = {**canvas(fields=[{**FIELD, "id": "due"}]), "boxes": [{**LEFT, "fields": [FIELD]}, RIGHT]}
    plan = msgspec.convert(raw, Plan)
    assert {box: list(fields) for box, fields in plan.asked.items()} == {"left": ["owner"], "right": ["due"]}

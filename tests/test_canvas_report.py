"""What the report tells of a canvas in each of its forms."""

from typing import Any

import pytest

from sessions.message import FACILITATOR
from sessions.report import report_model, to_source
from tests.play import AN, BO, CARLA, Story, canvas, play

ACTIONS: dict[str, Any] = {
    "boxes": ["project", "area"],
    "fields": [
        {"id": "owner", "label": "Owner", "kind": "person"},
        {"id": "due", "label": "Due", "kind": "date"},
        {"id": "about", "label": "Works on", "kind": "item", "items": {"cards_of": ["ideas"]}},
    ],
    "agreed_with": ["owner", "due"],
    "takeable": True,
}


def told(story: Story, title: str) -> str:
    """The section of one step."""
    text = to_source(report_model(story.session))
    return text.partition(f"\n## {title}\n\n")[2].partition("\n## ")[0].strip()


def test_groups_stand_under_their_names_and_merged_cards_under_the_one_in_front():
    story = play(canvas(grouping=True)).adds(AN, "c1").adds(AN, "c2").adds(AN, "c3").adds(AN, "c4")
    story.does(BO, "canvas.support_card", step="ideas", card="c2", on=True)
    story.does(FACILITATOR, "canvas.group_cards", step="ideas", group="g1", cards=["c2", "c3"], title="Water")
    story.does(FACILITATOR, "canvas.merge_cards", step="ideas", card="c1", cards=["c4"])
    assert told(story, "The ideas") == "\n".join(
        [
            "### Left",
            "",
            "#### Water (1 person agrees)",
            "",
            "- Text of c2 *(1 person agrees)*",
            "- Text of c3",
            "",
            "#### Other cards",
            "",
            "- Text of c1",
            "    - Text of c4",
            "",
            "Still empty: Right",
        ]
    )
    assert "| Left | Text of c4 |" in to_source(report_model(story.session))


def test_a_hidden_card_and_what_is_behind_it_are_not_told():
    story = play(canvas(grouping=True)).adds(AN, "c1").adds(AN, "c2").adds(AN, "c3")
    story.does(FACILITATOR, "canvas.merge_cards", step="ideas", card="c1", cards=["c2"])
    story.does(FACILITATOR, "canvas.group_cards", step="ideas", group="g", cards=["c1"], title="Rude")
    story.does(FACILITATOR, "canvas.hide_card", step="ideas", card="c1", hidden=True)
    text = to_source(report_model(story.session))
    assert [word for word in ("Text of c1", "Text of c2", "Rude") if word in text] == []
    assert "Text of c3" in text


def test_a_table_has_a_column_for_each_field_in_words():
    fields = [
        {"id": "who", "label": "Who has it?", "kind": "organisation"},
        {"id": "scale", "label": "Scale", "kind": "choices", "options": ["Local", "Region"]},
        {"id": "when", "label": "When", "kind": "date"},
        {"id": "cost", "label": "Cost", "kind": "amount", "unit": "€"},
        {"id": "why", "label": "Why", "kind": "text"},
    ]
    boxes = [{"id": "rows", "title": "Rows", "text_label": "Information", "fields": fields}]
    story = play({**canvas("table", look="table"), "boxes": boxes}).enters(AN)
    values = {"who": "waterschap", "scale": "2 1", "when": "2027-03-09", "cost": "1250.5"}
    story.does(AN, "canvas.add_card", step="table", card="c1", box="rows", text="A | map", fields=values)
    assert told(story, "The table") == "\n".join(
        [
            "### Rows",
            "",
            "| Information | Who has it? | Scale | When | Cost | Why | On behalf of |",
            "|---|---|---|---|--:|---|---|",
            "| A \\| map | Waterschap | Local, Region | 9 March 2027 | € 1,250.50 |  | Waterschap |",
        ]
    )


def test_an_action_board_says_first_what_is_agreed_and_then_what_is_missing():
    story = play(canvas(), canvas("actions", **ACTIONS)).enters(AN, "Waterschap").enters(BO, "Gemeente")
    story.adds(AN, "idea", text="More room")
    story.does(
        AN, "canvas.add_card", step="actions", card="a1", box="area", text="Dig", fields={"about": "idea"}
    )
    story.adds(BO, "a2", step="actions", box="area", text="Plant")
    story.does(
        AN,
        "canvas.take_card",
        step="actions",
        card="a1",
        on=True,
        fields={"owner": "An", "due": "2027-01-31"},
    )
    story.does(BO, "canvas.join_card", step="actions", card="a1", on=True)
    story.does(CARLA, "canvas.join_card", step="actions", card="a1", on=True)
    story.does(CARLA, "canvas.take_card", step="actions", card="a2", on=True, fields={"owner": "Carla"})
    assert told(story, "Agreements and actions") == "\n".join(
        [
            "### Agreed",
            "",
            "| Action | Owner | Together with | Due | Comes from |",
            "|---|---|---|---|---|",
            "| Dig | An | Gemeente (2 people join) | 31 January 2027 | More room |",
            "",
            "### Not agreed yet",
            "",
            "| Action | Still needed | Owner |",
            "|---|---|---|",
            "| Plant | Due | Carla |",
        ]
    )
    assert told(story, "The actions") == "\n".join(
        [
            "### Area",
            "",
            "#### Agreed",
            "",
            "- Dig *(Waterschap)*",
            "    - Owner: An · Due: 31 January 2027 · Works on: More room · Together with: Gemeente (2 people join)",
            "",
            "#### Not agreed yet",
            "",
            "- Plant *(Gemeente)*",
            "    - Owner: Carla · Still needed: Due",
            "",
            "Still empty: Project",
        ]
    )


def test_a_grid_is_told_row_by_row():
    story = play(canvas(), canvas("grid", ["one", "two"], rows={"cards_of": ["ideas"]}))
    story.adds(AN, "r1", text="First risk").adds(AN, "r2", text="Second risk")
    for card, box, row in (("c1", "two", "r2"), ("c2", "one", "r1"), ("c3", "one", "r2")):
        story.does(AN, "canvas.add_card", step="grid", card=card, box=box, text=f"Do {card}", row=row)
    story.does(AN, "canvas.remove_card", step="ideas", card="r1")
    text = told(story, "The grid")
    assert text.startswith("### Second risk\n\n| Box | Card |\n|---|---|\n| One | Do c3 |\n| Two | Do c1 |\n")
    assert "### On a row that is no longer there\n\n| Box | Card |\n|---|---|\n| One | Do c2 |" in text
    assert "First risk" not in text


def test_what_is_covered_is_told_in_no_form():
    story = play(
        canvas(),
        canvas("grid", ["one"], rows={"cards_of": ["ideas"]}, blind=True),
        canvas("actions", blind=True, **ACTIONS),
    )
    story.adds(AN, "r1")
    story.does(AN, "canvas.add_card", step="grid", card="c1", box="one", text="Covered word", row="r1")
    story.does(
        AN,
        "canvas.add_card",
        step="actions",
        card="a1",
        box="area",
        text="Covered word",
        fields={"owner": "Covered word", "due": "2027-01-31", "about": "r1"},
    )
    text = to_source(report_model(story.session))
    assert "Covered word" not in text
    assert "31 January" not in text
    assert text.count("1 card is still hidden and therefore not in this report") == 2
    assert "- **Still open:** 2 cards are still hidden\n" in text


@pytest.mark.parametrize("text", ["| a | b", "# head", "<b>", "[x](y)", "a\n\n| - |"])
def test_no_text_breaks_a_table(text):
    fields = [{"id": "note", "label": "Note | more", "kind": "text"}]
    story = play(canvas("table", ["rows"], look="table", fields=fields))
    story.does(AN, "canvas.add_card", step="table", card="c1", box="rows", text=text, fields={"note": text})
    lines = [line for line in told(story, "The table").splitlines() if line.startswith("|")]
    assert len(lines) == 3
    assert {line.replace("\\|", "").count("|") for line in lines} == {3}

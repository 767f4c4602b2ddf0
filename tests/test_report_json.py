"""``report.json`` holds what README says, and tells no more than the report."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from sessions.message import FACILITATOR
from sessions.playbook import shipped_playbooks
from sessions.report import report_model
from sessions.report_json import FORMAT, KINDS, VERSION, as_data, to_json
from tests.play import AN, BO, CARLA, canvas, play, rating
from tests.players import played
from tests.recordings import AS_DATA, PLAN_AS_DATA

README = (Path(__file__).parent.parent / "README.md").read_text("utf-8")


def keys(value: Any) -> set[str]:
    """All keys in *value*, but those that are ids."""
    match value:
        case dict():
            found = set(value) - {key for key in value if not re.fullmatch("[a-z_]+", key)}
            return found.union(*(keys(inner) for inner in value.values()))
        case list():
            return set().union(*map(keys, value)) if value else set()
    return set()


def test_readme_names_the_keys():
    table = README.split("<!-- report.json", 1)[1].split("<!-- /report.json", 1)[0]
    rows = {
        row.split("|")[1].strip(): row.split("|")[2] for row in table.splitlines() if row.startswith("| ")
    }
    named = {name for head in rows for name in re.findall(r"`(\w+)`", head)}
    data = as_data(report_model(played("risicodialoog/nl").session))
    assert named - set(KINDS) == set(data)
    assert set(KINDS) <= named
    for step in data["steps"]:
        described = next(text for head, text in rows.items() if f"a `{step['kind']}`" == head)
        assert set(step) - {"id", "kind", "title"} <= set(re.findall(r"`(\w+)", described))
    everything = set(re.findall(r"\w+", table))
    assert keys(data["actions"]) | keys(data["decisions"]) | keys(data["delivers"]) <= everything


def test_a_risk_dialogue_as_data_is_exactly_this():
    assert to_json(report_model(played(PLAN_AS_DATA).session)) == AS_DATA.read_text("utf-8")


@pytest.mark.parametrize("id", shipped_playbooks())
def test_every_playbook_has_the_same_keys_in_both_languages(id):
    both = [as_data(report_model(played(f"{id}/{language}").session)) for language in ("nl", "en")]
    assert [list(data) for data in both] == [list(both[0])] * 2
    assert [data["format"] for data in both] == [FORMAT] * 2
    assert [data["version"] for data in both] == [VERSION] * 2
    steps = [[(step["id"], step["kind"], list(step)) for step in data["steps"]] for data in both]
    assert steps[0] == steps[1]
    assert keys(both[0]) >= {"organisations", "actions", "steps"}


def test_hidden_answers_and_cards_are_no_data():
    story = play(canvas(blind=True), rating()).adds(AN, "c1", text="Covered word").rates(AN, "i1", 3)
    data = as_data(report_model(story.session))
    assert "Covered word" not in json.dumps(data)
    board, poll = data["steps"]
    assert (board["cards"], board["not_shown"]) == ([], 1)
    assert (poll["items"], poll["answered"], poll["revealed"]) == ([], 1, False)


def test_a_link_to_a_hidden_card_is_no_data():
    about = {"id": "about", "label": "About", "kind": "item", "items": {"cards_of": ["ideas"]}}
    story = play(canvas(), canvas("acts", ["area"], fields=[about])).adds(AN, "c1").adds(AN, "c2")
    fields = {"about": "c1 c2"}
    story.does(AN, "canvas.add_card", step="acts", card="a1", box="area", text="Dig", fields=fields)
    story.does(FACILITATOR, "canvas.hide_card", step="ideas", card="c2", hidden=True)
    [card] = as_data(report_model(story.session))["steps"][1]["cards"]
    assert card["fields"][0]["value"] == "c1"
    assert [station["id"] for station in card["from"]] == ["c1"]


def test_small_organisations_are_not_told_apart():
    story = play(rating())
    for who, organisation in ((AN, "Waterschap"), (BO, "Provincie"), (CARLA, "Provincie")):
        story.enters(who, organisation).rates(who, "i1", 3)
    story.does(FACILITATOR, "rating.reveal", step="poll")
    [poll] = as_data(report_model(story.session))["steps"]
    assert poll["items"][0]["n"] == 3
    assert poll["items"][0]["organisations"] == []

"""A page: a text that everybody reads, and nothing to do."""

import json

import pytest

from sessions.message import FACILITATOR
from tests.play import AN, page, play, rating


def test_a_page_is_a_tree_of_allowed_elements():
    text = "## Welcome\n\nWrite **one** thought.\n\n- a card\n- [more](https://example.org)\n"
    body = play(page(text=text)).step()["body"]
    assert body[0] == ["h2", {}, "Welcome"]
    assert ["strong", {}, "one"] in body[1]
    assert json.dumps(body).count('"li"') == 2
    assert '"https://example.org"' in json.dumps(body)


def test_nothing_that_could_run_or_load_comes_through():
    text = "<script>alert(1)</script>\n\n[x](javascript:alert(1))\n\n![y](https://example.org/z.png)\n\n<b onclick=a()>c</b>"
    body = json.dumps(play(page(text=text)).step()["body"])
    for trace in ('"script"', "javascript:", '"img"', '"b"', '"onclick"'):
        assert trace not in body


def test_an_empty_page_has_an_empty_body():
    assert play(page()).step() == {"body": []}


def test_a_page_points_at_the_results_of_an_earlier_step():
    story = play(rating(), page("look-back", results_of="poll"))
    assert story.step("look-back")["shows"] == "poll"


def test_everybody_reads_the_same_page_and_has_nothing_of_their_own_there():
    story = play(page(text="Hello")).enters(AN)
    assert story.step() == story.step(of="facilitator")
    assert story.mine(AN)["steps"] == {}


@pytest.mark.parametrize("who", [AN, FACILITATOR])
@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("canvas.add_card", {"card": "c1", "box": "left", "text": "x"}),
        ("rating.rate", {"item": "i1", "score": 1}),
    ],
)
def test_what_belongs_to_another_kind_of_step_is_refused_on_a_page(who, kind, fields):
    assert play(page()).refuses(who, kind, step="welcome", **fields) == ("rejected", "step.other_kind")

"""Playbooks: the shipped ones are sound, and a faulty one is told where it goes wrong."""

import re
import textwrap
from pathlib import Path
from typing import Any

import pytest

from sessions.activities import KINDS
from sessions.activity import StepPlan
from sessions.bilingual import localized
from sessions.delivers import Deliverable
from sessions.fields import Field
from sessions.items import From
from sessions.playbook import SHIPPED, BadPlaybook, Playbook, load, shipped_playbooks
from sessions.rating_plan import Plan as RatingPlan
from sessions.steps import step_plan
from sessions.texts import LANGUAGES
from tests.play import begun, play

PLAYBOOKS = shipped_playbooks()
HEAD = """
title = {nl = "Proef", en = "Trial"}
[join]
organisations = ["Rijk", "Provincie"]
[scales.two]
question = {nl = "Eens?", en = "Agree?"}
points = [{nl = "Nee", en = "No"}, {nl = "Ja", en = "Yes"}]
[[lists.things]]
id = "t1"
title = {nl = "Ding", en = "Thing"}
"""
PAGE = """
[[steps]]
id = "welkom"
kind = "page"
title = {nl = "Welkom", en = "Welcome"}
"""
CANVAS = """
[[steps]]
id = "bord"
kind = "canvas"
title = {nl = "Bord", en = "Board"}
[[steps.boxes]]
id = "a"
title = {nl = "A", en = "A"}
[[steps.boxes]]
id = "b"
title = {nl = "B", en = "B"}
"""
RATING = """
[[steps]]
id = "peiling"
kind = "rating"
title = {nl = "Peiling", en = "Poll"}
items = "things"
scale = "two"
"""


def written(folder: Path, *parts: str, name: str = "proef.toml") -> Path:
    path = folder / name
    path.write_text("\n".join(textwrap.dedent(part) for part in parts), "utf-8")
    return path


def step(kind: str, *lines: str, id: str = "x") -> str:
    title = f'title = {{nl = "{id}", en = "{id}"}}'
    return "\n".join(["[[steps]]", f'id = "{id}"', f'kind = "{kind}"', title, *lines])


# the shipped ones


def test_the_playbooks_of_the_user_are_there():
    assert set(PLAYBOOKS) == {
        "dialogen-afbakenen",
        "issues-naar-succesfactoren",
        "herkenbaarheid-peilen",
        "interne-dialoog",
        "brede-dialoog-1",
        "risicodialoog",
        "expertsessie",
        "brede-dialoog-3",
        "uitvoeringsagenda",
        "gebiedscommunity",
        "programmagesprek",
        "stakeholderanalyse",
    }


@pytest.mark.parametrize("id", PLAYBOOKS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_shipped_playbook_makes_a_session_in_either_language(id, language):
    playbook = PLAYBOOKS[id]
    plan = playbook.plan(language)
    for raw in plan.steps:
        step = step_plan(raw)
        assert step.title
        assert step.minutes > 0
        assert step.instruction
        assert step.notes
    assert plan.join.organisation_label
    assert all(playbook.text(field, language) for field in ("title", "purpose", "audience"))


@pytest.mark.parametrize("id", PLAYBOOKS)
def test_no_text_is_the_same_in_both_languages_by_mistake(id):
    texts = {language: list(_texts(PLAYBOOKS[id].plan(language).steps)) for language in LANGUAGES}
    same = [nl for nl, en in zip(texts["nl"], texts["en"], strict=True) if nl == en and " " in nl]
    assert [text for text in same if text.count(" ") > 2] == []


def _texts(value: Any, key: str = "") -> Any:
    """Every text for people in a plan; ``layout`` is rows of box ids."""
    match value:
        case str() if key not in ("id", "kind", "board", "results_of", "boxes_of", "label"):
            yield value
        case dict():
            for key, inner in value.items():
                if key not in ("layout", "focus", "cards_of"):
                    yield from _texts(inner, key)
        case list():
            for inner in value:
                yield from _texts(inner, key)


def test_the_canvas_of_the_user_is_complete():
    steps = {raw["id"]: raw for raw in PLAYBOOKS["dialogen-afbakenen"].plan("nl").steps}
    board = steps["canvas-a"]
    assert len(board["boxes"]) == 12
    assert {"top", "bottom", "layout"} <= board.keys()
    in_some_step = {box for raw in steps.values() for box in raw.get("focus", [])}
    assert in_some_step == {box["id"] for box in board["boxes"]}


@pytest.mark.parametrize("id", ["herkenbaarheid-peilen", "issues-naar-succesfactoren"])
def test_ten_issues_are_rated_beside_those_of_sterke_lekdijk(id):
    [rating] = [raw for raw in PLAYBOOKS[id].plan("nl").steps if raw["id"] == "herkenning"]
    plan = step_plan(rating)
    assert isinstance(plan, RatingPlan)
    assert isinstance(plan.items, list)
    assert len(plan.items) == 10
    assert plan.blind
    assert plan.reference
    assert plan.reference.label == "Sterke Lekdijk"
    assert "i4" not in plan.reference.scores


def test_the_readme_lists_what_is_shipped_quickest_first():
    readme = (SHIPPED.parent.parent / "README.md").read_text("utf-8")
    table = readme.split("<!-- playbooks", 1)[1].split("<!-- /playbooks", 1)[0]
    rows = [line.split("|")[1:5] for line in table.splitlines() if line.startswith("| `")]
    listed = [(id.strip(" `"), int(minutes)) for id, _, minutes, _ in rows]
    assert listed == [(id, playbook.summary("nl")["minutes"]) for id, playbook in PLAYBOOKS.items()]


def test_the_quickest_comes_first():
    minutes = [playbook.summary("nl")["minutes"] for playbook in PLAYBOOKS.values()]
    assert minutes == sorted(minutes)


# reading one


def test_a_playbook_is_told_in_the_language_of_the_session(tmp_path):
    playbook = load(written(tmp_path, HEAD, PAGE, RATING))
    assert playbook.summary("en") == {
        "id": "proef",
        "title": "Trial",
        "minutes": 0,
        "steps": [
            {"id": "welkom", "kind": "page", "title": "Welcome"},
            {"id": "peiling", "kind": "rating", "title": "Poll"},
        ],
    }
    assert playbook.plan("en").steps[1]["scale"] == {"question": "Agree?", "points": ["No", "Yes"]}
    assert playbook.plan("nl").steps[1]["items"] == [{"id": "t1", "title": "Ding"}]
    assert playbook.plan("nl").join.organisations == ["Rijk", "Provincie"]


def test_what_a_playbook_brings_itself_goes_before_what_is_shared(tmp_path):
    written(
        tmp_path,
        "[scales.two]",
        'question = {nl = "Gedeeld", en = "Shared"}',
        "points = []",
        name="_shared.toml",
    )
    written(tmp_path, HEAD, RATING)
    found = shipped_playbooks(tmp_path)
    assert list(found) == ["proef"]
    assert found["proef"].plan("en").steps[0]["scale"]["question"] == "Agree?"


def test_a_text_may_be_one_for_all_languages():
    assert localized({"label": "Lekdijk", "n": {"nl": "1", "en": "2"}}, "en") == {
        "label": "Lekdijk",
        "n": "2",
    }


def test_boxes_can_be_named_and_a_step_can_follow_a_form(tmp_path):
    shared = """
    [boxes.links]
    title = {nl = "Links", en = "Left"}
    [boxes.rechts]
    id = "r"
    title = {nl = "Rechts", en = "Right"}
    [forms.bord]
    kind = "canvas"
    title = {nl = "Bord", en = "Board"}
    boxes = ["links", "rechts", {id = "midden", title = {nl = "Midden", en = "Middle"}}]
    """
    own = """
    [[steps]]
    id = "x"
    form = "bord"
    title = {nl = "Mijn bord", en = "My board"}
    """
    written(tmp_path, shared, name="_shared.toml")
    written(tmp_path, HEAD, own)
    [found] = shipped_playbooks(tmp_path)["proef"].plan("en").steps
    assert found == {
        "id": "x",
        "kind": "canvas",
        "title": "My board",
        "boxes": [
            {"id": "links", "title": "Left"},
            {"id": "r", "title": "Right"},
            {"id": "midden", "title": "Middle"},
        ],
    }


def test_a_rating_may_take_its_items_from_earlier_steps(tmp_path):
    boxes = step("rating", 'items = {boxes_of = "bord"}', 'scale = "two"', id="boxes")
    cards = step("rating", 'items = {cards_of = ["bord"]}', 'scale = "two"', id="cards")
    plan = load(written(tmp_path, HEAD, CANVAS, boxes, cards)).plan("nl")
    view = begun(play({**step_of(plan, 0)}).session.info, plan).everyone
    assert list(view["steps"]["boxes"]["items"]) == ["a", "b"]
    assert view["steps"]["cards"]["items"] == {}


def step_of(plan: Any, n: int) -> dict[str, Any]:
    found: dict[str, Any] = plan.steps[n]
    return found


# what is wrong with one

BROKEN: dict[str, tuple[list[str], list[str]]] = {
    # what is wrong: (the playbook, what the message must name)
    "not TOML": (["title = "], ["not TOML"]),
    "no title": ([PAGE], ["title", "missing"]),
    "no steps": ([HEAD], ["steps", "missing"]),
    "steps that are no tables": ([HEAD.replace("[join]", "steps = [1]\n[join]")], ["steps", "[[steps]]"]),
    "one table of steps": ([HEAD, "[steps]", 'id = "x"'], ["steps", "[[steps]]"]),
    "an unknown field at the top": (['subtitle = "x"', HEAD, PAGE], ["subtitle", "not known"]),
    "an unknown field of a step": ([HEAD, PAGE, "minuts = 3"], ["step 'welkom'", "minuts"]),
    "an unknown field of a box": ([HEAD, CANVAS, "colour = 3"], ["step 'bord'", "colour"]),
    "an unknown field of join": (
        [HEAD.replace("[join]", '[join]\nmood = "no"'), PAGE],
        ["field join", "mood"],
    ),
    "an answer for each organisation where nobody names one": (
        [HEAD.replace("[join]", '[join]\norganisation = "no"'), RATING, 'per = "organisation"'],
        ["step 'peiling'", "field per", "organisation"],
    ),
    "cards from the start in two boxes of the same name": (
        [HEAD, CANVAS, 'cards = ["x"]', CANVAS.replace('"bord"', '"bord2"'), 'cards = ["y"]'],
        ["step 'bord2'", "field boxes", "‘bord’"],
    ),
    "an unknown kind": ([HEAD, step("quiz")], ["step 'x'", "field kind", "page, canvas, rating"]),
    "no kind": ([HEAD, "[[steps]]", 'id = "x"'], ["step 'x'", "field kind"]),
    "no id": ([HEAD, "[[steps]]", 'kind = "page"'], ["field id"]),
    "an id with a space": ([HEAD, step("page", id="a b")], ["field id", "a-z"]),
    "an id twice": ([HEAD, PAGE, PAGE], ["step 'welkom'", "field id", "same id"]),
    "a text in one language": (
        [HEAD, PAGE, 'instruction = {nl = "Hoi"}'],
        ["step 'welkom'", "instruction", "both"],
    ),
    "a text in three": (
        [HEAD, PAGE, 'instruction = {nl = "a", en = "b", de = "c"}'],
        ["step 'welkom'", "instruction"],
    ),
    "a text that is a number": (
        [HEAD, PAGE, "instruction = {nl = 1, en = 2}"],
        ["step 'welkom'", "instruction"],
    ),
    "minutes that are a text": ([HEAD, PAGE, 'minutes = "ten"'], ["step 'welkom'", "minutes"]),
    "fewer than no minutes": ([HEAD, PAGE, "minutes = -1"], ["step 'welkom'", "minutes"]),
    "a scale nobody knows": (
        [HEAD, RATING.replace('"two"', '"three"')],
        ["step 'peiling'", "field scale", "'three'", "two"],
    ),
    "a list nobody knows": (
        [HEAD, RATING.replace('"things"', '"stuff"')],
        ["step 'peiling'", "field items", "'stuff'"],
    ),
    "a box nobody knows": (
        [HEAD, step("canvas", 'boxes = ["links"]')],
        ["step 'x'", "field boxes", "'links'", "[boxes]"],
    ),
    "an unknown field of a card's field": (
        [HEAD, CANVAS, 'fields = [{id = "f", label = "F", kind = "text", colour = "red"}]'],
        ["step 'bord'", "boxes[1].fields[0]", "colour"],
    ),
    "a kind of field nobody knows": (
        [HEAD, CANVAS, 'fields = [{id = "f", label = "F", kind = "number"}]'],
        ["step 'bord'", "boxes[1].fields[0].kind"],
    ),
    "a field nobody knows by name": (
        [HEAD, step("canvas", 'boxes = [{id = "a", title = "A", fields = ["owner"]}]')],
        ["step 'x'", "boxes.fields", "'owner'", "[fields]"],
    ),
    "a choice from nothing": (
        [HEAD, CANVAS, 'fields = [{id = "f", label = "F", kind = "choice"}]'],
        ["step 'bord'", "boxes.fields", "'f'", "options"],
    ),
    "options nobody knows by name": (
        [HEAD, CANVAS, 'fields = [{id = "f", label = "F", kind = "choice", options = "colours"}]'],
        ["step 'bord'", "fields.options", "'colours'", "[groups]"],
    ),
    "a field that links to a later step": (
        [
            HEAD,
            CANVAS,
            'fields = [{id = "f", label = "F", kind = "item", items = {items_of = ["peiling"]}}]',
            RATING,
        ],
        ["step 'bord'", "fields", "no earlier step 'peiling'"],
    ),
    "rows of a later step": (
        [HEAD, CANVAS.replace('"bord"', '"bord"\nrows = {items_of = ["peiling"]}'), RATING],
        ["step 'bord'", "rows", "no earlier step 'peiling'"],
    ),
    "cards brought in from a later step": (
        [HEAD, CANVAS.replace('"bord"', '"bord"\nprefill = {items_of = ["peiling"]}'), RATING],
        ["step 'bord'", "prefill", "no earlier step 'peiling'"],
    ),
    "cards brought into a box that is not there": (
        [
            HEAD,
            RATING,
            CANVAS.replace('"bord"', '"bord"\nprefill = {items_of = ["peiling"]}\nprefill_box = "c"'),
        ],
        ["step 'bord'", "prefill_box", "'c'"],
    ),
    "agreed with a field that is not there": (
        [HEAD, CANVAS.replace('"bord"', '"bord"\nagreed_with = ["owner"]')],
        ["step 'bord'", "agreed_with", "'owner'"],
    ),
    "a look nobody knows": (
        [HEAD, CANVAS.replace('"bord"', '"bord"\nlook = "heap"')],
        ["step 'bord'", "look", "heap"],
    ),
    "a scale of a question nobody knows": (
        [HEAD, PAGE, 'questions = [{id = "q", label = "Q", kind = "scale", scale = "three"}]'],
        ["step 'welkom'", "questions.scale", "'three'"],
    ),
    "a question nobody knows by name": (
        [HEAD, PAGE, 'questions = ["mood"]'],
        ["step 'welkom'", "questions", "'mood'", "[questions]"],
    ),
    "targets nobody knows": (
        [HEAD, step("rating", 'items = "things"', 'targets = "stuff"')],
        ["step 'x'", "field targets", "'stuff'"],
    ),
    "targets of a rating that has none": (
        [HEAD, RATING, step("rating", 'items = {targets_of = ["peiling"]}', 'scale = "two"')],
        ["step 'x'", "items.targets_of", "'peiling'"],
    ),
    "two forms of rating at once": (
        [HEAD, RATING, "dots = 3"],
        ["step 'peiling'", "field scale", "exactly one"],
    ),
    "a second round of what is no rating": (
        [HEAD, CANVAS, RATING, 'again = "bord"'],
        ["step 'peiling'", "field again", "no rating"],
    ),
    "a second round of a later one": (
        [HEAD, RATING, 'again = "later"', RATING.replace('"peiling"', '"later"')],
        ["step 'peiling'", "field again", "no earlier step 'later'"],
    ),
    "an unknown field of a criterion": (
        [HEAD, RATING, 'criteria = [{id = "a", title = "A", weight = 2}, {id = "b", title = "B"}]'],
        ["step 'peiling'", "criteria[0]", "weight"],
    ),
    "a form nobody knows": ([HEAD, step("canvas", 'form = "bord"')], ["step 'x'", "field form", "'bord'"]),
    "a form that is no table": (
        [HEAD.replace("[join]", "[forms]\nbord = 3\n[join]"), step("canvas", 'form = "bord"')],
        ["step 'x'", "field form", "[forms.bord]"],
    ),
    "a scale of one point": (
        [HEAD.replace(', {nl = "Ja", en = "Yes"}', ""), RATING],
        ["step 'peiling'", "2 to 11 points"],
    ),
    "two items with one id": (
        [
            HEAD,
            '[[lists.things]]\nid = "t1"\ntitle = {nl = "x", en = "x"}',
            RATING,
        ],
        ["step 'peiling'", "field items", "same id"],
    ),
    "nothing to rate": (
        [HEAD, step("rating", "items = []", 'scale = "two"')],
        ["step 'x'", "field items", "nothing"],
    ),
    "an item id that nobody could send": (
        [HEAD.replace('"t1"', '"een twee"'), RATING],
        ["step 'peiling'", "items"],
    ),
    "a box id that nobody could send": (
        [HEAD, CANVAS.replace('id = "b"', 'id = "risico & kans"')],
        ["step 'bord'", "boxes"],
    ),
    "items of a later step": (
        [HEAD, step("rating", 'items = {boxes_of = "bord"}', 'scale = "two"'), CANVAS],
        ["step 'x'", "items.boxes_of", "no earlier step 'bord'"],
    ),
    "items of a page": (
        [HEAD, PAGE, step("rating", 'items = {cards_of = ["welkom"]}', 'scale = "two"')],
        ["step 'x'", "items.cards_of", "no canvas"],
    ),
    "items of nothing": (
        [HEAD, step("rating", 'items = {things_of = "bord"}', 'scale = "two"')],
        ["step 'x'", "items"],
    ),
    "items of two kinds of source at once": (
        [HEAD, CANVAS, step("rating", 'items = {boxes_of = "bord", cards_of = ["bord"]}', 'scale = "two"')],
        ["step 'x'", "field items", "exactly one of"],
    ),
    "items of no source": (
        [HEAD, step("rating", "items = {top = 3}", 'scale = "two"')],
        ["step 'x'", "field items", "exactly one of"],
    ),
    "items of a canvas as if it were a rating": (
        [HEAD, CANVAS, step("discussion", 'items = {items_of = ["bord"]}')],
        ["step 'x'", "field items.items_of[0]", "'bord' is no rating or discussion"],
    ),
    "cards of a box that is not there": (
        [HEAD, CANVAS, step("discussion", 'items = {cards_of = ["bord"], boxes = ["c"]}')],
        ["step 'x'", "field items.boxes", "'c'"],
    ),
    "items of a rating in a box": (
        [HEAD, RATING, step("discussion", 'items = {items_of = ["peiling"], boxes = ["a"]}')],
        ["step 'x'", "field items.boxes", "cards_of"],
    ),
    "the best of boxes": (
        [HEAD, CANVAS, step("discussion", 'items = {boxes_of = "bord", top = 2}')],
        ["step 'x'", "field items.top"],
    ),
    "what was decided in a rating": (
        [HEAD, RATING, step("discussion", 'items = {items_of = ["peiling"], decided = ["Ja"]}')],
        ["step 'x'", "field items.decided", "discussion"],
    ),
    "a decision nobody can come to": (
        [
            HEAD,
            RATING,
            step("discussion", 'items = {items_of = ["peiling"]}', 'decisions = ["Ja"]'),
            step("rating", 'items = {items_of = ["x"], decided = ["Nee"]}', 'scale = "two"', id="y"),
        ],
        ["step 'y'", "field items.decided", "'Nee' is no decision there"],
    ),
    "one word for two decisions": (
        [HEAD, RATING, step("discussion", 'items = {items_of = ["peiling"]}', 'decisions = ["Ja", "Ja"]')],
        ["step 'x'", "field decisions", "a word of its own"],
    ),
    "an order nobody knows": (
        [HEAD, RATING, step("discussion", 'items = {items_of = ["peiling"]}', 'order = "random"')],
        ["step 'x'", "order", "'random'"],
    ),
    "one id for two items": (
        [HEAD, RATING, step("rating", 'items = [{id = "t1", title = "Iets anders"}]', 'scale = "two"')],
        ["step 'x'", "field items", "'t1' is another one in step 'peiling'"],
    ),
    "a question on a scale without one": (
        [HEAD, step("page", 'questions = [{id = "q", label = "?", kind = "scale"}]')],
        ["step 'x'", "field questions[0].scale"],
    ),
    "two questions with one id": (
        [HEAD, step("page", 'questions = [{id = "q", label = "?"}, {id = "q", label = "!"}]')],
        ["step 'x'", "field questions", "same id"],
    ),
    "room for more than a person may send": (
        [HEAD, step("page", 'questions = [{id = "q", label = "?", max_chars = 3000}]')],
        ["step 'x'", "field questions[0].max_chars", "2000"],
    ),
    "a board that is a page": (
        [HEAD, PAGE, step("canvas", 'board = "welkom"')],
        ["step 'x'", "board", "no canvas"],
    ),
    "a board on a board": (
        [HEAD, CANVAS, step("canvas", 'board = "bord"', id="y"), step("canvas", 'board = "y"')],
        ["step 'x'", "board", "'bord'"],
    ),
    "a canvas without boxes": ([HEAD, step("canvas")], ["step 'x'", "boxes"]),
    "boxes and a board": (
        [HEAD, CANVAS, CANVAS.replace('"bord"', '"x"\nboard = "bord"')],
        ["step 'x'", "boxes"],
    ),
    "two boxes with one id": (
        [HEAD, CANVAS.replace('id = "b"', 'id = "a"')],
        ["step 'bord'", "boxes", "same id"],
    ),
    "a focus on a box that is not there": (
        [HEAD, CANVAS, step("canvas", 'board = "bord"', 'focus = ["c"]')],
        ["step 'x'", "focus", "'c'"],
    ),
    "a layout without a box": (
        [HEAD, CANVAS.replace('"bord"', '"bord"\nlayout = ["a a"]')],
        ["step 'bord'", "layout", "b"],
    ),
    "a crooked layout": (
        [HEAD, CANVAS.replace('"bord"', '"bord"\nlayout = ["a b", "a"]')],
        ["step 'bord'", "layout"],
    ),
    "room for no character": (
        [HEAD, CANVAS.replace('"bord"', '"bord"\nmax_chars = 0')],
        ["step 'bord'", "max_chars"],
    ),
    "room for more than anybody may send": (
        [HEAD, CANVAS, step("canvas", 'board = "bord"', "max_chars = 2001")],
        ["step 'x'", "max_chars"],
    ),
    "a card of the playbook that is longer than its box": (
        [HEAD, CANVAS, "max_chars = 5", 'cards = [{nl = "123456", en = "1"}]'],
        ["step 'bord'", "cards"],
    ),
    "results of a step that is not there": (
        [HEAD, PAGE, 'results_of = "peiling"'],
        ["step 'welkom'", "results_of", "'peiling'"],
    ),
    "a reference for an item that is not there": (
        [HEAD, RATING, "[steps.reference]", 'label = "x"', "scores = {t9 = 1}"],
        ["step 'peiling'", "reference.scores", "'t9'"],
    ),
    "a reference off the scale": (
        [HEAD, RATING, "[steps.reference]", 'label = "x"', "scores = {t1 = 3}"],
        ["step 'peiling'", "reference.scores", "1 to 2"],
    ),
    "a group nobody knows": (
        [HEAD.replace('["Rijk", "Provincie"]', '"friends"'), PAGE],
        ["join.organisations", "'friends'"],
    ),
    "a question nobody may ask": (
        [HEAD.replace("[join]", '[join]\nask = ["shoe size"]'), PAGE],
        ["join.ask", "shoe size"],
    ),
    "a question that is no list": (
        [HEAD.replace("[join]", "[join]\nask = 3"), PAGE],
        ["join.ask", "3"],
    ),
    "a kind that is a list": (
        [HEAD, PAGE.replace('"page"', '["page"]')],
        ["step 'welkom'", "field kind"],
    ),
    "an organisation longer than anybody may type": (
        [HEAD.replace('"Rijk"', f'"{"x" * 81}"'), PAGE],
        ["field join", "organisations"],
    ),
    "a suggestion that nobody could take over": (
        [HEAD, CANVAS, "max_chars = 5", 'suggestions = [{nl = "1", en = "123456"}]'],
        ["step 'bord'", "suggestions"],
    ),
    "a choice that is none": (
        [HEAD.replace("[join]", '[join]\nname = "maybe"'), PAGE],
        ["field join", "name"],
    ),
    "join that is no table": ([HEAD.replace("[join]", "join = 3\n[groups]"), PAGE], ["join", "[join]"]),
    "a scale that is no table": (
        [HEAD.replace("[scales.two]", "[scales]\ntwo = 3\n[scales.other]"), RATING],
        ["step 'peiling'", "scale"],
    ),
    "a deliverable of a step that is not there": (
        [HEAD, '[[delivers]]\ntext = "x"\nstep = "bort"', CANVAS],
        ["field delivers[0].step", "'bort'"],
    ),
    "a deliverable without a step": (
        [HEAD, '[[delivers]]\ntext = "x"', PAGE],
        ["delivers[0].step", "elsewhere"],
    ),
    "a deliverable with nothing to say": (
        [HEAD, '[[delivers]]\ntext = ""\nstep = "bord"', CANVAS],
        ["delivers[0].text"],
    ),
    "a deliverable in a box that is not there": (
        [HEAD, '[[delivers]]\ntext = "x"\nstep = "bord"\nboxes = ["a", "c"]', CANVAS],
        ["step 'bord'", "field delivers[0].boxes[1]", "'c'"],
    ),
    "a deliverable with a field that is not there": (
        [HEAD, '[[delivers]]\ntext = "x"\nstep = "bord"\nfilled = ["trekker"]', CANVAS],
        ["step 'bord'", "field delivers[0].filled[0]", "'trekker'"],
    ),
    "a deliverable that cannot be agreed": (
        [HEAD, '[[delivers]]\ntext = "x"\nstep = "bord"\nagreed = true', CANVAS],
        ["step 'bord'", "field delivers[0].agreed"],
    ),
    "a deliverable with a word that nobody can conclude with": (
        [HEAD, '[[delivers]]\ntext = "x"\nstep = "peiling"\ndecided = ["Ja"]', RATING],
        ["step 'peiling'", "field delivers[0].decided[0]", "'Ja'"],
    ),
    "a deliverable from elsewhere that asks something": (
        [HEAD, '[[delivers]]\ntext = "x"\nelsewhere = "y"\nfilled = ["z"]', PAGE],
        ["field delivers[0].filled", "goes with a step"],
    ),
    "less than one": (
        [HEAD, '[[delivers]]\ntext = "x"\nstep = "bord"\nleast = 0', CANVAS],
        ["delivers[0].least"],
    ),
    "an unknown field of a deliverable": (
        [HEAD, '[[delivers]]\ntext = "x"\nstep = "bord"\nwhen = "now"', CANVAS],
        ["field delivers[0].when"],
    ),
    "delivers that is no list": ([HEAD.replace("[join]", "[delivers]\n[join]"), PAGE], ["field delivers"]),
    "a deliverable in one language": (
        [HEAD, '[[delivers]]\ntext = {nl = "x"}\nstep = "welkom"', PAGE],
        ["field delivers[0].text", "both nl and en"],
    ),
    "lists that are no tables": (["lists = 3", HEAD.split("[[lists")[0], PAGE], ["lists"]),
}


@pytest.mark.parametrize("wrong", BROKEN)
def test_a_faulty_playbook_is_told_where_it_goes_wrong(tmp_path, wrong):
    parts, named = BROKEN[wrong]
    with pytest.raises(BadPlaybook) as found:
        load(written(tmp_path, *parts))
    message = str(found.value)
    assert message.startswith("proef.toml")
    assert [word for word in named if word not in message] == []
    assert "\n" not in message


def test_one_faulty_playbook_stops_them_all(tmp_path):
    written(tmp_path, HEAD, PAGE, name="goed.toml")
    written(tmp_path, HEAD, name="fout.toml")
    with pytest.raises(BadPlaybook, match=r"^fout\.toml, field steps: "):
        shipped_playbooks(tmp_path)


def test_what_is_shared_is_checked_too(tmp_path):
    written(tmp_path, "[colours]", 'red = "x"', name="_shared.toml")
    with pytest.raises(BadPlaybook, match=r"^_shared\.toml, field colours: "):
        shipped_playbooks(tmp_path)


def test_a_file_that_is_not_text_or_too_large_or_not_there_is_told(tmp_path):
    (tmp_path / "binair.toml").write_bytes(b'title = "\xff"')
    with pytest.raises(BadPlaybook, match="UTF-8"):
        load(tmp_path / "binair.toml")
    (tmp_path / "groot.toml").write_text("# " + "x" * 300_000)
    with pytest.raises(BadPlaybook, match="256 kB"):
        load(tmp_path / "groot.toml")
    with pytest.raises(BadPlaybook, match="No such file"):
        load(tmp_path / "nergens.toml")


def test_a_file_name_is_an_id(tmp_path):
    with pytest.raises(BadPlaybook, match="file name"):
        load(written(tmp_path, HEAD, PAGE, name="Mijn draaiboek.toml"))


def test_the_shipped_folder_holds_nothing_that_is_not_loaded():
    files = {path.stem for path in SHIPPED.glob("*.toml") if not path.name.startswith("_")}
    assert files == set(PLAYBOOKS)
    assert all(isinstance(playbook, Playbook) for playbook in PLAYBOOKS.values())


# what README says


README = (Path(__file__).parent.parent / "README.md").read_text("utf-8")
TABLES = dict(re.findall(r"<!-- fields: (\w+) -->\n(.*?)<!-- /fields -->", README, re.DOTALL))


def test_the_playbook_in_readme_can_be_played(tmp_path):
    example = README.split("```toml\n")[1].split("```")[0]
    shared = written(tmp_path, (SHIPPED / "_shared.toml").read_text("utf-8"), name="_shared.toml")
    written(shared.parent, example)
    plan = shipped_playbooks(tmp_path)["proef"].plan("en")
    assert [step["kind"] for step in plan.steps] == [*KINDS, "canvas", "page"]


@pytest.mark.parametrize("table", [*KINDS, "Deliverable", "Field", "From"])
def test_readme_names_every_field_and_no_other(table):
    described = {"Deliverable": Deliverable, "Field": Field, "From": From}.get(table) or KINDS[table][0]
    named = {name for row in TABLES[table].splitlines() for name in re.findall(r"`(\w+)", row.split("|")[1])}
    of_every_step = set(StepPlan.__struct_fields__) if table in KINDS else set()
    assert named == set(described.__struct_fields__) - of_every_step

"""Which figures a session has, by which id, and that nothing hidden is among them."""

from typing import Any

import pytest

from sessions.charts import Bars, Dots, HeatMap, Matrix, Tally, alternative, svg
from sessions.report_figures import figures
from sessions.texts import texts
from tests.play import Story, listed, page, play, rating
from tests.players import PLANS
from tests.players import played as played_plan

AXES = [{"id": "chance", "title": "Chance"}, {"id": "harm", "title": "Harm"}]
QUADRANTS = {"high_high": "Do", "high_low": "Aim", "low_high": "Join", "low_low": "Later"}
PEOPLE = {f"p-{n}": organisation for n, organisation in enumerate(["Provincie"] * 3 + ["Waterschap"] * 3)}


def told(*steps: dict[str, Any]) -> Story:
    story = play(*steps)
    for who, organisation in PEOPLE.items():
        story.enters(who, organisation)
    return story


def scored(story: Story, item: str, scores: list[int], step: str = "poll", **more: Any) -> None:
    for who, score in zip(PEOPLE, scores, strict=True):
        story.rates(who, item, score, step=step, **more)


def revealed(story: Story, step: str = "poll") -> Story:
    story.does("facilitator", "rating.reveal", step=step)
    return story


def test_nothing_is_drawn_of_a_round_before_its_reveal() -> None:
    story = told(rating())
    scored(story, "i1", [1, 1, 1, 4, 4, 4])
    assert figures(story.session) == {}
    assert list(figures(revealed(story).session)) == ["poll", "poll.organisations", "poll.i1"]


def test_a_round_on_a_scale_has_its_bars_and_its_organisations() -> None:
    story = told(rating())
    scored(story, "i1", [1, 1, 1, 4, 4, 4])
    scored(story, "i2", [3, 3, 3, 3, 3, 3])
    drawn = figures(revealed(story).session)
    overview, compared, item = drawn["poll"], drawn["poll.organisations"], drawn["poll.i1"]
    assert isinstance(overview, Bars)
    assert [row.title for row in overview.rows] == ["Item i1", "Item i2"]  # the most divided first
    assert overview.rows[0].bars[0].answers.counts == (3, 0, 0, 3)
    assert isinstance(compared, Dots)
    assert compared.groups == ("Provincie", "Waterschap")
    assert list(compared.rows[0].groups) == [1, 4]
    assert isinstance(item, Bars)
    assert [bar.name for bar in item.rows[0].bars] == ["Provincie", "Waterschap", "Everyone"]


def test_too_few_answers_of_an_organisation_are_in_no_figure() -> None:
    story = told(rating())
    story.enters("p-9", "Gemeente")
    scored(story, "i1", [1, 1, 1, 4, 4, 4])
    story.rates("p-9", "i1", 2)
    drawn = figures(revealed(story).session)
    said = " ".join(alternative(chart, texts("en")) for chart in drawn.values())
    assert "Gemeente" not in said


def test_a_second_round_is_drawn_with_the_first() -> None:
    story = told(rating(), rating("again", items={"items_of": ["poll"]}, again="poll"))
    scored(story, "i1", [1, 1, 1, 1, 2, 2])
    revealed(story)
    scored(story, "i1", [3, 3, 3, 4, 4, 4], step="again")
    chart = figures(revealed(story, "again").session)["again"]
    assert isinstance(chart, Bars)
    assert [(bar.name, bar.before) for bar in chart.rows[0].bars] == [("Before", True), ("Now", False)]


def test_two_criteria_make_a_matrix_and_three_a_heat_map() -> None:
    story = told(rating(criteria=AXES, quadrants=QUADRANTS))
    scored(story, "i1", [4] * 6, criterion="chance")
    scored(story, "i1", [1] * 6, criterion="harm")
    chart = figures(revealed(story).session)["poll"]
    assert isinstance(chart, Matrix)
    [spot] = chart.spots
    assert (spot.title, spot.across, spot.up, spot.quadrant) == ("Item i1", 4, 1, "Aim")
    story = told(rating(criteria=[*AXES, {"id": "cost", "title": "Cost"}]))
    scored(story, "i1", [3] * 6, criterion="cost")
    chart = figures(revealed(story).session)["poll"]
    assert isinstance(chart, HeatMap)
    assert chart.columns == ("Chance", "Harm", "Cost")
    assert [cell.figure if cell else None for cell in chart.cells[0]] == ["", "", "3"]


def test_choices_and_dots_have_their_pictures() -> None:
    story = told(rating(targets=("t1", "t2")), rating("dots", dots=3))
    for who in PEOPLE:
        story.does(who, "rating.choose", step="poll", item="i1", targets=["t2"])
    story.does("p-1", "rating.dots", step="dots", item="i2", dots=3)
    drawn = figures(revealed(revealed(story), "dots").session)
    choice, dots = drawn["poll"], drawn["dots"]
    assert isinstance(choice, HeatMap)
    assert choice.columns == ("Target t2",)
    assert isinstance(dots, Tally)
    assert [(row.title, row.told) for row in dots.rows] == [
        ("Item i2", "3 dots, 100%"),
        ("Item i1", "0 dots, 0%"),
    ]


def test_what_fits_on_no_page_goes_on_in_another_picture() -> None:
    items = listed([f"i{n}" for n in range(40)])
    story = told(rating(items=items))
    for item in items:
        story.rates("p-1", item["id"], 2)
    drawn = figures(revealed(story).session)
    assert list(drawn) == ["poll", "poll.part-2", "poll.part-3"]
    assert sum(len(chart.rows) for chart in drawn.values() if isinstance(chart, Bars)) == 40
    assert drawn["poll.part-2"].title.endswith("(part 2)")


def test_a_closing_question_on_a_scale_has_a_bar() -> None:
    scale = {"question": "It was", "points": ["no", "some", "yes"]}
    story = told(
        page(questions=[{"id": "useful", "label": "Was it useful?", "kind": "scale", "scale": scale}])
    )
    story.does("p-1", "page.answer", step="welcome", question="useful", score=3)
    assert figures(story.session) == {}
    story.does("facilitator", "page.reveal", step="welcome")
    assert list(figures(story.session)) == ["welcome.useful"]


@pytest.mark.parametrize("plan", [plan for plan in PLANS if plan.endswith("/nl")])
def test_every_figure_of_a_played_playbook_can_be_drawn(plan: str) -> None:
    session = played_plan(plan).session
    for id, chart in figures(session).items():
        assert id.split(".")[0] in session.steps
        assert svg(chart, texts("nl")).startswith("<svg ")

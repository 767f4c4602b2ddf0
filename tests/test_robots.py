"""Robots: what they want in every plan is what people may do, the same each time, and marked as theirs."""

from typing import Any

import pytest

from sessions.activities.rating import Rating
from sessions.message import FACILITATOR, Refused
from sessions.people import Join
from sessions.robots import Troupe, is_robot, troupe_of
from sessions.session_messages import Info, Plan
from sessions.texts import LANGUAGES, Language
from tests.options import OPTIONS
from tests.play import ORGANISATIONS, Story, begun, canvas, page, play, rating
from tests.players import PLAYBOOKS

NUMBER = 8
PLANS = [*OPTIONS, *(f"{id}/{language}" for id in PLAYBOOKS for language in LANGUAGES)]
MAY_BE_REFUSED = {"error.canvas.taken", "error.canvas.limit", "error.canvas.box_full"}


def rehearsed(story: Story, number: int = NUMBER, seed: int = 1) -> tuple[Story, list[str]]:
    """The story after robots went through all of its steps, with what they were refused."""
    session = story.session
    language: Language = session.info.language
    troupe = Troupe(troupe_of(number, session.plan.join.organisations, language), language, seed)
    refused: list[str] = []

    def act(robot: str, command: dict[str, Any]) -> None:
        fields = dict(command)
        try:
            story.does(robot, fields.pop("type"), **fields)
        except Refused as problem:
            refused.append(problem.key)

    def go_on() -> None:
        while wanted := troupe.next(story.session.view("everyone"), story.session.mine):
            act(wanted[0].id, wanted[1])

    for robot, command in troupe.entering():
        act(robot.id, command)
    for step in session.steps:
        story.does(FACILITATOR, "session.go", step=step)
        go_on()
        kind = session.steps[step].plan.kind
        if kind in ("canvas", "rating") and not story.step(step).get("waiting"):
            story.does(FACILITATOR, f"{kind}.reveal", step=step)
        go_on()
    return story, refused


def begun_with(plan: str) -> Story:
    if plan in OPTIONS:
        info = Info(title=plan, language="en", playbook="own", rehearsal=True)
        return begun(info, Plan(Join(organisations=ORGANISATIONS), OPTIONS[plan]))
    id, language = plan.split("/")
    playbook = PLAYBOOKS[id]
    info = Info(title=id, language=language, playbook=id, rehearsal=True)  # type: ignore[arg-type]
    return begun(info, playbook.plan(language))  # type: ignore[arg-type]


@pytest.mark.parametrize("plan", PLANS)
def test_robots_do_only_what_people_may_do_in_every_plan(plan: str):
    story, refused = rehearsed(begun_with(plan))
    assert set(refused) <= MAY_BE_REFUSED
    # They did something in it, beyond coming in.
    plans: list[Any] = [step.plan for step in story.session.steps.values()]
    wants = any(one.kind in ("canvas", "rating") or (one.kind == "page" and one.questions) for one in plans)
    assert not wants or len(story.log) > 1 + NUMBER + len(story.session.steps)


def test_the_same_seed_rehearses_the_same_session_and_another_one_another():
    stories = [rehearsed(begun_with("risicodialoog/nl"), seed=seed)[0] for seed in (1, 1, 2)]
    first, same, other = ([record.event for record in story.log] for story in stories)
    assert first == same != other


def test_a_robot_is_marked_in_its_name_its_organisation_and_its_id():
    story, _ = rehearsed(play(canvas(), join={"organisations": ["Waterschap"]}, language="nl"))
    for person in story.facilitator["people"].values():
        assert person["name"].startswith("Robot ")
        assert person["organisation"] == "Waterschap (robot)"
    assert all(map(is_robot, story.session.people))
    cards = story.step("ideas")["cards"].values()
    assert {card["by"] for card in cards} == {"Waterschap (robot)"}


def test_a_person_who_rehearses_along_is_never_in_a_group_with_robots():
    story = play(rating()).enters("p-AN7x", "Waterschap")
    story, _ = rehearsed(story)
    groups = story.session.by_organisation
    assert groups["Waterschap"] == ["p-AN7x"]
    assert all(is_robot(id) for name, ids in groups.items() if name != "Waterschap" for id in ids)


def test_no_robot_says_what_another_said():
    story, _ = rehearsed(play(canvas(boxes=("only",))), number=100)
    texts = [card["text"] for card in story.step("ideas")["cards"].values()]
    assert len(texts) > 90
    assert len(texts) == len(set(texts))


def test_robots_keep_to_the_length_that_a_box_allows():
    steps = canvas(boxes=("only",), max_chars=30)
    story, refused = rehearsed(play(steps), number=30)
    assert refused == []
    assert all(len(card["text"]) <= 30 for card in story.step("ideas")["cards"].values())


def test_what_robots_write_fits_what_is_asked():
    box = {"id": "box", "title": "Knowledge questions", "prompt": "To find out: …"}
    story, _ = rehearsed(play({**canvas(), "boxes": [box]}), number=20)
    assert any(card["text"].endswith("?") for card in story.step("ideas")["cards"].values())


def test_organisations_differ_more_from_each_other_than_within():
    items = tuple(f"i{n}" for n in range(12))
    story, _ = rehearsed(play(rating(items=items)), number=60)
    poll = story.session.activities["poll"]
    assert isinstance(poll, Rating)
    apart = 0
    for item in items:
        means = []
        for people in story.session.by_organisation.values():
            scores = [poll.answers[id][item].score for id in people if item in poll.answers.get(id, {})]
            numbers = [score for score in scores if isinstance(score, int)]
            means.append(sum(numbers) / len(numbers))
        apart += max(means) - min(means) > 1
    assert apart >= 2


def test_robots_never_give_an_address():
    story, _ = rehearsed(play(page(mail=True, questions=[{"id": "q", "label": "What?"}])))
    assert not [record for record in story.log if record.event.type == "page.mail_asked"]
    assert [record for record in story.log if record.event.type == "page.answered"]


def test_robots_wait_while_a_step_is_locked_or_the_session_has_not_begun():
    story = play(canvas())
    troupe = Troupe(troupe_of(3, [], "en"), "en")
    assert troupe.next(story.session.view("everyone"), story.session.mine) is None
    story.does(FACILITATOR, "session.go", step="ideas")
    story.does(FACILITATOR, "session.lock_step", step="ideas", locked=True)
    assert troupe.next(story.session.view("everyone"), story.session.mine) is None
    story.does(FACILITATOR, "session.lock_step", step="ideas", locked=False)
    assert troupe.next(story.session.view("everyone"), story.session.mine) is not None

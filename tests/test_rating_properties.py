"""What holds for a round whatever people do: totals, budgets, secrets, and what an exported log tells."""

from contextlib import suppress
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sessions.message import FACILITATOR, Refused, read_line
from sessions.report import report_model, to_source
from sessions.report_json import to_json
from sessions.results import SMALLEST_GROUP
from sessions.room import Room
from sessions.session import Session
from tests.play import CODE, STARTED, Crowd, Story, actor, as_json, canvas, play, rating
from tests.privacy import ANSWERS

CARDS = ["c1", "c2", "c3", "c4"]
ITEMS = ("i1", "i2", "i3")
PEOPLE = [f"p-{n}x" for n in range(9)]
ORGANISATIONS = ["Provincie", "Waterschap", "Gemeente", "Rijk", ""]
BUDGET, CAP = 5, 3

AXES = [{"id": "a", "title": "A"}, {"id": "b", "title": "B"}]
FORMS: dict[str, dict[str, Any]] = {
    "scale": {},
    "criteria": {"criteria": AXES},
    "cascade": {"criteria": "items"},
    "dots": {"dots": BUDGET, "max_per_item": CAP},
    "choice": {"targets": ("t1", "t2", "t3")},
}
every_form = pytest.mark.parametrize("form", FORMS)

WHO = st.sampled_from(PEOPLE)
NUMBERS = st.integers(0, BUDGET + 1)
ANSWER = st.tuples(WHO, st.sampled_from(ITEMS), st.integers(1, 4), st.integers(0, 2))
SPEAKERS = st.lists(st.sampled_from(ORGANISATIONS), min_size=len(PEOPLE), max_size=len(PEOPLE))


def tries(story: Story, who: str, kind: str, **fields: Any) -> None:
    with suppress(Refused):
        story.does(who, kind, **fields)


def answers(story: Story, form: str, who: str, item: str, score: int, at: int, *, step: str = "poll") -> None:
    """One answer of any form, or a refusal."""
    match form:
        case "dots":
            tries(story, who, "rating.dots", step=step, item=item, dots=score - 1)
        case "choice":
            chosen = [f"t{1 + (at + n) % 3}" for n in range(score - 1)]
            tries(story, who, "rating.choose", step=step, item=item, targets=chosen)
        case "criteria" | "cascade":
            criterion = ITEMS[at] if form == "cascade" else "ab"[at % 2]
            tries(story, who, "rating.rate", step=step, item=item, score=score, criterion=criterion)
        case "scale":
            told: Any = "none" if at == 2 else score
            tries(story, who, "rating.rate", step=step, item=item, score=told, remark=f"{score} of {at}")


def spoken_for(story: Story, organisations: list[str]) -> Story:
    for who, organisation in zip(PEOPLE, organisations, strict=True):
        story.enters(who, organisation)
    return story


# dots


@given(
    st.lists(st.tuples(WHO, st.sampled_from([*CARDS, "hide", "show", "resend"]), NUMBERS), max_size=40),
    st.booleans(),
)
@settings(deadline=None, max_examples=50)
def test_dots_never_exceed_the_budget(wishes: list[tuple[str, str, int]], blind: bool) -> None:
    """Two tabs of one person are two senders with the same id; a resend is the same command again, at any time."""
    story = play(canvas(), rating(items={"cards_of": ["ideas"]}, dots=BUDGET, max_per_item=CAP, blind=blind))
    for card in CARDS:
        story.adds(FACILITATOR, card)
    room = Room(story.session, {})
    sent: list[tuple[str, dict[str, Any]]] = []
    for n, (who, what, number) in enumerate(wishes):
        raw: dict[str, Any] = {"id": f"command-{n:012}", "type": "rating.dots", "step": "poll"}
        if what == "resend" and sent:
            who, raw = sent[number % len(sent)]
        elif what in ("hide", "show"):
            card = CARDS[number % len(CARDS)]
            hidden = what == "hide"
            raw = {**raw, "type": "canvas.hide_card", "step": "ideas", "card": card, "hidden": hidden}
            who = FACILITATOR
        else:
            raw |= {"item": what, "dots": number}
            sent.append((who, raw))
        room.submit(actor(who), [raw], STARTED, "en", lambda answered: None)
        mine = as_json(room.head.mine(who))["steps"].get("poll", {"dots": {}, "left": BUDGET})
        assert all(0 < dots <= CAP for dots in mine["dots"].values())
        assert sum(mine["dots"].values()) + mine["left"] == BUDGET
        assert mine["left"] >= 0
    check_total_of_dots(room.head)


def check_total_of_dots(session: Session) -> None:
    activity: Any = session.activities["poll"]
    results = activity.results(session)
    shown = {item.id for item in activity.items(session)}
    if results:
        given_here = sum(
            answer.dots
            for theirs in activity.answers.values()
            for item, answer in theirs.items()
            if item in shown
        )
        assert sum(result.dots for result in results.values()) == given_here
        assert given_here <= BUDGET * len(activity.answers)


# totals


@given(SPEAKERS, st.lists(ANSWER, max_size=60))
@settings(deadline=None, max_examples=50)
def test_totals_add_up_and_no_group_is_small(
    organisations: list[str], given_answers: list[tuple[str, str, int, int]]
) -> None:
    story = spoken_for(play(rating(items=ITEMS)), organisations)
    last: dict[tuple[str, str], Any] = {}
    for who, item, score, at in given_answers:
        answers(story, "scale", who, item, score, at)
        last[who, item] = "none" if at == 2 else score
    story.does(FACILITATOR, "rating.reveal", step="poll")
    for item, result in story.step("poll")["results"].items():
        given_here = [score for (_, of), score in last.items() if of == item]
        assert result["n"] + result["off"] == len(given_here)
        assert result["counts"] == {str(p): given_here.count(p) for p in range(1, 5)}
        groups = list(result.get("organisations", {}).values())
        if groups:
            assert len(groups) > 1
            assert sum(group["n"] for group in groups) == result["n"]
            for point, count in result["counts"].items():
                assert sum(group["counts"][point] for group in groups) == count
            # Neither shown nor left over when others are taken from the whole.
            assert all(group["n"] >= SMALLEST_GROUP for group in groups)


@every_form
@given(SPEAKERS, st.lists(ANSWER, max_size=30))
@settings(deadline=None, max_examples=40)
def test_each_organisation_counts_once(
    form: str, organisations: list[str], given_answers: list[tuple[str, str, int, int]]
) -> None:
    story = spoken_for(play(rating(items=ITEMS, per="organisation", **FORMS[form])), organisations)
    for answer in given_answers:
        answers(story, form, *answer)
    most = len(set(organisations) - {""})
    assert story.step("poll")["answered"] <= most
    story.does(FACILITATOR, "rating.reveal", step="poll")
    for result in story.step("poll")["results"].values():
        assert result["n"] <= most
        assert "organisations" not in result
        if form == "dots":
            assert result["dots"] <= most * CAP


# secrets


@pytest.mark.parametrize("form", [form for form in FORMS if form != "dots"])
@given(
    st.lists(ANSWER, min_size=1, max_size=15),
    st.permutations(range(1, 5)),
    st.permutations(range(3)),
)
@settings(deadline=None, max_examples=30)
def test_before_the_reveal_all_that_is_told_is_how_many_answered(
    form: str, given_answers: list[tuple[str, str, int, int]], points: list[int], targets: list[int]
) -> None:
    """The same people answer the same items, differently: views, others' parts, export, report and order are equal."""

    def told(other: bool) -> object:
        story = play(
            rating(items=ITEMS, **FORMS[form]),
            rating("again", items={"items_of": ["poll"], "top": 2}, dots=2),
            rating("sorted", items={"items_of": ["poll"]}, dots=2),
        )
        for who, item, score, at in given_answers:
            if form == "choice":
                answers(story, form, who, item, score, targets[at] if other else at)
            else:
                answers(story, form, who, item, points[score - 1] if other else score, at)
        return (
            story.everyone,
            story.facilitator,
            story.mine("somebody else"),
            story.exported,
            to_source(report_model(story.session)),
            to_json(report_model(story.session)),
        )

    assert told(other=False) == told(other=True)


@given(st.lists(st.tuples(WHO, st.sampled_from(ITEMS)), max_size=12))
@settings(deadline=None, max_examples=40)
def test_on_which_item_dots_lie_is_told_to_nobody(given_dots: list[tuple[str, str]]) -> None:
    def told(place: Any) -> object:
        story = play(rating(items=ITEMS, dots=BUDGET, max_per_item=BUDGET))
        for who, item in given_dots:
            item = place(item)
            own = story.mine(who)["steps"].get("poll", {"dots": {}})["dots"]
            tries(story, who, "rating.dots", step="poll", item=item, dots=own.get(item, 0) + 1)
        return story.everyone, story.facilitator, story.mine("somebody else"), story.exported

    assert told(lambda item: item) == told(lambda item: ITEMS[-1 - ITEMS.index(item)])


# an exported log


@pytest.mark.parametrize("blind", [True, False])
@pytest.mark.parametrize("per", ["person", "organisation"])
@every_form
@given(SPEAKERS, st.lists(ANSWER, max_size=20), st.booleans())
@settings(deadline=None, max_examples=15)
def test_an_exported_log_gives_exactly_the_report_and_no_answer_of_a_round_that_ended(
    form: str,
    per: str,
    blind: bool,
    organisations: list[str],
    given_answers: list[tuple[str, str, int, int]],
    ended: bool,
) -> None:
    again = [] if form != "scale" else [rating("again", items=ITEMS, again="poll", blind=False)]
    story = play(rating(items=ITEMS, per=per, blind=blind, addable=True, **FORMS[form]), *again)
    spoken_for(story, organisations)
    story.does(PEOPLE[0], "rating.add_item", step="poll", item="own", title="Of my own")
    for n, answer in enumerate(given_answers):
        answers(story, form, *answer, step="again" if again and n % 3 == 0 else "poll")
    story.enters(PEOPLE[1], "Rijk")
    if ended or blind:
        story.does(FACILITATOR, "rating.reveal", step="poll")
        assert [
            line for line in story.exported if line["type"] in ANSWERS and line["body"]["step"] == "poll"
        ] == []
    for line in story.exported:
        if line["type"] in ANSWERS:
            assert line["actor"] not in PEOPLE
            assert line["body"]["organisation"] == ""
    records = [read_line(line) for line in as_json(story.exported)]
    told = Session.of(CODE, records)
    assert to_source(report_model(told)) == to_source(report_model(story.session))
    assert as_json(told.view("everyone")) == story.everyone
    assert list(told.exported(records)) == records


def test_what_is_kept_of_a_round_tells_nothing_of_an_organisation_that_is_too_small() -> None:
    """Somebody with the log, the list of people and the results knows no more than who looked at the screen."""

    def told(alone: int, other: int) -> object:
        story = play(rating())
        for n in range(3):
            story.enters(f"g{n}", "Gemeente").rates(f"g{n}", "i1", 4)
        story.enters("x", "Alone").rates("x", "i1", alone)
        story.enters("y", "Just as alone").rates("y", "i1", other)
        story.enters("z", "And one more").rates("z", "i1", 2)
        story.does(FACILITATOR, "rating.reveal", step="poll")
        return story.exported

    assert told(1, 3) == told(3, 1)


def test_every_form_is_wished_for_by_the_crowd() -> None:
    """The crowd of the conformance tests gives answers of each form, so that these hold for all of them."""
    for form, options in FORMS.items():
        story, crowd = play(rating(items=ITEMS, **options)), Crowd(Random(1))
        for _ in range(30):
            raw = crowd.wish(story.session, crowd.people[0])
            tries(story, crowd.people[0], raw["type"], **{k: raw[k] for k in raw if k not in ("id", "type")})
        assert story.step("poll")["answered"], form

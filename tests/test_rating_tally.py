"""People and organisations without a phone, in every form of a round: what may be entered, and what it counts for."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sessions.message import FACILITATOR, read_line
from sessions.report import report_model, to_source
from sessions.report_csv import sheets
from sessions.report_json import to_json
from sessions.results import SMALLEST_GROUP
from sessions.session import Session
from tests.play import AN, BO, CODE, Story, as_json, canvas, play, rating
from tests.test_rating_properties import FORMS, ITEMS, answers, every_form, tries

AXES = [{"id": "a", "title": "A"}, {"id": "b", "title": "B"}]
ORGANISATION = "Gemeente"
THREE = ("t1", "t2", "t3")


def people(story: Story, n: int, organisation: str = ORGANISATION) -> Story:
    story.does(FACILITATOR, "rating.tally_people", step="poll", people=n, organisation=organisation)
    return story


def counts(
    story: Story, item: str, organisation: str = ORGANISATION, criterion: Any = None, **of: int
) -> None:
    """Enter how many chose each point (``p1``), target, or ``dots``."""
    named = {what.removeprefix("p") if what != "people" else what: n for what, n in of.items()}
    extra = {"criterion": criterion} if criterion else {}
    story.does(
        FACILITATOR,
        "rating.tally",
        step="poll",
        item=item,
        organisation=organisation,
        counts=named,
        **extra,
    )


def refusal(story: Story, item: str = "i1", criterion: Any = None, **of: int) -> str:
    named = {what.removeprefix("p"): n for what, n in of.items()}
    extra = {"criterion": criterion} if criterion else {}
    return story.refuses(
        FACILITATOR,
        "rating.tally",
        step="poll",
        item=item,
        organisation=ORGANISATION,
        counts=named,
        **extra,
    )[1].removeprefix("rating.")


def entered(story: Story) -> Any:
    """What the facilitator sees of what was entered for ORGANISATION."""
    shown = story.facilitator["steps"]["poll"]
    found = [*shown.get("tallies", {}).values(), *shown.get("spoken", {}).values()]
    return next((one for one in found if one["organisation"] == ORGANISATION), None)


def revealed(story: Story) -> dict[str, Any]:
    """The results, item by item."""
    story.does(FACILITATOR, "rating.reveal", step="poll")
    results: dict[str, Any] = story.step("poll")["results"]
    return results


# what may be entered


def test_dots_of_people_without_a_phone_keep_to_the_budget_of_so_many_people():
    story = play(rating(items=ITEMS, dots=5, max_per_item=3))
    assert refusal(story, dots=1) == "tally_people_first"
    people(story, 2)
    assert refusal(story, dots=7) == "tally_cap"
    counts(story, "i1", dots=6)
    counts(story, "i2", dots=3)
    assert refusal(story, "i3", dots=2) == "tally_budget"
    assert entered(story)["left"] == 1
    few = {"step": "poll", "people": 1, "organisation": ORGANISATION}
    assert story.refuses(FACILITATOR, "rating.tally_people", **few)[1] == "rating.tally_fewer"
    counts(story, "i1", dots=2)
    people(story, 1)
    story.does(AN, "rating.dots", step="poll", item="i1", dots=1)
    assert story.step()["on_behalf"] == 1
    assert {id: result["dots"] for id, result in revealed(story).items()} == {"i1": 3, "i2": 3, "i3": 0}


def test_dots_on_an_item_that_is_away_give_way():
    story = play(canvas(), rating(items={"cards_of": ["ideas"]}, dots=3))
    story.adds(AN, "c1").adds(AN, "c2")
    people(story, 1)
    counts(story, "c1", dots=3)
    story.does(FACILITATOR, "canvas.hide_card", step="ideas", card="c1", hidden=True)
    counts(story, "c2", dots=2)
    assert entered(story)["items"] == {"c1": {"dots": 1}, "c2": {"dots": 2}}


def test_choices_are_counted_for_each_target_and_item():
    story = play(rating(targets=THREE, max_targets=2))
    assert refusal(story, t1=1) == "tally_people_first"
    people(story, 3)
    assert refusal(story, t1=4) == "tally_target"
    assert refusal(story, t1=3, t2=3, t3=1) == "tally_targets"
    assert refusal(story, t9=1) == "unknown_target"
    counts(story, "i1", t1=3, t2=2)
    # What is not named stays.
    counts(story, "i1", t2=1)
    story.does(AN, "rating.choose", step="poll", item="i1", targets=["t1"])
    assert revealed(story)["i1"] == {"n": 4, "targets": {"t1": 4, "t2": 1}}


def test_who_may_choose_one_target_is_counted_by_the_choices():
    story = play(rating(targets=THREE, multiple=False))
    counts(story, "i1", t1=3, t2=2)
    assert story.step("poll")["answered"] == 5
    many = {"step": "poll", "people": 5, "organisation": ORGANISATION}
    assert story.refuses(FACILITATOR, "rating.tally_people", **many)[1] == "rating.people_counted"


@pytest.mark.parametrize(("criteria", "one", "other"), [(AXES, "a", "b"), ("items", "i2", "i3")])
def test_points_are_counted_for_each_criterion(criteria, one, other):
    story = play(rating(items=ITEMS, criteria=criteria))
    assert refusal(story, p1=1) == "criterion_missing"
    assert refusal(story, p1=1, criterion="x") == "unknown_criterion"
    assert refusal(story, p5=1, criterion=one) == "off_scale"
    counts(story, "i1", criterion=one, p1=2, p4=1)
    counts(story, "i1", criterion=other, none=2)
    assert entered(story)["items"] == {"i1": {one: {"1": 2, "4": 1}, other: {"none": 2}}}
    story.does(AN, "rating.rate", step="poll", item="i1", criterion=one, score=4)
    result = revealed(story)["i1"]
    assert result["n"] == 4
    assert result["criteria"][one]["counts"] == {"1": 2, "2": 0, "3": 0, "4": 2}
    assert result["criteria"][other]["off"] == 2


@pytest.mark.parametrize(
    ("options", "of", "key"),
    [
        ({}, {"p5": 1}, "off_scale"),
        ({}, {"p01": 1}, "off_scale"),
        ({}, {"p1": 501}, "tally_most"),
        ({"dots": 3}, {"p1": 1}, "other_form"),
        ({"per": "organisation"}, {"p1": 1}, "no_tally"),
    ],
)
def test_a_count_that_fits_no_round_is_refused(options, of, key):
    assert refusal(play(rating(**options)), **of) == key


def test_a_round_with_counts_in_it_keeps_its_scale():
    """Else a point that was counted would be off the scale at the reveal."""
    story = play(rating())
    counts(story, "i1", p4=1)
    plan = dict(story.session.plan.steps[0])
    shorter = {**plan, "scale": {**plan["scale"], "points": ["no", "yes"]}}
    assert story.refuses(FACILITATOR, "session.edit_step", step="poll", plan=shorter)[1] == (
        "agenda.scale_answered"
    )
    assert revealed(story)["i1"]["n"] == 1


# the answer of an organisation

GIVEN: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "scale": ("rating.rate", {"score": 2, "remark": "Well"}, {"score": 4}),
    "criteria": ("rating.rate", {"score": 2, "criterion": "a"}, {"score": 4, "criterion": "a"}),
    "cascade": ("rating.rate", {"score": 2, "criterion": "i2"}, {"score": 4, "criterion": "i2"}),
    "dots": ("rating.dots", {"dots": 2}, {"dots": 3}),
    "choice": ("rating.choose", {"targets": ["t1"]}, {"targets": ["t2", "t3"]}),
}


def gives(story: Story, form: str, which: int = 1, who: str = FACILITATOR, item: str = "i1") -> None:
    """An answer for ORGANISATION, through the facilitator or from somebody's phone."""
    named = {"organisation": ORGANISATION} if who == FACILITATOR else {}
    kind, *answers_given = GIVEN[form]
    story.does(who, kind, step="poll", item=item, **answers_given[which - 1], **named)


def for_each(form: str, **options: Any) -> Story:
    return play(rating(items=ITEMS, per="organisation", **FORMS[form], **options))


@every_form
def test_the_facilitator_answers_for_an_organisation_without_a_phone(form):
    story, like = for_each(form), for_each(form).enters(AN, ORGANISATION)
    gives(story, form)
    gives(story, form, 2)
    gives(like, form)
    gives(like, form, 2, AN)
    mine = like.mine(AN)["steps"]["poll"]
    assert {**entered(story), "by_us": True} == {**mine, "organisation": ORGANISATION}
    assert story.facilitator["steps"]["poll"]["progress"][ORGANISATION]["answered"] == 1
    assert (story.step()["answered"], story.step()["on_behalf"]) == (1, 1)
    assert "spoken" not in story.step()
    assert revealed(story) == revealed(like)
    assert entered(story) is None
    assert "The facilitator entered the answer of 1 organisation" in to_source(report_model(story.session))


@every_form
def test_what_an_organisation_answers_on_a_phone_is_neither_seen_nor_changed_by_the_facilitator(form):
    story = for_each(form).enters(AN, ORGANISATION)
    gives(story, form)
    gives(story, form, 2, AN)
    assert entered(story) is None
    assert "on_behalf" not in story.step()
    kind, fields, _ = GIVEN[form]
    command = {"step": "poll", "item": "i2", "organisation": ORGANISATION.upper(), **fields}
    if form == "cascade":
        command["criterion"] = "i3"
    assert story.refuses(FACILITATOR, kind, **command) == ("rejected", "rating.answers_itself")


def test_an_organisation_that_somebody_left_still_counts_when_the_facilitator_speaks_for_it():
    story = for_each("scale")
    gives(story, "scale")
    story.enters(AN, ORGANISATION).enters(AN, "Provincie")
    assert story.step()["answered"] == 1


@pytest.mark.parametrize(
    ("who", "options", "organisation", "expected"),
    [
        (FACILITATOR, {"per": "organisation"}, "", ("forbidden", "participants_only")),
        (FACILITATOR, {}, ORGANISATION, ("rejected", "rating.only_tally")),
        (AN, {"per": "organisation"}, ORGANISATION, ("forbidden", "forbidden")),
        (AN, {}, ORGANISATION, ("forbidden", "forbidden")),
    ],
)
def test_nobody_answers_in_a_name_that_is_not_theirs(who, options, organisation, expected):
    story = play(rating(**options)).enters(AN, "Waterschap")
    fields = {"step": "poll", "item": "i1", "score": 1, "organisation": organisation}
    assert story.refuses(who, "rating.rate", **fields) == expected


# the way back


def table_of(form: str) -> Callable[[Story, int], None]:
    """Enters something for people without a phone, more of it the second time."""

    def enter(story: Story, which: int) -> None:
        match form:
            case "dots":
                people(story, which)
                counts(story, "i1", dots=which)
            case "choice":
                people(story, which)
                counts(story, "i1", t1=which, t2=1)
            case "scale":
                counts(story, "i1", p1=which, none=1)
            case _:
                counts(story, "i1", criterion="a" if form == "criteria" else "i2", p1=which)

    return enter


@pytest.mark.parametrize("per", ["person", "organisation"])
@every_form
def test_an_entry_is_undone_and_done_again(form, per):
    story = play(rating(items=ITEMS, per=per, **FORMS[form]))
    enter = table_of(form) if per == "person" else (lambda story, which: gives(story, form, which))
    enter(story, 1)
    before = story.step(of="facilitator")
    enter(story, 2)
    after = story.step(of="facilitator")
    act = {"act": max(map(int, story.facilitator["acts"]))}
    story.does(FACILITATOR, "session.undo", **act)
    if form not in ("dots", "choice") or per == "organisation":
        # Else how many people there are was an act of its own.
        assert story.step(of="facilitator") == before
    story.does(FACILITATOR, "session.redo", **act)
    assert story.step(of="facilitator") == after
    assert revealed(story)["i1"]["n"]
    assert story.refuses(FACILITATOR, "session.undo", **act) == ("rejected", "rating.closed")


def test_an_entry_is_not_undone_once_the_organisation_answers_itself():
    story = for_each("scale").enters(AN, ORGANISATION)
    gives(story, "scale")
    gives(story, "scale", 2, AN)
    act = {"act": max(map(int, story.facilitator["acts"]))}
    assert story.refuses(FACILITATOR, "session.undo", **act) == ("rejected", "undo.changed_since")


# what holds for whatever is entered

PLACES = st.sampled_from([ORGANISATION, "Provincie", ""])
ENTRY = st.tuples(PLACES, st.sampled_from(ITEMS), st.integers(0, 2), st.integers(1, 4), st.integers(0, 6))
PHONE = st.tuples(st.sampled_from([AN, BO]), st.sampled_from(ITEMS), st.integers(1, 4), st.integers(0, 2))


def enters(story: Story, form: str, organisation: str, item: str, at: int, point: int, n: int) -> None:
    """One count of any form, or a refusal."""
    fields: dict[str, Any] = {"step": "poll", "item": item, "organisation": organisation}
    match form:
        case "dots":
            fields["counts"] = {"dots": n}
        case "choice":
            fields["counts"] = {f"t{at + 1}": n}
        case "criteria" | "cascade":
            fields["counts"] = {str(point): n}
            fields["criterion"] = ITEMS[at] if form == "cascade" else "ab"[at % 2]
        case "scale":
            fields["counts"] = {"none" if at == 2 else str(point): n}
    tries(story, FACILITATOR, "rating.tally", **fields)


def told(form: str, blind: bool, entries: list[Any], phones: list[Any], sizes: list[int]) -> Story:
    story = play(rating(items=ITEMS, blind=blind, **FORMS[form])).enters(AN).enters(BO, "Gemeente")
    for organisation, n in zip([ORGANISATION, "Provincie", ""], sizes, strict=True):
        tries(story, FACILITATOR, "rating.tally_people", step="poll", people=n, organisation=organisation)
    for entry in entries:
        enters(story, form, *entry)
    for phone in phones:
        answers(story, form, *phone)
    return story


def total_of(story: Story, item: str) -> dict[str, int]:
    """What phones and tables hold about *item*, by what was chosen."""
    activity: Any = story.session.activities["poll"]
    found: dict[str, int] = {}

    def add(what: str, n: int = 1) -> None:
        found[what] = found.get(what, 0) + n

    for table in activity.tables.values():
        for (of, criterion), row in table.rows.items():
            for what, n in row.items() if of == item else ():
                add(f"{criterion}:{what}", n)
    for theirs in activity.answers.values():
        if item in theirs:
            answer = theirs[item]
            if answer.dots:
                add(":dots", answer.dots)
            if answer.score is not None:
                add(f":{answer.score}")
            for target in answer.targets:
                add(f":{target}")
            for criterion, score in answer.criteria.items():
                add(f"{criterion}:{score}")
    return found


def total_shown(form: str, result: dict[str, Any]) -> dict[str, int]:
    """The same, as one result of the view tells it."""

    def points(criterion: str, figures: dict[str, Any]) -> dict[str, int]:
        numbered = {f"{criterion}:{point}": n for point, n in figures["counts"].items()}
        return {**numbered, f"{criterion}:none": figures["off"]}

    match form:
        case "dots":
            found = {":dots": result["dots"]}
        case "choice":
            found = {f":{target}": n for target, n in result["targets"].items()}
        case "scale":
            found = points("", result)
        case _:
            found = {}
            for criterion, figures in result["criteria"].items():
                found |= points(criterion, figures)
    return {what: n for what, n in found.items() if n}


def total_told(form: str, line: dict[str, Any]) -> dict[str, int]:
    """The same, as report.json tells it."""

    def numbered(figures: dict[str, Any]) -> dict[str, Any]:
        return {**figures, "counts": {str(n): count for n, count in enumerate(figures["counts"], 1)}}

    if form == "scale":
        line = numbered(line)
    if "criteria" in line:
        line = {**line, "criteria": {id: numbered(figures) for id, figures in line["criteria"].items()}}
    return total_shown(form, line)


@every_form
@given(
    st.lists(ENTRY, max_size=20),
    st.lists(PHONE, max_size=6),
    st.lists(st.integers(0, 5), min_size=3, max_size=3),
)
@settings(deadline=None, max_examples=30)
def test_totals_add_up_in_every_form_of_the_outcome(form, entries, phones, sizes):
    story = told(form, True, entries, phones, sizes)
    assert not {"tallies", "results", "spoken"} & story.step("poll").keys()
    taking_part = story.step("poll").get("on_behalf", 0)
    results = revealed(story)
    for item, result in results.items():
        assert total_shown(form, result) == total_of(story, item)
        groups = result.get("organisations", {}).values()
        assert all(group["n"] >= SMALLEST_GROUP for group in groups)
        assert not groups or sum(group["n"] for group in groups) == result["n"]
    for step in json.loads(to_json(report_model(story.session)))["steps"]:
        assert step["on_behalf"] == taking_part
        for line in step["items"]:
            assert total_told(form, line) == total_shown(form, results[line["id"]])


@every_form
@given(st.lists(ENTRY, min_size=1, max_size=20), st.lists(st.integers(1, 5), min_size=3, max_size=3))
@settings(deadline=None, max_examples=30)
def test_no_voice_without_a_phone_does_more_than_one_person_may(form, entries, sizes):
    story = told(form, True, entries, [], sizes)
    activity: Any = story.session.activities["poll"]
    voices, speaking = activity.tallied_voices()
    for key, table in activity.tables.items():
        assert sum(1 for of in speaking.values() if of == key) <= (table.people or 99)
    for theirs in voices.values():
        assert sum(answer.dots for answer in theirs.values()) <= 5
        for answer in theirs.values():
            assert answer.dots <= 3
            assert len(set(answer.targets)) == len(answer.targets)


@pytest.mark.parametrize("ended", [True, False])
@every_form
@given(
    st.lists(ENTRY, max_size=12),
    st.lists(PHONE, max_size=4),
    st.lists(st.integers(0, 5), min_size=3, max_size=3),
)
@settings(deadline=None, max_examples=15)
def test_an_exported_log_gives_the_same_report_and_names_no_organisation(form, ended, entries, phones, sizes):
    story = told(form, False, entries, phones, sizes)
    if ended:
        story.does(FACILITATOR, "rating.reveal", step="poll")
    check_export(story)


@every_form
@pytest.mark.parametrize("ended", [True, False])
def test_an_exported_log_keeps_how_many_organisations_had_no_phone(form, ended):
    story = for_each(form, blind=False).enters(AN, "Provincie")
    gives(story, form)
    gives(story, form, 2)
    gives(story, form, 1, AN)
    if ended:
        story.does(FACILITATOR, "rating.reveal", step="poll")
    check_export(story)


def check_export(story: Story) -> None:
    for line in story.exported:
        if line["type"] in ("rating.tallied", "rating.people_tallied"):
            assert line["body"]["organisation"] == ""
    records = [read_line(line) for line in as_json(story.exported)]
    again = Session.of(CODE, records)
    assert to_source(report_model(again)) == to_source(report_model(story.session))
    assert as_json(again.view("everyone")) == story.everyone
    assert list(again.exported(records)) == records


def test_the_tables_of_a_report_count_who_had_no_phone():
    story = play(rating(items=ITEMS, dots=5))
    people(story, 2)
    counts(story, "i1", dots=6)
    story.does(AN, "rating.dots", step="poll", item="i1", dots=1)
    story.does(FACILITATOR, "rating.reveal", step="poll")
    report = report_model(story.session)
    [step] = [one for one in json.loads(to_json(report))["steps"] if one["id"] == "poll"]
    assert (step["answered"], step["on_behalf"]) == (3, 2)
    assert step["items"][0]["dots"] == 7
    assert "For 2 people without a phone" in to_source(report)
    assert any(7 in row for sheet in sheets(report) for row in sheet.rows)

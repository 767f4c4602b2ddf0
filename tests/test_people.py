"""People: what they are asked, what they say, and the group that this puts them in."""

import pytest

from sessions.session import MAX_PEOPLE
from tests.play import AN, BO, ORGANISATIONS, Story, page, play


def organisation_of(story: Story, who: str) -> str:
    return str(story.facilitator["people"][who].get("organisation", ""))


def test_what_a_person_filled_in_comes_back_to_that_person():
    story = play(page()).enters(AN, "Gemeente", name="An", role="Ambtelijk", level="Tactisch")
    assert story.mine(AN)["person"] == {
        "name": "An",
        "organisation": "Gemeente",
        "role": "Ambtelijk",
        "level": "Tactisch",
    }
    assert "person" not in story.mine(BO)


def test_a_field_that_is_left_out_stays_and_an_empty_one_is_cleared():
    story = play(page()).enters(AN, "Gemeente", name="An")
    story.does(AN, "participant.enter", name="")
    assert story.mine(AN)["person"] == {"organisation": "Gemeente"}
    story.does(AN, "participant.enter", role="Extern")
    assert story.mine(AN)["person"] == {"organisation": "Gemeente", "role": "Extern"}


def test_entering_again_with_the_same_causes_nothing_and_keeps_ones_place():
    story = play(page()).enters(AN, "Gemeente").enters(BO, "Rijk")
    assert story.does(AN, "participant.enter", organisation="Gemeente") == []
    story.enters(AN, "Provincie")
    assert [person["order"] for person in story.facilitator["people"].values()] == [1, 2]


@pytest.mark.parametrize(
    ("join", "card", "key"),
    [
        ({"name": "required"}, {"organisation": "Rijk"}, "join.name_missing"),
        ({"name": "required"}, {"organisation": "Rijk", "name": " \u200b "}, "join.name_missing"),
        ({"organisation": "required"}, {"name": "An"}, "join.organisation_missing"),
        ({"organisation": "required"}, {"organisation": ""}, "join.organisation_missing"),
    ],
)
def test_what_is_required_must_be_there(join, card, key):
    assert play(page(), join=join).refuses(AN, "participant.enter", **card) == ("rejected", key)


def test_what_is_required_cannot_be_cleared_later():
    story = play(page(), join={"organisation": "required"}).enters(AN, "Rijk")
    assert story.refuses(AN, "participant.enter", organisation="")[1] == "join.organisation_missing"
    story.does(AN, "participant.enter", name="An")


@pytest.mark.parametrize("field", ["name", "organisation", "role", "level"])
def test_every_answer_has_a_limit(field):
    story = play(page())
    story.does(AN, "participant.enter", **{field: "x" * 80})
    refusal = story.refuses(AN, "participant.enter", **{field: "x" * 81})
    assert refusal == ("too_large", "text.too_long")


def test_an_answer_is_one_line():
    story = play(page()).enters(AN, "Water\nschap\tZuid")
    assert organisation_of(story, AN) == "Water schap Zuid"


@pytest.mark.parametrize("typed", ["waterschap", "WATERSCHAP", " Waterschap "])
def test_an_organisation_of_the_list_is_written_as_in_the_list(typed):
    assert organisation_of(play(page()).enters(AN, typed), AN) == "Waterschap"


def test_an_organisation_that_somebody_brought_is_written_as_they_did():
    story = play(page()).enters(AN, "Stichting Dal").enters(BO, "STICHTING DAL")
    assert organisation_of(story, BO) == "Stichting Dal"


def test_a_person_may_correct_the_capitals_of_an_organisation_that_only_they_brought():
    story = play(page()).enters(AN, "stichting dal").enters(AN, "Stichting Dal")
    assert organisation_of(story, AN) == "Stichting Dal"


def test_there_is_room_for_so_many_people_and_those_inside_can_still_change():
    story = play(page())
    for n in range(MAX_PEOPLE):
        story.enters(f"p{n}", ORGANISATIONS[n % 3])
    assert story.refuses("late", "participant.enter", organisation="Rijk") == ("full", "full")
    story.enters("p7", "Provincie")
    assert len(story.session.people) == MAX_PEOPLE

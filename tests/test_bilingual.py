"""The texts of a session in the other language: kept beside its plan, for the playbook that is made of it."""

import tomllib
from typing import Any

import pytest

from sessions.bilingual import in_both, localized, sheet, texts_in
from sessions.message import FACILITATOR
from sessions.own_playbooks import OwnPlaybooks, to_toml
from sessions.playbook import shipped_playbooks
from sessions.session import Session
from sessions.session_messages import Info, Plan
from sessions.texts import LANGUAGES
from tests.play import AN, CODE, SCREEN, Story, begun, canvas, discussion, page, play, rating

SHIPPED = shipped_playbooks()
TALK: dict[str, Any] = {"items": {"items_of": ["poll"]}, "decisions": ["Yes", "No"]}


@pytest.fixture
def story() -> Story:
    return play(page(text="Hello"), canvas(), rating(), discussion(**TALK), title="Dike and valley").enters(
        AN
    )


def says(story: Story, texts: dict[str, str], **more: Any) -> list[Any]:
    return story.does(FACILITATOR, "session.translate", texts=texts, **more)


def kept(story: Story) -> dict[str, Any]:
    return tomllib.loads(to_toml(story.session).decode())


def refused(story: Story, texts: dict[str, str], **more: Any) -> tuple[str, str]:
    return story.refuses(FACILITATOR, "session.translate", texts=texts, **more)


@pytest.mark.parametrize("id", SHIPPED)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_session_loses_no_text_of_its_playbook(tmp_path, id, language):
    playbook = SHIPPED[id]
    title, purpose = (playbook.text(name, language) for name in ("title", "purpose"))
    info = Info(title=title, purpose=purpose, language=language, playbook=id)
    story = begun(info, playbook.plan(language))
    own = OwnPlaybooks(tmp_path).keep("Eigen", to_toml(story.session))
    for other in LANGUAGES:
        assert own.plan(other) == playbook.plan(other)
        assert (own.text("title", other), own.text("purpose", other)) == (
            playbook.text("title", other),
            playbook.text("purpose", other),
        )


def test_what_is_no_text_stays_as_it_is():
    plan = {
        "id": "Ja",
        "kind": "text",
        "title": "Ja",
        "layout": ["Ja Ja"],
        "items": [{"id": "Ja", "title": "Ja"}],
        "reference": {"label": "Ja", "scores": {"Ja": 2}, "notes": {"Ja": "Ja"}},
        "points": ["Ja", 3],
        "blind": True,
    }
    both = in_both(plan, {"Ja": "Yes"}, "nl")
    assert localized(both, "nl") == plan
    assert localized(both, "en") == {
        **plan,
        "title": "Yes",
        "items": [{"id": "Ja", "title": "Yes"}],
        "reference": {"label": "Yes", "scores": {"Ja": 2}, "notes": {"Ja": "Yes"}},
        "points": ["Yes", 3],
    }
    assert texts_in(plan) == {"Ja": "title"}


def test_a_text_in_the_other_language_is_for_the_playbook_and_changes_nothing_that_people_see(story):
    before = story.everyone, story.facilitator["steps"]
    says(
        story,
        {"The welcome": " Het welkom ", "Hello": "Hallo", "Dike and valley": "Dijk en dal", "Yes": "Ja"},
    )
    assert (story.everyone, story.facilitator["steps"]) == before
    file = kept(story)
    assert file["title"] == {"nl": "Dijk en dal", "en": "Dike and valley"}
    assert file["steps"][0]["title"] == {"nl": "Het welkom", "en": "The welcome"}
    assert file["steps"][3]["decisions"] == [{"nl": "Ja", "en": "Yes"}, "No"]
    assert Session.of(CODE, story.log) == story.session
    says(story, {"Hello": ""})
    assert kept(story)["steps"][0]["text"] == "Hello"


def test_it_is_taken_back_and_done_again(story):
    says(story, {"Hello": "Hallo"})
    says(story, {"Hello": "Hoi", "The welcome": "Welkom"})
    story.does(FACILITATOR, "session.undo")
    assert story.session.plan.other == {"Hello": "Hallo"}
    story.does(FACILITATOR, "session.redo")
    assert story.session.plan.other == {"Hello": "Hoi", "The welcome": "Welkom"}
    story.does(FACILITATOR, "session.undo")
    says(story, {"Hello": "Dag"})
    acts = sorted(map(int, story.facilitator["acts"]))
    refusal = story.refuses(FACILITATOR, "session.undo", act=acts[0])
    assert refusal == ("rejected", "undo.changed_since")


def test_two_who_translate_at_once_hear_of_each_other(story):
    says(story, {"Hello": "Hallo"}, expect={"Hello": ""})
    assert refused(story, {"Hello": "Hoi"}, expect={"Hello": ""}) == (
        "rejected",
        "agenda.translated_meanwhile",
    )
    assert says(story, {"Hello": "Hallo"}, expect={"Hello": ""}) == []
    says(story, {"Hello": "Hoi"}, expect={"Hello": "Hallo"})


def test_what_cannot_be_is_refused_with_a_sentence(story):
    assert refused(story, {"Not there": "x"}) == ("rejected", "agenda.text_gone")
    assert refused(story, {"The welcome": "x" * 201})[1] == "agenda.too_long"
    # Two words to conclude with would be the same word.
    assert refused(story, {"Yes": "Ja", "No": "Ja"}) == ("rejected", "agenda.problem_translated")
    long = play(page(), join={"organisations": ["Province"]})
    assert refused(long, {"Province": "x" * 100}) == ("rejected", "agenda.problem_choice")
    assert story.session.plan.other == long.session.plan.other == {}


@pytest.mark.parametrize("who", [AN, SCREEN])
def test_the_texts_are_the_facilitators(story, who):
    assert story.refuses(who, "session.translate", texts={"Hello": "x"})[0] == "forbidden"
    assert story.refuses(who, "session.edit_delivers", delivers=[])[0] == "forbidden"


def test_the_sheet_of_a_step_has_each_text_once_and_what_it_was_before_a_small_change(story):
    says(story, {"The welcome": "Het welkom"})
    step = next(dict(one) for one in story.session.plan.steps if one["id"] == "welcome")
    story.does(FACILITATOR, "session.edit_step", step="welcome", plan={**step, "title": "The welcome!"})
    assert sheet(story.session, "welcome") == [
        {"name": "title", "text": "The welcome!", "other": "", "near": "Het welkom"},
        {"name": "text", "text": "Hello", "other": ""},
    ]
    story.does(FACILITATOR, "session.edit_step", step="welcome", plan={**step, "title": "Something else"})
    assert sheet(story.session, "welcome")[0] == {"name": "title", "text": "Something else", "other": ""}
    story.does(FACILITATOR, "session.undo")
    story.does(FACILITATOR, "session.undo")
    assert sheet(story.session, "welcome")[0]["other"] == "Het welkom"
    about = [entry["text"] for entry in sheet(story.session, "")]
    assert about == ["Dike and valley", "Provincie", "Waterschap", "Gemeente"]


def test_a_session_whose_language_was_changed_still_knows_in_which_its_texts_are():
    plan = SHIPPED["herkenbaarheid-peilen"].plan("nl")
    story = begun(Info(title="x", language="nl", playbook="own"), plan)
    story.does(FACILITATOR, "session.edit_info", language="en")
    assert kept(story)["steps"][0]["title"]["nl"] == plan.steps[0]["title"]


def test_a_log_from_before_there_was_another_language_is_told_as_it_was():
    assert Plan(join=play(page()).session.plan.join, steps=[page()]).other == {}

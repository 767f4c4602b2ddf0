"""A page: a text that everybody reads, questions to close with, and who wants the report."""

import json
from typing import Any

import pytest

from sessions.message import FACILITATOR, read_line
from sessions.report import report_model, to_source
from sessions.session import Session
from tests.play import AN, BO, CODE, Story, as_json, page, play, rating


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


# questions

WORD = {"id": "word", "label": "One word", "max_chars": 20}
USEFUL = {
    "id": "useful",
    "label": "Was it useful?",
    "kind": "scale",
    "scale": {"question": "This helped us", "points": ["no", "a little", "much"], "off": "no idea"},
}


def closing(**options: Any) -> Story:
    return play(page("end", questions=[WORD, USEFUL], mail=True, **options))


def answers(story: Story, **given: tuple[str, Any]) -> Story:
    for who, (text, score) in given.items():
        story.does(f"p-{who}7x", "page.answer", step="end", question="word", text=text)
        story.does(f"p-{who}7x", "page.answer", step="end", question="useful", score=score)
    return story


def test_answers_are_only_counted_until_they_are_shown():
    story = answers(closing(), AN=("Hope", 3))
    for audience in ("everyone", "facilitator"):
        view = story.step("end", of=audience)
        assert (view["revealed"], view["answered"]) == (False, 1)
        assert "answers" not in view
    assert story.mine(AN)["steps"]["end"] == {"answers": {"word": "Hope", "useful": 3}}


def test_shown_answers_are_in_the_order_of_the_alphabet_and_nobodys():
    story = answers(closing(), AN=("zeal", 3), BO=("Hope", "none"))
    story.does(FACILITATOR, "page.reveal", step="end")
    view = story.step("end")["answers"]
    assert view["word"] == {"texts": {"1": "Hope", "2": "zeal"}}
    assert view["useful"]["counts"] == {"1": 0, "2": 0, "3": 1}
    assert (view["useful"]["n"], view["useful"]["off"]) == (1, 1)


def test_an_answer_can_be_changed_and_taken_back():
    story = answers(closing(), AN=("Hope", 3))
    story.does(AN, "page.answer", step="end", question="word", text="Trust")
    story.does(AN, "page.answer", step="end", question="useful")
    assert story.mine(AN)["steps"]["end"] == {"answers": {"word": "Trust"}}
    story.does(AN, "page.answer", step="end", question="word", text="")
    assert story.step("end")["answered"] == 0


@pytest.mark.parametrize(
    ("question", "answer", "refused"),
    [
        ("word", {"text": "x" * 21}, ("too_large", "text.too_long")),
        ("word", {"score": 1}, ("invalid", "command.field")),
        ("useful", {"score": 4}, ("rejected", "rating.off_scale")),
        ("useful", {"score": 0}, ("rejected", "rating.off_scale")),
        ("useful", {"text": "very"}, ("invalid", "command.field")),
        ("other", {"text": "x"}, ("rejected", "page.unknown_question")),
    ],
)
def test_an_answer_that_does_not_fit_its_question_is_refused(question, answer, refused):
    assert closing().refuses(AN, "page.answer", step="end", question=question, **answer) == refused


def test_only_participants_answer():
    refused = closing().refuses(FACILITATOR, "page.answer", step="end", question="word", text="x")
    assert refused == ("forbidden", "participants_only")


def test_a_page_without_questions_has_nothing_to_show():
    story = play(page())
    assert story.refuses(FACILITATOR, "page.reveal", step="welcome") == ("rejected", "page.no_questions")


def test_closing_the_session_shows_the_answers_for_the_report():
    story = answers(closing(), AN=("Hope", 3))
    text = to_source(report_model(story.session))
    assert "Hope" not in text
    assert "1 person has answered here." in text
    story.does(FACILITATOR, "session.close")
    text = to_source(report_model(story.session))
    assert "- Hope" in text
    assert "### Was it useful?" in text
    assert "| much | 1 | 100% |" in text


def test_an_export_tells_what_was_answered_but_not_by_whom():
    story = answers(closing(text="Bye"), AN=("Hope", 3), BO=("Trust", "none"))
    assert "Hope" not in json.dumps(story.exported)
    story.does(FACILITATOR, "page.reveal", step="end")
    answers(story, CARLA=("Zeal", 2))
    assert [line["type"] for line in story.exported if line["actor"] != FACILITATOR] == [
        "session.withheld"
    ] * 6
    records = [read_line(line) for line in story.exported]
    again = Session.of(CODE, records)
    assert as_json(again.view("everyone"))["steps"] == story.everyone["steps"]
    assert list(again.exported(records)) == records
    same = [to_source(report_model(session)) for session in (again, story.session)]
    assert same[0] == same[1]


# the report by e-mail


def test_an_address_is_known_to_nobody_but_whose_it_is():
    story = closing()
    story.does(AN, "page.mail_me", step="end", address="an@Waterschap.nl")
    assert story.mine(AN)["steps"]["end"] == {"mail": "an@waterschap.nl"}
    assert story.step("end", of="facilitator")["mails"] == 1
    assert "mails" not in story.step("end")
    story.does(FACILITATOR, "session.close")
    told = [story.everyone, story.facilitator, story.exported, story.mine(BO)]
    assert "waterschap.nl" not in json.dumps(told)
    assert "waterschap.nl" not in to_source(report_model(story.session))


def test_an_address_can_be_taken_back():
    story = closing()
    story.does(AN, "page.mail_me", step="end", address="an@waterschap.nl")
    story.does(AN, "page.mail_me", step="end", address="")
    assert story.step("end", of="facilitator")["mails"] == 0
    assert story.mine(AN)["steps"] == {}


@pytest.mark.parametrize(
    "address", ["an", "an@", "@waterschap.nl", "an@waterschap", "an bo@c.nl", "a@b.nl,c@d.nl"]
)
def test_an_address_that_is_none_is_refused(address):
    refused = closing().refuses(AN, "page.mail_me", step="end", address=address)
    assert refused == ("rejected", "page.bad_address")


def test_nobody_asks_for_the_report_where_it_is_not_offered():
    story = play(page())
    refused = story.refuses(AN, "page.mail_me", step="welcome", address="an@waterschap.nl")
    assert refused == ("rejected", "page.no_mail")


# a text of the session's own


def test_the_facilitator_can_write_the_text_where_the_playbook_says_so():
    story = play(page(text="To be filled in", editable=True))
    assert story.step(of="facilitator")["source"] == "To be filled in"
    story.does(FACILITATOR, "page.write", step="welcome", text="## What we found\n\n" + "water " * 3_000)
    assert story.step()["body"][0] == ["h2", {}, "What we found"]
    assert "source" not in story.step()
    assert "### What we found" in to_source(report_model(story.session))


def test_a_text_of_the_playbook_stays_as_it_is():
    story = play(page())
    refused = story.refuses(FACILITATOR, "page.write", step="welcome", text="x")
    assert refused == ("rejected", "page.not_editable")
    editable = play(page(editable=True))
    assert editable.refuses(AN, "page.write", step="welcome", text="x") == ("forbidden", "forbidden")
    refused = editable.refuses(FACILITATOR, "page.write", step="welcome", text="x" * 20_001)
    assert refused == ("too_large", "text.too_long")

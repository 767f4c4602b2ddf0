"""What a session must deliver is ticked from what is there."""

import tomllib
from typing import Any

from sessions.delivers import Deliverable, Delivery, deliveries
from sessions.message import FACILITATOR
from sessions.own_playbooks import to_toml
from sessions.people import Join
from sessions.session_messages import Info, Plan
from tests.play import AN, BO, Story, begun, canvas, discussion, page, rating

FIELDS = [{"id": "owner", "label": "Owner", "kind": "person"}, {"id": "due", "label": "Due", "kind": "date"}]
SEEDED = [{"id": "left", "title": "Left", "cards": ["Ready made"]}, {"id": "right", "title": "Right"}]


def delivering(*steps: dict[str, Any], **wanted: Any) -> Story:
    plan = Plan(Join(organisation="optional"), list(steps), [Deliverable(text="It", **wanted)])
    return begun(Info(title="Dike and valley", language="en", playbook="own"), plan)


def delivery(story: Story) -> Delivery:
    [found] = deliveries(story.session)
    return found


def count(story: Story) -> tuple[int, int, bool]:
    found = delivery(story)
    return found.done, found.total, found.there


def test_a_canvas_delivers_the_cards_that_somebody_wrote():
    story = delivering({**canvas(), "boxes": SEEDED}, step="ideas", least=2)
    assert count(story) == (0, 0, False)
    assert count(story.adds(AN, "c1")) == (1, 1, False)
    story.does(BO, "canvas.support_card", step="ideas", card="left.1", on=True)
    assert count(story) == (2, 2, True)


def test_a_card_that_is_covered_delivers_nothing_yet():
    story = delivering(canvas(blind=True), step="ideas").adds(AN, "c1")
    assert count(story) == (0, 0, False)
    story.does(FACILITATOR, "canvas.reveal", step="ideas")
    assert count(story) == (1, 1, True)


def test_boxes_count_in_place_of_cards():
    story = (
        delivering(canvas(), step="ideas", boxes=["left", "right"], every=True).adds(AN, "c1").adds(AN, "c2")
    )
    assert count(story) == (1, 2, False)
    assert count(story.adds(AN, "c3", box="right")) == (2, 2, True)


def test_every_row_may_have_to_be_filled_in():
    story = delivering(canvas(fields=FIELDS, editable="everyone"), step="ideas", filled=["owner"], every=True)
    story.adds(AN, "c1").adds(AN, "c2")
    story.does(AN, "canvas.edit_card", step="ideas", card="c1", fields={"owner": "An"})
    assert count(story) == (1, 2, False)
    story.does(AN, "canvas.edit_card", step="ideas", card="c2", fields={"owner": "Bo"})
    assert count(story) == (2, 2, True)


def test_only_agreed_actions_may_count():
    board = canvas(fields=FIELDS, agreed_with=["owner", "due"], editable="everyone")
    story = delivering(board, step="ideas", agreed=True).adds(AN, "c1").adds(AN, "c2")
    story.does(AN, "canvas.edit_card", step="ideas", card="c1", fields={"owner": "An"})
    assert count(story) == (0, 2, False)
    story.does(AN, "canvas.edit_card", step="ideas", card="c1", fields={"due": "2027-01-31"})
    assert count(story) == (1, 2, True)


def test_a_round_delivers_once_it_is_revealed():
    story = delivering(rating(), step="poll").rates(AN, "i1", 2)
    assert count(story) == (0, 2, False)
    story.does(FACILITATOR, "rating.reveal", step="poll")
    assert count(story) == (1, 2, True)


def test_a_discussion_delivers_conclusions_in_the_words_that_were_asked_for():
    items = [{"id": "i1", "title": "One"}, {"id": "i2", "title": "Two"}]
    talk = discussion(items=items, decisions=["Accept", "Refuse", "Later"])
    story = delivering(talk, step="talk", decided=["Accept", "Refuse"], every=True)
    story.does(FACILITATOR, "discussion.conclude", step="talk", item="i1", decision="Accept")
    story.does(FACILITATOR, "discussion.conclude", step="talk", item="i2", decision="Later")
    assert count(story) == (1, 2, False)
    story.does(FACILITATOR, "discussion.conclude", step="talk", item="i2", decision="Refuse")
    assert count(story) == (2, 2, True)


def test_without_words_a_note_will_do():
    story = delivering(discussion(items=[{"id": "i1", "title": "One"}]), step="talk")
    story.does(FACILITATOR, "discussion.conclude", step="talk", item="i1", note="So be it")
    assert count(story) == (1, 1, True)


def test_a_page_delivers_what_was_written_or_answered():
    story = delivering(page(editable=True, questions=[{"id": "word", "label": "One word"}]), step="welcome")
    story.does(AN, "page.answer", step="welcome", question="word", text="Hope")
    assert count(story) == (0, 2, False)
    story.does(FACILITATOR, "page.reveal", step="welcome")
    assert count(story) == (1, 2, True)
    story.does(FACILITATOR, "page.write", step="welcome", text="What we found")
    assert count(story) == (2, 2, True)


def test_what_comes_up_elsewhere_is_not_ticked_here():
    found = delivery(delivering(page(), elsewhere="The next one"))
    assert (found.there, found.title, found.wanted.elsewhere) == (False, "", "The next one")


def test_a_step_that_is_gone_or_skipped_delivers_nothing():
    assert count(delivering(page(), step="gone")) == (0, 0, False)
    story = delivering(page(), canvas(), step="ideas").adds(AN, "c1")
    assert count(story) == (1, 1, True)
    story.does(FACILITATOR, "session.skip_step", step="ideas", skipped=True)
    assert count(story) == (0, 0, False)


def test_a_playbook_that_is_made_of_a_session_asks_only_for_what_it_can_deliver():
    wanted = {"step": "ideas", "boxes": ["left"], "every": True}
    story = delivering(canvas(), **wanted)
    assert tomllib.loads(to_toml(story.session).decode())["delivers"] == [{"text": "It", **wanted}]
    assert "delivers" not in tomllib.loads(to_toml(delivering(page(), step="gone").session).decode())
    strange = delivering(canvas(), step="ideas", boxes=["gone"])
    assert "delivers" not in tomllib.loads(to_toml(strange.session).decode())

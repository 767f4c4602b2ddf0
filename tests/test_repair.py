"""What a facilitator did can be taken back and done again, and what people did meanwhile stays."""

from dataclasses import replace
from random import Random
from typing import Any

import pytest

from sessions.message import ACTS as ACT_EVENTS
from sessions.message import FACILITATOR
from sessions.people import Join
from sessions.session import Session
from sessions.session_messages import Info, Plan
from tests.options import OPTIONS
from tests.play import (
    AN,
    BO,
    CODE,
    ORGANISATIONS,
    SCREEN,
    Crowd,
    Story,
    as_json,
    begun,
    canvas,
    discussion,
    page,
    play,
    rating,
)
from tests.test_conformance import sends, wishes

QUESTIONS = [{"id": "word", "label": "One word"}]
PAIR = ["c1", "c2"]


def fork(story: Story) -> Story:
    """Another story that begins like this one."""
    return replace(story, log=list(story.log))


def shown(story: Story) -> dict[str, Any]:
    """All that anybody sees, but for the list of what was done."""
    facilitator = {key: part for key, part in story.facilitator.items() if key != "acts"}
    for step in facilitator["agenda"].values():
        # How often it was edited, which an undo adds to.
        step.pop("revision", None)
    return {"everyone": story.everyone, "facilitator": facilitator} | {
        who: story.mine(who) for who in (*story.session.people, SCREEN)
    }


def stands(story: Story) -> dict[str, Any]:
    """The same, with all that comes of it besides: the plan, what the report tells, what others build on."""
    session = story.session
    steps = {
        id: {
            "step": replace(session.steps[id], revision=0),
            "report": activity.report(session),
            "used": activity.contributed(session),
            "holds": sorted(getattr(activity, "locked", ())),
        }
        for id, activity in session.activities.items()
    }
    own = (session.info, session.plan, session.state, session.step, session.clock, session.entry)
    return {"shown": shown(story), "own": own, "steps": steps, "steering": session.steering}


def ranked(seen: dict[str, Any]) -> dict[str, Any]:
    """The same with the places of cards in the place of their orders, which only say what comes first."""
    for view in seen.values():
        listed = [view.get("parking", {})]
        for step in view["steps"].values():
            listed += [step.get("cards", {}), step.get("groups", {})]
        for things in listed:
            places = sorted(things, key=lambda id: things[id]["order"])
            for id, thing in things.items():
                thing["order"] = places.index(id)
    return seen


def board(**options: Any) -> Story:
    """A canvas with cards of two people."""
    story = play(
        canvas(**options), rating(), discussion(items={"items_of": ["poll"]}, decisions=["Yes", "No"])
    )
    story.enters(AN).enters(BO, "Provincie")
    story.does(FACILITATOR, "session.go", step="ideas")
    for who, card in ((AN, "c1"), (BO, "c2"), (AN, "c3")):
        story.adds(who, card)
    story.does(BO, "canvas.support_card", step="ideas", card="c1", on=True)
    return story.rates(AN, "i1", 3).rates(BO, "i1", 1)


def grouped() -> Story:
    story = board()
    story.does(FACILITATOR, "canvas.group_cards", step="ideas", group="g1", cards=PAIR, title="Pair")
    return story


def merged() -> Story:
    story = board()
    story.does(FACILITATOR, "canvas.merge_cards", step="ideas", card="c1", cards=["c2", "c3"])
    return story


def revealed() -> Story:
    story = board()
    story.does(FACILITATOR, "rating.reveal", step="poll")
    return story


def asked() -> Story:
    story = play(page(questions=QUESTIONS, editable=True, text="Hello")).enters(AN).enters(BO)
    story.does(AN, "page.answer", step="welcome", question="word", text="Calm")
    return story


def referred() -> Story:
    reference = {"label": "Elsewhere", "scores": {"i1": 4}}
    story = play(rating(reference=reference, addable=True)).enters(AN).enters(BO)
    story.does(FACILITATOR, "rating.add_item", step="poll", item="own", title="Mine")
    story.does(AN, "rating.add_item", step="poll", item="hers", title="Hers")
    story.rates(AN, "own", 2)
    return story


def shown_reference() -> Story:
    story = referred()
    story.does(FACILITATOR, "rating.reveal", step="poll")
    return story


def prefilled() -> Story:
    story = play(
        canvas(), canvas("actions", boxes=["todo"], prefill={"cards_of": ["ideas"]}), rating()
    ).enters(AN)
    return story.adds(AN, "c1").adds(AN, "c2")


def parked() -> Story:
    story = board()
    story.does(AN, "session.park", thought="t1", text="Who pays?")
    story.does(FACILITATOR, "session.park", thought="t2", text="Later")
    return story


def ticking() -> Story:
    story = board()
    story.does(FACILITATOR, "session.timer", ends=10**12)
    return story


def closed() -> Story:
    story = asked()
    story.does(FACILITATOR, "session.close")
    return story


def kept_out() -> Story:
    story = board()
    for kind, fields in (("door", {"closed": True}), ("block", {"person": BO, "blocked": True})):
        story.does(FACILITATOR, f"session.{kind}", **fields)
    story.does(FACILITATOR, "session.change_code", code="90170426", expect="")
    return story


def hidden() -> Story:
    story = board()
    story.does(FACILITATOR, "canvas.hide_card", step="ideas", card="c1", hidden=True)
    story.does(FACILITATOR, "canvas.remove_card", step="ideas", card="c2")
    return story


def takeable() -> Story:
    return board(takeable=True, agreed_with=["who"], fields=[{"id": "who", "label": "Who", "kind": "person"}])


def chosen() -> Story:
    story = play(rating(targets=("t1", "t2"), own_targets=True)).enters(AN)
    story.does(AN, "rating.add_target", step="poll", target="hers", title="Hers")
    return story


READY: list[dict[str, Any]] = [
    {"id": "left", "title": "Left", "cards": ["One", "Two"]},
    {"id": "right", "title": "Right"},
]


def prepared() -> Story:
    """Steps in which nobody wrote anything yet, and in which the facilitator has set all there is to set."""
    story = play(
        page(questions=QUESTIONS, editable=True, text="Hello"),
        canvas(boxes=(), blind=True) | {"boxes": READY},
        rating(reference={"label": "Elsewhere", "scores": {"i1": 4}}),
        discussion(items=[{"id": "i1", "title": "Item i1"}], decisions=["Yes"]),
        page("goodbye"),
    )
    story.enters(AN).enters(BO, "Provincie")
    done: list[tuple[str, dict[str, Any]]] = [
        ("session.go", {"step": "goodbye"}),
        ("canvas.lock_box", {"step": "ideas", "box": "left", "locked": True}),
        ("canvas.reveal", {"step": "ideas"}),
        ("rating.reveal", {"step": "poll"}),
        ("rating.show_reference", {"step": "poll", "shown": True}),
        ("discussion.spotlight", {"step": "talk", "item": "i1"}),
        ("page.reveal", {"step": "welcome"}),
        *(("session.lock_step", {"step": step, "locked": True}) for step in ("ideas", "poll", "welcome")),
        *(("session.skip_step", {"step": step, "skipped": True}) for step in ("poll", "talk")),
    ]
    for kind, fields in done:
        story.does(FACILITATOR, kind, **fields)
    return story


def edited(step: str, begin: Any = prepared, **changes: Any) -> tuple[Any, str, dict[str, Any]]:
    """The act of editing a step."""
    plan = next(dict(raw) for raw in begin().session.plan.steps if raw["id"] == step)
    return begin, "session.edit_step", {"step": step, "plan": {**plan, **changes}}


def written_on() -> Story:
    story = prepared()
    story.does(FACILITATOR, "page.write", step="welcome", text="Written on the spot")
    return story


REMOVED = {
    f"remove {step}": (prepared, "session.remove_step", {"step": step})
    for step in ("welcome", "ideas", "poll", "talk")
}
EDITED = {
    "edit a page": edited("welcome", text="Welcome"),
    "edit a page that was written on": edited("welcome", written_on, text="Welcome"),
    "ask something else": edited("welcome", questions=[{"id": "other", "label": "Another"}]),
    "take boxes away": edited("ideas", boxes=[READY[1]]),
    "take the first card away": edited("ideas", boxes=[{**READY[0], "cards": ["Two"]}, READY[1]]),
    "have other cards": edited("ideas", boxes=[{**READY[0], "cards": ["Three"]}, READY[1]]),
    "no longer blind": edited("ideas", blind=False),
    "other items": edited("poll", items=[{"id": "i9", "title": "Item i9"}], reference=None),
    "no reference": edited("poll", reference=None),
    "other words": edited("talk", decisions=["Perhaps"], items=[{"id": "i9", "title": "Item i9"}]),
}
ACTS: dict[str, tuple[Any, str, dict[str, Any]]] = {
    **REMOVED,
    **EDITED,
    "add a step": (prepared, "session.add_step", {"step": "more", "plan": page("more"), "before": "poll"}),
    "copy a step": (prepared, "session.copy_step", {"step": "ideas", "copy": "twice", "title": "Twice"}),
    "move a step": (prepared, "session.move_step", {"step": "ideas", "before": "goodbye"}),
    "skip a step": (prepared, "session.skip_step", {"step": "ideas", "skipped": True}),
    "no longer skip a step": (prepared, "session.skip_step", {"step": "poll", "skipped": False}),
    "go to a skipped step": (prepared, "session.go", {"step": "poll"}),
    "edit the session": (prepared, "session.edit_info", {"title": "Other", "place": "Utrecht"}),
    "edit the checklist": (
        prepared,
        "session.edit_delivers",
        {"delivers": [{"text": "It", "step": "poll"}]},
    ),
    "say it in the other language": (prepared, "session.translate", {"texts": {"Hello": "Hallo"}}),
    "edit the form": (prepared, "session.edit_join", {"name": "required", "organisations": ["One", "Two"]}),
    "pause the timer": (ticking, "session.pause_timer", {"left": 60_000}),
    "stop the timer": (ticking, "session.timer", {}),
    "reopen": (closed, "session.reopen", {}),
    "open the door": (kept_out, "session.door", {"closed": False}),
    "readmit": (kept_out, "session.block", {"person": BO, "blocked": False}),
    "change the code": (board, "session.change_code", {"code": "90170426", "expect": ""}),
    "change it again": (kept_out, "session.change_code", {"code": "31415926", "expect": "90170426"}),
    "take a thought back": (parked, "session.unpark", {"thought": "t2"}),
    "show a card again": (hidden, "canvas.hide_card", {"step": "ideas", "card": "c1", "hidden": False}),
    "restore a card": (hidden, "canvas.restore_card", {"step": "ideas", "card": "c2"}),
    "open a box again": (
        prepared,
        "canvas.lock_box",
        {"step": "ideas", "box": "left", "locked": False},
    ),
    "open a step again": (prepared, "session.lock_step", {"step": "ideas", "locked": False}),
    "take on an action": (
        takeable,
        "canvas.take_card",
        {"step": "ideas", "card": "c1", "on": True, "fields": {"who": "Bo"}},
    ),
    "add a target": (chosen, "rating.add_target", {"step": "poll", "target": "own", "title": "Own"}),
    "hide a target": (chosen, "rating.hide_item", {"step": "poll", "item": "hers", "hidden": True}),
    "give dots for an organisation": (
        lambda: play(rating(dots=3, per="organisation")).enters(AN),
        "rating.dots",
        {"step": "poll", "item": "i1", "dots": 2, "organisation": "Gemeente"},
    ),
    "choose for an organisation": (
        lambda: play(rating(targets=("t1", "t2"), per="organisation")).enters(AN),
        "rating.choose",
        {"step": "poll", "item": "i1", "targets": ["t1"], "organisation": "Gemeente"},
    ),
    "hide the reference": (prepared, "rating.show_reference", {"step": "poll", "shown": False}),
    "open a round without answers": (prepared, "rating.reopen", {"step": "poll"}),
    "go": (board, "session.go", {"step": "poll"}),
    "begin": (lambda: play(canvas()).enters(AN), "session.go", {"step": "ideas"}),
    "go to what is brought in": (prefilled, "session.go", {"step": "actions"}),
    "bring in": (prefilled, "canvas.prefill", {"step": "actions"}),
    "lock a step": (board, "session.lock_step", {"step": "ideas", "locked": True}),
    "start the timer": (board, "session.timer", {"ends": 10**12}),
    "close": (asked, "session.close", {}),
    "close the door": (board, "session.door", {"closed": True}),
    "block": (board, "session.block", {"person": BO, "blocked": True}),
    "plan the start": (board, "session.starts", {"at": 10**12}),
    "park": (board, "session.park", {"thought": "t3", "text": "Later"}),
    "settle": (parked, "session.settle", {"thought": "t1", "settled": True}),
    "hide a thought": (parked, "session.settle", {"thought": "t1", "hidden": True}),
    "add a card": (board, "canvas.add_card", {"step": "ideas", "card": "f1", "box": "left", "text": "Mine"}),
    "hide a card": (board, "canvas.hide_card", {"step": "ideas", "card": "c1", "hidden": True}),
    "edit a card": (board, "canvas.edit_card", {"step": "ideas", "card": "c1", "text": "Better"}),
    "move a card": (board, "canvas.move_card", {"step": "ideas", "card": "c1", "box": "right"}),
    "move a card up": (
        board,
        "canvas.move_card",
        {"step": "ideas", "card": "c3", "box": "left", "before": "c1"},
    ),
    "remove a card": (board, "canvas.remove_card", {"step": "ideas", "card": "c1"}),
    "remove the card in front": (merged, "canvas.remove_card", {"step": "ideas", "card": "c1"}),
    "remove a card behind": (merged, "canvas.remove_card", {"step": "ideas", "card": "c2"}),
    "group": (
        board,
        "canvas.group_cards",
        {"step": "ideas", "group": "g1", "cards": ["c1", "c2"], "title": "Pair"},
    ),
    "add to a group": (grouped, "canvas.group_cards", {"step": "ideas", "group": "g1", "cards": ["c3"]}),
    "rename a group": (grouped, "canvas.rename_group", {"step": "ideas", "group": "g1", "title": "Two"}),
    "ungroup one": (grouped, "canvas.ungroup_cards", {"step": "ideas", "cards": ["c1"]}),
    "ungroup all": (grouped, "canvas.ungroup_cards", {"step": "ideas", "cards": ["c1", "c2"]}),
    "move out of a group": (grouped, "canvas.move_card", {"step": "ideas", "card": "c1", "box": "right"}),
    "merge": (board, "canvas.merge_cards", {"step": "ideas", "card": "c1", "cards": ["c2", "c3"]}),
    "merge in a group": (grouped, "canvas.merge_cards", {"step": "ideas", "card": "c1", "cards": ["c2"]}),
    "split": (merged, "canvas.split_card", {"step": "ideas", "card": "c1"}),
    "split one off": (merged, "canvas.split_card", {"step": "ideas", "card": "c3"}),
    "lock a box": (board, "canvas.lock_box", {"step": "ideas", "box": "right", "locked": True}),
    "reveal cards": (
        lambda: play(canvas(blind=True), rating()).enters(AN).adds(AN, "c1"),
        "canvas.reveal",
        {"step": "ideas"},
    ),
    "reveal scores": (board, "rating.reveal", {"step": "poll"}),
    "count people without a phone": (
        board,
        "rating.tally",
        {"step": "poll", "item": "i1", "counts": {"2": 3}, "organisation": "Gemeente"},
    ),
    "say how many have no phone": (
        lambda: play(rating(dots=3)).enters(AN).enters(BO),
        "rating.tally_people",
        {"step": "poll", "people": 3},
    ),
    "answer for an organisation": (
        lambda: play(rating(per="organisation")).enters(AN).enters(BO),
        "rating.rate",
        {"step": "poll", "item": "i1", "score": 3, "organisation": "Gemeente"},
    ),
    "make up for lost time": (
        lambda: play(canvas(minutes=5), rating(minutes=20)).enters(AN).enters(BO),
        "session.make_up",
        {"step": "poll", "minutes": 4, "of": 20, "to": "ideas"},
    ),
    "open a round again": (revealed, "rating.reopen", {"step": "poll"}),
    "show the reference": (shown_reference, "rating.show_reference", {"step": "poll", "shown": True}),
    "add an item": (referred, "rating.add_item", {"step": "poll", "item": "more", "title": "More"}),
    "hide an item": (referred, "rating.hide_item", {"step": "poll", "item": "hers", "hidden": True}),
    "reveal answers": (asked, "page.reveal", {"step": "welcome"}),
    "write a page": (asked, "page.write", {"step": "welcome", "text": "Bye"}),
    "spotlight": (revealed, "discussion.spotlight", {"step": "talk", "item": "i1"}),
    "conclude": (revealed, "discussion.conclude", {"step": "talk", "item": "i1", "decision": "Yes"}),
    "mark": (revealed, "discussion.mark", {"step": "talk", "item": "i1", "discussed": True}),
}
acts = pytest.mark.parametrize("act", ACTS)


def undo(story: Story) -> None:
    story.does(FACILITATOR, "session.undo")


def redo(story: Story) -> None:
    story.does(FACILITATOR, "session.redo")


@acts
def test_undo_brings_back_what_everybody_saw_and_redo_what_came_of_it(act):
    begin, kind, fields = ACTS[act]
    story = begin()
    before = stands(story)
    story.does(FACILITATOR, kind, **fields)
    after = stands(story)
    assert after != before
    for _ in range(2):
        undo(story)
        assert stands(story) == before
        redo(story)
        assert stands(story) == after
    again = Session.of(CODE, story.log)
    assert again == story.session
    assert as_json(again.view("facilitator")) == story.facilitator


def test_every_kind_of_act_is_tried():
    tried = set()
    for begin, kind, fields in ACTS.values():
        story = begin()
        seq = story.session.seq
        story.does(FACILITATOR, kind, **fields)
        tried |= {type(record.event) for record in story.log[seq:]}
    assert ACT_EVENTS - tried == set()


@pytest.mark.parametrize("act", REMOVED)
def test_a_step_that_was_removed_comes_back_with_all_it_had_also_when_people_came_meanwhile(act):
    begin, kind, fields = ACTS[act]
    story, without = begin(), begin()
    story.does(FACILITATOR, kind, **fields)
    for one in (story, without):
        one.enters("p-NEW", "Gemeente").enters(AN, "Gemeente")
        one.does(FACILITATOR, "session.edit_info", title="Other")
    story.does(FACILITATOR, "session.undo", act=story.session.acts.done[-2].seq)
    seen, wanted = stands(story), stands(without)
    for who in (seen, wanted):
        # When they came is told by the clock of each story.
        who.pop("steering")
        who["shown"]["facilitator"].pop("steering")
    assert seen == wanted
    assert Session.of(CODE, story.log) == story.session


def test_a_new_step_has_nothing_of_one_with_its_name_that_was_removed():
    story = prepared()
    plan = next(raw for raw in story.session.plan.steps if raw["id"] == "ideas")
    story.does(FACILITATOR, "session.remove_step", step="ideas")
    story.does(FACILITATOR, "session.add_step", step="ideas", plan=plan)
    assert not story.session.steps["ideas"].locked
    assert not story.step("ideas")["revealed"]


def test_what_was_written_on_a_page_after_its_plan_was_edited_stays_when_that_is_undone():
    story = written_on()
    [_, kind, fields] = ACTS["edit a page that was written on"]
    story.does(FACILITATOR, kind, **fields)
    story.does(FACILITATOR, "page.write", step="welcome", text="Last word")
    story.does(FACILITATOR, "session.undo", act=story.session.acts.done[-2].seq)
    assert story.session.activities["welcome"].text == "Last word"  # type: ignore[attr-defined]


def go_on(story: Story) -> None:
    """What people do meanwhile, as far as the plan has it; nobody cares what the facilitator does."""
    for step, kind, fields in (
        ("ideas", "canvas.add_card", {"card": "m1", "box": "left", "text": "Meanwhile"}),
        ("ideas", "canvas.edit_card", {"card": "c3", "text": "Changed meanwhile"}),
        ("poll", "rating.rate", {"item": "i2", "score": 4, "remark": "Meanwhile"}),
        ("welcome", "page.answer", {"question": "word", "text": "Meanwhile"}),
    ):
        if step in story.session.steps:
            sends(story, AN, {"type": kind, "step": step, **fields})
    sends(story, AN, {"type": "session.park", "thought": "m1", "text": "Meanwhile"})
    sends(story, "p-NEW", {"type": "participant.enter", "organisation": "Gemeente"})


REFUSE = {
    "open a round again",
    "reveal scores",
    "close",
    "reopen",
    "lock a step",
    "close the door",
    "open the door",
    "reveal answers",
    "edit the form",
}
"""While these stand people can do more, or less, than without."""


@pytest.mark.parametrize("act", [act for act in ACTS if act not in REFUSE])
def test_what_people_do_meanwhile_stays_as_if_the_act_had_never_been(act):
    begin, kind, fields = ACTS[act]
    story, without = begin(), begin()
    story.does(FACILITATOR, kind, **fields)
    undone = story
    go_on(undone)
    go_on(without)
    kept = fork(undone)
    undo(undone)
    assert ranked(shown(undone)) == ranked(shown(without))
    redo(undone)
    assert ranked(shown(undone)) == ranked(shown(kept))


@pytest.mark.parametrize("plan", OPTIONS)
def test_whatever_a_facilitator_does_in_whatever_session_can_be_undone_and_redone(plan):
    join = Join(organisation="optional", organisations=ORGANISATIONS)
    story = begun(Info(title="Trial", language="en", playbook="own"), Plan(join, OPTIONS[plan]))
    crowd = Crowd(Random(11))
    undone = 0
    for who, raw in wishes(story, crowd, 120):
        before, acts = story.session, story.session.acts.done
        sends(story, who, raw)
        if raw["type"] in ("session.undo", "session.redo") or story.session.acts.done == acts:
            continue
        trial, there = fork(story), fork(story)
        there.session = before
        undo_or_say_why(trial, raw)
        if trial.session is story.session or moved_meanwhile(before, raw):
            continue
        undone += 1
        assert stands(trial) == stands(there), raw
        redo(trial)
        assert stands(trial) == stands(story), raw
    assert undone


def moved_meanwhile(session: Session, raw: dict[str, Any]) -> bool:
    """Whether somebody came to speak for others since the reveal: opening the round again makes that count for good."""
    return raw["type"] == "rating.reopen" and bool(session.activities[raw["step"]].meanwhile)  # type: ignore[attr-defined]


def undo_or_say_why(story: Story, raw: dict[str, Any]) -> None:
    """Cards that were shown and worked with cannot be taken back at once, nor a step that others use by now."""
    if raw["type"] in ("canvas.reveal", "session.edit_step", "session.add_step", "session.copy_step"):
        sends(story, FACILITATOR, {"type": "session.undo"})
    else:
        undo(story)


def test_acts_are_undone_one_by_one_and_a_new_one_ends_what_can_be_redone():
    story = board()
    start = shown(story)
    story.does(FACILITATOR, "canvas.hide_card", step="ideas", card="c1", hidden=True)
    hidden = shown(story)
    story.does(FACILITATOR, "session.go", step="poll")
    undo(story)
    assert shown(story) == hidden
    undo(story)
    assert shown(story) == start
    redo(story)
    story.does(FACILITATOR, "session.lock_step", step="ideas", locked=True)
    assert story.refuses(FACILITATOR, "session.redo") == ("rejected", "undo.nothing_redo")


def test_one_of_the_acts_before_can_be_undone_alone():
    story = board()
    story.does(FACILITATOR, "canvas.hide_card", step="ideas", card="c1", hidden=True)
    [*_, hiding] = story.facilitator["acts"]
    story.does(FACILITATOR, "session.go", step="poll")
    story.does(FACILITATOR, "session.undo", act=int(hiding))
    assert "hidden" not in story.facilitator["steps"]["ideas"]["cards"]["c1"]
    assert story.everyone["session"]["step"] == "poll"
    assert story.refuses(FACILITATOR, "session.undo", act=int(hiding)) == ("rejected", "undo.gone")


@pytest.mark.parametrize(
    ("kind", "fields", "meanwhile", "reason"),
    [
        (
            "canvas.edit_card",
            {"card": "c1", "text": "Better"},
            ("canvas.edit_card", {"card": "c1", "text": "Mine"}),
            "undo.changed_card",
        ),
        (
            "canvas.move_card",
            {"card": "c1", "box": "right"},
            ("canvas.move_card", {"card": "c1", "box": "left"}),
            "undo.changed_card",
        ),
        (
            "canvas.move_card",
            {"card": "c1", "box": "right"},
            ("canvas.remove_card", {"card": "c1"}),
            "undo.changed_card",
        ),
        (
            "canvas.add_card",
            {"card": "f1", "box": "left", "text": "Mine"},
            ("canvas.support_card", {"card": "f1", "on": True}),
            "undo.changed_card",
        ),
    ],
)
def test_an_undo_that_does_not_fit_any_more_is_refused_with_a_sentence(kind, fields, meanwhile, reason):
    story = board()
    story.does(FACILITATOR, kind, step="ideas", **fields)
    story.does(AN, meanwhile[0], step="ideas", **meanwhile[1])
    assert story.refuses(FACILITATOR, "session.undo") == ("rejected", reason)


def test_cards_that_were_shown_and_worked_with_are_not_covered_again():
    story = play(canvas(blind=True)).enters(AN).enters(BO).adds(AN, "c1")
    story.does(FACILITATOR, "canvas.reveal", step="ideas")
    story.does(BO, "canvas.support_card", step="ideas", card="c1", on=True)
    assert story.refuses(FACILITATOR, "session.undo") == ("rejected", "undo.worked_with")


def test_a_round_that_is_opened_again_keeps_its_answers_and_takes_others():
    story = revealed()
    story.does(FACILITATOR, "rating.reopen", step="poll")
    assert not story.step("poll")["revealed"]
    assert "results" not in story.facilitator["steps"]["poll"]
    story.rates(AN, "i1", 4)
    story.does(FACILITATOR, "rating.reveal", step="poll")
    assert story.step("poll")["results"]["i1"]["counts"] == {"1": 1, "2": 0, "3": 0, "4": 1}


def test_who_changed_organisation_while_a_round_was_shown_speaks_for_the_new_one_when_it_is_opened_again():
    story = revealed()
    story.enters(AN, "Gemeente")
    assert story.session.activities["poll"].organisations[AN] == "Waterschap"  # type: ignore[attr-defined]
    story.does(FACILITATOR, "rating.reopen", step="poll")
    assert story.session.activities["poll"].organisations[AN] == "Gemeente"  # type: ignore[attr-defined]


def test_only_the_facilitator_undoes():
    story = board()
    for kind in ("session.undo", "session.redo"):
        assert story.refuses(AN, kind) == ("forbidden", "forbidden")


def test_a_closed_session_is_opened_again_by_undo_and_by_nothing_older():
    story = board()
    story.does(FACILITATOR, "canvas.hide_card", step="ideas", card="c1", hidden=True)
    [*_, hiding] = story.facilitator["acts"]
    story.does(FACILITATOR, "session.close")
    assert story.refuses(FACILITATOR, "session.undo", act=int(hiding)) == ("closed", "closed")
    undo(story)
    assert story.everyone["session"]["state"] == "live"


def test_the_list_says_what_was_done_when_and_about_what():
    story = board()
    story.does(FACILITATOR, "canvas.hide_card", step="ideas", card="c1", hidden=True)
    undo(story)
    *_, went, hid = sorted(story.facilitator["acts"].values(), key=lambda act: act["order"])
    assert (went["what"], went["step"]) == ("session.went", "ideas")
    assert (hid["what"], hid["about"], hid["undone"]) == ("canvas.card_hidden", "Text of c1", True)
    assert story.at - hid["at"] < 10_000
    assert "acts" not in story.everyone


def test_a_card_that_was_removed_comes_back_with_all_that_people_did_with_it():
    story = board()
    before = shown(story)
    story.does(FACILITATOR, "canvas.remove_card", step="ideas", card="c1")
    [id] = story.facilitator["steps"]["ideas"]["removed"]
    story.does(FACILITATOR, "canvas.restore_card", step="ideas", card=id)
    assert shown(story) == before
    story.does(AN, "canvas.remove_card", step="ideas", card="c1")
    # Whoever wrote it may take it back for good.
    assert story.refuses(FACILITATOR, "canvas.restore_card", step="ideas", card="c1") == (
        "rejected",
        "canvas.card_gone",
    )

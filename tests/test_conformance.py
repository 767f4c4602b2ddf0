"""What holds for every activity and every playbook, whoever does what in whatever order.

Three promises: the log told again is the live state; the patches add up to the fresh view; nobody gets to see what
is not for them.  A new activity or playbook is tested by being in the registry or in the folder.
"""

import json
from collections.abc import Iterator
from itertools import cycle
from random import Random
from typing import Any

import pytest

from sessions.activities import KINDS
from sessions.message import COMMANDS, FACILITATOR, Record, Refused, decode_command, event_line
from sessions.patch import merge
from sessions.people import Join
from sessions.playbook import shipped_playbooks
from sessions.room import Room
from sessions.session import Session
from sessions.session_messages import Info, Plan, Withheld
from sessions.texts import LANGUAGES
from tests.options import OPTIONS
from tests.play import (
    CODE,
    ORGANISATIONS,
    STARTED,
    Crowd,
    Story,
    actor,
    as_json,
    begun,
    read_recording,
    write_recording,
)
from tests.privacy import check, check_everyone, readers, words

PLAYBOOKS = shipped_playbooks()
SHIPPED = [f"{id}/{language}" for id, language in zip(PLAYBOOKS, cycle(LANGUAGES), strict=False)]
"""Each in one language: ``test_recordings`` plays them in both."""
SEEDS = [1, 2]
WISHES = 150

plans = pytest.mark.parametrize("plan", [*OPTIONS, *SHIPPED])
seeds = pytest.mark.parametrize("seed", SEEDS)


def start(plan: str) -> Story:
    if plan in OPTIONS:
        join = Join(organisation="optional", organisations=ORGANISATIONS, level=["High", "Low"])
        return begun(Info(title="Trial", language="en", playbook="own"), Plan(join, OPTIONS[plan]))
    id, language = plan.split("/")
    assert language in LANGUAGES
    playbook = PLAYBOOKS[id]
    info = Info(title=playbook.text("title", language), language=language, playbook=id)
    return begun(info, playbook.plan(language))


def wishes(story: Story, crowd: Crowd, number: int = WISHES) -> Iterator[tuple[str, dict[str, Any]]]:
    """Who sends what, after everybody has entered; each in step with what came of those before."""
    for who in crowd.people:
        yield who, crowd.enter(who)
    for _ in range(number):
        who = crowd.dice.choice([*crowd.people, *crowd.people, FACILITATOR, FACILITATOR])
        yield who, crowd.wish(story.session, who)


def sends(story: Story, who: str, raw: dict[str, Any]) -> list[Any]:
    """The events of one raw command; none when it is refused."""
    try:
        return story.does(who, raw["type"], **{key: raw[key] for key in raw if key not in ("id", "type")})
    except Refused:
        return []


def played(plan: str, seed: int) -> Story:
    story, crowd = start(plan), Crowd(Random(seed))
    for who, raw in wishes(story, crowd):
        sends(story, who, raw)
    return story


# the three promises


@plans
@seeds
def test_the_log_told_again_is_the_live_state(plan, seed):
    story = played(plan, seed)
    again = Session.of(CODE, story.log)
    assert again == story.session
    for audience in ("everyone", "facilitator"):
        assert json.dumps(as_json(again.view(audience))) == json.dumps(as_json(story.session.view(audience)))
    for who in again.people:
        assert again.mine(who) == story.session.mine(who)


@plans
@seeds
def test_the_patches_add_up_to_the_fresh_view(plan, seed):
    story, crowd = start(plan), Crowd(Random(seed))
    room = Room(story.session, {})
    views: dict[Any, Any] = {a: json.loads(room.view(a)) for a in ("everyone", "facilitator")}
    own: dict[str, Any] = {}
    for who, raw in wishes(story, crowd):
        room.submit(actor(who), [raw], STARTED, "en", lambda answers: None)
        story.session = room.head
        if crowd.dice.random() < 0.6:
            continue
        _, head = room.take()
        room.settled(head)
        publication = room.publish()
        for audience in views:
            if publication:
                views[audience] = merge(views[audience], json.loads(publication.patches[audience]))
            assert views[audience] == as_json(room.published.view(audience))
            assert json.loads(room.view(audience)) == views[audience]
        for person in crowd.people:
            mine = as_json(room.mine(person))
            touched = publication is not None and person in publication.touched
            assert touched or mine == own.get(person, {"steps": {}})
            own[person] = mine


@plans
@seeds
def test_nobody_gets_to_see_what_is_not_for_them(plan, seed):
    story, crowd = start(plan), Crowd(Random(seed))
    room = Room(story.session, {})
    room.view("everyone")
    for who, raw in wishes(story, crowd):
        if not sends(story, who, raw):
            continue
        room.settled(story.session)
        publication = room.publish()
        assert publication
        check_everyone(json.loads(publication.patches["everyone"]), readers(story.log))
        if len(story.log) % 7 == 0:
            check(story.session, story.log)
    check(story.session, story.log)


# what a single secret changes for others: nothing


@plans
@pytest.mark.parametrize("keeper", Crowd(Random()).people[:2])
def test_before_a_reveal_nothing_depends_on_what_somebody_answered_or_wrote_unseen(plan, keeper):
    crowd = Crowd(Random(5))
    one, other = start(plan), start(plan)
    # An answer of an organisation is known to all who speak for it: there everybody keeps the secret.
    shared: set[str] = set()
    for who, raw in wishes(one, crowd, 200):
        if raw["type"].endswith(".reveal") or lists_others(raw, one.session):
            continue
        steps = one.session.steps.items()
        shared |= {id for id, step in steps if getattr(step.plan, "per", "") == "organisation"}
        happened = sends(one, who, raw)
        secret = who == keeper or raw.get("step") in shared
        altered = otherwise(raw, other.session) if secret else raw
        assert len(happened) == len(sends(other, who, altered))
    assert one.everyone == other.everyone
    assert one.facilitator == other.facilitator
    assert one.exported == other.exported
    for who in crowd.people:
        if who != keeper and not shared:
            assert one.mine(who) == other.mine(who)


def lists_others(raw: dict[str, Any], session: Session) -> bool:
    """Whether the command changes what there is to give dots to, or to choose: then there is no turning around."""
    plan, step = raw.get("plan", {}), session.steps.get(raw.get("step", ""))
    if raw["type"] != "session.edit_step" or step is None or getattr(step.plan, "form", "scale") == "scale":
        return False
    now = next(one for one in session.plan.steps if one["id"] == step.plan.id)
    return any(plan.get(name) != now.get(name) for name in ("items", "targets"))


def otherwise(raw: dict[str, Any], session: Session) -> dict[str, Any]:
    """The same command with another score, remark or text, where these are for nobody else to see yet."""
    changed = dict(raw)
    step = session.steps.get(raw.get("step", ""))
    blind = bool(step and getattr(step.plan, "blind", False))
    plan: Any = step.plan if step else None
    if raw["type"] == "rating.rate" and blind:
        if isinstance(raw.get("score"), int):
            there = plan.points + 1 - raw["score"]
            if plan.reasons.get(there) == plan.reasons.get(raw["score"]):
                changed["score"] = there
            elif raw.get("reasons"):
                keys = list(plan.reasons[raw["score"]])
                changed["reasons"] = [keys[-1 - keys.index(key)] for key in raw["reasons"]]
        if raw.get("remark"):
            changed["remark"] = f"quite {raw['remark']}"
    if raw["type"] == "rating.dots" and blind:
        changed["item"] = turned_around(raw["item"], plan.items)
    if raw["type"] == "rating.choose" and blind:
        changed["targets"] = [turned_around(target, plan.targets) for target in raw["targets"]]
    if raw["type"] == "page.answer":
        if raw.get("text"):
            changed["text"] = f"quite {raw['text']}"
        if isinstance(raw.get("score"), int):
            question = next(one for one in plan.questions if one.id == raw["question"])
            changed["score"] = len(question.scale.points) + 1 - raw["score"]
    if raw["type"] == "page.mail_me" and raw["address"]:
        changed["address"] = f"not.{raw['address']}"
    if raw["type"] == "canvas.add_card" and blind:
        changed |= _in_other_words(raw)
    if raw["type"] == "canvas.edit_card" and step:
        cards = session.activities[step.plan.id].board(session).cards  # type: ignore[attr-defined]
        if raw["card"] in cards and cards[raw["card"]].covered:
            changed |= _in_other_words(raw)
    return changed


def _in_other_words(raw: dict[str, Any]) -> dict[str, Any]:
    """The text and the fields of a card with other words where somebody typed some."""
    changed: dict[str, Any] = {"text": f"quite {raw['text']}"} if "text" in raw else {}
    if "fields" in raw:
        changed["fields"] = {
            id: f"quite {value}" if words(value) else value for id, value in raw["fields"].items()
        }
    return changed


def turned_around(id: str, listed: Any) -> str:
    """The first for the last, the second for the last but one, of the items that a plan lists."""
    ids = [item.id for item in listed] if isinstance(listed, list) else []
    return ids[-1 - ids.index(id)] if id in ids else id


# recordings


@pytest.mark.parametrize("plan", SHIPPED)
def test_an_exported_log_tells_the_same_story_to_whoever_imports_it(plan, tmp_path):
    story = played(plan, 4)
    for step in list(story.session.steps.values()):
        if step.plan.kind in ("rating", "canvas") or getattr(step.plan, "questions", []):
            story.does(FACILITATOR, f"{step.plan.kind}.reveal", step=step.plan.id)
    path = tmp_path / "story.jsonl"
    write_recording(path, story.session.exported(story.log))
    records = read_recording(path)
    again = Session.of(CODE, records)
    assert [record.seq for record in records] == list(range(1, len(story.log) + 1))
    for mine, theirs in ((story.everyone, as_json(again.view("everyone"))),):
        for view in (mine, theirs):
            _forget_what_an_export_leaves_out(view)
        assert mine == theirs


def _forget_what_an_export_leaves_out(view: dict[str, Any]) -> None:
    """Whoever wrote anonymously is one person in an export, and cards that were taken back took no place."""
    for step in view["steps"].values():
        step.pop("contributors", None)
        for card in step.get("cards", {}).values():
            card.pop("order")


# the registry


def test_every_kind_of_step_is_in_some_plan_here():
    assert {step["kind"] for steps in OPTIONS.values() for step in steps} == set(KINDS)


def test_every_command_is_sent_by_somebody_here():
    sent: set[str] = set()
    for plan in OPTIONS:
        for seed in range(4):
            story, crowd = start(plan), Crowd(Random(seed))
            for who, raw in wishes(story, crowd, 250):
                if sends(story, who, raw):
                    sent.add(raw["type"])
    assert sent == COMMANDS.keys() - {"session.close", "session.reopen"}


def test_every_event_comes_back_from_an_exported_line():
    for plan in OPTIONS:
        for record in played(plan, 1).log:
            line = json.loads(json.dumps(event_line(record)))
            assert line["type"] == record.event.type
            assert {"seq", "at", "actor", "type", "body"} <= line.keys()


def test_what_is_withheld_stays_withheld_when_it_is_told_again():
    story = start("rating")
    story.rates("p-AN7x", "i1", 3)
    exported = list(story.session.exported(story.log))
    assert isinstance(exported[-1].event, Withheld)
    again = Session.of(CODE, exported)
    assert list(again.exported(exported)) == exported
    assert again.seq == story.session.seq


def test_a_command_is_decided_on_without_changing_anything():
    story, crowd = start("one board, three steps"), Crowd(Random(9))
    for who, raw in wishes(story, crowd):
        before = Session.of(CODE, story.log)
        try:
            command = decode_command(raw)
            first = story.session.decide(command, actor(who))
            assert story.session.decide(command, actor(who)) == first
        except Refused:
            pass
        assert story.session == before
        sends(story, who, raw)
    assert isinstance(story.log[-1], Record)

"""What holds for every activity and every playbook, whoever does what in whatever order.

Three promises: the log told again is the live state; the patches add up to the fresh view; nobody gets to see what
is not for them.  A new activity or playbook is tested by being in the registry or in the folder.
"""

import json
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from sessions.activities import KINDS
from sessions.message import COMMANDS, FACILITATOR, Record, Refused, decode_command, event_line
from sessions.patch import merge
from sessions.people import Join
from sessions.playbook import shipped_playbooks
from sessions.report import report_model, to_html_document, to_markdown
from sessions.room import Room
from sessions.session import Info, Plan, Session, Withheld
from sessions.texts import LANGUAGES
from tests.play import (
    CODE,
    ORGANISATIONS,
    STARTED,
    Crowd,
    Story,
    actor,
    as_json,
    begun,
    canvas,
    discussion,
    page,
    rating,
    read_recording,
    write_recording,
)
from tests.privacy import check, check_everyone, readers

TEXT = "## Hello\n\nWrite *one* thought."
REFERENCE = {"label": "Elsewhere", "scores": {"i1": 4, "i2": 1}, "notes": {"i1": "So it was."}}
BOXES = [
    {"id": "left", "title": "Left", "cards": ["Ready made"], "suggestions": ["Take me"]},
    {"id": "right", "title": "Right", "prompt": "Why?", "max_chars": 60},
]
CARDS = {"cards_of": ["ideas"]}
FIELDS = [
    {"id": "owner", "label": "Owner", "kind": "person"},
    {"id": "due", "label": "Due", "kind": "date"},
    {"id": "about", "label": "About", "kind": "item", "items": {"cards_of": ["ideas"]}},
    {"id": "note", "label": "Note", "kind": "text", "required": True},
    {"id": "for", "label": "For", "kind": "organisation"},
    {"id": "level", "label": "Level", "kind": "choice", "options": ["High", "Low"]},
    {"id": "parts", "label": "Parts", "kind": "choices", "options": ["A", "B", "C"]},
    {"id": "cost", "label": "Cost", "kind": "amount", "unit": "€"},
]
QUESTIONS = [
    {"id": "word", "label": "One word"},
    {
        "id": "useful",
        "label": "Was it useful?",
        "kind": "scale",
        "scale": {"question": "It was", "points": ["no", "some", "yes"], "off": "?"},
    },
]

REASONED = {
    "question": "Acceptable?",
    "points": ["no", "rather not", "rather", "yes"],
    # The same for both ends, so that turning a score around keeps its reasons.
    "reasons": [{"points": [1, 4], "tags": ["Substance", "Support"]}],
}
AXES = [{"id": "effect", "title": "Effect"}, {"id": "synergy", "title": "Synergy", "question": "With what?"}]
QUADRANTS = {"high_high": "Do", "high_low": "Aim", "low_high": "Join", "low_low": "Later"}

OPTIONS: dict[str, list[dict[str, Any]]] = {
    "page": [page(text=TEXT, instruction="Read", notes="Slowly")],
    "page with results": [rating(), page(results_of="poll")],
    "page with questions": [page(text=TEXT, questions=QUESTIONS, mail=True)],
    "page to write": [page(text=TEXT, editable=True)],
    "canvas": [canvas(layout=["left right"], top={"title": "Start"}, bottom={"title": "End", "text": "."})],
    "blind canvas": [canvas(blind=True)],
    "anonymous canvas": [canvas(anonymous=True)],
    "blind anonymous canvas": [canvas(blind=True, anonymous=True)],
    "canvas without support": [canvas(supportable=False)],
    "canvas with cards and suggestions": [{**canvas(), "boxes": BOXES}],
    "fields of every kind": [
        canvas(),
        {**canvas("table", look="table", editable="everyone"), "fields": FIELDS},
    ],
    "blind fields": [canvas(), {**canvas("table", blind=True, anonymous=True), "fields": FIELDS}],
    "grid of rows": [
        canvas(),
        canvas("grid", ["one", "two"], rows={"groups_of": ["ideas"]}, blind=True),
        canvas("lanes", board="grid", look="lanes", grouping=True),
    ],
    "action board": [
        canvas(grouping=True),
        canvas(
            "actions",
            fields=FIELDS[:4],
            takeable=True,
            agreed_with=["owner", "due"],
            prefill={"groups_of": ["ideas"], "top": 3},
            prefill_box="right",
            per_person=2,
        ),
    ],
    "anonymous action board": [
        canvas("actions", fields=FIELDS[:2], anonymous=True, takeable=True, agreed_with=["owner", "due"]),
        canvas("later", prefill={"cards_of": ["actions"]}, per_person=1, blind=True, editable="everyone"),
    ],
    "one board, three steps": [
        canvas("ideas", boxes=["left", "middle", "right"], focus=["left"]),
        canvas("behind", board="ideas", focus=["middle", "right"], blind=True),
        canvas("nameless", board="ideas", focus=["right"], blind=True, anonymous=True, supportable=False),
        canvas("whole", board="ideas"),
    ],
    "rating": [rating(reference=REFERENCE)],
    "open rating": [rating(blind=False, reference=REFERENCE)],
    "rating one by one": [rating(one_by_one=True)],
    "rating of two points": [rating(scale={"question": "?", "points": ["no", "yes"]}, remarks=False)],
    "boxes rated": [{**canvas(), "boxes": BOXES}, rating(items={"boxes_of": "ideas"})],
    "cards rated": [canvas(), rating(items=CARDS, blind=False)],
    "covered cards rated": [canvas(blind=True, anonymous=True), rating(items=CARDS)],
    "cards of two steps rated": [
        canvas("ideas", boxes=["left", "right"], focus=["left"]),
        canvas("behind", board="ideas", blind=True),
        rating(items={"cards_of": ["ideas", "behind"]}),
    ],
    "rating with reasons": [rating(scale=REASONED)],
    "rating on two criteria": [rating(criteria=AXES, quadrants=QUADRANTS)],
    "open rating on two criteria": [rating(criteria=AXES, blind=False)],
    "rating of cascades": [rating(items=("i1", "i2", "i3"), criteria="items", addable=True)],
    "rating with a second round": [
        rating(),
        rating("again", items={"items_of": ["poll"]}, again="poll"),
        rating("open", items={"items_of": ["poll"]}, again="poll", blind=False),
    ],
    "one score for each organisation": [rating(per="organisation", scale=REASONED)],
    "one open score for each organisation": [rating(per="organisation", blind=False)],
    "rating of what people add": [rating(addable=True, add_prompt="What is missing?")],
    "open rating of what people add": [rating(items=[], addable=True, blind=False)],
    "dots": [rating(dots=5, max_per_item=2, items=("i1", "i2", "i3", "i4"))],
    "open dots": [rating(dots=3, blind=False)],
    "dots of organisations": [rating(dots=3, per="organisation")],
    "dots on cards": [canvas(), rating(items=CARDS, dots=4, max_per_item=3, addable=True)],
    "open dots on cards": [canvas(), rating(items=CARDS, dots=4, blind=False)],
    "choice": [rating(targets=("t1", "t2", "t3"), max_targets=2)],
    "open choice with own targets": [rating(targets=("t1",), own_targets=True, blind=False)],
    "choice of one": [rating(targets=("t1", "t2"), multiple=False, per="organisation")],
    "cards chosen for cards": [
        canvas(),
        canvas("ways", boxes=["way"]),
        rating(
            items={"cards_of": ["ideas"], "boxes": ["left"]}, targets={"cards_of": ["ways"]}, own_targets=True
        ),
        rating("again", items={"targets_of": ["poll"], "top": 2}, dots=2),
    ],
    "round talked through": [
        rating(),
        discussion(items={"items_of": ["poll"]}, decisions=["Yes", "No"], question="Well?"),
        rating("again", items={"items_of": ["talk"], "discussed": True}),
        discussion("more", items={"items_of": ["talk"], "decided": ["No"]}, order="given"),
    ],
    "cards talked through": [
        canvas(blind=True),
        discussion(items={"cards_of": ["ideas"]}, order="best", decisions=["Yes", "No"]),
        rating(items={"cards_of": ["ideas"], "boxes": ["left"], "top": 2}),
        discussion("open", items={"cards_of": ["ideas"]}, order="given"),
    ],
    "the best of an open round": [
        rating(items=("i1", "i2", "i3", "i4"), blind=False),
        rating("again", items={"items_of": ["poll"], "top": 2}),
    ],
}
PLAYBOOKS = shipped_playbooks()
SHIPPED = [f"{id}/{language}" for id in PLAYBOOKS for language in LANGUAGES]
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
        check_everyone(json.loads(publication.patches["everyone"]), readers(story.session, story.log))
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
    shared = {id for id, step in one.session.steps.items() if getattr(step.plan, "per", "") == "organisation"}
    for who, raw in wishes(one, crowd, 200):
        if raw["type"].endswith(".reveal"):
            continue
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


def otherwise(raw: dict[str, Any], session: Session) -> dict[str, Any]:
    """The same command with another score, remark or text, where these are for nobody else to see yet."""
    changed = dict(raw)
    step = session.steps.get(raw.get("step", ""))
    blind = bool(step and getattr(step.plan, "blind", False))
    if raw["type"] == "rating.rate" and blind and step:
        if isinstance(raw.get("score"), int):
            changed["score"] = step.plan.points + 1 - raw["score"]  # type: ignore[attr-defined]
        if raw.get("remark"):
            changed["remark"] = f"quite {raw['remark']}"
    if raw["type"] == "rating.dots" and blind and step:
        changed["item"] = turned_around(raw["item"], step.plan.items)  # type: ignore[attr-defined]
    if raw["type"] == "rating.choose" and blind and step:
        targets = step.plan.targets  # type: ignore[attr-defined]
        changed["targets"] = [turned_around(target, targets) for target in raw["targets"]]
    if raw["type"] == "page.answer":
        if raw.get("text"):
            changed["text"] = f"quite {raw['text']}"
        if isinstance(raw.get("score"), int):
            changed["score"] = 4 - raw["score"]
    if raw["type"] == "page.mail_me" and raw["address"]:
        changed["address"] = f"not.{raw['address']}"
    if raw["type"] == "canvas.add_card" and blind:
        changed["text"] = f"quite {raw['text']}"
    if raw["type"] == "canvas.edit_card" and "text" in raw and step:
        cards = session.activities[step.plan.id].board(session).cards  # type: ignore[attr-defined]
        if raw["card"] in cards and cards[raw["card"]].covered:
            changed["text"] = f"quite {raw['text']}"
    return changed


def turned_around(id: str, listed: Any) -> str:
    """The first for the last, the second for the last but one, of the items that a plan lists."""
    ids = [item.id for item in listed] if isinstance(listed, list) else []
    return ids[-1 - ids.index(id)] if id in ids else id


# a whole session


@pytest.mark.parametrize("plan", SHIPPED)
def test_a_playbook_plays_from_its_first_step_to_the_report(plan):
    story, crowd = start(plan), Crowd(Random(3))
    for who in crowd.people:
        sends(story, who, crowd.enter(who))
    for step in list(story.session.steps.values()):
        id, kind = step.plan.id, step.plan.kind
        story.does(FACILITATOR, "session.go", step=id, expect=story.session.step)
        assert story.everyone["session"]["step"] == id
        for who in crowd.people:
            contribute(story, crowd, who, id)
        if kind in ("rating", "canvas"):
            story.does(FACILITATOR, f"{kind}.reveal", step=id)
        if kind == "rating":
            view = story.everyone["steps"][id]
            assert view["answered"] == view["done"] == len(crowd.people)
            assert all(
                result["n"] + result["off"] == len(crowd.people) for result in view["results"].values()
            )
            assert view["results"]
        if kind == "canvas":
            view = story.everyone["steps"][id]
            assert view["contributors"] == len(crowd.people)
            assert set(view["counts"]) == set(view["boxes"])
        story.does(FACILITATOR, "session.lock_step", step=id, locked=True)
    story.does(FACILITATOR, "session.close")
    check(story.session, story.log)
    model = report_model(story.session)
    assert story.session.info.title in to_markdown(model).splitlines()[0]
    assert "<h1" in to_html_document(model)


def contribute(story: Story, crowd: Crowd, who: str, step: str) -> None:
    """Everything that one person can add in a step: a card in every box, a score for every item."""
    view = story.everyone["steps"][step]
    for box in view.get("boxes", {}):
        added = crowd.card(story.session, step, f"card{len(story.log)}", box)
        story.does(who, added.pop("type"), **{key: added[key] for key in added if key != "id"})
    for item in view.get("items", {}):
        points = [*map(int, view["scale"]["points"]), "none"]
        story.does(who, "rating.rate", step=step, item=item, score=crowd.dice.choice(points))


# recordings


@pytest.mark.parametrize("plan", SHIPPED)
def test_an_exported_log_tells_the_same_story_to_whoever_imports_it(plan, tmp_path):
    story = played(plan, 4)
    for step in list(story.session.steps.values()):
        if step.plan.kind in ("rating", "canvas"):
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

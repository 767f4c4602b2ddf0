"""A session told as a story: who wants what, what happened, and what everybody sees.

    story = play(canvas(blind=True))
    story.does(AN, "canvas.add_card", step="ideas", card="c1", box="left", text="Higher dikes")
    assert story.everyone["steps"]["ideas"]["cards"] == {}

Commands come in as the JSON of the wire; every event goes through the JSON of the log before it is believed.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any

from sessions.items import chosen
from sessions.message import (
    FACILITATOR,
    INSIDE,
    Actor,
    Record,
    Refused,
    decode_command,
    decode_event,
    encode_event,
    event_line,
    read_line,
)
from sessions.people import Join
from sessions.room import encode
from sessions.session import Session
from sessions.session_messages import Created, Info, Plan

AN, BO, CARLA = "p-AN7x", "p-BO7x", "p-CARLA7x"
SCREEN = "screen"
STARTED = 1_790_000_000_000
CODE = "48271503"
ORGANISATIONS = ["Provincie", "Waterschap", "Gemeente"]


# plans


def page(id: str = "welcome", **options: Any) -> dict[str, Any]:
    return {"id": id, "kind": "page", "title": f"The {id}", **options}


def canvas(id: str = "ideas", boxes: Sequence[str] = ("left", "right"), **options: Any) -> dict[str, Any]:
    own = {} if "board" in options else {"boxes": [{"id": box, "title": box.title()} for box in boxes]}
    return {"id": id, "kind": "canvas", "title": f"The {id}", **own, **options}


def rating(id: str = "poll", items: Any = ("i1", "i2"), **options: Any) -> dict[str, Any]:
    """A round on a scale of four points, or with the ``dots`` or ``targets`` of *options* instead."""
    if not {"dots", "targets"} & options.keys():
        points = ["little", "some", "much", "all"]
        options = {"scale": {"question": "How much?", "points": points, "off": "no idea"}, **options}
    if isinstance(options.get("targets"), tuple):
        options["targets"] = listed(options["targets"], "Target")
    items = listed(items) if isinstance(items, tuple) else items
    return {"id": id, "kind": "rating", "title": f"The {id}", "items": items, **options}


def listed(ids: Iterable[str], what: str = "Item") -> list[dict[str, str]]:
    """Items that a plan lists."""
    return [{"id": id, "title": f"{what} {id}"} for id in ids]


def discussion(id: str = "talk", **options: Any) -> dict[str, Any]:
    return {"id": id, "kind": "discussion", "title": f"The {id}", **options}


# stories


@dataclass
class Story:
    """One session and its log so far; ``at`` is the clock.

    What only the server sends, it sends for whoever is said to do it.
    """

    session: Session
    log: list[Record]
    at: int = STARTED

    def does(self, who: str, kind: str, /, **fields: Any) -> list[Any]:
        """*who* sends a command; the events that came of it.  Raises Refused."""
        command = decode_command({"id": "an-id-of-sixteen", "type": kind, **fields})
        events = self.session.decide(command, replace(actor(who), inside=type(command) in INSIDE))
        for n, happened in enumerate(events, 1):
            self.happens(who, happened, f"command-{len(self.log):012}" if n == len(events) else None)
        return events

    def refuses(self, who: str, kind: str, /, **fields: Any) -> tuple[str, str]:
        """*who* sends a command that is refused; (code, key) of the refusal."""
        before = self.session
        try:
            self.does(who, kind, **fields)
        except Refused as refused:
            assert self.session is before
            return refused.code, refused.key.removeprefix("error.")
        raise AssertionError(f"{kind} was accepted")

    def happens(self, who: str, event: Any, command: str | None = None) -> None:
        """Add one event to the log, as it comes back from there; the last one of a *command* bears its id."""
        self.at += 1_000
        record = Record(len(self.log) + 1, self.at, who, decode_event(*encode_event(event)), command)
        self.log.append(record)
        self.session = self.session.evolve(record)

    def enters(self, who: str, organisation: str = "Waterschap", **card: str) -> "Story":
        self.does(who, "participant.enter", organisation=organisation, **card)
        return self

    def adds(self, who: str, card: str, *, step: str = "ideas", box: str = "left", text: str = "") -> "Story":
        self.does(who, "canvas.add_card", step=step, card=card, box=box, text=text or f"Text of {card}")
        return self

    def rates(self, who: str, item: str, score: Any, *, step: str = "poll", **more: Any) -> "Story":
        self.does(who, "rating.rate", step=step, item=item, score=score, **more)
        return self

    @property
    def everyone(self) -> Any:
        """The view of everyone, as it arrives."""
        return as_json(self.session.view("everyone"))

    @property
    def facilitator(self) -> Any:
        """The view of the facilitator, as it arrives."""
        return as_json(self.session.view("facilitator"))

    def mine(self, who: str) -> Any:
        """The private part of one participant, as it arrives."""
        return as_json(self.session.mine(who))

    def step(self, id: str = "", *, of: str = "everyone") -> Any:
        """One step as an audience sees it; the only one that matters when no *id* is given."""
        steps = (self.everyone if of == "everyone" else self.facilitator)["steps"]
        return steps[id or next(step for step in steps if step in ("ideas", "poll", "welcome"))]

    @property
    def exported(self) -> list[dict[str, Any]]:
        """The lines of the exported log."""
        return [event_line(record) for record in self.session.exported(self.log)]


def play(*steps: dict[str, Any], join: dict[str, Any] | None = None, **info: Any) -> Story:
    """A story that begins with a session of these steps."""
    asked: dict[str, Any] = {"organisation": "optional", "organisations": ORGANISATIONS, **(join or {})}
    told = {"title": "Dike and valley", "language": "en", "playbook": "own", **info}
    return begun(Info(**told), Plan(Join(**asked), list(steps)))


def begun(info: Info, plan: Plan) -> Story:
    """A story that begins with a session of this plan."""
    created: Any = Created(info, plan)
    first = Record(1, STARTED, FACILITATOR, decode_event(*encode_event(created)))
    return Story(Session.of(CODE, [first]), [first])


def actor(who: str) -> Actor:
    """Who speaks, by their id."""
    match who:
        case "facilitator":
            return Actor(who, "facilitator")
        case "screen":
            return Actor(who, "screen")
    return Actor(who, "participant")


def as_json(value: Any) -> Any:
    """*value* as a browser gets it."""
    return json.loads(encode(value))


# recordings: an exported log, one event a line


def write_recording(path: Path, records: Iterable[Record]) -> None:
    """Write records as an exported log."""
    lines = (json.dumps(event_line(record), ensure_ascii=False) for record in records)
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")


def read_recording(path: Path) -> list[Record]:
    """The records of an exported log."""
    with path.open(encoding="utf-8") as lines:
        return [read_line(json.loads(line)) for line in lines]


# people who do something


@dataclass
class Crowd:
    """Simulated people: each wish is a command that somebody might send now; the same *dice*, the same wishes.

    Every text they type holds a word of its own, so that a test can look for it where it must not be.
    """

    dice: Random
    people: tuple[str, ...] = (AN, BO, CARLA, "p-DIRK7x", "p-ELS7x")
    words: Iterator[str] = field(default_factory=lambda: (f"mark{n}x" for n in range(10**9)))
    made: dict[str, list[str]] = field(default_factory=dict)
    """step -> ids of the cards that somebody made there"""

    def wish(self, session: Session, who: str) -> dict[str, Any]:
        """A command that *who* might send now, in step with what there is; it may be refused all the same."""
        if who == FACILITATOR and session.acts.undone and self.dice.random() < 0.3:
            return self._command("session.redo")
        step = session.steps[self.dice.choice([session.step, *session.steps])]
        wishes = getattr(self, f"_{step.plan.kind}")
        if self.dice.random() < 0.15:
            return self._general(session, who)
        if who == FACILITATOR and self.dice.random() < 0.2:
            return self._agenda(session, step.plan.id)
        return wishes(session, step.plan.id, who) or self._general(session, who)

    def enter(self, who: str) -> dict[str, Any]:
        """Who they are; the name holds a word of its own."""
        organisation = self.dice.choice([*ORGANISATIONS, "anders", "ANDERS"])
        return self._command("participant.enter", name=self.text("name"), organisation=organisation)

    def text(self, about: str) -> str:
        """A text with a word that is nowhere else."""
        return f"{about} {next(self.words)}"

    def _general(self, session: Session, who: str) -> dict[str, Any]:
        parked = self.made.setdefault("", [])
        thought = self.dice.choice([*parked, "?"])
        if self.dice.random() < 0.3:
            parked.append(f"thought{len(parked)}-{self.dice.randrange(10**12)}")
            return self._command("session.park", thought=parked[-1], text=self.text("parked"))
        if who != FACILITATOR:
            return (
                self.enter(who)
                if self.dice.random() < 0.7
                else self._command("session.unpark", thought=thought)
            )
        step = self.dice.choice(list(session.steps))
        undone = [*(act.seq for act in session.acts.done[-3:]), *(act.seq for act in session.acts.undone)]
        act = {"act": self.dice.choice(undone)} if undone and self.dice.random() < 0.3 else {}
        code = f"{self.dice.randrange(10**7, 10**8)}"
        return self.dice.choice(
            [
                self._command("session.undo", **act),
                self._command("session.redo", **act),
                self._command("session.pause_timer", left=self.dice.randrange(10**6)),
                self._command("session.screen", cover=self.dice.choice(["", "qr", "blank"])),
                self._command("session.screen", step=step, box="left", sort=True, compare=False),
                self._command("session.door", closed=self.dice.random() < 0.2),
                self._command(
                    "session.block",
                    person=self.dice.choice([*session.people, "?"]),
                    blocked=self.dice.random() < 0.2,
                ),
                self._command("session.starts", at=self.dice.randrange(10**12)),
                self._command("session.settle", thought=thought, settled=self.dice.random() < 0.5),
                self._command("session.settle", thought=thought, hidden=self.dice.random() < 0.5),
                self._command("session.change_code", code=code, expect=session.steering.code),
                self._command("session.go", step=step),
                self._command("session.go", step=step, expect=session.step),
                self._command("session.lock_step", step=step, locked=self.dice.random() < 0.4),
                self._command("session.timer", ends=self.dice.randrange(10**12)),
                self._command("session.timer"),
                self._command("session.reopen"),
                self._command("session.share_report", shared=self.dice.random() < 0.5),
            ]
        )

    def _agenda(self, session: Session, step: str) -> dict[str, Any]:
        """A change of the agenda, or of what the session is about; many cannot be."""
        raw = next(one for one in session.plan.steps if one["id"] == step)
        new = f"new-{self.dice.randrange(10**9)}"
        before = {"before": self.dice.choice([*session.steps])} if self.dice.random() < 0.7 else {}
        revision = session.steps[step].revision - (self.dice.random() < 0.1)
        edit = self._command("session.edit_step", step=step, plan=self._edited(raw), revision=revision)
        return self.dice.choice(
            [
                edit,
                edit,
                edit,
                self._command("session.add_step", step=new, plan={**raw, "title": "New"}, **before),
                self._command("session.copy_step", step=step, copy=new, title="Copy"),
                self._command("session.move_step", step=step, **before),
                self._command("session.skip_step", step=step, skipped=self.dice.random() < 0.5),
                self._command("session.remove_step", step=step),
                self._command("session.edit_info", place=f"Place {self.dice.randrange(99)}", names=False),
                self._command("session.edit_join", organisations=self.dice.sample(ORGANISATIONS, 2)),
                self._command("session.edit_delivers", delivers=[{"text": self.text("it"), "step": step}]),
                self._command("session.translate", texts={raw["title"]: self.text("other")}),
                self._command("session.make_up", step=step, minutes=1, of=raw.get("minutes", 0)),
            ]
        )

    def _edited(self, raw: dict[str, Any]) -> dict[str, Any]:
        """The plan of a step with something in it changed, for better or worse."""
        plan: dict[str, Any] = {**raw, "notes": self.text("private")}
        lists = [
            name
            for name in ("items", "targets", "boxes", "questions", "fields")
            if isinstance(plan.get(name), list)
        ]
        if lists and plan[name := self.dice.choice(lists)]:
            entries = list(plan[name])
            if self.dice.random() < 0.4:
                entries.pop(self.dice.randrange(len(entries)))
            else:
                named = "label" if name in ("questions", "fields") else "title"
                entries.append({"id": f"e{self.dice.randrange(10**6)}", named: "Another"})
            plan = {**plan, name: entries}
            if name == "boxes":
                plan.pop("layout", None)
        match self.dice.randrange(6):
            case 0:
                plan["blind"] = not plan.get("blind", plan["kind"] == "rating")
            case 1:
                plan["anonymous"] = not plan.get("anonymous", False)
            case 2 if plan.get("scale"):
                plan["scale"] = {**plan["scale"], "points": [*plan["scale"]["points"], "more"]}
            case 3 if plan["kind"] == "canvas":
                boxes = [
                    {**box, "cards": [f"Ready {self.dice.randrange(9)}"]} for box in plan.get("boxes", [])
                ]
                plan |= {"boxes": boxes} if boxes else {}
            case 4:
                plan["title"] = f"Title {self.dice.randrange(99)}"
            case 5:
                plan["minutes"] = 30
        return plan

    def _page(self, session: Session, step: str, who: str) -> dict[str, Any] | None:
        plan: Any = session.steps[step].plan
        if who == FACILITATOR:
            return self.dice.choice(
                [
                    None,
                    self._command("page.reveal", step=step) if self.dice.random() < 0.5 else None,
                    self._command("page.write", step=step, text=self.text("written")),
                ]
            )
        if self.dice.random() < 0.2:
            address = f"{self.text('me').replace(' ', '.')}@example.org"
            return self._command("page.mail_me", step=step, address=self.dice.choice(["", address]))
        if not plan.questions:
            return None
        question = self.dice.choice(plan.questions)
        answer: dict[str, Any] = {"text": self.text("answer")}
        if question.scale:
            answer = {"score": self.dice.choice([*range(1, question.points + 1), "none"])}
        return self._command(
            "page.answer", step=step, question=question.id, **(answer if self.dice.random() < 0.9 else {})
        )

    def _discussion(self, session: Session, step: str, who: str) -> dict[str, Any] | None:
        if who != FACILITATOR:
            return None
        plan: Any = session.steps[step].plan
        items = [item.id for item in session.activities[step].items(session)]  # type: ignore[attr-defined]
        item = self.dice.choice(items) if items and self.dice.random() < 0.9 else "?"
        told = {
            "decision": self.dice.choice([*plan.decisions, ""]),
            "note": self.text("note"),
            "who": self.dice.choice(["", self.text("who")]),
        }
        some = self.dice.sample(sorted(told), self.dice.randint(1, 3))
        return self.dice.choice(
            [
                self._command("discussion.spotlight", step=step, **({"item": item} if item != "?" else {})),
                self._command(
                    "discussion.conclude", step=step, item=item, **{key: told[key] for key in some}
                ),
                self._command("discussion.mark", step=step, item=item, discussed=self.dice.random() < 0.6),
            ]
        )

    def _canvas(self, session: Session, step: str, who: str) -> dict[str, Any]:
        plan: Any = session.steps[step].plan
        owner: Any = session.steps[plan.board].plan if plan.board else plan
        boxes = plan.focus or [box.id for box in owner.boxes]
        cards = self.made.setdefault(owner.id, [])
        board: Any = session.activities[owner.id]
        there = [f"{box.id}.1" for box in owner.boxes if box.cards] + sorted(board.brought)
        groups = [*sorted(board.cards.groups), f"group{len(cards)}-{step}"]
        merged = sorted(card.id for card in board.cards.values() if card.behind or card.into) or ["?"]
        agreed_with = {id for one in session.steps.values() for id in getattr(one.plan, "agreed_with", ())}

        def one() -> str:
            return str(self.dice.choice([*cards, *there] or ["?"]))

        def some() -> list[str]:
            return [one() for _ in range(self.dice.randint(1, 3))]

        def about_card(kind: str, **fields: Any) -> Callable[[], dict[str, Any]]:
            return lambda: self._command(kind, step=step, card=one(), **fields)

        def add() -> dict[str, Any]:
            id = f"card{len(cards)}-{step}-{self.dice.randrange(10**12)}"
            cards.append(id)
            return self.card(session, step, id, self.dice.choice(boxes))

        def fill() -> dict[str, Any]:
            id = one()
            box = board.cards[id].box if id in board.cards else boxes[0]
            fields = self.fields(session, owner, box, at_most=2)
            return self._command("canvas.edit_card", step=step, card=id, fields=fields)

        def take() -> dict[str, Any]:
            id = one()
            box = board.cards[id].box if id in board.cards else boxes[0]
            fields = self.fields(session, owner, box, among=agreed_with)
            return self._command(
                "canvas.take_card", step=step, card=id, on=self.dice.random() < 0.7, fields=fields
            )

        def move() -> dict[str, Any]:
            before = self.dice.choice([None, *cards[:3], *there])
            row = self.dice.choice([None, *self.rows(session, owner)])
            extra = {key: value for key, value in (("before", before), ("row", row)) if value}
            return about_card("canvas.move_card", box=self.dice.choice(boxes), **extra)()

        wishes = [
            add,
            add,
            about_card("canvas.edit_card", text=self.text("edited")),
            about_card("canvas.support_card", on=self.dice.random() < 0.7),
            move,
            about_card("canvas.remove_card"),
        ]
        if any(owner.asked.values()):
            wishes += [fill, fill]
        if plan.takeable:
            wishes += [take, take, about_card("canvas.join_card", on=self.dice.random() < 0.7)]
        if who == FACILITATOR:
            group = self.dice.choice(groups)
            wishes += [
                about_card("canvas.hide_card", hidden=self.dice.random() < 0.6),
                lambda: self._command(
                    "canvas.restore_card", step=step, card=self.dice.choice(sorted(board.removed) or ["?"])
                ),
                lambda: self._command("canvas.reveal", step=step),
                lambda: self._command(
                    "canvas.group_cards", step=step, group=group, cards=some(), title=self.text("group")
                ),
                lambda: self._command(
                    "canvas.rename_group", step=step, group=group, title=self.text("group")
                ),
                lambda: self._command("canvas.ungroup_cards", step=step, cards=some()),
                lambda: self._command("canvas.merge_cards", step=step, card=one(), cards=some()),
                lambda: self._command("canvas.split_card", step=step, card=self.dice.choice(merged)),
                lambda: self._command(
                    "canvas.lock_box",
                    step=step,
                    box=self.dice.choice(boxes),
                    locked=self.dice.random() < 0.3,
                ),
                lambda: self._command("canvas.prefill", step=step),
            ]
        return self.dice.choice(wishes)()

    def card(self, session: Session, step: str, id: str, box: str) -> dict[str, Any]:
        """A new card in *box*, with what the box asks for."""
        plan: Any = session.steps[step].plan
        owner: Any = session.steps[plan.board].plan if plan.board else plan
        extra: dict[str, Any] = {}
        if fields := self.fields(session, owner, box):
            extra["fields"] = fields
        if rows := self.rows(session, owner):
            extra["row"] = self.dice.choice(rows)
        return self._command("canvas.add_card", step=step, card=id, box=box, text=self.text("card"), **extra)

    def rows(self, session: Session, owner: Any) -> list[str]:
        """The rows of a board."""
        return [item.id for item in chosen(owner.rows, session)] if owner.rows else []

    def fields(
        self, session: Session, owner: Any, box: str, at_most: int = 99, among: Any = None
    ) -> dict[str, str]:
        """Values for the fields of a box; what people type holds a word of its own."""
        found: dict[str, str] = {}
        for id, asked in owner.asked.get(box, {}).items():
            if (among is not None and id not in among) or len(found) >= at_most:
                continue
            match asked.kind:
                case "choice" | "choices":
                    found[id] = str(self.dice.randint(1, len(asked.options)))
                case "date":
                    found[id] = f"20{self.dice.randint(26, 40)}-0{self.dice.randint(1, 9)}-15"
                case "amount":
                    found[id] = str(self.dice.randrange(10**6))
                case "item":
                    ids = [item.id for item in chosen(asked.items, session)]
                    found[id] = self.dice.choice(ids) if ids else ""
                case _:
                    found[id] = self.text(id)
            if not found[id] or (not asked.required and self.dice.random() < 0.15):
                found.pop(id) if at_most == 99 else found.update({id: ""})
        return found

    def _rating(self, session: Session, step: str, who: str) -> dict[str, Any]:
        plan: Any = session.steps[step].plan
        made = self.made.setdefault(step, [])
        if self.dice.random() < 0.15 and (plan.addable or plan.own_targets):
            made.append(f"own{len(made)}-{step}-{self.dice.randrange(10**12)}")
            kind = "item" if plan.addable and (not plan.own_targets or self.dice.random() < 0.5) else "target"
            return self._command(
                f"rating.add_{kind}", step=step, **{kind: made[-1]}, title=self.text("added")
            )
        if who == FACILITATOR:
            hidden = self.dice.random() < 0.6
            item = self.dice.choice(made or ["?"])
            return self._chosen(
                [
                    self._on_behalf(session, step),
                    self._command(
                        "rating.tally_people",
                        step=step,
                        people=self.dice.randint(0, 9),
                        organisation=self.dice.choice(["", *ORGANISATIONS]),
                    ),
                    self._command("rating.reveal", step=step),
                    self._command("rating.reopen", step=step) if self.dice.random() < 0.3 else None,
                    self._command("rating.show_reference", step=step, shown=self.dice.random() < 0.5),
                    self._command("rating.hide_item", step=step, item=item, hidden=hidden),
                ]
            )
        return self._answer(session, step)

    def _answer(self, session: Session, step: str) -> dict[str, Any]:
        """An answer of any form."""
        activity: Any = session.activities[step]
        plan: Any = session.steps[step].plan
        items = [item.id for item in activity.items(session)] or ["?"]
        item = self.dice.choice(items)
        if plan.form == "dots":
            return self._command("rating.dots", step=step, item=item, dots=self.dice.randint(0, plan.dots))
        if plan.form == "choice":
            targets = [target.id for target in activity.targets(session)]
            some = self.dice.sample(targets, self.dice.randint(0, min(3, len(targets))))
            return self._command("rating.choose", step=step, item=item, targets=some)
        return self._command("rating.rate", step=step, item=item, **self._score(plan, items))

    def _on_behalf(self, session: Session, step: str) -> dict[str, Any]:
        """A count for people without a phone, or the answer of an organisation without one."""
        plan: Any = session.steps[step].plan
        organisation = self.dice.choice(["", *ORGANISATIONS])
        given = self._answer(session, step)
        if plan.per == "organisation":
            return {**given, "organisation": organisation}
        extra = {"criterion": given["criterion"]} if "criterion" in given else {}
        what = (given.get("targets") or ["?"])[0] if plan.form == "choice" else str(given.get("score", 1))
        return self._command(
            "rating.tally",
            step=step,
            item=given["item"],
            counts={"dots" if plan.form == "dots" else what: self.dice.randint(0, 4)},
            organisation=organisation,
            **extra,
        )

    def _chosen(self, wishes: list[dict[str, Any] | None]) -> dict[str, Any]:
        return self.dice.choice([wish for wish in wishes if wish])

    def _score(self, plan: Any, items: list[str]) -> dict[str, Any]:
        """A score and what may come with it."""
        found: dict[str, Any] = {}
        if self.dice.random() < 0.9:
            found["score"] = self.dice.choice([*range(1, len(plan.scale.points) + 1), "none"])
        if plan.criteria:
            criteria = items if plan.cascade else [criterion.id for criterion in plan.criteria]
            return {**found, "criterion": self.dice.choice(criteria)}
        if self.dice.random() < 0.4:
            found["remark"] = self.text("remark")
        if (reasons := plan.reasons.get(found.get("score"))) and self.dice.random() < 0.7:
            found["reasons"] = self.dice.sample(sorted(reasons), self.dice.randint(0, len(reasons)))
        return found

    def _command(self, kind: str, **fields: Any) -> dict[str, Any]:
        return {"id": f"command-{self.dice.randrange(10**18):018}", "type": kind, **fields}

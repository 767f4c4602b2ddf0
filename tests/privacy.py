"""Who may read what, worked out from the log alone: the yardstick for every view, patch and export.

Each text that the simulated people type holds a word of its own (``mark17x``); here it is said who may meet that
word.  It knows nothing of activities but their events, so it cannot share a mistake with them.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sessions import canvas_messages as canvas
from sessions import rating_messages as rating
from sessions.activities import discussion, page
from sessions.agenda_messages import (
    StepAdded,
    StepEdited,
)
from sessions.message import FACILITATOR, Record, event_line
from sessions.parking import Parked, Settled
from sessions.people import Entered
from sessions.report import report_model, to_source
from sessions.report_csv import Sheet, sheets, written
from sessions.report_json import to_json
from sessions.session import Created, Session
from tests.play import as_json

ANSWERS = {"rating.rated", "rating.dotted", "rating.chosen"}
ADDED = {"rating.item_added", "rating.target_added"}

REVEALS = canvas.Revealed | rating.Revealed | page.Revealed
COVERS = canvas.Covered | rating.Reopened | page.Covered
SHOWS = REVEALS | COVERS

_WORD = re.compile(r"mark\d+x")


def words(value: Any) -> set[str]:
    """The words of simulated people in *value*, wherever they stand."""
    return set(_WORD.findall(value if isinstance(value, str) else json.dumps(value)))


def _blind(step: dict[str, Any]) -> bool:
    return bool(step.get("blind", step["kind"] == "rating"))


@dataclass
class Readers:
    """Who may meet each word at one moment."""

    everyone: set[str] = field(default_factory=set)
    facilitator: set[str] = field(default_factory=set)
    own: dict[str, set[str]] = field(default_factory=dict)
    people: set[str] = field(default_factory=set)
    """ids of participants"""
    anonymous: set[str] = field(default_factory=set)
    """ids of the cards that nobody is to be found behind"""
    nameless: set[int] = field(default_factory=set)
    """seqs of what happened in an anonymous step"""


def readers(session: Session, log: Iterable[Record]) -> Readers:
    """Who may meet each word that was typed so far."""
    log = list(log)
    shows = [r for r in log if isinstance(r.event, SHOWS)]
    hidden: dict[str, bool] = {
        r.event.card: r.event.hidden for r in log if isinstance(r.event, canvas.CardHidden)
    }
    via = {r.event.card: r.event.via for r in log if isinstance(r.event, canvas.CardAdded)}

    off = {r.event.thought: r.event.hidden for r in log if isinstance(r.event, Settled)}
    away = {r.event.item: r.event.hidden for r in log if isinstance(r.event, rating.ItemHidden)}
    entered: dict[str, set[str]] = {}
    for record in log:
        # Where an organisation gives one answer, all who speak for it may read that.
        if isinstance(record.event, Entered) and record.event.organisation:
            entered.setdefault(record.event.organisation, set()).add(record.actor)

    blind: dict[str, bool] = {}
    """step -> whether it is blind, as the agenda has it last"""
    open_then: set[str] = set()
    """the cards that were written where everybody saw them"""
    for record in log:
        match record.event:
            case Created(plan=plan):
                blind |= {step["id"]: _blind(step) for step in plan.steps}
            case StepAdded(at=step, plan=plan) | StepEdited(at=step, plan=plan):
                blind[step] = _blind(plan)
            case canvas.CardAdded(card=card, via=step) if not blind[step]:
                open_then.add(card)

    def opened(step: str, seq: int, *, blind: bool) -> bool:
        """Whether what was written there as event *seq* was ever for everybody: then or later, for as long as it was."""
        if not blind:
            return True
        there = [r for r in shows if r.event.step == step]
        before = [r for r in there if r.seq < seq]
        return (bool(before) and isinstance(before[-1].event, REVEALS)) or any(
            r.seq > seq and isinstance(r.event, REVEALS) for r in there
        )

    def open_at(step: str, seq: int) -> bool:
        return opened(step, seq, blind=blind[step])

    found = Readers()
    for record in log:
        if record.actor != FACILITATOR:
            found.people.add(record.actor)
        own = found.own.setdefault(record.actor, set())
        match record.event:
            case Entered(name=name):
                found.facilitator |= words(name)
                own |= words(name)
            case canvas.CardAdded() | canvas.CardEdited() | canvas.CardTaken():
                card, text = record.event.card, f"{getattr(record.event, 'text', '')} {record.event.fields}"
                own |= words(text)
                author = (
                    next(r.actor for r in log if getattr(r.event, "card", None) == card)
                    if card in via
                    else ""
                )
                found.own.setdefault(author, set()).update(words(text))
                if card not in via or card in open_then or open_at(via[card], record.seq):
                    found.facilitator |= words(text)
                    if not hidden.get(card):
                        found.everyone |= words(text)
            case StepAdded(plan=plan) | StepEdited(plan=plan):
                # Notes are for the facilitator alone.
                found.facilitator |= words(plan.get("notes", ""))
            case canvas.CardPrefilled(card=card, text=text):
                # Everyone saw it where it came from, at that moment.
                found.facilitator |= words(text)
                if not hidden.get(card):
                    found.everyone |= words(text)
            case canvas.CardsGrouped(title=title) | canvas.GroupRenamed(title=title):
                found.everyone |= words(title)
            case page.Answered(step=step, answer=answer):
                own |= words(answer)
                if opened(step, record.seq, blind=True):
                    found.everyone |= words(answer)
            case page.MailAsked(address=address):
                own |= words(address)
            case page.Written(text=text):
                found.everyone |= words(text)
            case discussion.Concluded(note=note, who=who):
                # What a discussion came to is for the whole room.
                found.everyone |= words(note) | words(who)
            case rating.Rated(step=step, remark=remark, organisation=organisation):
                own |= words(remark)
                for who in entered.get(organisation, ()):
                    found.own.setdefault(who, set()).update(words(remark))
                if open_at(step, record.seq):
                    found.everyone |= words(remark)
            case Parked(thought=thought, text=text):
                own |= words(text)
                found.facilitator |= words(text)
                if not off.get(thought):
                    found.everyone |= words(text)
            case rating.ItemAdded(item=item, title=title) | rating.TargetAdded(target=item, title=title):
                found.facilitator |= words(title)
                if not away.get(item):
                    found.everyone |= words(title)
        if isinstance(record.event, canvas.CardAdded) and record.event.anonymous:
            found.anonymous.add(record.event.card)
        if getattr(record.event, "anonymous", False):
            found.nameless.add(record.seq)
    found.facilitator |= found.everyone
    return found


def check_everyone(value: Any, allowed: Readers) -> None:
    """Raises AssertionError when *value* tells everyone what not everyone may know."""
    text = json.dumps(value)
    assert words(text) <= allowed.everyone
    assert [id for id in allowed.people if id in text] == []


def check(session: Session, log: Iterable[Record]) -> None:
    """Raises AssertionError when anything that leaves *session* tells somebody too much."""
    log = list(log)
    allowed = readers(session, log)
    everyone, facilitator = as_json(session.view("everyone")), as_json(session.view("facilitator"))
    check_everyone(everyone, allowed)
    assert words(facilitator) <= allowed.facilitator
    for who in allowed.people:
        mine = as_json(session.mine(who))
        assert words(mine) <= allowed.everyone | allowed.own.get(who, set())
        assert [id for id in allowed.people if id in json.dumps(mine)] == []
    for view in (everyone, facilitator):
        for step in view["steps"].values():
            for id in step.get("cards", {}).keys() & allowed.anonymous:
                assert not {"by", "author"} & step["cards"][id].keys()
    check_export([event_line(record) for record in session.exported(log)], session, allowed)
    report = report_model(session)
    for form in (to_source(report), to_json(report), *map(written_out, sheets(report))):
        check_everyone(form, allowed)


def written_out(sheet: Sheet) -> str:
    """What one file of report.csv says."""
    return written(sheet, "en").decode("utf-8-sig")


def check_export(lines: list[dict[str, Any]], session: Session, allowed: Readers) -> None:
    """Raises AssertionError when an exported log tells its reader more than a facilitator may know."""
    named = allowed.facilitator if session.info.names else allowed.everyone
    typed = [line for line in lines if line["type"] != "participant.entered"]
    assert words(typed) <= allowed.facilitator
    assert words(lines) <= allowed.facilitator | named
    if not session.info.names:
        assert [
            line["body"]["name"]
            for line in lines
            if line["type"] == "participant.entered" and line["body"]["name"]
        ] == []
    ended = {line["body"]["step"] for line in lines if line["type"] == "rating.revealed"}
    for line in lines:
        if line["type"] in ANSWERS:
            assert line["body"]["step"] not in ended
            assert not line["body"]["organisation"]
        if line["type"] in ANSWERS | ADDED:
            assert line["actor"] not in allowed.people
        if line["body"].get("card") in allowed.anonymous or line["seq"] in allowed.nameless:
            assert line["actor"] not in allowed.people
            assert not line["body"].get("organisation")

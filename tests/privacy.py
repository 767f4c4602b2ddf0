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
    DeliversEdited,
    StepAdded,
    StepEdited,
    Translated,
)
from sessions.leaving import lines_for
from sessions.message import FACILITATOR, Record
from sessions.parking import Parked, Settled
from sessions.people import Entered
from sessions.report import report_model, to_source
from sessions.report_csv import Sheet, sheets, written
from sessions.report_json import to_json
from sessions.session import Session
from sessions.session_messages import Created
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


class Facts:
    """What the log says about the things that its events mention, up to its end."""

    def __init__(self, log: Iterable[Record]) -> None:
        self.covered: set[str] = set()
        """cards that a facilitator hid"""
        self.off: set[str] = set()
        """thoughts and added items that are hidden"""
        self.cards: dict[str, canvas.CardAdded] = {}
        self.authors: dict[str, str] = {}
        """card -> who wrote it"""
        self.open_then: set[str] = set()
        """the cards that were written where everybody saw them"""
        self.speakers: dict[str, set[str]] = {}
        """organisation -> who ever spoke for it"""
        self.blind: dict[str, bool] = {}
        """step -> whether it is blind, as the agenda has it last"""
        self.shows: dict[str, list[tuple[int, bool]]] = {}
        """step -> the seqs at which it was shown, or covered again"""
        for record in log:
            self._note(record)

    def _note(self, record: Record) -> None:
        match record.event:
            case Created(plan=plan):
                self.blind |= {step["id"]: _blind(step) for step in plan.steps}
            case StepAdded(at=step, plan=plan) | StepEdited(at=step, plan=plan):
                self.blind[step] = _blind(plan)
            case Entered(organisation=organisation) if organisation:
                self.speakers.setdefault(organisation, set()).add(record.actor)
            case canvas.CardAdded(card=card, via=step) as added:
                self.cards[card] = added
                self.authors[card] = record.actor
                if not self.blind[step]:
                    self.open_then.add(card)
            case canvas.CardHidden(card=card, hidden=hidden):
                _switch(self.covered, card, hidden)
            case Settled(thought=id, hidden=hidden) | rating.ItemHidden(item=id, hidden=hidden):
                _switch(self.off, id, hidden)
            case event if isinstance(event, SHOWS):
                self.shows.setdefault(event.step, []).append((record.seq, isinstance(event, REVEALS)))

    def opened(self, step: str, seq: int) -> bool:
        """Whether what was written there as event *seq* was ever for everybody: then or later, for as long as it was."""
        shows = self.shows.get(step, [])
        before = [shown for at, shown in shows if at < seq]
        return before[-1:] == [True] or any(shown for at, shown in shows if at > seq)

    def open_at(self, step: str, seq: int) -> bool:
        """The same for what nobody hides in a step that is not blind."""
        return not self.blind[step] or self.opened(step, seq)

    def shown_card(self, card: str, seq: int) -> bool:
        """Whether everybody could read what was written on this card as event *seq*, unless it is hidden."""
        added = self.cards.get(card)
        return added is None or card in self.open_then or self.open_at(added.via, seq)


def _switch(these: set[str], id: str, on: bool) -> None:
    (these.add if on else these.discard)(id)


@dataclass
class Typed:
    """What an event says in somebody's own words, and who may read that; what everyone may, a facilitator may too."""

    text: Any
    own: set[str] = field(default_factory=set)
    facilitator: bool = False
    everyone: bool = False


def typed(record: Record, facts: Facts) -> Typed:
    """The words of one event."""
    me, seq = {record.actor}, record.seq
    match record.event:
        case Entered(name=name):
            return Typed(name, me, facilitator=True)
        case canvas.CardAdded() | canvas.CardEdited() | canvas.CardTaken() as event:
            shown = facts.shown_card(event.card, seq)
            both = me | {facts.authors.get(event.card, "")}
            return Typed(
                [getattr(event, "text", ""), event.fields],
                both,
                shown,
                shown and event.card not in facts.covered,
            )
        case canvas.CardPrefilled(card=card, text=text):
            # Everyone saw it where it came from, at that moment.
            return Typed(text, facilitator=True, everyone=card not in facts.covered)
        case StepAdded(plan=plan) | StepEdited(plan=plan):
            # Notes are for the facilitator alone.
            return Typed(plan.get("notes", ""), facilitator=True)
        case DeliversEdited(delivers=lines):
            # What a session must deliver stands in the report.
            return Typed([line.text for line in lines], everyone=True)
        case Translated(texts=texts):
            return Typed([*texts, *texts.values()], everyone=True)
        case canvas.CardsGrouped(title=text) | canvas.GroupRenamed(title=text) | page.Written(text=text):
            return Typed(text, everyone=True)
        case page.Answered(step=step, answer=answer):
            return Typed(answer, me, everyone=facts.opened(step, seq))
        case page.MailAsked(address=address):
            return Typed(address, me)
        case discussion.Concluded(note=note, who=who):
            # What a discussion came to is for the whole room.
            return Typed([note, who], everyone=True)
        case rating.Rated(step=step, remark=remark, organisation=organisation, on_behalf=typed_over):
            # Where an organisation gives one answer, all who speak for it may read that.
            own = me | facts.speakers.get(organisation, set())
            return Typed(remark, own, facilitator=typed_over, everyone=facts.open_at(step, seq))
        case Parked(thought=thought, text=text):
            return Typed(text, me, facilitator=True, everyone=thought not in facts.off)
        case rating.ItemAdded(item=item, title=title) | rating.TargetAdded(target=item, title=title):
            return Typed(title, facilitator=True, everyone=item not in facts.off)
    return Typed("")


def readers(log: Iterable[Record]) -> Readers:
    """Who may meet each word that was typed so far."""
    log = list(log)
    facts, found = Facts(log), Readers()
    for record in log:
        if record.actor != FACILITATOR:
            found.people.add(record.actor)
        told = typed(record, facts)
        marks = words(told.text)
        for who in told.own:
            found.own.setdefault(who, set()).update(marks)
        if told.facilitator or told.everyone:
            found.facilitator |= marks
        if told.everyone:
            found.everyone |= marks
        if getattr(record.event, "anonymous", False):
            found.nameless.add(record.seq)
            if isinstance(record.event, canvas.CardAdded):
                found.anonymous.add(record.event.card)
    return found


def check_everyone(value: Any, allowed: Readers) -> None:
    """Raises AssertionError when *value* tells everyone what not everyone may know."""
    text = json.dumps(value)
    assert words(text) <= allowed.everyone
    assert [id for id in allowed.people if id in text] == []


def check(session: Session, log: Iterable[Record]) -> None:
    """Raises AssertionError when anything that leaves *session* tells somebody too much."""
    log = list(log)
    allowed = readers(log)
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
    check_export(list(lines_for("facilitator", session, log)), allowed)
    check_everyone(list(lines_for("others", session, log)), allowed)
    check_whole(list(lines_for("host", session, log)), allowed)
    report = report_model(session)
    for form in (to_source(report), to_json(report), *map(written_out, sheets(report))):
        check_everyone(form, allowed)


def written_out(sheet: Sheet) -> str:
    """What one file of report.csv says."""
    return written(sheet, "en").decode("utf-8-sig")


def check_whole(lines: list[dict[str, Any]], allowed: Readers) -> None:
    """Raises AssertionError when a whole log tells anything that nobody may read yet."""
    assert words(lines) <= allowed.facilitator


def check_export(lines: list[dict[str, Any]], allowed: Readers) -> None:
    """Raises AssertionError when an exported log tells its reader more than a facilitator may know."""
    assert words(lines) <= allowed.facilitator
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

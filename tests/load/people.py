"""The people of a load test: the robots that also serve rehearsals, and what they say and score in one step.

They are asked once, before anything is measured, and their answers go to the phones as one script.  So the phones, which
have to be quick, decide on nothing, and every server gets the very same texts.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from sessions.message import FACILITATOR, Record
from sessions.playbook import shipped_playbooks
from sessions.robots import MOST_ROBOTS, Troupe, troupe_of
from sessions.session import Session
from sessions.session_messages import Created, Info, Went
from sessions.texts import Language

SEED = 1953
LANGUAGE: Language = "nl"
CARDS = 400
"""As many different cards; after those they come again."""
ROUNDS = 3
"""How often everybody changes their mind about everything, before it begins again."""


@dataclass(frozen=True)
class Place:
    """Which session the phones meet in, and in which step they contribute."""

    playbook: str
    step: str


CANVAS = Place("dialogen-afbakenen", "canvas-a")
ROUND = Place("herkenbaarheid-peilen", "herkenning")


@dataclass(frozen=True)
class Script:
    """Who comes and what they contribute: of cards in turn whoever's it is, of ``answers`` each phone its own row."""

    people: list[dict[str, str]]
    cards: list[dict[str, Any]]
    answers: list[list[dict[str, Any]]]

    def as_data(self) -> dict[str, Any]:
        """What the phones are given."""
        return vars(self)


@cache
def script_for(place: Place, seed: int = SEED) -> Script:
    """What robots do in a step of a playbook that nobody contributed to yet."""
    session = _at(place)
    robots = troupe_of(MOST_ROBOTS, session.plan.join.organisations, LANGUAGE)
    people = [{"name": robot.name, "organisation": robot.organisation} for robot in robots]
    cards: list[dict[str, Any]] = []
    answers: dict[str, list[dict[str, Any]]] = {robot.id: [] for robot in robots}
    for again in range(max(ROUNDS, CARDS // MOST_ROBOTS + 1)):
        for id, said in _said(session, Troupe(robots, LANGUAGE, seed + again)):
            if said["type"] == "canvas.add_card" and len(cards) < CARDS:
                cards.append({name: said[name] for name in ("box", "text", "fields", "row") if name in said})
            elif said["type"] == "rating.rate" and again < ROUNDS:
                answers[id].append(_answer(said, answers[id]))
    return Script(people, cards, list(answers.values()))


def _at(place: Place) -> Session:
    """A session whose facilitator has just come to that step."""
    book = shipped_playbooks()[place.playbook]
    info = Info(title=book.text("title", LANGUAGE), language=LANGUAGE, playbook=place.playbook)
    created = Record(1, 0, FACILITATOR, Created(info, book.plan(LANGUAGE)))
    return Session.of("00000000", [created, Record(2, 0, FACILITATOR, Went(place.step))])


def _said(session: Session, troupe: Troupe) -> Iterator[tuple[str, dict[str, Any]]]:
    """What each robot wants, one after the other, as if nobody heard of it."""
    view = session.view("everyone")
    while act := troupe.next(view, session.mine):
        robot, said = act
        yield robot.id, said


def _answer(said: dict[str, Any], before: list[dict[str, Any]]) -> dict[str, Any]:
    """The answer for the phones; another one than the last to the same item, because the same would be no work."""
    answer: dict[str, Any] = {
        name: said[name] for name in ("item", "score", "remark", "reasons", "criterion") if name in said
    }
    scores = [one["score"] for one in before if one["item"] == answer["item"]]
    if answer["score"] in scores[-1:]:
        answer["score"] = 2 if answer["score"] == 1 else 1
    return answer

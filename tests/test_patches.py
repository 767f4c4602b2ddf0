"""The patches on the libraries: each does what it is for, and without it that goes wrong."""

import json
import logging
import re
import socket
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

import engineio.socket
import pytest
import requests
import socketio

from sessions.web import frames, lines, patches, wire
from sessions.web.runner import LogLimit
from tests.running import Server, Workshop
from tests.sockets import WAIT_SECONDS, Raw, sent
from tests.wire import Guest, fresh_id

STALLED_ROUNDS = 4
STALLED_SYNCS = 150


class Opened(Server):
    """A server with a window into it; *off* names the patches it goes without."""

    def __init__(self, data: Any, off: str = "", ping_seconds: float = 15, files: int = 0) -> None:
        environment = {"OFF": off, "PING_SECONDS": str(ping_seconds), "FILES": str(files)}
        super().__init__(data, environment=environment, program="tests/opened.py")

    def number(self, path: str) -> int:
        return int(requests.get(f"{self.url}/{path}", timeout=20).text)

    def metric(self, name: str) -> float:
        text = requests.get(f"{self.url}/metrics", timeout=20).text
        found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
        assert found, text
        return float(found[1])


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Opened]]:
    """A server with patches off, one for each wish."""
    running: dict[Any, Opened] = {}

    def start(off: str = "", **options: Any) -> Opened:
        wish = off, *options.items()
        if wish not in running:
            running[wish] = Opened(tmp_path_factory.mktemp("opened"), off, **options)
            running[wish].start()
        return running[wish]

    yield start
    for server in running.values():
        server.kill()


@contextmanager
def raw(workshop: Workshop, *arguments: Any, **options: Any) -> Iterator[Raw]:
    line = Raw(workshop, *arguments, **options)
    try:
        yield line
    finally:
        line.socket.close()


def eventually(fulfilled: Callable[[], bool]) -> bool:
    """Whether *fulfilled* becomes true within reasonable time."""
    until = time.monotonic() + WAIT_SECONDS
    while not fulfilled():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


@pytest.fixture
def workshop(opened) -> Workshop:
    return opened().start_session("dialogen-afbakenen")


@pytest.fixture
def plain_workshop(opened) -> Workshop:
    """On a server without patches."""
    return opened("lines,answers").start_session("dialogen-afbakenen")


# lines: no greenlets


def greenlets_of(workshop: Workshop, phones: int) -> int:
    server = workshop.server
    assert isinstance(server, Opened)
    before = server.number("greenlets")
    lines = [Raw(workshop).joined() for _ in range(phones)]
    more = server.number("greenlets") - before
    for line in lines:
        line.socket.close()
    return more


def test_a_phone_needs_no_greenlet(workshop, plain_workshop):
    assert greenlets_of(workshop, 10) <= 2
    assert greenlets_of(plain_workshop, 10) >= 20


# lines: limits on what comes in


def ends_a_message_that_never_ends(workshop: Workshop) -> bool:
    """Five parts of 4 kB, where a message may be 16 kB; then a ping that somebody may answer."""
    with raw(workshop) as line:
        line.joined()
        for n in range(5):
            line.socket.sendall(sent(b"4" * 4_096, 0 if n else frames.TEXT, final=False))
        line.socket.sendall(sent(b"there?", frames.PING))
        while True:
            opcode, payload = line.frame()
            if opcode == frames.PONG:
                return False
            if opcode == frames.CLOSE:
                assert int.from_bytes(payload[:2], "big") == frames.TOO_BIG
                return True


def test_a_message_in_parts_that_never_ends_is_cut_off(workshop, plain_workshop):
    assert ends_a_message_that_never_ends(workshop)
    assert not ends_a_message_that_never_ends(plain_workshop)


@pytest.mark.parametrize(
    ("noise", "status"),
    [
        (sent(b"4" * 16_385), frames.TOO_BIG),
        (struct.pack("!BBQ", 0x81, 0xFF, 2**40), frames.TOO_BIG),
        (sent(b"\xff\xfe"), frames.BAD_TEXT),
        (b"\x81\x05hello", frames.PROTOCOL_ERROR),
        (sent(b"", 5), frames.PROTOCOL_ERROR),
    ],
)
def test_a_broken_frame_ends_the_connection_and_nobody_elses(workshop, noise, status):
    with raw(workshop) as other, raw(workshop) as line:
        other.joined()
        line.joined()
        line.socket.sendall(noise)
        while (heard := line.frame())[0] != frames.CLOSE:
            pass
        assert int.from_bytes(heard[1][:2], "big") == status
        with pytest.raises(ConnectionError):
            line.frame()
        other.text('420["sync",{}]')
        assert other.until("430").startswith('430[{"epoch":')


@pytest.mark.parametrize(
    "packet", ["", "9", "x", "4", "4x", "42", '42["commands"', "43", "451-[", "b!!", "4" * 900]
)
def test_a_packet_that_is_none_is_passed_over(workshop, packet):
    with raw(workshop) as line:
        line.joined()
        line.text(packet)
        line.text('427["sync",{}]')
        assert line.until("437")


def test_no_compression_is_agreed_on(workshop):
    """Every browser offers it, and it would cost half the processor."""
    with raw(workshop) as line:
        assert b"101 Switching Protocols" in line.handshake
        assert b"extensions" not in line.handshake.lower()


def test_who_sends_too_much_is_read_later_but_read(workshop):
    with raw(workshop) as line:
        line.joined()
        for n in range(400):
            line.text(f'42{n}["commands",[]]')
        heard = [line.until("43") for _ in range(400)]
    assert heard == [f"43{n}[[]]" for n in range(400)]


# lines: limits on what goes out


def stall(workshop: Workshop) -> Iterator[Raw]:
    """A phone that asks for the view again and again and never reads."""
    with raw(workshop, receive_bytes=4_096) as line:
        line.joined()
        for _ in range(STALLED_ROUNDS):
            with suppress(ConnectionError):
                for n in range(STALLED_SYNCS):
                    line.text(f'42{n}["sync",{{}}]')
            time.sleep(0.3)
        yield line


def test_a_phone_that_never_reads_is_cut(workshop):
    server = workshop.server
    before = cuts(server)
    for line in stall(workshop):
        assert eventually(lambda: cuts(server) == before + 1)
        assert line.ends()
        assert eventually(lambda: server.number("waiting") == 0)


def test_without_the_patch_what_a_phone_does_not_read_piles_up(plain_workshop):
    server = plain_workshop.server
    for _ in stall(plain_workshop):
        assert eventually(lambda: server.number("waiting") > 100)
        assert cuts(server) == 0


def cuts(server: Server) -> float:
    assert isinstance(server, Opened)
    return server.metric("dialoogtafel_queue_cuts_total")


def test_a_slow_reader_gets_everything_whole_and_in_order(workshop):
    with raw(workshop, receive_bytes=4_096) as line:
        line.joined()
        for n in range(40):
            line.text(f'42{n}["sync",{{}}]')
        for n in range(40):
            answer = line.until("43")
            number = re.match("43([0-9]+)", answer)
            assert number
            assert int(number[1]) == n
            assert json.loads(answer[number.end() :])[0]["view"]["session"]["state"] == "lobby"


# lines: coming, staying and going


def test_a_phone_that_answers_no_ping_is_let_go(opened):
    server = opened(ping_seconds=0.4)
    workshop = server.start_session()
    with raw(workshop) as silent, raw(workshop) as lively:
        silent.joined()
        lively.joined()
        for _ in range(4):
            lively.until("2")
            lively.text("3")
        assert silent.ends()
        lively.text('421["sync",{}]')
        assert lively.until("431")


def test_a_connection_that_is_gone_leaves_nothing_behind(workshop):
    server = workshop.server
    name = 'dialoogtafel_connections{role="participant"}'
    before = server.metric(name)
    for way in (b"", sent(b"\x03\xe8", frames.CLOSE), sent(b"1")):
        with raw(workshop) as line:
            line.joined()
            assert eventually(lambda: server.metric(name) == before + 1)
            line.socket.sendall(way)
            if not way:
                line.socket.close()
            assert eventually(lambda: server.metric(name) == before)


@pytest.mark.parametrize("transports", [("websocket",), ("polling",), ("polling", "websocket")])
def test_every_transport_carries_a_session(workshop, transports):
    guest = Guest(workshop, transports=transports).join()
    other = Guest(workshop).join()
    card = fresh_id()
    assert other.command("canvas.add_card", step="canvas-a", card=card, box="opgaven", text="Hé, één dijk")[
        "ok"
    ]
    guest.wait_for(lambda me: card in me.view["steps"]["canvas-a"]["cards"])
    assert guest.gaps == 0
    guest.leave()
    other.leave()


def test_a_proxy_that_breaks_websockets_leaves_polling_alive(workshop):
    address = f"{workshop.server.url}/socket.io/?EIO=4&transport=polling"
    opening = requests.get(address, timeout=20).text
    sid = json.loads(opening[1:])["sid"]
    polling = f"{address}&sid={sid}"
    auth = json.dumps({"code": workshop.code, "role": "participant"})
    assert requests.post(polling, data=f"40{auth}", timeout=20).text == "OK"
    assert requests.get(polling, timeout=20).text.startswith("40")
    with raw(workshop, f"&sid={sid}") as line:
        line.text("2probe")
        assert line.frame() == (frames.TEXT, b"3probe")
    requests.post(polling, data='420["sync",{}]', timeout=20)
    heard = ""
    while "430[" not in heard:
        heard += requests.get(polling, timeout=20).text


def test_a_polling_phone_that_never_polls_is_cut(workshop):
    server = workshop.server
    before = cuts(server)
    address = f"{server.url}/socket.io/?EIO=4&transport=polling"
    sid = json.loads(requests.get(address, timeout=20).text[1:])["sid"]
    auth = json.dumps({"code": workshop.code, "role": "participant"})
    polling = requests.Session()
    polling.post(f"{address}&sid={sid}", data=f"40{auth}", timeout=20)
    for start in range(0, lines.MOST_WAITING_PACKETS + 100, 16):
        packets = "\x1e".join(f'42{start + n}["commands",[]]' for n in range(16))
        if polling.post(f"{address}&sid={sid}", data=packets, timeout=20).status_code != 200:
            break
    assert cuts(server) == before + 1


# the runner's limits


def test_there_is_always_a_file_left_to_refuse_with(opened):
    workshop = opened(files=400).start_session()
    with ExitStack() as open_lines:
        handshakes = [open_lines.enter_context(raw(workshop)).handshake for _ in range(230)]
        assert b" 101 " in handshakes[0]
        assert handshakes[-1].startswith(b"HTTP/1.1 503 ")
        assert requests.get(f"{workshop.server.url}/healthz", timeout=20).text.strip() == "ok"
    assert eventually(lambda: accepts(workshop))


def accepts(workshop: Workshop) -> bool:
    with raw(workshop) as line:
        return b" 101 " in line.handshake


def test_nonsense_does_not_fill_the_log():
    limit = LogLimit(most=3)
    records = [logging.makeLogRecord({"msg": "nonsense %d", "args": (n,), "created": 60.0}) for n in range(9)]
    written = [record.getMessage() for record in records if limit.filter(record)]
    assert written == ["nonsense 0", "nonsense 1", "nonsense 2 (no more of these this minute)"]
    assert limit.filter(logging.makeLogRecord({"msg": "later", "created": 120.0}))


# answers


def greenlets_for_a_call(install: bool) -> int:
    """How many tasks a Socket.IO server starts for one call."""
    started: list[Any] = []
    server = socketio.Server(async_mode="threading")
    server.start_background_task = lambda *arguments: started.append(arguments)
    server.on("connect", lambda *_: None)
    server.on("commands", lambda *_: [])
    packets: list[Any] = []
    server._send_packet = lambda sid, packet: None
    server._send_eio_packet = lambda sid, packet: packets.append(packet)
    if install:
        assert patches.answer_later(server, {"commands": lambda sid, argument, answer: answer([argument])})
    server._handle_eio_connect("e1", {})
    server._handle_eio_message("e1", "0")
    server._handle_eio_message("e1", '25["commands","x"]')
    if install:
        assert [packet.encode() for packet in packets] == ['435[["x"]]']
    return len(started)


def test_a_call_is_answered_without_a_task_of_its_own():
    assert greenlets_for_a_call(install=True) == 0
    assert greenlets_for_a_call(install=False) == 1


# packets


class Polled:
    """A connection by polling, request by request."""

    def __init__(self, workshop: Workshop) -> None:
        self.url = f"{workshop.server.url}/socket.io/?EIO=4&transport=polling"
        self.sid = json.loads(requests.get(self.url, timeout=WAIT_SECONDS).text[1:])["sid"]
        self.port = workshop.server.port

    def post(self, body: bytes) -> int:
        return requests.post(f"{self.url}&sid={self.sid}", body, timeout=WAIT_SECONDS).status_code

    def tear(self, body: bytes, at: int) -> None:
        """Send *body* as far as *at*, and hang up."""
        with socket.create_connection(("127.0.0.1", self.port), WAIT_SECONDS) as line:
            head = f"POST /socket.io/?EIO=4&transport=polling&sid={self.sid} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            line.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body[:at])


NONSENSE = [
    b"4",
    b"42[",
    b"4zzz",
    b'451-["commands",{"_placeholder":true,"num":0}]',
    b"b4AAAAA",
    b"\xff",
    b"x",
]


def complaints_of_nonsense(server: Opened) -> list[str]:
    before = len(server.complaints)
    workshop = server.start_session()
    enter = b"40" + json.dumps({"code": workshop.code}).encode()
    for noise in NONSENSE:
        polled = Polled(workshop)
        assert polled.post(enter) == 200
        # Whoever cannot be understood is shown out; nobody waits for them.
        assert polled.post(noise) in (200, 400)
    Polled(workshop).tear(enter, 12)
    assert accepts(workshop)
    return server.complaints[before:]


def test_what_is_no_packet_is_no_error_of_ours(opened):
    assert complaints_of_nonsense(opened()) == []
    assert complaints_of_nonsense(opened("packets")) != []


def test_half_a_connect_that_came_by_polling_is_none(opened):
    """Cut after two characters it would be a whole one, without the code: one more wrong code from this address."""
    server = opened()
    workshop = server.start_session()
    enter = b"40" + json.dumps({"code": workshop.code}).encode()
    for _ in range(110):
        Polled(workshop).tear(enter, 2)
    Guest(workshop).attend()


# versions


@pytest.mark.parametrize("patch", sorted(patches.READ_AGAINST))
def test_a_patch_stays_out_of_other_versions_and_says_so(monkeypatch, caplog, patch):
    monkeypatch.setattr(patches, "version", lambda library: "99.0")
    before = engineio.socket.Socket
    assert not patches.fits(patch)
    lines.install()
    assert engineio.socket.Socket is before
    assert not patches.answer_later(socketio.Server(async_mode="threading"), {})
    assert all(record.levelname == "WARNING" for record in caplog.records)
    assert f"patch '{patch}' stays out" in caplog.text


def test_the_patches_were_read_against_what_is_installed():
    assert all(patches.fits(patch) for patch in patches.READ_AGAINST)


def test_without_any_patch_a_session_still_works(plain_workshop):
    guest, other = Guest(plain_workshop).join(), Guest(plain_workshop, transports=("polling",)).join()
    for n in range(5):
        added = {"step": "canvas-a", "card": fresh_id(), "box": "opgaven", "text": f"kaart {n}"}
        assert guest.command("canvas.add_card", **added)["ok"]
    other.wait_for(lambda me: len(me.view["steps"]["canvas-a"]["cards"]) == 5)
    assert (guest.gaps, other.gaps) == (0, 0)
    guest.leave()
    other.leave()


# packets


def test_a_packet_is_framed_once_for_everybody():
    packet = wire.event("changes", {"from": 1})
    assert packet.encode() == '42["changes",{"from":1}]'
    assert packet.frame == (frames.frame(b'42["changes",{"from":1}]'),)


@pytest.mark.parametrize("payload", [None, {}, {"a": 1}, [], "x"])
def test_an_answer_is_what_the_library_would_send(payload):
    library = socketio.packet.Packet(3, data=[] if payload is None else [payload], id=12).encode()
    assert json.loads(wire.answer(12, payload).data[3:]) == json.loads(library[3:])
    assert wire.answer(12, payload).data.startswith("312")

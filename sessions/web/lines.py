"""Lines: connections that own their WebSocket's socket, and what the rest of the server asks of them.

Once its WebSocket stands, a phone needs no greenlet and no queue, only a socket that one reader looks after and that
everybody may write to.  Where the patch stays out (see `patches.py`) connections are the library's own, and everything
here goes its way.

What a newcomer would get wrong: whatever a line calls must not wait, or no phone is heard meanwhile.  Only connecting
may wait, so that is done by a greenlet of its own.
"""

import logging
import socket
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import engineio
import engineio.exceptions
import engineio.server
import socketio
from engineio import packet
from engineio.payload import Payload
from engineio.socket import Socket
from eventlet import hubs, sleep, spawn

from sessions.web import frames, patches, wire

logger = logging.getLogger(__name__)

MOST_WAITING_BYTES = 1_000_000
MOST_WAITING_PACKETS = 2_000
"""What may wait for a client that does not read.  Past that it is cut: it comes back and asks what it missed."""
MESSAGES_A_SECOND = 100
BURST = 300
"""Who sends more than this is read more slowly; their own line fills up, nobody else notices."""
REST_SECONDS = 0.5
READ_BYTES = 16_384
TURN_SECONDS = 0.01
"""After reading for this long, the rest of the server gets its turn."""

_SOCKETIO_CONNECT = "40"


class Counts:
    """What happened on the lines since the start."""

    open = 0
    cut = 0
    refused = 0


class NoBody(engineio.exceptions.EngineIOError):  # type: ignore[misc]
    """What came by polling is not whole, or no list of packets."""


def install() -> None:
    """Let every connection from now on be a Line; only for a server that runs on eventlet."""
    if patches.fits("lines"):
        engineio.socket.Socket = Line


def installed() -> bool:
    """Whether connections are Lines."""
    return engineio.socket.Socket is Line


def is_open(server: socketio.Server, sid: str) -> bool:
    """Whether the connection of *sid* still stands."""
    line = server.eio.sockets.get(server.manager.eio_sid_from_sid(sid, "/"))
    return line is not None and not line.closed


def hang_up(server: socketio.Server, sid: str) -> None:
    """Break the line of the client *sid*: it comes back by itself, and asks anew whether it may come in."""
    line = server.eio.sockets.get(server.manager.eio_sid_from_sid(sid, "/"))
    if line is not None and not line.closed:
        line.close(wait=False, abort=True, reason=server.eio.reason.SERVER_DISCONNECT)


def allow(server: socketio.Server, sid: str, most_bytes: int) -> None:
    """Messages of the client *sid* may hold so many bytes; where the patch is out, as many as everybody's."""
    line = server.eio.sockets.get(server.manager.eio_sid_from_sid(sid, "/"))
    if isinstance(line, Line):
        line.allow(most_bytes)


def sender(server: socketio.Server, sid: str) -> Callable[..., None]:
    """What sends one or more packets to the client *sid*, which has just connected; it never waits or raises."""
    eio_sid = server.manager.eio_sid_from_sid(sid, "/")
    # The library keeps the request as long as the connection lives: more than all else we keep of a client.
    server.environ[eio_sid] = {}
    line = server.eio.sockets.get(eio_sid)
    if isinstance(line, Line):
        return line.send_all

    def send_all(*packets: wire.Text) -> None:
        for pkt in packets:
            server._send_eio_packet(eio_sid, pkt)

    return send_all


class Reading:
    """Reads for all lines, one after the other, in one greenlet."""

    def __init__(self) -> None:
        self.hub = hubs.get_hub()
        self._ready: deque[Line] = deque()
        self._asleep = False
        self._greenlet = spawn(self._read_forever)

    def soon(self, line: "Line") -> None:
        """*line* has something to read."""
        self._ready.append(line)
        if self._asleep:
            self._asleep = False
            self.hub.schedule_call_global(0, self._greenlet.switch)

    def _read_forever(self) -> None:
        while True:
            turn_ends = time.monotonic() + TURN_SECONDS
            while self._ready:
                self._read(self._ready.popleft())
                if time.monotonic() > turn_ends:
                    sleep(0)
                    turn_ends = time.monotonic() + TURN_SECONDS
            self._asleep = True
            self.hub.switch()

    @staticmethod
    def _read(line: "Line") -> None:
        try:
            line.read()
        except Exception:
            # A bug of ours must not make the server deaf.
            logger.exception("reading from %s failed", line.sid)
            line.lost()


_reading: Reading | None = None


def _one_reading() -> Reading:
    global _reading
    if _reading is None:
        _reading = Reading()
    return _reading


class NoQueue:
    """What a line has instead of a queue once it has a socket."""

    def put(self, _: Any) -> None:
        """Nobody would take it out."""

    def qsize(self) -> int:
        """Nothing is in it."""
        return 0


_NO_QUEUE = NoQueue()


class Line(Socket):  # type: ignore[misc]
    """An engine.io connection that owns its WebSocket's socket, instead of a greenlet that reads and one that writes.

    Until there is a WebSocket (polling) it is what it was.
    """

    connected: bool
    last_ping: float | None
    queue: Any

    def __init__(self, server: Any, sid: str) -> None:
        super().__init__(server, sid)
        self._socket: Any = None
        self._reads: Any = None
        self._writes: Any = None
        self._waiting: deque[memoryview | bytes] = deque()
        self._waiting_bytes = self._most_waiting_bytes = 0
        self._is_cut = False
        self._soon = False
        self._inbox: deque[str | bytes] | None = None
        self._most_bytes: int = server.max_http_buffer_size
        self._frames = frames.Reader(self._most_bytes)
        self._ping_timer: Any = None
        self._allowance = float(BURST)
        self._allowance_at = 0.0

    def allow(self, most_bytes: int) -> None:
        """From now on a message may hold so many bytes."""
        self._most_bytes = self._frames.most = most_bytes

    # adopting

    def _websocket_handler(self, ws: Any) -> list[bytes]:
        green = ws.socket
        if not hasattr(green, "fd"):
            # Not a plain socket (TLS in this process): leave it to the library.
            return super()._websocket_handler(ws)  # type: ignore[no-any-return]
        raw = green.fd
        # From here on the web server may close its end as it likes: the descriptor is ours.
        self._socket = type(raw)(raw.family, raw.type, raw.proto, fileno=raw.detach())
        self._socket.setblocking(False)
        Counts.open += 1
        ws.websocket_closed = True
        if self.connected:
            self.upgrading = True
        else:
            self.connected = self.upgraded = True
            self._send_what_waited()
        _one_reading().hub.schedule_call_global(0, self._listen)
        return []

    def _listen(self) -> None:
        if self._socket is not None:
            hub = _one_reading().hub
            self._reads = hub.add(hub.READ, self._socket.fileno(), self._readable, self.lost, None)

    def _readable(self, _: int) -> None:
        if not self._soon:
            self._soon = True
            _one_reading().soon(self)

    def lost(self, *_: Any) -> None:
        """The WebSocket is gone; a client that was still polling goes on doing so."""
        if self.upgrading:
            self.upgrading = False
            self._hang_up()
        else:
            self.close(wait=False, abort=True, reason=self.server.reason.TRANSPORT_CLOSE)

    # receiving

    def read(self) -> None:
        """Take in what has arrived."""
        self._soon = False
        if self._socket is None:
            return
        try:
            data = self._socket.recv(READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.lost()
            return
        try:
            for opcode, message in self._frames.feed(data):
                self._count()
                self._heard(opcode, message)
                if self._socket is None:
                    return
        except frames.Unacceptable as problem:
            self._refuse(problem.status)
        except UnicodeDecodeError:
            self._refuse(frames.BAD_TEXT)
        if self._allowance < 0 and self._reads is not None:
            self._rest()

    def _count(self) -> None:
        now = time.monotonic()
        earned = (now - self._allowance_at) * MESSAGES_A_SECOND
        self._allowance = min(BURST, self._allowance + earned) - 1
        self._allowance_at = now

    def _rest(self) -> None:
        hub = _one_reading().hub
        hub.remove(self._reads)
        self._reads = None
        hub.schedule_call_global(REST_SECONDS, self._listen)

    def _refuse(self, status: int) -> None:
        Counts.refused += 1
        self._write((frames.frame(status.to_bytes(2, "big"), frames.CLOSE),))
        self.lost()

    def _heard(self, opcode: int, message: bytes) -> None:
        if opcode == frames.PING:
            self._write((frames.frame(message, frames.PONG),))
        elif opcode == frames.CLOSE:
            self._write((frames.frame(message[:2], frames.CLOSE),))
            self.lost()
        elif opcode != frames.PONG:
            data = message.decode() if opcode == frames.TEXT else message
            if self.upgrading:
                self._upgrade(data)
            elif self._inbox is not None:
                self._inbox.append(data)
            elif isinstance(data, str) and data.startswith(_SOCKETIO_CONNECT):
                self._inbox = deque((data,))
                self.server.start_background_task(self._work)
            else:
                self._take(data)

    def _upgrade(self, data: str | bytes) -> None:
        if data == "2probe":
            self._write((frames.frame(b"3probe"),))
            self.queue.put(packet.Packet(packet.NOOP))
        elif data == "5":
            self.upgrading, self.upgraded = False, True
            self._send_what_waited()
        else:
            self._refuse(frames.PROTOCOL_ERROR)

    def _work(self) -> None:
        try:
            while self._inbox and not self.closed:
                self._take(self._inbox.popleft())
        finally:
            self._inbox = None

    def _take(self, data: str | bytes) -> None:
        if isinstance(data, str) and data[:1] == "4" and data[1:2].isdigit():
            # The way of nearly every message, without the detour over a packet.
            self.server._trigger_event("message", self.sid, data[1:], run_async=False)
            return
        try:
            self.receive(packet.Packet(encoded_packet=data))
        except engineio.exceptions.EngineIOError:
            pass
        except (ValueError, TypeError, IndexError):
            logger.info("a packet that is none, from %s", self.sid)

    def handle_post_request(self, environ: Mapping[str, Any]) -> None:
        """Take in what came by polling, but only when all of it came: half a packet may look like another one."""
        length = int(environ.get("CONTENT_LENGTH") or 0)
        if length > self._most_bytes:
            raise engineio.exceptions.ContentTooLongError
        try:
            body = environ["wsgi.input"].read(length)
        except OSError:
            raise NoBody from None
        if len(body) < length:
            raise NoBody
        try:
            packets = Payload(encoded_payload=body.decode()).packets
        except (ValueError, TypeError, LookupError):
            raise NoBody from None
        for pkt in packets:
            self.receive(pkt)

    # sending

    def send(self, pkt: Any) -> None:
        """Send to the client: at once when its socket takes it, else as soon as it does."""
        if self._socket is None or self.upgrading:
            self._queue(pkt)
        elif type(pkt) is wire.Text:
            self._write(pkt.frame)
        else:
            self._write((_framed(pkt),))

    def send_all(self, *packets: wire.Text) -> None:
        """Send several packets, in one go where that can be."""
        if len(packets) == 1 or self._socket is None or self.upgrading:
            for pkt in packets:
                self.send(pkt)
        else:
            self._write(tuple(part for pkt in packets for part in pkt.frame))

    def _queue(self, pkt: Any) -> None:
        if self.closed:
            return
        if self.queue.qsize() >= MOST_WAITING_PACKETS:
            self._cut()
        else:
            self.queue.put(pkt)

    def _send_what_waited(self) -> None:
        waited, self.queue = self.queue, _NO_QUEUE
        while waited.qsize():
            if pkt := waited.get(block=False):
                self.send(pkt)

    def _write(self, parts: tuple[bytes | memoryview, ...]) -> None:
        if self._waiting or self._is_cut:
            self._wait(parts, 0)
            return
        try:
            if len(parts) == 1:
                size = len(parts[0])
                sent = self._socket.send(parts[0])
            else:
                size = sum(map(len, parts))
                sent = self._socket.sendmsg(parts)
        except BlockingIOError:
            sent = 0
        except OSError:
            # Close later: who writes may be in the middle of a loop over all lines.
            _one_reading().hub.schedule_call_global(0, self.lost)
            return
        if sent < size:
            self._wait(parts, sent)

    def _wait(self, parts: tuple[bytes | memoryview, ...], sent: int) -> None:
        if self._is_cut:
            return
        for part in parts:
            if sent >= len(part):
                sent -= len(part)
                continue
            self._waiting.append(memoryview(part)[sent:] if sent else part)
            self._waiting_bytes += len(part) - sent
            sent = 0
        if self._writes is None:
            hub = _one_reading().hub
            self._writes = hub.add(hub.WRITE, self._socket.fileno(), self._writable, self.lost, None)
            # A view may be long: who is slow to take it in is not stalled yet.
            self._most_waiting_bytes = self._waiting_bytes + MOST_WAITING_BYTES
        elif self._waiting_bytes > self._most_waiting_bytes or len(self._waiting) > MOST_WAITING_PACKETS:
            self._cut()

    def _writable(self, _: int) -> None:
        while self._waiting and self._socket is not None:
            try:
                sent = self._socket.send(self._waiting[0])
            except BlockingIOError:
                return
            except OSError:
                self.lost()
                return
            self._waiting_bytes -= sent
            if sent == len(self._waiting[0]):
                self._waiting.popleft()
            else:
                self._waiting[0] = memoryview(self._waiting[0])[sent:]
        if self._writes is not None:
            _one_reading().hub.remove(self._writes)
            self._writes = None

    def _cut(self) -> None:
        if self._is_cut:
            return
        self._is_cut = True
        Counts.cut += 1
        if self._socket is not None:
            # Half a frame may be on its way: nothing may follow it.
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
        _one_reading().hub.schedule_call_global(0, self.lost)

    # living and ending

    def schedule_ping(self) -> None:
        """Ask for a sign of life after the interval; a timer, where the library keeps a greenlet."""
        if self.last_ping:
            self.last_ping = None
            hub = _one_reading().hub
            self._ping_timer = hub.schedule_call_global(self.server.ping_interval, self._ping)

    def _ping(self) -> None:
        if not self.closing and not self.closed:
            self.last_ping = time.time()
            self.send(packet.Packet(packet.PING))

    def close(self, wait: bool = True, abort: bool = False, reason: Any = None) -> None:
        """End the connection: the handlers hear of it first, as the library has it."""
        # Never wait: whoever polls and has gone would keep us waiting for ever.
        if self._socket is None:
            super().close(wait=False, abort=abort, reason=reason)
            return
        super().close(wait=False, abort=abort, reason=reason)
        self._hang_up()
        self.server.sockets.pop(self.sid, None)

    def _hang_up(self) -> None:
        if self._socket is None:
            return
        hub = _one_reading().hub
        for listener in (self._reads, self._writes):
            if listener is not None:
                hub.remove(listener)
        if self._ping_timer is not None:
            self._ping_timer.cancel()
        self._reads = self._writes = self._ping_timer = None
        self._waiting.clear()
        closing, self._socket = self._socket, None
        closing.close()
        Counts.open -= 1


def _framed(pkt: Any) -> bytes:
    """The frame of one of the library's own packets."""
    encoded = pkt.encode()
    return (
        frames.frame(encoded.encode()) if isinstance(encoded, str) else frames.frame(encoded, frames.BINARY)
    )

"""A WebSocket on a bare socket, for what no client library would do."""

import base64
import json
import os
import socket
import struct
from contextlib import suppress

from sessions.web.frames import CLOSE, TEXT
from tests.running import Workshop

WAIT_SECONDS = 20
MASK = b"\x37\xfa\x21\x3d"
PING, REFUSED = b"2", b"44"


def sent(payload: bytes = b"", opcode: int = TEXT, *, final: bool = True, mask: bytes = MASK) -> bytes:
    """A frame as a client sends it."""
    head = bytes([(0x80 if final else 0) | opcode])
    if len(payload) < 126:
        size = bytes([0x80 | len(payload)])
    elif len(payload) < 65_536:
        size = struct.pack("!BH", 0x80 | 126, len(payload))
    else:
        size = struct.pack("!BQ", 0x80 | 127, len(payload))
    key = int.from_bytes((mask * (len(payload) // 4 + 1))[: len(payload)], "big")
    masked = (int.from_bytes(payload, "big") ^ key).to_bytes(len(payload), "big")
    return head + size + mask + masked


class Raw:
    """A WebSocket; *query* goes behind the address, *receive_bytes* is how little fits before somebody must read."""

    def __init__(self, workshop: Workshop, query: str = "", receive_bytes: int | None = None) -> None:
        self.socket = socket.socket()
        if receive_bytes:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        self.socket.settimeout(WAIT_SECONDS)
        self.socket.connect(("127.0.0.1", workshop.server.port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.workshop = workshop
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall(
            f"GET /socket.io/?EIO=4&transport=websocket{query} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"
            f"Sec-WebSocket-Key: {key}\r\n\r\n".encode()
        )
        self._read = b""
        while b"\r\n\r\n" not in self._read:
            self._read += self._more()
        self.handshake, self._read = self._read.split(b"\r\n\r\n", 1)

    def joined(self, token: str = "") -> "Raw":
        """Connected as a participant: the one of *token*, or a new one."""
        self.until("0")
        known = {"token": token} if token else {}
        self.text("40" + json.dumps({"code": self.workshop.code, "role": "participant", **known}))
        self.until("40")
        return self

    def token(self) -> str:
        """What a new participant is told when it asks how things stand."""
        self.text('420["sync",{}]')
        [snapshot] = json.loads(self.until("430[").removeprefix("430"))
        return str(snapshot["you"]["token"])

    def text(self, text: str) -> None:
        self.socket.sendall(sent(text.encode()))

    def until(self, start: str) -> str:
        """The next message that begins with *start*; ConnectionError when the line or its owner is refused."""
        while True:
            opcode, payload = self.frame()
            if opcode == CLOSE:
                raise ConnectionError(payload)
            if payload.startswith(start.encode()):
                return payload.decode()
            if payload == PING:
                self.text("3")
            if payload.startswith(REFUSED):
                raise ConnectionError(payload)

    def frame(self) -> tuple[int, bytes]:
        """The next frame; ConnectionError when there is none any more."""
        first, second = self._exactly(2)
        length = second & 0x7F
        if length == 126:
            length = int.from_bytes(self._exactly(2), "big")
        elif length == 127:
            length = int.from_bytes(self._exactly(8), "big")
        return first & 0x0F, self._exactly(length)

    def ends(self) -> bool:
        """Reads to the end of the connection; TimeoutError when it stays open."""
        with suppress(ConnectionError):
            while True:
                self.frame()
        return True

    def _exactly(self, length: int) -> bytes:
        while len(self._read) < length:
            self._read += self._more()
        found, self._read = self._read[:length], self._read[length:]
        return found

    def _more(self) -> bytes:
        more = self.socket.recv(65_536)
        if not more:
            raise ConnectionError
        return more

"""WebSocket frames (RFC 6455) as a server reads and writes them; no socket in here.

A newcomer would limit the length of a frame.  That is not enough: the parts of a message that never ends add up, so
the limit here is on the message.  Extensions are never agreed on, so a reserved bit is an error.
"""

import struct
from collections.abc import Iterator

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
CONTINUED = 0

GOING_AWAY, PROTOCOL_ERROR, BAD_TEXT, TOO_BIG = 1001, 1002, 1007, 1009

_LONGEST_CONTROL = 125


class Unacceptable(Exception):
    """The other side broke the rules; ``status`` goes into the closing frame."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def header(length: int, opcode: int = TEXT) -> bytes:
    """What stands before the *length* bytes of a whole, unmasked message."""
    if length <= _LONGEST_CONTROL:
        return bytes((0x80 | opcode, length))
    if length <= 0xFFFF:
        return struct.pack("!BBH", 0x80 | opcode, 126, length)
    return struct.pack("!BBQ", 0x80 | opcode, 127, length)


def frame(payload: bytes, opcode: int = TEXT) -> bytes:
    """A whole, unmasked message."""
    return header(len(payload), opcode) + payload


def unmask(data: bytes, mask: bytes) -> bytes:
    """*data* without the mask that clients must use.  One big number instead of a loop over bytes."""
    length = len(data)
    key = (mask * (length // 4 + 1))[:length]
    return (int.from_bytes(data, "little") ^ int.from_bytes(key, "little")).to_bytes(length, "little")


class Reader:
    """Bytes of one connection in, whole messages out."""

    __slots__ = ("_opcode", "_parts", "_rest", "_size", "most")

    def __init__(self, most: int) -> None:
        self.most = most
        self._rest = b""
        self._opcode = CONTINUED
        self._parts: list[bytes] = []
        self._size = 0

    def feed(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        """The messages that *data* completes, as (opcode, payload); raises Unacceptable."""
        data = self._rest + data if self._rest else data
        at = 0
        while len(data) - at >= 2:
            first, second = data[at], data[at + 1]
            length = second & 0x7F
            start = at + 2
            if length > _LONGEST_CONTROL:
                size = 2 if length == 126 else 8
                if len(data) - start < size:
                    break
                length = int.from_bytes(data[start : start + size], "big")
                start += size
            self._check(first, second, length)
            end = start + 4 + length
            if len(data) < end:
                break
            at = end
            payload = unmask(data[start + 4 : end], data[start : start + 4])
            if whole := self._whole(first, payload):
                yield whole
        self._rest = data[at:]

    def _check(self, first: int, second: int, length: int) -> None:
        opcode, final = first & 0x0F, first & 0x80
        if first & 0x70 or not second & 0x80 or opcode not in (CONTINUED, TEXT, BINARY, CLOSE, PING, PONG):
            raise Unacceptable(PROTOCOL_ERROR)
        if opcode >= CLOSE:
            if not final or length > _LONGEST_CONTROL:
                raise Unacceptable(PROTOCOL_ERROR)
            return
        if (opcode == CONTINUED) is not bool(self._opcode):
            raise Unacceptable(PROTOCOL_ERROR)
        if self._size + length > self.most:
            raise Unacceptable(TOO_BIG)

    def _whole(self, first: int, payload: bytes) -> tuple[int, bytes] | None:
        opcode, final = first & 0x0F, first & 0x80
        if opcode >= CLOSE or (final and opcode):
            return opcode, payload
        self._opcode = opcode or self._opcode
        # A part that holds nothing still costs something: count it.
        self._size += len(payload) + 1
        self._parts.append(payload)
        if not final:
            return None
        whole = self._opcode, b"".join(self._parts)
        self._opcode, self._parts, self._size = CONTINUED, [], 0
        return whole

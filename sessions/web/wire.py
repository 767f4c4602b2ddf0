"""Packets: what goes to a client, encoded once for all who get it.

They are engine.io packets with the Socket.IO part written out.  python-socketio would look for bytes in every payload
and encode anew for each acknowledgement; a view of hundreds of cards is text already, and may go to a thousand phones.
"""

from collections.abc import Sequence
from typing import Any

from engineio.packet import MESSAGE, Packet
from msgspec import Raw

from sessions.room import encode
from sessions.web import frames


class Text(Packet):  # type: ignore[misc]
    """A message whose *parts* are UTF-8 that other packets may share, so they are joined only where they must be."""

    def __init__(self, parts: Sequence[bytes | memoryview]) -> None:
        self.packet_type = MESSAGE
        self.binary = False
        self.parts = parts
        head = frames.header(sum(map(len, parts))) + parts[0]
        self.frame: tuple[bytes | memoryview, ...] = (head, *parts[1:])
        """the same as a WebSocket frame"""

    @property
    def data(self) -> str:
        """The Socket.IO packet."""
        return self.encode()[1:]

    def encode(self, b64: bool = False) -> str:
        """The whole text as the library's own transports want it."""
        return b"".join(self.parts).decode()


def event(name: str, payload: Any) -> Text:
    """A Socket.IO event with one argument."""
    return Text((b'42["%b",%b]' % (name.encode(), encode(payload)),))


def answer(ack: int, payload: Any) -> Text:
    """The acknowledgement of the call *ack*; what is encoded already at the end of the payload is not copied."""
    match payload:
        case None:
            return Text((b"43%d[]" % ack,))
        case {**fields} if fields and isinstance(last := payload[name := next(reversed(payload))], Raw):
            head = encode({**fields, name: Raw(b"")})[:-1]
            return Text((b"43%d[%b" % (ack, head), memoryview(last), b"}]"))
    return Text((b"43%d[%b]" % (ack, encode(payload)),))

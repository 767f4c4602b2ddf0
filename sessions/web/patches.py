"""Patches on the libraries below us, each with the version it was read against.

There are three.  ``lines``: a phone needs no greenlet, see `lines.py`.  ``answers``: a handler may answer a call later,
instead of keeping a greenlet waiting.  ``packets``: what is no packet of our contract is dropped, also binary ones,
whose attachments the library would gather without end.  On other versions of the libraries a patch stays out and says
so; all works without, only slower.
"""

import logging
from collections.abc import Callable, Mapping
from importlib.metadata import version
from typing import Any

import socketio
import socketio.packet

from sessions.web import wire

logger = logging.getLogger(__name__)

READ_AGAINST: Mapping[str, Mapping[str, str]] = {
    "lines": {"python-engineio": "4.15.1", "eventlet": "0.41.3"},
    "answers": {"python-socketio": "5.18.1"},
    "packets": {"python-socketio": "5.18.1", "python-engineio": "4.15.1"},
}
OFF: set[str] = set()
"""Patches that stay out, whatever the versions: for the tests that show what each is good for."""

_UNDERSTOOD = (
    socketio.packet.CONNECT,
    socketio.packet.DISCONNECT,
    socketio.packet.EVENT,
    socketio.packet.ACK,
)

Answer = Callable[[Any], None]


def fits(name: str) -> bool:
    """Whether the patch *name* goes with the libraries that are installed; says so when it does not."""
    if name in OFF:
        return False
    for library, expected in READ_AGAINST[name].items():
        if (found := version(library)) != expected:
            logger.warning(
                "patch %r stays out: it was read against %s %s, and this is %s. The server works, but slower.",
                name,
                library,
                expected,
                found,
            )
            return False
    return True


# packets


class NoPacket(Exception):
    """What a client sent is no packet, or none that we take."""


def drop_nonsense(server: socketio.Server) -> bool:
    """Let *server* drop what is no packet, without calling it an error of ours; False when the patch stays out."""
    if not fits("packets"):
        return False
    library = server.eio.handlers["message"]

    class Packet(server.packet_class):  # type: ignore[misc]
        def decode(self, encoded_packet: Any) -> Any:
            try:
                attachments = super().decode(encoded_packet)
            except (ValueError, TypeError, LookupError, AttributeError) as problem:
                raise NoPacket(str(problem)) from None
            if self.packet_type not in _UNDERSTOOD:
                raise NoPacket(f"type {self.packet_type}")
            return attachments

    def take(eio_sid: str, data: Any) -> None:
        if eio_sid not in server.environ:
            # It has gone, and this came with its farewell.
            return
        try:
            library(eio_sid, data)
        except NoPacket as problem:
            logger.info("a packet that is none, from %s: %s", eio_sid, problem)

    server.packet_class = Packet
    server.eio.on("message", take)
    return True


# answers


def answer_later(server: socketio.Server, handlers: Mapping[str, Callable[[str, Any, Answer], None]]) -> bool:
    """Give calls of these events to handlers that get ``(sid, argument, answer)`` and return at once.

    False when the patch stays out; then the handlers that are on the server are used.
    """
    if not fits("answers"):
        return False
    library = server._handle_event

    def handle_event(eio_sid: str, namespace: str | None, ack: int | None, data: Any) -> None:
        named = isinstance(data, list) and data and isinstance(data[0], str)
        if not named:
            return
        handler = handlers.get(data[0]) if namespace in (None, "/") else None
        sid = server.manager.sid_from_eio_sid(eio_sid, "/")
        if handler is None or not server.manager.is_connected(sid, "/"):
            library(eio_sid, namespace, ack, data)
            return

        def answer(payload: Any) -> None:
            if ack is not None:
                server._send_eio_packet(eio_sid, wire.answer(ack, payload))

        handler(sid, data[1] if len(data) > 1 else None, answer)

    server._handle_event = handle_event
    return True

"""Socket.IO: connect, sync, commands.  Names and payloads are those of the contract on the wire.

Handlers sit on the underlying python-socketio server: Flask-SocketIO would build a request context for every event.
Code and role are checked once, at connect; the token, not the connection, is who a participant is.
"""

import logging
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import socketio
from msgspec import Raw

from sessions.message import command_id
from sessions.room import Answer, encode
from sessions.texts import Language, texts
from sessions.web import lines, patches
from sessions.web.doorkeeper import Admitted, Asking, Doorkeeper, word
from sessions.web.guard import Failures
from sessions.web.hall import Hall, now_ms
from sessions.web.incoming import read_json
from sessions.web.keys import Tickets
from sessions.web.place import Client, Place

logger = logging.getLogger(__name__)

COMMANDS_A_SECOND = 10.0
MOST_BYTES_OF_A_FACILITATOR = 131_072
"""Room for the longest text there is: a page of 20,000 characters, six bytes each when written as an escape."""
BURST = 30.0
MOST_IN_A_CALL = 200
MOVES_A_SECOND = 5.0
RETRY_MS = 1_000

Handler = Callable[[str, Any, patches.Answer], None]


class WireJson:
    """JSON for packets; parts that are encoded already (msgspec.Raw) go out as they are."""

    @staticmethod
    def dumps(value: Any, **_: Any) -> str:
        """JSON text of *value*."""
        return encode(value).decode()

    @staticmethod
    def loads(text: str | bytes, **options: Any) -> Any:
        """The value of JSON *text*; raises ValueError."""
        return read_json(text, **options)


def register(server: socketio.Server, hall: Hall, tickets: Tickets, failures: Failures) -> None:
    """Put the handlers on *server*."""

    door = Doorkeeper(hall, tickets, failures)

    def connect(sid: str, environ: Any = None, auth: Any = None, *_: Any) -> None:
        if environ is None or environ is not server.get_environ(sid):
            # The library also calls this for an event that a client named so, with whatever the client sent along.
            return
        asking = Asking.of(environ, auth)
        admitted = door.admit(asking)
        if not lines.is_open(server, sid):
            # It left while the session was read, and the library tells nobody that it goes before it has come.
            raise asking.refused("invalid", "error.command.shape")
        hall.welcome(_client(server, sid, admitted, asking.language))

    def disconnect(sid: str, *_: Any) -> None:
        if not server.manager.is_connected(sid, "/"):
            hall.farewell(sid)

    def at(sid: str, asked: Any = None, *_: Any) -> None:
        client = hall.clients.get(sid)
        if client and isinstance(asked, dict) and _may_move(client):
            hall.stand(client, _place(asked))

    later = {"sync": partial(_sync, hall), "commands": partial(_commands, hall)}
    patches.drop_nonsense(server)
    patches.answer_later(server, later)
    waiting = {event: partial(_wait_for, server, handler) for event, handler in later.items()}
    for event, handler in {"connect": connect, "disconnect": disconnect, "at": at, **waiting}.items():
        server.on(event, handler)


def _client(server: socketio.Server, sid: str, admitted: Admitted, language: Language) -> Client:
    if admitted.actor.role in ("facilitator", "observer"):
        lines.allow(server, sid, MOST_BYTES_OF_A_FACILITATOR)
    code, send = admitted.place.room.code, lines.sender(server, sid)
    client = Client(sid, code, admitted.actor, language, admitted.token, send, allowance=BURST)
    client.allowance_at = time.monotonic()
    client.holder = admitted.holder
    return client


def _wait_for(server: socketio.Server, handler: Handler, sid: str, argument: Any = None, *_: Any) -> Any:
    """What *handler* answers; used where the library cannot be made to send an answer later."""
    answers: list[Any] = []
    done = server.eio.create_event()

    def answer(payload: Any) -> None:
        answers.append(payload)
        done.set()

    handler(sid, argument, answer)
    done.wait()
    return answers[0]


def _sync(hall: Hall, sid: str, asked: Any, answer: patches.Answer) -> None:
    client = hall.clients.get(sid)
    place = hall.places.get(client.code) if client else None
    if client is None or place is None:
        answer(None)
        return

    def go_on() -> None:
        answer(_snapshot(hall, place, client, asked if isinstance(asked, dict) else {}))
        hall.listen(client)

    hall.caught_up_and(go_on, place)


def _commands(hall: Hall, sid: str, raws: Any, answer: patches.Answer) -> None:
    client = hall.clients.get(sid)
    place = hall.places.get(client.code) if client else None
    if client is None or place is None:
        answer([])
        return
    if not isinstance(raws, list):
        answer([_answer(None, "invalid", "error.command.shape", client.language)])
        return
    place.last_used = time.monotonic()
    raws = raws[:MOST_IN_A_CALL]
    allowed = 0 if hall.draining else min(_allowed(client), len(raws))
    client.allowance -= allowed
    # What is over the limit keeps its place in the order: everything after it waits as well.
    later = [_slow_down(raw, client.language) for raw in raws[allowed:]]
    hall.counts.answered(later)
    if not allowed:
        answer(later)
        return
    hall.submit_and(lambda done: answer(done + later), place, client.actor, raws[:allowed], client.language)


def _allowed(client: Client) -> int:
    now = time.monotonic()
    client.allowance = min(BURST, client.allowance + (now - client.allowance_at) * COMMANDS_A_SECOND)
    client.allowance_at = now
    return int(client.allowance)


def _may_move(client: Client) -> bool:
    """Whether *client* may say once more where they are; what comes too often is not heard."""
    now = time.monotonic()
    client.moves = min(MOVES_A_SECOND, client.moves + (now - client.moved_at) * MOVES_A_SECOND)
    client.moved_at = now
    if client.moves < 1:
        return False
    client.moves -= 1
    return True


def _place(asked: dict[str, Any]) -> tuple[str, str] | None:
    """Step and card in what a client sent; None when it is with no card."""
    step, card = word(asked.get("step")), word(asked.get("card"))
    return (step, card) if step and card else None


def _snapshot(hall: Hall, place: Place, client: Client, seen: dict[str, Any]) -> dict[str, Any]:
    room = place.room
    you = {
        "id": client.actor.id,
        "role": client.actor.role,
        **({"token": client.token} if client.token else {}),
        **({"link": client.holder.id or "own"} if client.holder else {}),
    }
    snapshot: dict[str, Any] = {
        "epoch": hall.log.epoch,
        "seq": room.published.seq,
        "now": now_ms(),
        "you": you,
        "mine": room.mine(client.actor.id),
    }
    seq = seen.get("seq")
    if seen.get("epoch") == hall.log.epoch and isinstance(seq, int):
        patch = room.catch_up(client.audience, seq)
        if patch is not None:
            return {**snapshot, "patch": Raw(patch)}
    return {**snapshot, "view": Raw(room.view(client.audience))}


def _slow_down(raw: object, language: Language) -> Answer:
    return {**_answer(command_id(raw), "slow_down", "error.slow_down", language), "retry_ms": RETRY_MS}


def _answer(id: str | None, code: str, key: str, language: Language) -> Answer:
    return {"id": id, "ok": False, "code": code, "message": texts(language).t(key)}

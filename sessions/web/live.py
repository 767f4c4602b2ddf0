"""Socket.IO: connect, sync, commands.  Names and payloads are those of the contract on the wire.

Handlers sit on the underlying python-socketio server: Flask-SocketIO would build a request context for every event.
Code and role are checked once, at connect; the token, not the connection, is who a participant is.
"""

import json
import logging
import re
import time
from http.cookies import CookieError, SimpleCookie
from typing import Any

import socketio
from msgspec import Raw
from socketio.exceptions import ConnectionRefusedError

from sessions.message import command_id
from sessions.room import Answer, encode
from sessions.texts import Language, choose_language, texts
from sessions.web.guard import Failures
from sessions.web.hall import Client, Hall, Place, actor_for, channel, now_ms
from sessions.web.keys import Tickets, cookie_name, key_fits

logger = logging.getLogger(__name__)

COMMANDS_A_SECOND = 10.0
BURST = 30.0
MOST_IN_A_CALL = 200
RETRY_MS = 1_000

_CODE = re.compile(r"[0-9]{8}")


class WireJson:
    """JSON for packets; parts that are encoded already (msgspec.Raw) go out as they are."""

    @staticmethod
    def dumps(value: Any, **_: Any) -> str:
        """JSON text of *value*."""
        return encode(value).decode()

    @staticmethod
    def loads(text: str | bytes, **options: Any) -> Any:
        """The value of JSON *text*; raises ValueError, also when it is nested too deep."""
        try:
            return json.loads(text, **options)
        except RecursionError:
            raise ValueError("nested too deep") from None


def register(server: socketio.Server, hall: Hall, tickets: Tickets, failures: Failures) -> None:
    """Put the handlers on *server*."""

    def connect(sid: str, environ: dict[str, Any], auth: Any = None) -> None:
        asked = auth if isinstance(auth, dict) else {}
        cookies = _cookies(environ)
        language = choose_language(
            environ.get("HTTP_ACCEPT_LANGUAGE"), _text(asked.get("language")) or cookies.get("language")
        )
        code = re.sub(r"[\s-]", "", _text(asked.get("code")))
        address = str(environ.get("REMOTE_ADDR", ""))
        if hall.draining:
            raise _refused("slow_down", "error.slow_down", language)
        if not _CODE.fullmatch(code) or failures.too_many(address) or hall.place(code) is None:
            wait = failures.too_many(address)
            failures.add(address)
            if wait:
                raise _refused("slow_down", "error.too_many_codes", language)
            raise _refused("unknown_session", "error.unknown_session", language)
        role = asked.get("role", "participant")
        token = _text(asked.get("token")) or cookies.get(cookie_name("participant", code))
        known = tickets.participant_id(code, token)
        match role:
            case "participant" | "screen":
                actor = actor_for(role, known)
            case "facilitator":
                ticket = cookies.get(cookie_name("facilitator", code))
                if not _holds_key(hall, code, _text(asked.get("key"))) and not tickets.is_facilitator(code, ticket):
                    failures.add(address)
                    raise _refused("forbidden", "error.bad_key", language)
                actor = actor_for(role, None)
            case _:
                raise _refused("invalid", "error.command.shape", language)
        # Only a token that the client does not hold yet is told to it.
        new = tickets.participant(code, actor.id) if role == "participant" and known is None else None
        hall.welcome(Client(sid, code, actor, language, new, allowance=BURST, allowance_at=time.monotonic()))

    def disconnect(sid: str, *_: Any) -> None:
        hall.farewell(sid)

    def sync(sid: str, asked: Any = None, *_: Any) -> dict[str, Any] | None:
        client = hall.clients.get(sid)
        place = hall.place(client.code) if client else None
        if client is None or place is None:
            return None
        hall.caught_up(place)
        seen = asked if isinstance(asked, dict) else {}
        answer = _snapshot(hall, place, client, seen)
        if not client.listening:
            client.listening = True
            server.enter_room(sid, channel(client.code, client.audience))
            server.emit("people", hall.people(place), to=sid)
        return answer

    def commands(sid: str, raws: Any = None, *_: Any) -> list[Answer]:
        client = hall.clients.get(sid)
        place = hall.place(client.code) if client else None
        if client is None or place is None:
            return []
        if not isinstance(raws, list):
            return [_answer(None, "invalid", "error.command.shape", client.language)]
        return _answered(hall, place, client, raws)

    for handler in (connect, disconnect, sync, commands):
        server.on(handler.__name__, handler)


def _answered(hall: Hall, place: Place, client: Client, raws: list[Any]) -> list[Answer]:
    if hall.draining:
        return [_slow_down(raw, client.language) for raw in raws[:MOST_IN_A_CALL]]
    allowed = min(_allowed(client), len(raws), MOST_IN_A_CALL)
    client.allowance -= allowed
    done = hall.submit(place, client.actor, raws[:allowed], client.language) if allowed else []
    # What is over the limit keeps its place in the order: everything after it waits as well.
    return done + [_slow_down(raw, client.language) for raw in raws[allowed:MOST_IN_A_CALL]]


def _allowed(client: Client) -> int:
    now = time.monotonic()
    client.allowance = min(BURST, client.allowance + (now - client.allowance_at) * COMMANDS_A_SECOND)
    client.allowance_at = now
    return int(client.allowance)


def _snapshot(hall: Hall, place: Place, client: Client, seen: dict[str, Any]) -> dict[str, Any]:
    room = place.room
    you = {"id": client.actor.id, "role": client.actor.role, **({"token": client.token} if client.token else {})}
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


def _holds_key(hall: Hall, code: str, key: str) -> bool:
    stored = hall.log.key_hash(code) if key else None
    return stored is not None and key_fits(key, stored)


def _slow_down(raw: object, language: Language) -> Answer:
    return {**_answer(command_id(raw), "slow_down", "error.slow_down", language), "retry_ms": RETRY_MS}


def _answer(id: str | None, code: str, key: str, language: Language) -> Answer:
    return {"id": id, "ok": False, "code": code, "message": texts(language).t(key)}


def _refused(code: str, key: str, language: Language) -> ConnectionRefusedError:
    message = texts(language).t(key)
    return ConnectionRefusedError(message, {"code": code, "message": message})


def _text(value: object) -> str:
    return value if isinstance(value, str) and len(value) <= 400 else ""


def _cookies(environ: dict[str, Any]) -> dict[str, str]:
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(environ.get("HTTP_COOKIE", "")).items()}
    except CookieError:
        return {}



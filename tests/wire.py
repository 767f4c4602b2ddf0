"""A client that keeps to the contract on the wire: sync first, apply only what fits, sync again after a gap.

It runs on python-socketio, but handles messages in the order in which they come; the original starts a thread for
each.  A newcomer might wait a while before looking: use ``wait_for``, which looks again after every message.
"""

import json
import secrets
import socket
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import engineio
import socketio

from sessions.patch import merge
from tests.running import Workshop

WAIT_SECONDS = 20

Command = dict[str, Any]
Answer = dict[str, Any]


class TurnedAway(Exception):
    """The server refused the connection; ``data`` is what it sent along: ``{code, message}``."""

    def __init__(self, error: Any) -> None:
        super().__init__(str(error))
        self.data: Any = error.get("data") if isinstance(error, dict) else None
        self.code = self.data["code"] if isinstance(self.data, dict) else None


EVERYBODY: list["Guest"] = []
"""Who has connected and may still be there; the fixtures send them home after each test."""


class Lost(Exception):
    """The line went before the answer came."""


class _OrderedEngine(engineio.Client):  # type: ignore[misc]
    """Handles every message in the thread that reads, one after the other."""

    def _trigger_event(self, event: str, *args: Any, **options: Any) -> Any:
        return super()._trigger_event(event, *args, **{**options, "run_async": False})


class _OrderedClient(socketio.Client):  # type: ignore[misc]
    def _engineio_client_class(self) -> type[engineio.Client]:
        return _OrderedEngine


class Guest:
    """One connection of a participant, a facilitator or a screen."""

    def __init__(
        self,
        workshop: Workshop,
        role: str = "participant",
        *,
        token: str | None = None,
        key: str | None = None,
        auth: Any = None,
        headers: dict[str, str] | None = None,
        transports: Sequence[str] = ("websocket",),
    ) -> None:
        self.workshop = workshop
        self.auth = {"code": workshop.code, "role": role} if auth is None else auth
        if token:
            self.auth["token"] = token
        if role == "facilitator" and auth is None:
            self.auth["key"] = workshop.key if key is None else key
        self.view: Any = None
        self.seq = 0
        self.epoch = ""
        self.mine: Any = None
        self.you: Any = None
        self.received: list[tuple[str, Any]] = []
        """Every message in order, as (event, payload); answers to sync as ("sync", answer)."""
        self.gaps = 0
        self.connected = False
        self._io: Any = None
        self._headers = headers or {}
        self._transports = list(transports)
        self._early: list[Any] = []
        self._syncing = False
        self._news = threading.Condition(threading.RLock())

    # coming and going

    def connect(self) -> "Guest":
        """Connect, without asking for anything yet; raises TurnedAway."""
        refused: list[Any] = []
        if self._io is not None:
            self._hang_up()
        self._io = io = _OrderedClient(reconnection=False, handle_sigint=False)
        for event in ("changes", "mine", "people", "head", "bye"):
            io.on(event, lambda payload=None, event=event: self._heard(event, payload))
        io.on("connect_error", lambda data=None: refused.append(data))
        io.on("disconnect", lambda *_: self._gone())
        self._syncing = False
        try:
            io.connect(
                f"{self.workshop.server.url}?s={self.workshop.code}",
                auth=self.auth,
                headers=self._headers,
                transports=self._transports,
                wait_timeout=WAIT_SECONDS,
            )
        except socketio.exceptions.ConnectionError:
            self._hang_up()
            # The library tells in the same way that nobody answered at all; then there is no reason with it.
            if refused and isinstance(refused[0], dict):
                raise TurnedAway(refused[0]) from None
            raise
        self.connected = True
        EVERYBODY.append(self)
        return self

    def join(self, organisation: str = "Waterschap", **card: str) -> "Guest":
        """Connect, sync and say who I am."""
        self.connect().sync()
        answer = self.command("participant.enter", organisation=organisation, **card)
        assert answer["ok"], answer
        return self

    def attend(self) -> "Guest":
        """Connect and sync."""
        self.connect().sync()
        return self

    def leave(self) -> None:
        """Disconnect as a page does that is closed."""
        if self.connected:
            self._io.disconnect()
        self._hang_up()

    def come_back(self) -> "Guest":
        """Connect again as the same person, however long the server is away, and ask what we missed."""
        until = time.monotonic() + 3 * WAIT_SECONDS
        while not self.connected:
            try:
                self.connect().sync()
            except (socketio.exceptions.ConnectionError, Lost):
                if time.monotonic() > until:
                    raise
                time.sleep(0.2)  # nothing tells that a server is about to listen
        return self

    def drop(self) -> None:
        """Lose the line, as a phone does that goes to sleep: the server is not told."""
        with suppress(OSError, AttributeError):
            self._io.eio.ws.sock.shutdown(socket.SHUT_RDWR)
        self.wait_for(lambda me: not me.connected)
        self._hang_up()

    # asking

    def sync(self, asked: Any = None) -> Any:
        """Ask what we missed and take it in; the answer."""
        with self._news:
            before = len(self.heard("sync"))
            self._ask(asked)
        self.wait_for(lambda me: len(me.heard("sync")) > before or not me.connected)
        if len(self.heard("sync")) == before:
            raise Lost
        return self.heard("sync")[before]

    def call(self, event: str, payload: Any) -> Any:
        """Emit and wait for the acknowledgement; raises Lost when the line goes first."""
        answers: list[Any] = []

        def acknowledged(*answer: Any) -> None:
            with self._news:
                answers.append(*answer or (None,))
                self._news.notify_all()

        try:
            self._io.emit(event, payload, callback=acknowledged)
        except socketio.exceptions.BadNamespaceError:
            raise Lost from None
        self.wait_for(lambda me: answers or not me.connected)
        if not answers:
            raise Lost
        return answers[0]

    def send(self, commands: Sequence[Any]) -> list[Answer]:
        """Send commands as they are and wait for the answers."""
        answers: list[Answer] = self.call("commands", list(commands))
        return answers

    def post(self, commands: Sequence[Command], heard: Callable[[list[Answer]], None]) -> None:
        """Send commands; *heard* runs in the reader's thread at the moment of the acknowledgement."""
        self._io.emit("commands", list(commands), callback=heard)

    def command(self, kind: str, **fields: Any) -> Answer:
        """Send one command with a new id."""
        [answer] = self.send([command(kind, **fields)])
        return answer

    # listening

    def heard(self, event: str) -> list[Any]:
        """The payloads of every message *event* so far."""
        with self._news:
            return [payload for name, payload in self.received if name == event]

    def wait_for(self, fulfilled: Callable[["Guest"], Any], seconds: float = WAIT_SECONDS) -> "Guest":
        """Look after every message whether *fulfilled*; TimeoutError when it never is."""
        with self._news:
            if not self._news.wait_for(lambda: fulfilled(self), seconds):
                heard = [f"{event} {str(payload)[:80]}" for event, payload in self.received[-3:]]
                here = "connected" if self.connected else "gone"
                raise TimeoutError(f"{here}, at {self.seq}, heard last: {heard}")
        return self

    def up_to(self, seq: int) -> "Guest":
        """Wait until the view is at least at *seq*."""
        return self.wait_for(lambda me: me.seq >= seq)

    def fresh(self) -> Any:
        """The view as a newcomer in the same role gets it, which leaves our own as it is."""
        answer = self.call("sync", {})
        return answer["seq"], answer["view"]

    def _ask(self, asked: Any = None) -> None:
        if self._syncing:
            return
        self._syncing = True
        self._early = []
        if asked is None:
            asked = {"epoch": self.epoch, "seq": self.seq} if self.view is not None else {}
        self._io.emit("sync", asked, callback=self._synced)

    def _synced(self, answer: Any = None) -> None:
        with self._news:
            self._syncing = False
            if answer is not None:
                self.view = answer["view"] if "view" in answer else merge(self.view, answer["patch"])
                self.seq, self.epoch = answer["seq"], answer["epoch"]
                self.you, self.mine = answer["you"], answer["mine"]
                if token := self.you.get("token"):
                    self.auth["token"] = token
                for change in self._early:
                    self._change(change)
            self.received.append(("sync", answer))
            self._news.notify_all()

    def _heard(self, event: str, payload: Any) -> None:
        with self._news:
            self.received.append((event, payload))
            match event:
                case "changes" if self._syncing:
                    self._early.append(payload)
                case "changes":
                    self._change(payload)
                case "mine":
                    self.mine = payload
                case "head" if (payload["epoch"], payload["seq"]) != (self.epoch, self.seq):
                    self._ask()
            self._news.notify_all()

    def _change(self, change: Any) -> None:
        if change["epoch"] == self.epoch and change["from"] == self.seq:
            self.view = merge(self.view, change["patch"])
            self.seq = change["to"]
        elif change["epoch"] != self.epoch or change["to"] > self.seq:
            self.gaps += 1
            self._ask()

    def _hang_up(self) -> None:
        """Close what the library leaves open when the other side was the first to go."""
        line = self._io.eio
        if line.read_loop_task:
            line.read_loop_task.join()
        if line.ws:
            line.ws.shutdown()
        if line.http:
            line.http.close()

    def _gone(self) -> None:
        with self._news:
            self.connected = False
            self._syncing = False
            self._news.notify_all()


def fresh_id() -> str:
    """A command or card id as a browser makes it: 96 random bits in base64url."""
    return secrets.token_urlsafe(12)


def command(kind: str, **fields: Any) -> Command:
    """One command with a new id."""
    return {"id": fresh_id(), "type": kind, **fields}


def everything(guest: Guest) -> str:
    """All that ever reached this connection, as JSON text to search."""
    with guest._news:
        return json.dumps([guest.received, guest.view, guest.mine, guest.you], ensure_ascii=False)

"""A world with a clock of its own: greenlets that sleep and wait in made-up time, and an engine that carries packets.

It stands where eventlet and engine.io stand in the real server.  Everything happens in one thread and in an order
that only the seed decides, so whatever goes wrong goes wrong again.
"""

import heapq
import itertools
import traceback
from collections import deque
from collections.abc import Callable
from typing import Any

import engineio
import socketio
from greenlet import getcurrent, greenlet

START = 1_800_000_000.0
"""When every world begins, in seconds since 1970."""


class World:
    """Made-up time and everything that happens in it; ``complaints`` are exceptions that nobody caught."""

    def __init__(self) -> None:
        self.now = START
        self.complaints: list[str] = []
        self._numbers = itertools.count()
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._hub = getcurrent()

    def spawn(self, target: Callable[..., Any], *arguments: Any, **options: Any) -> "greenlet":
        """Run *target* beside everything else, as soon as whoever is running now waits."""

        def run() -> None:
            try:
                target(*arguments, **options)
            except Exception:  # noqa: BLE001 - it is shown, with the seed
                self.complaints.append(traceback.format_exc())

        started = greenlet(run, parent=self._hub)
        self.at(0, started.switch)
        return started

    def sleep(self, seconds: float = 0) -> None:
        """Let the others run for *seconds*."""
        self.at(seconds, getcurrent().switch)
        self.wait()

    def wait(self) -> Any:
        """Let the others run until somebody switches back here."""
        assert getcurrent() is not self._hub, "the hub itself may not wait"
        return self._hub.switch()

    def at(self, seconds: float, action: Callable[..., Any]) -> None:
        """Have *action* done after *seconds*."""
        heapq.heappush(self._due, (self.now + max(0.0, seconds), next(self._numbers), action))

    def run_until(self, moment: float) -> None:
        """Do everything that is due up to *moment*."""
        while self._due and self._due[0][0] <= moment:
            when, _, action = heapq.heappop(self._due)
            self.now = max(self.now, when)
            action()
        self.now = max(self.now, moment)

    def forget(self) -> None:
        """The process is gone: nothing that was to happen in it happens."""
        self._due.clear()

    @property
    def next(self) -> float | None:
        """When the next thing is due."""
        return self._due[0][0] if self._due else None


class Time:
    """What a module that says ``import time`` finds in the world."""

    def __init__(self, world: World) -> None:
        self._world = world

    def time(self) -> float:
        """Seconds since 1970."""
        return self._world.now

    def monotonic(self) -> float:
        """Seconds since some moment."""
        return self._world.now


class Event:
    """As threading.Event, for greenlets of a world."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._set = False
        self._waiting: list[Callable[..., Any]] = []

    def is_set(self) -> bool:
        """Whether it has happened."""
        return self._set

    def set(self) -> None:
        """It has happened: everybody who waits goes on."""
        self._set = True
        waiting, self._waiting = self._waiting, []
        for go_on in waiting:
            self._world.at(0, go_on)

    def clear(self) -> None:
        """It has not happened."""
        self._set = False

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it has happened, at most *timeout* seconds."""
        if self._set:
            return True
        over: list[bool] = []
        me = getcurrent()

        def go_on() -> None:
            if not over:
                over.append(True)
                me.switch()

        self._waiting.append(go_on)
        if timeout is not None:
            self._world.at(timeout, go_on)
        self._world.wait()
        return self._set


class Connection:
    """One engine.io connection.  What comes in while a connect is being thought about waits its turn."""

    closed = False

    def __init__(self) -> None:
        self.inbox: deque[str] = deque()
        self.working = False


class Engine:
    """Stands for engineio.Server: hands packets to the Socket.IO server above it and collects what that sends."""

    reason = engineio.Server.reason
    async_mode = "simulated"

    def __init__(self, world: World) -> None:
        self.world = world
        self.sockets: dict[str, Connection] = {}
        self.sent: list[tuple[str, str]] = []
        """(connection, packet) in the order in which they were sent"""
        self.handlers: dict[str, Callable[..., Any]] = {}
        self._ids = itertools.count(1)

    # for the world outside

    def open(self, sid: str, environ: dict[str, Any]) -> None:
        """A connection has come."""
        self.sockets[sid] = Connection()
        self.handlers["connect"](sid, environ)

    def receive(self, sid: str, message: str) -> None:
        """The connection *sid* has sent *message*."""
        if connection := self.sockets.get(sid):
            connection.inbox.append(message)
            if not connection.working:
                connection.working = True
                self.world.spawn(self._work, sid, connection)

    def _work(self, sid: str, connection: Connection) -> None:
        try:
            while connection.inbox and sid in self.sockets:
                self.handlers["message"](sid, connection.inbox.popleft())
        finally:
            connection.working = False

    def gone(self, sid: str) -> None:
        """The connection *sid* was lost; the handlers hear of it even while a message of it is in work."""
        if self.sockets.pop(sid, None):
            self.world.spawn(self.handlers["disconnect"], sid, self.reason.TRANSPORT_CLOSE)

    # for the Socket.IO server

    def on(self, event: str, handler: Callable[..., Any]) -> None:
        """Who is told of *event*."""
        self.handlers[event] = handler

    def send_packet(self, sid: str, packet: Any) -> None:
        """Send to a connection, or to nobody when it is gone."""
        if sid in self.sockets:
            self.sent.append((sid, packet.encode()))

    def send(self, sid: str, data: str) -> None:
        """Send a message to a connection, or to nobody when it is gone."""
        if sid in self.sockets:
            self.sent.append((sid, f"4{data}"))

    def start_background_task(self, target: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        """As the engine has it."""
        return self.world.spawn(target, *arguments, **options)

    def sleep(self, seconds: float = 0) -> None:
        """As the engine has it."""
        self.world.sleep(seconds)

    def create_event(self) -> Event:
        """As the engine has it."""
        return Event(self.world)

    def generate_id(self) -> str:
        """A name for a connection, the same in every run."""
        return f"sid-{next(self._ids)}"


class SocketServer(socketio.Server):  # type: ignore[misc]
    """The real Socket.IO server on an engine of a world."""

    def __init__(self, world: World, **options: Any) -> None:
        self._world = world
        super().__init__(**options)

    def _engineio_server_class(self) -> Callable[..., Engine]:
        return lambda **_: Engine(self._world)

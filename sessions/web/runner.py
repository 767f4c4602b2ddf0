"""The runner: our own socket, one server per data folder, and a stop that loses nothing.

eventlet's own ``listen`` sets SO_REUSEPORT, with which two servers would run on one port and split the phones; its
defaults also hang after some thousand half-open requests.  So the socket and the limits are ours.
"""

import errno
import gc
import io
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import eventlet
import eventlet.semaphore
import eventlet.wsgi
import segno
import socketio
from eventlet import tpool
from filelock import FileLock, Timeout

from sessions.texts import Texts
from sessions.web import lines, patches
from sessions.web.hall import Hall
from sessions.web.settings import CannotStart, Settings

logger = logging.getLogger(__name__)

BACKLOG = 4_096
MOST_CONNECTIONS = 20_000
FILES_FOR_OURSELVES = 100
REQUEST_SECONDS = 15
THREADS = 8
"""For what blocks: commits, reading a log, drawing reports.  They take turns, so the fewer the warmer."""
DRAIN_SECONDS = 4.0
RETRY_MS = 1_000
LOG_LINES_A_MINUTE = 20
REST_SECONDS = 30.0
COLLECT_SECONDS = 300.0
LONGEST_UNCOLLECTED_SECONDS = 3_600.0
TURN_SECONDS = 0.02
MOST_BYTES = 1_000_000
"""Longer bodies are not read; the pages refuse them."""


def claim(folder: Path) -> FileLock:
    """The data folder for this process alone; raises CannotStart."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".writable"
        probe.write_text("")
        probe.unlink()
    except OSError as problem:
        raise CannotStart("error.start.data", folder=folder, reason=problem.strerror) from None
    lock = FileLock(folder / "lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise CannotStart("error.start.locked", folder=folder) from None
    return lock


def listening_socket(settings: Settings) -> socket.socket:
    """A socket that listens; raises CannotStart when the port or the address cannot be had."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # Inherited by every accepted connection: without it each small answer waits some 40 ms.
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        sock.bind((settings.host, settings.port))
    except OSError as problem:
        sock.close()
        if problem.errno == errno.EADDRINUSE:
            raise CannotStart("error.start.port_taken", port=str(settings.port)) from None
        raise CannotStart(
            "error.start.address", host=settings.host, port=str(settings.port), reason=problem.strerror
        ) from None
    sock.listen(BACKLOG)
    return sock


class WithoutCompression:
    """WSGI middleware: eventlet would accept permessage-deflate, which costs half the processor and much memory."""

    def __init__(self, app: Callable[..., Any]) -> None:
        self._app = app

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
        return self._app(environ, start_response)


class WithinLimits:
    """WSGI middleware: no more WebSockets than there are file descriptors, or the server could accept nobody at all."""

    def __init__(self, app: Callable[..., Any], most: int) -> None:
        self._app = app
        self._most = most

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        if lines.Counts.open >= self._most and environ.get("HTTP_UPGRADE"):
            start_response("503 Service Unavailable", [("Content-Type", "text/plain"), ("Retry-After", "5")])
            return [b"full"]
        return self._app(environ, start_response)


class WholeBodies:
    """WSGI middleware: who hangs up, or goes quiet, in the middle of a body gets no answer that costs us a page."""

    def __init__(self, app: Callable[..., Any]) -> None:
        self._app = app

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        length = int(environ.get("CONTENT_LENGTH") or 0)
        if 0 < length <= MOST_BYTES:
            try:
                body = environ["wsgi.input"].read(length)
            except OSError:
                body = b""
            if len(body) < length:
                start_response("400 Bad Request", [("Content-Type", "text/plain"), ("Connection", "close")])
                return [b"incomplete"]
            environ["wsgi.input"] = io.BytesIO(body)
        return self._app(environ, start_response)


class InTurns:
    """WSGI middleware: many requests at once are served in turns, and between them whoever holds a session is heard.

    eventlet would go on from one to the next as long as any is ready.  Handshakes are quick, and go in at once.
    """

    def __init__(self, app: Callable[..., Any]) -> None:
        self._app = app
        self._door = eventlet.semaphore.Semaphore()
        self._turn_ends = 0.0

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        if not environ["PATH_INFO"].startswith("/socket.io"):
            with self._door:
                if time.monotonic() > self._turn_ends:
                    eventlet.sleep(0)
                    self._turn_ends = time.monotonic() + TURN_SECONDS
        return self._app(environ, start_response)


class Quiet(eventlet.wsgi.HttpProtocol):  # type: ignore[misc]
    """Requests that are none are no news: the library would print each of them whole."""

    def log_message(self, format: str, *args: Any) -> None:
        """Say so in short, to who wants to know everything."""
        logger.debug("%.200s", format % args)


class LogLimit(logging.Filter):
    """So many lines a minute and no more: whoever sends nonsense may not fill the disk with it.

    What the library logs once as an error is a client's doing, such as asking for a connection that has ended.
    """

    def __init__(self, most: int = LOG_LINES_A_MINUTE) -> None:
        super().__init__()
        self._most = most
        self._minute = 0
        self._lines = 0

    def filter(self, record: logging.LogRecord) -> bool:
        if record.funcName == "_log_error_once":
            record.levelno, record.levelname = logging.INFO, "INFO"
        minute = int(record.created // 60)
        if minute != self._minute:
            self._minute, self._lines = minute, 0
        self._lines += 1
        if self._lines == self._most:
            record.msg, record.args = f"{record.getMessage()} (no more of these this minute)", ()
        return self._lines <= self._most


def serve(
    app: Callable[..., Any],
    sock: socket.socket,
    server: socketio.Server,
    hall: Hall,
    ready: Callable[[], None],
) -> None:
    """Serve until SIGTERM or SIGINT, then drain: refuse, store what waits, say goodbye; call *ready* when it serves."""
    stop = eventlet.event.Event()

    def asked_to_stop(*_: Any) -> None:
        if not stop.ready():
            eventlet.hubs.get_hub().schedule_call_global(0, lambda: stop.ready() or stop.send(None))

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, asked_to_stop)
    tpool.set_num_threads(THREADS)
    files = _raise_file_limit()
    for name in ("engineio.server", "socketio.server", lines.__name__, patches.__name__):
        logging.getLogger(name).addFilter(LogLimit())
    requests = files // 3
    eventlet.spawn(
        eventlet.wsgi.server,
        sock,
        WithinLimits(WithoutCompression(WholeBodies(InTurns(app))), files - requests),
        # Without lines every WebSocket stays a request for as long as it lives.
        custom_pool=eventlet.GreenPool(requests if lines.installed() else files),
        max_size=MOST_CONNECTIONS,
        socket_timeout=REQUEST_SECONDS,
        keepalive=REQUEST_SECONDS,
        protocol=Quiet,
        debug=False,
        log_output=False,
    )
    ready()
    stop.wait()
    _drain(sock, server, hall)


def _drain(sock: socket.socket, server: socketio.Server, hall: Hall) -> None:
    logger.info("stopping")
    until = time.monotonic() + DRAIN_SECONDS
    hall.draining = True
    sock.close()
    while hall.unfinished:
        if time.monotonic() > until:
            break
        server.sleep(0.02)
    server.emit("bye", {"retry_ms": RETRY_MS})
    server.sleep(0.2)
    hall.log.close()


def collect_less() -> None:
    """Let Python look for garbage in rings among what is new only.

    A session is a hundred thousand objects that stay, none of them in a ring; looking through all would stop the room
    for a tenth of a second and more.  `collect_at_rest` does so when nobody minds.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(5_000, 5, 1_000_000)


def collect_at_rest(server: socketio.Server, hall: Hall) -> None:
    """Look for garbage in rings everywhere: when nobody contributes for a while, or when it was too long ago."""
    accepted, collected = 0, time.monotonic()
    while True:
        server.sleep(REST_SECONDS)
        at_rest, accepted = hall.counts.accepted == accepted, hall.counts.accepted
        since = time.monotonic() - collected
        if since > COLLECT_SECONDS and (at_rest or since > LONGEST_UNCOLLECTED_SECONDS):
            gc.collect()
            collected = time.monotonic()


def _raise_file_limit() -> int:
    """How many connections there may be, after asking the system for as many as we want."""
    try:
        import resource
    except ImportError:
        return MOST_CONNECTIONS
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_CONNECTIONS + FILES_FOR_OURSELVES
    if hard != resource.RLIM_INFINITY:
        wanted = min(hard, wanted)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    return min(soft, wanted) - FILES_FOR_OURSELVES


def announce(settings: Settings, t: Texts) -> None:
    """One line that says it is ready and how phones get here; in a terminal also as a QR code."""
    here = "localhost" if settings.host in ("0.0.0.0", "::", "") else settings.host  # noqa: S104
    line = f"Ready: http://{here}:{settings.port}"
    phone = settings.phone_url
    if phone != f"http://{here}:{settings.port}":
        line += f" · {t.t('error.start.phones', url=phone)}"
    print(line, flush=True)  # noqa: T201 - whoever starts it waits for this line
    if sys.stdout.isatty():
        segno.make(phone, error="l", micro=False).terminal(compact=True)


def leave(status: int) -> None:
    """End the process now: eventlet's threads and greenlets hold nothing that is not stored."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)

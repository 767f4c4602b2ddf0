"""Dialoogtafel's server: puts the parts together and runs them.  ``python server.py --help`` lists the settings."""

import os
import warnings

warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
# Mail has a process of its own, so nothing here looks up names; what would do that takes long to load.
os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")

import eventlet

eventlet.monkey_patch()

import logging
import sqlite3
import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from eventlet import tpool
from flask import Flask
from flask_socketio import SocketIO
from werkzeug.middleware.proxy_fix import ProxyFix

from sessions.log import SqliteLog
from sessions.own_playbooks import OwnPlaybooks
from sessions.playbook import BadPlaybook, shipped_playbooks
from sessions.texts import texts
from sessions.web import assets, guard, lines, live, mailing, metrics, pages, runner
from sessions.web.assets_kept import kept_or_built
from sessions.web.desk import Desk
from sessions.web.hall import Hall
from sessions.web.keys import Tickets, load_secret
from sessions.web.postroom import Postroom
from sessions.web.scribes import Scribes
from sessions.web.settings import CannotStart, Settings, read_settings

DATABASE = "dialoogtafel.sqlite"
OWN_PLAYBOOKS = "playbooks"
MOST_BYTES_A_FRAME = 16_384


def make_app(
    settings: Settings, log: SqliteLog, secret: str, blocking: Callable[..., Any], async_mode: str
) -> tuple[Flask, SocketIO, Hall]:
    """The web application over one event log; *blocking* runs what would hold up the rest."""
    app = Flask(__name__, static_folder=None, instance_path=str(settings.data.resolve()))
    origins = settings.allowed_origins()
    sockets = SocketIO(
        app,
        async_mode=async_mode,
        cors_allowed_origins=origins,
        json=live.WireJson,
        max_http_buffer_size=MOST_BYTES_A_FRAME,
        ping_interval=15,
        ping_timeout=15,
        logger=False,
        engineio_logger=False,
    )
    hall = Hall(log, sockets.server, blocking)
    tickets, failures = Tickets(secret), guard.Failures()
    live.register(sockets.server, hall, tickets, failures)
    guard.protect(app, origins)
    own = OwnPlaybooks(settings.data.resolve() / OWN_PLAYBOOKS)
    scribes, playbooks = Scribes(log.path, blocking), shipped_playbooks()
    desk = Desk(
        hall,
        assets.register(app, kept_or_built()),
        tickets,
        failures,
        settings,
        playbooks,
        own,
        blocking,
        scribes,
    )
    pages.register(app, desk)
    mailing.register(app, desk, Postroom(hall, log.path, settings.smtp, settings.mail_pauses, blocking))
    metrics.register(app, sockets.server, hall)
    if settings.trusted_proxy:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
    return app, sockets, hall


def open_log(settings: Settings) -> SqliteLog:
    """The event log in the data folder; raises CannotStart."""
    file = settings.data.resolve() / DATABASE
    try:
        return SqliteLog(file)
    except sqlite3.Error as problem:
        raise CannotStart("error.start.database", file=file, reason=problem) from None


def run(settings: Settings) -> None:
    """Serve until told to stop; raises CannotStart."""
    lock = runner.claim(settings.data)
    sock = runner.listening_socket(settings)
    log = open_log(settings)
    lines.install()
    try:
        app, sockets, hall = make_app(settings, log, load_secret(settings.data), tpool.execute, "eventlet")
    except BadPlaybook as problem:
        raise CannotStart("error.start.playbook", problem=problem) from None
    runner.collect_less()
    hall.background.append(partial(runner.collect_at_rest, sockets.server, hall))
    hall.start()
    runner.serve(app, sock, sockets.server, hall, ready=lambda: runner.announce(settings, operator_texts()))
    lock.release()


def operator_texts() -> Any:
    """The texts for whoever starts the server: Dutch when the machine speaks Dutch, else English."""
    return texts("nl" if os.environ.get("LANG", "").startswith("nl") else "en")


def main(arguments: Sequence[str]) -> None:
    """Run with these arguments of the command line; ends the process."""
    try:
        settings = read_settings(arguments)
        logging.basicConfig(
            level=settings.log_level.upper(),
            format="%(asctime)s %(levelname)s %(name)s: %(message)s",
            stream=sys.stderr,
        )
        run(settings)
    except CannotStart as problem:
        print(operator_texts().t(problem.key, **problem.params), file=sys.stderr)
        runner.leave(2)
    runner.leave(0)


if __name__ == "__main__":
    main(sys.argv[1:])

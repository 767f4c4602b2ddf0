"""The scribe: a process of its own that makes reports, so that no room waits while a big one is written.

``python -m sessions.scribe`` is started by `sessions/web/scribes.py`, which tells it what to make.  A newcomer would use
a thread: but Python runs one at a time, so beside a thread that counts for seconds every small message to a phone waits
its turn, a thousand times a second.  A session is not sent here.  The scribe reads the log itself, up to the event that
it was asked for, and remembers it, so that the next form of a report costs less than the first.
"""

import logging
import os
import pickle
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from sessions.orders import Made, Moment, Order
from sessions.records import read_records
from sessions.report_forms import Seen
from sessions.session import Session

logger = logging.getLogger(__name__)

KINDNESS = 3
"""How much the rooms go before a report where there is but one processor."""
IDLE_SECONDS = 600.0
"""Whoever is asked for nothing for so long goes home; the next report starts another."""
MOST_MOMENTS = 6
"""So many are remembered: a report takes several orders, and others come in between."""


class Scribe:
    """One scribe at work, for one database."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self._known: dict[Moment, Seen] = {}

    def make(self, order: Order) -> Made:
        """What was asked for, or why it could not be made."""
        try:
            given = [self._seen(one) if isinstance(one, Moment) else one for one in order.given]
            return Made(order.make(*given))
        except Exception as problem:
            # One report that cannot be made must not hold up the others.
            logger.exception("%s cannot be made", order.make.__name__)
            return Made(problem=repr(problem))

    def _seen(self, moment: Moment) -> Seen:
        known = self._known.pop(moment, None) or Seen(self._at(moment))
        self._known[moment] = known
        for old in list(self._known)[:-MOST_MOMENTS]:
            del self._known[old]
        return known

    def _at(self, moment: Moment) -> Session:
        """The session as it was then, from the last that is known of it before."""
        code = moment.code
        earlier = [one for one in self._known if one.code == code and one.seq < moment.seq]
        if not earlier:
            return Session.of(code, read_records(self._database, code, to=moment.seq))
        last = max(earlier, key=lambda one: one.seq)
        session = self._known[last].session
        for record in read_records(self._database, code, after=last.seq, to=moment.seq):
            session = session.evolve(record)
        return session


def go_home_when_idle(last_asked: Callable[[], float]) -> None:
    """End the process when nobody asks for anything any more; *last_asked* is infinite while it works."""
    while time.monotonic() - last_asked() < IDLE_SECONDS:
        time.sleep(IDLE_SECONDS / 10)
    os._exit(0)


def main() -> None:
    """Work for whoever started this process; the first thing it hears is where the database is."""
    # Ctrl-C and a service's stop reach every process at once; this one ends when its orders do.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(KINDNESS)
    asked = time.monotonic()
    threading.Thread(target=go_home_when_idle, args=[lambda: asked], daemon=True).start()
    with suppress(EOFError, BrokenPipeError):
        scribe = Scribe(_hear())
        while True:
            asked = time.monotonic()
            order = _hear()
            asked = float("inf")
            _say(scribe.make(order))


def _hear() -> Any:
    """What comes through the pipe, which nobody else holds; raises EOFError when whoever asked is gone."""
    return pickle.load(sys.stdin.buffer)  # noqa: S301


def _say(made: Made) -> None:
    pickle.dump(made, sys.stdout.buffer, pickle.HIGHEST_PROTOCOL)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()

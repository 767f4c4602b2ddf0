"""The scribes: whoever needs a report asks here, and waits without anybody else waiting.

A small one is made here, in a thread: that takes less than another process needs to begin.
"""

import logging
import pickle
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from sessions.orders import Made, Moment, Order
from sessions.scribe import Scribe
from sessions.session import Session
from sessions.web.hall import Blocking
from sessions.web.helper import Helper

logger = logging.getLogger(__name__)

SCRIBE = "sessions.scribe"
MOST_SCRIBES = 2
"""So that a small report does not wait for a big one."""
TRIES = 2
MOST_EVENTS, MOST_BYTES = 400, 100_000
"""What is made of a session with more events, or of longer texts, is made by another process."""

T = TypeVar("T")


class ScribeFell(Exception):
    """What was asked for could not be made; the log says why."""


class Scribes:
    """A few processes that make reports, each started when the others are busy."""

    def __init__(self, database: Path, blocking: Blocking, most_events: int = MOST_EVENTS) -> None:
        self._database = database
        self._blocking = blocking
        self._most_events = most_events
        self._here = Scribe(database)
        self._one_here = threading.Lock()
        self._choosing = threading.Lock()
        self._free = [Helper(SCRIBE) for _ in range(MOST_SCRIBES)]
        self._last: dict[Helper, str] = {}
        self._door = threading.Semaphore(MOST_SCRIBES)

    def made(self, make: Callable[..., T], *given: Any) -> T:
        """What *make* makes of what is *given*, in which a session stands for what the scribe sees of it.

        *make* is a function of a module of the domain.  Raises ScribeFell.
        """
        sent = tuple(Moment(one.code, one.seq) if isinstance(one, Session) else one for one in given)
        order = Order(make, sent)
        made = self._made_here(order) if self._is_small(order) else self._made_there(order)
        if made.problem:
            logger.error("%s could not be made: %s", make.__name__, made.problem)
            raise ScribeFell(make.__name__)
        result: T = made.result
        return result

    def _is_small(self, order: Order) -> bool:
        events = (one.seq for one in order.given if isinstance(one, Moment))
        return max(events, default=0) < self._most_events and len(pickle.dumps(order)) < MOST_BYTES

    def _made_here(self, order: Order) -> Made:
        with self._one_here:
            made: Made = self._blocking(self._here.make, order)
        return made

    def _made_there(self, order: Order) -> Made:
        code = next((one.code for one in order.given if isinstance(one, Moment)), "")
        with self._door:
            scribe = self._one_for(code)
            try:
                made: Made = self._blocking(self._ask, scribe, order)
            finally:
                self._free.append(scribe)
        return made

    def _one_for(self, code: str) -> Helper:
        """Whoever knows the session from before, else whoever runs already."""
        with self._choosing:
            best = max(self._free, key=lambda one: (code != "" and self._last.get(one) == code, one.runs))
            self._free.remove(best)
            self._last[best] = code or self._last.get(best, "")
        return best

    def _ask(self, scribe: Helper, order: Order) -> Made:
        for _ in range(TRIES):
            try:
                if not scribe.runs:
                    scribe.start()
                    scribe.to.write(pickle.dumps(self._database))
                scribe.to.write(pickle.dumps(order, pickle.HIGHEST_PROTOCOL))
                scribe.to.flush()
                made: Made = pickle.load(scribe.answers)  # noqa: S301 (from our own process)
                return made
            except (OSError, EOFError, pickle.UnpicklingError):
                # It went home a moment ago, or fell; another one may do better.
                scribe.end()
        return Made(problem="the scribe fell")

"""The postroom: hands the courier one message after the other, and writes down what became of each.

It runs beside the rooms and only ever waits: for the committer, and in another thread for the courier.  Before a message
goes out it stands as *sending* in the outbox; before its last dot as *handing*; only then the courier is told to go on.
"""

import json
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from sessions import outbox
from sessions.log import StorageFailed
from sessions.outbox import Outcome
from sessions.smtp import Smtp
from sessions.web.hall import Blocking, Hall, now_ms
from sessions.web.helper import Helper

logger = logging.getLogger(__name__)

COURIER = "sessions.courier"
FORGET_SECONDS = 3_600.0
STORAGE_SECONDS = 5.0
"""How long it rests when the storage failed, or the courier fell."""

Order = dict[str, Any]


class Postroom:
    """The one place that sends mail; without a mail server it only forgets old addresses."""

    def __init__(
        self,
        hall: Hall,
        database: Path,
        smtp: Smtp | None,
        pauses: Sequence[float],
        blocking: Blocking,
        clock: Callable[[], int] = now_ms,
    ) -> None:
        self._hall = hall
        self._pauses = pauses
        self._blocking = blocking
        self._clock = clock
        self._courier = Messenger(database, smtp) if smtp else None
        self._news = hall.new_event()
        self._handing = False
        hall.background.append(self.work_forever)
        # Only from the last dot on: what comes before can be left at any point.
        hall.finishing.append(lambda: self._handing)

    def wake(self) -> None:
        """There is something to send, or to send again."""
        self._news.set()

    def work_forever(self) -> None:
        """Send what is due, wait for what will be, forget what is old."""
        self._surely(lambda db: outbox.recover(db, self._clock()))
        forgot = float("-inf")
        while not self._hall.draining:
            if time.monotonic() - forgot > FORGET_SECONDS:
                forgot = time.monotonic()
                self._surely(lambda db: outbox.forget(db, self._clock()))
            seconds = self._send_what_is_due() if self._courier else FORGET_SECONDS
            self._news.wait(min(seconds, FORGET_SECONDS))
            self._news.clear()

    def _send_what_is_due(self) -> float:
        """Send until nothing is due; in how many seconds something will be."""
        assert self._courier
        sent = False
        while not self._hall.draining:
            due: outbox.Due = self._surely(lambda db: outbox.claim(db, self._clock()))
            if due.message is None:
                if sent:
                    self._blocking(self._courier.rest)
                return (due.at - self._clock()) / 1_000 if due.at is not None else FORGET_SECONDS
            sent = True
            if outcome := self._deliver(due.message):
                self._surely(partial(_settle, due.message, outcome, self._clock(), self._pauses))
            self._handing = False
        return FORGET_SECONDS

    def _deliver(self, id: int) -> Outcome | None:
        """What became of *id*; None when the server stops and it was not sent: then the next start goes on with it."""
        assert self._courier
        answer = self._blocking(self._courier.ask, {"send": id})
        fallen = Outcome("again", "mailing.said_broken", everybody=True)
        if answer and "ready" in answer:
            if self._hall.draining:
                return None
            self._handing = True
            answer = self._blocking(self._courier.ask, {"go": self._noted(id)})
            fallen = Outcome("unsure", "mailing.said_unsure")
        if answer is None:
            logger.error("the courier fell over message %s", id)
            return fallen
        return Outcome(**answer)

    def _noted(self, id: int) -> bool:
        """Whether it stands in the outbox that *id* may be sent any moment."""
        try:
            return self._hall.write(lambda db: outbox.hand_over(db, id, self._clock()))
        except StorageFailed:
            return False

    def _surely(self, work: Callable[[Any], Any]) -> Any:
        """Write, again and again until it is stored."""
        while True:
            try:
                return self._hall.write(work)
            except StorageFailed as problem:
                logger.error("the outbox cannot be written: %s", problem)
                self._hall.sleep(STORAGE_SECONDS)


def _settle(id: int, outcome: Outcome, now: int, pauses: Sequence[float], db: Any) -> None:
    outbox.settle(db, id, outcome, now, pauses)


class Messenger:
    """The courier's process, started when there is something to do; its methods wait, so call them in a thread."""

    def __init__(self, database: Path, smtp: Smtp) -> None:
        self._job = {"database": str(database), "smtp": asdict(smtp)}
        self._courier = Helper(COURIER)

    def ask(self, order: Order) -> Order | None:
        """Its answer; None when it fell."""
        try:
            if not self._courier.runs:
                if "go" in order:
                    return None
                self._courier.start()
                self._tell(self._job)
            self._tell(order)
            line = self._courier.answers.readline()
        except OSError:
            line = b""
        if not line.endswith(b"\n"):
            self._courier.end()
            return None
        answer: Order = json.loads(line)
        return answer

    def rest(self) -> None:
        """Let it say goodbye to the mail server."""
        try:
            self._tell({"rest": True})
        except OSError:
            self._courier.end()

    def _tell(self, order: Order) -> None:
        self._courier.to.write(json.dumps(order).encode() + b"\n")
        self._courier.to.flush()

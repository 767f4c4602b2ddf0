"""The courier: a process of its own that takes messages from the outbox to the mail server.

``python -m sessions.courier`` is started by `sessions/web/postroom.py`, which tells it what to send, one order a line of
JSON.  A mail server that is slow, dead or hostile holds up nobody but this process.  It only reads the database: what
became of a message it tells, and before the last dot of each it asks.  When nobody answers, it sends no dot and ends.
"""

import json
import logging
import os
import signal
import sqlite3
import sys
from contextlib import closing, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sessions import outbox
from sessions.letter import Address, addressed, enclosed
from sessions.outbox import Outcome
from sessions.smtp import Line, Smtp

logger = logging.getLogger(__name__)

KINDNESS = 5
"""How much the rooms go before a big mailing where there is but one processor."""


class Courier:
    """One courier at work, for one mail server and one database."""

    def __init__(self, database: Path, smtp: Smtp) -> None:
        self._database = database
        self._smtp = smtp
        self._line = Line(smtp)
        self._packed: tuple[int, bytes] | None = None
        """the mail that was sent last, and what is the same in all of its messages"""

    def work(self) -> None:
        """Do what is asked until nobody asks any more."""
        while order := _hear():
            if "send" not in order:
                self._line.rest()
                continue
            try:
                outcome = self._send(order["send"])
            except Exception:
                # One message that cannot be made must not hold up the others.
                logger.exception("message %s cannot be sent", order["send"])
                self._line.drop()
                outcome = Outcome("failed", "mailing.said_bug")
            if outcome is None:
                return
            _say(asdict(outcome))

    def _send(self, id: int) -> Outcome | None:
        """What became of message *id*; None when nobody is there to tell."""
        with closing(sqlite3.connect(f"{self._database.as_uri()}?mode=ro", uri=True)) as db:
            mail, letter, to, reply_to, message_id, at = outbox.message(db, id)
        if self._packed is None or self._packed[0] != mail:
            self._packed = mail, enclosed(letter)
        raw = addressed(
            letter,
            self._packed[1],
            sender=self._smtp.sender,
            to=to,
            reply_to=reply_to,
            message_id=message_id,
            at=at,
        )
        outcome = self._line.offer(to.address, raw, international=not to.address.isascii())
        if outcome:
            return outcome
        _say({"ready": id})
        answer = _hear()
        if answer and answer.get("go"):
            return self._line.hand_over()
        self._line.drop()
        return Outcome("again", "mailing.said_broken") if answer else None


def _hear() -> dict[str, Any] | None:
    """The next order; None when whoever gave them is gone."""
    line = sys.stdin.buffer.readline()
    return json.loads(line) if line.endswith(b"\n") else None


def _say(answer: dict[str, Any]) -> None:
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
    sys.stdout.buffer.flush()


def main() -> None:
    """Work for whoever started this process; the first line says where, and for which mail server."""
    # Ctrl-C and a service's stop reach every process at once; this one ends when its orders do.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(KINDNESS)
    job = _hear()
    if job is None:
        return
    smtp = Smtp(**{**job["smtp"], "sender": Address(**job["smtp"]["sender"])})
    with suppress(BrokenPipeError):
        Courier(Path(job["database"]), smtp).work()


if __name__ == "__main__":
    main()

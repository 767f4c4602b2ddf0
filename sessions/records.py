"""Reading the log of a session from the database, for who writes nothing there."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from sessions.message import Record, decode_event

MOST_SEQ = 2**62


def reader(path: Path) -> "closing[sqlite3.Connection]":
    """A connection that cannot write, for one look."""
    return closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, check_same_thread=False))


def read_records(path: Path, code: str, after: int = 0, to: int = MOST_SEQ) -> Iterator[Record]:
    """The records of a session in order, of those whose seq is above *after* and at most *to*."""
    with reader(path) as db:
        rows = db.execute(
            "SELECT seq, at, actor, command, type, body FROM events"
            " WHERE session = ? AND seq > ? AND seq <= ? ORDER BY seq",
            [code, after, to],
        )
        for seq, at, actor, command, kind, body in rows:
            yield Record(seq, at, actor, decode_event(kind, body), command)

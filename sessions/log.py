"""EventLog: the one truth, one SQLite file.

Append only; ``seq`` counts 1, 2, 3 … per session without holes.  There is one connection that writes, and only the
committer uses it; whoever reads opens a connection of its own.  A newcomer might set ``synchronous=NORMAL``: that
survives a killed process, not a power cut, and an acknowledgement is a promise.
"""

import logging
import secrets
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from sessions.message import Record, encode_event
from sessions.records import read_records, reader

logger = logging.getLogger(__name__)

WITNESS_SECONDS = 2.0
MOST_PAGES_WAITING = 25_000
"""Of 4 kB each."""

ROWS_A_STATEMENT = 100
LARGE_BYTES = 64_000_000
"""A database that is larger is swept when it is opened or closed, because that would hold everybody up."""
EMPTYING_TRIES = 5
EMPTYING_SECONDS = 0.1

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], T]
"""What is done with the database in one transaction, and what it gives."""

migrations = Migrations("dialoogtafel")


@migrations()
def m001_sessions_and_events(db: Database) -> None:
    """The first schema.  Times are ms since 1970, UTC."""
    db.table("meta").create({"name": str, "value": str}, pk="name", strict=True)
    db.table("sessions").create(
        {"code": str, "key_hash": str, "created": int},
        pk="code",
        not_null=["key_hash", "created"],
        strict=True,
    )
    db.table("events").create(
        {"session": str, "seq": int, "at": int, "actor": str, "command": str, "type": str, "body": str},
        pk=("session", "seq"),
        not_null=["session", "seq", "at", "actor", "type", "body"],
        foreign_keys=[("session", "sessions", "code")],
        strict=True,
    )
    db.execute("CREATE UNIQUE INDEX events_command ON events (session, command) WHERE command IS NOT NULL")
    db.execute("INSERT INTO meta (name, value) VALUES ('epoch', ?)", [secrets.token_urlsafe(9)])


@migrations()
def m002_report_texts(db: Database) -> None:
    """Edited reports in their versions, and the keys of shared ones; they go when their session goes."""
    db.execute(
        """
        CREATE TABLE report_texts (
            session TEXT NOT NULL REFERENCES sessions (code) ON DELETE CASCADE,
            version INTEGER NOT NULL,
            at INTEGER NOT NULL,
            kind TEXT NOT NULL,
            device TEXT NOT NULL,
            agent TEXT NOT NULL,
            chars INTEGER NOT NULL,
            text TEXT NOT NULL,
            base TEXT NOT NULL,
            as_of TEXT NOT NULL,
            PRIMARY KEY (session, version)
        ) STRICT
        """
    )
    db.execute(
        """
        CREATE TABLE report_shares (
            session TEXT PRIMARY KEY REFERENCES sessions (code) ON DELETE CASCADE,
            key_hash TEXT NOT NULL,
            since INTEGER NOT NULL
        ) STRICT
        """
    )


@migrations()
def m003_mail(db: Database) -> None:
    """Mails and whom they go to; see `outbox.py`.  No events: addresses must be erasable."""
    mail = {
        "id": int,
        "session": str,
        "request": str,
        "kind": str,
        "at": int,
        "language": str,
        "subject": str,
        "html": str,
        "text": str,
        "reply_to": str,
        "opted_in": int,
        "kept": int,
    }
    db.table("mails").create(
        mail,
        pk="id",
        not_null=list(mail)[1:],
        defaults={"kept": 1},
        foreign_keys=[("session", "sessions", "code")],
        strict=True,
    )
    db.execute("CREATE UNIQUE INDEX mails_request ON mails (session, request)")
    db.table("mail_files").create(
        {"mail": int, "place": int, "name": str, "type": str, "body": bytes},
        pk=("mail", "place"),
        not_null=["name", "type", "body"],
        foreign_keys=[("mail", "mails", "id")],
        strict=True,
    )
    message = {
        "id": int,
        "mail": int,
        "address": str,
        "name": str,
        "message_id": str,
        "status": str,
        "attempts": int,
        "due": int,
        "changed": int,
        "said": str,
        "answer": str,
    }
    db.table("mail_messages").create(
        message,
        pk="id",
        not_null=list(message)[1:],
        foreign_keys=[("mail", "mails", "id")],
        strict=True,
    )
    db.execute("CREATE INDEX mail_messages_mail ON mail_messages (mail)")
    db.execute("CREATE INDEX mail_messages_due ON mail_messages (due) WHERE status IN ('waiting', 'again')")


@migrations()
def m004_companions_and_rehearsals(db: Database) -> None:
    """Links of co-facilitators and observers, as hashes; and which session rehearses which."""
    db.table("companions").create(
        {
            "session": str,
            "id": str,
            "kind": str,
            "name": str,
            "key_hash": str,
            "switched_on": int,
            "created": int,
        },
        pk=("session", "id"),
        not_null=["session", "id", "kind", "name", "key_hash", "switched_on", "created"],
        foreign_keys=[("session", "sessions", "code")],
        strict=True,
    )
    db.table("rehearsals").create(
        {"session": str, "of": str},
        pk="session",
        not_null=["session", "of"],
        foreign_keys=[("session", "sessions", "code")],
        strict=True,
    )


@migrations()
def m005_published_reports(db: Database) -> None:
    """What readers of a shared report see: a text of its own, or (null) the automatic one.

    Who shares an edited report already shares what it says now.
    """
    db.execute("ALTER TABLE report_shares ADD COLUMN text TEXT")
    db.execute("ALTER TABLE report_shares ADD COLUMN version INTEGER NOT NULL DEFAULT 0")
    db.execute("ALTER TABLE report_shares ADD COLUMN published INTEGER NOT NULL DEFAULT 0")
    db.execute("UPDATE report_shares SET published = since")
    db.execute(
        """
        UPDATE report_shares SET (text, version, published) = (newest.text, newest.version, newest.at)
        FROM report_texts AS newest
        WHERE newest.session = report_shares.session AND newest.kind NOT IN ('aside', 'automatic')
        AND newest.version = (
            SELECT max(version) FROM report_texts WHERE session = report_shares.session AND kind <> 'aside'
        )
        """
    )


@migrations()
def m006_entry_codes(db: Database) -> None:
    """Codes by which people come, or came, into a session besides its own; none of them leads to two sessions."""
    db.table("entry_codes").create(
        {"code": str, "session": str},
        pk="code",
        not_null=["session"],
        foreign_keys=[("session", "sessions", "code")],
        strict=True,
    )
    db.execute(
        """
        CREATE TRIGGER one_session_a_code BEFORE INSERT ON sessions
        WHEN EXISTS (SELECT 1 FROM entry_codes WHERE code = NEW.code)
        BEGIN SELECT RAISE(ABORT, 'the code leads to another session'); END
        """
    )


class StorageFailed(Exception):
    """Nothing of the batch was stored; the message is the database's own."""


@dataclass(frozen=True)
class Birth:
    """A session to be entered in the books, with the hash of its facilitator key."""

    code: str
    key_hash: str
    created: int


class EventLog(Protocol):
    """What rooms need of a log; SQLite is behind it now, another database may be later."""

    @property
    def epoch(self) -> str:
        """Random; another one when the database was made anew or put back from a copy."""
        ...

    def append(self, births: Sequence[Birth], lines: Sequence[tuple[str, Record]]) -> None:
        """Store all of it, durably and in one transaction, or raise StorageFailed and store nothing."""
        ...

    def read(self, code: str) -> Iterator[Record]:
        """The records of a session in order; none when there is no such session."""
        ...

    def key_hash(self, code: str) -> str | None:
        """The hash of the facilitator key; None when there is no such session."""
        ...

    def entry_codes(self) -> dict[str, str]:
        """The session of each code by which people come, or came, in, where that is not the session's own."""
        ...

    def write(self, work: Work[T]) -> T:
        """What *work* gives, done durably in one transaction, or raise StorageFailed and change nothing.

        Only the committer calls this; everybody else asks `Hall.write`.
        """
        ...

    def look(self, work: Work[T]) -> T:
        """What *work* gives, with a connection that only reads."""
        ...

    def tidy(self) -> None:
        """Do now, when there is nothing to store, what would take long in the middle of an ``append``."""
        ...

    def sweep(self) -> None:
        """Leave nothing in the files of what was erased; a large database has it done later."""
        ...

    def close(self) -> None:
        """Bring everything into the main file and let go of it."""
        ...


class Witness:
    """A small file beside the database that remembers how far it had come.

    A database that knows less than its witness was put back from a copy: events that were acknowledged are gone, and
    clients have to hear that history changed.  The witness may lag behind, so losing a moment of it does no harm.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._written = 0.0

    def contradicts(self, epoch: str, stored: int) -> bool:
        """Whether this is another database, or an earlier state of it, than the one last seen here."""
        try:
            seen_epoch, seen = self._path.read_text().split()
            return seen_epoch != epoch or int(seen) > stored
        except (OSError, ValueError):
            return False

    def note(self, epoch: str, stored: int, *, now: float | None = None) -> None:
        """Remember; with *now* (seconds) at most once in WITNESS_SECONDS."""
        if now is not None and now - self._written < WITNESS_SECONDS:
            return
        self._written = now or self._written
        with suppress(OSError):
            beside = self._path.with_suffix(".new")
            beside.write_text(f"{epoch} {stored}")
            beside.replace(self._path)


class SqliteLog:
    """The event log in one SQLite file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._witness = Witness(path.with_suffix(".witness"))
        self._writer = _connect(path)
        try:
            migrations.apply(Database(self._writer, execute_plugins=False))
            self.epoch: str = self._writer.execute("SELECT value FROM meta WHERE name = 'epoch'").fetchone()[
                0
            ]
            self._stored: int = self._writer.execute("SELECT ifnull(max(rowid), 0) FROM events").fetchone()[0]
            if self._witness.contradicts(self.epoch, self._stored):
                self.epoch = secrets.token_urlsafe(9)
                self._writer.execute("UPDATE meta SET value = ? WHERE name = 'epoch'", [self.epoch])
        except sqlite3.Error:
            self._writer.close()
            raise
        self._tidied = self._stored
        self._witness.note(self.epoch, self._stored)
        self._sweep_if_owed()

    def append(self, births: Sequence[Birth], lines: Sequence[tuple[str, Record]]) -> None:
        rows = [_row(code, record) for code, record in lines]
        with self._transaction() as db:
            db.executemany(
                "INSERT INTO sessions (code, key_hash, created) VALUES (?, ?, ?)",
                [(birth.code, birth.key_hash, birth.created) for birth in births],
            )
            # Many rows at once: after each statement this thread waits for its turn, while a room is at work.
            for some in batched(rows, ROWS_A_STATEMENT):
                values = ", ".join(["(?, ?, ?, ?, ?, ?, ?)"] * len(some))
                db.execute(
                    f"INSERT INTO events (session, seq, at, actor, command, type, body) VALUES {values}",  # noqa: S608
                    [value for row in some for value in row],
                )
        self._stored += len(rows)
        self._witness.note(self.epoch, self._stored, now=time.monotonic())

    def read(self, code: str) -> Iterator[Record]:
        return read_records(self.path, code)

    def key_hash(self, code: str) -> str | None:
        with reader(self.path) as db:
            found = db.execute("SELECT key_hash FROM sessions WHERE code = ?", [code]).fetchone()
        return found[0] if found else None

    def entry_codes(self) -> dict[str, str]:
        with reader(self.path) as db:
            return dict(db.execute("SELECT code, session FROM entry_codes"))

    def write(self, work: Work[T]) -> T:
        with self._transaction() as db:
            return work(db)

    def look(self, work: Work[T]) -> T:
        with reader(self.path) as db:
            return work(db)

    def tidy(self) -> None:
        if self._stored != self._tidied:
            self._tidied = self._stored
            with suppress(sqlite3.Error):
                self._writer.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def sweep(self) -> None:
        # What was deleted is overwritten (secure_delete); this is for copies that moved about, and for the WAL.
        with self._transaction() as db:
            db.execute("INSERT OR REPLACE INTO meta (name, value) VALUES ('sweep', 'owed')")
        self._count()
        if self.path.stat().st_size <= LARGE_BYTES:
            self._sweep_if_owed()
        else:
            self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _sweep_if_owed(self) -> None:
        """Write the whole file anew, without what was erased; what cannot be done now is done at the next occasion."""
        if not self._writer.execute("SELECT 1 FROM meta WHERE name = 'sweep'").fetchone():
            return
        try:
            self._writer.execute("VACUUM")
            # Somebody who reads for long at this moment holds the old pages: then it stays owed.
            if self._emptied():
                self._writer.execute("DELETE FROM meta WHERE name = 'sweep'")
                self._emptied()
        except sqlite3.Error as problem:
            logger.warning("sweeping the database failed and is tried again later: %s", problem)
        self._count()

    def _emptied(self) -> bool:
        """Bring all of the write-ahead log into the main file; whether that could be done."""
        for _ in range(EMPTYING_TRIES):
            if not self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
                return True
            # Whoever tidies up at this moment is soon done, and does not wait for us.
            time.sleep(EMPTYING_SECONDS)
        return False

    def _count(self) -> None:
        """Look again how far the database is: rows that are gone are no sign that an older copy was put back."""
        self._stored = self._writer.execute("SELECT ifnull(max(rowid), 0) FROM events").fetchone()[0]
        self._witness.note(self.epoch, self._stored)

    def close(self) -> None:
        self._witness.note(self.epoch, self._stored)
        self._sweep_if_owed()
        self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._writer.close()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """The connection that writes: all of it or nothing; raises StorageFailed."""
        try:
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
                self._writer.execute("COMMIT")
            except BaseException:
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
                raise
        except sqlite3.Error as problem:
            raise StorageFailed(str(problem)) from problem


def _connect(path: Path) -> sqlite3.Connection:
    # The committer may run in another thread than the one that opened; never in two at a time.
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    db.execute("PRAGMA foreign_keys = ON")
    db.execute("PRAGMA secure_delete = ON")
    # It makes everybody wait in the middle of a commit; while people are at work without a pause there is no better time.
    db.execute(f"PRAGMA wal_autocheckpoint = {MOST_PAGES_WAITING}")
    return db


def batched(rows: Sequence[T], most: int) -> Iterator[Sequence[T]]:
    """*rows* in their order, at most so many at a time."""
    for start in range(0, len(rows), most):
        yield rows[start : start + most]


def _row(code: str, record: Record) -> tuple[str, int, int, str, str | None, str, str]:
    kind, body = encode_event(record.event)
    return code, record.seq, record.at, record.actor, record.command, kind, body.decode()

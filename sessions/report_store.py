"""Where edited reports and the keys to shared ones are kept: tables beside the log, because texts must be erasable.

Each function is work for one transaction (`Hall.write`) or for a connection that reads (`EventLog.look`).  Saving is
by optimistic lock: who saves says which version they wrote on, and when that is not the newest any more, their text is
kept aside and nothing is replaced.
"""

import sqlite3
from dataclasses import dataclass

from sessions.report_texts import Kind, Version, to_drop


@dataclass(frozen=True)
class Text:
    """A version with its text, and the automatic text that it was made from (*base*, as of the moment *as_of*)."""

    version: Version
    text: str
    base: str
    as_of: str


@dataclass(frozen=True)
class Saved:
    """What came of saving: the version that now goes out, and the one that was set aside when that is another's."""

    current: Version
    aside: int | None = None


def newest(db: sqlite3.Connection, session: str) -> Text | None:
    """The version that counts, be it the automatic one; None when nobody ever edited."""
    rows = db.execute(
        "SELECT version, at, kind, device, agent, chars, text, base, as_of FROM report_texts"
        " WHERE session = ? AND kind != 'aside' ORDER BY version DESC LIMIT 1",
        [session],
    )
    return _first(rows)


def text_of(db: sqlite3.Connection, session: str, number: int) -> Text | None:
    """A version by its number; None when it is not there (any more)."""
    rows = db.execute(
        "SELECT version, at, kind, device, agent, chars, text, base, as_of FROM report_texts"
        " WHERE session = ? AND version = ?",
        [session, number],
    )
    return _first(rows)


def _first(rows: sqlite3.Cursor) -> Text | None:
    row = rows.fetchone()
    return Text(Version(*row[:6]), *row[6:]) if row else None


def versions(db: sqlite3.Connection, session: str) -> list[Version]:
    """All versions, oldest first."""
    rows = db.execute(
        "SELECT version, at, kind, device, agent, chars FROM report_texts WHERE session = ? ORDER BY version",
        [session],
    )
    return [Version(*row) for row in rows]


def save(db: sqlite3.Connection, session: str, wrote_on: int, wanted: Text) -> Saved:
    """Keep *wanted* (whose number does not matter) as the newest version, or aside when *wrote_on* is not the newest.

    A text that is there already is not kept twice, so whoever did not hear the answer may send it again.
    """
    current = newest(db, session)
    if current and _same(current, wanted):
        return Saved(current.version)
    if (current.version.number if current else 0) == wrote_on:
        return Saved(_insert(db, session, wanted, wanted.version.kind))
    known = db.execute(
        "SELECT version FROM report_texts WHERE session = ? AND device = ? AND text = ? ORDER BY version DESC",
        [session, wanted.version.device, wanted.text],
    ).fetchone()
    aside = known[0] if known else _insert(db, session, wanted, "aside").number
    # Only a copy of the database that was put back knows less than whoever wrote.
    return Saved(current.version if current else Version(0, 0, "automatic", "", "", 0), aside)


def _same(one: Text, other: Text) -> bool:
    automatic = "automatic" in (one.version.kind, other.version.kind)
    if automatic:
        return one.version.kind == other.version.kind
    return (one.text, one.base) == (other.text, other.base)


def _insert(db: sqlite3.Connection, session: str, wanted: Text, kind: Kind) -> Version:
    was = wanted.version
    number = db.execute(
        "SELECT ifnull(max(version), 0) + 1 FROM report_texts WHERE session = ?", [session]
    ).fetchone()[0]
    db.execute(
        "INSERT INTO report_texts (session, version, at, kind, device, agent, chars, text, base, as_of)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [session, number, was.at, kind, was.device, was.agent, len(wanted.text), *_texts(wanted)],
    )
    db.executemany(
        "DELETE FROM report_texts WHERE session = ? AND version = ?",
        [(session, old) for old in to_drop(versions(db, session), was.at)],
    )
    return Version(number, was.at, kind, was.device, was.agent, len(wanted.text))


def _texts(of: Text) -> tuple[str, str, str]:
    return of.text, of.base, of.as_of


# sharing


def share_key(db: sqlite3.Connection, session: str) -> str | None:
    """The hash of the key that opens the shared report; None when it is not shared."""
    found = db.execute("SELECT key_hash FROM report_shares WHERE session = ?", [session]).fetchone()
    return found[0] if found else None


def share(db: sqlite3.Connection, session: str, key_hash: str, at: int) -> None:
    """Share the report by this key, and by no earlier one."""
    db.execute(
        "REPLACE INTO report_shares (session, key_hash, since) VALUES (?, ?, ?)", [session, key_hash, at]
    )


def unshare(db: sqlite3.Connection, session: str) -> None:
    """Share the report no longer."""
    db.execute("DELETE FROM report_shares WHERE session = ?", [session])

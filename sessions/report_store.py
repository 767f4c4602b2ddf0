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


@dataclass(frozen=True)
class Shared:
    """A shared report: the hash of its key, and the *text* that readers see.

    That is version *version* as it was *at* this moment, or the automatic one of each moment when there is no text.
    """

    key_hash: str
    text: str | None
    version: int
    at: int

    def differs(self, going_out: Text | None) -> bool:
        """Whether readers see something else than what goes out, the newest version."""
        edited = going_out.text if going_out and going_out.version.kind != "automatic" else None
        return edited != self.text


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


def shared(db: sqlite3.Connection, session: str) -> Shared | None:
    """How the report is shared; None when it is not."""
    found = db.execute(
        "SELECT key_hash, text, version, published FROM report_shares WHERE session = ?", [session]
    ).fetchone()
    return Shared(*found) if found else None


def share(db: sqlite3.Connection, session: str, key_hash: str, at: int) -> None:
    """Share the report by this key, and by no earlier one; what readers saw already stays what they see."""
    known = db.execute(
        "UPDATE report_shares SET key_hash = ?, since = ? WHERE session = ?", [key_hash, at, session]
    )
    if known.rowcount:
        return
    db.execute(
        "INSERT INTO report_shares (session, key_hash, since) VALUES (?, ?, ?)", [session, key_hash, at]
    )
    publish(db, session, at)


def publish(db: sqlite3.Connection, session: str, at: int) -> bool:
    """From now on readers see the report as it goes out now; False when it is not shared."""
    going_out = newest(db, session)
    text, version = None, 0
    if going_out and going_out.version.kind != "automatic":
        text, version = going_out.text, going_out.version.number
    return bool(
        db.execute(
            "UPDATE report_shares SET text = ?, version = ?, published = ? WHERE session = ?",
            [text, version, at, session],
        ).rowcount
    )


def unshare(db: sqlite3.Connection, session: str) -> None:
    """Share the report no longer."""
    db.execute("DELETE FROM report_shares WHERE session = ?", [session])

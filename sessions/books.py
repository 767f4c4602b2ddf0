"""Books: what is kept about sessions beside their events: further keys, rehearsals, the list of them all, and erasing.

Every function takes a connection: reading ones any, writing ones that of the log, inside ``SqliteLog.write``.  The one
thing a newcomer gets wrong: deleting rows is not erasing; ``SqliteLog.sweep`` is what leaves nothing in the file.
"""

import secrets
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

CompanionKind = Literal["facilitator", "observer"]

MOST_COMPANIONS = 20
"""Links that one session may have."""
MOST_CODES = 20
"""Times that the code of one session may be changed."""
MOST_LISTED = 200
"""Sessions on one page of the list."""


@dataclass(frozen=True)
class Companion:
    """Who holds a link of their own: another facilitator, or an observer; ``on`` while the link works."""

    id: str
    kind: CompanionKind
    name: str
    on: bool
    created: int


@dataclass(frozen=True)
class Listed:
    """One session in the list of all: ``size`` in bytes, times in ms since 1970; ``entry`` is the code to come in by.

    It is read from a few events, not replayed: a title or a state that was undone may still stand here.
    """

    code: str
    entry: str
    title: str
    date: str
    language: str
    state: Literal["lobby", "live", "closed"]
    created: int
    changed: int
    events: int
    size: int
    rehearsal: bool


# codes


def take_code(db: sqlite3.Connection, session: str, code: str) -> bool | None:
    """Let *code* lead to a session as well; False when it leads to one already, None when this one has too many."""
    own = db.execute("SELECT count(*) FROM entry_codes WHERE session = ?", [session]).fetchone()
    if own[0] >= MOST_CODES:
        return None
    if db.execute(
        "SELECT 1 FROM sessions WHERE code = ?1 UNION SELECT 1 FROM entry_codes WHERE code = ?1", [code]
    ).fetchone():
        return False
    db.execute("INSERT INTO entry_codes (code, session) VALUES (?, ?)", [code, session])
    return True


def drop_code(db: sqlite3.Connection, code: str) -> None:
    """A code that was taken, and by which nobody ever came in."""
    db.execute("DELETE FROM entry_codes WHERE code = ?", [code])


# links of others


def companions(db: sqlite3.Connection, session: str) -> list[Companion]:
    """The further links of a session, oldest first."""
    rows = db.execute(
        "SELECT id, kind, name, switched_on, created FROM companions WHERE session = ? ORDER BY created, id",
        [session],
    )
    return [Companion(id, kind, name, bool(on), created) for id, kind, name, on, created in rows]


def companion_of(db: sqlite3.Connection, session: str, key_hash: str) -> Companion | None:
    """Whose link it is that has a key with this hash, also when it is switched off."""
    row = db.execute(
        "SELECT id, kind, name, switched_on, created FROM companions WHERE session = ? AND key_hash = ?",
        [session, key_hash],
    ).fetchone()
    return Companion(row[0], row[1], row[2], bool(row[3]), row[4]) if row else None


def add_companion(
    db: sqlite3.Connection, session: str, kind: CompanionKind, name: str, key_hash: str
) -> Companion | None:
    """A new link; None when there are too many."""
    if len(companions(db, session)) >= MOST_COMPANIONS:
        return None
    made = Companion(secrets.token_urlsafe(6), kind, name, True, _now())
    db.execute(
        "INSERT INTO companions (session, id, kind, name, key_hash, switched_on, created) VALUES (?, ?, ?, ?, ?, 1, ?)",
        [session, made.id, kind, name, key_hash, made.created],
    )
    return made


def switch_companion(db: sqlite3.Connection, session: str, id: str, *, on: bool) -> None:
    """Let a link work, or not."""
    db.execute("UPDATE companions SET switched_on = ? WHERE session = ? AND id = ?", [int(on), session, id])


def remove_companion(db: sqlite3.Connection, session: str, id: str) -> None:
    """Take a link away for good."""
    db.execute("DELETE FROM companions WHERE session = ? AND id = ?", [session, id])


# rehearsals


def note_rehearsal(db: sqlite3.Connection, session: str, of: str) -> None:
    """*session* rehearses the session *of*; empty for a demonstration of none in particular."""
    db.execute("INSERT INTO rehearsals (session, of) VALUES (?, ?)", [session, of])


def rehearsals_of(db: sqlite3.Connection, session: str) -> list[str]:
    """The codes of the rehearsals of a session."""
    return [
        code for (code,) in db.execute("SELECT session FROM rehearsals WHERE of = ? ORDER BY 1", [session])
    ]


def rehearsed(db: sqlite3.Connection, session: str) -> str | None:
    """The session that this one rehearses: empty for a demonstration, None when it is no rehearsal."""
    row = db.execute("SELECT of FROM rehearsals WHERE session = ?", [session]).fetchone()
    return row[0] if row else None


# the list of all


def listed(db: sqlite3.Connection, search: str = "", skip: int = 0) -> tuple[list[Listed], int]:
    """The sessions of this server, last changed first, at most MOST_LISTED of them after *skip*; and how many there are.

    *search* is part of a title or of a code.
    """
    wanted = search.casefold()
    found = [one for one in _all(db) if _is_about(one, wanted)]
    found.sort(key=lambda one: (-one.changed, one.code))
    return found[skip : skip + MOST_LISTED], len(found)


def _is_about(one: Listed, wanted: str) -> bool:
    return not wanted or wanted in one.title.casefold() or wanted in one.code or wanted in one.entry


def _all(db: sqlite3.Connection) -> Iterator[Listed]:
    rows = db.execute(
        """
        SELECT s.code, s.created, r.session IS NOT NULL, sums.changed, sums.events, sums.size,
            (SELECT body FROM events WHERE session = s.code AND seq = 1),
            (SELECT body FROM events WHERE session = s.code AND type = 'session.info_edited'
                ORDER BY seq DESC LIMIT 1),
            (SELECT type FROM events WHERE session = s.code
                AND type IN ('session.went', 'session.closed', 'session.reopened') ORDER BY seq DESC LIMIT 1),
            (SELECT json_extract(body, '$.code') FROM events WHERE session = s.code
                AND s.code IN (SELECT session FROM entry_codes)
                AND type IN ('session.code_changed', 'session.restored') AND json_extract(body, '$.code') IS NOT NULL
                ORDER BY seq DESC LIMIT 1)
        FROM sessions s LEFT JOIN rehearsals r ON r.session = s.code
        JOIN (SELECT session, max(at) AS changed, count(*) AS events, sum(length(body)) AS size
            FROM events GROUP BY session) sums ON sums.session = s.code
        """
    )
    for code, created, rehearsal, changed, events, size, body, edited, last, entry in rows:
        info: dict[str, Any] = msgspec.json.decode(body)["info"]
        if edited:
            info |= msgspec.json.decode(edited)
        yield Listed(
            code=code,
            entry=entry or code,
            title=info["title"],
            date=info.get("date", ""),
            language=info["language"],
            state="closed" if last == "session.closed" else "live" if last else "lobby",
            created=created,
            changed=changed,
            events=events,
            size=size,
            rehearsal=bool(rehearsal),
        )


# erasing


def erase(db: sqlite3.Connection, session: str) -> None:
    """Take away every row that belongs to a session, of whatever table, and what hangs on those."""
    # Whichever table points at another: they all go together.
    db.execute("PRAGMA defer_foreign_keys = ON")
    for table in _tables(db):
        columns = {row[1] for row in db.execute(f'PRAGMA table_info("{table}")')}
        if "session" in columns:
            _erase_rows(db, table, "session = ?", session)
    db.execute("UPDATE rehearsals SET of = '' WHERE of = ?", [session])
    _erase_rows(db, "sessions", "code = ?", session)


def _erase_rows(db: sqlite3.Connection, table: str, where: str, session: str) -> None:
    """Delete the rows of *table* that *where* tells, after those of other tables that point at them."""
    for other in _tables(db):
        for _, _, target, column, pointed, *_ in db.execute(f'PRAGMA foreign_key_list("{other}")').fetchall():
            if target == table and other != table:
                inner = f'"{column}" IN (SELECT "{pointed}" FROM "{table}" WHERE {where})'  # noqa: S608
                _erase_rows(db, other, inner, session)
    db.execute(f'DELETE FROM "{table}" WHERE {where}', [session])  # noqa: S608 - our own names


def _tables(db: sqlite3.Connection) -> list[str]:
    return [
        name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    ]


def _now() -> int:
    return int(time.time() * 1000)

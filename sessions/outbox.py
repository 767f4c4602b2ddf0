"""The outbox: each mail once, and a row for everybody it goes to, with what has become of it.

Nothing is sent that is not in here first, and every step is stored before the next one is taken:

    waiting ──► sending ──► handing ──► sent
       ▲           │            └──────► unsure   (a person decides)
       └─ again ◄──┴──────────► failed

*sending* is everything before the last dot of a message: whatever happens there, the server has not taken it.
*handing* is from that dot to its answer: only who dies, or is cut off, there cannot know whether it was sent.  Each
function is one piece of work for `Hall.write` (or, where it only looks, for `EventLog.look`); none asks the clock.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sessions.letter import Address, File, Letter

Status = Literal["waiting", "sending", "handing", "again", "sent", "failed", "unsure", "stopped"]
Kind = Literal["report", "test", "draft"]
PAUSES = (60, 300, 1_800, 7_200, 21_600, 43_200)
"""Seconds before each further try; after the last it has failed."""
KEPT_MS = 30 * 24 * 3_600_000
"""Addresses and texts are kept for so long after sending."""


@dataclass(frozen=True)
class Outcome:
    """What became of a try.

    ``said`` is the key of a sentence and ``answer`` what the mail server itself wrote.  ``everybody`` when it is about
    the server and not about one recipient: then nobody else needs to try now.
    """

    status: Literal["sent", "failed", "again", "unsure"]
    said: str
    answer: str = ""
    everybody: bool = False


@dataclass(frozen=True)
class Due:
    """What to send next, or when to look again (ms since 1970; None when nothing waits)."""

    message: int | None = None
    at: int | None = None


def put(
    db: sqlite3.Connection,
    session: str,
    request: str,
    kind: Kind,
    letter: Letter,
    recipients: Sequence[tuple[Address, str]],
    *,
    reply_to: str,
    opted_in: bool,
    now: int,
    again: int | None = None,
) -> int | None:
    """Store a mail for *recipients*, each with its Message-ID; its id.

    The same *request* of the same session is the same mail: whoever asks twice sends once.  *opted_in* says that people
    who asked for the report are among the recipients.  Nothing is stored, and there is no id, when more than *again* of
    them had the report before: somebody else was first.
    """
    known = db.execute(
        "SELECT id FROM mails WHERE session = ? AND request = ?", [session, request]
    ).fetchone()
    if known:
        return int(known[0])
    if again is not None:
        had = had_it(db, session)
        if sum(to.same in had for to, _ in recipients) > again:
            return None
    mail = db.execute(
        "INSERT INTO mails (session, request, kind, at, language, subject, html, text, reply_to, opted_in)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            session,
            request,
            kind,
            now,
            letter.language,
            letter.subject,
            letter.html,
            letter.text,
            reply_to,
            opted_in,
        ],
    ).lastrowid
    db.executemany(
        "INSERT INTO mail_files (mail, place, name, type, body) VALUES (?, ?, ?, ?, ?)",
        [(mail, place, file.name, file.type, file.body) for place, file in enumerate(letter.files)],
    )
    db.executemany(
        "INSERT INTO mail_messages (mail, address, name, message_id, status, attempts, due, changed, said, answer)"
        " VALUES (?, ?, ?, ?, 'waiting', 0, ?, ?, '', '')",
        [(mail, to.address, to.name, message_id, now, now) for to, message_id in recipients],
    )
    assert mail is not None
    return mail


# sending


def recover(db: sqlite3.Connection, now: int) -> None:
    """After a start: what was under way when the process ended."""
    db.execute(
        "UPDATE mail_messages SET status = 'again', due = ?, changed = ?, said = ? WHERE status = 'sending'",
        [now, now, "mailing.said_restart"],
    )
    db.execute(
        "UPDATE mail_messages SET status = 'unsure', changed = ?, said = ? WHERE status = 'handing'",
        [now, "mailing.said_unsure_restart"],
    )


def claim(db: sqlite3.Connection, now: int) -> Due:
    """Take the next message that is due, or tell when one will be."""
    found = db.execute(
        "SELECT id, due FROM mail_messages WHERE status IN ('waiting', 'again') ORDER BY due, id LIMIT 1"
    ).fetchone()
    if found is None:
        return Due()
    id, due = found
    if due > now:
        return Due(at=due)
    db.execute(
        "UPDATE mail_messages SET status = 'sending', attempts = attempts + 1, changed = ? WHERE id = ?",
        [now, id],
    )
    return Due(message=id)


def hand_over(db: sqlite3.Connection, id: int, now: int) -> bool:
    """From now on nobody can know whether *id* was sent until the server says so; False when it was stopped."""
    return bool(
        db.execute(
            "UPDATE mail_messages SET status = 'handing', changed = ? WHERE id = ? AND status = 'sending'",
            [now, id],
        ).rowcount
    )


def settle(
    db: sqlite3.Connection, id: int, outcome: Outcome, now: int, pauses: Sequence[float] = PAUSES
) -> None:
    """Write down what became of *id*."""
    row = db.execute("SELECT status, attempts FROM mail_messages WHERE id = ?", [id]).fetchone()
    if row is None or row[0] not in ("sending", "handing"):
        return
    attempts = row[1]
    if outcome.status != "again":
        _mark(db, id, outcome.status, outcome, now)
        return
    _again(db, id, attempts, outcome, now, pauses)
    if outcome.everybody:
        others = "SELECT id, attempts FROM mail_messages WHERE status IN ('waiting', 'again') AND due <= ?"
        for other, tried in db.execute(others, [now]).fetchall():
            _again(db, other, tried + 1, outcome, now, pauses, attempts=tried + 1)


def _again(
    db: sqlite3.Connection,
    id: int,
    tried: int,
    outcome: Outcome,
    now: int,
    pauses: Sequence[float],
    attempts: int | None = None,
) -> None:
    if tried > len(pauses):
        _mark(db, id, "failed", outcome, now)
    else:
        _mark(db, id, "again", outcome, now, due=now + int(pauses[tried - 1] * 1_000))
    if attempts is not None:
        db.execute("UPDATE mail_messages SET attempts = ? WHERE id = ?", [attempts, id])


def _mark(
    db: sqlite3.Connection, id: int, status: Status, outcome: Outcome, now: int, *, due: int | None = None
) -> None:
    db.execute(
        "UPDATE mail_messages SET status = ?, said = ?, answer = ?, changed = ?, due = ifnull(?, due) WHERE id = ?",
        [status, outcome.said, outcome.answer, now, due, id],
    )


def message(db: sqlite3.Connection, id: int) -> tuple[int, Letter, Address, str, str, int]:
    """All that is needed to send *id*: its mail, the letter, to whom, Reply-To, Message-ID and when it was written."""
    mail, address, name, message_id = db.execute(
        "SELECT mail, address, name, message_id FROM mail_messages WHERE id = ?", [id]
    ).fetchone()
    at, language, subject, html, text, reply_to = db.execute(
        "SELECT at, language, subject, html, text, reply_to FROM mails WHERE id = ?", [mail]
    ).fetchone()
    files = db.execute(
        "SELECT name, type, body FROM mail_files WHERE mail = ? ORDER BY place", [mail]
    ).fetchall()
    letter = Letter(language, subject, html, text, tuple(File(*file) for file in files))
    return mail, letter, Address(address, name), reply_to, message_id, at


# what people decide


def try_now(db: sqlite3.Connection, session: str, ids: Sequence[int], now: int) -> int:
    """Send again, at once, those of *ids* that failed, wait, were stopped, or may have been sent; how many."""
    theirs = _theirs(db, session, ids, ("failed", "again", "unsure", "stopped"))
    db.executemany(
        "UPDATE mail_messages SET status = 'waiting', attempts = 0, due = ?, changed = ? WHERE id = ?",
        [(now, now, id) for id in theirs],
    )
    return len(theirs)


def believe(db: sqlite3.Connection, session: str, ids: Sequence[int], now: int) -> int:
    """Somebody says that what may have been sent has come; how many."""
    theirs = _theirs(db, session, ids, ("unsure",))
    db.executemany(
        "UPDATE mail_messages SET status = 'sent', said = ?, changed = ? WHERE id = ?",
        [("mailing.said_believed", now, id) for id in theirs],
    )
    return len(theirs)


def stop(db: sqlite3.Connection, session: str, ids: Sequence[int], now: int) -> int:
    """Send nothing to those of *ids* that still wait; how many."""
    theirs = _theirs(db, session, ids, ("waiting", "again"))
    db.executemany(
        "UPDATE mail_messages SET status = 'stopped', said = '', answer = '', changed = ? WHERE id = ?",
        [(now, id) for id in theirs],
    )
    return len(theirs)


def _theirs(
    db: sqlite3.Connection, session: str, ids: Sequence[int], statuses: Sequence[Status]
) -> list[int]:
    """Those of *ids* that are messages of this session, stand so, and still have an address."""
    rows = db.execute(
        "SELECT id, status FROM mail_messages WHERE address <> ''"
        " AND mail IN (SELECT id FROM mails WHERE session = ?)",
        [session],
    )
    wanted = set(ids)
    return [id for id, status in rows if id in wanted and status in statuses]


# looking


def mails(db: sqlite3.Connection, session: str) -> list[dict[str, Any]]:
    """Every mail of a session, the newest first, with what became of each of its messages."""
    told: dict[int, dict[str, Any]] = {}
    for id, kind, at, subject in db.execute(
        "SELECT id, kind, at, subject FROM mails WHERE session = ? AND kind <> 'draft' ORDER BY id DESC",
        [session],
    ):
        told[id] = {"id": id, "kind": kind, "at": at, "subject": subject, "messages": []}
    for row in db.execute(
        "SELECT mail, id, address, name, status, attempts, due, changed, said, answer FROM mail_messages"
        " WHERE mail IN (SELECT id FROM mails WHERE session = ?) ORDER BY id",
        [session],
    ):
        keys = ("id", "address", "name", "status", "attempts", "due", "changed", "said", "answer")
        told[row[0]]["messages"].append(dict(zip(keys, row[1:], strict=True)))
    return list(told.values())


def had_it(db: sqlite3.Connection, session: str) -> set[str]:
    """The addresses, in their common spelling, to which the report of this session went or is under way."""
    rows = db.execute(
        "SELECT address FROM mail_messages WHERE status NOT IN ('failed', 'stopped') AND address <> ''"
        " AND mail IN (SELECT id FROM mails WHERE session = ? AND kind = 'report')",
        [session],
    )
    return {Address(address).same for (address,) in rows}


# erasing


def forget(db: sqlite3.Connection, now: int) -> int:
    """Erase the addresses and texts of mails that were done with 30 days ago; how many messages that were.

    Who asked for the report in a session goes with them: it was for this one report.
    """
    before = now - KEPT_MS
    forgotten = db.execute(
        "UPDATE mail_messages SET address = '', name = '', answer = '' WHERE address <> '' AND changed <= ?"
        " AND status NOT IN ('waiting', 'again', 'sending', 'handing')",
        [before],
    ).rowcount
    done = db.execute(
        "SELECT id, session, at, opted_in FROM mails WHERE kept = 1 AND at <= ?"
        " AND NOT EXISTS (SELECT 1 FROM mail_messages WHERE mail = mails.id AND address <> '')",
        [before],
    ).fetchall()
    db.executemany("DELETE FROM mail_files WHERE mail = ?", [(id,) for id, *_ in done])
    db.executemany(
        "UPDATE mails SET html = '', text = '', reply_to = '', kept = 0 WHERE id = ?",
        [(id,) for id, *_ in done],
    )
    db.executemany(
        "UPDATE events SET body = json_set(body, '$.address', '')"
        " WHERE session = ? AND type = 'page.mail_asked' AND at <= ?",
        [(session, at) for _, session, at, opted_in in done if opted_in],
    )
    return forgotten

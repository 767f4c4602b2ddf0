"""What is kept beside events, and that an erased session leaves nothing in the files of the database."""

import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from sessions import books
from sessions.agenda_messages import InfoEdited
from sessions.log import Birth, SqliteLog
from sessions.message import FACILITATOR, Record
from sessions.people import Entered, Join
from sessions.session_messages import Created, Info, Plan, Reopened, SessionClosed, Went
from tests.play import page

CODES = ("11111111", "22222222", "33333333")


@pytest.fixture
def log(tmp_path: Path) -> Iterator[SqliteLog]:
    log = SqliteLog(tmp_path / "data.sqlite")
    yield log
    with suppress(sqlite3.ProgrammingError):
        log.close()


def born(log: SqliteLog, code: str, *events: object, title: str = "Dike", at: int = 1_000) -> None:
    info = Info(title=title, language="nl", playbook="own")
    created = Created(info, Plan(Join(), [page()]))
    records = [Record(n, at + n, FACILITATOR, event) for n, event in enumerate((created, *events), 1)]
    log.append([Birth(code, "hash", at)], [(code, record) for record in records])


def in_files(log: SqliteLog, text: str) -> list[str]:
    """The files of the database that hold *text*, byte for byte."""
    files = log.path.parent.glob(f"{log.path.name}*")
    return sorted(file.name for file in files if text.encode() in file.read_bytes())


def mixed(log: SqliteLog, words: int = 400) -> None:
    """Two sessions whose events stand among each other, as when both are live."""
    for code in CODES[:2]:
        born(log, code)
    for n in range(2, words):
        for code in CODES[:2]:
            text = f"word-{code}-{n} " + "x" * (n % 50 * 100)
            log.append([], [(code, Record(n, n, "p1", Entered(text, "", "", "")))])


def test_an_erased_session_is_nowhere_in_the_files(log: SqliteLog):
    mixed(log)
    assert in_files(log, f"word-{CODES[0]}")
    log.write(lambda db: books.erase(db, CODES[0]))
    log.sweep()
    assert in_files(log, f"word-{CODES[0]}") == []
    assert in_files(log, CODES[0]) == []
    assert list(log.read(CODES[0])) == []
    assert len(list(log.read(CODES[1]))) == 399


def test_erasing_takes_along_every_row_of_whatever_table(log: SqliteLog):
    born(log, CODES[0])
    log.write(lambda db: books.add_companion(db, CODES[0], "observer", "Anne of somewhere", "hash-of-a-key"))
    log.write(lambda db: books.note_rehearsal(db, CODES[0], ""))
    log.write(lambda db: books.erase(db, CODES[0]))
    log.sweep()
    assert in_files(log, "Anne of somewhere") == []

    def rows(db: sqlite3.Connection) -> dict[str, int]:
        tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        of_session = [
            table
            for table in tables
            if "session" in {column[1] for column in db.execute(f"PRAGMA table_info({table})")}
        ]
        assert {"events", "companions", "rehearsals"} <= set(of_session)
        return {table: db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in of_session}  # noqa: S608

    assert set(log.look(rows).values()) == {0}


def test_erasing_is_no_sign_that_an_older_copy_was_put_back(log: SqliteLog):
    mixed(log, words=20)
    log.write(lambda db: books.erase(db, CODES[1]))
    log.sweep()
    epoch = log.epoch
    log.close()
    again = SqliteLog(log.path)
    assert again.epoch == epoch
    again.close()


def test_what_could_not_be_swept_while_somebody_read_is_swept_later(log: SqliteLog):
    mixed(log, words=40)
    reader = sqlite3.connect(log.path)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM events").fetchone()
    log._writer.execute("PRAGMA busy_timeout = 50")
    log.write(lambda db: books.erase(db, CODES[0]))
    log.sweep()
    reader.close()
    assert log.look(lambda db: db.execute("SELECT 1 FROM meta WHERE name = 'sweep'").fetchone())
    log.close()
    assert in_files(log, f"word-{CODES[0]}") == []
    again = SqliteLog(log.path)
    assert not again.look(lambda db: db.execute("SELECT 1 FROM meta WHERE name = 'sweep'").fetchone())
    again.close()


def test_a_link_is_found_by_its_hash_also_when_it_is_switched_off(log: SqliteLog):
    born(log, CODES[0])
    made = log.write(lambda db: books.add_companion(db, CODES[0], "facilitator", "Bo", "h1"))
    assert made is not None
    log.write(lambda db: books.switch_companion(db, CODES[0], made.id, on=False))
    found = log.look(lambda db: books.companion_of(db, CODES[0], "h1"))
    assert found is not None
    assert (found.kind, found.name, found.on) == ("facilitator", "Bo", False)
    assert log.look(lambda db: books.companion_of(db, CODES[1], "h1")) is None
    log.write(lambda db: books.remove_companion(db, CODES[0], made.id))
    assert log.look(lambda db: books.companions(db, CODES[0])) == []


def test_a_session_has_a_limited_number_of_links(log: SqliteLog):
    born(log, CODES[0])

    def add(n: int) -> books.Companion | None:
        return log.write(lambda db: books.add_companion(db, CODES[0], "observer", "", f"h{n}"))

    made = [add(n) for n in range(books.MOST_COMPANIONS + 1)]
    assert [one is None for one in made] == [False] * books.MOST_COMPANIONS + [True]


def test_the_list_tells_of_every_session_the_last_changed_first(log: SqliteLog):
    born(log, CODES[0], title="Oud", at=1_000)
    born(log, CODES[1], Went("welcome"), SessionClosed(), title="Dicht", at=3_000)
    born(log, CODES[2], Went("welcome"), SessionClosed(), Reopened(), title="Weer open", at=2_000)
    log.write(lambda db: books.note_rehearsal(db, CODES[2], CODES[0]))
    found, all = log.look(books.listed)
    assert all == 3
    assert [(one.title, one.state, one.events, one.rehearsal) for one in found] == [
        ("Dicht", "closed", 3, False),
        ("Weer open", "live", 4, True),
        ("Oud", "lobby", 1, False),
    ]
    edited = InfoEdited("Toch anders", "nl", "2027-01-31", "", "", "", names=False)
    log.append([], [(CODES[0], Record(2, 1_001, FACILITATOR, edited))])
    assert [(one.title, one.date) for one in log.look(lambda db: books.listed(db, "anders"))[0]] == [
        ("Toch anders", "2027-01-31")
    ]
    assert all_titles(log, "DICHT") == ["Dicht"]
    assert all_titles(log, "2222") == ["Dicht"]
    assert log.look(lambda db: books.listed(db, skip=2))[0][0].title == "Toch anders"
    assert log.look(lambda db: books.rehearsals_of(db, CODES[0])) == [CODES[2]]


def all_titles(log: SqliteLog, search: str) -> list[str]:
    return [one.title for one in log.look(lambda db: books.listed(db, search))[0]]


def test_erasing_follows_what_points_at_what_belongs_to_a_session(log: SqliteLog):
    born(log, CODES[0])
    born(log, CODES[1])

    def letters(db: sqlite3.Connection) -> None:
        db.execute("CREATE TABLE letters (id INTEGER PRIMARY KEY, session TEXT REFERENCES sessions (code))")
        db.execute("CREATE TABLE stamps (letter INTEGER REFERENCES letters (id), name TEXT)")
        for n, code in enumerate(CODES[:2]):
            db.execute("INSERT INTO letters VALUES (?, ?)", [n, code])
            db.execute("INSERT INTO stamps VALUES (?, ?)", [n, f"stamp of {code}"])

    log.write(letters)
    log.write(lambda db: books.erase(db, CODES[0]))
    log.sweep()
    assert log.look(lambda db: db.execute("SELECT name FROM stamps").fetchall()) == [
        (f"stamp of {CODES[1]}",)
    ]
    assert in_files(log, f"stamp of {CODES[0]}") == []

"""The event log: what is stored is stored whole, durably and in order, or not at all."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from sessions.log import Birth, SqliteLog, StorageFailed
from sessions.message import Record
from sessions.people import Entered
from tests.play import AN, CODE, canvas, page, play, rating, read_recording, write_recording

OTHER_CODE = "11112222"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log.sqlite"


@pytest.fixture
def log(path: Path) -> Iterator[SqliteLog]:
    log = SqliteLog(path)
    yield log
    log.close()


def born(log: SqliteLog, code: str = CODE) -> list[Record]:
    """The log with one session in it; its first record."""
    first = play(page()).log
    log.append([Birth(code, "hash", 1)], [(code, record) for record in first])
    return first


def entered(seq: int, *, command: str | None = None, name: str = "An") -> Record:
    return Record(seq, 1_000 + seq, AN, Entered(name, "Rijk", "", ""), command)


# storing


def test_what_was_appended_is_read_back_in_order(log):
    story = play(page(), canvas(blind=True), rating()).enters(AN, name='An "de" Vrïes 🌊').adds(AN, "c1")
    story.rates(AN, "i1", "none", remark="a\nb").does(
        AN, "canvas.move_card", step="ideas", card="c1", box="right"
    )
    log.append([Birth(CODE, "hash", 1)], [(CODE, record) for record in story.log])
    assert list(log.read(CODE)) == story.log


def test_a_session_that_was_never_made_has_no_records_and_no_key(log):
    born(log)
    assert list(log.read("99999999")) == []
    assert log.key_hash("99999999") is None
    assert log.key_hash(CODE) == "hash"


def test_sessions_do_not_mix(log):
    born(log)
    born(log, OTHER_CODE)
    log.append([], [(CODE, entered(2, name="An")), (OTHER_CODE, entered(2, name="Bo"))])
    assert [record.event for record in log.read(OTHER_CODE)][1].name == "Bo"


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param((CODE, entered(2)), id="a seq that is taken"),
        pytest.param((CODE, entered(4, command="command-of-sixteen")), id="a command that was there"),
        pytest.param(("99999999", entered(1)), id="a session that does not exist"),
    ],
)
def test_one_bad_line_and_nothing_of_the_batch_is_stored(log, bad):
    born(log)
    log.append([], [(CODE, entered(2, command="command-of-sixteen"))])
    before = list(log.read(CODE))
    with pytest.raises(StorageFailed):
        log.append([Birth(OTHER_CODE, "hash", 2)], [(CODE, entered(3)), bad])
    assert list(log.read(CODE)) == before
    assert log.key_hash(OTHER_CODE) is None
    log.append([], [(CODE, entered(3))])
    assert len(list(log.read(CODE))) == 3


def test_a_full_disk_stores_nothing_and_says_so_until_there_is_room(log):
    born(log)
    pages = log._writer.execute("PRAGMA page_count").fetchone()[0]
    log._writer.execute(f"PRAGMA max_page_count = {pages}")
    long = [(CODE, entered(seq, name="x" * 60)) for seq in range(2, 2_000)]
    with pytest.raises(StorageFailed, match="full"):
        log.append([], long)
    assert len(list(log.read(CODE))) == 1
    log._writer.execute("PRAGMA max_page_count = 1000000")
    log.append([], long)
    assert [record.seq for record in log.read(CODE)] == list(range(1, 2_000))


def test_a_reader_sees_one_moment_however_long_it_reads(log):
    born(log)
    log.append([], [(CODE, entered(seq)) for seq in range(2, 500)])
    reading = log.read(CODE)
    first = next(reading)
    log.append([], [(CODE, entered(500))])
    assert len([first, *reading]) == 499


def test_what_is_no_event_is_written_whole_or_not_at_all(log):
    born(log)
    assert log.write(lambda db: db.execute("UPDATE sessions SET key_hash = 'other'").rowcount) == 1
    assert log.look(lambda db: db.execute("SELECT key_hash FROM sessions").fetchone()) == ("other",)

    def half(db: sqlite3.Connection) -> None:
        db.execute("UPDATE sessions SET key_hash = 'third'")
        raise KeyError("half")

    with pytest.raises(KeyError):
        log.write(half)
    with pytest.raises(StorageFailed):
        log.write(lambda db: db.execute("INSERT INTO sessions (code) VALUES (NULL)"))
    with pytest.raises(sqlite3.Error):
        log.look(lambda db: db.execute("UPDATE sessions SET key_hash = 'fourth'"))
    assert log.key_hash(CODE) == "other"


# durability


def test_the_file_is_set_up_so_that_a_power_cut_loses_nothing(log):
    def pragma(name: str) -> object:
        return log._writer.execute(f"PRAGMA {name}").fetchone()[0]

    full = 2
    assert (pragma("journal_mode"), pragma("synchronous")) == ("wal", full)
    assert (pragma("foreign_keys"), pragma("secure_delete")) == (1, 1)


def test_a_column_takes_only_its_own_type(log, path):
    born(log)
    with closing(sqlite3.connect(path)) as db:
        strict = dict(
            db.execute("SELECT name, strict FROM pragma_table_list WHERE schema = 'main'").fetchall()
        )
        assert (strict["meta"], strict["sessions"], strict["events"]) == (1, 1, 1)
        with pytest.raises(sqlite3.IntegrityError):
            db.execute("UPDATE events SET seq = 'one'")


def test_what_was_appended_survives_a_process_that_never_closes(log, path, tmp_path):
    born(log)
    for ending in ("", "-wal"):
        shutil.copy(f"{path}{ending}", f"{tmp_path}/copy.sqlite{ending}")
    copy = SqliteLog(tmp_path / "copy.sqlite")
    assert len(list(copy.read(CODE))) == 1
    copy.close()


def test_closing_brings_everything_into_the_one_file(path, tmp_path):
    log = SqliteLog(path)
    born(log)
    log.close()
    copy = SqliteLog(shutil.copy(path, tmp_path / "copy.sqlite"))
    assert len(list(copy.read(CODE))) == 1
    copy.close()


# migrations and epochs


def test_opening_again_changes_nothing(path):
    def dump() -> list[str]:
        with closing(sqlite3.connect(path)) as db:
            return list(db.iterdump())

    first = SqliteLog(path)
    born(first)
    first.close()
    before = dump()
    again = SqliteLog(path)
    assert again.epoch == first.epoch
    again.close()
    assert dump() == before


def test_every_new_database_has_an_epoch_of_its_own(log, tmp_path):
    other = SqliteLog(tmp_path / "other.sqlite")
    assert other.epoch != log.epoch
    other.close()


def test_what_is_no_database_cannot_be_opened(path):
    path.write_text("This is a shopping list. " * 1_000)
    with pytest.raises(sqlite3.DatabaseError):
        SqliteLog(path)


# recordings


def test_an_exported_log_reads_back_as_it_was(tmp_path):
    story = play(page(), canvas(), rating()).enters(AN, name="An\u2028Ø").adds(AN, "c1").rates(AN, "i1", 3)
    write_recording(tmp_path / "story.jsonl", story.log)
    assert read_recording(tmp_path / "story.jsonl") == story.log

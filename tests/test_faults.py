"""Nothing that somebody wrote is lost when lines are bad and the server is killed: the fault runner in short.

The long form is a command, ``uv run python -m tests.faults --runs 100 --seconds 20``.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.faults.run import run


def test_nothing_is_lost_on_bad_lines_and_a_server_that_is_killed(tmp_path: Path):
    outcome = run(20260, tmp_path / "data", seconds=5, people=8, pace=0.4, calm=1.0)
    assert outcome.good, outcome
    assert outcome.kills
    assert outcome.cuts
    assert outcome.acknowledged == outcome.commands > 20


def test_the_fault_runner_notices_what_is_lost(tmp_path: Path):
    def spoil(database: Path) -> None:
        with closing(sqlite3.connect(database)) as db, db:
            canvas = "SELECT max(seq) FROM events WHERE command IS NOT NULL AND type LIKE 'canvas.%'"
            [last] = db.execute(canvas).fetchone()
            db.execute("DELETE FROM events WHERE seq = ?", [last])
            # Close the hole: the log must look whole, whatever was written after it.
            for (seq,) in db.execute("SELECT seq FROM events WHERE seq > ? ORDER BY seq", [last]).fetchall():
                db.execute("UPDATE events SET seq = ? WHERE seq = ?", [seq - 1, seq])

    outcome = run(1, tmp_path / "data", seconds=1, people=3, pace=0.2, calm=1.0, meddle=spoil)
    assert len(outcome.lost) == 1
    assert outcome.wrong

"""Recordings: whole sessions, each with the report it must give.

``uv run python -m tests.recordings`` makes the reports anew, for when they are meant to change: read the difference.
In ``played/`` are the reports of the playbooks and options as our players (``tests/players.py``) play them; beside this
file are exported logs, of today and of earlier versions, that must always give their report.  A bug report can be added
by hand: NAME.jsonl from ``/s/CODE/events.jsonl`` and NAME.md with the report it should give.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from sessions.message import read_line
from sessions.session import Session

FOLDER = Path(__file__).parent
PLAYED = FOLDER / "played"
FORMS = FOLDER / "forms"
CODE = "48271503"
PLAN_AS_DATA = "risicodialoog/nl"
AS_DATA = PLAYED / "risicodialoog.nl.json"
"""The report of one plan as data."""


def recordings() -> Iterator[Path]:
    """The recorded logs."""
    yield from sorted(FOLDER.glob("*.jsonl"))


def session_of(recording: Path) -> Session:
    """The session that a recorded log tells of."""
    lines = recording.read_text("utf-8").splitlines()
    return Session.of(CODE, [read_line(json.loads(line)) for line in lines])


def golden(plan: str) -> Path:
    """Where the report of a played plan is kept; *plan* is the name of an option, or playbook/language."""
    return PLAYED / f"{_named(plan)}.md"


def golden_form(plan: str, form: str) -> Path:
    """Where the web page (html) of a played plan is kept, or what there is in its document (docx), see tests/shape.py."""
    return FORMS / f"{_named(plan)}.{form}{'.txt' if form == 'docx' else ''}"


def _named(plan: str) -> str:
    return plan.replace("/", ".").replace(" ", "-").replace(",", "")

"""Recordings: exported logs of whole sessions, each with the report it must give.

``uv run python -m tests.recordings`` makes them anew, for when the report is meant to change: read the difference.
A bug report can be added by hand: NAME.jsonl from ``/s/CODE/events.jsonl`` and NAME.md with the report it should give.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from sessions.message import read_line
from sessions.session import Session

FOLDER = Path(__file__).parent
CODE = "48271503"


def recordings() -> Iterator[Path]:
    """The recorded logs."""
    yield from sorted(FOLDER.glob("*.jsonl"))


def session_of(recording: Path) -> Session:
    """The session that a recorded log tells of."""
    lines = recording.read_text("utf-8").splitlines()
    return Session.of(CODE, [read_line(json.loads(line)) for line in lines])

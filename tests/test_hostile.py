"""Hostile input hurts nobody: the attack in short.  Long: ``uv run python -m tests.faults.hostile --seconds 30``."""

import io
from pathlib import Path
from typing import Any

from sessions.web.runner import WholeBodies
from tests.faults.hostile import attack

MEGABYTE = 1 << 20


def test_strangers_who_do_everything_wrong_hurt_nobody(tmp_path: Path):
    outcome = attack(tmp_path / "data", seconds=5, half_open=300, good=4)
    assert outcome.good, outcome
    assert min(outcome.inputs.values()) > 0
    assert len(outcome.inputs) == 8
    assert outcome.memory_most - outcome.memory_before < 150 * MEGABYTE


def answered(body: bytes, length: int) -> tuple[str, bytes]:
    """The status and what an app that gives back its body answers to a request of that length."""
    heard: list[str] = []

    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response("200 OK", [])
        return [environ["wsgi.input"].read()]

    environ = {"CONTENT_LENGTH": str(length), "wsgi.input": io.BytesIO(body)}
    [answer] = WholeBodies(app)(environ, lambda status, headers: heard.append(status))
    return heard[0], answer


def test_half_a_form_costs_no_page():
    assert answered(b"whole", 5) == ("200 OK", b"whole")
    assert answered(b"half", 5) == ("400 Bad Request", b"incomplete")
    assert answered(b"", 0) == ("200 OK", b"")

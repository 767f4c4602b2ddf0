"""Hostile input hurts nobody: the attack in short.  Long: ``uv run python -m tests.faults.hostile --seconds 30``."""

from pathlib import Path

from tests.faults.hostile import attack

MEGABYTE = 1 << 20


def test_strangers_who_do_everything_wrong_hurt_nobody(tmp_path: Path):
    outcome = attack(tmp_path / "data", seconds=5, half_open=300, good=4)
    assert outcome.good, outcome
    assert min(outcome.inputs.values()) > 0
    assert len(outcome.inputs) == 8
    assert outcome.memory_most - outcome.memory_before < 150 * MEGABYTE

"""The simulation in short: stories of seeds that once failed and of some others, and the product broken on purpose.

The long form is a command, ``uv run python -m tests.faults.simulate --seeds 1000``.
"""

import os
import subprocess
import sys

from tests.faults.mutants import BROWSER, SERVER
from tests.faults.simulate import kept_seeds
from tests.running import ROOT

SEEDS = 4


def simulated(*arguments: str) -> str:
    # In a process of its own, in which sets always have the same order.
    told = subprocess.run(
        [sys.executable, "-m", "tests.faults.simulate", *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "0"},
        capture_output=True,
        text=True,
    )
    assert told.returncode == 0, told.stdout + told.stderr
    return told.stdout


def test_every_story_ends_well():
    told = simulated("--seeds", str(SEEDS), "--kept", "--jobs", "1")
    assert f"{len(kept_seeds()) + SEEDS} seeds" in told
    assert "all good" in told


def test_a_product_that_breaks_its_promise_is_found_out():
    told = simulated("--mutants").splitlines()
    assert len(told) == len(SERVER) + len(BROWSER)
    assert not [line for line in told if "NOT FOUND" in line]


def test_a_seed_tells_the_same_story_again():
    first, again = (simulated("--seeds", "1", "--first", "7", "--jobs", "1") for _ in range(2))
    assert first.splitlines()[1] == again.splitlines()[1]

"""The fault runner as a command: ``uv run python -m tests.faults --runs 100 --seconds 20``.

Exit code 1 when anything was lost, doubled, refused or wrong; the seeds of those runs are printed.
"""

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests.faults.run import Outcome, run

SHOWN = 5
"""This many of each kind of problem are printed per run."""


def main(arguments: Sequence[str]) -> int:
    """Run, print, and give back the exit code."""
    options = _options().parse_args(arguments)
    first = options.seed if options.seed is not None else random.SystemRandom().randrange(1_000_000)
    outcomes = []
    started = time.monotonic()
    for seed in range(first, first + options.runs):
        with tempfile.TemporaryDirectory() as folder:
            outcome = run(seed, Path(folder) / "data", seconds=options.seconds, people=options.people)
        outcomes.append(outcome)
        _say(_line(outcome))
        for kind in ("lost", "doubled", "refused", "wrong"):
            for problem in getattr(outcome, kind)[:SHOWN]:
                _say(f"    {kind}: {problem}")
    _say(_totals(outcomes, time.monotonic() - started))
    bad = [str(outcome.seed) for outcome in outcomes if not outcome.good]
    _say(
        f"Seeds {first} to {first + options.runs - 1}; "
        + (f"failed: {', '.join(bad)}" if bad else "all good")
    )
    return 1 if bad else 0


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=20, help="how long each run is bad")
    parser.add_argument(
        "--people", type=int, default=20, help="participants, beside a facilitator and a screen"
    )
    parser.add_argument("--seed", type=int, help="of the first run; each next run has the next")
    return parser


def _line(outcome: Outcome) -> str:
    return (
        f"seed {outcome.seed}: {outcome.kills} kills, {outcome.cuts} cuts, {outcome.faults['crashes']} crashes; "
        f"{outcome.commands} commands, {outcome.acknowledged} acknowledged, {len(outcome.lost)} lost, "
        f"{len(outcome.doubled)} doubled, {len(outcome.refused)} refused, {len(outcome.wrong)} wrong"
    )


def _totals(outcomes: Sequence[Outcome], took: float) -> str:
    faults: Counter[str] = sum((outcome.faults for outcome in outcomes), Counter())
    rows = {
        "runs": len(outcomes),
        "minutes": round(took / 60, 1),
        "kill -9 of the server": sum(outcome.kills for outcome in outcomes),
        "connections cut": sum(outcome.cuts for outcome in outcomes),
        "pages crashed and reloaded": faults["crashes"],
        "whole room cut off": faults["blackouts"],
        "stalls": faults["stall"] + faults["halfStall"],
        "connections refused": faults["refused"],
        "connections doubled": faults["doubled"],
        "commands written": sum(outcome.commands for outcome in outcomes),
        "commands acknowledged": sum(outcome.acknowledged for outcome in outcomes),
        "events in the logs": sum(outcome.events for outcome in outcomes),
        "lost": sum(len(outcome.lost) for outcome in outcomes),
        "doubled": sum(len(outcome.doubled) for outcome in outcomes),
        "wrongly refused": sum(len(outcome.refused) for outcome in outcomes),
        "otherwise wrong": sum(len(outcome.wrong) for outcome in outcomes),
    }
    width = max(map(len, rows))
    return "\n".join(f"{name:<{width}}  {number}" for name, number in rows.items())


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

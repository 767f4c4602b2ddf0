"""The simulation as a command: ``uv run python -m tests.faults.simulate --seeds 1000``.

Every seed is a story of its own: who writes what, which messages are late, doubled or lost, when phones and server
crash, when the disk is full.  Seeds that once failed are kept in ``seeds.txt`` and told again by the tests.  With
``--mutants`` the product is broken on purpose in one way after the other, and every one of them must be found.
"""

import argparse
import json
import logging
import multiprocessing
import os
import subprocess
import sys
import time
import traceback
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.faults.core import Complaints, Core
from tests.faults.mutants import BROWSER, SERVER, Replacement, mutated
from tests.faults.run import HERE, node

KEPT = HERE / "seeds.txt"
SEEDS_A_JOB = 20
MOST_SEEDS_FOR_A_MUTANT = 60
SHOWN = 5

Story = dict[str, Any]


@dataclass
class Told:
    """What came of a number of seeds; ``failed`` says what was wrong with which."""

    seeds: int = 0
    commands: int = 0
    acknowledged: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    failed: dict[int, list[str]] = field(default_factory=dict)

    def add(self, story: Story) -> None:
        """One more story."""
        self.seeds += 1
        self.commands += story["commands"]
        self.acknowledged += story["acknowledged"]
        self.counts.update(story["counts"])
        if story["problems"]:
            self.failed[story["done"]] = story["problems"]


def simulate(seeds: Sequence[int], mutant: str | None = None) -> Generator[Story, None, None]:
    """Tell the stories of these seeds; each with its problems and counts."""
    complaints = Complaints()
    left = list(seeds)
    with _alone(complaints), mutated(mutant) as spoilt:
        while left:
            for story in _tell(left, complaints, spoilt):
                left.remove(story["done"])
                yield story


def _tell(seeds: Sequence[int], complaints: Complaints, spoilt: Sequence[Replacement]) -> Iterator[Story]:
    """The same, up to the first story in which the core itself breaks down."""
    process = subprocess.Popen(
        [node(), str(HERE / "simulation.mjs"), json.dumps({"seeds": seeds, "spoilt": spoilt})],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdin
    assert process.stdout
    core = Core(complaints)
    seed = seeds[0]
    try:
        for line in process.stdout:
            asked = json.loads(line)
            if "done" in asked:
                yield asked
                continue
            seed = asked.get("with", {}).get("seed", seed)
            try:
                answer = core.answer(asked)
            except Exception:  # noqa: BLE001 - it is shown, with the seed
                yield _broken_down(seed, traceback.format_exc())
                return
            process.stdin.write(json.dumps(answer).encode() + b"\n")
            process.stdin.flush()
        if process.wait() != 0:
            raise RuntimeError(f"the simulation ended before its time, at seed {seed}")
    finally:
        process.kill()
        process.communicate()


def _broken_down(seed: int, problem: str) -> Story:
    return {"done": seed, "problems": [problem], "counts": {}, "commands": 0, "acknowledged": 0}


@contextmanager
def _alone(complaints: Complaints) -> Iterator[None]:
    """Nobody but us hears what the server logs."""
    root = logging.getLogger()
    before = root.handlers, root.level
    root.handlers, root.level = [complaints], logging.ERROR
    try:
        yield
    finally:
        root.handlers, root.level = before


def kept_seeds() -> list[int]:
    """The seeds that once failed."""
    lines = (line.split("#")[0].strip() for line in KEPT.read_text().splitlines())
    return [int(line) for line in lines if line]


def _job(seeds: Sequence[int]) -> list[Story]:
    return list(simulate(seeds))


def _tell_many(seeds: Sequence[int], jobs: int) -> Told:
    told = Told()
    parts = [seeds[at : at + SEEDS_A_JOB] for at in range(0, len(seeds), SEEDS_A_JOB)]
    # Each part in a process of its own: what a story leaves behind goes with it.
    with multiprocessing.get_context("spawn").Pool(jobs, maxtasksperchild=1) as pool:
        for stories in pool.imap(_job, parts):
            for story in stories:
                told.add(story)
                if story["problems"]:
                    _say(f"seed {story['done']}:")
                    for problem in story["problems"][:SHOWN]:
                        _say(f"    {problem}")
    return told


def find_mutants() -> dict[str, tuple[int, str] | None]:
    """Every mutant with the first seed that finds it and what it finds; None when none of many does."""
    found: dict[str, tuple[int, str] | None] = {}
    for name in (*SERVER, *BROWSER):
        stories = simulate(range(MOST_SEEDS_FOR_A_MUTANT), name)
        found[name] = next(
            ((story["done"], story["problems"][0]) for story in stories if story["problems"]), None
        )
        stories.close()
        _say(f"{name:<34}  {_one_line(found[name])}")
    return found


def _one_line(found: tuple[int, str] | None) -> str:
    if found is None:
        return "NOT FOUND"
    seed, problem = found
    return f"seed {seed}: {problem.strip().splitlines()[-1][:100]}"


def main(arguments: Sequence[str]) -> int:
    """Tell the stories, print what was wrong and the totals; the exit code."""
    options = _options().parse_args(arguments)
    if options.mutants:
        return 0 if all(find_mutants().values()) else 1
    seeds = kept_seeds() if options.kept else []
    seeds += range(options.first, options.first + options.seeds)
    started = time.monotonic()
    told = _tell_many(seeds, options.jobs)
    took = time.monotonic() - started
    _say(
        f"{told.seeds} seeds in {took:.0f} s ({told.seeds / took * 60:.0f} a minute): "
        f"{told.commands} commands, {told.acknowledged} acknowledged"
    )
    _say(", ".join(f"{number} {kind}" for kind, number in sorted(told.counts.items())))
    failed = " ".join(map(str, told.failed))
    _say(f"{len(told.failed)} failed: {failed}" if failed else "all good")
    return 1 if told.failed else 0


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.simulate", description=__doc__)
    parser.add_argument("--seeds", type=int, default=1_000, help="how many")
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--kept", action="store_true", help="the seeds that once failed, as well")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="how many at the same time")
    parser.add_argument("--mutants", action="store_true", help="break the product on purpose, and find that")
    return parser


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    if os.environ.get("PYTHONHASHSEED") != "0":
        # The order of sets must not depend on the process, or a seed would not tell the same story again.
        again = [sys.executable, "-m", "tests.faults.simulate", *sys.argv[1:]]
        sys.exit(subprocess.call(again, env={**os.environ, "PYTHONHASHSEED": "0"}))
    sys.exit(main(sys.argv[1:]))

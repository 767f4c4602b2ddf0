"""The benchmark: ``uv run python -m tests.load``, or with ``--short`` to see in minutes whether all is well.

Everything runs on this computer, the server on one core and the phones on another, ours and the reference in turn.
Each figure is the median of the runs.  ``waits`` is the share of the time in which one of the two had to wait for its
core, ``disk`` the longest that the disk needed to keep a small file: above a tenth, or 100 ms, the figure says
something about this computer, not about the server.
"""

import argparse
import platform
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.load.people import CANVAS, ROUND
from tests.load.readers import Readers
from tests.load.rig import Kind, Measured, Room

KINDS: tuple[Kind, Kind] = ("reference", "ours")

MOST_MS = 250
STEP_UP = 1.4
CLOSE_ENOUGH = 1.08
MOST_TRIES = 3
"""A run that failed while something else used the cores or the disk is done again, so often."""
FIRST_RATE = {"reference": 40_000, "ours": 700_000}
"""Where the search for the most cards a second begins, divided by the number of phones."""


@dataclass
class Line:
    """One line of the table; *values* come in one by one, run after run."""

    what: str
    unit: str
    goal: str = ""
    digits: int = 0
    values: dict[Kind, list[float]] = field(default_factory=lambda: {"reference": [], "ours": []})
    runs: list[Measured] = field(default_factory=list)

    def add(self, kind: Kind, value: float, *runs: Measured) -> None:
        """One more value of *kind*."""
        self.values[kind].append(value)
        self.runs += runs

    def cells(self) -> list[str]:
        """What the table shows."""
        medians = {kind: statistics.median(values) for kind, values in self.values.items() if values}
        shown = [f"{medians[kind]:,.{self.digits}f} {self.unit}" if kind in medians else "" for kind in KINDS]
        both = len(medians) == 2 and medians["reference"]
        ratio = f"{medians['ours'] / medians['reference']:.2f}" if both else ""
        waits = f"{max(run.waits for run in self.runs):.0%}"
        disk = f"{max(run.disk for run in self.runs) * 1_000:.0f} ms"
        disturbed = "!" if any(run.disturbed for run in self.runs) else ""
        return [self.what, *shown, ratio, self.goal, waits, disk, disturbed]


@dataclass(frozen=True)
class Bench:
    """How thorough this time."""

    runs: int
    seconds: float
    cards: int
    """in the session whose report is asked for"""
    folder: Path

    def room(self, kind: Kind) -> Room:
        """A fresh server."""
        return Room(kind, self.folder / kind)

    def in_turn(self) -> Iterator[Kind]:
        """Ours and the reference, interleaved, so that a slow minute strikes both."""
        for _ in range(self.runs):
            yield from KINDS


def most_cards(bench: Bench, phones: int) -> Iterator[Line]:
    """The most cards a second at which all is delivered and acknowledged within MOST_MS (99 of 100)."""
    goal = {500: "20", 1_000: "25"}.get(phones, "")
    line = Line(f"most cards/s, {phones} phones, p99 < {MOST_MS} ms", "/s", goal and f"ratio >= {goal}")
    for kind in bench.in_turn():
        with bench.room(kind) as room:
            rate, runs = _most(room, phones, bench.seconds)
            line.add(kind, rate, *runs)
    yield line


def _most(room: Room, phones: int, seconds: float) -> tuple[float, list[Measured]]:
    runs: list[Measured] = []

    def carries(rate: float) -> bool:
        for _ in range(MOST_TRIES):
            room.open(CANVAS)
            room.join(phones)
            run = room.contribute(rate, seconds)
            say(
                f"  {room.kind}, {phones} phones, {rate:.0f}/s: p99 {run.p99:.0f} ms,"
                f" waits {run.waits:.0%}, disk {run.disk * 1_000:.0f} ms"
            )
            runs.append(run)
            if run.whole and run.p99 < MOST_MS:
                return True
            if not run.disturbed:
                break
        return False

    rate = FIRST_RATE[room.kind] / phones
    low, high = 0.0, 0.0
    while not high:
        if carries(rate):
            low, rate = rate, rate * STEP_UP
        elif low:
            high = rate
        elif rate < 2:
            return 0.0, runs
        else:
            high, low = 0.0, 0.0
            rate /= STEP_UP**2
    while high / low > CLOSE_ENOUGH:
        middle = (low * high) ** 0.5
        low, high = (middle, high) if carries(middle) else (low, middle)
    return low, runs


def processor(bench: Bench) -> Iterator[Line]:
    """What delivering one card to one phone costs the server."""
    line = Line("processor per delivered card, 200 phones, 100 cards/s", "µs", "ratio <= 0.25", digits=1)
    late = Line("… its p99", "ms")
    for kind in bench.in_turn():
        with bench.room(kind) as room:
            room.open(CANVAS)
            room.join(200)
            run = room.contribute(100, bench.seconds)
            line.add(kind, run.server.running * 1e6 / (run["sent"] * 200), run)
            late.add(kind, run.p99, run)
    yield from (line, late)


def joining(bench: Bench) -> Iterator[Line]:
    """A thousand phones at once: ours into a session with 500 cards, the reference into an empty room."""
    line = Line("1,000 phones at once (ours: 500 cards there)", "ms", "ratio <= 1.3")
    cost = Line("… processor for each", "µs")
    inside = Line("… of whom got in", "", "1,000")
    for kind in bench.in_turn():
        with bench.room(kind) as room:
            room.open(CANVAS)
            if kind == "ours":
                fill(room, 500)
            run = room.join(1_000)
            line.add(kind, run["ms"], run)
            cost.add(kind, run.server.running * 1e6 / 1_000, run)
            inside.add(kind, run["in"], run)
    yield from (line, cost, inside)


def fill(room: Room, cards: int) -> None:
    """Put cards on the canvas, by phones that leave again."""
    room.join(50, enters=False)
    assert room.contribute(200, cards / 200).whole
    room.reopen()


def memory(bench: Bench) -> Iterator[Line]:
    """What a phone that is just there costs."""
    line = Line("memory per connected phone", "kB", "ratio <= 1", digits=1)
    for kind in bench.in_turn():
        with bench.room(kind) as room:
            room.open(CANVAS)
            # What the server keeps once and for all is not for any phone.
            room.join(50)
            room.open(CANVAS)
            before = room.server.memory
            run = room.join(500)
            line.add(kind, (room.server.memory - before) / 500 / 1_024, run)
    yield line


def ratings(bench: Bench) -> Iterator[Line]:
    """A hidden round in which everybody rates."""
    late = Line("500 ratings/s, 500 phones, hidden: ack p99", "ms", "< 150")
    load = Line("… processor", "%")
    told = Line("… messages to each phone a second, own scores included", "/s", digits=1)
    for _ in range(bench.runs):
        with bench.room("ours") as room:
            room.open(ROUND)
            room.join(500)
            run = room.contribute(500, bench.seconds * 2, kind="ratings")
            assert run.whole, run.answer
            late.add("ours", run.p99, run)
            load.add("ours", run.load * 100, run)
            told.add("ours", run["frames"] / 500 / run.seconds, run)
    yield from (late, load, told)


def curve(bench: Bench) -> Iterator[Line]:
    """The cost grows with phones times ticks, not with phones times cards."""
    for phones in (100, 200, 500, 1_000):
        yield from _load(bench, phones, 100, KINDS if phones <= 500 else ("ours",))
    for rate in (25, 400, 800):
        yield from _load(bench, 500, rate, ("ours",))


def _load(bench: Bench, phones: int, rate: float, kinds: Sequence[Kind]) -> Iterator[Line]:
    load = Line(f"server's core, {phones} phones, {rate} cards/s", "%")
    late = Line("… p99", "ms")
    for kind in kinds:
        with bench.room(kind) as room:
            room.open(CANVAS)
            room.join(phones)
            run = room.contribute(rate, bench.seconds)
            load.add(kind, run.load * 100, run)
            late.add(kind, run.p99, run)
    yield from (load, late)


def full_canvas(bench: Bench) -> Iterator[Line]:
    """What the cards that are there already add to the cost of one more."""
    for cards in (100, 1_000, 3_000):
        cost = Line(f"processor per card, {cards} cards there, 100 phones, 100 cards/s", "µs")
        late = Line("… p99", "ms")
        with bench.room("ours") as room:
            room.open(CANVAS)
            fill(room, cards)
            room.join(100)
            run = room.contribute(100, bench.seconds)
            cost.add("ours", run.server.running * 1e6 / run["sent"], run)
            late.add("ours", run.p99, run)
        yield from (cost, late)


def report(bench: Bench) -> Iterator[Line]:
    """A big report is asked for in every form, again and again, while phones rate elsewhere and write in that session."""
    with bench.room("ours") as room:
        room.open(CANVAS)
        fill(room, bench.cards)
        code = room.code
        # A few cards only, so that the session stays the size it has.
        there = _asked(bench, room, code, 25, "cards")
        room.open(ROUND)
        elsewhere = _asked(bench, room, code, 100, "ratings")
    yield from (*elsewhere, *there)


def _asked(bench: Bench, room: Room, code: str, rate: float, kind: str) -> list[Line]:
    """Without and with people who ask for the report of *code*."""
    what = f"{rate} {kind}/s, 100 phones, beside a report of {bench.cards:,} cards"
    quiet = Line(f"{what}, not asked for: p99", "ms")
    busy = Line("… asked for all the time: p99", "ms", f"< {MOST_MS}")
    made = Line("… the slowest of these reports", "s", digits=1)
    room.join(100)
    for _ in range(bench.runs):
        for line in (quiet, busy):
            with Readers(room.server, code, many=line is busy) as readers:
                run = room.contribute(rate, bench.seconds * 2, kind=kind)
            assert run.whole, run.answer
            assert not readers.problems
            line.add("ours", run.p99, run)
            say(f"  {kind}: p99 {run.p99:.0f} ms, {readers}, waits {run.waits:.0%}")
        made.add("ours", max(readers.seconds), run)
    return [quiet, busy, made]


PARTS: dict[str, Callable[[Bench], Iterator[Line]]] = {
    "cards500": lambda bench: most_cards(bench, 500),
    "cards1000": lambda bench: most_cards(bench, 1_000),
    "processor": processor,
    "joining": joining,
    "memory": memory,
    "ratings": ratings,
    "curve": curve,
    "canvas": full_canvas,
    "report": report,
}


def say(text: str) -> None:
    """Tell who waits what is going on."""
    print(text, file=sys.stderr, flush=True)  # noqa: T201


def table(lines: Sequence[Line]) -> str:
    """The lines as a Markdown table."""
    rows = [["", *KINDS, "ratio", "goal", "waits", "disk", ""], *(line.cells() for line in lines)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    rows.insert(1, ["-" * width for width in widths])
    padded = ([cell.ljust(width) for cell, width in zip(row, widths, strict=True)] for row in rows)
    return "\n".join(f"| {' | '.join(row)} |" for row in padded)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.load", description=__doc__)
    parser.add_argument("--short", action="store_true", help="one short run of each")
    parser.add_argument("--runs", type=int, help="runs of each (3; with --short 1)")
    parser.add_argument("--seconds", type=float, help="length of a run (6; with --short 2)")
    parser.add_argument("parts", nargs="*", metavar="part", help=f"which parts: {', '.join(PARTS)} (all)")
    given = parser.parse_args()
    if unknown := set(given.parts) - set(PARTS):
        parser.error(f"there is no part {min(unknown)!r}")
    lines: list[Line] = []
    with tempfile.TemporaryDirectory() as folder:
        runs, seconds, cards = (1, 2.0, 500) if given.short else (3, 6.0, 3_000)
        bench = Bench(given.runs or runs, given.seconds or seconds, cards, Path(folder))
        for name in given.parts or PARTS:
            say(f"{name}: {PARTS[name].__doc__ or ''}".rstrip(": "))
            lines += PARTS[name](bench)
    about = (
        f"Python {platform.python_version()}, {platform.machine()}, {bench.runs} runs of {bench.seconds:g} s"
    )
    sys.stdout.write(f"{about}\n{table(lines)}\n")


if __name__ == "__main__":
    main()

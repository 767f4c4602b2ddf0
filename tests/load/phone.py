"""A slow phone in a big session: ``uv run python -m tests.load.phone``.

A session of many steps and thousands of cards, updates all the time, and one real browser on a processor that is
slowed down.  Told is how long the browser could not answer a finger: tasks of more than 50 ms, by its own count.
"""

import argparse
import sys
import tempfile
import time
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from tests.browser import launch_options
from tests.load.people import CANVAS, script_for
from tests.pages import PHONE, eventually
from tests.running import Server, Workshop
from tests.wire import Guest, fresh_id

WRITERS = 4
BOXES = 4
WATCH = """() => {
    window.tasks = [];
    new PerformanceObserver(list => window.tasks.push(...list.getEntries().map(({duration}) => duration)))
        .observe({type: "longtask"});
}"""


@dataclass(frozen=True)
class Told:
    """What the phone went through: cards of others that it showed, and its tasks of more than 50 ms, in ms."""

    updates: int
    tasks: tuple[float, ...]

    def __str__(self) -> str:
        longest = max(self.tasks, default=0)
        return f"{self.updates} updates, {len(self.tasks)} tasks over 50 ms, longest {longest:.0f} ms"


def playbook(steps: int, cards: int) -> str:
    """A playbook of canvases, rounds and pages; a third of the cards stands on the board everybody is at."""
    canvases = max(1, steps // 3)
    said = cycle(card["text"] for card in script_for(CANVAS).cards)
    written = []
    for n in range(steps):
        kind = ("canvas", "rating", "page")[n % 3]
        lines = [f'[[steps]]\nid = "s{n}"\nkind = "{kind}"\ntitle = "Stap {n + 1}"\nminutes = 5']
        if kind == "page":
            lines.append('text = "Even bijkomen."')
        elif kind == "rating":
            lines += ['scale = "herkenning4"', 'items = "issues"']
        else:
            share = cards // 3 if n == 0 else (cards - cards // 3) // max(1, canvases - 1)
            for box in range(BOXES):
                given = ",".join(f'"{next(said)}"' for _ in range(share // BOXES))
                lines.append(
                    f'[[steps.boxes]]\nid = "s{n}-b{box}"\ntitle = "Vak {box + 1}"\ncards = [{given}]'
                )
        written.append("\n".join(lines))
    return 'title = "Veel"\n[join]\norganisation = "optional"\n' + "\n".join(written) + "\n"


def watch(
    folder: Path,
    steps: int = 60,
    cards: int = 3_000,
    rate: float = 20,
    seconds: float = 10,
    slower: float = 4,
) -> Told:
    """What a phone *slower* times as slow as this computer goes through at *rate* updates a second."""
    books = folder / "playbooks"
    books.mkdir()
    (books / "veel.toml").write_text(playbook(steps, cards), "utf-8")
    program = str(Path(__file__).parent.parent / "own_playbooks.py")
    server = Server(folder / "data", environment={"PLAYBOOKS": str(books)}, program=program).start()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(**launch_options())  # type: ignore[arg-type]
            workshop = server.start_session("veel")
            Guest(workshop, "facilitator").attend().command("session.go", step="s0")
            page = browser.new_context(**PHONE, locale="nl-NL").new_page()
            told = _stay(page, workshop, cards // 3 // BOXES, rate, seconds, slower)
            browser.close()
        return told
    finally:
        server.stop()


def _stay(page: Page, workshop: Workshop, there: int, rate: float, seconds: float, slower: float) -> Told:
    page.goto(workshop.page)
    page.get_by_role("main").get_by_role("button").first.click()
    page.locator("#composer").wait_for()
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slower})
    page.wait_for_timeout(2_000)
    page.evaluate(WATCH)
    writers = [Guest(workshop).join(f"Gemeente {n}") for n in range(WRITERS)]
    written = 0
    started = time.monotonic()
    while (now := time.monotonic() - started) < seconds:
        while written < now * rate:
            card: dict[str, Any] = {"step": "s0", "box": "s0-b0", "card": fresh_id()}
            command = {"id": fresh_id(), "type": "canvas.add_card", "text": f"Nieuw {written}", **card}
            writers[written % WRITERS].post([command], lambda _: None)
            written += 1
        page.wait_for_timeout(10)
    heading = page.locator("h3", has_text=str(there + written))
    eventually(heading.count, page)
    tasks = page.evaluate("() => window.tasks")
    for writer in writers:
        writer.leave()
    return Told(written, tuple(tasks))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.load.phone", description=__doc__)
    for name, kind, default in (("steps", int, 60), ("cards", int, 3_000), ("rate", float, 20.0)):
        parser.add_argument(f"--{name}", type=kind, default=default)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--slower", type=float, default=4.0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        sys.stdout.write(f"{watch(Path(folder), **vars(given))}\n")


if __name__ == "__main__":
    main()

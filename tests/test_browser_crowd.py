"""The console with a crowd and with a long agenda: nothing jumps, nothing falls off the side, and one sees where one is."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from playwright.sync_api import Locator, Page, expect

from sessions.message import event_line
from tests.load.people import ROUND, script_for
from tests.load.rig import HOST, Phones
from tests.pages import Console, Venue
from tests.play import page, play, rating
from tests.running import Server, Workshop
from tests.test_afterwards import code_on, key_on
from tests.wire import Guest

PEOPLE = 400
STEPS = 60
CARDS = 24
"""As many as one person may send in a burst."""
SIZES = ((1366, 768), (1280, 720), (1024, 768))
LARGEST_SHIFT = 0.05
WATCH = """() => {
    window.shifts = [];
    new PerformanceObserver(list => window.shifts.push(...list.getEntries().filter(one => !one.hadRecentInput)))
        .observe({type: "layout-shift"});
}"""
SHIFTED = "() => window.shifts.splice(0).reduce((sum, {value}) => sum + value, 0)"
SIDEWAYS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def phones() -> Iterator[Phones]:
    phones = Phones()
    yield phones
    phones.stop()


def shifted(page: Page) -> float:
    """How far what is in sight has moved since this was asked last, of its own accord; see web.dev/cls."""
    # What was drawn last is told with the next frame.
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
    return float(page.evaluate(SHIFTED))


def fits(page: Page) -> None:
    """Nothing reaches beyond the side of the window, in any of the sizes."""
    before = page.viewport_size
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate(SIDEWAYS) <= 0, (width, height)
    assert before
    page.set_viewport_size(before)


def test_nothing_jumps_on_the_console_while_four_hundred_people_come_and_rate(
    server: Server, venue: Venue, phones: Phones
):
    workshop = server.start_session(ROUND.playbook)
    lobby, console = venue.console().enter(workshop), venue.console().enter(workshop)
    facilitator = Guest(workshop, "facilitator").attend()
    script: dict[str, Any] = {"step": ROUND.step, "script": script_for(ROUND).as_data(), "dialect": "ours"}
    phones.ask("open", host=HOST, port=server.port, code=workshop.code, **script)

    lobby.page.evaluate(WATCH)
    assert phones.ask("join", n=PEOPLE // 2)["problems"] == []
    expect(lobby.text("console.online", n=PEOPLE // 2)).to_be_visible()
    assert shifted(lobby.page) < LARGEST_SHIFT
    fits(lobby.page)

    facilitator.command("session.go", step=ROUND.step)
    console.at(facilitator.view["agenda"][ROUND.step]["title"])
    console.page.evaluate(WATCH)
    assert phones.ask("join", n=PEOPLE // 2)["problems"] == []
    assert phones.ask("contribute", rate=200, seconds=6, kind="ratings")["refused"] == {}
    expect(console.text("console.online", n=PEOPLE)).to_be_visible()
    assert shifted(console.page) < LARGEST_SHIFT
    fits(console.page)
    console.button("console.people_and_door").click()
    expect(console.dialog).to_be_visible()
    fits(console.page)


def test_nothing_jumps_while_cards_come_in_quickly_and_when_the_step_changes(server: Server, venue: Venue):
    workshop = server.start_session("dialogen-afbakenen")
    facilitator, guest = Guest(workshop, "facilitator").attend(), Guest(workshop).join("Provincie")
    steps = sorted(facilitator.view["agenda"].items(), key=lambda step: step[1]["order"])
    board = next(step for step, plan in steps if plan["kind"] == "canvas")
    console = venue.console().enter(workshop)
    expect(console.text("console.lobby_title")).to_be_visible()
    console.page.evaluate(WATCH)
    facilitator.command("session.go", step=steps[0][0])
    console.at(steps[0][1]["title"])
    assert shifted(console.page) < LARGEST_SHIFT / 50
    facilitator.command("session.go", step=board)
    console.at(dict(steps)[board]["title"])
    plans = facilitator.fresh()[1]["steps"][board]["boxes"]
    boxes = list(plans)
    expect(console.page.locator(".board-box")).to_have_count(len(boxes))
    shifted(console.page)
    for n in range(CARDS):
        text = "Een gedachte over de dijk. " * (1 + n % 4)
        guest.command(
            "canvas.add_card", step=board, card=f"quick-{n:011}", box=boxes[n % len(boxes)], text=text
        )
    expect(console.page.locator(".board-card")).to_have_count(CARDS)
    assert shifted(console.page) < LARGEST_SHIFT
    # What is under the hand stays there while a box above it fills, and so does what the keyboard is at.
    lock = console.button("canvas.lock_box", box=plans[boxes[2]]["title"])
    for n, takes in enumerate((lock.hover, lock.focus)):
        takes()
        before = lock.bounding_box()
        for m in range(4):
            facilitator.command(
                "canvas.add_card", step=board, card=f"own-{n}-{m:011}", box=boxes[0], text="Ook dit nog. " * 9
            )
        expect(console.page.locator(".board-card")).to_have_count(CARDS + 4 * (n + 1))
        assert lock.bounding_box() == before
        console.page.mouse.move(5, 5)
    shifted(console.page)
    for step, plan in steps:
        facilitator.command("session.go", step=step)
        console.at(plan["title"])
        assert shifted(console.page) < LARGEST_SHIFT / 2, plan["title"]


def long_session(server: Server) -> Workshop:
    """A session of many steps, made from a log: to add them one by one would take long."""
    steps = [
        rating(f"s{n}", (f"i{n}",), title=f"Vraag {n}", minutes=5)
        if n % 2
        else page(f"s{n}", title=f"Pauze {n}")
        for n in range(STEPS)
    ]
    lines = [event_line(record) for record in play(*steps, language="nl").log]
    file = "".join(json.dumps(line) + "\n" for line in lines)
    answer = requests.post(f"{server.url}/import", files={"file": ("events.jsonl", file)}, timeout=20)
    assert answer.status_code == 201
    return Workshop(server, code_on(answer.text), key_on(answer.text), {})


def test_of_sixty_steps_the_current_one_is_in_sight(server: Server, venue: Venue):
    workshop = long_session(server)
    facilitator = Guest(workshop, "facilitator").attend()
    facilitator.command("session.go", step="s40")
    console = venue.console().enter(workshop)
    for step in ("s40", "s41", "s59", "s0"):
        facilitator.command("session.go", step=step)
        console.at(facilitator.fresh()[1]["agenda"][step]["title"])
        expect(current(console)).to_be_in_viewport(ratio=1)
        fits(console.page)
    # Also for whoever comes to it with a smaller window.
    console.page.set_viewport_size({"width": 1024, "height": 600})
    console.page.reload()
    console.arrive()
    facilitator.command("session.go", step="s50")
    console.at("Pauze 50")
    expect(current(console)).to_be_in_viewport(ratio=1)


def current(console: Console) -> Locator:
    """The step of the agenda that the session is at."""
    agenda = console.page.get_by_role("navigation", name=console.t("console.agenda"))
    return agenda.locator("[aria-current=step]")

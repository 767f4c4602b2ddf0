"""Makes the pictures in README: plays a rating with robots and takes them from the real pages.

``uv run python -m tests.screenshots``
"""

import random
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser import launch_options
from tests.running import ROOT, Server, Workshop
from tests.wire import Guest

FOLDER = ROOT / "static" / "readme"
STEP = "herkenning"
SEED = 1953
GROUPS = {"Provincie": 0, "Waterschap": 1, "Gemeente": -1, "Veiligheidsregio": 0}
PEOPLE_A_GROUP = 5
# What has ended may have been what the next one waited for.
AT_REST = """async () => {
    const moving = () => document.getAnimations().filter(({playState}) => playState !== "finished");
    await document.fonts.ready;
    do {
        await Promise.allSettled(moving().map(({finished}) => finished));
        await new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    } while (moving().length);
}"""


def main() -> None:
    """Take all pictures anew."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(Path(folder) / "data").start()
        browser = playwright.chromium.launch(**launch_options())  # type: ignore[arg-type]
        try:
            _play(server.start_session("herkenbaarheid-peilen", place="Lent"), browser)
        finally:
            browser.close()
            server.stop()


def _play(workshop: Workshop, browser: Browser) -> None:
    console = _page(browser, 1366, 768)
    console.goto(f"{workshop.page}/facilitate#key={workshop.key}")
    screen = _page(browser, 1920, 1080, color_scheme="dark")
    screen.goto(f"{workshop.page}/screen")
    phone = _page(browser, 360, 640, device_scale_factor=2)
    phone.goto(workshop.page)
    phone.get_by_label("Waterschap", exact=True).check()
    phone.get_by_label("Je naam").fill("Noor")
    phone.get_by_role("button", name="Schuif aan").click()

    facilitator = Guest(workshop, "facilitator", key=workshop.key).attend()
    facilitator.command("session.go", step=STEP)
    guests = _rated(workshop)
    for item, point in (("i1", "Sterke herkenning"), ("i2", "Herkenning"), ("i3", "Enigszins herkenning")):
        title = facilitator.view["steps"][STEP]["items"][item]["title"]
        phone.get_by_role("group", name=title).get_by_text(point, exact=True).click()
    expect(phone.get_by_text("Opgeslagen", exact=True)).to_have_count(3)
    _take(phone, "phone")
    facilitator.command("rating.reveal", step=STEP)
    for page in (console, screen):
        expect(page.locator(".result")).to_have_count(len(facilitator.view["steps"][STEP]["items"]))
    # The screen sorts as the console does.
    console.keyboard.press("s")
    expect(screen.locator(".result-title").first).not_to_have_text(
        facilitator.view["steps"][STEP]["items"]["i1"]["title"]
    )
    _take(screen, "screen")
    _take(console, "console")
    for guest in [facilitator, *guests]:
        guest.leave()


def _rated(workshop: Workshop) -> list[Guest]:
    """Robots of every organisation, each with its own opinion; those of one organisation lean the same way."""
    chance = random.Random(SEED)
    guests = []
    for organisation, leaning in GROUPS.items():
        for _ in range(PEOPLE_A_GROUP):
            guest = Guest(workshop).join(organisation)
            for n, item in enumerate(sorted(guest.view["steps"][STEP]["items"], key=lambda id: int(id[1:]))):
                likely = 1 + (n * 7) % 4 + leaning * (n % 2)
                score = min(4, max(1, likely + chance.choice((-1, 0, 0, 0, 1))))
                guest.command("rating.rate", step=STEP, item=item, score=score)
            guests.append(guest)
    return guests


def _page(browser: Browser, width: int, height: int, **options: Any) -> Page:
    context = browser.new_context(viewport={"width": width, "height": height}, locale="nl-NL", **options)
    return context.new_page()


def _take(page: Page, name: str) -> None:
    page.evaluate(AT_REST)
    page.screenshot(path=FOLDER / f"{name}.png")


if __name__ == "__main__":
    main()

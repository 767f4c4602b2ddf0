"""Everybody can use every page: axe, small phones, the keyboard alone, and no flash of something else.

Each tour visits the states of the pages and collects what is wrong in all of them; the list has to be empty.  There are
no exceptions to the rules of axe.
"""

import re
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from sessions.texts import LANGUAGES, Language
from tests.inspection import LOOKS, Inspection, enlarge, press, tab_to
from tests.pages import Console, Phone, Screen, Venue, Visitor
from tests.running import Server, Workshop
from tests.wire import Guest, command

PEOPLE_A_GROUP = 3

SPOIL = """() => {
    document.body.insertAdjacentHTML("beforeend", '<h1></h1><input><p>Far too pale</p><button>x</button>');
    document.querySelector("p:last-of-type").style.cssText = "inline-size: 500px; color: #eee; background: #fff";
    document.querySelector("button:last-of-type").style.cssText = "padding: 0; min-block-size: 0";
}"""
SPOIL_DIALOG = """() => {
    document.body.insertAdjacentHTML("beforeend", "<dialog class=dialog><p>Cannot be broken off</p></dialog>");
    document.querySelector("dialog > p").style.cssText = "white-space: nowrap; overflow: hidden; inline-size: 9em";
    document.querySelector("dialog").showModal();
}"""


def test_an_inspection_finds_what_is_wrong(server: Server, venue: Venue):
    visitor = venue.phone(**LOOKS["nl"]).open(server.url)
    visitor.page.evaluate(SPOIL)
    inspection = Inspection()
    inspection.look("spoilt", visitor, thumbs=True)
    visitor.page.evaluate(SPOIL_DIALOG)
    inspection.look("spoilt", visitor)
    found = "\n".join(inspection.findings)
    for check in (
        "head: ",
        "axe: label",
        "axe: color-contrast",
        "axe: empty-heading",
        "small: ",
        "at 320: <p",
        "at 360: ",
        "twice the text: <p",
    ):
        assert f"spoilt, {check}" in found, found


@dataclass
class Tour:
    """A session with everybody in it, and pages of each kind that follow the facilitator."""

    workshop: Workshop
    facilitator: Guest
    guests: list[Guest]
    phone: Phone
    console: Console
    screen: Screen

    @classmethod
    def start(cls, server: Server, venue: Venue, language: Language, playbook: str) -> "Tour":
        workshop = server.start_session(playbook, language=language)
        groups = ["Waterschap", "Provincie", "Gemeente"]
        guests = [Guest(workshop).join(group) for group in groups for _ in range(PEOPLE_A_GROUP)]
        phone = venue.phone(**LOOKS[language]).open(workshop.page)
        phone.page.get_by_label({"nl": "Waterschap", "en": "Water board"}[language], exact=True).check()
        phone.page.get_by_label(phone.t("join.name")).fill("An")
        phone.button("join.enter").tap()
        return cls(
            workshop,
            Guest(workshop, "facilitator").attend(),
            guests,
            phone.arrive(),
            venue.console(**LOOKS[language]).enter(workshop),
            venue.screen(**LOOKS[language]).arrive(workshop),
        )

    def step(self, id: str) -> Any:
        """One step as everyone sees it, now."""
        return self.guests[0].fresh()[1]["steps"][id]

    def go(self, id: str) -> None:
        """Go to a step and wait until all pages are there."""
        self.tell("session.go", step=id)
        title = self.facilitator.view["agenda"][id]["title"]
        self.console.at(title)
        for follower in (self.phone, self.screen):
            expect(follower.heading).to_have_text(title)

    def tell(self, kind: str, **fields: Any) -> None:
        answer = self.facilitator.command(kind, **fields)
        assert answer["ok"], answer
        self.facilitator.up_to(answer["seq"])

    def everybody_rates(self, step: str, most: int = 10) -> None:
        items = list(self.step(step)["items"])[:most]
        for at, guest in enumerate(self.guests):
            guest.send(
                [
                    command(
                        "rating.rate", step=step, item=item, score=1 + (at + n) % 4, remark=f"Remark {at}"
                    )
                    for n, item in enumerate(items)
                ]
            )

    def everybody_writes(self, step: str, box: str) -> None:
        for at, guest in enumerate(self.guests):
            guest.command(
                "canvas.add_card", step=step, card=f"{step}-{at}-0123456789", box=box, text=f"Card {at}"
            )

    def end(self) -> None:
        for guest in [self.facilitator, *self.guests]:
            guest.leave()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_before_a_session(server: Server, venue: Venue, inspection: Inspection, language: Language):
    visitor = venue.phone(**LOOKS[language])
    inspection.look("home", visitor.open(server.url), thumbs=True)
    inspection.look("wrong code", visitor.open(f"{server.url}/?code=0000 0000"), thumbs=True)
    inspection.look("error", visitor.open(f"{server.url}/s/00000000"), thumbs=True)
    inspection.look("new", visitor.open(f"{server.url}/new"), thumbs=True)
    visitor.button("new.start").tap()
    expect(visitor.text("new.ready")).to_be_visible()
    inspection.look("created", visitor, thumbs=True)
    workshop = server.start_session("issues-naar-succesfactoren", language=language)
    inspection.look("join", visitor.open(workshop.page), thumbs=True)
    visitor.button("join.enter").tap()
    expect(visitor.text("error.join.organisation_missing").first).to_be_visible()
    inspection.look("join again", visitor, thumbs=True)
    console = venue.console(**LOOKS[language]).open(f"{workshop.page}/facilitate#key=wrong")
    expect(console.text("error.bad_key")).to_be_visible()
    inspection.look("wrong key", console)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_of_a_rating(server: Server, venue: Venue, inspection: Inspection, language: Language):
    tour = Tour.start(server, venue, language, "issues-naar-succesfactoren")
    phone, console, screen = tour.phone, tour.console, tour.screen
    look_everywhere(inspection, "lobby", tour)
    phone.button("participant.you").tap()
    inspection.look("you", phone, thumbs=True)
    phone.button("common.close").tap()

    tour.go("welkom")
    look_everywhere(inspection, "page", tour)
    phone.button("participant.steps").tap()
    inspection.look("steps", phone, thumbs=True)
    phone.button("common.close").tap()

    tour.go("herkenning")
    look_everywhere(inspection, "one by one", tour)
    items = tour.step("herkenning")
    first = items["items"]["i1"]["title"]
    phone.rate(first, items["scale"]["points"]["3"])
    phone.page.get_by_text(phone.t("rating.remark"), exact=True).tap()
    inspection.look("remark", phone, thumbs=True)
    for _ in items["items"]:
        phone.page.get_by_role(
            "button", name=re.compile(f"^({phone.t('rating.next')}|{phone.t('rating.overview')})$")
        ).tap()
    expect(phone.page.get_by_role("heading", name=phone.t("rating.overview"))).to_be_visible()
    inspection.look("overview", phone, thumbs=True)
    tour.everybody_rates("herkenning")
    tour.tell("rating.reveal", step="herkenning")
    tour.tell("rating.show_reference", step="herkenning", shown=True)
    for visitor in (phone, console, screen):
        expect(visitor.page.get_by_text("Sterke Lekdijk").first).to_be_visible()
    look_everywhere(inspection, "revealed", tour)
    for visitor in (phone, console):
        visitor.page.get_by_text(visitor.t("rating.as_table")).click()
        inspection.look(f"{type(visitor).__name__} table", visitor, thumbs=visitor is phone)
        visitor.page.get_by_text(visitor.t("rating.as_table")).click()
    console.page.keyboard.press("g")
    for visitor in (console, screen):
        expect(organisation_bars(visitor).first).to_be_visible()
        inspection.look(f"{type(visitor).__name__} compared", visitor)
    console.page.keyboard.press("g")
    for visitor in (console, screen):
        expect(organisation_bars(visitor)).to_have_count(0)

    tour.go("gesprek")
    look_everywhere(inspection, "results beside a text", tour)
    tour.tell("session.timer", ends=10**13)
    inspection.look("timer", phone, thumbs=True)
    tour.end()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_of_a_canvas(server: Server, venue: Venue, inspection: Inspection, language: Language):
    tour = Tour.start(server, venue, language, "issues-naar-succesfactoren")
    phone, console = tour.phone, tour.console
    tour.go("aanvullen")
    tour.everybody_writes("aanvullen", "aanvullingen")
    phone.write("Mijn kaart")
    phone.page.get_by_text(phone.t("canvas.suggestions"), exact=True).tap()
    look_everywhere(inspection, "one box", tour)
    phone.edit("Mijn kaart")
    phone.button("canvas.remove", phone.dialog).tap()
    inspection.look("own card", phone, thumbs=True)
    phone.button("common.close").tap()
    tour.tell("session.lock_step", step="aanvullen", locked=True)
    expect(phone.text("canvas.step_locked")).to_be_visible()
    look_everywhere(inspection, "locked", tour)

    tour.tell("session.lock_step", step="aanvullen", locked=False)
    phone.composer.fill("Nog bezig")
    tour.tell("session.go", step="aanvullingen-peilen")
    expect(phone.button("participant.go_along")).to_be_visible()
    inspection.look("behind", phone, thumbs=True)
    phone.button("participant.go_along").tap()
    look_everywhere(inspection, "whole list", tour)

    tour.go("acties")
    tour.everybody_writes("acties", "project")
    look_everywhere(inspection, "three boxes", tour)
    console.page.get_by_role("button", name=re.compile(console.t("canvas.move_card", text=""))).first.click()
    inspection.look("move", console)
    console.button("common.close", console.dialog).click()

    tour.tell("session.close")
    expect(phone.exactly("participant.closed")).to_be_visible()
    expect(console.text("console.closed_title")).to_be_visible()
    look_everywhere(inspection, "closed", tour)
    tour.end()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_of_a_canvas_of_twelve_boxes(
    server: Server, venue: Venue, inspection: Inspection, language: Language
):
    tour = Tour.start(server, venue, language, "dialogen-afbakenen")
    phone, console = tour.phone, tour.console
    tour.go("canvas-b")
    tour.everybody_writes("canvas-b", "doelen")
    look_everywhere(inspection, "blind", tour)
    phone.page.get_by_role("heading", level=2).get_by_role("button").tap()
    inspection.look("boxes", phone, thumbs=True)
    phone.button("common.close").tap()
    tour.tell("canvas.reveal", step="canvas-b")
    expect(console.card("Card 1")).to_be_visible()
    tour.go("hele-canvas")
    look_everywhere(inspection, "whole canvas", tour)
    laptop = venue.visitor(**LOOKS[language])
    laptop.page.context.add_cookies(phone.page.context.cookies())  # type: ignore[arg-type]
    laptop.open(tour.workshop.page)
    expect(laptop.page.get_by_role("heading", level=2).nth(11)).to_be_visible()
    inspection.look("participant on a laptop", laptop)
    tour.end()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_dialogs_and_the_report(server: Server, venue: Venue, inspection: Inspection, language: Language):
    tour = Tour.start(server, venue, language, "herkenbaarheid-peilen")
    console, screen = tour.console, tour.screen
    tour.go("herkenning")
    for visitor, key, name in (
        (console, "q", "QR"),
        (console, "?", "keys"),
        (screen, "q", "QR on the screen"),
        (screen, "b", "blank"),
        (screen, "?", "keys of the screen"),
    ):
        visitor.page.keyboard.press(key)
        expect(visitor.page.get_by_role("button", name=closes(visitor)).first).to_be_visible()
        inspection.look(name, visitor)
        visitor.page.keyboard.press("Escape")
        expect(visitor.page.get_by_role("button", name=closes(visitor))).to_have_count(0)
    tour.tell("session.park", thought="thought-1234", text="Later")
    tour.tell("session.block", person=tour.guests[0].you["id"], blocked=True)
    for name in ("console.done_so_far", "console.people_and_door", "parking.open", "tally.title"):
        console.button(name).click()
        expect(console.dialog.get_by_role("heading", level=2)).to_be_visible()
        inspection.look(name, console)
        console.page.keyboard.press("Escape")
        expect(console.dialog).to_have_count(0)
    times = re.compile(rf"^{console.t('console.start_at', time='')}\d")
    console.page.get_by_role("button", name=times).click()
    expect(console.dialog.get_by_role("table")).to_be_visible()
    inspection.look("times", console)
    console.page.keyboard.press("Escape")
    tour.tell("session.block", person=tour.guests[0].you["id"], blocked=False)
    tour.guests[0].come_back()
    console.button("console.close").click()
    inspection.look("close", console)
    console.page.keyboard.press("Escape")
    tour.everybody_rates("herkenning", most=3)
    tour.tell("rating.reveal", step="herkenning")
    console.open(f"{tour.workshop.page}/report")
    expect(console.page.get_by_role("article")).to_be_visible()
    inspection.look("report", console)
    # A file of its own lets no script in; axe is one.
    reader = venue.phone(bypass_csp=True, **LOOKS[language])
    reader.page.context.add_cookies(console.page.context.cookies())  # type: ignore[arg-type]
    inspection.look("report on a phone", reader.open(f"{tour.workshop.page}/report"), thumbs=True)
    inspection.look("report as a file", reader.open(f"{tour.workshop.page}/report.html"))
    tour.end()


def organisation_bars(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("img", name=re.compile("^Gemeente: "))


def closes(visitor: Visitor) -> re.Pattern[str]:
    return re.compile(f"^({visitor.t('common.close')}|{visitor.t('screen.unblank')})$")


def look_everywhere(inspection: Inspection, state: str, tour: Tour) -> None:
    """The phone, the console and the screen, all in the same state of the session."""
    inspection.everywhere(state, tour.phone, tour.console, tour.screen)


# the keyboard alone

ON_TOP = """element => {
    const {left, top, height} = element.getBoundingClientRect();
    return element.contains(document.elementFromPoint(left + 5, top + height / 2));
}"""


def test_a_rating_and_a_card_need_only_the_keyboard(server: Server, venue: Venue):
    workshop = server.start_session("issues-naar-succesfactoren")
    facilitator = Guest(workshop, "facilitator").attend()
    person = venue.phone(is_mobile=False, has_touch=False).open(workshop.page)
    tab_to(person, person.page.get_by_label("Provincie", exact=True))
    press(person, "ArrowDown", "ArrowDown")
    expect(person.page.get_by_label("Waterschap", exact=True)).to_be_checked()
    tab_to(person, person.page.get_by_label(person.t("join.name")))
    person.page.keyboard.type("An")
    press(person, "Enter")
    person.arrive()

    facilitator.command("session.go", step="herkenning")
    first = person.item("Geen integraal doel")
    tab_to(person, first.get_by_role("radio").first)
    press(person, "Space", "ArrowDown")
    expect(person.chosen("Geen integraal doel", "Enigszins herkenning")).to_be_focused()
    expect(person.saved("Geen integraal doel")).to_be_visible()
    tab_to(
        person, person.page.get_by_role("group").filter(has_text=person.t("rating.remark")).locator("summary")
    )
    press(person, "Enter")
    tab_to(person, person.page.get_by_label(person.t("rating.remark_on", item="Geen integraal doel")))
    person.page.keyboard.type("Elke week")
    tab_to(person, person.button("rating.next"))
    press(person, "Enter")
    expect(person.item("Tunnelverkenning")).to_be_visible()

    # With letters of twice the size everything scrolls, and a new step is read from its beginning.
    enlarge(person.page, 2)
    facilitator.command("session.go", step="aanvullen")
    expect(person.heading).to_be_focused()
    expect(person.heading).to_be_in_viewport(ratio=1)
    tab_to(person, person.composer)
    person.page.keyboard.type("Met het toetsenbord")
    press(person, "Enter")
    expect(person.composer).to_have_value("")
    edit = person.button("canvas.edit_card", person.card("Met het toetsenbord"))
    press(person, "Shift+Tab")
    person.page.get_by_role("main").focus()
    tab_to(person, edit)
    press(person, "Enter")
    expect(person.dialog).to_be_visible()
    tab_to(person, person.dialog.get_by_label(person.t("canvas.text")))
    press(person, "End")
    person.page.keyboard.type(" alleen")
    tab_to(person, person.button("canvas.save", person.dialog))
    press(person, "Enter")
    expect(person.card("Met het toetsenbord alleen")).to_be_visible()
    # The focus is back where it came from, for those who go on from there.
    expect(person.button("canvas.edit_card")).to_be_focused()
    tab_to(person, person.button("participant.steps"))
    press(person, "Enter")
    expect(person.dialog).to_be_visible()
    press(person, "Escape")
    expect(person.button("participant.steps")).to_be_focused()
    scores = facilitator.view["steps"]["herkenning"]["answered"]
    assert scores == 1
    facilitator.leave()


def test_the_console_runs_a_session_by_the_keyboard_alone(server: Server, venue: Venue):
    workshop = server.start_session("issues-naar-succesfactoren")
    guests = [
        Guest(workshop).join(group) for group in ("Gemeente", "Waterschap", "Provincie") for _ in range(3)
    ]
    titles = {id: step["title"] for id, step in guests[0].view["agenda"].items()}
    console = venue.console().enter(workshop)
    tab_to(console, console.button("console.start"))
    press(console, "Enter")
    console.at(titles["welkom"])
    press(console, "ArrowRight")
    console.at(titles["aanleiding"])
    press(console, "PageDown")
    console.at(titles["herkenning"])
    press(console, "ArrowLeft")
    console.at(titles["aanleiding"])
    press(console, "ArrowRight")
    console.at(titles["herkenning"])
    for at, guest in enumerate(guests):
        guest.command("rating.rate", step="herkenning", item="i1", score=1 + at % 4)
    press(console, "t")
    expect(console.page.get_by_role("timer")).to_be_visible()
    press(console, "+", "t")
    expect(console.page.get_by_role("timer")).to_have_count(0)
    press(console, "l")
    expect(console.page.get_by_role("button", name=console.t("console.unlock"))).to_be_visible()
    press(console, "l", "r")
    expect(console.page.get_by_role("img", name=re.compile("Sterke herkenning 2")).first).to_be_visible()
    press(console, "g")
    expect(console.page.get_by_role("img", name=re.compile("^Waterschap: ")).first).to_be_visible()
    press(console, "q")
    expect(console.dialog.get_by_role("img", name=console.t("common.qr"))).to_be_visible()
    press(console, "Escape")
    expect(console.dialog).to_have_count(0)
    press(console, "?")
    switch = console.dialog.get_by_label(console.t("common.keys_on"))
    tab_to(console, switch)
    press(console, "Space", "Escape")
    expect(console.dialog).to_have_count(0)
    press(console, "l")
    # Switched off: somebody who dictates, or types in the wrong place, locks nothing.
    expect(console.page.get_by_role("button", name=console.t("console.lock"))).to_be_visible()
    assert not guests[0].fresh()[1]["agenda"]["herkenning"]["locked"]
    tab_to(console, console.page.get_by_role("button", name=titles["aanvullen"]))
    press(console, "Enter")
    console.at(titles["aanvullen"])

    guests[0].command(
        "canvas.add_card", step="aanvullen", card="0123456789abcdef", box="aanvullingen", text="Dubbel"
    )
    tab_to(console, console.button("canvas.hide_card", text="Dubbel"))
    press(console, "Enter")
    expect(console.button("canvas.show_card", text="Dubbel")).to_be_focused()
    guests[0].command(
        "canvas.add_card",
        step="acties",
        card="abcdef0123456789",
        box="project",
        text="Regie op het samenwerkingsproces",
    )
    tab_to(console, console.page.get_by_role("button", name=titles["acties"]))
    press(console, "Enter")
    console.at(titles["acties"])
    mover = console.page.get_by_role("button", name=console.t("canvas.move_card", text="Regie op het"))
    tab_to(console, mover)
    press(console, "Enter")
    tab_to(console, console.dialog.get_by_role("button", name="In het gebied (tactisch)"))
    press(console, "Enter")
    board = console.page.get_by_role("region", name="In het gebied (tactisch)")
    expect(board.get_by_text("Regie op het samenwerkingsproces")).to_be_visible()
    tab_to(console, console.button("console.close"))
    press(console, "Enter")
    tab_to(console, console.button("console.close_yes", console.dialog))
    press(console, "Enter")
    tab_to(console, console.link("console.open_report"))
    press(console, "Enter")
    expect(
        console.page.get_by_role("article").get_by_text("Regie op het samenwerkingsproces").first
    ).to_be_visible()
    for guest in guests:
        guest.leave()


def test_single_keys_leave_those_alone_who_type(server: Server, venue: Venue):
    workshop = server.start_session("issues-naar-succesfactoren")
    facilitator = Guest(workshop, "facilitator").attend()
    facilitator.command("session.go", step="herkenning")
    console = venue.console().enter(workshop)
    minutes = console.page.get_by_role("spinbutton")
    minutes.fill("7")
    press(console, "l", "r", "ArrowRight")
    minutes.blur()
    press(console, "l")
    expect(console.page.get_by_role("button", name=console.t("console.unlock"))).to_be_visible()
    _, view = facilitator.fresh()
    assert view["session"]["step"] == "herkenning"
    assert not view["steps"]["herkenning"]["revealed"]
    facilitator.leave()


def test_the_screen_is_worked_by_keys_too(server: Server, venue: Venue):
    workshop = server.start_session("herkenbaarheid-peilen")
    facilitator = Guest(workshop, "facilitator").attend()
    facilitator.command("session.go", step="herkenning")
    screen = venue.screen().arrive(workshop)
    code = screen.page.get_by_role("img", name=screen.t("common.qr"))
    expect(screen.heading).to_be_visible()
    for close in ("q", "Escape"):
        press(screen, "q")
        expect(code).to_be_visible()
        press(screen, close)
        expect(code).to_have_count(0)
    press(screen, "b")
    expect(screen.button("screen.unblank")).to_be_focused()
    assert not screen.heading.evaluate(ON_TOP)
    press(screen, "b")
    expect(screen.button("screen.unblank")).to_have_count(0)
    assert screen.heading.evaluate(ON_TOP)
    facilitator.leave()


# the first paint

# All that a reader might see between the first byte and the finished page, frame by frame.
RECORD = """
    globalThis.seenTexts = new Set();
    const look = () => {
        for (const element of document.querySelectorAll("h1, form, [role=alert], .notice, main p"))
            if (element.checkVisibility({opacityProperty: true, visibilityProperty: true}))
                globalThis.seenTexts.add(element.textContent.trim().replace(/\\s+/g, " "));
        requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
"""


def test_a_reload_flashes_nothing_else(server: Server, venue: Venue):
    workshop = server.start_session("issues-naar-succesfactoren")
    facilitator = Guest(workshop, "facilitator").attend()
    facilitator.command("session.go", step="aanvullen")
    phone = venue.phone().join(workshop, "Waterschap")
    phone.write("Blijft staan")
    console = venue.console().enter(workshop)
    screen = venue.screen().arrive(workshop)
    for visitor in (phone, console, screen):
        expect(visitor.card("Blijft staan")).to_be_visible()
        settled = visible_texts(visitor.page)
        visitor.page.add_init_script(RECORD)
        visitor.page.reload()
        expect(visitor.card("Blijft staan")).to_be_visible()
        seen = set(visitor.page.evaluate("() => [...seenTexts]"))
        assert seen <= settled | visible_texts(visitor.page) | {""}
    facilitator.leave()


def visible_texts(page: Page) -> set[str]:
    """What the recorder would see now."""
    page.evaluate(f"() => {{ {RECORD} }}")
    page.evaluate("() => new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
    return set(page.evaluate("() => [...seenTexts]"))

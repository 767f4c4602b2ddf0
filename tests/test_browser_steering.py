"""Steering and repairing in real browsers: two consoles at once, every key, the door, and people without a phone."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, WebSocketRoute, expect

from tests.inspection import LOOKS, Inspection, press
from tests.pages import Console, Screen, Venue, eventually
from tests.running import Server, Workshop
from tests.wire import Guest, TurnedAway, command

ORGANISATIONS = ("Waterschap", "Provincie", "Gemeente")
STEP = "aanvullen"


class Room:
    """A session in the middle of its work, and somebody who watches what the server says."""

    def __init__(self, server: Server, venue: Venue) -> None:
        self.workshop: Workshop = server.start_session("issues-naar-succesfactoren")
        self.venue = venue
        self.watch = Guest(self.workshop, "facilitator").attend()
        self.guests = [Guest(self.workshop).join(organisation) for organisation in ORGANISATIONS * 3]
        self.go("herkenning")

    def tell(self, kind: str, who: Guest | None = None, **fields: Any) -> None:
        answer = (who or self.watch).command(kind, **fields)
        assert answer["ok"], answer
        self.watch.up_to(answer["seq"])

    def go(self, step: str) -> str:
        self.tell("session.go", step=step)
        title: str = self.watch.view["agenda"][step]["title"]
        return title

    def console(self) -> Console:
        return self.venue.console().enter(self.workshop)

    def view(self) -> Any:
        """What a facilitator sees now, but for the list of what was done."""
        view = self.watch.fresh()[1]
        view.pop("acts", None)
        return view

    def session(self) -> Any:
        return self.view()["session"]

    def becomes(self, look: Callable[[], Any]) -> None:
        """Wait until *look* finds something in what the server says."""
        for _ in range(100):
            if look():
                return
            self.venue.visitors[0].page.wait_for_timeout(50)
        raise AssertionError("never happened")


@pytest.fixture
def room(server: Server, venue: Venue) -> Iterator[Room]:
    room = Room(server, venue)
    yield room
    for guest in (room.watch, *room.guests):
        guest.leave()


def pressed(console: Console, key: str, **params: object) -> Locator:
    return console.page.get_by_role("button", name=re.compile(re.escape(console.t(key, **params))))


def test_a_key_works_before_what_it_needs_has_come(room: Room):
    console = room.venue.console()
    part = re.compile(r"/console\.[^/]*\brating\b[^/]*\.js")
    console.page.route(part, lambda _: None)
    lines: list[WebSocketRoute] = []
    console.page.route_web_socket(re.compile("/socket.io/"), lambda line: lines.append(line))
    before = room.session()
    console.open(f"{room.workshop.page}/facilitate#key={room.workshop.key}")
    eventually(lambda: len(lines) == 1, console.page)
    # Nobody has seen yet where the session is: what only shows something is kept, and of that the last.
    press(console, "q", "?", "ArrowRight", "b", "r")
    expect(console.dialog).to_have_count(0)
    lines[0].connect_to_server()
    console.arrive()
    expect(console.dialog.get_by_text(console.t("console.key_sort"))).to_be_visible()
    press(console, "Escape")
    expect(console.dialog).to_have_count(0)
    assert room.session() == before
    expect(console.text("common.loading").first).to_be_visible()
    console.page.keyboard.press("r")
    assert "results" not in room.view()["steps"]["herkenning"]
    # From here on nothing holds it.
    console.page.unroute(part)
    room.becomes(lambda: "results" in room.view()["steps"]["herkenning"])


def test_what_a_step_waits_for_is_shown_from_there(room: Room):
    plan = {"kind": "discussion", "title": "Praten", "items": {"items_of": ["herkenning"]}}
    room.tell("session.add_step", step="praten", plan=plan)
    console = room.console().at(room.go("praten"))
    expect(pressed(console, "console.reveal_earlier")).to_be_visible()
    console.page.keyboard.press("r")
    expect(pressed(console, "console.reveal_earlier")).to_have_count(0)
    assert "results" in room.view()["steps"]["herkenning"]


def test_the_console_turns_the_pages_of_the_screen(room: Room):
    items = [{"id": f"v{n}", "title": f"Onderwerp {n}"} for n in range(24)]
    scale = {"question": "Hoe?", "points": ["Weinig", "Veel"]}
    plan = {"kind": "rating", "title": "Veel", "items": items, "scale": scale}
    room.tell("session.add_step", step="veel", plan=plan)
    scores = [command("rating.rate", step="veel", item=item["id"], score=1) for item in items]
    assert all(answer["ok"] for answer in room.guests[0].send(scores))
    room.go("veel")
    room.tell("rating.reveal", step="veel")
    screen, console = room.venue.screen().arrive(room.workshop), room.console().at("Veel")
    pages = console.page.get_by_role("group", name=console.t("console.screen_pages"))
    shown = screen.page.locator(".screen-pager")
    for turn, page in (("", 1), ("screen.next_page", 2), ("screen.next_page", 3), ("screen.next_page", 1)):
        if turn:
            console.button(turn).click()
        for place in (pages, shown):
            expect(place).to_contain_text(console.t("screen.page_of", page=page, pages=3))
    # The screen was turned by its own keys: one goes on from what it shows.
    screen.page.keyboard.press("ArrowRight")
    expect(pages).to_contain_text(console.t("screen.page_of", page=2, pages=3))
    console.button("screen.previous_page").click()
    expect(shown).to_contain_text(console.t("screen.page_of", page=1, pages=3))
    console.at(room.go("herkenning"))
    expect(pages).to_have_count(0)


def test_two_consoles_steer_and_repair_at_once(room: Room):
    title = room.go(STEP)
    one, other = room.console().at(title), room.console().at(title)
    for at, text in enumerate(("Blijft", "Weg")):
        room.tell(
            "canvas.add_card",
            room.guests[at],
            step=STEP,
            card=f"card-{at}-123456",
            box="aanvullingen",
            text=text,
        )
    before = room.view()
    one.button("canvas.hide_card", text="Weg").click()
    expect(other.button("canvas.show_card", text="Weg")).to_be_visible()
    hidden = room.view()
    # People go on writing meanwhile; what they write stays, whatever is undone.
    room.tell(
        "canvas.add_card",
        room.guests[2],
        step=STEP,
        card="card-2-123456",
        box="aanvullingen",
        text="Intussen",
    )
    expect(other.card("Intussen")).to_be_visible()
    press(other, "Control+z")
    expect(one.button("canvas.hide_card", text="Weg")).to_be_visible()
    now = room.view()
    intruder = now["steps"][STEP]["cards"].pop("card-2-123456")
    assert intruder["text"] == "Intussen"
    assert now["steps"][STEP]["cards"] == before["steps"][STEP]["cards"]
    press(one, "Control+Shift+z")
    expect(other.button("canvas.show_card", text="Weg")).to_be_visible()
    assert room.view()["steps"][STEP]["cards"].keys() == {*hidden["steps"][STEP]["cards"], "card-2-123456"}

    # Both press next before either hears of the other: one step, not two.
    following = [step for step, _ in sorted(before["agenda"].items(), key=lambda entry: entry[1]["order"])]
    after = following[following.index(STEP) + 1]
    other.page.context.set_offline(True)
    for console in (other, one):
        console.page.get_by_role("button", name=re.compile("^Volgende:")).click()
    room.becomes(lambda: room.session()["step"] == after)
    other.page.context.set_offline(False)
    expect(other.page.get_by_role("alert").get_by_text(before["agenda"][after]["title"])).to_be_visible()
    assert room.session()["step"] == after
    one.button("console.done_so_far").click()
    line = one.dialog.get_by_role("listitem").filter(has_text=one.t("acts.card_hidden"))
    line.get_by_role("button").click()
    # One of the acts before is undone alone: everybody stays in the step.
    room.becomes(lambda: "hidden" not in room.view()["steps"][STEP]["cards"]["card-1-123456"])
    assert room.session()["step"] == after
    expect(line.get_by_text(one.t("acts.undone"))).to_be_visible()
    one.page.keyboard.press("Escape")
    expect(one.dialog).to_have_count(0)
    room.tell("canvas.edit_card", step=STEP, card="card-0-123456", text="Beter")
    room.tell("canvas.edit_card", room.guests[0], step=STEP, card="card-0-123456", text="Van mij")
    press(one, "Control+z")
    expect(one.text("error.undo.changed_card", text="Van mij").first).to_be_visible()


def test_every_key_works_is_listed_and_has_a_button(room: Room):
    console = room.console()
    page = console.page
    screen = room.venue.screen().arrive(room.workshop)
    press(console, "?")
    listed = [key.strip() for key in console.dialog.locator("kbd").all_inner_texts()]
    press(console, "Escape")
    expect(console.dialog).to_have_count(0)
    tried: set[str] = set()

    def key(name: str, *keys: str) -> None:
        assert name in listed
        tried.add(name)
        press(console, *keys)

    key("L", "l")
    room.becomes(lambda: room.view()["agenda"]["herkenning"]["locked"])
    expect(pressed(console, "console.unlock")).to_be_visible()
    key("Ctrl Z", "Control+z")
    room.becomes(lambda: not room.view()["agenda"]["herkenning"]["locked"])
    # The server knows before this console does.
    redo = page.get_by_role("button", name=console.t("console.redo"), disabled=False)
    expect(redo).to_be_visible()
    key("Ctrl Shift Z", "Control+Shift+z")
    room.becomes(lambda: room.view()["agenda"]["herkenning"]["locked"])
    expect(pressed(console, "console.unlock")).to_be_visible()
    press(console, "Control+z")
    expect(redo).to_be_visible()
    key("T", "t")
    expect(page.get_by_role("timer")).to_be_visible()
    ends = room.session()["timer"]["ends"]
    key("+", "+")
    room.becomes(lambda: room.session()["timer"]["ends"] > ends)
    key("P", "p")
    expect(pressed(console, "console.resume_timer")).to_be_visible()
    expect(screen.page.get_by_text(screen.t("console.clock_paused"))).to_be_attached()
    press(console, "+", "p")
    expect(pressed(console, "console.pause_timer")).to_be_visible()
    assert room.session()["timer"]["ends"] > ends + 60_000
    press(console, "t")
    expect(page.get_by_role("timer")).to_have_count(0)
    key("B", "b")
    expect(screen.button("screen.unblank")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^Scherm leeg"), pressed=True)).to_be_visible()
    press(console, "b")
    expect(screen.button("screen.unblank")).to_have_count(0)
    key("Q", "q")
    expect(screen.page.get_by_role("region", name=screen.t("common.qr"))).to_be_visible()
    expect(console.dialog).to_be_visible()
    press(console, "Escape")
    expect(screen.page.get_by_role("region", name=screen.t("common.qr"))).to_have_count(0)
    # Away again before this console hears that it was there.
    press(console, "q")
    expect(console.dialog).to_be_visible()
    press(console, "Escape")
    expect(console.dialog).to_have_count(0)
    press(console, "l")
    room.becomes(lambda: room.view()["agenda"]["herkenning"]["locked"])
    expect(screen.page.get_by_role("region", name=screen.t("common.qr"))).to_have_count(0)
    expect(pressed(console, "console.unlock")).to_be_visible()
    press(console, "l")
    room.becomes(lambda: not room.view()["agenda"]["herkenning"]["locked"])
    items = list(room.view()["steps"]["herkenning"]["items"])
    for at, guest in enumerate(room.guests):
        room.tell("rating.rate", guest, step="herkenning", item=items[1], score=1 + 3 * (at % 2))
        room.tell("rating.rate", guest, step="herkenning", item=items[0], score=3)
    key("R", "r")
    first = screen.page.locator(".result").first
    title = room.view()["steps"]["herkenning"]["items"]
    expect(first).to_contain_text(title[items[0]]["title"])
    # What is chosen on the console holds for the screen.
    key("S", "s")
    expect(first).to_contain_text(title[items[1]]["title"])
    key("G", "g")
    expect(screen.page.get_by_role("img", name=re.compile("^Waterschap: ")).first).to_be_visible()
    console.button("rating.reopen").click()
    expect(screen.page.locator(".result")).to_have_count(0)
    press(console, "r")
    key("→  PgDn", "PageDown")
    titles = {step: planned["title"] for step, planned in room.view()["agenda"].items()}
    console.at(titles["gesprek"])
    key("←  PgUp", "ArrowLeft")
    console.at(titles["herkenning"])
    press(console, "ArrowRight")
    console.at(titles["gesprek"])

    def talk() -> Any:
        return room.view()["steps"]["gesprek"]

    key("N", "n")
    room.becomes(lambda: talk().get("spotlight"))
    if talk().get("decisions"):
        press(console, "1")
        room.becomes(lambda: talk()["conclusions"])
        press(console, "1")
    assert "1 – 9" in listed
    tried.add("1 – 9")
    key("↑  ↓", "ArrowDown")
    expect(page.locator("[data-open] [aria-expanded=true]")).to_have_count(1)
    key("O", "o")
    room.becomes(lambda: "spotlight" not in talk())
    key("F", "f")
    key("?", "?")
    assert tried == set(listed)
    console.dialog.get_by_label(console.t("common.keys_on")).uncheck()
    press(console, "Escape")
    press(console, "b", "l", "PageDown")
    # Undo is no single key: it stays.
    press(console, "Control+z")
    room.becomes(lambda: talk().get("spotlight"))
    assert "cover" not in room.session().get("screen", {})
    assert room.session()["step"] == "gesprek"


def test_a_second_console_leaves_the_screen_as_it_is(room: Room):
    for guest in room.guests:
        room.tell("rating.rate", guest, step="herkenning", item="i1", score=2)
    room.tell("rating.reveal", step="herkenning")
    room.tell("session.screen", compare=True)
    for _ in range(2):
        console = room.console()
        bars = console.page.get_by_role("img", name=re.compile("^Waterschap: "))
        expect(bars.first).to_be_visible()
        # What it says is heard in order: after this, nothing of its own is still on the way.
        press(console, "b")
        room.becomes(lambda: room.session()["screen"].get("cover"))
        assert room.session()["screen"]["compare"]
        room.tell("session.screen", cover="")


def test_the_door_closes_and_somebody_is_let_out_and_in(room: Room):
    phone = room.venue.phone().join(room.workshop, "Waterschap", "Stoorzender")
    console = room.console()
    console.button("console.people_and_door").click()
    console.button("people.close_door").click()
    expect(console.text("people.door_closed").first).to_be_visible()
    late = room.venue.phone().open(room.workshop.page)
    expect(late.text("error.door")).to_be_visible()
    with pytest.raises(TurnedAway) as turned:
        Guest(room.workshop).attend()
    assert turned.value.code == "full"
    # Who is inside comes back in.
    phone.page.reload()
    phone.arrive()
    console.button("people.open_door").click()
    console.dialog.get_by_role("searchbox").fill("stoorz")
    console.dialog.get_by_role("button", name=re.compile("^Stop deelname van")).click()
    console.button("people.block_yes").click()
    expect(phone.text("error.blocked")).to_be_visible()
    console.dialog.get_by_role("button", name=re.compile("^Laat weer meedoen")).click()
    expect(console.text("people.is_blocked")).to_have_count(0)
    phone.button("participant.try_again").click()
    phone.arrive()


def spaced(code: str) -> str:
    return f"{code[:4]} {code[4:]}"


def shows_code(screen: Screen, code: str) -> None:
    """Wait until the QR code, over everything, is that of *code*."""
    cover = screen.page.get_by_role("region", name=screen.t("common.qr"))
    expect(cover.get_by_text(spaced(code))).to_be_visible()
    picture = cover.locator("img")
    expect(picture).to_have_attribute("src", f"/s/{code}/qr.svg")
    eventually(lambda: picture.evaluate("image => image.naturalWidth > 0"), screen.page)


def test_the_code_is_changed_and_whoever_is_inside_goes_on(room: Room, inspection: Inspection):
    title, old = room.go(STEP), room.workshop.code
    console = room.venue.console(**LOOKS["nl"]).enter(room.workshop).at(title)
    screen = room.venue.screen(**LOOKS["nl"]).arrive(room.workshop)
    phone = room.venue.phone().join(room.workshop, "Waterschap").write("Met de oude code")
    phone.composer.fill("Halverwege")
    expect(screen.page.get_by_role("contentinfo").get_by_text(spaced(old))).to_be_visible()
    late = room.venue.phone(**LOOKS["nl"]).open(room.workshop.page)
    late.page.get_by_label("Gemeente", exact=True).check()
    late.page.get_by_label(late.t("join.name")).fill("Net te laat")

    console.button("console.people_and_door").click()
    console.button("people.code_change").click()
    expect(console.text("people.code_ask")).to_be_visible()
    inspection.look("another code", console)
    console.button("people.code_yes").click()
    expect(console.button("people.code_yes")).to_have_count(0)
    new = room.watch.wait_for(lambda me: me.view["steering"].get("code")).view["steering"]["code"]
    expect(console.dialog.get_by_text(spaced(new))).to_be_visible()
    console.page.keyboard.press("Escape")
    expect(screen.page.get_by_role("contentinfo").get_by_text(spaced(new))).to_be_visible()
    press(console, "q")
    expect(console.dialog.get_by_role("link")).to_have_text(re.compile(f"/s/{new}$"))
    shows_code(screen, new)
    assert spaced(old) not in screen.words
    inspection.look("the new code on the screen", screen)
    press(console, "q")

    # Who is inside notices nothing, also when they come back.
    expect(phone.composer).to_have_value("Halverwege")
    phone.page.context.set_offline(True)
    phone.button("canvas.add_card").tap()
    expect(phone.text("participant.offline").first).to_be_visible()
    phone.page.context.set_offline(False)
    expect(phone.card("Halverwege").get_by_text(phone.t("participant.saved"), exact=True)).to_be_visible()
    phone.page.reload()
    phone.arrive().write("Na de nieuwe code")
    assert new not in phone.words + "".join(phone.frames)
    for visitor in (screen, console):
        visitor.page.reload()
    expect(screen.page.get_by_role("contentinfo").get_by_text(spaced(new))).to_be_visible()
    console.at(title)

    # Who was just about to join hears of it, and need not fill in everything again.
    late.button("join.enter").tap()
    expect(late.text("error.code_changed")).to_be_visible()
    inspection.look("asked for the new code", late, thumbs=True)
    late.page.get_by_role("textbox").fill(spaced(new))
    late.button("home.join").tap()
    late.arrive()
    assert late.page.url.endswith(f"/s/{new}")
    expect(console.card("Na de nieuwe code")).to_be_visible()

    # The old code comes back, like everything that is undone.
    press(console, "Control+z")
    expect(screen.page.get_by_role("contentinfo").get_by_text(spaced(old))).to_be_visible()
    late.page.reload()
    late.arrive()


def test_a_thought_is_parked_from_any_step_and_comes_into_the_report(room: Room):
    phone = room.venue.phone().join(room.workshop, "Waterschap")
    console = room.console()
    phone.button("participant.steps").tap()
    phone.page.get_by_label(phone.t("parking.thought")).fill("Wie betaalt dit?")
    phone.button("parking.park").tap()
    expect(phone.card("Wie betaalt dit?")).to_be_visible()
    expect(phone.page.get_by_label(phone.t("parking.thought"))).to_have_value("")
    expect(console.page.get_by_role("complementary").get_by_text("Wie betaalt dit?")).to_be_visible()
    console.button("parking.open").click()
    console.button("parking.settle", text="Wie betaalt dit?").click()
    expect(phone.card("Wie betaalt dit?")).to_contain_text(phone.t("parking.settled"))
    report = console.page.request.get(f"{room.workshop.page}/report.md").text()
    assert "## Parkeerplaats" in report
    assert "Wie betaalt dit? *(Waterschap · afgehandeld)*" in report


def counted(room: Room, step: str = "herkenning") -> dict[str, Any]:
    """What was entered for people without a phone of one organisation, by item."""
    [table] = room.view()["steps"][step]["tallies"].values()
    items: dict[str, Any] = table["items"]
    return items


def test_people_without_a_phone_count(room: Room):
    console = room.console()
    console.button("tally.title").click()
    console.dialog.get_by_label(console.t("tally.organisation")).select_option("Provincie")
    item, shown = next(iter(room.view()["steps"]["herkenning"]["items"].items()))
    title = shown["title"]
    cell = console.dialog.get_by_label(console.t("tally.cell", item=title, point="Herkenning"))
    other = console.dialog.get_by_label(console.t("tally.cell", item=title, point="Niet veel herkenning"))
    cell.fill("4")
    # News from another console takes nothing away of what is being typed, and what is typed nothing of the news.
    given = {"step": "herkenning", "item": item, "organisation": "Provincie", "counts": {"1": 3}}
    room.tell("rating.tally", **given)
    expect(other).to_have_value("3")
    expect(cell).to_have_value("4")
    cell.press("Tab")
    room.becomes(lambda: counted(room)[item] == {"1": 3, "3": 4})
    room.tell("rating.tally", **{**given, "counts": {"1": 0}})
    expect(other).to_have_value("")
    console.page.keyboard.type("2")
    console.page.keyboard.press("Tab")
    console.page.keyboard.press("Escape")
    expect(console.text("tally.entered", n=6)).to_be_visible()
    room.becomes(lambda: room.view()["steps"]["herkenning"]["answered"] == 6)
    assert "results" not in room.view()["steps"]["herkenning"]
    press(console, "r")
    room.becomes(lambda: room.view()["steps"]["herkenning"]["revealed"])
    [result] = [one for one in room.view()["steps"]["herkenning"]["results"].values() if one["n"]]
    assert result["counts"] == {"1": 0, "2": 0, "3": 4, "4": 2}


ITEMS = [{"id": "x1", "title": "Dijken"}, {"id": "x2", "title": "Polders"}]
POINTS = {"question": "Hoeveel?", "points": ["weinig", "veel"], "off": "weet niet"}
OTHER_FORMS: dict[str, dict[str, Any]] = {
    "stippen": {"dots": 3},
    "keuze": {"targets": [{"id": "y1", "title": "Samen"}, {"id": "y2", "title": "Alleen"}]},
    "matrix": {"scale": POINTS, "criteria": [{"id": "a", "title": "Kans"}, {"id": "b", "title": "Gevolg"}]},
    "samen": {"scale": POINTS, "per": "organisation"},
}


def test_every_form_of_a_round_takes_votes_without_a_phone(room: Room, inspection: Inspection):
    for id, options in OTHER_FORMS.items():
        plan = {"kind": "rating", "title": f"Ronde {id}", "items": ITEMS, **options}
        room.tell("session.add_step", step=id, plan=plan)
    console = room.console()

    def opened(step: str, button: str = "tally.title") -> None:
        console.page.keyboard.press("Escape")
        expect(console.dialog).to_have_count(0)
        console.at(room.go(step))
        console.button(button).click()
        console.dialog.get_by_label(console.t("tally.organisation")).select_option("Provincie")

    def type_in(label: str, text: str) -> None:
        field = console.dialog.get_by_label(label, exact=True)
        field.fill(text)
        field.press("Tab")

    people = console.t("tally.people")
    opened("stippen")
    dots = console.t("tally.cell_dots", item="Dijken")
    type_in(people, "2")
    type_in(dots, "7")
    # Why not is said where it was typed, and what was typed is still there.
    told = console.page.get_by_text(re.compile("hoogstens 6"))
    expect(console.dialog.get_by_role("alert").filter(has=told)).to_be_visible()
    # And nobody hears it twice.
    expect(console.page.locator("[role=alert]", has=told)).to_have_count(1)
    expect(console.dialog.get_by_label(dots)).to_have_value("7")
    inspection.look("dots refused", console)
    type_in(dots, "4")
    expect(console.dialog.get_by_text(console.t("tally.dots_left", n=2))).to_be_visible()
    assert counted(room, "stippen") == {"x1": {"dots": 4}}

    opened("keuze")
    type_in(people, "3")
    type_in(console.t("tally.cell", item="Polders", point="Samen"), "3")
    room.becomes(lambda: room.view()["steps"]["keuze"].get("on_behalf") == 3)
    inspection.look("choices without a phone", console)

    opened("matrix")
    console.dialog.get_by_label(console.t("tally.criterion")).select_option("Gevolg")
    type_in(console.t("tally.cell", item="Dijken", point="veel"), "5")
    inspection.look("criteria without a phone", console)
    # Esc leaves no field, and still nothing is lost.
    console.dialog.get_by_label(console.t("tally.cell", item="Dijken", point="weinig"), exact=True).fill("1")
    opened("samen", "tally.title_organisation")
    room.becomes(lambda: counted(room, "matrix") == {"x1": {"b": {"1": 1, "2": 5}}})
    console.dialog.get_by_role("combobox", name="Dijken").select_option("veel")
    room.becomes(lambda: room.view()["steps"]["samen"].get("on_behalf") == 1)
    inspection.look("an organisation without a phone", console)
    guest = room.guests[ORGANISATIONS.index("Provincie")]
    room.tell("rating.rate", guest, step="samen", item="x2", score=1)
    expect(
        console.dialog.get_by_text(console.t("tally.answers_itself", organisation="Provincie"))
    ).to_be_visible()
    assert "on_behalf" not in room.view()["steps"]["samen"]


def test_one_press_makes_up_for_lost_time_and_the_clock_is_on_the_phones(room: Room):
    phone = room.venue.phone().join(room.workshop, "Waterschap")
    console = room.console()
    agenda = room.view()["agenda"]
    steps = sorted(agenda, key=lambda id: agenda[id]["order"])
    here = steps.index("herkenning")
    before = sum(agenda[id]["minutes"] for id in steps[:here])
    # So the step that everybody came to just now should have begun four minutes ago.
    now = int(console.page.evaluate("Date.now()"))
    room.tell("session.starts", at=now - (before + 4) * 60_000 - 20_000)
    expect(console.text("console.late", n=4)).to_be_visible()
    most = max(agenda[id].get("spare", 0) for id in steps[here + 1 :])
    giver = next(id for id in steps[here + 1 :] if agenda[id].get("spare") == most)
    assert most >= 4
    console.button("console.shorten", step=agenda[giver]["order"], n=4).click()
    expect(console.text("console.on_time")).to_be_visible()
    after = room.view()["agenda"]
    assert after[giver]["minutes"] == agenda[giver]["minutes"] - 4
    assert sum(step["minutes"] for step in after.values()) == sum(step["minutes"] for step in agenda.values())
    press(console, "Control+z")
    expect(console.text("console.late", n=4)).to_be_visible()

    # The clock: a word in the last minute, and one at zero, that is also read out; who writes goes on writing.
    phone.page.evaluate(
        "navigator.vibrate = pattern => { globalThis.buzzed = (globalThis.buzzed ?? 0) + pattern; }"
    )
    room.tell("session.timer", ends=now + 3_600_000)
    timer = phone.page.get_by_role("timer")
    expect(timer).to_contain_text(phone.t("common.time_left"))
    room.tell("session.timer", ends=int(console.page.evaluate("Date.now()")) + 3_000)
    expect(timer).to_contain_text(phone.t("common.last_minute"))
    expect(timer).to_have_text(phone.t("common.time_up"))
    expect(phone.page.get_by_role("status")).to_have_text(phone.t("participant.time_up"))
    assert phone.page.evaluate("globalThis.buzzed") == 150
    room.tell("session.timer", ends=now + 3_600_000)
    room.tell("session.pause_timer", left=61_000)
    expect(phone.page.get_by_text("1:01")).to_be_visible()


def test_an_agenda_of_sixty_steps_keeps_its_place(room: Room):
    for n in range(49):
        plan = {
            "kind": "page",
            "title": f"Nog een stap met een lange naam, nummer {n}",
            "minutes": 5,
            "text": ".",
        }
        room.tell("session.add_step", step=f"stap-{n}", plan=plan)
    room.go("stap-40")
    console = room.console().at("Nog een stap met een lange naam, nummer 40")
    expect(console.page.locator(".agenda [aria-current=step]")).to_be_in_viewport()
    assert console.page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    assert console.page.evaluate("document.documentElement.scrollWidth <= innerWidth")

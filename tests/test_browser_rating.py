"""Every form of a rating in real browsers: on the phone, behind the console, before the screen, by day and by night."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.inspection import Inspection, press, tab_to
from tests.pages import Console, Phone, Screen, Venue, Visitor, eventually
from tests.running import Server, Workshop, server_that_knows
from tests.wire import Guest, command

ROUNDS = Path(__file__).parent / "rounds.toml"
GOAL, TUNNEL, PROJECT, MONEY = (
    "Geen integraal doel",
    "Tunnelverkenning",
    "Projectdominantie bij het vaststellen van de scope",
    "Het geld komt uit gescheiden potten",
)
ITEMS = {"doel": GOAL, "tunnel": TUNNEL, "project": PROJECT, "geld": MONEY}
SYSTEMS = ["stroom", "water", "weg", "zorg", "ict"]


@pytest.fixture(scope="module")
def rounds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that knows one playbook: a rating in every form."""
    with server_that_knows(tmp_path_factory.mktemp("rounds"), rounds=ROUNDS.read_text("utf-8")) as server:
        yield server


@dataclass
class Room:
    """A session with three people of each of three organisations, and pages that follow the facilitator."""

    workshop: Workshop
    facilitator: Guest
    guests: list[Guest]
    phone: Phone
    watchers: list[Visitor]

    def go(self, step: str) -> None:
        self.tell("session.go", step=step)
        title = self.facilitator.view["agenda"][step]["title"]
        for visitor in (self.phone, *self.watchers):
            expect(visitor.page.get_by_role("heading", name=title, exact=True).first).to_be_visible()

    def tell(self, kind: str, **fields: Any) -> None:
        answer = self.facilitator.command(kind, **fields)
        assert answer["ok"], answer
        self.facilitator.up_to(answer["seq"])

    def everybody(self, kind: str, step: str, of: Callable[[int], list[dict[str, Any]]]) -> None:
        """Each guest sends what *of* says for their number."""
        for at, guest in enumerate(self.guests):
            answers = guest.send([command(kind, step=step, **fields) for fields in of(at)])
            assert all(answer["ok"] for answer in answers), answers

    def view(self, step: str) -> Any:
        return self.facilitator.fresh()[1]["steps"][step]

    def nothing_is_told(self, step: str) -> None:
        """Until the reveal nobody but who answered knows an answer."""
        assert "results" not in self.view(step)
        for watcher in self.watchers:
            for message in watcher.told:
                assert '"results"' not in str(steps_in(message).get(step)).replace("'", '"')
        for visitor in (self.phone, *self.watchers):
            expect(visitor.page.locator(".result-bar, .heat-cell, .matrix-dot")).to_have_count(0)

    def reveal(self, step: str) -> None:
        self.nothing_is_told(step)
        self.tell("rating.reveal", step=step)
        for visitor in (self.phone, *self.watchers):
            expect(visitor.page.locator(".results").first).to_be_visible()

    def leave(self) -> None:
        for guest in [self.facilitator, *self.guests]:
            guest.leave()


def steps_in(message: Any) -> dict[str, Any]:
    """What a message says of each step."""
    found: dict[str, Any] = {}
    if isinstance(message, dict):
        for key, held in message.items():
            if key == "steps" and isinstance(held, dict):
                found |= held
            else:
                found |= steps_in(held)
    elif isinstance(message, list):
        for held in message:
            found |= steps_in(held)
    return found


def joined(server: Server, venue: Venue, watchers: bool = True) -> Room:
    workshop = server.start_session("rounds")
    guests = [
        Guest(workshop).join(group) for group in ("Waterschap", "Provincie", "Gemeente") for _ in range(3)
    ]
    facilitator = Guest(workshop, "facilitator").attend()
    phone = venue.phone(reduced_motion="reduce").join(workshop, "Waterschap")
    if not watchers:
        return Room(workshop, facilitator, guests, phone, [])
    console: Console = venue.console(reduced_motion="reduce").enter(workshop)
    screen: Screen = venue.screen(reduced_motion="reduce").arrive(workshop)
    return Room(workshop, facilitator, guests, phone, [console, screen])


def row(visitor: Visitor, title: str) -> Locator:
    """The results of one item."""
    heading = visitor.page.get_by_role("heading", name=title, exact=True)
    return visitor.page.get_by_role("listitem").filter(has=heading)


def cell(visitor: Visitor, item: str, column: int) -> Locator:
    """A cell of a table by its row's title; the title itself is no column."""
    return visitor.page.get_by_role("row", name=item).get_by_role("cell").nth(column)


def test_scales_from_two_to_eleven_points_with_reasons_and_a_second_round(
    rounds: Server, venue: Venue, inspection: Inspection
):
    room = joined(rounds, venue)
    phone, (console, screen) = room.phone, room.watchers
    room.go("schaal")
    phone.rate(GOAL, "Sterk")
    expect(phone.page.get_by_role("group", name=phone.t("rating.reasons_for"))).to_have_count(0)
    phone.rate(GOAL, "Niet")
    phone.page.get_by_role("checkbox", name="Draagvlak").tap()
    phone.page.get_by_role("checkbox", name="Inhoud").tap()
    eventually(
        lambda: own(room.phone, "schaal")["scores"]["doel"].get("reasons") == {"1": True, "2": True},
        phone.page,
    )
    phone.page.get_by_label(phone.t("rating.add_item")).fill("Te weinig mensen")
    phone.button("rating.add").tap()
    expect(phone.item("Te weinig mensen")).to_be_visible()
    expect(
        console.page.get_by_role("button", name=console.t("rating.hide_item", item="Te weinig mensen"))
    ).to_be_visible()
    inspection.everywhere("a scale", phone, console, screen)

    room.everybody(
        "rating.rate",
        "schaal",
        lambda at: [
            {"item": item, "score": 1 + (at + n) % 3, "remark": f"Opmerking {at}"}
            for n, item in enumerate(ITEMS)
        ],
    )
    console.button("rating.hide_item", item="Te weinig mensen").click()
    expect(phone.item("Te weinig mensen")).to_have_count(0)
    console.button("rating.show_item", item="Te weinig mensen").click()
    expect(phone.item("Te weinig mensen")).to_be_visible()
    room.reveal("schaal")
    room.tell("rating.show_reference", step="schaal", shown=True)
    for visitor in (phone, console, screen):
        expect(visitor.page.get_by_text("Sterke Lekdijk").first).to_be_visible()
        reasons = row(visitor, GOAL).get_by_role("list", name=visitor.t("rating.reasons"))
        expect(reasons).to_have_text(re.compile(r"Inhoud\s*1\s*Draagvlak\s*1"))
    expect(row(phone, GOAL).get_by_text(phone.t("rating.your_answer", word="Niet"))).to_be_visible()
    first = phone.page.get_by_role("heading", level=3).first
    results = room.view("schaal")["results"]
    phone.button("rating.sort_divided").tap()
    divided = min(results, key=lambda item: results[item]["divided_rank"])
    expect(first).to_have_text(ITEMS[divided])
    compared = re.compile(re.escape(console.t("rating.compare")))
    expect(console.page.get_by_role("button", name=compared, pressed=False, disabled=False)).to_be_visible()
    console.page.keyboard.press("g")
    expect(console.page.get_by_role("button", name=compared, pressed=True)).to_be_visible()
    # The note of another project has the whole width, also where organisations are compared.
    note = console.page.get_by_text("Daar was na een jaar")
    assert note.bounding_box()["width"] > 300  # type: ignore[index]
    inspection.everywhere("revealed", phone, console, screen)
    console.page.keyboard.press("g")
    expect(console.page.get_by_role("button", name=compared, pressed=False)).to_be_visible()
    expect(screen.page.locator("[data-shape=compared]")).to_have_count(0)

    room.go("opnieuw")
    expect(phone.item(GOAL).get_by_text(phone.t("rating.earlier", word="Niet"))).to_be_visible()
    phone.rate(GOAL, "Sterk")
    inspection.everywhere("a second round", phone)
    room.everybody(
        "rating.rate", "opnieuw", lambda at: [{"item": item, "score": 2 + at % 2} for item in ITEMS]
    )
    room.reveal("opnieuw")
    for visitor in (phone, console, screen):
        expect(row(visitor, GOAL).get_by_text(visitor.t("rating.shift_up"))).to_be_visible()
        before = row(visitor, GOAL).get_by_role("img", name=f"{visitor.t('rating.before')}: ")
        expect(before).to_have_accessible_name(re.compile("Niet 4, Enigszins 3, Sterk 3"))
    phone.page.get_by_text(phone.t("rating.as_table")).tap()
    inspection.everywhere("before and after", phone, console, screen)

    room.go("open")
    phone.choose("De sfeer", "7")
    expect(phone.chosen("De sfeer", "7")).to_be_checked()
    for visitor in (phone, console, screen):
        expect(visitor.page.get_by_role("img", name=re.compile("7 1"))).to_be_visible()
    inspection.everywhere("eleven points in the open", phone, console)
    assert "organisations" not in room.view("open")["results"]["sfeer"]
    room.everybody("rating.rate", "open", lambda at: [{"item": "sfeer", "score": 5 + at % 3}])
    console.button("rating.end_round").click()
    expect(phone.page.get_by_role("radio")).to_have_count(0)
    expect(console.button("rating.end_round")).to_have_count(0)
    assert room.view("open")["results"]["sfeer"]["organisations"]
    room.leave()


def own(phone: Phone, step: str) -> Any:
    """What the phone was told last of its own answers in *step*."""
    told = [message[1] for message in phone.told if message[0] == "mine"]
    return (told[-1]["steps"].get(step) if told else None) or {"scores": {"doel": {}}}


def test_dots_are_divided_with_two_buttons(rounds: Server, venue: Venue, inspection: Inspection):
    room = joined(rounds, venue)
    phone, (console, screen) = room.phone, room.watchers
    room.go("beste")
    for visitor in (phone, console, screen):
        expect(visitor.text("rating.waiting", step="Waar beginnen we?")).to_be_visible()
    inspection.everywhere("a list that waits", phone)

    room.go("stippen")
    more, less = (
        phone.page.get_by_role("button", name=phone.t(f"rating.dot_{way}", item=GOAL))
        for way in ("more", "less")
    )
    more.tap()
    more.tap()
    expect(phone.item(GOAL).get_by_role("status")).to_have_text("2")
    expect(more).to_be_disabled()
    expect(phone.exactly("rating.dots_left", n=3)).to_be_visible()
    less.tap()
    expect(phone.exactly("rating.dots_left", n=4)).to_be_visible()
    for title in (GOAL, TUNNEL, PROJECT, PROJECT):
        phone.page.get_by_role("button", name=phone.t("rating.dot_more", item=title)).tap()
    expect(phone.exactly("rating.dots_gone")).to_be_visible()
    expect(phone.page.get_by_role("button", name=phone.t("rating.dot_more", item=MONEY))).to_be_disabled()
    eventually(lambda: room.view("stippen")["answered"] == 1, phone.page)
    inspection.everywhere("dots", phone)

    def dots(at: int) -> list[dict[str, Any]]:
        return [
            {"item": item, "dots": given} for item, given in (("geld", 2), (["doel", "tunnel"][at % 2], 1))
        ]

    room.everybody("rating.dots", "stippen", dots)
    room.reveal("stippen")
    for visitor in (phone, console, screen):
        heading = visitor.page.get_by_role("listitem").get_by_role("heading")
        expect(heading.first).to_have_text(MONEY)
        expect(row(visitor, MONEY).get_by_role("img")).to_have_accessible_name(visitor.t("rating.dots", n=18))
    expect(
        row(phone, GOAL).get_by_text(phone.t("rating.your_answer", word=phone.t("rating.dots", n=2)))
    ).to_be_visible()
    console.page.keyboard.press("s")
    expect(console.page.get_by_role("listitem").get_by_role("heading").first).to_have_text(GOAL)
    phone.page.get_by_text(phone.t("rating.as_table")).tap()
    expect(cell(phone, MONEY, 1)).to_have_text("18")
    inspection.everywhere("dots revealed", phone, console, screen)
    room.go("beste")
    expect(phone.page.get_by_role("group", name=MONEY)).to_be_visible()
    room.leave()


# How large the letters are that were found to fit, in rem.
LETTERS = "place => parseFloat(place.style.getPropertyValue('--fit'))"


def test_targets_are_chosen_from_a_list_that_can_be_searched(
    rounds: Server, venue: Venue, inspection: Inspection
):
    room = joined(rounds, venue)
    phone, (console, screen) = room.phone, room.watchers
    room.go("keuze")
    goal = phone.item(GOAL)
    goal.get_by_text(phone.t("rating.choose"), exact=True).tap()
    goal.get_by_role("checkbox", name="Open rekenwerk").tap()
    search = goal.get_by_role("searchbox", name=phone.t("rating.find"))
    search.fill("mandaat")
    goal.get_by_role("checkbox", name="Duidelijk mandaat").tap()
    expect(goal.get_by_role("checkbox")).to_have_count(2)
    search.fill("")
    goal.get_by_label(phone.t("rating.own_target")).fill("Een eigen factor")
    phone.button("rating.add", goal).tap()
    goal.get_by_role("checkbox", name="Een eigen factor").tap()
    # Three at most.
    expect(goal.get_by_role("checkbox", name="Een vast kernteam")).to_be_disabled()
    expect(goal.get_by_role("listitem")).to_have_text(
        ["Duidelijk mandaat", "Open rekenwerk", "Een eigen factor"]
    )
    expect(phone.saved(GOAL)).to_be_visible()
    inspection.everywhere("targets", phone)

    room.everybody(
        "rating.choose",
        "keuze",
        lambda at: [{"item": item, "targets": ["f1", f"f{2 + at % 5}"]} for item in ITEMS],
    )
    room.reveal("keuze")
    for visitor in (phone, console, screen):
        expect(cell(visitor, TUNNEL, 0)).to_have_text(re.compile("9"))
        expect(cell(visitor, GOAL, 9)).to_have_text(re.compile("1"))
        expect(visitor.page.get_by_role("columnheader", name="Duidelijk mandaat")).to_have_count(1)
    expect(phone.text("rating.heat_yours")).to_be_visible()
    # So few rows stand large on the screen: what only listeners get takes no room there.
    assert screen.page.locator(".screen-results").evaluate(LETTERS) >= 1
    inspection.everywhere("issues and targets", phone, console, screen)

    room.go("enkel")
    for word in ("Rijk", "Samen"):
        phone.item(TUNNEL).get_by_role("radio", name=word).tap()
    expect(phone.saved(TUNNEL)).to_be_visible()
    expect(phone.item(TUNNEL).get_by_role("radio", name="Samen")).to_be_checked()
    phone.button("rating.withdraw").tap()
    expect(phone.item(TUNNEL).get_by_role("radio", checked=True)).to_have_count(0)
    inspection.everywhere("one target", phone)
    room.leave()


def test_two_criteria_make_a_matrix_and_rows_by_rows_a_cascade(
    rounds: Server, venue: Venue, inspection: Inspection
):
    room = joined(rounds, venue)
    phone, (console, screen) = room.phone, room.watchers
    room.go("matrix")
    for criterion, word in (("Kans", "Hoog"), ("Gevolg", "Zeer hoog")):
        phone.item(GOAL).get_by_role("group", name=criterion).get_by_text(word, exact=True).tap()
    expect(phone.text("rating.answered_of", done=1, items=4)).to_be_visible()
    inspection.everywhere("two criteria", phone)
    room.everybody(
        "rating.rate",
        "matrix",
        lambda at: [
            {"item": item, "criterion": criterion, "score": (3 if item == "doel" else 1) + at % 2}
            for item in ITEMS
            for criterion in ("kans", "gevolg")
        ],
    )
    assert room.workshop.get("/figure/matrix.svg").status_code == 404
    room.reveal("matrix")
    figure = room.workshop.get("/figure/matrix.svg")
    assert figure.headers["Content-Type"] == "image/svg+xml; charset=utf-8"
    assert figure.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    for visitor in (phone, console, screen):
        expect(row(visitor, GOAL).get_by_text("Nu aanpakken")).to_be_visible()
        expect(row(visitor, TUNNEL).get_by_text("Laten rusten")).to_be_visible()
        expect(visitor.page.locator(".matrix-dot")).to_have_count(4)
    for reader in (phone, console):
        reader.page.get_by_text(reader.t("rating.as_table")).click()
        expect(cell(reader, GOAL, 0)).to_have_text(re.compile("Hoog"))
    inspection.everywhere("a matrix", phone, console, screen)
    room.go("terug")
    for visitor in (phone, console):
        expect(visitor.page.locator(".matrix-dot")).to_have_count(4)
    # What is looked back on is drawn as in the report.
    drawn = screen.page.get_by_role("img", name="Kans (naar rechts) en Gevolg (omhoog)")
    expect(drawn.get_by_text("Nu aanpakken", exact=True)).to_be_visible()
    inspection.everywhere("a matrix again", screen)

    room.go("cascade")
    phone.page.get_by_role("button", name="Elektriciteit").tap()
    expect(phone.page.get_by_role("group", name="Elektriciteit").get_by_role("group")).to_have_count(4)
    phone.page.get_by_role("group", name="Drinkwater").get_by_text("Ernstig", exact=True).tap()
    inspection.everywhere("one row", phone)
    for _ in SYSTEMS:
        phone.page.get_by_role(
            "button", name=re.compile(f"^({phone.t('rating.next')}|{phone.t('rating.overview')})$")
        ).tap()
    expect(phone.page.get_by_role("button", name="Elektriciteit")).to_contain_text(
        phone.t("rating.some_of", some=1, all=4)
    )
    inspection.everywhere("all rows", phone)
    room.everybody(
        "rating.rate",
        "cascade",
        lambda at: [
            {"item": item, "criterion": other, "score": 4 if other == "ict" and at == 0 else 2}
            for item in SYSTEMS
            for other in SYSTEMS
            if other != item
        ],
    )
    room.reveal("cascade")
    for visitor in (phone, console, screen):
        highest = visitor.t("rating.highest", word="Valt uit")
        expect(cell(visitor, "Drinkwater", 4)).to_have_text(re.compile(highest))
    inspection.everywhere("a cascade", phone, console, screen)
    room.leave()


def test_one_answer_for_everybody_of_an_organisation(rounds: Server, venue: Venue, inspection: Inspection):
    room = joined(rounds, venue)
    phone, (console, screen) = room.phone, room.watchers
    room.go("organisatie")
    expect(phone.text("rating.for_organisation", organisation="Waterschap")).to_be_visible()
    expect(phone.text("rating.one_answer")).to_be_visible()
    colleague, other = room.guests[0], room.guests[3]
    for guest, score in ((colleague, 2), (other, 1)):
        assert guest.command("rating.rate", step="organisatie", item="doel", score=score)["ok"]
    expect(phone.chosen(GOAL, "Onder voorwaarden")).to_be_visible()
    expect(phone.text("rating.by_us")).to_be_visible()
    phone.rate(GOAL, "Ja")
    eventually(lambda: colleague.mine["steps"]["organisatie"]["scores"]["doel"]["score"] == 3, phone.page)
    expect(console.text("rating.begun_organisations", n=2)).to_be_visible()
    inspection.everywhere("per organisation", phone, console)
    room.reveal("organisatie")
    for visitor in (phone, console, screen):
        expect(row(visitor, GOAL).get_by_text(visitor.t("rating.organisations", n=2))).to_be_visible()
    expect(row(phone, GOAL).get_by_text(phone.t("rating.our_answer", word="Ja"))).to_be_visible()
    inspection.everywhere("per organisation, revealed", phone)
    room.leave()


def test_dots_and_targets_need_only_the_keyboard(rounds: Server, venue: Venue):
    room = joined(rounds, venue, watchers=False)
    phone = room.phone
    room.go("stippen")
    more = phone.page.get_by_role("button", name=phone.t("rating.dot_more", item=TUNNEL))
    tab_to(phone, more)
    press(phone, "Enter", "Enter", "Enter")
    # The button that has nothing left to give keeps the focus.
    expect(more).to_be_focused()
    expect(phone.item(TUNNEL).get_by_role("status")).to_have_text("2")
    press(phone, "Shift+Tab", "Space")
    expect(phone.item(TUNNEL).get_by_role("status")).to_have_text("1")
    room.go("keuze")
    tab_to(phone, phone.item(GOAL).locator("summary").last)
    press(phone, "Enter")
    # What opens is drawn a moment later, and Tab should not run ahead of it.
    choice = phone.item(GOAL).get_by_role("checkbox", name="Een gezamenlijke opgave")
    expect(choice).to_be_visible()
    tab_to(phone, choice)
    press(phone, "Space")
    expect(phone.saved(GOAL)).to_be_visible()
    room.leave()


def test_what_is_refused_comes_back_to_its_field(rounds: Server, venue: Venue):
    room = joined(rounds, venue, watchers=False)
    phone = room.phone
    room.go("schaal")
    expect(phone.item(GOAL)).to_be_visible()
    phone.page.context.set_offline(True)
    phone.page.get_by_label(phone.t("rating.add_item")).fill("Te laat bedacht")
    phone.button("rating.add").tap()
    expect(phone.item("Te laat bedacht")).to_be_visible()
    room.tell("session.lock_step", step="schaal", locked=True)
    phone.page.context.set_offline(False)
    expect(phone.page.get_by_label(phone.t("rating.add_item"))).to_have_value("Te laat bedacht")
    expect(phone.page.get_by_role("alert").filter(has_text=re.compile(r"\w"))).to_have_count(1)
    expect(phone.item("Te laat bedacht")).to_have_count(0)
    room.leave()


def test_a_second_dialog_stays_when_the_first_one_closes(rounds: Server, venue: Venue):
    room = joined(rounds, venue)
    console = room.watchers[0]
    for _ in range(5):
        console.page.keyboard.press("q")
        expect(console.dialog).to_be_visible()
        console.page.keyboard.press("Escape")
        console.page.keyboard.press("?")
        expect(console.page.get_by_label(console.t("common.keys_on"))).to_be_visible()
        console.page.keyboard.press("Escape")
        expect(console.dialog).to_have_count(0)
    room.leave()

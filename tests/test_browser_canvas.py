"""Everything that a board can ask and show, by hand and by keyboard, on phone, console and screen."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from sessions.texts import LANGUAGES, Language
from tests.inspection import LOOKS, Inspection
from tests.pages import Console, Phone, Screen, Venue, Visitor
from tests.running import Server, Workshop, server_that_knows
from tests.wire import Guest, fresh_id

PLAYBOOK = """
title = {nl = "Alles van een bord", en = "All of a board"}
purpose = {nl = "Elke mogelijkheid een keer.", en = "Every option once."}

[join]
name = "optional"
organisation = "required"
organisations = [{nl = "Waterschap", en = "Water board"}, {nl = "Provincie", en = "Province"}, {nl = "Gemeente", en = "Municipality"}]

[[steps]]
id = "kansen"
kind = "canvas"
title = {nl = "Kansen en knelpunten", en = "Chances and obstacles"}
grouping = true
per_person = 3
boxes = [
  {id = "kansen", title = {nl = "Kansen", en = "Chances"}, prompt = {nl = "Waar kan het meteen?", en = "Where can it start?"}},
  {id = "knelpunten", title = {nl = "Knelpunten", en = "Obstacles"}},
]

[[steps]]
id = "blad"
kind = "canvas"
title = {nl = "Programmeerblad", en = "Programme sheet"}
look = "table"
editable = "everyone"
supportable = false
boxes = [{id = "dialogen", title = {nl = "Dialogen", en = "Dialogues"}, text_label = {nl = "Dialoog", en = "Dialogue"}, cards = [{nl = "Interne dialoog provincie", en = "Internal dialogue"}, {nl = "Brede dialoog 1", en = "Broad dialogue 1"}, {nl = "Expertsessie met de vitale functies", en = "Expert session"}], fields = [
  {id = "doel", label = {nl = "Doel", en = "Goal"}, hint = {nl = "Wat levert de dialoog op?", en = "What does it bring?"}, max_chars = 60},
  {id = "soort", label = {nl = "Soort", en = "Kind"}, kind = "choice", options = [{nl = "Intern", en = "Internal"}, {nl = "Breed", en = "Broad"}, "Expert"]},
  {id = "wie", label = {nl = "Deelnemers", en = "People"}, kind = "choices", options = [{nl = "Bestuurders", en = "Administrators"}, {nl = "Ambtenaren", en = "Officials"}, {nl = "Inwoners", en = "Residents"}]},
  {id = "trekker", label = {nl = "Trekker", en = "Lead"}, kind = "organisation"},
  {id = "contact", label = {nl = "Contactpersoon", en = "Contact"}, kind = "person"},
  {id = "wanneer", label = {nl = "Wanneer", en = "When"}, kind = "date"},
  {id = "kosten", label = {nl = "Kosten", en = "Costs"}, kind = "amount", unit = "€"},
  {id = "kans", label = {nl = "Werkt aan", en = "Works on"}, kind = "item", items = {groups_of = ["kansen"]}},
]}]

[[steps]]
id = "lagen"
kind = "canvas"
title = {nl = "Risico's en lagen", en = "Risks and layers"}
rows = {groups_of = ["kansen"]}
boxes = [
  {id = "preventie", title = {nl = "Preventie", en = "Prevention"}},
  {id = "ruimte", title = {nl = "Ruimtelijke inrichting", en = "Spatial planning"}},
  {id = "crisis", title = {nl = "Crisisbeheersing", en = "Crisis management"}},
]

[[steps]]
id = "acties"
kind = "canvas"
title = {nl = "Acties", en = "Actions"}
takeable = true
agreed_with = ["wie", "klaar"]
prefill = {groups_of = ["kansen"]}
boxes = [
  {id = "project", title = "Project"},
  {id = "gebied", title = {nl = "Gebied", en = "Area"}},
  {id = "programma", title = {nl = "Programma", en = "Programme"}},
]
fields = [
  {id = "wie", label = {nl = "Trekker", en = "Owner"}, kind = "person"},
  {id = "klaar", label = {nl = "Gereed op", en = "Done by"}, kind = "date"},
]

[[steps]]
id = "begroting"
kind = "canvas"
title = {nl = "Begroting", en = "Budget"}
look = "lanes"
boxes = [{id = "posten", title = {nl = "Posten", en = "Items"}, fields = [
  {id = "bedrag", label = {nl = "Bedrag", en = "Amount"}, kind = "amount", unit = "€", required = true},
  {id = "dag", label = {nl = "Betaald op", en = "Paid on"}, kind = "date"},
]}]

[[steps]]
id = "vertellen"
kind = "canvas"
title = {nl = "Vertellen", en = "Telling"}
max_chars = 2000
boxes = [{id = "verhalen", title = {nl = "Verhalen", en = "Stories"}}, {id = "vragen", title = {nl = "Vragen", en = "Questions"}}]

[[steps]]
id = "verslagen"
kind = "canvas"
title = {nl = "Verslagen", en = "Accounts"}
look = "table"
max_chars = 2000
boxes = [{id = "verslagen", title = {nl = "Verslagen", en = "Accounts"}, fields = [
  {id = "wie", label = {nl = "Wie", en = "Who"}},
  {id = "lang", label = {nl = "Hoe het ging", en = "How it went"}, max_chars = 2000},
]}]

[[steps]]
id = "vlakken"
kind = "canvas"
title = {nl = "Vlakken", en = "Areas"}
grouping = true
layout = ["noord noord oost", "west zuid oost"]
boxes = [{id = "noord", title = "Noord"}, {id = "oost", title = "Oost"}, {id = "west", title = "West"}, {id = "zuid", title = "Zuid"}]
"""
GROUP = "group-0123456789"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that knows this playbook and no other."""
    with server_that_knows(tmp_path_factory.mktemp("board"), bord=PLAYBOOK) as server:
        yield server


@dataclass
class Table:
    """Everybody around one board: pages to look at, and two guests who write without one."""

    workshop: Workshop
    steering: Guest
    bo: Guest
    cas: Guest
    phone: Phone
    console: Console
    screen: Screen
    cards: dict[str, str] = field(default_factory=dict)

    @classmethod
    def laid(cls, server: Server, venue: Venue, language: Language = "nl") -> "Table":
        workshop = server.start_session("bord", language=language)
        bo, cas = (Guest(workshop).join(group) for group in GROUPS[language][1:])
        phone = venue.phone(**LOOKS[language]).open(workshop.page)
        phone.page.get_by_label(GROUPS[language][0], exact=True).check()
        phone.page.get_by_label(phone.t("join.name")).fill("An de Vries")
        phone.button("join.enter").tap()
        return cls(
            workshop,
            Guest(workshop, "facilitator").attend(),
            bo,
            cas,
            phone.arrive(),
            venue.console(**LOOKS[language]).enter(workshop),
            venue.screen(**LOOKS[language]).arrive(workshop),
        )

    def go(self, step: str) -> None:
        self.tell(self.steering, "session.go", step=step)
        title = self.steering.view["agenda"][step]["title"]
        self.console.at(title)
        for follower in (self.phone, self.screen):
            expect(follower.heading).to_have_text(title)

    def tell(self, who: Guest, kind: str, **fields: Any) -> None:
        answer = who.command(kind, **fields)
        while answer.get("code") == "slow_down":
            # A fast computer sends more than anybody may; what a page does by itself.
            time.sleep(answer["retry_ms"] / 1_000)
            answer = who.command(kind, **fields)
        assert answer["ok"], answer
        self.steering.up_to(answer["seq"])

    def add(self, who: Guest, step: str, box: str, text: str, **fields: Any) -> str:
        id = self.cards[text] = f"{step}-{len(self.cards)}-0123456789"
        self.tell(who, "canvas.add_card", step=step, card=id, box=box, text=text, **fields)
        return id

    def card(self, step: str, text: str) -> Any:
        """A card as everyone sees it, as soon as it is there."""
        for _ in range(100):
            cards = self.bo.fresh()[1]["steps"][step]["cards"].values()
            if found := [card for card in cards if card["text"] == text]:
                return found[0]
            time.sleep(0.1)
        raise AssertionError(f"nobody sees a card {text!r}")

    def look(self, inspection: Inspection, state: str) -> None:
        for visitor in (self.phone, self.console, self.screen):
            inspection.look(f"{state} on {type(visitor).__name__}", visitor, thumbs=visitor is self.phone)

    def end(self) -> None:
        for guest in (self.steering, self.bo, self.cas):
            guest.leave()


GROUPS: dict[Language, list[str]] = {
    "nl": ["Waterschap", "Provincie", "Gemeente"],
    "en": ["Water board", "Province", "Municipality"],
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_look_of_a_board_can_be_used_by_everyone(
    server: Server, venue: Venue, inspection: Inspection, language: Language
):
    table = Table.laid(server, venue, language)
    phone, console = table.phone, table.console
    table.go("kansen")
    first = table.add(table.bo, "kansen", "kansen", "Work along with the dike")
    second = table.add(table.cas, "kansen", "kansen", "Dike and nature in one")
    table.add(table.cas, "kansen", "kansen", "One desk for residents")
    table.add(table.bo, "kansen", "knelpunten", "No people")
    table.tell(
        table.steering, "canvas.group_cards", step="kansen", group=GROUP, cards=[first, second], title="Dike"
    )
    table.tell(table.steering, "canvas.lock_box", step="kansen", box="knelpunten", locked=True)
    expect(phone.text("canvas.left", n=3, most=3)).to_be_visible()
    for visitor in (phone, console, table.screen):
        expect(visitor.page.get_by_role("heading", name="Dike")).to_be_visible()
    table.look(inspection, "groups")
    console.page.get_by_role("checkbox", name=re.compile("One desk")).check()
    console.page.get_by_role("checkbox", name=re.compile("No people")).check()
    console.button("canvas.group_these", n=2).click()
    inspection.look("group dialog", console)
    console.button("common.close", console.dialog).click()
    console.button("canvas.merge").click()
    inspection.look("merge dialog", console)
    console.button("common.close", console.dialog).click()
    console.button("canvas.add_cards").click()
    inspection.look("add dialog", console)
    console.button("common.close", console.dialog).click()
    console.button("canvas.look_lanes").click()
    inspection.look("lanes", console)
    console.button("canvas.look_table").click()
    inspection.look("cards as a table", console)

    table.go("blad")
    table.tell(
        table.bo,
        "canvas.edit_card",
        step="blad",
        card="dialogen.1",
        fields={"soort": "1", "wie": "1 2", "wanneer": "2026-12-14", "kosten": "12500.50", "kans": GROUP},
    )
    expect(console.page.get_by_role("cell", name="Dike")).to_be_visible()
    table.look(inspection, "table")
    phone.page.get_by_role("button", name=phone.t("canvas.fill_in")).first.tap()
    expect(phone.dialog).to_be_visible()
    inspection.look("form", phone, thumbs=True)
    phone.dialog.get_by_label("€").or_(phone.dialog.locator("[inputmode=decimal]")).first.fill("much")
    phone.button("canvas.save").tap()
    expect(phone.text("canvas.no_amount")).to_be_visible()
    inspection.look("form with an error", phone, thumbs=True)
    phone.button("common.close", phone.dialog).tap()
    console.page.get_by_role("button", name=re.compile(console.t("canvas.edit_this", text=""))).first.click()
    inspection.look("form on the console", console)
    console.button("common.close", console.dialog).click()

    table.go("lagen")
    table.add(table.bo, "lagen", "preventie", "Raise the dike", row=GROUP)
    expect(phone.card("Raise the dike")).to_be_visible()
    table.look(inspection, "rows")
    phone.page.get_by_role("heading", level=2, name="Dike").get_by_role("button").tap()
    inspection.look("rows to choose from", phone, thumbs=True)
    phone.button("common.close", phone.dialog).tap()

    table.go("acties")
    table.add(table.bo, "acties", "project", "Train", fields={"wie": "Bo", "klaar": "2027-03-01"})
    for visitor in (phone, console, table.screen):
        expect(visitor.card("Train").get_by_text(visitor.t("canvas.agreed"))).to_be_visible()
    table.look(inspection, "actions")
    phone.button("canvas.take").first.tap()
    inspection.look("I take this", phone, thumbs=True)
    phone.button("common.close", phone.dialog).tap()

    table.go("begroting")
    phone.button("canvas.new_card").tap()
    expect(phone.dialog).to_be_visible()
    inspection.look("new card with fields", phone, thumbs=True)
    phone.button("common.close", phone.dialog).tap()
    table.end()


def test_what_is_typed_in_a_form_stays_until_it_is_accepted(server: Server, venue: Venue):
    table = Table.laid(server, venue)
    phone = table.phone
    table.go("begroting")
    phone.button("canvas.new_card").tap()
    phone.button("canvas.add_card", phone.dialog).tap()
    # What lacks is said where it lacks, and the first of it has the focus.
    expect(phone.text("canvas.fill_in_field", label="Bedrag")).to_be_visible()
    expect(phone.dialog.get_by_label(phone.t("canvas.text"))).to_be_focused()
    phone.dialog.get_by_label(phone.t("canvas.text")).fill("Zaal huren")
    phone.dialog.get_by_label("Bedrag").fill("€ 1.250,-")
    phone.page.keyboard.press("Escape")
    expect(phone.dialog).to_be_hidden()
    phone.page.reload()
    phone.arrive()
    phone.button("canvas.go_on").tap()
    expect(phone.dialog.get_by_label("Bedrag")).to_have_value("€ 1.250,-")
    # Meanwhile the box is locked: the card is refused and comes back whole.
    phone.page.context.set_offline(True)
    phone.button("canvas.add_card", phone.dialog).tap()
    expect(phone.card("Zaal huren").get_by_text(phone.t("participant.sending"))).to_be_visible()
    table.tell(table.steering, "canvas.lock_box", step="begroting", box="posten", locked=True)
    phone.page.context.set_offline(False)
    expect(phone.text("canvas.box_locked")).to_be_visible()
    expect(phone.page.get_by_text("Zaal huren")).to_be_visible()
    table.tell(table.steering, "canvas.lock_box", step="begroting", box="posten", locked=False)
    phone.button("canvas.go_on").tap()
    expect(phone.dialog.get_by_label("Bedrag")).to_have_value("1250")
    phone.button("canvas.add_card", phone.dialog).tap()
    expect(phone.card("Zaal huren").get_by_text("€ 1.250")).to_be_visible()
    expect(phone.card("Zaal huren").get_by_text(phone.t("participant.sending"))).to_be_hidden()
    assert table.card("begroting", "Zaal huren")["fields"] == {"bedrag": "1250"}
    table.end()


def test_people_fill_different_fields_of_a_row_and_see_each_other(server: Server, venue: Venue):
    table = Table.laid(server, venue)
    phone = table.phone
    table.go("blad")
    row = "Expertsessie met de vitale functies"
    phone.button("canvas.fill_in_card", text=row).tap()
    form = phone.dialog
    form.get_by_label("Doel").fill("Kennis delen")
    expect(table.console.text("canvas.at_work", who="Waterschap")).to_be_visible()
    table.tell(table.bo, "canvas.edit_card", step="blad", card="dialogen.3", fields={"trekker": "Provincie"})
    form.get_by_label("Expert", exact=True).check()
    form.get_by_label("Inwoners").check()
    form.get_by_label("Bestuurders").check()
    form.get_by_label("Wanneer").fill("2026-12-14")
    form.get_by_label("Kosten").fill("1.250,50")
    phone.button("canvas.save").tap()
    expect(phone.card(row).get_by_text("Kennis delen")).to_be_visible()
    expect(phone.text("canvas.filled", n=6, all=8)).to_be_visible()
    expect(table.console.text("canvas.at_work", who="Waterschap")).to_be_hidden()
    assert table.card("blad", row)["fields"] == {
        "doel": "Kennis delen",
        "soort": "3",
        "wie": "1 3",
        "trekker": "Provincie",
        "wanneer": "2026-12-14",
        "kosten": "1250.50",
    }
    table.end()


def test_an_action_is_taken_joined_and_let_go_from_a_phone(server: Server, venue: Venue):
    table = Table.laid(server, venue)
    phone, screen = table.phone, table.screen
    table.add(table.cas, "acties", "gebied", "Sloten schonen")
    table.go("acties")
    # One begins where there is something to take, and stays there.
    expect(phone.card("Sloten schonen")).to_be_visible()
    table.add(table.bo, "acties", "project", "Oefening organiseren")
    expect(screen.card("Oefening organiseren")).to_be_visible()
    expect(phone.card("Sloten schonen")).to_be_visible()
    phone.button("canvas.previous_box").tap()
    mine, other = phone.card("Oefening organiseren"), screen.card("Oefening organiseren")
    expect(other.get_by_text(screen.t("canvas.no_date"))).to_be_visible()
    phone.button("canvas.take", mine).tap()
    expect(phone.dialog.get_by_label("Trekker")).to_have_value("An de Vries")
    phone.dialog.get_by_label("Gereed op").fill("2027-01-15")
    phone.button("canvas.take", phone.dialog).tap()
    expect(mine.get_by_text(phone.t("canvas.you_take"))).to_be_visible()
    expect(other.get_by_text(screen.t("canvas.agreed"))).to_be_visible()
    card = table.cards["Oefening organiseren"]
    assert table.cas.command("canvas.take_card", step="acties", card=card, on=True)["ok"] is False
    table.tell(table.cas, "canvas.join_card", step="acties", card=card, on=True)
    expect(mine.get_by_text(re.compile("Gemeente"))).to_be_visible()
    phone.button("canvas.let_go", mine).tap()
    expect(other.get_by_text(screen.t("canvas.agreed"))).to_be_hidden()
    table.end()


def test_cards_are_grouped_merged_and_moved_with_and_without_dragging(server: Server, venue: Venue):
    table = Table.laid(server, venue)
    console, phone = table.console, table.phone
    table.go("kansen")
    for text in ("Dijk verhogen", "Dijken hoger maken", "Natuur", "Geen geld"):
        table.add(table.steering, "kansen", "kansen", text)
    for text in ("Dijk verhogen", "Natuur"):
        console.page.get_by_role("checkbox", name=console.t("canvas.pick_card", text=text)).check()
    console.button("canvas.group_these", n=2).click()
    console.page.get_by_label(console.t("canvas.group_title")).fill("Water")
    console.page.keyboard.press("Enter")
    expect(phone.page.get_by_role("heading", name="Water")).to_be_visible()
    group = console.page.locator("[data-group]")

    # Dragged onto the group; Escape takes it back.
    drag(console.page, handle(console, "Geen geld"), group, drop=False)
    console.page.keyboard.press("Escape")
    expect(console.page.locator(".drag-picture")).to_have_count(0)
    # The button of the mouse goes up some time later, and that is no click.
    console.page.wait_for_timeout(50)
    console.page.mouse.up()
    expect(group.get_by_role("listitem")).to_have_count(2)
    expect(console.page.get_by_role("dialog")).to_have_count(0)
    # Somebody adds a card and another goes away while one is dragged.
    drag(console.page, handle(console, "Dijken hoger maken"), group, drop=False)
    table.add(table.bo, "kansen", "kansen", "Ondertussen")
    expect(console.card("Ondertussen")).to_be_visible()
    table.tell(table.bo, "canvas.remove_card", step="kansen", card=table.cards["Ondertussen"])
    expect(console.card("Ondertussen")).to_be_hidden()
    console.page.mouse.up()
    expect(group.get_by_role("listitem")).to_have_count(3)
    expect(group.get_by_text("Dijken hoger maken")).to_be_visible()

    for text in ("Dijk verhogen", "Dijken hoger maken"):
        console.page.get_by_role("checkbox", name=console.t("canvas.pick_card", text=text)).check()
    console.button("canvas.merge").click()
    console.button("canvas.merge", console.dialog).click()
    expect(phone.text("canvas.merged", n=1)).to_be_visible()
    expect(phone.card("Dijken hoger maken")).to_have_count(0)
    console.button("canvas.split", text="Dijk verhogen").click()
    expect(phone.card("Dijken hoger maken").first).to_be_visible()

    drag(console.page, handle(console, "Geen geld"), console.page.locator("[data-box=knelpunten]"))
    expect(console.page.locator("[data-box=knelpunten]").get_by_text("Geen geld")).to_be_visible()
    # A press on the handle without a move is the button.
    handle(console, "Geen geld").click()
    console.dialog.get_by_role("button", name="Water", exact=True).click()
    expect(group.get_by_text("Geen geld")).to_be_visible()
    console.button("canvas.rename_group", group="Water").click()
    console.page.get_by_label(console.t("canvas.group_title")).fill("Dijk en natuur")
    console.button("canvas.save", console.dialog).click()
    expect(phone.page.get_by_role("heading", name="Dijk en natuur")).to_be_visible()
    console.button("canvas.ungroup", group="Dijk en natuur").click()
    expect(phone.page.get_by_role("heading", name="Dijk en natuur")).to_be_hidden()
    table.end()


def test_a_facilitator_adds_locks_brings_in_and_sorts(server: Server, venue: Venue):
    table = Table.laid(server, venue)
    console, phone = table.console, table.phone
    table.go("kansen")
    console.button("canvas.add_cards_in", box="Kansen").click()
    console.page.get_by_label(console.t("canvas.one_a_line")).fill("Kano\n\nAppel\n Boot ")
    console.button("canvas.add_these", n=3).click()
    for text in ("Kano", "Appel", "Boot"):
        expect(phone.card(text)).to_be_visible()
    console.button("canvas.lock_box", box="Kansen").click()
    expect(phone.text("canvas.box_locked")).to_be_visible()
    console.button("canvas.look_table").click()
    column = console.page.get_by_role("columnheader", name=console.t("canvas.text"))
    column.get_by_role("button").press("Enter")
    expect(column).to_have_attribute("aria-sort", "ascending")
    expect(console.page.get_by_role("rowheader")).to_have_text(["Appel", "Boot", "Kano"])
    column.get_by_role("button").press("Enter")
    expect(console.page.get_by_role("rowheader")).to_have_text(["Kano", "Boot", "Appel"])

    table.go("acties")
    expect(phone.card("Kano")).to_be_visible()
    table.add(table.bo, "kansen", "knelpunten", "Geen geld")
    console.page.get_by_role("button", name=console.t("canvas.prefill", steps="Kansen en knelpunten")).click()
    expect(phone.card("Geen geld")).to_be_visible()
    table.end()


def test_a_board_with_much_on_it_is_shown_in_pages(server: Server, venue: Venue):
    table = Table.laid(server, venue)
    table.go("kansen")
    for n in range(60):
        table.add(table.steering, "kansen", "kansen", f"Kaart {n}: {'veel woorden ' * 12}")
    screen = table.screen
    expect(screen.page.get_by_text(re.compile("^Kaart 59:"))).to_be_visible()
    expect(screen.page.get_by_text(re.compile("^Kaart 0:"))).to_be_hidden()
    pager = screen.page.locator(".screen-pager")
    pages = int(re.findall(r"\d+", pager.inner_text())[-1])
    for _ in range(pages - 1):
        screen.page.keyboard.press("ArrowRight")
    expect(screen.page.get_by_text(re.compile("^Kaart 0:"))).to_be_visible()
    # A tall screen on a wall shows them in pages too: nobody is there to scroll it.
    screen.page.set_viewport_size({"width": 1080, "height": 1920})
    for part in (pager, screen.page.locator(".screen-foot")):
        expect(part).to_be_in_viewport(ratio=1)
    table.end()


def test_a_board_that_does_not_fit_is_shown_row_by_row_with_its_groups_whole(server: Server, venue: Venue):
    table = Table.laid(server, venue)
    table.go("vlakken")
    screen = table.screen
    for box in ("noord", "oost", "west", "zuid"):
        added = [
            table.add(table.steering, "vlakken", box, f"{box} {n} {'woorden ' * n}") for n in range(4, 10)
        ]
        for half in (added[:3], added[3:]):
            table.tell(
                table.steering, "canvas.group_cards", step="vlakken", group=fresh_id(), cards=half, title=box
            )
    expect(screen.page.locator("[data-group]")).to_have_count(8)
    seen: list[set[str]] = []
    for page in (1, 2):
        expect(screen.page.locator(".screen-pager")).to_have_text(
            screen.t("screen.page_of", page=page, pages=2), use_inner_text=True
        )
        seen.append(set(screen.page.locator("h2:visible").all_inner_texts()))
        expect(screen.page.locator("[data-card]:visible")).to_have_count(12)
        assert set(screen.page.locator("[data-group]:visible").evaluate_all(PARTS)) == {1}
        # The buttons of the screen, which come when the mouse moves, cover no button of a page.
        screen.button("screen.next_page").click()
    assert seen == [{"Noord", "Oost"}, {"West", "Zuid"}]
    table.end()


# In how many parts each group stands on the screen: more than one when it goes on in a next column.
PARTS = "groups => groups.map(group => group.getClientRects().length)"


# The numbered words that stand on the screen in full: in no part that cuts them off, and not where a page fades out.
WORDS_IN_SIGHT = """() => {
    const cuts = element => element && element !== document.body
        ? [...(getComputedStyle(element).overflow === "visible" ? [] : [element]), ...cuts(element.parentElement)] : [];
    const inside = (word, element) => {
        const {left, right, top, bottom} = element.getBoundingClientRect();
        const fades = "below" in element.dataset ? 1.2 * parseFloat(getComputedStyle(element).fontSize) : 0;
        const head = element.querySelector("thead")?.offsetHeight ?? 0;
        // Letters are less high than the room that is kept for them.
        const air = word.height / 5;
        return word.left > left - 1 && word.right < right + 1 && word.top + air > top + head
            && word.bottom - air < bottom - fades;
    };
    const texts = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
    const range = document.createRange(), words = [];
    while (texts.nextNode()) for (const {0: word, index} of texts.currentNode.textContent.matchAll(/\\bw\\d+\\b/g)) {
        range.setStart(texts.currentNode, index);
        range.setEnd(texts.currentNode, index + word.length);
        const place = range.getBoundingClientRect();
        if (place.width && cuts(texts.currentNode.parentElement).every(element => inside(place, element))) words.push(word);
    }
    return words;
}"""


def test_what_is_larger_than_the_screen_is_shown_in_parts(server: Server, venue: Venue):
    """One card, one row of a table and one row of cells that are each too much: every word comes in sight."""
    table = Table.laid(server, venue)
    number = count()

    def words(most: int) -> tuple[str, set[str]]:
        """Numbered words in so many characters."""
        made: list[str] = []
        while sum(map(len, made)) + len(made) < most - 8:
            made.append(f"w{next(number)}")
        return " ".join(made), set(made)

    def all_seen(step: str, written: set[str]) -> None:
        table.go(step)
        screen = table.screen.page
        pager = screen.locator(".screen-pager")
        expect(pager).to_be_visible()
        pages = int(re.findall(r"\d+", pager.inner_text())[-1])
        seen: set[str] = set()
        for page in range(1, pages + 1):
            expect(pager).to_contain_text(table.screen.t("screen.page_of", page=page, pages=pages))
            seen |= set(screen.evaluate(WORDS_IN_SIGHT))
            screen.keyboard.press("ArrowRight")
        assert written - seen == set()

    story, told = words(2000)
    for n in range(6):
        table.add(table.bo, "vertellen", "vragen", f"Vraag {n}")
    for _ in range(8):
        more, further = words(2000)
        told |= further
        table.add(table.bo, "vertellen", "verhalen", more)
    table.add(table.cas, "vertellen", "verhalen", story)
    all_seen("vertellen", told)

    (account, heading), (length, at_length) = words(2000), words(2000)
    table.add(table.bo, "verslagen", "verslagen", "Kort", fields={"wie": "Bo"})
    table.add(table.cas, "verslagen", "verslagen", account, fields={"lang": length})
    all_seen("verslagen", heading | at_length)

    table.add(table.bo, "kansen", "kansen", "Het dal")
    [chance] = table.steering.fresh()[1]["steps"]["kansen"]["cards"]
    table.tell(
        table.steering, "canvas.group_cards", step="kansen", group=GROUP, cards=[chance], title="Dal en dijk"
    )
    in_cells: set[str] = set()
    for n in range(60):
        more, further = words(270)
        in_cells |= further
        table.add((table.bo, table.cas)[n % 2], "lagen", ("preventie", "ruimte")[n % 2], more, row=GROUP)
    all_seen("lagen", in_cells)
    expect(table.screen.page.get_by_role("heading", name="Dal en dijk")).to_be_in_viewport()
    table.end()


def test_a_board_with_room_leaves_nothing_out(server: Server, venue: Venue):
    table = Table.laid(server, venue)
    table.go("kansen")
    for n in range(14):
        table.add(
            table.steering, "kansen", ("kansen", "knelpunten")[n % 2], f"Kaart {n} met een gewone zin erop"
        )
        expect(table.screen.page.get_by_text(re.compile(f"^Kaart {n} "))).to_be_visible()
    expect(table.screen.page.get_by_text(re.compile("^Kaart 0 "))).to_be_visible()
    expect(table.screen.page.locator(".board-more:visible")).to_have_count(0)
    table.end()


def handle(console: Visitor, text: str) -> Locator:
    return console.button("canvas.move_card", text=text)


def drag(page: Page, source: Locator, target: Locator, drop: bool = True) -> None:
    """By mouse to the top of the target, as somebody does it: let go when the target shows that it will take it."""
    source.hover()
    page.mouse.down()
    for _ in range(20):
        box = target.bounding_box()
        assert box
        # The page goes along at its edges, so the target may move.
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 12, steps=4)
        if target.get_attribute("data-drop") is not None:
            break
    else:
        raise AssertionError("the target never says that it takes what is dragged")
    if drop:
        page.mouse.up()

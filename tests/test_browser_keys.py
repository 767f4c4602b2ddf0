"""The work of a risk dialogue by the keyboard alone: behind the console, and for a participant on a laptop."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.inspection import press, tab_to
from tests.pages import Phone, Venue, Visitor
from tests.running import Server, Workshop
from tests.wire import Guest

RISKS = ("Als de beek overloopt, dan staat de straat blank", "Als de kelder volloopt, dan valt de stroom uit")
GROUP = "Als het water komt, dan valt alles uit"
IDEA = "De schakelkasten een meter hoger"


class Room:
    """A session in which two guests of each of three organisations can do what does not matter here."""

    def __init__(self, server: Server) -> None:
        self.workshop: Workshop = server.start_session("risicodialoog")
        self.steering = Guest(self.workshop, "facilitator").attend()
        self.guests = [
            Guest(self.workshop).join(group) for group in ("Waterschap", "Gemeente", "Provincie") * 2
        ]
        for at, text in enumerate(RISKS):
            self.tell(self.guests[at], "canvas.add_card", "risicos", card=card(at), box="risicos", text=text)

    def tell(self, who: Guest, kind: str, step: str, **fields: Any) -> None:
        answer = who.command(kind, step=step, **fields)
        assert answer["ok"], answer
        self.steering.up_to(answer["seq"])

    def go(self, step: str) -> str:
        """Everybody goes to *step*; its title."""
        self.tell(self.steering, "session.go", step)
        title: str = self.steering.view["agenda"][step]["title"]
        return title

    def judged(self) -> None:
        """Everybody finds both risks not acceptable, and may know it."""
        for guest in self.guests:
            for item in guest.fresh()[1]["steps"]["acceptabel"]["items"]:
                self.tell(guest, "rating.rate", "acceptabel", item=item, score=1)
        self.tell(self.steering, "rating.reveal", "acceptabel")


def card(number: int) -> str:
    return f"risk-{number}-0123456789"


@pytest.fixture
def room(server: Server) -> Iterator[Room]:
    room = Room(server)
    yield room
    for guest in (room.steering, *room.guests):
        guest.leave()


def focused(visitor: Visitor) -> bool:
    """Whether those who go on from here are anywhere but at the start of the page."""
    return bool(visitor.page.evaluate("() => document.activeElement !== document.body"))


def test_a_facilitator_groups_and_concludes_by_the_keyboard(room: Room, venue: Venue):
    title = room.go("samenvoegen")
    console = venue.console().enter(room.workshop).at(title)
    for text in RISKS:
        box = console.page.get_by_role("checkbox", name=console.t("canvas.pick_card", text=text), exact=True)
        tab_to(console, box)
        press(console, "Space")
        expect(box).to_be_checked()
    tab_to(console, console.button("canvas.group_these", n=2))
    press(console, "Enter")
    tab_to(console, console.dialog.get_by_label(console.t("canvas.group_title")))
    console.page.keyboard.type(GROUP)
    press(console, "Enter")
    expect(console.page.get_by_role("heading", name=GROUP)).to_be_visible()
    expect(console.dialog).to_have_count(0)
    assert focused(console)

    rename = console.button("canvas.rename_group", group=GROUP)
    tab_to(console, rename)
    press(console, "Enter")
    expect(console.dialog).to_be_visible()
    press(console, "Escape")
    expect(rename).to_be_focused()
    tab_to(console, console.button("canvas.ungroup", group=GROUP))
    press(console, "Enter")
    expect(console.page.get_by_role("heading", name=GROUP)).to_have_count(0)

    room.judged()
    console.at(room.go("gesprek"))
    topic = console.page.get_by_role("button", name=RISKS[1])
    tab_to(console, topic)
    press(console, "Enter")
    expect(topic).to_have_attribute("aria-expanded", "true")
    tab_to(console, console.button("discussion.spotlight_on"))
    press(console, "Enter")
    expect(console.text("discussion.on_screen", title=RISKS[1])).to_be_visible()
    tab_to(console, console.page.get_by_role("button", name="Verder uitzoeken", exact=True))
    press(console, "Space")
    note = console.page.get_by_label(console.t("discussion.note"))
    tab_to(console, note)
    console.page.keyboard.type("n1 is een letter en een cijfer")
    press(console, "Tab", "Enter")
    expect(console.button("discussion.save")).to_have_count(0)
    assert focused(console)
    [conclusion] = room.guests[0].fresh()[1]["steps"]["gesprek"]["conclusions"].values()
    assert (conclusion["decision"], conclusion["note"]) == (
        "Verder uitzoeken",
        "n1 is een letter en een cijfer",
    )


def test_a_participant_on_a_laptop_solves_and_takes_on_by_the_keyboard(room: Room, venue: Venue):
    room.judged()
    for item in room.guests[0].fresh()[1]["steps"]["gesprek"]["items"]:
        room.tell(room.steering, "discussion.conclude", "gesprek", item=item, decision="Niet acceptabel")
    person: Phone = venue.phone(
        viewport={"width": 1366, "height": 768}, is_mobile=False, has_touch=False
    ).join(room.workshop, "Waterschap", "An")
    expect(person.heading).to_have_text(room.go("oplossingen"))
    tab_to(person, person.button("canvas.next_row"))
    press(person, "Enter")
    expect(person.page.get_by_role("heading", level=2, name=RISKS[1])).to_be_visible()
    second = person.page.get_by_role("region", name="Laag 2")
    tab_to(person, second.get_by_role("button", name=re.compile(person.t("canvas.write_here"))))
    press(person, "Enter")
    expect(person.composer).to_be_focused()
    person.page.keyboard.type(IDEA)
    press(person, "Enter")
    expect(second.get_by_role("listitem").filter(has_text=IDEA)).to_be_visible()

    expect(person.heading).to_have_text(room.go("maatregelen"))
    measure = person.card(IDEA)
    tab_to(person, person.button("canvas.take", measure))
    press(person, "Enter")
    tab_to(person, person.dialog.get_by_label("Gereed op"))
    # The first of January: every order of day and month.
    person.page.keyboard.type("01012030")
    press(person, "Enter")
    expect(measure.get_by_text(person.t("canvas.agreed"), exact=True)).to_be_visible()
    # The button that was pressed is gone; the focus stays with the card.
    expect(measure.locator(":focus")).to_be_visible()
    tab_to(person, person.button("canvas.let_go", measure))
    press(person, "Enter")
    expect(person.button("canvas.take", measure)).to_be_visible()
    expect(measure.locator(":focus")).to_be_visible()
    # Somebody else takes it: then one can join.
    view = room.steering.fresh()[1]["steps"]["maatregelen"]["cards"]
    room.tell(
        room.guests[1],
        "canvas.take_card",
        "maatregelen",
        card=next(iter(view)),
        on=True,
        fields={"trekker": "Bo"},
    )
    join = person.button("canvas.join", measure)
    tab_to(person, join)
    press(person, "Space")
    expect(join).to_have_attribute("aria-pressed", "true")
    tell = person.page.get_by_role("button", name=person.t("trail.of", title=IDEA))
    tab_to(person, tell)
    press(person, "Enter")
    expect(person.dialog.get_by_role("listitem").filter(has_text=RISKS[1])).to_be_visible()
    press(person, "Escape")
    expect(tell).to_be_focused()

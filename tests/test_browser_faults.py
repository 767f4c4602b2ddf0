"""What rooms do to a page: no network while somebody types and rates, away and back, two tabs, a step that changes.

The back-forward cache never holds our pages: they are sent with ``no-store``, and Chromium keeps none that a test looks
at.  Safari may all the same, so what happens then is shown by telling the page so.
"""

import re

import pytest
from playwright.sync_api import Error, WebSocketRoute, expect

from tests.pages import Phone, Venue, eventually
from tests.running import Server, Workshop
from tests.wire import Guest, fresh_id
from tests.writing import (
    BOX,
    CANVAS,
    ISSUE,
    MUCH,
    ROUND,
    cards,
    facilitator,
    phone,
    saved,
    sends,
    steers,
    without_wifi,
    workshop,
)

__all__ = ["facilitator", "phone", "workshop"]

COMES_BACK = "() => dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))"


def adds(guest: Guest, text: str) -> None:
    steers(guest, "canvas.add_card", step=CANVAS, card=fresh_id(), box=BOX, text=text)


def test_a_score_given_without_network_waits_and_arrives(facilitator: Guest, phone: Phone):
    steers(facilitator, "session.go", step=ROUND)
    expect(phone.item(ISSUE)).to_be_visible()
    without_wifi(phone)
    phone.choose(ISSUE, MUCH)
    expect(phone.chosen(ISSUE, MUCH)).to_be_visible()
    expect(phone.text("participant.offline")).to_be_visible()
    expect(phone.saved(ISSUE)).to_have_count(0)
    without_wifi(phone, False)
    expect(phone.saved(ISSUE)).to_be_visible()
    eventually(lambda: facilitator.fresh()[1]["steps"][ROUND]["answered"] == 1, phone.page)


def test_a_reload_without_network_loses_nothing(facilitator: Guest, phone: Phone):
    """The page itself cannot come without a network, and the browser says so; it comes back with all that was there."""
    without_wifi(phone)
    sends(phone, "Geschreven in de kelder")
    phone.composer.fill("En nog half")
    with pytest.raises(Error, match="ERR_INTERNET_DISCONNECTED"):
        phone.page.reload()
    without_wifi(phone, False)
    phone.page.reload()
    expect(saved(phone, "Geschreven in de kelder")).to_be_visible()
    expect(phone.composer).to_have_value("En nog half")
    assert cards(facilitator) == ["Geschreven in de kelder"]


def test_what_one_tab_could_not_send_the_other_one_sends(
    facilitator: Guest, phone: Phone, workshop: Workshop
):
    tab = phone.again().open(workshop.page).arrive()
    expect(tab.composer).to_be_visible()
    without_wifi(phone)
    sends(phone, "Uit de eerste tab")
    sends(tab, "Uit de tweede tab")
    tab.page.close()
    without_wifi(phone, False)
    for text in ("Uit de eerste tab", "Uit de tweede tab"):
        expect(saved(phone, text)).to_be_visible()
    assert sorted(cards(facilitator)) == ["Uit de eerste tab", "Uit de tweede tab"]


def test_a_step_that_changes_leaves_who_types_in_peace(facilitator: Guest, phone: Phone):
    phone.composer.click()
    phone.composer.press_sequentially("Halverwege een")
    before = phone.heading.inner_text()
    steers(facilitator, "session.go", step=ROUND)
    expect(phone.text("participant.text_kept")).to_be_visible()
    phone.composer.press_sequentially(" zin")
    expect(phone.heading).to_have_text(before)
    phone.button("canvas.add_card").tap()
    expect(saved(phone, "Halverwege een zin")).to_be_visible()
    assert cards(facilitator) == ["Halverwege een zin"]
    phone.button("participant.go_along").tap()
    expect(phone.item(ISSUE)).to_be_visible()


def test_away_and_back_again_misses_nothing(facilitator: Guest, phone: Phone, server: Server):
    phone.composer.fill("En nog half")
    phone.page.goto(f"{server.url}/")
    adds(facilitator, "Terwijl jij weg was")
    phone.page.go_back()
    expect(phone.card("Terwijl jij weg was")).to_be_visible()
    expect(phone.composer).to_have_value("En nog half")
    phone.write("Ik ben er weer")
    assert sorted(cards(facilitator)) == ["Ik ben er weer", "Terwijl jij weg was"]


class Deaf:
    """A line on which nothing arrives that the page did not ask for: a page that was asleep has missed it."""

    def __init__(self, phone: Phone) -> None:
        self.asked: list[str] = []
        phone.page.route_web_socket(re.compile("/socket.io/"), self._route)

    def _route(self, to_page: WebSocketRoute) -> None:
        to_server = to_page.connect_to_server()

        def up(message: str | bytes) -> None:
            self.asked.append(str(message))
            to_server.send(message)

        def down(message: str | bytes) -> None:
            if not str(message).startswith("42"):
                to_page.send(message)

        to_page.on_message(up)
        to_server.on_message(down)


def test_a_page_out_of_the_back_forward_cache_asks_what_it_missed(
    venue: Venue, workshop: Workshop, facilitator: Guest
):
    phone = venue.phone()
    line = Deaf(phone)
    phone.join(workshop, "Gemeente")
    sends(phone, "Voor ik wegging")
    expect(saved(phone, "Voor ik wegging")).to_be_visible()
    phone.composer.fill("En nog half")
    adds(facilitator, "Terwijl jij sliep")
    syncs = sum('["sync"' in asked for asked in line.asked)
    phone.page.evaluate(COMES_BACK)
    expect(phone.card("Terwijl jij sliep")).to_be_visible()
    assert sum('["sync"' in asked for asked in line.asked) == syncs + 1
    expect(phone.composer).to_have_value("En nog half")
    assert sorted(cards(facilitator)) == ["Terwijl jij sliep", "Voor ik wegging"]

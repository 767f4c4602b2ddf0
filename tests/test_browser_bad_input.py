"""What goes wrong in the room: a mistyped code, a lock, no Wi-Fi, a killed server.

Each gets a sentence that says what to do, and nothing that somebody typed is lost or stored twice.
"""

import re
from collections.abc import Callable

from playwright.sync_api import WebSocketRoute, expect

from tests.pages import WAIT_MS, Phone, Venue, eventually
from tests.running import Server, Workshop
from tests.wire import Guest
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

# codes and keys


def test_an_unknown_code_stays_in_its_field_with_what_to_do(server: Server, venue: Venue):
    phone = venue.phone().open(server.url)
    field = phone.page.get_by_label(phone.t("home.code"))
    expect(field).to_be_focused()
    field.fill("0000 0000")
    phone.button("home.join").tap()
    expect(phone.text("error.unknown_session")).to_be_visible()
    expect(field).to_have_value("0000 0000")
    expect(field).to_be_focused()
    expect(field).to_have_accessible_description(re.compile(re.escape(phone.t("error.unknown_session"))))
    workshop = server.start_session()
    field.fill(f"{workshop.code[:4]}-{workshop.code[4:]}")
    field.press("Enter")
    expect(phone.button("join.enter")).to_be_visible()


def test_an_old_address_says_so_and_leads_to_the_start(server: Server, venue: Venue):
    phone = venue.phone().open(f"{server.url}/s/00000000")
    expect(phone.text("error.unknown_session")).to_be_visible()
    phone.link("error.home").tap()
    expect(phone.page.get_by_label(phone.t("home.code"))).to_be_visible()


def test_a_form_without_an_organisation_keeps_the_name(workshop: Workshop, venue: Venue):
    phone = venue.phone().open(workshop.page)
    name = phone.page.get_by_label(phone.t("join.name"))
    name.fill("Noor")
    phone.button("join.enter").tap()
    expect(phone.text("error.join.organisation_missing").first).to_be_visible()
    expect(name).to_have_value("Noor")
    phone.page.get_by_label(phone.t("join.organisation_other")).check()
    phone.page.get_by_label(phone.t("join.organisation_which")).fill("Vogelwacht Lent")
    phone.button("join.enter").tap()
    phone.arrive()
    expect(phone.page.get_by_text("Vogelwacht Lent").first).to_be_visible()


def test_a_wrong_key_shows_nothing_but_what_to_do(workshop: Workshop, facilitator: Guest, venue: Venue):
    console = venue.console().open(f"{workshop.page}/facilitate#key=not-the-key")
    expect(console.text("error.bad_key")).to_be_visible()
    expect(console.heading).to_be_visible()
    assert facilitator.view["agenda"][CANVAS]["title"] not in console.words
    console.open(f"{workshop.page}/report")
    expect(console.text("error.bad_key")).to_be_visible()
    expect(console.page.get_by_role("article")).to_have_count(0)


# a closed session


def test_a_closed_session_lets_nobody_in_and_everybody_read(
    workshop: Workshop, facilitator: Guest, phone: Phone, venue: Venue
):
    phone.write("Dit staat er al")
    phone.composer.fill("En dit was ik aan het typen")
    phone.page.get_by_text(phone.t("canvas.suggestions"), exact=True).tap()
    expect(phone.button("canvas.take_over").first).to_be_visible()
    steers(facilitator, "session.close")
    expect(phone.exactly("participant.closed")).to_be_visible()
    expect(phone.card("Dit staat er al")).to_be_visible()
    expect(phone.page.get_by_text("En dit was ik aan het typen")).to_be_visible()
    expect(phone.composer).to_have_count(0)
    # What would be refused is not offered.
    for key in ("canvas.take_over", "canvas.edit_card", "canvas.me_too"):
        expect(phone.button(key)).to_have_count(0)
    late = venue.phone().open(workshop.page)
    expect(late.text("error.closed")).to_be_visible()
    expect(late.button("join.enter")).to_have_count(0)
    steers(facilitator, "session.reopen")
    expect(phone.composer).to_have_value("En dit was ik aan het typen")


def test_a_card_that_comes_after_the_close_is_given_back(facilitator: Guest, phone: Phone):
    without_wifi(phone)
    sends(phone, "Net te laat")
    steers(facilitator, "session.close")
    without_wifi(phone, False)
    expect(phone.exactly("participant.closed")).to_be_visible()
    expect(phone.text("canvas.not_saved")).to_be_visible()
    expect(phone.page.get_by_text("Net te laat")).to_be_visible()
    assert cards(facilitator) == []
    steers(facilitator, "session.reopen")
    expect(phone.composer).to_have_value("Net te laat")


# too long, too late


def test_too_long_a_text_cannot_be_sent_and_cannot_be_lost(facilitator: Guest, phone: Phone):
    most = facilitator.view["steps"][CANVAS]["boxes"][BOX]["max_chars"]
    long = "Dit is een lang verhaal. " * 10
    assert len(long) > most
    phone.composer.fill(long)
    expect(phone.button("canvas.add_card")).to_be_disabled()
    expect(phone.composer).to_have_attribute("aria-invalid", "true")
    phone.composer.press("Control+Enter")
    phone.page.reload()
    expect(phone.composer).to_have_value(long)
    assert cards(facilitator) == []
    phone.write(long[:most])
    assert cards(facilitator) == [long[:most].strip()]


def test_a_card_for_a_step_that_was_locked_meanwhile_comes_back_with_the_reason(
    facilitator: Guest, phone: Phone
):
    without_wifi(phone)
    sends(phone, "Geschreven zonder verbinding")
    steers(facilitator, "session.lock_step", step=CANVAS, locked=True)
    without_wifi(phone, False)
    expect(phone.text("canvas.step_locked")).to_be_visible()
    expect(phone.text("canvas.not_saved")).to_be_visible()
    expect(phone.page.get_by_text("Geschreven zonder verbinding")).to_be_visible()
    # Reading the reason is one thing; closing the page before the lock opens is another.
    phone.page.reload()
    expect(phone.page.get_by_text("Geschreven zonder verbinding")).to_be_visible()
    steers(facilitator, "session.lock_step", step=CANVAS, locked=False)
    expect(phone.composer).to_have_value("Geschreven zonder verbinding")
    phone.button("canvas.add_card").tap()
    expect(saved(phone, "Geschreven zonder verbinding")).to_be_visible()
    assert cards(facilitator) == ["Geschreven zonder verbinding"]


def test_a_change_that_comes_after_the_lock_is_given_back(facilitator: Guest, phone: Phone):
    phone.write("Eerste gedachte")
    dialog = phone.edit("Eerste gedachte")
    without_wifi(phone)
    dialog.get_by_label(phone.t("canvas.text")).fill("Betere gedachte")
    phone.button("canvas.save", dialog).tap()
    expect(phone.card("Betere gedachte")).to_be_visible()
    steers(facilitator, "session.lock_step", step=CANVAS, locked=True)
    without_wifi(phone, False)
    expect(phone.card("Eerste gedachte").get_by_text(phone.t("error.step.locked"))).to_be_visible()
    expect(phone.card("Eerste gedachte").get_by_text("Betere gedachte")).to_be_visible()
    steers(facilitator, "session.lock_step", step=CANVAS, locked=False)
    dialog = phone.edit("Eerste gedachte")
    expect(dialog.get_by_label(phone.t("canvas.text"))).to_have_value("Betere gedachte")
    phone.button("canvas.save", dialog).tap()
    expect(saved(phone, "Betere gedachte")).to_be_visible()
    assert cards(facilitator) == ["Betere gedachte"]


def test_a_remark_that_comes_after_the_reveal_is_given_back(facilitator: Guest, phone: Phone):
    steers(facilitator, "session.go", step=ROUND)
    phone.rate(ISSUE, MUCH)
    phone.page.get_by_text(phone.t("rating.remark"), exact=True).tap()
    without_wifi(phone)
    phone.page.get_by_label(phone.t("rating.remark_on", item=ISSUE)).fill("Bij ons elke week")
    phone.button("rating.remark_save").tap()
    steers(facilitator, "rating.reveal", step=ROUND)
    without_wifi(phone, False)
    expect(phone.text("error.rating.closed").first).to_be_visible()
    expect(phone.page.get_by_text("Bij ons elke week")).to_be_visible()


# no line, no server


def test_without_wifi_what_is_written_waits_and_arrives_once(facilitator: Guest, phone: Phone):
    without_wifi(phone)
    sends(phone, "Onder de brug")
    expect(phone.page.get_by_role("alert").get_by_text(phone.t("participant.offline"))).to_be_visible()
    expect(phone.text("participant.waiting", n=1)).to_be_visible()
    expect(phone.card("Onder de brug").get_by_text(phone.t("participant.sending"))).to_be_visible()
    expect(saved(phone, "Onder de brug")).to_have_count(0)
    phone.composer.fill("En nog half")
    without_wifi(phone, False)
    expect(saved(phone, "Onder de brug")).to_be_visible()
    expect(phone.text("participant.offline")).to_be_hidden()
    expect(phone.composer).to_have_value("En nog half")
    assert cards(facilitator) == ["Onder de brug"]


def test_the_tick_waits_for_the_acknowledgement(server: Server, venue: Venue, workshop: Workshop):
    guest = Guest(workshop, "facilitator").attend()
    steers(guest, "session.go", step=CANVAS)
    phone = venue.phone()
    line = Line(phone)
    phone.join(workshop, "Gemeente")
    expect(phone.composer).to_be_visible()
    line.held_up = True
    sends(phone, "Al bewaard, nog niet gehoord")
    expect(phone.card("Al bewaard").get_by_text(phone.t("participant.sending"))).to_be_visible()
    # The server has stored it long since; the phone cannot know.
    eventually(lambda: cards(guest) == ["Al bewaard, nog niet gehoord"], phone.page)
    expect(saved(phone, "Al bewaard")).to_have_count(0)
    line.release()
    expect(saved(phone, "Al bewaard")).to_be_visible()
    guest.leave()


class Line:
    """The connection of a phone, on which all that the server says can be held up."""

    def __init__(self, phone: Phone) -> None:
        self.held_up = False
        self._held: list[Callable[[], None]] = []
        phone.page.route_web_socket(re.compile("/socket.io/"), self._route)

    def release(self) -> None:
        self.held_up = False
        for send in self._held:
            send()
        self._held = []

    def _route(self, to_page: WebSocketRoute) -> None:
        to_server = to_page.connect_to_server()
        to_page.on_message(to_server.send)

        def pass_on(message: str | bytes) -> None:
            if self.held_up:
                self._held.append(lambda: to_page.send(message))
            else:
                to_page.send(message)

        to_server.on_message(pass_on)


def test_a_killed_server_loses_nothing_and_doubles_nothing(start_server: Callable[..., Server], venue: Venue):
    server = start_server()
    workshop = server.start_session("issues-naar-succesfactoren")
    steers(Guest(workshop, "facilitator").attend(), "session.go", step=CANVAS)
    phone = venue.phone().join(workshop, "Waterschap", "An")
    other = venue.phone().join(workshop, "Provincie")
    phone.write("Voor de klap")
    sends(phone, "Net ervoor verstuurd")
    server.kill()
    sends(phone, "Zonder server geschreven")
    phone.composer.fill("En nog aan het typen")
    expect(phone.text("participant.offline")).to_be_visible()
    expect(saved(phone, "Zonder server")).to_have_count(0)
    expect(other.text("participant.offline")).to_be_visible()

    server.start()
    # A phone tries again after eight seconds at most, twice that with bad luck.
    expect(saved(phone, "Zonder server")).to_be_visible(timeout=2 * WAIT_MS)
    expect(other.text("participant.offline")).to_be_hidden(timeout=2 * WAIT_MS)
    for text in ("Voor de klap", "Net ervoor verstuurd", "Zonder server geschreven"):
        expect(saved(phone, text)).to_be_visible()
        expect(other.card(text)).to_be_visible()
    expect(phone.text("participant.offline")).to_be_hidden()
    expect(phone.composer).to_have_value("En nog aan het typen")
    facilitator = Guest(workshop, "facilitator").attend()
    assert sorted(cards(facilitator)) == ["Net ervoor verstuurd", "Voor de klap", "Zonder server geschreven"]
    facilitator.leave()

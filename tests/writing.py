"""Somebody who writes cards on a phone, and the facilitator on a line of their own: for what goes wrong meanwhile."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, expect

from tests.pages import Phone, Venue
from tests.running import Server, Workshop
from tests.wire import Guest

CANVAS, ROUND = "aanvullen", "herkenning"
BOX = "aanvullingen"
ISSUE = "Geen integraal doel"
MUCH = "Herkenning"


@pytest.fixture
def workshop(server: Server) -> Workshop:
    """A session in which people write cards."""
    return server.start_session("issues-naar-succesfactoren")


@pytest.fixture
def facilitator(workshop: Workshop) -> Iterator[Guest]:
    guest = Guest(workshop, "facilitator").attend()
    steers(guest, "session.go", step=CANVAS)
    yield guest
    if guest.connected:
        guest.leave()


@pytest.fixture
def phone(venue: Venue, workshop: Workshop, facilitator: Guest) -> Phone:
    """Somebody at the canvas."""
    phone = venue.phone().join(workshop, "Waterschap", "An")
    expect(phone.composer).to_be_visible()
    return phone


def steers(guest: Guest, kind: str, **fields: object) -> None:
    answer = guest.command(kind, **fields)
    assert answer["ok"], answer


def without_wifi(phone: Phone, lost: bool = True) -> None:
    phone.page.context.set_offline(lost)


def saved(phone: Phone, text: str) -> Locator:
    """The tick on a card."""
    return phone.card(text).get_by_text(phone.t("participant.saved"), exact=True)


def sends(phone: Phone, text: str) -> None:
    """Writes a card and sends it, without waiting for anything."""
    phone.composer.fill(text)
    phone.button("canvas.add_card").tap()
    expect(phone.composer).to_have_value("")


def cards(guest: Guest, step: str = CANVAS) -> list[str]:
    """The texts of all cards, as a newcomer would see them."""
    _, view = guest.fresh()
    return [card["text"] for card in view["steps"][step]["cards"].values()]

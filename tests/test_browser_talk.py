"""Talking items through, what came from what, and closing questions, as phone, console and screen show them.

Played with a playbook of the test's own, which has all of it in a few steps.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from sessions.texts import Language
from tests.inspection import LOOKS, Inspection
from tests.pages import Console, Phone, Screen, Venue
from tests.running import Server, Workshop, server_that_knows
from tests.wire import Guest, command

PLAYBOOK = """
title = {nl = "Gesprek over risico's", en = "Talking about risks"}

[join]
name = "optional"
organisation = "required"
organisation_label = {nl = "Namens wie ben je hier?", en = "Whom do you speak for?"}
organisations = "organisations"

[[steps]]
id = "peiling"
kind = "rating"
title = {nl = "Hoe herkenbaar is dit?", en = "How recognisable is this?"}
scale = "herkenning4"
remarks = true
items = [
  {id = "i1", title = {nl = "Te weinig tijd voor het gesprek met de buren", en = "Too little time to talk with the neighbours"}},
  {id = "i2", title = {nl = "Onduidelijk wie de dijk betaalt", en = "Unclear who pays for the dike"}, text = {nl = "Ook als er meer partijen van profiteren.", en = "Also when more parties benefit."}},
  {id = "i3", title = {nl = "Gegevens worden niet gedeeld", en = "Data are not shared"}},
]

[[steps]]
id = "gesprek"
kind = "discussion"
title = {nl = "Het gesprek", en = "The conversation"}
instruction = {nl = "We bespreken eerst waar we het minst over eens zijn.", en = "We start with what divides us most."}
question = {nl = "Is dit voor ons samen aanvaardbaar?", en = "Is this acceptable to all of us?"}
items = {items_of = ["peiling"]}
decisions = [
  {nl = "Aanvaardbaar", en = "Acceptable"},
  {nl = "Niet aanvaardbaar", en = "Not acceptable"},
  {nl = "Later verder praten", en = "Talk later"},
]

[[steps]]
id = "aanpak"
kind = "canvas"
title = {nl = "Wat gaan we doen?", en = "What shall we do?"}
boxes = [{id = "acties", title = {nl = "Acties", en = "Actions"}}]
prefill = {items_of = ["gesprek"], decided = [{nl = "Niet aanvaardbaar", en = "Not acceptable"}]}

[[steps]]
id = "slot"
kind = "page"
title = {nl = "Tot slot", en = "To close"}
text = {nl = "Dank voor je inbreng.", en = "Thank you for your contribution."}
editable = true
mail = true
questions = [
  {id = "mee", label = {nl = "Wat neem je mee?", en = "What do you take with you?"}},
  {id = "nut", label = {nl = "Was dit de moeite waard?", en = "Was this worth it?"}, kind = "scale", scale = "eens5"},
]
"""
FIRST, SECOND, THIRD = (
    {
        "nl": "Te weinig tijd voor het gesprek met de buren",
        "en": "Too little time to talk with the neighbours",
    },
    {"nl": "Onduidelijk wie de dijk betaalt", "en": "Unclear who pays for the dike"},
    {"nl": "Gegevens worden niet gedeeld", "en": "Data are not shared"},
)
GROUPS = ["Waterschap", "Provincie", "Gemeente"]


@pytest.fixture(scope="module")
def talk_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with server_that_knows(tmp_path_factory.mktemp("talk"), gesprek=PLAYBOOK) as server:
        yield server


class Room:
    """Everybody in a session that has rated, with a page of each kind."""

    def __init__(self, server: Server, venue: Venue, language: Language = "nl") -> None:
        self.workshop: Workshop = server.start_session("gesprek", language=language)
        self.language: Language = language
        self.guests = [Guest(self.workshop).join(group) for group in GROUPS for _ in range(3)]
        self.facilitator = Guest(self.workshop, "facilitator").attend()
        self.tell("session.go", step="peiling")
        self.phone: Phone = venue.phone(**LOOKS[language]).open(self.workshop.page)
        self.phone.page.get_by_label({"nl": "Waterschap", "en": "Water board"}[language], exact=True).check()
        self.phone.button("join.enter").tap()
        self.phone.arrive()
        self.console: Console = venue.console(**LOOKS[language]).enter(self.workshop)
        self.screen: Screen = venue.screen(**LOOKS[language]).arrive(self.workshop)
        for at, guest in enumerate(self.guests):
            scores = {"i1": 4, "i2": 1 if at < 5 else 4, "i3": 2 + at % 2}
            guest.send(
                [
                    command("rating.rate", step="peiling", item=item, score=score)
                    for item, score in scores.items()
                ]
            )

    def tell(self, kind: str, **fields: object) -> None:
        answer = self.facilitator.command(kind, **fields)
        assert answer["ok"], answer
        self.facilitator.up_to(answer["seq"])

    def go(self, step: str) -> None:
        self.tell("session.go", step=step)
        title = self.facilitator.view["agenda"][step]["title"]
        self.console.at(title)
        for follower in (self.phone, self.screen):
            expect(follower.heading).to_have_text(title)

    def look(self, inspection: Inspection, state: str) -> None:
        inspection.everywhere(state, self.phone, self.console, self.screen)


def test_an_item_in_the_spotlight_is_what_everybody_sees_until_it_is_concluded(
    talk_server: Server, venue: Venue, inspection: Inspection
):
    language: Language = "nl"
    room = Room(talk_server, venue, language)
    phone, console, screen = room.phone, room.console, room.screen
    first, second = FIRST[language], SECOND[language]
    room.go("gesprek")
    for visitor in (phone, console, screen):
        expect(
            visitor.text("discussion.waiting", title=room.facilitator.view["agenda"]["peiling"]["title"])
        ).to_be_visible()
    room.tell("rating.reveal", step="peiling")
    # What divides most comes first.
    topics = console.page.locator(".talk-topic h3")
    expect(topics.first).to_contain_text(second)
    expect(phone.page.locator(".talk-row").first).to_contain_text(second)

    console.page.keyboard.press("n")
    for visitor in (phone, screen):
        expect(visitor.page.get_by_role("heading", level=2, name=second)).to_be_visible()
        expect(visitor.page.get_by_role("img").first).to_be_visible()
    expect(phone.exactly("discussion.in_spotlight")).to_be_visible()
    expect(console.text("discussion.on_screen", title=second)).to_be_visible()

    console.page.keyboard.press("2")
    word = {"nl": "Niet aanvaardbaar", "en": "Not acceptable"}[language]
    for visitor in (phone, screen):
        expect(visitor.page.get_by_text(word, exact=True).first).to_be_visible()
    note = console.page.get_by_label(console.t("discussion.note"))
    note.fill("De provincie zoekt uit wie meebetaalt.")
    console.page.get_by_label(console.t("discussion.who")).fill("Provincie")
    console.button("discussion.save").last.click()
    for visitor in (phone, screen):
        expect(visitor.page.get_by_text("De provincie zoekt uit").first).to_be_visible()
    expect(console.button("discussion.save")).to_have_count(0)
    room.look(inspection, "talk concluded")

    # The next one is that of which people are most divided after it; the one before is discussed.
    console.page.keyboard.press("n")
    expect(phone.page.get_by_role("heading", level=2, name=THIRD[language])).to_be_visible()
    console.page.keyboard.press("o")
    expect(phone.page.locator(".talk-row")).to_have_count(3)
    expect(phone.page.locator(".talk-row", has_text=second)).to_contain_text(word)
    expect(screen.page.locator(".talk-row", has_text=second)).to_contain_text("De provincie zoekt uit")
    expect(console.text("discussion.progress", done=1, items=3)).to_be_visible()
    topics.filter(has_text=first).get_by_role("button").click()
    expect(console.button("discussion.discussed").last).to_have_attribute("aria-pressed", "false")
    room.look(inspection, "talk over")
    # Pressing the word that stands takes it back.
    topics.filter(has_text=second).get_by_role("button").click()
    console.page.keyboard.press("2")
    expect(phone.page.locator(".talk-row", has_text=second)).not_to_contain_text(word)


def test_what_is_written_about_an_item_is_kept_until_it_is_stored(talk_server: Server, venue: Venue):
    room = Room(talk_server, venue)
    room.tell("rating.reveal", step="peiling")
    room.go("gesprek")
    console = room.console
    note = console.page.get_by_label(console.t("discussion.note"))
    note.fill("Een halve zin")
    console.page.reload()
    console.arrive()
    expect(note).to_have_value("Een halve zin")
    # Somebody else takes the item away: what was written comes back with the reason.
    console.page.evaluate("() => document.querySelector('textarea').removeAttribute('maxlength')")
    note.fill("x" * 1_001)
    console.button("discussion.save").click()
    expect(console.page.get_by_role("alert").filter(has_text="1.001")).to_be_visible()
    expect(note).to_have_value("x" * 1_001)
    note.fill("Een hele zin")
    console.button("discussion.save").click()
    expect(console.button("discussion.save")).to_have_count(0)
    expect(note).to_have_value("Een hele zin")


def test_an_item_tells_where_it_came_from_and_what_came_of_it(
    talk_server: Server, venue: Venue, inspection: Inspection
):
    room = Room(talk_server, venue)
    room.tell("rating.reveal", step="peiling")
    room.go("gesprek")
    room.tell("discussion.conclude", step="gesprek", item="i2", decision="Niet aanvaardbaar", note="Te duur.")
    room.tell("session.go", step="aanpak")
    room.go("gesprek")
    phone = room.phone
    phone.page.get_by_role("button", name=phone.t("trail.of", title=SECOND["nl"])).tap()
    expect(phone.dialog.get_by_role("heading", name=phone.t("trail.after"))).to_be_visible()
    expect(phone.dialog).to_contain_text("Wat gaan we doen?")
    inspection.everywhere("trail", phone)


def test_closing_questions_are_answered_without_a_name_and_shown_when_all_have(
    talk_server: Server, venue: Venue, inspection: Inspection
):
    room = Room(talk_server, venue, "en")
    phone, console, screen = room.phone, room.console, room.screen
    room.go("slot")
    field = phone.page.get_by_label("What do you take with you?")
    field.fill("More <b>trust</b>")
    phone.button("page.send").tap()
    expect(phone.button("page.send")).to_have_count(0)
    expect(phone.exactly("participant.saved").first).to_be_visible()
    phone.page.get_by_role("group", name="Was this worth it?").get_by_text("Agree", exact=True).tap()
    expect(phone.exactly("participant.saved")).to_have_count(2)
    expect(console.text("page.answered", n=1).first).to_be_visible()
    # A wrong address comes back with the reason; a right one is shown to nobody else.
    address = phone.page.get_by_label(phone.t("page.mail_label"))
    address.fill("an@nowhere")
    phone.button("page.mail_yes").tap()
    expect(phone.text("error.page.bad_address")).to_be_visible()
    expect(address).to_have_value("an@nowhere")
    address.fill("an@example.org")
    phone.button("page.mail_yes").tap()
    expect(phone.button("page.mail_no")).to_be_visible()
    expect(console.text("page.mails", n=1)).to_be_visible()
    room.look(inspection, "page asks")
    phone.page.reload()
    expect(phone.page.get_by_text("an@example.org")).to_be_visible()
    expect(field).to_have_value("More <b>trust</b>")

    # The facilitator writes; everybody reads it once it is shown.
    console.page.get_by_label(console.t("page.text")).fill("## What we agreed\n\n- One table")
    expect(phone.page.get_by_role("heading", name="What we agreed")).to_have_count(0)
    console.button("page.publish").click()
    for visitor in (phone, console, screen):
        expect(visitor.page.get_by_role("heading", name="What we agreed")).to_be_visible()
    expect(phone.card("More <b>trust</b>")).to_have_count(0)
    console.page.keyboard.press("Escape")
    console.button("page.reveal").click()
    for visitor in (phone, console, screen):
        expect(visitor.card("More <b>trust</b>")).to_be_visible()
        assert "an@example.org" not in visitor.words or visitor is phone
    room.look(inspection, "page answers")

"""What a facilitator does around a session, in a real browser: rehearse, share the work, and see to it afterwards."""

import pytest
from playwright.sync_api import expect

from sessions.texts import LANGUAGES, Language
from tests.inspection import LOOKS, Inspection
from tests.pages import Venue
from tests.running import Server
from tests.test_afterwards import in_files

ROBOTS = 40


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_rehearsal_from_its_start_to_the_session_that_it_was_for(
    server: Server, venue: Venue, inspection: Inspection, language: Language
):
    workshop = server.start_session(language=language)
    console = venue.console(**LOOKS[language]).enter(workshop)
    console.button("rehearsal.try").click()
    console.page.get_by_label(console.t("rehearsal.number")).fill(str(ROBOTS))
    console.page.get_by_label(console.t("rehearsal.fast")).check()
    inspection.look("starting a rehearsal", console)
    console.button("rehearsal.start").click()

    band = console.page.get_by_role("region", name=console.t("rehearsal.badge"))
    expect(band).to_contain_text(console.t("rehearsal.robots", n=ROBOTS))
    rehearsal = console.page.url.split("/")[4]
    assert rehearsal != workshop.code
    title = {"nl": "Hoe herkenbaar is dit?", "en": "How recognisable is this?"}[language]
    console.go(title)
    phone = venue.phone(**LOOKS[language]).open(f"{server.url}/s/{rehearsal}")
    expect(phone.heading).to_contain_text(phone.t("rehearsal.title", title=""))
    phone.page.get_by_role("radio").first.check()
    phone.button("join.enter").tap()
    phone.arrive()
    expect(phone.exactly("rehearsal.badge")).to_be_in_viewport()
    inspection.look("a phone in a rehearsal", phone, thumbs=True)
    screen = venue.screen(**LOOKS[language]).open(f"{server.url}/s/{rehearsal}/screen")
    expect(screen.exactly("rehearsal.badge")).to_be_visible()
    # Whoever holds the phone is the only one who counts as here.
    expect(screen.text("screen.online", n=1)).to_be_visible()
    expect(console.page.get_by_text("(robot)").first).to_be_visible()
    inspection.look("a rehearsal under way", console)
    inspection.look("the screen of a rehearsal", screen)

    robot = "Robot Noor"
    assert in_files(server, robot)
    console.button("rehearsal.clean").click()
    expect(console.exactly("console.lobby_title")).to_be_visible()
    assert console.page.url.endswith(f"/s/{workshop.code}/facilitate")
    spaced = f"{workshop.code[:4]} {workshop.code[4:]}"
    expect(phone.heading).to_have_text(phone.t("error.rehearsal.over", session=spaced))
    inspection.look("a phone after a rehearsal", phone, thumbs=True)
    expect(screen.heading).to_have_text(screen.t("error.rehearsal.over", session=spaced))
    assert in_files(server, rehearsal) == []
    # Straight on to the real start.
    console.button("console.start").click()
    console.at({"nl": "Welkom en wie doet er mee", "en": "Welcome and who is here"}[language])


@pytest.mark.parametrize("language", LANGUAGES)
def test_another_console_goes_on_when_one_dies_and_an_observer_only_watches(
    server: Server, venue: Venue, inspection: Inspection, language: Language
):
    workshop = server.start_session(language=language)
    console = venue.console(**LOOKS[language]).enter(workshop)

    def link(name: str, kind: str) -> str:
        console.button("together.title").click()
        console.page.get_by_label(console.t("together.name")).fill(name)
        console.page.get_by_role("radio", name=console.t(kind)).check()
        console.button("together.add").click()
        made = console.page.get_by_label(console.t("together.link_for", name=name))
        address = made.input_value()
        inspection.look(f"a new link for {name}", console)
        console.page.keyboard.press("Escape")
        expect(console.dialog).to_have_count(0)
        # The address that phones use is not the one of this test.
        return f"{server.url}/s/{workshop.code}/facilitate#{address.partition('#')[2]}"

    spare, watching = link("Anne", "together.facilitator"), link("Bo", "together.observer")
    anne = venue.console(**LOOKS[language])
    anne.open(spare).arrive()
    assert "key" not in anne.page.url
    expect(console.page.get_by_text("Anne", exact=True)).to_be_visible()
    bo = venue.console(**LOOKS[language])
    bo.open(watching).arrive()
    expect(bo.text("together.observing")).to_be_visible()
    expect(bo.button("console.start")).to_be_disabled()

    first = {"nl": "Welkom en wie doet er mee", "en": "Welcome and who is here"}[language]
    second = {"nl": "Hoe herkenbaar is dit?", "en": "How recognisable is this?"}[language]
    console.button("console.start").click()
    console.at(first)
    # The laptop dies; the spare one has the same console, and goes on where it was.
    console.page.context.close()
    venue.visitors.remove(console)
    anne.at(first).next(second)
    bo.at(second)
    expect(bo.page.get_by_role("region", name=bo.t("console.steer"))).to_have_count(0)
    for key in ("ArrowRight", "r", "l", "t", "Control+z"):
        bo.page.keyboard.press(key)
    inspection.look("an observer", bo)
    anne.at(second)
    expect(anne.page.get_by_text("Bo", exact=True)).to_be_visible()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sessions_of_a_device_and_of_the_server_and_what_becomes_of_one(
    server: Server, venue: Venue, inspection: Inspection, language: Language
):
    workshop = server.start_session(language=language, title="Een avond over water")
    console = venue.console(**LOOKS[language]).enter(workshop)
    console.button("after.title").click()
    inspection.look("managing a session", console)
    console.page.keyboard.press("Escape")
    phone = venue.phone(**LOOKS[language]).open(workshop.page)

    console.open(server.url)
    own = console.page.locator("#own-sessions")
    expect(own.get_by_role("link", name="Een avond over water")).to_be_visible()
    inspection.look("the start page", console)
    own.get_by_role("link", name="Een avond over water").click()
    console.arrive()
    console.open(f"{server.url}/sessions?search={workshop.code}")
    inspection.look("all sessions", console)

    console.link("host.copy_of", title="Een avond over water").click()
    inspection.look("copying", console)
    console.page.get_by_label(console.t("new.session_title")).fill("Nog een avond")
    console.button("copy.make").click()
    expect(console.heading).to_have_text("Nog een avond")

    console.open(f"{server.url}/import")
    bad = {"name": "events.jsonl", "mimeType": "text/plain", "buffer": b"no log at all\n"}
    console.page.get_by_label(console.t("import.file")).set_input_files(bad)  # type: ignore[arg-type]
    console.button("import.make").click()
    expect(console.page.locator("#file-error")).to_contain_text(console.t("error.import.no_event"))
    inspection.look("a file that is no log", console)

    console.open(f"{server.url}/s/{workshop.code}/delete")
    console.button("delete.yes").click()
    expect(console.page.locator("#code-error")).to_be_visible()
    inspection.look("deleting", console)
    console.page.get_by_role("textbox").fill(workshop.code)
    console.button("delete.yes").click()
    expect(console.heading).to_have_text(console.t("delete.done"))
    inspection.look("deleted", console)
    phone.page.reload()
    expect(phone.page.get_by_text(phone.t("error.deleted"))).to_be_visible()

    console.open(server.url)
    console.button("home.forget_of", title="Een avond over water").click()
    expect(own).to_be_hidden()


# A browser that lets no page near its clipboard.
NO_CLIPBOARD = """() => {
    navigator.clipboard.writeText = () => Promise.reject(new DOMException("no", "NotAllowedError"));
    document.execCommand = () => false;
}"""
SELECTED = """() => {
    const {value, selectionStart, selectionEnd} = document.activeElement;
    return selectionEnd ? value.slice(selectionStart, selectionEnd) : getSelection().toString();
}"""


def test_the_code_and_the_links_of_a_new_session_are_copied(server: Server, venue: Venue):
    console = venue.console().open(f"{server.url}/new")
    console.button("new.start").click()
    expect(console.text("new.ready")).to_be_visible()
    page = console.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    status = page.get_by_role("status")
    field = {key: console.t(f"new.{key}_address") for key in ("facilitate", "join", "screen")}
    for told, way in (("common.copied", None), ("common.selected", NO_CLIPBOARD)):
        if way:
            page.evaluate(way)
        for what in (*field.values(), console.t("new.code")):
            console.button("common.copy_of", what=what).click()
            expect(status).to_have_text(console.t(told))
            expect(page.locator(".copy-told:not(:empty)")).to_have_text(console.t(told))
            code = page.locator("#code").inner_text()
            wanted = page.get_by_label(what, exact=True).input_value() if what in field.values() else code
            found = page.evaluate(SELECTED if way else "() => navigator.clipboard.readText()")
            assert found == wanted
    assert console.complaints == []


def test_an_example_session_shows_a_result_in_a_few_presses(server: Server, venue: Venue):
    console = venue.console().open(server.url)
    console.button("home.demo").click()
    console.arrive()
    console.button("console.start").click()
    console.next("Hoe herkenbaar is dit?")
    done = console.page.get_by_text("24", exact=False)
    expect(done.first).to_be_visible()
    console.page.keyboard.press("r")
    expect(console.page.locator(".result").first).to_be_visible()
    console.button("rehearsal.clean_demo").click()
    expect(console.heading).to_have_text(console.t("home.heading"))

"""Preparing on the console in real browsers: while phones are in the session, by two people, by keys, with bad input."""

import re
from typing import Any

import pytest
from playwright.sync_api import Dialog, Locator, expect

from tests.inspection import LOOKS, Inspection
from tests.pages import Console, Venue, Visitor
from tests.running import Server, Workshop

BOARD = "Welke risico’s zien we?"


@pytest.fixture
def workshop(server: Server) -> Workshop:
    return server.start_session("risicodialoog")


def prepare(console: Console) -> Locator:
    """Open the editor; the list of steps."""
    console.button("agenda.title").click()
    steps = console.page.locator(".editor-steps")
    expect(steps.get_by_role("button").first).to_be_visible()
    return steps


def choose(console: Console, title: str) -> None:
    console.page.locator(".editor-steps").get_by_role("button", name=title).click()
    expect(console.page.get_by_role("heading", level=3, name=title)).to_be_focused()


def field(console: Visitor, key: str) -> Locator:
    return console.page.get_by_label(console.t(key), exact=True).first


def save(console: Console) -> None:
    console.button("agenda.save").click()
    expect(console.text("agenda.saved")).to_be_visible()


def paste(area: Locator, text: str) -> None:
    """Replace what stands in *area* at once, as a paste does: `fill` has the browser lay out the page for each line."""
    area.evaluate(
        """(element, text) => {
            element.setRangeText(text, 0, element.value.length, "end");
            element.dispatchEvent(new InputEvent("input", {inputType: "insertFromPaste", bubbles: true}));
        }""",
        text,
    )


def phone_frame(console: Console) -> Any:
    return console.page.frame_locator(".preview-frame[data-of=phone] iframe")


def test_the_agenda_is_edited_while_phones_are_in_it(venue: Venue, workshop: Workshop):
    phone = venue.phone().join(workshop, "Waterschap")
    console = venue.console().enter(workshop)
    console.button("console.start").click()
    console.page.get_by_role("navigation").get_by_role("button", name=BOARD).click()
    expect(phone.heading).to_have_text(BOARD)
    phone.write("Het dorp loopt onder")
    phone.composer.fill("Halverwege mijn zin")
    prepare(console)
    # Words, and a box more: what is typed meanwhile stays where it is.
    field(console, "agenda.field.title").fill("Wat kan er misgaan?")
    expect(phone_frame(console).get_by_role("heading", level=1)).to_have_text("Wat kan er misgaan?")
    expect(phone_frame(console).get_by_text("Het dorp loopt onder")).to_be_visible()
    console.button("agenda.add_box").click()
    console.page.locator(".plan-record details[open]").get_by_label(
        console.t("agenda.field.title"), exact=True
    ).fill("Kansen")
    save(console)
    expect(phone.heading).to_have_text("Wat kan er misgaan?")
    expect(phone.composer).to_have_value("Halverwege mijn zin")
    expect(phone.page.get_by_role("heading", level=2, name="Vak 1 van 2 Risico’s")).to_be_visible()
    expect(phone.card("Het dorp loopt onder")).to_be_visible()
    # A box with cards stays, and the editor says why.
    console.page.get_by_role("button", name=console.t("agenda.remove", title="Risico’s"), exact=True).click()
    expect(console.text("error.agenda.problem", title="x", field="y", problem="z")).to_have_count(0)
    expect(console.text("error.agenda.box_in_use", title="Risico’s").first).to_be_visible()
    console.button("agenda.discard").click()
    # Skipped steps are no longer on phones.
    choose(console, "Tweede ronde")
    console.button("agenda.skip").click()
    expect(console.text("agenda.is_skipped", title="Tweede ronde")).to_be_visible()
    phone.button("participant.steps").tap()
    expect(phone.dialog.get_by_text("Afronding")).to_be_visible()
    expect(phone.dialog.get_by_text("Tweede ronde")).to_have_count(0)
    # A step that others use is not taken away.
    choose(console, "Acceptabel of niet?")
    console.button("agenda.remove_step").click()
    expect(console.page.get_by_role("alert").filter(has_text="‘Gesprek: inhoud")).to_be_visible()


def test_a_step_is_dragged_to_another_place(venue: Venue, workshop: Workshop):
    console = venue.console().enter(workshop)
    steps = prepare(console).get_by_role("listitem")
    handle = steps.nth(0).locator(".drag-handle").bounding_box()
    target = steps.nth(2).bounding_box()
    assert handle
    assert target
    mouse = console.page.mouse
    mouse.move(handle["x"] + 10, handle["y"] + 20)
    mouse.down()
    mouse.move(target["x"] + 80, target["y"] + 10, steps=6)
    mouse.up()
    expect(steps.nth(1)).to_contain_text("Welkom en wie doet er mee")
    expect(steps.nth(0)).to_contain_text("Uitkomst van de stresstest")


def test_two_people_edit_one_step_and_nothing_is_lost(venue: Venue, workshop: Workshop):
    one, other = (venue.console().enter(workshop) for _ in range(2))
    for console in (one, other):
        prepare(console)
        choose(console, BOARD)
    field(other, "agenda.field.title").fill("Van de ander")
    field(one, "agenda.field.title").fill("Van de een")
    save(one)
    expect(other.text("agenda.overtaken")).to_be_visible()
    expect(field(other, "agenda.field.title")).to_have_value("Van de ander")
    other.button("agenda.save").click()
    expect(other.text("error.agenda.edited_meanwhile", title="Van de een").first).to_be_visible()
    expect(field(other, "agenda.field.title")).to_have_value("Van de ander")
    other.button("agenda.keep_mine").click()
    save(other)
    expect(one.page.get_by_role("heading", level=3, name="Van de ander")).to_be_visible()


def test_what_is_saved_without_a_connection_goes_out_later(venue: Venue, workshop: Workshop):
    console = venue.console().enter(workshop)
    prepare(console)
    choose(console, BOARD)
    console.page.context.set_offline(True)
    expect(console.text("common.offline")).to_be_visible()
    field(console, "agenda.field.title").fill("Zonder wifi")
    console.button("agenda.save").click()
    expect(console.text("agenda.saved_later")).to_be_visible()
    # It is on its way: leaving loses nothing, and asks nothing.
    console.button("common.close").first.click()
    expect(console.dialog).to_have_count(0)
    console.page.context.set_offline(False)
    agenda = console.page.get_by_role("navigation", name=console.t("console.agenda"))
    expect(agenda.get_by_role("button", name="Zonder wifi")).to_be_visible()


def test_unsaved_work_is_asked_about_and_comes_back_after_a_reload(venue: Venue, workshop: Workshop):
    console = venue.console().enter(workshop)
    prepare(console)
    choose(console, BOARD)
    field(console, "agenda.field.notes").fill("Vraag naar de stuw")
    console.button("common.close").first.click()
    expect(console.text("agenda.leave_text")).to_be_visible()
    console.button("agenda.leave_no").click()
    expect(field(console, "agenda.field.notes")).to_have_value("Vraag naar de stuw")
    asked: list[str] = []

    def go_on(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    console.page.on("dialog", go_on)
    console.page.reload()
    assert asked == ["beforeunload"]
    prepare(console)
    choose(console, BOARD)
    expect(field(console, "agenda.field.notes")).to_have_value("Vraag naar de stuw")
    save(console)
    # Notes are for the facilitator alone.
    view = console.page.request.get(f"{workshop.page}/view.json").text()
    assert "stuw" not in view
    assert BOARD in view


def test_a_list_is_pasted_into_a_new_round_and_kept_as_a_playbook(
    venue: Venue, server: Server, workshop: Workshop
):
    console = venue.console().enter(workshop)
    prepare(console)
    choose(console, "Welkom en wie doet er mee")
    console.button("agenda.add").click()
    console.dialog.last.get_by_role("button", name=re.compile(console.t("agenda.new_scale"))).click()
    expect(console.page.get_by_role("heading", level=3, name=console.t("agenda.new_scale"))).to_be_focused()
    console.text("agenda.paste").first.click()
    area = field(console, "agenda.paste_label")
    paste(area, "\n".join(f"Onderwerp {n}" for n in range(500)))
    console.button("agenda.paste_do").click()
    expect(console.text("error.agenda.too_many", n=501, most=200)).to_be_visible()
    assert len(area.input_value().splitlines()) == 500
    paste(area, "- Dijk\n\n- <b>Water</b>\n- dijk\n1. Bodem")
    console.button("agenda.paste_do").click()
    expect(console.text("agenda.pasted", added=3, doubled=1)).to_be_visible()
    expect(phone_frame(console).get_by_role("group", name="<b>Water</b>")).to_be_visible()
    save(console)
    console.button("agenda.keep_playbook").click()
    field(console, "agenda.playbook_name").fill("Mijn lijst")
    console.dialog.last.get_by_role("button", name=console.t("agenda.save"), exact=True).click()
    expect(console.text("agenda.playbook_kept", title="Mijn lijst")).to_be_visible()
    console.page.keyboard.press("Escape")
    # It is offered beside the shipped ones, also when another file there is wrong.
    (server.data / "playbooks" / "kapot.toml").write_text('title = "Kapot"\nsteps = 3\n')
    console.open(f"{server.url}/new")
    expect(console.page.get_by_role("radio", name="Mijn lijst")).to_be_visible()
    expect(console.page.get_by_text("kapot.toml, veld steps: schrijf het als [[steps]]")).to_be_visible()
    (server.data / "playbooks" / "kapot.toml").unlink()
    console.page.get_by_role("radio", name="Mijn lijst").check()
    console.text("new.joining").click()
    field(console, "agenda.organisations").fill("Deltares\n\nRijk")
    console.button("new.start").click()
    join = field(console, "new.join_address").input_value()
    phone = venue.phone().open(f"{server.url}/s/{join.rsplit('/', 1)[1]}")
    expect(phone.page.get_by_label("Deltares", exact=True)).to_be_visible()
    expect(phone.page.get_by_label("Provincie", exact=True)).to_have_count(0)


def test_from_a_pasted_list_to_a_poll_without_choosing_anything(venue: Venue, server: Server):
    visitor = venue.visitor().open(server.url)
    visitor.link("new.list_heading").click()
    visitor.button("new.list_start").click()
    expect(visitor.page.get_by_role("alert").get_by_text(visitor.t("error.paste.empty"))).to_be_visible()
    field(visitor, "new.list_label").fill("Dijk\tHoog genoeg?\nWater\n")
    visitor.button("new.list_start").click()
    visitor.link("new.open_console").click()
    expect(visitor.button("console.start")).to_be_visible()
    visitor.button("console.start").click()
    expect(visitor.page.get_by_text("Water").first).to_be_visible()


def test_a_wrong_file_is_told_and_nothing_is_kept(venue: Venue, server: Server, tmp_path: Any):
    visitor = venue.visitor().open(f"{server.url}/new")
    visitor.text("new.import_heading").click()
    for name, content, told in (
        ("geen.toml", b"dit is geen toml", "geen.toml: is geen TOML"),
        (
            "vreemd.toml",
            b'title = "x"\n[[steps]]\nid = "a"\nkind = "quiz"\n',
            "vreemd.toml, stap ‘a’, veld kind",
        ),
        ("groot.toml", b"# " + b"x" * 256_000, "groter dan 256 kB"),
    ):
        path = tmp_path / name
        path.write_bytes(content)
        visitor.page.get_by_label(visitor.t("new.import_label")).set_input_files(path)
        visitor.button("new.import_do").click()
        expect(visitor.page.get_by_role("alert").filter(has_text=told)).to_be_visible()
    assert not list((server.data / "playbooks").glob("geen*"))


def test_a_step_is_prepared_by_keyboard_alone(venue: Venue, workshop: Workshop):
    console = venue.console().enter(workshop)
    expect(console.button("console.start")).to_be_visible()
    keys = console.page.keyboard
    tab_to(console, console.button("agenda.title"))
    keys.press("Enter")
    expect(console.page.locator(".editor-steps button").first).to_be_visible()
    tab_to(console, console.button("agenda.add"))
    keys.press("Enter")
    tab_to(console, console.dialog.last.get_by_role("button", name=re.compile(console.t("agenda.new_dots"))))
    keys.press("Enter")
    title = console.page.get_by_role("heading", level=3, name=console.t("agenda.new_dots"))
    expect(title).to_be_focused()
    tab_to(console, field(console, "agenda.field.title"))
    keys.press("Control+A")
    keys.type("Wat eerst?")
    keys.press("Enter")
    expect(console.text("agenda.saved")).to_be_visible()
    tab_to(console, console.button("agenda.earlier"))
    keys.press("Enter")
    expect(console.text("agenda.moved", title="Wat eerst?")).to_be_visible()
    tab_to(console, console.button("agenda.remove_step"))
    keys.press("Enter")
    expect(console.text("agenda.removed", title="Wat eerst?")).to_be_visible()
    keys.press("Escape")
    expect(console.button("console.start")).to_be_visible()
    expect(console.button("agenda.title")).to_be_focused()


def tab_to(visitor: Visitor, target: Locator, most: int = 80) -> None:
    expect(target).to_be_visible()
    for _ in range(most):
        if target.evaluate("element => element === document.activeElement"):
            return
        visitor.page.keyboard.press("Tab")
    raise AssertionError(f"the Tab key never comes to {target}")


def test_everybody_can_use_the_editor(venue: Venue, workshop: Workshop):
    inspection = Inspection()
    console = venue.console(**LOOKS["nl"]).enter(workshop)
    steps = prepare(console)
    console.page.get_by_role("button", name=console.t("agenda.session")).click()
    expect(field(console, "new.session_title")).to_be_visible()
    inspection.look("session", console)
    for n in (2, 4, 10):
        steps.get_by_role("button").nth(n).click()
        for summary in console.page.locator(".editor-form summary").all():
            if summary.is_visible():
                summary.click()
        expect(phone_frame(console).get_by_role("heading", level=1)).to_be_visible()
        inspection.look(f"step {n}", console)
    console.button("agenda.add").click()
    inspection.look("add", console)
    console.page.keyboard.press("Escape")
    console.button("agenda.keep_playbook").click()
    inspection.look("keep", console)
    console.page.keyboard.press("Escape")
    field(console, "agenda.field.title").fill("Anders")
    console.button("common.close").first.click()
    inspection.look("leave", console)
    assert inspection.findings == []

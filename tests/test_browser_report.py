"""The report page in a real browser: edit, look, two at once, a server that goes and comes back, share."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Dialog, Locator, expect

from tests.inspection import LOOKS, Inspection
from tests.pages import PHONE, Venue, Visitor, eventually
from tests.running import Server, Workshop
from tests.test_report_http import add_card, look, write


@pytest.fixture
def workshop(server: Server) -> Workshop:
    return server.start_session("issues-naar-succesfactoren", title="Dijk en dal")


def at_report(visitor: Visitor, workshop: Workshop, part: str = "edit") -> Visitor:
    """Open the report page as a facilitator."""
    visitor.page.request.post(f"{workshop.page}/key", data={"key": workshop.key})
    visitor.open(f"{workshop.page}/report#{part}")
    if part == "edit":
        expect(field(visitor)).to_be_editable()
        expect(field(visitor)).not_to_have_value("")
    return visitor


def field(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("textbox", name=visitor.t("report.edit_label"))


def add(visitor: Visitor, line: str) -> None:
    """Write a line at the end, as people do."""
    field(visitor).focus()
    visitor.page.keyboard.press("Control+End")
    visitor.page.keyboard.type(line)


def saved(visitor: Visitor) -> None:
    expect(visitor.page.locator(".kept-state")).to_contain_text(
        re.compile(visitor.t("report.edit_saved", time="").strip())
    )


def preview(visitor: Visitor) -> Locator:
    return visitor.page.frame_locator("iframe").locator("main")


def test_the_report_is_edited_looked_at_and_brought_back(venue: Venue, workshop: Workshop):
    console = at_report(venue.visitor(), workshop)
    automatic = field(console).input_value()
    expect(console.exactly("report.edit_automatic")).to_be_visible()
    add(console, "\n## Van ons\n\nEen *eigen* slot.")
    saved(console)
    assert "Een *eigen* slot." in look(workshop)["text"]
    # What it becomes stands beside it.
    expect(preview(console).get_by_role("heading", name="Van ons")).to_be_visible()
    console.page.get_by_role("radio", name=console.t("report.preview_text")).check()
    expect(console.page.locator("pre")).to_contain_text("Een *eigen* slot.")
    # What was changed.
    console.button("report.changes").click()
    added = console.dialog.get_by_role("listitem").filter(has_text="Een *eigen* slot.")
    expect(added).to_contain_text(console.t("report.line_new"))
    console.button("common.close", console.dialog).click()
    # The session goes on: offered, not taken.
    add_card(workshop, "Een late gedachte")
    console.page.reload()
    console.button("report.news_look").click()
    parts = console.dialog.get_by_role("region")
    expect(parts.filter(has_text="Een late gedachte")).not_to_have_count(0)
    assert "late gedachte" not in field(console).input_value()
    while (several := console.dialog.locator(".button.primary")).count():
        several.click()
        expect(several).to_have_count(0)
    while parts.count():
        count = parts.count()
        console.button("report.take", parts.first).click()
        expect(parts).to_have_count(count - 1)
    expect(console.exactly("report.news_none")).to_be_visible()
    console.button("common.close", console.dialog).click()
    eventually(lambda: "Een late gedachte" in field(console).input_value(), console.page)
    assert "Een *eigen* slot." in field(console).input_value()
    # Back to the automatic one, and from there to the edit.
    console.button("report.back_to_automatic").click()
    expect(console.exactly("report.edit_automatic")).to_be_visible()
    expect(field(console)).not_to_have_value(re.compile("eigen"))
    console.button("report.versions").click()
    first = console.dialog.get_by_role("listitem").filter(has_text=console.t("report.kind_edit")).last
    first.get_by_role("button", name=console.t("report.version_look")).click()
    expect(first.get_by_role("listitem").filter(has_text="eigen")).to_be_visible()
    first.get_by_role("button", name=console.t("report.version_back")).click()
    expect(console.dialog).to_have_count(0)
    expect(field(console)).to_have_value(re.compile(r"Een \*eigen\* slot\."))
    brought_back = field(console).input_value()
    assert brought_back.startswith(automatic.rstrip("\n"))
    assert "Een late gedachte" not in brought_back
    # Reading shows what was written.
    console.link("report.part_read").click()
    expect(console.page.get_by_role("article").get_by_role("heading", name="Van ons")).to_be_visible()


def test_two_who_edit_at_once_lose_nothing(venue: Venue, workshop: Workshop):
    anna, bo = (at_report(venue.visitor(), workshop) for _ in range(2))
    # Both have the same text before them; Bo's page does not hear that Anna was first.
    add(anna, "\nVan Anna.")
    saved(anna)
    add(bo, "\nVan Bo.")
    alert = bo.page.get_by_role("alert").filter(has_text=bo.t("report.conflict_ours"))
    expect(alert).to_contain_text("Chrome")
    assert "Van Bo." in field(bo).input_value()
    assert "Van Bo." not in look(workshop)["text"]
    # Also what is written before the choice is made.
    add(bo, " En meer.")
    bo.button("report.conflict_ours").click()
    saved(bo)
    assert "Van Bo. En meer." in look(workshop)["text"]
    kept = [one["kind"] for one in look(workshop, "versions")["versions"]]
    assert kept == ["edit", "aside", "edit"]
    # Anna, who is not writing, soon sees Bo's; had she been writing, she would choose as well.
    add(anna, " Nog van Anna.")
    expect(anna.button("report.conflict_theirs")).to_be_visible()
    anna.button("report.conflict_theirs").click()
    saved(anna)
    expect(field(anna)).to_have_value(re.compile(r"Van Bo\. En meer\."))
    texts = [
        workshop.get(f"/report/version.json?number={one['version']}", headers=workshop.bearer).json()["text"]
        for one in look(workshop, "versions")["versions"]
    ]
    assert any("Nog van Anna." in text for text in texts)


def test_what_is_written_while_the_server_is_gone_is_not_lost(
    venue: Venue, start_server: Callable[..., Server]
):
    server = start_server()
    workshop = server.start_session()
    console = at_report(venue.visitor(), workshop)
    add(console, "\nEerst dit.")
    saved(console)
    server.kill()
    add(console, "\nToen dit.")
    expect(console.text("report.edit_offline")).to_be_visible()
    expect(console.exactly("report.edit_unsaved")).to_be_visible()
    # Leaving now asks first.
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    console.page.once("dialog", stay)
    console.page.close(run_before_unload=True)
    eventually(lambda: asked, console.page)
    assert asked == ["beforeunload"]
    server.start()
    console.page.evaluate("() => dispatchEvent(new Event('online'))")
    saved(console)
    assert "Toen dit." in look(workshop)["text"]
    # The window goes while there is no connection; another one brings it back.
    console.page.context.set_offline(True)
    add(console, "\nEn nog dit.")
    expect(console.exactly("report.edit_unsaved")).to_be_visible()
    other = console.again()
    console.page.close()
    other.page.context.set_offline(False)
    at_report(other, workshop)
    expect(other.exactly("report.edit_restored")).to_be_visible()
    saved(other)
    assert "En nog dit." in look(workshop)["text"]


def test_the_report_is_shared_and_no_longer(venue: Venue, workshop: Workshop):
    write(workshop, "# Ons verslag\n")
    console = at_report(venue.visitor(), workshop, "share")
    console.button("report.share_on").click()
    link = console.page.get_by_role("textbox", name=console.t("report.share_link"))
    address = link.input_value()
    reader = venue.phone().open(address)
    expect(reader.page.get_by_role("heading", name="Ons verslag")).to_be_visible()
    assert "#" not in reader.page.url
    # It is still there when the facilitator comes back.
    console.page.reload()
    expect(link).to_have_value(address)
    # What is written on is read when the facilitator says so.
    console.link("report.part_edit").click()
    expect(field(console)).to_have_value(re.compile("Ons verslag"))
    add(console, "\nEen half")
    console.link("report.part_share").click()
    renew = console.button("report.share_renew")
    expect(renew).to_be_visible()
    told = console.t("report.share_differs", time="…").split("…")
    expect(console.page.locator(".notice")).to_contain_text(re.compile(f"{told[0]}.*{told[1]}"))
    reader.page.reload()
    expect(reader.page.get_by_role("article")).not_to_contain_text("Een half")
    renew.click()
    expect(renew).to_have_count(0)
    reader.page.reload()
    expect(reader.page.get_by_role("article")).to_contain_text("Een half")
    expect(link).to_have_value(address)
    console.button("report.share_off").click()
    expect(console.text("report.share_is_off").last).to_be_visible()
    reader.page.reload()
    expect(reader.exactly("report.shared_not")).to_be_visible()
    stranger = venue.phone().open(address)
    expect(stranger.exactly("report.shared_not")).to_be_visible()


@pytest.mark.parametrize("language", LOOKS)
def test_everybody_can_use_the_report_page(
    venue: Venue, workshop: Workshop, inspection: Inspection, language
):
    add_card(workshop, "Een gedachte")
    write(workshop, look(workshop)["text"] + "\nEen eigen slot.\n")
    for n in range(2):
        add_card(workshop, f"Een late gedachte {n}")
    console = at_report(venue.visitor(**LOOKS[language]), workshop, "read")
    inspection.look("read", console)
    console.link("report.part_edit").click()
    saved(console)
    expect(preview(console)).to_be_visible()
    inspection.look("edit", console, thumbs=True)
    for key in ("report.changes", "report.versions", "report.news_look"):
        console.button(key).click()
        expect(console.dialog.get_by_role("listitem").first).to_be_visible()
        inspection.look(key, console, thumbs=True)
        console.page.keyboard.press("Escape")
        expect(console.dialog).to_have_count(0)
        expect(console.button(key)).to_be_focused()
    # Another window is first.
    write(workshop, "# Van een ander\n")
    add(console, "Van mij.")
    expect(console.button("report.conflict_ours")).to_be_visible()
    inspection.look("conflict", console, thumbs=True)
    console.button("report.conflict_theirs").click()
    saved(console)
    console.link("report.part_share").click()
    console.button("report.share_on").click()
    expect(console.button("report.share_off")).to_be_visible()
    write(workshop, "# Van een ander\n\nEn meer.\n")
    console.page.evaluate("() => dispatchEvent(new Event('focus'))")
    expect(console.button("report.share_renew")).to_be_visible()
    inspection.look("share", console, thumbs=True)
    phone = venue.phone(**{**PHONE, **LOOKS[language]})
    phone.open(console.page.get_by_role("textbox").input_value())
    expect(phone.heading).to_have_text("Van een ander")
    inspection.look("shared", phone, thumbs=True)

"""A facilitator sends the report from its page: typing, checking, looking, sending, and reading what became of it."""

import email
import re
from collections.abc import Iterator
from email import policy
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.inspection import LOOKS, Inspection
from tests.mailserver import MailServer
from tests.outboxes import messages
from tests.pages import Venue, Visitor
from tests.running import Server, Workshop
from tests.wire import Guest


@pytest.fixture(scope="module")
def post(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailServer]:
    post = MailServer(tmp_path_factory.mktemp("post") / "mail").start()
    yield post
    post.stop()


@pytest.fixture(scope="module")
def mailing_server(post: MailServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("mailing") / "data", environment=post.environment).start()
    yield server
    assert server.stop() == 0
    assert server.complaints == []


def workshop_with_one_who_asked(server: Server) -> Workshop:
    workshop = server.start_session("herkenbaarheid-peilen", title="Dijk & dal")
    an = Guest(workshop).join("Waterschap")
    an.command("page.mail_me", step="afronding", address="an@example.org")
    an.leave()
    return workshop


def at_the_send_part(venue: Venue, workshop: Workshop, **options: Any) -> Visitor:
    visitor = venue.visitor(**options)
    visitor.page.request.post(f"{workshop.page}/key", data={"key": workshop.key})
    visitor.open(f"{workshop.page}/report#send")
    expect(visitor.page.get_by_label(visitor.t("mailing.others"))).to_be_visible()
    return visitor


def test_a_report_is_sent_and_the_page_tells_what_became_of_it(
    mailing_server: Server, post: MailServer, venue: Venue
):
    inspection = Inspection()
    workshop = workshop_with_one_who_asked(mailing_server)
    eva = at_the_send_part(venue, workshop, **LOOKS["nl"])
    page, to = eva.page, eva.page.get_by_label(eva.t("mailing.others"))
    expect(page.get_by_role("checkbox", name=eva.t("mailing.opted_in", n=1))).to_be_checked()
    # Something that is no address is named, and nothing goes.
    to.fill("Bo <bo@example.org>\ncas at example.org, gone@example.org")
    expect(page.get_by_text(eva.t("mailing.wrong_at", typed="cas at example.org"))).to_be_visible()
    eva.button("mailing.send").click()
    expect(page.get_by_role("alert").filter(has_text=eva.t("mailing.put_right", n=1))).to_be_visible()
    expect(to).to_be_focused()
    inspection.look("a wrong address", eva, thumbs=True)
    # What was wrong is no longer said once it is right.
    to.fill("Bo (bo@example.org); gone@example.org")
    expect(page.get_by_role("alert").filter(has_text=eva.t("mailing.put_right", n=1))).to_have_count(0)
    page.get_by_label(eva.t("mailing.cover")).fill("Dag allen,\n\n<b>Hier</b> is het.")
    # A look at it, and a test to oneself.
    eva.button("mailing.preview").click()
    frame = page.frame_locator(f"iframe[title='{eva.t('mailing.preview_frame')}']")
    expect(frame.get_by_text("<b>Hier</b> is het.")).to_be_visible()
    expect(frame.get_by_role("heading", level=1)).to_contain_text("Dijk & dal")
    eva.button("mailing.test").click()
    own = page.get_by_label(eva.t("mailing.reply_to"))
    expect(own).to_be_focused()
    own.fill("eva@example.org")
    # Whoever forgets the own address reads where answers will go.
    own.fill("")
    eva.button("mailing.send").click()
    expect(eva.dialog).to_contain_text(eva.t("mailing.answers_to_sender", **{"from": "verslag@example.org"}))
    page.keyboard.press("Escape")
    own.fill("eva@example.org")
    eva.button("mailing.test").click()
    expect(eva.text("mailing.test_on_its_way", address="eva@example.org")).to_be_in_viewport()
    outbox = page.get_by_role("region", name=eva.t("mailing.outbox"))
    expect(outbox.get_by_text(eva.t("mailing.n_sent", n=1))).to_be_visible()
    # Sending asks once more, with the number; somebody may think better of it.
    eva.button("mailing.send").click()
    expect(eva.dialog.get_by_role("heading")).to_have_text(eva.t("mailing.sure", n=3))
    expect(eva.dialog).to_contain_text("eva@example.org")
    inspection.look("sure", eva, thumbs=True)
    page.keyboard.press("Escape")
    expect(eva.dialog).to_have_count(0)
    assert [mail["To"] for mail in post.mails] == ["eva@example.org"]
    eva.button("mailing.send").click()
    eva.button("mailing.sure_yes", eva.dialog, n=3).click()
    expect(eva.dialog).to_have_count(0)
    expect(to).to_have_value("")
    expect(eva.text("mailing.on_its_way", n=3)).to_be_in_viewport()
    told = f"{eva.t('mailing.n_sent', n=2)} · {eva.t('mailing.n_unsure', n=1)}"
    expect(outbox.get_by_text(told)).to_be_visible()
    expect(outbox.get_by_text(eva.t("mailing.said_unsure")).first).to_be_visible()
    inspection.look("what became of it", eva, thumbs=True)
    outbox.get_by_role("button", name=eva.t("mailing.send_after_all")).click()
    expect(outbox.get_by_text(eva.t("mailing.n_sent", n=3), exact=True)).to_be_visible()
    assert sorted(mail["X-RcptTo"] for mail in post.mails) == [
        "an@example.org",
        "bo@example.org",
        "eva@example.org",
        "gone@example.org",
    ]
    assert {mail["Reply-To"] for mail in post.mails} == {"eva@example.org"}
    # Somebody lost it: the address goes back into the field, and nothing goes by itself.
    to.fill("fay@example.org")
    outbox.get_by_text(eva.t("mailing.everybody", n=3), exact=True).click()
    again = outbox.get_by_role("button", name=f"{eva.t('mailing.to_again')} bo@example.org")
    again.click()
    expect(to).to_be_focused()
    expect(to).to_have_value("fay@example.org\nbo@example.org")
    expect(page.get_by_text(eva.t("mailing.had_it", n=1))).to_be_visible()
    inspection.look("somebody lost it", eva, thumbs=True)
    assert len(post.mails) == 4
    assert not inspection.findings, "\n".join(inspection.findings)


def test_nothing_is_sent_or_shared_while_what_was_written_is_not_saved(
    mailing_server: Server, post: MailServer, venue: Venue
):
    workshop = workshop_with_one_who_asked(mailing_server)
    eva = at_the_send_part(venue, workshop)
    page = eva.page
    eva.link("report.part_share").click()
    eva.button("report.share_on").click()
    eva.link("report.part_edit").click()
    text = page.get_by_role("textbox", name=eva.t("report.edit_label"))
    expect(text).not_to_have_value("")
    # The network goes while somebody types.
    lost = re.compile(r"/report/text\.json$")
    page.route(lost, lambda route: route.abort())
    text.focus()
    page.keyboard.press("Control+End")
    page.keyboard.type("Nog een zin.")
    expect(eva.exactly("report.edit_unsaved")).to_be_visible()
    eva.link("report.part_send").click()
    eva.button("mailing.send").click()
    expect(page.get_by_role("alert").filter(has_text=eva.t("mailing.unsaved"))).to_be_visible()
    expect(eva.dialog).to_have_count(0)
    assert messages(workshop) == []
    # Once it is there again, all of it goes.
    page.unroute(lost)
    page.evaluate("() => dispatchEvent(new Event('online'))")
    eva.link("report.part_edit").click()
    expect(eva.exactly("report.edit_unsaved")).to_have_count(0)
    eva.link("report.part_send").click()
    page.get_by_label(eva.t("mailing.others")).fill(" ".join(f"refused.{n}@example.org" for n in range(6)))
    eva.button("mailing.send").click()
    eva.button("mailing.sure_yes", eva.dialog, n=7).click()
    outbox = page.get_by_role("region", name=eva.t("mailing.outbox"))
    expect(
        outbox.get_by_text(f"{eva.t('mailing.n_sent', n=1)} · {eva.t('mailing.n_failed', n=6)}")
    ).to_be_visible()
    # What holds for many is said once, and who they are can be looked up.
    expect(outbox.get_by_text(eva.t("mailing.said_refused")).filter(visible=True)).to_have_count(1)
    outbox.get_by_text(eva.t("mailing.recipients", n=6)).click()
    one = outbox.get_by_role("listitem").filter(has_text="refused.5@example.org").filter(visible=True)
    expect(one).to_have_count(1)
    bodies = [mail.get_body(("plain",)) for mail in post.mails_to("an@example.org")]
    assert [body for body in bodies if body and "Nog een zin." in body.get_content()]


def test_without_a_mail_server_a_draft_and_a_copy_are_ready(server: Server, venue: Venue, tmp_path: Path):
    inspection = Inspection()
    workshop = workshop_with_one_who_asked(server)
    eva = at_the_send_part(venue, workshop, **LOOKS["en"])
    page = eva.page
    expect(eva.text("mailing.no_server")).to_be_visible()
    expect(eva.button("mailing.send")).to_have_count(0)
    page.get_by_label(eva.t("mailing.others")).fill("bo@example.org")
    with page.expect_download() as coming:
        eva.button("mailing.draft").click()
    coming.value.save_as(tmp_path / "draft.eml")
    draft: Any = email.message_from_bytes((tmp_path / "draft.eml").read_bytes(), policy=policy.default)
    assert draft["X-Unsent"] == "1"
    assert [one.addr_spec for one in draft["Bcc"].addresses] == ["an@example.org", "bo@example.org"]
    eva.button("mailing.prepare").click()
    begin = page.get_by_role("link", name=eva.t("mailing.begin"))
    expect(begin).to_have_attribute("href", re.compile(r"mailto:\?subject=.*bcc=an@example\.org"))
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    eva.button("mailing.copy").click()
    expect(eva.text("mailing.copied")).to_be_visible()
    copied = page.evaluate(
        """async () => {
            const [item] = await navigator.clipboard.read();
            return Promise.all(["text/html", "text/plain"].map(async type => (await item.getType(type)).text()));
        }"""
    )
    assert all("Dijk & dal" in text.replace("&amp;", "&") for text in copied)
    assert "border-bottom" in copied[0]
    inspection.look("without a mail server", eva, thumbs=True)
    assert not inspection.findings, "\n".join(inspection.findings)

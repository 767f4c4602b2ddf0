"""A database that was put back from a copy: clients hear of it, and phones bring back what only they still have."""

import shutil
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

from sessions.log import Birth, SqliteLog
from sessions.message import Record
from sessions.playbook import shipped_playbooks
from sessions.session_messages import Created, Info
from tests.browser import launch_options
from tests.pages import PHONE, Visitor
from tests.running import Server
from tests.wire import Guest

CODE = "48271503"


def born(log: SqliteLog, code: str = CODE) -> None:
    playbook = shipped_playbooks()["herkenbaarheid-peilen"]
    created = Created(Info(title="Proef", language="nl", playbook=playbook.id), playbook.plan("nl"))
    log.append([Birth(code, "hash", 1)], [(code, Record(1, 1, "facilitator", created))])


def cards(guest: Guest) -> list[dict[str, str]]:
    return list(guest.view["steps"]["acties"]["cards"].values())


def test_the_epoch_stays_the_same_over_a_restart(tmp_path: Path) -> None:
    log = SqliteLog(tmp_path / "d.sqlite")
    born(log)
    log.close()
    assert SqliteLog(tmp_path / "d.sqlite").epoch == log.epoch


def test_a_database_that_knows_less_than_before_gets_a_new_epoch(tmp_path: Path) -> None:
    path, copy = tmp_path / "d.sqlite", tmp_path / "copy.sqlite"
    log = SqliteLog(path)
    log.close()
    shutil.copy(path, copy)
    log = SqliteLog(path)
    born(log)
    log.close()
    shutil.copy(copy, path)
    restored = SqliteLog(path)
    assert restored.epoch != log.epoch
    restored.close()
    assert SqliteLog(path).epoch == restored.epoch


def test_another_database_in_the_same_place_keeps_no_old_epoch(tmp_path: Path) -> None:
    log = SqliteLog(tmp_path / "d.sqlite")
    log.close()
    elsewhere = SqliteLog(tmp_path / "other.sqlite")
    born(elsewhere)
    elsewhere.close()
    shutil.copy(tmp_path / "other.sqlite", tmp_path / "d.sqlite")
    assert SqliteLog(tmp_path / "d.sqlite").epoch not in (log.epoch, elsewhere.epoch)


def test_a_phone_brings_back_what_a_restored_database_has_lost(
    tmp_path: Path, start_server: Callable[..., Server]
) -> None:
    server = start_server()
    workshop = server.start_session("issues-naar-succesfactoren")
    facilitator = Guest(workshop, "facilitator", key=workshop.key).attend()
    facilitator.command("session.go", step="acties")
    facilitator.leave()
    assert server.stop() == 0
    shutil.copy(server.database, tmp_path / "copy.sqlite")
    server.start()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options())  # type: ignore[arg-type]
        visitor = Visitor(browser.new_context(locale="nl-NL", **PHONE).new_page())
        visitor.open(workshop.page)
        visitor.page.get_by_label("Gemeente", exact=True).check()
        visitor.button("join.enter").click()
        for text in ("Niemand durft te beginnen", "De kaarten kloppen niet"):
            visitor.page.get_by_role("textbox").fill(text)
            visitor.button("canvas.add_card").click()
            expect(visitor.card(text)).to_contain_text(visitor.t("participant.saved"))
        assert len(server.rows("SELECT 1 FROM events WHERE type = 'canvas.card_added'")) == 2
        assert server.stop() == 0
        shutil.copy(tmp_path / "copy.sqlite", server.database)
        assert server.rows("SELECT 1 FROM events WHERE type = 'canvas.card_added'") == []
        server.start()
        screen = Guest(workshop, "screen").attend()
        screen.wait_for(lambda me: len(cards(me)) == 2)
        assert len(server.rows("SELECT 1 FROM events WHERE type = 'participant.entered'")) == 1
        screen.leave()
        browser.close()

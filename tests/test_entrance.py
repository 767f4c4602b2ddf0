"""Another code to come in by: newcomers with the one from before are told so, and whoever is inside goes on."""

import json
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
import requests

from sessions import books
from sessions.log import Birth, SqliteLog, StorageFailed
from sessions.message import FACILITATOR, Actor, Forbidden, Invalid, decode_command
from sessions.session import Session
from sessions.texts import texts
from sessions.transfer import records_of
from tests.play import AN, CODE, SCREEN, Story, canvas, play
from tests.running import Server, Workshop
from tests.wire import Guest, TurnedAway, everything

NL = texts("nl").t
DUTCH = {"Accept-Language": "nl"}
NEW, NEWER = "90170426", "31415926"


# what happens to a session


@pytest.fixture
def story() -> Story:
    return play(canvas()).enters(AN)


def test_a_new_code_is_told_to_the_console_and_the_screen_and_to_no_phone(story: Story):
    before = story.everyone, story.mine(AN)
    story.does(FACILITATOR, "session.change_code", code=NEW, expect="")
    assert story.session.entry == NEW
    assert story.facilitator["steering"]["code"] == story.mine(SCREEN)["code"] == NEW
    assert (story.everyone, story.mine(AN)) == before
    assert story.session.code == story.everyone["session"]["code"] == CODE


def test_only_the_server_sends_a_new_code_because_only_it_knows_which_is_free(story: Story):
    wanted = decode_command({"id": "i" * 16, "type": "session.change_code", "code": NEW, "expect": ""})
    for actor in (Actor(FACILITATOR, "facilitator"), Actor(AN, "participant", inside=True)):
        with pytest.raises(Forbidden):
            story.session.decide(wanted, actor)


@pytest.mark.parametrize("code", ["1234567", "123456789", "1234567a", "", "../1503"])
def test_a_code_is_eight_digits(code: str):
    with pytest.raises(Invalid):
        decode_command({"id": "i" * 16, "type": "session.change_code", "code": code, "expect": ""})


def test_of_two_consoles_that_change_the_code_at_once_the_second_is_told(story: Story):
    story.does(FACILITATOR, "session.change_code", code=NEW, expect="")
    refused = story.refuses(FACILITATOR, "session.change_code", code=NEWER, expect="")
    assert refused == ("rejected", "code.changed_meanwhile")
    story.does(FACILITATOR, "session.change_code", code=NEWER, expect=NEW)
    assert story.session.entry == NEWER


def test_undo_brings_the_code_back_that_was_there_and_the_list_says_which_was_taken(story: Story):
    story.does(FACILITATOR, "session.change_code", code=NEW, expect="")
    [*_, act] = story.facilitator["acts"].values()
    assert (act["what"], act["about"]) == ("session.code_changed", f"{NEW[:4]} {NEW[4:]}")
    story.does(FACILITATOR, "session.undo")
    assert story.session.entry == CODE
    assert "code" not in story.mine(SCREEN)
    story.does(FACILITATOR, "session.redo")
    assert story.session.entry == NEW
    assert Session.of(CODE, story.log) == story.session


def test_a_log_that_leaves_takes_no_code_along_and_brings_none(story: Story):
    story.does(FACILITATOR, "session.change_code", code=NEW, expect="")
    story.does(FACILITATOR, "session.undo")
    story.does(FACILITATOR, "session.redo")
    assert NEW not in json.dumps(story.exported)
    forged = [*story.exported]
    forged[2] |= {"type": "session.code_changed", "body": {"code": NEW}}
    for lines in (story.exported, forged):
        brought = Session.of(NEWER, records_of(json.dumps(line).encode() for line in lines))
        assert brought.entry == brought.code == NEWER


# what the database keeps


def test_a_code_never_leads_to_two_sessions(tmp_path):
    log = SqliteLog(tmp_path / "log.sqlite")
    one, other = Birth(CODE, "hash", 1), Birth(NEWER, "hash", 1)
    log.append([one, other], [])

    def take(session: str, code: str) -> bool | None:
        return log.write(lambda db: books.take_code(db, session, code))

    assert take(CODE, NEW)
    for session, code in ((NEWER, NEW), (CODE, NEW), (CODE, NEWER), (NEWER, CODE)):
        assert take(session, code) is False
    with pytest.raises(StorageFailed):
        log.append([Birth(NEW, "hash", 1)], [])
    assert log.entry_codes() == {NEW: CODE}
    log.write(lambda db: books.erase(db, CODE))
    assert log.entry_codes() == {}
    log.close()


def test_a_code_is_not_changed_without_end(tmp_path):
    log = SqliteLog(tmp_path / "log.sqlite")
    log.append([Birth(CODE, "hash", 1)], [])
    codes = [f"{10_000_000 + n}" for n in range(books.MOST_CODES + 1)]
    taken = [log.write(partial(books.take_code, session=CODE, code=code)) for code in codes]
    assert taken == [True] * books.MOST_CODES + [None]
    log.close()


# on a real server


def change(workshop: Workshop, expect: str = "", **options: Any) -> requests.Response:
    options = {"headers": {**workshop.bearer, **DUTCH}, **options}
    address = f"{workshop.server.url}/api/sessions/{workshop.code}/code"
    return requests.post(address, json={"expect": expect or workshop.code}, timeout=20, **options)


def changed(workshop: Workshop, expect: str = "") -> str:
    """The new code."""
    answer = change(workshop, expect)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["code"])


def at(
    workshop: Workshop, code: str, /, path: str = "", browser: Any = requests, **form: Any
) -> requests.Response:
    """``GET /s/CODE`` plus *path* by whatever code, or ``POST`` with a form."""
    address = f"{workshop.server.url}/s/{code}{path}"
    answer: requests.Response = browser.request(
        "POST" if form else "GET", address, data=form or None, headers=DUTCH, timeout=20
    )
    return answer


def refused(workshop: Workshop, code: str, role: str = "participant", **options: Any) -> Any:
    """What somebody is told who comes with *code* over the live connection."""
    with pytest.raises(TurnedAway) as refusal:
        Guest(workshop, role, auth={"code": code, "role": role, "language": "nl"}, **options).connect()
    return refusal.value.data


def joined(workshop: Workshop, code: str = "") -> requests.Session:
    """A browser with a seat."""
    browser = requests.Session()
    page = at(workshop, code or workshop.code, "", browser, organisation="Waterschap")
    assert page.status_code == 200
    return browser


def test_newcomers_with_the_old_code_are_told_and_whoever_is_inside_goes_on_also_after_a_restart(
    start_server: Callable[..., Server],
):
    server = start_server()
    workshop = server.start_session()
    console = Guest(workshop, "facilitator").attend()
    console.command("session.go", step="herkenning")
    phone, screen, browser = Guest(workshop).join(), Guest(workshop, "screen").attend(), joined(workshop)
    beamer = requests.Session()
    assert at(workshop, workshop.code, "/screen", beamer).status_code == 200
    new = changed(workshop)
    screen.wait_for(lambda me: me.mine.get("code") == new)
    console.wait_for(lambda me: me.view["steering"].get("code") == new)
    assert new not in everything(phone)
    for again in (False, True):
        if again:
            for guest in (phone, console, screen):
                guest.leave()
            server.kill()
            server.start()
            phone.come_back()
            console.come_back()
        sentence = NL("error.code_changed")
        assert phone.command("rating.rate", step="herkenning", item="i1", score=2 + again)["ok"]
        assert browser.get(workshop.page, timeout=20).url == workshop.page
        assert at(workshop, workshop.code, "/view.json", browser).status_code == 200
        assert new not in at(workshop, workshop.code, "", browser).text
        assert console.command("session.lock_step", step="herkenning", locked=again)["ok"]
        assert at(workshop, workshop.code, "/report.md", requests).status_code == 403
        assert workshop.get("/report.md", headers=workshop.bearer).status_code == 200
        assert new in at(workshop, workshop.code, "/screen", beamer).text
        cookie = "; ".join(f"{one.name}={one.value}" for one in beamer.cookies)
        going_on = {"code": workshop.code, "role": "screen"}
        assert (
            Guest(workshop, "screen", auth=going_on, headers={"Cookie": cookie}).attend().mine["code"] == new
        )
        # Whoever comes with the code that leaked.
        page = at(workshop, workshop.code)
        assert (page.status_code, sentence in page.text) == (403, True)
        typed = requests.get(server.url, params={"code": workshop.code}, headers=DUTCH, timeout=20)
        assert (typed.status_code, sentence in typed.text, workshop.code in typed.text) == (403, True, True)
        for path in ("/screen", "/view.json", "/figure/herkenning.svg", "/qr.svg"):
            assert at(workshop, workshop.code, path).status_code == 403
        for role in ("participant", "screen"):
            assert refused(workshop, workshop.code, role) == {"code": "forbidden", "message": sentence}
        assert new not in at(workshop, workshop.code, "/facilitate").text
        # Whoever comes with the new one.
        assert at(workshop, new).status_code == 200
        assert Guest(workshop, auth={"code": new, "role": "participant"}).join().view
        assert at(workshop, new, "/qr.svg").headers["Content-Type"].startswith("image/svg+xml")
        assert joined(workshop, new).get(f"{server.url}/s/{new}", timeout=20).url.endswith(new)
    assert server.stop() == 0
    assert server.complaints == []


def test_a_seat_holds_by_every_address_and_a_new_device_needs_the_new_code(workshop: Workshop):
    browser = joined(workshop)
    new = changed(workshop)
    newer = changed(workshop, new)
    for code in (workshop.code, new, newer):
        page = at(workshop, code, "", browser)
        assert f'"code":"{workshop.code}"' in page.text
    for code in (workshop.code, new):
        assert at(workshop, code).status_code == 403
    assert at(workshop, newer).status_code == 200
    # Who goes away is a newcomer again.
    assert at(workshop, workshop.code, "/leave", browser, go="").status_code == 403


def test_what_was_filled_in_while_the_code_was_changed_is_kept(workshop: Workshop):
    new = changed(workshop)
    filled = {"organisation_other": "Vitens & <co>", "name": "Bo"}
    page = at(workshop, workshop.code, **filled)
    assert page.status_code == 403
    kept = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text))
    assert kept == {"organisation_other": "Vitens &amp; &lt;co&gt;", "name": "Bo"}
    wrong = at(workshop, workshop.code, code="1234 5678", **filled)
    assert (wrong.status_code, NL("error.unknown_session") in wrong.text) == (404, True)
    assert 'value="1234 5678"' in wrong.text
    browser = requests.Session()
    arrived = at(workshop, workshop.code, "", browser, code=f"{new[:4]} {new[4:]}", **filled)
    assert (arrived.status_code, arrived.url) == (200, f"{workshop.server.url}/s/{new}")
    people = Guest(workshop, "facilitator").attend().view["people"]
    assert [(one["name"], one["organisation"]) for one in people.values()] == [("Bo", "Vitens & <co>")]
    nothing = at(workshop, workshop.code, code=new)
    assert (nothing.status_code, nothing.url) == (200, f"{workshop.server.url}/s/{new}")


def test_somebody_who_was_let_out_does_not_come_in_again_by_the_screen(workshop: Workshop):
    browser = joined(workshop)
    console = Guest(workshop, "facilitator").attend()
    [person] = console.view["people"]
    console.command("session.block", person=person, blocked=True)
    new = changed(workshop)
    for path in ("", "/screen", "/view.json"):
        answer = at(workshop, workshop.code, path, browser)
        assert (answer.status_code, new in answer.text) == (403, False)


def test_links_of_others_the_shared_report_and_the_qr_code_of_the_console_go_on(workshop: Workshop):
    api = f"{workshop.server.url}/api/sessions/{workshop.code}"
    link = requests.post(
        f"{api}/links", json={"kind": "observer"}, headers=workshop.bearer, timeout=20
    ).json()
    shared = requests.post(
        f"{workshop.page}/report/share.json", json={"on": True}, headers=workshop.bearer, timeout=20
    ).json()
    reader, watcher = requests.Session(), requests.Session()
    new = changed(workshop)
    for browser, url, path in ((reader, shared["link"], "/shared/key"), (watcher, link["url"], "/key")):
        address, key = url.split("#key=")
        answer = at(workshop, address.split("/s/")[1].split("/")[0], "", browser)
        assert answer.status_code == 403
        given = browser.post(f"{workshop.page}{path}", json={"key": key}, timeout=20)
        assert given.status_code == 204
    assert at(workshop, workshop.code, "/shared", reader).status_code == 200
    assert f'/s/{new}"' in at(workshop, workshop.code, "/facilitate", watcher).text
    assert Guest(workshop, "facilitator").attend().you["link"] == "own"


@pytest.mark.parametrize("body", [None, [], {}, {"expect": 1}, {"expect": "x", "code": "12345678"}])
def test_nonsense_changes_no_code(workshop: Workshop, body: Any):
    api = f"{workshop.server.url}/api/sessions/{workshop.code}/code"
    assert requests.post(api, json=body, headers=workshop.bearer, timeout=20).status_code == 400
    assert at(workshop, workshop.code).status_code == 200


def test_only_a_facilitator_changes_the_code_and_not_over_the_wire(workshop: Workshop):
    assert change(workshop, headers=DUTCH).status_code == 403
    console = Guest(workshop, "facilitator").attend()
    answer = console.command("session.change_code", code=NEW, expect="")
    assert (answer["ok"], answer["code"]) == (False, "forbidden")


def test_a_change_that_does_not_fit_any_more_or_comes_after_the_close_is_refused_in_a_sentence(
    server: Server, workshop: Workshop
):
    new = changed(workshop)
    late = change(workshop)
    assert (late.status_code, late.json()["message"]) == (409, NL("error.code.changed_meanwhile"))
    with ThreadPoolExecutor() as both:
        answers = list(both.map(lambda _: change(workshop, new), range(2)))
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    Guest(workshop, "facilitator").attend().command("session.close")
    [now] = [answer.json()["code"] for answer in answers if answer.ok]
    closed = change(workshop, now)
    assert (closed.status_code, closed.json()["message"]) == (409, NL("error.closed"))
    kept = [code for (code,) in server.rows("SELECT code FROM entry_codes WHERE session = ?", workshop.code)]
    assert sorted(kept) == sorted([new, now])


def test_a_leaked_code_is_no_wrong_code(start_server: Callable[..., Server]):
    workshop = start_server().start_session()
    new = changed(workshop)
    for _ in range(120):
        assert at(workshop, workshop.code, "/view.json").status_code == 403
    assert at(workshop, new, "/view.json").status_code == 200
    for _ in range(100):
        at(workshop, "12345678", "/view.json")
    for code in (workshop.code, new):
        assert at(workshop, code, "/view.json").status_code == 429


def test_the_list_of_all_a_copy_and_deleting_go_by_the_code_of_now(server: Server, workshop: Workshop):
    new = changed(workshop)
    spaced = f"{new[:4]} {new[4:]}"
    for again in (False, True):
        if again:
            # As the list reads it from the log.
            Guest(workshop, "facilitator").attend().command("session.undo")
            new = workshop.code
            spaced = f"{new[:4]} {new[4:]}"
        listed = requests.get(f"{server.url}/sessions", params={"search": spaced}, headers=DUTCH, timeout=20)
        assert re.findall(r"<strong>(\d{4} \d{4})</strong>", listed.text) == [spaced]
    new = changed(workshop)
    copy = requests.post(f"{workshop.page}/copy", data={"title": "Nog eens"}, headers=DUTCH, timeout=20)
    assert (copy.status_code, new in copy.text.replace(" ", "")) == (201, False)
    wrong = requests.post(f"{workshop.page}/delete", data={"code": workshop.code}, headers=DUTCH, timeout=20)
    assert (wrong.status_code, f"{new[:4]} {new[4:]}" in wrong.text) == (400, True)
    gone = requests.post(f"{workshop.page}/delete", data={"code": new}, headers=DUTCH, timeout=20)
    assert gone.status_code == 200
    for code in (workshop.code, new):
        page = at(workshop, code)
        assert (page.status_code, NL("error.deleted") in page.text) == (410, True)
    assert server.rows("SELECT * FROM entry_codes WHERE session = ?", workshop.code) == []

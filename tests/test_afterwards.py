"""Afterwards: the list of all sessions, a copy, a log brought in, and a session that is really gone."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import requests

from sessions.texts import texts
from sessions.web.keys import Tickets
from tests.running import Server, Workshop
from tests.test_report_http import share
from tests.test_together import link
from tests.wire import Guest, TurnedAway, fresh_id

NL, EN = texts("nl").t, texts("en").t
DUTCH = {"Accept-Language": "nl"}
PASSWORD = "a word that opens"


def post(server: Server, path: str, session: Any = requests, **form: Any) -> requests.Response:
    options = {"files": form.pop("files")} if "files" in form else {}
    answer: requests.Response = session.post(
        f"{server.url}{path}", data=form, headers=DUTCH, timeout=30, allow_redirects=False, **options
    )
    return answer


def in_files(server: Server, text: str) -> list[str]:
    """The files in the data folder that hold *text*, byte for byte."""
    files = [path for path in server.data.rglob("*") if path.is_file()]
    return sorted(file.name for file in files if text.encode() in file.read_bytes())


def code_on(page: str) -> str:
    """The code of the session that was made."""
    found = re.search(r'<strong class="code"[^>]*>(\d{4}) (\d{4})</strong>', page)
    assert found
    return "".join(found.groups())


def key_on(page: str) -> str:
    found = re.search(r"#key=([\w-]+)", page)
    assert found
    return found[1]


def filled(workshop: Workshop) -> str:
    """A text that somebody wrote in a session; it stands nowhere else."""
    secret = f"alleen-hier-{fresh_id()}"
    guest = Guest(workshop).join("Waterschap", name=f"Naam {secret}")
    facilitator = Guest(workshop, "facilitator").attend()
    facilitator.command("session.go", step="herkenning")
    assert guest.command("rating.rate", step="herkenning", item="i1", score=2, remark=f"Want {secret}")["ok"]
    guest.leave()
    facilitator.leave()
    return secret


# deleting


def test_a_deleted_session_is_gone_from_the_files_and_whoever_is_there_hears_it(server: Server):
    workshop, other = server.start_session(), server.start_session()
    secret, kept = filled(workshop), filled(other)
    assert in_files(server, secret)
    phone, screen = Guest(workshop).join(), Guest(workshop, "screen").attend()
    neighbour = Guest(other).join()
    answer = post(server, f"/s/{workshop.code}/delete", code=f"{workshop.code[:4]} {workshop.code[4:]}")
    assert answer.status_code == 200
    assert NL("delete.done") in answer.text
    assert in_files(server, secret) == in_files(server, workshop.code) == []
    assert in_files(server, kept)
    for guest in (phone, screen):
        guest.wait_for(lambda me: not me.connected)
        with pytest.raises(TurnedAway) as refusal:
            guest.connect()
        assert refusal.value.code == "unknown_session"
        assert refusal.value.data["message"] in (NL("error.deleted"), EN("error.deleted"))
    page = workshop.get(headers=DUTCH)
    assert (page.status_code, NL("error.deleted") in page.text) == (410, True)
    assert neighbour.connected


def test_a_session_is_deleted_by_nothing_but_its_own_code(server: Server):
    workshop, other = server.start_session(), server.start_session()
    for typed in ("", "1234", other.code, f"{workshop.code}1", "x" * 500):
        answer = post(server, f"/s/{workshop.code}/delete", code=typed)
        assert answer.status_code == 400
        assert NL("error.delete.code") in answer.text
    assert workshop.get("/view.json").status_code == 200


def test_a_deleted_session_stays_gone_after_a_restart(start_server: Callable[..., Server]):
    server = start_server()
    workshop = server.start_session()
    epoch = workshop.get("/view.json").json()["epoch"]
    other = server.start_session()
    filled(workshop)
    post(server, f"/s/{workshop.code}/delete", code=workshop.code)
    server.kill()
    server.start()
    assert workshop.get().status_code == 404
    # A file that became smaller is no copy that was put back: phones need not tell everything again.
    assert other.get("/view.json").json()["epoch"] == epoch


# copying


def test_a_copy_has_the_plan_and_what_was_told_and_nothing_that_people_did(server: Server):
    workshop = server.start_session("risicodialoog", client="Gemeente Lent", place="Lent", names=True)
    Guest(workshop).join("Waterschap", name="Noor van der Achternaam").leave()
    form = requests.get(f"{workshop.page}/copy", headers=DUTCH, timeout=20)
    assert form.status_code == 200
    answer = post(server, f"/s/{workshop.code}/copy", title="Ronde twee", date="2027-03-31", place="Elst")
    assert answer.status_code == 201
    copy = code_on(answer.text)
    assert copy != workshop.code
    here, there = (
        requests.get(f"{server.url}/s/{code}/view.json", timeout=20).json()["view"]
        for code in (workshop.code, copy)
    )
    assert there["agenda"] == here["agenda"]
    told = there["session"]
    assert (told["title"], told["date"], told["place"]) == ("Ronde twee", "2027-03-31", "Elst")
    assert (told["client"], told["names"], told["state"]) == ("Gemeente Lent", True, "lobby")
    bearer = {"Authorization": f"Bearer {key_on(answer.text)}"}
    log = requests.get(f"{server.url}/s/{copy}/events.jsonl", headers=bearer, timeout=20).text
    assert len(log.splitlines()) == 1
    assert "Achternaam" not in log


def test_a_copy_with_a_wrong_date_keeps_what_was_typed(server: Server, workshop: Workshop):
    answer = post(server, f"/s/{workshop.code}/copy", title="Ronde <b>twee", date="morgen")
    assert answer.status_code == 400
    assert NL("error.new.date") in answer.text
    assert 'value="Ronde &lt;b&gt;twee"' in answer.text


# bringing in


def test_an_exported_log_comes_back_under_a_new_code(server: Server, workshop: Workshop):
    secret = filled(workshop)
    Guest(workshop, "facilitator").attend().command("rating.reveal", step="herkenning")
    log = workshop.get("/events.jsonl", headers=workshop.bearer).content
    assert secret.encode() in log
    answer = post(server, "/import", files={"file": ("events.jsonl", log)}, title="Teruggezet")
    assert answer.status_code == 201, answer.text
    code, key = code_on(answer.text), key_on(answer.text)
    view = requests.get(f"{server.url}/s/{code}/view.json", timeout=20).json()["view"]
    assert view["session"]["title"] == "Teruggezet"
    results = requests.get(f"{workshop.page}/view.json", timeout=20).json()["view"]["steps"]
    assert view["steps"] == results
    # It goes on as any session does.
    again = Workshop(server, code, key, {})
    assert Guest(again, "facilitator").attend().command("session.go", step="gesprek")["ok"]
    assert Guest(again).join().command("participant.enter", name="Nieuw")["ok"]


def seated(workshop: Workshop, organisation: str) -> tuple[requests.Session, Guest]:
    """The browser of somebody who joined, and their live connection."""
    browser = requests.Session()
    answer = browser.post(workshop.page, data={"organisation": organisation}, timeout=20)
    assert answer.status_code == 200
    return browser, at_work(workshop, browser)


def at_work(workshop: Workshop, browser: requests.Session) -> Guest:
    return Guest(workshop, token=browser.cookies[f"dt_participant_{workshop.code}"]).attend()


def back(workshop: Workshop, log: bytes) -> Workshop:
    """The session that is made of a saved log."""
    answer = post(workshop.server, "/import", files={"file": ("events.jsonl", log)})
    assert answer.status_code == 201, answer.text
    return Workshop(workshop.server, code_on(answer.text), key_on(answer.text), {})


def is_known(workshop: Workshop, browser: requests.Session) -> bool:
    """Whether this browser need not join any more."""
    page = browser.get(workshop.page, headers=DUTCH, timeout=20)
    assert page.status_code == 200
    return NL("join.you_join") not in page.text


def test_people_are_who_they_were_when_their_session_comes_back(server: Server):
    workshop = server.start_session("dialogen-afbakenen")
    Guest(workshop, "facilitator").attend().command("session.go", step="canvas-a")
    browser, guest = seated(workshop, "Waterschap")
    card = {"step": "canvas-a", "card": fresh_id(), "box": "opgaven", "text": "Het gemaal"}
    assert guest.command("canvas.add_card", **card)["ok"]
    log = workshop.get("/events.jsonl", headers=workshop.bearer).content
    again = back(workshop, log)
    assert is_known(again, browser)
    there = at_work(again, browser)
    assert there.you["id"] == guest.you["id"]
    assert there.mine == guest.mine
    assert there.command("canvas.edit_card", step="canvas-a", card=card["card"], text="Twee gemalen")["ok"]
    # Whoever leaves is out, and a log of a log still knows who was there.
    browser.post(f"{again.page}/leave", timeout=20)
    assert not is_known(again, browser)
    third = back(again, again.get("/events.jsonl", headers=again.bearer).content)
    assert is_known(third, browser)
    assert not is_known(third, requests.Session())


@pytest.mark.parametrize("change", [b"", b'"x', b'"WyIxMjM0NTY3OCJd.'])
def test_nobody_is_known_from_a_log_that_only_says_where_it_comes_from(workshop: Workshop, change: bytes):
    browser, _ = seated(workshop, "Waterschap")
    log = workshop.get("/events.jsonl", headers=workshop.bearer).content
    forged = re.sub(rb', "origin": "[^"]*"', b', "origin": ' + change + b'"' if change else b"", log)
    assert forged != log
    assert not is_known(back(workshop, forged), browser)


def test_no_link_of_before_opens_a_session_that_came_back(workshop: Workshop):
    _, companion = link(workshop, "facilitator", "Anne")
    reader = share(workshop)
    facilitator = requests.Session()
    facilitator.post(f"{workshop.page}/key", json={"key": workshop.key}, timeout=20)
    assert Guest(workshop, "facilitator").attend().view["session"]["shared"] is True
    again = back(workshop, facilitator.get(f"{workshop.page}/events.jsonl", timeout=20).content)
    assert facilitator.get(f"{again.page}/report", timeout=20).status_code == 403
    for key in (workshop.key, companion):
        with pytest.raises(TurnedAway) as refusal:
            Guest(again, "facilitator", key=key).connect()
        assert refusal.value.code == "forbidden"
    assert "shared" not in Guest(again, "facilitator").attend().view["session"]
    answer = requests.post(f"{again.page}/shared/key", json={"key": reader}, timeout=20)
    assert answer.status_code == 403
    assert requests.get(f"{again.page}/shared", timeout=20).status_code != 200


def test_a_whole_log_is_for_the_host_who_gave_the_password(
    start_server: Callable[..., Server], workshop: Workshop
):
    on_a_laptop = workshop.get("/events.jsonl?for=host", headers=workshop.bearer)
    assert on_a_laptop.status_code == 403
    server = start_server(environment={"DIALOOGTAFEL_CREATE_PASSWORD": PASSWORD})
    bearer = {"Authorization": f"Bearer {PASSWORD}"}
    created = requests.post(
        f"{server.url}/api/sessions", json={"playbook": "herkenbaarheid-peilen"}, headers=bearer, timeout=20
    ).json()
    protected = Workshop(server, created["code"], created["key"], created["urls"])
    secret = filled(protected)
    assert protected.get("/events.jsonl?for=host", headers=protected.bearer).status_code == 403
    host = requests.Session()
    address = f"{protected.page}/events.jsonl?for=host"
    assert host.get(address, timeout=20).status_code == 403
    post(server, "/sessions", host, password=PASSWORD)
    assert address.removeprefix(server.url) in host.get(f"{server.url}/sessions", timeout=20).text
    hidden = host.get(address, timeout=20)
    assert f"Naam {secret}" in hidden.text
    assert f"Want {secret}" not in hidden.text
    Guest(protected, "facilitator").attend().command("rating.reveal", step="herkenning")
    rated = [line for line in host.get(address, timeout=20).text.splitlines() if "rating.rated" in line]
    assert len(rated) == 1
    assert f"Want {secret}" in rated[0]


def test_a_log_for_somebody_unheard_of_is_refused(workshop: Workshop):
    assert workshop.get("/events.jsonl?for=everybody", headers=workshop.bearer).status_code == 400
    assert workshop.get("/events.jsonl?for=others").status_code == 403
    others = workshop.get("/events.jsonl?for=others", headers=workshop.bearer)
    assert "origin" not in others.text
    assert "others" in others.headers["Content-Disposition"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", NL("error.import.empty")),
        (b"hello\n", NL("error.import.line", line="1", problem=NL("error.import.no_event"))),
        (b'{"seq":1,"at":1,"actor":"x","type":"<script>","body":{}}', "&lt;script&gt;"),
    ],
)
def test_a_file_that_is_no_log_is_refused_in_a_sentence(server: Server, content: bytes, sentence: str):
    answer = post(server, "/import", files={"file": ("events.jsonl", content)}, title="Mijn titel")
    assert answer.status_code == 400
    assert sentence in answer.text
    assert 'value="Mijn titel"' in answer.text


def test_a_long_log_comes_back_as_well(server: Server):
    workshop = server.start_session("risicodialoog")
    guest = Guest(workshop, "facilitator").attend()
    for n in range(12):
        plan = {"kind": "page", "title": f"Page {n}", "text": "Much to say. " * 1_000}
        assert guest.command("session.add_step", step=f"page-{n}", plan=plan)["ok"]
    guest.leave()
    log = workshop.get("/events.jsonl", headers=workshop.bearer).content
    assert len(log) > 150_000
    answer = post(server, "/import", files={"file": ("events.jsonl", log)}, title="Lang")
    assert answer.status_code == 201


def test_no_file_and_a_file_without_end_are_refused_in_a_sentence(server: Server):
    answer = post(server, "/import", title="x")
    assert (answer.status_code, NL("error.import.no_file") in answer.text) == (400, True)
    answer = post(server, "/import", files={"file": ("events.jsonl", b"x" * 21_000_000)})
    assert (answer.status_code, NL("error.http.too_large") in answer.text) == (413, True)


# the list of all


def test_on_the_machine_of_the_server_all_sessions_are_listed(server: Server):
    workshop = server.start_session(title="Gesprek over <i>water</i>")
    page = requests.get(f"{server.url}/sessions?search={workshop.code}", headers=DUTCH, timeout=20).text
    assert "Gesprek over &lt;i&gt;water&lt;/i&gt;" in page
    assert page.count('<li class="panel') == 1
    assert NL("host.state_lobby") in page
    nothing = requests.get(f"{server.url}/sessions?search=zoiets+is+er+niet", headers=DUTCH, timeout=20)
    assert NL("host.found", n=0) in nothing.text
    opened = post(server, f"/sessions/{workshop.code}/open")
    assert opened.headers["Location"] == f"/s/{workshop.code}/facilitate"
    assert f"dt_facilitator_{workshop.code}" in opened.headers["Set-Cookie"]


@pytest.mark.parametrize(
    "headers", [{"Host": "rebound.example"}, {"X-Forwarded-For": "203.0.113.9"}, {"Forwarded": "for=x"}]
)
@pytest.mark.parametrize("path", ["/sessions", "/s/{}/copy", "/s/{}/delete", "/api/playbooks/own"])
def test_whoever_only_seems_to_be_on_this_machine_is_no_host(
    workshop: Workshop, headers: dict[str, str], path: str
):
    address = workshop.server.url + path.format(workshop.code)
    assert requests.get(address, headers={**headers, **DUTCH}, timeout=20).status_code == 403


def test_with_a_password_the_list_opens_to_whoever_gives_it(start_server: Callable[..., Server]):
    server = start_server(environment={"DIALOOGTAFEL_CREATE_PASSWORD": PASSWORD})
    created = requests.post(
        f"{server.url}/api/sessions",
        json={"playbook": "herkenbaarheid-peilen"},
        headers={"Authorization": f"Bearer {PASSWORD}"},
        timeout=20,
    ).json()
    workshop = Workshop(server, created["code"], created["key"], created["urls"])
    host = requests.Session()
    door = host.get(f"{server.url}/sessions", headers=DUTCH, timeout=20)
    assert door.status_code == 403
    assert workshop.code not in door.text
    assert post(server, "/sessions", host, password="guess").status_code == 403
    assert post(server, f"/sessions/{workshop.code}/open", host).status_code == 403
    assert post(server, f"/s/{workshop.code}/delete", host, code=workshop.code).status_code == 403
    assert post(server, "/import", host, files={"file": ("a", b"x")}).status_code == 403
    assert post(server, "/sessions", host, password=PASSWORD).status_code == 303
    page = host.get(f"{server.url}/sessions", headers=DUTCH, timeout=20)
    assert f"{workshop.code[:4]} {workshop.code[4:]}" in page.text
    assert post(server, f"/sessions/{workshop.code}/open", host).status_code == 303
    # A copy is a new session: its facilitator gives the password, the host has given it.
    facilitator = requests.Session()
    facilitator.post(f"{workshop.page}/key", json={"key": workshop.key}, timeout=20)
    assert post(server, f"/s/{workshop.code}/copy", facilitator, title="x").status_code == 403
    assert (
        post(server, f"/s/{workshop.code}/copy", facilitator, title="x", password=PASSWORD).status_code == 201
    )
    assert post(server, f"/s/{workshop.code}/copy", host, title="y").status_code == 201
    assert not [line for line in server.log if PASSWORD in line]


def test_the_ticket_of_a_host_ends_with_the_password():
    tickets = Tickets("a secret")
    ticket = tickets.host("old word")
    assert tickets.is_host("old word", ticket)
    assert not tickets.is_host("new word", ticket)
    assert not Tickets("another secret").is_host("old word", ticket)
    assert not tickets.is_host("old word", tickets.facilitator("48271503"))
    assert not tickets.is_host("old word", None)

"""A rehearsal with robots: in a copy, marked, beside the real session, and cleaned away without a trace."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from sessions.robots import ID
from sessions.texts import texts
from tests.running import Server, Workshop
from tests.test_afterwards import in_files
from tests.wire import Guest, TurnedAway, everything

NL, EN = texts("nl").t, texts("en").t
ROBOTS = 40


def api(workshop: Workshop, rest: str = "") -> str:
    return f"{workshop.server.url}/api/sessions/{workshop.code}/rehearsal{rest}"


def ask(workshop: Workshop, rest: str = "", **wanted: Any) -> Any:
    answer = requests.post(api(workshop, rest), json=wanted, headers=workshop.bearer, timeout=30)
    assert answer.ok, answer.text
    return answer.json()


def rehearse(workshop: Workshop, **wanted: Any) -> Workshop:
    """A rehearsal of the workshop, as fast as robots can."""
    made = ask(workshop, **{"robots": ROBOTS, "fast": True, **wanted})
    return Workshop(workshop.server, made["code"], made["key"], {})


@pytest.fixture(scope="module")
def own_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of which nobody else uses the files."""
    server = Server(tmp_path_factory.mktemp("rehearsal") / "data").start()
    yield server
    assert server.stop() == 0


def test_a_rehearsal_of_forty_robots_leaves_no_trace_after_cleaning(own_server: Server):
    server = own_server
    workshop = server.start_session("risicodialoog")
    before = workshop.get("/view.json").content
    log_before = workshop.get("/events.jsonl", headers=workshop.bearer).content
    rehearsal = rehearse(workshop)
    facilitator = Guest(rehearsal, "facilitator").attend()
    assert facilitator.view["session"]["rehearsal"] is True
    assert facilitator.view["session"]["title"].startswith("Generale repetitie: ")
    facilitator.wait_for(lambda me: len(me.view["people"]) == ROBOTS, 60)
    steps = sorted(facilitator.view["agenda"].items(), key=lambda step: step[1]["order"])
    canvas = next(id for id, step in steps if step["kind"] == "canvas")
    colleague = Guest(rehearsal).join("Waterschap")
    facilitator.command("session.go", step=canvas)
    facilitator.wait_for(lambda me: me.view["steps"][canvas]["contributors"] > 20, 60)
    # They are no people: nobody is online but the colleague, and every name says what they are.
    facilitator.wait_for(lambda me: me.heard("people")[-1]["online"] == 1)
    assert {person["organisation"] for id, person in facilitator.view["people"].items() if id.startswith(ID)}
    for id, person in facilitator.view["people"].items():
        assert ("(robot)" in person["organisation"]) == id.startswith(ID)
    # Read in the file itself: what is covered is in no view.
    [[said]] = server.rows(
        "SELECT json_extract(body, '$.text') FROM events WHERE type = 'canvas.card_added' AND session = ? LIMIT 1",
        rehearsal.code,
    )
    traces = [said, rehearsal.code, f"{ID}7", "Robot Noor", "(robot)"]
    assert all(in_files(server, trace) for trace in traces)

    assert ask(rehearsal, "/clean")["url"] == f"/s/{workshop.code}/facilitate"
    assert [trace for trace in traces if in_files(server, trace)] == []
    assert server.rows("SELECT DISTINCT session FROM events") == [(workshop.code,)]
    for guest in (colleague, facilitator):
        guest.wait_for(lambda me: not me.connected)
        with pytest.raises(TurnedAway) as refusal:
            guest.connect()
        spaced = f"{workshop.code[:4]} {workshop.code[4:]}"
        assert refusal.value.data["message"] in [t("error.rehearsal.over", session=spaced) for t in (NL, EN)]
    page = requests.get(f"{server.url}/sessions", timeout=20).text
    assert rehearsal.code[:4] + " " + rehearsal.code[4:] not in page
    # The real session is as it was, and goes on with the same key and code.
    assert workshop.get("/view.json").content == before
    assert workshop.get("/events.jsonl", headers=workshop.bearer).content == log_before
    assert Guest(workshop, "facilitator").attend().command("session.go", step=steps[0][0])["ok"]
    assert server.complaints == []


def test_robots_rate_answer_and_stop_when_they_are_sent_home(workshop: Workshop):
    rehearsal = rehearse(workshop, robots=6, organisations=["Rijkswaterstaat", "  ", "GGD"])
    console = Guest(rehearsal, "facilitator").attend()
    console.wait_for(lambda me: len(me.view["people"]) == 6)
    groups = {person["organisation"] for person in console.view["people"].values()}
    assert groups == {"Rijkswaterstaat (robot)", "GGD (robot)"}
    console.command("session.go", step="herkenning")
    console.wait_for(lambda me: me.view["steps"]["herkenning"]["done"] == 6, 40)
    console.command("rating.reveal", step="herkenning")
    console.wait_for(lambda me: "results" in me.view["steps"]["herkenning"])
    told = ask(rehearsal, "/robots", robots=0)
    assert (told["playing"], told["robots"], told["demo"]) == (False, 6, False)
    seq = console.sync()["seq"]
    console.command("session.go", step="afronding")
    assert ask(rehearsal, "/robots", robots=6, fast=True)["playing"]
    # The same six, not six more.
    console.wait_for(lambda me: me.seq > seq + 3, 40)
    assert len(console.view["people"]) == 6
    ask(rehearsal, "/clean")


def test_robots_do_nothing_while_nobody_looks(workshop: Workshop):
    rehearsal = rehearse(workshop, robots=3)
    console = Guest(rehearsal, "facilitator").attend()
    console.wait_for(lambda me: len(me.view["people"]) == 3)
    console.leave()
    seq = requests.get(f"{rehearsal.page}/view.json", timeout=20).json()["seq"]
    console = Guest(rehearsal, "facilitator").attend()
    assert console.seq == seq
    ask(rehearsal, "/clean")


def test_a_second_rehearsal_takes_the_place_of_the_first(workshop: Workshop):
    first = rehearse(workshop, robots=2)
    second = rehearse(workshop, robots=2)
    assert first.get().status_code == 410
    assert requests.get(api(workshop), headers=workshop.bearer, timeout=20).json() == {
        "rehearsal": second.code
    }
    assert ask(workshop, "/enter")["code"] == second.code
    # Cleaned from the session itself as well, as often as one likes.
    for _ in range(2):
        assert ask(workshop, "/clean")["url"] == f"/s/{workshop.code}/facilitate"
    assert second.get().status_code == 410


@pytest.mark.parametrize(
    ("wanted", "status"),
    [
        ({"robots": 101}, 400),
        ({"robots": -1}, 400),
        ({"robots": "many"}, 400),
        ({"organisations": "GGD"}, 400),
        ({"more": 1}, 400),
    ],
)
def test_a_rehearsal_that_cannot_be_is_refused(workshop: Workshop, wanted: Any, status: int):
    answer = requests.post(api(workshop), json=wanted, headers=workshop.bearer, timeout=20)
    assert (answer.status_code, bool(answer.json()["message"])) == (status, True)


def test_only_a_facilitator_rehearses_and_robots_take_part_in_nothing_else(workshop: Workshop):
    assert requests.post(api(workshop), json={}, timeout=20).status_code == 403
    answer = requests.post(api(workshop, "/robots"), json={}, headers=workshop.bearer, timeout=20)
    assert answer.status_code == 409
    answer = requests.post(api(workshop, "/enter"), json={}, headers=workshop.bearer, timeout=20)
    assert answer.status_code == 404


def test_there_are_not_rehearsals_without_end(own_server: Server):
    server = own_server
    [[before]] = server.rows("SELECT count(*) FROM sessions")
    workshops = [server.start_session() for _ in range(5)]
    for workshop in workshops[:4]:
        rehearse(workshop, robots=1)
    answer = requests.post(api(workshops[4]), json={}, headers=workshops[4].bearer, timeout=20)
    assert (answer.status_code, answer.json()["code"]) == (429, "full")
    # And nothing of the fifth is left.
    assert server.rows("SELECT count(*) FROM sessions") == [(before + 9,)]


def test_a_demonstration_may_be_started_on_this_machine_and_taken_away(server: Server):
    browser = requests.Session()
    answer = browser.post(f"{server.url}/demo", data={"language": "en"}, timeout=20, allow_redirects=False)
    code = answer.headers["Location"].split("/")[2]
    demo = Workshop(server, code, "", {})
    screen = Guest(demo, "screen").attend()
    assert screen.view["session"]["title"].startswith("Example: ")
    assert screen.view["session"]["rehearsal"] is True
    screen.wait_for(lambda me: everything(me))
    assert browser.get(f"{server.url}/api/sessions/{code}/rehearsal", timeout=20).json()["demo"]
    assert browser.post(f"{server.url}/api/sessions/{code}/rehearsal/clean", json={}, timeout=20).json() == {
        "url": "/"
    }
    screen.wait_for(lambda me: not me.connected)
    elsewhere = requests.post(f"{server.url}/demo", headers={"X-Forwarded-For": "203.0.113.9"}, timeout=20)
    assert elsewhere.status_code == 403

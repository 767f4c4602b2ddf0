"""Several people behind consoles: links of their own, an observer who sees and cannot steer, two who steer at once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from tests.running import Server, Workshop
from tests.wire import Guest, TurnedAway, everything


def api(workshop: Workshop, rest: str = "") -> str:
    return f"{workshop.server.url}/api/sessions/{workshop.code}{rest}"


def link(workshop: Workshop, kind: str, name: str = "") -> tuple[str, str]:
    """A new link; its id and its key."""
    answer = requests.post(
        api(workshop, "/links"), json={"kind": kind, "name": name}, headers=workshop.bearer, timeout=20
    )
    assert answer.status_code == 201, answer.text
    made = answer.json()
    return made["id"], urlsplit(made["url"]).fragment.removeprefix("key=")


def desk(guest: Guest) -> dict[str, Any]:
    """Who is behind the consoles, as last told."""
    return guest.heard("people")[-1].get("desk", {})


def test_a_co_facilitator_steers_by_a_link_of_their_own(workshop: Workshop):
    id, key = link(workshop, "facilitator", "Anne")
    anne = Guest(workshop, "facilitator", key=key).attend()
    assert anne.command("session.go", step="herkenning")["ok"]
    assert anne.you == {"id": "facilitator", "role": "facilitator", "link": id}
    own = Guest(workshop, "facilitator").attend()
    own.wait_for(lambda me: me.heard("people") and len(desk(me)) == 2)
    assert desk(own) == {
        id: {"kind": "facilitator", "name": "Anne", "windows": 1},
        "own": {"kind": "facilitator", "name": "", "windows": 1},
    }


def test_phones_and_screens_are_not_told_who_is_behind_the_consoles(workshop: Workshop):
    link_id, key = link(workshop, "observer", "Anne of the ministry")
    phone, screen = Guest(workshop).join(), Guest(workshop, "screen").attend()
    console = Guest(workshop, "facilitator", key=key).attend()
    console.wait_for(lambda me: any(told.get("desk") and told["online"] for told in me.heard("people")))
    phone.wait_for(lambda me: any(told["online"] for told in me.heard("people")))
    for guest in (phone, screen):
        assert "ministry" not in everything(guest)
        assert link_id not in everything(guest)


def test_an_observer_sees_the_console_and_steers_nothing(workshop: Workshop):
    _, key = link(workshop, "observer", "Bo")
    own, phone = Guest(workshop, "facilitator").attend(), Guest(workshop).join()
    own.command("session.go", step="herkenning")
    phone.command("rating.rate", step="herkenning", item="i1", score=1)
    bo = Guest(workshop, "facilitator", key=key).attend()
    assert bo.you["role"] == "observer"
    assert "notes" in bo.view["agenda"]["herkenning"]
    assert bo.view["steps"]["herkenning"]["answered"] == 1
    assert "results" not in bo.view["steps"]["herkenning"]
    wishes: list[tuple[str, dict[str, Any]]] = [
        ("session.go", {"step": "gesprek"}),
        ("rating.reveal", {"step": "herkenning"}),
        ("rating.rate", {"step": "herkenning", "item": "i1", "score": 4}),
        ("participant.enter", {"organisation": "Waterschap"}),
        ("session.close", {}),
    ]
    for kind, fields in wishes:
        answer = bo.command(kind, **fields)
        assert (answer["ok"], answer["code"]) == (False, "forbidden")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/s/{}/report.md"),
        ("GET", "/s/{}/events.jsonl"),
        ("GET", "/api/sessions/{}/links"),
        ("POST", "/api/sessions/{}/links"),
        ("POST", "/api/sessions/{}/rehearsal"),
    ],
)
def test_an_observer_takes_nothing_home_and_makes_nothing(workshop: Workshop, method: str, path: str):
    _, key = link(workshop, "observer")
    address = workshop.server.url + path.format(workshop.code)
    answer = requests.request(
        method, address, json={"kind": "observer"}, headers={"Authorization": f"Bearer {key}"}, timeout=20
    )
    assert answer.status_code == 403


def test_a_co_facilitator_makes_no_links(workshop: Workshop):
    _, key = link(workshop, "facilitator")
    bearer = {"Authorization": f"Bearer {key}"}
    answer = requests.post(api(workshop, "/links"), json={"kind": "observer"}, headers=bearer, timeout=20)
    assert answer.status_code == 403
    assert requests.get(api(workshop, "/links"), headers=bearer, timeout=20).json()["own"] is False


def test_a_link_that_is_switched_off_shows_out_and_lets_nobody_in_until_it_is_on_again(workshop: Workshop):
    id, key = link(workshop, "facilitator", "Anne")
    anne = Guest(workshop, "facilitator", key=key).attend()
    switch = api(workshop, f"/links/{id}")
    requests.post(switch, json={"on": False}, headers=workshop.bearer, timeout=20).raise_for_status()
    anne.wait_for(lambda me: not me.connected)
    with pytest.raises(TurnedAway) as refusal:
        Guest(workshop, "facilitator", key=key).connect()
    assert refusal.value.code == "forbidden"
    requests.post(switch, json={"on": True}, headers=workshop.bearer, timeout=20).raise_for_status()
    assert Guest(workshop, "facilitator", key=key).attend().you["link"] == id
    requests.post(f"{switch}/remove", headers=workshop.bearer, timeout=20).raise_for_status()
    with pytest.raises(TurnedAway):
        Guest(workshop, "facilitator", key=key).connect()


def test_the_cookie_of_a_link_works_as_long_as_the_link_does(workshop: Workshop):
    id, key = link(workshop, "facilitator", "Anne")
    browser = requests.Session()
    answer = browser.post(f"{workshop.page}/key", json={"key": key}, timeout=20)
    assert answer.status_code == 204
    assert browser.get(f"{workshop.page}/report.md", timeout=20).status_code == 200
    switch = api(workshop, f"/links/{id}")
    requests.post(switch, json={"on": False}, headers=workshop.bearer, timeout=20).raise_for_status()
    assert browser.get(f"{workshop.page}/report.md", timeout=20).status_code == 403


def test_whoever_tries_the_link_they_made_stays_what_they_are(workshop: Workshop):
    _, key = link(workshop, "observer")
    browser = requests.Session()
    for one in (workshop.key, key):
        assert browser.post(f"{workshop.page}/key", json={"key": one}, timeout=20).status_code == 204
    assert browser.get(f"{workshop.page}/report.md", timeout=20).status_code == 200


def test_keys_are_kept_as_hashes_and_are_in_no_log(server: Server, workshop: Workshop):
    _, key = link(workshop, "observer", "Anne")
    for file in server.data.glob("dialoogtafel.sqlite*"):
        assert key.encode() not in file.read_bytes()
    assert not [line for line in server.log if key in line]


@pytest.mark.parametrize("body", [None, [], {"kind": "king"}, {"kind": "observer", "name": 1}])
def test_a_link_for_nobody_in_particular_kind_is_refused(workshop: Workshop, body: Any):
    answer = requests.post(api(workshop, "/links"), json=body, headers=workshop.bearer, timeout=20)
    assert answer.status_code == 400
    assert answer.json()["message"]


def test_two_who_say_next_at_once_go_one_step(workshop: Workshop):
    _, key = link(workshop, "facilitator")
    pair = [Guest(workshop, "facilitator").attend(), Guest(workshop, "facilitator", key=key).attend()]
    first, second, _ = sorted(pair[0].view["agenda"], key=lambda id: pair[0].view["agenda"][id]["order"])[:3]
    # Also the very first: whoever is still in the lobby takes nobody back.
    with ThreadPoolExecutor() as both:
        answers = list(both.map(lambda one: one.command("session.go", step=first, expect=first), pair))
    assert [answer["ok"] for answer in answers] == [True, True]
    with ThreadPoolExecutor() as both:
        answers = list(both.map(lambda one: one.command("session.go", step=second, expect=first), pair))
    assert sorted(answer["ok"] for answer in answers) == [False, True]
    late = pair[0].command("session.go", step=first, expect=first)
    assert (late["ok"], late["code"]) == (False, "rejected")
    assert pair[0].fresh()[1]["session"]["step"] == second

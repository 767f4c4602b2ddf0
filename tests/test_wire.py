"""The contract on the wire: real clients against the real server."""

import json
import resource
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from random import Random
from typing import Any

import pytest
import requests
import websocket

from sessions.texts import texts
from sessions.web.hall import RETRY_SECONDS, TIDY_SECONDS
from tests.running import Server, Workshop
from tests.wire import Guest, Lost, TurnedAway, command, everything, fresh_id

MANY = 50


@pytest.fixture
def facilitator(workshop: Workshop) -> Guest:
    return Guest(workshop, "facilitator").attend()


@pytest.fixture
def an(workshop: Workshop) -> Guest:
    return Guest(workshop).join("Waterschap", name="An")


@pytest.fixture
def bo(workshop: Workshop) -> Guest:
    return Guest(workshop).join("Gemeente", name="Bo")


@pytest.fixture(scope="module")
def canvas_workshop(server: Server) -> Callable[[], Workshop]:
    """Starts sessions with an open, an anonymous and a blind canvas."""
    return lambda: server.start_session("dialogen-afbakenen")


def socket_address(workshop: Workshop) -> str:
    address = workshop.server.url.replace("http", "ws")
    return f"{address}/socket.io/?EIO=4&transport=websocket&s={workshop.code}"


def rate(item: str, score: Any, **more: Any) -> dict[str, Any]:
    return command("rating.rate", step="herkenning", item=item, score=score, **more)


# connecting


@pytest.mark.parametrize(
    "auth",
    [
        [1, 2],
        "48271503",
        {"role": "participant"},
        {"code": 48271503},
        {"code": "1234567"},
        {"code": "123456789"},
        {"code": "1234567a"},
        {"code": "' OR 1=1"},
        {"code": "x" * 5_000},
        {"code": {"$ne": ""}},
    ],
)
def test_what_is_no_code_is_turned_away_with_a_sentence(workshop, auth):
    with pytest.raises(TurnedAway) as found:
        Guest(workshop, auth=auth).connect()
    assert found.value.code == "unknown_session"
    assert found.value.data["message"] == texts("nl").t("error.unknown_session")


@pytest.mark.parametrize("role", ["admin", "", None, 3, ["participant"], {"a": 1}])
def test_an_unknown_role_is_turned_away(workshop, role):
    with pytest.raises(TurnedAway) as found:
        Guest(workshop, auth={"code": workshop.code, "role": role}).connect()
    assert found.value.code == "invalid"


@pytest.mark.parametrize("key", ["", "wrong", "x" * 500, 7, None, ["key"]])
def test_a_facilitator_needs_the_key(workshop, key):
    with pytest.raises(TurnedAway) as found:
        Guest(workshop, auth={"code": workshop.code, "role": "facilitator", "key": key}).connect()
    assert found.value.code == "forbidden"


def test_the_key_of_one_session_does_not_open_another(server, workshop):
    other = server.start_session()
    with pytest.raises(TurnedAway):
        Guest(workshop, "facilitator", key=other.key).connect()


def test_a_participants_token_is_no_key(workshop, an):
    auth = {"code": workshop.code, "role": "facilitator", "key": an.auth["token"], "token": an.auth["token"]}
    with pytest.raises(TurnedAway):
        Guest(workshop, auth=auth).connect()


@pytest.mark.parametrize(
    ("asked", "headers", "language"),
    [
        ({}, {}, "nl"),
        ({"language": "en"}, {}, "en"),
        ({"language": "nl"}, {"Accept-Language": "en"}, "nl"),
        ({}, {"Accept-Language": "en-GB"}, "en"),
        ({}, {"Cookie": "language=en"}, "en"),
        ({"language": "xx"}, {}, "nl"),
    ],
)
def test_a_refusal_is_in_the_language_of_the_device(workshop, asked, headers, language):
    with pytest.raises(TurnedAway) as found:
        Guest(workshop, auth={"code": "0", **asked}, headers=headers).connect()
    assert found.value.data["message"] == texts(language).t("error.unknown_session")


def test_a_code_may_be_written_as_it_is_shown(workshop):
    spaced = f"{workshop.code[:4]} {workshop.code[4:]}"
    for code in (spaced, spaced.replace(" ", "-")):
        guest = Guest(workshop, auth={"code": code}).attend()
        assert guest.view["session"]["code"] == workshop.code


def test_a_role_that_is_left_out_is_participant(workshop):
    assert Guest(workshop, auth={"code": workshop.code}).attend().you["role"] == "participant"


def test_a_cookie_stands_for_the_key_and_for_the_token(workshop):
    page = requests.Session()
    assert page.post(f"{workshop.page}/key", json={"key": workshop.key}, timeout=20).status_code == 204
    page.post(workshop.page, data={"organisation": "Gemeente", "name": "Cas"}, timeout=20)
    cookies = {"Cookie": "; ".join(f"{name}={value}" for name, value in page.cookies.items())}
    console = Guest(workshop, auth={"code": workshop.code, "role": "facilitator"}, headers=cookies).attend()
    phone = Guest(workshop, auth={"code": workshop.code, "role": "participant"}, headers=cookies).attend()
    assert phone.mine["person"] == {"name": "Cas", "organisation": "Gemeente"}
    assert "token" not in phone.you
    assert console.view["people"][phone.you["id"]]["name"] == "Cas"


FOREIGN: list[dict[str, str]] = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://127.0.0.1.evil.example"},
    {"Origin": "https://evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"},
    {"Origin": "http://evil.example", "Host": "evil.example"},
]


@pytest.mark.parametrize("headers", FOREIGN)
def test_a_page_of_somebody_else_cannot_connect(workshop, headers):
    """A WebSocket is not held back by the browser's same-origin rule: we are the ones who must refuse."""
    others = [f"{name}: {value}" for name, value in headers.items() if name not in ("Origin", "Host")]
    with pytest.raises(websocket.WebSocketBadStatusException) as found:
        websocket.create_connection(
            socket_address(workshop), origin=headers["Origin"], host=headers.get("Host"), header=others
        )
    assert found.value.status_code == 400
    polling = f"{workshop.server.url}/socket.io/?EIO=4&transport=polling"
    assert requests.get(polling, headers=headers, timeout=20).status_code == 400


def test_our_own_page_can_connect(workshop):
    line = websocket.create_connection(socket_address(workshop), origin=workshop.server.url)
    assert str(line.recv()).startswith("0")
    line.close()


def test_whoever_tried_too_many_codes_waits_and_whoever_was_inside_goes_on(start_server):
    workshop = start_server().start_session()
    inside = Guest(workshop).join()
    console = requests.Session()
    console.post(f"{workshop.page}/key", json={"key": workshop.key}, timeout=20)
    tried = [requests.get(f"{workshop.server.url}/s/{n:08}", timeout=20) for n in range(101)]
    assert (tried[0].status_code, tried[-1].status_code) == (404, 429)
    with pytest.raises(TurnedAway) as found:
        Guest(workshop).connect()
    assert found.value.code == "slow_down"
    inside.drop()
    assert inside.come_back().mine["person"]
    assert console.get(f"{workshop.page}/facilitate", timeout=20).status_code == 200
    cookie = {"Cookie": "; ".join(f"{name}={value}" for name, value in console.cookies.items())}
    Guest(workshop, auth={"code": workshop.code, "role": "facilitator"}, headers=cookie).attend()


def test_joining_with_the_right_code_is_never_too_often(start_server):
    workshop = start_server().start_session()
    for _ in range(120):
        Guest(workshop).connect().leave()
        assert workshop.get().status_code == 200


# sync


def test_a_newcomer_gets_the_view_and_a_token_of_their_own(workshop):
    one, two = Guest(workshop).connect(), Guest(workshop).connect()
    answer, other = one.sync(), two.sync()
    assert answer.keys() == {"epoch", "seq", "now", "you", "mine", "view"}
    assert answer["you"]["role"] == "participant"
    assert answer["you"]["id"] != other["you"]["id"]
    assert len({answer["you"]["token"], other["you"]["token"]}) == 2
    assert answer["mine"] == {"steps": {}}
    assert one.view == two.view


def test_nobody_but_a_new_participant_gets_a_token(workshop, facilitator, an):
    assert "token" not in facilitator.you
    assert "token" not in Guest(workshop, "screen").attend().you
    assert "token" not in Guest(workshop, token=an.auth["token"]).attend().you


def test_whoever_is_up_to_date_gets_an_empty_patch(an):
    answer = an.sync()
    assert answer["patch"] == {}
    assert "view" not in answer


def test_whoever_missed_something_gets_a_patch_for_it(workshop, an, facilitator):
    seq, epoch, view = an.seq, an.epoch, an.view
    an.drop()
    facilitator.command("session.go", step="herkenning")
    an.come_back()
    answer = an.heard("sync")[-1]
    assert answer["epoch"] == epoch
    assert answer["patch"]["session"] == {"state": "live", "step": "herkenning"}
    assert (an.seq, an.view) == an.fresh()
    assert an.seq > seq
    assert an.view != view


@pytest.mark.parametrize(
    "asked",
    [
        {"epoch": "of another database", "seq": 1},
        {"seq": 1},
        {"epoch": "", "seq": "1"},
        {"epoch": None, "seq": None},
        {"seq": -1},
        {"seq": 10**12},
        {"seq": 1.0},
        [],
        "sync",
        17,
    ],
)
def test_whoever_asks_for_what_is_not_there_gets_the_whole_view(an, asked):
    answer = an.call("sync", asked)
    assert answer["view"] == an.view


def test_a_seq_of_the_future_gets_the_whole_view(an):
    answer = an.call("sync", {"epoch": an.epoch, "seq": an.seq + 1_000})
    assert answer["view"] == an.view


def test_a_sync_without_an_argument_is_answered(an):
    assert an.call("sync", None)["view"] == an.view


def test_a_token_brings_back_the_same_person_with_their_scores_and_remarks(workshop, an):
    an.send([rate("i1", 3, remark="Elke week")])
    an.drop()
    again = Guest(workshop, token=an.auth["token"]).attend()
    assert again.you["id"] == an.you["id"]
    assert again.mine["person"] == {"name": "An", "organisation": "Waterschap"}
    assert again.mine["steps"]["herkenning"]["scores"] == {"i1": {"score": 3, "remark": "Elke week"}}


def with_another_end(token: str) -> str:
    """A character of the signature is another one; of the last one not every bit counts."""
    return f"{token[:-2]}{'B' if token[-2] == 'A' else 'A'}{token[-1]}"


@pytest.mark.parametrize("forge", [with_another_end, lambda t: "x", lambda t: t * 20, lambda t: 7])
def test_a_token_that_is_not_ours_makes_somebody_new(workshop, an, forge):
    stranger = Guest(workshop, auth={"code": workshop.code, "token": forge(an.auth["token"])}).attend()
    assert stranger.you["id"] != an.you["id"]
    assert stranger.mine == {"steps": {}}


def test_a_token_of_another_session_makes_somebody_new(server, an):
    elsewhere = Guest(server.start_session(), token=an.auth["token"]).attend()
    assert elsewhere.you["id"] != an.you["id"]


def test_a_second_tab_is_the_same_person_and_both_see_the_same(workshop, an):
    tab = Guest(workshop, token=an.auth["token"]).attend()
    tab.send([rate("i2", 1)])
    an.wait_for(lambda me: "herkenning" in me.mine["steps"])
    assert an.mine == tab.wait_for(lambda me: "herkenning" in me.mine["steps"]).mine
    assert an.wait_for(lambda me: me.view["steps"]["herkenning"]["answered"] == 1).view == tab.view


def test_everything_is_there_after_a_restart_of_the_server(start_server):
    server = start_server()
    workshop = server.start_session("dialogen-afbakenen")
    facilitator, an = Guest(workshop, "facilitator").attend(), Guest(workshop).join("Rijk")
    card = fresh_id()
    an.command("canvas.add_card", step="canvas-a", card=card, box="opgaven", text="Hoger water")
    answer = facilitator.command("session.go", step="canvas-a")
    for guest in (an, facilitator):
        guest.up_to(answer["seq"])
    before = (an.view, an.mine, facilitator.view)
    assert server.stop() == 0
    server.start()
    an.come_back()
    facilitator.come_back()
    assert (an.view, an.mine, facilitator.view) == before
    assert "patch" in an.heard("sync")[-1]
    # Nobody has asked for a whole view since the start, and yet everybody hears what happens.
    added = an.command("canvas.add_card", step="canvas-a", card=fresh_id(), box="opgaven", text="Meer")
    for guest in (an, facilitator):
        guest.wait_for(lambda me: len(me.view["steps"]["canvas-a"]["cards"]) == 2)
        assert guest.seq == added["seq"]
        assert "changes" in [name for name, _ in guest.received[-4:]]


def test_after_history_changed_everybody_gets_the_whole_view(start_server):
    server = start_server()
    workshop = server.start_session()
    an = Guest(workshop).join()
    before = an.epoch
    server.stop()
    with closing(sqlite3.connect(server.database)) as db:
        db.execute("UPDATE meta SET value = 'another' WHERE name = 'epoch'")
        db.commit()
    server.start()
    an.come_back()
    assert an.epoch != before
    assert "view" in an.heard("sync")[-1]
    assert an.mine["person"]


# commands


def test_an_accepted_command_is_seen_by_everybody(workshop, facilitator, an, bo):
    screen = Guest(workshop, "screen").attend()
    answer = facilitator.command("session.go", step="herkenning", expect="welkom")
    assert answer["ok"] is True
    for guest in (facilitator, an, bo, screen):
        guest.up_to(answer["seq"])
        assert guest.view["session"]["step"] == "herkenning"
    assert an.view == bo.view == screen.view
    assert screen.view == screen.fresh()[1]
    assert facilitator.view == facilitator.fresh()[1]


def test_commands_may_come_before_the_first_sync(workshop):
    guest = Guest(workshop).connect()
    assert guest.command("participant.enter", organisation="Rijk")["ok"]
    assert guest.sync()["mine"]["person"] == {"organisation": "Rijk"}


@pytest.mark.parametrize(
    ("kind", "fields", "code"),
    [
        ("session.go", {"step": "herkenning"}, "forbidden"),
        ("session.close", {}, "forbidden"),
        ("rating.reveal", {"step": "herkenning"}, "forbidden"),
        ("rating.rate", {"step": "herkenning", "item": "i1", "score": 9}, "rejected"),
        ("rating.rate", {"step": "nergens", "item": "i1", "score": 1}, "rejected"),
        ("rating.rate", {"step": "herkenning", "item": "i1", "score": "veel"}, "invalid"),
        ("rating.rate", {"step": "herkenning", "item": "i1", "points": 3}, "invalid"),
        ("rating.rate", {"step": "herkenning", "item": "i1", "score": 1, "remark": "x" * 501}, "too_large"),
        ("participant.enter", {"name": "x" * 81}, "too_large"),
        ("participant.enter", {"organisation": ""}, "rejected"),
        ("rating.explode", {"step": "herkenning"}, "invalid"),
        ("canvas.add_card", {"step": "herkenning", "card": "c", "box": "b", "text": "x"}, "rejected"),
    ],
)
def test_a_refused_command_gets_its_code_and_a_sentence(an, kind, fields, code):
    seq, _ = an.fresh()
    answer = an.command(kind, **fields)
    assert answer.keys() == {"id", "ok", "code", "message"}
    assert (answer["ok"], answer["code"]) == (False, code)
    assert answer["message"].endswith((".", "!"))
    assert an.fresh()[0] == seq


def test_a_closed_session_answers_closed_and_can_still_be_read(an, facilitator):
    assert facilitator.command("session.close")["ok"]
    assert an.send([rate("i1", 1)])[0]["code"] == "closed"
    assert an.wait_for(lambda me: me.view["session"]["state"] == "closed").view == an.fresh()[1]
    assert facilitator.command("session.reopen")["ok"]
    assert an.send([rate("i1", 1)])[0]["ok"]


def test_the_screen_sends_nothing(workshop):
    screen = Guest(workshop, "screen").attend()
    assert screen.command("participant.enter", organisation="Rijk")["code"] == "forbidden"


def test_a_call_that_is_no_list_gets_one_clear_answer(an):
    for payload in ({"id": fresh_id(), "type": "session.close"}, "close", 3, None):
        answers = an.call("commands", payload)
        assert [(answer["ok"], answer["code"]) for answer in answers] == [(False, "invalid")]


def test_answers_keep_the_order_of_the_commands(an):
    good, odd, bad, last = rate("i1", 1), "what?", rate("i1", 9), rate("i2", 2)
    answers = an.send([good, odd, bad, last])
    assert [answer["ok"] for answer in answers] == [True, False, False, True]
    assert [answer["id"] for answer in answers] == [good["id"], None, bad["id"], last["id"]]


def test_a_command_that_is_sent_again_over_another_line_has_one_effect(workshop, an):
    raw = rate("i1", 2)
    [first] = an.send([raw])
    an.drop()
    an.come_back()
    assert an.send([raw]) == [first]
    tab = Guest(workshop, token=an.auth["token"]).attend()
    assert tab.send([raw, raw]) == [first, first]
    assert len(workshop.server.rows("SELECT 1 FROM events WHERE command = ?", raw["id"])) == 1


def test_a_double_next_does_not_skip_a_step(workshop, facilitator):
    other = Guest(workshop, "facilitator").attend()
    answers = [
        guest.command("session.go", step="herkenning", expect="welkom") for guest in (facilitator, other)
    ]
    late = other.command("session.go", step="gesprek", expect="welkom")
    assert answers[0]["ok"]
    assert late["code"] == "rejected"
    assert (
        other.wait_for(lambda me: me.view["session"]["step"] != "welkom").view["session"]["step"]
        == "herkenning"
    )


# limits


def test_whoever_goes_too_fast_is_asked_to_wait_and_loses_nothing(an):
    commands = [rate(f"i{1 + n % 10}", 1 + n % 4) for n in range(45)]
    answers = an.send(commands)
    taken = [answer for answer in answers if answer["ok"]]
    late = answers[len(taken) :]
    assert 28 <= len(taken) <= 31
    assert {answer["code"] for answer in late} == {"slow_down"}
    assert all(answer["retry_ms"] > 0 for answer in late)
    assert [answer["id"] for answer in answers] == [raw["id"] for raw in commands]
    waiting = commands[len(taken) :]
    while waiting:
        again = an.send(waiting)
        waiting = [raw for raw, answer in zip(waiting, again, strict=True) if not answer["ok"]]
    assert an.fresh()[1]["steps"]["herkenning"]["done"] == 1


def test_somebody_who_goes_too_fast_holds_up_nobody_else(an, bo):
    an.send([rate("i1", 1 + n % 4) for n in range(60)])
    assert bo.send([rate("i1", 1)])[0]["ok"]


def test_a_call_has_so_many_answers_at_most(an):
    answers = an.send([{} for _ in range(1_000)])
    assert 100 <= len(answers) <= 1_000
    assert not any(answer["ok"] for answer in answers)


def test_a_frame_that_is_too_large_ends_that_connection_only(an, bo):
    with pytest.raises(Lost):
        an.send([rate("i1", 1, remark="x" * 17_000)])
    assert bo.send([rate("i1", 1)])[0]["ok"]
    assert an.come_back().send([rate("i1", 1)])[0]["ok"]


def test_a_facilitator_may_send_a_whole_page(server):
    workshop = server.start_session("risicodialoog")
    facilitator = Guest(workshop, "facilitator").attend()
    page = "# Wat we weten\n\n" + "é" * 19_000
    assert facilitator.command("page.write", step="stresstest", text=page)["ok"]
    answer = facilitator.command("page.write", step="stresstest", text="é" * 20_001)
    assert answer["code"] == "too_large"


def test_a_text_that_is_too_long_but_fits_a_frame_is_refused_by_name(an):
    [answer] = an.send([rate("i1", 1, remark="x" * 2_001)])
    assert answer["code"] == "too_large"
    assert "2.001" in answer["message"]


# when the disk is full


LITTLE_ROOM = 16_000
"""Bytes by which the database may still grow."""


def fill_the_disk(server: Server) -> None:
    """From here on no file may become much larger than the database is."""
    server.stop()
    server.largest_file = server.database.stat().st_size + LITTLE_ROOM
    server.start()


def make_room(server: Server) -> None:
    """Where the limit cannot be lifted from outside, a restart without it has to do."""
    if hasattr(resource, "prlimit"):
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
    else:
        server.stop()
        server.largest_file = 0
        server.start()


def test_a_full_disk_refuses_everything_and_everything_is_taken_when_there_is_room(start_server):
    server = start_server()
    workshop = server.start_session()
    fill_the_disk(server)
    facilitator, an = Guest(workshop, "facilitator").attend(), Guest(workshop).join()
    seen = an.view["steps"]["herkenning"]["answered"]
    taken: list[dict[str, Any]] = []
    refused: list[dict[str, Any]] = []
    # What is tidied away into the main file makes room again, until that is full as well.
    while len(refused) < 3:
        assert len(taken) < 4_000
        if not refused:
            raw = rate("i1", 1 + len(taken) % 4, remark=f"{len(taken)} " + "x" * 480)
        [answer] = an.send([raw])
        if answer["ok"]:
            taken.append(answer)
            refused = []
        elif answer["code"] != "slow_down":
            refused.append(raw)
            time.sleep(TIDY_SECONDS + RETRY_SECONDS)
    assert answer["code"] == "storage_failed"
    assert answer["message"] == texts("nl").t("error.storage_failed")
    assert requests.get(f"{server.url}/healthz", timeout=20).status_code == 503
    assert {row[0] for row in server.rows("SELECT command FROM events WHERE command IS NOT NULL")} >= {
        answer["id"] for answer in taken
    }
    # Something small may still fit, but not for ever.
    for ends in range(100):
        if not facilitator.command("session.timer", ends=ends)["ok"]:
            break
    assert facilitator.command("rating.reveal", step="herkenning")["code"] == "storage_failed"
    assert facilitator.fresh()[1]["steps"]["herkenning"]["revealed"] is False
    new = requests.post(f"{server.url}/api/sessions", json={"playbook": "herkenbaarheid-peilen"}, timeout=20)
    assert (new.status_code, new.json()["code"]) == (503, "storage_failed")

    make_room(server)
    [answer] = an.come_back().send([raw])
    assert answer["ok"]
    assert answer["seq"] > taken[-1]["seq"]
    assert requests.get(f"{server.url}/healthz", timeout=20).status_code == 200
    assert (
        an.wait_for(lambda me: me.view["steps"]["herkenning"]["answered"] == seen + 1).view == an.fresh()[1]
    )
    numbers = [
        row[0] for row in server.rows("SELECT seq FROM events WHERE session = ? ORDER BY seq", workshop.code)
    ]
    assert numbers == list(range(1, answer["seq"] + 1))


def test_a_server_on_a_full_disk_can_be_stopped_and_goes_on_elsewhere(start_server):
    server = start_server()
    workshop = server.start_session()
    fill_the_disk(server)
    an = Guest(workshop).join()
    promised: dict[str, int] = {}
    code = ""
    while code != "storage_failed":
        raw = rate("i1", 1 + len(promised) % 4, remark=f"{len(promised)} " + "x" * 480)
        [answer] = an.send([raw])
        code = answer.get("code", "")
        if answer["ok"]:
            promised[answer["id"]] = answer["seq"]
    assert server.stop() == 0
    server.largest_file = 0
    server.start()
    assert an.come_back().send([raw])[0]["ok"]
    stored = dict(server.rows("SELECT command, seq FROM events WHERE command IS NOT NULL"))
    assert promised.items() <= stored.items()


# what is private


def test_scores_and_remarks_reach_nobody_before_the_reveal(workshop, an, bo, facilitator):
    screen = Guest(workshop, "screen").attend()
    answer = an.send([rate("i1", 3, remark="Vlinderstichting"), rate("i2", "none")])[-1]
    late = Guest(workshop).attend()
    for guest in (bo, facilitator, screen, late):
        guest.wait_for(lambda me: me.view["steps"]["herkenning"]["answered"] == 1)
        assert "Vlinderstichting" not in everything(guest)
        assert "results" not in guest.view["steps"]["herkenning"]
    assert an.wait_for(lambda me: me.mine["steps"]).mine["steps"]["herkenning"]["scores"]["i1"]["score"] == 3
    export = workshop.get("/events.jsonl", headers=workshop.bearer).text
    assert "Vlinderstichting" not in export
    assert "Vlinderstichting" not in workshop.get("/view.json").text
    assert answer["ok"]
    facilitator.command("rating.reveal", step="herkenning")
    for guest in (bo, facilitator, screen):
        guest.wait_for(lambda me: me.view["steps"]["herkenning"]["revealed"])
        assert guest.view["steps"]["herkenning"]["results"]["i1"]["counts"]["3"] == 1
        assert an.you["id"] not in everything(guest) or guest is facilitator


def test_who_somebody_is_reaches_the_facilitator_and_nobody_else(workshop, facilitator):
    other = Guest(workshop).attend()
    screen = Guest(workshop, "screen").attend()
    guest = Guest(workshop).join("Rijk", name="Ypsilantis")
    facilitator.wait_for(lambda me: guest.you["id"] in me.view["people"])
    for stranger in (other, screen):
        stranger.wait_for(lambda me: me.heard("people")[-1]["groups"] == {"Rijk": 1})
        for private in ("Ypsilantis", guest.you["id"], guest.auth["token"]):
            assert private not in everything(stranger)


def test_covered_and_anonymous_cards_keep_their_secret_on_the_wire(canvas_workshop):
    workshop = canvas_workshop()
    facilitator, bo = Guest(workshop, "facilitator").attend(), Guest(workshop).join("Gemeente")
    an = Guest(workshop).join("Waterschap", name="An")
    an.command("canvas.add_card", step="canvas-b", card=fresh_id(), box="doelen", text="Zonnebloem")
    for guest in (facilitator, bo):
        guest.wait_for(lambda me: me.view["steps"]["canvas-b"]["counts"].get("doelen", 0) == 1)
        assert "Zonnebloem" not in everything(guest)
    assert "Zonnebloem" in json.dumps(an.wait_for(lambda me: me.mine["steps"]).mine)
    facilitator.command("canvas.reveal", step="canvas-b")
    bo.wait_for(lambda me: "Zonnebloem" in json.dumps(me.view))


# who is here


def test_people_are_counted_once_however_many_tabs_they_have(workshop, an, facilitator):
    tab = Guest(workshop, token=an.auth["token"]).attend()
    bo = Guest(workshop).join("Gemeente")
    everybody = {"online": 2, "groups": {"Waterschap": 1, "Gemeente": 1}}
    for guest in (an, tab, bo, facilitator):
        guest.wait_for(lambda me: me.heard("people") and everybody.items() <= me.heard("people")[-1].items())
    bo.leave()
    tab.drop()
    alone = {"online": 1, "groups": {"Waterschap": 1}}
    for guest in (an, facilitator):
        guest.wait_for(lambda me: alone.items() <= me.heard("people")[-1].items())


def test_in_the_quiet_everybody_hears_how_far_we_are(workshop):
    guest = Guest(workshop).attend()
    guest.wait_for(lambda me: me.heard("head"))
    assert guest.heard("head")[-1] == {"epoch": guest.epoch, "seq": guest.seq}


# nonsense


NOISE: list[str | bytes] = [
    "",
    "4",
    "42",
    "42[",
    "42[]",
    "42[7]",
    '42["sync"',
    '42{"sync":1}',
    '42["nosuch",{}]',
    '42["disconnect"]',
    '42["connect"]',
    '421["commands",[[[[[[1]]]]]]]',
    '421["commands"]',
    '42999999999999999999999["sync",{}]',
    '421["commands",' + "[" * 8_000 + "]" * 8_000 + "]",
    '42["commands",[{"id":"\\ud800\\ud800\\ud800\\ud800\\ud800\\ud800","type":"session.close"}]]',
    # A refusal that names such a field, together with what waits to be stored.
    '421["commands",[{"id":"aaaaaaaaaaaaaaaaaaaaaa","type":"participant.enter","organisation":"Rijk"},'
    '{"id":"bbbbbbbbbbbbbbbbbbbbbb","type":"rating.rate","\\ud800":1}]]',
    '42["sync",{"epoch":"\\u0000","seq":1e999}]',
    '42["sync",{"seq":' + "9" * 6_000 + "}]",
    '451-["commands",{"_placeholder":true,"num":0}]',
    '459999-["commands"]',
    "40/admin,",
    '40{"code":"00000000"}',
    "41/nowhere,",
    "44",
    "4-1",
    "4é",
    "9",
    "6",
    "zzz",
    b"\x00\x01\x02",
    b"",
]


@pytest.mark.parametrize("noise", NOISE, ids=lambda noise: repr(noise)[:24])
def test_noise_hurts_nobody_else(workshop, an, noise):
    line = websocket.create_connection(socket_address(workshop), timeout=10)
    try:
        line.recv()
        line.send("40" + json.dumps({"code": workshop.code}))
        assert str(line.recv()).startswith("40")
        if isinstance(noise, bytes):
            line.send_binary(noise)
        else:
            line.send(noise)
        line.send('42["sync",{}]')
    finally:
        line.close()
    assert an.send([rate("i1", 2)])[0]["ok"]
    an.wait_for(lambda me: me.view["steps"]["herkenning"]["answered"] == 1)


def heard(line: websocket.WebSocket, start: str) -> str:
    """The next message that starts so."""
    while not (message := str(line.recv())).startswith(start):
        assert not message.startswith("44"), message
    return message


def test_nobody_connects_anew_behind_the_doors_back(server, workshop):
    """The library would hand an event named "connect" to the handler that lets people in."""
    other = server.start_session()
    line = websocket.create_connection(socket_address(workshop), timeout=10)
    line.recv()
    line.send("40" + json.dumps({"code": workshop.code}))
    line.recv()
    made_up = {"REMOTE_ADDR": "192.0.2.1", "HTTP_COOKIE": ""}
    line.send("421" + json.dumps(["connect", made_up, {"code": other.code, "role": "screen"}]))
    heard(line, "431")
    line.send('422["disconnect"]')
    heard(line, "432")
    line.send('423["sync",{}]')
    answer = heard(line, "433")
    assert json.loads(answer[3:])[0]["view"]["session"]["code"] == workshop.code
    line.close()


# fifty at once


class Ledger:
    """What was acknowledged, and whether it stood in the file at that very moment."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._lock = threading.Lock()
        self.acknowledged: dict[str, int] = {}
        self.refused: list[Any] = []
        self.missing: list[str] = []

    def heard(self, answers: list[Any]) -> None:
        """Look into the file in the thread that just read the acknowledgement."""
        taken = {answer["id"]: answer["seq"] for answer in answers if answer["ok"]}
        marks = ",".join("?" * len(taken))
        rows = self._server.rows(f"SELECT command FROM events WHERE command IN ({marks})", *taken)  # noqa: S608
        stored = {command for (command,) in rows}
        with self._lock:
            self.acknowledged |= taken
            self.refused += [answer for answer in answers if not answer["ok"]]
            self.missing += taken.keys() - stored


def test_fifty_people_at_once_end_with_the_same_view(server):
    workshop = server.start_session("issues-naar-succesfactoren")
    facilitator, screen = Guest(workshop, "facilitator").attend(), Guest(workshop, "screen").attend()
    ledger = Ledger(server)
    guests = [Guest(workshop) for _ in range(MANY)]
    organisations = ["Provincie", "Waterschap", "Gemeente", "Werkregio", "Stichting Dal"]

    def take_part(n: int) -> None:
        dice, guest = Random(n), guests[n]
        guest.join(organisations[n % 5], name=f"Naam{n}x")
        calls = [
            [
                rate(f"i{item}", dice.choice([1, 2, 3, 4, "none"]), remark=f"opmerking{n}x{item}")
                for item in part
            ]
            for part in ([1, 2, 3], [4], [5, 6, 7, 8], [9, 10])
        ]
        for number in range(5):
            where = {"step": "aanvullen", "box": "aanvullingen", "card": fresh_id()}
            calls.append([command("canvas.add_card", **where, text=f"Kaart {n}.{number}")])
        dice.shuffle(calls)
        for call in calls:
            answered = threading.Event()

            def hear(answers: list[Any], answered: threading.Event = answered) -> None:
                ledger.heard(answers)
                answered.set()

            guest.post(call, hear)
            assert answered.wait(20)

    with ThreadPoolExecutor(MANY) as pool:
        list(pool.map(take_part, range(MANY)))

    assert ledger.refused == []
    assert ledger.missing == []
    assert len(ledger.acknowledged) == MANY * 15
    last = max(ledger.acknowledged.values())
    seq, view = Guest(workshop).attend().fresh()
    assert seq == last
    for guest in [*guests, screen]:
        guest.up_to(last)
        assert guest.view == view
        assert guest.gaps == 0
    facilitator.up_to(last)
    assert facilitator.view == facilitator.fresh()[1]
    assert view["steps"]["herkenning"]["done"] == MANY
    assert len(view["steps"]["aanvullen"]["cards"]) == MANY * 5
    numbers = [
        row[0] for row in server.rows("SELECT seq FROM events WHERE session = ? ORDER BY seq", workshop.code)
    ]
    assert numbers == list(range(1, last + 1))

    for n, guest in enumerate(guests):
        told = everything(guest)
        assert f"opmerking{n}x1" in told
        assert [m for m in range(MANY) if m != n and f"opmerking{m}x" in told] == []
        assert [m for m in range(MANY) if m != n and f"Naam{m}x" in told] == []
        assert guest.mine["steps"]["herkenning"]["scores"].keys() == {f"i{item}" for item in range(1, 11)}
        assert len(guest.mine["steps"]["aanvullen"]["cards"]) == 5

    answer = facilitator.command("rating.reveal", step="herkenning")
    results = [
        guest.up_to(answer["seq"]).view["steps"]["herkenning"]["results"] for guest in (*guests, screen)
    ]
    assert all(result == results[0] for result in results)
    assert all(item["n"] + item["off"] == MANY for item in results[0].values())


def test_somebody_who_comes_and_goes_all_the_time_ends_with_the_same_view(workshop, an, facilitator):
    restless = Guest(workshop).attend()
    done = threading.Event()

    def come_and_go() -> None:
        while not done.is_set():
            restless.drop()
            restless.come_back()

    with ThreadPoolExecutor(1) as pool:
        coming_and_going = pool.submit(come_and_go)
        for n in range(25):
            an.send([rate("i1", 1 + n % 4)])
            facilitator.command("session.timer", ends=n)
        last = facilitator.command("session.go", step="herkenning")
        done.set()
        coming_and_going.result(20)
    restless.up_to(last["seq"])
    assert restless.view == an.up_to(last["seq"]).view == an.fresh()[1]

"""HTTP: pages, the little API, downloads, and what no request gets."""

import gzip
import json
import re
from collections.abc import Callable
from http.cookiejar import Cookie
from typing import cast

import pytest
import requests

from sessions.texts import texts
from tests.running import Server, Workshop
from tests.wire import Guest

PRIVATE = ["/report", "/report.md", "/report.html", "/events.jsonl"]
NL = {"Accept-Language": "nl"}


def join(workshop: Workshop, visitor: requests.Session, **form: str) -> requests.Response:
    fields = {"organisation": "Gemeente", **form}
    return visitor.post(workshop.page, data=fields, headers=NL, timeout=20)


def only_cookie(visitor: requests.Session) -> Cookie:
    [cookie] = cast(list[Cookie], list(visitor.cookies))
    return cookie


# pages


@pytest.mark.parametrize("path", ["/", "/new"])
def test_pages_forbid_everything_that_is_not_ours(server: Server, path: str) -> None:
    headers = requests.get(f"{server.url}{path}", timeout=20).headers
    policy = headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_every_answer_has_a_nonce_of_its_own(server: Server) -> None:
    policies = {requests.get(server.url, timeout=20).headers["Content-Security-Policy"] for _ in range(3)}
    assert len(policies) == 3


@pytest.mark.parametrize("typed", ["12345678", "1234-5678", "hallo", "1" * 500, "<b>1</b>"])
def test_an_unknown_code_comes_back_with_what_to_do(server: Server, typed: str) -> None:
    answer = requests.post(server.url, data={"code": typed}, headers=NL, timeout=20)
    assert answer.status_code == 404
    assert texts("nl").t("error.unknown_session") in answer.text
    assert "<b>1</b>" not in answer.text
    if len(typed) < 20 and "<" not in typed:
        assert f'value="{typed}"' in answer.text


@pytest.mark.parametrize("between", ["", " ", "-", " - "])
def test_a_code_may_have_spaces_and_hyphens(workshop: Workshop, between: str) -> None:
    code = workshop.code
    typed = f"{code[:4]}{between}{code[4:]}"
    answer = requests.post(workshop.server.url, data={"code": typed}, allow_redirects=False, timeout=20)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/s/{code}")


def test_joining_needs_no_script_and_gives_a_seat_that_lasts(workshop: Workshop) -> None:
    visitor = requests.Session()
    answer = join(workshop, visitor, name="An")
    assert answer.status_code == 200
    assert 'id="app"' in answer.text
    cookie = only_cookie(visitor)
    assert cookie.has_nonstandard_attr("HttpOnly")
    assert 'id="app"' in visitor.get(workshop.page, timeout=20).text
    people = Guest(workshop, "facilitator", key=workshop.key).attend().view["people"]
    assert [person["name"] for person in people.values()] == ["An"]


def test_a_join_form_keeps_what_was_typed_and_says_what_is_missing(workshop: Workshop) -> None:
    visitor = requests.Session()
    answer = join(workshop, visitor, organisation="", name="An & <Bo>")
    assert answer.status_code == 400
    assert texts("nl").t("error.join.organisation_missing") in answer.text
    assert "An &amp; &lt;Bo&gt;" in answer.text
    assert not list(visitor.cookies)


def test_nobody_new_joins_a_closed_session(workshop: Workshop) -> None:
    facilitator = Guest(workshop, "facilitator", key=workshop.key).attend()
    facilitator.command("session.close")
    for answer in (workshop.get(headers=NL), join(workshop, requests.Session())):
        assert answer.status_code in (400, 410)
        assert texts("nl").t("error.closed") in answer.text


def test_a_page_that_is_not_there_says_where_to_go(server: Server) -> None:
    answer = requests.get(f"{server.url}/nowhere", headers=NL, timeout=20)
    assert answer.status_code == 404
    assert texts("nl").t("error.http.not_found") in answer.text


def test_the_language_is_of_the_device_and_can_be_changed(server: Server) -> None:
    visitor = requests.Session()
    assert '<html lang="en"' in visitor.get(server.url, headers={"Accept-Language": "en"}, timeout=20).text
    assert '<html lang="nl"' in visitor.get(f"{server.url}/?language=nl", timeout=20).text
    assert '<html lang="nl"' in visitor.get(server.url, headers={"Accept-Language": "en"}, timeout=20).text


# starting


def test_a_session_is_started_from_the_form(server: Server) -> None:
    form = {"playbook": "herkenbaarheid-peilen", "language": "en", "title": "A & B", "date": "2026-11-21"}
    answer = requests.post(f"{server.url}/new", data=form, timeout=20)
    assert answer.status_code == 201
    assert "A &amp; B" in answer.text
    assert re.search(r"/s/\d{8}/facilitate#key=[\w-]{22,}", answer.text)


@pytest.mark.parametrize(
    ("field", "value", "key"),
    [
        ("playbook", "none", "error.new.playbook"),
        ("date", "tomorrow", "error.new.date"),
        ("language", "fr", "error.new.language"),
        ("title", "x" * 121, None),
    ],
)
def test_a_wrong_field_of_a_new_session_is_named(
    server: Server, field: str, value: str, key: str | None
) -> None:
    form = {"playbook": "herkenbaarheid-peilen", "language": "nl", "place": "Lent", field: value}
    page = requests.post(f"{server.url}/new", data=form, headers=NL, timeout=20)
    api = requests.post(f"{server.url}/api/sessions", json=form, headers=NL, timeout=20)
    assert (page.status_code, api.status_code, api.json()["code"]) == (400, 400, "invalid")
    assert "Lent" in page.text
    if key:
        assert texts("nl").t(key) in page.text
        assert api.json()["message"] == texts("nl").t(key)


@pytest.mark.parametrize("body", ["", "{", "[]", '{"playbook": 3}', '{"playbook": "a", "colour": "red"}'])
def test_a_body_that_is_none_is_refused_as_json(server: Server, body: str) -> None:
    answer = requests.post(f"{server.url}/api/sessions", data=body, timeout=20)
    assert answer.status_code == 400
    assert answer.json().keys() == {"code", "message"}


def test_the_playbooks_are_listed(server: Server) -> None:
    listed = requests.get(f"{server.url}/api/playbooks", headers=NL, timeout=20).json()
    assert {"herkenbaarheid-peilen", "issues-naar-succesfactoren", "dialogen-afbakenen"} <= {
        p["id"] for p in listed
    }
    assert all(playbook.keys() == {"id", "title", "minutes", "steps"} for playbook in listed)


def test_with_a_password_nobody_starts_a_session_without_it(start_server: Callable[..., Server]) -> None:
    server = start_server(environment={"DIALOOGTAFEL_CREATE_PASSWORD": "dijk en dal"})
    body = {"playbook": "herkenbaarheid-peilen"}

    def status(password: str | None) -> int:
        headers = {"Authorization": f"Bearer {password}"} if password else {}
        return requests.post(f"{server.url}/api/sessions", json=body, headers=headers, timeout=20).status_code

    assert [status(None), status("dijk"), status("dijk en dal")] == [403, 403, 201]
    form = {**body, "language": "nl", "password": "wrong"}
    assert requests.post(f"{server.url}/new", data=form, timeout=20).status_code == 403


def test_behind_a_proxy_nobody_told_of_everybody_is_from_elsewhere(server: Server) -> None:
    body = {"playbook": "herkenbaarheid-peilen"}
    answer = requests.post(
        f"{server.url}/api/sessions", json=body, headers={"X-Forwarded-For": "203.0.113.9"}, timeout=20
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


# the facilitator


@pytest.mark.parametrize("path", PRIVATE)
def test_only_the_facilitator_gets_reports_and_logs(workshop: Workshop, path: str) -> None:
    wrong = {"Authorization": "Bearer not-the-key"}
    assert [workshop.get(path).status_code, workshop.get(path, headers=wrong).status_code] == [403, 403]
    assert workshop.get(path, headers=workshop.bearer).status_code == 200


def test_the_key_is_exchanged_for_a_cookie_that_no_script_reads(workshop: Workshop) -> None:
    visitor = requests.Session()
    refused = visitor.post(f"{workshop.page}/key", json={"key": "not-the-key"}, headers=NL, timeout=20)
    assert (refused.status_code, refused.json()["message"]) == (403, texts("nl").t("error.bad_key"))
    assert visitor.post(f"{workshop.page}/key", json={"key": workshop.key}, timeout=20).status_code == 204
    cookie = only_cookie(visitor)
    assert cookie.has_nonstandard_attr("HttpOnly")
    assert workshop.key not in str(cookie.value)
    assert visitor.get(f"{workshop.page}/report.md", timeout=20).status_code == 200


def test_a_cookie_of_one_session_opens_no_other(workshop: Workshop) -> None:
    other = workshop.server.start_session()
    visitor = requests.Session()
    visitor.post(f"{workshop.page}/key", json={"key": workshop.key}, timeout=20)
    cookie = only_cookie(visitor)
    forged = {f"dt_facilitator_{other.code}": str(cookie.value)}
    assert requests.get(f"{other.page}/report.md", cookies=forged, timeout=20).status_code == 403


def test_keys_are_stored_as_hashes_and_travel_in_no_path(workshop: Workshop) -> None:
    assert workshop.urls["facilitate"].endswith(f"#key={workshop.key}")
    assert workshop.key.encode() not in workshop.server.database.read_bytes()
    assert workshop.key not in json.dumps(workshop.server.rows("SELECT * FROM sessions"))
    assert workshop.key not in "".join(workshop.server.log)


# what machines read


def test_view_json_is_shared_zipped_and_known_by_its_tag(workshop: Workshop) -> None:
    first = workshop.get("/view.json")
    assert first.headers["Content-Encoding"] == "gzip"
    body = first.json()
    assert body.keys() == {"epoch", "seq", "view"}
    guest = Guest(workshop, "screen").attend()
    assert (body["epoch"], body["seq"], body["view"]) == (guest.epoch, guest.seq, guest.view)
    tag = first.headers["ETag"]
    assert workshop.get("/view.json", headers={"If-None-Match": tag}).status_code == 304
    Guest(workshop).join("Gemeente").command("rating.rate", step="herkenning", item="i1", score=3)
    later = workshop.get("/view.json", headers={"If-None-Match": tag})
    assert (later.status_code, later.json()["view"]["steps"]["herkenning"]["answered"]) == (200, 1)


def test_pages_are_zipped_for_who_can_read_that(workshop: Workshop) -> None:
    plain = workshop.get(headers={"Accept-Encoding": "identity"})
    zipped = requests.get(workshop.page, headers={"Accept-Encoding": "gzip"}, stream=True, timeout=20)
    assert "Content-Encoding" not in plain.headers
    assert b"<form" in gzip.decompress(zipped.raw.read())


def test_health_is_told(server: Server) -> None:
    answer = requests.get(f"{server.url}/healthz", timeout=20)
    assert (answer.status_code, answer.text.strip()) == (200, "ok")


# hostile requests


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", "http://127.0.0.1:1"])
def test_no_page_of_others_speaks_for_a_person(workshop: Workshop, origin: str) -> None:
    answer = requests.post(
        workshop.page, data={"organisation": "Gemeente"}, headers={"Origin": origin}, timeout=20
    )
    assert answer.status_code == 403
    assert "Set-Cookie" not in answer.headers


def test_a_body_that_is_too_large_is_refused(workshop: Workshop) -> None:
    answer = requests.post(workshop.page, data={"name": "x" * 200_000}, headers=NL, timeout=20)
    assert answer.status_code == 413
    assert texts("nl").t("error.http.too_large") in answer.text


def test_wrong_codes_run_out_and_right_ones_never_do(start_server: Callable[..., Server]) -> None:
    server = start_server()
    workshop = server.start_session()
    visitor = requests.Session()
    assert join(workshop, visitor).status_code == 200
    for _ in range(150):
        workshop.get()
    assert workshop.get().status_code == 200
    statuses = [requests.get(f"{server.url}/s/{10_000_000 + n}", timeout=20).status_code for n in range(130)]
    assert statuses[0] == 404
    assert statuses[-1] == 429
    # Who has a seat already keeps it, whatever others in the room do.
    assert visitor.get(workshop.page, timeout=20).status_code == 200

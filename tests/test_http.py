"""HTTP: who may open what, what every answer carries, and forms that keep what was typed."""

import gzip
import html
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from sessions.message import FACILITATOR
from sessions.playbook import shipped_playbooks
from sessions.session import Session
from sessions.texts import LANGUAGES, texts
from tests.play import as_json, read_recording
from tests.running import Server, Workshop
from tests.shape import shape_of_docx
from tests.wire import Guest, command

NL, EN = (texts(language).t for language in LANGUAGES)
ENGLISH = {"Accept-Language": "en"}


class Browser(requests.Session):
    """It keeps cookies, and shows where it is sent instead of going there."""

    def request(self, method: Any, url: Any, *args: Any, **options: Any) -> requests.Response:
        return super().request(method, url, *args, **{**options, "allow_redirects": False, "timeout": 20})


@pytest.fixture
def browser() -> Iterator[requests.Session]:
    with Browser() as browser:
        yield browser


@pytest.fixture
def facilitator(browser: requests.Session, workshop: Workshop) -> requests.Session:
    """The browser of whoever has the key."""
    answer = browser.post(f"{workshop.page}/key", json={"key": workshop.key})
    assert answer.status_code == 204
    return browser


def shown(answer: requests.Response) -> str:
    """The page as text, without entities."""
    return html.unescape(answer.text)


# what every answer carries


PAGES = ["/", "/new", "/nowhere", "/s/00000000", "/s/{code}", "/s/{code}/screen", "/s/{code}/facilitate"]


@pytest.mark.parametrize(
    "path", [*PAGES, "/s/{code}/view.json", "/api/playbooks", "/healthz", "/s/{code}/report"]
)
def test_every_answer_protects_whoever_reads_it(workshop, path):
    address = workshop.server.url + path.format(code=workshop.code)
    headers = requests.get(address, timeout=20).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] in ("same-origin", "no-referrer")
    assert "no-store" in headers["Cache-Control"] or "no-cache" in headers["Cache-Control"]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_no_script_or_style_that_the_policy_would_stop(workshop, path):
    answers = [
        requests.get(workshop.server.url + path.format(code=workshop.code), timeout=20) for _ in range(2)
    ]
    nonces = [
        set(re.findall(r"'nonce-([^']+)'", answer.headers["Content-Security-Policy"])) for answer in answers
    ]
    assert len(nonces[0]) == 1
    assert not nonces[0] & nonces[1]
    for script in re.findall(r"<script\b[^>]*>", answers[0].text):
        assert f'nonce="{next(iter(nonces[0]))}"' in script or 'type="application/json"' in script
    assert re.findall(r"<[a-z][^<>]*\s(?:style|on[a-z]+)=", answers[0].text) == []
    assert re.findall(r'(?:src|href)="(?:https?:)?//(?!127\.0\.0\.1)[^"]*"', answers[0].text) == []


def test_files_are_not_taken_for_something_else(server):
    page = requests.get(f"{server.url}/", timeout=20).text
    for address in set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page)):
        answer = requests.get(server.url + address, timeout=20)
        assert answer.status_code == 200
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "path", ["/static/../server.py", "/static/%2e%2e/server.py", "/static//etc/passwd", "/instance/secret"]
)
def test_nothing_outside_the_files_for_browsers_is_served(server, path):
    request = requests.Request("GET", server.url).prepare()
    request.url = server.url + path
    with requests.Session() as session:
        assert session.send(request, timeout=20).status_code == 404


# who asks


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://[::1"},
        {"Origin": "https://evil.example", "X-Forwarded-Host": "evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_page_of_somebody_else_cannot_speak_for_a_person(workshop, browser, headers):
    url = workshop.server.url
    for address, options in (
        (f"{url}/new", {"data": {"playbook": "herkenbaarheid-peilen"}}),
        (f"{url}/api/sessions", {"json": {"playbook": "herkenbaarheid-peilen"}}),
        (workshop.page, {"data": {"organisation": "Rijk"}}),
        (f"{workshop.page}/key", {"json": {"key": workshop.key}}),
        (f"{workshop.page}/leave", {}),
    ):
        answer = browser.post(address, headers=headers, **options)
        assert answer.status_code == 403
        assert not answer.cookies
        assert NL("error.http.origin") in shown(answer)


def test_our_own_page_may_post(workshop, browser):
    headers = {"Origin": workshop.server.url, "Sec-Fetch-Site": "same-origin"}
    assert browser.post(workshop.page, data={"organisation": "Rijk"}, headers=headers).status_code == 303


# entering a code


@pytest.mark.parametrize("typed", ["1234 5678", "1234", "<b>12</b>", "geen idee", "12345678 9"])
def test_an_unknown_code_stays_in_its_field_with_a_sentence(server, browser, typed):
    answer = browser.get(f"{server.url}/", params={"code": typed})
    assert answer.status_code == 404
    assert NL("error.unknown_session") in shown(answer)
    assert f'value="{html.escape(typed)}"' in answer.text


def test_a_code_leads_to_its_session_however_it_is_typed(workshop, browser):
    code = workshop.code
    for typed in (code, f"{code[:4]} {code[4:]}", f" {code[:2]}-{code[2:]} ", f"{code[:4]}.{code[4:]}"):
        answer = browser.get(f"{workshop.server.url}/", params={"code": typed})
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/s/{code}")


@pytest.mark.parametrize("code", ["00000000", "1234567", "123456789", "abcdefgh", "%00", "٤٨٢٧١٥٠٣"])
@pytest.mark.parametrize("rest", ["", "/screen"])
def test_an_address_of_no_session_says_so(server, code, rest):
    answer = requests.get(f"{server.url}/s/{code}{rest}", timeout=20)
    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("text/html")


def test_data_of_no_session_says_so_as_data(server):
    for path in ("view.json", "report.md", "events.jsonl"):
        answer = requests.get(f"{server.url}/s/00000000/{path}", timeout=20, headers=ENGLISH)
        assert answer.status_code == 404
        assert answer.json() == {"code": "unknown_session", "message": EN("error.unknown_session")}


# joining without JavaScript


def test_a_form_is_enough_to_join(workshop, browser):
    page = browser.get(workshop.page)
    assert page.status_code == 200
    assert f'<form class="panel stack" action="/s/{workshop.code}" method="post"' in page.text
    answer = browser.post(workshop.page, data={"organisation": "Waterschap", "name": "An"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/s/{workshop.code}")
    inside = browser.get(workshop.page)
    assert 'id="boot"' in inside.text
    people = Guest(workshop, "facilitator").attend().view["people"]
    assert [person["name"] for person in people.values()] == ["An"]


def test_the_cookie_of_a_participant_is_out_of_reach_of_scripts(workshop, browser):
    answer = browser.post(workshop.page, data={"organisation": "Waterschap"})
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_what_was_typed_stays_when_the_organisation_is_missing(workshop, browser):
    answer = browser.post(workshop.page, data={"name": 'An "<b>" & Co', "organisation": ""})
    assert answer.status_code == 400
    assert NL("error.join.organisation_missing") in shown(answer)
    assert f'value="{html.escape("An ")}&#34;&lt;b&gt;&#34; &amp; Co"' in answer.text
    assert not answer.cookies


def test_too_long_a_name_is_told_and_kept(workshop, browser):
    answer = browser.post(workshop.page, data={"name": "x" * 81, "organisation": "Rijk"})
    assert answer.status_code == 400
    assert NL("error.text.too_long", most=80, length=81) in shown(answer)
    assert "x" * 81 in answer.text


def test_an_organisation_that_is_not_in_the_list_can_be_typed(workshop, browser):
    browser.post(workshop.page, data={"organisation": "", "organisation_other": "Stichting Dal"})
    person = Guest(workshop, "facilitator").attend().view["people"].popitem()[1]
    assert person["organisation"] == "Stichting Dal"


def test_role_and_level_are_told_where_they_are_asked(server, browser):
    workshop = server.start_session("dialogen-afbakenen")
    ask = as_json(shipped_playbooks()["dialogen-afbakenen"].plan("nl").join)
    data = {"organisation": "Rijk", "role": ask["role"][0], "level": ask["level"][1]}
    assert browser.post(workshop.page, data=data).status_code == 303
    person = Guest(workshop, "facilitator").attend().view["people"].popitem()[1]
    assert (person["role"], person["level"]) == (ask["role"][0], ask["level"][1])


def test_joining_again_is_the_same_person(workshop, browser):
    browser.post(workshop.page, data={"organisation": "Rijk", "name": "An"})
    browser.post(workshop.page, data={"organisation": "Gemeente", "name": "An"})
    people = Guest(workshop, "facilitator").attend().view["people"]
    assert [person["organisation"] for person in people.values()] == ["Gemeente"]


def test_whoever_leaves_is_asked_again(workshop, browser):
    browser.post(workshop.page, data={"organisation": "Rijk"})
    assert browser.post(f"{workshop.page}/leave").status_code == 303
    assert 'id="boot"' not in browser.get(workshop.page).text


def test_a_closed_session_lets_nobody_join_and_everybody_who_was_there_read(workshop, browser):
    browser.post(workshop.page, data={"organisation": "Rijk"})
    Guest(workshop, "facilitator").attend().command("session.close")
    late = requests.get(workshop.page, timeout=20)
    assert (late.status_code, NL("error.closed") in shown(late)) == (410, True)
    assert requests.post(workshop.page, data={"organisation": "Rijk"}, timeout=20).status_code == 410
    assert browser.get(workshop.page).status_code == 200
    assert workshop.get("/screen").status_code == 200
    assert workshop.get("/report.md", headers=workshop.bearer).status_code == 200


# the facilitator


GUARDED = [
    *("/report", "/report.md", "/report.html", "/report.docx", "/report.json", "/report.csv"),
    "/events.jsonl",
]


@pytest.mark.parametrize("path", GUARDED)
def test_only_whoever_has_the_key_gets_what_is_the_facilitators(server, workshop, browser, path):
    other = server.start_session()
    browser.post(workshop.page, data={"organisation": "Rijk"})
    [cookie] = list(browser.cookies)
    forged = {"Cookie": f"dt_facilitator_{workshop.code}={cookie.value}"}
    refused = [
        workshop.get(path),
        browser.get(f"{workshop.page}{path}"),
        workshop.get(path, params={"key": workshop.key}),
        workshop.get(path, headers=forged),
        workshop.get(path, headers={"Authorization": "Bearer wrong"}),
        workshop.get(path, headers={"Authorization": f"Basic {workshop.key}"}),
        workshop.get(path, headers=other.bearer),
    ]
    for answer in refused:
        assert answer.status_code == 403
        assert NL("error.bad_key") in shown(answer)
    assert workshop.get(path, headers=workshop.bearer).status_code == 200


@pytest.mark.parametrize("path", GUARDED)
def test_the_key_is_exchanged_for_a_cookie_that_opens_this_session_only(server, workshop, facilitator, path):
    other = server.start_session()
    assert facilitator.get(f"{workshop.page}{path}").status_code == 200
    assert facilitator.get(f"{other.page}{path}").status_code == 403


def test_the_cookie_of_a_facilitator_is_out_of_reach_of_scripts(workshop, browser):
    cookie = browser.post(f"{workshop.page}/key", json={"key": workshop.key}).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert workshop.key not in cookie


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"key"',
        b'{"key": null}',
        b'{"key": ["x"]}',
        b'{"key": "wrong"}',
        b"[" * 50_000,
    ],
)
def test_what_is_no_key_gets_a_sentence_and_no_cookie(workshop, browser, body):
    headers = {"Content-Type": "application/json", **ENGLISH}
    answer = browser.post(f"{workshop.page}/key", data=body, headers=headers)
    assert answer.status_code == 403
    assert answer.json() == {"code": "forbidden", "message": EN("error.bad_key")}
    assert not answer.cookies


def test_the_key_is_never_in_a_path_or_query(workshop):
    before, _, fragment = workshop.urls["facilitate"].partition("#")
    assert workshop.key not in before
    assert fragment == f"key={workshop.key}"
    assert all(workshop.key not in url for name, url in workshop.urls.items() if name != "facilitate")
    for address in (
        f"{workshop.page}/facilitate?key={workshop.key}",
        f"{workshop.page}/report?key={workshop.key}",
    ):
        assert "Set-Cookie" not in requests.get(address, timeout=20).headers
    assert workshop.key not in "".join(workshop.server.log)


def test_the_consoles_frame_tells_nothing_to_whoever_has_no_key(workshop):
    Guest(workshop).join("Stichting Dal", name="Ypsilantis")
    page = workshop.get("/facilitate")
    assert page.status_code == 200
    for secret in (workshop.key, "Ypsilantis", "Stichting Dal"):
        assert secret not in page.text


def test_the_exported_log_tells_the_session_again(workshop, facilitator, tmp_path):
    guest = Guest(workshop).join("Rijk", name="Ypsilantis")
    guest.send([command("rating.rate", step="herkenning", item="i1", score=3, remark="Vlinder\nstichting")])
    steering = Guest(workshop, "facilitator").attend()
    before = facilitator.get(f"{workshop.page}/events.jsonl")
    assert "Vlinder" not in before.text
    last = steering.command("rating.reveal", step="herkenning")
    answer = facilitator.get(f"{workshop.page}/events.jsonl")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert workshop.code in answer.headers["Content-Disposition"]
    # The facilitator knows who is there; others need not.
    assert "Ypsilantis" in answer.text
    assert "Ypsilantis" not in facilitator.get(f"{workshop.page}/events.jsonl?for=others").text
    path = tmp_path / "events.jsonl"
    path.write_bytes(answer.content)
    records = read_recording(path)
    assert [record.seq for record in records] == list(range(1, last["seq"] + 1))
    assert records[0].actor == FACILITATOR
    again = Session.of(workshop.code, records)
    assert as_json(again.view("everyone")) == guest.up_to(last["seq"]).view


def test_the_report_can_be_had_at_any_moment(workshop, facilitator):
    early = facilitator.get(f"{workshop.page}/report.md")
    assert early.headers["Content-Type"] == "text/markdown; charset=utf-8"
    assert early.text.startswith("# ")
    Guest(workshop).join("Rijk").send(
        [command("rating.rate", step="herkenning", item="i1", score=1, remark="<i>x")]
    )
    Guest(workshop, "facilitator").attend().command("rating.reveal", step="herkenning")
    data = facilitator.get(f"{workshop.page}/report.json")
    assert (data.headers["Content-Type"], data.json()["version"]) == ("application/json", 1)
    tables = facilitator.get(f"{workshop.page}/report.csv")
    assert tables.headers["Content-Type"] == "application/zip"
    assert tables.headers["Content-Disposition"] == (
        f'attachment; filename="dialoogtafel-{workshop.code}.csv.zip"'
    )
    with zipfile.ZipFile(io.BytesIO(tables.content)) as archive:
        assert "<i>x" in archive.read("opmerkingen.csv").decode("utf-8-sig")
    document = facilitator.get(f"{workshop.page}/report.html")
    assert "&lt;i&gt;x" in document.text
    allowed = document.headers["Content-Security-Policy"]
    assert re.fullmatch(r"default-src 'none'; style-src 'sha256-[\w+/=]+'; sandbox", allowed)
    paper = facilitator.get(f"{workshop.page}/report.docx")
    assert paper.headers["Content-Disposition"] == f'attachment; filename="dialoogtafel-{workshop.code}.docx"'
    assert any("<i>x" in line for line in shape_of_docx(paper.content))


# view.json


def test_the_view_can_be_had_over_http_and_gone_on_from(workshop):
    guest = Guest(workshop).join()
    answer = workshop.get("/view.json").json()
    assert answer.keys() == {"epoch", "seq", "view"}
    assert answer["view"] == guest.fresh()[1]
    assert guest.call("sync", {"epoch": answer["epoch"], "seq": answer["seq"]})["patch"] == {}


def test_the_view_is_sent_again_only_when_it_changed(workshop):
    first = workshop.get("/view.json")
    known = {"If-None-Match": first.headers["ETag"]}
    again = workshop.get("/view.json", headers=known)
    assert (again.status_code, again.content) == (304, b"")
    assert workshop.get("/view.json", headers={"If-None-Match": '"something else"'}).status_code == 200
    Guest(workshop).join()
    changed = workshop.get("/view.json", headers=known)
    assert changed.status_code == 200
    assert changed.headers["ETag"] != first.headers["ETag"]


def test_the_view_is_gzipped_for_whoever_takes_that(workshop):
    plain = workshop.get("/view.json", headers={"Accept-Encoding": "identity"})
    zipped = workshop.get("/view.json", headers={"Accept-Encoding": "gzip"}, stream=True)
    content = zipped.raw.read()
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in zipped.headers["Vary"]
    assert gzip.decompress(content) == plain.content
    assert len(content) < len(plain.content) / 2
    assert "Content-Encoding" not in plain.headers


# starting a session


def test_a_session_is_started_with_json(server):
    fields = {"playbook": "dialogen-afbakenen", "title": "Dijk & dal", "language": "en", "place": "Zwolle"}
    answer = requests.post(f"{server.url}/api/sessions", json=fields, timeout=20)
    assert answer.status_code == 201
    made = answer.json()
    assert made.keys() == {"code", "key", "urls"}
    assert re.fullmatch(r"[0-9]{8}", made["code"])
    assert len(made["key"]) >= 22
    told = Guest(Workshop(server, made["code"], made["key"], made["urls"])).attend().view["session"]
    assert (told["title"], told["language"], told["place"]) == ("Dijk & dal", "en", "Zwolle")


def test_what_is_left_out_comes_from_the_playbook(server):
    workshop = server.start_session("issues-naar-succesfactoren")
    told = workshop.get("/view.json").json()["view"]["session"]
    playbook = shipped_playbooks()["issues-naar-succesfactoren"]
    assert told["title"] == playbook.text("title", "nl")
    assert told["purpose"] == playbook.text("purpose", "nl")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b"{}",
        b'"herkenbaarheid-peilen"',
        b'{"playbook": "nergens"}',
        b'{"playbook": ["herkenbaarheid-peilen"]}',
        b'{"playbook": "../../etc/passwd"}',
        b'{"playbook": "herkenbaarheid-peilen", "language": "fr"}',
        b'{"playbook": "herkenbaarheid-peilen", "date": "2026-13-01"}',
        b'{"playbook": "herkenbaarheid-peilen", "date": "morgen"}',
        b'{"playbook": "herkenbaarheid-peilen", "colour": "red"}',
        b'{"playbook": "herkenbaarheid-peilen", "names": "yes"}',
        b'{"playbook": "herkenbaarheid-peilen", "title": "' + b"x" * 121 + b'"}',
        b'{"playbook": "herkenbaarheid-peilen", "purpose": "' + b"x" * 1001 + b'"}',
        b'{"playbook": "\\ud800"}',
        b"[" * 50_000,
        b"\xff\xfe",
    ],
)
def test_a_session_that_cannot_be_started_gets_one_sentence(server, body):
    headers = {"Content-Type": "application/json"}
    answer = requests.post(f"{server.url}/api/sessions", data=body, headers=headers, timeout=20)
    assert answer.status_code == 400
    assert answer.json()["code"] == "invalid"
    assert answer.json()["message"]


def test_too_much_at_once_is_told(server, browser):
    long = {"playbook": "herkenbaarheid-peilen", "purpose": "x" * 70_000}
    answer = browser.post(f"{server.url}/api/sessions", json=long)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    page = browser.post(f"{server.url}/new", data=long)
    assert page.status_code == 413
    assert NL("error.http.too_large") in shown(page)


@pytest.mark.parametrize("typed", ["Dijk\nen\tdal", "  Dijk en dal\u202e ", "Dijk en dal\x00"])
def test_a_title_is_one_clean_line(server, typed):
    workshop = server.start_session(title=typed)
    assert workshop.get("/view.json").json()["view"]["session"]["title"] == "Dijk en dal"


def test_a_session_is_started_with_a_form(server, browser):
    assert browser.get(f"{server.url}/new").status_code == 200
    fields = {
        "playbook": "herkenbaarheid-peilen",
        "title": "Dijk",
        "language": "nl",
        "date": "2026-11-21",
        "place": "Zwolle",
        "client": "Provincie",
        "purpose": "Samen\nkiezen",
        "names": "on",
    }
    answer = browser.post(f"{server.url}/new", data=fields)
    assert answer.status_code == 201
    link = re.search(r"/s/([0-9]{8})/facilitate#key=([\w-]+)", answer.text)
    assert link
    workshop = Workshop(server, link[1], link[2], {})
    told = Guest(workshop, "facilitator").attend().view["session"]
    assert (told["title"], told["date"], told["client"], told["names"]) == (
        "Dijk",
        "2026-11-21",
        "Provincie",
        True,
    )
    assert told["purpose"] == "Samen\nkiezen"
    assert browser.get(f"{workshop.page}/report.md").status_code == 200


def test_a_form_with_mistakes_keeps_what_was_typed(server, browser):
    fields = {
        "playbook": "nergens",
        "title": "x" * 121,
        "date": "morgen",
        "place": 'Aan "de" <dijk>',
        "language": "nl",
    }
    answer = browser.post(f"{server.url}/new", data=fields)
    assert answer.status_code == 400
    for sentence in (
        NL("error.new.playbook"),
        NL("error.new.date"),
        NL("error.text.too_long", most=120, length=121),
    ):
        assert sentence in shown(answer)
    assert 'value="Aan &#34;de&#34; &lt;dijk&gt;"' in answer.text
    assert "x" * 121 in answer.text


@pytest.mark.parametrize("headers", [{"X-Forwarded-For": "192.0.2.7"}, {"Forwarded": "for=192.0.2.7"}])
def test_from_elsewhere_nobody_starts_a_session_without_a_password(server, headers):
    """A proxy that nobody told us of makes everybody seem to be on this machine."""
    body = {"playbook": "herkenbaarheid-peilen"}
    answer = requests.post(f"{server.url}/api/sessions", json=body, headers=headers, timeout=20)
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    page = requests.post(f"{server.url}/new", data={**body, "title": "Dijk"}, headers=headers, timeout=20)
    assert page.status_code == 403
    assert NL("error.new.elsewhere") in shown(page)
    assert 'value="Dijk"' in page.text


def test_with_a_password_it_is_asked_of_everybody_and_works_from_elsewhere(
    start_server: Callable[..., Server],
):
    password = "drie dijken op één rij"
    environment = {"DIALOOGTAFEL_CREATE_PASSWORD": password, "DIALOOGTAFEL_TRUSTED_PROXY": "1"}
    url = start_server(environment=environment).url
    elsewhere = {"X-Forwarded-For": "192.0.2.7"}

    def starts(password: str | None, **headers: str) -> requests.Response:
        given = {"Authorization": f"Bearer {password}".encode()} if password is not None else {}
        body = {"playbook": "herkenbaarheid-peilen"}
        return requests.post(f"{url}/api/sessions", json=body, headers={**given, **headers}, timeout=20)

    for wrong in (None, "", "drie dijken", password.upper()):
        assert starts(wrong).status_code == 403
    assert starts("wrong", **ENGLISH).json() == {"code": "forbidden", "message": EN("error.new.password")}
    form = {"playbook": "herkenbaarheid-peilen", "title": "Dijk", "language": "nl"}
    kept = requests.post(f"{url}/new", data={**form, "password": "mis geraden"}, timeout=20)
    assert kept.status_code == 403
    assert NL("error.new.password") in shown(kept)
    assert 'value="Dijk"' in kept.text
    assert "mis geraden" not in kept.text
    assert (
        requests.post(
            f"{url}/new", data={**form, "password": password}, headers=elsewhere, timeout=20
        ).status_code
        == 201
    )
    assert starts(password, **elsewhere).status_code == 201
    for _ in range(100):
        starts("guess", **elsewhere)
    assert starts(password, **elsewhere).status_code == 429
    assert starts(password, **{"X-Forwarded-For": "192.0.2.8"}).status_code == 201


def test_playbooks_are_listed_in_the_language_of_whoever_asks(server):
    for language in LANGUAGES:
        headers = {"Accept-Language": language}
        listed = requests.get(f"{server.url}/api/playbooks", headers=headers, timeout=20).json()
        assert listed == [playbook.summary(language) for playbook in shipped_playbooks().values()]


# languages and errors


@pytest.mark.parametrize("path", ["/", "/new", "/s/{code}", "/nowhere"])
def test_a_page_is_in_the_language_of_the_device(workshop, browser, path):
    address = workshop.server.url + path.format(code=workshop.code)
    assert '<html lang="nl"' in browser.get(address).text
    assert '<html lang="en"' in browser.get(address, headers=ENGLISH).text
    chosen = browser.get(f"{workshop.server.url}/", params={"language": "en"})
    assert (chosen.status_code, chosen.headers["Location"]) == (302, "/")
    assert '<html lang="en"' in browser.get(address, headers={"Accept-Language": "nl"}).text


def test_choosing_a_language_keeps_the_rest_of_the_address(server, browser):
    answer = browser.get(f"{server.url}/new", params={"playbook": "dialogen-afbakenen", "language": "en"})
    assert answer.headers["Location"] == "/new?playbook=dialogen-afbakenen"


def test_what_does_not_exist_says_so_to_people_and_to_programs(server):
    page = requests.get(f"{server.url}/nowhere", timeout=20)
    assert (page.status_code, NL("error.http.not_found") in shown(page)) == (404, True)
    data = requests.get(f"{server.url}/api/nowhere", headers=ENGLISH, timeout=20)
    assert (data.status_code, data.json()["message"]) == (404, EN("error.http.not_found"))
    wrong = requests.get(f"{server.url}/api/sessions", headers=ENGLISH, timeout=20)
    assert (wrong.status_code, wrong.json()["message"]) == (405, EN("error.http.method"))


def test_no_answer_tells_what_went_wrong_inside(server):
    for path in (
        "/nowhere",
        "/s/00000000",
        "/api/sessions",
        "/s/%00",
        "/socket.io/?EIO=4",
        "/socket.io/?EIO=3&transport=x",
    ):
        text = requests.get(f"{server.url}{path}", timeout=20).text
        assert "Traceback" not in text
        assert "sessions/" not in text


@pytest.mark.parametrize(
    "path", ["/%0d%0aX:1?language=nl", "//evil.example/?language=nl", "/sessions?skip=%C2%B2"]
)
def test_an_odd_address_is_no_mistake_of_ours(server, path):
    answer = requests.get(f"{server.url}{path}", allow_redirects=False, timeout=20)
    assert answer.status_code < 500
    assert not answer.headers.get("Location", "/").startswith("//")
    assert "X" not in answer.headers


def test_half_a_character_in_data_is_dropped(workshop, facilitator):
    answer = facilitator.post(
        f"{workshop.page}/items.json",
        data=b'{"text": "a\\ud800b", "items": [{"id": "i1", "title": "c\\udfffd"}], "x\\ud800": 1}',
        headers=ENGLISH,
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    right = b'{"text": "a\\ud800b", "items": [{"id": "i1", "title": "c\\udfffd"}]}'
    told = facilitator.post(f"{workshop.page}/items.json", data=right).json()
    assert [item["title"] for item in told["items"]] == ["cd", "ab"]


def test_what_people_typed_is_text_on_every_page(server, browser):
    evil = "</script><img src=x onerror=alert(1)>\"'&{{7*7}}"
    workshop = server.start_session(title=evil, place=evil, purpose=evil, client=evil)
    browser.post(f"{workshop.page}/key", json={"key": workshop.key})
    guest = Guest(workshop).join(evil, name=evil)
    answers = guest.send([command("rating.rate", step="herkenning", item="i1", score=1, remark=evil)])
    assert answers[0]["ok"]
    Guest(workshop, "facilitator").attend().command("rating.reveal", step="herkenning")
    for path in ("", "/screen", "/facilitate", "/report", "/report.html"):
        text = browser.get(f"{workshop.page}{path}").text
        assert "<img src=x" not in text
        assert "49" not in re.findall(r"&\{\{?(\d+)", text)


def test_the_health_of_the_server_can_be_asked(server):
    answer = requests.get(f"{server.url}/healthz", timeout=20)
    assert (answer.status_code, answer.text) == (200, "ok\n")
    figures = requests.get(f"{server.url}/metrics", timeout=20)
    assert figures.headers["Content-Type"].startswith("text/plain")

"""Preparing over HTTP: who may, what a preview tells, and how own playbooks come in and out."""

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
import requests

from sessions.playbook import MAX_BYTES
from sessions.texts import texts
from tests.running import Server, Workshop
from tests.wire import Guest, command

ROUND = "herkenning"
PASSWORD = "dijk en dal"
WAIT = 20


@pytest.fixture(scope="module")
def rated(server: Server) -> Workshop:
    """A session with one score in a hidden round."""
    workshop = server.start_session()
    guest = Guest(workshop).join("Waterschap")
    assert guest.command("rating.rate", step=ROUND, item="i1", score=4)["ok"]
    guest.leave()
    return workshop


def asked(workshop: Workshop, path: str, body: Any = None, **options: Any) -> requests.Response:
    """What the facilitator is answered."""
    options = {"headers": workshop.bearer, **options}
    if body is None:
        return requests.get(f"{workshop.page}{path}", timeout=WAIT, **options)
    return requests.post(f"{workshop.page}{path}", json=body, timeout=WAIT, **options)


def plan_of(workshop: Workshop, step: str) -> dict[str, Any]:
    found: dict[str, Any] = asked(workshop, "/agenda.json").json()["steps"][step]["plan"]
    return found


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/agenda.json", None),
        ("/preview/phone", None),
        ("/playbook.toml", None),
        ("/translation.json", None),
        ("/preview.json", {}),
        ("/items.json", {"text": "x"}),
        ("/playbook", {"title": "x"}),
    ],
)
def test_only_who_holds_the_key_prepares(rated, path, body):
    assert asked(rated, path, body, headers={}).status_code == 403
    assert asked(rated, path, body, headers={"Authorization": "Bearer no"}).status_code == 403


def test_a_preview_shows_the_change_and_stores_nothing(rated):
    before = asked(rated, "/agenda.json").json()["seq"]
    plan = {**plan_of(rated, ROUND), "title": "Anders"}
    shown = asked(rated, "/preview.json", command("session.edit_step", step=ROUND, plan=plan)).json()
    assert shown["agenda"][ROUND]["title"] == "Anders"
    assert shown["session"]["step"] == ROUND
    assert shown["steps"][ROUND]["answered"] == 1
    assert "results" not in shown["steps"][ROUND]
    assert asked(rated, "/agenda.json").json()["seq"] == before


def test_a_step_tells_its_texts_and_what_they_are_in_the_other_language(rated):
    told = asked(rated, f"/translation.json?step={ROUND}").json()
    assert told["language"] == "nl"
    assert told["texts"][0]["name"] == "title"
    assert told["texts"][0]["other"] == "How recognisable is this?"
    about = asked(rated, "/translation.json").json()["texts"]
    assert {"Provincie": "Province"}.items() <= {one["text"]: one["other"] for one in about}.items()
    gone = asked(rated, "/translation.json?step=nowhere")
    assert (gone.status_code, bool(gone.json()["message"])) == (409, True)


@pytest.mark.parametrize(
    "raw",
    [
        command("rating.reveal", step=ROUND),
        command("session.edit_step", step=ROUND, plan="x"),
        command("session.close"),
        command("session.go", step="nowhere"),
        {"type": "session.edit_step"},
        [],
        "x",
        None,
    ],
)
def test_a_preview_of_anything_else_is_refused(rated, raw):
    answer = asked(rated, "/preview.json", raw if raw is not None else 7)
    assert answer.status_code in (400, 409)
    assert answer.json()["message"]


def test_no_preview_uncovers_what_is_hidden(rated):
    plan = {**plan_of(rated, ROUND), "blind": False}
    answer = asked(rated, "/preview.json", command("session.edit_step", step=ROUND, plan=plan))
    assert answer.status_code == 409
    assert "results" not in answer.text
    copy = command("session.copy_step", step=ROUND, copy="nog-eens", title="Nog eens")
    shown = asked(rated, "/preview.json", copy).json()
    assert shown["steps"]["nog-eens"]["answered"] == 0


def test_a_session_becomes_a_file_and_the_file_a_session(rated, server):
    file = asked(rated, "/playbook.toml")
    assert file.headers["Content-Disposition"].startswith("attachment; filename=")
    page = requests.post(
        f"{server.url}/playbooks", files={"file": ("Mijn eigen.toml", file.content)}, timeout=WAIT
    )
    assert page.status_code == 200
    assert "own:mijn-eigen" in page.text
    mine = server.start_session("own:mijn-eigen", organisations=["Deltares"], ask_name="no")
    view = mine.get("/view.json").json()["view"]
    assert list(view["steps"]) == ["welkom", "herkenning", "gesprek", "afronding"]
    assert [one["title"] for one in view["session"]["organisations"].values()] == ["Deltares"]
    assert view["session"]["ask"]["name"] == "no"
    twice = requests.post(
        f"{server.url}/playbooks", files={"file": ("mijn EIGEN.toml", file.content)}, timeout=WAIT
    )
    assert twice.status_code == 400


@pytest.mark.parametrize("files", [{}, {"file": ("leeg.toml", b"")}, {"file": ("../../x.toml", b"\xff")}])
def test_a_file_that_is_none_is_told_on_the_page(server, files):
    page = requests.post(f"{server.url}/playbooks", files=files, data={"replace": "on"}, timeout=WAIT)
    assert page.status_code == 400
    assert 'id="file-error"' in page.text


STEP = b'[[steps]]\nid = "a"\nkind = "%b"\ntitle = "A"\n'


@pytest.mark.parametrize(
    ("content", "status", "told"),
    [
        (b"Beste collega, hier is het draaiboek.", 400, "plan.toml: is geen TOML"),
        (b"PK\x03\x04" + b"x" * 50, 400, "plan.toml: is geen TOML"),
        ("title = “Plan”".encode("utf-16"), 400, "plan.toml: is geen tekst in UTF-8"),
        (b'title = "Caf\xe9"\n', 400, "plan.toml: is geen tekst in UTF-8"),
        (b"# " + b"x" * MAX_BYTES, 400, "plan.toml: is groter dan 256 kB"),
        (b"# " + b"x" * (2 * MAX_BYTES), 413, "Dit draaiboek is groter dan 256 kB"),
        (b'title = "x"\n' + STEP % b"quiz", 400, "plan.toml, stap ‘a’, veld kind"),
        (b'title = "x"\n', 400, "plan.toml, veld steps"),
        (b'title = {nl = "x"}\n' + STEP % b"page", 400, "plan.toml, veld title"),
        (b'title = "x"\nclient = "y"\n' + STEP % b"page", 400, "plan.toml, veld client"),
        (b"a = " + b"[" * 9_000, 400, "plan.toml: is geen TOML"),
    ],
)
def test_a_wrong_file_is_told_in_a_sentence_and_takes_the_place_of_nothing(server, content, status, told):
    right = b'title = "Plan"\n' + STEP % b"page"

    def bring(content: bytes) -> requests.Response:
        return requests.post(
            f"{server.url}/playbooks",
            files={"file": ("plan.toml", content)},
            data={"replace": "on"},
            headers={"Accept-Language": "nl"},
            timeout=WAIT,
        )

    assert bring(right).status_code == 200
    page = bring(content)
    assert (page.status_code, told in html.unescape(page.text)) == (status, True), page.text
    assert (server.data / "playbooks" / "plan.toml").read_bytes() == right


def test_a_playbook_may_be_as_large_as_is_said(server):
    head = b'title = "Groot"\n' + STEP % b"page"
    content = head + b"#" * (MAX_BYTES - len(head))
    page = requests.post(
        f"{server.url}/playbooks",
        files={"file": ("groot.toml", content)},
        data={"replace": "on"},
        timeout=WAIT,
    )
    assert page.status_code == 200
    assert requests.get(f"{server.url}/playbooks/groot/file", timeout=WAIT).content == content
    requests.post(f"{server.url}/playbooks/groot/delete", timeout=WAIT)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("\n \n\t\n", "error.paste.empty"),
        ("\n".join(f"Onderwerp {n} <b>&" for n in range(500)), "error.agenda.too_many"),
        ("x" * 201, "error.agenda.too_long"),
    ],
)
def test_a_list_that_cannot_be_is_told_and_stays_in_its_field(server, text, told):
    page = requests.post(
        f"{server.url}/new/list", data={"list": text}, headers={"Accept-Language": "nl"}, timeout=WAIT
    )
    sentence = texts("nl").t(told, n=500, most=200, length=201, text="x" * 40)
    shown = html.unescape(page.text)
    assert (page.status_code, sentence in shown, text.strip() in shown) == (400, True, True)
    assert "<b>" not in page.text


def test_any_list_that_people_paste_becomes_a_rating(server):
    text = '1;"Dijk; <b>hoog</b>";uitleg\n\n2;Water;=1+1\n3;water;dubbel\n'
    page = requests.post(f"{server.url}/new/list", data={"list": text}, timeout=WAIT)
    assert page.status_code == 201
    code = re.search(r"/s/(\d{8})", page.text)
    assert code
    view = requests.get(f"{server.url}/s/{code[1]}/view.json", timeout=WAIT).json()["view"]
    items = view["steps"]["peiling"]["items"].values()
    assert [(one["title"], one.get("text", "")) for one in items] == [
        ("Dijk; <b>hoog</b>", "uitleg"),
        ("Water", "=1+1"),
    ]


def test_where_a_password_is_needed_own_playbooks_are_for_who_knows_it(
    start_server: Callable[..., Server], tmp_path: Any
):
    server = start_server(environment={"DIALOOGTAFEL_CREATE_PASSWORD": PASSWORD})
    folder = server.data / "playbooks"
    folder.mkdir()
    step = 'id = "a"\nkind = "page"\ntitle = "A"\n'
    (folder / "geheim.toml").write_text(f'title = "Voor de gedeputeerde"\n[[steps]]\n{step}')
    browser = requests.Session()

    def seen(page: requests.Response) -> bool:
        return "Voor de gedeputeerde" in page.text

    assert not seen(browser.get(f"{server.url}/new", timeout=WAIT))
    wrong = browser.post(f"{server.url}/new", data={"show": "own", "password": "gok"}, timeout=WAIT)
    assert (wrong.status_code, seen(wrong)) == (403, False)
    for path in ("/playbooks", "/new/list"):
        answer = browser.post(f"{server.url}{path}", data={"list": "x", "password": "gok"}, timeout=WAIT)
        assert answer.status_code == 403
    shown = browser.post(f"{server.url}/new", data={"show": "own", "password": PASSWORD}, timeout=WAIT)
    assert seen(shown)
    assert PASSWORD not in shown.text
    assert seen(browser.get(f"{server.url}/new", timeout=WAIT))
    assert not seen(requests.get(f"{server.url}/new", timeout=WAIT))


def test_an_own_playbook_is_renamed_and_deleted_and_sessions_go_on(rated, server):
    file = asked(rated, "/playbook.toml").content
    requests.post(f"{server.url}/playbooks", files={"file": ("Weg ermee.toml", file)}, timeout=WAIT)
    at = f"{server.url}/playbooks/weg-ermee"
    assert requests.get(f"{at}/file", timeout=WAIT).content == file
    mine = server.start_session("own:weg-ermee")
    for title in ("", "x" * 121):
        page = requests.post(f"{at}/rename", data={"title": title, "title_en": "New"}, timeout=WAIT)
        assert (page.status_code, 'id="title-error"' in page.text) == (400, True)
        # What was right stays in its field.
        assert 'value="New"' in page.text
    titles = {"title": "<b>Nieuw</b>", "title_en": "New"}
    page = requests.post(f"{at}/rename", data=titles, timeout=WAIT)
    assert "&lt;b&gt;Nieuw&lt;/b&gt;" in page.text
    assert "own:b-nieuw-b" in page.text
    assert requests.get(f"{at}/delete", timeout=WAIT).status_code == 404
    at = f"{server.url}/playbooks/b-nieuw-b"
    assert "&lt;b&gt;Nieuw&lt;/b&gt;" in requests.get(f"{at}/delete", timeout=WAIT).text
    assert requests.post(f"{at}/delete", timeout=WAIT).url.startswith(f"{server.url}/new")
    assert requests.post(f"{at}/delete", timeout=WAIT).status_code == 404
    assert "own:b-nieuw-b" not in requests.get(f"{server.url}/new", timeout=WAIT).text
    guest = Guest(mine).join("Waterschap")
    assert guest.command("rating.rate", step=ROUND, item="i1", score=4)["ok"]
    guest.leave()


@pytest.mark.parametrize("name", ["herkenbaarheid-peilen", "risicodialoog", "..%2F..%2Fsecret", "_shared"])
def test_a_shipped_playbook_has_no_page_to_delete_it(server, name):
    for path in ("rename", "delete", "file"):
        assert requests.get(f"{server.url}/playbooks/{name}/{path}", timeout=WAIT).status_code == 404
    for path in ("rename", "delete"):
        answer = requests.post(f"{server.url}/playbooks/{name}/{path}", data={"title": "x"}, timeout=WAIT)
        assert answer.status_code == 404


def test_a_playbook_is_looked_after_only_with_the_password(
    start_server: Callable[..., Server], tmp_path: Any
):
    server = start_server(environment={"DIALOOGTAFEL_CREATE_PASSWORD": PASSWORD})
    folder = server.data / "playbooks"
    folder.mkdir()
    step = 'id = "a"\nkind = "page"\ntitle = "A"\n'
    (folder / "geheim.toml").write_text(f'title = "Voor de gedeputeerde"\n[[steps]]\n{step}')
    browser, at = requests.Session(), f"{server.url}/playbooks/geheim"
    for answer in (
        browser.get(f"{at}/delete", timeout=WAIT),
        browser.get(f"{at}/rename", timeout=WAIT),
        browser.get(f"{at}/file", timeout=WAIT),
        browser.get(f"{server.url}/api/playbooks/own", timeout=WAIT),
        browser.post(f"{at}/delete", timeout=WAIT),
        browser.post(f"{at}/rename", data={"title": "x"}, timeout=WAIT),
        browser.post(f"{at}/password", data={"what": "delete", "password": "gok"}, timeout=WAIT),
    ):
        assert (answer.status_code, "gedeputeerde" in answer.text) == (403, False)
    assert (folder / "geheim.toml").exists()
    page = browser.post(f"{at}/password", data={"what": "delete", "password": PASSWORD}, timeout=WAIT)
    assert "Voor de gedeputeerde" in page.text
    assert browser.get(f"{server.url}/api/playbooks/own", timeout=WAIT).json() == [
        {"id": "own:geheim", "title": "Voor de gedeputeerde"}
    ]
    assert browser.post(f"{at}/delete", timeout=WAIT).status_code == 200
    assert not list(folder.iterdir())


def test_a_playbook_is_replaced_only_by_who_may_delete_it(start_server: Callable[..., Server]):
    server = start_server(environment={"DIALOOGTAFEL_CREATE_PASSWORD": PASSWORD})
    shown = {"Authorization": f"Bearer {PASSWORD}"}
    body = {"playbook": "herkenbaarheid-peilen", "language": "nl"}
    made = requests.post(f"{server.url}/api/sessions", json=body, headers=shown, timeout=WAIT).json()
    workshop = Workshop(server, made["code"], made["key"], made["urls"])
    assert asked(workshop, "/playbook", {"title": "Van ons"}).status_code == 201
    file = server.data / "playbooks" / "van-ons.toml"
    file.write_text(kept := file.read_text() + "# van ons\n")
    assert asked(workshop, "/playbook", {"title": "Van ons"}).status_code == 409
    again = {"title": "Van ons", "replace": True}
    t = texts("nl").t
    for password, code, key in (("", "password", "replace_password"), ("gok", "forbidden", "")):
        refused = asked(workshop, "/playbook", {**again, "password": password})
        assert (refused.status_code, refused.json()["code"]) == (403, code)
        assert refused.json()["message"] == t(f"error.own.{key}" if key else "error.new.password")
    assert file.read_text() == kept
    replaced = asked(workshop, "/playbook", {**again, "password": PASSWORD})
    assert replaced.status_code == 201
    assert file.read_text() != kept
    # Shown once, it is remembered on that device, as where playbooks are deleted.
    assert asked(workshop, "/playbook", again, cookies=replaced.cookies).status_code == 201


def test_a_playbook_is_not_replaced_from_elsewhere_without_a_password(rated, server):
    assert asked(rated, "/playbook", {"title": "Van hier"}).status_code == 201
    again, elsewhere = {"title": "Van hier", "replace": True}, {"X-Forwarded-For": "192.0.2.7"}
    refused = asked(rated, "/playbook", again, headers={**rated.bearer, **elsewhere})
    assert refused.status_code == 403
    assert refused.json()["message"] == texts("nl").t("error.own.replace_not_here")
    assert asked(rated, "/playbook", again).status_code == 201

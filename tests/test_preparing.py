"""Preparing over HTTP: who may, what a preview tells, and how own playbooks come in and out."""

from collections.abc import Callable
from typing import Any

import pytest
import requests

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

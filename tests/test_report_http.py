"""The report over HTTP: saving an edited text so that nobody's is lost, and sharing it with a key of its own."""

import html
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from sessions.report_texts import MOST_CHARS
from sessions.texts import texts
from tests.running import Server, Workshop
from tests.wire import Guest

NL = texts("nl").t
DEVICE, OTHER = "device-of-mine-1", "device-of-hers-2"


@pytest.fixture(scope="module")
def workshop(server: Server) -> Workshop:
    return server.start_session("herkenbaarheid-peilen", title="Dijk en dal")


@pytest.fixture
def fresh(server: Server) -> Workshop:
    """A session that nobody edited the report of."""
    return server.start_session("issues-naar-succesfactoren", title="Dijk en dal")


@pytest.fixture
def guest() -> Iterator[requests.Session]:
    with requests.Session() as session:
        yield session


def look(workshop: Workshop, what: str = "text") -> Any:
    answer = workshop.get(f"/report/{what}.json", headers=workshop.bearer)
    assert answer.status_code == 200, answer.text
    return answer.json()


def send(workshop: Workshop, what: str = "text", /, **wanted: Any) -> requests.Response:
    body = {"device": DEVICE, **wanted}
    return requests.post(
        f"{workshop.page}/report/{what}.json", json=body, headers=workshop.bearer, timeout=20
    )


def write(workshop: Workshop, text: str, **wanted: Any) -> requests.Response:
    state = look(workshop)
    return send(workshop, **{"version": state["version"], "seq": state["seq"], "text": text, **wanted})


def markdown(workshop: Workshop) -> str:
    return workshop.get("/report.md", headers=workshop.bearer).text


def add_card(workshop: Workshop, text: str) -> str:
    """A participant who writes a card that everybody sees; their token."""
    steering = Guest(workshop, "facilitator").attend()
    steering.command("session.go", step="aanvullen")
    guest = Guest(workshop).join("Waterschap")
    card = f"card-{abs(hash(text)):x}"[:16].ljust(16, "0")
    assert guest.command("canvas.add_card", step="aanvullen", card=card, box="aanvullingen", text=text)["ok"]
    return str(guest.you["token"])


# editing


def test_an_edited_text_is_in_every_form_and_comes_back_clean(fresh):
    text = (
        look(fresh)["text"]
        + "\n## Van ons\n\nEen <b onclick=x>zin</b> & [klik](javascript:alert(1)).\u202e\n"
    )
    answer = write(fresh, text)
    assert answer.status_code == 200
    assert answer.json()["version"] == 1
    assert "## Van ons" in markdown(fresh)
    for path in ("/report", "/report.html", "/report/preview.html"):
        page = fresh.get(path, headers=fresh.bearer).text
        assert "<h2>Van ons</h2>" in page
        assert "&lt;b onclick=x&gt;zin" in page
        assert "<b" not in page.split("<article")[-1].split("</article>")[0].replace("<body", "").replace(
            "<br", ""
        )
        assert 'href="javascript' not in page
        assert "\u202e" not in page


def test_the_page_says_how_far_the_report_is(fresh):
    def said() -> set[str]:
        page = fresh.get("/report", headers={**fresh.bearer, "Accept-Language": "en"}).text
        keys = ("report.explain", "report.explain_closed", "report.explain_edited")
        return {key for key in keys if texts("en").t(key) in page}

    assert said() == {"report.explain"}
    facilitator = Guest(fresh, "facilitator").attend()
    assert facilitator.command("session.close")["ok"]
    assert said() == {"report.explain_closed"}
    write(fresh, "# Ons verslag\n")
    assert said() == {"report.explain_edited"}


def test_the_preview_may_be_looked_at_inside_our_own_page_only(fresh):
    policy = fresh.get("/report/preview.html", headers=fresh.bearer).headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script" not in policy
    assert "frame-ancestors 'self'" in policy
    assert "frame-src 'self'" in fresh.get("/report", headers=fresh.bearer).headers["Content-Security-Policy"]


def test_only_the_facilitator_edits(workshop):
    for what in ("text", "now", "news", "changes", "versions", "version", "share"):
        assert workshop.get(f"/report/{what}.json").status_code == 403
    for what in ("text", "back", "take", "share", "publish"):
        answer = requests.post(f"{workshop.page}/report/{what}.json", json={}, timeout=20)
        assert answer.status_code == 403
        assert answer.json()["code"] == "forbidden"


@pytest.mark.parametrize(
    ("what", "body", "status"),
    [
        ("text", {"version": 0, "seq": 1, "text": "x" * (MOST_CHARS + 1)}, 413),
        ("text", {"version": 0, "seq": 1, "text": "é" * 1_200_000}, 413),
        ("text", {"version": 0, "seq": 99_999, "text": "x"}, 400),
        ("text", {"version": 0, "seq": 0, "text": "x"}, 400),
        ("text", {"version": -1, "seq": 1, "text": "x"}, 400),
        ("text", {"version": 0, "seq": 1, "text": 5}, 400),
        ("text", {"version": 0, "seq": 1, "text": "x", "device": "<script>"}, 400),
        ("text", {"version": 0, "seq": 1}, 400),
        ("back", {"version": 0, "to": 77}, 404),
        ("take", {"version": 77, "seq": 1, "choices": {}}, 404),
        ("take", {"version": 0, "seq": 1, "choices": {"0": "all"}}, 400),
        ("share", {"on": "yes"}, 400),
    ],
)
def test_what_cannot_be_done_is_refused_in_a_sentence(workshop, what, body, status):
    answer = (
        send(workshop, what, **body)
        if what != "share"
        else requests.post(
            f"{workshop.page}/report/share.json", json=body, headers=workshop.bearer, timeout=20
        )
    )
    assert answer.status_code == status
    assert answer.json()["message"]
    assert look(workshop)["version"] == 0


def test_of_two_who_edit_at_once_the_second_is_kept_aside_and_told(fresh):
    seq = look(fresh)["seq"]
    assert write(fresh, "# Van Anna\n").status_code == 200
    answer = send(fresh, version=0, seq=seq, text="# Van Bo\n", device=OTHER)
    assert answer.status_code == 409
    told = answer.json()
    assert (told["version"], told["aside"], told["device"]) == (1, 2, DEVICE)
    assert told["message"] == NL("error.report.other_device", agent=NL("report.some_device"), version=2)
    assert markdown(fresh) == "# Van Anna\n"
    assert fresh.get("/report/version.json?number=2", headers=fresh.bearer).json()["text"] == "# Van Bo\n"
    # Bo chooses her own.
    assert send(fresh, version=1, seq=seq, text="# Van Bo\n", device=OTHER).json()["version"] == 3
    assert markdown(fresh) == "# Van Bo\n"
    kinds = [(one["version"], one["kind"]) for one in look(fresh, "versions")["versions"]]
    assert kinds == [(3, "edit"), (2, "aside"), (1, "edit")]


def test_an_edit_stays_while_the_session_goes_on_and_the_new_is_offered(fresh):
    before = look(fresh)["text"]
    assert write(fresh, before.rstrip() + "\n\nEen eigen slot.\n").status_code == 200
    assert look(fresh, "now")["parts"] == 0
    add_card(fresh, "Een late gedachte")
    assert "late gedachte" not in markdown(fresh)
    news = look(fresh, "news")
    assert "Een late gedachte" in str(news["parts"])
    assert look(fresh, "now")["parts"] == len(news["parts"])
    assert {"kind": "new", "text": "Een eigen slot.", "count": 1} in look(fresh, "changes")["lines"]
    choices = {str(at): "take" for at, part in enumerate(news["parts"]) if not part["clash"]}
    answer = send(fresh, "take", version=news["version"], seq=news["seq"], choices=choices)
    assert answer.status_code == 200
    taken = answer.json()
    assert "Een late gedachte" in taken["text"]
    assert "Een eigen slot." in taken["text"]
    assert taken["parts"] == sum(part["clash"] for part in news["parts"])
    # Back, further back, and to the automatic one; each is a version.
    assert send(fresh, "back", version=2, to=1).json()["text"] == before.rstrip() + "\n\nEen eigen slot.\n"
    state = send(fresh, "back", version=3, to=0).json()
    assert not state["edited"]
    assert "Een late gedachte" in state["text"]
    assert "eigen slot" not in state["text"]
    assert [one["kind"] for one in look(fresh, "versions")["versions"]] == [
        "automatic",
        "back",
        "merged",
        "edit",
    ]


def test_a_text_that_is_too_long_for_the_disk_is_refused_and_nothing_changes(start_server):
    workshop = start_server(largest_file=3_000_000).start_session()
    assert write(workshop, "# Kort\n").status_code == 200
    for turn in range(12):
        answer = write(workshop, f"{turn}" + "x" * 390_000)
        if answer.status_code != 200:
            break
    assert answer.status_code == 503
    assert answer.json()["message"] == NL("error.report.storage")
    assert markdown(workshop)[1:4] == "xxx"


# sharing


def share(workshop: Workshop, on: bool = True) -> str:
    """Switch sharing on or off; the key."""
    answer = requests.post(
        f"{workshop.page}/report/share.json", json={"on": on}, headers=workshop.bearer, timeout=20
    )
    assert answer.status_code == 200
    assert answer.json()["on"] is on
    address, _, key = answer.json().get("link", "").partition("#key=")
    assert not on or address == f"{workshop.page}/shared"
    return key


def enter(guest: requests.Session, workshop: Workshop, key: str) -> requests.Response:
    return guest.post(f"{workshop.page}/shared/key", json={"key": key}, timeout=20)


def test_who_has_the_link_reads_the_report_until_it_is_switched_off(fresh, guest):
    write(fresh, "# Zoals het nu is\n")
    shared = f"{fresh.page}/shared"
    key = share(fresh)
    assert len(key) >= 22
    assert guest.get(shared, timeout=20).status_code == 403
    assert enter(guest, fresh, "no-such-key").status_code == 403
    assert enter(guest, fresh, fresh.key).json()["message"] == NL("error.share.key")
    assert enter(guest, fresh, key).status_code == 204
    page = guest.get(shared, timeout=20)
    assert page.status_code == 200
    assert "<h1>Zoals het nu is</h1>" in page.text
    assert "noindex" in page.headers["X-Robots-Tag"]
    assert key not in page.text
    # It opens nothing else.
    assert guest.get(f"{fresh.page}/report", timeout=20).status_code == 403
    share(fresh, on=False)
    assert guest.get(shared, timeout=20).status_code == 403
    assert enter(guest, fresh, key).status_code == 403
    other = share(fresh)
    assert other != key
    assert guest.get(shared, timeout=20).status_code == 403
    assert enter(guest, fresh, key).status_code == 403
    assert enter(guest, fresh, other).status_code == 204
    assert key not in str(fresh.server.rows("SELECT * FROM report_shares"))


def test_readers_see_no_sentence_that_is_half_written(fresh, guest):
    def page() -> str:
        return guest.get(f"{fresh.page}/shared", timeout=20).text

    def standing() -> dict[str, Any]:
        told: dict[str, Any] = look(fresh, "share")
        return told

    # The automatic report goes on by itself, as long as no edit is published.
    assert enter(guest, fresh, share(fresh)).status_code == 204
    add_card(fresh, "Een late gedachte")
    assert "Een late gedachte" in page()
    assert standing() == {"on": True, "differs": False}
    write(fresh, "# Zoals het wo\n")
    assert "Een late gedachte" in page()
    assert standing() == {"on": True, "differs": True}
    told = send(fresh, "publish").json()
    assert (told["differs"], told["at"] > 0) == (False, True)
    assert "<h1>Zoals het wo</h1>" in page()
    # What is written on is kept, goes out by mail and as a file, and is not read yet.
    write(fresh, "# Zoals het werd\n")
    assert "<h1>Zoals het wo</h1>" in page()
    assert "# Zoals het werd" in markdown(fresh)
    assert standing() == {**told, "differs": True}
    assert enter(guest, fresh, share(fresh)).status_code == 204
    assert "<h1>Zoals het wo</h1>" in page()
    send(fresh, "publish")
    assert "<h1>Zoals het werd</h1>" in page()
    # Whoever goes back to the automatic report decides when readers do.
    send(fresh, "back", version=look(fresh)["version"], to=0)
    assert "<h1>Zoals het werd</h1>" in page()
    assert send(fresh, "publish").json() == {"on": True, "differs": False}
    assert "Een late gedachte" in page()
    share(fresh, on=False)
    refused = send(fresh, "publish")
    assert (refused.status_code, refused.json()["message"]) == (409, NL("error.share.off"))


def test_participants_find_the_shared_report_with_their_own_words_marked(fresh):
    token = add_card(fresh, "Van mij alleen")
    stranger = Guest(fresh).join("Gemeente")
    cookies = {f"dt_participant_{fresh.code}": token}
    assert fresh.get("/shared", cookies=cookies).status_code == 403
    facilitator = Guest(fresh, "facilitator").attend()
    share(fresh)
    facilitator.wait_for(lambda guest: guest.view["session"].get("shared"))
    assert facilitator.command("session.close")["ok"]
    page = html.unescape(fresh.get("/shared", cookies=cookies).text)
    assert "<mark>Van mij alleen</mark>" in page
    assert NL("report.shared_own", n=page.count("<mark>")) in page
    cookies = {f"dt_participant_{fresh.code}": stranger.you["token"]}
    theirs = fresh.get("/shared", cookies=cookies).text
    assert "Van mij alleen" in theirs
    assert "<mark>" not in theirs
    share(fresh, on=False)
    facilitator.wait_for(lambda guest: "shared" not in guest.view["session"])
    assert fresh.get("/shared", cookies=cookies).status_code == 403

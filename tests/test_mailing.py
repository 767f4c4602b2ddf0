"""Sending the report from a real server through a real mail server: each recipient once, whatever happens in between."""

import email
import time
from collections import Counter
from collections.abc import Callable, Iterator
from email import policy
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import requests
import trustme

from sessions.texts import texts
from tests.mailserver import PASSWORD, USER, MailServer
from tests.outboxes import UNDER_WAY, ask, messages, send, statuses
from tests.running import STOP_SECONDS, Workshop, free_port
from tests.wire import Guest, command

WAIT_SECONDS = 30
NL, EN = (texts(language).t for language in ("nl", "en"))


@pytest.fixture
def start_post(tmp_path: Path) -> Iterator[Callable[..., MailServer]]:
    started: list[MailServer] = []

    def start(**options: Any) -> MailServer:
        started.append(MailServer(tmp_path / f"mail{len(started)}", **options))
        return started[-1].start()

    yield start
    for server in started:
        server.stop()


def until(look: Callable[[], Any]) -> None:
    """Wait until *look* finds something."""
    deadline = time.monotonic() + WAIT_SECONDS
    while not look():
        assert time.monotonic() < deadline, f"never happened: {look}"
        time.sleep(0.2)


def until_done(workshop: Workshop) -> dict[str, str]:
    """How every message stands once none is under way."""
    until(lambda: not {*UNDER_WAY, "again"} & set(statuses(workshop).values()))
    return statuses(workshop)


def came_at_least(post: MailServer, enough: int) -> bool:
    return len(post.mails) >= enough


def opts_in(workshop: Workshop, address: str) -> None:
    guest = Guest(workshop).join("Waterschap")
    guest.command("page.mail_me", step="afronding", address=address)
    guest.leave()


# one whole mailing, with everything that can go wrong with a recipient


def test_everybody_gets_one_mail_of_their_own_and_the_page_says_what_happened(start_server, start_post):
    post = start_post()
    server = start_server(environment=post.environment)
    workshop = server.start_session("herkenbaarheid-peilen", title="Dijk & dal")
    opts_in(workshop, "an@example.org")
    assert ask(workshop, "start.json").json()["opted_in"] == ["an@example.org"]
    typed = [
        "Bo <bo@example.org>",
        "refused@example.org",
        "later@example.org",
        "torn@example.org",
        "gone@example.org",
        "busy@example.org",
        "spam@example.org",
    ]
    answer = send(
        workshop,
        *typed,
        opted_in=True,
        n=8,
        cover="Dag allen,\n\nHier is het.",
        reply_to="Cas <cas@example.org>",
        files=["md"],
    )
    assert (answer.status_code, answer.json()["n"]) == (202, 8)
    assert until_done(workshop) == {
        "an@example.org": "sent",
        "bo@example.org": "sent",
        "refused@example.org": "failed",
        "later@example.org": "sent",
        "torn@example.org": "sent",
        "gone@example.org": "unsure",
        "busy@example.org": "sent",
        "spam@example.org": "failed",
    }
    told = {message["address"]: message for message in messages(workshop)}
    assert told["refused@example.org"]["said"] == NL("mailing.said_refused")
    assert "No such person" in told["refused@example.org"]["answer"]
    assert told["gone@example.org"]["said"] == NL("mailing.said_unsure")
    assert [told[f"{name}@example.org"]["attempts"] for name in ("an", "later", "torn", "refused")] == [
        1,
        2,
        2,
        1,
    ]
    # It is for a person to say whether that one has come.
    gone = told["gone@example.org"]["id"]
    assert ask(workshop, "again.json", messages=[gone]).status_code == 200
    until_done(workshop)
    came = [mail["X-RcptTo"] for mail in post.mails]
    assert Counter(came) == Counter(
        f"{name}@example.org" for name in ("an", "bo", "later", "torn", "gone", "busy")
    )
    for mail in post.mails:
        assert (mail["From"], mail["Reply-To"]) == ("Dialoogtafel <verslag@example.org>", "cas@example.org")
        assert len(mail["To"].addresses) == 1
        assert [part.get_filename() for part in mail.iter_attachments()] == ["verslag-dijk-dal.md"]
        others = {one for one in came if one != mail["X-RcptTo"]}
        assert not [one for one in others if one in mail.as_string().replace(mail["Message-ID"], "")]
    assert len({mail["Message-ID"] for mail in post.mails}) == len(came)
    # Nobody else learns an address, and no log has one.
    for path, headers in (
        ("", {}),
        ("/view.json", {}),
        ("/events.jsonl", workshop.bearer),
        ("/report.md", workshop.bearer),
    ):
        assert "an@example.org" not in workshop.get(path, headers=headers).text
    assert not [line for line in server.log if "@example.org" in line]
    assert server.stop() == 0
    assert server.complaints == []


def test_mail_goes_out_over_a_secured_line_with_a_password_and_a_test_goes_to_oneself(
    start_server, start_post, tmp_path
):
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(tmp_path / "server.pem")
    post = start_post(security="starttls", certificate=tmp_path / "server.pem", login=True)
    environment = {**post.environment, "DIALOOGTAFEL_SMTP_CA": str(tmp_path / "ca.pem")}
    server = start_server(environment=environment)
    workshop = server.start_session()
    answer = ask(workshop, "test.json", typed="bo@example.org", request="test-request-1", subject="Proef")
    assert answer.status_code == 202
    assert until_done(workshop) == {"bo@example.org": "sent"}
    assert [mail["Subject"] for mail in post.mails] == ["Proef"]
    assert [mail["kind"] for mail in ask(workshop, "outbox.json").json()["mails"]] == ["test"]
    # A test is not the report.
    assert ask(workshop, "check.json", typed="bo@example.org").json()["again"] == 0
    server.stop()

    wrong = {**environment, "DIALOOGTAFEL_SMTP_PASSWORD": "fout", "DIALOOGTAFEL_MAIL_PAUSES": "0.2"}
    server = start_server(server.data, environment=wrong, port=server.port)
    send(workshop, "an@example.org", "cas@example.org")
    assert until_done(workshop) == {
        "bo@example.org": "sent",
        "an@example.org": "failed",
        "cas@example.org": "failed",
    }
    assert {message["said"] for message in messages(workshop)} >= {NL("mailing.said_login")}
    assert PASSWORD not in str(messages(workshop)) + "".join(server.log)
    assert len(post.mails) == 1
    server.stop()

    start_server(server.data, environment=environment, port=server.port)
    failed = [message["id"] for message in messages(workshop) if message["status"] == "failed"]
    ask(workshop, "again.json", messages=failed)
    until_done(workshop)
    assert sorted(mail["To"] for mail in post.mails) == [
        "an@example.org",
        "bo@example.org",
        "cas@example.org",
    ]
    assert USER


# when something is down


def test_a_mail_server_that_is_down_gets_the_mail_once_it_is_up(start_server, start_post):
    post = MailServer(Path(), port=free_port())
    pauses = {"DIALOOGTAFEL_MAIL_PAUSES": ",".join(["0.3"] * 19)}
    server = start_server(environment={**post.environment, **pauses})
    workshop = server.start_session()
    send(workshop, "an@example.org", "bo@example.org")
    until(lambda: set(statuses(workshop).values()) == {"again"})
    assert {message["said"] for message in messages(workshop)} == {NL("mailing.said_nobody")}
    post = start_post(port=post.port)
    assert set(until_done(workshop).values()) == {"sent"}
    assert sorted(mail["To"] for mail in post.mails) == ["an@example.org", "bo@example.org"]


@pytest.mark.parametrize("how", ["stop", "kill"])
def test_a_restart_in_the_middle_sends_to_everybody_once(start_server, start_post, how):
    post = start_post()
    server = start_server(environment=post.environment)
    workshop = server.start_session()
    everybody = [f"p{n}@example.org" for n in range(24)]
    send(workshop, *everybody)
    for enough in (3, 10):
        until(partial(came_at_least, post, enough))
        getattr(server, how)()
        assert len(post.mails) < len(everybody)
        server.start()
    found = until_done(workshop)
    came = Counter(mail["To"] for mail in post.mails)
    assert set(came.values()) == {1}
    unsure = {address for address, status in found.items() if status == "unsure"}
    # Only what was being handed over when the process was killed is for a person to decide.
    assert len(unsure) <= (2 if how == "kill" else 0)
    assert {address for address, status in found.items() if status == "sent"} == set(everybody) - unsure
    assert set(everybody) - unsure <= came.keys()


def test_what_was_being_handed_over_when_the_server_was_killed_is_left_to_a_person(start_server, start_post):
    post = start_post()
    server = start_server(environment=post.environment)
    workshop = server.start_session()
    send(workshop, "slow@example.org", "an@example.org")
    until(lambda: len(post.mails) == 1)
    assert statuses(workshop) == {"slow@example.org": "handing", "an@example.org": "waiting"}
    server.kill()
    server.start()
    assert until_done(workshop) == {"slow@example.org": "unsure", "an@example.org": "sent"}
    [slow] = [message for message in messages(workshop) if message["status"] == "unsure"]
    assert slow["said"] == NL("mailing.said_unsure_restart")
    assert ask(workshop, "believe.json", messages=[slow["id"]]).status_code == 200
    assert statuses(workshop)["slow@example.org"] == "sent"
    assert Counter(mail["To"] for mail in post.mails) == {"slow@example.org": 1, "an@example.org": 1}


def test_a_room_goes_on_while_the_mail_server_says_nothing(start_server, start_post):
    post = start_post(deaf=True)
    server = start_server(environment={**post.environment, "DIALOOGTAFEL_SMTP_TIMEOUT": "600"})
    workshop = server.start_session("issues-naar-succesfactoren")
    guests = [Guest(workshop).join("Waterschap") for _ in range(5)]
    send(workshop, *[f"p{n}@example.org" for n in range(20)])
    until(lambda: "sending" in statuses(workshop).values())
    for n in range(60):
        card = {"step": "aanvullen", "box": "aanvullingen", "card": f"card-{n:012}"}
        [answer] = guests[n % 5].send([command("canvas.add_card", **card, text=f"Kaart {n}")])
        assert answer["ok"]
    guests[0].wait_for(lambda me: len(me.view["steps"]["aanvullen"]["cards"]) == 60)
    assert workshop.get("/report.md", headers=workshop.bearer).status_code == 200
    assert list(statuses(workshop).values()).count("sending") == 1
    began = time.monotonic()
    assert server.stop() == 0
    assert time.monotonic() - began < STOP_SECONDS
    # Nothing was given to anybody, so all of it simply goes on.
    real = start_post()
    server.environment = real.environment
    server.start()
    assert set(until_done(workshop).values()) == {"sent"}
    assert len(real.mails) == 20


# without a mail server


def test_without_a_mail_server_the_report_leaves_as_a_draft_a_link_or_a_copy(server):
    workshop = server.start_session("herkenbaarheid-peilen", title="Dijk & dal")
    opts_in(workshop, "an@example.org")
    assert ask(workshop, "start.json").json()["from"] == ""
    refused = send(workshop, "bo@example.org")
    assert (refused.status_code, refused.json()["message"]) == (409, NL("error.mailing.no_server"))
    wanted = {"typed": "Bo <bo@example.org>", "opted_in": True, "cover": "Hoi", "files": ["html", "md"]}
    answer = ask(workshop, "draft.eml", **wanted, reply_to="cas@example.org")
    assert answer.headers["Content-Type"] == "message/rfc822"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    draft: Any = email.message_from_bytes(answer.content, policy=policy.default)
    assert (draft["X-Unsent"], draft["To"]) == ("1", "cas@example.org")
    assert [one.addr_spec for one in draft["Bcc"].addresses] == ["an@example.org", "bo@example.org"]
    assert [part.get_filename() for part in draft.iter_attachments()] == [
        "verslag-dijk-dal.html",
        "verslag-dijk-dal.md",
    ]
    link = ask(workshop, "link.json", **wanted).json()
    assert link["link"].startswith("mailto:?subject=")
    assert "bcc=an@example.org" in link["link"]
    assert link["addresses"] == ["an@example.org", "bo@example.org"]
    assert "<h1" in link["html"]
    assert messages(workshop) == []


# bad input


def test_each_wrong_address_gets_a_sentence_and_nothing_is_sent(server):
    workshop = server.start_session()
    typed = 'an@example.org\nbo at example.org\r\nBcc: cas@example.org, "Vries, D" <d@example.org>; an@EXAMPLE.org'
    told = ask(workshop, "check.json", typed=typed).json()
    assert told["n"] == 2
    assert told["right"] == [
        {"address": "an@example.org", "name": ""},
        {"address": "d@example.org", "name": "Vries, D"},
    ]
    assert [one["message"] for one in told["wrong"]] == [
        NL("mailing.wrong_at", typed="bo at example.org"),
        NL("mailing.wrong_space", typed="Bcc: cas@example.org"),
    ]
    assert told["doubles"] == 1
    for name in ("send.json", "draft.eml", "link.json"):
        answer = ask(workshop, name, typed=typed, n=2, request="request-1")
        assert answer.status_code == 400
        assert answer.json()["message"] == NL("error.mailing.wrong", n=2, typed="bo at example.org")
    assert messages(workshop) == []


def test_sending_needs_the_right_number_and_somebody_to_send_to(start_server, start_post):
    post = start_post()
    workshop = start_server(environment=post.environment).start_session()
    for body, key, params in (
        ({"typed": "an@example.org", "n": 2}, "changed", {"n": 1, "agreed": 2}),
        ({"typed": "an@example.org"}, "changed", {"n": 1, "agreed": 0}),
        ({"typed": " ", "n": 1}, "nobody", {}),
        (
            {"typed": "\n".join(f"p{n}@example.org" for n in range(501)), "n": 501},
            "too_many",
            {"n": 501, "most": 500},
        ),
        ({"typed": "an@example.org", "n": 1, "reply_to": "an"}, "reply_to", {"typed": "an"}),
    ):
        answer = ask(workshop, "send.json", request="request-1", **body)
        assert answer.json()["message"] == NL(f"error.mailing.{key}", **params)
        assert 400 <= answer.status_code < 500
    assert ask(workshop, "send.json", typed="an@example.org", n=1).status_code == 400
    assert ask(workshop, "send.json", typed="an@example.org", n=1, bcc="x").status_code == 400
    wrong: list[dict[str, Any]] = [{"files": ["exe"]}, {"subject": "x" * 201}, {"cover": "x" * 4_001}]
    for body in wrong:
        assert ask(workshop, "send.json", request="r", typed="an@example.org", n=1, **body).status_code == 400
    assert messages(workshop) == []
    # However often one and the same request comes, it is one mail.
    everybody = [f'"Naam {n}" <p{n}@example.org>' for n in range(30)]
    for _ in range(3):
        assert (
            send(workshop, *everybody, request="request-2", subject="A\r\nBcc: x@example.org").status_code
            == 202
        )
    assert set(until_done(workshop).values()) == {"sent"}
    assert Counter(mail["To"].addresses[0].addr_spec for mail in post.mails) == {
        f"p{n}@example.org": 1 for n in range(30)
    }
    assert {mail["Subject"] for mail in post.mails} == {"A Bcc: x@example.org"}
    assert {mail["Bcc"] for mail in post.mails} == {None}
    assert ask(workshop, "check.json", typed="p3@example.org, nieuw@example.org").json()["again"] == 1
    # Two consoles at once: who agreed to a number that is no longer right sends nothing.
    late = send(workshop, "p3@example.org", "nieuw@example.org", again=0)
    assert (late.status_code, late.json()["message"]) == (409, NL("error.mailing.had_it"))
    assert len(messages(workshop)) == 30


@pytest.mark.parametrize("name", ["start.json", "outbox.json"])
def test_only_a_facilitator_sees_addresses(workshop, name):
    answer = workshop.get(f"/mail/{name}")
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


@pytest.mark.parametrize(
    "name", ["check.json", "send.json", "test.json", "link.json", "draft.eml", "again.json", "stop.json"]
)
def test_nobody_else_and_no_other_page_can_send(workshop, name):
    url = f"{workshop.page}/mail/{name}"
    assert requests.post(url, json={"typed": "an@example.org"}, timeout=20).status_code == 403
    foreign = {**workshop.bearer, "Origin": "https://evil.example"}
    assert (
        requests.post(url, json={"typed": "an@example.org"}, headers=foreign, timeout=20).status_code == 403
    )
    assert requests.post(url, data=b"[[[", headers=workshop.bearer, timeout=20).status_code == 400


def test_the_preview_is_the_mail_and_runs_nothing(workshop):
    answer = requests.post(
        f"{workshop.page}/mail/preview.html",
        data={"subject": "Hoi", "cover": "<script>alert(1)</script>"},
        headers=workshop.bearer,
        timeout=20,
    )
    assert "&lt;script&gt;alert(1)" in answer.text
    policy_ = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy_
    assert "sandbox" in policy_
    assert "script-src" not in policy_
    told = ask(workshop, "preview.json", cover="Hoi", files=["md"]).json()
    assert told["text"].startswith("Hoi\n")
    assert [file["name"] for file in told["files"]] == ["verslag-snelle-peiling-tien-issues.md"]

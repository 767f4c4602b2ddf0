"""Speaking with real mail servers: secured, logged in, refused, cut off; and what can be said of it afterwards."""

import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import trustme

from sessions.letter import Address, Letter, addressed, enclosed
from sessions.outbox import Outcome
from sessions.smtp import Line, Smtp, _has_spoken
from tests.mailserver import PASSWORD, USER, MailServer
from tests.running import free_port

SENDER = Address("verslag@example.org", "Dialoogtafel")
LETTER = Letter("nl", "Verslag", "<p>.</p>\n.\n..\n", "Hoi\n.\n..punt\n")


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def certificates(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the server's certificate and key, and that of whoever vouches for it."""
    folder = tmp_path_factory.mktemp("certificates")
    authority.cert_pem.write_to_path(folder / "ca.pem")
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(folder / "server.pem")
    authority.issue_cert("elsewhere.example.org").private_key_and_cert_chain_pem.write_to_path(
        folder / "other.pem"
    )
    trustme.CA().cert_pem.write_to_path(folder / "stranger.pem")
    return folder


@pytest.fixture(scope="module")
def start_post(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., MailServer]]:
    """Starts mail servers that live as long as the tests of this file."""
    started: list[MailServer] = []

    def start(**options: Any) -> MailServer:
        started.append(MailServer(tmp_path_factory.mktemp("post") / "mail", **options))
        return started[-1].start()

    yield start
    for server in started:
        server.stop()


@pytest.fixture(scope="module")
def post(start_post: Callable[..., MailServer]) -> MailServer:
    return start_post()


def smtp(post: MailServer, **options: Any) -> Smtp:
    security: Any = post.security
    return replace(Smtp("127.0.0.1", post.port, security, SENDER, seconds=5.0), **options)


def sends(line: Line, to: str) -> Outcome:
    """A message all the way, as the courier does it."""
    raw = addressed(
        LETTER,
        enclosed(LETTER),
        sender=SENDER,
        to=Address(to),
        reply_to="",
        message_id=f"{to.replace('@', '.')}@example.org",
        at=1_795_000_000_000,
    )
    return line.offer(to, raw, international=not to.isascii()) or line.hand_over()


def once(smtp: Smtp, to: str) -> Outcome:
    """One message on a line of its own."""
    line = Line(smtp)
    try:
        return sends(line, to)
    finally:
        line.rest()


@pytest.fixture
def line(post: MailServer) -> Iterator[Line]:
    line = Line(smtp(post))
    yield line
    line.drop()


# secured


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize("login", [False, True])
def test_a_secured_line_needs_a_certificate_that_somebody_vouches_for(
    start_post, certificates, security, login
):
    post = start_post(security=security, certificate=certificates / "server.pem", login=login)
    known = {"user": USER, "password": PASSWORD} if login else {}
    assert once(smtp(post, ca=str(certificates / "ca.pem"), **known), "an@example.org").status == "sent"
    for ca in ("", str(certificates / "stranger.pem")):
        outcome = once(smtp(post, ca=ca, **known), "bo@example.org")
        assert (outcome.status, outcome.said) == ("again", "mailing.said_certificate")
        assert outcome.everybody
    assert [mail["To"] for mail in post.mails] == ["an@example.org"]
    if login:
        outcome = once(
            smtp(post, ca=str(certificates / "ca.pem"), user=USER, password="fout"), "cas@example.org"
        )
        assert (outcome.status, outcome.said, outcome.everybody) == ("again", "mailing.said_login", True)
        assert outcome.answer.startswith("535")
        assert len(post.mails) == 1


def test_a_certificate_of_another_server_is_none(start_post, certificates):
    post = start_post(security="tls", certificate=certificates / "other.pem")
    outcome = once(smtp(post, ca=str(certificates / "ca.pem")), "an@example.org")
    assert outcome.said == "mailing.said_certificate"
    assert "127.0.0.1" in outcome.answer
    assert not post.mails


def test_without_the_offer_to_secure_the_line_nothing_is_sent(post):
    outcome = once(smtp(post, security="starttls"), "plain@example.org")
    assert (outcome.status, outcome.said) == ("again", "mailing.said_not_supported")
    assert not post.mails_to("plain@example.org")


def test_a_server_that_speaks_no_tls_is_named(post):
    assert once(smtp(post, security="tls"), "an@example.org").said == "mailing.said_tls"


# not there


def test_why_there_is_no_line_is_told_apart(start_post):
    nobody = Smtp("127.0.0.1", free_port(), "none", SENDER, seconds=5.0)
    assert once(nobody, "an@example.org").said == "mailing.said_nobody"
    nowhere = replace(nobody, host="no-such-host.invalid")
    assert once(nowhere, "an@example.org").said == "mailing.said_no_host"
    deaf = start_post(deaf=True)
    assert once(smtp(deaf, seconds=0.3), "an@example.org").said == "mailing.said_slow"
    with socket.create_server(("127.0.0.1", 0)) as rude:
        port = rude.getsockname()[1]
        assert once(replace(nobody, port=port, seconds=0.3), "an@example.org").status == "again"


# what the server says of a message


def test_one_line_takes_message_after_message_whatever_comes_between(post, line):
    told = [
        (sends(line, f"{name}@example.org").status, name)
        for name in (
            "eerste",
            "refused",
            "tweede",
            "spam",
            "derde",
            "later",
            "later",
            "busy",
            "busy",
            "vierde",
        )
    ]
    assert told == [
        ("sent", "eerste"),
        ("failed", "refused"),
        ("sent", "tweede"),
        ("failed", "spam"),
        ("sent", "derde"),
        ("again", "later"),
        ("sent", "later"),
        ("again", "busy"),
        ("sent", "busy"),
        ("sent", "vierde"),
    ]
    line.rest()
    assert sends(line, "vijfde@example.org").status == "sent"
    for name in ("eerste", "tweede", "derde", "vierde", "vijfde", "later", "busy"):
        [mail] = post.mails_to(f"{name}@example.org")
        # Lines of dots are what ends a message.
        for kind, sent in (("plain", LETTER.text), ("html", LETTER.html)):
            assert mail.get_body((kind,)).get_content().replace("\r\n", "\n") == sent
    assert not post.mails_to("refused@example.org")


def test_an_answer_of_the_server_is_kept_as_one_short_line(post):
    outcome = once(smtp(post), "refused@example.org")
    assert outcome.answer == "550 5.1.1 No such person <script>here</script>"
    assert (outcome.said, outcome.everybody) == ("mailing.said_refused", False)


def test_a_line_that_breaks_before_the_last_dot_has_sent_nothing(post, line):
    raw = addressed(
        LETTER,
        enclosed(LETTER),
        sender=SENDER,
        to=Address("torn@example.org"),
        reply_to="",
        message_id="torn@example.org",
        at=0,
    )
    outcome = line.offer("torn@example.org", raw)
    if outcome is None:
        # The courier asks the postroom at this point; by then the line's end has been heard.
        assert line._server
        assert line._server.sock
        assert line._server.sock.fileno() >= 0
        while not _heard(line):
            pass
        outcome = line.hand_over()
    assert outcome.status == "again"
    assert sends(line, "torn@example.org").status == "sent"
    assert len(post.mails_to("torn@example.org")) == 1


def _heard(line: Line) -> bool:
    assert line._server
    assert line._server.sock
    return _has_spoken(line._server.sock)


@pytest.mark.parametrize(("name", "stored"), [("gone", 0), ("swallowed", 1)])
def test_a_line_that_breaks_after_the_last_dot_leaves_a_doubt(post, line, name, stored):
    outcome = sends(line, f"{name}@example.org")
    assert (outcome.status, outcome.said) == ("unsure", "mailing.said_unsure")
    assert len(post.mails_to(f"{name}@example.org")) == stored
    assert sends(line, f"{name}@example.org").status == "sent"


def test_addresses_with_other_letters_go_where_they_are_known(post, start_post):
    assert once(smtp(post), "zoë@example.org").status == "sent"
    [mail] = post.mails_to("zoë@example.org")
    assert mail["To"].addresses[0].addr_spec == "zoë@example.org"
    outcome = once(smtp(start_post(ascii=True)), "zoë@example.org")
    assert (outcome.status, outcome.said) == ("failed", "mailing.said_no_letters")

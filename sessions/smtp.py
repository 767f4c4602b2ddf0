"""One mail server, spoken to: everything up to the last dot of a message, then the dot, each with what came of it.

Until the dot nothing was accepted, whatever goes wrong; so that is where `Line.offer` stops, for the outbox to note that
from now on it cannot know.  A newcomer would call ``sendmail``: then a line that breaks halfway and one that breaks
before the answer look the same, and either mails are lost or people get them twice.
"""

import re
import select
import smtplib
import socket
import ssl
from base64 import b64encode
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from sessions.letter import Address
from sessions.outbox import Outcome
from sessions.text import clean

Security = Literal["starttls", "tls", "none"]
PORTS: dict[Security, int] = {"starttls": 587, "tls": 465, "none": 25}
MOST_ANSWER = 300
PATIENCE = 5
"""For the answer to a whole message we wait so many times as long: it is looked through for viruses first."""

_DOT = re.compile(rb"^\.", re.MULTILINE)


@dataclass(frozen=True)
class Smtp:
    """The mail server that takes our mail; ``ca`` is a file with further certificates that may vouch for it."""

    host: str
    port: int
    security: Security
    sender: Address
    user: str = ""
    password: str = ""
    ca: str = ""
    seconds: float = 60.0


class Line:
    """A connection to the mail server, for as many messages as there are."""

    def __init__(self, smtp: Smtp) -> None:
        self._smtp = smtp
        self._server: smtplib.SMTP | None = None

    def offer(self, to: str, raw: bytes, *, international: bool = False) -> Outcome | None:
        """Give the server a message but for its last dot; None when only that is missing, else what came of it."""
        try:
            server = self._connected()
        except (OSError, smtplib.SMTPException) as problem:
            self.drop()
            return _of_connecting(problem)
        try:
            refused = self._introduce(server, to, international)
            if refused is None:
                server.send(_DOT.sub(b"..", raw))
            return refused
        except (OSError, smtplib.SMTPException) as problem:
            self.drop()
            return Outcome("again", "mailing.said_broken", _told(problem))

    def hand_over(self) -> Outcome:
        """Send the last dot and hear the answer."""
        server = self._server
        if server is None or server.sock is None:
            return Outcome("again", "mailing.said_broken")
        try:
            if _has_spoken(server.sock):
                # It hung up, or says why it will not go on: without the dot it cannot have taken anything.
                code, words = server.getreply()
                self.drop()
                return Outcome("again", "mailing.said_broken", _answer(code, words))
            server.sock.settimeout(self._smtp.seconds * PATIENCE)
            server.send(b".\r\n")
        except (OSError, smtplib.SMTPException) as problem:
            self.drop()
            return Outcome("again", "mailing.said_broken", _told(problem))
        try:
            code, words = server.getreply()
            server.sock.settimeout(self._smtp.seconds)
        except (OSError, smtplib.SMTPException) as problem:
            self.drop()
            return Outcome("unsure", "mailing.said_unsure", _told(problem))
        if 200 <= code < 300:
            return Outcome("sent", "mailing.said_sent", _answer(code, words))
        return _refused(code, words, "mailing.said_refused_mail")

    def rest(self) -> None:
        """Say goodbye, when there is nothing more for now."""
        if self._server:
            with suppress(OSError, smtplib.SMTPException):
                self._server.quit()
        self.drop()

    def drop(self) -> None:
        """Hang up, without another word."""
        if self._server:
            self._server.close()
        self._server = None

    def _connected(self) -> smtplib.SMTP:
        if self._server:
            with suppress(OSError, smtplib.SMTPException):
                if self._server.rset()[0] == 250:
                    return self._server
            self.drop()
        smtp = self._smtp
        context = ssl.create_default_context()
        if smtp.ca:
            context.load_verify_locations(smtp.ca)
        if smtp.security == "tls":
            self._server = smtplib.SMTP_SSL(smtp.host, smtp.port, timeout=smtp.seconds, context=context)
        else:
            self._server = smtplib.SMTP(smtp.host, smtp.port, timeout=smtp.seconds)
        self._server.ehlo_or_helo_if_needed()
        if smtp.security == "starttls":
            # Never without: whoever stands in between may have left the offer out.
            self._server.starttls(context=context)
            self._server.ehlo_or_helo_if_needed()
        if smtp.user:
            _log_in(self._server, smtp.user, smtp.password)
        return self._server

    def _introduce(self, server: smtplib.SMTP, to: str, international: bool) -> Outcome | None:
        """Everything before the text of the message; None when the server wants it."""
        if international and not server.has_extn("smtputf8"):
            return Outcome("failed", "mailing.said_no_letters")
        options = ["SMTPUTF8", "BODY=8BITMIME"] if international else []
        code, words = server.mail(self._smtp.sender.address, options)
        if code != 250:
            return _refused(code, words, "mailing.said_sender", everybody=True)
        code, words = server.rcpt(to)
        if code not in (250, 251):
            return _refused(code, words, "mailing.said_refused")
        code, words = server.docmd("DATA")
        return None if code == 354 else _refused(code, words, "mailing.said_refused_mail")


def _log_in(server: smtplib.SMTP, user: str, password: str) -> None:
    """As ``server.login`` does it, for passwords that are not ASCII too; raises SMTPException."""
    known = server.esmtp_features.get("auth", "").upper().split()
    if "PLAIN" in known:
        code, words = server.docmd("AUTH", f"PLAIN {_encoded(f'{chr(0)}{user}{chr(0)}{password}')}")
    elif "LOGIN" in known:
        code, words = server.docmd("AUTH", f"LOGIN {_encoded(user)}")
        if code == 334:
            code, words = server.docmd(_encoded(password))
    else:
        raise smtplib.SMTPNotSupportedError("AUTH PLAIN, AUTH LOGIN")
    if code != 235:
        raise smtplib.SMTPAuthenticationError(code, words)


def _encoded(text: str) -> str:
    return b64encode(text.encode()).decode()


def _has_spoken(sock: socket.socket) -> bool:
    """Whether there is something to read, be it that the line has ended."""
    if isinstance(sock, ssl.SSLSocket) and sock.pending():
        return True
    return bool(select.select([sock], [], [], 0)[0])


def _refused(code: int, words: bytes, said: str, *, everybody: bool = False) -> Outcome:
    """A refusal: 5xx is for good, everything else for now."""
    if 500 <= code < 600:
        return Outcome("failed", said, _answer(code, words))
    return Outcome("again", "mailing.said_later", _answer(code, words), everybody)


def _of_connecting(problem: Exception) -> Outcome:
    """Why there is no connection; that holds for everybody, and somebody can repair it."""
    said = "mailing.said_no_connection"
    match problem:
        case smtplib.SMTPAuthenticationError():
            said = "mailing.said_login"
        case smtplib.SMTPNotSupportedError():
            said = "mailing.said_not_supported"
        case ssl.SSLCertVerificationError():
            said = "mailing.said_certificate"
        case ssl.SSLError():
            said = "mailing.said_tls"
        case socket.gaierror():
            said = "mailing.said_no_host"
        case ConnectionRefusedError():
            said = "mailing.said_nobody"
        case TimeoutError():
            said = "mailing.said_slow"
        case smtplib.SMTPServerDisconnected() if isinstance(problem.__context__, TimeoutError):
            said = "mailing.said_slow"
    return Outcome("again", said, _told(problem), everybody=True)


def _told(problem: Exception) -> str:
    """What an error says, as far as the mail server or the system said it."""
    match problem:
        case smtplib.SMTPResponseException():
            return _answer(problem.smtp_code, problem.smtp_error)
        case ssl.SSLCertVerificationError():
            return clean(problem.verify_message, newlines=False)[:MOST_ANSWER]
        case OSError() if problem.strerror:
            return clean(problem.strerror, newlines=False)[:MOST_ANSWER]
    return clean(str(problem), newlines=False)[:MOST_ANSWER]


def _answer(code: int, words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return clean(f"{code} {text}", newlines=False)[:MOST_ANSWER]

"""A letter: a mail without its addresses, addressed to each recipient apart, or as a draft for somebody's own program.

Headers are made by ``email.message`` only, from text without line ends, also encoded ones, so nothing a person types
becomes one.  What is the same for everybody is encoded once.  This module knows nothing of reports, so that whoever only delivers needs none.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.headerregistry import Address as MailAddress
from email.message import EmailMessage

from sessions.text import clean

_MIME = policy.SMTP.clone(max_line_length=76)


@dataclass(frozen=True)
class Address:
    """Somebody to write to; ``name`` is empty when only the address is known."""

    address: str
    name: str = ""

    @property
    def same(self) -> str:
        """What two spellings of one address have in common."""
        return self.address.casefold()


@dataclass(frozen=True)
class File:
    """Something that goes along."""

    name: str
    type: str
    body: bytes


@dataclass(frozen=True)
class Letter:
    """A mail without its addresses; ``left_out`` are the titles of what is only in the files."""

    language: str
    subject: str
    html: str
    text: str
    files: tuple[File, ...] = ()
    left_out: tuple[str, ...] = ()


def enclosed(letter: Letter) -> bytes:
    """What is the same for every recipient: text, HTML and files, from ``MIME-Version`` on."""
    return _body(letter).as_bytes(policy=_MIME)


def addressed(
    letter: Letter,
    enclosed: bytes,
    *,
    sender: Address,
    to: Address,
    reply_to: str,
    message_id: str,
    at: int,
) -> bytes:
    """One mail to one recipient; *at* is in ms since 1970, *message_id* without its angle brackets."""
    head = EmailMessage(policy=_MIME)
    head["From"] = _header(sender)
    head["To"] = _header(to)
    if reply_to:
        head["Reply-To"] = _header(Address(reply_to))
    head["Subject"] = _literal(letter.subject)
    head["Date"] = datetime.fromtimestamp(at / 1000, UTC)
    head["Message-ID"] = f"<{message_id}>"
    head["Content-Language"] = letter.language
    # No answer of a machine to a machine.
    head["Auto-Submitted"] = "auto-generated"
    head["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    international = not (to.address.isascii() and sender.address.isascii() and reply_to.isascii())
    return head.as_bytes(policy=_MIME.clone(utf8=international)).rstrip(b"\r\n") + b"\r\n" + enclosed


def draft(letter: Letter, to: Iterable[Address], own: str = "") -> bytes:
    """A mail for somebody's own program to open and send.

    The recipients are in ``Bcc``: with one mail to all, nobody may see the others.  *own* is the sender's address.
    """
    message = _body(letter)
    message["X-Unsent"] = "1"
    if own:
        message["To"] = _header(Address(own))
    if recipients := [_header(address) for address in to]:
        message["Bcc"] = recipients
    message["Subject"] = _literal(letter.subject)
    message["Content-Language"] = letter.language
    return message.as_bytes(policy=_MIME)


def _body(letter: Letter) -> EmailMessage:
    message = EmailMessage(policy=_MIME)
    message.set_content(letter.text, cte="base64")
    message.add_alternative(letter.html, subtype="html", cte="base64")
    for file in letter.files:
        main, _, sub = file.type.partition("/")
        message.add_attachment(file.body, maintype=main, subtype=sub, filename=file.name)
    return message


def _header(address: Address) -> MailAddress:
    user, _, domain = address.address.rpartition("@")
    return MailAddress(_literal(clean(address.name, newlines=False)), username=user, domain=domain)


def _literal(text: str) -> str:
    """*text* as a header may hold it: what looks like an encoded word would be decoded, line ends in it too."""
    return text.replace("=?", "= ?")

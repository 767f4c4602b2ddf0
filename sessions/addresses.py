"""Addresses as people type and paste them: on lines, with commas or semicolons, bare, as ``Name <a@b>`` or ``Name (a@b)``.

Every one is checked by itself, so that one wrong address does not hold up forty right ones.  A newcomer would split at
every comma; a name may hold one (``"Vries, An de" <an@example.org>``), also without the quotes that belong there.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email

from sessions.activities.page import Page
from sessions.letter import Address
from sessions.session import Session
from sessions.text import clean

MOST_RECIPIENTS = 500
MOST_NAME = 100
MOST_SHOWN = 60
"""Of what is no address so many characters are repeated."""

_QUOTED = r'"(?:[^"\\\n]|\\.)*"'
_ENTRIES = re.compile(rf"(?:{_QUOTED}|[^;\n])+")
_PARTS = re.compile(rf"(?:{_QUOTED}|[^,])+")
_NAMED = re.compile(
    rf"\s*(?P<name>{_QUOTED}|[^<>]*?)\s*<\s*(?:mailto:)?(?P<address>[^<>]*)>\s*", re.IGNORECASE
)
_BRACKETED = re.compile(
    rf"(?P<quoted>{_QUOTED})|\(\s*(?P<address>[^()<>\s@\"]+@[^()<>\s@,\"]+)\s*\)(?=\s*(?:,|$))"
)
_MAILTO = re.compile(r"mailto:", re.IGNORECASE)
_ESCAPE = re.compile(r"\\(.)")


@dataclass(frozen=True)
class Wrong:
    """Something that is no address: what was typed, and the key of the sentence that says why."""

    typed: str
    key: str


@dataclass(frozen=True)
class Addresses:
    """What was read: each address once, what was wrong, and how often something was there already."""

    right: tuple[Address, ...]
    wrong: tuple[Wrong, ...] = ()
    doubles: int = 0


def read_addresses(typed: str, known: Iterable[Address] = ()) -> Addresses:
    """The addresses in *typed*, without those that are *known* already."""
    seen = {address.same for address in known}
    right: list[Address] = []
    wrong: list[Wrong] = []
    doubles = 0
    for entry in _entries(typed):
        found = read_address(entry)
        if isinstance(found, Wrong):
            wrong.append(found)
        elif found.same in seen:
            doubles += 1
        else:
            seen.add(found.same)
            right.append(found)
    return Addresses(tuple(right), tuple(wrong), doubles)


def read_address(entry: str) -> Address | Wrong:
    """One address, bare or with a name, or what is wrong with it."""
    entry = clean(entry, newlines=False)
    named = _NAMED.fullmatch(entry)
    address = named["address"].strip() if named else _MAILTO.sub("", entry, count=1)
    try:
        # Whether the domain can be reached is for the mail server to find out.
        found = validate_email(address, check_deliverability=False)
    except EmailNotValidError:
        return Wrong(_short(entry), _why(address))
    return Address(found.ascii_email or found.normalized, _name(named["name"]) if named else "")


def opted_in(session: Session) -> list[Address]:
    """The people who asked for the report in this session, each once."""
    pages = (activity for activity in session.activities.values() if isinstance(activity, Page))
    found: dict[str, Address] = {}
    for page in pages:
        for mail in page.mails.values():
            found.setdefault(Address(mail).same, Address(mail))
    return list(found.values())


def _entries(typed: str) -> Iterator[str]:
    for found in _ENTRIES.findall(typed.replace("\r", "\n").replace("\t", " ")):
        entry = _BRACKETED.sub(lambda one: one["quoted"] or f"<{one['address']}>", found)
        if entry.count("@") < 2 and "<" in entry:
            # One address: a comma in it belongs to the name.
            yield entry
        else:
            yield from _parts(entry)


def _parts(entry: str) -> Iterator[str]:
    """What commas part, with the first half of a name put back before the second."""
    nameless: list[str] = []
    for part in _PARTS.findall(entry):
        if "@" not in part:
            nameless += [part.strip()] if part.strip() else []
        elif "<" in part:
            yield ", ".join([*nameless, part.strip()])
            nameless = []
        else:
            yield from nameless
            nameless = []
            words = part.split()
            yield from words if all("@" in word for word in words) else [part]
    yield from nameless


def _name(typed: str) -> str:
    typed = typed.strip()
    if typed.startswith('"'):
        typed = _ESCAPE.sub(r"\1", typed[1:-1])
    return clean(typed, newlines=False)[:MOST_NAME].strip().strip("'").strip()


def _why(address: str) -> str:
    name, at, domain = address.rpartition("@")
    if not at:
        return "mailing.wrong_at"
    if " " in address:
        return "mailing.wrong_space"
    if not name or not domain:
        return "mailing.wrong_half"
    if "." not in domain:
        return "mailing.wrong_domain"
    return "mailing.wrong_address"


def _short(entry: str) -> str:
    return entry if len(entry) <= MOST_SHOWN else f"{entry[:MOST_SHOWN]}…"

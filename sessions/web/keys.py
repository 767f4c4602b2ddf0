"""Keys: who may be whom.

A facilitator key is random and stored only as a hash.  What a browser keeps instead, and what a participant keeps, is
a signed ticket: nothing about it is stored, so joining writes nothing.  The secret that signs lies in the data folder.
"""

import hashlib
import hmac
import os
import re
import secrets
from pathlib import Path

from itsdangerous import BadSignature, URLSafeSerializer, URLSafeTimedSerializer

HOST_SECONDS = 8 * 3600
"""How long the host need not give the password again."""
LONGEST_TICKET = 400
MOST_ORIGINS = 10
"""Of how many sessions before it a saved log tells: a log of a log of a log."""

_CODE = re.compile(r"[0-9]{8}")

SECRET_FILE = "secret"  # noqa: S105 - the name of the file, not what is in it


def load_secret(folder: Path) -> str:
    """The signing secret of a data folder, made at first start and readable by its owner only."""
    path = folder / SECRET_FILE
    if not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(32))
    return path.read_text()


def new_code() -> str:
    """Eight random digits; the first is not 0, so that it is a number in every program."""
    return str(10_000_000 + secrets.randbelow(90_000_000))


def digits(code: str) -> str:
    """A code as people type it, without what they put between its digits."""
    return re.sub(r"[\s\-]", "", code)


def is_code(code: str) -> bool:
    """Whether this could be the code of a session."""
    return _CODE.fullmatch(code) is not None


def new_key() -> str:
    """A facilitator key: 192 random bits."""
    return secrets.token_urlsafe(24)


def new_participant() -> str:
    """The id of a new participant: 96 random bits."""
    return f"p{secrets.token_urlsafe(12)}"


def key_hash(key: str) -> str:
    """What is stored of a key.  It is random and long, so one round of SHA-256 is enough."""
    return hashlib.sha256(key.encode()).hexdigest()


def key_fits(key: str, stored: str) -> bool:
    """Whether *key* is the one whose hash is *stored*."""
    return hmac.compare_digest(key_hash(key), stored)


class Tickets:
    """Signed tickets: ``participant`` says who, ``facilitator`` by which link, the others what was shown, or typed.

    A saved log bears one as well: ``origin`` says what it is a log of.
    """

    def __init__(self, secret: str) -> None:
        self._participant = URLSafeSerializer(secret, salt="participant")
        self._facilitator = URLSafeSerializer(secret, salt="facilitator")
        self._creator = URLSafeSerializer(secret, salt="creator")
        self._host = URLSafeTimedSerializer(secret, salt="host")
        self._reader = URLSafeSerializer(secret, salt="reader")
        self._origin = URLSafeSerializer(secret, salt="origin")
        self._screen = URLSafeSerializer(secret, salt="screen")

    def participant(self, code: str, id: str) -> str:
        """The token of a participant."""
        return str(self._participant.dumps([code, id]))

    def participant_id(self, code: str, token: object) -> str | None:
        """Whose token this is, in this session; None when it is not ours."""
        match _read(self._participant, token):
            case [str(of), str(id)] if of == code:
                return id
        return None

    def facilitator(self, code: str, holder: str = "") -> str:
        """What a facilitator's browser keeps in its cookie; *holder* is the id of a link that was made for somebody."""
        return str(self._facilitator.dumps([code, holder] if holder else [code]))

    def holder_id(self, code: str, ticket: object) -> str | None:
        """By which link this cookie opens the console of this session, "" for its own; None when it does not."""
        match _read(self._facilitator, ticket):
            case [str(of)] if of == code:
                return ""
            case [str(of), str(holder)] if of == code:
                return holder
        return None

    def screen(self, code: str) -> str:
        """What the browser of a big screen keeps, so that it goes on when the code is changed."""
        return str(self._screen.dumps([code]))

    def is_screen(self, code: str, ticket: object) -> bool:
        """Whether this cookie was given to a screen of this session."""
        return _read(self._screen, ticket) == [code]

    def host(self, password: str) -> str:
        """What the browser of whoever runs the server keeps, once it has given the password."""
        return str(self._host.dumps(key_hash(password)))

    def is_host(self, password: str, ticket: object) -> bool:
        """Whether this cookie was given for this password, not too long ago."""
        if not isinstance(ticket, str) or len(ticket) > LONGEST_TICKET:
            return False
        try:
            return hmac.compare_digest(
                str(self._host.loads(ticket, max_age=HOST_SECONDS)), key_hash(password)
            )
        except BadSignature:
            return False

    def creator(self, password: str) -> str:
        """What a browser keeps that has shown the password for starting sessions."""
        return str(self._creator.dumps([key_hash(password)]))

    def is_creator(self, password: str, ticket: object) -> bool:
        """Whether this cookie was given for this password, and not for one from before."""
        return _read(self._creator, ticket) == [key_hash(password)]

    def reader(self, code: str, key_hash: str) -> str:
        """What the browser of somebody keeps who came with the key of a shared report."""
        return str(self._reader.dumps([code, key_hash]))

    def is_reader(self, code: str, key_hash: str, ticket: object) -> bool:
        """Whether this cookie was given for the key that opens the report now."""
        return _read(self._reader, ticket) == [code, key_hash]

    def origin(self, codes: list[str]) -> str:
        """What a saved log says of the session it comes from and those before it, the latest first."""
        return str(self._origin.dumps(codes[:MOST_ORIGINS]))

    def origins(self, origin: object) -> list[str]:
        """The codes in what a saved log says; none when it was not saved here."""
        match _read(self._origin, origin):
            case [*codes]:
                return [str(code) for code in codes]
        return []


def _read(serializer: URLSafeSerializer, ticket: object) -> object:
    if not isinstance(ticket, str) or len(ticket) > LONGEST_TICKET:
        return None
    try:
        return serializer.loads(ticket)
    except BadSignature:
        return None


def cookie_name(role: str, code: str) -> str:
    """The name of the cookie that holds the ticket of *role* in a session."""
    return f"dt_{role}_{code}"

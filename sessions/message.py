"""Commands (what somebody wants) and events (what happened), and the one place where untrusted JSON becomes either.

A command is imperative (``AddCard``, on the wire ``canvas.add_card``), an event is past tense (``CardAdded``,
in the log ``canvas.card_added``).  The one thing a newcomer gets wrong: a command's time, id and sender are not
in the command; they come with it, as :class:`Actor` and :class:`Record`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal, Protocol, TypeVar

import msgspec

from sessions.text import clean, is_whole

Role = Literal["participant", "facilitator", "observer", "screen"]

FACILITATOR = "facilitator"
"""The id under which every facilitator of a session acts."""
SCREEN = "screen"
"""The id of every big screen of a session."""

MAX_TEXT = 2_000
"""Characters in the longest text a person may send."""

DEEPEST = 8
"""Tables and lists within each other in a command: the steps named in a field of a box of a step."""

Id = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_.\-]{1,64}$")]
Text = str
Fields = dict[Id, str]

_ENVELOPE = frozenset(("id", "type"))
_COMMAND_ID = re.compile(r"[A-Za-z0-9_\-]{16,64}")


class Refused(Exception):
    """What a sender can cause: ``code`` is of the wire, ``key`` and ``params`` name a sentence in the catalogue."""

    code: ClassVar[str]

    def __init__(self, key: str, **params: Any) -> None:
        super().__init__(key)
        self.key = f"error.{key}"
        self.params = params


class Invalid(Refused):
    """It cannot be understood."""

    code = "invalid"


class Rejected(Refused):
    """It is understood, but not allowed now."""

    code = "rejected"


class Forbidden(Refused):
    """It is understood, but not for this role."""

    code = "forbidden"


class Closed(Refused):
    """The session is closed."""

    code = "closed"


class Full(Refused):
    """There is no room for one more."""

    code = "full"


class TooLarge(Refused):
    """It is longer, or more, than fits."""

    code = "too_large"


@dataclass(frozen=True)
class Actor:
    """Who sends a command: a participant's id, or FACILITATOR; ``inside`` when the server itself does so for them."""

    id: str
    role: Role
    inside: bool = False


class Message(Protocol):
    """A command or an event: a frozen dataclass with its name on the wire."""

    type: ClassVar[str]


@dataclass(frozen=True)
class Record:
    """One line of the log: an event, when it happened (ms since 1970, UTC) and whose command caused it."""

    seq: int
    at: int
    actor: str
    event: Any
    command: str | None = None


COMMANDS: dict[str, type[Any]] = {}
EVENTS: dict[str, type[Any]] = {}
STEERING: set[type[Any]] = set()
"""Commands that only a facilitator may send."""
INSIDE: set[type[Any]] = set()
"""Commands that only the server itself sends for somebody, because it has made sure of something first."""
ACTS: set[type[Any]] = set()
"""Events that are part of what a facilitator can take back; see ``repair``."""
LONGEST: dict[type[Any], Mapping[str, int]] = {}
"""Command -> field -> characters that fit, where that is not MAX_TEXT."""

T = TypeVar("T")


def command(
    name: str, *, steering: bool = False, inside: bool = False, longest: Mapping[str, int] | None = None
) -> Callable[[type[T]], type[T]]:
    """Register a dataclass as the command *name*; with *steering* only the facilitator may send it.

    With *inside* nobody may send it over the wire.  *longest* says for some fields how many characters fit; MAX_TEXT
    holds for the others.
    """

    def register(cls: type[T]) -> type[T]:
        cls.type = name  # type: ignore[attr-defined]
        COMMANDS[name] = cls
        if steering:
            STEERING.add(cls)
        if inside:
            INSIDE.add(cls)
        LONGEST[cls] = longest or {}
        return cls

    return register


def event(name: str, *, act: bool = False) -> Callable[[type[T]], type[T]]:
    """Register a dataclass as the event *name*; an *act* can be taken back when a facilitator caused it."""

    def register(cls: type[T]) -> type[T]:
        cls.type = name  # type: ignore[attr-defined]
        EVENTS[name] = cls
        if act:
            ACTS.add(cls)
        return cls

    return register


def command_id(raw: object) -> str | None:
    """The id of a raw command when it has a proper one, so that even a refusal can be matched to it."""
    found = raw.get("id") if isinstance(raw, dict) else None
    return found if isinstance(found, str) and _COMMAND_ID.fullmatch(found) else None


def decode_command(raw: object) -> Any:
    """The command in one untrusted JSON object ``{id, type, ...}``; raises Invalid or TooLarge."""
    if not isinstance(raw, dict) or command_id(raw) is None:
        raise Invalid("command.shape")
    cls = COMMANDS.get(raw.get("type") or "") if isinstance(raw.get("type"), str) else None
    if cls is None:
        raise Invalid("command.unknown")
    most = LONGEST[cls]
    fields = {
        key: _cleaned(value, most.get(key, MAX_TEXT)) for key, value in raw.items() if key not in _ENVELOPE
    }
    if unknown := fields.keys() - cls.__dataclass_fields__.keys():
        raise Invalid("command.field", field=clean(min(map(str, unknown)), newlines=False)[:40])
    try:
        return msgspec.convert(fields, cls)
    except msgspec.ValidationError as problem:
        raise Invalid("command.field", field=_path(problem)) from None


def _cleaned(value: Any, most: int, depth: int = 0) -> Any:
    if depth > DEEPEST:
        raise Invalid("command.shape")
    match value:
        case str() if len(value) > most:
            raise TooLarge("text.too_long", most=most, length=len(value))
        case str():
            return clean(value)
        case dict():
            if not all(is_whole(key) for key in value if isinstance(key, str)):
                raise Invalid("command.shape")
            return {key: _cleaned(inner, most, depth + 1) for key, inner in value.items()}
        case list():
            return [_cleaned(inner, most, depth + 1) for inner in value]
    return value


def _path(problem: msgspec.ValidationError) -> str:
    """The name of the field a msgspec error speaks of."""
    if found := re.search(r"`\$\.?([^`]*)`", str(problem)):
        return found[1]
    if found := re.search(r"field `([^`]*)`", str(problem)):
        return found[1]
    return "?"


def encode_event(happened: Any) -> tuple[str, bytes]:
    """An event as (type, JSON body) for the log."""
    return happened.type, msgspec.json.encode(happened)


def decode_event(kind: str, body: bytes | str) -> Any:
    """The event of a log line; raises KeyError for an unknown type, msgspec.ValidationError for a bad body."""
    return msgspec.json.decode(body, type=EVENTS[kind])


def event_line(record: Record) -> dict[str, Any]:
    """A record as one exported line; ``read_line`` reads it back."""
    return {
        "seq": record.seq,
        "at": record.at,
        "actor": record.actor,
        **({"command": record.command} if record.command else {}),
        "type": record.event.type,
        "body": msgspec.to_builtins(record.event),
    }


def read_line(line: Mapping[str, Any]) -> Record:
    """The record of one exported line; raises KeyError or msgspec.ValidationError."""
    return Record(
        seq=int(line["seq"]),
        at=int(line["at"]),
        actor=str(line["actor"]),
        event=msgspec.convert(line["body"], type=EVENTS[line["type"]]),
        command=line.get("command"),
    )

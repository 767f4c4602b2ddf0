"""Place: what is kept about one open room and the connections in it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sessions import books
from sessions.activity import Audience
from sessions.message import Actor
from sessions.room import Room
from sessions.texts import Language
from sessions.web import wire


@dataclass(frozen=True)
class Holder:
    """Whose link opens the console: the session's own (no id), or one that was made for somebody."""

    id: str = ""
    kind: books.CompanionKind = "facilitator"
    name: str = ""


@dataclass(frozen=True)
class Gone:
    """Why a session is no more: the key of a sentence, with what it mentions."""

    key: str
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(eq=False, slots=True)
class Client:
    """One connection: who it speaks for, how to reach it, and how far it has been told."""

    sid: str
    code: str
    actor: Actor
    language: Language
    token: str | None
    send: Callable[..., None]
    """sends packets, which are ``wire.Text``"""
    listening: bool = False
    seq: int = 0
    allowance: float = 30.0
    allowance_at: float = 0.0
    at: tuple[str, str] | None = None
    """step and card they are busy with"""
    moves: float = 5.0
    moved_at: float = 0.0
    """how often they may say so"""
    holder: Holder | None = None
    """behind the console: by which link"""

    @property
    def audience(self) -> Audience:
        """Whose view this connection gets."""
        return "facilitator" if self.actor.role in ("facilitator", "observer") else "everyone"


@dataclass(eq=False)
class Place:
    """What the hall keeps about one open room: its connections and its clock."""

    room: Room
    clients: dict[str, Client] = field(default_factory=dict)
    listeners: dict[Audience, dict[str, Client]] = field(
        default_factory=lambda: {"everyone": {}, "facilitator": {}}
    )
    """who gets what happens, by sid: those who have asked for the view"""
    people: dict[str, list[Client]] = field(default_factory=dict)
    """actor's id -> their connections"""
    next_tick: float = 0.0
    last_sent: float = 0.0
    last_used: float = 0.0
    people_changed: bool = False
    people_told: dict[Audience, wire.Text] = field(default_factory=dict)
    """who is here, as last told: counting anew for everybody who comes would be quadratic"""
    changed: dict[Audience, int] = field(default_factory=dict)
    """audience -> the seq at which its view last changed"""
    until_published: list[Callable[[], None]] = field(default_factory=list)

    def told(self) -> list[Client]:
        """Everybody who gets what happens."""
        return [client for audience in self.listeners.values() for client in list(audience.values())]

"""Doorkeeper: who may come in over a live connection, and as whom.

A participant and a screen need the code, or to have been in before; a facilitator needs a link.  Whoever may not come in
gets a refusal in their language.
"""

from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Any

from socketio.exceptions import ConnectionRefusedError

from sessions.message import Actor
from sessions.texts import Language, choose_language, texts
from sessions.web.guard import Failures
from sessions.web.hall import Hall, actor_for
from sessions.web.holders import SwitchedOff, holder_of_key, holder_of_ticket, opens_console
from sessions.web.keys import Tickets, cookie_name, digits, is_code
from sessions.web.place import Holder, Place

LONGEST = 400
"""Characters; what is longer is no code, key or token of ours."""


@dataclass(frozen=True)
class Asking:
    """What somebody who connects says, and what their browser carries."""

    said: dict[str, Any]
    cookies: dict[str, str]
    language: Language
    address: str

    @classmethod
    def of(cls, environ: dict[str, Any], auth: Any) -> "Asking":
        """What came with the connection; nonsense counts as nothing."""
        said, cookies = auth if isinstance(auth, dict) else {}, _cookies(environ)
        wished = word(said.get("language")) or cookies.get("language")
        language = choose_language(environ.get("HTTP_ACCEPT_LANGUAGE"), wished)
        return cls(said, cookies, language, str(environ.get("REMOTE_ADDR", "")))

    def cookie(self, role: str, code: str) -> str | None:
        """The ticket that the browser keeps for this role."""
        return self.cookies.get(cookie_name(role, code))

    def refused(self, code: str, key: str, **params: str) -> ConnectionRefusedError:
        """The refusal that they read."""
        message = texts(self.language).t(key, **params)
        return ConnectionRefusedError(message, {"code": code, "message": message})


@dataclass(frozen=True)
class Admitted:
    """Who came in where; *token* says to a newcomer who they are from now on."""

    place: Place
    actor: Actor
    holder: Holder | None = None
    token: str | None = None


class Doorkeeper:
    """Lets people into the rooms of one hall."""

    def __init__(self, hall: Hall, tickets: Tickets, failures: Failures) -> None:
        self._hall, self._tickets, self._failures = hall, tickets, failures

    def admit(self, asking: Asking) -> Admitted:
        """Where and as whom they come in; raises ConnectionRefusedError."""
        if self._hall.draining:
            raise asking.refused("slow_down", "error.slow_down")
        typed = digits(word(asking.said.get("code")))
        code = self._hall.session_of(typed)
        known = self._known(asking, code)
        place = self._place(asking, typed, code, known)
        match asking.said.get("role", "participant"):
            case "participant":
                self._check_code(asking, place, typed, before=known is not None)
                return self._seated(asking, place, known)
            case "screen":
                self._check_code(asking, place, typed, before=self._was_screen(asking, code))
                return self._inside(asking, Admitted(place, actor_for("screen", known)))
            case "facilitator":
                holder = self._holder(asking, code)
                return Admitted(place, actor_for(holder.kind, None), holder)
        raise asking.refused("invalid", "error.command.shape")

    def _known(self, asking: Asking, code: str) -> str | None:
        """Who they are in this session, when they have been here before."""
        token = word(asking.said.get("token")) or asking.cookie("participant", code)
        return self._tickets.participant_id(code, token)

    def _place(self, asking: Asking, typed: str, code: str, known: str | None) -> Place:
        # Whoever has been here goes on, also when somebody else behind the same address tries codes.
        holder = self._tickets.holder_id(code, asking.cookie("facilitator", code))
        if self._failures.too_many(asking.address) and known is None and holder is None:
            raise asking.refused("slow_down", "error.too_many_codes")
        if gone := self._hall.gone.get(typed):
            raise asking.refused("unknown_session", gone.key, **gone.params)
        place = self._hall.place(code) if is_code(code) else None
        if place is None:
            self._failures.add(asking.address)
            raise asking.refused("unknown_session", "error.unknown_session")
        return place

    @staticmethod
    def _check_code(asking: Asking, place: Place, typed: str, *, before: bool) -> None:
        if typed != place.room.committed.entry and not before:
            raise asking.refused("forbidden", "error.code_changed")

    def _was_screen(self, asking: Asking, code: str) -> bool:
        """Whether the browser has shown the screen of this session before, or steers it."""
        shown = self._tickets.is_screen(code, asking.cookie("screen", code))
        return shown or opens_console(self._hall, self._tickets, code, asking.cookie("facilitator", code))

    def _seated(self, asking: Asking, place: Place, known: str | None) -> Admitted:
        actor = actor_for("participant", known)
        # Only a token that the browser does not hold yet is told to it.
        token = self._tickets.participant(place.room.code, actor.id) if known is None else None
        return self._inside(asking, Admitted(place, actor, token=token))

    @staticmethod
    def _inside(asking: Asking, admitted: Admitted) -> Admitted:
        if refused := admitted.place.room.committed.turned_away(admitted.actor):
            raise asking.refused(refused.code, refused.key)
        return admitted

    def _holder(self, asking: Asking, code: str) -> Holder:
        """By which link they come."""
        ticket = asking.cookie("facilitator", code)
        try:
            holder = holder_of_key(self._hall, code, word(asking.said.get("key"))) or holder_of_ticket(
                self._hall, self._tickets, code, ticket
            )
        except SwitchedOff:
            raise asking.refused("forbidden", "error.link_off") from None
        if holder is None:
            self._failures.add(asking.address)
            raise asking.refused("forbidden", "error.bad_key")
        return holder


def word(value: object) -> str:
    """What somebody sent where a short text belongs; empty when it is none."""
    return value if isinstance(value, str) and len(value) <= LONGEST else ""


def _cookies(environ: dict[str, Any]) -> dict[str, str]:
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(environ.get("HTTP_COOKIE", "")).items()}
    except CookieError:
        return {}

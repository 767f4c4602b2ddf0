"""Holders: by which link somebody opens the console, and whether that link still works.

The session's own link always works.  The others are made for a co-facilitator or an observer; the cookie of such a link
stays with its browser when it is switched off, and works again when it is switched on.
"""

from functools import partial

from sessions import books
from sessions.web.hall import Hall
from sessions.web.keys import Tickets, key_fits, key_hash
from sessions.web.place import Holder

OWN = Holder()


class SwitchedOff(Exception):
    """The link with this id was a good one, and the facilitator has switched it off."""

    def __init__(self, id: str) -> None:
        super().__init__(id)
        self.id = id


def holder_of_ticket(hall: Hall, tickets: Tickets, code: str, ticket: object) -> Holder | None:
    """Whose cookie this is; raises SwitchedOff."""
    id = tickets.holder_id(code, ticket)
    if not id:
        return None if id is None else OWN
    found = hall.look(partial(books.companions, session=code))
    return _working(id, next((one for one in found if one.id == id), None))


def opens_console(hall: Hall, tickets: Tickets, code: str, ticket: object) -> bool:
    """Whether this is the cookie of a link that works."""
    try:
        return holder_of_ticket(hall, tickets, code, ticket) is not None
    except SwitchedOff:
        return False


def holder_of_key(hall: Hall, code: str, key: object) -> Holder | None:
    """Whose key this is; raises SwitchedOff."""
    if not isinstance(key, str) or not 0 < len(key) <= 200:
        return None
    stored = hall.log.key_hash(code)
    if stored is None:
        return None
    if key_fits(key, stored):
        return OWN
    found = hall.look(partial(books.companion_of, session=code, key_hash=key_hash(key)))
    return _working(found.id, found) if found else None


def _working(id: str, found: books.Companion | None) -> Holder:
    if found is None or not found.on:
        raise SwitchedOff(id)
    return Holder(id, found.kind, found.name)

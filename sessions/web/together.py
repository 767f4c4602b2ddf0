"""Together: links of their own for co-facilitators and observers, which can be switched off.

Only whoever came by the session's own link makes such links; a key is shown once and kept as a hash.
"""

from functools import partial
from typing import Any

import msgspec
from flask import Blueprint

from sessions import books
from sessions.log import StorageFailed, T, Work
from sessions.text import clean
from sessions.web.desk import Desk, Problem, asked, held, json_answer, phone_base
from sessions.web.keys import key_hash, new_key
from sessions.web.place import Place

LONGEST_NAME = 60


class NewLink(msgspec.Struct, forbid_unknown_fields=True):
    """Whom a link is for."""

    kind: books.CompanionKind
    name: str = ""


class Switch(msgspec.Struct, forbid_unknown_fields=True):
    """Whether a link works."""

    on: bool


def register(bp: Blueprint, desk: Desk) -> None:
    """Put the routes of further links on *bp*."""

    @bp.get("/api/sessions/<code>/links")
    def links(code: str) -> Any:
        place, holder = held(desk, code)
        if holder.kind != "facilitator":
            raise Problem(403, "forbidden", "error.observer")
        return _links(desk, place, own=not holder.id)

    @bp.post("/api/sessions/<code>/links")
    def add_link(code: str) -> Any:
        place = _with_own_link(desk, code)
        wanted = asked(NewLink)
        name = clean(wanted.name, newlines=False)
        if len(name) > LONGEST_NAME:
            raise Problem(400, "too_large", "error.text.too_long", most=LONGEST_NAME, length=len(name))
        key = new_key()
        made = _stored(
            desk,
            lambda db: books.add_companion(db, place.room.code, wanted.kind, name, key_hash(key)),
        )
        if made is None:
            raise Problem(409, "full", "error.links_full", most=books.MOST_COMPANIONS)
        # Where others can open it: not the address that only this machine knows itself by.
        url = f"{phone_base(desk.settings)}/s/{place.room.code}/facilitate#key={key}"
        return json_answer({"id": made.id, "url": url}, 201)

    @bp.post("/api/sessions/<code>/links/<id>")
    def switch_link(code: str, id: str) -> Any:
        place = _with_own_link(desk, code)
        wanted = asked(Switch)
        _stored(desk, lambda db: books.switch_companion(db, place.room.code, id, on=wanted.on))
        if not wanted.on:
            desk.hall.show_out(place, id)
        return _links(desk, place, own=True)

    @bp.post("/api/sessions/<code>/links/<id>/remove")
    def remove_link(code: str, id: str) -> Any:
        place = _with_own_link(desk, code)
        _stored(desk, lambda db: books.remove_companion(db, place.room.code, id))
        desk.hall.show_out(place, id)
        return _links(desk, place, own=True)


def _with_own_link(desk: Desk, code: str) -> Place:
    place, holder = held(desk, code)
    if holder.id:
        raise Problem(403, "forbidden", "error.own_link_only")
    return place


def _links(desk: Desk, place: Place, *, own: bool) -> Any:
    found = desk.hall.look(partial(books.companions, session=place.room.code))
    told = [{"id": one.id, "kind": one.kind, "name": one.name, "on": one.on} for one in found]
    return json_answer({"links": told, "own": own})


def _stored(desk: Desk, work: Work[T]) -> T:
    try:
        return desk.hall.write(work)
    except StorageFailed:
        raise Problem(503, "storage_failed", "error.storage_now") from None

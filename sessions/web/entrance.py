"""Entrance: another code to come in by, when the one that was shown or sent has come into other hands.

The session keeps its own code as its name: addresses, cookies and what phones keep go by that, so whoever is inside
notices nothing.  Only who comes in anew needs the code of now.  A code that led here leads nowhere else, ever.
"""

import secrets
from typing import Any

import msgspec
from flask import Blueprint, Response

from sessions import books
from sessions.log import StorageFailed
from sessions.message import FACILITATOR, Actor
from sessions.web.desk import (
    Desk,
    Problem,
    admitted,
    asked,
    device_language,
    facilitated,
    json_answer,
    phone_base,
    qr_file,
)
from sessions.web.keys import digits


class NewCode(msgspec.Struct, forbid_unknown_fields=True):
    """The body of ``POST /api/sessions/CODE/code``; ``expect`` is the code of now, as whoever asks saw it."""

    expect: str


def register(bp: Blueprint, desk: Desk) -> None:
    """Put the routes on *bp*."""

    @bp.post("/api/sessions/<code>/code")
    def change_code(code: str) -> Any:
        place = facilitated(desk, code)
        own = place.room.code
        wanted = asked(NewCode)
        fresh = _taken(desk, own)
        seen = digits(wanted.expect)
        command = {
            "id": secrets.token_urlsafe(16),
            "type": "session.change_code",
            "code": fresh,
            "expect": "" if seen == own else seen,
        }
        actor = Actor(FACILITATOR, "facilitator", inside=True)
        [answer] = desk.hall.submit(place, actor, [command], device_language())
        if not answer["ok"]:
            desk.hall.drop_code(fresh)
            return json_answer({"code": answer["code"], "message": answer["message"]}, 409)
        return json_answer({"code": fresh}, 201)

    @bp.get("/s/<code>/qr.svg")
    def join_qr(code: str) -> Any:
        """The way in as a picture, for a page that was drawn with an earlier code."""
        entry = admitted(desk, code).room.committed.entry
        picture = qr_file(f"{phone_base(desk.settings)}/s/{entry}")
        return Response(picture, content_type="image/svg+xml; charset=utf-8")


def _taken(desk: Desk, session: str) -> str:
    """A code that from now on leads to this session; raises Problem."""
    try:
        fresh = desk.hall.new_code(session)
    except StorageFailed:
        raise Problem(503, "storage_failed", "error.storage_now") from None
    if fresh is None:
        raise Problem(409, "full", "error.code.too_often", most=books.MOST_CODES)
    return fresh

"""Preparing a session: the agenda as data, a preview of what is being edited, pasted lists, and own playbooks."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import msgspec
from flask import Blueprint, Response, request

from sessions.activities.page import Page
from sessions.bilingual import sheet, spoken
from sessions.checklist import as_data
from sessions.items import Item
from sessions.message import Closed, Forbidden, Invalid, Refused, TooLarge, command_id
from sessions.own_playbooks import slug, to_toml
from sessions.pasting import pasted_items
from sessions.playbook import BadPlaybook
from sessions.preview import previewed
from sessions.room import encode
from sessions.session import Session
from sessions.text import clean
from sessions.web.desk import (
    Desk,
    Problem,
    asked,
    body_of_request,
    boot_data,
    device_language,
    device_texts,
    facilitated,
    json_answer,
    rendered,
    titled,
)
from sessions.web.starting import check_creator, may_see_own, remembered

MOST_BYTES = 131_072
"""What a facilitator may send at once, over HTTP as over the live connection."""
_PREVIEWS = {"phone": "phonepreview", "screen": "screenpreview"}
_STATUS: dict[type[Refused], int] = {TooLarge: 413, Forbidden: 403, Invalid: 400, Closed: 410}


class Paste(msgspec.Struct, forbid_unknown_fields=True):
    """The body of ``POST /s/CODE/items.json``; ``items`` are those that are there."""

    text: str
    items: list[Item] = []
    prefix: str = "i"


class Keep(msgspec.Struct, forbid_unknown_fields=True):
    """The body of ``POST /s/CODE/playbook``; whoever replaces one may have to show the password of the host."""

    title: str
    replace: bool = False
    password: str = ""


def register(bp: Blueprint, desk: Desk) -> None:
    """Put the routes with which a facilitator prepares on *bp*."""

    @bp.get("/s/<code>/agenda.json")
    def agenda(code: str) -> Any:
        return _encoded(_agenda(facilitated(desk, code).room.committed))

    @bp.get("/s/<code>/translation.json")
    @_told
    def translation(code: str) -> Any:
        session = facilitated(desk, code).room.committed
        texts = desk.blocking(sheet, session, request.args.get("step", ""))
        return _encoded({"language": spoken(session.plan, session.info.language), "texts": texts})

    @bp.post("/s/<code>/preview.json")
    @_told
    def preview(code: str) -> Any:
        request.max_content_length = MOST_BYTES
        session = facilitated(desk, code).room.committed
        raw = body_of_request()
        if command_id(raw) is None or not str(raw.get("type", "")).startswith("session."):
            raise Problem(400, "invalid", "error.command.shape")
        return _encoded(previewed(session, raw))

    @bp.get("/s/<code>/preview/<of>")
    def preview_page(code: str, of: str) -> Any:
        session = facilitated(desk, code).room.committed
        if of not in _PREVIEWS:
            raise Problem(404, "unknown", "error.http.not_found")
        page = _PREVIEWS[of]
        role = "participant" if of == "phone" else "screen"
        boot = boot_data(desk, page, role, session, {"join": f"/s/{session.code}", "home": "/"})
        return rendered(desk, page, session=titled(session), boot=boot)

    @bp.post("/s/<code>/items.json")
    @_told
    def items(code: str) -> Any:
        request.max_content_length = 2 * MOST_BYTES
        facilitated(desk, code)
        wanted = asked(Paste)
        found = pasted_items(wanted.text, wanted.items, wanted.prefix)
        return _encoded({"items": found.items, "added": found.added, "doubled": found.doubled})

    @bp.get("/s/<code>/playbook.toml")
    @_told
    def export(code: str) -> Any:
        session = facilitated(desk, code).room.committed
        content = desk.blocking(lambda: to_toml(session))
        response = Response(content, content_type="application/toml; charset=utf-8")
        name = f"{slug(session.info.title)}.toml"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    @bp.post("/s/<code>/playbook")
    @_told
    def keep(code: str) -> Any:
        session = facilitated(desk, code).room.committed
        wanted = asked(Keep)
        title = clean(wanted.title, newlines=False)[:120]
        if not title:
            raise Problem(400, "invalid", "error.agenda.title_missing")
        if wanted.replace:
            _check_may_replace(desk, wanted.password)
        kept = desk.blocking(lambda: desk.own.keep(title, to_toml(session, title), replace=wanted.replace))
        answer = json_answer({"id": kept.id, "title": title}, 201)
        return remembered(desk, answer) if wanted.replace else answer


def _check_may_replace(desk: Desk, password: str) -> None:
    """Replacing takes away what somebody kept, as deleting does; raises Problem."""
    if may_see_own(desk):
        return
    if not desk.settings.create_password:
        raise Problem(403, "forbidden", "error.own.replace_not_here")
    if not password:
        raise Problem(403, "password", "error.own.replace_password")
    check_creator(desk, password)


def _agenda(session: Session) -> dict[str, Any]:
    """The agenda as it is edited: each step's plan as data, and what besides its words can be known of it."""
    steps = {}
    for n, raw in enumerate(session.plan.steps):
        id = raw["id"]
        step, activity = session.steps[id], session.activities[id]
        steps[id] = {
            # What was written on the spot is what goes on from here.
            "plan": {**raw, "text": activity.text} if isinstance(activity, Page) else raw,
            "order": n,
            "revision": step.revision,
            "skipped": step.skipped,
            "used": activity.contributed(session),
            "started": id in session.arrived,
            "aside": getattr(activity, "aside", {}),
        }
    return {
        "info": session.info,
        "join": session.plan.join,
        "delivers": as_data(session.plan.delivers),
        "language": spoken(session.plan, session.info.language),
        "state": session.state,
        "seq": session.seq,
        "steps": steps,
    }


def _encoded(value: Any) -> Response:
    return Response(encode(value), content_type="application/json")


def _told(view: Callable[..., Any]) -> Callable[..., Any]:
    """What is refused is answered with a sentence for whoever asked."""

    @wraps(view)
    def answering(*arguments: Any, **named: Any) -> Any:
        try:
            return view(*arguments, **named)
        except Refused as refused:
            status = _STATUS.get(type(refused), 409)
            message = device_texts().t(refused.key, **refused.params)
            return json_answer({"code": refused.code, "message": message}, status)
        except BadPlaybook as wrong:
            return json_answer({"code": "invalid", "message": wrong.told(device_language())}, 400)

    return answering

"""Editing the report: what the page asks while somebody writes, as JSON.

Every answer that changed something, or was refused because another was first, says which version goes out now.  The
text that goes out is `reports.source_of`; what a person wrote is never replaced by what the session adds later.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Any, TypeVar

import msgspec
from flask import Blueprint, Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from sessions import report_forms, report_store
from sessions.log import StorageFailed
from sessions.report_changes import Choice, Part, changes
from sessions.report_store import Saved, Text
from sessions.report_texts import MOST_CHARS, Kind, Version, agent_of, tidied
from sessions.session import Session
from sessions.web.desk import Desk, Problem, asked, device_texts, facilitated, json_answer
from sessions.web.hall import now_ms
from sessions.web.reports import automatic_at, automatic_of

MOST_BYTES = 2_000_000
"""Of a request that holds a text: MOST_CHARS of nearly any script, with what JSON adds."""

T = TypeVar("T")
Number = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
Device = Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9_-]{1,40}$")]


class Write(msgspec.Struct, forbid_unknown_fields=True):
    """A text, the version it was written on, and the automatic text (``seq``) that lies under the first version."""

    version: Number
    seq: Number
    text: str
    device: Device


class GoBack(msgspec.Struct, forbid_unknown_fields=True):
    """Back to an earlier version; 0 is the automatic text."""

    version: Number
    to: Number
    device: Device


class TakeOver(msgspec.Struct, forbid_unknown_fields=True):
    """What to do with the parts that were offered as of ``seq``, by their place."""

    version: Number
    seq: Number
    choices: dict[Number, Choice]
    device: Device


def register(bp: Blueprint, desk: Desk) -> None:
    """Put the routes on *bp*."""
    _looking(bp, desk)
    _writing(bp, desk)


def _looking(bp: Blueprint, desk: Desk) -> None:
    @bp.get("/s/<code>/report/text.json")
    def report_text(code: str) -> Response:
        """What the editor begins with."""
        session = facilitated(desk, code).room.committed
        return _whole(desk, session)

    @bp.get("/s/<code>/report/now.json")
    def report_now(code: str) -> Response:
        """How things stand, for a page that is open already."""
        session = facilitated(desk, code).room.committed
        return json_answer(_standing(desk, session))

    @bp.get("/s/<code>/report/news.json")
    def report_news(code: str) -> Response:
        """What the session added since the edit began."""
        session = facilitated(desk, code).room.committed
        return json_answer(_news(desk, session))

    @bp.get("/s/<code>/report/changes.json")
    def report_changed(code: str) -> Response:
        """What the edit changed in the automatic text of now."""
        session = facilitated(desk, code).room.committed
        return json_answer(_changes(desk, session))

    @bp.get("/s/<code>/report/versions.json")
    def report_versions(code: str) -> Response:
        session = facilitated(desk, code).room.committed
        known = desk.blocking(desk.hall.log.look, lambda db: report_store.versions(db, session.code))
        return json_answer({"versions": [_told(version) for version in reversed(known)]})

    @bp.get("/s/<code>/report/version.json")
    def report_version(code: str) -> Response:
        """One version, and how it differs from what goes out now."""
        session = facilitated(desk, code).room.committed
        number = request.args.get("number", -1, int)
        return json_answer(_version(desk, session, number))


def _writing(bp: Blueprint, desk: Desk) -> None:
    @bp.post("/s/<code>/report/text.json")
    def report_write(code: str) -> Response:
        session = facilitated(desk, code).room.committed
        wanted = _asked(Write)
        if not 0 < wanted.seq <= session.seq:
            raise Problem(400, "invalid", "error.report.unknown_version")
        text = tidied(wanted.text)
        if len(text) > MOST_CHARS:
            raise Problem(413, "too_large", "error.report.too_long", most=MOST_CHARS, length=len(text))
        _, answer = _save(desk, session, wanted, lambda: _written(desk, session, wanted, text))
        return answer

    @bp.post("/s/<code>/report/back.json")
    def report_back(code: str) -> Response:
        session = facilitated(desk, code).room.committed
        wanted = _asked(GoBack)
        saved, answer = _save(desk, session, wanted, lambda: _gone_back(desk, session, wanted))
        return _whole(desk, session) if saved else answer

    @bp.post("/s/<code>/report/take.json")
    def report_take_over(code: str) -> Response:
        session = facilitated(desk, code).room.committed
        wanted = _asked(TakeOver)
        if not 0 < wanted.seq <= session.seq:
            raise Problem(400, "invalid", "error.report.unknown_version")
        saved, answer = _save(desk, session, wanted, lambda: _taken(desk, session, wanted))
        return _whole(desk, session) if saved else answer


# looking


def _whole(desk: Desk, session: Session) -> Response:
    """How things stand with the text that goes out, for editing."""
    state = _state(desk, session)
    if (length := len(state["text"])) > MOST_CHARS:
        state["refusal"] = device_texts().t("error.report.too_long", most=MOST_CHARS, length=length)
    return json_answer(state)


def _state(desk: Desk, session: Session) -> dict[str, Any]:
    automatic, newest = automatic_of(desk, session), _newest(desk, session)
    text = newest.text if newest else automatic.text
    return {**_standing(desk, session), "text": text, "most": MOST_CHARS}


def _standing(desk: Desk, session: Session) -> dict[str, Any]:
    """Which version goes out, as of when the session was last looked at, and how much of it is not in there."""
    last = _last(desk, session)
    edited = last is not None and last.version.kind != "automatic"
    return {
        **(_told(last.version) if last else {"version": 0}),
        "edited": edited,
        "seq": session.seq,
        "parts": len(_parts(desk, session)[1]) if edited else 0,
    }


def _news(desk: Desk, session: Session) -> dict[str, Any]:
    version, offered = _parts(desk, session)
    found = [
        {"heading": part.heading, "clash": part.clash, "lines": msgspec.to_builtins(part.lines)}
        for part in offered
    ]
    return {"version": version, "seq": session.seq, "parts": found}


def _parts(desk: Desk, session: Session) -> tuple[int, list[Part]]:
    """Of which version, and what it does not have yet."""
    newest = _newest(desk, session)
    if newest is None:
        return 0, []
    offered = desk.scribes.made(report_forms.news, newest, automatic_of(desk, session))
    return newest.version.number, offered


def _changes(desk: Desk, session: Session) -> dict[str, Any]:
    newest = _newest(desk, session)
    lines = desk.scribes.made(report_forms.edits, newest, automatic_of(desk, session)) if newest else []
    return {"lines": msgspec.to_builtins(lines)}


def _version(desk: Desk, session: Session, number: int) -> dict[str, Any]:
    found = _known(desk, session, number)
    newest = _newest(desk, session)
    current = newest.text if newest else automatic_of(desk, session).text
    text = automatic_of(desk, session).text if found.version.kind == "automatic" else found.text
    lines = desk.scribes.made(changes, current, text)
    return {**_told(found.version), "text": text, "lines": msgspec.to_builtins(lines)}


def _told(version: Version) -> dict[str, Any]:
    return {
        "version": version.number,
        "at": version.at,
        "kind": version.kind,
        "device": version.device,
        "agent": version.agent,
        "chars": version.chars,
    }


# writing


def _written(desk: Desk, session: Session, wanted: Write, text: str) -> Text:
    under = _look(desk, lambda db: report_store.text_of(db, session.code, wanted.version))
    under = under or _last(desk, session)
    if under is None or under.version.kind == "automatic":
        automatic = automatic_at(desk, session.code, wanted.seq)
        # Whoever takes back all that they changed is where they began.
        kind: Kind = "automatic" if text == automatic.text else "edit"
        return _new(kind, wanted.device, text, automatic.text, automatic.as_of)
    return _new("edit", wanted.device, text, under.base, under.as_of)


def _gone_back(desk: Desk, session: Session, wanted: GoBack) -> Text:
    found = _known(desk, session, wanted.to) if wanted.to else None
    if found is None or found.version.kind == "automatic":
        return _new("automatic", wanted.device, "", "", "")
    return _new("back", wanted.device, found.text, found.base, found.as_of)


def _taken(desk: Desk, session: Session, wanted: TakeOver) -> Text:
    mine = _known(desk, session, wanted.version)
    now = automatic_at(desk, session.code, wanted.seq)
    text, base = desk.scribes.made(report_forms.taken, mine, now, dict(wanted.choices))
    if len(text) > MOST_CHARS:
        raise Problem(413, "too_large", "error.report.too_long", most=MOST_CHARS, length=len(text))
    return _new("merged", wanted.device, text, base, now.as_of)


def _new(kind: Kind, device: str, text: str, base: str, as_of: str) -> Text:
    return Text(Version(0, now_ms(), kind, device, "", len(text)), text, base, as_of)


def _save(
    desk: Desk, session: Session, wanted: Write | GoBack | TakeOver, make: Callable[[], Text]
) -> tuple[bool, Response]:
    """Keep what *make* gives as the newest version; not so, and 409, when another was first: then it is set aside."""
    made = make()
    agent = agent_of(request.user_agent.string)
    text = replace(made, version=replace(made.version, agent=agent))
    try:
        saved: Saved = desk.hall.write(lambda db: report_store.save(db, session.code, wanted.version, text))
    except StorageFailed:
        raise Problem(503, "storage_failed", "error.report.storage") from None
    told = _told(saved.current)
    if saved.aside is None:
        return True, json_answer(told)
    key = "error.report.other_window" if told["device"] == wanted.device else "error.report.other_device"
    t = device_texts().t
    message = t(key, agent=told["agent"] or t("report.some_device"), version=saved.aside)
    return False, json_answer({**told, "code": "rejected", "message": message, "aside": saved.aside}, 409)


def _asked(kind: type[T]) -> T:
    """The body as *kind*; raises Problem."""
    request.max_content_length = MOST_BYTES
    try:
        return asked(kind)
    except RequestEntityTooLarge:
        length = request.content_length or 0
        raise Problem(413, "too_large", "error.report.too_long", most=MOST_CHARS, length=length) from None


def _newest(desk: Desk, session: Session) -> Text | None:
    """The edited text that goes out; None while that is the automatic one."""
    last = _last(desk, session)
    return last if last and last.version.kind != "automatic" else None


def _last(desk: Desk, session: Session) -> Text | None:
    return _look(desk, lambda db: report_store.newest(db, session.code))


def _known(desk: Desk, session: Session, number: int) -> Text:
    found = _look(desk, lambda db: report_store.text_of(db, session.code, number))
    if found is None:
        raise Problem(404, "unknown", "error.report.unknown_version")
    return found


def _look(desk: Desk, work: Callable[..., Text | None]) -> Text | None:
    found: Text | None = desk.blocking(desk.hall.log.look, work)
    return found

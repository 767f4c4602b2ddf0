"""Hosting: what becomes of sessions afterwards: the list of all, copies, saved logs, imports, and erasing.

The list is for whoever runs the server: with the password for starting sessions, or without one from the machine itself.
Copying and importing make a session, so they keep to the rules for that.
"""

import datetime
import json
from dataclasses import replace
from functools import partial
from typing import Any

import msgspec
from babel.dates import format_date, format_datetime
from flask import Blueprint, redirect, request

from sessions import books
from sessions.leaving import Reader, lines_for
from sessions.report_wording import LOCAL
from sessions.session import Session
from sessions.session_messages import Info
from sessions.text import clean
from sessions.texts import texts
from sessions.transfer import MOST_BYTES, BadLog, coming_from, origin_of, records_of, retitled
from sessions.web.desk import (
    Desk,
    Problem,
    accept_file,
    device_language,
    device_texts,
    download,
    facilitated,
    forget,
    held,
    place_of,
    rendered,
    spaced,
    with_cookie,
)
from sessions.web.keys import HOST_SECONDS, digits, key_hash, new_key
from sessions.web.place import Gone, Place
from sessions.web.starting import (
    by_own_name,
    check_creator,
    created,
    found_session,
    fresh_code,
    is_here,
    text_errors,
)

HOST_COOKIE = "dt_host"


def register(bp: Blueprint, desk: Desk) -> None:
    """Put the routes for afterwards on *bp*."""
    _listing(bp, desk)
    _copying(bp, desk)
    _saving(bp, desk)
    _importing(bp, desk)
    _erasing(bp, desk)


def is_host(desk: Desk) -> bool:
    """Whether whoever asks runs this server."""
    settings = desk.settings
    if settings.create_password:
        return desk.tickets.is_host(settings.create_password, request.cookies.get(HOST_COOKIE))
    # Behind a proxy that nobody told us of everybody would seem to be here.
    unproxied = settings.trusted_proxy or not settings.public_url
    return unproxied and by_own_name(settings) and is_here(settings, str(request.remote_addr))


# the list of all


def _listing(bp: Blueprint, desk: Desk) -> None:
    @bp.get("/sessions")
    def listing() -> Any:
        if not is_host(desk):
            return _door(desk, {})
        search = clean(request.args.get("search", "")[:120], newlines=False)
        skip = int(given) if (given := request.args.get("skip", "")).isdecimal() and len(given) < 8 else 0
        code = digits(search)
        wanted = code if code.isdigit() else search
        found, all = desk.hall.look(partial(books.listed, search=wanted, skip=skip))
        return rendered(
            desk,
            "sessions",
            sessions=[_shown(_as_it_is_now(desk, one)) for one in found],
            search=search,
            all=all,
            more=skip + len(found) if skip + len(found) < all else 0,
            whole=bool(desk.settings.create_password),
        )

    @bp.post("/sessions")
    def give_password() -> Any:
        try:
            check_creator(desk, request.form.get("password", ""))
        except Problem as problem:
            sentence = device_texts().t(problem.key, **problem.params)
            return _door(desk, {"password": sentence}, problem.status)
        response = redirect("/sessions", 303)
        if password := desk.settings.create_password:
            response.set_cookie(
                HOST_COOKIE,
                desk.tickets.host(password),
                max_age=HOST_SECONDS,
                httponly=True,
                secure=request.is_secure,
                samesite="Strict",
            )
        return response

    @bp.post("/sessions/<code>/open")
    def open_console(code: str) -> Any:
        if not is_host(desk):
            raise Problem(403, "forbidden", "error.host.only")
        code = place_of(desk, code).room.code
        response = redirect(f"/s/{code}/facilitate", 303)
        return with_cookie(desk, response, "facilitator", code, desk.tickets.facilitator(code))


def _door(desk: Desk, errors: dict[str, str], status: int = 200) -> Any:
    if not desk.settings.create_password:
        raise Problem(403, "forbidden", "error.host.elsewhere")
    return rendered(desk, "host", values={}, errors=errors), 403 if status == 200 else status


def _as_it_is_now(desk: Desk, one: books.Listed) -> books.Listed:
    """The same, told by the session itself where it is open."""
    if one.code not in desk.hall.places:
        return one
    session = desk.hall.places[one.code].room.committed
    info = session.info
    return replace(one, entry=session.entry, title=info.title, date=info.date, state=session.state)


def _shown(one: books.Listed) -> dict[str, Any]:
    language = device_language()
    changed = datetime.datetime.fromtimestamp(one.changed / 1000, LOCAL)
    try:
        day = format_date(datetime.date.fromisoformat(one.date), "medium", language) if one.date else ""
    except ValueError:
        day = ""
    return {
        "code": one.code,
        "spaced": spaced(one.entry),
        "title": one.title,
        "language": one.language,
        "date": day,
        "state": one.state,
        "rehearsal": one.rehearsal,
        "kilobytes": max(1, round(one.size / 1000)),
        "changed": format_datetime(changed, "medium", locale=language),
    }


# copying


def _copying(bp: Blueprint, desk: Desk) -> None:
    @bp.get("/s/<code>/copy")
    def copy_form(code: str) -> Any:
        session = _managed(desk, code).room.committed
        info = session.info
        values = {"title": _plain_title(info), "place": info.place, "date": _today()}
        return _copy_page(desk, session, values, {})

    @bp.post("/s/<code>/copy")
    def make_copy(code: str) -> Any:
        session = _managed(desk, code).room.committed
        values = {name: clean(value, newlines=False) for name, value in request.form.items()}
        errors = _refusal_to_create(desk, values.get("password", "")) or text_errors(values)
        if errors:
            return _copy_page(desk, session, values, errors), 403 if "password" in errors else 400
        info = msgspec.structs.replace(
            session.info,
            title=values.get("title") or _plain_title(session.info),
            date=values.get("date", ""),
            place=values.get("place", ""),
            rehearsal=False,
        )
        return created(desk, *found_session(desk, info, session.plan))


def _copy_page(desk: Desk, session: Session, values: dict[str, str], errors: dict[str, str]) -> str:
    return rendered(
        desk,
        "copy",
        session={
            "title": session.info.title,
            "language": session.info.language,
            "code": session.code,
            "steps": len(session.plan.steps),
        },
        values=values,
        errors=errors,
        needs_password=_needs_password(desk),
    )


def _plain_title(info: Info) -> str:
    """The title without the mark of a rehearsal."""
    mark = texts(info.language).t("rehearsal.title", title="")
    return info.title.removeprefix(mark) if info.rehearsal else info.title


def _today() -> str:
    return datetime.datetime.now(LOCAL).date().isoformat()


# saving


def _saving(bp: Blueprint, desk: Desk) -> None:
    @bp.get("/s/<code>/events.jsonl")
    def events(code: str) -> Any:
        """The log of a session, for its facilitator; ``?for=others`` without names, ``?for=host`` with who did what."""
        reader = request.args.get("for", "facilitator")
        match reader:
            case "facilitator" | "others":
                place = facilitated(desk, code)
            case "host":
                place = _of_host(desk, code)
            case _:
                raise Problem(400, "invalid", "error.http.bad")
        session = place.room.committed
        text = desk.blocking(partial(_saved, desk, session, reader))
        ending = "jsonl" if reader == "facilitator" else f"{reader}.jsonl"
        return download(text, "application/jsonl; charset=utf-8", session, ending, shown=False)


def _of_host(desk: Desk, code: str) -> Place:
    """The place of a session, for a host who gave the password: on a laptop whoever is at it would be the host."""
    if not desk.settings.create_password or not is_host(desk):
        raise Problem(403, "forbidden", "error.host.whole")
    return place_of(desk, code)


def _saved(desk: Desk, session: Session, reader: Reader) -> str:
    lines = list(lines_for(reader, session, desk.hall.log.read(session.code)))
    if reader != "others":
        lines[0]["origin"] = desk.tickets.origin([session.code, *session.formerly])
    return "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines)


# bringing in


def _importing(bp: Blueprint, desk: Desk) -> None:
    @bp.get("/import")
    def import_form() -> Any:
        return _import_page(desk, {}, {})

    @bp.post("/import")
    def bring_in() -> Any:
        accept_file(MOST_BYTES)
        values = {"title": clean(request.form.get("title", "")[:2_000], newlines=False)}
        errors = _refusal_to_create(desk, request.form.get("password", "")) or text_errors(values)
        file = request.files.get("file")
        if not errors and (file is None or not file.filename):
            errors = {"file": device_texts().t("error.import.no_file")}
        if errors or file is None:
            return _import_page(desk, values, errors), 403 if "password" in errors else 400
        content = file.stream.read()
        lines = content.splitlines()
        try:
            records = desk.blocking(lambda: records_of(lines))
        except BadLog as problem:
            sentence = device_texts().t(problem.key, **problem.params)
            if problem.line:
                sentence = device_texts().t("error.import.line", line=str(problem.line), problem=sentence)
            return _import_page(desk, values, {"file": sentence}), 400
        if values["title"]:
            records = retitled(records, values["title"])
        records = coming_from(records, desk.tickets.origins(origin_of(lines)))
        info: Info = records[0].event.info
        code, key = fresh_code(desk), new_key()
        if not desk.hall.bring(code, key_hash(key), records):
            raise Problem(503, "storage_failed", "error.new.storage")
        return created(desk, code, key, info)


def _import_page(desk: Desk, values: dict[str, str], errors: dict[str, str]) -> str:
    most = MOST_BYTES // 1_000_000
    return rendered(
        desk, "import", values=values, errors=errors, most=most, needs_password=_needs_password(desk)
    )


# erasing


def _erasing(bp: Blueprint, desk: Desk) -> None:
    @bp.get("/s/<code>/delete")
    def delete_form(code: str) -> Any:
        return _delete_page(desk, _managed(desk, code, own=True).room.committed, {})

    @bp.post("/s/<code>/delete")
    def delete(code: str) -> Any:
        session = _managed(desk, code, own=True).room.committed
        typed = "".join(filter(str.isdigit, request.form.get("code", "")[:40]))
        if typed != session.entry:
            return _delete_page(desk, session, {"code": device_texts().t("error.delete.code")}), 400
        codes = [*desk.hall.look(partial(books.rehearsals_of, session=session.code)), session.code]
        for one in codes:
            if not desk.hall.remove(one, Gone("error.deleted")):
                raise Problem(503, "storage_failed", "error.delete.storage")
            forget(desk, one)
        title = {"title": session.info.title, "language": session.info.language}
        return rendered(desk, "deleted", session={**title, "code": session.code}, host=is_host(desk))


def _delete_page(desk: Desk, session: Session, errors: dict[str, str]) -> str:
    told = {"title": session.info.title, "language": session.info.language, "code": session.code}
    return rendered(
        desk,
        "delete",
        session={**told, "spaced": spaced(session.entry)},
        values={"code": ""},
        errors=errors,
    )


# who may


def _managed(desk: Desk, code: str, *, own: bool = False) -> Place:
    """The place of a session, for its facilitator or the host; with *own* only by the session's own link."""
    if is_host(desk):
        return place_of(desk, code)
    place, holder = held(desk, code)
    if holder.kind != "facilitator":
        raise Problem(403, "forbidden", "error.observer")
    if own and holder.id:
        raise Problem(403, "forbidden", "error.own_link_only")
    return place


def _needs_password(desk: Desk) -> bool:
    return bool(desk.settings.create_password) and not is_host(desk)


def _refusal_to_create(desk: Desk, password: str) -> dict[str, str]:
    """Field -> sentence, when whoever asks may not start a session."""
    if is_host(desk):
        return {}
    try:
        check_creator(desk, password)
    except Problem as problem:
        return {
            "password" if desk.settings.create_password else "": device_texts().t(
                problem.key, **problem.params
            )
        }
    return {}

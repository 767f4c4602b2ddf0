"""Starting a session: the forms for people, and the little API for programs.

A session begins with a shipped playbook, with an own one, or with no more than a list of items to rate.
"""

import datetime
import ipaddress
import secrets
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any, Literal

import msgspec
from flask import Blueprint, Response, redirect, request
from werkzeug.exceptions import RequestEntityTooLarge

from sessions.agenda import choices
from sessions.message import Refused, Rejected
from sessions.own_playbooks import id_of
from sessions.pasting import MAX_PASTED, pasted_items
from sessions.playbook import MAX_BYTES, BadPlaybook, Playbook
from sessions.report_wording import LOCAL
from sessions.session_messages import Info, Plan
from sessions.text import clean
from sessions.texts import Language, texts
from sessions.web.desk import (
    Desk,
    Problem,
    accept_file,
    asked,
    device_language,
    device_texts,
    json_answer,
    plain_boot,
    qr,
    rendered,
    spaced,
    urls_of,
    with_cookie,
)
from sessions.web.keys import key_hash, new_code, new_key
from sessions.web.settings import Settings


class NewSession(msgspec.Struct, forbid_unknown_fields=True):
    """The body of ``POST /api/sessions``; absent fields come from the playbook."""

    playbook: str
    title: str = ""
    language: str = ""
    date: str = ""
    place: str = ""
    client: str = ""
    purpose: str = ""
    names: bool = False
    ask_name: Literal["", "no", "optional", "required"] = ""
    organisations: list[str] = []


CREATOR_COOKIE = "dt_creator"
CREATOR_SECONDS = 12 * 3600
QUICK = "herkenbaarheid-peilen"
"""The playbook from which a session with nothing but a list takes what people are asked when they join."""


def register(bp: Blueprint, desk: Desk) -> None:
    """Put the routes that start sessions on *bp*."""
    _start_by_form(bp, desk)
    _start_with_list(bp, desk)
    _import_playbook(bp, desk)
    _start_by_program(bp, desk)


def _start_by_form(bp: Blueprint, desk: Desk) -> None:
    @bp.get("/new")
    def new() -> Any:
        chosen = request.args.get("playbook", next(iter(desk.playbooks)))
        values = {"playbook": chosen, "date": _today(), "language": device_language()}
        return _new_page(desk, {**values, "quick": "quick" if "quick" in request.args else ""}, {})

    @bp.post("/new")
    def start() -> Any:
        values = _values()
        try:
            check_creator(desk, values.get("password", ""))
            if values.get("show") == "own":
                # Their titles are nobody's business but of whoever may use them.
                return remembered(desk, Response(_new_page(desk, values, {}, own=True)))
            wanted = _wanted(values)
            if errors := _errors(desk, msgspec.structs.asdict(wanted)):
                return _new_page(desk, values, errors), 400
        except Problem as problem:
            page = _new_page(desk, values, {"password": device_texts().t(problem.key, **problem.params)})
            return page, problem.status
        playbook = _playbook(desk, wanted.playbook)
        assert playbook
        language = _language(wanted)
        plan = _asking(playbook.plan(language), wanted)
        return created(desk, *_create(desk, wanted, plan, playbook))


def _start_with_list(bp: Blueprint, desk: Desk) -> None:
    @bp.post("/new/list")
    def start_with_list() -> Any:
        request.max_content_length = request.max_form_memory_size = 4 * MAX_PASTED
        values = _values()
        try:
            check_creator(desk, values.get("password", ""))
        except Problem as problem:
            told = device_texts().t(problem.key, **problem.params)
            return _new_page(desk, values, {"list_password": told}), problem.status
        try:
            plan = _rating_of(desk, values.get("list", ""))
        except Refused as refused:
            told = device_texts().t(refused.key, **refused.params)
            return _new_page(desk, values, {"list": told}), 400
        t = device_texts().t
        title = values.get("list_title", "")[:120] or t("new.list_session")
        wanted = NewSession(QUICK, title=title, language=device_language(), date=_today())
        return created(desk, *_create(desk, wanted, plan, desk.playbooks[QUICK], purpose=""))


def _import_playbook(bp: Blueprint, desk: Desk) -> None:
    @bp.post("/playbooks")
    def import_playbook() -> Any:
        accept_file(MAX_BYTES)
        try:
            values = _values()
        except RequestEntityTooLarge:
            told = device_texts().t("error.playbook.too_large", most=MAX_BYTES // 1000)
            return _new_page(desk, {}, {"file": told}), 413
        try:
            check_creator(desk, values.get("password", ""))
        except Problem as problem:
            told = device_texts().t(problem.key, **problem.params)
            return _new_page(desk, values, {"file_password": told}), problem.status
        file = request.files.get("file")
        content = file.read() if file else b""
        name = PurePath(str(file.filename)).stem if file and file.filename else ""
        try:
            if not content:
                raise Problem(400, "invalid", "error.playbook.no_file")
            replace = values.get("replace") == "on"
            kept = desk.blocking(lambda: desk.own.keep(name, content, replace=replace))
        except BadPlaybook as wrong:
            return _new_page(desk, values, {"file": wrong.told(device_language())}, own=True), 400
        except (Refused, Problem) as refused:
            told = device_texts().t(refused.key, **refused.params)
            return _new_page(desk, values, {"file": told}, own=True), 400
        return remembered(desk, redirect(f"/new?playbook={kept.id}#playbook", 303))


def _start_by_program(bp: Blueprint, desk: Desk) -> None:
    @bp.post("/api/sessions")
    def create() -> Any:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        # Headers come as Latin-1; what people type into a terminal is UTF-8.
        check_creator(desk, given.encode("latin-1", "replace").decode("utf-8", "replace"))
        wanted = asked(NewSession)
        wanted = msgspec.structs.replace(
            wanted, **{key: clean(getattr(wanted, key), newlines=key == "purpose") for key in _TEXTS}
        )
        if errors := _errors(desk, msgspec.structs.asdict(wanted)):
            return json_answer({"code": "invalid", "message": next(iter(errors.values()))}, 400)
        playbook = _playbook(desk, wanted.playbook)
        assert playbook
        plan = _asking(playbook.plan(_language(wanted)), wanted)
        code, key, _ = _create(desk, wanted, plan, playbook)
        urls = urls_of(desk, code)
        urls["facilitate"] = f"{request.host_url}s/{code}/facilitate#key={key}"
        return json_answer({"code": code, "key": key, "urls": urls}, 201)


_TEXTS = {"title": 120, "place": 120, "client": 120, "purpose": 1_000, "date": 10}


def _errors(desk: Desk, wanted: dict[str, Any]) -> dict[str, str]:
    """Field -> sentence, of what is wrong with a new session."""
    t = device_texts().t
    errors = text_errors(wanted)
    if _playbook(desk, wanted["playbook"]) is None:
        errors["playbook"] = t("error.new.playbook")
    if wanted["language"] not in ("", "nl", "en"):
        errors["language"] = t("error.new.language")
    try:
        choices(wanted["organisations"])
    except Refused as refused:
        errors["organisations"] = t(refused.key, **refused.params)
    return errors


def text_errors(wanted: Mapping[str, Any]) -> dict[str, str]:
    """Field -> sentence, of what is wrong with what is said about a session."""
    t = device_texts().t
    given = {name: wanted.get(name, "") for name in _TEXTS}
    errors = {
        name: t("error.text.too_long", most=most, length=len(given[name]))
        for name, most in _TEXTS.items()
        if len(given[name]) > most
    }
    try:
        if given["date"]:
            datetime.date.fromisoformat(given["date"])
    except ValueError:
        errors["date"] = t("error.new.date")
    return errors


def title_within(title: str) -> str:
    """A title that was put together, in as many characters as one may have."""
    most = _TEXTS["title"]
    return title if len(title) <= most else f"{title[: most - 1]}…"


def _values() -> dict[str, str]:
    """What was typed into the form, cleaned; a pasted list as it is, because its tabs part columns."""
    long = ("purpose", "organisations")
    return {
        key: value if key == "list" else clean(value, newlines=key in long)
        for key, value in request.form.items()
    }


def _wanted(values: Mapping[str, str]) -> NewSession:
    asked = values.get("ask_name", "")
    return NewSession(
        playbook=values.get("playbook", ""),
        title=values.get("title", ""),
        language=values.get("language", ""),
        date=values.get("date", ""),
        place=values.get("place", ""),
        client=values.get("client", ""),
        purpose=values.get("purpose", ""),
        names=values.get("names") == "on",
        ask_name=asked if asked in ("no", "optional", "required") else "",  # type: ignore[arg-type]
        organisations=values.get("organisations", "").split("\n"),
    )


def _today() -> str:
    return datetime.datetime.now(LOCAL).date().isoformat()


def _language(wanted: NewSession) -> Language:
    return "en" if (wanted.language or device_language()) == "en" else "nl"


def _playbook(desk: Desk, id: str) -> Playbook | None:
    """A shipped playbook or an own one."""
    return desk.playbooks.get(id) or desk.blocking(desk.own.all)[0].get(id)


def _asking(plan: Plan, wanted: NewSession) -> Plan:
    """The plan, with what people are asked as the form has it."""
    asked: dict[str, Any] = {"name": wanted.ask_name} if wanted.ask_name else {}
    if organisations := choices(wanted.organisations):
        asked["organisations"] = organisations
    return msgspec.structs.replace(plan, join=msgspec.structs.replace(plan.join, **asked))


def _rating_of(desk: Desk, text: str) -> Plan:
    """A rating of pasted lines, and a conversation about it; raises Refused."""
    found = pasted_items(text)
    if not found.items:
        raise Rejected("paste.empty")
    language = device_language()
    t = texts(language).t
    scale = {
        "question": t("agenda.start_question"),
        "points": [t("agenda.start_1"), t("agenda.start_2"), t("agenda.start_3"), t("agenda.start_4")],
        "off": t("agenda.start_off"),
    }
    items = [msgspec.to_builtins(item) for item in found.items]
    rating = {"id": "peiling", "kind": "rating", "title": t("agenda.start_question"), "minutes": 10}
    talk = {"id": "gesprek", "kind": "discussion", "title": t("agenda.new_talk"), "minutes": 15}
    return Plan(
        join=desk.playbooks[QUICK].plan(language).join,
        steps=[{**rating, "items": items, "scale": scale}, {**talk, "items": {"items_of": ["peiling"]}}],
    )


def _create(
    desk: Desk, wanted: NewSession, plan: Plan, playbook: Playbook, purpose: str | None = None
) -> tuple[str, str, Info]:
    """Store a new session; its code, its facilitator key and its info."""
    language = _language(wanted)
    info = Info(
        title=wanted.title or playbook.text("title", language),
        language=language,
        playbook=playbook.id,
        date=wanted.date,
        place=wanted.place,
        client=wanted.client,
        purpose=wanted.purpose or (playbook.text("purpose", language) if purpose is None else purpose),
        names=wanted.names,
    )
    return found_session(desk, info, plan)


def found_session(desk: Desk, info: Info, plan: Plan) -> tuple[str, str, Info]:
    """Store a new session of this plan; its code, its facilitator key and its info."""
    code, key = fresh_code(desk), new_key()
    if not desk.hall.create(code, key_hash(key), info, plan):
        raise Problem(503, "storage_failed", "error.new.storage")
    return code, key, info


def fresh_code(desk: Desk) -> str:
    """A code that no session has, or had since the start."""
    code = new_code()
    while code in desk.hall.gone or desk.hall.log.key_hash(code) is not None:
        code = new_code()
    return code


def created(desk: Desk, code: str, key: str, info: Info) -> Any:
    """The page with the links to a new session."""
    urls = urls_of(desk, code)
    session = {"title": info.title, "code": spaced(code), "language": info.language}
    made = {**urls, "facilitate": f"{request.host_url}s/{code}/facilitate#key={key}"}
    page = rendered(
        desk, "created", session=session, urls=made, qr=qr(urls["join"]), boot=plain_boot(desk, "created")
    )
    response = remembered(desk, Response(page, 201))
    return with_cookie(desk, response, "facilitator", code, desk.tickets.facilitator(code))


def remembered(desk: Desk, response: Any) -> Any:
    """*response*, with a ticket for whoever has shown the password, so that they see the own playbooks next time."""
    if password := desk.settings.create_password:
        response.set_cookie(
            CREATOR_COOKIE,
            desk.tickets.creator(password),
            max_age=CREATOR_SECONDS,
            httponly=True,
            secure=request.is_secure,
            samesite="Lax",
        )
    return response


def check_creator(desk: Desk, password: str) -> None:
    """Whether whoever asks may start a session; raises Problem."""
    settings, address = desk.settings, str(request.remote_addr)
    if settings.create_password:
        if desk.failures.too_many(address):
            raise Problem(429, "slow_down", "error.too_many_codes")
        if not secrets.compare_digest(password.encode(), settings.create_password.encode()):
            desk.failures.add(address)
            raise Problem(403, "forbidden", "error.new.password")
    elif not is_here(settings, address):
        raise Problem(403, "forbidden", "error.new.elsewhere")


def is_here(settings: Settings, address: str) -> bool:
    """Whether whoever asks sits at the machine that runs the server."""
    # Behind a proxy that nobody told us of, everybody would seem to be on this machine.
    if not settings.trusted_proxy and (
        "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    ):
        return False
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    return ip.is_loopback or address in settings.local_addresses


def by_own_name(settings: Settings) -> bool:
    """Whether the server was asked by a name that is its own.

    By a name that somebody else gave to this machine, their page would read what is for whoever sits here.
    """
    return request.host_url.rstrip("/") in settings.allowed_origins()


def may_see_own(desk: Desk) -> bool:
    """Whether the own playbooks may be shown: what they are called may say for whom they were made."""
    password = desk.settings.create_password
    if password:
        return desk.tickets.is_creator(password, request.cookies.get(CREATOR_COOKIE))
    return by_own_name(desk.settings) and is_here(desk.settings, str(request.remote_addr))


def _new_page(
    desk: Desk, values: Mapping[str, str], errors: dict[str, str], *, own: bool | None = None
) -> str:
    language = device_language()
    if language not in desk.offered:
        # Translated once: strangers may ask for this page as often as they like.
        desk.offered[language] = [_offer(playbook, language) for playbook in desk.playbooks.values()]
    shown = may_see_own(desk) if own is None else own
    good, wrong = desk.blocking(desk.own.all) if shown else ({}, [])
    return rendered(
        desk,
        "new",
        playbooks=desk.offered[language],
        own=[_offer(playbook, language) for playbook in good.values()],
        wrong=[{"problem": problem.told(language), "id": id_of(problem.file)} for problem in wrong],
        shown=shown,
        values=values,
        errors=errors,
        needs_password=bool(desk.settings.create_password),
    )


def _offer(playbook: Playbook, language: Language) -> dict[str, Any]:
    return {
        **playbook.summary(language),
        "purpose": playbook.text("purpose", language),
        "audience": playbook.text("audience", language),
        "steps": playbook.plan(language).steps,
    }

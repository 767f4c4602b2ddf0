"""Starting a session: the form for people, and the little API for programs."""

import datetime
import ipaddress
import secrets
from typing import Any

import msgspec
from flask import Blueprint, Response, request

from sessions.report_wording import LOCAL
from sessions.session import Info
from sessions.text import clean
from sessions.texts import Language
from sessions.web.desk import (
    Desk,
    Problem,
    body_of_request,
    device_language,
    device_texts,
    json_answer,
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


def register(bp: Blueprint, desk: Desk) -> None:
    """Put the routes that start sessions on *bp*."""

    @bp.get("/new")
    def new() -> Any:
        today = datetime.datetime.now(LOCAL).date().isoformat()
        first = next(iter(desk.playbooks))
        chosen = request.args.get("playbook", first)
        return _new_page(desk, {"playbook": chosen, "date": today, "language": device_language()}, {})

    @bp.post("/new")
    def start() -> Any:
        values = {key: clean(value, newlines=key == "purpose") for key, value in request.form.items()}
        try:
            _check_creator(desk, values.get("password", ""))
        except Problem as problem:
            page = _new_page(desk, values, {"password": device_texts().t(problem.key, **problem.params)})
            return page, problem.status
        texts_given = {key: values.get(key, "") for key in NewSession.__struct_fields__ if key != "names"}
        wanted = {**texts_given, "names": values.get("names") == "on"}
        errors = _errors(desk, wanted)
        if errors:
            return _new_page(desk, values, errors), 400
        code, key = _create(desk, msgspec.convert(wanted, NewSession))
        urls = urls_of(desk, code)
        session = {
            "title": wanted["title"] or _title(desk, wanted),
            "code": spaced(code),
            "language": wanted["language"],
        }
        made = {**urls, "facilitate": f"{request.host_url}s/{code}/facilitate#key={key}"}
        page = rendered(desk, "created", session=session, urls=made, qr=qr(urls["join"]))
        return with_cookie(desk, Response(page, 201), "facilitator", code, desk.tickets.facilitator(code))

    @bp.post("/api/sessions")
    def create() -> Any:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        # Headers come as Latin-1; what people type into a terminal is UTF-8.
        _check_creator(desk, given.encode("latin-1", "replace").decode("utf-8", "replace"))
        try:
            wanted = msgspec.convert(body_of_request(), NewSession)
        except msgspec.ValidationError as problem:
            raise Problem(400, "invalid", "error.api.body", problem=str(problem)) from None
        wanted = msgspec.structs.replace(
            wanted, **{key: clean(getattr(wanted, key), newlines=key == "purpose") for key in _TEXTS}
        )
        if errors := _errors(desk, msgspec.structs.asdict(wanted)):
            return json_answer({"code": "invalid", "message": next(iter(errors.values()))}, 400)
        code, key = _create(desk, wanted)
        urls = urls_of(desk, code)
        urls["facilitate"] = f"{request.host_url}s/{code}/facilitate#key={key}"
        return json_answer({"code": code, "key": key, "urls": urls}, 201)


_TEXTS = {"title": 120, "place": 120, "client": 120, "purpose": 1_000, "date": 10}


def _errors(desk: Desk, wanted: dict[str, Any]) -> dict[str, str]:
    """Field -> sentence, of what is wrong with a new session."""
    t = device_texts().t
    errors = {
        name: t("error.text.too_long", most=most, length=len(wanted[name]))
        for name, most in _TEXTS.items()
        if len(wanted[name]) > most
    }
    if wanted["playbook"] not in desk.playbooks:
        errors["playbook"] = t("error.new.playbook")
    if wanted["language"] not in ("", "nl", "en"):
        errors["language"] = t("error.new.language")
    try:
        if wanted["date"]:
            datetime.date.fromisoformat(wanted["date"])
    except ValueError:
        errors["date"] = t("error.new.date")
    return errors


def _title(desk: Desk, wanted: dict[str, Any]) -> str:
    language: Language = wanted["language"] or device_language()
    return desk.playbooks[wanted["playbook"]].text("title", language)


def _create(desk: Desk, wanted: NewSession) -> tuple[str, str]:
    """Store a new session; its code and its facilitator key."""
    playbook = desk.playbooks[wanted.playbook]
    language: Language = "en" if (wanted.language or device_language()) == "en" else "nl"
    info = Info(
        title=wanted.title or playbook.text("title", language),
        language=language,
        playbook=playbook.id,
        date=wanted.date,
        place=wanted.place,
        client=wanted.client,
        purpose=wanted.purpose or playbook.text("purpose", language),
        names=wanted.names,
    )
    code, key = new_code(), new_key()
    while desk.hall.log.key_hash(code) is not None:
        code = new_code()
    if not desk.hall.create(code, key_hash(key), info, playbook.plan(language)):
        raise Problem(503, "storage_failed", "error.new.storage")
    return code, key


def _check_creator(desk: Desk, password: str) -> None:
    """Whether whoever asks may start a session; raises Problem."""
    settings, address = desk.settings, str(request.remote_addr)
    if settings.create_password:
        if desk.failures.too_many(address):
            raise Problem(429, "slow_down", "error.too_many_codes")
        if not secrets.compare_digest(password.encode(), settings.create_password.encode()):
            desk.failures.add(address)
            raise Problem(403, "forbidden", "error.new.password")
    elif not _is_here(settings, address):
        raise Problem(403, "forbidden", "error.new.elsewhere")


def _is_here(settings: Settings, address: str) -> bool:
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


def _new_page(desk: Desk, values: dict[str, str], errors: dict[str, str]) -> str:
    language = device_language()
    if language not in desk.offered:
        # Translated once: strangers may ask for this page as often as they like.
        desk.offered[language] = [
            {
                **playbook.summary(language),
                "purpose": playbook.text("purpose", language),
                "audience": playbook.text("audience", language),
                "steps": playbook.plan(language).steps,
            }
            for playbook in desk.playbooks.values()
        ]
    playbooks = desk.offered[language]
    needs = bool(desk.settings.create_password)
    return rendered(desk, "new", playbooks=playbooks, values=values, errors=errors, needs_password=needs)

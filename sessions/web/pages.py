"""HTTP: the pages people open, the little API for starting sessions, and the downloads.

A page is a server-rendered frame; what happens in a session reaches it over the live connection.  Joining works
without JavaScript: the form is answered with a cookie that holds the participant's token.
"""

import datetime
import gzip
import ipaddress
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import msgspec
import segno
from babel.dates import format_date
from flask import Blueprint, Flask, Response, g, redirect, render_template, request
from markupsafe import Markup
from werkzeug.exceptions import HTTPException

from sessions.message import Actor, event_line
from sessions.playbook import Playbook
from sessions.report import LOCAL, report_model, to_html_document, to_html_fragment, to_markdown
from sessions.session import Info, Session
from sessions.text import clean
from sessions.texts import Language, Texts, choose_language, texts
from sessions.web.assets import Assets
from sessions.web.guard import Failures
from sessions.web.hall import Blocking, Hall, Place
from sessions.web.keys import Tickets, cookie_name, key_fits, key_hash, new_code, new_key, new_participant
from sessions.web.settings import Settings

COOKIE_SECONDS = 30 * 24 * 3600
MOST_BYTES = 64_000

_DIGITS = re.compile(r"[0-9]{8}")
_APPS = ("participant", "console", "screen", "report")


class Problem(Exception):
    """An answer that is an error: HTTP status, code on the wire, key of the sentence."""

    def __init__(self, status: int, code: str, key: str, **params: object) -> None:
        super().__init__(key)
        self.status, self.code, self.key, self.params = status, code, key, params


@dataclass
class Desk:
    """What the pages work with."""

    hall: Hall
    assets: Assets
    tickets: Tickets
    failures: Failures
    settings: Settings
    playbooks: dict[str, Playbook]
    blocking: Blocking
    zipped: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    """code -> (ETag, gzipped view.json)"""
    offered: dict[Language, list[dict[str, Any]]] = field(default_factory=dict)
    """the playbooks as the form for a new session shows them"""


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


def register(app: Flask, desk: Desk) -> None:
    """Put all routes on *app*."""
    app.config["MAX_CONTENT_LENGTH"] = MOST_BYTES
    app.config["MAX_FORM_MEMORY_SIZE"] = MOST_BYTES
    # On a phone each byte of the first visit counts.
    app.jinja_env.policies["json.dumps_kwargs"] = {"separators": (",", ":"), "ensure_ascii": False}
    bp = Blueprint("pages", __name__)
    _open_to_all(bp, desk)
    _starting(bp, desk)
    _in_session(bp, desk)
    _for_facilitators(bp, desk)
    app.register_blueprint(bp)
    app.before_request(_remember_language)
    app.register_error_handler(Problem, lambda problem: _problem(desk, problem))
    app.register_error_handler(HTTPException, lambda problem: _http_problem(desk, problem))
    app.register_error_handler(Exception, lambda problem: _bug(app, desk, problem))


# everybody


def _open_to_all(bp: Blueprint, desk: Desk) -> None:
    @bp.route("/", methods=["GET", "POST"])
    def home() -> Any:
        typed = request.values.get("code", "")
        code = re.sub(r"[\s\-.]", "", typed)
        if not typed:
            return _page(desk, "home", values={"code": ""}, errors={})
        try:
            _place(desk, code)
        except Problem as problem:
            sentence = _texts().t(problem.key, **problem.params)
            page = _page(desk, "home", values={"code": typed[:20]}, errors={"code": sentence})
            return page, problem.status
        return redirect(f"/s/{code}", 303)

    @bp.get("/healthz")
    def healthz() -> Any:
        if desk.hall.draining or not desk.hall.storage_ok:
            return Response("not ready\n", 503, content_type="text/plain")
        return Response("ok\n", content_type="text/plain")

    @bp.get("/api/playbooks")
    def playbooks() -> Any:
        return _json([playbook.summary(_language()) for playbook in desk.playbooks.values()])


# starting a session


def _starting(bp: Blueprint, desk: Desk) -> None:
    @bp.get("/new")
    def new() -> Any:
        today = datetime.datetime.now(LOCAL).date().isoformat()
        first = next(iter(desk.playbooks))
        chosen = request.args.get("playbook", first)
        return _new_page(desk, {"playbook": chosen, "date": today, "language": _language()}, {})

    @bp.post("/new")
    def start() -> Any:
        values = {key: clean(value, newlines=key == "purpose") for key, value in request.form.items()}
        try:
            _check_creator(desk, values.get("password", ""))
        except Problem as problem:
            page = _new_page(desk, values, {"password": _texts().t(problem.key, **problem.params)})
            return page, problem.status
        texts_given = {key: values.get(key, "") for key in NewSession.__struct_fields__ if key != "names"}
        wanted = {**texts_given, "names": values.get("names") == "on"}
        errors = _errors(desk, wanted)
        if errors:
            return _new_page(desk, values, errors), 400
        code, key = _create(desk, msgspec.convert(wanted, NewSession))
        urls = _urls(desk, code)
        session = {
            "title": wanted["title"] or _title(desk, wanted),
            "code": spaced(code),
            "language": wanted["language"],
        }
        made = {**urls, "facilitate": f"{request.host_url}s/{code}/facilitate#key={key}"}
        page = _page(desk, "created", session=session, urls=made, qr=_qr(urls["join"]))
        return _with_cookie(desk, Response(page, 201), "facilitator", code, desk.tickets.facilitator(code))

    @bp.post("/api/sessions")
    def create() -> Any:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        # Headers come as Latin-1; what people type into a terminal is UTF-8.
        _check_creator(desk, given.encode("latin-1", "replace").decode("utf-8", "replace"))
        try:
            wanted = msgspec.convert(_body(), NewSession)
        except msgspec.ValidationError as problem:
            raise Problem(400, "invalid", "error.api.body", problem=str(problem)) from None
        wanted = msgspec.structs.replace(
            wanted, **{key: clean(getattr(wanted, key), newlines=key == "purpose") for key in _TEXTS}
        )
        if errors := _errors(desk, msgspec.structs.asdict(wanted)):
            return _json({"code": "invalid", "message": next(iter(errors.values()))}, 400)
        code, key = _create(desk, wanted)
        urls = _urls(desk, code)
        urls["facilitate"] = f"{request.host_url}s/{code}/facilitate#key={key}"
        return _json({"code": code, "key": key, "urls": urls}, 201)


_TEXTS = {"title": 120, "place": 120, "client": 120, "purpose": 1_000, "date": 10}


def _errors(desk: Desk, wanted: dict[str, Any]) -> dict[str, str]:
    """Field -> sentence, of what is wrong with a new session."""
    t = _texts().t
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
    language: Language = wanted["language"] or _language()
    return desk.playbooks[wanted["playbook"]].text("title", language)


def _create(desk: Desk, wanted: NewSession) -> tuple[str, str]:
    """Store a new session; its code and its facilitator key."""
    playbook = desk.playbooks[wanted.playbook]
    language: Language = "en" if (wanted.language or _language()) == "en" else "nl"
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
    language = _language()
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
    return _page(desk, "new", playbooks=playbooks, values=values, errors=errors, needs_password=needs)


# in a session


def _in_session(bp: Blueprint, desk: Desk) -> None:
    @bp.get("/s/<code>")
    def participant(code: str) -> Any:
        place = _place(desk, code)
        code = place.room.code
        session = place.room.committed
        if _seat(desk, session) is None:
            return _join_page(desk, session, {}, {})
        return _app(desk, "participant", "participant", session)

    @bp.post("/s/<code>")
    def join(code: str) -> Any:
        place = _place(desk, code)
        session = place.room.committed
        code = session.code
        form = {key: value for key, value in request.form.items() if len(value) <= 2_000}
        id = _token_id(desk, code) or new_participant()
        enter = {
            "id": secrets.token_urlsafe(16),
            "type": "participant.enter",
            "name": form.get("name", ""),
            "organisation": form.get("organisation") or form.get("organisation_other", ""),
            "role": form.get("role"),
            "level": form.get("level"),
        }
        [answer] = desk.hall.submit(place, Actor(id, "participant"), [enter], _language())
        if not answer["ok"]:
            return _join_page(desk, session, form, {_field_of(answer): answer["message"]}), 400
        response = redirect(f"/s/{code}", 303)
        return _with_cookie(desk, response, "participant", code, desk.tickets.participant(code, id))

    @bp.post("/s/<code>/leave")
    def leave(code: str) -> Any:
        place = _place(desk, code)
        response = redirect(f"/s/{place.room.code}", 303)
        response.delete_cookie(cookie_name("participant", place.room.code))
        return response

    @bp.get("/s/<code>/screen")
    def screen(code: str) -> Any:
        return _app(desk, "screen", "screen", _place(desk, code).room.committed)

    @bp.get("/s/<code>/view.json")
    def view(code: str) -> Any:
        place = _place(desk, code)
        desk.hall.caught_up(place)
        room = place.room
        etag = f'"{desk.hall.log.epoch}-{room.published.seq}"'
        if etag in str(request.if_none_match) and request.if_none_match:
            return Response(status=304, headers={"ETag": etag, "Cache-Control": "no-cache"})
        known = desk.zipped.get(room.code)
        if known is None or known[0] != etag:
            head = f'{{"epoch":{json.dumps(desk.hall.log.epoch)},"seq":{room.published.seq},"view":'.encode()
            known = etag, gzip.compress(head + room.view("everyone") + b"}", 6, mtime=0)
            desk.zipped[room.code] = known
        zipped = request.accept_encodings["gzip"] > 0
        response = Response(
            known[1] if zipped else gzip.decompress(known[1]), content_type="application/json"
        )
        for name, value in (("ETag", etag), ("Vary", "Accept-Encoding"), ("Cache-Control", "no-cache")):
            response.headers[name] = value
        if zipped:
            response.headers["Content-Encoding"] = "gzip"
        return response


def _seat(desk: Desk, session: Session) -> str | None:
    """Who the browser is in this session, when it has joined."""
    id = _token_id(desk, session.code)
    return id if id in session.people else None


def _token_id(desk: Desk, code: str) -> str | None:
    return desk.tickets.participant_id(code, request.cookies.get(cookie_name("participant", code)))


def _field_of(answer: dict[str, Any]) -> str:
    """The form field that a refusal to enter is about."""
    t = _texts().t
    fields = {"error.join.name_missing": "name", "error.join.organisation_missing": "organisation"}
    return next((field for key, field in fields.items() if answer["message"] == t(key)), "")


def _join_page(desk: Desk, session: Session, values: dict[str, str], errors: dict[str, str]) -> str:
    if session.state == "closed":
        raise Problem(410, "closed", "error.closed")
    view = session.view("everyone")["session"]
    day = session.info.date
    when = format_date(datetime.date.fromisoformat(day), "long", _language()) if day else None
    return _page(desk, "join", session=view, values=values, errors=errors, when=when)


# the facilitator


def _for_facilitators(bp: Blueprint, desk: Desk) -> None:
    @bp.get("/s/<code>/facilitate")
    def console(code: str) -> Any:
        return _app(desk, "console", "facilitator", _place(desk, code).room.committed)

    @bp.post("/s/<code>/key")
    def exchange(code: str) -> Any:
        """The key from the fragment, in the body, for a cookie."""
        place = _place(desk, code)
        given = _body()
        key = given.get("key") if isinstance(given, dict) else None
        _check_key(desk, place.room.code, key)
        ticket = desk.tickets.facilitator(place.room.code)
        return _with_cookie(desk, Response(status=204), "facilitator", place.room.code, ticket)

    @bp.get("/s/<code>/report")
    def report(code: str) -> Any:
        session = _facilitated(desk, code).room.committed
        html = desk.blocking(lambda: to_html_fragment(report_model(session)))
        base = f"/s/{session.code}"
        urls = {
            "console": f"{base}/facilitate",
            "markdown": f"{base}/report.md",
            "html": f"{base}/report.html",
        }
        boot = _boot(desk, "report", "facilitator", session, urls)
        # Sanitised by to_html_fragment.
        return _page(desk, "report", session=_titled(session), report=Markup(html), urls=urls, boot=boot)  # noqa: S704

    @bp.get("/s/<code>/report.md")
    def report_markdown(code: str) -> Any:
        session = _facilitated(desk, code).room.committed
        text = desk.blocking(lambda: to_markdown(report_model(session)))
        return _download(text, "text/markdown; charset=utf-8", session, "md")

    @bp.get("/s/<code>/report.html")
    def report_html(code: str) -> Any:
        session = _facilitated(desk, code).room.committed
        text = desk.blocking(lambda: to_html_document(report_model(session)))
        response = _download(text, "text/html; charset=utf-8", session, "html")
        # A document of its own, with its style inside; nothing else may be loaded or run.
        response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
        return response

    @bp.get("/s/<code>/events.jsonl")
    def events(code: str) -> Any:
        place = _facilitated(desk, code)
        session = place.room.committed
        records = desk.blocking(lambda: list(desk.hall.log.read(session.code)))
        lines = (json.dumps(event_line(record), ensure_ascii=False) for record in session.exported(records))
        return _download(
            "".join(f"{line}\n" for line in lines), "application/jsonl; charset=utf-8", session, "jsonl"
        )


def _facilitated(desk: Desk, code: str) -> Place:
    """The place of a session, for somebody who holds its key; raises Problem."""
    place = _place(desk, code)
    code = place.room.code
    given = request.headers.get("Authorization", "")
    if given.startswith("Bearer "):
        _check_key(desk, code, given.removeprefix("Bearer "))
    elif not desk.tickets.is_facilitator(code, request.cookies.get(cookie_name("facilitator", code))):
        raise Problem(403, "forbidden", "error.bad_key")
    return place


def _check_key(desk: Desk, code: str, key: object) -> None:
    stored = desk.hall.log.key_hash(code)
    if not isinstance(key, str) or stored is None or not key_fits(key, stored):
        desk.failures.add(str(request.remote_addr))
        raise Problem(403, "forbidden", "error.bad_key")


def _download(text: str, content_type: str, session: Session, ending: str) -> Response:
    response = Response(text, content_type=content_type)
    name = f"dialoogtafel-{session.code}.{ending}"
    response.headers["Content-Disposition"] = (
        f'{"attachment" if ending == "jsonl" else "inline"}; filename="{name}"'
    )
    return response


# parts


def _body() -> Any:
    """The JSON that came with the request; None when it cannot be read."""
    try:
        return request.get_json(force=True, silent=True)
    except RecursionError:
        return None


def _place(desk: Desk, code: str) -> Place:
    """The place of a code as people type it; raises Problem for an unknown one."""
    address = str(request.remote_addr)
    code = re.sub(r"[\s\-]", "", code)
    ticket = request.cookies.get(cookie_name("facilitator", code))
    # Whoever has been here goes on, also when somebody else behind the same address tries codes.
    known = _token_id(desk, code) is not None or desk.tickets.is_facilitator(code, ticket)
    if desk.failures.too_many(address) and not known:
        raise Problem(429, "slow_down", "error.too_many_codes")
    place = desk.hall.place(code) if _DIGITS.fullmatch(code) else None
    if place is None:
        desk.failures.add(address)
        raise Problem(404, "unknown_session", "error.unknown_session")
    return place


def _app(desk: Desk, page: str, role: str, session: Session) -> str:
    urls = _urls(desk, session.code)
    # Phones need no way to the console; every byte of their first visit counts.
    boot = _boot(desk, page, role, session, {"home": "/", **({} if page == "participant" else urls)})
    parts = _parts(page, session)
    return _page(desk, page, session=_titled(session), boot=boot, qr=_qr(urls["join"]), parts=parts)


def _parts(page: str, session: Session) -> list[str]:
    """What the current step is drawn with, as `static/activities/registry.js` has it."""
    if session.state == "lobby":
        return ["lobby"]
    steps = session.view("everyone")["steps"]
    step = steps[session.step]
    kind = session.steps[session.step].plan.kind
    shown = steps.get(step.get("shows") or step.get("of") or session.step, {})
    results = "results" in shown
    shapes = _shapes(shown) if results else []
    if page != "participant":
        return [kind, *shapes]
    if kind == "rating" and step.get("closed", step.get("blind") and step.get("revealed")):
        return ["revealed", *shapes]
    parts = {
        # Below something else it may come a little later.
        "told": "answers" in step and "shows" not in step,
        "asks": "questions" in step or "mail" in step,
        "board": "shows" in step and "boxes" in shown,
        "topics": "shows" in step and "conclusions" in shown,
        "results": "shows" in step and results,
    }
    return [kind, *(part for part, wanted in parts.items() if wanted), *shapes]


def _shapes(round: Mapping[str, Any]) -> list[str]:
    """The further parts that draw the results of a round, as `static/parts/results.js` chooses them."""
    if "dots" in round:
        return ["dotresults"]
    if "criteria" in round or "choice" in round:
        matrix = len(round.get("criteria", ())) == 2 and "cascade" not in round
        return ["matrix" if matrix else "heatmap"]
    return []


def _boot(desk: Desk, page: str, role: str, session: Session, urls: dict[str, str]) -> dict[str, Any]:
    return {
        "code": session.code,
        "role": role,
        "language": _language(),
        "catalogue": _texts().among(desk.assets.page(page).words),
        "urls": urls,
    }


def _titled(session: Session) -> dict[str, str]:
    return {"title": session.info.title, "language": session.info.language}


def _urls(desk: Desk, code: str) -> dict[str, str]:
    """The addresses of a session; join is one that a phone can open."""
    base = f"{request.host_url}s/{code}"
    return {
        "join": f"{_phone_base(desk.settings)}/s/{code}",
        "facilitate": f"{base}/facilitate",
        "screen": f"{base}/screen",
        "report": f"{base}/report",
        "key": f"/s/{code}/key",
    }


def _phone_base(settings: Settings) -> str:
    host = request.host.rsplit(":", 1)[0].strip("[]")
    if settings.public_url or host in ("localhost", "127.0.0.1", "::1"):
        return settings.phone_url
    return request.host_url.rstrip("/")


def _qr(url: str) -> Markup:
    svg: str = segno.make(url, error="m", micro=False).svg_inline(border=4, light="#fff", omitsize=True)
    # Made from an address of ours, by a library that writes paths only.
    return Markup(svg)  # noqa: S704


def _page(desk: Desk, name: str, **context: Any) -> str:
    language = _language()
    assets = desk.assets.page(name if name in _APPS else "plain", language)
    return render_template(
        f"{name}.html", t=texts(language).t, language=language, nonce=g.nonce, assets=assets, **context
    )


def spaced(code: str) -> str:
    """A code as it is shown: 4827 1503."""
    return f"{code[:4]} {code[4:]}"


def _json(value: Any, status: int = 200) -> Response:
    return Response(json.dumps(value, ensure_ascii=False), status, content_type="application/json")


def _with_cookie(desk: Desk, response: Any, role: str, code: str, value: str) -> Any:
    response.set_cookie(
        cookie_name(role, code),
        value,
        max_age=COOKIE_SECONDS,
        httponly=True,
        secure=request.is_secure,
        samesite="Lax",
    )
    return response


def _language() -> Language:
    return choose_language(request.headers.get("Accept-Language"), request.cookies.get("language"))


def _texts() -> Texts:
    return texts(_language())


def _remember_language() -> Any:
    wanted = request.args.get("language")
    if request.method != "GET" or wanted not in ("nl", "en"):
        return None
    rest = urlencode([(name, value) for name, value in request.args.items(multi=True) if name != "language"])
    response = redirect(f"{request.path}?{rest}" if rest else request.path)
    response.set_cookie("language", wanted, max_age=365 * 24 * 3600, samesite="Lax", secure=request.is_secure)
    return response


# when it goes wrong


def _problem(desk: Desk, problem: Problem) -> Any:
    message = _texts().t(problem.key, **problem.params)
    return _failure(desk, problem.status, problem.code, message)


def _http_problem(desk: Desk, problem: HTTPException) -> Any:
    keys: dict[int, tuple[str, str]] = {
        400: ("invalid", "error.http.bad"),
        403: ("forbidden", "error.http.origin"),
        404: ("unknown", "error.http.not_found"),
        405: ("invalid", "error.http.method"),
        413: ("too_large", "error.http.too_large"),
    }
    code, key = keys.get(problem.code or 500, ("invalid", "error.went_wrong"))
    return _failure(desk, problem.code or 500, code, _texts().t(key))


def _bug(app: Flask, desk: Desk, problem: Exception) -> Any:
    app.logger.exception("%s %s failed", request.method, request.path)
    return _failure(desk, 500, "internal", _texts().t("error.went_wrong"))


def _failure(desk: Desk, status: int, code: str, message: str) -> Any:
    last = request.path.rsplit("/", 1)[-1]
    wants_data = request.path.startswith("/api/") or "." in last or last == "key"
    if wants_data:
        return _json({"code": code, "message": message}, status)
    return _page(desk, "error", message=message), status

"""HTTP: the pages people open, and how they come to sit in a session; it puts all routes together.

A page is a server-rendered frame; what happens in a session reaches it over the live connection.  Joining works
without JavaScript: the form is answered with a cookie that holds the participant's token.
"""

import datetime
import gzip
import json
import re
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from babel.dates import format_date
from flask import Blueprint, Flask, Response, make_response, redirect, request
from werkzeug.exceptions import HTTPException

from sessions.message import Actor
from sessions.room import Room
from sessions.session import Session
from sessions.web import (
    entrance,
    figures,
    hosting,
    own_pages,
    preparing,
    rehearsing,
    report_editing,
    reports,
    sharing,
    starting,
    together,
)
from sessions.web.desk import (
    Desk,
    Problem,
    admitted,
    body_of_request,
    boot_data,
    check_key,
    device_language,
    device_texts,
    former_seat_of,
    json_answer,
    place_of,
    plain_boot,
    qr,
    rendered,
    seat_of,
    steers,
    titled,
    token_id,
    urls_of,
    with_cookie,
)
from sessions.web.holders import SwitchedOff
from sessions.web.keys import cookie_name, digits, new_participant

MOST_BYTES = 64_000
MOST_ZIPPED = 100
"""Of so many sessions the view is kept compressed, those that changed last."""
LEFT = "left"
"""Stands in the cookie of a browser that gave up its seat."""
_ASKED = ("organisation", "organisation_other", "name", "role", "level")
"""The fields of the form with which people join."""


def register(app: Flask, desk: Desk) -> None:
    """Put all routes on *app*."""
    app.config["MAX_CONTENT_LENGTH"] = MOST_BYTES
    app.config["MAX_FORM_MEMORY_SIZE"] = MOST_BYTES
    # On a phone each byte of the first visit counts.
    app.jinja_env.policies["json.dumps_kwargs"] = {"separators": (",", ":"), "ensure_ascii": False}
    bp = Blueprint("pages", __name__)
    _open_to_all(bp, desk)
    starting.register(bp, desk)
    rehearsing.register(bp, desk, rehearsing.Stage(desk.hall))
    together.register(bp, desk)
    hosting.register(bp, desk)
    own_pages.register(bp, desk)
    entrance.register(bp, desk)
    _joining(bp, desk)
    _in_session(bp, desk)
    _for_facilitators(bp, desk)
    preparing.register(bp, desk)
    reports.register(bp, desk)
    report_editing.register(bp, desk)
    sharing.register(bp, desk)
    figures.register(bp, desk)
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
            return _home_page(desk, "", {})
        try:
            admitted(desk, code, "participant")
        except Problem as problem:
            sentence = device_texts().t(problem.key, **problem.params)
            return _home_page(desk, typed[:20], {"code": sentence}), problem.status
        return redirect(f"/s/{code}", 303)

    @bp.get("/healthz")
    def healthz() -> Any:
        if desk.hall.draining or not desk.hall.storage_ok:
            return Response("not ready\n", 503, content_type="text/plain")
        return Response("ok\n", content_type="text/plain")

    @bp.get("/api/playbooks")
    def playbooks() -> Any:
        return json_answer([playbook.summary(device_language()) for playbook in desk.playbooks.values()])


def _home_page(desk: Desk, code: str, errors: dict[str, str]) -> str:
    demo, boot = hosting.is_host(desk), plain_boot(desk, "home")
    return rendered(desk, "home", values={"code": code}, errors=errors, demo=demo, boot=boot)


# joining


def _joining(bp: Blueprint, desk: Desk) -> None:
    @bp.get("/s/<code>")
    def participant(code: str) -> Any:
        session = place_of(desk, code).room.committed
        if former := former_seat_of(desk, session):
            response = make_response(_app(desk, "participant", "participant", session, digits(code)))
            ticket = desk.tickets.participant(session.code, former)
            return with_cookie(desk, response, "participant", session.code, ticket)
        try:
            session = admitted(desk, code, "participant").room.committed
        except Problem as problem:
            return _asked_for_code(desk, code, {}, problem)
        if seat_of(desk, session) is None:
            return _join_page(desk, session, digits(code), {}, {})
        return _app(desk, "participant", "participant", session, digits(code))

    @bp.post("/s/<code>")
    def join(code: str) -> Any:
        form = {key: value for key, value in request.form.items() if len(value) <= 2_000}
        entry = digits(form.get("code") or code)
        try:
            place = admitted(desk, entry, "participant")
        except Problem as problem:
            return _asked_for_code(desk, code, form, problem)
        if form.keys() == {"code"}:
            return redirect(f"/s/{entry}", 303)
        session = place.room.committed
        code = session.code
        id = token_id(desk, code) or new_participant()
        enter = {
            "id": secrets.token_urlsafe(16),
            "type": "participant.enter",
            "name": form.get("name", ""),
            "organisation": form.get("organisation") or form.get("organisation_other", ""),
            "role": form.get("role"),
            "level": form.get("level"),
        }
        [answer] = desk.hall.submit(place, Actor(id, "participant"), [enter], device_language())
        if not answer["ok"]:
            return _join_page(desk, session, entry, form, {_field_of(answer): answer["message"]}), 400
        response = redirect(f"/s/{entry}", 303)
        return with_cookie(desk, response, "participant", code, desk.tickets.participant(code, id))

    @bp.post("/s/<code>/leave")
    def leave(code: str) -> Any:
        session = place_of(desk, code).room.committed
        response = redirect(f"/s/{digits(code)}", 303)
        if session.formerly:
            # Else the ticket of the session that this one was brought in from would open it again.
            return with_cookie(desk, response, "participant", session.code, LEFT)
        response.delete_cookie(cookie_name("participant", session.code))
        return response


def _field_of(answer: dict[str, Any]) -> str:
    """The form field that a refusal to enter is about."""
    t = device_texts().t
    fields = {"error.join.name_missing": "name", "error.join.organisation_missing": "organisation"}
    return next((field for key, field in fields.items() if answer["message"] == t(key)), "")


def _asked_for_code(desk: Desk, code: str, form: Mapping[str, str], problem: Problem) -> Any:
    """The page for whoever comes with a code from before, with what they filled in meanwhile kept; raises *problem*."""
    if problem.key != "error.code_changed" and "code" not in form:
        raise problem
    typed = form.get("code", "")
    errors = {"code": device_texts().t(problem.key, **problem.params)} if typed else {}
    kept = {name: value for name, value in form.items() if name in _ASKED}
    page = rendered(desk, "newcode", values={"code": typed[:20]}, errors=errors, code=digits(code), kept=kept)
    return page, problem.status


def _join_page(
    desk: Desk, session: Session, entry: str, values: dict[str, str], errors: dict[str, str]
) -> str:
    if session.state == "closed":
        raise Problem(410, "closed", "error.closed")
    if session.steering.door_closed:
        raise Problem(403, "full", "error.door")
    view = session.view("everyone")["session"]
    day = session.info.date
    when = format_date(datetime.date.fromisoformat(day), "long", device_language()) if day else None
    return rendered(desk, "join", session=view, entry=entry, values=values, errors=errors, when=when)


# in a session


def _in_session(bp: Blueprint, desk: Desk) -> None:
    @bp.get("/s/<code>/screen")
    def screen(code: str) -> Any:
        session = admitted(desk, code, "screen").room.committed
        response = Response(_app(desk, "screen", "screen", session, session.entry))
        return with_cookie(desk, response, "screen", session.code, desk.tickets.screen(session.code))

    @bp.get("/s/<code>/view.json")
    def view(code: str) -> Any:
        place = admitted(desk, code, "participant", "screen")
        desk.hall.caught_up(place)
        room = place.room
        etag = f'"{desk.hall.log.epoch}-{room.published.seq}"'
        headers = {"ETag": etag, "Cache-Control": "no-cache"}
        if etag in str(request.if_none_match) and request.if_none_match:
            return Response(status=304, headers=headers)
        zipped = _zipped_view(desk, room, etag)
        headers["Vary"] = "Accept-Encoding"
        if request.accept_encodings["gzip"] > 0:
            headers["Content-Encoding"] = "gzip"
            return Response(zipped, headers=headers, content_type="application/json")
        return Response(gzip.decompress(zipped), headers=headers, content_type="application/json")


def _zipped_view(desk: Desk, room: Room, etag: str) -> bytes:
    """The view of everyone as it is published, encoded and compressed once for all who ask."""
    known = desk.zipped.get(room.code)
    if known is None or known[0] != etag:
        head = f'{{"epoch":{json.dumps(desk.hall.log.epoch)},"seq":{room.published.seq},"view":'.encode()
        known = etag, gzip.compress(head + room.view("everyone") + b"}", 6, mtime=0)
        desk.zipped.pop(room.code, None)
        desk.zipped[room.code] = known
        for old in list(desk.zipped)[:-MOST_ZIPPED]:
            desk.zipped.pop(old, None)
    return known[1]


def _app(desk: Desk, page: str, role: str, session: Session, entry: str) -> str:
    """A page with a module of its own; *entry* is the code that it may show."""
    urls = urls_of(desk, session.code, entry)
    # Phones need no way to the console; every byte of their first visit counts.
    phone = page == "participant"
    boot = boot_data(
        desk, page, role, session, {"home": "/", **({} if phone else urls)}, "" if phone else entry
    )
    parts = _parts(page, session)
    mark = desk.assets.page("mark").css_url
    code = qr(urls["join"])
    return rendered(desk, page, session=titled(session), boot=boot, qr=code, parts=parts, mark_url=mark)


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


# the facilitator


def _for_facilitators(bp: Blueprint, desk: Desk) -> None:
    @bp.get("/s/<code>/facilitate")
    def console(code: str) -> Any:
        session = place_of(desk, code).room.committed
        # Whoever comes with a key in the address, which we do not see, is told the code of now when it fits.
        entry = session.entry if steers(desk, session.code) else digits(code)
        return _app(desk, "console", "facilitator", session, entry)

    @bp.post("/s/<code>/key")
    def exchange(code: str) -> Any:
        """The key from the fragment, in the body, for a cookie."""
        place = place_of(desk, code)
        given = body_of_request()
        key = given.get("key") if isinstance(given, dict) else None
        code = place.room.code
        response = Response(status=204)
        try:
            id = check_key(desk, code, key).id
        except SwitchedOff as off:
            # The cookie opens nothing as long as the link is off; it lets the console say so.
            id = off.id
            message = device_texts().t("error.link_off")
            response = json_answer({"code": "forbidden", "message": message}, 403)
        if desk.tickets.holder_id(code, request.cookies.get(cookie_name("facilitator", code))) == "":
            # Whoever tries the link they made for somebody else stays what they are.
            return response
        return with_cookie(desk, response, "facilitator", code, desk.tickets.facilitator(code, id))


def _remember_language() -> Any:
    wanted = request.args.get("language")
    if request.method != "GET" or wanted not in ("nl", "en"):
        return None
    rest = urlencode([(name, value) for name, value in request.args.items(multi=True) if name != "language"])
    path = quote(request.path)
    response = redirect(f"{path}?{rest}" if rest else path)
    response.set_cookie("language", wanted, max_age=365 * 24 * 3600, samesite="Lax", secure=request.is_secure)
    return response


# when it goes wrong


def _problem(desk: Desk, problem: Problem) -> Any:
    message = device_texts().t(problem.key, **problem.params)
    return _failure(desk, problem.status, problem.code, message, problem.report)


def _http_problem(desk: Desk, problem: HTTPException) -> Any:
    keys: dict[int, tuple[str, str]] = {
        400: ("invalid", "error.http.bad"),
        403: ("forbidden", "error.http.origin"),
        404: ("unknown", "error.http.not_found"),
        405: ("invalid", "error.http.method"),
        413: ("too_large", "error.http.too_large"),
    }
    code, key = keys.get(problem.code or 500, ("invalid", "error.went_wrong"))
    return _failure(desk, problem.code or 500, code, device_texts().t(key))


def _bug(app: Flask, desk: Desk, problem: Exception) -> Any:
    app.logger.exception("%s %s failed", request.method, request.path)
    return _failure(desk, 500, "internal", device_texts().t("error.went_wrong"))


def _failure(desk: Desk, status: int, code: str, message: str, report: str = "") -> Any:
    last = request.path.rsplit("/", 1)[-1]
    # Who opens a download in a browser can read a page better; who sends data is a program.
    opened = "text/html" in request.headers.get("Accept", "")
    wants_data = request.path.startswith("/api/") or ("." in last and not opened) or request.is_json
    if wants_data:
        return json_answer({"code": code, "message": message}, status)
    return rendered(desk, "error", message=message, report=report), status

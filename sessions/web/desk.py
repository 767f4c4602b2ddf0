"""The desk: what every page works with, and what pages of all kinds ask of it.

Who may see a session is decided here, once: `admitted` for whoever knows its code or was let in before, `facilitated`
for whoever holds its key.  `place_of` only finds it, also by a code from before: that alone lets nobody see anything.
The modules beside this one put the routes on it: `pages`, `starting` and `reports`.
"""

import io
import json
import threading
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

import msgspec
import segno
from flask import Response, g, render_template, request
from markupsafe import Markup

from sessions.own_playbooks import OwnPlaybooks
from sessions.playbook import Playbook
from sessions.report_texts import Automatic
from sessions.session import Session
from sessions.texts import Language, Texts, choose_language, texts
from sessions.web.assets import Assets
from sessions.web.guard import Failures
from sessions.web.hall import Blocking, Hall
from sessions.web.holders import SwitchedOff, holder_of_key, holder_of_ticket, opens_console
from sessions.web.incoming import read_json
from sessions.web.keys import Tickets, cookie_name, digits, is_code
from sessions.web.place import Holder, Place
from sessions.web.scribes import Scribes
from sessions.web.settings import Settings

T = TypeVar("T")

_PIECE = 65_536
"""So many bytes of a form are read at once."""
COOKIE_SECONDS = 30 * 24 * 3600

_LOOK: dict[str, Any] = {"border": 4, "light": "#fff", "omitsize": True}
"""How a QR code is drawn: light all around it, or nobody can scan it on a dark page."""
_APPS = (
    "home",
    "created",
    "participant",
    "console",
    "screen",
    "report",
    "shared",
    "phonepreview",
    "screenpreview",
)


class Problem(Exception):
    """An answer that is an error: HTTP status, code on the wire, key of the sentence.

    *report* is the address of the report where it says what to do there.
    """

    def __init__(self, status: int, code: str, key: str, *, report: str = "", **params: object) -> None:
        super().__init__(key)
        self.status, self.code, self.key, self.params = status, code, key, params
        self.report = report


@dataclass
class Desk:
    """What the pages work with."""

    hall: Hall
    assets: Assets
    tickets: Tickets
    failures: Failures
    settings: Settings
    playbooks: dict[str, Playbook]
    own: OwnPlaybooks
    blocking: Blocking
    scribes: Scribes
    zipped: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    """code -> (ETag, gzipped view.json)"""
    offered: dict[Language, list[dict[str, Any]]] = field(default_factory=dict)
    """the playbooks as the form for a new session shows them"""
    reports: dict[tuple[str, int], Automatic] = field(default_factory=dict)
    """code, seq -> the report as it was then, of those that were asked for last"""
    drawn: dict[tuple[str, int], tuple[int, str]] = field(default_factory=dict)
    """code, version of the report -> the moment at which it was drawn last, and its HTML"""
    drawing: threading.Lock = field(default_factory=threading.Lock)
    """so that a room that opens the report at once has it drawn once"""
    printing: threading.Lock = field(default_factory=threading.Lock)
    """so that there is one PDF in the making at a time"""


def forget(desk: Desk, code: str) -> None:
    """Keep nothing that was made of a session that is erased."""
    desk.zipped.pop(code, None)
    for made in (desk.reports, desk.drawn):
        for known in [one for one in made if one[0] == code]:
            del made[known]


# who may see a session


def place_of(desk: Desk, code: str) -> Place:
    """The place of a code as people type it, of now or from before; raises Problem for an unknown one."""
    address = str(request.remote_addr)
    typed = digits(code)
    code = desk.hall.session_of(typed)
    ticket = request.cookies.get(cookie_name("facilitator", code))
    # Whoever has been here goes on, also when somebody else behind the same address tries codes.
    known = token_id(desk, code) is not None or desk.tickets.holder_id(code, ticket) is not None
    if desk.failures.too_many(address) and not known:
        raise Problem(429, "slow_down", "error.too_many_codes")
    if gone := desk.hall.gone.get(typed):
        raise Problem(410, "unknown_session", gone.key, **gone.params)
    place = desk.hall.place(code) if is_code(code) else None
    if place is None:
        desk.failures.add(address)
        raise Problem(404, "unknown_session", "error.unknown_session")
    return place


def admitted(desk: Desk, code: str, *roles: Literal["participant", "screen"]) -> Place:
    """The place of a session, for whoever knows the code of now, steers, or was let in before as one of these *roles*.

    Raises Problem.
    """
    place = place_of(desk, code)
    session = place.room.committed
    if digits(code) == session.entry or steers(desk, session.code):
        return place
    seat = token_id(desk, session.code)
    if "participant" in roles and seat is not None and seat not in session.steering.blocked:
        return place
    ticket = request.cookies.get(cookie_name("screen", session.code))
    if "screen" in roles and desk.tickets.is_screen(session.code, ticket):
        return place
    # Not counted as a wrong code: a whole room may come with the one from the invitation.
    raise Problem(403, "forbidden", "error.code_changed")


def steers(desk: Desk, code: str) -> bool:
    """Whether the browser has come by a link to the console that works."""
    ticket = request.cookies.get(cookie_name("facilitator", code))
    return opens_console(desk.hall, desk.tickets, code, ticket)


def facilitated(desk: Desk, code: str) -> Place:
    """The place of a session, for somebody who holds its key; raises Problem."""
    place, holder = held(desk, code)
    if holder.kind != "facilitator":
        raise Problem(403, "forbidden", "error.observer")
    return place


def held(desk: Desk, code: str) -> tuple[Place, Holder]:
    """The place of a session, and by which link whoever asks has come; raises Problem."""
    place = place_of(desk, code)
    code = place.room.code
    given = request.headers.get("Authorization", "")
    ticket = request.cookies.get(cookie_name("facilitator", code))
    try:
        if given.startswith("Bearer "):
            return place, check_key(desk, code, given.removeprefix("Bearer "))
        holder = holder_of_ticket(desk.hall, desk.tickets, code, ticket)
    except SwitchedOff:
        raise Problem(403, "forbidden", "error.link_off") from None
    if holder is None:
        raise Problem(403, "forbidden", "error.bad_key")
    return place, holder


def check_key(desk: Desk, code: str, key: object) -> Holder:
    """Whose key this is; raises SwitchedOff, and Problem, which it counts."""
    holder = holder_of_key(desk.hall, code, key)
    if holder is None:
        desk.failures.add(str(request.remote_addr))
        raise Problem(403, "forbidden", "error.bad_key")
    return holder


def seat_of(desk: Desk, session: Session) -> str | None:
    """Who the browser is in this session, when it has joined."""
    id = token_id(desk, session.code)
    return id if id in session.people else None


def former_seat_of(desk: Desk, session: Session) -> str | None:
    """Who the browser was in the session that this one was brought in from, when it is new here."""
    if cookie_name("participant", session.code) in request.cookies:
        return None
    known = (token_id(desk, code) for code in session.formerly)
    return next((id for id in known if id in session.people), None)


def token_id(desk: Desk, code: str) -> str | None:
    """Who the browser says it is, in this session, also before it joined."""
    return desk.tickets.participant_id(code, request.cookies.get(cookie_name("participant", code)))


# what is answered


def rendered(desk: Desk, name: str, **context: Any) -> str:
    """The template *name* in the language of the device, with what every page needs."""
    language = device_language()
    assets = desk.assets.page(name if name in _APPS else "plain", language)
    return render_template(
        f"{name}.html", t=texts(language).t, language=language, nonce=g.nonce, assets=assets, **context
    )


def boot_data(
    desk: Desk, page: str, role: str, session: Session, urls: dict[str, str], entry: str = ""
) -> dict[str, Any]:
    """What the module of a page reads first; *entry* is the code it shows, if that is not the session's own."""
    return {
        "code": session.code,
        **({"entry": entry} if entry not in ("", session.code) else {}),
        "role": role,
        "language": device_language(),
        "catalogue": device_texts().among(desk.assets.page(page).words),
        "urls": urls,
    }


def plain_boot(desk: Desk, page: str) -> dict[str, Any]:
    """What the module of a page reads that belongs to no session."""
    return {"language": device_language(), "catalogue": device_texts().among(desk.assets.page(page).words)}


def titled(session: Session) -> dict[str, Any]:
    """What the frame of a page says of a session."""
    info = session.info
    return {"title": info.title, "language": info.language, "rehearsal": info.rehearsal}


def urls_of(desk: Desk, code: str, entry: str = "") -> dict[str, str]:
    """The addresses of a session; join is one that a phone can open, with *entry* where that is the code to come in by."""
    base = f"{request.host_url}s/{code}"
    return {
        "join": f"{phone_base(desk.settings)}/s/{entry or code}",
        "facilitate": f"{base}/facilitate",
        "screen": f"{request.host_url}s/{entry or code}/screen",
        "report": f"{base}/report",
        "key": f"/s/{code}/key",
    }


def phone_base(settings: Settings) -> str:
    """Where a phone finds this server."""
    host = request.host.rsplit(":", 1)[0].strip("[]")
    if settings.public_url or host in ("localhost", "127.0.0.1", "::1"):
        return settings.phone_url
    return request.host_url.rstrip("/")


def qr(url: str) -> Markup:
    """A QR code as SVG."""
    svg: str = _drawn(url).svg_inline(**_LOOK)
    # Made from an address of ours, by a library that writes paths only.
    return Markup(svg)  # noqa: S704


def qr_file(url: str) -> bytes:
    """The same as a picture of its own."""
    file = io.BytesIO()
    _drawn(url).save(file, kind="svg", xmldecl=False, **_LOOK)
    return file.getvalue()


def _drawn(url: str) -> segno.QRCode:
    return segno.make(url, error="m", micro=False)


def spaced(code: str) -> str:
    """A code as it is shown: 4827 1503."""
    return f"{code[:4]} {code[4:]}"


def json_answer(value: Any, status: int = 200) -> Response:
    """*value* as JSON."""
    return Response(json.dumps(value, ensure_ascii=False), status, content_type="application/json")


def download(
    content: str | bytes, content_type: str, session: Session, ending: str, *, shown: bool = True
) -> Response:
    """*content* under a file name of its own; *shown* when a browser may as well show it."""
    response = Response(content, content_type=content_type)
    name = f"dialoogtafel-{session.code}.{ending}"
    response.headers["Content-Disposition"] = f'{"inline" if shown else "attachment"}; filename="{name}"'
    return response


def with_cookie(desk: Desk, response: Any, role: str, code: str, value: str) -> Any:
    """*response*, with a ticket for the browser to keep."""
    response.set_cookie(
        cookie_name(role, code),
        value,
        max_age=COOKIE_SECONDS,
        httponly=True,
        secure=request.is_secure,
        samesite="Lax",
    )
    return response


# what was asked


def accept_file(most: int) -> None:
    """Let the request bring a file of *most* bytes in a form; what stands beside it stays small."""
    request.max_content_length = most + 10_000
    # The library reads in pieces, and counts a piece as a field before it knows that it is of a file.
    request.max_form_memory_size = 2 * _PIECE


def body_of_request() -> Any:
    """The JSON that came with the request; None when it cannot be read."""
    try:
        return read_json(request.get_data())
    except ValueError:
        return None


def asked(kind: type[T], absent: Any = None) -> T:
    """The JSON of the request as a *kind*, or what *absent* makes of none; raises Problem."""
    try:
        body = body_of_request()
        return msgspec.convert(absent if body is None else body, kind, str_keys=True)
    except msgspec.ValidationError as problem:
        raise Problem(400, "invalid", "error.api.body", problem=str(problem)) from None


def device_language() -> Language:
    """The language that whoever asks reads best."""
    return choose_language(request.headers.get("Accept-Language"), request.cookies.get("language"))


def device_texts() -> Texts:
    """The texts in that language."""
    return texts(device_language())

"""The shared report: who has its link may read it, and so may who took part; as long as the facilitator wants that.

Readers see what the facilitator published, by sharing it or by renewing it, and no sentence that is half written.  A
report that nobody edited makes itself, so they see it as it is.

The key in the link opens nothing else.  It is stored as a hash, and a browser that showed it gets a ticket for that
very key: switched off and on again, there is another key, and old links and tickets open nothing.
"""

import logging
import secrets
from typing import Any

import msgspec
from flask import Blueprint, Response, request
from markupsafe import Markup

from sessions import report_forms, report_store
from sessions.log import StorageFailed
from sessions.message import FACILITATOR, Actor
from sessions.report_store import Shared
from sessions.report_wording import moment
from sessions.session import Session
from sessions.web.desk import (
    Desk,
    Problem,
    asked,
    body_of_request,
    boot_data,
    device_language,
    facilitated,
    json_answer,
    place_of,
    rendered,
    seat_of,
    titled,
    with_cookie,
)
from sessions.web.hall import now_ms
from sessions.web.keys import cookie_name, key_fits, key_hash, new_key
from sessions.web.place import Place
from sessions.web.reports import drawn, published_of

logger = logging.getLogger(__name__)


class Share(msgspec.Struct, forbid_unknown_fields=True):
    """Shared or not; ``true`` while it is shared already makes a new key."""

    on: bool


def register(bp: Blueprint, desk: Desk) -> None:
    """Put the routes on *bp*."""
    _switching(bp, desk)
    _reading(bp, desk)


# the facilitator


def _switching(bp: Blueprint, desk: Desk) -> None:
    @bp.get("/s/<code>/report/share.json")
    def report_share(code: str) -> Response:
        return json_answer(_standing(desk, facilitated(desk, code).room.committed))

    @bp.post("/s/<code>/report/share.json")
    def share_report(code: str) -> Response:
        place = facilitated(desk, code)
        wanted = asked(Share)
        if not wanted.on:
            _unshare(desk, place)
            return json_answer({"on": False})
        key = _share(desk, place)
        link = f"{request.host_url}s/{place.room.code}/shared#key={key}"
        return json_answer({**_standing(desk, place.room.committed), "link": link})

    @bp.post("/s/<code>/report/publish.json")
    def publish_report(code: str) -> Response:
        session = facilitated(desk, code).room.committed
        at = now_ms()
        if not _write(desk, lambda db: report_store.publish(db, session.code, at)):
            raise Problem(409, "rejected", "error.share.off")
        return json_answer(_standing(desk, session))


def _standing(desk: Desk, session: Session) -> dict[str, Any]:
    """Whether it is shared, since when readers see what they see (not of the automatic one), and whether that differs."""

    def found(db: Any) -> tuple[Shared | None, bool]:
        shared = report_store.shared(db, session.code)
        return shared, shared is not None and shared.differs(report_store.newest(db, session.code))

    shared, differs = desk.blocking(desk.hall.log.look, found)
    if shared is None:
        return {"on": False}
    return {"on": True, "differs": differs, **({} if shared.text is None else {"at": shared.at})}


def _share(desk: Desk, place: Place) -> str:
    """A new key; phones are told that there is a report to read."""
    key, at, code = new_key(), now_ms(), place.room.code
    _write(desk, lambda db: report_store.share(db, code, key_hash(key), at))
    _tell_phones(desk, place, shared=True)
    return key


def _unshare(desk: Desk, place: Place) -> None:
    _write(desk, lambda db: report_store.unshare(db, place.room.code))
    _tell_phones(desk, place, shared=False)


def _write(desk: Desk, work: Any) -> Any:
    try:
        return desk.hall.write(work)
    except StorageFailed:
        raise Problem(503, "storage_failed", "error.share.storage") from None


def _tell_phones(desk: Desk, place: Place, *, shared: bool) -> None:
    """Put it into the view.  Who may read is decided by the key alone, so when this fails no harm is done."""
    command = {"id": secrets.token_urlsafe(16), "type": "session.share_report", "shared": shared}
    [answer] = desk.hall.submit(place, Actor(FACILITATOR, "facilitator"), [command], device_language())
    if not answer["ok"]:
        logger.warning("session %s: telling who took part failed: %s", place.room.code, answer["code"])


# who reads


def _reading(bp: Blueprint, desk: Desk) -> None:
    @bp.get("/s/<code>/shared")
    def shared_report(code: str) -> Any:
        session = place_of(desk, code).room.committed
        allowed = _may_read(desk, session)
        urls = {"key": f"/s/{session.code}/shared/key"}
        boot = boot_data(desk, "shared", "participant", session, urls)
        context = _shown(desk, session) if allowed else {"report": None}
        page = rendered(desk, "shared", session=titled(session), boot=boot, **context)
        response = Response(page, 200 if allowed else 403)
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    @bp.post("/s/<code>/shared/key")
    def exchange_shared(code: str) -> Any:
        """The key from the fragment, in the body, for a cookie."""
        session = place_of(desk, code).room.committed
        given = body_of_request()
        key = given.get("key") if isinstance(given, dict) else None
        stored = _stored(desk, session)
        if not isinstance(key, str) or stored is None or not key_fits(key, stored):
            desk.failures.add(str(request.remote_addr))
            raise Problem(403, "forbidden", "error.share.key")
        ticket = desk.tickets.reader(session.code, stored)
        return with_cookie(desk, Response(status=204), "reader", session.code, ticket)


def _may_read(desk: Desk, session: Session) -> bool:
    stored = _stored(desk, session)
    if stored is None:
        return False
    ticket = request.cookies.get(cookie_name("reader", session.code))
    return seat_of(desk, session) is not None or desk.tickets.is_reader(session.code, stored, ticket)


def _shown(desk: Desk, session: Session) -> dict[str, Any]:
    """What the page shows: the published report, and what of it whoever looks wrote themselves."""
    source = published_of(desk, session)
    html = drawn(desk, session, source)
    who = seat_of(desk, session)
    own = 0
    if who is not None:
        html, own = desk.scribes.made(report_forms.with_own_marked, session, html, who)
    as_of = moment(source.at, device_language())
    return {"report": Markup(html), "as_of": as_of, "own": own}  # noqa: S704 (sanitised)


def _stored(desk: Desk, session: Session) -> str | None:
    shared = desk.hall.log.look(lambda db: report_store.shared(db, session.code))
    return shared.key_hash if shared else None

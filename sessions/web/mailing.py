"""Mailing: what the send part of the report page asks for, all of it for facilitators only.

Nothing is sent by accident: whoever sends names how many people that is, and once more than that is the same request.
Addresses leave the server in these answers alone, and only to whoever holds the key of the session.
"""

import secrets
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

import msgspec
from flask import Blueprint, Flask, Response, request

from sessions import outbox, report_forms
from sessions.addresses import MOST_RECIPIENTS, Addresses, Wrong, opted_in, read_address, read_addresses
from sessions.letter import Address, Letter, draft
from sessions.log import StorageFailed
from sessions.mail import MOST_COVER, MOST_FILES_BYTES, MOST_SUBJECT
from sessions.mail_files import FORMS
from sessions.message import Id
from sessions.outbox import Kind
from sessions.session import Session
from sessions.web.desk import Desk, Problem, asked, device_texts, download, facilitated, json_answer
from sessions.web.hall import now_ms
from sessions.web.postroom import Postroom
from sessions.web.reports import source_of


class Wanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A mail as the page has it; ``request`` is made by the page, so that asking twice sends once."""

    request: Id = ""
    typed: str = ""
    opted_in: bool = False
    subject: str = ""
    cover: str = ""
    files: list[str] = []
    reply_to: str = ""
    n: int = 0
    """how many recipients somebody agreed to"""
    again: int | None = None
    """and how many of them had the report before, if they were told"""


class Chosen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Some messages in the outbox."""

    messages: list[int]


def register(app: Flask, desk: Desk, postroom: Postroom) -> None:
    """Put the routes of the mail on *app*."""
    bp = Blueprint("mailing", __name__, url_prefix="/s/<code>/mail")
    _composing(bp, desk)
    _without_server(bp, desk)
    _sending(bp, desk, postroom)
    _outbox(bp, desk, postroom)
    app.register_blueprint(bp)


# composing


def _composing(bp: Blueprint, desk: Desk) -> None:
    @bp.get("/start.json")
    def start(code: str) -> Any:
        session = facilitated(desk, code).room.committed
        smtp = desk.settings.smtp
        text = source_of(desk, session).text
        return json_answer(
            {
                **asdict(desk.scribes.made(report_forms.opening, session, text)),
                "from": smtp.sender.address if smtp else "",
                "opted_in": [one.address for one in opted_in(session)],
                "files": list(FORMS),
                "mails": _mails(desk, session),
            }
        )

    @bp.post("/check.json")
    def check(code: str) -> Any:
        session = facilitated(desk, code).room.committed
        wanted = asked(Wanted)
        wishing, read = _recipients(session, wanted)
        had = desk.blocking(desk.hall.log.look, partial(outbox.had_it, session=session.code))
        everybody = [*wishing, *read.right]
        t = device_texts().t
        return json_answer(
            {
                "n": len(everybody),
                "right": [asdict(one) for one in read.right],
                "wrong": [{"typed": one.typed, "message": t(one.key, typed=one.typed)} for one in read.wrong],
                "doubles": read.doubles,
                "again": sum(1 for one in everybody if one.same in had),
                "most": MOST_RECIPIENTS,
            }
        )

    @bp.post("/preview.html")
    def preview(code: str) -> Any:
        """A form fills in a frame with it, so that it is shown without any script and with its own look."""
        session = facilitated(desk, code).room.committed
        form = request.form
        wanted = Wanted(subject=form.get("subject", ""), cover=form.get("cover", ""))
        made = _letter(desk, session, wanted, with_files=False)
        response = Response(made.html, content_type="text/html; charset=utf-8")
        response.headers["Content-Security-Policy"] = (
            "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"
        )
        return response

    @bp.post("/preview.json")
    def preview_text(code: str) -> Any:
        session = facilitated(desk, code).room.committed
        wanted = asked(Wanted)
        made = _letter(desk, session, wanted)
        return json_answer(
            {
                "subject": made.subject,
                "text": made.text,
                "left_out": made.left_out,
                "files": [{"name": file.name, "bytes": len(file.body)} for file in made.files],
            }
        )


def _recipients(session: Session, wanted: Wanted) -> tuple[list[Address], Addresses]:
    """Who asked for it, if they get it, and who was typed besides."""
    asked = opted_in(session) if wanted.opted_in else []
    return asked, read_addresses(wanted.typed, asked)


def _letter(desk: Desk, session: Session, wanted: Wanted, *, with_files: bool = True) -> Letter:
    """The mail, with its files; raises Problem."""
    _check_texts(wanted)
    text, forms = source_of(desk, session).text, wanted.files if with_files else None
    made = desk.scribes.made(report_forms.mail, session, text, wanted.subject, wanted.cover, forms)
    if sum(len(file.body) for file in made.files) > MOST_FILES_BYTES:
        raise Problem(413, "too_large", "error.mailing.files", most=MOST_FILES_BYTES // 1_000_000)
    return made


def _check_texts(wanted: Wanted) -> None:
    for text, most in ((wanted.subject, MOST_SUBJECT), (wanted.cover, MOST_COVER)):
        if len(text) > most:
            raise Problem(400, "too_large", "error.text.too_long", most=most, length=len(text))
    if unknown := set(wanted.files) - FORMS.keys():
        raise Problem(400, "invalid", "error.api.body", problem=", ".join(sorted(unknown)))


def _own_address(wanted: Wanted) -> str:
    """Where answers go; raises Problem when that is no address."""
    if not wanted.reply_to.strip():
        return ""
    found = read_address(wanted.reply_to)
    if isinstance(found, Wrong):
        raise Problem(400, "invalid", "error.mailing.reply_to", typed=found.typed)
    return found.address


# without a mail server


def _without_server(bp: Blueprint, desk: Desk) -> None:
    @bp.post("/draft.eml")
    def as_draft(code: str) -> Any:
        session = facilitated(desk, code).room.committed
        wanted = asked(Wanted)
        everybody, own = _agreed(session, wanted, sending=False), _own_address(wanted)
        made = _letter(desk, session, wanted)
        if wanted.opted_in:
            # Noted, so that these addresses too are forgotten in time.
            _store(desk, session, wanted, "draft", made, [], own)
        return download(draft(made, everybody, own), "message/rfc822", session, "eml", shown=False)

    @bp.post("/link.json")
    def as_link(code: str) -> Any:
        session = facilitated(desk, code).room.committed
        wanted = asked(Wanted)
        everybody = _agreed(session, wanted, sending=False)
        _check_texts(wanted)
        text = source_of(desk, session).text
        made = desk.scribes.made(report_forms.by_hand, session, text, wanted.subject, wanted.cover, everybody)
        return json_answer({**asdict(made), "addresses": [one.address for one in everybody]})


# sending


def _sending(bp: Blueprint, desk: Desk, postroom: Postroom) -> None:
    def send(session: Session, wanted: Wanted, kind: Kind, everybody: Sequence[Address]) -> Any:
        smtp = desk.settings.smtp
        if smtp is None:
            raise Problem(409, "rejected", "error.mailing.no_server")
        own = _own_address(wanted)
        if not wanted.request:
            raise Problem(400, "invalid", "error.api.body", problem="request")
        made = _letter(desk, session, wanted)
        domain = smtp.sender.address.rpartition("@")[2]
        recipients = [(one, f"{secrets.token_urlsafe(18)}@{domain}") for one in everybody]
        if _store(desk, session, wanted, kind, made, recipients, own) is None:
            raise Problem(409, "rejected", "error.mailing.had_it")
        postroom.wake()
        return json_answer({"n": len(recipients), "mails": _mails(desk, session)}, 202)

    @bp.post("/send.json")
    def send_to_all(code: str) -> Any:
        session = facilitated(desk, code).room.committed
        wanted = asked(Wanted)
        everybody = _agreed(session, wanted, sending=True)
        if wanted.n != len(everybody):
            raise Problem(409, "rejected", "error.mailing.changed", n=len(everybody), agreed=wanted.n)
        return send(session, wanted, "report", everybody)

    @bp.post("/test.json")
    def send_to_oneself(code: str) -> Any:
        session = facilitated(desk, code).room.committed
        wanted = asked(Wanted)
        found = read_address(wanted.typed)
        if isinstance(found, Wrong):
            raise Problem(400, "invalid", "error.mailing.test_address", typed=found.typed)
        return send(session, wanted, "test", [found])


def _agreed(session: Session, wanted: Wanted, *, sending: bool) -> list[Address]:
    """Everybody a mail goes to; raises Problem when that is not to be."""
    asked, read = _recipients(session, wanted)
    everybody = [*asked, *read.right]
    if read.wrong:
        raise Problem(400, "invalid", "error.mailing.wrong", n=len(read.wrong), typed=read.wrong[0].typed)
    if sending and not everybody:
        raise Problem(400, "invalid", "error.mailing.nobody")
    if len(everybody) > MOST_RECIPIENTS:
        raise Problem(400, "too_large", "error.mailing.too_many", n=len(everybody), most=MOST_RECIPIENTS)
    return everybody


def _store(
    desk: Desk,
    session: Session,
    wanted: Wanted,
    kind: Kind,
    made: Letter,
    recipients: Sequence[tuple[Address, str]],
    own: str,
) -> int | None:
    """Put it into the outbox; its id, or None when others had sent it to these people meanwhile."""
    store = partial(
        outbox.put,
        session=session.code,
        request=wanted.request or secrets.token_urlsafe(12),
        kind=kind,
        letter=made,
        recipients=recipients,
        reply_to=own,
        opted_in=wanted.opted_in,
        now=now_ms(),
        again=wanted.again if kind == "report" else None,
    )
    try:
        return desk.hall.write(store)
    except StorageFailed:
        raise Problem(503, "storage_failed", "error.mailing.storage") from None


# what became of it


def _outbox(bp: Blueprint, desk: Desk, postroom: Postroom) -> None:
    @bp.get("/outbox.json")
    def look(code: str) -> Any:
        return json_answer({"mails": _mails(desk, facilitated(desk, code).room.committed)})

    def decide(code: str, action: Any) -> Any:
        session = facilitated(desk, code).room.committed
        chosen = asked(Chosen).messages
        try:
            desk.hall.write(partial(action, session=session.code, ids=chosen, now=now_ms()))
        except StorageFailed:
            raise Problem(503, "storage_failed", "error.mailing.storage") from None
        postroom.wake()
        return json_answer({"mails": _mails(desk, session)})

    @bp.post("/again.json")
    def again(code: str) -> Any:
        return decide(code, outbox.try_now)

    @bp.post("/believe.json")
    def believe(code: str) -> Any:
        return decide(code, outbox.believe)

    @bp.post("/stop.json")
    def stop(code: str) -> Any:
        return decide(code, outbox.stop)


def _mails(desk: Desk, session: Session) -> list[dict[str, Any]]:
    """Every mail of the session with what became of it, in the words of whoever reads it."""
    t = device_texts().t
    mails = desk.blocking(desk.hall.log.look, partial(outbox.mails, session=session.code))
    for mail in mails:
        for message in mail["messages"]:
            if key := message["said"]:
                message["said"] = t(key)
    return list(mails)

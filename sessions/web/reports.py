"""The report: its page, its downloads, and the text that goes out.

Everything that leaves the session as a report is made from one source text; `source_of` says which.  What takes long is
made by the scribes.
"""

from typing import Any

from flask import Blueprint, Response
from markupsafe import Markup

from sessions import report_forms, report_store
from sessions.orders import Moment
from sessions.report import to_markdown
from sessions.report_pdf import NoPdf, can_print, made_at, printed
from sessions.report_texts import Automatic, Source
from sessions.session import Session
from sessions.web.desk import Desk, Problem, boot_data, device_texts, download, facilitated, rendered, titled

MOST_REPORTS = 8
"""So many automatic texts are kept, so that looking at one again costs nothing."""

DOWNLOADS = {
    "docx": "report.docx",
    "html": "report.html",
    "pdf": "report.pdf",
    "md": "report.markdown",
    "csv": "report.tables",
    "json": "report.data",
}
"""The forms of the report, each with its label, in the order of the page."""
OPTIONAL = {"pdf": can_print}
"""Forms that not every server can make, each with what says whether this one can."""

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def register(bp: Blueprint, desk: Desk) -> None:
    """Put the routes of the report on *bp*."""
    _reading(bp, desk)
    _downloads(bp, desk)


def source_of(desk: Desk, session: Session) -> Source:
    """The text of the report that goes out: the edited one when there is one, else the automatic one."""
    newest = desk.blocking(desk.hall.log.look, lambda db: report_store.newest(db, session.code))
    if newest and newest.version.kind != "automatic":
        return Source(newest.text, True, newest.version.at, newest.version.number)
    made = automatic_of(desk, session)
    return Source(made.text, at=made.at, version=newest.version.number if newest else 0)


def published_of(desk: Desk, session: Session) -> Source:
    """The text that readers of the shared report see: what was published, or the automatic one of now."""
    shared = desk.blocking(desk.hall.log.look, lambda db: report_store.shared(db, session.code))
    if shared and shared.text is not None:
        return Source(shared.text, True, shared.at, shared.version)
    made = automatic_of(desk, session)
    return Source(made.text, at=made.at)


def automatic_of(desk: Desk, session: Session) -> Automatic:
    """The text that *session* makes of itself."""
    return automatic_at(desk, session.code, session.seq)


def automatic_at(desk: Desk, code: str, seq: int) -> Automatic:
    """The text that the session made of itself after *seq* events, which may be a while ago."""
    known = desk.reports.get((code, seq))
    if known is None:
        known = desk.reports[code, seq] = desk.scribes.made(report_forms.automatic, Moment(code, seq))
        for old in list(desk.reports)[:-MOST_REPORTS]:
            desk.reports.pop(old, None)
    return known


def drawn(desk: Desk, session: Session, source: Source) -> str:
    """Sanitised HTML of *source* to put into a page: drawn once for all who ask."""
    which = session.code, source.version
    with desk.drawing:
        known = desk.drawn.get(which)
        if known is None or known[0] != session.seq:
            html = desk.scribes.made(report_forms.fragment, session, source.text)
            known = desk.drawn[which] = session.seq, html
            for old in list(desk.drawn)[:-MOST_REPORTS]:
                del desk.drawn[old]
    return known[1]


def _reading(bp: Blueprint, desk: Desk) -> None:
    @bp.get("/s/<code>/report")
    def report(code: str) -> Any:
        session = facilitated(desk, code).room.committed
        source = source_of(desk, session)
        html = drawn(desk, session, source)
        base = f"/s/{session.code}"
        t = device_texts().t
        urls = {
            "console": f"{base}/facilitate",
            "markdown": f"{base}/report.md",
            "preview": f"{base}/report/preview.html",
            "mail_preview": f"{base}/report/preview-mail.html",
        }
        return rendered(
            desk,
            "report",
            session=titled(session),
            report=Markup(html),  # noqa: S704 (sanitised)
            edited=source.edited,
            closed=session.state == "closed",
            downloads=[(t(DOWNLOADS[ending]), f"{base}/report.{ending}") for ending in _offered(desk)],
            urls=urls,
            boot=boot_data(desk, "report", "facilitator", session, urls),
        )

    @bp.get("/s/<code>/report/preview.html")
    def report_preview(code: str) -> Any:
        """The report as a web page of its own, inside the page in which it is edited."""
        session = facilitated(desk, code).room.committed
        text, allowed = _document(desk, session)
        response = Response(text, content_type="text/html; charset=utf-8")
        # Its own style and nothing else; the page around it may see how far it was scrolled.
        response.headers["Content-Security-Policy"] = (
            f"{allowed}; frame-ancestors 'self'; sandbox allow-same-origin"
        )
        return response

    @bp.get("/s/<code>/report/preview-mail.html")
    def report_mail_preview(code: str) -> Any:
        """The report as a mail, with the words that a mail has before somebody changes them."""
        session = facilitated(desk, code).room.committed
        text = source_of(desk, session).text
        made = desk.scribes.made(report_forms.mail, session, text, "", None)
        response = Response(made.html, content_type="text/html; charset=utf-8")
        response.headers["Content-Security-Policy"] = (
            "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox allow-same-origin"
        )
        return response


def _offered(desk: Desk) -> list[str]:
    return [ending for ending in DOWNLOADS if ending not in OPTIONAL or desk.blocking(OPTIONAL[ending])]


def _document(desk: Desk, session: Session) -> tuple[str, str]:
    """The report as a web page of its own, and what that may do."""
    return desk.scribes.made(report_forms.document, session, source_of(desk, session).text)


def _downloads(bp: Blueprint, desk: Desk) -> None:
    @bp.get("/s/<code>/report.md")
    def report_markdown(code: str) -> Any:
        session = facilitated(desk, code).room.committed
        text = desk.scribes.made(to_markdown, source_of(desk, session).text)
        return download(text, "text/markdown; charset=utf-8", session, "md")

    @bp.get("/s/<code>/report.html")
    def report_html(code: str) -> Any:
        session = facilitated(desk, code).room.committed
        text, allowed = _document(desk, session)
        response = download(text, "text/html; charset=utf-8", session, "html")
        # A document of its own, with its style inside; nothing else may be loaded or run.
        response.headers["Content-Security-Policy"] = f"{allowed}; sandbox"
        return response

    @bp.get("/s/<code>/report.docx")
    def report_docx(code: str) -> Any:
        session = facilitated(desk, code).room.committed
        file = desk.scribes.made(report_forms.docx, session, source_of(desk, session).text)
        return download(file, DOCX, session, "docx", shown=False)

    @bp.get("/s/<code>/report.pdf")
    def report_pdf(code: str) -> Any:
        session = facilitated(desk, code).room.committed
        html, _ = _document(desk, session)
        try:
            # One after the other: each takes a whole processor for seconds.
            with desk.printing:
                file = desk.blocking(printed, html, made_at(session.changed))
        except NoPdf as problem:
            status = 501 if problem.key == "error.pdf.missing" else 503
            raise Problem(status, "no_pdf", problem.key, report=f"/s/{code}/report") from None
        return download(file, "application/pdf", session, "pdf", shown=False)

    @bp.get("/s/<code>/report.json")
    def report_json(code: str) -> Any:
        session = facilitated(desk, code).room.committed
        text = desk.scribes.made(report_forms.data, session)
        return download(text, "application/json", session, "json")

    @bp.get("/s/<code>/report.csv")
    def report_csv(code: str) -> Any:
        """A zip: a report has several tables."""
        session = facilitated(desk, code).room.committed
        packed = desk.scribes.made(report_forms.tables, session)
        return download(packed, "application/zip", session, "csv.zip", shown=False)

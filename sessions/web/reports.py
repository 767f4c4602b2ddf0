"""The report: its page, its downloads, and the text that goes out.

Everything that leaves the session as a report is made from one source text; `source_of` says which.
"""

from typing import Any

from flask import Blueprint
from markupsafe import Markup

from sessions.report import report_model, to_markdown, to_source
from sessions.report_csv import to_csv_zip
from sessions.report_docx import to_docx
from sessions.report_html import policy, to_html_document, to_html_fragment
from sessions.report_json import to_json
from sessions.report_texts import Source
from sessions.session import Session
from sessions.web.desk import Desk, boot_data, download, facilitated, rendered, titled

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def register(bp: Blueprint, desk: Desk) -> None:
    """Put the routes of the report on *bp*."""
    _reading(bp, desk)
    _downloads(bp, desk)


def source_of(desk: Desk, session: Session) -> Source:
    """The text of the report that goes out: the edited one when there is one, else the automatic one.

    Takes a while for a big session: call it inside `desk.blocking`.
    """
    return Source(to_source(report_model(session)))


def _reading(bp: Blueprint, desk: Desk) -> None:
    @bp.get("/s/<code>/report")
    def report(code: str) -> Any:
        session = facilitated(desk, code).room.committed
        html = desk.blocking(lambda: to_html_fragment(report_model(session), source_of(desk, session).text))
        base = f"/s/{session.code}"
        urls = {
            "console": f"{base}/facilitate",
            "markdown": f"{base}/report.md",
            "html": f"{base}/report.html",
            "docx": f"{base}/report.docx",
        }
        boot = boot_data(desk, "report", "facilitator", session, urls)
        # Sanitised by to_html_fragment.
        return rendered(desk, "report", session=titled(session), report=Markup(html), urls=urls, boot=boot)  # noqa: S704


def _downloads(bp: Blueprint, desk: Desk) -> None:
    @bp.get("/s/<code>/report.md")
    def report_markdown(code: str) -> Any:
        session = facilitated(desk, code).room.committed
        text = desk.blocking(lambda: to_markdown(source_of(desk, session).text))
        return download(text, "text/markdown; charset=utf-8", session, "md")

    @bp.get("/s/<code>/report.html")
    def report_html(code: str) -> Any:
        session = facilitated(desk, code).room.committed

        def made() -> tuple[str, str]:
            report = report_model(session)
            return to_html_document(report, source_of(desk, session).text), policy(report)

        text, allowed = desk.blocking(made)
        response = download(text, "text/html; charset=utf-8", session, "html")
        # A document of its own, with its style inside; nothing else may be loaded or run.
        response.headers["Content-Security-Policy"] = f"{allowed}; sandbox"
        return response

    @bp.get("/s/<code>/report.docx")
    def report_docx(code: str) -> Any:
        session = facilitated(desk, code).room.committed
        file = desk.blocking(lambda: to_docx(report_model(session), source_of(desk, session).text))
        return download(file, DOCX, session, "docx", shown=False)

    @bp.get("/s/<code>/report.json")
    def report_json(code: str) -> Any:
        session = facilitated(desk, code).room.committed
        text = desk.blocking(lambda: to_json(report_model(session)))
        return download(text, "application/json", session, "json")

    @bp.get("/s/<code>/report.csv")
    def report_csv(code: str) -> Any:
        """A zip: a report has several tables."""
        session = facilitated(desk, code).room.committed
        packed = desk.blocking(lambda: to_csv_zip(report_model(session)))
        return download(packed, "application/zip", session, "csv.zip", shown=False)

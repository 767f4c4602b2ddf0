"""The report as a PDF with tags, where WeasyPrint and its library Pango are installed; everywhere, browsers print one.

A newcomer would import WeasyPrint here.  Only the process that prints (`sessions/press.py`) does: see there.
"""

import functools
import json
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

from sessions.report import Report
from sessions.report_html import to_html_document

ROOT = Path(__file__).resolve().parent.parent
MOST_SECONDS = 60
"""Of processor; a report that takes more is one for the browser's print."""
PATIENCE = 600.0
"""Seconds after which it has taken too long however busy the computer is."""


class NoPdf(Exception):
    """There is no PDF; ``key`` is that of the sentence that says why, and what to do."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


@functools.cache
def can_print() -> bool:
    """Whether PDFs can be made here: found out once, by a process that loads what is needed, in about a second."""
    # What is missing the check would tell on the log, at length.
    check = ["-c", "import sys; sys.stderr.close(); import weasyprint"]
    return find_spec("weasyprint") is not None and _run(check, b"")[0] == 0


def to_pdf(report: Report, source: str, most_seconds: int = MOST_SECONDS) -> bytes:
    """The file; raises NoPdf.  The same report and source are the same bytes.

    Takes seconds, of another process: call it in a thread.
    """
    return printed(to_html_document(report, source), made_at(report.changed), most_seconds)


def made_at(changed: int) -> str:
    """The moment that the file says it was made at: when the session last changed, in ms since 1970."""
    return datetime.fromtimestamp(changed // 1000, UTC).isoformat()


def printed(html: str, at: str, most_seconds: int = MOST_SECONDS) -> bytes:
    """A page that needs nothing besides itself as a PDF that says it was made at the moment *at*; raises NoPdf."""
    if not can_print():
        raise NoPdf("error.pdf.missing")
    order = {"html": html, "at": at, "seconds": most_seconds}
    status, file = _run(["-m", "sessions.press"], json.dumps(order).encode())
    if status in _TOO_LONG:
        raise NoPdf("error.pdf.too_long")
    if status or not file:
        raise NoPdf("error.pdf.failed")
    return file


_ENDED = -9
_TOO_LONG = {_ENDED, -getattr(signal, "SIGXCPU", -_ENDED)}


def _run(arguments: Sequence[str], told: bytes) -> tuple[int, bytes]:
    """With what status Python ends when run with these arguments, and what it answers."""
    # Files, not pipes: those of a process that runs under eventlet are not for other threads.
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as answered:
        given.write(told)
        given.seek(0)
        process = subprocess.Popen(  # noqa: S603 (no word of it comes from elsewhere)
            [sys.executable, *arguments], cwd=ROOT, stdin=given, stdout=answered
        )
        try:
            status = process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            status = _ENDED
        answered.seek(0)
        return status, answered.read()

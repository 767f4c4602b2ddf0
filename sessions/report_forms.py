"""Every form of a report, each one function of a session as it was at a moment and of the text that goes out.

These take long for a big session, so they are what the scribe is asked for (`sessions/scribe.py`); what they are given
and what they give is sent from one process to another, so it is text, bytes and plain dataclasses.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from sessions.charts import svg
from sessions.letter import Address, Letter
from sessions.mail import cover_for, left_out_of, letter, link, rich, subject_for
from sessions.mail_files import FORMS, files, to_docx
from sessions.report import Report, report_model, to_source
from sessions.report_changes import Choice, Line, Part, changes, dated, parts, take
from sessions.report_csv import to_csv_zip
from sessions.report_figures import figures
from sessions.report_html import policy, to_html_document, to_html_fragment
from sessions.report_json import to_json
from sessions.report_own import mark_own, own_texts
from sessions.report_store import Text
from sessions.report_texts import Automatic
from sessions.session import Session
from sessions.texts import texts

WHOLE = "html"
"""The file that goes along, chosen or not, when the mail cannot hold all of the report."""


@dataclass(frozen=True)
class Seen:
    """A session at one moment, and its report, which is made once for all forms of it."""

    session: Session

    @cached_property
    def report(self) -> Report:
        """The model that every form is made from."""
        return report_model(self.session)


def automatic(seen: Seen) -> Automatic:
    """The text that the session makes of itself."""
    session, report = seen.session, seen.report
    return Automatic(session.seq, session.changed, report.as_of, to_source(report))


def fragment(seen: Seen, text: str) -> str:
    """Sanitised HTML to put into a page."""
    return to_html_fragment(seen.report, text)


def with_own_marked(seen: Seen, html: str, who: str) -> tuple[str, int]:
    """The same HTML with what *who* wrote marked, and how often that was."""
    return mark_own(html, own_texts(seen.session, who))


def document(seen: Seen, text: str) -> tuple[str, str]:
    """A web page of its own, and what it may do."""
    return to_html_document(seen.report, text), policy(seen.report)


def docx(seen: Seen, text: str) -> bytes:
    """A document for Word."""
    return to_docx(seen.report, text)


def data(seen: Seen) -> str:
    """JSON of what was said and measured."""
    return to_json(seen.report)


def tables(seen: Seen) -> bytes:
    """A zip with a file for each table."""
    return to_csv_zip(seen.report)


def figure(seen: Seen, id: str) -> str:
    """One figure as SVG; empty when there is none of this id."""
    chart = figures(seen.session).get(id)
    return svg(chart, texts(seen.session.info.language)) if chart else ""


# as a mail


@dataclass(frozen=True)
class Opening:
    """What a mail is called and says unless somebody writes something else, and what does not fit into it."""

    subject: str
    cover: str
    left_out: tuple[str, ...]


@dataclass(frozen=True)
class ByHand:
    """What somebody's own mail program can take: an address that begins a mail, and the report to be pasted."""

    link: str
    html: str
    text: str


def opening(seen: Seen, text: str) -> Opening:
    """How the mail begins."""
    return Opening(subject_for(seen.report), cover_for(seen.report), left_out_of(text))


def mail(
    seen: Seen, text: str, subject: str, cover: str | None, wanted: Sequence[str] | None = None
) -> Letter:
    """The mail; without *cover* with the words it begins with, and without *wanted* forms with no file at all."""
    report = seen.report
    made = letter(report, text, subject, cover_for(report) if cover is None else cover)
    if wanted is None:
        return made
    forced = [WHOLE] if made.left_out and WHOLE not in wanted else []
    return replace(made, files=files(report, text, [form for form in FORMS if form in {*wanted, *forced}]))


def by_hand(seen: Seen, text: str, subject: str, cover: str, to: Sequence[Address]) -> ByHand:
    """The mail for who has no mail server."""
    report = seen.report
    return ByHand(link(report, text, subject or subject_for(report), cover, to), *rich(report, text, cover))


# an edit beside what the session makes of itself


def news(mine: Text, now: Automatic) -> list[Part]:
    """What the session added since the edit began."""
    return parts(*_dated(mine, now), now.text)


def edits(mine: Text, now: Automatic) -> list[Line]:
    """What the edit changed in the automatic text of now."""
    return changes(now.text, _dated(mine, now)[1])


def taken(mine: Text, now: Automatic, choices: dict[int, Choice]) -> tuple[str, str]:
    """The edit after it took over what was chosen, and the automatic text that it is made from now."""
    base, text = _dated(mine, now)
    return take(base, text, now.text, choices)


def _dated(mine: Text, now: Automatic) -> tuple[str, str]:
    return dated(mine.base, mine.text, mine.as_of, now.as_of)

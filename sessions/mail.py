"""The report as a mail: its letter, and what a person's own mail program can take.

Pure: the same report and choices give the same letter.  A newcomer would put all of a report into the mail; a program
that cuts off what is too long does so in the middle of a table, so whole chapters go as a file instead.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from sessions.letter import Address, File, Letter
from sessions.mail_html import MOST_BYTES, Chapter, chapters, document, notice, paragraphs
from sessions.report import Report, to_markdown
from sessions.text import clean
from sessions.texts import texts

MOST_SUBJECT = 200
MOST_COVER = 4_000
MOST_FILES_BYTES = 10_000_000
"""What most mail servers still take, once it is encoded."""
MOST_TITLES = 500
MOST_LINK = 1_900
"""Characters of a mailto: address; Windows takes some two thousand."""

_FLAT = re.compile("[^a-z0-9]+")


def subject_for(report: Report) -> str:
    """What the mail is called unless somebody says otherwise."""
    return texts(report.language).t("report.doc.heading", title=report.title)[:MOST_SUBJECT]


def cover_for(report: Report) -> str:
    """What stands above the report unless somebody writes something else."""
    t = texts(report.language).t
    when = t("mail.cover_date", date=report.date) if report.date else ""
    return t("mail.cover", title=report.title, when=f" {when}" if when else "")


def left_out_of(source: str) -> tuple[str, ...]:
    """The titles of what is too long for the mail itself: then the whole report has to go along as a file."""
    fitted = _fitting(chapters(to_markdown(source)))
    return (*fitted.begun, *fitted.left)


def letter(report: Report, source: str, subject: str, cover: str, files: Sequence[File] = ()) -> Letter:
    """The mail with this report: *source* is its text, *cover* what somebody wrote to go above it."""
    t = texts(report.language).t
    fitted = _fitting(chapters(to_markdown(source)))
    subject = clean(subject, newlines=False)[:MOST_SUBJECT] or subject_for(report)
    cover = clean(cover)[:MOST_COVER]
    told = [
        t(key, titles=_shortened(", ".join(f"‘{title}’" for title in titles)))
        for key, titles in (("mail.left_out", fitted.left), ("mail.begun", fitted.begun))
        if titles
    ]
    foot = t("mail.foot")
    return Letter(
        language=report.language,
        subject=subject,
        html=document(
            report.language,
            subject,
            paragraphs(cover) + "".join(map(notice, told)),
            "".join(chapter.html for chapter in fitted.shown),
            foot,
        ),
        text="\n\n".join(
            [cover, *told, "", *(chapter.text for chapter in fitted.shown), f"-- \n{foot}"]
        ).strip()
        + "\n",
        files=tuple(files),
        left_out=(*fitted.begun, *fitted.left),
    )


@dataclass(frozen=True)
class Fitted:
    """What goes into a mail; the titles of what does not, and of what does but for its end."""

    shown: tuple[Chapter, ...]
    left: tuple[str, ...]
    begun: tuple[str, ...]


def _fitting(parts: list[Chapter]) -> Fitted:
    """The chapters for which there is room, what comes first first; what then is left has the beginning of one more."""
    room = MOST_BYTES
    shown: dict[int, Chapter] = {}
    for at, part in enumerate(parts):
        if part.bytes <= room:
            room -= part.bytes
            shown[at] = part
    missing = [at for at in range(len(parts)) if at not in shown]
    begun = next(((at, start) for at in missing if (start := parts[at].beginning(room))), None)
    if begun:
        shown[begun[0]] = begun[1]
    return Fitted(
        tuple(shown[at] for at in sorted(shown)),
        tuple(parts[at].title for at in missing if at not in shown),
        (begun[1].title,) if begun else (),
    )


def file_name(report: Report, ending: str) -> str:
    """A plain name for a file; the code of the session is not for everybody who gets the mail."""
    words = unicodedata.normalize("NFKD", report.title).encode("ascii", "ignore").decode().lower()
    name = _FLAT.sub("-", words).strip("-")[:60].strip("-")
    return f"{texts(report.language).t('mail.file')}{f'-{name}' if name else ''}.{ending}"


def rich(report: Report, source: str, cover: str) -> tuple[str, str]:
    """The whole report as HTML and as text, to be pasted into a mail that somebody writes elsewhere."""
    parts = chapters(to_markdown(source))
    html = paragraphs(clean(cover)) + "".join(part.html for part in parts)
    return html, "\n\n".join([clean(cover), *(part.text for part in parts)]).strip() + "\n"


def link(report: Report, source: str, subject: str, cover: str, to: Sequence[Address] = ()) -> str:
    """A ``mailto:`` address with the beginning of the report; without recipients when there is no room for them."""
    start = f"mailto:?subject={_quoted(clean(subject, newlines=False)[:MOST_SUBJECT])}"
    recipients = f"&bcc={_quoted(','.join(address.address for address in to))}" if to else ""
    if len(start) + len(recipients) > MOST_LINK // 2:
        recipients = ""
    said = "\n\n".join([clean(cover), *(part.text for part in chapters(to_markdown(source))[:2])])
    room = MOST_LINK - len(start) - len(recipients) - len("&body=")
    return f"{start}{recipients}&body={_within(said, room, texts(report.language).t('mail.more'))}"


def _shortened(titles: str) -> str:
    return titles if len(titles) <= MOST_TITLES else f"{titles[:MOST_TITLES]}…"


def _quoted(text: str) -> str:
    return quote(text, safe="@")


def _within(text: str, room: int, more: str) -> str:
    """As many whole lines of *text* as fit, encoded; *more* says that there is more."""
    ending = _quoted(f"\r\n\r\n{more}")
    kept = ""
    for line in text.split("\n"):
        longer = kept + _quoted(f"{line}\r\n")
        if len(longer) + len(ending) > room:
            return kept + ending
        kept = longer
    return kept

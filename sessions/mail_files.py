"""The forms of a report that can go along with a mail, each with how it is made."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sessions.letter import File
from sessions.mail import file_name
from sessions.report import Report, to_markdown
from sessions.report_csv import to_csv_zip
from sessions.report_html import to_html_document


def to_docx(report: Report, source: str) -> bytes:
    """A Word document; what writes it takes a quarter of a second to load, so nobody does before it is asked for."""
    from sessions.report_docx import to_docx as written

    return written(report, source)


@dataclass(frozen=True)
class Form:
    """A form of a report: its type, the ending of its name, and how it is made of a report and its source."""

    type: str
    ending: str
    make: Callable[[Report, str], bytes]


FORMS: Mapping[str, Form] = {
    "html": Form("text/html", "html", lambda report, source: to_html_document(report, source).encode()),
    "docx": Form("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx", to_docx),
    "md": Form("text/markdown", "md", lambda report, source: to_markdown(source).encode()),
    "csv": Form("application/zip", "csv.zip", lambda report, source: to_csv_zip(report)),
}


def files(report: Report, source: str, wanted: Sequence[str]) -> tuple[File, ...]:
    """The files for these forms, in their order."""
    return tuple(
        File(file_name(report, form.ending), form.type, form.make(report, source))
        for form in map(FORMS.__getitem__, wanted)
    )

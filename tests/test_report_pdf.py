"""The PDF of a report: with tags where it can be made, and a sentence that says how it could where it cannot.

Which of the two holds here depends on whether Pango is installed; each test asks, and checks what is true then.
"""

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import lxml.html
import pytest
import requests
from lxml import etree
from pypdf import PdfReader

from sessions.press import lay_halos_below
from sessions.report import Report, report_model, to_source
from sessions.report_html import to_html_fragment
from sessions.report_pdf import NoPdf, can_print, printed, to_pdf
from sessions.texts import texts
from tests.play import canvas, play, rating
from tests.players import played
from tests.running import Workshop
from tests.shape import folded, shape_of_html

PLAN = "herkenbaarheid-peilen/nl"
AT = "2026-11-22T09:30:00+00:00"
EVIL = '<b>[a](https://x.nl)</b> & "c" {{ 1 }} \\ =1+1 | `d` _e_'


@cache
def report_of(plan: str) -> tuple[Report, str]:
    report = report_model(played(plan).session)
    return report, to_source(report)


@cache
def printed_plan() -> PdfReader | None:
    """The report of a playbook on paper; None where none can be made, which then is refused."""
    return read(to_pdf(*report_of(PLAN))) if possible() else None


def possible() -> bool:
    """Whether there are PDFs here; where there are none, that is what is said."""
    if not can_print():
        with pytest.raises(NoPdf) as refused:
            to_pdf(*report_of(PLAN))
        assert refused.value.key == "error.pdf.missing"
    return can_print()


def read(file: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(file))


def root_of(reader: PdfReader) -> Any:
    return reader.trailer["/Root"]


def tags(reader: PdfReader) -> Iterator[Any]:
    """Every element of the structure, in the order in which it is read out."""
    waiting: list[Any] = [root_of(reader)["/StructTreeRoot"]["/K"]]
    while waiting:
        one = waiting.pop().get_object()
        if isinstance(one, list):
            waiting += reversed(one)
        elif isinstance(one, dict):
            if "/S" in one:
                yield one
            if "/K" in one:
                waiting.append(one["/K"])


def outline(reader: PdfReader) -> list[str]:
    def titles(entries: Any) -> Iterator[str]:
        for entry in entries:
            if isinstance(entry, list):
                yield from titles(entry)
            else:
                yield folded(str(entry.title))

    return list(titles(reader.outline))


def test_a_pdf_says_what_it_is_in_which_language_and_that_it_has_tags() -> None:
    if reader := printed_plan():
        root = root_of(reader)
        assert root["/Lang"] == "nl"
        assert root["/MarkInfo"]["/Marked"]
        assert root["/ViewerPreferences"]["/DisplayDocTitle"]
        assert b"pdfuaid:part" in root["/Metadata"].get_object().get_data()
        assert reader.metadata is not None
        report = report_of(PLAN)[0]
        assert reader.metadata.title == texts("nl").t("report.doc.heading", title=report.title)
        assert reader.metadata.creation_date is not None
        assert reader.metadata.creation_date.timestamp() == report.changed // 1000
        assert {(round(page.mediabox.width), round(page.mediabox.height)) for page in reader.pages} == {
            (595, 842)
        }


def test_the_bookmarks_of_a_pdf_are_its_headings() -> None:
    if reader := printed_plan():
        lines = shape_of_html(to_html_fragment(*report_of(PLAN)))
        headings = [line[3:] for line in lines if line[:2] in ("h1", "h2", "h3", "h4")]
        assert outline(reader) == headings


def test_the_tags_of_a_pdf_are_the_blocks_of_the_report() -> None:
    if reader := printed_plan():
        found = [str(tag["/S"]) for tag in tags(reader)]
        lines = shape_of_html(to_html_fragment(*report_of(PLAN)))
        for level in (1, 2, 3, 4):
            assert found.count(f"/H{level}") >= sum(line.startswith(f"h{level} ") for line in lines) > 0
        for tag in ("/Table", "/TR", "/TH", "/TD", "/L", "/LI", "/P"):
            assert tag in found
        told = [folded(str(tag["/Alt"])) for tag in tags(reader) if tag["/S"] == "/Figure"]
        assert told == [line.removeprefix("[shows] ") for line in lines if line.startswith("[shows] ")]


def test_every_letter_of_a_pdf_is_in_it() -> None:
    if reader := printed_plan():
        resources: list[Any] = [page["/Resources"] for page in reader.pages]
        fonts = [font.get_object() for one in resources for font in one["/Font"].values()]
        assert fonts
        for font in fonts:
            inner = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
            assert {"/FontFile2", "/FontFile3"} & inner["/FontDescriptor"].get_object().keys()


def test_the_same_report_is_the_same_pdf() -> None:
    report = report_model(play(canvas(), rating()).session)
    if possible():
        assert to_pdf(report, to_source(report)) == to_pdf(report, to_source(report))


def test_the_halo_of_a_figure_lies_below_it() -> None:
    text = '<text stroke="#fff" paint-order="stroke" fill="#000">3</text>'
    drawing = etree.fromstring(f"<svg><g>{text}</g><text>4</text></svg>")
    lay_halos_below(drawing)
    told = [(one.text, "stroke" in one.attrib) for one in drawing.iter("text")]
    assert told == [("3", True), ("3", False), ("4", False)]


def test_what_somebody_typed_is_text_in_a_pdf_and_nothing_else() -> None:
    story = play(canvas(), title=EVIL)
    story.enters("an", EVIL[:40])
    story.adds("an", "c1", text=EVIL)
    report = report_model(story.session)
    if possible():
        reader = read(to_pdf(report, to_source(report)))
        text = folded("".join(page.extract_text() for page in reader.pages))
        assert EVIL in text
        assert not any("/Annots" in page for page in reader.pages)
        assert "/Link" not in [tag["/S"] for tag in tags(reader)]
        assert not {"/OpenAction", "/AA", "/AcroForm"} & root_of(reader).keys()


@contextmanager
def listening() -> Iterator[tuple[str, list[str]]]:
    """An address, and what was asked of it."""
    asked: list[str] = []

    class Listening(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            """Not of interest."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Listening) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()
        thread.join()


def test_making_a_pdf_fetches_nothing_from_the_network_or_the_disk(tmp_path: Path) -> None:
    secret = tmp_path / "secret.css"
    secret.write_text('p::after { content: "leaked" }', "utf-8")
    with listening() as (address, asked):
        html = f"""<html lang="en"><title>A</title><base href="{address}/">
            <link rel="stylesheet" href="{address}/a.css"><link rel="stylesheet" href="{secret.as_uri()}">
            <link rel="attachment" href="{secret.as_uri()}"><style>@import url({address}/b.css);</style>
            <img alt="a" src="{address}/a.png"><img alt="b" src="b.png"><p style="background: url(c.png)">Here
            <object data="{secret.as_uri()}">none</object></html>"""
        if possible():
            reader = read(printed(html, AT))
            assert "leaked" not in reader.pages[0].extract_text()
            assert "Here" in reader.pages[0].extract_text()
            assert not list(reader.attachments)
        assert asked == []


def test_a_report_that_takes_too_long_is_left_to_the_browser() -> None:
    if possible():
        with pytest.raises(NoPdf) as refused:
            to_pdf(*report_of(PLAN), most_seconds=1)
        assert refused.value.key == "error.pdf.too_long"


# over HTTP


def offered(workshop: Workshop) -> bool:
    page = requests.get(f"{workshop.page}/report", headers=workshop.bearer, timeout=60)
    assert page.status_code == 200
    return "/report.pdf" in page.text


def test_a_pdf_is_offered_where_it_can_be_made(workshop: Workshop) -> None:
    assert offered(workshop) == can_print()
    answer = requests.get(f"{workshop.page}/report.pdf", headers=workshop.bearer, timeout=600)
    if can_print():
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "application/pdf"
        assert answer.headers["Content-Disposition"].endswith('.pdf"')
        assert len(read(answer.content).pages) > 0
    else:
        assert answer.status_code == 501
    assert requests.get(f"{workshop.page}/report.pdf", timeout=20).status_code == 403


def test_without_its_library_there_is_no_button_and_a_sentence(start_server: Any, tmp_path: Path) -> None:
    """A module that falls stands before the real one: what WeasyPrint does on a machine without Pango."""
    (tmp_path / "weasyprint.py").write_text("raise OSError('cannot load library libpango')", "utf-8")
    workshop = start_server(environment={"PYTHONPATH": str(tmp_path)}).start_session()
    assert not offered(workshop)
    answer = requests.get(f"{workshop.page}/report.pdf", headers=workshop.bearer, timeout=20)
    assert answer.status_code == 501
    assert answer.json()["message"] == texts("nl").t("error.pdf.missing")
    browser = {**workshop.bearer, "Accept": "text/html,*/*;q=0.8"}
    page = requests.get(f"{workshop.page}/report.pdf", headers=browser, timeout=20)
    assert page.headers["Content-Type"].startswith("text/html")
    assert "uv run --extra pdf server.py" in page.text
    assert "WeasyPrint" not in "".join(workshop.server.log)


def test_whoever_asks_for_a_pdf_that_takes_too_long_reads_what_to_do(
    start_server: Any, tmp_path: Path
) -> None:
    """A module that is ended as the system ends one that used up its time stands before the real one."""
    ended = "import os, signal\ndef __getattr__(name):\n    if name == 'CSS':\n        os.kill(os.getpid(), signal.SIGXCPU)\n"
    (tmp_path / "weasyprint.py").write_text(ended, "utf-8")
    workshop = start_server(environment={"PYTHONPATH": str(tmp_path)}).start_session()
    assert offered(workshop)
    answer = requests.get(f"{workshop.page}/report.pdf", headers=workshop.bearer, timeout=60)
    assert answer.status_code == 503
    assert answer.json()["message"] == texts("nl").t("error.pdf.too_long")
    browser = {**workshop.bearer, "Accept": "text/html,*/*;q=0.8"}
    page = requests.get(f"{workshop.page}/report.pdf", headers=browser, timeout=60)
    assert texts("nl").t("report.print") in lxml.html.fromstring(page.text).text_content()
    assert page.text.count(f'href="/s/{workshop.code}/report"') == 1

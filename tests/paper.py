"""Puts the reports of all playbooks on paper, to be looked at: ``uv run python -m tests.paper DIR``.

Of each there is in DIR what LibreOffice makes of the Word document, what the browser prints of the web page, and what
WeasyPrint makes of it: as PDF, and as a picture of each page.  What is not installed is left out, and told of.
"""

import argparse
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from playwright.sync_api import sync_playwright

from sessions.report import report_model, to_source
from sessions.report_docx import to_docx
from sessions.report_html import to_html_document
from sessions.report_pdf import can_print, to_pdf
from tests.browser import launch_options
from tests.players import played
from tests.shape import DOCUMENTS

DOTS_TO_THE_INCH = "60"


def main(arguments: list[str]) -> None:
    """Print, and say where."""
    parser = argparse.ArgumentParser(prog="tests.paper", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "plans", nargs="*", default=DOCUMENTS, help="such as risicodialoog/nl; all when left out"
    )
    given = parser.parse_args(arguments)
    given.folder.mkdir(parents=True, exist_ok=True)
    documents, pages = write(given.folder, given.plans)
    for program, make in (("soffice", by_libreoffice), ("", by_browser)):
        if program and not shutil.which(program):
            print(f"there is no {program} here")  # noqa: T201
            continue
        make(documents if program else pages)
    if shutil.which("pdftoppm"):
        for pdf in sorted(given.folder.glob("*.pdf")):
            stem = pdf.with_suffix("")
            subprocess.run(["pdftoppm", "-r", DOTS_TO_THE_INCH, "-png", pdf, stem], check=True)
    print(f"printed in {given.folder}")  # noqa: T201


def write(folder: Path, plans: Iterable[str]) -> tuple[list[Path], list[Path]]:
    """The Word documents and the web pages, as files; PDFs of WeasyPrint too."""
    documents, pages = [], []
    for plan in plans:
        report = report_model(played(plan).session)
        source = to_source(report)
        name = plan.replace("/", ".")
        documents.append(folder / f"{name}.word.docx")
        documents[-1].write_bytes(to_docx(report, source))
        pages.append(folder / f"{name}.browser.html")
        pages[-1].write_text(to_html_document(report, source), "utf-8")
        if can_print():
            (folder / f"{name}.press.pdf").write_bytes(to_pdf(report, source))
    return documents, pages


def by_libreoffice(documents: list[Path]) -> None:
    folder = documents[0].parent
    profile = (folder / "profile").resolve().as_uri()
    line = ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", "pdf", "--outdir"]
    subprocess.run([*line, folder, *documents], check=True, stdout=subprocess.DEVNULL)


def by_browser(pages: list[Path]) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options())  # type: ignore[arg-type]
        page = browser.new_page()
        for file in pages:
            page.goto(file.resolve().as_uri())
            page.pdf(path=file.with_suffix(".pdf"), prefer_css_page_size=True)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])

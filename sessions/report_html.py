"""The report as a web page: a fragment to put into one of ours, and a file that needs nothing besides itself.

Both are made from the source text, with the figures drawn where it names them.  Prose goes through `to_html`, which
lets through what a report may hold and nothing else; what stands around it here is ours.
"""

import functools
import hashlib
import re
from base64 import b64encode
from collections.abc import Iterator
from html import escape

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from sessions.charts import Chart, svg
from sessions.markdown import to_html
from sessions.report import FIGURE, TEMPLATES, Report
from sessions.texts import Texts, texts

STYLES = [TEMPLATES.parent / "static" / "css" / name for name in ("report-document.css", "figures.css")]


def parts(report: Report, source: str) -> Iterator[str | Chart]:
    """The source in order: Markdown, and between it the charts; a line that names no chart is left out."""
    for place, part in enumerate(FIGURE.split(source)):
        if place % 2 == 0:
            if part.strip():
                yield part
        elif part in report.figures:
            yield report.figures[part]


def to_html_fragment(report: Report, source: str) -> str:
    """The report as sanitised HTML, to put into a page."""
    local = texts(report.language)
    return "\n".join(
        to_html(part, document=True) if isinstance(part, str) else _figure(part, local)
        for part in parts(report, source)
    )


def _figure(chart: Chart, local: Texts) -> str:
    # On a phone a picture is scrolled sideways; by the keyboard too.
    return (
        f'<figure class="figure"><div class="drawing" tabindex="0">{inline(svg(chart, local))}</div>'
        f"<figcaption>{escape(chart.title)}</figcaption></figure>"
    )


def inline(drawing: str) -> str:
    """A drawing as it stands within a page, which knows the names of SVG already."""
    return drawing.replace(' xmlns="http://www.w3.org/2000/svg"', "", 1)


def to_html_document(report: Report, source: str) -> str:
    """The report as one HTML file; it may load and run nothing, which it says itself."""
    style = _style(report)
    return (
        _templates()
        .get_template("report-document.html")
        .render(
            report=report,
            t=texts(report.language).t,
            body=Markup(to_html_fragment(report, source)),  # noqa: S704 (sanitised)
            policy=policy(report),
            style=Markup(style),  # noqa: S704 (ours, with a title that is escaped to its last letter)
        )
    )


def policy(report: Report) -> str:
    """The security policy of the file: its own style and nothing else."""
    digest = b64encode(hashlib.sha256(f"\n{_style(report)}".encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'"


def _style(report: Report) -> str:
    """The style sheet, with the title that runs along on paper."""
    title = texts(report.language).t("report.doc.heading", title=report.title)
    style = "".join(path.read_text("utf-8") for path in STYLES)
    return style.replace('"RUNNING TITLE"', _css_string(title))


def _css_string(text: str) -> str:
    """Any text as a string of CSS, in which nothing but letters and figures of ASCII stands for itself."""
    return '"' + re.sub(r"[^0-9A-Za-z]", lambda char: f"\\{ord(char[0]):06x}", text) + '"'


@functools.cache
def _templates() -> Environment:
    return Environment(loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, autoescape=True)

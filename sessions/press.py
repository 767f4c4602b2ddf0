"""The press: a process of its own that makes a PDF of a page, with WeasyPrint.

``python -m sessions.press`` reads an order as JSON and writes the PDF.  It is a process because laying out takes long, in
Python that would hold up every room, and in libraries of the system that need not be there.  It fetches nothing: the
letters are those that are installed with us, and every other address is refused.
"""

import json
import logging
import os
import sys
from contextlib import suppress
from copy import deepcopy
from hashlib import sha256
from pathlib import Path
from typing import Any

KINDNESS = 5
"""How much the rooms go before a report where there is but one processor."""
MOST_MEMORY = 2 << 30
"""Bytes that one report may take; what is beyond that ends this process, and nothing else."""

FAMILY = "Open Sans"
PLACES = ("top-left", "bottom-right")
"""On each page, with the title and the number."""
SVG = "{http://www.w3.org/2000/svg}"


def main() -> None:
    """Do the one order."""
    order = json.loads(sys.stdin.buffer.read())
    _stay_modest(order["seconds"])
    sys.stdout.buffer.write(pressed(order["html"], order["at"]))
    sys.stdout.buffer.flush()


def _stay_modest(seconds: int) -> None:
    """Let the rooms go first, and end by the hand of the system after so many *seconds* of processor."""
    if hasattr(os, "nice"):
        os.nice(KINDNESS)
    # Windows has no such limits.
    with suppress(ImportError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))


def pressed(html: str, at: str) -> bytes:
    """The page as a PDF with tags (PDF/UA-1), as of the moment *at*; the same page is the same bytes."""
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    # It tells of every line of a style that is for screens only.
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    fonts = FontConfiguration()
    fetcher = _fetcher()
    page = HTML(string=html, url_fetcher=fetcher)
    _describe_drawings(page.etree_element)
    lay_halos_below(page.etree_element)
    style = CSS(string=STYLE, url_fetcher=fetcher, font_config=fonts)
    document = page.render(font_config=fonts, stylesheets=[style], pdf_variant="pdf/ua-1")
    document.metadata.created = document.metadata.modified = at
    identifier = sha256(html.encode()).digest()[:16]
    return bytes(document.write_pdf(pdf_variant="pdf/ua-1", pdf_identifier=identifier))


def _describe_drawings(root: Any) -> None:
    """A reader of a PDF is told the title of a drawing only, so that has to say it all."""
    for drawing in root.iter(f"{SVG}svg"):
        title, described = drawing.find(f"{SVG}title"), drawing.find(f"{SVG}desc")
        if title is not None and described is not None:
            title.text = f"{title.text}. {described.text}"


def lay_halos_below(root: Any) -> None:
    """WeasyPrint knows no `paint-order`: it would draw the halo of a figure over that figure."""
    for parent in list(root.iter()):
        for place, text in reversed(list(enumerate(parent))):
            if text.attrib.pop("paint-order", None):
                parent.insert(place, deepcopy(text))
                text.attrib.pop("stroke")


def _fetcher() -> Any:
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class OwnLetters(URLFetcher):  # type: ignore[misc]
        """Gives the fonts that are installed with us, and nothing else: no file, no host."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            file = _fonts().get(url)
            if file is None:
                raise ValueError(f"nothing is fetched for a report: {url[:80]}")
            return URLFetcherResponse(url, file.read_bytes(), {"Content-Type": "font/ttf"})

    return OwnLetters()


def _fonts() -> dict[str, Path]:
    from ttf_opensans import OPENSANS_BOLD, OPENSANS_ITALIC, OPENSANS_REGULAR, OPENSANS_SEMIBOLD

    faces = {400: OPENSANS_REGULAR, 600: OPENSANS_SEMIBOLD, 700: OPENSANS_BOLD}
    found = {f"font:{weight}": Path(face.path) for weight, face in faces.items()}
    return {**found, "font:italic": Path(OPENSANS_ITALIC.path)}


_FACE = '@font-face { font-family: "%s"; font-weight: %s; font-style: %s; src: url("%s"); }'
STYLE = "\n".join(
    [
        *(_FACE % (FAMILY, weight, "normal", f"font:{weight}") for weight in (400, 600, 700)),
        _FACE % (FAMILY, 400, "italic", "font:italic"),
        f'body {{ font-family: "{FAMILY}", sans-serif !important; }}',
        *(f'@page {{ @{place} {{ font-family: "{FAMILY}" !important; }} }}' for place in PLACES),
        # It stands below in large letters.
        "@page :first { @top-left { content: none !important; } }",
    ]
)


if __name__ == "__main__":
    main()

"""What a reader finds in a report, block by block, from its web page or its Word document: the same lines for the same.

h2 Wat vonden we?
p Iedereen verdeelde 3 stippen.
- Hogere dijken
|= Onderwerp | Stippen
| Regie | 4
[figure] De peiling: alle stippen
[shows] De peiling: alle stippen. Regie: 4 stippen, 100%.
"""

import hashlib
import io
import re
from collections.abc import Iterator
from typing import Any

import docx
import lxml.html
from docx.document import Document
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph

from tests.players import PLANS

DOCUMENTS = [plan for plan in PLANS if "/" in plan]
"""Plans whose Word documents are kept, as such lines: every playbook, in each of its languages."""

ROUNDS = ["rating", "rating on two criteria", "rating of cascades", "dots", "choice"]
"""Plans whose web pages are kept letter by letter, with what is drawn in them."""

PAGES = [*ROUNDS, *DOCUMENTS]
"""Plans whose web pages are kept; those of playbooks with a sum in place of each drawing, see `kept`."""

HEADINGS = {f"h{level}" for level in range(1, 7)}


_DRAWN = re.compile(r"(?s)(<svg [^>]*>)(.*?)</svg>")


def kept(plan: str, html: str) -> str:
    """The web page of a plan as it is kept: a drawing that changes changes its sum."""
    return html if plan in ROUNDS else _DRAWN.sub(_summed, html)


def _summed(drawing: re.Match[str]) -> str:
    return f"{drawing[1]}{hashlib.sha256(drawing[2].encode()).hexdigest()[:16]}</svg>"


def folded(text: str) -> str:
    return " ".join(text.split())


# of a web page


def shape_of_html(html: str) -> list[str]:
    return [line for line in _blocks(lxml.html.fromstring(f"<div>{html}</div>"), 0) if line]


def _blocks(parent: Any, level: int) -> Iterator[str]:
    for one in parent:
        match one.tag:
            case str(tag) if tag in HEADINGS:
                yield f"{tag} {_text(one)}"
            case "p":
                yield f"p {_text(one)}"
            case "ul" | "ol":
                for item in one:
                    yield from _item(item, "-" if one.tag == "ul" else "#", level)
            case "figure":
                title, described = (one.find(f".//{{*}}{name}").text for name in ("title", "desc"))
                yield f"[figure] {folded(one.find('figcaption').text)}"
                yield f"[shows] {folded(f'{title}. {described}')}"
            case "tr":
                mark = "|=" if one.getparent().tag == "thead" else "|"
                yield f"{mark} {' | '.join(map(_text, one))}"
            case _:
                yield from _blocks(one, level)


def _item(item: Any, mark: str, level: int) -> Iterator[str]:
    nested = [child for child in item if child.tag in ("ul", "ol")]
    for child in nested:
        item.remove(child)
    yield f"{'  ' * level}{mark} {_text(item)}"
    for child in nested:
        yield from _blocks([child], level + 1)


def _text(element: Any) -> str:
    for line_break in element.iter("br"):
        line_break.tail = f" {line_break.tail or ''}"
    return folded(element.text_content())


# of a Word document


def opened(file: bytes) -> Document:
    return docx.Document(io.BytesIO(file))


def shape_of_docx(file: bytes) -> list[str]:
    document = opened(file)
    return list(_paragraphs_and_tables(document))


def _paragraphs_and_tables(document: Document) -> Iterator[str]:
    shown = ""
    for block in document.iter_inner_content():
        if isinstance(block, Table):
            yield from _rows(block)
            continue
        pictures = list(block._p.iter(qn("wp:docPr")))
        if pictures:
            shown = f"[shows] {pictures[0].get('descr')}"
        elif folded(block.text):
            yield f"{_mark(block)} {folded(block.text)}"
            if block.style is not None and block.style.name == "Caption":
                yield shown


def _mark(paragraph: Paragraph) -> str:
    name = paragraph.style.name if paragraph.style is not None else ""
    match (name or "").split():
        case ["Heading", level]:
            return f"h{level}"
        case ["List", "Bullet"]:
            return f"{_indent(paragraph)}-"
        case ["List", "Number"]:
            return f"{_indent(paragraph)}#"
        case ["Caption"]:
            return "[figure]"
    return "p"


def _indent(paragraph: Paragraph) -> str:
    [level] = paragraph._p.iter(qn("w:ilvl"))
    return "  " * int(level.get(qn("w:val")) or 0)


def _rows(table: Table) -> Iterator[str]:
    for row in table.rows:
        mark = "|=" if list(row._tr.iter(qn("w:tblHeader"))) else "|"
        yield f"{mark} {' | '.join(folded(cell.text) for cell in row.cells)}"

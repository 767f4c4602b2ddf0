"""The report as a Word document, made from its source text with the charts as pictures.

Typed text only ever becomes the text of a run: nothing of it is read as a field, a link or a style.  Headings, lists
and tables are real ones, so that Word, LibreOffice and screen readers know them.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit
from xml.sax.saxutils import escape, quoteattr

from sessions.charts import Chart, alternative, svg
from sessions.drawing import EDGE, NO_XML, WIDTH
from sessions.markdown import Node, to_nodes
from sessions.pictures import png, size_of
from sessions.report import Report
from sessions.report_html import parts
from sessions.texts import texts
from sessions.word_paper import (
    ACCENT,
    BULLETS,
    LINE,
    PICTURE_HEIGHT,
    SOFT,
    TEXT_WIDTH,
    Paper,
    column_widths,
    letters_of,
    lines_of,
)

DEEPEST = 3
"""Lists within lists are told apart so many times."""

HIGHEST = (WIDTH + 2 * EDGE) * PICTURE_HEIGHT / TEXT_WIDTH
"""Units of a drawing that fills a page."""

MOST_COLUMNS = 24
"""A wider table goes on below itself; Word knows no more than 63."""
BAR_SIZE = 8.0
"""In points: so small, the longest bar stays on one line beside every other column."""
FEW_LINES = 12
FEW_ITEMS = 5
_BLANKS = re.compile(r"[ \t\n\r\f]+")
_HEADING = re.compile(r'<w:p><w:pPr><w:pStyle w:val="Heading(\d)"')
_STYLED = re.compile(r'<w:p><w:pPr><w:pStyle w:val="\w+"/>')
_SAID = re.compile(
    r'<w:p>(?!<w:pPr>)|<w:p><w:pPr>(?:<w:keepNext/></w:pPr><w:r><w:(?!drawing)|<w:pStyle w:val="List)'
)
"""A sentence, or an item of a list."""
_BAR = re.compile("[█▏▎▍▌▋▊▉]+")


def to_docx(report: Report, source: str) -> bytes:
    """The file; the same report and source are the same bytes."""
    local = texts(report.language)
    paper = Paper(report.language, local.t("report.doc.heading", title=report.title), report.changed)
    writer = Writer(paper)
    for part in parts(report, source):
        if isinstance(part, str):
            writer.blocks(to_nodes(part))
        else:
            writer.figure(part, svg(part, local), alternative(part, local))
    return paper.to_bytes()


@dataclass(frozen=True)
class Look:
    """How a run of text looks."""

    bold: bool = False
    italic: bool = False
    code: bool = False
    link: bool = False
    accent: bool = False
    size: float = 0
    """in points; 0 is that of the paragraph"""

    @property
    def xml(self) -> str:
        marks = [
            '<w:rFonts w:ascii="Consolas" w:hAnsi="Consolas" w:cs="Consolas"/>' if self.code else "",
            "<w:b/>" if self.bold else "",
            "<w:i/>" if self.italic else "",
            f'<w:color w:val="{ACCENT}"/>' if self.link or self.accent else "",
            f'<w:sz w:val="{round(self.size * 2)}"/>' if self.size else "",
            '<w:u w:val="single"/>' if self.link else "",
        ]
        return f"<w:rPr>{''.join(marks)}</w:rPr>" if any(marks) else ""


PLAIN = Look()
LOOKS = {
    "strong": replace(PLAIN, bold=True),
    "em": replace(PLAIN, italic=True),
    "code": replace(PLAIN, code=True),
}
INLINE = {"strong", "em", "code", "a", "br"}


Row = tuple[bool, Sequence[list[Any]]]
"""Whether it is a head, and its cells as nodes."""


class Writer:
    """Writes blocks on paper, one after the other."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.figures = 0

    # blocks

    def blocks(self, nodes: Iterable[Node], style: str = "", level: int = 0) -> None:
        """Nodes under each other; text between blocks is a paragraph of its own."""
        loose: list[Node] = []
        for node in nodes:
            if isinstance(node, str) or node[0] in INLINE:
                loose.append(node)
                continue
            self._paragraph(loose, style)
            loose = []
            self._block(node[0], node[1], node[2:], style, level)
        self._paragraph(loose, style)

    def _block(
        self, tag: str, attributes: dict[str, str], children: list[Node], style: str, level: int
    ) -> None:
        match tag:
            case "h1" | "h2" | "h3" | "h4" | "h5" | "h6":
                if self._leads_to(int(tag[1])):
                    self._keep_with_next()
                self._paragraph(children, f"Heading{tag[1]}")
            case "p":
                self._paragraph(children, style)
            case "ul":
                self._list(children, BULLETS, "ListBullet", level)
            case "ol":
                start = attributes.get("start", "1")
                numbers = self.paper.numbered_list(int(start) if start.isdecimal() and len(start) < 6 else 1)
                self._list(children, numbers, "ListNumber", level)
            case "blockquote":
                self.blocks(children, "Quote", level)
            case "pre":
                self._preformatted(children)
            case "hr":
                edge = f'<w:pBdr><w:bottom w:val="single" w:sz="6" w:space="1" w:color="{LINE}"/></w:pBdr>'
                self.paper.blocks.append(f"<w:p><w:pPr>{edge}</w:pPr></w:p>")
            case "table":
                self._table(children)
            case _:
                self.blocks(children, style, level)

    def _paragraph(self, children: Sequence[Node], style: str = "", more: str = "") -> None:
        if runs := self._runs(children):
            named = f'<w:pStyle w:val="{style}"/>' if style else ""
            properties = f"<w:pPr>{named}{more}</w:pPr>" if named or more else ""
            self.paper.blocks.append(f"<w:p>{properties}{runs}</w:p>")

    def _list(self, items: Iterable[Node], numbers: int, style: str, level: int) -> None:
        depth = min(level, DEEPEST)
        numbered = f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{numbers}"/></w:numPr>'
        self._keep_with_next()
        listed = [item for item in items if not isinstance(item, str)]
        for place, item in enumerate(listed, 1):
            # A short list stays in one piece.
            stay = "<w:keepNext/>" if place < len(listed) <= FEW_ITEMS else ""
            first, rest = _first_paragraph(item[2:])
            runs = self._runs(first) or _run("", PLAIN)
            properties = f'<w:pPr><w:pStyle w:val="{style}"/>{stay}{numbered}</w:pPr>'
            self.paper.blocks.append(f"<w:p>{properties}{runs}</w:p>")
            self.blocks(rest, "ListContinue", level + 1)

    def _preformatted(self, children: Sequence[Node]) -> None:
        look = replace(PLAIN, code=True)
        lines = "".join(_texts(children)).strip("\n").split("\n")
        runs = "<w:r><w:br/></w:r>".join(_run(line, look) for line in lines)
        self.paper.blocks.append(f"<w:p>{runs}</w:p>")

    # tables

    def _table(self, sections: Iterable[Node]) -> None:
        rows = [
            (section[0] == "thead", [cell for cell in row[2:] if not isinstance(cell, str)])
            for section in sections
            if not isinstance(section, str)
            for row in section[2:]
            if not isinstance(row, str)
        ]
        if not rows:
            return
        for part in _in_parts(rows):
            self._table_part(part)

    def _table_part(self, rows: Sequence[Row]) -> None:
        count = max(len(cells) for _, cells in rows)
        said = [[_plain(cells[at]) if at < len(cells) else "" for at in range(count)] for _, cells in rows]
        size = letters_of(said)
        widths = column_widths(said, size)
        self._keep_with_heading()
        grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
        self.paper.blocks.append(
            f"<w:tbl><w:tblPr>{_TABLE_LOOK}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>"
            f"{self._table_rows(rows, widths, size, lines_of(said, widths, size))}</w:tbl>"
            # Two tables without a paragraph between them would be one.
            '<w:p><w:pPr><w:spacing w:after="60" w:line="120" w:lineRule="exact"/></w:pPr></w:p>'
        )

    def _table_rows(self, rows: Sequence[Row], widths: Sequence[int], size: float, lines: int) -> str:
        """A head stays with the row below it, no row is left alone, and a small table stays in one piece."""
        count = len(rows)
        bound = {*range(1, count)} if lines <= FEW_LINES else {2, count - 1}
        return "".join(
            self._table_row(cells, widths, head=head, size=size, stay=head or at in bound)
            for at, (head, cells) in enumerate(rows, 1)
        )

    def _table_row(
        self, cells: Sequence[list[Any]], widths: Sequence[int], *, head: bool, size: float, stay: bool
    ) -> str:
        kind = "<w:cantSplit/><w:tblHeader/>" if head else "<w:cantSplit/>"
        missing = [["td", {}] for _ in widths[len(cells) :]]
        written = [
            self._cell(cell, width, head=head, size=size, stay=stay)
            for cell, width in zip([*cells, *missing], widths, strict=False)
        ]
        return f"<w:tr><w:trPr>{kind}</w:trPr>{''.join(written)}</w:tr>"

    def _cell(self, cell: list[Any], width: int, *, head: bool, size: float, stay: bool) -> str:
        right = '<w:jc w:val="right"/>' if cell[1].get("class") == "number" else ""
        shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{SOFT}"/>' if head else ""
        bar = bool(_BAR.fullmatch(_plain(cell)))
        look = Look(bold=head, size=min(size, BAR_SIZE) if bar else size, accent=bar)
        runs = self._runs(cell[2:], look)
        return (
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shade}</w:tcPr>'
            f'<w:p><w:pPr>{"<w:keepNext/>" if stay else ""}<w:spacing w:before="30" w:after="30" w:line="240" w:lineRule="auto"/>{right}</w:pPr>'
            f"{runs}</w:p></w:tc>"
        )

    def _leads_to(self, level: int) -> bool:
        """Whether all that was said since a heading is one sentence, and a deeper heading follows."""
        above = _HEADING.match(self.paper.blocks[-2]) if len(self.paper.blocks) > 1 else None
        return above is not None and int(above[1]) < level

    def _keep_with_next(self) -> None:
        """A sentence or an item that leads to a table, a figure or a list stays with it."""
        if self.paper.blocks and _SAID.match(self.paper.blocks[-1]):
            self.paper.blocks[-1] = _kept(self.paper.blocks[-1])

    def _keep_with_heading(self) -> None:
        """What little stands between a heading and a table or a figure stays with both."""
        self._keep_with_next()
        blocks = self.paper.blocks
        for start in range(len(blocks) - 1, max(len(blocks) - 2 - FEW_ITEMS, -1), -1):
            if _HEADING.match(blocks[start]):
                blocks[start + 1 :] = map(_kept, blocks[start + 1 :])
                return
            if not _SAID.match(blocks[start]):
                return

    # figures

    def figure(self, chart: Chart, drawn: str, described: str) -> None:
        """The chart as a picture that says what it shows, with its title below."""
        self._keep_with_heading()
        self.figures += 1
        picture = png(drawn, HIGHEST)
        wide, tall = size_of(picture)
        scale = min(TEXT_WIDTH / wide, PICTURE_HEIGHT / tall)
        told = {
            "id": self.figures,
            "relation": self.paper.picture(picture),
            "alternative": quoteattr(_one_line(f"{chart.title}. {described}")),
            "cx": round(wide * scale),
            "cy": round(tall * scale),
        }
        self.paper.blocks.append(_PICTURE.format(**told))
        self._paragraph([chart.title], "Caption")

    # text

    def _runs(self, nodes: Sequence[Node], look: Look = PLAIN) -> str:
        """The runs of a paragraph, its blanks folded as in a browser."""
        return "".join(
            self._linked(text, one, address) if address else _run(text, one)
            for text, one, address in _folded(_pieces(nodes, look))
        )

    def _linked(self, text: str, look: Look, address: str) -> str:
        if not _leads_somewhere(address):
            return _run(text, look)
        return f'<w:hyperlink r:id="{self.paper.link(address)}">{_run(text, replace(look, link=True))}</w:hyperlink>'


def _kept(paragraph: str) -> str:
    """The same paragraph, on the page of the next."""
    if "<w:keepNext/>" in paragraph:
        return paragraph
    if styled := _STYLED.match(paragraph):
        return f"{styled[0]}<w:keepNext/>{paragraph[styled.end() :]}"
    return f"<w:p><w:pPr><w:keepNext/></w:pPr>{paragraph.removeprefix('<w:p>')}"


Piece = tuple[str, Look, str]
"""A text ("\\n" is a line break), how it looks, and the address it leads to."""


def _pieces(nodes: Iterable[Node], look: Look, address: str = "") -> Iterator[Piece]:
    for node in nodes:
        if isinstance(node, str):
            yield _BLANKS.sub(" ", NO_XML.sub("", node)), look, address
        elif node[0] == "br":
            yield "\n", look, ""
        elif node[0] == "a":
            yield from _pieces(node[2:], look, node[1].get("href", ""))
        else:
            mark = LOOKS.get(node[0], PLAIN)
            yield from _pieces(node[2:], _both(look, mark), address)


def _both(one: Look, other: Look) -> Look:
    return replace(
        one, bold=one.bold or other.bold, italic=one.italic or other.italic, code=one.code or other.code
    )


def _folded(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Without blanks at the start of a line, and one at a time."""
    blank = True
    for text, look, address in pieces:
        shown = text.lstrip(" ") if blank else text
        if shown:
            blank = shown[-1] in " \n"
            yield shown, look, address


def _run(text: str, look: Look) -> str:
    if text == "\n":
        return "<w:r><w:br/></w:r>"
    return f'<w:r>{look.xml}<w:t xml:space="preserve">{escape(NO_XML.sub("", text))}</w:t></w:r>'


LONGEST_ADDRESS = 2_000
_HOST = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
_NO_ADDRESS = re.compile(r"[^!-~]|[\"<>\\^`{|}]")


def _leads_somewhere(address: str) -> bool:
    """Whether this is an address for Word, which calls a whole document broken for one that is none."""
    if len(address) > LONGEST_ADDRESS or _NO_ADDRESS.search(address):
        return False
    try:
        parted = urlsplit(address)
        port = parted.port
    except ValueError:
        return False
    return parted.scheme == "mailto" or (bool(_HOST.fullmatch(parted.hostname or "")) and port != 0)


def _in_parts(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    """The table itself, or when it is too wide its columns in parts, each with what the rows are called."""
    columns = max(len(cells) for _, cells in rows)
    if columns <= MOST_COLUMNS:
        yield rows
        return
    step = MOST_COLUMNS - 1
    for start in range(1, columns, step):
        yield [(head, [*cells[:1], *cells[start : start + step]]) for head, cells in rows]


def _first_paragraph(children: Sequence[Node]) -> tuple[list[Node], list[Node]]:
    """What stands beside the bullet of an item, and what follows below."""
    loose: list[Node] = []
    for at, node in enumerate(children):
        if isinstance(node, str) or node[0] in INLINE:
            if loose or node != "\n":
                loose.append(node)
        elif node[0] == "p" and not loose:
            return list(node[2:]), list(children[at + 1 :])
        else:
            # The line ends where a list within it begins.
            return [*loose[:-1], *(_ended(last) for last in loose[-1:])], list(children[at:])
    return loose, []


def _ended(node: Node) -> Node:
    return node.rstrip("\n") if isinstance(node, str) else node


def _plain(cell: Sequence[Any]) -> str:
    return "".join(_texts(cell[2:]))


def _texts(nodes: Iterable[Node]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, str):
            yield node
        else:
            yield " " if node[0] == "br" else ""
            yield from _texts(node[2:])


def _one_line(text: str) -> str:
    return " ".join(NO_XML.sub("", text).split())


_LINE = f'w:val="single" w:sz="4" w:space="0" w:color="{LINE}"'
_TABLE_LOOK = (
    f'<w:tblW w:w="{TEXT_WIDTH.twips}" w:type="dxa"/>'
    f"<w:tblBorders><w:top {_LINE}/><w:bottom {_LINE}/><w:insideH {_LINE}/></w:tblBorders>"
    '<w:tblLayout w:type="fixed"/>'
    '<w:tblCellMar><w:left w:w="80" w:type="dxa"/><w:right w:w="80" w:type="dxa"/></w:tblCellMar>'
    '<w:tblLook w:val="00A0" w:firstRow="1" w:lastRow="0" w:firstColumn="1" w:lastColumn="0" w:noHBand="0" w:noVBand="0"/>'
)
_GRAPHIC = "http://schemas.openxmlformats.org/drawingml/2006/picture"
_PICTURE = (
    "<w:p><w:pPr><w:keepNext/></w:pPr><w:r><w:drawing>"
    '<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{cx}" cy="{cy}"/>'
    '<wp:docPr id="{id}" name="Figure {id}" descr={alternative}/>'
    '<wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect="1"/></wp:cNvGraphicFramePr>'
    f'<a:graphic><a:graphicData uri="{_GRAPHIC}"><pic:pic>'
    '<pic:nvPicPr><pic:cNvPr id="{id}" name="figure-{id}.png"/><pic:cNvPicPr/></pic:nvPicPr>'
    '<pic:blipFill><a:blip r:embed="{relation}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
    '<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{cx}" cy="{cy}"/></a:xfrm>'
    '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr>'
    "</pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
)

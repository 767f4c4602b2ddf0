"""The paper of a Word document: its styles, language, page and properties, and how it becomes the same bytes always.

What stands on it is WordprocessingML as text, which `sessions/report_docx.py` writes.  python-docx brings the package
around it, with the styles by which Word and its readers know a heading, a list or a caption.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import ceil
from typing import Any

import docx
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.image.image import Image
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.parts.image import ImagePart
from docx.shared import Mm, Pt, RGBColor

from sessions.drawing import width_of
from sessions.texts import Language

TEXT_WIDTH = Mm(170)
PICTURE_HEIGHT = Mm(220)
MARGIN = Mm(20)
FONT = "Calibri"
ACCENT, MUTED, LINE, SOFT = "0B5C8A", "51606D", "C9C6BD", "F1EFE9"

BULLETS, NUMBERS = 90, 91
"""Ids of the two kinds of lists; those of the template are lower."""

_SIZES = {1: 20, 2: 15, 3: 12.5, 4: 11, 5: 11, 6: 11}
_PLACES: dict[Language, str] = {"nl": "nl-NL", "en": "en-GB"}
_OLD = (1980, 1, 1, 0, 0, 0)
"""The oldest moment that a zip file knows."""

_NOT_OURS = ("/thumbnail", "/customXml", "/stylesWithEffects")
_WORD_OF_NOW = "15"
"""With a lower number Word opens a document in its compatibility mode."""

_NAMESPACES = nsdecls("w", "r", "wp", "a", "pic")


@dataclass
class Paper:
    """An empty document that gets its blocks; asking it for a list, a link or a picture gives what to refer to."""

    language: Language
    title: str
    at: int
    """ms since 1970: when what is told here last changed"""
    blocks: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.document = docx.Document()
        self.lists = NUMBERS + 1
        self.pictures: dict[bytes, str] = {}
        self._styles()
        self._page()
        self._properties()
        self._settings()
        self._numbering()

    # what blocks refer to

    def numbered_list(self, start: int) -> int:
        """The id of a new list of numbers."""
        self.lists += 1
        levels = "".join(
            f'<w:lvlOverride w:ilvl="{level}"><w:startOverride w:val="{start if level == 0 else 1}"/></w:lvlOverride>'
            for level in range(4)
        )
        self._number(self.lists, NUMBERS, levels)
        return self.lists

    def link(self, address: str) -> str:
        """The id of a relation to this address."""
        return str(self.document.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))

    def picture(self, png: bytes) -> str:
        """The id of a relation to this picture; the same picture is in the document once."""
        if png not in self.pictures:
            # The library looks for it by the sum of every picture so far.
            name = PackURI(f"/word/media/image{len(self.pictures) + 1}.png")
            part = ImagePart.from_image(Image.from_blob(png), name)
            self.pictures[png] = str(self.document.part.relate_to(part, RELATIONSHIP_TYPE.IMAGE))
        return self.pictures[png]

    # setting up

    def _styles(self) -> None:
        styles = self.document.styles
        normal = styles["Normal"]
        _font(normal, 10.5, "14202B")
        normal.paragraph_format.space_after = Pt(5)
        normal.paragraph_format.line_spacing = 1.15
        for level, size in _SIZES.items():
            heading = styles[f"Heading {level}"]
            _font(heading, size, ACCENT if level < 3 else "14202B")
            heading.font.italic = False
            heading.font.bold = True
            heading.paragraph_format.space_before = Pt(4 if level == 1 else 18 - 3 * level)
            heading.paragraph_format.space_after = Pt(4)
            heading.paragraph_format.keep_with_next = True
        caption = styles["Caption"]
        _font(caption, 9, MUTED)
        caption.font.bold = False
        caption.paragraph_format.space_after = Pt(12)
        quote = styles["Quote"]
        _font(quote, 10.5, MUTED)
        quote.paragraph_format.left_indent = Mm(6)
        for name in ("List Bullet", "List Number"):
            styles[name].paragraph_format.space_after = Pt(2)
        for language in styles.element.iter(qn("w:lang")):
            for name in ("w:val", "w:eastAsia"):
                language.set(qn(name), _PLACES[self.language])

    def _page(self) -> None:
        [section] = self.document.sections
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = MARGIN
        section.header_distance = section.footer_distance = Mm(10)
        footer = section.footer.paragraphs[0]
        title = self.title if len(self.title) <= 80 else f"{self.title[:79]}…"
        footer.add_run(title)
        stops = self.document.styles["Footer"].paragraph_format.tab_stops
        stops.clear_all()
        stops.add_tab_stop(TEXT_WIDTH, WD_TAB_ALIGNMENT.RIGHT)
        for part in ("\t", "PAGE", " / ", "NUMPAGES"):
            if part.isalpha():
                field_ = f'<w:fldSimple {nsdecls("w")} w:instr="{part}"><w:r><w:t>1</w:t></w:r></w:fldSimple>'
                footer._p.append(parse_xml(field_))
            else:
                footer.add_run(part)
        _font(self.document.styles["Footer"], 9, MUTED)

    def _properties(self) -> None:
        at = datetime.fromtimestamp(self.at / 1000, UTC).replace(microsecond=0, tzinfo=None)
        properties = self.document.core_properties
        properties.title, properties.language = self.title[:255], _PLACES[self.language]
        properties.author = properties.last_modified_by = properties.comments = properties.keywords = ""
        properties.created = properties.modified = at
        # The template brings a picture of a page of its own, a list of sources, and its styles once more for Word 2010.
        for relations in (self.document.part.package.rels, self.document.part.rels):
            for id in [id for id, relation in relations.items() if relation.reltype.endswith(_NOT_OURS)]:
                del relations[id]

    def _settings(self) -> None:
        """What the template leaves to Word of 2010, or to English."""
        settings = self.document.settings.element
        settings.find(qn("w:zoom")).set(qn("w:percent"), "100")
        settings.remove(settings.find(qn("w:savePreviewPicture")))
        for setting in settings.iter(qn("w:compatSetting")):
            if setting.get(qn("w:name")) == "compatibilityMode":
                setting.set(qn("w:val"), _WORD_OF_NOW)
        language = settings.find(qn("w:themeFontLang"))
        language.set(qn("w:val"), _PLACES[self.language])
        del language.attrib[qn("w:eastAsia")]

    def _numbering(self) -> None:
        numbering = self.document.part.numbering_part.element
        for id, level_of in ((BULLETS, _bullet), (NUMBERS, _counted)):
            levels = "".join(map(level_of, range(4)))
            kind = (
                f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{id}">'
                f'<w:multiLevelType w:val="multilevel"/>{levels}</w:abstractNum>'
            )
            # All kinds come before all lists.
            first = numbering.find(qn("w:num"))
            first.addprevious(parse_xml(kind))
        self._number(BULLETS, BULLETS, "")

    def _number(self, id: int, kind: int, more: str) -> None:
        self.document.part.numbering_part.element.append(
            parse_xml(f'<w:num {nsdecls("w")} w:numId="{id}"><w:abstractNumId w:val="{kind}"/>{more}</w:num>')
        )

    # finishing

    def to_bytes(self) -> bytes:
        """The document as a file; the same blocks are the same bytes."""
        empty = self.document.element.body
        written = parse_xml(f"<w:body {_NAMESPACES}>{''.join(self.blocks)}</w:body>")
        written.append(empty.find(qn("w:sectPr")))
        # The whole at once: block by block takes quadratic time.
        self.document.element.replace(empty, written)
        file = io.BytesIO()
        self.document.save(file)
        return _timeless(file)


def _font(style: Any, size: float, colour: str) -> None:
    """One font for all letters, in place of the fonts of a theme."""
    style.font.size, style.font.color.rgb = Pt(size), RGBColor.from_string(colour)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for name in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(name), FONT)


def _bullet(level: int) -> str:
    return _level(level, "bullet", "•◦▪▪"[level])


def _counted(level: int) -> str:
    return _level(level, "decimal", f"%{level + 1}.")


def _level(level: int, kind: str, text: str) -> str:
    left = 397 * (level + 1)
    return (
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{text}"/>'
        f'<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="{left}" w:hanging="397"/></w:pPr></w:lvl>'
    )


def _timeless(file: io.BytesIO) -> bytes:
    """The same zip file without the moment it was made."""
    made = io.BytesIO()
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, _OLD)
            entry.compress_type = zipfile.ZIP_STORED if name.endswith(".png") else zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(name))
    return made.getvalue()


# tables

PADDING = 190
MOST_OF_A_WORD, MOST_OF_A_LINE = 2_600, 16_000
MANY_COLUMNS, SOME_COLUMNS = 8, 5
LARGE, MEDIUM, SMALL, SMALLEST = 9.5, 8.5, 8.0, 6.5
"""Letters of a table, in points."""
_BLANKS = re.compile("[ \t\n]+")


def letters_of(rows: Sequence[Sequence[str]]) -> float:
    """The size in points in which a table is read best: the words of many columns leave little room for sentences."""
    columns, whole = len(rows[0]), TEXT_WIDTH.twips
    if columns <= SOME_COLUMNS:
        return LARGE
    if columns > MANY_COLUMNS:
        return next((size for size in (SMALL, 7.25) if sum(_least(rows, size)) <= whole), SMALLEST)
    return LARGE if sum(_least(rows, LARGE)) < 0.75 * whole else MEDIUM


def column_widths(rows: Sequence[Sequence[str]], size: float) -> list[int]:
    """How wide each column is, in twentieths of a point: what is said in it decides, and the page is filled.

    *rows* are the texts of the cells, in letters of this size in points, those of the first row bold.
    """
    least = _least(rows, size)
    wanted = [
        max(min(max(_wide(cell, size) for cell in cells), MOST_OF_A_LINE) + PADDING, low)
        for cells, low in zip(zip(*rows, strict=True), least, strict=True)
    ]
    whole = TEXT_WIDTH.twips
    room, more = whole - sum(least), sum(wanted) - sum(least)
    if room <= 0:
        return _filling([low * whole / sum(least) for low in least], whole)
    if more <= room:
        return _filling([want * whole / sum(wanted) for want in wanted], whole)
    return _filling(
        [low + (want - low) * room / more for low, want in zip(least, wanted, strict=True)], whole
    )


def lines_of(rows: Sequence[Sequence[str]], widths: Sequence[int], size: float) -> int:
    """About how many lines a table is high; shapes and units as for `column_widths`."""
    rooms = [max(width - PADDING, 1) for width in widths]
    return sum(
        max(ceil(_wide(cell, size) / room) for cell, room in zip(row, rooms, strict=True)) or 1
        for row in rows
    )


def _least(rows: Sequence[Sequence[str]], size: float) -> list[float]:
    """How wide each column must be for its longest word."""
    return [
        min(max(_longest_word(cells, size)), MOST_OF_A_WORD) + PADDING for cells in zip(*rows, strict=True)
    ]


def _longest_word(cells: Sequence[str], size: float) -> Iterator[float]:
    for row, cell in enumerate(cells):
        yield from (_wide(word, size, bold=row == 0) for word in _BLANKS.split(cell))


def _wide(text: str, size: float, *, bold: bool = False) -> float:
    return width_of(text, size, bold=bold) * 20


def _filling(widths: Sequence[float], whole: int) -> list[int]:
    """Whole numbers that together are *whole*."""
    rounded = [int(width) for width in widths]
    rounded[-1] += whole - sum(rounded)
    return rounded

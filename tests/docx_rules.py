"""What Word demands of a document, as far as it is known without Word: what it would repair, refuse, or read out wrongly.

LibreOffice opens nearly anything, so that a document looks right there says little.  Where the order of elements
matters, it is that of the schema of ECMA-376, transitional.
"""

import io
import posixpath
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

import lxml.etree

NAMES = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
}
TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
W, R = (f"{{{NAMES[name]}}}" for name in ("w", "r"))
MAIN = "word/document.xml"

MOST_COLUMNS = 63
LONGEST_ADDRESS = 2_079
LONGEST_DESCRIPTION = 4_000
"""Of a picture, in characters; a screen reader reads it in one go."""

ORDER = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs "
    "suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd "
    "snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment "
    "textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange",
    "rPr": "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof snapToGrid "
    "vanish webHidden color spacing w kern position sz szCs highlight u effect bdr shd fitText vertAlign rtl cs em "
    "lang eastAsianLayout specVanish oMath",
    "tblPr": "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing "
    "tblInd tblBorders shd tblLayout tblCellMar tblLook tblCaption tblDescription",
    "tblBorders": "top left start bottom right end insideH insideV",
    "tblCellMar": "top left start bottom right end",
    "tcPr": "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign hideMark",
    "lvl": "start numFmt lvlRestart pStyle isLgl suff lvlText lvlPicBulletId legacy lvlJc pPr rPr",
    "num": "abstractNumId lvlOverride",
    "numbering": "numPicBullet abstractNum num numIdMacAtCleanup",
    "tbl": "bookmarkStart bookmarkEnd tblPr tblGrid tr",
    "tr": "tblPrEx trPr tc",
    "style": "name aliases basedOn next link autoRedefine hidden uiPriority semiHidden unhideWhenUsed qFormat locked "
    "personal personalCompose personalReply rsid pPr rPr tblPr trPr tcPr tblStylePr",
}


def complaints(file: bytes) -> list[str]:
    """What Word would have against the document; nothing when all is well."""
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
        found = [f"{name} is there twice" for name, n in Counter(archive.namelist()).items() if n > 1]
    try:
        trees = {
            name: lxml.etree.fromstring(content)
            for name, content in parts.items()
            if name.endswith((".xml", ".rels"))
        }
    except lxml.etree.XMLSyntaxError as problem:
        return [f"a part is no XML: {problem}"]
    return [
        *found,
        *_package(parts, trees),
        *_relations(parts, trees),
        *_order(trees),
        *_references(trees),
        *_blocks(trees[MAIN]),
        *_tables(trees[MAIN]),
        *_pictures(trees[MAIN]),
        *_headings(trees[MAIN]),
        *_language(trees),
        *_settings(trees["word/settings.xml"]),
    ]


# the package


def _package(parts: dict[str, bytes], trees: dict[str, Any]) -> Iterator[str]:
    """Every part says of which type it is, once."""
    types = trees["[Content_Types].xml"]
    defaults = {one.get("Extension").lower() for one in types.iter(f"{TYPES}Default")}
    overrides = [one.get("PartName").lstrip("/") for one in types.iter(f"{TYPES}Override")]
    yield from (f"{name} has two types" for name, n in Counter(overrides).items() if n > 1)
    yield from (f"{name} has a type and is not there" for name in overrides if name not in parts)
    for name in parts.keys() - {"[Content_Types].xml"}:
        ending = name.rpartition(".")[2].lower()
        if name not in overrides and ending not in defaults:
            yield f"{name} has no type"
        # Without an entry of its own a part is just XML to Word.
        if ending == "xml" and name not in overrides and not name.startswith("customXml/item"):
            yield f"{name} has no type of its own"
        if name.endswith(".png") and not parts[name].startswith(b"\x89PNG"):
            yield f"{name} is no PNG"


def _relations(parts: dict[str, bytes], trees: dict[str, Any]) -> Iterator[str]:
    """Every relation leads somewhere, every part is led to, and what refers to a relation finds one."""
    reached = {"[Content_Types].xml"}
    for name in parts:
        if not name.endswith(".rels"):
            continue
        reached.add(name)
        folder = posixpath.dirname(posixpath.dirname(name))
        source = posixpath.join(folder, posixpath.basename(name).removesuffix(".rels"))
        if posixpath.basename(source) and source not in parts:
            yield f"{name} is of a part that is not there"
        ids = [one.get("Id") for one in trees[name]]
        yield from (f"{name}: {id} is there twice" for id, n in Counter(ids).items() if n > 1)
        for one in trees[name]:
            if one.get("TargetMode") == "External":
                yield from _address(one.get("Target"))
                continue
            target = posixpath.normpath(posixpath.join("/", folder, one.get("Target"))).lstrip("/")
            reached.add(target)
            if target not in parts:
                yield f"{name}: {one.get('Id')} leads to {target}, which is not there"
    yield from (f"nothing leads to {name}" for name in parts.keys() - reached)
    for name, tree in trees.items():
        if name.endswith(".rels") or name == "[Content_Types].xml":
            continue
        relations = trees.get(f"{posixpath.dirname(name)}/_rels/{posixpath.basename(name)}.rels")
        known = {one.get("Id") for one in relations} if relations is not None else set()
        for id in tree.xpath("//@r:id | //@r:embed", namespaces=NAMES):
            if id not in known:
                yield f"{name} refers to {id}, which is not there"


def _address(address: str) -> Iterator[str]:
    """Word calls a document broken for an address that is none."""
    try:
        parted = urlsplit(address)
        sound = bool(parted.scheme) and parted.port != 0
    except ValueError:
        sound = False
    if not sound or len(address) > LONGEST_ADDRESS or re.search(r"[^!-~]|[\"<>\\^`{|}]", address):
        yield f"{address[:80]} is no address"


# the elements


def _order(trees: dict[str, Any]) -> Iterator[str]:
    """Children stand in the order of the schema, none twice that may be there once."""
    for name, tree in trees.items():
        for kind, order in ORDER.items():
            places = {child: place for place, child in enumerate(order.split())}
            for element in tree.iter(f"{W}{kind}"):
                children = [_local(child) for child in element]
                unknown = [child for child in children if child not in places]
                if unknown:
                    yield f"{name}: {unknown[0]} in {kind}"
                elif any(places[one] > places[other] for one, other in pairwise(children)):
                    yield f"{name}: {' '.join(children)} in {kind}"
                elif kind.endswith("Pr") and len(set(children)) < len(children):
                    yield f"{name}: something twice in {kind}: {' '.join(children)}"


def _references(trees: dict[str, Any]) -> Iterator[str]:
    """Styles and lists that are named are there."""
    styles = trees["word/styles.xml"]
    known = [one.get(f"{W}styleId") for one in styles.iter(f"{W}style")]
    yield from (f"style {name} is there twice" for name, n in Counter(known).items() if n > 1)
    for part, tree in trees.items():
        for kind in ("pStyle", "rStyle", "tblStyle", "basedOn", "next", "link"):
            for one in tree.iter(f"{W}{kind}"):
                if one.get(f"{W}val") not in known:
                    yield f"{part}: there is no style {one.get(f'{W}val')}"
    numbering = trees["word/numbering.xml"]
    kinds = _values(numbering, "abstractNum", "abstractNumId")
    lists = _values(numbering, "num", "numId")
    for ids in (kinds, lists):
        yield from (f"list {id} is there twice" for id, n in Counter(ids).items() if n > 1)
    used = [one.get(f"{W}val") for one in numbering.iter(f"{W}abstractNumId")]
    yield from (f"there is no kind of list {id}" for id in set(used) - set(kinds))
    wanted = {one.get(f"{W}val") for one in trees[MAIN].iter(f"{W}numId")}
    yield from (f"there is no list {id}" for id in wanted - {*lists, "0"})


def _values(tree: Any, kind: str, attribute: str) -> list[str]:
    return [one.get(f"{W}{attribute}") for one in tree.iter(f"{W}{kind}")]


def _blocks(document: Any) -> Iterator[str]:
    """Blocks of the body, with its section at the end; and no block in a paragraph."""
    [body] = document.iter(f"{W}body")
    kinds = [_local(block) for block in body]
    if kinds[-1:] != ["sectPr"] or "sectPr" in kinds[:-1]:
        yield "the section does not stand at the end"
    yield from (f"{kind} in the body" for kind in {*kinds} - {"p", "tbl", "sectPr"})
    for one, other in pairwise(kinds):
        if one == "tbl" and other != "p":
            yield "a table without a paragraph below it"
    for paragraph in document.iter(f"{W}p"):
        if unknown := {_local(child) for child in paragraph} - {"pPr", "r", "hyperlink", "fldSimple"}:
            yield f"{', '.join(unknown)} in a paragraph"
    for text in document.iter(f"{W}t"):
        told = text.text or ""
        if told != told.strip() and text.get("{http://www.w3.org/XML/1998/namespace}space") != "preserve":
            yield f"blanks that would go: {told[:40]!r}"


def _tables(document: Any) -> Iterator[str]:
    """Rows that fill the grid, heads at the top, and a paragraph at the end of each cell."""
    for number, table in enumerate(document.iter(f"{W}tbl"), 1):
        grid = table.findall(f"{W}tblGrid/{W}gridCol")
        if not 0 < len(grid) <= MOST_COLUMNS:
            yield f"table {number} has {len(grid)} columns"
        rows = table.findall(f"{W}tr")
        if not rows:
            yield f"table {number} has no rows"
        heads = [row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows]
        if not heads[:1] or not heads[0] or heads != sorted(heads, reverse=True):
            yield f"table {number} has no head, or one further down"
        for row in rows:
            cells = row.findall(f"{W}tc")
            if sum(map(_span, cells)) != len(grid):
                yield f"a row of table {number} has {len(cells)} cells for {len(grid)} columns"
            for cell in cells:
                if not len(cell) or _local(cell[-1]) != "p":
                    yield f"a cell of table {number} has no paragraph at its end"


def _span(cell: Any) -> int:
    span = cell.find(f"{W}tcPr/{W}gridSpan")
    return int(span.get(f"{W}val")) if span is not None else 1


def _pictures(document: Any) -> Iterator[str]:
    """Each has an id of its own, a size that fits on the page, and says what it shows."""
    [page] = document.iter(f"{W}pgSz")
    wide, tall = (int(page.get(f"{W}{side}")) * 635 for side in ("w", "h"))
    ids = document.xpath("//wp:docPr/@id", namespaces=NAMES)
    yield from (f"two pictures are number {id}" for id, n in Counter(ids).items() if n > 1)
    for picture in document.xpath("//wp:inline", namespaces=NAMES):
        order = [_local(child) for child in picture]
        if order != ["extent", "docPr", "cNvGraphicFramePr", "graphic"]:
            yield f"a picture of {' '.join(order)}"
        told = picture.xpath("string(wp:docPr/@descr)", namespaces=NAMES)
        if not 40 < len(told) <= LONGEST_DESCRIPTION:
            yield f"a picture is described in {len(told)} characters"
        sizes = [int(one) for one in picture.xpath("wp:extent/@cx | wp:extent/@cy", namespaces=NAMES)]
        if not (0 < sizes[0] < wide and 0 < sizes[1] < tall):
            yield f"a picture is {sizes} large"


def _headings(document: Any) -> Iterator[str]:
    """They begin at the first level, and go down one level at a time."""
    styles = document.xpath("//w:body/w:p/w:pPr/w:pStyle/@w:val", namespaces=NAMES)
    levels = [int(one[-1]) for one in styles if re.fullmatch("Heading[1-9]", one)]
    if levels[:1] != [1]:
        yield f"the first heading is of level {levels[:1]}"
    yield from (f"a heading of level {low} below {high}" for high, low in pairwise(levels) if low > high + 1)


def _language(trees: dict[str, Any]) -> Iterator[str]:
    """One language for spelling, for the theme, and for who reads it out."""
    told = _values(trees["word/styles.xml"], "lang", "val")
    told += _values(trees["word/settings.xml"], "themeFontLang", "val")
    told += [
        one.text for one in trees["docProps/core.xml"].iter("{http://purl.org/dc/elements/1.1/}language")
    ]
    if len(told) < 3 or len(set(told)) != 1 or not re.fullmatch("[a-z]{2}-[A-Z]{2}", told[0]):
        yield f"languages: {told}"
    if not trees["docProps/core.xml"].findtext("{http://purl.org/dc/elements/1.1/}title"):
        yield "no title"


def _settings(settings: Any) -> Iterator[str]:
    modes = settings.xpath("//w:compatSetting[@w:name='compatibilityMode']/@w:val", namespaces=NAMES)
    if modes != ["15"]:
        yield f"compatibility mode {modes}"
    if settings.xpath("//w:zoom[not(@w:percent)]", namespaces=NAMES):
        yield "a zoom without percent"
    if settings.find(f"{W}updateFields") is not None:
        yield "Word would ask whether to update fields"


def _local(element: Any) -> str:
    return lxml.etree.QName(element).localname


def breakages(file: bytes, replaced: Sequence[tuple[bytes, bytes]]) -> bytes:
    """The same document with one thing replaced in its main part: for who wants to know whether a rule sees it."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(file)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == MAIN:
                for was, becomes in replaced:
                    assert was in content, was
                    content = content.replace(was, becomes, 1)
            new.writestr(name, content)
    return made.getvalue()

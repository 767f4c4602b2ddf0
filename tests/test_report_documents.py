"""The report as a web page and as a Word document: the same blocks, real structure, and text that is only ever text."""

import io
import re
import zipfile
from base64 import b64encode
from dataclasses import replace
from functools import cache
from hashlib import sha256

import pytest
from docx.oxml.ns import qn
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from sessions.charts import Bars, Chart
from sessions.drawing import EDGE, WIDTH, Drawing, width_of
from sessions.pictures import ZOOM, png, size_of
from sessions.report import Report, report_model, to_source
from sessions.report_docx import BAR_SIZE, to_docx
from sessions.report_html import policy, to_html_document, to_html_fragment
from sessions.report_wording import BAR_WIDTH
from sessions.text import clean
from sessions.tones import INK
from sessions.word_paper import PADDING, TEXT_WIDTH, column_widths
from tests.players import played as played_plan
from tests.recordings import FORMS, golden_form
from tests.shape import DOCUMENTS, PAGES, folded, kept, opened, shape_of_docx, shape_of_html
from tests.test_report import MARKS, Elements, hostile, played


@cache
def report_of(plan: str) -> tuple[Report, str]:
    report = report_model(played_plan(plan).session)
    return report, to_source(report)


@cache
def small() -> tuple[Report, str]:
    report = report_model(played(title="Dijk & <dal>").session)
    return report, to_source(report)


# golden


@pytest.mark.parametrize("plan", DOCUMENTS)
def test_the_document_of_a_playbook_is_shaped_as_it_was(plan: str) -> None:
    shape = shape_of_docx(to_docx(*report_of(plan)))
    assert shape == golden_form(plan, "docx").read_text("utf-8").splitlines()


@pytest.mark.parametrize("plan", DOCUMENTS)
def test_the_web_page_of_a_playbook_has_the_blocks_of_its_document(plan: str) -> None:
    shape = shape_of_html(to_html_fragment(*report_of(plan)))
    assert shape == golden_form(plan, "docx").read_text("utf-8").splitlines()


@pytest.mark.parametrize("plan", PAGES)
def test_the_web_page_of_a_plan_is_what_it_was(plan: str) -> None:
    assert kept(plan, to_html_fragment(*report_of(plan))) == golden_form(plan, "html").read_text("utf-8")


def test_there_is_no_form_of_a_plan_that_is_gone() -> None:
    kept = {golden_form(plan, "docx") for plan in DOCUMENTS} | {golden_form(plan, "html") for plan in PAGES}
    assert set(FORMS.iterdir()) == kept


# the web page


def test_a_line_for_a_figure_becomes_that_figure_and_an_unknown_one_nothing() -> None:
    report, _ = small()
    assert report.figures
    [first, *_] = report.figures
    html = to_html_fragment(report, f"Voor\n\n[[figure: {first}]]\n\n[[figure: nooit]]\n\nNa\n")
    assert html.count("<svg ") == html.count("<figure ") == 1
    assert html.index("Voor") < html.index("<svg ") < html.index("Na</p>")
    assert "[[" not in html


def test_the_file_allows_itself_its_own_style_and_nothing_else() -> None:
    report, source = small()
    html = to_html_document(report, source)
    [style] = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
    digest = b64encode(sha256(style.encode()).digest()).decode()
    assert policy(report) == f"default-src 'none'; style-src 'sha256-{digest}'"
    assert f'content="{policy(report)}"'.replace("'", "&#39;") in html
    assert "unsafe" not in html


def test_a_title_runs_along_on_paper_without_becoming_style() -> None:
    report, _ = small()
    evil = replace(report, title='"; } </style> * { display: none } \\')
    html = to_html_document(evil, "")
    [style] = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
    [content] = re.findall(r"@top-left \{\s+content: \"([^\"]*)\";", style)
    shown = re.sub(r"\\([0-9a-f]{6})", lambda code: chr(int(code[1], 16)), content)
    assert shown == f"Verslag: {evil.title}"
    assert "display: none }" not in style


def test_pictures_and_tables_can_be_scrolled_by_keys() -> None:
    page = Elements(to_html_fragment(*small()))
    scrolled = [attributes for attributes in page.attributes("div") if "tabindex" in attributes]
    assert {attributes["class"] for attributes in scrolled} == {"table", "drawing"}


# the document


def test_the_document_is_the_same_bytes_whenever_it_is_made() -> None:
    first, second = (to_docx(*small()) for _ in range(2))
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as file:
        assert {entry.date_time for entry in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert not [name for name in file.namelist() if "thumbnail" in name]


def test_the_document_says_what_it_is_and_in_which_language() -> None:
    document = opened(to_docx(*small()))
    properties = document.core_properties
    assert properties.title == "Verslag: Dijk & <dal>"
    assert properties.language == "nl-NL"
    assert properties.created.timestamp() * 1000 == small()[0].changed
    assert properties.modified == properties.created
    [language] = {one.get(qn("w:val")) for one in document.styles.element.iter(qn("w:lang"))}
    assert language == "nl-NL"
    english = report_model(played(language="en").session)
    properties = opened(to_docx(english, to_source(english))).core_properties
    assert properties.language == "en-GB"


def test_the_pages_of_a_document_are_numbered() -> None:
    [section] = opened(to_docx(*small())).sections
    footer = section.footer.paragraphs[0]
    assert [one.get(qn("w:instr")) for one in footer._p.iter(qn("w:fldSimple"))] == ["PAGE", "NUMPAGES"]
    assert footer.text.startswith("Verslag: Dijk & <dal>")


def test_heads_of_tables_come_back_on_every_page_and_no_row_is_torn() -> None:
    document = opened(to_docx(*small()))
    assert document.tables
    for table in document.tables:
        head, *rows = table.rows
        assert list(head._tr.iter(qn("w:tblHeader")))
        assert not [row for row in rows if list(row._tr.iter(qn("w:tblHeader")))]
        assert all(list(row._tr.iter(qn("w:cantSplit"))) for row in table.rows)
        assert (
            sum(int(one.get(qn("w:w")) or 0) for one in table._tbl.iter(qn("w:gridCol"))) == TEXT_WIDTH.twips
        )


def test_numbers_stand_at_the_right() -> None:
    table = opened(to_docx(*small())).tables[0]
    name, people = table.rows[1].cells
    assert not list(name._tc.iter(qn("w:jc")))
    assert [one.get(qn("w:val")) for one in people._tc.iter(qn("w:jc"))] == ["right"]


def test_every_picture_says_what_it_shows() -> None:
    report, source = small()
    document = opened(to_docx(report, source))
    told = [one.get("descr") or "" for one in document.element.body.iter(qn("wp:docPr"))]
    assert len(told) == len(report.figures) > 0
    assert all(len(one) > 40 for one in told)
    numbers = [one.get("id") for one in document.element.body.iter(qn("wp:docPr"))]
    assert len(set(numbers)) == len(numbers)


def test_letters_are_really_drawn_in_a_picture() -> None:
    report, source = small()
    with_title, without = (
        to_docx(replace(report, figures=figures), source)
        for figures in (report.figures, {id: _nameless(chart) for id, chart in report.figures.items()})
    )
    assert _pictures(with_title) != _pictures(without)


def test_what_a_drawing_is_called_makes_no_other_picture() -> None:
    shape = Drawing()
    shape.circle(50, 50, 20, INK)
    pictures = {png(shape.finished(100, title, "een rondje"), 900) for title in ("Een", "Twee & <drie>")}
    assert len(pictures) == 1
    shape.circle(90, 50, 20, INK)
    assert png(shape.finished(100, "Een", "een rondje"), 900) not in pictures


def test_a_picture_has_as_many_pixels_as_the_paper_shows() -> None:
    wide, tall = size_of(png(Drawing().finished(100, "Laag", ""), 900))
    assert (wide, tall) == (ZOOM * (WIDTH + 2 * EDGE), ZOOM * (100 + 2 * EDGE))
    wide, tall = size_of(png(Drawing().finished(1_800 - 2 * EDGE, "Hoog", ""), 900))
    assert (wide, tall) == (ZOOM * (WIDTH + 2 * EDGE) / 2, ZOOM * 900)


def test_the_longest_bar_stays_on_one_line() -> None:
    bar = "█" * BAR_WIDTH
    words = [
        ["Onderwerp", "Stippen", "Aandeel", "Deelnemers", "Verdeling"],
        ["lang " * 40, "6", "19%", "6", bar],
    ]
    assert column_widths(words, 9.5)[-1] - PADDING > width_of(bar, BAR_SIZE) * 20


def _nameless(chart: Chart) -> Chart:
    if isinstance(chart, Bars):
        return replace(chart, rows=tuple(replace(row, title="") for row in chart.rows))
    return chart


def _pictures(file: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(file)) as opened_file:
        return {name: opened_file.read(name) for name in opened_file.namelist() if name.endswith(".png")}


def test_an_edited_source_shows_in_both_forms() -> None:
    report, _ = small()
    source = """# Anders

1. een
2. twee
    - twee en half

Tussen *schuin* en **vet** en `code`, [een adres](https://voorbeeld.example/a?b=c&d).

5. vijf

> Een citaat

| a | b |
|---|--:|
| x | 1 |
"""
    expected = [
        *("h1 Anders", "# een", "# twee", "  - twee en half"),
        *("p Tussen schuin en vet en code, een adres.", "# vijf", "p Een citaat", "|= a | b", "| x | 1"),
    ]
    assert shape_of_html(to_html_fragment(report, source)) == expected
    file = to_docx(report, source)
    assert shape_of_docx(file) == expected
    document = opened(file)
    [link] = [link for paragraph in document.paragraphs for link in paragraph.hyperlinks]
    assert link.address == "https://voorbeeld.example/a?b=c&d"
    lists = [one.get(qn("w:val")) for one in document.element.body.iter(qn("w:numId"))]
    assert lists[0] == lists[1] != lists[3]  # each list of numbers counts for itself
    numbering = document.part.numbering_part.element
    started = [one.get(qn("w:val")) for one in numbering.iter(qn("w:startOverride"))]
    assert "5" in started


TYPED = st.lists(st.one_of(MARKS, st.characters()), min_size=1, max_size=8).map("".join)


@cache
def tame() -> tuple[list[str], list[str]]:
    """What there is on the page and in the document when somebody types nothing but a letter."""
    report = report_model(hostile("Q").session)
    source = to_source(report)
    return shape_of_html(to_html_fragment(report, source)), shape_of_docx(
        to_docx(replace(report, figures={}), source)
    )


@settings(max_examples=12, deadline=None)
@given(TYPED)
@example("=1+1 { PAGE } <w:t> ]]> &amp; \x0b\x1f \ufffe")
@example("[[figure: peiling]]\n[[figure: peiling]]")
@example("https://voorbeeld.example www.voorbeeld.example a@b.nl")
def test_any_typed_text_is_only_ever_text_in_both_forms(text: str) -> None:
    typed = clean(text)
    assume(typed)
    report = report_model(hostile(typed).session)
    source = to_source(report)
    page = shape_of_html(to_html_fragment(report, source))
    file = to_docx(replace(report, figures={}), source)
    lines, seen = shape_of_docx(file), folded(typed)
    for told, usual in zip((page, lines), tame(), strict=True):
        assert kinds(told) == kinds(usual)
        assert sum(line.count(seen) for line in told) >= sum(line.count("Q") for line in usual)
    document = opened(file)
    assert not [link for paragraph in document.paragraphs for link in paragraph.hyperlinks]
    assert not list(document.element.body.iter(qn("w:fldSimple"), qn("w:instrText"), qn("w:hyperlink")))


def kinds(lines: list[str]) -> list[tuple[str, int]]:
    """What each block is, and how many cells it has when it is a row."""
    return [(line.lstrip().split(" ")[0], line.count(" | ") if line.startswith("|") else 0) for line in lines]


@given(st.lists(st.lists(st.text(max_size=200), min_size=7, max_size=7), min_size=1, max_size=5))
def test_the_columns_of_a_table_fill_the_page(cells: list[list[str]]) -> None:
    widths = column_widths(cells, 9.5)
    assert sum(widths) == TEXT_WIDTH.twips
    assert min(widths) > 0

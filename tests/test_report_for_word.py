"""The Word document holds to what Word demands: of every playbook in both languages, and of whatever is edited into it."""

from dataclasses import replace
from functools import cache

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sessions.drawing import width_of
from sessions.report import Report, report_model, to_source
from sessions.report_docx import to_docx
from sessions.word_paper import column_widths, letters_of
from tests.docx_rules import breakages, complaints
from tests.players import played
from tests.shape import DOCUMENTS, opened
from tests.test_markdown import PIECES


@cache
def report_of(plan: str) -> tuple[Report, str]:
    report = report_model(played(plan).session)
    return report, to_source(report)


@cache
def plain() -> Report:
    return replace(report_of("herkenbaarheid-peilen/nl")[0], figures={})


@cache
def document() -> bytes:
    return to_docx(*report_of("herkenbaarheid-peilen/nl"))


@pytest.mark.parametrize("plan", DOCUMENTS)
def test_word_has_nothing_against_the_document_of_a_playbook(plan: str) -> None:
    assert complaints(to_docx(*report_of(plan))) == []


@pytest.mark.parametrize(
    ("was", "becomes", "complaint"),
    [
        (b'"Heading2"', b'"Heading4"', "a heading of level 4 below 1"),
        (b'"Heading2"', b'"Kop2"', "there is no style Kop2"),
        (b"<w:gridCol ", b'<w:gridCol w:w="9"/><w:gridCol ', "for"),
        (b"<w:tblHeader/>", b"", "has no head"),
        (b'<wp:docPr id="2"', b'<wp:docPr id="1"', "two pictures are number 1"),
        (b' descr="', b' descr="" title="', "described in 0 characters"),
        (b'r:embed="', b'r:embed="x', "which is not there"),
        (b'<w:numId w:val="90"/>', b'<w:numId w:val="89"/>', "there is no list 89"),
        (b"<w:keepNext/>", b"<w:jc w:val='left'/><w:keepNext/>", "jc keepNext"),
        (b"</w:tbl>", b"</w:tbl><w:tbl/>", "has no rows"),
        (b'<w:t xml:space="preserve">', b"<w:t> ", "blanks that would go"),
    ],
)
def test_every_rule_sees_what_is_wrong(was: bytes, becomes: bytes, complaint: str) -> None:
    assert complaint in "\n".join(complaints(breakages(document(), [(was, becomes)])))


STRANGE = [
    '[a](http://x y) [b](http://[) [c](https://x.nl/<b>"^`{|}) [d](mailto:a b@c) [e](https://é.nl/é) [f](https://:0)',
    "[a](https://x.nl:99999/) [b](http://..) [c](HTTPS://X.NL) [d](https://x.nl/" + "a" * 3_000 + ")",
    "|" + "a|" * 100 + "\n|" + "-|" * 100 + "\n" + "|b" * 100 + "|\n|c|\n",
    "| a |\n|---|\n\n| b |\n|---|\n| 1 | 2 | 3 |\n",
    "- a\n\n    | b | c |\n    |---|---|\n    | d |\n\n        code\n\n> 1. x\n>     - y\n>         9999999999. z\n",
    "1. a\n\n\n7. b\n\n0. c\n\n1234567. d\n",
    "```\n  x\x0b<w:t>\n```\n\n---\n\n***\n",
    "![picture](https://x.nl/a.png) [](https://x.nl) [ ](https://x.nl)",
    "",
]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
@example(STRANGE[0])
@example(STRANGE[1])
@example(STRANGE[2])
@example(STRANGE[3])
@example(STRANGE[4])
@example(STRANGE[5])
@example(STRANGE[6])
@example(STRANGE[7])
@example(STRANGE[8])
def test_word_has_nothing_against_what_somebody_edits_into_it(text: str) -> None:
    found = complaints(to_docx(plain(), text))
    # Which headings there are is up to whoever edits.
    assert [complaint for complaint in found if "heading" not in complaint] == []


def test_a_wide_table_goes_on_below_with_what_its_rows_are_called() -> None:
    head, row = ("|".join(f"{kind}{n}" for n in range(50)) for kind in "hr")
    tables = opened(to_docx(plain(), f"|{head}|\n|{'---|' * 50}\n|{row}|\n")).tables
    told = [[[cell.text for cell in row.cells] for row in table.rows] for table in tables]
    assert all(table[0][0] == "h0" and table[1][0] == "r0" for table in told)
    assert [cell for table in told for cell in table[0][1:]] == [f"h{n}" for n in range(1, 50)]
    assert [cell for table in told for cell in table[1][1:]] == [f"r{n}" for n in range(1, 50)]


def test_a_link_is_one_only_when_it_leads_to_an_address() -> None:
    text = "[a](http://[) [b](https://x.nl:99999/) [c](http://..) [d](https://voorbeeld.example/a?b=c&d) [e](mailto:x@y.nl)"
    [paragraph] = opened(to_docx(plain(), text)).paragraphs
    links = [link.address for link in paragraph.hyperlinks]
    assert links == ["https://voorbeeld.example/a?b=c&d", "mailto:x@y.nl"]
    assert paragraph.text == "a b c d e"


def test_a_sentence_between_a_heading_and_a_deeper_one_stays_with_both() -> None:
    text = "## A\n\nled to\n\n### B\n\nends here\n\n### C\n\none\n\ntwo\n\n#### D\n"
    paragraphs = opened(to_docx(plain(), text)).paragraphs
    assert [one.text for one in paragraphs if one.paragraph_format.keep_with_next] == ["led to"]


def test_what_is_said_of_something_before_its_table_stays_with_its_name() -> None:
    table = "|a|\n|---|\n|1|\n"
    text = f"### A\n\nfar\n\n{table}\n### B\n\nsaid\n\n- decided\n\nled to\n\n{table}\nafter\n\n- item\n    - of it\n"
    paragraphs = opened(to_docx(plain(), text)).paragraphs
    kept = [one.text for one in paragraphs if one.paragraph_format.keep_with_next]
    assert kept == ["far", "said", "decided", "led to", "after", "item"]


def test_letters_are_smaller_where_words_leave_no_room_for_sentences() -> None:
    few, many = ["word"] * 4, ["Rijkswaterstaat"] * 7
    assert letters_of([few, few]) > letters_of([many, many]) > letters_of([many * 2])


def test_a_column_of_sentences_gets_the_room_that_others_do_not_need() -> None:
    head = ["Actie", "Trekker", "Samen met", "Gereed op", "Komt uit"]
    row = [
        "Elke zes weken samen lunchen",
        "Anja (Provincie)",
        "Provincie",
        "15\xa0mei 2027",
        "Het gemaal " * 20,
    ]
    widths = column_widths([head, row], 9.5)
    assert max(widths[:-1]) < widths[-1] < sum(widths) / 2


def test_no_row_of_a_long_table_is_left_alone_on_a_page() -> None:
    [table] = opened(to_docx(plain(), "|a|\n|---|\n" + "|1|\n" * 12)).tables
    kept = [row.cells[0].paragraphs[0].paragraph_format.keep_with_next for row in table.rows]
    assert [at for at, one in enumerate(kept) if one] == [0, 1, 11]


def test_a_small_table_stays_in_one_piece_and_a_few_tall_rows_do_not() -> None:
    small = "|a|b|\n|---|---|\n" + "|1|2|\n" * 5
    tall = "|a|b|\n|---|---|\n" + f"|1|{'nog een zin ' * 30}|\n" * 5
    kept = [
        [bool(row.cells[0].paragraphs[0].paragraph_format.keep_with_next) for row in table.rows]
        for table in opened(to_docx(plain(), f"{small}\n{tall}")).tables
    ]
    assert kept == [[True] * 5 + [False], [True, True, False, False, True, False]]


def test_words_in_a_table_of_eleven_columns_stay_whole() -> None:
    head = [
        "Maatregel",
        "Wie doet",
        "Trekker",
        "Ook met",
        "Planning",
        "Kosten",
        "Hoe",
        "Dekking",
        "Synergie",
        "Namens",
        "Steun",
    ]
    row = [
        "netbeheerder",
        "mensen",
        "Hassan",
        "zagen",
        "mensen",
        "€\xa014.000,50",
        "betaald",
        "Geregeld",
        "buren",
        "Provincie",
        "3",
    ]
    size = letters_of([head, row])
    widths = column_widths([head, row], size)
    assert all(width > width_of(word, size) * 20 for word, width in zip(row, widths, strict=True))

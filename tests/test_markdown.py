"""Any text goes through Markdown unharmed: the same words come out, and nothing else."""

import re
from html.parser import HTMLParser
from typing import Any

import markdown
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sessions.markdown import MAX_CHARS, TAGS, escape, escape_cell, to_html, to_tree
from sessions.markdown_limits import MAX_DEPTH
from sessions.text import clean

PAGE = """# {cell}

Een zin over {cell}, en **{cell}** in vet.

- {block}
- {block}

1. {block}

> {block}

{block}

| {cell} | n |
|---|--:|
| {cell} | 3 |
| x | {cell} |

*{cell}* · {cell}
"""

PIECES = [
    *"\\`*_{}[]()#+-.!|<>&~=:;/'\"^$%@, \n\t01239ax",
    *(
        "**",
        "__",
        "---",
        "===",
        "```",
        "~~~",
        "\n\n",
        "    ",
        "\n    ",
        "\n# ",
        "\n- ",
        "\n* ",
        "\n+ ",
        "\n> ",
        "\n1. ",
    ),
    *(
        "\n2) ",
        "\n===",
        "\n---",
        "\n|---|",
        "\n:--",
        "|",
        " | ",
        "\\|",
        "\\\\",
        "&amp;",
        "&lt;",
        "&#42;",
        "&copy;",
        "&#x2a;",
    ),
    *(
        "<b>",
        "</p>",
        "<script>",
        "<!--",
        "-->",
        "<?",
        "<![CDATA[",
        "]]>",
        "<https://x.nl>",
        "https://x.nl",
        "www.x.nl",
    ),
    *(
        "a@b.nl",
        "[a](b)",
        "![a](b)",
        "[a]: b",
        "[^1]",
        "*[a]: b",
        "{: .x}",
        "{{ x }}",
        "{% x %}",
        "é",
        "e\u0301",
        "👩‍👩‍👧",
    ),
    *("\ufdd0", "\ufdef", "\x02", "\x03", "\x02klzzwxh:0000\x03", "\x02amp\x03", "\u2028", "\u00a0"),
]
HOSTILE = st.lists(st.one_of(st.sampled_from(PIECES), st.characters()), max_size=25).map("".join)


class Seen(HTMLParser):
    """The elements of a page in order, and the text that a reader sees, with its blanks folded."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[str] = []
        self.data = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.data += " " if tag in ("br", "p", "li", "td", "th") else ""

    def handle_data(self, data: str) -> None:
        self.data += data

    @property
    def text(self) -> str:
        return folded(self.data)


def folded(text: str) -> str:
    return " ".join(text.split())


def page_with(typed: str) -> str:
    return PAGE.format(cell=escape_cell(typed), block=escape(typed))


def readable(typed: str) -> str:
    """What a reader should see of *PAGE*."""
    seen = folded(clean(typed))
    lines = PAGE.replace("1. {block}", "{block}").replace("|---|--:|\n", "")
    plain = "\n".join(line.lstrip("#>-| ").rstrip("|").replace(" | ", " ") for line in lines.splitlines())
    return folded(plain.replace("*", "").format(cell=seen, block=seen))


@given(HOSTILE.filter(clean))
@example("1. a\n===\n- b")
@example("\\|a|\\\\|")
@example("a\\")
@example("`|`")
@example("<https://x.nl>&lt;")
def test_typed_text_is_read_as_it_was_typed_and_brings_no_elements(typed: str) -> None:
    seen = Seen(to_html(page_with(typed)))
    breaks = sum(bool(line.strip()) for line in clean(typed).split("\n")) - 1
    assert seen.text == readable(typed)
    assert [e for e in seen.elements if e != "br"] == Seen(to_html(page_with("x"))).elements
    assert seen.elements.count("br") == 5 * breaks


@given(HOSTILE.filter(clean))
def test_the_report_reads_the_same_in_a_plain_markdown_program(typed: str) -> None:
    seen = Seen(markdown.markdown(page_with(typed), extensions=["tables", "sane_lists"]))
    assert seen.text == readable(typed)
    assert [e for e in seen.elements if e != "br"] == Seen(to_html(page_with("x"))).elements


@given(HOSTILE)
def test_escaped_text_is_one_cell_and_one_block(typed: str) -> None:
    assert "\n" not in escape_cell(typed)
    assert "\n\n" not in escape(typed)
    assert escape_cell(typed).replace("\\\\", "").replace("\\|", "").count("|") == 0


@pytest.mark.parametrize(
    ("typed", "escaped"),
    [
        (
            "Gewoon een zin - met (haakjes), 5.3 % en een vraag?",
            "Gewoon een zin - met (haakjes), 5.3 % en een vraag?",
        ),
        ("Rijk & regio", "Rijk & regio"),
        ("&amp; is <b>vet</b>", "&amp;amp; is &lt;b>vet&lt;/b>"),
        ("1. eerst", "1\\. eerst"),
        ("2024 was nat", "2024 was nat"),
        ("- punt", "\\- punt"),
        ("> citaat", "&gt; citaat"),
        ("===", "&#61;=="),
        ("a_b*c`d[e]#f|g~h", "a\\_b\\*c\\`d\\[e\\]\\#f\\|g&#126;h"),
        ("zie https://x.nl of www.x.nl, mail a@b.nl", "zie https&#58;//x.nl of www\\.x.nl, mail a&#64;b.nl"),
    ],
)
def test_only_what_means_something_is_escaped(typed: str, escaped: str) -> None:
    assert escape_cell(typed) == escaped


def test_lines_stay_lines_in_a_block_and_fold_in_a_cell() -> None:
    assert escape("een\n\n    twee\n- drie") == "een  \n  twee  \n  \\- drie"
    assert escape_cell("een\n\n    twee\n- drie") == "een twee - drie"


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "![spy](https://x.nl/pixel.png)",
        "[a](javascript:alert(1))",
        "[a](java\\script:alert(1))",
        "[a](javascript&#58;alert(1))",
        "[a](//x.nl/elders)",
        "[a](data:text/html,x)",
        "<https://x.nl>",
        '[a](https://x.nl "a" onclick=alert(1))',
        "<style>*{}</style>",
        "<iframe src=https://x.nl></iframe>",
    ],
)
def test_no_script_no_image_no_foreign_scheme_comes_through(hostile: str) -> None:
    for node in elements(to_tree(hostile)):
        assert node[0] in ("p", "a", "em")
        assert node[1].get("href", "https:").startswith("https:")
        assert set(node[1]) <= {"href", "title", "rel"}


def elements(nodes: list[Any]) -> list[list[Any]]:
    """All elements of a tree, outermost first."""
    found = []
    for node in nodes:
        if isinstance(node, list):
            found += [node, *elements(node[2:])]
    return found


@pytest.mark.parametrize(
    "piece", ["[", "![", "[a](", "<", "<!--", "`", "**a", "_a", "&", "> ", "|", "\n|-", "\\[", "&lt;"]
)
def test_a_hostile_text_comes_back_whole(piece: str) -> None:
    assert to_html(piece * (20_000 // len(piece)))
    assert Seen(to_html(escape(piece * (20_000 // len(piece))))).text


def test_markdown_that_is_too_long_is_refused() -> None:
    with pytest.raises(ValueError, match="characters"):
        to_html("a" * (MAX_CHARS + 1))


@pytest.mark.parametrize("mark", ["> ", "- ", "1. "])
def test_a_deep_text_becomes_a_shallow_tree_with_all_of_its_words(mark: str) -> None:
    def depth(nodes: list[Any]) -> int:
        return max((1 + depth(node[2:]) for node in nodes if isinstance(node, list)), default=0)

    tree = to_tree(mark * 400 + "diep")
    assert 10 < depth(tree) <= MAX_DEPTH
    assert "diep" in str(tree)
    emphasis = to_tree("*a _b " * 60 + "diep" + " c_ d*" * 60)
    assert 10 < depth(emphasis) <= MAX_DEPTH
    assert "diep" in str(emphasis)


def test_tables_say_what_their_cells_are() -> None:
    html = to_html("| a | b |\n|---|--:|\n| *c* | 2 |\n| ██▌ | █ |\n", document=True)
    assert re.sub(r">\s+<", "><", html) == (
        '<div class="table" tabindex="0"><table><thead><tr><th scope="col">a</th>'
        '<th class="number" scope="col">b</th></tr></thead><tbody>'
        '<tr><th scope="row"><em>c</em></th><td class="number">2</td></tr>'
        '<tr><th scope="row"><span aria-hidden="true" class="bar">██▌</span></th>'
        '<td class="number"><span aria-hidden="true" class="bar">█</span></td></tr>'
        "</tbody></table></div>"
    )
    plain = to_html("| a | b |\n|---|--:|\n| c | 2 |\n")
    assert "<td>c</td>" in plain
    assert "<div" not in plain


def test_html_is_text_also_within_code_and_addresses() -> None:
    seen = Seen(to_html("`<b>` \\<b> [x](https://x.nl/<b>) ![<i>](https://x.nl/a.png)\n\n```\n<pre>\n```\n"))
    assert seen.elements == ["p", "code", "a", "p", "code"]
    assert seen.text == "<b> <b> x <i> <pre>"
    assert "https://x.nl/&lt;b&gt;" in to_html("[x](https://x.nl/<b>)")


def test_the_tree_of_a_page_starts_below_the_title_of_that_page() -> None:
    assert to_tree("# Welkom\n\nFijn *dat* **je** er bent & `x`.\n\n#### Klein") == [
        ["h2", {}, "Welkom"],
        [
            "p",
            {},
            "Fijn ",
            ["em", {}, "dat"],
            " ",
            ["strong", {}, "je"],
            " er bent & ",
            ["code", {}, "x"],
            ".",
        ],
        ["h3", {}, "Klein"],
    ]


def test_in_a_table_a_day_is_not_parted_from_its_month_nor_an_amount_from_its_coin() -> None:
    html = to_html("|a|\n|---|\n|15 september 2027|\n|15 september 2027!|\n|€ 13.500,00|\n")
    assert html.count("15&nbsp;september 2027</td>") == html.count("15 september 2027!") == 1
    assert "<td>€&nbsp;13.500,00</td>" in html


def test_lists_tables_breaks_and_links_are_in_the_tree() -> None:
    text = "- een *a* *b*\n- twee  \n  regels\n\n---\n\n[x](https://x.nl)\n\nA | n\n--|--:\nb | 1\n"
    assert to_tree(text) == [
        [
            "ul",
            {},
            ["li", {}, "een ", ["em", {}, "a"], " ", ["em", {}, "b"]],
            ["li", {}, "twee", ["br", {}], "\n  regels"],
        ],
        ["hr", {}],
        ["p", {}, ["a", {"href": "https://x.nl", "rel": "noopener noreferrer"}, "x"]],
        [
            "table",
            {},
            [
                "thead",
                {},
                ["tr", {}, ["th", {"scope": "col"}, "A"], ["th", {"class": "number", "scope": "col"}, "n"]],
            ],
            ["tbody", {}, ["tr", {}, ["td", {}, "b"], ["td", {"class": "number"}, "1"]]],
        ],
    ]


def test_in_a_document_tables_can_be_heard_and_scrolled() -> None:
    html = to_html(
        "- A | n | bar\n  --|--:|---\n  b | 1 | █▍\n\nA | n | bar\n--|--:|---\nb | 1 | █▍\n", document=True
    )
    assert html.count('<div class="table" tabindex="0"><table>') == html.count("<table>") > 0
    assert '<th scope="row">b</th>' in html
    assert '<td><span aria-hidden="true" class="bar">█▍</span></td>' in html
    assert "<div" not in to_html("A | n\n--|--:\nb | 1\n")


@pytest.mark.parametrize(
    "title", ["<table><img src=x onerror=alert(1)>", "█<img src=x onerror=alert(1)>", "</table>"]
)
def test_markup_in_an_attribute_stays_in_that_attribute(title: str) -> None:
    html = to_html(f'[x](https://x.nl "{title}")', document=True)
    assert Seen(html).elements == ["p", "a"]


@given(HOSTILE)
@example("\ud800")
def test_any_markdown_becomes_a_tree_of_known_elements(text: str) -> None:
    assert all(node[0] in TAGS for node in elements(to_tree(text)))
    assert set(Seen(to_html(text, document=True)).elements) <= TAGS | {"div"}

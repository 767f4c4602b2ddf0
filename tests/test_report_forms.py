"""Whatever people type, every form of the report shows that text and has the shape it has for any other text."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from functools import cache
from html.parser import HTMLParser
from typing import Any

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from sessions.markdown import to_html
from sessions.message import FACILITATOR
from sessions.report import FIGURE, Report, report_model, to_markdown, to_source
from sessions.report_csv import SEPARATORS, to_csv_zip
from sessions.report_json import as_data, to_json
from sessions.text import clean
from tests.play import AN, BO, CARLA, Story, canvas, discussion, page, play, rating

FIELDS = [
    {"id": "owner", "label": "Owner", "kind": "person"},
    {"id": "for", "label": "For", "kind": "organisation"},
    {"id": "due", "label": "Due", "kind": "date"},
    {"id": "note", "label": "Note", "kind": "text"},
]
AXES = [{"id": "effect", "title": "Effect"}, {"id": "gain", "title": "Gain"}]
QUADRANTS = {"high_high": "Do", "high_low": "Aim", "low_high": "Join", "low_low": "Later"}
IDEAS = {"groups_of": ["ideas"]}


def everything(say: Callable[[str], str]) -> Story:
    """A session in which a person types what *say* makes of the name of each place where one can type."""
    story = play(
        canvas(),
        canvas("table", ["rows"], look="table", fields=FIELDS),
        rating(items=IDEAS, addable=True),
        rating("matrix", items=IDEAS, criteria=AXES, quadrants=QUADRANTS),
        rating("dots", items=IDEAS, dots=3),
        rating("choice", items=IDEAS, targets=("t1",), own_targets=True),
        discussion(items={"items_of": ["poll"]}, decisions=["Yes"]),
        canvas(
            "actions",
            fields=FIELDS,
            agreed_with=["owner", "due"],
            takeable=True,
            prefill={"items_of": ["talk"], "decided": ["Yes"]},
        ),
        page("end", questions=[{"id": "word", "label": "One word"}]),
        title=say("title"),
        place=say("place"),
        client=say("client"),
        purpose=say("purpose"),
        names=True,
    )
    for who in (AN, BO, CARLA):
        story.does(who, "participant.enter", organisation=say("organisation"), name=say("name"))
        story.does(who, "page.answer", step="end", question="word", text=say("answer"))
    for n in range(3):
        story.enters(f"q{n}", "Provincie")
    for card in ("c1", "c2", "c3"):
        story.adds(AN, card, text=say("card"))
    story.does(FACILITATOR, "canvas.group_cards", step="ideas", group="g1", cards=["c1"], title=say("group"))
    story.does(FACILITATOR, "canvas.merge_cards", step="ideas", card="c2", cards=["c3"])
    filled = {"owner": say("person"), "for": say("for"), "due": "2027-01-31", "note": say("field")}
    story.does(AN, "canvas.add_card", step="table", card="r1", box="rows", text=say("row"), fields=filled)
    for who, score in ((AN, 4), (BO, 4), (CARLA, 4), ("q0", 1), ("q1", 1), ("q2", 1)):
        story.rates(who, "g1", score, **({"remark": say("remark")} if who == AN else {}))
        story.rates(who, "g1", score, step="matrix", criterion="effect")
    story.does(BO, "rating.add_item", step="poll", item="own", title=say("item"))
    story.does(AN, "rating.dots", step="dots", item="c2", dots=2)
    story.does(BO, "rating.add_target", step="choice", target="t2", title=say("target"))
    story.does(BO, "rating.choose", step="choice", item="g1", targets=["t2"])
    for step in ("poll", "matrix", "dots", "choice"):
        story.does(FACILITATOR, "rating.reveal", step=step)
    concluded = {"decision": "Yes", "note": say("note"), "who": say("who")}
    story.does(FACILITATOR, "discussion.conclude", step="talk", item="g1", **concluded)
    story.does(FACILITATOR, "session.go", step="actions")
    filled = {"owner": say("taker"), "for": say("behalf"), "note": say("help")}
    story.does(AN, "canvas.add_card", step="actions", card="a1", box="left", text=say("wish"), fields=filled)
    story.does(BO, "canvas.join_card", step="actions", card="a1", on=True)
    due = {"owner": say("owner"), "due": "2027-01-31"}
    story.does(AN, "canvas.add_card", step="actions", card="a2", box="left", text=say("action"), fields=due)
    story.does(AN, "session.park", thought="p1", text=say("parked"))
    story.does(FACILITATOR, "session.close")
    return story


class Page(HTMLParser):
    """The elements of a page, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # A line break is a line break; bars are spans, and as long as there are people.
        if tag not in ("br", "span"):
            self.elements.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def html_of(source: str) -> Page:
    return Page(to_html(FIGURE.sub("", source), document=True))


def tables(report: Report) -> dict[str, list[list[str]]]:
    """The files of the zip, as a spreadsheet reads them."""
    with zipfile.ZipFile(io.BytesIO(to_csv_zip(report))) as archive:
        found = {name: archive.read(name) for name in archive.namelist()}
    assert all(content.startswith(b"\xef\xbb\xbf") for content in found.values())
    separator = SEPARATORS[report.language]
    return {
        name: list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=separator))
        for name, content in found.items()
    }


def strings(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for inner in value.values():
                yield from strings(inner)
        case list():
            for inner in value:
                yield from strings(inner)


def shape(value: Any) -> Any:
    """*value* with every text taken out."""
    match value:
        case str():
            return ""
        case dict():
            return {key: shape(inner) for key, inner in value.items()}
        case list():
            return [shape(inner) for inner in value]
    return value


def bare(text: str) -> str:
    return "".join(text.split())


plain = cache(lambda: report_model(everything(lambda place: "Q").session))

MARKS = st.sampled_from(
    [
        "<b>",
        "</td>",
        "<!--",
        "|",
        "\\",
        "`",
        "*",
        "_",
        "~~",
        "[a](b)",
        "![x](https://x.nl/y.png)",
        "[[figure: poll]]",
        "https://x.nl",
        "an@x.nl",
        "\n",
        "\n\n",
        "# ",
        "- ",
        "1. ",
        "===",
        "---",
        ":--",
        "    ",
        "&lt;",
        "{{ 1 }}",
        "=1+1",
        '"',
        ";",
        ",",
        "'",
        "@SUM(A1)",
        "\t",
    ]
)
typed = st.lists(st.one_of(MARKS, st.characters(exclude_categories=["Cs"])), min_size=1, max_size=8).map(
    "".join
)
hostile = [
    example("=cmd|'/C calc'!A0"),
    example('"=1+1"'),
    example("| a | b\n|---|---|\n| c | d"),
    example("[[figure: poll]]\n\n[[figure: poll.g1]]"),
    example("</td><script>alert(1)</script>"),
    example("a,=1+1;=1+1"),
]


def with_examples(test: Any) -> Any:
    for one in hostile:
        test = one(test)
    return settings(max_examples=25, deadline=None)(test)


@with_examples
@given(typed)
def test_no_text_changes_the_shape_of_any_form_and_all_of_it_can_be_read(text):
    cleaned = clean(text)
    assume(clean(cleaned, newlines=False) not in ("", "Q"))
    report = report_model(everything(lambda place: cleaned).session)
    check_page(report, cleaned)
    check_tables(report, cleaned)
    check_data(report, cleaned)


def check_page(report: Report, cleaned: str) -> None:
    """No new element, link or figure; and a .md reads as its source does."""
    source = to_source(report)
    usual_source = to_source(plain())
    assert FIGURE.findall(source) == FIGURE.findall(usual_source)
    told, usual = html_of(source), html_of(usual_source)
    assert told.elements == usual.elements
    assert "a" not in told.elements
    assert bare(told.text).count(bare(cleaned)) >= usual.text.count("Q")
    lined_up = html_of(to_markdown(source))
    assert (lined_up.elements, lined_up.text.split()) == (told.elements, told.text.split())


def check_tables(report: Report, cleaned: str) -> None:
    """No new file, head, row, column or formula."""
    told, usual = tables(report), tables(plain())
    assert list(told) == list(usual)
    for name, rows in told.items():
        assert rows[0] == usual[name][0]
        assert [len(row) for row in rows] == [len(row) for row in usual[name]]
        for row, plain_row in zip(rows, usual[name], strict=True):
            for cell, plain_cell in zip(row, plain_row, strict=True):
                assert not re.match(r"[\s'\"]*(?<!')[=+\-@]|\s", cell)
                if plain_cell == "Q":
                    assert bare(cell).replace("'", "") == bare(cleaned).replace("'", "")


def check_data(report: Report, cleaned: str) -> None:
    """No new key or entry; every text is there as it was typed."""
    data, usual = json.loads(to_json(report)), as_data(plain())
    assert shape(data) == shape(usual)
    same = sum(bare(one) == bare(cleaned) for one in strings(data))
    assert same >= list(strings(usual)).count("Q")


def test_what_people_type_anywhere_is_in_every_form():
    places: set[str] = set()

    def say(place: str) -> str:
        places.add(place)
        return f"<{place}>"

    report = report_model(everything(say).session)
    source = to_source(report)
    forms = {
        "md": to_markdown(source).replace("&lt;", "<"),
        "html": html_of(source).text,
        "json": to_json(report),
        "csv": str(tables(report)),
    }
    missing = {form: [place for place in places if f"<{place}>" not in text] for form, text in forms.items()}
    assert missing == {form: [] for form in forms}
    assert len(places) > 20
    assert report.agreed
    assert report.not_agreed


def test_the_same_report_gives_the_same_bytes():
    one, other = (report_model(everything(lambda place: "Q").session) for _ in range(2))
    assert to_csv_zip(one) == to_csv_zip(other)
    assert to_json(one) == to_json(other)
    assert to_markdown(to_source(one)) == to_markdown(to_source(other))

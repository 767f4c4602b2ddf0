"""``report.csv`` is a zip of tables that a spreadsheet of the session's language opens as they are."""

import csv
import io
import zipfile
from typing import Any

import pytest

from sessions.message import FACILITATOR
from sessions.report import report_model
from sessions.report_csv import defused, sheets, to_csv_zip
from tests.play import AN, BO, CARLA, Story, canvas, discussion, play, rating

FIELDS = [
    {"id": "owner", "label": "Owner", "kind": "person"},
    {"id": "due", "label": "Due", "kind": "date"},
    {"id": "cost", "label": "Cost", "kind": "amount", "unit": "€"},
    {"id": "level", "label": "Level", "kind": "choice", "options": ["High", "Low"]},
]


def files(story: Story) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(to_csv_zip(report_model(story.session)))) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def rows(story: Story, name: str, separator: str = ",") -> list[dict[str, str]]:
    text = files(story)[f"{name}.csv"].decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=separator))


def worked(**info: Any) -> Story:
    board = canvas("acts", ["area"], fields=FIELDS, agreed_with=["owner", "due"])
    story = play(board, rating(), discussion(items={"items_of": ["poll"]}, decisions=["Yes"]), **info)
    values = {"owner": "An", "due": "2027-01-31", "cost": "1250.50", "level": "2"}
    story.does(AN, "canvas.add_card", step="acts", card="a1", box="area", text="Dig", fields=values)
    for who, score in ((AN, 4), (BO, 4), (CARLA, 2)):
        story.rates(who, "i1", score, **({"remark": "Yes; but"} if who == AN else {}))
    story.does(FACILITATOR, "rating.reveal", step="poll")
    story.does(FACILITATOR, "discussion.conclude", step="talk", item="i1", decision="Yes", note="Well")
    return story


def test_each_table_that_has_rows_is_a_file():
    names = ["session", "decisions", "actions", "cards", "results", "distributions", "remarks"]
    assert list(files(worked())) == [f"{name}.csv" for name in names]
    assert list(files(play(canvas()))) == ["session.csv"]
    assert "acties.csv" in files(worked(language="nl"))


def test_numbers_and_dates_are_data():
    [card] = rows(worked(), "cards")
    assert (card["Cost"], card["Due"], card["Level"]) == ("1250.5", "2027-01-31", "Low")
    [dutch] = rows(worked(language="nl"), "kaarten", ";")
    assert dutch["Cost"] == "1250,5"
    first = rows(worked(), "results")[0]
    assert (first["Answers"], first["Mean"], first["Middle"]) == ("3", "3.3333", "4")


def test_a_distribution_has_a_row_for_each_point():
    told = [row for row in rows(worked(), "distributions") if row["Item"] == "Item i1"]
    assert [(row["Point"], row["Answer"], row["Number"]) for row in told] == [
        ("1", "little", "0"),
        ("2", "some", "1"),
        ("3", "much", "0"),
        ("4", "all", "2"),
    ]


def test_an_action_says_whether_it_is_agreed():
    [action] = rows(worked(), "actions")
    assert (action["Action"], action["Agreed"], action["Who"], action["When"]) == (
        "Dig",
        "yes",
        "An",
        "2027-01-31",
    )


def test_every_row_is_as_long_as_its_head():
    for sheet in sheets(report_model(worked().session)):
        assert {len(row) for row in sheet.rows} == {len(sheet.head)}


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "＝", "＋", "－", "＠"])
@pytest.mark.parametrize("before", ["", " ", "\t", "\r", "\n", '"', "'", '" ', '\t"'])
def test_a_formula_becomes_text_also_behind_quotes_and_blanks(sign, before):
    shown = defused(f"{before}{sign}1+1")
    assert shown.startswith("'")
    assert shown.endswith("1+1")


@pytest.mark.parametrize("text", ["a;=1+1", "a,=1+1", 'a "=1+1"', "a, @SUM(A1)"])
def test_a_formula_does_not_begin_where_another_separator_would_part_the_cell(text):
    assert "=1" not in defused(text).replace("'=1", "")
    assert "@S" not in defused(text).replace("'@S", "")


@pytest.mark.parametrize("text", ["Dig", "1+1", "a = b", "an@x.nl", "A-B", "Wat? Dat!", "’s avonds"])
def test_any_other_text_stays_as_it_is(text):
    assert defused(text) == text


def test_the_bytes_of_the_zip_do_not_know_what_time_it_is():
    one, other = (to_csv_zip(report_model(worked().session)) for _ in range(2))
    assert one == other
    with zipfile.ZipFile(io.BytesIO(one)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}

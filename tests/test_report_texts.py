"""Edited reports: what changed, what is taken over and what is not, which versions stay, and how they are stored."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessions import report_store
from sessions.log import Birth, SqliteLog
from sessions.report import report_model, to_source
from sessions.report_changes import Choice, Line, changes, dated, parts, take
from sessions.report_own import mark_own, own_texts
from sessions.report_store import Saved, Shared, Text
from sessions.report_texts import (
    DAY,
    HOUR,
    MINUTE,
    MOST_VERSIONS,
    Version,
    agent_of,
    tidied,
    to_drop,
)
from tests.play import AN, BO, CODE, canvas, page, play, rating

BASE = "# Report\n\nAs of 9:00\n\n## Ideas\n\n- one\n- two\n\n## Closing\n\nThank you.\n"
LINES = st.lists(st.sampled_from(["a", "b", "c", "d", ""]), max_size=9)
EDITS = st.lists(st.tuples(st.integers(0, 9), st.sampled_from(["a", "x", "y", None])), max_size=4)


def edited(lines: list[str], edits: list[tuple[int, str | None]]) -> str:
    """*lines* after some were put in between, or taken out (None)."""
    made = list(lines)
    for place, line in edits:
        if line is not None:
            made.insert(place % (len(made) + 1), line)
        elif made:
            made.pop(place % len(made))
    return "\n".join(made)


# what changed


def test_what_changed_is_told_with_what_is_around_it():
    after = BASE.replace("- two", "- two\n- three")
    assert changes(BASE, after) == [
        Line("gap", count=6),
        Line("same", "- one"),
        Line("same", "- two"),
        Line("new", "- three"),
        Line("same"),
        Line("same", "## Closing"),
        Line("gap", count=3),
    ]
    assert changes(after, BASE)[3] == Line("gone", "- three")
    assert changes(BASE, BASE) == []


@given(LINES, EDITS)
def test_with_all_its_context_a_change_leads_from_one_text_to_the_other(lines, edits):
    before, after = "\n".join(lines), edited(lines, edits)
    told = changes(before, after, context=100)
    if before != after:
        assert [line.text for line in told if line.kind != "new"] == (before.split("\n") if before else [])
        assert [line.text for line in told if line.kind != "gone"] == (after.split("\n") if after else [])


def test_a_text_that_repeats_itself_without_end_is_compared_in_no_time():
    dice = Random(1)
    one, other = ("\n".join(dice.choice("abcdefgh") * 3 for _ in range(40_000)) for _ in range(2))
    assert {line.kind for line in changes(one, other)} >= {"gone", "new"}


# what the session added


def test_what_does_not_clash_is_taken_over_and_the_rest_is_left_to_the_person():
    mine = BASE.replace("- two", "- two, in better words")
    now = BASE.replace("- two", "- two\n- three").replace("Thank you.", "Thank you.\n\nThere is more.")
    clash, clean = parts(BASE, mine, now)
    assert (clash.heading, clash.clash, clash.mine, clash.now) == (
        "Ideas",
        True,
        ("- two, in better words",),
        ("- two", "- three"),
    )
    assert (clean.heading, clean.clash, clean.now) == ("Closing", False, ("", "There is more."))
    text, base = take(BASE, mine, now, {1: "take"})
    assert "- two, in better words" in text
    assert "There is more." in text
    assert "- three" not in text
    assert [part.heading for part in parts(base, text, now)] == ["Ideas"]


@pytest.mark.parametrize(
    ("choice", "expected"),
    [("take", "- two\n- three\n"), ("both", "- mine\n- two\n- three\n"), ("leave", "- mine\n")],
)
def test_of_a_clash_the_person_takes_the_new_both_or_their_own(choice: Choice, expected):
    mine = BASE.replace("- two", "- mine")
    now = BASE.replace("- two", "- two\n- three")
    text, base = take(BASE, mine, now, {0: choice})
    assert text == BASE.replace("- two\n", expected)
    assert parts(base, text, now) == []


def test_a_section_that_is_new_is_told_under_its_own_heading():
    now = BASE.replace("## Closing", "## Talk \\& more\n\n- said\n\n## Closing")
    assert [part.heading for part in parts(BASE, BASE, now)] == ["Talk & more"]
    [gone] = parts(BASE, BASE, BASE.replace("- one\n- two\n\n", ""))
    assert (gone.heading, gone.now) == ("Ideas", ())


def test_that_a_clock_went_on_is_no_news():
    mine = BASE.replace("- one", "- ONE")
    now = BASE.replace("9:00", "9:30")
    assert len(parts(BASE, mine, now)) == 1
    base, text = dated(BASE, mine, "9:00", "9:30")
    assert parts(base, text, now) == []
    assert text == mine.replace("9:00", "9:30")
    # A line that the edit changed is left alone.
    own = mine.replace("As of 9:00", "As of 9:00, with me")
    assert dated(BASE, own, "9:00", "9:30")[1] == own


@given(LINES, EDITS, EDITS)
def test_nothing_is_taken_over_unasked_and_all_of_it_when_asked(lines, mine, now):
    base, ours, theirs = "\n".join(lines), edited(lines, mine), edited(lines, now)
    offered = parts(base, ours, theirs)
    assert take(base, ours, theirs, {})[0] == ours
    everything: dict[int, Choice] = dict.fromkeys(range(len(offered)), "take")
    text, ground = take(base, ours, theirs, everything)
    assert ground == theirs
    assert parts(ground, text, theirs) == []
    if ours == base:
        assert text == theirs
    nothing: dict[int, Choice] = dict.fromkeys(range(len(offered)), "leave")
    assert take(base, ours, theirs, nothing) == (ours, theirs)


# the text as it is kept


def test_a_text_keeps_its_lines_and_loses_its_tricks():
    typed = "\n\n# A\u202eb\r\n\n\n  - one  \n\tcode\x00\n\n"
    assert tidied(typed) == "# Ab\n\n\n  - one  \n\tcode\n"
    assert tidied("") == "\n"


def test_an_automatic_report_is_tidy():
    story = play(page(), canvas(), rating()).enters(AN).adds(AN, "c1", text="one\n  two  \nthree")
    text = to_source(report_model(story.session))
    assert tidied(text) == text


@pytest.mark.parametrize(
    ("said", "name"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/150 Safari/537.36 Edg/150",
            "Edge, Windows",
        ),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19 like Mac OS X) AppleWebKit Safari", "Safari, iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0", "Firefox, Linux"),
        ("", ""),
    ],
)
def test_a_device_is_told_by_a_name_that_people_know(said, name):
    assert agent_of(said) == name


# which versions stay


def version(number: int, at: int, **other: Any) -> Version:
    return replace(Version(number, at, "edit", "d1", "Firefox", 100), **other)


def test_while_somebody_writes_on_one_version_a_minute_stays():
    noon = 12 * HOUR
    written = [version(n, noon + n * 4_000) for n in range(1, 46)]
    dropped = to_drop(written, noon + 3 * MINUTE)
    assert [one.number for one in written if one.number not in dropped] == [14, 29, 44, 45]
    old = [version(n, noon + n * MINUTE) for n in range(1, 31)]
    assert len(old) - len(to_drop(old, noon + 2 * HOUR)) == 4
    assert len(old) - len(to_drop(old, noon + 2 * DAY)) == 1


@pytest.mark.parametrize(
    "after",
    [{"device": "d2"}, {"kind": "back"}, {"kind": "automatic"}, {"kind": "merged"}, {"chars": 20}],
)
def test_what_somebody_may_want_back_stays(after):
    assert to_drop([version(1, 1), version(2, 2)], 3) == [1]
    assert to_drop([version(1, 1), version(2, 2, **after)], 3) == []


def test_what_was_set_aside_stays_but_nothing_stays_for_ever():
    assert to_drop([version(1, 1), version(2, 2, kind="aside"), version(3, 3)], 4) == [1]
    many = [version(n, n * DAY) for n in range(1, MOST_VERSIONS + 6)]
    assert to_drop(many, 1_000 * DAY) == [1, 2, 3, 4, 5]


# storing


@pytest.fixture
def log(tmp_path: Path) -> Iterator[SqliteLog]:
    log = SqliteLog(tmp_path / "log.sqlite")
    log.append([Birth(CODE, "hash", 1)], [(CODE, record) for record in play(page()).log])
    yield log
    log.close()


def save(log: SqliteLog, wrote_on: int, text: str, at: int = 1, code: str = CODE, **other: Any) -> Saved:
    wanted = Text(version(0, at, chars=len(text), **other), text, "base", "9:00")
    return log.write(lambda db: report_store.save(db, code, wrote_on, wanted))


def newest(log: SqliteLog) -> Any:
    return log.look(lambda db: report_store.newest(db, CODE))


def text_of(log: SqliteLog, number: int) -> Any:
    return log.look(lambda db: report_store.text_of(db, CODE, number))


def numbers(log: SqliteLog) -> list[int]:
    return [one.number for one in log.look(lambda db: report_store.versions(db, CODE))]


def test_the_newest_version_goes_out(log):
    assert newest(log) is None
    assert save(log, 0, "one").current.number == 1
    assert save(log, 1, "two", at=2 * MINUTE).current.number == 2
    stored = newest(log)
    assert (stored.text, stored.base, stored.as_of) == ("two", "base", "9:00")
    assert numbers(log) == [1, 2]


def test_who_saves_on_an_old_version_is_kept_aside_and_replaces_nothing(log):
    save(log, 0, "one")
    saved = save(log, 0, "mine", device="d2")
    assert (saved.current.number, saved.aside) == (1, 2)
    assert newest(log).text == "one"
    assert text_of(log, 2).text == "mine"
    # Sent again it is not kept twice, and what follows on the newest is fine.
    assert save(log, 0, "mine", device="d2").aside == 2
    assert save(log, 1, "mine", device="d2").current.number == 3
    assert newest(log).text == "mine"


def test_a_save_whose_answer_was_lost_may_come_again(log):
    assert save(log, 0, "one") == save(log, 0, "one")
    assert numbers(log) == [1]


def test_back_to_the_automatic_text_leaves_the_edit_a_version(log):
    save(log, 0, "one")
    assert save(log, 1, "", kind="automatic").current.number == 2
    assert save(log, 2, "", kind="automatic").current.number == 2
    assert newest(log).version.kind == "automatic"
    assert numbers(log) == [1, 2]
    assert save(log, 2, "one", kind="back").current.number == 3


def test_a_report_opens_by_its_last_key_only(log):
    log.write(lambda db: report_store.share(db, CODE, "h1", 1))
    log.write(lambda db: report_store.share(db, CODE, "h2", 2))
    assert shared(log) == Shared("h2", None, 0, 1)
    log.write(lambda db: report_store.unshare(db, CODE))
    assert shared(log) is None
    assert not log.write(lambda db: report_store.publish(db, CODE, 3))


def shared(log: SqliteLog) -> Shared | None:
    return log.look(lambda db: report_store.shared(db, CODE))


def differs(log: SqliteLog) -> bool:
    found = shared(log)
    assert found
    return found.differs(newest(log))


def test_readers_see_what_was_published_and_nothing_that_was_written_since(log):
    save(log, 0, "one")
    log.write(lambda db: report_store.share(db, CODE, "h1", 10))
    assert shared(log) == Shared("h1", "one", 1, 10)
    assert not differs(log)
    save(log, 1, "two")
    # Another link is for the same readers' text.
    log.write(lambda db: report_store.share(db, CODE, "h2", 20))
    assert shared(log) == Shared("h2", "one", 1, 10)
    assert differs(log)
    assert log.write(lambda db: report_store.publish(db, CODE, 30))
    assert shared(log) == Shared("h2", "two", 2, 30)
    # However many versions come and go, what was published stays.
    for number in range(2, 2 + MOST_VERSIONS):
        save(log, number, f"text {number}", at=number * DAY)
    assert 2 not in numbers(log)
    assert shared(log) == Shared("h2", "two", 2, 30)


def test_the_automatic_report_is_shared_as_it_is_until_an_edit_is_published(log):
    log.write(lambda db: report_store.share(db, CODE, "h1", 10))
    save(log, 0, "one")
    assert (shared(log), differs(log)) == (Shared("h1", None, 0, 10), True)
    log.write(lambda db: report_store.publish(db, CODE, 20))
    save(log, 1, "", kind="automatic")
    assert (shared(log), differs(log)) == (Shared("h1", "one", 1, 20), True)
    log.write(lambda db: report_store.publish(db, CODE, 30))
    assert (shared(log), differs(log)) == (Shared("h1", None, 0, 30), False)


def test_what_was_shared_before_there_was_publishing_goes_on(log):
    codes = {"11110001": "edited", "11110002": "automatic", "11110003": "brought back"}
    for code in codes:
        log.append([Birth(code, "hash", 1)], [])
        log.write(lambda db, code=code: report_store.share(db, code, "h1", 5))
    save(log, 0, "one", at=7, code="11110001")
    save(log, 0, "one", code="11110003")
    save(log, 1, "", kind="automatic", code="11110003")
    with sqlite3.connect(log.path) as db:
        for column in ("text", "version", "published"):
            db.execute(f"ALTER TABLE report_shares DROP COLUMN {column}")
        db.execute("DELETE FROM _sqlite_migrations WHERE name = 'm005_published_reports'")
    SqliteLog(log.path).close()
    found = {code: log.look(lambda db, code=code: report_store.shared(db, code)) for code in codes}
    assert found == {
        "11110001": Shared("h1", "one", 1, 7),
        "11110002": Shared("h1", None, 0, 5),
        "11110003": Shared("h1", None, 0, 5),
    }


def test_texts_go_when_their_session_goes(log):
    save(log, 0, "one")
    log.write(lambda db: report_store.share(db, CODE, "h1", 1))
    for table in ("events", "sessions"):
        column = {"events": "session", "sessions": "code"}[table]
        log.write(lambda db, t=table, c=column: db.execute(f"DELETE FROM {t} WHERE {c} = ?", [CODE]))  # noqa: S608
    assert newest(log) is None
    assert shared(log) is None


# whose words they are


def test_people_find_their_own_words_and_nobody_elses():
    story = play(page(), canvas(anonymous=True), rating()).enters(AN).enters(BO)
    story.adds(AN, "c1", text="mine & <ours>\nin two lines").adds(BO, "c2", text="of Bo")
    story.rates(AN, "i1", 2, remark="because")
    own = own_texts(story.session, AN)
    assert own == {"mine & <ours> in two lines", "because"}
    html = (
        "<ul>\n<li>mine &amp; &lt;ours&gt;<br>\nin two lines <em>(Rijk)</em></li>\n<li>of Bo</li></ul>"
        "<table><tr><td>mine &amp; &lt;ours&gt; in two lines</td><td>because of Bo</td></tr></table>"
    )
    marked, count = mark_own(html, own)
    assert count == 2
    assert marked.count("<mark>") == 2
    assert "<li><mark>mine &amp; &lt;ours&gt;<br>\nin two lines</mark> <em>" in marked
    assert mark_own(html, own_texts(story.session, BO))[0].count("<mark>") == 1
    assert mark_own(html, set()) == (html, 0)


@given(st.text(alphabet="<>/&;ab \"'=", max_size=40))
def test_marking_changes_no_word(text):
    html = f"<ul><li>{text.replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;')}</li></ul>"
    marked, _ = mark_own(html, {" ".join(text.split())})
    assert marked.replace("<mark>", "").replace("</mark>", "") == html

"""The benchmark still runs: every kind of run, small, on ours and on the reference.  What it measures is not tested."""

import json
import time

import pytest

from sessions.report import report_model
from sessions.report_pdf import can_print
from tests.load import report
from tests.load.__main__ import KINDS, Line, fill, table
from tests.load.people import CANVAS, CARDS, ROUND, ROUNDS, script_for
from tests.load.phone import watch
from tests.load.readers import Readers
from tests.load.rig import Disk, Measured, Room, Use


@pytest.mark.parametrize("kind", KINDS)
def test_phones_join_contribute_and_hear_of_it(kind, tmp_path):
    with Room(kind, tmp_path / kind) as room:
        room.open(CANVAS)
        joined = room.join(12)
        assert (joined["in"], joined["problems"]) == (12, [])
        run = room.contribute(30, 1)
        assert run.whole, run.answer
        assert run["sent"] == run["acks"]["n"] == 30
        assert run["deliveries"]["n"] == 30 * 12
        assert run["gaps"] == 0
        assert room.server.memory > 1_000_000


def test_phones_fill_a_canvas_and_rate(tmp_path):
    with Room("ours", tmp_path / "ours") as room:
        room.open(CANVAS)
        fill(room, 100)
        assert room.join(5)["viewBytes"] > 20_000
        room.open(ROUND)
        room.join(10)
        run = room.contribute(50, 1, kind="ratings")
        assert run.whole, run.answer
        assert run["acks"]["n"] == 50


@pytest.mark.parametrize("place", [CANVAS, ROUND])
def test_the_phones_say_what_robots_say_in_a_rehearsal(place):
    script = script_for(place)
    assert script == script_for.__wrapped__(place)
    assert script != script_for.__wrapped__(place, 7)
    assert len({person["organisation"] for person in script.people}) > 3
    contributed = script.cards if place is CANVAS else [one for row in script.answers for one in row]
    assert len({json.dumps(one) for one in contributed}) > 30
    if place is CANVAS:
        assert len(script.cards) == CARDS
        assert len({card["box"] for card in script.cards}) == 4
        assert all(20 < len(card["text"]) < 100 for card in script.cards)
    else:
        assert {len(row) for row in script.answers} == {10 * ROUNDS}


def test_whoever_answers_again_answers_something_else():
    for row in script_for(ROUND).answers:
        last: dict[str, object] = {}
        for answer in row:
            assert answer["score"] != last.get(answer["item"])
            last[answer["item"]] = answer["score"]


def test_readers_ask_for_every_form_of_a_report_while_phones_write(tmp_path):
    with Room("ours", tmp_path / "ours") as room:
        room.open(CANVAS)
        fill(room, 500)
        room.join(5)
        with Readers(room.server, room.code, many=True) as readers:
            run = room.contribute(20, 2)
        assert run.whole, run.answer
        assert len(readers.seconds) >= 2
        assert readers.problems == []
        with Readers(room.server, room.code, many=False) as nobody:
            pass
        assert nobody.seconds == []


def test_a_slow_phone_shows_every_update(tmp_path):
    told = watch(tmp_path, steps=6, cards=60, rate=20, seconds=1, slower=2)
    assert 10 <= told.updates <= 20
    assert str(told).startswith(f"{told.updates} updates, ")


def test_what_a_report_takes_is_told_form_by_form():
    story = report.big(60)
    assert sum(len(section.contributions) for section in report_model(story.session).sections) == 60
    told = [name for name, _ in report.forms(story)]
    assert told == ["model", "source", *report.FORMS, *(["PDF"] if can_print() else [])]
    for name, typed, written in report.hostile(200):
        assert name in report.HOSTILE
        assert typed.keys() == written.keys() == report.FORMS.keys()


def test_the_table_shows_medians_their_ratio_and_who_was_disturbed():
    calm = Measured({}, 1.0, Use(0.5, 0.01), Use(0.1, 0.0), 0.004)
    line = Line("cards", "/s", "ratio >= 20")
    for plain, ours in ((90, 2_000), (100, 3_000), (400, 2_500)):
        line.add("reference", plain, calm)
        line.add("ours", ours, calm)
    waited, slow = Line("waited", "ms"), Line("slow disk", "ms")
    waited.add("ours", 12, Measured({}, 1.0, Use(0.5, 0.3), Use(0.1, 0.0), 0.004))
    slow.add("ours", 34, Measured({}, 1.0, Use(0.5, 0.0), Use(0.1, 0.0), 0.25))
    assert table([line, waited, slow]).splitlines() == [
        "|           | reference | ours     | ratio | goal        | waits | disk   |   |",
        "| --------- | --------- | -------- | ----- | ----------- | ----- | ------ | - |",
        "| cards     | 100 /s    | 2,500 /s | 25.00 | ratio >= 20 | 1%    | 4 ms   |   |",
        "| waited    |           | 12 ms    |       |             | 30%   | 4 ms   | ! |",
        "| slow disk |           | 34 ms    |       |             | 0%    | 250 ms | ! |",
    ]


def test_the_disk_is_asked_how_long_it_takes(tmp_path):
    disk = Disk(tmp_path)
    try:
        while not (took := disk.longest_since(0)):
            time.sleep(0.01)
        assert (tmp_path / "disk").stat().st_size > 0
        assert disk.longest_since(time.monotonic() + 60) == 0 < took
    finally:
        disk.stop()

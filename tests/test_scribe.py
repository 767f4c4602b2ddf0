"""The scribe: reports are made in a process of its own, of the session as it was when somebody asked."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sessions import report_forms
from sessions.log import Birth, SqliteLog
from sessions.orders import Moment, Order
from sessions.report import to_markdown
from sessions.report_changes import changes
from sessions.scribe import MOST_MOMENTS, Scribe
from sessions.session import Session
from sessions.web.scribes import MOST_BYTES, MOST_SCRIBES, ScribeFell, Scribes
from tests.play import AN, CODE, Story, canvas, play
from tests.running import ROOT


@pytest.fixture(scope="module")
def story() -> Story:
    story = play(canvas()).enters(AN)
    for n in range(20):
        story.adds(AN, f"c{n}", text=f"Kaart {n}.")
    return story


@pytest.fixture(scope="module")
def database(story: Story, tmp_path_factory: pytest.TempPathFactory) -> Path:
    log = SqliteLog(tmp_path_factory.mktemp("scribe") / "log.sqlite")
    log.append([Birth(CODE, "hash", 1)], [(CODE, record) for record in story.log])
    log.close()
    return log.path


@pytest.fixture(scope="module")
def scribes(database: Path) -> Iterator[Scribes]:
    scribes = Scribes(database, lambda function, *given: function(*given), most_events=0)
    yield scribes
    for scribe in scribes._free:
        scribe.end()


def cards_in(text: str) -> int:
    return sum(f"Kaart {n}." in text for n in range(20))


def test_a_report_is_made_of_the_session_as_it_was_then(story, database):
    scribe, last = Scribe(database), story.session.seq
    # Later, earlier, again, and more moments than anybody remembers.
    for ago in (15, 0, 10, 0, *range(1, MOST_MOMENTS + 3), 15):
        made = scribe.make(Order(report_forms.automatic, (Moment(CODE, last - ago),)))
        assert not made.problem
        assert (made.result.seq, cards_in(made.result.text)) == (last - ago, 20 - ago)
    then = Session.of(CODE, story.log)
    assert scribe.make(Order(report_forms.automatic, (Moment(CODE, last),))).result == report_forms.automatic(
        report_forms.Seen(then)
    )


def test_what_cannot_be_made_is_told_and_holds_up_nothing(story, database, caplog):
    scribe = Scribe(database)
    unknown = scribe.make(Order(report_forms.automatic, (Moment("11112222", 3),)))
    assert "the log is empty" in unknown.problem
    assert scribe.make(Order(to_markdown, ("# Hoi",))).result.startswith("# Hoi")
    assert "automatic cannot be made" in caplog.text


def test_every_form_comes_from_another_process_as_from_this_one(story, scribes):
    seen, text = report_forms.Seen(story.session), "# Hoi\n\n[[figure: ideas]]\n"
    given: dict[Any, tuple[Any, ...]] = {
        report_forms.automatic: (),
        report_forms.fragment: (text,),
        report_forms.with_own_marked: ("<p>Kaart 1.</p>", AN),
        report_forms.document: (text,),
        report_forms.docx: (text,),
        report_forms.data: (),
        report_forms.tables: (),
        report_forms.figure: ("ideas",),
        report_forms.opening: (text,),
        report_forms.mail: (text, "", None, ["docx"]),
        report_forms.by_hand: (text, "", "", []),
    }
    for make, rest in given.items():
        assert scribes.made(make, story.session, *rest) == make(seen, *rest), make
    assert scribes.made(changes, "a\nb", "a\nc") == changes("a\nb", "a\nc")


def test_what_is_small_is_made_without_another_process(story, database):
    here = Scribes(database, lambda function, *given: function(*given))
    assert here.made(report_forms.data, story.session) == report_forms.data(report_forms.Seen(story.session))
    assert here.made(os.getpid) == os.getpid()
    assert not [scribe for scribe in here._free if scribe.runs]
    # A long text is for another one.
    assert here.made(len, "x" * MOST_BYTES) == MOST_BYTES
    [busy] = [scribe for scribe in here._free if scribe.runs]
    busy.end()


def test_who_asks_at_the_same_time_is_served_by_a_few_and_in_the_end(story, scribes):
    made: list[str] = []
    askers = [
        threading.Thread(target=lambda: made.append(scribes.made(report_forms.data, story.session)))
        for _ in range(MOST_SCRIBES + 3)
    ]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert len(made) == len(askers)
    assert len(set(made)) == 1
    assert len(scribes._free) == MOST_SCRIBES


def test_another_scribe_takes_over_from_one_that_fell(story, scribes):
    assert scribes.made(os.getpid) != os.getpid()
    fallen = scribes.made(os.getpid)
    os.kill(fallen, signal.SIGKILL)
    assert cards_in(scribes.made(report_forms.automatic, story.session).text) == 20
    # Who falls over the order itself is not started again for ever.
    with pytest.raises(ScribeFell):
        scribes.made(os.abort)
    assert cards_in(scribes.made(report_forms.automatic, story.session).text) == 20


def test_a_scribe_goes_home_when_nobody_asks_or_whoever_asked_is_gone():
    alone = subprocess.Popen([sys.executable, "-m", "sessions.scribe"], cwd=ROOT, stdin=subprocess.PIPE)
    assert alone.stdin
    alone.stdin.close()
    assert alone.wait(30) == 0
    idle = (
        "from sessions.scribe import go_home_when_idle; go_home_when_idle(lambda: -1e9); print('still here')"
    )
    answer = subprocess.run([sys.executable, "-c", idle], cwd=ROOT, capture_output=True, check=False)
    assert (answer.returncode, answer.stdout) == (0, b"")

"""Whatever somebody types or edits, making a report of it is work in proportion to its length.

Work is counted, not timed: calls of functions for what is Python, and for what is not the seconds of processor that a
process may use before the system ends it, which is many times what is needed and a fraction of what a square would take.
"""

import subprocess
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from sessions.markdown import to_html
from sessions.report_texts import MOST_CHARS
from tests.load.report import FORMS, HOSTILE, empty, lines, typed
from tests.running import ROOT

FEW = 1_000
LINES = (900, 9_000)
"""Characters of a line in a paragraph of many."""


def calls(make: Callable[[], Any]) -> int:
    """How many functions are called, those of libraries and of Python itself included."""
    count = 0

    def called(frame: Any, event: str, argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(called)
    try:
        make()
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("name", HOSTILE)
def test_twice_as_much_to_edit_is_at_most_twice_the_work(name: str) -> None:
    for form, make in FORMS.items():
        once, twice = (calls(partial(make, empty(), (HOSTILE[name] * n)[:n])) for n in (4 * FEW, 8 * FEW))
        assert twice < 2.5 * once + 1_000, form


@pytest.mark.parametrize("name", HOSTILE)
def test_twice_as_much_typed_is_at_most_twice_the_work(name: str) -> None:
    few, many = (typed((HOSTILE[name] * n)[:n]) for n in (FEW, 2 * FEW))
    for form, make in FORMS.items():
        once, twice = (calls(partial(make, *one)) for one in (few, many))
        assert twice < 2.5 * once + 1_000, form


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("length", LINES)
def test_twice_as_many_lines_are_at_most_twice_the_work(name: str, length: int) -> None:
    some = 2 * (length + 1)
    once, twice = (calls(partial(to_html, lines(HOSTILE[name], length, n * some))) for n in (2, 4))
    assert twice < 2.5 * once + 1_000


LONGEST = """
import resource
resource.setrlimit(resource.RLIMIT_CPU, (120, 120))
from sessions.markdown import to_html
from tests.load.report import HOSTILE, lines
for mark in HOSTILE.values():
    assert to_html(%s)
"""
THIRD = MOST_CHARS // 3
AT_ONCE = f"(mark * {THIRD})[:{THIRD}]"
IN_LINES = [f"lines(mark, {length}, {THIRD})" for length in LINES]


def test_the_longest_texts_that_can_be_edited_are_read_within_the_processor_that_is_allotted() -> None:
    text = " + chr(10) + ".join([AT_ONCE, *IN_LINES])
    done = subprocess.run([sys.executable, "-c", LONGEST % text], cwd=ROOT, check=False, timeout=600)
    assert done.returncode == 0

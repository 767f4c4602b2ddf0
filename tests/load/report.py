"""How long a report takes: ``uv run python -m tests.load.report``.

Told are the seconds of processor for each form of a report of 3,000 cards, and for 20,000 characters of the worst that somebody can
type, once as a contribution and once as a text that the facilitator writes in Markdown.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, TypeVar

from sessions.markdown import escape, to_html
from sessions.message import FACILITATOR
from sessions.report import FIGURE, report_model, to_markdown, to_source
from sessions.report_csv import to_csv_zip
from sessions.report_json import to_json
from tests.play import Story, canvas, play, rating

Made = TypeVar("Made")

PEOPLE = 30
TEXT = "Als de *beek* overloopt, staat [het gemaal] <stil> | en dan?"
HOSTILE: Mapping[str, str] = {
    "brackets": "[",
    "links": "[a](",
    "stars": "*a **b ",
    "underscores": "_a __b ",
    "backticks": "`a ``",
    "backslashes": "\\",
    "tags": "<b>",
    "comments": "<!--",
    "entities": "&lt;",
    "borders": "| a |\n",
    "headings": "# a\n",
    "quotations": "> ",
    "lists": "- a\n ",
    "blanks": "    a\n\n",
    "figures": "[[figure: poll]]\n",
    "formulas": "=1+1;",
    "accents": "e\u0301",
}


def big(cards: int) -> Story:
    """A session with so many cards, a tenth of them in groups, and a round over these groups."""
    story = play(canvas(), canvas("more", ["one", "two", "three"]), rating(items={"groups_of": ["ideas"]}))
    for n in range(PEOPLE):
        story.enters(f"p{n}", f"Organisation {n % 5}")
    for n in range(cards):
        step, box = (("ideas", "left"), ("more", "one"), ("more", "two"))[n % 3]
        who = f"p{n % PEOPLE}"
        story.does(who, "canvas.add_card", step=step, card=f"c{n}", box=box, text=f"{TEXT} {n}")
    ideas = [f"c{n}" for n in range(0, cards, 3)]
    for n in range(0, len(ideas), 10):
        group = {"group": f"g{n}", "cards": ideas[n : n + 10], "title": f"{TEXT} g{n}"}
        story.does(FACILITATOR, "canvas.group_cards", step="ideas", **group)
        for person in range(PEOPLE):
            story.rates(f"p{person}", f"g{n}", 1 + (person + n) % 4)
    story.does(FACILITATOR, "rating.reveal", step="poll")
    return story


def forms(story: Story) -> Iterator[tuple[str, float]]:
    """How many seconds each part of a report takes."""
    report, seconds = timed(lambda: report_model(story.session))
    yield "model", seconds
    source, seconds = timed(lambda: to_source(report))
    yield "source", seconds
    rest: Mapping[str, Callable[[], Any]] = {
        ".md": lambda: to_markdown(source),
        "HTML": lambda: to_html(FIGURE.sub("", source), document=True),
        ".json": lambda: to_json(report),
        ".csv": lambda: to_csv_zip(report),
    }
    for name, make in rest.items():
        yield name, timed(make)[1]


def hostile(characters: int) -> Iterator[tuple[str, float, float]]:
    """How many seconds the worst texts take: as a contribution, and as Markdown of the facilitator's."""
    for name, mark in HOSTILE.items():
        text = (mark * characters)[:characters]
        yield (
            name,
            timed(partial(_shown, escape(text)))[1],
            timed(partial(_shown, text))[1],
        )


def _shown(text: str) -> str:
    try:
        return to_html(text)
    except ValueError:
        # Nested too deep to be meant, which whoever wrote it is told.
        return ""


def timed(make: Callable[[], Made]) -> tuple[Made, float]:
    """What *make* gives, and the seconds of processor it took: those of others do not count."""
    began = time.process_time()
    made = make()
    return made, time.process_time() - began


def main(arguments: list[str]) -> None:
    """Measure, and print what was measured."""
    parser = argparse.ArgumentParser(prog="tests.load.report", description=__doc__)
    parser.add_argument("--cards", type=int, default=3_000)
    parser.add_argument("--characters", type=int, default=20_000)
    given = parser.parse_args(arguments)
    story = big(given.cards)
    print(f"a report of {given.cards:,} cards, in seconds of processor")  # noqa: T201
    for name, seconds in forms(story):
        print(f"  {name:<12} {seconds:6.2f}")  # noqa: T201
    print(f"{given.characters:,} hostile characters, in seconds of processor: typed, as Markdown")  # noqa: T201
    for name, typed, written in hostile(given.characters):
        print(f"  {name:<12} {typed:6.2f} {written:6.2f}")  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1:])

"""How long a report takes: ``uv run python -m tests.load.report``.

Told are the seconds of processor for each form of a report of 3,000 cards, and for 20,000 characters of the worst that
somebody can type, once as contributions and once as a text that the facilitator writes in Markdown (which may have
400,000: ``--characters 400000``), in one piece or in lines of so many characters (``--line 900``).
"""

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from typing import Any, TypeVar

from sessions.mail import letter
from sessions.message import FACILITATOR
from sessions.report import Report, report_model, to_markdown, to_source
from sessions.report_csv import to_csv_zip
from sessions.report_docx import to_docx
from sessions.report_html import to_html_document
from sessions.report_json import to_json
from sessions.report_pdf import can_print, to_pdf
from sessions.text import clean
from tests.play import Story, canvas, page, play, rating

Made = TypeVar("Made")

PEOPLE = 30
LONGEST = 2_000
"""Characters of a card, at most."""
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
    "nested": "- ",
    "numbers": "1. ",
    "tables": "a|b\n-|-\n",
    "wide tables": "|a|b|c|d|e|f|g|h|i|j|k|l|m|n|o|p|q|r|s|t\n-|-|-|-|-|-|-|-|-|-|-|-|-|-|-|-|-|-|-|-\n|\n",
    "references": "[a]: b\n[a][a] ",
    "pictures": "![a](",
    "one column": "|\n|-|\n",
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


FORMS: Mapping[str, Callable[[Report, str], Any]] = {
    ".md": lambda report, source: to_markdown(source),
    "HTML": to_html_document,
    "Word": to_docx,
    "mail": lambda report, source: letter(report, source, "", ""),
    ".json": lambda report, source: to_json(report),
    ".csv": lambda report, source: to_csv_zip(report),
}
"""What is made on the server's own time; a PDF has a process of its own, and is given no more than a minute."""


def forms(story: Story) -> Iterator[tuple[str, float]]:
    """How many seconds each part of a report takes."""
    report, seconds = timed(lambda: report_model(story.session))
    yield "model", seconds
    source, seconds = timed(lambda: to_source(report))
    yield "source", seconds
    for name, make in FORMS.items():
        yield name, timed(partial(make, report, source))[1]
    if can_print():
        yield "PDF", timed(partial(to_pdf, report, source, most_seconds=600))[1]


def lines(mark: str, length: int, characters: int) -> str:
    """So many characters, in lines of one *length* that are full of a mark; each is a line of one paragraph."""
    line = (mark.replace("\n", " ") * length)[:length]
    return f"{line}\n" * (characters // (length + 1))


def hostile(characters: int, line: int = 0) -> Iterator[tuple[str, Mapping[str, float], Mapping[str, float]]]:
    """How many seconds each form takes with the worst texts: typed by somebody, and as Markdown of the facilitator's."""
    for name, mark in HOSTILE.items():
        text = lines(mark, line, characters) if line else (mark * characters)[:characters]
        yield name, dict(_seconds(*typed(text))), dict(_seconds(empty(), text))


@cache
def empty() -> Report:
    """The report of a session in which nobody said anything."""
    return report_model(play(page()).session)


def typed(text: str) -> tuple[Report, str]:
    """The report of a session in which people typed this *text*, in cards as long as they may be, and its source."""
    story = play(canvas(max_chars=LONGEST))
    story.enters("an", "Provincie")
    for n, start in enumerate(range(0, len(text), LONGEST)):
        if clean(piece := text[start : start + LONGEST]):
            story.does("an", "canvas.add_card", step="ideas", card=f"c{n}", box="left", text=piece)
    report = report_model(story.session)
    return report, to_source(report)


def _seconds(report: Report, source: str) -> Iterator[tuple[str, float]]:
    for name, make in FORMS.items():
        yield name, timed(partial(make, report, source))[1]


def timed(make: Callable[[], Made]) -> tuple[Made, float]:
    """What *make* gives, and the seconds of processor it took: those of others do not count."""
    began = _processor()
    made = make()
    return made, _processor() - began


def _processor() -> float:
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def main(arguments: list[str]) -> None:
    """Measure, and print what was measured."""
    parser = argparse.ArgumentParser(prog="tests.load.report", description=__doc__)
    parser.add_argument("--cards", type=int, default=3_000)
    parser.add_argument("--characters", type=int, default=20_000)
    parser.add_argument("--line", type=int, default=0, help="characters of a line; 0 for all in one piece")
    given = parser.parse_args(arguments)
    story = big(given.cards)
    print(f"a report of {given.cards:,} cards, in seconds of processor")  # noqa: T201
    for name, seconds in forms(story):
        print(f"  {name:<12} {seconds:6.2f}")  # noqa: T201
    print(f"{given.characters:,} hostile characters, in seconds of processor: typed, and as Markdown")  # noqa: T201
    print(f"  {'':<12}", *(f"{name:>12}" for name in FORMS))  # noqa: T201
    for name, contributed, written in hostile(given.characters, given.line):
        told = (f"{contributed[form]:6.2f}{written[form]:6.2f}" for form in FORMS)
        print(f"  {name:<12}", *told)  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1:])

"""The report: what a session has said so far, as a model, as Markdown, and as HTML made from that Markdown.

The model holds only what everyone may see; each activity tells its own part (`Activity.report`), which its partial
``templates/_report_<kind>.md`` writes down.  Nothing here asks the clock: the same log gives the same bytes.
"""

import functools
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal, format_percent
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from sessions.activity import Contribution
from sessions.items import decision_on
from sessions.lineage import Trail, trail
from sessions.markdown import Safe, escape, escape_cell, to_html
from sessions.outcome import Scored
from sessions.people import Person
from sessions.rating_plan import Plan as RatingPlan
from sessions.results import OTHER, Distribution
from sessions.session import Session
from sessions.texts import Language, Texts, texts

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
STYLE = TEMPLATES.parent / "static" / "css" / "report-document.css"
LOCAL = ZoneInfo("Europe/Amsterdam")

BAR_WIDTH = 20
_HEADING = re.compile(r"^(#{1,6})(?=\s)", re.MULTILINE)
FIGURE = re.compile(r"^\[\[figure: ([A-Za-z0-9_.\-]+)\]\][ \t]*$", re.MULTILINE)
"""A line of a source that says where the figure of this id belongs."""
_BLANK_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True)
class Party:
    """The people of one organisation; ``names`` is empty unless names may be reported."""

    organisation: str
    people: int
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Section:
    """What the step *id* adds; ``content`` is for the partial of its kind."""

    id: str
    kind: str
    title: str
    content: Mapping[str, Any]
    contributions: tuple[Contribution, ...] = ()


@dataclass(frozen=True)
class Report:
    """A report, in the language of its session."""

    language: Language
    title: str
    date: str
    place: str
    client: str
    purpose: str
    as_of: str
    people: int
    organisations: int
    parties: tuple[Party, ...]
    names: bool
    contributions: int
    answers: int
    sections: tuple[Section, ...]
    trails: Mapping[str, Sequence[Trail]]
    """item or card -> what it came from, oldest first"""
    decisions: Mapping[str, str]
    """item -> the word it was concluded with in a discussion"""
    figures: Mapping[str, Any] = field(default_factory=dict)
    """what can be drawn: the id of a step, or that of a step and more, parted by points -> the chart"""

    @property
    def empty(self) -> bool:
        """Whether nobody has said anything yet that everyone may see."""
        concluded = any(section.content.get("conclusions") for section in self.sections)
        return not (self.contributions or self.answers or concluded)

    @property
    def results(self) -> tuple[Section, ...]:
        """The sections with what people brought in, or the facilitator wrote down."""
        return tuple(
            section for section in self.sections if section.kind != "page" or _brought(section.content)
        )

    @property
    def pages(self) -> tuple[Section, ...]:
        """The sections with texts that went with the steps."""
        return tuple(
            section for section in self.sections if section.kind == "page" and _stands(section.content)
        )

    def figure_lines(self, section: Section) -> Mapping[str, list[Safe]]:
        """Item -> the lines that say where its figures belong; under "" those of the whole step."""
        # The longest first: one item may be called like the beginning of another.
        items = sorted((line.item.id for line in section.content.get("lines", ())), key=len, reverse=True)
        found: dict[str, list[Safe]] = {}
        for id in self.figures:
            if id == section.id or id.startswith(f"{section.id}."):
                rest = f"{id.removeprefix(section.id)}."
                item = next((item for item in items if rest.startswith(f".{item}.")), "")
                found.setdefault(item, []).append(Safe(f"[[figure: {id}]]"))
        return found


def _brought(page: Mapping[str, Any]) -> bool:
    return bool(page["written"] or page["questions"] or page["unseen"])


def _stands(page: Mapping[str, Any]) -> bool:
    return bool(page["text"]) and not page["written"]


def report_model(session: Session) -> Report:
    """What may be told of *session*, in its own language."""
    info = session.info
    sections = tuple(_sections(session))
    contributions = [contribution for section in sections for contribution in section.contributions]
    parties = tuple(_parties(session))
    return Report(
        language=info.language,
        title=info.title,
        date=_day(info.date, info.language),
        place=info.place,
        client=info.client,
        purpose=info.purpose,
        as_of=_moment(session.changed, info.language),
        people=len(session.people),
        organisations=sum(1 for party in parties if party.organisation),
        parties=parties,
        names=info.names,
        contributions=sum(1 for contribution in contributions if not contribution.prefilled),
        answers=sum(section.content.get("answers", 0) for section in sections),
        sections=sections,
        trails={id: stations for id in session.lineage.parents if (stations := trail(id, session))},
        decisions={
            id: word for words in session.decided for id in words if (word := decision_on(id, session))
        },
    )


def _sections(session: Session) -> Iterable[Section]:
    for id, activity in session.activities.items():
        if content := activity.report(session):
            plan = session.steps[id].plan
            yield Section(id, plan.kind, plan.title, content, tuple(content.get("contributions", ())))


def _parties(session: Session) -> Iterable[Party]:
    """The organisations that took part: the listed ones in their order, then the others; last who named none."""
    people: dict[str, list[Person]] = {}
    for person in session.people.values():
        people.setdefault(person.organisation, []).append(person)
    listed = {organisation: place for place, organisation in enumerate(session.plan.join.organisations)}

    def order(organisation: str) -> tuple[bool, int, str, str]:
        return not organisation, listed.get(organisation, len(listed)), organisation.casefold(), organisation

    for organisation in sorted(people, key=order):
        theirs = people[organisation]
        names = (
            [person.entered.name for person in theirs if person.entered.name] if session.info.names else []
        )
        yield Party(organisation, len(theirs), tuple(sorted(names, key=lambda name: (name.casefold(), name))))


def _day(written: str, language: Language) -> str:
    """A date in words; what is no date stays as it was written."""
    try:
        return str(format_date(date.fromisoformat(written), "d MMMM y", locale=language))
    except ValueError:
        return written


def _moment(at: int, language: Language) -> str:
    """A time in ms since 1970 in words, on the clock of the room."""
    return str(format_datetime(datetime.fromtimestamp(at / 1000, LOCAL), "d MMMM y, HH:mm", locale=language))


def to_source(report: Report) -> str:
    """The report as Markdown in which a line like ``[[figure: herkenning.i3]]`` says where a figure belongs.

    Every other form is made from this text, so that whoever edits it has edited them all.  What people type cannot
    make such a line: `escape` leaves no bracket.
    """
    local = texts(report.language)
    text = (
        _markdown_templates().get_template("report.md").render(report=report, t=local.t, say=Wording(local))
    )
    return _BLANK_LINES.sub("\n\n", text).strip() + "\n"


def to_markdown(source: str) -> str:
    """A source as a Markdown file, which has no figures: they stand in it as tables and bars of text."""
    return _BLANK_LINES.sub("\n\n", FIGURE.sub("", source)).strip() + "\n"


def to_html_fragment(report: Report) -> str:
    """The report as sanitised HTML, to put into a page."""
    return to_html(to_markdown(to_source(report)), document=True)


def to_html_document(report: Report) -> str:
    """The report as one HTML file that needs nothing besides itself."""
    return (
        _html_templates()
        .get_template("report-document.html")
        .render(
            report=report,
            t=texts(report.language).t,
            body=Markup(to_html_fragment(report)),  # noqa: S704 (sanitised)
            style=Markup(STYLE.read_text("utf-8")),  # noqa: S704 (our own)
        )
    )


@functools.cache
def _html_templates() -> Environment:
    return Environment(loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, autoescape=True)


@functools.cache
def _markdown_templates() -> Environment:
    templates = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 (this is Markdown; `_printed` escapes every value)
        finalize=_printed,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters |= {"block": escape, "below": _below}
    return templates


def _printed(value: object) -> str:
    """A value as it goes into the Markdown: on one line and escaped, unless it is Markdown already."""
    return value if isinstance(value, Safe) else escape_cell(str(value))


def _below(text: str, level: int) -> Safe:
    """A whole Markdown text of ours, with its highest headings at *level*."""
    lower = level - min(map(len, _HEADING.findall(text)), default=level)
    return Safe(_HEADING.sub(lambda hashes: "#" * min(6, len(hashes[1]) + lower), text))


@dataclass(frozen=True)
class Wording:
    """How figures and people are put into words, in one language: what the templates call."""

    local: Texts

    def number(self, value: float) -> str:
        return str(format_decimal(value, "0.0", locale=self.local.language))

    def share(self, part: int, whole: int) -> str:
        return str(format_percent(part / whole, "0%", locale=self.local.language)) if whole else "–"

    def bar(self, part: int, whole: int) -> Safe:
        """A bar of blocks, in eighths; whatever is not nothing can be seen."""
        full, eighths = divmod(max(round(part / max(whole, 1) * BAR_WIDTH * 8), min(part, 1)), 8)
        return Safe("█" * full + " ▏▎▍▌▋▊▉"[eighths].strip())

    def middle(self, answers: Distribution, points: Sequence[str]) -> str:
        """The word of the median, or the two words it lies between."""
        if answers.median is None:
            return "–"
        low, high = points[math.floor(answers.median) - 1], points[math.ceil(answers.median) - 1]
        return low if low == high else self.local.t("report.doc.between", low=low, high=high)

    def agreement(self, answers: Distribution) -> str:
        match answers.agreement:
            case "agreed":
                return self.local.t("rating.agreed")
            case "divided":
                return self.local.t("rating.divided")
            case "mixed":
                return self.local.t("rating.mixed")
        return "–"

    def part(self, share: float | None) -> str:
        """A share that may be missing."""
        return "–" if share is None else str(format_percent(share, "0%", locale=self.local.language))

    def figure(self, value: float | None) -> str:
        """A number that may be missing."""
        return "–" if value is None else str(format_decimal(value, "0.#", locale=self.local.language))

    def cell(self, answers: Distribution | None) -> str:
        """The middle and the highest point of a cell; nothing where there is nothing to score."""
        if answers is None:
            return ""
        return f"{self.figure(answers.median)} ({answers.highest})" if answers.n else "–"

    def shift(self, shift: str) -> str:
        """Where a second round went, with an arrow."""
        match shift:
            case "up":
                return f"↑ {self.local.t('report.doc.shift_up')}"
            case "down":
                return f"↓ {self.local.t('report.doc.shift_down')}"
        return f"≈ {self.local.t('report.doc.shift_same')}"

    def reasons(self, result: Scored, plan: RatingPlan) -> str:
        """The reasons that were ticked, most often first."""
        words = {key: word for words in plan.reasons.values() for key, word in words.items()}
        given = sorted(result.reasons.items(), key=lambda pair: -pair[1])
        return ", ".join(f"{words[key]} ({n})" for key, n in given if key in words)

    def organisation(self, name: str) -> str:
        if name == OTHER:
            return self.local.t("rating.other_organisations")
        return name or self.local.t("rating.no_organisation")

    def sentence(self, answers: Distribution, points: Sequence[str]) -> str:
        """What one distribution says, in a line."""
        t = self.local.t
        parts = [
            self.agreement(answers),
            t("report.doc.middle", word=self.middle(answers, points)),
            t("report.doc.mean", mean=self.number(answers.mean or 0)),
            t("rating.answers", n=answers.n),
        ]
        return " · ".join(parts)

    def trail(self, stations: Sequence[Trail], title: str = "", text: str = "") -> str:
        """What something came from, oldest first, each with what was concluded about it.

        What its own *title* or *text* says already is left out; empty when nothing is left.
        """
        generations: dict[int, list[str]] = {}
        for one in stations:
            if not one.word and (one.title == title or one.title in text):
                continue
            told = f"{one.title} ({one.word})" if one.word else one.title
            generations.setdefault(one.back, []).append(told)
        return " → ".join(" + ".join(told) for told in generations.values())

    def names(self, party: Party) -> str:
        """The names of the people of one organisation, and how many gave none."""
        nameless = party.people - len(party.names)
        listed = ", ".join(party.names)
        if not nameless or not listed:
            return listed
        return f"{listed} {self.local.t('report.doc.nameless', n=nameless)}"

    def aside(self, contribution: Contribution) -> Safe:
        """What stands behind a card: for whom it was written, and how many support it."""
        parts = [self.said_by(contribution)]
        if contribution.support:
            parts.append(self.local.t("canvas.supported", n=contribution.support))
        said = " · ".join(part for part in parts if part)
        return Safe(f" *({escape_cell(said)})*" if said else "")

    def said_by(self, contribution: Contribution) -> str:
        """For whom something was brought in; empty when that is not said."""
        if contribution.prefilled:
            return self.local.t("report.doc.prefilled")
        if contribution.by_facilitator:
            return self.local.t("report.doc.by_facilitator")
        return contribution.organisation

    def difference(self, result: Scored, points: Sequence[str]) -> str:
        """The organisations whose middle answers lie furthest apart, if that is a whole point; else empty."""
        named = [group for group in result.organisations if group[0] != OTHER]
        if len(named) < 2:
            return ""
        low, high = min(named, key=_median), max(named, key=_median)
        if _median(high) - _median(low) < 1:
            return ""
        return self.local.t(
            "report.doc.difference",
            high=high[0],
            high_word=self.middle(high[1], points),
            low=low[0],
            low_word=self.middle(low[1], points),
        )


def _median(group: tuple[str, Distribution]) -> float:
    return group[1].median or 0

"""The report: what a session has said so far, as a model, and as the Markdown source that every form is made from.

The model holds only what everyone may see; each activity tells its own part (`Activity.report`), which its partial
``templates/_report_<kind>.md`` writes down.  Nothing here asks the clock: the same log gives the same bytes.
"""

import functools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from sessions.activity import Contribution
from sessions.canvas_report import Column, Table, tabled
from sessions.charts import Chart
from sessions.delivers import Delivery, deliveries
from sessions.items import decision_on
from sessions.lineage import Trail, trail
from sessions.markdown import Safe, escape, escape_cell
from sessions.message import FACILITATOR
from sessions.people import Person
from sessions.plain_tables import aligned
from sessions.report_actions import Action, Decision, actions, actions_table, decisions, decisions_table
from sessions.report_figures import figures
from sessions.report_measures import measures
from sessions.report_summary import LABELS, OPEN, OpenPoint, Standout, counted, open_points, standouts
from sessions.report_wording import Wording, day, moment, short
from sessions.session import Session
from sessions.texts import Language, texts

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"

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
    """A report, in the language of its session.

    ``date`` and ``as_of`` are in words, ``written_date`` is as somebody wrote it, ``changed`` is in ms since 1970.
    """

    language: Language
    title: str
    playbook: str
    date: str
    written_date: str
    place: str
    client: str
    purpose: str
    as_of: str
    changed: int
    people: int
    organisations: int
    parties: tuple[Party, ...]
    names: bool
    contributions: int
    answers: int
    mailed: bool
    """whether people were asked who wants it by e-mail"""
    sections: tuple[Section, ...]
    standouts: tuple[Standout, ...]
    open_points: tuple[OpenPoint, ...]
    actions: tuple[Action, ...]
    decided: tuple[Decision, ...]
    deliveries: tuple[Delivery, ...]
    measures: tuple[str, ...]
    """the texts that explain how the figures were made"""
    trails: Mapping[str, Sequence[Trail]]
    """item or card -> what it came from, oldest first"""
    decisions: Mapping[str, str]
    """item -> the word it was concluded with in a discussion"""
    first_told: Mapping[str, str]
    """item -> the first step that tells of it, which also tells what it came from"""
    parked: tuple[Contribution, ...] = ()
    """what was put in the parking lot; what has been dealt with says so in ``about``"""
    figures: Mapping[str, Chart] = field(default_factory=dict)
    """what can be drawn: the id of a step, or that of a step and more, parted by points -> the chart"""
    closed: bool = False

    @property
    def empty(self) -> bool:
        """Whether nobody has said anything yet that everyone may see."""
        concluded = any(section.content.get("conclusions") for section in self.sections)
        return not (self.contributions or self.answers or concluded or self.parked)

    @property
    def still_parked(self) -> int:
        """How many thoughts in the parking lot nobody has dealt with."""
        return sum(1 for thought in self.parked if not thought.about)

    @property
    def agreed(self) -> tuple[Action, ...]:
        """The actions that have everything an agreement needs, by date."""
        return tuple(action for action in self.actions if action.agreed)

    @property
    def not_agreed(self) -> tuple[Action, ...]:
        """The actions that miss something yet."""
        return tuple(action for action in self.actions if not action.agreed)

    @property
    def conclusions(self) -> Mapping[str, Sequence[str]]:
        """Word -> the titles of what was concluded with it."""
        found: dict[str, list[str]] = {}
        for one in self.decided:
            if word := one.talked.conclusion.decision:
                found.setdefault(word, []).append(one.talked.item.title)
        return found

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
        """Item or question -> the lines that say where its figures belong; under "" those of the whole step."""
        # The longest first: one item may be called like the beginning of another.
        told = [line.item.id for line in section.content.get("lines", ())]
        told += [one.question.id for one in section.content.get("questions", ())]
        items = sorted(told, key=len, reverse=True)
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
    say = Wording(texts(info.language))
    sections = tuple(_sections(session))
    contributions = [contribution for section in sections for contribution in section.contributions]
    parties = tuple(_parties(session))
    return Report(
        language=info.language,
        title=info.title,
        playbook=info.playbook,
        date=day(info.date, info.language),
        written_date=info.date,
        place=info.place,
        client=info.client,
        purpose=info.purpose,
        as_of=moment(session.changed, info.language),
        changed=session.changed,
        people=len(session.people),
        organisations=sum(1 for party in parties if party.organisation),
        parties=parties,
        names=info.names,
        contributions=sum(1 for contribution in contributions if not contribution.prefilled),
        answers=sum(section.content.get("answers", 0) for section in sections),
        mailed=any(getattr(step.plan, "mail", False) for step in session.steps.values()),
        sections=sections,
        standouts=standouts(sections, say),
        open_points=tuple(open_points(sections)),
        actions=actions(sections),
        decided=decisions(sections),
        deliveries=tuple(deliveries(session)),
        measures=measures(sections),
        first_told=_first_told(sections),
        parked=tuple(_parked(session)),
        trails={id: stations for id in session.lineage.parents if (stations := trail(id, session))},
        decisions={
            id: word for words in session.decided for id in words if (word := decision_on(id, session))
        },
        figures=figures(session),
        closed=session.state == "closed",
    )


def _parked(session: Session) -> Iterable[Contribution]:
    settled = texts(session.info.language).t("report.doc.settled")
    for thought in session.parking.told():
        yield Contribution(
            about=settled if thought.settled else "",
            text=thought.text,
            organisation=thought.organisation,
            by_facilitator=thought.author == FACILITATOR,
        )


def _sections(session: Session) -> Iterable[Section]:
    for id, activity in session.activities.items():
        if session.steps[id].skipped:
            continue
        content = activity.report(session)
        if content and (id in session.arrived or content.get("began", True)):
            plan = session.steps[id].plan
            yield Section(id, plan.kind, plan.title, content, tuple(content.get("contributions", ())))


def _first_told(sections: Iterable[Section]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for section in sections:
        for one in (*section.content.get("lines", ()), *section.content.get("talked", ())):
            found.setdefault(one.item.id, section.id)
    return found


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
    """A source as a Markdown file, to be read as plain text: tables are lined up, and figures are bars of text."""
    return aligned(_BLANK_LINES.sub("\n\n", FIGURE.sub("", source)).strip() + "\n")


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
    templates.filters |= {"block": escape, "below": _below, "short": short}
    templates.globals |= {
        "actions_table": actions_table,
        "contributions_table": _contributions_table,
        "counted": counted,
        "decisions_table": decisions_table,
        "labels": LABELS,
        "open_labels": OPEN,
    }
    return templates


def _contributions_table(section: Section, say: Wording) -> Table:
    """What the appendix lists of one step; what was brought in from another is listed there."""
    told = [one for one in section.contributions if not one.brought]
    t = say.local.t
    return tabled(
        [
            Column(t("report.doc.col_about"), [one.about for one in told], always=True),
            Column(t("report.doc.col_contribution"), [one.text for one in told], always=True),
            Column(t("report.doc.col_by"), [say.said_by(one) for one in told]),
            Column(t("report.doc.col_support"), [str(one.support or "") for one in told], right=True),
        ]
    )


def _printed(value: object) -> str:
    """A value as it goes into the Markdown: on one line and escaped, unless it is Markdown already."""
    return value if isinstance(value, Safe) else escape_cell(str(value))


def _below(text: str, level: int) -> Safe:
    """A whole Markdown text of ours, with its highest headings at *level*."""
    lower = level - min(map(len, _HEADING.findall(text)), default=level)
    return Safe(_HEADING.sub(lambda hashes: "#" * min(6, len(hashes[1]) + lower), text))

"""``report.csv``: the tables of a report, one file each, in a zip.

A file opens in a spreadsheet of the session's language as it is: with a byte order mark, and with the separator and
the decimal sign of that language.  What people typed never becomes a formula, and never a second row or column.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sessions.canvas_report import Value
from sessions.outcome import Crossed, Dotted, Linked, Scored
from sessions.report import Report
from sessions.report_wording import Wording
from sessions.results import Distribution
from sessions.texts import Language, texts

SEPARATORS: Mapping[Language, str] = {"nl": ";", "en": ","}
DECIMALS: Mapping[Language, str] = {"nl": ",", "en": "."}

LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The moment that every file in the zip bears: the same report gives the same bytes."""

_SIGNS = r"[=+\-@＝＋－＠]"
_FORMULA = re.compile(rf"^[\s'\"‘’“”`´]*{_SIGNS}")
"""What a spreadsheet may take for the beginning of a formula, also behind quotes that it takes off."""
_NEXT_FORMULA = re.compile(rf"([;,\"]\s*)(?={_SIGNS})")
"""Where another formula would begin for a spreadsheet that parts cells by another mark than ours."""

Cell = str | int | float | None


@dataclass(frozen=True)
class Sheet:
    """One file: its name, its column heads, and its rows, which are as long as the heads."""

    name: str
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def to_csv_zip(report: Report) -> bytes:
    """A zip with a file for each table that has rows."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for sheet in sheets(report):
            entry = zipfile.ZipInfo(f"{sheet.name}.csv", LONG_AGO)
            entry.compress_type = zipfile.ZIP_DEFLATED
            # As if made on one and the same system, readable by everybody.
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, written(sheet, report.language))
    return packed.getvalue()


def written(sheet: Sheet, language: Language) -> bytes:
    """The bytes of one file."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=SEPARATORS[language], quoting=csv.QUOTE_ALL)
    for row in (sheet.head, *sheet.rows):
        writer.writerow([_shown(cell, language) for cell in row])
    return text.getvalue().encode("utf-8-sig")


def _shown(cell: Cell, language: Language) -> str:
    match cell:
        case None:
            return ""
        case str():
            return defused(cell)
        case float():
            return f"{cell:.4f}".rstrip("0").rstrip(".").replace(".", DECIMALS[language])
    return str(cell)


def defused(text: str) -> str:
    """*text* on one line, as text: no spreadsheet takes it for a formula."""
    line = _NEXT_FORMULA.sub(r"\1'", " ".join(text.split()))
    return f"'{line}" if _FORMULA.match(line) else line


def sheets(report: Report) -> Iterator[Sheet]:
    """The tables that have rows, in order."""
    tables = Tables(report, Wording(texts(report.language)))
    for sheet in (
        tables.session(),
        tables.participants(),
        tables.decisions(),
        tables.actions(),
        tables.deliverables(),
        tables.cards(),
        tables.results(),
        tables.distributions(),
        tables.choices(),
        tables.remarks(),
        tables.answers(),
        tables.parked(),
    ):
        if sheet.rows:
            yield sheet


@dataclass(frozen=True)
class Tables:
    """The tables of one report."""

    report: Report
    say: Wording

    def _t(self, key: str, **params: object) -> str:
        return self.say.local.t(key, **params)

    def _yes(self, yes: bool) -> str:
        return self._t("report.csv.yes") if yes else self._t("report.csv.no")

    def _contents(self, kind: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """The title and the content of each step of one kind."""
        for section in self.report.sections:
            if section.kind == kind:
                yield section.title, section.content

    def session(self) -> Sheet:
        report, t = self.report, self._t
        facts: list[tuple[str, Cell]] = [
            (t("report.csv.col_title"), report.title),
            (t("report.doc.date"), report.written_date),
            (t("report.doc.place"), report.place),
            (t("report.doc.client"), report.client),
            (t("report.doc.purpose"), report.purpose),
            (t("report.doc.as_of"), report.as_of),
            (t("report.doc.col_people"), report.people),
        ]
        return Sheet(t("report.csv.session"), [t("report.csv.col_what"), t("report.csv.col_value")], facts)

    def participants(self) -> Sheet:
        report, t = self.report, self._t
        head = [t("rating.col_organisation"), t("report.doc.col_people")]
        rows: list[list[Cell]] = [[self.say.organisation(p.organisation), p.people] for p in report.parties]
        if report.names:
            head.append(t("report.doc.col_names"))
            for row, party in zip(rows, report.parties, strict=True):
                row.append(", ".join(party.names))
        return Sheet(t("report.csv.participants"), head, rows)

    def decisions(self) -> Sheet:
        t = self._t
        head = [
            t("report.csv.col_step"),
            t("rating.col_item"),
            t("report.doc.conclusion"),
            t("report.doc.who"),
            t("report.doc.note"),
        ]
        rows = [
            [title, talked.item.title, of.decision, of.who, of.note]
            for title, content in self._contents("discussion")
            for talked in content["talked"]
            for of in [talked.conclusion]
        ]
        return Sheet(t("report.csv.decisions"), head, rows)

    def actions(self) -> Sheet:
        t, told = self._t, self.report.actions
        others = _labels(action.others for action in told)
        titles = {section.id: section.title for section in self.report.sections}
        head = [
            t("report.csv.col_step"),
            t("report.doc.col_action"),
            t("report.doc.agreed"),
            t("report.doc.col_needed"),
            t("report.doc.col_owner"),
            t("rating.col_organisation"),
            t("report.doc.col_due"),
            t("report.doc.col_with"),
            t("report.csv.col_joined"),
            t("report.doc.col_from"),
            *others,
        ]
        rows: list[list[Cell]] = [
            [
                titles[action.step],
                action.entry.card.text,
                self._yes(action.agreed),
                ", ".join(action.entry.needed),
                action.owner.told if action.owner else "",
                action.organisation.told if action.organisation else "",
                action.due.value if action.due else "",
                ", ".join(action.entry.partners),
                action.entry.joined,
                self.say.trail(self.report.trails.get(action.entry.id, ()), action.entry.card.text),
                *_under(others, action.others),
            ]
            for action in told
        ]
        return Sheet(t("report.csv.actions"), head, rows)

    def deliverables(self) -> Sheet:
        t = self._t
        head = [
            t("report.csv.col_what"),
            t("report.doc.delivered"),
            t("report.csv.col_step"),
            t("report.doc.col_number"),
            t("report.csv.col_of"),
        ]
        rows: list[list[Cell]] = [
            [one.wanted.text, self._yes(one.there), one.title or one.wanted.elsewhere, one.done, one.total]
            for one in self.report.deliveries
        ]
        return Sheet(t("report.csv.deliverables"), head, rows)

    def cards(self) -> Sheet:
        t = self._t
        told = [(title, entry) for title, content in self._contents("canvas") for entry in content["entries"]]
        fields = _labels(entry.values for _, entry in told)
        head = [
            t("report.csv.col_step"),
            t("report.doc.col_box"),
            t("report.csv.col_row"),
            t("report.doc.col_group"),
            t("report.doc.col_card"),
            t("report.csv.col_merged"),
            t("report.doc.col_by"),
            t("report.doc.col_support"),
            *fields,
        ]
        rows: list[list[Cell]] = [
            [
                title,
                entry.card.about,
                entry.row,
                entry.group,
                entry.card.text,
                "; ".join(entry.merged),
                self.say.said_by(entry.card),
                entry.card.support,
                *_under(fields, entry.values),
            ]
            for title, entry in told
        ]
        return Sheet(t("report.csv.cards"), head, rows)

    def results(self) -> Sheet:
        t = self._t
        head = [
            t("report.csv.col_step"),
            t("rating.col_item"),
            t("report.csv.col_criterion"),
            t("rating.col_answers"),
            t("report.csv.col_off"),
            t("report.doc.col_median"),
            t("rating.col_mean"),
            t("rating.col_agreement"),
            t("report.doc.col_spread"),
            t("report.doc.col_dots"),
            t("report.doc.col_share"),
            t("report.csv.col_shift"),
        ]
        rows = [
            row
            for title, content in self._contents("rating")
            for line in content["lines"]
            for row in self._results(title, line, content)
        ]
        return Sheet(t("report.csv.results"), head, rows)

    def _results(self, title: str, line: Any, content: Mapping[str, Any]) -> Iterator[list[Cell]]:
        before: list[Cell] = [title, line.item.title]
        match line.result:
            case Scored() as result:
                shift = self.say.shift(line.shift) if line.shift else ""
                yield [*before, "", *self._measures(result.total), None, None, None, shift]
            case Crossed() as result:
                for id, answers in result.criteria.items():
                    criterion = content["criteria"][id]["title"]
                    spread = answers.spread
                    yield [*before, criterion, *self._measures(answers), spread, None, None, ""]
            case Dotted() as result:
                empty: list[Cell] = [None] * 5
                yield [*before, "", result.people, *empty, result.dots, result.share, ""]
            case Linked() as result:
                nothing: list[Cell] = [None] * 7
                yield [*before, "", result.people, *nothing, ""]

    def _measures(self, answers: Distribution) -> list[Cell]:
        return [answers.n, answers.off, answers.median, answers.mean, self.say.agreement(answers)]

    def distributions(self) -> Sheet:
        t = self._t
        head = [
            t("report.csv.col_step"),
            t("rating.col_item"),
            t("report.csv.col_criterion"),
            t("rating.col_organisation"),
            t("report.csv.col_point"),
            t("report.doc.col_answer"),
            t("report.doc.col_number"),
        ]
        everybody = t("report.csv.everybody")
        rows: list[list[Cell]] = []
        for title, content in self._contents("rating"):
            points = content["plan"].scale.points if content["plan"].scale else []
            for line in content["lines"]:
                for criterion, organisation, answers in self._distributed(line.result, content, everybody):
                    for point, (word, count) in enumerate(zip(points, answers.counts, strict=True), 1):
                        rows.append([title, line.item.title, criterion, organisation, point, word, count])
        for title, content in self._contents("page"):
            for told in content["questions"]:
                if told.figures:
                    for point, word in enumerate(told.question.scale.points, 1):
                        count = told.figures.counts[point - 1]
                        rows.append([title, told.question.label, "", everybody, point, word, count])
        return Sheet(t("report.csv.distributions"), head, rows)

    def _distributed(
        self, result: Any, content: Mapping[str, Any], everybody: str
    ) -> Iterator[tuple[str, str, Distribution]]:
        match result:
            case Scored():
                yield "", everybody, result.total
                for name, answers in result.organisations:
                    yield "", self.say.organisation(name), answers
            case Crossed():
                for id, answers in result.criteria.items():
                    yield content["criteria"][id]["title"], everybody, answers

    def choices(self) -> Sheet:
        t = self._t
        head = [
            t("report.csv.col_step"),
            t("rating.col_item"),
            t("report.csv.col_choice"),
            t("report.doc.col_number"),
        ]
        rows = [
            [title, line.item.title, target.title, line.result.targets.get(target.id, 0)]
            for title, content in self._contents("rating")
            for line in content["lines"]
            if isinstance(line.result, Linked)
            for target in content["targets"]
        ]
        return Sheet(t("report.csv.choices"), head, rows)

    def remarks(self) -> Sheet:
        t = self._t
        head = [t("report.csv.col_step"), t("rating.col_item"), t("report.csv.col_remark")]
        rows = [
            [title, line.item.title, remark]
            for title, content in self._contents("rating")
            for line in content["lines"]
            if isinstance(line.result, Scored)
            for remark in line.result.remarks
        ]
        return Sheet(t("report.csv.remarks"), head, rows)

    def answers(self) -> Sheet:
        t = self._t
        head = [t("report.csv.col_step"), t("report.csv.col_question"), t("report.csv.col_text")]
        rows = [
            [title, told.question.label, text]
            for title, content in self._contents("page")
            for told in content["questions"]
            for text in told.texts
        ]
        return Sheet(t("report.csv.answers"), head, rows)

    def parked(self) -> Sheet:
        t = self._t
        head = [t("report.csv.col_text"), t("report.doc.col_by"), t("report.doc.settled")]
        rows = [[one.text, self.say.said_by(one), self._yes(bool(one.about))] for one in self.report.parked]
        return Sheet(t("report.csv.parked"), head, rows)


def _labels(values: Iterable[Iterable[Value]]) -> list[str]:
    """The labels of all fields, each once, in order."""
    return list(dict.fromkeys(value.label for of in values for value in of))


def _under(labels: Sequence[str], values: Iterable[Value]) -> list[Cell]:
    """What stands under each label: dates and amounts as data, all else in words."""
    found: dict[str, Cell] = {value.label: _data(value) for value in values}
    return [found.get(label, "") for label in labels]


def _data(value: Value) -> Cell:
    if value.kind == "amount" and value.value:
        return float(value.value) if "." in value.value else int(value.value)
    return value.value if value.kind == "date" else value.told

"""How a report puts figures, dates and people into words, in one language: what its templates call."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal, format_percent

from sessions.activity import Contribution
from sessions.lineage import Trail
from sessions.markdown import Safe, escape_cell
from sessions.outcome import Scored
from sessions.rating_plan import Plan as RatingPlan
from sessions.results import OTHER, Distribution
from sessions.texts import Language, Texts

if TYPE_CHECKING:
    from sessions.report import Party

LOCAL = ZoneInfo("Europe/Amsterdam")

BAR_WIDTH = 20
SHORT = 100
"""Characters of a text in the summary, where it is a reminder of one that stands below."""


def day(written: str, language: Language) -> str:
    """A date in words; what is no date stays as it was written."""
    try:
        return str(format_date(date.fromisoformat(written), "d MMMM y", locale=language))
    except ValueError:
        return written


def moment(at: int, language: Language) -> str:
    """A time in ms since 1970 in words, on the clock of the room."""
    return str(format_datetime(datetime.fromtimestamp(at / 1000, LOCAL), "d MMMM y, HH:mm", locale=language))


def short(text: str, most: int = SHORT) -> str:
    """*text* on one line, cut off between two words when it is longer than *most*."""
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    cut = line[: most - 1]
    return f"{cut[: cut.rfind(' ')] if ' ' in cut[most // 2 :] else cut} …"


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
        return ", ".join(f"{word} ({n})" for word, n in self.reason_counts(result, plan).items())

    def reason_counts(self, result: Scored, plan: RatingPlan) -> dict[str, int]:
        """Reason -> how often it was ticked, most often first."""
        words = {key: word for words in plan.reasons.values() for key, word in words.items()}
        given = sorted(result.reasons.items(), key=lambda pair: -pair[1])
        return {words[key]: n for key, n in given if key in words}

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

    def trail(self, stations: Sequence[Trail], title: str = "", text: str = "", most: int = 0) -> str:
        """What something came from, oldest first, each with what was concluded about it.

        What its own *title* or *text* says already is left out; empty when nothing is left.  Of each generation at
        *most* so many are named, if a number is given.
        """
        words = {one.title: one.word for one in stations if one.word}
        generations: dict[int, list[str]] = {}
        told: set[str] = set()
        for one in stations:
            word = words.get(one.title, "")
            # A card that was brought from step to step has the same title everywhere.
            if one.title in told or (not word and (one.title == title or one.title in text)):
                continue
            told.add(one.title)
            generations.setdefault(one.back, []).append(f"{one.title} ({word})" if word else one.title)
        return " → ".join(self._named(parents, most) for parents in generations.values())

    def _named(self, titles: Sequence[str], most: int) -> str:
        """The titles, or the first of them and how many more there are."""
        if not most or len(titles) <= most + 1:
            return " + ".join(titles)
        more = self.local.t("report.doc.and_more", n=len(titles) - most)
        return " + ".join([*titles[:most], more])

    def joining(self, partners: Sequence[str], people: int) -> str:
        """Who joins an action: the organisations, and how many people."""
        if not people:
            return ""
        counted = self.local.t("report.doc.joiners", n=people)
        return f"{', '.join(partners)} ({counted})" if partners else counted

    def names(self, party: "Party") -> str:
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

    def aside_parked(self, thought: Contribution) -> Safe:
        """What stands behind a parked thought."""
        said = " · ".join(part for part in (self.said_by(thought), thought.about) if part)
        return Safe(f" *({escape_cell(said)})*" if said else "")

    def said_by(self, contribution: Contribution) -> str:
        """For whom something was brought in; empty when that is not said."""
        if contribution.brought:
            return self.local.t("report.doc.brought")
        if contribution.prefilled:
            return self.local.t("report.doc.prefilled")
        if contribution.on_behalf:
            return self.local.t("report.doc.on_behalf", organisation=contribution.organisation)
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

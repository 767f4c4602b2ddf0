"""People without a phone, as a facilitator counts them: one table of counts for each organisation.

Who of them answered what is not known.  A newcomer would take a voice that is dealt from a table for one of its people;
only what all voices of a table answered together is true, and that none of them did more than one person may.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import count

from sessions.message import FACILITATOR, Record
from sessions.outcome import NOTHING, Answer
from sessions.rating_plan import Plan
from sessions.results import Score

DOTS = "dots"
"""What is counted in a row of a round with dots: a row holds nothing else."""

_NAMELESS = "\n"
"""Begins the key of a table that came without its organisation, out of an exported log; no organisation does."""

Rows = Mapping[tuple[str, str], Mapping[str, int]]
"""Item and criterion (empty where there are none) -> point, target or `DOTS` -> how many."""


@dataclass(frozen=True)
class Table:
    """What the people of one organisation answered together; ``people`` is how many, where counts cannot tell."""

    people: int = 0
    rows: Rows = field(default_factory=dict)

    def row(self, item: str, criterion: str = "") -> Mapping[str, int]:
        """What was entered about *item*."""
        return self.rows.get((item, criterion), {})


Tables = Mapping[str, Table]
"""Organisation -> its people without a phone; "" for those of no organisation."""

NO_TABLE = Table()


def table_key(record: Record) -> str:
    """Under which key the table stands that an event is about."""
    organisation: str = record.event.organisation
    return organisation or ("" if record.actor == FACILITATOR else f"{_NAMELESS}{record.actor}")


def organisation_of(key: str) -> str:
    """For whom the people of a table speak; empty when that is not known."""
    return "" if key.startswith(_NAMELESS) else key


def with_row(tables: Tables, key: str, item: str, criterion: str, counts: Mapping[str, int]) -> Tables:
    """The tables with one row that is another; without any count it is gone."""
    table = tables.get(key, NO_TABLE)
    rows = {place: row for place, row in table.rows.items() if place != (item, criterion)}
    return _with(tables, key, replace(table, rows={**rows, (item, criterion): counts} if counts else rows))


def with_people(tables: Tables, key: str, people: int) -> Tables:
    """The tables with another number of people at one of them."""
    return _with(tables, key, replace(tables.get(key, NO_TABLE), people=people))


def _with(tables: Tables, key: str, table: Table) -> Tables:
    others = {other: of for other, of in tables.items() if other != key}
    return {**others, key: table} if table != NO_TABLE else others


# from tables to voices


def asks_people(plan: Plan) -> bool:
    """Whether the counts do not tell how many people there are: where one person counts more than once."""
    return plan.per == "person" and (plan.form == "dots" or (plan.form == "choice" and plan.multiple))


def fewest(table: Table, plan: Plan) -> int:
    """How many people there must be at least to have answered all this."""
    sums = [sum(row.values()) for row in table.rows.values()]
    if plan.form == "dots":
        return max([_shared(sum(sums), plan.dots), *(_shared(n, plan.most_dots) for n in sums)])
    if plan.form == "choice" and plan.multiple:
        most = max((n for row in table.rows.values() for n in row.values()), default=0)
        return max([most, *(_shared(n, plan.max_targets) for n in sums if plan.max_targets)])
    return max(sums, default=0)


def _shared(n: int, among: int) -> int:
    return -(-n // among) if among else 0


def voices_of(tables: Tables, plan: Plan) -> tuple[dict[str, dict[str, Answer]], dict[str, str]]:
    """Voice -> item -> answer for everybody without a phone, and for whom each voice speaks."""
    voices: dict[str, dict[str, Answer]] = {}
    speaking: dict[str, str] = {}
    for key, table in tables.items():
        for n, theirs in _dealt(table, plan):
            # A slash is in no participant's id.
            voice = f"/{key}/{n}"
            voices[voice] = theirs
            speaking[voice] = organisation_of(key)
    return voices, speaking


def _dealt(table: Table, plan: Plan) -> Iterator[tuple[int, dict[str, Answer]]]:
    """The voices of one table that have an answer to something.

    Counts are dealt like cards, one to each voice in turn: so each gets as good as the same number, and never the same
    target twice.  Dots go on with the next voice from item to item, because the budget is for all items together.
    """
    people = max(table.people, fewest(table, plan))
    hands: list[dict[str, Answer]] = [{} for _ in range(people)]
    turns = count()
    for (item, criterion), row in table.rows.items():
        if plan.form != "dots":
            turns = count()
        for what in (what for what, n in sorted(row.items()) for _ in range(n)):
            hand = hands[next(turns) % people]
            hand[item] = _with_one(hand.get(item, NOTHING), what, criterion, plan)
    return ((n, hand) for n, hand in enumerate(hands) if hand)


def _with_one(answer: Answer, what: str, criterion: str, plan: Plan) -> Answer:
    """An answer with one more of what was counted."""
    match plan.form:
        case "dots":
            return replace(answer, dots=answer.dots + 1)
        case "choice":
            return replace(answer, targets=(*answer.targets, what))
    score: Score = "none" if what == "none" else int(what)
    if criterion:
        return replace(answer, criteria={**answer.criteria, criterion: score})
    return replace(answer, score=score)

"""What a facilitator may enter for people without a phone: no more than that many people could have answered."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sessions.message import Rejected, TooLarge
from sessions.people import known_organisation
from sessions.rating_messages import MOST_TALLIED, PeopleTallied, Tallied, Tally, TallyPeople
from sessions.rating_plan import Plan
from sessions.rating_tables import DOTS, NO_TABLE, Table, asks_people, fewest
from sessions.text import clean

if TYPE_CHECKING:
    from sessions.activities.rating import Rating
    from sessions.session import Session


@dataclass(frozen=True)
class Tallying:
    """One wish of a facilitator about the people without a phone of ``organisation``."""

    round: "Rating"
    session: "Session"
    organisation: str

    @classmethod
    def events(cls, wanted: Tally | TallyPeople, round: "Rating", session: "Session") -> list[Any]:
        """What *wanted* causes; raises Refused."""
        if round.plan.per == "organisation":
            raise Rejected("rating.no_tally")
        if round.shown:
            raise Rejected("rating.closed")
        typed = clean(wanted.organisation, newlines=False)
        organisation = known_organisation(typed, session.plan.join, session.people.values())
        one = cls(round, session, organisation)
        return one._people(wanted) if isinstance(wanted, TallyPeople) else one._counted(wanted)

    @property
    def plan(self) -> Plan:
        return self.round.plan

    @property
    def table(self) -> Table:
        return self.round.tables.get(self.organisation, NO_TABLE)

    def _people(self, wanted: TallyPeople) -> list[Any]:
        if not asks_people(self.plan):
            raise Rejected("rating.people_counted")
        if wanted.people > MOST_TALLIED:
            raise TooLarge("rating.tally_most", most=MOST_TALLIED)
        if wanted.people < (least := fewest(self.table, self.plan)):
            raise Rejected("rating.tally_fewer", n=least)
        if wanted.people == self.table.people:
            return []
        return [PeopleTallied(self.plan.id, wanted.people, self.organisation)]

    def _counted(self, wanted: Tally) -> list[Any]:
        if wanted.item not in self.round.by_id(self.session):
            raise Rejected("rating.unknown_item")
        criterion = self._criterion(wanted)
        before = self.table.row(wanted.item, criterion)
        self._check_named(wanted.counts, before)
        counts = {what: n for what, n in {**before, **wanted.counts}.items() if n}
        if max(wanted.counts.values(), default=0) > self._most_in_a_cell():
            raise TooLarge("rating.tally_most", most=MOST_TALLIED)
        if counts == before:
            return []
        if asks_people(self.plan):
            # Taking something away always fits.
            grown = any(n > before.get(what, 0) for what, n in counts.items())
            return [*self._fitted(wanted.item, counts, check=grown)]
        return [Tallied(self.plan.id, wanted.item, counts, self.organisation, criterion)]

    def _most_in_a_cell(self) -> int:
        return MOST_TALLIED * self.plan.most_dots if self.plan.form == "dots" else MOST_TALLIED

    def _criterion(self, wanted: Tally) -> str:
        if not self.plan.criteria and not wanted.criterion:
            return ""
        if not wanted.criterion:
            raise Rejected("rating.criterion_missing")
        if wanted.criterion not in self.round.criteria_of(self.session).get(wanted.item, ()):
            raise Rejected("rating.unknown_criterion")
        return wanted.criterion

    def _check_named(self, counts: Mapping[str, int], before: Mapping[str, int]) -> None:
        """Raises Rejected for a count of something that cannot be chosen."""
        match self.plan.form:
            case "dots":
                if set(counts) - {DOTS}:
                    raise Rejected("rating.other_form")
            case "choice":
                if set(counts) - self.round.targets_by_id(self.session).keys() - before.keys():
                    raise Rejected("rating.unknown_target")
            case _:
                if any(not self.plan.has_point(point) for point in counts):
                    raise Rejected("rating.off_scale", most=self.plan.points)

    def _fitted(self, item: str, counts: Mapping[str, int], *, check: bool) -> Iterator[Tallied]:
        """The events that make this the row of *item*, and of what is away no more than there is room for."""
        if check and not self.table.people:
            raise Rejected("rating.tally_people_first")
        if self.plan.form == "dots":
            yield from self._dotted(item, counts.get(DOTS, 0), check=check)
        else:
            yield self._chosen(item, counts, check=check)

    def _dotted(self, item: str, dots: int, *, check: bool) -> Iterator[Tallied]:
        plan, people, here = self.plan, self.table.people, self.round.by_id(self.session)
        others = {id: sum(row.values()) for (id, _), row in self.table.rows.items() if id != item}
        spent = sum(n for id, n in others.items() if id in here)
        if check and dots > people * plan.most_dots:
            raise Rejected("rating.tally_cap", n=people * plan.most_dots, people=people)
        if check and spent + dots > people * plan.dots:
            raise Rejected(
                "rating.tally_budget", n=people * plan.dots, left=people * plan.dots - spent, people=people
            )
        short = sum(others.values()) + dots - people * plan.dots
        for id, n in others.items():
            if short > 0 and id not in here:
                yield self._row(id, {DOTS: n - min(short, n)})
                short -= min(short, n)
        yield self._row(item, {DOTS: dots})

    def _chosen(self, item: str, counts: Mapping[str, int], *, check: bool) -> Tallied:
        people, targets = self.table.people, self.round.targets_by_id(self.session)
        here = {target: n for target, n in counts.items() if target in targets}
        if check and max(here.values(), default=0) > people:
            raise Rejected("rating.tally_target", n=people)
        room = people * self.plan.most_targets if self.plan.most_targets else sum(counts.values())
        if check and sum(here.values()) > room:
            raise Rejected("rating.tally_targets", n=room, people=people)
        away = {}
        room -= sum(here.values())
        for target in (target for target in counts if target not in here):
            away[target] = max(0, min(counts[target], room))
            room -= away[target]
        return self._row(item, {**here, **away})

    def _row(self, item: str, counts: Mapping[str, int]) -> Tallied:
        return Tallied(self.plan.id, item, {what: n for what, n in counts.items() if n}, self.organisation)

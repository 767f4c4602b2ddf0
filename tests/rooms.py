"""A whole room in browsers: a console, a screen and four phones, with robots for company, and what none may be told."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from playwright.sync_api import Locator, expect

from tests.pages import Console, Phone, Screen, Visitor
from tests.running import Workshop
from tests.wire import Guest

PEOPLE = {"An": "Waterschap", "Bo": "Provincie", "Cas": "Gemeente", "Dia": "Veiligheidsregio"}
ROBOTS_A_GROUP = 2
GIVEAWAYS = {
    "score",
    "scores",
    "results",
    "counts",
    "median",
    "mean",
    "consensus",
    "agreement",
    "divided_rank",
}
"""What would give a score away, wherever it stands."""


@dataclass
class Room:
    """Everybody in the room, each with what they look at."""

    workshop: Workshop
    console: Console
    screen: Screen
    phones: list[Phone]
    robots: list[Guest] = field(default_factory=list)
    """People without a browser: each has a line of their own."""

    @cached_property
    def titles(self) -> dict[str, str]:
        """Step -> its title."""
        return {id: step["title"] for id, step in self.robots[0].view["agenda"].items()}

    @property
    def visitors(self) -> list[Visitor]:
        return [self.console, self.screen, *self.phones]

    def next(self, step: str, followers: Iterable[Visitor] | None = None) -> None:
        """The facilitator goes to *step*, which is the next one; *followers*, or else everybody, go along."""
        self.console.next(self.titles[step])
        # However far the step before was scrolled.
        title = self.console.page.get_by_role("heading", level=2, name=self.titles[step], exact=True)
        expect(title).to_be_in_viewport()
        for visitor in [self.screen, *(self.phones if followers is None else followers)]:
            expect(visitor.heading).to_have_text(self.titles[step])

    def view(self, step: str) -> Any:
        """The step as everyone sees it, now."""
        return self.robots[0].fresh()[1]["steps"][step]

    def items(self, step: str) -> list[str]:
        """The titles of what is judged, in order."""
        items = self.robots[0].view["steps"][step]["items"].values()
        return [item["title"] for item in sorted(items, key=lambda item: item["order"])]


def robots(workshop: Workshop) -> list[Guest]:
    """So many for each organisation."""
    return [Guest(workshop).join(name) for name in PEOPLE.values() for _ in range(ROBOTS_A_GROUP)]


def scores_of_others(value: Any) -> list[Any]:
    """Everything in a message that tells somebody else's score."""
    if isinstance(value, list) and value[:1] == ["mine"]:
        return []
    if isinstance(value, dict):
        value = {key: held for key, held in value.items() if key != "mine"}
        return [
            found
            for key, held in value.items()
            for found in ([key] if is_giveaway(key, held) else scores_of_others(held))
        ]
    return [found for held in value for found in scores_of_others(held)] if isinstance(value, list) else []


def is_giveaway(key: str, held: Any) -> bool:
    # The boxes of a canvas count their cards under the same name, by box.
    by_box = key == "counts" and isinstance(held, dict) and not any(name.isdigit() for name in held)
    # An open round has its results from the start, and there are none as long as nobody has answered.
    return key in GIVEAWAYS and bool(held) and not by_box


def result(visitor: Visitor, title: str) -> Locator:
    """The row of one item among the results."""
    heading = visitor.page.get_by_role("heading", name=title, exact=True)
    return visitor.page.get_by_role("listitem").filter(has=heading)

"""Lineage: what every item came from, step by step: issue, success factor, action.

Activities say which of their things came from which (``Activity.links``); here the links of a whole session are put
together.  A newcomer might expect one parent for each item: a group has a card for each parent, and an action may name
several risks.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from sessions.items import Item, Link, decision_on

if TYPE_CHECKING:
    from sessions.session import Session


@dataclass(frozen=True)
class Trail:
    """One station on the way of an item: an ancestor, the step it is shown in, and the word it was concluded with.

    ``back`` is how many generations ago it was: a group of two cards came from both of them at once.
    """

    step: str
    id: str
    title: str
    word: str = ""
    back: int = 1


def trail(id: str, session: "Session") -> list[Trail]:
    """What the item *id* came from, oldest first; empty when it came from nothing."""
    return session.lineage.trail(id)


@dataclass(frozen=True)
class Lineage:
    """The links of one session, as far as everyone may know them."""

    session: "Session"

    def trail(self, id: str) -> list[Trail]:
        """What the item *id* came from, oldest first, each once."""
        back: dict[str, int] = {id: 0}
        links: dict[str, Link] = {}
        for child in self._children_first(id):
            for parent, link in self.parents.get(child, {}).items():
                if parent == id:
                    continue  # It leads back to where we came from.
                links.setdefault(parent, link)
                # An issue is older than the factor it led to, also where an action names both.
                back[parent] = max(back.get(parent, 0), back[child] + 1)
        oldest_first = sorted(links, key=lambda parent: -back[parent])
        stations = (self._station(links[parent], back[parent]) for parent in oldest_first)
        return [station for station in stations if station]

    def _children_first(self, id: str) -> list[str]:
        """The item and everything it came from: whatever came from something stands before it."""
        order: dict[str, None] = {}
        begun = {id}
        path = [(id, iter(self.parents.get(id, {})))]
        while path:
            child, parents = path[-1]
            parent = next((parent for parent in parents if parent not in begun), None)
            if parent is None:
                order[child] = None
                path.pop()
            else:
                begun.add(parent)
                path.append((parent, iter(self.parents.get(parent, {}))))
        return list(reversed(order))

    def _station(self, link: Link, back: int) -> Trail | None:
        item = self._titled(link)
        if item is None:
            return None
        return Trail(link.step, item.id, item.title, decision_on(item.id, self.session), back)

    @cached_property
    def parents(self) -> Mapping[str, Mapping[str, Link]]:
        """Child -> parent -> the first link between them, in the order of the agenda."""
        found: dict[str, dict[str, Link]] = {}
        for activity in self.session.activities.values():
            for link in activity.links(self.session):
                found.setdefault(link.child, {}).setdefault(link.parent, link)
        return found

    def _titled(self, link: Link) -> Item | None:
        """The parent as the step shows it; None when it is not there (any more)."""
        if link.step not in self._shown:
            step, activity = self.session.steps[link.step], self.session.activities[link.step]
            offers = sorted(step.plan.offers)
            self._shown[link.step] = {
                item.id: item for what in offers for item in activity.offered(what, self.session)
            }
        return self._shown[link.step].get(link.parent)

    @cached_property
    def _shown(self) -> dict[str, Mapping[str, Item]]:
        return {}

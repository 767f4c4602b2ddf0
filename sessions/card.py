"""One card, and one group of cards: what is known of it, and how it is shown.

Cards stand in a box, perhaps on a row, perhaps in a *group*.  A card that was *merged* into another stands behind it:
nobody sees it, and whoever supports it supports the one in front.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sessions.activity import Audience, Contribution, present
from sessions.items import Item
from sessions.message import FACILITATOR

Ids = frozenset[str]


@dataclass(frozen=True)
class Card:
    """One card.  ``via`` is the step it was written in, ``covered`` that this step is blind and not revealed.

    A card that was merged has ``into``, the card it stands behind, which has it in ``behind``; ``joint`` is who
    supports one of those behind.  ``joined`` maps who joins an action to on whose behalf; ``origins`` maps each item
    the card came from to a step that shows it, among them its ``parent``, which it was brought in as.
    """

    id: str
    box: str
    text: str
    order: float
    author: str
    via: str
    organisation: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    supporters: Ids = frozenset()
    anonymous: bool = False
    covered: bool = False
    edited: bool = False
    hidden: bool = False
    row: str = ""
    group: str = ""
    into: str = ""
    behind: tuple[str, ...] = ()
    joint: Ids = frozenset()
    taken_by: str = ""
    joined: Mapping[str, str] = field(default_factory=dict)
    parent: str = ""
    origins: Mapping[str, str] = field(default_factory=dict)

    @property
    def shown(self) -> bool:
        """Whether everyone may see it."""
        return not (self.covered or self.hidden or self.into)

    @property
    def place(self) -> tuple[float, str]:
        """Where it stands in its box."""
        return self.order, self.id

    @property
    def counted(self) -> bool:
        """Whether it counts as one of its box: also while it is covered."""
        return not (self.hidden or self.into)

    @property
    def support(self) -> int:
        """How many people support it, or one of those behind it."""
        return len(self.supporters | self.joint) if self.joint else len(self.supporters)

    @property
    def partners(self) -> list[str]:
        """The organisations that join, in the order in which they came."""
        return list(dict.fromkeys(organisation for organisation in self.joined.values() if organisation))

    @property
    def on_behalf(self) -> bool:
        """Whether a facilitator wrote it for somebody of an organisation who has no phone."""
        return self.author == FACILITATOR and bool(self.organisation)

    def told(self, about: str) -> Contribution:
        """The card as the report tells it; an anonymous card was written for nobody."""
        return Contribution(
            about=about,
            text=self.text,
            organisation="" if self.anonymous else self.organisation,
            support=self.support,
            prefilled=not self.author,
            brought=bool(self.parent) and not self.author,
            by_facilitator=self.author == FACILITATOR and not self.anonymous,
            on_behalf=self.on_behalf and not self.anonymous,
        )

    def agreed(self, fields: Iterable[str]) -> bool:
        """Whether these fields are all filled in, and there are any."""
        asked = [bool(self.fields.get(field)) for field in fields]
        return bool(asked) and all(asked)

    @property
    def touched(self) -> bool:
        """Whether somebody has done something with it; a card that is there from the start may stay untouched."""
        return bool(self.author or self.parent or self.edited or self.fields or self.support or self.behind)

    @cached_property
    def item(self) -> Item:
        """The card as later steps take it: the same object as long as it is the same card."""
        return Item(self.id, self.text)

    @cached_property
    def own_view(self) -> dict[str, Any]:
        """The card as its author sees it."""
        return present(
            box=self.box,
            text=self.text,
            order=self.order,
            row=self.row or None,
            group=self.group or None,
            fields=dict(self.fields),
            support=self.support,
            edited=self.edited or None,
            hidden=self.hidden or None,
            merged_into=self.into or None,
        )

    def view(self, audience: Audience, agreed_with: Iterable[str] = ()) -> dict[str, Any]:
        """The card as *audience* sees it; an anonymous card names nobody to anybody."""
        found = {
            "box": self.box,
            "text": self.text,
            "order": self.order,
            "fields": dict(self.fields),
            "support": self.support,
        }
        # Thousands of these are made when a room comes in: only what is there is looked at twice.
        for name, value in (
            ("row", self.row),
            ("group", self.group),
            ("by", "" if self.anonymous else self.organisation),
            ("on_behalf", self.on_behalf and not self.anonymous),
            ("edited", self.edited),
            ("agreed", agreed_with and self.agreed(agreed_with)),
            ("taken", bool(self.taken_by)),
            ("joined", len(self.joined)),
            ("with", self.joined and {str(n): name for n, name in enumerate(self.partners, 1)}),
            ("merged", len(self.behind)),
            ("from", self.origins and dict(self.origins)),
        ):
            if value:
                found[name] = value
        if audience == "facilitator":
            if self.hidden:
                found["hidden"] = True
            if self.author and not self.anonymous:
                found["author"] = self.author
        return found


@dataclass(frozen=True)
class Group:
    """Cards that belong together, in one box and on one row.

    ``shown`` counts its cards that everyone may see, ``support`` the people who support one of those.
    """

    id: str
    title: str
    box: str
    order: float
    row: str = ""
    cards: tuple[str, ...] = ()
    shown: int = 0
    support: int = 0

    def view(self) -> dict[str, Any]:
        """The group as it is shown."""
        return present(
            title=self.title, box=self.box, order=self.order, row=self.row or None, support=self.support
        )

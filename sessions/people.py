"""People: what participants are asked, what they say of themselves, and the organisation they speak for.

The organisation is the comparison group of every result, so the same name in other capitals is the same group.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import Annotated, Any, Literal

import msgspec

from sessions.message import Rejected, TooLarge, command, event
from sessions.text import clean

MAX_NAME = 80

Asked = Literal["no", "optional", "required"]
Choice = Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_NAME)]
"""Something to choose from a list: as long as what a person may type."""


class Join(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """What people are asked when they join; the organisation is the comparison group."""

    name: Asked = "optional"
    organisation: Asked = "required"
    organisation_label: str = ""
    organisations: list[Choice] = []
    role: list[Choice] = []
    level: list[Choice] = []


@command("participant.enter")
@dataclass(frozen=True)
class Enter:
    """Who I am; a field that is absent stays as it was, an empty one is cleared."""

    name: str | None = None
    organisation: str | None = None
    role: str | None = None
    level: str | None = None


@event("participant.entered")
@dataclass(frozen=True)
class Entered:
    name: str
    organisation: str
    role: str
    level: str


@dataclass(frozen=True)
class Person:
    """A participant.  ``order`` counts who entered first."""

    id: str
    order: int
    entered: Entered

    @property
    def organisation(self) -> str:
        """On whose behalf they are here; empty when they did not say."""
        return self.entered.organisation

    @cached_property
    def view(self) -> dict[str, Any]:
        """Who they say they are, without what they left out."""
        return {**self.card, "order": self.order}

    @cached_property
    def card(self) -> dict[str, str]:
        """What the person filled in."""
        return {key: value for key, value in asdict(self.entered).items() if value}


def entering(wanted: Enter, old: Person | None, join: Join, people: Iterable[Person]) -> Entered:
    """What *wanted* makes of a person; raises Rejected when something required is missing, TooLarge."""
    before = old.entered if old else Entered("", "", "", "")
    after = Entered(
        name=_one_line(wanted.name, before.name),
        organisation=_one_line(wanted.organisation, before.organisation),
        role=_one_line(wanted.role, before.role),
        level=_one_line(wanted.level, before.level),
    )
    if join.name == "required" and not after.name:
        raise Rejected("join.name_missing")
    if join.organisation == "required" and not after.organisation:
        raise Rejected("join.organisation_missing")
    others = (person for person in people if person is not old)
    return replace(after, organisation=known_organisation(after.organisation, join, others))


def known_organisation(typed: str, join: Join, people: Iterable[Person]) -> str:
    """*typed* as it is written in the list, or by who came before: one organisation is one group."""
    known = [*join.organisations, *(person.organisation for person in people)]
    return next((one for one in known if one.casefold() == typed.casefold()), typed)


def _one_line(typed: str | None, before: str) -> str:
    if typed is None:
        return before
    if len(typed) > MAX_NAME:
        raise TooLarge("text.too_long", most=MAX_NAME, length=len(typed))
    return clean(typed, newlines=False)

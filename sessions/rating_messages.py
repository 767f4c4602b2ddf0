"""What people and the facilitator may want in a rating, and what then happened."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec

from sessions.message import Id, Record, command, event
from sessions.outcome import Outcome
from sessions.people import MAX_NAME
from sessions.rating_plan import MOST_DOTS, Form
from sessions.results import Score

MOST_TALLIED = 500
"""People without a phone of one organisation, or on one point."""

Organisation = Annotated[str, msgspec.Meta(max_length=MAX_NAME)]

# In the three commands that are an answer, ``organisation`` is for a facilitator alone: in a round with one answer for
# each organisation, whose answer it is.


@command("rating.rate")
@dataclass(frozen=True)
class Rate:
    """``score`` absent takes the answer back, its remark and reasons too; the others stay as they were when absent."""

    step: Id
    item: Id
    score: Score | None = None
    remark: str | None = None
    criterion: Id | None = None
    reasons: Annotated[list[str], msgspec.Meta(max_length=50)] | None = None
    organisation: Organisation = ""


@command("rating.dots")
@dataclass(frozen=True)
class GiveDots:
    """``dots`` is how many there are to be on the item, not how many come on top: sent twice it does the same."""

    step: Id
    item: Id
    dots: Annotated[int, msgspec.Meta(ge=0, le=10 * MOST_DOTS)]
    organisation: Organisation = ""


@command("rating.choose")
@dataclass(frozen=True)
class Choose:
    """``targets`` are all that are chosen for the item; none takes the choice back."""

    step: Id
    item: Id
    targets: Annotated[list[Id], msgspec.Meta(max_length=300)]
    organisation: Organisation = ""


@command("rating.add_item")
@dataclass(frozen=True)
class AddItem:
    step: Id
    item: Id
    title: str


@command("rating.add_target")
@dataclass(frozen=True)
class AddTarget:
    step: Id
    target: Id
    title: str


@command("rating.hide_item", steering=True)
@dataclass(frozen=True)
class HideItem:
    """``item`` is an item or target that somebody added."""

    step: Id
    item: Id
    hidden: bool


@command("rating.reveal", steering=True)
@dataclass(frozen=True)
class Reveal:
    step: Id


@command("rating.tally", steering=True)
@dataclass(frozen=True)
class Tally:
    """What people without a phone answer about ``item``, on behalf of ``organisation``.

    ``counts`` says how many of them chose a point (or "none") or a target, or under "dots" how many dots they gave
    together.  What it does not name stays as it was entered before; 0 takes it back.
    """

    step: Id
    item: Id
    counts: dict[Id, Annotated[int, msgspec.Meta(ge=0, le=10**6)]]
    organisation: Organisation = ""
    criterion: Id | None = None


@command("rating.tally_people", steering=True)
@dataclass(frozen=True)
class TallyPeople:
    """How many people of ``organisation`` have no phone, in a round in which one person counts more than once."""

    step: Id
    people: Annotated[int, msgspec.Meta(ge=0, le=10**6)]
    organisation: Organisation = ""


@command("rating.reopen", steering=True)
@dataclass(frozen=True)
class Reopen:
    """Cover what came of the round, so that people can answer again; what they answered stays."""

    step: Id


@command("rating.show_reference", steering=True)
@dataclass(frozen=True)
class ShowReference:
    step: Id
    shown: bool


FORMS: Mapping[type[Any], Form] = {Rate: "scale", GiveDots: "dots", Choose: "choice"}


# In the three events that are an answer, ``organisation`` is the voice in a round with one answer for each
# organisation; else it is empty, and who sent the command is the voice.  ``on_behalf`` says that a facilitator entered
# it for an organisation without a phone.


@event("rating.rated", act=True)
@dataclass(frozen=True)
class Rated:
    """``remark`` and ``reasons`` are what stands after this event; without a score all are gone."""

    step: str
    item: str
    score: Score | None
    remark: str = ""
    criterion: str = ""
    reasons: tuple[str, ...] = ()
    organisation: str = ""
    on_behalf: bool = False


@event("rating.dotted", act=True)
@dataclass(frozen=True)
class DotsGiven:
    step: str
    item: str
    dots: int
    organisation: str = ""
    on_behalf: bool = False


@event("rating.chosen", act=True)
@dataclass(frozen=True)
class Chose:
    step: str
    item: str
    targets: tuple[str, ...]
    organisation: str = ""
    on_behalf: bool = False


@event("rating.item_added", act=True)
@dataclass(frozen=True)
class ItemAdded:
    step: str
    item: str
    title: str


@event("rating.target_added", act=True)
@dataclass(frozen=True)
class TargetAdded:
    step: str
    target: str
    title: str


@event("rating.item_hidden", act=True)
@dataclass(frozen=True)
class ItemHidden:
    step: str
    item: str
    hidden: bool


@event("rating.revealed", act=True)
@dataclass(frozen=True)
class Revealed:
    """``kept`` stands in an exported log, in the place of the answers: what everyone may know of them."""

    step: str
    kept: Outcome | None = None


@event("rating.tallied", act=True)
@dataclass(frozen=True)
class Tallied:
    """All that stands for people without a phone, about one item (and criterion) and on behalf of one organisation."""

    step: str
    item: str
    counts: dict[str, int]
    organisation: str = ""
    criterion: str = ""


@event("rating.people_tallied", act=True)
@dataclass(frozen=True)
class PeopleTallied:
    step: str
    people: int
    organisation: str = ""


@event("rating.reopened", act=True)
@dataclass(frozen=True)
class Reopened:
    step: str


@event("rating.item_dropped")
@dataclass(frozen=True)
class ItemDropped:
    """An item or a target that a facilitator added, and took back."""

    step: str
    item: str


@event("rating.reference_shown", act=True)
@dataclass(frozen=True)
class ReferenceShown:
    step: str
    shown: bool


Given = Rated | DotsGiven | Chose
"""The events that are an answer."""


def voice_of(record: Record) -> str:
    """Whose answer a `Given` is."""
    voice: str = record.event.organisation or record.actor
    return voice

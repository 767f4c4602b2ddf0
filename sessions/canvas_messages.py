"""What people want of a canvas, and what happened on it.

In every event ``step`` is the step that owns the board; ``via`` is the step in which it happened, ``anonymous`` that
this step is.  Fields with a default came later: old logs do without.
"""

from dataclasses import dataclass, field
from typing import Annotated

import msgspec

from sessions.message import Fields, Id, command, event
from sessions.people import MAX_NAME


@command("canvas.add_card")
@dataclass(frozen=True)
class AddCard:
    """``organisation``: only a facilitator may say it, for somebody of it who has no phone."""

    step: Id
    card: Id
    box: Id
    text: str
    fields: Fields = field(default_factory=dict)
    row: Id | None = None
    organisation: Annotated[str, msgspec.Meta(max_length=MAX_NAME)] = ""


@command("canvas.edit_card")
@dataclass(frozen=True)
class EditCard:
    """``fields`` are merged key by key, an empty one is cleared: two people can fill in different ones."""

    step: Id
    card: Id
    text: str | None = None
    fields: Fields | None = None


@command("canvas.move_card")
@dataclass(frozen=True)
class MoveCard:
    step: Id
    card: Id
    box: Id
    before: Id | None = None
    row: Id | None = None


@command("canvas.remove_card")
@dataclass(frozen=True)
class RemoveCard:
    step: Id
    card: Id


@command("canvas.support_card")
@dataclass(frozen=True)
class SupportCard:
    step: Id
    card: Id
    on: bool


@command("canvas.take_card")
@dataclass(frozen=True)
class TakeCard:
    """``fields`` are some of those that make a card agreed: the owner, the date."""

    step: Id
    card: Id
    on: bool
    fields: Fields = field(default_factory=dict)


@command("canvas.join_card")
@dataclass(frozen=True)
class JoinCard:
    step: Id
    card: Id
    on: bool


@command("canvas.hide_card", steering=True)
@dataclass(frozen=True)
class HideCard:
    step: Id
    card: Id
    hidden: bool


@command("canvas.group_cards", steering=True)
@dataclass(frozen=True)
class GroupCards:
    """Put cards into a group; ``title`` matters when it is new."""

    step: Id
    group: Id
    cards: list[Id]
    title: str = ""


@command("canvas.rename_group", steering=True)
@dataclass(frozen=True)
class RenameGroup:
    step: Id
    group: Id
    title: str


@command("canvas.ungroup_cards", steering=True)
@dataclass(frozen=True)
class UngroupCards:
    step: Id
    cards: list[Id]


@command("canvas.merge_cards", steering=True)
@dataclass(frozen=True)
class MergeCards:
    """Put ``cards`` behind ``card``."""

    step: Id
    card: Id
    cards: list[Id]


@command("canvas.split_card", steering=True)
@dataclass(frozen=True)
class SplitCard:
    """Bring out what stands behind the card, or the card itself when it stands behind another."""

    step: Id
    card: Id


@command("canvas.lock_box", steering=True)
@dataclass(frozen=True)
class LockBox:
    step: Id
    box: Id
    locked: bool


@command("canvas.restore_card", steering=True)
@dataclass(frozen=True)
class RestoreCard:
    """Bring back a card that a facilitator removed."""

    step: Id
    card: Id


@command("canvas.prefill", steering=True)
@dataclass(frozen=True)
class Prefill:
    step: Id


@command("canvas.reveal", steering=True)
@dataclass(frozen=True)
class Reveal:
    step: Id


@event("canvas.card_added", act=True)
@dataclass(frozen=True)
class CardAdded:
    step: str
    via: str
    card: str
    box: str
    text: str
    fields: Fields
    organisation: str
    anonymous: bool
    covered: bool
    row: str = ""
    origins: dict[str, str] = field(default_factory=dict)
    order: float = 0


@event("canvas.card_prefilled", act=True)
@dataclass(frozen=True)
class CardPrefilled:
    """A card that nobody wrote: the item ``parent``, which ``origin`` shows, taken over."""

    step: str
    via: str
    card: str
    box: str
    text: str
    order: float
    parent: str
    origin: str


@event("canvas.card_edited", act=True)
@dataclass(frozen=True)
class CardEdited:
    step: str
    card: str
    text: str
    fields: Fields
    origins: dict[str, str] = field(default_factory=dict)
    by_another: bool | None = None
    anonymous: bool = False


@event("canvas.card_moved", act=True)
@dataclass(frozen=True)
class CardMoved:
    step: str
    card: str
    box: str
    order: float
    row: str = ""
    origins: dict[str, str] = field(default_factory=dict)
    anonymous: bool = False


@event("canvas.card_removed", act=True)
@dataclass(frozen=True)
class CardRemoved:
    step: str
    card: str


@event("canvas.card_supported")
@dataclass(frozen=True)
class CardSupported:
    step: str
    card: str
    on: bool
    anonymous: bool = False


@event("canvas.card_taken", act=True)
@dataclass(frozen=True)
class CardTaken:
    """``on`` false gives it back.  ``fields`` are all of the card's fields after that."""

    step: str
    card: str
    on: bool
    fields: Fields
    anonymous: bool = False


@event("canvas.card_joined")
@dataclass(frozen=True)
class CardJoined:
    step: str
    card: str
    on: bool
    organisation: str
    anonymous: bool = False


@event("canvas.card_hidden", act=True)
@dataclass(frozen=True)
class CardHidden:
    step: str
    card: str
    hidden: bool


@event("canvas.cards_grouped", act=True)
@dataclass(frozen=True)
class CardsGrouped:
    step: str
    group: str
    title: str
    box: str
    row: str
    order: float
    cards: list[str]


@event("canvas.group_renamed", act=True)
@dataclass(frozen=True)
class GroupRenamed:
    step: str
    group: str
    title: str


@event("canvas.cards_ungrouped", act=True)
@dataclass(frozen=True)
class CardsUngrouped:
    step: str
    cards: list[str]


@event("canvas.cards_merged", act=True)
@dataclass(frozen=True)
class CardsMerged:
    step: str
    card: str
    cards: list[str]


@event("canvas.card_split", act=True)
@dataclass(frozen=True)
class CardSplit:
    """``cards`` are those that stood behind and do no longer."""

    step: str
    cards: list[str]


@event("canvas.card_restored", act=True)
@dataclass(frozen=True)
class CardRestored:
    step: str
    card: str


@dataclass(frozen=True)
class Placed:
    """What of a card is again as it was; None is as it is now."""

    box: str | None = None
    row: str | None = None
    order: float | None = None
    group: str | None = None
    into: str | None = None
    behind: list[str] | None = None
    text: str | None = None
    fields: Fields | None = None
    origins: dict[str, str] | None = None
    edited: bool | None = None
    taken_by: str | None = None


@dataclass(frozen=True)
class GroupPlaced:
    """A group that is there again, or has its title again."""

    title: str
    box: str
    order: float
    row: str = ""


@event("canvas.put_back")
@dataclass(frozen=True)
class PutBack:
    """Cards as they were before a facilitator did something with them.

    ``restored`` are cards that come back, ``gone`` those that were brought in, and ``unbrought`` says that these may
    be brought in again.
    """

    step: str
    cards: dict[str, Placed] = field(default_factory=dict)
    groups: dict[str, GroupPlaced] = field(default_factory=dict)
    restored: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    unbrought: list[str] = field(default_factory=list)


@event("canvas.covered")
@dataclass(frozen=True)
class Covered:
    """A reveal that was undone."""

    step: str


@event("canvas.cards_covered")
@dataclass(frozen=True)
class CardsCovered:
    step: str
    via: str


@event("canvas.box_locked", act=True)
@dataclass(frozen=True)
class BoxLocked:
    step: str
    box: str
    locked: bool


@event("canvas.revealed", act=True)
@dataclass(frozen=True)
class Revealed:
    step: str


@event("canvas.cards_uncovered", act=True)
@dataclass(frozen=True)
class CardsUncovered:
    step: str
    via: str

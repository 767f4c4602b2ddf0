"""What people want of a canvas, and what happened on it.

In every event ``step`` is the step that owns the board; ``via`` is the step in which it happened, ``anonymous`` that
this step is.  Fields with a default came later: old logs do without.
"""

from dataclasses import dataclass, field

from sessions.message import Fields, Id, command, event


@command("canvas.add_card")
@dataclass(frozen=True)
class AddCard:
    step: Id
    card: Id
    box: Id
    text: str
    fields: Fields = field(default_factory=dict)
    row: Id | None = None


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


@command("canvas.prefill", steering=True)
@dataclass(frozen=True)
class Prefill:
    step: Id


@command("canvas.reveal", steering=True)
@dataclass(frozen=True)
class Reveal:
    step: Id


@event("canvas.card_added")
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


@event("canvas.card_prefilled")
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


@event("canvas.card_edited")
@dataclass(frozen=True)
class CardEdited:
    step: str
    card: str
    text: str
    fields: Fields
    origins: dict[str, str] = field(default_factory=dict)
    by_another: bool | None = None
    anonymous: bool = False


@event("canvas.card_moved")
@dataclass(frozen=True)
class CardMoved:
    step: str
    card: str
    box: str
    order: float
    row: str = ""
    origins: dict[str, str] = field(default_factory=dict)
    anonymous: bool = False


@event("canvas.card_removed")
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


@event("canvas.card_taken")
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


@event("canvas.card_hidden")
@dataclass(frozen=True)
class CardHidden:
    step: str
    card: str
    hidden: bool


@event("canvas.cards_grouped")
@dataclass(frozen=True)
class CardsGrouped:
    step: str
    group: str
    title: str
    box: str
    row: str
    order: float
    cards: list[str]


@event("canvas.group_renamed")
@dataclass(frozen=True)
class GroupRenamed:
    step: str
    group: str
    title: str


@event("canvas.cards_ungrouped")
@dataclass(frozen=True)
class CardsUngrouped:
    step: str
    cards: list[str]


@event("canvas.cards_merged")
@dataclass(frozen=True)
class CardsMerged:
    step: str
    card: str
    cards: list[str]


@event("canvas.card_split")
@dataclass(frozen=True)
class CardSplit:
    """``cards`` are those that stood behind and do no longer."""

    step: str
    cards: list[str]


@event("canvas.box_locked")
@dataclass(frozen=True)
class BoxLocked:
    step: str
    box: str
    locked: bool


@event("canvas.revealed")
@dataclass(frozen=True)
class Revealed:
    step: str


@event("canvas.cards_uncovered")
@dataclass(frozen=True)
class CardsUncovered:
    step: str
    via: str

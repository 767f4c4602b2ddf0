"""What the report tells of a canvas: boxes or rows, with their cards as lists or as tables of words.

A board with fields, rows or the look of a table is told as tables; an action board says first what is agreed, then
what is not, and what that still needs; what it came from is told where the report begins.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sessions.activity import Contribution
from sessions.boards import Box
from sessions.card import Card
from sessions.fields import Kind
from sessions.items import choice
from sessions.lineage import trail
from sessions.report_wording import Wording
from sessions.texts import Texts, texts

if TYPE_CHECKING:
    from sessions.activities.canvas import Canvas
    from sessions.session import Session


@dataclass(frozen=True)
class Line:
    """A card in a list, the texts that were merged into it, and what its fields say, one after the other."""

    card: Contribution
    merged: tuple[str, ...] = ()
    fields: str = ""


@dataclass(frozen=True)
class Table:
    """Words in columns; ``right`` says of each whether it holds numbers."""

    head: tuple[str, ...]
    right: tuple[bool, ...]
    lines: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Column:
    """One column, which is left out when it is empty unless it is there ``always``."""

    head: str
    cells: list[str]
    right: bool = False
    always: bool = False


def tabled(columns: Iterable[Column]) -> Table:
    """The columns side by side, without those that have nothing to say."""
    told = [column for column in columns if column.always or any(column.cells)]
    return Table(
        tuple(column.head for column in told),
        tuple(column.right for column in told),
        tuple(zip(*(column.cells for column in told), strict=True)),
    )


@dataclass(frozen=True)
class Part:
    """Cards under one heading, if it has one: a list or a table.  ``trailed`` are the ids of those in the table."""

    title: str = ""
    support: int = 0
    lines: tuple[Line, ...] = ()
    table: Table | None = None
    trailed: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Value:
    """What one card says in one field: as it is kept, and in words; both are empty where it says nothing."""

    field: str
    label: str
    kind: Kind
    value: str
    told: str


@dataclass(frozen=True)
class Entry:
    """One card with all that may be told of it; ``row`` and ``group`` are titles.

    ``agreed`` is None where there is nothing to agree; ``needed`` are the labels of what it takes to get there.
    """

    id: str
    box: str
    card: Contribution
    row: str = ""
    group: str = ""
    merged: tuple[str, ...] = ()
    values: tuple[Value, ...] = ()
    partners: tuple[str, ...] = ()
    joined: int = 0
    agreed: bool | None = None
    needed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Told:
    """One box or one row."""

    title: str
    prompt: str = ""
    parts: tuple[Part, ...] = ()


def told_board(step: "Canvas", told: Collection[str], session: "Session") -> Mapping[str, Any]:
    """What *step* tells of the boxes *told*; empty when there are none."""
    board = step.board(session)
    boxes = [box for box in board.plan.boxes if box.id in told]
    if not boxes:
        return {}
    cards: dict[str, list[Card]] = {box.id: [] for box in boxes}
    for card in step.shown_cards(session):
        if card.box in told:
            cards[card.box].append(card)
    writer = Writer(step, session)
    covered = sum(card.covered and not card.hidden and card.box in told for card in board.cards.values())
    return {
        "told": writer.rows(cards) if board.plan.rows else writer.boxes(boxes, cards),
        "empty": [] if board.plan.rows else [box.title for box in boxes if not cards[box.id]],
        "contributions": [
            one.told(about=board.boxes[card.box].title)
            for box in boxes
            for card in cards[box.id]
            for one in (card, *(board.cards[id] for id in card.behind))
        ],
        "covered": covered,
        "entries": [writer.entry(card) for box in boxes for card in cards[box.id]],
        "boxes": boxes,
        "began": bool(covered) or any(card.touched for here in cards.values() for card in here),
        "strips": [strip for strip in (step.plan.top, step.plan.bottom) if strip],
    }


class Writer:
    """Puts the cards of one board into words."""

    def __init__(self, step: "Canvas", session: "Session") -> None:
        board = step.board(session)
        self.plan, self.cards = board.plan, board.cards
        self.session = session
        self.local: Texts = texts(session.info.language)
        self.say = Wording(self.local)
        self.agreed_with = step.agreed_with(session)
        self.tabled = step.plan.look == "table" or board.plan.look == "table"
        rows = choice(board.plan.rows, session).items if board.plan.rows else []
        self.rows_by_id = {item.id: item.title for item in rows}
        self.titles = {
            id: {item.id: item.title for item in choice(source, session).items}
            for id, source in board.plan.linking.items()
        }

    def boxes(self, boxes: Iterable[Box], cards: Mapping[str, Sequence[Card]]) -> list[Told]:
        """The boxes with something in them."""
        return [
            Told(box.title, box.prompt, parts=tuple(self._parts(cards[box.id], [box])))
            for box in boxes
            if cards[box.id]
        ]

    def rows(self, cards: Mapping[str, Sequence[Card]]) -> list[Told]:
        """The rows with something on them; last what stands on a row that is no longer there."""
        assert self.plan.rows
        boxes = [self.plan.by_id[id] for id in cards]
        by_row: dict[str, list[Card]] = {}
        for row in (card for of in cards.values() for card in of):
            by_row.setdefault(row.row, []).append(row)
        told = []
        for item in choice(self.plan.rows, self.session).items:
            if here := by_row.pop(item.id, []):
                told.append(Told(item.title, parts=tuple(self._parts(here, boxes, by_box=True))))
        if left := [card for of in by_row.values() for card in of]:
            parts = tuple(self._parts(left, boxes, by_box=True))
            told.append(Told(self.local.t("report.doc.other_row"), parts=parts))
        return told

    def _parts(self, cards: Sequence[Card], boxes: Sequence[Box], by_box: bool = False) -> Iterable[Part]:
        t = self.local.t
        if self.agreed_with:
            agreed = [card for card in cards if card.agreed(self.agreed_with)]
            still_open = [card for card in cards if not card.agreed(self.agreed_with)]
            if agreed:
                yield Part(t("report.doc.agreed"), lines=tuple(map(self._acted, agreed)))
            if still_open:
                yield Part(t("report.doc.not_agreed"), lines=tuple(map(self._acted, still_open)))
        elif by_box or self.tabled or any(self.plan.asked[box.id] for box in boxes):
            yield self._tabled(cards, boxes, by_box)
        else:
            yield from self._listed(cards)

    def _listed(self, cards: Sequence[Card]) -> Iterable[Part]:
        """Groups under their names, then the cards in none."""
        grouped: dict[str, list[Card]] = {}
        for card in cards:
            grouped.setdefault(card.group, []).append(card)
        loose = grouped.pop("", [])
        groups = sorted((self.cards.groups[id] for id in grouped), key=lambda group: group.order)
        for group in groups:
            yield Part(group.title, group.support, lines=self._lines(grouped[group.id]))
        if loose:
            title = self.local.t("report.doc.loose_cards") if groups else ""
            yield Part(title, lines=self._lines(loose))

    def _lines(self, cards: Iterable[Card]) -> tuple[Line, ...]:
        return tuple(Line(card.told(about=""), self._merged(card)) for card in cards)

    def _acted(self, card: Card) -> Line:
        """A card of an action board: most of its fields are empty most of the time, and a table would be too wide."""
        t = self.local.t
        group = self.cards.groups[card.group].title if card.group else ""
        said = [
            (t("report.doc.col_box"), self.plan.by_id[card.box].title if card.row else ""),
            (t("report.doc.col_group"), group),
            *((value.label, value.told) for value in self._values(card)),
            (t("report.doc.col_with"), self.say.joining(card.partners, len(card.joined))),
            (t("report.doc.col_needed"), ", ".join(self._needed(card))),
        ]
        fields = " · ".join(f"{label}: {told}" for label, told in said if told)
        return Line(card.told(about=""), self._merged(card), fields)

    def _merged(self, card: Card) -> tuple[str, ...]:
        return tuple(self.cards[id].text for id in card.behind)

    def _tabled(self, cards: Sequence[Card], boxes: Sequence[Box], by_box: bool) -> Part:
        """The cards as a table; a column that would be empty is left out, but for the fields."""
        t = self.local.t
        label = boxes[0].text_label if len(boxes) == 1 else ""
        columns = [
            Column(
                t("report.doc.col_box"), [self.plan.by_id[card.box].title if by_box else "" for card in cards]
            ),
            Column(
                t("report.doc.col_group"),
                [self.cards.groups[card.group].title if card.group else "" for card in cards],
            ),
            Column(label or t("report.doc.col_card"), [self._text(card) for card in cards], always=True),
            *self._fields(cards, boxes),
            Column(
                t("report.doc.col_with"),
                [self.say.joining(card.partners, len(card.joined)) for card in cards],
            ),
            Column(t("report.doc.col_by"), [self._by(card) for card in cards]),
            Column(t("report.doc.col_support"), [str(card.support or "") for card in cards], right=True),
        ]
        trailed = tuple((card.id, card.text) for card in cards if self._has_news(card))
        return Part(table=tabled(columns), trailed=trailed)

    def _has_news(self, card: Card) -> bool:
        """Whether the card's trail tells more than its own text and the row it stands on."""
        told = {card.row, *(one.id for one in trail(card.row, self.session))}
        return any(one.id not in told and one.title != card.text for one in trail(card.id, self.session))

    def _fields(self, cards: Sequence[Card], boxes: Sequence[Box]) -> Iterable[Column]:
        fields = {id: asked for box in boxes for id, asked in self.plan.asked[box.id].items()}
        for id, asked in fields.items():
            titles, language = self.titles.get(id, {}), self.session.info.language
            cells = [asked.told(card.fields.get(id, ""), titles, language) for card in cards]
            yield Column(asked.label, cells, right=asked.kind == "amount", always=True)

    def _text(self, card: Card) -> str:
        if not card.behind:
            return card.text
        return f"{card.text} ({self.local.t('report.doc.merged', texts='; '.join(self._merged(card)))})"

    def _needed(self, card: Card) -> tuple[str, ...]:
        asked = self.plan.asked[card.box]
        return tuple(asked[id].label for id in self.agreed_with if id in asked and not card.fields.get(id))

    def _by(self, card: Card) -> str:
        return self.say.said_by(card.told(about=""))

    # one by one

    def entry(self, card: Card) -> Entry:
        """All that may be told of one card."""
        return Entry(
            id=card.id,
            box=card.box,
            card=card.told(about=self.plan.by_id[card.box].title),
            row=self.rows_by_id.get(card.row, ""),
            group=self.cards.groups[card.group].title if card.group else "",
            merged=self._merged(card),
            values=tuple(self._values(card)),
            partners=tuple(card.partners),
            joined=len(card.joined),
            agreed=card.agreed(self.agreed_with) if self.agreed_with else None,
            needed=self._needed(card) if self.agreed_with else (),
        )

    def _values(self, card: Card) -> Iterable[Value]:
        language = self.session.info.language
        for id, asked in self.plan.asked[card.box].items():
            value, titles = card.fields.get(id, ""), self.titles.get(id, {})
            if asked.kind == "item":
                # A link to what is gone, or hidden, says nothing.
                value = " ".join(item for item in value.split() if item in titles)
            yield Value(id, asked.label, asked.kind, value, asked.told(value, titles, language))

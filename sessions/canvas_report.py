"""What the report tells of a canvas: boxes or rows, with their cards as lists or as tables of words.

A board with fields, rows or the look of a table is told as tables; an action board says first what is agreed, then
what is not, and what that still needs.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sessions.activity import Contribution
from sessions.boards import Box
from sessions.cards import Card
from sessions.items import choice
from sessions.lineage import trail
from sessions.texts import Texts, texts

if TYPE_CHECKING:
    from sessions.activities.canvas import Canvas
    from sessions.session import Session


@dataclass(frozen=True)
class Line:
    """A card in a list, and the texts that were merged into it."""

    card: Contribution
    merged: tuple[str, ...] = ()


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


@dataclass(frozen=True)
class Part:
    """Cards under one heading, if it has one: a list or a table.  ``trailed`` are the ids of those in the table."""

    title: str = ""
    support: int = 0
    lines: tuple[Line, ...] = ()
    table: Table | None = None
    trailed: tuple[tuple[str, str], ...] = ()


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
    return {
        "told": writer.rows(cards) if board.plan.rows else writer.boxes(boxes, cards),
        "empty": [] if board.plan.rows else [box.title for box in boxes if not cards[box.id]],
        "contributions": [
            one.told(about=board.boxes[card.box].title)
            for box in boxes
            for card in cards[box.id]
            for one in (card, *(board.cards[id] for id in card.behind))
        ],
        "covered": sum(
            card.covered and not card.hidden and card.box in told for card in board.cards.values()
        ),
        "strips": [strip for strip in (step.plan.top, step.plan.bottom) if strip],
    }


class Writer:
    """Puts the cards of one board into words."""

    def __init__(self, step: "Canvas", session: "Session") -> None:
        board = step.board(session)
        self.plan, self.cards = board.plan, board.cards
        self.session = session
        self.local: Texts = texts(session.info.language)
        self.agreed_with = step.agreed_with(session)
        self.tabled = step.plan.look == "table" or board.plan.look == "table"
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
                yield self._tabled(t("report.doc.agreed"), agreed, boxes, by_box)
            if still_open:
                yield self._tabled(t("report.doc.not_agreed"), still_open, boxes, by_box, needed=True)
        elif by_box or self.tabled or any(self.plan.asked[box.id] for box in boxes):
            yield self._tabled("", cards, boxes, by_box)
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

    def _merged(self, card: Card) -> tuple[str, ...]:
        return tuple(self.cards[id].text for id in card.behind)

    def _tabled(
        self, title: str, cards: Sequence[Card], boxes: Sequence[Box], by_box: bool, needed: bool = False
    ) -> Part:
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
            Column(label or t("report.doc.col_card"), [self._text(card) for card in cards]),
            *self._fields(cards, boxes),
            Column(t("report.doc.col_with"), [self._with(card) for card in cards]),
            Column(t("report.doc.col_needed"), [self._needed(card) if needed else "" for card in cards]),
            Column(t("report.doc.col_by"), [self._by(card) for card in cards]),
            Column(t("report.doc.col_support"), [str(card.support or "") for card in cards], right=True),
        ]
        told = [column for column in columns if column.always or any(column.cells)]
        table = Table(
            tuple(column.head for column in told),
            tuple(column.right for column in told),
            tuple(zip(*(column.cells for column in told), strict=True)),
        )
        trailed = tuple((card.id, card.text) for card in cards if self._has_news(card))
        return Part(title, table=table, trailed=trailed)

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

    def _with(self, card: Card) -> str:
        """Who joins: the organisations, and how many people."""
        if not card.joined:
            return ""
        people = self.local.t("report.doc.joiners", n=len(card.joined))
        return f"{', '.join(card.partners)} ({people})" if card.partners else people

    def _needed(self, card: Card) -> str:
        asked = self.plan.asked[card.box]
        return ", ".join(
            asked[id].label for id in self.agreed_with if id in asked and not card.fields.get(id)
        )

    def _by(self, card: Card) -> str:
        if not card.author:
            return self.local.t("report.doc.prefilled")
        told = card.told(about="")
        return self.local.t("report.doc.by_facilitator") if told.by_facilitator else told.organisation

"""Boards: how a canvas is planned.  Its boxes, what they ask of a card, and what people may do in a step.

Boxes, fields and rows belong to the board, so to the step that owns it; what people may do belongs to each step that
works on it.
"""

from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from typing import Any, ClassVar, Literal

import msgspec

from sessions.activity import StepPlan, numbered, present
from sessions.fields import Field, fields_problem
from sessions.items import From, Offer
from sessions.message import MAX_TEXT, Id
from sessions.texts import Said, said

MAX_CHARS = 280
"""The longest text of a card, where a board does not say."""


class Strip(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text above or below the board."""

    title: str
    text: str = ""

    def view(self) -> dict[str, str]:
        """The strip as it is shown."""
        return {"title": self.title, "text": self.text}


class Box(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """One box of the board; ``cards`` stand in it from the start, ``suggestions`` can be taken over.

    ``text_label`` is what the text of a card is called where it stands beside its fields.
    """

    id: Id
    title: str
    prompt: str = ""
    example: str = ""
    max_chars: int | None = None
    suggestions: list[str] = []
    cards: list[str] = []
    fields: list[Field] = []
    text_label: str = ""


class Plan(StepPlan, frozen=True, kw_only=True, dict=True):
    """Either ``boxes`` (an own board) or ``board`` (an earlier step's); ``layout`` is rows of grid areas.

    ``fields`` are those of boxes without their own.  ``rows`` turns the board into a grid of rows and boxes.
    ``prefill`` brings in items as cards when the facilitator comes to this step.  A card is agreed once the fields
    named in ``agreed_with`` are filled in.
    """

    offers: ClassVar[frozenset[Offer]] = frozenset({"cards", "groups", "boxes"})

    boxes: list[Box] = []
    board: str = ""
    focus: list[str] = []
    layout: list[str] = []
    top: Strip | None = None
    bottom: Strip | None = None
    blind: bool = False
    anonymous: bool = False
    supportable: bool = True
    max_chars: int | None = None
    """None: as on the board itself"""
    fields: list[Field] = []
    look: Literal["grid", "lanes", "table"] = "grid"
    rows: From | None = None
    prefill: From | None = None
    prefill_box: str = ""
    per_person: int = 0
    editable: Literal["own", "everyone"] = "own"
    takeable: bool = False
    agreed_with: list[str] = []
    grouping: bool = False

    # what the board is

    @cached_property
    def by_id(self) -> Mapping[str, Box]:
        """The boxes of an own board by id."""
        return {box.id: box for box in self.boxes}

    @cached_property
    def asked(self) -> Mapping[str, Mapping[str, Field]]:
        """Box -> its fields by id, in their order."""
        return {box.id: {field.id: field for field in box.fields or self.fields} for box in self.boxes}

    @cached_property
    def linking(self) -> Mapping[str, From]:
        """Field -> where the items come from that it may name."""
        found = (field for fields in self.asked.values() for field in fields.values())
        return {field.id: field.items for field in found if field.items}

    def brought_ids(self) -> Collection[str]:
        return {f"{box.id}.{n}" for box in self.boxes for n, _ in enumerate(box.cards, 1)}

    def fits(self, board: "Plan", box: str) -> int:
        """How many characters fit on a card in a box of *board*, written in this step."""
        said = (board.by_id[box].max_chars, self.max_chars, board.max_chars)
        return next((most for most in said if most is not None), MAX_CHARS)

    def box_views(self, board: "Plan", boxes: Collection[str], locked: Collection[str]) -> dict[str, Any]:
        """Those *boxes* of *board* as this step shows them."""
        return {
            box.id: present(
                title=box.title,
                prompt=box.prompt or None,
                example=box.example or None,
                order=n,
                area=box.id if board.layout and not self.focus else None,
                fields={id: field.view(n) for n, (id, field) in enumerate(board.asked[box.id].items(), 1)},
                text_label=box.text_label or None,
                max_chars=self.fits(board, box.id),
                suggestions=numbered(box.suggestions) or None,
                locked=box.id in locked or None,
            )
            for n, box in enumerate(board.boxes, 1)
            if box.id in boxes
        }

    # what is wrong with it

    def references(self) -> Mapping[str, str]:
        return {"board": self.board} if self.board else {}

    def refers_to(self, field: str) -> str:
        return "canvas"

    def sources(self) -> Mapping[str, From]:
        lists = [("", self.fields), *((f"boxes[{n}].", box.fields) for n, box in enumerate(self.boxes))]
        linked = {
            f"{where}fields[{n}].items": field.items
            for where, fields in lists
            for n, field in enumerate(fields)
            if field.items
        }
        return {**linked, **present(rows=self.rows, prefill=self.prefill)}

    def box_ids(self, earlier: Mapping[str, StepPlan]) -> Collection[str]:
        owner = earlier.get(self.board, self)
        return self.focus or [box.id for box in getattr(owner, "boxes", ())]

    def field_ids(self, others: Mapping[str, StepPlan]) -> Collection[str]:
        owner = others.get(self.board, self)
        assert isinstance(owner, Plan)
        focus = self.focus or [box.id for box in owner.boxes]
        return {id for box in focus for id in owner.asked.get(box, {})}

    def agrees(self, others: Mapping[str, StepPlan]) -> bool:
        board = self.board or self.id
        plans = (plan for plan in others.values() if isinstance(plan, Plan))
        return any(plan.agreed_with for plan in plans if board in (plan.id, plan.board))

    def problems(self, earlier: Mapping[str, StepPlan]) -> Mapping[str, Said]:
        owner = earlier.get(self.board, self)
        assert isinstance(owner, Plan)
        # The last one of a field wins: the plainest mistake comes last.
        return {**dict(self._problems_of_use(owner)), **dict(self._problems_of_board(owner))}

    def _problems_of_board(self, owner: "Plan") -> Iterator[tuple[str, Said]]:
        boxes = [box.id for box in owner.boxes]
        if owner.board:
            yield "board", said("plan.board_of_board", step=owner.id, board=owner.board)
        if bool(self.board) == bool(self.boxes):
            yield "boxes", said("plan.boxes_or_board")
        if len(set(boxes)) != len(boxes):
            yield "boxes", said("plan.same_box")
        if boxes and (strange := set(self.focus) - set(boxes)):
            yield "focus", said("plan.no_box", box=min(strange))
        areas = {area for row in self.layout for area in row.split()} - {"."}
        if self.layout and areas != set(boxes):
            yield "layout", said("plan.layout_differs", boxes=", ".join(sorted(areas ^ set(boxes))))
        if len({len(row.split()) for row in self.layout}) > 1:
            yield "layout", said("plan.layout_crooked")
        for box in owner.boxes:
            most = self.fits(owner, box.id)
            if not 1 <= most <= MAX_TEXT:
                yield "max_chars", said("plan.from_one", most=str(MAX_TEXT))
            for brought, texts in (("cards", box.cards), ("suggestions", box.suggestions)):
                if longer := [text for text in texts if len(text) > most]:
                    yield (
                        f"boxes.{brought}",
                        said("plan.too_long_for_box", text=longer[0][:40], most=str(most), box=box.title),
                    )

    def _problems_of_use(self, owner: "Plan") -> Iterator[tuple[str, Said]]:
        boxes = self.focus or [box.id for box in owner.boxes]
        for where, fields in (("fields", self.fields), *(("boxes.fields", box.fields) for box in self.boxes)):
            if wrong := fields_problem(fields):
                yield where, wrong
        if wrong := self._clash():
            yield "boxes.fields", wrong
        for name in ("fields", "rows"):
            if self.board and getattr(self, name):
                yield name, said("plan.of_board", step=self.board)
        if self.rows and any(box.cards for box in self.boxes):
            yield "boxes.cards", said("plan.cards_without_row")
        if self.prefill and owner.rows:
            yield "prefill", said("plan.brought_without_row")
        if self.prefill_box and not self.prefill:
            yield "prefill_box", said("plan.only_prefill")
        if self.prefill_box and self.prefill_box not in boxes:
            yield "prefill_box", said("plan.no_box", box=self.prefill_box)
        if self.per_person < 0:
            yield "per_person", said("plan.positive_or_none")
        for box in boxes:
            if strange := set(self.agreed_with) - set(owner.asked.get(box, {})):
                yield "agreed_with", said("plan.box_without_field", box=box, field=min(strange))

    def _clash(self) -> Said | None:
        """What is wrong when two boxes have a field with the same id that is not the same."""
        first: dict[str, tuple[Any, ...]] = {}
        for fields in self.asked.values():
            for field in fields.values():
                same = (field.kind, field.options, field.items)
                if first.setdefault(field.id, same) != same:
                    return said("plan.field_twice", field=field.label)
        return None

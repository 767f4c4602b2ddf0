"""What the report tells of a canvas, as plain figures and words for ``templates/_report_canvas.md``."""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from sessions.activity import Contribution

if TYPE_CHECKING:
    from sessions.activities.canvas import Canvas
    from sessions.session import Session


def told_board(step: "Canvas", told: Collection[str], session: "Session") -> Mapping[str, Any]:
    """What *step* tells of the boxes *told*; empty when there are none."""
    board = step.board(session)
    boxes = [box for box in board.plan.boxes if box.id in told]
    if not boxes:
        return {}
    cards: dict[str, list[Contribution]] = {box.id: [] for box in boxes}
    for card in step.shown_cards(session):
        if card.box in told:
            cards[card.box].append(card.told(about=board.boxes[card.box].title))
    return {
        "boxes": [{"title": box.title, "prompt": box.prompt, "cards": cards[box.id]} for box in boxes],
        "contributions": [card for box in boxes for card in cards[box.id]],
        "covered": sum(
            card.covered and not card.hidden and card.box in told for card in board.cards.values()
        ),
        "strips": [strip for strip in (step.plan.top, step.plan.bottom) if strip],
    }

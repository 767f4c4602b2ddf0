"""A look at a step as it would be: the command is decided and told, but never stored.

What would be refused is refused here too, so that nothing hidden shows itself in a preview.
"""

from typing import Any

from sessions.message import FACILITATOR, Actor, Record, Rejected, decode_command
from sessions.session import Session

_SHOWN_WITH = ("shows", "of", "again")
"""Fields of a step's view that name another step, whose view it is drawn with."""


def previewed(session: Session, raw: object) -> dict[str, Any]:
    """What everyone would see after the raw command, as far as the step that it is about is drawn with it.

    Raises Refused.
    """
    wanted = decode_command(raw)
    after, actor = session, Actor(FACILITATOR, "facilitator")
    for happened in session.decide(wanted, actor):
        after = after.evolve(Record(after.seq + 1, after.changed, actor.id, happened))
    id = getattr(wanted, "copy", "") or getattr(wanted, "step", "")
    if id not in after.steps:
        raise Rejected("agenda.step_gone")
    whole = after.view("everyone")
    steps, wanting = {}, [id]
    while wanting:
        one = wanting.pop()
        if one in steps or one not in whole["steps"]:
            continue
        steps[one] = view = whole["steps"][one]
        wanting += [view[name] for name in _SHOWN_WITH if isinstance(view.get(name), str)]
        wanting += view.get("cards_of", {})
    agenda = {**whole["agenda"], id: after.steps[id].view}
    shown = {name: value for name, value in whole["session"].items() if name != "timer"}
    return {"session": {**shown, "state": "live", "step": id}, "agenda": agenda, "steps": steps}

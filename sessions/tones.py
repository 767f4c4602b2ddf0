"""The colours of what is drawn, each with a pattern so that it is told apart in grey.

A scale runs from brown over grey to green-blue: those who do not see red and green apart see these.  Low points are
hatched, high ones plain, a middle one is ruled; within a half the outer points are the darker ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass

PARTS = (0, 0.2, 0.4, 0.9, 1)
"""How far the tones of half a scale are on their way to the innermost; none is where no text can be read on it."""


@dataclass(frozen=True)
class Tone:
    """A fill, by a name that style sheets know; ``ink`` can be read on it."""

    name: str
    fill: str
    ink: str = "#14202b"
    edge: str = ""
    pattern: str = ""
    lines: str = ""


def _mixed(one: str, other: str, part: float) -> str:
    """A colour between two, *part* of the way."""
    pairs = zip(bytes.fromhex(one[1:]), bytes.fromhex(other[1:]), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * part):02x}" for a, b in pairs)


INK = Tone("ink", "#14202b", ink="#ffffff")
MUTED = Tone("muted", "#51606d", ink="#ffffff")
LINE = Tone("rule", "#c9c6bd")
EDGE = Tone("edge", "#6b7785")
SPREAD = Tone("spread", "#a9b2bb")
ACCENT = Tone("accent", "#0b5c8a", ink="#ffffff")
SOFT = Tone("soft", "#f4f3ef")
MARK = Tone("mark", "#ffffff", edge="#14202b")
OFF = Tone("off", "#ffffff", edge="#6b7785", pattern="dense", lines="#c4c9ce")
SELF = Tone("self", "#ffffff", edge="#c9c6bd", pattern="dense", lines="#d8d5cd")
MIDDLE = Tone("middle", "#a9aeb3", ink="#0b1a26", pattern="level", lines="#c3c7cb")
LOW = tuple(
    Tone(
        f"low-{step}",
        _mixed("#8c510a", "#bf812d", part),
        ink="#ffffff" if part < 0.5 else "#0b1a26",
        pattern="slanted",
        lines=_mixed("#ad7c45", "#d9ab6b", part),
    )
    for step, part in enumerate(PARTS)
)
HIGH = tuple(
    Tone(
        f"high-{step}",
        _mixed("#01665e", "#35978f", part),
        ink="#ffffff" if part < 0.5 else "#0b1a26",
    )
    for step, part in enumerate(PARTS)
)
HEAT = tuple(
    Tone(
        f"heat-{step}",
        _mixed("#ffffff", "#0b5c8a", part),
        ink="#ffffff" if part > 0.5 else "#14202b",
        edge="#c9c6bd",
    )
    for step, part in enumerate((0, 0.12, 0.26, 0.4, 0.84, 1))
)


def scale_tones(points: int) -> Sequence[Tone]:
    """The tones of a scale, lowest point first."""
    half, odd = divmod(points, 2)
    steps = [round(place * (len(PARTS) - 1) / max(half - 1, 1)) for place in range(half)]
    return [
        *(LOW[step] for step in steps),
        *([MIDDLE] if odd else ()),
        *(HIGH[step] for step in reversed(steps)),
    ]


def heat_tone(part: float) -> Tone:
    """The tone of a cell that has this part, 0 to 1, of the most; only nothing is white."""
    return HEAT[max(1, round(part * 5))] if part > 0 else HEAT[0]

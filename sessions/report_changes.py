"""What changed between texts, line by line: for reading, and for taking over what a session added to an edited report.

Three texts meet when a session goes on after somebody began to edit: the automatic text that the edit began with
(*base*), the edited one (*mine*) and the automatic text now (*now*).  A newcomer would merge them and be done; nothing
is taken over here that nobody asked for, and where both changed the same lines a person chooses.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from html import unescape
from typing import Literal, NamedTuple

Choice = Literal["take", "both", "leave"]
"""Of a part: the new text in place of the old, below one's own, or not at all."""

CONTEXT = 2
"""So many unchanged lines are shown around what changed."""
MOST_PAIRS = 2_000_000
"""With more pairs of equal lines than this it is only told that everything in between changed."""

_HEADING = re.compile(r"#{1,6}\s+(.*)")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


@dataclass(frozen=True)
class Line:
    """A line as it is shown; of a ``gap`` *count* says how many equal lines are left out."""

    kind: Literal["same", "gone", "new", "gap"]
    text: str = ""
    count: int = 1


@dataclass(frozen=True)
class Part:
    """Something that the session changed after the edit began.

    *was* and *now* are the automatic lines before and after; where they *clash*, *mine* is what the edit made of them.
    """

    heading: str
    was: tuple[str, ...]
    mine: tuple[str, ...]
    now: tuple[str, ...]
    clash: bool

    @property
    def lines(self) -> list[Line]:
        """How the part is shown."""
        return changes("\n".join(self.mine if self.clash else self.was), "\n".join(self.now), context=1)


class _Span(NamedTuple):
    """A stretch of lines of each of the three texts, either equal in all or different somewhere."""

    base: slice
    mine: slice
    now: slice
    equal: bool


class _Step(NamedTuple):
    """From one text to another: equal or not, and the lines of each."""

    equal: bool
    before: slice
    after: slice


def changes(before: str, after: str, context: int = CONTEXT) -> list[Line]:
    """How *before* became *after*, with a few equal lines around what changed; empty when they are the same."""
    old, new = _lines(before), _lines(after)
    steps = _steps(old, new)
    told: list[Line] = []
    for n, step in enumerate(steps):
        if step.equal:
            told += _around(old[step.before], context, first=n == 0, last=n == len(steps) - 1)
        else:
            told += [Line("gone", line) for line in old[step.before]]
            told += [Line("new", line) for line in new[step.after]]
    return told if any(not step.equal for step in steps) else []


def _around(lines: Sequence[str], context: int, *, first: bool, last: bool) -> Iterator[Line]:
    """Equal lines, without those in the middle that are far from any change."""
    head, tail = (0 if first else context), (0 if last else context)
    if len(lines) <= head + tail + 1:
        head, tail = len(lines), 0
    yield from (Line("same", line) for line in lines[:head])
    if left_out := len(lines) - head - tail:
        yield Line("gap", count=left_out)
    yield from (Line("same", line) for line in lines[len(lines) - tail :])


def parts(base: str, mine: str, now: str) -> list[Part]:
    """What the session changed since *base* and *mine* does not have yet, in order."""
    texts = _lines(base), _lines(mine), _lines(now)
    return [_part(span, *texts) for span in _spans(*texts) if _is_new(span, *texts)]


def take(base: str, mine: str, now: str, choices: Mapping[int, Choice]) -> tuple[str, str]:
    """*mine* with the chosen parts taken over, and the base that goes with it.

    *choices* are by the place of the part in `parts`.  What was chosen about, or is the same in both, is in the new
    base, so that it is not offered again; parts without a choice stay on offer.
    """
    old, own, new = texts = _lines(base), _lines(mine), _lines(now)
    text: list[str] = []
    ground: list[str] = []
    place = 0
    for span in _spans(*texts):
        choice: Choice | None = "leave"
        if _is_new(span, *texts):
            choice = choices.get(place)
            place += 1
        text += new[span.now] if choice == "take" else own[span.mine]
        text += new[span.now] if choice == "both" else []
        ground += new[span.now] if choice else old[span.base]
    return _joined(text), _joined(ground)


def dated(base: str, mine: str, was: str, now: str) -> tuple[str, str]:
    """*base* and *mine* with the moment they tell of, *was*, as *now*: that a clock went on is no news.

    Only whole lines that the edit left as they were are touched.
    """
    if not was or was == now:
        return base, mine
    moved = {line: line.replace(was, now) for line in _lines(base) if was in line}
    return tuple(_joined([moved.get(line, line) for line in _lines(text)]) for text in (base, mine))  # type: ignore[return-value]


def _part(span: _Span, old: list[str], own: list[str], new: list[str]) -> Part:
    was, mine, now = old[span.base], own[span.mine], new[span.now]
    return Part(_heading(new, span.now), tuple(was), tuple(mine), tuple(now), clash=mine != was)


def _is_new(span: _Span, old: list[str], own: list[str], new: list[str]) -> bool:
    return not span.equal and new[span.now] != old[span.base] and new[span.now] != own[span.mine]


def _heading(lines: Sequence[str], where: slice) -> str:
    """The heading that a stretch of lines stands under, as it reads."""
    # What begins with a heading of its own stands under that one.
    first = next((at for at in range(where.start, where.stop) if lines[at].strip()), where.start - 1)
    for line in reversed(lines[: first + 1]):
        if found := _HEADING.match(line):
            return unescape(_ESCAPED.sub(r"\1", found[1])).strip()
    return ""


def _spans(base: list[str], mine: list[str], now: list[str]) -> Iterator[_Span]:
    """The three texts cut into stretches, after the diff3 algorithm: equal in all three, or not."""
    at = (0, 0, 0)
    for start, end, own, new in [*_common(base, mine, now), (len(base), len(base), len(mine), len(now))]:
        if (start, own, new) != at:
            yield _Span(slice(at[0], start), slice(at[1], own), slice(at[2], new), equal=False)
        at = end, own + end - start, new + end - start
        if end > start:
            yield _Span(slice(start, end), slice(own, at[1]), slice(new, at[2]), equal=True)


def _common(base: list[str], mine: list[str], now: list[str]) -> Iterator[tuple[int, int, int, int]]:
    """The stretches of *base* that both others have as well: from, to, and where they begin in the others."""
    ours = [step for step in _steps(base, mine) if step.equal]
    theirs = [step for step in _steps(base, now) if step.equal]
    while ours and theirs:
        own, new = ours[0], theirs[0]
        start = max(own.before.start, new.before.start)
        end = min(own.before.stop, new.before.stop)
        if start < end:
            yield (
                start,
                end,
                own.after.start + start - own.before.start,
                new.after.start + start - new.before.start,
            )
        (ours if own.before.stop == end else theirs).pop(0)


def _steps(before: list[str], after: list[str]) -> list[_Step]:
    """How to come from one list of lines to the other, common ends first."""
    shorter = min(len(before), len(after))
    head = next((n for n in range(shorter) if before[n] != after[n]), shorter)
    most = shorter - head
    tail = next((n for n in range(most) if before[-1 - n] != after[-1 - n]), most)
    old, new = before[head : len(before) - tail], after[head : len(after) - tail]
    steps = [_Step(True, slice(0, head), slice(0, head))]
    steps += [
        _Step(kind == "equal", slice(head + a, head + b), slice(head + c, head + d))
        for kind, a, b, c, d in _differences(old, new)
    ]
    steps.append(_Step(True, slice(len(before) - tail, len(before)), slice(len(after) - tail, len(after))))
    return [step for step in steps if step.before.stop > step.before.start or not step.equal]


def _differences(old: list[str], new: list[str]) -> list[tuple[str, int, int, int, int]]:
    if not old and not new:
        return []
    counts = Counter(new)
    # difflib leaves lines out of its search that are more than one in a hundred, such as blank ones.
    common = len(new) // 100 + 1 if len(new) >= 200 else len(new)
    if sum(counts[line] for line in old if counts[line] <= common) > MOST_PAIRS:
        return [("replace", 0, len(old), 0, len(new))]
    return list(SequenceMatcher(None, old, new).get_opcodes())


def _lines(text: str) -> list[str]:
    return text.split("\n") if text else []


def _joined(lines: Sequence[str]) -> str:
    return "\n".join(lines)

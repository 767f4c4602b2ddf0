"""Steering: what a facilitator sets for the whole room besides the step: the clock, the door, and what the screen does.

The clock runs on the server's time: ``ends`` while it runs, ``left`` while it is paused.  What a newcomer would get
wrong: a clock at zero changes nothing; closing something is always the facilitator's own act.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, Literal, Self

import msgspec

from sessions.activity import present
from sessions.message import Forbidden, Full, Id, Rejected, command, event

LONGEST_LEFT = 24 * 3_600_000
MOST_TURNS = 1_000_000

Moment = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
"""In ms since 1970, on the server's clock."""
Cover = Literal["", "qr", "blank"]


class Clock(msgspec.Struct, frozen=True, omit_defaults=True):
    """The timer: it runs until ``ends``, or stands still with ``left`` milliseconds to go, or is off."""

    ends: int | None = None
    left: int | None = None


@command("session.pause_timer", steering=True)
@dataclass(frozen=True)
class PauseTimer:
    """Stops the clock with ``left`` milliseconds to go; ``session.timer`` starts it again."""

    left: Annotated[int, msgspec.Meta(ge=0, le=LONGEST_LEFT)]


@command("session.screen", steering=True)
@dataclass(frozen=True)
class SetScreen:
    """What lies over the big screen and how it shows results; a field that is absent stays as it is.

    ``box`` is one box of the canvas ``step``, to be shown alone; empty shows all of them.  ``page`` is which page of
    ``step`` to show where it takes several; it counts on in a circle, so that each turn is another number.
    """

    cover: Cover | None = None
    step: Id | None = None
    box: str | None = None
    sort: bool | None = None
    compare: bool | None = None
    page: Annotated[int, msgspec.Meta(ge=0, le=MOST_TURNS)] | None = None


@command("session.door", steering=True)
@dataclass(frozen=True)
class SetDoor:
    """Whether newcomers are kept out; who was here before always comes back in."""

    closed: bool


@command("session.block", steering=True)
@dataclass(frozen=True)
class Block:
    person: Id
    blocked: bool


@command("session.starts", steering=True)
@dataclass(frozen=True)
class PlanStart:
    """When the first step is to begin; absent takes it back."""

    at: Moment | None = None


@command("session.change_code", steering=True, inside=True)
@dataclass(frozen=True)
class ChangeCode:
    """Newcomers come in by ``code`` from now on; ``expect`` is the code of the facilitator's console.

    Only the server knows that no other session has this code, so only the server sends it.  The code that the session
    began with is the empty one.
    """

    code: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{8}$")]
    expect: str


@event("session.timer_paused", act=True)
@dataclass(frozen=True)
class TimerPaused:
    left: int


@event("session.screen_set")
@dataclass(frozen=True)
class ScreenSet:
    """All of what the screen does after this event; the box is one of the canvas ``of``, the page one of ``paged``."""

    cover: Cover = ""
    of: str = ""
    box: str = ""
    sort: bool | None = None
    compare: bool | None = None
    paged: str = ""
    page: int | None = None


@event("session.door_set", act=True)
@dataclass(frozen=True)
class DoorSet:
    closed: bool


@event("session.person_blocked", act=True)
@dataclass(frozen=True)
class PersonBlocked:
    person: str
    blocked: bool


@event("session.start_planned", act=True)
@dataclass(frozen=True)
class StartPlanned:
    starts: int = 0


@event("session.code_changed", act=True)
@dataclass(frozen=True)
class CodeChanged:
    code: str


@dataclass(frozen=True)
class Steering:
    """What is set; ``entered`` is when each step was last come to, ``starts`` when it was to begin (0: not said).

    ``code`` is by which newcomers come in, where that is not the code that the session began with.  In the view of
    everyone it is not: somebody who was let out would have it.
    """

    paused: int | None = None
    door_closed: bool = False
    blocked: frozenset[str] = frozenset()
    screen: ScreenSet = field(default_factory=ScreenSet)
    starts: int = 0
    entered: Mapping[str, int] = field(default_factory=dict)
    code: str = ""

    def admit(self, person: str, people: Collection[str]) -> None:
        """Raises Refused when this participant may do nothing here."""
        if person in self.blocked:
            raise Forbidden("blocked")
        if self.door_closed and person not in people:
            raise Full("door")

    def decide(self, wanted: Any, people: Collection[str], ends: int | None) -> list[Any] | None:
        """The events of one of the commands here; None for any other.  *ends* is when the clock ends, if it runs."""
        match wanted:
            case PauseTimer(left=left):
                if ends is None:
                    raise Rejected("timer.off")
                return [TimerPaused(left)]
            case SetScreen():
                after = self._screen(wanted)
                return [after] if after != self.screen else []
            case SetDoor(closed=closed):
                return [DoorSet(closed)] if closed != self.door_closed else []
            case Block(person=person, blocked=blocked):
                if person not in people:
                    raise Rejected("person.unknown")
                return [PersonBlocked(person, blocked)] if blocked != (person in self.blocked) else []
            case PlanStart(at=at):
                return [StartPlanned(at or 0)] if (at or 0) != self.starts else []
            case ChangeCode(code=code, expect=expect):
                if expect != self.code:
                    raise Rejected("code.changed_meanwhile")
                return [CodeChanged(code)]
        return None

    def _screen(self, wanted: SetScreen) -> ScreenSet:
        given: dict[str, Any] = {
            "cover": wanted.cover,
            "of": wanted.step if wanted.page is None else None,
            "box": wanted.box,
            "paged": wanted.step if wanted.page is not None else None,
            "page": wanted.page,
            "sort": wanted.sort,
            "compare": wanted.compare,
        }
        return replace(self.screen, **{name: value for name, value in given.items() if value is not None})

    def evolve(self, happened: Any) -> Self:
        """What is set after an event; the same object when that says nothing about it."""
        match happened:
            case ScreenSet():
                return replace(self, screen=happened)
            case DoorSet(closed=closed):
                return replace(self, door_closed=closed)
            case PersonBlocked(person=person, blocked=blocked):
                return replace(self, blocked=self.blocked | {person} if blocked else self.blocked - {person})
            case StartPlanned(starts=starts):
                return replace(self, starts=starts)
            case CodeChanged(code=code):
                return replace(self, code=code)
        return self

    def went(self, step: str, at: int) -> Self:
        """With *step* come to, and the clock off."""
        return replace(self, paused=None, entered={**self.entered, step: at})

    def view(self) -> dict[str, Any]:
        """What everyone may know."""
        screen = self.screen
        shown = present(
            cover=screen.cover or None,
            step=screen.of if screen.box else None,
            box=screen.box or None,
            sort=screen.sort,
            compare=screen.compare,
            paged=screen.paged if screen.page is not None else None,
            page=screen.page,
        )
        return present(
            paused={"left": self.paused} if self.paused is not None else None,
            screen=shown or None,
            door_closed=self.door_closed or None,
        )

    def facilitator_view(self) -> dict[str, Any]:
        """What only the facilitator is to know: who is blocked, and how the real time goes with the planned one."""
        return present(
            code=self.code or None,
            starts=self.starts or None,
            entered=dict(self.entered),
            blocked=dict.fromkeys(sorted(self.blocked), True) or None,
        )

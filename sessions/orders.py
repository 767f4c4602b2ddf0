"""Orders: what the scribe is told and what it answers, each sent from one process to another."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Moment:
    """A session as it was after *seq* events: what stands for it in an order."""

    code: str
    seq: int


@dataclass(frozen=True)
class Order:
    """Call *make* with what is *given*; a `Moment` becomes what the scribe has `Seen` of it."""

    make: Callable[..., Any]
    given: tuple[Any, ...]


@dataclass(frozen=True)
class Made:
    """What came of an order."""

    result: Any = None
    problem: str = ""
    """what went wrong, for whoever repairs it"""

"""A value with some fields changed, as ``dataclasses.replace`` gives it."""

from dataclasses import dataclass, field, replace
from functools import cached_property

import pytest

from sessions.copying import copied


@dataclass(frozen=True)
class Base:
    name: str
    size: int = 1

    @cached_property
    def loud(self) -> str:
        return self.name.upper()


@dataclass(frozen=True)
class Plain(Base):
    kept: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Checked:
    size: int

    def __post_init__(self) -> None:
        assert self.size > 0


def test_a_copy_is_what_replace_gives_and_the_old_one_stays():
    old = Plain("a", 2, {"x": 1})
    new = copied(old, size=3)
    assert new == replace(old, size=3)
    assert (old.size, new.kept is old.kept, type(new)) == (2, True, Plain)


def test_what_was_remembered_does_not_come_along():
    old = Plain("a")
    assert old.loud == "A"
    assert copied(old, name="b").loud == "B"
    assert copied(old).loud == "A"


def test_there_are_no_other_fields():
    with pytest.raises(TypeError, match="Plain has no colour, shade"):
        copied(Plain("a"), shade=1, colour=2)
    with pytest.raises(TypeError, match="Checked is not plain"):
        copied(Checked(1), size=2)

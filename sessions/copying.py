"""``dataclasses.replace`` for values that change with every contribution: the same for plain fields, several times as fast.

What is remembered on the old object (``cached_property``) does not come along.
"""

from dataclasses import fields
from functools import cache, cached_property
from typing import Any, TypeVar

T = TypeVar("T")


def copied(old: T, /, **changes: Any) -> T:
    """*old*, a frozen dataclass without ``__post_init__`` and slots, with other values; raises TypeError for no field of it."""
    known, remembered = _parts(type(old))  # type: ignore[arg-type]
    if not known.issuperset(changes):
        raise TypeError(f"{type(old).__name__} has no {', '.join(sorted(changes.keys() - known))}")
    new = object.__new__(type(old))
    values = new.__dict__
    values.update(old.__dict__)
    for name in remembered:
        values.pop(name, None)
    values.update(changes)
    return new


@cache
def _parts(cls: type) -> tuple[frozenset[str], tuple[str, ...]]:
    """The names of the fields, and of what an object remembers besides."""
    if hasattr(cls, "__post_init__") or "__slots__" in vars(cls):
        raise TypeError(f"{cls.__name__} is not plain")
    names = {name for base in cls.__mro__ for name in vars(base)}
    remembered = (name for name in names if isinstance(getattr(cls, name), cached_property))
    return frozenset(field.name for field in fields(cls)), tuple(remembered)

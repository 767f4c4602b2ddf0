"""Shelf: an immutable mapping that shares structure, so that comparing two versions costs what changed.

A canvas may hold thousands of cards and change forty times a second.  A Shelf keeps its entries in 256 small
shards; a new version copies one shard, and two versions are compared shard by shard by identity.  ``map``
remembers its result per shard, so the mapped version shares structure in the same way.  A newcomer may expect
insertion order: there is none (order is a field of what is stored).
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Generic, TypeVar, cast
from zlib import crc32

V = TypeVar("V")
W = TypeVar("W")

SHARDS = 256


class _Shard(dict[str, Any]):
    __slots__ = ("mapped",)
    mapped: dict[object, "_Shard"]

    def view(self, see: Callable[[Any], Any]) -> "_Shard":
        """This shard with *see* applied to each value (None leaves the entry out), made once per *see*."""
        if not self:
            return _EMPTY
        try:
            known = self.mapped
        except AttributeError:
            known = self.mapped = {}
        found = known.get(see)
        if found is None:
            pairs = ((key, see(value)) for key, value in self.items())
            found = known[see] = _Shard((key, value) for key, value in pairs if value is not None) or _EMPTY
        return found


_EMPTY = _Shard()


def _place(key: str) -> int:
    # crc32 and not hash(): the same log must give the same order of keys in every process.
    return crc32(key.encode()) & (SHARDS - 1)


class Shelf(Mapping[str, V], Generic[V]):
    """An immutable mapping from string to V; ``set`` and ``without`` give a new one."""

    __slots__ = ("_shards", "_size")

    def __init__(self, entries: Mapping[str, V] | None = None) -> None:
        shards = [_EMPTY] * SHARDS
        for key, value in (entries or {}).items():
            place = _place(key)
            if shards[place] is _EMPTY:
                shards[place] = _Shard()
            shards[place][key] = value
        self._shards: tuple[_Shard, ...] = tuple(shards)
        self._size = len(entries or {})

    @classmethod
    def _of(cls, shards: tuple[_Shard, ...], size: int) -> "Shelf[Any]":
        made = cast("Shelf[Any]", cls.__new__(cls))
        made._shards = shards
        made._size = size
        return made

    def set(self, key: str, value: V) -> "Shelf[V]":
        """This shelf with *value* under *key*."""
        place = _place(key)
        old = self._shards[place]
        shard = _Shard(old)
        shard[key] = value
        shards = (*self._shards[:place], shard, *self._shards[place + 1 :])
        return Shelf._of(shards, self._size + (key not in old))

    def without(self, key: str) -> "Shelf[V]":
        """This shelf without *key*; the same object when it was not there."""
        place = _place(key)
        old = self._shards[place]
        if key not in old:
            return self
        shard = _Shard(old)
        del shard[key]
        shards = (*self._shards[:place], shard or _EMPTY, *self._shards[place + 1 :])
        return Shelf._of(shards, self._size - 1)

    def map(self, see: Callable[[V], W | None]) -> "Shelf[W]":
        """Every value seen through *see*, which must be pure, hashable and the same object each time."""
        shards = tuple(shard.view(see) for shard in self._shards)
        return Shelf._of(shards, sum(map(len, shards)))

    def changes(self, older: "Shelf[Any]") -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
        """Pairs (older, newer) of the parts in which the two versions may differ."""
        for old, new in zip(older._shards, self._shards, strict=True):
            if old is not new:
                yield old, new

    def __getitem__(self, key: str) -> V:
        return cast(V, self._shards[_place(key)][key])

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and key in self._shards[_place(key)]

    def __iter__(self) -> Iterator[str]:
        for shard in self._shards:
            yield from shard

    def __len__(self) -> int:
        return self._size

    def __repr__(self) -> str:
        return f"Shelf({dict(self)!r})"

"""Shelf: an immutable mapping that shares structure, so that comparing two versions costs what changed.

A canvas may hold thousands of cards and change forty times a second.  A Shelf keeps its entries in 256 small
shards, of which a new version copies one, and a *trail* of the keys that were changed, back to the version it came
from: two versions are compared along the trail.  What ``map`` gives is made where somebody looks, and kept as long as
the entry stays the same.  A newcomer may expect insertion order: there is none (order is a field of what is stored).
"""

from collections.abc import Callable, ItemsView, Iterator, Mapping
from typing import Any, Generic, Optional, TypeVar, cast, overload
from zlib import crc32

V = TypeVar("V")
W = TypeVar("W")

SHARDS = 256
TRAIL = 2_048
"""So many changes back the trail surely leads; at most twice as many are kept."""

_EMPTY: dict[str, Any] = {}


class _Trail:
    """The key that one version changed, after those on the trail before it."""

    __slots__ = ("before", "key", "length", "milestone")

    def __init__(self, before: Optional["_Trail"], key: str) -> None:
        self.before = before
        self.key = key
        self.length: int = before.length + 1 if before else 0
        self.milestone: _Trail = before.milestone if before else self
        if self.length == TRAIL:
            # A trail that never ends would keep the keys of all that ever was.
            self.milestone.before = None
            self.length, self.milestone = 0, self


def _place(key: str) -> int:
    # crc32 and not hash(): the same log must give the same order of keys in every process.
    return crc32(key.encode()) & (SHARDS - 1)


class Shelf(Mapping[str, V], Generic[V]):
    """An immutable mapping from string to V; ``set`` and ``without`` give a new one."""

    __slots__ = ("_made", "_shards", "_since", "_size", "_trail")

    def __init__(self, entries: Mapping[str, V] | None = None) -> None:
        shards: list[dict[str, V]] = [_EMPTY] * SHARDS
        for key, value in (entries or {}).items():
            place = _place(key)
            if shards[place] is _EMPTY:
                shards[place] = {}
            shards[place][key] = value
        self._shards = shards
        self._size = len(entries or {})
        self._trail = _Trail(None, "")
        self._made: dict[object, dict[str, tuple[V, Any]]] = {}
        self._since: tuple[Shelf[V], list[tuple[Mapping[str, V], Mapping[str, V]]]] | None = None

    def _with(self, key: str, place: int, shard: dict[str, V], size: int) -> "Shelf[V]":
        made = cast("Shelf[V]", Shelf.__new__(Shelf))
        made._shards = shards = self._shards.copy()
        shards[place] = shard
        made._size = size
        made._trail = _Trail(self._trail, key)
        made._made = self._made
        made._since = None
        return made

    def set(self, key: str, value: V) -> "Shelf[V]":
        """This shelf with *value* under *key*."""
        place = _place(key)
        old = self._shards[place]
        shard = old.copy()
        shard[key] = value
        return self._with(key, place, shard, self._size + (key not in old))

    def without(self, key: str) -> "Shelf[V]":
        """This shelf without *key*; the same object when it was not there."""
        place = _place(key)
        if key not in self._shards[place]:
            return self
        shard = self._shards[place].copy()
        del shard[key]
        return self._with(key, place, shard or _EMPTY, self._size - 1)

    def map(self, see: Callable[[V], W | None]) -> "Seen[V, W]":
        """Every value seen through *see*, which must be pure, hashable and the same object each time."""
        return Seen(self, see)

    def changes(self, older: "Shelf[V]") -> list[tuple[Mapping[str, V], Mapping[str, V]]]:
        """Pairs (older, newer) of the parts in which the two versions may differ."""
        # All steps that show a board ask the same, one after the other.
        since = self._since
        if since is None or since[0] is not older:
            since = self._since = older, list(self._parts_since(older))
            # Or each version would keep the one before it, for ever.
            older._since = None
        return since[1]

    def _parts_since(self, older: "Shelf[V]") -> Iterator[tuple[Mapping[str, V], Mapping[str, V]]]:
        keys = self._changed_since(older)
        if keys is not None:
            yield (
                {key: older[key] for key in keys if key in older},
                {key: self[key] for key in keys if key in self},
            )
            return
        for old, new in zip(older._shards, self._shards, strict=True):
            if old is not new:
                yield old, new

    def _changed_since(self, older: "Shelf[Any]") -> dict[str, None] | None:
        """The keys on the trail from *older* to here; None when it does not lead there."""
        keys: dict[str, None] = {}
        step: _Trail | None = self._trail
        while step is not None:
            if step is older._trail:
                return keys
            keys[step.key] = None
            step = step.before
        return None

    def __getitem__(self, key: str) -> V:
        return self._shards[_place(key)][key]

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and key in self._shards[_place(key)]

    @overload
    def get(self, key: str) -> V | None: ...
    @overload
    def get(self, key: str, default: W) -> V | W: ...
    def get(self, key: str, default: Any = None) -> Any:
        return self._shards[_place(key)].get(key, default)

    def __iter__(self) -> Iterator[str]:
        for shard in self._shards:
            yield from shard

    def items(self) -> ItemsView[str, V]:
        return {key: value for shard in self._shards for key, value in shard.items()}.items()

    def __len__(self) -> int:
        return self._size

    def __repr__(self) -> str:
        return f"Shelf({dict(self)!r})"


class Seen(Mapping[str, W], Generic[V, W]):
    """A shelf seen through a function; entries for which it gives None are not there."""

    __slots__ = ("_made", "_see", "_shelf")

    def __init__(self, shelf: Shelf[V], see: Callable[[V], W | None]) -> None:
        self._shelf = shelf
        self._see = see
        self._made: dict[str, tuple[V, W | None]] = shelf._made.setdefault(see, {})

    def _look(self, key: str, value: V) -> W | None:
        known = self._made.get(key)
        if known is None or known[0] is not value:
            known = self._made[key] = value, self._see(value)
        return known[1]

    def _looked(self, entries: Mapping[str, V]) -> dict[str, W]:
        return {key: seen for key, value in entries.items() if (seen := self._look(key, value)) is not None}

    def changes(self, older: "Seen[V, Any]") -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
        """Pairs (older, newer) of the parts in which the two versions may differ."""
        if older._see is not self._see:
            yield older._looked(older._shelf), self._looked(self._shelf)
            return
        for old, new in self._shelf.changes(older._shelf):
            # The older first: what is kept is how the newer looks.
            yield older._looked(old), self._looked(new)

    def __getitem__(self, key: str) -> W:
        seen = self._look(key, self._shelf[key])
        if seen is None:
            raise KeyError(key)
        return seen

    def __iter__(self) -> Iterator[str]:
        return iter(self._looked(self._shelf))

    def items(self) -> ItemsView[str, W]:
        return self._looked(self._shelf).items()

    def __len__(self) -> int:
        return len(self.items())

    def __repr__(self) -> str:
        return f"Seen({dict(self)!r})"

"""RFC 7396 merge patches between two views.

Views are nested mappings without None, so a patch can say everything: a value replaces, None removes.
Parts that are the same object are not looked into: keep structure shared and a diff costs what changed.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sessions.shelf import Seen, Shelf

View = Mapping[str, Any]

_PLAIN = {str, int, float, bool, list}
"""What is certainly no mapping; asking whether something is one takes longer than all else here."""


def diff(old: View, new: View) -> dict[str, Any]:
    """The merge patch from *old* to *new*; empty when nothing changed."""
    patch: dict[str, Any] = {}
    if old is new:
        return patch
    for older, newer in _parts(old, new):
        _compare(older, newer, patch)
    return patch


def _parts(old: View, new: View) -> Iterable[tuple[View, View]]:
    """Where the two may differ."""
    # Plain dictionaries first: asking whether they are something else takes longer than the rest.
    if type(new) is not dict:
        if isinstance(old, Shelf) and isinstance(new, Shelf):
            return new.changes(old)
        if isinstance(old, Seen) and isinstance(new, Seen):
            return new.changes(old)
    return ((old, new),)


def _compare(old: View, new: View, patch: dict[str, Any]) -> None:
    for key, value in new.items():
        before = old.get(key)
        if before is value:
            continue
        if type(value) not in _PLAIN and isinstance(before, Mapping) and isinstance(value, Mapping):
            if inner := diff(before, value):
                patch[key] = inner
        elif before != value or type(before) is not type(value):
            patch[key] = value
    for key in old:
        if key not in new:
            patch[key] = None


def merge(target: Any, patch: Any) -> Any:
    """*target* with *patch* applied, as RFC 7396 section 2 has it; neither is changed."""
    if not isinstance(patch, Mapping):
        return patch
    result = dict(target) if isinstance(target, Mapping) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merge(result.get(key), value)
    return result

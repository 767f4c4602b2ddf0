"""Merge patches and the mapping that makes them cheap."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessions.patch import diff, merge
from sessions.room import encode
from sessions.shelf import TRAIL, Shelf

KEYS = st.one_of(st.sampled_from("abcd"), st.text(max_size=3))
LEAVES = st.one_of(
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=4),
    st.just([1, "x"]),
)
VIEWS = st.recursive(
    st.dictionaries(KEYS, LEAVES, max_size=4), lambda inner: st.dictionaries(KEYS, inner, max_size=4)
)


def over_the_wire(value: Any) -> Any:
    return json.loads(encode(value))


# patches


@given(VIEWS, VIEWS)
def test_the_old_view_with_the_patch_is_the_new_view(old, new):
    assert merge(old, over_the_wire(diff(old, new))) == new


@given(VIEWS)
def test_between_equal_views_there_is_nothing_to_send(view):
    assert diff(view, over_the_wire(view)) == {}


@given(VIEWS, VIEWS)
def test_merging_changes_neither_the_view_nor_the_patch(old, new):
    patch = diff(old, new)
    before = over_the_wire([old, patch])
    merge(old, patch)
    assert over_the_wire([old, patch]) == before


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"a": 1}, {"a": True}),
        ({"a": 0}, {"a": False}),
        ({"a": {"b": 1}}, {"a": 1}),
        ({"a": 1}, {"a": {"b": 1}}),
        ({"a": {"b": 1}}, {"a": {}}),
        ({"a": {}}, {}),
        ({"a": []}, {"a": {}}),
    ],
)
def test_a_value_that_only_looks_the_same_is_sent(old, new):
    merged = merge(old, over_the_wire(diff(old, new)))
    assert (merged, json.dumps(merged)) == (new, json.dumps(new))


# The examples of RFC 7396, appendix A; "null" inside a target does not occur in views.
@pytest.mark.parametrize(
    ("target", "patch", "result"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        (["a", "b"], ["c", "d"], ["c", "d"]),
        ({"a": "b"}, ["c"], ["c"]),
        ({"a": "foo"}, None, None),
        ({"a": "foo"}, "bar", "bar"),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_merging_is_what_the_rfc_says(target, patch, result):
    assert merge(target, patch) == result


# shelves


@given(st.lists(st.tuples(st.booleans(), st.text(max_size=2), st.integers())))
def test_a_shelf_holds_what_a_dict_would_hold_and_no_version_changes(steps):
    shelf: Shelf[int] = Shelf()
    model: dict[str, int] = {}
    versions = [(shelf, dict(model))]
    for add, key, value in steps:
        if add:
            shelf, model = shelf.set(key, value), {**model, key: value}
        else:
            shelf = shelf.without(key)
            model.pop(key, None)
        versions.append((shelf, dict(model)))
    for version, held in versions:
        assert dict(version) == held
        assert len(version) == len(held)
        assert version == Shelf(held)
        assert all(key in version and version[key] == value for key, value in held.items())


@given(
    st.dictionaries(st.text(max_size=2), st.integers()), st.dictionaries(st.text(max_size=2), st.integers())
)
def test_the_difference_of_two_shelves_is_that_of_two_dicts(old, new):
    older: Shelf[int] = Shelf(old)
    newer = older
    for key in old.keys() - new.keys():
        newer = newer.without(key)
    for key, value in new.items():
        newer = newer.set(key, value)
    assert over_the_wire(diff(older, newer)) == over_the_wire(diff(old, new))
    assert merge(old, over_the_wire(diff(older, newer))) == new


def test_a_mapped_shelf_is_made_anew_only_where_something_changed():
    shelf = Shelf({str(n): n for n in range(2_000)})
    seen: list[int] = []

    def see(value: int) -> dict[str, int]:
        seen.append(value)
        return {"value": value}

    before = shelf.map(see)
    assert len(before) == len(seen) == 2_000
    seen.clear()
    after = shelf.set("7", -7).map(see)
    assert over_the_wire(diff(before, after)) == {"7": {"value": -7}}
    assert len(after) == 2_000
    assert 1 <= len(seen) < 40
    assert before["8"] is after["8"]


def test_two_versions_are_compared_along_what_changed_however_long_the_history_is():
    shelf = Shelf({str(n): n for n in range(300)})
    for round in range(3 * TRAIL):
        older = shelf
        shelf = shelf.set("7", -round - 1).set("8", -round - 1)
        [(before, after)] = shelf.changes(older)
        assert before.keys() == after.keys() == {"7", "8"}


def test_no_version_keeps_those_before_it():
    shelf = Shelf({"a": 0})
    for n in range(1, 3 * TRAIL):
        older, shelf = shelf, shelf.set("a", n)
        assert shelf.changes(older) == [({"a": n - 1}, {"a": n})]
    assert shelf._since is not None
    assert shelf._since[0]._since is None
    length, step = 0, shelf._trail
    while step.before is not None:
        length, step = length + 1, step.before
    assert length <= 2 * TRAIL


def test_what_is_not_seen_is_not_there():
    shelf = Shelf({"a": 1, "b": 2, "c": 3})

    def odd(value: int) -> int | None:
        return value if value % 2 else None

    mapped = shelf.map(odd)
    assert dict(mapped) == {"a": 1, "c": 3}
    assert len(mapped) == 2


def test_a_shelf_has_the_same_order_in_every_process():
    assert list(Shelf(dict.fromkeys("hello wereld", 0))) == ["w", "o", " ", "e", "r", "d", "h", "l"]


@pytest.mark.parametrize("missing", ["x", 3, None])
def test_what_was_never_put_on_a_shelf_is_not_on_it(missing):
    shelf = Shelf({"a": 1})
    assert missing not in shelf
    assert shelf.without("x") is shelf

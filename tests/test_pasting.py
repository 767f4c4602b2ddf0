"""Pasted lists: whatever people copy becomes items, and what cannot is told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessions.items import Item
from sessions.message import TooLarge
from sessions.pasting import MAX_PASTED, pasted_items


def titles(text: str) -> list[str]:
    return [item.title for item in pasted_items(text).items]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Eén\n\n  Twee  \n\n\nDrie\n", ["Eén", "Twee", "Drie"]),
        ("- Eén\n* Twee\n• Drie\n– Vier", ["Eén", "Twee", "Drie", "Vier"]),
        ("1. Eén\n2) Twee\n(3) Drie", ["Eén", "Twee", "Drie"]),
        ("Eén\r\nTwee\rDrie", ["Eén", "Twee", "Drie"]),
        ("2030 is te vroeg\n10 meter dijk", ["2030 is te vroeg", "10 meter dijk"]),
        ("<b>vet</b>\n<script>alert(1)</script>", ["<b>vet</b>", "<script>alert(1)</script>"]),
        ('Zeg "ja"\n"nee', ['Zeg "ja"', '"nee']),
        ("Wonen; werken\nWater", ["Wonen; werken", "Water"]),
    ],
)
def test_lines_become_items(text, found):
    assert titles(text) == found


def test_a_spreadsheet_becomes_items_with_a_text():
    pasted = pasted_items('1\tDijk\t"Hoog; droog"\tnu\n2\tWater\t\t\n').items
    assert [(item.title, item.text) for item in pasted] == [("Dijk", "Hoog; droog – nu"), ("Water", "")]
    pasted = pasted_items('"Dijk; hoog";uitleg\nWater;"zegt ""nat"""').items
    assert [(item.title, item.text) for item in pasted] == [("Dijk; hoog", "uitleg"), ("Water", 'zegt "nat"')]


def test_a_cell_of_several_lines_is_one_item_and_a_lone_quote_swallows_nothing():
    pasted = pasted_items('\ufeff"Dijk;\nhoog";uitleg\r\nWater;"zegt\n\n""nat"""\n').items
    assert [(item.title, item.text) for item in pasted] == [("Dijk; hoog", "uitleg"), ("Water", 'zegt "nat"')]
    assert titles('1\t"Dijk\nhoog"\tnu\n2\tWater') == ["Dijk hoog", "Water"]
    assert titles('"Dijk;a\nWater;b\nBodem;c') == ["Dijk;a", "Water", "Bodem"]
    assert titles('"Dijk\nWater"') == ['"Dijk', 'Water"']


def test_what_is_there_already_is_counted_and_keeps_its_id():
    there = [Item("i1", "Dijk"), Item("x", "Water")]
    pasted = pasted_items("dijk\nNieuw\nNieuw\nWATER", there)
    assert [(item.id, item.title) for item in pasted.items] == [
        ("i1", "Dijk"),
        ("x", "Water"),
        ("i2", "Nieuw"),
    ]
    assert (pasted.added, pasted.doubled) == (1, 3)


def test_five_hundred_lines_are_told_with_how_many_fit():
    with pytest.raises(TooLarge) as found:
        pasted_items("\n".join(f"Onderwerp {n}" for n in range(500)))
    assert found.value.params == {"most": 200, "n": 500}
    with pytest.raises(TooLarge):
        pasted_items("x" * (MAX_PASTED + 1))
    with pytest.raises(TooLarge):
        pasted_items("x" * 201)


@given(st.text(max_size=400))
def test_any_text_gives_items_with_a_title_and_an_id_of_their_own(text):
    try:
        items = pasted_items(text).items
    except TooLarge:
        return
    assert len({item.id for item in items}) == len(items)
    assert all(item.title.strip() and "\n" not in item.title for item in items)

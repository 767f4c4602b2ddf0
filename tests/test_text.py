"""What people type is kept in one normal form."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessions.text import MARKS_PER_BASE, clean

BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
NASTY = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("\r\n\t \x00\x85\u2028\u0301\u0345\u200d\ufe0fe" + BIDI),
    )
)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Dijk \n", "Dijk"),
        ("e\u0301e\u0301n", "\u00e9\u00e9n"),
        ("a\r\nb\rc\u2028d\x85e", "a\nb\nc\nd\ne"),
        ("a\tb", "a b"),
        ("a\x00b\x1b[31mc\x7f", "ab[31mc"),
        ("a\ud800b", "ab"),
        ("\u202enegeil", "negeil"),
        ("\ufeffDijk", "Dijk"),
        ("een\n\n\n\n\ntwee", "een\n\ntwee"),
        ("een\n  \n \t \ntwee", "een\n\ntwee"),
        ("een   \ntwee", "een\ntwee"),
        ("Z" + "\u0363" * 50 + "!", "Z" + "\u0363" * MARKS_PER_BASE + "!"),
        (
            "Z" + "\u0363\u200d" * 50,
            "Z" + "\u0363\u200d" * MARKS_PER_BASE + "\u200d" * 46,
        ),
        ("", ""),
        ("\u200b\u200d \u2060\n", ""),
    ],
)
def test_typed_text_gets_one_normal_form(typed: str, kept: str) -> None:
    assert clean(typed) == kept


@pytest.mark.parametrize(
    "text",
    [
        "👩‍👩‍👧‍👦",
        "👍🏽",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "5\ufe0f\u20e3",
        "hi\u1ec3u",
        "\u0939\u093f\u0928\u094d\u0926\u0940",
        "\u05e9\u05b8\u05c1\u05dc\u05d5\u05b9\u05dd",
        "- a\n  - b",
    ],
)
def test_emoji_other_scripts_and_indents_stay_as_they_are(text: str) -> None:
    assert clean(text) == text


def test_folding_puts_everything_on_one_line() -> None:
    assert clean(" een \r\n\r\n   twee\tdrie\n", newlines=False) == "een twee drie"


@given(NASTY, st.booleans())
def test_cleaning_twice_changes_nothing(text: str, newlines: bool) -> None:
    once = clean(text, newlines=newlines)
    assert clean(once, newlines=newlines) == once


@given(NASTY)
def test_clean_text_can_be_encoded_and_holds_no_controls(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode()
    assert unicodedata.is_normalized("NFC", cleaned)
    assert cleaned == cleaned.strip()
    assert "\n\n\n" not in cleaned
    assert not any(unicodedata.category(char) == "Cc" and char != "\n" for char in cleaned)
    assert not set(cleaned) & set(BIDI)


@given(NASTY)
def test_no_letter_carries_a_tower_of_marks(text: str) -> None:
    marks = 0
    for char in clean(text):
        marks = marks + 1 if unicodedata.category(char)[0] == "M" else 0
        assert marks <= MARKS_PER_BASE


@given(NASTY)
def test_folded_text_is_one_line(text: str) -> None:
    assert "\n" not in clean(text, newlines=False)


@given(st.text(st.characters(codec="ascii", categories=["L", "N", "P", "S"]), min_size=1))
def test_plain_text_is_kept_to_the_letter(text: str) -> None:
    assert clean(text) == text

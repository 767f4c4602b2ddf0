"""The interface texts: parameters, plurals and the choice of a language."""

import pytest

from sessions.texts import Texts, choose_language, texts

DUTCH = Texts(
    "nl",
    {
        "greeting": "Dag {name}",
        "cards.one": "{n} kaart",
        "cards.other": "{n} kaarten",
        "error.full": "De sessie is vol.",
    },
)


def test_a_placeholder_is_filled_in():
    assert DUTCH.t("greeting", name="Noor") == "Dag Noor"


def test_braces_in_what_a_person_typed_stay_as_they_are():
    assert DUTCH.t("greeting", name="{name} {0}") == "Dag {name} {0}"


@pytest.mark.parametrize(("n", "text"), [(0, "0 kaarten"), (1, "1 kaart"), (2, "2 kaarten")])
def test_a_count_chooses_between_one_and_other(n, text):
    assert DUTCH.t("cards", n=n) == text


@pytest.mark.parametrize(("number", "shown"), [(3, "3"), (1204, "1.204"), (2.5, "2,5"), ("0012", "0012")])
def test_a_number_is_written_as_the_language_does(number, shown):
    assert DUTCH.t("greeting", name=number) == f"Dag {shown}"


@pytest.mark.parametrize("params", [{}, {"n": 1}])
def test_an_unknown_key_is_an_error(params):
    with pytest.raises(KeyError):
        DUTCH.t("no.such.key", **params)


def test_a_missing_parameter_is_an_error():
    with pytest.raises(KeyError):
        DUTCH.t("greeting")


def test_a_page_gets_only_the_texts_it_needs():
    assert DUTCH.among(frozenset({"error.full", "cards", "no.such.key"})) == {
        "cards.one": "{n} kaart",
        "cards.other": "{n} kaarten",
        "error.full": "De sessie is vol.",
    }


@pytest.mark.parametrize("language", ["nl", "en"])
def test_both_catalogues_can_be_read(language):
    assert texts(language).language == language
    assert texts(language) is texts(language)


@pytest.mark.parametrize(
    ("accept_language", "cookie", "chosen"),
    [
        (None, None, "nl"),
        ("", None, "nl"),
        ("nl-NL,nl;q=0.9,en;q=0.8", None, "nl"),
        ("en-GB,en;q=0.9", None, "en"),
        ("en;q=0.5, nl;q=0.9", None, "nl"),
        ("de-DE,de;q=0.9,en;q=0.7", None, "en"),
        ("de-DE,de;q=0.9", None, "nl"),
        ("en;q=0", None, "nl"),
        ("en;q=banana", None, "nl"),
        ("nl", "en", "en"),
        ("en", "nl", "nl"),
        ("en", "fr", "en"),
    ],
)
def test_the_language_is_what_was_chosen_before_or_what_the_browser_prefers(accept_language, cookie, chosen):
    assert choose_language(accept_language, cookie) == chosen

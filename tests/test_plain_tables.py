"""Tables in a Markdown file can be read as plain text."""

from sessions.plain_tables import WIDEST, aligned


def test_columns_are_lined_up_numbers_to_the_right():
    text = "Before\n\n| Organisation | People |\n|---|--:|\n| Water board | 3 |\n| Rijk | 12 |\n\nAfter\n"
    assert aligned(text) == (
        "Before\n\n"
        "| Organisation | People |\n"
        "|--------------|-------:|\n"
        "| Water board  |      3 |\n"
        "| Rijk         |     12 |\n"
        "\nAfter\n"
    )


def test_what_is_lined_up_stays_as_it_is():
    once = aligned("| a | b |\n|---|--:|\n| longer | 1 |\n")
    assert aligned(once) == once


def test_an_escaped_border_is_no_border():
    assert "| a \\| b | 1   |" in aligned("| x | y |\n|---|---|\n| a \\| b | 1 |\n")


def test_a_letter_may_be_as_wide_as_two_or_have_no_width():
    lines = aligned("| x | y |\n|---|---|\n| 水水 | 1 |\n| e\u0301e\u0301e\u0301e\u0301 | 1 |\n").splitlines()
    assert lines[2:] == ["| 水水 | 1   |", "| e\u0301e\u0301e\u0301e\u0301 | 1   |"]


def test_what_is_too_wide_or_no_sound_table_stays_as_it_is():
    for text in (
        f"| {'x' * WIDEST} | y |\n|---|---|\n| a | b |\n",
        "| a | b |\n|---|---|\n| only one |\n",
        "| a `|` b | c |\n|---|---|\n| d | e |\n",
        "| no ruler | b |\n| c | d |\n",
        "| alone |\n",
        "|\n|\n",
        "no table\n",
        "",
    ):
        assert aligned(text) == text

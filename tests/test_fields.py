"""Fields of cards: what is understood, what is refused, and with which sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessions.fields import Field, Known, fields_problem, read_fields
from sessions.message import MAX_TEXT, Refused, Rejected, TooLarge
from tests.play import AN, BO, ORGANISATIONS, Story, canvas, play

KNOWN = Known(lambda field: ["i1", "i2"], lambda: ORGANISATIONS)
OPTIONS = ["Low", "Middle", "High"]


def field(kind: str, **more: object) -> Field:
    options = OPTIONS if kind in ("choice", "choices") else []
    return Field(id="f", label="My field", kind=kind, options=options, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        ("text", "  two\n lines ", "two lines"),
        ("text", "\u200b", ""),
        ("choice", "2", "2"),
        ("choices", "3 1 3", "1 3"),
        ("organisation", "WATERSCHAP", "Waterschap"),
        ("organisation", "Somebody new", "Somebody new"),
        ("person", "An de Vries", "An de Vries"),
        ("date", "2026-12-31", "2026-12-31"),
        ("date", " 2028-02-29 ", "2028-02-29"),
        ("amount", "12500.50", "12500.50"),
        ("amount", "€ 12.500,50", "12500.50"),
        ("amount", "12,500.5", "12500.50"),
        ("amount", "12.500", "12500"),
        ("amount", "1.234.567", "1234567"),
        ("amount", "007", "7"),
        ("amount", "3,00", "3"),
        ("item", "i2 i1 i2", "i2 i1"),
    ],
)
def test_what_is_typed_is_kept_in_one_form(kind, typed, kept):
    assert field(kind).read(typed, KNOWN) == kept


@pytest.mark.parametrize(
    ("kind", "typed", "key"),
    [
        ("choice", "4", "unknown_option"),
        ("choice", "0", "unknown_option"),
        ("choice", "1 2", "unknown_option"),
        ("choice", "Low", "unknown_option"),
        ("choices", "1 9", "unknown_option"),
        ("date", "tomorrow", "bad_date"),
        ("date", "2026-02-30", "bad_date"),
        ("date", "31-12-2026", "bad_date"),
        ("date", "20261231", "bad_date"),
        ("date", "0001-01-01", "bad_date"),
        ("date", "2026-12-31T10:00", "bad_date"),
        ("date", "２０２６-12-31", "bad_date"),
        ("amount", "a lot", "bad_amount"),
        ("amount", "-5", "bad_amount"),
        ("amount", "1e9", "bad_amount"),
        ("amount", "1.2.3", "bad_amount"),
        ("amount", "12.500.50", "bad_amount"),
        ("amount", "9" * 13, "bad_amount"),
        ("amount", "१२", "bad_amount"),
        ("item", "i1 gone", "unknown_link"),
    ],
)
def test_what_is_none_of_its_kind_is_refused_by_the_name_of_the_field(kind, typed, key):
    with pytest.raises(Rejected) as found:
        field(kind).read(typed, KNOWN)
    assert (found.value.key, found.value.params) == (f"error.canvas.{key}", {"field": "My field"})


@pytest.mark.parametrize(("kind", "most"), [("text", 10), ("person", 80), ("organisation", 80)])
def test_a_value_is_no_longer_than_fits(kind, most):
    asked = field(kind, max_chars=10 if kind == "text" else 120)
    assert asked.read("x" * most, KNOWN) == "x" * most
    with pytest.raises(TooLarge):
        asked.read("x" * (most + 1), KNOWN)


@given(
    st.sampled_from(["text", "choice", "choices", "organisation", "person", "date", "amount", "item"]),
    st.text(max_size=40) | st.text("0123456789., -€i", max_size=20),
)
def test_what_is_kept_is_understood_again_and_stays_the_same(kind, typed):
    asked = field(kind)
    try:
        kept = asked.read(typed, KNOWN)
    except Refused:
        return
    assert asked.read(kept, KNOWN) == kept
    for language in ("nl", "en"):
        assert isinstance(asked.told(kept, {"i1": "One", "i2": "Two"}, language), str)


@given(st.integers(0, 10**12 - 1), st.integers(0, 99))
def test_an_amount_means_the_same_however_it_is_written(whole, cents):
    grouped = f"{whole:,}"
    dutch = grouped.replace(",", ".")
    written = [f"{whole}.{cents:02}", f"{whole},{cents:02}", f"{grouped}.{cents:02}", f"{dutch},{cents:02}"]
    assert len({field("amount").read(one, KNOWN) for one in written}) == 1


def test_fields_are_merged_key_by_key_and_an_empty_one_is_cleared():
    asked = {id: Field(id=id, label=id.title()) for id in ("a", "b", "c")}
    assert read_fields({"b": "", "c": "3"}, asked, KNOWN, before={"a": "1", "b": "2"}) == {"a": "1", "c": "3"}


def test_what_stays_as_it_was_is_not_checked_again():
    asked = {"about": Field(id="about", label="About", kind="item")}
    assert read_fields({"about": "gone"}, asked, KNOWN, before={"about": "gone"}) == {"about": "gone"}


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"kind": "choice"}, "needs at least two options"),
        ({"kind": "text", "options": ["a", "b"]}, "options go with"),
        ({"kind": "item"}, "items go with kind item"),
        ({"label": ""}, "needs a label"),
        ({"max_chars": 0}, "max_chars"),
        ({"max_chars": MAX_TEXT + 1}, "max_chars"),
    ],
)
def test_the_author_of_a_playbook_hears_what_is_wrong_with_a_field(wrong, sentence):
    assert sentence in str(fields_problem([Field(**{"id": "f", "label": "F", **wrong})]))
    assert str(fields_problem([Field(id="f", label="F")] * 2)) == "two fields have the same id"


# on a card

TABLE = {
    "fields": [
        {"id": "who", "label": "Who", "kind": "person", "required": True},
        {"id": "due", "label": "Due", "kind": "date"},
        {"id": "about", "label": "About", "kind": "item", "items": {"cards_of": ["ideas"]}},
    ]
}


@pytest.fixture
def story() -> Story:
    story = play(canvas(), canvas("table", ["rows"], editable="everyone", look="table", **TABLE))
    story.adds(AN, "idea")
    story.does(AN, "canvas.add_card", step="table", card="c1", box="rows", text="Row", fields={"who": "An"})
    return story


def edit(story: Story, who: str, **fields: str) -> object:
    return story.does(who, "canvas.edit_card", step="table", card="c1", fields=fields)


def test_a_box_shows_what_it_asks_and_what_can_be_chosen(story):
    view = story.step("table")
    assert view["look"] == "table"
    assert view["editable"] == "everyone"
    assert view["boxes"]["rows"]["fields"] == {
        "who": {"label": "Who", "kind": "person", "order": 1, "required": True, "max_chars": 80},
        "due": {"label": "Due", "kind": "date", "order": 2},
        "about": {"label": "About", "kind": "item", "order": 3},
    }
    assert view["links"] == {"about": {"idea": {"title": "Text of idea", "order": 1}}}


def test_two_people_fill_in_different_columns_of_one_row(story):
    edit(story, AN, due="2027-01-31")
    edit(story, BO, about="idea")
    assert story.step("table")["cards"]["c1"]["fields"] == {
        "who": "An",
        "due": "2027-01-31",
        "about": "idea",
    }
    edit(story, BO, due="")
    assert "due" not in story.step("table")["cards"]["c1"]["fields"]
    assert "edited" not in story.step("table")["cards"]["c1"]


def test_a_card_says_where_what_it_names_is_shown(story):
    edit(story, BO, about="idea")
    assert story.step("table")["cards"]["c1"]["from"] == {"idea": "ideas"}
    edit(story, BO, about="")
    assert "from" not in story.step("table")["cards"]["c1"]


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({"due": "soon"}, "canvas.bad_date"),
        ({"about": "gone"}, "canvas.unknown_link"),
        ({"who": ""}, "canvas.field_missing"),
        ({"cost": "1"}, "canvas.unknown_field"),
        ({"due": "2027-01-31", "about": "gone"}, "canvas.unknown_link"),
    ],
)
def test_a_refused_field_changes_nothing(story, fields, key):
    refusal = story.refuses(BO, "canvas.edit_card", step="table", card="c1", fields=fields)
    assert refusal == ("rejected", key)
    added = {"step": "table", "card": "c2", "box": "rows", "text": "x", "fields": {"who": "Bo", **fields}}
    assert story.refuses(BO, "canvas.add_card", **added) == ("rejected", key)
    assert story.step("table")["cards"]["c1"]["fields"] == {"who": "An"}


def test_a_link_to_a_card_that_was_removed_is_refused_and_one_that_was_made_before_stays(story):
    edit(story, BO, about="idea")
    story.does(AN, "canvas.remove_card", step="ideas", card="idea")
    edit(story, BO, due="2027-01-31")
    card = story.step("table")["cards"]["c1"]
    assert (card["fields"]["about"], card["from"]) == ("idea", {"idea": "ideas"})
    assert story.step("table")["links"] == {"about": {}}
    edit(story, BO, about="")
    refusal = story.refuses(BO, "canvas.edit_card", step="table", card="c1", fields={"about": "idea"})
    assert refusal == ("rejected", "canvas.unknown_link")


def test_a_required_field_is_asked_for_when_the_card_is_written(story):
    refusal = story.refuses(AN, "canvas.add_card", step="table", card="c2", box="rows", text="x")
    assert refusal == ("rejected", "canvas.field_missing")


def test_what_is_shared_is_edited_by_everyone_and_removed_by_its_author(story):
    story.does(BO, "canvas.edit_card", step="table", card="c1", text="Better")
    assert story.step("table")["cards"]["c1"]["edited"] is True
    assert story.refuses(BO, "canvas.remove_card", step="table", card="c1")[1] == "canvas.not_yours"
    story.does(AN, "canvas.remove_card", step="table", card="c1")


def test_fields_of_covered_cards_and_links_to_them_are_nobodys():
    story = play(canvas(blind=True), canvas("table", ["rows"], blind=True, editable="everyone", **TABLE))
    story.adds(AN, "idea")
    fields = {"who": "Zonnebloem"}
    story.does(AN, "canvas.add_card", step="table", card="c1", box="rows", text="x", fields=fields)
    about = {"step": "table", "card": "c1", "fields": {"about": "idea"}}
    assert story.refuses(AN, "canvas.edit_card", **about)[1] == "canvas.unknown_link"
    other = {"step": "table", "card": "c1", "fields": {"who": "Me"}}
    assert story.refuses(BO, "canvas.edit_card", **other)[1] == "canvas.not_yours"
    for view in (story.everyone, story.facilitator, story.exported):
        assert "Zonnebloem" not in str(view)
    assert (story.step("table")["links"], story.step("table")["waiting"]) == ({"about": {}}, "ideas")
    assert story.mine(AN)["steps"]["table"]["cards"]["c1"]["fields"] == fields

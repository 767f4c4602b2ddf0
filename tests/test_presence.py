"""Who is busy with what: with cards, told where people fill in rows together, by organisation and never by name; and
behind the consoles, who edits which step."""

import json
from collections.abc import Iterator

import pytest

from sessions.web.presence import page_shown
from tests.running import Server, Workshop, server_that_knows
from tests.wire import Guest, everything, fresh_id

PLAYBOOK = """
title = {nl = "Tabel", en = "Table"}
purpose = {nl = "Samen invullen.", en = "Fill in together."}
[join]
organisation = "optional"
organisations = ["Waterschap", "Gemeente"]
"""
STEP = """
[[steps]]
id = "%s"
kind = "canvas"
title = {nl = "Tabel", en = "Table"}
boxes = [{id = "%s", title = {nl = "Rijen", en = "Rows"}}]
"""
OPTIONS = {
    "table": 'look = "table"\neditable = "everyone"',
    "nameless": 'look = "table"\neditable = "everyone"\nanonymous = true',
    "blind": 'look = "table"\neditable = "everyone"\nblind = true',
    "grid": "",
}


@pytest.fixture(scope="module")
def own_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    steps = (STEP % (id, f"box-{id}") + options for id, options in OPTIONS.items())
    with server_that_knows(tmp_path_factory.mktemp("tables"), tabel=PLAYBOOK + "".join(steps)) as server:
        yield server


@pytest.fixture
def own_workshop(own_server: Server) -> Workshop:
    return own_server.start_session("tabel")


def test_a_console_is_told_which_page_the_screen_shows(own_workshop):
    console = Guest(own_workshop, "facilitator").attend()
    screen, person = Guest(own_workshop, "screen").attend(), Guest(own_workshop).join("Gemeente")
    assert console.command("session.go", step="grid")["ok"]
    at(screen, step="table", card="1/4")
    at(person, step="grid", card="1/9")
    at(screen, step="grid", card="2/3")
    console.wait_for(lambda me: pages_told(me) == {"page": 2, "of": 3})
    assert "pages" not in json.dumps(person.heard("people"))
    at(screen, step="grid", card="<b>")
    console.wait_for(lambda me: pages_told(me) is None)


@pytest.mark.parametrize("wrong", ["", "2", "3/2", "0/2", "1/2000", "-1/2", "1/2/3", "<b>", "٣/٤"])
def test_what_is_no_page_of_a_screen_is_none(wrong):
    assert page_shown(wrong) is None


def pages_told(console: Guest) -> object:
    return console.heard("people")[-1].get("pages")


def card_of(guest: Guest, step: str = "table") -> str:
    """A new card of *guest*."""
    id = fresh_id()
    answer = guest.command("canvas.add_card", step=step, card=id, box=f"box-{step}", text="Row")
    assert answer["ok"], answer
    return id


def at(guest: Guest, **where: object) -> None:
    guest._io.emit("at", where)


def told(guest: Guest) -> object:
    """Who is where, as *guest* heard it last."""
    return guest.heard("people")[-1].get("at", {}) if guest.heard("people") else None


def test_everybody_hears_which_organisations_are_on_a_row(own_workshop):
    an, bo = Guest(own_workshop).join("Waterschap", name="Ypsilantis"), Guest(own_workshop).join("Gemeente")
    screen = Guest(own_workshop, "screen").attend()
    one, other = card_of(an), card_of(bo)
    at(an, step="table", card=one)
    at(bo, step="table", card=one)
    for guest in (an, bo, screen):
        guest.wait_for(lambda me: told(me) == {"table": {one: ["Gemeente", "Waterschap"]}})
    at(bo, step="table", card=other)
    screen.wait_for(lambda me: told(me) == {"table": {one: ["Waterschap"], other: ["Gemeente"]}})
    at(an, step="table")
    bo.leave()
    screen.wait_for(lambda me: told(me) == {})
    for private in ("Ypsilantis", an.you["id"], bo.you["id"]):
        assert private not in everything(screen)


def test_nobody_is_told_where_a_step_is_nameless_or_a_card_is_not_for_everybody(own_workshop):
    an, bo = Guest(own_workshop).join("Waterschap"), Guest(own_workshop).join("Gemeente")
    secret = {step: card_of(an, step) for step in ("nameless", "blind", "grid")}
    row = card_of(bo)
    for step, card in secret.items():
        at(an, step=step, card=card)
        at(bo, step="table", card=row)
        bo.wait_for(lambda me: told(me) == {"table": {row: ["Gemeente"]}})
        at(bo, step="table")
        bo.wait_for(lambda me: told(me) == {})
    assert not any(card in json.dumps(bo.heard("people")) for card in secret.values())


def test_nonsense_about_where_somebody_is_changes_nothing(own_workshop):
    an, bo = Guest(own_workshop).join("Waterschap"), Guest(own_workshop).join("Gemeente")
    row = card_of(bo)
    for nonsense in (
        {"step": 1, "card": []},
        {"step": "table", "card": "x" * 500},
        {"step": "?", "card": row},
    ):
        at(an, **nonsense)
    for wrong in (None, 3, "table", [["table", row]]):
        an._io.emit("at", wrong)
    at(bo, step="table", card=row)
    bo.wait_for(lambda me: told(me) == {"table": {row: ["Gemeente"]}})
    # What comes too often is not heard, and holds up nothing else.
    for n in range(200):
        at(an, step="table", card=row if n % 2 else "gone")
    assert an.command("canvas.edit_card", step="table", card=row, text="Still here")["ok"]


def editing(guest: Guest) -> object:
    """Who edits what, as *guest* heard it last."""
    return guest.heard("people")[-1].get("editing", {}) if guest.heard("people") else None


def test_consoles_hear_who_edits_which_step_and_nobody_else_does(own_workshop):
    one, other = (Guest(own_workshop, "facilitator").attend() for _ in range(2))
    phone, screen = Guest(own_workshop).join("Waterschap"), Guest(own_workshop, "screen").attend()
    at(one, step="table", card="editing")
    at(other, step="table", card="editing")
    for guest in (one, other):
        guest.wait_for(lambda me: editing(me) == {"table": {"own": 2}})
    at(other, step=":session", card="editing")
    one.wait_for(lambda me: editing(me) == {"table": {"own": 1}, ":session": {"own": 1}})
    other.leave()
    one.wait_for(lambda me: editing(me) == {"table": {"own": 1}})
    # A card that a facilitator opens is no step, nor is something that is not on the agenda.
    row = card_of(phone)
    at(phone, step="table", card=row)
    at(one, step="table", card=row)
    one.wait_for(lambda me: (editing(me), told(me)) == ({}, {"table": {row: ["Waterschap"]}}))
    at(one, step="nowhere", card="editing")
    at(phone, step="table", card="editing")
    one.wait_for(lambda me: (editing(me), told(me)) == ({}, {}))
    for guest in (phone, screen):
        assert not any("editing" in heard for heard in guest.heard("people"))

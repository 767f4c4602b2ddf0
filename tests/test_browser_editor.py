"""The agenda's editor in a real browser, field by field and by the keyboard alone, for each kind of step.

What may be typed where is tested without a browser (``test_agenda``); here every field is come to with Tab, filled in
with keys, saved, and seen in the preview.
"""

import json
import re
import tomllib
import zlib
from collections.abc import Mapping
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.inspection import LOOKS, Inspection
from tests.pages import Console, Venue
from tests.running import Server, Workshop
from tests.wire import Guest

FIELD = {"id": "f1", "label": "Wie", "kind": "choice", "options": ["Wij", "Zij"]}
ITEMS = [{"id": "i1", "title": "Dijk"}, {"id": "i2", "title": "Water", "text": "Waarom"}]
SCALE = {
    "question": "Hoe erg?",
    "points": ["Weinig", "Wat", "Veel"],
    "off": "Geen idee",
    "reasons": [{"points": [1], "tags": ["Geld"]}],
}
PLANS: dict[str, dict[str, Any]] = {
    "canvas": {
        "kind": "canvas",
        "boxes": [{"id": "b1", "title": "Eerste", "fields": [FIELD]}, {"id": "b2", "title": "Tweede"}],
        "layout": ["b1 b2"],
        "top": {"title": "Boven", "text": "Strook"},
    },
    "scale": {"kind": "rating", "items": ITEMS, "scale": SCALE, "addable": True},
    "matrix": {
        "kind": "rating",
        "items": ITEMS,
        "scale": {key: value for key, value in SCALE.items() if key != "reasons"},
        "criteria": [
            {"id": "c1", "title": "Kans"},
            {"id": "c2", "title": "Gevolg", "question": "Hoe groot?"},
        ],
        "quadrants": {"high_high": "Eerst", "high_low": "Dan", "low_high": "Ook", "low_low": "Later"},
    },
    "dots": {"kind": "rating", "items": ITEMS, "dots": 5, "max_per_item": 2},
    "choice": {
        "kind": "rating",
        "items": ITEMS,
        "targets": [{"id": "t1", "title": "Project"}, {"id": "t2", "title": "Gebied"}],
    },
    "discussion": {"kind": "discussion", "items": ITEMS, "question": "Wat nu?", "decisions": ["Ja", "Nee"]},
    "page": {
        "kind": "page",
        "text": "Tekst",
        "questions": [
            {"id": "q1", "label": "Woord"},
            {
                "id": "q2",
                "label": "Cijfer",
                "kind": "scale",
                "scale": {"question": "Hoe?", "points": ["Een", "Twee"]},
            },
        ],
    },
}
TITLE = "Met de toetsen"
NUMBER, SMALL = "60", "2"
LINES = ["Rood", "Groen", "Blauw"]
KEPT = (
    "agenda.field.board",
    "agenda.field.again",
    "agenda.field.prefill",
    "agenda.field.rows",
    "agenda.field.results_of",
    "agenda.question_kind",
)
"""Choices that stay as they are: what they would take from another step does not fit everywhere."""

# What has the focus in the form, and marks it as come to.
HERE = """() => {
    const element = document.activeElement;
    const form = element.closest(".editor-form");
    element.setAttribute("data-met", "");
    const label = element.labels?.[0]?.innerText || element.getAttribute("aria-label") || element.innerText;
    const {tagName, type, value, max} = element;
    return {
        inside: Boolean(form), tag: tagName.toLowerCase(), type, value, most: max, label: label.trim(),
        several: tagName === "TEXTAREA", open: element.parentElement.open, id: element.id,
        last: Boolean(element.closest(".editor-save")),
    };
}"""
# What can be come to and was not.
MISSED = """() => [...document.querySelectorAll(
    ".editor-form :is(input, select, textarea, button, summary):not([data-met], :disabled)")]
    .filter(element => element.checkVisibility() && !element.closest(".editor-save") && (element.type !== "radio" || element.checked))
    .map(element => element.outerHTML.slice(0, 200))"""


@pytest.fixture(scope="module")
def workshop(server: Server) -> Workshop:
    """One session with a step of each kind."""
    workshop = server.start_session()
    guest = Guest(workshop, "facilitator").attend()
    for name, plan in PLANS.items():
        # Each with boxes and items of its own: an id means one thing in a session.
        own = json.loads(
            re.sub(r'"([bit]\d)', rf'"{name}-\1', json.dumps(plan)).replace(" b2", f" {name}-b2")
        )
        added = guest.command("session.add_step", step=name, plan={"title": name.title(), **own})
        assert added["ok"], added
    guest.leave()
    return workshop


def plan_of(console: Console, workshop: Workshop, step: str) -> Mapping[str, Any]:
    answer = console.page.request.get(f"{workshop.page}/agenda.json")
    plan: Mapping[str, Any] = answer.json()["steps"][step]["plan"]
    return plan


def tab_to(console: Console, target: Locator, most: int = 120) -> None:
    expect(target).to_be_visible()
    for _ in range(most):
        if target.evaluate("element => element === document.activeElement"):
            return
        console.page.keyboard.press("Tab")
    raise AssertionError(f"the Tab key never comes to {target}")


def open_step(console: Console, workshop: Workshop, title: str) -> None:
    """From the console to the form of a step, with keys."""
    console.enter(workshop)
    expect(console.button("console.start")).to_be_visible()
    tab_to(console, console.button("agenda.title"))
    console.page.keyboard.press("Enter")
    step = console.page.locator(".editor-steps").get_by_role("button", name=re.compile(f"^{title}"))
    tab_to(console, step)
    console.page.keyboard.press("Enter")
    expect(console.page.get_by_role("heading", level=3, name=title)).to_be_focused()


def fill(console: Console, here: dict[str, Any]) -> str:
    """Do something with the field that has the focus, with keys; what was typed."""
    keys = console.page.keyboard
    if here["tag"] == "summary" and not here["open"]:
        keys.press("Enter")
    elif here["tag"] == "select" and here["label"] not in [console.t(key) for key in KEPT]:
        # To another one and back again: what else there is may ask for more.
        keys.press("ArrowDown")
        keys.press("ArrowUp")
    elif here["type"] == "checkbox":
        keys.press("Space")
        keys.press("Space")
    elif here["type"] == "number":
        keys.press("Control+A")
        number = SMALL if here["most"] and int(here["most"]) < int(NUMBER) else NUMBER
        keys.type(number)
        return number
    elif here["tag"] in ("input", "textarea") and here["type"] not in ("radio", "date"):
        typed = _words(console, here)
        keys.press("Control+A")
        keys.type(typed)
        return typed
    return ""


def _words(console: Console, here: dict[str, Any]) -> str:
    """What to type: the title as it will be looked for, as many lines as there were, or some words."""
    if here["id"].endswith("-title") and here["id"].count("-") == 1:
        return TITLE
    if here["several"] and "\n" in here["value"]:
        return "\n".join(LINES[: len(here["value"].split("\n"))])
    if here["several"] and here["label"] == console.t("agenda.paste_label"):
        return ""
    return f"Woord {zlib.crc32((here['id'] or here['label']).encode()) % 9_973}"


@pytest.mark.parametrize("name", ["canvas", "scale", "matrix", "page", "dots", "choice", "discussion"])
def test_every_field_of_a_step_is_filled_in_by_keys_saved_and_seen(
    venue: Venue, workshop: Workshop, name: str
):
    console = venue.console(**LOOKS["nl"])
    open_step(console, workshop, name.title())
    typed: list[str] = []
    for _ in range(300):
        console.page.keyboard.press("Tab")
        here = console.page.evaluate(HERE)
        assert here["inside"], here
        if here["last"]:
            break
        if word := fill(console, here):
            typed.append(word)
    assert console.page.evaluate(MISSED) == []
    assert here["label"] == console.t("agenda.save")
    inspection = Inspection()
    inspection.look(name, console)
    assert inspection.findings == []
    tab_to(console, console.button("agenda.save"))
    console.page.keyboard.press("Enter")
    expect(console.text("agenda.saved")).to_be_visible()
    saved = json.dumps(plan_of(console, workshop, name), ensure_ascii=False)
    words = {line for text in typed for line in text.split("\n")}
    assert [word for word in words if word not in saved] == []
    frame = console.page.frame_locator(".preview-frame[data-of=phone] iframe")
    expect(frame.get_by_role("heading", level=1)).to_have_text(TITLE)
    # Leaving with something unsaved asks, and keeps it.
    tab_to(console, console.page.get_by_label(console.t("agenda.field.title"), exact=True).first)
    console.page.keyboard.press("End")
    console.page.keyboard.type("!")
    expect(console.text("agenda.unsaved").first).to_be_visible()
    console.page.keyboard.press("Escape")
    expect(console.text("agenda.leave_text")).to_be_visible()
    tab_to(console, console.button("agenda.leave_no"))
    console.page.keyboard.press("Enter")
    expect(console.page.get_by_label(console.t("agenda.field.title"), exact=True).first).to_have_value(
        f"{TITLE}!"
    )
    tab_to(console, console.button("agenda.discard"))
    console.page.keyboard.press("Enter")
    expect(console.button("agenda.discard")).to_have_count(0)
    console.page.keyboard.press("Escape")
    expect(console.button("agenda.title")).to_be_focused()


# the other language, the checklist, and who else is there


def prepare(console: Console, workshop: Workshop) -> Locator:
    console.enter(workshop).button("agenda.title").click()
    steps = console.page.locator(".editor-steps")
    expect(steps.get_by_role("button").first).to_be_visible()
    return steps


def test_a_playbook_gets_its_texts_in_the_other_language(venue: Venue, server: Server):
    workshop = server.start_session()
    console, other = venue.console(**LOOKS["nl"]), venue.console()
    prepare(console, workshop).get_by_role("button", name=re.compile("Hoe herkenbaar")).click()
    expect(console.page.locator("[aria-pressed=true]").get_by_text("Nederlands")).to_be_visible()
    console.button("common.english").click()
    expect(console.page.get_by_role("heading", level=3, name="Teksten: English")).to_be_focused()
    source = console.page.locator(".translation-source", has_text="Hoe herkenbaar is dit?").first
    name = source.get_attribute("id") or ""
    field = console.page.locator(f"#{name.removesuffix('-text')}")
    expect(field).to_have_value("How recognisable is this?")
    expect(field).to_have_attribute("lang", "en")
    inspection = Inspection()
    inspection.look("translation", console)
    # Somebody else writes the same text.
    prepare(other, workshop).get_by_role("button", name=re.compile("Hoe herkenbaar")).click()
    other.button("common.english").click()
    theirs = other.page.locator(f"#{name.removesuffix('-text')}")
    theirs.fill("Do you recognise this?")
    field.fill("Recognise it?")
    other.button("agenda.save").click()
    expect(other.text("agenda.translation_saved")).to_be_visible()
    console.button("agenda.save").click()
    expect(console.page.get_by_role("alert").get_by_text("Do you recognise this?").first).to_be_visible()
    expect(field).to_have_value("Recognise it?")
    console.page.reload()
    prepare(console, workshop).get_by_role("button", name=re.compile("Hoe herkenbaar")).click()
    console.button("common.english").click()
    expect(field).to_have_value("Recognise it?")
    field.fill("Do you know this?")
    console.page.locator(".field", has=field).get_by_role(
        "button", name=console.t("agenda.take_theirs")
    ).click()
    expect(field).to_have_value("Do you recognise this?")
    field.fill("Is this known to you?")
    console.button("agenda.save").click()
    expect(console.text("agenda.translation_saved")).to_be_visible()
    # It changes nothing in this session, and is in the file.
    assert "Is this known" not in console.page.request.get(f"{workshop.page}/view.json").text()
    file = tomllib.loads(console.page.request.get(f"{workshop.page}/playbook.toml").text())
    assert {"nl": "Hoe herkenbaar is dit?", "en": "Is this known to you?"} in [
        step["title"] for step in file["steps"]
    ]
    assert inspection.findings == []


def test_what_a_session_must_deliver_is_written_on_the_console(venue: Venue, server: Server):
    workshop = server.start_session("brede-dialoog-1")
    console = venue.console(**LOOKS["nl"])
    prepare(console, workshop)
    console.button("agenda.delivers").click()
    expect(console.page.get_by_role("heading", level=3, name=console.t("agenda.delivers"))).to_be_focused()
    lines = console.page.locator(".plan-record")
    there = lines.count()
    console.button("agenda.add_deliver").click()
    expect(lines).to_have_count(there + 1)
    line = lines.last
    line.get_by_label(console.t("agenda.deliver_text")).fill("Drie kaarten")
    console.button("agenda.save").click()
    # What is missing is said, and nothing is lost.
    expect(console.page.get_by_role("alert").filter(has_text="Drie kaarten")).to_be_visible()
    line.get_by_label(console.t("agenda.deliver_from")).select_option("belangen")
    line.get_by_label(console.t("agenda.deliver_least")).fill("3")
    inspection = Inspection()
    inspection.look("checklist", console)
    console.page.get_by_role("button", name=console.t("agenda.up", title="Drie kaarten"), exact=True).click()
    console.button("agenda.save").click()
    expect(console.text("agenda.delivers_saved")).to_be_visible()
    delivers = console.page.request.get(f"{workshop.page}/agenda.json").json()["delivers"]
    assert delivers[max(0, there - 1)] == {"text": "Drie kaarten", "step": "belangen", "least": 3}
    console.page.get_by_role(
        "button", name=console.t("agenda.remove", title="Drie kaarten"), exact=True
    ).click()
    console.button("agenda.save").click()
    expect(lines).to_have_count(there)
    assert inspection.findings == []


def test_two_facilitators_see_where_the_other_is_and_lose_nothing_of_the_session(
    venue: Venue, server: Server
):
    workshop = server.start_session()
    one, other = venue.console(), venue.console()
    for console in (one, other):
        prepare(console, workshop).get_by_role("button", name=re.compile("Hoe herkenbaar")).click()
    told = one.text("agenda.also_here", names=one.t("agenda.other_window"))
    expect(told).to_be_visible()
    for console in (one, other):
        console.button("agenda.session").click()
        expect(console.page.get_by_label(console.t("new.place"))).to_be_visible()
    expect(told).to_be_visible()
    one.page.get_by_label(one.t("new.place")).fill("Lent")
    other.page.get_by_label(other.t("new.client")).fill("De provincie")
    one.button("agenda.save").click()
    expect(one.text("agenda.saved")).to_be_visible()
    # What the other did not touch is not put back.
    expect(other.page.get_by_label(other.t("new.place"))).to_have_value("Lent")
    other.page.get_by_label(other.t("new.place")).fill("Nijmegen")
    one.page.get_by_label(one.t("new.place")).fill("Arnhem")
    other.button("agenda.save").click()
    expect(other.text("agenda.saved")).to_be_visible()
    expect(one.text("agenda.session_overtaken", fields=one.t("new.place"))).to_be_visible()
    expect(one.page.get_by_label(one.t("new.place"))).to_have_value("Arnhem")
    expect(one.page.get_by_label(one.t("new.client"))).to_have_value("De provincie")
    one.button("agenda.keep_mine").click()
    one.button("agenda.save").click()
    expect(other.page.get_by_label(other.t("new.place"))).to_have_value("Arnhem")


def test_own_playbooks_are_renamed_and_deleted_with_a_question(venue: Venue, server: Server):
    workshop = server.start_session()
    console = venue.console(**LOOKS["nl"])
    prepare(console, workshop)
    console.button("agenda.keep_playbook").click()
    # By its name: the editor around it is a dialog too, and the last one until this one is open.
    keeping = console.page.get_by_role("dialog", name=console.t("agenda.keep_playbook"))
    keeping.get_by_label(console.t("agenda.playbook_name"), exact=True).fill("Weg te gooien")
    keeping.get_by_role("button", name=console.t("agenda.save"), exact=True).click()
    keeping.get_by_text(console.t("own.there")).click()
    inspection = Inspection()
    inspection.look("kept", console)
    with console.page.context.expect_page() as opened:
        console.link("own.rename_of", title="Weg te gooien").click()
    page = opened.value
    page.get_by_label(console.t("agenda.playbook_name"), exact=True).fill("Andere naam")
    page.get_by_role("button", name=console.t("own.rename_yes")).click()
    expect(page.get_by_role("radio", name="Andere naam")).to_be_checked()
    page.get_by_role("link", name=console.t("own.delete_of", title="Andere naam")).click()
    expect(page.get_by_text("Andere naam")).to_be_visible()
    page.get_by_role("link", name=console.t("own.back")).click()
    page.get_by_role("link", name=console.t("own.delete_of", title="Andere naam")).click()
    page.get_by_role("button", name=console.t("own.delete_yes")).click()
    expect(page.get_by_role("radio").first).to_be_visible()
    expect(page.get_by_role("radio", name="Andere naam")).to_have_count(0)
    assert inspection.findings == []

"""What everybody needs of a page: axe by day and by night, room on small phones, and a focus that can be seen."""

import json
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Locator, Page

from sessions.texts import Language
from tests.pages import Phone, Visitor

SHOTS = os.environ.get("SHOTS", "")
"""A folder for pictures of whatever is looked at, for who wants to see it."""
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
COLOUR_RULES = ["color-contrast", "link-in-text-block"]
NARROW = (360, 320)
TARGET_PIXELS = 44
# Each state is looked at by day and by night, in either language.
LOOKS: dict[Language, dict[str, Any]] = {
    "nl": {"language": "nl", "color_scheme": "light", "reduced_motion": "reduce"},
    "en": {"language": "en", "color_scheme": "dark", "reduced_motion": "reduce"},
}

Light = Literal["light", "dark"]
OTHER_LIGHT: dict[Light, Light] = {"light": "dark", "dark": "light"}
RUN_AXE = """async only => {
    const {violations} = await axe.run(document, {runOnly: only, resultTypes: ["violations"]});
    const told = ({html, any}) => `${html.slice(0, 160)} (${any.map(({message}) => message).join()})`;
    return violations.map(({id, nodes}) => `${id}: ${nodes.map(told).join(" | ")}`);
}"""

# What stands outside the page, and is not in a part that may be scrolled sideways, such as a wide table.
OUTSIDE = """async width => {
    await new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    const outside = element => {
        const {left, right, width: own} = element.getBoundingClientRect();
        return own > 1 && (right > width + 1 || left < -1) && element.checkVisibility({visibilityProperty: true})
            && !element.closest("svg, .skip") && !scrolls(element.parentElement);
    };
    const scrolls = element => element !== document.body
        && (["auto", "scroll"].includes(getComputedStyle(element).overflowX) || scrolls(element.parentElement));
    const sideways = document.documentElement.scrollWidth;
    return [...document.body.querySelectorAll("*")].filter(outside)
        .filter(element => !outside(element.parentElement)).map(element => element.outerHTML.slice(0, 160))
        .concat(sideways > width ? [`scrolls to ${sideways}`] : []);
}"""

# Controls that a thumb would miss; links within a sentence are as high as their line.
SMALL = """least => {
    const open = document.querySelector("dialog[open]") ?? document;
    return [...open.querySelectorAll("a[href], button, input, select, textarea, summary")].filter(control => {
        if (!control.checkVisibility({visibilityProperty: true}) || control.matches(".skip")) return false;
        if (control.matches("a") && getComputedStyle(control).display === "inline") return false;
        const {width, height} = (control.closest("label") ?? control).getBoundingClientRect();
        return width < least - 0.5 || height < least - 0.5;
    }).map(control => control.outerHTML.slice(0, 160));
}"""

# What has not the room it needs in a dialog: what stands out of it or of its own box, or is cut off.
CUT_OFF = """async () => {
    await new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    const dialog = document.querySelector("dialog[open]");
    const {left, right} = dialog.getBoundingClientRect();
    const scrolls = style => ["auto", "scroll"].includes(style.overflowX);
    const within = element => dialog.contains(element) && element !== dialog
        && (scrolls(getComputedStyle(element)) || within(element.parentElement));
    const wrong = element => {
        const style = getComputedStyle(element), box = element.getBoundingClientRect();
        if (box.width <= 1 || !element.checkVisibility({visibilityProperty: true})) return false;
        if (element.closest("svg") || within(element.parentElement)) return false;
        if (box.left < left - 1 || box.right > right + 1) return true;
        // The text of a field moves along with who types; a line of text has no box of its own.
        if (element.matches("input, select, textarea") || style.display === "inline") return false;
        const wide = element.scrollWidth > element.clientWidth + 1, tall = element.scrollHeight > element.clientHeight + 1;
        return (wide && (element === dialog || !scrolls(style))) || (tall && ["hidden", "clip"].includes(style.overflowY));
    };
    return [dialog, ...dialog.querySelectorAll("*")].filter(wrong).map(element => element.outerHTML.slice(0, 160));
}"""

# With letters of twice the size a phone is as if it were very small: what stands still may not take what scrolls.
CRAMPED = """() => {
    const step = document.querySelector("main.page"), room = Math.round(step?.getBoundingClientRect().height);
    return room < innerHeight / 2 ? [`${room} pixels for the step`] : [];
}"""


@dataclass
class Inspection:
    """What is wrong with each state that was looked at."""

    findings: list[str] = field(default_factory=list)

    def everywhere(self, state: str, *visitors: Visitor) -> None:
        """Check what each of them looks at, in one state of a session."""
        for visitor in visitors:
            name = type(visitor).__name__.lower()
            self.look(f"{name}: {state}", visitor, thumbs=isinstance(visitor, Phone))

    def look(self, state: str, visitor: Visitor, thumbs: bool = False) -> None:
        """Check the page as it stands; *thumbs*: it is used on a phone."""
        page = visitor.page
        self._add(state, "head", _head(page, visitor.language))
        if not page.evaluate("() => 'axe' in window"):
            page.evaluate(AXE_SCRIPT)
        self._add(state, "axe", page.evaluate(RUN_AXE, TAGS))
        scheme: Light = LOOKS[visitor.language]["color_scheme"]
        self._keep(state, visitor, scheme)
        # What depends on the light, in the other light.
        other = OTHER_LIGHT[scheme]
        page.emulate_media(color_scheme=other)
        self._add(state, f"axe, {other}", page.evaluate(RUN_AXE, COLOUR_RULES))
        self._keep(state, visitor, other)
        page.emulate_media(color_scheme=scheme)
        if thumbs:
            self._add(state, "small", page.evaluate(SMALL, TARGET_PIXELS))
        size = page.viewport_size
        assert size
        for width in NARROW:
            page.set_viewport_size({"width": width, "height": size["height"]})
            self._add(state, f"at {width}", page.evaluate(OUTSIDE, width))
        page.set_viewport_size(size)
        in_dialog = page.locator("dialog[open]").count() > 0
        if in_dialog or thumbs:
            enlarge(page, 2)
            if in_dialog:
                page.set_viewport_size({"width": NARROW[-1], "height": size["height"]})
                self._add(state, "twice the text", page.evaluate(CUT_OFF))
                page.set_viewport_size(size)
            else:
                self._add(state, "twice the text", page.evaluate(OUTSIDE, size["width"]))
                self._add(state, "twice the text", page.evaluate(CRAMPED))
            enlarge(page, 1)

    @staticmethod
    def _keep(state: str, visitor: Visitor, light: Light) -> None:
        if SHOTS:
            name = re.sub(r"\W+", "-", f"{state} {visitor.language} {light}")
            visitor.page.screenshot(path=Path(SHOTS) / f"{name}.png")

    def _add(self, state: str, check: str, found: list[str]) -> None:
        self.findings += [f"{state}, {check}: {finding}" for finding in found]


def _head(page: Page, language: Language) -> list[str]:
    found = page.evaluate(
        "() => [document.documentElement.lang, document.title.trim(), document.querySelectorAll('h1').length]"
    )
    return [] if found[0] == language and found[1] and found[2] == 1 else [json.dumps(found)]


def enlarge(page: Page, times: int) -> None:
    """Make all text so many times as large as it is meant."""
    page.evaluate("size => { document.documentElement.style.fontSize = size; }", f"{100 * times}%")


# Whether the focus can be seen: a ring of some kind, on the element or on the label around it, and nothing over it.
SEEN = """() => {
    const element = document.activeElement;
    // The page itself, or a heading that was focused for those who listen, asks for no ring.
    if (element.tabIndex < 0) return "";
    const label = element.closest("label") ?? element;
    const {left, top, width, height} = label.getBoundingClientRect();
    const above = document.elementFromPoint(left + width / 2, top + height / 2);
    const covered = above && !label.contains(above) && !above.contains(label);
    const rings = [element, label].filter(one => parseFloat(getComputedStyle(one).outlineWidth) >= 2
        && getComputedStyle(one).outlineStyle !== "none");
    const outside = top + height < 1 || top > innerHeight - 1 || left + width < 1 || left > innerWidth - 1;
    const wrong = rings.length === 0 ? "no ring" : outside ? "out of sight" : covered ? "covered" : "";
    return wrong && `${wrong}: ${element.outerHTML.slice(0, 160)}`;
}"""
MOST_TABS = 80


def tab_to(visitor: Visitor, target: Locator) -> None:
    """Press Tab until the focus is on *target*; wherever it comes on the way, one has to see it."""
    for _ in range(MOST_TABS):
        visitor.page.keyboard.press("Tab")
        unseen = visitor.page.evaluate(SEEN)
        assert not unseen, unseen
        if target.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"Tab does not get to {target}")


def press(visitor: Visitor, *keys: str) -> None:
    for key in keys:
        visitor.page.keyboard.press(key)

"""People at work in a real browser: on a phone, behind the console, before the screen.

They find things as a reader does: by role, name and label, in the texts of the catalogue, so that a new look or a
better sentence breaks no test.  A newcomer might wait a moment before looking; every expectation here waits by itself.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self, TypeVar

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, WebSocket, expect

from sessions.texts import Language, texts
from tests.running import Workshop

WAIT_MS = 15_000
PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 640}, "is_mobile": True, "has_touch": True}
LAPTOP: dict[str, Any] = {"viewport": {"width": 1366, "height": 768}}
PROJECTOR: dict[str, Any] = {"viewport": {"width": 1920, "height": 1080}}

expect.set_options(timeout=WAIT_MS)

# Socket.IO over a WebSocket: 4 (message), 2 (event) or 3 (acknowledgement with its number), then JSON.
_MESSAGE = re.compile(r"4[23]\d*(\[.*)", re.DOTALL)


@dataclass(eq=False)
class Visitor:
    """Somebody with one browser window of their own; ``frames`` is all that the live connection ever told it."""

    page: Page
    language: Language = "nl"
    frames: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    """What went wrong in the page: errors of scripts, and whatever the content security policy refused."""

    def __post_init__(self) -> None:
        self.page.on("websocket", self._listen)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._read_console)

    def t(self, key: str, **params: object) -> str:
        """A text of the interface, as this visitor reads it."""
        return texts(self.language).t(key, **params)

    def open(self, url: str) -> Self:
        self.page.goto(url)
        return self

    def again(self) -> Self:
        """A second tab of the same browser."""
        return type(self)(self.page.context.new_page(), self.language, [], self.complaints)

    # finding

    def button(self, key: str, within: Page | Locator | None = None, **params: object) -> Locator:
        """The button with exactly this text."""
        return (within or self.page).get_by_role("button", name=self.t(key, **params), exact=True)

    def link(self, key: str, **params: object) -> Locator:
        return self.page.get_by_role("link", name=self.t(key, **params), exact=True)

    def text(self, key: str, **params: object) -> Locator:
        """The element that says this, among other things."""
        return self.page.get_by_text(self.t(key, **params))

    def exactly(self, key: str, **params: object) -> Locator:
        """The element that says this and nothing else."""
        return self.page.get_by_text(self.t(key, **params), exact=True)

    @property
    def heading(self) -> Locator:
        """What page this is."""
        return self.page.get_by_role("heading", level=1)

    @property
    def dialog(self) -> Locator:
        return self.page.get_by_role("dialog")

    def card(self, text: str) -> Locator:
        """The card, or the suggestion, that holds this text."""
        return self.page.get_by_role("listitem").filter(has_text=text)

    # what it shows and was told

    @property
    def words(self) -> str:
        """All text of the page, shown or not, with what stands in labels."""
        return str(
            self.page.evaluate(
                "() => document.body.textContent + [...document.querySelectorAll('[aria-label], [title]')]"
                ".map(element => element.ariaLabel + element.title).join()"
            )
        )

    @property
    def told(self) -> list[Any]:
        """The payloads of all messages so far, each a list: [event, payload] or [acknowledgement]."""
        found = (_MESSAGE.fullmatch(frame) for frame in self.frames)
        return [json.loads(message[1]) for message in found if message]

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: self.frames.append(_as_text(frame)))

    def _read_console(self, line: ConsoleMessage) -> None:
        if "Content Security Policy" in line.text:
            self.complaints.append(line.text)


AnyVisitor = TypeVar("AnyVisitor", bound=Visitor)


class Phone(Visitor):
    """A participant."""

    def join(self, workshop: Workshop, organisation: str, name: str = "") -> Self:
        """Fill in the join form as people do."""
        self.open(workshop.page)
        self.page.get_by_label(organisation, exact=True).check()
        if name:
            self.page.get_by_label(self.t("join.name")).fill(name)
        self.button("join.enter").click()
        return self.arrive()

    def arrive(self) -> Self:
        """Wait until the session is there."""
        expect(self.button("participant.you")).to_be_visible()
        return self

    # a rating

    def item(self, title: str) -> Locator:
        return self.page.get_by_role("group", name=title)

    def rate(self, title: str, word: str) -> Self:
        """Choose a word and wait for the tick."""
        self.choose(title, word)
        expect(self.saved(title)).to_be_visible()
        return self

    def choose(self, title: str, word: str) -> Locator:
        option = self.item(title).locator("label").get_by_text(word, exact=True)
        option.tap()
        return option

    def chosen(self, title: str, word: str) -> Locator:
        return self.item(title).get_by_role("radio", name=word, exact=True, checked=True)

    def saved(self, title: str) -> Locator:
        """The tick beside an answer."""
        panel = self.page.locator("div", has=self.item(title)).last
        return panel.get_by_text(self.t("participant.saved"), exact=True)

    # a canvas

    @property
    def composer(self) -> Locator:
        """Where a card is written."""
        return self.page.get_by_role("region", name=self.t("canvas.new_card")).get_by_role("textbox")

    def write(self, text: str) -> Self:
        """Write a card in the box that is shown and wait for the tick."""
        self.composer.fill(text)
        self.button("canvas.add_card").tap()
        expect(self.card(text).get_by_text(self.t("participant.saved"), exact=True)).to_be_visible()
        expect(self.composer).to_have_value("")
        return self

    def edit(self, text: str) -> Locator:
        """Open one's own card; the dialog."""
        self.button("canvas.edit_card", self.card(text)).tap()
        return self.dialog


class Console(Visitor):
    """The facilitator."""

    def enter(self, workshop: Workshop) -> Self:
        """Open the console with the key, as the link does that one gets when starting a session."""
        self.open(f"{workshop.page}/facilitate#key={workshop.key}")
        return self.arrive()

    def arrive(self) -> Self:
        expect(self.text("console.connected")).to_be_visible()
        return self

    def next(self, title: str) -> Self:
        """Go to the next step, which has this title."""
        self.page.get_by_role("button", name=self.t("console.next_step", title=title)).click()
        return self.at(title)

    def at(self, title: str) -> Self:
        """Wait until the session is at this step."""
        expect(self.page.get_by_role("heading", level=2, name=title)).to_be_visible()
        return self

    def go(self, title: str) -> Self:
        """Choose a step in the agenda."""
        agenda = self.page.get_by_role("navigation", name=self.t("console.agenda"))
        agenda.get_by_role("button", name=title).click()
        return self.at(title)


class Screen(Visitor):
    """What the room looks at."""

    def arrive(self, workshop: Workshop) -> Self:
        self.open(f"{workshop.page}/screen")
        expect(self.heading).to_be_visible()
        return self


@dataclass
class Venue:
    """Opens browser windows, each of somebody else, and closes them in the end."""

    browser: Browser
    visitors: list[Visitor] = field(default_factory=list)

    def phone(self, **options: Any) -> Phone:
        return self._visitor(Phone, {**PHONE, **options})

    def console(self, **options: Any) -> Console:
        return self._visitor(Console, {**LAPTOP, **options})

    def screen(self, **options: Any) -> Screen:
        return self._visitor(Screen, {**PROJECTOR, **options})

    def visitor(self, **options: Any) -> Visitor:
        return self._visitor(Visitor, {**LAPTOP, **options})

    def context(self, language: Language = "nl", **options: Any) -> BrowserContext:
        locale = {"nl": "nl-NL", "en": "en-GB"}[language]
        context = self.browser.new_context(**{"locale": locale, "timezone_id": "Europe/Amsterdam", **options})
        context.set_default_timeout(WAIT_MS)
        return context

    def _visitor(self, kind: type[AnyVisitor], options: dict[str, Any]) -> AnyVisitor:
        language: Language = options.pop("language", "nl")
        visitor = kind(self.context(language, **options).new_page(), language)
        self.visitors.append(visitor)
        return visitor

    def close(self) -> None:
        for visitor in self.visitors:
            visitor.page.context.close()


def eventually(look: Callable[[], Any], page: Page) -> None:
    """Wait until *look* finds something; what it last found is in the error."""
    deadline = WAIT_MS
    while not look():
        if deadline <= 0:
            raise AssertionError(f"never happened: {look}")
        page.wait_for_timeout(50)
        deadline -= 50


def _as_text(frame: str | bytes) -> str:
    return frame if isinstance(frame, str) else frame.decode("utf-8", "replace")

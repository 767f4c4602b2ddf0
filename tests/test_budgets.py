"""What a first visit costs: bytes, requests, and a page that does not jump.

Counted as a real browser fetches it, with an empty cache, and compressed once more by us, so that a server that forgets
to compress shows up as well.
"""

import gzip
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Request, Response, expect

from tests.pages import Venue, Visitor, eventually
from tests.running import Server, Workshop
from tests.wire import Guest

KILOBYTE = 1_000
BUDGETS = {"join": 14, "participant": 55, "console": 75, "screen": 70, "report": 60}
# What the other kinds of step need comes later, while nobody waits; counted apart.
MOST_AHEAD = 90
MOST_REQUESTS = 10
LEAST_COMPRESSED = 2 * KILOBYTE

CHUNKS = """() => Object.values(JSON.parse(document.querySelector("script[type=importmap]").textContent).imports)
    .filter(url => url.split("/").pop().split(".").length === 4)"""
SHIFT = """
    globalThis.shifted = [];
    new PerformanceObserver(list => {
        for (const {value, sources} of list.getEntries())
            shifted.push([value, ...sources.map(({node}) => node?.outerHTML?.slice(0, 120) ?? String(node))]);
    }).observe({type: "layout-shift", buffered: true});
"""


@dataclass
class Load:
    """Everything that one page asks for from now on."""

    page: Page
    requests: list[Request] = field(default_factory=list)
    responses: list[Response] = field(default_factory=list)
    sockets: list[str] = field(default_factory=list)
    leave_out: Callable[[str], bool] = lambda url: False

    def __post_init__(self) -> None:
        self.page.on("request", self._asks)
        self.page.on("response", self._answers)
        self.page.on("websocket", lambda socket: self.sockets.append(socket.url))

    def _asks(self, request: Request) -> None:
        if not self.leave_out(request.url):
            self.requests.append(request)

    def _answers(self, response: Response) -> None:
        if not self.leave_out(response.url):
            self.responses.append(response)

    @property
    def addresses(self) -> list[str]:
        """What was asked for, without what the page brings along itself."""
        asked = [request.url for request in self.requests if not request.url.startswith("data:")]
        return [*asked, *self.sockets]

    @property
    def size(self) -> int:
        """Bytes of all bodies, compressed."""
        return sum(len(gzip.compress(response.body(), 9, mtime=0)) for response in self.answers)

    @property
    def answers(self) -> list[Response]:
        """The answers with a body, each once: what is asked for again comes from the browser's own store."""
        fetched = (response for response in self.responses if not response.url.startswith("data:"))
        return list({response.url: response for response in fetched if response.status == 200}.values())


@pytest.fixture(scope="module")
def workshop(server: Server) -> Workshop:
    """A session as it stands in the middle: people, cards, scores."""
    workshop = server.start_session("issues-naar-succesfactoren")
    facilitator = Guest(workshop, "facilitator").attend()
    for at, organisation in enumerate(["Waterschap", "Provincie", "Gemeente"] * 4):
        guest = Guest(workshop).join(organisation)
        guest.command(
            "canvas.add_card", step="aanvullen", card=f"card-{at:012}", box="aanvullingen", text="x" * 90
        )
        guest.command("rating.rate", step="herkenning", item="i1", score=1 + at % 4)
        guest.leave()
    facilitator.command("session.go", step="aanvullen")
    facilitator.command("rating.reveal", step="herkenning")
    facilitator.leave()
    return workshop


VISITS = [
    ("join", ""),
    # Every kind of step is weighed in test_pages_html.py; here a browser shows that it needs no more than that.
    ("participant", "page"),
    ("participant", "canvas"),
    ("participant", "rating"),
    ("participant", "revealed"),
    ("console", "canvas"),
    ("screen", "revealed"),
    ("report", ""),
]
STEPS = {
    "page": "welkom",
    "canvas": "aanvullen",
    "rating": "aanvullingen-peilen",
    "revealed": "herkenning",
}


@pytest.fixture(params=VISITS, ids="-".join)
def visit(request: pytest.FixtureRequest, venue: Venue, workshop: Workshop) -> tuple[str, Load]:
    """Each page as somebody sees it who was never here before, until the current step can be used."""
    name, kind = request.param
    if kind:
        go(workshop, STEPS[kind])
    visitor = arriving(name, venue, workshop)
    # What is fetched ahead for other kinds of step never comes: the step has to work without.
    visitor.page.route(lambda url: is_ahead(url, kind), lambda route: route.abort())
    load = Load(visitor.page, leave_out=lambda url: is_ahead(url, kind))
    ending = {"console": "/facilitate", "screen": "/screen", "report": "/report"}.get(name, "")
    visitor.open(workshop.page + ending)
    match name:
        case "join":
            expect(visitor.button("join.enter")).to_be_visible()
        case "report":
            expect(visitor.page.get_by_role("article")).to_be_visible()
        case _:
            shows(visitor, kind)
    visitor.page.wait_for_load_state("networkidle")
    return name, load


def go(workshop: Workshop, step: str) -> None:
    facilitator = Guest(workshop, "facilitator").attend()
    facilitator.command("session.go", step=step)
    facilitator.leave()


def is_ahead(url: str, kind: str) -> bool:
    """Whether this is a chunk that a step of this kind can do without."""
    # page.chunk.language.js
    match urlsplit(url).path.rsplit("/", 1)[-1].split("."):
        case ["participant", chunk, _, _]:
            return kind not in chunk.split("+")
        case [_, chunk, _, _]:
            return {"revealed": "rating"}.get(kind, kind) not in chunk.split("+")
    return False


def shows(visitor: Visitor, kind: str) -> None:
    """Wait until the step of this kind is there."""
    match kind:
        case "page":
            expect(visitor.page.locator(".prose").first).to_be_visible()
        case "canvas":
            expect(visitor.card("x" * 90)).to_have_count(12)
        case "rating":
            expect(visitor.page.get_by_role("group", name="x" * 90)).to_have_count(12)
        case "revealed":
            expect(visitor.page.locator(".result")).to_have_count(10)


def arriving(name: str, venue: Venue, workshop: Workshop) -> Visitor:
    """Somebody with the cookie that the page asks for, and nothing else."""
    match name:
        case "participant":
            phone = venue.phone()
            phone.page.request.post(workshop.page, form={"organisation": "Waterschap"})
            return phone
        case "console" | "report":
            console = venue.console()
            console.page.request.post(f"{workshop.page}/key", data={"key": workshop.key})
            return console
        case "screen":
            return venue.screen()
    return venue.phone()


def test_a_first_visit_keeps_to_its_budget(visit: tuple[str, Load], workshop: Workshop):
    name, load = visit
    table = "\n".join(f"{len(gzip.compress(answer.body(), 9))} {answer.url}" for answer in load.answers)
    assert load.size <= BUDGETS[name] * KILOBYTE, table
    assert len(load.addresses) <= MOST_REQUESTS, load.addresses
    # Nothing from elsewhere, nothing missing, nothing that the server sends larger than it has to.
    assert {urlsplit(address).netloc for address in load.addresses} == {urlsplit(workshop.page).netloc}
    assert [response.url for response in load.responses if response.status >= 400] == []
    for answer in load.answers:
        compressed = answer.header_value("content-encoding") == "gzip"
        assert compressed or len(answer.body()) < LEAST_COMPRESSED, answer.url


@pytest.mark.parametrize("name", ["participant", "console", "screen"])
def test_what_later_steps_need_is_fetched_shortly_after_the_start(
    venue: Venue, workshop: Workshop, name: str
):
    go(workshop, STEPS["page"])
    visitor = arriving(name, venue, workshop)
    load = Load(visitor.page, leave_out=lambda url: not is_ahead(url, ""))
    visitor.open(workshop.page + {"console": "/facilitate", "screen": "/screen"}.get(name, ""))
    shows(visitor, "page")
    wanted = set(visitor.page.evaluate(CHUNKS))
    assert len(wanted) > 2
    eventually(lambda: wanted <= {urlsplit(answer.url).path for answer in load.answers}, visitor.page)
    assert load.size <= MOST_AHEAD * KILOBYTE
    # Fetched is not there yet.
    visitor.page.wait_for_selector("body[data-ahead]")
    # From now on every kind of step can be shown without fetching anything.
    visitor.page.route(lambda url: "/static/" in url, lambda route: route.abort())
    go(workshop, STEPS["revealed"])
    shows(visitor, "revealed")
    go(workshop, STEPS["canvas"])
    shows(visitor, "canvas")


def test_a_part_that_cannot_be_fetched_is_tried_again_and_said_in_words(venue: Venue, workshop: Workshop):
    go(workshop, STEPS["page"])
    phone = arriving("participant", venue, workshop)
    phone.page.route(lambda url: is_ahead(url, "page"), lambda route: route.abort())
    phone.open(workshop.page)
    shows(phone, "page")
    go(workshop, STEPS["canvas"])
    expect(phone.text("common.chunk_missing")).to_be_visible()
    expect(phone.button("common.chunk_reload")).to_be_visible()
    expect(phone.button("participant.you")).to_be_visible()
    phone.page.unroute_all()
    shows(phone, "canvas")
    expect(phone.text("common.chunk_missing")).to_have_count(0)


def test_joining_needs_no_script(venue: Venue, workshop: Workshop):
    phone = venue.phone(java_script_enabled=False).open(workshop.page)
    phone.page.get_by_label("Gemeente", exact=True).check()
    phone.button("join.enter").tap()
    assert phone.page.url == workshop.page
    notice = phone.page.locator("noscript p")
    expect(notice).to_have_text(phone.t("common.needs_script"))
    expect(notice).to_be_in_viewport()


@pytest.mark.parametrize("name", ["participant", "console", "screen"])
def test_nothing_jumps_after_the_first_paint(venue: Venue, workshop: Workshop, name: str):
    go(workshop, STEPS["canvas"])
    visitor = arriving(name, venue, workshop)
    visitor.page.add_init_script(SHIFT)
    ending = {"participant": "", "console": "/facilitate", "screen": "/screen"}[name]
    visitor.open(workshop.page + ending)
    expect(visitor.card("x" * 90)).to_have_count(12)
    visitor.page.wait_for_load_state("networkidle")
    shifts = visitor.page.evaluate(
        "() => new Promise(told => requestAnimationFrame(() => requestAnimationFrame(() => told(shifted))))"
    )
    assert sum(shift[0] for shift in shifts) < 0.01, shifts

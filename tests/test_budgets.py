"""What a first visit costs: bytes, requests, and a page that does not jump.

Counted as a real browser fetches it, with an empty cache, and compressed once more by us, so that a server that forgets
to compress shows up as well.
"""

import gzip
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Request, Response, expect

from tests.pages import Venue, Visitor
from tests.running import Server, Workshop
from tests.wire import Guest

KILOBYTE = 1_000
BUDGETS = {"join": 14, "participant": 55, "console": 75, "screen": 70, "report": 60}
MOST_REQUESTS = 10
LEAST_COMPRESSED = 2 * KILOBYTE

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

    def __post_init__(self) -> None:
        self.page.on("request", lambda request: self.requests.append(request))
        self.page.on("response", lambda response: self.responses.append(response))
        self.page.on("websocket", lambda socket: self.sockets.append(socket.url))

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
        """The answers with a body."""
        fetched = (response for response in self.responses if not response.url.startswith("data:"))
        return [response for response in fetched if response.status == 200]


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


@pytest.fixture(params=BUDGETS)
def visit(request: pytest.FixtureRequest, venue: Venue, workshop: Workshop) -> tuple[str, Load]:
    """Each page as somebody sees it who was never here before."""
    name = request.param
    visitor = arriving(name, venue, workshop)
    load = Load(visitor.page)
    match name:
        case "join":
            visitor.open(workshop.page)
            expect(visitor.button("join.enter")).to_be_visible()
        case "participant":
            visitor.open(workshop.page)
            expect(visitor.button("participant.you")).to_be_visible()
            expect(visitor.page.get_by_role("listitem")).to_have_count(12)
        case "console":
            visitor.open(f"{workshop.page}/facilitate")
            expect(visitor.text("console.connected")).to_be_visible()
        case "screen":
            visitor.open(f"{workshop.page}/screen")
            expect(visitor.page.get_by_role("listitem")).to_have_count(12)
        case "report":
            visitor.open(f"{workshop.page}/report")
            expect(visitor.page.get_by_role("article")).to_be_visible()
    visitor.page.wait_for_load_state("networkidle")
    return name, load


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

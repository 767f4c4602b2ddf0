"""What several test files share: a running server, a session on it, a browser, and an eye for what is wrong with pages."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, sync_playwright

pytest.register_assert_rewrite("tests.inspection", "tests.pages", "tests.play", "tests.wire", "tests.running")

from tests.browser import launch_options  # noqa: E402
from tests.inspection import Inspection  # noqa: E402
from tests.pages import Venue  # noqa: E402
from tests.running import Server, Workshop  # noqa: E402
from tests.wire import EVERYBODY  # noqa: E402

# Hundreds of servers are started: as it is for people, what Python compiled once is there for the next.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# A busy computer is no fault of ours: how long an example takes says nothing.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


WITHOUT_FIXTURES = (
    "test_conformance.py",
    "test_faults.py",
    "test_hostile.py",
    "test_load.py",
    "test_machine.py",
    "test_simulation.py",
)
"""Files that take long although none of their tests asks for a browser or a server."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take long: whoever begins one last keeps everybody else waiting."""
    ranks: dict[Path, int] = {}
    for item in items:
        ranks[item.path] = min(ranks.get(item.path, 3), _rank(item))
    items.sort(key=lambda item: ranks[item.path])


def _rank(item: pytest.Item) -> int:
    asks_for = getattr(item, "fixturenames", ())
    if "browser" in asks_for:
        return 0
    if item.path.name in WITHOUT_FIXTURES:
        return 1
    return 2 if {"server", "start_server"}.intersection(asks_for) else 3


@pytest.fixture(autouse=True)
def guests_leave() -> Iterator[None]:
    """After each test every guest who is still there goes home."""
    yield
    while EVERYBODY:
        EVERYBODY.pop().leave()


@pytest.fixture
def start_server(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Starts servers that live as long as the test; without ``data`` in a folder of the test's own."""
    started: list[Server] = []

    def start(data: Path | None = None, **options: Any) -> Server:
        server = Server(data or tmp_path / "data", **options)
        started.append(server)
        return server.start()

    yield start
    for server in started:
        if server.process.poll() is None:
            server.kill()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all tests that do not stop it or exhaust its patience."""
    server = Server(tmp_path_factory.mktemp("server") / "data").start()
    yield server
    assert server.stop() == 0
    assert server.complaints == []


@pytest.fixture
def workshop(server: Server) -> Workshop:
    """A session that was just started."""
    return server.start_session()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all tests of a file."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options())  # type: ignore[arg-type]
        yield browser
        browser.close()


@pytest.fixture
def venue(browser: Browser) -> Iterator[Venue]:
    """Opens windows for the people of one test; none of them may have seen a script fail."""
    venue = Venue(browser)
    yield venue
    complaints = [complaint for visitor in venue.visitors for complaint in visitor.complaints]
    venue.close()
    assert complaints == []


@pytest.fixture
def inspection() -> Iterator[Inspection]:
    """Looks at pages; in the end nothing may have been wrong with any of them."""
    inspection = Inspection()
    yield inspection
    assert not inspection.findings, "\n".join(inspection.findings)

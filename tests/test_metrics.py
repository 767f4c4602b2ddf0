"""What an operator reads at /metrics: figures about the server, never about a person."""

import requests
from prometheus_client.parser import text_string_to_metric_families

from sessions.web.metrics import STALL_WINDOW_SECONDS, Heartbeat
from tests.running import Server
from tests.wire import Guest, command


def figures(server: Server) -> dict[str, float]:
    """Name with labels -> value, as a scraper understands it."""
    answer = requests.get(f"{server.url}/metrics", timeout=20)
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    return {
        " ".join([sample.name, *map("=".join, sample.labels.items())]): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_the_figures_follow_what_happens(server):
    before = figures(server)
    workshop = server.start_session()
    guest = Guest(workshop).join()
    screen = Guest(workshop, "screen").attend()
    refused = guest.command("rating.rate", step="nowhere", item="x", score=1)
    assert not refused["ok"]
    after = figures(server)
    more = {name: after[name] - before.get(name, 0) for name in after}
    assert more["dialoogtafel_connections role=participant"] == 1
    assert more["dialoogtafel_connections role=screen"] == 1
    assert more["dialoogtafel_rooms"] == 1
    assert more["dialoogtafel_commands_total answer=accepted"] == 1
    assert more["dialoogtafel_commands_total answer=refused"] == 1
    assert more["dialoogtafel_commit_seconds_count"] == 2
    assert more["dialoogtafel_tick_seconds_count"] >= 1
    assert after["dialoogtafel_storage_ok"] == 1
    assert after["dialoogtafel_longest_stall_seconds since=start"] > 0
    guest.leave()
    screen.leave()


def test_what_is_over_the_limit_counts_as_refused(server):
    guest = Guest(server.start_session()).join()
    before = figures(server)
    many = [command("rating.rate", step="herkenning", item="i1", score=1 + n % 2) for n in range(60)]
    slowed = sum(answer.get("code") == "slow_down" for answer in guest.send(many))
    after = figures(server)
    assert slowed > 20
    refused = "dialoogtafel_commands_total answer=refused"
    assert after[refused] - before[refused] >= slowed
    guest.leave()


def test_nothing_about_a_session_or_a_person_is_told(server):
    workshop = server.start_session(title="Geheim overleg")
    guest = Guest(workshop).join(organisation="Waterschap Stil", name="Anna")
    text = requests.get(f"{server.url}/metrics", timeout=20).text
    for secret in (workshop.code, workshop.key, "Geheim", "Stil", "Anna", guest.you["id"]):
        assert secret not in text
    guest.leave()


def test_the_longest_stall_of_the_last_minute_is_forgotten_after_it():
    heartbeat = Heartbeat()
    for now, late in ((0.0, 0.2), (1.0, 0.9), (2.0, 0.1), (30.0, 0.4)):
        heartbeat.beat(late, now)
    assert heartbeat.longest_lately(30.0) == 0.9
    assert heartbeat.longest_lately(1.0 + STALL_WINDOW_SECONDS) == 0.9
    assert heartbeat.longest_lately(1.1 + STALL_WINDOW_SECONDS) == 0.4
    assert heartbeat.longest_lately(31.0 + STALL_WINDOW_SECONDS) == 0.0
    assert heartbeat.longest == 0.9

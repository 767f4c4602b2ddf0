"""``GET /metrics``: what an operator wants to see, in the text that Prometheus reads.  No names, no codes, no texts.

Counting is done where things happen, with plain integers; they are looked up when somebody asks.
"""

import time
from collections import deque
from collections.abc import Iterator
from functools import partial
from typing import Any

import socketio
from flask import Flask, Response
from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from sessions.web import lines
from sessions.web.hall import Hall

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
HEARTBEAT_SECONDS = 0.05
STALL_WINDOW_SECONDS = 60.0

_DURATIONS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)


class Heartbeat:
    """Notes how late it is called: the time in which nobody was served."""

    def __init__(self) -> None:
        self.longest = 0.0
        self._recent: deque[tuple[float, float]] = deque()

    def beat(self, late: float, now: float) -> None:
        """It was called *late* seconds after its time."""
        self.longest = max(self.longest, late)
        # Only what is longer than all that came after can ever be the longest of the last minute.
        while self._recent and self._recent[-1][1] <= late:
            self._recent.pop()
        self._recent.append((now, late))

    def longest_lately(self, now: float) -> float:
        """The longest stall of the last minute, in seconds."""
        while self._recent and now - self._recent[0][0] > STALL_WINDOW_SECONDS:
            self._recent.popleft()
        return self._recent[0][1] if self._recent else 0.0

    def beat_forever(self, server: socketio.Server) -> None:
        """Beat until the process ends."""
        while True:
            before = time.monotonic()
            server.sleep(HEARTBEAT_SECONDS)
            now = time.monotonic()
            self.beat(max(0.0, now - before - HEARTBEAT_SECONDS), now)


class OfHall(Collector):
    """What the hall and the lines have counted."""

    def __init__(self, hall: Hall, heartbeat: Heartbeat) -> None:
        self._hall = hall
        self._heartbeat = heartbeat

    def collect(self) -> Iterator[Metric]:
        """Every figure, as it is now."""
        hall = self._hall
        connections = GaugeMetricFamily(
            "dialoogtafel_connections", "Open connections by role.", labels=["role"]
        )
        roles = [client.actor.role for client in list(hall.clients.values())]
        for role in ("participant", "facilitator", "screen"):
            connections.add_metric([role], roles.count(role))
        yield connections
        yield GaugeMetricFamily("dialoogtafel_rooms", "Sessions that are in memory.", value=len(hall.places))
        commands = CounterMetricFamily("dialoogtafel_commands", "Commands answered.", labels=["answer"])
        commands.add_metric(["accepted"], hall.counts.accepted)
        commands.add_metric(["refused"], hall.counts.refused)
        yield commands
        yield CounterMetricFamily(
            "dialoogtafel_queue_cuts", "Connections cut because they did not read.", value=lines.Counts.cut
        )
        yield CounterMetricFamily(
            "dialoogtafel_refused_frames",
            "Connections ended over a broken frame.",
            value=lines.Counts.refused,
        )
        yield GaugeMetricFamily(
            "dialoogtafel_storage_ok", "1 as long as commits succeed.", value=hall.storage_ok
        )
        now = time.monotonic()
        stall = GaugeMetricFamily(
            "dialoogtafel_longest_stall_seconds", "Longest time nobody was served.", labels=["since"]
        )
        stall.add_metric(["minute"], self._heartbeat.longest_lately(now))
        stall.add_metric(["start"], self._heartbeat.longest)
        yield stall


def register(app: Flask, server: socketio.Server, hall: Hall) -> None:
    """Put the route on *app*, and the heartbeat among what the hall starts."""
    registry = CollectorRegistry()
    commits = Histogram(
        "dialoogtafel_commit_seconds", "How long a commit took.", registry=registry, buckets=_DURATIONS
    )
    ticks = Histogram(
        "dialoogtafel_tick_seconds",
        "How long publishing to one room took.",
        registry=registry,
        buckets=_DURATIONS,
    )
    hall.counts.on_commit, hall.counts.on_tick = commits.observe, ticks.observe
    heartbeat = Heartbeat()
    hall.background.append(partial(heartbeat.beat_forever, server))
    registry.register(OfHall(hall, heartbeat))

    def metrics() -> Any:
        return Response(generate_latest(registry), content_type=CONTENT_TYPE)

    app.add_url_rule("/metrics", view_func=metrics)

"""Rooms under everything that can happen to them, in any order: a machine that Hypothesis drives.

Random commands of several people, resent ones, commits that fail, processes that vanish, two tabs of one person,
readers that miss publications.  After every step the promises hold.  When it finds a story that
breaks one, Hypothesis prints the shortest.
"""

import itertools
import json
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from sessions.log import Birth, SqliteLog, StorageFailed
from sessions.message import FACILITATOR
from sessions.patch import merge
from sessions.room import Batch, Room, Rooms
from sessions.session import Session
from tests.options import OPTIONS
from tests.play import CODE, STARTED, Crowd, actor, as_json, begun
from tests.privacy import check, check_everyone, readers
from tests.test_conformance import start

PLANS = [
    "blind anonymous canvas",
    "one board, three steps",
    "covered cards rated",
    "rating",
    "cards rated",
    "dots on cards",
    "one score for each organisation",
]
CROWD = Crowd(Random()).people
PEOPLE = st.sampled_from([*CROWD, FACILITATOR])


@dataclass
class Tab:
    """A connection: what it shows and its private part, by the contract on the wire."""

    who: str
    seq: int = 0
    view: Any = None
    mine: Any = None

    @property
    def audience(self) -> Any:
        return "facilitator" if self.who == FACILITATOR else "everyone"

    def syncs(self, room: Room) -> None:
        patch = room.catch_up(self.audience, self.seq) if self.view is not None else None
        whole = json.loads(room.view(self.audience))
        self.view = whole if patch is None else merge(self.view, json.loads(patch))
        self.seq, self.mine = room.published.seq, as_json(room.mine(self.who))
        assert self.view == whole


@dataclass
class Sent:
    """A command that went out, and the last answer to it."""

    who: str
    raw: dict[str, Any]
    answer: dict[str, Any] | None = None
    promised: int | None = None
    """the seq of its first acceptance"""


@dataclass
class World:
    folder: Path
    log: SqliteLog
    rooms: Rooms
    crowd: Crowd
    sent: dict[str, Sent] = field(default_factory=dict)
    tabs: list[Tab] = field(default_factory=list)
    running: Batch | None = None


class Workshop(RuleBasedStateMachine):
    """One session, its log on disk, and everybody around it."""

    @initialize(plan=st.sampled_from(PLANS), seed=st.integers(0, 10**6))
    def opens(self, plan: str, seed: int) -> None:
        self.disk = tempfile.TemporaryDirectory()
        folder = Path(self.disk.name)
        self.world = World(folder, SqliteLog(folder / "log.sqlite"), Rooms(), Crowd(Random(seed)))
        story = start(plan)
        self.world.rooms.bear(Birth(CODE, "hash", STARTED), story.log[0], lambda ok: None)
        self._begins()
        self._ends()
        self.world.rooms.adopt(CODE, self.world.log.read(CODE))
        assert self.room.head == begun(story.session.info, story.session.plan).session

    @property
    def room(self) -> Room:
        return self.world.rooms.open[CODE]

    # people

    @rule(who=PEOPLE, number=st.integers(1, 6))
    def somebody_sends_commands(self, who: str, number: int) -> None:
        raws = [self.world.crowd.wish(self.room.head, who) for _ in range(number)]
        for raw in raws:
            self.world.sent[raw["id"]] = Sent(who, raw)
        self._submit(who, raws)

    @precondition(lambda self: self.world.sent)
    @rule(data=st.data())
    def somebody_sends_again_what_they_sent(self, data: st.DataObject) -> None:
        chosen = self.world.sent[data.draw(st.sampled_from(sorted(self.world.sent)))]
        self._submit(chosen.who, [chosen.raw, chosen.raw])

    @rule(who=PEOPLE, number=st.integers(2, 4), data=st.data())
    def two_tabs_of_somebody_send_the_same_in_another_order(
        self, who: str, number: int, data: st.DataObject
    ) -> None:
        """As when one tab sends for another one that is still waiting for its answers."""
        raws = [self.world.crowd.wish(self.room.head, who) for _ in range(number)]
        for raw in raws:
            self.world.sent[raw["id"]] = Sent(who, raw)
        for raw in data.draw(st.permutations([*raws, *raws])):
            self._submit(who, [raw])

    @rule(kind=st.sampled_from(["session.close", "session.reopen"]))
    def the_facilitator_closes_or_opens_the_session(self, kind: str) -> None:
        raw = self.world.crowd._command(kind)
        self.world.sent[raw["id"]] = Sent(FACILITATOR, raw)
        self._submit(FACILITATOR, [raw])

    @rule(who=PEOPLE)
    def somebody_opens_a_tab(self, who: str) -> None:
        tab = Tab(who)
        tab.syncs(self.room)
        self.world.tabs.append(tab)

    @precondition(lambda self: self.world.tabs)
    @rule(data=st.data())
    def a_tab_closes(self, data: st.DataObject) -> None:
        self.world.tabs.remove(data.draw(st.sampled_from(self.world.tabs)))

    # storing and showing

    @precondition(lambda self: self.world.running is None)
    @rule()
    def a_commit_begins(self) -> None:
        self._begins()

    @precondition(lambda self: self.world.running is not None)
    @rule()
    def the_commit_ends(self) -> None:
        self._ends()

    @precondition(lambda self: self.world.running is None)
    @rule()
    def everything_is_stored_and_shown(self) -> None:
        self._begins()
        self._ends()
        self._publish(missed=set())

    @rule()
    def the_disk_takes_nothing_more(self) -> None:
        self.world.log._writer.execute("PRAGMA query_only = ON")

    @rule()
    def the_disk_takes_everything_again(self) -> None:
        self.world.log._writer.execute("PRAGMA query_only = OFF")

    @rule(data=st.data())
    def what_is_stored_is_shown(self, data: st.DataObject) -> None:
        self._publish(missed=set(data.draw(st.sets(st.integers(0, max(0, len(self.world.tabs) - 1))))))

    @rule(data=st.data())
    def a_room_nobody_uses_is_let_go(self, data: st.DataObject) -> None:
        if self.world.rooms.let_go(CODE):
            self.world.rooms.adopt(CODE, self.world.log.read(CODE))

    @rule()
    def the_process_vanishes(self) -> None:
        """Nothing is closed and nobody is told; another process opens the files as they are."""
        world = self.world
        if world.running is not None:
            # Killed in the middle of a transaction, or just after it; which of both nobody hears.
            self._append(world.running)
        world.log._writer.close()
        world.log = SqliteLog(world.folder / "log.sqlite")
        world.rooms, world.running = Rooms(), None
        world.rooms.adopt(CODE, world.log.read(CODE))
        for tab in world.tabs:
            tab.syncs(self.room)

    def _begins(self) -> None:
        self.world.running = self.world.rooms.take()

    def _append(self, batch: Batch) -> bool:
        try:
            self.world.log.append(batch.births, batch.lines)
        except StorageFailed:
            return False
        return True

    def _ends(self) -> None:
        batch, self.world.running = self.world.running, None
        assert batch is not None
        if self._append(batch):
            self.world.rooms.settle(batch)
        else:
            self.world.rooms.fail(batch)

    def _submit(self, who: str, raws: list[dict[str, Any]]) -> None:
        def deliver(answers: list[dict[str, Any]]) -> None:
            assert [answer["id"] for answer in answers] == [raw["id"] for raw in raws]
            records = list(self.world.log.read(CODE))
            stored = {record.command: record.seq for record in records if record.command}
            for answer in answers:
                sent = self.world.sent[answer["id"]]
                sent.answer = answer
                if answer["ok"]:
                    # An acknowledgement is a promise: what it speaks of is in the file, under the last id it had.
                    assert answer["seq"] <= len(records)
                    assert answer["seq"] in (1, *stored.values())
                    if answer["id"] in stored:
                        assert answer["seq"] == stored[answer["id"]]
                        sent.promised = answer["seq"]
                elif answer["code"] == "storage_failed":
                    assert answer["id"] not in stored or sent.promised

        self.room.submit(actor(who), raws, STARTED, "en", deliver)

    def _publish(self, missed: set[int]) -> None:
        publication = self.room.publish()
        if publication is None:
            return
        everyones = publication.patches.get("everyone")
        if everyones is not None:
            check_everyone(json.loads(everyones), readers(self.world.log.read(CODE)))
        for n, tab in enumerate(self.world.tabs):
            if n in missed:
                continue
            if tab.seq == publication.since:
                tab.view = merge(tab.view, json.loads(publication.patches[tab.audience]))
                tab.seq = publication.to
                if tab.who in publication.touched:
                    tab.mine = as_json(self.room.mine(tab.who))
            else:
                tab.syncs(self.room)

    # what always holds

    @invariant()
    def the_log_has_no_holes_and_is_the_committed_state(self) -> None:
        records = list(self.world.log.read(CODE))
        assert [record.seq for record in records] == list(range(1, len(records) + 1))
        commands = [record.command for record in records if record.command]
        assert len(commands) == len(set(commands))
        assert Session.of(CODE, records) == self.room.committed

    @invariant()
    def the_head_is_ahead_of_what_is_stored_and_that_of_what_is_shown(self) -> None:
        room = self.room
        assert room.published.seq <= room.committed.seq <= room.head.seq
        running = self.world.running.lines if self.world.running else []
        waiting = [*(record for _, record in running), *room.waiting]
        assert [record.seq for record in waiting] == list(range(room.committed.seq + 1, room.head.seq + 1))

    @invariant()
    def whoever_is_up_to_date_shows_the_fresh_view(self) -> None:
        fresh = {audience: json.loads(self.room.view(audience)) for audience in ("everyone", "facilitator")}
        for tab in self.world.tabs:
            if tab.seq == self.room.published.seq:
                assert tab.view == fresh[tab.audience]
                assert tab.mine == as_json(self.room.mine(tab.who))

    @invariant()
    def nobody_sees_what_is_not_for_them(self) -> None:
        shown = itertools.islice(self.world.log.read(CODE), self.room.published.seq)
        check(self.room.published, shown)

    @invariant()
    def what_was_promised_is_kept(self) -> None:
        stored = {record.command: record.seq for record in self.world.log.read(CODE)}
        for id, sent in self.world.sent.items():
            if sent.promised:
                assert stored[id] == sent.promised

    def teardown(self) -> None:
        try:
            self._everybody_comes_back()
        finally:
            self.world.log._writer.close()
            self.disk.cleanup()

    def _everybody_comes_back(self) -> None:
        """In the end the disk works, everybody sends again what was not taken, and all see the same."""
        self.the_disk_takes_everything_again()
        if self.world.running is not None:
            self._ends()
        for sent in list(self.world.sent.values()):
            if sent.answer is None or sent.answer.get("code") == "storage_failed":
                self._submit(sent.who, [sent.raw])
        self._begins()
        self._ends()
        self._publish(missed=set())
        for tab in self.world.tabs:
            tab.syncs(self.room)
        self.the_log_has_no_holes_and_is_the_committed_state()
        self.whoever_is_up_to_date_shows_the_fresh_view()
        self.nobody_sees_what_is_not_for_them()
        self.what_was_promised_is_kept()
        assert all(
            sent.answer and sent.answer.get("code") != "storage_failed" for sent in self.world.sent.values()
        )
        assert not self.world.rooms.something_waits


assert set(PLANS) <= OPTIONS.keys()

TestWorkshop = Workshop.TestCase
TestWorkshop.settings = settings(
    max_examples=40,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

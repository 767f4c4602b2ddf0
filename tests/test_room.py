"""The room: one effect per command, an answer only after the commit, and patches that add up to the view."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from sessions.log import Birth, SqliteLog, StorageFailed
from sessions.message import FACILITATOR, Record
from sessions.patch import merge
from sessions.room import RECENT, Batch, Room, Rooms, encode
from sessions.session import Session
from sessions.session_messages import Unchanged
from sessions.texts import LANGUAGES
from tests.play import AN, BO, CODE, STARTED, actor, as_json, canvas, page, play, rating

Answers = list[dict[str, Any]]


@dataclass
class Office:
    """Rooms over a real log, with a committer that is told when."""

    log: SqliteLog
    rooms: Rooms = field(default_factory=Rooms)
    delivered: list[Answers] = field(default_factory=list)
    ids: Iterator[str] = field(default_factory=lambda: (f"command-{n:08}" for n in range(10**8)))

    def bears(self, code: str = CODE) -> Room:
        first = play(page(), canvas(), rating()).log[0]
        self.rooms.bear(Birth(code, "hash", STARTED), first, lambda ok: None)
        assert self.commits()
        return self.rooms.adopt(code, self.log.read(code))

    def command(self, kind: str = "canvas.add_card", **fields: Any) -> dict[str, Any]:
        id = next(self.ids)
        card = {"step": "ideas", "card": f"card-{id}", "box": "left", "text": "x"}
        return {"id": id, "type": kind, **(card if kind == "canvas.add_card" else {}), **fields}

    def submits(self, room: Room, *raws: Any, who: str = AN) -> Answers:
        """Send; the answers appear in the list that is given back."""
        heard: Answers = []

        def deliver(answers: Answers) -> None:
            heard.extend(answers)
            self.delivered.append(answers)

        room.submit(actor(who), raws, STARTED + 1, "en", deliver)
        return heard

    def stores(self, batch: Batch) -> bool:
        try:
            self.log.append(batch.births, batch.lines)
        except StorageFailed:
            self.rooms.fail(batch)
            return False
        self.rooms.settle(batch)
        return True

    def commits(self) -> bool:
        return self.stores(self.rooms.take())

    def fills_the_disk(self) -> None:
        pages = self.log._writer.execute("PRAGMA page_count").fetchone()[0]
        self.log._writer.execute(f"PRAGMA max_page_count = {pages}")

    def makes_room(self) -> None:
        self.log._writer.execute("PRAGMA max_page_count = 1000000")

    def stored(self, code: str = CODE) -> list[Record]:
        return list(self.log.read(code))


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(SqliteLog(tmp_path / "log.sqlite"))
    yield office
    office.log.close()


@pytest.fixture
def room(office: Office) -> Room:
    return office.bears()


def view_of(room: Room, audience: Any = "everyone") -> Any:
    return json.loads(room.view(audience))


LONG = "x" * 280


# answers


def test_nobody_is_answered_before_the_commit(office, room):
    heard = office.submits(room, office.command(), office.command())
    batch = office.rooms.take()
    assert heard == []
    assert office.stores(batch)
    assert [(answer["ok"], answer["seq"]) for answer in heard] == [(True, 2), (True, 3)]
    assert [record.command for record in office.stored()[1:]] == [answer["id"] for answer in heard]


def test_answers_come_in_the_order_of_the_commands_with_the_refusals_between(office, room):
    good, bad, last = office.command(), office.command(box="nowhere"), office.command()
    heard = office.submits(room, good, bad, last)
    office.commits()
    assert [answer["id"] for answer in heard] == [good["id"], bad["id"], last["id"]]
    assert [answer["ok"] for answer in heard] == [True, False, True]
    assert heard[1]["code"] == "rejected"
    assert heard[1]["message"] == "This box is not there (any more). Choose another box."


def test_a_refusal_waits_for_what_it_rests_on(office, room):
    office.submits(room, office.command("session.close"), who=FACILITATOR)
    heard = office.submits(room, office.command())
    assert heard == []
    office.commits()
    assert heard[0]["code"] == "closed"


def test_a_refusal_that_rests_on_nothing_new_comes_at_once(office, room):
    assert office.submits(room, office.command(box="nowhere"))[0]["ok"] is False


def test_people_are_answered_in_the_order_in_which_they_asked(office, room):
    for who in (AN, BO, AN, BO):
        office.submits(room, office.command(), who=who)
    office.commits()
    assert [answers[0]["seq"] for answers in office.delivered] == [2, 3, 4, 5]


def test_somebody_who_cannot_be_answered_keeps_nobody_from_an_answer(office, room):
    def breaks(answers: Answers) -> None:
        raise UnicodeError

    room.submit(actor(AN), [office.command()], STARTED + 1, "en", breaks)
    heard = office.submits(room, office.command(), who=BO)
    assert office.commits()
    assert heard[0]["ok"]


def test_what_comes_during_a_commit_waits_for_the_next(office, room):
    first = office.submits(room, office.command())
    batch = office.rooms.take()
    second = office.submits(room, office.command())
    office.stores(batch)
    assert (len(first), second) == (1, [])
    assert room.committed.seq == 2
    assert room.head.seq == 3
    office.commits()
    assert second[0]["seq"] == 3


def test_one_transaction_holds_what_waits_of_all_rooms(office, room):
    other = office.bears("11112222")
    office.submits(room, office.command())
    office.submits(other, office.command())
    batch = office.rooms.take()
    assert sorted(code for code, _ in batch.lines) == ["11112222", CODE]
    assert office.stores(batch)
    assert not office.rooms.something_waits


# one effect per command


def test_a_resent_command_has_one_effect_and_gets_its_first_seq(office, room):
    command = office.command()
    first = office.submits(room, command)
    office.commits()
    office.submits(room, office.command())
    office.commits()
    again = office.submits(room, command, command)
    assert [answer["seq"] for answer in (*first, *again)] == [2, 2, 2]
    assert room.head.seq == 3


def test_a_command_that_is_resent_before_its_commit_waits_for_it(office, room):
    command = office.command()
    first, again = office.submits(room, command), office.submits(room, command)
    assert (first, again) == ([], [])
    office.commits()
    assert first == again
    assert len(office.stored()) == 2


def test_a_resent_command_is_known_after_a_restart(office, room):
    command = office.command()
    office.submits(room, command)
    office.commits()
    office.rooms = Rooms()
    reopened = office.rooms.adopt(CODE, office.log.read(CODE))
    assert office.submits(reopened, command) == [{"id": command["id"], "ok": True, "seq": 2}]
    assert not office.rooms.something_waits


def test_a_command_with_two_events_is_stored_under_its_id_once_and_answers_with_the_last(office):
    first = play(canvas(blind=True)).log[0]
    office.rooms.bear(Birth(CODE, "hash", STARTED), first, lambda ok: None)
    office.commits()
    room = office.rooms.adopt(CODE, office.log.read(CODE))
    reveal = office.command("canvas.reveal", step="ideas")
    heard = office.submits(room, reveal, who=FACILITATOR)
    office.commits()
    assert heard[0]["seq"] == 3
    assert [record.command for record in office.stored()] == [None, None, reveal["id"]]
    again = office.submits(room, reveal, who=FACILITATOR)
    assert again == heard


def test_a_command_that_changes_nothing_is_accepted_and_stands_in_the_log(office, room):
    office.submits(room, office.command("session.go", step="welcome"), who=FACILITATOR)
    office.commits()
    before = view_of(room)
    heard = office.submits(room, again := office.command("session.go", step="welcome"), who=FACILITATOR)
    office.commits()
    assert heard == [{"id": again["id"], "ok": True, "seq": 3}]
    assert office.stored()[-1].event == Unchanged()
    assert view_of(room) == before


@pytest.mark.parametrize("restarted", [False, True])
def test_a_command_that_changed_nothing_changes_nothing_when_it_is_resent(office, room, restarted):
    office.submits(room, office.command(card="c1"))
    support = {"step": "ideas", "card": "c1"}
    again = office.command("canvas.support_card", **support, on=True)
    for raw in (office.command("canvas.support_card", **support, on=True), again):
        office.submits(room, raw, who=BO)
    office.submits(room, office.command("canvas.support_card", **support, on=False), who=BO)
    office.commits()
    if restarted:
        room = Rooms().adopt(CODE, office.log.read(CODE))
    assert office.submits(room, again, who=BO)[0]["seq"] == 4
    assert room.head.view("everyone")["steps"]["ideas"]["cards"]["c1"]["support"] == 0


def test_a_refused_command_stays_refused_when_a_copy_of_it_comes_late(office, room):
    lock = {"step": "ideas", "locked": True}
    office.submits(room, office.command("session.lock_step", **lock), who=FACILITATOR)
    office.commits()
    heard = office.submits(room, card := office.command(card="c1"))
    assert heard[0]["code"] == "rejected"
    office.submits(room, office.command("session.lock_step", **lock | {"locked": False}), who=FACILITATOR)
    newer = office.submits(room, office.command(card="c1"))
    office.commits()
    assert newer[0]["ok"] is True
    assert office.submits(room, card) == heard


def test_a_refusal_is_forgotten_with_the_commit_that_failed(office, room):
    lock = {"step": "ideas", "locked": True}
    office.fills_the_disk()
    office.submits(room, *(office.command(text=LONG) for _ in range(300)))
    office.submits(room, office.command("session.lock_step", **lock), who=FACILITATOR)
    heard = office.submits(room, card := office.command())
    assert not office.commits()
    assert heard[0]["code"] == "storage_failed"
    office.makes_room()
    again = office.submits(room, card)
    office.commits()
    assert again[0]["ok"] is True


# what cannot be understood


@pytest.mark.parametrize(
    "raw",
    [
        None,
        7,
        "canvas.add_card",
        [],
        {},
        {"id": "short", "type": "session.close"},
        {"id": "x" * 65, "type": "session.close"},
        {"id": "sixteen letters!", "type": "session.close"},
        {"id": 1234567890123456, "type": "session.close"},
        {"id": "command-00000000"},
        {"id": "command-00000000", "type": None},
        {"id": "command-00000000", "type": ["session.close"]},
        {"id": "command-00000000", "type": "session.explode"},
        {"id": "command-00000000", "type": "session.created"},
        {"id": "command-00000000", "type": "rating.rate"},
        {"id": "command-00000000", "type": "rating.rate", "step": "poll", "item": "i1", "extra": 1},
        {"id": "command-00000000", "type": "rating.rate", "step": "poll", "item": {"a": 1}},
        {
            "id": "command-00000000",
            "type": "rating.rate",
            "step": "poll",
            "item": "i1",
            "score": float("nan"),
        },
        {"id": "command-00000000", "type": "rating.rate", "step": "p" * 65, "item": "i1"},
        {"id": "command-00000000", "type": "canvas.add_card", "fields": [[[[[[[[1]]]]]]]]},
        {"id": "command-00000000", "type": "session.translate", "texts": {"\ud800": "x"}},
        {"id": "command-00000000", "type": "rating.rate", "step": "poll", "item": "i1", "\ud800": 1},
    ],
)
def test_nonsense_gets_one_clear_answer_and_has_no_effect(office, room, raw):
    before = room.head
    [answer] = office.submits(room, raw)
    assert (answer["ok"], answer["code"]) == (False, "invalid")
    assert answer["message"].endswith("Reload the page.")
    assert encode(answer)
    assert room.head is before


def test_a_refusal_is_in_the_language_of_whoever_asked(office, room):
    heard: list[Answers] = []
    for language in LANGUAGES:
        room.submit(actor(AN), [office.command("session.close")], 1, language, heard.append)
    assert [answers[0]["message"] for answers in heard] == [
        "Dit mag alleen de begeleider doen.",
        "Only the facilitator may do this.",
    ]


# when the disk is full


def test_a_failed_commit_drops_what_was_decided_and_tells_everybody_who_waited(office, room):
    office.fills_the_disk()
    first = office.submits(room, *(office.command(text=LONG) for _ in range(20)))
    batch = office.rooms.take()
    later = office.submits(room, office.command(), office.command(box="nowhere"))
    assert not office.stores(batch)
    assert {answer["code"] for answer in (*first, *later)} == {"storage_failed"}
    assert len(first) + len(later) == 22
    assert first[0]["message"].startswith("Saving does not work right now.")
    assert room.head is room.committed
    assert not office.rooms.something_waits
    assert len(office.stored()) == 1


def test_what_failed_can_be_sent_again_when_there_is_room(office, room):
    commands = [office.command(text=LONG) for _ in range(20)]
    office.fills_the_disk()
    office.submits(room, *commands)
    assert not office.commits()
    office.makes_room()
    heard = office.submits(room, *commands)
    assert office.commits()
    assert [answer["seq"] for answer in heard] == list(range(2, 22))
    assert [record.seq for record in office.stored()] == list(range(1, 22))


def test_a_failed_commit_takes_nothing_from_what_was_stored_before(office, room):
    kept = office.command()
    office.submits(room, kept)
    office.commits()
    office.fills_the_disk()
    office.submits(room, *(office.command(text=LONG) for _ in range(20)))
    assert not office.commits()
    assert office.submits(room, kept) == [{"id": kept["id"], "ok": True, "seq": 2}]
    assert room.publish() is not None
    assert len(view_of(room)["steps"]["ideas"]["cards"]) == 1


def test_a_session_that_could_not_be_stored_was_never_born(office):
    office.bears()
    office.fills_the_disk()
    heard: list[bool] = []
    first = play(page(text="word " * 5_000)).log[0]
    office.rooms.bear(Birth("11112222", "hash", STARTED), first, heard.append)
    assert not office.commits()
    assert heard == [False]
    assert office.stored("11112222") == []


# publishing


def test_only_what_is_committed_is_shown(office, room):
    before = view_of(room)
    office.submits(room, office.command())
    assert room.publish() is None
    assert view_of(room) == before
    office.commits()
    assert view_of(room) == before
    publication = room.publish()
    assert publication
    assert (publication.since, publication.to) == (1, 2)
    assert merge(before, json.loads(publication.patches["everyone"])) == view_of(room)


def test_one_publication_covers_all_commits_since_the_last(office, room):
    view = view_of(room)
    for _ in range(3):
        office.submits(room, office.command())
        office.commits()
    publication = room.publish()
    assert publication
    assert (publication.since, publication.to) == (1, 4)
    assert merge(view, json.loads(publication.patches["everyone"])) == view_of(room)
    assert room.publish() is None


def test_a_patch_is_what_everyone_may_see_and_the_facilitators_is_their_own(office, room):
    views = {audience: view_of(room, audience) for audience in ("everyone", "facilitator")}
    office.submits(room, office.command("participant.enter", name="Secret An", organisation="Rijk"))
    office.commits()
    publication = room.publish()
    assert publication
    assert b"Secret" not in publication.patches["everyone"]
    assert b"Secret" in publication.patches["facilitator"]
    for audience, view in views.items():
        assert merge(view, json.loads(publication.patches[audience])) == view_of(room, audience)
    assert publication.people_changed


def test_a_client_that_went_on_from_where_it_was_gets_the_next_changes(office, room):
    view = view_of(room)
    office.rooms = Rooms()
    reopened = office.rooms.adopt(CODE, office.log.read(CODE))
    assert reopened.catch_up("everyone", 1) == b"{}"
    office.submits(reopened, office.command())
    office.commits()
    publication = reopened.publish()
    assert publication
    assert merge(view, json.loads(publication.patches["everyone"])) == view_of(reopened)


@pytest.mark.parametrize("audience", ["everyone", "facilitator"])
def test_catching_up_from_any_recent_moment_gives_the_view(office, room, audience):
    views = {1: view_of(room, audience)}
    kinds: list[tuple[str, dict[str, Any]]] = [
        ("canvas.add_card", {"card": "c1"}),
        ("participant.enter", {"organisation": "Rijk"}),
        ("canvas.move_card", {"step": "ideas", "card": "c1", "box": "right"}),
        ("rating.rate", {"step": "poll", "item": "i1", "score": 2}),
        ("canvas.remove_card", {"step": "ideas", "card": "c1"}),
    ]
    for kind, fields in kinds:
        office.submits(room, office.command(kind, **fields))
        office.commits()
        room.publish()
        views[room.published.seq] = view_of(room, audience)
    for seq, view in views.items():
        patch = room.catch_up(audience, seq)
        assert patch is not None
        assert merge(view, json.loads(patch)) == view_of(room, audience)


@pytest.mark.parametrize("seq", [0, -1, 3, 10**9])
def test_whoever_was_never_here_gets_the_whole_view(office, room, seq):
    assert room.catch_up("everyone", seq) is None


def test_whoever_was_away_too_long_gets_the_whole_view(office, room):
    office.log.append([], [])
    for n in range(RECENT + 1):
        office.submits(room, office.command("session.timer", ends=n), who=FACILITATOR)
        office.commits()
        room.publish()
    assert room.catch_up("everyone", 1) is None
    assert room.catch_up("everyone", room.published.seq - RECENT + 1) is not None


def test_the_private_part_goes_to_whom_it_changed_for(office, room):
    office.submits(room, office.command(card="c1"), who=AN)
    office.commits()
    room.publish()
    office.submits(room, office.command("canvas.support_card", step="ideas", card="c1", on=True), who=BO)
    office.commits()
    publication = room.publish()
    assert publication
    assert publication.touched == {AN, BO}
    assert as_json(room.mine(AN))["steps"]["ideas"]["cards"]["c1"]["support"] == 1


def test_whoevers_cards_are_numbered_afresh_hears_of_it(office, room):
    office.submits(room, office.command(card="a"), office.command(card="b"), who=AN)
    office.submits(room, office.command(card="c"), who=BO)
    office.commits()
    room.publish()
    own = {who: room.mine(who) for who in (AN, BO)}
    for n in range(60):
        moved, other = ("b", "c") if n % 2 else ("c", "b")
        where = {"step": "ideas", "card": moved, "box": "left", "before": other}
        office.submits(room, office.command("canvas.move_card", **where), who=FACILITATOR)
        office.commits()
        publication = room.publish()
        assert publication
        for who, before in own.items():
            assert who in publication.touched or room.mine(who) == before
            own[who] = room.mine(who)


# opening and letting go


def test_a_room_opened_from_the_log_is_the_room_that_was_let_go(office, room):
    office.submits(room, office.command(), office.command("participant.enter", organisation="Rijk"))
    office.commits()
    room.publish()
    shown, seq = room.view("everyone"), room.published.seq
    assert office.rooms.let_go(CODE)
    again = office.rooms.adopt(CODE, office.log.read(CODE))
    assert again is not room
    assert (json.loads(again.view("everyone")), again.published.seq) == (json.loads(shown), seq)


def test_a_room_with_something_under_way_is_not_let_go(office, room):
    office.submits(room, office.command())
    assert not office.rooms.let_go(CODE)
    office.commits()
    assert not office.rooms.let_go(CODE)
    assert office.rooms.open == {CODE: room}
    room.publish()
    assert office.rooms.let_go(CODE)
    assert office.rooms.open == {}


def test_nobody_waits_for_a_room_that_was_erased(office, room):
    before = office.submits(room, office.command())
    room.end()
    after = office.submits(room, office.command())
    assert [answer["code"] for answer in (*before, *after)] == ["storage_failed"] * 2
    assert not office.rooms.something_waits


def test_a_room_is_opened_once(office, room):
    assert office.rooms.adopt(CODE, []) is room


def test_a_room_of_no_session_cannot_be_opened(office):
    with pytest.raises(ValueError, match="empty"):
        office.rooms.adopt("99999999", [])


def test_the_live_state_is_the_log_told_again(office, room):
    office.submits(room, *(office.command() for _ in range(5)))
    office.commits()
    assert Session.of(CODE, office.stored()) == room.committed

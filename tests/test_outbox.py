"""The outbox: every step is stored before the next, nothing is sent twice, and addresses are forgotten in time."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sessions import books, outbox
from sessions.letter import Address, File, Letter
from sessions.log import Birth, SqliteLog
from sessions.outbox import KEPT_MS, Due, Outcome
from sessions.session import Session
from tests.play import AN, CODE, page, play

NOW = 1_795_000_000_000
LETTER = Letter("nl", "Verslag", "<p>Hoi</p>", "Hoi", (File("a.md", "text/markdown", b"# A"),))
PAUSES = (60, 300)
SENT = Outcome("sent", "mailing.said_sent", "250 OK")
REFUSED = Outcome("failed", "mailing.said_refused", "550 no")
LATER = Outcome("again", "mailing.said_later", "451 later")
DOWN = Outcome("again", "mailing.said_nobody", "", everybody=True)


class Box:
    """An outbox in a real database, worked through by hand."""

    def __init__(self, log: SqliteLog) -> None:
        self.log = log
        self.now = NOW

    def put(
        self,
        *addresses: str,
        request: str = "first",
        kind: Any = "report",
        opted_in: bool = False,
        again: int | None = None,
    ) -> int:
        recipients = [
            (Address(one, one[:2]), f"{request}-{n}@example.org") for n, one in enumerate(addresses)
        ]
        return self.do(
            outbox.put,
            session=CODE,
            request=request,
            kind=kind,
            letter=LETTER,
            recipients=recipients,
            reply_to="bo@example.org",
            opted_in=opted_in,
            now=self.now,
            again=again,
        )

    def do(self, work: Any, *values: Any, **named: Any) -> Any:
        return self.log.write(lambda db: work(db, *values, **named))

    def claim(self) -> Due:
        return self.do(outbox.claim, self.now)

    def sends(self, outcome: Outcome) -> int:
        """The next message goes all the way to this outcome."""
        id = self.claim().message
        assert id is not None
        assert self.do(outbox.hand_over, id, self.now)
        self.do(outbox.settle, id, outcome, self.now, PAUSES)
        return id

    @property
    def statuses(self) -> list[str]:
        return [message["status"] for mail in self.told for message in mail["messages"]]

    @property
    def told(self) -> list[dict[str, Any]]:
        return self.log.look(lambda db: outbox.mails(db, CODE))


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Box]:
    log = SqliteLog(tmp_path / "log.sqlite")
    first = play(page()).log
    log.append([Birth(CODE, "hash", 1)], [(CODE, record) for record in first])
    box = Box(log)
    yield box
    box.log.close()


# sending


def test_each_message_goes_once_in_the_order_of_the_recipients(box):
    box.put("an@example.org", "bo@example.org")
    assert box.statuses == ["waiting", "waiting"]
    first = box.sends(SENT)
    assert box.statuses == ["sent", "waiting"]
    assert box.sends(SENT) == first + 1
    assert box.claim() == Due()
    assert [message["answer"] for message in box.told[0]["messages"]] == ["250 OK", "250 OK"]


def test_asking_twice_for_the_same_mail_sends_it_once(box):
    assert box.put("an@example.org") == box.put("an@example.org", "bo@example.org")
    assert box.statuses == ["waiting"]
    box.put("an@example.org", request="second")
    assert box.statuses == ["waiting", "waiting"]


def test_two_who_send_at_the_same_time_send_once(box):
    everybody = ("an@example.org", "bo@example.org")
    box.put(*everybody, again=0)
    # The other one agreed to a number that is no longer right.
    assert box.put("Bo@example.org", "cas@example.org", request="second", again=0) is None
    assert box.statuses == ["waiting", "waiting"]
    assert box.put("bo@example.org", "cas@example.org", request="third", again=1)
    # However late an answer comes, the same request is the same mail.
    assert box.put(*everybody, again=0) == 1
    assert box.statuses == ["waiting"] * 4


def test_a_message_holds_all_that_sending_it_takes(box):
    mail = box.put("an@example.org")
    found = box.log.look(lambda db: outbox.message(db, 1))
    assert found == (
        mail,
        LETTER,
        Address("an@example.org", "an"),
        "bo@example.org",
        "first-0@example.org",
        NOW,
    )


def test_a_refusal_for_good_ends_it_at_once_and_concerns_nobody_else(box):
    box.put("an@example.org", "bo@example.org")
    box.sends(REFUSED)
    assert box.statuses == ["failed", "waiting"]


def test_tries_come_with_growing_pauses_until_it_has_failed(box):
    box.put("an@example.org")
    for seconds in PAUSES:
        box.sends(LATER)
        assert box.statuses == ["again"]
        assert box.claim() == Due(at=box.now + seconds * 1_000)
        box.now += seconds * 1_000
    box.sends(LATER)
    assert box.statuses == ["failed"]
    assert box.told[0]["messages"][0]["attempts"] == 3


def test_when_the_server_is_down_nobody_else_has_to_find_out(box):
    box.put("an@example.org", "bo@example.org")
    box.now += 1
    id = box.claim().message
    box.put("cas@example.org", request="second")
    box.do(outbox.settle, id, DOWN, box.now, PAUSES)
    assert box.statuses == ["again", "again", "again"]
    assert box.claim() == Due(at=box.now + 60_000)
    assert {message["attempts"] for mail in box.told for message in mail["messages"]} == {1}


def test_nobody_is_bothered_twice_when_one_who_waits_longer_is_tried(box):
    box.put("an@example.org", "bo@example.org")
    box.sends(LATER)
    box.sends(DOWN)
    box.now += 60_000
    assert box.sends(SENT)
    assert box.sends(SENT)
    assert box.statuses == ["sent", "sent"]


# after a crash


@pytest.mark.parametrize(
    ("handed", "status"), [(False, "again"), (True, "unsure")], ids=["before the dot", "after the dot"]
)
def test_after_a_crash_only_what_may_have_gone_is_left_to_a_person(box, handed, status):
    box.put("an@example.org", "bo@example.org")
    id = box.claim().message
    if handed:
        box.do(outbox.hand_over, id, box.now)
    box.do(outbox.recover, box.now)
    assert box.statuses == [status, "waiting"]
    assert box.claim().message == (id + 1 if handed else id)
    assert box.told[0]["messages"][0]["said"]


def test_what_may_have_gone_goes_again_only_when_somebody_says_so(box):
    box.put("an@example.org", "bo@example.org")
    first, second = (
        box.sends(Outcome("unsure", "mailing.said_unsure")),
        box.sends(Outcome("unsure", "mailing.said_unsure")),
    )
    box.now += 10_000_000
    assert box.claim() == Due()
    assert box.do(outbox.believe, CODE, [first], box.now) == 1
    assert box.do(outbox.try_now, CODE, [first, second], box.now) == 1
    assert box.sends(SENT) == second
    assert box.statuses == ["sent", "sent"]


# what people decide


def test_failed_ones_can_be_tried_again_and_waiting_ones_stopped(box):
    box.put("an@example.org", "bo@example.org", "cas@example.org")
    first = box.sends(REFUSED)
    assert box.do(outbox.stop, CODE, [first, first + 1], box.now) == 1
    assert box.statuses == ["failed", "stopped", "waiting"]
    assert box.do(outbox.try_now, CODE, [first, first + 2], box.now) == 1
    assert box.statuses == ["waiting", "stopped", "waiting"]


def test_a_stop_while_it_is_on_its_way_comes_too_late_and_changes_nothing(box):
    box.put("an@example.org")
    id = box.claim().message
    assert box.do(outbox.stop, CODE, [id], box.now) == 0
    assert box.do(outbox.hand_over, id, box.now)
    assert not box.do(outbox.hand_over, id, box.now)


def test_nobody_decides_about_mails_of_another_session(box):
    box.put("an@example.org")
    box.sends(REFUSED)
    assert box.do(outbox.try_now, "11112222", [1], box.now) == 0
    assert box.statuses == ["failed"]


def test_who_had_it_is_known_however_the_address_is_spelled(box):
    box.put("An@Example.org", "bo@example.org")
    box.put("cas@example.org", request="second", kind="test")
    box.sends(SENT)
    box.sends(REFUSED)
    assert box.log.look(lambda db: outbox.had_it(db, CODE)) == {"an@example.org"}


# forgetting


def rows(box: Box, sql: str) -> list[Any]:
    return box.log.look(lambda db: db.execute(sql).fetchall())


def test_addresses_and_texts_go_thirty_days_after_sending_and_not_before(box):
    box.put("an@example.org", "bo@example.org")
    box.sends(SENT)
    box.now += 1_000
    box.sends(REFUSED)
    assert box.do(outbox.forget, NOW + KEPT_MS - 1) == 0
    assert box.do(outbox.forget, NOW + KEPT_MS) == 1
    assert rows(box, "SELECT address, name FROM mail_messages") == [("", ""), ("bo@example.org", "bo")]
    assert rows(box, "SELECT count(*) FROM mail_files") == [(1,)]
    assert box.do(outbox.forget, NOW + KEPT_MS + 1_000) == 1
    assert rows(box, "SELECT address, name, answer FROM mail_messages") == [("", "", "")] * 2
    assert rows(box, "SELECT html, text, reply_to FROM mails") == [("", "", "")]
    assert rows(box, "SELECT count(*) FROM mail_files") == [(0,)]
    # How it went is still told.
    assert box.statuses == ["sent", "failed"]
    assert box.do(outbox.try_now, CODE, [2], box.now) == 0


def test_nothing_that_still_waits_is_forgotten(box):
    box.put("an@example.org")
    assert box.do(outbox.forget, NOW + 2 * KEPT_MS) == 0


@pytest.mark.parametrize("kind", ["report", "draft"])
def test_who_asked_for_the_report_is_forgotten_with_it(box, kind):
    story = play(page(mail=True)).enters(AN)
    story.does(AN, "page.mail_me", step="welcome", address="an@example.org")
    code = "33334444"
    box.log.append([Birth(code, "hash", 1)], [(code, record) for record in story.log])
    recipients = [(Address("an@example.org"), "x@example.org")] if kind == "report" else []
    box.do(
        outbox.put,
        session=code,
        request="r",
        kind=kind,
        letter=LETTER,
        recipients=recipients,
        reply_to="",
        opted_in=True,
        now=NOW,
    )
    if recipients:
        box.sends(SENT)
    box.do(outbox.forget, NOW + KEPT_MS - 1)
    assert Session.of(code, box.log.read(code)).mine(AN)["steps"]
    box.do(outbox.forget, NOW + KEPT_MS)
    assert not Session.of(code, box.log.read(code)).mine(AN)["steps"]
    assert [record.seq for record in box.log.read(code)] == [1, 2, 3]
    assert "an@example.org" not in str(rows(box, "SELECT body FROM events"))


def test_what_is_forgotten_is_not_in_the_file_either(box, tmp_path):
    box.put("an.de.vries@example.org")
    box.sends(SENT)
    box.do(outbox.forget, NOW + KEPT_MS)
    box.log.close()
    for path in tmp_path.iterdir():
        assert b"an.de.vries" not in path.read_bytes()
    box.log = SqliteLog(tmp_path / "log.sqlite")


def test_a_deleted_session_leaves_nothing_in_the_outbox(box):
    box.put("an@example.org")
    box.do(books.erase, CODE)
    for table in ("mails", "mail_files", "mail_messages"):
        assert rows(box, f"SELECT count(*) FROM {table}") == [(0,)]  # noqa: S608

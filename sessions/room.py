"""Room: one live session with its one writer; Rooms: all of them, and what waits to be committed.

``head`` runs ahead of ``committed``, which runs ahead of ``published``.  Deciding and evolving happen at once, in
memory; a batch of everything that waits, of all rooms, becomes one transaction; only then are senders answered, and
only what is committed is ever shown.  No thread, clock or network in here: who calls says what time it is.
"""

import logging
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from sessions.activity import Audience
from sessions.log import Birth
from sessions.message import Actor, Record, Refused, command_id, decode_command
from sessions.patch import diff
from sessions.session import Memo, Session
from sessions.session_messages import Unchanged
from sessions.texts import Language, texts

logger = logging.getLogger(__name__)

Answer = dict[str, Any]

RECENT = 500
"""Published states that are kept, so that a short absence costs a small patch.  They share structure."""
MOST_REFUSED = 2_000
"""Refusals that are remembered, so that a copy of the command gets the same answer."""
RECENT_EVENTS = 2_000
"""Who missed more than this gets the whole view: a patch would hardly be smaller, and old states cost memory."""


def encode(value: Any) -> bytes:
    """JSON of a view, patch or answer; a Shelf becomes an object."""
    return msgspec.json.encode(value, enc_hook=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value.items())
    raise TypeError(f"not JSON: {type(value)}")


@dataclass
class Ticket:
    """Answers that are promised: they go out when ``committed`` has reached ``needs``."""

    answers: list[Answer]
    needs: int
    language: Language
    deliver: Callable[[list[Answer]], None]

    def hand_over(self, answers: list[Answer]) -> None:
        """Deliver; somebody who cannot be answered is no reason not to answer the others."""
        try:
            self.deliver(answers)
        except Exception:
            logger.exception("an answer could not be delivered")


@dataclass(frozen=True)
class Publication:
    """What went from ``since`` to ``to``: one encoded patch per audience, and whose private part changed."""

    since: int
    to: int
    patches: Mapping[Audience, bytes]
    touched: frozenset[str]
    people_changed: bool


class Room:
    """One live session."""

    def __init__(self, session: Session, commands: Mapping[str, int]) -> None:
        self.code = session.code
        self.head = self.committed = self.published = session
        self.ended = False
        """whether the session was erased: what comes now would wait for ever"""
        self.waiting: list[Record] = []
        self._commands = dict(commands)
        """command id -> seq after it"""
        self._refused: dict[str, tuple[int, Answer]] = {}
        """command id -> where the room stood, and what was answered"""
        self._tickets: deque[Ticket] = deque()
        # Whose private part an event changed: not yet taken, in the transaction that runs, stored but not yet told.
        self._touched: set[str] = set()
        self._taken: set[str] = set()
        self._stored: set[str] = set()
        self._memo: Memo = {}
        self._views: dict[Audience, dict[str, Any]] = {}
        self._encoded: dict[Audience, bytes] = {}
        self._caught_up: dict[tuple[Audience, int], bytes] = {}
        self.recent: deque[Session] = deque([session], maxlen=RECENT)

    # writing

    def submit(
        self,
        actor: Actor,
        raws: Sequence[object],
        now: int,
        language: Language,
        deliver: Callable[[list[Answer]], None],
    ) -> None:
        """Decide on untrusted commands, in order; *deliver* gets one answer for each once all of it is committed."""
        if self.ended:
            message = texts(language).t("error.storage_failed")
            deliver([_refusal(command_id(raw), "storage_failed", message) for raw in raws])
            return
        answers = [self._answer(raw, actor, now, language) for raw in raws]
        # Refusals wait as well: they may rest on something that is decided but not yet committed.
        ticket = Ticket(answers, self.head.seq, language, deliver)
        if ticket.needs <= self.committed.seq:
            ticket.hand_over(answers)
        else:
            self._tickets.append(ticket)

    def _answer(self, raw: object, actor: Actor, now: int, language: Language) -> Answer:
        id = command_id(raw)
        before = self.head, len(self.waiting)
        try:
            wanted = decode_command(raw)
            assert id is not None
            if id in self._commands:
                return {"id": id, "ok": True, "seq": self._commands[id]}
            if id in self._refused:
                return self._refused[id][1]
            events = self.head.decide(wanted, actor) or [Unchanged()]
            for n, event in enumerate(events, 1):
                self._happened(
                    Record(self.head.seq + 1, now, actor.id, event, id if n == len(events) else None)
                )
        except Refused as refused:
            return self._refuse(
                id, _refusal(id, refused.code, texts(language).t(refused.key, **refused.params))
            )
        except Exception:
            # A bug of ours: as if the command had never come.
            logger.exception(
                "session %s, after event %s: %s failed", self.code, before[0].seq, type(raw).__name__
            )
            self.head = before[0]
            del self.waiting[before[1] :]
            return _refusal(id, "invalid", texts(language).t("error.went_wrong"))
        # Also when it changed nothing: sent again, it must not do later what it did not do now.
        self._commands[id] = self.head.seq
        return {"id": id, "ok": True, "seq": self.head.seq}

    def _refuse(self, id: str | None, answer: Answer) -> Answer:
        # A copy that comes late, over another line or from another tab, gets the same answer: its sender has been
        # told, and may have written something newer since.
        if id is not None:
            self._refused[id] = self.head.seq, answer
            if len(self._refused) > MOST_REFUSED:
                del self._refused[next(iter(self._refused))]
        return answer

    def _happened(self, record: Record) -> None:
        self._touched.add(record.actor)
        self._touched.update(self.head.concerns(record.event))
        self.head = self.head.evolve(record)
        self.waiting.append(record)

    def take(self) -> tuple[list[Record], Session]:
        """What waits, and where the room stands once it is stored; ends in ``settled`` or ``failed``."""
        waiting, self.waiting = self.waiting, []
        self._taken, self._touched = self._touched, set()
        return waiting, self.head

    def settled(self, committed: Session) -> None:
        """Everything up to *committed* is in the log: answer who waited for it."""
        self.committed = committed
        self._stored |= self._taken
        self._taken = set()
        while self._tickets and self._tickets[0].needs <= committed.seq:
            ticket = self._tickets.popleft()
            ticket.hand_over(ticket.answers)

    def failed(self) -> None:
        """Nothing that waited was stored: fall back to what is committed, and tell everybody who waited."""
        self.head = self.committed
        self.waiting.clear()
        self._touched, self._taken = set(), set()
        last = self.committed.seq
        self._commands = {id: seq for id, seq in self._commands.items() if seq <= last}
        self._refused = {id: known for id, known in self._refused.items() if known[0] <= last}
        tickets, self._tickets = self._tickets, deque()
        for ticket in tickets:
            message = texts(ticket.language).t("error.storage_failed")
            ticket.hand_over([_refusal(answer["id"], "storage_failed", message) for answer in ticket.answers])

    def end(self) -> None:
        """The session is erased: whoever waits is told that nothing was stored, and so is whoever comes later."""
        self.failed()
        self.ended = True

    @property
    def idle(self) -> bool:
        """Whether nothing is under way, so that the room may be let go."""
        return self.head is self.committed is self.published and not self._tickets

    # showing

    def view(self, audience: Audience) -> bytes:
        """The encoded view of what is published."""
        if audience not in self._encoded:
            self._encoded[audience] = encode(self._view(audience))
        return self._encoded[audience]

    def _view(self, audience: Audience) -> Mapping[str, Any]:
        """The view of what is published; from the first look on, ``publish`` tells how it changes."""
        if audience not in self._views:
            self._views[audience] = self.published.view(audience, self._memo)
        return self._views[audience]

    def looked_at(self, audience: Audience) -> Mapping[str, Any]:
        """The view of what is published, for whoever looks on from within this process."""
        return self._view(audience)

    def mine(self, participant: str) -> dict[str, Any]:
        """The private part of one participant, of what is published."""
        return self.published.mine(participant)

    def publish(self) -> Publication | None:
        """Show what is committed: None when nothing is new."""
        old, new = self.published, self.committed
        if old is new:
            return None
        views = {audience: new.view(audience, self._memo) for audience in self._views}
        changes = {audience: diff(self._views[audience], view) for audience, view in views.items()}
        patches = {audience: encode(change) for audience, change in changes.items()}
        # From here on nothing can fail: either all of it is published or nothing.
        self._views = views
        for audience, change in changes.items():
            if change:
                self._encoded.pop(audience, None)
        self._caught_up.clear()
        touched, self._stored = frozenset(self._stored), set()
        self.published = new
        self.recent.append(new)
        while new.seq - self.recent[0].seq > RECENT_EVENTS:
            self.recent.popleft()
        return Publication(old.seq, new.seq, patches, touched, old.people is not new.people)

    def catch_up(self, audience: Audience, seq: int) -> bytes | None:
        """The encoded patch from the view at *seq* to the view now; None when that is too long ago."""
        view = self._view(audience)
        if (audience, seq) not in self._caught_up:
            past = next((session for session in reversed(self.recent) if session.seq == seq), None)
            if past is None:
                return None
            # A whole room that comes back after the same hitch asks for the same.
            self._caught_up[audience, seq] = encode(diff(past.view(audience), view))
        return self._caught_up[audience, seq]


def _refusal(id: str | None, code: str, message: str) -> Answer:
    return {"id": id, "ok": False, "code": code, "message": message}


@dataclass
class Batch:
    """What one transaction holds, and where each room stands when it succeeds."""

    births: list[Birth] = field(default_factory=list)
    lines: list[tuple[str, Record]] = field(default_factory=list)
    rooms: list[tuple[Room, Session]] = field(default_factory=list)
    born: list[Callable[[bool], None]] = field(default_factory=list)


class Rooms:
    """The rooms that are open, by code, and everything that waits to be committed."""

    def __init__(self) -> None:
        self.open: dict[str, Room] = {}
        self._births: list[tuple[Birth, Record, Callable[[bool], None]]] = []

    def adopt(self, code: str, records: Iterable[Record]) -> Room:
        """The room of a session read from the log; raises ValueError when there is no such session."""
        if code in self.open:
            return self.open[code]
        kept = list(records)
        commands = {record.command: record.seq for record in kept if record.command}
        room = self.open[code] = Room(Session.of(code, kept), commands)
        return room

    def bear(self, birth: Birth, first: Record, done: Callable[[bool], None]) -> None:
        """Have a new session stored with the next batch; *done* hears whether it was."""
        self._births.append((birth, first, done))

    @property
    def something_waits(self) -> bool:
        """Whether there is anything to commit."""
        return bool(self._births) or any(room.waiting for room in self.open.values())

    def take(self) -> Batch:
        """Everything that waits, of all rooms; it must end in ``settle`` or ``fail`` before the next is taken."""
        batch = Batch()
        for birth, first, done in self._births:
            batch.births.append(birth)
            batch.lines.append((birth.code, first))
            batch.born.append(done)
        self._births = []
        for room in self.open.values():
            if room.waiting:
                records, head = room.take()
                batch.lines.extend((room.code, record) for record in records)
                batch.rooms.append((room, head))
        return batch

    def settle(self, batch: Batch) -> list[Room]:
        """The batch is stored: answer everybody, and give back the rooms that have something to publish."""
        for done in batch.born:
            done(True)
        for room, committed in batch.rooms:
            room.settled(committed)
        return [room for room, _ in batch.rooms]

    def fail(self, batch: Batch) -> None:
        """The batch is not stored: as if it had never been decided."""
        for done in batch.born:
            done(False)
        for room, _ in batch.rooms:
            room.failed()

    def let_go(self, code: str) -> bool:
        """Forget an open room, which the log brings back; False when something is under way in it."""
        if idle := self.open[code].idle:
            del self.open[code]
        return idle

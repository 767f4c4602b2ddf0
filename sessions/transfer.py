"""Transfer: an exported log (``events.jsonl``) becomes a session again, here or on another server.

A file from elsewhere is trusted in nothing: every line is decoded, its texts are cleaned, and it is told to the session
like an event that happened; the first line that does not fit is named.  What the export left out (see ``leaving``) is not
in it, so it does not come back either; nor does what opened the session there: keys, and a report that was shared.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import msgspec

from sessions.activities import KINDS
from sessions.activity import Audience
from sessions.message import EVENTS, FACILITATOR, Record
from sessions.session import Session
from sessions.session_messages import Created, ReportShared, without_code
from sessions.steps import BadStep, check_steps
from sessions.text import clean

MOST_LINES = 200_000
MOST_BYTES = 20_000_000
MOST_BYTES_A_LINE = 600_000
LONGEST_TEXT = 40_000
"""Characters in the longest text of an event: the Markdown of a page."""
LATEST = 4_102_444_800_000
"""The year 2100 in ms: a moment after that is none."""
CODE = "00000000"
"""Stands for the code while a log is read; the session gets a new one."""

_AUDIENCES: tuple[Audience, ...] = ("everyone", "facilitator")


class BadLog(Exception):
    """What is wrong with a log: in which line (0: as a whole), and the key of the sentence that says so."""

    def __init__(self, line: int, key: str, **params: object) -> None:
        super().__init__(f"line {line}: {key}")
        self.line, self.key, self.params = line, key, params


class Line(msgspec.Struct, forbid_unknown_fields=True):
    """One exported line as it stands in the file."""

    seq: int
    at: int
    actor: str
    type: str
    body: dict[str, Any]
    command: str | None = None
    origin: str = ""


def records_of(lines: Iterable[bytes]) -> list[Record]:
    """The records of an exported log, checked one by one; raises BadLog."""
    found: list[Record] = []
    session: Session | None = None
    for number, record in _decoded(lines):
        if record.seq != len(found) + 1:
            raise BadLog(number, "error.import.order", expected=str(len(found) + 1), found=str(record.seq))
        if (number == 1) != isinstance(record.event, Created):
            raise BadLog(number, "error.import.start")
        try:
            session = _after(session, record) if session else _begun(record)
        except BadLog:
            raise
        except Exception as problem:
            # What a log of ours never holds: an event of a step that is not there, a card that nobody wrote.
            raise BadLog(number, "error.import.nonsense") from problem
        found.append(record)
    if session is None:
        raise BadLog(0, "error.import.empty")
    _can_be_shown(session, len(found))
    # Nothing that was under way there goes on here.
    last = found[-1]
    return [*found[:-1], replace(last, command=f"imported-{last.seq:08}")]


def _decoded(lines: Iterable[bytes]) -> Iterator[tuple[int, Record]]:
    number = 0
    for raw in lines:
        if not raw.strip():
            continue
        number += 1
        if number > MOST_LINES:
            raise BadLog(number, "error.import.too_many", most=f"{MOST_LINES}")
        if len(raw) > MOST_BYTES_A_LINE:
            raise BadLog(number, "error.import.line_too_long")
        yield number, _record(number, raw)


def _record(number: int, raw: bytes) -> Record:
    try:
        line = msgspec.json.decode(raw.removeprefix(b"\xef\xbb\xbf"), type=Line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise BadLog(number, "error.import.no_event") from None
    if line.type not in EVENTS:
        raise BadLog(number, "error.import.unknown", type=line.type[:60])
    if not 0 <= line.at <= LATEST or not 0 < len(line.actor) <= 100:
        raise BadLog(number, "error.import.no_event")
    try:
        event = msgspec.convert(_cleaned(line.body), EVENTS[line.type])
    except (msgspec.ValidationError, RecursionError):
        raise BadLog(number, "error.import.no_event") from None
    except ValueError:
        raise BadLog(number, "error.import.text_too_long") from None
    # A command that was answered there must not count as answered here; but where one ended is where an act ended.
    command = f"imported-{line.seq:08}" if line.command else None
    return Record(line.seq, line.at, clean(line.actor, newlines=False), _of_here(event), command)


def _of_here(event: Any) -> Any:
    match event:
        case ReportShared():
            return ReportShared(shared=False)
        case Created():
            return replace(event, formerly=[])
    return without_code(event)


def _cleaned(value: Any) -> Any:
    match value:
        case str() if len(value) > LONGEST_TEXT:
            raise ValueError
        case str():
            # The texts of a playbook end with a line; without it the report would not be the same, byte for byte.
            cleaned = clean(value)
            return f"{cleaned}\n" if cleaned and value.endswith("\n") else cleaned
        case dict():
            return {key: _cleaned(inner) for key, inner in value.items()}
        case list():
            return [_cleaned(inner) for inner in value]
    return value


def _begun(record: Record) -> Session:
    created: Created = record.event
    try:
        check_steps(created.plan.steps)
    except BadStep as problem:
        raise BadLog(1, "error.import.plan", step=problem.step, problem=problem.problem) from None
    return Session.begin(CODE, record)


def _after(session: Session, record: Record) -> Session:
    kind = record.event.type.split(".")[0]
    if kind in KINDS and session.steps[record.event.step].plan.kind != kind:
        raise ValueError(kind)
    return session.evolve(record)


def _can_be_shown(session: Session, last: int) -> None:
    """A log that folds but cannot be looked at is none, nor is one that cannot once everything in it is revealed."""
    try:
        for state in (session, _revealed(session)):
            for audience in _AUDIENCES:
                msgspec.json.encode(state.view(audience), enc_hook=dict)
    except Exception as problem:
        raise BadLog(last, "error.import.nonsense") from problem


def _revealed(session: Session) -> Session:
    for id, step in session.steps.items():
        if reveal := EVENTS.get(f"{step.plan.kind}.revealed"):
            session = session.evolve(Record(session.seq + 1, session.changed, FACILITATOR, reveal(id)))
    return session


def origin_of(lines: Iterable[bytes]) -> str:
    """What a log that can be brought in says of where it comes from; empty when it says nothing."""
    first = next((raw for raw in lines if raw.strip()), b"{}")
    return msgspec.json.decode(first.removeprefix(b"\xef\xbb\xbf"), type=Line).origin


def retitled(records: list[Record], title: str) -> list[Record]:
    """The same log of a session with another title."""
    first = records[0]
    info = msgspec.structs.replace(first.event.info, title=title)
    return [replace(first, event=replace(first.event, info=info)), *records[1:]]


def coming_from(records: list[Record], codes: list[str]) -> list[Record]:
    """The same log of a session that was another one before: who took part there is the same person here."""
    first = records[0]
    return [replace(first, event=replace(first.event, formerly=codes)), *records[1:]]

"""Mutants: the product with one promise broken on purpose, to prove that the simulation would notice.

Those of the server replace something while they last; those of the browser are another text in a page's source.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sessions.room import Room
from sessions.web.hall import Hall

Replaced = tuple[type, str, Callable[[Any], Any]]
Replacement = tuple[str, str]


def _acknowledges_first(submit: Any) -> Any:
    def hasty(room: Room, actor: Any, raws: Any, now: int, language: Any, deliver: Any) -> None:
        answers: list[Any] = []
        submit(room, actor, raws, now, language, lambda _: None)
        answers += [{"id": raw["id"], "ok": True, "seq": room.head.seq} for raw in raws]
        deliver(answers)

    return hasty


def _knows_no_ids(answer: Any) -> Any:
    def forgetful(room: Room, *about: Any) -> Any:
        room._commands.clear()
        room._refused.clear()
        return answer(room, *about)

    return forgetful


def _forgets_ids_at_a_restart(init: Any) -> Any:
    return lambda room, session, _: init(room, session, {})


def _keeps_what_failed(failed: Any) -> Any:
    def stubborn(room: Room) -> None:
        head = room.head
        failed(room)
        room.head = head

    return stubborn


def _shows_first(publish: Any) -> Any:
    def hasty(room: Room) -> Any:
        room.committed = room.head
        return publish(room)

    return hasty


def _tells_nobody_their_own(send: Any) -> Any:
    def silent(hall: Hall, place: Any, publication: Any) -> None:
        send(hall, place, type(publication)(**{**vars(publication), "touched": frozenset()}))

    return silent


SERVER: Mapping[str, Replaced] = {
    "acknowledges before it stores": (Room, "submit", _acknowledges_first),
    "knows no id": (Room, "_answer", _knows_no_ids),
    "forgets ids at a restart": (Room, "__init__", _forgets_ids_at_a_restart),
    "keeps what could not be stored": (Room, "failed", _keeps_what_failed),
    "shows before it stores": (Room, "publish", _shows_first),
    "tells nobody what is theirs": (Hall, "_send", _tells_nobody_their_own),
}

BROWSER: Mapping[str, Sequence[Replacement]] = {
    "forgets what it has sent": [
        ("      settle(batch, history", "      remove(batch);\n      settle(batch, history"),
    ],
    "adopts nothing after a reload": [("  function adopt() {\n", "  function adopt() {\n    return;\n")],
    "gives a new id each time": [
        (
            "batch.map(({ since, ...command }) => command)",
            "batch.map(({ since, ...command }) => ({ ...command, id: newId() }))",
        ),
    ],
    "lets go of what is refused": [("kept.put(command, { code, message });", "kept.drop(command);")],
    "trusts a clock that is put back": [("latest = Math.max(now(), latest + 1);", "latest = now();")],
    "merges whatever comes": [('if (changes.from === known.seq) return "apply";', 'return "apply";')],
    "asks for nothing that it missed": [
        ('case "sync":\n        sync();', 'case "sync":'),
        ("head.seq > seq.value) sync();", "head.seq > seq.value) void 0;"),
    ],
    "offers nothing again": [("if (before && before !== epoch) offerAgain();", "")],
    "takes later for no": [('const KEPT = ["slow_down", "storage_failed"];', "const KEPT = [];")],
}


@contextmanager
def mutated(name: str | None) -> Iterator[Sequence[Replacement]]:
    """The product with mutant *name*; what has to be replaced in the browser's source, when it is one of those."""
    if name is None or name in BROWSER:
        yield BROWSER.get(name or "", ())
        return
    owner, attribute, spoil = SERVER[name]
    whole = getattr(owner, attribute)
    setattr(owner, attribute, spoil(whole))
    try:
        yield ()
    finally:
        setattr(owner, attribute, whole)

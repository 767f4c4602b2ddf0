"""Own playbooks: those that facilitators made, as files in the data folder beside the ones that are shipped.

They are read whenever somebody asks for them, because people put files there themselves; one that is wrong is told of
and stops nobody.  Their ids begin with ``own:``, so that they never take the place of a shipped one.
"""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import tomli_w

from sessions.bilingual import in_both, spoken
from sessions.message import Rejected, TooLarge
from sessions.playbook import MAX_BYTES, BadPlaybook, Playbook, load, read, shared_tables
from sessions.session import Session
from sessions.steps import ID
from sessions.texts import Language

PREFIX = "own:"
MOST = 100
"""So many are kept, so that nobody fills the disk."""


@dataclass
class OwnPlaybooks:
    """The own playbooks in one folder, which need not be there yet."""

    folder: Path
    _read: dict[str, tuple[tuple[int, int], Playbook | BadPlaybook]] = field(default_factory=dict)
    """file -> when it was changed and its size, and what was in it then"""

    def all(self) -> tuple[dict[str, Playbook], list[BadPlaybook]]:
        """Those that are right, by id, in the order of their names; and what is wrong with the others."""
        good: dict[str, Playbook] = {}
        wrong: list[BadPlaybook] = []
        for path in sorted(self.folder.glob("*.toml"))[:MOST]:
            match self._playbook(path):
                case Playbook() as playbook:
                    good[playbook.id] = playbook
                case BadPlaybook() as problem:
                    wrong.append(problem)
        return good, wrong

    def _playbook(self, path: Path) -> Playbook | BadPlaybook:
        try:
            stat = path.stat()
            version = (stat.st_mtime_ns, stat.st_size)
            if self._read.get(path.name, ((), None))[0] != version:
                self._read[path.name] = version, _own(load(path, shared_tables()))
            return self._read[path.name][1]
        except BadPlaybook as problem:
            self._read[path.name] = version, problem
            return problem
        except OSError:
            # It went away this very moment.
            return BadPlaybook.missing(path.name)

    def keep(self, name: str, content: bytes, *, replace: bool = False) -> Playbook:
        """Store a playbook under a name made from *name*; raises BadPlaybook, Rejected or TooLarge."""
        id = slug(name)
        playbook = _own(read(id, f"{id}.toml", content, shared_tables()))
        path = self.folder / f"{id}.toml"
        if path.exists() and not replace:
            raise Rejected("playbook.exists", title=name)
        if not path.exists() and len(list(self.folder.glob("*.toml"))) >= MOST:
            raise TooLarge("playbook.many", most=MOST)
        self.folder.mkdir(parents=True, exist_ok=True)
        _write(path, content)
        return playbook

    def one(self, id: str) -> Playbook | BadPlaybook:
        """The playbook *id*, or what is wrong with it; raises Rejected when there is none."""
        return self._playbook(self._path(id))

    def content(self, id: str) -> bytes:
        """The file of the playbook *id*; raises Rejected when there is none."""
        try:
            return self._path(id).read_bytes()
        except OSError:
            raise Rejected("playbook.gone") from None

    def remove(self, id: str) -> None:
        """Delete a playbook for good; raises Rejected when there is none."""
        try:
            self._path(id).unlink()
        except FileNotFoundError:
            raise Rejected("playbook.gone") from None

    def rename(self, id: str, title: str | Mapping[Language, str]) -> Playbook:
        """Give a playbook another title, and the file the name that goes with it; raises BadPlaybook or Rejected."""
        old, content = self._path(id), self.content(id)
        first = title if isinstance(title, str) else next(iter(title.values()))
        new = self.folder / f"{slug(first)}.toml"
        if new != old and new.exists():
            raise Rejected("playbook.taken", title=first)
        changed = _retitled(content, title)
        playbook = _own(read(new.stem, new.name, changed, shared_tables()))
        _write(new, changed)
        if new != old:
            old.unlink(missing_ok=True)
        return playbook

    def _path(self, id: str) -> Path:
        """The file of a playbook; raises Rejected when there is none, so no id leads out of the folder."""
        name = id.removeprefix(PREFIX)
        path = self.folder / f"{name}.toml"
        if name == id or not ID.fullmatch(name) or not path.is_file():
            raise Rejected("playbook.gone")
        return path


def id_of(file: str) -> str:
    """The id of the playbook in *file*; empty when a file of that name is none that can be dealt with here."""
    name = file.removesuffix(".toml")
    return f"{PREFIX}{name}" if ID.fullmatch(name) else ""


def _write(path: Path, content: bytes) -> None:
    # Whole or not at all: somebody may be reading it.
    part = path.with_suffix(".part")
    part.write_bytes(content)
    part.replace(path)


def _retitled(content: bytes, title: str | Mapping[Language, str]) -> bytes:
    """*content* with another title; the comments of whoever wrote it by hand stay where the title is one line."""
    text = content.decode("utf-8")
    wanted = {**tomllib.loads(text), "title": title}
    line = tomli_w.dumps({"title": title}).strip()
    if isinstance(title, str):
        in_place = re.sub(r"\A((?:[^\[\n].*\n|\n)*?)title *=.*", lambda found: found[1] + line, text, count=1)
        try:
            if tomllib.loads(in_place) == wanted:
                return in_place.encode()
        except tomllib.TOMLDecodeError:
            pass
    return tomli_w.dumps(wanted, multiline_strings=True).encode()


def _own(playbook: Playbook) -> Playbook:
    return Playbook(f"{PREFIX}{playbook.id}", playbook.raw)


def slug(name: str) -> str:
    """A file name for a title: a-z, 0-9 and hyphens."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-") or "draaiboek"


def to_toml(session: Session, title: str = "") -> bytes:
    """The plan of a session as a playbook, in both languages as far as it knows them; raises TooLarge.

    Nothing that people contributed is in it.
    """
    plan = session.plan
    steps = _without_skipped(session)
    plans = {step["id"]: session.steps[step["id"]].plan for step in steps}
    # What a step delivered may have been edited away with the step, or with a box of it.
    delivers = [msgspec.to_builtins(one) for one in plan.delivers if not any(one.problems(plans))]
    join = msgspec.to_builtins(plan.join)
    whole = {
        "title": title or session.info.title,
        "purpose": session.info.purpose,
        "join": {**join, "organisations": list(plan.join.organisations)},
        "steps": steps,
        **({"delivers": delivers} if delivers else {}),
    }
    both = in_both(_told(whole), plan.other, spoken(plan, session.info.language))
    content = tomli_w.dumps(both, multiline_strings=True).encode()
    if len(content) > MAX_BYTES:
        raise TooLarge("playbook.too_large", most=MAX_BYTES // 1000)
    return content


def _without_skipped(session: Session) -> list[Mapping[str, Any]]:
    """The steps as data; one that is skipped stays only when others build on it."""
    needed = {name for step in session.steps.values() if not step.skipped for name in step.builds_on}
    for step in reversed(list(session.steps.values())):
        if step.plan.id in needed:
            needed |= step.builds_on
    return [
        step for step in session.plan.steps if step["id"] in needed or not session.steps[step["id"]].skipped
    ]


def _told(value: Any) -> Any:
    """*value* without what is absent: TOML has no word for it."""
    match value:
        case dict():
            return {key: _told(inner) for key, inner in value.items() if inner is not None}
        case list():
            return [_told(inner) for inner in value if inner is not None]
        case str():
            return value.replace("\r", "")
    return value

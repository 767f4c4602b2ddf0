"""Playbooks: ready-made plans, written as TOML, checked before anybody can choose them.

A text is either a string or ``{nl, en}``; a session's plan has it in one language, so that activities know no other, and
what it is in the other one beside it (see ``bilingual``).  Scales, lists, groups, boxes, fields, questions and forms (steps half written) are looked up by name,
first in the playbook and then in ``_shared.toml``.  Every problem names file, step and field.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from sessions.activity import StepPlan
from sessions.bilingual import localized, pairs
from sessions.delivers import Deliverable
from sessions.people import Join
from sessions.session_messages import Plan
from sessions.steps import ID, BadStep, check_steps, field_of
from sessions.texts import LANGUAGES, Language, Said, said, texts

SHIPPED = Path(__file__).parent / "playbooks"
MAX_BYTES = 256_000

_TABLES = ("scales", "lists", "groups", "boxes", "fields", "questions", "forms")
_FIELDS = {"title", "purpose", "audience", "based_on", "join", "steps", "delivers", *_TABLES}
_NAMED = {"scale": "scales", "items": "lists", "targets": "lists", "options": "groups"}
"""Field -> the table in which a name there is looked up."""
_LISTED = ("boxes", "fields", "questions")
"""Fields whose entries may be names from the table of the same name, beside entries written out."""


_WRONG = {
    (False, False): "playbook.wrong",
    (False, True): "playbook.wrong_field",
    (True, False): "playbook.wrong_step",
    (True, True): "playbook.wrong_step_field",
}
"""The sentence in which a problem is told: with the step that it is about, and the field."""


class BadPlaybook(Exception):
    """What is wrong with a playbook: file, step and field, and what to do."""

    def __init__(self, file: str, problem: Said, *, step: str = "", field: str = "") -> None:
        self.file = file
        places = {"file": file, "step": step, "field": field}
        self.key = _WRONG[bool(step), bool(field)]
        self.params = {**{name: place for name, place in places.items() if place}, "problem": problem}
        super().__init__(self.told("en"))

    @classmethod
    def missing(cls, file: str) -> "BadPlaybook":
        """For a file that is not there."""
        return cls(file, said("playbook.missing"))

    def told(self, language: Language) -> str:
        """The sentence, in the language of whoever reads it."""
        return texts(language).t(self.key, **self.params)


@dataclass(frozen=True)
class Playbook:
    """One playbook; ``raw`` has its names looked up and is still in both languages."""

    id: str
    raw: Mapping[str, Any]

    def text(self, field: str, language: Language) -> str:
        """A text of the playbook itself (title, purpose, audience); empty when it has none."""
        return str(localized(self.raw.get(field, ""), language))

    def plan(self, language: Language) -> Plan:
        """The plan for a session in *language*."""
        own = localized(self.raw, language)
        said = {name: self.raw.get(name) for name in ("title", "purpose", "join", "steps", "delivers")}
        return Plan(
            join=msgspec.convert(own.get("join", {}), Join),
            steps=own["steps"],
            delivers=msgspec.convert(own.get("delivers", []), list[Deliverable]),
            language=language,
            other=pairs(said, language),
        )

    def summary(self, language: Language) -> dict[str, Any]:
        """What ``GET /api/playbooks`` says of it."""
        steps = localized(self.raw["steps"], language)
        return {
            "id": self.id,
            "title": self.text("title", language),
            "minutes": sum(step.get("minutes", 0) for step in steps),
            "steps": [{"id": step["id"], "kind": step["kind"], "title": step["title"]} for step in steps],
        }


def shipped_playbooks(folder: Path = SHIPPED) -> dict[str, Playbook]:
    """The playbooks in *folder* by id, quickest first; raises BadPlaybook."""
    shared = shared_tables(folder)
    files = (path for path in folder.glob("*.toml") if not path.name.startswith("_"))
    found = [load(path, shared) for path in files]
    return {
        playbook.id: playbook
        for playbook in sorted(found, key=lambda one: (one.summary("nl")["minutes"], one.id))
    }


def shared_tables(folder: Path = SHIPPED) -> Mapping[str, Any]:
    """What every playbook may name; raises BadPlaybook."""
    path = folder / "_shared.toml"
    tables = _parsed(_content(path), path.name) if path.exists() else {}
    if unknown := tables.keys() - set(_TABLES):
        raise BadPlaybook(path.name, said("playbook.unknown"), field=min(unknown))
    _check_tables(tables, path.name)
    return tables


def load(path: Path, shared: Mapping[str, Any] | None = None) -> Playbook:
    """The playbook in one file; raises BadPlaybook with file, step and field."""
    return read(path.stem, path.name, _content(path), shared)


def read(id: str, file: str, content: bytes, shared: Mapping[str, Any] | None = None) -> Playbook:
    """The playbook *id* that *content* holds; raises BadPlaybook with file, step and field."""
    raw = _parsed(content, file)
    if not ID.fullmatch(id):
        raise BadPlaybook(file, said("playbook.file_name"))
    if unknown := raw.keys() - _FIELDS:
        raise BadPlaybook(file, said("playbook.unknown"), field=min(unknown))
    for field in ("title", "steps"):
        if not raw.get(field):
            raise BadPlaybook(file, said("playbook.missing"), field=field)
    if not isinstance(raw["steps"], list) or not all(isinstance(step, dict) for step in raw["steps"]):
        raise BadPlaybook(file, said("playbook.write_as", table="[[steps]]"), field="steps")
    _check_tables(raw, file)
    tables = {name: {**(shared or {}).get(name, {}), **raw.get(name, {})} for name in _TABLES}
    steps = [_looked_up(step, tables, file) for step in raw["steps"]]
    join = _join(raw.get("join", {}), tables["groups"], file)
    playbook = Playbook(id, {**raw, "join": join, "steps": steps})
    _check(playbook, file)
    return playbook


def _check_tables(raw: Mapping[str, Any], file: str) -> None:
    for name in _TABLES:
        if not isinstance(raw.get(name, {}), dict):
            raise BadPlaybook(file, said("playbook.write_as", table=f"[{name}]"), field=name)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as problem:
        raise BadPlaybook(path.name, said("playbook.unreadable", problem=problem.strerror)) from None


def _parsed(content: bytes, file: str) -> dict[str, Any]:
    if len(content) > MAX_BYTES:
        raise BadPlaybook(file, said("playbook.too_large", most=MAX_BYTES // 1000))
    try:
        return tomllib.loads(content.decode("utf-8"))
    except UnicodeDecodeError:
        raise BadPlaybook(file, said("playbook.not_utf8")) from None
    except (tomllib.TOMLDecodeError, RecursionError) as problem:
        raise BadPlaybook(file, said("playbook.not_toml", problem=problem)) from None


def _looked_up(step: Mapping[str, Any], tables: Mapping[str, Any], file: str) -> dict[str, Any]:
    """The step with everything put in that it names."""
    id = str(step.get("id", "?"))

    def named(table: str, name: str, field: str) -> Any:
        if name not in tables[table]:
            known = ", ".join(sorted(tables[table])) or "none"
            problem = said("playbook.unknown_name", name=name, table=table, known=known)
            raise BadPlaybook(file, problem, step=id, field=field)
        return tables[table][name]

    def entry(table: str, given: Any, field: str) -> Any:
        """One of a list: written out, or a name, which then is its id unless it brings one."""
        if isinstance(given, str):
            found = named(table, given, field)
            given = {"id": given, **found} if isinstance(found, dict) else found
        return whole(given, f"{field}.") if isinstance(given, dict) else given

    def whole(raw: Mapping[str, Any], where: str = "") -> dict[str, Any]:
        known = dict(raw)
        for field, given in raw.items():
            if field in _NAMED and isinstance(given, str):
                known[field] = named(_NAMED[field], given, where + field)
            elif field in _LISTED and isinstance(given, list):
                known[field] = [entry(field, one, where + field) for one in given]
        return known

    form = step.get("form")
    if not isinstance(form, str):
        return whole(step)
    found = named("forms", form, "form")
    if not isinstance(found, dict):
        raise BadPlaybook(file, said("playbook.write_as", table=f"[forms.{form}]"), step=id, field="form")
    return whole({**found, **{field: given for field, given in step.items() if field != "form"}})


def _join(join: Mapping[str, Any], groups: Mapping[str, Any], file: str) -> dict[str, Any]:
    """The join table with its groups looked up; ``ask`` becomes the options of role and level."""
    if not isinstance(join, dict):
        raise BadPlaybook(file, said("playbook.write_as", table="[join]"), field="join")
    known = {key: value for key, value in join.items() if key != "ask"}
    name = join.get("organisations", "organisations")
    if isinstance(name, str):
        if name not in groups:
            raise BadPlaybook(file, said("playbook.unknown_group", name=name), field="join.organisations")
        known["organisations"] = groups[name]
    asks = join.get("ask", [])
    for asked in asks if isinstance(asks, list) else [asks]:
        if asked not in ("role", "level") or asked not in groups:
            raise BadPlaybook(file, said("playbook.cannot_ask", asked=asked), field="join.ask")
        known[asked] = groups[asked]
    return known


def _check(playbook: Playbook, file: str) -> None:
    _check_languages(playbook.raw, file)
    for language in LANGUAGES:
        own = localized(playbook.raw, language)
        try:
            join = msgspec.convert(own["join"], Join)
        except msgspec.ValidationError as problem:
            raise BadPlaybook(file, said("plan.type", problem=problem), field="join") from None
        try:
            plans = check_steps(own["steps"])
        except BadStep as wrong:
            raise BadPlaybook(file, wrong.problem, step=wrong.step, field=wrong.field) from None
        if not plans:
            raise BadPlaybook(file, said("playbook.no_steps"), field="steps")
        for id, plan in plans.items():
            if join.organisation == "no" and getattr(plan, "per", "") == "organisation":
                raise BadPlaybook(file, said("plan.no_organisations"), step=id, field="per")
        _check_delivers(own.get("delivers", []), plans, file)


def _check_languages(value: Any, file: str, step: str = "", field: str = "") -> None:
    match value:
        case {"nl": _} | {"en": _} if not all(isinstance(value.get(language), str) for language in LANGUAGES):
            raise BadPlaybook(file, said("playbook.both_languages"), step=step, field=field)
        case {"nl": _, "en": _} if len(value) != len(LANGUAGES):
            raise BadPlaybook(file, said("playbook.two_languages"), step=step, field=field)
        case dict():
            for key, inner in value.items():
                _check_languages(inner, file, step, f"{field}.{key}" if field else str(key))
        case list():
            for n, inner in enumerate(value):
                if field == "steps" and isinstance(inner, dict):
                    _check_languages(inner, file, str(inner.get("id", n + 1)))
                else:
                    _check_languages(inner, file, step, f"{field}[{n}]")


def _check_delivers(raw: Any, plans: Mapping[str, StepPlan], file: str) -> None:
    if not isinstance(raw, list):
        raise BadPlaybook(file, said("playbook.write_as", table="[[delivers]]"), field="delivers")
    for n, one in enumerate(raw):
        where = f"delivers[{n}]"
        try:
            wanted = msgspec.convert(one, Deliverable)
        except msgspec.ValidationError as problem:
            field = f"{where}.{field_of(problem)}"
            raise BadPlaybook(file, said("plan.type", problem=problem), field=field) from None
        for field, wrong in wanted.problems(plans):
            step = wanted.step if wanted.step in plans else ""
            raise BadPlaybook(file, wrong, step=step, field=f"{where}.{field}")

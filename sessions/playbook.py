"""Playbooks: ready-made plans, written as TOML, checked before anybody can choose them.

A text is either a string or ``{nl, en}``; ``localized`` turns the second into the first, so that activities only
know one language.  Scales, lists, groups, boxes, fields, questions and forms (steps half written) are looked up by name,
first in the playbook and then in ``_shared.toml``.  Every problem names file, step and field.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from sessions.activities import KINDS
from sessions.activity import StepPlan
from sessions.delivers import Deliverable
from sessions.items import Item
from sessions.people import Join
from sessions.session import Plan, step_plan
from sessions.texts import LANGUAGES, Language

SHIPPED = Path(__file__).parent / "playbooks"
MAX_BYTES = 256_000

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_TABLES = ("scales", "lists", "groups", "boxes", "fields", "questions", "forms")
_FIELDS = {"title", "purpose", "audience", "based_on", "join", "steps", "delivers", *_TABLES}
_NAMED = {"scale": "scales", "items": "lists", "targets": "lists", "options": "groups"}
"""Field -> the table in which a name there is looked up."""
_LISTED = ("boxes", "fields", "questions")
"""Fields whose entries may be names from the table of the same name, beside entries written out."""


class BadPlaybook(Exception):
    """What is wrong with a playbook: file, step and field, and what to do."""

    def __init__(self, file: str, problem: str, *, step: str = "", field: str = "") -> None:
        where = [file, *([f"step {step!r}"] if step else []), *([f"field {field}"] if field else [])]
        super().__init__(f"{', '.join(where)}: {problem}")


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
        return Plan(
            join=msgspec.convert(own.get("join", {}), Join),
            steps=own["steps"],
            delivers=msgspec.convert(own.get("delivers", []), list[Deliverable]),
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


def localized(value: Any, language: Language) -> Any:
    """*value* with every ``{nl, en}`` in it replaced by its text in *language*."""
    match value:
        case {"nl": _, "en": _} if len(value) == 2:
            return value[language]
        case dict():
            return {key: localized(inner, language) for key, inner in value.items()}
        case list():
            return [localized(inner, language) for inner in value]
    return value


def shipped_playbooks(folder: Path = SHIPPED) -> dict[str, Playbook]:
    """The playbooks in *folder* by id, quickest first; raises BadPlaybook."""
    shared = _shared(folder)
    files = (path for path in folder.glob("*.toml") if not path.name.startswith("_"))
    found = [load(path, shared) for path in files]
    return {
        playbook.id: playbook
        for playbook in sorted(found, key=lambda one: (one.summary("nl")["minutes"], one.id))
    }


def _shared(folder: Path) -> Mapping[str, Any]:
    path = folder / "_shared.toml"
    tables = _parse(path) if path.exists() else {}
    if unknown := tables.keys() - set(_TABLES):
        raise BadPlaybook(path.name, "is not known here", field=min(unknown))
    _check_tables(tables, path.name)
    return tables


def load(path: Path, shared: Mapping[str, Any] | None = None) -> Playbook:
    """The playbook in one file; raises BadPlaybook with file, step and field."""
    raw = _parse(path)
    file = path.name
    if not _ID.fullmatch(path.stem):
        raise BadPlaybook(file, "the file name may have a-z, 0-9 and hyphens, 40 at most")
    if unknown := raw.keys() - _FIELDS:
        raise BadPlaybook(file, "is not known here", field=min(unknown))
    for field in ("title", "steps"):
        if not raw.get(field):
            raise BadPlaybook(file, "is missing", field=field)
    if not isinstance(raw["steps"], list) or not all(isinstance(step, dict) for step in raw["steps"]):
        raise BadPlaybook(file, "write each step as [[steps]]", field="steps")
    _check_tables(raw, file)
    tables = {name: {**(shared or {}).get(name, {}), **raw.get(name, {})} for name in _TABLES}
    steps = [_looked_up(step, tables, file) for step in raw["steps"]]
    join = _join(raw.get("join", {}), tables["groups"], file)
    playbook = Playbook(path.stem, {**raw, "join": join, "steps": steps})
    _check(playbook, file)
    return playbook


def _check_tables(raw: Mapping[str, Any], file: str) -> None:
    for name in _TABLES:
        if not isinstance(raw.get(name, {}), dict):
            raise BadPlaybook(file, f"write it as [{name}]", field=name)


def _parse(path: Path) -> dict[str, Any]:
    try:
        content = path.read_bytes()
        if len(content) > MAX_BYTES:
            raise BadPlaybook(path.name, f"is larger than {MAX_BYTES // 1000} kB")
        return tomllib.loads(content.decode("utf-8"))
    except OSError as problem:
        raise BadPlaybook(path.name, f"cannot be read: {problem.strerror}") from None
    except UnicodeDecodeError:
        raise BadPlaybook(path.name, "is not UTF-8 text") from None
    except tomllib.TOMLDecodeError as problem:
        raise BadPlaybook(path.name, f"is not TOML: {problem}") from None


def _looked_up(step: Mapping[str, Any], tables: Mapping[str, Any], file: str) -> dict[str, Any]:
    """The step with everything put in that it names."""
    id = str(step.get("id", "?"))

    def named(table: str, name: str, field: str) -> Any:
        if name not in tables[table]:
            known = ", ".join(sorted(tables[table])) or "none"
            problem = f"there is no {name!r} in [{table}]; known: {known}"
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
        raise BadPlaybook(file, f"write it as [forms.{form}]", step=id, field="form")
    return whole({**found, **{field: given for field, given in step.items() if field != "form"}})


def _join(join: Mapping[str, Any], groups: Mapping[str, Any], file: str) -> dict[str, Any]:
    """The join table with its groups looked up; ``ask`` becomes the options of role and level."""
    if not isinstance(join, dict):
        raise BadPlaybook(file, "write it as [join]", field="join")
    known = {key: value for key, value in join.items() if key != "ask"}
    name = join.get("organisations", "organisations")
    if isinstance(name, str):
        if name not in groups:
            raise BadPlaybook(file, f"there is no {name!r} in [groups]", field="join.organisations")
        known["organisations"] = groups[name]
    asks = join.get("ask", [])
    for asked in asks if isinstance(asks, list) else [asks]:
        if asked not in ("role", "level") or asked not in groups:
            raise BadPlaybook(file, f"{asked!r} cannot be asked; known: role, level", field="join.ask")
        known[asked] = groups[asked]
    return known


def _check(playbook: Playbook, file: str) -> None:
    _check_languages(playbook.raw, file)
    for language in LANGUAGES:
        own = localized(playbook.raw, language)
        try:
            msgspec.convert(own["join"], Join)
        except msgspec.ValidationError as problem:
            raise BadPlaybook(file, str(problem), field="join") from None
        plans = _check_steps(own["steps"], file)
        _check_delivers(own.get("delivers", []), plans, file)


def _check_languages(value: Any, file: str, step: str = "", field: str = "") -> None:
    match value:
        case {"nl": _} | {"en": _} if not all(isinstance(value.get(language), str) for language in LANGUAGES):
            raise BadPlaybook(file, "a text needs both nl and en", step=step, field=field)
        case {"nl": _, "en": _} if len(value) != len(LANGUAGES):
            raise BadPlaybook(file, "a text has nl and en and nothing else", step=step, field=field)
        case dict():
            for key, inner in value.items():
                _check_languages(inner, file, step, f"{field}.{key}" if field else str(key))
        case list():
            for n, inner in enumerate(value):
                if field == "steps" and isinstance(inner, dict):
                    _check_languages(inner, file, str(inner.get("id", n + 1)))
                else:
                    _check_languages(inner, file, step, f"{field}[{n}]")


def _check_steps(steps: Iterable[dict[str, Any]], file: str) -> Mapping[str, StepPlan]:
    """The plans of all steps, by id, when nothing is wrong with them."""
    earlier: dict[str, StepPlan] = {}
    for n, raw in enumerate(steps, 1):
        id = raw.get("id")
        if not isinstance(id, str) or not _ID.fullmatch(id):
            raise BadPlaybook(file, "give an id of a-z, 0-9 and hyphens", step=str(id or n), field="id")
        if id in earlier:
            raise BadPlaybook(file, "another step has the same id", step=id, field="id")
        if str(raw.get("kind")) not in KINDS:
            raise BadPlaybook(file, f"known kinds: {', '.join(KINDS)}", step=id, field="kind")
        try:
            plan = step_plan(raw)
        except msgspec.ValidationError as problem:
            raise BadPlaybook(file, str(problem), step=id, field=_field(problem)) from None
        for field, wrong in _problems(plan, earlier):
            raise BadPlaybook(file, wrong, step=id, field=field)
        earlier[id] = plan
    if not earlier:
        raise BadPlaybook(file, "there are no steps", field="steps")
    return earlier


def _check_delivers(raw: Any, plans: Mapping[str, StepPlan], file: str) -> None:
    if not isinstance(raw, list):
        raise BadPlaybook(file, "write each of them as [[delivers]]", field="delivers")
    for n, one in enumerate(raw):
        where = f"delivers[{n}]"
        try:
            wanted = msgspec.convert(one, Deliverable)
        except msgspec.ValidationError as problem:
            raise BadPlaybook(file, str(problem), field=f"{where}.{_field(problem)}") from None
        for field, wrong in wanted.problems(plans):
            step = wanted.step if wanted.step in plans else ""
            raise BadPlaybook(file, wrong, step=step, field=f"{where}.{field}")


def _problems(plan: StepPlan, earlier: Mapping[str, StepPlan]) -> Iterator[tuple[str, str]]:
    """Field -> what is wrong with it: first what it names, which the plan itself then may rely on."""
    for field, step in plan.references().items():
        wanted = plan.refers_to(field)
        if step not in earlier:
            yield field, f"there is no earlier step {step!r}"
        elif wanted and earlier[step].kind != wanted:
            yield field, f"step {step!r} is no {wanted}"
    for field, source in plan.sources().items():
        for inner, wrong in source.problems(earlier).items():
            yield f"{field}.{inner}" if inner else field, wrong
    yield from plan.problems(earlier).items()
    # An item is known by its id in the whole session, so an id means one thing.
    known = {item.id: (item, step) for step, other in earlier.items() for item in _listed(other)}
    for field, items in plan.listed().items():
        for item in items:
            other, step = known.get(item.id, (item, ""))
            if other != item:
                yield field, f"item {item.id!r} is another one in step {step!r}: give it an id of its own"


def _listed(plan: StepPlan) -> Iterator[Item]:
    for items in plan.listed().values():
        yield from items


def _field(problem: msgspec.ValidationError) -> str:
    """The field a msgspec error speaks of, as a path."""
    text = str(problem)
    path = found[1] if (found := re.search(r" - at `\$\.?([^`]*)`", text)) else ""
    name = found[1] if (found := re.search(r"field `([^`]*)`", text)) else ""
    return ".".join(part for part in (path, name) if part) or "?"

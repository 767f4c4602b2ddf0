"""Join an entry module and its own imports into one module, so that a page needs one request for its code.

This is no bundler: the sources keep to a few plain forms (see `js_module.py`), every top-level name is unique over
all own modules, and so joining is taking out `import` lines and the word `export`.  What nothing in the page mentions
is left out, so a phone does not fetch the console; comments and layout go too.
What only `await import("./x.js")` leads to becomes a file of its own, a chunk, which takes the rest from the main
file; what several chunks share and the main file does not need becomes one as well.
"""

from dataclasses import dataclass, field
from pathlib import Path

from sessions.web.js_module import Bare, Module, Statement, take_apart
from sessions.web.js_tokens import LinkError

# What chunks import the rest by.
MAIN = "main"
# A file costs a request and some bytes of its own: what is shared and has fewer characters joins something larger.
WORTH_A_FILE = 1_500


@dataclass
class Chunk:
    """A part of a page that is fetched when it is wanted: its name is the specifier that it is imported by.

    That is the module's name ("rating"), or those of all chunks that share it ("page+rating").
    """

    name: str
    source: str
    files: tuple[str, ...]

    @property
    def serves(self) -> set[str]:
        """Which chunks need it, itself included."""
        return set(self.name.split("+"))


@dataclass
class Linked:
    """One joined module: its source, the files it is made of, and what it fetches when it is wanted.

    ``bare`` holds the names that all of it imports by bare specifiers ("preact").
    """

    source: str
    bare: dict[str, set[str]]
    files: tuple[str, ...]
    chunks: tuple[Chunk, ...] = ()
    needs: dict[str, set[str]] = field(default_factory=dict)
    """module -> the chunks that need something of it; MAIN when the page does at the start"""


def link(
    entry: Path,
    root: Path,
    greeting: str = "",
    worth: int = WORTH_A_FILE,
    known: dict[Path, Module] | None = None,
) -> Linked:
    """The module at *entry* joined with all modules below *root* that it imports, each once, imports first.

    *greeting* is the name of an own function that every chunk imports besides what it mentions; what chunks share and
    has fewer characters than *worth* is no chunk of its own.  Whoever joins several pages gives the same *known* to
    each, so that every file is taken apart once.
    """
    modules = _modules(entry.resolve(), root, {} if known is None else known)
    order = list(modules.values())
    _check_names(order, modules)
    wanted = _wanted(entry.resolve(), modules, greeting)
    homes = _homes(wanted, worth)
    bare = _merged(order)
    names = [MAIN, *sorted({*homes.values(), *wanted.taken} - {MAIN})]
    parts = {name: _part(name, order, homes) for name in names}
    owner = {word: part.name for part in parts.values() for word in part.names}
    for part in parts.values():
        taken = wanted.taken.get(part.name, set())
        asked = part.words | taken | ({greeting} if part.name != MAIN else set())
        for word in asked & owner.keys() - part.names:
            part.imports.setdefault(owner[word], set()).add(word)
            parts[owner[word]].exports.add(word)
        part.exports |= taken
    bare_names = {
        specifier: {name for name in imported.named if any(name in part.words for part in parts.values())}
        | ({"default"} if imported.default else set())
        for specifier, imported in bare.items()
    }
    main, *chunks = (part.written(bare) for part in parts.values())
    return Linked(main.source, bare_names, main.files, tuple(chunks), _needs(order, wanted))


def _needs(order: list[Module], wanted: "_Wanted") -> dict[str, set[str]]:
    kept = {name: {id(statement) for statement in statements} for name, statements in wanted.kept.items()}
    return {
        module.name: {name for name, ids in kept.items() if not ids.isdisjoint(map(id, module.statements))}
        for module in order
    }


@dataclass
class _Part:
    """One file to be: its statements by module, and what it takes from the others and gives to them."""

    name: str
    texts: dict[str, list[str]]
    names: set[str]
    words: set[str]
    imports: dict[str, set[str]] = field(default_factory=dict)
    exports: set[str] = field(default_factory=set)

    def written(self, bare: dict[str, Bare]) -> Chunk:
        """The part as source."""
        lines = [_import_line(specifier, names, self.words) for specifier, names in bare.items()]
        if self.name != MAIN:
            # What is imported for its effect alone is there already.
            lines = [line for line in lines if " from " in line]
        lines += [
            f'import{{{",".join(sorted(names))}}}from"{other}";'
            for other, names in sorted(self.imports.items())
        ]
        lines += [text for own in self.texts.values() for text in own]
        if self.exports:
            lines.append(f"export{{{','.join(sorted(self.exports))}}};")
        return Chunk(self.name, "\n".join([*lines, ""]), tuple(self.texts))


def _part(name: str, order: list[Module], homes: dict[int, str]) -> _Part:
    own = {
        module.name: [statement for statement in module.statements if homes.get(id(statement)) == name]
        for module in order
    }
    statements = [statement for each in own.values() for statement in each]
    return _Part(
        name,
        {module: [statement.text for statement in each] for module, each in own.items() if each},
        {declared for statement in statements for declared in statement.names},
        {word for statement in statements for word in statement.words},
    )


def _modules(entry: Path, root: Path, known: dict[Path, Module]) -> dict[Path, Module]:
    """All modules that *entry* leads to, imports first."""
    seen: set[Path] = set()
    modules: dict[Path, Module] = {}

    def visit(path: Path, asked_by: str) -> None:
        if path in seen:
            return
        if not path.is_file() or not path.is_relative_to(root):
            raise LinkError(f"{asked_by} imports {path}, which is not a file below {root}")
        seen.add(path)
        if path not in known:
            known[path] = take_apart(path, path.relative_to(root).as_posix())
        module = known[path]
        for imported, _ in [*module.relative, *module.dynamic()]:
            visit(imported, module.name)
        modules[path] = module

    visit(entry, "the page")
    return modules


@dataclass
class _Wanted:
    """What a page needs at the start ("main") and what each chunk adds to that: statements by where they are reached."""

    kept: dict[str, list[Statement]]
    taken: dict[str, set[str]]
    """The names that are asked of each chunk."""


def _wanted(entry: Path, modules: dict[Path, Module], greeting: str) -> _Wanted:
    declared = {name: s for module in modules.values() for s in module.statements for name in s.names}
    at_start = _closure(entry, modules)
    effects = [s for path in at_start for s in modules[path].statements if not s.optional]
    wanted = _Wanted({MAIN: _mentioned(effects, declared)}, {})
    waiting = list(wanted.kept[MAIN])
    homes = {id(statement): module for module in modules.values() for statement in module.statements}
    while waiting:
        statement = waiting.pop()
        for specifier, names in statement.dynamic.items():
            path = (homes[id(statement)].path.parent / specifier).resolve()
            if path.stem in wanted.taken and set(names) <= wanted.taken[path.stem]:
                continue
            taken = wanted.taken.setdefault(path.stem, set())
            taken.update(names)
            own = [
                s for p in _closure(path, modules) - at_start for s in modules[p].statements if not s.optional
            ]
            kept = _mentioned([*own, *(declared[name] for name in taken)], declared)
            wanted.kept[path.stem] = kept
            waiting += kept
    if wanted.taken and greeting:
        wanted.kept[MAIN] = _mentioned([*effects, declared[greeting]], declared)
    return wanted


def _homes(wanted: _Wanted, worth: int) -> dict[int, str]:
    """The id of each statement that is kept -> the name of the part that holds it."""
    statements = {id(statement): statement for kept in wanted.kept.values() for statement in kept}
    declared = {name: id(statement) for statement in statements.values() for name in statement.names}
    reached: dict[int, set[str]] = {key: set() for key in statements}
    leads = {
        key: {declared[word] for word in statement.words & declared.keys()}
        for key, statement in statements.items()
    }
    for key, statement in statements.items():
        if statement.mutable:
            # An import cannot be assigned to: who mentions a `let` stays with it.
            for other, to in leads.items():
                if key in to:
                    leads[key] = leads[key] | {other}

    def reach(name: str, keys: set[int]) -> None:
        waiting = list(keys)
        while waiting:
            key = waiting.pop()
            if name not in reached[key]:
                reached[key].add(name)
                waiting += leads[key]

    for name, kept in wanted.kept.items():
        reach(name, {id(statement) for statement in kept})
    # What is small and shared goes where something shared by those, and as few others as can be, is large.
    lengths = {key: len(statement.text) for key, statement in statements.items()}
    while small := _smallest(reached, lengths, worth):
        group, keys, target = small
        for name in target - group:
            reach(name, keys)
    return {key: MAIN if MAIN in names else "+".join(sorted(names)) for key, names in reached.items()}


def _smallest(
    reached: dict[int, set[str]], lengths: dict[int, int], worth: int
) -> tuple[frozenset[str], set[int], frozenset[str]] | None:
    """What is shared and too small for a file, and where it should go instead; None when there is no such thing."""
    groups: dict[frozenset[str], set[int]] = {}
    for key, names in reached.items():
        if MAIN not in names and len(names) > 1:
            groups.setdefault(frozenset(names), set()).add(key)
    sizes = {group: sum(lengths[key] for key in keys) for group, keys in groups.items()}
    for group in sorted(groups, key=lambda group: (sizes[group], sorted(group))):
        if sizes[group] >= worth:
            return None
        larger = [other for other in groups if other > group and sizes[other] >= worth]
        target = min(larger, key=lambda other: (len(other), sorted(other)), default=frozenset({MAIN}))
        return group, groups[group], target
    return None


def _closure(path: Path, modules: dict[Path, Module]) -> set[Path]:
    """The module at *path* and all that come along with it."""
    found: set[Path] = set()
    waiting = [path]
    while waiting:
        if (at := waiting.pop()) not in found:
            found.add(at)
            waiting += [imported for imported, _ in modules[at].relative]
    return found


def _mentioned(roots: list[Statement], declared: dict[str, Statement]) -> list[Statement]:
    """The *roots* and the declarations that these mention, directly or through others."""
    waiting = list(roots)
    kept: dict[int, Statement] = {}
    while waiting:
        statement = waiting.pop()
        if id(statement) not in kept:
            kept[id(statement)] = statement
            waiting += [declared[word] for word in statement.words & declared.keys()]
    return list(kept.values())


def _check_names(order: list[Module], modules: dict[Path, Module]) -> None:
    """Every imported name is exported where it comes from, and no two modules use one top-level name."""
    owners: dict[str, str] = {}
    for module in order:
        for imported, named in [*module.relative, *module.dynamic()]:
            for missing in set(named) - modules[imported].exports:
                there = modules[imported].name
                raise LinkError(f"{module.name} imports {missing} from {there}, which does not export it")
        for name in module.names:
            if name in owners:
                raise LinkError(
                    f"{name} is a top-level name in both {owners[name]} and {module.name}: rename one"
                )
            owners[name] = module.name
    for module in order:
        for specifier, bare in module.bare.items():
            for clash in bare.names() & owners.keys():
                raise LinkError(
                    f"{clash} is imported from {specifier} and is a top-level name in {owners[clash]}"
                )


def _merged(order: list[Module]) -> dict[str, Bare]:
    """The bare imports of all modules, one entry per specifier."""
    merged: dict[str, Bare] = {}
    for module in order:
        for specifier, names in module.bare.items():
            bare = merged.setdefault(specifier, Bare())
            if bare.default and names.default and bare.default != names.default:
                raise LinkError(f"{specifier} is imported as both {bare.default} and {names.default}")
            bare.default = bare.default or names.default
            bare.named |= names.named
    return dict(sorted(merged.items()))


def _import_line(specifier: str, names: Bare, words: set[str]) -> str:
    named = f"{{ {', '.join(sorted(names.named & words))} }}" if names.named & words else ""
    what = ", ".join(part for part in (names.default, named) if part)
    return f'import {what} from "{specifier}";' if what else f'import "{specifier}";'

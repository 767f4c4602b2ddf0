"""Join an entry module and its own imports into one module, so that a page needs one request for its code.

This is no bundler: the sources keep to a few plain forms (see `LinkError` for what is refused), every top-level
name is unique over all own modules, and so joining is taking out `import` lines and the word `export`.  What
nothing in the page mentions is left out, so a phone does not fetch the console; comments and layout go too.
What only `await import("./x.js")` leads to becomes a file of its own, a chunk, which takes the rest from the main
file; what several chunks share and the main file does not need becomes one as well.
A newcomer would do that with regular expressions; template literals hold `//` and `/*` as text, so the source is
read token by token.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple


class LinkError(Exception):
    """A source file uses a form that the linker does not know; the message names file, line and remedy."""


_PLAIN_IMPORT = 'write `import { a, b } from "./x.js";` at the top level, without `as` or `*`'
_PLAIN_DYNAMIC = 'write `const { a, b } = await import("./x.js");`, and the same inside a function'
_PLAIN_EXPORT = "write `export` only before const, function or class"

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


class Token(NamedTuple):
    """A piece of source: its kind, its text, where it starts and how many brackets are open around it."""

    kind: str  # comment, string, template, regex, word, number, punctuation
    text: str
    start: int
    depth: int

    @property
    def end(self) -> int:
        """The offset just after the token."""
        return self.start + len(self.text)


_SPACE = re.compile(r"\s+")
_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
_STRING = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'", re.DOTALL)
_TEMPLATE = re.compile(r"(?:[^`\\$]|\\.|\$(?!\{))*(`|\$\{)", re.DOTALL)
_REGEX = re.compile(r"/(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*")
_WORD = re.compile(r"[#A-Za-z_$][\w$]*|\d[\w.]*")
_PUNCTUATION = re.compile(r"=>|\.\.\.|.", re.DOTALL)
# htm leaves out white space with a line end in it where a text begins or ends.
_MARKUP_GAP = re.compile(r"(?<=[>}`])\n(?=[<`]|\$\{)")
# No statement ends after the first or begins with the second, so that the end of a line says nothing there.
_OPENS = {"{", "(", "[", ",", ";"}
_CLOSES = {"}", ")", "]", ","}
# After these words a slash starts a regular expression, after any other word it divides.
_BEFORE_REGEX = {
    "return",
    "typeof",
    "case",
    "in",
    "of",
    "do",
    "else",
    "void",
    "delete",
    "await",
    "yield",
    "new",
}


def tokens(source: str, name: str) -> Iterator[Token]:
    """The tokens of an ES module, comments included and white space left out."""
    at = 0
    # One entry per open bracket; "${" is a hole in a template literal, which goes on after its "}".
    opened: list[str] = []
    last: Token | None = None
    while at < len(source):
        if space := _SPACE.match(source, at):
            at = space.end()
            continue
        kind, text = _next_token(source, at, last, name)
        if text in (")", "]", "}"):
            if not opened:
                raise _error(name, source, at, f'"{text}" closes nothing')
            opener = opened.pop()
            if opener == "${":
                kind, text = "template", _template_piece(source, at, name)
        token = Token(kind, text, at, len(opened))
        yield token
        if kind == "template" and text.endswith("${"):
            opened.append("${")
        elif kind == "punctuation" and text in ("(", "[", "{"):
            opened.append(text)
        if kind != "comment":
            last = token
        at = token.end


def _next_token(source: str, at: int, last: Token | None, name: str) -> tuple[str, str]:
    if comment := _COMMENT.match(source, at):
        return "comment", comment[0]
    if source[at] in "\"'":
        if string := _STRING.match(source, at):
            return "string", string[0]
        raise _error(name, source, at, "this text has no closing quote")
    if source[at] == "`":
        return "template", _template_piece(source, at, name)
    if source[at] == "/" and _starts_regex(last) and (regex := _REGEX.match(source, at)):
        return "regex", regex[0]
    if word := _WORD.match(source, at):
        return ("number" if word[0][0].isdigit() else "word"), word[0]
    punctuation = _PUNCTUATION.match(source, at)
    assert punctuation
    return "punctuation", punctuation[0]


def _template_piece(source: str, at: int, name: str) -> str:
    """From a backtick, or from the brace that ends a hole, up to the next hole or the closing backtick."""
    piece = _TEMPLATE.match(source, at + 1)
    if not piece:
        raise _error(name, source, at, "this template literal is not closed")
    return source[at : piece.end()]


def _starts_regex(last: Token | None) -> bool:
    if last is None:
        return True
    if last.kind == "word":
        return last.text in _BEFORE_REGEX
    return last.kind == "punctuation" and last.text not in (")", "]", "}")


@dataclass
class _Statement:
    """A statement at the top level: its text, the names it declares and all words it mentions."""

    text: str
    names: list[str]
    words: set[str]
    optional: bool
    """Whether it only declares something, and may go when nothing mentions that."""
    mutable: bool = False
    dynamic: dict[str, list[str]] = field(default_factory=dict)
    """Relative specifier -> the names that are taken from it by `await import()`."""


@dataclass
class _Module:
    """One own source file, taken apart."""

    path: Path
    name: str
    relative: list[tuple[Path, list[str]]] = field(default_factory=list)
    bare: dict[str, "_Bare"] = field(default_factory=dict)
    exports: set[str] = field(default_factory=set)
    statements: list[_Statement] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        """All that the module declares at its top level."""
        return [name for statement in self.statements for name in statement.names]

    def dynamic(self) -> list[tuple[Path, list[str]]]:
        """The modules that are fetched when they are wanted, with the names taken from each."""
        return [
            ((self.path.parent / specifier).resolve(), names)
            for statement in self.statements
            for specifier, names in statement.dynamic.items()
        ]


@dataclass
class _Bare:
    """What is imported from one bare specifier."""

    default: str | None = None
    named: set[str] = field(default_factory=set)

    def names(self) -> set[str]:
        """All names that the import brings into scope."""
        return self.named | ({self.default} if self.default else set())


def link(entry: Path, root: Path, greeting: str = "", worth: int = WORTH_A_FILE) -> Linked:
    """The module at *entry* joined with all modules below *root* that it imports, each once, imports first.

    *greeting* is the name of an own function that every chunk imports besides what it mentions; what chunks share and
    has fewer characters than *worth* is no chunk of its own.
    """
    modules = _modules(entry.resolve(), root)
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
    needs = {
        module.name: {
            name
            for name, kept in wanted.kept.items()
            if not {id(s) for s in kept}.isdisjoint(id(s) for s in module.statements)
        }
        for module in order
    }
    return Linked(main.source, bare_names, main.files, tuple(chunks), needs)


@dataclass
class _Part:
    """One file to be: its statements by module, and what it takes from the others and gives to them."""

    name: str
    texts: dict[str, list[str]]
    names: set[str]
    words: set[str]
    imports: dict[str, set[str]] = field(default_factory=dict)
    exports: set[str] = field(default_factory=set)

    def written(self, bare: dict[str, "_Bare"]) -> Chunk:
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


def _part(name: str, order: list["_Module"], homes: dict[int, str]) -> _Part:
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


def _modules(entry: Path, root: Path) -> dict[Path, "_Module"]:
    """All modules that *entry* leads to, imports first."""
    seen: set[Path] = set()
    modules: dict[Path, _Module] = {}

    def visit(path: Path, asked_by: str) -> None:
        if path in seen:
            return
        if not path.is_file() or not path.is_relative_to(root):
            raise LinkError(f"{asked_by} imports {path}, which is not a file below {root}")
        seen.add(path)
        module = _take_apart(path, path.relative_to(root).as_posix())
        for imported, _ in [*module.relative, *module.dynamic()]:
            visit(imported, module.name)
        modules[path] = module

    visit(entry, "the page")
    return modules


@dataclass
class _Wanted:
    """What a page needs at the start ("main") and what each chunk adds to that: statements by where they are reached."""

    kept: dict[str, list[_Statement]]
    taken: dict[str, set[str]]
    """The names that are asked of each chunk."""


def _wanted(entry: Path, modules: dict[Path, "_Module"], greeting: str) -> _Wanted:
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


def _closure(path: Path, modules: dict[Path, "_Module"]) -> set[Path]:
    """The module at *path* and all that come along with it."""
    found: set[Path] = set()
    waiting = [path]
    while waiting:
        if (at := waiting.pop()) not in found:
            found.add(at)
            waiting += [imported for imported, _ in modules[at].relative]
    return found


def _mentioned(roots: list[_Statement], declared: dict[str, _Statement]) -> list[_Statement]:
    """The *roots* and the declarations that these mention, directly or through others."""
    waiting = list(roots)
    kept: dict[int, _Statement] = {}
    while waiting:
        statement = waiting.pop()
        if id(statement) not in kept:
            kept[id(statement)] = statement
            waiting += [declared[word] for word in statement.words & declared.keys()]
    return list(kept.values())


def _take_apart(path: Path, name: str) -> _Module:
    source = path.read_text("utf-8")
    code = [token for token in tokens(source, name) if token.kind != "comment"]
    module = _Module(path, name)
    at = 0
    while at < len(code):
        if code[at].text == "import":
            at = _read_import(code, at, module, source) + 1
            continue
        exported = code[at].text == "export"
        start = at + exported
        names = _declared(code, start, source, name)
        if exported and not names:
            raise _error(name, source, code[at].start, _PLAIN_EXPORT)
        if exported:
            module.exports.update(names)
        at = _statement_end(code, start, bool(names)) + 1
        module.statements.append(_statement(code[start:at], names, source, name))
    # A word that the module does not have at its top level is a local name or a property.
    own = {*module.names, *(name for _, names in module.relative for name in names)}
    own.update(*(bare.names() for bare in module.bare.values()))
    for statement in module.statements:
        statement.words &= own
    return module


def _statement_end(code: list[Token], at: int, declares: bool) -> int:
    """The index of the last token of the statement that starts at *at*."""
    by_brace = not declares or code[at].text in ("function", "async", "class")
    for index in range(at, len(code)):
        if code[index].depth == 0 and (code[index].text == ";" or (by_brace and code[index].text == "}")):
            return index
    return len(code) - 1


def _statement(code: list[Token], names: list[str], source: str, name: str) -> _Statement:
    words = set()
    dynamic: dict[str, list[str]] = {}
    for at, token in enumerate(code):
        before = code[at - 1] if at else None
        after = code[at + 1] if at + 1 < len(code) else None
        if token.kind != "word" or (before and before.text == "."):
            continue
        if token.text == "import" and after and after.text == "(":
            specifier, taken = _read_dynamic(code, at, source, name)
            dynamic.setdefault(specifier, []).extend(taken)
        elif token.text in ("import", "export") and not (after and after.text == ":"):
            raise _error(
                name, source, token.start, _PLAIN_IMPORT if token.text == "import" else _PLAIN_EXPORT
            )
        words.add(token.text)
    # These are its own there, and come with the chunk.
    words -= {taken for each in dynamic.values() for taken in each}
    optional = bool(names) and _only_declares(code)
    return _Statement(_compact(code, source), names, words, optional, code[0].text == "let", dynamic)


def _read_dynamic(code: list[Token], at: int, source: str, name: str) -> tuple[str, list[str]]:
    """What `const { a, b } = await import("./x.js")` takes from where; *at* is the word import."""
    start = next((i for i in range(at, -1, -1) if code[i].text == "const"), 0)
    shape = " ".join(token.text for token in code[start : at + 4])
    match = re.fullmatch(r"""const \{ ([\w$ ,]*?)[ ,]*\} = await import \( ["'](\.[^"']+)["'] \)""", shape)
    if not match or code[at].depth == 0:
        raise _error(name, source, code[at].start, _PLAIN_DYNAMIC)
    return match[2], [word.strip() for word in match[1].split(",")]


# Makers of values that do nothing by being called.
_MAKERS = {"memo", "signal", "computed"}


def _only_declares(code: list[Token]) -> bool:
    """Whether this declaration has no effect but its name: a function, a class, a plain value."""
    if code[0].text in ("function", "async", "class"):
        return True
    value = code[3:]
    if any(token.depth == 0 and token.text == "=>" for token in value):
        return True
    if value and value[0].text in _MAKERS | {"function"}:
        return True
    if [token.text for token in value[:2]] in (["new", "Set"], ["new", "Map"]):
        return True
    tagged = any(token.kind == "template" and before.kind == "word" for before, token in pairwise(value))
    return not tagged and not any(token.text in ("(", "new", "await") for token in _outside_functions(value))


def _outside_functions(code: list[Token]) -> Iterator[Token]:
    """What of an expression runs at once: without its arrow functions, from their parameters to their end."""
    at = 0
    while at < len(code):
        end = _closing(code, at)
        if code[at].text == "(" and end + 1 < len(code) and code[end + 1].text == "=>":
            depth = code[at].depth
            at = end + 2
            while at < len(code) and not (
                code[at].depth <= depth and code[at].text in (",", ";", ")", "]", "}")
            ):
                at = _closing(code, at) + 1
        else:
            yield code[at]
            at += 1


def _closing(code: list[Token], at: int) -> int:
    """The index of the bracket that closes the one at *at*; *at* itself when that is no bracket."""
    if code[at].text not in ("(", "[", "{"):
        return at
    return next(i for i in range(at + 1, len(code)) if code[i].depth == code[at].depth)


def _compact(code: list[Token], source: str) -> str:
    """The text of *code* without comments and layout; indentation goes from htm templates too: it is no text."""
    text: list[str] = []
    in_htm: list[bool] = []
    before: Token | None = None
    for at, token in enumerate(code):
        if before:
            text.append(_gap(before, token, source[before.end : token.start]))
        piece = token.text
        if token.kind == "template":
            if piece.startswith("`"):
                in_htm.append(bool(before and before.text == "html"))
            if in_htm[-1]:
                piece = _MARKUP_GAP.sub("", re.sub(r"\n\s+", "\n", piece))
            if piece.endswith("`"):
                in_htm.pop()
        if token.kind == "string" and [part.text for part in code[max(0, at - 2) : at]] == ["import", "("]:
            piece = f'"{Path(piece[1:-1]).stem}"'
        text.append(piece)
        before = token
    return "".join(text)


def _gap(before: Token, after: Token, gap: str) -> str:
    """What must stay of the space between two tokens: line ends may end a statement, a blank may part two words."""
    if "\n" in gap:
        return "" if before.text in _OPENS or after.text in _CLOSES else "\n"
    if not gap:
        return ""
    left, right = before.text[-1], after.text[0]
    words = re.match(r"[\w$]{2}", left + right) or (left.isdigit() and right == ".")
    # `+ +` and `/ /` would become one token.
    return " " if words or left == right else ""


def _read_import(code: list[Token], at: int, module: _Module, source: str) -> int:
    """Note the import that starts at *at*; the index of its closing semicolon."""
    name = module.name
    rest = code[at + 1 :]
    texts = [token.text for token in rest[: next((i for i, t in enumerate(rest) if t.text == ";"), 0) + 1]]
    shape = " ".join(texts)
    match = re.fullmatch(r"""(?:([\w$]+) ?(,)? ?)?(?:\{ ([\w$ ,]*) ?\} )?from ["']([^"']+)["'] ;""", shape)
    if code[at].depth or not match or bool(match[2]) != bool(match[1] and match[3]):
        raise _error(name, source, code[at].start, _PLAIN_IMPORT)
    default, _, listed, specifier = match.groups()
    named = [word.strip() for word in (listed or "").split(",") if word.strip()]
    if any(not re.fullmatch(r"[\w$]+", word) for word in named):
        raise _error(name, source, code[at].start, "imports may not be renamed with `as`")
    if specifier.startswith("."):
        if default:
            raise _error(name, source, code[at].start, "own modules have no default export: import by name")
        module.relative.append(((module.path.parent / specifier).resolve(), named))
    elif specifier.startswith("/") or ":" in specifier:
        raise _error(name, source, code[at].start, f'"{specifier}" is neither relative nor a vendored part')
    else:
        bare = module.bare.setdefault(specifier, _Bare())
        bare.default = default or bare.default
        bare.named.update(named)
    return at + len(texts)


def _declared(code: list[Token], at: int, source: str, name: str) -> list[str]:
    """The names that a declaration starting at *at* brings into scope; none when it is no declaration."""
    texts = [token.text for token in code[at : at + 4]]
    match texts:
        case ["async", "function", "*", word, *_] | ["async", "function", word, *_] if word != "*":
            return [word]
        case ["function", "*", word, *_] | ["function" | "class", word, *_]:
            return [word]
        case ["const" | "let" | "var", ("{" | "["), *_]:
            raise _error(name, source, code[at].start, "take one name at a time at the top level")
        case ["const" | "let" | "var", word, *_]:
            return [word, *_further_names(code, at + 2)]
    return []


def _further_names(code: list[Token], at: int) -> Iterator[str]:
    """The names after the first in `const a = 1, b = 2;`."""
    depth = code[at - 1].depth
    for token, following in zip(code[at:], code[at + 1 :], strict=False):
        if token.depth == depth and token.text == ";":
            return
        if token.depth == depth and token.text == ",":
            yield following.text


def _check_names(order: list[_Module], modules: dict[Path, _Module]) -> None:
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


def _merged(order: list[_Module]) -> dict[str, _Bare]:
    """The bare imports of all modules, one entry per specifier."""
    merged: dict[str, _Bare] = {}
    for module in order:
        for specifier, names in module.bare.items():
            bare = merged.setdefault(specifier, _Bare())
            if bare.default and names.default and bare.default != names.default:
                raise LinkError(f"{specifier} is imported as both {bare.default} and {names.default}")
            bare.default = bare.default or names.default
            bare.named |= names.named
    return dict(sorted(merged.items()))


def _import_line(specifier: str, names: _Bare, words: set[str]) -> str:
    named = f"{{ {', '.join(sorted(names.named & words))} }}" if names.named & words else ""
    what = ", ".join(part for part in (names.default, named) if part)
    return f'import {what} from "{specifier}";' if what else f'import "{specifier}";'


def _error(name: str, source: str, at: int, remedy: str) -> LinkError:
    return LinkError(f"{name}, line {source.count(chr(10), 0, at) + 1}: {remedy}")

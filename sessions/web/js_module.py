"""One source file taken apart: what it imports, what it exports, and its statements at the top level.

The sources keep to a few plain forms; what is none of them is refused with a sentence that says what to write.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from sessions.web.js_tokens import Token, compact, error, tokens

_PLAIN_IMPORT = 'write `import { a, b } from "./x.js";` at the top level, without `as` or `*`'
_PLAIN_DYNAMIC = 'write `const { a, b } = await import("./x.js");`, and the same inside a function'
_PLAIN_EXPORT = "write `export` only before const, function or class"
_MAKERS = {"memo", "signal", "computed"}
"""Makers of values that do nothing by being called."""


@dataclass
class Statement:
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
class Bare:
    """What is imported from one bare specifier."""

    default: str | None = None
    named: set[str] = field(default_factory=set)

    def names(self) -> set[str]:
        """All names that the import brings into scope."""
        return self.named | ({self.default} if self.default else set())


@dataclass
class Module:
    """One own source file, taken apart."""

    path: Path
    name: str
    relative: list[tuple[Path, list[str]]] = field(default_factory=list)
    bare: dict[str, Bare] = field(default_factory=dict)
    exports: set[str] = field(default_factory=set)
    statements: list[Statement] = field(default_factory=list)

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


def take_apart(path: Path, name: str) -> Module:
    """The source file at *path*, which is called *name*; raises LinkError for a form that is not known."""
    source = path.read_text("utf-8")
    code = [token for token in tokens(source, name) if token.kind != "comment"]
    module = Module(path, name)
    at = 0
    while at < len(code):
        if code[at].text == "import":
            at = _read_import(code, at, module, source) + 1
            continue
        exported = code[at].text == "export"
        start = at + exported
        names = _declared(code, start, source, name)
        if exported and not names:
            raise error(name, source, code[at].start, _PLAIN_EXPORT)
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


def _statement(code: list[Token], names: list[str], source: str, name: str) -> Statement:
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
            raise error(name, source, token.start, _PLAIN_IMPORT if token.text == "import" else _PLAIN_EXPORT)
        words.add(token.text)
    # These are its own there, and come with the chunk.
    words -= {taken for each in dynamic.values() for taken in each}
    optional = bool(names) and _only_declares(code)
    return Statement(compact(code, source), names, words, optional, code[0].text == "let", dynamic)


def _read_dynamic(code: list[Token], at: int, source: str, name: str) -> tuple[str, list[str]]:
    """What `const { a, b } = await import("./x.js")` takes from where; *at* is the word import."""
    start = next((i for i in range(at, -1, -1) if code[i].text == "const"), 0)
    shape = " ".join(token.text for token in code[start : at + 4])
    match = re.fullmatch(r"""const \{ ([\w$ ,]*?)[ ,]*\} = await import \( ["'](\.[^"']+)["'] \)""", shape)
    if not match or code[at].depth == 0:
        raise error(name, source, code[at].start, _PLAIN_DYNAMIC)
    return match[2], [word.strip() for word in match[1].split(",")]


def _read_import(code: list[Token], at: int, module: Module, source: str) -> int:
    """Note the import that starts at *at*; the index of its closing semicolon."""
    name = module.name
    rest = code[at + 1 :]
    texts = [token.text for token in rest[: next((i for i, t in enumerate(rest) if t.text == ";"), 0) + 1]]
    shape = " ".join(texts)
    match = re.fullmatch(r"""(?:([\w$]+) ?(,)? ?)?(?:\{ ([\w$ ,]*) ?\} )?from ["']([^"']+)["'] ;""", shape)
    if code[at].depth or not match or bool(match[2]) != bool(match[1] and match[3]):
        raise error(name, source, code[at].start, _PLAIN_IMPORT)
    default, _, listed, specifier = match.groups()
    named = [word.strip() for word in (listed or "").split(",") if word.strip()]
    if any(not re.fullmatch(r"[\w$]+", word) for word in named):
        raise error(name, source, code[at].start, "imports may not be renamed with `as`")
    if specifier.startswith("."):
        if default:
            raise error(name, source, code[at].start, "own modules have no default export: import by name")
        module.relative.append(((module.path.parent / specifier).resolve(), named))
    elif specifier.startswith("/") or ":" in specifier:
        raise error(name, source, code[at].start, f'"{specifier}" is neither relative nor a vendored part')
    else:
        bare = module.bare.setdefault(specifier, Bare())
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
            raise error(name, source, code[at].start, "take one name at a time at the top level")
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

"""Join an entry module and its own imports into one module, so that a page needs one request for its code.

This is no bundler: the sources keep to a few plain forms (see `LinkError` for what is refused), every top-level
name is unique over all own modules, and so joining is taking out `import` lines and the word `export`.
Comments go too.  A newcomer would do that with a regular expression; template literals hold `//` and `/*` as
text, so the source is read token by token.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple


class LinkError(Exception):
    """A source file uses a form that the linker does not know; the message names file, line and remedy."""


@dataclass
class Linked:
    """One joined module: its source and the bare specifiers ("preact") that it imports."""

    source: str
    bare: tuple[str, ...]


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
class _Module:
    """One own source file, taken apart."""

    path: Path
    body: str
    relative: list[tuple[Path, list[str]]] = field(default_factory=list)
    bare: dict[str, "_Bare"] = field(default_factory=dict)
    exports: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)


@dataclass
class _Bare:
    """What is imported from one bare specifier."""

    default: str | None = None
    named: set[str] = field(default_factory=set)

    def names(self) -> set[str]:
        """All names that the import brings into scope."""
        return self.named | ({self.default} if self.default else set())


def link(entry: Path, root: Path) -> Linked:
    """The module at *entry* joined with all modules below *root* that it imports, each once, imports first."""
    modules: dict[Path, _Module] = {}
    order: list[_Module] = []

    def visit(path: Path, asked_by: str) -> None:
        if path in modules:
            return
        if not path.is_file() or not path.is_relative_to(root):
            raise LinkError(f"{asked_by} imports {path}, which is not a file below {root}")
        module = modules[path] = _take_apart(path, root)
        for imported, _ in module.relative:
            visit(imported, str(path.relative_to(root)))
        order.append(module)

    visit(entry.resolve(), "the page")
    _check_names(order, modules, root)
    bare = _merged(order)
    lines = [_import_line(specifier, names) for specifier, names in bare.items()]
    bodies = [f"// {module.path.relative_to(root).as_posix()}\n{module.body}" for module in order]
    return Linked("\n".join([*lines, *bodies]), tuple(bare))


def _take_apart(path: Path, root: Path) -> _Module:
    source = path.read_text("utf-8")
    name = path.relative_to(root).as_posix()
    code = [token for token in tokens(source, name) if token.kind != "comment"]
    module = _Module(path, "")
    cuts = [(token.start, token.end) for token in tokens(source, name) if token.kind == "comment"]
    at = 0
    while at < len(code):
        token = code[at]
        before = code[at - 1].text if at else ""
        after = code[at + 1].text if at + 1 < len(code) else ""
        if token.kind != "word" or before == "." or after == ":":
            at += 1
        elif token.text == "import":
            stop = _read_import(code, at, module, source, root)
            cuts.append((token.start, code[stop].end))
            at = stop + 1
        elif token.text == "export":
            exported = _declared(code, at + 1, source, name)
            if token.depth or not exported:
                raise _error(name, source, token.start, "write `export` only before const, function or class")
            module.exports.update(exported)
            cuts.append((token.start, code[at + 1].start))
            at += 1
        else:
            if token.depth == 0:
                module.names.update(_declared(code, at, source, name))
            at += 1
    module.names |= module.exports
    module.body = _without(source, cuts)
    return module


def _read_import(code: list[Token], at: int, module: _Module, source: str, root: Path) -> int:
    """Note the import that starts at *at*; the index of its closing semicolon."""
    name = module.path.relative_to(root).as_posix()
    rest = code[at + 1 :]
    texts = [token.text for token in rest[: next((i for i, t in enumerate(rest) if t.text == ";"), 0) + 1]]
    shape = " ".join(texts)
    match = re.fullmatch(r"""(?:([\w$]+) ?(,)? ?)?(?:\{ ([\w$ ,]*) ?\} )?from ["']([^"']+)["'] ;""", shape)
    if code[at].depth or not match or bool(match[2]) != bool(match[1] and match[3]):
        remedy = 'write `import { a, b } from "./x.js";` at the top level, without `as`, `*` or `import()`'
        raise _error(name, source, code[at].start, remedy)
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


def _check_names(order: list[_Module], modules: dict[Path, _Module], root: Path) -> None:
    """Every imported name is exported where it comes from, and no two modules use one top-level name."""
    owners: dict[str, str] = {}
    for module in order:
        here = module.path.relative_to(root).as_posix()
        for imported, named in module.relative:
            for missing in set(named) - modules[imported].exports:
                there = imported.relative_to(root).as_posix()
                raise LinkError(f"{here} imports {missing} from {there}, which does not export it")
        for name in module.names:
            if name in owners:
                raise LinkError(f"{name} is a top-level name in both {owners[name]} and {here}: rename one")
            owners[name] = here
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


def _import_line(specifier: str, names: _Bare) -> str:
    named = f"{{ {', '.join(sorted(names.named))} }}" if names.named else ""
    what = ", ".join(part for part in (names.default, named) if part)
    return f'import {what} from "{specifier}";' if what else f'import "{specifier}";'


def _without(source: str, cuts: list[tuple[int, int]]) -> str:
    """*source* without the given spans, and without the lines that are left empty by that."""
    kept, at = [], 0
    for start, end in sorted(cuts):
        if start < at:
            continue
        piece = source[at:start]
        if source[end : end + 1] == "\n":
            line_start = source.rfind("\n", 0, start) + 1
            if line_start >= at and not source[line_start:start].strip():
                # The span had its lines to itself: take the indentation and the line end along.
                piece, end = source[at:line_start], end + 1
            else:
                piece = piece.rstrip(" ")
        kept.append(piece)
        at = end
    kept.append(source[at:])
    return "".join(kept).strip() + "\n"


def _error(name: str, source: str, at: int, remedy: str) -> LinkError:
    return LinkError(f"{name}, line {source.count(chr(10), 0, at) + 1}: {remedy}")

"""Join an entry module and its own imports into one module, so that a page needs one request for its code.

This is no bundler: the sources keep to a few plain forms (see `LinkError` for what is refused), every top-level
name is unique over all own modules, and so joining is taking out `import` lines and the word `export`.  What
nothing in the page mentions is left out, so a phone does not fetch the console; comments and layout go too.
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


_PLAIN_IMPORT = 'write `import { a, b } from "./x.js";` at the top level, without `as`, `*` or `import()`'
_PLAIN_EXPORT = "write `export` only before const, function or class"


@dataclass
class Linked:
    """One joined module: its source, the bare specifiers ("preact") that it imports, and the files it is made of."""

    source: str
    bare: tuple[str, ...]
    files: tuple[str, ...]


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
        module = modules[path] = _take_apart(path, path.relative_to(root).as_posix())
        for imported, _ in module.relative:
            visit(imported, module.name)
        order.append(module)

    visit(entry.resolve(), "the page")
    _check_names(order, modules)
    kept = _mentioned([statement for module in order for statement in module.statements])
    words = {word for statement in kept for word in statement.words}
    bare = _merged(order)
    lines = [_import_line(specifier, names, words) for specifier, names in bare.items()]
    keep = {id(statement) for statement in kept}
    texts = {
        module.name: [statement.text for statement in module.statements if id(statement) in keep]
        for module in order
    }
    lines += [text for own in texts.values() for text in own]
    return Linked("\n".join([*lines, ""]), tuple(bare), tuple(name for name, own in texts.items() if own))


def _mentioned(statements: list[_Statement]) -> list[_Statement]:
    """The statements that do something, and the declarations that these mention, directly or through others."""
    declared = {name: statement for statement in statements for name in statement.names}
    waiting = [statement for statement in statements if not statement.optional]
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
    for before, token, after in zip([None, *code], code, [*code[1:], None], strict=False):
        if token.kind != "word" or (before and before.text == "."):
            continue
        if token.text in ("import", "export") and not (after and after.text == ":"):
            raise _error(
                name, source, token.start, _PLAIN_IMPORT if token.text == "import" else _PLAIN_EXPORT
            )
        words.add(token.text)
    return _Statement(_compact(code, source), names, words, bool(names) and _only_declares(code))


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
    tagged = any(token.kind == "template" and before.kind == "word" for before, token in pairwise(value))
    return not tagged and not any(token.text in ("(", "new", "await") for token in value)


def _compact(code: list[Token], source: str) -> str:
    """The text of *code* without comments and layout; indentation goes from htm templates too: it is no text."""
    text: list[str] = []
    in_htm: list[bool] = []
    before: Token | None = None
    for token in code:
        if before:
            text.append(_gap(before, token, source[before.end : token.start]))
        piece = token.text
        if token.kind == "template":
            if piece.startswith("`"):
                in_htm.append(bool(before and before.text == "html"))
            if in_htm[-1]:
                piece = re.sub(r"\n\s+", "\n", piece)
            if piece.endswith("`"):
                in_htm.pop()
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
        for imported, named in module.relative:
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

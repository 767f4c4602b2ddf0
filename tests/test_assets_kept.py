"""What pages fetch is kept from one start to the next, and made anew when anything of it is another."""

import shutil
from pathlib import Path

import pytest

from sessions.web.assets import STATIC, build
from sessions.web.assets_kept import kept_or_built


@pytest.fixture(autouse=True)
def python_keeps_what_it_compiles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.dont_write_bytecode", False)


def test_who_wants_nothing_kept_beside_the_source_gets_nothing(static, kept, monkeypatch):
    monkeypatch.setattr("sys.dont_write_bytecode", True)
    assert kept_or_built(static, kept) == build(static)
    assert not kept.exists()


@pytest.fixture
def static(tmp_path: Path) -> Path:
    return shutil.copytree(STATIC, tmp_path / "static", ignore=shutil.ignore_patterns("*.png"))


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "compiled" / "assets.pickle"


def test_what_was_kept_is_what_was_built_and_nothing_is_built_again(static, kept, monkeypatch):
    first = kept_or_built(static, kept)
    monkeypatch.setattr("sessions.web.assets.build", lambda _: pytest.fail("it was there"))
    again = kept_or_built(static, kept)
    assert again == first
    assert again is not first
    assert again == build(static)
    assert [path.name for path in kept.parent.iterdir()] == [kept.name]


def test_a_file_that_changed_is_seen(static, kept):
    first = kept_or_built(static, kept)
    with (static / "css" / "tokens.css").open("a") as sheet:
        sheet.write("\n.new-look{color:red}\n")
    later = kept_or_built(static, kept)
    assert later != first
    assert b".new-look" in later.files["console.css"].body
    assert kept_or_built(static, kept) == later


@pytest.mark.parametrize("spoil", [lambda content: content[:40], lambda content: b"", lambda _: b"x" * 99])
def test_half_a_file_is_made_anew(static, kept, spoil):
    first = kept_or_built(static, kept)
    kept.write_bytes(spoil(kept.read_bytes()))
    assert kept_or_built(static, kept) == first
    assert kept_or_built(static, kept) == first


def test_where_nothing_may_be_written_it_is_built_each_time(static, tmp_path):
    (tmp_path / "compiled").write_text("a file, not a folder")
    kept = tmp_path / "compiled" / "assets.pickle"
    assert kept_or_built(static, kept) == kept_or_built(static, kept)

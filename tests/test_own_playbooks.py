"""Own playbooks in the data folder: kept, read again, and never in the way when one is wrong."""

import tomllib

import pytest

from sessions import own_playbooks
from sessions.message import FACILITATOR, Rejected, TooLarge
from sessions.own_playbooks import OwnPlaybooks, slug, to_toml
from sessions.playbook import BadPlaybook, Playbook, shipped_playbooks
from sessions.session import Info
from tests.play import AN, begun, canvas, discussion, page, play, rating

SHIPPED = shipped_playbooks()
WRONG = b'title = "x"\n[[steps]]\nid = "a"\nkind = "quiz"\ntitle = "A"\n'


@pytest.mark.parametrize("id", SHIPPED)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_plan_of_a_session_comes_back_from_its_file_as_it_was(tmp_path, id, language):
    plan = SHIPPED[id].plan(language)
    story = begun(Info(title="Eigen", language=language, playbook=id, purpose="Waarom"), plan)
    kept = OwnPlaybooks(tmp_path / "playbooks").keep("Eigen plan", to_toml(story.session))
    [(own, playbook)] = OwnPlaybooks(tmp_path / "playbooks").all()[0].items()
    assert own == kept.id == "own:eigen-plan"
    assert playbook.plan("nl") == playbook.plan("en") == plan
    assert (playbook.text("title", "en"), playbook.text("purpose", "nl")) == ("Eigen", "Waarom")


def test_what_people_wrote_goes_into_no_playbook():
    story = play(canvas(), rating()).enters(AN, name="Annemarie").adds(AN, "c1", text="Secret dike")
    story.rates(AN, "i1", 1, remark="Private remark")
    content = to_toml(story.session).decode()
    assert not [word for word in ("Secret", "Private", "Annemarie") if word in content]


def test_a_skipped_step_stays_only_when_another_needs_it():
    story = play(page(), rating(), discussion(items={"items_of": ["poll"]}), page("end"))
    for step in ("poll", "end"):
        story.does(FACILITATOR, "session.skip_step", step=step, skipped=True)
    steps = tomllib.loads(to_toml(story.session).decode())["steps"]
    assert [step["id"] for step in steps] == ["welcome", "poll", "talk"]


def test_a_wrong_file_is_told_and_the_others_can_be_used(tmp_path):
    own = OwnPlaybooks(tmp_path)
    own.keep("Goed", to_toml(play(page()).session))
    (tmp_path / "fout.toml").write_bytes(WRONG)
    (tmp_path / "geen.toml").write_bytes(b"\xff\x00 = [")
    good, wrong = own.all()
    assert list(good) == ["own:goed"]
    assert [problem.told("nl") for problem in wrong] == [
        "fout.toml, stap ‘a’, veld kind: bekende werkvormen: page, canvas, rating, discussion",
        "geen.toml: is geen tekst in UTF-8",
    ]
    (tmp_path / "fout.toml").unlink()
    (tmp_path / "geen.toml").write_bytes(to_toml(play(page()).session))
    assert list(own.all()[0]) == ["own:geen", "own:goed"]


@pytest.mark.parametrize(
    "content", [b"title = ", b"\xff", b"# " + b"x" * 300_000, WRONG, b"[" * 5_000, b"", b"<html>"]
)
def test_nothing_wrong_is_stored(tmp_path, content):
    own = OwnPlaybooks(tmp_path / "playbooks")
    with pytest.raises(BadPlaybook):
        own.keep("Mijn lijst", content)
    assert own.all() == ({}, [])


def test_nobody_overwrites_a_playbook_by_accident(tmp_path):
    own = OwnPlaybooks(tmp_path)
    own.keep("Plan", to_toml(play(page()).session, "Eerste"))
    with pytest.raises(Rejected):
        own.keep("plan!", to_toml(play(page()).session, "Tweede"))
    own.keep("plan!", to_toml(play(page()).session, "Derde"), replace=True)
    [playbook] = own.all()[0].values()
    assert playbook.text("title", "nl") == "Derde"


def test_only_so_many_are_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(own_playbooks, "MOST", 2)
    own = OwnPlaybooks(tmp_path)
    content = to_toml(play(page()).session)
    for name in ("a", "b"):
        own.keep(name, content)
    with pytest.raises(TooLarge):
        own.keep("c", content)
    own.keep("b", content, replace=True)


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("Mijn Plan: één!", "mijn-plan-een"),
        ("../../etc/passwd", "etc-passwd"),
        ("数", "draaiboek"),
        ("x" * 99, "x" * 40),
    ],
)
def test_a_title_makes_a_file_name(name, file):
    assert slug(name) == file


def test_a_shipped_playbook_is_never_what_an_own_one_is_called(tmp_path):
    own = OwnPlaybooks(tmp_path).keep("Risicodialoog", to_toml(play(page()).session))
    assert own.id not in SHIPPED
    assert isinstance(own, Playbook)

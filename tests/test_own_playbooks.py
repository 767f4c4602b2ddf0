"""Own playbooks in the data folder: kept, read again, and never in the way when one is wrong."""

import tomllib

import pytest

from sessions import own_playbooks
from sessions.message import FACILITATOR, Rejected, TooLarge
from sessions.own_playbooks import OwnPlaybooks, slug, to_toml
from sessions.playbook import BadPlaybook, Playbook, shipped_playbooks
from sessions.session_messages import Info
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
    again = playbook.plan(language)
    assert (again.join, again.steps, again.delivers) == (plan.join, plan.steps, plan.delivers)
    assert again.other.items() <= plan.other.items()
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


def test_one_that_is_deleted_is_gone_and_can_be_made_again(tmp_path):
    own = OwnPlaybooks(tmp_path)
    kept = own.keep("Plan", to_toml(play(page()).session))
    own.remove(kept.id)
    assert own.all() == ({}, [])
    assert not list(tmp_path.iterdir())
    for act in (own.remove, own.one, own.content, lambda id: own.rename(id, "x")):
        with pytest.raises(Rejected) as refused:
            act(kept.id)
        assert refused.value.key == "error.playbook.gone"
    assert own.keep("Plan", to_toml(play(page()).session)).id == kept.id


@pytest.mark.parametrize(
    "id", [*SHIPPED, "own:", "own:../plan", "own:..", "own:/etc/passwd", "plan", "", "own:PLAN"]
)
def test_nothing_but_an_own_playbook_is_ever_deleted_or_renamed(tmp_path, id):
    own = OwnPlaybooks(tmp_path / "playbooks")
    own.keep("Ander plan", to_toml(play(page()).session))
    (tmp_path / "plan.toml").write_bytes(to_toml(play(page()).session))
    for act in (own.remove, lambda id: own.rename(id, "x"), own.content):
        with pytest.raises(Rejected):
            act(id)
    assert list(own.all()[0]) == ["own:ander-plan"]
    assert (tmp_path / "plan.toml").exists()
    assert shipped_playbooks().keys() == SHIPPED.keys()


def test_another_title_changes_nothing_else(tmp_path):
    own = OwnPlaybooks(tmp_path)
    kept = own.keep("Eerste", to_toml(play(canvas(), rating()).session))
    other = own.rename(kept.id, "Tweede “plan”")
    assert list(own.all()[0]) == [other.id] == ["own:tweede-plan"]
    assert other.text("title", "nl") == "Tweede “plan”"
    assert other.plan("nl") == kept.plan("nl")
    assert own.rename(other.id, "TWEEDE plan").id == other.id


def test_what_somebody_wrote_by_hand_stays_when_the_title_changes(tmp_path):
    own = OwnPlaybooks(tmp_path)
    step = '[[steps]]\nid = "a"\nkind = "page"\ntitle = "A"\n'
    (tmp_path / "hand.toml").write_text(f'# made by hand\ntitle = "A"  # for now\npurpose = "P"\n{step}')
    own.rename("own:hand", 'B "and" \\n C')
    file = (tmp_path / "b-and-n-c.toml").read_text()
    assert file.startswith("# made by hand\ntitle = ")
    assert tomllib.loads(file)["title"] == 'B "and" \\n C'
    assert tomllib.loads(file)["steps"][0]["title"] == "A"
    (tmp_path / "both.toml").write_text(f'title = {{nl = "Een", en = "One"}}\n{step}')
    both = own.rename("own:both", {"nl": "Twee", "en": "Two"})
    assert (both.id, both.text("title", "nl"), both.text("title", "en")) == ("own:twee", "Twee", "Two")


def test_no_other_playbook_is_lost_by_a_name(tmp_path):
    own = OwnPlaybooks(tmp_path)
    content = to_toml(play(page()).session)
    first, second = own.keep("Een", content), own.keep("Twee", content)
    with pytest.raises(Rejected) as refused:
        own.rename(first.id, "twee!")
    assert refused.value.key == "error.playbook.taken"
    assert list(own.all()[0]) == [first.id, second.id]


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

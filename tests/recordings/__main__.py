"""Plays every shipped playbook with the same people each time, and records log and report."""

from random import Random

from sessions.message import FACILITATOR
from sessions.playbook import Playbook, shipped_playbooks
from sessions.report import report_model, to_markdown
from sessions.session import Info
from sessions.texts import Language
from tests.play import Story, begun, write_recording
from tests.recordings import FOLDER, session_of

SEED = 1953
PEOPLE = {"Provincie": 4, "Waterschap": 5, "Gemeente": 4, "Netbeheerder": 2}
WORDS = {
    "nl": [
        "de gemeente trekt dit",
        "er is *geen* tijd",
        "wie betaalt | beheert?",
        "<b>eerst</b> de relatie",
        "1. samen",
    ],
    "en": [
        "the town leads",
        "there is *no* time",
        "who pays | maintains?",
        "<b>first</b> trust",
        "1. together",
    ],
}


def main() -> None:
    """Make all recordings."""
    for playbook in shipped_playbooks().values():
        for language in ("nl", "en"):
            story = _played(playbook, language)
            path = FOLDER / f"{playbook.id}.{language}.jsonl"
            write_recording(path, story.session.exported(story.log))
            path.with_suffix(".md").write_text(to_markdown(report_model(session_of(path))), "utf-8")


def _played(playbook: Playbook, language: Language) -> Story:
    chance = Random(SEED)
    title = playbook.text("title", language)
    info = Info(
        title=title, language=language, playbook=playbook.id, date="2026-11-21", place="Lent", names=False
    )
    story = begun(info, playbook.plan(language))
    people: list[str] = []
    for organisation, number in PEOPLE.items():
        for _ in range(number):
            people.append(who := f"p{len(people)}")
            story.enters(who, organisation, name=f"Noor {len(people)}")
    for step in list(story.session.steps):
        story.does(FACILITATOR, "session.go", step=step)
        for who in people:
            _contribute(story, who, step, chance)
        _steer(story, step, chance)
    story.does(FACILITATOR, "session.close")
    return story


def _contribute(story: Story, who: str, step: str, chance: Random) -> None:
    view = story.everyone["steps"][step]
    words = WORDS[story.session.info.language]
    for box in view.get("boxes", {}):
        if chance.random() < 0.3:
            text = f"{chance.choice(words)} ({who})"
            story.does(who, "canvas.add_card", step=step, card=f"card{len(story.log)}", box=box, text=text)
    for card in view.get("cards", {}):
        if chance.random() < 0.2:
            story.does(who, "canvas.support_card", step=step, card=card, on=True)
    for n, item in enumerate(view.get("items", {})):
        point = chance.choice([1 + n % 2, 2, 3, len(view["scale"]["points"]), "none"])
        remark = chance.choice(words) if chance.random() < 0.1 else None
        more = {"remark": remark} if remark else {}
        story.does(who, "rating.rate", step=step, item=item, score=_on_scale(point, view), **more)


def _on_scale(point: object, view: dict[str, dict[str, object]]) -> object:
    points = view["scale"]["points"]
    assert isinstance(points, dict)
    return min(point, len(points)) if isinstance(point, int) else point


def _steer(story: Story, step: str, chance: Random) -> None:
    """What the facilitator does at the end of a step: hide a card, reveal, show the reference."""
    match story.session.steps[step].plan.kind:
        case "canvas":
            cards = sorted(story.facilitator["steps"][step]["cards"])
            if cards:
                story.does(FACILITATOR, "canvas.hide_card", step=step, card=chance.choice(cards), hidden=True)
            story.does(FACILITATOR, "canvas.reveal", step=step)
        case "rating":
            story.does(FACILITATOR, "rating.reveal", step=step)
            if story.facilitator["steps"][step].get("reference"):
                story.does(FACILITATOR, "rating.show_reference", step=step, shown=True)


if __name__ == "__main__":
    main()

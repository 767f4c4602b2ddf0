"""The report in short: what stood out, what was decided and agreed, what is open, and what had to be delivered."""

from typing import Any

from sessions.delivers import Deliverable
from sessions.message import FACILITATOR
from sessions.people import Join
from sessions.report import Report, report_model, to_source
from sessions.report_json import as_data
from sessions.session_messages import Info, Plan
from tests.play import AN, BO, CARLA, Story, begun, canvas, discussion, page, play, rating

AXES = [{"id": "effect", "title": "Effect"}, {"id": "gain", "title": "Gain"}]
QUADRANTS = {"high_high": "Do it", "high_low": "Aim", "low_high": "Join", "low_low": "Later"}
ACTIONS: dict[str, Any] = {
    "fields": [
        {"id": "owner", "label": "Lead", "kind": "person"},
        {"id": "due", "label": "Ready on", "kind": "date"},
        {"id": "for", "label": "Organisation", "kind": "organisation"},
        {"id": "help", "label": "Helped by", "kind": "text"},
    ],
    "agreed_with": ["owner", "due"],
}


def report(story: Story) -> Report:
    return report_model(story.session)


def stood_out(story: Story) -> list[tuple[str, list[str]]]:
    return [(one.what, [item.title for item in one.items]) for one in report(story).standouts]


def in_short(story: Story) -> str:
    return to_source(report(story)).split("## In short\n\n")[1].split("\n\n")[0]


def reveal(story: Story, *steps: str) -> Story:
    for step in steps:
        story.does(FACILITATOR, "rating.reveal", step=step)
    return story


def scored(*scores: tuple[int, int, int], **options: Any) -> Story:
    """A round over items i1, i2, … with three answers to each."""
    story = play(rating(items=tuple(f"i{n}" for n, _ in enumerate(scores, 1)), **options))
    for n, of in enumerate(scores, 1):
        for who, score in zip((AN, BO, CARLA), of, strict=True):
            story.rates(who, f"i{n}", score)
    return story


def test_the_highest_and_the_most_divided_stand_out():
    story = reveal(scored((4, 4, 3), (1, 1, 4), (2, 2, 2), (3, 3, 4)), "poll")
    assert stood_out(story) == [
        ("highest", ["Item i1", "Item i4", "Item i2"]),
        ("divided", ["Item i2"]),
    ]
    assert in_short(story).splitlines() == [
        "- **Highest in ‘The poll’:** Item i1 (all, 3 answers); Item i4 (much, 3 answers); "
        "Item i2 (little, 3 answers)",
        "- **Most divided in ‘The poll’:** Item i2 (strongly divided, 3 answers)",
    ]


def test_nothing_stands_out_before_the_reveal():
    story = scored((4, 4, 3), (1, 1, 4))
    assert stood_out(story) == []
    assert "- **Still open:** 1 result is not revealed yet\n" in to_source(report(story))


def test_where_all_agree_nothing_is_divided():
    assert stood_out(reveal(scored((4, 4, 4), (2, 2, 2), (1, 1, 1)), "poll")) == [
        ("highest", ["Item i1", "Item i2", "Item i3"])
    ]


def test_one_or_two_items_are_told_as_they_are():
    story = reveal(scored((4, 4, 3)), "poll")
    assert in_short(story) == "- **Result of ‘The poll’:** Item i1 (all, largely agreed, 3 answers)"


def test_a_second_round_takes_the_place_of_the_first_for_what_it_asked_again():
    again = rating("again", items={"items_of": ["poll"]}, again="poll")
    story = play(rating(items=("i1", "i2", "i3")), again)
    for who in (AN, BO, CARLA):
        story.rates(who, "i1", 4).rates(who, "i2", 3).rates(who, "i3", 2)
        story.rates(who, "i1", 1, step="again")
    reveal(story, "poll")
    assert stood_out(story)[0] == ("highest", ["Item i1", "Item i2", "Item i3"])
    reveal(story, "again")
    assert stood_out(story) == [("highest", ["Item i2", "Item i3", "Item i1"])]
    assert "- **Highest in ‘The poll’ and ‘The again’:**" in in_short(story)


def test_the_most_dots_and_what_was_chosen_most_stand_out():
    story = play(rating(items=("i1", "i2"), dots=5), rating("choice", targets=("t1", "t2", "t3")))
    for who, item, dots in ((AN, "i2", 3), (BO, "i2", 1), (BO, "i1", 1)):
        story.does(who, "rating.dots", step="poll", item=item, dots=dots)
    for item, targets in (("i1", ["t3"]), ("i2", ["t3", "t1"])):
        story.does(AN, "rating.choose", step="choice", item=item, targets=targets)
    reveal(story, "poll", "choice")
    assert in_short(story).splitlines() == [
        "- **Most dots in ‘The poll’:** Item i2 (4 dots); Item i1 (1 dot)",
        "- **Most often chosen in ‘The choice’:** Target t3 (2 times); Target t1 (1 time)",
    ]


def test_the_best_quarter_of_a_matrix_stands_out():
    story = play(rating(criteria=AXES, quadrants=QUADRANTS))
    for criterion, score in (("effect", 4), ("gain", 3)):
        story.rates(AN, "i1", score, criterion=criterion).rates(AN, "i2", 1, criterion=criterion)
    assert in_short(reveal(story, "poll")) == "- **‘Do it’ according to ‘The poll’:** Item i1"


def test_conclusions_are_told_at_the_beginning_and_what_is_left_at_the_end():
    items = [{"id": f"i{n}", "title": f"Item i{n}"} for n in range(4)]
    story = play(discussion(items=items, decisions=["Yes", "No"]))
    told = {"decision": "No", "note": "Too dear", "who": "Water board"}
    story.does(FACILITATOR, "discussion.conclude", step="talk", item="i1", **told)
    story.does(FACILITATOR, "discussion.mark", step="talk", item="i2", discussed=True)
    source = to_source(report(story))
    assert in_short(story).splitlines() == [
        "- **Decision ‘No’:** Item i1",
        "- **Still open:** 2 items are not discussed yet; 1 item was discussed without a decision",
    ]
    assert (
        "### Decisions\n\n| Item | Decision | Who | Explanation |\n|---|---|---|---|\n"
        "| Item i1 | No | Water board | Too dear |\n"
    ) in source
    assert "- **The talk:** 2 items are not discussed yet: Item i0; Item i3\n" in source
    assert "- **The talk:** 1 item was discussed without a decision: Item i2\n" in source


def test_agreements_are_told_by_date_and_what_is_missing_is_named():
    story = play(canvas("acts", ["area"], **ACTIONS)).enters(AN, "Gemeente")
    for card, fields in (
        ("late", {"owner": "An", "due": "2027-06-01", "for": "Gemeente", "help": "The school"}),
        ("soon", {"owner": "Bo", "due": "2027-01-31"}),
        ("dated", {"due": "2027-02-01"}),
        ("vague", {}),
    ):
        text = f"Do the {card}"
        story.does(AN, "canvas.add_card", step="acts", card=card, box="area", text=text, fields=fields)
    source = to_source(report(story))
    assert (
        "### Agreed\n\n| Action | Lead | Helped by | Ready on |\n|---|---|---|---|\n"
        "| Do the soon | Bo |  | 31 January 2027 |\n"
        "| Do the late | An (Gemeente) | The school | 1 June 2027 |\n"
    ) in source
    assert (
        "### Not agreed yet\n\n| Action | Still needed | Ready on |\n|---|---|---|\n"
        "| Do the dated | Lead | 1 February 2027 |\n"
        "| Do the vague | Lead, Ready on |  |\n"
    ) in source
    assert "- **Agreed:** 2 actions\n- **Still open:** 2 actions are not agreed yet" in in_short(story)
    assert "- **First date:** 31 January 2027: Do the soon – Bo\n" in source


def test_where_an_action_came_from_is_told_with_it():
    about = {"id": "about", "label": "About", "kind": "item", "items": {"cards_of": ["ideas"]}}
    board = canvas("acts", ["area"], fields=[*ACTIONS["fields"], about], agreed_with=["owner", "due"])
    story = play(canvas(), board).adds(AN, "c1", text="Too much water")
    fields = {"owner": "An", "due": "2027-06-01", "about": "c1"}
    story.does(AN, "canvas.add_card", step="acts", card="a1", box="area", text="Dig", fields=fields)
    assert "| Dig | An | 1 June 2027 | Too much water |" in to_source(report(story))


def test_a_long_text_is_cut_short_where_it_is_only_named():
    long = "word " * 50
    story = play(discussion(items=[{"id": "i1", "title": long.strip()}], decisions=["Yes"]))
    story.does(FACILITATOR, "discussion.conclude", step="talk", item="i1", decision="Yes")
    [line] = in_short(story).splitlines()
    assert line.endswith(" word …")
    assert len(line) < 140
    assert long.strip() in to_source(report(story))


def test_what_is_parked_is_open_until_it_is_settled():
    story = play(canvas()).enters(AN).adds(AN, "c1")
    story.does(AN, "session.park", thought="p1", text="Who pays?")
    assert in_short(story) == "- **Still open:** 1 thought is still parked"
    assert as_data(report(story))["parked"] == [
        {"text": "Who pays?", "organisation": "Waterschap", "by_facilitator": False, "settled": False}
    ]
    story.does(FACILITATOR, "session.settle", thought="p1", settled=True)
    assert "still parked" not in to_source(report(story))
    assert as_data(report(story))["parked"][0]["settled"] is True


def test_what_had_to_be_delivered_is_ticked():
    wanted = [
        Deliverable(text="Ideas", step="ideas"),
        Deliverable(text="Answers", step="welcome", every=True),
        Deliverable(text="Money", elsewhere="the agenda"),
    ]
    questions = [{"id": "a", "label": "A"}, {"id": "b", "label": "B"}]
    steps = [canvas(), page(questions=questions)]
    story = begun(
        Info(title="Dike", language="en", playbook="own"),
        Plan(Join(organisation="optional"), steps, wanted),
    )
    assert "had to deliver" not in to_source(report(story))
    story.adds(AN, "c1")
    story.does(AN, "page.answer", step="welcome", question="a", text="Well")
    story.does(FACILITATOR, "page.reveal", step="welcome")
    told = to_source(report(story)).split("## What this session had to deliver\n\n")[1].split("\n\n")[0]
    assert told.splitlines() == [
        "- ✔ **Done:** Ideas (‘The ideas’: 1)",
        "- ○ **Not yet:** Answers (‘The welcome’: 1 of 2)",
        "- → **Comes up in another session:** Money (the agenda)",
    ]


def test_only_what_is_measured_is_explained():
    def explained(story: Story) -> set[str]:
        return {key.removeprefix("report.doc.measure_") for key in report(story).measures}

    assert explained(play(canvas()).adds(AN, "c1")) == set()
    assert explained(reveal(scored((1, 2, 3)), "poll")) == {
        "answers",
        "middle",
        "mean",
        "agreement",
        "divided",
    }
    dots = play(rating(dots=2))
    dots.does(AN, "rating.dots", step="poll", item="i1", dots=1)
    assert explained(reveal(dots, "poll")) == {"dots"}


def test_what_an_item_came_from_is_told_where_it_first_comes_up():
    steps = [canvas(), rating(items={"groups_of": ["ideas"]}, dots=2)]
    again = rating("again", items={"items_of": ["poll"]}, dots=2)
    story = play(*steps, again).adds(AN, "c1", text="Dig").adds(AN, "c2", text="Fill")
    story.does(FACILITATOR, "canvas.group_cards", step="ideas", group="g1", cards=["c1", "c2"], title="Soil")
    for step in ("poll", "again"):
        story.does(AN, "rating.dots", step=step, item="g1", dots=1)
    assert (
        to_source(report(reveal(story, "poll", "again"))).count("**Where this comes from:** Dig + Fill") == 1
    )

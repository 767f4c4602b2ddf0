"""Options: for each option of each activity a small plan of its own, as data.

The conformance tests do anything whatever with each of them; the players of ``tests/players.py`` play each to its end,
and its report is kept beside the others in ``tests/recordings/played``.  A new option is tested by a line here.
"""

from typing import Any

from tests.play import canvas, discussion, page, rating

TEXT = "## Hello\n\nWrite *one* thought."
REFERENCE = {"label": "Elsewhere", "scores": {"i1": 4, "i2": 1}, "notes": {"i1": "So it was."}}
BOXES = [
    {"id": "left", "title": "Left", "cards": ["Ready made"], "suggestions": ["Take me"]},
    {"id": "right", "title": "Right", "prompt": "Why?", "max_chars": 60},
]
CARDS = {"cards_of": ["ideas"]}
FIELDS = [
    {"id": "owner", "label": "Owner", "kind": "person"},
    {"id": "due", "label": "Due", "kind": "date"},
    {"id": "about", "label": "About", "kind": "item", "items": {"cards_of": ["ideas"]}},
    {"id": "note", "label": "Note", "kind": "text", "required": True},
    {"id": "for", "label": "For", "kind": "organisation"},
    {"id": "level", "label": "Level", "kind": "choice", "options": ["High", "Low"]},
    {"id": "parts", "label": "Parts", "kind": "choices", "options": ["A", "B", "C"]},
    {"id": "cost", "label": "Cost", "kind": "amount", "unit": "€"},
]
QUESTIONS = [
    {"id": "word", "label": "One word"},
    {
        "id": "useful",
        "label": "Was it useful?",
        "kind": "scale",
        "scale": {"question": "It was", "points": ["no", "some", "yes"], "off": "?"},
    },
]

REASONED = {
    "question": "Acceptable?",
    "points": ["no", "rather not", "rather", "yes"],
    # The same for both ends, so that turning a score around keeps its reasons.
    "reasons": [{"points": [1, 4], "tags": ["Substance", "Support"]}],
}
AXES = [{"id": "effect", "title": "Effect"}, {"id": "synergy", "title": "Synergy", "question": "With what?"}]
QUADRANTS = {"high_high": "Do", "high_low": "Aim", "low_high": "Join", "low_low": "Later"}

OPTIONS: dict[str, list[dict[str, Any]]] = {
    "page": [page(text=TEXT, instruction="Read", notes="Slowly")],
    "page with results": [rating(), page(results_of="poll")],
    "page with questions": [page(text=TEXT, questions=QUESTIONS, mail=True)],
    "page to write": [page(text=TEXT, editable=True)],
    "canvas": [canvas(layout=["left right"], top={"title": "Start"}, bottom={"title": "End", "text": "."})],
    "blind canvas": [canvas(blind=True)],
    "anonymous canvas": [canvas(anonymous=True)],
    "blind anonymous canvas": [canvas(blind=True, anonymous=True)],
    "canvas without support": [canvas(supportable=False)],
    "canvas with cards and suggestions": [{**canvas(), "boxes": BOXES}],
    "fields of every kind": [
        canvas(),
        {**canvas("table", look="table", editable="everyone"), "fields": FIELDS},
    ],
    "blind fields": [canvas(), {**canvas("table", blind=True, anonymous=True), "fields": FIELDS}],
    "grid of rows": [
        canvas(),
        canvas("grid", ["one", "two"], rows={"groups_of": ["ideas"]}, blind=True),
        canvas("lanes", board="grid", look="lanes", grouping=True),
    ],
    "action board": [
        canvas(grouping=True),
        canvas(
            "actions",
            fields=FIELDS[:4],
            takeable=True,
            agreed_with=["owner", "due"],
            prefill={"groups_of": ["ideas"], "top": 3},
            prefill_box="right",
            per_person=2,
        ),
    ],
    "anonymous action board": [
        canvas("actions", fields=FIELDS[:2], anonymous=True, takeable=True, agreed_with=["owner", "due"]),
        canvas("later", prefill={"cards_of": ["actions"]}, per_person=1, blind=True, editable="everyone"),
    ],
    "one board, three steps": [
        canvas("ideas", boxes=["left", "middle", "right"], focus=["left"]),
        canvas("behind", board="ideas", focus=["middle", "right"], blind=True),
        canvas("nameless", board="ideas", focus=["right"], blind=True, anonymous=True, supportable=False),
        canvas("whole", board="ideas"),
    ],
    "rating": [rating(reference=REFERENCE)],
    "open rating": [rating(blind=False, reference=REFERENCE)],
    "rating one by one": [rating(one_by_one=True)],
    "rating of two points": [rating(scale={"question": "?", "points": ["no", "yes"]}, remarks=False)],
    "boxes rated": [{**canvas(), "boxes": BOXES}, rating(items={"boxes_of": "ideas"})],
    "cards rated": [canvas(), rating(items=CARDS, blind=False)],
    "covered cards rated": [canvas(blind=True, anonymous=True), rating(items=CARDS)],
    "cards of two steps rated": [
        canvas("ideas", boxes=["left", "right"], focus=["left"]),
        canvas("behind", board="ideas", blind=True),
        rating(items={"cards_of": ["ideas", "behind"]}),
    ],
    "rating with reasons": [rating(scale=REASONED)],
    "rating on two criteria": [rating(criteria=AXES, quadrants=QUADRANTS)],
    "open rating on two criteria": [rating(criteria=AXES, blind=False)],
    "rating of cascades": [rating(items=("i1", "i2", "i3"), criteria="items", addable=True)],
    "rating with a second round": [
        rating(),
        rating("again", items={"items_of": ["poll"]}, again="poll"),
        rating("open", items={"items_of": ["poll"]}, again="poll", blind=False),
    ],
    "one score for each organisation": [rating(per="organisation", scale=REASONED)],
    "one open score for each organisation": [rating(per="organisation", blind=False)],
    "rating of what people add": [rating(addable=True, add_prompt="What is missing?")],
    "open rating of what people add": [rating(items=[], addable=True, blind=False)],
    "dots": [rating(dots=5, max_per_item=2, items=("i1", "i2", "i3", "i4"))],
    "open dots": [rating(dots=3, blind=False)],
    "dots of organisations": [rating(dots=3, per="organisation")],
    "dots on cards": [canvas(), rating(items=CARDS, dots=4, max_per_item=3, addable=True)],
    "open dots on cards": [canvas(), rating(items=CARDS, dots=4, blind=False)],
    "choice": [rating(targets=("t1", "t2", "t3"), max_targets=2)],
    "open choice with own targets": [rating(targets=("t1",), own_targets=True, blind=False)],
    "choice of one": [rating(targets=("t1", "t2"), multiple=False, per="organisation")],
    "cards chosen for cards": [
        canvas(),
        canvas("ways", boxes=["way"]),
        rating(
            items={"cards_of": ["ideas"], "boxes": ["left"]}, targets={"cards_of": ["ways"]}, own_targets=True
        ),
        rating("again", items={"targets_of": ["poll"], "top": 2}, dots=2),
    ],
    "round talked through": [
        rating(),
        discussion(items={"items_of": ["poll"]}, decisions=["Yes", "No"], question="Well?"),
        rating("again", items={"items_of": ["talk"], "discussed": True}),
        discussion("more", items={"items_of": ["talk"], "decided": ["No"]}, order="given"),
    ],
    "cards talked through": [
        canvas(blind=True),
        discussion(items={"cards_of": ["ideas"]}, order="best", decisions=["Yes", "No"]),
        rating(items={"cards_of": ["ideas"], "boxes": ["left"], "top": 2}),
        discussion("open", items={"cards_of": ["ideas"]}, order="given"),
    ],
    "the best of an open round": [
        rating(items=("i1", "i2", "i3", "i4"), blind=False),
        rating("again", items={"items_of": ["poll"], "top": 2}),
    ],
}

"""The report tells everything that may be told, nothing else, and twice the same."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sessions import canvas_messages
from sessions import rating_messages as rating
from sessions.charts import Tally
from sessions.message import FACILITATOR, Actor, Record
from sessions.people import Enter, Join
from sessions.report import (
    FIGURE,
    report_model,
    to_markdown,
    to_source,
)
from sessions.report_html import to_html_document, to_html_fragment
from sessions.results import Score
from sessions.session import Session
from sessions.session_messages import Close, Created, Go, Info, Plan
from sessions.text import clean
from tests.players import PLANS
from tests.recordings import golden

STARTED = 1_795_269_600_000
"""21 November 2026, 15:00 in Utrecht."""

SCALE = {"question": "Herken je dit?", "points": ["Nee", "Een beetje", "Ja"], "off": "Weet ik niet"}
STEPS: list[dict[str, Any]] = [
    {"id": "welkom", "kind": "page", "title": "Welkom", "text": "## Hallo\n\nSchuif *aan*."},
    {
        "id": "bord",
        "kind": "canvas",
        "title": "Het bord",
        "boxes": [
            {"id": "doelen", "title": "Doelen", "prompt": "Waar gaan we heen?", "cards": ["Droge voeten"]},
            {"id": "kansen", "title": "Kansen"},
        ],
        "focus": ["doelen"],
    },
    {
        "id": "bord-b",
        "kind": "canvas",
        "title": "Nog meer bord",
        "board": "bord",
        "focus": ["kansen"],
        "blind": True,
    },
    {"id": "heel", "kind": "canvas", "title": "Het hele bord", "board": "bord"},
    {
        "id": "peiling",
        "kind": "rating",
        "title": "De peiling",
        "items": [{"id": "i1", "title": "Regie", "text": "Wie stuurt?"}, {"id": "i2", "title": "Geld"}],
        "scale": SCALE,
        "reference": {"label": "Elders", "scores": {"i1": 3}, "notes": {"i1": "Al jaren zo"}},
    },
    {
        "id": "slot",
        "kind": "canvas",
        "title": "Tot slot",
        "anonymous": True,
        "boxes": [{"id": "wens", "title": "Wensen"}],
    },
]


class Play:
    """A session that is played by commands, as people would."""

    def __init__(self, steps: list[dict[str, Any]] = STEPS, join: Join | None = None, **info: Any) -> None:
        known = {"title": "Dijk en dal", "language": "nl", "playbook": "eigen", **info}
        join = join or Join(organisation="optional", organisations=["Provincie", "Waterschap"])
        self.log = [Record(1, STARTED, FACILITATOR, Created(Info(**known), Plan(join, steps)))]
        self.session = Session.of("ABCD", self.log)

    def do(self, command: Any, who: str = FACILITATOR) -> None:
        actor = Actor(who, "facilitator" if who == FACILITATOR else "participant")
        for event in self.session.decide(command, actor):
            self.log.append(Record(len(self.log) + 1, STARTED + 1000 * len(self.log), who, event))
            self.session = self.session.evolve(self.log[-1])

    def enter(self, who: str, organisation: str = "", name: str = "") -> None:
        self.do(Enter(name=name, organisation=organisation), who)

    def card(self, step: str, box: str, text: str, who: str) -> str:
        id = f"card-{len(self.log)}"
        self.do(canvas_messages.AddCard(step, id, box, text), who)
        return id

    def rate(
        self, item: str, score: Score, who: str, remark: str | None = None, step: str = "peiling"
    ) -> None:
        self.do(rating.Rate(step, item, score, remark), who)

    @property
    def markdown(self) -> str:
        return to_source(report_model(self.session))


def played(**info: Any) -> Play:
    """A short session in which everything happens that a report tells of."""
    play = Play(date="2026-11-21", place="Utrecht", purpose="Samen kiezen", **info)
    play.do(Go("welkom"))
    for n, organisation in enumerate(["Provincie"] * 3 + ["Waterschap"] * 3 + ["Stichting Dal"] + [""]):
        play.enter(f"p{n}", organisation, name=f"Persoon {n}" if n != 1 else "")
    play.card("bord", "doelen", "Ruimte voor\nwater", "p0")
    card = play.card("bord-b", "kansen", "Subsidie", "p3")
    play.do(canvas_messages.Reveal("bord-b"))
    play.do(canvas_messages.SupportCard("bord-b", card, True), "p1")
    play.do(canvas_messages.SupportCard("bord-b", card, True), "p2")
    play.card("bord", "doelen", "Van de begeleider", FACILITATOR)
    scores: list[Score] = [3, 3, 2, 1, 1, 1, 1, "none"]
    for n, score in enumerate(scores):
        play.rate("i1", score, f"p{n}", remark="Dat zie ik elke dag" if n == 4 else None)
    play.do(rating.Reveal("peiling"))
    play.card("slot", "wens", "Vaker zo", "p5")
    return play


def document(session: Session) -> str:
    report = report_model(session)
    return to_html_document(report, to_source(report))


def fragment(session: Session) -> str:
    report = report_model(session)
    return to_html_fragment(report, to_source(report))


def test_a_report_reads_like_this() -> None:
    assert re.sub(r"\[\[figure: .*\]\]\n\n", "", played().markdown) == REPORT


def test_the_same_log_gives_the_same_bytes() -> None:
    play = played()
    again = Session.of("ABCD", play.log)
    assert to_source(report_model(again)) == play.markdown
    assert document(again) == document(play.session)


def test_a_step_that_was_skipped_is_left_out() -> None:
    play = Play()
    play.enter("p0")
    play.card("slot", "wens", "Vaker zo", "p0")
    assert [section.id for section in report_model(play.session).sections] == ["slot"]
    play.do(Go("bord"))
    assert "Nog leeg: Doelen" not in play.markdown
    assert "- Droge voeten *(vooraf ingevuld)*" in play.markdown


def test_the_report_begins_with_what_was_agreed_and_goes_on_step_by_step() -> None:
    headings = re.findall(r"^## (.*)$", played().markdown, re.MULTILINE)
    assert headings == [
        "In het kort",
        "Achtergrond en doel",
        "Wie deden er mee?",
        "Het bord",
        "Nog meer bord",
        "De peiling",
        "Tot slot",
        "Vervolg en verspreiding",
        "Bijlage: alle bijdragen",
        "Bijlage: hoe de cijfers gemaakt zijn",
        "Bijlage: teksten bij de stappen",
    ]


def test_a_figure_has_a_line_of_its_own_where_it_belongs() -> None:
    ids = ["peiling", "peiling.organisations", "peiling.i1", "peiling.i1.wide", "bord", "elders.i1"]
    report = replace(report_model(played().session), figures=dict.fromkeys(ids, Tally("Kaart", ())))
    source = to_source(report)
    lines = [line for line in source.splitlines() if line.startswith("[[figure: ")]
    assert lines == [f"[[figure: {id}]]" for id in ids[:4]]
    overview, first = source.split("\n### Regie\n")
    assert "[[figure: peiling.organisations]]" in overview
    assert "[[figure: peiling.i1]]" in first
    assert to_markdown(source) == to_markdown(played().markdown)


def test_an_item_does_not_take_the_figures_of_one_with_a_longer_name() -> None:
    items = [{"id": "a", "title": "Short"}, {"id": "a.1", "title": "Long"}]
    steps = [{"id": "peiling", "kind": "rating", "title": "Peiling", "items": items, "scale": SCALE}]
    play = Play(steps)
    play.enter("p0")
    for item in ("a", "a.1"):
        play.rate(item, 1, "p0")
    play.do(rating.Reveal("peiling"))
    report = replace(
        report_model(play.session), figures={"peiling.a.1": Tally("", ()), "peiling.a.wide": Tally("", ())}
    )
    _, short, long = to_source(report).split("\n### ", 3)[1:]
    assert ("[[figure: peiling.a.wide]]" in short, "[[figure: peiling.a.1]]" in short) == (True, False)
    assert "[[figure: peiling.a.1]]" in long


def test_what_a_person_types_makes_no_figure() -> None:
    play = Play()
    play.enter("p0")
    play.card("bord", "doelen", "[[figure: peiling]]\n[[figure: peiling.i1]]", "p0")
    assert not FIGURE.search(play.markdown)
    assert "figure: peiling.i1" in to_markdown(play.markdown)


def test_an_empty_report_says_so_kindly() -> None:
    assert "Er is nog niets om te laten zien." in Play().markdown
    assert "There is nothing to show yet." in Play(language="en").markdown
    assert "nog niets om" not in played().markdown
    closed = Play()
    closed.do(Close())
    assert "gesloten zonder kaarten of uitkomsten" in closed.markdown
    assert "Zodra" not in closed.markdown


def test_a_report_without_answers_counts_none() -> None:
    play = Play()
    play.enter("p0")
    play.card("bord", "doelen", "Eerst dit", "p0")
    assert "- **Verzameld:** 1 bijdrage\n" in play.markdown


def test_what_is_not_revealed_is_not_in_the_report() -> None:
    play = Play()
    play.enter("p0", "Provincie", "Ada")
    play.card("bord-b", "kansen", "nog-blinde-kaart", "p0")
    play.do(canvas_messages.HideCard("bord", play.card("bord", "doelen", "verborgen-kaart", "p0"), True))
    play.rate("i1", 3, "p0", remark="geheime-opmerking")
    model = report_model(play.session)
    for text in (to_source(model), to_html_document(model, to_source(model)), repr(model)):
        assert "nog-blinde-kaart" not in text
        assert "verborgen-kaart" not in text
        assert "geheime-opmerking" not in text
        assert "Ada" not in text
    assert model.answers == 0
    assert "1 kaart is nog verborgen" in play.markdown
    assert "1 persoon heeft geoordeeld. De uitkomst is nog niet getoond" in play.markdown
    assert "| Regie" not in play.markdown


def test_names_are_told_only_when_the_session_says_so() -> None:
    assert "Persoon" not in played().markdown
    assert "| Provincie | 3 | Persoon 0, Persoon 2 en 1 zonder naam |" in played(names=True).markdown


def test_nobody_stands_behind_an_anonymous_card() -> None:
    assert "- Vaker zo\n" in played().markdown
    assert "| Wensen | Vaker zo |\n" in played().markdown


def test_a_box_is_told_once_in_the_first_step_that_is_about_it() -> None:
    text = played().markdown
    assert text.index("## Het bord") < text.index("### Doelen") < text.index("## Nog meer bord")
    assert text.index("## Nog meer bord") < text.index("### Kansen")
    assert text.count("### Doelen") == text.count("### Kansen") == 1
    assert "Het hele bord" not in text


def test_the_reference_series_is_told_once_it_was_shown() -> None:
    play = played()
    assert "Elders" not in play.markdown
    play.do(rating.ShowReference("peiling", True))
    assert "| Elders |" in play.markdown
    assert "**Elders:** Ja – Al jaren zo" in play.markdown


def test_dates_and_decimals_are_written_in_the_language_of_the_session() -> None:
    assert "21 november 2026" in played().markdown
    assert "gemiddeld 1,7" in played().markdown
    assert "21 November 2026" in played(language="en").markdown
    assert "mean 1.7" in played(language="en").markdown


def test_a_date_that_is_no_date_stays_as_it_was_written() -> None:
    assert "**Datum:** ergens in mei" in Play(date="ergens in mei").markdown


def test_answers_off_the_scale_alone_do_not_break_the_report() -> None:
    play = Play()
    play.enter("p0")
    play.rate("i1", "none", "p0")
    play.do(rating.Reveal("peiling"))
    assert "| Weet ik niet | 1 | – |" in play.markdown
    assert "| Nee | 0 | – |  |" in play.markdown


def test_the_report_does_not_tell_a_group_of_two_apart() -> None:
    play = Play()
    for n, (organisation, score) in enumerate([("Provincie", 3)] * 3 + [("Waterschap", 1)] * 2):
        play.enter(f"p{n}", organisation)
        play.rate("i1", score, f"p{n}")
    play.do(rating.Reveal("peiling"))
    assert "Per organisatie" not in play.markdown


@pytest.mark.parametrize("plan", PLANS)
def test_the_report_of_a_played_plan_is_sound_markdown(plan: str) -> None:
    text = golden(plan).read_text("utf-8")
    assert "\n\n\n" not in text
    assert [line for line in text.splitlines() if line.startswith("#") and not line.strip("# ")] == []
    for head, line in pairwise(text.splitlines()):
        # A table whose rows differ in columns falls apart, and so does one without a blank line before it.
        if line.startswith("|") and head.startswith("|"):
            assert columns(line) == columns(head)
        assert not line.startswith("|") or not head or head.startswith("|")


def columns(row: str) -> int:
    return len(re.findall(r"(?<!\\)\|", row))


class Elements(HTMLParser):
    """The elements of a page with their attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def attributes(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for found, attributes in self.found if found == tag]


def test_the_html_file_stands_on_its_own() -> None:
    html = document(played(title="Dijk & <dal>").session)
    page = Elements(html)
    assert page.attributes("html") == [{"lang": "nl"}]
    assert "<title>Verslag: Dijk &amp; &lt;dal&gt;</title>" in html
    assert page.attributes("style")
    assert {tag for tag, _ in page.found}.isdisjoint({"script", "link", "img", "iframe", "base"})
    assert not re.search(r"url\(|@import|https?:", html)
    assert not any({"src", "href", "style"} & attributes.keys() for _, attributes in page.found)


def test_tables_and_headings_can_be_heard() -> None:
    page = Elements(fragment(played().session))
    assert {attributes.get("scope") for attributes in page.attributes("th")} == {"row", "col"}
    levels = [int(tag[1]) for tag, _ in page.found if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    bars = [attributes for attributes in page.attributes("span") if attributes.get("class") == "bar"]
    assert bars
    assert all(bar["aria-hidden"] == "true" for bar in bars)


def hostile(text: str) -> Play:
    """A session in which everything a person can fill in is *text*."""
    play = Play(title=text, place=text, purpose=text, client=text, names=True)
    for n in range(3):
        play.enter(f"p{n}", text, text)
        play.enter(f"q{n}", "Provincie")
    card = play.card("bord", "doelen", text, "p0")
    play.do(canvas_messages.SupportCard("bord", card, True), "p1")
    for n in range(3):
        play.rate("i1", 3, f"p{n}", remark=text)
        play.rate("i1", 1, f"q{n}")
    play.do(rating.Reveal("peiling"))
    return play


MARKS = st.sampled_from(
    [
        "<b>",
        "</td>",
        "|",
        "\\",
        "`",
        "*",
        "_",
        "[a](b)",
        "\n",
        "\n\n",
        "# ",
        "- ",
        "1. ",
        "===",
        "&lt;",
        "{{ 1 }}",
    ]
)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.one_of(MARKS, st.characters(exclude_categories=["Cs"])), min_size=1, max_size=8).map("".join)
)
def test_no_typed_text_changes_the_shape_of_the_report(text: str) -> None:
    typed = clean(text)
    assume(typed)
    page, plain = (Elements(fragment(hostile(text).session)) for text in (typed, "Q"))
    assert [tag for tag, _ in page.found if tag not in ("br", "span")] == [
        tag for tag, _ in plain.found if tag != "span"
    ]
    assert "".join(page.text.split()).count("".join(typed.split())) >= plain.text.count("Q")


REPORT = """\
# Verslag: Dijk en dal

- **Datum:** 21 november 2026
- **Plaats:** Utrecht
- **Deelname:** 8 deelnemers namens 3 organisaties
- **Verzameld:** 5 bijdragen, 8 getoonde oordelen
- **Stand van:** 21 november 2026, 15:00

## In het kort

- **Doel:** Samen kiezen
- **Uitkomst van ‘De peiling’:** Regie (Nee, sterk verdeeld, 7 oordelen)

## Achtergrond en doel

Samen kiezen

De stappen van deze sessie: Welkom → Het bord → Nog meer bord → De peiling → Tot slot

## Wie deden er mee?

| Organisatie | Deelnemers |
|---|--:|
| Provincie | 3 |
| Waterschap | 3 |
| Stichting Dal | 1 |
| Zonder organisatie | 1 |

## Het bord

### Doelen

*Waar gaan we heen?*

- Droge voeten *(vooraf ingevuld)*
- Ruimte voor \x20
  water *(Provincie)*
- Van de begeleider *(begeleider)*

## Nog meer bord

### Kansen

- Subsidie *(Waterschap · 2 vinden dit ook)*

## De peiling

**Herken je dit?**

1. Nee
2. Een beetje
3. Ja

### Overzicht, het meest verdeelde onderwerp eerst

| Onderwerp | 1 | 2 | 3 | Oordelen | Midden | Eensgezindheid |
|---|--:|--:|--:|--:|---|---|
| Regie | 4 | 1 | 2 | 7 | Nee | sterk verdeeld |
| Geld | 0 | 0 | 0 | 0 | – | – |

### Regie

Wie stuurt?

**sterk verdeeld · midden: Nee · gemiddeld 1,7 · 7 oordelen**

| Oordeel | Aantal | Aandeel | Verdeling |
|---|--:|--:|---|
| Nee | 4 | 57% | ███████████▍ |
| Een beetje | 1 | 14% | ██▉ |
| Ja | 2 | 29% | █████▊ |
| Weet ik niet | 1 | – | |

#### Per organisatie

| Organisatie | 1 | 2 | 3 | Oordelen | Midden | Gemiddelde |
|---|--:|--:|--:|--:|---|--:|
| Provincie | 0 | 1 | 2 | 3 | Ja | 2,7 |
| Andere organisaties | 4 | 0 | 0 | 4 | Nee | 1,0 |

#### Opmerkingen

- Dat zie ik elke dag

### Geld

Nog geen oordelen

Organisaties met minder dan drie oordelen staan samen onder ‘Andere organisaties’. Zo kan niemand zien wat één persoon koos.

## Tot slot

### Wensen

- Vaker zo

## Vervolg en verspreiding

- **Voor wie dit verslag is:** voor iedereen die meedeed.

## Bijlage: alle bijdragen

### Het bord

| Vak of onderwerp | Bijdrage | Namens |
|---|---|---|
| Doelen | Droge voeten | vooraf ingevuld |
| Doelen | Ruimte voor water | Provincie |
| Doelen | Van de begeleider | begeleider |

### Nog meer bord

| Vak of onderwerp | Bijdrage | Namens | Steun |
|---|---|---|--:|
| Kansen | Subsidie | Waterschap | 2 |

### De peiling

| Vak of onderwerp | Bijdrage |
|---|---|
| Regie | Dat zie ik elke dag |

### Tot slot

| Vak of onderwerp | Bijdrage |
|---|---|
| Wensen | Vaker zo |

## Bijlage: hoe de cijfers gemaakt zijn

- Aantal en aandeel: hoeveel mensen een punt kozen, en welk deel dat is van iedereen die op de schaal antwoordde. Wie buiten de schaal antwoordde, zoals ‘kan ik niet beoordelen’, telt alleen in de eigen regel mee.
- Midden: leg alle oordelen op een rij, van laag naar hoog. Het middelste oordeel is het midden. Vallen de twee middelste op verschillende punten, dan ligt het midden ertussen.
- Gemiddelde: het eerste woord van de schaal telt als 1, het tweede als 2, en zo verder. De woorden zijn een volgorde en geen maat; kijk dus eerst naar de verdeling en het aantal oordelen.
- Eensgezindheid: ‘grotendeels eens’ betekent dat minstens 80% twee punten naast elkaar koos (bij een schaal van twee: één punt). ‘Sterk verdeeld’ betekent dat minder dan 60% dat deed, of dat aan elk uiteinde minstens een kwart zit. Al het andere heet ‘gemengd’.
- Het meest verdeeld eerst: de volgorde komt van de maat van Leik (1966). Die is 0 als de ene helft het laagste punt koos en de andere helft het hoogste, en 1 als iedereen hetzelfde koos.
- Per organisatie: organisaties met minder dan drie oordelen staan samen onder ‘Andere organisaties’. Als het oordeel van één persoon te herleiden zou zijn, staat er geen vergelijking.
- Steun: hoeveel mensen een kaart ook vinden. Bij een groep telt ieder één keer.

## Bijlage: teksten bij de stappen

### Welkom

#### Hallo

Schuif *aan*.
"""

"""Players: simulated people who play a plan to its end, through the commands that browsers send.

They look at the views only, as browsers do: what a view offers, they use.  The same seed plays the same session, so
its report can be compared with one that was read and found good.  ``uv run python -m tests.recordings`` makes those
anew.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count, cycle
from random import Random
from typing import Any

from sessions.message import FACILITATOR, Refused
from sessions.people import Join
from sessions.playbook import shipped_playbooks
from sessions.report import report_model, to_markdown, to_source
from sessions.robots import criteria_of, field_value, in_order
from sessions.session_messages import Info, Plan
from sessions.texts import LANGUAGES, Language
from tests.options import OPTIONS
from tests.play import ORGANISATIONS, Story, as_json, begun

SEED = 1953
PEOPLE = (4, 3, 3, 1)
"""How many there are of each organisation: the last one must be nobody's to find out."""
NAMES = ("Noor", "Bram", "Samira", "Joris", "Fatima", "Els", "Hassan", "Anja", "Daan", "Ilse", "Ruben")
SURNAME = "van der Achternaam"
"""What people are called after their first name: nobody but the facilitator may read it."""
ADDRESS = "{}@voorbeeld.example"

SAYINGS = {
    "nl": [
        "Als de beek overloopt, is het verpleeghuis niet bereikbaar",
        "De noodstroom staat in de kelder",
        "Twee akkers boven in het dal houden water vast",
        "Wie betaalt | wie beheert?",
        "Er is *geen* tijd voor afstemming",
        "De gemeente en het waterschap graven in dezelfde straat",
        "<b>Eerst</b> de relatie, dan het geld",
        "1. Bel de netbeheerder",
        "Het gemaal heeft drie dagen nodig",
        "Bewoners weten niet welke weg droog blijft",
        "De stresstest is te grof voor één wijk",
        "Zet de opgaven op één kaart\nen hang die in de hal",
        "Schakelkasten een meter hoger",
        "In 2050 staat het park vol en de straat niet",
        "Elke zes weken samen lunchen",
        "De provincie zoekt een trekker",
    ],
    "en": [
        "If the brook overflows, the nursing home cannot be reached",
        "The emergency power is in the basement",
        "Two fields up the valley hold water",
        "Who pays | who maintains?",
        "There is *no* time to attune",
        "Municipality and water board dig in the same street",
        "<b>First</b> trust, then money",
        "1. Call the grid operator",
        "The pumping station needs three days",
        "Residents do not know which road stays dry",
        "The stress test is too coarse for one neighbourhood",
        "Put the challenges on one map\nand hang it in the hall",
        "Switch boxes a metre higher",
        "In 2050 the park floods and the street does not",
        "Lunch together every six weeks",
        "The province looks for a lead",
    ],
}
REMARKS = {
    "nl": ["Hangt af van de buren", "Dat zagen we in juli", "Te weinig mensen | geld", "Kan *sneller*"],
    "en": [
        "Depends on the neighbours",
        "We saw that in July",
        "Too few people | money",
        "Could be *quicker*",
    ],
}
NOTES = {
    "nl": ["We weten nu waarom de een dit meer merkt", "Het waterschap rekent dit uit"],
    "en": ["We now know why one of us notices more", "The water board will calculate this"],
}


@dataclass
class Table:
    """A session that is being played."""

    story: Story
    dice: Random = field(default_factory=lambda: Random(SEED))
    people: dict[str, str] = field(default_factory=dict)
    """participant -> organisation"""

    def __post_init__(self) -> None:
        language = self.story.session.info.language
        self.sayings = sayings(language)
        self.remarks = cycle(REMARKS[language])
        self.notes = cycle(NOTES[language])
        self.made = 0

    # what the parts below are made of

    def does(self, who: str, kind: str, /, **fields: Any) -> None:
        self.story.does(who, kind, **fields)

    @contextmanager
    def unless(self, key: str) -> Iterator[None]:
        """What follows may be refused for this one reason."""
        try:
            yield
        except Refused as refused:
            if refused.key != f"error.{key}":
                raise

    def seen(self, step: str) -> Any:
        """The step as everyone sees it now, with the cards that the view sends in another step."""
        steps = self.story.session.view("everyone")["steps"]
        found = as_json(steps[step])
        for other in found.get("cards_of", {}):
            found["cards"] = {**as_json(steps[other]["cards"]), **found["cards"]}
        return found

    def own(self, who: str, step: str) -> Any:
        """What only *who* sees of the step."""
        return self.story.mine(who)["steps"].get(step, {})

    def chance(self, share: float) -> bool:
        return self.dice.random() < share

    def new_id(self, kind: str) -> str:
        self.made += 1
        return f"{kind}-{self.made}"

    # a session from its first step to its last

    def enter(self) -> None:
        listed = self.story.everyone["session"]["organisations"]
        organisations = [listed[id]["title"] for id in in_order(listed)]
        for organisation, number in zip(organisations, PEOPLE, strict=False):
            for _ in range(number):
                who = f"p{len(self.people)}"
                self.people[who] = organisation
                name = NAMES[len(self.people) - 1]
                self.does(who, "participant.enter", organisation=organisation, name=f"{name} {SURNAME}")

    def play(self) -> None:
        """Everything, and the end of it."""
        self.enter()
        for step in self.story.everyone["steps"]:
            self.does(FACILITATOR, "session.go", step=step)
            kind = self.story.session.steps[step].plan.kind
            getattr(self, f"play_{kind}")(step)
        self.does(FACILITATOR, "session.close")

    # page

    def play_page(self, step: str) -> None:
        view = self.seen(step)
        if view.get("editable"):
            text = self.story.facilitator["steps"][step]["source"]
            self.does(FACILITATOR, "page.write", step=step, text=f"{text}\n- {next(self.sayings)}\n")
        for n, who in enumerate(self.people):
            for id, question in view.get("questions", {}).items():
                if question["kind"] == "text" and n % 2:
                    self.does(who, "page.answer", step=step, question=id, text=next(self.remarks))
                if question["kind"] == "scale":
                    points = len(question["scale"]["points"])
                    self.does(
                        who,
                        "page.answer",
                        step=step,
                        question=id,
                        score=self.dice.randint(points - 1, points),
                    )
            if view.get("mail") and n % 3 == 0:
                address = ADDRESS.format(NAMES[n].lower())
                self.does(who, "page.mail_me", step=step, address=address)

    # canvas

    def play_canvas(self, step: str) -> None:
        if not (self.seen(step).get("grouping") and self.seen(step)["cards"]):
            for who in self.people:
                self.fill(who, step)
            self.work_on_rows(step)
            for who in self.people:
                self.take_part(who, step)
        view = self.seen(step)
        if view.get("blind") and not view["revealed"]:
            self.does(FACILITATOR, "canvas.reveal", step=step)
        if self.seen(step).get("grouping"):
            self.group(step)
        cards = sorted(self.seen(step)["cards"])
        if len(cards) > 4:
            self.does(FACILITATOR, "canvas.hide_card", step=step, card=self.dice.choice(cards), hidden=True)

    def fill(self, who: str, step: str) -> None:
        view = self.seen(step)
        rows = list(view.get("rows", {}))
        if "rows" in view and not rows:
            return
        boxes = view.get("focus") or view["boxes"]
        for box in boxes:
            if not self.chance(1.2 / len(boxes)):
                continue
            more: dict[str, Any] = {"row": self.dice.choice(rows)} if rows else {}
            if fields := self.values(who, step, box):
                more["fields"] = fields
            id, text = self.new_id("card"), next(self.sayings)
            most = view["boxes"][box].get("max_chars", len(text))
            with self.unless("canvas.limit"):
                self.does(who, "canvas.add_card", step=step, card=id, box=box, text=text[:most], **more)

    def values(self, who: str, step: str, box: str) -> dict[str, str]:
        """What *who* fills in on a card, half of the fields."""
        view = self.seen(step)
        found: dict[str, str] = {}
        for id, asked in view["boxes"][box].get("fields", {}).items():
            if asked.get("required") or self.chance(0.5):
                value = self.value(who, id, asked, view)
                if value:
                    found[id] = value
        return found

    def value(self, who: str, id: str, asked: dict[str, Any], view: dict[str, Any]) -> str:
        return field_value(
            id,
            asked,
            view,
            self.dice,
            organisation=self.people[who],
            name=NAMES[int(who[1:])],
            text=lambda: next(self.remarks),
        )

    def work_on_rows(self, step: str) -> None:
        """In a table everybody also fills in a cell of somebody else's row."""
        view = self.seen(step)
        if view.get("editable") != "everyone":
            return
        for who in self.people:
            cards = list(self.seen(step)["cards"])
            if cards:
                card = self.dice.choice(cards)
                box = self.seen(step)["cards"][card]["box"]
                if fields := self.values(who, step, box):
                    self.does(who, "canvas.edit_card", step=step, card=card, fields=fields)

    def take_part(self, who: str, step: str) -> None:
        view = self.seen(step)
        for card, shown in view["cards"].items():
            if view.get("supportable") and self.chance(0.2):
                self.does(who, "canvas.support_card", step=step, card=card, on=True)
            if not view.get("takeable"):
                continue
            if not shown.get("taken") and self.chance(0.1):
                missing = self.agreed_with(who, step, card)
                with self.unless("canvas.taken"):
                    self.does(who, "canvas.take_card", step=step, card=card, on=True, fields=missing)
            elif self.chance(0.1):
                self.does(who, "canvas.join_card", step=step, card=card, on=True)

    def agreed_with(self, who: str, step: str, card: str) -> dict[str, str]:
        """What a card still misses before it is agreed; half of the people forget the date."""
        view = self.seen(step)
        shown = view["cards"][card]
        fields = view["boxes"][shown["box"]].get("fields", {})
        return {
            id: self.value(who, id, fields[id], view)
            for id in view.get("agreed_with", {})
            if id in fields
            and id not in shown.get("fields", {})
            and (fields[id]["kind"] != "date" or self.chance(0.5))
        }

    def group(self, step: str) -> None:
        """Three neighbours become a group, the next two are the same; one group is renamed, a card taken out."""
        by_box: dict[tuple[str, str], list[str]] = {}
        for card, shown in self.seen(step)["cards"].items():
            by_box.setdefault((shown["box"], shown.get("row", "")), []).append(card)
        groups: list[str] = []
        for cards in by_box.values():
            if len(cards) >= 3:
                groups.append(group := self.new_id("group"))
                self.does(
                    FACILITATOR,
                    "canvas.group_cards",
                    step=step,
                    group=group,
                    cards=cards[:3],
                    title=next(self.sayings).replace("\n", " "),
                )
            if len(cards) >= 5:
                self.does(FACILITATOR, "canvas.merge_cards", step=step, card=cards[3], cards=[cards[4]])
            if len(cards) >= 7:
                self.does(FACILITATOR, "canvas.merge_cards", step=step, card=cards[5], cards=[cards[6]])
                self.does(FACILITATOR, "canvas.split_card", step=step, card=cards[6])
        if groups:
            title = next(self.sayings).replace("\n", " ")
            self.does(FACILITATOR, "canvas.rename_group", step=step, group=groups[0], title=title)
        if len(groups) > 2:
            last = [
                card for card, shown in self.seen(step)["cards"].items() if shown.get("group") == groups[-1]
            ]
            self.does(FACILITATOR, "canvas.ungroup_cards", step=step, cards=last[:1])

    # rating

    def play_rating(self, step: str) -> None:
        view = self.seen(step)
        if view.get("waiting"):
            return
        people = list(self.people)
        if view.get("addable"):
            self.does(
                people[0], "rating.add_item", step=step, item=self.new_id("item"), title=next(self.sayings)
            )
        if view.get("choice", {}).get("own"):
            title = next(self.sayings)
            self.does(people[1], "rating.add_target", step=step, target=self.new_id("target"), title=title)
        for who in people:
            getattr(self, f"answer_{self.seen(step).get('form', 'scale')}")(who, step)
        self.does(FACILITATOR, "rating.reveal", step=step)
        if self.story.facilitator["steps"][step].get("reference"):
            self.does(FACILITATOR, "rating.show_reference", step=step, shown=True)

    def answer_scale(self, who: str, step: str) -> None:
        view = self.seen(step)
        criteria = criteria_of(view)
        points = list(map(int, view["scale"]["points"]))
        for n, item in enumerate(view["items"]):
            for m, criterion in enumerate(criteria):
                more: dict[str, Any] = {"criterion": criterion} if criterion else {}
                if criterion == item:
                    continue
                off = [0] if "off" in view["scale"] else []
                score = self.dice.choice([points[(n + m) % len(points)], *points, *off])
                if self.chance(0.1) and not criterion and view.get("remarks"):
                    more["remark"] = next(self.remarks)
                tags = view["scale"].get("reasons", {}).get(str(score), {})
                if tags:
                    more["reasons"] = self.dice.sample(list(tags), self.dice.randint(1, len(tags)))
                self.does(who, "rating.rate", step=step, item=item, score=score or "none", **more)

    def answer_dots(self, who: str, step: str) -> None:
        view = self.seen(step)
        budget = view["dots"]["budget"]
        left, most = self.own(who, step).get("left", budget), view["dots"].get("per_item") or budget
        items = list(view["items"])
        # Some things are liked by many, so that there is a best.
        for item in [*items[:2], *self.dice.sample(items, len(items))] if self.chance(0.6) else items[::-1]:
            number = min(left, self.dice.randint(0, most))
            if number and not self.own(who, step).get("dots", {}).get(item):
                self.does(who, "rating.dots", step=step, item=item, dots=number)
                left -= number

    def answer_choice(self, who: str, step: str) -> None:
        view = self.seen(step)
        targets = list(view["targets"])
        most = (view["choice"].get("most") or 3) if view["choice"].get("multiple") else 1
        for n, item in enumerate(view["items"]):
            liked = [targets[n % len(targets)], *self.dice.sample(targets, min(most, len(targets)))]
            chosen = list(dict.fromkeys(liked))[: self.dice.randint(1, most)]
            self.does(who, "rating.choose", step=step, item=item, targets=chosen)

    # discussion

    def play_discussion(self, step: str) -> None:
        view = self.seen(step)
        decisions = view.get("decisions", {})
        words = cycle([decisions[id]["title"] for id in in_order(decisions)] or [""])
        for n, item in enumerate(in_order(view["items"])):
            if n < 4:
                self.does(FACILITATOR, "discussion.spotlight", step=step, item=item)
                more = {"decision": word} if (word := next(words)) else {}
                if n % 2 == 0:
                    more["note"] = next(self.notes)
                if n == 2:
                    more["who"] = NAMES[4]
                if more:
                    self.does(FACILITATOR, "discussion.conclude", step=step, item=item, **more)
            if n < 5:
                self.does(FACILITATOR, "discussion.mark", step=step, item=item, discussed=True)
        if view["items"]:
            self.does(FACILITATOR, "discussion.spotlight", step=step)


def sayings(language: Language) -> Iterator[str]:
    """What people write on cards: never the same twice."""
    for said in count(1):
        yield from (text if said == 1 else f"{text} ({said})" for text in SAYINGS[language])


PLAYBOOKS = shipped_playbooks()
PLANS = [*OPTIONS, *(f"{id}/{language}" for id in PLAYBOOKS for language in LANGUAGES)]
"""Everything that is played: the names of options, and playbook/language."""


def played(plan: str) -> Story:
    """The story of a plan that was played to its end."""
    table = Table(_begun(plan))
    table.play()
    return table.story


def _begun(plan: str) -> Story:
    if plan in OPTIONS:
        join = Join(organisations=ORGANISATIONS)
        return begun(Info(title=plan.capitalize(), language="en", playbook="own"), Plan(join, OPTIONS[plan]))
    id, language = plan.split("/")
    assert language in LANGUAGES
    playbook = PLAYBOOKS[id]
    info = Info(
        title=playbook.text("title", language),
        language=language,
        playbook=id,
        date="2026-11-21",
        place="Lent",
        purpose=playbook.text("purpose", language),
    )
    return begun(info, playbook.plan(language))


def report_of(story: Story) -> str:
    """The Markdown report of a story."""
    return to_markdown(to_source(report_model(story.session)))

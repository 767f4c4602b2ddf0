"""Robots: simulated people who take part in a rehearsal, through the commands that browsers send.

Pure: the same seed and the same views give the same commands.  They look at views only, as browsers do: what a view
offers, they use.  ``tests/players.py`` reads views with the same functions.  Who drives robots, and how fast, is in
``web/rehearsing.py``.
"""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

from sessions.people import MAX_NAME
from sessions.texts import Language, texts

ID = "robot-"
"""What the id of every robot begins with."""
MOST_ROBOTS = 100

WRITES = 1.3
"""Cards that one robot writes in a step, on average."""
SUPPORTS = 2
TAKES = 0.15
REMARKS = 0.08
CANNOT_JUDGE = 0.06
DIVISIVE = 0.3
"""The share of items on which organisations differ much."""

Fields = dict[str, Any]
Command = Fields
View = Mapping[str, Any]


# reading views


def in_order(objects: View) -> list[str]:
    """The ids of the objects of a view in their order."""
    return sorted(objects, key=lambda id: objects[id]["order"])


def cards_in(view: View, step: str) -> dict[str, Any]:
    """The cards of a step, with those that the view sends in another step of the same board."""
    steps = view["steps"]
    found: dict[str, Any] = {}
    for other in steps[step].get("cards_of", {}):
        found |= {
            id: card for id, card in steps[other]["cards"].items() if card["box"] in steps[step]["boxes"]
        }
    return {**found, **steps[step]["cards"]}


def criteria_of(step: View) -> list[str]:
    """By what each item is rated; one empty criterion where there is only the item itself."""
    return list(step.get("criteria") or (step["items"] if step.get("cascade") else [""]))


def field_value(
    id: str,
    asked: View,
    step: View,
    dice: Random,
    *,
    organisation: str,
    name: str,
    text: Callable[[], str],
) -> str:
    """What somebody fills in in one field of a card; empty when there is nothing to choose from."""
    match asked["kind"]:
        case "choice":
            return str(dice.choice(list(asked["options"])))
        case "choices":
            return " ".join(dice.sample(list(asked["options"]), 2))
        case "organisation":
            return organisation
        case "person":
            return name
        case "date":
            return f"2027-{dice.randint(1, 12):02}-15"
        case "amount":
            return f"{dice.randint(1, 40) * 500}.50"
        case "item":
            known = list(step.get("links", {}).get(id, {}))
            return str(dice.choice(known)) if known else ""
    return text()[: asked.get("max_chars", 20)]


# who they are


@dataclass(frozen=True)
class Robot:
    """One of them; ``organisation`` is marked as that of a robot, so that nobody is counted with people."""

    id: str
    name: str
    organisation: str


def is_robot(participant: str) -> bool:
    """Whether this participant is one of them."""
    return participant.startswith(ID)


def troupe_of(number: int, organisations: list[str], language: Language) -> list[Robot]:
    """So many robots, spread over the organisations; over well-known ones when there are none to choose from."""
    among = organisations or _library()["organisations"][language]
    names = _library()["names"]
    t = texts(language).t
    return [
        Robot(
            id=f"{ID}{n}",
            name=t("rehearsal.robot_name", name=_again(names, n)),
            organisation=t("rehearsal.robot_of", organisation=among[n % len(among)][: MAX_NAME - 10]),
        )
        for n in range(min(number, MOST_ROBOTS))
    ]


def _again(names: list[str], n: int) -> str:
    return names[n % len(names)] + (f" {n // len(names) + 1}" if n >= len(names) else "")


# what they do

Wish = Callable[[View, View], Command | None]
"""What a robot would like, told when its turn comes: from the view of everyone and its own part to a command, or None."""


@dataclass
class Troupe:
    """The robots of one rehearsal and what each still wants to do in the current step."""

    robots: list[Robot]
    language: Language
    seed: int = 1953
    _dice: Random = field(init=False)
    _done: set[tuple[str, str]] = field(default_factory=set)
    """the phases of steps in which everybody has made up their mind"""
    _wishes: dict[str, list[tuple[Robot, Wish]]] = field(default_factory=dict)
    """step -> who wants what there, in turn"""
    _texts: dict[str, Iterator[str]] = field(default_factory=dict)
    _made: Iterator[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        self._dice = Random(self.seed)  # noqa: S311 - a play, no secret

    def entering(self) -> list[tuple[Robot, Command]]:
        """What each says when it joins."""
        return [
            (robot, {"type": "participant.enter", "name": robot.name, "organisation": robot.organisation})
            for robot in self.robots
        ]

    def next(self, view: View, own: Callable[[str], View]) -> tuple[Robot, Command] | None:
        """Who does what now, without a command id; None when nobody wants anything in this step.

        *view* is that of everyone, *own* gives the private part of one robot.
        """
        session, step = view["session"], view["session"]["step"]
        if session["state"] != "live" or view["agenda"][step]["locked"]:
            return None
        self._make_up_minds(view, step)
        waiting = self._wishes.get(step, [])
        while waiting:
            robot, wish = waiting.pop(0)
            if command := wish(view, own(robot.id).get("steps", {}).get(step, {})):
                return robot, {**command, "step": step}
        return None

    def _make_up_minds(self, view: View, step: str) -> None:
        """At the first look at a step, and again when its cards are shown, everybody thinks of something to do."""
        kind, shown = view["agenda"][step]["kind"], view["steps"][step]
        over = shown.get("closed", shown.get("blind") and shown.get("revealed"))
        phase = "shown" if over else "first"
        if (step, phase) in self._done or (shown.get("waiting") and kind == "rating"):
            return
        title = view["agenda"][step]["title"]
        wishes: list[list[tuple[Robot, Wish]]] = []
        for robot in self.robots:
            match kind:
                case "page" if phase == "first":
                    theirs = self._answers(robot, shown)
                case "canvas":
                    theirs = [*(self._cards(robot, title, shown) if phase == "first" else [])]
                    theirs += self._parts(robot, step)
                case "rating" if phase == "first":
                    theirs = self._judgements(robot, shown)
                case _:
                    theirs = []
            wishes.append([(robot, wish) for wish in theirs])
        self._done.add((step, phase))
        self._wishes.setdefault(step, []).extend(_interleaved(wishes, self._dice))

    # page

    def _answers(self, robot: Robot, shown: View) -> list[Wish]:
        found: list[Wish] = []
        for id, question in shown.get("questions", {}).items():
            if question["kind"] == "scale":
                points = len(question["scale"]["points"])
                score = self._dice.choice([points, points, points - 1, max(1, points - 2)])
                found.append(_always({"type": "page.answer", "question": id, "score": score}))
            elif self._dice.random() < 0.7:
                text = self._text("closing")[: question.get("max_chars", 200)]
                found.append(_always({"type": "page.answer", "question": id, "text": text}))
        return found

    # canvas

    def _cards(self, robot: Robot, title: str, shown: View) -> list[Wish]:
        if shown.get("grouping") and shown["cards"]:
            return []
        boxes = list(shown.get("focus") or shown["boxes"])
        wanted = [box for box in boxes if self._dice.random() < WRITES / len(boxes)]
        most = shown.get("per_person") or len(wanted)
        return [self._card(robot, box, title) for box in wanted[:most]]

    def _card(self, robot: Robot, box: str, title: str) -> Wish:
        def wish(view: View, own: View) -> Command | None:
            step = view["steps"][view["session"]["step"]]
            rows = list(step.get("rows", {}))
            asked = step["boxes"].get(box)
            if asked is None or ("rows" in step and not rows):
                return None
            about = "\n".join((asked.get("title", ""), asked.get("prompt", ""), title))
            text = self._text(about, most=asked.get("max_chars", 280))
            command: Command = {
                "type": "canvas.add_card",
                "card": f"{robot.id}.{next(self._made)}.{self._dice.randrange(10**9)}",
                "box": box,
                "text": text,
            }
            if rows:
                command["row"] = self._dice.choice(rows)
            if filled := self._filled(robot, step, asked.get("fields", {})):
                command["fields"] = filled
            return command

        return wish

    def _filled(self, robot: Robot, step: View, fields: View, *, all: bool = False) -> dict[str, str]:
        """Values for the fields of a card: what is required, and half of the others."""
        found = {
            id: field_value(
                id,
                asked,
                step,
                self._dice,
                organisation=robot.organisation,
                name=robot.name,
                text=lambda: self._text("remarks"),
            )
            for id, asked in fields.items()
            if all or asked.get("required") or self._dice.random() < 0.5
        }
        return {id: value for id, value in found.items() if value}

    def _parts(self, robot: Robot, step: str) -> list[Wish]:
        """To support cards of others, and now and then to take one on."""

        def support(view: View, own: View) -> Command | None:
            shown = view["steps"][step]
            others = set(cards_in(view, step)) - set(own.get("cards", {})) - set(own.get("supported", {}))
            if not shown.get("supportable") or not others:
                return None
            card = self._dice.choice(sorted(others))
            return {"type": "canvas.support_card", "card": card, "on": True}

        def take(view: View, own: View) -> Command | None:
            shown = view["steps"][step]
            free = {id: card for id, card in cards_in(view, step).items() if not card.get("taken")}
            if not shown.get("takeable") or not free:
                return None
            id = self._dice.choice(sorted(free))
            asked = shown["boxes"][free[id]["box"]].get("fields", {})
            missing = {
                name: asked[name]
                for name in shown.get("agreed_with", {})
                if name in asked and name not in free[id].get("fields", {})
            }
            fields = self._filled(robot, shown, missing, all=True)
            return {"type": "canvas.take_card", "card": id, "on": True, "fields": fields}

        supports = self._dice.randint(0, SUPPORTS)
        return [*([support] * supports), *([take] if self._dice.random() < TAKES else [])]

    # rating

    def _judgements(self, robot: Robot, shown: View) -> list[Wish]:
        if shown.get("per_organisation") and any(
            one.organisation == robot.organisation for one in self.robots[: self.robots.index(robot)]
        ):
            return []
        match shown.get("form", "scale"):
            case "dots":
                return self._dots(robot, shown)
            case "choice":
                return self._choices(robot, shown)
        return self._scores(robot, shown)

    def _scores(self, robot: Robot, shown: View) -> list[Wish]:
        points, scale = len(shown["scale"]["points"]), shown["scale"]
        found: list[Wish] = []
        for item in in_order(shown["items"]):
            for criterion in criteria_of(shown):
                if criterion == item:
                    continue
                command: Command = {"type": "rating.rate", "item": item}
                if criterion:
                    command["criterion"] = criterion
                if "off" in scale and self._dice.random() < CANNOT_JUDGE:
                    command["score"] = "none"
                else:
                    command["score"] = self._opinion(robot, f"{item}/{criterion}", points)
                if not criterion and shown.get("remarks") and self._dice.random() < REMARKS:
                    command["remark"] = self._text("remarks")
                if tags := scale.get("reasons", {}).get(str(command["score"])):
                    command["reasons"] = [self._dice.choice(list(tags))]
                found.append(_always(command))
        return found

    def _opinion(self, robot: Robot, about: str, points: int) -> int:
        """A point of the scale: near what the organisation thinks, which on some items is far from what others do."""
        common = self._lean(about)
        own = self._lean(f"{robot.organisation}/{about}")
        apart = 0.9 if self._lean(f"divisive/{about}") < DIVISIVE else 0.35
        centre = common * (1 - apart) + own * apart
        return 1 + round(min(1.0, max(0.0, self._dice.gauss(centre, 0.14))) * (points - 1))

    def _lean(self, about: str) -> float:
        return Random(f"{self.seed}/{about}").random()  # noqa: S311

    def _dots(self, robot: Robot, shown: View) -> list[Wish]:
        left = shown["dots"]["budget"]
        most = shown["dots"].get("per_item") or left
        liked = sorted(
            shown["items"],
            key=lambda item: self._lean(f"{robot.organisation}/{item}") + self._dice.random() * 0.6,
        )
        found: list[Wish] = []
        for item in liked:
            number = min(left, self._dice.randint(1, most))
            if number:
                found.append(_always({"type": "rating.dots", "item": item, "dots": number}))
            left -= number
        return found

    def _choices(self, robot: Robot, shown: View) -> list[Wish]:
        targets = sorted(shown["targets"])
        if not targets:
            return []
        most = min(len(targets), (shown["choice"].get("most") or 3) if shown["choice"].get("multiple") else 1)
        found: list[Wish] = []
        for item in in_order(shown["items"]):
            weights = [0.1 + self._lean(f"{item}/{target}") ** 3 for target in targets]
            chosen = self._dice.choices(targets, weights, k=self._dice.randint(1, most))
            command = {"type": "rating.choose", "item": item, "targets": list(dict.fromkeys(chosen))}
            found.append(_always(command))
        return found

    # texts

    def _text(self, about: str, most: int = 200) -> str:
        """The next thing to say: of the list with this name, or of the theme that fits best."""
        library = _library()
        if isinstance(library.get(about), dict):
            key, sentences = about, library[about][self.language]
        else:
            theme = _theme(about)
            key, sentences = str(theme), library["themes"][theme][self.language]
        if key not in self._texts:
            order = Random(f"{self.seed}/{key}")  # noqa: S311
            self._texts[key] = _never_the_same(sentences, library["places"][self.language], order)
        return _shortened(next(self._texts[key]), most)


def _always(command: Command) -> Wish:
    return lambda view, own: command


def _interleaved(wishes: list[list[tuple[Robot, Wish]]], dice: Random) -> list[tuple[Robot, Wish]]:
    """Everybody's wishes in one row: each one's own in their order, of different people mixed."""
    turns = [(n + dice.random(), wish) for theirs in wishes for n, wish in enumerate(theirs)]
    return [wish for _, wish in sorted(turns, key=lambda turn: turn[0])]


def _theme(about: str) -> int:
    """The first theme that has a word of the first line of *about*, else of the next; the last one fits everything."""
    themes = _library()["themes"]
    for line in about.casefold().splitlines():
        for n, theme in enumerate(themes):
            if any(word in line for word in theme["words"]):
                return n
    return len(themes) - 1


def _never_the_same(sentences: list[str], places: list[str], dice: Random) -> Iterator[str]:
    """Every sentence with every place, then all of it once more with a number."""
    pairs = [
        (sentence, place) for sentence in sentences for place in (places if "{place}" in sentence else [""])
    ]
    for again in count(1):
        for sentence, place in dice.sample(pairs, len(pairs)):
            said = sentence.replace("{place}", place)
            yield (said[0].upper() + said[1:]) + (f" ({again})" if again > 1 else "")


def _shortened(text: str, most: int) -> str:
    """The text in at most so many characters, cut between words where that can be."""
    if len(text) <= most:
        return text
    return text[: most - 1].rsplit(" ", 1)[0] + "…"


@cache
def _library() -> dict[str, Any]:
    """What robots are called and what they say; see ``robots.toml``."""
    return tomllib.loads((Path(__file__).parent / "robots.toml").read_text("utf-8"))

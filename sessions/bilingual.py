"""The texts of a plan in its two languages: what a session says, and what its playbook says in the other language.

A session speaks one language.  What its texts are in the other one stands beside its plan, text by text, so that a
playbook that is made of it has both.  What a newcomer would look for is a place for each text: there is none.  The same
text is the same in the other language wherever it stands, so moving, copying and undoing steps asks nothing of it.
"""

from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import msgspec

from sessions.agenda import tidied
from sessions.agenda_messages import Translate, Translated
from sessions.message import Rejected
from sessions.people import Join
from sessions.steps import BadStep, check_steps
from sessions.texts import Language

if TYPE_CHECKING:
    from sessions.session import Session
    from sessions.session_messages import Plan

TEXTS = frozenset(
    [
        "title",
        "text",
        "instruction",
        "notes",
        "purpose",
        "prompt",
        "example",
        "suggestions",
        "cards",
        "label",
        "hint",
        "unit",
        "options",
        "text_label",
        "points",
        "off",
        "question",
        "tags",
        "decisions",
        "decided",
        "add_prompt",
        "high_high",
        "high_low",
        "low_high",
        "low_low",
        "organisation_label",
        "organisations",
        "role",
        "level",
        "elsewhere",
    ]
)
"""The fields of a plan that hold what people read, one text or a list of them."""
_BY_ID = ("notes",)
"""Fields that are a text, or a table of texts by the id of what they are about."""


def localized(value: Any, language: Language) -> Any:
    """*value* with every ``{nl, en}`` in it replaced by its text in *language*."""
    match value:
        case {"nl": _, "en": _} if len(value) == 2:
            return value[language]
        case dict():
            return {key: localized(inner, language) for key, inner in value.items()}
        case list():
            return [localized(inner, language) for inner in value]
    return value


def pairs(raw: Any, language: Language) -> dict[str, str]:
    """Text in *language* -> what it is in the other one, of everything in *raw* that is written in both."""
    match raw:
        case {"nl": str(nl), "en": str(en)} if len(raw) == 2:
            return {nl: en} if language == "nl" else {en: nl}
        case dict():
            inner = list(raw.values())
        case list():
            inner = raw
        case _:
            return {}
    return {text: other for part in inner for text, other in pairs(part, language).items()}


def in_both(raw: Any, other: Mapping[str, str], language: Language) -> Any:
    """*raw*, of which the texts are in *language*, with those that *other* knows in both languages."""

    def both(_: str, text: str) -> Any:
        if not (translated := other.get(text)):
            return text
        return {"nl": text, "en": translated} if language == "nl" else {"nl": translated, "en": text}

    return _mapped(raw, "", both)


def texts_in(raw: Any) -> dict[str, str]:
    """Each text in *raw* that people read -> the first field that holds it, in the order in which they stand."""
    found: dict[str, str] = {}
    _mapped(raw, "", lambda name, text: found.setdefault(text, name))
    return found


def _mapped(value: Any, name: str, change: Callable[[str, str], Any]) -> Any:
    """*value* with every text in it that people read changed."""
    match value:
        case str():
            return change(name, value) if name in TEXTS and value.strip() else value
        case dict():
            return {
                key: _mapped(inner, name if name in _BY_ID else key, change) for key, inner in value.items()
            }
        case list():
            return [_mapped(inner, name, change) for inner in value]
    return value


def spoken(plan: "Plan", language: Language) -> Language:
    """The language in which the texts of *plan* are, in a session that is in *language*."""
    return plan.language or language


def about_session(session: "Session") -> dict[str, Any]:
    """What is no step and has texts: what the session is about, what people are asked, what is to come of it."""
    return {
        "title": session.info.title,
        "purpose": session.info.purpose,
        "join": msgspec.to_builtins(session.plan.join),
        "delivers": [msgspec.to_builtins(one) for one in session.plan.delivers],
    }


def sheet(session: "Session", step: str) -> list[dict[str, str]]:
    """What there is to translate in one step, or in the session itself when *step* is empty; raises Rejected.

    ``near`` is what a text had in the other language before somebody changed a few letters of it.
    """
    other = session.plan.other
    if step and step not in session.steps:
        raise Rejected("agenda.step_gone")
    raw = next((one for one in session.plan.steps if one["id"] == step), None) or about_session(session)
    here = texts_in(raw)
    everywhere = texts_in([*session.plan.steps, about_session(session)])
    left_over = [text for text in other if text not in everywhere]
    return [
        {
            "name": name,
            "text": text,
            "other": other.get(text, ""),
            **({"near": other[near[0]]} if (near := _near(text, other, left_over)) else {}),
        }
        for text, name in here.items()
    ]


def _near(text: str, other: Mapping[str, str], left_over: list[str]) -> list[str]:
    return [] if text in other else get_close_matches(text, left_over, 1, 0.7)


def translating(wanted: Translate, session: "Session") -> list[Any]:
    """What *wanted* makes of the texts in the other language; raises Refused."""
    plan = session.plan
    there = texts_in([*plan.steps, about_session(session)])
    changed: dict[str, str] = {}
    for text, typed in wanted.texts.items():
        if text not in there:
            raise Rejected("agenda.text_gone", text=text[:60])
        now, new = plan.other.get(text, ""), tidied(typed, there[text])
        if new == now:
            continue
        if wanted.expect is not None and wanted.expect.get(text, "") != now:
            raise Rejected("agenda.translated_meanwhile", text=text[:60], other=now[:60])
        changed[text] = new
    if not changed:
        return []
    _check(session, after(plan.other, changed))
    return [Translated(changed)]


def after(other: Mapping[str, str], changed: Mapping[str, str]) -> dict[str, str]:
    """*other* with the texts of *changed*; an empty one is taken out."""
    return {text: new for text, new in {**other, **changed}.items() if new}


def _check(session: "Session", other: Mapping[str, str]) -> None:
    """Raises Rejected when a session in the other language could not be started with these texts."""
    language = spoken(session.plan, session.info.language)
    foreign: Language = "en" if language == "nl" else "nl"
    steps = localized(in_both(session.plan.steps, other, language), foreign)
    try:
        check_steps(steps)
    except BadStep as wrong:
        title = session.steps[wrong.step].plan.title if wrong.step in session.steps else wrong.step
        raise Rejected("agenda.problem_translated", title=title, problem=wrong.problem) from None
    try:
        join = in_both(msgspec.to_builtins(session.plan.join), other, language)
        msgspec.convert(localized(join, foreign), Join)
    except msgspec.ValidationError:
        raise Rejected("agenda.problem_choice") from None


def turned_back(now: Mapping[str, str], here: Mapping[str, str], there: Mapping[str, str]) -> Iterator[Any]:
    """The events that undo what led from *there* to *here*; raises Rejected when it was changed since."""
    changed = {
        text: there.get(text, "") for text in here.keys() | there.keys() if here.get(text) != there.get(text)
    }
    if any(now.get(text) != here.get(text) for text in changed):
        raise Rejected("undo.changed_since")
    if changed:
        yield Translated(changed)

"""page: a text, optionally with the results of an earlier step, questions to close with, and the report by e-mail.

Answers are shown without a name, after the reveal or when the session is closed.  The one thing a newcomer gets wrong:
an e-mail address is for sending one report to one person.  It is in no view but that person's own, in no report and
in no exported log.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Literal, Self

import msgspec
from email_validator import EmailNotValidError, validate_email

from sessions.activity import Activity, Audience, Contribution, StepPlan, present
from sessions.markdown import to_tree
from sessions.message import (
    MAX_TEXT,
    Actor,
    Forbidden,
    Id,
    Invalid,
    Record,
    Rejected,
    TooLarge,
    command,
    event,
)
from sessions.progress import progress
from sessions.rating_plan import Scale
from sessions.results import Distribution, Score, distribution
from sessions.texts import Said, said

if TYPE_CHECKING:
    from sessions.delivers import Deliverable
    from sessions.session import Session

MAX_BODY = 20_000
"""Characters in a text that the facilitator writes."""


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """Something that is asked of everybody: a text of their own, or a point on a scale."""

    id: Id
    label: str
    kind: Literal["text", "scale"] = "text"
    scale: Scale | None = None
    max_chars: int = 200

    @property
    def points(self) -> int:
        """How many points there are to choose from; none for a text."""
        return len(self.scale.points) if self.scale else 0


class Plan(StepPlan, frozen=True, kw_only=True):
    """``text`` is Markdown; ``results_of`` names an earlier step whose results are shown below it.

    ``mail`` asks whether somebody wants the report, ``editable`` lets the facilitator write the text on the spot.
    """

    text: str = ""
    results_of: str = ""
    questions: list[Question] = []
    mail: bool = False
    editable: bool = False

    def references(self) -> Mapping[str, str]:
        return {"results_of": self.results_of} if self.results_of else {}

    def problems(self, earlier: Mapping[str, StepPlan]) -> Mapping[str, Said]:
        found: dict[str, Said] = {}
        if len({question.id for question in self.questions}) != len(self.questions):
            found["questions"] = said("plan.same_question")
        for n, question in enumerate(self.questions):
            if (question.kind == "scale") != (question.scale is not None):
                found[f"questions[{n}].scale"] = said("plan.question_scale")
            elif question.scale and question.points < 2:
                found[f"questions[{n}].scale.points"] = said("plan.two_points")
            if not 1 <= question.max_chars <= MAX_TEXT:
                found[f"questions[{n}].max_chars"] = said("plan.from_one", most=str(MAX_TEXT))
        return found


@command("page.answer")
@dataclass(frozen=True)
class Answer:
    """``text`` or ``score``, as the question has it; absent or empty takes the answer back."""

    step: Id
    question: Id
    text: str | None = None
    score: Score | None = None


@command("page.mail_me")
@dataclass(frozen=True)
class MailMe:
    """An empty address takes it back."""

    step: Id
    address: str


@command("page.reveal", steering=True)
@dataclass(frozen=True)
class Reveal:
    step: Id


@command("page.write", steering=True, longest={"text": MAX_BODY})
@dataclass(frozen=True)
class Write:
    step: Id
    text: str


@event("page.answered")
@dataclass(frozen=True)
class Answered:
    """``answer`` is a text, or a point of the scale, or "none" for an answer off the scale; None took it back."""

    step: str
    question: str
    answer: str | int | None = None


@event("page.mail_asked")
@dataclass(frozen=True)
class MailAsked:
    step: str
    address: str


@dataclass(frozen=True)
class Kept:
    """What everyone may know of the answers to one question, when nobody may know whose they are."""

    texts: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)


@event("page.revealed", act=True)
@dataclass(frozen=True)
class Revealed:
    """In an exported log ``kept`` and ``people`` stand for the answers themselves."""

    step: str
    kept: dict[str, Kept] = field(default_factory=dict)
    people: int = 0


@event("page.covered")
@dataclass(frozen=True)
class Covered:
    """A reveal that was undone."""

    step: str


@event("page.written", act=True)
@dataclass(frozen=True)
class Written:
    """``text`` is None when the text is again the planned one."""

    step: str
    text: str | None


@dataclass(frozen=True)
class Told:
    """The answers to one question, as everyone may see them."""

    question: Question
    texts: tuple[str, ...]
    figures: Distribution | None


@lru_cache(maxsize=128)
def _tree(text: str) -> list[Any]:
    # Kept: while people answer below it the text stays the same, and a view that shares it is compared in no time.
    return to_tree(text)


@dataclass(frozen=True)
class Page(Activity):
    """A page; ``answers`` maps participant to question to answer, and ``mails`` participant to address."""

    plan: Plan
    written: str | None = None
    shown: bool = False
    answers: Mapping[str, Mapping[str, str | int]] = field(default_factory=dict)
    mails: Mapping[str, str] = field(default_factory=dict)
    kept: Revealed | None = None

    @classmethod
    def planned(cls, plan: Plan) -> Self:
        return cls(plan)

    @property
    def text(self) -> str:
        """The Markdown that is shown."""
        return self.plan.text if self.written is None else self.written

    @cached_property
    def _questions(self) -> Mapping[str, Question]:
        return {question.id: question for question in self.plan.questions}

    # deciding

    def decide(self, command: Any, actor: Actor, session: "Session") -> list[Any]:
        step = self.plan.id
        match command:
            case Answer():
                return self._answered(command, actor)
            case MailMe(address=address):
                return self._mail(address, actor)
            case Reveal():
                if not self.plan.questions:
                    raise Rejected("page.no_questions")
                return [] if self.shown else [Revealed(step)]
            case Write(text=text):
                if not self.plan.editable:
                    raise Rejected("page.not_editable")
                return [Written(step, text)] if text != self.text else []
        raise Invalid("command.unknown")

    def _answered(self, wanted: Answer, actor: Actor) -> list[Any]:
        if actor.role != "participant":
            raise Forbidden("participants_only")
        question = self._questions.get(wanted.question)
        if question is None:
            raise Rejected("page.unknown_question")
        answer = self._text(question, wanted) if question.scale is None else _score(question, wanted)
        old = self.answers.get(actor.id, {}).get(question.id)
        return [Answered(self.plan.id, question.id, answer)] if answer != old else []

    def _text(self, question: Question, wanted: Answer) -> str | None:
        if wanted.score is not None:
            raise Invalid("command.field", field="score")
        if wanted.text and len(wanted.text) > question.max_chars:
            raise TooLarge("text.too_long", most=question.max_chars, length=len(wanted.text))
        return wanted.text or None

    def _mail(self, address: str, actor: Actor) -> list[Any]:
        if actor.role != "participant":
            raise Forbidden("participants_only")
        if not self.plan.mail:
            raise Rejected("page.no_mail")
        if address:
            try:
                address = validate_email(address, check_deliverability=False).normalized
            except EmailNotValidError:
                raise Rejected("page.bad_address") from None
        return [MailAsked(self.plan.id, address)] if address != self.mails.get(actor.id, "") else []

    def closing(self, session: "Session") -> list[Any]:
        # They were asked for the report, and people were told so.
        return [Revealed(self.plan.id)] if self.answers and not self.shown else []

    def evolve(self, record: Record) -> Self:
        match record.event:
            case Answered(question=question, answer=answer):
                theirs = dict(self.answers.get(record.actor, {}))
                theirs.pop(question, None)
                if answer is not None:
                    theirs[question] = answer
                others = {who: of for who, of in self.answers.items() if who != record.actor}
                return replace(self, answers={**others, record.actor: theirs} if theirs else others)
            case MailAsked(address=address):
                mails = {who: of for who, of in self.mails.items() if who != record.actor}
                return replace(self, mails={**mails, record.actor: address} if address else mails)
            case Revealed() as revealed:
                return replace(
                    self, shown=True, kept=revealed if revealed.kept or revealed.people else self.kept
                )
            case Covered():
                return replace(self, shown=False)
            case Written(text=text):
                return replace(self, written=text)
        return self

    def turned_back(self, here: "Page", there: "Page", session: "Session") -> Iterable[Any]:
        step = self.plan.id
        if (self.shown, self.written) != (here.shown, here.written):
            raise Rejected("undo.changed_since")
        if here.shown != there.shown:
            yield Revealed(step) if there.shown else Covered(step)
        if here.written != there.written:
            yield Written(step, there.written)

    def planned_back(self, now: "Page", here: "Page", there: "Page") -> Iterable[Any]:
        written = there.written if now.written == here.written else now.written
        if self.written != written:
            yield Written(self.plan.id, written)

    def concerns(self, event: Any) -> Iterable[str]:
        return ()

    # when the agenda is edited

    def check_plan(self, plan: Plan, session: "Session", *, started: bool) -> None:
        if not (self.answers or self.kept):
            return
        # Whoever may not see the answers may not find out either which questions have any.
        new = {question.id: question for question in plan.questions}
        for old in self.plan.questions:
            now = new.get(old.id)
            if now is None:
                raise Rejected("agenda.question_answered", title=old.label)
            if (now.kind, now.points, bool(now.scale and now.scale.off)) != (
                old.kind,
                old.points,
                bool(old.scale and old.scale.off),
            ):
                raise Rejected("agenda.scale_answered", title=self.plan.title)

    def replanned(self, plan: Plan) -> Self:
        written = self.written
        if written is not None and plan.text != self.plan.text:
            written = plan.text
        return replace(self, plan=plan, written=written)

    def contributed(self, session: "Session") -> bool:
        return bool(self.answers or self.mails or self.kept or self.written)

    # what was answered

    @property
    def _people(self) -> int:
        """How many people answered something."""
        return len(self.answers) + (self.kept.people if self.kept else 0)

    @cached_property
    def told(self) -> list[Told]:
        """The answers, question by question, as they may be shown; empty before the reveal."""
        return [self._told(question) for question in self.plan.questions] if self.shown else []

    def _told(self, question: Question) -> Told:
        kept = self.kept.kept.get(question.id, Kept()) if self.kept else Kept()
        given = [of[question.id] for of in self.answers.values() if question.id in of]
        if question.scale is None:
            # In the order of the alphabet: the order in which people answered could tell who wrote what.
            texts = sorted([*map(str, given), *kept.texts], key=lambda text: (text.casefold(), text))
            return Told(question, tuple(texts), None)
        scores: list[Score] = ["none" if answer == "none" else int(answer) for answer in given]
        for point, n in kept.counts.items():
            scores += ["none" if point == "none" else int(point)] * n
        return Told(question, (), distribution(scores, question.points))

    def delivered(self, wanted: "Deliverable", session: "Session") -> tuple[int, int]:
        written = int(bool(self.written))
        answered = [told for told in self.told if told.texts or (told.figures and told.figures.n)]
        return written + len(answered), int(self.plan.editable) + len(self.plan.questions)

    # showing

    def inputs(self, session: "Session") -> tuple[object, ...]:
        return (self, session.people) if self.plan.questions else (self,)

    def view(self, audience: Audience, session: "Session") -> Mapping[str, Any]:
        plan = self.plan
        facilitator = audience == "facilitator"
        return present(
            body=_tree(self.text),
            shows=plan.results_of or None,
            questions=self._question_views or None,
            mail=plan.mail or None,
            editable=plan.editable or None,
            source=self.text if facilitator and plan.editable else None,
            revealed=self.shown if plan.questions else None,
            answered=self._people if plan.questions else None,
            progress=progress(session, self.answers)
            if facilitator and plan.questions and not self.kept
            else None,
            answers={told.question.id: _told_view(told) for told in self.told} or None,
            mails=len(self.mails) if facilitator and plan.mail else None,
        )

    @cached_property
    def _question_views(self) -> dict[str, Any]:
        return {
            question.id: present(
                label=question.label,
                kind=question.kind,
                order=n,
                max_chars=question.max_chars if question.kind == "text" else None,
                scale=_scale_view(question.scale) if question.scale else None,
            )
            for n, question in enumerate(self.plan.questions, 1)
        }

    def mine(self, participant: str, session: "Session") -> Mapping[str, Any]:
        answers = self.answers.get(participant)
        address = self.mails.get(participant)
        return present(answers=dict(answers) if answers else None, mail=address)

    def exported(self, record: Record, session: "Session") -> Record | None:
        match record.event:
            case Answered() | MailAsked():
                return None
            case Revealed() if not self.shown:
                return None
            case Revealed() as revealed:
                kept = {
                    told.question.id: Kept(list(told.texts), _counted(told.figures)) for told in self.told
                }
                return replace(record, event=replace(revealed, kept=kept, people=self._people))
        return record

    def whole(self, record: Record, session: "Session") -> Record | None:
        match record.event:
            case Answered(question=question, answer=answer):
                stands = self.answers.get(record.actor, {}).get(question) == answer
                return record if self.shown and stands else None
            case Revealed() if self.shown:
                return record
        # Addresses are erased when their mail is gone; a file would keep them.
        return self.exported(record, session)

    def report(self, session: "Session") -> Mapping[str, Any]:
        told = [told for told in self.told if told.texts or told.figures]
        unseen = 0 if self.shown else self._people
        if not (self.text or told or unseen):
            return {}
        return {
            "text": self.text,
            # What was written in the session belongs to what it brought, the rest goes with the steps.
            "written": bool(self.written),
            "began": bool(self.written or self._people),
            "questions": told,
            "unseen": unseen,
            "answers": sum(one.figures.n + one.figures.off for one in told if one.figures),
            "contributions": [
                Contribution(about=one.question.label, text=text) for one in told for text in one.texts
            ],
        }


def _score(question: Question, wanted: Answer) -> Score | None:
    if wanted.text is not None:
        raise Invalid("command.field", field="text")
    score = wanted.score
    if score == "none":
        if question.scale and question.scale.off:
            return score
    elif score is None or 1 <= score <= question.points:
        return score
    raise Rejected("rating.off_scale", most=question.points)


def _scale_view(scale: Scale) -> dict[str, Any]:
    points = {str(n): word for n, word in enumerate(scale.points, 1)}
    return present(question=scale.question, points=points, off=scale.off or None)


def _told_view(told: Told) -> dict[str, Any]:
    if told.figures is None:
        return {"texts": {str(n): text for n, text in enumerate(told.texts, 1)}}
    figures = told.figures
    return present(
        n=figures.n,
        counts={str(point): n for point, n in enumerate(figures.counts, 1)},
        median=figures.median,
        mean=figures.mean,
        agreement=figures.agreement,
        consensus=figures.consensus,
        off=figures.off,
    )


def _counted(figures: Distribution | None) -> dict[str, int]:
    """How often each point was chosen."""
    if figures is None:
        return {}
    counts = {str(point): n for point, n in enumerate(figures.counts, 1) if n}
    return {**counts, "none": figures.off} if figures.off else counts

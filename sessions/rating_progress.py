"""How far a round is: who has answered everything there is, and how many of each organisation began and are done."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from sessions.outcome import Answer
from sessions.texts import texts

if TYPE_CHECKING:
    from sessions.activities.rating import Rating
    from sessions.session import Session


def finished(round: "Rating", session: "Session") -> Callable[[Mapping[str, Answer]], bool]:
    """A function that tells whether one voice has answered everything there is."""
    items = round.by_id(session)
    ids = items.keys()
    if not ids:
        return lambda theirs: False
    if round.plan.form == "dots":
        most = min(round.plan.dots, round.plan.most_dots * len(ids))
        return lambda theirs: sum(answer.dots for id, answer in theirs.items() if id in ids) >= most
    if round.plan.form == "choice":
        targets = round.targets_by_id(session)
        return lambda theirs: (
            ids <= theirs.keys() and all(any(t in targets for t in theirs[id].targets) for id in ids)
        )
    if round.plan.criteria:
        wanted = [(id, criteria) for id, criteria in round.criteria_of(session).items() if criteria]
        return lambda theirs: (
            bool(wanted)
            and all(
                id in theirs and all(criterion in theirs[id].criteria for criterion in criteria)
                for id, criteria in wanted
            )
        )
    return lambda theirs: ids <= theirs.keys()


def progress(round: "Rating", session: "Session") -> dict[str, Any]:
    """For each organisation how many voices it has, and how many of these began and are done."""
    nameless = texts(session.info.language).t("rating.no_organisation")
    as_one = round.plan.per == "organisation"
    groups = {
        (name or nameless): [name] if as_one else people
        for name, people in session.by_organisation.items()
        if name or not as_one
    }
    if as_one:
        groups |= {name: [name] for name in round.without_phone if name not in session.by_organisation}
    if not (round.answers or round.tables):
        return {name: {"people": len(group), "answered": 0, "done": 0} for name, group in groups.items()}
    is_finished = finished(round, session)
    tallied, speaking = round.tallied_voices()
    for voice, organisation in speaking.items():
        name = organisation or nameless
        groups[name] = [*groups.get(name, ()), voice]
    answers = {**round.answers, **tallied} if tallied else round.answers
    return {
        name: {
            "people": len(group),
            "answered": sum(1 for voice in group if answers.get(voice)),
            "done": sum(1 for voice in group if (of := answers.get(voice)) and is_finished(of)),
        }
        for name, group in groups.items()
    }

"""``report.json``: everything a report tells, as data.

README says what is in it.  A key is always there; what is not known is null, what is empty is an empty list.  Whoever
changes what a key means, or takes one away, counts `VERSION` up.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sessions.activity import Contribution
from sessions.canvas_report import Entry
from sessions.delivers import Delivery
from sessions.lineage import Trail
from sessions.outcome import Crossed, Dotted, Linked, Result, Scored
from sessions.report import Report, Section
from sessions.report_actions import Action, Decision
from sessions.report_summary import Standout
from sessions.report_wording import Wording
from sessions.results import OTHER, Distribution
from sessions.texts import texts

FORMAT = "dialoogtafel.report"
VERSION = 1


def to_json(report: Report) -> str:
    """The report as JSON; the same report gives the same bytes."""
    return json.dumps(as_data(report), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def as_data(report: Report) -> dict[str, Any]:
    """The report as plain data: what `to_json` writes."""
    say = Wording(texts(report.language))
    return {
        "format": FORMAT,
        "version": VERSION,
        **_about(report),
        "organisations": [
            {"name": party.organisation, "people": party.people, "names": list(party.names)}
            for party in report.parties
        ],
        "summary": [_standout(one) for one in report.standouts],
        "decisions": [_decision(one) for one in report.decided],
        "actions": [_action(one, report) for one in report.actions],
        "open": [
            {"what": point.what, "step": point.step, "number": point.number, "items": list(point.items)}
            for point in report.open_points
        ],
        "parked": [_thought(one) for one in report.parked],
        "delivers": [_delivery(one) for one in report.deliveries],
        "steps": [_step(section, report, say) for section in report.sections],
    }


def _about(report: Report) -> dict[str, Any]:
    return {
        "language": report.language,
        "title": report.title,
        "playbook": report.playbook,
        "date": report.written_date,
        "place": report.place,
        "client": report.client,
        "purpose": report.purpose,
        "as_of": datetime.fromtimestamp(report.changed / 1000, UTC).isoformat(timespec="seconds"),
        "people": report.people,
        "contributions": report.contributions,
        "answers": report.answers,
    }


def _standout(one: Standout) -> dict[str, Any]:
    return {
        "what": one.what,
        "step": one.step,
        "name": one.name,
        "items": [{"id": item.id, "title": item.title, "told": item.told} for item in one.items],
    }


def _decision(one: Decision) -> dict[str, Any]:
    concluded = one.talked.conclusion
    return {
        "step": one.step,
        "item": one.talked.item.id,
        "title": one.talked.item.title,
        "decision": concluded.decision,
        "who": concluded.who,
        "note": concluded.note,
    }


def _action(one: Action, report: Report) -> dict[str, Any]:
    return {
        "step": one.step,
        "card": one.entry.id,
        "text": one.entry.card.text,
        "agreed": one.agreed,
        "needed": list(one.entry.needed),
        "owner": one.owner.told if one.owner else "",
        "organisation": one.organisation.told if one.organisation else "",
        "due": one.due.value if one.due else "",
        "with": list(one.entry.partners),
        "joined": one.entry.joined,
        "from": _trail(report.trails.get(one.entry.id, ())),
    }


def _thought(one: Contribution) -> dict[str, Any]:
    return {
        "text": one.text,
        "organisation": one.organisation,
        "by_facilitator": one.by_facilitator,
        "settled": bool(one.about),
    }


def _delivery(one: Delivery) -> dict[str, Any]:
    return {
        "text": one.wanted.text,
        "step": one.wanted.step,
        "elsewhere": one.wanted.elsewhere,
        "done": one.done,
        "total": one.total,
        "delivered": one.there,
    }


def _trail(stations: Sequence[Trail]) -> list[dict[str, Any]]:
    return [
        {"id": one.id, "title": one.title, "step": one.step, "decision": one.word, "back": one.back}
        for one in stations
    ]


def _step(section: Section, report: Report, say: Wording) -> dict[str, Any]:
    tell = KINDS.get(section.kind)
    return {
        "id": section.id,
        "kind": section.kind,
        "title": section.title,
        **(tell(section.content, report, say) if tell else {}),
    }


def _page(content: Mapping[str, Any], report: Report, say: Wording) -> dict[str, Any]:
    return {
        "text": content["text"],
        "written": content["written"],
        "questions": [
            {
                "id": told.question.id,
                "label": told.question.label,
                "texts": list(told.texts),
                "points": list(told.question.scale.points) if told.question.scale else [],
                "figures": _figures(told.figures) if told.figures else None,
            }
            for told in content["questions"]
        ],
        "not_shown": content["unseen"],
    }


def _canvas(content: Mapping[str, Any], report: Report, say: Wording) -> dict[str, Any]:
    return {
        "boxes": [{"id": box.id, "title": box.title, "prompt": box.prompt} for box in content["boxes"]],
        "cards": [_card(entry, report) for entry in content["entries"]],
        "not_shown": content["covered"],
    }


def _card(entry: Entry, report: Report) -> dict[str, Any]:
    card = entry.card
    return {
        "id": entry.id,
        "box": entry.box,
        "row": entry.row,
        "group": entry.group,
        "text": card.text,
        "merged": list(entry.merged),
        "organisation": card.organisation,
        "by_facilitator": card.by_facilitator,
        "prefilled": card.prefilled,
        "brought": card.brought,
        "support": card.support,
        "fields": [
            {"id": one.field, "label": one.label, "kind": one.kind, "value": one.value, "told": one.told}
            for one in entry.values
        ],
        "agreed": entry.agreed,
        "needed": list(entry.needed),
        "with": list(entry.partners),
        "joined": entry.joined,
        "from": _trail(report.trails.get(entry.id, ())),
    }


def _discussion(content: Mapping[str, Any], report: Report, say: Wording) -> dict[str, Any]:
    return {
        "question": content["question"],
        "words": list(content["decisions"]),
        "items": [
            {
                "id": talked.item.id,
                "title": talked.item.title,
                "text": talked.item.text,
                "decision": talked.conclusion.decision,
                "note": talked.conclusion.note,
                "who": talked.conclusion.who,
                "from": _trail(talked.trail),
            }
            for talked in content["talked"]
        ],
        "not_discussed": [{"id": item.id, "title": item.title} for item in content["left"]],
    }


def _rating(content: Mapping[str, Any], report: Report, say: Wording) -> dict[str, Any]:
    plan, reference = content["plan"], content["reference"]
    return {
        "form": "criteria" if plan.criteria else plan.form,
        "question": plan.scale.question if plan.scale else "",
        "points": list(plan.scale.points) if plan.scale else [],
        "off": plan.scale.off if plan.scale else "",
        "dots": plan.dots,
        "per": plan.per,
        "again": plan.again,
        "criteria": [{"id": id, "title": one["title"]} for id, one in content["criteria"].items()],
        "targets": [{"id": target.id, "title": target.title} for target in content["targets"]],
        "added": list(content["added"]),
        "answered": content["answered"],
        "on_behalf": content["on_behalf"],
        "revealed": content["revealed"],
        "reference": {"label": reference.label, "scores": reference.scores, "notes": reference.notes}
        if reference
        else None,
        "items": [
            {
                "id": line.item.id,
                "title": line.item.title,
                "text": line.item.text,
                "decision": report.decisions.get(line.item.id, ""),
                "from": _trail(report.trails.get(line.item.id, ())),
                **_result(line.result, plan, say),
                **(
                    {"before": _figures(line.before.total) if line.before else None, "shift": line.shift}
                    if isinstance(line.result, Scored)
                    else {}
                ),
                **({"quadrant": line.quadrant} if isinstance(line.result, Crossed) else {}),
            }
            for line in content["lines"]
        ],
    }


def _result(result: Result, plan: Any, say: Wording) -> dict[str, Any]:
    match result:
        case Scored():
            return {
                **_figures(result.total),
                "divided_rank": result.divided_rank,
                "organisations": [
                    {"name": say.organisation(name), "merged": name == OTHER, **_figures(answers)}
                    for name, answers in result.organisations
                ],
                "reasons": say.reason_counts(result, plan),
                "remarks": list(result.remarks),
            }
        case Crossed():
            return {
                "people": result.people,
                "criteria": {id: _spread(answers) for id, answers in result.criteria.items()},
            }
        case Dotted():
            return {
                "people": result.people,
                "dots": result.dots,
                "rank": result.rank,
                "share": result.share,
            }
        case Linked():
            return {"people": result.people, "targets": dict(result.targets)}


def _figures(answers: Distribution) -> dict[str, Any]:
    return {
        "n": answers.n,
        "off": answers.off,
        "counts": list(answers.counts),
        "median": answers.median,
        "mean": answers.mean,
        "agreement": answers.agreement,
        "consensus": answers.consensus,
    }


def _spread(answers: Distribution) -> dict[str, Any]:
    return {**_figures(answers), "spread": answers.spread, "highest": answers.highest}


KINDS: Mapping[str, Callable[[Mapping[str, Any], Report, Wording], dict[str, Any]]] = {
    "page": _page,
    "canvas": _canvas,
    "rating": _rating,
    "discussion": _discussion,
}

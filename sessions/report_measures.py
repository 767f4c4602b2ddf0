"""How figures were made: which of our measures a report needs to explain."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sessions.report import Section


def measures(sections: Iterable["Section"]) -> tuple[str, ...]:
    """The keys of the explanations of everything that is measured in *sections*, each once, in order."""
    found = {measure for section in sections for measure in _measured(section)}
    return tuple(measure for measure in ALL if measure in found)


ALL = (
    "report.doc.measure_answers",
    "report.doc.measure_middle",
    "report.doc.measure_mean",
    "report.doc.measure_agreement",
    "report.doc.measure_divided",
    "report.doc.measure_organisations",
    "report.doc.measure_shift",
    "report.doc.measure_reference",
    "report.doc.measure_spread",
    "report.doc.measure_quadrant",
    "report.doc.measure_cascade",
    "report.doc.measure_dots",
    "report.doc.measure_choice",
    "report.doc.measure_support",
)


def _measured(section: "Section") -> Iterator[str]:
    content = section.content
    if any(contribution.support for contribution in section.contributions):
        yield "report.doc.measure_support"
    if any(told.figures for told in content.get("questions", ())):
        yield from ALL[:4]
    if not content.get("revealed"):
        return
    plan, lines = content["plan"], content["lines"]
    if plan.dots:
        yield "report.doc.measure_dots"
    elif plan.form == "choice":
        yield "report.doc.measure_choice"
    elif plan.cascade:
        yield from ("report.doc.measure_answers", "report.doc.measure_middle", "report.doc.measure_cascade")
    elif plan.criteria:
        yield from ("report.doc.measure_answers", "report.doc.measure_middle", "report.doc.measure_spread")
        if plan.quadrants:
            yield "report.doc.measure_quadrant"
    else:
        yield from ALL[:5]
        if any(line.result.organisations for line in lines):
            yield "report.doc.measure_organisations"
        if any(line.shift for line in lines):
            yield "report.doc.measure_shift"
        if content["reference"]:
            yield "report.doc.measure_reference"

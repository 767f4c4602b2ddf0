"""Makes the reports of all recordings and of everything that is played anew."""

from sessions.report import report_model, to_markdown, to_source
from sessions.report_docx import to_docx
from sessions.report_html import to_html_fragment
from sessions.report_json import to_json
from tests.players import PLANS, played, report_of
from tests.recordings import (
    AS_DATA,
    FORMS,
    PLAN_AS_DATA,
    PLAYED,
    golden,
    golden_form,
    recordings,
    session_of,
)
from tests.shape import DOCUMENTS, PAGES, kept, shape_of_docx


def main() -> None:
    """Write what the reports are now."""
    for recording in recordings():
        text = to_markdown(to_source(report_model(session_of(recording))))
        recording.with_suffix(".md").write_text(text, "utf-8")
    for folder in (PLAYED, FORMS):
        folder.mkdir(exist_ok=True)
        for old in folder.iterdir():
            old.unlink()
    for plan in PLANS:
        story = played(plan)
        golden(plan).write_text(report_of(story), "utf-8")
        report = report_model(story.session)
        if plan in DOCUMENTS:
            shape = shape_of_docx(to_docx(report, to_source(report)))
            golden_form(plan, "docx").write_text("".join(f"{line}\n" for line in shape), "utf-8")
        if plan in PAGES:
            page = to_html_fragment(report, to_source(report))
            golden_form(plan, "html").write_text(kept(plan, page), "utf-8")
    AS_DATA.write_text(to_json(report_model(played(PLAN_AS_DATA).session)), "utf-8")


if __name__ == "__main__":
    main()

"""Makes the reports of all recordings and of everything that is played anew."""

from sessions.report import report_model, to_markdown, to_source
from sessions.report_json import to_json
from tests.players import PLANS, played, report_of
from tests.recordings import AS_DATA, PLAN_AS_DATA, PLAYED, golden, recordings, session_of


def main() -> None:
    """Write what the reports are now."""
    for recording in recordings():
        text = to_markdown(to_source(report_model(session_of(recording))))
        recording.with_suffix(".md").write_text(text, "utf-8")
    for old in PLAYED.glob("*.md"):
        old.unlink()
    PLAYED.mkdir(exist_ok=True)
    for plan in PLANS:
        golden(plan).write_text(report_of(played(plan)), "utf-8")
    AS_DATA.write_text(to_json(report_model(played(PLAN_AS_DATA).session)), "utf-8")


if __name__ == "__main__":
    main()

"""Makes the reports of all recordings and of everything that is played anew."""

from sessions.report import report_model, to_source
from tests.players import PLANS, played, report_of
from tests.recordings import PLAYED, golden, recordings, session_of


def main() -> None:
    """Write what the reports are now."""
    for recording in recordings():
        recording.with_suffix(".md").write_text(to_source(report_model(session_of(recording))), "utf-8")
    for old in PLAYED.glob("*.md"):
        old.unlink()
    PLAYED.mkdir(exist_ok=True)
    for plan in PLANS:
        golden(plan).write_text(report_of(played(plan)), "utf-8")


if __name__ == "__main__":
    main()

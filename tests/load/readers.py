"""People who ask for the report of one session in all its forms, again and again."""

import threading
import time
import urllib.request
from itertools import cycle
from typing import Self

from tests.load.rig import Server

FORMS = ("report.md", "report.html", "report.docx", "report.csv", "report.json", "report/preview-mail.html")
MOST = 2
PATIENCE_SECONDS = 120


class Readers:
    """So many as there are scribes ask one after the other as long as this lasts; with *many* false nobody does."""

    def __init__(self, server: Server, code: str, *, many: bool) -> None:
        self._address = f"{server.url}/s/{code}"
        self._key = server.keys[code]
        self._over = threading.Event()
        self.seconds: list[float] = []
        """how long each answer took"""
        self.problems: list[str] = []
        self._threads = [threading.Thread(target=self._ask, args=[n]) for n in range(MOST if many else 0)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def __str__(self) -> str:
        slowest = f", the slowest {max(self.seconds):.1f} s" if self.seconds else ""
        return f"{len(self.seconds)} reports{slowest}{self.problems or ''}"

    def _ask(self, first: int) -> None:
        forms = cycle([*FORMS[first * len(FORMS) // MOST :], *FORMS[: first * len(FORMS) // MOST]])
        while not self._over.is_set():
            request = urllib.request.Request(
                f"{self._address}/{next(forms)}", headers={"Authorization": f"Bearer {self._key}"}
            )
            began = time.monotonic()
            try:
                with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:
                    answer.read()
            except OSError as problem:
                self.problems.append(str(problem))
            self.seconds.append(time.monotonic() - began)

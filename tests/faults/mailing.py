"""A whole mailing on a bad day: ``uv run python -m tests.faults.mailing --recipients 500``.

A real server sends to a real mail server, which refuses some recipients, tells others to come back, hangs up in the
middle of a message and after it, and goes down and comes back; meanwhile our server is killed (``kill -9``) and started
again, the page looks at its outbox, and phones rate in a live room.  Told is, for each kind of recipient, how many got
the mail once, never or twice, and what the page says; and how long the room waited for its acknowledgements.

What nobody can know: whether a message came when the line broke, or one of both servers died, between its last dot and
the answer.  Such a message is *unsure*: it is never sent again by itself, and the page asks a person.  In the end that
person does what they would: says of those that came that they did, and has the others sent again.
"""

import argparse
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from statistics import median

from tests.load.people import ROUND, script_for
from tests.load.rig import HOST, Phones, use_of
from tests.mailserver import MailServer
from tests.outboxes import UNDER_WAY, ask, messages, send
from tests.running import Server, Workshop

MOST_MS = 250
PEOPLE = 100
RATINGS_A_SECOND = 50
STRETCH_SECONDS = 4.0
LOOK_SECONDS = 1.5
UP_SECONDS, DOWN_SECONDS = 5.0, 1.5
GIVE_UP_SECONDS = 600


@dataclass(frozen=True)
class Fate:
    """What happens to the mail for a recipient whose address begins so (`tests/mailserver.py`)."""

    name: str
    what: str
    percent: int
    ends: str
    """the status in the end, when nothing else comes between"""
    comes: bool


FATES = (
    Fate("good", "takes it", 0, "sent", True),
    Fate("later", "says 451 first", 8, "sent", True),
    Fate("busy", "says 452 after the message first", 4, "sent", True),
    Fate("torn", "hangs up in DATA first", 6, "sent", True),
    Fate("refused", "refuses (550)", 5, "failed", False),
    Fate("spam", "refuses the message (554)", 1, "failed", False),
    Fate("never", "says 450 for ever", 1, "failed", False),
    Fate("gone", "hangs up after the dot, without the mail", 1, "unsure", False),
    Fate("swallowed", "hangs up after the dot, with the mail", 1, "unsure", True),
)


@dataclass
class Day:
    """What happened."""

    kills: int = 0
    downs: int = 0
    seconds: float = 0.0
    sent: int = 0
    p99s: list[float] = field(default_factory=list)
    """of each stretch between two kills, in ms"""
    waits: list[float] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        middle, worst = (f"{of(self.p99s):.0f} ms" for of in (median, max)) if self.p99s else ("–", "–")
        told = [
            table([["recipients", "", "once", "never", "twice", "the page says"], *self.rows]),
            f"{self.sent} mails in {self.seconds:.0f} s, {self.kills} kills of our server, {self.downs} of the mail server",
            f"a room of {PEOPLE} phones, {RATINGS_A_SECOND} ratings/s: p99 {middle}, of the worst stretch {worst}"
            f" (goal: < {MOST_MS}), waits for a processor up to {max(self.waits, default=0.0):.0%}",
            *self.wrong,
        ]
        return "\n".join(told)


def recipients(n: int) -> list[str]:
    """The addresses, all kinds mixed, at least one of each kind."""
    others = [
        f"{fate.name}.{k}@example.org"
        for fate in FATES[1:]
        for k in range(max(1, round(n * fate.percent / 100)))
    ]
    everybody = [*others, *(f"good.{k}@example.org" for k in range(n - len(others)))]
    Random(n).shuffle(everybody)
    return everybody


def fate_of(address: str) -> Fate:
    return next(fate for fate in FATES if fate.name == address.split(".")[0])


class Weather:
    """The mail server goes down and comes back, at most so often, until it is to stay."""

    def __init__(self, post: MailServer, most: int) -> None:
        self.downs = 0
        self._most = most
        self._post = post
        self._clears = threading.Event()
        self._thread = threading.Thread(target=self._blow, daemon=True)
        self._thread.start()

    def clears_up(self) -> None:
        """From now on it stays up."""
        self._clears.set()
        self._thread.join()

    def _blow(self) -> None:
        while self.downs < self._most and not self._clears.wait(UP_SECONDS):
            self._post.stop()
            self.downs += 1
            self._clears.wait(DOWN_SECONDS)
            self._post.start()


class Onlooker:
    """The page, open all the time: it looks at the outbox as often as it does while mails are on their way."""

    def __init__(self, workshop: Workshop) -> None:
        self._workshop = workshop
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def leaves(self) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(LOOK_SECONDS):
            try:
                ask(self._workshop, "outbox.json")
            except OSError:
                # The server is away for a moment.
                continue


def mailing(n: int, kills: int, downs: int, folder: Path, seconds: float = STRETCH_SECONDS) -> Day:
    """Send to *n* recipients, with so many *kills* of our server, *seconds* apart, and *downs* of the mail server."""
    day = Day()
    post = MailServer(folder / "mail").start()
    settings = {
        **post.environment,
        "DIALOOGTAFEL_MAIL_PAUSES": _pauses(downs),
    }
    server = Server(folder / "data", environment=settings).start()
    phones = Phones()
    try:
        workshop = server.start_session("herkenbaarheid-peilen", title="Dijk & dal")
        began = time.monotonic()
        everybody = recipients(n)
        answer = send(workshop, *everybody, files=["docx"])
        assert answer.status_code == 202, answer.text
        weather, onlooker = Weather(post, downs), Onlooker(workshop)
        _come_in(workshop, phones)
        while under_way(workshop):
            _stretch(workshop, phones, seconds, day)
            if day.kills < kills:
                server.kill()
                day.kills += 1
                server.start()
                _come_in(workshop, phones)
            assert time.monotonic() - began < GIVE_UP_SECONDS, Counter(
                m["status"] for m in messages(workshop)
            )
        weather.clears_up()
        onlooker.leaves()
        day.downs, day.seconds = weather.downs, time.monotonic() - began
        _count(day, workshop, post)
        _a_person_decides(day, workshop, post)
        day.wrong += server.complaints
    finally:
        phones.stop()
        server.kill()
        post.stop()
    return day


def _pauses(downs: int) -> str:
    """Seconds between tries: so many that nobody is given up because the mail server was away."""
    return ",".join(["0.4"] * 8 + ["1.5"] * min(12, 2 * (downs - 1)))


def under_way(workshop: Workshop) -> bool:
    """Whether anything will still be tried."""
    return bool({*UNDER_WAY, "again"} & {message["status"] for message in messages(workshop)})


def _come_in(workshop: Workshop, phones: Phones) -> None:
    """A room full of people; those of before are gone."""
    where = {"host": HOST, "port": workshop.server.port, "code": workshop.code, "step": ROUND.step}
    phones.ask("open", dialect="ours", script=script_for(ROUND).as_data(), **where)
    phones.ask("join", n=PEOPLE)


def _stretch(workshop: Workshop, phones: Phones, seconds: float, day: Day) -> None:
    """They rate for a while."""
    pid = workshop.server.process.pid
    before, began = use_of(pid), time.monotonic()
    told = phones.ask("contribute", rate=RATINGS_A_SECOND, seconds=seconds, kind="ratings")
    day.waits.append((use_of(pid) - before).waiting / (time.monotonic() - began))
    if told["acks"]["n"] != told["sent"] or told["refused"] or told["problems"]:
        day.wrong.append(f"the room lost something: {told}")
    day.p99s.append(told["acks"]["p99"])


def _count(day: Day, workshop: Workshop, post: MailServer) -> None:
    """Compare what came with what the page says."""
    came = post.times
    told = messages(workshop)
    day.sent = sum(came.values())
    for fate in FATES:
        theirs = [message for message in told if fate_of(message["address"]) is fate]
        times = Counter(min(2, came[message["address"]]) for message in theirs)
        said = Counter((message["status"], message["said"]) for message in theirs)
        words = "; ".join(
            f"{count} × {status}: {sentence}" for (status, sentence), count in said.most_common()
        )
        counts = [str(times[k]) for k in (1, 0, 2)]
        day.rows.append([fate.name, f"{len(theirs)}, mail server {fate.what}", *counts, words])
        day.wrong += [
            f"{message['address']} stands as {message['status']} and got {came[message['address']]}"
            for message in theirs
            if not _is_right(fate, message["status"], came[message["address"]])
        ]


def _is_right(fate: Fate, status: str, times: int) -> bool:
    """Whether it got one at most, and the page does not say more than anybody knows."""
    if status == "unsure":
        # Between the dot and the answer a server died, or the line did.
        return times <= 1
    return (status, times) == (fate.ends, int(fate.comes))


def _a_person_decides(day: Day, workshop: Workshop, post: MailServer) -> None:
    """Asks around, and says of each doubtful mail whether it came."""
    came = post.times
    doubtful = [message for message in messages(workshop) if message["status"] == "unsure"]
    for action, theirs in (
        ("believe.json", [one["id"] for one in doubtful if one["address"] in came]),
        ("again.json", [one["id"] for one in doubtful if one["address"] not in came]),
    ):
        ask(workshop, action, messages=theirs)
    until = time.monotonic() + GIVE_UP_SECONDS
    while under_way(workshop):
        assert time.monotonic() < until
        time.sleep(LOOK_SECONDS / 3)
    times = post.times
    for message in messages(workshop):
        address, status = message["address"], message["status"]
        # The mail server forgot whom it knew when it went down, and may hang up on them once more.
        if status != "unsure" and times[address] != int(status == "sent"):
            day.wrong.append(f"in the end {address} is {status} and got {times[address]}")


def table(rows: Sequence[Sequence[str]]) -> str:
    """The rows as a Markdown table."""
    head, *rest = (f"| {' | '.join(row)} |" for row in rows)
    return "\n".join([head, f"|{'---|' * len(rows[0])}", *rest])


def main(arguments: Sequence[str]) -> int:
    """Do it, and tell; the exit status says whether all was right."""
    parser = argparse.ArgumentParser(prog="tests.faults.mailing", description=__doc__)
    parser.add_argument("--recipients", type=int, default=500)
    parser.add_argument("--kills", type=int, default=6, help="how often our server is killed")
    parser.add_argument("--downs", type=int, default=6, help="how often the mail server goes down")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        day = mailing(given.recipients, given.kills, given.downs, Path(folder))
    print(day)  # noqa: T201
    return bool(day.wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""kill -9 in the middle of fifty people: what was acknowledged is there, once, and nobody has to start over."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.running import Server
from tests.wire import Guest, Lost, command, fresh_id

MANY = 50
CALLS = 8
ORGANISATIONS = ["Provincie", "Waterschap", "Gemeente", "Werkregio", "Stichting Dal"]


class Tally:
    """What was acknowledged, by command id; ``reached`` is set at so many."""

    def __init__(self, *marks: int) -> None:
        self.lock = threading.Lock()
        self.acknowledged: dict[str, int] = {}
        self.refused: list[Any] = []
        self.reached = {mark: threading.Event() for mark in marks}

    def add(self, answers: list[Any]) -> None:
        with self.lock:
            for answer in answers:
                if answer["ok"]:
                    # Whoever sends again gets the seq that was promised.
                    known = self.acknowledged.setdefault(answer["id"], answer["seq"])
                    assert known == answer["seq"]
                elif answer["code"] not in ("slow_down", "storage_failed"):
                    self.refused.append(answer)
            for mark, reached in self.reached.items():
                if len(self.acknowledged) >= mark:
                    reached.set()


def contribute(guest: Guest, calls: list[list[Any]], tally: Tally) -> None:
    """Send the calls one after the other, each again and again until all of it is acknowledged."""
    guest.come_back()
    for call in calls:
        waiting = call
        while waiting:
            try:
                answers = guest.send(waiting)
            except Lost:
                guest.come_back()
                continue
            tally.add(answers)
            later = {
                answer["id"] for answer in answers if answer.get("code") in ("slow_down", "storage_failed")
            }
            waiting = [raw for raw in waiting if raw["id"] in later]


def calls_of(n: int) -> list[list[Any]]:
    enter = command("participant.enter", organisation=ORGANISATIONS[n % 5], name=f"Naam {n}")
    calls = [[enter]]
    for number in range(CALLS):
        card = {"step": "aanvullen", "box": "aanvullingen", "card": fresh_id()}
        item = {"step": "herkenning", "item": f"i{1 + number % 10}", "score": 1 + (n + number) % 4}
        added = command("canvas.add_card", **card, text=f"Kaart {n}.{number}")
        supported = command("canvas.support_card", step="aanvullen", card=card["card"], on=True)
        calls.append([added, command("rating.rate", **item), supported])
    return calls


def check_log(server: Server, code: str, tally: Tally) -> int:
    """Every acknowledged command stands in the log at the promised place, once; the last seq."""
    rows = server.rows("SELECT seq, command FROM events WHERE session = ? ORDER BY seq", code)
    assert [seq for seq, _ in rows] == list(range(1, len(rows) + 1))
    commands = [command for _, command in rows if command]
    assert len(commands) == len(set(commands))
    stored = {command: seq for seq, command in rows}
    assert tally.acknowledged.items() <= stored.items()
    return len(rows)


def test_whatever_was_acknowledged_survives_two_kills_and_is_there_once(start_server: Callable[..., Server]):
    server = start_server()
    workshop = server.start_session("issues-naar-succesfactoren")
    guests = [Guest(workshop) for _ in range(MANY)]
    tally = Tally(300, 700)
    plans = [calls_of(n) for n in range(MANY)]
    with ThreadPoolExecutor(MANY) as pool:
        working = [pool.submit(contribute, *each, tally) for each in zip(guests, plans, strict=True)]
        for reached in tally.reached.values():
            assert reached.wait(60)
            assert not all(each.done() for each in working)
            server.kill()
            server.start()
        for each in working:
            each.result(120)

    assert tally.refused == []
    wanted = {raw["id"] for plan in plans for call in plan for raw in call}
    assert tally.acknowledged.keys() == wanted

    seq, view = Guest(workshop).attend().fresh()
    for n, guest in enumerate(guests):
        # Somebody who was done before the last kill has had no reason to come back.
        guest.come_back().up_to(seq)
        assert guest.view == view
        assert guest.mine["person"]["name"] == f"Naam {n}"
        assert len(guest.mine["steps"]["aanvullen"]["cards"]) == CALLS
        assert len(guest.mine["steps"]["herkenning"]["scores"]) == CALLS
    assert len({guest.you["id"] for guest in guests}) == MANY
    for guest in guests:
        guest.leave()
    assert server.stop() == 0
    assert check_log(server, workshop.code, tally) == seq
    assert len(view["steps"]["aanvullen"]["cards"]) == MANY * CALLS
    assert {card["support"] for card in view["steps"]["aanvullen"]["cards"].values()} == {1}
    assert server.complaints == []


def test_the_log_is_whole_at_the_very_moment_of_the_kill(start_server: Callable[..., Server]):
    """Nothing is told to the clients and nothing is opened again before the file is looked at."""
    server = start_server()
    workshop = server.start_session("issues-naar-succesfactoren")
    guests = [Guest(workshop).join() for _ in range(10)]
    tally = Tally(100)

    def until_it_dies(guest: Guest, calls: list[list[Any]]) -> None:
        for call in calls:
            try:
                tally.add(guest.send(call))
            except Lost:
                return

    with ThreadPoolExecutor(len(guests)) as pool:
        working = [pool.submit(until_it_dies, guest, calls_of(n)) for n, guest in enumerate(guests)]
        assert tally.reached[100].wait(60)
        server.kill()
        for each in working:
            each.result(60)
    assert len(tally.acknowledged) >= 100
    check_log(server, workshop.code, tally)

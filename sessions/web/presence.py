"""Presence: how many people are in a room, behind which desk, and what they are busy with; never who."""

import re
from typing import Any

from sessions.activities.canvas import Canvas
from sessions.activity import Audience
from sessions.web.place import Place

OTHER_PARTS = (":session", ":delivers")
"""What else is edited there: no step, and no id of one."""
_PAGE = re.compile(r"([0-9]{1,3})/([0-9]{1,3})")
MOST_CARDS_TOLD = 200
"""Of so many cards it is told who is busy with them: everybody hears it, at most once a second."""


def presence(place: Place, audience: Audience = "everyone") -> dict[str, Any]:
    """How many participants are here, on whose behalf, and which cards they are at.

    Somebody with two tabs counts once.  Behind a console one also hears who is behind the others, what they edit, and which page of several the big screen
    shows.
    """
    here = [id for id, clients in place.people.items() if clients[0].actor.role == "participant"]
    known = place.room.published.people
    groups: dict[str, int] = {}
    for id in here:
        if (person := known.get(id)) and person.organisation:
            groups[person.organisation] = groups.get(person.organisation, 0) + 1
    told: dict[str, Any] = {"online": len(here), "groups": groups}
    if audience == "facilitator":
        told["desk"] = _who_is_behind_the_desk(place)
        if editing := _who_edits_what(place):
            told["editing"] = editing
        if pages := _pages_on_the_screen(place):
            told["pages"] = pages
    return {**told, "at": at} if (at := _who_is_where(place)) else told


def _who_is_behind_the_desk(place: Place) -> dict[str, dict[str, Any]]:
    """Link -> whose it is and how many windows they have open."""
    found: dict[str, dict[str, Any]] = {}
    for client in place.clients.values():
        if holder := client.holder:
            told = {"kind": holder.kind, "name": holder.name, "windows": 0}
            found.setdefault(holder.id or "own", told)["windows"] += 1
    return found


def _who_edits_what(place: Place) -> dict[str, dict[str, int]]:
    """Step, or other part of the agenda -> link -> in how many windows it is open to be edited."""
    found: dict[str, dict[str, int]] = {}
    for client in place.clients.values():
        if client.holder and client.at and (part := client.at[0]):
            if part not in OTHER_PARTS and part not in place.room.published.steps:
                continue
            there = found.setdefault(part, {})
            link = client.holder.id or "own"
            there[link] = there.get(link, 0) + 1
    return found


def page_shown(told: str) -> tuple[int, int] | None:
    """Which page of how many a screen shows, in what it tells: ``2/3``; None when it tells no such thing."""
    found = _PAGE.fullmatch(told)
    page, pages = (int(found[1]), int(found[2])) if found else (0, 0)
    return (page, pages) if 1 <= page <= pages else None


def _pages_on_the_screen(place: Place) -> dict[str, int]:
    """Which page of the current step a screen shows; of several screens the one that needs the most pages."""
    step = place.room.published.step
    shown: list[tuple[int, int]] = [
        told
        for client in place.clients.values()
        if client.actor.role == "screen" and client.at and client.at[0] == step
        if (told := page_shown(client.at[1]))
    ]
    if not shown:
        return {}
    page, pages = max(shown, key=lambda one: one[1])
    return {"page": page, "of": pages}


def _who_is_where(place: Place) -> dict[str, dict[str, list[str]]]:
    """Step -> card -> the organisations whose people are busy with it, one for each person; never who."""
    session = place.room.published
    found: dict[str, dict[str, list[str]]] = {}
    told = 0
    for id, clients in place.people.items():
        if clients[0].actor.role != "participant":
            continue
        person = session.people.get(id)
        for step, card in {client.at: None for client in clients if client.at}:
            activity = session.activities.get(step)
            if not isinstance(activity, Canvas) or not activity.tells_who_is_at(card, session):
                continue
            there = found.setdefault(step, {})
            if card not in there and (told := told + 1) > MOST_CARDS_TOLD:
                continue
            there.setdefault(card, []).append(person.organisation if person else "")
    return {step: {card: sorted(who) for card, who in there.items()} for step, there in found.items()}

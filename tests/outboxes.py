"""The send part of the report page, as whoever holds the key of a session asks for it."""

import secrets
from typing import Any

import requests

from tests.running import Workshop

UNDER_WAY = {"waiting", "sending", "handing"}


def ask(workshop: Workshop, name: str, **body: Any) -> requests.Response:
    """What the page asks, for whoever has the key; without a body it only looks."""
    url = f"{workshop.page}/mail/{name}"
    headers = {**workshop.bearer, "Accept-Language": "nl"}
    if body:
        return requests.post(url, json=body, headers=headers, timeout=60)
    return requests.get(url, headers=headers, timeout=60)


def send(workshop: Workshop, *addresses: str, **more: Any) -> requests.Response:
    """Send the report to these addresses."""
    body = {"typed": "\n".join(addresses), "n": len(addresses), "request": secrets.token_urlsafe(12), **more}
    return ask(workshop, "send.json", **body)


def messages(workshop: Workshop) -> list[dict[str, Any]]:
    """Every message, as the page tells of it."""
    return [message for mail in ask(workshop, "outbox.json").json()["mails"] for message in mail["messages"]]


def statuses(workshop: Workshop) -> dict[str, str]:
    """Address -> how its message stands."""
    return {message["address"]: message["status"] for message in messages(workshop)}

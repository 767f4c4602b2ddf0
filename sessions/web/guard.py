"""Guard: what every answer carries, and what no request may do.

The policy: nothing from elsewhere, no inline script but ours by nonce, no page of others may speak for a person.
Wrong codes are counted per address; right ones never are, because a whole room shares one address.
"""

import secrets
import time
from collections import deque

from flask import Flask, Response, abort, g, request

MOST_FAILURES = 100
FAILURE_SECONDS = 600.0
MOST_ADDRESSES = 10_000


class Failures:
    """Wrong codes and keys per address, in a sliding window."""

    def __init__(self) -> None:
        self._times: dict[str, deque[float]] = {}

    def add(self, address: str) -> None:
        """One more failure from *address*."""
        if address not in self._times and len(self._times) >= MOST_ADDRESSES:
            self._times.pop(next(iter(self._times)))
        self._times.setdefault(address, deque(maxlen=MOST_FAILURES)).append(time.monotonic())

    def too_many(self, address: str) -> bool:
        """Whether *address* has to wait before its next try."""
        times = self._times.get(address)
        if times is None:
            return False
        while times and time.monotonic() - times[0] > FAILURE_SECONDS:
            times.popleft()
        if not times:
            del self._times[address]
        return len(times) >= MOST_FAILURES


def protect(app: Flask, origins: list[str]) -> None:
    """Check every request's origin and put the safety headers on every answer of *app*."""
    allowed = set(origins)

    @app.before_request
    def only_our_own_pages() -> None:
        g.nonce = secrets.token_urlsafe(16)
        if request.method in ("GET", "HEAD", "OPTIONS"):
            return
        origin = request.headers.get("Origin")
        if origin is not None and origin not in allowed and not _same_host(origin):
            abort(403)
        if request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site"):
            abort(403)

    @app.after_request
    def safe(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", _policy())
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
        response.headers.setdefault("Cache-Control", "no-store")
        return response


def _same_host(origin: str) -> bool:
    # Trusted only when it is the address this very request came to, as the browser itself compares them.
    return origin.lower() == f"{request.scheme}://{request.host}".lower()


def _policy() -> str:
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' 'nonce-{g.nonce}'",
            "style-src 'self'",
            "img-src 'self' data:",
            "connect-src 'self'",
            # The console shows a phone and a screen of our own, the report page what the report and the mail look like.
            "frame-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'self'",
        )
    )

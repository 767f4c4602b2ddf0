"""Progress: how many people of each organisation have done something, for a facilitator; never who.

People without an organisation are counted together, under the words for that in the session's language.
"""

from collections.abc import Container
from typing import TYPE_CHECKING

from sessions.texts import texts

if TYPE_CHECKING:
    from sessions.session import Session


def progress(session: "Session", active: Container[str]) -> dict[str, dict[str, int]]:
    """Organisation -> how many people it has, and how many of these are *active*."""
    nameless = texts(session.info.language).t("rating.no_organisation")
    return {
        (name or nameless): {"people": len(people), "answered": sum(who in active for who in people)}
        for name, people in session.by_organisation.items()
    }

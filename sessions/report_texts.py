"""The text of a report that goes out: what the session makes of itself, or what the facilitator made of that."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """The Markdown source that every form of a report is made from."""

    text: str
    edited: bool = False
    """whether a person wrote it; otherwise it is the automatic one"""

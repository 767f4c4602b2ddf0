"""The texts of the interface: one catalogue per language, shared with the browser (`static/i18n/*.json`).

Flat keys, `{name}` placeholders, and for counts a pair `key.one` / `key.other` chosen by the parameter `n`.
A newcomer might reach for `str.format`; placeholders here are names only, so that a text from a person (which
may hold braces) passes through unharmed.
"""

import functools
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from babel import Locale
from babel.numbers import format_decimal

Language = Literal["nl", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
DEFAULT: Language = "nl"
CATALOGUES = Path(__file__).resolve().parent.parent / "static" / "i18n"

_COUNTED = re.compile(r"\.(?:one|other)$")
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Said:
    """A sentence that is told later, in the language of whoever reads it; as a ``str`` it is English."""

    key: str
    params: Mapping[str, object]

    def __str__(self) -> str:
        return texts("en").t(self.key, **self.params)


def said(key: str, **params: object) -> Said:
    """The sentence of *key*, with its placeholders to be filled in by *params*."""
    return Said(key, params)


@dataclass(frozen=True)
class Texts:
    """The catalogue of one language."""

    language: Language
    catalogue: dict[str, str]

    def t(self, key: str, **params: object) -> str:
        """The text of *key* with its placeholders filled in; KeyError for an unknown key or a missing parameter."""
        text = self.catalogue.get(key)
        if text is None and isinstance(n := params.get("n"), int):
            text = self.catalogue[f"{key}.{Locale(self.language).plural_form(n)}"]
        if text is None:
            raise KeyError(key)
        return _PLACEHOLDER.sub(lambda match: self._shown(params[match[1]]), text)

    def among(self, keys: frozenset[str]) -> dict[str, str]:
        """The texts that *keys* name, both forms of a count included: what a page sends along."""
        return {key: self.catalogue[key] for key, names in self._names.items() if not names.isdisjoint(keys)}

    @functools.cached_property
    def _names(self) -> dict[str, set[str]]:
        """Key -> what it is called where it is used: a form of a count goes without its ending."""
        return {key: {key, _COUNTED.sub("", key)} for key in self.catalogue}

    def _shown(self, value: object) -> str:
        """A number as this language writes it, anything else as it is; the browser does the same."""
        if isinstance(value, Said):
            return self.t(value.key, **value.params)
        if isinstance(value, int | float):
            return str(format_decimal(value, format="#,##0.##", locale=self.language))
        return str(value)


@functools.cache
def texts(language: Language) -> Texts:
    """The catalogue of *language*, read once."""
    return Texts(language, json.loads((CATALOGUES / f"{language}.json").read_text("utf-8")))


def choose_language(accept_language: str | None, cookie: str | None) -> Language:
    """The language for this device: what it chose before, else what its browser prefers, else Dutch."""
    for language in LANGUAGES:
        if cookie == language:
            return language
    wanted: dict[Language, float] = {}
    for part in (accept_language or "").split(","):
        tag, _, quality = part.partition(";")
        for language in LANGUAGES:
            if tag.strip().lower().split("-")[0] == language:
                wanted[language] = max(wanted.get(language, 0.0), _weight(quality))
    best = max(wanted, key=lambda language: (wanted[language], language == DEFAULT), default=DEFAULT)
    return best if wanted.get(best) else DEFAULT


def _weight(quality: str) -> float:
    """The number in `q=0.8`; 1 when it is left out, 0 when it cannot be read."""
    if not quality.strip():
        return 1.0
    try:
        return float(quality.partition("=")[2])
    except ValueError:
        return 0.0

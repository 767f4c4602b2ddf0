"""Fields: what a box asks of a card besides its text, and how each kind of value is read, checked and told.

A value is a string wherever it goes: the key of an option, several keys or ids with spaces between, a date as
``2026-12-31``, an amount as ``12500.50``.  A newcomer might look for types in the log: there are none, because what a
field is may change from playbook to playbook, and an old log must still be read.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

import msgspec
from babel.dates import format_date
from babel.numbers import format_decimal

from sessions.activity import present
from sessions.items import From
from sessions.message import MAX_TEXT, Id, Refused, Rejected, TooLarge
from sessions.people import MAX_NAME
from sessions.text import clean
from sessions.texts import Language, Said, said

Kind = Literal["text", "choice", "choices", "organisation", "person", "date", "amount", "item"]

MOST_FIELDS = 12
MOST_LINKS = 20
YEARS = range(1900, 2200)
"""Whoever means another year has mistyped."""

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_THOUSANDS = re.compile(r"\d{1,3}([.,])\d{3}(?:\1\d{3})*")
_AMOUNT = re.compile(r"(\d{1,12})(?:[.,](\d{1,2}))?")


class Field(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """One field of a card.  ``options`` belong to choice and choices, ``items`` to item."""

    id: Id
    label: str
    kind: Kind = "text"
    required: bool = False
    hint: str = ""
    options: list[str] = []
    items: From | None = None
    max_chars: int = 120
    unit: str = ""

    def problem(self) -> Said | None:
        """What is wrong with it, for the author of the playbook."""
        if not self.label:
            return said("plan.field_label", field=self.id)
        if self.kind in ("choice", "choices") and len(self.options) < 2:
            return said("plan.field_options", field=self.id)
        if self.options and self.kind not in ("choice", "choices"):
            return said("plan.field_no_options", field=self.id, kind=self.kind)
        if (self.kind == "item") != (self.items is not None):
            return said("plan.field_items", field=self.id)
        if not 1 <= self.max_chars <= MAX_TEXT:
            return said("plan.field_chars", field=self.id, most=str(MAX_TEXT))
        return None

    def view(self, order: int) -> dict[str, Any]:
        """The field as a form needs it."""
        options = {str(n): {"title": title, "order": n} for n, title in enumerate(self.options, 1)}
        typed = self.kind in ("text", "person", "organisation")
        return present(
            label=self.label,
            kind=self.kind,
            order=order,
            required=self.required or None,
            hint=self.hint or None,
            options=options or None,
            max_chars=self._most if typed else None,
            unit=self.unit or None,
        )

    @property
    def _most(self) -> int:
        return self.max_chars if self.kind == "text" else min(self.max_chars, MAX_NAME)

    def read(self, typed: str, known: "Known") -> str:
        """The value as it is kept; raises Rejected or TooLarge with a sentence that names the label."""
        typed = clean(typed, newlines=False)
        if not typed:
            return ""
        match self.kind:
            case "choice" | "choices":
                return self._options(typed)
            case "date":
                return self._date(typed)
            case "amount":
                return self._amount(typed)
            case "item":
                return self._links(typed, known.items(self))
        if len(typed) > self._most:
            raise TooLarge("canvas.field_too_long", field=self.label, most=self._most, length=len(typed))
        if self.kind == "organisation":
            # As it is written in the list: one organisation is one group.
            same = (one for one in known.organisations() if one.casefold() == typed.casefold())
            return next(same, typed)
        return typed

    def _options(self, typed: str) -> str:
        chosen = typed.split()
        keys = [str(n) for n in range(1, len(self.options) + 1)]
        if set(chosen) - set(keys) or (self.kind == "choice" and len(chosen) > 1):
            raise Rejected("canvas.unknown_option", field=self.label)
        return " ".join(key for key in keys if key in chosen)

    def _date(self, typed: str) -> str:
        try:
            day = date.fromisoformat(typed) if _DATE.fullmatch(typed) else None
        except ValueError:
            day = None
        if day is None or day.year not in YEARS:
            raise Rejected("canvas.bad_date", field=self.label)
        return day.isoformat()

    def _amount(self, typed: str) -> str:
        bare = re.sub(r"[\s€]", "", typed)
        # A point or comma before three digits parts thousands, before one or two it parts cents.
        whole, separator, cents = bare, "", ""
        if found := re.fullmatch(r"(.*)([.,])(\d{1,2})", bare):
            whole, separator, cents = found.groups()
        if (grouped := _THOUSANDS.fullmatch(whole)) and grouped[1] != separator:
            whole = whole.replace(grouped[1], "")
        read = _AMOUNT.fullmatch(whole + (f".{cents}" if cents else ""))
        if not read or not read[0].isascii():
            raise Rejected("canvas.bad_amount", field=self.label)
        return f"{int(read[1])}.{read[2]:0<2}" if read[2] and int(read[2]) else str(int(read[1]))

    def _links(self, typed: str, items: Collection[str]) -> str:
        wanted = list(dict.fromkeys(typed.split()))
        if set(wanted) - set(items):
            raise Rejected("canvas.unknown_link", field=self.label)
        if len(wanted) > MOST_LINKS:
            raise TooLarge("canvas.too_many_links", field=self.label, most=MOST_LINKS)
        return " ".join(wanted)

    def told(self, value: str, titles: Mapping[str, str], language: Language) -> str:
        """The value in words; *titles* names the items that everyone may see."""
        if not value:
            return ""
        match self.kind:
            case "choice" | "choices":
                told = {str(n): title for n, title in enumerate(self.options, 1)}
                return ", ".join(told[key] for key in value.split() if key in told)
            case "item":
                return "; ".join(titles[id] for id in value.split() if id in titles)
            case "date":
                return str(format_date(date.fromisoformat(value), "d MMMM y", locale=language))
            case "amount":
                pattern = "#,##0.00" if "." in value else "#,##0"
                number = str(format_decimal(Decimal(value), pattern, locale=language))
                return f"€ {number}" if self.unit == "€" else f"{number} {self.unit}".strip()
        return value


@dataclass(frozen=True)
class Known:
    """What values are checked against; asked only when a field needs it."""

    items: Callable[[Field], Collection[str]]
    organisations: Callable[[], Iterable[str]]


def read_fields(
    typed: Mapping[str, str], asked: Mapping[str, Field], known: Known, before: Mapping[str, str]
) -> dict[str, str]:
    """*before* with what was typed merged in, key by key; an empty value clears.  Raises Rejected or TooLarge.

    What stays as it was is not checked again: somebody who fills another column should not hear of it.
    """
    after = dict(before)
    for id, value in typed.items():
        if id not in asked:
            raise Rejected("canvas.unknown_field", field=id)
        if value != before.get(id, ""):
            after[id] = asked[id].read(value, known)
        if asked[id].required and not after.get(id):
            raise Rejected("canvas.field_missing", field=asked[id].label)
    return {id: value for id, value in after.items() if value}


def missing(fields: Mapping[str, str], asked: Mapping[str, Field]) -> Refused | None:
    """The refusal for the first field that has to be filled in and is not."""
    for id, field in asked.items():
        if field.required and not fields.get(id):
            return Rejected("canvas.field_missing", field=field.label)
    return None


def fields_problem(fields: Iterable[Field]) -> Said | None:
    """What is wrong with the fields of one box, for the author of the playbook."""
    fields = list(fields)
    if len(fields) > MOST_FIELDS:
        return said("plan.many_fields", most=MOST_FIELDS)
    if len({field.id for field in fields}) != len(fields):
        return said("plan.same_field")
    return next(filter(None, (field.problem() for field in fields)), None)

"""A list's filters as its address says them, and a page of its rows. Views make these; templates print them."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

CURSORS = ("after", "before")
_AMOUNT = re.compile(r"[0-9]{1,12}(\.[0-9]{1,4})?")


@dataclass(frozen=True)
class Page:
    """Rows of one page; `previous` and `next` are cursors, empty where there is no such page."""

    rows: Sequence[Any]
    previous: str = ""
    next: str = ""
    total: int | None = None


@dataclass(frozen=True)
class Option:
    """One value of a filter."""

    value: str
    label: str
    is_on: bool


@dataclass(frozen=True)
class Filter:
    """A chip: what it filters, its choice in words, the form behind it, the query without it.

    `kind` is `options` (one may be chosen), `many` (several), `dates` or `amounts` (a range, under its two `names`)
    or `fixed` (only removed). `own` is its part of the query, `kept` the rest, which the chip's form sends along.
    """

    name: str
    label: str
    kind: str
    words: str
    options: tuple[Option, ...]
    first: str
    last: str
    own: tuple[tuple[str, str], ...]
    kept: tuple[tuple[str, str], ...]
    without: str
    names: tuple[str, ...] = ()

    @property
    def is_on(self) -> bool:
        """Whether the list is filtered by it."""
        return bool(self.words)


def options_filter(
    query: QueryDict, name: str, label: str, choices: Mapping[str, str], *, many: bool = False
) -> Filter:
    """Return a filter over fixed values; values that are not choices are ignored."""
    chosen = {value for value in query.getlist(name) if value in choices}
    words = ", ".join(text for value, text in choices.items() if value in chosen)
    options = tuple(Option(value, text, value in chosen) for value, text in choices.items())
    return _filter(query, (name,), label, "many" if many else "options", words, options=options)


def dates_filter(query: QueryDict, label: str, names: tuple[str, str] = ("from", "to")) -> Filter:
    """Return a filter over a range of dates, in `from` and `to` by default; what cannot be read is ignored."""
    return _range_filter(query, label, "dates", names, _date)


def amounts_filter(query: QueryDict, label: str, names: tuple[str, str]) -> Filter:
    """Return a filter over a range of amounts in major units; what cannot be read is ignored."""
    return _range_filter(query, label, "amounts", names, _number)


def fixed_filter(query: QueryDict, name: str, label: str, words: str) -> Filter:
    """Return a filter that came by a link, such as one customer; it can only be removed."""
    return _filter(query, (name,), label, "fixed", words)


def _filter(
    query: QueryDict,
    names: tuple[str, ...],
    label: str,
    kind: str,
    words: str,
    *,
    options: tuple[Option, ...] = (),
    first: str = "",
    last: str = "",
) -> Filter:
    pairs = [
        (name, str(value))
        for name, values in query.lists()
        if name not in CURSORS
        for value in values
        if value
    ]
    own = tuple(pair for pair in pairs if pair[0] in names)
    kept = tuple(pair for pair in pairs if pair[0] not in names)
    return Filter(names[0], label, kind, words, options, first, last, own, kept, "?" + urlencode(kept), names)


def _range_filter(
    query: QueryDict, label: str, kind: str, names: tuple[str, str], read: Callable[[str], str]
) -> Filter:
    first, last = (read(query.get(name, "")) for name in names)
    since, until = ("since", "until") if kind == "dates" else ("from", "up to")
    words = {
        (True, True): f"{first} – {last}",
        (True, False): f"{since} {first}",
        (False, True): f"{until} {last}",
    }.get((bool(first), bool(last)), "")
    return _filter(query, names, label, kind, words, first=first, last=last)


def read_amount(query: QueryDict, name: str) -> Decimal | None:
    """Return an amount in major units, or None where there is none or it cannot be read."""
    text = _number(query.get(name, ""))
    return Decimal(text) if text else None


def _number(text: str) -> str:
    return text if _AMOUNT.fullmatch(text) else ""


def _date(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return ""

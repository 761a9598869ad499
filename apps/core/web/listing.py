"""A list's filters as its address says them, and a page of its rows. Views make these; templates print them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

CURSORS = ("after", "before")


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

    `kind` is `options` (one may be chosen), `many` (several), `dates` (from, to) or `fixed` (only removed).
    `own` is its part of the query, `kept` the rest, which the chip's form sends along.
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


def dates_filter(query: QueryDict, label: str) -> Filter:
    """Return a filter over a range of dates in `from` and `to`; dates that cannot be read are ignored."""
    first, last = _date(query.get("from", "")), _date(query.get("to", ""))
    words = {
        (True, True): f"{first} – {last}",
        (True, False): f"since {first}",
        (False, True): f"until {last}",
    }.get((bool(first), bool(last)), "")
    return _filter(query, ("from", "to"), label, "dates", words, first=first, last=last)


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
    return Filter(names[0], label, kind, words, options, first, last, own, kept, "?" + urlencode(kept))


def _date(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return ""

"""Columns of a CSV file: how each value stands in a cell, and how a cell is read back. Always a decimal point."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from apps.core.errors import InputError
from apps.core.money import check_decimal, exponent, from_minor, to_minor

_NUMBER = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,12})?")
_WHOLE = re.compile(r"-?[0-9]{1,18}")
MAX_AMOUNT = Decimal(10) ** 15
# An empty cell of a kind that has no empty value: the operation is not told of it.
LEFT = object()
_FLAGS = {"yes": True, "no": False}


@dataclass(frozen=True)
class Kind:
    """How a value is written to a cell and read back; both also get the row's other values or cells by field.

    An empty cell is read as `empty` and never reaches `read`; where that is LEFT, the value stays as it is.
    """

    write: Callable[[Any, Mapping[str, Any]], object]
    read: Callable[[str, Mapping[str, str]], Any]
    empty: Any = None


@dataclass(frozen=True)
class Column:
    """A column: its heading, the operation's name of the field, and where the model has it (`path`).

    `is_read` False: the file tells it, an import leaves it alone. `is_written` False: personal data, which may come
    in by a file but never goes out by one. `is_required`: a file without it, or an empty cell, is refused.
    """

    heading: str
    field: str
    kind: Kind
    path: str = ""
    is_required: bool = False
    is_read: bool = True
    is_written: bool = True


def _number(text: str, _: Mapping[str, str]) -> Decimal:
    if not _NUMBER.fullmatch(text):
        raise InputError("This is no number.", cure="Write it with a point, as 1500.5.")
    return Decimal(text)


def _whole(text: str, _: Mapping[str, str]) -> int:
    if not _WHOLE.fullmatch(text):
        raise InputError("This is no whole number.")
    return int(text)


def _flag(text: str, _: Mapping[str, str]) -> bool:
    found = _FLAGS.get(text.lower())
    if found is None:
        raise InputError("Write yes or no.")
    return found


def _day(text: str, _: Mapping[str, str]) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError("This is no date.", cure="Write it as 2026-03-14.") from None


def _as_it_is(value: Any, _: Mapping[str, Any]) -> object:
    return value


TEXT = Kind(_as_it_is, lambda text, _: text, empty="")
NUMBER = Kind(_as_it_is, _number)
WHOLE = Kind(_as_it_is, _whole)
FLAG = Kind(lambda value, _: "yes" if value else "no", _flag, empty=LEFT)
DAY = Kind(_as_it_is, _day)
# The day of a moment, for columns that are only written.
MOMENT_DAY = Kind(lambda value, _: value.date() if value else None, _day)


def choice(words: Mapping[str, str]) -> Kind:
    """Return a kind for fixed values, written as themselves; `words` tells a reader what there is to choose from."""

    by_name = {name.lower(): name for name in words}

    def read(text: str, _: Mapping[str, str]) -> str:
        found = by_name.get(text.lower().replace(" ", "_"))
        if found is None:
            raise InputError(f"Choose one of: {', '.join(words)}.")
        return found

    return Kind(_as_it_is, read, empty=LEFT)


def money(currency: str) -> Kind:
    """Return a kind for minor units, written as an amount; the field `currency` of the row says in what."""

    def write(value: Any, row: Mapping[str, Any]) -> object:
        if value is None:
            return None
        code = row[currency]
        return f"{from_minor(value, code):.{exponent(code)}f}"

    def read(text: str, cells: Mapping[str, str]) -> int:
        code, amount = cells.get(currency, "").upper(), _number(text, cells)
        # No stored amount has more decimals than its currency (EN 16931 BR-DEC): refused, never rounded.
        check_decimal(amount, field=currency, minimum=-MAX_AMOUNT, maximum=MAX_AMOUNT, places=exponent(code))
        return to_minor(amount, code)

    return Kind(write, read)


def headings_of(columns: Iterable[Column]) -> list[str]:
    """Return the headings of an exported file."""
    return [column.heading for column in columns if column.is_written]


def rows_of(
    found: QuerySet[Any], columns: Iterable[Column], order: tuple[str, ...]
) -> Iterator[list[object]]:
    """Return a whole list for a file, in an order; only the columns' own fields are read."""
    written = [column for column in columns if column.is_written]
    paths = [column.path or column.field for column in written]
    names = [column.field for column in written]
    for values in found.order_by(*order).values_list(*paths).iterator(2000):
        row = dict(zip(names, values, strict=True))
        yield [column.kind.write(row[column.field], row) for column in written]

"""Writes of exchange rates: one by hand, or a published file of them.

Published files quote against a common currency, and not all in the same direction. A rate here is always what one
unit of a currency is worth in the book currency; one that looks like the inverse of the rate before it is refused.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, DecimalException
from itertools import pairwise
from typing import Any
from uuid import UUID

from apps.core.db import note_reason, write
from apps.core.errors import InputError, NotFound, StaleVersion
from apps.core.money import exponent
from apps.core.scope import Actor
from apps.core.text import clean_text
from apps.ledger.models import ExchangeRate
from apps.ledger.queries import book_currency

PLACES = Decimal("0.000000000001")
LARGEST = Decimal(10) ** 12
# A change by more than this between two rates of a file is looked at: is it nearer to the inverse?
SUSPECT = Decimal("1.5")
SHAPES = {
    "monthly": "Date, Country, Exchange rate",
    "pairs": "Id, date, from, to, average rate, end-of-day rate",
}
# Countries of the monthly file of the US Federal Reserve; the bolívar was renamed too often to be one currency.
COUNTRIES = {
    "Australia": "AUD", "Austria": "ATS", "Belgium": "BEF", "Brazil": "BRL", "Canada": "CAD", "China": "CNY",
    "Denmark": "DKK", "Euro": "EUR", "Finland": "FIM", "France": "FRF", "Germany": "DEM", "Greece": "GRD",
    "Hong Kong": "HKD", "India": "INR", "Ireland": "IEP", "Italy": "ITL", "Japan": "JPY", "Malaysia": "MYR",
    "Mexico": "MXN", "Netherlands": "NLG", "New Zealand": "NZD", "Norway": "NOK", "Portugal": "PTE",
    "Singapore": "SGD", "South Africa": "ZAR", "South Korea": "KRW", "Spain": "ESP", "Sri Lanka": "LKR",
    "Sweden": "SEK", "Switzerland": "CHF", "Taiwan": "TWD", "Thailand": "THB", "United Kingdom": "GBP",
}  # fmt: skip


@dataclass(frozen=True)
class Quote:
    """How many units of a currency one unit of the base buys on a day, and the row of the file that says so."""

    row: int
    currency: str
    day: date
    units: Decimal


@dataclass
class RateReport:
    """What a file of rates came to: rows read, rates made, rates that were there, and each refused row."""

    rows: int = 0
    made: int = 0
    same: int = 0
    kept: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)


def put_rate(
    *, currency: str, day: date, rate: Decimal | str, source: str, actor: Actor, now: datetime
) -> ExchangeRate:
    """Enter what one unit of a currency is worth in the book currency on a day, or change it. Raises InputError.

    Documents keep the rate that they were posted with; a change counts for what is posted afterwards.
    """
    value = _checked(currency, rate)
    source = clean_text(source, field="source", limit=100)
    with write():
        new = ExchangeRate(currency=currency, day=day, rate=value, source=source, created_at=now)
        ExchangeRate.objects.bulk_create([new], ignore_conflicts=True)
        found = ExchangeRate.objects.select_for_update().get(currency=currency, day=day)
        if (found.rate, found.source) != (value, source):
            found.rate, found.source, found.version = value, source, found.version + 1
            found.save(update_fields=["rate", "source", "version"])
    return found


def change_rate(
    *, rate_id: UUID, changes: Mapping[str, Any], actor: Actor, now: datetime, version: int | None = None
) -> ExchangeRate:
    """Change a rate's value or source. Raises NotFound, StaleVersion, InputError."""
    unknown = sorted(set(changes) - {"rate", "source"})
    if unknown:
        raise InputError(f"“{unknown[0]}” cannot be changed.", code="not_changeable", field=unknown[0])
    with write():
        found = ExchangeRate.objects.select_for_update().filter(id=rate_id).first()
        if found is None:
            raise NotFound("There is no such rate.")
        if version is not None and version != found.version:
            raise StaleVersion("Somebody changed this rate after you opened it.")
        value = _checked(found.currency, changes.get("rate", found.rate))
        source = clean_text(str(changes.get("source", found.source)), field="source", limit=100)
        if (found.rate, found.source) != (value, source):
            found.rate, found.source, found.version = value, source, found.version + 1
            found.save(update_fields=["rate", "source", "version"])
    return found


def import_rates(
    *, lines: Iterable[str], shape: str, source: str, actor: Actor, now: datetime, base: str = "USD",
    turned: Sequence[str] = (), keep: bool = True,
) -> RateReport:  # fmt: skip
    """Import a published file of rates; rates that are there stay. Importing it again makes nothing new.

    `shape` is one of SHAPES. The file says how many units of a currency one unit of `base` buys; currencies in
    `turned` are quoted the other way round. Rates to a book currency that is not the base go through the base, by the
    rates of the same day. With `keep` False the file is only tried. Raises InputError.
    """
    source = clean_text(source, field="source", limit=100)
    report = RateReport()
    quotes = list(_read(lines, shape, base, frozenset(turned), report))
    quotes = list(_without_inverses(quotes, report))
    rates = list(_to_book(quotes, base, report))
    with write() as connection:
        note_reason(connection, f"Rates imported from {source}")
        known = _known(rates)
        for currency, day, rate in rates:
            stored = known.get((currency, day))
            report.same += stored == rate
            report.kept += stored is not None and stored != rate
        new = [
            ExchangeRate(currency=currency, day=day, rate=rate, source=source, created_at=now)
            for currency, day, rate in rates
            if (currency, day) not in known
        ]
        report.made = len(new)
        if keep:
            ExchangeRate.objects.bulk_create(new, batch_size=2000, ignore_conflicts=True)
    report.refused.sort()
    return report


def _checked(currency: str, rate: Decimal | str) -> Decimal:
    exponent(currency)
    if currency == book_currency():
        raise InputError("This is the book currency: its rate is 1.", code="book_currency", field="currency")
    value = _decimal(rate)
    if value is None or not PLACES <= value < LARGEST:
        raise InputError("A rate is a number above zero.", code="out_of_range", field="rate")
    return value.quantize(PLACES, rounding=ROUND_HALF_UP)


def _decimal(text: Decimal | str) -> Decimal | None:
    try:
        value = Decimal(text)
    except DecimalException:
        return None
    return value if value.is_finite() else None


def _read(
    lines: Iterable[str], shape: str, base: str, turned: frozenset[str], report: RateReport
) -> Iterator[Quote]:
    if shape not in SHAPES:
        raise InputError(f"“{shape}” is not a shape of a file of rates.", code="unknown_shape", field="shape")
    cells = csv.reader(lines, delimiter="\t" if shape == "pairs" else ",")
    for number, row in enumerate(cells, start=1):
        if shape == "monthly" and number == 1:
            if [cell.strip().lower() for cell in row] != ["date", "country", "exchange rate"]:
                raise InputError("The file does not begin with Date, Country, Exchange rate.", code="unknown_file",
                                 field="file")  # fmt: skip
            continue
        report.rows += 1
        found = _monthly(number, row) if shape == "monthly" else _pair(number, row, base)
        if isinstance(found, str):
            report.refused.append((number, found))
        elif found is not None:
            yield (
                found
                if found.currency not in turned
                else Quote(number, found.currency, found.day, 1 / found.units)
            )


def _monthly(number: int, row: list[str]) -> Quote | str | None:
    if len(row) != 3:
        return "The row does not have three cells."
    if row[1] not in COUNTRIES:
        return f"“{row[1][:40]}” is not known with one currency."
    return _quote(number, COUNTRIES[row[1]], row[0], row[2])


def _pair(number: int, row: list[str], base: str) -> Quote | str | None:
    if len(row) < 6:
        return "The row does not have six cells."
    if row[2] != base:
        return f"The row is not quoted against {base}."
    # A currency against itself says nothing.
    return None if row[3] == base else _quote(number, row[3], row[1][:10], row[5])


def _quote(number: int, currency: str, day: str, units: str) -> Quote | str:
    try:
        exponent(currency)
        when = date.fromisoformat(day)
    except (InputError, ValueError):
        return f"“{day[:20]}” is no date, or “{currency[:10]}” no currency."
    value = _decimal(units.strip())
    if value is None or not PLACES <= value < LARGEST:
        return f"“{units[:20]}” is no rate above zero."
    return Quote(number, currency, when, value)


def _without_inverses(quotes: list[Quote], report: RateReport) -> Iterator[Quote]:
    """Leave out a rate that is nearer to the inverse of the one before it than to that one."""
    series: dict[str, list[Quote]] = defaultdict(list)
    for quote in sorted(quotes, key=lambda quote: (quote.currency, quote.day)):
        series[quote.currency].append(quote)
    for rates in series.values():
        yield rates[0]
        expected = rates[0].units
        for before, quote in pairwise(rates):
            if quote.day == before.day:
                report.refused.append((quote.row, f"{quote.currency} has two rates for {quote.day}."))
                continue
            change, turned = _distance(quote.units, expected), _distance(quote.units, 1 / expected)
            if change > SUSPECT and turned < change:
                told = f"{quote.currency} {quote.day}: {quote.units} looks like the inverse of the rate before it."
                report.refused.append((quote.row, told))
                continue
            expected = quote.units
            yield quote


def _distance(one: Decimal, other: Decimal) -> Decimal:
    return max(one / other, other / one)


def _to_book(quotes: list[Quote], base: str, report: RateReport) -> Iterator[tuple[str, date, Decimal]]:
    """Return rates to the book currency: the base's own, and each other's through the base."""
    book = book_currency()
    books = {quote.day: quote.units for quote in quotes if quote.currency == book}
    if book != base:
        for day, units in books.items():
            yield base, day, units.quantize(PLACES, rounding=ROUND_HALF_UP)
    for quote in quotes:
        if quote.currency == book:
            continue
        value = Decimal(1) if book == base else books.get(quote.day)
        if value is None:
            report.refused.append((quote.row, f"The file has no rate of {book} for {quote.day}."))
            continue
        rate = (value / quote.units).quantize(PLACES, rounding=ROUND_HALF_UP)
        if rate < PLACES:
            report.refused.append((quote.row, f"One {quote.currency} is worth too little to be kept."))
            continue
        yield quote.currency, quote.day, rate


def _known(rates: list[tuple[str, date, Decimal]]) -> dict[tuple[str, date], Decimal]:
    if not rates:
        return {}
    days = [day for _, day, _ in rates]
    found = ExchangeRate.objects.filter(day__gte=min(days), day__lte=max(days))
    return {(currency, day): rate for currency, day, rate in found.values_list("currency", "day", "rate")}

"""Rows of the Online Retail layout: from cells to typed values, and what can be counted about them."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from operator import itemgetter

from apps.invoices.imports.columns import Column
from apps.invoices.imports.decisions import ZERO, Problem, SourceRow
from apps.invoices.imports.profiles.cells import (
    BadCellError,
    read_country,
    read_customer,
    read_number,
    read_stamp,
    read_text,
)

NUMBER, SKU, TEXT, QUANTITY, STAMP, PRICE, CUSTOMER, COUNTRY = (
    "InvoiceNo",
    "StockCode",
    "Description",
    "Quantity",
    "InvoiceDate",
    "UnitPrice",
    "CustomerID",
    "Country",
)
COLUMNS = (
    Column(NUMBER, ("Invoice", "Invoice Number")),
    Column(SKU, ("Stock", "SKU", "Product Code")),
    Column(TEXT),
    Column(QUANTITY, ("Qty",)),
    Column(STAMP, ("Date",)),
    Column(PRICE, ("Price",)),
    Column(CUSTOMER, ("Customer", "Customer Number")),
    Column(COUNTRY),
)
_SKU = re.compile(r"[0-9A-Za-z][0-9A-Za-z _./-]{0,39}", re.ASCII)
_CENT = Decimal("0.01")
LONGEST_TEXT = 200


# The texts of a row's cells in the order of COLUMNS, without surrounding spaces.
Cells = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A row whose cells could all be read. `value` is quantity × price, exact and signed."""

    row: int
    sku: str
    description: str
    quantity: Decimal
    stamp: datetime
    unit_price: Decimal
    value: Decimal
    customer: str
    country: str


def cells_of(rows: Sequence[SourceRow], positions: Mapping[str, int]) -> list[Cells]:
    """Return the cells of each row; those that a short row lacks are empty."""
    places = [positions[column.name] for column in COLUMNS]
    widest = max(places)
    take = itemgetter(*places)
    found = []
    for row in rows:
        fields = row.fields if len(row.fields) > widest else [*row.fields, *[""] * (widest + 1)]
        found.append(tuple(map(str.strip, take(fields))))
    return found


def read_sku(text: str) -> str:
    """Return a stock code in capitals: 85123a and 85123A are one product."""
    if not _SKU.fullmatch(text):
        raise BadCellError(
            "bad_stock_code", "A stock code has 1 to 40 letters, digits, dots, dashes or underscores."
        )
    return text.upper()


def read_row(source: SourceRow, cells: Cells, latest: date) -> Row | list[Problem]:
    """Return the row with typed values, or every problem that its cells have."""
    if source.flaw_code:
        return [Problem(source.flaw_code, source.row, "", "", source.flaw_reason)]
    _, sku, text, quantity, stamp, price, customer, country = cells
    try:
        number, each = read_number(quantity), read_number(price)
        return Row(
            source.row,
            read_sku(sku),
            read_text(text, longest=LONGEST_TEXT) or sku,
            number,
            read_stamp(stamp, latest),
            each,
            number * each,
            read_customer(customer),
            read_country(country),
        )
    except BadCellError:
        return _problems(source.row, cells, latest)


def _problems(row: int, cells: Cells, latest: date) -> list[Problem]:
    """Read each cell again alone, so that all problems of a row are told at once."""
    readers: tuple[tuple[str, Callable[[str], object]], ...] = (
        (SKU, read_sku),
        (TEXT, lambda text: read_text(text, longest=LONGEST_TEXT)),
        (QUANTITY, read_number),
        (STAMP, lambda text: read_stamp(text, latest)),
        (PRICE, read_number),
        (CUSTOMER, read_customer),
        (COUNTRY, read_country),
    )
    found = []
    # The number, which is the first cell, is judged with the whole document.
    for (column, reader), text in zip(readers, cells[1:], strict=True):
        try:
            reader(text)
        except BadCellError as bad:
            found.append(bad.at(row, column, text))
    return found


def number_in(text: str) -> Decimal | None:
    """Return a number, or None where the cell holds none."""
    try:
        return read_number(text)
    except BadCellError:
        return None


def value_of(cells: Cells) -> Decimal | None:
    """Return quantity × price where both can be read, even when the rest of the row is bad."""
    quantity, price = number_in(cells[3]), number_in(cells[5])
    return None if quantity is None or price is None else quantity * price


def count_facts(number: str, rows: Sequence[Cells]) -> dict[str, Decimal]:
    """Count what can be checked against the published facts of the file, good and bad rows alike."""
    is_cancellation = number.startswith("C")
    total = sum((value_of(cells) or ZERO for cells in rows), ZERO)
    prices = [price for price in (number_in(cells[5]) for cells in rows) if price is not None]
    return {
        "quantity_times_price": total,
        "cancellation_documents": Decimal(is_cancellation),
        "cancellation_rows": Decimal(len(rows) if is_cancellation else 0),
        "cancellation_value": total if is_cancellation else ZERO,
        "rows_without_customer": Decimal(sum(not cells[6] for cells in rows)),
        "zero_prices": Decimal(sum(price == 0 for price in prices)),
        "negative_prices": Decimal(sum(price < 0 for price in prices)),
        "prices_below_cents": Decimal(sum(price % _CENT != 0 for price in prices)),
        "exact_duplicate_rows": Decimal(len(rows) - len(set(rows))),
    }

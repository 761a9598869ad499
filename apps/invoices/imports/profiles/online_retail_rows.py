"""Rows of the Online Retail layout: from cells to typed values, and what can be counted about them."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from apps.invoices.imports.columns import Column
from apps.invoices.imports.decisions import ZERO, Problem, SourceRow
from apps.invoices.imports.profiles.cells import (
    BadCellError,
    cell,
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
_MORE_THAN_CENTS = Decimal("0.01")


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


def read_sku(text: str) -> str:
    """Return a stock code in capitals: 85123a and 85123A are one product."""
    if not _SKU.fullmatch(text):
        raise BadCellError(
            "bad_stock_code", "A stock code has 1 to 40 letters, digits, dots, dashes or underscores."
        )
    return text.upper()


def read_row(source: SourceRow, positions: Mapping[str, int], latest: date) -> Row | list[Problem]:
    """Return the row with typed values, or every problem that its cells have."""
    if source.flaw_code:
        return [Problem(source.flaw_code, source.row, "", "", source.flaw_reason)]
    get = [cell(source.fields, positions, column.name) for column in COLUMNS]
    try:
        quantity, price = read_number(get[3]), read_number(get[5])
        return Row(
            source.row,
            read_sku(get[1]),
            read_text(get[2], longest=200) or get[1],
            quantity,
            read_stamp(get[4], latest),
            price,
            quantity * price,
            read_customer(get[6]),
            read_country(get[7]),
        )
    except BadCellError:
        return _problems(source.row, get, latest)


def _problems(row: int, cells: Sequence[str], latest: date) -> list[Problem]:
    """Read each cell again alone, so that all problems of a row are told at once."""
    readers: tuple[tuple[str, Callable[[str], object]], ...] = (
        (SKU, read_sku),
        (TEXT, lambda text: read_text(text, longest=200)),
        (QUANTITY, read_number),
        (STAMP, lambda text: read_stamp(text, latest)),
        (PRICE, read_number),
        (CUSTOMER, read_customer),
        (COUNTRY, read_country),
    )
    by_column = dict(zip((column.name for column in COLUMNS), cells, strict=True))
    found = []
    for column, reader in readers:
        try:
            reader(by_column[column])
        except BadCellError as bad:
            found.append(bad.at(row, column, by_column[column]))
    return found


def value_of(source: SourceRow, positions: Mapping[str, int]) -> Decimal | None:
    """Return quantity × price where both can be read, even when the rest of the row is bad."""
    try:
        return read_number(cell(source.fields, positions, QUANTITY)) * read_number(
            cell(source.fields, positions, PRICE)
        )
    except BadCellError:
        return None


def count_facts(number: str, rows: list[SourceRow], positions: Mapping[str, int]) -> dict[str, Decimal]:
    """Count what can be checked against the published facts of the file, good and bad rows alike."""
    is_cancellation = number.startswith("C")
    total = sum((value_of(row, positions) or ZERO for row in rows), ZERO)
    prices = [cell(row.fields, positions, PRICE) for row in rows]
    copies = Counter(tuple(row.fields) for row in rows)
    duplicates = {fields: times - 1 for fields, times in copies.items() if times > 1}
    return {
        "quantity_times_price": total,
        "cancellation_documents": Decimal(is_cancellation),
        "cancellation_rows": Decimal(len(rows) if is_cancellation else 0),
        "cancellation_value": total if is_cancellation else ZERO,
        "rows_without_customer": Decimal(sum(not cell(r.fields, positions, CUSTOMER) for r in rows)),
        "zero_prices": Decimal(sum(_is(price, lambda value: value == 0) for price in prices)),
        "negative_prices": Decimal(sum(_is(price, lambda value: value < 0) for price in prices)),
        "prices_below_cents": Decimal(
            sum(_is(price, lambda value: value % _MORE_THAN_CENTS != 0) for price in prices)
        ),
        "exact_duplicate_rows": Decimal(sum(duplicates.values())),
    }


def _is(price: str, test: Callable[[Decimal], bool]) -> bool:
    try:
        return test(read_number(price))
    except BadCellError:
        return False

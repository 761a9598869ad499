"""What orders are made of, as pages, API and files hand it in, and the checks that all of them share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from uuid import UUID

from apps.catalog.models import Product, Warehouse
from apps.core.errors import InputError
from apps.core.money import check_decimal

MAX_LINES = 2000
HIGHEST = Decimal(10) ** 12 - 1
SMALLEST = Decimal("0.000001")


class Keep(Enum):
    """Stands for a field that a change leaves alone, where None would empty it."""

    KEEP = "keep"


KEEP = Keep.KEEP


@dataclass(frozen=True)
class LineInput:
    """A line as it is entered. Without a price, the price lists say it; without words, the product's name stands."""

    quantity: Decimal
    product_id: UUID | None = None
    description: str = ""
    unit_price: Decimal | None = None
    tax_rate: Decimal | None = None


@dataclass(frozen=True)
class PurchaseLineInput:
    """A line as it is entered; a purchase price is always given."""

    quantity: Decimal
    unit_price: Decimal
    product_id: UUID | None = None
    description: str = ""
    tax_rate: Decimal = Decimal(0)
    supplier_sku: str = ""
    due_date: date | None = None


def find_line_products(lines: Sequence[LineInput | PurchaseLineInput]) -> Mapping[UUID, Product]:
    """Return the products of lines by id. Raises InputError for none, too many, or an unknown product."""
    if not lines:
        raise InputError("An order has at least one line.", code="no_lines", field="lines")
    if len(lines) > MAX_LINES:
        raise InputError(f"An order has at most {MAX_LINES} lines.", code="too_many_lines", field="lines")
    found = Product.objects.in_bulk([line.product_id for line in lines if line.product_id])
    for position, line in enumerate(lines):
        if line.product_id and line.product_id not in found:
            raise InputError(
                "There is no such product.", code="unknown_product", field=f"lines[{position}].product"
            )
    return found


def check_quantity(value: Decimal, *, field: str, minimum: Decimal = SMALLEST) -> Decimal:
    """Return a quantity above zero that the books can hold exactly. Raises InputError."""
    return check_decimal(value, field=field, minimum=minimum)


def check_rate(value: Decimal, *, field: str) -> Decimal:
    """Return a tax rate in percent. Raises InputError."""
    return check_decimal(value, field=field, minimum=Decimal(0), maximum=Decimal(100), places=4)


def check_day(day: date, *, field: str) -> date:
    """Return a day from 1990 to 2100. Raises InputError."""
    if not 1990 <= day.year <= 2100:
        raise InputError("The date lies outside 1990 to 2100.", code="date_out_of_range", field=field)
    return day


def find_warehouse(warehouse_id: UUID | None) -> Warehouse | None:
    """Return the warehouse with an id, or None where none is named. Raises InputError."""
    if warehouse_id is None:
        return None
    found = Warehouse.objects.filter(id=warehouse_id).first()
    if found is None:
        raise InputError("There is no such warehouse.", code="unknown_warehouse", field="warehouse")
    return found

"""Writes of sales orders before anything is shipped. Every road (page, API, import, admin) ends here."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from apps.core.db import write
from apps.core.errors import Forbidden, InputError
from apps.core.money import check_decimal, exponent
from apps.core.scope import Actor, current_scope
from apps.core.text import clean_text
from apps.documents.arithmetic import document_totals, line_net
from apps.documents.numbering import number_text, take_numbers
from apps.orders.inputs import (
    KEEP,
    Keep,
    LineInput,
    check_day,
    check_quantity,
    check_rate,
    find_line_products,
    find_warehouse,
)
from apps.orders.locks import lock_sales_order
from apps.orders.models import SalesLine, SalesOrder
from apps.orders.pricing import Offer, find_offers
from apps.orders.queries.policy import get_order_policy
from apps.orders.queries.standing import check_sales_action
from apps.orders.transitions import EDIT, InvalidTransition
from apps.parties.access import check_served
from apps.parties.models import Customer

SERIES = "SO"


class DuplicateOrder(InvalidTransition):
    """An order with the same outside number from the same source is there."""

    code = "duplicate_order"
    cure = "Open the order that is there; nothing was created."


def create_sales_order(
    *,
    customer_id: UUID,
    order_date: date,
    lines: Sequence[LineInput],
    currency: str,
    actor: Actor,
    now: datetime,
    wanted_date: date | None = None,
    warehouse_id: UUID | None = None,
    customer_reference: str = "",
    external_number: str = "",
    note: str = "",
    source: str = "page",
) -> SalesOrder:
    """Create a pending order with its lines and its number (series SO). Raises as `change_sales_order`, DuplicateOrder.

    A line without a price takes the one of the price lists (books.md 67); a key of one customer gives none.
    """
    exponent(currency)
    with write() as connection:
        order = SalesOrder(
            customer=_find_customer(customer_id), order_date=check_day(order_date, field="order_date"),
            wanted_date=_wanted(wanted_date, order_date), warehouse=find_warehouse(warehouse_id), currency=currency,
            invoice_basis=get_order_policy().invoice_basis, source=source, created_by=actor.id, created_at=now,
            customer_reference=clean_text(customer_reference, field="customer_reference", limit=64, required=False),
            external_number=clean_text(external_number, field="external_number", limit=64, required=False),
            note=clean_text(note, field="note", limit=2000, required=False, lines=True),
        )  # fmt: skip
        made = _make_lines(order, lines)
        _refuse_duplicate(order)
        year = order_date.year
        order.number = number_text(SERIES, year, take_numbers(connection, series=SERIES, year=year))
        SalesOrder.objects.bulk_create([order], ignore_conflicts=True)
        if not SalesOrder.objects.filter(id=order.id).exists():
            raise _duplicate_of(order)
        SalesLine.objects.bulk_create(made)
    return order


def change_sales_order(
    *,
    order_id: UUID,
    actor: Actor,
    now: datetime,
    version: int | None = None,
    customer_id: UUID | None = None,
    order_date: date | None = None,
    wanted_date: date | Keep | None = KEEP,
    warehouse_id: UUID | Keep | None = KEEP,
    customer_reference: str | None = None,
    note: str | None = None,
    lines: Sequence[LineInput] | None = None,
) -> SalesOrder:
    """Change named fields of a pending order; given lines replace all lines.

    Raises NotFound, InvalidTransition, StaleVersion, InputError.
    """
    with write():
        order = lock_sales_order(order_id, version)
        check_sales_action(order, EDIT)
        if customer_id is not None:
            order.customer = _find_customer(customer_id)
        if order_date is not None:
            order.order_date = check_day(order_date, field="order_date")
        if warehouse_id is not KEEP:
            order.warehouse = find_warehouse(warehouse_id)
        if customer_reference is not None:
            order.customer_reference = clean_text(
                customer_reference, field="customer_reference", limit=64, required=False
            )
        if note is not None:
            order.note = clean_text(note, field="note", limit=2000, required=False, lines=True)
        wanted = order.wanted_date if wanted_date is KEEP else wanted_date
        order.wanted_date = _wanted(wanted, order.order_date)
        if lines is not None:
            made = _make_lines(order, lines)
            SalesLine.objects.filter(order=order).delete()
            SalesLine.objects.bulk_create(made)
        order.version += 1
        order.save(update_fields=["customer", "order_date", "wanted_date", "warehouse", "customer_reference", "note",
                                  "net_minor", "tax_minor", "total_minor", "version"])  # fmt: skip
    return order


def _make_lines(order: SalesOrder, inputs: Sequence[LineInput]) -> list[SalesLine]:
    """Build the lines and set the order's totals; nothing is saved."""
    if current_scope().customer_id and any(line.unit_price is not None for line in inputs):
        raise Forbidden("Prices come from the price lists.", code="price_not_given", field="lines",
                        cure="Leave the unit price out.")  # fmt: skip
    offers = find_offers(order, inputs, find_line_products(inputs))
    pairs = zip(inputs, offers, strict=True)
    lines = [
        _make_line(order, position, line, offer) for position, (line, offer) in enumerate(pairs, start=1)
    ]
    totals = document_totals(lines)
    order.net_minor, order.tax_minor, order.total_minor = (
        totals.net_minor,
        totals.tax_minor,
        totals.total_minor,
    )
    return lines


def _make_line(order: SalesOrder, position: int, entered: LineInput, offer: Offer) -> SalesLine:
    place = f"lines[{position - 1}]."
    quantity = check_quantity(entered.quantity, field=place + "quantity")
    price = check_decimal(offer.unit_price, field=place + "unit_price", minimum=Decimal(0))
    return SalesLine(
        order=order, position=position, product_id=entered.product_id,
        description=clean_text(entered.description or offer.name, field=place + "description", limit=1000),
        quantity=quantity, unit_price=price, price_source=offer.source,
        tax_rate=check_rate(offer.tax_rate, field=place + "tax_rate"),
        net_minor=line_net(quantity, price, order.currency),
        tax_category=offer.tax_category, is_stocked=offer.is_stocked, invoices_ahead=order.invoice_basis == "ordered",
    )  # fmt: skip


def _find_customer(customer_id: UUID) -> Customer:
    customer = Customer.objects.filter(id=customer_id).first()
    if customer is None:
        raise InputError("There is no such customer.", code="unknown_customer", field="customer")
    check_served(customer)
    return customer


def _wanted(wanted_date: date | None, order_date: date) -> date | None:
    if wanted_date is not None and wanted_date < order_date:
        raise InputError(
            "The goods are wanted before they are ordered.", code="wanted_before_ordered", field="wanted_date"
        )
    return wanted_date and check_day(wanted_date, field="wanted_date")


def _refuse_duplicate(order: SalesOrder) -> None:
    if (
        order.external_number
        and SalesOrder.objects.filter(source=order.source, external_number=order.external_number).exists()
    ):
        raise _duplicate_of(order)


def _duplicate_of(order: SalesOrder) -> DuplicateOrder:
    twin = SalesOrder.objects.filter(source=order.source, external_number=order.external_number).first()
    return DuplicateOrder(
        f"The order “{order.external_number}” is there already" + (f" as {twin.number}." if twin else "."),
        field="external_number", detail={"order": str(twin.id)} if twin else {},
    )  # fmt: skip

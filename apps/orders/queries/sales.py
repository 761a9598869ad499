"""Reads of sales orders."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Q, QuerySet

from apps.core.errors import NotFound
from apps.documents.arithmetic import Totals, document_totals
from apps.orders.models import (
    DISPOSITIONS,
    SALES_STATES,
    ReturnLine,
    SalesLine,
    SalesOrder,
    SalesReturn,
    Shipment,
    ShipmentLine,
)
from apps.orders.queries.standing import stand_of_sale
from apps.orders.transitions import Action, list_sales_actions
from apps.parties.queries import list_customers
from apps.tenancy.access import may


@dataclass(frozen=True)
class SalesFilter:
    """What a list of sales orders shows; empty fields do not narrow."""

    text: str = ""
    state: str = ""
    customer_id: UUID | None = None
    product_id: UUID | None = None
    currency: str = ""
    ordered_from: date | None = None
    ordered_to: date | None = None


def list_sales_orders(wanted: SalesFilter) -> QuerySet[SalesOrder]:
    """Return the orders a filter describes; the caller orders and pages."""
    exact = {
        "state": wanted.state, "customer_id": wanted.customer_id, "currency": wanted.currency,
        "order_date__gte": wanted.ordered_from, "order_date__lte": wanted.ordered_to,
    }  # fmt: skip
    found = SalesOrder.objects.filter(**{name: value for name, value in exact.items() if value})
    if wanted.product_id:
        found = found.filter(id__in=SalesLine.objects.filter(product_id=wanted.product_id).values("order_id"))
    if wanted.text:
        found = found.filter(_holds(wanted.text.strip()))
    return found


def _holds(text: str) -> Q:
    customers = list_customers(text=text).values("id")
    return (
        Q(number__icontains=text)
        | Q(customer_reference__icontains=text)
        | Q(external_number__icontains=text)
        | Q(customer_id__in=customers)
    )


@dataclass(frozen=True)
class SalesLineInfo:
    """A line as pages show it, with what became of it."""

    id: UUID
    position: int
    product_id: UUID | None
    sku: str
    description: str
    quantity: Decimal
    unit_price: Decimal
    price_source: str
    tax_rate: Decimal
    net_minor: int
    is_stocked: bool
    reserved: Decimal
    shipped: Decimal
    returned: Decimal
    cancelled: Decimal
    invoiced: Decimal
    open_quantity: Decimal
    shippable: Decimal
    invoiceable: Decimal

    @property
    def returnable(self) -> Decimal:
        """What may still come back."""
        return self.shipped - self.returned

    @property
    def backordered(self) -> Decimal:
        """What is open and not reserved."""
        return self.open_quantity - self.reserved if self.is_stocked else Decimal(0)


@dataclass(frozen=True)
class Moved:
    """A line of a shipment, a return or a receipt."""

    position: int
    description: str
    quantity: Decimal
    lot: str = ""
    what: str = ""
    rejected: Decimal = Decimal(0)


@dataclass(frozen=True)
class ShipmentInfo:
    """A shipment with its lines."""

    id: UUID
    number: str
    shipped_on: date
    delivered_on: date | None
    carrier: str
    tracking: str
    note: str
    lines: tuple[Moved, ...]


@dataclass(frozen=True)
class ReturnInfo:
    """A return with its lines."""

    id: UUID
    number: str
    returned_on: date
    reason: str
    lines: tuple[Moved, ...]


@dataclass(frozen=True)
class SalesOrderInfo:
    """A sales order with its customer, its lines, what left and what came back, and what may be done with it."""

    id: UUID
    number: str
    state: str
    order_date: date
    wanted_date: date | None
    customer_id: UUID
    customer_name: str
    customer_code: str
    warehouse_id: UUID | None
    warehouse_code: str
    currency: str
    invoice_basis: str
    net_minor: int
    tax_minor: int
    total_minor: int
    customer_reference: str
    external_number: str
    source: str
    note: str
    hold: str
    hold_reason: str
    created_at: datetime
    confirmed_at: datetime | None
    version: int
    lines: tuple[SalesLineInfo, ...]
    shipments: tuple[ShipmentInfo, ...]
    returns: tuple[ReturnInfo, ...]
    totals: Totals
    actions: tuple[Action, ...]

    @property
    def state_label(self) -> str:
        """The state in words."""
        return SALES_STATES[self.state]

    @property
    def may_invoice(self) -> bool:
        """Whether something of it may still be invoiced."""
        is_on = self.state not in ("pending", "on_hold", "cancelled")
        return is_on and any(line.invoiceable > 0 for line in self.lines)

    @property
    def must_credit(self) -> bool:
        """Whether more was invoiced than the customer kept."""
        return any(line.invoiceable < 0 for line in self.lines)


_SHARED = ("id", "number", "state", "order_date", "wanted_date", "customer_id", "warehouse_id", "currency",
           "invoice_basis", "net_minor", "tax_minor", "total_minor", "customer_reference", "external_number", "source",
           "note", "hold", "hold_reason", "created_at", "confirmed_at", "version")  # fmt: skip
_LINE = tuple(name for name in SalesLineInfo.__dataclass_fields__ if name != "sku")


def get_sales_order(order_id: UUID) -> SalesOrderInfo:
    """Return a sales order of the open tenant with everything that belongs to it. Raises NotFound."""
    order = SalesOrder.objects.prefetch_related("customer", "warehouse").filter(id=order_id).first()
    if order is None:
        raise NotFound("There is no such order.")
    lines = list(SalesLine.objects.filter(order_id=order_id).prefetch_related("product").order_by("position"))
    return SalesOrderInfo(
        **{name: getattr(order, name) for name in _SHARED},
        customer_name=order.customer.name,
        customer_code=order.customer.code,
        warehouse_code=order.warehouse.code if order.warehouse else "",
        lines=tuple(
            SalesLineInfo(
                **{name: getattr(line, name) for name in _LINE}, sku=line.product.sku if line.product else ""
            )
            for line in lines
        ),
        shipments=_shipments(order_id, lines),
        returns=_returns(order_id, lines),
        totals=document_totals(lines),
        actions=list_sales_actions(stand_of_sale(order, lines)),
    )


def allowed_here(actions: Collection[Action]) -> tuple[Action, ...]:
    """Return the actions that the asker's role allows too: no button fails after the click."""
    return tuple(action for action in actions if may(action.permission))


def _shipments(order_id: UUID, lines: list[SalesLine]) -> tuple[ShipmentInfo, ...]:
    by_id = {line.id: line for line in lines}
    moved: dict[UUID, list[Moved]] = {}
    facts = ShipmentLine.objects.filter(line_id__in=by_id).prefetch_related("lot")
    for fact in sorted(facts, key=lambda each: (by_id[each.line_id].position, each.id)):
        line = by_id[fact.line_id]
        moved.setdefault(fact.shipment_id, []).append(
            Moved(line.position, line.description, fact.quantity, fact.lot.number if fact.lot else "")
        )
    found = Shipment.objects.filter(order_id=order_id).order_by("created_at", "id")
    return tuple(
        ShipmentInfo(s.id, s.number, s.shipped_on, s.delivered_on, s.carrier, s.tracking, s.note,
                     tuple(moved.get(s.id, ())))
        for s in found
    )  # fmt: skip


def _returns(order_id: UUID, lines: list[SalesLine]) -> tuple[ReturnInfo, ...]:
    by_id = {line.id: line for line in lines}
    moved: dict[UUID, list[Moved]] = {}
    facts = ReturnLine.objects.filter(line_id__in=by_id).prefetch_related("lot")
    for fact in sorted(facts, key=lambda each: (by_id[each.line_id].position, each.id)):
        line = by_id[fact.line_id]
        moved.setdefault(fact.sales_return_id, []).append(
            Moved(line.position, line.description, fact.quantity, fact.lot.number if fact.lot else "",
                  DISPOSITIONS[fact.disposition])
        )  # fmt: skip
    found = SalesReturn.objects.filter(order_id=order_id).order_by("created_at", "id")
    return tuple(
        ReturnInfo(r.id, r.number, r.returned_on, r.reason, tuple(moved.get(r.id, ()))) for r in found
    )

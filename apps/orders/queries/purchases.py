"""Reads of purchase orders and receipts."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import F, Q, QuerySet

from apps.approvals.queries import Standing, standing_of
from apps.core.errors import NotFound
from apps.documents.arithmetic import Totals, document_totals
from apps.orders.models import PURCHASE_STATES, PurchaseLine, PurchaseOrder, Receipt, ReceiptLine
from apps.orders.queries.sales import Moved
from apps.orders.queries.standing import PURCHASE_KIND, stand_of_purchase
from apps.orders.transitions import Action, list_purchase_actions
from apps.parties.queries import list_suppliers


@dataclass(frozen=True)
class PurchaseFilter:
    """What a list of purchase orders shows; empty fields do not narrow."""

    text: str = ""
    state: str = ""
    supplier_id: UUID | None = None
    product_id: UUID | None = None
    currency: str = ""
    ordered_from: date | None = None
    ordered_to: date | None = None
    has_exception: bool = False


def list_purchase_orders(wanted: PurchaseFilter) -> QuerySet[PurchaseOrder]:
    """Return the orders a filter describes; the caller orders and pages.

    `has_exception`: something came short, or was rejected.
    """
    exact = {
        "state": wanted.state, "supplier_id": wanted.supplier_id, "currency": wanted.currency,
        "order_date__gte": wanted.ordered_from, "order_date__lte": wanted.ordered_to,
    }  # fmt: skip
    found = PurchaseOrder.objects.filter(**{name: value for name, value in exact.items() if value})
    if wanted.product_id:
        found = found.filter(
            id__in=PurchaseLine.objects.filter(product_id=wanted.product_id).values("order_id")
        )
    if wanted.has_exception:
        found = found.filter(id__in=exceptional_lines().values("order_id"))
    if wanted.text:
        found = found.filter(_holds(wanted.text.strip()))
    return found


def exceptional_lines() -> QuerySet[PurchaseLine]:
    """Return the lines that came short or with rejects; a line still to come is not short, one given up is."""
    short = Q(received__lt=F("quantity")) & (Q(received__gt=0) | Q(cancelled__gt=0))
    return PurchaseLine.objects.filter(short | Q(rejected__gt=0))


def _holds(text: str) -> Q:
    suppliers = list_suppliers(text=text).values("id")
    return (
        Q(number__icontains=text)
        | Q(supplier_reference__icontains=text)
        | Q(external_number__icontains=text)
        | Q(supplier_id__in=suppliers)
    )


@dataclass(frozen=True)
class PurchaseLineInfo:
    """A line as pages and the three-way match see it."""

    id: UUID
    position: int
    product_id: UUID | None
    sku: str
    description: str
    supplier_sku: str
    quantity: Decimal
    unit_price: Decimal
    tax_rate: Decimal
    net_minor: int
    is_stocked: bool
    due_date: date | None
    received: Decimal
    rejected: Decimal
    accepted: Decimal
    cancelled: Decimal
    billed: Decimal
    open_quantity: Decimal


@dataclass(frozen=True)
class ReceiptInfo:
    """A receipt with its lines; `reverses` and `reversed_by` are numbers."""

    id: UUID
    number: str
    received_on: date
    delivery_note: str
    note: str
    reverses: str
    reversed_by: str
    lines: tuple[Moved, ...]


@dataclass(frozen=True)
class PurchaseOrderInfo:
    """A purchase order with its supplier, its lines, its receipts, and how its approval stands."""

    id: UUID
    number: str
    state: str
    order_date: date
    expected_date: date | None
    supplier_id: UUID
    supplier_name: str
    supplier_code: str
    warehouse_id: UUID | None
    warehouse_code: str
    currency: str
    net_minor: int
    tax_minor: int
    freight_minor: int
    total_minor: int
    stated_total: Decimal | None
    supplier_reference: str
    external_number: str
    external_state: str
    source: str
    category: str
    note: str
    created_at: datetime
    sent_at: datetime | None
    version: int
    lines: tuple[PurchaseLineInfo, ...]
    receipts: tuple[ReceiptInfo, ...]
    totals: Totals
    approval: Standing
    actions: tuple[Action, ...]

    @property
    def state_label(self) -> str:
        """The state in words."""
        return PURCHASE_STATES[self.state]


_SHARED = ("id", "number", "state", "order_date", "expected_date", "supplier_id", "warehouse_id", "currency",
           "net_minor", "tax_minor", "freight_minor", "total_minor", "stated_total", "supplier_reference",
           "external_number", "external_state", "source", "category", "note", "created_at", "sent_at",
           "version")  # fmt: skip
_LINE = tuple(name for name in PurchaseLineInfo.__dataclass_fields__ if name != "sku")


def get_purchase_order(order_id: UUID) -> PurchaseOrderInfo:
    """Return a purchase order of the open tenant with everything that belongs to it. Raises NotFound."""
    order = PurchaseOrder.objects.prefetch_related("supplier", "warehouse").filter(id=order_id).first()
    if order is None:
        raise NotFound("There is no such order.")
    lines = list(
        PurchaseLine.objects.filter(order_id=order_id).prefetch_related("product").order_by("position")
    )
    approval = standing_of(PURCHASE_KIND, order_id)
    return PurchaseOrderInfo(
        **{name: getattr(order, name) for name in _SHARED},
        supplier_name=order.supplier.name,
        supplier_code=order.supplier.code,
        warehouse_code=order.warehouse.code if order.warehouse else "",
        lines=tuple(_line_info(line) for line in lines),
        receipts=_receipts(order_id, lines),
        totals=document_totals(lines),
        approval=approval,
        actions=list_purchase_actions(stand_of_purchase(order, lines, approval.state)),
    )


def list_lines_to_match(order_ids: set[UUID]) -> dict[UUID, tuple[PurchaseLineInfo, ...]]:
    """Return the lines of purchase orders by order, with ordered, received, rejected and billed quantities.

    For the three-way match (books.md 53): one query, prices in the order's currency.
    """
    found: dict[UUID, list[PurchaseLineInfo]] = {key: [] for key in order_ids}
    lines = PurchaseLine.objects.filter(order_id__in=order_ids).prefetch_related("product")
    for line in lines.order_by("order_id", "position"):
        found[line.order_id].append(_line_info(line))
    return {key: tuple(each) for key, each in found.items()}


def list_open_orders_of(supplier_id: UUID) -> QuerySet[PurchaseOrder]:
    """Return the orders of a supplier that a supplier's invoice may charge, newest first."""
    states = ("sent", "partly_received", "received", "closed")
    found = PurchaseOrder.objects.filter(supplier_id=supplier_id, state__in=states)
    return found.order_by("-order_date", "-id")


def find_purchase_order(text: str) -> PurchaseOrder | None:
    """Return the order with this number of ours, or the only one with this number of an outside system."""
    found = PurchaseOrder.objects.filter(number=text).first()
    if found is None:
        named = list(PurchaseOrder.objects.filter(external_number=text).order_by("id")[:2]) if text else []
        found = named[0] if len(named) == 1 else None
    return found


def list_receipts(*, order_id: UUID | None = None, text: str = "") -> QuerySet[Receipt]:
    """Return receipts, of one order where it is named, whose number or delivery note contains a text."""
    found = Receipt.objects.all()
    if order_id is not None:
        found = found.filter(order_id=order_id)
    if text:
        orders = PurchaseOrder.objects.filter(number__icontains=text).values("id")
        found = found.filter(
            Q(number__icontains=text) | Q(delivery_note__icontains=text) | Q(order_id__in=orders)
        )
    return found


def _line_info(line: PurchaseLine) -> PurchaseLineInfo:
    return PurchaseLineInfo(
        **{name: getattr(line, name) for name in _LINE}, sku=line.product.sku if line.product else ""
    )


def _receipts(order_id: UUID, lines: list[PurchaseLine]) -> tuple[ReceiptInfo, ...]:
    by_id = {line.id: line for line in lines}
    moved: dict[UUID, list[Moved]] = {}
    facts = ReceiptLine.objects.filter(line_id__in=by_id).prefetch_related("lot")
    for fact in sorted(facts, key=lambda each: (by_id[each.line_id].position, each.id)):
        line = by_id[fact.line_id]
        moved.setdefault(fact.receipt_id, []).append(
            Moved(line.position, line.description, fact.received, fact.lot.number if fact.lot else "",
                  fact.reject_reason, fact.rejected)
        )  # fmt: skip
    found = list(Receipt.objects.filter(order_id=order_id).order_by("created_at", "id"))
    numbers = {each.id: each.number for each in found}
    backs = {each.reverses_id: each.number for each in found if each.reverses_id}
    return tuple(
        ReceiptInfo(r.id, r.number, r.received_on, r.delivery_note, r.note,
                    numbers.get(r.reverses_id, "") if r.reverses_id else "", backs.get(r.id, ""),
                    tuple(moved.get(r.id, ())))
        for r in found
    )  # fmt: skip


def find_last_prices(product_ids: set[UUID]) -> dict[UUID, Decimal]:
    """Return the unit price that each product was last ordered at."""
    lines = PurchaseLine.objects.filter(product_id__in=product_ids).order_by("product_id", "-id")
    return dict(lines.distinct("product_id").values_list("product_id", "unit_price"))

"""Many purchase orders at once, for imports and generators, under the rules of `operations`.

A set is written or refused as one; the caller cuts a long list into sets. Row-level security forbids COPY, so rows
travel as arrays. What is written is history: it was approved and sent elsewhere, and comes with what was received.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from typing import Any
from uuid import UUID

from apps.catalog import stock
from apps.catalog.stock import Expecting, Receiving, Reference
from apps.core.db import write
from apps.core.errors import InputError
from apps.core.ids import new_id
from apps.core.scope import Actor, current_tenant_id
from apps.documents.arithmetic import document_totals, line_net
from apps.documents.numbering import number_text, take_numbers
from apps.documents.taxes import category_for
from apps.ledger.rates import get_rate
from apps.orders.goods import book_cost

ZERO = Decimal(0)
STAGES = ("draft", "approved", "sent")
# Through which states an order comes to where it is.
WAYS = {
    "draft": (),
    "approved": ("approved",),
    "sent": ("approved", "sent"),
    "partly_received": ("approved", "sent", "partly_received"),
    "received": ("approved", "sent", "received"),
    "closed": ("approved", "sent", "partly_received", "closed"),
}
_INSERT_ORDERS = """
insert into orders_purchaseorder (
    tenant_id, id, number, state, order_date, expected_date, supplier_id, warehouse_id, currency, net_minor, tax_minor,
    freight_minor, total_minor, stated_total, supplier_reference, external_number, external_state, source, category,
    note, created_by, changed_by, created_at, version
)
select %(tenant)s, id, number, 'draft', order_date, expected_date, supplier_id, %(warehouse)s, currency, net_minor,
       tax_minor, freight_minor, net_minor + tax_minor + freight_minor, stated_total, '', external_number,
       external_state, %(source)s, category, note, %(actor)s, %(actor)s, %(now)s, 1
from unnest(
    %(ids)s::uuid[], %(numbers)s::text[], %(days)s::date[], %(expected)s::date[], %(suppliers)s::uuid[],
    %(currencies)s::text[], %(nets)s::bigint[], %(taxes)s::bigint[], %(freights)s::bigint[], %(stated)s::numeric[],
    %(externals)s::text[], %(states)s::text[], %(categories)s::text[], %(notes)s::text[]
) as given (
    id, number, order_date, expected_date, supplier_id, currency, net_minor, tax_minor, freight_minor, stated_total,
    external_number, external_state, category, note
)
"""
_INSERT_LINES = """
insert into orders_purchaseline (
    tenant_id, id, order_id, position, product_id, description, supplier_sku, quantity, unit_price, tax_rate, net_minor,
    is_stocked, due_date, external_number, received, rejected, cancelled, billed
)
select %s, given.*, 0, 0, 0, 0
from unnest(
    %s::uuid[], %s::uuid[], %s::int[], %s::uuid[], %s::text[], %s::text[], %s::numeric[], %s::numeric[],
    %s::numeric[], %s::bigint[], %s::bool[], %s::date[], %s::text[]
) as given
"""
_COUNT_LINES = """
update orders_purchaseline l
set received = given.received, rejected = given.rejected, cancelled = given.cancelled
from unnest(%s::uuid[], %s::numeric[], %s::numeric[], %s::numeric[]) as given (id, received, rejected, cancelled)
where l.tenant_id = %s and l.id = given.id
"""
_INSERT_RECEIPTS = """
insert into orders_receipt (
    tenant_id, id, order_id, number, received_on, warehouse_id, delivery_note, note, created_at
)
select %s, id, order_id, number, received_on, %s, delivery_note, '', %s
from unnest(%s::uuid[], %s::uuid[], %s::text[], %s::date[], %s::text[])
    as given (id, order_id, number, received_on, delivery_note)
"""
_INSERT_RECEIPT_LINES = """
insert into orders_receiptline (tenant_id, id, receipt_id, line_id, received, rejected, reject_reason)
select %s, uuidv7(), given.*
from unnest(%s::uuid[], %s::uuid[], %s::numeric[], %s::numeric[], %s::text[]) as given
"""
_STEP = """
update orders_purchaseorder o set state = %s, version = version + 1, sent_at = coalesce(sent_at, %s)
where o.tenant_id = %s and o.id = any(%s)
"""


@dataclass(slots=True, kw_only=True)
class BulkLine:
    """A line with what came of it; `reject_reason` says why something was refused."""

    product_id: UUID
    description: str
    quantity: Decimal
    unit_price: Decimal
    tax_rate: Decimal = ZERO
    is_stocked: bool = True
    supplier_sku: str = ""
    due_date: date | None = None
    external_number: str = ""
    received: Decimal = ZERO
    rejected: Decimal = ZERO
    reject_reason: str = "Rejected at receipt"
    id: UUID = field(default_factory=new_id)
    net_minor: int = 0

    @property
    def tax_category(self) -> str:
        """Standard where there is a rate, else zero-rated."""
        return category_for(self.tax_rate)

    @property
    def accepted(self) -> Decimal:
        """What came and was kept."""
        return self.received - self.rejected


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkPurchase:
    """An order to be recorded; `external_number` is its name at the sender, unique per source.

    `reaches` is how far it came before anything was received; what came says the rest. `is_closed`: nothing more
    is expected.
    """

    id: UUID
    external_number: str
    supplier_id: UUID
    order_date: date
    received_on: date
    currency: str
    lines: tuple[BulkLine, ...]
    expected_date: date | None = None
    freight_minor: int = 0
    stated_total: Decimal | None = None
    external_state: str = ""
    category: str = ""
    note: str = ""
    delivery_note: str = ""
    reaches: str = "sent"
    is_closed: bool = False

    @property
    def has_received(self) -> bool:
        """Whether anything came."""
        return any(line.received for line in self.lines)

    @property
    def state(self) -> str:
        """The state that follows from how far it came and what was received."""
        if not self.has_received:
            return self.reaches
        if all(line.accepted >= line.quantity for line in self.lines):
            return "received"
        return "closed" if self.is_closed else "partly_received"


def bulk_record_purchases(
    *, orders: Sequence[BulkPurchase], source: str, warehouse_id: UUID, actor: Actor, now: datetime
) -> dict[UUID, str]:
    """Record purchase orders with their receipts and their stock; return the numbers of the orders by id.

    Orders take their states step by step, as every road does (books.md 24). Totals are made from the lines, the
    sender's stand beside them (17). Raises InputError; the database refuses a taken external number.
    """
    if not orders:
        return {}
    _check(orders)
    ordered = sorted(orders, key=lambda order: (order.order_date, order.external_number))
    came = [order for order in ordered if order.has_received]
    with write() as connection, connection.cursor() as cursor:
        numbers = _number(connection, "PO", [(order.id, order.order_date) for order in ordered])
        _insert_orders(cursor, ordered, numbers, source, warehouse_id, actor, now)
        cursor.execute(_INSERT_LINES, [current_tenant_id(), *_transposed(_line_rows(ordered))])
        _walk(cursor, ordered, ("approved", "sent"), now)
        if came:
            _count(cursor, came)
            _walk(cursor, came, ("partly_received", "received", "closed"), now)
            _receive(connection, cursor, came, warehouse_id, actor, now)
        _announce(ordered, warehouse_id, actor, now)
    return numbers


def _check(orders: Iterable[BulkPurchase]) -> None:
    for order in orders:
        if not order.lines:
            raise InputError(f"Order {order.external_number} has no lines.", code="no_lines", field="lines")
        if order.reaches not in STAGES or (order.has_received and order.reaches != "sent"):
            raise InputError(f"Order {order.external_number} cannot be recorded so.", code="not_recordable")
        for line in order.lines:
            if not 0 <= line.rejected <= line.received or line.quantity <= 0:
                raise InputError(
                    f"A line of order {order.external_number} does not add up.", code="not_recordable"
                )
            line.net_minor = line_net(line.quantity, line.unit_price, order.currency)


def _insert_orders(
    cursor: Any, orders: Sequence[BulkPurchase], numbers: dict[UUID, str], source: str, warehouse_id: UUID,
    actor: Actor, now: datetime,
) -> None:  # fmt: skip
    totals = [document_totals(order.lines) for order in orders]
    cursor.execute(_INSERT_ORDERS, {
        "tenant": current_tenant_id(), "warehouse": warehouse_id, "source": source, "actor": actor.id, "now": now,
        "ids": [o.id for o in orders], "numbers": [numbers[o.id] for o in orders],
        "days": [o.order_date for o in orders], "expected": [o.expected_date for o in orders],
        "suppliers": [o.supplier_id for o in orders], "currencies": [o.currency for o in orders],
        "nets": [t.net_minor for t in totals], "taxes": [t.tax_minor for t in totals],
        "freights": [o.freight_minor for o in orders], "stated": [o.stated_total for o in orders],
        "externals": [o.external_number for o in orders], "states": [o.external_state for o in orders],
        "categories": [o.category for o in orders], "notes": [o.note for o in orders],
    })  # fmt: skip


def _line_rows(orders: Iterable[BulkPurchase]) -> Iterator[tuple[Any, ...]]:
    for order in orders:
        for position, line in enumerate(order.lines, start=1):
            yield (
                line.id, order.id, position, line.product_id, line.description, line.supplier_sku, line.quantity,
                line.unit_price, line.tax_rate, line.net_minor, line.is_stocked, line.due_date, line.external_number,
            )  # fmt: skip


def _count(cursor: Any, orders: Iterable[BulkPurchase]) -> None:
    """Write what came of each line, and that nothing more is expected of closed orders."""
    rows = (
        (
            x.id,
            x.received,
            x.rejected,
            max(x.quantity - x.accepted, ZERO) if order.state == "closed" else ZERO,
        )
        for order in orders
        for x in order.lines
    )
    cursor.execute(_COUNT_LINES, [*_transposed(rows), current_tenant_id()])


def _walk(cursor: Any, orders: Sequence[BulkPurchase], steps: Sequence[str], now: datetime) -> None:
    """Take orders through these states, one allowed step after the other, each as far as it came."""
    for step in steps:
        keys = [order.id for order in orders if step in WAYS[order.state]]
        if keys:
            cursor.execute(_STEP, [step, now if step == "sent" else None, current_tenant_id(), keys])


def _receive(
    connection: Any, cursor: Any, orders: Sequence[BulkPurchase], warehouse_id: UUID, actor: Actor, now: datetime
) -> None:  # fmt: skip
    receipts = {order.id: new_id() for order in orders}
    numbers = _number(connection, "GR", [(order.id, order.received_on) for order in orders])
    rows = ((receipts[o.id], o.id, numbers[o.id], o.received_on, o.delivery_note) for o in orders)
    cursor.execute(_INSERT_RECEIPTS, [current_tenant_id(), warehouse_id, now, *_transposed(rows)])
    facts = [
        (order, n, line) for order in orders for n, line in enumerate(order.lines, start=1) if line.received
    ]
    lines = (
        (receipts[o.id], x.id, x.received, x.rejected, x.reject_reason if x.rejected else "")
        for o, _, x in facts
    )
    cursor.execute(_INSERT_RECEIPT_LINES, [current_tenant_id(), *_transposed(lines)])
    rates = {(o.currency, o.received_on): ZERO for o in orders}
    rates = {key: get_rate(currency=key[0], day=key[1]).rate for key in rates}
    stocked = [
        Receiving(
            product_id=x.product_id, warehouse_id=warehouse_id, quantity=x.accepted,
            unit_cost=book_cost(x.unit_price, rates[o.currency, o.received_on]),
            reference=Reference("receipt", receipts[o.id], n),
        )
        for o, n, x in facts if x.is_stocked and x.accepted
    ]  # fmt: skip
    if stocked:
        stock.receive(lines=stocked, actor=actor, now=now)


def _announce(orders: Sequence[BulkPurchase], warehouse_id: UUID, actor: Actor, now: datetime) -> None:
    """Announce what is still to come of orders that are sent and not closed."""
    coming = [
        Expecting(product_id=line.product_id, warehouse_id=warehouse_id, quantity=line.quantity - line.accepted,
                  reference=Reference("purchase_order", order.id, n))
        for order in orders if order.state in ("sent", "partly_received")
        for n, line in enumerate(order.lines, start=1) if line.is_stocked and line.accepted < line.quantity
    ]  # fmt: skip
    if coming:
        stock.expect(lines=coming, actor=actor, now=now)


def _number(connection: Any, series: str, wanted: Sequence[tuple[UUID, date]]) -> dict[UUID, str]:
    """Take the numbers of a set, each year's counter once, in the order given."""
    numbers: dict[UUID, str] = {}
    for year, members in groupby(
        sorted(wanted, key=lambda each: each[1].year), key=lambda each: each[1].year
    ):
        keys = [key for key, _ in members]
        first = take_numbers(connection, series=series, year=year, count=len(keys))
        numbers |= {key: number_text(series, year, n) for n, key in enumerate(keys, start=first)}
    return numbers


def _transposed(rows: Iterable[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]

"""Writes of purchase orders up to their sending, and their end. Receiving is in `receiving.py`."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from apps.approvals.access import check_approved
from apps.approvals.operations import request_approval, void_changed, void_request
from apps.catalog.warehouses import ensure_warehouse
from apps.core.db import note_reason, write
from apps.core.errors import InputError
from apps.core.money import MAX_MINOR, check_decimal, exponent
from apps.core.scope import Actor
from apps.core.text import clean_text
from apps.documents.arithmetic import document_totals, line_net
from apps.documents.numbering import number_text, take_numbers
from apps.orders import goods
from apps.orders.inputs import (
    KEEP,
    Keep,
    PurchaseLineInput,
    check_day,
    check_quantity,
    check_rate,
    find_line_products,
    find_warehouse,
)
from apps.orders.locks import check_version, lock_purchase_order
from apps.orders.models import PurchaseLine, PurchaseOrder
from apps.orders.operations.sales import DuplicateOrder
from apps.orders.queries.standing import PURCHASE_KIND, check_purchase_action
from apps.orders.queries.subjects import purchase_subject
from apps.orders.transitions import (
    CANCEL_PURCHASE,
    CLOSE,
    EDIT_PURCHASE,
    OPEN_AGAIN,
    SEND,
    SUBMIT,
    WITHDRAW,
)
from apps.parties.models import Supplier

SERIES = "PO"


def create_purchase_order(
    *,
    supplier_id: UUID,
    order_date: date,
    currency: str,
    lines: Sequence[PurchaseLineInput],
    actor: Actor,
    now: datetime,
    expected_date: date | None = None,
    warehouse_id: UUID | None = None,
    freight_minor: int = 0,
    category: str = "",
    supplier_reference: str = "",
    external_number: str = "",
    note: str = "",
    source: str = "page",
) -> PurchaseOrder:
    """Create a draft with its lines and its number (series PO). Raises InputError, DuplicateOrder."""
    exponent(currency)
    with write() as connection:
        order = PurchaseOrder(
            supplier=_find_supplier(supplier_id), order_date=check_day(order_date, field="order_date"),
            expected_date=_expected(expected_date, order_date),
            warehouse=find_warehouse(warehouse_id) or ensure_warehouse(actor=actor, now=now), currency=currency,
            freight_minor=_freight(freight_minor), source=source,
            category=clean_text(category, field="category", limit=64, required=False),
            supplier_reference=clean_text(supplier_reference, field="supplier_reference", limit=64, required=False),
            external_number=clean_text(external_number, field="external_number", limit=64, required=False),
            note=clean_text(note, field="note", limit=2000, required=False, lines=True),
            created_by=actor.id, changed_by=actor.id, created_at=now,
        )  # fmt: skip
        made = _make_lines(order, lines)
        year = order_date.year
        order.number = number_text(SERIES, year, take_numbers(connection, series=SERIES, year=year))
        PurchaseOrder.objects.bulk_create([order], ignore_conflicts=True)
        if not PurchaseOrder.objects.filter(id=order.id).exists():
            raise _duplicate_of(order)
        PurchaseLine.objects.bulk_create(made)
    return order


def change_purchase_order(
    *,
    order_id: UUID,
    actor: Actor,
    now: datetime,
    version: int | None = None,
    supplier_id: UUID | None = None,
    order_date: date | None = None,
    expected_date: date | Keep | None = KEEP,
    warehouse_id: UUID | Keep | None = KEEP,
    freight_minor: int | None = None,
    category: str | None = None,
    supplier_reference: str | None = None,
    note: str | None = None,
    lines: Sequence[PurchaseLineInput] | None = None,
) -> PurchaseOrder:
    """Change named fields of an order that is not sent; given lines replace all lines.

    An order that waits for approval, or has it, is a draft again when a fact changed, and its approval is void;
    a comment alone leaves both (books.md 51). Raises NotFound, InvalidTransition, StaleVersion, InputError.
    """
    with write():
        order = lock_purchase_order(order_id, version)
        check_purchase_action(order, EDIT_PURCHASE)
        before = purchase_subject(order).facts
        if supplier_id is not None:
            order.supplier = _find_supplier(supplier_id)
        if warehouse_id is not KEEP:
            order.warehouse = find_warehouse(warehouse_id) or ensure_warehouse(actor=actor, now=now)
        order.order_date = check_day(order_date or order.order_date, field="order_date")
        expected = order.expected_date if expected_date is KEEP else expected_date
        order.expected_date = _expected(expected, order.order_date)
        _set_words(order, category=category, supplier_reference=supplier_reference, note=note)
        if freight_minor is not None:
            order.freight_minor = _freight(freight_minor)
        made = None if lines is None else _make_lines(order, lines)
        if made is None:
            _total(order, list(PurchaseLine.objects.filter(order=order)))
        facts = purchase_subject(order, made).facts
        if facts != before:
            order.changed_by = actor.id
        _save_change(order, made, is_other=facts != before)
        void_changed(subject=purchase_subject(order), actor=actor, now=now)
    return order


def submit_purchase_order(
    *, order_id: UUID, actor: Actor, now: datetime, version: int | None = None
) -> PurchaseOrder:
    """Ask for the approval that the policies want; where none wants any, the order is approved (books.md 49).

    Raises NotFound, InvalidTransition, StaleVersion, NobodyCanApprove.
    """
    with write():
        order = lock_purchase_order(order_id, version)
        check_purchase_action(order, SUBMIT)
        request = request_approval(subject=purchase_subject(order), actor=actor, now=now)
        state = "approved" if request is None or request.state == "approved" else "awaiting_approval"
        return _step(order, state)


def withdraw_purchase_order(
    *, order_id: UUID, actor: Actor, now: datetime, version: int | None = None
) -> PurchaseOrder:
    """Make an order that waits for approval, or has it, a draft again; the approval is void."""
    with write():
        order = lock_purchase_order(order_id, version)
        check_purchase_action(order, WITHDRAW)
        void_request(
            kind=PURCHASE_KIND, subject_id=order.id, reason="Taken back to a draft.", actor=actor, now=now
        )
        return _step(order, "draft")


def send_purchase_order(
    *, order_id: UUID, actor: Actor, now: datetime, version: int | None = None
) -> PurchaseOrder:
    """Say that an approved order was sent; its goods are expected from now on. Sending twice changes nothing.

    What is sent is what was approved (books.md 52): the approval is checked under the order's lock. Raises NotFound,
    InvalidTransition, StaleVersion, NotApproved, ApprovalVoid.
    """
    with write():
        order = lock_purchase_order(order_id)
        if order.state == "sent":
            return order
        check_version(order, version)
        if order.state in ("awaiting_approval", "approved"):
            check_approved(subject=purchase_subject(order))
        check_purchase_action(order, SEND)
        if order.state == "awaiting_approval":
            _step(order, "approved")
        order.sent_at = now
        lines = list(PurchaseLine.objects.filter(order=order))
        goods.expect(order, lines, actor=actor, now=now)
        return _step(order, "sent", "sent_at")


def cancel_purchase_order(
    *, order_id: UUID, reason: str, actor: Actor, now: datetime, version: int | None = None
) -> PurchaseOrder:
    """Cancel an order of which nothing came; nothing of it is expected any more. Twice changes nothing.

    Raises NotFound, InvalidTransition, StaleVersion, InputError.
    """
    reason = clean_text(reason, field="reason", limit=500)
    with write() as connection:
        order = lock_purchase_order(order_id)
        if order.state == "cancelled":
            return order
        check_version(order, version)
        check_purchase_action(order, CANCEL_PURCHASE)
        note_reason(connection, reason)
        if order.state == "sent":
            goods.expect_no_more(order, list(PurchaseLine.objects.filter(order=order)), actor=actor, now=now)
        void_request(kind=PURCHASE_KIND, subject_id=order.id, reason=reason, actor=actor, now=now)
        return _step(order, "cancelled")


def close_purchase_order(
    *, order_id: UUID, reason: str, actor: Actor, now: datetime, version: int | None = None
) -> PurchaseOrder:
    """Close an order: what has not come is not expected any more. Raises NotFound, InvalidTransition, InputError."""
    reason = clean_text(reason, field="reason", limit=500)
    with write() as connection:
        order = lock_purchase_order(order_id, version)
        check_purchase_action(order, CLOSE)
        note_reason(connection, reason)
        lines = list(PurchaseLine.objects.filter(order=order))
        goods.expect_no_more(order, lines, actor=actor, now=now)
        for line in lines:
            line.cancelled += line.open_quantity
        PurchaseLine.objects.bulk_update(lines, ["cancelled"])
        return _step(order, "closed")


def open_purchase_order_again(
    *, order_id: UUID, reason: str, actor: Actor, now: datetime, version: int | None = None
) -> PurchaseOrder:
    """Open a closed order again: what has not come is expected again. Raises as `close_purchase_order`."""
    reason = clean_text(reason, field="reason", limit=500)
    with write() as connection:
        order = lock_purchase_order(order_id, version)
        check_purchase_action(order, OPEN_AGAIN)
        note_reason(connection, reason)
        PurchaseLine.objects.filter(order=order).update(cancelled=0)
        lines = list(PurchaseLine.objects.filter(order=order))
        goods.expect(order, lines, actor=actor, now=now)
        return _step(order, "partly_received" if any(line.open_quantity for line in lines) else "received")


def _set_words(order: PurchaseOrder, **words: str | None) -> None:
    for name, value in words.items():
        if value is not None:
            is_note = name == "note"
            text = clean_text(value, field=name, limit=2000 if is_note else 64, required=False, lines=is_note)
            setattr(order, name, text)


def _save_change(order: PurchaseOrder, made: list[PurchaseLine] | None, *, is_other: bool) -> None:
    if is_other:
        order.state = "draft"
    order.version += 1
    order.save(update_fields=["supplier", "warehouse", "order_date", "expected_date", "category", "supplier_reference",
                              "note", "freight_minor", "net_minor", "tax_minor", "total_minor", "changed_by",
                              "state", "version"])  # fmt: skip
    if made is not None and is_other:
        PurchaseLine.objects.filter(order=order).delete()
        PurchaseLine.objects.bulk_create(made)


def _make_lines(order: PurchaseOrder, inputs: Sequence[PurchaseLineInput]) -> list[PurchaseLine]:
    """Build the lines and set the order's totals; nothing is saved."""
    products = find_line_products(inputs)
    lines = []
    for position, entered in enumerate(inputs, start=1):
        place = f"lines[{position - 1}]."
        product = products.get(entered.product_id) if entered.product_id else None
        quantity = check_quantity(entered.quantity, field=place + "quantity")
        price = check_decimal(entered.unit_price, field=place + "unit_price", minimum=Decimal(0))
        words = entered.description or (product.name if product else "")
        lines.append(PurchaseLine(
            order=order, position=position, product=product, quantity=quantity, unit_price=price,
            description=clean_text(words, field=place + "description", limit=1000),
            supplier_sku=clean_text(entered.supplier_sku, field=place + "supplier_sku", limit=64, required=False),
            tax_rate=check_rate(entered.tax_rate, field=place + "tax_rate"), due_date=entered.due_date,
            net_minor=line_net(quantity, price, order.currency), is_stocked=bool(product and product.is_stocked),
        ))  # fmt: skip
    _total(order, lines)
    return lines


def _total(order: PurchaseOrder, lines: Sequence[PurchaseLine]) -> None:
    totals = document_totals(lines)
    order.net_minor, order.tax_minor = totals.net_minor, totals.tax_minor
    order.total_minor = totals.total_minor + order.freight_minor
    if order.total_minor > MAX_MINOR:
        raise InputError("The order's total is too large.", code="amount_too_large", field="lines")


def _find_supplier(supplier_id: UUID) -> Supplier:
    supplier = Supplier.objects.filter(id=supplier_id).first()
    if supplier is None:
        raise InputError("There is no such supplier.", code="unknown_supplier", field="supplier")
    return supplier


def _freight(minor: int) -> int:
    if not 0 <= minor <= MAX_MINOR:
        raise InputError("Freight is an amount from zero.", code="out_of_range", field="freight")
    return minor


def _expected(expected_date: date | None, order_date: date) -> date | None:
    if expected_date is not None and expected_date < order_date:
        raise InputError(
            "The goods are expected before they are ordered.",
            code="expected_before_ordered",
            field="expected_date",
        )
    return expected_date and check_day(expected_date, field="expected_date")


def _step(order: PurchaseOrder, state: str, *fields: str) -> PurchaseOrder:
    order.state = state
    order.version += 1
    order.save(update_fields=["state", "version", *fields])
    return order


def _duplicate_of(order: PurchaseOrder) -> DuplicateOrder:
    twin = PurchaseOrder.objects.filter(source=order.source, external_number=order.external_number).first()
    return DuplicateOrder(
        f"The order “{order.external_number}” is there already" + (f" as {twin.number}." if twin else "."),
        field="external_number", detail={"order": str(twin.id)} if twin else {},
    )  # fmt: skip

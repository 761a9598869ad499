"""Locks, always in this order: the supplier, the bill, the purchase orders, the approval, the counter.

The supplier's lock makes two entries of the same document see each other (books.md 54).
"""

import hashlib
from collections.abc import Collection
from typing import Any
from uuid import UUID

from apps.bills.models import Bill
from apps.core.errors import NotFound, StaleVersion
from apps.core.scope import current_tenant_id
from apps.orders.models import PurchaseLine, PurchaseOrder


def lock_suppliers(connection: Any, supplier_ids: Collection[UUID]) -> None:
    """Hold off every other entry of these suppliers' bills until the transaction ends."""
    numbers = sorted(_number(each) for each in set(supplier_ids))
    with connection.cursor() as cursor:
        for number in numbers:
            cursor.execute("select pg_advisory_xact_lock(%s)", [number])


def lock_bill(connection: Any, bill_id: UUID, *, others: Collection[UUID] = ()) -> Bill:
    """Lock a bill and its supplier, with further suppliers (FOR UPDATE). Raises NotFound, StaleVersion."""
    supplier_id = Bill.objects.filter(id=bill_id).values_list("supplier_id", flat=True).first()
    if supplier_id is None:
        raise NotFound("There is no such bill.")
    lock_suppliers(connection, {supplier_id, *others})
    bill = Bill.objects.select_for_update().filter(id=bill_id).first()
    if bill is None:
        raise NotFound("There is no such bill.")
    if bill.supplier_id != supplier_id:
        raise StaleVersion("Somebody changed this bill at the same moment.")
    return bill


def lock_orders(line_ids: Collection[UUID]) -> None:
    """Lock the purchase orders of some lines, in the order of their ids, as receiving and billing do."""
    orders = PurchaseLine.objects.filter(id__in=line_ids).values_list("order_id", flat=True)
    list(
        PurchaseOrder.objects.select_for_update().filter(id__in=set(orders)).order_by("id").values_list("id")
    )


def lock_content(connection: Any, digest: str) -> None:
    """Hold off every other import of the same bytes until the transaction ends; taken before any other lock."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [_number(digest)])


def _number(subject: UUID | str) -> int:
    text = f"bills|{current_tenant_id()}|{subject}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big", signed=True)

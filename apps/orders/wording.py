"""How the log of orders reads."""

from collections.abc import Callable, Mapping

from apps.audit.queries import EntryDetail
from apps.core.money import exponent, from_minor
from apps.orders.models import PURCHASE_STATES, SALES_STATES
from apps.tenancy.timeline import VERBS, Wording

_SHARED = {
    "order_date": "Ordered", "net_minor": "Net", "tax_minor": "Tax", "total_minor": "Total", "note": "Note",
    "warehouse_id": "Warehouse",
}  # fmt: skip
SALES_LABELS = _SHARED | {
    "wanted_date": "Wanted", "customer_reference": "Their reference", "customer_id": "Customer",
    "credit_cleared_minor": "Released up to",
}  # fmt: skip
PURCHASE_LABELS = _SHARED | {
    "expected_date": "Expected", "supplier_reference": "Their reference", "supplier_id": "Supplier",
    "freight_minor": "Freight", "category": "Category",
}  # fmt: skip
SALES_VERBS = {
    "pending": "made this pending", "on_hold": "put this on hold", "confirmed": "confirmed this",
    "processing": "began to send this", "shipped": "shipped the last of this", "delivered": "marked this as delivered",
    "cancelled": "cancelled this",
}  # fmt: skip
PURCHASE_VERBS = {
    "draft": "made this a draft again", "awaiting_approval": "asked for approval", "approved": "freed this",
    "sent": "marked this as sent", "partly_received": "received a part of this",
    "received": "received the last of this", "closed": "closed this", "cancelled": "cancelled this",
}  # fmt: skip


def wording_of_sale(currency: str) -> Wording:
    """Return the wording of one sales order's log; its amounts are in the order's currency."""
    return _wording("orders_salesorder", SALES_LABELS, SALES_VERBS, SALES_STATES, currency)


def wording_of_purchase(currency: str) -> Wording:
    """Return the wording of one purchase order's log; its amounts are in the order's currency."""
    return _wording("orders_purchaseorder", PURCHASE_LABELS, PURCHASE_VERBS, PURCHASE_STATES, currency)


def _wording(
    table: str, labels: Mapping[str, str], verbs: Mapping[str, str], states: Mapping[str, str], currency: str
) -> Wording:
    amount = _amount(currency)

    def tell(entry: EntryDetail) -> str:
        changed = {change.name: change.new for change in entry.changes}
        if entry.line.operation == "update" and changed.get("state") in states:
            return verbs[str(changed["state"])]
        return VERBS[entry.line.operation]

    return Wording(
        table=table,
        labels=labels,
        show={
            **{name: amount for name in labels if name.endswith("_minor")},
            **{name: lambda _: "another" for name in labels if name.endswith("_id")},
        },
        tell=tell,
    )


def _amount(currency: str) -> Callable[[str], str]:
    def say(minor: str) -> str:
        return f"{from_minor(int(minor), currency):,.{exponent(currency)}f} {currency}"

    return say

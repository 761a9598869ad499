"""The tenant's rules for orders."""

from datetime import datetime
from decimal import Decimal

from apps.core.db import write
from apps.core.errors import InputError, StaleVersion
from apps.core.scope import Actor
from apps.orders.inputs import check_rate
from apps.orders.models import INVOICE_BASES, OrderPolicy


def change_order_policy(
    *,
    actor: Actor,
    now: datetime,
    version: int | None = None,
    invoice_basis: str | None = None,
    checks_credit: bool | None = None,
    over_receipt_percent: Decimal | None = None,
) -> OrderPolicy:
    """Change the tenant's rules for orders; orders that are there keep theirs. Raises InputError, StaleVersion."""
    if invoice_basis is not None and invoice_basis not in INVOICE_BASES:
        raise InputError("Invoice what was shipped, or what was ordered.", field="invoice_basis")
    with write():
        OrderPolicy.objects.bulk_create([OrderPolicy()], ignore_conflicts=True)
        policy = OrderPolicy.objects.select_for_update().get()
        if version is not None and version != policy.version:
            raise StaleVersion("Somebody changed these rules after you opened them.")
        policy.invoice_basis = invoice_basis or policy.invoice_basis
        if checks_credit is not None:
            policy.checks_credit = checks_credit
        if over_receipt_percent is not None:
            policy.over_receipt_percent = check_rate(over_receipt_percent, field="over_receipt_percent")
        policy.version += 1
        policy.save(update_fields=["invoice_basis", "checks_credit", "over_receipt_percent", "version"])
    return policy

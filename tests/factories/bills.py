"""Suppliers' documents for tests; each works in the open scope."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from apps.bills.inputs import BillInput, BillLineInput
from apps.bills.models import Bill
from apps.bills.operations import create_bill, post_bill
from apps.core import clock
from apps.core.ids import new_id
from apps.core.scope import current_scope
from apps.parties.models import Supplier
from tests.factories.parties import make_supplier

DAY = date(2026, 3, 14)


def bill_line(
    quantity: str = "2",
    unit_price: str = "5.00",
    tax_rate: str = "20",
    *,
    order_line: UUID | None = None,
    **more: Any,
) -> BillLineInput:
    """Return a line to enter: 2 × 5.00 at 20 %."""
    return BillLineInput(
        description=more.pop("description", "Box"), quantity=Decimal(quantity), unit_price=Decimal(unit_price),
        tax_rate=Decimal(tax_rate), purchase_line_id=order_line, **more,
    )  # fmt: skip


def bill_input(
    *lines: BillLineInput, supplier: Supplier | None = None, number: str = "", currency: str = "GBP",
    issue_date: date = DAY, **more: Any,
) -> BillInput:  # fmt: skip
    """Return a bill to enter; by default net 10.00, tax 2.00."""
    return BillInput(
        supplier_id=(supplier or make_supplier()).id, supplier_number=number or f"R-{new_id().hex[-10:]}",
        issue_date=issue_date, currency=currency, lines=lines or (bill_line(),), **more,
    )  # fmt: skip


def make_bill(*lines: BillLineInput, **more: Any) -> Bill:
    """Enter a bill."""
    return create_bill(bill=bill_input(*lines, **more), actor=current_scope().actor, now=clock.now())


def make_posted_bill(*lines: BillLineInput, reason: str = "", **more: Any) -> Bill:
    """Enter and post a bill."""
    bill = make_bill(*lines, **more)
    return post_bill(bill_id=bill.id, reason=reason, actor=current_scope().actor, now=clock.now())

"""The match over real purchasing data finds exactly what came short or was rejected."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from apps.bills.inputs import BillInput, BillLineInput
from apps.bills.models import Bill, LineMatch
from apps.bills.operations import create_bills
from apps.core import clock
from apps.core.scope import SYSTEM
from apps.orders.imports.run import import_purchasing
from apps.orders.models import PurchaseLine
from tests.factories.tenants import Company

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "adventureworks-purchasing"


@pytest.mark.skipif(
    not (DATA / "PurchaseOrderDetail.csv").exists(), reason="the purchasing data are not here"
)
def test_bills_over_the_purchasing_data_show_884_exceptions(in_company: Company) -> None:
    """books.md 53: each order billed for what was ordered at its price; 380 short lines and 563 with rejects."""
    now = clock.now()
    import_purchasing(folder=DATA, currency="GBP", country_code="GB", actor=SYSTEM, now=now)
    lines: dict[object, list[PurchaseLine]] = defaultdict(list)
    for line in PurchaseLine.objects.select_related("order").order_by("order__number", "position"):
        if line.order.state != "cancelled":
            lines[line.order_id].append(line)
    bills = create_bills(bills=[bill_of(own) for own in lines.values()], actor=SYSTEM, now=now)

    short = {
        own[0].order_id
        for own in lines.values()
        if any(line.received < line.quantity or line.rejected > 0 for line in own)
    }
    named = {own[0].order.number: own[0].order_id for own in lines.values()}
    found = {named[bill.order_reference] for bill in bills if bill.match_state == "exception"}
    assert found == short
    assert len(found) == 884
    outcomes = LineMatch.objects.values_list("outcome", flat=True)
    assert set(outcomes) == {"matched", "quantity"}
    assert outcomes.filter(outcome="quantity").count() == sum(
        line.accepted < line.quantity for own in lines.values() for line in own
    )
    assert Bill.objects.count() == len(lines) == 4012


def bill_of(lines: list[PurchaseLine]) -> BillInput:
    order = lines[0].order
    return BillInput(
        supplier_id=order.supplier_id, supplier_number=f"V-{order.number}", issue_date=date(2026, 1, 31),
        currency=order.currency, order_reference=order.number, source="demo",
        lines=[
            BillLineInput(
                description=line.description, quantity=line.quantity, unit_price=line.unit_price,
                tax_rate=Decimal(0), purchase_line_id=line.id,
            )
            for line in lines
        ],
    )  # fmt: skip

"""Rows of invoices' own tables for the admin."""

from datetime import date
from decimal import Decimal
from typing import Any

from apps.core import clock
from apps.core.scope import current_scope, open_scope
from apps.documents.entry import AdjustmentInput
from apps.invoices.inputs import InstalmentInput
from apps.invoices.models import RecurringInvoice, RecurringRun
from apps.invoices.operations import create_draft
from tests.factories.books import line, make_customer
from tests.factories.tenants import Company
from tests.flows.calls import Call, World

CALLS: tuple[Call, ...] = ()


def make_world(company: Company) -> World:
    """Make what the calls need."""
    with open_scope(company.scope()):
        rows = make_admin_rows(company)
    return World(company, {"recurring": rows["RecurringInvoice"]}, (f"Name {company.id.hex[-8:]}",))


def make_admin_rows(company: Company) -> dict[str, Any]:
    """Make one row of each model."""
    actor, now, mark = current_scope().actor, clock.now(), company.id.hex[-8:]
    customer = make_customer(name=f"Name {mark}")
    day = date(2026, 4, 2)
    draft = create_draft(
        customer_id=customer.id, currency="GBP", issue_date=day, lines=[line()], actor=actor, now=now,
        adjustments=[AdjustmentInput(amount=Decimal(1), reason=f"Loyal {mark}")],
        instalments=[InstalmentInput(day.replace(month=month), Decimal(1)) for month in (5, 6)],
    )  # fmt: skip
    recurring = RecurringInvoice.objects.create(
        name=f"Rent {mark}", customer=customer, currency="GBP", every="month", first_date=day, next_date=day,
        content={}, created_at=now,
    )  # fmt: skip
    run = RecurringRun.objects.create(
        recurring=recurring, period_date=day, invoice_id=draft.id, created_at=now
    )
    return {
        "Adjustment": draft.adjustments.get().id, "TaxSubtotal": draft.taxes.get().id,
        "Instalment": draft.instalments.order_by("position")[0].id,
        "RecurringInvoice": recurring.id, "RecurringRun": run.id,
    }  # fmt: skip

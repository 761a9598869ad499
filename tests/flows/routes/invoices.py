"""Pages of documents that are not in `page_routes.py`, and rows of their tables for the admin."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from apps.core import clock
from apps.core.ids import new_id
from apps.core.scope import current_scope, open_scope
from apps.documents.entry import AdjustmentInput
from apps.documents.operations import create_terms
from apps.documents.queries import get_settings
from apps.documents.terms import Terms
from apps.invoices.inputs import InstalmentInput
from apps.invoices.models import RecurringInvoice, RecurringRun
from apps.invoices.operations import create_draft, credit_invoice, post_invoice
from apps.invoices.recurring import RecurringInput, create_recurring
from apps.parties.models import Customer
from tests.factories.books import line, make_customer, make_posted
from tests.factories.tenants import Company
from tests.flows.calls import Call, Sent, World

READ, WRITE, MANAGE = ("invoices.read",), ("invoices.write",), ("invoices.read", "ledger.manage")
LINES = {
    "lines-TOTAL_FORMS": "1", "lines-INITIAL_FORMS": "0", "lines-0-description": "Rent", "lines-0-quantity": "1",
    "lines-0-unit_price": "5", "extras-TOTAL_FORMS": "1", "extras-INITIAL_FORMS": "0", "extras-0-percent": "10",
}  # fmt: skip


def recurring_form(world: World) -> Sent:
    return {
        "name": "Rent", "customer": world.secrets[0], "currency": "GBP", "every": "month", "first_date": "2026-04-02",
        "version": "1", **LINES,
    }  # fmt: skip


def terms_form(_: World) -> Sent:
    return {"code": f"N{clock.now().timestamp()}"[:20], "name": "Net", "days": "10", "version": "1"}


def rules_form(world: World) -> Sent:
    with open_scope(world.company.scope()):
        return {"tax_rounding": "category", "version": str(get_settings().version)}


def chosen(action: str) -> Callable[[World], Sent]:
    return lambda world: {"document": f"{world.ids['invoice']}:2", "reason": "Wrong", "action": action}


CALLS: tuple[Call, ...] = (
    Call("invoices:recurring", READ),
    Call("invoices:recurring_create", WRITE),
    Call("invoices:recurring_create", WRITE, method="POST", send=recurring_form, ok=(302,)),
    Call("invoices:recurring_edit", WRITE, "recurring"),
    Call("invoices:recurring_edit", WRITE, "recurring", method="POST", send=recurring_form, ok=(302,)),
    Call("invoices:recurring_pause", WRITE, "recurring", "POST", lambda _: {"pause": "yes", "version": "1"}, ok=(302,)),
    Call("invoices:recurring_make", ("invoices.write", "invoices.post"), method="POST", ok=(302,)),
    Call("invoices:totals", WRITE, method="POST", send=recurring_form),
    Call("invoices:rules", READ),
    Call("invoices:rules", MANAGE, method="POST", send=rules_form, ok=(302,)),
    Call("invoices:terms_create", ("ledger.manage",)),
    Call("invoices:terms_create", ("ledger.manage",), method="POST", send=terms_form, ok=(302,)),
    Call("invoices:terms_edit", ("ledger.manage",), "terms"),
    Call("invoices:terms_edit", ("ledger.manage",), "terms", method="POST", send=terms_form, ok=(302,)),
    Call("invoices:bulk_act", ("invoices.read", "invoices.void")),
    Call("invoices:bulk_act", ("invoices.read", "invoices.void"), method="POST", send=chosen("void")),
    Call("invoices:bulk_act", ("invoices.read", "invoices.write"), method="POST", send=chosen("credit"), note="credit"),
    Call("invoices:act", ("invoices.read", "payments.write"), "note", "POST",
         lambda _: {"action": "apply", "version": "2"}, ok=(302,), note="apply"),
)  # fmt: skip


def make_world(company: Company) -> World:
    """Make what the calls need."""
    with open_scope(company.scope()):
        actor, now, mark = company.actor(), clock.now(), new_id().hex[-8:]
        customer = make_customer(name=f"Name {mark}")
        recurring = make_recurring(customer, mark)
        terms = create_terms(terms=Terms(f"T{mark}", f"Terms {mark}"), actor=actor, now=now)
        invoice = make_posted(customer=customer)
        credited = make_posted(customer=customer)
        note = credit_invoice(invoice_id=credited.id, issue_date=credited.issue_date, actor=actor, now=now)
        post_invoice(invoice_id=note.id, actor=actor, now=now)
    ids: dict[str, UUID | int] = {
        "recurring": recurring.id,
        "terms": terms.id,
        "invoice": invoice.id,
        "note": note.id,
    }
    return World(company, ids, (customer.name, f"Rent {mark}", f"Terms {mark}"))


def make_recurring(customer: Customer, mark: str) -> RecurringInvoice:
    return create_recurring(
        recurring=RecurringInput(
            name=f"Rent {mark}", customer_id=customer.id, currency="GBP", every="month", first_date=date(2026, 4, 2),
            lines=[line()],
        ),
        actor=current_scope().actor, now=clock.now(),
    )  # fmt: skip


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
    recurring = make_recurring(customer, mark)
    run = RecurringRun.objects.create(
        recurring=recurring, period_date=day, invoice_id=draft.id, created_at=now
    )
    return {
        "Adjustment": draft.adjustments.get().id, "TaxSubtotal": draft.taxes.get().id,
        "Instalment": draft.instalments.order_by("position")[0].id,
        "RecurringInvoice": recurring.id, "RecurringRun": run.id,
    }  # fmt: skip

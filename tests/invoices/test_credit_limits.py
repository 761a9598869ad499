"""A credit note takes back an invoice, to the customer of the invoice, and never more than was charged."""

from decimal import Decimal

import pytest

from apps.core import clock
from apps.core.errors import InputError
from apps.invoices.models import Invoice
from apps.invoices.operations import LineInput, change_draft, credit_invoice
from tests.factories.books import make_customer, make_posted
from tests.factories.tenants import Company


def crediting(company: Company) -> tuple[Invoice, Invoice]:
    invoice, now = make_posted(), clock.now()
    note = credit_invoice(
        invoice_id=invoice.id, issue_date=invoice.issue_date, actor=company.actor(), now=now
    )
    return invoice, note


def change(company: Company, note: Invoice, **changes: object) -> Invoice:
    return change_draft(invoice_id=note.id, actor=company.actor(), now=clock.now(), **changes)  # type: ignore[arg-type]


def priced(price: Decimal, tax_rate: Decimal = Decimal(0)) -> list[LineInput]:
    return [LineInput("Taken back", Decimal(1), price, tax_rate)]


def test_no_more_is_credited_than_was_charged(in_company: Company) -> None:
    invoice, note = crediting(in_company)
    charged = Decimal(invoice.net_minor) / 100
    for lines in (priced(charged + Decimal("0.01")), priced(charged, Decimal(100))):
        with pytest.raises(InputError) as refused:
            change(in_company, note, lines=lines)
        assert (refused.value.code, refused.value.field) == ("credits_too_much", "lines")
    assert Invoice.objects.get(id=note.id).version == note.version
    assert (
        change(in_company, note, lines=priced(charged - Decimal("0.01"))).net_minor == invoice.net_minor - 1
    )


def test_nobody_else_is_credited(in_company: Company) -> None:
    invoice, note = crediting(in_company)
    with pytest.raises(InputError) as refused:
        change(in_company, note, customer_id=make_customer().id)
    assert (refused.value.code, refused.value.field) == ("credits_another", "customer")
    assert change(in_company, note, customer_id=invoice.customer_id).customer_id == invoice.customer_id

"""Customers, products and documents for tests; each works in the open scope."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from apps.catalog.models import Product
from apps.catalog.operations import create_product
from apps.core import clock
from apps.core.ids import new_id
from apps.core.scope import current_scope
from apps.invoices.models import Invoice
from apps.invoices.operations import LineInput, create_draft, post_invoice
from apps.ledger.models import ExchangeRate
from apps.ledger.queries import book_currency
from apps.parties.models import Customer
from apps.parties.operations import create_customer


def make_customer(
    *, code: str = "", name: str = "Ann Other Ltd", country_code: str = "GB", email: str = ""
) -> Customer:
    """Create a customer."""
    return create_customer(
        code=code or f"C-{new_id().hex[-10:]}", name=name, country_code=country_code, email=email,
        actor=current_scope().actor, now=clock.now(),
    )  # fmt: skip


def make_product(
    *, sku: str = "", name: str = "Lantern", unit_price: str = "2.50", currency: str = "GBP"
) -> Product:
    """Create a product."""
    return create_product(
        sku=sku or f"P-{new_id().hex[-10:]}", name=name, unit_price=Decimal(unit_price), currency=currency,
        actor=current_scope().actor, now=clock.now(),
    )  # fmt: skip


def line(
    quantity: str = "2", unit_price: str = "5.00", tax_rate: str = "20", product_id: UUID | None = None
) -> LineInput:
    """Return a line to enter."""
    return LineInput("Lantern", Decimal(quantity), Decimal(unit_price), Decimal(tax_rate), product_id)


def make_draft(
    *lines: LineInput, customer: Customer | None = None, currency: str = "GBP", kind: str = "invoice",
    issue_date: date = date(2026, 3, 14), external_number: str = "",
) -> Invoice:  # fmt: skip
    """Create a draft; by default 2 × 5.00 at 20 %: net 10.00, tax 2.00."""
    return create_draft(
        customer_id=(customer or make_customer()).id, currency=currency, issue_date=issue_date, due_date=issue_date,
        lines=lines or (line(),), kind=kind, external_number=external_number,
        actor=current_scope().actor, now=clock.now(),
    )  # fmt: skip


def make_rate(currency: str, day: date, rate: str = "0.8") -> None:
    """Let the ledger know what a currency is worth on a day, unless it knows."""
    ExchangeRate.objects.bulk_create(
        [ExchangeRate(currency=currency, day=day, rate=Decimal(rate), source="test", created_at=clock.now())],
        ignore_conflicts=True,
    )


def make_posted(*lines: LineInput, customer: Customer | None = None, kind: str = "invoice", currency: str = "GBP",
                issue_date: date = date(2026, 3, 14)) -> Invoice:  # fmt: skip
    """Create and post a document; in a foreign currency at a rate of 0.8 unless the ledger knows another."""
    if currency != book_currency():
        make_rate(currency, issue_date)
    draft = make_draft(*lines, customer=customer, kind=kind, currency=currency, issue_date=issue_date)
    return post_invoice(invoice_id=draft.id, actor=current_scope().actor, now=clock.now())

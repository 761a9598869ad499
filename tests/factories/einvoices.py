"""Electronic invoices for tests, as UBL."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from apps.exchange.model import (
    Amount,
    EInvoice,
    Item,
    Line,
    Note,
    Party,
    Payment,
    Price,
    Quantity,
    References,
    TaxCategory,
    TaxRegistration,
    TaxSubtotal,
    TaxTotal,
    Totals,
)
from apps.exchange.ubl.writing import write_ubl

STANDARD = TaxCategory("S", Decimal(20))


def amount(text: str, currency: str = "GBP") -> Amount:
    return Amount(Decimal(text), currency)


def einvoice(*, vat_number: str = "GB123456789", account: str = "", order: str = "", **more: Any) -> EInvoice:
    """Return an invoice over 10 × 1.20 at 20 %: 12.00 + 2.40."""
    invoice = EInvoice(
        number="INV-77", issue_date=date(2026, 3, 14), type_code="380", currency="GBP", due_date=date(2026, 4, 13),
        specification="urn:cen.eu:en16931:2017", references=References(order=order),
        seller=Party(name="Wick & Wax Ltd", registrations=(TaxRegistration(vat_number),)),
        buyer=Party(name="Us"), payments=(Payment(means="30", account=account),) if account else (),
        tax_totals=(TaxTotal(amount("2.40"), (TaxSubtotal(amount("12.00"), amount("2.40"), STANDARD),)),),
        totals=Totals(lines=amount("12.00"), net=amount("12.00"), gross=amount("14.40"), due=amount("14.40")),
        lines=(einvoice_line(),),
    )  # fmt: skip
    return replace(invoice, **more)


def einvoice_line(**more: Any) -> Line:
    """Return a line: 10 × 1.20."""
    line = Line(
        number="1", quantity=Quantity(Decimal(10), "C62"), net=amount("12.00"), price=Price(net=amount("1.20")),
        item=Item(name="Lantern", category=STANDARD),
    )  # fmt: skip
    return replace(line, **more)


def as_ubl(invoice: EInvoice) -> bytes:
    """Return an invoice as a file."""
    return write_ubl(invoice)


def injected(invoice: EInvoice, text: str) -> EInvoice:
    """Return an invoice with a text in every field that holds one and decides nothing."""
    seller = replace(invoice.seller or Party(), trade_name=text, legal_form=text)
    lines = tuple(
        replace(
            line,
            note=text,
            accounting=text,
            item=replace(line.item, description=text, origin=line.item.origin),
        )
        for line in invoice.lines
    )
    payments = tuple(
        replace(each, means_text=text, reference=text, account_name=text) for each in invoice.payments
    )
    return replace(
        invoice, notes=(Note(text), Note(text, "AAI")), terms=text, seller=seller, lines=lines, payments=payments,
        references=replace(invoice.references, buyer=text, project=text, contract=text, accounting=text),
    )  # fmt: skip

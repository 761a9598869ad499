"""BR-CO-10 … BR-CO-17: the document's totals (books.md 3, 4, 5, 7, 8, 9)."""

from collections.abc import Iterator
from decimal import Decimal

from apps.exchange.model import Amount, EInvoice, TaxSubtotal, Totals
from apps.exchange.validator.finding import Finding, Severity, broken
from apps.exchange.validator.places import Places
from apps.exchange.validator.rounding import UNIT, ZERO, cents, is_exact, total_of, value_of

ACCEPTED = "The official test accepts it: the difference is below 1.00."


def check(invoice: EInvoice, places: Places) -> Iterator[Finding]:
    """Check that totals follow from lines, allowances, charges and taxes."""
    if invoice.totals is not None:
        yield from _sums(invoice, invoice.totals, places)
        yield from _gross(invoice, invoice.totals, places)
    for place, total in places.tax_totals():
        taxes = cents(total_of(each.tax for each in total.subtotals))
        if total.subtotals and value_of(total.amount) != taxes:
            yield broken("BR-CO-14", f"{place}/cbc:TaxAmount", expected=taxes, found=total.amount)
    for place, subtotal in places.subtotals():
        yield from _tax(subtotal, f"{place}/cbc:TaxAmount", invoice.currency)


def _sums(invoice: EInvoice, totals: Totals, places: Places) -> Iterator[Finding]:
    lines = cents(total_of(line.net for line in invoice.lines))
    allowances = [each.amount for each in invoice.adjustments if not each.is_charge]
    charges = [each.amount for each in invoice.adjustments if each.is_charge]
    if totals.lines is not None:
        yield from _equal("BR-CO-10", f"{places.totals}/cbc:LineExtensionAmount", lines, totals.lines)
    for rule, name, parts, stated in (
        ("BR-CO-11", "cbc:AllowanceTotalAmount", allowances, totals.allowances),
        ("BR-CO-12", "cbc:ChargeTotalAmount", charges, totals.charges),
    ):
        if parts or stated is not None:
            yield from _equal(rule, f"{places.totals}/{name}", cents(total_of(parts)), stated)
    if totals.net is not None:
        net = value_of(totals.lines) - value_of(totals.allowances) + value_of(totals.charges)
        yield from _equal("BR-CO-13", f"{places.totals}/cbc:TaxExclusiveAmount", cents(net), totals.net)
    if totals.due is not None:
        due = value_of(totals.gross) - value_of(totals.prepaid) + value_of(totals.rounding)
        yield from _equal("BR-CO-16", f"{places.totals}/cbc:PayableAmount", cents(due), totals.due)


def _gross(invoice: EInvoice, totals: Totals, places: Places) -> Iterator[Finding]:
    place = f"{places.totals}/cbc:TaxInclusiveAmount"
    in_currency = [
        total.amount
        for total in invoice.tax_totals
        if total.amount is not None and total.amount.currency == invoice.currency
    ]
    if len(in_currency) != 1:
        found = f"{len(in_currency)} tax totals in {invoice.currency or 'no currency'}"
        yield broken("BR-CO-15", place, expected="one tax total in the document's currency", found=found)
    elif totals.gross is not None:
        gross = cents(value_of(totals.net) + value_of(in_currency[0]))
        yield from _equal("BR-CO-15", place, gross, totals.gross)


def _equal(rule: str, place: str, expected: Decimal, found: Amount | None) -> Iterator[Finding]:
    if found is None or found.value != expected:
        yield broken(rule, place, expected=expected, found=found)


def _tax(subtotal: TaxSubtotal, place: str, currency: str) -> Iterator[Finding]:
    if subtotal.tax is None or subtotal.base is None:
        return
    rate = subtotal.category.rate if subtotal.category else None
    tax, exact = subtotal.tax.value, subtotal.base.value * (rate or ZERO) / 100
    if is_exact(tax, exact, currency):
        return
    # Where the rate rounds to zero the official test wants a tax that rounds to zero; else a distance below one.
    is_small = (
        _rounds_to_zero(tax) if _rounds_to_zero(rate or ZERO) else abs(abs(tax) - abs(cents(exact))) < UNIT
    )
    severity: Severity = "warning" if is_small else "fatal"
    more = ACCEPTED if is_small else ""
    yield broken("BR-CO-17", place, expected=cents(exact), found=tax, severity=severity, more=more)


def _rounds_to_zero(value: Decimal) -> bool:
    return abs(value) < Decimal("0.5")

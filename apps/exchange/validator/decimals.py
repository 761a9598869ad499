"""BR-DEC: amounts have at most two decimals (books.md 13)."""

from collections.abc import Iterator

from apps.exchange.model import AllowanceCharge, Amount, EInvoice
from apps.exchange.validator.finding import Finding, broken
from apps.exchange.validator.places import Places

MOST = 2


def check(invoice: EInvoice, places: Places) -> Iterator[Finding]:
    """Check the decimals of every amount but prices."""
    for rule, place, amount in _amounts(invoice, places):
        digits = -int(amount.value.as_tuple().exponent) if amount is not None else 0
        if digits > MOST:
            yield broken(rule, place, expected=f"at most {MOST} decimals", found=amount)


def _amounts(invoice: EInvoice, places: Places) -> Iterator[tuple[str, str, Amount | None]]:
    for place, each in places.adjustments():
        yield from _adjustment(each, place, "BR-DEC-05" if each.is_charge else "BR-DEC-01",
                               "BR-DEC-06" if each.is_charge else "BR-DEC-02")  # fmt: skip
    for place, each in places.line_adjustments():
        yield from _adjustment(each, place, "BR-DEC-27" if each.is_charge else "BR-DEC-24",
                               "BR-DEC-28" if each.is_charge else "BR-DEC-25")  # fmt: skip
    for place, line in places.lines():
        yield "BR-DEC-23", f"{place}/cbc:LineExtensionAmount", line.net
    yield from _totals(invoice, places)
    for place, subtotal in places.subtotals():
        yield "BR-DEC-19", f"{place}/cbc:TaxableAmount", subtotal.base
        yield "BR-DEC-20", f"{place}/cbc:TaxAmount", subtotal.tax
    for place, total in places.tax_totals():
        is_accounting = total.amount and total.amount.currency != invoice.currency
        yield "BR-DEC-15" if is_accounting else "BR-DEC-13", f"{place}/cbc:TaxAmount", total.amount


def _adjustment(
    each: AllowanceCharge, place: str, amount: str, base: str
) -> Iterator[tuple[str, str, Amount | None]]:
    yield amount, f"{place}/cbc:Amount", each.amount
    yield base, f"{place}/cbc:BaseAmount", each.base


def _totals(invoice: EInvoice, places: Places) -> Iterator[tuple[str, str, Amount | None]]:
    totals = invoice.totals
    if totals is None:
        return
    for rule, name, amount in (
        ("BR-DEC-09", "LineExtensionAmount", totals.lines), ("BR-DEC-10", "AllowanceTotalAmount", totals.allowances),
        ("BR-DEC-11", "ChargeTotalAmount", totals.charges), ("BR-DEC-12", "TaxExclusiveAmount", totals.net),
        ("BR-DEC-14", "TaxInclusiveAmount", totals.gross), ("BR-DEC-16", "PrepaidAmount", totals.prepaid),
        ("BR-DEC-17", "PayableRoundingAmount", totals.rounding), ("BR-DEC-18", "PayableAmount", totals.due),
    ):  # fmt: skip
        yield rule, f"{places.totals}/cbc:{name}", amount

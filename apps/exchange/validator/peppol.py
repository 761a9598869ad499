"""Rules of Peppol BIS Billing 3: arithmetic for every document, form for those that claim to follow it."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from stdnum import ean
from stdnum.au import abn
from stdnum.be import vat as belgian
from stdnum.no import orgnr as norwegian
from stdnum.se import orgnr as swedish

from apps.exchange.model import AllowanceCharge, EInvoice, Identifier, Line, Payee, Price
from apps.exchange.validator.codes import amounts_of
from apps.exchange.validator.finding import Finding, Severity, broken
from apps.exchange.validator.places import Places
from apps.exchange.validator.rounding import CENT, is_exact, rounded, total_of

SPECIFICATION: Final = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
PROCESS: Final = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
_PROCESS: Final = re.compile(r"urn:fdc:peppol\.eu:2017:poacc:billing:[0-9]{2}:1\.0")
_DANISH: Final = re.compile(r"DK[0-9]{8}")
SLACK: Final = CENT * 2
DIRECT_DEBITS: Final = frozenset({"49", "59"})
ACCEPTED: Final = "The official test accepts it: the difference is at most 0.02."


def claims_peppol(invoice: EInvoice) -> bool:
    """Say whether a document says that it follows Peppol BIS Billing."""
    return "urn:fdc:peppol.eu:2017:poacc:billing:3" in invoice.specification


def check(invoice: EInvoice, places: Places) -> Iterator[Finding]:
    """Check the rules of Peppol."""
    yield from _form(invoice, places)
    yield from _identifiers(invoice, places)
    yield from _currencies(invoice, places)
    for place, each in (*places.adjustments(), *places.line_adjustments()):
        yield from _percentage(each, place, invoice.currency)
    for place, line in places.lines():
        yield from _line(line, place, invoice.currency)
        yield from _within(line, place, invoice)


def _form(invoice: EInvoice, places: Places) -> Iterator[Finding]:
    if not invoice.process:
        yield broken("PEPPOL-EN16931-R001", f"{places.root}/cbc:ProfileID", expected=PROCESS)
    elif not _PROCESS.fullmatch(invoice.process):
        yield broken(
            "PEPPOL-EN16931-R007", f"{places.root}/cbc:ProfileID", expected=PROCESS, found=invoice.process
        )
    if len(invoice.notes) > 1:
        place = f"{places.root}/cbc:Note"
        yield broken("PEPPOL-EN16931-R002", place, expected="at most one", found=len(invoice.notes))
    if not invoice.references.buyer and not (invoice.references.order or invoice.references.sales_order):
        yield broken("PEPPOL-EN16931-R003", f"{places.root}/cbc:BuyerReference", expected="a reference")
    if not invoice.specification.startswith(SPECIFICATION):
        place, found = f"{places.root}/cbc:CustomizationID", invoice.specification
        yield broken("PEPPOL-EN16931-R004", place, expected=SPECIFICATION, found=found)
    for rule, party, place in (
        ("PEPPOL-EN16931-R010", invoice.buyer, places.buyer),
        ("PEPPOL-EN16931-R020", invoice.seller, places.seller),
    ):
        if party is None or party.endpoint is None or not party.endpoint.value:
            yield broken(rule, f"{place}/cbc:EndpointID", expected="an address")
    for number, payment in enumerate(invoice.payments, 1):
        has_mandate = payment.mandate is not None and bool(payment.mandate.reference)
        if payment.means in DIRECT_DEBITS and not has_mandate:
            place = f"{places.root}/cac:PaymentMeans[{number}]/cac:PaymentMandate/cbc:ID"
            yield broken("PEPPOL-EN16931-R061", place, expected="a reference")


def _identifiers(invoice: EInvoice, places: Places) -> Iterator[Finding]:
    for place, each in _every_identifier(invoice, places):
        rule = _IDENTIFIER_RULES.get(each.scheme)
        if rule and not _is_valid(each):
            yield broken(rule, place, expected="a valid number", found=each.value)


def _every_identifier(invoice: EInvoice, places: Places) -> Iterator[tuple[str, Identifier]]:
    for party, place in (
        (invoice.seller, places.seller), (invoice.buyer, places.buyer), (invoice.payee, places.payee),
    ):  # fmt: skip
        if party is None:
            continue
        for each in party.identifiers:
            yield f"{place}/cac:PartyIdentification/cbc:ID", each
        if party.legal_id:
            yield f"{place}/cac:PartyLegalEntity/cbc:CompanyID", party.legal_id
        if not isinstance(party, Payee) and party.endpoint:
            yield f"{place}/cbc:EndpointID", party.endpoint


_IDENTIFIER_RULES: Final = {
    "0088": "PEPPOL-COMMON-R040", "0192": "PEPPOL-COMMON-R041", "0184": "PEPPOL-COMMON-R042",
    "0208": "PEPPOL-COMMON-R043", "0007": "PEPPOL-COMMON-R049", "0151": "PEPPOL-COMMON-R050",
}  # fmt: skip


def _is_valid(each: Identifier) -> bool:
    value = each.value
    if each.scheme == "0184":
        return bool(_DANISH.fullmatch(value))
    if not (value.isascii() and value.isdigit()):
        return False
    lengths = {"0192": 9, "0208": 10, "0007": 10, "0151": 11}
    if len(value) != lengths.get(each.scheme, len(value)):
        return False
    modules = {"0088": ean, "0192": norwegian, "0208": belgian, "0007": swedish, "0151": abn}
    return bool(modules[each.scheme].is_valid(value))


def _currencies(invoice: EInvoice, places: Places) -> Iterator[Finding]:
    if invoice.tax_currency and invoice.tax_currency == invoice.currency:
        place = f"{places.root}/cbc:TaxCurrencyCode"
        yield broken("PEPPOL-EN16931-R005", place, expected="another currency", found=invoice.tax_currency)
    for place, amount in amounts_of(invoice, places):
        if amount.currency != invoice.currency:
            where = f"{place}/@currencyID"
            yield broken("PEPPOL-EN16931-R051", where, expected=invoice.currency, found=amount.currency)
    detailed = [total for total in invoice.tax_totals if total.subtotals]
    for total in detailed:
        if total.amount and total.amount.currency != invoice.currency:
            where = f"{places.root}/cac:TaxTotal/cbc:TaxAmount/@currencyID"
            yield broken("PEPPOL-EN16931-R051", where, expected=invoice.currency, found=total.amount.currency)
    bare, wanted = len(invoice.tax_totals) - len(detailed), 1 if invoice.tax_currency else 0
    place = f"{places.root}/cac:TaxTotal"
    if len(detailed) != 1:
        yield broken("PEPPOL-EN16931-R053", place, expected="1", found=len(detailed))
    if bare != wanted:
        yield broken("PEPPOL-EN16931-R054", place, expected=wanted, found=bare)
    tax, other = invoice.tax_in(invoice.currency), invoice.tax_in(invoice.tax_currency)
    if invoice.tax_currency and tax and other and tax.value * other.value < 0:
        yield broken("PEPPOL-EN16931-R055", place, expected=f"the sign of {tax.value:f}", found=other)


def _percentage(each: AllowanceCharge, place: str, currency: str) -> Iterator[Finding]:
    """books.md 11."""
    if each.percentage is not None and each.base is None:
        yield broken("PEPPOL-EN16931-R041", f"{place}/cbc:BaseAmount", expected="a base")
    if each.base is not None and each.percentage is None:
        yield broken("PEPPOL-EN16931-R042", f"{place}/cbc:MultiplierFactorNumeric", expected="a percentage")
    if each.base is None or each.percentage is None or each.amount is None:
        return
    exact = each.base.value * each.percentage / 100
    yield from _near(
        "PEPPOL-EN16931-R040", f"{place}/cbc:Amount", each.amount.value, exact, Decimal(0), currency
    )


def _line(line: Line, place: str, currency: str) -> Iterator[Finding]:
    """books.md 1, 2."""
    price = line.price
    if price is None:
        return
    yield from _price(price, line, f"{place}/cac:Price")
    if line.net is None or price.net is None:
        return
    quantity = line.quantity.value if line.quantity else Decimal(1)
    per = price.per.value if price.per and price.per.value else Decimal(1)
    charges = total_of(each.amount for each in line.adjustments if each.is_charge)
    allowances = total_of(each.amount for each in line.adjustments if not each.is_charge)
    exact = quantity * price.net.value / per
    where = f"{place}/cbc:LineExtensionAmount"
    yield from _near("PEPPOL-EN16931-R120", where, line.net.value, exact, charges - allowances, currency)


def _near(
    rule: str, place: str, found: Decimal, exact: Decimal, further: Decimal, currency: str
) -> Iterator[Finding]:
    """Compare with round(exact) + further; what differs by at most 0.02 is accepted and told."""
    if is_exact(found - further, exact, currency):
        return
    is_near = abs(found - (exact + further)) <= SLACK
    severity: Severity = "warning" if is_near else "fatal"
    expected = rounded(exact, currency) + further
    more = ACCEPTED if is_near else ""
    yield broken(rule, place, expected=expected, found=found, severity=severity, more=more)


def _price(price: Price, line: Line, place: str) -> Iterator[Finding]:
    if price.per is not None and price.per.value <= 0:
        yield broken(
            "PEPPOL-EN16931-R121", f"{place}/cbc:BaseQuantity", expected="above 0", found=price.per.value
        )
    if price.per and price.per.unit and line.quantity and price.per.unit != line.quantity.unit:
        where = f"{place}/cbc:BaseQuantity/@unitCode"
        yield broken("PEPPOL-EN16931-R130", where, expected=line.quantity.unit, found=price.per.unit)
    if price.is_charge:
        where = f"{place}/cac:AllowanceCharge/cbc:ChargeIndicator"
        yield broken("PEPPOL-EN16931-R044", where, expected="false", found="true")
    if price.gross is not None and price.net is not None:
        net = price.gross.value - (price.discount.value if price.discount else 0)
        if net != price.net.value:
            yield broken("PEPPOL-EN16931-R046", f"{place}/cbc:PriceAmount", expected=net, found=price.net)


def _within(line: Line, place: str, invoice: EInvoice) -> Iterator[Finding]:
    own, whole = line.period, invoice.period
    if own is None or whole is None:
        return
    if own.start and whole.start and own.start < whole.start:
        where = f"{place}/cac:InvoicePeriod/cbc:StartDate"
        yield broken("PEPPOL-EN16931-R110", where, expected=f"{whole.start} or later", found=own.start)
    if own.end and whole.end and own.end > whole.end:
        where = f"{place}/cac:InvoicePeriod/cbc:EndDate"
        yield broken("PEPPOL-EN16931-R111", where, expected=f"{whole.end} or earlier", found=own.end)

"""BR-01 … BR-16 and the other rules about what a document must have at all."""

from collections.abc import Iterator

from apps.exchange.model import AllowanceCharge, EInvoice, Period
from apps.exchange.validator.finding import Finding, broken
from apps.exchange.validator.places import Places

TRANSFERS = frozenset({"30", "58"})
CARD_DIGITS = 10


def check(invoice: EInvoice, places: Places) -> Iterator[Finding]:
    """Check what stands on the document itself."""
    yield from _head(invoice, places)
    yield from _totals(invoice, places)
    yield from _adjustments(places)
    yield from _breakdown(invoice, places)
    yield from _payments(invoice, places)
    yield from _references(invoice, places)
    yield from _periods(invoice, places)


def _head(invoice: EInvoice, places: Places) -> Iterator[Finding]:
    wanted = (
        ("BR-01", "cbc:CustomizationID", invoice.specification), ("BR-02", "cbc:ID", invoice.number),
        ("BR-03", "cbc:IssueDate", invoice.issue_date), ("BR-05", "cbc:DocumentCurrencyCode", invoice.currency),
    )  # fmt: skip
    for rule, name, value in wanted:
        if not value:
            yield broken(rule, f"{places.root}/{name}", expected="a value")
    if not invoice.type_code:
        yield broken("BR-04", places.type_code, expected="a code")
    if not invoice.lines:
        yield broken("BR-16", places.root, expected="a line", found="no line")
    if invoice.tax_point and invoice.tax_point_code:
        found = f"{invoice.tax_point} and {invoice.tax_point_code}"
        yield broken("BR-CO-03", f"{places.root}/cbc:TaxPointDate", expected="one of them", found=found)


def _totals(invoice: EInvoice, places: Places) -> Iterator[Finding]:
    totals = invoice.totals
    wanted = (
        ("BR-12", "cbc:LineExtensionAmount", totals and totals.lines),
        ("BR-13", "cbc:TaxExclusiveAmount", totals and totals.net),
        ("BR-14", "cbc:TaxInclusiveAmount", totals and totals.gross),
        ("BR-15", "cbc:PayableAmount", totals and totals.due),
    )
    for rule, name, value in wanted:
        if value is None:
            yield broken(rule, f"{places.totals}/{name}", expected="an amount")
    is_owed = totals is not None and totals.due is not None and totals.due.value > 0
    if is_owed and invoice.kind == "invoice" and not (invoice.due_date or invoice.terms):
        yield broken("BR-CO-25", f"{places.root}/cbc:DueDate", expected="a due date or payment terms")
    if invoice.tax_currency and invoice.tax_in(invoice.tax_currency) is None:
        yield broken(
            "BR-53", f"{places.root}/cac:TaxTotal", expected=f"a tax total in {invoice.tax_currency}"
        )


def _adjustments(places: Places) -> Iterator[Finding]:
    for place, each in places.adjustments():
        amount, category, reason = (
            ("BR-36", "BR-37", "BR-38") if each.is_charge else ("BR-31", "BR-32", "BR-33")
        )
        if each.amount is None:
            yield broken(amount, f"{place}/cbc:Amount", expected="an amount")
        if each.category is None or not each.category.code:
            yield broken(category, f"{place}/cac:TaxCategory/cbc:ID", expected="a category")
        yield from _reason(each, place, reason, "BR-CO-22" if each.is_charge else "BR-CO-21")
    for place, each in places.line_adjustments():
        amount, reason = ("BR-43", "BR-44") if each.is_charge else ("BR-41", "BR-42")
        if each.amount is None:
            yield broken(amount, f"{place}/cbc:Amount", expected="an amount")
        yield from _reason(each, place, reason, "BR-CO-24" if each.is_charge else "BR-CO-23")


def _reason(each: AllowanceCharge, place: str, *rules: str) -> Iterator[Finding]:
    if not each.reason and not each.reason_code:
        for rule in rules:
            yield broken(rule, f"{place}/cbc:AllowanceChargeReason", expected="a reason or its code")


def _breakdown(invoice: EInvoice, places: Places) -> Iterator[Finding]:
    if not invoice.subtotals:
        yield broken("BR-CO-18", f"{places.root}/cac:TaxTotal/cac:TaxSubtotal", expected="a break-down")
    for place, each in places.subtotals():
        category = each.category
        if each.base is None:
            yield broken("BR-45", f"{place}/cbc:TaxableAmount", expected="an amount")
        if each.tax is None:
            yield broken("BR-46", f"{place}/cbc:TaxAmount", expected="an amount")
        if category is None or not category.code:
            yield broken("BR-47", f"{place}/cac:TaxCategory/cbc:ID", expected="a category")
        if category is None or (category.rate is None and category.code != "O"):
            yield broken("BR-48", f"{place}/cac:TaxCategory/cbc:Percent", expected="a rate")


def _payments(invoice: EInvoice, places: Places) -> Iterator[Finding]:
    for number, payment in enumerate(invoice.payments, 1):
        place = f"{places.root}/cac:PaymentMeans[{number}]"
        if not payment.means:
            yield broken("BR-49", f"{place}/cbc:PaymentMeansCode", expected="a code")
        if payment.means in TRANSFERS and not payment.account:
            where = f"{place}/cac:PayeeFinancialAccount/cbc:ID"
            yield broken("BR-61", where, expected="an account")
            if payment.account_name or payment.bank:
                yield broken("BR-50", where, expected="an account")
        if payment.card and len(payment.card.number) > CARD_DIGITS:
            found = f"{len(payment.card.number)} characters"
            where = f"{place}/cac:CardAccount/cbc:PrimaryAccountNumberID"
            yield broken("BR-51", where, expected=f"at most {CARD_DIGITS} digits", found=found)
    means = sorted({payment.means for payment in invoice.payments})
    if len(means) > 1:
        place = f"{places.root}/cac:PaymentMeans/cbc:PaymentMeansCode"
        yield broken("UBL-SR-47", place, expected="one code", found=", ".join(means))
    cards = sum(payment.card is not None for payment in invoice.payments)
    mandates = sum(payment.mandate is not None for payment in invoice.payments)
    for rule, name, number in (
        ("BR-66", "cac:CardAccount", cards),
        ("BR-67", "cac:PaymentMandate", mandates),
    ):
        if number > 1:
            yield broken(rule, f"{places.root}/cac:PaymentMeans/{name}", expected="at most one", found=number)


def _references(invoice: EInvoice, places: Places) -> Iterator[Finding]:
    for number, document in enumerate(invoice.documents, 1):
        if not document.reference:
            place = f"{places.root}/cac:AdditionalDocumentReference[{number}]/cbc:ID"
            yield broken("BR-52", place, expected="a reference")
    for number, preceding in enumerate(invoice.preceding, 1):
        if not preceding.number:
            place = f"{places.root}/cac:BillingReference[{number}]/cac:InvoiceDocumentReference/cbc:ID"
            yield broken("BR-55", place, expected="a number")


def _periods(invoice: EInvoice, places: Places) -> Iterator[Finding]:
    if invoice.period:
        yield from _period(invoice.period, places.period, order="BR-29", presence="BR-CO-19")
    for place, line in places.lines():
        if line.period:
            yield from _period(line.period, f"{place}/cac:InvoicePeriod", order="BR-30", presence="BR-CO-20")


def _period(period: Period, place: str, *, order: str, presence: str) -> Iterator[Finding]:
    if period.start is None and period.end is None:
        yield broken(presence, place, expected="a start or an end")
    if period.start and period.end and period.end < period.start:
        yield broken(order, f"{place}/cbc:EndDate", expected=f"{period.start} or later", found=period.end)

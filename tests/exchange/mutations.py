"""One flaw for each rule: which document, where, and what stands there instead. (rule, document, path, value)"""

from datetime import date
from typing import Any

from apps.exchange.model import (
    Address,
    Amount,
    Attachment,
    Card,
    Identifier,
    Mandate,
    Note,
    Payment,
    Period,
    Preceding,
    Price,
    Quantity,
    TaxCategory,
    TaxRegistration,
    TaxTotal,
)
from apps.exchange.validator.rules import CATEGORIES, RATED
from tests.exchange.documents import CREDIT_NOTE, DEBIT, STANDARD, D, category, eur, of_category

Mutation = tuple[str, Any, str, Any]
ITALIAN = TaxCategory("B", D("22"), "VAT")
FRACTION = eur("1.005")

PRESENCE: list[Mutation] = [
    ("BR-01", STANDARD, "specification", ""), ("BR-02", STANDARD, "number", ""),
    ("BR-03", STANDARD, "issue_date", None), ("BR-04", STANDARD, "type_code", ""),
    ("BR-05", STANDARD, "currency", ""), ("BR-06", STANDARD, "seller.name", ""),
    ("BR-07", STANDARD, "buyer.name", ""), ("BR-08", STANDARD, "seller.address", None),
    ("BR-09", STANDARD, "seller.address.country", ""), ("BR-10", STANDARD, "buyer.address", None),
    ("BR-11", STANDARD, "buyer.address.country", ""), ("BR-12", STANDARD, "totals.lines", None),
    ("BR-13", STANDARD, "totals.net", None), ("BR-14", STANDARD, "totals.gross", None),
    ("BR-15", STANDARD, "totals.due", None), ("BR-16", STANDARD, "lines", ()),
    ("BR-17", STANDARD, "payee.name", "Nordlys"), ("BR-18", STANDARD, "representative.name", ""),
    ("BR-19", STANDARD, "representative.address", None), ("BR-20", STANDARD, "representative.address.country", ""),
    ("BR-21", STANDARD, "lines.0.number", ""), ("BR-22", STANDARD, "lines.1.quantity", None),
    ("BR-23", STANDARD, "lines.1.quantity.unit", ""), ("BR-24", STANDARD, "lines.1.net", None),
    ("BR-25", STANDARD, "lines.1.item.name", ""), ("BR-26", STANDARD, "lines.2.price", None),
    ("BR-27", STANDARD, "lines.2.price.net", eur("-1")), ("BR-28", STANDARD, "lines.0.price.gross", eur("-1")),
    ("BR-29", STANDARD, "period.end", date(2026, 2, 1)), ("BR-30", STANDARD, "lines.0.period.end", date(2026, 2, 1)),
    ("BR-31", STANDARD, "adjustments.0.amount", None), ("BR-32", STANDARD, "adjustments.0.category", None),
    ("BR-33", STANDARD, "adjustments.0", "no reason"), ("BR-36", STANDARD, "adjustments.1.amount", None),
    ("BR-37", STANDARD, "adjustments.1.category", None), ("BR-38", STANDARD, "adjustments.1", "no reason"),
    ("BR-41", STANDARD, "lines.0.adjustments.0.amount", None),
    ("BR-42", STANDARD, "lines.0.adjustments.0", "no reason"),
    ("BR-43", STANDARD, "lines.0.adjustments.1.amount", None),
    ("BR-44", STANDARD, "lines.0.adjustments.1", "no reason"),
    ("BR-45", STANDARD, "tax_totals.0.subtotals.0.base", None),
    ("BR-46", STANDARD, "tax_totals.0.subtotals.0.tax", None),
    ("BR-47", STANDARD, "tax_totals.0.subtotals.0.category.code", ""),
    ("BR-48", STANDARD, "tax_totals.0.subtotals.0.category.rate", None),
    ("BR-49", STANDARD, "payments.0.means", ""), ("BR-50", STANDARD, "payments.0.account", ""),
    ("BR-51", STANDARD, "payments.1.card.number", "4111111111111111"), ("BR-52", STANDARD, "documents.0.reference", ""),
    ("BR-53", STANDARD, "tax_totals", STANDARD.tax_totals[:1]),
    ("BR-54", STANDARD, "lines.0.item.attributes.0.value", ""),
    ("BR-55", STANDARD, "preceding", (Preceding("", date(2026, 2, 1)),)),
    ("BR-56", STANDARD, "representative.registrations", ()),
    ("BR-57", STANDARD, "delivery.address", Address(city="Aalst")),
    ("BR-61", STANDARD, "payments", (Payment("58", reference="1"),)),
    ("BR-62", STANDARD, "seller.endpoint.scheme", ""), ("BR-63", STANDARD, "buyer.endpoint.scheme", ""),
    ("BR-64", STANDARD, "lines.0.item.standard_id.scheme", ""),
    ("BR-65", STANDARD, "lines.0.item.classes.0.scheme", ""),
    ("BR-66", STANDARD, "payments", (Payment("48", card=Card("1", "X")), Payment("48", card=Card("2", "X")))),
    ("BR-67", STANDARD, "payments", (Payment("59", mandate=Mandate("1")), Payment("59", mandate=Mandate("2")))),
    ("UBL-SR-47", STANDARD, "payments.1.means", "48"),
    ("BR-CO-03", STANDARD, "tax_point_code", "35"), ("BR-CO-04", STANDARD, "lines.1.item.category", None),
    ("BR-CO-09", STANDARD, "buyer.registrations", (TaxRegistration("XX123"),)),
    ("BR-CO-18", STANDARD, "tax_totals", (TaxTotal(eur("14.39")),)), ("BR-CO-19", STANDARD, "period", Period()),
    ("BR-CO-20", STANDARD, "lines.0.period", Period()), ("BR-CO-21", STANDARD, "adjustments.0", "no reason"),
    ("BR-CO-22", STANDARD, "adjustments.1", "no reason"), ("BR-CO-23", STANDARD, "lines.0.adjustments.0", "no reason"),
    ("BR-CO-24", STANDARD, "lines.0.adjustments.1", "no reason"), ("BR-CO-25", STANDARD, "", "no due date"),
    ("BR-CO-26", STANDARD, "", "nameless seller"), ("BR-B-01", of_category("S"), "lines.0.item.category", ITALIAN),
    ("BR-B-02", STANDARD, "lines.1.item.category", ITALIAN),
]  # fmt: skip
ARITHMETIC: list[Mutation] = [
    ("BR-CO-10", STANDARD, "totals.lines", eur("142.94")), ("BR-CO-11", STANDARD, "totals.allowances", eur("2.01")),
    ("BR-CO-12", STANDARD, "totals.charges", eur("5.99")), ("BR-CO-13", STANDARD, "totals.net", eur("146.94")),
    ("BR-CO-14", STANDARD, "tax_totals.0.amount", eur("14.40")), ("BR-CO-15", STANDARD, "totals.gross", eur("161.33")),
    ("BR-CO-16", STANDARD, "totals.due", eur("141.32")),
    ("BR-CO-17", STANDARD, "tax_totals.0.subtotals.0.tax", eur("10.39")),
]  # fmt: skip
DECIMALS: list[Mutation] = [
    ("BR-DEC-01", STANDARD, "adjustments.0.amount", FRACTION), ("BR-DEC-02", STANDARD, "adjustments.0.base", FRACTION),
    ("BR-DEC-05", STANDARD, "adjustments.1.amount", FRACTION), ("BR-DEC-06", STANDARD, "adjustments.1.base", FRACTION),
    ("BR-DEC-09", STANDARD, "totals.lines", FRACTION), ("BR-DEC-10", STANDARD, "totals.allowances", FRACTION),
    ("BR-DEC-11", STANDARD, "totals.charges", FRACTION), ("BR-DEC-12", STANDARD, "totals.net", FRACTION),
    ("BR-DEC-13", STANDARD, "tax_totals.0.amount", FRACTION), ("BR-DEC-14", STANDARD, "totals.gross", FRACTION),
    ("BR-DEC-15", STANDARD, "tax_totals.1.amount", Amount(D("1.005"), "NOK")),
    ("BR-DEC-16", STANDARD, "totals.prepaid", FRACTION), ("BR-DEC-17", STANDARD, "totals.rounding", FRACTION),
    ("BR-DEC-18", STANDARD, "totals.due", FRACTION), ("BR-DEC-19", STANDARD, "tax_totals.0.subtotals.0.base", FRACTION),
    ("BR-DEC-20", STANDARD, "tax_totals.0.subtotals.0.tax", FRACTION), ("BR-DEC-23", STANDARD, "lines.0.net", FRACTION),
    ("BR-DEC-24", STANDARD, "lines.0.adjustments.0.amount", FRACTION),
    ("BR-DEC-25", STANDARD, "lines.0.adjustments.0.base", FRACTION),
    ("BR-DEC-27", STANDARD, "lines.0.adjustments.1.amount", FRACTION),
    ("BR-DEC-28", STANDARD, "lines.0.adjustments.1.base", FRACTION),
]  # fmt: skip
CODES: list[Mutation] = [
    ("BR-CL-01", STANDARD, "type_code", "381"), ("BR-CL-01", CREDIT_NOTE, "type_code", "380"),
    ("BR-CL-03", STANDARD, "totals.due.currency", "XYZ"), ("BR-CL-04", STANDARD, "currency", "XYZ"),
    ("BR-CL-05", STANDARD, "tax_currency", "XYZ"), ("BR-CL-06", STANDARD, "tax_point_code", "5"),
    ("BR-CL-07", STANDARD, "references.object_id.scheme", "???"), ("BR-CL-08", STANDARD, "notes", (Note("x", "QQQ"),)),
    ("BR-CL-10", STANDARD, "buyer.identifiers", (Identifier("1", "SEPA"),)),
    ("BR-CL-11", STANDARD, "seller.legal_id.scheme", "9999"),
    ("BR-CL-13", STANDARD, "lines.0.item.classes.0.scheme", "?"),
    ("BR-CL-14", STANDARD, "buyer.address.country", "ZZ"), ("BR-CL-15", STANDARD, "lines.0.item.origin", "ZZ"),
    ("BR-CL-16", STANDARD, "payments.0.means", "999"),
    ("BR-CL-17", STANDARD, "tax_totals.0.subtotals.0.category.code", "X"),
    ("BR-CL-18", STANDARD, "lines.1.item.category.code", "X"),
    ("BR-CL-19", STANDARD, "adjustments.0.reason_code", "FC"),
    ("BR-CL-20", STANDARD, "adjustments.1.reason_code", "95x"),
    ("BR-CL-21", STANDARD, "lines.0.item.standard_id.scheme", "9999"),
    ("BR-CL-22", of_category("E"), "tax_totals.0.subtotals.0.category.reason_code", "VATEX-NO"),
    ("BR-CL-23", STANDARD, "lines.1.quantity.unit", "???"),
    ("BR-CL-24", STANDARD, "documents.1.attachment", Attachment(b"x", "text/html", "x.html")),
    ("BR-CL-25", STANDARD, "seller.endpoint.scheme", "1111"),
    ("BR-CL-26", STANDARD, "delivery.location.scheme", "9999"),
]  # fmt: skip
PEPPOL: list[Mutation] = [
    ("R001", STANDARD, "process", ""), ("R002", STANDARD, "notes", (Note("a"), Note("b"))),
    ("R003", STANDARD, "", "no reference"),
    ("R004", STANDARD, "specification", "urn:fdc:peppol.eu:2017:poacc:billing:3"),
    ("R005", STANDARD, "tax_currency", "EUR"), ("R007", STANDARD, "process", "billing"),
    ("R010", STANDARD, "buyer.endpoint", None), ("R020", STANDARD, "seller.endpoint", None),
    ("R040", STANDARD, "adjustments.0.amount", eur("2.03")), ("R041", STANDARD, "adjustments.0.base", None),
    ("R042", STANDARD, "adjustments.0.percentage", None), ("R044", STANDARD, "lines.0.price.is_charge", True),
    ("R046", STANDARD, "lines.0.price.gross", eur("12.51")),
    ("R051", STANDARD, "lines.0.net", Amount(D("28.50"), "USD")),
    ("R053", STANDARD, "tax_totals", (STANDARD.tax_totals[0],) * 2),
    ("R054", STANDARD, "tax_totals", STANDARD.tax_totals[:1]),
    ("R055", STANDARD, "tax_totals.1.amount", Amount(D("-1.00"), "NOK")),
    ("R061", DEBIT, "payments.0.mandate", None), ("R110", STANDARD, "lines.0.period.start", date(2026, 2, 1)),
    ("R111", STANDARD, "lines.0.period.end", date(2026, 4, 1)), ("R120", STANDARD, "lines.1.net", eur("14.46")),
    ("R121", STANDARD, "lines.2.price", Price(eur("100.00"), per=Quantity(D("0"), "C62"))),
    ("R130", STANDARD, "lines.1.price.per.unit", "EA"),
]  # fmt: skip
COMMON: list[Mutation] = [
    ("PEPPOL-COMMON-R040", STANDARD, "seller.identifiers", (Identifier("7300010000002", "0088"),)),
    ("PEPPOL-COMMON-R041", STANDARD, "seller.legal_id", Identifier("923609017", "0192")),
    ("PEPPOL-COMMON-R042", STANDARD, "seller.legal_id", Identifier("1234567", "0184")),
    ("PEPPOL-COMMON-R043", STANDARD, "buyer.legal_id", Identifier("0403170702", "0208")),
    ("PEPPOL-COMMON-R049", STANDARD, "buyer.legal_id", Identifier("1234567890", "0007")),
    ("PEPPOL-COMMON-R050", STANDARD, "buyer.legal_id", Identifier("12345678901", "0151")),
]  # fmt: skip
FURTHER: list[Mutation] = [
    ("BR-IC-11", of_category("IC"), "delivery.day", None), ("BR-IC-12", of_category("IC"), "delivery.address", None),
    ("BR-O-11", of_category("O"), "tax_totals.0.subtotals", "one more"),
    ("BR-O-12", of_category("O"), "lines.0.item.category", category()),
    ("BR-O-13", of_category("O"), "adjustments.0.category", category()),
    ("BR-O-14", of_category("O"), "adjustments.1.category", category()),
]  # fmt: skip


def _family(prefix: str) -> list[Mutation]:
    right = of_category(prefix)
    wrong_rate = D("-1") if prefix in RATED else D("7")
    no_numbers = "a number" if prefix == "O" else "no numbers"
    is_exempt = prefix not in {*RATED, "Z"}
    flaws: dict[str, tuple[str, Any]] = {
        "01": ("tax_totals.0.subtotals.0.category", category("Z" if prefix != "Z" else "S", "0")),
        "02": ("", no_numbers), "03": ("", f"{no_numbers}, allowance only"), "04": ("", f"{no_numbers}, charge only"),
        "05": ("lines.0.item.category.rate", wrong_rate), "06": ("adjustments.0.category.rate", wrong_rate),
        "07": ("adjustments.1.category.rate", wrong_rate),
        "08": ("tax_totals.0.subtotals.0.base", eur("101.00")), "09": ("tax_totals.0.subtotals.0.tax", eur("11.00")),
        "10": ("tax_totals.0.subtotals.0.category.reason", "" if is_exempt else "Because"),
    }  # fmt: skip
    return [(f"BR-{prefix}-{number}", right, path, value) for number, (path, value) in flaws.items()]


ALL: list[Mutation] = [
    *PRESENCE, *ARITHMETIC, *DECIMALS, *CODES, *COMMON, *FURTHER,
    *((f"PEPPOL-EN16931-{rule}", document, path, value) for rule, document, path, value in PEPPOL),
    *(mutation for prefix in CATEGORIES for mutation in _family(prefix)),
]  # fmt: skip

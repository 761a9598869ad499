"""Right documents for tests, and a way to spoil them in one place."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from apps.exchange.model import (
    Address,
    AllowanceCharge,
    Amount,
    Attachment,
    Attribute,
    Card,
    Contact,
    Delivery,
    Document,
    EInvoice,
    Identifier,
    Item,
    Line,
    Mandate,
    Note,
    Party,
    Payee,
    Payment,
    Period,
    Preceding,
    Price,
    Quantity,
    References,
    TaxCategory,
    TaxRegistration,
    TaxRepresentative,
    TaxSubtotal,
    TaxTotal,
    Totals,
)
from apps.exchange.validator.peppol import PROCESS, SPECIFICATION
from apps.exchange.validator.rules import CATEGORIES, RATED

D = Decimal
ATTACHED = b"%PDF-1.4\nsmall\n"


def eur(value: str) -> Amount:
    return Amount(D(value), "EUR")


def category(code: str = "S", rate: str | None = "20", *, reason: str = "") -> TaxCategory:
    return TaxCategory(code, None if rate is None else D(rate), "VAT", reason)


SELLER = Party(
    name="Norsk Lys AS", trade_name="Nordlys", identifiers=(Identifier("7300010000001", "0088"),),
    legal_id=Identifier("923609016", "0192"), registrations=(TaxRegistration("NO923609016MVA"),),
    legal_form="Foretaksregisteret", endpoint=Identifier("923609016", "0192"),
    address=Address("Storgata 1", "Bakgården", "3. etg.", "Bergen", "5003", "Vestland", "NO"),
    contact=Contact("Kari", "+47 55 00 00 00", "kari@example.com"),
)  # fmt: skip
BUYER = Party(
    name="Peeters & Zonen BV", trade_name="Peeters", identifiers=(Identifier("B-77"),),
    legal_id=Identifier("0403170701", "0208"), registrations=(TaxRegistration("BE0403170701"),),
    endpoint=Identifier("0403170701", "0208"), address=Address("Kerkstraat 9", "", "", "Gent", "9000", "", "BE"),
    contact=Contact("An", "", "an@example.com"),
)  # fmt: skip
LINE_1 = Line(
    number="1", note="Fragile", object_id=Identifier("OBJ-1", "AAB"), quantity=Quantity(D("3"), "EA"),
    net=eur("28.50"), order_line="10", accounting="4000", period=Period(date(2026, 3, 1), date(2026, 3, 10)),
    adjustments=(
        AllowanceCharge(False, eur("3.00"), eur("30.00"), D("10"), "Discount", "95"),
        AllowanceCharge(True, eur("1.50"), reason="Packing", reason_code="PC"),
    ),
    price=Price(eur("10.00"), eur("2.50"), eur("12.50"), Quantity(D("1"), "EA")),
    item=Item(
        "Lantern", "A lantern of brass", "S-1", "B-1", Identifier("7300010000001", "0160"),
        (Identifier("44121618", "TST", "19.05.01"), Identifier("9405", "HS")), "CN", category(),
        (Attribute("Colour", "Red"), Attribute("Size", "L")),
    ),
)  # fmt: skip
LINE_2 = Line(
    number="2", quantity=Quantity(D("7"), "KGM"), net=eur("14.43"),
    price=Price(eur("4.1234"), per=Quantity(D("2"), "KGM")), item=Item("Wax", category=category()),
)  # fmt: skip
LINE_3 = Line(
    number="3", quantity=Quantity(D("1.000"), "C62"), net=eur("100.00"),
    price=Price(eur("100.00")), item=Item("Book", category=category("S", "5")),
)  # fmt: skip
STANDARD = EInvoice(
    specification=SPECIFICATION, process=PROCESS, number="2026-17", issue_date=date(2026, 3, 14), type_code="380",
    currency="EUR", tax_currency="NOK", tax_point=date(2026, 3, 10), due_date=date(2026, 4, 13), terms="30 days",
    notes=(Note("Thank you", "AAI"),),
    references=References(
        "Ref-1", "P-1", "C-1", "PO-9", "SO-9", "R-1", "D-1", "T-1", Identifier("METER-7", "AVE"), "ACC-1"
    ),
    preceding=(Preceding("2026-16", date(2026, 2, 1)),), seller=SELLER, buyer=BUYER,
    payee=Payee("Factor AS", (Identifier("7300010000001", "0088"),), Identifier("923609016", "0192")),
    representative=TaxRepresentative(
        "Agent BV", (TaxRegistration("BE0403170701"),), Address("Dam 1", city="Gent", postcode="9000", country="BE")
    ),
    delivery=Delivery(
        "Depot", Identifier("7300010000001", "0088"), date(2026, 3, 9), Address(country="BE", city="Aalst")
    ),
    period=Period(date(2026, 3, 1), date(2026, 3, 31)),
    payments=(
        Payment("30", "Credit transfer", "KID 17", "NO9386011117947", "Norsk Lys AS", "DNBANOKK"),
        Payment("30", account="NO9386011117947", card=Card("123456", "VISA", "A Person")),
    ),
    adjustments=(
        AllowanceCharge(False, eur("2.00"), eur("40.00"), D("5"), "Loyalty", "95", category()),
        AllowanceCharge(True, eur("6.00"), reason="Freight", reason_code="FC", category=category()),
    ),
    tax_totals=(
        TaxTotal(eur("14.39"), (
            TaxSubtotal(eur("46.93"), eur("9.39"), category()),
            TaxSubtotal(eur("100.00"), eur("5.00"), category("S", "5")),
        )),
        TaxTotal(Amount(D("164.05"), "NOK")),
    ),
    totals=Totals(eur("142.93"), eur("2.00"), eur("6.00"), eur("146.93"), eur("161.32"), eur("20.00"), eur("-0.02"),
                  eur("141.30")),
    documents=(
        Document("DOC-1", "Timesheet", "https://example.com/t.pdf"),
        Document("DOC-2", "Scan", attachment=Attachment(ATTACHED, "application/pdf", "scan.pdf")),
    ),
    lines=(LINE_1, LINE_2, LINE_3),
)  # fmt: skip
# The payee shares its identifier with nobody: rule BR-17.
STANDARD = replace(STANDARD, payee=Payee("Factor AS", (Identifier("7300010000018", "0088"),), None))
DEBIT = replace(STANDARD, payments=(Payment("59", mandate=Mandate("M-1", "BE68539007547034")),))
CREDIT_NOTE = replace(STANDARD, kind="credit_note", type_code="381")


def of_category(prefix: str) -> EInvoice:
    """Return a right document with a line, an allowance and a charge of one tax category."""
    code, name = CATEGORIES[prefix]
    rate = None if prefix == "O" else "10" if prefix in RATED else "0"
    tax = "10.00" if prefix in RATED else "0.00"
    kind = category(code, rate)
    reason = replace(kind, reason=name) if prefix not in {*RATED, "Z"} else kind
    seller, buyer = (
        replace(party, registrations=()) if prefix == "O" else party for party in (SELLER, BUYER)
    )
    line = Line("1", quantity=Quantity(D("1"), "EA"), net=eur("100.00"), price=Price(eur("100.00")),
                item=Item("Thing", category=kind))  # fmt: skip
    return EInvoice(
        specification=SPECIFICATION, process=PROCESS, number="1", issue_date=date(2026, 3, 14), type_code="380",
        currency="EUR", due_date=date(2026, 4, 13), references=References("Ref"), seller=seller, buyer=buyer,
        delivery=Delivery(day=date(2026, 3, 9), address=Address(country="BE")),
        adjustments=(
            AllowanceCharge(False, eur("5.00"), reason="Loyalty", category=kind),
            AllowanceCharge(True, eur("5.00"), reason="Freight", category=kind),
        ),
        tax_totals=(TaxTotal(eur(tax), (TaxSubtotal(eur("100.00"), eur(tax), reason),)),),
        totals=Totals(eur("100.00"), eur("5.00"), eur("5.00"), eur("100.00"), eur(str(100 + D(tax))),
                      due=eur(str(100 + D(tax)))),
        lines=(line,),
    )  # fmt: skip


def spoil(document: Any, path: str, value: Any) -> Any:
    """Return a document with one value changed; the path names fields and places, as in lines.0.item.name."""
    head, _, rest = path.partition(".")
    if head.isdigit():
        at = int(head)
        inner = spoil(document[at], rest, value) if rest else value
        return (*document[:at], inner, *document[at + 1 :])
    inner = spoil(getattr(document, head), rest, value) if rest else value
    return replace(document, **{head: inner})

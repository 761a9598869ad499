"""An electronic invoice without a syntax: the business terms (BT) and groups (BG) of EN 16931-1.

Everything may be absent, as in a file that breaks the rules: `apps.exchange.validator` says what is missing. Amounts
keep their decimals as they were written (“1.50” is not “1.5”), so that a file comes out as it went in.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

Kind = Literal["invoice", "credit_note"]


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum of money with the currency that stands beside it ("" where none does)."""

    value: Decimal
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number of units (BT-129, BT-149) and the code of the unit (BT-130, BT-150)."""

    value: Decimal
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Identifier:
    """An identifier and the scheme it is from; `version` belongs to item classifications (BT-158)."""

    value: str
    scheme: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class Period:
    """BG-14 and BG-26: from BT-73 or BT-134 to BT-74 or BT-135."""

    start: date | None = None
    end: date | None = None


@dataclass(frozen=True, slots=True)
class Address:
    """BG-5, BG-8, BG-12, BG-15: three lines (BT-35, BT-36, BT-162), city, post code, subdivision, country (BT-40)."""

    line1: str = ""
    line2: str = ""
    line3: str = ""
    city: str = ""
    postcode: str = ""
    subdivision: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """BG-6 and BG-9: contact point (BT-41), telephone (BT-42), e-mail (BT-43)."""

    name: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class TaxRegistration:
    """A number of a party under a tax scheme: VAT (BT-31, BT-48, BT-63) or another one (BT-32)."""

    number: str
    scheme: str = "VAT"


@dataclass(frozen=True, slots=True)
class Party:
    """BG-4 seller and BG-7 buyer.

    `name` is the legal name (BT-27, BT-44), `trade_name` BT-28 or BT-45, `identifiers` BT-29 or BT-46 (with the
    scheme SEPA: the creditor identifier BT-90), `legal_id` BT-30 or BT-47, `legal_form` BT-33, `endpoint` the
    electronic address BT-34 or BT-49.
    """

    name: str = ""
    trade_name: str = ""
    identifiers: tuple[Identifier, ...] = ()
    legal_id: Identifier | None = None
    registrations: tuple[TaxRegistration, ...] = ()
    legal_form: str = ""
    endpoint: Identifier | None = None
    address: Address | None = None
    contact: Contact | None = None

    @property
    def vat_number(self) -> str:
        """BT-31 or BT-48."""
        return next((each.number for each in self.registrations if is_vat(each.scheme)), "")


@dataclass(frozen=True, slots=True)
class Payee:
    """BG-10: name (BT-59), identifiers (BT-60; scheme SEPA: BT-90), legal registration (BT-61)."""

    name: str = ""
    identifiers: tuple[Identifier, ...] = ()
    legal_id: Identifier | None = None


@dataclass(frozen=True, slots=True)
class TaxRepresentative:
    """BG-11: name (BT-62), VAT number (BT-63), address (BG-12)."""

    name: str = ""
    registrations: tuple[TaxRegistration, ...] = ()
    address: Address | None = None

    @property
    def vat_number(self) -> str:
        """BT-63."""
        return next((each.number for each in self.registrations if is_vat(each.scheme)), "")


@dataclass(frozen=True, slots=True)
class Delivery:
    """BG-13: to whom (BT-70), location (BT-71), when (BT-72), address (BG-15)."""

    name: str = ""
    location: Identifier | None = None
    day: date | None = None
    address: Address | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """BG-18: number, at most first six and last four digits (BT-87), network (UBL asks for it), holder (BT-88)."""

    number: str = ""
    network: str = ""
    holder: str = ""


@dataclass(frozen=True, slots=True)
class Mandate:
    """BG-19: mandate reference (BT-89), debited account (BT-91). The creditor (BT-90) is an identifier of a party."""

    reference: str = ""
    debited_account: str = ""


@dataclass(frozen=True, slots=True)
class Payment:
    """BG-16: one way to pay. Means (BT-81, BT-82), reference (BT-83), account (BT-84, BT-85, BT-86), card, mandate."""

    means: str = ""
    means_text: str = ""
    reference: str = ""
    account: str = ""
    account_name: str = ""
    bank: str = ""
    card: Card | None = None
    mandate: Mandate | None = None


@dataclass(frozen=True, slots=True)
class TaxCategory:
    """A category of tax (BT-95, BT-102, BT-118, BT-151), its rate (BT-96, BT-103, BT-119, BT-152), why it is exempt."""

    code: str = ""
    rate: Decimal | None = None
    scheme: str = "VAT"
    reason: str = ""
    reason_code: str = ""


@dataclass(frozen=True, slots=True)
class AllowanceCharge:
    """BG-20, BG-21 (document), BG-27, BG-28 (line): amount, base, percentage, reason, on documents a category."""

    is_charge: bool
    amount: Amount | None = None
    base: Amount | None = None
    percentage: Decimal | None = None
    reason: str = ""
    reason_code: str = ""
    category: TaxCategory | None = None


@dataclass(frozen=True, slots=True)
class TaxSubtotal:
    """BG-23: base (BT-116), tax (BT-117), category."""

    base: Amount | None = None
    tax: Amount | None = None
    category: TaxCategory | None = None


@dataclass(frozen=True, slots=True)
class TaxTotal:
    """Total tax (BT-110), or the same in the accounting currency (BT-111), and its break-down."""

    amount: Amount | None = None
    subtotals: tuple[TaxSubtotal, ...] = ()


@dataclass(frozen=True, slots=True)
class Totals:
    """BG-22: lines (BT-106), allowances (107), charges (108), net (109), gross (112), paid (113), rounding (114), due
    (115)."""

    lines: Amount | None = None
    allowances: Amount | None = None
    charges: Amount | None = None
    net: Amount | None = None
    gross: Amount | None = None
    prepaid: Amount | None = None
    rounding: Amount | None = None
    due: Amount | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """BG-1: text (BT-22) and what it is about (BT-21)."""

    text: str
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Preceding:
    """BG-3: the invoice that this one refers to (BT-25) and its date (BT-26)."""

    number: str = ""
    issue_date: date | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """BT-125: a file inside the invoice."""

    content: bytes
    media_type: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """BG-24: reference (BT-122), description (BT-123), address (BT-124), file (BT-125)."""

    reference: str = ""
    description: str = ""
    address: str = ""
    attachment: Attachment | None = None


@dataclass(frozen=True, slots=True)
class Price:
    """BG-29: net (BT-146), discount (BT-147), gross (BT-148), per so many units (BT-149, BT-150)."""

    net: Amount | None = None
    discount: Amount | None = None
    gross: Amount | None = None
    per: Quantity | None = None
    is_charge: bool = False


@dataclass(frozen=True, slots=True)
class Attribute:
    """BG-32: name (BT-160) and value (BT-161) of a property of the item."""

    name: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """BG-31: name (BT-153), description (154), identifiers of seller, buyer, standard (155–157), classes (158),
    origin (159)."""

    name: str = ""
    description: str = ""
    seller_id: str = ""
    buyer_id: str = ""
    standard_id: Identifier | None = None
    classes: tuple[Identifier, ...] = ()
    origin: str = ""
    category: TaxCategory | None = None
    attributes: tuple[Attribute, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """BG-25: one line.

    Number BT-126, note BT-127, object BT-128, quantity BT-129, net amount BT-131, order line BT-132, account BT-133.
    """

    number: str = ""
    note: str = ""
    object_id: Identifier | None = None
    quantity: Quantity | None = None
    net: Amount | None = None
    order_line: str = ""
    accounting: str = ""
    period: Period | None = None
    adjustments: tuple[AllowanceCharge, ...] = ()
    price: Price | None = None
    item: Item = field(default_factory=Item)


@dataclass(frozen=True, slots=True)
class References:
    """What a document refers to: buyer (BT-10), project (11), contract (12), order (13), sales order (14), receipt
    (15), despatch (16), tender (17), object (18), account (19)."""

    buyer: str = ""
    project: str = ""
    contract: str = ""
    order: str = ""
    sales_order: str = ""
    receipt: str = ""
    despatch: str = ""
    tender: str = ""
    object_id: Identifier | None = None
    accounting: str = ""


@dataclass(frozen=True, slots=True)
class EInvoice:
    """An invoice or a credit note of EN 16931.

    Specification BT-24, process BT-23, number BT-1, date BT-2, type BT-3, currencies BT-5 and BT-6, tax point BT-7
    or its code BT-8, due date BT-9, terms BT-20. Tax-point codes are those of UNTDID 2005 (3, 35, 432), also when
    they were read from CII, which writes 5, 29, 72.
    """

    kind: Kind = "invoice"
    specification: str = ""
    process: str = ""
    number: str = ""
    issue_date: date | None = None
    type_code: str = ""
    currency: str = ""
    tax_currency: str = ""
    tax_point: date | None = None
    tax_point_code: str = ""
    due_date: date | None = None
    terms: str = ""
    notes: tuple[Note, ...] = ()
    references: References = field(default_factory=References)
    preceding: tuple[Preceding, ...] = ()
    seller: Party | None = None
    buyer: Party | None = None
    payee: Payee | None = None
    representative: TaxRepresentative | None = None
    delivery: Delivery | None = None
    period: Period | None = None
    payments: tuple[Payment, ...] = ()
    adjustments: tuple[AllowanceCharge, ...] = ()
    tax_totals: tuple[TaxTotal, ...] = ()
    totals: Totals | None = None
    documents: tuple[Document, ...] = ()
    lines: tuple[Line, ...] = ()

    @property
    def subtotals(self) -> tuple[TaxSubtotal, ...]:
        """All tax break-downs (BG-23)."""
        return tuple(each for total in self.tax_totals for each in total.subtotals)

    def tax_in(self, currency: str) -> Amount | None:
        """Return the total tax in a currency: BT-110, or BT-111."""
        amounts = (total.amount for total in self.tax_totals)
        return next((each for each in amounts if each is not None and each.currency == currency), None)


def is_vat(scheme: str) -> bool:
    """Say whether a tax scheme is VAT, however it is written."""
    return scheme.strip().upper() == "VAT"

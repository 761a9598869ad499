"""From a stored document to the electronic invoice that says the same (EN 16931). Amounts are taken, never made."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from apps.core.money import exponent, from_minor
from apps.documents.issuer import IssuerInfo
from apps.documents.taxes import CATEGORIES, NOT_SUBJECT
from apps.exchange.model import (
    Address,
    AllowanceCharge,
    Amount,
    Contact,
    Delivery,
    EInvoice,
    Identifier,
    Item,
    Line,
    Party,
    Payment,
    Preceding,
    Price,
    Quantity,
    References,
    TaxCategory,
    TaxRegistration,
    TaxSubtotal,
    TaxTotal,
    Totals,
)
from apps.invoices.queries import AdjustmentInfo, DocumentInfo, LineInfo, TaxInfo
from apps.parties.models import Customer
from apps.parties.tax_ids import is_vat_number

SPECIFICATION: Final = "urn:cen.eu:en16931:2017"
TYPES: Final = {"invoice": "380", "credit_note": "381"}
CREDIT_TRANSFER: Final = "30"
INTRA_COMMUNITY: Final = "K"
OTHER_SCHEME: Final = "TAX"


@dataclass(frozen=True)
class Sources:
    """What a document is mapped from, besides itself."""

    issuer: IssuerInfo
    customer: Customer
    skus: Mapping[UUID, str]
    terms_name: str = ""
    credited: tuple[str, date] | None = None


def einvoice_of(document: DocumentInfo, sources: Sources) -> EInvoice:
    """Return a posted document as an electronic invoice."""
    money = _Money(document.currency)
    is_credit = document.kind == "credit_note"
    return EInvoice(
        kind="credit_note" if is_credit else "invoice",
        specification=SPECIFICATION,
        number=document.number or "",
        issue_date=document.issue_date,
        type_code=TYPES[document.kind],
        currency=document.currency,
        tax_currency=document.book_currency if _is_taxed_abroad(document) else "",
        due_date=None if is_credit else document.due_date,
        terms="" if is_credit else "\n".join(_terms(document, sources, money)),
        references=References(order=document.order_reference),
        preceding=(Preceding(*sources.credited),) if sources.credited else (),
        seller=_seller(sources.issuer),
        buyer=_buyer(sources.customer),
        delivery=_delivery(document),
        payments=() if is_credit else tuple(_payments(document, sources.issuer)),
        adjustments=tuple(_adjustment(each, money, with_category=True) for each in document.adjustments),
        tax_totals=tuple(_tax_totals(document, money)),
        totals=_totals(document, money),
        lines=tuple(_line(line, money, sources.skus) for line in document.lines),
    )


class _Money:
    """Amounts and prices of one currency."""

    def __init__(self, currency: str) -> None:
        self.currency, self._places = currency, exponent(currency)

    def amount(self, minor: int) -> Amount:
        return Amount(from_minor(minor, self.currency), self.currency)

    def some(self, minor: int) -> Amount | None:
        return self.amount(minor) if minor else None

    def price(self, value: Decimal) -> Amount:
        return Amount(tidy(value, least=self._places), self.currency)


def tidy(value: Decimal, *, least: int = 0) -> Decimal:
    """Return a number without the zeros that only its column gave it."""
    plain = value.normalize()
    places = max(least, -int(plain.as_tuple().exponent))
    return plain.quantize(Decimal(1).scaleb(-places))


def _is_taxed_abroad(document: DocumentInfo) -> bool:
    return document.is_foreign and document.book_tax_minor is not None


def _seller(issuer: IssuerInfo) -> Party:
    contact = Contact("", issuer.phone, issuer.email) if issuer.phone or issuer.email else None
    number = issuer.registration_number or issuer.tax_id
    return Party(
        name=issuer.name,
        legal_id=Identifier(number) if number else None,
        registrations=(_registration(issuer.tax_id, issuer.country_code),) if issuer.tax_id else (),
        address=Address(
            issuer.street, city=issuer.city, postcode=issuer.postal_code, subdivision=issuer.region,
            country=issuer.country_code,
        ),
        contact=contact,
    )  # fmt: skip


def _buyer(customer: Customer) -> Party:
    """Return the buyer; a tax number that is no VAT number stands as the legal one (BT-48 knows VAT only)."""
    is_vat = is_vat_number(customer.tax_id, customer.country_code)
    street, *more = customer.street.splitlines() or [""]
    return Party(
        name=customer.name,
        identifiers=(Identifier(customer.code),),
        legal_id=Identifier(customer.tax_id) if customer.tax_id and not is_vat else None,
        registrations=(TaxRegistration(customer.tax_id),) if is_vat else (),
        address=Address(
            street, line2=" ".join(more), city=customer.city, postcode=customer.postal_code,
            subdivision=customer.region, country=customer.country_code,
        ),
    )  # fmt: skip


def _registration(tax_id: str, country_code: str) -> TaxRegistration:
    return TaxRegistration(tax_id, "VAT" if is_vat_number(tax_id, country_code) else OTHER_SCHEME)


def _delivery(document: DocumentInfo) -> Delivery | None:
    """Return when and into which country was delivered; an intra-community supply must say so (BR-IC-11, 12)."""
    is_supply = any(each.category == INTRA_COMMUNITY for each in document.taxes)
    if document.delivery_date is None and not is_supply:
        return None
    address = Address(country=document.country_code) if is_supply else None
    return Delivery(day=document.delivery_date, address=address)


def _terms(document: DocumentInfo, sources: Sources, money: _Money) -> Iterator[str]:
    if sources.terms_name:
        yield sources.terms_name
    for each in document.instalments:
        yield f"{money.amount(each.amount_minor).value} {document.currency} by {each.due_date}"
    if document.discount_until and document.discount_percent:
        yield f"{tidy(document.discount_percent)} % discount when paid by {document.discount_until}"


def _payments(document: DocumentInfo, issuer: IssuerInfo) -> Iterator[Payment]:
    if issuer.bank_account:
        yield Payment(
            CREDIT_TRANSFER, reference=document.number or "", account=issuer.bank_account,
            account_name=issuer.bank_name, bank=issuer.bank_code,
        )  # fmt: skip


def _category(code: str, rate: Decimal, *, reason: str = "", reason_code: str = "") -> TaxCategory:
    return TaxCategory(
        code, None if code == NOT_SUBJECT else tidy(rate), reason=reason, reason_code=reason_code
    )


def _adjustment(each: AdjustmentInfo, money: _Money, *, with_category: bool) -> AllowanceCharge:
    is_share = each.base_minor is not None and each.percent is not None
    return AllowanceCharge(
        is_charge=each.is_charge,
        amount=money.amount(each.amount_minor),
        base=money.amount(each.base_minor or 0) if is_share else None,
        percentage=tidy(each.percent) if is_share and each.percent is not None else None,
        reason=each.reason or ("" if each.reason_code else "Charge" if each.is_charge else "Discount"),
        reason_code=each.reason_code,
        category=_category(each.tax_category, each.tax_rate) if with_category else None,
    )


def _tax_totals(document: DocumentInfo, money: _Money) -> Iterator[TaxTotal]:
    subtotals = tuple(_subtotal(each, money) for each in document.taxes)
    yield TaxTotal(money.amount(document.tax_minor), subtotals)
    if _is_taxed_abroad(document):
        yield TaxTotal(_Money(document.book_currency).amount(document.book_tax_minor or 0))


def _subtotal(each: TaxInfo, money: _Money) -> TaxSubtotal:
    usual = CATEGORIES[each.category]
    reason = each.exemption_reason or ("" if each.exemption_code else usual.reason)
    category = _category(each.category, each.rate, reason=reason, reason_code=each.exemption_code)
    return TaxSubtotal(money.amount(each.base_minor), money.amount(each.tax_minor), category)


def _totals(document: DocumentInfo, money: _Money) -> Totals:
    kinds = {each.is_charge for each in document.adjustments}
    return Totals(
        lines=money.amount(document.lines_minor),
        allowances=money.amount(document.allowance_minor) if False in kinds else None,
        charges=money.amount(document.charge_minor) if True in kinds else None,
        net=money.amount(document.net_minor),
        gross=money.amount(document.total_minor),
        prepaid=money.some(document.prepaid_minor),
        rounding=money.some(document.rounding_minor),
        due=money.amount(document.due_minor),
    )


def _line(line: LineInfo, money: _Money, skus: Mapping[UUID, str]) -> Line:
    return Line(
        number=str(line.position),
        quantity=Quantity(tidy(line.quantity), line.unit),
        net=money.amount(line.net_minor),
        adjustments=tuple(_adjustment(each, money, with_category=False) for each in line.adjustments),
        price=Price(
            net=money.price(line.unit_price),
            discount=money.price(line.price_discount or Decimal(0)) if line.gross_price is not None else None,
            gross=money.price(line.gross_price) if line.gross_price is not None else None,
            per=Quantity(tidy(line.base_quantity), line.unit) if line.base_quantity != 1 else None,
        ),
        item=Item(
            name=line.description,
            seller_id=skus.get(line.product_id, "") if line.product_id else "",
            category=_category(line.tax_category, line.tax_rate),
        ),
    )

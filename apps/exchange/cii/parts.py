"""Parties, addresses, payment, delivery, taxes and documents of CII."""

from datetime import date

from apps.exchange.cii import names
from apps.exchange.model import (
    Address,
    AllowanceCharge,
    Card,
    Contact,
    Delivery,
    Document,
    Identifier,
    Mandate,
    Party,
    Payee,
    Payment,
    Period,
    TaxCategory,
    TaxRegistration,
    TaxRepresentative,
)
from apps.exchange.nodes import Node
from apps.exchange.ubl.parts import read_attachment

_SCHEMES = {names.VAT: "VAT", names.OTHER: "TAX"}


def day_of(node: Node, name: str = "udt:DateTimeString") -> date | None:
    """Return a day, which CII writes as 20260314 (format 102). Raises EInvoiceRefused."""
    text = node.at(name)
    text.attribute("format")
    return text.compact_day()


def read_party(node: Node) -> Party | None:
    """Return the seller (BG-4) or the buyer (BG-7)."""
    if not node:
        return None
    legal = node.at("ram:SpecifiedLegalOrganization")
    return Party(
        name=node.text("ram:Name"),
        trade_name=legal.text("ram:TradingBusinessName"),
        identifiers=_identifiers(node),
        legal_id=legal.identifier("ram:ID"),
        registrations=_registrations(node),
        legal_form=node.text("ram:Description"),
        endpoint=node.identifier("ram:URIUniversalCommunication/ram:URIID"),
        address=read_address(node.at("ram:PostalTradeAddress")),
        contact=_contact(node.at("ram:DefinedTradeContact")),
    )


def read_payee(node: Node) -> Payee | None:
    """Return the payee (BG-10)."""
    if not node:
        return None
    legal = node.identifier("ram:SpecifiedLegalOrganization/ram:ID")
    return Payee(node.text("ram:Name"), _identifiers(node), legal)


def read_representative(node: Node) -> TaxRepresentative | None:
    """Return the seller's tax representative (BG-11)."""
    if not node:
        return None
    return TaxRepresentative(
        node.text("ram:Name"), _registrations(node), read_address(node.at("ram:PostalTradeAddress"))
    )


def read_address(node: Node) -> Address | None:
    """Return an address."""
    if not node:
        return None
    return Address(
        line1=node.text("ram:LineOne"),
        line2=node.text("ram:LineTwo"),
        line3=node.text("ram:LineThree"),
        city=node.text("ram:CityName"),
        postcode=node.text("ram:PostcodeCode"),
        subdivision=node.text("ram:CountrySubDivisionName"),
        country=node.text("ram:CountryID"),
    )


def read_period(node: Node) -> Period | None:
    """Return a period."""
    if not node:
        return None
    return Period(day_of(node.at("ram:StartDateTime")), day_of(node.at("ram:EndDateTime")))


def read_category(node: Node) -> TaxCategory | None:
    """Return a category of tax with its rate and the reason of an exemption."""
    if not node:
        return None
    return TaxCategory(
        code=node.text("ram:CategoryCode"),
        rate=node.number("ram:RateApplicablePercent"),
        scheme=node.text("ram:TypeCode"),
        reason=node.text("ram:ExemptionReason"),
        reason_code=node.text("ram:ExemptionReasonCode"),
    )


def read_adjustment(node: Node, currency: str) -> AllowanceCharge:
    """Return an allowance or a charge, of the document or of a line."""
    return AllowanceCharge(
        is_charge=node.flag("ram:ChargeIndicator/udt:Indicator"),
        amount=node.at("ram:ActualAmount").amount_in(currency),
        base=node.at("ram:BasisAmount").amount_in(currency),
        percentage=node.number("ram:CalculationPercent"),
        reason=node.text("ram:Reason"),
        reason_code=node.text("ram:ReasonCode"),
        category=read_category(node.at("ram:CategoryTradeTax")),
    )


def ship_to(node: Node) -> Delivery | None:
    """Return where and when was delivered (BG-13)."""
    party = node.at("ram:ShipToTradeParty")
    day = day_of(node.at("ram:ActualDeliverySupplyChainEvent/ram:OccurrenceDateTime"))
    if not party and day is None:
        return None
    location = next(iter(_identifiers(party)), None)
    return Delivery(party.text("ram:Name"), location, day, read_address(party.at("ram:PostalTradeAddress")))


def read_payment(node: Node) -> Payment:
    """Return one way to pay (BG-16)."""
    account = node.at("ram:PayeePartyCreditorFinancialAccount")
    card, debited = (
        node.at("ram:ApplicableTradeSettlementFinancialCard"),
        node.at("ram:PayerPartyDebtorFinancialAccount"),
    )
    return Payment(
        means=node.text("ram:TypeCode"),
        means_text=node.text("ram:Information"),
        account=account.text("ram:IBANID") or account.text("ram:ProprietaryID"),
        account_name=account.text("ram:AccountName"),
        bank=node.text("ram:PayeeSpecifiedCreditorFinancialInstitution/ram:BICID"),
        card=Card(card.text("ram:ID"), "", card.text("ram:CardholderName")) if card else None,
        mandate=Mandate(debited_account=debited.text("ram:IBANID")) if debited else None,
    )


def read_document(node: Node) -> Document:
    """Return a supporting document (BG-24). Raises EInvoiceRefused when its file cannot be decoded."""
    node.text("ram:TypeCode")
    return Document(
        reference=node.text("ram:IssuerAssignedID"),
        description=node.text("ram:Name"),
        address=node.text("ram:URIID"),
        attachment=read_attachment(node.at("ram:AttachmentBinaryObject")),
    )


def _identifiers(node: Node) -> tuple[Identifier, ...]:
    every = (each.identifier() for each in (*node.all("ram:ID"), *node.all("ram:GlobalID")))
    return tuple(each for each in every if each is not None)


def _registrations(node: Node) -> tuple[TaxRegistration, ...]:
    found = []
    for each in node.all("ram:SpecifiedTaxRegistration"):
        number = each.identifier("ram:ID")
        if number is not None:
            found.append(TaxRegistration(number.value, _SCHEMES.get(number.scheme, number.scheme)))
    return tuple(found)


def _contact(node: Node) -> Contact | None:
    if not node:
        return None
    return Contact(
        node.text("ram:PersonName") or node.text("ram:DepartmentName"),
        node.text("ram:TelephoneUniversalCommunication/ram:CompleteNumber"),
        node.text("ram:EmailURIUniversalCommunication/ram:URIID"),
    )

"""Parties, addresses, payment, delivery and documents of UBL."""

import base64
import binascii

from apps.exchange.model import (
    Address,
    AllowanceCharge,
    Attachment,
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


def read_party(node: Node) -> Party | None:
    """Return the seller (BG-4) or the buyer (BG-7)."""
    if not node:
        return None
    entity = node.at("cac:PartyLegalEntity")
    return Party(
        name=entity.text("cbc:RegistrationName"),
        trade_name=node.text("cac:PartyName/cbc:Name"),
        identifiers=_identifiers(node),
        legal_id=entity.identifier("cbc:CompanyID"),
        registrations=_registrations(node),
        legal_form=entity.text("cbc:CompanyLegalForm"),
        endpoint=node.identifier("cbc:EndpointID"),
        address=read_address(node.at("cac:PostalAddress")),
        contact=_contact(node.at("cac:Contact")),
    )


def read_payee(node: Node) -> Payee | None:
    """Return the payee (BG-10)."""
    if not node:
        return None
    name, legal = node.text("cac:PartyName/cbc:Name"), node.identifier("cac:PartyLegalEntity/cbc:CompanyID")
    return Payee(name, _identifiers(node), legal)


def read_representative(node: Node) -> TaxRepresentative | None:
    """Return the seller's tax representative (BG-11)."""
    if not node:
        return None
    return TaxRepresentative(
        node.text("cac:PartyName/cbc:Name"), _registrations(node), read_address(node.at("cac:PostalAddress"))
    )


def read_address(node: Node) -> Address | None:
    """Return an address."""
    if not node:
        return None
    return Address(
        line1=node.text("cbc:StreetName"),
        line2=node.text("cbc:AdditionalStreetName"),
        line3=node.text("cac:AddressLine/cbc:Line"),
        city=node.text("cbc:CityName"),
        postcode=node.text("cbc:PostalZone"),
        subdivision=node.text("cbc:CountrySubentity"),
        country=node.text("cac:Country/cbc:IdentificationCode"),
    )


def read_period(node: Node) -> Period | None:
    """Return a period."""
    return Period(node.day("cbc:StartDate"), node.day("cbc:EndDate")) if node else None


def read_category(node: Node) -> TaxCategory | None:
    """Return a category of tax with its rate and the reason of an exemption."""
    if not node:
        return None
    return TaxCategory(
        code=node.text("cbc:ID"),
        rate=node.number("cbc:Percent"),
        scheme=node.text("cac:TaxScheme/cbc:ID"),
        reason=node.text("cbc:TaxExemptionReason"),
        reason_code=node.text("cbc:TaxExemptionReasonCode"),
    )


def read_adjustment(node: Node) -> AllowanceCharge:
    """Return an allowance or a charge of the document (BG-20, BG-21) or of a line (BG-27, BG-28)."""
    return AllowanceCharge(
        is_charge=node.flag("cbc:ChargeIndicator"),
        amount=node.amount("cbc:Amount"),
        base=node.amount("cbc:BaseAmount"),
        percentage=node.number("cbc:MultiplierFactorNumeric"),
        reason=node.text("cbc:AllowanceChargeReason"),
        reason_code=node.text("cbc:AllowanceChargeReasonCode"),
        category=read_category(node.at("cac:TaxCategory")),
    )


def read_delivery(node: Node) -> Delivery | None:
    """Return where and when was delivered (BG-13)."""
    if not node:
        return None
    return Delivery(
        name=node.text("cac:DeliveryParty/cac:PartyName/cbc:Name"),
        location=node.identifier("cac:DeliveryLocation/cbc:ID"),
        day=node.day("cbc:ActualDeliveryDate"),
        address=read_address(node.at("cac:DeliveryLocation/cac:Address")),
    )


def read_payment(node: Node) -> Payment:
    """Return one way to pay (BG-16)."""
    account = node.at("cac:PayeeFinancialAccount")
    return Payment(
        means=node.text("cbc:PaymentMeansCode"),
        means_text=node.at("cbc:PaymentMeansCode").attribute("name"),
        reference=node.text("cbc:PaymentID"),
        account=account.text("cbc:ID"),
        account_name=account.text("cbc:Name"),
        bank=account.text("cac:FinancialInstitutionBranch/cbc:ID"),
        card=_card(node.at("cac:CardAccount")),
        mandate=_mandate(node.at("cac:PaymentMandate")),
    )


def read_document(node: Node) -> Document:
    """Return a supporting document (BG-24). Raises EInvoiceRefused when its file cannot be decoded."""
    return Document(
        reference=node.text("cbc:ID"),
        description=node.text("cbc:DocumentDescription"),
        address=node.text("cac:Attachment/cac:ExternalReference/cbc:URI"),
        attachment=read_attachment(node.at("cac:Attachment/cbc:EmbeddedDocumentBinaryObject")),
    )


def read_attachment(node: Node) -> Attachment | None:
    """Return a file inside the document (BT-125). Raises EInvoiceRefused when it is not base64."""
    if not node:
        return None
    try:
        content = base64.b64decode("".join(node.text().split()), validate=True)
    except (binascii.Error, ValueError):
        raise node.fault("not_base64", "something else", "a file in base64") from None
    return Attachment(content, node.attribute("mimeCode"), node.attribute("filename"))


def _identifiers(node: Node) -> tuple[Identifier, ...]:
    every = (each.identifier("cbc:ID") for each in node.all("cac:PartyIdentification"))
    return tuple(each for each in every if each is not None)


def _registrations(node: Node) -> tuple[TaxRegistration, ...]:
    return tuple(
        TaxRegistration(each.text("cbc:CompanyID"), each.text("cac:TaxScheme/cbc:ID"))
        for each in node.all("cac:PartyTaxScheme")
    )


def _contact(node: Node) -> Contact | None:
    if not node:
        return None
    return Contact(node.text("cbc:Name"), node.text("cbc:Telephone"), node.text("cbc:ElectronicMail"))


def _card(node: Node) -> Card | None:
    if not node:
        return None
    return Card(
        node.text("cbc:PrimaryAccountNumberID"), node.text("cbc:NetworkID"), node.text("cbc:HolderName")
    )


def _mandate(node: Node) -> Mandate | None:
    return Mandate(node.text("cbc:ID"), node.text("cac:PayerFinancialAccount/cbc:ID")) if node else None

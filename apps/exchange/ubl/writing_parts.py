"""Write parties, addresses, payment, delivery and documents as UBL."""

import base64
from collections.abc import Iterable

from apps.exchange.model import (
    Address,
    AllowanceCharge,
    Delivery,
    Document,
    EInvoice,
    Identifier,
    Party,
    Payee,
    Payment,
    Period,
    TaxCategory,
    TaxRegistration,
    TaxRepresentative,
)
from apps.exchange.ubl.builder import Branch


def write_party(parent: Branch, party: Party) -> None:
    """Add the seller (BG-4) or the buyer (BG-7)."""
    branch = parent.grow("cac:Party")
    branch.identifier("cbc:EndpointID", party.endpoint)
    _write_identifiers(branch, party.identifiers)
    branch.grow("cac:PartyName").text("cbc:Name", party.trade_name)
    if party.address:
        write_address(branch.grow("cac:PostalAddress"), party.address)
    _write_registrations(branch, party.registrations)
    entity = branch.grow("cac:PartyLegalEntity")
    entity.text("cbc:RegistrationName", party.name)
    entity.identifier("cbc:CompanyID", party.legal_id)
    entity.text("cbc:CompanyLegalForm", party.legal_form)
    if party.contact:
        contact = branch.grow("cac:Contact")
        contact.text("cbc:Name", party.contact.name)
        contact.text("cbc:Telephone", party.contact.phone)
        contact.text("cbc:ElectronicMail", party.contact.email)


def write_payee(root: Branch, payee: Payee) -> None:
    """Add the payee (BG-10)."""
    branch = root.grow("cac:PayeeParty")
    _write_identifiers(branch, payee.identifiers)
    branch.grow("cac:PartyName").text("cbc:Name", payee.name)
    branch.grow("cac:PartyLegalEntity").identifier("cbc:CompanyID", payee.legal_id)


def write_representative(root: Branch, representative: TaxRepresentative) -> None:
    """Add the seller's tax representative (BG-11)."""
    branch = root.grow("cac:TaxRepresentativeParty")
    branch.grow("cac:PartyName").text("cbc:Name", representative.name)
    if representative.address:
        write_address(branch.grow("cac:PostalAddress"), representative.address)
    _write_registrations(branch, representative.registrations)


def write_address(branch: Branch, address: Address) -> None:
    """Add an address."""
    branch.text("cbc:StreetName", address.line1)
    branch.text("cbc:AdditionalStreetName", address.line2)
    branch.text("cbc:CityName", address.city)
    branch.text("cbc:PostalZone", address.postcode)
    branch.text("cbc:CountrySubentity", address.subdivision)
    branch.grow("cac:AddressLine").text("cbc:Line", address.line3)
    branch.grow("cac:Country").text("cbc:IdentificationCode", address.country)


def write_period(parent: Branch, period: Period | None, *, tax_point_code: str = "") -> None:
    """Add a period, on a document with the code of its tax point (BT-8)."""
    branch = parent.grow("cac:InvoicePeriod")
    if period:
        branch.day("cbc:StartDate", period.start)
        branch.day("cbc:EndDate", period.end)
    branch.text("cbc:DescriptionCode", tax_point_code)


def write_category(branch: Branch, category: TaxCategory) -> None:
    """Add a category of tax."""
    branch.text("cbc:ID", category.code)
    branch.number("cbc:Percent", category.rate)
    branch.text("cbc:TaxExemptionReasonCode", category.reason_code)
    branch.text("cbc:TaxExemptionReason", category.reason)
    branch.grow("cac:TaxScheme").text("cbc:ID", category.scheme)


def write_adjustment(parent: Branch, adjustment: AllowanceCharge) -> None:
    """Add an allowance or a charge, of the document or of a line."""
    branch = parent.grow("cac:AllowanceCharge")
    branch.text("cbc:ChargeIndicator", "true" if adjustment.is_charge else "false")
    branch.text("cbc:AllowanceChargeReasonCode", adjustment.reason_code)
    branch.text("cbc:AllowanceChargeReason", adjustment.reason)
    branch.number("cbc:MultiplierFactorNumeric", adjustment.percentage)
    branch.amount("cbc:Amount", adjustment.amount)
    branch.amount("cbc:BaseAmount", adjustment.base)
    if adjustment.category:
        write_category(branch.grow("cac:TaxCategory"), adjustment.category)


def write_delivery(root: Branch, delivery: Delivery) -> None:
    """Add where and when was delivered (BG-13)."""
    branch = root.grow("cac:Delivery")
    branch.day("cbc:ActualDeliveryDate", delivery.day)
    location = branch.grow("cac:DeliveryLocation")
    location.identifier("cbc:ID", delivery.location)
    if delivery.address:
        write_address(location.grow("cac:Address"), delivery.address)
    branch.grow("cac:DeliveryParty").grow("cac:PartyName").text("cbc:Name", delivery.name)


def write_payments(root: Branch, invoice: EInvoice) -> None:
    """Add the ways to pay (BG-16); UBL keeps the due date of a credit note (BT-9) in the first."""
    due = invoice.due_date if invoice.kind == "credit_note" else None
    payments = invoice.payments or ((Payment(),) if due else ())
    for index, payment in enumerate(payments):
        branch = root.grow("cac:PaymentMeans")
        branch.text("cbc:PaymentMeansCode", payment.means, name=payment.means_text)
        if index == 0:
            branch.day("cbc:PaymentDueDate", due)
        branch.text("cbc:PaymentID", payment.reference)
        _write_card_and_account(branch, payment)


def write_document(root: Branch, document: Document) -> None:
    """Add a supporting document (BG-24)."""
    branch = root.grow("cac:AdditionalDocumentReference")
    branch.text("cbc:ID", document.reference)
    branch.text("cbc:DocumentDescription", document.description)
    attached = branch.grow("cac:Attachment")
    file = document.attachment
    if file:
        packed = base64.b64encode(file.content).decode("ascii")
        attached.text(
            "cbc:EmbeddedDocumentBinaryObject", packed, mimeCode=file.media_type, filename=file.name
        )
    attached.grow("cac:ExternalReference").text("cbc:URI", document.address)


def _write_card_and_account(branch: Branch, payment: Payment) -> None:
    if payment.card:
        card = branch.grow("cac:CardAccount")
        card.text("cbc:PrimaryAccountNumberID", payment.card.number)
        card.text("cbc:NetworkID", payment.card.network)
        card.text("cbc:HolderName", payment.card.holder)
    account = branch.grow("cac:PayeeFinancialAccount")
    account.text("cbc:ID", payment.account)
    account.text("cbc:Name", payment.account_name)
    account.grow("cac:FinancialInstitutionBranch").text("cbc:ID", payment.bank)
    if payment.mandate:
        mandate = branch.grow("cac:PaymentMandate")
        mandate.text("cbc:ID", payment.mandate.reference)
        mandate.grow("cac:PayerFinancialAccount").text("cbc:ID", payment.mandate.debited_account)


def _write_identifiers(branch: Branch, identifiers: Iterable[Identifier]) -> None:
    for each in identifiers:
        branch.grow("cac:PartyIdentification").identifier("cbc:ID", each)


def _write_registrations(branch: Branch, registrations: Iterable[TaxRegistration]) -> None:
    for each in registrations:
        scheme = branch.grow("cac:PartyTaxScheme")
        scheme.text("cbc:CompanyID", each.number)
        scheme.grow("cac:TaxScheme").text("cbc:ID", each.scheme)

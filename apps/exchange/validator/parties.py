"""Rules about seller, buyer, payee, tax representative and delivery."""

from collections.abc import Iterator

from apps.exchange.codelists import codes
from apps.exchange.model import Address, EInvoice, TaxRegistration, is_vat
from apps.exchange.validator.finding import Finding, broken
from apps.exchange.validator.places import Places

GREECE = "EL"


def check(invoice: EInvoice, places: Places) -> Iterator[Finding]:
    """Check the parties."""
    yield from _seller_and_buyer(invoice, places)
    yield from _payee(invoice, places)
    yield from _representative(invoice, places)
    yield from _vat_numbers(invoice, places)
    if invoice.delivery and invoice.delivery.address and not invoice.delivery.address.country:
        place = f"{places.delivery}/cac:DeliveryLocation/cac:Address"
        yield broken("BR-57", f"{place}/cac:Country/cbc:IdentificationCode", expected="a country")


def _seller_and_buyer(invoice: EInvoice, places: Places) -> Iterator[Finding]:
    rules = (
        (invoice.seller, places.seller, "BR-06", "BR-08", "BR-09", "BR-62"),
        (invoice.buyer, places.buyer, "BR-07", "BR-10", "BR-11", "BR-63"),
    )
    for party, place, name, address, country, endpoint in rules:
        if party is None or not party.name:
            yield broken(name, f"{place}/cac:PartyLegalEntity/cbc:RegistrationName", expected="a name")
        yield from _address(party.address if party else None, place, address, country)
        if party and party.endpoint and not party.endpoint.scheme:
            where = f"{place}/cbc:EndpointID/@schemeID"
            yield broken(endpoint, where, expected="a scheme", found="no scheme")
    if invoice.seller and not _is_identified(invoice):
        yield broken("BR-CO-26", places.seller, expected="an identifier")


def _is_identified(invoice: EInvoice) -> bool:
    seller = invoice.seller
    return seller is not None and bool(
        seller.vat_number
        or (seller.legal_id and seller.legal_id.value)
        or any(each.scheme != "SEPA" for each in seller.identifiers)
    )


def _address(address: Address | None, place: str, missing: str, country: str) -> Iterator[Finding]:
    where = f"{place}/cac:PostalAddress"
    if address is None:
        yield broken(missing, where, expected="an address")
    elif not address.country:
        yield broken(country, f"{where}/cac:Country/cbc:IdentificationCode", expected="a country")


def _payee(invoice: EInvoice, places: Places) -> Iterator[Finding]:
    payee, seller = invoice.payee, invoice.seller
    if payee is None:
        return
    place = f"{places.payee}/cac:PartyName/cbc:Name"
    if not payee.name:
        yield broken("BR-17", place, expected="a name")
        return
    shared = seller and {each.value for each in payee.identifiers} & {
        each.value for each in seller.identifiers
    }
    if seller and (payee.name == seller.trade_name or shared):
        yield broken("BR-17", place, expected="another party than the seller", found=payee.name)


def _representative(invoice: EInvoice, places: Places) -> Iterator[Finding]:
    found = invoice.representative
    if found is None:
        return
    if not found.name:
        yield broken("BR-18", f"{places.representative}/cac:PartyName/cbc:Name", expected="a name")
    yield from _address(found.address, places.representative, "BR-19", "BR-20")
    if not found.vat_number:
        yield broken(
            "BR-56", f"{places.representative}/cac:PartyTaxScheme/cbc:CompanyID", expected="a VAT number"
        )


def _vat_numbers(invoice: EInvoice, places: Places) -> Iterator[Finding]:
    known = codes("countries") | {GREECE}
    holders = (
        (places.seller, invoice.seller), (places.buyer, invoice.buyer),
        (places.representative, invoice.representative),
    )  # fmt: skip
    for place, holder in holders:
        registrations: tuple[TaxRegistration, ...] = holder.registrations if holder else ()
        for each in registrations:
            if is_vat(each.scheme) and each.number[:2] not in known:
                where = f"{place}/cac:PartyTaxScheme/cbc:CompanyID"
                yield broken("BR-CO-09", where, expected="a country's code first", found=each.number)

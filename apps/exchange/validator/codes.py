"""BR-CL: codes come from their lists."""

from collections.abc import Iterable, Iterator
from typing import Final

from apps.exchange.codelists import codes
from apps.exchange.model import AllowanceCharge, Amount, EInvoice, Identifier, Line, Party, Payee
from apps.exchange.validator.finding import Finding, broken
from apps.exchange.validator.places import Places

CATEGORY_CODES: Final = frozenset({"AE", "L", "M", "E", "S", "Z", "G", "O", "K", "B"})
TAX_POINTS: Final = frozenset({"3", "35", "432"})
MEDIA_TYPES: Final = frozenset({
    "application/pdf", "image/png", "image/jpeg", "text/csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.oasis.opendocument.spreadsheet",
})  # fmt: skip
CREDITOR: Final = "SEPA"
# Rule, place, code as it stands there, list. An absent code is another rule's matter.
Entry = tuple[str, str, str, frozenset[str]]


def check(invoice: EInvoice, places: Places) -> Iterator[Finding]:
    """Check every code of the document."""
    for source in (_head, _parties, _payments, _taxes, _lines, _amounts):
        for rule, place, code, allowed in source(invoice, places):
            if code and code not in allowed:
                yield broken(rule, place, expected="a code of the list", found=code)


def _head(invoice: EInvoice, places: Places) -> Iterator[Entry]:
    kinds = codes("credit_note_types" if invoice.kind == "credit_note" else "invoice_types")
    currencies = codes("currencies")
    yield "BR-CL-01", places.type_code, invoice.type_code, kinds
    yield "BR-CL-04", f"{places.root}/cbc:DocumentCurrencyCode", invoice.currency, currencies
    yield "BR-CL-05", f"{places.root}/cbc:TaxCurrencyCode", invoice.tax_currency, currencies
    yield "BR-CL-06", f"{places.period}/cbc:DescriptionCode", invoice.tax_point_code, TAX_POINTS
    for note in invoice.notes:
        yield "BR-CL-08", f"{places.root}/cbc:Note", note.subject, codes("note_subjects")
    if invoice.references.object_id:
        place = f"{places.root}/cac:AdditionalDocumentReference/cbc:ID/@schemeID"
        yield "BR-CL-07", place, invoice.references.object_id.scheme, codes("object_schemes")
    for document in invoice.documents:
        if document.attachment:
            place = f"{places.root}/cac:AdditionalDocumentReference/cac:Attachment/cbc:EmbeddedDocumentBinaryObject"
            yield "BR-CL-24", f"{place}/@mimeCode", document.attachment.media_type or "none", MEDIA_TYPES


def _parties(invoice: EInvoice, places: Places) -> Iterator[Entry]:
    countries = codes("countries")
    for party, place in ((invoice.seller, places.seller), (invoice.buyer, places.buyer)):
        if party:
            yield from _party(party, place, is_paid=party is invoice.seller)
            if party.endpoint:
                scheme = party.endpoint.scheme
                yield "BR-CL-25", f"{place}/cbc:EndpointID/@schemeID", scheme, codes("address_schemes")
    if invoice.payee:
        yield from _party(invoice.payee, places.payee, is_paid=True)
    delivery = invoice.delivery
    if delivery and delivery.location:
        place = f"{places.delivery}/cac:DeliveryLocation/cbc:ID/@schemeID"
        yield "BR-CL-26", place, delivery.location.scheme, codes("identifier_schemes")
    for place, holder in (
        (places.seller, invoice.seller), (places.buyer, invoice.buyer),
        (places.representative, invoice.representative), (places.delivery, delivery),
    ):  # fmt: skip
        if holder and holder.address:
            yield (
                "BR-CL-14",
                f"{place}//cac:Country/cbc:IdentificationCode",
                holder.address.country,
                countries,
            )


def _party(party: Party | Payee, place: str, *, is_paid: bool) -> Iterator[Entry]:
    known = codes("identifier_schemes")
    # The creditor identifier (BT-90) stands among the identifiers of whoever is paid.
    for each in party.identifiers:
        allowed = known | {CREDITOR} if is_paid else known
        yield "BR-CL-10", f"{place}/cac:PartyIdentification/cbc:ID/@schemeID", each.scheme, allowed
    if party.legal_id:
        where = f"{place}/cac:PartyLegalEntity/cbc:CompanyID/@schemeID"
        yield "BR-CL-11", where, party.legal_id.scheme, known


def _payments(invoice: EInvoice, places: Places) -> Iterator[Entry]:
    for number, payment in enumerate(invoice.payments, 1):
        place = f"{places.root}/cac:PaymentMeans[{number}]/cbc:PaymentMeansCode"
        yield "BR-CL-16", place, payment.means, codes("payment_means")


def _taxes(invoice: EInvoice, places: Places) -> Iterator[Entry]:
    for place, each in (*places.adjustments(), *places.line_adjustments()):
        yield _reason(each, f"{place}/cbc:AllowanceChargeReasonCode")
    for place, each in places.adjustments():
        if each.category:
            yield "BR-CL-17", f"{place}/cac:TaxCategory/cbc:ID", each.category.code, CATEGORY_CODES
    for place, subtotal in places.subtotals():
        if subtotal.category:
            where, category = f"{place}/cac:TaxCategory", subtotal.category
            yield "BR-CL-17", f"{where}/cbc:ID", category.code, CATEGORY_CODES
            reason = category.reason_code.upper()
            yield "BR-CL-22", f"{where}/cbc:TaxExemptionReasonCode", reason, codes("exemption_reasons")


def _reason(each: AllowanceCharge, place: str) -> Entry:
    if each.is_charge:
        return "BR-CL-20", place, each.reason_code, codes("charge_reasons")
    return "BR-CL-19", place, each.reason_code, codes("allowance_reasons")


def _lines(invoice: EInvoice, places: Places) -> Iterator[Entry]:
    for place, line in places.lines():
        yield from _item(line, f"{place}/cac:Item")
        if line.quantity:
            yield "BR-CL-23", f"{place}/{places.quantity}/@unitCode", line.quantity.unit, codes("units")
        if line.price and line.price.per:
            where = f"{place}/cac:Price/cbc:BaseQuantity/@unitCode"
            yield "BR-CL-23", where, line.price.per.unit, codes("units")
        if line.object_id:
            where = f"{place}/cac:DocumentReference/cbc:ID/@schemeID"
            yield "BR-CL-07", where, line.object_id.scheme, codes("object_schemes")


def _item(line: Line, place: str) -> Iterator[Entry]:
    item = line.item
    standard: Identifier | None = item.standard_id
    if standard:
        where = f"{place}/cac:StandardItemIdentification/cbc:ID/@schemeID"
        yield "BR-CL-21", where, standard.scheme, codes("identifier_schemes")
    for each in item.classes:
        where = f"{place}/cac:CommodityClassification/cbc:ItemClassificationCode/@listID"
        yield "BR-CL-13", where, each.scheme, codes("item_classifications")
    yield "BR-CL-15", f"{place}/cac:OriginCountry/cbc:IdentificationCode", item.origin, codes("countries")
    if item.category:
        yield "BR-CL-18", f"{place}/cac:ClassifiedTaxCategory/cbc:ID", item.category.code, CATEGORY_CODES


def _amounts(invoice: EInvoice, places: Places) -> Iterator[Entry]:
    known = codes("currencies")
    for place, amount in amounts_of(invoice, places):
        yield "BR-CL-03", f"{place}/@currencyID", amount.currency or "none", known


def amounts_of(invoice: EInvoice, places: Places) -> Iterator[tuple[str, Amount]]:
    """Give every amount of the document with its place, but for tax totals."""
    totals = invoice.totals
    names = ("LineExtensionAmount", "AllowanceTotalAmount", "ChargeTotalAmount", "TaxExclusiveAmount",
             "TaxInclusiveAmount", "PrepaidAmount", "PayableRoundingAmount", "PayableAmount")  # fmt: skip
    values = (totals.lines, totals.allowances, totals.charges, totals.net, totals.gross, totals.prepaid,
              totals.rounding, totals.due) if totals else ()  # fmt: skip
    yield from _named(places.totals, zip(names, values, strict=False))
    for place, each in (*places.adjustments(), *places.line_adjustments()):
        yield from _named(place, (("Amount", each.amount), ("BaseAmount", each.base)))
    for place, subtotal in places.subtotals():
        yield from _named(place, (("TaxableAmount", subtotal.base), ("TaxAmount", subtotal.tax)))
    for place, line in places.lines():
        yield from _named(place, (("LineExtensionAmount", line.net),))
        if line.price:
            yield from _named(f"{place}/cac:Price", (("PriceAmount", line.price.net),))
            reduction = (("Amount", line.price.discount), ("BaseAmount", line.price.gross))
            yield from _named(f"{place}/cac:Price/cac:AllowanceCharge", reduction)


def _named(place: str, found: Iterable[tuple[str, Amount | None]]) -> Iterator[tuple[str, Amount]]:
    for name, amount in found:
        if amount is not None:
            yield f"{place}/cbc:{name}", amount

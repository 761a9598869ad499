"""Write the neutral model as UBL 2.1 (EN 16931-3-2). Elements stand in the order that the schema wants."""

from lxml import etree

from apps.core.errors import InputError
from apps.exchange.model import EInvoice, References, TaxSubtotal, Totals
from apps.exchange.ubl import names
from apps.exchange.ubl.builder import Branch, new_root
from apps.exchange.ubl.writing_lines import write_line
from apps.exchange.ubl.writing_parts import (
    write_adjustment,
    write_category,
    write_delivery,
    write_document,
    write_party,
    write_payee,
    write_payments,
    write_period,
    write_representative,
)


class CannotBeWritten(InputError):
    """The document holds characters that XML cannot hold."""

    code = "einvoice_characters"
    cure = "Remove control characters from its texts."


def write_ubl(invoice: EInvoice) -> bytes:
    """Return a document as UBL 2.1 in UTF-8; the same document gives the same bytes. Raises CannotBeWritten."""
    is_credit = invoice.kind == "credit_note"
    root = new_root(names.CREDIT_NOTE, "CreditNote") if is_credit else new_root(names.INVOICE, "Invoice")
    try:
        _write_head(root, invoice)
        _write_references(root, invoice)
        _write_parties(root, invoice)
        _write_amounts(root, invoice)
        for line in invoice.lines:
            write_line(root, line, is_credit_note=is_credit)
    except ValueError as error:
        raise CannotBeWritten("The document holds characters that an electronic invoice cannot.") from error
    root.prune()
    written: bytes = etree.tostring(root.element, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return written


def _write_head(root: Branch, invoice: EInvoice) -> None:
    is_credit = invoice.kind == "credit_note"
    root.text("cbc:CustomizationID", invoice.specification)
    root.text("cbc:ProfileID", invoice.process)
    root.text("cbc:ID", invoice.number)
    root.day("cbc:IssueDate", invoice.issue_date)
    if is_credit:
        root.day("cbc:TaxPointDate", invoice.tax_point)
        root.text("cbc:CreditNoteTypeCode", invoice.type_code)
    else:
        root.day("cbc:DueDate", invoice.due_date)
        root.text("cbc:InvoiceTypeCode", invoice.type_code)
    for note in invoice.notes:
        root.text("cbc:Note", f"#{note.subject}#{note.text}" if note.subject else note.text)
    if not is_credit:
        root.day("cbc:TaxPointDate", invoice.tax_point)
    root.text("cbc:DocumentCurrencyCode", invoice.currency)
    root.text("cbc:TaxCurrencyCode", invoice.tax_currency)
    root.text("cbc:AccountingCost", invoice.references.accounting)
    root.text("cbc:BuyerReference", invoice.references.buyer)
    if invoice.period or invoice.tax_point_code:
        write_period(root, invoice.period, tax_point_code=invoice.tax_point_code)


def _write_references(root: Branch, invoice: EInvoice) -> None:
    refers, is_credit = invoice.references, invoice.kind == "credit_note"
    if refers.order or refers.sales_order:
        order = root.grow("cac:OrderReference")
        order.text("cbc:ID", refers.order or names.NO_ORDER)
        order.text("cbc:SalesOrderID", refers.sales_order)
    for preceding in invoice.preceding:
        reference = root.grow("cac:BillingReference").grow("cac:InvoiceDocumentReference")
        reference.text("cbc:ID", preceding.number)
        reference.day("cbc:IssueDate", preceding.issue_date)
    root.grow("cac:DespatchDocumentReference").text("cbc:ID", refers.despatch)
    root.grow("cac:ReceiptDocumentReference").text("cbc:ID", refers.receipt)
    if not is_credit:
        root.grow("cac:OriginatorDocumentReference").text("cbc:ID", refers.tender)
    root.grow("cac:ContractDocumentReference").text("cbc:ID", refers.contract)
    _write_additional(root, invoice)
    if is_credit:
        root.grow("cac:OriginatorDocumentReference").text("cbc:ID", refers.tender)
    else:
        root.grow("cac:ProjectReference").text("cbc:ID", refers.project)


def _write_additional(root: Branch, invoice: EInvoice) -> None:
    refers: References = invoice.references
    if refers.object_id is not None:
        marked = root.grow("cac:AdditionalDocumentReference")
        marked.identifier("cbc:ID", refers.object_id)
        marked.text("cbc:DocumentTypeCode", names.OBJECT)
    if refers.project and invoice.kind == "credit_note":
        marked = root.grow("cac:AdditionalDocumentReference")
        marked.text("cbc:ID", refers.project)
        marked.text("cbc:DocumentTypeCode", names.PROJECT)
    for document in invoice.documents:
        write_document(root, document)


def _write_parties(root: Branch, invoice: EInvoice) -> None:
    if invoice.seller:
        write_party(root.grow("cac:AccountingSupplierParty"), invoice.seller)
    if invoice.buyer:
        write_party(root.grow("cac:AccountingCustomerParty"), invoice.buyer)
    if invoice.payee:
        write_payee(root, invoice.payee)
    if invoice.representative:
        write_representative(root, invoice.representative)
    if invoice.delivery:
        write_delivery(root, invoice.delivery)
    write_payments(root, invoice)
    root.grow("cac:PaymentTerms").text("cbc:Note", invoice.terms)


def _write_amounts(root: Branch, invoice: EInvoice) -> None:
    for adjustment in invoice.adjustments:
        write_adjustment(root, adjustment)
    for total in invoice.tax_totals:
        branch = root.grow("cac:TaxTotal")
        branch.amount("cbc:TaxAmount", total.amount)
        for subtotal in total.subtotals:
            _write_subtotal(branch, subtotal)
    if invoice.totals:
        _write_totals(root.grow("cac:LegalMonetaryTotal"), invoice.totals)


def _write_subtotal(parent: Branch, subtotal: TaxSubtotal) -> None:
    branch = parent.grow("cac:TaxSubtotal")
    branch.amount("cbc:TaxableAmount", subtotal.base)
    branch.amount("cbc:TaxAmount", subtotal.tax)
    if subtotal.category:
        write_category(branch.grow("cac:TaxCategory"), subtotal.category)


def _write_totals(branch: Branch, totals: Totals) -> None:
    branch.amount("cbc:LineExtensionAmount", totals.lines)
    branch.amount("cbc:TaxExclusiveAmount", totals.net)
    branch.amount("cbc:TaxInclusiveAmount", totals.gross)
    branch.amount("cbc:AllowanceTotalAmount", totals.allowances)
    branch.amount("cbc:ChargeTotalAmount", totals.charges)
    branch.amount("cbc:PrepaidAmount", totals.prepaid)
    branch.amount("cbc:PayableRoundingAmount", totals.rounding)
    branch.amount("cbc:PayableAmount", totals.due)

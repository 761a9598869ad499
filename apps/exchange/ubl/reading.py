"""Read UBL 2.1 into the neutral model (EN 16931-3-2)."""

import re
from typing import Any, Final

from apps.exchange.model import (
    EInvoice,
    Note,
    Period,
    Preceding,
    References,
    TaxCategory,
    TaxSubtotal,
    TaxTotal,
    Totals,
)
from apps.exchange.nodes import Node, Reading, Unread, list_unread
from apps.exchange.ubl import names
from apps.exchange.ubl.lines import read_line
from apps.exchange.ubl.parts import (
    read_adjustment,
    read_category,
    read_delivery,
    read_document,
    read_party,
    read_payee,
    read_payment,
    read_period,
    read_representative,
)
from apps.exchange.xml import parse_xml, refuse

ROOTS: Final = {f"{{{names.INVOICE}}}Invoice": "invoice", f"{{{names.CREDIT_NOTE}}}CreditNote": "credit_note"}
_SUBJECT: Final = re.compile(r"#([A-Z]{3})#(.*)", re.DOTALL)


def read_ubl(content: bytes) -> EInvoice:
    """Return a UBL invoice or credit note. Raises EInvoiceRefused."""
    return read_root(parse_xml(content))[0]


def read_root(root: Any) -> tuple[EInvoice, tuple[Unread, ...]]:
    """Return what a parsed UBL document says, and what of it the model has no place for. Raises EInvoiceRefused."""
    kind = ROOTS.get(root.tag)
    if kind is None:
        raise refuse("wrong_root", "The file is no UBL invoice or credit note.")
    reading = Reading(names.PREFIXES)
    invoice = _read(Node(root, reading), is_credit_note=kind == "credit_note")
    return invoice, list_unread(root, reading)


def _read(root: Node, *, is_credit_note: bool) -> EInvoice:
    line = "cac:CreditNoteLine" if is_credit_note else "cac:InvoiceLine"
    kind = "cbc:CreditNoteTypeCode" if is_credit_note else "cbc:InvoiceTypeCode"
    due = "cac:PaymentMeans/cbc:PaymentDueDate" if is_credit_note else "cbc:DueDate"
    supports = [each for each in root.all("cac:AdditionalDocumentReference") if not _is_marked(each)]
    representative = root.at("cac:TaxRepresentativeParty")
    return EInvoice(
        kind="credit_note" if is_credit_note else "invoice",
        specification=root.text("cbc:CustomizationID"),
        process=root.text("cbc:ProfileID"),
        number=root.text("cbc:ID"),
        issue_date=root.day("cbc:IssueDate"),
        type_code=root.text(kind),
        currency=root.text("cbc:DocumentCurrencyCode"),
        tax_currency=root.text("cbc:TaxCurrencyCode"),
        tax_point=root.day("cbc:TaxPointDate"),
        tax_point_code=root.text("cac:InvoicePeriod/cbc:DescriptionCode"),
        due_date=root.day(due),
        terms=root.text("cac:PaymentTerms/cbc:Note"),
        notes=tuple(_note(each.text()) for each in root.all("cbc:Note")),
        references=_references(root, is_credit_note=is_credit_note),
        preceding=tuple(_preceding(each) for each in root.all("cac:BillingReference")),
        seller=read_party(root.at("cac:AccountingSupplierParty/cac:Party")),
        buyer=read_party(root.at("cac:AccountingCustomerParty/cac:Party")),
        payee=read_payee(root.at("cac:PayeeParty")),
        representative=read_representative(representative),
        delivery=read_delivery(root.at("cac:Delivery")),
        period=_period(root.at("cac:InvoicePeriod")),
        payments=tuple(read_payment(each) for each in root.all("cac:PaymentMeans")),
        adjustments=tuple(read_adjustment(each) for each in root.all("cac:AllowanceCharge")),
        tax_totals=tuple(_tax_total(each) for each in root.all("cac:TaxTotal")),
        totals=_totals(root.at("cac:LegalMonetaryTotal")),
        documents=tuple(read_document(each) for each in supports),
        lines=tuple(read_line(each, is_credit_note=is_credit_note) for each in root.all(line)),
    )


def _note(text: str) -> Note:
    match = _SUBJECT.fullmatch(text)
    return Note(match[2], match[1]) if match else Note(text)


def _is_marked(node: Node) -> bool:
    return node.at("cbc:DocumentTypeCode").peek() in {names.OBJECT, names.PROJECT}


def _period(node: Node) -> Period | None:
    """Return BG-14; a period that has nothing but the code of the tax point (BT-8) is none."""
    has_days = node.at("cbc:StartDate") or node.at("cbc:EndDate")
    return read_period(node) if has_days or not node.at("cbc:DescriptionCode") else None


def _references(root: Node, *, is_credit_note: bool) -> References:
    marked = {
        each.at("cbc:DocumentTypeCode").peek(): each for each in root.all("cac:AdditionalDocumentReference")
    }
    about = marked.get(names.OBJECT)
    project = root.text("cac:ProjectReference/cbc:ID")
    if about is not None:
        about.text("cbc:DocumentTypeCode")
    if names.PROJECT in marked:
        marked[names.PROJECT].text("cbc:DocumentTypeCode")
        project = marked[names.PROJECT].text("cbc:ID")
    sales_order = root.text("cac:OrderReference/cbc:SalesOrderID")
    order = root.text("cac:OrderReference/cbc:ID")
    return References(
        buyer=root.text("cbc:BuyerReference"),
        project=project,
        contract=root.text("cac:ContractDocumentReference/cbc:ID"),
        order="" if sales_order and order == names.NO_ORDER else order,
        sales_order=sales_order,
        receipt=root.text("cac:ReceiptDocumentReference/cbc:ID"),
        despatch=root.text("cac:DespatchDocumentReference/cbc:ID"),
        tender=root.text("cac:OriginatorDocumentReference/cbc:ID"),
        object_id=about.identifier("cbc:ID") if about is not None else None,
        accounting=root.text("cbc:AccountingCost"),
    )


def _preceding(node: Node) -> Preceding:
    return Preceding(
        node.text("cac:InvoiceDocumentReference/cbc:ID"),
        node.day("cac:InvoiceDocumentReference/cbc:IssueDate"),
    )


def _tax_total(node: Node) -> TaxTotal:
    return TaxTotal(
        node.amount("cbc:TaxAmount"), tuple(_subtotal(each) for each in node.all("cac:TaxSubtotal"))
    )


def _subtotal(node: Node) -> TaxSubtotal:
    category: TaxCategory | None = read_category(node.at("cac:TaxCategory"))
    return TaxSubtotal(node.amount("cbc:TaxableAmount"), node.amount("cbc:TaxAmount"), category)


def _totals(node: Node) -> Totals | None:
    if not node:
        return None
    return Totals(
        lines=node.amount("cbc:LineExtensionAmount"),
        allowances=node.amount("cbc:AllowanceTotalAmount"),
        charges=node.amount("cbc:ChargeTotalAmount"),
        net=node.amount("cbc:TaxExclusiveAmount"),
        gross=node.amount("cbc:TaxInclusiveAmount"),
        prepaid=node.amount("cbc:PrepaidAmount"),
        rounding=node.amount("cbc:PayableRoundingAmount"),
        due=node.amount("cbc:PayableAmount"),
    )

"""Read a Cross Industry Invoice into the neutral model (EN 16931-3-3)."""

from dataclasses import replace
from typing import Any

from apps.exchange.cii import names
from apps.exchange.cii.lines import read_line
from apps.exchange.cii.parts import (
    day_of,
    read_adjustment,
    read_category,
    read_document,
    read_party,
    read_payee,
    read_payment,
    read_period,
    read_representative,
    ship_to,
)
from apps.exchange.model import (
    Amount,
    EInvoice,
    Identifier,
    Mandate,
    Note,
    Party,
    Payment,
    Preceding,
    References,
    TaxSubtotal,
    TaxTotal,
    Totals,
)
from apps.exchange.nodes import Node, Reading, Unread, list_unread
from apps.exchange.xml import parse_xml, refuse


def read_cii(content: bytes) -> EInvoice:
    """Return a Cross Industry Invoice. Raises EInvoiceRefused."""
    return read_root(parse_xml(content))[0]


def read_root(root: Any) -> tuple[EInvoice, tuple[Unread, ...]]:
    """Return what a parsed CII document says, and what of it the model has no place for. Raises EInvoiceRefused."""
    if root.tag != names.ROOT:
        raise refuse("wrong_root", "The file is no Cross Industry Invoice.")
    reading = Reading(names.PREFIXES)
    invoice = _with_creditor(_read(Node(root, reading)), Node(root, reading))
    return invoice, list_unread(root, reading)


def _read(root: Node) -> EInvoice:
    context, head = root.at("rsm:ExchangedDocumentContext"), root.at("rsm:ExchangedDocument")
    trade = root.at("rsm:SupplyChainTradeTransaction")
    agreement = trade.at("ram:ApplicableHeaderTradeAgreement")
    delivery = trade.at("ram:ApplicableHeaderTradeDelivery")
    settlement = trade.at("ram:ApplicableHeaderTradeSettlement")
    type_code = head.text("ram:TypeCode")
    terms = settlement.at("ram:SpecifiedTradePaymentTerms")
    first_tax = settlement.at("ram:ApplicableTradeTax")
    point = first_tax.text("ram:DueDateTypeCode")
    currency = settlement.text("ram:InvoiceCurrencyCode")
    return EInvoice(
        kind="credit_note" if type_code in names.CREDITS else "invoice",
        specification=context.text("ram:GuidelineSpecifiedDocumentContextParameter/ram:ID"),
        process=context.text("ram:BusinessProcessSpecifiedDocumentContextParameter/ram:ID"),
        number=head.text("ram:ID"),
        issue_date=day_of(head.at("ram:IssueDateTime")),
        type_code=type_code,
        currency=currency,
        tax_currency=settlement.text("ram:TaxCurrencyCode"),
        tax_point=day_of(first_tax.at("ram:TaxPointDate"), "udt:DateString"),
        tax_point_code=names.TAX_POINTS.get(point, point),
        due_date=day_of(terms.at("ram:DueDateDateTime")),
        terms=terms.text("ram:Description"),
        notes=tuple(
            Note(each.text("ram:Content"), each.text("ram:SubjectCode")) for each in head.all("ram:IncludedNote")
        ),
        references=_references(agreement, delivery, settlement),
        preceding=tuple(_preceding(each) for each in settlement.all("ram:InvoiceReferencedDocument")),
        seller=read_party(agreement.at("ram:SellerTradeParty")),
        buyer=read_party(agreement.at("ram:BuyerTradeParty")),
        payee=read_payee(settlement.at("ram:PayeeTradeParty")),
        representative=read_representative(agreement.at("ram:SellerTaxRepresentativeTradeParty")),
        delivery=ship_to(delivery),
        period=read_period(settlement.at("ram:BillingSpecifiedPeriod")),
        payments=_payments(settlement, terms),
        adjustments=tuple(
            read_adjustment(each, currency) for each in settlement.all("ram:SpecifiedTradeAllowanceCharge")
        ),
        tax_totals=_tax_totals(settlement, currency),
        totals=_totals(settlement.at("ram:SpecifiedTradeSettlementHeaderMonetarySummation"), currency),
        documents=tuple(
            read_document(each)
            for each in agreement.all("ram:AdditionalReferencedDocument")
            if each.at("ram:TypeCode").peek() not in {names.OBJECT, names.TENDER}
        ),
        lines=tuple(
            read_line(each, currency) for each in trade.all("ram:IncludedSupplyChainTradeLineItem")
        ),
    )  # fmt: skip


def _with_creditor(invoice: EInvoice, root: Node) -> EInvoice:
    """Put the creditor of a direct debit (BT-90) where the model has it: among the numbers of whoever is paid."""
    path = "rsm:SupplyChainTradeTransaction/ram:ApplicableHeaderTradeSettlement/ram:CreditorReferenceID"
    number = root.text(path)
    if not number:
        return invoice
    creditor = Identifier(number, "SEPA")
    if invoice.payee:
        payee = replace(invoice.payee, identifiers=(*invoice.payee.identifiers, creditor))
        return replace(invoice, payee=payee)
    seller = invoice.seller or Party()
    return replace(invoice, seller=replace(seller, identifiers=(*seller.identifiers, creditor)))


def _references(agreement: Node, delivery: Node, settlement: Node) -> References:
    marked = {
        each.at("ram:TypeCode").peek(): each for each in agreement.all("ram:AdditionalReferencedDocument")
    }
    nothing = agreement.at("ram:Nothing")
    about, tender = marked.get(names.OBJECT, nothing), marked.get(names.TENDER, nothing)
    about.text("ram:TypeCode"), tender.text("ram:TypeCode")
    project = agreement.at("ram:SpecifiedProcuringProject")
    project.text("ram:Name")
    object_id = about.identifier("ram:IssuerAssignedID")
    if object_id is not None:
        object_id = replace(object_id, scheme=about.text("ram:ReferenceTypeCode"))
    return References(
        buyer=agreement.text("ram:BuyerReference"),
        project=project.text("ram:ID"),
        contract=agreement.text("ram:ContractReferencedDocument/ram:IssuerAssignedID"),
        order=agreement.text("ram:BuyerOrderReferencedDocument/ram:IssuerAssignedID"),
        sales_order=agreement.text("ram:SellerOrderReferencedDocument/ram:IssuerAssignedID"),
        receipt=delivery.text("ram:ReceivingAdviceReferencedDocument/ram:IssuerAssignedID"),
        despatch=delivery.text("ram:DespatchAdviceReferencedDocument/ram:IssuerAssignedID"),
        tender=tender.text("ram:IssuerAssignedID"),
        object_id=object_id,
        accounting=settlement.text("ram:ReceivableSpecifiedTradeAccountingAccount/ram:ID"),
    )


def _preceding(node: Node) -> Preceding:
    day = day_of(node.at("ram:FormattedIssueDateTime"), "qdt:DateTimeString")
    return Preceding(node.text("ram:IssuerAssignedID"), day)


def _payments(settlement: Node, terms: Node) -> tuple[Payment, ...]:
    """Return the ways to pay; CII keeps the reference and the mandate once for all of them."""
    reference, mandate = settlement.text("ram:PaymentReference"), terms.text("ram:DirectDebitMandateID")
    found = [read_payment(each) for each in settlement.all("ram:SpecifiedTradeSettlementPaymentMeans")]
    if not found and (reference or mandate):
        found = [Payment()]
    result = []
    for index, payment in enumerate(found):
        known = payment.mandate
        if index == 0 and (mandate or known):
            known = Mandate(mandate, known.debited_account if known else "")
        result.append(replace(payment, reference=reference, mandate=known))
    return tuple(result)


def _tax_totals(settlement: Node, currency: str) -> tuple[TaxTotal, ...]:
    """Return the tax totals; the break-down belongs to the one in the document's currency."""
    summation = settlement.at("ram:SpecifiedTradeSettlementHeaderMonetarySummation")
    amounts = [each.amount_in(currency) for each in summation.all("ram:TaxTotalAmount")]
    subtotals = tuple(_subtotal(each, currency) for each in settlement.all("ram:ApplicableTradeTax"))
    stated = [each for each in amounts if each is not None]
    own = next((each for each in stated if each.currency == currency), None)
    others = tuple(TaxTotal(each) for each in stated if each is not own)
    return (TaxTotal(own, subtotals), *others) if own or subtotals else others


def _subtotal(node: Node, currency: str) -> TaxSubtotal:
    # CII repeats the tax point (BT-7, BT-8) in every break-down; it was read from the first.
    node.text("ram:DueDateTypeCode")
    day_of(node.at("ram:TaxPointDate"), "udt:DateString")
    return TaxSubtotal(
        node.at("ram:BasisAmount").amount_in(currency),
        node.at("ram:CalculatedAmount").amount_in(currency),
        read_category(node),
    )


def _totals(node: Node, currency: str) -> Totals | None:
    if not node:
        return None

    def amount(name: str) -> Amount | None:
        return node.at(f"ram:{name}").amount_in(currency)

    return Totals(
        lines=amount("LineTotalAmount"),
        allowances=amount("AllowanceTotalAmount"),
        charges=amount("ChargeTotalAmount"),
        net=amount("TaxBasisTotalAmount"),
        gross=amount("GrandTotalAmount"),
        prepaid=amount("TotalPrepaidAmount"),
        rounding=amount("RoundingAmount"),
        due=amount("DuePayableAmount"),
    )

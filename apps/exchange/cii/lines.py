"""Lines of CII (BG-25 … BG-32)."""

from apps.exchange.cii import names
from apps.exchange.cii.parts import read_adjustment, read_category, read_period
from apps.exchange.model import Attribute, Identifier, Item, Line, Price
from apps.exchange.nodes import Node


def read_line(node: Node, currency: str) -> Line:
    """Return a line; its amounts are in the document's currency, which CII does not repeat."""
    head = node.at("ram:AssociatedDocumentLineDocument")
    agreement, settlement = (
        node.at("ram:SpecifiedLineTradeAgreement"),
        node.at("ram:SpecifiedLineTradeSettlement"),
    )
    summation = settlement.at("ram:SpecifiedTradeSettlementLineMonetarySummation")
    return Line(
        number=head.text("ram:LineID"),
        note=head.text("ram:IncludedNote/ram:Content"),
        object_id=_object(settlement.at("ram:AdditionalReferencedDocument")),
        quantity=node.quantity("ram:SpecifiedLineTradeDelivery/ram:BilledQuantity"),
        net=summation.at("ram:LineTotalAmount").amount_in(currency),
        order_line=agreement.text("ram:BuyerOrderReferencedDocument/ram:LineID"),
        accounting=settlement.text("ram:ReceivableSpecifiedTradeAccountingAccount/ram:ID"),
        period=read_period(settlement.at("ram:BillingSpecifiedPeriod")),
        adjustments=tuple(
            read_adjustment(each, currency) for each in settlement.all("ram:SpecifiedTradeAllowanceCharge")
        ),
        price=_price(agreement, currency),
        item=_item(node.at("ram:SpecifiedTradeProduct"), settlement.at("ram:ApplicableTradeTax")),
    )


def _object(node: Node) -> Identifier | None:
    if not node or node.at("ram:TypeCode").peek() != names.OBJECT:
        return None
    node.text("ram:TypeCode")
    return Identifier(node.text("ram:IssuerAssignedID"), node.text("ram:ReferenceTypeCode"))


def _price(agreement: Node, currency: str) -> Price | None:
    """Return the price; a gross price beside the net one brings the discount."""
    net, gross = (
        agreement.at("ram:NetPriceProductTradePrice"),
        agreement.at("ram:GrossPriceProductTradePrice"),
    )
    if not net and not gross:
        return None
    discount = gross.at("ram:AppliedTradeAllowanceCharge")
    per = net.quantity("ram:BasisQuantity")
    gross_per = gross.quantity("ram:BasisQuantity")
    return Price(
        net=net.at("ram:ChargeAmount").amount_in(currency),
        discount=discount.at("ram:ActualAmount").amount_in(currency),
        gross=gross.at("ram:ChargeAmount").amount_in(currency),
        per=per or gross_per,
        is_charge=discount.flag("ram:ChargeIndicator/udt:Indicator") if discount else False,
    )


def _item(node: Node, tax: Node) -> Item:
    return Item(
        name=node.text("ram:Name"),
        description=node.text("ram:Description"),
        seller_id=node.text("ram:SellerAssignedID"),
        buyer_id=node.text("ram:BuyerAssignedID"),
        standard_id=node.identifier("ram:GlobalID"),
        classes=tuple(
            Identifier(each.text(), each.attribute("listID"), each.attribute("listVersionID"))
            for each in node.all("ram:DesignatedProductClassification/ram:ClassCode")
        ),
        origin=node.text("ram:OriginTradeCountry/ram:ID"),
        category=read_category(tax),
        attributes=tuple(
            Attribute(each.text("ram:Description"), each.text("ram:Value"))
            for each in node.all("ram:ApplicableProductCharacteristic")
        ),
    )

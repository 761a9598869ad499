"""Lines of UBL (BG-25 … BG-32)."""

from apps.exchange.model import Attribute, Identifier, Item, Line, Price
from apps.exchange.nodes import Node
from apps.exchange.ubl import names
from apps.exchange.ubl.parts import read_adjustment, read_category, read_period


def read_line(node: Node, *, is_credit_note: bool) -> Line:
    """Return a line."""
    return Line(
        number=node.text("cbc:ID"),
        note=node.text("cbc:Note"),
        object_id=_object(node.at("cac:DocumentReference")),
        quantity=node.quantity("cbc:CreditedQuantity" if is_credit_note else "cbc:InvoicedQuantity"),
        net=node.amount("cbc:LineExtensionAmount"),
        order_line=node.text("cac:OrderLineReference/cbc:LineID"),
        accounting=node.text("cbc:AccountingCost"),
        period=read_period(node.at("cac:InvoicePeriod")),
        adjustments=tuple(read_adjustment(each) for each in node.all("cac:AllowanceCharge")),
        price=_price(node.at("cac:Price")),
        item=_item(node.at("cac:Item")),
    )


def _object(node: Node) -> Identifier | None:
    """Return BT-128; a reference that says it is of another kind is left unread, so that it is told."""
    if not node or node.at("cbc:DocumentTypeCode").peek() not in {"", names.OBJECT}:
        return None
    node.text("cbc:DocumentTypeCode")
    return node.identifier("cbc:ID")


def _price(node: Node) -> Price | None:
    if not node:
        return None
    discount = node.at("cac:AllowanceCharge")
    return Price(
        net=node.amount("cbc:PriceAmount"),
        discount=discount.amount("cbc:Amount"),
        gross=discount.amount("cbc:BaseAmount"),
        per=node.quantity("cbc:BaseQuantity"),
        is_charge=discount.flag("cbc:ChargeIndicator") if discount else False,
    )


def _item(node: Node) -> Item:
    return Item(
        name=node.text("cbc:Name"),
        description=node.text("cbc:Description"),
        seller_id=node.text("cac:SellersItemIdentification/cbc:ID"),
        buyer_id=node.text("cac:BuyersItemIdentification/cbc:ID"),
        standard_id=node.identifier("cac:StandardItemIdentification/cbc:ID"),
        classes=tuple(
            Identifier(each.text(), each.attribute("listID"), each.attribute("listVersionID"))
            for each in node.all("cac:CommodityClassification/cbc:ItemClassificationCode")
        ),
        origin=node.text("cac:OriginCountry/cbc:IdentificationCode"),
        category=read_category(node.at("cac:ClassifiedTaxCategory")),
        attributes=tuple(
            Attribute(each.text("cbc:Name"), each.text("cbc:Value"))
            for each in node.all("cac:AdditionalItemProperty")
        ),
    )

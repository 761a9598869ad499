"""Write lines as UBL."""

from apps.exchange.model import Item, Line, Price
from apps.exchange.ubl import names
from apps.exchange.ubl.builder import Branch
from apps.exchange.ubl.writing_parts import write_adjustment, write_category, write_period


def write_line(root: Branch, line: Line, *, is_credit_note: bool) -> None:
    """Add a line (BG-25)."""
    branch = root.grow("cac:CreditNoteLine" if is_credit_note else "cac:InvoiceLine")
    branch.text("cbc:ID", line.number)
    branch.text("cbc:Note", line.note)
    branch.quantity("cbc:CreditedQuantity" if is_credit_note else "cbc:InvoicedQuantity", line.quantity)
    branch.amount("cbc:LineExtensionAmount", line.net)
    branch.text("cbc:AccountingCost", line.accounting)
    if line.period:
        write_period(branch, line.period)
    branch.grow("cac:OrderLineReference").text("cbc:LineID", line.order_line)
    if line.object_id is not None:
        reference = branch.grow("cac:DocumentReference")
        reference.identifier("cbc:ID", line.object_id)
        reference.text("cbc:DocumentTypeCode", names.OBJECT)
    for adjustment in line.adjustments:
        write_adjustment(branch, adjustment)
    _write_item(branch.grow("cac:Item"), line.item)
    if line.price:
        _write_price(branch.grow("cac:Price"), line.price)


def _write_item(branch: Branch, item: Item) -> None:
    branch.text("cbc:Description", item.description)
    branch.text("cbc:Name", item.name)
    branch.grow("cac:BuyersItemIdentification").text("cbc:ID", item.buyer_id)
    branch.grow("cac:SellersItemIdentification").text("cbc:ID", item.seller_id)
    branch.grow("cac:StandardItemIdentification").identifier("cbc:ID", item.standard_id)
    branch.grow("cac:OriginCountry").text("cbc:IdentificationCode", item.origin)
    for each in item.classes:
        branch.grow("cac:CommodityClassification").text(
            "cbc:ItemClassificationCode", each.value, listID=each.scheme, listVersionID=each.version
        )
    if item.category:
        write_category(branch.grow("cac:ClassifiedTaxCategory"), item.category)
    for attribute in item.attributes:
        added = branch.grow("cac:AdditionalItemProperty")
        added.text("cbc:Name", attribute.name)
        added.text("cbc:Value", attribute.value)


def _write_price(branch: Branch, price: Price) -> None:
    branch.amount("cbc:PriceAmount", price.net)
    branch.quantity("cbc:BaseQuantity", price.per)
    if price.discount is not None or price.gross is not None:
        reduction = branch.grow("cac:AllowanceCharge")
        reduction.text("cbc:ChargeIndicator", "true" if price.is_charge else "false")
        reduction.amount("cbc:Amount", price.discount)
        reduction.amount("cbc:BaseAmount", price.gross)

"""Rules about lines: what each has, prices, item."""

from collections.abc import Iterator

from apps.exchange.model import EInvoice, Line, is_vat
from apps.exchange.validator.finding import Finding, broken
from apps.exchange.validator.places import Places


def check(invoice: EInvoice, places: Places) -> Iterator[Finding]:
    """Check every line."""
    for place, line in places.lines():
        yield from _presence(line, place, places)
        yield from _price(line, place)
        yield from _item(line, place)


def _presence(line: Line, place: str, places: Places) -> Iterator[Finding]:
    if not line.number:
        yield broken("BR-21", f"{place}/cbc:ID", expected="a number")
    if line.quantity is None:
        yield broken("BR-22", f"{place}/{places.quantity}", expected="a quantity")
    if line.quantity is None or not line.quantity.unit:
        yield broken("BR-23", f"{place}/{places.quantity}/@unitCode", expected="a unit")
    if line.net is None:
        yield broken("BR-24", f"{place}/cbc:LineExtensionAmount", expected="an amount")
    category = line.item.category
    if category is None or not category.code or not is_vat(category.scheme):
        yield broken("BR-CO-04", f"{place}/cac:Item/cac:ClassifiedTaxCategory/cbc:ID", expected="a category")


def _price(line: Line, place: str) -> Iterator[Finding]:
    net = line.price.net if line.price else None
    gross = line.price.gross if line.price else None
    if net is None:
        yield broken("BR-26", f"{place}/cac:Price/cbc:PriceAmount", expected="a price")
    elif net.value < 0:
        yield broken("BR-27", f"{place}/cac:Price/cbc:PriceAmount", expected="zero or above", found=net)
    if gross is not None and gross.value < 0:
        where = f"{place}/cac:Price/cac:AllowanceCharge/cbc:BaseAmount"
        yield broken("BR-28", where, expected="zero or above", found=gross)


def _item(line: Line, place: str) -> Iterator[Finding]:
    item = line.item
    if not item.name:
        yield broken("BR-25", f"{place}/cac:Item/cbc:Name", expected="a name")
    for number, attribute in enumerate(item.attributes, 1):
        if not attribute.name or not attribute.value:
            where = f"{place}/cac:Item/cac:AdditionalItemProperty[{number}]"
            found = attribute.name or attribute.value
            yield broken("BR-54", where, expected="a name and a value", found=found)
    if item.standard_id and not item.standard_id.scheme:
        where = f"{place}/cac:Item/cac:StandardItemIdentification/cbc:ID/@schemeID"
        yield broken("BR-64", where, expected="a scheme", found="no scheme")
    for number, each in enumerate(item.classes, 1):
        if not each.scheme:
            where = (
                f"{place}/cac:Item/cac:CommodityClassification[{number}]/cbc:ItemClassificationCode/@listID"
            )
            yield broken("BR-65", where, expected="a scheme", found="no scheme")

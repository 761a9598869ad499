"""Build UBL elements; what is empty is left out (PEPPOL-EN16931-R008)."""

from datetime import date
from decimal import Decimal
from typing import Any

from lxml import etree

from apps.exchange.model import Amount, Identifier, Quantity
from apps.exchange.ubl.names import PREFIXES


class Branch:
    """An element under construction."""

    __slots__ = ("element",)

    def __init__(self, element: Any) -> None:
        self.element = element

    def grow(self, name: str) -> "Branch":
        """Return a new element inside this one."""
        return Branch(etree.SubElement(self.element, _tag(name)))

    def text(self, name: str, value: str, /, **attributes: str) -> None:
        """Add an element with a text, unless the text is empty."""
        if value:
            child = etree.SubElement(self.element, _tag(name))
            child.text = value
            for key, each in attributes.items():
                if each:
                    child.set(key, each)

    def day(self, name: str, value: date | None) -> None:
        """Add a date."""
        self.text(name, value.isoformat() if value else "")

    def number(self, name: str, value: Decimal | None) -> None:
        """Add a number as it is, with all its decimals and without an exponent."""
        self.text(name, "" if value is None else format(value, "f"))

    def amount(self, name: str, value: Amount | None) -> None:
        """Add a sum of money with its currency."""
        if value is not None:
            self.text(name, format(value.value, "f"), currencyID=value.currency)

    def quantity(self, name: str, value: Quantity | None) -> None:
        """Add a quantity with its unit."""
        if value is not None:
            self.text(name, format(value.value, "f"), unitCode=value.unit)

    def identifier(self, name: str, value: Identifier | None) -> None:
        """Add an identifier with its scheme."""
        if value is not None:
            self.text(name, value.value, schemeID=value.scheme)

    def prune(self) -> None:
        """Take out elements that got neither text nor children."""
        for element in reversed(list(self.element.iter())):
            parent = element.getparent()
            if parent is not None and len(element) == 0 and not element.text:
                parent.remove(element)


def new_root(space: str, name: str) -> Branch:
    """Return an empty document."""
    prefixes: dict[str | None, str] = {None: space}
    prefixes.update(PREFIXES)
    return Branch(etree.Element(f"{{{space}}}{name}", nsmap=prefixes))


def _tag(name: str) -> str:
    prefix, _, local = name.partition(":")
    return f"{{{PREFIXES[prefix]}}}{local}"

"""Elements that are ticked off as they are read, so that what nothing read can be told."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any, Final

from apps.exchange.model import Amount, Identifier, Quantity
from apps.exchange.xml import refuse

_NUMBER: Final = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)", re.ASCII)
_NUMBER_LENGTH: Final = 40
_COMPACT: Final = re.compile(r"\d{8}", re.ASCII)
_DATE: Final = re.compile(r"(\d{4}-\d{2}-\d{2})(?:Z|[+-]\d{2}:\d{2})?", re.ASCII)
UNREAD_AT_MOST: Final = 100
UNREAD_LENGTH: Final = 200
_XSI: Final = "{http://www.w3.org/2001/XMLSchema-instance}"


@dataclass(frozen=True, slots=True)
class Unread:
    """Something of a file that the neutral model has no place for: where it stands and what it says."""

    place: str
    value: str


@dataclass(slots=True)
class Reading:
    """What is known while one file is read."""

    prefixes: Mapping[str, str]
    seen: set[Any] = field(default_factory=set)


class Node:
    """An element, or none: asking a missing one gives empty answers, so readers read like the list of terms."""

    __slots__ = ("_element", "_reading")

    def __init__(self, element: Any, reading: Reading) -> None:
        self._element, self._reading = element, reading

    def __bool__(self) -> bool:
        return self._element is not None

    def at(self, path: str) -> "Node":
        """Return the first element at a path of prefixed names."""
        found = None if self._element is None else self._element.find(path, self._reading.prefixes)
        return Node(found, self._reading)

    def all(self, path: str) -> list["Node"]:
        """Return every element at a path."""
        if self._element is None:
            return []
        return [Node(each, self._reading) for each in self._element.findall(path, self._reading.prefixes)]

    def text(self, path: str = "") -> str:
        """Return an element's text without the spaces around it, and tick it off."""
        node = self.at(path) if path else self
        if node._element is None:
            return ""
        node._tick()
        return (node._element.text or "").strip()

    def peek(self) -> str:
        """Return this element's text without ticking it off."""
        return "" if self._element is None else (self._element.text or "").strip()

    def attribute(self, name: str) -> str:
        """Return an attribute and tick it off."""
        if self._element is None:
            return ""
        self._reading.seen.add((self._element, name))
        return str(self._element.get(name, "")).strip()

    def amount(self, path: str = "", attribute: str = "currencyID") -> Amount | None:
        """Return a sum of money. Raises EInvoiceRefused for what is no number."""
        node = self.at(path) if path else self
        value = node.number()
        return None if value is None else Amount(value, node.attribute(attribute))

    def amount_in(self, currency: str) -> Amount | None:
        """Return this element's sum of money; where it names no currency, it is in the one given (CII)."""
        amount = self.amount()
        return replace(amount, currency=currency) if amount is not None and not amount.currency else amount

    def quantity(self, path: str) -> Quantity | None:
        """Return a quantity with its unit. Raises EInvoiceRefused."""
        node = self.at(path)
        value = node.number()
        return None if value is None else Quantity(value, node.attribute("unitCode"))

    def number(self, path: str = "") -> Decimal | None:
        """Return a number of XML Schema's type decimal. Raises EInvoiceRefused."""
        node = self.at(path) if path else self
        text = node.text()
        if not text:
            return None
        if not _NUMBER.fullmatch(text) or len(text) > _NUMBER_LENGTH:
            raise node.fault("not_a_number", text, "a number")
        return Decimal(text)

    def day(self, path: str = "") -> date | None:
        """Return a date of XML Schema; a time zone behind it says nothing about the day and is left out."""
        node = self.at(path) if path else self
        text = node.text()
        if not text:
            return None
        match = _DATE.fullmatch(text)
        try:
            return date.fromisoformat(match[1]) if match else node._no_date(text)
        except ValueError:
            return node._no_date(text)

    def compact_day(self) -> date | None:
        """Return a day written as 20260314 (UNTDID 2379, format 102). Raises EInvoiceRefused."""
        text = self.text()
        if not text:
            return None
        if not _COMPACT.fullmatch(text):
            return self._no_date(text)
        try:
            return date(int(text[:4]), int(text[4:6]), int(text[6:]))
        except ValueError:
            return self._no_date(text)

    def identifier(self, path: str = "", attribute: str = "schemeID") -> Identifier | None:
        """Return an identifier with its scheme."""
        node = self.at(path) if path else self
        return Identifier(node.text(), node.attribute(attribute)) if node else None

    def flag(self, path: str) -> bool:
        """Return a true or false. Raises EInvoiceRefused for anything else (PEPPOL-EN16931-R043)."""
        node = self.at(path)
        text = node.text()
        if text not in {"true", "false", "1", "0"}:
            raise (
                node.fault("not_a_flag", text, "“true” or “false”")
                if node
                else self.fault("flag_missing", "", f"{path} with “true” or “false”")
            )
        return text in {"true", "1"}

    def fault(self, code: str, found: str, expected: str) -> Exception:
        """Return the refusal of what stands in this element."""
        place = place_of(self._element, self._reading)
        return refuse(
            code, f"At {place} stands “{found[:80]}” where {expected} is wanted.", place=place,
            cure="Ask the sender to repair the file.",
        )  # fmt: skip

    def _tick(self) -> None:
        self._reading.seen.add(self._element)

    def _no_date(self, text: str) -> date:
        raise self.fault("not_a_date", text, "a date")


def list_unread(root: Any, reading: Reading) -> tuple[Unread, ...]:
    """Return the texts and attributes of a file that nothing read, in their order; the first hundred of them."""
    return tuple(islice(_unread(root, reading), UNREAD_AT_MOST))


def _unread(root: Any, reading: Reading) -> Iterator[Unread]:
    for element in root.iter():
        text = (element.text or "").strip()
        if text and element not in reading.seen:
            yield Unread(place_of(element, reading), text[:UNREAD_LENGTH])
        for name, value in element.attrib.items():
            if (element, name) not in reading.seen and not name.startswith(_XSI):
                yield Unread(f"{place_of(element, reading)}/@{name}", value[:UNREAD_LENGTH])


def place_of(element: Any, reading: Reading) -> str:
    """Return where an element stands: names from the root down, with numbers where a name stands more than once."""
    steps = []
    while element is not None:
        parent = element.getparent()
        steps.append(_short(element.tag, reading) + ("" if parent is None else _position(element, parent)))
        element = parent
    return "/" + "/".join(reversed(steps))


def _position(element: Any, parent: Any) -> str:
    same = parent.findall(element.tag)
    return f"[{same.index(element) + 1}]" if len(same) > 1 else ""


def _short(tag: str, reading: Reading) -> str:
    space, _, name = tag[1:].partition("}")
    prefix = next((each for each, uri in reading.prefixes.items() if uri == space and each), "")
    return f"{prefix}:{name}" if prefix else name

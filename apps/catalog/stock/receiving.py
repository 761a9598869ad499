"""Taking goods in, and announcing what was ordered."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

from apps.catalog.stock import rows
from apps.catalog.stock.book import Book, Change, Shelf, check_quantity, open_book
from apps.catalog.stock.inputs import Expecting, Moved, Receiving
from apps.catalog.stock.lots import Holding
from apps.catalog.stock.valuation import at_average, cost_of
from apps.core.errors import InputError
from apps.core.money import check_decimal
from apps.core.scope import Actor
from apps.core.text import clean_text

Lots = dict[tuple[UUID, str], tuple[UUID, date | None]]
ZERO = Decimal(0)


def receive(
    *,
    lines: Sequence[Receiving],
    actor: Actor,
    now: datetime,
    kind: Literal["receive", "return"] = "receive",
    reason: str = "",
) -> list[Moved]:
    """Take quantities in, all of them or none, at their cost; `return` is what a customer sends back.

    Raises NotStocked, ReferenceReused, InputError: also for a lot whose expiry date is another, and for more
    fulfilled than was announced.
    """
    for line in lines:
        _check(line)
    fills, references = [line.key for line in lines], [line.reference for line in lines]
    with open_book(keys=(), fills=fills, references=references, now=now, reason=reason) as book:
        lots = _find_lots(book, lines)
        costs = rows.find_costs({line.product_id for line in lines if line.unit_cost is None})
        for line in lines:
            if not book.repeated(kind, line.key, line.reference, on_hand=line.quantity):
                _receive_line(book, line, (kind, reason), lots, costs)
    return book.moved


def _check(line: Receiving) -> None:
    check_quantity(line.quantity)
    check_decimal(line.expected, field="expected", minimum=ZERO)
    if line.unit_cost is not None:
        check_decimal(line.unit_cost, field="unit_cost", minimum=ZERO)
    if line.expires_on is not None and not line.lot_number:
        raise InputError("An expiry date needs a lot.", code="lot_missing", field="lot_number")


def _find_lots(book: Book, lines: Sequence[Receiving]) -> Lots:
    wanted = [
        (line.product_id, clean_text(line.lot_number, field="lot_number", limit=64), line.expires_on)
        for line in lines
        if line.lot_number
    ]
    if not wanted:
        return {}
    lots = rows.make_lots(book.connection, wanted, book.now)
    for product_id, number, expires_on in wanted:
        known = lots[product_id, number][1]
        if expires_on is not None and expires_on != known:
            raise InputError(
                f"Lot {number} " + (f"expires on {known}." if known else "has no expiry date."),
                code="lot_expiry_differs", field="expires_on",
                cure="Check the label. Correct the lot first if its date is wrong.",
            )  # fmt: skip
    return lots


def _receive_line(
    book: Book, line: Receiving, told: tuple[str, str], lots: Lots, costs: dict[UUID, Decimal]
) -> None:
    shelf = book.shelves[line.key]
    if line.expected > shelf.incoming:
        raise InputError("Less is announced than this fulfils.", code="not_expected", field="expected",
                         detail={"incoming": f"{shelf.incoming.normalize():f}"})  # fmt: skip
    book.book(
        shelf,
        Change(
            kind=told[0], reason=told[1], reference=line.reference, on_hand=line.quantity, incoming=-line.expected,
            value_minor=value_in(book, shelf, line.quantity, line.unit_cost, costs),
            holding=_holding(book, shelf, line, lots),
        ),
    )  # fmt: skip


def _holding(book: Book, shelf: Shelf, line: Receiving, lots: Lots) -> Holding | None:
    if not line.lot_number:
        return None
    number = clean_text(line.lot_number, field="lot_number", limit=64)
    return book.place_lot(shelf, *lots[line.product_id, number])


def value_in(
    book: Book, shelf: Shelf, quantity: Decimal, unit_cost: Decimal | None, costs: dict[UUID, Decimal]
) -> int:
    """Return what a quantity that comes in is worth: at its cost, else at the average, else as planned."""
    if unit_cost is None and shelf.on_hand > 0:
        return at_average(quantity, shelf.on_hand, shelf.value_minor)
    return cost_of(
        quantity, costs.get(shelf.product_id, ZERO) if unit_cost is None else unit_cost, book.currency
    )


def expect(*, lines: Sequence[Expecting], actor: Actor, now: datetime) -> list[Moved]:
    """Announce quantities that were ordered. Raises NotStocked, ReferenceReused, InputError."""
    for line in lines:
        check_quantity(line.quantity)
    with open_book(
        keys=(), fills=[line.key for line in lines], references=[line.reference for line in lines], now=now
    ) as book:
        for line in lines:
            _announce(book, line, "expect", line.quantity)
    return book.moved


def unexpect(*, lines: Sequence[Expecting], actor: Actor, now: datetime) -> list[Moved]:
    """Take announcements back. Raises InputError for more than is announced, ReferenceReused."""
    for line in lines:
        check_quantity(line.quantity)
    with open_book(
        keys=[line.key for line in lines], references=[line.reference for line in lines], now=now
    ) as book:
        for line in lines:
            _announce(book, line, "unexpect", -line.quantity)
    return book.moved


def _announce(book: Book, line: Expecting, kind: str, change: Decimal) -> None:
    if book.repeated(kind, line.key, line.reference, incoming=change):
        return
    shelf = book.shelf(*line.key)
    if shelf is None or shelf.incoming + change < 0:
        raise InputError("Less is announced than would be taken back.", code="not_expected", field="quantity")
    book.book(shelf, Change(kind=kind, reference=line.reference, incoming=change))

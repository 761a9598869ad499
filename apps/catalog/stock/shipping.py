"""Sending goods out: first expired, first out."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from apps.catalog.stock import rows
from apps.catalog.stock.book import ZERO, Book, Change, Shelf, check_quantity, find_holding, open_book
from apps.catalog.stock.inputs import Moved, Shipping
from apps.catalog.stock.lots import Holding, pick
from apps.core.scope import Actor


def ship(*, lines: Sequence[Shipping], actor: Actor, now: datetime) -> list[Moved]:
    """Send quantities out, all of them or none; the answer says from which lots and at what cost.

    What is kept for others stays (books.md 66), and so do expired lots. Raises InsufficientStock, ProductBlocked,
    NotStocked, ReferenceReused, InputError.
    """
    for line in lines:
        check_quantity(line.quantity)
    with open_book(
        keys=[line.key for line in lines], references=[line.reference for line in lines], now=now, sells=True
    ) as book:
        kept = rows.find_reservations(
            book.connection, [line.reservation for line in lines if line.reservation]
        )
        for line in lines:
            _ship_line(book, line, kept)
    return book.moved


def _ship_line(book: Book, line: Shipping, kept: dict[rows.Wanted, rows.Kept]) -> None:
    if book.repeated("ship", line.key, line.reference, on_hand=-line.quantity):
        return
    shelf = book.shelf(*line.key)
    if shelf is None:
        book.refuse(line.key, line.quantity, ZERO)
        return
    place = kept.get((shelf.id, line.reservation)) if line.reservation else None
    own = min(place.quantity, line.quantity) if place else ZERO
    holdings = _usable(book, shelf, line)
    loose = ZERO if line.lot_id else shelf.loose
    parts = pick(holdings, loose, line.quantity)
    if parts is None or line.quantity - own > shelf.available:
        there = sum((each.on_hand for each in holdings), loose)
        book.refuse(line.key, line.quantity, min(there, shelf.available + own))
        return
    if place:
        place.quantity -= own
    book.book(shelf, *_changes(line, parts, own, place))


def _usable(book: Book, shelf: Shelf, line: Shipping) -> list[Holding]:
    chosen = [find_holding(shelf, line.lot_id)] if line.lot_id else list(shelf.holdings.values())
    return [holding for holding in chosen if not holding.is_expired(book.today)]


def _changes(
    line: Shipping, parts: Sequence[tuple[Holding | None, Decimal]], own: Decimal, place: rows.Kept | None
) -> Iterator[Change]:
    for number, (holding, quantity) in enumerate(parts, start=1):
        used = min(own, quantity)
        own -= used
        yield Change(
            kind="ship", reference=line.reference, part=number, on_hand=-quantity, reserved=-used, holding=holding,
            reservation_id=place.id if place and used else None,
        )  # fmt: skip

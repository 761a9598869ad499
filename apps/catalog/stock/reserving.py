"""Keeping stock for lines of documents, and giving it back."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from apps.catalog.models import Reservation
from apps.catalog.stock import rows
from apps.catalog.stock.book import ZERO, Book, Change, check_quantity, open_book
from apps.catalog.stock.inputs import Moved, Reference, Releasing, Reserving
from apps.core.errors import InputError
from apps.core.ids import new_id
from apps.core.scope import Actor


def reserve(*, lines: Sequence[Reserving], actor: Actor, now: datetime) -> list[Moved]:
    """Keep quantities for lines of documents: all of them or none (books.md 66).

    What lies in expired lots is kept for nobody. Raises InsufficientStock naming every line that is short,
    ProductBlocked, NotStocked, ReferenceReused, InputError.
    """
    for line in lines:
        check_quantity(line.quantity)
    with open_book(
        keys=[line.key for line in lines], references=[line.reference for line in lines], now=now, sells=True
    ) as book:
        kept = rows.make_reservations(
            book.connection,
            {
                (shelf.id, line.reservation or line.reference)
                for line in lines
                if (shelf := book.shelf(*line.key))
            },
        )
        for line in lines:
            _reserve_line(book, line, kept)
    return book.moved


def _reserve_line(book: Book, line: Reserving, kept: dict[rows.Wanted, rows.Kept]) -> None:
    if book.repeated("reserve", line.key, line.reference, reserved=line.quantity):
        return
    shelf = book.shelf(*line.key)
    free = shelf.available - shelf.expired(book.today) if shelf else ZERO
    if shelf is None or free < line.quantity:
        book.refuse(line.key, line.quantity, free)
        return
    place = kept[shelf.id, line.reservation or line.reference]
    book.book(
        shelf,
        Change(kind="reserve", reference=line.reference, reserved=line.quantity, reservation_id=place.id),
    )


def release(*, lines: Sequence[Releasing], actor: Actor, now: datetime) -> list[Moved]:
    """Give back what is kept for lines of documents. Raises InputError for more than is kept, ReferenceReused."""
    for line in lines:
        if line.quantity is not None:
            check_quantity(line.quantity)
    with open_book(
        keys=[line.key for line in lines], references=[line.reference for line in lines], now=now
    ) as book:
        kept = rows.find_reservations(book.connection, [line.reservation for line in lines])
        for line in lines:
            _release_line(book, line, kept)
    return book.moved


def _release_line(book: Book, line: Releasing, kept: dict[rows.Wanted, rows.Kept]) -> None:
    wanted = line.quantity
    given = -wanted if wanted is not None else None
    if book.repeated("release", line.key, line.reference, reserved=given):
        return
    shelf = book.shelf(*line.key)
    place = kept.get((shelf.id, line.reservation)) if shelf else None
    left = place.quantity if place else ZERO
    if wanted is not None and wanted > left:
        raise InputError("More would be given back than is kept.", code="not_reserved", field="quantity",
                         detail={"kept": f"{left.normalize():f}"})  # fmt: skip
    if shelf is None or place is None or left == 0:
        return
    given_back = left if wanted is None else wanted
    place.quantity -= given_back
    book.book(
        shelf, Change(kind="release", reference=line.reference, reserved=-given_back, reservation_id=place.id)
    )


def release_all(*, source_kind: str, source_id: UUID, actor: Actor, now: datetime) -> list[Moved]:
    """Give back whatever is still kept for any line of a document; nothing the second time.

    The caller holds the lock of the document, so that nothing is reserved for it meanwhile.
    """
    found = Reservation.objects.filter(
        source_kind=source_kind, source_id=source_id, quantity__gt=0
    ).select_related("stock")
    act = new_id()
    lines = [
        Releasing(
            product_id=each.stock.product_id, warehouse_id=each.stock.warehouse_id,
            reference=Reference("release", act, number),
            reservation=Reference(source_kind, source_id, each.source_line),
        )
        for number, each in enumerate(found, start=1)
    ]  # fmt: skip
    return release(lines=lines, actor=actor, now=now) if lines else []

"""Movements that a person makes by hand: corrections, counts, and moves between warehouses. Each has a reason."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from apps.catalog.models import Lot
from apps.catalog.stock import rows
from apps.catalog.stock.book import (
    ZERO,
    Book,
    Change,
    Shelf,
    check_quantity,
    check_reason,
    find_holding,
    open_book,
)
from apps.catalog.stock.inputs import Adjusting, Counting, Moved, Reference, Transferring
from apps.catalog.stock.lots import Holding, pick
from apps.catalog.stock.receiving import value_in
from apps.core.errors import InputError
from apps.core.money import check_decimal
from apps.core.scope import Actor

Parts = Sequence[tuple[Holding | None, Decimal]]


@dataclass(frozen=True, slots=True)
class _Hand:
    """One act by hand: the stock, the lots it names, planned costs, and why."""

    book: Book
    kind: str
    reason: str
    lots: dict[UUID, Lot]
    costs: dict[UUID, Decimal]


def adjust(*, lines: Sequence[Adjusting], reason: str, actor: Actor, now: datetime) -> list[Moved]:
    """Add or take away quantities for a reason, all of them or none; what is kept for orders stays.

    What is added is worth the average cost. Raises InsufficientStock, NotStocked, ReferenceReused, InputError.
    """
    for line in lines:
        if check_decimal(line.quantity, field="quantity") == 0:
            raise InputError("Nothing would change.", code="nothing_to_do", field="quantity")
    with _by_hand("adjust", lines, now, reason) as hand:
        for line in lines:
            if not hand.book.repeated("adjust", line.key, line.reference, on_hand=line.quantity):
                _correct(hand, line.key, line.lot_id, line.reference, line.quantity)
    return hand.book.moved


def count(*, lines: Sequence[Counting], reason: str, actor: Actor, now: datetime) -> list[Moved]:
    """Set quantities to what was counted; a count without difference is a fact as well.

    Raises InsufficientStock where less was counted than is kept for orders, NotStocked, ReferenceReused, InputError.
    """
    for line in lines:
        check_decimal(line.quantity, field="quantity", minimum=ZERO)
    with _by_hand("count", lines, now, reason) as hand:
        for line in lines:
            # What a count of one lot found is not told by the total of the stock.
            total = None if line.lot_id else line.quantity
            if not hand.book.repeated("count", line.key, line.reference, on_hand_after=total):
                there = _there(hand.book.shelves[line.key], line.lot_id)
                _correct(hand, line.key, line.lot_id, line.reference, line.quantity - there)
    return hand.book.moved


def _there(shelf: Shelf, lot_id: UUID | None) -> Decimal:
    if lot_id is None:
        return shelf.on_hand
    return shelf.holdings[lot_id].on_hand if lot_id in shelf.holdings else ZERO


@contextmanager
def _by_hand(kind: str, lines: Sequence[Adjusting | Counting], now: datetime, reason: str) -> Iterator[_Hand]:
    reason = check_reason(reason)
    references = [line.reference for line in lines]
    with open_book(
        keys=(), fills=[line.key for line in lines], references=references, now=now, reason=reason
    ) as book:
        yield _Hand(
            book, kind, reason, rows.find_lots({line.lot_id for line in lines if line.lot_id}),
            rows.find_costs({line.product_id for line in lines}),
        )  # fmt: skip


def _correct(
    hand: _Hand, key: tuple[UUID, UUID], lot_id: UUID | None, reference: Reference, change: Decimal
) -> None:
    book, shelf = hand.book, hand.book.shelves[key]
    if change < 0:
        parts = _take(book, shelf, lot_id, -change)
        if parts:
            book.book(shelf, *_leaving(hand.kind, hand.reason, reference, parts))
        return
    holding = _named_lot(hand, shelf, lot_id) if lot_id else None
    value = value_in(book, shelf, change, None, hand.costs)
    book.book(shelf, Change(kind=hand.kind, reference=reference, on_hand=change, value_minor=value,
                            holding=holding, reason=hand.reason))  # fmt: skip


def _named_lot(hand: _Hand, shelf: Shelf, lot_id: UUID) -> Holding:
    lot = hand.lots.get(lot_id)
    if lot is None or lot.product_id != shelf.product_id:
        raise InputError("There is no such lot of this product.", code="unknown_lot", field="lot")
    return hand.book.place_lot(shelf, lot.id, lot.expires_on)


def _take(book: Book, shelf: Shelf, lot_id: UUID | None, quantity: Decimal) -> Parts | None:
    """Return what leaves by hand, expired lots first; None, and a shortage, where it is not free."""
    holdings = [find_holding(shelf, lot_id)] if lot_id else list(shelf.holdings.values())
    loose = ZERO if lot_id else shelf.loose
    parts = pick(holdings, loose, quantity)
    if parts is None or quantity > shelf.available:
        there = sum((each.on_hand for each in holdings), loose)
        book.refuse((shelf.product_id, shelf.warehouse_id), quantity, min(there, shelf.available))
        return None
    return parts


def _leaving(kind: str, reason: str, reference: Reference, parts: Parts) -> Iterator[Change]:
    for number, (holding, quantity) in enumerate(parts, start=1):
        yield Change(
            kind=kind, reference=reference, part=number, on_hand=-quantity, holding=holding, reason=reason
        )


def transfer(*, lines: Sequence[Transferring], reason: str, actor: Actor, now: datetime) -> list[Moved]:
    """Move quantities to other warehouses, with their lots and their value; what is kept for orders stays.

    Answers two lines for each: what left and what came. Raises InsufficientStock, NotStocked, ReferenceReused,
    InputError.
    """
    reason = check_reason(reason)
    for line in lines:
        check_quantity(line.quantity)
        if line.key == line.goal:
            raise InputError("Both warehouses are the same.", code="same_warehouse", field="to_warehouse")
    with open_book(
        keys=[line.key for line in lines], fills=[line.goal for line in lines],
        references=[line.reference for line in lines], now=now, reason=reason,
    ) as book:  # fmt: skip
        for line in lines:
            _transfer_line(book, line, reason)
    return book.moved


def _transfer_line(book: Book, line: Transferring, reason: str) -> None:
    if book.repeated("transfer_out", line.key, line.reference, on_hand=-line.quantity):
        book.repeated("transfer_in", line.goal, line.reference, on_hand=line.quantity)
        return
    shelf, goal = book.shelf(*line.key), book.shelves[line.goal]
    if shelf is None:
        book.refuse(line.key, line.quantity, ZERO)
        return
    parts = _take(book, shelf, line.lot_id, line.quantity)
    if parts is None:
        return
    left, came = [], []
    for out in _leaving("transfer_out", reason, line.reference, parts):
        value = book.add(shelf, out)
        left.append((out, value))
        lot = out.holding
        holding = book.place_lot(goal, lot.lot_id, lot.expires_on) if lot else None
        into = Change(kind="transfer_in", reference=line.reference, part=out.part, on_hand=-out.on_hand,
                      value_minor=-value, holding=holding, reason=reason)  # fmt: skip
        came.append((into, book.add(goal, into)))
    book.tell(line.reference, shelf, left)
    book.tell(line.reference, goal, came)

"""The stock book: stock under lock, movements planned against it, all of them written by one statement."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from apps.catalog.locks import lock_stock
from apps.catalog.stock import rows
from apps.catalog.stock.errors import ReferenceReused, Shortage, short
from apps.catalog.stock.inputs import Moved, Reference
from apps.catalog.stock.lots import Holding
from apps.catalog.stock.places import check_places
from apps.catalog.stock.rows import Done
from apps.catalog.stock.valuation import share_of
from apps.core import clock
from apps.core.db import note_reason, write
from apps.core.errors import InputError
from apps.core.money import check_decimal
from apps.core.text import clean_text
from apps.tenancy.models import Tenant

ZERO = Decimal(0)
SMALLEST = Decimal("0.000001")
Key = tuple[UUID, UUID]


@dataclass(slots=True)
class Shelf:
    """One stock under lock, as it will be after what is planned."""

    id: UUID
    product_id: UUID
    warehouse_id: UUID
    on_hand: Decimal
    reserved: Decimal
    incoming: Decimal
    lotted: Decimal
    sequence: int
    value_minor: int = 0
    holdings: dict[UUID, Holding] = field(default_factory=dict)

    @property
    def available(self) -> Decimal:
        return self.on_hand - self.reserved

    @property
    def loose(self) -> Decimal:
        """Goods that lie in no lot."""
        return self.on_hand - self.lotted

    def expired(self, day: date) -> Decimal:
        """Return how much lies in lots that may no longer be sent out."""
        return sum((each.on_hand for each in self.holdings.values() if each.is_expired(day)), ZERO)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A movement to plan: how quantities change. `value_minor` None = at the average cost of what leaves."""

    kind: str
    reference: Reference
    part: int = 1
    on_hand: Decimal = ZERO
    reserved: Decimal = ZERO
    incoming: Decimal = ZERO
    value_minor: int | None = None
    holding: Holding | None = None
    reservation_id: UUID | None = None
    reason: str = ""


@dataclass(slots=True)
class Book:
    """The stock that one operation works on. Plan with `add`; leaving `open_book` writes what was planned."""

    connection: Any
    now: datetime
    currency: str
    today: date
    shelves: dict[Key, Shelf] = field(default_factory=dict)
    planned: list[tuple[Any, ...]] = field(default_factory=list)
    done: dict[tuple[str, Reference], Done] = field(default_factory=dict)
    moved: list[Moved] = field(default_factory=list)
    shortages: list[Shortage] = field(default_factory=list)
    lot_places: set[tuple[UUID, UUID]] = field(default_factory=set)

    def shelf(self, product_id: UUID, warehouse_id: UUID) -> Shelf | None:
        """Return the stock of a product in a warehouse, or None where there never was any."""
        return self.shelves.get((product_id, warehouse_id))

    def repeated(self, kind: str, key: Key, reference: Reference, **changes: Decimal | None) -> bool:
        """Say whether a line was done before, and answer as it did then.

        `changes` are fields of `Done` that the line would make so. Raises ReferenceReused for another line.
        """
        done = self.done.get((kind, reference))
        if done is None:
            return False
        differs = any(value is not None and getattr(done, name) != value for name, value in changes.items())
        if (done.product_id, done.warehouse_id) != key or differs:
            raise ReferenceReused(
                f"Line {reference.line} of this {reference.kind.replace('_', ' ')} was booked before, with other goods."
            )
        self.moved.append(done.told(reference, key))
        return True

    def add(self, shelf: Shelf, change: Change) -> int:
        """Plan a movement; return the value that moved, below zero when it left."""
        value = change.value_minor
        if value is None:
            value = -share_of(-change.on_hand, shelf.on_hand, shelf.value_minor) if change.on_hand < 0 else 0
        shelf.sequence += 1
        shelf.on_hand += change.on_hand
        shelf.reserved += change.reserved
        shelf.incoming += change.incoming
        shelf.value_minor += value
        if change.holding is not None:
            change.holding.on_hand += change.on_hand
            shelf.lotted += change.on_hand
        self.planned.append((
            shelf.id, shelf.sequence, change.kind, change.on_hand, change.reserved, change.incoming, value,
            shelf.on_hand, shelf.reserved, shelf.incoming, shelf.value_minor,
            change.holding.lot_id if change.holding else None, change.reservation_id, change.reference.kind,
            change.reference.id, change.reference.line, change.part, change.reason,
        ))  # fmt: skip
        return value

    def tell(self, reference: Reference, shelf: Shelf, changes: Iterable[tuple[Change, int]]) -> None:
        """Note what a line did, for the caller."""
        made = list(changes)
        self.moved.append(Moved(
            reference=reference, product_id=shelf.product_id, warehouse_id=shelf.warehouse_id,
            quantity=sum((change.on_hand for change, _ in made), ZERO), value_minor=sum(value for _, value in made),
            reserved=sum((change.reserved for change, _ in made), ZERO),
            incoming=sum((change.incoming for change, _ in made), ZERO),
            lots=tuple((change.holding.lot_id if change.holding else None, change.on_hand)
                       for change, _ in made if change.on_hand),
            is_repeat=False,
        ))  # fmt: skip

    def book(self, shelf: Shelf, *changes: Change) -> None:
        """Plan the movements of one line and note what it did."""
        self.tell(changes[0].reference, shelf, [(change, self.add(shelf, change)) for change in changes])

    def place_lot(self, shelf: Shelf, lot_id: UUID, expires_on: date | None) -> Holding:
        """Return a lot's holding in a stock that takes some of it."""
        self.lot_places.add((lot_id, shelf.id))
        return shelf.holdings.setdefault(lot_id, Holding(lot_id, expires_on, ZERO))

    def refuse(self, key: Key, wanted: Decimal, available: Decimal) -> None:
        """Note a line that is short; when all lines are read, they are refused together."""
        self.shortages.append(Shortage(*key, wanted, max(available, ZERO)))


@contextmanager
def open_book(
    *,
    keys: Collection[Key],
    references: Collection[Reference],
    now: datetime,
    fills: Collection[Key] = (),
    sells: bool = False,
    reason: str = "",
) -> Iterator[Book]:
    """Lock stock in one order, with its value, its lots and what these references did before.

    Writes what was planned at the end, or nothing: raises InsufficientStock naming every line that is short.
    `fills` are the keys that take goods in: stock is started where none is, and their warehouse must be open.
    `sells` refuses blocked products. Raises NotStocked, InputError for what is not there.
    """
    if len(set(references)) != len(references):
        raise InputError("Two lines have one reference.", code="repeated_reference", field="reference")
    with write() as connection:
        currency, zone = Tenant.objects.values_list("currency", "time_zone").get()
        book = Book(connection, now, currency, clock.local_date(now, zone))
        check_places({*keys, *fills}, fills=fills, sells=sells)
        _load(book, keys, fills)
        book.done = rows.find_done(connection, references)
        yield book
        if book.shortages:
            raise short(book.shortages, rows.name_products({each.product_id for each in book.shortages}))
        if reason:
            note_reason(connection, reason)
        rows.make_lot_stock(connection, book.lot_places)
        rows.write_movements(connection, book.planned, now)


def _load(book: Book, keys: Collection[Key], fills: Collection[Key]) -> None:
    _lock(book, {*keys, *fills})
    missing = [key for key in set(fills) if key not in book.shelves]
    if missing:
        # After the locks of what is there, and then in one order too.
        rows.make_stock(book.connection, sorted(missing))
        _lock(book, missing)
    by_id = {shelf.id: shelf for shelf in book.shelves.values()}
    for stock_id, value in rows.find_values(book.connection, [(s.id, s.sequence) for s in by_id.values()]):
        by_id[stock_id].value_minor = value
    for stock_id, holding in rows.find_holdings(book.connection, [s.id for s in by_id.values() if s.lotted]):
        by_id[stock_id].holdings[holding.lot_id] = holding


def check_quantity(quantity: Decimal, field_name: str = "quantity") -> Decimal:
    """Return a quantity above zero that the books hold exactly. Raises InputError."""
    return check_decimal(quantity, field=field_name, minimum=SMALLEST)


def check_reason(reason: str) -> str:
    """Return why somebody moved stock by hand. Raises InputError where nothing is said."""
    return clean_text(reason, field="reason", limit=500)


def find_holding(shelf: Shelf, lot_id: UUID) -> Holding:
    """Return a lot of a stock. Raises InputError when none of it lies there."""
    if lot_id not in shelf.holdings:
        raise InputError("Nothing of this lot lies there.", code="unknown_lot", field="lot")
    return shelf.holdings[lot_id]


def _lock(book: Book, keys: Collection[Key]) -> None:
    for row in lock_stock(book.connection, keys):
        shelf = Shelf(*row)
        book.shelves[shelf.product_id, shelf.warehouse_id] = shelf

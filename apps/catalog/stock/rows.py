"""The statements of the stock book. Row-level security forbids COPY, so rows travel as arrays."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from apps.catalog.models import Lot, Product, ProductCost, Warehouse
from apps.catalog.stock.inputs import Moved, Reference
from apps.catalog.stock.lots import Holding
from apps.core.scope import current_tenant_id

_MAKE_STOCK = """
insert into catalog_stock (tenant_id, id, product_id, warehouse_id, on_hand, reserved, incoming, lotted, sequence)
select %s, uuidv7(), product_id, warehouse_id, 0, 0, 0, 0, 0
from unnest(%s::uuid[], %s::uuid[]) as given (product_id, warehouse_id)
on conflict (tenant_id, product_id, warehouse_id) do nothing
"""
_VALUES = """
select m.stock_id, m.value_after_minor from catalog_movement m
join unnest(%s::uuid[], %s::bigint[]) as last (stock_id, sequence)
    on m.stock_id = last.stock_id and m.sequence = last.sequence
where m.tenant_id = %s
"""
_HOLDINGS = """
select h.stock_id, h.lot_id, l.expires_on, h.on_hand from catalog_lotstock h
join catalog_lot l on l.tenant_id = h.tenant_id and l.id = h.lot_id
where h.tenant_id = %s and h.stock_id = any(%s) and h.on_hand > 0
"""
_DONE = """
select m.kind, m.source_kind, m.source_id, m.source_line, s.product_id, s.warehouse_id, m.on_hand_change,
       m.reserved_change, m.incoming_change, m.value_minor, m.lot_id, m.on_hand_after
from catalog_movement m
join catalog_stock s on s.tenant_id = m.tenant_id and s.id = m.stock_id
where m.tenant_id = %s and m.source_id = any(%s) order by m.source_line, m.part
"""
_MOVE = """
insert into catalog_movement (
    tenant_id, id, moved_at, stock_id, sequence, kind, on_hand_change, reserved_change, incoming_change, value_minor,
    on_hand_after, reserved_after, incoming_after, value_after_minor, lot_id, reservation_id,
    source_kind, source_id, source_line, part, reason
)
select %s, uuidv7(), %s, given.*
from unnest(
    %s::uuid[], %s::bigint[], %s::text[], %s::numeric[], %s::numeric[], %s::numeric[], %s::bigint[],
    %s::numeric[], %s::numeric[], %s::numeric[], %s::bigint[], %s::uuid[], %s::uuid[],
    %s::text[], %s::uuid[], %s::int[], %s::int[], %s::text[]
) as given
"""


@dataclass(slots=True)
class Done:
    """What a line did before."""

    product_id: UUID
    warehouse_id: UUID
    on_hand: Decimal = Decimal(0)
    reserved: Decimal = Decimal(0)
    incoming: Decimal = Decimal(0)
    value_minor: int = 0
    on_hand_after: Decimal = Decimal(0)
    lots: list[tuple[UUID | None, Decimal]] = field(default_factory=list)

    def told(self, reference: Reference, key: tuple[UUID, UUID]) -> Moved:
        """Return it as the answer to a line that came again."""
        return Moved(reference, *key, self.on_hand, self.value_minor, self.reserved, self.incoming,
                     tuple(self.lots), is_repeat=True)  # fmt: skip


def make_stock(connection: Any, keys: Sequence[tuple[UUID, UUID]]) -> None:
    """Start stock where none is; keys are sorted, so that two writers never wait in a circle."""
    with connection.cursor() as cursor:
        cursor.execute(_MAKE_STOCK, [current_tenant_id(), [p for p, _ in keys], [w for _, w in keys]])


def find_values(connection: Any, last: Collection[tuple[UUID, int]]) -> Iterator[tuple[UUID, int]]:
    """Return the value of each stock after its last movement."""
    with connection.cursor() as cursor:
        cursor.execute(
            _VALUES, [[key for key, _ in last], [number for _, number in last], current_tenant_id()]
        )
        yield from cursor.fetchall()


def find_holdings(connection: Any, stock_ids: Sequence[UUID]) -> Iterator[tuple[UUID, Holding]]:
    """Return the lots that lie in each stock."""
    if not stock_ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(_HOLDINGS, [current_tenant_id(), stock_ids])
        for stock_id, *holding in cursor.fetchall():
            yield stock_id, Holding(*holding)


def find_done(connection: Any, references: Collection[Reference]) -> dict[tuple[str, Reference], Done]:
    """Return what these references moved before, by kind of movement."""
    wanted, found = set(references), dict[tuple[str, Reference], Done]()
    with connection.cursor() as cursor:
        cursor.execute(_DONE, [current_tenant_id(), list({each.id for each in wanted})])
        for kind, source_kind, source_id, line, product, warehouse, *changes in cursor.fetchall():
            reference = Reference(source_kind, source_id, line)
            if reference in wanted:
                _add(found.setdefault((kind, reference), Done(product, warehouse)), *changes)
    return found


def _add(
    done: Done,
    on_hand: Decimal,
    reserved: Decimal,
    incoming: Decimal,
    value: int,
    lot_id: UUID | None,
    after: Decimal,
) -> None:
    done.on_hand += on_hand
    done.reserved += reserved
    done.incoming += incoming
    done.value_minor += value
    done.on_hand_after = after
    if on_hand:
        done.lots.append((lot_id, on_hand))


def write_movements(connection: Any, planned: Sequence[tuple[Any, ...]], now: datetime) -> None:
    """Write movements in one statement; the database adds them up (`sql/stock.sql`)."""
    if not planned:
        return
    columns = [list(column) for column in zip(*planned, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(_MOVE, [current_tenant_id(), now, *columns])


_MAKE_RESERVATIONS = """
insert into catalog_reservation (tenant_id, id, stock_id, source_kind, source_id, source_line, quantity)
select %s, uuidv7(), given.*, 0 from unnest(%s::uuid[], %s::text[], %s::uuid[], %s::int[]) as given
on conflict (tenant_id, source_id, source_kind, source_line, stock_id) do nothing
"""
_RESERVATIONS = """
select stock_id, source_kind, source_id, source_line, id, quantity from catalog_reservation
where tenant_id = %s and source_id = any(%s)
"""
_MAKE_LOTS = """
insert into catalog_lot (tenant_id, id, product_id, number, expires_on, created_at, version)
select %s, uuidv7(), given.*, %s, 1 from unnest(%s::uuid[], %s::text[], %s::date[]) as given
on conflict (tenant_id, product_id, number) do nothing
"""
_LOTS = """
select l.product_id, l.number, l.id, l.expires_on from catalog_lot l
join unnest(%s::uuid[], %s::text[]) as given (product_id, number)
    on l.product_id = given.product_id and l.number = given.number
where l.tenant_id = %s
"""
_MAKE_LOT_STOCK = """
insert into catalog_lotstock (tenant_id, id, lot_id, stock_id, on_hand)
select %s, uuidv7(), given.*, 0 from unnest(%s::uuid[], %s::uuid[]) as given
on conflict (tenant_id, lot_id, stock_id) do nothing
"""


@dataclass(slots=True)
class Kept:
    """What is kept for one line of a document in one stock."""

    id: UUID
    quantity: Decimal


Wanted = tuple[UUID, Reference]


def find_reservations(connection: Any, references: Iterable[Reference]) -> dict[Wanted, Kept]:
    """Return what is kept for lines of documents, by stock and line."""
    wanted = set(references)
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_RESERVATIONS, [current_tenant_id(), list({each.id for each in wanted})])
        found = [(stock, Reference(*line), Kept(key, kept)) for stock, *line, key, kept in cursor.fetchall()]
    return {(stock, reference): kept for stock, reference, kept in found if reference in wanted}


def make_reservations(connection: Any, wanted: Collection[Wanted]) -> dict[Wanted, Kept]:
    """Return reservations, empty ones where there were none; their stock is locked."""
    ordered = sorted(wanted, key=lambda each: (each[0], each[1].kind, each[1].id, each[1].line))
    columns = [[stock for stock, _ in ordered], [each.kind for _, each in ordered],
               [each.id for _, each in ordered], [each.line for _, each in ordered]]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_MAKE_RESERVATIONS, [current_tenant_id(), *columns])
    return find_reservations(connection, [reference for _, reference in ordered])


def make_lots(
    connection: Any, lots: Collection[tuple[UUID, str, Any]], now: datetime
) -> dict[tuple[UUID, str], tuple[UUID, Any]]:
    """Return lots by product and number as (id, expiry date), new ones where there were none."""
    ordered = sorted(set(lots), key=lambda lot: (lot[0], lot[1]))
    products, numbers, expiries = ([lot[index] for lot in ordered] for index in range(3))
    with connection.cursor() as cursor:
        cursor.execute(_MAKE_LOTS, [current_tenant_id(), now, products, numbers, expiries])
        cursor.execute(_LOTS, [products, numbers, current_tenant_id()])
        return {
            (product, number): (key, expires_on) for product, number, key, expires_on in cursor.fetchall()
        }


def make_lot_stock(connection: Any, pairs: Collection[tuple[UUID, UUID]]) -> None:
    """Let lots lie in stock that is locked; pairs are (lot, stock)."""
    ordered = sorted(set(pairs))
    if not ordered:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            _MAKE_LOT_STOCK, [current_tenant_id(), *([pair[n] for pair in ordered] for n in range(2))]
        )


def find_products(ids: Collection[UUID]) -> dict[UUID, Product]:
    """Return products by id."""
    return Product.objects.only("sku", "is_stocked", "status").in_bulk(list(ids))


def find_costs(ids: Collection[UUID]) -> dict[UUID, Decimal]:
    """Return planned costs by product."""
    return dict(ProductCost.objects.filter(product_id__in=ids).values_list("product_id", "cost_price"))


def find_lots(ids: Collection[UUID]) -> dict[UUID, Lot]:
    """Return lots by id."""
    return Lot.objects.in_bulk(list(ids))


def find_warehouses(ids: Collection[UUID]) -> dict[UUID, Warehouse]:
    """Return warehouses by id."""
    return Warehouse.objects.in_bulk(list(ids))


def name_products(ids: Collection[UUID]) -> dict[UUID, str]:
    """Return products' SKUs by id, for messages."""
    return dict(Product.objects.filter(id__in=ids).values_list("id", "sku"))

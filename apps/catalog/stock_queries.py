"""Reads of stock, lots, movements and their value."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum

from apps.catalog.models import Lot, LotStock, Movement, Reservation, Stock
from apps.core.db import read
from apps.core.scope import current_tenant_id

ZERO = Decimal(0)


@dataclass(slots=True)
class Place:
    """What lies in one warehouse."""

    warehouse_id: UUID
    on_hand: Decimal
    reserved: Decimal
    incoming: Decimal
    expired: Decimal = ZERO

    @property
    def available(self) -> Decimal:
        """What may be promised: neither kept for somebody nor expired; never below zero."""
        return max(self.on_hand - self.reserved - self.expired, ZERO)


@dataclass(slots=True)
class Availability:
    """What there is of a product, in all and by warehouse."""

    product_id: UUID
    places: list[Place] = field(default_factory=list)

    @property
    def available(self) -> Decimal:
        return sum((place.available for place in self.places), ZERO)

    @property
    def on_hand(self) -> Decimal:
        return sum((place.on_hand for place in self.places), ZERO)

    @property
    def incoming(self) -> Decimal:
        return sum((place.incoming for place in self.places), ZERO)


@dataclass(frozen=True, slots=True)
class StockValue:
    """What lies of a product in a warehouse, and its value in minor units of the book currency."""

    product_id: UUID
    warehouse_id: UUID
    on_hand: Decimal
    value_minor: int


@dataclass(frozen=True, slots=True)
class Difference:
    """A stock that does not say what its movements say."""

    stock_id: UUID
    what: str
    stored: Decimal
    derived: Decimal


def get_availability(product_ids: Collection[UUID], *, day: date) -> dict[UUID, Availability]:
    """Return what is available of products on a day; what lies in expired lots is not."""
    found = {key: Availability(key) for key in product_ids}
    places: dict[UUID, Place] = {}
    for each in Stock.objects.filter(product_id__in=found).order_by("warehouse_id"):
        place = Place(each.warehouse_id, each.on_hand, each.reserved, each.incoming)
        places[each.id] = place
        found[each.product_id].places.append(place)
    for stock_id, expired in _expired(product_ids, day):
        places[stock_id].expired = expired
    return found


def _expired(product_ids: Collection[UUID], day: date) -> list[tuple[UUID, Decimal]]:
    lots = Lot.objects.filter(product_id__in=product_ids, expires_on__lt=day).values_list("id", flat=True)
    return list(
        LotStock.objects.filter(lot_id__in=list(lots), on_hand__gt=0)
        .values("stock_id")
        .annotate(total=Sum("on_hand"))
        .values_list("stock_id", "total")
    )


def list_stock(
    *,
    text: str = "",
    warehouse_id: UUID | None = None,
    is_low: bool = False,
    expires_before: date | None = None,
    product_id: UUID | None = None,
) -> QuerySet[Stock]:
    """Return stock by what is asked: low = available and incoming together are below the reorder point."""
    found = Stock.objects.select_related("product", "warehouse")
    if text:
        found = found.filter(Q(product__name__icontains=text) | Q(product__sku__icontains=text))
    if warehouse_id is not None:
        found = found.filter(warehouse_id=warehouse_id)
    if product_id is not None:
        found = found.filter(product_id=product_id)
    if is_low:
        found = found.filter(reorder_point__gt=F("on_hand") - F("reserved") + F("incoming"))
    if expires_before is not None:
        lots = LotStock.objects.filter(
            stock_id=OuterRef("pk"), on_hand__gt=0, lot__expires_on__lt=expires_before
        )
        found = found.filter(Exists(lots))
    return found


def list_lots(stock_id: UUID) -> QuerySet[LotStock]:
    """Return the lots that lie in a stock, as they leave it."""
    held = LotStock.objects.filter(stock_id=stock_id, on_hand__gt=0).select_related("lot")
    return held.order_by(F("lot__expires_on").asc(nulls_last=True), "lot_id")


def list_reservations(stock_id: UUID) -> QuerySet[Reservation]:
    """Return for whom a stock is kept."""
    return Reservation.objects.filter(stock_id=stock_id, quantity__gt=0).order_by("id")


def list_movements(stock_id: UUID) -> QuerySet[Movement]:
    """Return a stock's movements, the newest first."""
    return Movement.objects.filter(stock_id=stock_id).select_related("lot").order_by("-sequence")


def get_value(stock: Stock) -> int:
    """Return the value of a stock in minor units of the book currency, after its last movement."""
    last = Movement.objects.filter(stock_id=stock.id, sequence=stock.sequence).values_list(
        "value_after_minor"
    )
    return next((value for (value,) in last), 0)


_VALUES = """
select s.product_id, s.warehouse_id, m.on_hand_after, m.value_after_minor
from catalog_stock s
cross join lateral (
    select on_hand_after, value_after_minor from catalog_movement m
    where m.tenant_id = s.tenant_id and m.stock_id = s.id and m.moved_at < %s order by m.sequence desc limit 1
) m
where s.tenant_id = %s and m.on_hand_after > 0 order by s.product_id, s.warehouse_id
"""


def list_values(*, before: datetime) -> list[StockValue]:
    """Return what lay where just before a moment, and its value at moving average cost."""
    with read() as connection, connection.cursor() as cursor:
        cursor.execute(_VALUES, [before, current_tenant_id()])
        return [StockValue(*row) for row in cursor.fetchall()]


_DERIVED = """
select s.id, d.what, d.stored, d.derived from catalog_stock s
left join (
    select stock_id, count(*) as number, sum(on_hand_change) as on_hand, sum(reserved_change) as reserved,
           sum(incoming_change) as incoming, sum(on_hand_change) filter (where lot_id is not null) as lotted
    from catalog_movement where tenant_id = %(tenant)s group by stock_id
) m on m.stock_id = s.id
left join (select stock_id, sum(on_hand) as on_hand from catalog_lotstock where tenant_id = %(tenant)s
           group by stock_id) h on h.stock_id = s.id
left join (select stock_id, sum(quantity) as quantity from catalog_reservation where tenant_id = %(tenant)s
           group by stock_id) r on r.stock_id = s.id
cross join lateral (values
    ('on_hand', s.on_hand, coalesce(m.on_hand, 0)), ('reserved', s.reserved, coalesce(m.reserved, 0)),
    ('incoming', s.incoming, coalesce(m.incoming, 0)), ('lotted', s.lotted, coalesce(m.lotted, 0)),
    ('sequence', s.sequence::numeric, coalesce(m.number, 0)), ('lots', s.lotted, coalesce(h.on_hand, 0)),
    ('reservations', s.reserved, coalesce(r.quantity, 0))
) d(what, stored, derived)
where s.tenant_id = %(tenant)s and d.stored <> d.derived
order by s.id, d.what
"""


def find_differences() -> list[Difference]:
    """Return every stock that says otherwise than its movements, lots or reservations (books.md 66); none is right."""
    with read() as connection, connection.cursor() as cursor:
        cursor.execute(_DERIVED, {"tenant": current_tenant_id()})
        return [Difference(*row) for row in cursor.fetchall()]


def find_lots(*, text: str = "", expires_before: date | None = None) -> QuerySet[Lot]:
    """Return lots of which something lies somewhere, by a text in number or product."""
    held = LotStock.objects.filter(lot_id=OuterRef("pk"), on_hand__gt=0)
    found = Lot.objects.filter(Exists(held)).select_related("product")
    if text:
        named = Q(product__name__icontains=text) | Q(product__sku__icontains=text)
        found = found.filter(named | Q(number__icontains=text))
    return found if expires_before is None else found.filter(expires_on__lt=expires_before)


def find_movements(*, stock_id: UUID | None = None, kind: str = "") -> QuerySet[Movement]:
    """Return movements of one stock or of all, of one kind or of any."""
    found = Movement.objects.select_related("stock__product", "stock__warehouse", "lot")
    if stock_id is not None:
        found = found.filter(stock_id=stock_id)
    return found.filter(kind=kind) if kind else found

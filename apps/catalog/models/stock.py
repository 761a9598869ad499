"""Where goods lie, and every movement that brought them there.

Movements are the facts. What `Stock`, `LotStock` and `Reservation` hold is added up from them by a trigger, and
nothing else may write it (`sql/stock.sql`).
"""

from django.db import models
from django.db.models import F, Q

from apps.catalog.models.products import Product
from apps.core.models import TenantForeignKey, TenantModel

MOVEMENT_KINDS = {
    "reserve": "Reserved", "release": "Released", "ship": "Shipped", "receive": "Received", "return": "Taken back",
    "adjust": "Adjusted", "count": "Counted", "transfer_out": "Moved away", "transfer_in": "Moved here",
    "expect": "Announced", "unexpect": "No longer announced",
}  # fmt: skip


class Warehouse(TenantModel):
    """A place that holds stock; one may be the default."""

    code = models.TextField()
    name = models.TextField()
    is_default = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "code"], name="catalog_one_warehouse"),
            models.UniqueConstraint(
                fields=["tenant_id"], condition=Q(is_default=True), name="catalog_one_default_warehouse"
            ),
            models.CheckConstraint(
                condition=Q(is_default=False) | Q(is_active=True), name="catalog_default_warehouse_open"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "name", "id"], name="catalog_warehouse_by_name"),
        ]

    def __str__(self) -> str:
        return self.code


class Stock(TenantModel):
    """How much of a product a warehouse holds: available = on hand − reserved ≥ 0 (books.md 66).

    `lotted` is the part of on hand that lies in lots; `sequence` counts the movements. Only `reorder_point` is
    written by hand. It holds no cost: customers may ask what is available.
    """

    product = TenantForeignKey(Product, related_name="+")
    warehouse = TenantForeignKey(Warehouse, related_name="+")
    on_hand = models.DecimalField(max_digits=18, decimal_places=6, default=0)
    reserved = models.DecimalField(max_digits=18, decimal_places=6, default=0)
    incoming = models.DecimalField(max_digits=18, decimal_places=6, default=0)
    lotted = models.DecimalField(max_digits=18, decimal_places=6, default=0)
    available = models.GeneratedField(
        expression=F("on_hand") - F("reserved"),
        output_field=models.DecimalField(max_digits=18, decimal_places=6),
        db_persist=True,
    )
    reorder_point = models.DecimalField(max_digits=18, decimal_places=6, null=True, blank=True)
    sequence = models.BigIntegerField(default=0)

    class Meta:
        verbose_name_plural = "stock"
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "product", "warehouse"], name="catalog_one_stock"),
            models.CheckConstraint(
                condition=Q(on_hand__gte=F("reserved"), reserved__gte=0),
                name="catalog_available_not_negative",
            ),
            models.CheckConstraint(condition=Q(incoming__gte=0), name="catalog_incoming_not_negative"),
            models.CheckConstraint(
                condition=Q(lotted__gte=0, on_hand__gte=F("lotted")), name="catalog_lots_within_stock"
            ),
            models.CheckConstraint(
                condition=Q(reorder_point=None) | Q(reorder_point__gte=0), name="catalog_reorder_not_negative"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "warehouse"], name="catalog_stock_by_warehouse"),
        ]

    def __str__(self) -> str:
        return f"{self.on_hand} on hand"


class Lot(TenantModel):
    """Goods of a product that were made together; a blank expiry date = they do not expire."""

    product = TenantForeignKey(Product, related_name="+")
    number = models.TextField()
    expires_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField()
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "product", "number"], name="catalog_one_lot"),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "expires_on"], name="catalog_lots_by_expiry"),
        ]

    def __str__(self) -> str:
        return self.number


class LotStock(TenantModel):
    """How much of a lot a warehouse holds."""

    lot = TenantForeignKey(Lot, related_name="holdings")
    stock = TenantForeignKey(Stock, related_name="lots")
    on_hand = models.DecimalField(max_digits=18, decimal_places=6, default=0)

    class Meta:
        verbose_name_plural = "lot stock"
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "lot", "stock"], name="catalog_one_lot_stock"),
            models.CheckConstraint(condition=Q(on_hand__gte=0), name="catalog_lot_not_negative"),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "stock"], name="catalog_lots_of_stock"),
        ]

    def __str__(self) -> str:
        return f"{self.on_hand}"


class Reservation(TenantModel):
    """How much of a stock waits for one line of a document, such as a sales order's."""

    stock = TenantForeignKey(Stock, related_name="reservations")
    source_kind = models.TextField()
    source_id = models.UUIDField()
    source_line = models.IntegerField()
    quantity = models.DecimalField(max_digits=18, decimal_places=6, default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "source_id", "source_kind", "source_line", "stock"],
                name="catalog_one_reservation",
            ),
            models.CheckConstraint(condition=Q(quantity__gte=0), name="catalog_reservation_not_negative"),
        ]
        indexes = [
            models.Index(
                fields=["tenant_id", "stock"],
                name="catalog_reservations_of_stock",
                condition=Q(quantity__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} for {self.source_kind}"


class Movement(TenantModel):
    """One change of a stock: a fact that nobody changes or deletes.

    Movements of a stock are numbered without a hole by `sequence`, and each begins where the one before ended;
    the trigger refuses any other. Values are minor units of the book currency, at moving average cost. The same
    (kind, source, line, part) is booked once.
    """

    stock = TenantForeignKey(Stock, related_name="movements")
    sequence = models.BigIntegerField()
    kind = models.TextField(choices=list(MOVEMENT_KINDS.items()))
    on_hand_change = models.DecimalField(max_digits=18, decimal_places=6, default=0)
    reserved_change = models.DecimalField(max_digits=18, decimal_places=6, default=0)
    incoming_change = models.DecimalField(max_digits=18, decimal_places=6, default=0)
    value_minor = models.BigIntegerField(default=0)
    on_hand_after = models.DecimalField(max_digits=18, decimal_places=6)
    reserved_after = models.DecimalField(max_digits=18, decimal_places=6)
    incoming_after = models.DecimalField(max_digits=18, decimal_places=6)
    value_after_minor = models.BigIntegerField()
    lot = TenantForeignKey(Lot, null=True, blank=True, related_name="+")
    reservation = TenantForeignKey(Reservation, null=True, blank=True, related_name="+")
    source_kind = models.TextField()
    source_id = models.UUIDField()
    source_line = models.IntegerField(default=0)
    part = models.IntegerField(default=1)
    reason = models.TextField(default="", blank=True)
    moved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "stock", "sequence"], name="catalog_one_sequence"),
            models.UniqueConstraint(
                fields=["tenant_id", "source_id", "source_kind", "source_line", "kind", "part"],
                name="catalog_moved_once",
            ),
            models.CheckConstraint(condition=Q(kind__in=MOVEMENT_KINDS), name="catalog_known_movement"),
            models.CheckConstraint(
                condition=Q(
                    reserved_after__gte=0, on_hand_after__gte=F("reserved_after"), incoming_after__gte=0
                ),
                name="catalog_movement_leaves_stock",
            ),
            models.CheckConstraint(
                condition=Q(value_after_minor__gte=0) & (Q(on_hand_after__gt=0) | Q(value_after_minor=0)),
                name="catalog_no_value_without_stock",
            ),
            models.CheckConstraint(
                condition=(Q(reservation=None) & Q(reserved_change=0)) | ~Q(reservation=None),
                name="catalog_reserved_for_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "stock", "moved_at"], name="catalog_movements_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.on_hand_change}"

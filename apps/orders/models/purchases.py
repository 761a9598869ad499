"""Purchase orders, their lines, and the facts about them: receipts and billed quantities."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q

from apps.catalog.models import Lot, Product, Warehouse
from apps.core.models import TenantForeignKey, TenantModel
from apps.documents.taxes import category_for
from apps.orders.models.sales import QuantityField
from apps.parties.models import Supplier

PURCHASE_STATES = {
    "draft": "Draft", "awaiting_approval": "Awaiting approval", "approved": "Approved", "sent": "Sent",
    "partly_received": "Partly received", "received": "Received", "closed": "Closed", "cancelled": "Cancelled",
}  # fmt: skip


class PurchaseOrder(TenantModel):
    """What was ordered from a supplier. `stated_total` is what an outside system says it comes to (books.md 17)."""

    number = models.TextField()
    state = models.TextField(choices=list(PURCHASE_STATES.items()), default="draft")
    order_date = models.DateField()
    expected_date = models.DateField(null=True, blank=True)
    supplier = TenantForeignKey(Supplier, related_name="+")
    warehouse = TenantForeignKey(Warehouse, null=True, blank=True, related_name="+")
    currency = models.CharField(max_length=3)
    net_minor = models.BigIntegerField(default=0)
    tax_minor = models.BigIntegerField(default=0)
    freight_minor = models.BigIntegerField(default=0)
    total_minor = models.BigIntegerField(default=0)
    stated_total = models.DecimalField(max_digits=22, decimal_places=6, null=True, blank=True)
    supplier_reference = models.TextField(default="", blank=True)
    external_number = models.TextField(default="", blank=True)
    external_state = models.TextField(default="", blank=True)
    source = models.TextField(default="page")
    category = models.TextField(default="", blank=True)
    note = models.TextField(default="", blank=True)
    created_by = models.UUIDField()
    changed_by = models.UUIDField()
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "number"], name="orders_one_purchase_number"),
            models.UniqueConstraint(
                fields=["tenant_id", "source", "external_number"],
                name="orders_one_purchase_external",
                condition=~Q(external_number=""),
            ),
            models.CheckConstraint(
                condition=Q(state__in=PURCHASE_STATES), name="orders_known_purchase_state"
            ),
            models.CheckConstraint(
                condition=Q(
                    net_minor__gte=0,
                    tax_minor__gte=0,
                    freight_minor__gte=0,
                    total_minor=F("net_minor") + F("tax_minor") + F("freight_minor"),
                ),
                name="orders_purchase_total_adds_up",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "-order_date", "-id"], name="orders_purchase_newest"),
            models.Index(
                fields=["tenant_id", "state", "-order_date", "-id"], name="orders_purchase_by_state"
            ),
            models.Index(
                fields=["tenant_id", "supplier", "-order_date", "-id"], name="orders_purchase_by_supp"
            ),
            models.Index(fields=["tenant_id", "-total_minor", "-id"], name="orders_purchase_by_total"),
        ]

    def __str__(self) -> str:
        return self.number


class PurchaseLine(TenantModel):
    """One line. `received` counts all that came, `rejected` what of it was refused; both are sums of receipts.

    What went into stock is received − rejected. `cancelled` is not expected any more.
    """

    order = TenantForeignKey(PurchaseOrder, related_name="lines")
    position = models.IntegerField()
    product = TenantForeignKey(Product, null=True, blank=True, related_name="+")
    description = models.TextField()
    supplier_sku = models.TextField(default="", blank=True)
    quantity = QuantityField()
    unit_price = models.DecimalField(max_digits=18, decimal_places=6)
    tax_rate = models.DecimalField(max_digits=7, decimal_places=4, default=Decimal(0))
    net_minor = models.BigIntegerField()
    is_stocked = models.BooleanField(default=False)
    due_date = models.DateField(null=True, blank=True)
    external_number = models.TextField(default="", blank=True)
    received = QuantityField(default=Decimal(0))
    rejected = QuantityField(default=Decimal(0))
    cancelled = QuantityField(default=Decimal(0))
    billed = QuantityField(default=Decimal(0))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "order", "position"], name="orders_one_purchase_position"
            ),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="orders_purchase_quantity_above_zero"),
            models.CheckConstraint(
                condition=Q(received__gte=0, rejected__gte=0, cancelled__gte=0, billed__gte=0),
                name="orders_purchase_counts_from_zero",
            ),
            models.CheckConstraint(
                condition=Q(rejected__lte=F("received")), name="orders_rejected_within_received"
            ),
            models.CheckConstraint(
                condition=Q(cancelled__lte=F("quantity")), name="orders_cancelled_within_ordered"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "product"], name="orders_purchase_by_product"),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.description}"

    @property
    def tax_category(self) -> str:
        """Standard where there is a rate, else zero-rated."""
        return category_for(self.tax_rate)

    @property
    def accepted(self) -> Decimal:
        """What came and was kept."""
        kept: Decimal = self.received - self.rejected
        return kept

    @property
    def open_quantity(self) -> Decimal:
        """What is still to come; nothing is expected in place of a surplus."""
        left: Decimal = self.quantity - self.cancelled - self.accepted
        return max(left, Decimal(0))


class Receipt(TenantModel):
    """Goods that came, as they were counted. It is never changed: a reversal takes it back, once."""

    order = TenantForeignKey(PurchaseOrder, related_name="receipts")
    number = models.TextField()
    received_on = models.DateField()
    warehouse = TenantForeignKey(Warehouse, null=True, blank=True, related_name="+")
    delivery_note = models.TextField(default="", blank=True)
    note = models.TextField(default="", blank=True)
    reverses = TenantForeignKey("self", null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "number"], name="orders_one_receipt_number"),
            models.UniqueConstraint(
                fields=["tenant_id", "reverses"], name="orders_reversed_once", condition=~Q(reverses=None)
            ),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "order"], name="orders_receipt_by_order"),
            models.Index(fields=["tenant_id", "-received_on", "-id"], name="orders_receipt_newest"),
        ]

    def __str__(self) -> str:
        return self.number


class ReceiptLine(TenantModel):
    """How much of an order's line came and was refused; below zero in a reversal."""

    receipt = TenantForeignKey(Receipt, related_name="lines")
    line = TenantForeignKey(PurchaseLine, related_name="received_in")
    received = QuantityField()
    rejected = QuantityField(default=Decimal(0))
    reject_reason = models.TextField(default="", blank=True)
    lot = TenantForeignKey(Lot, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(received__gt=0, rejected__gte=0, rejected__lte=F("received"))
                | Q(received__lt=0, rejected__lte=0, rejected__gte=F("received")),
                name="orders_receipt_counts",
            ),
            models.CheckConstraint(
                condition=Q(rejected__lte=0) | ~Q(reject_reason=""), name="orders_reject_says_why"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "receipt"], name="orders_received_by_receipt"),
            models.Index(fields=["tenant_id", "line"], name="orders_received_by_line"),
        ]

    def __str__(self) -> str:
        return f"{self.received} received"


class BilledQuantity(TenantModel):
    """How much of an order's line a supplier's invoice charges; a supplier's credit note is below zero."""

    line = TenantForeignKey(PurchaseLine, related_name="billed_in")
    document_id = models.UUIDField()
    quantity = QuantityField()
    created_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "billed quantities"
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "document_id", "line"], name="orders_one_billed_quantity"
            ),
            models.CheckConstraint(condition=~Q(quantity=0), name="orders_billed_not_zero"),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "line"], name="orders_billed_by_line"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} billed"

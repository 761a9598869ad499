"""Sales orders, their lines, and the facts about them: shipments, returns, invoiced quantities."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q

from apps.catalog.models import Lot, Product, Warehouse
from apps.core.models import TenantForeignKey, TenantModel
from apps.orders.models.policy import INVOICE_BASES
from apps.parties.models import Customer

SALES_STATES = {
    "pending": "Pending", "on_hold": "On hold", "confirmed": "Confirmed", "processing": "Processing",
    "shipped": "Shipped", "delivered": "Delivered", "cancelled": "Cancelled",
}  # fmt: skip
HOLDS = {"": "Not held", "manual": "Held by hand", "credit": "Over the credit limit"}
DISPOSITIONS = {"restock": "Back to stock", "scrap": "Scrapped"}


class QuantityField(models.DecimalField):  # type: ignore[type-arg]
    """A quantity at its own precision."""

    def __init__(self, **options: object) -> None:
        super().__init__(**{"max_digits": 18, "decimal_places": 6, **options})  # type: ignore[arg-type]


class SalesOrder(TenantModel):
    """What a customer ordered. Totals are minor units of `currency`; lines change only while it is pending."""

    number = models.TextField()
    state = models.TextField(choices=list(SALES_STATES.items()), default="pending")
    order_date = models.DateField()
    wanted_date = models.DateField(null=True, blank=True)
    customer = TenantForeignKey(Customer, related_name="+")
    warehouse = TenantForeignKey(Warehouse, null=True, blank=True, related_name="+")
    currency = models.CharField(max_length=3)
    invoice_basis = models.TextField(choices=list(INVOICE_BASES.items()), default="shipped")
    net_minor = models.BigIntegerField(default=0)
    tax_minor = models.BigIntegerField(default=0)
    total_minor = models.BigIntegerField(default=0)
    customer_reference = models.TextField(default="", blank=True)
    external_number = models.TextField(default="", blank=True)
    source = models.TextField(default="page")
    note = models.TextField(default="", blank=True)
    hold = models.TextField(choices=list(HOLDS.items()), default="", blank=True)
    hold_reason = models.TextField(default="", blank=True)
    held_from = models.TextField(default="", blank=True)
    credit_cleared_minor = models.BigIntegerField(default=0)
    created_by = models.UUIDField()
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "number"], name="orders_one_sales_number"),
            models.UniqueConstraint(
                fields=["tenant_id", "source", "external_number"],
                name="orders_one_sales_external",
                condition=~Q(external_number=""),
            ),
            models.CheckConstraint(condition=Q(state__in=SALES_STATES), name="orders_known_sales_state"),
            models.CheckConstraint(
                condition=Q(invoice_basis__in=INVOICE_BASES), name="orders_known_sales_basis"
            ),
            models.CheckConstraint(
                condition=Q(net_minor__gte=0, tax_minor__gte=0, total_minor=F("net_minor") + F("tax_minor")),
                name="orders_sales_total_adds_up",
            ),
            # A hold says why, and only a held order has one.
            models.CheckConstraint(
                condition=(Q(state="on_hold") & ~Q(hold="") & ~Q(hold_reason="") & ~Q(held_from=""))
                | (~Q(state="on_hold") & Q(hold="", hold_reason="", held_from="")),
                name="orders_hold_says_why",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "-order_date", "-id"], name="orders_sales_newest"),
            models.Index(fields=["tenant_id", "state", "-order_date", "-id"], name="orders_sales_by_state"),
            models.Index(fields=["tenant_id", "customer", "-order_date", "-id"], name="orders_sales_by_cust"),
            models.Index(fields=["tenant_id", "-total_minor", "-id"], name="orders_sales_by_total"),
        ]

    def __str__(self) -> str:
        return self.number


class SalesLine(TenantModel):
    """One line. What was shipped, returned and invoiced are sums of facts: the database compares them at commit.

    `reserved` is what stock holds for it now; `cancelled` will never be shipped.
    """

    order = TenantForeignKey(SalesOrder, related_name="lines")
    position = models.IntegerField()
    product = TenantForeignKey(Product, null=True, blank=True, related_name="+")
    description = models.TextField()
    quantity = QuantityField()
    unit_price = models.DecimalField(max_digits=18, decimal_places=6)
    price_source = models.TextField(default="", blank=True)
    tax_rate = models.DecimalField(max_digits=7, decimal_places=4, default=Decimal(0))
    tax_category = models.TextField(default="Z")
    net_minor = models.BigIntegerField()
    is_stocked = models.BooleanField(default=False)
    invoices_ahead = models.BooleanField(default=False)
    reserved = QuantityField(default=Decimal(0))
    shipped = QuantityField(default=Decimal(0))
    returned = QuantityField(default=Decimal(0))
    cancelled = QuantityField(default=Decimal(0))
    invoiced = QuantityField(default=Decimal(0))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "order", "position"], name="orders_one_sales_position"
            ),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="orders_sales_quantity_above_zero"),
            models.CheckConstraint(
                condition=Q(
                    reserved__gte=0, shipped__gte=0, returned__gte=0, cancelled__gte=0, invoiced__gte=0
                ),
                name="orders_sales_counts_from_zero",
            ),
            # books.md 68: invoiced ≤ shipped ≤ ordered, returned ≤ shipped.
            models.CheckConstraint(
                condition=Q(quantity__gte=F("shipped") + F("cancelled") + F("reserved")),
                name="orders_shipped_within_ordered",
            ),
            models.CheckConstraint(
                condition=Q(returned__lte=F("shipped")), name="orders_returned_within_shipped"
            ),
            models.CheckConstraint(
                condition=Q(invoiced__lte=F("shipped")) | Q(invoices_ahead=True, invoiced__lte=F("quantity")),
                name="orders_invoiced_within_shipped",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "product"], name="orders_sales_by_product"),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.description}"

    @property
    def open_quantity(self) -> Decimal:
        """What is still to be shipped."""
        left: Decimal = self.quantity - self.shipped - self.cancelled
        return left

    @property
    def shippable(self) -> Decimal:
        """What may leave now: what stock holds for the line, or all that is open of something not stocked."""
        return self.reserved if self.is_stocked else self.open_quantity

    @property
    def invoiceable(self) -> Decimal:
        """What may still be invoiced (books.md 68): below zero when more was invoiced than the customer kept."""
        basis = self.quantity - self.cancelled if self.invoices_ahead else self.shipped
        left: Decimal = basis - self.returned - self.invoiced
        return left


class Shipment(TenantModel):
    """Goods that left, with their delivery note. Nothing of it changes but that it arrived."""

    order = TenantForeignKey(SalesOrder, related_name="shipments")
    number = models.TextField()
    shipped_on = models.DateField()
    warehouse = TenantForeignKey(Warehouse, null=True, blank=True, related_name="+")
    carrier = models.TextField(default="", blank=True)
    tracking = models.TextField(default="", blank=True)
    note = models.TextField(default="", blank=True)
    delivered_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "number"], name="orders_one_shipment_number"),
            models.CheckConstraint(
                condition=Q(delivered_on=None) | Q(delivered_on__gte=F("shipped_on")),
                name="orders_delivered_after_shipped",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "order"], name="orders_shipment_by_order"),
        ]

    def __str__(self) -> str:
        return self.number


class ShipmentLine(TenantModel):
    """How much of an order's line left in a shipment, from which lot."""

    shipment = TenantForeignKey(Shipment, related_name="lines")
    line = TenantForeignKey(SalesLine, related_name="shipped_in")
    quantity = QuantityField()
    lot = TenantForeignKey(Lot, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="orders_shipped_above_zero"),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "shipment"], name="orders_shipped_by_shipment"),
            models.Index(fields=["tenant_id", "line"], name="orders_shipped_by_line"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} shipped"


class SalesReturn(TenantModel):
    """Goods that came back, and why."""

    order = TenantForeignKey(SalesOrder, related_name="returns")
    number = models.TextField()
    returned_on = models.DateField()
    warehouse = TenantForeignKey(Warehouse, null=True, blank=True, related_name="+")
    reason = models.TextField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "number"], name="orders_one_return_number"),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "order"], name="orders_return_by_order"),
        ]

    def __str__(self) -> str:
        return self.number


class ReturnLine(TenantModel):
    """How much of an order's line came back, and what became of it."""

    sales_return = TenantForeignKey(SalesReturn, related_name="lines")
    line = TenantForeignKey(SalesLine, related_name="returned_in")
    quantity = QuantityField()
    disposition = models.TextField(choices=list(DISPOSITIONS.items()))
    lot = TenantForeignKey(Lot, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="orders_returned_above_zero"),
            models.CheckConstraint(
                condition=Q(disposition__in=DISPOSITIONS), name="orders_known_disposition"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "sales_return"], name="orders_returned_by_return"),
            models.Index(fields=["tenant_id", "line"], name="orders_returned_by_line"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} returned"


class InvoicedQuantity(TenantModel):
    """How much of an order's line a document charges; a credit note's quantity is below zero."""

    line = TenantForeignKey(SalesLine, related_name="invoiced_in")
    document_id = models.UUIDField()
    quantity = QuantityField()
    created_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "invoiced quantities"
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "document_id", "line"], name="orders_one_invoiced_quantity"
            ),
            models.CheckConstraint(condition=~Q(quantity=0), name="orders_invoiced_not_zero"),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "line"], name="orders_invoiced_by_line"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} invoiced"

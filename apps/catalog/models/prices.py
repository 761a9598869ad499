"""Price lists and the ladders of quantity breaks in them."""

from django.db import models
from django.db.models import F, Q

from apps.catalog.models.products import Product
from apps.core.models import TenantForeignKey, TenantModel


class PriceList(TenantModel):
    """Prices of one currency for a time: for one customer, for a tier, or (neither) for everybody.

    A blank end is open. `customer_id` is a plain id, held by a foreign key: the parties are this room's sibling.
    """

    code = models.TextField()
    name = models.TextField()
    currency = models.CharField(max_length=3)
    tier = models.TextField(default="", blank=True)
    customer_id = models.UUIDField(null=True, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "code"], name="catalog_one_price_list"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="catalog_prices_end_after_start",
            ),
            models.CheckConstraint(
                condition=Q(customer_id=None) | Q(tier=""), name="catalog_prices_for_one_or_tier"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "name", "id"], name="catalog_prices_by_name"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class PriceBreak(TenantModel):
    """The price of one unit from a quantity on. The breaks of a list, product and unit are its ladder.

    A trigger refuses a ladder on which buying more costs more per unit (books.md 67).
    """

    price_list = TenantForeignKey(PriceList, related_name="breaks")
    product = TenantForeignKey(Product, related_name="+")
    unit = models.TextField()
    min_quantity = models.DecimalField(max_digits=18, decimal_places=6)
    unit_price = models.DecimalField(max_digits=18, decimal_places=6)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "price_list", "product", "unit", "min_quantity"],
                name="catalog_one_break",
            ),
            models.CheckConstraint(
                condition=Q(min_quantity__gte=0, unit_price__gte=0), name="catalog_break_not_negative"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "product"], name="catalog_breaks_by_product"),
        ]

    def __str__(self) -> str:
        return f"{self.min_quantity} {self.unit}: {self.unit_price}"

"""Products, the tree of their categories, and what they cost."""

from django.db import models
from django.db.models import Q

from apps.core.models import TenantForeignKey, TenantModel

STATUSES = {"active": "Active", "discontinued": "Discontinued", "blocked": "Blocked"}
# EN 16931 BT-151 (UNCL 5305).
TAX_CATEGORIES = {
    "S": "Standard rate", "Z": "Zero rated", "E": "Exempt", "AE": "Reverse charge", "G": "Export",
    "K": "Intra-community", "O": "Outside the scope", "L": "IGIC (Canary Islands)", "M": "IPSI (Ceuta, Melilla)",
}  # fmt: skip


class Category(TenantModel):
    """A place in the tree of products. Triggers refuse one that lies under itself, and a `path` that is not its own."""

    parent = TenantForeignKey("self", null=True, blank=True, related_name="+")
    name = models.TextField()
    path = models.TextField(db_default="", editable=False)
    created_at = models.DateTimeField()
    version = models.IntegerField(default=1)

    class Meta:
        verbose_name_plural = "categories"
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "parent", "name"], name="catalog_one_category", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return self.path


class Product(TenantModel):
    """A thing or service with a price. Prices keep their own precision; amounts are made on the line.

    `is_active` says the same as `status`, for readers that ask only whether it is sold. `manufacturer` is a name:
    the parties are this room's sibling.
    """

    sku = models.TextField()
    name = models.TextField()
    category = TenantForeignKey(Category, null=True, blank=True, related_name="+")
    manufacturer = models.TextField(default="", db_default="", blank=True)
    active_ingredient = models.TextField(default="", db_default="", blank=True)
    dosage = models.TextField(default="", db_default="", blank=True)
    pack = models.TextField(default="", db_default="", blank=True)
    regulatory_code = models.TextField(default="", db_default="", blank=True)
    unit = models.TextField(default="EA", db_default="EA")
    unit_price = models.DecimalField(max_digits=18, decimal_places=6)
    currency = models.CharField(max_length=3)
    tax_rate = models.DecimalField(max_digits=7, decimal_places=4, default=0)
    tax_category = models.TextField(choices=list(TAX_CATEGORIES.items()), default="Z", db_default="Z")
    status = models.TextField(choices=list(STATUSES.items()), default="active", db_default="active")
    is_active = models.BooleanField(default=True)
    is_stocked = models.BooleanField(default=True, db_default=True)
    created_at = models.DateTimeField()
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "sku"], name="catalog_one_sku"),
            models.CheckConstraint(condition=Q(status__in=STATUSES), name="catalog_known_status"),
            models.CheckConstraint(
                condition=Q(tax_category__in=TAX_CATEGORIES), name="catalog_known_tax_category"
            ),
            models.CheckConstraint(
                condition=(Q(is_active=True) & Q(status="active"))
                | (Q(is_active=False) & ~Q(status="active")),
                name="catalog_active_is_sold",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "name", "id"], name="catalog_by_name"),
            models.Index(
                fields=["tenant_id", "category", "name", "id"],
                name="catalog_by_category",
                condition=~Q(category=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sku} {self.name}"


class ProductCost(TenantModel):
    """What a product costs by plan, in the book currency. Apart from the product: customers see products."""

    product = TenantForeignKey(Product, related_name="+")
    cost_price = models.DecimalField(max_digits=18, decimal_places=6)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "product"], name="catalog_one_cost"),
            models.CheckConstraint(condition=Q(cost_price__gte=0), name="catalog_cost_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.cost_price}"

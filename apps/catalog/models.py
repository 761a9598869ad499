"""What a tenant sells."""

from django.db import models

from apps.core.models import TenantModel


class Product(TenantModel):
    """A thing or service with a price. Prices keep their own precision; amounts are made on the line."""

    sku = models.TextField()
    name = models.TextField()
    unit_price = models.DecimalField(max_digits=18, decimal_places=6)
    currency = models.CharField(max_length=3)
    tax_rate = models.DecimalField(max_digits=7, decimal_places=4, default=0)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "sku"], name="catalog_one_sku"),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "name", "id"], name="catalog_by_name"),
        ]

    def __str__(self) -> str:
        return f"{self.sku} {self.name}"

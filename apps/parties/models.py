"""The companies and people that a tenant does business with."""

from django.db import models

from apps.core.fields import EncryptedTextField
from apps.core.models import TenantModel


class Customer(TenantModel):
    """Somebody who buys. `code` is the tenant's own name for them; one walk-in customer may stand for the unknown."""

    code = models.TextField()
    name = models.TextField()
    country_code = models.CharField(max_length=2)
    tax_id = models.TextField(default="", blank=True)
    email = EncryptedTextField(default="", blank=True)
    is_walk_in = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "code"], name="parties_one_code"),
            models.UniqueConstraint(
                fields=["tenant_id"], condition=models.Q(is_walk_in=True), name="parties_one_walk_in"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "name", "id"], name="parties_by_name"),
            models.Index(fields=["tenant_id", "country_code", "name", "id"], name="parties_by_country"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

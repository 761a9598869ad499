"""What a tenant has decided about its orders."""

from decimal import Decimal

from django.db import models
from django.db.models import Q

from apps.core.models import TenantModel

INVOICE_BASES = {"shipped": "What was shipped", "ordered": "What was ordered, before it is shipped"}


class OrderPolicy(TenantModel):
    """The tenant's rules for orders; one row, made at the first change. An order keeps the basis it was made with."""

    invoice_basis = models.TextField(choices=list(INVOICE_BASES.items()), default="shipped")
    checks_credit = models.BooleanField(default=True)
    over_receipt_percent = models.DecimalField(max_digits=7, decimal_places=4, default=Decimal(0))
    version = models.IntegerField(default=1)

    class Meta:
        verbose_name_plural = "order policies"
        constraints = [
            models.UniqueConstraint(fields=["tenant_id"], name="orders_one_policy"),
            models.CheckConstraint(condition=Q(invoice_basis__in=INVOICE_BASES), name="orders_known_basis"),
            models.CheckConstraint(
                condition=Q(over_receipt_percent__gte=0, over_receipt_percent__lte=100),
                name="orders_tolerance_is_a_percentage",
            ),
        ]

    def __str__(self) -> str:
        return "Rules for orders"

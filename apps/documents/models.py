"""What documents share: the counters that number them."""

from django.db import models

from apps.core.models import TenantModel


class SeriesCounter(TenantModel):
    """The last number given in a series and year; its row lock orders posting."""

    series = models.TextField()
    year = models.IntegerField()
    last_number = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "series", "year"], name="documents_one_counter"),
        ]

    def __str__(self) -> str:
        return f"{self.series}-{self.year}: {self.last_number}"

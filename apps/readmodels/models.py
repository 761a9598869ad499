"""Query-shaped tables, kept from change events. `build` tells a finished copy from one that is being rebuilt.

The two copies hold what each source row contributes, so that a change of it can be taken back exactly; the
day tables hold the sums that pages read. All amounts are minor units of `currency`.
"""

from django.db import models

from apps.core.scope import current_tenant_id


class CopyModel(models.Model):
    """A row of one tenant in one build."""

    tenant_id = models.UUIDField(default=current_tenant_id, editable=False)
    build = models.IntegerField()

    class Meta:
        abstract = True


class InvoiceCopy(CopyModel):
    """What of a document counts."""

    pk = models.CompositePrimaryKey("tenant_id", "id", "build")
    id = models.UUIDField()
    kind = models.TextField()
    state = models.TextField()
    issue_date = models.DateField()
    customer_id = models.UUIDField()
    country_code = models.TextField()
    currency = models.TextField()
    net_minor = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.id)


class LineCopy(CopyModel):
    """What of a line counts."""

    pk = models.CompositePrimaryKey("tenant_id", "id", "build")
    id = models.UUIDField()
    invoice_id = models.UUIDField()
    product_id = models.UUIDField(null=True)
    quantity = models.DecimalField(max_digits=18, decimal_places=6)
    net_minor = models.BigIntegerField()
    shared_minor = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        indexes = [
            models.Index(fields=["tenant_id", "invoice_id", "build"], name="readmodels_line_of_invoice"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class RevenueDay(CopyModel):
    """Net revenue of posted lines by day, currency, country and product; credit notes are negative.

    Lines without a product count under the nil UUID. `documents` counts the documents with such a line.
    """

    pk = models.CompositePrimaryKey("tenant_id", "build", "day", "currency", "country_code", "product_id")
    day = models.DateField()
    currency = models.TextField()
    country_code = models.TextField()
    product_id = models.UUIDField()
    net_minor = models.BigIntegerField()
    quantity = models.DecimalField(max_digits=24, decimal_places=6)
    documents = models.IntegerField()
    lines = models.IntegerField()

    class Meta:
        indexes = [
            models.Index(
                fields=["tenant_id", "build"], name="readmodels_revenue_empty", condition=models.Q(lines=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.country_code} {self.net_minor}"


class ProductMonth(CopyModel):
    """RevenueDay by month, currency and product: a year of products is read from some ten thousand rows."""

    pk = models.CompositePrimaryKey("tenant_id", "build", "month", "currency", "product_id")
    month = models.DateField()
    currency = models.TextField()
    product_id = models.UUIDField()
    net_minor = models.BigIntegerField()
    documents = models.IntegerField()
    lines = models.IntegerField()

    class Meta:
        indexes = [
            models.Index(
                fields=["tenant_id", "build"], name="readmodels_month_empty", condition=models.Q(lines=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.product_id} {self.net_minor}"


class CustomerDay(CopyModel):
    """Net revenue of posted documents by day, currency and customer; credit notes are negative."""

    pk = models.CompositePrimaryKey("tenant_id", "build", "day", "currency", "customer_id")
    day = models.DateField()
    currency = models.TextField()
    customer_id = models.UUIDField()
    net_minor = models.BigIntegerField()
    documents = models.IntegerField()

    class Meta:
        indexes = [
            models.Index(
                fields=["tenant_id", "build"],
                name="readmodels_customer_empty",
                condition=models.Q(documents=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.customer_id} {self.net_minor}"


class DocumentDay(CopyModel):
    """Documents and their net amounts (positive) by day, kind, state, currency and country."""

    pk = models.CompositePrimaryKey("tenant_id", "build", "day", "currency", "kind", "state", "country_code")
    day = models.DateField()
    currency = models.TextField()
    kind = models.TextField()
    state = models.TextField()
    country_code = models.TextField()
    documents = models.IntegerField()
    net_minor = models.BigIntegerField()

    class Meta:
        indexes = [
            models.Index(
                fields=["tenant_id", "build"],
                name="readmodels_document_empty",
                condition=models.Q(documents=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.kind} {self.state} {self.documents}"

"""Invoices and credit notes, and their lines."""

from django.db import models
from django.db.models import Q

from apps.catalog.models import Product
from apps.core.models import TenantForeignKey, TenantModel
from apps.documents.taxes import category_for
from apps.parties.models import Customer

KINDS = {"invoice": "Invoice", "credit_note": "Credit note"}
STATES = {"draft": "Draft", "posted": "Posted", "void": "Void"}
IMPORT_STATES = ("running", "finished", "cancelled", "failed")


class Invoice(TenantModel):
    """A document. Totals are positive minor units of `currency`; a credit note counts against revenue.

    Once posted it has its legal number and a trigger keeps it, and its lines, as they are.
    """

    kind = models.TextField(choices=list(KINDS.items()), default="invoice")
    state = models.TextField(choices=list(STATES.items()), default="draft")
    series = models.TextField(default="INV")
    number = models.TextField(null=True, blank=True)
    sequence = models.BigIntegerField(null=True, blank=True)
    issue_date = models.DateField()
    due_date = models.DateField()
    customer = TenantForeignKey(Customer, related_name="+")
    country_code = models.CharField(max_length=2)
    currency = models.CharField(max_length=3)
    net_minor = models.BigIntegerField(default=0)
    tax_minor = models.BigIntegerField(default=0)
    total_minor = models.BigIntegerField(default=0)
    external_number = models.TextField(default="", blank=True)
    content_hash = models.TextField(default="", blank=True)
    credits = TenantForeignKey("self", null=True, blank=True, related_name="+")
    note = models.TextField(default="", blank=True)
    source = models.TextField(default="page")
    created_at = models.DateTimeField()
    posted_at = models.DateTimeField(null=True, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "number"], name="invoices_one_number", condition=~Q(number=None)
            ),
            models.UniqueConstraint(
                fields=["tenant_id", "source", "external_number"],
                name="invoices_one_external",
                condition=~Q(external_number=""),
            ),
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="invoices_known_kind"),
            models.CheckConstraint(condition=Q(state__in=STATES), name="invoices_known_state"),
            models.CheckConstraint(
                condition=Q(
                    net_minor__gte=0,
                    tax_minor__gte=0,
                    total_minor=models.F("net_minor") + models.F("tax_minor"),
                ),
                name="invoices_total_adds_up",
            ),
            models.CheckConstraint(
                condition=(Q(state="draft") & Q(number=None)) | (~Q(state="draft") & ~Q(number=None)),
                name="invoices_number_at_posting",
            ),
            models.CheckConstraint(
                condition=Q(due_date__gte=models.F("issue_date")), name="invoices_due_after_issue"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "-issue_date", "-id"], name="invoices_newest"),
            models.Index(fields=["tenant_id", "state", "-issue_date", "-id"], name="invoices_by_state"),
            models.Index(fields=["tenant_id", "customer", "-issue_date", "-id"], name="invoices_by_customer"),
            models.Index(fields=["tenant_id", "-total_minor", "-id"], name="invoices_by_total"),
            models.Index(fields=["tenant_id", "credits"], name="invoices_by_credited", condition=~Q(credits=None)),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number or f"Draft {self.id}"


class Line(TenantModel):
    """One line: quantity and unit price at their own precision, the net amount in minor units."""

    invoice = TenantForeignKey(Invoice, related_name="lines")
    position = models.IntegerField()
    product = TenantForeignKey(Product, null=True, blank=True, related_name="+")
    description = models.TextField()
    quantity = models.DecimalField(max_digits=18, decimal_places=6)
    unit_price = models.DecimalField(max_digits=18, decimal_places=6)
    tax_rate = models.DecimalField(max_digits=7, decimal_places=4, default=0)
    net_minor = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "invoice", "position"], name="invoices_one_position"
            ),
        ]

    @property
    def tax_category(self) -> str:
        """Standard where there is a rate, else zero-rated."""
        return category_for(self.tax_rate)

    def __str__(self) -> str:
        return f"{self.position}. {self.description}"


class ImportBatch(TenantModel):
    """One run of an import over one file, and how far dates of this source are moved.

    `shift_days` is null where dates stay. The first shifted run of a source decides for all later ones, so a
    document gets the same date whenever its file is imported again.
    """

    source = models.TextField()
    file_name = models.TextField()
    file_sha256 = models.TextField()
    state = models.TextField(choices=[(state, state) for state in IMPORT_STATES], default="running")
    shift_days = models.IntegerField(null=True, blank=True)
    report = models.JSONField(null=True, blank=True)
    created_by = models.UUIDField()
    created_by_label = models.TextField(default="", blank=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "import batches"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=IMPORT_STATES), name="invoices_known_import_state"),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "source", "started_at"], name="invoices_import_order"),
        ]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.state})"

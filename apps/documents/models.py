"""What documents share: the counters that number them, how a tenant wants them made, terms, files beside them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from apps.core.models import TenantForeignKey, TenantModel
from apps.documents.arithmetic import PER_CATEGORY, POLICIES
from apps.parties.models import Customer

PURPOSES = {"attachment": "Attachment", "original": "Original", "paper": "PDF"}


class SeriesCounter(TenantModel):
    """The last number given in a series and year, and the latest date of its documents; its row lock orders posting."""

    series = models.TextField()
    year = models.IntegerField()
    last_number = models.BigIntegerField(default=0)
    last_date = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "series", "year"], name="documents_one_counter"),
        ]

    def __str__(self) -> str:
        return f"{self.series}-{self.year}: {self.last_number}"


class StoredFile(TenantModel):
    """A file beside a record: what it is and the hash of its bytes. The bytes stand in `FileContent`.

    Rows are never deleted. An attachment can be marked removed; the original of a document and its rendered PDF
    stay. `customer` names whose document it is: a key bound to that customer sees the file.
    """

    subject_kind = models.TextField()
    subject_id = models.UUIDField()
    purpose = models.TextField(choices=list(PURPOSES.items()), default="attachment")
    name = models.TextField()
    media_type = models.TextField()
    size = models.BigIntegerField()
    sha256 = models.TextField()
    customer = TenantForeignKey(Customer, null=True, blank=True, related_name="+")
    created_by = models.UUIDField()
    created_by_label = models.TextField(default="", blank=True)
    created_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by_label = models.TextField(default="", blank=True)
    removed_reason = models.TextField(default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "subject_kind", "subject_id", "purpose", "sha256"],
                condition=Q(removed_at=None),
                name="documents_one_file",
            ),
            models.UniqueConstraint(
                fields=["tenant_id", "subject_kind", "subject_id"],
                condition=Q(purpose="paper"),
                name="documents_one_paper",
            ),
            models.CheckConstraint(condition=Q(purpose__in=PURPOSES), name="documents_known_purpose"),
            models.CheckConstraint(condition=Q(size__gte=1), name="documents_file_not_empty"),
            models.CheckConstraint(
                condition=Q(removed_at=None, removed_reason="")
                | (Q(removed_at__isnull=False, purpose="attachment") & ~Q(removed_reason="")),
                name="documents_removed_with_reason",
            ),
        ]
        indexes = [models.Index(fields=["tenant_id", "sha256"], name="documents_by_content")]

    def __str__(self) -> str:
        return self.name


class FileContent(TenantModel):
    """The bytes of a stored file, in a table of their own: lists and the log of changes never carry them."""

    file = TenantForeignKey(StoredFile, related_name="+")
    content = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant_id", "file"], name="documents_one_content")]

    def __str__(self) -> str:
        return f"Content of {self.file_id}"


class DocumentSettings(TenantModel):
    """How a tenant's own documents are made; one row, written when somebody first changes a setting."""

    tax_rounding = models.TextField(choices=list(POLICIES.items()), default=PER_CATEGORY)
    is_date_order_kept = models.BooleanField(default=False)
    default_terms = models.TextField(default="", blank=True)
    version = models.IntegerField(default=0)

    class Meta:
        verbose_name_plural = "document settings"
        constraints = [
            models.UniqueConstraint(fields=["tenant_id"], name="documents_one_settings"),
            models.CheckConstraint(condition=Q(tax_rounding__in=POLICIES), name="documents_known_rounding"),
        ]

    def __str__(self) -> str:
        return "Document settings"


class Issuer(TenantModel):
    """What is printed on a tenant's documents about itself; one row. It is public by its nature: customers get it."""

    name = models.TextField()
    country_code = models.CharField(max_length=2)
    tax_id = models.TextField(default="", blank=True)
    registration_number = models.TextField(default="", blank=True)
    street = models.TextField(default="", blank=True)
    postal_code = models.TextField(default="", blank=True)
    city = models.TextField(default="", blank=True)
    region = models.TextField(default="", blank=True)
    phone = models.TextField(default="", blank=True)
    email = models.TextField(default="", blank=True)
    bank_name = models.TextField(default="", blank=True)
    bank_account = models.TextField(default="", blank=True)
    bank_code = models.TextField(default="", blank=True)
    version = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant_id"], name="documents_one_issuer")]

    def __str__(self) -> str:
        return self.name


class PaymentTerms(TenantModel):
    """When documents are to be paid, by a name of the tenant's own.

    `step_days` and `step_shares` describe instalments; both empty where everything is due at once after `days`.
    """

    code = models.TextField()
    name = models.TextField()
    days = models.IntegerField(default=30)
    is_end_of_month = models.BooleanField(default=False)
    discount_percent = models.DecimalField(max_digits=7, decimal_places=4, default=0)
    discount_days = models.IntegerField(default=0)
    step_days = ArrayField(models.IntegerField(), default=list, blank=True)
    step_shares = ArrayField(models.DecimalField(max_digits=18, decimal_places=6), default=list, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    version = models.IntegerField(default=1)

    class Meta:
        verbose_name_plural = "payment terms"
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "code"], name="documents_one_terms_code"),
            models.CheckConstraint(
                condition=Q(days__gte=0, discount_days__gte=0, discount_percent__gte=0, discount_percent__lte=100),
                name="documents_terms_in_range",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

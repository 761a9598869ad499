"""Invoices and credit notes with their lines and amounts, and the invoices that come again."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q

from apps.catalog.models import Product
from apps.core.models import TenantForeignKey, TenantModel
from apps.documents.arithmetic import PER_CATEGORY, POLICIES
from apps.documents.taxes import CATEGORIES
from apps.documents.units import PIECE
from apps.parties.models import Customer

KINDS = {"invoice": "Invoice", "credit_note": "Credit note"}
STATES = {"draft": "Draft", "posted": "Posted", "void": "Void"}
INTERVALS = {"week": "Every week", "month": "Every month", "quarter": "Every quarter", "year": "Every year"}
IMPORT_STATES = ("running", "finished", "cancelled", "failed")


class Invoice(TenantModel):
    """A document. Totals are positive minor units of `currency`; a credit note counts against revenue.

    Once posted it has its legal number, its rate and its totals in the book currency, and a trigger keeps it, and
    all that belongs to it, as they are.
    """

    kind = models.TextField(choices=list(KINDS.items()), default="invoice")
    state = models.TextField(choices=list(STATES.items()), default="draft")
    series = models.TextField(default="INV")
    number = models.TextField(null=True, blank=True)
    sequence = models.BigIntegerField(null=True, blank=True)
    issue_date = models.DateField()
    due_date = models.DateField()
    delivery_date = models.DateField(null=True, blank=True)
    customer = TenantForeignKey(Customer, related_name="+")
    country_code = models.CharField(max_length=2)
    currency = models.CharField(max_length=3)
    allowance_minor = models.BigIntegerField(default=0, db_default=0)
    charge_minor = models.BigIntegerField(default=0, db_default=0)
    net_minor = models.BigIntegerField(default=0)
    tax_minor = models.BigIntegerField(default=0)
    total_minor = models.BigIntegerField(default=0)
    rounding_minor = models.BigIntegerField(default=0, db_default=0)
    prepaid_minor = models.BigIntegerField(default=0, db_default=0)
    tax_rounding = models.TextField(
        choices=list(POLICIES.items()), default=PER_CATEGORY, db_default=PER_CATEGORY
    )
    terms = models.TextField(default="", db_default="", blank=True)
    discount_percent = models.DecimalField(max_digits=7, decimal_places=4, default=0, db_default=Decimal(0))
    discount_until = models.DateField(null=True, blank=True)
    book_currency = models.CharField(max_length=3, default="", db_default="", blank=True)
    rate = models.DecimalField(max_digits=24, decimal_places=12, null=True, blank=True)
    rate_day = models.DateField(null=True, blank=True)
    rate_source = models.TextField(default="", db_default="", blank=True)
    book_net_minor = models.BigIntegerField(null=True, blank=True)
    book_tax_minor = models.BigIntegerField(null=True, blank=True)
    book_total_minor = models.BigIntegerField(null=True, blank=True)
    external_number = models.TextField(default="", blank=True)
    order_reference = models.TextField(default="", db_default="", blank=True)
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
            models.CheckConstraint(condition=Q(tax_rounding__in=POLICIES), name="invoices_known_rounding"),
            models.CheckConstraint(
                condition=Q(net_minor__gte=0, tax_minor__gte=0, total_minor=F("net_minor") + F("tax_minor")),
                name="invoices_total_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(prepaid_minor__gte=0, prepaid_minor__lte=F("total_minor") + F("rounding_minor")),
                name="invoices_due_not_negative",
            ),
            # In the accounting currency tax has the sign that it has in the document's (BR-53).
            models.CheckConstraint(
                condition=Q(book_total_minor=None)
                | Q(book_tax_minor__gte=0, book_total_minor=F("book_net_minor") + F("book_tax_minor")),
                name="invoices_book_total_adds_up",
            ),
            models.CheckConstraint(
                condition=(Q(state="draft") & Q(number=None)) | (~Q(state="draft") & ~Q(number=None)),
                name="invoices_number_at_posting",
            ),
            models.CheckConstraint(
                condition=Q(due_date__gte=F("issue_date")), name="invoices_due_after_issue"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "-issue_date", "-id"], name="invoices_newest"),
            models.Index(fields=["tenant_id", "state", "-issue_date", "-id"], name="invoices_by_state"),
            models.Index(fields=["tenant_id", "customer", "-issue_date", "-id"], name="invoices_by_customer"),
            models.Index(fields=["tenant_id", "-total_minor", "-id"], name="invoices_by_total"),
            models.Index(fields=["tenant_id", "due_date", "id"], name="invoices_by_due"),
            models.Index(fields=["tenant_id", "credits"], name="invoices_by_credited", condition=~Q(credits=None)),
        ]  # fmt: skip

    @property
    def lines_minor(self) -> int:
        """The sum of the lines' net amounts (BR-CO-10)."""
        return self.net_minor + self.allowance_minor - self.charge_minor

    @property
    def payable_minor(self) -> int:
        """What the document asks for in all: total with tax + rounding amount."""
        return self.total_minor + self.rounding_minor

    @property
    def due_minor(self) -> int:
        """The amount due: total with tax − prepaid + rounding amount (BR-CO-16)."""
        return self.payable_minor - self.prepaid_minor

    def __str__(self) -> str:
        return self.number or f"Draft {self.id}"


class Line(TenantModel):
    """One line: quantity and prices at their own precision, the net amount in minor units (PEPPOL-R120).

    `unit_price` is the net price, for `base_quantity` units. `shared_minor` is the line's part of what is taken off or
    added on the whole document: net amounts and shares of all lines sum to the total without tax.
    """

    invoice = TenantForeignKey(Invoice, related_name="lines")
    position = models.IntegerField()
    product = TenantForeignKey(Product, null=True, blank=True, related_name="+")
    description = models.TextField()
    quantity = models.DecimalField(max_digits=18, decimal_places=6)
    unit = models.TextField(default=PIECE, db_default=PIECE)
    base_quantity = models.DecimalField(max_digits=18, decimal_places=6, default=1, db_default=Decimal(1))
    gross_price = models.DecimalField(max_digits=18, decimal_places=6, null=True, blank=True)
    price_discount = models.DecimalField(max_digits=18, decimal_places=6, null=True, blank=True)
    unit_price = models.DecimalField(max_digits=18, decimal_places=6)
    tax_category = models.TextField(default="S", db_default="S")
    tax_rate = models.DecimalField(max_digits=7, decimal_places=4, default=0)
    exemption_reason = models.TextField(default="", db_default="", blank=True)
    exemption_code = models.TextField(default="", db_default="", blank=True)
    net_minor = models.BigIntegerField()
    shared_minor = models.BigIntegerField(default=0, db_default=0)
    credits_line = TenantForeignKey("self", null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "invoice", "position"], name="invoices_one_position"
            ),
            models.CheckConstraint(
                condition=Q(tax_category__in=tuple(CATEGORIES)), name="invoices_line_known_category"
            ),
            models.CheckConstraint(condition=Q(base_quantity__gt=0), name="invoices_line_base_quantity"),
        ]
        indexes = [
            models.Index(
                fields=["tenant_id", "credits_line"], name="invoices_line_credited", condition=~Q(credits_line=None)
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.position}. {self.description}"


class Adjustment(TenantModel):
    """What is taken off (an allowance) or added (a charge), on a line, or on the whole document in a tax category."""

    invoice = TenantForeignKey(Invoice, related_name="adjustments")
    line = TenantForeignKey(Line, null=True, blank=True, related_name="adjustments")
    position = models.IntegerField()
    is_charge = models.BooleanField()
    amount_minor = models.BigIntegerField()
    base_minor = models.BigIntegerField(null=True, blank=True)
    percent = models.DecimalField(max_digits=13, decimal_places=6, null=True, blank=True)
    reason = models.TextField(default="", blank=True)
    reason_code = models.TextField(default="", blank=True)
    tax_category = models.TextField(default="", blank=True)
    tax_rate = models.DecimalField(max_digits=7, decimal_places=4, default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "invoice", "position"], name="invoices_one_adjustment"
            ),
        ]

    def __str__(self) -> str:
        return f"{'+' if self.is_charge else '−'} {self.reason or self.reason_code}"


class TaxSubtotal(TenantModel):
    """The taxable base of one category and rate, and the tax on it (BR-S-08, BR-S-09 and their siblings)."""

    invoice = TenantForeignKey(Invoice, related_name="taxes")
    position = models.IntegerField()
    category = models.TextField()
    rate = models.DecimalField(max_digits=7, decimal_places=4)
    base_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField()
    exemption_reason = models.TextField(default="", blank=True)
    exemption_code = models.TextField(default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "invoice", "category", "rate"], name="invoices_one_subtotal"
            ),
            models.CheckConstraint(
                condition=Q(category__in=tuple(CATEGORIES)), name="invoices_tax_known_category"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category} {self.rate}"


class Instalment(TenantModel):
    """A part of what is due, with its day; a document without any is due at once on its due date."""

    invoice = TenantForeignKey(Invoice, related_name="instalments")
    position = models.IntegerField()
    due_date = models.DateField()
    share = models.DecimalField(max_digits=18, decimal_places=6)
    amount_minor = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "invoice", "position"], name="invoices_one_instalment"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.due_date}"


class RecurringInvoice(TenantModel):
    """An invoice that comes again: what it says, how often, when next, until when.

    `content` holds lines and adjustments as they are entered. `first_date` keeps the day of the month: an invoice
    of the 31st is of the 28th in February and of the 31st again in March.
    """

    name = models.TextField()
    customer = TenantForeignKey(Customer, related_name="+")
    currency = models.CharField(max_length=3)
    every = models.TextField(choices=list(INTERVALS.items()))
    first_date = models.DateField()
    next_date = models.DateField()
    end_date = models.DateField(null=True, blank=True)
    is_paused = models.BooleanField(default=False)
    posts_itself = models.BooleanField(default=False)
    problem = models.TextField(default="", db_default="", blank=True)
    terms = models.TextField(default="", blank=True)
    note = models.TextField(default="", blank=True)
    content = models.JSONField()
    created_at = models.DateTimeField()
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(every__in=INTERVALS), name="invoices_known_interval"),
            models.CheckConstraint(
                condition=Q(next_date__gte=F("first_date")), name="invoices_next_after_first"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "next_date", "id"], name="invoices_recurring_next"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name


class RecurringRun(TenantModel):
    """The invoice of one period; the database lets a period have no second one.

    `invoice_id` stays when its draft is deleted: the period was served.
    """

    recurring = TenantForeignKey(RecurringInvoice, related_name="runs")
    period_date = models.DateField()
    invoice_id = models.UUIDField()
    problem = models.TextField(default="", blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "recurring", "period_date"], name="invoices_one_period"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recurring_id} {self.period_date}"


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

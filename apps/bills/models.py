"""What suppliers charge: bills and their credit notes, lines, taxes as received, the match, the tenant's rules."""

from decimal import Decimal

from django.db import models
from django.db.models import Q

from apps.catalog.models import Product
from apps.core.fields import EncryptedTextField
from apps.core.models import TenantForeignKey, TenantModel
from apps.orders.models import PurchaseLine
from apps.parties.models import Supplier

KINDS = {"invoice": "Supplier invoice", "credit_note": "Supplier credit note"}
STATES = {"draft": "Draft", "posted": "Posted", "void": "Void"}
MATCH_STATES = {"none": "No order", "matched": "Matched", "exception": "Exception"}
LINE_MATCHES = {
    "matched": "Matched", "price": "Price differs", "quantity": "Quantity differs", "both": "Price and quantity differ",
    "unordered": "Not ordered",
}  # fmt: skip
PAYEE_FLAGS = {"": "", "differs": "Another bank account", "unknown": "No approved bank account"}
BASES = {"accepted": "Received and kept", "received": "Received", "ordered": "Ordered"}
SOURCES = {
    "page": "Page",
    "api": "API",
    "csv": "CSV",
    "ubl": "UBL",
    "cii": "CII",
    "pdf": "Factur-X",
    "demo": "Demo",
}


class Bill(TenantModel):
    """A supplier's document. Amounts are what the sender says (books.md 17); `computed_…` is what we make of its lines.

    Once posted it has our number and a trigger keeps it, its lines and its match, as they are.
    """

    kind = models.TextField(choices=list(KINDS.items()), default="invoice")
    state = models.TextField(choices=list(STATES.items()), default="draft")
    series = models.TextField(default="BILL")
    number = models.TextField(null=True, blank=True)
    sequence = models.BigIntegerField(null=True, blank=True)
    supplier = TenantForeignKey(Supplier, related_name="+")
    supplier_number = models.TextField()
    number_key = models.TextField()
    number_loose = models.TextField()
    issue_date = models.DateField()
    due_date = models.DateField()
    booked_on = models.DateField(null=True, blank=True)
    currency = models.CharField(max_length=3)
    net_minor = models.BigIntegerField(default=0)
    tax_minor = models.BigIntegerField(default=0)
    total_minor = models.BigIntegerField(default=0)
    rounding_minor = models.BigIntegerField(default=0)
    prepaid_minor = models.BigIntegerField(default=0)
    computed_net_minor = models.BigIntegerField(default=0)
    computed_tax_minor = models.BigIntegerField(default=0)
    computed_total_minor = models.BigIntegerField(default=0)
    is_stated = models.BooleanField(default=False)
    has_total_exception = models.BooleanField(default=False)
    rate = models.DecimalField(max_digits=24, decimal_places=12, null=True, blank=True)
    rate_day = models.DateField(null=True, blank=True)
    rate_source = models.TextField(default="", blank=True)
    book_currency = models.CharField(max_length=3)
    book_total_minor = models.BigIntegerField(null=True, blank=True)
    order_reference = models.TextField(default="", blank=True)
    category = models.TextField(default="", blank=True)
    note = models.TextField(default="", blank=True)
    match_state = models.TextField(choices=list(MATCH_STATES.items()), default="none")
    has_duplicates = models.BooleanField(default=False)
    override_reason = models.TextField(default="", blank=True)
    content_hash = models.TextField(default="", blank=True)
    stated_account = EncryptedTextField(default="", blank=True)
    payee_flag = models.TextField(choices=list(PAYEE_FLAGS.items()), default="", blank=True)
    credits = TenantForeignKey("self", null=True, blank=True, related_name="+")
    source = models.TextField(choices=list(SOURCES.items()), default="page")
    created_by = models.UUIDField()
    changed_by = models.UUIDField()
    created_at = models.DateTimeField()
    posted_at = models.DateTimeField(null=True, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "number"], name="bills_one_number", condition=~Q(number=None)
            ),
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="bills_known_kind"),
            models.CheckConstraint(condition=Q(state__in=STATES), name="bills_known_state"),
            models.CheckConstraint(condition=Q(match_state__in=MATCH_STATES), name="bills_known_match"),
            models.CheckConstraint(condition=Q(payee_flag__in=PAYEE_FLAGS), name="bills_known_payee_flag"),
            models.CheckConstraint(
                condition=(Q(state="draft") & Q(number=None)) | (~Q(state="draft") & ~Q(number=None)),
                name="bills_number_at_posting",
            ),
            models.CheckConstraint(
                condition=Q(total_minor__gte=0, total_minor=models.F("net_minor") + models.F("tax_minor")),
                name="bills_total_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(due_date__gte=models.F("issue_date")), name="bills_due_after_issue"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "-issue_date", "-id"], name="bills_newest"),
            models.Index(fields=["tenant_id", "state", "-issue_date", "-id"], name="bills_by_state"),
            models.Index(fields=["tenant_id", "supplier", "-issue_date", "-id"], name="bills_by_supplier"),
            models.Index(fields=["tenant_id", "due_date", "id"], name="bills_by_due"),
            models.Index(fields=["tenant_id", "-total_minor", "-id"], name="bills_by_total"),
            models.Index(fields=["tenant_id", "supplier", "number_key"], name="bills_by_key"),
            models.Index(fields=["tenant_id", "supplier", "number_loose"], name="bills_by_loose_key"),
            models.Index(fields=["tenant_id", "supplier", "total_minor"], name="bills_by_amount"),
            models.Index(fields=["tenant_id", "content_hash"], name="bills_by_file", condition=~Q(content_hash="")),
            models.Index(fields=["tenant_id", "credits"], name="bills_by_credited", condition=~Q(credits=None)),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number or f"Draft {self.supplier_number}"

    @property
    def payable_minor(self) -> int:
        """Return what the document asks for in all: total with tax + rounding amount."""
        return self.total_minor + self.rounding_minor

    @property
    def difference_minor(self) -> int:
        """Return what the sender's total differs from ours (books.md 17)."""
        return self.total_minor - self.computed_total_minor


class BillLine(TenantModel):
    """One line as the sender has it; `computed_minor` is what quantity and price make."""

    bill = TenantForeignKey(Bill, related_name="lines")
    position = models.IntegerField()
    description = models.TextField()
    supplier_sku = models.TextField(default="", blank=True)
    quantity = models.DecimalField(max_digits=18, decimal_places=6)
    unit_price = models.DecimalField(max_digits=18, decimal_places=6)
    base_quantity = models.DecimalField(max_digits=18, decimal_places=6, default=Decimal(1))
    adjustment_minor = models.BigIntegerField(default=0)
    net_minor = models.BigIntegerField()
    computed_minor = models.BigIntegerField()
    tax_category = models.TextField(default="S")
    tax_rate = models.DecimalField(max_digits=7, decimal_places=4, default=0)
    account = models.TextField(default="", blank=True)
    product = TenantForeignKey(Product, null=True, blank=True, related_name="+")
    purchase_line = TenantForeignKey(PurchaseLine, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "bill", "position"], name="bills_one_position"),
            models.CheckConstraint(condition=Q(base_quantity__gt=0), name="bills_base_above_zero"),
        ]
        indexes = [
            models.Index(
                fields=["tenant_id", "purchase_line"], name="bills_by_purchase_line",
                condition=~Q(purchase_line=None),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.position}. {self.description}"

    @property
    def price(self) -> Decimal:
        """Return the price of one unit."""
        return self.unit_price / self.base_quantity


class BillAdjustment(TenantModel):
    """An allowance or a charge on the whole document."""

    bill = TenantForeignKey(Bill, related_name="adjustments")
    position = models.IntegerField()
    is_charge = models.BooleanField()
    amount_minor = models.BigIntegerField()
    tax_category = models.TextField(default="S")
    tax_rate = models.DecimalField(max_digits=7, decimal_places=4, default=0)
    reason = models.TextField(default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "bill", "position"], name="bills_one_adjustment"),
        ]

    def __str__(self) -> str:
        return self.reason or ("Charge" if self.is_charge else "Allowance")


class BillTax(TenantModel):
    """The tax of one category and rate, as the sender has it."""

    bill = TenantForeignKey(Bill, related_name="taxes")
    category = models.TextField()
    rate = models.DecimalField(max_digits=7, decimal_places=4)
    base_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField()

    class Meta:
        verbose_name_plural = "bill taxes"
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "bill", "category", "rate"], name="bills_one_tax_of_a_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category} {self.rate.normalize():f} %"


class LineMatch(TenantModel):
    """A line against its order, with the figures of that moment. Prices of one unit; quantities of all documents.

    `basis` is what may be billed before tolerance, `billed_before` what others billed, `matched` what of this line
    is covered: its sum over all documents never exceeds the limit (books.md 53).
    """

    line = TenantForeignKey(BillLine, related_name="matches")
    outcome = models.TextField(choices=list(LINE_MATCHES.items()))
    ordered = models.DecimalField(max_digits=18, decimal_places=6, default=0)
    basis = models.DecimalField(max_digits=18, decimal_places=6, default=0)
    limit = models.DecimalField(max_digits=20, decimal_places=6, default=0)
    billed_before = models.DecimalField(max_digits=18, decimal_places=6, default=0)
    quantity = models.DecimalField(max_digits=18, decimal_places=6)
    matched = models.DecimalField(max_digits=18, decimal_places=6, default=0)
    quantity_variance = models.DecimalField(max_digits=18, decimal_places=6, default=0)
    price_ordered = models.DecimalField(max_digits=18, decimal_places=6, default=0)
    price_billed = models.DecimalField(max_digits=18, decimal_places=6)
    price_variance_minor = models.BigIntegerField(default=0)
    price_tolerance_minor = models.BigIntegerField(default=0)
    is_price_ok = models.BooleanField()
    is_quantity_ok = models.BooleanField()
    matched_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "line matches"
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "line"], name="bills_one_match"),
            models.CheckConstraint(condition=Q(outcome__in=LINE_MATCHES), name="bills_known_outcome"),
        ]

    def __str__(self) -> str:
        return self.get_outcome_display()


class BillSettings(TenantModel):
    """What the tenant lets pass; one row, made at the first change. Amounts are minor units of a bill's currency."""

    match_basis = models.TextField(choices=list(BASES.items()), default="accepted")
    price_percent = models.DecimalField(max_digits=7, decimal_places=4, default=0)
    price_minor = models.BigIntegerField(default=0)
    quantity_percent = models.DecimalField(max_digits=7, decimal_places=4, default=0)
    quantity_units = models.DecimalField(max_digits=18, decimal_places=6, default=0)
    total_minor = models.BigIntegerField(default=2)
    duplicate_days = models.IntegerField(default=7)
    version = models.IntegerField(default=0)

    class Meta:
        verbose_name_plural = "bill settings"
        constraints = [
            models.UniqueConstraint(fields=["tenant_id"], name="bills_one_settings"),
            models.CheckConstraint(condition=Q(match_basis__in=BASES), name="bills_known_basis"),
            models.CheckConstraint(
                condition=Q(
                    price_percent__gte=0, price_percent__lte=100, price_minor__gte=0, quantity_percent__gte=0,
                    quantity_percent__lte=100, quantity_units__gte=0, total_minor__gte=0, duplicate_days__gte=0,
                    duplicate_days__lte=366,
                ),
                name="bills_settings_in_range",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return "Rules for bills"

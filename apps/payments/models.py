"""Money in and out: payments, runs that pay suppliers, what the bank says."""

from uuid import UUID

from django.db import models
from django.db.models import Q

from apps.core.fields import EncryptedTextField
from apps.core.models import TenantForeignKey, TenantModel
from apps.parties.models import Customer, Supplier
from apps.settlement.models import OpenItem

DIRECTIONS = {"receive": "Received", "pay": "Paid"}
METHODS = {
    "bank_transfer": "Bank transfer", "direct_debit": "Direct debit", "card": "Card", "cash": "Cash",
    "cheque": "Cheque", "other": "Other",
}  # fmt: skip
STATES = {"posted": "Posted", "void": "Void"}
RUN_STATES = {"draft": "Draft", "released": "Released", "cancelled": "Cancelled"}
ROW_STATES = {"proposed": "To pay", "excluded": "Left out", "paid": "Paid", "failed": "Failed"}
LINE_STATES = {"open": "Not matched", "matched": "Matched", "ignored": "Left out"}
FORMATS = {"csv": "CSV", "camt053": "CAMT.053"}


class OwnAccount(TenantModel):
    """An account of the company at a bank, and the account of the ledger that stands for it."""

    name = models.TextField()
    ledger_account = models.TextField(default="bank")
    currency = models.CharField(max_length=3)
    holder = models.TextField()
    iban = EncryptedTextField(default="", blank=True)
    iban_tail = models.TextField(default="", blank=True)
    bic = models.TextField(default="", blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "name"], name="payments_one_account_name")
        ]

    def __str__(self) -> str:
        return self.name


class Payment(TenantModel):
    """Money received from, or paid to, a customer or a supplier; posted when it is made.

    It opens an item that is unapplied until it is allocated. `book_minor` is what the bank account moved by.
    """

    number = models.TextField()
    direction = models.TextField(choices=list(DIRECTIONS.items()))
    state = models.TextField(choices=list(STATES.items()), default="posted")
    customer = TenantForeignKey(Customer, null=True, blank=True, related_name="+")
    supplier = TenantForeignKey(Supplier, null=True, blank=True, related_name="+")
    method = models.TextField(choices=list(METHODS.items()), default="bank_transfer")
    payment_date = models.DateField()
    account = models.TextField(default="bank")
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    rate = models.DecimalField(max_digits=24, decimal_places=12)
    rate_source = models.TextField(default="", blank=True)
    book_minor = models.BigIntegerField()
    reference = models.TextField(default="", blank=True)
    note = models.TextField(default="", blank=True)
    source = models.TextField(default="page")
    external_number = models.TextField(default="", blank=True)
    item = TenantForeignKey(OpenItem, related_name="+")
    created_by = models.UUIDField()
    created_by_label = models.TextField(default="", blank=True)
    created_at = models.DateTimeField()
    voided_on = models.DateField(null=True, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)
    void_reason = models.TextField(default="", blank=True)
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "number"], name="payments_one_number"),
            models.UniqueConstraint(
                fields=["tenant_id", "source", "external_number"],
                condition=~Q(external_number=""),
                name="payments_one_external",
            ),
            models.CheckConstraint(condition=Q(direction__in=DIRECTIONS), name="payments_known_direction"),
            models.CheckConstraint(condition=Q(state__in=STATES), name="payments_known_state"),
            models.CheckConstraint(condition=Q(method__in=METHODS), name="payments_known_method"),
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0, book_minor__gte=0), name="payments_positive"
            ),
            models.CheckConstraint(
                condition=Q(customer=None, supplier__isnull=False) | Q(customer__isnull=False, supplier=None),
                name="payments_one_party",
            ),
            models.CheckConstraint(
                condition=Q(state="posted", voided_on=None) | Q(state="void", voided_on__isnull=False),
                name="payments_void_has_day",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "-payment_date", "-id"], name="payments_newest"),
            models.Index(fields=["tenant_id", "-amount_minor", "-id"], name="payments_by_amount"),
            models.Index(fields=["tenant_id", "customer", "-payment_date", "-id"], name="payments_by_customer"),
            models.Index(fields=["tenant_id", "supplier", "-payment_date", "-id"], name="payments_by_supplier"),
            models.Index(fields=["tenant_id", "item"], name="payments_by_item"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number

    @property
    def side(self) -> str:
        """Whose account it moves."""
        return "receivable" if self.customer_id else "payable"

    @property
    def party_id(self) -> UUID:
        """The customer or the supplier; a constraint sees to it that there is one."""
        found: UUID | None = self.customer_id or self.supplier_id
        assert found is not None
        return found


class PaymentRun(TenantModel):
    """Suppliers' items chosen to be paid together. It pays once somebody other than its maker releases it."""

    number = models.TextField()
    state = models.TextField(choices=list(RUN_STATES.items()), default="draft")
    pay_date = models.DateField()
    due_through = models.DateField()
    own_account = TenantForeignKey(OwnAccount, related_name="+")
    currency = models.CharField(max_length=3)
    note = models.TextField(default="", blank=True)
    created_by = models.UUIDField()
    created_by_label = models.TextField(default="", blank=True)
    changed_by = models.UUIDField()
    created_at = models.DateTimeField()
    released_by = models.UUIDField(null=True, blank=True)
    released_by_label = models.TextField(default="", blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "number"], name="payments_one_run_number"),
            models.CheckConstraint(condition=Q(state__in=RUN_STATES), name="payments_known_run_state"),
            # Nobody releases what he made (books.md 44, 50).
            models.CheckConstraint(
                condition=~Q(released_by=models.F("created_by")), name="payments_released_by_another"
            ),
        ]
        indexes = [models.Index(fields=["tenant_id", "-created_at", "-id"], name="payments_run_newest")]

    def __str__(self) -> str:
        return self.number


class PaymentRunRow(TenantModel):
    """One item of a run: what is to be paid, to which bank account, and how it went, with the reason."""

    run = TenantForeignKey(PaymentRun, related_name="rows")
    item_id = models.UUIDField()
    supplier_id = models.UUIDField()
    supplier_name = models.TextField()
    number = models.TextField()
    due_date = models.DateField()
    open_minor = models.BigIntegerField()
    discount_minor = models.BigIntegerField(default=0)
    bank_account_id = models.UUIDField(null=True, blank=True)
    state = models.TextField(choices=list(ROW_STATES.items()), default="proposed")
    reason = models.TextField(default="", blank=True)
    payment = TenantForeignKey(Payment, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "run", "item_id"], name="payments_one_row_an_item"),
            models.CheckConstraint(condition=Q(state__in=ROW_STATES), name="payments_known_row_state"),
            models.CheckConstraint(
                condition=Q(discount_minor__gte=0, open_minor__gt=models.F("discount_minor")),
                name="payments_row_pays_something",
            ),
        ]
        indexes = [models.Index(fields=["tenant_id", "item_id"], name="payments_rows_of_item")]

    def __str__(self) -> str:
        return self.number

    @property
    def amount_minor(self) -> int:
        """What is paid: what is open less the discount."""
        return self.open_minor - self.discount_minor


class BankStatement(TenantModel):
    """A file of the bank, read once."""

    own_account = TenantForeignKey(OwnAccount, related_name="+")
    name = models.TextField()
    format = models.TextField(choices=list(FORMATS.items()))
    file_sha256 = models.TextField()
    currency = models.CharField(max_length=3)
    opening_minor = models.BigIntegerField(null=True, blank=True)
    closing_minor = models.BigIntegerField(null=True, blank=True)
    new_lines = models.IntegerField(default=0)
    known_lines = models.IntegerField(default=0)
    imported_by = models.UUIDField()
    imported_by_label = models.TextField(default="", blank=True)
    imported_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "own_account", "file_sha256"], name="payments_one_file"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "-imported_at", "-id"], name="payments_statement_newest")
        ]

    def __str__(self) -> str:
        return self.name


class BankLine(TenantModel):
    """One movement on a bank account, received positive. It stays visible until it is matched or left out."""

    statement = TenantForeignKey(BankStatement, related_name="lines")
    own_account = TenantForeignKey(OwnAccount, related_name="+")
    position = models.IntegerField()
    booking_date = models.DateField()
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    counterparty = models.TextField(default="", blank=True)
    counterparty_iban = EncryptedTextField(default="", blank=True)
    reference = models.TextField(default="", blank=True)
    entry_reference = models.TextField(default="", blank=True)
    digest = models.TextField()
    state = models.TextField(choices=list(LINE_STATES.items()), default="open")
    payment = TenantForeignKey(Payment, null=True, blank=True, related_name="+")
    is_payment_made = models.BooleanField(default=False)
    reason = models.TextField(default="", blank=True)
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "own_account", "digest"], name="payments_line_once"),
            models.UniqueConstraint(
                fields=["tenant_id", "payment"], condition=~Q(payment=None), name="payments_matched_once"
            ),
            models.CheckConstraint(condition=Q(state__in=LINE_STATES), name="payments_known_line_state"),
            models.CheckConstraint(condition=~Q(amount_minor=0), name="payments_line_moves"),
            models.CheckConstraint(
                condition=Q(state="matched", payment__isnull=False) | (~Q(state="matched") & Q(payment=None)),
                name="payments_matched_has_payment",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "state", "-booking_date", "-id"], name="payments_lines_waiting"),
            models.Index(fields=["tenant_id", "statement", "position"], name="payments_lines_of"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.booking_date} {self.amount_minor}"

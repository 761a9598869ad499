"""What is owed, how it was settled, and reminders about it."""

from uuid import UUID

from django.db import models
from django.db.models import F, Q

from apps.core.models import TenantForeignKey, TenantModel
from apps.parties.models import Customer, Supplier

SIDES = {"receivable": "Receivable", "payable": "Payable"}
DIRECTIONS = {"charge": "Charge", "credit": "Credit"}
# The roles of the ledger that an item may stand on: documents on the control account, payments beside it.
CONTROLS = {
    "receivable": "Receivable", "payable": "Payable",
    "unapplied_receipts": "Unapplied receipts", "unapplied_payments": "Unapplied payments",
}  # fmt: skip
HOLDS = {"": "None", "disputed": "Disputed", "blocked": "Blocked", "stopped": "No reminders"}
LETTER_STATES = {"prepared": "Prepared", "sent": "Sent"}


class OpenItem(TenantModel):
    """One instalment of a document, or one payment: a charge is owed to its issuer, a credit settles charges.

    `open_minor` and `open_book_minor` are kept by a trigger from allocations; no write of ours touches them.
    """

    side = models.TextField(choices=list(SIDES.items()))
    direction = models.TextField(choices=list(DIRECTIONS.items()))
    control = models.TextField(choices=list(CONTROLS.items()))
    customer = TenantForeignKey(Customer, null=True, blank=True, related_name="+")
    supplier = TenantForeignKey(Supplier, null=True, blank=True, related_name="+")
    source_kind = models.TextField()
    source_id = models.UUIDField()
    number = models.TextField()
    position = models.IntegerField(default=1)
    issue_date = models.DateField()
    due_date = models.DateField()
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    book_minor = models.BigIntegerField()
    rate = models.DecimalField(max_digits=20, decimal_places=10)
    open_minor = models.BigIntegerField()
    open_book_minor = models.BigIntegerField()
    discount_until = models.DateField(null=True, blank=True)
    discount_minor = models.BigIntegerField(default=0)
    hold = models.TextField(choices=list(HOLDS.items()), default="", blank=True)
    hold_reason = models.TextField(default="", blank=True)
    closed_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField()
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "source_kind", "source_id", "position"], name="settlement_one_position"
            ),
            models.CheckConstraint(condition=Q(side__in=SIDES), name="settlement_known_side"),
            models.CheckConstraint(condition=Q(direction__in=DIRECTIONS), name="settlement_known_direction"),
            models.CheckConstraint(condition=Q(control__in=CONTROLS), name="settlement_known_control"),
            models.CheckConstraint(condition=Q(hold__in=HOLDS), name="settlement_known_hold"),
            models.CheckConstraint(
                condition=Q(side="receivable", supplier=None, customer__isnull=False)
                | Q(side="payable", supplier__isnull=False, customer=None),
                name="settlement_one_party",
            ),
            models.CheckConstraint(
                condition=Q(open_minor__gte=0, open_minor__lte=F("amount_minor")),
                name="settlement_open_within",
            ),
            models.CheckConstraint(
                condition=Q(open_book_minor__gte=0, open_book_minor__lte=F("book_minor")),
                name="settlement_book_open_within",
            ),
            # Settled means settled in both currencies (books.md 36).
            models.CheckConstraint(
                condition=Q(open_minor__gt=0) | Q(open_book_minor=0), name="settlement_zero_in_both"
            ),
            models.CheckConstraint(
                condition=Q(discount_minor__gte=0, discount_minor__lte=F("amount_minor")),
                name="settlement_discount_within",
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(closed_on__gte=F("issue_date")),
                name="settlement_closed_after",
            ),
        ]
        indexes = [
            models.Index(
                fields=["tenant_id", "side", "due_date", "id"], name="settlement_open", condition=Q(open_minor__gt=0)
            ),
            models.Index(fields=["tenant_id", "customer", "issue_date", "id"], name="settlement_by_customer"),
            models.Index(fields=["tenant_id", "supplier", "issue_date", "id"], name="settlement_by_supplier"),
            models.Index(
                fields=["tenant_id", "closed_on"], name="settlement_closed", condition=~Q(closed_on=None)
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number

    @property
    def party_id(self) -> UUID:
        """The customer or the supplier; a constraint sees to it that there is one."""
        found: UUID | None = self.customer_id or self.supplier_id
        assert found is not None
        return found

    @property
    def discount_account(self) -> str:
        """The role that an early-payment discount on this item is booked to."""
        return "discount_given" if self.side == "receivable" else "discount_taken"


class Allocation(TenantModel):
    """One credit settles a part of one charge. It never changes, but for being undone, once.

    The charge loses `amount_minor + discount_minor`, the credit `amount_minor`. The book amounts are what leaves
    each item in the book currency; their difference is the realised gain or loss (books.md 36).
    """

    charge = TenantForeignKey(OpenItem, related_name="+")
    credit = TenantForeignKey(OpenItem, related_name="+")
    amount_minor = models.BigIntegerField()
    discount_minor = models.BigIntegerField(default=0)
    charge_book_minor = models.BigIntegerField()
    credit_book_minor = models.BigIntegerField()
    discount_book_minor = models.BigIntegerField(default=0)
    allocated_on = models.DateField()
    created_by = models.UUIDField()
    created_by_label = models.TextField(default="", blank=True)
    created_at = models.DateTimeField()
    undone_on = models.DateField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.UUIDField(null=True, blank=True)
    undone_by_label = models.TextField(default="", blank=True)
    undone_reason = models.TextField(default="", blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0, discount_minor__gte=0), name="settlement_allocates_something"
            ),
            models.CheckConstraint(
                condition=Q(charge_book_minor__gte=0, credit_book_minor__gte=0, discount_book_minor__gte=0),
                name="settlement_book_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(undone_on=None) | Q(undone_on__gte=F("allocated_on")),
                name="settlement_undone_after",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "charge"], name="settlement_by_charge"),
            models.Index(fields=["tenant_id", "credit"], name="settlement_by_credit"),
            models.Index(fields=["tenant_id", "allocated_on", "id"], name="settlement_by_day"),
            models.Index(
                fields=["tenant_id", "undone_on"], name="settlement_undone", condition=~Q(undone_on=None)
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.credit_id} to {self.charge_id}"

    @property
    def settled_minor(self) -> int:
        """What the charge loses: the amount and the discount."""
        return self.amount_minor + self.discount_minor


class DunningLevel(TenantModel):
    """How a reminder of one level reads and after how many days overdue it is due."""

    level = models.SmallIntegerField()
    days = models.IntegerField()
    title = models.TextField()
    text = models.TextField()
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "level"], name="settlement_one_level"),
            models.CheckConstraint(condition=Q(level__gte=1, days__gte=1), name="settlement_level_in_range"),
        ]

    def __str__(self) -> str:
        return f"{self.level}. {self.title}"


class DunningStop(TenantModel):
    """A customer who gets no reminders, until a day or until it is lifted."""

    customer = TenantForeignKey(Customer, related_name="+")
    until = models.DateField(null=True, blank=True)
    reason = models.TextField()
    created_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "customer"], condition=Q(lifted_at=None), name="settlement_one_stop"
            ),
        ]

    def __str__(self) -> str:
        return self.reason


class DunningRun(TenantModel):
    """One run of reminders for one day."""

    run_date = models.DateField()
    letters = models.IntegerField(default=0)
    created_by = models.UUIDField()
    created_by_label = models.TextField(default="", blank=True)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["tenant_id", "-run_date", "-id"], name="settlement_run_newest")]

    def __str__(self) -> str:
        return str(self.run_date)


class DunningLetter(TenantModel):
    """A reminder to one customer, worded when it was made. Marking it sent is an act of a person."""

    run = TenantForeignKey(DunningRun, related_name="+")
    customer = TenantForeignKey(Customer, related_name="+")
    level = models.SmallIntegerField()
    letter_date = models.DateField()
    title = models.TextField()
    text = models.TextField()
    state = models.TextField(choices=list(LETTER_STATES.items()), default="prepared")
    sent_at = models.DateTimeField(null=True, blank=True)
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=LETTER_STATES), name="settlement_known_letter_state"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "run", "id"], name="settlement_by_run"),
            models.Index(fields=["tenant_id", "customer", "-letter_date"], name="settlement_letters_of"),
        ]

    def __str__(self) -> str:
        return self.title


class DunningLine(TenantModel):
    """One item in a reminder, with the level it reached; an item reaches each level once (books.md 48)."""

    letter = TenantForeignKey(DunningLetter, related_name="lines")
    item = TenantForeignKey(OpenItem, related_name="+")
    level = models.SmallIntegerField()
    letter_date = models.DateField()
    days_overdue = models.IntegerField()
    amount_minor = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "item", "level"], name="settlement_dunned_once"),
        ]
        indexes = [models.Index(fields=["tenant_id", "letter", "id"], name="settlement_by_letter")]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.level}"

"""The general ledger: accounts, entries and lines, periods and lock dates, exchange rates."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q

from apps.core.models import TenantForeignKey, TenantModel

ACCOUNT_KINDS = {
    "asset": "Asset", "liability": "Liability", "equity": "Equity", "income": "Income", "expense": "Expense",
}  # fmt: skip
CONTROLS = {"": "No", "receivable": "Customers", "payable": "Suppliers"}
ENTRY_KINDS = {
    "sales": "Sales", "purchase": "Purchase", "payment": "Payment", "settlement": "Settlement",
    "general": "General", "stock": "Stock", "reversal": "Reversal",
}  # fmt: skip
LOCK_KINDS = {
    "sales": "Sales", "purchase": "Purchases", "payment": "Payments", "general": "General", "hard": "Everything",
}  # fmt: skip
EXCEPTION_KINDS = {"all": "Everything", **{kind: LOCK_KINDS[kind] for kind in LOCK_KINDS if kind != "hard"}}


def _choices(words: dict[str, str]) -> list[tuple[str, str]]:
    return list(words.items())


class Account(TenantModel):
    """An account of the chart. `control` says that its lines name a customer or supplier (books.md 31)."""

    code = models.TextField()
    name = models.TextField()
    kind = models.TextField(choices=_choices(ACCOUNT_KINDS))
    control = models.TextField(choices=_choices(CONTROLS), default="", blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "code"], name="ledger_one_code"),
            models.CheckConstraint(condition=Q(kind__in=ACCOUNT_KINDS), name="ledger_known_account_kind"),
            models.CheckConstraint(condition=Q(control__in=CONTROLS), name="ledger_known_control"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class AccountRole(TenantModel):
    """Which account plays a role in the posting rules: what a sale, a payment or a rounding is booked on."""

    role = models.TextField()
    account = TenantForeignKey(Account, related_name="+")
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant_id", "role"], name="ledger_one_role")]

    def __str__(self) -> str:
        return self.role


class Entry(TenantModel):
    """A journal entry, written once and never changed. Amounts of its lines are in `book_currency`.

    `currency` is the one in which its lines balance too, empty where they are in several. `digest` is the SHA-256
    of its lines; the entry is in the audit log, and so are its lines through it (docs/adr/0015).
    """

    kind = models.TextField(choices=_choices(ENTRY_KINDS))
    entry_date = models.DateField()
    source_kind = models.TextField()
    source_id = models.UUIDField()
    source_number = models.TextField()
    text = models.TextField(default="", blank=True)
    book_currency = models.CharField(max_length=3)
    currency = models.CharField(max_length=3, default="", blank=True)
    total_minor = models.BigIntegerField()
    line_count = models.IntegerField()
    digest = models.TextField()
    reverses = TenantForeignKey("self", null=True, blank=True, related_name="+")
    posted_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "entries"
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "source_kind", "source_id", "kind"],
                condition=Q(reverses=None),
                name="ledger_one_posting",
            ),
            models.UniqueConstraint(
                fields=["tenant_id", "reverses"], condition=~Q(reverses=None), name="ledger_one_reversal"
            ),
            models.CheckConstraint(condition=Q(kind__in=ENTRY_KINDS), name="ledger_known_kind"),
            models.CheckConstraint(condition=Q(line_count__gte=2), name="ledger_two_lines"),
            models.CheckConstraint(
                condition=(Q(kind="reversal") & ~Q(reverses=None)) | (~Q(kind="reversal") & Q(reverses=None)),
                name="ledger_reversal_has_original",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "-entry_date", "-id"], name="ledger_newest"),
            models.Index(fields=["tenant_id", "kind", "-entry_date", "-id"], name="ledger_by_kind"),
            models.Index(fields=["tenant_id", "source_number"], name="ledger_by_number"),
            models.Index(fields=["tenant_id", "source_id"], name="ledger_by_source"),
            models.Index(fields=["tenant_id", "-total_minor", "-id"], name="ledger_by_total"),
        ]

    def __str__(self) -> str:
        return f"{self.source_number} {self.entry_date}"


class Line(TenantModel):
    """One side of an entry, in minor units of the book currency; `amount_minor` is in `currency`, debit positive.

    `entry_date` repeats the entry's, so that a balance at a day is read from one index.
    """

    entry = TenantForeignKey(Entry, related_name="lines")
    position = models.IntegerField()
    account = TenantForeignKey(Account, related_name="+")
    entry_date = models.DateField()
    debit_minor = models.BigIntegerField(default=0)
    credit_minor = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    party_id = models.UUIDField(null=True, blank=True)
    tax_code = models.TextField(default="", blank=True)
    dimension = models.TextField(default="", blank=True)
    text = models.TextField(default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "entry", "position"], name="ledger_one_position"),
            models.CheckConstraint(
                condition=Q(debit_minor__gte=0, credit_minor__gte=0) & (Q(debit_minor=0) | Q(credit_minor=0)),
                name="ledger_one_side",
            ),
            models.CheckConstraint(
                condition=(Q(amount_minor__gte=0) | Q(debit_minor=0))
                & (Q(amount_minor__lte=0) | Q(credit_minor=0)),
                name="ledger_same_side",
            ),
        ]
        indexes = [
            models.Index(
                fields=["tenant_id", "account", "entry_date", "id"],
                include=["debit_minor", "credit_minor"],
                name="ledger_line_by_account",
            ),
            models.Index(
                fields=["tenant_id", "party_id", "account", "entry_date"],
                include=["debit_minor", "credit_minor"],
                condition=~Q(party_id=None),
                name="ledger_line_by_party",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.debit_minor or -self.credit_minor}"


class LockDate(TenantModel):
    """Nothing of a kind is posted on or before `through` (books.md 34); `hard` holds for all and knows no exception."""

    kind = models.TextField(choices=_choices(LOCK_KINDS))
    through = models.DateField()
    reason = models.TextField(default="", blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "kind"], name="ledger_one_lock"),
            models.CheckConstraint(condition=Q(kind__in=LOCK_KINDS), name="ledger_known_lock"),
        ]

    def __str__(self) -> str:
        return f"{LOCK_KINDS[self.kind]} through {self.through}"


class LockException(TenantModel):
    """Leave for one person to post of a kind on some locked days, until it expires or is ended (books.md 34)."""

    kind = models.TextField(choices=_choices(EXCEPTION_KINDS))
    person_id = models.UUIDField()
    first_day = models.DateField()
    last_day = models.DateField()
    reason = models.TextField()
    opened_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=EXCEPTION_KINDS), name="ledger_known_exception"),
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")), name="ledger_exception_days_in_order"
            ),
        ]
        indexes = [models.Index(fields=["tenant_id", "person_id"], name="ledger_exception_of")]

    def __str__(self) -> str:
        return f"{EXCEPTION_KINDS[self.kind]} {self.first_day} to {self.last_day}"


class Period(TenantModel):
    """A month that was closed, or a year (`month` 0). Its reports are kept as they were (books.md 35)."""

    year = models.IntegerField()
    month = models.IntegerField()
    first_day = models.DateField()
    last_day = models.DateField()
    entry_count = models.BigIntegerField()
    turnover_minor = models.BigIntegerField()
    closed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "year", "month"], name="ledger_one_period")
        ]

    def __str__(self) -> str:
        return f"{self.year}-{self.month:02d}" if self.month else str(self.year)


class Snapshot(TenantModel):
    """A report of a closed period: the very bytes, and their SHA-256, which the audit log holds too."""

    period = TenantForeignKey(Period, related_name="snapshots")
    report = models.TextField()
    content = models.BinaryField()
    sha256 = models.TextField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "period", "report"], name="ledger_one_snapshot")
        ]

    def __str__(self) -> str:
        return self.report


class ExchangeRate(TenantModel):
    """What one unit of a currency is worth in the book currency on a day."""

    currency = models.CharField(max_length=3)
    day = models.DateField()
    rate = models.DecimalField(max_digits=24, decimal_places=12)
    source = models.TextField()
    created_at = models.DateTimeField()
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "currency", "day"], name="ledger_one_rate"),
            models.CheckConstraint(condition=Q(rate__gt=Decimal(0)), name="ledger_rate_above_zero"),
        ]
        indexes = [models.Index(fields=["tenant_id", "-day", "-id"], name="ledger_rate_newest")]

    def __str__(self) -> str:
        return f"{self.currency} {self.day}: {self.rate.normalize():f}"


class BooksSettings(TenantModel):
    """How a tenant keeps its books: the month its year begins with, and how old a rate may be."""

    fiscal_start_month = models.IntegerField(default=1)
    rate_max_days = models.IntegerField(default=35)
    version = models.IntegerField(default=1)

    class Meta:
        verbose_name_plural = "books settings"
        constraints = [
            models.UniqueConstraint(fields=["tenant_id"], name="ledger_one_settings"),
            models.CheckConstraint(
                condition=Q(fiscal_start_month__gte=1, fiscal_start_month__lte=12), name="ledger_known_month"
            ),
            models.CheckConstraint(
                condition=Q(rate_max_days__gte=0, rate_max_days__lte=366), name="ledger_rate_age"
            ),
        ]

    def __str__(self) -> str:
        return f"Year from month {self.fiscal_start_month}"


class JournalCounter(TenantModel):
    """The last number given to an entry by hand in a year."""

    year = models.IntegerField()
    last_number = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant_id", "year"], name="ledger_one_counter")]

    def __str__(self) -> str:
        return f"GJ-{self.year}: {self.last_number}"

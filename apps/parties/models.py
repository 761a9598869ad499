"""The companies and people that a tenant does business with."""

from django.db import models
from django.db.models import F, Q

from apps.core.fields import EncryptedTextField
from apps.core.models import TenantForeignKey, TenantModel

STATUSES = {"active": "Active", "on_hold": "On hold", "closed": "Closed"}
ACCOUNT_STATES = {
    "proposed": "Waits for confirmation",
    "confirmed": "In use",
    "rejected": "Rejected",
    "withdrawn": "Withdrawn",
    "replaced": "Replaced",
}
ACCOUNT_SCHEMES = {"iban": "IBAN", "local": "Account number"}
CHANNELS = {
    "email": "E-mail", "phone": "Phone", "chat": "Chat", "portal": "Portal", "visit": "Visit", "other": "Other",
}  # fmt: skip
KINDS = {
    "question": "Question", "complaint": "Complaint", "order": "Order", "invoice": "Invoice",
    "payment": "Payment", "return": "Return", "other": "Other",
}  # fmt: skip
HANDLERS = {"human": "Person", "ai": "AI"}


class Party(TenantModel):
    """Who one does business with: how they are called and reached, and on what terms. `code` is the tenant's own.

    `net_days` None = the tenant's usual terms. How to reach somebody is personal, and ciphertext.
    """

    code = models.TextField()
    name = models.TextField()
    country_code = models.CharField(max_length=2)
    tax_id = models.TextField(default="", blank=True)
    email = EncryptedTextField(default="", blank=True)
    phone = EncryptedTextField(default="", db_default="", blank=True)
    street = EncryptedTextField(default="", db_default="", blank=True)
    postal_code = EncryptedTextField(default="", db_default="", blank=True)
    city = EncryptedTextField(default="", db_default="", blank=True)
    region = EncryptedTextField(default="", db_default="", blank=True)
    net_days = models.IntegerField(null=True, blank=True)
    discount_days = models.IntegerField(null=True, blank=True)
    discount_percent = models.DecimalField(max_digits=7, decimal_places=4, null=True, blank=True)
    status = models.TextField(choices=list(STATUSES.items()), default="active", db_default="active")
    created_at = models.DateTimeField()
    version = models.IntegerField(default=1)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def address(self) -> str:
        """The address as a letter has it, without the country."""
        town = " ".join(filter(None, [self.postal_code, self.city]))
        return "\n".join(filter(None, [self.street, town, self.region]))


def _terms_rules(table: str) -> list[models.CheckConstraint]:
    """Return what holds of terms: a discount has days and percent, and its days end before the payment is due.

    Each column is also asked whether it is null: a comparison with null is unknown, which a check lets pass.
    """
    none = Q(discount_days=None, discount_percent=None)
    given = Q(
        discount_days__gte=0, discount_days__lte=F("net_days"), discount_days__isnull=False,
        discount_percent__gt=0, discount_percent__lt=100, discount_percent__isnull=False, net_days__isnull=False,
    )  # fmt: skip
    return [
        models.CheckConstraint(condition=Q(status__in=list(STATUSES)), name=f"{table}_known_status"),
        models.CheckConstraint(condition=Q(net_days=None) | Q(net_days__gte=0), name=f"{table}_net_days"),
        models.CheckConstraint(condition=none | given, name=f"{table}_discount_whole"),
    ]


class Customer(Party):
    """Somebody who buys. One walk-in customer may stand for the unknown. `tier` chooses price lists."""

    is_walk_in = models.BooleanField(default=False)
    tier = models.TextField(default="", db_default="", blank=True)
    credit_limit_minor = models.BigIntegerField(null=True, blank=True)
    credit_currency = models.CharField(max_length=3, default="", db_default="", blank=True)
    delivery_address = EncryptedTextField(default="", db_default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "code"], name="parties_one_code"),
            models.UniqueConstraint(
                fields=["tenant_id"], condition=models.Q(is_walk_in=True), name="parties_one_walk_in"
            ),
            *_terms_rules("parties_customer"),
            models.CheckConstraint(
                condition=Q(credit_limit_minor=None, credit_currency="")
                | (Q(credit_limit_minor__gte=0, credit_limit_minor__isnull=False) & ~Q(credit_currency="")),
                name="parties_credit_limit_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "name", "id"], name="parties_by_name"),
            models.Index(fields=["tenant_id", "country_code", "name", "id"], name="parties_by_country"),
        ]


class Supplier(Party):
    """Somebody who is bought from. Where they are paid stands in `BankAccount`."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "code"], name="parties_one_supplier_code"),
            *_terms_rules("parties_supplier"),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "name", "id"], name="parties_supplier_by_name"),
            models.Index(fields=["tenant_id", "tax_id"], name="parties_supplier_by_tax_id"),
        ]


class Manufacturer(TenantModel):
    """Who makes a product, which need not be who sells it."""

    code = models.TextField()
    name = models.TextField()
    country_code = models.CharField(max_length=2)
    status = models.TextField(choices=[("active", "Active"), ("closed", "Closed")], default="active")
    created_at = models.DateTimeField()
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "code"], name="parties_one_manufacturer_code"),
            models.CheckConstraint(
                condition=Q(status__in=["active", "closed"]), name="parties_manufacturer_known_status"
            ),
        ]
        indexes = [models.Index(fields=["tenant_id", "name", "id"], name="parties_manufacturer_by_name")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Contact(TenantModel):
    """A person at a customer or a supplier; exactly one of the two."""

    customer = TenantForeignKey(Customer, null=True, blank=True, related_name="contacts")
    supplier = TenantForeignKey(Supplier, null=True, blank=True, related_name="contacts")
    name = models.TextField()
    role = models.TextField(default="", blank=True)
    email = EncryptedTextField(default="", blank=True)
    phone = EncryptedTextField(default="", blank=True)
    is_primary = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(customer=None, supplier__isnull=False) | Q(customer__isnull=False, supplier=None),
                name="parties_contact_of_one",
            ),
            models.UniqueConstraint(
                fields=["tenant_id", "customer"], condition=Q(is_primary=True, customer__isnull=False),
                name="parties_customer_one_primary",
            ),
            models.UniqueConstraint(
                fields=["tenant_id", "supplier"], condition=Q(is_primary=True, supplier__isnull=False),
                name="parties_supplier_one_primary",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["tenant_id", "customer", "name"], name="parties_contact_of_customer"),
            models.Index(fields=["tenant_id", "supplier", "name"], name="parties_contact_of_supplier"),
        ]

    def __str__(self) -> str:
        return self.name


class BankAccount(TenantModel):
    """Where a supplier is paid: proposed by one person, confirmed or rejected by another (books.md 44).

    What it says never changes; another account is another row, and the history stays. The database lets the signed
    actor alone propose and decide in their own name, and nobody decide on their own proposal.
    """

    supplier = TenantForeignKey(Supplier, related_name="bank_accounts")
    state = models.TextField(choices=list(ACCOUNT_STATES.items()), default="proposed")
    scheme = models.TextField(choices=list(ACCOUNT_SCHEMES.items()))
    holder = EncryptedTextField()
    number = EncryptedTextField()
    last_four = models.TextField()
    bank_code = models.TextField(default="", blank=True)
    bank_name = models.TextField(default="", blank=True)
    country_code = models.CharField(max_length=2)
    currency = models.CharField(max_length=3)
    reason = models.TextField()
    proposed_by = models.UUIDField()
    proposed_by_label = models.TextField()
    proposed_principal = models.UUIDField(null=True, blank=True)
    proposed_at = models.DateTimeField()
    decided_by = models.UUIDField(null=True, blank=True)
    decided_by_label = models.TextField(default="", blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_reason = models.TextField(default="", blank=True)
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(ACCOUNT_STATES)), name="parties_account_known_state"),
            models.CheckConstraint(
                condition=Q(scheme__in=list(ACCOUNT_SCHEMES)), name="parties_account_known_scheme"
            ),
            models.CheckConstraint(
                condition=Q(state="proposed", decided_by=None, decided_at=None)
                | Q(state="withdrawn", decided_by=F("proposed_by"), decided_by__isnull=False, decided_at__isnull=False)
                | (
                    Q(state__in=["confirmed", "rejected", "replaced"], decided_by__isnull=False)
                    & Q(decided_at__isnull=False) & ~Q(decided_by=F("proposed_by"))
                ),
                name="parties_account_decided_by_another",
            ),
            models.UniqueConstraint(
                fields=["tenant_id", "supplier"], condition=Q(state="confirmed"), name="parties_account_one_used"
            ),
            models.UniqueConstraint(
                fields=["tenant_id", "supplier"], condition=Q(state="proposed"), name="parties_account_one_open"
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["tenant_id", "state", "proposed_at"], name="parties_account_waiting"),
            models.Index(fields=["tenant_id", "supplier", "proposed_at"], name="parties_account_history"),
        ]

    def __str__(self) -> str:
        return f"…{self.last_four}"


class Interaction(TenantModel):
    """Somebody of the tenant, or a machine, dealt with a customer: how, about what, for how long, and how it ended."""

    customer = TenantForeignKey(Customer, related_name="interactions")
    channel = models.TextField(choices=list(CHANNELS.items()))
    kind = models.TextField(choices=list(KINDS.items()))
    subject = models.TextField()
    handled_by = models.TextField(choices=list(HANDLERS.items()))
    who = models.TextField()
    minutes = models.IntegerField(default=0)
    occurred_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)
    created_by = models.UUIDField()
    created_at = models.DateTimeField()
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(channel__in=list(CHANNELS)), name="parties_known_channel"),
            models.CheckConstraint(condition=Q(kind__in=list(KINDS)), name="parties_known_kind"),
            models.CheckConstraint(condition=Q(handled_by__in=list(HANDLERS)), name="parties_known_handler"),
            models.CheckConstraint(
                condition=Q(minutes__gte=0, minutes__lte=1440), name="parties_minutes_of_a_day"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "occurred_at", "id"], name="parties_interaction_newest"),
            models.Index(fields=["tenant_id", "customer", "occurred_at"], name="parties_interaction_of"),
        ]

    def __str__(self) -> str:
        return self.subject

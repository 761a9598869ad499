"""Writes of what documents share: settings and payment terms."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from apps.core.db import write
from apps.core.errors import InputError, NotFound, StaleVersion
from apps.core.money import check_decimal
from apps.core.scope import Actor
from apps.core.text import clean_text
from apps.documents.arithmetic import POLICIES
from apps.documents.models import DocumentSettings, PaymentTerms
from apps.documents.queries import get_terms
from apps.documents.terms import LATEST_DAYS, MAX_INSTALMENTS, Terms

FIELDS = ["name", "days", "is_end_of_month", "discount_percent", "discount_days", "step_days", "step_shares"]


def change_settings(
    *,
    actor: Actor,
    now: datetime,
    version: int | None = None,
    tax_rounding: str | None = None,
    is_date_order_kept: bool | None = None,
    default_terms: str | None = None,
) -> DocumentSettings:
    """Change how the tenant's documents are made from now on; documents keep what they were made with.

    Raises InputError, StaleVersion.
    """
    if tax_rounding is not None and tax_rounding not in POLICIES:
        raise InputError("There is no such rounding.", code="unknown_rounding", field="tax_rounding")
    with write():
        DocumentSettings.objects.bulk_create([DocumentSettings()], ignore_conflicts=True)
        row = DocumentSettings.objects.select_for_update().get()
        if version is not None and version != row.version:
            raise StaleVersion(
                "Somebody changed the settings after you opened them.", detail={"version": row.version}
            )
        if default_terms:
            get_terms(default_terms)
        row.tax_rounding = row.tax_rounding if tax_rounding is None else tax_rounding
        row.is_date_order_kept = row.is_date_order_kept if is_date_order_kept is None else is_date_order_kept
        row.default_terms = row.default_terms if default_terms is None else default_terms
        row.version += 1
        row.save(update_fields=["tax_rounding", "is_date_order_kept", "default_terms", "version"])
    return row


def create_terms(*, terms: Terms, actor: Actor, now: datetime) -> PaymentTerms:
    """Create payment terms. Raises InputError, also when the code is taken."""
    row = PaymentTerms(code=clean_text(terms.code, field="code", limit=20), created_at=now)
    _fill(row, terms)
    with write():
        PaymentTerms.objects.bulk_create([row], ignore_conflicts=True)
        if not PaymentTerms.objects.filter(id=row.id).exists():
            raise InputError(
                f"The code “{row.code}” is taken.",
                code="code_taken",
                field="code",
                cure="Choose another one.",
            )
    return row


def change_terms(
    *,
    terms_id: UUID,
    terms: Terms,
    actor: Actor,
    now: datetime,
    version: int | None = None,
    is_active: bool | None = None,
) -> PaymentTerms:
    """Change payment terms for documents to come; the code stays. Raises NotFound, InputError, StaleVersion."""
    with write():
        row = PaymentTerms.objects.select_for_update().filter(id=terms_id).first()
        if row is None:
            raise NotFound("There are no such payment terms.")
        if version is not None and version != row.version:
            raise StaleVersion(
                "Somebody changed these terms after you opened them.", detail={"version": row.version}
            )
        _fill(row, terms)
        row.is_active = row.is_active if is_active is None else is_active
        row.version += 1
        row.save(update_fields=[*FIELDS, "is_active", "version"])
    return row


def _fill(row: PaymentTerms, terms: Terms) -> None:
    row.name = clean_text(terms.name, field="name", limit=100)
    row.days = _days(terms.days, "days")
    row.is_end_of_month = terms.is_end_of_month
    row.discount_percent = check_decimal(
        terms.discount_percent,
        field="discount_percent",
        minimum=Decimal(0),
        maximum=Decimal(100),
        places=4,
    )
    row.discount_days = _days(terms.discount_days, "discount_days")
    if len(terms.steps) > MAX_INSTALMENTS or len({step.days for step in terms.steps}) < len(terms.steps):
        raise InputError(
            f"At most {MAX_INSTALMENTS} instalments fit, each on a day of its own.", code="bad_steps", field="steps"
        )  # fmt: skip
    row.step_days = [_days(step.days, "steps") for step in terms.steps]
    row.step_shares = [
        check_decimal(step.share, field="steps", minimum=Decimal("0.000001"), maximum=Decimal(10) ** 9)
        for step in terms.steps
    ]


def _days(value: int, field: str) -> int:
    if not 0 <= value <= LATEST_DAYS:
        raise InputError(f"Days lie between 0 and {LATEST_DAYS}.", code="out_of_range", field=field)
    return value

"""Reads of what documents share: settings and payment terms."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from apps.core.errors import InputError
from apps.documents.arithmetic import PER_CATEGORY
from apps.documents.models import DocumentSettings, PaymentTerms
from apps.documents.terms import Step, Terms


@dataclass(frozen=True)
class SettingsInfo:
    """How the open tenant's documents are made; version 0 where nobody changed anything yet."""

    tax_rounding: str = PER_CATEGORY
    is_date_order_kept: bool = False
    default_terms: str = ""
    version: int = 0


def get_settings() -> SettingsInfo:
    """Return the open tenant's settings."""
    row = DocumentSettings.objects.first()
    if row is None:
        return SettingsInfo()
    return SettingsInfo(row.tax_rounding, row.is_date_order_kept, row.default_terms, row.version)


def list_terms(*, text: str = "", active: bool | None = None) -> QuerySet[PaymentTerms]:
    """Return payment terms whose code or name contains a text."""
    found = PaymentTerms.objects.all()
    if text:
        found = found.filter(Q(code__icontains=text) | Q(name__icontains=text))
    if active is not None:
        found = found.filter(is_active=active)
    return found


def find_terms(code: str) -> Terms | None:
    """Return the payment terms with a code, or None."""
    row = PaymentTerms.objects.filter(code=code).first() if code else None
    return terms_of(row) if row else None


def get_terms(code: str) -> Terms:
    """Return the payment terms with a code. Raises InputError when there are none."""
    found = find_terms(code)
    if found is None:
        raise InputError(f"There are no payment terms “{code[:40]}”.", code="unknown_terms", field="terms")
    return found


def default_terms() -> Terms:
    """Return what holds for a customer without terms of its own: the tenant's choice, else 30 days."""
    return find_terms(get_settings().default_terms) or Terms()


def terms_of(row: PaymentTerms) -> Terms:
    """Return stored payment terms as plain data."""
    steps = tuple(Step(days, share) for days, share in zip(row.step_days, row.step_shares, strict=True))
    return Terms(
        row.code, row.name, row.days, row.is_end_of_month, row.discount_percent, row.discount_days, steps
    )

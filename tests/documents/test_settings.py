"""Settings of documents, payment terms and the order of dates, each in its own tenant."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connections

from apps.core import clock
from apps.core.db import write
from apps.core.errors import DomainError, NotFound
from apps.core.scope import open_scope
from apps.documents.arithmetic import PER_LINE
from apps.documents.models import PaymentTerms
from apps.documents.numbering import check_date_order, take_numbers
from apps.documents.operations import change_settings, change_terms, create_terms
from apps.documents.queries import SettingsInfo, default_terms, find_terms, get_settings
from apps.documents.terms import Step, Terms
from tests.factories.tenants import Company

NET_60 = Terms("N60", "60 days, 2 % in 10", 60, False, Decimal(2), 10)
HALVES = Terms("HALF", "Two halves", steps=(Step(30, Decimal(50)), Step(60, Decimal(50))))


def by(company: Company) -> dict[str, Any]:
    return {"actor": company.actor(), "now": clock.now()}


def code_of(work: Callable[..., object], **given: Any) -> str:
    with pytest.raises(DomainError) as refused:
        work(**given)
    return refused.value.code


def test_settings_begin_as_the_norm_has_them_and_change_under_a_version(
    in_company: Company, stranger: Company
) -> None:
    assert get_settings() == SettingsInfo()
    create_terms(terms=NET_60, **by(in_company))
    row = change_settings(tax_rounding=PER_LINE, default_terms="N60", version=0, **by(in_company))
    assert get_settings() == SettingsInfo(PER_LINE, False, "N60", row.version)
    assert code_of(change_settings, version=0, is_date_order_kept=True, **by(in_company)) == "stale_version"
    assert code_of(change_settings, tax_rounding="never", **by(in_company)) == "unknown_rounding"
    assert code_of(change_settings, default_terms="N90", **by(in_company)) == "unknown_terms"
    assert default_terms() == NET_60
    with open_scope(stranger.scope()):
        assert (get_settings(), default_terms(), find_terms("N60")) == (SettingsInfo(), Terms(), None)


def test_payment_terms_are_made_and_changed_once(in_company: Company, stranger: Company) -> None:
    row = create_terms(terms=HALVES, **by(in_company))
    assert find_terms("HALF") == HALVES
    assert code_of(create_terms, terms=HALVES, **by(in_company)) == "code_taken"
    changed = change_terms(terms_id=row.id, terms=NET_60, version=1, is_active=False, **by(in_company))
    assert (changed.code, changed.days, changed.step_days, changed.is_active) == ("HALF", 60, [], False)
    assert (
        code_of(change_terms, terms_id=row.id, terms=NET_60, version=1, **by(in_company)) == "stale_version"
    )
    with open_scope(stranger.scope()), pytest.raises(NotFound):
        change_terms(terms_id=row.id, terms=NET_60, **by(stranger))
    assert PaymentTerms.objects.get().version == 2


@pytest.mark.parametrize(
    "fields,code",
    [
        ({"name": ""}, "missing"),
        ({"days": -1}, "out_of_range"),
        ({"discount_percent": Decimal(101)}, "out_of_range"),
        ({"steps": (Step(1, Decimal(1)), Step(1, Decimal(1)))}, "bad_steps"),
        ({"steps": (Step(1, Decimal(0)),)}, "out_of_range"),
    ],
)
def test_terms_that_mean_nothing_are_refused(in_company: Company, fields: dict[str, Any], code: str) -> None:
    given = {"code": "X", "name": "X", **fields}
    assert code_of(create_terms, terms=Terms(**given), **by(in_company)) == code
    assert not PaymentTerms.objects.exists()


def test_books_22_the_order_of_dates_is_compared_over_years_and_under_a_lock(in_company: Company) -> None:
    connection = connections["default"]
    with write():
        take_numbers(connection, series="INV", year=2026, last_date=date(2026, 2, 1))
        take_numbers(connection, series="INV", year=2026, last_date=date(2026, 1, 1))
    with write():
        assert code_of(check_date_order, connection=connection, series="INV", day=date(2026, 1, 31)) == (
            "date_out_of_order"
        )
        assert code_of(check_date_order, connection=connection, series="INV", day=date(2025, 12, 31)) == (
            "date_out_of_order"
        )
        check_date_order(connection, series="INV", day=date(2026, 2, 1))
        check_date_order(connection, series="CN", day=date(2025, 1, 1))

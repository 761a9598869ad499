"""No statement runs outside a scope, and a scope shows its own tenant only."""

import pytest
from django.db import connections, transaction

from apps.core import clock
from apps.core.scope import ScopeChanged, ScopeMissing, _scope, open_scope
from apps.parties.models import Customer
from tests.factories.tenants import Company


def make_customer() -> Customer:
    return Customer.objects.create(
        code="C1", name="Ann Other", country_code="GB", email="ann@example.com", created_at=clock.now()
    )


def test_a_query_outside_any_scope_is_refused() -> None:
    token = _scope.set(None)
    try:
        with pytest.raises(ScopeMissing):
            list(Customer.objects.all())
    finally:
        _scope.reset(token)


def test_a_stranger_sees_nothing_and_the_platform_sees_nothing(
    any_company: Company, stranger: Company
) -> None:
    with open_scope(any_company.scope()):
        make_customer()
        assert Customer.objects.count() == 1
    with open_scope(stranger.scope()):
        assert Customer.objects.count() == 0
    assert Customer.objects.count() == 0


def test_a_transaction_keeps_the_scope_it_began_in(company: Company, stranger: Company) -> None:
    with open_scope(company.scope()), transaction.atomic():
        make_customer()
        with open_scope(stranger.scope()), pytest.raises(ScopeChanged):
            Customer.objects.count()


def test_the_context_does_not_outlive_its_transaction(company: Company) -> None:
    with open_scope(company.scope()):
        make_customer()
    with connections["default"].connection.cursor() as raw:
        raw.execute("select current_setting('bulkhead.context', true)")
        assert raw.fetchone()[0] in (None, "")


def test_an_email_is_stored_as_ciphertext_and_read_as_text(in_company: Company) -> None:
    customer = make_customer()
    with connections["default"].cursor() as cursor:
        cursor.execute("select email from parties_customer where id = %s", [customer.id])
        stored = cursor.fetchone()[0]
    assert stored.startswith("e1:")
    assert "ann" not in stored
    assert Customer.objects.get(id=customer.id).email == "ann@example.com"

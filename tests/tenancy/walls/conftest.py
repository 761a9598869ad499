"""Two companies with the same customer each, on the same database."""

import pytest

from apps.core.scope import open_scope
from apps.parties.models import Customer
from tests.factories.books import make_customer
from tests.factories.tenants import Company, make_company


def _customer(company: Company) -> Customer:
    with open_scope(company.scope()):
        return make_customer(code="SHARED-CODE", name="A Secret Name Ltd")


@pytest.fixture
def victim(company: Company) -> Customer:
    """The customer of `company` that nobody else may see."""
    return _customer(company)


@pytest.fixture
def dedicated() -> Company:
    """A company whose books lie in a dedicated database."""
    return make_company(database="sao", roles=("admin",))

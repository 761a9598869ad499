"""The admin's addresses may filter by what is shown, and by nothing that is hidden."""

import pytest

from apps.core.scope import open_scope
from tests.factories.books import make_customer
from tests.factories.pages import SignIn, names_in, settle
from tests.factories.tenants import Company

HIDDEN = (
    "tenancy/user/?password__startswith=",
    "tenancy/user/?password__gt=",
    "tenancy/membership/?user__password__startswith=",
    "tenancy/apikey/?digest__gt=",
    "tenancy/idempotentanswer/?fingerprint__gt=",
    "parties/customer/?email__contains=",
)


@pytest.mark.parametrize("address", HIDDEN)
def test_a_hidden_column_cannot_be_asked_for(company: Company, sign_in: SignIn, address: str) -> None:
    settle(company)
    assert sign_in(company).get(f"/admin/{address}!").status_code == 400


def test_a_shown_column_may_be_filtered_by(company: Company, sign_in: SignIn) -> None:
    with open_scope(company.scope()):
        customer = make_customer()
    settle(company)
    browser = sign_in(company)
    for address in ("tenancy/membership/?role__exact=sales", f"parties/customer/?code={customer.code}"):
        assert browser.get(f"/admin/{address}").status_code == 200, address
    log = browser.get(f"/admin/parties/customer/{customer.id}/history/", follow=True)
    assert str(customer.id) in names_in(log)

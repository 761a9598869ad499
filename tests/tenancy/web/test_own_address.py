"""An address says who somebody is to every company here, so nobody gives it to themselves."""

import pytest

from apps.tenancy.models import User
from tests.factories.pages import SignIn
from tests.factories.tenants import Company

PAGE = "/accounts/email/"


@pytest.mark.parametrize("act", ["action_add", "action_primary", "action_send"])
def test_nobody_takes_an_address_that_another_company_may_invite(
    company: Company, sign_in: SignIn, act: str
) -> None:
    browser, before = sign_in(company, "support"), company.people["support"].email
    browser.post(PAGE, {"action_add": "", "email": "chief@elsewhere.example"})
    answer = browser.post(PAGE, {act: "", "email": "chief@elsewhere.example"})
    assert answer.status_code == 404
    assert browser.get(PAGE).status_code == 404
    assert User.objects.get(id=company.people["support"].id).email == before

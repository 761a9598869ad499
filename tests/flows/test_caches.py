"""What a page tells one person no cache between may keep for the next."""

from urllib.parse import quote

import pytest
from django.test import Client

from tests.factories.pages import SignIn, settle
from tests.factories.tenants import Company
from tests.flows.page_routes import CALLS, make_world

FARTHEST = ("0001-01-01", "9999-12-31")


def test_no_page_or_file_may_be_kept_by_a_shared_cache(company: Company, sign_in: SignIn) -> None:
    world, browser = make_world(company), sign_in(company)
    settle(company)
    reads = [call for call in CALLS if call.method == "GET"]
    found = {call.name: call.made_by(browser, world).get("Cache-Control", "") for call in reads}
    found["nowhere"] = browser.get("/nowhere").get("Cache-Control", "")
    found["stranger"] = Client().get("/customers/").get("Cache-Control", "")
    kept = {name for name, said in found.items() if "private" not in said or "no-cache" not in said}
    assert kept == set()


@pytest.mark.parametrize("first", FARTHEST)
@pytest.mark.parametrize("last", FARTHEST)
def test_the_farthest_days_break_no_list(company: Company, sign_in: SignIn, first: str, last: str) -> None:
    settle(company)
    browser = sign_in(company)
    for page in ("/", "/audit/", "/invoices/", "/invoices/export.csv", "/home/months.csv"):
        for query in (f"?from={quote(first)}&to={quote(last)}", f"?period=custom&from={first}&to={last}"):
            answer = browser.get(page + query)
            answer.close()
            assert answer.status_code < 500, page + query

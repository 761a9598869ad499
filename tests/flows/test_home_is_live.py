"""An invoice posted through the API is on the home page, in a real browser, within two seconds."""

import os
import time
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, sync_playwright

from apps.core import clock
from apps.core.scope import open_scope
from apps.tenancy.operations import create_api_key
from apps.tenancy.permissions import KEY_SCOPES
from tests.factories.books import make_customer, make_posted
from tests.factories.tenants import Company, make_company
from tests.flows.live import CHROMIUM, LiveStack, live_stack

ROUNDS = 20
LIMIT_SECONDS = 2.0

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: the page was not looked at"),
]


@pytest.fixture(scope="module")
def stack() -> Iterator[LiveStack]:
    with live_stack() as running:
        yield running


@pytest.fixture
def page(stack: LiveStack, monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    # Playwright keeps an event loop in this thread; Django would take us for asynchronous code.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
        )
        context = browser.new_context(base_url=stack.url)
        yield context.new_page()
        browser.close()


def prepare(company: Company) -> tuple[str, str]:
    with open_scope(company.scope()):
        customer = make_customer()
        make_posted(customer=customer, issue_date=clock.now().date())
        _, secret = create_api_key(name="test", scopes=KEY_SCOPES, actor=company.actor(), now=clock.now())
    return str(customer.id), secret


def post_through_api(stack: LiveStack, secret: str, customer: str) -> None:
    today = clock.now().date().isoformat()
    body: dict[str, Any] = {
        "customer": customer, "currency": "GBP", "issue_date": today, "due_date": today,
        "lines": [{"description": "Lantern", "quantity": "1", "unit_price": "100.00", "tax_rate": "20"}],
    }  # fmt: skip
    status, draft = stack.call("POST", "/api/v1/invoices", secret, body, Idempotency_Key=os.urandom(8).hex())
    assert status == 201, draft
    status, posted = stack.call("POST", f"/api/v1/invoices/{draft['id']}/post", secret, {})
    assert (status, posted["state"]) == (200, "posted"), posted


def test_a_posted_invoice_is_on_the_home_page_within_two_seconds(
    stack: LiveStack, page: Page, sign_in: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    company = make_company()
    customer, secret = prepare(company)
    cookies = sign_in(company).cookies
    page.context.add_cookies([{"name": "sessionid", "value": cookies["sessionid"].value, "url": stack.url}])
    page.goto("/")
    count = page.locator("[data-value=invoices]")
    count.wait_for()
    seen = []
    for round_number in range(ROUNDS):
        post_through_api(stack, secret, customer)
        committed = time.monotonic()
        expected = str(round_number + 2)
        page.wait_for_function(
            "expected => document.querySelector('[data-value=invoices]')?.textContent.trim() === expected",
            arg=expected, timeout=10_000,
        )  # fmt: skip
        seen.append(time.monotonic() - committed)
    with capsys.disabled():
        print(
            f"\ncommit to page, {ROUNDS} rounds: median {sorted(seen)[ROUNDS // 2]:.2f} s, worst {max(seen):.2f} s"
        )
    assert max(seen) < LIMIT_SECONDS

"""The pages in a real browser: under the strict policy, on a narrow screen, by keyboard, by day and by night."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Page, sync_playwright

from apps.core import clock
from apps.core.scope import open_scope
from apps.tenancy.operations import create_api_key
from apps.tenancy.permissions import KEY_SCOPES
from tests.factories.books import make_customer, make_draft, make_posted
from tests.factories.tenants import Company, make_company
from tests.flows.live import CHROMIUM, LiveStack, live_stack

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: the pages were not looked at"),
]
ADDRESSES = (
    "/", "/invoices/", "/invoices/new", "/invoices/imports", "/invoices/imports/new", "/customers/", "/customers/new",
    "/products/", "/products/new", "/audit/", "/settings/members", "/settings/members/invite", "/settings/roles",
    "/settings/keys", "/settings/keys/new", "/companies", "/styleguide", "/accounts/2fa/", "/accounts/password/change/",
    "/accounts/sessions/",
)  # fmt: skip
NARROW = {"width": 360, "height": 780}
WIDE = {"width": 2560, "height": 1440}


@pytest.fixture(scope="module")
def stack() -> Iterator[LiveStack]:
    with live_stack() as running:
        yield running


@pytest.fixture
def trading() -> Company:
    company = make_company()
    with open_scope(company.scope()):
        customer = make_customer(name="A company with quite a long name, Sons and Daughters Ltd")
        make_posted(customer=customer, issue_date=clock.now().date())
        make_draft(customer=customer, issue_date=clock.now().date())
    return company


@contextmanager
def opened(stack: LiveStack, cookie: str, **options: Any) -> Iterator[tuple[Page, list[str]]]:
    """Open a page with a session; gives it with the list of what the browser complained of.

    The database is out of reach inside: Playwright's loop runs in this thread.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
        )
        context = browser.new_context(base_url=stack.url, **options)
        if cookie:
            context.add_cookies([{"name": "sessionid", "value": cookie, "url": stack.url}])
        page = context.new_page()
        complaints: list[str] = []
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page, complaints
        browser.close()


def cookie_of(sign_in: Any, company: Company) -> str:
    return str(sign_in(company).cookies["sessionid"].value)


@pytest.mark.parametrize("viewport", [NARROW, WIDE], ids=["narrow", "wide"])
def test_no_page_breaks_the_policy_or_its_width(
    stack: LiveStack, trading: Company, sign_in: Any, viewport: dict[str, int]
) -> None:
    with opened(stack, cookie_of(sign_in, trading), viewport=viewport) as (page, complaints):
        for address in ADDRESSES:
            answer = page.goto(address)
            assert answer is not None
            assert answer.status == 200, address
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
            assert complaints == [], address


def test_the_home_page_draws_its_charts_without_a_complaint(
    stack: LiveStack, trading: Company, sign_in: Any
) -> None:
    with opened(stack, cookie_of(sign_in, trading)) as (page, complaints):
        page.goto("/")  # it may still be empty: then it fills by itself
        page.wait_for_selector("[data-value=invoices]", timeout=15_000)
        page.wait_for_selector("[data-chart=months-figure] .bars .point", state="attached")
        assert page.locator("[data-chart=countries-figure] .bars .point").count() == 1
        assert complaints == []


def test_an_empty_page_fills_by_itself(stack: LiveStack, sign_in: Any) -> None:
    company = make_company()
    with open_scope(company.scope()):
        draft = make_draft(issue_date=clock.now().date())
        _, secret = create_api_key(name="test", scopes=KEY_SCOPES, actor=company.actor(), now=clock.now())
    with opened(stack, cookie_of(sign_in, company)) as (page, complaints):
        page.goto("/")
        assert page.get_by_text("The books are empty").is_visible()
        status, _ = stack.call("POST", f"/api/v1/invoices/{draft.id}/post", secret, {})
        assert status == 200
        page.wait_for_selector("[data-chart=months-figure] .bars .point", state="attached", timeout=10_000)
        assert page.locator("[data-value=invoices]").inner_text() == "1"
        assert complaints == []


def test_a_person_gets_along_without_a_mouse(stack: LiveStack, trading: Company, sign_in: Any) -> None:
    with opened(stack, cookie_of(sign_in, trading)) as (page, _):
        page.goto("/companies")
        page.keyboard.press("g")
        page.keyboard.press("i")
        page.wait_for_url("**/invoices/")
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement.id") == "search"
        page.keyboard.press("Escape")
        page.keyboard.press("?")
        assert page.locator("#keys").is_visible()
        page.keyboard.press("Escape")
        page.keyboard.press("j")
        page.keyboard.press("j")
        second = page.locator("[data-open]").nth(1).get_attribute("href")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{second}")


def test_single_keys_can_be_switched_off(stack: LiveStack, trading: Company, sign_in: Any) -> None:
    with opened(stack, cookie_of(sign_in, trading)) as (page, _):
        page.goto("/companies")
        page.keyboard.press("?")
        page.locator("[data-keys-on]").uncheck()
        page.keyboard.press("Escape")
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement.id") != "search"


def test_the_theme_follows_the_machine_until_a_person_chooses(
    stack: LiveStack, trading: Company, sign_in: Any
) -> None:
    def ground(page: Page) -> str:
        return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))

    with opened(stack, cookie_of(sign_in, trading), color_scheme="dark") as (page, _):
        page.goto("/companies")
        night = ground(page)
        page.click("button.theme")
        day = ground(page)
        page.goto("/invoices/")
        assert (night, day, ground(page)) == ("rgb(13, 19, 23)", "rgb(245, 247, 248)", "rgb(245, 247, 248)")


def test_lines_are_typed_and_added_up_as_the_books_do(
    stack: LiveStack, trading: Company, sign_in: Any
) -> None:
    with opened(stack, cookie_of(sign_in, trading)) as (page, complaints):
        page.goto("/invoices/new")
        row = page.locator("[data-row]").first
        for name, value in {"description": "Oak shelf", "quantity": "2.5", "unit_price": "19.998"}.items():
            row.locator(f".line-{name} input").fill(value)
        row.locator(".line-tax_rate input").fill("20")
        # The server adds up, a moment after the last key.
        page.wait_for_function("document.querySelector('[data-total=total]').innerText === '60.00'")
        assert row.locator("[data-net]").inner_text() == "50.00"
        before = page.locator("[data-row]").count()
        last = page.locator("[data-row]").last
        for name in ("description", "quantity", "unit_price", "tax_rate"):
            last.locator(f".line-{name} input").fill("1")
        last.locator(".line-tax_rate input").press("Tab")
        assert page.locator("[data-row]").count() == before + 1
        assert page.evaluate(
            "document.activeElement.closest('tr') === document.querySelector('[data-rows]').lastElementChild"
        )
        assert complaints == []


def test_signing_in_works_without_a_session(stack: LiveStack) -> None:
    with opened(stack, "", viewport=NARROW) as (page, complaints):
        page.goto("/")
        assert page.url.endswith("/accounts/login/?next=/")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert complaints == []

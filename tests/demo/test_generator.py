"""The demo's documents: the same for the same day, and shaped like a business."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from random import Random

import pytest
from stdnum.br import cnpj
from stdnum.gb import vat
from stdnum.vn import mst

from apps.core.money import exponent
from apps.demo.businesses import BUSINESSES
from apps.demo.days import PERIOD, document_days
from apps.demo.generator import generate_documents, make_catalogue
from apps.demo.shapes import Business, DemoDocument, Rhythm
from apps.documents.arithmetic import line_net

TODAY = date(2026, 3, 18)
COUNT = 3_000


def documents(business: Business, *, today: date = TODAY, count: int = COUNT) -> list[DemoDocument]:
    """Return all documents of a business."""
    return list(generate_documents(business, make_catalogue(business), today=today, invoices=count))


@pytest.fixture(params=list(BUSINESSES.values()), ids=list(BUSINESSES), scope="module")
def business(request: pytest.FixtureRequest) -> Business:
    """Each demo business in turn."""
    found: Business = request.param
    return found


@pytest.fixture(scope="module")
def made(business: Business) -> list[DemoDocument]:
    """The business's documents."""
    return documents(business)


def test_same_day_gives_the_same_documents_and_the_next_day_moves_with_it(
    business: Business, made: list[DemoDocument]
) -> None:
    assert documents(business) == made
    later = documents(business, today=TODAY + timedelta(days=1))
    assert later != made
    assert max(d.issue_date for d in later) == TODAY + timedelta(days=1)


def test_documents_stand_in_order_with_keys_that_count_up(
    business: Business, made: list[DemoDocument]
) -> None:
    days = [d.issue_date for d in made]
    assert days == sorted(days)
    assert days[0] >= TODAY - PERIOD
    assert days[-1] == TODAY
    assert [d.key for d in made] == [f"{business.prefix}-{n:06d}" for n in range(1, len(made) + 1)]
    assert all(d.due_date >= d.issue_date for d in made)


def test_shares_of_credit_notes_and_mistakes_are_as_told(
    business: Business, made: list[DemoDocument]
) -> None:
    shares = Counter((d.kind, d.fate) for d in made)
    assert COUNT <= len(made) - shares["credit_note", "posted"] <= COUNT * 1.01
    assert 0.02 < shares["credit_note", "posted"] / COUNT < 0.04
    assert 0.005 < shares["invoice", "void"] / COUNT < 0.025
    assert 0.002 < shares["invoice", "draft"] / COUNT < 0.03
    reasons = {d.reason for d in made if d.fate == "void"}
    assert reasons <= {*business.void_reasons, business.duplicate_reason}
    assert business.duplicate_reason in reasons


def test_document_entered_twice_is_like_the_one_before(business: Business, made: list[DemoDocument]) -> None:
    pairs = [(a, b) for a, b in pairwise(made) if b.reason == business.duplicate_reason]
    assert pairs
    assert all((a.customer_code, a.lines, a.fate) == (b.customer_code, b.lines, "posted") for a, b in pairs)


def test_credit_notes_credit_an_earlier_posted_invoice_at_most_to_the_full(made: list[DemoDocument]) -> None:
    by_key = {d.key: d for d in made}
    credited = [d for d in made if d.kind == "credit_note"]
    assert len({d.credits_key for d in credited}) == len(credited)
    for note in credited:
        invoice = by_key[note.credits_key]
        assert (invoice.kind, invoice.fate, invoice.customer_code) == (
            "invoice",
            "posted",
            note.customer_code,
        )
        assert invoice.key < note.key
        assert not Counter(note.lines) - Counter(invoice.lines)


def test_lines_are_exact_in_the_currency_and_taxed_at_home_only(
    business: Business, made: list[DemoDocument]
) -> None:
    places = exponent(business.currency)
    rates = {"GB": {20}, "BR": {12, 18}, "VN": {8, 10}}[business.country]
    for d in made:
        for line in d.lines:
            assert line.net_minor == line_net(line.quantity, line.unit_price, business.currency) > 0
            assert line.unit_price == round(line.unit_price, places)
            assert line.unit_price % business.price_step == 0
            assert line.tax_rate in (rates if d.country_code == business.country else {0})


def test_a_fifth_of_the_customers_buys_most_and_new_ones_join(
    business: Business, made: list[DemoDocument]
) -> None:
    bought: Counter[str] = Counter()
    for d in made:
        bought[d.customer_code] += sum(line.net_minor for line in d.lines)
    catalogue = make_catalogue(business)
    best = sum(value for _, value in bought.most_common(len(catalogue.customers) // 5))
    assert 0.6 < best / sum(bought.values()) < 0.9
    early = {d.customer_code for d in made if d.issue_date < TODAY - PERIOD / 2}
    assert len(bought.keys() - early) > 20


def test_names_are_distinct_and_tax_identifiers_valid(business: Business) -> None:
    catalogue = make_catalogue(business)
    assert len({c.name for c in catalogue.customers}) == len(catalogue.customers) >= 500
    assert len({c.code for c in catalogue.customers}) == len(catalogue.customers)
    assert len({p.sku for p in catalogue.products}) == len({p.name for p in catalogue.products}) >= 90
    valid = {"GB": vat.is_valid, "BR": cnpj.is_valid, "VN": mst.is_valid}[business.country]
    home = [c for c in catalogue.customers if c.country_code == business.country]
    assert 0.8 < len(home) / len(catalogue.customers) < 1
    assert all(valid(c.tax_id) for c in home)
    assert all(c.email.isascii() and c.email.endswith(".example") for c in catalogue.customers)
    if business.country != "GB":
        assert any(not c.name.isascii() for c in home)


def test_days_follow_season_weekday_and_growth() -> None:
    rhythm = Rhythm(months=(1,) * 11 + (3,), weekdays=(1, 1, 1, 1, 1, 0, 0), month_end=1, growth=0.5)
    days = document_days(today=TODAY, count=20_000, rhythm=rhythm, rng=Random("days"))
    assert len(days) == 20_000
    by_month = Counter((day.year, day.month) for day in days)
    assert 2.2 < by_month[2025, 12] / by_month[2025, 11] < 3.8
    assert 1.2 < by_month[2025, 10] / by_month[2024, 10] < 1.8
    assert not any(day.isoweekday() > 5 for day in days)


def test_prices_rise_with_time() -> None:
    prices: dict[tuple[str, int], list[Decimal]] = {}
    for d in documents(BUSINESSES["viet-services"]):
        for line in d.lines:
            prices.setdefault((line.sku, d.issue_date.year), []).append(line.unit_price)
    mean = {key: sum(found) / len(found) for key, found in prices.items()}
    ratios = [
        mean[sku, 2026] / price for (sku, year), price in mean.items() if year == 2024 and (sku, 2026) in mean
    ]
    assert 1.02 < sum(ratios) / len(ratios) < 1.12

"""What templates print: money, numbers and dates as the tenant writes them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.template import Context, Template


def printed(text: str, locale: str = "en_GB", **values: Any) -> str:
    context = Context({"frame": SimpleNamespace(locale=locale), **values})
    return Template("{% load bulkhead %}" + text).render(context)


@pytest.mark.parametrize(
    ("locale", "currency", "minor", "expected"),
    [
        ("en_GB", "GBP", 123456789, "1,234,567.89"),
        ("pt_BR", "BRL", 123456789, "1.234.567,89"),
        ("vi_VN", "VND", 123456789, "123.456.789"),
        ("en_GB", "KWD", 1234567, "1,234.567"),
        ("en_GB", "GBP", -5, "−0.05"),
        ("en_GB", "GBP", 9007199254740993, "90,071,992,547,409.93"),
        ("not-a-locale", "GBP", 100, "1.00"),
    ],
)
def test_money_has_exactly_the_currencys_decimals(
    locale: str, currency: str, minor: int, expected: str
) -> None:
    assert printed("{% money minor currency %}", locale, minor=minor, currency=currency) == expected


@pytest.mark.parametrize(
    ("tag", "value", "expected"),
    [
        ("quantity", Decimal("12.500000"), "12.5"),
        ("quantity", Decimal("1000"), "1,000"),
        ("quantity", Decimal("0.000001"), "0.000001"),
        ("count", 1234567, "1,234,567"),
        ("percent", Decimal("0.1234"), "12.3 %"),
        ("percent", Decimal("-0.05"), "−5.0 %"),
        ("day", date(2025, 3, 1), '<time datetime="2025-03-01">1 Mar 2025</time>'),
        ("month", date(2025, 3, 1), '<time datetime="2025-03">March 2025</time>'),
        ("country", "GB", "United Kingdom"),
        ("country", "ZQ", "ZQ"),
        ("count", None, "–"),
        ("day", None, "–"),
    ],
)
def test_a_value_is_written_for_people(tag: str, value: object, expected: str) -> None:
    assert printed("{% " + tag + " value %}", value=value) == expected


def test_prices_keep_their_own_decimals_and_at_least_the_currencys() -> None:
    written = [printed("{% price v 'GBP' %}", v=Decimal(text)) for text in ("3", "3.295", "0.123456")]
    assert written == ["3.00", "3.295", "0.123456"]


def test_a_moment_is_written_in_the_open_time_zone(settings: Any) -> None:
    settings.TIME_ZONE = "UTC"
    text = printed("{% moment v True %}", v=datetime(2025, 11, 20, 10, 42, 7, tzinfo=UTC))
    assert text == '<time datetime="2025-11-20T10:42:07+00:00">20 Nov 2025, 10:42:07</time>'


@pytest.mark.parametrize(("seconds", "words"), [(8, "8 s"), (200, "3 min"), (7500, "2 h 5 min")])
def test_a_duration_is_rounded_for_people(seconds: int, words: str) -> None:
    assert printed("{{ v|duration }}", v=seconds) == words


@pytest.mark.parametrize(
    ("name", "letters"), [("Ana Pereira", "AP"), ("ana@x.example", "AE"), ("Ana", "A"), ("", "?")]
)
def test_initials(name: str, letters: str) -> None:
    assert printed("{{ v|initials }}", v=name) == letters


def test_a_heading_sorts_one_way_then_the_other() -> None:
    def heading(sort: str) -> str:
        from django.test import RequestFactory

        request = RequestFactory().get("/invoices/", {"state": "posted", "after": "x"})
        return printed('{% sort_heading "issue_date" "Issued" %}', sort=sort, request=request)

    assert 'aria-sort="none"' in heading("")
    assert 'href="/invoices/?state=posted&amp;sort=-issue_date"' in heading("")
    assert 'href="/invoices/?state=posted&amp;sort=issue_date"' in heading("-issue_date")
    assert 'aria-sort="descending"' in heading("-issue_date")

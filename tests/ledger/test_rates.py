"""Exchange rates: the latest not too old, files in either direction, conversion and its rounding (books.md 37)."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.core import clock
from apps.core.errors import InputError
from apps.core.scope import current_scope, open_scope
from apps.ledger.conversion import in_book
from apps.ledger.entries import EntryLine, Unbalanced
from apps.ledger.models import ExchangeRate
from apps.ledger.rate_files import RateReport, import_rates, put_rate
from apps.ledger.rates import NoRate, get_rate, to_book
from tests.factories.ledgers import book, credit, debit, entry_of
from tests.factories.pages import state_of
from tests.factories.tenants import Company, make_company

DAY = date(2026, 3, 14)
SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"
MONTHLY = """Date,Country,Exchange rate
2026-02-01,Euro,0.9000
2026-03-01,Euro,0.8800
2026-03-01,United Kingdom,0.7500
2026-02-01,United Kingdom,0.8000
2026-03-01,Japan,150.00
2026-03-01,Atlantis,3.00
2026-03-01,Sweden,nothing
2026-04-01,Japan,160.00
"""
PAIRS = (
    "1\t2026-03-02 00:00:00.000\tUSD\tEUR\t.9100\t.9000\t2026-03-02 00:00:00.000\n"
    "2\t2026-03-02 00:00:00.000\tUSD\tGBP\t.7400\t.7500\t2026-03-02 00:00:00.000\n"
    "3\t2026-03-02 00:00:00.000\tUSD\tUSD\t1\t1\t2026-03-02 00:00:00.000\n"
    "4\t2026-03-02 00:00:00.000\tGBP\tEUR\t1.2\t1.2\t2026-03-02 00:00:00.000\n"
)


def put(rate: str, *, currency: str = "EUR", day: date = DAY, source: str = "Bank") -> ExchangeRate:
    return put_rate(
        currency=currency, day=day, rate=rate, source=source, actor=current_scope().actor, now=clock.now()
    )


def take(text: str, shape: str = "monthly", **more: object) -> RateReport:
    return import_rates(lines=text.splitlines(keepends=True), shape=shape, source="Fed", actor=current_scope().actor,
                        now=clock.now(), **more)  # type: ignore[arg-type]  # fmt: skip


def test_the_latest_rate_on_or_before_the_day_counts(in_company: Company, stranger: Company) -> None:
    put("0.86")
    put("0.88", day=DAY + timedelta(days=10))

    assert get_rate(currency="EUR", day=DAY).rate == Decimal("0.86")
    assert get_rate(currency="EUR", day=DAY + timedelta(days=9)).day == DAY
    assert get_rate(currency="EUR", day=DAY + timedelta(days=10)).rate == Decimal("0.88")
    assert get_rate(currency="GBP", day=DAY).rate == 1
    with open_scope(stranger.scope()), pytest.raises(NoRate):
        get_rate(currency="EUR", day=DAY)


def test_a_rate_that_is_too_old_is_none(in_company: Company) -> None:
    put("0.86")
    assert get_rate(currency="EUR", day=DAY + timedelta(days=35)).rate == Decimal("0.86")
    for currency, day in (("EUR", DAY + timedelta(days=36)), ("EUR", DAY - timedelta(days=1)), ("JPY", DAY)):
        with pytest.raises(NoRate) as refused:
            get_rate(currency=currency, day=day)
        assert "import a file of rates" in refused.value.cure


def test_a_rate_is_changed_and_the_change_is_logged(in_company: Company) -> None:
    first = put("0.86")
    again, changed = put("0.86"), put("0.87")

    assert (first.id, first.version) == (again.id, again.version)
    assert (changed.id, changed.version, changed.rate) == (first.id, 2, Decimal("0.87"))


@pytest.mark.parametrize(
    "currency,rate,code",
    [("GBP", "1", "book_currency"), ("EUR", "0", "out_of_range"), ("EUR", "-1", "out_of_range"),
     ("EUR", "nan", "out_of_range"), ("EUR", "much", "out_of_range"), ("QQQ", "1", "unknown_currency"),
     ("EUR", "1e30", "out_of_range")],
)  # fmt: skip
def test_what_is_no_rate_is_refused(in_company: Company, currency: str, rate: str, code: str) -> None:
    before = state_of(in_company)
    with pytest.raises(InputError) as refused:
        put(rate, currency=currency)

    assert refused.value.code == code
    assert state_of(in_company) == before


def rates() -> dict[tuple[str, str], Decimal]:
    found = ExchangeRate.objects.values_list("currency", "day", "rate")
    return {(currency, day.isoformat()): rate.normalize() for currency, day, rate in found}


def test_a_monthly_file_is_brought_to_the_book_currency(in_company: Company) -> None:
    """One unit of a currency in pounds: through the dollar, by the rates of the same day."""
    report = take(MONTHLY)

    assert rates() == {
        ("USD", "2026-02-01"): Decimal("0.8"), ("USD", "2026-03-01"): Decimal("0.75"),
        ("EUR", "2026-02-01"): Decimal("0.888888888889"), ("EUR", "2026-03-01"): Decimal("0.852272727273"),
        ("JPY", "2026-03-01"): Decimal("0.005"),
    }  # fmt: skip
    assert (report.rows, report.made, report.same, report.kept) == (8, 5, 0, 0)
    assert report.refused == [
        (7, "“Atlantis” is not known with one currency."), (8, "“nothing” is no rate above zero."),
        (9, "The file has no rate of GBP for 2026-04-01."),
    ]  # fmt: skip


def test_importing_again_makes_nothing_new_and_leaves_what_was_entered(in_company: Company) -> None:
    """books.md 62."""
    put("0.85", day=date(2026, 3, 1))
    take(MONTHLY, keep=False)
    assert len(rates()) == 1
    first, before = take(MONTHLY), state_of(in_company)
    second = take(MONTHLY)

    assert (first.made, first.kept) == (4, 1)
    assert (second.made, second.same, second.kept) == (0, 4, 1)
    assert state_of(in_company) == before
    assert rates()["EUR", "2026-03-01"] == Decimal("0.85")


def test_a_file_of_pairs(in_company: Company) -> None:
    report = take(PAIRS, "pairs")

    assert rates() == {
        ("USD", "2026-03-02"): Decimal("0.75"),
        ("EUR", "2026-03-02"): Decimal("0.833333333333"),
    }
    assert report.refused == [(4, "The row is not quoted against USD.")]


def test_a_currency_quoted_the_other_way_round(in_company: Company) -> None:
    text = "Date,Country,Exchange rate\n2026-03-01,Euro,1.25\n2026-03-01,United Kingdom,0.75\n"
    take(text, turned=["EUR"])

    assert rates()["EUR", "2026-03-01"] == Decimal("0.9375")


def test_a_rate_that_turns_round_in_the_middle_is_refused() -> None:
    company = make_company(currency="USD", country="US")
    text = "Date,Country,Exchange rate\n2026-01-01,Japan,150\n2026-02-01,Japan,0.0066\n2026-03-01,Japan,152\n"
    with open_scope(company.scope()):
        report = take(text)

        assert [row for row, _ in report.refused] == [3]
        assert set(rates()) == {("JPY", "2026-01-01"), ("JPY", "2026-03-01")}


@pytest.mark.parametrize("text,shape", [("a,b\n", "monthly"), (MONTHLY, "weekly")])
def test_a_file_of_another_shape_is_refused(in_company: Company, text: str, shape: str) -> None:
    with pytest.raises(InputError):
        take(text, shape)


@pytest.mark.skipif(not SHARED.exists(), reason="the shared data are not beside the checkout")
@pytest.mark.realdata
def test_the_federal_reserves_file(in_company: Company) -> None:
    path = SHARED / "exchange-rates" / "monthly.csv"
    call_command("import_rates", str(path), tenant=str(in_company.id), shape="monthly")

    euro = get_rate(currency="EUR", day=date(2026, 6, 20)).rate
    assert Decimal("0.863") < euro < Decimal("0.864")
    assert Decimal("0.749") < get_rate(currency="USD", day=date(2026, 6, 20)).rate < Decimal("0.750")
    assert Decimal("0.0046") < get_rate(currency="JPY", day=date(2026, 6, 20)).rate < Decimal("0.0047")


@pytest.mark.skipif(not SHARED.exists(), reason="the shared data are not beside the checkout")
@pytest.mark.realdata
def test_adventure_works_rates(in_company: Company) -> None:
    path = SHARED / "adventureworks-purchasing" / "CurrencyRate.csv"
    call_command("import_rates", str(path), tenant=str(in_company.id), shape="pairs")

    assert get_rate(currency="USD", day=date(2022, 5, 30)).rate == Decimal("0.6183")


AMOUNTS = st.lists(st.integers(0, 10**9), min_size=1, max_size=8)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    parts=AMOUNTS,
    rate=st.decimals("0.0001", "30000", places=6),
    currency=st.sampled_from(["EUR", "JPY", "KWD"]),
)
def test_line_by_line_or_in_total_differs_by_a_rounding_line(
    in_company: Company, parts: list[int], rate: Decimal, currency: str
) -> None:
    """books.md 37."""
    lines = [debit("bank", sum(parts)), *(credit("revenue", part) for part in parts)]
    converted = in_book(lines, currency=currency, rate=rate)
    rounding = [line for line in converted if line.role_or_account == "rounding"]
    total = to_book(sum(parts), currency, rate, "GBP")
    each = sum(to_book(part, currency, rate, "GBP") for part in parts)

    assert converted[0].debit_minor == total
    assert sum(line.debit_minor - line.credit_minor for line in converted) == 0
    assert sum(line.credit_minor - line.debit_minor for line in rounding) == total - each
    assert abs(total - each) <= (len(parts) + 1) // 2 + 1
    assert len(rounding) == (total != each)


def test_a_converted_entry_is_posted_and_balances_in_both(in_company: Company) -> None:
    """books.md 28, 37."""
    lines = [debit("bank", 100), credit("revenue", 33), credit("revenue", 33), credit("revenue", 34)]
    entry = book(entry_of(*in_book(lines, currency="EUR", rate=Decimal("0.855"))))

    assert (entry.currency, entry.total_minor, entry.line_count) == ("EUR", 86, 5)
    assert in_book(lines, currency="GBP", rate=Decimal(1)) == tuple(lines)
    with pytest.raises(Unbalanced):
        in_book(lines[:2], currency="EUR", rate=Decimal(1))


def test_an_amount_too_small_for_the_book_currency_keeps_its_side(in_company: Company) -> None:
    lines: list[EntryLine] = [debit("bank", 30), credit("revenue", 30)]
    entry = book(entry_of(*in_book(lines, currency="VND", rate=Decimal("0.00003"))))

    assert [line.amount_minor for line in entry.lines.order_by("position")] == [30, -30]

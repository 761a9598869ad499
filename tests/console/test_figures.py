"""The home page's figures and charts."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import plotly.graph_objects as go
from babel import Locale

from apps.console.charts import country_figure, revenue_figure
from apps.console.periods import named_period
from apps.console.queries import Figures, Home, average_minor, build_home
from apps.console.web.views import block
from apps.readmodels.queries import DocumentTotals

TODAY = date(2025, 11, 20)


def home(**options: Any) -> Home:
    now = Figures(
        DocumentTotals(revenue_minor=150_00, invoices=3, credit_notes=1, invoiced_minor=200_01),
        {date(2025, 11, 1): 150_00},
        {"GB": 100_00, "NL": 50_00},
        [],
        [],
    )
    before = Figures(
        DocumentTotals(revenue_minor=100_00, invoices=3, credit_notes=0, invoiced_minor=100_00),
        {date(2024, 11, 1): 100_00},
        {},
        [],
        [],
    )
    return build_home(
        named_period("12m", today=TODAY), "GBP", now, before, currencies=["GBP"], is_empty=False, **options
    )


def test_figures_stand_beside_those_of_the_period_before() -> None:
    stats = {stat.key: stat for stat in home().stats}
    assert (stats["revenue"].value, stats["revenue"].change, stats["revenue"].tone) == (
        150_00,
        Decimal("0.5"),
        "good",
    )
    assert (stats["invoices"].change, stats["invoices"].tone) == (Decimal(0), "")
    assert (stats["credit_notes"].value, stats["credit_notes"].change) == (1, None)
    assert stats["average"].value == 66_67


def test_no_invoices_have_no_average() -> None:
    assert average_minor(DocumentTotals(0, 0, 0, 0)) is None


def test_every_figure_opens_the_list_behind_it() -> None:
    span = "from=2024-12-01&to=2025-11-20"
    hrefs = {stat.key: stat.href for stat in home().stats}
    assert hrefs["revenue"] == f"/invoices/?state=posted&currency=GBP&{span}"
    assert hrefs["credit_notes"] == f"/invoices/?state=posted&currency=GBP&{span}&kind=credit_note"
    assert home().countries[0].href == f"/invoices/?state=posted&currency=GBP&{span}&country=GB"
    assert home().bars[-1].href == "/invoices/?state=posted&currency=GBP&from=2025-11-01&to=2025-11-20"


def test_a_bar_stands_beside_the_same_bar_of_the_period_before() -> None:
    last = home().bars[-1]
    assert (last.day, last.revenue_minor) == (date(2025, 11, 1), 150_00)
    assert (last.before_day, last.before_minor) == (date(2024, 11, 1), 100_00)


def test_countries_come_largest_first_with_their_share() -> None:
    assert [(bar.code, bar.share) for bar in home().countries] == [
        ("GB", Decimal(100_00) / 150_00), ("NL", Decimal(50_00) / 150_00),
    ]  # fmt: skip


def undressed(value: Any) -> Any:
    """Put a plain colour for every token, as the page does."""
    if isinstance(value, dict):
        return {key: undressed(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [undressed(inner) for inner in value]
    return "#123456" if isinstance(value, str) and value.startswith("var(--") else value


def test_plotly_accepts_the_figures() -> None:
    found = home()
    revenue = revenue_figure(found.bars, currency="GBP", grain="month", locale=Locale("en", "GB"))
    countries = country_figure(found.countries, currency="GBP", locale=Locale("en", "GB"))
    go.Figure(undressed(revenue))
    go.Figure(undressed(countries))
    assert revenue["data"][0]["text"][-1] == "Nov 2025: 150.00 GBP"
    assert countries["data"][0]["y"] == ["Netherlands", "United Kingdom"]


def test_a_figure_in_a_page_cannot_end_its_block() -> None:
    text = block({"data": [{"name": "</script><script>alert(1)</script> & <!--"}], "layout": {}})
    assert "<" not in text
    assert json.loads(text)["data"][0]["name"] == "</script><script>alert(1)</script> & <!--"

"""The home page's tables as rows of a file."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from apps.console.queries import Home, Seller
from apps.core.countries import country_name
from apps.core.money import from_minor

Rows = Iterator[Sequence[object]]


def month_rows(home: Home) -> Rows:
    """Yield each bar beside the same bar of the period before."""
    for bar in home.bars:
        before = None if bar.before_minor is None else from_minor(bar.before_minor, home.currency)
        yield bar.day, from_minor(bar.revenue_minor, home.currency), bar.before_day, before, home.currency


def country_rows(home: Home) -> Rows:
    """Yield revenue by country, largest first."""
    for bar in home.countries:
        yield bar.code, country_name(bar.code), from_minor(bar.revenue_minor, home.currency), home.currency


def _seller_rows(home: Home, sellers: Sequence[Seller]) -> Rows:
    for seller in sellers:
        revenue = from_minor(seller.revenue_minor, home.currency)
        yield seller.name, seller.documents, revenue, home.currency


HOME_FILES: Final[dict[str, tuple[Sequence[str], Callable[[Home], Rows]]]] = {
    "months": (("From", "Revenue", "Compared with", "Revenue before", "Currency"), month_rows),
    "countries": (("Country", "Name", "Revenue", "Currency"), country_rows),
    "customers": (
        ("Customer", "Documents", "Revenue", "Currency"),
        lambda home: _seller_rows(home, home.customers),
    ),
    "products": (
        ("Product", "Documents", "Revenue", "Currency"),
        lambda home: _seller_rows(home, home.products),
    ),
}

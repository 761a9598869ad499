"""The real Online Retail file: every published figure, to the penny.

The path comes from ONLINE_RETAIL_FILE, else the file is looked for beside the checkout.
"""

import os
from decimal import Decimal
from pathlib import Path

import pytest
from django.db.models import Sum

from apps.core import clock
from apps.core.scope import SYSTEM, open_scope
from apps.documents.models import SeriesCounter
from apps.invoices.imports.job import run_import
from apps.invoices.imports.report import ImportReport
from apps.invoices.models import Invoice, Line
from apps.parties.models import Customer
from config.env import ROOT
from tests.factories.tenants import make_company

FILE = Path(
    os.environ.get("ONLINE_RETAIL_FILE", ROOT / "../shared/data/online-retail/online_retail.csv.gz")
).resolve()
pytestmark = [
    pytest.mark.realdata,
    pytest.mark.skipif(
        not FILE.exists(),
        reason=f"The Online Retail file is not at {FILE}: its figures were not checked. Set ONLINE_RETAIL_FILE.",
    ),
]
SUM = Decimal("9747747.934")
FACTS = {
    "rows": 541_909,
    "customers": 4_372,
    "countries": 38,
    "stock_codes": 4_070,
    "documents": 25_900,
    "quantity_times_price": SUM,
    "cancellation_documents": 3_836,
    "cancellation_rows": 9_288,
    "cancellation_value": Decimal("-896812.49"),
    "rows_without_customer": 135_080,
    "zero_prices": 2_515,
    "negative_prices": 2,
    "prices_below_cents": 4,
    "exact_duplicate_rows": 5_268,
}
ENDS = {
    ("accepted", ""): (23_795, 539_791, Decimal("9758809.994")),
    ("skipped", "stock_adjustment"): (2_098, 2_108, Decimal(0)),
    ("skipped", "free_goods"): (4, 7, Decimal(0)),
    ("skipped", "bad_debt_adjustment"): (3, 3, Decimal("-11062.06")),
}


def test_every_published_figure_is_reproduced_and_every_penny_explained(tmp_path: Path) -> None:
    """One test, because the import takes a minute."""
    shop = make_company(roles=("admin",))
    with open_scope(shop.scope()):
        report = run_import(
            path=FILE,
            profile="online-retail",
            actor=SYSTEM,
            now=clock.now(),
            progress=lambda _: None,
            folder=tmp_path,
        ).report
        check_report(report)
        check_books(report)


def check_report(report: ImportReport) -> None:
    """The report counts what the publishers count, and its ends add up to the file exactly."""
    assert {name: report.facts[name] for name in FACTS} == FACTS
    ends = {end: (group.documents, group.rows, group.value) for end, group in report.groups.items()}
    assert ends == ENDS
    assert sum(value for _, _, value in ends.values()) == SUM
    assert report.is_balanced
    remarks = {code: (group.count, group.difference) for code, group in report.remarks.items()}
    assert remarks["rounded_line"] == (4, Decimal("0.004"))
    assert remarks["exact_duplicate"] == (5_268, Decimal("21740.98"))
    assert remarks["walk_in_customer"][0] == 132_969
    assert remarks["several_times"][0] == 43
    assert (report.booked_minor, report.rounding_difference) == (975_880_999, Decimal("0.004"))


def check_books(report: ImportReport) -> None:
    """The books hold the accepted value to the penny, in gapless series."""
    posted = Invoice.objects.filter(state="posted", source="online-retail")
    net = {kind: int(total) for kind, total in posted.values_list("kind").annotate(net=Sum("net_minor"))}
    assert net == {"invoice": 1_065_562_248, "credit_note": 89_681_249}
    assert net["invoice"] - net["credit_note"] == report.booked_minor
    assert posted.count() == Invoice.objects.count() == 23_795
    assert Line.objects.count() == 539_791
    assert Customer.objects.filter(is_walk_in=False).count() == 4_371
    assert sum(SeriesCounter.objects.values_list("last_number", flat=True)) == 23_795

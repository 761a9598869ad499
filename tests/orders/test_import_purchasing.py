"""Purchasing data from files: exact facts, twice changes nothing, bad rows named, orders whole or not at all."""

import csv
import os
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from apps.catalog.models import Stock
from apps.catalog.stock_queries import find_differences
from apps.core.errors import InputError
from apps.core.scope import open_scope
from apps.orders.imports.run import PurchasingReport, import_purchasing
from apps.orders.models import PurchaseLine, PurchaseOrder, Receipt, ReceiptLine
from apps.orders.queries import PurchaseFilter, list_purchase_orders
from tests.factories.goods import acting
from tests.factories.pages import state_of
from tests.factories.tenants import Company, make_company

REAL = Path(
    os.environ.get("PURCHASING_DATA", Path(__file__).parents[3] / "shared/data/adventureworks-purchasing")
)
VENDOR = ["1492", "AUSTRALI0001", "Australia Bike Retailer", "1", "1", "1", "", "2022-12-22 00:00:00.000"]


def product(key: str, name: str, sku: str) -> list[str]:
    return [
        key,
        name,
        sku,
        "0",
        "0",
        "",
        "1000",
        "750",
        ".5000",
        "1.2500",
        *[""] * 13,
        "guid",
        "2025-02-07 10:01:36",
    ]


def header(
    key: str, status: str, subtotal: str, tax: str, freight: str, total: str, vendor: str = "1492"
) -> list[str]:
    day = "2022-04-15 00:00:00.000"
    return [
        key,
        "5",
        status,
        "258",
        vendor,
        "3",
        day,
        "2022-04-24 00:00:00.000",
        subtotal,
        tax,
        freight,
        total,
        day,
    ]


def detail(order: str, key: str, quantity: str, price: str, total: str, received: str, rejected: str,
           stocked: str, goods: str = "1") -> list[str]:  # fmt: skip
    day = "2022-04-29 00:00:00.000"
    return [order, key, day, quantity, goods, price, total, received, rejected, stocked, day]


GOOD = {
    "Vendor.csv": [VENDOR],
    "Product.csv": [product("1", "Adjustable Race", "AR-5381"), product("2", "Bearing Ball", "BA-8327")],
    "PurchaseOrderHeader.csv": [
        header("1", "4", "201.0400", "16.0832", "5.0260", "222.1492"),
        header("2", "4", "20.0000", "1.6000", "0.5000", "22.1000"),
        header("3", "1", "7.0050", "0.5604", "0.1751", "7.7405"),
        header("4", "1", "10.0000", "0.8000", "0.2500", "11.0500"),
    ],
    "PurchaseOrderDetail.csv": [
        detail("1", "1", "4", "50.2600", "201.0400", "4.00", ".00", "4.00"),
        detail("2", "2", "10", "1.0000", "10.0000", "9.00", ".00", "9.00"),
        detail("2", "3", "10", "1.0000", "10.0000", "10.00", "2.00", "8.00", "2"),
        detail("3", "4", "3", "2.3350", "7.0050", "2.00", "1.00", "1.00"),
        detail("4", "5", "10", "1.0000", "10.0000", ".00", ".00", ".00"),
    ],
}


def write(folder: Path, **changed: list[list[str]]) -> Path:
    for name, rows in (GOOD | {f"{name}.csv": rows for name, rows in changed.items()}).items():
        (folder / name).write_text("".join("\t".join(row) + "\n" for row in rows))
    return folder


@pytest.fixture
def buyer() -> Company:
    return make_company(currency="USD", country="US")


def run(folder: Path) -> PurchasingReport:
    return import_purchasing(folder=folder, **acting())


def test_a_folder_becomes_orders_receipts_and_stock(buyer: Company, tmp_path: Path) -> None:
    with open_scope(buyer.scope()):
        report = run(write(tmp_path))
        assert (report.orders_made, report.suppliers_made, report.products_made, report.problems) == (
            4,
            1,
            2,
            (),
        )
        assert (report.short_lines, report.rejected_lines, report.exceptional_orders) == (2, 2, 2)
        assert report.states == {"closed": 1, "draft": 1, "partly_received": 1, "received": 1}
        assert report.contradicted == {"pending": 1}
        assert report.total == Decimal("263.0397")
        orders = {each.external_number: each for each in PurchaseOrder.objects.all()}
        whole = orders["1"]
        assert (whole.number, whole.state) == ("PO-2022-000001", "received")
        amounts = (whole.net_minor, whole.tax_minor, whole.freight_minor, whole.total_minor)
        assert amounts == (20104, 1608, 503, 22215)
        assert (whole.stated_total, whole.external_state) == (Decimal("222.1492"), "complete")
        assert (orders["2"].state, orders["3"].state, orders["4"].state) == (
            "closed",
            "partly_received",
            "draft",
        )
        assert sorted(Receipt.objects.values_list("number", flat=True)) == [
            f"GR-2022-00000{n}" for n in (1, 2, 3)
        ]
        assert ReceiptLine.objects.count() == 4
        stock = {each.product.sku: each for each in Stock.objects.select_related("product")}
        assert (stock["AR-5381"].on_hand, stock["AR-5381"].incoming, stock["BA-8327"].on_hand) == (14, 2, 8)
        assert list_purchase_orders(PurchaseFilter(has_exception=True)).count() == 2
        assert find_differences() == []


def test_the_second_run_changes_nothing(buyer: Company, tmp_path: Path) -> None:
    """books.md 62: import of a file twice yields nothing new."""
    with open_scope(buyer.scope()):
        run(write(tmp_path))
    before = state_of(buyer)
    with open_scope(buyer.scope()):
        again = run(tmp_path)
    assert (again.orders_made, again.orders_there, again.suppliers_made, again.products_made) == (0, 4, 0, 0)
    assert state_of(buyer) == before


@pytest.mark.parametrize(
    "row,column,value,reason",
    [
        (
            detail("2", "2", "ten", "1.0000", "10.0000", "9.00", ".00", "9.00"),
            "ordered",
            "ten",
            "not a number",
        ),
        (detail("2", "2", "0", "1.0000", "0", "0", "0", "0"), "ordered", "0", "above zero"),
        (
            detail("2", "2", "10", "1.0000", "11.0000", "9.00", ".00", "9.00"),
            "line total",
            "11.0000",
            "10.0000",
        ),
        (detail("2", "2", "10", "1.0000", "10.0000", "9.00", "10.00", "-1"), "stocked", "-1", "lie between"),
        (
            detail("2", "2", "10", "1.0000", "10.0000", "9.00", "9.50", "1"),
            "rejected",
            "9.50",
            "Only 9.00 came",
        ),
        (detail("2", "2", "10", "1.0000", "10.0000", "9.00", "1.00", "9.00"), "stocked", "9.00", "is 8.00"),
        (
            detail("2", "2", "10", "1.0000", "10.0000", "9", "0", "9", "77"),
            "product",
            "77",
            "no such product",
        ),
        (
            detail("2", "2", "10", "NaN", "10.0000", "9.00", ".00", "9.00"),
            "unit price",
            "NaN",
            "not a number",
        ),
        (
            ["2", "2", "soon", *detail("2", "2", "1", "1", "1", "1", "0", "1")[3:]],
            "due date",
            "soon",
            "not a date",
        ),
        (["2", "2"], "", "2\t2", "2 cells, not 11"),
    ],
)
def test_a_bad_row_is_named_and_its_order_left_out_whole(
    buyer: Company, tmp_path: Path, row: list[str], column: str, value: str, reason: str
) -> None:
    """books.md 62: a document with one bad row is not half made; after repair it comes in."""
    rows = GOOD["PurchaseOrderDetail.csv"]
    with open_scope(buyer.scope()):
        report = run(write(tmp_path, PurchaseOrderDetail=[rows[0], row, *rows[2:]]))
        first, second = report.problems
        assert (first.file, first.row, first.column, first.value) == (
            "PurchaseOrderDetail.csv",
            2,
            column,
            value,
        )
        assert reason in first.reason
        assert (second.file, second.row, second.value) == ("PurchaseOrderHeader.csv", 2, "2")
        assert sorted(PurchaseOrder.objects.values_list("external_number", flat=True)) == ["1", "3", "4"]
        repaired = run(write(tmp_path))
        assert (repaired.orders_made, repaired.orders_there, repaired.problems) == (1, 3, ())


@pytest.mark.parametrize(
    "row,column",
    [
        (header("2", "9", "20.0000", "1.6000", "0.5000", "22.1000"), "status"),
        (header("2", "4", "20.0000", "1.6000", "0.5000", "22.1000", vendor="77"), "vendor"),
        (header("2", "4", "21.0000", "1.6000", "0.5000", "23.1000"), "subtotal"),
        (header("2", "4", "20.0000", "1.6000", "0.5000", "22.2000"), "total"),
        (header("1", "4", "20.0000", "1.6000", "0.5000", "22.1000"), "id"),
    ],
)
def test_a_bad_header_leaves_its_order_out(
    buyer: Company, tmp_path: Path, row: list[str], column: str
) -> None:
    rows = GOOD["PurchaseOrderHeader.csv"]
    with open_scope(buyer.scope()):
        report = run(write(tmp_path, PurchaseOrderHeader=[rows[0], row, *rows[2:]]))
        assert (report.orders_made, PurchaseOrder.objects.count()) == (3, 3)
        assert [(each.row, each.column) for each in report.problems if each.file.endswith("Header.csv")] == [
            (2, column)
        ]


def test_a_missing_file_is_said_and_nothing_is_written(buyer: Company, tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "PurchaseOrderDetail.csv").unlink()
    with open_scope(buyer.scope()):
        with pytest.raises(InputError) as refused:
            run(tmp_path)
        assert refused.value.code == "file_missing"
        assert not PurchaseOrder.objects.exists()


def test_the_command_tells_and_writes_what_was_refused(buyer: Company, tmp_path: Path) -> None:
    rows = GOOD["PurchaseOrderDetail.csv"]
    write(tmp_path, PurchaseOrderDetail=[rows[0], ["=2"], *rows[2:]])
    told, refused = StringIO(), tmp_path / "refused.csv"
    call_command("import_purchasing", str(tmp_path), tenant=buyer.tenant.slug, refused=refused, stdout=told)
    assert "3 orders recorded, 0 were there already" in told.getvalue()
    assert "PurchaseOrderDetail.csv row 2: “=2”. The row has 1 cells, not 11." in told.getvalue()
    with refused.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file))
    assert lines[0] == ["File", "Row", "Column", "Value", "Reason"]
    assert lines[1][3] == "'=2"
    with pytest.raises(CommandError):
        call_command("import_purchasing", str(tmp_path / "nowhere"), tenant=buyer.tenant.slug)


@pytest.mark.skipif(not REAL.is_dir(), reason="the folder of purchasing data is not there (PURCHASING_DATA)")
@pytest.mark.realdata
def test_the_real_folder_gives_its_known_facts(buyer: Company) -> None:
    """The facts that the data's description states: 380 short, 563 with rejects, 884 orders with either."""
    with open_scope(buyer.scope()):
        report = run(REAL)
        assert (report.orders_made, report.lines_read, report.suppliers_made, report.problems) == (
            4012,
            8845,
            104,
            (),
        )
        assert (report.short_lines, report.rejected_lines, report.exceptional_orders) == (380, 563, 884)
        assert (report.ordered, report.received, report.rejected) == (2348637, 2327299, 72700)
        assert (report.subtotal, report.tax) == (Decimal("63791994.8380"), Decimal("5103359.5740"))
        assert (report.freight, report.total) == (Decimal("1583978.2263"), Decimal("70479332.6383"))
        assert PurchaseOrder.objects.count() == 4012
        assert PurchaseLine.objects.count() == ReceiptLine.objects.count() == 8845
        assert list_purchase_orders(PurchaseFilter(has_exception=True)).count() == 884
        assert sum(PurchaseOrder.objects.values_list("stated_total", flat=True)) == report.total  # type: ignore[arg-type]
        assert sum(Stock.objects.values_list("on_hand", flat=True)) == 2327299 - 72700
        assert find_differences() == []
        again = run(REAL)
        assert (again.orders_made, again.orders_there) == (0, 4012)

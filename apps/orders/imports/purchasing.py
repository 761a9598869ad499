"""A folder of purchasing data as AdventureWorks writes it: vendors, products, orders with what came of them."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from apps.orders.imports.tables import Column, Problem, Table, choice, day, key, number, read_table, words

STATUSES = {"1": "pending", "2": "approved", "3": "rejected", "4": "complete"}
VENDORS = Table("Vendor.csv", 8, (
    Column(0, "id", key), Column(1, "code", words(64)), Column(2, "name", words(300)),
))  # fmt: skip
PRODUCTS = Table("Product.csv", 25, (
    Column(0, "id", key), Column(1, "name", words(300)), Column(2, "sku", words(64)),
    Column(8, "standard cost", number()), Column(9, "list price", number()),
))  # fmt: skip
HEADERS = Table("PurchaseOrderHeader.csv", 13, (
    Column(0, "id", key), Column(2, "status", choice(*STATUSES)), Column(4, "vendor", key),
    Column(6, "order date", day), Column(7, "ship date", day), Column(8, "subtotal", number()),
    Column(9, "tax", number()), Column(10, "freight", number()), Column(11, "total", number()),
))  # fmt: skip
DETAILS = Table("PurchaseOrderDetail.csv", 11, (
    Column(0, "order", key), Column(1, "line", key), Column(2, "due date", day),
    Column(3, "ordered", number(above_zero=True)), Column(4, "product", key), Column(5, "unit price", number()),
    Column(6, "line total", number()), Column(7, "received", number()), Column(8, "rejected", number()),
    Column(9, "stocked", number()),
))  # fmt: skip


@dataclass(frozen=True)
class Line:
    """A line of an order as the file says it, with the number of its row."""

    row: int
    number: str
    product: str
    due_date: date
    ordered: Decimal
    unit_price: Decimal
    received: Decimal
    rejected: Decimal


@dataclass(frozen=True)
class Order:
    """An order as the files say it."""

    row: int
    number: str
    status: str
    vendor: str
    order_date: date
    ship_date: date
    subtotal: Decimal
    tax: Decimal
    freight: Decimal
    total: Decimal
    lines: tuple[Line, ...]


@dataclass
class Purchasing:
    """What a folder holds: vendors and products by their id, whole orders, and the rows that were not taken."""

    vendors: dict[str, tuple[str, str]] = field(default_factory=dict)
    products: dict[str, tuple[str, str, Decimal, Decimal]] = field(default_factory=dict)
    orders: list[Order] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_purchasing(folder: Path) -> Purchasing:
    """Read a folder. An order with one bad row is left out whole (books.md 62). Raises InputError."""
    found = Purchasing()
    for _, row in read_table(folder, VENDORS, found.problems):
        found.vendors[row["id"]] = (row["code"], row["name"])
    for _, row in read_table(folder, PRODUCTS, found.problems):
        found.products[row["id"]] = (row["sku"], row["name"], row["list price"], row["standard cost"])
    before = len(found.problems)
    lines = _read_lines(folder, found)
    bad = _orders_of_problems(folder, found.problems[before:])
    _read_orders(folder, found, lines, bad)
    return found


def _read_lines(folder: Path, found: Purchasing) -> dict[str, list[Line]]:
    lines: dict[str, list[Line]] = defaultdict(list)
    for row, cells in read_table(folder, DETAILS, found.problems):
        fault = _fault_of_line(cells, found)
        if fault:
            column, reason = fault
            found.problems.append(Problem(DETAILS.file, row, column, str(cells[column]), reason))
        else:
            lines[cells["order"]].append(Line(
                row, cells["line"], cells["product"], cells["due date"], cells["ordered"], cells["unit price"],
                cells["received"], cells["rejected"],
            ))  # fmt: skip
    return lines


def _fault_of_line(cells: Any, found: Purchasing) -> tuple[str, str] | None:
    """Return the column at fault and why; the file's own figures must agree with each other."""
    if cells["product"] not in found.products:
        return "product", "The folder has no such product, or its row was not taken."
    if cells["ordered"] * cells["unit price"] != cells["line total"]:
        return "line total", f"Quantity × price is {cells['ordered'] * cells['unit price']:f}."
    if cells["rejected"] > cells["received"]:
        return "rejected", f"Only {cells['received']:f} came."
    if cells["received"] - cells["rejected"] != cells["stocked"]:
        return "stocked", f"Received − rejected is {cells['received'] - cells['rejected']:f}."
    return None


def _orders_of_problems(folder: Path, problems: list[Problem]) -> set[str]:
    """Return the orders whose lines were not all taken; each bad row is looked up by its place in the file."""
    rows = {problem.row for problem in problems if problem.file == DETAILS.file}
    if not rows:
        return set()
    with (folder / DETAILS.file).open(encoding="utf-8-sig", newline="") as file:
        return {text.split("\t")[0].strip() for number, text in enumerate(file, start=1) if number in rows}


def _read_orders(folder: Path, found: Purchasing, lines: dict[str, list[Line]], bad: set[str]) -> None:
    seen: set[str] = set()
    for row, cells in read_table(folder, HEADERS, found.problems):
        order = Order(
            row, cells["id"], STATUSES[cells["status"]], cells["vendor"], cells["order date"], cells["ship date"],
            cells["subtotal"], cells["tax"], cells["freight"], cells["total"], tuple(lines.get(cells["id"], ())),
        )  # fmt: skip
        fault = _fault_of_order(order, found, bad, seen)
        seen.add(order.number)
        if fault:
            column, value, reason = fault
            found.problems.append(Problem(HEADERS.file, row, column, value, reason))
        else:
            found.orders.append(order)
    for name, orphans in lines.items():
        if name not in seen:
            reason = "The folder has no such order, or its row was not taken."
            found.problems.extend(Problem(DETAILS.file, x.row, "order", name, reason) for x in orphans)


Fault = tuple[str, str, str]


def _fault_of_order(order: Order, found: Purchasing, bad: set[str], seen: set[str]) -> Fault | None:
    return _fault_of_identity(order, found, bad, seen) or _fault_of_sums(order)


def _fault_of_identity(order: Order, found: Purchasing, bad: set[str], seen: set[str]) -> Fault | None:
    if order.number in seen:
        return "id", order.number, "Another row has this order."
    if order.vendor not in found.vendors:
        return "vendor", order.vendor, "The folder has no such vendor, or its row was not taken."
    if order.number in bad:
        return "id", order.number, "One of its lines was not taken, so none of it was."
    if not order.lines:
        return "id", order.number, "It has no lines."
    return None


def _fault_of_sums(order: Order) -> Fault | None:
    net = sum((line.ordered * line.unit_price for line in order.lines), Decimal(0))
    if net != order.subtotal:
        return "subtotal", f"{order.subtotal:f}", f"Its lines come to {net:f}."
    if order.subtotal + order.tax + order.freight != order.total:
        return (
            "total",
            f"{order.total:f}",
            f"Its parts come to {order.subtotal + order.tax + order.freight:f}.",
        )
    if order.ship_date < order.order_date:
        return "ship date", order.ship_date.isoformat(), "It came before it was ordered."
    return None

"""What the revenue copy must hold, worked out from the documents in plain Python: no SQL of the copy is used."""

from collections import defaultdict
from typing import Any
from uuid import UUID

from apps.readmodels.folds import NO_PRODUCT
from tests.changes.bookkeeper import Bookkeeper

Sums = dict[tuple[Any, ...], list[Any]]
BUILD = "build = (select build from changes_tenantcopy where projection = 'revenue')"


def recompute(books: Bookkeeper) -> dict[str, Sums]:
    """Return the four tables' rows: key to sums."""
    tables: dict[str, Sums] = {
        name: {} for name in ("revenueday", "productmonth", "customerday", "documentday")
    }
    documents = books.run(
        "select id, kind, state, issue_date, customer_id, country_code, currency, net_minor from invoices_invoice"
    )
    lines = defaultdict(list)
    for invoice, product, quantity, net in books.run(
        "select invoice_id, product_id, quantity, net_minor + shared_minor from invoices_line"
    ):
        lines[invoice].append((product or UUID(NO_PRODUCT), quantity, net))
    for key, kind, state, day, customer, country, currency, net in documents:
        _add(tables["documentday"], (day, currency, kind, state, country), 1, net)
        if state != "posted":
            continue
        sign = -1 if kind == "credit_note" else 1
        _add(tables["customerday"], (day, currency, customer), sign * net, 1)
        for product in {line[0] for line in lines[key]}:
            own = [line for line in lines[key] if line[0] == product]
            net_of_product = sign * sum(line[2] for line in own)
            _add(tables["revenueday"], (day, currency, country, product), net_of_product,
                 sign * sum(line[1] for line in own), 1, len(own))  # fmt: skip
            _add(tables["productmonth"], (day.replace(day=1), currency, product), net_of_product, 1, len(own))
    return tables


def stored(books: Bookkeeper) -> dict[str, Sums]:
    """Return the same from the copy."""

    def read(table: str, keys: str, sums: str) -> Sums:
        width = keys.count(",") + 1
        rows = books.run(f"select {keys}, {sums} from readmodels_{table} where {BUILD}")
        return {tuple(row[:width]): list(row[width:]) for row in rows}

    return {
        "revenueday": read("revenueday", "day, currency, country_code, product_id",
                           "net_minor, quantity, documents, lines"),
        "productmonth": read("productmonth", "month, currency, product_id", "net_minor, documents, lines"),
        "customerday": read("customerday", "day, currency, customer_id", "net_minor, documents"),
        "documentday": read("documentday", "day, currency, kind, state, country_code", "documents, net_minor"),
    }  # fmt: skip


def _add(sums: Sums, key: tuple[Any, ...], *values: Any) -> None:
    sums[key] = [old + new for old, new in zip(sums.get(key, [0] * len(values)), values, strict=True)]

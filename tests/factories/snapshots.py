"""What the open company's books and log hold, as plain values that tests compare."""

import os
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import psycopg

from apps.core.db import write_alias
from apps.core.scope import current_tenant_id
from apps.invoices.models import Invoice, Line


@dataclass(frozen=True)
class Booked:
    """A document without what differs from run to run (ids, times)."""

    external: str
    number: str | None
    kind: str
    state: str
    source: str
    issue_date: date
    customer: str
    country: str
    net_minor: int
    tax_minor: int
    lines: tuple[tuple[int, str, Decimal, Decimal, int], ...]


def books() -> list[Booked]:
    """Return the open company's documents in the order in which they were made."""
    lines: dict[object, list[tuple[int, str, Decimal, Decimal, int]]] = defaultdict(list)
    for x in Line.objects.order_by("position"):
        lines[x.invoice_id].append((x.position, x.description, x.quantity, x.unit_price, x.net_minor))
    return [
        Booked(
            i.external_number,
            i.number,
            i.kind,
            i.state,
            i.source,
            i.issue_date,
            i.customer.code,
            i.country_code,
            i.net_minor,
            i.tax_minor,
            tuple(lines[i.id]),
        )
        for i in Invoice.objects.select_related("customer").order_by("id")
    ]


def audit_rows(table: str = "") -> dict[object, object]:
    """Count the open company's log entries: by operation for one table, else by table and operation."""
    url = os.environ[
        "ADMIN_DATABASE_URL" + ("" if write_alias() == "default" else f"__{write_alias()}".upper())
    ]
    query = (
        "select table_name, operation, count(*) from audit.entry "
        "where tenant_id = %s and operation <> 'access' group by 1, 2"
    )
    with psycopg.connect(url) as connection:
        rows = connection.execute(query, [current_tenant_id()]).fetchall()
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    for name, operation, count in rows:
        counts[name][operation] = count
    return dict(counts[table]) if table else dict(counts)

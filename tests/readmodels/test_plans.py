"""Lookups stay lookups for a tenant that the planner has never heard of."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from apps.changes.connections import Connection, connect_app, enter_tenant
from apps.readmodels.books import LINE_COPY
from apps.readmodels.folds import REVENUE_DAY
from apps.readmodels.statements import delete_rows, documents_of_lines, merge_touched
from tests.factories.tenants import Company, make_company

FILL = """
    insert into readmodels_linecopy (tenant_id, build, id, invoice_id, quantity, net_minor)
    select %s, %s, uuidv7(), uuidv7(), 1, 1 from generate_series(1, %s)
"""


@pytest.fixture
def newcomer(admin_connection: Connection) -> Iterator[tuple[Connection, Company]]:
    """A tenant with many rows after the last analysis, which saw others; nothing of it stays."""
    old, new = make_company(roles=()), make_company(roles=())
    with closing(connect_app("default")) as connection:
        enter_tenant(connection, old.id, "default")
        connection.execute(FILL, (old.id, 7, 300))
        connection.commit()
        admin_connection.execute("analyze readmodels_linecopy, readmodels_invoicecopy")
        enter_tenant(connection, new.id, "default")
        connection.execute(FILL, (new.id, 8, 5000))
        yield connection, new
        connection.rollback()
        enter_tenant(connection, old.id, "default")
        connection.execute("delete from readmodels_linecopy")
        connection.commit()


@pytest.mark.parametrize(
    ("statement", "condition"),
    [
        (documents_of_lines(), "id = wanted.id"),
        (delete_rows(LINE_COPY), "id = wanted.id"),
        (merge_touched(REVENUE_DAY, "+"), "invoice_id = h.id"),
    ],
)
def test_rows_are_found_by_their_own_index(
    newcomer: tuple[Connection, Company], statement: str, condition: str
) -> None:
    connection, company = newcomer
    values = {"tenant": company.id, "build": 8, "ids": [company.id], "touched": [company.id], "documents": []}
    lines = [str(row[0]) for row in connection.execute(f"explain {statement}", values)]
    on_lines = next(
        at for at, text in enumerate(lines) if "Scan using" in text and "on readmodels_linecopy" in text
    )
    assert condition in lines[on_lines + 1], "\n".join(lines)
    assert "Index Cond" in lines[on_lines + 1]

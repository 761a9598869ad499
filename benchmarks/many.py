"""A tenant with very many invoices: real documents made by the operations, then multiplied inside the database.

Copies keep every column of the row they were made from but ids, numbers and dates, so the fixture follows the
tables as they change. Triggers and foreign keys rest meanwhile (an administrator's session of a throw-away cluster).
"""

import os
import random
import time
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import psycopg
from psycopg import sql

from apps.catalog.operations import create_product
from apps.core import clock
from apps.invoices.operations import LineInput, create_draft, post_invoice
from apps.parties.operations import create_customer
from apps.tenancy.models import Tenant
from benchmarks.company import PERSON, make_company, working_in

TEMPLATES = 200
CUSTOMERS = 2000
# Tables that hang on an invoice: their column that names it.
PARTS = (("invoices_line", "invoice_id"), ("invoices_tax", "invoice_id"), ("settlement_item", "source_id"))
ANALYZED = ("parties_customer", "invoices_invoice", *(table for table, _ in PARTS))


def make_large_company(invoices: int) -> Tenant:
    """Return a tenant with some thousand customers and this many posted invoices over three years."""
    company = make_company()
    with working_in(company):
        _make_templates()
    with psycopg.connect(os.environ["ADMIN_DATABASE_URL"], autocommit=True) as connection:
        connection.execute("set session_replication_role = replica")
        _multiply(connection, company, copies=max(invoices // TEMPLATES - 1, 0))
        for table in ANALYZED:
            if _exists(connection, table):
                connection.execute(sql.SQL("vacuum analyze {}").format(sql.Identifier(table)))
        _wait_for_replica(connection)
    return company


def _make_templates() -> None:
    chance, now, today = random.Random(7), clock.now(), date.today()  # noqa: DTZ011 - the same rows each time
    customers = [
        create_customer(code=f"C{n:05}", name=f"{_word(chance)} {_word(chance)} {n}", country_code="GB", actor=PERSON,
                        now=now)
        for n in range(CUSTOMERS)
    ]  # fmt: skip
    product = create_product(
        sku="P1", name="Lantern", unit_price=Decimal("9.50"), currency="GBP", actor=PERSON, now=now
    )
    for _ in range(TEMPLATES):
        issued = today - timedelta(days=chance.randrange(1000))
        lines = [_line(chance, product.id) for _ in range(2)]
        draft = create_draft(
            customer_id=chance.choice(customers).id, currency="GBP", issue_date=issued,
            due_date=issued + timedelta(days=30), lines=lines, actor=PERSON, now=now,
        )  # fmt: skip
        post_invoice(invoice_id=draft.id, actor=PERSON, now=now)


def _line(chance: random.Random, product_id: UUID) -> LineInput:
    return LineInput(
        "Lantern", Decimal(chance.randint(1, 20)), Decimal(chance.randint(1, 99)), Decimal(20), product_id
    )


def _word(chance: random.Random) -> str:
    return "".join(chance.choice("bcdfglmnprst") + chance.choice("aeiou") for _ in range(3)).title()


def _multiply(connection: psycopg.Connection[tuple[object, ...]], company: Tenant, *, copies: int) -> None:
    """Add copies of every document. The id of a copy is made from the id of its original, so parts find it."""
    given = {"tenant": company.id, "copies": copies}
    connection.execute(
        """
        with customers as (
            select array_agg(id order by code) as ids from parties_customer where tenant_id = %(tenant)s
        )
        insert into invoices_invoice
        select (jsonb_populate_record(i, jsonb_build_object(
            'id', md5(i.id::text || k)::uuid, 'sequence', k * 1000 + i.sequence,
            'number', i.number || '-' || k,
            'issue_date', i.issue_date - (k %% 97), 'due_date', i.due_date - (k %% 97),
            'customer_id', c.ids[1 + (hashint8(k * 1000 + i.sequence) & 2147483647) %% cardinality(c.ids)]
        ))).*
        from customers c, generate_series(1, %(copies)s) k, invoices_invoice i where i.tenant_id = %(tenant)s
        """,
        given,
    )
    for table, column in PARTS:
        if _exists(connection, table):
            name = {
                "table": sql.Identifier(table),
                "column": sql.Identifier(column),
                "key": sql.Literal(column),
            }
            connection.execute(
                sql.SQL(
                    """
                    insert into {table}
                    select (jsonb_populate_record(p, jsonb_build_object(
                        'id', md5(p.id::text || k)::uuid, {key}, md5(p.{column}::text || k)::uuid
                    ))).*
                    from generate_series(1, %(copies)s) k, {table} p where p.tenant_id = %(tenant)s
                    """
                ).format(**name),
                given,
            )


def _exists(connection: psycopg.Connection[tuple[object, ...]], table: str) -> bool:
    row = connection.execute("select to_regclass(%s) is not null", [table]).fetchone()
    return bool(row and row[0])


def _wait_for_replica(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    behind = (
        "select coalesce(max(pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)), 0) from pg_stat_replication"
    )
    for _ in range(1200):
        row = connection.execute(behind).fetchone()
        if row and row[0] == 0:
            return
        time.sleep(0.1)
    raise TimeoutError("the replica does not catch up")

"""Two tenants and a stranger, on every table that has a tenant: read from the catalog, so none is forgotten."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from apps.core.scope import Actor, Scope
from apps.core.tokens import sign_context
from config.env import databases
from tests.tenancy.walls.rows import Row, changeable_column, make_row, tenant_tables
from tests.tenancy.walls.sessions import attempt, enter

REFUSED = "42501"
NOTHING = "0 rows"
APP, READER = "bulkhead_app", "bulkhead_reader"
# What a key that is bound to one customer sees of the whole tenant.
FOR_EVERY_CUSTOMER = {
    "public.catalog_category",
    "public.catalog_lot",
    "public.catalog_lotstock",
    "public.catalog_product",
    "public.catalog_stock",
    "public.changes_tenantcopy",
    "public.documents_documentsettings",
    "public.documents_issuer",
    "public.documents_paymentterms",
    "public.documents_seriescounter",
    "public.orders_orderpolicy",
    "public.tenancy_idempotentanswer",
    "public.tenancy_tenant",
}


@dataclass(frozen=True)
class Land:
    """Every table with one row of each of two tenants, seen from an administrator's transaction."""

    connection: psycopg.Connection[Any]
    first: UUID
    second: UUID
    rows: dict[str, Row]

    def enter_as(self, role: str, tenant_id: UUID | None, customer_id: UUID | None = None) -> None:
        """Go on as a role, in a tenant's context (None: a stranger's)."""
        scope = Scope(
            Actor(kind="person", id=uuid4()), tenant_id=tenant_id or uuid4(), customer_id=customer_id
        )
        self.connection.execute(f"set local session authorization {role}")
        enter(self.connection, sign_context(scope))

    def outcomes(self, statement: Callable[[str], Any]) -> dict[str, str]:
        """Return how a statement ends on each table; whatever it did is undone."""
        found = {}
        for table in self.rows:
            with self.connection.transaction(force_rollback=True):
                found[table] = attempt(self.connection, statement(table))
        return found

    def everything(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return what truly stands in the tables for the two tenants."""
        self.connection.execute("reset session authorization")
        return {
            table: self.connection.execute(
                f"select t::text from {table} t where tenant_id in (%s, %s) order by 1",
                [self.first, self.second],
            ).fetchall()
            for table in self.rows
        }


@pytest.fixture(params=["default", "sao"])
def land(request: pytest.FixtureRequest) -> Iterator[Land]:
    """A shared and a dedicated database, with rows in every table, until the test ends."""
    with (
        psycopg.connect(str(databases()[request.param].admin_database_url), autocommit=True) as connection,
        connection.transaction(force_rollback=True),
    ):
        first, second = uuid4(), uuid4()
        rows = {table: make_row(connection, table, first) for table in tenant_tables(connection)}
        # Rows without their parents and without audit: only the walls are looked at here.
        connection.execute("set local session_replication_role = replica")
        for row in rows.values():
            connection.execute(row.statement)
            connection.execute(row.of(second).statement)
        connection.execute("set local session_replication_role = origin")
        yield Land(connection, first, second, rows)


def _closed(land: Land, role: str) -> set[str]:
    """Tables that the role may not read at all."""
    if role == READER:
        return set()
    return {table for table in land.rows if table.startswith("audit.")}


def _count(table: str) -> str:
    return f"select * from {table}"


def test_tables_are_found(land: Land) -> None:
    assert {"public.invoices_invoice", "public.tenancy_tenant", "audit.entry"} <= set(land.rows)
    assert {len(rows) for rows in land.everything().values()} == {2}


@pytest.mark.parametrize("role", [APP, READER])
def test_each_tenant_sees_its_own_row(land: Land, role: str) -> None:
    expected = {table: REFUSED if table in _closed(land, role) else "1 rows" for table in land.rows}
    for tenant_id in (land.first, land.second):
        land.enter_as(role, tenant_id)

        assert land.outcomes(_count) == expected


@pytest.mark.parametrize("role", [APP, READER])
def test_a_stranger_sees_nothing(land: Land, role: str) -> None:
    land.enter_as(role, None)

    expected = {table: REFUSED if table in _closed(land, role) else NOTHING for table in land.rows}
    assert land.outcomes(_count) == expected
    locked = land.outcomes(lambda table: f"select * from {table} for update")
    assert set(locked.values()) <= {NOTHING, REFUSED}


@pytest.mark.parametrize("role", [APP, READER])
def test_nobody_sees_anything_without_a_context(land: Land, role: str) -> None:
    land.connection.execute(f"set local session authorization {role}")

    expected = {table: REFUSED if table in _closed(land, role) else NOTHING for table in land.rows}
    assert land.outcomes(_count) == expected


@pytest.mark.parametrize("role", [APP, READER, "bulkhead_sealer", "bulkhead_ask", "bulkhead_relay"])
def test_a_stranger_changes_and_deletes_nothing(land: Land, role: str) -> None:
    before = land.everything()
    columns = {table: changeable_column(land.connection, table) for table in land.rows}
    if role in {APP, READER}:
        land.enter_as(role, None)
    else:
        land.connection.execute(f"set local session authorization {role}")

    updated = land.outcomes(lambda table: f'update {table} set "{columns[table]}" = "{columns[table]}"')
    deleted = land.outcomes(lambda table: f"delete from {table}")

    assert {*updated.values(), *deleted.values()} == ({NOTHING, REFUSED} if role == APP else {REFUSED})
    assert land.everything() == before


@pytest.mark.parametrize("role", [APP, READER])
def test_a_stranger_adds_nothing_to_a_tenant(land: Land, role: str) -> None:
    before = land.everything()
    fresh = {table: make_row(land.connection, table, land.first).statement for table in land.rows}
    land.enter_as(role, None)

    assert set(land.outcomes(fresh.__getitem__).values()) == {REFUSED}
    assert land.everything() == before


def test_a_tenant_moves_no_row_to_another(land: Land) -> None:
    land.enter_as(APP, land.first)

    moved = land.outcomes(lambda table: f"update {table} set tenant_id = '{land.second}'")

    assert set(moved.values()) == {REFUSED}


def test_a_stranger_cannot_tell_whether_a_tenant_has_a_row(land: Land) -> None:
    """The same key as a tenant's row, or a new one, ends the same way: unique constraints tell nothing."""
    stranger = uuid4()
    copies = {table: row.of(stranger) for table, row in land.rows.items()}
    fresh = {table: make_row(land.connection, table, stranger) for table in land.rows}
    land.enter_as(APP, stranger)

    same_key = land.outcomes(lambda table: copies[table].statement)
    new_key = land.outcomes(lambda table: fresh[table].statement)

    assert same_key == new_key
    assert "1 rows" in same_key.values()


@pytest.mark.parametrize("role", [APP, READER])
def test_a_key_bound_to_a_customer_sees_no_other_customers_rows(land: Land, role: str) -> None:
    land.enter_as(role, land.first, customer_id=uuid4())

    seen = {table for table, outcome in land.outcomes(_count).items() if outcome not in {NOTHING, REFUSED}}

    assert seen == FOR_EVERY_CUSTOMER

"""Who may do what with the log: the application writes only through triggers, and nobody changes anything."""

from dataclasses import replace

import psycopg
import pytest
from psycopg import errors

from apps.core.scope import Scope, platform_scope
from apps.core.tokens import sign_context
from tests.audit.logs import ANA, Log, sealed_log

TABLES = ("audit.entry", "audit.seal", "audit.checkpoint", "audit.entry_default")
CHANGES = ("update {} set {} = {}", "delete from {}", "truncate {}")
ANY_COLUMN = {
    "audit.entry": "canonical",
    "audit.entry_default": "canonical",
    "audit.seal": "hash",
    "audit.checkpoint": "hash",
}
IDS = {"audit.entry": "overriding system value", "audit.entry_default": "overriding system value"}
ROLES = (
    "bulkhead_app",
    "bulkhead_reader",
    "bulkhead_sealer",
    "bulkhead_owner",
    "bulkhead_audit",
    "bulkhead_relay",
)


@pytest.fixture(scope="module")
def full_log(shared_log: Log) -> Log:
    with platform_scope():
        return sealed_log(shared_log)


def refused(log: Log, role: str, statement: str, scope: Scope | None = None) -> str:
    """Return the SQLSTATE with which a role's statement is refused, or how many rows it touched."""
    with psycopg.connect(log.admin_url) as connection:
        connection.execute(f"set role {role}")
        if scope:
            connection.execute("select set_config('bulkhead.context', %s, true)", (sign_context(scope),))
        try:
            touched = connection.execute(statement).rowcount
        except errors.Error as error:
            return str(error.sqlstate)
        finally:
            connection.rollback()
        return f"{touched} rows"


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("change", CHANGES)
def test_nobody_changes_the_log(full_log: Log, role: str, table: str, change: str) -> None:
    column = ANY_COLUMN[table]
    assert refused(full_log, role, change.format(table, column, column)) == "42501"


@pytest.mark.parametrize("role", ["bulkhead_app", "bulkhead_reader", "bulkhead_owner", "bulkhead_relay"])
@pytest.mark.parametrize("table", TABLES)
def test_only_the_sealer_inserts(full_log: Log, role: str, table: str) -> None:
    assert (
        refused(full_log, role, f"insert into {table} {IDS.get(table, '')} select * from {table}") == "42501"
    )


@pytest.mark.parametrize("table", TABLES)
def test_the_application_does_not_read_the_log(full_log: Log, table: str) -> None:
    scope = Scope(ANA, full_log.tenant)
    assert refused(full_log, "bulkhead_app", f"select from {table}", scope) == "42501"


@pytest.mark.parametrize("table", ["audit.entry", "audit.seal", "audit.checkpoint"])
def test_the_sealer_reads_all_and_the_owner_nothing(full_log: Log, table: str) -> None:
    (total,) = full_log.ask(f"select count(*) from {table}")[0]
    assert refused(full_log, "bulkhead_sealer", f"select from {table}") == f"{total} rows"
    assert refused(full_log, "bulkhead_audit", f"select from {table}") == "0 rows"


def test_a_reader_sees_its_tenant_alone(full_log: Log) -> None:
    query = "select from {} where {}"
    for tenant, entries, seals in ((full_log.tenant, 3 + 1100 + 4 + 3, 4), (full_log.stranger, 6, 3)):
        scope = Scope(ANA, tenant)
        assert (
            refused(full_log, "bulkhead_reader", query.format("audit.entry", "true"), scope)
            == f"{entries} rows"
        )
        assert (
            refused(full_log, "bulkhead_reader", query.format("audit.seal", "true"), scope) == f"{seals} rows"
        )
        assert refused(full_log, "bulkhead_reader", "select from audit.checkpoint", scope) == "3 rows"


def test_without_a_tenant_a_reader_sees_nothing(full_log: Log) -> None:
    nobody = Scope(ANA)
    elsewhere = Scope(ANA, full_log.tenant, customer_id=ANA.id)
    for table in ("audit.entry", "audit.seal", "audit.checkpoint"):
        assert refused(full_log, "bulkhead_reader", f"select from {table}") == "0 rows"
        assert refused(full_log, "bulkhead_reader", f"select from {table}", nobody) == "0 rows"
        assert refused(full_log, "bulkhead_reader", f"select from {table}", elsewhere) == "0 rows"


def test_a_partition_named_directly_is_closed(full_log: Log) -> None:
    (name,) = full_log.ask(
        "select min(relname) from pg_class where relname like 'entry_20%%' and relkind = 'r'"
    )[0]
    scope = Scope(ANA, full_log.tenant)
    for role in ("bulkhead_app", "bulkhead_reader", "bulkhead_sealer"):
        assert refused(full_log, role, f"select from audit.{name}", scope) == "42501"


@pytest.mark.parametrize(
    "role, function, state",
    [
        ("bulkhead_app", "audit.record_access('a', 'b', '{}')", "1 rows"),
        ("bulkhead_reader", "audit.record_access('a', 'b', '{}')", "42501"),
        ("bulkhead_sealer", "audit.record_access('a', 'b', '{}')", "42501"),
        ("bulkhead_app", "audit.make_partitions(2)", "42501"),
        ("bulkhead_sealer", "audit.make_partitions(2)", "0 rows"),
        ("bulkhead_app", "audit.record()", "42501"),
        ("bulkhead_app", "nextval('audit.entry_id_seq')", "42501"),
    ],
)
def test_functions_are_for_those_who_need_them(full_log: Log, role: str, function: str, state: str) -> None:
    scope = Scope(ANA, full_log.tenant)
    assert refused(full_log, role, f"select {function}", scope) == state


def test_an_access_without_an_actor_is_refused(full_log: Log) -> None:
    statement = "select audit.record_access('a', 'b', '{}')"
    assert refused(full_log, "bulkhead_app", statement) == "42501"
    nameless = replace(ANA, kind="")  # type: ignore[arg-type]
    assert refused(full_log, "bulkhead_app", statement, Scope(nameless, full_log.tenant)) == "42501"

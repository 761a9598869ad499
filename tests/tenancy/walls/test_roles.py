"""What a role of a process cannot do, whatever SQL reaches it."""

from typing import Any

import psycopg
import pytest
from django.conf import settings
from psycopg import errors

from apps.core.tokens import sign_context
from apps.parties.models import Customer
from tests.factories.tenants import Company
from tests.tenancy.walls.sessions import attempt, bare_session, enter, one, wait_for_replica

REFUSED = "42501"
READ_ONLY = "25006"
ALIASES = ["default", "replica", "default_sealer"]

BECOME = [
    f"set {what} {role}"
    for what in ("role", "session authorization")
    for role in ("bulkhead_owner", "bulkhead_audit", "bulkhead_migrator", "postgres")
]
DEFINE = [
    "alter table parties_customer disable row level security",
    "alter table parties_customer no force row level security",
    "drop policy parties_customer_wall on parties_customer",
    "create policy mine on parties_customer using (true)",
    "alter table parties_customer disable trigger all",
    "alter table parties_customer owner to bulkhead_app",
    "create or replace function tenancy.current_tenant() returns uuid language sql return null::uuid",
    "create function public.leak(text) returns bool language sql return true",
    "create table public.mine (id int)",
    "create temporary table mine (id int)",
    "create schema mine",
    "create view public.mine as select 1",
    "create publication mine for table parties_customer",
    "create trigger mine after insert on parties_customer for each statement execute function audit.record()",
    "create index on parties_customer (name)",
    "drop event trigger bulkhead_force_rls",
    "alter role current_user bypassrls",
    "alter role bulkhead_owner login",
    "create role mine",
    "grant bulkhead_owner to bulkhead_app",
    "set session_replication_role = replica",
    "set local event_triggers = off",
]
OUTSIDE = [
    "copy (select 1) to program 'true'",
    "copy (select 1) to '/tmp/bulkhead-test'",
    "select pg_read_file('postgresql.conf')",
    "select pg_ls_dir('.')",
    "select lo_import('/etc/hosts')",
    "select * from pg_authid",
    "select * from pg_statistic",
    "select * from pg_hba_file_rules",
    "select * from pg_file_settings",
    "load 'auto_explain'",
    "create extension dblink",
]
TRUNCATE = ["truncate parties_customer", "truncate parties_customer cascade", "truncate audit.entry"]


@pytest.mark.parametrize("alias", ALIASES)
@pytest.mark.parametrize("statement", BECOME)
def test_nobody_becomes_another_role(alias: str, statement: str) -> None:
    with bare_session(alias) as session:
        assert attempt(session, statement) == REFUSED


@pytest.mark.parametrize("alias", ALIASES)
@pytest.mark.parametrize("statement", [*DEFINE, *TRUNCATE])
def test_nobody_changes_the_walls(alias: str, statement: str) -> None:
    with bare_session(alias) as session:
        assert attempt(session, statement) in {REFUSED, READ_ONLY}


@pytest.mark.parametrize("statement", [*DEFINE, *TRUNCATE])
def test_the_application_is_refused_for_want_of_the_right(statement: str) -> None:
    with bare_session() as session:
        assert attempt(session, statement) == REFUSED


def test_nobody_changes_the_servers_settings() -> None:
    with bare_session() as session:
        session.autocommit = True

        with pytest.raises(errors.InsufficientPrivilege):
            session.execute("alter system set log_statement = 'all'")


def test_nobody_hands_on_what_they_were_given(admin_connection: psycopg.Connection[Any]) -> None:
    with bare_session() as session:
        session.execute("grant select on parties_customer to public")  # only a warning, by the standard
        granted = one(session, "select has_table_privilege('public', 'parties_customer', 'select')")

    assert granted is False


@pytest.mark.parametrize("statement", OUTSIDE)
def test_nobody_reaches_out_of_the_database(statement: str) -> None:
    with bare_session() as session:
        assert attempt(session, statement) in {REFUSED, "0A000"}


def test_the_reader_writes_nothing_even_when_it_may_write(company: Company, victim: Customer) -> None:
    """Should a reader be pointed at a primary, and switch read-only off, its rights still hold."""
    with bare_session("replica") as replica:
        password, role = replica.info.password, replica.info.user
    with bare_session() as primary:
        address = {"host": primary.info.host, "port": primary.info.port, "dbname": primary.info.dbname}
    with psycopg.connect(**address, user=role, password=password) as session:
        session.execute("set transaction read write")
        enter(session, company.scope())
        assert one(session, "select count(*) from parties_customer") == 1

        assert attempt(session, "update parties_customer set name = 'x'") == REFUSED
        assert attempt(session, "delete from parties_customer") == REFUSED
        insert = "insert into parties_customer (tenant_id, id) values (%s, %s)"
        assert attempt(session, insert, company.id, victim.id) == REFUSED


def test_the_replica_takes_no_write(company: Company) -> None:
    with bare_session("replica") as session:
        assert attempt(session, "set transaction read write") == "0A000"
        enter(session, company.scope())

        assert attempt(session, "update parties_customer set name = 'x'") in {READ_ONLY, REFUSED}


def test_row_security_cannot_be_switched_off(company: Company, victim: Customer) -> None:
    with bare_session() as session:
        session.execute("set row_security = off")
        enter(session, company.scope())

        # Off means: fail rather than filter.
        assert attempt(session, "select * from parties_customer") == REFUSED


def test_copy_into_a_walled_table_is_refused(company: Company) -> None:
    with bare_session() as session:
        enter(session, company.scope())

        with (
            pytest.raises(errors.FeatureNotSupported),
            session.cursor() as cursor,
            cursor.copy("copy parties_customer (tenant_id, id, name) from stdin") as copy,
        ):
            copy.write_row([company.id, company.id, "x"])


def test_copy_out_of_a_walled_table_brings_the_tenants_own_rows(
    company: Company, stranger: Company, victim: Customer
) -> None:
    brought = {}
    for who in (company, stranger):
        with bare_session() as session, session.cursor() as cursor:
            enter(session, who.scope())
            with cursor.copy("copy parties_customer (code) to stdout") as copy:
                brought[who.id] = [row[0] for row in copy.rows()]

    assert brought == {company.id: ["SHARED-CODE"], stranger.id: []}


@pytest.mark.parametrize("alias", ALIASES)
def test_no_partition_can_be_named(alias: str, admin_connection: psycopg.Connection[Any]) -> None:
    partitions = admin_connection.execute(
        "select oid::regclass::text from pg_class where relispartition and relkind in ('r', 'p')"
    ).fetchall()
    assert len(partitions) >= 3

    with bare_session(alias) as session:
        outcomes = {attempt(session, f"select count(*) from {name}") for (name,) in partitions}

    assert outcomes == {REFUSED}


def test_the_audit_log_is_closed_to_the_application(company: Company) -> None:
    with bare_session() as session:
        enter(session, company.scope())
        outcomes = {
            attempt(session, statement)
            for table in ("entry", "seal", "checkpoint")
            for statement in (f"select count(*) from audit.{table}", f"delete from audit.{table}",
                              f"insert into audit.{table} default values")
        }  # fmt: skip
        assert outcomes == {REFUSED}


@pytest.mark.parametrize("alias", ALIASES)
def test_other_sessions_statements_are_not_shown(company: Company, victim: Customer, alias: str) -> None:
    """The context of another tenant stands in its statements: who reads them could take it."""
    with bare_session() as busy, bare_session() as other, bare_session(alias) as spy:
        enter(busy, company.scope())
        other.execute(f"select 'secret of {company.id}'")

        for view in ("pg_stat_activity", "pg_stat_get_activity(null)"):
            assert attempt(spy, f"select query from {view}") == REFUSED
        assert (
            attempt(spy, "select pg_stat_get_backend_activity(i) from pg_stat_get_backend_idset() i")
            == REFUSED
        )


def test_sampled_values_are_not_shown(
    company: Company, stranger: Company, victim: Customer, admin_connection: psycopg.Connection[Any]
) -> None:
    admin_connection.execute("analyze parties_customer")
    assert one(admin_connection, "select count(*) from pg_stats where tablename = 'parties_customer'") > 0

    with bare_session() as session:
        enter(session, stranger.scope())

        assert one(session, "select count(*) from pg_stats where tablename = 'parties_customer'") == 0


def test_another_session_cannot_be_ended(company: Company) -> None:
    with bare_session() as busy, bare_session() as spy:
        for function in ("pg_cancel_backend", "pg_terminate_backend"):
            assert attempt(spy, f"select {function}(%s)", busy.info.backend_pid) == REFUSED


def test_no_sequence_that_tenants_share_can_be_used(admin_connection: psycopg.Connection[Any]) -> None:
    used = admin_connection.execute("""
        select c.oid::regclass::text, r.rolname from pg_class c
        join pg_roles r on r.rolname in ('bulkhead_app', 'bulkhead_reader', 'bulkhead_ask')
        where c.relkind = 'S' and has_sequence_privilege(r.oid, c.oid, 'usage, select, update')
        order by 1
    """).fetchall()

    assert used == []


def test_the_relay_decodes_the_stream_and_copies_no_files(admin_connection: psycopg.Connection[Any]) -> None:
    relay = settings.RELAY_URLS["default"]
    with psycopg.connect(relay) as session:
        tables = admin_connection.execute(
            "select oid::regclass::text from pg_class "
            "where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace"
        ).fetchall()
        readable = [name for (name,) in tables if attempt(session, f"select from {name} limit 1") != REFUSED]

    assert [name for name in readable if not name.startswith("changes_")] == []
    with pytest.raises(psycopg.OperationalError, match=r"no pg_hba\.conf entry"):
        psycopg.connect(relay, replication="true")


def test_a_token_seen_on_the_primary_cannot_be_used_by_the_reader_of_another_database(
    company: Company, victim: Customer
) -> None:
    wait_for_replica()
    with bare_session("sao") as session:
        enter(session, sign_context(company.scope()))

        assert one(session, "select count(*) from parties_customer") == 0

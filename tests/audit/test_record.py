"""The trigger: what an entry holds, and that no write goes without one."""

import json
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError
from psycopg.errors import InsufficientPrivilege

from apps.audit import operations
from apps.core.db import write
from apps.core.ids import new_id
from apps.core.scope import Actor, Scope, open_scope, tenant_scope
from apps.core.walls import wall
from tests.audit.logs import ANA, Log

ONE = UUID("01900000-0000-7000-8000-000000000001")


@pytest.fixture
def own(shared_log: Log) -> Log:
    """The shared log, with a tenant of its own for each test."""
    return Log(shared_log.alias, shared_log.admin_url, new_id(), new_id())


def contents(log: Log) -> list[dict[str, Any]]:
    return [json.loads(canonical) for *_, canonical in log.entries()]


def put(log: Log, key: UUID = ONE, name: str = "first", **more: object) -> None:
    row = {"tenant_id": log.tenant, "id": key, "name": name, **more}
    columns, marks = ", ".join(row), ", ".join(["%s"] * len(row))
    log.run(f"insert into sample ({columns}) values ({marks})", *row.values())


def test_an_insert_leaves_the_whole_row(own: Log) -> None:
    agent = Actor(kind="agent", id=new_id(), principal_id=ANA.id)
    scope = Scope(agent, own.tenant, database=own.alias, request_id="req-1", trace_id="trace-1")
    with open_scope(scope), write() as connection, connection.cursor() as cursor:
        cursor.execute("select set_config('bulkhead.reason', 'first stock', true)")
        cursor.execute(
            "insert into sample values (%s, %s, 'Ärger \"quoted\"', 12, '2026-03-29 01:30:00.5+02', null)",
            [own.tenant, ONE],
        )
    (content,) = contents(own)
    moment, xid = content.pop("at"), content.pop("xid")
    assert content == {
        "tenant_id": str(own.tenant),
        "actor_kind": "agent",
        "actor_id": str(agent.id),
        "principal_id": str(ANA.id),
        "request_id": "req-1",
        "trace_id": "trace-1",
        "table_name": "sample",
        "row_key": str(ONE),
        "operation": "insert",
        "old": None,
        "new": {
            "tenant_id": str(own.tenant),
            "id": str(ONE),
            "name": 'Ärger "quoted"',
            "amount": 12,
            "seen_at": "2026-03-28T23:30:00.5+00:00",
            "secret": None,
        },
        "reason": "first stock",
    }
    columns = own.ask("select xid::text, at, operation from audit.entry where tenant_id = %s", own.tenant)
    assert columns == [(xid, columns[0][1], "insert")]
    assert columns[0][1].isoformat().startswith(moment[:19])


def test_an_update_leaves_changed_columns_only(own: Log) -> None:
    put(own, amount=1)
    own.run("update sample set name = 'second', amount = amount")
    content = contents(own)[-1]
    assert (content["operation"], content["old"], content["new"]) == (
        "update", {"name": "first"}, {"name": "second"},
    )  # fmt: skip


def test_an_update_to_and_from_null_is_a_change(own: Log) -> None:
    put(own, amount=1)
    own.run("update sample set amount = null")
    own.run("update sample set amount = 2")
    assert [(c["old"], c["new"]) for c in contents(own)[1:]] == [
        ({"amount": 1}, {"amount": None}),
        ({"amount": None}, {"amount": 2}),
    ]


def test_an_update_that_changes_nothing_leaves_nothing(own: Log) -> None:
    put(own)
    own.run("update sample set name = name, amount = amount")
    own.run("update sample set name = 'x' where amount = -1")
    assert len(own.entries()) == 1


def test_a_delete_leaves_the_whole_old_row(own: Log) -> None:
    put(own, amount=7)
    own.run("delete from sample")
    content = contents(own)[-1]
    assert (content["operation"], content["new"], content["old"]["amount"]) == ("delete", None, 7)


def test_a_changed_key_leaves_a_delete_and_an_insert(own: Log) -> None:
    put(own)
    other = new_id()
    own.run("update sample set id = %s", other)
    made = contents(own)[1:]
    assert {(c["operation"], c["row_key"]) for c in made} == {("delete", str(ONE)), ("insert", str(other))}


def test_two_rows_in_one_statement_are_told_apart(own: Log) -> None:
    first, second = new_id(), new_id()
    put(own, first, "a")
    put(own, second, "b")
    own.run("update sample set name = case name when 'a' then 'b' else 'a' end")
    made = {c["row_key"]: (c["old"], c["new"]) for c in contents(own)[2:]}
    assert made == {
        str(first): ({"name": "a"}, {"name": "b"}),
        str(second): ({"name": "b"}, {"name": "a"}),
    }


def test_one_statement_over_many_rows_leaves_one_entry_each(own: Log) -> None:
    own.insert(2000)
    own.run("update sample set amount = amount + 1 where amount <= 1500")
    own.run("delete from sample where amount <= 500")
    operations_made = [operation for _, operation, _, _ in own.entries()]
    assert {op: operations_made.count(op) for op in ("insert", "update", "delete")} == {
        "insert": 2000, "update": 1500, "delete": 499,
    }  # fmt: skip
    assert len({c["xid"] for c in contents(own)[:2000]}) == 1


def test_an_upsert_leaves_what_it_did(own: Log) -> None:
    put(own)
    own.run(
        "insert into sample (tenant_id, id, name) values (%s, %s, 'again'), (%s, uuidv7(), 'new') "
        "on conflict (tenant_id, id) do update set name = excluded.name",
        own.tenant, ONE, own.tenant,
    )  # fmt: skip
    assert sorted((c["operation"], c["new"].get("name")) for c in contents(own)[1:]) == [
        ("insert", "new"), ("update", "again"),
    ]  # fmt: skip


def test_rolled_back_work_leaves_nothing(own: Log) -> None:
    with pytest.raises(DatabaseError):
        own.run("with a as (insert into sample values (%s, %s, 'x')) select 1 / 0", own.tenant, ONE)
    assert own.entries() == []


def test_without_an_actor_the_write_itself_fails(own: Log) -> None:
    with pytest.raises(InsufficientPrivilege) as caught:
        own.tamper("insert into sample values (%s, %s, 'x')", own.tenant, ONE)  # even a superuser
    assert caught.value.sqlstate == "42501"
    assert str(caught.value).startswith("audit: nobody acts here, so insert on sample is refused")
    assert own.ask("select count(*) from sample where tenant_id = %s", own.tenant) == [(0,)]
    assert own.entries() == []


def test_secrets_are_not_written_but_that_they_changed_is(own: Log) -> None:
    with own.connect("bulkhead_owner") as connection:
        for kind, tables in (
            ("insert", "new table as new_rows"),
            ("update", "old table as old_rows new table as new_rows"),
            ("delete", "old table as old_rows"),
        ):
            connection.execute(
                f"create or replace trigger audit_{kind} after {kind} on sample referencing {tables} "
                "for each statement execute function audit.record('-secret')"
            )
    put(own, secret="open sesame")
    own.run("update sample set secret = 'swordfish'")
    own.run("update sample set secret = secret")
    own.run("delete from sample")
    made = [
        (c["operation"], (c["old"] or {}).get("secret"), (c["new"] or {}).get("secret"))
        for c in contents(own)
    ]
    hidden = "(secret)"
    assert made == [("insert", None, hidden), ("update", hidden, hidden), ("delete", hidden, None)]
    assert not [
        canonical for *_, canonical in own.entries() if "sesame" in canonical or "swordfish" in canonical
    ]


def test_keys_and_tenant_of_a_table_are_arguments(log: Log) -> None:
    with log.connect("bulkhead_owner") as connection:
        connection.execute(
            "create table pair (owner uuid, a int, b text, n int);"
            "create policy pair_open on pair to bulkhead_app using (true);"
            "grant select, insert, update on pair to bulkhead_app;"
            "create trigger audit_insert after insert on pair referencing new table as new_rows "
            "for each statement execute function audit.record('a', 'b', '@owner');"
            "create trigger audit_update after update on pair referencing old table as old_rows "
            "new table as new_rows for each statement execute function audit.record('a', 'b', '@owner')"
        )
    log.run("insert into pair values (%s, 1, 'x,y', 0), (%s, 1, 'x', 0)", log.stranger, log.stranger)
    log.run("update pair set n = 1 where b = 'x'")
    rows = log.ask("select tenant_id, operation, row_key from audit.entry order by id")
    assert rows == [
        (log.stranger, "insert", '[1, "x,y"]'),
        (log.stranger, "insert", '[1, "x"]'),
        (log.stranger, "update", '[1, "x"]'),
    ]


def test_an_access_is_an_entry(own: Log) -> None:
    with tenant_scope(own.tenant, ANA, database=own.alias):
        entry_id = operations.record_access(kind="unmask", subject="customer 7", detail={"field": "tax_id"})
    (row,) = own.entries()
    assert row[:3] == (entry_id, "access", "unmask")
    content = json.loads(row[3])
    assert (content["row_key"], content["new"], content["actor_id"]) == (
        "customer 7", {"field": "tax_id"}, str(ANA.id),
    )  # fmt: skip


def test_entries_of_any_month_find_a_place(log: Log) -> None:
    log.insert()
    partitions = log.ask("select tableoid::regclass::text from audit.entry")
    assert partitions[0][0].startswith("audit.entry_20")
    assert operations.make_partitions(database=log.alias) == []
    made = operations.make_partitions(database=log.alias, months_ahead=4)
    assert len(made) == 2
    rows = log.ask(
        "select relrowsecurity, relforcerowsecurity, relacl::text from pg_class where relname = any(%s)", made
    )
    assert {row[:2] for row in rows} == {(True, True)}
    assert not [acl for *_, acl in rows if "reader" in acl or "app" in acl]


def test_a_month_whose_entries_wait_in_the_default_partition_is_left_alone(log: Log) -> None:
    (name,) = log.ask("select max(relname) from pg_class where relname like 'entry_20%%' and relkind = 'r'")[
        0
    ]
    log.tamper(f"drop table audit.{name}")
    log.insert()
    log.tamper("update audit.entry set at = at + interval '2 months'")
    assert log.ask("select distinct tableoid::regclass::text from audit.entry") == [("audit.entry_default",)]
    assert operations.make_partitions(database=log.alias) == []
    log.tamper("delete from audit.entry")
    assert operations.make_partitions(database=log.alias) == [name]


def test_a_table_keyed_by_its_tenant_is_recorded_as_one_row(log: Log) -> None:
    with log.connect("bulkhead_owner") as connection:
        connection.execute("create table firm (tenant_id uuid not null, name text, n int)")
        for operation in wall("firm", customer=None, key=()):
            connection.execute(str(operation.sql))
    log.run("insert into firm values (%s, 'one', 1)", log.tenant)
    log.run("update firm set name = 'two'")
    made = [(c["operation"], c["row_key"], c["new"]) for c in contents(log)]
    assert made[1:] == [("update", str(log.tenant), {"name": "two"})]
    assert made[0][:2] == ("insert", str(log.tenant))


def test_a_key_that_the_table_has_not_is_refused_at_once(log: Log) -> None:
    with log.connect("bulkhead_owner") as connection:
        connection.execute(
            "create table odd (tenant_id uuid not null, code text); grant select, insert on odd to bulkhead_app;"
            "create policy odd_open on odd to bulkhead_app using (true);"
            "create trigger audit_insert after insert on odd referencing new table as new_rows "
            "for each statement execute function audit.record()"
        )
    with pytest.raises(DatabaseError, match="audit: odd has no column id"):
        log.run("insert into odd values (%s, 'x')", log.tenant)

"""Walls around tenant tables: what a migration adds to a table in one line.

`wall("parties_customer", customer="id")` makes the table keep its rows to their tenant: row-level security
enabled and forced, a permissive and a restrictive policy, keys over (tenant_id, ...), narrow grants, audit.
"""

from collections.abc import Mapping
from textwrap import dedent

from django.db.migrations.operations import RunSQL

TENANT = "tenant_id = (select tenancy.current_tenant())"
FREE = "(select tenancy.current_customer()) is null"
EVERYONE = "all"
ROLES = "bulkhead_app, bulkhead_reader"


def wall(
    table: str,
    *,
    customer: str | tuple[str, str] | None = None,
    references: Mapping[str, str] | None = None,
    audited: bool = True,
    key: tuple[str, ...] = ("id",),
    writable: bool = True,
    deletable: bool = True,
) -> list[RunSQL]:
    """Return the operations that wall a new tenant table.

    `customer` says what a key bound to one customer sees: the column that names the customer, "all" rows, the
    rows whose parent it sees as (column, parent table), or None, nothing. `references` maps columns to tenant
    tables. `key` is the primary key after tenant_id.
    """
    statements = [
        _primary_key(table, key),
        *(_foreign_key(table, column, parent) for column, parent in (references or {}).items()),
        _policies(table),
        _customer_policy(table, customer),
        _grants(table, writable=writable, deletable=deletable),
    ]
    if audited:
        statements.append(audit_triggers(table, key))
    return [RunSQL(statement, RunSQL.noop) for statement in statements if statement]


def _primary_key(table: str, key: tuple[str, ...]) -> str:
    columns = ", ".join(("tenant_id", *key))
    return dedent(f"""
        alter table {table} drop constraint if exists {table}_pkey;
        alter table {table} add constraint {table}_pkey primary key ({columns});
    """)


def _foreign_key(table: str, column: str, parent: str) -> str:
    return dedent(f"""
        alter table {table} add constraint {table}_{column}_wall_fk
            foreign key (tenant_id, {column}) references {parent} (tenant_id, id);
    """)


def _policies(table: str) -> str:
    return dedent(f"""
        alter table {table} enable row level security;
        alter table {table} force row level security;
        create policy {table}_tenant on {table} as permissive to {ROLES}
            using ({TENANT}) with check ({TENANT});
        create policy {table}_wall on {table} as restrictive to {ROLES}
            using ({TENANT}) with check ({TENANT});
    """)


def _customer_policy(table: str, customer: str | tuple[str, str] | None) -> str:
    if customer == EVERYONE:
        return ""
    # CASE, not OR: the planner takes an OR of two equalities for rare and then plans joins for a handful of rows.
    if customer is None:
        rule = FREE
    elif isinstance(customer, str):
        rule = f"case when {FREE} then true else {customer} = (select tenancy.current_customer()) end"
    else:
        column, parent = customer
        seen = f"exists (select from {parent} p where p.tenant_id = {table}.tenant_id and p.id = {column})"
        rule = f"case when {FREE} then true else {seen} end"
    return dedent(f"""
        create policy {table}_customer on {table} as restrictive to {ROLES}
            using ({rule}) with check ({rule});
    """)


def _grants(table: str, *, writable: bool, deletable: bool) -> str:
    delete = ", delete" if deletable else ""
    if not writable:
        return f"revoke all on {table} from public; grant select on {table} to {ROLES};"
    return dedent(f"""
        revoke all on {table} from public;
        grant select, insert{delete} on {table} to bulkhead_app;
        grant select on {table} to bulkhead_reader;
        do $$
        begin
            -- Every column but the tenant's: a row never moves to another tenant.
            execute (
                select format('grant update (%s) on {table} to bulkhead_app', string_agg(quote_ident(attname), ', '))
                from pg_attribute
                where attrelid = '{table}'::regclass and attnum > 0 and not attisdropped
                  and attname <> 'tenant_id' and attgenerated = ''
            );
        end $$;
    """)


def audit_triggers(table: str, key: tuple[str, ...] = ("id",)) -> str:
    """Return the SQL that records each change of a table in the audit log, under its key without the tenant."""
    arguments = "" if key == ("id",) else ", ".join(f"'{column}'" for column in key or ("tenant_id",))
    kinds = {
        "insert": "new table as new_rows",
        "update": "old table as old_rows new table as new_rows",
        "delete": "old table as old_rows",
    }
    return "\n".join(
        f"create trigger audit_{kind} after {kind} on {table} referencing {tables} "
        f"for each statement execute function audit.record({arguments});"
        for kind, tables in kinds.items()
    )


def open_table(
    table: str, *, app: str = "select, insert, update, delete", reader: str = "select"
) -> list[RunSQL]:
    """Return the operations that open a table without a tenant; its name stands in `open_tables.py`."""
    statement = f"revoke all on {table} from public; grant {app} on {table} to bulkhead_app;"
    if reader:
        statement += f" grant {reader} on {table} to bulkhead_reader;"
    return [RunSQL(statement, RunSQL.noop)]

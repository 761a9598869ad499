"""Make roles, schemas, context functions and the event trigger in one database; safe to run again."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from apps.core.walls.open_tables import OPEN_TABLES

SCRIPTS = Path(__file__).parent / "sql"
_ROLES_LOCK = 0x62756C6B


def bootstrap(
    connection: psycopg.Connection[Any],
    *,
    passwords: Mapping[str, str],
    context_keys: Mapping[str, bytes],
    open_tables: Mapping[str, str] = OPEN_TABLES,
) -> None:
    """Bring a database to the state that migrations start from, in one transaction, as an administrator.

    `passwords` by login role; `context_keys` by key id, 32 bytes each; keys that are not given are withdrawn.
    """
    with connection.transaction():
        # One at a time in this database. Two databases of a cluster prepared at once may still meet at a role and
        # one of them fail clearly: run it again.
        connection.execute("select pg_advisory_xact_lock(%s)", (_ROLES_LOCK,))
        for script in sorted(SCRIPTS.glob("*.sql")):
            connection.execute(script.read_bytes())
        _set_passwords(connection, passwords)
        _set_context_keys(connection, context_keys)
        _set_open_tables(connection, open_tables)


def _set_passwords(connection: psycopg.Connection[Any], passwords: Mapping[str, str]) -> None:
    for role, password in passwords.items():
        statement = sql.SQL("alter role {} password {}").format(sql.Identifier(role), sql.Literal(password))
        connection.execute(statement)


def _set_context_keys(connection: psycopg.Connection[Any], keys: Mapping[str, bytes]) -> None:
    connection.execute("delete from tenancy.signing_key where kid <> all(%s)", (list(keys),))
    for kid, key in keys.items():
        block = key.ljust(64, b"\0")
        connection.execute(
            "insert into tenancy.signing_key values (%s, %s, %s) "
            "on conflict (kid) do update set ipad = excluded.ipad, opad = excluded.opad",
            (kid, bytes(b ^ 0x36 for b in block), bytes(b ^ 0x5C for b in block)),
        )


def _set_open_tables(connection: psycopg.Connection[Any], tables: Mapping[str, str]) -> None:
    connection.execute("delete from tenancy.open_table where name <> all(%s)", (list(tables),))
    connection.cursor().executemany(
        "insert into tenancy.open_table values (%s, %s) on conflict (name) do update set reason = excluded.reason",
        list(tables.items()),
    )


def open_listed_tables(connection: psycopg.Connection[Any]) -> None:
    """Let the application use the tables that belong to no tenant and that other packages' migrations made."""
    connection.execute("""
        do $$
        declare
            listed record;
        begin
            for listed in
                select c.oid::regclass as name
                from tenancy.open_table o
                join pg_class c on c.relname = o.name and c.relnamespace = 'public'::regnamespace
                where pg_get_userbyid(c.relowner) = 'bulkhead_owner'
            loop
                execute format('revoke all on %s from public', listed.name);
                execute format('grant select, insert, update, delete on %s to bulkhead_app', listed.name);
            end loop;
        end $$
    """)

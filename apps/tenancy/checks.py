"""Refuse to work as a database role that row-level security does not hold."""

import logging
from typing import Any

import psycopg
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from apps.tenancy.lint.databases import open_session

log = logging.getLogger(__name__)

# Whoever may become a role, at once or by SET ROLE, counts as that role.
DANGERS = """
with me as (
    select oid, rolname from pg_roles where rolname in (session_user, current_user)
), reached as (
    select m.rolname as me, r.* from me m join pg_roles r on pg_has_role(m.oid, r.oid, 'member')
)
select distinct me, case when me = rolname then '' else rolname end, danger from reached
cross join lateral (
    select 'is superuser' where rolsuper
    union all select 'bypasses row-level security' where rolbypassrls
    union all select 'may make roles' where rolcreaterole
    union all select 'reads or writes past row-level security' where rolname in (
        'pg_read_all_data', 'pg_write_all_data', 'pg_maintain', 'pg_read_server_files', 'pg_write_server_files',
        'pg_execute_server_program')
    union all select 'owns tables' where exists (
        select from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relowner = reached.oid and c.relkind in ('r', 'p', 'v', 'm', 'f') and c.relpersistence <> 't'
          and n.nspname !~ '^pg_' and n.nspname <> 'information_schema')
    union all select 'owns a schema or the database' where exists (
        select from pg_namespace n where n.nspowner = reached.oid and n.nspname !~ '^pg_')
        or exists (select from pg_database d where d.datname = current_database() and d.datdba = reached.oid)
) dangers(danger)
"""
SUPERUSER = """
select rolname, '', 'is superuser' from pg_roles where rolsuper and rolname in (session_user, current_user)
"""


class DangerousRole(ImproperlyConfigured):
    """The process is signed in to PostgreSQL as a role that the walls do not hold."""


def refuse_dangerous_role(connection: psycopg.Connection[Any]) -> None:
    """Raise DangerousRole when the connection's own role is, or may become, one that the walls do not hold."""
    dangers = connection.execute(SUPERUSER).fetchall() or connection.execute(DANGERS).fetchall()
    if dangers:
        told = "; ".join(_sentence(*danger) for danger in sorted(dangers))
        raise DangerousRole(f"{told}. Sign in as bulkhead_app or bulkhead_reader; see docs/walls.md.")


def _sentence(role: str, group: str, danger: str) -> str:
    return f"Role {role} is a member of {group}, which {danger}" if group else f"Role {role} {danger}"


def refuse_dangerous_roles() -> None:
    """Check each address this process works with; the line for the start of every process.

    A database that does not answer is passed over with a warning: it shows nobody anything either.
    """
    for alias in settings.DATABASES:
        # Migrations alone use this one, and must own tables.
        if alias.endswith("_owner"):
            continue
        try:
            with open_session(alias) as connection:
                refuse_dangerous_role(connection)
        except psycopg.OperationalError as error:
            log.warning("The role of database %s could not be checked: %s", alias, error)

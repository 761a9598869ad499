"""Bare sessions on the databases, as an attacker would have them: no Django, no scope, only the role."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import errors

from apps.core.scope import Scope
from apps.core.tokens import sign_context
from apps.tenancy.lint.databases import open_session

SET_CONTEXT = "select set_config('bulkhead.context', %s, true)"


@contextmanager
def bare_session(alias: str = "default") -> Iterator[psycopg.Connection[Any]]:
    """A session as the alias's role, rolled back at its end."""
    with open_session(alias) as connection:
        yield connection
        connection.rollback()


def enter(connection: psycopg.Connection[Any], context: Scope | str) -> None:
    """Give the open transaction a context: a scope's, or a text as it is."""
    token = sign_context(context) if isinstance(context, Scope) else context
    connection.execute(SET_CONTEXT, [token])


def one(connection: psycopg.Connection[Any], query: str, *values: object) -> Any:
    """Return the first column of the first row."""
    row = connection.execute(query, values or None).fetchone()
    assert row is not None
    return row[0]


def attempt(connection: psycopg.Connection[Any], statement: str, *values: object) -> str:
    """Run a statement in a savepoint and say how it ended: its SQLSTATE, or the number of rows it touched."""
    try:
        with connection.transaction():
            return f"{connection.execute(statement, values or None).rowcount} rows"
    except errors.Error as error:
        return str(error.sqlstate)


def wait_for_replica(primary: str = "default", replica: str = "replica") -> None:
    """Wait until the replica shows what is committed now."""
    with open_session(primary) as here, open_session(replica) as there:
        there.autocommit = True
        lsn = one(here, "select pg_current_wal_lsn()::text")
        until = time.monotonic() + 20
        while not one(there, "select pg_last_wal_replay_lsn() >= %s::pg_lsn", lsn):
            assert time.monotonic() < until, "the replica does not catch up"
            time.sleep(0.01)

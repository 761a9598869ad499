"""Inspect the databases of this installation by their aliases."""

import time
from typing import Any

import psycopg
from django.db import connections
from psycopg import sql

from apps.tenancy.lint import find_flaws
from apps.tenancy.lint.report import Inspected


def inspect_database(alias: str) -> Inspected:
    """Lint one database of books, signed in as the application."""
    started = time.monotonic()
    with open_session(alias) as connection:
        findings = find_flaws(connection)
    return Inspected(alias, findings, time.monotonic() - started)


def open_session(alias: str) -> psycopg.Connection[Any]:
    """Open a session of its own on an alias: outside every scope and transaction, for catalogs only."""
    session = psycopg.connect(**connections[alias].get_connection_params())
    assumed = connections[alias].settings_dict["OPTIONS"].get("assume_role")
    if assumed:
        session.execute(sql.SQL("set role {}").format(sql.Identifier(assumed)))
    return session

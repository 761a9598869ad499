"""Browsers for tests of pages: signed in, and with a replica that shows what the test has made."""

import html
import json
import os
import re
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.core.reads import Position, note_position, shows
from apps.core.scope import open_scope
from config.databases import replica_of
from tests.factories.tenants import Company

SignIn = Callable[..., Client]


def settle(company: Company) -> None:
    """Wait until the replica shows everything that is committed in the company's database."""
    with open_scope(company.scope()):
        position: Position = note_position()
        until = time.monotonic() + 20
        while not shows(replica_of(company.tenant.database), position.lsn):
            assert time.monotonic() < until, "the replica does not catch up"
            time.sleep(0.005)


def names_in(response: Any) -> str:
    """Return the text of a page."""
    return str(response.content.decode())


def state_of(company: Company) -> dict[str, Any]:
    """Return everything that a refused request must leave as it is: rows, log, queue, files."""
    found: dict[str, Any] = {}
    for name in {company.tenant.database, "default"}:
        with _administrator(name) as connection:
            for (table,) in connection.execute(_TENANT_TABLES).fetchall():
                query = f"select md5(string_agg(t::text, '|' order by t::text)) from {table} t where tenant_id = %s"
                found[f"{name} {table}"] = connection.execute(query, [company.id]).fetchone()
            entries = "select count(*) from audit.entry where tenant_id = %s"
            found[f"{name} log"] = connection.execute(entries, [company.id]).fetchone()
    folder = Path(os.environ["VAR_DIR"]) / "uploads" / str(company.id)
    found["files"] = sorted(str(path) for path in folder.rglob("*"))
    return found


def _administrator(database: str) -> psycopg.Connection[Any]:
    suffix = "" if database == "default" else f"__{database.upper()}"
    return psycopg.connect(os.environ[f"ADMIN_DATABASE_URL{suffix}"])


_TENANT_TABLES = """
    select format('%I', c.relname) from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attname = 'tenant_id'
    order by 1
"""


def count_queries(work: Callable[[], Any]) -> int:
    """Return how many statements some work runs on all databases."""
    with ExitStack() as stack:
        logs = [
            stack.enter_context(CaptureQueriesContext(connections[alias]))
            for alias in ("default", "replica", "sao", "sao_replica")
        ]
        work()
    return sum(len(log) for log in logs)


def summary_of(answer: Any) -> str:
    """Return the refusal above a form or document, as a person reads it."""
    return _words(re.search(r'<div class="summary".*?</div>', names_in(answer), re.DOTALL))


def error_at(answer: Any, field: str) -> str:
    """Return what is said at a field."""
    pattern = rf'<ul class="errorlist" id="id_{field}_error">.*?</ul>'
    return _words(re.search(pattern, names_in(answer), re.DOTALL))


def entries_of(company: Company, table: str) -> list[dict[str, Any]]:
    """Return the audit entries about a table, or of a kind of access, oldest first."""
    with _administrator(company.tenant.database) as connection:
        query = "select canonical from audit.entry where tenant_id = %s and table_name = %s order by id"
        return [json.loads(text) for (text,) in connection.execute(query, [company.id, table])]


def _words(found: re.Match[str] | None) -> str:
    return " ".join(re.sub("<[^>]+>", " ", html.unescape(found[0])).split()) if found else ""

"""What django-rls's own `audit_rls` says of our tables: a second opinion, by other people's code.

Its policies and its base model are not used here (see docs/walls.md), so on its own the command looks at nothing
and passes. It is given our tables as models of its kind, on the connection at hand, and then runs unchanged.
"""

import io
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import groupby
from types import FunctionType
from typing import Any

import psycopg
from django.apps.registry import Apps
from psycopg import sql
from psycopg.rows import tuple_row

from apps.core.walls import TENANT
from apps.tenancy.lint.finding import Finding

SAYS = "django-rls's audit_rls, run as a second opinion, objects."
CURE = "Mend what it names, or allow it in apps/tenancy/lint/allowances.py with the reason."


class _Database:
    """The part of a Django connection that audit_rls uses."""

    vendor = "postgresql"

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def cursor(self) -> psycopg.Cursor[Any]:
        return self._connection.cursor(row_factory=tuple_row)


class _Registry:
    """The part of Django's app registry that audit_rls uses."""

    def __init__(self, models: Sequence[type]) -> None:
        self._models = models

    def get_models(self) -> Sequence[type]:
        return self._models


def ask_audit_rls(connection: psycopg.Connection[Any], declared: Sequence[str]) -> list[Finding]:
    """Return what audit_rls says of tables with tenants, given as `schema.table`."""
    findings: list[Finding] = []
    for schema, names in groupby(sorted(declared), key=lambda name: name.partition(".")[0]):
        tables = [name.partition(".")[2] for name in names]
        with connection.transaction(force_rollback=True):
            # It looks in the current schema only.
            connection.execute(sql.SQL("set local search_path = {}").format(sql.Identifier(schema)))
            findings += _look(connection, schema, tables)
    return _merge(findings)


def _look(connection: psycopg.Connection[Any], schema: str, tables: Sequence[str]) -> Iterator[Finding]:
    """A schema that this role may not use is none to audit_rls, which would miss every table in it."""
    found = connection.execute("select current_schema(), current_user::text").fetchone()
    if found is None or found[0] != schema:
        role = found[1] if found else ""
        yield Finding(
            "audit_rls", schema, f"role {role} may not use this schema: run as bulkhead_app", SAYS, CURE
        )
        return
    yield from _parse(_run(connection, schema, tables))


def _run(connection: psycopg.Connection[Any], schema: str, tables: Sequence[str]) -> str:
    from django_rls.management.commands import audit_rls

    output = io.StringIO()
    command = audit_rls.Command(stdout=output, stderr=output, no_color=True)
    # Its own code with its two outside names bound: whose models, and which connection. Patching the module instead
    # would change it for other threads.
    names = {"apps": _Registry(_models(schema, tables)), "connection": _Database(connection)}
    handle = FunctionType(audit_rls.Command.handle.__code__, vars(audit_rls) | names)
    with suppress(SystemExit):
        handle(command)
    return output.getvalue()


def _models(schema: str, tables: Sequence[str]) -> list[type]:
    from django_rls.models import RLSModel
    from django_rls.policies import CustomPolicy

    registry = Apps()
    made = []
    for table in tables:
        options = {
            "apps": registry,
            "app_label": schema,
            "db_table": table,
            "managed": False,
            "rls_policies": [CustomPolicy(f"{table}_tenant", TENANT)],
        }
        made.append(type(table, (RLSModel,), {"__module__": __name__, "Meta": type("Meta", (), options)}))
    return made


def _parse(output: str) -> Iterator[Finding]:
    for line in output.splitlines():
        if line.startswith("  - "):
            subject, _, detail = line.removeprefix("  - ").partition(": ")
            yield Finding("audit_rls", subject, detail, SAYS, CURE)


def _merge(findings: Sequence[Finding]) -> list[Finding]:
    """Say one thing once: a warning about all tables comes back for each schema."""
    details: defaultdict[str, list[str]] = defaultdict(list)
    for finding in findings:
        details[finding.object].append(finding.detail)
    return [Finding("audit_rls", subject, "; ".join(said), SAYS, CURE) for subject, said in details.items()]

"""Logs of their own: a copy of the migrated database for each test that breaks one, and hands to break it with."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import psycopg
from django.conf import settings
from django.db import connections
from psycopg import sql

from apps.audit import operations, queries
from apps.audit.anchors import FileAnchors
from apps.audit.findings import Report
from apps.audit.statements import SignedCheckpoint
from apps.core import clock
from apps.core.db import write
from apps.core.ids import new_id
from apps.core.scope import SYSTEM, Actor, Scope, open_scope, tenant_scope
from apps.core.walls import wall
from config.databases import replica_of

NUMBERS = count(1)
ANA = Actor(kind="person", id=UUID("01900000-0000-7000-8000-00000000aaaa"), label="Ana")


@dataclass
class Log:
    """A database with an audit log and a table `sample` that is audited, under an alias of its own."""

    alias: str
    admin_url: str
    tenant: UUID
    stranger: UUID

    @property
    def anchors(self) -> FileAnchors:
        return FileAnchors(settings.VAR_DIR / "anchors" / self.alias)

    @property
    def sealer(self) -> str:
        return f"{self.alias}_sealer"

    @contextmanager
    def connect(self, user: str | None = None) -> Iterator[psycopg.Connection[Any]]:
        """Open a session as the superuser, or as a role whose password is the application's."""
        with psycopg.connect(self.admin_url, autocommit=True) as connection:
            if user:
                connection.execute(sql.SQL("set role {}").format(sql.Identifier(user)))
            yield connection

    def tamper(self, statement: str, *values: object) -> None:
        """Do what only a superuser can."""
        with self.connect() as connection:
            connection.execute(statement, values or None)  # type: ignore[call-overload]

    def ask(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Read what only a superuser may."""
        with self.connect() as connection:
            return list(connection.execute(statement, values or None).fetchall())  # type: ignore[call-overload]

    def run(self, statement: str, *values: object, tenant: UUID | None = None, actor: Actor = ANA) -> None:
        """Run one statement as the application, in a tenant's scope."""
        scope = tenant_scope(tenant or self.tenant, actor, database=self.alias)
        with scope, write() as connection, connection.cursor() as cursor:
            cursor.execute(statement, values or None)

    def insert(self, rows: int = 1, *, tenant: UUID | None = None) -> None:
        """Insert rows into `sample` in one statement."""
        self.run(
            "insert into sample (tenant_id, id, name, amount) "
            "select %s, uuidv7(), 'row ' || n, n from generate_series(1, %s) n",
            tenant or self.tenant,
            rows,
            tenant=tenant,
        )

    def seal(self) -> SignedCheckpoint | None:
        """Run the sealer once, when everything committed here can be sealed."""
        self.wait_until_settled()
        return self.seal_now()

    def seal_now(self) -> SignedCheckpoint | None:
        """Run the sealer once, whatever still runs."""
        return operations.seal_entries(database=self.alias, now=clock.now())

    def wait_until_settled(self, entries: str = "true") -> None:
        """Wait until the transactions of entries can be sealed: those of other databases hold the sealer back too."""
        query = (
            "select coalesce(max(xid) < pg_snapshot_xmin(pg_current_snapshot()), true) "
            f"from audit.entry where {entries}"
        )
        until = time.monotonic() + 20
        while not self.ask(query)[0][0]:
            assert time.monotonic() < until, "a transaction of the cluster does not end"
            time.sleep(0.01)

    def verify(
        self, *, patience: timedelta = timedelta(minutes=5), later: timedelta = timedelta(0)
    ) -> Report:
        """Verify the log, as if some time had passed."""
        return queries.verify_log(database=self.alias, now=clock.now() + later, patience=patience)

    def entries(self, tenant: UUID | None = None) -> list[tuple[Any, ...]]:
        """Return (id, operation, table, canonical) of a tenant's entries, oldest first."""
        query = (
            "select id, operation, table_name, canonical from audit.entry where tenant_id = %s order by id"
        )
        return self.ask(query, tenant or self.tenant)


def make_log(of: str = "default") -> Log:
    """Copy a migrated database, the shared or the dedicated one, and reach it by aliases of its own."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    own = urlsplit(
        os.environ["ADMIN_DATABASE_URL" if of == "default" else f"ADMIN_DATABASE_URL__{of.upper()}"]
    )
    theirs_of = {"": of, "_replica": replica_of(of), "_sealer": f"{of}_sealer"}
    alias = f"log{next(NUMBERS)}"
    name = f"audit_{alias}_{worker}_{os.getpid()}"
    with psycopg.connect(urlunsplit(own._replace(path="/postgres")), autocommit=True) as connection:
        template = own.path.lstrip("/").removesuffix(f"_{worker}")
        statement = sql.SQL("create database {} template {}")
        connection.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))
    for suffix, theirs in theirs_of.items():
        connections.databases[f"{alias}{suffix}"] = {**connections.databases[theirs], "NAME": name}
    log = Log(alias, urlunsplit(own._replace(path=f"/{name}")), new_id(), new_id())
    with log.connect() as connection:
        # What bootstrap grants on each database; a copy starts without it.
        connection.execute(
            sql.SQL("grant connect on database {} to bulkhead_app, bulkhead_reader, bulkhead_sealer, bulkhead_migrator")
            .format(sql.Identifier(name))
        )  # fmt: skip
    _make_sample(log)
    return log


def drop_log(log: Log) -> None:
    """Close and delete a log's database and anchors."""
    for alias in (log.alias, f"{log.alias}_replica", log.sealer):
        connections[alias].close()
        del connections[alias]
        del connections.databases[alias]
    own = urlsplit(log.admin_url)
    with psycopg.connect(urlunsplit(own._replace(path="/postgres")), autocommit=True) as connection:
        name = sql.Identifier(own.path.lstrip("/"))
        connection.execute(sql.SQL("drop database {} with (force)").format(name))


def _make_sample(log: Log) -> None:
    with log.connect("bulkhead_owner") as connection:
        connection.execute(
            "create table sample (tenant_id uuid not null, id uuid not null, name text not null, amount bigint, "
            "seen_at timestamptz, secret text)"
        )
        for operation in wall("sample", customer=None):
            connection.execute(str(operation.sql))  # type: ignore[call-overload]


def sealed_log(log: Log) -> Log:
    """Give a log three checkpoints: two tenants and the platform in each, the second with over a thousand rows."""
    for rows in (3, 1100, 4):
        log.insert(rows)
        log.insert(2, tenant=log.stranger)
        with tenant_scope(log.tenant, ANA, database=log.alias):
            operations.record_access(kind="export", subject="list", detail={"rows": rows})
        _platform_entry(log)
        assert log.seal() is not None
    return log


def _platform_entry(log: Log) -> None:
    with open_scope(Scope(actor=SYSTEM, database=log.alias)):
        operations.record_access(kind="housekeeping", subject="nothing")

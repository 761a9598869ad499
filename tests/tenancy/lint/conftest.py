"""A laboratory: a database of its own with sound tables to break, each break rolled back."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg import sql

from apps.core.walls import wall
from apps.core.walls.bootstrap import SCRIPTS
from apps.core.walls.open_tables import OPEN_TABLES
from apps.tenancy.lint import Expectations

HERE = Path(__file__).parent
TABLES = ("lint_parent", "lint_child", "lint_heir", "lint_parted", "lint_keyless")


@pytest.fixture
def expected() -> Expectations:
    """What the laboratory is compared with: no allowances, so that nothing is hidden."""
    return Expectations(
        open_tables={**OPEN_TABLES, "lint_open": "for this test"},
        published={"lint_published": {"lint_parent": ["tenant_id", "id"]}},
        declared=[f"public.{table}" for table in TABLES],
    )


@pytest.fixture(scope="session")
def lab_url() -> Iterator[str]:
    """A copy of the prepared database, with sound tables besides."""
    parts = urlsplit(os.environ["ADMIN_DATABASE_URL"])
    prepared, _, worker = parts.path.lstrip("/").rpartition("_")
    name = sql.Identifier(f"lint_{worker}")
    with psycopg.connect(os.environ["ADMIN_DATABASE_URL"], autocommit=True) as connection:
        connection.execute(sql.SQL("create database {} template {}").format(name, sql.Identifier(prepared)))
        url = urlunsplit(parts._replace(path=f"/lint_{worker}"))
        with psycopg.connect(url) as inside:
            _furnish(inside)
        yield url
        connection.execute(sql.SQL("drop database {} with (force)").format(name))


def _furnish(connection: psycopg.Connection[Any]) -> None:
    # A copy does not inherit the grants on the database itself.
    connection.execute((SCRIPTS / "020_schemas.sql").read_bytes())
    connection.execute("set role bulkhead_owner")
    connection.execute((HERE / "sound.sql").read_bytes())
    references = {"lint_child": {"parent_id": "lint_parent"}}
    for table in TABLES:
        for operation in wall(table, references=references.get(table)):
            connection.execute(operation.sql)
    connection.execute("alter table lint_keyless drop constraint lint_keyless_pkey")
    connection.execute("create index on lint_keyless (tenant_id)")
    connection.execute("reset role")
    connection.execute("create publication lint_published for table lint_parent (tenant_id, id)")
    connection.execute("set role bulkhead_audit")
    connection.execute((HERE / "sound_audit.sql").read_bytes())


@pytest.fixture
def lab(lab_url: str) -> Iterator[psycopg.Connection[Any]]:
    """An administrator's connection to the laboratory, inside a transaction that never commits."""
    with psycopg.connect(lab_url, autocommit=True) as connection, connection.transaction(force_rollback=True):
        yield connection

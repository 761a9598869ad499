"""A laboratory: a transaction on a prepared database, with sound tables to break, rolled back afterwards."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from apps.core.walls import wall
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


@pytest.fixture
def lab(admin_connection: psycopg.Connection[Any]) -> Iterator[psycopg.Connection[Any]]:
    """An administrator's connection inside a transaction that never commits."""
    with admin_connection.transaction(force_rollback=True):
        # Roles are the cluster's: this lock, on a shared catalog, holds off every other database as well.
        admin_connection.execute("lock table pg_authid in share row exclusive mode")
        admin_connection.execute("set local role bulkhead_owner")
        admin_connection.execute((HERE / "sound.sql").read_bytes())
        references = {"lint_child": {"parent_id": "lint_parent"}}
        for table in TABLES:
            for operation in wall(table, references=references.get(table)):
                admin_connection.execute(operation.sql)
        admin_connection.execute("alter table lint_keyless drop constraint lint_keyless_pkey")
        admin_connection.execute("create index on lint_keyless (tenant_id)")
        admin_connection.execute("reset role")
        admin_connection.execute("create publication lint_published for table lint_parent (tenant_id, id)")
        admin_connection.execute("set local role bulkhead_audit")
        admin_connection.execute((HERE / "sound_audit.sql").read_bytes())
        admin_connection.execute("reset role")
        yield admin_connection

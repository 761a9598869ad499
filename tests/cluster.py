"""A pytest plugin: one throw-away cluster for the run, one pair of databases for each worker.

Nothing is rolled back or emptied between tests: each test makes tenants of its own and the walls keep them apart,
as they do in production. Tests connect as the application's roles; `admin_connection` is for tampering only.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg import sql

ROOT = Path(__file__).resolve().parent.parent
STARTED: list[Any] = []


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    """Start the cluster before pytest-django reads the settings; workers only make their databases."""
    if "BULKHEAD_TEST_CLUSTER" not in os.environ:
        _start_cluster()
    if "PYTEST_XDIST_WORKER" in os.environ or not _distributes(early_config):
        _own_databases(os.environ.get("PYTEST_XDIST_WORKER", "alone"))
    return (yield)


def pytest_unconfigure() -> None:
    """End what this process started."""
    for cluster in STARTED:
        cluster.close()
    STARTED.clear()


def _distributes(config: pytest.Config) -> bool:
    return bool(config.known_args_namespace.__dict__.get("numprocesses"))


def _start_cluster() -> None:
    from apps.core.services.testing import ThrowawayCluster

    cluster = ThrowawayCluster()
    STARTED.append(cluster)
    cluster.start()
    os.environ.update(cluster.environment())
    os.environ["BULKHEAD_TEST_CLUSTER"] = str(cluster.home)
    os.environ["DEBUG"] = "0"
    os.environ["ALLOWED_HOSTS"] = "testserver,localhost,127.0.0.1"
    os.environ["PUBLIC_URL"] = "http://testserver"
    subprocess.run(
        [sys.executable, "manage.py", "prepare_database"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL
    )


def _own_databases(worker: str) -> None:
    names = {
        name: value for name, value in os.environ.items() if "DATABASE_URL" in name or "REPLICA_URL" in name
    }
    for name, url in names.items():
        parts = urlsplit(url)
        os.environ[name] = urlunsplit(parts._replace(path=f"{parts.path}_{worker}"))
    for admin in ("ADMIN_DATABASE_URL", "ADMIN_DATABASE_URL__SAO"):
        template = urlsplit(names[admin]).path.lstrip("/")
        maintenance = urlunsplit(urlsplit(names[admin])._replace(path="/postgres"))
        with psycopg.connect(maintenance, autocommit=True) as connection:
            statement = "create database {} template {}"
            name = sql.Identifier(f"{template}_{worker}")
            connection.execute(sql.SQL(statement).format(name, sql.Identifier(template)))
        # A copy does not inherit who may connect to, or create in, the database it was copied from.
        with psycopg.connect(os.environ[admin], autocommit=True) as connection:
            connection.execute((ROOT / "apps/core/walls/sql/020_schemas.sql").read_bytes())
    var = Path(os.environ["VAR_DIR"]) / worker
    (var / "static").mkdir(parents=True, exist_ok=True)
    os.environ["VAR_DIR"] = str(var)

"""A process does not start as a role that row-level security does not hold."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connections

from apps.tenancy.checks import DangerousRole, refuse_dangerous_role, refuse_dangerous_roles
from apps.tenancy.lint.databases import open_session


@pytest.fixture
def dangerous(admin_connection: psycopg.Connection[Any]) -> Iterator[psycopg.Connection[Any]]:
    """An administrator's transaction with a plain role in it, rolled back afterwards."""
    with admin_connection.transaction(force_rollback=True):
        admin_connection.execute("lock table pg_authid in share row exclusive mode")
        admin_connection.execute("create role lint_process login")
        yield admin_connection


def sign_in(connection: psycopg.Connection[Any], role: str = "lint_process") -> None:
    connection.execute(f"set local session authorization {role}")


@pytest.mark.parametrize("alias", ["default", "replica", "default_sealer", "sao", "sao_replica"])
def test_the_roles_of_the_house_may_work(alias: str) -> None:
    with open_session(alias) as connection:
        refuse_dangerous_role(connection)


def test_a_plain_role_may_work(dangerous: psycopg.Connection[Any]) -> None:
    sign_in(dangerous)

    refuse_dangerous_role(dangerous)


def test_a_superuser_is_refused(admin_connection: psycopg.Connection[Any]) -> None:
    with pytest.raises(DangerousRole, match=r"^Role postgres is superuser"):
        refuse_dangerous_role(admin_connection)


def test_a_superuser_that_set_another_role_is_refused(dangerous: psycopg.Connection[Any]) -> None:
    dangerous.execute("set local role bulkhead_app")

    with pytest.raises(DangerousRole, match="Role postgres is superuser"):
        refuse_dangerous_role(dangerous)


@pytest.mark.parametrize(
    "danger, sentence",
    [
        ("alter role lint_process bypassrls", "Role lint_process bypasses row-level security"),
        ("alter role lint_process createrole", "Role lint_process may make roles"),
        ("create table lint_t (); alter table lint_t owner to lint_process", "Role lint_process owns tables"),
        (
            "create schema lint_s authorization lint_process",
            "Role lint_process owns a schema or the database",
        ),
        (
            "grant bulkhead_owner to lint_process",
            "Role lint_process is a member of bulkhead_owner, which owns",
        ),
        (
            "grant bulkhead_owner to lint_process with inherit false",
            "Role lint_process is a member of bulkhead_owner, which owns tables",
        ),
        (
            "create role lint_group in role bulkhead_audit; grant lint_group to lint_process",
            "Role lint_process is a member of bulkhead_audit, which owns tables",
        ),
        ("grant postgres to lint_process", "Role lint_process is a member of postgres, which is superuser"),
        (
            "grant pg_read_all_data to lint_process",
            "Role lint_process is a member of pg_read_all_data, which reads or writes past row-level security",
        ),
    ],
)
def test_a_dangerous_role_is_refused(dangerous: psycopg.Connection[Any], danger: str, sentence: str) -> None:
    dangerous.execute(danger)
    sign_in(dangerous)

    with pytest.raises(DangerousRole) as refused:
        refuse_dangerous_role(dangerous)
    assert sentence in str(refused.value)


def test_every_address_of_the_process_is_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_dangerous_roles()

    monkeypatch.setitem(settings.DATABASES, "as_admin", {})
    monkeypatch.setattr(connections, "settings", {**connections.settings, "as_admin": _as_admin()})
    with pytest.raises(DangerousRole, match="postgres is superuser"):
        refuse_dangerous_roles()


def _as_admin() -> dict[str, Any]:
    return {**connections.settings["default"], **_admin_address()}


def _admin_address() -> dict[str, Any]:
    from config.databases import parse
    from config.env import databases

    return parse(str(databases()["default"].admin_database_url))

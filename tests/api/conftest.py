"""Fixtures of the API's tests."""

import os
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import connections

from apps.core import replicas
from apps.core.scope import open_scope
from apps.tenancy.api import throttles
from tests.api.calls import Api, api_for
from tests.factories.books import make_customer
from tests.factories.tenants import Company


@pytest.fixture
def api(company: Company) -> Api:
    """A caller with a key of the company that may do everything a key may do."""
    return api_for(company)


@pytest.fixture
def customer_id(company: Company) -> str:
    """A customer of the company."""
    with open_scope(company.scope()):
        return str(make_customer().id)


@pytest.fixture
def nothing_rests() -> Iterator[None]:
    """Start and end without memory of a server that was away."""

    def forget() -> None:
        replicas._away_until.clear()
        throttles._away_until = 0.0
        for alias in ("default", "replica", "sao", "sao_replica"):
            connections[alias].close()

    forget()
    yield
    forget()


def state_of(company: Company) -> dict[str, Any]:
    """Return everything that a refused request must leave as it is: rows, audit, kept answers."""
    suffix = "" if company.tenant.database == "default" else f"__{company.tenant.database.upper()}"
    tables = ("parties_customer", "catalog_product", "invoices_invoice")
    found: dict[str, Any] = {}
    with psycopg.connect(os.environ[f"ADMIN_DATABASE_URL{suffix}"]) as connection:
        for table in tables:
            query = f"select coalesce(json_agg(t order by id)::text, '') from {table} t where tenant_id = %s"
            found[table] = connection.execute(query, [company.id]).fetchone()
        # That a key was made or used is written down too, whatever becomes of the request.
        audit = "audit.entry where table_name <> 'tenancy_apikey' and tenant_id = %s"
        for rows in (
            "invoices_line where tenant_id = %s",
            "tenancy_idempotentanswer where tenant_id = %s",
            audit,
        ):
            found[rows] = connection.execute(f"select count(*) from {rows}", [company.id]).fetchone()
    return found

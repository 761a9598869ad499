"""Fixtures of every test: tenants, people with roles, clients, and the administrator for tampering."""

import os
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connections
from django.test import Client

from apps.core.scope import SYSTEM, Scope, open_scope, platform_scope
from tests.factories.tenants import Company, make_company

BOTH_DATABASES = ("default", "sao")


@pytest.fixture(scope="session", autouse=True)
def _database_is_open(django_db_blocker: Any) -> Iterator[None]:
    """Let tests use the worker's databases; they commit, as production does."""
    with django_db_blocker.unblock():
        yield
        connections.close_all()


@pytest.fixture(scope="session", autouse=True)
def _static_files_are_found_when_asked_for() -> None:
    """Spare every test client the list of all static files, which takes longer than most tests."""
    settings.WHITENOISE_AUTOREFRESH = True


@pytest.fixture(scope="session")
def django_db_setup() -> None:
    """The plugin made the databases."""


@pytest.fixture(autouse=True)
def _platform_scope() -> Iterator[Scope]:
    """Start each test as every entry point starts: without a tenant."""
    with platform_scope(SYSTEM) as scope:
        yield scope


@pytest.fixture
def company() -> Company:
    """A company in the shared database, with one person for each role."""
    return make_company()


@pytest.fixture
def stranger() -> Company:
    """Another company, which must see nothing of the first."""
    return make_company()


@pytest.fixture(params=BOTH_DATABASES)
def any_company(request: pytest.FixtureRequest) -> Company:
    """A company in the shared database, then one in a dedicated database."""
    return make_company(database=request.param)


@pytest.fixture
def in_company(company: Company) -> Iterator[Company]:
    """Run the test inside the company's scope, as its admin."""
    with open_scope(company.scope("admin")):
        yield company


@pytest.fixture
def admin_connection() -> Iterator[psycopg.Connection[Any]]:
    """A superuser's connection to the worker's shared database, in autocommit."""
    with psycopg.connect(os.environ["ADMIN_DATABASE_URL"], autocommit=True) as connection:
        yield connection


@pytest.fixture
def sign_in() -> Any:
    """Return a browser-like client that is signed in as a company's person of a role."""

    def make(company: Company, role: str = "admin") -> Client:
        client = Client()
        client.force_login(
            company.people[role], backend="allauth.account.auth_backends.AuthenticationBackend"
        )
        return client

    return make

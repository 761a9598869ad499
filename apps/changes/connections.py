"""Plain psycopg connections of the relay and the commands, beside Django's: pipelines, threads, replication."""

from typing import Any
from uuid import UUID

import psycopg
from django.conf import settings
from psycopg import conninfo

from apps.changes.stream import connect_replication
from apps.core.errors import DomainError
from apps.core.scope import Actor, Scope
from apps.core.tokens import sign_context

Connection = psycopg.Connection[tuple[Any, ...]]

RELAY = Actor(kind="system", id=UUID("00000000-0000-7000-8000-0072656c6179"), label="relay")
SET_CONTEXT = "select set_config('bulkhead.context', %s, true)"


def app_conninfo(alias: str) -> str:
    """Return the address of role bulkhead_app on the primary of a database."""
    parts = settings.DATABASES[alias]
    return conninfo.make_conninfo(
        "",
        dbname=parts["NAME"],
        user=parts["USER"],
        password=parts["PASSWORD"],
        host=parts["HOST"],
        port=parts["PORT"] or None,
        connect_timeout=5,
        application_name="bulkhead-relay",
        keepalives_idle=5,
        keepalives_interval=2,
        keepalives_count=3,
    )


def connect_app(alias: str, *, autocommit: bool = False) -> Connection:
    """Connect as bulkhead_app: row-level security holds, and nothing is seen without a context."""
    return psycopg.connect(app_conninfo(alias), autocommit=autocommit)


def relay_conninfo(alias: str) -> str:
    """Return the address of role bulkhead_relay. Raises DomainError where it was not given."""
    url = settings.RELAY_URLS.get(alias)
    if url is None:
        name = "RELAY_DATABASE_URL" if alias == "default" else f"RELAY_DATABASE_URL__{alias.upper()}"
        raise DomainError(f"The change stream of database “{alias}” has no address.", cure=f"Set {name}.")
    return str(url)


def connect_relay(alias: str) -> Connection:
    """Open a replication connection as bulkhead_relay."""
    return connect_replication(relay_conninfo(alias), application_name=f"bulkhead-relay-{alias}")


def enter_tenant(connection: Connection, tenant_id: UUID, alias: str) -> None:
    """Give the rest of the open transaction the tenant's signed context; the relay is the actor."""
    token = sign_context(Scope(actor=RELAY, tenant_id=tenant_id, database=alias))
    connection.execute(SET_CONTEXT, (token,))

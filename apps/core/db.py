"""Transactions of the open scope's database, and which alias a query goes to."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import connections, models, transaction

from apps.core.scope import current_scope, find_scope

# Who signs in, sessions and lock-outs live in the shared database, whatever tenant is open.
PLATFORM_APPS = frozenset({
    "account", "admin", "auth", "axes", "contenttypes", "django_cache", "mfa", "sessions", "sites", "socialaccount",
    "tenancy", "usersessions",
})  # fmt: skip


def replica_of(alias: str) -> str:
    """Return the replica's alias of a primary's alias."""
    found: str = settings.BOOK_DATABASES[alias]
    return found


def write_alias() -> str:
    """Return the alias of the open scope's primary."""
    return current_scope().database


def read_alias() -> str:
    """Return the alias that reads of the open scope go to."""
    scope = current_scope()
    return replica_of(scope.database) if scope.reads == "replica" else scope.database


@contextmanager
def write() -> Iterator[Any]:
    """Run the block in one transaction on the open scope's primary, or join the caller's; gives the connection."""
    alias = write_alias()
    with transaction.atomic(using=alias):
        yield connections[alias]


@contextmanager
def read() -> Iterator[Any]:
    """Run the block's reads in one transaction on the scope's reading alias; gives the connection."""
    alias = read_alias()
    with transaction.atomic(using=alias):
        yield connections[alias]


def _is_platform(model: type[models.Model]) -> bool:
    # A model may say that its rows stand beside the tenant's books, whatever its app.
    return model._meta.app_label in PLATFORM_APPS and not getattr(model, "beside_books", False)


class ScopeRouter:
    """Send each query where the open scope says."""

    def db_for_read(self, model: type[models.Model], **hints: Any) -> str | None:
        return "default" if _is_platform(model) or find_scope() is None else read_alias()

    def db_for_write(self, model: type[models.Model], **hints: Any) -> str | None:
        return "default" if _is_platform(model) or find_scope() is None else write_alias()

    def allow_relation(self, one: models.Model, other: models.Model, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db.endswith("_owner")


def note_reason(connection: Any, reason: str) -> None:
    """Give the audit rows of the open transaction a reason."""
    with connection.cursor() as cursor:
        cursor.execute("select set_config('bulkhead.reason', %s, true)", [reason])

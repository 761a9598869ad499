"""The backend: no statement runs outside a scope, and none runs before the scope's context is set.

Inside a transaction the context is its first statement. Outside one (autocommit) each statement gets a
transaction of its own, because a context set for the session would leak through poolers and survive rollbacks.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db.backends.postgresql import base
from psycopg import Cursor
from psycopg.pq import TransactionStatus

from apps.core.scope import Scope, ScopeChanged, current_scope
from apps.core.tokens import sign_context

SET_CONTEXT = "select set_config('bulkhead.context', %s, true)"
ROLES_WITHOUT_CONTEXT = frozenset({"bulkhead_migrator", "bulkhead_sealer"})


class DatabaseWrapper(base.DatabaseWrapper):
    """PostgreSQL with a signed, transaction-local context."""

    context_scope: Scope | None = None

    def _cursor(self, name: str | None = None) -> Any:
        cursor: Any = super()._cursor(name)  # type: ignore[misc]
        if self.settings_dict["USER"] not in ROLES_WITHOUT_CONTEXT and isinstance(cursor.cursor, Cursor):
            cursor.cursor = WalledCursor(self, cursor.cursor)
        return cursor

    @contextmanager
    def context(self) -> Iterator[None]:
        """Make sure that the statement in this block runs under the open scope's context."""
        scope = current_scope()
        assert self.connection is not None
        if self.connection.info.transaction_status == TransactionStatus.IDLE:
            if self.connection.autocommit:
                with self.connection.transaction():
                    self.set_context(scope)
                    yield
                return
            self.set_context(scope)
        elif self.context_scope is not None and not _same_context(self.context_scope, scope):
            raise ScopeChanged(
                "This transaction was begun in another scope; finish it before opening this one."
            )
        yield

    def set_context(self, scope: Scope) -> None:
        """Give the rest of the open transaction a scope's context.

        The token travels as a parameter of its own: inside the text of a query it would stand in logs, and in the
        activity view of whoever may read it.
        """
        Cursor(self.connection).execute(SET_CONTEXT, (sign_context(scope),))
        self.context_scope = scope


def _same_context(one: Scope, other: Scope) -> bool:
    return (one.tenant_id, one.customer_id, one.actor) == (other.tenant_id, other.customer_id, other.actor)


class WalledCursor:
    """A psycopg cursor whose statements run only under a context."""

    def __init__(self, wrapper: DatabaseWrapper, cursor: Cursor[Any]) -> None:
        self._wrapper = wrapper
        self._cursor = cursor

    def _run(self, method: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        with self._wrapper.context():
            return method(*args, **kwargs)

    def execute(self, *args: Any, **kwargs: Any) -> Any:
        return self._run(self._cursor.execute, *args, **kwargs)

    def executemany(self, *args: Any, **kwargs: Any) -> Any:
        return self._run(self._cursor.executemany, *args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._cursor)

    def __enter__(self) -> "WalledCursor":
        self._cursor.__enter__()
        return self

    def __exit__(self, *exc: Any) -> None:
        self._cursor.__exit__(*exc)

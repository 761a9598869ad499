"""The scope: who acts, in which tenant, on which database. The database backend refuses to work without one.

A scope lives in a ContextVar, so threads and tasks start without it. Opening a tenant's scope gives every
transaction begun inside it a signed context; see `apps.core.postgres` and `docs/walls.md`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Literal
from uuid import UUID

ActorKind = Literal["person", "key", "agent", "system"]
Reads = Literal["primary", "replica"]


@dataclass(frozen=True)
class Actor:
    """Who acts: a person, an API key, an agent (with the person it acts for), or the system itself."""

    kind: ActorKind
    id: UUID
    principal_id: UUID | None = None
    label: str = ""


@dataclass(frozen=True)
class Scope:
    """What holds while a request, task or command runs. `tenant_id` None = nothing of any tenant is seen."""

    actor: Actor
    tenant_id: UUID | None = None
    customer_id: UUID | None = None
    database: str = "default"
    reads: Reads = "primary"
    permissions: frozenset[str] = frozenset()
    request_id: str = ""
    trace_id: str = ""


class ScopeMissing(RuntimeError):
    """A query ran outside any scope. Open one where the work comes in: view, task or command."""


class ScopeChanged(RuntimeError):
    """A transaction begun in one scope was used in another."""


SYSTEM = Actor(kind="system", id=UUID(int=0), label="Bulkhead")
_scope: ContextVar[Scope | None] = ContextVar("bulkhead_scope", default=None)


def find_scope() -> Scope | None:
    """Return the scope that is open, or None."""
    return _scope.get()


def current_scope() -> Scope:
    """Return the scope that is open. Raises ScopeMissing."""
    scope = _scope.get()
    if scope is None:
        raise ScopeMissing("No scope is open: open tenant_scope() or platform_scope() around this work.")
    return scope


def current_tenant_id() -> UUID:
    """Return the open scope's tenant. Raises ScopeMissing when there is none."""
    tenant_id = current_scope().tenant_id
    if tenant_id is None:
        raise ScopeMissing("The open scope has no tenant.")
    return tenant_id


@contextmanager
def open_scope(scope: Scope) -> Iterator[Scope]:
    """Make a scope the open one until the block ends."""
    token = _scope.set(scope)
    try:
        yield scope
    finally:
        _scope.reset(token)


@contextmanager
def tenant_scope(
    tenant_id: UUID,
    actor: Actor,
    *,
    database: str = "default",
    reads: Reads = "primary",
    customer_id: UUID | None = None,
    permissions: frozenset[str] = frozenset(),
) -> Iterator[Scope]:
    """Open a tenant's scope; request and trace ids are inherited from the scope around it."""
    around = _scope.get()
    scope = Scope(
        actor=actor,
        tenant_id=tenant_id,
        customer_id=customer_id,
        database=database,
        reads=reads,
        permissions=permissions,
        request_id=around.request_id if around else "",
        trace_id=around.trace_id if around else "",
    )
    with open_scope(scope):
        yield scope


@contextmanager
def platform_scope(actor: Actor = SYSTEM, *, request_id: str = "", trace_id: str = "") -> Iterator[Scope]:
    """Open a scope without a tenant: sign-in, start-up, housekeeping. Tenant tables show no rows in it."""
    around = _scope.get() or Scope(actor=actor)
    scope = Scope(
        actor=actor, request_id=request_id or around.request_id, trace_id=trace_id or around.trace_id
    )
    with open_scope(scope):
        yield scope


@contextmanager
def reading_from(reads: Reads) -> Iterator[Scope]:
    """Send the reads of the block to the replica or to the primary."""
    with open_scope(replace(current_scope(), reads=reads)) as scope:
        yield scope

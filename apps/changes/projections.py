"""What a copy must be able to do, and the list of those that there are.

An app of the copies' floor registers its projections when Django starts; the relay and the commands find them
here, so this app knows none by name.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from apps.changes.connections import Connection
from apps.changes.events import Event


@dataclass(frozen=True)
class Target:
    """One tenant's part of a copy: a connection that is inside the tenant's context, and the build to work on."""

    connection: Connection
    tenant_id: UUID
    build: int


@dataclass(frozen=True)
class Difference:
    """One place where a copy is not what its source says. Texts, ready to be shown."""

    tenant_id: UUID
    table: str
    key: str
    source: str
    copy: str

    def __str__(self) -> str:
        return f"{self.table} {self.key}: source {self.source}, copy {self.copy} (tenant {self.tenant_id})"


class Projection(Protocol):
    """One copy. It reads events and, to be built or verified, the books by table names; never their models."""

    name: str
    tables: frozenset[str]

    def apply(self, target: Target, events: Sequence[Event]) -> None:
        """Bring the tenant's copy forward by events in commit order; the same events again change nothing."""
        ...

    def load(self, target: Target) -> int:
        """Fill an empty build from the books as the connection's transaction sees them; return rows read."""
        ...

    def compare(self, target: Target, pending: Sequence[Event]) -> Iterator[Difference]:
        """Yield where copy + pending events differs from the books, in one snapshot."""
        ...

    def clear(self, target: Target) -> int:
        """Delete the tenant's rows of one build; return how many."""
        ...

    def builds(self, target: Target) -> set[int]:
        """Return the builds that hold rows of the tenant."""
        ...


_registered: dict[str, Projection] = {}


def register(projection: Projection) -> None:
    """Make a projection known; the last of a name counts."""
    _registered[projection.name] = projection


def list_projections() -> list[Projection]:
    """Return every projection by name."""
    return [_registered[name] for name in sorted(_registered)]


def get_projection(name: str) -> Projection:
    """Return a projection. Raises KeyError."""
    return _registered[name]

"""Which function does a kind of job. Apps above register theirs when Django starts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from apps.core.scope import Actor


@dataclass(frozen=True)
class JobContext:
    """What a job's function is given. `report` extends the lease and raises JobCancelled or LeaseLost."""

    job_id: UUID
    arguments: dict[str, Any]
    actor: Actor
    report: Callable[[int, int | None, str], None]


Handler = Callable[[JobContext], dict[str, Any]]
_HANDLERS: dict[str, Handler] = {}


def register(kind: str, handler: Handler) -> None:
    """Name the function for a kind of job; it must be safe to run again after a crash."""
    _HANDLERS[kind] = handler


def handler_of(kind: str) -> Handler:
    """Return the function for a kind of job. Raises KeyError for a kind nobody registered."""
    return _HANDLERS[kind]

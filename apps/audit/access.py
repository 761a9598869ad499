"""The door to the readable log: the copy that holds it may be away."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import InterfaceError, OperationalError

from apps.core.db import replica_of
from apps.core.errors import DomainError
from apps.core.replicas import can_primary_answer
from apps.core.scope import current_scope


class LogAway(DomainError):
    """The copy that holds the readable log is away; the primary does not let the application read it."""

    code = "log_away"
    status = 503
    cure = "Try again in a moment. Nothing of the log is lost: it is written with every change."


@contextmanager
def reading_log() -> Iterator[None]:
    """Tell of a lost replica in the block. Raises LogAway."""
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        if not can_primary_answer(error, replica_of(current_scope().database)):
            raise
        raise LogAway("The audit log is read from a copy of the books, which is away just now.") from error

"""The log's background work, for every database that holds books."""

import logging

from celery import shared_task
from django.conf import settings
from django.db import Error as DatabaseError
from django.utils.connection import ConnectionDoesNotExist

from apps.audit import operations
from apps.core import clock
from apps.core.errors import DomainError

log = logging.getLogger(__name__)


@shared_task
def seal_entries_task() -> None:
    """Seal what was written since the last run; one database's trouble does not keep the others waiting."""
    failed = []
    for database in settings.BOOK_DATABASES:
        try:
            operations.seal_entries(database=database, now=clock.now())
        except (DomainError, DatabaseError, ConnectionDoesNotExist, OSError):
            log.exception("The audit log of %s was not sealed.", database)
            failed.append(database)
    if failed:
        raise operations.SealingFailed(f"Not sealed: {', '.join(failed)}.")


@shared_task
def make_partitions_task() -> None:
    """Make the log's partitions ahead of time."""
    for database in settings.BOOK_DATABASES:
        operations.make_partitions(database=database)

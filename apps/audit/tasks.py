"""The log's background work, for every database that holds books."""

from celery import shared_task
from django.conf import settings

from apps.audit import operations
from apps.core import clock


@shared_task
def seal_entries_task() -> None:
    """Seal what was written since the last run."""
    for database in settings.BOOK_DATABASES:
        operations.seal_entries(database=database, now=clock.now())


@shared_task
def make_partitions_task() -> None:
    """Make the log's partitions ahead of time."""
    for database in settings.BOOK_DATABASES:
        operations.make_partitions(database=database)

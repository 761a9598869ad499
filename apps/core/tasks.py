"""The base of every Celery task, and the bell that calls workers to rows."""

import logging
from typing import Any

from celery import Task
from django.db import close_old_connections, transaction
from kombu.exceptions import OperationalError

from apps.core.db import write_alias
from apps.core.scope import SYSTEM, platform_scope

log = logging.getLogger(__name__)


class ScopedTask(Task):  # type: ignore[type-arg]
    """Run in the platform scope, whatever was open where the task was sent from; the task opens its own."""

    acks_late = True
    reject_on_worker_lost = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        close_old_connections()
        with platform_scope(SYSTEM, request_id=str(self.request.id or "")):
            return super().__call__(*args, **kwargs)

    def ring(self, *args: Any) -> None:
        """Send the task once the open transaction is committed.

        The row that the task works on is the promise; while Redis is away the sweeper rings again.
        """
        transaction.on_commit(lambda: self._send(args), using=write_alias())

    def _send(self, args: tuple[Any, ...]) -> None:
        try:
            self.apply_async(args=args, retry=False)
        except OperationalError:
            log.warning("The queue is away; %s will be found by the sweeper.", self.name)

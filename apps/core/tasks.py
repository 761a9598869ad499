"""The base of every Celery task."""

from typing import Any

from celery import Task
from django.db import close_old_connections

from apps.core.scope import SYSTEM, platform_scope


class ScopedTask(Task):  # type: ignore[type-arg]
    """Run in the platform scope, whatever was open where the task was sent from; the task opens its own."""

    acks_late = True
    reject_on_worker_lost = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        close_old_connections()
        with platform_scope(SYSTEM, request_id=str(self.request.id or "")):
            return super().__call__(*args, **kwargs)

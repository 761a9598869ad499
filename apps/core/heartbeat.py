"""Signs of life of Celery's two processes; see `services/heartbeat.py` for who reads them."""

from typing import Any

from celery import bootsteps
from celery.beat import PersistentScheduler

from apps.core.services.heartbeat import EVERY_SECONDS, leave_heartbeat


class WorkerHeartbeat(bootsteps.StartStopStep):
    """Beat while the worker's consumer is connected to the broker and its loop turns.

    Celery starts this step after each connection and stops it when the connection is lost.
    """

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def __init__(self, consumer: Any, **options: Any) -> None:
        super().__init__(consumer, **options)
        self._timer: Any = None

    def start(self, consumer: Any) -> None:
        leave_heartbeat("worker")
        self._timer = consumer.timer.call_repeatedly(EVERY_SECONDS, leave_heartbeat, ("worker",))

    def stop(self, consumer: Any) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


class HeartbeatScheduler(PersistentScheduler):
    """The usual scheduler, which says at each turn of its loop that it turns."""

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Send what is due, then beat; wake up soon enough for the next beat."""
        pause: float = super().tick(*args, **kwargs)
        leave_heartbeat("beat")
        return min(pause, EVERY_SECONDS)

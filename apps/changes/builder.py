"""Build copies that have never been built, beside the stream, in threads of the relay."""

import logging
import threading

import psycopg
from django.db import connections

from apps.changes.errors import CopyError
from apps.changes.projections import Projection
from apps.changes.rebuild import rebuild

log = logging.getLogger(__name__)
AGAIN_SECONDS = 3.0


class Builder:
    """Starts at most one build of a projection at a time and repeats it until it succeeds."""

    def __init__(self, alias: str, stop: threading.Event) -> None:
        self._alias = alias
        self._stop = stop
        self._threads: dict[str, threading.Thread] = {}

    def start(self, projection: Projection) -> None:
        """Build a projection unless that is under way."""
        running = self._threads.get(projection.name)
        if running is None or not running.is_alive():
            name = f"build-{projection.name}-{self._alias}"
            thread = threading.Thread(target=self._build, args=(projection,), name=name, daemon=True)
            self._threads[projection.name] = thread
            thread.start()

    def join(self) -> None:
        """Wait for builds to notice the stop; one in the middle of a long statement is left behind."""
        for thread in self._threads.values():
            thread.join(timeout=2.0)

    def _build(self, projection: Projection) -> None:
        while not self._stop.is_set():
            try:
                done = rebuild(projection, self._alias)
            except (CopyError, psycopg.Error) as fault:
                log.warning("first build of %s of %s: %s; again soon", projection.name, self._alias, fault)
                self._stop.wait(AGAIN_SECONDS)
            else:
                log.info(
                    "built %s of %s: %s rows, %s tenants",
                    projection.name,
                    self._alias,
                    done.rows,
                    done.tenants,
                )
                return
            finally:
                connections.close_all()  # this thread's

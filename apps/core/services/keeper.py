"""Keeping one thing running: a server or a process, with its health and its restarts."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from apps.core.services.child import Child

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
STEADY_SECONDS = 60.0


class Kept(Protocol):
    """What the supervisor can keep running."""

    @property
    def name(self) -> str:
        """Return the name that logs and messages use."""

    @property
    def child(self) -> Child:
        """Return the operating system's process."""

    @property
    def stop_seconds(self) -> float:
        """Return how long a polite end may take."""

    def start(self) -> None:
        """Start it; a server also waits until it is ready. Raises ServiceError."""

    def stop(self) -> bool:
        """Stop it; tell whether it went politely."""

    def fault(self) -> str | None:
        """Return what is wrong with it; None when it works."""


@dataclass(slots=True)
class Keeper:
    """Counts the ends of one kept thing and decides when it is started again."""

    kept: Kept
    clock: Callable[[], float] = time.monotonic
    failures: int = 0
    started_at: float = field(default=0.0)
    next_start: float | None = None
    fault: str | None = None

    def started(self) -> None:
        """Note a start."""
        self.started_at = self.clock()
        self.next_start = None

    def ended(self) -> float:
        """Note an unexpected end; return the seconds until the next start, doubled each time."""
        if self.clock() - self.started_at > STEADY_SECONDS:
            self.failures = 0
        pause = min(LONGEST_PAUSE, FIRST_PAUSE * float(2**self.failures))
        self.failures += 1
        self.next_start = self.clock() + pause
        return pause

    @property
    def due(self) -> bool:
        """Tell whether it is time to start again."""
        return self.next_start is not None and self.clock() >= self.next_start

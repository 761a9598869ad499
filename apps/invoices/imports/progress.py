"""How a run tells how far it is."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Phase = Literal["checking", "sorting", "booking"]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is. `total` is None while it is unknown; the unit is bytes when checking, else rows.

    `note` counts in words what is booked, skipped and refused so far.
    """

    phase: Phase
    done: int
    total: int | None
    note: str = ""


# Called between transactions. It may raise to cancel the run: what is booked stays booked.
Tell = Callable[[Progress], None]


class Paced:
    """Passes on every booked set, and of the fast phases the first, the last and one step in `seconds`."""

    def __init__(self, tell: Tell, seconds: float = 0.4) -> None:
        self._tell = tell
        self._seconds = seconds
        self._phase: Phase | None = None
        self._next = 0.0

    def __call__(self, step: Progress) -> None:
        now = time.monotonic()
        is_first_or_last = step.phase != self._phase or step.done == step.total
        if not is_first_or_last and step.phase != "booking" and now < self._next:
            return
        self._phase, self._next = step.phase, now + self._seconds
        self._tell(step)

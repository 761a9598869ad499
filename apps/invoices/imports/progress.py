"""How a run tells how far it is."""

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

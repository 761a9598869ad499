"""Which lots leave: what expires first goes first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID


@dataclass(slots=True)
class Holding:
    """How much of a lot lies in one stock. A lot may be used on its expiry date, and no day later."""

    lot_id: UUID
    expires_on: date | None
    on_hand: Decimal

    def is_expired(self, day: date) -> bool:
        """Whether it may no longer be sent out."""
        return self.expires_on is not None and self.expires_on < day


def in_order(holdings: Iterable[Holding]) -> list[Holding]:
    """Return lots as they leave: by expiry date, those that never expire last."""
    return sorted(
        holdings, key=lambda each: (each.expires_on is None, each.expires_on or date.min, each.lot_id)
    )


def pick(
    holdings: Iterable[Holding], loose: Decimal, quantity: Decimal
) -> list[tuple[Holding | None, Decimal]] | None:
    """Return what to take of which lot, goods without lot (None) last; None where it is not enough."""
    parts: list[tuple[Holding | None, Decimal]] = []
    wanted = quantity
    for holding in in_order(holdings):
        taken = min(wanted, holding.on_hand)
        if taken > 0:
            parts.append((holding, taken))
            wanted -= taken
    if wanted > 0 and loose >= wanted:
        parts.append((None, wanted))
        wanted = Decimal(0)
    return parts if wanted == 0 else None

"""What a payment most likely settles: named in its reference, else exactly that much, else the oldest first."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from apps.settlement.discounts import discount_on
from apps.settlement.models import OpenItem

LOOKED_AT = 500
_PLAIN = re.compile(r"[^0-9A-Z]+")


@dataclass(frozen=True)
class ProposedPart:
    """So much of an item, and why."""

    item: OpenItem
    amount_minor: int
    discount_minor: int
    why: str


def list_partners(*, side: str, party_id: UUID, currency: str, direction: str = "charge") -> list[OpenItem]:
    """Return what is open of a party in a currency, oldest due first."""
    party = {"customer_id": party_id} if side == "receivable" else {"supplier_id": party_id}
    found = OpenItem.objects.filter(
        **party, side=side, direction=direction, currency=currency, open_minor__gt=0, closed_on=None
    )
    return list(found.order_by("due_date", "id")[:LOOKED_AT])


def propose_parts(
    *, items: Sequence[OpenItem], amount_minor: int, reference: str, day: date
) -> list[ProposedPart]:
    """Return what an amount settles of some open items; never more than it, nor more than is open (books.md 38).

    Items that the reference names come first and, where it names any, alone. Disputed items wait for a person.
    """
    free = [item for item in items if not item.hold]
    named = [item for item in items if is_named(item.number, reference)]
    if named:
        return _fill(named, amount_minor, day, "named in the reference")
    for item in free:
        discount = discount_on(item, day)
        if amount_minor in {item.open_minor, item.open_minor - discount}:
            less = 0 if amount_minor == item.open_minor else discount
            return [ProposedPart(item, amount_minor, less, "exactly this amount")]
    return _fill(free, amount_minor, day, "oldest first")


def is_named(number: str, reference: str) -> bool:
    """Say whether a text names a document, however it is punctuated; a short number must stand on its own."""
    plain, text = _PLAIN.sub("", number.upper()), _PLAIN.sub(" ", reference.upper())
    if len(plain) < 4:
        return plain in text.split() and bool(plain)
    joined = text.replace(" ", "")
    place = joined.find(plain)
    # Not a piece of a longer number: INV-2026-1 is not named by INV-2026-10.
    while place >= 0:
        after = joined[place + len(plain) : place + len(plain) + 1]
        if not (after.isdigit() and plain[-1].isdigit()):
            return True
        place = joined.find(plain, place + 1)
    return False


def _fill(items: Sequence[OpenItem], amount_minor: int, day: date, why: str) -> list[ProposedPart]:
    parts = []
    for item in items:
        discount = discount_on(item, day)
        takes_discount = discount and amount_minor >= item.open_minor - discount
        less = discount if takes_discount else 0
        minor = min(amount_minor, item.open_minor - less)
        if minor <= 0:
            break
        parts.append(ProposedPart(item, minor, less, why))
        amount_minor -= minor
    return parts

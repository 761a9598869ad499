"""How an allocation splits the book amounts of its two items, so that a settled item is zero in both currencies."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from apps.settlement.models import OpenItem


@dataclass(frozen=True)
class Share:
    """What an allocation takes from both items in the book currency; `gain_minor` is negative for a loss."""

    charge_book_minor: int
    credit_book_minor: int
    discount_book_minor: int
    gain_minor: int


def book_share(item: OpenItem, minor: int) -> int:
    """Return what leaves an item in the book currency with a part of what is open.

    What stays is the rounded book amount of what stays open, so no part drifts from the rate by more than one unit
    and the last part takes the rest (books.md 36).
    """
    left = item.open_minor - minor
    if left <= 0 or item.amount_minor == 0:
        return item.open_book_minor
    exact = Decimal(item.book_minor) * left / item.amount_minor
    stays = int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))
    return max(0, item.open_book_minor - stays)


def share_of(charge: OpenItem, credit: OpenItem, amount_minor: int, discount_minor: int) -> Share:
    """Return how an allocation splits; the gain is settled amount × (rate at settlement − rate at posting).

    A receivable gains when the credit is worth more than the charge was booked at, a payable when it is worth less.
    The discount is booked at the rate of the charge, so it carries no gain of its own.
    """
    settled = amount_minor + discount_minor
    charge_book = book_share(charge, settled)
    discount_book = 0
    if discount_minor:
        exact = Decimal(charge_book) * discount_minor / settled
        discount_book = int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))
    credit_book = book_share(credit, amount_minor)
    surplus = credit_book + discount_book - charge_book
    gain = surplus if charge.side == "receivable" else -surplus
    return Share(charge_book, credit_book, discount_book, gain)

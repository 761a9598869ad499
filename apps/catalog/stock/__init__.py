"""Writes of stock. Each takes all its lines at once, locks their stock in one order, and moves all or nothing.

Call one of them once in a transaction, with every line, after locking your own document: two transactions that each
call twice may wait for each other in a circle. A line's `reference` makes repeating it harmless: the second time
changes nothing and answers as the first did.
"""

from apps.catalog.stock.by_hand import set_reorder_point, take_in
from apps.catalog.stock.counting import adjust, count, transfer
from apps.catalog.stock.errors import InsufficientStock, NotStocked, ReferenceReused
from apps.catalog.stock.inputs import (
    Adjusting,
    Counting,
    Expecting,
    Moved,
    Receiving,
    Reference,
    Releasing,
    Reserving,
    Shipping,
    Transferring,
)
from apps.catalog.stock.receiving import expect, receive, unexpect
from apps.catalog.stock.reserving import release, release_all, reserve
from apps.catalog.stock.shipping import ship

__all__ = [
    "Adjusting",
    "Counting",
    "Expecting",
    "InsufficientStock",
    "Moved",
    "NotStocked",
    "Receiving",
    "Reference",
    "ReferenceReused",
    "Releasing",
    "Reserving",
    "Shipping",
    "Transferring",
    "adjust",
    "count",
    "expect",
    "receive",
    "release",
    "release_all",
    "reserve",
    "set_reorder_point",
    "ship",
    "take_in",
    "transfer",
    "unexpect",
]

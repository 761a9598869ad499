"""What the floors above tell the ledger about: open items, unfinished work, reports that a closed period keeps.

Each registers itself from its `AppConfig.ready`, because the ledger imports nothing from above.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

OpenItems = Callable[[date], Mapping[UUID, int]]
Render = Callable[[date, date], bytes]


@dataclass(frozen=True)
class OpenWork:
    """Work of a period that is not in the ledger yet, such as drafts: how many, and the page that lists them."""

    name: str
    label: str
    count: Callable[[date, date], int]
    address: Callable[[date, date], str]


OPEN_ITEMS: dict[str, OpenItems] = {}
OPEN_WORK: dict[str, OpenWork] = {}
REPORTS: dict[str, Render] = {}


def register_open_items(control: str, items: OpenItems) -> None:
    """Name who knows the open items of a control (`receivable`, `payable`) or of a role beside it.

    `items(as_of)` returns the open balance of each party at a day in minor units of the book currency, with the sign
    of the control account (debit positive), so that `verify_books` can compare the two (books.md 31).
    """
    OPEN_ITEMS[control] = items


def register_open_work(work: OpenWork) -> None:
    """Show some unfinished work in the preview of closing a period."""
    OPEN_WORK[work.name] = work


def register_report(name: str, render: Render) -> None:
    """Keep a report with each period that is closed: `render(first_day, last_day)` gives its bytes (books.md 35)."""
    REPORTS[name] = render

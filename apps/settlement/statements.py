"""The account of one customer or supplier over a range of days, by currency: opening, every movement, closing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from apps.core.db import read
from apps.core.scope import current_tenant_id
from apps.settlement.models import SIDES

MOVEMENTS = {
    "charge": "Charge", "credit": "Credit", "void": "Void", "discount": "Discount",
    "discount_undone": "Discount undone",
}  # fmt: skip
# A discount settles without a credit of its own, so it moves the account where it was taken or given back.
_MOVEMENTS = """
with own as (
    select * from settlement_openitem
    where tenant_id = %(tenant)s and side = %(side)s and coalesce(customer_id, supplier_id) = %(party)s
), moves as (
    select issue_date as day, created_at as made, direction as what, number, source_kind, source_id, due_date, currency,
           case direction when 'charge' then amount_minor else -amount_minor end as minor, id
    from own
    union all
    select closed_on, created_at, 'void', number, source_kind, source_id, null, currency,
           case direction when 'charge' then -amount_minor else amount_minor end, id
    from own where closed_on is not null
    union all
    select a.allocated_on, a.created_at, 'discount', o.number, o.source_kind, o.source_id, null, o.currency,
           -a.discount_minor, a.id
    from own o join settlement_allocation a on a.tenant_id = %(tenant)s and a.charge_id = o.id
    where a.discount_minor > 0
    union all
    select a.undone_on, a.undone_at, 'discount_undone', o.number, o.source_kind, o.source_id, null, o.currency,
           a.discount_minor, a.id
    from own o join settlement_allocation a on a.tenant_id = %(tenant)s and a.charge_id = o.id
    where a.discount_minor > 0 and a.undone_on is not null
)
"""
_OPENING = """
select currency, sum(minor) filter (where day < %(first)s)::bigint from moves where day <= %(last)s
group by currency order by currency
"""
_LINES = """
select currency, day, what, number, source_kind, source_id, due_date, minor
from moves where day between %(first)s and %(last)s order by currency, day, made, id
"""


@dataclass(frozen=True)
class StatementLine:
    """One movement, and the balance after it."""

    day: date
    what: str
    number: str
    source_kind: str
    source_id: UUID
    due_date: date | None
    minor: int
    balance_minor: int

    @property
    def label(self) -> str:
        """What it is, in words."""
        kind = self.source_kind.replace("_", " ").capitalize()
        return kind if self.what in {"charge", "credit"} else f"{MOVEMENTS[self.what]}: {kind.lower()}"


@dataclass(frozen=True)
class Account:
    """The statement in one currency."""

    currency: str
    opening_minor: int
    lines: Sequence[StatementLine]

    @property
    def closing_minor(self) -> int:
        """The balance at the end of the last day."""
        return self.lines[-1].balance_minor if self.lines else self.opening_minor


def account_statement(*, side: str, party_id: UUID, first: date, last: date) -> list[Account]:
    """Return the account of a party from a day to a day, both included; positive is owed to the one who charged."""
    assert side in SIDES
    values = {"tenant": current_tenant_id(), "side": side, "party": party_id, "first": first, "last": last}
    with read() as connection, connection.cursor() as cursor:
        cursor.execute(_MOVEMENTS + _OPENING, values)
        openings: dict[str, int] = {currency: minor or 0 for currency, minor in cursor.fetchall()}
        cursor.execute(_MOVEMENTS + _LINES, values)
        rows = cursor.fetchall()
    lines = {
        currency: _lines(list(members), openings[currency])
        for currency, members in groupby(rows, lambda row: row[0])
    }
    return [Account(currency, minor, lines.get(currency, [])) for currency, minor in openings.items()]


def _lines(rows: list[tuple[Any, ...]], balance: int) -> list[StatementLine]:
    made = []
    for _, day, what, number, source_kind, source_id, due_date, minor in rows:
        balance += minor
        made.append(StatementLine(day, what, number, source_kind, source_id, due_date, minor, balance))
    return made

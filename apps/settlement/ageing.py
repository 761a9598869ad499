"""What was open on a day and how late it was, for customers and for suppliers, from postings up to that day alone.

What is open now is stored; a day in the past is reached from there by the allocations that were made or undone after
it, so that the answer costs what happened since, not all that ever happened.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from apps.core.db import read
from apps.core.errors import InputError
from apps.core.scope import current_tenant_id
from apps.settlement.days import days_overdue
from apps.settlement.models import SIDES

# Bucket to its heading and first day overdue. Credits wait for their charge: they are never late.
BUCKETS: Mapping[str, str] = {
    "not_due": "Not yet due", "d1_30": "1–30 days", "d31_60": "31–60 days", "d61_90": "61–90 days",
    "over_90": "Over 90 days", "credits": "Credits",
}  # fmt: skip
_STARTS = (("d1_30", 1), ("d31_60", 31), ("d61_90", 61), ("over_90", 91))
_OPEN_ON = """
with moved as (
    select item_id, sum(minor) as minor, sum(book) as book from (
        select charge_id as item_id, amount_minor + discount_minor as minor, charge_book_minor as book
        from settlement_allocation where tenant_id = %(tenant)s and allocated_on > %(day)s and undone_on is null
        union all
        select credit_id, amount_minor, credit_book_minor
        from settlement_allocation where tenant_id = %(tenant)s and allocated_on > %(day)s and undone_on is null
        union all
        select charge_id, -amount_minor - discount_minor, -charge_book_minor
        from settlement_allocation where tenant_id = %(tenant)s and undone_on > %(day)s and allocated_on <= %(day)s
        union all
        select credit_id, -amount_minor, -credit_book_minor
        from settlement_allocation where tenant_id = %(tenant)s and undone_on > %(day)s and allocated_on <= %(day)s
    ) legs group by item_id
), found as (
    select i.*, i.open_minor + coalesce(m.minor, 0) as left_minor, i.open_book_minor + coalesce(m.book, 0) as left_book
    from settlement_openitem i left join moved m on m.item_id = i.id
    where i.tenant_id = %(tenant)s and i.open_minor > 0
    union all
    select i.*, m.minor, m.book
    from moved m join settlement_openitem i on i.tenant_id = %(tenant)s and i.id = m.item_id
    where i.open_minor = 0
), standing as (
    select f.*, coalesce(customer_id, supplier_id) as party_id,
           case direction when 'charge' then 1 else -1 end as sign,
           case when direction = 'credit' then 'credits'
                when due_date >= %(day)s then 'not_due'
                when due_date >= %(day)s - 30 then 'd1_30'
                when due_date >= %(day)s - 60 then 'd31_60'
                when due_date >= %(day)s - 90 then 'd61_90'
                else 'over_90' end as bucket
    from found f
    where left_minor <> 0 and issue_date <= %(day)s and (closed_on is null or closed_on > %(day)s)
)
"""
_BY_PARTY = """
select party_id, bucket, sum(sign * case when %(currency)s = '' then left_book else left_minor end)::bigint
from standing where side = %(side)s and %(currency)s in ('', currency)
group by party_id, bucket
"""
_CONTROLS = "select control, sum(sign * left_book)::bigint from standing group by control"
_CONTROL_BY_PARTY = """
select party_id, sum(case side when 'receivable' then sign else -sign end * left_book)::bigint
from standing where control = %(control)s group by party_id
"""
_CURRENCIES = "select distinct currency from standing where side = %(side)s order by currency"
_ITEMS = """
select id, party_id, source_kind, source_id, number, direction, issue_date, due_date, currency,
       (sign * amount_minor)::bigint, (sign * left_minor)::bigint, (sign * left_book)::bigint, bucket, hold,
       case direction when 'charge' then greatest(0, %(day)s - due_date) else 0 end
from standing
where side = %(side)s and %(currency)s in ('', currency) and (%(party)s::uuid is null or party_id = %(party)s)
  and %(bucket)s in ('', bucket)
order by due_date, id limit %(limit)s
"""


@dataclass(frozen=True)
class AgeingRow:
    """What one party owed, or was owed, by bucket; credits are negative."""

    party_id: UUID
    parts: Mapping[str, int]

    @cached_property
    def total(self) -> int:
        """The party's balance."""
        return sum(self.parts.values())

    @property
    def overdue(self) -> int:
        """What is past its day."""
        return sum(self.parts.get(name, 0) for name, _ in _STARTS)


@dataclass(frozen=True)
class Ageing:
    """All parties of a side on a day, largest balance first; in the book currency unless one is named."""

    side: str
    as_of: date
    currency: str
    rows: Sequence[AgeingRow]

    @cached_property
    def totals(self) -> dict[str, int]:
        """The sum of each bucket."""
        return {name: sum(row.parts.get(name, 0) for row in self.rows) for name in BUCKETS}

    @cached_property
    def total(self) -> int:
        """The open balance of the side, which is that of its control accounts (books.md 31, 45)."""
        return sum(self.totals.values())


@dataclass(frozen=True)
class OpenLine:
    """One item that was open on a day, signed: a credit counts against what is owed."""

    id: UUID
    party_id: UUID
    source_kind: str
    source_id: UUID
    number: str
    direction: str
    issue_date: date
    due_date: date
    currency: str
    amount_minor: int
    open_minor: int
    open_book_minor: int
    bucket: str
    hold: str
    days_overdue: int


def bucket_of(due_date: date, as_of: date) -> str:
    """Return the bucket of a charge; the due day itself is not overdue (books.md 47)."""
    late = days_overdue(due_date, as_of)
    return next((name for name, start in reversed(_STARTS) if late >= start), "not_due")


def ageing(*, side: str, as_of: date, currency: str = "") -> Ageing:
    """Return the ageing of a side on a day, from items and allocations dated up to it (books.md 45, 46).

    Amounts are minor units of the book currency, or of `currency` for the items in it alone.
    """
    if side not in SIDES:
        raise InputError(f"“{side}” is not a side.", code="unknown_side", field="side")
    parts: dict[UUID, dict[str, int]] = {}
    for party_id, bucket, minor in _ask(_BY_PARTY, as_of, side=side, currency=currency):
        parts.setdefault(party_id, {})[bucket] = minor
    rows = [AgeingRow(party_id, found) for party_id, found in parts.items()]
    rows.sort(key=lambda row: (-row.total, row.party_id))
    return Ageing(side, as_of, currency, rows)


def list_open_lines(
    *,
    side: str,
    as_of: date,
    party_id: UUID | None = None,
    bucket: str = "",
    currency: str = "",
    limit: int = 500,
) -> list[OpenLine]:
    """Return the items that were open on a day, by due date: the lines behind a figure of the ageing."""
    rows = _ask(_ITEMS, as_of, side=side, party=party_id, bucket=bucket, currency=currency, limit=limit)
    return [OpenLine(*row) for row in rows]


def open_currencies(*, side: str, as_of: date) -> list[str]:
    """Return the currencies in which something of a side was open on a day."""
    return [currency for (currency,) in _ask(_CURRENCIES, as_of, side=side)]


def control_balances(*, as_of: date) -> dict[str, int]:
    """Return what the items say that the control accounts stand at, by role, in the book currency (books.md 31).

    Positive is what the ledger has as a debit on the receivable side and as a credit on the payable side.
    """
    return dict(_ask(_CONTROLS, as_of))


def control_balances_by_party(*, control: str, as_of: date) -> dict[UUID, int]:
    """Return what the items of a control make each party's balance in the ledger, debit positive (books.md 31)."""
    return dict(_ask(_CONTROL_BY_PARTY, as_of, control=control))


def _ask(query: str, day: date, **values: Any) -> Iterable[Any]:
    with read() as connection, connection.cursor() as cursor:
        cursor.execute(_OPEN_ON + query, {"tenant": current_tenant_id(), "day": day, **values})
        rows: list[Any] = cursor.fetchall()
    return rows

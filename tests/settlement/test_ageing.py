"""Ageing of any day adds up to the open balance and looks at nothing dated later (books.md 45, 46, 47)."""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from apps.core import clock
from apps.core.errors import DomainError
from apps.core.scope import current_scope, open_scope
from apps.settlement.ageing import BUCKETS, ageing, bucket_of, control_balances, list_open_lines
from apps.settlement.models import Allocation, OpenItem
from apps.settlement.operations import close_source, undo_allocation
from apps.settlement.statements import account_statement
from tests.factories.books import make_customer
from tests.factories.open_items import DAY, item_input, link, open_these
from tests.factories.parties import make_supplier
from tests.factories.tenants import Company, make_company

DAYS = st.integers(0, 12).map(lambda n: DAY + timedelta(n * 11))


@pytest.mark.parametrize(
    "late,bucket",
    [(-1, "not_due"), (0, "not_due"), (1, "d1_30"), (30, "d1_30"), (31, "d31_60"), (60, "d31_60"), (61, "d61_90"),
     (90, "d61_90"), (91, "over_90")],
)  # fmt: skip
def test_the_due_day_itself_is_not_overdue(in_company: Company, late: int, bucket: str) -> None:
    """books.md 47, in SQL and in Python alike."""
    due = DAY + timedelta(5)
    open_these(item_input(party_id=make_customer().id, due_date=due))
    as_of = due + timedelta(late)
    assert bucket_of(due, as_of) == bucket
    assert ageing(side="receivable", as_of=as_of).totals[bucket] == 10_000


def test_a_past_day_does_not_see_what_came_after(in_company: Company) -> None:
    """books.md 46: paid, undone and voided later was open then."""
    party, day = make_customer().id, timedelta(1)
    charge, void, credit = open_these(
        item_input(party_id=party), item_input(party_id=party, amount_minor=700),
        item_input(party_id=party, amount_minor=4_000, direction="credit", issue_date=DAY + 2 * day),
    )  # fmt: skip
    found = link(charge, credit, 1_500, on=DAY + 3 * day)
    undo(found, DAY + 5 * day)
    close(void, DAY + 6 * day)
    totals = [ageing(side="receivable", as_of=DAY + n * day).total for n in range(-1, 8)]
    assert totals == [0, 10_700, 10_700, 6_700, 6_700, 6_700, 6_700, 6_000, 6_000]
    on_four, on_five = (ageing(side="receivable", as_of=DAY + n * day).totals for n in (4, 5))
    assert (on_four["credits"], on_five["credits"]) == (-2_500, -4_000)


def test_lines_stand_behind_each_figure_and_sides_are_apart(in_company: Company) -> None:
    one, two, supplier = make_customer().id, make_customer().id, make_supplier().id
    open_these(
        item_input(party_id=one), item_input(party_id=one, amount_minor=50, due_date=DAY + timedelta(40)),
        item_input(party_id=two, amount_minor=30, direction="credit"),
        item_input(party_id=two, amount_minor=9, currency="EUR", book_minor=8, rate="0.85"),
        item_input(party_id=supplier, amount_minor=7_000, side="payable", source_kind="bill"),
    )  # fmt: skip
    as_of = DAY + timedelta(35)
    found = ageing(side="receivable", as_of=as_of)
    assert [(row.party_id, row.total) for row in found.rows] == [(one, 10_050), (two, -22)]
    for row in found.rows:
        for bucket in BUCKETS:
            lines = list_open_lines(side="receivable", as_of=as_of, party_id=row.party_id, bucket=bucket)
            assert sum(line.open_book_minor for line in lines) == row.parts.get(bucket, 0)
    assert ageing(side="receivable", as_of=as_of, currency="EUR").total == 9
    assert ageing(side="payable", as_of=as_of).totals["d31_60"] == 7_000
    assert control_balances(as_of=as_of) == {
        "receivable": 10_058,
        "unapplied_receipts": -30,
        "payable": 7_000,
    }


def test_a_stranger_ages_nothing(company: Company, stranger: Company) -> None:
    with open_scope(company.scope()):
        party = make_customer().id
        open_these(item_input(party_id=party))
    with open_scope(stranger.scope()):
        assert ageing(side="receivable", as_of=DAY).rows == []
        assert account_statement(side="receivable", party_id=party, first=DAY, last=DAY) == []


def undo(found: Allocation, on: date) -> None:
    undo_allocation(
        allocation_id=found.id, undone_on=on, reason="Wrong", actor=current_scope().actor, now=clock.now()
    )


def close(item: OpenItem, on: date) -> None:
    close_source(
        source_kind=item.source_kind, source_id=item.source_id, on=on, reason="Void",
        actor=current_scope().actor, now=clock.now(),
    )  # fmt: skip


@dataclass
class Model:
    """The account as a plain list of what happened, from which any day is recomputed in Python."""

    items: list[OpenItem]
    links: list[tuple[Allocation, date | None]] = field(default_factory=list)

    def reload(self) -> None:
        self.items = list(OpenItem.objects.filter(id__in=[item.id for item in self.items]))

    def expected(self, day: date) -> dict[str, int]:
        found = dict.fromkeys(BUCKETS, 0)
        for item in self.items:
            closed = item.closed_on
            if item.issue_date > day or (closed and closed <= day):
                continue
            left = item.book_minor
            for row, undone in self.links:
                if row.allocated_on <= day and (undone is None or undone > day):
                    left -= row.charge_book_minor if row.charge_id == item.id else 0
                    left -= row.credit_book_minor if row.credit_id == item.id else 0
            assert left >= 0, "on some day more was settled than there was"
            is_charge = item.direction == "charge"
            found[bucket_of(item.due_date, day) if is_charge else "credits"] += left if is_charge else -left
        return found


STEP = st.tuples(
    st.integers(0, 3), st.integers(0, 2), st.integers(1, 4_000), DAYS, st.one_of(st.none(), DAYS)
)


# Without shrinking: each example asks the database for every day, and what fails is small already.
@settings(max_examples=30, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(
    charges=st.lists(st.tuples(st.integers(1, 9_000), DAYS, st.integers(0, 100)), min_size=4, max_size=4),
    credits=st.lists(st.tuples(st.integers(1, 9_000), DAYS), min_size=3, max_size=3),
    steps=st.lists(STEP, max_size=8),
    closing=st.one_of(st.none(), DAYS),
    looks=st.lists(st.integers(-5, 240), min_size=6, max_size=6, unique=True),
)
def test_buckets_add_up_on_every_day(
    charges: Any, credits: Any, steps: Any, closing: date | None, looks: list[int]
) -> None:
    """books.md 45, 46 over random items, allocations, undoings and voids, against a model in Python."""
    company = _shared_company()
    with open_scope(company.scope()):
        party = make_customer().id
        items = open_these(
            *(item_input(party_id=party, amount_minor=minor, issue_date=day, due_date=day + timedelta(terms))
              for minor, day, terms in charges),
            *(item_input(party_id=party, amount_minor=minor, issue_date=day, direction="credit")
              for minor, day in credits),
        )  # fmt: skip
        model = Model(items)
        for charge, credit, minor, day, undone in steps:
            try:
                made = link(items[charge], items[4 + credit], minor, on=day)
                model.links.append((made, None))
                if undone is not None:
                    undo(made, undone)
                    model.links[-1] = (made, undone)
            except DomainError:
                continue
        if closing is not None:
            with suppress(DomainError):
                close(items[0], closing)
        model.reload()
        for step in looks:
            day = DAY + timedelta(step)
            expected = model.expected(day)
            rows = [row for row in ageing(side="receivable", as_of=day).rows if row.party_id == party]
            found = {name: sum(row.parts.get(name, 0) for row in rows) for name in BUCKETS}
            assert found == expected
            accounts = account_statement(side="receivable", party_id=party, first=date(2020, 1, 1), last=day)
            assert sum(account.closing_minor for account in accounts) == sum(expected.values())


_company: list[Company] = []


def _shared_company() -> Company:
    if not _company:
        _company.append(make_company(roles=("admin",)))
    return _company[0]

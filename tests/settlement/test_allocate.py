"""An allocation takes from both items what is there and no more, and undoing it gives back exactly that."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connections

from apps.core import clock
from apps.core.errors import DomainError, InputError, NotFound
from apps.core.ids import new_id
from apps.core.scope import current_scope, open_scope
from apps.settlement.errors import HasAllocations, NotAllocatable
from apps.settlement.inputs import AllocationInput
from apps.settlement.models import Allocation, OpenItem
from apps.settlement.operations import (
    allocate_all,
    close_source,
    hold_item,
    undo_allocation,
)
from tests.factories.books import make_customer
from tests.factories.open_items import DAY, item_input, left, link, open_these
from tests.factories.pages import state_of
from tests.factories.tenants import Company


def pair(charge: int = 10_000, credit: int = 6_000, **options: Any) -> list[OpenItem]:
    party = make_customer().id
    return open_these(
        item_input(party_id=party, amount_minor=charge, **options),
        item_input(party_id=party, amount_minor=credit, direction="credit"),
    )


def undo(found: Allocation, *, on: Any = DAY, reason: str = "Wrong invoice") -> Allocation:
    return undo_allocation(
        allocation_id=found.id, undone_on=on, reason=reason, actor=current_scope().actor, now=clock.now()
    )


def test_open_is_total_less_allocations_and_an_overpayment_stays_a_credit(in_company: Company) -> None:
    """books.md 39, 43."""
    charge, credit = pair(charge=5_000, credit=6_000)
    link(charge, credit, 2_000)
    assert (left(charge), left(credit)) == ((3_000, 3_000), (4_000, 4_000))
    link(charge, credit, 3_000)
    assert (left(charge), left(credit)) == ((0, 0), (1_000, 1_000))


def test_no_more_is_allocated_than_is_open_or_unapplied(in_company: Company) -> None:
    """books.md 38."""
    charge, credit = pair()
    link(charge, credit, 1_000)
    for amount, code in ((5_001, "exceeds_unapplied"), (0, "not_positive"), (-1, "not_positive")):
        with pytest.raises(DomainError) as refused:
            link(charge, credit, amount)
        assert refused.value.code == code
    small = open_these(item_input(party_id=charge.customer_id, amount_minor=300))[0]
    with pytest.raises(NotAllocatable) as refused_more:
        link(small, credit, 301)
    assert (refused_more.value.code, refused_more.value.detail) == ("exceeds_open", {"open_minor": 300})
    assert (left(charge), left(credit), left(small)) == ((9_000, 9_000), (5_000, 5_000), (300, 300))


def test_undoing_one_gives_back_exactly_that_and_touches_no_other(in_company: Company) -> None:
    """books.md 40, 26: and doing it twice changes nothing."""
    charge, credit = pair()
    first, second = link(charge, credit, 1_500), link(charge, credit, 700)
    undo(first)
    assert (left(charge), left(credit)) == ((9_300, 9_300), (5_300, 5_300))
    before = state_of(in_company)
    assert undo(first, reason="Again").undone_reason == "Wrong invoice"
    assert state_of(in_company) == before
    assert Allocation.objects.get(id=second.id).undone_on is None


def test_a_day_that_was_settled_otherwise_is_not_settled_again(in_company: Company) -> None:
    """books.md 39, 46: on no day is more settled than there was; from the day of the undoing it is free."""
    charge, credit = pair(charge=1_000)
    undo(link(charge, credit, 800), on=DAY + timedelta(5))
    with pytest.raises(NotAllocatable) as refused:
        link(charge, credit, 201, on=DAY + timedelta(4))
    assert refused.value.code == "settled_until"
    link(charge, credit, 200, on=DAY + timedelta(4))
    link(charge, credit, 800, on=DAY + timedelta(5))
    assert left(charge) == (0, 0)


def test_undoing_needs_a_reason_and_a_day_that_is_not_before(in_company: Company) -> None:
    charge, credit = pair()
    found = link(charge, credit, 100)
    for on, reason, code in ((DAY, " ", "missing"), (DAY - timedelta(1), "Wrong", "undone_before")):
        with pytest.raises(InputError) as refused:
            undo(found, on=on, reason=reason)
        assert refused.value.code == code
    assert left(charge) == (9_900, 9_900)


@pytest.mark.parametrize(
    "code,options",
    [
        ("other_currency", {"currency": "EUR"}),
        ("wrong_direction", {"direction": "charge"}),
        ("before_item", {"issue_date": DAY + timedelta(1)}),
    ],
)
def test_items_that_do_not_belong_together_do_not_settle(
    in_company: Company, code: str, options: dict[str, Any]
) -> None:
    """books.md 41."""
    party = make_customer().id
    charge, credit = open_these(
        item_input(party_id=party), item_input(party_id=party, **{"direction": "credit", **options})
    )
    with pytest.raises(NotAllocatable) as refused:
        link(charge, credit, 100)
    assert refused.value.code == code
    assert left(charge) == (10_000, 10_000)


def test_another_partys_credit_and_a_strangers_settle_nothing(company: Company, stranger: Company) -> None:
    """books.md 41, 58."""
    with open_scope(stranger.scope()):
        theirs = open_these(item_input(party_id=make_customer().id, direction="credit"))[0]
    with open_scope(company.scope()):
        charge, _ = pair()
        other = open_these(item_input(party_id=make_customer().id, direction="credit"))[0]
        with pytest.raises(NotAllocatable) as refused:
            link(charge, other, 100)
        assert refused.value.code == "other_party"
        before = state_of(company)
        with pytest.raises(NotFound):
            link(charge, theirs, 100)
        assert state_of(company) == before
    with open_scope(stranger.scope()):
        assert not OpenItem.objects.filter(id=charge.id).exists()


def test_parallel_payers_never_settle_more_than_there_is(company: Company) -> None:
    """books.md 38 under concurrency: 16 connections want 1,000 each of a charge of 10,000, from two credits."""
    with open_scope(company.scope()):
        party = make_customer().id
        charge, one, two = open_these(
            item_input(party_id=party),
            item_input(party_id=party, amount_minor=20_000, direction="credit"),
            item_input(party_id=party, amount_minor=20_000, direction="credit"),
        )

    def pay(number: int) -> int:
        with open_scope(company.scope()):
            try:
                link(charge, (one, two)[number % 2], 1_000)
            except NotAllocatable:
                return 0
            finally:
                connections.close_all()
        return 1_000

    with ThreadPoolExecutor(8) as pool:
        paid = sum(pool.map(pay, range(16)))
    with open_scope(company.scope()):
        assert paid == 10_000
        assert left(charge) == (0, 0)
        assert left(one)[0] + left(two)[0] == 30_000


def test_crossing_allocations_in_parallel_do_not_deadlock(company: Company) -> None:
    """books.md 38: the same items in any order, locked in one order."""
    with open_scope(company.scope()):
        party = make_customer().id
        items = open_these(
            *(item_input(party_id=party, amount_minor=100) for _ in range(4)),
            *(item_input(party_id=party, amount_minor=100, direction="credit") for _ in range(4)),
        )
    charges, credits = items[:4], items[4:]

    def cross(number: int) -> None:
        with open_scope(company.scope()):
            try:
                found = allocate_all(
                    allocations=[
                        AllocationInput(
                            charge_id=charges[(number + step) % 4].id,
                            credit_id=credits[(number * 3 + step) % 4].id,
                            amount_minor=1,
                        )
                        for step in range(2)
                    ],
                    allocated_on=DAY, actor=company.actor(), now=clock.now(),
                )  # fmt: skip
                undo(found[number % 2])
            finally:
                connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(cross, range(24)))
    with open_scope(company.scope()):
        assert sum(left(charge)[0] for charge in charges) == 400 - 24
        assert sum(left(credit)[0] for credit in credits) == 400 - 24


RAW = {
    "open": "update settlement_openitem set open_minor = 0, open_book_minor = 0 where id = %(charge)s",
    "amount": "update settlement_openitem set amount_minor = 1 where id = %(charge)s",
    "number": "update settlement_openitem set number = 'X' where id = %(charge)s",
    "item gone": "delete from settlement_openitem where id = %(charge)s",
    "closed": "update settlement_openitem set closed_on = '2026-03-14' where id = %(charge)s",
    "more": "update settlement_allocation set amount_minor = 1 where id = %(link)s",
    "gone": "delete from settlement_allocation where id = %(link)s",
    "undone twice": "update settlement_allocation set undone_on = '2026-03-15' where id = %(undone)s",
    "revived": "update settlement_allocation set undone_on = null where id = %(undone)s",
    "half undone": "update settlement_allocation set undone_on = '2026-03-15' where id = %(link)s",
    "too much": """insert into settlement_allocation (tenant_id, id, charge_id, credit_id, amount_minor,
        discount_minor, charge_book_minor, credit_book_minor, discount_book_minor, allocated_on, created_by,
        created_by_label, created_at, undone_by_label, undone_reason)
        select tenant_id, gen_random_uuid(), charge_id, credit_id, 5001, 0, 5001, 5001, 0, allocated_on, created_by, '',
        now(), '', '' from settlement_allocation where id = %(link)s""",
    "turned round": """insert into settlement_allocation (tenant_id, id, charge_id, credit_id, amount_minor,
        discount_minor, charge_book_minor, credit_book_minor, discount_book_minor, allocated_on, created_by,
        created_by_label, created_at, undone_by_label, undone_reason)
        select tenant_id, gen_random_uuid(), credit_id, charge_id, 1, 0, 1, 1, 0, allocated_on, created_by, '',
        now(), '', '' from settlement_allocation where id = %(link)s""",
}  # fmt: skip


@pytest.mark.parametrize("statement", RAW.values(), ids=RAW)
def test_sql_of_the_application_cannot_bend_a_balance(in_company: Company, statement: str) -> None:
    """books.md 38, 39, 27: triggers and grants refuse what no operation does."""
    charge, credit = pair()
    found, undone = link(charge, credit, 1_000), link(charge, credit, 50)
    undo(undone)
    before = state_of(in_company)
    with pytest.raises(DatabaseError), connections["default"].cursor() as cursor:
        cursor.execute(statement, {"charge": charge.id, "link": found.id, "undone": undone.id})
    assert state_of(in_company) == before


def test_raw_sql_that_allocates_keeps_the_balance_too(in_company: Company) -> None:
    charge, credit = pair()
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "insert into settlement_allocation (tenant_id, id, charge_id, credit_id, amount_minor, discount_minor,"
            " charge_book_minor, credit_book_minor, discount_book_minor, allocated_on, created_by, created_by_label,"
            " created_at, undone_by_label, undone_reason)"
            " values (%s, %s, %s, %s, 700, 0, 700, 700, 0, '2026-03-14', %s, '', now(), '', '')",
            [in_company.id, new_id(), charge.id, credit.id, new_id()],
        )
    assert (left(charge), left(credit)) == ((9_300, 9_300), (5_300, 5_300))


def test_a_voided_documents_items_close_once_and_only_when_nothing_is_allocated(in_company: Company) -> None:
    charge, credit = pair()
    found = link(charge, credit, 1)

    def close(on: Any = DAY) -> None:
        close_source(
            source_kind="invoice", source_id=charge.source_id, on=on, reason="Void", actor=in_company.actor(),
            now=clock.now(),
        )  # fmt: skip

    with pytest.raises(HasAllocations):
        close()
    undo(found, on=DAY + timedelta(1))
    with pytest.raises(InputError) as early:
        close()
    assert early.value.code == "settled_until"
    close(DAY + timedelta(1))
    close(DAY + timedelta(3))
    assert OpenItem.objects.get(id=charge.id).closed_on == DAY + timedelta(1)
    with pytest.raises(NotAllocatable) as refused:
        link(charge, credit, 1, on=DAY + timedelta(9))
    assert refused.value.code == "item_closed"


def test_a_hold_has_a_reason_and_is_lifted(in_company: Company) -> None:
    charge, _ = pair()

    def hold(name: str, reason: str) -> OpenItem:
        return hold_item(
            item_id=charge.id, hold=name, reason=reason, actor=in_company.actor(), now=clock.now()
        )

    with pytest.raises(InputError):
        hold("disputed", "")
    assert (hold("disputed", "Damaged").hold_reason, hold("", "").hold_reason) == ("Damaged", "")

"""What settlement posts: gains and losses, discounts, write-offs; and the control accounts agree with the items."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connections
from django.db.models import F, Sum
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from apps.core import clock
from apps.core.errors import DomainError
from apps.core.scope import current_scope, open_scope
from apps.ledger.models import AccountRole, Entry, Line, LockDate
from apps.ledger.posting import PeriodClosed
from apps.ledger.rates import to_book
from apps.settlement.ageing import ageing
from apps.settlement.inputs import ItemInput
from apps.settlement.models import Allocation, OpenItem
from apps.settlement.operations import undo_allocation, write_off
from tests.factories.books import make_customer
from tests.factories.open_items import DAY, item_input, left, link
from tests.factories.pages import state_of
from tests.factories.parties import make_supplier
from tests.factories.posted_items import CONTROLS, agree, balances, post_these
from tests.factories.tenants import Company, make_company

LATER = DAY + timedelta(20)


def euros(minor: int, rate: str, **options: Any) -> ItemInput:
    return item_input(
        amount_minor=minor, currency="EUR", rate=rate, book_minor=to_book(minor, "EUR", Decimal(rate), "GBP"), **options
    )  # fmt: skip


def test_a_foreign_invoice_paid_at_another_rate_is_zero_in_both_currencies(in_company: Company) -> None:
    """books.md 36: 100.00 EUR at 0.90, paid at 0.84: a loss of 100 × 0.06."""
    party = make_customer().id
    charge, credit = post_these(
        euros(10_000, "0.90", party_id=party), euros(10_000, "0.84", party_id=party, direction="credit")
    )
    link(charge, credit, 10_000)
    assert (left(charge), left(credit)) == ((0, 0), (0, 0))
    assert balances() == {"revenue": -9_000, "bank": 8_400, "fx_loss": 600}


def test_a_payable_gains_when_it_is_paid_cheaper(in_company: Company) -> None:
    """books.md 36: owed at 0.90, paid at 0.84: a gain; and a part first."""
    party = make_supplier().id
    charge, credit = post_these(
        euros(10_000, "0.90", party_id=party, side="payable", source_kind="bill"),
        euros(10_000, "0.84", party_id=party, side="payable", direction="credit"),
    )
    link(charge, credit, 2_500)
    assert balances()["fx_gain"] == -150
    link(charge, credit, 7_500)
    assert balances() == {"expense": 9_000, "bank": -8_400, "fx_gain": -600}


def test_undoing_reverses_the_entry_and_nothing_else(in_company: Company) -> None:
    """books.md 33, 40."""
    party = make_customer().id
    charge, credit = post_these(
        euros(10_000, "0.90", party_id=party), euros(6_000, "0.95", party_id=party, direction="credit")
    )
    before = balances()
    found = link(charge, credit, 6_000, on=DAY)
    assert balances()["fx_gain"] == -300
    undo(found, LATER)
    assert balances() == before
    assert balances(LATER - timedelta(1))["fx_gain"] == -300
    assert (left(charge), left(credit)) == ((10_000, 9_000), (6_000, 5_700))


def test_an_early_payment_discount_closes_the_charge(in_company: Company) -> None:
    """books.md 39: 100.00 less 2.00 for paying early; undone, both come back."""
    party = make_customer().id
    charge, credit, late = post_these(
        item_input(party_id=party, discount_minor=200, discount_until=DAY),
        item_input(party_id=party, amount_minor=9_800, direction="credit"),
        item_input(party_id=party, amount_minor=9_800, direction="credit", issue_date=LATER),
    )
    for other, less, code in ((credit, 201, "discount_too_large"), (late, 1, "no_discount")):
        with pytest.raises(DomainError) as refused:
            link(charge, other, 9_000, discount=less, on=LATER)
        assert refused.value.code == code
    found = link(charge, credit, 9_800, discount=200)
    assert (left(charge), left(credit)) == ((0, 0), (0, 0))
    assert balances(DAY) == {"revenue": -10_000, "bank": 9_800, "discount_given": 200}
    undo(found, DAY)
    assert balances(DAY) == {
        "revenue": -10_000, "bank": 9_800, "receivable": 10_000, "unapplied_receipts": -9_800,
    }  # fmt: skip


def test_a_credit_note_settles_its_invoice_without_an_entry(in_company: Company) -> None:
    """books.md 42: applied + remaining = total, and the control account moves by nothing."""
    party = make_customer().id
    charge, note = post_these(
        item_input(party_id=party),
        item_input(party_id=party, amount_minor=3_000, direction="credit", source_kind="credit_note"),
    )
    entries = Entry.objects.count()
    link(charge, note, 2_000)
    assert (Entry.objects.count(), left(note), left(charge)) == (entries, (1_000, 1_000), (8_000, 8_000))
    agree(DAY)


def test_a_write_off_is_posted_and_undone_with_its_reason(in_company: Company) -> None:
    """books.md 39."""
    party = make_customer().id
    (charge,) = post_these(euros(10_000, "0.90", party_id=party))
    found = give_up(charge, 4_000, "Insolvent")
    assert left(charge) == (6_000, 5_400)
    assert balances() == {"receivable": 5_400, "revenue": -9_000, "write_off": 3_600}
    assert Entry.objects.get(source_kind="write_off").text == "Insolvent"
    agree(DAY)
    undo(found, LATER)
    assert left(charge) == (10_000, 9_000)
    assert balances() == {"receivable": 9_000, "revenue": -9_000}
    for day in (DAY, LATER):
        agree(day)


def test_a_small_credit_is_kept_and_too_much_is_not_given_up(in_company: Company) -> None:
    party = make_customer().id
    (credit,) = post_these(item_input(party_id=party, amount_minor=5, direction="credit"))
    give_up(credit, 5, "Too small to send back")
    assert balances() == {"bank": 5, "write_off": -5}
    (charge,) = post_these(item_input(party_id=party))
    before = state_of(in_company)
    for minor, reason, code in (
        (10_001, "Much", "exceeds_open"),
        (1, "", "missing"),
        (0, "None", "not_positive"),
    ):
        with pytest.raises(DomainError) as refused:
            give_up(charge, minor, reason)
        assert refused.value.code == code
    assert state_of(in_company) == before


def test_nothing_is_allocated_undone_or_given_up_on_a_locked_day(in_company: Company) -> None:
    """books.md 34: by operations and by raw SQL; on an open day it is."""
    party = make_customer().id
    charge, credit = post_these(item_input(party_id=party), item_input(party_id=party, direction="credit"))
    found = link(charge, credit, 100)
    LockDate.objects.create(kind="payment", through=DAY, changed_at=clock.now())
    before = state_of(in_company)
    for attempt in (
        lambda: link(charge, credit, 1),
        lambda: undo(found, DAY),
        lambda: give_up(charge, 1, "Bad"),
    ):
        with pytest.raises(PeriodClosed):
            attempt()
    with pytest.raises(DatabaseError), connections["default"].cursor() as cursor:
        cursor.execute(
            "update settlement_allocation set undone_on = allocated_on, undone_at = now(), undone_by = created_by"
        )
    assert state_of(in_company) == before
    undo(found, DAY + timedelta(1))
    assert left(charge) == (10_000, 10_000)


def undo(found: Allocation, on: date) -> None:
    undo_allocation(
        allocation_id=found.id, undone_on=on, reason="Wrong", actor=current_scope().actor, now=clock.now()
    )


def give_up(item: OpenItem, minor: int, reason: str, on: date = DAY) -> Allocation:
    return write_off(
        item_id=item.id, amount_minor=minor, written_off_on=on, reason=reason, actor=current_scope().actor,
        now=clock.now(),
    )  # fmt: skip


RATES = st.decimals("0.0003", "250", places=4)
PARTS = st.lists(
    st.tuples(st.integers(1, 100), RATES, st.integers(0, 3), st.booleans()), min_size=1, max_size=6
)


@settings(max_examples=25, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(total=st.integers(1, 50_000), rate=RATES, parts=PARTS, side=st.sampled_from(("receivable", "payable")))
def test_any_parts_at_any_rates_end_at_zero_in_both(total: int, rate: Any, parts: Any, side: str) -> None:
    """books.md 31, 36, 38, 45 over random part payments, discounts, undoings, and one that settles the rest."""
    company = _shared_company()
    with open_scope(company.scope()):
        is_customer = side == "receivable"
        party = make_customer().id if is_customer else make_supplier().id
        kind = "invoice" if is_customer else "bill"
        terms = {"discount_minor": min(total, 20), "discount_until": DAY + timedelta(40)}
        (charge,) = post_these(euros(total, str(rate), party_id=party, side=side, source_kind=kind, **terms))
        for number, (share, paid_rate, discount, is_undone) in enumerate([*parts, (100, rate, 0, False)]):
            day = DAY + timedelta(number)
            open_minor = left(charge)[0]
            minor = -(-open_minor * share // 100)
            if minor == 0:
                continue
            less = min(discount, minor - 1)
            (credit,) = post_these(
                euros(minor, str(paid_rate), party_id=party, side=side, direction="credit", issue_date=day)
            )
            made = link(charge, credit, minor - less, on=day, discount=less)
            exact = (paid_rate - rate) * made.amount_minor * (1 if side == "receivable" else -1)
            gain = _gain(made, side)
            # Each of the roundings is below one unit: both shares, the discount, and what went before.
            assert abs(gain - exact) <= 3
            agree(day)
            if is_undone:
                undo(made, day)
            agree(day)
        assert left(charge) == (0, 0)
        # The one that is left is what the ledger has: nothing of it hangs on the control account.
        last = DAY + timedelta(len(parts) + 1)
        agree(last)
        assert sum(row.total for row in ageing(side=side, as_of=last).rows if row.party_id == party) == sum(
            control for control in _party_lines(party)
        )


def _gain(made: Allocation, side: str) -> int:
    surplus = made.credit_book_minor + made.discount_book_minor - made.charge_book_minor
    return surplus if side == "receivable" else -surplus


def _party_lines(party: Any) -> list[int]:
    """Return the balance of a party on the control and unapplied accounts, on its own side."""
    roles = dict(AccountRole.objects.filter(role__in=CONTROLS).values_list("account_id", "role"))
    found = Line.objects.filter(party_id=party, account_id__in=roles).values("account_id")
    rows = found.annotate(minor=Sum(F("debit_minor") - F("credit_minor"))).values_list("account_id", "minor")
    return [
        int(minor) * (1 if "receiv" in roles[key] or "receipt" in roles[key] else -1) for key, minor in rows
    ]


_company: list[Company] = []


def _shared_company() -> Company:
    if not _company:
        _company.append(make_company(roles=("admin",)))
    return _company[0]

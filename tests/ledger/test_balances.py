"""Balances: the trial balance is zero at every date, control accounts by party, accounts by hand (books.md 30, 31)."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.core import clock
from apps.core.errors import InputError, NotFound, StaleVersion
from apps.core.money import spread
from apps.core.scope import current_scope, open_scope
from apps.ledger.entries import EntryLine
from apps.ledger.models import Account, AccountRole, Entry
from apps.ledger.operations import (
    CodeTaken,
    NotByHand,
    assign_role,
    change_account,
    create_account,
    post_by_hand,
    reverse_by_hand,
)
from apps.ledger.queries import control_total, control_totals, get_balance, get_trial_balance
from tests.factories.ledgers import DAY, book, credit, debit, entry_of, sale, take_back
from tests.factories.pages import state_of
from tests.factories.tenants import Company

ANN, BOB = UUID(int=1), UUID(int=2)
CODES = ("1000", "1010", "4000", "5000", "2200", "3000")


@st.composite
def balanced(draw: st.DrawFn) -> tuple[date, tuple[EntryLine, ...]]:
    """An entry of up to six lines, its credits spread over some accounts."""
    total = draw(st.integers(0, 10**12))
    weights = draw(st.lists(st.integers(1, 9), min_size=1, max_size=5))
    parts = spread(total, [Decimal(weight) for weight in weights])
    accounts = draw(st.lists(st.sampled_from(CODES), min_size=len(parts) + 1, max_size=len(parts) + 1))
    lines = (
        debit(accounts[0], total),
        *(credit(code, part) for code, part in zip(accounts[1:], parts, strict=True)),
    )
    return DAY + timedelta(days=draw(st.integers(-500, 500))), lines


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(entries=st.lists(st.tuples(balanced(), st.booleans()), min_size=1, max_size=5),
       offset=st.integers(-600, 600))  # fmt: skip
def test_the_trial_balance_is_zero_at_every_date(
    in_company: Company, entries: list[tuple[tuple[date, tuple[EntryLine, ...]], bool]], offset: int
) -> None:
    """books.md 30."""
    for (day, lines), is_reversed in entries:
        entry = book(entry_of(*lines, kind="general", day=day))
        if is_reversed:
            take_back(entry, day=day + timedelta(days=3))
    last = DAY + timedelta(days=offset)
    balance = get_trial_balance(last_day=last)

    assert balance.difference_minor == 0
    assert balance.debit_minor == balance.credit_minor
    assert sum(get_balance(account_id=a.id, through=last) for a in Account.objects.all()) == 0


def test_a_trial_balance_holds_what_is_dated_up_to_its_day(in_company: Company) -> None:
    book(entry_of(*sale(1000, 200)))
    book(entry_of(*sale(500, 0), day=date(2026, 4, 1)))
    found = {day: {row.code: row.closing_minor for row in get_trial_balance(last_day=day).rows}
             for day in (date(2026, 3, 13), DAY, date(2026, 4, 1))}  # fmt: skip

    assert list(found.values()) == [
        {}, {"1100": 1200, "2200": -200, "4000": -1000}, {"1100": 1700, "2200": -200, "4000": -1500},
    ]  # fmt: skip


def test_movements_are_those_since_the_first_day(in_company: Company) -> None:
    book(entry_of())
    book(entry_of(day=date(2026, 4, 1)))
    balance = get_trial_balance(first_day=date(2026, 4, 1), last_day=date(2026, 4, 30))

    assert {row.code: (row.opening_minor, row.debit_minor, row.credit_minor, row.closing_minor)
            for row in balance.rows} == {
        "1100": (1200, 1200, 0, 2400), "2200": (-200, 0, 200, -400), "4000": (-1000, 0, 1000, -2000),
    }  # fmt: skip


def test_the_control_account_is_known_by_party(in_company: Company, stranger: Company) -> None:
    """books.md 31, the ledger's half."""
    book(entry_of(*sale(1000, 0, ANN)))
    book(entry_of(*sale(500, 0, BOB), day=date(2026, 4, 1)))
    book(entry_of(debit("bank", 1000), credit("receivable", 1000, party_id=ANN), kind="payment",
                  day=date(2026, 4, 2)))  # fmt: skip
    found: dict[str, object] = defaultdict(dict)
    for day in (DAY, date(2026, 4, 1), date(2026, 4, 2)):
        found[day.isoformat()] = control_totals(control="receivable", as_of=day)

    assert dict(found) == {
        "2026-03-14": {ANN: 1000},
        "2026-04-01": {ANN: 1000, BOB: 500},
        "2026-04-02": {BOB: 500},
    }
    assert control_total(control="payable", as_of=DAY) == 0
    with open_scope(stranger.scope()):
        assert control_totals(control="receivable", as_of=DAY) == {}
        assert get_trial_balance(last_day=DAY).rows == ()


def test_a_stranger_sees_no_balance(in_company: Company, stranger: Company) -> None:
    entry = book(entry_of())
    account = Account.objects.get(code="1100")
    with open_scope(stranger.scope()):
        assert get_balance(account_id=account.id) == 0
        with pytest.raises(NotFound):
            reverse_by_hand(
                entry_id=entry.id, entry_date=DAY, reason="x", actor=stranger.actor(), now=clock.now()
            )


def by_hand(*lines: EntryLine, text: str = "Rent of March", day: date = DAY) -> Entry:
    return post_by_hand(entry_date=day, lines=lines, text=text, actor=current_scope().actor, now=clock.now())


def test_an_entry_by_hand_has_a_number_of_its_own(in_company: Company) -> None:
    first = by_hand(debit("6100", 90000), credit("bank", 90000))
    second = by_hand(debit("6200", 5), credit("1000", 5))

    assert (first.source_number, second.source_number) == ("GJ-2026-000001", "GJ-2026-000002")
    assert first.source_id == first.id


def test_a_refused_entry_by_hand_takes_no_number(in_company: Company) -> None:
    by_hand(debit("6100", 5), credit("bank", 5))
    before = state_of(in_company)
    for lines, code in (
        ((debit("receivable", 5, party_id=ANN), credit("bank", 5)), "not_by_hand"),
        ((debit("2000", 5, party_id=ANN), credit("bank", 5)), "not_by_hand"),
        ((debit("6100", 5), credit("bank", 4)), "unbalanced"),
    ):
        with pytest.raises((NotByHand, InputError, Exception)) as refused:
            by_hand(*lines)
        assert refused.value.code == code  # type: ignore[attr-defined]
    assert state_of(in_company) == before


def test_only_an_entry_by_hand_is_reversed_by_hand(in_company: Company) -> None:
    mine, sold = by_hand(debit("6100", 5), credit("bank", 5)), book(entry_of())
    act = {"entry_date": DAY, "reason": "Typed twice", "actor": current_scope().actor, "now": clock.now()}
    reversal = reverse_by_hand(entry_id=mine.id, **act)  # type: ignore[arg-type]

    assert reversal.reverses_id == mine.id
    for key in (sold.id, reversal.id):
        with pytest.raises(NotByHand):
            reverse_by_hand(entry_id=key, **act)  # type: ignore[arg-type]


def make(code: str, kind: str = "expense", **more: object) -> Account:
    return create_account(
        code=code, name="Travel", kind=kind, actor=current_scope().actor, now=clock.now(), **more
    )  # type: ignore[arg-type]


def test_accounts_are_made_changed_and_taken_out_of_use(in_company: Company, stranger: Company) -> None:
    actor, now = current_scope().actor, clock.now()
    account = make("6150")
    changed = change_account(
        account_id=account.id, changes={"name": "Travel and meals"}, version=1, actor=actor, now=now
    )
    assert (changed.name, changed.version) == ("Travel and meals", 2)
    with pytest.raises(StaleVersion):
        change_account(account_id=account.id, changes={"name": "x"}, version=1, actor=actor, now=now)
    with pytest.raises(CodeTaken):
        make("6150")
    with open_scope(stranger.scope()):
        assert make("6150").code == "6150"
        with pytest.raises(NotFound):
            change_account(account_id=account.id, changes={"name": "x"}, actor=actor, now=now)
    for code, kind, more in (
        ("receivable", "asset", {}),
        ("7", "gift", {}),
        ("8", "asset", {"control": "x"}),
    ):
        with pytest.raises(InputError):
            make(code, kind, **more)
    with pytest.raises(InputError):
        change_account(account_id=account.id, changes={"code": "x"}, actor=actor, now=now)


def test_a_role_moves_to_another_account(in_company: Company) -> None:
    book(entry_of())
    actor, now = current_scope().actor, clock.now()
    online = make("4010", "income")
    assign_role(role="revenue", account_id=online.id, actor=actor, now=now)
    book(entry_of())

    assert {row.code: row.closing_minor for row in get_trial_balance(last_day=DAY).rows} == {
        "1100": 2400, "2200": -400, "4000": -1000, "4010": -1000,
    }  # fmt: skip
    with pytest.raises(InputError, match="plays a role"):
        change_account(account_id=online.id, changes={"is_active": False}, actor=actor, now=now)
    for role, account in (("receivable", online), ("nothing", online),
                          ("revenue", Account.objects.get(code="1100"))):  # fmt: skip
        with pytest.raises(InputError):
            assign_role(role=role, account_id=account.id, actor=actor, now=now)
    second = make("1110", "asset", control="receivable")
    assign_role(role="receivable", account_id=second.id, actor=actor, now=now)
    book(entry_of(*sale(100, 0, ANN)))
    assert AccountRole.objects.get(role="receivable").version == 2
    assert control_total(control="receivable", as_of=DAY) == 2500

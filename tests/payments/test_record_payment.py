"""A payment is posted, opens an unapplied item, settles what it is allocated to, and is taken back only by voiding."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connections

from apps.core import clock
from apps.core.errors import DomainError, InputError, NotFound, StaleVersion
from apps.core.ids import new_id
from apps.core.scope import current_scope, open_scope
from apps.ledger.models import Entry, LockDate
from apps.ledger.posting import PeriodClosed
from apps.ledger.rates import NoRate
from apps.payments.errors import DuplicatePayment
from apps.payments.models import Payment
from apps.payments.operations import allocate_payment, record_payments
from apps.settlement.errors import NotAllocatable
from apps.settlement.models import Allocation, OpenItem
from tests.factories.books import make_customer
from tests.factories.open_items import DAY, item_input, left, open_these
from tests.factories.pages import state_of
from tests.factories.parties import make_supplier
from tests.factories.payments import part, pay, payment_input, take_back
from tests.factories.posted_items import agree, balances, post_these
from tests.factories.tenants import Company

LATER = DAY + timedelta(10)


def item_of(payment: Payment) -> OpenItem:
    return OpenItem.objects.get(id=payment.item_id)


def test_one_payment_settles_many_and_the_rest_stays_a_credit(in_company: Company) -> None:
    """books.md 43."""
    party = make_customer().id
    one, two = post_these(item_input(party_id=party), item_input(party_id=party, amount_minor=2_500))
    made = pay(party, 15_000, parts=(part(one, 10_000), part(two, 2_500)))
    assert (made.number, left(one), left(two)) == ("RCT-2026-000001", (0, 0), (0, 0))
    assert left(item_of(made)) == (2_500, 2_500)
    assert balances() == {"revenue": -12_500, "bank": 15_000, "unapplied_receipts": -2_500}
    agree(DAY)


def test_many_payments_settle_one(in_company: Company) -> None:
    party = make_customer().id
    (charge,) = post_these(item_input(party_id=party))
    for minor in (4_000, 4_000, 2_000):
        pay(party, minor, parts=(part(charge, minor),))
    assert left(charge) == (0, 0)
    with pytest.raises(NotAllocatable):
        pay(party, 1, parts=(part(charge, 1),))
    assert Payment.objects.count() == 3
    assert pay(party, 1).number == "RCT-2026-000004"


def test_a_refused_payment_leaves_nothing_and_takes_no_number(in_company: Company) -> None:
    party = make_customer().id
    (charge,) = post_these(item_input(party_id=party))
    before = state_of(in_company)
    for options, code in (
        ({"parts": (part(charge, 10_001),)}, "exceeds_unapplied"),
        ({"minor": 0}, "not_positive"),
        ({"method": "barter"}, "unknown_method"),
        ({"direction": "lend"}, "unknown_direction"),
        ({"currency": "XXQ"}, "unknown_currency"),
        ({"currency": "USD"}, "no_rate"),
        ({"party": new_id()}, "unknown_customer"),
    ):
        with pytest.raises(DomainError) as refused:
            pay(options.pop("party", party), **options)  # type: ignore[arg-type]
        assert refused.value.code == code
    assert state_of(in_company) == before


def test_a_foreign_payment_is_worth_what_the_bank_booked(in_company: Company) -> None:
    """books.md 36: 100 EUR booked at 84.00; the invoice was posted at 0.90."""
    party = make_customer().id
    (charge,) = post_these(item_input(party_id=party, currency="EUR", rate="0.9", book_minor=9_000))
    made = pay(party, currency="EUR", book_minor=8_400, parts=(part(charge, 10_000),))
    assert (made.rate, made.rate_source) == (Decimal("0.84"), "bank")
    assert balances() == {"revenue": -9_000, "bank": 8_400, "fx_loss": 600}
    entered = pay(party, 100, currency="EUR", rate=Decimal("0.8"))
    assert (entered.book_minor, entered.rate_source) == (80, "entered")
    with pytest.raises(NoRate):
        pay(party, 100, currency="EUR")


def test_voiding_undoes_allocations_first_and_reverses(in_company: Company) -> None:
    """books.md 26, 33, 40."""
    party = make_customer().id
    one, two = post_these(item_input(party_id=party), item_input(party_id=party, amount_minor=500))
    other = pay(party, 100, parts=(part(two, 100),))
    before = balances()
    made = pay(party, 10_300, parts=(part(one, 10_000), part(two, 300)))
    with pytest.raises(StaleVersion):
        take_back(made, version=9)
    take_back(made, on=LATER)
    assert (left(one), left(two)) == ((10_000, 10_000), (400, 400))
    assert balances() == before
    for day in (DAY, LATER - timedelta(1), LATER):
        agree(day)
    state = state_of(in_company)
    assert take_back(made, on=LATER, reason="Again").void_reason == "Bounced"
    assert state_of(in_company) == state
    assert Allocation.objects.get(credit_id=other.item_id).undone_on is None
    with pytest.raises(NotAllocatable) as refused:
        allocate_payment(
            payment_id=made.id, parts=[part(one, 1)], allocated_on=LATER, actor=in_company.actor(), now=clock.now()
        )  # fmt: skip
    assert refused.value.code in {"item_closed", "settled_until"}


def test_inside_a_locked_period_nothing_is_recorded_or_voided(in_company: Company) -> None:
    """books.md 34."""
    party = make_customer().id
    (charge,) = post_these(item_input(party_id=party))
    made = pay(party, 100, parts=(part(charge, 100),))
    LockDate.objects.create(kind="payment", through=DAY, changed_at=clock.now())
    before = state_of(in_company)
    with pytest.raises(PeriodClosed) as refused:
        take_back(made)
    assert refused.value.cure
    with pytest.raises(PeriodClosed):
        pay(party, 100)
    assert state_of(in_company) == before
    take_back(made, on=LATER)
    assert left(charge) == (10_000, 10_000)


def test_a_refund_sends_a_credit_back(in_company: Company) -> None:
    """books.md 42: applied + refunded + remaining = the credit note's total."""
    party = make_customer().id
    note, charge = post_these(
        item_input(party_id=party, direction="credit", source_kind="credit_note"),
        item_input(party_id=party, amount_minor=3_000),
    )
    pay(party, 6_000, direction="pay", parts=(part(note, 6_000),))
    with pytest.raises(NotAllocatable):
        pay(party, 4_001, direction="pay", parts=(part(note, 4_001),))
    assert left(note) == (4_000, 4_000)
    assert balances() == {"receivable": -4_000 + 3_000, "revenue": 7_000, "bank": -6_000}
    agree(DAY)
    assert left(charge) == (3_000, 3_000)


def test_a_supplier_is_paid_and_pays_back(in_company: Company) -> None:
    supplier = make_supplier().id
    (bill,) = post_these(item_input(party_id=supplier, side="payable", source_kind="bill"))
    made = pay(supplier, 12_000, side="payable", direction="pay", parts=(part(bill, 10_000),))
    assert made.number == "PAY-2026-000001"
    back = pay(supplier, 2_000, side="payable", direction="receive", parts=(part(item_of(made), 2_000),))
    assert left(item_of(made)) == left(item_of(back)) == (0, 0)
    assert balances() == {"expense": 10_000, "bank": -10_000}
    agree(DAY)


def test_the_same_outside_number_is_recorded_once(in_company: Company) -> None:
    party = make_customer().id
    first = pay(party, source="api", external_number="X-1")
    with pytest.raises(DuplicatePayment) as refused:
        pay(party, source="api", external_number="X-1")
    assert refused.value.detail == {"payment": str(first.id)}
    pay(party, source="bank", external_number="X-1")
    assert Payment.objects.count() == 2


def test_parallel_payers_of_one_invoice_never_pay_it_twice(company: Company) -> None:
    """books.md 20, 38: eight connections each pay all of it; one is allocated, numbers have no hole."""
    with open_scope(company.scope()):
        party = make_customer().id
        (charge,) = post_these(item_input(party_id=party))

    def go(_: int) -> bool:
        with open_scope(company.scope()):
            try:
                pay(party, parts=(part(charge, 10_000),))
            except NotAllocatable:
                return False
            finally:
                connections.close_all()
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(go, range(8))) == 1
    with open_scope(company.scope()):
        assert list(Payment.objects.values_list("number", flat=True)) == ["RCT-2026-000001"]
        agree(DAY)


def test_a_payment_and_its_void_at_the_same_moment(company: Company) -> None:
    """books.md 38, 40: voiding while others allocate the same credit: nothing is settled by what is void."""
    with open_scope(company.scope()):
        party = make_customer().id
        charges = post_these(*(item_input(party_id=party, amount_minor=100) for _ in range(6)))
        made = pay(party, 600)

    def go(number: int) -> None:
        with open_scope(company.scope()):
            try:
                if number == 3:
                    take_back(made)
                else:
                    allocate_payment(
                        payment_id=made.id, parts=[part(charges[number % 6], 100)], allocated_on=DAY,
                        actor=company.actor(), now=clock.now(),
                    )  # fmt: skip
            except NotAllocatable:
                pass
            finally:
                connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(go, range(6)))
    with open_scope(company.scope()):
        assert {left(charge) for charge in charges} == {(100, 100)}
        assert item_of(made).closed_on == DAY
        agree(DAY)


@pytest.mark.parametrize(
    "statement",
    [
        "update payments_payment set amount_minor = 1 where id = %s",
        "update payments_payment set customer_id = gen_random_uuid() where id = %s",
        "update payments_payment set payment_date = '2026-01-01' where id = %s",
        "delete from payments_payment where id = %s",
        "update payments_payment set state = 'void' where id = %s",
    ],
)
def test_sql_of_the_application_cannot_change_a_payment(in_company: Company, statement: str) -> None:
    """books.md 27."""
    made = pay(make_customer().id)
    with pytest.raises(DatabaseError), connections["default"].cursor() as cursor:
        cursor.execute(statement, [made.id])
    assert Payment.objects.get(id=made.id).amount_minor == 10_000


def test_many_are_recorded_as_one_set(in_company: Company) -> None:
    party = make_customer().id
    charges = post_these(*(item_input(party_id=party, amount_minor=100) for _ in range(30)))
    inputs = [payment_input(party, 100, parts=(part(charge, 100),)) for charge in charges]
    made = record_payments(payments=inputs, actor=current_scope().actor, now=clock.now())
    assert [row.number for row in made] == [f"RCT-2026-{n:06d}" for n in range(1, 31)]
    assert balances() == {"revenue": -3_000, "bank": 3_000}
    assert Entry.objects.filter(source_kind="allocation").count() == 30


def test_a_stranger_finds_nothing(company: Company, stranger: Company) -> None:
    """books.md 58."""
    with open_scope(company.scope()):
        party = make_customer().id
        (charge,) = open_these(item_input(party_id=party))
        made = pay(party)
    with open_scope(stranger.scope()):
        own = make_customer().id
        with pytest.raises(NotFound):
            take_back(made)
        with pytest.raises(NotFound):
            pay(own, parts=(part(charge, 1),))
        with pytest.raises(InputError):
            pay(party)
        assert not Payment.objects.exists()

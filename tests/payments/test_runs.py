"""A payment run pays what is open, to confirmed accounts only, once, and never by its maker (books.md 44)."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connections
from lxml import etree

from apps.approvals.errors import NotApproved
from apps.approvals.models import Request
from apps.core import clock
from apps.core.errors import DomainError, Forbidden, NotFound
from apps.core.scope import current_scope, open_scope
from apps.payments.accounts import create_own_account
from apps.payments.errors import RunRefused
from apps.payments.models import OwnAccount, Payment, PaymentRun, PaymentRunRow
from apps.payments.run_files import NAMESPACE, csv_rows, pain_001
from apps.payments.runs import cancel_run, create_run, leave_out_row, release_run
from apps.settlement.models import OpenItem
from apps.settlement.operations import hold_item
from tests.factories.approvals import decide_as, make_policy
from tests.factories.open_items import DAY, item_input, left
from tests.factories.pages import entries_of, state_of
from tests.factories.parties import IBAN, OTHER_IBAN, make_bank_account, make_supplier
from tests.factories.payments import part, pay
from tests.factories.posted_items import agree, balances, post_these
from tests.factories.tenants import Company

OWN_IBAN = "GB33BUKB20201555555555"


@pytest.fixture
def world(company: Company) -> Iterator[Company]:
    """A company with finance making runs; admin releases them."""
    with open_scope(company.scope("finance")):
        yield company


def own_account() -> OwnAccount:
    return create_own_account(
        name="Main", currency="GBP", holder="Our Company Ltd", iban_number=OWN_IBAN, bic_code="BUKBGB22",
        actor=current_scope().actor, now=clock.now(),
    )  # fmt: skip


def bill(supplier: Any, minor: int = 10_000, **options: Any) -> OpenItem:
    (item,) = post_these(
        item_input(party_id=supplier.id, amount_minor=minor, side="payable", source_kind="bill", **options)
    )
    return item


def payee(company: Company, number: str = IBAN) -> Any:
    supplier = make_supplier()
    make_bank_account(company, supplier, number=number)
    return supplier


def make_run(account: OwnAccount | None = None, **options: Any) -> PaymentRun:
    given: dict[str, Any] = {"pay_date": DAY, "due_through": DAY, **options}
    return create_run(
        own_account_id=(account or own_account()).id, actor=current_scope().actor, now=clock.now(), **given
    )


def release(company: Company, run: PaymentRun, role: str = "admin", **options: Any) -> PaymentRun:
    with open_scope(company.scope(role)):
        return release_run(run_id=run.id, actor=company.actor(role), now=clock.now(), **options)


def rows_of(run: PaymentRun) -> dict[str, tuple[str, str]]:
    return {row.number: (row.state, row.reason) for row in PaymentRunRow.objects.filter(run=run)}


def test_a_run_pays_what_is_due_once_and_tells_the_bank(world: Company) -> None:
    supplier = payee(world)
    one, later = bill(supplier, number="B-1"), bill(supplier, due_date=DAY + timedelta(9), number="B-2")
    early = bill(
        supplier,
        due_date=DAY + timedelta(30),
        discount_minor=200,
        discount_until=DAY + timedelta(3),
        number="B-3",
    )
    run = make_run()
    assert rows_of(run) == {"B-1": ("proposed", ""), "B-3": ("proposed", "")}
    release(world, run)
    before = state_of(world)
    assert release(world, run).released_by == world.actor("admin").id
    assert state_of(world) == before
    assert (left(one), left(early), left(later)) == ((0, 0), (0, 0), (10_000, 10_000))
    assert balances() == {"expense": 30_000, "bank": -19_800, "discount_taken": -200, "payable": -10_000}
    agree(DAY)
    found = PaymentRun.objects.get(id=run.id)
    rows = list(csv_rows(found))
    assert [row[3:7] for row in rows] == [(IBAN, "", "100.00", "GBP"), (IBAN, "", "98.00", "GBP")]
    tree = etree.fromstring(pain_001(found, now=clock.now()))
    ns = {"p": NAMESPACE}
    assert tree.xpath("string(//p:GrpHdr/p:CtrlSum)", namespaces=ns) == "198.00"
    assert tree.xpath("//p:CdtrAcct/p:Id/p:IBAN/text()", namespaces=ns) == [IBAN, IBAN]
    assert tree.xpath("//p:InstdAmt/text()", namespaces=ns) == ["100.00", "98.00"]
    assert tree.xpath("string(//p:DbtrAcct/p:Id/p:IBAN)", namespaces=ns) == OWN_IBAN
    assert tree.xpath("//p:EndToEndId/text()", namespaces=ns) == ["PAY-2026-000001", "PAY-2026-000002"]
    assert tree.xpath("//p:RmtInf/p:Ustrd/text()", namespaces=ns) == ["B-1", "B-3"]


def test_who_made_a_run_does_not_release_it(world: Company) -> None:
    """books.md 44, 50: by the operation, and by raw SQL from the application's role."""
    bill(payee(world))
    run = make_run()
    before = state_of(world)
    with pytest.raises(Forbidden) as refused:
        release(world, run, "finance")
    assert refused.value.code == "self_release"
    with pytest.raises(DatabaseError), connections["default"].cursor() as cursor:
        cursor.execute(
            "update payments_paymentrun set state = 'released', released_at = now(), released_by = created_by"
        )
    assert state_of(world) == before
    with open_scope(world.scope("admin")):
        leave_out = PaymentRunRow.objects.get(run=run)
        bill(payee(world), number="B-9")
        leave_out_row(
            run_id=run.id, row_id=leave_out.id, reason="Later", actor=world.actor("admin"), now=clock.now()
        )
    with pytest.raises(Forbidden):
        release(world, run)


def test_what_must_not_be_paid_is_left_out_with_its_reason(world: Company) -> None:
    supplier, without = payee(world), make_supplier()
    disputed = bill(supplier, number="B-1")
    hold_item(
        item_id=disputed.id, hold="disputed", reason="Broken", actor=world.actor("finance"), now=clock.now()
    )
    bill(without, number="B-2")
    bill(supplier, number="B-3")
    account = own_account()
    first = make_run(account)
    second = make_run(account)
    no_account = "No bank account of the supplier is confirmed."
    assert rows_of(first) == {
        "B-1": ("excluded", "Disputed: Broken"), "B-2": ("excluded", no_account), "B-3": ("proposed", ""),
    }  # fmt: skip
    assert rows_of(second)["B-3"] == ("excluded", f"It is in run {first.number}.")


def test_an_account_that_changed_after_the_look_is_not_paid_and_the_rest_is(world: Company) -> None:
    """books.md 44: re-checked at release; failed rows stay with their reason."""
    changed, same, part_paid, held = payee(world), payee(world), payee(world), payee(world)
    for number, supplier in (("B-1", changed), ("B-2", same)):
        bill(supplier, number=number)
    third, fourth = bill(part_paid, number="B-3"), bill(held, number="B-4")
    run = make_run()
    make_bank_account(world, changed, number=OTHER_IBAN)
    pay(part_paid.id, 1_000, side="payable", direction="pay", parts=(part(third, 1_000),))
    hold_item(item_id=fourth.id, hold="blocked", reason="Wait", actor=world.actor("finance"), now=clock.now())
    release(world, run)
    assert rows_of(run) == {
        "B-1": ("failed", "The supplier's bank account changed after the run was made."),
        "B-2": ("paid", ""),
        "B-3": ("failed", "B-3 is open with another amount than when the run was made."),
        "B-4": ("failed", "Blocked: Wait"),
    }
    assert left(third) == (9_000, 9_000)
    assert [row[8] for row in csv_rows(PaymentRun.objects.get(id=run.id))] == ["B-2"]
    agree(DAY)


def test_parallel_releases_pay_once(world: Company) -> None:
    supplier = payee(world)
    for number in range(3):
        bill(supplier, number=f"B-{number}")
    run = make_run()

    def go(_: int) -> str:
        try:
            return release(world, run).state
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(go, range(4))) == {"released"}
    assert Payment.objects.count() == 3


def test_a_draft_has_no_file_and_an_ended_run_stays(world: Company, stranger: Company) -> None:
    bill(payee(world))
    run = make_run()
    with pytest.raises(RunRefused) as refused:
        list(csv_rows(run))
    assert refused.value.code == "run_not_released"
    with open_scope(stranger.scope()), pytest.raises(NotFound):
        release_run(run_id=run.id, actor=stranger.actor(), now=clock.now())
    cancel_run(run_id=run.id, reason="Not today", actor=world.actor("finance"), now=clock.now())
    with pytest.raises(DomainError) as ended:
        release(world, run)
    assert ended.value.code == "run_ended"
    assert not Payment.objects.exists()


def test_taking_the_file_is_on_record(world: Company) -> None:
    bill(payee(world))
    run = make_run()
    release(world, run)
    pain_001(PaymentRun.objects.get(id=run.id), now=clock.now())
    (entry,) = entries_of(world, "export")
    assert entry["new"] == {"run": run.number, "format": "pain.001", "rows": 1}


def test_a_policy_wants_its_approval_first_and_a_change_voids_it(world: Company) -> None:
    """books.md 44, 51, 52."""
    with open_scope(world.scope("admin")):
        make_policy(kind="payment_run")
    one, two = payee(world), payee(world)
    bill(one, number="B-1")
    bill(two, number="B-2")
    run = make_run()
    with pytest.raises(NotApproved):
        release(world, run)
    request = Request.objects.get(subject_id=run.id)
    decide_as(world, "approver", request)
    row = PaymentRunRow.objects.get(run=run, number="B-2")
    leave_out_row(run_id=run.id, row_id=row.id, reason="Later", actor=world.actor("finance"), now=clock.now())
    with pytest.raises(NotApproved):
        release(world, run)
    decide_as(world, "approver", Request.objects.get(subject_id=run.id, state="pending"))
    release(world, run)
    assert rows_of(run) == {"B-1": ("paid", ""), "B-2": ("excluded", "Later")}

"""Pages of settlement."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from apps.core import clock
from apps.core.scope import current_scope, open_scope
from apps.settlement.dunning import run_dunning
from apps.settlement.models import DunningLetter, OpenItem
from tests.factories.books import make_customer
from tests.factories.open_items import item_input, link, one_of_each
from tests.factories.parties import make_supplier
from tests.factories.posted_items import post_these
from tests.factories.tenants import Company
from tests.flows.calls import Call, Sent, World

READ, EXPORT = ("payments.read",), ("exports.run", "payments.read")
WRITE, DUN = ("payments.write", "payments.read"), ("dunning.run", "payments.read")


def make_world(company: Company) -> World:
    """Make an overdue charge with a part paid, another that is free, a bill, and today's reminders."""
    with open_scope(company.scope()):
        today = clock.now().date()
        customer, supplier = make_customer(), make_supplier()
        late, _, credit = post_these(
            item_input(party_id=customer.id, issue_date=today - timedelta(40)),
            item_input(party_id=customer.id, issue_date=today, due_date=today + timedelta(9)),
            item_input(party_id=customer.id, direction="credit", issue_date=today),
        )
        (bill,) = post_these(
            item_input(party_id=supplier.id, side="payable", source_kind="bill", issue_date=today)
        )
        made = link(late, credit, 1_000, on=today)
        run = run_dunning(run_date=today, actor=current_scope().actor, now=clock.now())
        assert run is not None
        letter = DunningLetter.objects.get(run=run)
        ids: dict[str, UUID | int] = {
            "customer": customer.id, "supplier": supplier.id, "item": late.id, "credit": credit.id, "bill": bill.id,
            "link": made.id, "run": run.id, "letter": letter.id,
        }  # fmt: skip
    return World(company, ids, (late.number, bill.number, *(str(each) for each in ids.values())))


def make_admin_rows(company: Company) -> dict[str, Any]:
    """Make one row of each table, for the admin's tests; the scope is open."""
    rows: dict[str, UUID] = one_of_each(make_customer(name=f"Owes {company.id.hex[-8:]}").id)
    return rows


def allocation(world: World) -> Sent:
    with open_scope(world.company.scope()):
        credit = OpenItem.objects.get(id=world.ids["credit"])
    return {"other": str(credit.id), "amount": "1.00"}


def levels(_: World) -> Sent:
    return {
        "levels-TOTAL_FORMS": "1", "levels-INITIAL_FORMS": "0", "levels-0-days": "7", "levels-0-title": "Reminder",
        "levels-0-text": "Please pay.",
    }  # fmt: skip


CALLS: tuple[Call, ...] = (
    Call("settlement:receivables", READ),
    Call("settlement:receivables_export", EXPORT),
    Call("settlement:receivable_items", READ),
    Call("settlement:receivable_party", READ, "customer"),
    Call("settlement:receivable_statement", EXPORT, "customer"),
    Call("settlement:receivable_stop", DUN, "customer", "POST", lambda _: {"reason": "Promised"}, ok=(302,)),
    Call("settlement:receivable_dunning", READ),
    Call("settlement:receivable_dunning_run", DUN, method="POST", ok=(302,)),
    Call("settlement:receivable_levels", ("dunning.run",)),
    Call("settlement:receivable_levels", ("dunning.run",), method="POST", send=levels, ok=(302,)),
    Call("settlement:receivable_dunning_detail", READ, "run"),
    Call("settlement:receivable_dunning_export", EXPORT, "run"),
    Call("settlement:receivable_letter", READ, "letter"),
    Call("settlement:receivable_letter_sent", DUN, "letter", "POST", ok=(302,)),
    Call("settlement:payables", READ),
    Call("settlement:payables_export", EXPORT),
    Call("settlement:payable_items", READ),
    Call("settlement:payable_party", READ, "supplier"),
    Call("settlement:payable_statement", EXPORT, "supplier"),
    Call("settlement:item_detail", READ, "item"),
    Call("settlement:item_allocate", WRITE, "item", "POST", allocation, ok=(302,)),
    Call(
        "settlement:item_write_off",
        WRITE,
        "item",
        "POST",
        lambda _: {"amount": "1", "reason": "Bad"},
        ok=(302,),
    ),
    Call(
        "settlement:item_hold",
        WRITE,
        "item",
        "POST",
        lambda _: {"hold": "disputed", "reason": "No"},
        ok=(302,),
    ),
    Call("settlement:allocation_undo", WRITE, "link", "POST", lambda _: {"reason": "Wrong"}, ok=(302,)),
)

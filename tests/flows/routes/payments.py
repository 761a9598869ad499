"""Pages of payments, runs and the bank."""

from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile

from apps.core import clock
from apps.core.ids import new_id
from apps.core.scope import open_scope
from apps.parties.models import Customer
from apps.payments.accounts import create_own_account
from apps.payments.bank import ignore_line, import_statement
from apps.payments.models import BankLine, Payment, PaymentRunRow
from apps.payments.runs import create_run, release_run
from tests.factories.books import make_customer
from tests.factories.open_items import item_input
from tests.factories.parties import make_bank_account, make_supplier
from tests.factories.payments import one_of_each, pay
from tests.factories.posted_items import post_these
from tests.factories.tenants import Company
from tests.flows.calls import Call, Sent, World

READ, EXPORT = ("payments.read",), ("exports.run", "payments.read")
WRITE, RUN = ("payments.write", "payments.read"), ("payments.run", "payments.read")


def make_world(company: Company) -> World:
    """Make a payment, a run that waits and one that was released, and lines of the bank in each state."""
    with open_scope(company.scope()):
        now, mark = clock.now(), new_id().hex[-8:]
        today, other = now.date(), company.actor("approver")
        customer, supplier = make_customer(), make_supplier()
        make_bank_account(company, supplier)
        charge, _ = post_these(
            item_input(party_id=customer.id, issue_date=today),
            item_input(party_id=supplier.id, side="payable", source_kind="bill", issue_date=today),
        )
        made = pay(customer.id, 4_000, payment_date=today, reference=f"Reference {mark}")
        account = create_own_account(
            name=f"Main {mark}", currency="GBP", holder="We", iban_number="GB33BUKB20201555555555",
            actor=other, now=now,
        )  # fmt: skip
        released = create_run(
            pay_date=today, due_through=today, own_account_id=account.id, actor=other, now=now
        )
        release_run(run_id=released.id, actor=company.actor("admin"), now=now)
        post_these(item_input(party_id=supplier.id, side="payable", source_kind="bill", issue_date=today))
        run = create_run(pay_date=today, due_through=today, own_account_id=account.id, actor=other, now=now)
        # For a run to come: the one above has taken what was due by then.
        post_these(item_input(party_id=supplier.id, side="payable", source_kind="bill", issue_date=today))
        text = f"Date,Amount,Reference\n{today},100.00,Waits {mark}\n{today},-7.00,Charges {mark}\n"
        import_statement(
            own_account_id=account.id, name=f"{mark}.csv", content=text.encode(), actor=other, now=now
        )
        waits, left_out = BankLine.objects.filter(own_account=account).order_by("position")
        ignore_line(line_id=left_out.id, reason="Charges", actor=other, now=now)
        ids: dict[str, UUID | int] = {
            "payment": made.id, "run": run.id, "released": released.id, "account": account.id, "line": waits.id,
            "left_out": left_out.id, "row": PaymentRunRow.objects.get(run=run, state="proposed").id,
            "charge": charge.id, "customer": customer.id,
        }  # fmt: skip
    return World(company, ids, (made.number + mark, mark, *(str(each) for each in ids.values())))


def make_admin_rows(company: Company) -> dict[str, Any]:
    """Make one row of each table, for the admin's tests; the scope is open."""
    rows: dict[str, UUID] = one_of_each(make_customer(name=f"Pays {company.id.hex[-8:]}").id)
    return rows


def payment_form(world: World) -> Sent:
    with open_scope(world.company.scope()):
        code = Customer.objects.get(id=world.ids["customer"]).code
    return {
        "kind": "receivable-receive", "party": code, "payment_date": clock.now().date().isoformat(), "amount": "10",
        "currency": "GBP", "method": "cash", "account": "bank", f"part-{world.ids['charge']}": "4", "then": "record",
    }  # fmt: skip


def allocation_form(world: World) -> Sent:
    return {f"part-{world.ids['charge']}": "4"}


def void_form(world: World) -> Sent:
    with open_scope(world.company.scope()):
        version = Payment.objects.get(id=world.ids["payment"]).version
    return {"version": str(version), "reason": "Bounced"}


def account_form(_: World) -> Sent:
    return {
        "name": f"Account {new_id().hex[-8:]}",
        "currency": "GBP",
        "holder": "We",
        "ledger_account": "bank",
    }


def run_form(world: World) -> Sent:
    day = clock.now().date().isoformat()
    return {"own_account": str(world.ids["account"]), "pay_date": day, "due_through": day}


def statement_form(world: World) -> Sent:
    text = f"Date,Amount,Reference\n2026-03-14,1.00,{new_id()}\n"
    return {"own_account": str(world.ids["account"]), "file": SimpleUploadedFile("march.csv", text.encode())}


def match_form(world: World) -> Sent:
    return {"side": "receivable", "party": str(world.ids["customer"])}


CALLS: tuple[Call, ...] = (
    Call("payments:list", READ),
    Call("payments:export", EXPORT),
    Call("payments:detail", READ, "payment"),
    Call("payments:create", WRITE),
    Call("payments:create", WRITE, method="POST", send=payment_form, ok=(302,)),
    Call("payments:allocate", WRITE, "payment", "POST", allocation_form, ok=(302,)),
    Call("payments:void", WRITE, "payment", "POST", void_form, ok=(302,)),
    Call("payments:run_list", READ),
    Call("payments:run_create", RUN),
    Call("payments:run_create", RUN, method="POST", send=run_form, ok=(302,)),
    Call("payments:run_detail", READ, "run"),
    Call("payments:run_release", RUN, "run", "POST", lambda _: {"version": "1"}, ok=(302,)),
    Call("payments:run_cancel", RUN, "run", "POST", lambda _: {"reason": "Not today"}, ok=(302,)),
    Call("payments:run_leave_out", RUN, "row", "POST", lambda _: {"reason": "Later"}, ok=(302,)),
    Call("payments:run_csv", RUN, "released"),
    Call("payments:run_xml", RUN, "released"),
    Call("payments:bank", READ),
    Call("payments:bank_import", WRITE),
    Call("payments:bank_import", WRITE, method="POST", send=statement_form, ok=(302,)),
    Call("payments:bank_line", READ, "line"),
    Call("payments:bank_match", WRITE, "line", "POST", match_form, ok=(302,)),
    Call("payments:bank_undo", WRITE, "left_out", "POST", lambda _: {"reason": "No"}, ok=(302,)),
    Call("payments:bank_ignore", WRITE, "line", "POST", lambda _: {"reason": "No"}, ok=(302,)),
    Call("payments:account_list", READ),
    Call("payments:account_create", RUN),
    Call("payments:account_create", RUN, method="POST", send=account_form, ok=(302,)),
    Call("payments:account_number", RUN, "account"),
)

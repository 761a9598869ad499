"""The pages of bills, and a row of each of its models."""

from datetime import date
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile

from apps.bills.importing import FileInput, import_files
from apps.bills.inputs import AdjustmentInput
from apps.bills.models import BillAdjustment, BillLine, BillSettings, BillTax, LineMatch
from apps.bills.operations import change_settings
from apps.bills.rows import BILL_ROWS
from apps.core import clock
from apps.core.ids import new_id
from apps.core.scope import current_scope, open_scope
from apps.documents.files import keep_file
from tests.factories.bills import bill_line, make_bill, make_posted_bill
from tests.factories.einvoices import as_ubl, einvoice
from tests.factories.orders import bought_line, make_sent, receive
from tests.factories.parties import make_supplier
from tests.factories.row_files import make_row_file
from tests.factories.tenants import Company
from tests.flows.calls import Call, Sent, World

READ, WRITE, POST, VOID = "bills.read", "bills.write", "bills.post", "bills.void"
IMPORT = ("imports.run", WRITE)


def make_world(company: Company) -> World:
    """Make one record of each kind."""
    with open_scope(company.scope()):
        mark = new_id().hex[-8:]
        supplier = make_supplier(code=f"SUP{mark}", name=f"Supplier {mark}")
        order = make_sent(supplier=supplier)
        receive(order, "10")
        posted = make_posted_bill(
            bill_line("10", "1.20", order_line=bought_line(order).id, description=f"Goods {mark}"), supplier=supplier,
            number=f"P{mark}",
        )  # fmt: skip
        content = as_ubl(einvoice(number=f"U{mark}"))
        (read,) = import_files(
            files=[FileInput(f"file {mark}.xml", content)], supplier_id=supplier.id, actor=current_scope().actor,
            now=clock.now(),
        )  # fmt: skip
        assert read.bill is not None
        draft = make_bill(
            bill_line("3", "7"), supplier=supplier, number=f"D{mark}", issue_date=date(2026, 1, 5)
        )
        file = keep_file(
            subject_kind="bill", subject_id=read.bill.id, name=f"note {mark}.txt", content=mark.encode(),
            actor=current_scope().actor, now=clock.now(),
        )  # fmt: skip
        ids: dict[str, UUID | int] = {
            "draft": draft.id, "posted": posted.id, "read": read.bill.id, "bill_file": make_row_file(BILL_ROWS),
            "file": file.id,
        }  # fmt: skip
    names = (
        supplier.name,
        supplier.code,
        f"P{mark}",
        f"U{mark}",
        f"D{mark}",
        f"Goods {mark}",
        f"file {mark}",
    )
    return World(company, ids, (*names, *map(str, ids.values())))


def make_admin_rows(company: Company) -> dict[str, UUID]:
    """Make a row of each model."""
    order = make_sent()
    receive(order, "10")
    charge = AdjustmentInput(is_charge=True, amount_minor=100, reason="Freight")
    line = bill_line("10", "1.20", order_line=bought_line(order).id)
    bill = make_bill(line, supplier=order.supplier, adjustments=[charge])
    change_settings(changes={"duplicate_days": 5}, actor=company.actor(), now=clock.now())
    return {
        "Bill": bill.id, "BillLine": BillLine.objects.get(bill=bill).id,
        "BillAdjustment": BillAdjustment.objects.get(bill=bill).id,
        "BillTax": BillTax.objects.filter(bill=bill).order_by("id")[0].id,
        "LineMatch": LineMatch.objects.get(line__bill=bill).id, "BillSettings": BillSettings.objects.get().id,
    }  # fmt: skip


def upload(_: World) -> Sent:
    return {"file": SimpleUploadedFile(f"{new_id().hex}.txt", new_id().hex.encode())}


def form(world: World) -> Sent:
    return {
        "kind": "invoice", "supplier": world.secrets[1], "supplier_number": f"F{new_id().hex[-8:]}",
        "issue_date": "2026-02-01", "currency": "GBP", "version": "1", "lines-TOTAL_FORMS": "1",
        "lines-INITIAL_FORMS": "0", "lines-0-description": "Lantern", "lines-0-quantity": "2",
        "lines-0-unit_price": "5",
    }  # fmt: skip


def files(world: World) -> Sent:
    content = as_ubl(einvoice(number=f"N{new_id().hex[-8:]}"))
    return {"documents": SimpleUploadedFile("bill.xml", content), "supplier": world.secrets[1]}


def rules(_: World) -> Sent:
    return {
        "match_basis": "accepted", "price_percent": "1", "price_amount": "1", "quantity_percent": "0",
        "quantity_units": "0", "total_amount": "0.02", "duplicate_days": "7", "version": _version(_),
    }  # fmt: skip


def _version(world: World) -> str:
    with open_scope(world.company.scope()):
        found = BillSettings.objects.values_list("version", flat=True).first()
        return str(found or 0)


def csv(_: World) -> Sent:
    return {"file": SimpleUploadedFile("rows.csv", b"Supplier,Their number\nX,1\n")}


def act(name: str, permission: str, record: str) -> Call:
    """Return the call of a bill's button."""
    sent = {"action": name, "version": "2" if record == "posted" else "1", "reason": "Twice"}
    return Call("bills:act", (READ, permission), record, "POST", lambda _: sent, ok=(302,), note=name)


CALLS: tuple[Call, ...] = (
    Call("bills:list", (READ,)),
    Call("bills:export", ("exports.run", READ)),
    Call("bills:create", (WRITE,)),
    Call("bills:create", (WRITE,), method="POST", send=form, ok=(302,)),
    Call("bills:suggest", (WRITE,)),
    Call("bills:upload", (WRITE,)),
    Call("bills:upload", (WRITE,), method="POST", send=files),
    Call("bills:bulk_post", (POST, READ)),
    Call("bills:bulk_post", (POST, READ), method="POST", send=lambda world: {"bill": f"{world.ids['draft']}:1"}),
    Call("bills:rules", (READ,)),
    Call("bills:rules", (READ, "ledger.manage"), method="POST", send=rules, ok=(302,)),
    Call("bills:import", IMPORT),
    Call("bills:import", IMPORT, method="POST", send=csv, ok=(302, 422)),
    Call("bills:import_file", IMPORT, "bill_file"),
    Call("bills:import_file", IMPORT, "bill_file", "POST", ok=(302,)),
    Call("bills:import_refused", IMPORT, "bill_file"),
    Call("bills:detail", (READ,), "posted"),
    Call("bills:detail", (READ,), "read", note="with its original"),
    Call("bills:edit", (WRITE,), "draft"),
    Call("bills:edit", (WRITE,), "draft", "POST", form, ok=(302,)),
    act("post", POST, "draft"),
    act("submit", WRITE, "draft"),
    act("match", WRITE, "draft"),
    act("delete", WRITE, "draft"),
    act("void", VOID, "posted"),
    Call("bills:files", (READ,), "read"),
    Call("bills:files", (READ, WRITE), "read", "POST", upload, ok=(302,)),
    Call("bills:file", (READ,), "file"),
    Call("bills:file_remove", (READ, WRITE), "file", "POST", lambda _: {"reason": "Wrong"}, ok=(302,)),
)  # fmt: skip

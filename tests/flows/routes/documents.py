"""Pages of the files beside a record, as invoices mount them."""

from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile

from apps.core import clock
from apps.core.ids import new_id
from apps.core.scope import current_scope, open_scope
from apps.documents.files import keep_file
from apps.documents.models import FileContent
from tests.factories.books import make_customer, make_posted
from tests.factories.tenants import Company
from tests.flows.calls import Call, Sent, World

READS, WRITES = ("invoices.read",), ("invoices.read", "invoices.write")


def make_world(company: Company) -> World:
    """Make an invoice with a file."""
    with open_scope(company.scope()):
        mark = new_id().hex[-8:]
        invoice = make_posted(customer=make_customer(name=f"Name {mark}"))
        file = keep_file(
            subject_kind="invoice", subject_id=invoice.id, name=f"Note {mark}.txt", content=f"Words {mark}".encode(),
            actor=current_scope().actor, now=clock.now(),
        )  # fmt: skip
    ids: dict[str, UUID | int] = {"invoice": invoice.id, "file": file.id}
    return World(company, ids, (file.name, f"Words {mark}", str(invoice.id), str(file.id)))


def make_admin_rows(company: Company) -> dict[str, UUID]:
    """Make one row of each model."""
    file = keep_file(
        subject_kind="invoice", subject_id=new_id(), name=f"Note {company.id.hex[-8:]}.txt", content=b"x",
        actor=company.actor(), now=clock.now(),
    )  # fmt: skip
    return {"StoredFile": file.id, "FileContent": FileContent.objects.get(file=file).id}


def upload(_: World) -> Sent:
    return {"file": SimpleUploadedFile(f"{new_id().hex}.txt", new_id().hex.encode())}


CALLS = (
    Call("invoices:files", READS, "invoice"),
    Call("invoices:files", WRITES, "invoice", "POST", upload, ok=(302,)),
    Call("invoices:file", READS, "file"),
    Call("invoices:pdf", READS, "invoice"),
    Call("invoices:ubl", READS, "invoice"),
    Call("invoices:file_remove", WRITES, "file", "POST", lambda _: {"reason": "Wrong file"}, ok=(302,)),
)

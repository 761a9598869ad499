"""Every route of the staff pages with calls that work. A route that is not here fails `test_pages.py`."""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import replace
from types import ModuleType
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile

from apps.audit.operations import record_access
from apps.catalog.rows import PRODUCT_ROWS
from apps.catalog.web.products import PRODUCTS
from apps.console.audit_exports import folder_of as log_folder
from apps.console.audit_exports import start_export
from apps.core import clock
from apps.core.ids import new_id
from apps.core.scope import current_scope, open_scope
from apps.invoices.import_jobs import start_import
from apps.invoices.uploads import keep_upload, report_folder
from apps.parties.rows import CUSTOMER_ROWS
from apps.parties.web.customers import CUSTOMERS
from apps.tenancy.models import Membership, User
from apps.tenancy.operations import add_member, create_api_key
from apps.tenancy.queries import get_permission_matrix
from apps.tenancy.web.matrix import cells_of, print_of
from tests.factories.books import line, make_customer, make_draft, make_posted, make_product
from tests.factories.import_files import as_csv
from tests.factories.import_files import line as file_row
from tests.factories.row_files import make_row_file
from tests.factories.tenants import Company
from tests.flows import routes
from tests.flows.calls import Call, Sent, World
from tests.flows.record_calls import calls_of_record

# Pages that ask for no role: they show nothing of a tenant, or lead on.
OPEN = {
    "health": "for the load balancer",
    "console:home": "leads to the first page that the role opens",
    "console:live": "how old the copy is, for every page",
    "console:tenants": "one's own companies",
    "console:styleguide": "components",
    "tenancy:switch": "one's own companies",
    "account_email": "closed to everybody: addresses are not taken unproven",
}


def make_world(company: Company) -> World:
    """Make one record of each kind."""
    with open_scope(company.scope()):
        actor, now = current_scope().actor, clock.now()
        mark = new_id().hex[-8:]
        customer = make_customer(code=f"CODE{mark}", name=f"Name {mark}", email=f"mail{mark}@example.com")
        product = make_product(sku=f"SKU{mark}", name=f"Thing {mark}")
        posted = make_posted(line(product_id=product.id), customer=customer)
        key, _ = create_api_key(name=f"Key {mark}", scopes=["customers.read"], actor=actor, now=now)
        upload = keep_upload([as_csv([file_row()])])
        job = start_import(
            upload=upload,
            name=f"File {mark}.csv",
            profile="online-retail",
            shift_to=None,
            actor=actor,
            now=now,
        )
        folder = report_folder(job.id)
        folder.mkdir(parents=True)
        (folder / "refused.csv").write_text(f"Refused {mark}\n")
        log = start_export(reason=f"Reason {mark}", actor=actor, now=now)
        packed = log_folder(log.id)
        packed.mkdir(parents=True)
        (packed / "audit-log.zip").write_text(f"Packed {mark}")
        ids = {
            "customer": customer.id, "product": product.id, "posted": posted.id, "key": key.id, "job": job.id,
            "draft": make_draft(customer=customer).id, "member": make_member(company).id, "log": log.id,
            "customer_file": make_row_file(CUSTOMER_ROWS), "product_file": make_row_file(PRODUCT_ROWS),
            "entry": record_access(kind="test", subject=f"Entry {mark}"),
        }  # fmt: skip
    names = (customer.code, customer.name, f"mail{mark}", product.sku, product.name, key.name, job.title)
    told = (f"Refused {mark}", f"Reason {mark}", f"Packed {mark}", f"Entry {mark}")
    return World(
        company, ids, (*names, *told, *(str(each) for each in ids.values() if isinstance(each, UUID)))
    )


def make_member(company: Company) -> Membership:
    """Add somebody who may be changed."""
    user = User(email=f"extra.{company.id.hex[-12:]}.{len(company.people)}@example.com", password="!")
    user.save(force_insert=True)
    company.people[f"extra{len(company.people)}"] = user
    return add_member(user=user, role="support", actor=current_scope().actor, now=clock.now())


def customer_form(_: World) -> Sent:
    return {"code": f"N{clock.now().timestamp()}", "name": "New", "country_code": "GB"}


def customer_edit(_: World) -> Sent:
    return {"name": "Changed", "country_code": "VN", "version": "1"}


def product_form(_: World) -> Sent:
    sku = f"N{clock.now().timestamp()}"
    return {"sku": sku, "name": "New", "unit": "EA", "unit_price": "1.5", "tax_rate": "0", "currency": "GBP"}


def product_edit(_: World) -> Sent:
    return {
        "name": "Changed", "unit": "EA", "unit_price": "1.5", "tax_rate": "0", "status": "blocked", "version": "1",
    }  # fmt: skip


def draft_form(world: World) -> Sent:
    return {
        "kind": "invoice", "customer": world.secrets[0], "issue_date": "2026-03-01", "due_date": "2026-03-31",
        "currency": "GBP", "version": "1", "lines-TOTAL_FORMS": "1", "lines-INITIAL_FORMS": "0",
        "lines-0-description": "Lantern", "lines-0-quantity": "2", "lines-0-unit_price": "5",
    }  # fmt: skip


def act(name: str, permission: str, record: str) -> Call:
    """Return the call of a document's button."""
    sent = {"action": name, "version": "1" if record == "draft" else "2", "reason": "Twice"}
    needs = ("invoices.read", permission)
    return Call("invoices:act", needs, record, "POST", lambda _: sent, ok=(302,), note=name)


def chosen(world: World) -> Sent:
    return {"document": f"{world.ids['draft']}:1"}


def matrix(world: World) -> Sent:
    with open_scope(world.company.scope()):
        cells = cells_of(get_permission_matrix())
    return {"cell": [f"{role}:{permission}" for role, permission in cells], "seen": print_of(cells)}


def upload(_: World) -> Sent:
    return {"file": SimpleUploadedFile("lines.csv", as_csv([file_row()])), "profile": "online-retail"}


CALLS: tuple[Call, ...] = (
    *calls_of_record(CUSTOMERS, "customer", new=customer_form, edit=customer_edit, file="customer_file"),
    *calls_of_record(PRODUCTS, "product", new=product_form, edit=product_edit, file="product_file"),
    Call("invoices:list", ("invoices.read",)),
    Call("invoices:export", ("exports.run", "invoices.read")),
    Call("invoices:detail", ("invoices.read",), "posted"),
    Call("invoices:create", ("invoices.write",)),
    Call("invoices:create", ("invoices.write",), method="POST", send=draft_form, ok=(302,)),
    Call("invoices:edit", ("invoices.write",), "draft"),
    Call("invoices:edit", ("invoices.write",), "draft", method="POST", send=draft_form, ok=(302,)),
    act("post", "invoices.post", "draft"),
    act("delete", "invoices.write", "draft"),
    act("credit", "invoices.write", "posted"),
    act("void", "invoices.void", "posted"),
    Call("invoices:bulk_post", ("invoices.post", "invoices.read")),
    Call("invoices:bulk_post", ("invoices.post", "invoices.read"), method="POST", send=chosen),
    Call("invoices:imports", ("imports.read",)),
    Call("invoices:import_create", ("imports.run",)),
    Call("invoices:import_create", ("imports.run",), method="POST", send=upload, ok=(302,)),
    Call("invoices:import_detail", ("imports.read",), "job"),
    Call("invoices:import_cancel", ("imports.run",), "job", "POST", ok=(302,)),
    Call("invoices:import_refused", ("imports.read",), "job"),
    Call("tenancy:members", ("members.read",)),
    Call("tenancy:member_invite", ("members.manage",)),
    Call("tenancy:member_invite", ("members.manage",), method="POST",
         send=lambda _: {"email": f"n{clock.now().timestamp()}@example.com", "role": "sales"}, ok=(302,)),
    Call("tenancy:member_role", ("members.manage",), "member", "POST", lambda _: {"role": "sales"}, ok=(302,)),
    Call("tenancy:member_end", ("members.manage",), "member", "POST", ok=(302,)),
    Call("tenancy:roles", ("members.read",)),
    Call("tenancy:roles", ("members.read", "roles.manage"), method="POST", send=matrix, ok=(302,)),
    Call("tenancy:keys", ("keys.manage",)),
    Call("tenancy:key_create", ("keys.manage",)),
    Call("tenancy:key_create", ("keys.manage",), method="POST",
         send=lambda _: {"name": "New", "scopes": ["customers.read"]}),
    Call("tenancy:key_revoke", ("keys.manage",), "key", "POST", ok=(302,)),
    Call("audit:list", ("audit.read",)),
    Call("audit:detail", ("audit.read",), "entry", ok=(200, 404)),
    Call("audit:export", ("audit.export",)),
    Call("audit:export", ("audit.export",), method="POST", send=lambda _: {"reason": "Inspection"}, ok=(302,)),
    Call("audit:export_detail", ("audit.export",), "log"),
    Call("audit:export_file", ("audit.export",), "log"),
    Call("console:home_csv", ("exports.run", "dashboards.read"), args=("months",)),
)  # fmt: skip


def rooms() -> dict[str, ModuleType]:
    """Return the modules of `tests/flows/routes/`, by name."""
    found = pkgutil.iter_modules(routes.__path__)
    return {each.name: importlib.import_module(f"{routes.__name__}.{each.name}") for each in found}


def collect() -> tuple[dict[str, Callable[[Company], World]], tuple[Call, ...]]:
    """Return how each room makes its world, and all calls."""
    makers, calls = {"": make_world}, list(CALLS)
    for name, module in rooms().items():
        makers[name] = module.make_world
        calls += (replace(call, room=name) for call in module.CALLS)
    return makers, tuple(calls)


MAKERS, ALL_CALLS = collect()

"""Django admin: the role's permissions, the open tenant's rows, writes by operations, no log of its own."""

import html
import re
from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.db.models import CompositePrimaryKey, Model
from django.test import Client
from django.urls import reverse

from apps.audit.operations import record_access
from apps.core import clock
from apps.core.scope import current_scope, open_scope
from apps.core.web.admin import HouseAdmin
from apps.documents.operations import change_settings, create_terms
from apps.documents.terms import Terms
from apps.invoices.imports.batches import open_batch
from apps.invoices.models import Invoice
from apps.jobs.operations import enqueue_job
from apps.parties.models import Customer
from apps.parties.rows import CUSTOMER_ROWS
from apps.tenancy.models import Membership, RolePermission
from apps.tenancy.operations import create_api_key, keep_answer
from apps.tenancy.permissions import ROLES
from tests.factories.books import make_customer, make_draft, make_posted, make_product
from tests.factories.pages import SignIn, names_in, settle, state_of
from tests.factories.row_files import make_row_file
from tests.factories.tenants import Company
from tests.flows.page_routes import rooms

MODELS = list(admin.site._registry)
STAFF = [role for role in ROLES if {"members.manage", "audit.read"} & ROLES[role]]
# They belong to the whole database: how far its copies are, without a row of any tenant.
OF_THE_DATABASE = {"Checkpoint", "Heartbeat"}
by_model = pytest.mark.parametrize("model", MODELS, ids=[model.__name__ for model in MODELS])


def page(model: type[Model], name: str, *args: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=args)


def own(model: type[Model]) -> HouseAdmin:
    found = admin.site._registry[model]
    assert isinstance(found, HouseAdmin)
    return found


def fill(company: Company) -> dict[str, Any]:
    """Make one row of each kind; return the key of each by model."""
    with open_scope(company.scope()):
        actor, now, mark = company.actor(), clock.now(), company.id.hex[-8:]
        customer = make_customer(code=f"CODE{mark}", name=f"Name {mark}", email=f"mail{mark}@example.com")
        product = make_product(sku=f"SKU{mark}", name=f"Thing {mark}")
        invoice = make_posted(customer=customer)
        key, _ = create_api_key(name=f"Key {mark}", scopes=["customers.read"], actor=actor, now=now)
        job = enqueue_job(kind="audit.export", title=f"Job {mark}", arguments={}, actor=actor, now=now)
        batch = open_batch(source="s", file_name=f"File {mark}", file_sha256="0", actor=actor, now=now)
        answer = keep_answer(
            key=f"once {mark}", fingerprint=b"0", status=200, body="", headers={}, actor=actor, now=now
        )
        entry = record_access(kind="test", subject=f"Entry {mark}")
        rows = {
            "Entry": entry, "Tenant": company.id, "User": company.people["sales"].id, "Customer": customer.id,
            "Membership": Membership.objects.get(user=company.people["sales"]).id, "ApiKey": key.id, "Job": job.id,
            "RolePermission": RolePermission.objects.order_by("id")[0].id, "IdempotentAnswer": answer.id,
            "Product": product.id, "Invoice": invoice.id, "Line": invoice.lines.get().id, "ImportBatch": batch.id,
            "SeriesCounter": _counter(), "Draft": make_draft(customer=customer, issue_date=date(2026, 4, 2)).id,
            "RowFile": make_row_file(CUSTOMER_ROWS),
        }  # fmt: skip
        for room in rooms().values():
            if hasattr(room, "make_admin_rows"):
                rows |= room.make_admin_rows(company)

        rows |= _document_rules(mark)
    settle(company)
    return rows


def _key(rows: dict[str, Any], model: type[Model]) -> Any:
    """Return the key of a model's row; a room whose model has another's name says `app.Model`."""
    return rows.get(model._meta.label, rows.get(model.__name__))


def _document_rules(mark: str) -> dict[str, Any]:
    actor, now = current_scope().actor, clock.now()
    terms = create_terms(terms=Terms(f"T{mark}", f"Terms {mark}"), actor=actor, now=now)
    return {
        "PaymentTerms": terms.id,
        "DocumentSettings": change_settings(default_terms=terms.code, actor=actor, now=now).id,
    }


def _counter() -> Any:
    from apps.documents.models import SeriesCounter

    return SeriesCounter.objects.get().id


def told(answer: Any) -> str:
    """Return the messages and errors of an admin page."""
    return html.unescape(" ".join(re.sub("<[^>]+>", " ", names_in(answer)).split()))


def test_every_model_of_ours_stands_in_the_admin_and_no_other() -> None:
    ours = {
        model
        for model in apps.get_models()
        if model.__module__.startswith("apps.") and not isinstance(model._meta.pk, CompositePrimaryKey)
    }
    assert set(MODELS) == ours


@pytest.mark.parametrize("role", ROLES)
def test_the_admin_opens_for_roles_that_manage_or_audit(company: Company, sign_in: SignIn, role: str) -> None:
    status = sign_in(company, role).get("/admin/").status_code
    assert status == (200 if role in STAFF else 403)


@by_model
def test_a_list_opens_for_exactly_the_roles_that_may_read_it(
    company: Company, sign_in: SignIn, model: type[Model]
) -> None:
    found = {role: sign_in(company, role).get(page(model, "changelist")).status_code for role in ROLES}
    reads = own(model).reads
    assert found == {role: 200 if role in STAFF and reads in ROLES[role] else 403 for role in ROLES}


@by_model
def test_a_row_opens_and_a_stranger_finds_none_of_it(
    any_company: Company, stranger: Company, sign_in: SignIn, model: type[Model]
) -> None:
    if model.__name__ in OF_THE_DATABASE:
        return
    rows = fill(any_company)
    key = _key(rows, model)
    mine, theirs = sign_in(any_company), sign_in(stranger)
    assert mine.get(page(model, "change", key)).status_code == 200
    listed = names_in(theirs.get(page(model, "changelist")))
    assert str(key) not in listed or model.__name__ == "Entry"
    assert any_company.id.hex[-8:] not in listed
    before = state_of(any_company)
    for name in ("change", "delete", "history"):
        for method in (theirs.get, theirs.post):
            answer = method(page(model, name, key), {"post": "yes"})
            assert answer.status_code in {302, 403, 404}, (name, method)
            assert any_company.id.hex[-8:] not in names_in(answer)
    assert state_of(any_company) == before


def test_nobody_signs_in_here(company: Company) -> None:
    answer = Client().get("/admin/invoices/invoice/", follow=True)
    assert answer.redirect_chain[-1][0] == "/accounts/login/?next=/admin/invoices/invoice/"
    assert (
        Client()
        .post("/admin/login/", {"username": "a", "password": "b"})["Location"]
        .startswith("/accounts/login/")
    )


def test_a_search_answers_for_the_open_tenant_alone(company: Company, sign_in: SignIn) -> None:
    found = names_in(sign_in(company, "finance").get("/admin/search/?s=customer"))
    assert "/admin/parties/customer/" in found
    assert "/admin/tenancy/apikey/" not in names_in(
        sign_in(company, "finance").get("/admin/search/?s=key&extended=1")
    )


# Writes


def test_a_customer_is_made_and_changed_by_its_operations(company: Company, sign_in: SignIn) -> None:
    client = sign_in(company)
    sent = {"code": "K", "name": "Kay", "country_code": "gb", "tax_id": "", "status": "active"}
    assert client.post("/admin/parties/customer/add/", sent).status_code == 302
    assert "A customer with the code “K” exists." in told(client.post("/admin/parties/customer/add/", sent))
    with open_scope(company.scope()):
        customer = Customer.objects.get()
    assert (customer.code, customer.country_code) == ("K", "GB")
    change = page(Customer, "change", customer.id)
    sent = {"name": "Kay 2", "country_code": "VN", "tax_id": "", "status": "active", "opened_version": "1"}
    assert client.post(change, sent).status_code == 302
    before = state_of(company)
    answer = client.post(change, sent | {"name": "Kay 3"})
    assert answer.status_code == 200
    assert "Somebody changed this customer after you opened it." in told(answer)
    assert "Kay 3" in told(answer)
    assert state_of(company) == before


@pytest.mark.parametrize("role,status", [("finance", 302), ("auditor", 403), ("approver", 403)])
def test_only_who_may_write_changes_a_customer(
    company: Company, sign_in: SignIn, role: str, status: int
) -> None:
    key = fill(company)["Customer"]
    sent = {"name": "Changed", "country_code": "GB", "tax_id": "", "status": "active", "opened_version": "1"}
    assert sign_in(company, role).post(page(Customer, "change", key), sent).status_code == status
    with open_scope(company.scope()):
        assert (Customer.objects.get(id=key).name == "Changed") == (status == 302)


def header(**changes: str) -> dict[str, str]:
    return {
        "issue_date": "2026-03-20", "due_date": "2026-03-21", "note": "By admin", "opened_version": "1",
        "lines-TOTAL_FORMS": "0", "lines-INITIAL_FORMS": "0",
    } | changes  # fmt: skip


def test_only_a_draft_is_changed_or_deleted(company: Company, sign_in: SignIn) -> None:
    rows, client = fill(company), sign_in(company)
    before = state_of(company)
    for name in ("change", "delete"):
        assert client.post(page(Invoice, name, rows["Invoice"]), header(post="yes")).status_code == 403
    assert state_of(company) == before
    assert client.post(page(Invoice, "change", rows["Draft"]), header()).status_code == 302
    with open_scope(company.scope()):
        draft = Invoice.objects.get(id=rows["Draft"])
    assert (draft.note, draft.version, str(draft.due_date)) == ("By admin", 2, "2026-03-21")
    assert client.post(page(Invoice, "delete", rows["Draft"]), {"post": "yes"}).status_code == 302
    with open_scope(company.scope()):
        assert not Invoice.objects.filter(id=rows["Draft"]).exists()


def test_a_refusal_by_an_operation_is_told_at_its_field(company: Company, sign_in: SignIn) -> None:
    rows, client = fill(company), sign_in(company)
    before = state_of(company)
    answer = client.post(page(Invoice, "change", rows["Draft"]), header(due_date="2026-03-01"))
    assert "The due date lies before the document's date." in told(answer)
    assert state_of(company) == before


def run(client: Client, action: str, *keys: object, **sent: str) -> str:
    chosen = {"action": action, "_selected_action": [str(key) for key in keys]} | sent
    return told(client.post("/admin/invoices/invoice/", chosen, follow=True))


def test_actions_answer_row_by_row_and_follow_the_state_machine(company: Company, sign_in: SignIn) -> None:
    rows, client = fill(company), sign_in(company)
    assert "1 posted." in run(client, "post_chosen", rows["Draft"])
    with open_scope(company.scope()):
        invoice = Invoice.objects.get(id=rows["Draft"])
    assert (invoice.state, invoice.number) == ("posted", "INV-2026-000002")
    assert "0 deleted." in (words := run(client, "delete_chosen", rows["Draft"]))
    assert "This document is posted; “Delete draft” is not possible." in words
    assert "INV-2026-000002: This is needed." in run(client, "void_chosen", rows["Draft"])
    assert "1 voided." in run(client, "void_chosen", rows["Draft"], reason="Entered twice")
    assert "1 credit notes drafted." in run(client, "credit_chosen", rows["Invoice"])


@pytest.mark.parametrize("role,action", [("approver", "void_chosen"), ("approver", "delete_chosen"),
                                         ("auditor", "post_chosen"), ("admin", "delete_selected")])  # fmt: skip
def test_an_action_that_the_role_may_not_run_does_nothing(
    company: Company, sign_in: SignIn, role: str, action: str
) -> None:
    rows = fill(company)
    before = state_of(company)
    run(sign_in(company, role), action, rows["Draft"], rows["Invoice"], reason="Why", post="yes")
    assert state_of(company) == before


def test_actions_reach_no_strangers_rows(company: Company, stranger: Company, sign_in: SignIn) -> None:
    rows = fill(company)
    before = state_of(company)
    for action in ("post_chosen", "void_chosen", "credit_chosen", "delete_chosen"):
        run(sign_in(stranger), action, rows["Draft"], rows["Invoice"], reason="Mine now")
    assert state_of(company) == before


def test_roles_and_members_change_by_their_operations(company: Company, sign_in: SignIn) -> None:
    rows, client = fill(company), sign_in(company)
    membership = page(Membership, "change", rows["Membership"])
    assert client.post(membership, {"role": "auditor"}).status_code == 302
    with open_scope(company.scope()):
        assert Membership.objects.get(id=rows["Membership"]).role == "auditor"
        last = Membership.objects.get(user=company.people["admin"]).id
        locked = RolePermission.objects.get(role="admin", permission="roles.manage").id
    assert "This is the tenant's last admin." in told(
        client.post(page(Membership, "change", last), {"role": "sales"})
    )
    answer = client.post(page(RolePermission, "delete", locked), {"post": "yes"}, follow=True)
    assert "The Admin role keeps this permission" in told(answer)
    sent = {"role": "support", "permission": "exports.run"}
    assert client.post(page(RolePermission, "add"), sent).status_code == 302
    with open_scope(company.scope()):
        assert RolePermission.objects.filter(**sent).exists()
        assert RolePermission.objects.filter(id=locked).exists()


@by_model
def test_what_no_operation_writes_is_read_only(company: Company, sign_in: SignIn, model: type[Model]) -> None:
    view = own(model)
    client = sign_in(company)
    if not view.creates:
        assert client.get(page(model, "add")).status_code == 403
        assert client.post(page(model, "add"), {}).status_code == 403
    if not view.writes and model.__name__ not in OF_THE_DATABASE:
        key = _key(fill(company), model)
        before = state_of(company)
        assert client.post(page(model, "change", key), {"name": "x", "state": "x"}).status_code == 403
        assert client.post(page(model, "delete", key), {"post": "yes"}).status_code == 403
        assert state_of(company) == before


def test_the_admin_writes_no_log_of_its_own_and_leads_to_ours(company: Company, sign_in: SignIn) -> None:
    rows, client = fill(company), sign_in(company)
    client.post(page(Invoice, "change", rows["Draft"]), header())
    client.post(page(Invoice, "delete", rows["Draft"]), {"post": "yes"})
    assert LogEntry.objects.count() == 0
    history = client.get(page(Customer, "history", rows["Customer"]), follow=True)
    assert str(rows["Customer"]) in names_in(history)
    assert "parties_customer" in names_in(history)

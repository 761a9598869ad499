"""Pages of contacts: a part of their customer or supplier. How to reach them is seen after a recorded look."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.audit.operations import record_access
from apps.core import clock
from apps.core.errors import DomainError, StaleVersion
from apps.core.scope import current_scope
from apps.core.web.form_fields import place_error, read_version
from apps.parties.access import access_customer
from apps.parties.contacts import access_contact, change_contact, create_contact, remove_contact
from apps.parties.models import Contact
from apps.parties.suppliers import access_supplier
from apps.parties.web.forms import ContactForm, NewContactForm
from apps.tenancy.access import may, requires
from apps.tenancy.web.once import answer_once

FORM = "parties/contact_form.html"


@require_http_methods(["GET", "POST"])
@requires("customers.write")
def customer_contact_create(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show the form of a new contact of a customer, or create one."""
    customer = access_customer(key, permission="customers.write")
    return _create(request, customer.name, reverse("parties:detail", args=[key]), customer_id=key)


@require_http_methods(["GET", "POST"])
@requires("suppliers.write")
def supplier_contact_create(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show the form of a new contact of a supplier, or create one."""
    supplier = access_supplier(key, permission="suppliers.write")
    back = reverse("parties:supplier_detail", args=[key])
    return _create(request, supplier.name, back, supplier_id=key)


@require_GET
@login_required
def contact_detail(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show a contact to who may see its customer or supplier; that it was seen is recorded first."""
    contact = access_contact(key)
    _record_look(contact)
    writes = may("customers.write" if contact.customer_id else "suppliers.write")
    context = {"contact": contact, "owner": _owner(contact), "back": _back(contact), "may_edit": writes}
    return render(request, "parties/contact.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def contact_edit(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show the form of a contact, or change it."""
    contact = access_contact(key, writes=True)
    if request.method == "GET":
        _record_look(contact)
        values = {name: getattr(contact, name) for name in ContactForm.base_fields}
        return _form(request, ContactForm(initial=values), _back(contact), contact, None)
    form, version = ContactForm(request.POST), read_version(request.POST)
    problem: DomainError | None = None
    if form.is_valid():
        try:
            change_contact(
                contact_id=key, changes=form.cleaned_data, version=version,
                actor=current_scope().actor, now=clock.now(),
            )  # fmt: skip
            messages.success(request, "Saved.")
            return redirect(_back(contact))
        except StaleVersion as error:
            problem = error
        except DomainError as error:
            problem = place_error(form, error)
    return _form(request, form, _back(contact), contact, problem)


@require_POST
@login_required
def contact_remove(request: HttpRequest, key: UUID) -> HttpResponse:
    """Remove a contact."""
    back = _back(access_contact(key, writes=True))
    remove_contact(contact_id=key, actor=current_scope().actor, now=clock.now())
    messages.success(request, "The contact is removed.")
    return redirect(back)


def _create(
    request: HttpRequest,
    owner: str,
    back: str,
    *,
    customer_id: UUID | None = None,
    supplier_id: UUID | None = None,
) -> HttpResponse:
    form = NewContactForm(request.POST or None)
    problem = None
    if request.method == "POST" and form.is_valid():
        values: dict[str, Any] = {k: v for k, v in form.cleaned_data.items() if k != "once"}

        def create() -> str:
            create_contact(
                **values, customer_id=customer_id, supplier_id=supplier_id,
                actor=current_scope().actor, now=clock.now(),
            )  # fmt: skip
            return back

        try:
            return redirect(answer_once(request, create))
        except DomainError as error:
            problem = place_error(form, error)
    return _form(request, form, back, None, problem, owner=owner)


def _form(
    request: HttpRequest, form: ContactForm, back: str, contact: Contact | None, problem: DomainError | None,
    *, owner: str = "",
) -> HttpResponse:  # fmt: skip
    status = problem.status if problem else 422 if form.errors else 200
    context = {
        "form": form, "record": contact, "back": back, "problem": problem,
        "owner": _owner(contact) if contact else owner,
    }  # fmt: skip
    return render(request, FORM, context, status=status)


def _owner(contact: Contact) -> str:
    return str(contact.customer.name if contact.customer_id else contact.supplier.name)


def _back(contact: Contact) -> str:
    if contact.customer_id:
        return reverse("parties:detail", args=[contact.customer_id])
    return reverse("parties:supplier_detail", args=[contact.supplier_id])


def _record_look(contact: Contact) -> None:
    seen = [name for name in ("email", "phone") if getattr(contact, name)]
    if seen:
        record_access(kind="personal data", subject=f"parties_contact {contact.id}", detail={"fields": seen})

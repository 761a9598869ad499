"""Pages of customers."""

from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from apps.audit.operations import record_access
from apps.core import clock
from apps.core.errors import DomainError, StaleVersion
from apps.core.scope import current_scope
from apps.core.web.csv_files import check_rows, csv_file
from apps.core.web.form_fields import place_error, read_version
from apps.core.web.keyset import page_of
from apps.core.web.list_query import read_text
from apps.parties.access import access_customer
from apps.parties.models import Customer
from apps.parties.operations import change_customer, create_customer
from apps.parties.queries import info_of, list_customers
from apps.parties.web import lists
from apps.parties.web.forms import CustomerForm, NewCustomerForm, values_of
from apps.parties.wording import CUSTOMER
from apps.tenancy.access import check_permission, may, requires
from apps.tenancy.timeline import explain_stale, list_happenings
from apps.tenancy.web.middleware import tenant_of
from apps.tenancy.web.once import answer_once

FORM = "parties/form.html"
SUGGESTED = 12


@require_GET
@requires("customers.read")
def customer_list(request: HttpRequest) -> HttpResponse:
    """Show the list of customers."""
    wanted = lists.read_list(request.GET)
    page = page_of(wanted.found, request.GET, wanted.sort, show=info_of, total=wanted.found.count())
    filters = lists.filters_of(request.GET, wanted)
    return render(request, "parties/list.html", {
        "page": page, "filters": filters, "is_filtered": any(each.is_on for each in filters),
        "sort": wanted.sort.name, "may_create": may("customers.write"), "may_export": may("exports.run"),
    })  # fmt: skip


@require_GET
@requires("exports.run")
def customer_export(request: HttpRequest) -> FileResponse:
    """Give the list as a file; that it was taken is recorded first."""
    check_permission("customers.read")
    wanted = lists.read_list(request.GET)
    number = wanted.found.count()
    check_rows(number)
    record_access(
        kind="export", subject="customers", detail={"rows": number, "list": request.GET.urlencode()}
    )
    return csv_file("customers.csv", lists.HEADINGS, lists.rows_of(wanted))


@require_GET
@requires("customers.read")
def customer_detail(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """Show a customer; the e-mail address only after it was asked for."""
    return _detail(request, access_customer(customer_id), shows_email=False)


@require_GET
@requires("customers.read")
def customer_email(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """Show a customer with the e-mail address; that it was seen is recorded first."""
    customer = access_customer(customer_id)
    _record_look(customer)
    return _detail(request, customer, shows_email=True)


@require_http_methods(["GET", "POST"])
@requires("customers.write")
def customer_create(request: HttpRequest) -> HttpResponse:
    """Show the form of a new customer, or create one."""
    form = NewCustomerForm(request.POST or None, initial={"country_code": tenant_of(request).country_code})
    problem = None
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(_create(request, form))
        except DomainError as error:
            problem = place_error(form, error)
    return _form(request, form, None, problem)


@require_http_methods(["GET", "POST"])
@requires("customers.write")
def customer_edit(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """Show the form of a customer, or change one."""
    customer = access_customer(customer_id, permission="customers.write")
    if request.method == "GET":
        _record_look(customer)
        return _form(request, CustomerForm(initial=values_of(customer)), customer, None)
    form = CustomerForm(request.POST)
    problem: DomainError | None = None
    version = read_version(request.POST)
    if form.is_valid():
        try:
            change_customer(
                customer_id=customer.id, changes=form.cleaned_data, version=version,
                actor=current_scope().actor, now=clock.now(),
            )  # fmt: skip
            messages.success(request, "Saved.")
            return redirect("parties:detail", customer.id)
        except StaleVersion as error:
            problem = explain_stale(CUSTOMER, customer.id, error, tenant_of(request).locale)
        except DomainError as error:
            problem = place_error(form, error)
    return _form(request, form, customer, problem)


@require_GET
@requires("customers.read")
def customer_suggest(request: HttpRequest) -> HttpResponse:
    """Answer a few customers that a half-typed text may mean."""
    text = read_text(request.GET)
    found = list_customers(text=text).order_by("name", "id")[:SUGGESTED] if text else []
    return JsonResponse([{"value": each.code, "label": each.name} for each in found], safe=False)


def _create(request: HttpRequest, form: NewCustomerForm) -> str:
    values = {name: value for name, value in form.cleaned_data.items() if name != "once"}

    def create() -> str:
        customer = create_customer(**values, actor=current_scope().actor, now=clock.now())
        return reverse("parties:detail", args=[customer.id])

    return answer_once(request, create)


def _detail(request: HttpRequest, customer: Customer, *, shows_email: bool) -> HttpResponse:
    hidden = bool(customer.email) and not shows_email
    return render(request, "parties/detail.html", {
        "customer": info_of(customer),
        "email": customer.email if shows_email else "",
        "reveal_url": reverse("parties:email", args=[customer.id]) if hidden else "",
        "timeline": list_happenings(CUSTOMER, customer.id),
        "may_edit": may("customers.write"),
        "may_see_invoices": may("invoices.read"),
    })  # fmt: skip


def _form(
    request: HttpRequest, form: CustomerForm, customer: Customer | None, problem: DomainError | None
) -> HttpResponse:
    back = reverse("parties:detail", args=[customer.id]) if customer else reverse("parties:list")
    status = problem.status if problem else 422 if form.errors else 200
    context = {
        "form": form,
        "record": info_of(customer) if customer else None,
        "back": back,
        "problem": problem,
    }
    return render(request, FORM, context, status=status)


def _record_look(customer: Customer) -> None:
    if customer.email:
        record_access(
            kind="personal data", subject=f"parties_customer {customer.id}", detail={"fields": ["email"]}
        )

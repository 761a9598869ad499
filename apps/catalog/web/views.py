"""Pages of products."""

from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from apps.audit.operations import record_access
from apps.catalog.access import access_product
from apps.catalog.models import Product
from apps.catalog.operations import change_product, create_product
from apps.catalog.queries import list_products
from apps.catalog.web import lists
from apps.catalog.web.forms import NewProductForm, ProductForm, values_of
from apps.catalog.wording import PRODUCT
from apps.core import clock
from apps.core.errors import DomainError, StaleVersion
from apps.core.scope import current_scope
from apps.core.web.csv_files import check_rows, csv_file
from apps.core.web.form_fields import decimal_mark, place_error, read_version, write_number
from apps.core.web.keyset import page_of
from apps.core.web.list_query import read_text
from apps.tenancy.access import check_permission, may, requires
from apps.tenancy.timeline import explain_stale, list_happenings
from apps.tenancy.web.middleware import tenant_of
from apps.tenancy.web.once import answer_once

FORM = "catalog/form.html"
SUGGESTED = 12


@require_GET
@requires("products.read")
def product_list(request: HttpRequest) -> HttpResponse:
    """Show the list of products."""
    wanted = lists.read_list(request.GET)
    page = page_of(wanted.found, request.GET, wanted.sort, show=lambda row: row, total=wanted.found.count())
    filters = lists.filters_of(request.GET)
    return render(request, "catalog/list.html", {
        "page": page, "filters": filters, "is_filtered": any(each.is_on for each in filters),
        "sort": wanted.sort.name, "may_create": may("products.write"), "may_export": may("exports.run"),
    })  # fmt: skip


@require_GET
@requires("exports.run")
def product_export(request: HttpRequest) -> FileResponse:
    """Give the list as a file; that it was taken is recorded first."""
    check_permission("products.read")
    wanted = lists.read_list(request.GET)
    number = wanted.found.count()
    check_rows(number)
    record_access(kind="export", subject="products", detail={"rows": number, "list": request.GET.urlencode()})
    return csv_file("products.csv", lists.HEADINGS, lists.rows_of(wanted))


@require_GET
@requires("products.read")
def product_detail(request: HttpRequest, product_id: UUID) -> HttpResponse:
    """Show a product."""
    product = access_product(product_id)
    return render(request, "catalog/detail.html", {
        "product": product, "timeline": list_happenings(PRODUCT, product.id),
        "may_edit": may("products.write"), "may_see_invoices": may("invoices.read"),
    })  # fmt: skip


@require_http_methods(["GET", "POST"])
@requires("products.write")
def product_create(request: HttpRequest) -> HttpResponse:
    """Show the form of a new product, or create one."""
    initial = {"currency": tenant_of(request).currency, "tax_rate": "0"}
    form = NewProductForm(request.POST or None, initial=initial, mark=_mark(request))
    problem = None
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(_create(request, form))
        except DomainError as error:
            problem = place_error(form, error)
    return _form(request, form, None, problem)


@require_http_methods(["GET", "POST"])
@requires("products.write")
def product_edit(request: HttpRequest, product_id: UUID) -> HttpResponse:
    """Show the form of a product, or change one."""
    product = access_product(product_id, permission="products.write")
    if request.method == "GET":
        return _form(request, ProductForm(initial=values_of(product), mark=_mark(request)), product, None)
    form = ProductForm(request.POST, mark=_mark(request))
    version = read_version(request.POST)
    problem: DomainError | None = None
    if form.is_valid():
        try:
            change_product(
                product_id=product.id, changes=form.cleaned_data, version=version,
                actor=current_scope().actor, now=clock.now(),
            )  # fmt: skip
            messages.success(request, "Saved.")
            return redirect("catalog:detail", product.id)
        except StaleVersion as error:
            problem = explain_stale(PRODUCT, product.id, error, tenant_of(request).locale)
        except DomainError as error:
            problem = place_error(form, error)
    return _form(request, form, product, problem)


@require_GET
@requires("products.read")
def product_suggest(request: HttpRequest) -> HttpResponse:
    """Answer a few products that a half-typed text may mean, with what a line takes from them."""
    text, mark = read_text(request.GET), _mark(request)
    found = list_products(text=text, active=True).order_by("name", "id")[:SUGGESTED] if text else []
    told = [
        {"value": each.sku, "label": each.name, "unit_price": write_number(each.unit_price, mark),
         "tax_rate": write_number(each.tax_rate, mark)}
        for each in found
    ]  # fmt: skip
    return JsonResponse(told, safe=False)


def _create(request: HttpRequest, form: NewProductForm) -> str:
    values = {name: value for name, value in form.cleaned_data.items() if name != "once"}

    def create() -> str:
        product = create_product(**values, actor=current_scope().actor, now=clock.now())
        return reverse("catalog:detail", args=[product.id])

    return answer_once(request, create)


def _form(
    request: HttpRequest, form: ProductForm, product: Product | None, problem: DomainError | None
) -> HttpResponse:
    back = reverse("catalog:detail", args=[product.id]) if product else reverse("catalog:list")
    status = problem.status if problem else 422 if form.errors else 200
    context = {"form": form, "record": product, "back": back, "problem": problem}
    return render(request, FORM, context, status=status)


def _mark(request: HttpRequest) -> str:
    return decimal_mark(tenant_of(request).locale)

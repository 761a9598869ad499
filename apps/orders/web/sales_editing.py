"""The form of a sales order."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET, require_http_methods

from apps.catalog.queries import list_products
from apps.core import clock
from apps.core.errors import InputError
from apps.core.scope import Actor
from apps.core.web.form_fields import decimal_mark, write_number
from apps.core.web.list_query import read_text
from apps.orders.access import access_sales_order
from apps.orders.inputs import LineInput
from apps.orders.operations import change_sales_order, confirm_order, create_sales_order
from apps.orders.queries import get_sales_order
from apps.orders.queries.sales import SalesOrderInfo
from apps.orders.queries.standing import check_sales_action
from apps.orders.transitions import EDIT
from apps.orders.web.editing import Paper, create_page, edit_page
from apps.orders.web.forms import NewSaleForm, SaleForm, SaleLines
from apps.orders.wording import wording_of_sale
from apps.parties.queries import find_customer, find_customer_code
from apps.tenancy.access import may, requires
from apps.tenancy.web.middleware import tenant_of

SUGGESTED = 12


@require_http_methods(["GET", "POST"])
@requires("orders.write")
def sale_create(request: HttpRequest) -> HttpResponse:
    """Show the form of a new order, or create one."""
    return create_page(SALE, request)


@require_http_methods(["GET", "POST"])
@requires("orders.write")
def sale_edit(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Show the form of a pending order, or change it. Raises InvalidTransition when it is not pending."""
    order = access_sales_order(order_id, permission="orders.write")
    check_sales_action(order, EDIT)
    return edit_page(SALE, request, get_sales_order(order_id))


@require_GET
@requires("orders.write")
def sale_products(request: HttpRequest) -> JsonResponse:
    """Answer products for a half-typed text. No price: the price lists say it for the customer and the quantity."""
    text = read_text(request.GET)
    mark = decimal_mark(tenant_of(request).locale)
    found = list_products(text=text, active=True).order_by("name", "id")[:SUGGESTED] if text else []
    shown = [
        {"value": each.sku, "label": each.name, "tax_rate": write_number(each.tax_rate, mark)}
        for each in found
    ]
    return JsonResponse(shown, safe=False)


def _initial(request: HttpRequest) -> dict[str, Any]:
    tenant = tenant_of(request)
    return {
        "currency": tenant.currency, "order_date": clock.local_date(clock.now(), tenant.time_zone),
        "customer": find_customer_code(request.GET.get("customer", "")),
    }  # fmt: skip


def _header(order: SalesOrderInfo) -> dict[str, Any]:
    return {
        "customer": order.customer_code, "order_date": order.order_date, "wanted_date": order.wanted_date,
        "warehouse": str(order.warehouse_id or ""), "customer_reference": order.customer_reference,
        "note": order.note,
    }  # fmt: skip


def _values(given: Mapping[str, Any], _currency: str) -> dict[str, Any]:
    customer = find_customer(given["customer"])
    if customer is None:
        raise InputError(
            f"There is no customer “{given['customer']}”.", code="unknown_customer", field="customer",
            cure="Choose one from the list, or make the customer first.",
        )  # fmt: skip
    return {
        "customer_id": customer.id, "order_date": given["order_date"], "wanted_date": given["wanted_date"],
        "warehouse_id": UUID(given["warehouse"]) if given["warehouse"] else None,
        "customer_reference": given["customer_reference"], "note": given["note"],
    }  # fmt: skip


def _line(given: Mapping[str, Any], product_id: UUID | None) -> LineInput:
    return LineInput(
        quantity=given["quantity"], product_id=product_id, description=given["description"],
        unit_price=given["unit_price"], tax_rate=given["tax_rate"],
    )  # fmt: skip


def _confirm(order_id: UUID, actor: Actor) -> None:
    confirm_order(order_id=order_id, actor=actor, now=clock.now())


SALE = Paper(
    title="sales order",
    form=SaleForm,
    new_form=NewSaleForm,
    lines=SaleLines,
    list_page="orders:sales",
    detail_page="orders:sale_detail",
    then=("confirm", "Save and confirm"),
    may_then=lambda: may("orders.write"),
    initial=_initial,
    header=_header,
    values=_values,
    line=_line,
    create=create_sales_order,
    change=change_sales_order,
    then_do=_confirm,
    wording=wording_of_sale,
)

"""The form of a purchase order."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET, require_http_methods

from apps.catalog.queries import list_products
from apps.core import clock
from apps.core.errors import InputError
from apps.core.money import from_minor, to_minor
from apps.core.scope import Actor
from apps.core.web.form_fields import decimal_mark, write_number
from apps.core.web.list_query import read_text
from apps.orders.access import access_purchase_order
from apps.orders.inputs import PurchaseLineInput
from apps.orders.operations import change_purchase_order, create_purchase_order, submit_purchase_order
from apps.orders.queries import get_purchase_order
from apps.orders.queries.purchases import PurchaseOrderInfo, find_last_prices
from apps.orders.queries.standing import check_purchase_action
from apps.orders.transitions import EDIT_PURCHASE
from apps.orders.web.editing import Paper, create_page, edit_page
from apps.orders.web.forms import NewPurchaseForm, PurchaseForm, PurchaseLines
from apps.orders.wording import wording_of_purchase
from apps.parties.queries import find_supplier
from apps.tenancy.access import may, requires
from apps.tenancy.web.middleware import tenant_of

SUGGESTED = 12


@require_http_methods(["GET", "POST"])
@requires("purchasing.write")
def purchase_create(request: HttpRequest) -> HttpResponse:
    """Show the form of a new order, or create one."""
    return create_page(PURCHASE, request)


@require_http_methods(["GET", "POST"])
@requires("purchasing.write")
def purchase_edit(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Show the form of an order that is not sent, or change it; its approval is void when a fact changes."""
    order = access_purchase_order(order_id, permission="purchasing.write")
    check_purchase_action(order, EDIT_PURCHASE)
    return edit_page(PURCHASE, request, get_purchase_order(order_id))


@require_GET
@requires("purchasing.write")
def purchase_products(request: HttpRequest) -> JsonResponse:
    """Answer products for a half-typed text, each with the price that was last paid."""
    text = read_text(request.GET)
    mark = decimal_mark(tenant_of(request).locale)
    found = list(list_products(text=text, active=True).order_by("name", "id")[:SUGGESTED]) if text else []
    prices = find_last_prices({each.id for each in found})
    shown = [
        {"value": each.sku, "label": each.name, "tax_rate": write_number(each.tax_rate, mark)}
        | ({"unit_price": write_number(prices[each.id], mark)} if each.id in prices else {})
        for each in found
    ]
    return JsonResponse(shown, safe=False)


def _initial(request: HttpRequest) -> dict[str, Any]:
    tenant = tenant_of(request)
    return {"currency": tenant.currency, "order_date": clock.local_date(clock.now(), tenant.time_zone)}


def _header(order: PurchaseOrderInfo) -> dict[str, Any]:
    return {
        "supplier": order.supplier_code, "order_date": order.order_date, "expected_date": order.expected_date,
        "warehouse": str(order.warehouse_id or ""), "freight": from_minor(order.freight_minor, order.currency),
        "category": order.category, "supplier_reference": order.supplier_reference, "note": order.note,
    }  # fmt: skip


def _values(given: Mapping[str, Any], currency: str) -> dict[str, Any]:
    supplier = find_supplier(given["supplier"])
    if supplier is None:
        raise InputError(
            f"There is no supplier “{given['supplier']}”.", code="unknown_supplier", field="supplier",
            cure="Choose one from the list, or make the supplier first.",
        )  # fmt: skip
    return {
        "supplier_id": supplier.id, "order_date": given["order_date"], "expected_date": given["expected_date"],
        "warehouse_id": UUID(given["warehouse"]) if given["warehouse"] else None,
        "freight_minor": to_minor(given["freight"] or Decimal(0), currency.upper()), "category": given["category"],
        "supplier_reference": given["supplier_reference"], "note": given["note"],
    }  # fmt: skip


def _line(given: Mapping[str, Any], product_id: UUID | None) -> PurchaseLineInput:
    rate = given["tax_rate"]
    return PurchaseLineInput(
        quantity=given["quantity"], unit_price=given["unit_price"], product_id=product_id,
        description=given["description"], tax_rate=Decimal(0) if rate is None else rate,
    )  # fmt: skip


def _submit(order_id: UUID, actor: Actor) -> None:
    submit_purchase_order(order_id=order_id, actor=actor, now=clock.now())


PURCHASE = Paper(
    title="purchase order",
    form=PurchaseForm,
    new_form=NewPurchaseForm,
    lines=PurchaseLines,
    list_page="orders:purchases",
    detail_page="orders:purchase_detail",
    then=("submit", "Save and ask for approval"),
    may_then=lambda: may("purchasing.write"),
    initial=_initial,
    header=_header,
    values=_values,
    line=_line,
    create=create_purchase_order,
    change=change_purchase_order,
    then_do=_submit,
    wording=wording_of_purchase,
)

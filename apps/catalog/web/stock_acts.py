"""What a person does with one stock: count, correct, move to another warehouse, say when to order again."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from apps.catalog import stock as operations
from apps.catalog.access import access_category, access_stock
from apps.catalog.categories import delete_category
from apps.catalog.models import Stock
from apps.catalog.stock import Adjusting, Counting, Transferring, set_reorder_point
from apps.catalog.stock.by_hand import by_hand
from apps.catalog.web.forms import mark_of
from apps.catalog.web.products import CATEGORIES
from apps.catalog.web.stock_forms import AdjustForm, CountForm, ReorderForm, StockForm, TransferForm
from apps.core import clock
from apps.core.errors import DomainError
from apps.core.scope import current_scope
from apps.core.web.form_fields import place_error, read_version
from apps.tenancy.access import requires
from apps.tenancy.web.once import answer_once
from apps.tenancy.web.records.details import render_record

WRITES = "stock.write"
FIELDS = {"warehouse": "to_warehouse"}


@dataclass(frozen=True)
class Act:
    """A thing to do with a stock: its heading, its form, how it is done."""

    title: str
    form: type[StockForm]
    work: Callable[[Stock, dict[str, Any]], object]


def _who() -> dict[str, Any]:
    return {"actor": current_scope().actor, "now": clock.now()}


def _goods(stock: Stock, given: dict[str, Any]) -> dict[str, Any]:
    lot = given.get("lot")
    return {
        "product_id": stock.product_id, "warehouse_id": stock.warehouse_id, "quantity": given["quantity"],
        "reference": by_hand(), "lot_id": UUID(lot) if lot else None,
    }  # fmt: skip


def _count(stock: Stock, given: dict[str, Any]) -> None:
    operations.count(lines=[Counting(**_goods(stock, given))], reason=given["reason"], **_who())


def _adjust(stock: Stock, given: dict[str, Any]) -> None:
    operations.adjust(lines=[Adjusting(**_goods(stock, given))], reason=given["reason"], **_who())


def _transfer(stock: Stock, given: dict[str, Any]) -> None:
    goods = _goods(stock, given)
    goods |= {"from_warehouse_id": goods.pop("warehouse_id"), "to_warehouse_id": UUID(given["to_warehouse"])}
    operations.transfer(lines=[Transferring(**goods)], reason=given["reason"], **_who())


def _reorder(stock: Stock, given: dict[str, Any]) -> None:
    set_reorder_point(stock_id=stock.id, reorder_point=given["reorder_point"], **_who())


ACTS = {
    "count": Act("Count", CountForm, _count),
    "adjust": Act("Adjust", AdjustForm, _adjust),
    "transfer": Act("Move to another warehouse", TransferForm, _transfer),
    "reorder": Act("Reorder point", ReorderForm, _reorder),
}


@require_http_methods(["GET", "POST"])
@requires(WRITES)
def stock_act(request: HttpRequest, key: UUID, act: str) -> HttpResponse:
    """Show the form of an act on a stock, or do it once."""
    stock = access_stock(key, permission=WRITES)
    wanted = ACTS[act]
    initial = {"quantity": stock.on_hand} if act == "count" else {"reorder_point": stock.reorder_point}
    form = wanted.form(request.POST or None, stock=stock, initial=initial, **mark_of(request))
    problem = None
    if request.method == "POST" and form.is_valid():
        try:
            address = answer_once(request, lambda: _done(wanted, stock, form.cleaned_data))
        except DomainError as error:
            problem = place_error(form, error, FIELDS)
        else:
            messages.success(request, "Done.")
            return redirect(address)
    back = reverse("catalog:stock_detail", args=[stock.id])
    status = problem.status if problem else 422 if form.errors else 200
    context = {"form": form, "stock": stock, "title": wanted.title, "back": back, "problem": problem}
    return render(request, "catalog/stock_act.html", context, status=status)


def _done(act: Act, stock: Stock, given: dict[str, Any]) -> str:
    act.work(stock, given)
    return reverse("catalog:stock_detail", args=[stock.id])


@require_POST
@requires("products.write")
def category_delete(request: HttpRequest, key: UUID) -> HttpResponse:
    """Delete an empty category. Sent twice, the second finds nothing."""
    category = access_category(key, permission="products.write")
    try:
        delete_category(category_id=category.id, version=read_version(request.POST), **_who())
    except DomainError as error:
        return render_record(CATEGORIES, request, category, problem=error, status=error.status)
    messages.success(request, "Deleted.")
    return redirect("catalog:categories")

"""The page of one ladder: what a product costs in a price list, from which quantity on."""

from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from django import forms
from django.contrib import messages
from django.forms import BaseFormSet, formset_factory
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from apps.catalog.access import access_price_list
from apps.catalog.fields import check_unit
from apps.catalog.models import PriceBreak, PriceList, Product
from apps.catalog.prices import MAX_BREAKS, Break, set_ladder
from apps.catalog.web.forms import SKU_WIDGET, MarkedForm, mark_of
from apps.catalog.wording import PRICE_LIST
from apps.core import clock
from apps.core.errors import DomainError, InputError, StaleVersion
from apps.core.scope import current_scope
from apps.core.web.form_fields import NumberField, place_error, read_version
from apps.core.web.list_query import read_id
from apps.tenancy.access import requires
from apps.tenancy.timeline import explain_stale
from apps.tenancy.web.middleware import tenant_of


class LadderForm(forms.Form):
    """Which product a ladder is of; an old ladder's product and unit stay."""

    sku = forms.CharField(label="Product", max_length=64, widget=SKU_WIDGET, help_text="Its SKU.")
    unit = forms.CharField(max_length=3, required=False, help_text="Blank: the product's own.")


class BreakForm(MarkedForm):
    """One break."""

    min_quantity = NumberField(label="From quantity", max_digits=18, decimal_places=6)
    unit_price = NumberField(max_digits=18, decimal_places=6)


if TYPE_CHECKING:
    _Rows = BaseFormSet[BreakForm]
else:
    _Rows = BaseFormSet


class BreakRows(_Rows):
    """The breaks of a ladder and a few empty rows; a row that is emptied is a break that goes."""

    def initial_form_count(self) -> int:
        """Say that none must be filled."""
        return 0

    def total_form_count(self) -> int:
        """Return how many rows to show."""
        return super().total_form_count() if self.is_bound else len(self.initial or ()) + EMPTY_ROWS


EMPTY_ROWS = 4
BreakForms = formset_factory(BreakForm, formset=BreakRows, max_num=MAX_BREAKS + EMPTY_ROWS)


@require_http_methods(["GET", "POST"])
@requires("prices.write")
def price_ladder(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show the ladder of a product in a price list, or replace it; no breaks take the product off the list."""
    prices = access_price_list(key, permission="prices.write")
    if request.method == "GET":
        return _ladder_page(request, prices, *_opened(request, prices))
    form, breaks = LadderForm(request.POST), BreakForms(request.POST, form_kwargs=mark_of(request))
    problem: DomainError | None = None
    if form.is_valid() and breaks.is_valid():
        try:
            _set(prices, form, breaks, read_version(request.POST))
            messages.success(request, "Saved.")
            return redirect("catalog:price_detail", prices.id)
        except StaleVersion as error:
            problem = explain_stale(PRICE_LIST, prices.id, error, tenant_of(request).locale)
        except DomainError as error:
            problem = place_error(form, error)
    return _ladder_page(request, prices, form, breaks, problem)


def _opened(request: HttpRequest, prices: PriceList) -> tuple[LadderForm, _Rows]:
    product_id = read_id(request.GET, "product")
    product = Product.objects.filter(id=product_id).first() if product_id else None
    unit = request.GET.get("unit", "")[:3]
    found = PriceBreak.objects.filter(price_list=prices, product=product, unit=unit).order_by("min_quantity")
    initial = [
        {"min_quantity": each.min_quantity, "unit_price": each.unit_price} for each in found if product
    ]
    form = LadderForm(initial={"sku": product.sku if product else "", "unit": unit})
    return form, BreakForms(initial=initial, form_kwargs=mark_of(request))


def _set(prices: PriceList, form: LadderForm, breaks: _Rows, version: int) -> None:
    product = Product.objects.filter(sku=form.cleaned_data["sku"]).first()
    if product is None:
        raise InputError("There is no product with this SKU.", code="unknown_product", field="sku")
    unit = form.cleaned_data["unit"]
    ladder = [Break(Decimal(each["min_quantity"]), Decimal(each["unit_price"]))
              for each in (row.cleaned_data for row in breaks) if each]  # fmt: skip
    set_ladder(
        price_list_id=prices.id, product_id=product.id, breaks=ladder, unit=check_unit(unit) if unit else "",
        version=version, actor=current_scope().actor, now=clock.now(),
    )  # fmt: skip


def _ladder_page(
    request: HttpRequest, prices: PriceList, form: LadderForm, breaks: _Rows,
    problem: DomainError | None = None,
) -> HttpResponse:  # fmt: skip
    back = reverse("catalog:price_detail", args=[prices.id])
    status = problem.status if problem else 422 if form.errors or any(breaks.errors) else 200
    context = {"record": prices, "form": form, "breaks": breaks, "back": back, "problem": problem}
    return render(request, "catalog/ladder.html", context, status=status)

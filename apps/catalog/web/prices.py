"""The pages of price lists and of the prices in them, as descriptions."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest, QueryDict
from django.urls import reverse

from apps.catalog.access import access_price_break, access_price_list
from apps.catalog.buyers import buyer_code, name_buyers
from apps.catalog.models import PriceBreak, PriceList, Product
from apps.catalog.prices import change_price_list, create_price_list
from apps.catalog.rows import LADDER_ROWS, PRICE_LIST_ROWS
from apps.catalog.web.forms import (
    NewPriceListForm,
    PriceListForm,
    read_price_list,
)
from apps.catalog.wording import PRICE_BREAK, PRICE_LIST
from apps.core.web.keyset import Sort, page_of
from apps.core.web.list_query import read_choice, read_id, read_text
from apps.core.web.listing import Filter, fixed_filter, options_filter
from apps.tenancy.access import may
from apps.tenancy.web.middleware import tenant_of
from apps.tenancy.web.records.description import Entity, Fact, Listing

USE = {"used": "In use", "unused": "Not in use"}
IN_USE = Fact(
    "State", "is_active", "badge", words={True: ("In use", "good"), False: ("Not in use", "")}, css="col-mid"
)


def _find(query: QueryDict) -> QuerySet[PriceList]:
    found, text = PriceList.objects.annotate(buyer=buyer_code()), read_text(query)
    if text:
        found = found.filter(Q(code__icontains=text) | Q(name__icontains=text) | Q(tier__icontains=text))
    state = read_choice(query, "state", USE)
    return found.filter(is_active=state == "used") if state else found


def _for_whom(prices: PriceList) -> str:
    code = getattr(prices, "buyer", "")
    return f"Customer {code}" if code else f"Tier {prices.tier}" if prices.tier else "Everybody"


def _values(prices: PriceList) -> dict[str, Any]:
    found = {name: getattr(prices, name) for name in PriceListForm.base_fields if name != "customer"}
    return found | {"customer": _buyer(prices)[0]}


def _buyer(prices: PriceList) -> tuple[str, str]:
    known = name_buyers([prices.customer_id]) if prices.customer_id else {}
    return known.get(prices.customer_id, ("", "")) if prices.customer_id else ("", "")


def _more(request: HttpRequest, prices: PriceList) -> dict[str, Any]:
    breaks = PriceBreak.objects.filter(price_list=prices).select_related("product")
    page = page_of(
        breaks, request.GET, Sort("product", "product__name"), show=lambda row: row, total=breaks.count()
    )
    code, name = _buyer(prices)
    whom = f"{code} {name}" if code else f"Tier {prices.tier}" if prices.tier else "Everybody"
    return {"page": page, "whom": whom, "may_price": may("prices.write")}


PRICE_LISTS = Entity(
    listing=Listing(
        page="catalog:prices",
        name="price lists",
        title="Price lists",
        reads="products.read",
        find=_find,
        sorts={"name": "name", "code": "code", "valid_from": "valid_from"},
        sort="name",
        filters=lambda query: (options_filter(query, "state", "State", USE),),
        columns=PRICE_LIST_ROWS.columns,
        facts=(
            Fact("Name", "name", sort="name"),
            Fact("Code", "code", "mono", sort="code", css="col-mid"),
            Fact("For", _for_whom, css="col-mid"),
            Fact("Currency", "currency", css="col-wide"),
            IN_USE,
            Fact("Valid from", "valid_from", "day", sort="valid_from", css="num"),
            Fact("Valid to", "valid_to", "day", css="num"),
        ),
        empty="Without a list every product has its own price.",
        template="catalog/prices.html",
    ),
    pages="catalog:price_",
    one="price list",
    writes="prices.write",
    access=access_price_list,
    wording=PRICE_LIST,
    form=PriceListForm,
    new_form=NewPriceListForm,
    create=create_price_list,
    change=change_price_list,
    id_name="price_list_id",
    read=read_price_list,
    values=_values,
    initial=lambda request: {"currency": tenant_of(request).currency},
    facts=(
        Fact("Code", "code", "mono"),
        Fact("Currency", "currency"),
        Fact("Valid from", "valid_from", "day"),
        Fact("Valid to", "valid_to", "day"),
    ),
    badge=IN_USE,
    more=_more,
    rows=PRICE_LIST_ROWS,
    detail_template="catalog/price_list.html",
    form_template="catalog/suggesting_form.html",
)


def _find_breaks(query: QueryDict) -> QuerySet[PriceBreak]:
    found, text = PriceBreak.objects.select_related("price_list", "product"), read_text(query)
    if text:
        found = found.filter(Q(product__name__icontains=text) | Q(product__sku__icontains=text))
    list_id, product_id = read_id(query, "list"), read_id(query, "product")
    if list_id is not None:
        found = found.filter(price_list_id=list_id)
    return found if product_id is None else found.filter(product_id=product_id)


def _break_filters(query: QueryDict) -> tuple[Filter, ...]:
    list_id, product_id = read_id(query, "list"), read_id(query, "product")
    code = PriceList.objects.filter(id=list_id).values_list("code", flat=True).first() if list_id else None
    sku = Product.objects.filter(id=product_id).values_list("sku", flat=True).first() if product_id else None
    return fixed_filter(query, "list", "List", code or ""), fixed_filter(
        query, "product", "Product", sku or ""
    )


@dataclass(frozen=True)
class BreakInfo:
    """A price in a list as pages print it."""

    id: UUID
    product_id: UUID
    name: str
    sku: str
    list_id: UUID
    list_code: str
    list_name: str
    currency: str
    unit: str
    min_quantity: Decimal
    unit_price: Decimal


def _break_info(row: PriceBreak) -> BreakInfo:
    product, owner = row.product, row.price_list
    return BreakInfo(row.id, product.id, product.name, product.sku, owner.id, owner.code, owner.name, owner.currency,
                     row.unit, row.min_quantity, row.unit_price)  # fmt: skip


BREAKS = Entity(
    listing=Listing(
        page="catalog:price_breaks",
        name="prices",
        title="Prices in lists",
        reads="products.read",
        find=_find_breaks,
        sorts={"product": "product__name", "list": "price_list__code"},
        sort="product",
        filters=_break_filters,
        columns=LADDER_ROWS.columns,
        show=_break_info,
        facts=(
            Fact("Product", "name", sort="product"),
            Fact("SKU", "sku", "mono", css="col-mid"),
            Fact("List", "list_code", "mono", sort="list"),
            Fact("From quantity", "min_quantity", "quantity", css="num"),
            Fact("Unit", "unit", css="col-mid"),
            Fact("Unit price", "unit_price", "price", beside="currency", css="num"),
        ),
        empty="Open a price list to put products on it.",
    ),
    pages="catalog:price_break_",
    one="price",
    writes="prices.write",
    access=access_price_break,
    wording=PRICE_BREAK,
    facts=(
        Fact("SKU", "sku", "mono"),
        Fact("List", "list_name", link=lambda row: reverse("catalog:price_detail", args=[row.list_id])),
        Fact("From quantity", "min_quantity", "quantity"),
        Fact("Unit", "unit"),
        Fact("Unit price", "unit_price", "price", beside="currency"),
    ),
    rows=LADDER_ROWS,
)

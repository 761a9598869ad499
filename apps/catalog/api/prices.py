"""Prices over HTTP: of one product, and of many at once. A caller that is one customer is told its own prices."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.catalog.access import access_product
from apps.catalog.api.serializers import PriceQuery, PriceShown, PricesShown, PricesWanted
from apps.catalog.buyers import tier_of
from apps.catalog.pricing import Wanted, find_price, find_prices
from apps.catalog.queries import list_known_products
from apps.core import clock
from apps.core.api.schema import shown
from apps.core.scope import current_scope
from apps.tenancy.api.base import TenantView, caller_of, read_fresh
from apps.tenancy.api.shape import PARAMETERS as SHAPE

TAGS = ["products"]
Terms = dict[str, Any]


def terms_of(request: Request, given: Mapping[str, Any]) -> Terms:
    """Return for whom, in which currency and on which day, as `find_price` takes it. Raises InputError."""
    tenant = caller_of(request).tenant
    bound = current_scope().customer_id
    # A caller that is one customer names neither another one nor another tier.
    customer_id: UUID | None = bound or given.get("customer")
    tier: str | None = None if bound else given.get("customer_tier")
    if tier is None:
        tier = tier_of(customer_id) if customer_id else ""
    day: date = given.get("date") or clock.local_date(clock.now(), tenant.time_zone)
    currency = str(given.get("currency") or tenant.currency).upper()
    return {"customer_tier": tier, "customer_id": customer_id, "currency": currency, "day": day}


class PriceView(TenantView):
    """What one unit of a product costs."""

    required_permissions = {"GET": "products.read"}
    is_versioned = False

    @extend_schema(
        operation_id="get_price", summary="Find the price of a product", tags=TAGS,
        parameters=[PriceQuery], responses=shown(PriceShown),
    )  # fmt: skip
    def get(self, request: Request, product_id: UUID) -> Response:
        read_fresh(lambda: access_product(product_id))
        sent = {name: value for name, value in request.query_params.dict().items() if name not in SHAPE}
        query = PriceQuery(data=sent)
        query.is_valid(raise_exception=True)
        given = query.validated_data
        price = find_price(
            product_id=product_id, quantity=given["quantity"], unit=given["unit"], **terms_of(request, given)
        )
        return Response(PriceShown(price).data)


class PricesView(TenantView):
    """What many products cost."""

    required_permissions = {"POST": "products.read"}
    is_versioned = False

    @extend_schema(
        operation_id="find_prices", summary="Find the prices of many products", tags=TAGS, request=PricesWanted,
        responses={200: OpenApiResponse(PricesShown, "Each item's price, in order.")},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        body = PricesWanted(data=request.data)
        body.is_valid(raise_exception=True)
        items, terms = body.validated_data["items"], terms_of(request, body.validated_data)
        known = list_known_products({item["product"] for item in items})
        wanted = [
            Wanted(each["product"], each["quantity"], each["unit"])
            for each in items
            if each["product"] in known
        ]
        found = iter(find_prices(wanted=wanted, **terms))
        results = []
        for index, item in enumerate(items):
            price = next(found) if item["product"] in known else None
            code = "" if price else "no_price" if item["product"] in known else "unknown_product"
            results.append({"index": index, "price": price, "code": code})
        return Response(PricesShown({"results": results}).data)

"""Many products in one request."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.catalog.api.serializers import NewProduct, ProductShown
from apps.catalog.operations import create_product
from apps.core import clock
from apps.core.scope import current_scope
from apps.tenancy.api.bulk import BulkView, bulk_answer, bulk_request


class BulkProductsView(BulkView):
    """Products, one by one."""

    required_permissions = {"POST": "products.write"}
    item = NewProduct

    @extend_schema(
        operation_id="create_products", summary="Create many products", tags=["products"],
        request=bulk_request(NewProduct), responses=bulk_answer(ProductShown),
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        return self.answer(request)

    def perform(self, given: dict[str, Any]) -> dict[str, Any]:
        product = create_product(**given, actor=current_scope().actor, now=clock.now())
        return dict(ProductShown(product).data)

"""Products over HTTP."""

from typing import ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.catalog.access import access_product
from apps.catalog.api.examples import NEW_PRODUCT, PRODUCT
from apps.catalog.api.filters import ProductFilter
from apps.catalog.api.serializers import NewProduct, ProductChanges, ProductShown
from apps.catalog.models import Product
from apps.catalog.operations import change_product, create_product
from apps.catalog.queries import list_products
from apps.core import clock
from apps.core.api.conditional import etag_of, expected_version
from apps.core.api.schema import created, shown
from apps.core.scope import current_scope
from apps.tenancy.api.base import TenantListView, TenantView, read_fresh

TAGS = ["products"]


class ProductsView(TenantListView):
    """What the company sells."""

    required_permissions = {"GET": "products.read", "POST": "products.write"}
    serializer_class = ProductShown
    filterset_class = ProductFilter
    orderings: ClassVar[dict[str, str]] = {"name": "name", "sku": "sku", "id": "id"}
    default_ordering = "name"

    def get_queryset(self) -> QuerySet[Product]:
        return list_products()

    @extend_schema(operation_id="list_products", summary="List products", tags=TAGS, examples=[PRODUCT])
    def get(self, request: Request) -> Response:
        return self.list_page(request)

    @extend_schema(
        operation_id="create_product", summary="Create a product", tags=TAGS,
        request=NewProduct, responses=created(ProductShown), examples=[NEW_PRODUCT, PRODUCT],
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        body = NewProduct(data=request.data)
        body.is_valid(raise_exception=True)
        product = create_product(**body.validated_data, actor=current_scope().actor, now=clock.now())
        return _answer(product, status=201)


class ProductView(TenantView):
    """One product."""

    required_permissions = {"GET": "products.read", "PATCH": "products.write"}

    @extend_schema(
        operation_id="get_product", summary="Read a product", tags=TAGS,
        responses=shown(ProductShown), examples=[PRODUCT],
    )  # fmt: skip
    def get(self, request: Request, product_id: UUID) -> Response:
        return _answer(read_fresh(lambda: access_product(product_id)))

    @extend_schema(
        operation_id="change_product", summary="Change a product", tags=TAGS,
        request=ProductChanges, responses=shown(ProductShown), examples=[PRODUCT],
    )  # fmt: skip
    def patch(self, request: Request, product_id: UUID) -> Response:
        body = ProductChanges(data=request.data)
        body.is_valid(raise_exception=True)
        changes = dict(body.validated_data)
        version = expected_version(request, changes.pop("version", None))
        product = change_product(
            product_id=product_id,
            changes=changes,
            version=version,
            actor=current_scope().actor,
            now=clock.now(),
        )
        return _answer(product)


def _answer(product: Product, status: int = 200) -> Response:
    headers = {"ETag": etag_of(product.version)}
    if status == 201:
        headers["Location"] = reverse("api-product", args=[product.id])
    return Response(ProductShown(product).data, status=status, headers=headers)

"""Products as rows of a file: what each column means, and how a row gets into the books."""

from collections.abc import Mapping
from typing import Any

from apps.catalog.models import Product
from apps.catalog.operations import change_product, create_product
from apps.tenancy.rowfiles.answers import RowKind, put_one
from apps.tenancy.rowfiles.columns import FLAG, MOMENT_DAY, NUMBER, TEXT, Column


def _find(values: Mapping[str, Any]) -> Product | None:
    return Product.objects.filter(sku=values["sku"]).first()


PRODUCT_ROWS = RowKind(
    name="products",
    columns=(
        Column("SKU", "sku", TEXT, is_required=True),
        Column("Name", "name", TEXT, is_required=True),
        Column("Unit price", "unit_price", NUMBER, is_required=True),
        Column("Currency", "currency", TEXT, is_required=True),
        Column("Tax %", "tax_rate", NUMBER, is_required=True),
        Column("Sold", "is_active", FLAG),
        Column("Since", "created_at", MOMENT_DAY, is_read=False),
    ),
    key=("sku",),
    put=put_one(
        find=_find,
        create=create_product,
        change=change_product,
        id_name="product_id",
        fixed=("sku", "currency"),
    ),
)

"""Routes of prices, availability and stock."""

from typing import Any

from tests.api.call import Call
from tests.factories.books import make_product
from tests.factories.goods import make_price_list, make_stock
from tests.factories.tenants import Company


def make_records(company: Company) -> dict[str, Any]:
    """Make a product on a price list, with stock."""
    product = make_product()
    make_price_list(product, ("1", "2"), ("10", "1.5"))
    return {"product": product.id, "stock": make_stock("10", product=product).id}


def _items(ids: dict[str, str]) -> dict[str, Any]:
    return {"currency": "GBP", "items": [{"product": ids["product"], "quantity": "10"}]}


CALLS = [
    Call("api-product-availability", "GET", "products/{product}/availability", "products.read"),
    Call("api-product-price", "GET", "products/{product}/price", "products.read"),
    Call("api-product-prices", "POST", "products/price", "products.read", body=_items, names_record=False),
    Call("api-stock", "GET", "stock", "stock.read", names_record=False),
]

"""What a line costs: by the price lists where no price is given (books.md 67)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from apps.catalog.models import Product
from apps.catalog.pricing import NoPrice, Price, Wanted, find_prices
from apps.core.errors import InputError
from apps.documents.taxes import CATEGORIES, category_for
from apps.orders.inputs import LineInput
from apps.orders.models import SalesOrder

GIVEN = "given"
SOURCES = {
    "customer": "the customer's list",
    "tier": "the tier's list",
    "list": "the list",
    "product": "the product",
}


@dataclass(frozen=True)
class Offer:
    """The price of a line and where it comes from, with what the product says besides."""

    unit_price: Decimal
    source: str
    name: str
    tax_rate: Decimal
    tax_category: str
    is_stocked: bool


def find_offers(
    order: SalesOrder, lines: Sequence[LineInput], products: Mapping[UUID, Product]
) -> list[Offer]:
    """Return the offer of each line. A given price stands; the price lists say the others.

    Raises NoPrice, InputError for a line without product and price.
    """
    asked = [n for n, line in enumerate(lines) if line.unit_price is None]
    for n in asked:
        if lines[n].product_id is None:
            raise InputError(
                "A line without a product needs a price.", code="missing", field=f"lines[{n}].unit_price"
            )
    wanted = [Wanted(_product(lines[n]), lines[n].quantity) for n in asked]
    found = find_prices(
        wanted=wanted, customer_tier=order.customer.tier, currency=order.currency, day=order.order_date,
        customer_id=order.customer_id,
    ) if wanted else []  # fmt: skip
    prices = dict(zip(asked, found, strict=True))
    return [_offer(order, n, line, products, prices) for n, line in enumerate(lines)]


def _offer(
    order: SalesOrder,
    n: int,
    line: LineInput,
    products: Mapping[UUID, Product],
    prices: Mapping[int, Price | None],
) -> Offer:
    product = products.get(line.product_id) if line.product_id else None
    price = prices.get(n)
    if line.unit_price is None and price is None:
        raise NoPrice(
            f"Nothing says what {product.sku if product else 'this'} costs in {order.currency} "
            f"on {order.order_date}.", field=f"lines[{n}].unit_price",
        )  # fmt: skip
    rate = line.tax_rate if line.tax_rate is not None else product.tax_rate if product else Decimal(0)
    return Offer(
        unit_price=price.unit_price if price else line.unit_price or Decimal(0),
        source=f"{SOURCES[price.source]} {price.list_code}".strip() if price else GIVEN,
        name=product.name if product else "", tax_rate=rate, tax_category=_category(product, rate),
         is_stocked=bool(product and product.is_stocked),
    )  # fmt: skip


def _category(product: Product | None, rate: Decimal) -> str:
    """Return the product's tax category where the rate fits it (BR-S-05 and its siblings), else that of the rate."""
    own = CATEGORIES.get(product.tax_category) if product else None
    fits = own is not None and (own.rate == "any" or (own.rate == "positive") == (rate > 0))
    return own.code if own is not None and fits else category_for(rate)


def _product(line: LineInput) -> UUID:
    assert line.product_id is not None
    return line.product_id

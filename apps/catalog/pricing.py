"""What something costs: one order of precedence, for every road (books.md 67).

1. the customer's own lists, 2. the lists of its tier, 3. the lists for everybody, 4. the product's own price.
Among lists of one rank the one that started later wins, then the one that was made later. A list counts when it is in
use, of the currency, valid on the day (a blank end is open), and has a break for the product, unit and quantity; in
its ladder the largest break that the quantity reaches is the price. Lines hold a copy: later changes leave them alone.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal
from uuid import UUID

from django.db.models import Q

from apps.catalog.models import PriceBreak, PriceList, Product
from apps.core.errors import DomainError, InputError
from apps.core.money import check_decimal, exponent

Source = Literal["customer", "tier", "list", "product"]
RANKS: tuple[Source, ...] = ("customer", "tier", "list", "product")


class NoPrice(DomainError):
    """Nothing says what the product costs in this currency."""

    code = "no_price"
    cure = "Enter a price by hand, or put the product on a price list of the currency."


@dataclass(frozen=True, slots=True)
class Price:
    """The price of one unit, with its own precision, and where it comes from.

    `min_quantity` is where the break begins; `list_id` and `list_code` are empty for the product's own price.
    """

    product_id: UUID
    unit_price: Decimal
    currency: str
    unit: str
    source: Source
    min_quantity: Decimal = Decimal(0)
    list_id: UUID | None = None
    list_code: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A price to find; `unit` empty = the product's own."""

    product_id: UUID
    quantity: Decimal
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """A break of a list that counts, with what decides between lists: rank, start, and which was made later."""

    price: Price
    valid_from: date

    @property
    def list_order(self) -> tuple[int, int, int]:
        """Return the place of its list: the smallest comes first."""
        list_id = self.price.list_id.int if self.price.list_id else 0
        return RANKS.index(self.price.source), -self.valid_from.toordinal(), -list_id


def choose(offers: Iterable[Offer], quantity: Decimal) -> Price | None:
    """Return the price by precedence: the first list that has a break for the quantity, then its largest one."""
    reached = [offer for offer in offers if offer.price.min_quantity <= quantity]
    best = min(reached, key=lambda offer: (offer.list_order, -offer.price.min_quantity), default=None)
    return best.price if best else None


def find_price(
    *,
    product_id: UUID,
    customer_tier: str,
    currency: str,
    day: date,
    quantity: Decimal,
    customer_id: UUID | None = None,
    unit: str = "",
) -> Price:
    """Return what one unit costs a customer on a day (books.md 67). Raises NoPrice, InputError."""
    (price,) = find_prices(
        wanted=[Wanted(product_id, quantity, unit)], customer_tier=customer_tier, currency=currency, day=day,
        customer_id=customer_id,
    )  # fmt: skip
    if price is None:
        raise NoPrice(f"There is no price in {currency} on {day}.", field="currency")
    return price


def find_prices(
    *,
    wanted: Sequence[Wanted],
    customer_tier: str,
    currency: str,
    day: date,
    customer_id: UUID | None = None,
) -> list[Price | None]:
    """Return a price for each, in order, None where there is none; three statements, however many there are.

    Raises InputError for an unknown product or currency, or a quantity below zero.
    """
    exponent(currency)
    for each in wanted:
        check_decimal(each.quantity, field="quantity", minimum=Decimal(0))
    products = Product.objects.only("unit", "unit_price", "currency").in_bulk(
        [each.product_id for each in wanted]
    )
    if any(each.product_id not in products for each in wanted):
        raise InputError("There is no such product.", code="unknown_product", field="product")
    offers = _offers(products, customer_tier, customer_id, currency, day)
    found: list[Price | None] = []
    for each in wanted:
        product = products[each.product_id]
        unit = each.unit or product.unit
        found.append(
            choose([*offers.get((product.id, unit), ()), *_own(product, unit, currency)], each.quantity)
        )
    return found


def _own(product: Product, unit: str, currency: str) -> list[Offer]:
    if product.currency != currency or product.unit != unit:
        return []
    return [Offer(Price(product.id, product.unit_price, currency, unit, "product"), date.min)]


def _offers(
    products: Collection[UUID], tier: str, customer_id: UUID | None, currency: str, day: date
) -> dict[tuple[UUID, str], list[Offer]]:
    buyers = Q(customer_id=None, tier="")
    if tier:
        buyers |= Q(customer_id=None, tier=tier)
    if customer_id is not None:
        buyers |= Q(customer_id=customer_id)
    # Few lists are valid at once: they are read first, so that the breaks need no join under two policies.
    lists = PriceList.objects.filter(
        buyers,
        Q(valid_to=None) | Q(valid_to__gte=day),
        currency=currency,
        is_active=True,
        valid_from__lte=day,
    ).in_bulk()
    offers: dict[tuple[UUID, str], list[Offer]] = {}
    for each in PriceBreak.objects.filter(product_id__in=list(products), price_list_id__in=list(lists)):
        owner = lists[each.price_list_id]
        source: Source = "customer" if owner.customer_id else "tier" if owner.tier else "list"
        price = Price(each.product_id, each.unit_price, currency, each.unit, source, each.min_quantity, owner.id,
                      owner.code)  # fmt: skip
        offers.setdefault((each.product_id, each.unit), []).append(Offer(price, owner.valid_from))
    return offers

"""What entering bills needs to know beforehand, fetched once for all of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from apps.bills.inputs import BillInput
from apps.bills.matching import Tolerances
from apps.bills.models import Bill, BillSettings
from apps.catalog.queries import list_known_products
from apps.ledger.queries import book_currency
from apps.ledger.rates import NoRate, Rate, get_rate
from apps.orders.models import PurchaseLine
from apps.parties.models import Supplier


@dataclass
class Known:
    """Suppliers, purchase lines and credited bills by id, products, the tenant's rules, rates as they are asked."""

    suppliers: dict[UUID, Supplier]
    purchase_lines: dict[UUID, PurchaseLine]
    credited: dict[UUID, Bill]
    products: set[UUID]
    settings: BillSettings
    home: str
    _rates: dict[tuple[str, date], Rate | None] = field(default_factory=dict)

    def rate(self, currency: str, day: date) -> Rate | None:
        """Return the rate of a day, or None while there is none."""
        if (currency, day) not in self._rates:
            try:
                self._rates[currency, day] = get_rate(currency=currency, day=day)
            except NoRate:
                self._rates[currency, day] = None
        return self._rates[currency, day]


def load_known(inputs: Sequence[BillInput]) -> Known:
    """Return what these inputs refer to; what is missing is not there."""
    lines = [line for given in inputs for line in given.lines]
    products = {line.product_id for line in lines if line.product_id}
    wanted = {line.purchase_line_id for line in lines if line.purchase_line_id}
    found = PurchaseLine.objects.filter(id__in=wanted).select_related("order") if wanted else []
    credited = {given.credits_id for given in inputs if given.credits_id}
    return Known(
        suppliers={each.id: each for each in Supplier.objects.filter(id__in={i.supplier_id for i in inputs})},
        purchase_lines={line.id: line for line in found},
        credited=Bill.objects.in_bulk(credited) if credited else {},
        products=set(list_known_products(products)) if products else set(),
        settings=get_settings(),
        home=book_currency(),
    )


def get_settings() -> BillSettings:
    """Return the tenant's rules for bills; the usual ones until somebody changed them."""
    return BillSettings.objects.first() or BillSettings()


def tolerances_of(settings: BillSettings) -> Tolerances:
    """Return what the rules let pass."""
    return Tolerances(
        price_percent=settings.price_percent, price_minor=settings.price_minor,
        quantity_percent=settings.quantity_percent, quantity_units=settings.quantity_units,
    )  # fmt: skip

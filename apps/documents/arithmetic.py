"""Document arithmetic. Sources: EN 16931 rules BR-CO-10 … BR-CO-17 and BR-S-09; see docs/books.md."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Protocol

from apps.core.errors import InputError
from apps.core.money import MAX_MINOR, to_minor


class Taxed(Protocol):
    """A line as far as totals are concerned."""

    net_minor: int
    tax_rate: Decimal


@dataclass(frozen=True)
class Totals:
    """Totals of a document in minor units; `taxes` by rate as (rate, base, tax)."""

    net_minor: int
    tax_minor: int
    taxes: tuple[tuple[Decimal, int, int], ...]

    @property
    def total_minor(self) -> int:
        return self.net_minor + self.tax_minor


def line_net(quantity: Decimal, unit_price: Decimal, currency: str) -> int:
    """Return quantity × net price in minor units, rounded half away from zero, once (PEPPOL-R120)."""
    return to_minor(quantity * unit_price, currency)


def document_totals(lines: Iterable[Taxed]) -> Totals:
    """Return the totals of lines: the tax is made on each rate's sum, not line by line (BR-CO-10, 14, 15, 17).

    Raises InputError when a total is too large to be booked.
    """
    bases: dict[Decimal, int] = defaultdict(int)
    for line in lines:
        bases[line.tax_rate.normalize()] += line.net_minor
    taxes = tuple((rate, base, tax_of(base, rate)) for rate, base in sorted(bases.items()))
    totals = Totals(sum(bases.values()), sum(tax for _, _, tax in taxes), taxes)
    if abs(totals.total_minor) > MAX_MINOR or abs(totals.net_minor) > MAX_MINOR:
        raise InputError(
            "The document's total is too large to be booked.", code="amount_too_large", field="lines"
        )
    return totals


def tax_of(base_minor: int, rate: Decimal) -> int:
    """Return base × rate ÷ 100 in minor units, rounded half away from zero (BR-CO-17)."""
    return int((Decimal(base_minor) * rate / 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))

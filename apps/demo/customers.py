"""Make the customers of a demo business out of its names: a few large ones, many small ones."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from random import Random

from apps.demo.identifiers import make_email
from apps.demo.shapes import DemoCustomer

# The n-th customer buys about n^-0.95 of what the first one buys: a fifth of them buys four fifths.
PARETO = 0.95
_DISCOUNTS = (Decimal(0), Decimal(0), Decimal(0), Decimal("0.05"), Decimal("0.10"))

Country = tuple[str, float]


def make_customers(
    *,
    rng: Random,
    count: int,
    prefix: str,
    name: Callable[[Random, str], str],
    countries: tuple[Country, ...],
    tax_id: Callable[[Random, str], str],
    terms: tuple[int, ...],
    mailbox: str,
) -> list[DemoCustomer]:
    """Return customers with names that are all different, the largest first."""
    codes, weights = zip(*countries, strict=True)
    made = []
    for rank, (country, label) in enumerate(_distinct(rng, count, name, codes, weights), start=1):
        joined = 0.0 if rng.random() < 0.6 else rng.uniform(0, 0.85)
        left = 1.01 if rng.random() < 0.9 or rank <= 20 else rng.uniform(joined + 0.1, 1.0)
        made.append(
            DemoCustomer(
                code=f"{prefix}{1000 + rank}",
                name=label,
                country_code=country,
                tax_id=tax_id(rng, country),
                email=make_email(label, mailbox),
                weight=rank**-PARETO,
                terms=rng.choice(terms),
                discount=_DISCOUNTS[-1] if rank <= 10 else rng.choice(_DISCOUNTS),
                joined=0.0 if rank <= 20 else joined,
                left=left,
            )
        )
    return made


def _distinct(
    rng: Random,
    count: int,
    name: Callable[[Random, str], str],
    codes: tuple[str, ...],
    weights: tuple[float, ...],
) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    while len(seen) < count:
        country = rng.choices(codes, weights)[0]
        label = name(rng, country)
        if label not in seen:
            seen.add(label)
            yield country, label

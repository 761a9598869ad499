"""What a demo business is made of. Plain values; nothing here knows the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from random import Random
from typing import Literal, Protocol

Fate = Literal["draft", "posted", "void"]
ZERO_RATE = Decimal(0)


@dataclass(frozen=True, slots=True)
class DemoProduct:
    """Something sold: its list price at the start, what it is taxed with at home, in which quantities it goes."""

    sku: str
    name: str
    unit_price: Decimal
    tax_rate: Decimal
    quantities: tuple[int, ...]
    weight: float


@dataclass(frozen=True, slots=True)
class DemoCustomer:
    """A buyer. `joined` and `left` are parts of the whole period (0 to 1); terms are days until payment is due."""

    code: str
    name: str
    country_code: str
    tax_id: str
    email: str
    weight: float
    terms: int
    discount: Decimal
    joined: float
    left: float


@dataclass(frozen=True, slots=True)
class DemoLine:
    """A line as it is booked."""

    sku: str
    description: str
    quantity: Decimal
    unit_price: Decimal
    tax_rate: Decimal
    net_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoDocument:
    """A document and what becomes of it. `key` is its own name, `credits_key` the name of the invoice it credits."""

    key: str
    kind: str
    issue_date: date
    due_date: date
    customer_code: str
    country_code: str
    lines: tuple[DemoLine, ...]
    fate: Fate = "posted"
    reason: str = ""
    credits_key: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When a business sells: by month (January first), by weekday (Monday first), at the month's end, by year."""

    months: Sequence[float]
    weekdays: Sequence[float]
    month_end: float
    growth: float


class Business(Protocol):
    """A demo business: who it is, whom it sells what, when, and which mistakes its people make."""

    slug: str
    name: str
    currency: str
    country: str
    time_zone: str
    locale: str
    database: str
    prefix: str
    rhythm: Rhythm
    lines_per_document: tuple[int, ...]
    void_reasons: tuple[str, ...]
    duplicate_reason: str
    credit_notes: tuple[str, ...]
    price_step: Decimal
    inflation: Decimal

    def customers(self, rng: Random) -> list[DemoCustomer]:
        """Return the customers, the largest first."""

    def products(self, rng: Random) -> list[DemoProduct]:
        """Return the products with how well each one sells."""

"""Make the documents of a demo business: two years until today, the same for the same day."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from heapq import heappop, heappush
from itertools import accumulate
from random import Random

from apps.demo.days import PERIOD, document_days
from apps.demo.shapes import (
    ZERO_RATE,
    Business,
    DemoCustomer,
    DemoDocument,
    DemoLine,
    DemoProduct,
    Fate,
)
from apps.documents.arithmetic import line_net

INVOICES = 20_000
# Parts of all invoices.
CREDITED = 0.031
VOIDED = 0.009
ENTERED_TWICE = 0.005
FORGOTTEN = 0.002
# Of the invoices of the last days, many are still being written.
FRESH = timedelta(days=10)
FRESH_DRAFTS = 0.25
# Of the credit notes.
WHOLE_CREDITS = 0.4


@dataclass(slots=True)
class Catalogue:
    """Who buys and what is sold, ready to be drawn from."""

    customers: list[DemoCustomer]
    products: list[DemoProduct]
    product_scale: list[float] = field(default_factory=list)
    customer_scales: dict[int, tuple[list[DemoCustomer], list[float]]] = field(default_factory=dict)

    def draw_products(self, rng: Random, count: int) -> list[DemoProduct]:
        """Draw different products, the popular ones more often."""
        drawn = {bisect_left(self.product_scale, rng.random() * self.product_scale[-1]) for _ in range(count)}
        return [self.products[index] for index in sorted(drawn)]

    def draw_customer(self, rng: Random, part: float) -> DemoCustomer:
        """Draw a customer who buys at this part (0 to 1) of the period."""
        step = int(part * 50)
        if step not in self.customer_scales:
            active = [one for one in self.customers if one.joined <= step / 50 < one.left]
            self.customer_scales[step] = (active, list(accumulate(one.weight for one in active)))
        active, scale = self.customer_scales[step]
        return active[bisect_left(scale, rng.random() * scale[-1])]


def make_catalogue(business: Business) -> Catalogue:
    """Return the customers and products of a business; they do not depend on the day."""
    rng = Random(f"{business.slug} people and things")  # noqa: S311 - a demo, repeatable on purpose
    customers, products = business.customers(rng), business.products(rng)
    return Catalogue(customers, products, list(accumulate(product.weight for product in products)))


def generate_documents(
    business: Business, catalogue: Catalogue, *, today: date, invoices: int = INVOICES
) -> Iterator[DemoDocument]:
    """Yield all documents in the order of their dates; keys count up."""
    rng = Random(f"{business.slug} documents")  # noqa: S311 - a demo, repeatable on purpose
    scribe = _Scribe(business, catalogue, rng, today)
    for day in document_days(today=today, count=invoices, rhythm=business.rhythm, rng=rng):
        yield from scribe.due_until(day)
        yield from scribe.invoice(day)
    yield from scribe.due_until(today)


class _Scribe:
    """Writes documents one after the other and remembers what must follow them."""

    def __init__(self, business: Business, catalogue: Catalogue, rng: Random, today: date) -> None:
        self._business = business
        self._catalogue = catalogue
        self._rng = rng
        self._today = today
        self._count = 0
        self._due: list[tuple[date, int, DemoDocument, DemoCustomer]] = []

    def invoice(self, day: date) -> Iterator[DemoDocument]:
        """Yield an invoice, and plan its credit note or its twin where it gets one."""
        rng = self._rng
        customer = self._catalogue.draw_customer(rng, 1 - (self._today - day) / PERIOD)
        lines = tuple(self._line(product, customer, day) for product in self._products())
        fate, reason = self._fate(day)
        document = self._document("invoice", day, customer, lines, fate, reason)
        yield document
        chance = rng.random()
        if fate != "posted":
            return
        if chance < CREDITED:
            heappush(self._due, (day + timedelta(days=rng.randint(2, 25)), self._count, document, customer))
        elif chance < CREDITED + ENTERED_TWICE:
            yield self._document("invoice", day, customer, lines, "void", self._business.duplicate_reason)

    def due_until(self, day: date) -> Iterator[DemoDocument]:
        """Yield the planned credit notes up to a day."""
        while self._due and self._due[0][0] <= day:
            due, _, document, customer = heappop(self._due)
            yield self._credit(document, customer, due)

    def _products(self) -> list[DemoProduct]:
        return self._catalogue.draw_products(self._rng, self._rng.choice(self._business.lines_per_document))

    def _fate(self, day: date) -> tuple[Fate, str]:
        chance = self._rng.random()
        if self._today - day <= FRESH and chance < FRESH_DRAFTS:
            return "draft", ""
        if chance < VOIDED:
            return "void", self._rng.choice(self._business.void_reasons)
        return ("draft", "") if chance > 1 - FORGOTTEN else ("posted", "")

    def _line(self, product: DemoProduct, customer: DemoCustomer, day: date) -> DemoLine:
        business = self._business
        age = Decimal((PERIOD - (self._today - day)).days) / PERIOD.days * 2
        wanted = product.unit_price * (1 + business.inflation * age) * (1 - customer.discount)
        steps = (wanted / business.price_step).quantize(Decimal(1), rounding=ROUND_HALF_UP)
        price = max(steps, Decimal(1)) * business.price_step
        quantity = Decimal(self._rng.choice(product.quantities))
        rate = product.tax_rate if customer.country_code == business.country else ZERO_RATE
        net = line_net(quantity, price, business.currency)
        return DemoLine(product.sku, product.name, quantity, price, rate, net)

    def _credit(self, document: DemoDocument, customer: DemoCustomer, day: date) -> DemoDocument:
        """Credit the whole invoice, or some of its lines."""
        rng, lines = self._rng, document.lines
        if rng.random() > WHOLE_CREDITS:
            lines = tuple(rng.sample(lines, rng.randint(1, len(lines))))
        note = rng.choice(self._business.credit_notes)
        made = self._document("credit_note", day, customer, lines, "posted", "")
        return replace(made, due_date=day, credits_key=document.key, note=note)

    def _document(
        self,
        kind: str,
        day: date,
        customer: DemoCustomer,
        lines: tuple[DemoLine, ...],
        fate: Fate,
        reason: str,
    ) -> DemoDocument:
        self._count += 1
        return DemoDocument(
            key=f"{self._business.prefix}-{self._count:06d}",
            kind=kind,
            issue_date=day,
            due_date=day + timedelta(days=customer.terms),
            customer_code=customer.code,
            country_code=customer.country_code,
            lines=lines,
            fate=fate,
            reason=reason,
        )

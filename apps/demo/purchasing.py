"""A demo business buys: suppliers with their bank accounts, purchase orders, what came of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from uuid import UUID

from apps.catalog.models import Product, Warehouse
from apps.catalog.warehouses import create_warehouse
from apps.core.db import write
from apps.core.ids import new_id
from apps.core.scope import Actor
from apps.demo.staff import Staff
from apps.demo.trades import DemoSupplier, Trade
from apps.orders.bulk import BulkLine, BulkPurchase, bulk_record_purchases
from apps.orders.models import PurchaseOrder
from apps.parties.banking import confirm_account, propose_account
from apps.parties.bulk import SupplierInput, ensure_suppliers
from apps.parties.models import BankAccount

SOURCE = "demo"
SET = 100
PERIOD = timedelta(days=540)
# Of all order lines: came short; came with rejects.
SHORT = 0.04
REJECTED = 0.05
CURRENCIES = {"GB": "GBP", "BR": "BRL", "VN": "VND"}
CHANGES = ("New bank, letter of this week", "E-mail: “please pay here from now on”")
REASONS = ("Broken in transit", "Wrong article", "Packaging damaged", "Past its date")


@dataclass(frozen=True, slots=True)
class Bought:
    """What a business buys for stock, and from whom."""

    suppliers: Mapping[str, UUID]
    products: tuple[Product, ...]
    warehouse_id: UUID


def ensure_buying(*, trade: Trade, staff: Staff, now: datetime) -> Bought:
    """Make the suppliers, their bank accounts (two pairs of eyes) and a warehouse, where they are missing."""
    given = [
        SupplierInput(one.code, one.name, one.country_code, net_days=one.net_days) for one in trade.suppliers
    ]
    with staff.working("finance") as actor:
        ids = ensure_suppliers(suppliers=given, actor=actor, now=now).ids
        _propose_accounts(trade, ids, actor, now)
    with staff.working("approver") as actor:
        _confirm_accounts(actor, now)
    with staff.working("operations") as actor:
        warehouse = Warehouse.objects.order_by("created_at", "id").first() or create_warehouse(
            code="MAIN", name="Main warehouse", actor=actor, now=now
        )
        return Bought(ids, tuple(Product.objects.filter(is_stocked=True).order_by("sku")[:300]), warehouse.id)


def record_orders(
    *, trade: Trade, bought: Bought, currency: str, anchor: date, actor: Actor, now: datetime
) -> int:
    """Record the purchase orders of the period with their receipts; what is there is left. Returns how many."""
    orders = list(_orders(trade, bought, currency, anchor))
    for start in range(0, len(orders), SET):
        part = orders[start : start + SET]
        with write():
            keys = [one.external_number for one in part]
            there = PurchaseOrder.objects.filter(source=SOURCE, external_number__in=keys)
            known = set(there.values_list("external_number", flat=True))
            fresh = [one for one in part if one.external_number not in known]
            bulk_record_purchases(
                orders=fresh, source=SOURCE, warehouse_id=bought.warehouse_id, actor=actor, now=now
            )
    return len(orders)


def _orders(trade: Trade, bought: Bought, currency: str, anchor: date) -> Iterator[BulkPurchase]:
    rng = Random(f"{trade.suppliers[0].code} {currency} orders")  # noqa: S311 - a demo, repeatable on purpose
    makers = [one for one in trade.suppliers if one.goods]
    for number in range(1, trade.orders + 1):
        maker = makers[min(int(rng.expovariate(0.35)), len(makers) - 1)]
        day = anchor - timedelta(days=int(PERIOD.days * (1 - number / trade.orders)))
        came = day + timedelta(days=rng.randint(4, 21))
        lines = tuple(
            _line(rng, trade, product, came <= anchor) for product in _choose(rng, maker, makers, bought)
        )
        yield BulkPurchase(
            id=new_id(), external_number=f"PO-{number:05}", supplier_id=bought.suppliers[maker.code], order_date=day,
            received_on=min(came, anchor), expected_date=day + timedelta(days=14), currency=currency, lines=lines,
            category="goods", is_closed=anchor - came > timedelta(days=40),
            delivery_note=f"DN{number:06}" if came <= anchor else "",
        )  # fmt: skip


def _choose(rng: Random, maker: DemoSupplier, makers: list[DemoSupplier], bought: Bought) -> list[Product]:
    """Return products of the supplier: each one makes its own part of the range."""
    own = bought.products[makers.index(maker) :: len(makers)] or bought.products
    return rng.sample(own, min(len(own), rng.choice((1, 2, 2, 3, 4, 5))))


def _line(rng: Random, trade: Trade, product: Product, has_come: bool) -> BulkLine:
    price = (product.unit_price * Decimal("0.55")).quantize(_step(product), rounding=ROUND_HALF_UP) or _step(
        product
    )
    quantity = max(Decimal(int(trade.typical / price / 3 * Decimal(rng.uniform(0.3, 1.7)))), Decimal(1))
    received, rejected = (quantity if has_come else Decimal(0)), Decimal(0)
    chance = rng.random()
    if has_come and chance < SHORT:
        received = max(quantity - max(quantity // 10, Decimal(1)), Decimal(0))
    elif has_come and chance < SHORT + REJECTED:
        rejected = max(quantity // 20, Decimal(1))
    return BulkLine(
        product_id=product.id, description=product.name, quantity=quantity, unit_price=price, tax_rate=trade.tax_rate,
        supplier_sku=f"X{product.sku}", received=received, rejected=rejected, reject_reason=rng.choice(REASONS),
    )  # fmt: skip


def _step(product: Product) -> Decimal:
    return Decimal(1) if product.currency in {"VND", "JPY"} else Decimal("0.01")


def _propose_accounts(trade: Trade, ids: Mapping[str, UUID], actor: Actor, now: datetime) -> None:
    has_account = set(BankAccount.objects.values_list("supplier_id", flat=True))
    for one in trade.suppliers:
        if ids[one.code] not in has_account:
            _propose(one, ids[one.code], account_number(one), "From the supplier's first letter", actor, now)


def _confirm_accounts(actor: Actor, now: datetime) -> None:
    used = BankAccount.objects.filter(state="confirmed").values("supplier_id")
    for account in BankAccount.objects.filter(state="proposed").exclude(supplier_id__in=used).order_by("id"):
        confirm_account(account_id=account.id, actor=actor, now=now)


def account_number(supplier: DemoSupplier, turn: int = 0) -> str:
    """Return a bank account of a supplier: an IBAN with its check digits where the country has them."""
    digits = Random(f"{supplier.code} {supplier.name} {turn}")  # noqa: S311 - a demo
    if supplier.country_code == "GB":
        return _iban("GB", "NWBK" + "".join(digits.choices("0123456789", k=14)))
    if supplier.country_code == "BR":
        return _iban("BR", "".join(digits.choices("0123456789", k=23)) + "C1")
    return "".join(digits.choices("0123456789", k=13))


def _iban(country: str, rest: str) -> str:
    """Return an IBAN with its check digits (ISO 7064 mod 97-10)."""
    as_number = int("".join(str(int(sign, 36)) for sign in f"{rest}{country}00"))
    return f"{country}{98 - as_number % 97:02}{rest}"


def propose_changes(*, trade: Trade, ids: Mapping[str, UUID], actor: Actor, now: datetime) -> None:
    """Leave two changes of bank accounts waiting for somebody else's look, as they come by mail."""
    for one, reason in zip(trade.suppliers[:2], CHANGES, strict=True):
        if BankAccount.objects.filter(supplier_id=ids[one.code]).count() == 1:
            _propose(one, ids[one.code], account_number(one, 1), reason, actor, now)


def _propose(one: DemoSupplier, key: UUID, number: str, reason: str, actor: Actor, now: datetime) -> None:
    propose_account(
        supplier_id=key, holder=one.name, number=number, country_code=one.country_code,
        currency=CURRENCIES[one.country_code], reason=reason, actor=actor, now=now,
    )  # fmt: skip

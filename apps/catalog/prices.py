"""Writes of price lists and the ladders in them. Reading a price is `pricing.py`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.db import IntegrityError

from apps.catalog.fields import check_unit
from apps.catalog.models import PriceBreak, PriceList, Product
from apps.core.db import write
from apps.core.errors import DomainError, InputError, NotFound, StaleVersion
from apps.core.money import check_decimal, exponent
from apps.core.scope import Actor
from apps.core.text import clean_text

MAX_BREAKS = 50
CHANGEABLE = ("name", "tier", "customer_id", "valid_from", "valid_to", "is_active")


class PriceListTaken(DomainError):
    """Two price lists of a tenant never share a code."""

    code = "price_list_taken"
    cure = "Choose another code, or change the list that has it."


class LadderRises(InputError):
    """Buying more would cost more per unit (books.md 67)."""

    code = "ladder_rises"
    cure = "Lower the price of the larger quantity, or raise that of the smaller one."


@dataclass(frozen=True, slots=True)
class Break:
    """The price of one unit from a quantity on."""

    min_quantity: Decimal
    unit_price: Decimal


def check_ladder(breaks: Sequence[Break]) -> list[Break]:
    """Return breaks by quantity. Raises LadderRises, InputError for numbers that cannot be kept or come twice."""
    if len(breaks) > MAX_BREAKS:
        raise InputError(f"A ladder has {MAX_BREAKS} breaks at most.", code="too_many_breaks", field="breaks")
    for each in breaks:
        check_decimal(each.min_quantity, field="min_quantity", minimum=Decimal(0))
        check_decimal(each.unit_price, field="unit_price", minimum=Decimal(0))
    ladder = sorted(breaks, key=lambda each: each.min_quantity)
    for lower, higher in pairwise(ladder):
        if lower.min_quantity == higher.min_quantity:
            raise InputError(f"The quantity {_plain(lower.min_quantity)} stands twice.", code="repeated_break",
                             field="min_quantity")  # fmt: skip
        if higher.unit_price > lower.unit_price:
            raise LadderRises(
                f"From {_plain(higher.min_quantity)} on, a unit would cost {_plain(higher.unit_price)}; from "
                f"{_plain(lower.min_quantity)} on it costs {_plain(lower.unit_price)}.",
                field="unit_price",
            )
    return ladder


def create_price_list(
    *,
    code: str,
    name: str,
    currency: str,
    valid_from: date,
    actor: Actor,
    now: datetime,
    valid_to: date | None = None,
    tier: str = "",
    customer_id: UUID | None = None,
    is_active: bool = True,
) -> PriceList:
    """Create a price list for a customer, for a tier, or for everybody; a blank end is open.

    Raises PriceListTaken, InputError.
    """
    exponent(currency)
    values = {
        "name": name,
        "tier": tier,
        "customer_id": customer_id,
        "valid_from": valid_from,
        "valid_to": valid_to,
    }
    made = PriceList(code=clean_text(code, field="code", limit=32), currency=currency, created_at=now,
                     is_active=is_active,
                     **{field: _checked(field, value) for field, value in values.items()})  # fmt: skip
    _check(made)
    with write():
        try:
            PriceList.objects.bulk_create([made], ignore_conflicts=True)
        except IntegrityError as error:
            raise _unknown_customer() from error
        if not PriceList.objects.filter(id=made.id).exists():
            raise PriceListTaken(f"A price list with the code “{made.code}” exists.", field="code")
    return made


def change_price_list(
    *, price_list_id: UUID, changes: dict[str, Any], actor: Actor, now: datetime, version: int | None = None
) -> PriceList:
    """Change named fields of a price list; code and currency stay. Raises NotFound, StaleVersion, InputError."""
    with write():
        found = _lock(price_list_id, version)
        changed = []
        for name, value in changes.items():
            checked = _checked(name, value)
            if getattr(found, name) != checked:
                setattr(found, name, checked)
                changed.append(name)
        _check(found)
        if changed:
            found.version += 1
            try:
                found.save(update_fields=[*changed, "version"])
            except IntegrityError as error:
                raise _unknown_customer() from error
    return found


def set_ladder(
    *,
    price_list_id: UUID,
    product_id: UUID,
    breaks: Sequence[Break],
    actor: Actor,
    now: datetime,
    unit: str = "",
    version: int | None = None,
) -> PriceList:
    """Make these the breaks of a product in a list; no breaks take it off the list. The unit is by default its own.

    What was sold keeps its price: lines hold a copy. Raises LadderRises (books.md 67), NotFound, StaleVersion,
    InputError.
    """
    ladder = check_ladder(breaks)
    with write():
        found = _lock(price_list_id, version)
        own = Product.objects.filter(id=product_id).values_list("unit", flat=True).first()
        if own is None:
            raise InputError("There is no such product.", code="unknown_product", field="product")
        unit = check_unit(unit) if unit else own
        place = PriceBreak.objects.filter(price_list=found, product_id=product_id, unit=unit)
        known = [Break(each.min_quantity, each.unit_price) for each in place.order_by("min_quantity")]
        if known == ladder:
            return found
        place.delete()
        PriceBreak.objects.bulk_create(
            PriceBreak(price_list=found, product_id=product_id, unit=unit, min_quantity=each.min_quantity,
                       unit_price=each.unit_price)
            for each in ladder
        )  # fmt: skip
        found.version += 1
        found.save(update_fields=["version"])
    return found


def _lock(price_list_id: UUID, version: int | None) -> PriceList:
    found = PriceList.objects.select_for_update().filter(id=price_list_id).first()
    if found is None:
        raise NotFound("There is no such price list.")
    if version is not None and version != found.version:
        raise StaleVersion("Somebody changed this price list after you opened it.")
    return found


def _checked(name: str, value: Any) -> Any:
    if name not in CHANGEABLE:
        raise InputError(f"“{name}” cannot be changed.", code="not_changeable", field=name)
    if name in {"name", "tier"}:
        limit = 200 if name == "name" else 64
        return clean_text(value, field=name, limit=limit, required=name == "name")
    return value


def _check(found: PriceList) -> None:
    if found.customer_id and found.tier:
        raise InputError("A list is for one customer or for a tier.", code="customer_and_tier", field="tier")
    if not 1990 <= found.valid_from.year <= 2100:
        raise InputError("The date lies outside 1990 to 2100.", code="date_out_of_range", field="valid_from")
    if found.valid_to is not None and found.valid_to < found.valid_from:
        raise InputError("The list ends before it starts.", code="ends_before_start", field="valid_to")


def _unknown_customer() -> InputError:
    return InputError("There is no such customer.", code="unknown_customer", field="customer")


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"

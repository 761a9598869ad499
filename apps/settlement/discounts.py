"""Early-payment discounts: what may be left out of a charge that is paid by its day."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from django.db.models import Sum

from apps.core.money import from_minor
from apps.settlement.errors import NotAllocatable
from apps.settlement.inputs import AllocationInput
from apps.settlement.models import Allocation, OpenItem

WRITE_IT_OFF = "Allocate without it, or write the rest off with a reason."


def discount_on(item: OpenItem, day: date) -> int:
    """Return what may be left out of a charge that nothing was paid of yet, when it is paid in full on a day."""
    is_in_time = item.discount_until is not None and day <= item.discount_until
    return item.discount_minor if is_in_time and item.open_minor == item.amount_minor else 0


def check_discounts(items: Mapping[UUID, OpenItem], wanted: Sequence[AllocationInput]) -> None:
    """Raise NotAllocatable when a discount is taken late, or more of it than the terms give."""
    asked: dict[UUID, int] = {}
    for each in wanted:
        if each.discount_minor > 0:
            _check_in_time(items[each.charge_id], items[each.credit_id])
            asked[each.charge_id] = asked.get(each.charge_id, 0) + each.discount_minor
    if not asked:
        return
    taken = Allocation.objects.filter(charge_id__in=asked, undone_on=None, discount_minor__gt=0)
    sums = dict(taken.values_list("charge_id").annotate(Sum("discount_minor")))
    for key, minor in asked.items():
        item = items[key]
        if minor + sums.get(key, 0) > item.discount_minor:
            most = from_minor(item.discount_minor, item.currency)
            raise NotAllocatable(
                f"The discount on {item.number} is {most} {item.currency} at most.",
                code="discount_too_large", field="discount", cure=WRITE_IT_OFF,
            )  # fmt: skip


def _check_in_time(charge: OpenItem, credit: OpenItem) -> None:
    if charge.discount_until is None or credit.issue_date > charge.discount_until:
        until = f" was given until {charge.discount_until}" if charge.discount_until else " is not given"
        raise NotAllocatable(
            f"A discount on {charge.number}{until}; {credit.number} is of {credit.issue_date}.",
            code="no_discount", field="discount", cure=WRITE_IT_OFF,
        )  # fmt: skip

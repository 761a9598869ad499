"""Payment terms: from a document's date to due dates, instalments and the early-payment discount. Pure."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from apps.core.errors import InputError
from apps.core.money import check_decimal
from apps.documents.arithmetic import percentage_of, pro_rate

MAX_INSTALMENTS = 60
LATEST_DAYS = 3650


@dataclass(frozen=True)
class Step:
    """A part of what is due: days after the document's date, and its share of the whole."""

    days: int
    share: Decimal


@dataclass(frozen=True)
class Terms:
    """When a document is to be paid. With `steps` it is paid in parts; a discount is for paying soon."""

    code: str = ""
    name: str = ""
    days: int = 30
    is_end_of_month: bool = False
    discount_percent: Decimal = Decimal(0)
    discount_days: int = 0
    steps: tuple[Step, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Instalment:
    """A part of what is due, in minor units."""

    due_date: date
    share: Decimal
    amount_minor: int


def due_date_of(terms: Terms, issue_date: date) -> date:
    """Return the day on which a document is due at last."""
    return max((due for due, _ in plan_of(terms, issue_date)), default=_due(terms, terms.days, issue_date))


def plan_of(terms: Terms, issue_date: date) -> list[tuple[date, Decimal]]:
    """Return the due dates of instalments with their shares; none where everything is due at once."""
    return [(_due(terms, step.days, issue_date), step.share) for step in terms.steps]


def discount_until(terms: Terms, issue_date: date) -> date | None:
    """Return the last day on which the early-payment discount is given, or None where there is none."""
    return issue_date + timedelta(days=terms.discount_days) if terms.discount_percent else None


def discount_of(payable_minor: int, percent: Decimal) -> int:
    """Return the early-payment discount on an amount, rounded half away from zero."""
    return percentage_of(payable_minor, percent)


def instalments_of(payable_minor: int, plan: Sequence[tuple[date, Decimal]]) -> list[Instalment]:
    """Return the instalments of an amount; they sum to it exactly (books.md 19). Raises InputError."""
    if not plan:
        return []
    if len(plan) > MAX_INSTALMENTS:
        raise InputError(f"At most {MAX_INSTALMENTS} instalments fit.", code="too_many", field="instalments")
    ordered = sorted(plan, key=lambda pair: pair[0])
    for number, (_, share) in enumerate(ordered):
        check_decimal(
            share,
            field=f"instalments[{number}].share",
            minimum=Decimal("0.000001"),
            maximum=Decimal(10) ** 9,
        )
    if len({due for due, _ in ordered}) < len(ordered):
        raise InputError("Two instalments are due on the same day.", code="same_day", field="instalments")
    amounts = pro_rate(payable_minor, [share for _, share in ordered])
    return [Instalment(due, share, amount) for (due, share), amount in zip(ordered, amounts, strict=True)]


def _due(terms: Terms, days: int, issue_date: date) -> date:
    day = issue_date + timedelta(days=days)
    return day.replace(day=monthrange(day.year, day.month)[1]) if terms.is_end_of_month else day

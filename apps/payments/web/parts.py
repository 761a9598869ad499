"""What a payment may settle, as fields of a form: an amount and a discount for each open item, proposals filled in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.http import HttpRequest

from apps.core.errors import NotFound
from apps.core.money import from_minor
from apps.core.web.form_fields import decimal_mark, write_number
from apps.payments.inputs import PaymentPart
from apps.payments.proposals import ProposedPart, list_partners, propose_parts
from apps.settlement.models import OpenItem
from apps.settlement.web.acting import sent_minor
from apps.tenancy.web.middleware import tenant_of

MOST_SHOWN = 100


@dataclass(frozen=True)
class OfferedPart:
    """An open item with what stands in its fields, and why it was proposed."""

    item: OpenItem
    amount: str
    discount: str
    why: str


def offer(
    request: HttpRequest,
    *,
    side: str,
    party_id: UUID,
    currency: str,
    amount_minor: int,
    reference: str,
    day: date,
    direction: str,
) -> list[OfferedPart]:
    """Return a party's open items; fields hold what was typed, else the proposal for an amount."""
    items = list_partners(side=side, party_id=party_id, currency=currency, direction=direction)[:MOST_SHOWN]
    parts = propose_parts(items=items, amount_minor=amount_minor, reference=reference, day=day)
    return _filled(request, items, {part.item.id: part for part in parts})


def offer_for(request: HttpRequest, item: OpenItem, reference: str) -> list[OfferedPart]:
    """Return what may settle, or be settled by, what is left of a payment's item."""
    return offer(
        request, side=item.side, party_id=item.party_id, currency=item.currency, amount_minor=item.open_minor,
        reference=reference, day=item.issue_date, direction="charge" if item.direction == "credit" else "credit",
    )  # fmt: skip


def sent_parts(request: HttpRequest, currency: str) -> tuple[PaymentPart, ...]:
    """Return the parts that a form sends; empty fields are left out. Raises InputError, NotFound."""
    parts = []
    for name in request.POST:
        kind, _, key = name.partition("-")
        if kind != "part" or not request.POST.get(name, "").strip():
            continue
        minor = sent_minor(request, name, currency)
        discount = sent_minor(request, f"discount-{key}", currency, empty=0)
        if minor or discount:
            parts.append(PaymentPart(item_id=_id(key), amount_minor=minor, discount_minor=discount))
    return tuple(parts)


def _filled(
    request: HttpRequest, items: Sequence[OpenItem], proposed: Mapping[UUID, ProposedPart]
) -> list[OfferedPart]:
    mark = decimal_mark(tenant_of(request).locale)

    def say(minor: int, currency: str) -> str:
        return write_number(from_minor(minor, currency), mark) if minor else ""

    offered = []
    for item in items:
        part = proposed.get(item.id)
        amount = say(part.amount_minor, item.currency) if part else ""
        discount = say(part.discount_minor, item.currency) if part else ""
        offered.append(
            OfferedPart(
                item,
                request.POST.get(f"part-{item.id}", amount),
                request.POST.get(f"discount-{item.id}", discount),
                part.why if part else "",
            )
        )
    return offered


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound("There is no such open item.") from None

"""What a line of the bank may be: a payment that is recorded, or open items of a party; a person confirms."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import Q

from apps.parties.queries import get_customer_names, get_supplier_names
from apps.payments.models import BankLine, Payment
from apps.payments.proposals import ProposedPart, is_named, propose_parts
from apps.settlement.models import OpenItem

NEAR = timedelta(days=10)
LOOKED_AT = 2000
SHOWN = 5


@dataclass(frozen=True)
class Proposal:
    """One meaning of a line. With a payment it is matched to that; else the parts say what it would settle."""

    side: str
    party_id: UUID
    party_name: str
    why: str
    payment: Payment | None = None
    parts: Sequence[ProposedPart] = ()


def propose_matches(line: BankLine) -> list[Proposal]:
    """Return what a line may be, the likeliest first: recorded payments, named documents, equal amounts, the name."""
    found = [*_payments(line), *_parties(line)]
    return found[:SHOWN]


def _payments(line: BankLine) -> list[Proposal]:
    direction = "receive" if line.amount_minor > 0 else "pay"
    days = (line.booking_date - NEAR, line.booking_date + NEAR)
    matched = BankLine.objects.filter(~Q(payment=None)).values("payment")
    rows = Payment.objects.filter(
        direction=direction, state="posted", amount_minor=abs(line.amount_minor), currency=line.currency,
        payment_date__range=days,
    ).exclude(id__in=matched)  # fmt: skip
    near = sorted(rows[:50], key=lambda row: (abs((row.payment_date - line.booking_date).days), row.id))
    names = _names([(row.side, row.party_id) for row in near])
    return [
        Proposal(
            row.side, row.party_id, names.get(row.party_id, ""), f"{row.number} is recorded", payment=row
        )
        for row in near
    ]


def _parties(line: BankLine) -> list[Proposal]:
    """Return the parties whose open items fit: what comes in settles charges of customers, what goes out suppliers'."""
    side = "receivable" if line.amount_minor > 0 else "payable"
    amount = abs(line.amount_minor)
    found = OpenItem.objects.filter(
        side=side, direction="charge", currency=line.currency, open_minor__gt=0, closed_on=None
    )
    items = list(found.order_by("due_date", "id")[:LOOKED_AT])
    names = _names([(side, item.party_id) for item in items])
    ranks: dict[UUID, int] = {}
    for item in items:
        rank = _rank(item, names.get(item.party_id, ""), line, amount)
        if rank:
            ranks[item.party_id] = max(rank, ranks.get(item.party_id, 0))
    best = sorted(ranks, key=lambda key: (-ranks[key], names.get(key, "")))[:SHOWN]
    own: dict[UUID, list[OpenItem]] = {key: [item for item in items if item.party_id == key] for key in best}
    return [_proposal(line, side, key, names.get(key, ""), own[key]) for key in best]


def _rank(item: OpenItem, name: str, line: BankLine, amount: int) -> int:
    """Say how well an item speaks for its party: named in the text 4, the name of the sender 2, the amount 1."""
    text = f"{line.reference} {line.entry_reference}"
    rank = 4 if is_named(item.number, text) else 0
    rank += 2 if name and name.casefold() in f"{line.counterparty} {line.reference}".casefold() else 0
    return rank + (1 if amount in {item.open_minor, item.open_minor - item.discount_minor} else 0)


def _proposal(line: BankLine, side: str, party_id: UUID, name: str, items: Sequence[OpenItem]) -> Proposal:
    parts = propose_parts(
        items=items, amount_minor=abs(line.amount_minor), reference=line.reference, day=line.booking_date
    )
    return Proposal(side, party_id, name, parts[0].why if parts else "the name", parts=parts)


def _names(parties: Sequence[tuple[str, UUID]]) -> dict[UUID, str]:
    customers = {key for side, key in parties if side == "receivable"}
    suppliers = {key for side, key in parties if side == "payable"}
    return {
        **(get_customer_names(customers) if customers else {}),
        **(get_supplier_names(suppliers) if suppliers else {}),
    }

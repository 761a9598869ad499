"""Documents that look like the same one (books.md 54), found for many bills at once."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import Q

from apps.bills.known import get_settings
from apps.bills.models import Bill

REASONS = {
    "number": "the same number",
    "amount": "the same amount at about the same date",
    "file": "the same file",
}


@dataclass(frozen=True)
class Candidate:
    """Another bill, and why it may be the same document."""

    bill: Bill
    reasons: tuple[str, ...]

    @property
    def words(self) -> str:
        """Why, in words."""
        return ", ".join(REASONS[each] for each in self.reasons)


def find_duplicates(bills: Sequence[Bill], *, days: int | None = None) -> dict[UUID, list[Candidate]]:
    """Return the candidates of each bill, by its id; void documents count for nothing. One query for all bills."""
    window = timedelta(days=get_settings().duplicate_days if days is None else days)
    others = _others(bills)
    found: dict[UUID, list[Candidate]] = {}
    for bill in bills:
        mine = {
            id(other): other for key in _keys(bill) for other in others.get(key, ()) if other.id != bill.id
        }
        made = [Candidate(other, why) for other in mine.values() if (why := _reasons(bill, other, window))]
        found[bill.id] = sorted(made, key=lambda each: (each.bill.created_at, each.bill.id))
    return found


def refresh_flags(bills: Sequence[Bill], *, touched: Collection[UUID] = ()) -> None:
    """Write whether these bills have candidates, and the same of those candidates and of `touched` ones.

    Others that somebody else holds are left out: the flag is for lists, posting looks again.
    """
    found = find_duplicates(bills)
    _write(bills, {key for key, candidates in found.items() if candidates})
    ids = {each.bill.id for candidates in found.values() for each in candidates} | set(touched)
    ids -= {bill.id for bill in bills}
    others = list(
        Bill.objects.select_for_update(skip_locked=True).filter(id__in=ids, state="draft").order_by("id")
    )
    again = find_duplicates(others) if others else {}
    _write(others, {key for key, candidates in again.items() if candidates})


def _write(bills: Sequence[Bill], suspected: set[UUID]) -> None:
    for value in (True, False):
        changed = [
            bill for bill in bills if (bill.id in suspected) is value and bill.has_duplicates is not value
        ]
        for bill in changed:
            bill.has_duplicates = value
        if changed:
            Bill.objects.filter(id__in=[bill.id for bill in changed]).update(has_duplicates=value)


def _keys(bill: Bill) -> Iterable[tuple[object, ...]]:
    yield "key", bill.supplier_id, bill.number_key
    yield "loose", bill.supplier_id, bill.number_loose
    yield "amount", bill.supplier_id, bill.total_minor
    if bill.content_hash:
        yield "file", bill.content_hash


def _others(bills: Sequence[Bill]) -> dict[tuple[object, ...], list[Bill]]:
    """Return all documents that share a key with some of these, by key."""
    suppliers = {bill.supplier_id for bill in bills}
    number = Q(number_key__in={bill.number_key for bill in bills})
    number |= Q(number_loose__in={bill.number_loose for bill in bills})
    wanted = Q(supplier_id__in=suppliers) & (number | Q(total_minor__in={bill.total_minor for bill in bills}))
    hashes = {bill.content_hash for bill in bills if bill.content_hash}
    if hashes:
        wanted |= Q(content_hash__in=hashes)
    found: dict[tuple[object, ...], list[Bill]] = defaultdict(list)
    for other in Bill.objects.filter(wanted).exclude(state="void"):
        for key in _keys(other):
            found[key].append(other)
    return found


def _reasons(bill: Bill, other: Bill, window: timedelta) -> tuple[str, ...]:
    is_same_side = bill.supplier_id == other.supplier_id and bill.kind == other.kind
    same_number = bill.number_key == other.number_key or bill.number_loose == other.number_loose
    reasons = {
        "number": is_same_side and same_number,
        "amount": is_same_side
        and (bill.currency, bill.total_minor) == (other.currency, other.total_minor)
        and abs(bill.issue_date - other.issue_date) <= window,
        "file": bool(bill.content_hash) and bill.content_hash == other.content_hash,
    }
    return tuple(name for name, holds in reasons.items() if holds)

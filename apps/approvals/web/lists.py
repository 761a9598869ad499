"""The list of requests: what its address asks for, as a query, as chips, as a file."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.http import QueryDict

from apps.approvals.inbox import RequestFilter
from apps.approvals.models import STATES, Request
from apps.approvals.subjects import KINDS, label_of
from apps.core.money import from_minor
from apps.core.web.keyset import Sort, read_sort
from apps.core.web.list_query import read_choice, read_text
from apps.core.web.listing import Filter, options_filter

SORTS = {"requested_at": "requested_at", "due_at": "due_at", "book_minor": "book_minor"}
HEADINGS = ("Document", "Kind", "State", "Level", "Amount", "Currency", "Asked", "Due", "Ended", "Reason")
WHOSE = {"mine": "Asked by me"}


@dataclass(frozen=True)
class RequestList:
    """A list as its address describes it."""

    wanted: RequestFilter
    sort: Sort


@dataclass(frozen=True)
class Row:
    """A request as the list shows it."""

    request: Request
    kind: str
    levels: int


def read_list(query: QueryDict, me: UUID) -> RequestList:
    """Return the list that an address asks for; what it says wrongly is left out."""
    wanted = RequestFilter(
        text=read_text(query),
        state=read_choice(query, "state", STATES),
        kind=read_choice(query, "kind", KINDS),
        requested_by=me if read_choice(query, "whose", WHOSE) else None,
    )
    return RequestList(wanted, read_sort(query, SORTS, "-requested_at"))


def filters_of(query: QueryDict) -> tuple[Filter, ...]:
    """Return the chips above the list."""
    kinds = {kind: label_of(kind) for kind in KINDS}
    return (
        options_filter(query, "state", "State", STATES),
        options_filter(query, "kind", "Kind", kinds),
        options_filter(query, "whose", "Whose", WHOSE),
    )


def row_of(request: Request) -> Row:
    """Return a row of the list."""
    return Row(request, label_of(request.subject_kind), len(request.levels))


def rows_of(found: QuerySet[Request], sort: Sort) -> Iterator[tuple[object, ...]]:
    """Return the whole list for a file."""
    for row in found.order_by(*sort.columns()).iterator(2000):
        yield (
            row.label, label_of(row.subject_kind), STATES[row.state], f"{row.level}/{len(row.levels)}",
            from_minor(row.amount_minor, row.currency), row.currency, row.requested_at, row.due_at, row.ended_at,
            row.end_reason,
        )  # fmt: skip

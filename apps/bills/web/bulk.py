"""The page that posts many bills: first what would happen, then what happened, row by row."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from apps.approvals.queries import Standing, standings_of
from apps.bills.models import Bill
from apps.bills.operations import post_bill
from apps.bills.queries import standing_in, sum_bills, wants_approval
from apps.bills.web import lists
from apps.core import clock
from apps.core.errors import DomainError, InputError
from apps.core.scope import current_scope
from apps.tenancy.access import check_permission, requires
from apps.tenancy.web.middleware import tenant_of

AT_ONCE = 200


@dataclass(frozen=True)
class Candidate:
    """A draft that would be posted; `obstacle` says why it would not."""

    key: str
    bill: Bill
    obstacle: str


@dataclass(frozen=True)
class Outcome:
    """What became of one draft: its number, or why it is still a draft."""

    id: UUID
    number: str
    refusal: str


@require_http_methods(["GET", "POST"])
@requires("bills.post")
def bulk_post(request: HttpRequest) -> HttpResponse:
    """Show the drafts of a list before they are posted, or post the chosen ones, each on its own."""
    check_permission("bills.read")
    if request.method == "POST":
        outcomes = [_post(key, version) for key, version in _chosen(request.POST)]
        done = sum(not each.refusal for each in outcomes)
        context = {"outcomes": outcomes, "done": done, "failed": len(outcomes) - done}
        return render(request, "bills/bulk_post_done.html", context)
    today = clock.local_date(clock.now(), tenant_of(request).time_zone)
    drafts = lists.read_list(request.GET, today).found.filter(state="draft")
    # Oldest first: numbers follow the order of posting.
    rows = list(drafts.prefetch_related("supplier").order_by("issue_date", "id")[:AT_ONCE])
    standings = standings_of("bill", [row.id for row in rows])
    wanting = wants_approval([row for row in rows if standing_in(standings, row).state != "approved"])
    context = {
        "candidates": [_candidate(row, standing_in(standings, row), row.id in wanting) for row in rows],
        "totals": sum_bills(drafts),
        "back": f"{reverse('bills:list')}?{request.GET.urlencode()}",
    }
    return render(request, "bills/bulk_post.html", context)


def _candidate(bill: Bill, standing: Standing, wants: bool) -> Candidate:
    obstacle = ""
    if bill.has_duplicates:
        obstacle = "It may be a duplicate: open it and say why it is not."
    elif bill.match_state == "exception":
        obstacle = "It does not agree with its order."
    elif bill.has_total_exception:
        obstacle = "Its lines do not come to its total."
    elif standing.state == "pending":
        obstacle = "It waits for its approval."
    elif wants:
        obstacle = "It needs an approval."
    return Candidate(f"{bill.id}:{bill.version}", bill, obstacle)


def _chosen(sent: QueryDict) -> Iterable[tuple[UUID, int]]:
    """Return the chosen drafts with the versions that were shown. Raises InputError."""
    texts = sent.getlist("bill")
    if not 1 <= len(texts) <= AT_ONCE:
        raise InputError(
            f"Choose from 1 to {AT_ONCE} drafts. Nothing was posted.", cure="Go back and choose."
        )
    pairs = [text.partition(":")[::2] for text in texts]
    try:
        return [(UUID(key), int(version)) for key, version in pairs]
    except ValueError:
        raise InputError(
            "A choice could not be read. Nothing was posted.", cure="Open the list again."
        ) from None


def _post(bill_id: UUID, version: int) -> Outcome:
    try:
        bill = post_bill(bill_id=bill_id, version=version, actor=current_scope().actor, now=clock.now())
    except DomainError as error:
        return Outcome(bill_id, "", f"{error.message} {error.cure}".strip())
    return Outcome(bill_id, bill.number or "", "")

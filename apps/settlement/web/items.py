"""One open item: how it was settled, and what may be done with it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from apps.core import clock
from apps.core.errors import DomainError
from apps.core.scope import current_scope
from apps.settlement.models import HOLDS, OpenItem
from apps.settlement.operations import allocate, hold_item, undo_allocation, write_off
from apps.settlement.queries import (
    get_allocation,
    get_item,
    list_allocations_of,
    list_counterparts,
    party_names,
)
from apps.settlement.web.acting import once, perform, sent_day, sent_id, sent_minor, today_of
from apps.settlement.web.ageing import PARTIES, TITLES
from apps.settlement.wording import item_wording
from apps.tenancy.access import check_permission, may, requires
from apps.tenancy.timeline import list_happenings


@require_GET
@requires("payments.read")
def item_detail(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Show an open item with its allocations."""
    return _show(request, get_item(item_id))


@require_POST
@requires("payments.write")
def item_allocate(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Settle an item with another, or another with it."""
    check_permission("payments.read")
    item = get_item(item_id)

    def work() -> str:
        other = sent_id(request.POST, "other")
        charge, credit = (item.id, other) if item.direction == "charge" else (other, item.id)
        allocate(
            charge_id=charge, credit_id=credit, amount_minor=sent_minor(request, "amount", item.currency),
            discount_minor=sent_minor(request, "discount", item.currency, empty=0),
            allocated_on=sent_day(request, "allocated_on"), actor=current_scope().actor, now=clock.now(),
        )  # fmt: skip
        messages.success(request, "Allocated.")
        return _address(item)

    return perform(request, work, lambda refusal: _show(request, item, refusal))


@require_POST
@requires("payments.write")
def allocation_undo(request: HttpRequest, allocation_id: UUID) -> HttpResponse:
    """Undo an allocation and go back to the item that was looked at."""
    check_permission("payments.read")
    found = get_allocation(allocation_id)
    looked_at = request.POST.get("item", "")
    item = get_item(found.credit_id if looked_at == str(found.credit_id) else found.charge_id)

    def work() -> str:
        undo_allocation(
            allocation_id=allocation_id, undone_on=sent_day(request, "undone_on"),
            reason=request.POST.get("reason", ""), actor=current_scope().actor, now=clock.now(),
        )  # fmt: skip
        messages.success(request, "Undone. Both sides have it back.")
        return _address(item)

    return perform(request, work, lambda refusal: _show(request, item, refusal))


@require_POST
@requires("payments.write")
def item_write_off(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Give up a part of what is open."""
    check_permission("payments.read")
    item = get_item(item_id)

    def work() -> str:
        write_off(
            item_id=item.id, amount_minor=sent_minor(request, "amount", item.currency),
            written_off_on=sent_day(request, "written_off_on"), reason=request.POST.get("reason", ""),
            actor=current_scope().actor, now=clock.now(),
        )  # fmt: skip
        messages.success(request, "Written off.")
        return _address(item)

    return perform(request, work, lambda refusal: _show(request, item, refusal))


@require_POST
@requires("payments.write")
def item_hold(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Mark an item as disputed or blocked, or free it."""
    check_permission("payments.read")
    item = get_item(item_id)

    def work() -> str:
        hold_item(
            item_id=item.id, hold=request.POST.get("hold", ""), reason=request.POST.get("reason", ""),
            actor=current_scope().actor, now=clock.now(),
        )  # fmt: skip
        messages.success(request, "Saved.")
        return _address(item)

    return perform(request, work, lambda refusal: _show(request, item, refusal))


def _address(item: OpenItem) -> str:
    return reverse("settlement:item_detail", args=[item.id])


def _show(request: HttpRequest, item: OpenItem, problem: DomainError | None = None) -> HttpResponse:
    links = list_allocations_of([item.id])
    may_write = may("payments.write") and item.open_minor > 0 and item.closed_on is None
    partners = list_counterparts(item) if may_write else []
    side = item.side
    return render(request, "settlement/item.html", {
        "item": item, "problem": problem, "party_label": PARTIES[side], "title": TITLES[side],
        "party_name": party_names(side, [item.party_id]).get(item.party_id, ""),
        "party_url": reverse(f"settlement:{side}_party", args=[item.party_id]),
        "back": reverse(f"settlement:{side}s"), "hold": HOLDS[item.hold], "holds": list(HOLDS.items()),
        "links": [{"link": link, "other": link.credit if link.charge_id == item.id else link.charge,
                   "minor": link.settled_minor if link.charge_id == item.id else link.amount_minor} for link in links],
        "partners": partners, "may_write": may_write, "may_undo": may("payments.write"), "once": once(),
        "today": today_of(request), "timeline": list_happenings(item_wording(item.currency), item.id),
    }, status=problem.status if problem else 200)  # fmt: skip

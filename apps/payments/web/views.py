"""Pages of payments: the list, one payment with what it settles, and what may be done with it."""

from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from apps.audit.operations import record_access
from apps.core import clock
from apps.core.errors import DomainError
from apps.core.scope import current_scope
from apps.core.web.csv_files import check_rows, csv_file
from apps.core.web.form_fields import read_version
from apps.core.web.keyset import page_of
from apps.payments.models import DIRECTIONS, METHODS, Payment
from apps.payments.operations import allocate_payment, void_payment
from apps.payments.queries import get_payment, names_of, with_details
from apps.payments.web import lists
from apps.payments.web.parts import offer_for, sent_parts
from apps.payments.wording import PAYMENT
from apps.settlement.queries import get_item, list_allocations_of
from apps.settlement.web.acting import once, perform, sent_day, today_of
from apps.tenancy.access import check_permission, may, requires
from apps.tenancy.timeline import list_happenings


@require_GET
@requires("payments.read")
def payment_list(request: HttpRequest) -> HttpResponse:
    """Show the list of payments."""
    shown = lists.read_list(request.GET)
    found = page_of(shown.found, request.GET, shown.sort, show=lambda row: row, total=shown.found.count())
    page = replace(found, rows=with_details(found.rows))
    filters = lists.filters_of(request.GET, shown)
    return render(request, "payments/list.html", {
        "page": page, "filters": filters, "is_filtered": any(each.is_on for each in filters), "sort": shown.sort.name,
        "may_create": may("payments.write"), "may_export": may("exports.run"),
    })  # fmt: skip


@require_GET
@requires("exports.run")
def payment_export(request: HttpRequest) -> FileResponse:
    """Give the list as a file; that it was taken is recorded first."""
    check_permission("payments.read")
    shown = lists.read_list(request.GET)
    number = shown.found.count()
    check_rows(number)
    record_access(kind="export", subject="payments", detail={"rows": number, "list": request.GET.urlencode()})
    return csv_file("payments.csv", lists.HEADINGS, lists.rows_of(shown))


@require_GET
@requires("payments.read")
def payment_detail(request: HttpRequest, payment_id: UUID) -> HttpResponse:
    """Show a payment with what it settles."""
    return _show(request, get_payment(payment_id))


@require_POST
@requires("payments.write")
def payment_allocate(request: HttpRequest, payment_id: UUID) -> HttpResponse:
    """Allocate parts of a payment."""
    check_permission("payments.read")
    payment = get_payment(payment_id)

    def work() -> str:
        allocate_payment(
            payment_id=payment.id, parts=sent_parts(request, payment.currency),
            allocated_on=sent_day(request, "allocated_on"), actor=current_scope().actor, now=clock.now(),
        )  # fmt: skip
        messages.success(request, "Allocated.")
        return reverse("payments:detail", args=[payment.id])

    return perform(request, work, lambda refusal: _show(request, payment, refusal))


@require_POST
@requires("payments.write")
def payment_void(request: HttpRequest, payment_id: UUID) -> HttpResponse:
    """Void a payment."""
    check_permission("payments.read")
    payment = get_payment(payment_id)

    def work() -> str:
        void_payment(
            payment_id=payment.id, voided_on=sent_day(request, "voided_on"), reason=request.POST.get("reason", ""),
            version=read_version(request.POST), actor=current_scope().actor, now=clock.now(),
        )  # fmt: skip
        messages.success(request, f"{payment.number} is void. What it settled is open again.")
        return reverse("payments:detail", args=[payment.id])

    return perform(request, work, lambda refusal: _show(request, payment, refusal))


def _show(request: HttpRequest, payment: Payment, problem: DomainError | None = None) -> HttpResponse:
    item = get_item(payment.item_id)
    links = list_allocations_of([item.id])
    may_write = may("payments.write") and payment.state == "posted"
    offered = offer_for(request, item, payment.reference) if may_write and item.open_minor else []
    return render(request, "payments/detail.html", {
        "payment": payment, "item": item, "problem": problem, "name": names_of([payment]).get(payment.party_id, ""),
        "direction": DIRECTIONS[payment.direction], "method": METHODS[payment.method],
        "party_url": reverse(f"settlement:{payment.side}_party", args=[payment.party_id]),
        "links": [{"link": link, "other": link.charge if link.credit_id == item.id else link.credit} for link in links],
        "offered": offered, "may_write": may_write, "once": once(), "today": today_of(request),
        "timeline": list_happenings(PAYMENT, payment.id),
    }, status=problem.status if problem else 200)  # fmt: skip

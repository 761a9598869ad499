"""The page of periods: what is closed, what closing the next would take in, lock dates, exceptions, settings."""

import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from apps.audit.operations import record_access
from apps.core import clock
from apps.core.clock import local_date
from apps.core.errors import DomainError, InputError, NotFound
from apps.core.scope import current_scope
from apps.core.web.form_fields import place_error
from apps.ledger.access import access_snapshot
from apps.ledger.closing import (
    change_settings,
    close_month,
    close_year,
    end_exception,
    open_exception,
    preview_close,
    set_lock_date,
)
from apps.ledger.fiscal import Span, month_after, month_of, year_of
from apps.ledger.models import EXCEPTION_KINDS, LOCK_KINDS, Entry, LockDate, LockException, Period
from apps.ledger.queries import book_currency, get_settings
from apps.ledger.web.forms import ExceptionForm, LockForm, SettingsForm
from apps.tenancy.access import may, requires
from apps.tenancy.models import Membership
from apps.tenancy.queries import list_members
from apps.tenancy.web.middleware import tenant_of
from apps.tenancy.web.once import answer_once

SHOWN = 36


@require_GET
@requires("ledger.read")
def period_list(request: HttpRequest) -> HttpResponse:
    """Show closed periods, lock dates and exceptions, and what closing the next month would take in."""
    return _show(request)


@require_POST
@requires("ledger.close")
def period_close(request: HttpRequest) -> HttpResponse:
    """Close a month or a year."""
    year, month = _number(request, "year"), _number(request, "month")

    def close() -> str:
        actor, now = current_scope().actor, clock.now()
        made = close_month(year=year, month=month, actor=actor, now=now) if month else close_year(
            year=year, actor=actor, now=now
        )  # fmt: skip
        messages.success(request, f"{made} is closed. Its reports are kept as they are now.")
        return reverse("ledger:periods")

    return _try(request, close)


@require_POST
@requires("ledger.close")
def lock_set(request: HttpRequest) -> HttpResponse:
    """Set a lock date."""
    form = LockForm(request.POST)

    def lock() -> str:
        set_lock_date(**form.cleaned_data, actor=current_scope().actor, now=clock.now())
        messages.success(request, "The lock date is set.")
        return reverse("ledger:periods")

    return _try(request, lock, form, "lock_form")


@require_POST
@requires("ledger.close")
def exception_open(request: HttpRequest) -> HttpResponse:
    """Open an exception for a person."""
    form = ExceptionForm(request.POST, people=_people())

    def allow() -> str:
        given, now = form.cleaned_data, clock.now()
        open_exception(
            kind=given["kind"], person_id=UUID(given["person"]), first_day=given["first_day"],
            last_day=given["last_day"], expires_at=now + timedelta(hours=given["hours"]), reason=given["reason"],
            actor=current_scope().actor, now=now,
        )  # fmt: skip
        messages.success(request, "The exception is open.")
        return reverse("ledger:periods")

    return _try(request, allow, form, "exception_form")


@require_POST
@requires("ledger.close")
def exception_end(request: HttpRequest, exception_id: UUID) -> HttpResponse:
    """End an exception now."""
    end_exception(exception_id=exception_id, actor=current_scope().actor, now=clock.now())
    messages.success(request, "The exception has ended.")
    return redirect("ledger:periods")


@require_POST
@requires("ledger.close")
def settings_change(request: HttpRequest) -> HttpResponse:
    """Change how the books are kept."""
    form = SettingsForm(request.POST)

    def change() -> str:
        change_settings(**form.cleaned_data, actor=current_scope().actor, now=clock.now())
        messages.success(request, "Saved.")
        return reverse("ledger:periods")

    return _try(request, change, form, "settings_form")


@require_GET
@requires("exports.run")
def period_report(request: HttpRequest, snapshot_id: UUID) -> FileResponse:
    """Give a kept report, byte for byte as it was when the period was closed; that it was taken is recorded first."""
    snapshot = access_snapshot(snapshot_id)
    record_access(
        kind="export", subject=f"{snapshot.report} {snapshot.period}", detail={"sha256": snapshot.sha256}
    )
    return FileResponse(
        io.BytesIO(bytes(snapshot.content)), as_attachment=True, filename=f"{snapshot.report}-{snapshot.period}.csv",
        content_type="text/csv; charset=utf-8",
    )  # fmt: skip


def _try(
    request: HttpRequest, work: Callable[[], str], form: forms.Form | None = None, name: str = ""
) -> HttpResponse:
    """Do what a form of the page asks for, once; a refusal is shown on the page with what was typed."""
    problem: DomainError | None = None
    if form is None or form.is_valid():
        try:
            return redirect(answer_once(request, work))
        except NotFound:
            raise
        except DomainError as error:
            problem = error
            if form is not None:
                place_error(form, error)
    return _show(request, problem=problem, **({name: form} if form is not None else {}))


def _show(request: HttpRequest, problem: DomainError | None = None, **bound: forms.Form) -> HttpResponse:
    settings, now = get_settings(), clock.now()
    today = local_date(now, tenant_of(request).time_zone)
    names = _members()
    typed = next(iter(bound.values()), None)
    context = {
        "periods": Period.objects.prefetch_related("snapshots").order_by("-last_day", "month", "id")[:SHOWN],
        "next": preview_close(span=_next(today), now=now), "year": preview_close(
            span=year_of(_closable_year(today, settings.fiscal_start_month), settings.fiscal_start_month), now=now),
        "locks": _locks(), "exceptions": _exceptions(names, now), "currency": book_currency(),
        "lock_form": LockForm(initial={"through": today.replace(day=1) - timedelta(days=1)}),
        "exception_form": ExceptionForm(people=_people()),
        "settings_form": SettingsForm(initial={"fiscal_start_month": settings.fiscal_start_month,
                                               "rate_max_days": settings.rate_max_days}),
        "may_close": may("ledger.close"), "may_export": may("exports.run"), "problem": problem, "form": typed,
    }  # fmt: skip
    status = problem.status if problem else 422 if typed is not None and typed.errors else 200
    return render(request, "ledger/periods.html", context | bound, status=status)


def _next(today: date) -> Span:
    """Return the month to be closed next: the one after the last, or the first with entries."""
    last = Period.objects.filter(month__gt=0).order_by("-last_day").first()
    if last is not None:
        return month_after(month_of(last.year, last.month))
    first = Entry.objects.order_by("entry_date").values_list("entry_date", flat=True).first() or today
    return month_of(first.year, first.month)


def _closable_year(today: date, start_month: int) -> int:
    last = Period.objects.filter(month=0).order_by("-year").values_list("year", flat=True).first()
    if last is not None:
        return last + 1
    first = Entry.objects.order_by("entry_date").values_list("entry_date", flat=True).first() or today
    return first.year + (1 if start_month > 1 and first.month >= start_month else 0)


def _locks() -> list[dict[str, Any]]:
    held = {lock.kind: lock for lock in LockDate.objects.all()}
    return [{"label": label, "kind": kind, "lock": held.get(kind)} for kind, label in LOCK_KINDS.items()]


def _members() -> dict[UUID, str]:
    """Return the names of members by the person's own id."""
    named = {member.id: member.name for member in list_members()}
    rows = Membership.objects.filter(ended_at=None).values_list("user_id", "id")
    return {user_id: named.get(key, "Somebody") for user_id, key in rows}


def _people() -> list[tuple[str, str]]:
    return sorted(((str(key), name) for key, name in _members().items()), key=lambda pair: pair[1].casefold())


def _exceptions(names: dict[UUID, str], now: Any) -> list[dict[str, Any]]:
    rows = LockException.objects.order_by("-opened_at", "-id")[:SHOWN]
    return [
        {"row": row, "who": names.get(row.person_id, "Somebody who has left"), "kind": EXCEPTION_KINDS[row.kind],
         "is_open": row.ended_at is None and row.expires_at > now}
        for row in rows
    ]  # fmt: skip


def _number(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "")
    if not text.isascii() or not text.isdigit() or len(text) > 4:
        raise InputError("The form does not say which period it closes.", cure="Open the page again.")
    return int(text)

"""Writes of lock dates, exceptions and periods (books.md 34, 35). Whoever closes is alone in the tenant's books."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db.models import Count, Sum

from apps.core.clock import local_date
from apps.core.db import note_reason, write
from apps.core.errors import DomainError, InputError
from apps.core.scope import Actor, current_tenant_id, reading_from
from apps.core.text import clean_text
from apps.ledger.fiscal import Span, month_of, year_of
from apps.ledger.locks import close_gate, lock_exception
from apps.ledger.models import (
    EXCEPTION_KINDS,
    LOCK_KINDS,
    BooksSettings,
    Entry,
    LockDate,
    LockException,
    Period,
    Snapshot,
)
from apps.ledger.queries import get_settings
from apps.ledger.registries import OPEN_WORK, REPORTS
from apps.tenancy.models import Membership, Tenant

SOFT_KINDS = tuple(kind for kind in LOCK_KINDS if kind != "hard")
LONGEST_EXCEPTION = timedelta(days=31)


class NotClosable(DomainError):
    """A period is closed after those before it, once, and when it is over."""

    code = "not_closable"
    status = 409


class LockStays(DomainError):
    """A lock date does not go back behind a closed period, nor a lock for good at all."""

    code = "lock_stays"
    status = 409
    cure = "Open an exception for the person who must post."


@dataclass(frozen=True)
class Waiting:
    """Some unfinished work of a period, with the page that lists it."""

    label: str
    count: int
    address: str


@dataclass(frozen=True)
class Preview:
    """What closing a period would take in: its entries and what is not in the ledger yet."""

    span: Span
    entry_count: int
    waiting: tuple[Waiting, ...]
    obstacle: str


def set_lock_date(*, kind: str, through: date, reason: str, actor: Actor, now: datetime) -> LockDate:
    """Lock everything of a kind dated on or before a day, or take a lock back, for a reason.

    Waits for whoever is posting; from then on nothing can be posted behind it (books.md 34). `hard` holds for every
    kind, knows no exception and only moves forward. Raises InputError, LockStays.
    """
    if kind not in LOCK_KINDS:
        raise InputError(f"“{kind}” is not a kind of lock.", code="unknown_kind", field="kind")
    reason = clean_text(reason, field="reason", limit=500)
    if through >= _today(now):
        raise InputError("Only days that are over can be locked.", code="not_over", field="through")
    with write() as connection:
        close_gate(connection)
        note_reason(connection, reason)
        held = LockDate.objects.filter(kind=kind).first()
        closed = Period.objects.order_by("-last_day").values_list("last_day", flat=True).first()
        if held is not None and through < held.through and (kind == "hard" or (closed and through < closed)):
            raise LockStays(f"{LOCK_KINDS[kind]} stay locked through {held.through}.", field="through")
        return _lock(kind, through, reason, now)


def open_exception(
    *, kind: str, person_id: UUID, first_day: date, last_day: date, expires_at: datetime, reason: str, actor: Actor,
    now: datetime,
) -> LockException:  # fmt: skip
    """Let one person post of a kind on some locked days until a moment, for a reason (books.md 34).

    Nothing opens what is locked for good. Raises InputError.
    """
    if kind not in EXCEPTION_KINDS:
        raise InputError(f"“{kind}” is not a kind of lock.", code="unknown_kind", field="kind")
    reason = clean_text(reason, field="reason", limit=500)
    if last_day < first_day:
        raise InputError("The last day lies before the first.", code="days_in_order", field="last_day")
    if not now < expires_at <= now + LONGEST_EXCEPTION:
        raise InputError(f"An exception ends after now and within {LONGEST_EXCEPTION.days} days.",
                         code="expiry", field="expires_at")  # fmt: skip
    if not Membership.objects.filter(user_id=person_id, ended_at=None).exists():
        raise InputError("This person is no member of the company.", code="unknown_person", field="person")
    with write() as connection:
        note_reason(connection, reason)
        return LockException.objects.create(
            kind=kind, person_id=person_id, first_day=first_day, last_day=last_day, reason=reason, opened_at=now,
            expires_at=expires_at,
        )  # fmt: skip


def end_exception(*, exception_id: UUID, actor: Actor, now: datetime) -> LockException:
    """End an exception before it expires; ending it twice changes nothing. Raises NotFound."""
    with write():
        found = lock_exception(exception_id)
        if found.ended_at is None:
            found.ended_at = now
            found.save(update_fields=["ended_at"])
    return found


def close_month(*, year: int, month: int, actor: Actor, now: datetime) -> Period:
    """Close a month: lock every kind through its last day and keep its reports as they are (books.md 34, 35).

    Raises InputError, NotClosable when it is closed, is not over, or an earlier month with entries is open.
    """
    return _close(month_of(year, month), now)


def close_year(*, year: int, actor: Actor, now: datetime) -> Period:
    """Close a fiscal year, whose months are closed, and keep its reports. Raises InputError, NotClosable."""
    return _close(year_of(year, get_settings().fiscal_start_month), now)


def preview_close(*, span: Span, now: datetime) -> Preview:
    """Return what closing a period would take in, what is unfinished, and why it cannot be closed where it cannot."""
    waiting = tuple(
        Waiting(work.label, count, work.address(span.first_day, span.last_day))
        for work in OPEN_WORK.values()
        if (count := work.count(span.first_day, span.last_day))
    )
    entries = Entry.objects.filter(entry_date__gte=span.first_day, entry_date__lte=span.last_day).count()
    return Preview(span, entries, waiting, _obstacle(span, now))


def change_settings(
    *, fiscal_start_month: int, rate_max_days: int, actor: Actor, now: datetime
) -> BooksSettings:
    """Set the month that the year begins with, while no period is closed, and how old a rate may be.

    Raises InputError.
    """
    if not 1 <= fiscal_start_month <= 12:
        raise InputError("There is no such month.", code="unknown_month", field="fiscal_start_month")
    if not 0 <= rate_max_days <= 366:
        raise InputError("A rate may be 0 to 366 days old.", code="out_of_range", field="rate_max_days")
    with write() as connection:
        close_gate(connection)
        settings = get_settings()
        if fiscal_start_month != settings.fiscal_start_month and Period.objects.exists():
            raise InputError("Periods are closed; the year keeps its months.", code="periods_closed",
                             field="fiscal_start_month")  # fmt: skip
        is_new = settings._state.adding
        settings.fiscal_start_month, settings.rate_max_days = fiscal_start_month, rate_max_days
        if is_new:
            settings.save(force_insert=True)
        else:
            settings.version += 1
            settings.save(update_fields=["fiscal_start_month", "rate_max_days", "version"])
    return settings


def _close(span: Span, now: datetime) -> Period:
    # What is kept is read under the gate, in the books themselves.
    with reading_from("primary"), write() as connection:
        close_gate(connection)
        obstacle = _obstacle(span, now)
        if obstacle:
            raise NotClosable(obstacle)
        reason = f"Period {span.label} closed"
        note_reason(connection, reason)
        for kind in SOFT_KINDS:
            held = LockDate.objects.filter(kind=kind).first()
            if held is None or held.through < span.last_day:
                _lock(kind, span.last_day, reason, now)
        period = Period.objects.create(
            year=span.year, month=span.month, first_day=span.first_day, last_day=span.last_day, closed_at=now,
            **_turnover(span),
        )  # fmt: skip
        for name, render in REPORTS.items():
            content = render(span.first_day, span.last_day)
            Snapshot.objects.create(
                period=period, report=name, content=content, sha256=sha256(content).hexdigest(), made_at=now
            )
    return period


def _turnover(span: Span) -> dict[str, Any]:
    found = Entry.objects.filter(entry_date__gte=span.first_day, entry_date__lte=span.last_day)
    sums = found.aggregate(number=Count("id"), total=Sum("total_minor"))
    return {"entry_count": sums["number"], "turnover_minor": sums["total"] or 0}


def _obstacle(span: Span, now: datetime) -> str:
    """Return why a period cannot be closed, in words; empty when it can."""
    if span.last_day >= _today(now):
        return f"{span.label} is not over yet."
    if Period.objects.filter(year=span.year, month=span.month).exists():
        return f"{span.label} is closed already."
    closed = (
        Period.objects.filter(month__gt=0).order_by("-last_day").values_list("last_day", flat=True).first()
    )
    if span.month and closed and span.last_day < closed:
        return f"Later months are closed, through {closed}."
    until = span.first_day if span.month else span.last_day + timedelta(days=1)
    earlier = Entry.objects.filter(entry_date__lt=until)
    if closed is not None:
        earlier = earlier.filter(entry_date__gt=closed)
    first = earlier.order_by("entry_date").values_list("entry_date", flat=True).first()
    return f"Close {first:%Y-%m} first: it has entries." if first else ""


def _lock(kind: str, through: date, reason: str, now: datetime) -> LockDate:
    held, _ = LockDate.objects.update_or_create(
        kind=kind, defaults={"through": through, "reason": reason, "changed_at": now}
    )
    return held


def _today(now: datetime) -> date:
    zone = Tenant.objects.values_list("time_zone", flat=True).get(id=current_tenant_id())
    return local_date(now, zone)

"""Reminders: which customers get one on a day, at which level, and the letters of a run. A run posts nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from apps.core.db import write
from apps.core.errors import DomainError, InputError, NotFound
from apps.core.scope import Actor, current_tenant_id
from apps.core.text import clean_text
from apps.parties.models import Customer
from apps.settlement.days import days_overdue
from apps.settlement.models import (
    DunningLetter,
    DunningLevel,
    DunningLine,
    DunningRun,
    DunningStop,
    OpenItem,
)

MOST_LEVELS = 9


@dataclass(frozen=True)
class LevelInput:
    """How reminders of one level read and when they are due; levels count from 1 in the order given."""

    days: int
    title: str
    text: str


DEFAULT_LEVELS = (
    LevelInput(7, "Payment reminder", "You may have overlooked what is listed below. Please pay it within 7 days."),
    LevelInput(21, "Second reminder", "We have not received what is listed below. Please pay it within 7 days."),
    LevelInput(35, "Final notice", "What is listed below is long overdue. Please pay it at once."),
)  # fmt: skip


@dataclass(frozen=True)
class DueReminder:
    """One item that reaches a level on a day."""

    item: OpenItem
    level: DunningLevel
    days_overdue: int


class AlreadyStopped(DomainError):
    """A customer is stopped once at a time."""

    code = "already_stopped"
    cure = "Lift the stop that is there first."


def list_levels() -> list[DunningLevel]:
    """Return the tenant's levels, first to last."""
    return list(DunningLevel.objects.order_by("level"))


def change_levels(*, levels: Sequence[LevelInput], actor: Actor, now: datetime) -> list[DunningLevel]:
    """Replace the tenant's levels. Letters that were made keep their words. Raises InputError."""
    if not 1 <= len(levels) <= MOST_LEVELS:
        raise InputError(
            f"There are 1 to {MOST_LEVELS} levels.", code="wrong_number_of_levels", field="levels"
        )
    days = [level.days for level in levels]
    if days != sorted(set(days)) or not 1 <= days[0] <= days[-1] <= 3650:
        raise InputError(
            "Each level is due later than the one before.", code="levels_not_in_order", field="days"
        )
    rows = [
        DunningLevel(
            level=number, days=level.days, title=clean_text(level.title, field="title", limit=200),
            text=clean_text(level.text, field="text", limit=4000, lines=True),
        )
        for number, level in enumerate(levels, start=1)
    ]  # fmt: skip
    with write():
        _take_turn()
        DunningLevel.objects.all().delete()
        DunningLevel.objects.bulk_create(rows)
    return rows


def stop_dunning(
    *, customer_id: UUID, until: date | None, reason: str, actor: Actor, now: datetime
) -> DunningStop:
    """Send a customer no reminders until a day, that day included. Raises NotFound, AlreadyStopped, InputError."""
    reason = clean_text(reason, field="reason", limit=500)
    with write():
        if not Customer.objects.filter(id=customer_id).exists():
            raise NotFound("There is no such customer.")
        stop = DunningStop(customer_id=customer_id, until=until, reason=reason, created_at=now)
        DunningStop.objects.bulk_create([stop], ignore_conflicts=True)
        if not DunningStop.objects.filter(id=stop.id).exists():
            raise AlreadyStopped("This customer gets no reminders already.")
    return stop


def lift_stop(*, customer_id: UUID, actor: Actor, now: datetime) -> None:
    """Let a customer get reminders again. Lifting twice changes nothing."""
    with write():
        DunningStop.objects.filter(customer_id=customer_id, lifted_at=None).update(lifted_at=now)


def find_stop(customer_id: UUID) -> DunningStop | None:
    """Return the stop of a customer that nobody lifted."""
    return DunningStop.objects.filter(customer_id=customer_id, lifted_at=None).first()


def list_due_reminders(run_date: date) -> list[DueReminder]:
    """Return the items that reach their next level on a day (books.md 48), by due date.

    One level at a time, each as many days after the last as the levels lie apart; nothing that is paid, disputed or
    stopped.
    """
    return _due(run_date, _overdue(run_date), list_levels() or _default_rows())


def run_dunning(*, run_date: date, actor: Actor, now: datetime) -> DunningRun | None:
    """Make the letters of a day, one for each customer; None, and nothing written, where none is due.

    A second run on the same day finds nothing (books.md 48). Letters are prepared, not sent.
    """
    with write():
        _take_turn()
        levels = list_levels() or change_levels(levels=DEFAULT_LEVELS, actor=actor, now=now)
        items = _overdue(run_date).select_for_update(no_key=True).order_by("id")
        due = _due(run_date, items, levels)
        if not due:
            return None
        by_customer: dict[UUID, list[DueReminder]] = {}
        for each in due:
            by_customer.setdefault(each.item.party_id, []).append(each)
        run = DunningRun.objects.create(
            run_date=run_date, letters=len(by_customer), created_by=actor.id, created_by_label=actor.label,
            created_at=now,
        )  # fmt: skip
        _write_letters(run, by_customer)
    return run


def mark_letter_sent(*, letter_id: UUID, actor: Actor, now: datetime) -> DunningLetter:
    """Note that somebody sent a letter. Marking twice changes nothing. Raises NotFound."""
    with write():
        letter = DunningLetter.objects.select_for_update(no_key=True).filter(id=letter_id).first()
        if letter is None:
            raise NotFound("There is no such letter.")
        if letter.state == "prepared":
            letter.state, letter.sent_at, letter.version = "sent", now, letter.version + 1
            letter.save(update_fields=["state", "sent_at", "version"])
    return letter


def _take_turn() -> None:
    """Let one run, or change of levels, of a tenant go at a time."""
    with write() as connection, connection.cursor() as cursor:
        cursor.execute(
            "select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"dunning {current_tenant_id()}"]
        )


def _overdue(run_date: date) -> Any:
    stopped = DunningStop.objects.filter(Q(until=None) | Q(until__gte=run_date), lifted_at=None)
    return OpenItem.objects.filter(
        side="receivable",
        direction="charge",
        open_minor__gt=0,
        closed_on=None,
        hold="",
        due_date__lt=run_date,
    ).exclude(customer_id__in=stopped.values("customer_id"))


def _due(run_date: date, items: Any, levels: Sequence[DunningLevel]) -> list[DueReminder]:
    rows = list(items)
    reached: dict[UUID, DunningLine] = {}
    for line in DunningLine.objects.filter(item_id__in=[row.id for row in rows]).order_by("level"):
        reached[line.item_id] = line
    found = [_next(row, reached, levels, run_date) for row in rows]
    return sorted((each for each in found if each), key=lambda each: (each.item.due_date, each.item.id))


def _next(
    item: OpenItem, reached: Mapping[UUID, DunningLine], levels: Sequence[DunningLevel], run_date: date
) -> DueReminder | None:
    late, last = days_overdue(item.due_date, run_date), reached.get(item.id)
    before = [level for level in levels if last and level.level <= last.level]
    after = [level for level in levels if not last or level.level > last.level]
    if not after or late < after[0].days:
        return None
    if last is not None:
        gap = after[0].days - before[-1].days if before else 1
        if (run_date - last.letter_date).days < max(1, gap):
            return None
    return DueReminder(item, after[0], late)


def _write_letters(run: DunningRun, by_customer: Mapping[UUID, Sequence[DueReminder]]) -> None:
    letters, lines = [], []
    for customer_id, due in by_customer.items():
        highest = max((each.level for each in due), key=lambda level: level.level)
        letter = DunningLetter(
            run=run, customer_id=customer_id, level=highest.level, letter_date=run.run_date, title=highest.title,
            text=highest.text,
        )  # fmt: skip
        letters.append(letter)
        lines += [
            DunningLine(
                letter=letter, item=each.item, level=each.level.level, letter_date=run.run_date,
                days_overdue=each.days_overdue, amount_minor=each.item.open_minor,
            )
            for each in due
        ]  # fmt: skip
    DunningLetter.objects.bulk_create(letters)
    DunningLine.objects.bulk_create(lines)


def _default_rows() -> list[DunningLevel]:
    return [
        DunningLevel(level=number, days=level.days, title=level.title, text=level.text)
        for number, level in enumerate(DEFAULT_LEVELS, start=1)
    ]


def get_run(run_id: UUID) -> DunningRun:
    """Return a run of reminders. Raises NotFound."""
    found = DunningRun.objects.filter(id=run_id).first()
    if found is None:
        raise NotFound("There is no such run.")
    return found


def get_letter(letter_id: UUID) -> DunningLetter:
    """Return a letter with its lines, each with its item. Raises NotFound."""
    found = DunningLetter.objects.prefetch_related("lines__item").filter(id=letter_id).first()
    if found is None:
        raise NotFound("There is no such letter.")
    return found


def list_letters(run_id: UUID) -> list[DunningLetter]:
    """Return the letters of a run with their lines and items, highest level first."""
    found = DunningLetter.objects.prefetch_related("lines__item").filter(run_id=run_id)
    return list(found.order_by("-level", "id"))

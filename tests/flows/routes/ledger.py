"""Pages of the ledger."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from apps.core import clock
from apps.core.scope import current_scope, open_scope
from apps.ledger.closing import change_settings, close_month, open_exception
from apps.ledger.models import AccountRole, JournalCounter, LockDate, Period, Snapshot
from apps.ledger.operations import create_account, post_by_hand
from apps.ledger.rate_files import put_rate
from tests.factories.ledgers import book, credit, debit, entry_of
from tests.factories.tenants import Company
from tests.flows.calls import Call, World

CALLS: tuple[Call, ...] = ()


def make_world(company: Company) -> World:
    """Make an entry, an account, a closed month, an exception."""
    with open_scope(company.scope()):
        return _make_world(company)


def _make_world(company: Company) -> World:
    rows = make_admin_rows(company)
    ids: dict[str, UUID | int] = {
        "entry": rows["ledger.Entry"], "account": rows["Account"], "period": rows["Period"],
        "snapshot": rows["Snapshot"], "exception": rows["LockException"],
    }  # fmt: skip
    mark = company.id.hex[-8:]
    return World(company, ids, (f"Travel {mark}", f"Rent {mark}", str(ids["entry"])))


def make_admin_rows(company: Company) -> dict[str, Any]:
    """Make one row of each model."""
    actor, now, mark = current_scope().actor, clock.now(), company.id.hex[-8:]
    june = datetime(2026, 6, 10, tzinfo=UTC)
    account = create_account(code=f"61{mark}", name=f"Travel {mark}", kind="expense", actor=actor, now=now)
    book(entry_of(day=date(2026, 3, 14)))
    close_month(year=2026, month=3, actor=actor, now=june)
    entry = post_by_hand(
        entry_date=date(2026, 4, 1), lines=(debit("6100", 5000), credit("bank", 5000)), text=f"Rent {mark}",
        actor=actor, now=now,
    )  # fmt: skip
    exception = open_exception(
        kind="sales", person_id=company.people["finance"].id, first_day=date(2026, 3, 1),
        last_day=date(2026, 3, 31), expires_at=now + timedelta(days=1), reason=f"Late {mark}", actor=actor, now=now,
    )  # fmt: skip
    rate = put_rate(
        currency="EUR", day=date(2026, 4, 1), rate="0.86", source=f"Bank {mark}", actor=actor, now=now
    )
    settings = change_settings(fiscal_start_month=1, rate_max_days=10, actor=actor, now=now)
    return {
        "Account": account.id, "AccountRole": AccountRole.objects.get(role="revenue").id, "ledger.Entry": entry.id,
        "ledger.Line": entry.lines.order_by("position")[0].id, "LockDate": LockDate.objects.get(kind="sales").id,
        "LockException": exception.id, "Period": Period.objects.get().id,
        "Snapshot": Snapshot.objects.get(report="trial-balance").id, "ExchangeRate": rate.id,
        "BooksSettings": settings.id, "JournalCounter": JournalCounter.objects.get().id,
    }  # fmt: skip

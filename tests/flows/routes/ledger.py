"""Pages of the ledger."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile

from apps.core import clock
from apps.core.ids import new_id
from apps.core.scope import current_scope, open_scope
from apps.ledger.closing import change_settings, close_month, open_exception
from apps.ledger.fiscal import month_after, month_of
from apps.ledger.models import AccountRole, Entry, JournalCounter, LockDate, Period, Snapshot
from apps.ledger.operations import create_account, post_by_hand
from apps.ledger.rate_files import put_rate
from apps.ledger.rows import ACCOUNT_ROWS, JOURNAL_ROWS, RATE_ROWS
from apps.ledger.web.accounts import ACCOUNTS
from apps.ledger.web.entries import ENTRIES
from apps.ledger.web.rates import RATES
from tests.factories.ledgers import book, credit, debit, entry_of
from tests.factories.row_files import make_row_file
from tests.factories.tenants import Company
from tests.flows.calls import Call, Sent, World
from tests.flows.record_calls import calls_of_record

READ, WRITE, CLOSE, MANAGE = ("ledger.read",), ("ledger.write",), ("ledger.close",), ("ledger.manage",)
EXPORT = ("exports.run", "ledger.read")
MARCH, APRIL = date(2024, 3, 14), date(2024, 4, 2)
FIRST = date(2020, 1, 1)


def make_world(company: Company) -> World:
    """Make an entry, an account, a closed month, an exception."""
    with open_scope(company.scope()):
        rows = make_admin_rows(company)
        mark = Entry.objects.get(id=rows["ledger.Entry"]).text
        ids: dict[str, UUID | int] = {
            "journal": rows["ledger.Entry"], "account": rows["Account"], "snapshot": rows["Snapshot"],
            "exception": rows["LockException"], "rate": rows["ExchangeRate"],
            "account_file": make_row_file(ACCOUNT_ROWS), "rate_file": make_row_file(RATE_ROWS),
            "entry_file": make_row_file(JOURNAL_ROWS),
        }  # fmt: skip
    return World(company, ids, (mark, *(str(each) for each in ids.values())))


def make_admin_rows(company: Company) -> dict[str, Any]:
    """Make one row of each model."""
    actor, now, mark = current_scope().actor, clock.now(), f"{company.id.hex[-8:]}{new_id().hex[-4:]}"
    account = create_account(code=f"61{mark}", name=f"Travel {mark}", kind="expense", actor=actor, now=now)
    if not Period.objects.exists():
        book(entry_of(day=MARCH))
        close_month(year=2024, month=3, actor=actor, now=datetime(2024, 6, 10, tzinfo=UTC))
    entry = post_by_hand(
        entry_date=clock.now().date(), lines=(debit("6100", 5000), credit("bank", 5000)), text=f"Rent {mark}",
        actor=actor, now=now,
    )  # fmt: skip
    exception = open_exception(
        kind="sales", person_id=company.people["finance"].id, first_day=MARCH, last_day=MARCH,
        expires_at=now + timedelta(days=1), reason=f"Late {mark}", actor=actor, now=now,
    )  # fmt: skip
    day = FIRST + timedelta(days=int(new_id().hex[-4:], 16) % 2000)
    rate = put_rate(currency="EUR", day=day, rate="0.86", source=f"Bank {mark}", actor=actor, now=now)
    settings = change_settings(fiscal_start_month=1, rate_max_days=10, actor=actor, now=now)
    return {
        "Account": account.id, "AccountRole": AccountRole.objects.get(role="revenue").id, "ledger.Entry": entry.id,
        "ledger.Line": entry.lines.order_by("position")[0].id, "LockDate": LockDate.objects.get(kind="sales").id,
        "LockException": exception.id, "Period": Period.objects.order_by("id")[0].id,
        "Snapshot": Snapshot.objects.filter(report="trial-balance").order_by("id")[0].id, "ExchangeRate": rate.id,
        "BooksSettings": settings.id, "JournalCounter": JournalCounter.objects.order_by("id")[0].id,
    }  # fmt: skip


def account_form(_: World) -> Sent:
    return {"code": new_id().hex[-10:], "name": "New", "kind": "expense", "control": "", "is_active": "on"}


def account_edit(_: World) -> Sent:
    return {"name": "Changed", "is_active": "on", "version": "1"}


def rate_form(_: World) -> Sent:
    day = FIRST + timedelta(days=int(new_id().hex[-4:], 16) % 2000)
    return {"currency": "JPY", "day": day.isoformat(), "rate": "0.005", "source": "Bank"}


def rate_edit(_: World) -> Sent:
    return {"rate": "0.87", "source": "Bank", "version": "1"}


def entry_form(_: World) -> Sent:
    return {
        "entry_date": clock.now().date().isoformat(), "text": "Rent",
        "lines-TOTAL_FORMS": "2", "lines-INITIAL_FORMS": "0",
        "lines-0-account": "6100", "lines-0-debit": "12.5", "lines-1-account": "1000", "lines-1-credit": "12.50",
    }  # fmt: skip


def reversal_form(_: World) -> Sent:
    return {"entry_date": clock.now().date().isoformat(), "reason": "Typed twice"}


def role_form(_: World) -> Sent:
    return {"role": "bank", "account": "1010"}


def close_form(world: World) -> Sent:
    with open_scope(world.company.scope()):
        last = Period.objects.filter(month__gt=0).order_by("-last_day")[0]
    span = month_after(month_of(last.year, last.month))
    return {"year": str(span.year), "month": str(span.month)}


def lock_form(_: World) -> Sent:
    return {"kind": "hard", "through": "2024-02-29", "reason": "Return sent"}


def exception_form(world: World) -> Sent:
    return {"person": str(world.company.people["sales"].id), "kind": "all", "first_day": "2024-03-01",
            "last_day": "2024-03-31", "hours": "2", "reason": "Late"}  # fmt: skip


def settings_form(_: World) -> Sent:
    return {"fiscal_start_month": "1", "rate_max_days": "12"}


def file_form(_: World) -> Sent:
    file = SimpleUploadedFile("rates.csv", b"Date,Country,Exchange rate\n2026-03-01,Atlantis,1\n")
    return {"file": file, "shape": "monthly", "source": "Fed", "base": "USD", "then": "import"}


CALLS: tuple[Call, ...] = (
    *calls_of_record(ENTRIES, "journal", file="entry_file"),
    *calls_of_record(ACCOUNTS, "account", new=account_form, edit=account_edit, file="account_file"),
    *calls_of_record(RATES, "rate", new=rate_form, edit=rate_edit, file="rate_file"),
    Call("ledger:entry_export", EXPORT),
    Call("ledger:entry_create", WRITE),
    Call("ledger:entry_create", WRITE, method="POST", send=entry_form, ok=(302,)),
    Call("ledger:entry_reverse", WRITE, "journal", "POST", reversal_form, ok=(302,)),
    Call("ledger:account_lines", READ, "account"),
    Call("ledger:roles", READ),
    Call("ledger:roles", (*READ, *MANAGE), method="POST", send=role_form, ok=(302,)),
    Call("ledger:trial_balance", READ),
    Call("ledger:trial_balance_export", EXPORT),
    Call("ledger:periods", READ),
    Call("ledger:period_close", CLOSE, method="POST", send=close_form, ok=(302,)),
    Call("ledger:lock_set", CLOSE, method="POST", send=lock_form, ok=(302,)),
    Call("ledger:exception_open", CLOSE, method="POST", send=exception_form, ok=(302,)),
    Call("ledger:exception_end", CLOSE, "exception", "POST", ok=(302,)),
    Call("ledger:settings_change", CLOSE, method="POST", send=settings_form, ok=(302,)),
    Call("ledger:period_report", EXPORT, "snapshot"),
    Call("ledger:rate_file", ("imports.run", *MANAGE)),
    Call("ledger:rate_file", ("imports.run", *MANAGE), method="POST", send=file_form),
)

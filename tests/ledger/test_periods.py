"""Lock dates, exceptions, closing (books.md 34, 35)."""

from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any

import psycopg
import pytest
from psycopg import errors

from apps.core import clock
from apps.core.db import write
from apps.core.errors import DomainError, InputError
from apps.core.ids import new_id
from apps.core.scope import SYSTEM, current_scope, open_scope
from apps.ledger.bulk import bulk_post_entries
from apps.ledger.closing import (
    LockStays,
    NotClosable,
    change_settings,
    close_month,
    close_year,
    end_exception,
    open_exception,
    preview_close,
    set_lock_date,
)
from apps.ledger.fiscal import month_of, year_of
from apps.ledger.models import LockDate, LockException, Period, Snapshot
from apps.ledger.periods import check_open
from apps.ledger.posting import PeriodClosed
from apps.ledger.queries import get_trial_balance
from apps.ledger.reports import render_trial_balance
from tests.factories.ledgers import book, credit, debit, entry_of, take_back
from tests.factories.pages import entries_of, state_of
from tests.factories.tenants import Company
from tests.ledger.test_database_refuses import forger

NOW = datetime(2026, 6, 10, 12, tzinfo=UTC)
MARCH, APRIL = date(2026, 3, 14), date(2026, 4, 14)
END_OF_MARCH = date(2026, 3, 31)


def lock(kind: str = "sales", through: date = END_OF_MARCH, reason: str = "VAT return sent") -> LockDate:
    return set_lock_date(kind=kind, through=through, reason=reason, actor=current_scope().actor, now=NOW)


def close(month: int, year: int = 2026) -> Period:
    return close_month(year=year, month=month, actor=current_scope().actor, now=NOW)


def leave(company: Company, role: str = "finance", *, kind: str = "sales", first: date = MARCH, last: date = MARCH,
          hours: float = 1) -> LockException:  # fmt: skip
    now = clock.now()
    return open_exception(kind=kind, person_id=company.people[role].id, first_day=first, last_day=last,
                          expires_at=now + timedelta(hours=hours), reason="Late invoice of the auditor",
                          actor=current_scope().actor, now=now)  # fmt: skip


def test_nothing_is_posted_on_or_before_a_lock_date(in_company: Company) -> None:
    """books.md 34."""
    kept = book(entry_of())
    lock()
    before = state_of(in_company)
    works = (
        lambda: book(entry_of()),
        lambda: book(entry_of(day=END_OF_MARCH)),
        lambda: take_back(kept),
        lambda: bulk_post_entries(entries=[entry_of(day=APRIL), entry_of()], actor=SYSTEM, now=NOW),
    )
    for work in works:
        with pytest.raises(PeriodClosed) as refused:
            work()
        assert refused.value.detail == {"lock": "sales", "through": "2026-03-31"}

    assert state_of(in_company) == before
    assert book(entry_of(day=date(2026, 4, 1))).total_minor == 1200
    assert take_back(kept, day=date(2026, 4, 1)).reverses_id == kept.id


@pytest.mark.parametrize(
    "locked,kind,is_closed",
    [
        ("sales", "sales", True), ("sales", "purchase", False), ("payment", "settlement", True),
        ("payment", "payment", True), ("general", "stock", True), ("general", "sales", False),
        ("hard", "sales", True), ("hard", "stock", True), ("purchase", "purchase", True),
    ],
)  # fmt: skip
def test_each_kind_has_its_lock_date(in_company: Company, locked: str, kind: str, is_closed: bool) -> None:
    lock(locked)
    with write():
        if is_closed:
            with pytest.raises(PeriodClosed):
                check_open(kind=kind, day=MARCH, actor=current_scope().actor)
        else:
            check_open(kind=kind, day=MARCH, actor=current_scope().actor)


def test_the_database_refuses_a_locked_day_to_raw_sql(in_company: Company) -> None:
    """books.md 34: also for an entry that no operation wrote."""
    book(entry_of())
    lock("general")
    with forger(in_company) as forge, pytest.raises(errors.Error) as refused:
        forge.header([forge.line(1, 5, 0), forge.line(2, 0, 5)])

    assert refused.value.sqlstate == "BH020"


def test_posting_under_an_old_snapshot_is_refused(in_company: Company) -> None:
    book(entry_of())
    with forger(in_company) as forge:
        forge.session.rollback()
        forge.session.execute("set transaction isolation level repeatable read")
        from tests.tenancy.walls.sessions import enter

        enter(forge.session, in_company.scope())
        with pytest.raises(errors.Error) as refused:
            forge.header([forge.line(1, 5, 0), forge.line(2, 0, 5)])

    assert refused.value.sqlstate == "BH026"


def test_an_exception_lets_one_person_post_for_a_while(in_company: Company) -> None:
    """books.md 34: dated, reasoned, logged, for that person."""
    lock()
    given = leave(in_company)
    with open_scope(in_company.scope("finance")):
        book(entry_of())
        with pytest.raises(PeriodClosed):
            book(entry_of(day=date(2026, 3, 13)))
    with open_scope(in_company.scope("admin")), pytest.raises(PeriodClosed):
        book(entry_of())
    end_exception(exception_id=given.id, actor=current_scope().actor, now=clock.now())
    with open_scope(in_company.scope("finance")), pytest.raises(PeriodClosed):
        book(entry_of())

    logged = entries_of(in_company, "ledger_lockexception")[0]
    assert (logged["reason"], logged["new"]["person_id"]) == ("Late invoice of the auditor",
                                                             str(in_company.people["finance"].id))  # fmt: skip


def test_an_exception_ends_by_itself(in_company: Company) -> None:
    lock()
    leave(in_company)
    with write() as connection, connection.cursor() as cursor:
        cursor.execute("update ledger_lockexception set expires_at = clock_timestamp() - interval '1 second'")
    with open_scope(in_company.scope("finance")), pytest.raises(PeriodClosed):
        book(entry_of())


def test_an_exception_for_everything_opens_each_kind_but_not_what_is_locked_for_good(
    in_company: Company,
) -> None:
    lock("payment")
    leave(in_company, kind="all")
    with open_scope(in_company.scope("finance")):
        book(entry_of(debit("bank", 5), credit("revenue", 5), kind="payment"))
    lock("hard")
    with open_scope(in_company.scope("finance")), pytest.raises(PeriodClosed) as refused:
        book(entry_of())

    assert refused.value.detail["lock"] == "hard"


@pytest.mark.parametrize(
    "change,code",
    [
        ({"kind": "hard"}, "unknown_kind"), ({"hours": -1}, "expiry"), ({"hours": 24 * 40}, "expiry"),
        ({"last": date(2026, 3, 1)}, "days_in_order"),
    ],
)  # fmt: skip
def test_an_exception_has_bounds(in_company: Company, change: dict[str, Any], code: str) -> None:
    before = state_of(in_company)
    with pytest.raises(InputError) as refused:
        leave(in_company, **change)

    assert refused.value.code == code
    assert state_of(in_company) == before


def test_an_exception_is_for_a_member(in_company: Company, stranger: Company) -> None:
    with pytest.raises(InputError, match="no member"):
        leave(stranger)


def test_what_is_locked_for_good_stays(
    in_company: Company, admin_connection: psycopg.Connection[Any]
) -> None:
    lock("hard")
    with pytest.raises(LockStays):
        lock("hard", date(2026, 2, 28))
    with pytest.raises(errors.Error) as refused:
        admin_connection.execute(
            "update ledger_lockdate set through = '2020-01-01' where tenant_id = %s", [in_company.id]
        )

    assert refused.value.sqlstate == "BH001"


def test_a_lock_goes_back_for_a_reason_until_the_period_is_closed(in_company: Company) -> None:
    lock()
    lock("sales", date(2026, 2, 28), "Set too far")
    book(entry_of())
    close(3)
    with pytest.raises(LockStays):
        lock("sales", date(2026, 2, 28))
    with pytest.raises(InputError):
        lock("sales", reason="  ")
    with pytest.raises(InputError):
        lock("sales", date(2026, 6, 10))


def test_closing_a_month_locks_it_and_keeps_its_reports(in_company: Company, stranger: Company) -> None:
    """books.md 35: the same bytes when run again."""
    book(entry_of())
    book(entry_of(day=APRIL))
    period = close(3)

    assert (period.entry_count, period.turnover_minor, str(period)) == (1, 1200, "2026-03")
    assert dict(LockDate.objects.values_list("kind", "through")) == dict.fromkeys(
        ["sales", "purchase", "payment", "general"], END_OF_MARCH
    )
    kept = {row.report: bytes(row.content) for row in Snapshot.objects.filter(period=period)}
    assert {"trial-balance", "customers", "suppliers"} <= set(kept)
    assert kept["trial-balance"] == render_trial_balance(date(2026, 3, 1), END_OF_MARCH)
    assert kept["trial-balance"].decode("utf-8-sig").splitlines()[1:] == [
        "1100,Trade receivables,Asset,0.00,12.00,0.00,12.00,GBP",
        "2200,Tax payable on sales,Liability,0.00,0.00,2.00,-2.00,GBP",
        "4000,Sales,Income,0.00,0.00,10.00,-10.00,GBP",
    ]
    book(entry_of(day=date(2026, 5, 1)))
    assert kept["trial-balance"] == render_trial_balance(date(2026, 3, 1), END_OF_MARCH)
    for row in Snapshot.objects.filter(period=period):
        assert row.sha256 == sha256(bytes(row.content)).hexdigest()
    logged = [entry["new"] for entry in entries_of(in_company, "ledger_snapshot")]
    assert {entry["sha256"] for entry in logged} == {sha256(content).hexdigest() for content in kept.values()}
    assert {entry["content"] for entry in logged} == {"(secret)"}
    with open_scope(stranger.scope()):
        assert (Period.objects.count(), Snapshot.objects.count(), LockDate.objects.count()) == (0, 0, 0)


def test_a_kept_report_stays_though_an_exception_changes_the_month(in_company: Company) -> None:
    """books.md 35."""
    book(entry_of())
    period = close(3)
    kept = bytes(Snapshot.objects.get(period=period, report="trial-balance").content)
    leave(in_company)
    with open_scope(in_company.scope("finance")):
        book(entry_of())

    assert bytes(Snapshot.objects.get(period=period, report="trial-balance").content) == kept
    assert render_trial_balance(date(2026, 3, 1), END_OF_MARCH) != kept


@pytest.mark.parametrize("table", ["ledger_period", "ledger_snapshot"])
@pytest.mark.parametrize("act", ["update {} set id = id", "delete from {}"])
def test_a_closed_period_cannot_be_changed(in_company: Company, table: str, act: str) -> None:
    book(entry_of())
    close(3)
    with forger(in_company) as forge, pytest.raises(errors.InsufficientPrivilege):
        forge.session.execute(act.format(table))


def test_months_are_closed_in_order_once_and_when_over(in_company: Company) -> None:
    book(entry_of())
    book(entry_of(day=APRIL))
    for month, words in ((4, "Close 2026-03 first"), (6, "is not over yet")):
        before = state_of(in_company)
        with pytest.raises(NotClosable, match=words):
            close(month)
        assert state_of(in_company) == before
    close(3)
    close(4)
    with pytest.raises(NotClosable, match="is closed already"):
        close(3)
    with pytest.raises(NotClosable, match="Later months are closed"):
        close(2)


def test_a_year_is_closed_after_its_months(in_company: Company) -> None:
    actor, now = current_scope().actor, datetime(2027, 2, 1, tzinfo=UTC)
    book(entry_of())
    with pytest.raises(NotClosable, match="Close 2026-03 first"):
        close_year(year=2026, actor=actor, now=now)
    close(3)
    period = close_year(year=2026, actor=actor, now=now)

    assert (str(period), period.first_day, period.last_day) == ("2026", date(2026, 1, 1), date(2026, 12, 31))
    with pytest.raises(PeriodClosed):
        book(entry_of(day=date(2026, 12, 31)))


def test_a_new_year_begins_with_results_at_zero(in_company: Company) -> None:
    """What earlier years left stands with the retained earnings; the sum stays zero (books.md 30)."""
    book(entry_of())
    book(entry_of(day=date(2027, 1, 5)))
    balance = get_trial_balance(last_day=date(2027, 1, 31))

    assert {row.code: (row.opening_minor, row.closing_minor) for row in balance.rows} == {
        "1100": (1200, 2400), "2200": (-200, -400), "3100": (-1000, -1000), "4000": (0, -1000),
    }  # fmt: skip
    assert balance.difference_minor == 0


def test_a_year_may_begin_in_another_month(in_company: Company) -> None:
    actor = current_scope().actor
    change_settings(fiscal_start_month=4, rate_max_days=7, actor=actor, now=NOW)
    change_settings(fiscal_start_month=4, rate_max_days=8, actor=actor, now=NOW)
    book(entry_of())
    book(entry_of(day=APRIL))

    assert year_of(2027, 4).first_day == date(2026, 4, 1)
    assert {row.code: row.closing_minor for row in get_trial_balance(last_day=date(2026, 4, 30)).rows}[
        "3100"
    ] == -1000
    close(3)
    with pytest.raises(InputError, match="the year keeps its months"):
        change_settings(fiscal_start_month=1, rate_max_days=8, actor=actor, now=NOW)
    for bad in (
        {"fiscal_start_month": 13, "rate_max_days": 1},
        {"fiscal_start_month": 4, "rate_max_days": 400},
    ):
        with pytest.raises(DomainError):
            change_settings(**bad, actor=actor, now=NOW)


def test_the_preview_says_what_closing_takes_in(in_company: Company) -> None:
    book(entry_of(source_id=new_id()))
    preview = preview_close(span=month_of(2026, 3), now=NOW)

    assert (preview.entry_count, preview.obstacle) == (1, "")
    assert preview_close(span=month_of(2026, 6), now=NOW).obstacle == "2026-06 is not over yet."

"""Reports as bytes: the same books always give the same file (books.md 35)."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date

from apps.core.money import from_minor
from apps.core.web.csv_files import safe_cell
from apps.ledger.models import ACCOUNT_KINDS
from apps.ledger.queries import TrialBalance, book_currency, control_totals, get_trial_balance

TRIAL_HEADINGS = ("Account", "Name", "Kind", "Opening", "Debit", "Credit", "Closing", "Currency")
PARTY_HEADINGS = ("Party", "Balance", "Currency")


def as_csv(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return a table as CSV bytes, text never as a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(headings)
    writer.writerows([safe_cell(value) for value in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def trial_balance_rows(balance: TrialBalance) -> Iterable[tuple[object, ...]]:
    """Return a trial balance as rows of a file."""
    for row in balance.rows:
        amounts = (row.opening_minor, row.debit_minor, row.credit_minor, row.closing_minor)
        yield (
            row.code, row.name, ACCOUNT_KINDS[row.kind],
            *(from_minor(minor, balance.currency) for minor in amounts), balance.currency,
        )  # fmt: skip


def render_trial_balance(first_day: date, last_day: date) -> bytes:
    """Return the trial balance over some days as CSV."""
    balance = get_trial_balance(first_day=first_day, last_day=last_day)
    return as_csv(TRIAL_HEADINGS, trial_balance_rows(balance))


def render_customers(_first_day: date, last_day: date) -> bytes:
    """Return the balance of each customer at a day as CSV."""
    return _render_control("receivable", last_day)


def render_suppliers(_first_day: date, last_day: date) -> bytes:
    """Return the balance of each supplier at a day as CSV."""
    return _render_control("payable", last_day)


def _render_control(control: str, last_day: date) -> bytes:
    currency = book_currency()
    totals = sorted(control_totals(control=control, as_of=last_day).items())
    return as_csv(
        PARTY_HEADINGS, ((str(party), from_minor(minor, currency), currency) for party, minor in totals)
    )

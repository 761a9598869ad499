"""Accounts, rates and journal entries as rows of files: what each column means, and how a row gets into the books."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid5

from django.db.models import QuerySet

from apps.core.errors import DomainError, InputError
from apps.core.money import exponent, from_minor
from apps.core.scope import Actor, current_tenant_id
from apps.ledger.entries import EntryLine
from apps.ledger.models import ACCOUNT_KINDS, CONTROLS, Account, Entry, ExchangeRate, Line
from apps.ledger.operations import change_account, create_account, post_by_hand
from apps.ledger.queries import book_currency
from apps.ledger.rate_files import change_rate, put_rate
from apps.tenancy.rowfiles.answers import Outcome, RowKind, put_one
from apps.tenancy.rowfiles.columns import DAY, FLAG, NUMBER, TEXT, Column, choice, money

ACCOUNT_ROWS = RowKind(
    name="accounts",
    columns=(
        Column("Code", "code", TEXT, is_required=True),
        Column("Name", "name", TEXT, is_required=True),
        Column("Kind", "kind", choice(ACCOUNT_KINDS), is_required=True),
        Column("Control", "control", choice(CONTROLS)),
        Column("In use", "is_active", FLAG),
    ),
    key=("code",),
    put=put_one(
        find=lambda values: Account.objects.filter(code=values["code"]).first(), create=create_account,
        change=change_account, id_name="account_id", fixed=("code", "kind", "control"),
    ),
)  # fmt: skip
RATE_ROWS = RowKind(
    name="exchange rates",
    columns=(
        Column("Currency", "currency", TEXT, is_required=True),
        Column("Day", "day", DAY, is_required=True),
        Column("Rate", "rate", NUMBER, is_required=True),
        Column("Source", "source", TEXT, is_required=True),
    ),
    key=("currency", "day"),
    put=put_one(
        find=lambda values: ExchangeRate.objects.filter(currency=values["currency"], day=values["day"]).first(),
        create=put_rate, change=change_rate, id_name="rate_id", fixed=("currency", "day"),
    ),
)  # fmt: skip
JOURNAL_HEADINGS = ("Number", "Date", "Text", "Account", "Debit", "Credit", "Currency", "Foreign currency",
                    "Foreign amount", "Tax code", "Dimension", "Line text")  # fmt: skip


def journal_rows(entries: QuerySet[Entry]) -> Iterator[tuple[object, ...]]:
    """Return entries with their lines as rows of a file, oldest first: one row a line."""
    known = entries.in_bulk()
    codes = dict(Account.objects.values_list("id", "code"))
    lines = list(Line.objects.filter(entry__in=list(known)))
    # By what they say, not by their ids: the same books give the same file wherever they were imported.
    lines.sort(key=lambda line: (line.entry_date, number_of(known[line.entry_id]), line.position))
    for line in lines:
        entry = known[line.entry_id]
        book, is_foreign = entry.book_currency, line.currency != entry.book_currency
        yield (
            number_of(entry), entry.entry_date, entry.text, codes[line.account_id],
            _amount(line.debit_minor, book), _amount(line.credit_minor, book), book,
            line.currency if is_foreign else "", _amount(abs(line.amount_minor), line.currency) if is_foreign else "",
            line.tax_code, line.dimension, line.text,
        )  # fmt: skip


def number_of(entry: Entry) -> str:
    """Return an entry's number in files, where a reversal has a name of its own."""
    return f"{entry.source_number} reversed" if entry.reverses_id else entry.source_number


def _amount(minor: int, currency: str) -> str:
    return f"{from_minor(minor, currency):.{exponent(currency)}f}" if minor else ""


def _put_entry(*, rows: Sequence[Mapping[str, Any]], actor: Actor, now: datetime) -> Outcome:
    """Post one general entry from its rows; one that is there with the same lines is left as it is."""
    first = rows[0]
    for name in ("entry_date", "text"):
        for position, row in enumerate(rows):
            if row.get(name) != first.get(name):
                raise InputError(
                    "All rows of an entry say the same here.", field=name, detail={"row": position}
                )
    lines = [_line(position, row) for position, row in enumerate(rows)]
    found = Entry.objects.filter(source_kind="journal", source_number=first["number"]).first()
    if found is not None:
        if _is_same(found, first, lines):
            return "same"
        raise InputError("This number is in the ledger with another content.", code="already_posted", field="number",
                         cure="Give the entry another number; what is posted stays.")  # fmt: skip
    try:
        post_by_hand(
            entry_date=first["entry_date"], lines=lines, text=first.get("text", ""), actor=actor, now=now,
            number=first["number"], entry_id=uuid5(current_tenant_id(), f"journal {first['number']}"),
        )  # fmt: skip
    except DomainError as error:
        raise _at_its_row(error) from error
    return "created"


def _line(position: int, row: Mapping[str, Any]) -> EntryLine:
    if row.get("currency") and row["currency"].upper() != book_currency():
        raise InputError(
            f"Debit and credit are in {book_currency()}.", field="currency", detail={"row": position}
        )
    return EntryLine(
        row["account"], row.get("debit") or 0, row.get("credit") or 0, (row.get("foreign_currency") or "").upper(),
        row.get("foreign_amount"), None, row.get("tax_code", ""), row.get("dimension", ""), row.get("line_text", ""),
    )  # fmt: skip


def _is_same(entry: Entry, header: Mapping[str, Any], lines: Sequence[EntryLine]) -> bool:
    if (entry.entry_date, entry.text) != (header["entry_date"], header.get("text", "")):
        return False
    stored = Line.objects.filter(entry=entry).order_by("position").prefetch_related("account")
    held = [(x.account.code, x.debit_minor, x.credit_minor, x.tax_code, x.dimension, x.text) for x in stored]
    given = [
        (x.role_or_account, x.debit_minor, x.credit_minor, x.tax_code, x.dimension, x.text) for x in lines
    ]
    return held == given


def _at_its_row(error: DomainError) -> DomainError:
    """Return a refusal of an entry's line as one of the row that holds it."""
    line, _, name = (error.field or "").partition("].")
    if not line.startswith("lines["):
        return error
    names = {"amount": "foreign_amount", "text": "line_text", "party": "account"}
    return InputError(error.message, code=error.code, cure=error.cure, field=names.get(name, name),
                      detail={"row": int(line.removeprefix("lines["))})  # fmt: skip


JOURNAL_ROWS = RowKind(
    name="journal entries",
    columns=(
        Column("Number", "number", TEXT, is_required=True),
        Column("Date", "entry_date", DAY, is_required=True),
        Column("Text", "text", TEXT, is_required=True),
        Column("Account", "account", TEXT, is_required=True),
        Column("Debit", "debit", money("currency")),
        Column("Credit", "credit", money("currency")),
        Column("Currency", "currency", TEXT, is_required=True),
        Column("Foreign currency", "foreign_currency", TEXT),
        Column("Foreign amount", "foreign_amount", money("foreign_currency")),
        Column("Tax code", "tax_code", TEXT),
        Column("Dimension", "dimension", TEXT),
        Column("Line text", "line_text", TEXT),
    ),
    key=("number",),
    put=_put_entry,
    is_several=True,
)
assert tuple(column.heading for column in JOURNAL_ROWS.columns) == JOURNAL_HEADINGS

"""The ledger as the API takes and shows it. Amounts are strings in major units ("12.30")."""

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from apps.core.api.fields import Day, Number, Text
from apps.core.api.serializers import Body, Shown
from apps.core.errors import InputError
from apps.core.money import check_decimal, exponent, from_minor, to_minor
from apps.ledger.entries import MAX_LINES, EntryLine
from apps.ledger.models import ACCOUNT_KINDS, CONTROLS, ENTRY_KINDS, Entry, Line
from apps.ledger.queries import TrialBalance, book_currency

LARGEST = Decimal(10) ** 15


class LedgerAccountShown(Shown):
    """An account of the chart."""

    id = serializers.UUIDField()
    code = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=list(ACCOUNT_KINDS.items()))
    control = serializers.ChoiceField(
        choices=list(CONTROLS.items()),
        allow_blank=True,
        help_text="Whose items it holds; no entry by hand there.",
    )
    is_active = serializers.BooleanField()
    version = serializers.IntegerField(help_text="Rises with each change; also the ETag.")


class EntryLineShown(Shown):
    """One side of an entry."""

    position = serializers.IntegerField()
    account = serializers.CharField(help_text="Code of the account.")
    debit = serializers.CharField(help_text="In the book currency.")
    credit = serializers.CharField(help_text="In the book currency.")
    currency = serializers.CharField(help_text="The currency of `amount`.")
    amount = serializers.CharField(help_text="In `currency`, debit positive.")
    party = serializers.UUIDField(allow_null=True, help_text="Id of the customer or supplier.")
    tax_code = serializers.CharField(allow_blank=True)
    dimension = serializers.CharField(allow_blank=True)
    text = serializers.CharField(allow_blank=True)


class EntryRow(Shown):
    """A journal entry in a list. It never changes; `reverses` names the entry that it takes back."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=list(ENTRY_KINDS.items()))
    entry_date = serializers.DateField()
    number = serializers.CharField(
        source="source_number", help_text="The number of its document, or its own."
    )
    source_kind = serializers.CharField(help_text="The kind of document, or `journal`.")
    source_id = serializers.UUIDField()
    text = serializers.CharField(allow_blank=True)
    currency = serializers.CharField(source="book_currency", help_text="The book currency.")
    total = serializers.SerializerMethodField(help_text="Sum of debits, and of credits.")
    reverses = serializers.UUIDField(source="reverses_id", allow_null=True)
    posted_at = serializers.DateTimeField()

    def get_total(self, entry: Entry) -> str:
        """Return the total with the currency's decimals."""
        return _text(entry.total_minor, entry.book_currency)


class EntryShown(EntryRow):
    """A journal entry with its lines and the SHA-256 that stands for them."""

    reversed_by = serializers.UUIDField(allow_null=True, help_text="The entry that takes it back.")
    digest = serializers.CharField()
    lines = EntryLineShown(many=True, source="shown_lines")


class NewEntryLine(Body):
    """A line to post: debit or credit."""

    account = Text(max_length=32, help_text="Code of the account.")
    debit = Number(
        max_digits=18, decimal_places=6, required=False, min_value=Decimal(0), help_text="Book currency."
    )
    credit = Number(
        max_digits=18, decimal_places=6, required=False, min_value=Decimal(0), help_text="Book currency."
    )
    tax_code = Text(max_length=64, required=False, allow_blank=True)
    dimension = Text(max_length=200, required=False, allow_blank=True)
    text = Text(max_length=500, required=False, allow_blank=True)


class NewEntry(Body):
    """A general entry to post; what documents book is posted by the documents."""

    entry_date = Day()
    text = Text(max_length=500)
    lines = NewEntryLine(many=True, max_length=MAX_LINES)  # type: ignore[call-arg]  # of the list

    def validate_lines(self, lines: list[dict[str, Any]]) -> list[EntryLine]:
        """Return the lines as the operation takes them."""
        return [_line(position, line) for position, line in enumerate(lines)]


class Reversal(Body):
    """When and why an entry is reversed."""

    entry_date = Day(help_text="Not before the original's date.")
    reason = Text(max_length=500)


class BalanceDays(Body):
    """Which days a trial balance is about."""

    first_day = Day(required=False, help_text="Movements since; the fiscal year's first day at the earliest.")
    last_day = Day(required=False, help_text="Balances at the end of this day; today by default.")


class BalanceRowShown(Shown):
    """An account in a trial balance; balances are debit positive."""

    account = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=list(ACCOUNT_KINDS.items()))
    opening = serializers.CharField()
    debit = serializers.CharField()
    credit = serializers.CharField()
    closing = serializers.CharField()


class TrialBalanceShown(Shown):
    """The balances of all accounts at a day: their sum is zero at every day."""

    first_day = serializers.DateField()
    last_day = serializers.DateField()
    currency = serializers.CharField()
    accounts = BalanceRowShown(many=True)


def show_lines(lines: list[Line], book: str) -> list[dict[str, Any]]:
    """Return an entry's lines as they are shown."""
    return [
        {
            "position": line.position, "account": line.account.code, "debit": _text(line.debit_minor, book),
            "credit": _text(line.credit_minor, book), "currency": line.currency,
            "amount": _text(line.amount_minor, line.currency), "party": line.party_id, "tax_code": line.tax_code,
            "dimension": line.dimension, "text": line.text,
        }
        for line in lines
    ]  # fmt: skip


def show_balance(balance: TrialBalance) -> dict[str, Any]:
    """Return a trial balance as it is shown."""
    rows = [
        {
            "account": row.code, "name": row.name, "kind": row.kind,
            "opening": _text(row.opening_minor, balance.currency), "debit": _text(row.debit_minor, balance.currency),
            "credit": _text(row.credit_minor, balance.currency), "closing": _text(row.closing_minor, balance.currency),
        }
        for row in balance.rows
    ]  # fmt: skip
    return {"first_day": balance.first_day, "last_day": balance.last_day, "currency": balance.currency,
            "accounts": rows}  # fmt: skip


def _line(position: int, line: dict[str, Any]) -> EntryLine:
    debit, credit = (_minor(line.pop(side, None), position, side) for side in ("debit", "credit"))
    return EntryLine(line.pop("account"), debit, credit, **line)


def _minor(value: Decimal | None, position: int, side: str) -> int:
    if value is None:
        return 0
    currency = book_currency()
    try:
        check_decimal(value, field=side, maximum=LARGEST, places=exponent(currency))
    except InputError as error:
        place = f"lines[{position}].{side}"
        raise InputError(error.message, code=error.code, field=place) from error
    return to_minor(value, currency)


def _text(minor: int, currency: str) -> str:
    return format(from_minor(minor, currency), "f")

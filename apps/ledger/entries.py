"""What an entry is made of, and its rules: balance, sides, currencies, the digest of its lines."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from uuid import UUID

from apps.core.errors import DomainError, InputError
from apps.core.ids import new_id
from apps.core.money import MAX_MINOR, exponent
from apps.core.text import clean_text
from apps.ledger.models import ENTRY_KINDS

MAX_LINES = 5000
# Lines on these accounts are in the book currency whatever the entry is in: they carry what a conversion leaves.
CONVERSION_ROLES = frozenset({"rounding", "fx_gain", "fx_loss"})
FIELD, RECORD = "\x1f", "\x1e"


class Unbalanced(DomainError):
    """Debit and credit of an entry differ."""

    code = "unbalanced"
    status = 422
    cure = "Make the sum of debits equal to the sum of credits."


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One side of an entry: debit or credit in minor units of the book currency, on a role or an account's code.

    `currency` empty is the book currency. `amount_minor` is the amount in `currency`, on the same side; where the
    book amount is 0, a negative one is a credit.
    """

    role_or_account: str
    debit_minor: int = 0
    credit_minor: int = 0
    currency: str = ""
    amount_minor: int | None = None
    party_id: UUID | None = None
    tax_code: str = ""
    dimension: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class EntryInput:
    """An entry to post: one kind, one date, one source document."""

    kind: str
    entry_date: date
    source_kind: str
    source_id: UUID
    source_number: str
    lines: tuple[EntryLine, ...]
    text: str = ""


@dataclass(frozen=True, slots=True)
class AccountRef:
    """What posting needs to know of an account."""

    id: UUID
    code: str
    control: str
    is_active: bool


# position, account, debit, credit, currency, amount (debit positive), party, tax code, dimension, text
LineRow = tuple[int, UUID, int, int, str, int, UUID | None, str, str, str]


@dataclass(frozen=True, slots=True)
class ReadyEntry:
    """An entry that keeps every rule, with its lines as rows; `currency` is the one they balance in, or empty."""

    id: UUID
    kind: str
    entry_date: date
    source_kind: str
    source_id: UUID
    source_number: str
    text: str
    book_currency: str
    currency: str
    total_minor: int
    digest: str
    lines: tuple[LineRow, ...]
    reverses_id: UUID | None = None


def digest_of(entry_id: UUID, entry_date: date, lines: Iterable[LineRow]) -> str:
    """Return the SHA-256 of an entry's lines in hex; sql/immutable.sql makes the same from the stored rows."""
    records = [f"{entry_id}{FIELD}{entry_date.isoformat()}"]
    records += [FIELD.join(str(value) if value is not None else "" for value in line) for line in lines]
    return sha256(RECORD.join(records).encode()).hexdigest()


def make_ready(
    entry: EntryInput, *, accounts: Mapping[str, AccountRef], book_currency: str, entry_id: UUID | None = None
) -> ReadyEntry:
    """Check an entry and return it with its lines as rows. Raises InputError, Unbalanced (books.md 28, 29)."""
    _check_header(entry)
    lines = tuple(
        _row(position, line, accounts, book_currency) for position, line in enumerate(entry.lines, start=1)
    )
    total = _check_balance(entry, lines)
    key = entry_id or new_id()
    return ReadyEntry(
        id=key, kind=entry.kind, entry_date=entry.entry_date, source_kind=entry.source_kind,
        source_id=entry.source_id, source_number=_text(entry.source_number, "source_number", 64, required=True),
        text=_text(entry.text, "text", 500), book_currency=book_currency,
        currency=_common_currency(entry, lines, book_currency), total_minor=total,
        digest=digest_of(key, entry.entry_date, lines), lines=lines,
    )  # fmt: skip


def mirror(original: ReadyEntry, *, entry_date: date, text: str) -> ReadyEntry:
    """Return the reversal of an entry: each line on the other side, all else alike (books.md 33)."""
    lines: tuple[LineRow, ...] = tuple(
        (position, account, credit, debit, currency, -amount, party, tax_code, dimension, words)
        for position, account, debit, credit, currency, amount, party, tax_code, dimension, words in original.lines
    )
    key = new_id()
    return ReadyEntry(
        id=key, kind="reversal", entry_date=entry_date, source_kind=original.source_kind,
        source_id=original.source_id, source_number=original.source_number, text=text,
        book_currency=original.book_currency, currency=original.currency, total_minor=original.total_minor,
        digest=digest_of(key, entry_date, lines), lines=lines, reverses_id=original.id,
    )  # fmt: skip


def _check_header(entry: EntryInput) -> None:
    if entry.kind not in ENTRY_KINDS or entry.kind == "reversal":
        raise InputError(f"“{entry.kind}” is not a kind of entry.", code="unknown_kind", field="kind")
    if not 1990 <= entry.entry_date.year <= 2100:
        raise InputError("The date lies outside 1990 to 2100.", code="date_out_of_range", field="entry_date")
    if len(entry.lines) < 2:
        raise InputError("An entry has at least two lines.", code="too_few_lines", field="lines")
    if len(entry.lines) > MAX_LINES:
        raise InputError(f"An entry has at most {MAX_LINES} lines.", code="too_many_lines", field="lines")


def _row(position: int, line: EntryLine, accounts: Mapping[str, AccountRef], book_currency: str) -> LineRow:
    place = f"lines[{position - 1}]."
    debit, credit = line.debit_minor, line.credit_minor
    if debit < 0 or credit < 0 or (debit and credit):
        raise InputError("A line has a debit or a credit, not both, and neither is negative.",
                         code="one_side", field=place + "debit")  # fmt: skip
    if max(debit, credit) > MAX_MINOR:
        raise InputError(
            "The amount is too large to be booked.", code="amount_too_large", field=place + "debit"
        )
    account = _account(line, accounts, place)
    currency = line.currency or book_currency
    amount = _amount(line, currency, book_currency, place)
    return (
        position, account.id, debit, credit, currency, amount, line.party_id,
        _text(line.tax_code, place + "tax_code", 64), _text(line.dimension, place + "dimension", 200),
        _text(line.text, place + "text", 500),
    )  # fmt: skip


def _account(line: EntryLine, accounts: Mapping[str, AccountRef], place: str) -> AccountRef:
    account = accounts.get(line.role_or_account)
    if account is None:
        raise InputError(f"There is no account “{line.role_or_account}”.", code="unknown_account",
                         field=place + "account")  # fmt: skip
    if not account.is_active:
        raise InputError(f"Account {account.code} is not in use.", code="inactive_account", field=place + "account",
                         cure="Use another account, or take this one into use again.")  # fmt: skip
    if account.control and line.party_id is None:
        raise InputError(f"A line on {account.code} names a customer or supplier.", code="party_needed",
                         field=place + "party")  # fmt: skip
    return account


def _amount(line: EntryLine, currency: str, book_currency: str, place: str) -> int:
    """Return the amount in the line's currency, debit positive."""
    signed = line.debit_minor - line.credit_minor
    given = line.amount_minor
    if currency == book_currency:
        if given is not None and given != abs(signed):
            raise InputError("In the book currency both amounts are the same.", code="amounts_differ",
                             field=place + "amount")  # fmt: skip
        return signed
    exponent(currency)
    if given is None:
        raise InputError("A line in a foreign currency says its amount in it.", code="amount_needed",
                         field=place + "amount")  # fmt: skip
    if abs(given) > MAX_MINOR or (signed and given < 0):
        raise InputError(
            "The amount is on the same side as the line.", code="wrong_side", field=place + "amount"
        )
    return -given if signed < 0 else given


def _check_balance(entry: EntryInput, lines: Sequence[LineRow]) -> int:
    debit, credit = sum(line[2] for line in lines), sum(line[3] for line in lines)
    if debit != credit:
        raise Unbalanced(
            f"The entry does not balance: debit {debit}, credit {credit} minor units.", field="lines",
            detail={"debit_minor": debit, "credit_minor": credit, "source": entry.source_number},
        )  # fmt: skip
    if debit > MAX_MINOR:
        raise InputError("The amount is too large to be booked.", code="amount_too_large", field="lines")
    return debit


def _common_currency(entry: EntryInput, lines: Sequence[LineRow], book_currency: str) -> str:
    """Return the currency that all lines are in; it must balance too (books.md 28). Empty where there are several."""
    currencies = {
        row[4]
        for line, row in zip(entry.lines, lines, strict=True)
        if not (row[4] == book_currency and line.role_or_account in CONVERSION_ROLES)
    }
    if len(currencies) > 1:
        return ""
    currency = currencies.pop() if currencies else book_currency
    balance = sum(row[5] for row in lines if row[4] == currency)
    if balance:
        raise Unbalanced(
            f"The entry does not balance in {currency}: {balance} minor units are over.", field="lines",
            detail={"currency": currency, "balance_minor": balance, "source": entry.source_number},
        )  # fmt: skip
    return currency


def _text(value: str, field: str, limit: int, *, required: bool = False) -> str:
    # Most texts are plain and short: entries come by the ten thousand.
    if (
        value.isascii()
        and value.isprintable()
        and len(value) <= limit
        and value == value.strip()
        and (value or not required)
    ):
        return value
    return clean_text(value, field=field, limit=limit, required=required)

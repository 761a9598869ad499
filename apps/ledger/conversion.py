"""An entry in a foreign currency, brought to the book currency with the rounding that this leaves (books.md 37)."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from apps.ledger.entries import EntryLine, Unbalanced
from apps.ledger.queries import book_currency
from apps.ledger.rates import to_book


def in_book(lines: Sequence[EntryLine], *, currency: str, rate: Decimal) -> tuple[EntryLine, ...]:
    """Return lines whose debit and credit are minor units of `currency` as lines of the book currency.

    Each line is converted once, half away from zero. Where the lines then differ from each other, a last line on
    the role `rounding` carries the difference, so that converting line by line or in total comes to the same.
    Raises Unbalanced when the lines do not balance in their own currency.
    """
    debit, credit = sum(line.debit_minor for line in lines), sum(line.credit_minor for line in lines)
    if debit != credit:
        raise Unbalanced(f"The lines do not balance in {currency}.", field="lines")
    book = book_currency()
    if currency == book:
        return tuple(lines)
    converted = [_converted(line, currency, rate, book) for line in lines]
    difference = sum(line.debit_minor - line.credit_minor for line in converted)
    if difference:
        over = max(difference, 0), max(-difference, 0)
        converted.append(EntryLine("rounding", over[1], over[0], text="Rounding of the conversion"))
    return tuple(converted)


def _converted(line: EntryLine, currency: str, rate: Decimal, book: str) -> EntryLine:
    debit, credit = (to_book(minor, currency, rate, book) for minor in (line.debit_minor, line.credit_minor))
    amount = line.debit_minor or line.credit_minor
    # A credit that is less than half a minor unit of the book currency keeps its side by its sign.
    signed = -amount if line.credit_minor and not credit else amount
    return replace(line, debit_minor=debit, credit_minor=credit, currency=currency, amount_minor=signed)

"""What settlement posts to the ledger: gains and losses, discounts, payments that become applied, write-offs."""

from apps.ledger.entries import EntryInput, EntryLine
from apps.settlement.inputs import ItemInput
from apps.settlement.models import Allocation, OpenItem

KIND = "settlement"
ALLOCATION = "allocation"
WRITE_OFF = "write_off"
_NUMBER_LENGTH = 64


def needs_entry(made: Allocation) -> bool:
    """Say whether an allocation moves an account; a credit note at the invoice's own rate moves none."""
    return (
        made.charge.control != made.credit.control
        or made.discount_minor > 0
        or made.charge_book_minor != made.credit_book_minor
    )


def allocation_entry(made: Allocation) -> EntryInput:
    """Return the entry of an allocation: both accounts, the discount, the realised gain or loss (books.md 36)."""
    charge, credit = made.charge, made.credit
    lines = [
        _line(credit, credit.control, made.credit_book_minor, made.amount_minor, gives=False),
        _line(charge, charge.control, made.charge_book_minor, made.settled_minor, gives=True),
    ]
    if made.discount_minor:
        lines.append(
            _line(charge, charge.discount_account, made.discount_book_minor, made.discount_minor, gives=False)
        )
    surplus = made.credit_book_minor + made.discount_book_minor - made.charge_book_minor
    if surplus:
        lines.append(_difference(charge, surplus))
    return EntryInput(
        kind=KIND, entry_date=made.allocated_on, source_kind=ALLOCATION, source_id=made.id,
        source_number=charge.number[:_NUMBER_LENGTH], lines=tuple(lines),
        text=f"{credit.number} settles {charge.number}"[:500],
    )  # fmt: skip


def write_off_entry(item: OpenItem, counter: ItemInput, reason: str) -> EntryInput:
    """Return the entry of a write-off: the account that the item stands on against what was given up."""
    # The counter item is a credit for a charge that is given up, a charge for a credit that is kept.
    gives = counter.direction == "credit"
    minor, book = counter.amount_minor, counter.book_minor
    lines = (
        _line(item, item.control, book, minor, gives=gives),
        _line(item, "write_off", book, minor, gives=not gives),
    )
    return EntryInput(
        kind=KIND, entry_date=counter.issue_date, source_kind=WRITE_OFF, source_id=counter.source_id,
        source_number=item.number[:_NUMBER_LENGTH], lines=lines, text=reason,
    )  # fmt: skip


def _line(item: OpenItem, account: str, book_minor: int, minor: int, *, gives: bool) -> EntryLine:
    """Return a line; `gives` is the side of a customer's payment on the account of what it pays: the credit side.

    For a supplier all is mirrored: what we pay is a debit on the account of what we owe.
    """
    is_credit = gives == (item.side == "receivable")
    # Where the book amount is nothing, the sign of the amount says the side.
    amount = -minor if is_credit and not book_minor else minor
    return EntryLine(
        account,
        debit_minor=0 if is_credit else book_minor,
        credit_minor=book_minor if is_credit else 0,
        currency=item.currency,
        amount_minor=amount,
        party_id=item.party_id,
    )


def _difference(charge: OpenItem, surplus: int) -> EntryLine:
    """Return the realised gain or loss, which is in the book currency alone."""
    gain = surplus if charge.side == "receivable" else -surplus
    if gain > 0:
        return EntryLine("fx_gain", credit_minor=gain)
    return EntryLine("fx_loss", debit_minor=-gain)

"""Writes of bank statements: reading a file once, matching its lines, taking a match back."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from apps.core.db import note_reason, write
from apps.core.errors import InputError
from apps.core.scope import Actor
from apps.core.text import clean_text
from apps.payments.accounts import get_own_account
from apps.payments.errors import MatchRefused
from apps.payments.inputs import PaymentInput, PaymentPart
from apps.payments.locks import lock_line, lock_payment
from apps.payments.models import BankLine, BankStatement, OwnAccount, Payment
from apps.payments.operations import record_payment, void_payment
from apps.payments.statement_files import ReadStatement, read_statement

SOURCE = "bank"


def import_statement(
    *, own_account_id: UUID, name: str, content: bytes, actor: Actor, now: datetime
) -> BankStatement:
    """Read a file of the bank: lines that are known are counted, not taken again (books.md 62).

    The same file again, or one that overlaps, yields nothing new twice. Raises NotFound, InputError; then nothing of
    the file is kept.
    """
    account = get_own_account(own_account_id)
    found = read_statement(content, currency=account.currency)
    if found.iban and account.iban and found.iban.replace(" ", "") != account.iban:
        raise InputError("The statement is of another account than the one chosen.", code="other_account",
                         field="own_account", cure="Choose the account whose IBAN the file names.")  # fmt: skip
    digest = hashlib.sha256(content).hexdigest()
    with write():
        known = BankStatement.objects.filter(own_account=account, file_sha256=digest).first()
        if known is not None:
            return known
        statement = BankStatement(
            own_account=account, name=clean_text(name, field="name", limit=200), format=found.format,
            file_sha256=digest, currency=account.currency, opening_minor=found.opening_minor,
            closing_minor=found.closing_minor, imported_by=actor.id, imported_by_label=actor.label, imported_at=now,
        )  # fmt: skip
        BankStatement.objects.bulk_create([statement], ignore_conflicts=True)
        stored = BankStatement.objects.get(own_account=account, file_sha256=digest)
        if stored.id != statement.id:
            return stored
        _keep_lines(statement, account, found)
    return statement


def match_payment(*, line_id: UUID, payment_id: UUID, actor: Actor, now: datetime) -> BankLine:
    """Say that a line of the bank is a payment that is recorded. Matching the same again changes nothing.

    Raises NotFound, MatchRefused when direction, amount or currency differ, or one of both is matched otherwise.
    """
    with write():
        line = lock_line(line_id)
        if line.state == "matched" and line.payment_id == payment_id:
            return line
        _check_open(line)
        payment = lock_payment(payment_id)
        signed = payment.amount_minor if payment.direction == "receive" else -payment.amount_minor
        if payment.state != "posted" or (signed, payment.currency) != (line.amount_minor, line.currency):
            raise MatchRefused(f"{payment.number} is not a payment of this amount.", code="other_amount")
        if BankLine.objects.filter(payment=payment).exists():
            raise MatchRefused(f"{payment.number} is matched to another line.", code="matched_otherwise")
        return _match(line, payment, is_made=False)


def match_party(
    *,
    line_id: UUID,
    side: str,
    party_id: UUID,
    parts: Sequence[PaymentPart],
    actor: Actor,
    now: datetime,
) -> BankLine:
    """Record the payment that a line of the bank is, and what it settles; what is left stays unapplied.

    Raises what `record_payment` raises, MatchRefused when the line is matched or left out.
    """
    with write():
        line = lock_line(line_id)
        _check_open(line)
        account: OwnAccount = line.own_account
        payment = record_payment(
            payment=PaymentInput(
                direction="receive" if line.amount_minor > 0 else "pay", side=side, party_id=party_id,
                payment_date=line.booking_date, currency=line.currency, amount_minor=abs(line.amount_minor),
                account=account.ledger_account, reference=line.reference, source=SOURCE,
                # A line whose match was taken back may be matched anew: the version tells both payments apart.
                external_number=f"{line.id} {line.version}", parts=tuple(parts),
            ),
            actor=actor, now=now,
        )  # fmt: skip
        return _match(line, payment, is_made=True)


def undo_match(*, line_id: UUID, reason: str, actor: Actor, now: datetime) -> BankLine:
    """Take a match back; a payment that the match recorded is voided with it. Undoing twice changes nothing.

    A line that was left out waits again. Raises NotFound, InputError, PeriodClosed.
    """
    reason = clean_text(reason, field="reason", limit=500)
    with write() as connection:
        line = lock_line(line_id)
        if line.state == "open":
            return line
        note_reason(connection, reason)
        made = line.payment if line.is_payment_made else None
        line.state, line.payment, line.is_payment_made, line.reason = "open", None, False, ""
        line.version += 1
        line.save(update_fields=["state", "payment", "is_payment_made", "reason", "version"])
        if made is not None:
            void_payment(payment_id=made.id, voided_on=line.booking_date, reason=reason, actor=actor, now=now)
    return line


def ignore_line(*, line_id: UUID, reason: str, actor: Actor, now: datetime) -> BankLine:
    """Leave a line out, with a reason: bank charges booked elsewhere, a transfer between own accounts."""
    reason = clean_text(reason, field="reason", limit=500)
    with write() as connection:
        line = lock_line(line_id)
        if line.state == "ignored":
            return line
        _check_open(line)
        note_reason(connection, reason)
        line.state, line.reason, line.version = "ignored", reason, line.version + 1
        line.save(update_fields=["state", "reason", "version"])
    return line


def _keep_lines(statement: BankStatement, account: OwnAccount, found: ReadStatement) -> None:
    rows = [
        BankLine(
            statement=statement, own_account=account, position=position, booking_date=line.booking_date,
            amount_minor=line.amount_minor, currency=line.currency, counterparty=line.counterparty,
            counterparty_iban=line.counterparty_iban, reference=line.reference,
            entry_reference=line.entry_reference, digest=line.digest,
        )
        for position, line in enumerate(found.lines, start=1)
    ]  # fmt: skip
    BankLine.objects.bulk_create(rows, ignore_conflicts=True, batch_size=2000)
    kept = BankLine.objects.filter(statement=statement).count()
    statement.new_lines, statement.known_lines = kept, len(rows) - kept
    statement.save(update_fields=["new_lines", "known_lines"])


def _match(line: BankLine, payment: Payment, *, is_made: bool) -> BankLine:
    line.state, line.payment, line.is_payment_made, line.version = (
        "matched",
        payment,
        is_made,
        line.version + 1,
    )
    line.save(update_fields=["state", "payment", "is_payment_made", "version"])
    return line


def _check_open(line: BankLine) -> None:
    if line.state != "open":
        raise MatchRefused(f"This line is {line.get_state_display().lower()} already.", code="line_not_open",
                           cure="Take that back first.")  # fmt: skip

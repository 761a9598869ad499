"""A released run as files for the bank: ISO 20022 pain.001 and CSV.

They hold account numbers, so that one was taken is on record.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lxml import etree
from stdnum import bic

from apps.audit.operations import record_access
from apps.core.money import from_minor
from apps.parties.models import BankAccount
from apps.payments.errors import RunRefused
from apps.payments.models import OwnAccount, Payment, PaymentRun, PaymentRunRow

# Customer credit transfer initiation, version 9: what SEPA banks take since November 2023.
NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
HEADINGS = ("Payment", "Supplier", "Holder", "Account", "Bank", "Amount", "Currency", "Date", "Reference")


@dataclass(frozen=True)
class Instruction:
    """One payment as the bank is told."""

    payment: Payment
    row: PaymentRunRow
    account: BankAccount

    @property
    def amount(self) -> str:
        """The amount with the currency's decimals."""
        return format(from_minor(self.payment.amount_minor, self.payment.currency), "f")


def list_instructions(run: PaymentRun) -> list[Instruction]:
    """Return what a released run tells the bank; payments that were voided since are left out. Raises RunRefused."""
    if run.state != "released":
        raise RunRefused("A run has a file once it is released.", code="run_not_released",
                         cure="Have somebody else release it first.")  # fmt: skip
    rows = (
        PaymentRunRow.objects.filter(run=run, state="paid").select_related("payment").order_by("number", "id")
    )
    paid = [row for row in rows if row.payment.state == "posted"]
    wanted: set[UUID] = {row.bank_account_id for row in paid if row.bank_account_id}
    accounts = BankAccount.objects.in_bulk(wanted)
    return [
        Instruction(row.payment, row, accounts[row.bank_account_id]) for row in paid if row.bank_account_id
    ]


def csv_rows(run: PaymentRun) -> Iterable[tuple[object, ...]]:
    """Return a run as rows for a file, after that it was taken is on record."""
    found = list_instructions(run)
    _record(run, "csv", len(found))
    for each in found:
        yield (
            each.payment.number, each.row.supplier_name, each.account.holder, each.account.number,
            each.account.bank_code, each.amount, each.payment.currency, run.pay_date, each.row.number,
        )  # fmt: skip


def pain_001(run: PaymentRun, *, now: datetime) -> bytes:
    """Return a run as pain.001.001.09, after that it was taken is on record. Raises RunRefused without own IBAN."""
    own: OwnAccount = run.own_account
    found = list_instructions(run)
    if not own.iban:
        raise RunRefused(f"“{own.name}” has no IBAN, which this file names.", code="no_iban",
                         cure="Take the CSV file, or pay from an account with an IBAN.")  # fmt: skip
    if not found:
        raise RunRefused(
            "Nothing of this run was paid.", code="nothing_paid", cure="Look at the rows' reasons."
        )
    _record(run, "pain.001", len(found))
    root = etree.Element("Document", nsmap={None: NAMESPACE})
    initiation = etree.SubElement(root, "CstmrCdtTrfInitn")
    _header(initiation, run, found, own, now)
    block = _block(initiation, run, found, own)
    for each in found:
        _transfer(block, each)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _record(run: PaymentRun, kind: str, rows: int) -> None:
    record_access(
        kind="export", subject="payment run", detail={"run": run.number, "format": kind, "rows": rows}
    )


def _total(found: list[Instruction]) -> str:
    minor = sum(each.payment.amount_minor for each in found)
    return format(from_minor(minor, found[0].payment.currency), "f")


def _header(parent: Any, run: PaymentRun, found: list[Instruction], own: OwnAccount, now: datetime) -> None:
    header = etree.SubElement(parent, "GrpHdr")
    _text(header, "MsgId", run.number)
    _text(header, "CreDtTm", now.strftime("%Y-%m-%dT%H:%M:%SZ"))
    _text(header, "NbOfTxs", str(len(found)))
    _text(header, "CtrlSum", _total(found))
    _text(_path(header, "InitgPty"), "Nm", own.holder)


def _block(parent: Any, run: PaymentRun, found: list[Instruction], own: OwnAccount) -> Any:
    block = etree.SubElement(parent, "PmtInf")
    _text(block, "PmtInfId", run.number)
    _text(block, "PmtMtd", "TRF")
    _text(block, "NbOfTxs", str(len(found)))
    _text(block, "CtrlSum", _total(found))
    _text(_path(block, "ReqdExctnDt"), "Dt", run.pay_date.isoformat())
    _text(_path(block, "Dbtr"), "Nm", own.holder)
    _text(_path(block, "DbtrAcct", "Id"), "IBAN", own.iban)
    agent = _path(block, "DbtrAgt", "FinInstnId")
    if own.bic:
        _text(agent, "BICFI", own.bic)
    else:
        _text(_path(agent, "Othr"), "Id", "NOTPROVIDED")
    return block


def _transfer(block: Any, each: Instruction) -> None:
    transfer = etree.SubElement(block, "CdtTrfTxInf")
    _text(_path(transfer, "PmtId"), "EndToEndId", each.payment.number)
    amount = _text(_path(transfer, "Amt"), "InstdAmt", each.amount)
    amount.set("Ccy", each.payment.currency)
    code = each.account.bank_code
    if bic.is_valid(code):
        _text(_path(transfer, "CdtrAgt", "FinInstnId"), "BICFI", code)
    elif code:
        _text(_path(transfer, "CdtrAgt", "FinInstnId", "ClrSysMmbId"), "MmbId", code)
    _text(_path(transfer, "Cdtr"), "Nm", each.account.holder[:140])
    place = _path(transfer, "CdtrAcct", "Id")
    if each.account.scheme == "iban":
        _text(place, "IBAN", each.account.number)
    else:
        _text(_path(place, "Othr"), "Id", each.account.number[:34])
    _text(_path(transfer, "RmtInf"), "Ustrd", each.row.number[:140])


def _path(parent: Any, *names: str) -> Any:
    for name in names:
        parent = etree.SubElement(parent, name)
    return parent


def _text(parent: Any, name: str, text: str) -> Any:
    element = etree.SubElement(parent, name)
    element.text = text
    return element

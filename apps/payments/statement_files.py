"""Bank statements as files: CSV with named columns, and CAMT.053 XML. Read here, written elsewhere."""

import csv
import hashlib
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from apps.core.errors import InputError
from apps.core.money import exponent, to_minor
from apps.exchange.xml import parse_xml

MAX_BYTES: Final = 10 * 1024 * 1024
MAX_LINES: Final = 20_000
# Column to the names that banks give it. The first three are needed, or money in and money out instead of an amount.
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "date": ("date", "booking date", "transaction date", "value date", "posted"),
    "amount": ("amount", "value", "amount (signed)"),
    "reference": ("reference", "description", "details", "memo", "remittance information", "text"),
    "credit": ("credit", "money in", "paid in"),
    "debit": ("debit", "money out", "paid out"),
    "counterparty": ("counterparty", "name", "payee", "payer", "beneficiary"),
    "iban": ("iban", "account", "counterparty iban", "account number"),
    "currency": ("currency", "ccy"),
    "entry_reference": ("entry reference", "transaction id", "id", "bank reference"),
}
_DAYS: Final = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%Y%m%d")


@dataclass(frozen=True)
class ReadLine:
    """One movement as the file says it, received positive; `digest` names it for ever."""

    booking_date: date
    amount_minor: int
    currency: str
    reference: str = ""
    counterparty: str = ""
    counterparty_iban: str = ""
    entry_reference: str = ""
    digest: str = ""


@dataclass(frozen=True)
class ReadStatement:
    """A file of the bank, read whole or not at all."""

    format: str
    lines: Sequence[ReadLine]
    opening_minor: int | None = None
    closing_minor: int | None = None
    iban: str = ""


def read_statement(content: bytes, *, currency: str) -> ReadStatement:
    """Return what a file says; its format is told by its beginning. `currency` is the account's.

    Raises InputError with the line at fault; no part of a file that cannot be read is taken.
    """
    if len(content) > MAX_BYTES:
        raise _refused(f"The file is larger than {MAX_BYTES // 1024 // 1024} MB.", "file_too_large")
    if not content.strip():
        raise _refused("The file is empty.", "empty_file")
    is_xml = content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
    found = _read_camt(content) if is_xml else _read_csv(content, currency)
    if any(line.currency != currency for line in found.lines):
        raise _refused(
            f"The account is in {currency}; the file has lines in another currency.", "other_currency"
        )
    return replace(found, lines=_with_digests(found.lines))


def _with_digests(lines: Sequence[ReadLine]) -> list[ReadLine]:
    """Give each line its name: the bank's reference, else what it says and which of several alike it is that day."""
    seen: dict[tuple[object, ...], int] = {}
    named = []
    for line in lines:
        plain = (line.booking_date, line.amount_minor, line.currency)
        key = (*plain, line.entry_reference or (line.reference, line.counterparty, line.counterparty_iban))
        seen[key] = seen.get(key, 0) + 1
        digest = hashlib.sha256(repr((*key, seen[key])).encode()).hexdigest()
        named.append(replace(line, digest=digest))
    return named


def _read_csv(content: bytes, currency: str) -> ReadStatement:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _refused("The file is not UTF-8 text.", "not_utf8") from None
    if "\0" in text:
        raise _refused("The file is not text.", "not_text")
    head = text.splitlines()[0]
    separator = max((";", ",", "\t"), key=head.count)
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=separator, strict=True))
    except csv.Error as error:
        raise _refused(f"The file is not a table: {error}.", "not_csv") from None
    columns = _columns(rows[0])
    lines = [
        _csv_line(number, row, columns, currency)
        for number, row in enumerate(rows[1:], start=2)
        if any(cell.strip() for cell in row)
    ]
    return ReadStatement("csv", _counted(lines))


def _columns(head: Sequence[str]) -> dict[str, int]:
    names = {name.strip().casefold(): place for place, name in reversed(list(enumerate(head)))}
    found = {
        column: next(names[name] for name in known if name in names)
        for column, known in COLUMNS.items()
        if any(name in names for name in known)
    }
    if "date" not in found or not ({"amount"} <= set(found) or {"credit", "debit"} <= set(found)):
        raise _refused(
            "The first line names no column for the date and the amount.", "unknown_columns",
            cure="Name the columns Date, Amount, Reference, Counterparty, IBAN, Currency, Entry reference.",
        )  # fmt: skip
    return found


def _csv_line(number: int, row: Sequence[str], columns: Mapping[str, int], currency: str) -> ReadLine:
    cells = {name: row[place].strip() if place < len(row) else "" for name, place in columns.items()}
    place = f"line {number}"
    if "amount" in columns:
        amount = _amount(cells["amount"], place)
    else:
        amount = _amount(cells["credit"] or "0", place) - abs(_amount(cells["debit"] or "0", place))
    own = cells.get("currency", "").upper() or currency
    return _line(
        place, _day(cells["date"], place), amount, own, cells.get("reference", ""), cells.get("counterparty", ""),
        cells.get("iban", ""), cells.get("entry_reference", ""),
    )  # fmt: skip


def _line(place: str, day: date, amount: Decimal, currency: str, *texts: str) -> ReadLine:
    if amount.normalize().as_tuple().exponent < -exponent(currency):  # type: ignore[operator]
        raise _refused(f"In {place} the amount has more decimals than {currency} has.", "too_many_decimals")
    minor = to_minor(amount, currency)
    if minor == 0:
        raise _refused(f"In {place} the amount is nothing.", "not_an_amount")
    plain = [
        re.sub(r"\s+", " ", "".join(c if c.isprintable() else " " for c in text)).strip()[:500]
        for text in texts
    ]
    return ReadLine(day, minor, currency, *plain)


def _amount(text: str, place: str) -> Decimal:
    plain = text.replace(" ", "").replace("\u00a0", "").replace("\u2212", "-").replace("'", "")
    if "," in plain and "." in plain:
        # The last mark is the decimal one: 1.234,56 or 1,234.56.
        thousands = "," if plain.rfind(".") > plain.rfind(",") else "."
        plain = plain.replace(thousands, "")
    if plain.count(",") == 1 and len(plain.rpartition(",")[2]) <= 2:
        plain = plain.replace(",", ".")
    try:
        found = Decimal(plain)
    except InvalidOperation:
        raise _refused(f"In {place} “{text[:40]}” is not an amount.", "not_an_amount") from None
    if not found.is_finite():
        raise _refused(f"In {place} “{text[:40]}” is not an amount.", "not_an_amount")
    return found


def _day(text: str, place: str) -> date:
    for form in _DAYS:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 a calendar day, without a clock
        except ValueError:
            continue
    raise _refused(f"In {place} “{text[:40]}” is not a date.", "not_a_date")


def _read_camt(content: bytes) -> ReadStatement:
    root = parse_xml(content)
    namespace = root.tag.partition("}")[0].lstrip("{")
    if "camt.053" not in namespace:
        raise _refused("This XML file is not a CAMT.053 statement.", "not_camt053")
    ns = {"c": namespace}
    entries = root.findall(".//c:Stmt/c:Ntry", ns)
    lines = [_camt_line(number, entry, ns) for number, entry in enumerate(entries, start=1)]
    booked = [line for line in lines if line is not None]
    return ReadStatement(
        "camt053", _counted(booked), _camt_balance(root, ns, "OPBD", "PRCD"), _camt_balance(root, ns, "CLBD"),
        root.findtext(".//c:Stmt/c:Acct/c:Id/c:IBAN", default="", namespaces=ns),
    )  # fmt: skip


def _camt_line(number: int, entry: Any, ns: Mapping[str, str]) -> ReadLine | None:
    place = f"entry {number}"
    status = entry.findtext("c:Sts/c:Cd", default="", namespaces=ns) or entry.findtext("c:Sts", "", ns)
    if status.strip() in {"PDNG", "INFO"}:
        return None
    sign, amount, currency = _camt_amount(entry, ns, place)
    day = (
        entry.findtext("c:BookgDt/c:Dt", default="", namespaces=ns)
        or entry.findtext("c:BookgDt/c:DtTm", "", ns)[:10]
    )
    other = "Dbtr" if sign > 0 else "Cdtr"
    return _line(
        place, _day(day, place), sign * amount, currency, _camt_texts(entry, ns),
        _first(entry, ns, f".//c:RltdPties/c:{other}/c:Pty/c:Nm", f".//c:RltdPties/c:{other}/c:Nm"),
        _first(entry, ns, f".//c:RltdPties/c:{other}Acct/c:Id/c:IBAN"),
        _first(entry, ns, "c:AcctSvcrRef", ".//c:Refs/c:AcctSvcrRef", "c:NtryRef"),
    )  # fmt: skip


def _camt_amount(entry: Any, ns: Mapping[str, str], place: str) -> tuple[int, Decimal, str]:
    amount = entry.find("c:Amt", ns)
    side = entry.findtext("c:CdtDbtInd", default="", namespaces=ns).strip()
    if amount is None or side not in {"CRDT", "DBIT"}:
        raise _refused(f"In {place} there is no amount with its side.", "not_an_amount")
    return (1 if side == "CRDT" else -1), _amount(amount.text or "", place), amount.get("Ccy", "")


def _camt_texts(entry: Any, ns: Mapping[str, str]) -> str:
    found = [each.text or "" for each in entry.findall(".//c:RmtInf/c:Ustrd", ns)]
    found += [each.text or "" for each in entry.findall(".//c:RmtInf/c:Strd/c:CdtrRefInf/c:Ref", ns)]
    end_to_end = _first(entry, ns, ".//c:Refs/c:EndToEndId")
    if end_to_end and end_to_end != "NOTPROVIDED":
        found.append(end_to_end)
    return " ".join(found) or _first(entry, ns, "c:AddtlNtryInf")


def _camt_balance(root: Any, ns: Mapping[str, str], *codes: str) -> int | None:
    for balance in root.findall(".//c:Stmt/c:Bal", ns):
        code = balance.findtext("c:Tp/c:CdOrPrtry/c:Cd", default="", namespaces=ns)
        if code in codes:
            sign, amount, currency = _camt_amount(balance, ns, f"balance {code}")
            return sign * to_minor(amount, currency)
    return None


def _first(entry: Any, ns: Mapping[str, str], *paths: str) -> str:
    found: Iterator[str] = (entry.findtext(path, default="", namespaces=ns) for path in paths)
    return next(filter(None, found), "")


def _counted(lines: Sequence[ReadLine]) -> Sequence[ReadLine]:
    if len(lines) > MAX_LINES:
        raise _refused(f"The file has more than {MAX_LINES:,} lines.", "too_many_lines")
    if not lines:
        raise _refused("The file has no booked movement.", "no_lines")
    return lines


def _refused(
    message: str, code: str, cure: str = "Nothing was imported. Export the statement again."
) -> InputError:
    return InputError(message, code=code, field="file", cure=cure)

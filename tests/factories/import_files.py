"""Small files in the Online Retail layout, and the way from a file to decisions without a database."""

import csv
import gzip
import io
from datetime import date
from pathlib import Path

from apps.invoices.imports.decisions import Decision
from apps.invoices.imports.files import inspect_file
from apps.invoices.imports.limits import ImportLimits
from apps.invoices.imports.profiles import get_profile
from apps.invoices.imports.reader import Reading, read_file
from apps.invoices.imports.spool import Spool

GOOD = {
    "InvoiceNo": "536365",
    "StockCode": "85123A",
    "Description": "WHITE HANGING HEART T-LIGHT HOLDER",
    "Quantity": "6",
    "InvoiceDate": "2010-12-01 08:26:00",
    "UnitPrice": "2.55",
    "CustomerID": "17850.0",
    "Country": "United Kingdom",
}
HEADER = list(GOOD)
LIMITS = ImportLimits()
LATEST = date(2026, 12, 31)


def line(number: str = "536365", **cells: str) -> list[str]:
    """Return one good row, with single cells replaced by name."""
    return list((GOOD | {"InvoiceNo": number} | cells).values())


def as_csv(rows: list[list[str]], header: list[str] = HEADER, delimiter: str = ",") -> bytes:
    """Return rows as the bytes of a CSV file."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows([header, *rows])
    return text.getvalue().encode()


def put(folder: Path, content: bytes, name: str = "lines.csv") -> Path:
    """Write a file and return its path; a name that ends in .gz is packed."""
    path = folder / name
    path.write_bytes(gzip.compress(content, mtime=0) if name.endswith(".gz") else content)
    return path


def read_all(path: Path, limits: ImportLimits = LIMITS) -> tuple[Reading, list[Decision]]:
    """Read a file to the end and return what was decided about it."""
    source = inspect_file(path, limits=limits)
    with Spool() as spool:
        reading = read_file(source, profile=get_profile("online-retail"), limits=limits, spool=spool)
        return reading, list(reading.decisions(LATEST))


def decide(folder: Path, *rows: list[str]) -> list[Decision]:
    """Return the decisions about some rows."""
    return read_all(put(folder, as_csv(list(rows))))[1]

"""Importing invoice lines (rules, numbers, walls, audit), against raw COPY of the same rows into a plain table."""

import csv
import os
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

import psycopg

from apps.core import clock
from apps.invoices.imports.job import run_import
from benchmarks.company import PERSON, make_company, working_in
from benchmarks.figures import Figure

DOCUMENTS = 4_000
LINES_EACH = 20
HEADER = (
    "InvoiceNo",
    "StockCode",
    "Description",
    "Quantity",
    "InvoiceDate",
    "UnitPrice",
    "CustomerID",
    "Country",
)


def run() -> list[Figure]:
    """Measure rows a second of one import."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lines.csv"
        rows = write_lines(path)
        with working_in(make_company()):
            start = time.perf_counter()
            run_import(
                path=path, profile="online-retail", actor=PERSON, now=clock.now(), progress=lambda _: None
            )
            ours = time.perf_counter() - start
        baseline = copy_raw(path)
    return [
        Figure(f"import, {rows:,} lines", rows / ours, rows / baseline, "lines/s",
               "raw COPY of the file into a plain table", better="higher")
    ]  # fmt: skip


def write_lines(path: Path) -> int:
    """Write a file of the Online Retail shape; return its number of rows."""
    day = date(2025, 1, 1)
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for document in range(DOCUMENTS):
            moment = f"{day + timedelta(days=document // 40)} 10:{document % 60:02d}:00"
            for line in range(LINES_EACH):
                product = (document * 7 + line * 13) % 3000
                writer.writerow((600_000 + document, f"S{product:05d}", f"PRODUCT {product}", line + 1, moment,
                                 f"{(product % 900 + 10) / 100:.2f}", f"{12000 + document % 900}.0",
                                 "United Kingdom"))  # fmt: skip
    return DOCUMENTS * LINES_EACH


def copy_raw(path: Path) -> float:
    """Return the seconds that COPY takes for the same file."""
    columns = ", ".join(f"{name} text" for name in HEADER)
    with psycopg.connect(os.environ["ADMIN_DATABASE_URL"]) as connection:
        connection.execute(f"create temp table raw ({columns})")
        start = time.perf_counter()
        with connection.cursor().copy("copy raw from stdin (format csv, header)") as copy:
            copy.write(path.read_bytes())
        connection.commit()
        return time.perf_counter() - start

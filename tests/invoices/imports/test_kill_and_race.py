"""kill -9 at any moment, two imports at once: the books end in the same state."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from django.db import connections

from apps.core import clock
from apps.core.scope import SYSTEM, open_scope
from apps.documents.models import SeriesCounter
from apps.invoices.imports.job import run_import
from apps.invoices.imports.limits import ImportLimits
from apps.invoices.models import ImportBatch
from config.env import ROOT
from tests.factories.import_files import as_csv, line, put
from tests.factories.snapshots import Booked, books
from tests.factories.tenants import Company, make_company

DOCUMENTS, SET = 450, 25
LIMITS = ImportLimits(batch_documents=SET)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file whose booking takes some seconds: many sets, credit notes and a refused document among them."""
    rows = [
        line(
            f"C{number}" if number % 9 == 0 else str(number),
            StockCode=f"{10_000 + number % 50 + piece}",
            Quantity=f"{'-' if number % 9 == 0 else ''}{piece}",
            CustomerID=str(17_000 + number % 40),
        )
        for number in range(1, DOCUMENTS + 1)
        for piece in range(1, 4)
    ]
    rows[-1][3] = "x"
    return put(tmp_path_factory.mktemp("import"), as_csv(rows), "lines.csv.gz")


def start(company: Company, path: Path, folder: Path) -> subprocess.Popen[bytes]:
    """Start a real import in a process of its own."""
    command = [sys.executable, "manage.py", "import_invoices", str(path), "--tenant", company.tenant.slug]
    options = ["--profile", "online-retail", "--report-dir", str(folder), "--set-documents", str(SET)]
    return subprocess.Popen(
        [*command, *options], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def finish(company: Company, path: Path, folder: Path) -> list[Booked]:
    """Import in this process to the end and return the books."""
    with open_scope(company.scope()):
        run_import(
            path=path,
            profile="online-retail",
            actor=SYSTEM,
            now=clock.now(),
            progress=lambda _: None,
            folder=folder,
        )
        return books()


def booked(company: Company) -> int:
    """Count the documents that other sessions see."""
    with psycopg.connect(os.environ["ADMIN_DATABASE_URL"]) as connection:
        query = "select count(*) from invoices_invoice where tenant_id = %s"
        return int(connection.execute(query, [company.id]).fetchone()[0])  # type: ignore[index]


def wait_for(condition: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    """Wait until something is seen, or the process has ended."""
    deadline = time.monotonic() + 60
    while not condition() and process.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_killed_imports_are_completed_by_the_next_run_as_if_never_killed(tmp_path: Path, path: Path) -> None:
    company, other = make_company(roles=("admin",)), make_company(roles=("admin",))
    kills = 0
    for least in (1, 100, 250):
        process = start(company, path, tmp_path / "killed")
        wait_for(lambda least=least: booked(company) >= least and has_begun(company), process)  # type: ignore[misc]
        kills += process.poll() is None
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert booked(company) % SET == 0 or booked(company) == DOCUMENTS - 1
    assert kills >= 2
    assert finish(company, path, tmp_path / "last") == finish(other, path, tmp_path / "whole")
    with open_scope(company.scope()):
        assert len(books()) == DOCUMENTS - 1
        counters = dict(SeriesCounter.objects.values_list("series", "last_number"))
        assert counters == {"INV": DOCUMENTS - DOCUMENTS // 9, "CN": DOCUMENTS // 9 - 1}
        assert ImportBatch.objects.filter(state="finished").count() == 1
    assert not list((tmp_path / "last").glob(".*"))


def has_begun(company: Company) -> bool:
    """Tell whether an import has left its first trace."""
    with psycopg.connect(os.environ["ADMIN_DATABASE_URL"]) as connection:
        query = "select exists (select from invoices_importbatch where tenant_id = %s)"
        return bool(connection.execute(query, [company.id]).fetchone()[0])  # type: ignore[index]


def test_two_imports_of_one_file_at_once_book_it_once(tmp_path: Path, path: Path) -> None:
    company, other = make_company(roles=("admin",)), make_company(roles=("admin",))

    def bring(turn: int) -> int:
        with open_scope(company.scope()):
            try:
                result = run_import(
                    path=path, profile="online-retail", actor=SYSTEM, now=clock.now(),
                    progress=lambda _: None, folder=tmp_path / str(turn), limits=LIMITS,
                )  # fmt: skip
                return result.report.total("accepted").documents
            finally:
                connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(bring, range(2)))
    assert sum(made) == DOCUMENTS - 1
    with open_scope(company.scope()):
        assert sorted(b.external for b in books()) == sorted(
            b.external for b in finish(other, path, tmp_path / "whole")
        )
        assert sum(SeriesCounter.objects.values_list("last_number", flat=True)) == DOCUMENTS - 1

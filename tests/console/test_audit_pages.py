"""The audit pages: what a tenant's people see of their log, and what a stranger sees."""

import io
import json
import re
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse
from psycopg import sql

from apps.audit import operations
from apps.audit.queries import EntryFilter, get_entry, list_entries
from apps.core import clock
from apps.core.scope import open_scope, platform_scope
from apps.jobs.bell import ticket
from apps.jobs.models import Job
from apps.jobs.tasks import run_job_task
from tests.factories.books import make_customer
from tests.factories.tenants import Company
from tests.tenancy.walls.sessions import wait_for_replica

READERS = ("admin", "finance", "approver", "auditor")
OTHERS = ("sales", "operations", "support")


def changed_customer(company: Company) -> Any:
    """A customer that was created and renamed, under seals, shown by the replica."""
    with open_scope(company.scope()):
        customer = make_customer(name="Old & Co")
        with operations.write() as connection, connection.cursor() as cursor:
            cursor.execute("update parties_customer set name = 'New <Ltd>' where id = %s", [customer.id])
    seal(company)
    return customer


def seal(company: Company) -> None:
    """Seal the company's log and wait until the replica shows it; other tests' transactions hold the sealer back."""
    alias = company.tenant.database
    until = time.monotonic() + 20
    with open_scope(company.scope("auditor", reads="replica")):
        while time.monotonic() < until:
            operations.seal_entries(database=alias, now=clock.now())
            wait_for_replica(alias, "replica" if alias == "default" else f"{alias}_replica")
            newest = list_entries(narrowed=EntryFilter(), page_size=1).entries[0]
            if get_entry(entry_id=newest.id)[1].state != "waiting":
                return
    raise AssertionError("the log is not sealed")


def rows_of(page: str) -> list[str]:
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in body.split("</tr>") if "<td" in row]


def test_the_list_says_who_did_what(any_company: Company, sign_in: Any) -> None:
    customer = changed_customer(any_company)
    answer = sign_in(any_company, "auditor").get(reverse("audit:list"), {"row": str(customer.id)})
    assert answer.status_code == 200
    rows = rows_of(answer.content.decode())
    assert [re.sub(r"^.*?(Admin Person)", r"\1", row) for row in rows] == [
        f"Admin Person Changed: customer {customer.id} name",
        f"Admin Person Created: customer {customer.id}",
    ]
    assert "Sealed up to" in answer.content.decode()


@pytest.mark.parametrize(
    "query, number",
    [
        ({"operation": "update"}, 1),
        ({"operation": "insert", "table": "parties_customer"}, 1),
        ({"operation": "delete"}, 0),
        ({"table": "catalog_product"}, 0),
        ({"from": "2000-01-01", "to": "2000-12-31"}, 0),
        ({"from": "2000-01-01", "table": "parties_customer"}, 2),
        ({"q": "no such key"}, 0),
        ({"operation": "nonsense", "table": "parties_customer"}, 2),
    ],
)
def test_the_list_is_narrowed(company: Company, sign_in: Any, query: dict[str, str], number: int) -> None:
    changed_customer(company)
    answer = sign_in(company, "auditor").get(reverse("audit:list"), query)
    assert len(rows_of(answer.content.decode())) == number


def test_an_entry_shows_what_changed_and_that_it_is_unchanged_since(
    any_company: Company, sign_in: Any
) -> None:
    customer = changed_customer(any_company)
    page = _entry_page(sign_in(any_company, "auditor"), customer.id, "update")
    assert "Sealed and unchanged" in page
    assert "Just checked: it stands as it was sealed, under seal" in page
    assert "Old &amp; Co" in page
    assert "New &lt;Ltd&gt;" in page


def test_an_entry_that_waits_says_so(company: Company, sign_in: Any) -> None:
    with open_scope(company.scope()):
        customer = make_customer()
    wait_for_replica()
    page = _entry_page(sign_in(company, "auditor"), customer.id, "insert")
    assert "Not sealed yet" in page


@pytest.mark.parametrize(
    "change, undo, told",
    [
        (
            "canonical = replace(canonical, 'Old & Co', 'Older & Co')",
            "canonical = replace(canonical, 'Older & Co', 'Old & Co')",
            "This entry is not as it was sealed.",
        ),
        (
            "actor_kind = 'system'",
            "actor_kind = 'person'",
            "The column actor_kind of this entry is not as it was sealed.",
        ),
    ],
)
def test_an_entry_that_was_tampered_with_says_so(
    company: Company,
    sign_in: Any,
    admin_connection: psycopg.Connection[Any],
    change: str,
    undo: str,
    told: str,
) -> None:
    customer = changed_customer(company)
    statement = "update audit.entry set {} where operation = 'update' and row_key = %s"
    admin_connection.execute(sql.SQL(statement.format(change)), (str(customer.id),))
    wait_for_replica()
    try:
        page = _entry_page(sign_in(company, "auditor"), customer.id, "update")
        assert "Not as it was sealed" in page
        assert told in page
    finally:
        admin_connection.execute(sql.SQL(statement.format(undo)), (str(customer.id),))


def _entry_page(client: Client, key: object, operation: str) -> str:
    listed = client.get(reverse("audit:list"), {"row": str(key), "operation": operation}).content.decode()
    (address,) = re.findall(r'href="(/audit/\d+)" data-open', listed)
    return client.get(address).content.decode()


@pytest.mark.parametrize("role", READERS)
def test_who_may_read(company: Company, sign_in: Any, role: str) -> None:
    assert sign_in(company, role).get(reverse("audit:list")).status_code == 200


@pytest.mark.parametrize("role", OTHERS)
def test_who_may_not(company: Company, sign_in: Any, role: str) -> None:
    client = sign_in(company, role)
    for address in (reverse("audit:list"), reverse("audit:detail", args=[1]), reverse("audit:export")):
        assert client.get(address).status_code == 403
    assert client.post(reverse("audit:export"), {"reason": "x"}).status_code == 403
    with open_scope(company.scope()):
        assert not Job.objects.filter(kind="audit.export").exists()


def test_a_stranger_sees_nothing(company: Company, stranger: Company, sign_in: Any) -> None:
    customer = changed_customer(company)
    own = sign_in(company, "auditor").get(reverse("audit:list"), {"row": str(customer.id)}).content.decode()
    (address, *_) = re.findall(r'href="(/audit/\d+)" data-open', own)
    foreign = sign_in(stranger, "admin")
    assert foreign.get(address).status_code == 404
    listed = foreign.get(reverse("audit:list"), {"row": str(customer.id)}).content.decode()
    assert rows_of(listed) == []


def test_pages_lead_on_and_back(company: Company, sign_in: Any) -> None:
    with open_scope(company.scope()):
        for number in range(120):
            operations.record_access(kind="export", subject=f"list {number}")
    wait_for_replica()
    client = sign_in(company, "auditor")
    seen: list[str] = []
    address = reverse("audit:list") + "?operation=access"
    for _ in range(3):
        page = client.get(address).content.decode()
        seen += re.findall(r"list \d+", " ".join(rows_of(page)))
        older = re.search(r'rel="next" href="([^"]+)"', page)
        address = older[1].replace("&amp;", "&") if older else ""
    assert address == ""
    assert seen == [f"list {number}" for number in reversed(range(120))]
    newer = re.search(r'rel="prev" href="([^"]+)"', page)
    assert newer is not None
    back = client.get(newer[1].replace("&amp;", "&")).content.decode()
    assert re.findall(r"list \d+", " ".join(rows_of(back))) == seen[50:100]


def test_a_page_that_does_not_exist_is_refused_plainly(company: Company, sign_in: Any) -> None:
    answer = sign_in(company, "auditor").get(reverse("audit:list"), {"after": "nonsense"})
    assert answer.status_code == 422
    assert "This page does not exist." in answer.content.decode()


def test_the_number_of_queries_stays_when_rows_double(
    company: Company, sign_in: Any, django_assert_max_num_queries: Any
) -> None:
    changed_customer(company)
    client = sign_in(company, "auditor")
    client.get(reverse("audit:list"))
    with django_assert_max_num_queries(5, connection=connections["replica"]):
        client.get(reverse("audit:list"))
    for _ in range(10):
        changed_customer(company)
    with django_assert_max_num_queries(5, connection=connections["replica"]):
        client.get(reverse("audit:list"))


def test_an_export_is_made_by_a_worker_and_proves_itself(
    any_company: Company, sign_in: Any, tmp_path: Path
) -> None:
    changed_customer(any_company)
    client = sign_in(any_company, "auditor")
    assert "needs Python and nothing else" in client.get(reverse("audit:export")).content.decode()
    address = client.post(reverse("audit:export"), {"reason": "yearly audit"})["Location"]
    job_id = address.rpartition("/")[2]
    with platform_scope():
        run_job_task(ticket(any_company.id, any_company.tenant.database, job_id))
    page = client.get(address).content.decode()
    assert "Done" in page, page
    taken = client.get(f"{address}/audit-log.zip")
    packed = io.BytesIO(b"".join(taken.streaming_content))
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(tmp_path)
    done = subprocess.run(
        [sys.executable, "-I", str(tmp_path / "audit-log" / "verify_export.py")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout[:7]) == (0, "PROVEN:")
    lines = (tmp_path / "audit-log" / "entries.ndjson").read_text().split("\n")
    entries = [json.loads(line) for line in lines if line]
    contents = [json.loads(entry["canonical"]) for entry in entries]
    assert {content["tenant_id"] for content in contents} == {str(any_company.id)}
    made = next(c for c in contents if c["table_name"] == "audit export")
    assert made["new"]["reason"] == "yearly audit"
    assert made["actor_id"] == str(any_company.people["auditor"].id)


def test_an_export_is_its_company_s_alone(company: Company, stranger: Company, sign_in: Any) -> None:
    address = sign_in(company, "auditor").post(reverse("audit:export"), {"reason": "x"})["Location"]
    foreign = sign_in(stranger, "auditor")
    assert foreign.get(address).status_code == 404
    assert foreign.get(f"{address}/audit-log.zip").status_code == 404
    assert sign_in(company, "auditor").get(f"{address}/audit-log.zip").status_code == 404  # not made yet


def test_an_export_wants_a_reason(company: Company, sign_in: Any) -> None:
    answer = sign_in(company, "auditor").post(reverse("audit:export"), {"reason": " "})
    assert answer.status_code == 422
    with open_scope(company.scope()):
        assert not Job.objects.filter(kind="audit.export").exists()

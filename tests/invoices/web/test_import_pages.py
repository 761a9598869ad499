"""Imports by upload: the file is kept under our own names, a worker books it, the page tells row by row."""

import gzip
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from apps.core import clock
from apps.core.scope import open_scope
from apps.invoices.models import Invoice
from apps.jobs.bell import ticket
from apps.jobs.models import Job
from apps.jobs.operations import JobCancelled, claim_job, report_progress
from apps.jobs.tasks import run_job_task
from tests.factories.import_files import as_csv
from tests.factories.import_files import line as row
from tests.factories.pages import SignIn, entries_of, error_at, names_in, settle, state_of
from tests.factories.tenants import Company

GOOD = [row(), row(StockCode="71053", UnitPrice="3.39")]
BAD = row("536366", Quantity="many")


def send(client: Client, content: bytes, name: str = "lines.csv", **changes: str) -> Any:
    sent = {"file": SimpleUploadedFile(name, content), "profile": "online-retail"} | changes
    return client.post("/invoices/imports/new", sent)


def work(company: Company, page: str) -> None:
    """Do the job of a page as a worker does it."""
    run_job_task(ticket(company.id, company.tenant.database, job_id(page)))
    settle(company)


def job_id(page: str) -> UUID:
    return UUID(page.rpartition("/")[2])


def jobs(company: Company) -> list[Job]:
    with open_scope(company.scope()):
        return list(Job.objects.order_by("created_at"))


def kept(company: Company) -> list[str]:
    folder = Path(settings.VAR_DIR) / "uploads" / str(company.id)
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def documents(company: Company) -> list[tuple[str, str, int]]:
    with open_scope(company.scope()):
        found = Invoice.objects.order_by("external_number")
        return [(d.external_number, d.state, d.net_minor) for d in found]


@pytest.mark.parametrize("packed", [False, True])
def test_a_file_is_booked_by_a_worker_and_told_row_by_row(
    any_company: Company, sign_in: SignIn, packed: bool
) -> None:
    client = sign_in(any_company, "operations")
    content = as_csv([*GOOD, BAD])
    answer = send(
        client, gzip.compress(content) if packed else content, "März.csv.gz" if packed else "März.csv"
    )
    page = answer["Location"]
    assert "Waiting" in names_in(client.get(page))
    assert kept(any_company) == [f"{job_id(page)}/upload"]
    work(any_company, page)
    assert documents(any_company) == [("536365", "posted", 3564)]
    told = names_in(client.get(page))
    for words in (
        "Done",
        "März.csv",
        "<strong>3</strong> of 3",
        "In the books",
        "Refused rows",
        "Quantity",
        "many",
    ):
        assert words in told
    # What was sent is gone once it is in the books; what was left out stays.
    assert [name.rpartition("/")[2] for name in kept(any_company)] == [
        "refused.csv",
        "report.json",
        "report.txt",
    ]
    assert "März.csv" in names_in(client.get("/invoices/imports"))


def test_the_refused_rows_are_given_as_they_were_and_that_is_recorded(
    company: Company, sign_in: SignIn
) -> None:
    client = sign_in(company)
    page = send(client, as_csv([*GOOD, BAD]))["Location"]
    assert client.get(f"{page}/refused.csv").status_code == 404
    work(company, page)
    with closing(client.get(f"{page}/refused.csv")) as answer:
        text = answer.getvalue().decode("utf-8-sig")
    assert text.splitlines()[1].startswith("536366,85123A,WHITE HANGING HEART T-LIGHT HOLDER,many,")
    (entry,) = entries_of(company, "export")
    assert (entry["row_key"], entry["new"]) == ("refused rows", {"import": str(job_id(page))})
    repaired = text.replace(",many,", ",6,")
    work(company, send(client, repaired.encode())["Location"])
    assert [number for number, _, _ in documents(company)] == ["536365", "536366"]


def test_the_same_file_again_changes_no_document(company: Company, sign_in: SignIn) -> None:
    client = sign_in(company)
    for _ in range(2):
        work(company, send(client, as_csv(GOOD))["Location"])
    assert documents(company) == [("536365", "posted", 3564)]


def test_a_form_that_is_sent_twice_starts_one_import(company: Company, sign_in: SignIn) -> None:
    client, once = sign_in(company), uuid4().hex
    places = {send(client, as_csv(GOOD), once=once)["Location"] for _ in range(2)}
    assert (len(places), len(jobs(company)), len(kept(company))) == (1, 1, 1)
    # Back, and another file of the same name and size: another import.
    assert send(client, as_csv([row("999999"), GOOD[1]]), once=once)["Location"] not in places


@pytest.mark.parametrize(
    "name,shown",
    [
        ("../../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("<script>alert(1)</script>.csv", "script&gt;.csv"),
        ("a" * 300 + ".csv", "a" * 90),
        ("\u202egpj.csv", "gpj.csv"),
    ],
)
def test_the_name_of_a_file_is_only_a_title(company: Company, sign_in: SignIn, name: str, shown: str) -> None:
    client = sign_in(company)
    page = send(client, as_csv(GOOD), name)["Location"]
    assert kept(company) == [f"{job_id(page)}/upload"]
    assert shown in names_in(client.get(page))
    assert "<script>alert" not in names_in(client.get(page))


@pytest.mark.parametrize(
    "content,words",
    [
        (b"\x00\x01\x02" * 500, ""),
        (b"a,b,c\n1,2,3\n", ""),
        ("InvoiceNo,Stück\n".encode("utf-16"), ""),
        (gzip.compress(as_csv(GOOD), mtime=0)[:40], ""),
        (b"InvoiceNo\n" * 3, ""),
    ],
    ids=["binary", "columns", "utf-16", "cut", "names only"],
)
def test_a_file_that_cannot_be_read_ends_with_what_to_do(
    company: Company, sign_in: SignIn, content: bytes, words: str
) -> None:
    client = sign_in(company)
    page = send(client, content)["Location"]
    work(company, page)
    told = names_in(client.get(page))
    assert "Stopped by a fault" in told
    assert "Nothing was imported." in told
    assert (documents(company), kept(company)) == ([], [])


def test_an_empty_file_or_none_is_told_at_the_field(company: Company, sign_in: SignIn) -> None:
    client = sign_in(company)
    before = state_of(company)
    assert "empty" in error_at(send(client, b""), "file")
    answer = client.post("/invoices/imports/new", {"profile": "online-retail"})
    assert "required" in error_at(answer, "file")
    assert "not one of the available choices" in error_at(send(client, as_csv(GOOD), profile="x"), "profile")
    assert state_of(company) == before


def test_a_file_that_is_too_large_is_refused_and_not_kept(
    company: Company, sign_in: SignIn, settings: Any
) -> None:
    settings.IMPORT_UPLOAD_BYTES = 100
    before = state_of(company)
    answer = send(sign_in(company), as_csv(GOOD))
    assert answer.status_code in {413, 422}
    assert "larger than" in error_at(answer, "file")
    assert state_of(company) == before


def test_a_body_that_is_too_large_is_refused_unread(company: Company, sign_in: SignIn, settings: Any) -> None:
    settings.LARGE_BODIES = {"/invoices/imports/new": 500}
    before = state_of(company)
    answer = send(sign_in(company), as_csv(GOOD * 20))
    assert answer.status_code == 413
    assert state_of(company) == before
    settings.BODY_BYTES = 10
    assert Client().post("/accounts/login/", {"login": "x" * 100}).status_code == 413


def test_the_page_says_how_far_it_is_and_survives_a_reload(company: Company, sign_in: SignIn) -> None:
    client = sign_in(company)
    page = send(client, as_csv(GOOD))["Location"]
    with open_scope(company.scope()):
        claim = claim_job(job_id=job_id(page), now=clock.now())
        assert claim is not None
        report_progress(claim=claim, done=40, total=100, note="12 accepted", now=clock.now())
    for _ in range(2):
        told = names_in(client.get(page))
        assert 'max="100" value="40"' in told
        assert "40 %" in told
        assert "12 accepted" in told
        assert 'hx-trigger="every 1s"' in told


def test_a_waiting_import_is_cancelled_at_once(company: Company, sign_in: SignIn) -> None:
    client = sign_in(company)
    page = send(client, as_csv(GOOD))["Location"]
    assert client.post(f"{page}/cancel")["Location"] == page
    assert "Cancelled" in names_in(client.get(page))
    assert kept(company) == []
    work(company, page)
    assert documents(company) == []


def test_a_running_import_stops_at_its_next_step(company: Company, sign_in: SignIn) -> None:
    client = sign_in(company)
    page = send(client, as_csv(GOOD))["Location"]
    with open_scope(company.scope()):
        claim = claim_job(job_id=job_id(page), now=clock.now())
        assert claim is not None
        assert client.post(f"{page}/cancel").status_code == 302
        with pytest.raises(JobCancelled):
            report_progress(claim=claim, done=1, total=2, note="", now=clock.now())
    assert "Stopping…" in names_in(client.get(page))


def test_dates_move_near_today_only_when_asked(company: Company, sign_in: SignIn) -> None:
    client = sign_in(company)
    work(company, send(client, as_csv(GOOD), shift_to_today="on")["Location"])
    with open_scope(company.scope()):
        day = Invoice.objects.get().issue_date
    assert 0 <= (clock.now().date() - day).days <= 6


def test_a_job_of_another_kind_is_no_import(company: Company, sign_in: SignIn) -> None:
    from apps.jobs.operations import enqueue_job

    with open_scope(company.scope()):
        other = enqueue_job(
            kind="audit.export", title="Log", arguments={}, actor=company.actor(), now=clock.now()
        )
    client = sign_in(company)
    assert client.get(f"/invoices/imports/{other.id}").status_code == 404
    assert client.post(f"/invoices/imports/{other.id}/cancel").status_code == 404


def test_a_worker_that_dies_after_the_last_row_does_not_fail_the_import(
    company: Company, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = send(sign_in(company), as_csv([*GOOD, BAD]))["Location"]

    def die(**_: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr("apps.jobs.tasks.finish_job", die)
        work(company, page)
    booked = documents(company)
    work(company, page)
    assert [(job.state, job.error) for job in jobs(company)] == [("succeeded", None)]
    assert documents(company) == booked
    assert "refused" in names_in(sign_in(company).get(page))

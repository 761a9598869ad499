"""Files beside documents: kept once, unchanged, seen by nobody else, refused when they are not what they say."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import DatabaseError, connections, transaction

from apps.core import clock
from apps.core.errors import DomainError, InputError, NotFound
from apps.core.ids import new_id
from apps.core.scope import current_scope, open_scope
from apps.documents.files import (
    FileDamaged,
    find_same_content,
    keep_file,
    list_files,
    open_file,
    remove_file,
    shown_name,
)
from apps.documents.filetypes import MAX_BYTES, FileRefused
from apps.documents.models import FileContent, StoredFile
from tests.factories.books import make_customer
from tests.factories.pages import entries_of, state_of
from tests.factories.tenants import Company

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj"
PNG = b"\x89PNG\r\n\x1a\n0000"


def keep(subject: UUID, content: bytes = PDF, name: str = "note.pdf", **options: Any) -> StoredFile:
    return keep_file(
        subject_kind="thing", subject_id=subject, name=name, content=content,
        actor=current_scope().actor, now=clock.now(), **options,
    )  # fmt: skip


def remove(file: StoredFile, reason: str = "Wrong file") -> StoredFile:
    return remove_file(file_id=file.id, reason=reason, actor=current_scope().actor, now=clock.now())


def test_a_file_is_kept_with_its_hash_and_comes_back_byte_by_byte(in_company: Company) -> None:
    subject = new_id()
    file = keep(subject, name="C:\\bills\\März 2026.pdf", media_type="application/pdf")
    assert (file.name, file.media_type, file.size) == ("März 2026.pdf", "application/pdf", len(PDF))
    assert open_file(file_id=file.id).content == PDF
    assert [each.id for each in list_files(subject_kind="thing", subject_id=subject)] == [file.id]
    assert [each.id for each in find_same_content(sha256=file.sha256)] == [file.id]


def test_the_same_bytes_under_one_record_are_one_row_under_another_two(in_company: Company) -> None:
    """books.md 62: what came twice is there once."""
    one, other = new_id(), new_id()
    first = keep(one)
    assert keep(one, name="again.pdf").id == first.id
    assert keep(other).id != first.id
    assert len(find_same_content(sha256=first.sha256, subject_kind="thing")) == 2


def test_two_at_the_same_moment_keep_one_paper(company: Company) -> None:
    subject = new_id()

    def keep_one(number: int) -> UUID:
        with open_scope(company.scope()):
            try:
                return keep(subject, content=PDF + b"%d" % number, purpose="paper").id
            finally:
                connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(keep_one, range(6)))) == 1
    with open_scope(company.scope()):
        assert StoredFile.objects.filter(subject_id=subject).count() == 1
        assert FileContent.objects.filter(file__subject_id=subject).count() == 1


@pytest.mark.parametrize("name,content,code", [
    ("empty.pdf", b"", "file_empty"),
    ("page.html", b"<!DOCTYPE html><p>x</p>", "file_type"),
    ("page.txt", b"  <HTML><script>x</script>", "file_type"),
    ("drawing.xml", b"<?xml version='1.0'?><!-- <a> --><svg xmlns='http://www.w3.org/2000/svg'/>", "file_type"),
    ("drawing.xml", b"<x:svg xmlns:x='http://www.w3.org/2000/svg'/>", "file_type"),
    ("tool.exe", b"MZ\x90\x00\x03", "file_type"),
    ("text.txt", b"nul \x00 byte", "file_type"),
    ("wide.txt", "wide".encode("utf-16"), "file_type"),
    ("scan.png", PDF, "file_name_differs"),
    ("noending", PDF, "file_name_differs"),
    ("note.pdf", PNG, "file_name_differs"),
])  # fmt: skip
def test_what_a_file_is_decides_whether_it_is_taken(
    company: Company, name: str, content: bytes, code: str
) -> None:
    before = state_of(company)
    with open_scope(company.scope()), pytest.raises(FileRefused) as refused:
        keep(new_id(), content, name)
    assert refused.value.code == code
    assert state_of(company) == before


def test_an_announcement_that_the_bytes_deny_is_refused(in_company: Company) -> None:
    with pytest.raises(FileRefused, match="announced as image/png"):
        keep(new_id(), media_type="image/png")
    assert keep(new_id(), b"a;b\n1;2\n", "rows.csv", media_type="text/csv").media_type == "text/plain"


def test_a_file_over_the_limit_is_refused_at_the_byte(in_company: Company) -> None:
    with pytest.raises(FileRefused, match="larger than 20 MB") as refused:
        keep(new_id(), b"a" * (MAX_BYTES + 1), "long.txt")
    assert refused.value.status == 413
    assert keep(new_id(), b"a" * MAX_BYTES, "long.txt").size == MAX_BYTES


@pytest.mark.parametrize("given,name", [
    ("../../etc/passwd.txt", "passwd.txt"), ("a\r\nb.txt", "ab.txt"), ('x";filename=y.pdf', "x;filename=y.pdf"),
    ("..hidden.txt", "hidden.txt"), ("L" * 300 + ".pdf", "L" * 196 + ".pdf"),
])  # fmt: skip
def test_names_lead_nowhere(given: str, name: str) -> None:
    assert shown_name(given) == name


def test_a_file_is_marked_removed_with_a_reason_and_may_come_again(in_company: Company) -> None:
    subject = new_id()
    file = keep(subject)
    with pytest.raises(InputError):
        remove(file, " ")
    assert remove(file).removed_reason == "Wrong file"
    assert remove(file, "Another reason").removed_reason == "Wrong file"
    assert list_files(subject_kind="thing", subject_id=subject) == []
    again = keep(subject)
    assert again.id != file.id
    assert open_file(file_id=file.id).content == PDF
    assert len(list_files(subject_kind="thing", subject_id=subject, with_removed=True)) == 2


@pytest.mark.parametrize("purpose", ["original", "paper"])
def test_the_original_and_the_rendered_document_stay(in_company: Company, purpose: str) -> None:
    file = keep(new_id(), purpose=purpose)
    with pytest.raises(InputError, match="stay with their record"):
        remove(file)
    assert list_files(subject_kind="thing", subject_id=file.subject_id, purpose=purpose) == [file]


@pytest.mark.parametrize("statement", [
    "update documents_storedfile set sha256 = 'x'",
    "update documents_storedfile set subject_id = gen_random_uuid()",
    "update documents_filecontent set content = 'x'",
    "delete from documents_storedfile",
    "delete from documents_filecontent",
])  # fmt: skip
def test_raw_sql_of_the_application_changes_no_file(in_company: Company, statement: str) -> None:
    """books.md 27, for what stands beside a posted document."""
    file = keep(new_id())
    with pytest.raises(DatabaseError), transaction.atomic(), connections["default"].cursor() as cursor:
        cursor.execute(statement)
    assert open_file(file_id=file.id).content == PDF


def test_a_removed_file_stays_removed_also_by_raw_sql(in_company: Company) -> None:
    file = remove(keep(new_id()))
    statement = "update documents_storedfile set removed_at = null, removed_reason = '' where id = %s"
    with pytest.raises(DatabaseError), transaction.atomic(), connections["default"].cursor() as cursor:
        cursor.execute(statement, [file.id])
    assert StoredFile.objects.get(id=file.id).removed_reason == "Wrong file"


def test_the_log_names_the_file_and_its_hash_and_never_holds_its_bytes(company: Company) -> None:
    """books.md 55."""
    with open_scope(company.scope()):
        file = remove(keep(new_id(), b"very secret content", "secret.txt"), "Sent by mistake")
    made, removed = entries_of(company, "documents_storedfile")
    assert (made["new"]["sha256"], made["new"]["name"]) == (file.sha256, "secret.txt")
    assert removed["new"]["removed_reason"] == "Sent by mistake"
    assert "very secret" not in str(entries_of(company, "documents_filecontent"))
    assert entries_of(company, "documents_filecontent") == []


def test_bytes_that_changed_in_the_store_are_not_given_out(
    in_company: Company, admin_connection: psycopg.Connection[Any]
) -> None:
    file = keep(new_id())
    admin_connection.execute("update documents_filecontent set content = 'x' where file_id = %s", [file.id])
    with pytest.raises(FileDamaged):
        open_file(file_id=file.id)


def test_a_stranger_finds_no_file_and_no_trace_of_one(company: Company, stranger: Company) -> None:
    """books.md 58."""
    subject = new_id()
    with open_scope(company.scope()):
        file = keep(subject)
    with open_scope(stranger.scope()):
        for ask in (lambda: open_file(file_id=file.id), lambda: remove(file)):
            with pytest.raises(NotFound):
                ask()
        assert list_files(subject_kind="thing", subject_id=subject, with_removed=True) == []
        assert find_same_content(sha256=file.sha256) == []
        assert keep(subject).id != file.id
    with open_scope(company.scope()):
        assert StoredFile.objects.get(id=file.id).removed_at is None


def test_a_key_of_one_customer_sees_files_of_its_documents_only(company: Company) -> None:
    with open_scope(company.scope()):
        mine, other = make_customer(), make_customer()
        subject = new_id()
        seen = keep(subject, customer_id=mine.id)
        keep(subject, PDF + b"2", customer_id=other.id)
        keep(subject, PDF + b"3")
    with open_scope(company.scope(customer_id=mine.id)):
        assert [each.id for each in list_files(subject_kind="thing", subject_id=subject)] == [seen.id]
        assert FileContent.objects.count() == 1
        with pytest.raises((DatabaseError, DomainError)), transaction.atomic():
            keep(new_id(), customer_id=other.id)

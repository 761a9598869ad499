"""Files through pages and API: kept, listed, saved, removed; never shown as pages, seen only by who may."""

import json
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile

from apps.core.scope import open_scope
from apps.documents.files import list_files
from apps.documents.models import StoredFile
from tests.api.calls import Api, api_for, problem
from tests.factories.books import make_customer, make_posted
from tests.factories.pages import SignIn, entries_of, names_in, settle, state_of
from tests.factories.tenants import Company


def invoice_of(company: Company, **options: Any) -> UUID:
    with open_scope(company.scope()):
        return make_posted(**options).id


def send(client: Any, invoice: UUID, name: str, content: bytes, **more: str) -> Any:
    return client.post(f"/invoices/{invoice}/files", {"file": SimpleUploadedFile(name, content), **more})


def kept(company: Company, invoice: UUID) -> list[StoredFile]:
    with open_scope(company.scope()):
        return list_files(subject_kind="invoice", subject_id=invoice, with_removed=True)


def raw(api: Api, path: str, content: bytes, kind: str = "application/octet-stream") -> Any:
    headers = {"Authorization": f"Bearer {api.secret}"}
    return api.client.generic("POST", f"/api/v1/{path}", content, kind, headers=headers)


def test_a_posted_invoice_takes_a_file_and_gives_it_back_for_saving_only(
    company: Company, sign_in: SignIn
) -> None:
    invoice, client = invoice_of(company), sign_in(company, "finance")
    answer = send(client, invoice, "Đơn hàng.txt", b"words in <b>bold</b>")
    assert (answer.status_code, answer["Location"]) == (302, f"/invoices/{invoice}")
    (file,) = kept(company, invoice)
    assert file.name in names_in(client.get(f"/invoices/{invoice}/files"))
    saved = client.get(f"/invoices/files/{file.id}")
    assert saved.getvalue() == b"words in <b>bold</b>"
    assert saved["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert saved["Content-Type"] == "text/plain; charset=utf-8"
    assert (saved["X-Content-Type-Options"], saved["Cache-Control"]) == ("nosniff", "private, no-store")
    assert saved["Content-Security-Policy"] == "default-src 'none'; sandbox"
    (entry,) = entries_of(company, "file")
    assert str(file.id) in json.dumps(entry)


def test_a_page_or_a_drawing_is_not_taken(company: Company, sign_in: SignIn) -> None:
    invoice, client = invoice_of(company), sign_in(company)
    before = state_of(company)
    for name, content in (
        ("x.html", b"<html><script>1</script>"),
        ("x.svg", b"<svg onload='x'/>"),
        ("x.txt", b""),
    ):
        answer = send(client, invoice, name, content)
        assert answer.status_code == 422
        assert "Nothing was kept" in names_in(answer)
    assert state_of(company) == before


def test_sending_a_file_twice_keeps_one(company: Company, sign_in: SignIn) -> None:
    """books.md 62."""
    invoice, client = invoice_of(company), sign_in(company)
    for _ in range(2):
        assert send(client, invoice, "a.txt", b"same").status_code == 302
    assert len(kept(company, invoice)) == 1


def test_a_file_is_removed_with_a_reason_that_everybody_sees(company: Company, sign_in: SignIn) -> None:
    invoice, client = invoice_of(company), sign_in(company)
    send(client, invoice, "a.txt", b"words")
    (file,) = kept(company, invoice)
    client.post(f"/invoices/files/{file.id}/remove", {"reason": " "})
    assert kept(company, invoice)[0].removed_at is None
    client.post(f"/invoices/files/{file.id}/remove", {"reason": "Another customer's"})
    settle(company)
    page = names_in(sign_in(company, "auditor").get(f"/invoices/{invoice}/files"))
    assert "removed by Admin Person: Another customer&#x27;s" in page
    assert "Keep the file" not in page


def test_the_api_keeps_lists_gives_and_removes(company: Company) -> None:
    invoice = invoice_of(company)
    api = api_for(company, ["invoices.read", "invoices.write"])
    made = raw(api, f"invoices/{invoice}/attachments?name=note.pdf", b"%PDF-1.7 x", "application/pdf")
    assert made.status_code == 201, made.content
    told = made.json()
    assert (told["name"], told["media_type"], told["size"], told["shared"]) == (
        "note.pdf",
        "application/pdf",
        10,
        False,
    )
    assert made["Location"] == f"/api/v1/invoices/attachments/{told['id']}"
    assert api.get(f"invoices/attachments/{told['id']}").json() == told
    content = api.get(f"invoices/attachments/{told['id']}/content")
    assert (content.content, content["Content-Type"]) == (b"%PDF-1.7 x", "application/pdf")
    assert content["Content-Disposition"].startswith("attachment")
    gone = api.post(f"invoices/attachments/{told['id']}/remove", {"reason": "Wrong"}).json()
    assert gone["removed_reason"] == "Wrong"
    settle(company)
    listed = api.get(f"invoices/{invoice}/attachments").json()
    assert [each["id"] for each in listed["results"]] == [told["id"]]


def test_the_api_refuses_what_is_not_what_it_says(company: Company) -> None:
    invoice = invoice_of(company)
    api = api_for(company, ["invoices.read", "invoices.write"])
    problem(raw(api, f"invoices/{invoice}/attachments?name=a.png", b"%PDF-1.7 x"), 422, "file_name_differs")
    problem(raw(api, f"invoices/{invoice}/attachments", b"%PDF-1.7 x"), 422, "file_name_differs")
    problem(raw(api, f"invoices/{invoice}/attachments?colour=red", b"x"), 422, "invalid_input")
    assert kept(company, invoice) == []


def test_a_key_of_one_customer_sees_what_was_shared_and_what_it_sent(
    company: Company, sign_in: SignIn
) -> None:
    """books.md 58."""
    with open_scope(company.scope()):
        mine, other = make_customer(), make_customer()
    invoice, foreign = invoice_of(company, customer=mine), invoice_of(company, customer=other)
    client = sign_in(company)
    send(client, invoice, "secret.txt", b"for us")
    send(client, invoice, "shown.txt", b"for them", shared="on")
    api = api_for(company, ["invoices.read", "invoices.write"], customer_id=mine.id)
    assert raw(api, f"invoices/{invoice}/attachments?name=own.txt", b"from them").status_code == 201
    settle(company)
    names = {each["name"] for each in api.get(f"invoices/{invoice}/attachments").json()["results"]}
    assert names == {"shown.txt", "own.txt"}
    assert raw(api, f"invoices/{foreign}/attachments?name=own.txt", b"x").status_code == 404
    secret = next(each for each in kept(company, invoice) if each.name == "secret.txt")
    for path in (f"invoices/attachments/{secret.id}", f"invoices/attachments/{secret.id}/content"):
        assert api.get(path).status_code == 404

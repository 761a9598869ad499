"""Bills as people enter, upload, compare and post them."""

from django.core.files.uploadedfile import SimpleUploadedFile

from apps.bills.models import Bill
from apps.bills.rows import COLUMNS
from apps.core.scope import open_scope
from apps.tenancy.rowfiles.columns import headings_of
from tests.factories.bills import bill_line, make_bill, make_posted_bill
from tests.factories.einvoices import as_ubl, einvoice
from tests.factories.orders import bought, bought_line, make_sent, receive
from tests.factories.pages import SignIn, entries_of, error_at, names_in, settle, state_of, summary_of
from tests.factories.parties import make_supplier
from tests.factories.row_files import as_upload
from tests.factories.tenants import Company


def form(supplier: str, **more: str) -> dict[str, str]:
    return {
        "kind": "invoice", "supplier": supplier, "supplier_number": "R-1", "issue_date": "2026-03-02",
        "currency": "gbp", "lines-TOTAL_FORMS": "2", "lines-INITIAL_FORMS": "0", "lines-0-description": "Lantern",
        "lines-0-quantity": "10", "lines-0-unit_price": "1.20", "lines-0-tax_rate": "20",
    } | more  # fmt: skip


def test_a_bill_is_typed_with_what_stands_on_the_paper(company: Company, sign_in: SignIn) -> None:
    with open_scope(company.scope()):
        order = make_sent(bought("10", "1.20"))
        receive(order, "10")
        code = order.supplier.code
    client = sign_in(company, "finance")
    paper = {
        "stated_total": "14.41",
        "stated_tax": "2.41",
        "order_reference": order.number,
        "lines-0-order_line": "1",
    }
    assert client.post("/bills/new", form(code, **paper)).status_code == 302
    with open_scope(company.scope()):
        bill = Bill.objects.get()
        assert (bill.total_minor, bill.computed_total_minor, bill.match_state) == (1441, 1440, "matched")
    settle(company)
    page = names_in(client.get(f"/bills/{bill.id}"))
    assert "We make it 14.40" in page
    assert f"{order.number}/1" in page


def test_a_refusal_stands_at_its_field_and_keeps_what_was_typed(company: Company, sign_in: SignIn) -> None:
    with open_scope(company.scope()):
        code = make_supplier().code
    client, before = sign_in(company, "finance"), state_of(company)
    unknown = client.post("/bills/new", form("Nobody"))
    assert (unknown.status_code, "There is no supplier" in error_at(unknown, "supplier")) == (422, True)
    half = client.post("/bills/new", form(code, stated_total="5"))
    assert "tax of the paper" in error_at(half, "stated_tax")
    line = client.post("/bills/new", form(code, **{"lines-0-order_line": "3"}))
    assert "Line 1: The order has no such line." in summary_of(line)
    assert 'value="Lantern"' in names_in(line)
    assert state_of(company) == before


def test_uploaded_files_are_answered_one_by_one(company: Company, sign_in: SignIn) -> None:
    """books.md 61."""
    with open_scope(company.scope()):
        code = make_supplier(name="Other").code
    content = as_ubl(einvoice())
    sent = {
        "documents": [SimpleUploadedFile("good.xml", content), SimpleUploadedFile("bad.xml", b"<x/>")],
        "supplier": code,
    }  # fmt: skip
    client = sign_in(company, "finance")
    told = names_in(client.post("/bills/upload", sent))
    assert "1 new, 1 refused" in told
    assert "bad.xml" in told
    assert client.post("/bills/upload", {}).status_code == 422
    with open_scope(company.scope()):
        bill = Bill.objects.get()
    settle(company)
    page = names_in(client.get(f"/bills/{bill.id}"))
    assert "&lt;cbc:ID&gt;INV-77" in page
    assert "INV-77" in names_in(client.get("/bills/?q=inv%2077"))


def test_a_doubtful_bill_asks_for_a_reason_and_shows_its_twin(company: Company, sign_in: SignIn) -> None:
    with open_scope(company.scope()):
        supplier = make_supplier()
        first = make_posted_bill(supplier=supplier, number="R-1")
        second = make_bill(bill_line("9"), supplier=supplier, number="r1")
    settle(company)
    client = sign_in(company, "finance")
    page = names_in(client.get(f"/bills/{second.id}"))
    assert first.number in page
    assert "The same number" in page
    assert 'id="reason-post"' in page
    refused = client.post(f"/bills/{second.id}/act", {"action": "post", "version": "1"})
    assert refused.status_code == 409
    assert "the same number" in summary_of(refused)
    sent = {"action": "post", "version": "1", "reason": "Two deliveries"}
    assert client.post(f"/bills/{second.id}/act", sent).status_code == 302
    settle(company)
    listed = names_in(client.get("/bills/?sign=duplicates"))
    assert "r1" in listed


def test_a_list_exported_and_sent_again_changes_nothing(company: Company, sign_in: SignIn) -> None:
    """books.md 62, 63: export, import, export: the same bytes."""
    with open_scope(company.scope()):
        order = make_sent(bought("10", "1.20"))
        receive(order, "10")
        line = bill_line("10", "1.20", order_line=bought_line(order).id)
        make_posted_bill(line, supplier=order.supplier, order_reference=order.number)
        make_bill(bill_line("3"), bill_line("1", "0.333333", "5"), number="=1+1", note="Said “yes”, twice")
    settle(company)
    client = sign_in(company, "finance")
    first = client.get("/bills/export.csv").getvalue()
    checked = client.post("/bills/import", {"file": SimpleUploadedFile("bills.csv", first)})
    assert checked.status_code == 302
    assert client.post(checked["Location"], {}).status_code == 302
    settle(company)
    assert client.get("/bills/export.csv").getvalue() == first
    with open_scope(company.scope()):
        assert sorted(Bill.objects.values_list("version", flat=True)) == [1, 2]
    assert len(entries_of(company, "bills_bill")) == 3


def test_rows_of_a_file_make_bills_whole_or_not_at_all(company: Company, sign_in: SignIn) -> None:
    with open_scope(company.scope()):
        make_supplier(code="S-1")
    names = [column.heading for column in COLUMNS if column.is_required]
    rows = [
        ["S-1", "R-1", "2026-03-02", "GBP", "Lantern", "2", "5"], ["S-1", "R-1", "2026-03-02", "GBP", "Wick", "1", "1"],
        ["S-1", "R-2", "2026-03-02", "GBP", "Lantern", "2", "5"], ["S-1", "R-2", "2026-03-03", "GBP", "Wick", "1", "1"],
        ["S-9", "R-3", "2026-03-02", "GBP", "Lantern", "2", "5"],
    ]  # fmt: skip
    client = sign_in(company, "finance")
    checked = client.post("/bills/import", {"file": as_upload(names, *rows)})
    with open_scope(company.scope()):
        assert not Bill.objects.exists()
    client.post(checked["Location"], {})
    with open_scope(company.scope()):
        assert list(Bill.objects.values_list("supplier_number", "total_minor")) == [("R-1", 1100)]
    assert headings_of(COLUMNS)[0] == "Our number"
    refused = client.get(checked["Location"] + "/refused.csv").getvalue().decode()
    assert refused.count("R-2") == 2
    assert "R-3" in refused


def test_the_list_shows_approval_match_and_payment(company: Company, sign_in: SignIn) -> None:
    with open_scope(company.scope()):
        paid = make_posted_bill(number="P-1")
        make_bill(number="D-1")
    settle(company)
    client = sign_in(company, "finance")
    assert paid.number in names_in(client.get("/bills/?paid=overdue&state=posted"))
    assert "D-1" not in names_in(client.get("/bills/?paid=overdue"))
    assert "D-1" in names_in(client.get("/bills/?paid=none"))
    assert "Nothing matches" in names_in(client.get("/bills/?match=exception"))

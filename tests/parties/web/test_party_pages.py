"""Pages of terms and limits, suppliers, bank accounts, contacts and interactions."""

from contextlib import closing
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from apps.core.scope import open_scope
from apps.parties.banking import approved_account
from apps.parties.models import BankAccount, Contact, Customer, Interaction, Supplier
from apps.tenancy.models import Tenant
from tests.factories.books import make_customer
from tests.factories.pages import SignIn, entries_of, error_at, names_in, settle, state_of, summary_of
from tests.factories.parties import IBAN, make_contact, make_interaction, make_proposal, make_supplier
from tests.factories.row_files import as_rows
from tests.factories.tenants import Company, make_company

FULL = {
    "code": "C", "name": "Ann", "country_code": "BR", "tax_id": "12.ABC.345/01DE-35", "status": "on_hold",
    "email": "ann@example.com", "phone": "+55 11 2345-6789", "street": "Rua 1", "postal_code": "01000-000",
    "city": "Sao Paulo", "region": "SP", "net_days": "30", "discount_days": "10", "discount_percent": "2,5",
}  # fmt: skip


def brazilian() -> Company:
    company = make_company(country="BR", currency="BRL")
    with open_scope(company.scope()):
        Tenant.objects.filter(id=company.id).update(locale="pt_BR")
    return company


def test_everything_of_a_customer_goes_through_the_form(sign_in: SignIn) -> None:
    company = brazilian()
    client = sign_in(company)
    more = {"tier": "Gold", "credit_limit": "1500,50", "credit_currency": "brl", "delivery_address": "Gate 4"}
    answer = client.post("/customers/new", FULL | more)
    assert answer.status_code == 302, names_in(answer)
    with open_scope(company.scope()):
        customer = Customer.objects.get()
    assert (customer.tax_id, customer.tier, customer.status) == ("12ABC34501DE35", "gold", "on_hold")
    assert (customer.credit_limit_minor, customer.credit_currency) == (150_050, "BRL")
    assert (customer.net_days, customer.discount_days, customer.discount_percent) == (30, 10, Decimal("2.5"))
    settle(company)
    page = names_in(client.get(answer["Location"]))
    for shown in ("On hold", "30 days net, 2.5 % within 10 days", "1.500,50", "gold"):
        assert shown in page
    for hidden in ("ann@example.com", "Rua 1", "Gate 4", "2345"):
        assert hidden not in page
    seen = names_in(client.get(f"{answer['Location']}/personal"))
    for shown in ("ann@example.com", "Rua 1<br>01000-000 Sao Paulo<br>SP", "Gate 4"):
        assert shown in seen
    (entry,) = entries_of(company, "personal data")
    assert entry["new"] == {"fields": ["email", "phone", "address", "delivery_address"]}
    form = names_in(client.get(f"{answer['Location']}/edit"))
    assert 'value="1500,5"' in form
    changed = {name: value for name, value in (FULL | more).items() if name != "code"}
    changed |= {
        "credit_limit": "",
        "net_days": "",
        "discount_days": "",
        "discount_percent": "",
        "version": "1",
    }
    assert client.post(f"{answer['Location']}/edit", changed).status_code == 302
    with open_scope(company.scope()):
        customer = Customer.objects.get()
    assert (customer.credit_limit_minor, customer.credit_currency, customer.net_days) == (None, "", None)


@pytest.mark.parametrize(
    "changes,field,said",
    [
        ({"tax_id": "12.ABC.345/01DE-36"}, "tax_id", "no valid tax number"),
        ({"phone": "call"}, "phone", "no phone number"),
        ({"discount_days": "40"}, "discount_days", "end before the payment is due"),
        ({"discount_days": ""}, "discount_days", "needs its days and its percentage"),
        ({"credit_limit": "10", "credit_currency": ""}, "credit_currency", "needs its currency"),
        ({"credit_limit": "10,005", "credit_currency": "BRL"}, "credit_limit", "decimals"),
        ({"credit_limit": "10", "credit_currency": "XQX"}, "credit_currency", "not a currency code"),
        ({"status": "paid"}, "status", "not one of the available choices"),
    ],
)
def test_a_refusal_stands_at_its_field(
    sign_in: SignIn, changes: dict[str, str], field: str, said: str
) -> None:
    company = brazilian()
    before = state_of(company)
    answer = sign_in(company).post("/customers/new", FULL | changes)
    assert answer.status_code == 422
    assert said in error_at(answer, field)
    assert state_of(company) == before


def test_lists_are_cut_by_status_and_tier(company: Company, sign_in: SignIn) -> None:
    with open_scope(company.scope()):
        make_customer(name="Plain")
        Customer.objects.filter(id=make_customer(name="Held").id).update(status="on_hold", tier="gold")
        make_supplier(name="Open supplier")
        make_supplier(name="Closed supplier", status="closed")
    settle(company)
    client = sign_in(company)
    for query in ("status=on_hold", "tier=gold"):
        page = names_in(client.get(f"/customers/?{query}"))
        assert "Held" in page
        assert "Plain" not in page
    assert "Nothing matches" in names_in(client.get("/customers/?tier=silver"))
    page = names_in(client.get("/suppliers/?status=closed"))
    assert "Closed supplier" in page
    assert "Open supplier" not in page
    for strange in ("tier=%00", "tier=x&tier=y", "status=zzz", "q=%25"):
        assert client.get(f"/customers/?{strange}").status_code == 200


def import_into(client: Client, page: str, content: bytes) -> Any:
    """Import a file and return the page of its answers."""
    sent = client.post(f"/{page}/import", {"file": SimpleUploadedFile("rows.csv", content)})
    assert sent.status_code == 302, names_in(sent)
    client.post(sent["Location"])
    return client.get(sent["Location"])


def export_of(client: Client, page: str) -> bytes:
    with closing(client.get(f"/{page}/export.csv")) as answer:
        return bytes(answer.getvalue())


@pytest.mark.parametrize("page", ["customers", "suppliers", "manufacturers"])
def test_a_file_goes_to_another_company_and_comes_back_the_same(
    company: Company, stranger: Company, sign_in: SignIn, page: str
) -> None:
    """books.md 63: export, import, export gives the same bytes, also by way of another company."""
    terms = {
        "customers": (("Status", "Net days", "Discount days", "Discount %", "Tier", "Credit limit", "Credit currency"),
                      ("on_hold", "30", "10", "2.5", "gold", "1234.50", "EUR")),
        "suppliers": (("Status", "Net days", "Discount days", "Discount %"), ("closed", "14", "0", "1")),
        "manufacturers": (("Status",), ("closed",)),
    }[page]  # fmt: skip
    names = ("Code", "Name", "Country")
    rows = [(*names, *terms[0]), ("A", "'=1+1", "DE", *terms[1]), ("B", "Bee", "VN", *[""] * len(terms[0]))]
    mine, theirs = sign_in(company), sign_in(stranger)
    assert "Created" in names_in(import_into(mine, page, as_rows(*rows)))
    settle(company)
    first = export_of(mine, page)
    assert b"'=1+1" in first
    assert len(first.splitlines()) == 3
    answers = names_in(import_into(theirs, page, first))
    assert 'Refused rows</span><span class="stat-value">0<' in answers
    settle(stranger)
    assert export_of(theirs, page) == first


def test_the_walk_in_customer_of_a_file_is_that_of_the_company(
    company: Company, stranger: Company, sign_in: SignIn
) -> None:
    row = as_rows(("Code", "Name", "Country"), ("WALK-IN", "Counter", "GB"))
    client = sign_in(company)
    for _ in range(2):
        import_into(client, "customers", row)
    with open_scope(company.scope()):
        assert list(Customer.objects.values_list("code", "name", "is_walk_in")) == [
            ("WALK-IN", "Counter", True)
        ]


def test_personal_data_comes_in_by_a_file_and_never_goes_out(company: Company, sign_in: SignIn) -> None:
    client = sign_in(company)
    rows = as_rows(
        ("Code", "Name", "Country", "E-mail", "City"), ("A", "Ann", "GB", "ann@example.com", "London")
    )
    import_into(client, "suppliers", rows)
    with open_scope(company.scope()):
        supplier = Supplier.objects.get()
        assert (supplier.email, supplier.city) == ("ann@example.com", "London")
    settle(company)
    assert b"ann@example.com" not in export_of(client, "suppliers")


# Bank accounts


def account_form(**changes: str) -> dict[str, str]:
    return {
        "holder": "Wick", "number": "GB29 NWBK 6016 1331 9268 19", "country_code": "GB", "currency": "gbp",
        "reason": "Letter of 1 March",
    } | changes  # fmt: skip


def test_an_account_is_proposed_by_one_and_confirmed_by_another(company: Company, sign_in: SignIn) -> None:
    """books.md 44."""
    with open_scope(company.scope()):
        supplier = make_supplier(name="Wick")
    proposer, approver = sign_in(company, "operations"), sign_in(company, "approver")
    place = proposer.post(f"/suppliers/{supplier.id}/accounts/new", account_form())["Location"]
    settle(company)
    assert "1 bank account to confirm" in names_in(approver.get("/suppliers/"))
    assert "Wick" in names_in(approver.get("/suppliers/accounts/"))
    assert "somebody else decides" in names_in(proposer.get(place))
    page = names_in(approver.get(place))
    assert IBAN in page
    assert "Your decision" in page
    looks = entries_of(company, "personal data")
    assert {look["actor_id"] for look in looks} == {
        str(company.people[role].id) for role in ("operations", "approver")
    }
    for _ in range(2):
        assert approver.post(f"{place}/confirm").status_code == 302
    with open_scope(company.scope()):
        account = approved_account(supplier.id)
        assert account is not None
        assert account.decided_by == company.people["approver"].id
    settle(company)
    shown = names_in(approver.get(f"/suppliers/{supplier.id}"))
    assert "In use" in shown
    assert IBAN not in shown


def test_ones_own_proposal_is_not_confirmed_and_says_why(company: Company, sign_in: SignIn) -> None:
    with open_scope(company.scope()):
        account = make_proposal()
    client, before = sign_in(company, "admin"), state_of(company)
    answer = client.post(f"/suppliers/accounts/{account.id}/confirm")
    assert answer.status_code == 403
    assert "You proposed this bank account" in summary_of(answer)
    with open_scope(company.scope()):
        assert BankAccount.objects.get().state == "proposed"
    changed = {name for name, value in state_of(company).items() if before[name] != value}
    assert changed == {"default log"}


def test_a_rejection_without_a_reason_is_refused(company: Company, sign_in: SignIn) -> None:
    with open_scope(company.scope("operations")):
        account = make_proposal()
    client = sign_in(company, "approver")
    answer = client.post(f"/suppliers/accounts/{account.id}/reject", {"reason": " "})
    assert answer.status_code == 422
    assert "This is needed." in summary_of(answer)
    assert (
        client.post(f"/suppliers/accounts/{account.id}/reject", {"reason": "Not theirs"}).status_code == 302
    )
    settle(company)
    assert "Not theirs" in names_in(client.get(f"/suppliers/accounts/{account.id}"))


@pytest.mark.parametrize(
    "field,value,said",
    [("number", "GB29NWBK60161331926818", "no valid IBAN"), ("bank_code", "???", "neither a BIC"),
     ("currency", "XQX", "not a currency code"), ("reason", "", "required")],
)  # fmt: skip
def test_a_bad_proposal_is_told_at_its_field(
    company: Company, sign_in: SignIn, field: str, value: str, said: str
) -> None:
    with open_scope(company.scope()):
        supplier = make_supplier()
    before = state_of(company)
    answer = sign_in(company).post(f"/suppliers/{supplier.id}/accounts/new", account_form(**{field: value}))
    assert answer.status_code == 422
    assert said in error_at(answer, field)
    assert state_of(company) == before


# Contacts


def test_a_contact_is_added_seen_changed_and_removed(company: Company, sign_in: SignIn) -> None:
    with open_scope(company.scope()):
        customer = make_customer()
    client = sign_in(company, "sales")
    sent = {"name": "Ann", "role": "Buyer", "email": "ann@example.com", "is_primary": "on"}
    for _ in range(2):
        once = {"once": "a" * 32}
        assert client.post(f"/customers/{customer.id}/contacts/new", sent | once).status_code == 302
    with open_scope(company.scope()):
        contact = Contact.objects.get()
    settle(company)
    listed = names_in(client.get(f"/customers/{customer.id}"))
    assert "Ann" in listed
    assert "ann@example.com" not in listed
    assert entries_of(company, "personal data") == []
    assert "ann@example.com" in names_in(client.get(f"/contacts/{contact.id}"))
    (look,) = entries_of(company, "personal data")
    assert look["row_key"] == f"parties_contact {contact.id}"
    page = f"/contacts/{contact.id}/edit"
    assert client.post(page, {"name": "Anna", "version": "1"}).status_code == 302
    assert client.post(page, {"name": "Bea", "version": "1"}).status_code == 409
    assert client.post(f"/contacts/{contact.id}/remove").status_code == 302
    with open_scope(company.scope()):
        assert Contact.objects.count() == 0


def test_who_sees_no_suppliers_sees_none_of_their_people(company: Company, sign_in: SignIn) -> None:
    with open_scope(company.scope()):
        contact = make_contact(supplier=make_supplier(), name="Sue")
    settle(company)
    assert sign_in(company, "support").get(f"/contacts/{contact.id}").status_code == 403
    assert sign_in(company, "sales").get(f"/contacts/{contact.id}/edit").status_code == 403


# Interactions


def test_an_interaction_is_written_down_from_the_customers_page(company: Company, sign_in: SignIn) -> None:
    with open_scope(company.scope()):
        customer = make_customer(code="C-7", name="Harbour")
    settle(company)
    client = sign_in(company, "support")
    assert 'value="C-7"' in names_in(client.get(f"/interactions/new?customer={customer.id}"))
    sent = {"customer": "harbour", "subject": "Lamp broken", "channel": "phone", "kind": "complaint",
            "minutes": "12", "handled_by": "human", "who": ""}  # fmt: skip
    place = client.post("/interactions/new", sent)["Location"]
    settle(company)
    page = names_in(client.get(place))
    assert "Lamp broken" in page
    assert "Support Person" in page
    assert "Lamp broken" in names_in(client.get(f"/customers/{customer.id}"))
    changed = sent | {"who": "Support Person", "is_resolved": "on", "version": "1"}
    assert client.post(f"{place}/edit", changed).status_code == 302
    settle(company)
    for query in ("state=resolved", "channel=phone", "kind=complaint", f"customer={customer.id}", "q=broken"):
        assert "Lamp broken" in names_in(client.get(f"/interactions/?{query}"))
    assert "Nothing matches" in names_in(client.get("/interactions/?state=open"))
    with open_scope(company.scope()):
        assert Interaction.objects.get().resolved_at is not None


def test_an_interaction_needs_a_customer_that_there_is(
    company: Company, stranger: Company, sign_in: SignIn
) -> None:
    with open_scope(stranger.scope()):
        make_customer(code="THEIRS")
    before = state_of(company)
    sent = {
        "customer": "THEIRS",
        "subject": "X",
        "channel": "phone",
        "kind": "order",
        "minutes": "1",
        "handled_by": "ai",
    }
    answer = sign_in(company).post("/interactions/new", sent)
    assert answer.status_code == 422
    assert "No customer has this code or name." in error_at(answer, "customer")
    assert state_of(company) == before


def test_a_machine_is_told_from_a_person(company: Company, sign_in: SignIn) -> None:
    with open_scope(company.scope()):
        make_interaction(handled_by="ai", who="Helper 2", subject="Asked a bot")
    settle(company)
    page = names_in(sign_in(company).get("/interactions/"))
    assert "AI" in page
    assert "Asked a bot" in page

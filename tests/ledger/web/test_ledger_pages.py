"""Pages of the ledger: an entry by hand, reversal, running balance, trial balance, posting rules."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client

from apps.core.scope import current_scope, open_scope
from apps.ledger.closing import close_month
from apps.ledger.models import Account, AccountRole, Entry, Line
from tests.factories.ledgers import book, credit, debit, entry_of
from tests.factories.pages import SignIn, entries_of, error_at, names_in, settle, state_of, summary_of
from tests.factories.tenants import Company, make_company

DAY = "2026-03-14"


def typed(*lines: tuple[str, str, str], **header: str) -> dict[str, str]:
    """Return a form: lines of (account, debit, credit)."""
    sent = {"entry_date": DAY, "text": "Rent of March", "lines-INITIAL_FORMS": "0",
            "lines-TOTAL_FORMS": str(len(lines))}  # fmt: skip
    for position, (account, debits, credits_) in enumerate(lines):
        sent |= {f"lines-{position}-account": account, f"lines-{position}-debit": debits,
                 f"lines-{position}-credit": credits_}  # fmt: skip
    return sent | header


RENT = typed(("6100", "900.50", ""), ("", "", ""), ("1000", "", "900.5"))


@pytest.fixture
def client(company: Company, sign_in: SignIn) -> Client:
    return sign_in(company, "finance")


def test_an_entry_is_posted_from_its_form(company: Company, client: Client) -> None:
    answer = client.post("/ledger/entries/new", RENT)
    with open_scope(company.scope()):
        entry = Entry.objects.get()
        lines = list(
            Line.objects.order_by("position").values_list("account__code", "debit_minor", "credit_minor")
        )

    assert answer["Location"] == f"/ledger/entries/{entry.id}"
    assert (entry.source_number, entry.kind, entry.text) == ("GJ-2026-000001", "general", "Rent of March")
    assert lines == [("6100", 90050, 0), ("1000", 0, 90050)]
    page = names_in(client.get(answer["Location"]))
    assert "GJ-2026-000001" in page
    assert "Finance Person" in page


def test_a_form_sent_twice_posts_once(company: Company, client: Client) -> None:
    sent = RENT | {"once": "0" * 32}
    first, second = client.post("/ledger/entries/new", sent), client.post("/ledger/entries/new", sent)

    assert first["Location"] == second["Location"]
    with open_scope(company.scope()):
        assert Entry.objects.count() == 1


@pytest.mark.parametrize(
    "sent,told",
    [
        (typed(("6100", "10", ""), ("1000", "", "9")), "The entry does not balance"),
        (typed(("6100", "10", ""), ("7777", "", "10")), "Line 2: There is no account “7777”."),
        (
            typed(("1100", "10", ""), ("1000", "", "10")),
            "Line 1: Account 1100 follows the items of customers.",
        ),
        (typed(("6100", "10.005", ""), ("1000", "", "10.005")), "Line 1: At most 2 decimals can be kept."),
        (typed(("6100", "10", "")), "An entry has at least two lines."),
        (typed(("6100", "10", "10"), ("1000", "5", "")), "Line 1: A line has a debit or a credit"),
    ],
)
def test_a_refused_entry_keeps_what_was_typed(
    company: Company, client: Client, sent: dict[str, str], told: str
) -> None:
    with open_scope(company.scope()):
        book(entry_of())
    before = state_of(company)
    answer = client.post("/ledger/entries/new", sent)

    assert told in summary_of(answer)
    assert answer.status_code in {409, 422}
    assert 'value="Rent of March"' in names_in(answer)
    assert state_of(company) == before


def test_a_date_behind_a_lock_is_told_at_its_field(company: Company, client: Client) -> None:
    with open_scope(company.scope()):
        book(entry_of())
        close_month(year=2026, month=3, actor=current_scope().actor, now=datetime(2026, 6, 1, tzinfo=UTC))
    answer = client.post("/ledger/entries/new", RENT)

    assert answer.status_code == 409
    assert "closed through 2026-03-31" in error_at(answer, "entry_date")


def test_a_comma_is_a_decimal_mark_where_people_write_it(sign_in: SignIn) -> None:
    company = make_company(currency="BRL", country="BR")
    company.tenant.locale = "pt-BR"
    with open_scope(company.scope()):
        company.tenant.save(update_fields=["locale"])
    sign_in(company).post("/ledger/entries/new", typed(("6100", "900,5", ""), ("1000", "", "900,50")))

    with open_scope(company.scope()):
        assert Entry.objects.get().total_minor == 90050


def test_a_general_entry_is_reversed_on_its_page(company: Company, client: Client, sign_in: SignIn) -> None:
    address = client.post("/ledger/entries/new", RENT)["Location"]
    settle(company)
    assert "ask-reverse" in names_in(client.get(address))
    assert "ask-reverse" not in names_in(sign_in(company, "auditor").get(address))
    made = client.post(f"{address}/reverse", {"entry_date": "2026-03-20", "reason": "Typed twice"})[
        "Location"
    ]
    settle(company)

    assert "ask-reverse" not in names_in(client.get(address))
    assert "Typed twice" in names_in(client.get(made))
    again = client.post(f"{address}/reverse", {"entry_date": "2026-03-20", "reason": "Again"})
    assert (again.status_code, "reversed already" in summary_of(again)) == (409, True)


def test_what_a_document_booked_is_not_reversed_by_hand(company: Company, client: Client) -> None:
    with open_scope(company.scope()):
        entry = book(entry_of())
    settle(company)
    before = state_of(company)
    assert "ask-reverse" not in names_in(client.get(f"/ledger/entries/{entry.id}"))
    answer = client.post(f"/ledger/entries/{entry.id}/reverse", {"entry_date": DAY, "reason": "No"})

    assert "Void or credit the document" in summary_of(answer)
    assert state_of(company) == before


def test_an_account_shows_its_lines_with_the_running_balance(company: Company, client: Client) -> None:
    with open_scope(company.scope()):
        for day, minor in ((1, 1000), (2, 500), (3, 250)):
            book(entry_of(debit("bank", minor), credit("revenue", minor), day=date(2026, 3, day)))
        bank = Account.objects.get(code="1000").id
    settle(company)
    page = names_in(client.get(f"/ledger/accounts/{bank}/lines?from=2026-03-02"))

    assert [amount in page for amount in ("10.00", "15.00", "17.50")] == [True] * 3
    assert page.index("10.00") < page.index("15.00") < page.index("17.50")
    assert client.get(f"/ledger/accounts/{bank}/lines?from=junk&after=junk").status_code == 200


def test_the_trial_balance_leads_to_the_lines_and_is_a_file(company: Company, client: Client) -> None:
    with open_scope(company.scope()):
        book(entry_of())
        bank = Account.objects.get(code="1100").id
    settle(company)
    page = names_in(client.get("/ledger/trial-balance?to=2026-03-31"))
    file = client.get("/ledger/trial-balance.csv?to=2026-03-31").getvalue().decode("utf-8-sig")

    assert f"/ledger/accounts/{bank}/lines?from=2026-01-01&amp;to=2026-03-31" in page
    assert file.splitlines()[0] == "Account,Name,Kind,Opening,Debit,Credit,Closing,Currency"
    assert file.splitlines()[1] == "1100,Trade receivables,Asset,0.00,12.00,0.00,12.00,GBP"
    logged = entries_of(company, "export")[-1]
    assert (logged["row_key"], logged["new"]["last_day"]) == ("trial balance", "2026-03-31")


def test_a_closed_month_gives_its_reports_as_they_were(company: Company, client: Client) -> None:
    """books.md 35."""
    with open_scope(company.scope()):
        book(entry_of())
    told = client.post("/ledger/periods/close", {"year": "2026", "month": "3"})
    assert told.status_code == 302
    settle(company)
    page = names_in(client.get("/ledger/periods"))
    address = page.split('href="/ledger/periods/reports/')[1].split('"')[0]
    first = client.get(f"/ledger/periods/reports/{address}").getvalue()
    second = client.get(f"/ledger/periods/reports/{address}").getvalue()

    assert first == second
    assert len(first) > 20
    assert "is closed" in names_in(client.get("/ledger/trial-balance?to=2026-03-31"))
    assert client.post("/ledger/periods/close", {"year": "2026", "month": "3"}).status_code == 409
    assert client.post("/ledger/periods/close", {"year": "x"}).status_code == 422


@pytest.mark.parametrize(
    "address,sent,told",
    [
        ("lock", {"kind": "hard", "through": "2999-01-01", "reason": "x"}, "Only days that are over can be locked."),
        ("settings", {"fiscal_start_month": "4", "rate_max_days": "999"}, "Nothing was saved yet"),
        ("exceptions", {"kind": "all", "first_day": DAY, "last_day": "2026-03-01", "hours": "2", "reason": "x"},
         "The last day lies before the first."),
    ],
)  # fmt: skip
def test_a_refusal_on_the_page_of_periods(
    company: Company, client: Client, address: str, sent: dict[str, Any], told: str
) -> None:
    if address == "exceptions":
        sent = sent | {"person": str(company.people["sales"].id)}
    before = state_of(company)
    answer = client.post(f"/ledger/periods/{address}", sent)

    assert told in summary_of(answer)
    assert state_of(company) == before


def test_a_role_is_given_to_another_account(company: Company, client: Client) -> None:
    with open_scope(company.scope()):
        book(entry_of())
    refused = client.post("/ledger/accounts/roles", {"role": "bank", "account": "none"})
    client.post("/ledger/accounts/roles", {"role": "bank", "account": "1010"})

    assert "There is no account “none”." in summary_of(refused)
    with open_scope(company.scope()):
        assert AccountRole.objects.get(role="bank").account.code == "1010"


def test_a_published_file_of_rates_is_checked_then_imported(company: Company, client: Client) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from apps.ledger.models import ExchangeRate

    def send(then: str) -> str:
        text = b"Date,Country,Exchange rate\n2026-03-01,Euro,0.88\n2026-03-01,United Kingdom,0.75\n2026-03-01,X,1\n"
        file = SimpleUploadedFile("rates.csv", text)
        sent = {"file": file, "shape": "monthly", "source": "Fed", "base": "usd", "then": then}
        return names_in(client.post("/ledger/rates/published", sent))

    assert "Checked, nothing is saved yet" in send("")
    with open_scope(company.scope()):
        assert ExchangeRate.objects.count() == 0
    assert "2 rates are new" in send("import")
    assert "2 were there" in send("import")
    assert "“X” is not known with one currency." in send("")

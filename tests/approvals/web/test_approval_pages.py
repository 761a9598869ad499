"""The inbox and the policies' form, as a person uses them."""

from apps.approvals.models import Decision, Policy, Request
from apps.approvals.policy_operations import set_limit
from apps.approvals.rules import Level
from apps.core import clock
from apps.core.scope import open_scope
from apps.parties.banking import propose_account
from tests.approvals.test_delegation import delegate
from tests.factories.approvals import ask, hire, make_policy, make_subject
from tests.factories.books import make_customer
from tests.factories.pages import SignIn, names_in, settle, state_of, summary_of
from tests.factories.parties import make_supplier
from tests.factories.tenants import Company

INBOX = "/approvals/"


def waiting(company: Company, label: str, **subject: object) -> Request:
    with open_scope(company.scope()):
        values = {"created_by": company.people["sales"].id, **subject}
        return ask(make_subject(label=label, **values))  # type: ignore[arg-type]


def test_the_inbox_shows_what_waits_for_me_and_nothing_else(company: Company, sign_in: SignIn) -> None:
    hire(company, "ann", "approver")
    with open_scope(company.scope()):
        make_policy()
        make_policy(Level("any", ("role:admin",)), kind="payment_run")
    waiting(company, "Bill A")
    waiting(company, "Bill mine", created_by=company.people["approver"].id)
    waiting(company, "Run B", kind="payment_run")
    settle(company)
    shown = names_in(sign_in(company, "approver").get(INBOX))
    assert "Bill A" in shown
    assert "Bill mine" not in shown
    assert "Run B" not in shown
    assert "Nothing waits for you" in names_in(sign_in(company, "finance").get(INBOX))
    assert "Run B" in names_in(sign_in(company).get(INBOX))


def test_a_delegate_sees_for_whom_and_decides_for_them(company: Company, sign_in: SignIn) -> None:
    with open_scope(company.scope()):
        make_policy()
        delegate(company, "approver", "finance")
        set_limit(
            person_id=company.people["finance"].id, limit_minor=10**9, actor=company.actor(), now=clock.now()
        )
    request = waiting(company, "Bill A")
    settle(company)
    client = sign_in(company, "finance")
    assert "for Approver Person" in names_in(client.get(INBOX))
    answer = client.post(f"/approvals/requests/{request.id}/decide", {"verdict": "approve", "back": INBOX})
    assert (answer.status_code, answer["Location"]) == (302, INBOX)
    page = names_in(client.get(f"/approvals/requests/{request.id}"))
    assert "for Approver Person" in page
    assert "Approved" in page


def test_a_refusal_is_said_on_the_page_and_changes_nothing(company: Company, sign_in: SignIn) -> None:
    with open_scope(company.scope()):
        make_policy(Level("any", ("role:approver", "role:finance")))
    request = waiting(company, "Bill A", created_by=company.people["finance"].id)
    settle(company)
    before = state_of(company)
    client = sign_in(company, "finance")
    path = f"/approvals/requests/{request.id}/decide"
    answer = client.post(path, {"verdict": "approve"})
    assert answer.status_code == 403
    assert "You created or last changed this document." in summary_of(answer)
    # No button that would fail: the page offers none.
    assert "data-does" not in names_in(client.get(f"/approvals/requests/{request.id}"))
    assert sign_in(company, "approver").post(path, {"verdict": "reject"}).status_code == 422
    evil = sign_in(company, "approver").post(path, {"verdict": "approve", "back": "https://evil.example/"})
    assert "evil" not in evil["Location"]
    assert state_of(company) != before


def test_many_are_decided_each_on_its_own(company: Company, sign_in: SignIn) -> None:
    """books.md 61: the answer names each, what could be done is done."""
    with open_scope(company.scope()):
        make_policy(Level("any", ("role:approver", "role:finance")))
    good, mine = (
        waiting(company, "Bill A"),
        waiting(company, "Bill B", created_by=company.people["approver"].id),
    )
    settle(company)
    client = sign_in(company, "approver")
    assert "Bill B" not in names_in(client.get("/approvals/bulk"))
    answer = client.post("/approvals/bulk", {"verdict": "approve", "request": [str(good.id), str(mine.id)]})
    assert "1 decided, 1 not" in names_in(answer)
    with open_scope(company.scope()):
        assert {row.label: row.state for row in Request.objects.all()} == {
            "Bill A": "approved",
            "Bill B": "pending",
        }
        assert Decision.objects.count() == 1


def test_the_preview_says_who_would_approve(company: Company, sign_in: SignIn) -> None:
    with open_scope(company.scope()):
        make_customer(code="X-1")
    form = {
        "name": "Large", "subject_kind": "bill", "min_amount": "1000", "parties": "X-1", "position": "1",
        "answer_days": "3", "is_active": "on", "levels-TOTAL_FORMS": "2", "levels-INITIAL_FORMS": "0",
        "levels-0-rule": "any", "levels-0-approvers": ["role:approver"], "levels-1-rule": "any",
        "levels-1-from_amount": "10000", "levels-1-approvers": [f"person:{company.people['auditor'].id}"],
        "preview_party": "X-1",
    }  # fmt: skip
    client = sign_in(company)

    def preview(amount: str, **more: str) -> str:
        return names_in(
            client.post("/approvals/policies/preview", {**form, "preview_amount": amount, **more})
        )

    assert "Auditor Person" in preview("12000")
    assert "Auditor Person" not in preview("9999.99")
    assert "Approver Person" in preview("9999.99")
    assert "does not speak" in preview("999.99")
    assert "does not speak" in preview("12000", preview_party="")
    with open_scope(company.scope()):
        assert not Policy.objects.exists()
    assert client.post("/approvals/policies/new", form).status_code == 302
    with open_scope(company.scope()):
        saved = Policy.objects.get().versions.get()
        assert (saved.min_minor, [level["from_minor"] for level in saved.levels]) == (100_000, [0, 1_000_000])
    wrong = client.post("/approvals/policies/new", {**form, "name": "Other", "parties": "NOBODY"})
    assert (wrong.status_code, "Nobody has the code" in names_in(wrong)) == (422, True)


def test_a_proposed_bank_account_waits_for_somebody_else(company: Company, sign_in: SignIn) -> None:
    """books.md 44: in the inbox of who may confirm it, never of who proposed it."""
    with open_scope(company.scope()):
        supplier = make_supplier(name="Wick & Wax Ltd")
        propose_account(
            supplier_id=supplier.id, holder="Wick", number="GB29NWBK60161331926819", country_code="GB", currency="GBP",
            reason="Their letter of March", actor=company.actor(), now=clock.now(),
        )  # fmt: skip
    settle(company)
    shown = names_in(sign_in(company, "approver").get(INBOX))
    assert "Their letter of March" in shown
    assert "1926819" not in shown
    for role in ("admin", "finance"):
        assert "Their letter of March" not in names_in(sign_in(company, role).get(INBOX))

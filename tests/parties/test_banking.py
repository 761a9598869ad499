"""Bank accounts of suppliers: proposed by one, confirmed by another, whatever the road (books.md 44)."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from django.db import connections

from apps.core import clock
from apps.core.errors import DomainError, Forbidden, InputError, NotFound
from apps.core.ids import new_id
from apps.core.scope import Actor, Scope, open_scope
from apps.core.tokens import sign_context
from apps.parties.banking import (
    AccountDecided,
    ProposalOpen,
    SelfApproval,
    approved_account,
    approved_accounts,
    check_number,
    confirm_account,
    list_accounts,
    list_waiting,
    reject_account,
    withdraw_account,
)
from apps.parties.models import BankAccount
from config.env import databases
from tests.factories.pages import entries_of, state_of
from tests.factories.parties import IBAN, OTHER_IBAN, make_bank_account, make_proposal, make_supplier
from tests.factories.tenants import Company
from tests.tenancy.walls.sessions import enter


def decide(company: Company, role: str, work: Any, account: BankAccount, **more: Any) -> BankAccount:
    with open_scope(company.scope(role)):
        made: BankAccount = work(account_id=account.id, actor=company.actor(role), now=clock.now(), **more)
        return made


def test_only_a_confirmed_account_is_used_and_the_old_one_until_then(company: Company) -> None:
    """books.md 44."""
    with open_scope(company.scope("operations")):
        supplier = make_supplier()
        assert approved_account(supplier.id) is None
        first = make_proposal(supplier)
        assert approved_account(supplier.id) is None
    decide(company, "approver", confirm_account, first)
    with open_scope(company.scope("operations")):
        second = make_proposal(supplier, number=OTHER_IBAN, country_code="DE", currency="EUR")
        used = approved_account(supplier.id)
        assert used is not None
        assert (used.id, used.number, used.last_four) == (first.id, IBAN, "6819")
    decide(company, "approver", confirm_account, second)
    with open_scope(company.scope("operations")):
        used = approved_account(supplier.id)
        assert used is not None
        assert (used.id, used.number) == (second.id, OTHER_IBAN)
        assert [(a.state, a.decided_by_label) for a in list_accounts(supplier.id)] == [
            ("confirmed", "Approver Person"),
            ("replaced", "Approver Person"),
        ]
        assert approved_accounts([supplier.id, new_id()]) == {supplier.id: used}


def test_nobody_decides_on_their_own_proposal(company: Company) -> None:
    """books.md 44, 50."""
    with open_scope(company.scope("admin")):
        account = make_proposal()
    before = state_of(company)
    for work, more in ((confirm_account, {}), (reject_account, {"reason": "Mine"})):
        with pytest.raises(SelfApproval):
            decide(company, "admin", work, account, **more)
    assert state_of(company) == before


def test_nobody_decides_on_what_their_own_agent_proposed(company: Company) -> None:
    principal = company.people["admin"].id
    agent = Actor(kind="agent", id=new_id(), principal_id=principal, label="Helper")
    scope = company.scope("admin")
    agents = Scope(actor=agent, tenant_id=company.id, database=scope.database, permissions=scope.permissions)
    with open_scope(agents):
        account = make_proposal()
    before = state_of(company)
    with pytest.raises(SelfApproval):
        decide(company, "admin", confirm_account, account)
    assert state_of(company) == before
    assert decide(company, "approver", confirm_account, account).state == "confirmed"


@pytest.mark.parametrize("role", ["finance", "operations", "sales", "support", "auditor"])
def test_deciding_needs_the_permission(company: Company, role: str) -> None:
    with open_scope(company.scope("admin")):
        account = make_proposal()
    before = state_of(company)
    with pytest.raises(Forbidden):
        decide(company, role, confirm_account, account)
    assert state_of(company) == before


def test_a_program_proposes_nothing(company: Company) -> None:
    with open_scope(company.scope()):
        supplier = make_supplier()
    before = state_of(company)
    key = Actor(kind="key", id=new_id(), label="Key")
    with (
        open_scope(Scope(actor=key, tenant_id=company.id, permissions=company.scope().permissions)),
        pytest.raises(Forbidden),
    ):
        make_proposal(supplier)
    assert state_of(company) == before


def test_a_decision_is_made_once_and_repeating_it_changes_nothing(company: Company) -> None:
    """books.md 26."""
    with open_scope(company.scope("operations")):
        account = make_proposal()
    decide(company, "approver", confirm_account, account)
    before = state_of(company)
    assert decide(company, "approver", confirm_account, account).state == "confirmed"
    for role, work, more in (
        ("admin", confirm_account, {}),
        ("approver", reject_account, {"reason": "No"}),
        ("operations", withdraw_account, {}),
    ):
        with pytest.raises(AccountDecided):
            decide(company, role, work, account, **more)
    assert state_of(company) == before


def test_a_rejection_has_a_reason_and_leaves_the_account_in_use(company: Company) -> None:
    with open_scope(company.scope("operations")):
        supplier = make_supplier()
        used = make_bank_account(company, supplier)
        proposed = make_proposal(supplier, number=OTHER_IBAN)
    with pytest.raises(InputError):
        decide(company, "approver", reject_account, proposed, reason=" ")
    rejected = decide(
        company, "approver", reject_account, proposed, reason="Nobody at the supplier knows of it"
    )
    assert (rejected.state, rejected.decision_reason) == ("rejected", "Nobody at the supplier knows of it")
    with open_scope(company.scope()):
        found = approved_account(supplier.id)
        assert found is not None
        assert found.id == used.id


def test_one_proposal_is_open_and_its_proposer_may_take_it_back(company: Company) -> None:
    with open_scope(company.scope("operations")):
        supplier = make_supplier()
        first = make_proposal(supplier)
        with pytest.raises(ProposalOpen):
            make_proposal(supplier, number=OTHER_IBAN)
        assert [account.id for account in list_waiting()] == [first.id]
    with pytest.raises(Forbidden):
        decide(company, "admin", withdraw_account, first)
    assert decide(company, "operations", withdraw_account, first).state == "withdrawn"
    with open_scope(company.scope("operations")):
        make_proposal(supplier, number=OTHER_IBAN)


def test_a_stranger_finds_no_account(company: Company, stranger: Company) -> None:
    with open_scope(company.scope("operations")):
        account = make_proposal()
    before = state_of(company)
    with pytest.raises(NotFound):
        decide(stranger, "approver", confirm_account, account)
    with open_scope(stranger.scope()):
        assert approved_account(account.supplier_id) is None
        assert list_waiting() == []
    assert state_of(company) == before


def test_the_log_holds_who_proposed_and_who_confirmed_and_no_number(company: Company) -> None:
    """books.md 55."""
    with open_scope(company.scope("operations")):
        make_bank_account(company, make_supplier())
    first, second = entries_of(company, "parties_bankaccount")
    assert (first["actor_id"], second["actor_id"]) == (
        str(company.people["operations"].id),
        str(company.people["approver"].id),
    )
    assert IBAN not in f"{first}{second}"
    assert "Wick" not in str(first["new"]["holder"])


# By SQL, as the application's own role


def sql_as(company: Company, role: str, *statements: str) -> None:
    """Run statements on the application's connection, signed as somebody of a company."""
    with psycopg.connect(str(databases()[company.tenant.database].database_url)) as connection:
        enter(connection, sign_context(company.scope(role)))
        for statement in statements:
            connection.execute(statement)


COPIED = (
    "insert into parties_bankaccount "
    "select (jsonb_populate_record(b, jsonb_build_object('id', gen_random_uuid(), {}))).* from parties_bankaccount b {}"
)
DECIDED = "update parties_bankaccount set state = 'confirmed', decided_at = now(), decided_by = '{}' where id = '{}'"


def test_sql_cannot_approve_ones_own_proposal(company: Company) -> None:
    """books.md 44, 27: also by SQL from the application's role, in one's own name or in another's."""
    with open_scope(company.scope("admin")):
        account = make_proposal()
    before = state_of(company)
    for person in ("admin", "approver"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            sql_as(company, "admin", DECIDED.format(company.people[person].id, account.id))
    rest = f"where id = '{account.id}'"
    for change in (
        f"update parties_bankaccount set proposed_by = '{company.people['sales'].id}' {rest}",
        f"update parties_bankaccount set number = 'e1:x' {rest}",
        f"update parties_bankaccount set state = 'replaced' {rest}",
        f"delete from parties_bankaccount {rest}",
        COPIED.format("'state', 'confirmed', 'decided_by', gen_random_uuid(), 'decided_at', now()", rest),
        COPIED.format("'proposed_by', gen_random_uuid(), 'supplier_id', gen_random_uuid()", rest),
    ):
        with pytest.raises(psycopg.Error):
            sql_as(company, "admin", change)
    assert state_of(company) == before
    sql_as(company, "approver", DECIDED.format(company.people["approver"].id, account.id))
    with open_scope(company.scope()):
        assert BankAccount.objects.get(id=account.id).state == "confirmed"


def test_a_decision_is_not_undone_by_sql(company: Company) -> None:
    with open_scope(company.scope("operations")):
        account = make_bank_account(company, make_supplier())
    before = state_of(company)
    for change in ("state = 'proposed', decided_by = null, decided_at = null", "decided_by_label = 'Another'",
                   "state = 'rejected'", "decision_reason = 'x', state = 'replaced'"):  # fmt: skip
        with pytest.raises(psycopg.Error):
            sql_as(company, "approver", f"update parties_bankaccount set {change} where id = '{account.id}'")
    assert state_of(company) == before


# At the same moment


def at_once(company: Company, *calls: tuple[str, Any]) -> list[str]:
    """Run calls of people at the same moment on connections of their own; return how each ended."""

    def run(call: tuple[str, Any]) -> str:
        role, work = call
        with open_scope(company.scope(role)):
            try:
                return str(work(company.actor(role)).state)
            except DomainError as error:
                return error.code
            finally:
                connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return sorted(pool.map(run, calls))


def test_two_deciders_at_once_decide_once(company: Company) -> None:
    with open_scope(company.scope("operations")):
        supplier = make_supplier()
        account = make_proposal(supplier)
    now = clock.now()

    def confirm(actor: Actor) -> BankAccount:
        return confirm_account(account_id=account.id, actor=actor, now=now)

    def reject(actor: Actor) -> BankAccount:
        return reject_account(account_id=account.id, reason="No", actor=actor, now=now)

    ended = at_once(
        company, ("admin", confirm), ("approver", reject), ("admin", reject), ("approver", confirm)
    )
    assert ended.count("bank_account_decided") in {2, 3}
    with open_scope(company.scope()):
        assert len([a for a in list_accounts(supplier.id) if a.state == "proposed"]) == 0


def test_two_proposals_at_once_leave_one_open(company: Company) -> None:
    with open_scope(company.scope("operations")):
        supplier = make_supplier()

    def propose(_: Actor) -> BankAccount:
        return make_proposal(supplier)

    ended = at_once(company, *[("operations", propose), ("finance", propose), ("admin", propose)])
    assert ended == ["bank_account_proposal_open", "bank_account_proposal_open", "proposed"]


# Numbers


@pytest.mark.parametrize(
    "number,country,found",
    [
        ("GB29 NWBK 6016 1331 9268 19", "GB", ("iban", IBAN)),
        ("de89 3704 0044 0532 0130 00", "DE", ("iban", OTHER_IBAN)),
        ("BR1800360305000010009795493C1", "BR", ("iban", "BR1800360305000010009795493C1")),
        ("0001 12345-6", "BR", ("local", "0001123456")),
        ("19036 8642 5501", "VN", ("local", "1903686425501")),
        ("31926819", "GB", ("local", "31926819")),
    ],
)
def test_an_account_number_is_stored_plain(number: str, country: str, found: tuple[str, str]) -> None:
    assert check_number(number, country) == found


@pytest.mark.parametrize(
    "number,country",
    [
        ("GB29NWBK60161331926818", "GB"),
        ("GB29NWBK6016133192681", "GB"),
        ("31926819", "DE"),
        ("DE00370400440532013000", "US"),
        ("", "US"),
        ("<script>", "US"),
        ("١٢٣٤٥٦٧٨", "VN"),
    ],
)
def test_a_wrong_account_number_is_refused(number: str, country: str) -> None:
    with pytest.raises(InputError) as refusal:
        check_number(number, country)
    assert refusal.value.field == "number"


@pytest.mark.parametrize(
    "field,value",
    [("bank_code", "NOT A BIC"), ("holder", ""), ("reason", ""), ("currency", "XQX"), ("country_code", "XX")],
)
def test_a_bad_proposal_changes_nothing(company: Company, field: str, value: str) -> None:
    with open_scope(company.scope()):
        supplier = make_supplier()
    before = state_of(company)
    with open_scope(company.scope()), pytest.raises(InputError) as refusal:
        make_proposal(supplier, **{field: value})
    assert refusal.value.field == field
    assert state_of(company) == before

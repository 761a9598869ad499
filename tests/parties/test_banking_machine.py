"""Bank accounts under any order of acts by anybody."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from apps.core import clock
from apps.core.errors import DomainError
from apps.core.scope import current_scope, open_scope
from apps.parties.banking import confirm_account, list_accounts, reject_account, withdraw_account
from apps.parties.models import BankAccount, Supplier
from tests.factories.parties import make_proposal, make_supplier
from tests.factories.tenants import Company, make_company


class Accounts(RuleBasedStateMachine):
    """Anybody proposes, confirms, rejects and withdraws in any order; at no time is an account in use that its
    proposer confirmed, or two at once (books.md 24, 44)."""

    company: Company
    supplier: Supplier
    last: BankAccount | None

    @initialize()
    def begin(self) -> None:
        self.company, self.last = COMPANY[0], None
        with open_scope(self.company.scope()):
            self.supplier = make_supplier()

    @rule(
        role=st.sampled_from(["admin", "finance", "approver"]),
        act=st.sampled_from(["propose", "confirm", "reject", "withdraw"]),
    )
    def acts(self, role: str, act: str) -> None:
        with open_scope(self.company.scope(role)):
            actor, now = current_scope().actor, clock.now()
            try:
                if act == "propose":
                    self.last = make_proposal(self.supplier)
                elif self.last is not None and act == "reject":
                    reject_account(account_id=self.last.id, reason="No", actor=actor, now=now)
                elif self.last is not None:
                    work = confirm_account if act == "confirm" else withdraw_account
                    work(account_id=self.last.id, actor=actor, now=now)
            except DomainError:
                pass

    @invariant()
    def holds(self) -> None:
        with open_scope(self.company.scope()):
            accounts = list_accounts(self.supplier.id)
        assert len([a for a in accounts if a.state == "confirmed"]) <= 1
        assert len([a for a in accounts if a.state == "proposed"]) <= 1
        decided = [a for a in accounts if a.state in {"confirmed", "rejected", "replaced"}]
        assert all(a.decided_by and a.decided_by != a.proposed_by for a in decided)


COMPANY: list[Company] = []


@pytest.mark.usefixtures("_database_is_open")
def test_any_order_of_acts_keeps_two_pairs_of_eyes() -> None:
    """books.md 24."""
    COMPANY[:] = [make_company()]
    run_state_machine_as_test(
        Accounts,
        settings=settings(
            max_examples=15, stateful_step_count=8, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )

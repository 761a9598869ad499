"""The payment state of a document is computed from its items, and lists filter by the same rule (books.md 25)."""

from datetime import timedelta
from uuid import UUID

from apps.core import clock
from apps.core.ids import new_id
from apps.core.scope import open_scope
from apps.settlement.operations import close_source
from apps.settlement.queries import PAYMENT_STATES, Balance, balances_of, sources_in_state
from tests.factories.books import make_customer
from tests.factories.open_items import DAY, item_input, link, open_these
from tests.factories.pages import count_queries
from tests.factories.tenants import Company

LATER = DAY + timedelta(30)


def make_documents(company: Company) -> dict[str, UUID]:
    """Make one document in each state on DAY + 1; the one with instalments is overdue by its first."""
    party, halves = make_customer().id, new_id()
    open_, part, late, paid, first, _second, void, credit = open_these(
        item_input(party_id=party, due_date=LATER),
        item_input(party_id=party, due_date=LATER),
        item_input(party_id=party),
        item_input(party_id=party),
        item_input(party_id=party, source_id=halves, due_date=DAY),
        item_input(party_id=party, source_id=halves, due_date=LATER, position=2),
        item_input(party_id=party),
        item_input(party_id=party, direction="credit", amount_minor=50_000),
    )
    link(part, credit, 1)
    link(paid, credit, 10_000)
    link(first, credit, 4_000)
    close_source(
        source_kind="invoice", source_id=void.source_id, on=DAY, reason="Void", actor=company.actor(),
        now=clock.now(),
    )  # fmt: skip
    return {"open": open_.source_id, "partly_paid": part.source_id, "overdue": late.source_id,
            "paid": paid.source_id, "none": void.source_id, "halves": halves}  # fmt: skip


def test_states_and_amounts(in_company: Company) -> None:
    made = make_documents(in_company)
    day = DAY + timedelta(1)
    found = balances_of(source_kind="invoice", source_ids=made.values(), today=day)
    assert {name: found[key].payment_state for name, key in made.items()} == {
        "open": "open", "partly_paid": "partly_paid", "overdue": "overdue", "paid": "paid", "none": "none",
        "halves": "overdue",
    }  # fmt: skip
    assert found[made["halves"]] == Balance(20_000, 16_000, DAY, "overdue")
    # The due day itself is not overdue (books.md 47).
    on_the_day = balances_of(source_kind="invoice", source_ids=[made["overdue"]], today=DAY)
    assert on_the_day[made["overdue"]].payment_state == "open"


def test_a_filter_finds_exactly_the_documents_in_its_state(in_company: Company) -> None:
    made, day = make_documents(in_company), DAY + timedelta(1)
    balances = balances_of(source_kind="invoice", source_ids=made.values(), today=day)
    for state in set(PAYMENT_STATES) - {"none"}:
        found = set(sources_in_state(source_kind="invoice", state=state, today=day))
        assert found == {key for key in made.values() if balances[key].payment_state == state}, state


def test_one_query_answers_for_many_and_strangers_see_nothing(company: Company, stranger: Company) -> None:
    with open_scope(company.scope()):
        made = make_documents(company)
        one = count_queries(lambda: balances_of(source_kind="invoice", source_ids=[made["open"]], today=DAY))
        all_of_them = count_queries(
            lambda: balances_of(source_kind="invoice", source_ids=made.values(), today=DAY)
        )
        assert one == all_of_them == 1
    with open_scope(stranger.scope()):
        found = balances_of(source_kind="invoice", source_ids=made.values(), today=DAY)
        assert set(found.values()) == {Balance()}

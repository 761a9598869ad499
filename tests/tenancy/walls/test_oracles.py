"""What a stranger could learn without seeing a row: from constraints, errors, cascades and the order of evaluation."""

from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import errors

from apps.core.scope import open_scope
from apps.parties.models import Customer
from tests.factories.books import make_customer
from tests.factories.tenants import Company
from tests.tenancy.walls.sessions import attempt, bare_session, enter, one

SECRET = "A Secret Name Ltd"
ADD = (
    "insert into parties_customer "
    "(tenant_id, id, code, name, country_code, tax_id, email, is_walk_in, created_at, version) "
    "values (%s, %s, %s, %s, 'GB', '', '', false, now(), 1)"
)
INVOICE = (
    "insert into invoices_invoice (tenant_id, id, kind, state, series, issue_date, due_date, customer_id, "
    "country_code, currency, net_minor, tax_minor, total_minor, external_number, content_hash, note, source, "
    "created_at, version) values (%s, %s, 'invoice', %s, 'INV', '2026-03-14', '2026-03-14', %s, "
    "'GB', 'GBP', 0, 0, 0, '', '', '', 'page', now(), 1)"
)


def _told(stranger: Company, statement: str, *values: object) -> tuple[str | None, str]:
    """Return what the stranger is told when a statement fails: the state and every word of the message."""
    with bare_session() as session:
        enter(session, stranger.scope())
        with pytest.raises(errors.Error) as refused:
            session.execute(statement, values)
    diagnosis = refused.value.diag
    words = [diagnosis.message_primary, diagnosis.message_detail, diagnosis.message_hint, diagnosis.context]
    return refused.value.sqlstate, " / ".join(word for word in words if word)


def test_a_code_that_another_tenant_uses_is_free(stranger: Company, victim: Customer) -> None:
    with open_scope(stranger.scope()):
        assert make_customer(code=victim.code).code == victim.code


def test_an_id_that_another_tenant_uses_is_free(stranger: Company, victim: Customer) -> None:
    with bare_session() as session:
        enter(session, stranger.scope())

        assert attempt(session, ADD, stranger.id, victim.id, "C-1", "Mine") == "1 rows"


def test_deleting_a_row_leaves_another_tenants_row_of_the_same_id(
    company: Company, stranger: Company, victim: Customer
) -> None:
    with bare_session() as session:
        enter(session, stranger.scope())
        session.execute(ADD, [stranger.id, victim.id, "C-1", "Mine"])
        assert attempt(session, "delete from parties_customer where id = %s", victim.id) == "1 rows"
        enter(session, company.scope())

        assert one(session, "select name from parties_customer where id = %s", victim.id) == SECRET


def test_a_reference_to_another_tenants_row_is_as_wrong_as_one_to_none(
    stranger: Company, victim: Customer
) -> None:
    def refer(customer_id: UUID) -> tuple[str | None, str]:
        state, words = _told(stranger, INVOICE, stranger.id, uuid4(), "draft", customer_id)
        return state, words.replace(str(customer_id), "ID")

    assert refer(victim.id) == refer(uuid4())
    assert refer(victim.id)[0] == "23503"


def test_a_row_of_another_tenant_is_refused_in_words_that_tell_nothing(
    company: Company, stranger: Company, victim: Customer
) -> None:
    taken = _told(stranger, ADD, company.id, victim.id, victim.code, "x")
    free = _told(stranger, ADD, company.id, uuid4(), "C-FREE", "x")

    assert taken == free
    assert taken[0] == "42501"
    assert taken[1].startswith("new row violates row-level security policy")


def test_on_conflict_is_no_way_to_another_tenants_row(
    company: Company, stranger: Company, victim: Customer
) -> None:
    with bare_session() as session:
        enter(session, stranger.scope())
        for end in ("do nothing", "(tenant_id, id) do update set name = 'x'"):
            statement = f"{ADD} on conflict {end}"

            assert attempt(session, statement, company.id, victim.id, victim.code, "x") == "42501"


def test_merge_is_no_way_to_another_tenants_row(
    company: Company, stranger: Company, victim: Customer
) -> None:
    with bare_session() as session:
        enter(session, stranger.scope())
        merge = (
            "merge into parties_customer c using (values (%s::uuid)) v (id) on c.id = v.id "
            "when matched then update set name = 'x'"
        )

        assert attempt(session, merge, victim.id) == "0 rows"


def test_a_failed_check_does_not_print_the_row(stranger: Company, victim: Customer) -> None:
    state, words = _told(stranger, INVOICE, stranger.id, uuid4(), "nonsense", victim.id)

    assert state == "23514"
    assert "Failing row" not in words
    assert str(victim.id) not in words


@pytest.mark.parametrize(
    "condition",
    [
        "1 / (case when name = %s then 0 else 1 end) = 1",
        "(case when name = %s then 'x' else '1' end)::int = 1",
        "name = %s and pg_input_is_valid(name, 'uuid')",
    ],
)
def test_no_condition_is_tried_on_a_row_before_its_policy(
    stranger: Company, victim: Customer, condition: str
) -> None:
    with bare_session() as session:
        enter(session, stranger.scope())
        query = f"select count(*) from parties_customer where {condition}"

        assert one(session, query, SECRET) == 0


def test_an_estimate_tells_nothing_of_other_tenants(
    company: Company, stranger: Company, victim: Customer, admin_connection: psycopg.Connection[object]
) -> None:
    """EXPLAIN plans a leaky condition without the sampled values of other tenants."""
    admin_connection.execute("analyze parties_customer")
    with bare_session() as session:
        enter(session, stranger.scope())
        plans = []
        for name in (SECRET, "Nobody Of That Name"):
            query = "explain (format json) select * from parties_customer where name like %s"
            plans.append(one(session, query, f"{name[:8]}%")[0]["Plan"]["Plan Rows"])

    assert plans[0] == plans[1]


def test_a_dedicated_database_shows_nothing_to_another_tenants_context(
    company: Company, dedicated: Company, victim: Customer
) -> None:
    with open_scope(dedicated.scope()):
        make_customer(code="SAO")
    seen = {}
    for alias in ("default", "sao"):
        for owner in (company, dedicated):
            with bare_session(alias) as session:
                enter(session, owner.scope())
                codes = session.execute("select code from parties_customer").fetchall()
                seen[alias, owner.id] = [code for (code,) in codes]

    assert seen == {
        ("default", company.id): ["SHARED-CODE"],
        ("default", dedicated.id): [],
        ("sao", company.id): [],
        ("sao", dedicated.id): ["SAO"],
    }

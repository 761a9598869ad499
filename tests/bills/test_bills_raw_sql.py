"""A posted bill stays as it is, also against SQL of role `app` (books.md 27)."""

import psycopg
import pytest

from apps.core.scope import open_scope
from tests.factories.bills import make_bill, make_posted_bill
from tests.factories.orders import bought_line, make_sent, receive
from tests.factories.pages import state_of
from tests.factories.tenants import Company
from tests.tenancy.walls.sessions import bare_session, enter


def test_nothing_of_a_posted_bill_is_rewritten(company: Company) -> None:
    from tests.factories.bills import bill_line

    with open_scope(company.scope()):
        order = make_sent()
        receive(order, "10")
        bill = make_posted_bill(
            bill_line("10", "1.20", order_line=bought_line(order).id), supplier=order.supplier
        )
        draft = make_bill()
    before = state_of(company)
    statements = {
        "update bills_bill set total_minor = 1, net_minor = 1, tax_minor = 0 where id = %s": "BH001",
        "update bills_bill set supplier_number = 'x' where id = %s": "BH001",
        "update bills_bill set state = 'draft', number = null where id = %s": "BH002",
        "update bills_bill set rate = 2 where id = %s": "BH001",
        "update bills_bill set override_reason = '' , match_state = 'none' where id = %s": "BH001",
        "delete from bills_bill where id = %s": "BH001",
        "update bills_billline set net_minor = 1 where bill_id = %s": "BH001",
        "delete from bills_billline where bill_id = %s": "BH001",
        "update bills_billtax set tax_minor = 1 where bill_id = %s": "BH001",
        "delete from bills_billtax where bill_id = %s": "BH001",
        "delete from bills_linematch where line_id in (select id from bills_billline where bill_id = %s)": "BH001",
        "update bills_linematch set matched = 0 where line_id in (select id from bills_billline where bill_id = %s)":
            "BH001",
        "insert into bills_billadjustment (tenant_id, id, bill_id, position, is_charge, amount_minor, tax_category, "
        "tax_rate, reason) select tenant_id, gen_random_uuid(), id, 1, true, 5, 'S', 20, '' from bills_bill "
        "where id = %s": "BH001",
        "update bills_billline set bill_id = %s, position = 99 where bill_id = '" + str(draft.id) + "'": "BH001",
    }  # fmt: skip
    for statement, state in statements.items():
        with bare_session() as session:
            enter(session, company.scope())
            with pytest.raises(psycopg.Error) as refused:
                session.execute(statement, [bill.id])
            assert refused.value.sqlstate in (state, "23503", "23514"), (statement, refused.value)
    with bare_session() as session:
        enter(session, company.scope())
        with pytest.raises(psycopg.Error) as refused:
            session.execute(
                "update bills_bill set state = 'posted', number = 'X-1' where id = %s", [draft.id]
            )
        assert refused.value.sqlstate == "BH002"
    assert state_of(company) == before

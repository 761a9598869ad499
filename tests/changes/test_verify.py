"""verify is exact: it finds any difference, and none where only time lies between the books and the copy."""

from collections.abc import Iterator

import pytest

from apps.changes.errors import CopyError
from apps.changes.projections import get_projection
from apps.changes.verify import Verified, verify
from tests.changes.bookkeeper import Bookkeeper, Item
from tests.changes.streams import running_relay, wait_for_copy
from tests.changes.writers import busy_writers
from tests.factories.tenants import make_company

SAO = "sao"
FLAWS = {
    "readmodels_invoicecopy": "update readmodels_invoicecopy set net_minor = net_minor + 1",
    "readmodels_linecopy": "delete from readmodels_linecopy",
    "readmodels_revenueday": "update readmodels_revenueday set quantity = quantity + 0.000001",
    "readmodels_productmonth": "update readmodels_productmonth set documents = documents - 1",
    "readmodels_customerday": "delete from readmodels_customerday",
    "readmodels_documentday": "insert into readmodels_documentday (tenant_id, build, day, currency, kind, state, "
    "country_code, documents, net_minor) select tenant_id, build, '2001-01-01', 'GBP', 'invoice', 'posted', 'GB', 1, 1 "
    "from changes_tenantcopy",
}


@pytest.fixture
def books() -> Iterator[Bookkeeper]:
    with Bookkeeper(make_company(database=SAO, roles=())) as books:
        yield books


def check(books: Bookkeeper) -> Verified:
    return verify(get_projection("revenue"), SAO, [books.company.id])


def test_an_equal_copy_is_equal_and_a_lagging_one_too(books: Bookkeeper) -> None:
    with running_relay(SAO):
        books.posted([Item(100)])
        wait_for_copy(alias=SAO)
        assert (check(books).differences, check(books).pending) == ([], 0)
    # Without a relay the copy stands still while the books move on: counted in, not found different.
    key = books.posted([Item(1), Item(2)])
    books.void(key)
    books.delete_draft(books.draft([Item(3)]))
    found = check(books)
    assert found.differences == []
    assert found.pending == 3 + 1 + 1 + 2 + 2  # three rows, posted, voided, two rows, two deletions


@pytest.mark.parametrize("table", FLAWS)
def test_any_flaw_is_found_and_named(books: Bookkeeper, table: str) -> None:
    with running_relay(SAO):
        books.posted([Item(100), Item(50, product_id=books.products[0])])
        wait_for_copy(alias=SAO)
    books.posted([Item(9)])
    assert check(books).differences == []
    books.run(FLAWS[table])
    found = check(books)
    assert not found.is_equal
    assert table in {difference.table for difference in found.differences}
    first = str(found.differences[0])
    assert "source" in first
    assert str(books.company.id) in first


def test_a_missing_pending_change_would_be_found(books: Bookkeeper) -> None:
    with running_relay(SAO):
        key = books.posted([Item(100)])
        wait_for_copy(alias=SAO)
    books.void(key)
    assert check(books).differences == []
    # As if the relay had passed over the voiding: the checkpoint moves, the effects do not.
    books.connection.execute("update changes_checkpoint set lsn = pg_current_wal_lsn() - '0/0'")
    found = check(books)
    assert [difference.table for difference in found.differences] == ["readmodels_invoicecopy"]
    assert "state=void" in found.differences[0].source
    assert "state=posted" in found.differences[0].copy
    books.connection.execute("update changes_checkpoint set state = 'building'")


def test_verification_is_exact_while_writers_and_relay_run(books: Bookkeeper) -> None:
    others = [make_company(database=SAO, roles=()) for _ in range(2)]
    # Not all tenants: other tests of this file leave differences of theirs behind.
    ours = [books.company.id, *(other.id for other in others)]
    pending = 0
    with running_relay(SAO):
        wait_for_copy(alias=SAO)
        with busy_writers(books.company, *others, pause=0.0) as acts:
            for _ in range(12):
                found = verify(get_projection("revenue"), SAO, ours)
                assert found.differences == []
                pending += found.pending
    assert min(acts) > 20
    assert pending > 0


def test_a_copy_that_does_not_run_is_not_called_equal(books: Bookkeeper) -> None:
    with running_relay(SAO):
        wait_for_copy(alias=SAO)
    books.connection.execute(
        "update changes_checkpoint set state = 'stopped', problem = 'it fell', cure = 'lift it'"
    )
    try:
        with pytest.raises(CopyError, match="does not run: it fell") as refused:
            check(books)
        assert refused.value.cure == "lift it"
    finally:
        books.connection.execute("update changes_checkpoint set state = 'running', problem = '', cure = ''")

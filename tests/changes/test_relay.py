"""The relay brings what is committed into the copy."""

from apps.changes.projections import get_projection
from apps.changes.verify import verify
from tests.changes.bookkeeper import Bookkeeper, Item
from tests.changes.streams import running_relay, wait_for_copy
from tests.factories.tenants import Company


def test_a_posted_document_reaches_the_copy(company: Company) -> None:
    with Bookkeeper(company) as books, running_relay():
        books.posted([Item(100), Item(250)])
        wait_for_copy()
        assert books.run("select sum(net_minor) from readmodels_revenueday") == [(350,)]
        assert verify(get_projection("revenue"), "default").is_equal

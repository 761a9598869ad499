"""Loading a demo business: whole, once, in its own books."""

from datetime import date

import pytest

from apps.core import clock
from apps.core.scope import SYSTEM, open_scope
from apps.demo.businesses import BUSINESSES
from apps.demo.generator import generate_documents, make_catalogue
from apps.demo.load import DemoLoad, load_business
from apps.documents.models import SeriesCounter
from apps.invoices.models import ImportBatch, Invoice
from apps.parties.models import Customer
from tests.factories.snapshots import audit_rows, books
from tests.factories.tenants import Company, make_company

TODAY = date(2026, 3, 18)
COUNT = 600


def load(slug: str = "harbour-gifts", *, today: date = TODAY, stop_at: int = 0) -> DemoLoad:
    """Load a small edition of a business into the open company's books."""

    def tell(done: int) -> None:
        if done >= stop_at > 0:
            raise KeyboardInterrupt

    return load_business(
        business=BUSINESSES[slug], today=today, actor=SYSTEM, now=clock.now(), progress=tell, invoices=COUNT
    )


@pytest.mark.parametrize("slug, database", [(b.slug, b.database) for b in BUSINESSES.values()])
def test_business_is_booked_as_it_was_generated(slug: str, database: str) -> None:
    business = BUSINESSES[slug]
    company = make_company(database=database, currency=business.currency, roles=("admin",))
    expected = list(generate_documents(business, make_catalogue(business), today=TODAY, invoices=COUNT))
    with open_scope(company.scope()):
        loaded = load(slug)
        assert (loaded.made, loaded.documents, loaded.anchor) == (len(expected), len(expected), TODAY)
        found = {b.external: b for b in books()}
        assert [(d.key, d.kind, d.fate, d.issue_date, d.customer_code) for d in expected] == [
            (b.external, b.kind, b.state, b.issue_date, b.customer) for b in found.values()
        ]
        for d in expected:
            net = sum(line.net_minor for line in d.lines)
            assert (found[d.key].net_minor, len(found[d.key].lines)) == (net, len(d.lines))
        numbered = sum(d.fate != "draft" for d in expected)
        assert sum(SeriesCounter.objects.values_list("last_number", flat=True)) == numbered
        credits = Invoice.objects.filter(kind="credit_note")
        assert credits.exclude(credits=None).count() == credits.count() > 0
        assert audit_rows("invoices_invoice")["insert"] == len(expected)


def test_personal_data_is_stored_sealed(in_company: Company) -> None:
    load()
    one = Customer.objects.order_by("code").first()
    assert one is not None
    assert one.email.endswith(".example")
    stored = Customer.objects.filter(email__contains=".example")
    assert not stored.exists()


def test_second_load_on_a_later_day_changes_nothing(in_company: Company) -> None:
    first = load()
    before, audited = books(), audit_rows()
    assert load(today=date(2027, 1, 1)) == DemoLoad(0, first.documents, TODAY)
    assert (books(), audit_rows()) == (before, audited)


def test_load_that_was_stopped_is_completed_on_a_later_day_as_if_never_stopped(
    in_company: Company, stranger: Company
) -> None:
    with pytest.raises(KeyboardInterrupt):
        load(stop_at=500)
    assert 0 < Invoice.objects.count() < COUNT
    loaded = load(today=date(2026, 5, 5))
    assert (loaded.anchor, loaded.made) == (TODAY, loaded.documents - 500)
    assert ImportBatch.objects.get().state == "finished"
    with open_scope(stranger.scope()):
        load()
        uninterrupted = books()
    assert books() == uninterrupted


def test_strangers_see_nothing_of_it(in_company: Company, stranger: Company) -> None:
    load()
    with open_scope(stranger.scope()):
        assert (books(), Customer.objects.count(), ImportBatch.objects.count()) == ([], 0, 0)

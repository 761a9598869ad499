"""What happened is written down with it: once, whole, for whoever asked, in either database, by any road."""

from typing import Any

import psycopg
import pytest

from apps.core import clock
from apps.core.db import write
from apps.core.errors import InputError
from apps.core.scope import current_scope, open_scope
from apps.invoices.operations import post_invoice, void_invoice
from apps.parties.operations import change_customer
from apps.webhooks.models import Delivery, Endpoint, Event
from apps.webhooks.operations import create_endpoint, pause_endpoint, remove_endpoint
from tests.factories.books import make_customer, make_draft, make_posted, make_product
from tests.factories.tenants import Company


def endpoint(*events: str) -> Endpoint:
    made, _ = create_endpoint(
        url="https://example.com/hook", events=events or ("*",), actor=current_scope().actor, now=clock.now()
    )
    return made


def told() -> list[str]:
    return list(Event.objects.order_by("id").values_list("type", flat=True))


def test_the_life_of_a_document_is_told_in_order(any_company: Company) -> None:
    with open_scope(any_company.scope()):
        actor, now = current_scope().actor, clock.now()
        customer = make_customer()
        endpoint("invoice.*")
        draft = make_draft(customer=customer)
        posted = post_invoice(invoice_id=draft.id, actor=actor, now=now)
        void_invoice(invoice_id=draft.id, reason="Wrong", actor=actor, now=now)
        assert told() == ["invoice.created", "invoice.posted", "invoice.void"]
        event = Event.objects.get(type="invoice.posted")
        assert event.subject_id == draft.id
        assert event.data["number"] == posted.number
        assert event.data["total_minor"] == posted.total_minor
        assert set(event.data) & {"note", "source", "tenant_id"} == set()
        assert Delivery.objects.filter(state="waiting").count() == 3


def test_only_what_was_asked_for_is_told(company: Company) -> None:
    with open_scope(company.scope()):
        endpoint("credit_note.posted", "customer.changed")
        customer = make_customer()
        make_product()
        make_posted(customer=customer)
        note = make_posted(customer=customer, kind="credit_note")
        change_customer(
            customer_id=customer.id, changes={"name": "New"}, actor=current_scope().actor, now=clock.now()
        )
        assert told() == ["credit_note.posted", "customer.changed"]
        assert Event.objects.order_by("id")[0].subject_id == note.id


def test_a_change_that_changes_nothing_is_not_told(company: Company) -> None:
    with open_scope(company.scope()):
        customer = make_customer(name="Same")
        endpoint()
        with write() as connection, connection.cursor() as cursor:
            cursor.execute("update parties_customer set name = name where id = %s", [customer.id])
        assert told() == []


def test_nobody_asked_nothing_is_kept(company: Company) -> None:
    with open_scope(company.scope()):
        first, second = endpoint("*"), endpoint("*")
        pause_endpoint(endpoint_id=first.id, actor=current_scope().actor, now=clock.now())
        remove_endpoint(endpoint_id=second.id, actor=current_scope().actor, now=clock.now())
        make_product()
        assert told() == []


def test_what_is_rolled_back_is_not_told(company: Company) -> None:
    with open_scope(company.scope()):
        endpoint()
        with pytest.raises(RuntimeError), write():
            make_product()
            raise RuntimeError
        assert told() == []


def test_two_endpoints_are_told_the_same_event(company: Company) -> None:
    with open_scope(company.scope()):
        wanted = {endpoint("product.created").id, endpoint("product.*").id}
        endpoint("invoice.*")
        make_product()
        (event,) = Event.objects.all()
        assert set(Delivery.objects.filter(event=event).values_list("endpoint_id", flat=True)) == wanted


def test_a_caller_bound_to_one_customer_is_told_about_too(company: Company) -> None:
    with open_scope(company.scope()):
        customer = make_customer()
        endpoint("invoice.created")
    with open_scope(company.scope(customer_id=customer.id)):
        make_draft(customer=customer)
        assert list(Endpoint.objects.all()) == []
        assert list(Event.objects.all()) == []
    with open_scope(company.scope()):
        assert told() == ["invoice.created"]


def test_a_stranger_is_told_nothing(company: Company, stranger: Company) -> None:
    with open_scope(stranger.scope()):
        endpoint("*")
    with open_scope(company.scope()):
        make_posted()
    with open_scope(stranger.scope()):
        assert told() == []
        assert Delivery.objects.count() == 0


def test_what_happened_cannot_be_changed_afterwards(company: Company) -> None:
    with open_scope(company.scope()):
        endpoint()
        make_product()
        before = list(Event.objects.values())
        for statement in ("update webhooks_event set type = 'x'", "delete from webhooks_event"):
            with pytest.raises(Exception, match="permission denied") as refused, write() as connection:
                connection.cursor().execute(statement)
            assert isinstance(refused.value.__cause__, psycopg.errors.InsufficientPrivilege)
        assert list(Event.objects.values()) == before


@pytest.mark.parametrize(
    "values, code",
    [
        ({"url": "http://example.com/hook"}, "bad_url"),
        ({"url": "https://user:pass@example.com/"}, "bad_url"),
        ({"url": "https://example.com:22/"}, "bad_port"),
        ({"url": "https://example.com:99999/"}, "bad_url"),
        ({"url": "ftp://example.com/"}, "bad_url"),
        ({"url": "https://127.0.0.1/"}, "private_address"),
        ({"url": "https://[::1]/"}, "private_address"),
        ({"url": "https://169.254.169.254/latest/meta-data"}, "private_address"),
        ({"url": "https://[::ffff:10.0.0.1]/"}, "private_address"),
        ({"events": []}, "unknown_event"),
        ({"events": ["invoice.eaten"]}, "unknown_event"),
    ],
)
def test_a_bad_endpoint_is_refused_and_nothing_is_kept(
    company: Company, values: dict[str, Any], code: str
) -> None:
    with open_scope(company.scope()):
        given = {"url": "https://example.com/hook", "events": ["*"], **values}
        with pytest.raises(InputError) as refused:
            create_endpoint(**given, actor=current_scope().actor, now=clock.now())
        assert refused.value.code == code
        assert Endpoint.objects.count() == 0

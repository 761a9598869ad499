"""Invoices of orders: what was shipped and kept, once; credit notes give it back (books.md 68)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal

import pytest
from django.db import connections

from apps.core.errors import DomainError, NotFound
from apps.core.scope import open_scope
from apps.invoices.from_orders import NothingToInvoice, credit_returns, invoice_order
from apps.invoices.inputs import LineInput
from apps.invoices.models import Invoice, Line
from apps.invoices.operations import (
    change_draft,
    credit_invoice,
    delete_draft,
    post_invoice,
    void_invoice,
)
from apps.orders.models import SalesOrder
from apps.orders.operations import OverInvoiced, hold_order
from tests.factories.goods import acting
from tests.factories.orders import charge, counts, line_of, make_confirmed, ship, sold, take_back
from tests.factories.tenants import Company

DAY = date(2026, 3, 14)


def invoice(order: SalesOrder, **values: object) -> Invoice:
    return invoice_order(order_id=order.id, issue_date=DAY, **values, **acting())  # type: ignore[arg-type]


def posted(order: SalesOrder) -> Invoice:
    return post_invoice(invoice_id=invoice(order).id, **acting())


def test_an_invoice_charges_what_was_shipped_and_not_yet_charged(in_company: Company) -> None:
    order = make_confirmed(sold("6", "2.50"), sold("2", "10", rate="5"))
    with pytest.raises(NothingToInvoice):
        invoice(order)
    ship(order, "4", "0")
    first = invoice(order)
    assert (first.order_reference, first.net_minor, first.tax_minor) == (order.number, 1000, 200)
    with pytest.raises(NothingToInvoice):
        invoice(order)
    ship(order)
    second = invoice(order)
    assert (second.net_minor, second.tax_minor) == (500 + 2000, 100 + 100)
    assert [counts(line_of(order, n), "invoiced", "invoiceable") for n in (1, 2)] == [("6", "0"), ("2", "0")]


def test_chosen_quantities_are_charged_and_no_more(in_company: Company) -> None:
    order = make_confirmed(sold("6"))
    ship(order)
    assert invoice(order, quantities=charge(order, "2")).net_minor == 500
    with pytest.raises(OverInvoiced):
        invoice(order, quantities=charge(order, "5"))
    assert (Invoice.objects.count(), counts(line_of(order), "invoiced")) == (1, ("2",))


def test_a_deleted_or_voided_invoice_frees_the_order(in_company: Company) -> None:
    order = make_confirmed(sold("6"))
    ship(order)
    delete_draft(invoice_id=invoice(order).id, **acting())
    assert counts(line_of(order), "invoiced") == ("0",)
    void_invoice(invoice_id=posted(order).id, reason="Wrong address", **acting())
    assert counts(line_of(order), "invoiced") == ("0",)
    assert invoice(order).net_minor == 1500


def test_a_draft_of_an_order_keeps_its_quantities_but_not_its_words(in_company: Company) -> None:
    order = make_confirmed(sold("6"))
    ship(order)
    draft = invoice(order)
    change_draft(invoice_id=draft.id, lines=[LineInput("Better words", Decimal(6), Decimal(3))], **acting())
    with pytest.raises(DomainError) as refused:
        change_draft(invoice_id=draft.id, lines=[LineInput("More", Decimal(7), Decimal(3))], **acting())
    assert refused.value.code == "charges_an_order"
    line = Line.objects.get(invoice=draft)
    assert (line.description, line.quantity, counts(line_of(order), "invoiced")) == (
        "Better words",
        6,
        ("6",),
    )


def test_what_came_back_is_credited_against_its_invoice(in_company: Company) -> None:
    """books.md 68: returns subtract."""
    order = make_confirmed(sold("6", "2.50"))
    ship(order)
    charged = posted(order)
    with pytest.raises(DomainError):
        credit_returns(order_id=order.id, issue_date=DAY, **acting())
    take_back(order, "2")
    (note,) = credit_returns(order_id=order.id, issue_date=DAY, **acting())
    assert (note.credits_id, note.kind, note.net_minor, note.tax_minor) == (
        charged.id,
        "credit_note",
        500,
        100,
    )
    assert counts(line_of(order), "invoiced", "invoiceable") == ("4", "0")
    delete_draft(invoice_id=note.id, **acting())
    assert counts(line_of(order), "invoiced", "invoiceable") == ("6", "-2")


def test_a_credited_invoice_may_be_written_again_but_not_twice(in_company: Company) -> None:
    order = make_confirmed(sold("6"))
    ship(order)
    note = credit_invoice(invoice_id=posted(order).id, issue_date=DAY, **acting())
    assert counts(line_of(order), "invoiced", "invoiceable") == ("0", "6")
    invoice(order)
    with pytest.raises(OverInvoiced) as refused:
        delete_draft(invoice_id=note.id, **acting())
    assert refused.value.code == "invoiced_again"
    assert Invoice.objects.filter(id=note.id).exists()
    assert counts(line_of(order), "invoiced") == ("6",)


def test_a_held_order_and_a_strangers_are_not_invoiced(company: Company, stranger: Company) -> None:
    with open_scope(company.scope()):
        order = make_confirmed(sold("6"))
        ship(order, "4")
        hold_order(order_id=order.id, reason="Wait", **acting())
        with pytest.raises(DomainError):
            invoice(order)
    with open_scope(stranger.scope()), pytest.raises(NotFound):
        invoice(order)
    with open_scope(company.scope()):
        assert not Invoice.objects.exists()


def test_two_people_at_once_make_one_invoice(company: Company) -> None:
    with open_scope(company.scope()):
        order = make_confirmed(sold("6"))
        ship(order)

    def attempt(_: int) -> bool:
        with open_scope(company.scope()):
            try:
                invoice(order)
            except NothingToInvoice:
                return False
            finally:
                connections.close_all()
            return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(attempt, range(4))) == 1
    with open_scope(company.scope()):
        assert (Invoice.objects.count(), counts(line_of(order), "invoiced")) == (1, ("6",))

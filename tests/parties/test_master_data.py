"""Customers, suppliers, manufacturers, contacts, interactions: what is kept, what is refused."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError

from apps.core import clock
from apps.core.db import write
from apps.core.errors import InputError, NotFound, StaleVersion
from apps.core.scope import current_scope, open_scope
from apps.parties.access import CustomerNotServed, check_served
from apps.parties.bulk import SupplierInput, ensure_suppliers
from apps.parties.contacts import change_contact, create_contact, list_contacts, remove_contact
from apps.parties.interactions import change_interaction, list_interactions
from apps.parties.manufacturers import ManufacturerCodeTaken, change_manufacturer
from apps.parties.models import Contact, Customer, Supplier
from apps.parties.operations import CodeTaken, change_customer, create_customer, get_walk_in_customer
from apps.parties.queries import find_supplier, get_customer, get_supplier, list_customers, list_suppliers
from apps.parties.suppliers import SupplierCodeTaken, change_supplier
from tests.factories.books import make_customer
from tests.factories.pages import state_of
from tests.factories.parties import make_contact, make_interaction, make_manufacturer, make_supplier
from tests.factories.tenants import Company

FULL: dict[str, Any] = {
    "tax_id": "GB 980 7806 84", "email": "ann@example.com", "phone": "+44 20 7946 0958", "street": "1 Quay",
    "postal_code": "E1 6AN", "city": "London", "region": "", "net_days": 30, "discount_days": 10,
    "discount_percent": Decimal("2.5"), "status": "on_hold",
}  # fmt: skip


def create(**values: Any) -> Customer:
    given = {"code": "C", "name": "Ann", "country_code": "GB"} | values
    return create_customer(**given, actor=current_scope().actor, now=clock.now())


def test_everything_about_a_customer_is_kept(company: Company) -> None:
    more = {
        "tier": " Gold ",
        "credit_limit_minor": 500_000,
        "credit_currency": "gbp",
        "delivery_address": "Gate 4\nDock",
    }
    with open_scope(company.scope()):
        key = create(**FULL, **more).id
        kept = Customer.objects.get(id=key)
        wanted = FULL | more | {"tax_id": "GB980780684", "tier": "gold", "credit_currency": "GBP"}
        assert {name: getattr(kept, name) for name in wanted} == wanted
        info = get_customer(key)
        assert (info.status, info.tier, info.net_days, info.credit_limit_minor) == (
            "on_hold",
            "gold",
            30,
            500_000,
        )
    stored = str(state_of(company))
    assert "ann@example.com" not in stored


def test_everything_about_a_supplier_is_kept(company: Company) -> None:
    with open_scope(company.scope()):
        supplier = make_supplier(**FULL)
        kept = Supplier.objects.get(id=supplier.id)
        wanted = FULL | {"tax_id": "GB980780684"}
        assert {name: getattr(kept, name) for name in wanted} == wanted
        assert get_supplier(supplier.id).discount_percent == Decimal("2.5")


@pytest.mark.parametrize(
    "field,values",
    [
        ("tax_id", {"tax_id": "GB123456789"}),
        ("email", {"email": "nobody"}),
        ("phone", {"phone": "call me"}),
        ("phone", {"phone": "+"}),
        ("net_days", {"net_days": -1}),
        ("net_days", {"net_days": 367}),
        ("discount_percent", {"net_days": 30, "discount_days": 10}),
        ("discount_days", {"net_days": 30, "discount_percent": Decimal(2)}),
        ("discount_days", {"discount_days": 10, "discount_percent": Decimal(2)}),
        ("discount_days", {"net_days": 5, "discount_days": 10, "discount_percent": Decimal(2)}),
        ("discount_percent", {"net_days": 30, "discount_days": 10, "discount_percent": Decimal(100)}),
        ("discount_percent", {"net_days": 30, "discount_days": 10, "discount_percent": Decimal(0)}),
        ("discount_percent", {"net_days": 30, "discount_days": 1, "discount_percent": Decimal("1.00001")}),
        ("status", {"status": "paid"}),
        ("credit_limit_minor", {"credit_limit_minor": -1, "credit_currency": "GBP"}),
        ("credit_currency", {"credit_limit_minor": 1}),
        ("credit_currency", {"credit_limit_minor": 1, "credit_currency": "XQX"}),
        ("delivery_address", {"delivery_address": "x" * 501}),
        ("street", {"street": "a\nb"}),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    company: Company, field: str, values: dict[str, Any]
) -> None:
    with open_scope(company.scope()):
        customer, before = make_customer(), None
        before = state_of(company)
        for work in (
            lambda: create(**values),
            lambda: change_customer(
                customer_id=customer.id, changes=values, actor=company.actor(), now=clock.now()
            ),
        ):
            with pytest.raises(InputError) as refusal:
                work()
            assert refusal.value.field == field
    assert state_of(company) == before


def test_a_code_is_somebodys_once(company: Company) -> None:
    with open_scope(company.scope()):
        create()
        make_supplier(code="S")
        make_manufacturer(code="M")
        before = state_of(company)
        for work, refusal in (
            (create, CodeTaken),
            (lambda: create(code="walk-in"), CodeTaken),
            (lambda: make_supplier(code="S"), SupplierCodeTaken),
            (lambda: make_manufacturer(code="M"), ManufacturerCodeTaken),
        ):
            with pytest.raises(refusal):
                work()
        assert state_of(company) == before
        assert (
            get_walk_in_customer(country_code="GB", actor=company.actor(), now=clock.now()).code == "WALK-IN"
        )


def test_a_number_is_judged_when_it_or_the_country_changes(company: Company) -> None:
    with open_scope(company.scope()):
        customer = create(country_code="US", tax_id="12-3456789")
        actor, now = company.actor(), clock.now()
        change_customer(customer_id=customer.id, changes={"name": "New"}, actor=actor, now=now)
        with pytest.raises(InputError):
            change_customer(customer_id=customer.id, changes={"country_code": "BR"}, actor=actor, now=now)
        # A number that an import brought, before anybody touches it.
        Customer.objects.filter(id=customer.id).update(country_code="GB", tax_id="OLD-1")
        changed = change_customer(
            customer_id=customer.id,
            changes={"country_code": "GB", "tax_id": "OLD-1", "tier": "b"},
            actor=actor,
            now=now,
        )
        assert (changed.tax_id, changed.tier) == ("OLD-1", "b")


def test_a_stale_change_is_refused(company: Company) -> None:
    with open_scope(company.scope()):
        supplier, maker = make_supplier(), make_manufacturer()
        actor, now = company.actor(), clock.now()
        change_supplier(supplier_id=supplier.id, changes={"name": "B"}, version=1, actor=actor, now=now)
        change_manufacturer(
            manufacturer_id=maker.id, changes={"status": "closed"}, version=1, actor=actor, now=now
        )
        before = state_of(company)
        with pytest.raises(StaleVersion):
            change_supplier(supplier_id=supplier.id, changes={"name": "C"}, version=1, actor=actor, now=now)
        with pytest.raises(StaleVersion):
            change_manufacturer(
                manufacturer_id=maker.id, changes={"name": "C"}, version=1, actor=actor, now=now
            )
        assert state_of(company) == before


def test_a_strangers_records_are_not_there(company: Company, stranger: Company) -> None:
    with open_scope(company.scope()):
        supplier, contact, customer = make_supplier(code="S"), make_contact(), make_customer()
        interaction = make_interaction(customer)
    before = state_of(company)
    with open_scope(stranger.scope()):
        actor, now = stranger.actor(), clock.now()
        assert list(list_suppliers()) == []
        assert find_supplier("S") is None
        assert list(list_interactions()) == []
        for work in (
            lambda: get_supplier(supplier.id),
            lambda: change_supplier(supplier_id=supplier.id, changes={}, actor=actor, now=now),
            lambda: change_contact(contact_id=contact.id, changes={}, actor=actor, now=now),
            lambda: remove_contact(contact_id=contact.id, actor=actor, now=now),
            lambda: create_contact(name="X", supplier_id=supplier.id, actor=actor, now=now),
            lambda: change_interaction(interaction_id=interaction.id, changes={}, actor=actor, now=now),
            lambda: make_interaction(customer),
        ):
            with pytest.raises(NotFound):
                work()
    assert state_of(company) == before


def test_lists_find_by_number_with_or_without_separators(company: Company) -> None:
    with open_scope(company.scope()):
        create(country_code="BR", tax_id="12.ABC.345/01DE-35")
        make_supplier(code="S", country_code="BR", tax_id="11.222.333/0001-81", status="on_hold")
        for text in ("12.abc.345", "ABC345", "01DE35"):
            assert list_customers(text=text).count() == 1
        assert list_suppliers(text="222.333/0001").count() == 1
        assert list_suppliers(status="active").count() == 0
        found = find_supplier("11.222.333/0001-81")
        assert found is not None
        assert found.code == "S"


def test_a_customer_on_hold_is_not_served(company: Company) -> None:
    with open_scope(company.scope()):
        check_served(create())
        for status in ("on_hold", "closed"):
            with pytest.raises(CustomerNotServed):
                check_served(create(code=status, status=status))


def test_suppliers_of_a_file_are_made_once(company: Company) -> None:
    given = [
        SupplierInput("B", "Bee", "BR", "11.222.333/0001-81"),
        SupplierInput("A", "Ann", "GB", net_days=14),
    ]
    with open_scope(company.scope()):
        first = ensure_suppliers(suppliers=given, actor=company.actor(), now=clock.now())
        again = ensure_suppliers(suppliers=given, actor=company.actor(), now=clock.now())
        assert (first.made, again.made, first.ids) == (2, 0, again.ids)
        assert list(Supplier.objects.order_by("code").values_list("code", "tax_id", "net_days")) == [
            ("A", "", 14),
            ("B", "11222333000181", None),
        ]


@pytest.mark.parametrize(
    "change",
    [
        "discount_days = 5",
        "net_days = -1",
        "status = 'paid'",
        "credit_limit_minor = 1",
        "credit_currency = 'GBP'",
        "net_days = 30, discount_days = 5",
        "net_days = 30, discount_percent = 5",
    ],
)
def test_the_database_refuses_half_values_too(company: Company, change: str) -> None:
    with open_scope(company.scope()):
        make_customer()
        with pytest.raises(IntegrityError), write() as connection, connection.cursor() as cursor:
            cursor.execute(f"update parties_customer set {change}")


# Contacts


def test_a_contact_is_of_one_party_and_one_is_the_primary(company: Company) -> None:
    with open_scope(company.scope()):
        customer, supplier = make_customer(), make_supplier()
        first = make_contact(customer=customer, name="Ann", is_primary=True)
        second = make_contact(customer=customer, name="Bee", is_primary=True, email="bee@example.com")
        make_contact(supplier=supplier, name="Sue", is_primary=True)
        assert [(c.name, c.is_primary) for c in list_contacts(customer_id=customer.id)] == [
            ("Bee", True),
            ("Ann", False),
        ]
        actor, now = company.actor(), clock.now()
        change_contact(
            contact_id=first.id, changes={"is_primary": True, "role": "Buyer"}, actor=actor, now=now
        )
        assert [c.name for c in list_contacts(customer_id=customer.id)] == ["Ann", "Bee"]
        assert [c.name for c in list_contacts(supplier_id=supplier.id)] == ["Sue"]
        remove_contact(contact_id=second.id, actor=actor, now=now)
        assert [c.name for c in list_contacts(customer_id=customer.id)] == ["Ann"]
        for owners in ({}, {"customer_id": customer.id, "supplier_id": supplier.id}):
            with pytest.raises(InputError):
                create_contact(name="X", actor=actor, now=now, **owners)


def test_the_database_refuses_a_contact_of_nobody(company: Company) -> None:
    with open_scope(company.scope()):
        make_contact()
        with pytest.raises(IntegrityError), write():
            Contact.objects.update(customer_id=None)


def test_a_key_of_a_customer_sees_its_own_contacts_and_interactions(company: Company) -> None:
    """books.md 58."""
    with open_scope(company.scope()):
        mine, other, supplier = make_customer(), make_customer(), make_supplier()
        make_contact(customer=mine, name="Mine")
        make_contact(customer=other, name="Other")
        make_contact(supplier=supplier, name="Sue")
        make_interaction(mine, subject="Mine")
        make_interaction(other, subject="Other")
    with open_scope(company.scope(customer_id=mine.id)):
        assert [c.name for c in Contact.objects.all()] == ["Mine"]
        assert [i.subject for i in list_interactions()] == ["Mine"]
        assert Supplier.objects.count() == 0


# Interactions


def test_an_interaction_is_written_down_resolved_and_opened_again(company: Company) -> None:
    with open_scope(company.scope("support")):
        customer = make_customer()
        made = make_interaction(customer, minutes=12, handled_by="ai", who="Helper 2")
        assert (made.who, made.handled_by, made.resolved_at) == ("Helper 2", "ai", None)
        assert make_interaction(customer, is_resolved=True).who == "Support Person"
        assert list_interactions(customer_id=customer.id, is_open=True).count() == 1
        actor, now = current_scope().actor, clock.now()
        change_interaction(interaction_id=made.id, changes={"is_resolved": True}, actor=actor, now=now)
        assert list_interactions(is_open=True).count() == 0
        opened = change_interaction(
            interaction_id=made.id,
            changes={"is_resolved": False, "minutes": 20},
            version=2,
            actor=actor,
            now=now,
        )
        assert (opened.resolved_at, opened.minutes, opened.version) == (None, 20, 3)


@pytest.mark.parametrize(
    "field,value",
    [("channel", "fax"), ("kind", ""), ("subject", " "), ("handled_by", "robot"), ("minutes", -1), ("minutes", 1441),
     ("occurred_at", clock.now() + timedelta(days=1))],
)  # fmt: skip
def test_a_bad_interaction_is_refused(company: Company, field: str, value: Any) -> None:
    with open_scope(company.scope()):
        customer = make_customer()
        before = state_of(company)
        with pytest.raises(InputError) as refusal:
            make_interaction(customer, **{field: value})
        assert refusal.value.field == field
        assert state_of(company) == before


def test_a_deleted_interaction_or_supplier_cannot_be(company: Company) -> None:
    with open_scope(company.scope()):
        make_interaction()
        make_supplier()
        for table in ("parties_interaction", "parties_supplier", "parties_manufacturer"):
            refused = pytest.raises(ProgrammingError, match="permission denied")
            with refused, write() as connection, connection.cursor() as cursor:
                cursor.execute(f"delete from {table}")

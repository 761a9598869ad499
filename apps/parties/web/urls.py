"""Addresses of the pages of customers, suppliers and what belongs to them."""

from django.urls import include, path

from apps.parties.web import accounts, contacts
from apps.parties.web.customers import CUSTOMERS
from apps.parties.web.interactions import INTERACTIONS
from apps.parties.web.suppliers import MANUFACTURERS, SUPPLIERS
from apps.tenancy.web.records.paths import paths_of

app_name = "parties"
customers = [
    path("<uuid:key>/contacts/new", contacts.customer_contact_create, name="contact_create"),
    *paths_of(CUSTOMERS),
]
suppliers = [
    path("accounts/", accounts.waiting_list, name="supplier_accounts"),
    path("accounts/<uuid:key>", accounts.account_detail, name="supplier_account"),
    path("accounts/<uuid:key>/confirm", accounts.account_confirm, name="supplier_account_confirm"),
    path("accounts/<uuid:key>/reject", accounts.account_reject, name="supplier_account_reject"),
    path("accounts/<uuid:key>/withdraw", accounts.account_withdraw, name="supplier_account_withdraw"),
    path("<uuid:key>/accounts/new", accounts.account_propose, name="supplier_account_propose"),
    path("<uuid:key>/contacts/new", contacts.supplier_contact_create, name="supplier_contact_create"),
    *paths_of(SUPPLIERS),
]
people = [
    path("<uuid:key>", contacts.contact_detail, name="contact"),
    path("<uuid:key>/edit", contacts.contact_edit, name="contact_edit"),
    path("<uuid:key>/remove", contacts.contact_remove, name="contact_remove"),
]
urlpatterns = [
    path("customers/", include(customers)),
    path("suppliers/", include(suppliers)),
    path("manufacturers/", include(paths_of(MANUFACTURERS))),
    path("contacts/", include(people)),
    path("interactions/", include(paths_of(INTERACTIONS))),
]

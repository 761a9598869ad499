"""The pages of suppliers and manufacturers, as descriptions."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict

from apps.core.countries import country_codes
from apps.core.web.list_query import read_choice, read_text
from apps.core.web.listing import Filter, options_filter
from apps.parties.banking import list_accounts, list_waiting
from apps.parties.contacts import list_contacts
from apps.parties.manufacturers import (
    STATES,
    access_manufacturer,
    change_manufacturer,
    create_manufacturer,
    list_manufacturers,
)
from apps.parties.models import STATUSES, Supplier
from apps.parties.rows import MANUFACTURER_ROWS, SUPPLIER_ROWS
from apps.parties.suppliers import (
    access_supplier,
    change_supplier,
    create_supplier,
    info_of,
    list_supplier_countries,
    list_suppliers,
)
from apps.parties.web.facts import (
    COLUMNS,
    FACTS,
    PERSONAL,
    STATUS,
    STATUS_WORDS,
    SUGGESTED,
    country_filter,
    home_of,
    mark_of,
    status_filter,
)
from apps.parties.web.forms import (
    ManufacturerForm,
    NewManufacturerForm,
    NewSupplierForm,
    SupplierForm,
    read_party,
)
from apps.parties.wording import MANUFACTURER, SUPPLIER
from apps.tenancy.web.records.description import Entity, Fact, Listing


def _find(query: QueryDict) -> QuerySet[Supplier]:
    return list_suppliers(
        text=read_text(query),
        country_code=read_choice(query, "country", country_codes()),
        status=read_choice(query, "status", STATUSES),
    )


def _filters(query: QueryDict) -> tuple[Filter, ...]:
    return country_filter(query, list_supplier_countries()), status_filter(query)


def _suggest(_: HttpRequest, text: str) -> Sequence[Mapping[str, Any]]:
    found = list_suppliers(text=text).order_by("name", "id")[:SUGGESTED]
    return [{"value": each.code, "label": each.name} for each in found]


def _more(_: HttpRequest, supplier: Supplier) -> dict[str, Any]:
    return {
        "contacts": list_contacts(supplier_id=supplier.id),
        "contact_page": "parties:supplier_contact_create",
        "accounts": list_accounts(supplier.id),
    }


SUPPLIERS = Entity(
    listing=Listing(
        page="parties:suppliers",
        name="suppliers",
        title="Suppliers",
        reads="suppliers.read",
        find=_find,
        sorts={"name": "name", "code": "code", "created_at": "created_at"},
        sort="name",
        filters=_filters,
        show=info_of,
        columns=SUPPLIER_ROWS.columns,
        facts=COLUMNS,
        empty="Make the first one here, or import them from a file.",
        more=lambda _: {"waiting": len(list_waiting())},
        template="parties/suppliers.html",
    ),
    pages="parties:supplier_",
    one="supplier",
    writes="suppliers.write",
    access=access_supplier,
    wording=SUPPLIER,
    form=SupplierForm,
    new_form=NewSupplierForm,
    create=create_supplier,
    change=change_supplier,
    id_name="supplier_id",
    read=read_party,
    initial=home_of,
    form_options=mark_of,
    facts=FACTS,
    badge=STATUS,
    personal=PERSONAL,
    more=_more,
    suggest=_suggest,
    rows=SUPPLIER_ROWS,
    detail_template="parties/supplier.html",
)
MANUFACTURERS = Entity(
    listing=Listing(
        page="parties:supplier_manufacturers",
        name="manufacturers",
        title="Manufacturers",
        reads="suppliers.read",
        find=lambda query: list_manufacturers(
            text=read_text(query), status=read_choice(query, "status", STATES)
        ),
        sorts={"name": "name", "code": "code", "created_at": "created_at"},
        sort="name",
        filters=lambda query: (options_filter(query, "status", "Status", STATES),),
        columns=MANUFACTURER_ROWS.columns,
        facts=(*COLUMNS[:3], Fact("Status", "status", "badge", words=STATUS_WORDS), COLUMNS[-1]),
        empty="Products name who makes them.",
    ),
    pages="parties:supplier_manufacturer_",
    one="manufacturer",
    writes="suppliers.write",
    access=access_manufacturer,
    wording=MANUFACTURER,
    form=ManufacturerForm,
    new_form=NewManufacturerForm,
    create=create_manufacturer,
    change=change_manufacturer,
    id_name="manufacturer_id",
    initial=home_of,
    facts=(*FACTS[:2], FACTS[-1]),
    badge=STATUS,
    rows=MANUFACTURER_ROWS,
)

"""Forms of products, categories, price lists and warehouses. They read what was typed; the operation decides."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest
from django.urls import reverse_lazy

from apps.catalog.buyers import find_buyer
from apps.catalog.categories import list_categories
from apps.catalog.fields import COMMON_UNITS
from apps.catalog.models import STATUSES, TAX_CATEGORIES
from apps.core.web.form_fields import DayField, NumberField, decimal_mark
from apps.tenancy.web.middleware import tenant_of
from apps.tenancy.web.once import OnceField

# What follows from the rate alone is not chosen.
BY_RATE = {"S", "Z"}
OTHER_TAX = [
    ("", "Follows the rate"),
    *((code, words) for code, words in TAX_CATEGORIES.items() if code not in BY_RATE),
]
UNITS = ", ".join(f"{code} {words}" for code, words in list(COMMON_UNITS.items())[:6])
SKU_WIDGET = forms.TextInput(
    attrs={"autocomplete": "off", "data-suggest": reverse_lazy("catalog:suggest"), "list": "known-products"}
)
CUSTOMER_WIDGET = forms.TextInput(
    attrs={"autocomplete": "off", "data-suggest": reverse_lazy("parties:suggest"), "list": "known-customers"}
)


class MarkedForm(forms.Form):
    """A form whose numbers are typed with the tenant's decimal mark."""

    def __init__(self, *args: Any, mark: str = ".", **options: Any) -> None:
        super().__init__(*args, **options)
        for field in self.fields.values():
            if isinstance(field, NumberField):
                field.mark = mark


def mark_of(request: HttpRequest) -> dict[str, Any]:
    """Return the decimal mark that the request's tenant types."""
    return {"mark": decimal_mark(tenant_of(request).locale)}


def category_choices() -> Iterable[tuple[str, str]]:
    """Return all categories by their place in the tree, after none."""
    yield "", "–"
    for key, path in list_categories().order_by("path").values_list("id", "path"):
        yield str(key), path


def _id_of(text: str) -> UUID | None:
    return UUID(text) if text else None


class ProductForm(MarkedForm):
    """What may be changed of a product."""

    name = forms.CharField(max_length=300)
    category = forms.ChoiceField(choices=category_choices, required=False)
    unit = forms.CharField(
        max_length=3, initial="EA", help_text=f"{UNITS}, or another code of UN/ECE Rec. 20."
    )
    unit_price = NumberField(max_digits=18, decimal_places=6)
    tax_rate = NumberField(label="Tax %", max_digits=7, decimal_places=4)
    tax_category = forms.ChoiceField(choices=OTHER_TAX, required=False)
    cost_price = NumberField(label="Cost price", max_digits=18, decimal_places=6, required=False,
                             help_text="As planned, in the currency of the books.")  # fmt: skip
    manufacturer = forms.CharField(max_length=200, required=False)
    active_ingredient = forms.CharField(max_length=300, required=False)
    dosage = forms.CharField(max_length=100, required=False)
    pack = forms.CharField(max_length=100, required=False)
    regulatory_code = forms.CharField(max_length=64, required=False)
    status = forms.ChoiceField(choices=list(STATUSES.items()))
    is_stocked = forms.BooleanField(label="Kept in stock", required=False, initial=True)


class NewProductForm(ProductForm):
    """A new product: SKU and currency stay as they are once given."""

    sku = forms.CharField(label="SKU", max_length=64, help_text="Your own number for it. It stays.")
    currency = forms.CharField(min_length=3, max_length=3, help_text="Three letters, as GBP. It stays.")
    status = None  # type: ignore[assignment]
    once = OnceField()
    field_order = ["sku", "name", "category", "unit", "unit_price", "currency"]

    def clean_currency(self) -> str:
        """Take small letters too."""
        return str(self.cleaned_data["currency"]).upper()


def read_product(form: forms.Form) -> dict[str, Any]:
    """Return what a product's form says, as its operations take it."""
    values = {name: value for name, value in form.cleaned_data.items() if name != "once"}
    values["category_id"] = _id_of(values.pop("category"))
    values["tax_category"] = values["tax_category"] or ("S" if values["tax_rate"] > 0 else "Z")
    return values


class CategoryForm(forms.Form):
    """A category's name and place."""

    name = forms.CharField(max_length=100)
    parent = forms.ChoiceField(label="Under", choices=category_choices, required=False)


class NewCategoryForm(CategoryForm):
    """A new category."""

    once = OnceField()


def read_category(form: forms.Form) -> dict[str, Any]:
    """Return what a category's form says."""
    return {"name": form.cleaned_data["name"], "parent_id": _id_of(form.cleaned_data["parent"])}


class WarehouseForm(forms.Form):
    """What may be changed of a warehouse."""

    name = forms.CharField(max_length=200)
    is_default = forms.BooleanField(label="Orders take from here by default", required=False)
    is_active = forms.BooleanField(
        label="Open", required=False, help_text="A closed warehouse takes nothing in."
    )


class NewWarehouseForm(WarehouseForm):
    """A new warehouse: its code stays."""

    code = forms.CharField(max_length=32, help_text="Your own short name for it. It stays.")
    is_active = None  # type: ignore[assignment]
    once = OnceField()
    field_order = ["code", "name"]


class PriceListForm(forms.Form):
    """What may be changed of a price list."""

    name = forms.CharField(max_length=200)
    customer = forms.CharField(max_length=64, required=False, widget=CUSTOMER_WIDGET,
                               help_text="Code of the customer whose own prices these are.")  # fmt: skip
    tier = forms.CharField(
        max_length=64, required=False, help_text="Of customers. With neither the list is for everybody."
    )
    valid_from = DayField()
    valid_to = DayField(required=False, help_text="Blank: until further notice.")
    is_active = forms.BooleanField(label="In use", required=False, initial=True)


class NewPriceListForm(PriceListForm):
    """A new price list: code and currency stay."""

    code = forms.CharField(max_length=32, help_text="Your own short name for it. It stays.")
    currency = forms.CharField(min_length=3, max_length=3, help_text="Three letters, as GBP. It stays.")
    once = OnceField()
    field_order = ["code", "name", "currency"]

    def clean_currency(self) -> str:
        """Take small letters too."""
        return str(self.cleaned_data["currency"]).upper()


def read_price_list(form: forms.Form) -> dict[str, Any]:
    """Return what a price list's form says. Raises InputError for an unknown customer."""
    values = {name: value for name, value in form.cleaned_data.items() if name != "once"}
    code = values.pop("customer")
    return values | {"customer_id": find_buyer(code) if code else None}

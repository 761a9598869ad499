"""Forms of orders: a header and a set of lines. They read what was typed; the operation decides."""

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.urls import reverse_lazy

from apps.catalog.warehouses import list_warehouses
from apps.core.web.form_fields import DayField, NumberField
from apps.orders.inputs import MAX_LINES
from apps.orders.models import DISPOSITIONS
from apps.tenancy.web.once import OnceField

NOTE = forms.Textarea(attrs={"rows": 2})


def suggesting(page: str, known: str) -> forms.TextInput:
    """Return a field that asks a page for what half-typed text may mean."""
    return forms.TextInput(attrs={"autocomplete": "off", "data-suggest": reverse_lazy(page), "list": known})


class Header(forms.Form):
    """What sales and purchase orders have alike."""

    warehouse = forms.ChoiceField(required=False)

    def __init__(self, *args: Any, mark: str = ".", **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [
            ("", "The default"),
            *((str(each.id), str(each)) for each in list_warehouses(is_active=True)),
        ]
        self.fields["warehouse"].choices = choices  # type: ignore[attr-defined]
        for field in self.fields.values():
            if isinstance(field, NumberField):
                field.mark = mark


class SaleForm(Header):
    """What may be changed of a pending order's header."""

    customer = forms.CharField(
        max_length=300,
        widget=suggesting("parties:suggest", "known-customers"),
        help_text="Code or whole name.",
    )
    order_date = DayField(label="Ordered")
    wanted_date = DayField(label="Wanted", required=False)
    customer_reference = forms.CharField(label="Their reference", max_length=64, required=False)
    note = forms.CharField(max_length=2000, required=False, widget=NOTE)
    once = OnceField()
    field_order = ["customer", "order_date", "wanted_date", "warehouse", "customer_reference", "note"]


class NewSaleForm(SaleForm):
    """The header of a new order: its currency stays as it is once given."""

    currency = forms.CharField(min_length=3, max_length=3, help_text="Three letters, as GBP.")
    field_order = [
        "customer",
        "order_date",
        "wanted_date",
        "currency",
        "warehouse",
        "customer_reference",
        "note",
    ]

    def clean_currency(self) -> str:
        """Take small letters too."""
        return str(self.cleaned_data["currency"]).upper()


class PurchaseForm(Header):
    """What may be changed of an order's header before it is sent."""

    supplier = forms.CharField(
        max_length=300, widget=suggesting("parties:supplier_suggest", "known-customers"),
        help_text="Code or whole name.",
    )  # fmt: skip
    order_date = DayField(label="Ordered")
    expected_date = DayField(label="Expected", required=False)
    freight = NumberField(max_digits=18, decimal_places=6, min_value=0, required=False)
    category = forms.CharField(max_length=64, required=False, help_text="For approval policies.")
    supplier_reference = forms.CharField(label="Their reference", max_length=64, required=False)
    note = forms.CharField(max_length=2000, required=False, widget=NOTE)
    once = OnceField()
    field_order = ["supplier", "order_date", "expected_date", "warehouse", "freight", "category",
                   "supplier_reference", "note"]  # fmt: skip


class NewPurchaseForm(PurchaseForm):
    """The header of a new order: its currency stays as it is once given."""

    currency = forms.CharField(min_length=3, max_length=3, help_text="Three letters, as GBP.")
    field_order = ["supplier", "order_date", "expected_date", "currency", "warehouse", "freight", "category",
                   "supplier_reference", "note"]  # fmt: skip

    def clean_currency(self) -> str:
        """Take small letters too."""
        return str(self.cleaned_data["currency"]).upper()


class LineForm(forms.Form):
    """One line; an empty one is left out."""

    sku = forms.CharField(
        label="Product", max_length=64, required=False,
        widget=suggesting("orders:sale_products", "known-products"),
    )  # fmt: skip
    description = forms.CharField(max_length=1000, required=False)
    quantity = NumberField(max_digits=18, decimal_places=6)
    unit_price = NumberField(label="Unit price", max_digits=18, decimal_places=6, required=False)
    tax_rate = NumberField(label="Tax %", max_digits=7, decimal_places=4, required=False)

    def __init__(self, *args: Any, mark: str = ".", **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("quantity", "unit_price", "tax_rate"):
            self.fields[name].mark = mark  # type: ignore[attr-defined]


class PurchaseLineForm(LineForm):
    """One line of a purchase: its price is always given."""

    sku = forms.CharField(
        label="Product", max_length=64, required=False,
        widget=suggesting("orders:purchase_products", "known-products"),
    )  # fmt: skip
    unit_price = NumberField(label="Unit price", max_digits=18, decimal_places=6)
    field_order = ["sku", "description", "quantity", "unit_price", "tax_rate"]


if TYPE_CHECKING:
    _FormSet = forms.BaseFormSet[LineForm]
else:
    _FormSet = forms.BaseFormSet


class BaseLines(_FormSet):
    """The lines of an order as its form sends them."""

    def initial_form_count(self) -> int:
        """Treat every sent line alike: an empty one is left out, wherever it stands."""
        return 0 if self.is_bound else super().initial_form_count()

    def entered(self) -> list[LineForm]:
        """Return the lines that hold something and are not taken out, in their order."""
        return [
            form for form in self.forms if form.has_changed() and not form.cleaned_data.get("DELETE", False)
        ]


def line_set(form: type[LineForm]) -> type[BaseLines]:
    """Return the set of a kind of lines."""
    made = forms.formset_factory(
        form, formset=BaseLines, extra=1, can_delete=True, max_num=MAX_LINES, absolute_max=MAX_LINES
    )
    return cast("type[BaseLines]", made)


SaleLines, PurchaseLines = line_set(LineForm), line_set(PurchaseLineForm)


class RowForm(forms.Form):
    """A row of a page that moves goods: fields for one line of an order."""

    def __init__(self, *args: Any, mark: str = ".", lots: Any = (), **options: Any) -> None:
        super().__init__(*args, **options)
        for field in self.fields.values():
            if isinstance(field, NumberField):
                field.mark = mark
        if "lot" in self.fields:
            self.fields["lot"].choices = [("", "First expired first"), *lots]  # type: ignore[attr-defined]


class PickForm(RowForm):
    """How much leaves, and of which lot."""

    quantity = NumberField(max_digits=18, decimal_places=6, min_value=0, required=False)
    lot = forms.ChoiceField(required=False)


class BackForm(RowForm):
    """How much came back, and what becomes of it."""

    quantity = NumberField(max_digits=18, decimal_places=6, min_value=0, required=False)
    disposition = forms.ChoiceField(label="What becomes of it", choices=list(DISPOSITIONS.items()))


class CameForm(RowForm):
    """What came of a line, and what of it was refused."""

    received = NumberField(max_digits=18, decimal_places=6, min_value=0, required=False)
    rejected = NumberField(max_digits=18, decimal_places=6, min_value=0, required=False)
    reject_reason = forms.CharField(label="Why rejected", max_length=200, required=False)
    lot_number = forms.CharField(label="Lot", max_length=64, required=False)
    expires_on = DayField(label="Expires", required=False)


class ShippingForm(forms.Form):
    """The header of a shipment."""

    shipped_on = DayField(label="Shipped")
    carrier = forms.CharField(max_length=100, required=False)
    tracking = forms.CharField(label="Tracking number", max_length=100, required=False)
    note = forms.CharField(max_length=2000, required=False, widget=NOTE)
    once = OnceField()


class ReturnForm(forms.Form):
    """The header of a return."""

    returned_on = DayField(label="Came back")
    reason = forms.CharField(max_length=500, widget=NOTE)
    once = OnceField()


class ReceivingForm(forms.Form):
    """The header of a receipt."""

    received_on = DayField(label="Received")
    delivery_note = forms.CharField(label="Their delivery note", max_length=64, required=False)
    note = forms.CharField(max_length=2000, required=False, widget=NOTE)
    once = OnceField()
